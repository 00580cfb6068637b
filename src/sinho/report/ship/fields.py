"""Messages of finished-vehicle logistics: which of our figures is which field of theirs.

The fields of the messages FV01 to FV12 of ECG, Odette and VDA are not openly published. Named are
the fields of VDA 4998 part 2 / Odette OA02 (2021), which is open and of the same publishers, and of
the UN/CEFACT vocabulary that it is made of; what neither has is ours, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "whole", "day", "time"]
Source = Literal["VDA 4998", "UN/CEFACT", "own"]


@dataclass(frozen=True)
class Field:
    """A field of a message.

    Parameters
    ----------
    ours : str
        Name of the column in our table.
    theirs : str
        Its way in the message: objects with dots between; in brackets the code that says which
        of several objects is meant (`CODED_BY`).
    kind : str
        What it holds.
    unit : str
        Code of its unit (UN/ECE recommendation 20); empty: none.
    source : str
        Whose name it is.
    note : str
        What it is.
    """

    ours: str
    theirs: str
    kind: Kind = "text"
    unit: str = ""
    source: Source = "VDA 4998"
    note: str = ""


@dataclass(frozen=True)
class Message:
    """A message: a table of one row for each voyage, car or event.

    Parameters
    ----------
    name : str
        Name of its files.
    process : str
        What it is for in the public lists of messages.
    row : str
        What a row is.
    fields : tuple of Field
        Its fields, in order.
    """

    name: str
    process: str
    row: str
    fields: tuple[Field, ...]


RESERVATION, CONSIGNMENT, ITEM = "TransportCapacityReservation", "Consignment", "ConsignmentItem"
MOVEMENT, EVENT = "TransportMovement", "TransportEvent"
CODED_BY = {"LogisticsLocation": "TypeCode", EVENT: "ReportedConditionTypeCode"}
"""The field that tells objects of which there may be several."""

MAIN = f"{CONSIGNMENT}.SpecifiedLogisticsTransportMovement"
SIZE = f"{ITEM}.LinearSpatialDimension"

CAR = (
    Field("vin", f"{ITEM}.ID", note="VIN; the name of a car that has none."),
    Field("car", f"{CONSIGNMENT}.ConsignorAssignedID", note="Order, or our name of the car."),
    Field("brand", "Vehicle.Brand", source="own", note="Brand."),
    Field("model", "Vehicle.Model", source="own", note="Model."),
)
"""Who a car is."""

VOYAGE = Field("voyage", f"{CONSIGNMENT}.ID", note="Voyage, or lane and day of its box.")
PLACES = (
    Field(
        "loading",
        f"{CONSIGNMENT}.LogisticsLocation[9].ID",
        note="Port of loading; 9: place of loading in UN/EDIFACT list 3227.",
    ),
    Field(
        "port",
        f"{CONSIGNMENT}.LogisticsLocation[11].ID",
        note="Port of discharge; 11: place of discharge in the same list.",
    ),
)

MESSAGES = (
    Message(
        "transport-capacity-reservation",
        "transport capacity reservation (FV messages from version 1.2; VDA 4998 part 2, 2.2.7)",
        "voyage and port of discharge",
        (
            Field("reservation", f"{RESERVATION}.ID", note="Voyage and port of discharge."),
            Field("status", f"{RESERVATION}.TransactionStatusCode", note="REQUESTED."),
            Field("issued", f"{RESERVATION}.IssueDateTime", "day", note="First day planned."),
            Field(
                "cutoff",
                f"{RESERVATION}.PositioningDateTime",
                "day",
                note="Last day of hand-over at the port of loading.",
            ),
            Field(
                "length",
                f"{RESERVATION}.LoadingMetersMeasure",
                "number",
                "MTR",
                note="Lengths of the cars, summed, without gaps.",
            ),
            Field(
                "mass",
                f"{RESERVATION}.GrossWeightMeasure",
                "number",
                "KGM",
                note="Masses of the cars, summed; empty where one is not known.",
            ),
            Field("loading", f"{RESERVATION}.LogisticsLocation[9].ID", note="Port of loading."),
            Field("port", f"{RESERVATION}.LogisticsLocation[11].ID", note="Port of discharge."),
            Field("cars", f"{CONSIGNMENT}.ConsignmentItemQuantity", "whole", note="Cars."),
            Field("voyage", f"{MOVEMENT}.ID", note="Voyage."),
            Field("mode", f"{MOVEMENT}.ModeCode", note="1: by sea (UN/ECE recommendation 19)."),
            Field("ship", f"{MOVEMENT}.UsedTransportMeans.Name", note="Ship."),
        ),
    ),
    Message(
        "dispatch-advice",
        "dispatch of vehicles from the plant (VDA 4972, dispatch note ex works)",
        "car that leaves",
        (
            *CAR,
            Field("length", f"{SIZE}.LengthMeasure", "number", "MMT", note="Overall length."),
            Field("width", f"{SIZE}.WidthMeasure", "number", "MMT", note="Overall width."),
            Field("height", f"{SIZE}.HeightMeasure", "number", "MMT", note="Overall height."),
            Field("mass", f"{ITEM}.GrossWeightMeasure", "number", "KGM", note="Kerb mass."),
            VOYAGE,
            *PLACES,
            Field("market", "Vehicle.Market", source="own", note="Market of destination."),
            Field("mode", f"{MAIN}.ModeCode", note="1: by sea (UN/ECE recommendation 19)."),
            Field(
                "ready",
                f"{EVENT}[HANDED_OVER].OccurrenceDateTime",
                "day",
                note="Handed over at the port of loading.",
            ),
            Field("leaves", f"{EVENT}[DEPARTURE].OccurrenceDateTime", "day", note="ETD."),
            Field("arrives", f"{EVENT}[ARRIVAL].OccurrenceDateTime", "day", note="Arrival."),
        ),
    ),
    Message(
        "gate-in",
        "arrival of vehicles at a compound (VDA 4973, vehicle arrival)",
        "car that enters the yard of a port of loading",
        (
            *CAR,
            VOYAGE,
            Field("port", f"{CONSIGNMENT}.LogisticsLocation[11].ID", note="Port of discharge."),
            Field(
                "enters", f"{EVENT}[GATE_IN].OccurrenceDateTime", "time", note="When, as planned."
            ),
            Field(
                "site", f"{EVENT}[GATE_IN].OccurrenceLogisticsLocation.ID", note="Port of loading."
            ),
            Field("area", "StorageLocation.Area", source="own", note="Area of the yard."),
            Field("row", "StorageLocation.Row", "whole", source="own", note="Row."),
            Field("place", "StorageLocation.Place", "whole", source="own", note="1: the deepest."),
        ),
    ),
    Message(
        "stowage-list",
        "loading instructions for a vessel (VDA 4980, loading instructions)",
        "car on a deck, in the order of loading",
        (
            *CAR,
            VOYAGE,
            *PLACES,
            Field(
                "loaded",
                f"{CONSIGNMENT}.LoadingSequenceNumeric",
                "whole",
                note="Place in the order of loading; 1: the first.",
            ),
            Field(
                "discharged",
                f"{CONSIGNMENT}.UnloadingSequenceNumeric",
                "whole",
                source="UN/CEFACT",
                note="Place in the order of discharge at its port.",
            ),
            Field(
                "stows",
                f"{ITEM}.StowagePositionID",
                source="UN/CEFACT",
                note="Deck/lane/place; place 1 is the deepest.",
            ),
            Field(
                "position",
                "Deck.Position",
                source="own",
                note="Position of a movable deck; fixed: it does not move.",
            ),
        ),
    ),
)
"""The messages."""


def message(name: str) -> Message:
    """Return a message by its name."""
    return next(one for one in MESSAGES if one.name == name)


def documented() -> str:
    """Return the fields of all messages as tables in Markdown, as the page of messages has them."""
    lines = []
    for one in MESSAGES:
        lines += [
            f"### {one.name}",
            "",
            f"{one.process[0].upper()}{one.process[1:]}. One row for each {one.row}.",
            "",
        ]
        lines += ["| Ours | In the message | Named by | Unit | What it is |", "| --- " * 5 + "|"]
        lines += [
            f"| `{field.ours}` | `{field.theirs}` | {field.source} | {field.unit} | {field.note} |"
            for field in one.fields
        ]
        lines.append("")
    return "\n".join(lines)
