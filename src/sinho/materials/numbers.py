"""Numbers of call-offs: no two that replace each other, or the same one, have the same."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import replace

from sinho.hub.lines import ONE_LINE
from sinho.results import CallOffs

CONSONANTS, MARK = "BCDFGHJKLMNPQRSTVWXZ", 4
"""Letters that tell call-offs apart, and how many of them a number has; they make no words."""


def next_number(first: dt.date, replaced: CallOffs | None) -> str:
    """Return the number of a call-off: its first day, and a serial of two digits or more.

    The serial counts on from the call-off that is replaced, so that no two that replace each other
    have the same number, those from the same first day included.

    Parameters
    ----------
    first : datetime.date
        First day.
    replaced : CallOffs or None
        The call-off that it replaces.
    """
    serial = 1
    if replaced is not None:
        found = re.match(r"\d{6}(\d+)", replaced.number)
        serial += int(found[1]) if found else 0
    return f"{first:%y%m%d}{serial:02d}"


def marked(calls: CallOffs) -> CallOffs:
    """Return a call-off with four letters behind its number, which come from what it asks for.

    Two call-offs of the same day may replace the same one, as two runs that go on from one do.
    The letters tell them apart; the same call-off always has the same.
    """
    takts = calls.takts
    if (takts["line"] == ONE_LINE).all():
        takts = takts.drop("line")
    parts = [calls.days.write_csv(), takts.write_csv(), calls.replaces or ""]
    value = int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:8])
    letters = ""
    for _ in range(MARK):
        value, at = divmod(value, len(CONSONANTS))
        letters += CONSONANTS[at]
    return replace(calls, number=calls.number + letters)
