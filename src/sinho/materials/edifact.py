"""Call-offs as UN/EDIFACT messages of directory D.04A: DELFOR by day, DELJIT by takt."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Sequence
from typing import Any

import polars as pl
from pydifact.constants import Element
from pydifact.exceptions import MissingImplementationWarning
from pydifact.parser import Parser
from pydifact.segmentcollection import Interchange, Message
from pydifact.segments import Segment

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.materials.allot import is_continuous
from sinho.results import CallOffs
from sinho.results.supply import DAYS, TAKTS

VERSION = ("D", "04A", "UN")
"""Message version, release and controlling agency that every UNH states."""

SYNTAX = ("UNOC", 3)
FIRM, OUTLOOK = "1", "4"
"""SCC, delivery plan commitment level (4017): firm; planning or forecast."""
DELIVER, SCHEDULED, RECEIVED = "113", "3", "70"
"""QTY (6063): quantity to be delivered; cumulative quantity; cumulative quantity received."""
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
    """Write the production-synchronous call-off of a supplier: one DELJIT message a day.

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
    days = own.sort("date", "position", "part", "order").group_by("date", maintain_order=True)
    for count, ((date,), day) in enumerate(days, start=1):
        message = Message(str(count), ["DELJIT", *VERSION])
        assert isinstance(date, dt.date)
        _head(message, "242", call_offs, date, date)
        _numbers(message, call_offs)
        _parties(message, supplier, hub)
        message.add_segment(Segment("NAD", "ST", [_code(hub), "", "92"]))
        takts = day.group_by("position", "time", maintain_order=True)
        for (position, moment), rows in takts:
            action = "" if rows["units"].sum() > 0 else DELETED
            message.add_segment(Segment("SEQ", action, [str(position)]))
            message.add_segment(Segment("DTM", ["2", f"{moment:%Y%m%d%H%M}", MINUTE]))
            for line, row in enumerate(rows.to_dicts(), start=1):
                message.add_segment(Segment("LIN", str(line), "", [row["part"], "IN"]))
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


def read_edifact(texts: Sequence[tuple[str, str]]) -> CallOffs:
    """Read a call-off back from its DELFOR and DELJIT interchanges.

    Parameters
    ----------
    texts : sequence of (str, str)
        Name and content of each file.

    Returns
    -------
    CallOffs
        The call-off; rows in the order in which `call_offs` gives them.

    Raises
    ------
    DataError
        When a file is no such interchange, counts or references do not agree, or the files belong
        to different call-offs.
    """
    problems: list[Problem] = []
    heads: list[tuple[str, str, dt.date, str | None]] = []
    days: list[tuple[Any, ...]] = []
    takts: list[tuple[Any, ...]] = []
    horizons: dict[str, list[dt.date]] = {"DELFOR": [], "DELJIT": []}
    for name, text in texts:
        try:
            segments = _segments(text)
            found = envelope_problems(name, segments)
            problems += found
            if found:
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", MissingImplementationWarning)
                interchange = Interchange.from_segments(segments)
            for message in interchange.get_messages():
                heads.append((name, *_read_message(message, days, takts, horizons)))
        except DataError as error:
            problems += [Problem(name, p.rule, row=p.row, value=p.value) for p in error.problems]
        except Exception as error:  # pydifact raises many kinds of errors on text that is no EDI
            rule = f"the file is no EDIFACT call-off: {type(error).__name__}: {error}"
            problems.append(Problem(name, rule))
    numbers = {head[1:] for head in heads}
    if len(numbers) > 1 and not problems:
        rule = "the files belong to different call-offs"
        listed = ", ".join(sorted({str(head[1]) for head in heads}))
        problems.append(Problem(heads[-1][0], rule, value=listed))
    if not heads and not problems:
        problems.append(Problem("call-off", "there is no EDIFACT message"))
    if problems:
        raise DataError(problems)
    number, date, replaces = next(iter(numbers))
    covered = horizons["DELFOR"] or horizons["DELJIT"]
    return CallOffs(
        days=pl.DataFrame(days, schema=DAYS, orient="row").sort("supplier", "part", "date"),
        takts=pl.DataFrame(takts, schema=TAKTS, orient="row").sort(
            "supplier", "date", "position", "part", "order"
        ),
        number=number,
        date=date,
        replaces=replaces,
        first=min(covered, default=None),
        last=max(covered, default=None),
    )


def _segments(text: str) -> list[Segment]:
    """Parse a text into its segments; pydifact has no directory of service segments to warn of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingImplementationWarning)
        return list(Parser().parse(text))


def envelope_problems(name: str, segments: Sequence[Segment]) -> list[Problem]:
    """Check an interchange's service segments: counts, references, version.

    Parameters
    ----------
    name : str
        Name of the file.
    segments : sequence of Segment
        Its segments.

    Returns
    -------
    list of Problem
        UNH against UNT (reference, number of segments), UNB against UNZ (reference, number of
        messages), and messages of another type or directory than the pinned one.
    """
    problems = []

    def say(row: int, rule: str, value: object) -> None:
        problems.append(Problem(name, rule, row=row, value=str(value)))

    begun, messages = 0, 0
    head: Segment | None = None
    for row, segment in enumerate(segments, start=1):
        if segment.tag == "UNH":
            begun, head, messages = row, segment, messages + 1
            kind = segment[1]
            if not isinstance(kind, list) or kind[0] not in ("DELFOR", "DELJIT"):
                say(row, "the message is neither DELFOR nor DELJIT", kind)
            elif tuple(kind[1:4]) != VERSION:
                say(row, f"the message is not of directory {'.'.join(VERSION[:2])}", kind[1:4])
        elif segment.tag == "UNT":
            count = row - begun + 1
            if segment[0] != str(count):
                say(row, f"UNT counts other segments than there are, {count}", segment[0])
            if head is None or segment[1] != head[0]:
                say(row, "UNT has another reference than UNH", segment[1])
        elif segment.tag == "UNZ":
            if segment[0] != str(messages):
                say(row, f"UNZ counts other messages than there are, {messages}", segment[0])
            unb = next((s for s in segments if s.tag == "UNB"), None)
            if unb is None or segment[1] != unb[4]:
                say(row, "UNZ has another reference than UNB", segment[1])
    if not segments or segments[-1].tag != "UNZ":
        say(len(segments), "the interchange does not end with UNZ", "")
    return problems


def _component(element: Element | None, place: int) -> str:
    """Return a component of an element, empty where there is none."""
    if isinstance(element, (list, tuple)):
        return str(element[place]) if len(element) > place else ""
    return str(element) if element is not None and place == 0 else ""


def _read_message(
    message: Message,
    days: list[tuple[Any, ...]],
    takts: list[tuple[Any, ...]],
    horizons: dict[str, list[dt.date]],
) -> tuple[str, dt.date, str | None]:
    """Read one message into the rows of its table; return number, date and what is replaced."""
    number, date, replaces, supplier = "", dt.date.min, None, ""
    part, position, moment, order, firm = "", 0, dt.datetime.min, "", True
    amount = 0.0
    day = dt.date.min
    kind = ""
    for row, segment in enumerate(message.segments, start=2):
        tag = segment.tag
        try:
            code, value = _component(segment[0], 0), _component(segment[0], 1)
            if tag == "BGM":
                number = _component(segment[1], 0)
            elif tag == "RFF" and code == "AIF":
                replaces = value
            elif tag == "RFF" and code == "ON":
                order = value
            elif tag == "NAD" and code == "SE":
                supplier = _component(segment[1], 0)
            elif tag == "DTM" and code == "137":
                date = dt.datetime.strptime(value, "%Y%m%d").date()
            elif tag == "DTM" and code in ("158", "159"):
                day = dt.datetime.strptime(value, "%Y%m%d").date()
                horizons[message.type].append(day)
            elif tag == "LIN":
                part, kind = _component(segment[2], 0), ""
            elif tag == "SCC":
                firm = code == FIRM
            elif tag == "SEQ":
                position = int(_component(segment[1], 0))
            elif tag == "QTY":
                kind = code
                if kind == DELIVER:
                    amount = float(value)
                    if message.type == "DELJIT":
                        takts.append((part, supplier, day, position, moment, order, amount))
                elif kind == SCHEDULED:
                    total = float(value)
            elif tag == "DTM" and code == "2" and message.type == "DELJIT":
                moment = dt.datetime.strptime(value, "%Y%m%d%H%M")
            elif tag == "DTM" and code == "2" and kind == SCHEDULED:
                delivery = dt.datetime.strptime(value, "%Y%m%d").date()
                days.append((part, supplier, delivery, amount, total, firm))
        except ValueError as error:
            rule = f"segment {tag} cannot be read: {error}"
            raise DataError([Problem("message", rule, row=row)]) from error
    return number, date, replaces
