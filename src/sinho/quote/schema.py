"""The sections of a programme's file: every field with its type, unit, bounds and meaning."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from sinho.hub.incoterms import INCOTERMS, USUAL
from sinho.hub.schema import TABLES, Field, fields
from sinho.hub.schema.field import (
    ALL,
    AMOUNT,
    CARS,
    Table,
    currency_field,
    flag_field,
    integer_field,
    list_field,
    month_field,
    number_field,
    text_field,
)

LEVERS = ("volume", "other demand", "SOP delay", "stops", "rate", "freight", "tariff")
"""What may be uncertain."""

KINDS = ("triangular", "uniform", "normal", "lognormal", "values")
"""Distributions."""


class Head(Table):
    """What the programme is: the keys above the first section."""

    programme = text_field("Short name of the programme; also that of its contract.", required=True)
    title = text_field("One line for reports.")
    model = text_field(
        "Model that volumes are of where they name none: of the hub, or of [[models]] below."
    )


class Terms(Table):
    """What holds for all volumes that do not say otherwise."""

    incoterm = text_field(
        "Terms of delivery (Incoterms 2020).", choices=tuple(INCOTERMS), default=USUAL
    )
    currency = currency_field("fee, prices, penalties and costs of this file")
    fee = number_field(
        "Fee earned per car shipped, on top of its price; below 0 a rebate.",
        "currency/car",
        min=-AMOUNT,
        max=AMOUNT,
        default=0.0,
    )
    payment_days = integer_field(
        "Days from hand-over to the payment of price and fee.", "days", min=0, max=730, default=0
    )
    export_clearance = number_field(
        "Export clearance.", "currency/car", min=0, max=AMOUNT, default=0.0
    )
    to_port = number_field(
        "Way from the plant to the quay, overseas.", "currency/car", min=0, max=AMOUNT, default=0.0
    )
    loading = number_field("Loading onto the ship.", "currency/car", min=0, max=AMOUNT, default=0.0)
    insurance = number_field(
        "Premium of the insurance on the way, of 110 % of the price.",
        "%",
        min=0,
        max=100,
        default=0.0,
        usual=(0, 5),
    )
    on_carriage = number_field(
        "Way from the port of discharge to the buyer, overseas.",
        "currency/car",
        min=0,
        max=AMOUNT,
        default=0.0,
    )
    import_clearance = number_field(
        "Import clearance, abroad.", "currency/car", min=0, max=AMOUNT, default=0.0
    )


class Volume(Table):
    """Cars of a model for a market, by month."""

    market = text_field("Market.", key=True)
    model = text_field("Model; empty: the programme's.")
    month = month_field("Month in which the cars are to leave the plant's yard.", key=True)
    low = number_field("Cars at least; empty: as expected.", "cars", min=0, max=CARS)
    expected = number_field("Cars expected.", "cars", required=True, min=0, max=CARS)
    high = number_field("Cars at most; empty: as expected.", "cars", min=0, max=CARS)
    price = number_field("Net price per car.", "currency/car", min=0, max=AMOUNT, default=0.0)
    incoterm = text_field("Terms of delivery; empty: those of [terms].", choices=tuple(INCOTERMS))
    lost_penalty = number_field(
        "Penalty for a car that is never delivered.", "currency/car", min=0, max=AMOUNT, default=0.0
    )
    late_penalty = number_field(
        "Penalty for a car that is late, for each month.",
        "currency/car/month",
        min=0,
        max=AMOUNT,
        default=0.0,
    )


class Corridor(Table):
    """Cars that the contract asks for at least and at most."""

    start = month_field("First month.", key=True)
    end = month_field("Last month.", required=True)
    per = text_field(
        "Whether least and most hold for each month, quarter or year, or in total.",
        choices=("month", "quarter", "year", "total"),
        key=True,
        default="total",
    )
    least = number_field(
        "Fewest cars shipped in each window.", "cars", min=0, max=CARS, default=0.0
    )
    most = number_field("Most cars shipped; empty: no limit.", "cars", min=0, max=CARS)
    short_penalty = number_field(
        "Penalty per car short of the least.", "currency/car", min=0, max=AMOUNT, default=0.0
    )
    hard = flag_field("Whether the least must be met whatever it costs.", default=False)


class Payment(Table):
    """What the programme costs once, whatever it builds."""

    what = text_field("Tooling, or launch.", key=True, choices=("tooling", "launch"))
    month = month_field("Month in which it is paid.", key=True)
    amount = number_field(
        "Amount paid; below 0 what the customer pays towards it.",
        "currency",
        required=True,
        min=-AMOUNT,
        max=AMOUNT,
    )


class Alternative(Table):
    """Where else the customer may have the car built, by market."""

    name = text_field("Name of the other origin.", required=True)
    market = text_field("Market, or all that no other row names.", key=True, default=ALL)
    origin = text_field("Country of origin as ISO 3166 alpha-2 code, for tariffs.", required=True)
    cost = number_field(
        "Price of a car at that plant, cleared for export.",
        "currency/car",
        required=True,
        min=0,
        max=AMOUNT,
    )
    freight = number_field(
        "Way from that plant to the buyer, with insurance and clearance.",
        "currency/car",
        min=0,
        max=AMOUNT,
        default=0.0,
    )
    currency = currency_field("cost and freight")
    quota = number_field(
        "Cars of this customer that enter a market's country at the rates of tariffs in a calendar "
        "year, the first to leave first; empty: all.",
        "cars/year",
        min=0,
        max=CARS,
    )
    above_quota = number_field("Duty on its cars above the quota.", "%", min=0, max=1000)


class Uncertain(Table):
    """What is not known when the contract is signed, and how it is distributed."""

    what = text_field(
        "What is drawn: the factor on volumes (without numbers: each month between its low, "
        "expected and high), on the demand of other models, on freight or on a currency's rate; "
        "months of SOP delay; share of the hours that shops lose; points of per cent on tariffs.",
        key=True,
        choices=LEVERS,
    )
    item = text_field(
        "Market of a volume or tariff, shop of stops, currency of a rate; or all, drawn once.",
        key=True,
        default=ALL,
    )
    kind = text_field("Distribution.", choices=KINDS, default="triangular")
    low = number_field("Least, of triangular and uniform.", "-", min=-AMOUNT, max=AMOUNT)
    mode = number_field("Most likely, of triangular.", "-", min=-AMOUNT, max=AMOUNT)
    high = number_field("Largest, of triangular and uniform.", "-", min=-AMOUNT, max=AMOUNT)
    mean = number_field("Mean, of normal; median, of lognormal.", "-", min=-AMOUNT, max=AMOUNT)
    spread = number_field(
        "Standard deviation, of normal; of the logarithm, of lognormal.", "-", min=0, max=AMOUNT
    )
    values = list_field("Values parted by ;, of kind values.")
    weights = list_field("How likely each of them is, parted by ;; empty: all alike.")


class Case(Table):
    """A named variant that is quoted beside the programme, with changes as in a scenario."""

    name = text_field("Name.", key=True)
    why = text_field("What it is about.")


SECTIONS: dict[str, type[Table]] = {
    "terms": Terms,
    "volume": Volume,
    "corridor": Corridor,
    "payment": Payment,
    "alternative": Alternative,
    "uncertain": Uncertain,
    "case": Case,
}
"""Sections of a programme's file by name; ``terms`` stands once, the others may be repeated."""

ONCE = ("terms",)
NOT_HERE = {
    "hub": "A programme does not change the plant's settings; take a scenario for it.",
    "demand": "Volumes of the programme stand in [[volume]].",
    "contracts": "The programme's contract stands in [terms] and [[corridor]].",
}
"""Tables of a hub of which a programme inserts no rows, and what to do instead."""

TABLES_TAKEN = tuple(name for name in TABLES if name not in NOT_HERE)
"""Tables of a hub whose rows a programme may bring along, such as ``[[tariffs]]``."""


@cache
def fields_of(section: str) -> MappingProxyType[str, Field]:
    """Return the fields of a section, or of a table of the hub; ``""`` is the head of the file."""
    if section in TABLES:
        return MappingProxyType(dict(fields(section)))
    table = Head if section == "" else SECTIONS[section]
    return MappingProxyType(
        {
            name: Field(table=section, name=name, **(column.metadata or {}))
            for name, column in table.columns().items()
        }
    )
