"""Strict reading of cells: from text to typed columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import polars as pl

from sinho.hub.schema import FIRST_YEAR, LAST_YEAR, LIST_SEPARATOR, Field, Kind

MONTH_FORMAT = "%Y-%m"
DATE_FORMAT = "%Y-%m-%d"
LARGEST_INTEGER = 2**53

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
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
_YES = {"yes": True, "true": True, "no": False, "false": False}


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
        ``column`` is wrong; `misread.explain` says why.
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
    plain = column.set(~column.str.contains(NUMBER), None)
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
