"""Strict reading of cells: from text to typed columns, and what is wrong with a refused cell."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable

import polars as pl

from sinho.errors import nearest
from sinho.hub.schema import FIRST_YEAR, LAST_YEAR, LIST_SEPARATOR, Field, Kind

MONTH_FORMAT = "%Y-%m"
DATE_FORMAT = "%Y-%m-%d"
LARGEST_INTEGER = 2**53

_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00(\.0+)?)?$"
_MONTH = r"^[0-9]{4}-[0-9]{2}(-01)?( 00:00:00(\.0+)?)?$"
_PERIOD = r"^[0-9]{4}(-[0-9]{2}(-01)?)?( 00:00:00(\.0+)?)?$"
_HIDDEN = "[\\x00-\\x08\\x0b-\\x1f\\x7f\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff]"
UNCOMPUTED = "#UNCOMPUTED!"
"""What stands for a formula whose value the workbook does not hold."""
FAILED = r"^(#(N/A|NV|UNCOMPUTED!|[A-ZÀ-Þ0-9/_]+[!?])|Err:[0-9]{3})$"
"""The errors of formulas, in any language of the spreadsheet."""
FORMULA = "'*[=+@-]."
"""How a text begins that a spreadsheet takes for a formula when it opens a CSV file."""
FILE_NAME = r"^\w([\w .()+-]*[\w()+-])?$"
"""A name that can be that of a file wherever hubs are read."""
_MINUS = "\u2010-\u2015\u2212\u00ad-"
"""Hyphens, dashes and minus signs, as they stand in a set of letters."""
_YES = {"yes": True, "true": True, "no": False, "false": False}
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def clean(column: pl.Series) -> pl.Series:
    """Return a column as text without outer blanks; what is then empty is null.

    Letters are composed (Unicode NFC) and line ends are line feeds, so that equal names are equal.
    """
    text = as_text(column)
    text = text.str.strip_chars()
    if text.str.contains("\r", literal=True).any():
        text = text.str.replace_all("\r\n?", "\n")
    if text.str.contains(r"[^\x00-\x7f]").any():
        text = text.str.normalize("NFC")
    return text.set(text == "", None)


def as_text(column: pl.Series) -> pl.Series:
    """Write any Python or Polars column as the text that a CSV file would hold."""
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind == pl.Boolean:
        return column.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    if kind == pl.Date:
        return column.dt.strftime(DATE_FORMAT)
    if kind == pl.Datetime:
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    if kind.is_float():
        return column.cast(pl.Float64).cast(pl.String).str.replace(r"\.0$", "")
    if kind == pl.List:
        return column.cast(pl.List(pl.String)).list.join(LIST_SEPARATOR)
    if kind == pl.Object:
        return pl.Series(column.name, [_python_text(v) for v in column], dtype=pl.String)
    return column.cast(pl.String)


def _python_text(value: object) -> str | None:
    """Write one Python value as the text that a CSV file would hold."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, (list, tuple, set, frozenset)):
        return LIST_SEPARATOR.join(str(_python_text(item)) for item in value)
    return str(value)


def python_column(name: str, values: list[object]) -> pl.Series:
    """Make a column of plain Python values; values of several types become text."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and kinds:
        return pl.Series(name, values, dtype=pl.Float64)
    if len(kinds) == 1 and kinds <= {str, bool, dt.date}:
        return pl.Series(name, values)
    return pl.Series(name, [_python_text(value) for value in values], dtype=pl.String)


def parse(column: pl.Series, field: Field, exact: pl.Series | None = None) -> pl.Series:
    """Turn a cleaned text column into the type of its field; cells that cannot be are null.

    Parameters
    ----------
    column : polars.Series of str
        Cells as cleaned by `clean`, of any length.
    field : Field
        What the column holds; its kind alone counts.
    exact : polars.Series of float, optional
        The numbers behind the texts, where the source (a workbook) keeps them at full precision.

    Returns
    -------
    polars.Series
        Of type ``field.dtype`` and the same length. A cell that is null here but not in
        ``column`` is wrong; `explain` says why.
    """
    return _PARSERS[field.kind](column, exact)


def _text(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    return column.set(column.str.contains(_HIDDEN) | column.str.contains(FAILED), None)


def _list(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    text = _text(column, exact)
    if not text.str.contains(r"\s*;\s*$|^\s*;|\s;|;\s|;;").any():
        return text
    parts = text.to_frame("x").select(
        pl.col("x")
        .str.split(LIST_SEPARATOR)
        .list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
        .list.join(LIST_SEPARATOR)
    )
    joined = parts["x"].rename(column.name)
    return joined.set(joined == "", None)


def _number(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    plain = column.set(~column.str.contains(_NUMBER), None)
    values = plain.cast(pl.Float64, strict=False)
    if exact is not None:
        both = values.is_not_null() & exact.is_not_null()
        values = pl.select(pl.when(both).then(exact).otherwise(values)).to_series()
    values = values.set(~values.is_finite(), None)
    return (values + 0.0).rename(column.name)


def _integer(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    values = _number(column, exact)
    wrong = (values != values.floor()) | (values.abs() > LARGEST_INTEGER)
    return values.set(wrong, None).cast(pl.Int64)


def _plausible(days: pl.Series) -> pl.Series:
    return days.set(~days.dt.year().is_between(FIRST_YEAR, LAST_YEAR), None)


def plausible(days: pl.Series, kind: Kind) -> bool:
    """Return whether all dates lie in sensible years and, for months, on first days."""
    years = days.dt.year().is_between(FIRST_YEAR, LAST_YEAR).all()
    return bool(years and (kind != "month" or (days.dt.day() == 1).all()))


def _date(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    day = column.set(~column.str.contains(_DAY), None).str.head(10)
    return _plausible(day.str.to_date(DATE_FORMAT, strict=False))


def _month(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    month = column.set(~column.str.contains(_MONTH), None).str.head(7)
    return _plausible((month + "-01").str.to_date(DATE_FORMAT, strict=False))


def _day(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    whole = column.str.contains(r"^\d{4}-\d{2}$").fill_null(False)
    return _date((column + "-01").zip_with(whole, column), exact)


def _period(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    text = column.set(~column.str.contains(_PERIOD), None)
    text = text.str.head(7)
    as_month = text.set(text.str.len_chars() == 4, None)
    as_year = text.set(text.str.len_chars() != 4, None)
    known = _plausible((as_month + "-01").str.to_date(DATE_FORMAT, strict=False)).is_not_null()
    known |= _plausible((as_year + "-01-01").str.to_date(DATE_FORMAT, strict=False)).is_not_null()
    return text.set(~known, None)


def _flag(column: pl.Series, exact: pl.Series | None) -> pl.Series:
    return column.str.to_lowercase().replace_strict(_YES, default=None, return_dtype=pl.Boolean)


_PARSERS: dict[str, Callable[[pl.Series, pl.Series | None], pl.Series]] = {
    "text": _text,
    "choice": _text,
    "list": _list,
    "number": _number,
    "integer": _integer,
    "month": _month,
    "date": _date,
    "day": _day,
    "flag": _flag,
    "period": _period,
}


def render(column: pl.Series, field: Field) -> pl.Series:
    """Write a typed column as the text of a CSV file; `parse` reads it back without loss.

    Parameters
    ----------
    column : polars.Series
        A column of type ``field.dtype``.
    field : Field
        What the column holds.
    """
    if field.kind == "month":
        return column.dt.strftime(MONTH_FORMAT)
    if field.kind == "day":
        whole = (column.dt.day() == 1).fill_null(False)
        return column.dt.strftime(MONTH_FORMAT).zip_with(whole, column.dt.strftime(DATE_FORMAT))
    return as_text(column)


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
    if re.fullmatch(_NUMBER, value):
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
    if plain != value and re.fullmatch(_NUMBER, plain):
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
        if field.unit == "1" and re.fullmatch(_NUMBER, number):
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
