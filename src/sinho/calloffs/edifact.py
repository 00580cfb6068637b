"""Call-offs as UN/EDIFACT messages of directory D.04A: DELFOR by day, DELJIT by takt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl
from pydifact.segmentcollection import Interchange, Message
from pydifact.segments import Segment

from sinho.hub import Hub
from sinho.hub.lines import ONE_LINE
from sinho.results import CallOffs
from sinho.units import is_continuous

VERSION = ("D", "04A", "UN")
"""Message version, release and controlling agency that every UNH states."""

SYNTAX = ("UNOC", 3)
FIRM, OUTLOOK = "1", "4"
"""SCC, delivery plan commitment level (4017): firm; planning or forecast."""
DELIVER, SCHEDULED, RECEIVED = "113", "3", "70"
"""QTY (6063): quantity to be delivered; cumulative quantity; cumulative quantity received."""
LINE = "159"
"""Place within the plant where the parts are used: a further destination (code list 3227)."""
DELETED = "2"
"""SEQ, action (1229): the place is taken back."""
DAY, MINUTE = "102", "203"
"""DTM (2379): CCYYMMDD; CCYYMMDDHHMM."""


def write_delfor(call_offs: CallOffs, supplier: str, hub: Hub) -> str:
    """Write the delivery call-off of a supplier as one DELFOR message.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off; its messages can carry its names (see `sendable`).
    supplier : str
        Supplier.
    hub : Hub
        The hub: its name is the buyer, units are those of its parts.

    Returns
    -------
    str
        The interchange.
    """
    own = call_offs.days.filter(pl.col("supplier") == supplier)
    units = _units(hub)
    message = Message("1", ["DELFOR", *VERSION])
    _head(message, "241", call_offs, *call_offs.horizon)
    _parties(message, supplier, hub)
    message.add_segment(Segment("GEI", "3"))
    message.add_segment(Segment("NAD", "ST", [_code(hub), "", "92"]))
    parts = own.sort("part", "date").group_by("part", maintain_order=True)
    for line, ((part,), rows) in enumerate(parts, start=1):
        unit = units.get(str(part), "PCE")
        message.add_segment(Segment("LIN", str(line), "", [str(part), "IN"]))
        _numbers(message, call_offs)
        received = rows["cumulative"][0] - rows["units"][0]
        message.add_segment(Segment("QTY", [RECEIVED, _amount(received), unit]))
        for firm in (True, False):
            called = rows.filter(pl.col("firm") == firm)
            if called.is_empty():
                continue
            message.add_segment(Segment("SCC", FIRM if firm else OUTLOOK))
            for row in called.to_dicts():
                date = Segment("DTM", ["2", f"{row['date']:%Y%m%d}", DAY])
                for code, amount in ((DELIVER, row["units"]), (SCHEDULED, row["cumulative"])):
                    message.add_segment(Segment("QTY", [code, _amount(amount), unit]))
                    message.add_segment(date)
    return _interchange([message], supplier, call_offs, hub, call_offs.number)


def write_deljit(call_offs: CallOffs, supplier: str, hub: Hub) -> str:
    """Write the production-synchronous call-off of a supplier: one DELJIT message a day of a line.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off; its messages can carry its names (see `sendable`).
    supplier : str
        Supplier.
    hub : Hub
        The hub: its name is the buyer, units are those of its parts.

    Returns
    -------
    str
        The interchange.
    """
    own = call_offs.takts.filter(pl.col("supplier") == supplier)
    units = _units(hub)
    messages = []
    days = own.sort("date", "line", "position", "part", "order").group_by(
        "date", "line", maintain_order=True
    )
    for count, ((date, line), day) in enumerate(days, start=1):
        message = Message(str(count), ["DELJIT", *VERSION])
        assert isinstance(date, dt.date)
        _head(message, "242", call_offs, date, date)
        _numbers(message, call_offs)
        _parties(message, supplier, hub)
        message.add_segment(Segment("NAD", "ST", [_code(hub), "", "92"]))
        if line != ONE_LINE:
            message.add_segment(Segment("LOC", LINE, [str(line), "", "92"]))
        takts = day.group_by("position", "time", maintain_order=True)
        for (position, moment), rows in takts:
            action = "" if rows["units"].sum() > 0 else DELETED
            message.add_segment(Segment("SEQ", action, [str(position)]))
            message.add_segment(Segment("DTM", ["2", f"{moment:%Y%m%d%H%M}", MINUTE]))
            for item, row in enumerate(rows.to_dicts(), start=1):
                message.add_segment(Segment("LIN", str(item), "", [row["part"], "IN"]))
                message.add_segment(Segment("RFF", ["ON", row["order"]]))
                amount = [DELIVER, _amount(row["units"]), units.get(row["part"], "PCE")]
                message.add_segment(Segment("QTY", amount))
        messages.append(message)
    return _interchange(messages, supplier, call_offs, hub, call_offs.number + "J")


def _head(message: Message, code: str, call_offs: CallOffs, first: dt.date, last: dt.date) -> None:
    function = "5" if call_offs.replaces else "9"
    for segment in (
        Segment("BGM", code, call_offs.number, function),
        Segment("DTM", ["137", f"{call_offs.date:%Y%m%d}", DAY]),
        Segment("DTM", ["158", f"{first:%Y%m%d}", DAY]),
        Segment("DTM", ["159", f"{last:%Y%m%d}", DAY]),
    ):
        message.add_segment(segment)


def _numbers(message: Message, call_offs: CallOffs) -> None:
    message.add_segment(Segment("RFF", ["AAN", call_offs.number]))
    if call_offs.replaces:
        message.add_segment(Segment("RFF", ["AIF", call_offs.replaces]))


def _parties(message: Message, supplier: str, hub: Hub) -> None:
    message.add_segment(Segment("NAD", "BY", [_code(hub), "", "92"]))
    message.add_segment(Segment("NAD", "SE", [supplier, "", "92"]))


def _interchange(
    messages: Sequence[Message], supplier: str, call_offs: CallOffs, hub: Hub, reference: str
) -> str:
    stamp = dt.datetime.combine(call_offs.date, dt.time())
    interchange = Interchange(_code(hub), supplier, reference, SYNTAX, stamp)
    for message in messages:
        interchange.add_message(message)
    return interchange.serialize(break_lines=True)


def _code(hub: Hub) -> str:
    """Return the plant's code: the hub's name in ASCII, without signs, at most 35 characters."""
    kept = "".join(sign for sign in hub.settings.name.upper() if sign.isascii() and sign.isalnum())
    return kept[:35] or "PLANT"


def _units(hub: Hub) -> dict[str, str]:
    """Return the units of parts as of UN/ECE recommendation 20.

    A part that the hub has no longer, and that is revoked, counts in pieces.
    """
    codes = {"kg": "KGM", "g": "GRM", "t": "TNE", "l": "LTR", "m": "MTR", "m2": "MTK", "m3": "MTQ"}
    return {
        part: codes[unit.strip().casefold()] if is_continuous(unit) else "PCE"
        for part, unit in hub["parts"].select("part", "unit").iter_rows()
    }


def _amount(units: float) -> str:
    """Return a quantity without an exponent and without zeros behind the mark."""
    text = f"{units:.6f}".rstrip("0").rstrip(".")
    return text or "0"
