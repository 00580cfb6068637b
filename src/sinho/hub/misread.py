"""Says what is wrong with a cell that cannot be read as what its column holds."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from calendar import monthrange

from sinho.errors import nearest
from sinho.hub.schema import FIRST_YEAR, LAST_YEAR, Field
from sinho.hub.text import DATE_FORMAT, FAILED, LARGEST_INTEGER, MONTH_FORMAT, NUMBER, UNCOMPUTED

_MINUS = "\u2010-\u2015\u2212\u00ad-"
"""Hyphens, dashes and minus signs, as they stand in a set of letters."""

_EXCEL_EPOCH = dt.date(1899, 12, 30)

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def explain(value: str, field: Field) -> tuple[str, str]:
    """Say what is wrong with a cell that `parse` refused.

    Parameters
    ----------
    value : str
        The cell as cleaned.
    field : Field
        What the cell should hold.

    Returns
    -------
    rule, hint : str
        The rule that is broken and what to do about it.
    """
    if value == UNCOMPUTED:
        return (
            "the value of this formula is not stored in the workbook",
            "Open the workbook in Excel and save it, or type the value.",
        )
    if re.fullmatch(FAILED, value):
        return "the formula in this cell gives an error", "Mend the formula or type the value."
    if field.kind in ("number", "integer"):
        return _explain_number(value, field)
    if field.kind in ("month", "date", "day", "period"):
        return _explain_day(value, field)
    if field.kind == "flag":
        return "must be yes or no", _flag_hint(value)
    if field.kind == "list" and not value.strip("; "):
        return "the list names nothing", "Part what it names by ;, or leave it empty."
    return (
        "holds an invisible control character",
        "Type the cell anew; text copied from other programs may carry such characters.",
    )


def explain_choice(value: str, field: Field) -> tuple[str, str]:
    """Say what is wrong with a value that is not among the choices of a field."""
    near = nearest(value, field.choices)
    rule = f"must be one of: {', '.join(field.choices)}"
    return rule, near if near.startswith("Did") else "Choose one of them."


def _flag_hint(value: str) -> str:
    guess = {"y": "yes", "1": "yes", "x": "yes", "on": "yes", "n": "no", "0": "no", "off": "no"}
    known = guess.get(value.casefold())
    return f"Write {known}." if known else "Write yes or no."


def _explain_number(value: str, field: Field) -> tuple[str, str]:
    whole = field.kind == "integer"
    rule = "must be a whole number" if whole else "must be a number"
    if re.fullmatch(NUMBER, value):
        number = float(value)
        if whole and abs(number) < LARGEST_INTEGER:
            low = math.floor(number)
            return rule, f"Write {low} or {low + 1}."
        return "the number is too large", "Check the digits and the unit."
    hint = _number_hint(value, field)
    if hint:
        return rule, hint
    if value.casefold() in ("inf", "+inf", "-inf", "infinity", "nan", "∞"):
        meaning = "leave the cell empty" if not field.required else "write the figure"
        return f"{rule}; {value} is none", f"If there is no limit or no figure, {meaning}."
    if value.casefold() in ("-", "–", "—", "n/a", "na", "none", "null", "tbd", "?", "unknown"):
        want = "write the figure" if field.required else "leave the cell empty"
        return rule, f"A figure is needed here; if it is not known, {want}, with basis 'assumed'."
    return f"{rule}, not text", f"Write the figure alone{_in_unit(field)}."


def _in_unit(field: Field) -> str:
    return "" if field.unit in ("-", "1") else f"; its unit is {field.unit}"


def _number_hint(value: str, field: Field) -> str:
    """Return what was probably meant by a number in another notation, or an empty text."""
    plain = unicodedata.normalize("NFKC", value)
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)
    if plain != value and re.fullmatch(NUMBER, plain):
        return f"Write {plain} with plain digits, 0 to 9."
    if re.fullmatch(r"[+-]?\d+,\d+", plain):
        point = plain.replace(",", ".")
        if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", plain):
            return (
                f"Write {plain.replace(',', '')} without thousands separator, or {float(point):g} "
                "if the comma is a decimal comma."
            )
        return f"Write {point}: the decimal sign is a point, not a comma."
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        return f"Write {plain.replace(',', '')} without thousands separators."
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", plain):
        point = plain.replace(".", "").replace(",", ".")
        return f"Write {point}: no thousands separators, and a decimal point."
    if re.fullmatch(r"[+-]?\d{1,3}(\.\d{3}){2,}", plain):
        return f"Write {plain.replace('.', '')} without thousands separators."
    if re.fullmatch(r"[+-]?\d{1,3}([\s'’_]\d{3})+([.,]\d+)?", plain):
        return f"Write {re.sub(r'[^0-9+.-]', '', plain.replace(',', '.'))} without gaps."
    if re.fullmatch(r"[+-]?[\d.]+\s*%", plain):
        number = plain.rstrip("% ")
        if field.unit == "1" and re.fullmatch(NUMBER, number):
            if field.upper is not None and float(number) > 100 * field.upper:
                return f"At most {field.upper:.0%} can be; shares are given as 0 to 1."
            return f"Write {float(number) / 100:g}: shares are given as 0 to 1."
        unit = "" if field.unit == "%" else _in_unit(field)
        return f"Write the figure without per cent sign{unit}."
    if re.fullmatch(r"\([\d.]+\)", plain):
        return f"Write -{plain[1:-1]} for a negative number."
    if re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", plain):
        return "The cell holds a date; format it as a number and type the figure."
    minus = re.fullmatch(rf"[{_MINUS}]?\s*(?P<number>\d+(\.\d+)?)\s*[{_MINUS}]?", plain)
    if minus:
        return f"Write -{minus['number']} if a negative number is meant."
    found = re.fullmatch(
        rf"(?P<pre>[^\d+{_MINUS}]*)(?P<number>[+-]?\d+(\.\d+)?)(?P<post>[^\d{_MINUS}]*)", plain
    )
    if found and (found["pre"].strip() or found["post"].strip()):
        return f"Write {found['number']} alone{_in_unit(field)}."
    return ""


def _explain_day(value: str, field: Field) -> tuple[str, str]:
    form = {
        "month": "a month YYYY-MM",
        "date": "a date YYYY-MM-DD",
        "day": "a date YYYY-MM-DD or a month YYYY-MM",
        "period": "YYYY or YYYY-MM",
    }
    rule = f"must be {form[field.kind]}"
    dated = field.kind in ("date", "day")
    iso = re.match(r"^(\d{4})-(\d{2})(?:-(\d{2}))?(?: \d\d:\d\d.*)?$", value)
    if iso:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3] or 1)
        if not 1 <= month <= 12:
            return f"there is no month {iso[2]}", "Months run from 01 to 12."
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return (
                f"the year {year} is outside {FIRST_YEAR} to {LAST_YEAR}",
                "Check the digits of the year.",
            )
        if field.kind == "date" and iso[3] is None:
            return rule, f"Add the day, such as {value}-01."
        last = monthrange(year, month)[1]
        if month == 2 and day == 29 and last == 28:
            return (
                f"there is no 29 February in {year}: it is not a leap year",
                f"Write {year}-02-28 or {year}-03-01.",
            )
        if not 1 <= day <= last:
            return (
                f"{year}-{month:02d} has no day {day}",
                f"Its last day is the {last}{'st' if last == 31 else 'th'}.",
            )
        if not dated:
            return rule, f"Write {year}-{month:02d}: a month is wanted here, not a day."
        return rule, f"Write {value[:10]} without the time of day."
    guess = _guess_month(value)
    serial = re.fullmatch(r"(\d{5})(\.0+)?", value)
    if serial and 18264 <= int(serial[1]) <= 109939:
        day_ = _EXCEL_EPOCH + dt.timedelta(days=int(serial[1]))
        text = day_.strftime(DATE_FORMAT if dated else MONTH_FORMAT)
        return rule, f"{value} is Excel's serial number of {day_}; write {text}."
    if guess and field.kind != "date":
        return rule, f"Write {guess}."
    dmy = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", value)
    if dmy:
        return rule, f"Write the year first, then month and day: {dmy[4]}-MM-DD."
    if guess:
        return rule, f"Write the day too, such as {guess}-01."
    ymd = re.fullmatch(r"(\d{4})\s*[./년-]\s*(\d{1,2})\s*[./월-]\s*(\d{1,2})\s*[.일]?", value)
    if ymd:
        text = f"{ymd[1]}-{int(ymd[2]):02d}"
        day_text = f"-{int(ymd[3]):02d}" if dated else ""
        return rule, f"Write {text}{day_text}."
    example = {
        "month": "2026-03",
        "date": "2026-03-31",
        "day": "2026-03-31 or 2026-03",
        "period": "2026 or 2026-03",
    }
    return rule, f"Write it as in {example[field.kind]}."


def _guess_month(value: str) -> str:
    """Return the month that is meant by another notation as YYYY-MM, or an empty text."""
    for pattern in (
        r"(?P<y>\d{4})\s*[./년-]\s*(?P<m>\d{1,2})\s*[월.]?",
        r"(?P<m>\d{1,2})[./-](?P<y>\d{4})",
        r"(?P<y>\d{4})(?P<m>\d{2})",
    ):
        found = re.fullmatch(pattern, value)
        if found and 1 <= int(found["m"]) <= 12:
            return f"{found['y']}-{int(found['m']):02d}"
    for pattern in (
        r"(?P<m>[A-Za-z]{3})[a-z]*[ .-]+(?P<y>\d{4}|\d{2})",
        r"(?P<y>\d{4}|\d{2})[ -](?P<m>[A-Za-z]{3})[a-z]*",
    ):
        found = re.fullmatch(pattern, value)
        if found and found["m"].lower() in _MONTH_NAMES:
            year = found["y"] if len(found["y"]) == 4 else f"20{found['y']}"
            return f"{year}-{_MONTH_NAMES.index(found['m'].lower()) + 1:02d}"
    return ""
