"""Reads call-offs back from UN/EDIFACT interchanges as suppliers and gateways pass them on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import polars as pl
from pydifact.constants import Element
from pydifact.segmentcollection import Message

from sinho.calloffs.edifact import DELIVER, FIRM, LINE, SCHEDULED
from sinho.calloffs.interchange import (
    component,
    envelope_problems,
    interchanges,
    messages_of,
    read_before,
)
from sinho.errors import DataError, Problem
from sinho.hub.lines import ONE_LINE
from sinho.hub.schema import UNITS
from sinho.results import CallOffs
from sinho.results.supply import DAYS, TAKTS

TIMES = {
    "101": ("%y%m%d", 6, "date YYMMDD"),
    "102": ("%Y%m%d", 8, "date YYYYMMDD"),
    "203": ("%Y%m%d%H%M", 12, "time YYYYMMDDHHMM"),
}
"""Form, length and words of the time formats (code list 2379) that are read."""


def read_edifact(texts: Sequence[tuple[str, str]]) -> CallOffs:
    """Read a call-off back from its DELFOR and DELJIT interchanges.

    Parameters
    ----------
    texts : sequence of (str, str)
        Name and content of each file, which may hold several interchanges.

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
    seen: dict[tuple[str, ...], str] = {}
    for file, text in texts:
        name = file
        try:
            for count, one in enumerate(interchanges(text), start=1):
                name = file if count == 1 else f"{file}, interchange {count}"
                found = envelope_problems(name, one.segments) or read_before(
                    name, one.segments, seen
                )
                problems += found
                for message in () if found else messages_of(one.segments):
                    read = _read_message(message, one.decimals, days, takts, horizons)
                    heads.append((name, *read))
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
    called = pl.DataFrame(days, schema=DAYS, orient="row")
    twice = called.filter(called.select("supplier", "part", "date").is_duplicated())
    if twice.height and not problems:
        row = twice.row(0, named=True)
        rule = f"part {row['part']} of supplier {row['supplier']} is called twice for {row['date']}"
        problems.append(Problem("call-off", rule))
    if problems:
        raise DataError(problems)
    number, date, replaces = next(iter(numbers))
    covered = horizons["DELFOR"] or horizons["DELJIT"]
    return CallOffs(
        days=called.sort("supplier", "part", "date"),
        takts=pl.DataFrame(takts, schema=TAKTS, orient="row").sort(
            "supplier", "date", "line", "position", "part", "order"
        ),
        number=number,
        date=date,
        replaces=replaces,
        first=min(covered, default=None),
        last=max(covered, default=None),
    )


def _amount_of(text: str, decimals: str) -> float:
    """Return a quantity; its decimal mark is the one that UNA gives, else a point or a comma.

    Raises
    ------
    ValueError
        When it is none.
    """
    if not re.fullmatch(rf"-?(\d+([{decimals}]\d*)?|[{decimals}]\d+)", text, flags=re.ASCII):
        mark = f" with the decimal mark {decimals!r} of UNA" if len(decimals) == 1 else ""
        raise ValueError(f"{text!r} is no number{mark}")
    return float(text.replace(",", "."))


def _time_of(element: Element | None, usual: str = "102") -> dt.datetime:
    """Return the point in time of a DTM segment, as its format qualifier (code list 2379) says.

    Raises
    ------
    ValueError
        When it is none, or of a format that no call-off has.
    """
    value, code = component(element, 1), component(element, 2) or usual
    taken = [usual] if usual == "203" else list(TIMES)
    if code not in taken:
        raise ValueError(f"time format {code!r} is none of {', '.join(taken)}")
    form, length, words = TIMES[code]
    try:
        if len(value) != length or not value.isdecimal() or not value.isascii():
            raise ValueError
        return dt.datetime.strptime(value, form)
    except ValueError:
        raise ValueError(f"{value!r} is no {words} (time format {code})") from None


def _read_message(
    message: Message,
    decimals: str,
    days: list[tuple[Any, ...]],
    takts: list[tuple[Any, ...]],
    horizons: dict[str, list[dt.date]],
) -> tuple[str, dt.date, str | None]:
    """Read one message into the rows of its table; return number, date and what is replaced."""
    number, date, replaces, supplier = "", dt.date.min, None, ""
    part, position, moment, order, firm = "", 0, dt.datetime.min, "", True
    line = ONE_LINE
    amount = 0.0
    day = dt.date.min
    kind = ""
    for row, segment in enumerate(message.segments, start=2):
        tag = segment.tag
        try:
            code, value = component(segment[0], 0), component(segment[0], 1)
            if tag == "BGM":
                number = component(segment[1], 0)
            elif tag == "RFF" and code == "AIF":
                replaces = value
            elif tag == "RFF" and code == "ON":
                order = value
            elif tag == "NAD" and code == "SE":
                supplier = component(segment[1], 0)
            elif tag == "LOC" and code == LINE:
                line = component(segment[1], 0) or ONE_LINE
            elif tag == "DTM" and code == "137":
                date = _time_of(segment[0]).date()
            elif tag == "DTM" and code in ("158", "159"):
                day = _time_of(segment[0]).date()
                horizons[message.type].append(day)
            elif tag == "LIN":
                part, kind = component(segment[2], 0), ""
            elif tag == "SCC":
                firm = code == FIRM
            elif tag == "SEQ":
                position = int(component(segment[1], 0))
            elif tag == "QTY":
                kind = code
                if kind == DELIVER:
                    amount = _amount_of(value, decimals)
                    if not 0 <= amount <= UNITS:
                        raise ValueError(f"{value!r} is no quantity that can be delivered")
                    if message.type == "DELJIT":
                        takts.append((part, supplier, day, line, position, moment, order, amount))
                elif kind == SCHEDULED:
                    total = _amount_of(value, decimals)
            elif tag == "DTM" and code == "2" and message.type == "DELJIT":
                moment = _time_of(segment[0], "203")
            elif tag == "DTM" and code == "2" and kind == SCHEDULED:
                delivery = _time_of(segment[0]).date()
                days.append((part, supplier, delivery, amount, total, firm))
        except ValueError as error:
            rule = f"segment {tag} cannot be read: {error}"
            raise DataError([Problem("message", rule, row=row)]) from error
    return number, date, replaces
