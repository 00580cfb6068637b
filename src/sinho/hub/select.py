"""Values and conditions of scenario changes: which rows are meant, and what they are set to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import polars as pl

from sinho.errors import nearest
from sinho.hub.misread import explain, explain_choice
from sinho.hub.schema import LIST_SEPARATOR, Field
from sinho.hub.text import clean, parse, python_column, render

Issue = tuple[str, str]
Unmet = tuple[str, str, str]
_ORDERED = ("number", "integer", "month", "date", "day", "period")


def typed_value(spec: Field, value: Any) -> tuple[Any, Issue | None]:
    """Turn a value of a scenario into the type of its field.

    Parameters
    ----------
    spec : Field
        The field.
    value : str, int, float, bool, date or list
        The value as given; an empty text stands for an empty cell.

    Returns
    -------
    value : Any
        The typed value; the field's default (or None) for an empty text.
    issue : tuple of (str, str) or None
        Rule and hint when the value does not fit.
    """
    if isinstance(value, dict) or (isinstance(value, list | tuple) and spec.kind != "list"):
        return None, ("must be one value", f"{spec.meaning}")
    if isinstance(value, bool) and spec.kind != "flag":
        return None, ("must not be true or false", spec.meaning)
    if isinstance(value, str | int | dt.date):
        return _read_once(spec, value)
    return _read(spec, value)


def _read(spec: Field, value: Any) -> tuple[Any, Issue | None]:
    text = clean(python_column(spec.name, [value]))
    exact = None
    if isinstance(value, int | float) and spec.kind in ("number", "integer"):
        exact = pl.Series(spec.name, [float(value)])
    parsed = parse(text, spec, exact)[0]
    if parsed is None:
        if text[0] is not None:
            return None, explain(text[0], spec)
        return spec.default, None
    if spec.choices and parsed not in spec.choices:
        return None, explain_choice(parsed, spec)
    return parsed, None


_read_once = lru_cache(10_000, typed=True)(_read)
"""Scenarios name the same values again and again, and are read more than once."""


def condition(spec: Field, value: Any) -> tuple[pl.Expr, Issue | None]:
    """Turn one entry of ``where`` into a Polars condition.

    Parameters
    ----------
    spec : Field
        The field.
    value : Any
        A value, a list of values, or text: ``a..b`` (either side may be left out), ``>=x``,
        ``<=x``, ``!=x``. For a field that holds a list, whether it holds the value.

    Returns
    -------
    expression : polars.Expr
        True in the rows that are meant.
    issue : tuple of (str, str) or None
        Rule and hint when the value does not fit.
    """
    column = pl.col(spec.name)
    nothing = pl.lit(False)
    if isinstance(value, str):
        text = value.strip()
        for sign in (">=", "<=", "!="):
            if text.startswith(sign) and (sign == "!=" or spec.kind in _ORDERED):
                low, high, issue = _bounds(spec, text[2:].strip())
                if issue:
                    return nothing, issue
                if sign == ">=":
                    return column >= low, None
                if sign == "<=":
                    return column <= high, None
                return ~_equal(spec, text[2:].strip())[0], None
        if ".." in text and spec.kind in _ORDERED:
            first, _, last = (part.strip() for part in text.partition(".."))
            return _between(spec, first, last)
    if isinstance(value, list | tuple):
        if not value:
            return nothing, ("the list is empty", "Name at least one value.")
        expression = nothing
        for item in value:
            one, issue = _equal(spec, item)
            if issue:
                return nothing, issue
            expression = expression | one
        return expression, None
    return _equal(spec, value)


def _equal(spec: Field, value: Any) -> tuple[pl.Expr, Issue | None]:
    column = pl.col(spec.name)
    if isinstance(value, str) and not value.strip():
        if spec.default is not None:
            return column == pl.lit(spec.default), None
        return column.is_null(), None
    if spec.kind in ("date", "day") and isinstance(value, str) and len(value.strip()) == 7:
        return _between(spec, value, value)
    typed, issue = typed_value(spec, value)
    if issue:
        return pl.lit(False), issue
    if spec.kind == "list":
        members = column.fill_null("").str.split(LIST_SEPARATOR)
        return members.list.contains(pl.lit(typed)), None
    return column.eq_missing(pl.lit(typed, dtype=spec.dtype)), None


def _between(spec: Field, first: str, last: str) -> tuple[pl.Expr, Issue | None]:
    column = pl.col(spec.name)
    expression = pl.lit(True)
    if not first and not last:
        return pl.lit(False), ("the range has no ends", "Write such as 2026-01..2026-06.")
    low = high = None
    if first:
        low, _, issue = _bounds(spec, first)
        if issue:
            return pl.lit(False), issue
        expression = expression & (column >= low)
    if last:
        _, high, issue = _bounds(spec, last)
        if issue:
            return pl.lit(False), issue
        expression = expression & (column <= high)
    if low is not None and high is not None and low > high:
        return pl.lit(False), ("the range ends before it starts", f"Write {last}..{first}.")
    return expression, None


def _bounds(spec: Field, text: str) -> tuple[Any, Any, Issue | None]:
    """Return the least and the greatest value that a text means (a month holds many dates)."""
    if spec.kind in ("date", "day") and len(text) == 7:
        month = Field(spec.table, spec.name, "month", spec.unit, spec.meaning)
        first, issue = typed_value(month, text)
        if issue or first is None:
            return None, None, issue
        after = (first + dt.timedelta(days=32)).replace(day=1)
        return first, after - dt.timedelta(days=1), None
    if spec.kind == "period" and len(text) == 4:
        return text, f"{text}-12", None
    value, issue = typed_value(spec, text)
    return value, value, issue


def unmet(frame: pl.DataFrame, specs: Mapping[str, Field], where: dict[str, Any]) -> list[Unmet]:
    """Return the values of conditions that no row of a table holds, though others may.

    A name in a list that is nowhere in its column, or one behind ``!=``, is most often misspelt
    or was renamed: the change would mean fewer rows, or more, than it says.

    Parameters
    ----------
    frame : polars.DataFrame
        The table.
    specs : dict of str to Field
        Its fields.
    where : dict
        The conditions, all well formed.

    Returns
    -------
    list of (str, str, str)
        Field, value and hint.
    """
    found = []
    for name, value in where.items():
        spec, items = specs[name], []
        if isinstance(value, list | tuple):
            items = list(value)
        elif isinstance(value, str) and value.strip().startswith("!=") and spec.refers:
            items = [value.strip()[2:].strip()]
        for item in items:
            if not frame.filter(_equal(spec, item)[0]).height:
                found.append((name, str(item), why_none(frame, specs, {name: item})[1]))
    return found


def why_none(frame: pl.DataFrame, specs: Mapping[str, Field], where: dict[str, Any]) -> Issue:
    """Say why no row of a table meets all conditions.

    Parameters
    ----------
    frame : polars.DataFrame
        The table.
    specs : dict of str to Field
        Its fields.
    where : dict
        The conditions, all well formed.

    Returns
    -------
    tuple of (str, str)
        Name of the field to look at, and a hint.
    """
    if frame.is_empty():
        return "", "The table has no rows."
    for name, value in where.items():
        if frame.filter(condition(specs[name], value)[0]).height:
            continue
        known = frame[name].drop_nulls()
        if known.is_empty():
            return name, f"No row gives {name}."
        if specs[name].kind in _ORDERED:
            ends = pl.Series([known.min(), known.max()], dtype=specs[name].dtype)
            low, high = render(ends, specs[name]).to_list()
            return name, f"{name} runs from {low} to {high} in the table."
        given = value if isinstance(value, str) else ", ".join(str(item) for item in value)
        return name, nearest(given, known.unique().sort().to_list())
    return "", "Each condition is met by some row, but no row meets them all."
