"""What the number format of a spreadsheet cell makes of its number: a date, a time, other digits.

Numbers of built-in formats, those of East Asian and Thai editions among them, are those of
ISO/IEC 29500-1, 18.8.30.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_DATES = (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59), *range(71, 82))
_ELAPSED = 46
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]|general', re.IGNORECASE)
_DAY_OR_TIME = re.compile(r"[dmyhs]|e(?![+-])", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|([-/ :.()])')
_FIRST_DAY = dt.datetime(1899, 12, 30)
_LAST_SERIAL = 2958466
"""Serial number of the year 10000."""


@dataclass(frozen=True)
class NumberFormat:
    """A number format.

    Parameters
    ----------
    kind : str
        ``number``, ``date`` (a date or a time of day) or ``elapsed`` (hours beyond a day).
    template : tuple of str
        What the cell shows of a whole number: ``0`` for a digit, and the letters between; empty
        where it shows its digits alone, or where it cannot be said.
    """

    kind: str = "number"
    template: tuple[str, ...] = ()

    def shown(self, number: float) -> str | None:
        """Return what the cell shows of a number, where it is more than its digits."""
        if not self.template or number < 0 or not number.is_integer():
            return None
        digits = list(str(int(number)))
        shown: list[str] = []
        first = self.template.index("0")
        for place in range(len(self.template) - 1, -1, -1):
            if self.template[place] == "0":
                shown.append(digits.pop() if digits else "0")
                if place == first:
                    shown += reversed(digits)
            else:
                shown.append(self.template[place][-1:])
        return "".join(reversed(shown))


def number_format(number: int, code: str | None) -> NumberFormat:
    """Return the format of a number or of a code such as ``yyyy-mm-dd``.

    Parameters
    ----------
    number : int
        Number of the format in the workbook.
    code : str or None
        Its code, None for a format that is built in.
    """
    if code is None:
        kind = "elapsed" if number == _ELAPSED else "date" if number in _DATES else "number"
        return NumberFormat(kind)
    plain = _ASIDE.sub("", _first(code))
    if re.search(r"\[(h+|m+|s+)\]", plain, re.IGNORECASE):
        return NumberFormat("elapsed")
    if _DAY_OR_TIME.search(plain):
        return NumberFormat("date")
    return NumberFormat("number", _template(_first(code)))


def _first(code: str) -> str:
    """Return the section of a format that concerns positive numbers."""
    found = re.match(r'(?:"[^"]*"|\\.|[^;"\\])*', code)
    return found[0] if found else ""


def _template(code: str) -> tuple[str, ...]:
    """Return the signs of a format of digits and letters; empty for any other."""
    code = re.sub(r"\[[^\]]*\]", "", code)
    signs: list[str] = []
    at = 0
    while at < len(code):
        found = _LITERAL.match(code, at)
        if found:
            # A digit that is shown as it stands is told from a place for one by its mark.
            signs += ["'" + letter for letter in found[1] or found[2] or found[3] or ""]
            at = found.end()
        elif code[at] == "0":
            signs.append("0")
            at += 1
        else:
            return ()
    return tuple(signs) if "0" in signs and signs != ["0"] and "'." not in signs else ()


def date_text(serial: float, *, since_1904: bool) -> str | None:
    """Return date and time of a serial number, as ``2026-03-01 00:00:00``; None where it is none.

    Parameters
    ----------
    serial : float
        Days since 30 December 1899 (from March 1900 on), or since 1 January 1904.
    since_1904 : bool
        Whether they count from 1904.
    """
    days = serial + 1462 if since_1904 else serial
    if not 0 <= days < _LAST_SERIAL:
        return None
    if days < 60:
        days += 1  # Excel takes 1900 for a leap year
    moment = _FIRST_DAY + dt.timedelta(milliseconds=round(days * 86_400_000))
    return moment.isoformat(" ", "milliseconds").removesuffix(".000")


def elapsed_text(days: float) -> str:
    """Return a duration in days as hours, minutes and seconds, as ``36:00:00``."""
    seconds = round(abs(days) * 86_400)
    sign = "-" if days < 0 else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
