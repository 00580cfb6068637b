"""Gives the cells of tables their types and fills in the defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from sinho.hub.misread import explain
from sinho.hub.places import Offence, Place
from sinho.hub.schema import Field, Kind, fields
from sinho.hub.text import as_text, clean, parse, plausible

EXPLAINED = 2000
_Column = tuple[pl.Series, pl.Series]
"""A column as it was found and as it is typed; both the same where it was typed already."""

_Unread = tuple[int, Field, tuple[pl.Series, ...]]
"""The table's place, the field, and the column as text, with its numbers where it has them."""

COUNTED = ("cars", "units", "units/month", "units/year", "mm", "kg", "CEU/month", "m2/month")
"""Units beside amounts of money in which thousands are usual."""

STACKED = 10_000
"""Columns up to this length are worked on together: a call costs more than so many cells."""


@dataclass(frozen=True)
class Raw:
    """The cells of one table as they were found.

    Parameters
    ----------
    table : str
        Name of the table.
    where : str
        File or sheet.
    cells : polars.DataFrame
        Known columns by field name; text, or any Python type for tables made in Python.
    rows : polars.Series of int, optional
        Spreadsheet row of each record; by default the record's position plus 2.
    missing : frozenset of str
        Required columns that the input does not have (reported already).
    broken : frozenset of int
        Positions of records that are too short or too long (reported already); their cells may
        stand in wrong columns and are not judged.
    notes : mapping of int to str
        Records that stand elsewhere (rows inserted by a scenario), by position.
    lines : mapping of str to int, optional
        Line of each field, where the table is no grid (the settings in ``hub.toml``).
    """

    table: str
    where: str
    cells: pl.DataFrame
    rows: pl.Series | None = None
    missing: frozenset[str] = frozenset()
    broken: frozenset[int] = frozenset()
    notes: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Typed:
    """A table with typed columns and filled defaults, and the cells that were refused."""

    frame: pl.DataFrame
    place: Place
    refused: Mapping[str, pl.Series] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    offences: tuple[Offence, ...] = ()

    @staticmethod
    def of(table: str, frame: pl.DataFrame) -> Typed:
        """Return a table that is typed and checked already."""
        return Typed(frame, Place(table, f"table {table}", frame))


def typed(raws: Sequence[Raw]) -> list[Typed]:
    """Give the columns of tables their types and fill in the defaults.

    Columns of one kind are read together, whatever table they stand in.

    Parameters
    ----------
    raws : sequence of Raw
        Cells as found.

    Returns
    -------
    list of Typed
        With an offence for every cell that is not of its field's type.
    """
    found: list[dict[str, _Column]] = [{} for _ in raws]
    kinds: dict[tuple[Kind, bool], list[_Unread]] = {}
    for place, raw in enumerate(raws):
        for name, spec in fields(raw.table).items():
            if name not in raw.cells.columns:
                continue
            cells = raw.cells[name]
            values = _as_it_is(cells, spec)
            if values is not None:
                found[place][name] = cells, values
                continue
            exact = None
            if spec.kind in ("number", "integer"):
                exact = cells if cells.dtype.is_numeric() else None
            given = (as_text(cells),) if exact is None else (as_text(cells), exact.cast(pl.Float64))
            kinds.setdefault((spec.kind, exact is not None), []).append((place, spec, given))
    for group in kinds.values():
        texts = _together(clean, [given[:1] for _, _, given in group])
        pairs = [(text, *given[1:]) for text, (_, _, given) in zip(texts, group, strict=True)]
        read = _together(partial(_parsed, group[0][1]), pairs)
        for (place, spec, _), text, values in zip(group, texts, read, strict=True):
            found[place][spec.name] = text, values.rename(spec.name)
    return [_table(raw, columns) for raw, columns in zip(raws, found, strict=True)]


def _as_it_is(cells: pl.Series, spec: Field) -> pl.Series | None:
    """Return a column that is of its field's type already; None where it has to be read."""
    if cells.dtype == spec.dtype:
        if spec.kind in ("integer", "flag"):
            return cells
        if spec.kind == "number" and cells.is_finite().all():
            return cells + 0.0
        if spec.kind in ("date", "day", "month") and plausible(cells, spec.kind):
            return cells
    return None


def _parsed(spec: Field, text: pl.Series, exact: pl.Series | None = None) -> pl.Series:
    return parse(text, spec, exact)


def _together(
    work: Callable[..., pl.Series], columns: Sequence[tuple[pl.Series, ...]]
) -> list[pl.Series]:
    """Do work cell by cell on many columns at once: a call costs more than a short column."""
    short = [given for given in columns if given[0].len() <= STACKED]
    if short:
        done = work(*(pl.concat(stack, rechunk=True) for stack in zip(*short, strict=True)))
    at, parts = 0, []
    for given in columns:
        length = given[0].len()
        if length > STACKED:
            parts.append(work(*given))
        else:
            parts.append(done.slice(at, length))
            at += length
    return parts


def _table(raw: Raw, found: Mapping[str, _Column]) -> Typed:
    """Put the columns of a table together, and name the cells that were refused."""
    columns, refused, offences = [], {}, []
    shown: list[pl.Series] = []
    height = raw.cells.height
    broken = pl.Series([False]).new_from_index(0, height)
    if raw.broken:
        broken = pl.Series(range(height), dtype=pl.Int64).is_in(list(raw.broken))
    for name, spec in fields(raw.table).items():
        if name not in found:
            columns.append(_filled(_repeated(name, None, spec, height), spec))
            continue
        text, values = found[name]
        wrong = None
        if values.null_count() != text.null_count():
            wrong = values.is_null() & text.is_not_null()
            if spec.kind == "list":
                wrong &= text.str.contains("[^;\\s]")
            if wrong.any():
                offences += _refusals(raw.table, text, wrong & ~broken, spec)
                refused[name] = wrong | broken
        if raw.broken and name not in refused:
            refused[name] = broken
        if spec.unit in COUNTED or spec.unit.startswith("currency"):
            offences += _points(raw.table, text, spec)
        shown.append(text.rename(name))
        columns.append(_filled(values, spec, wrong))
    place = Place(raw.table, raw.where, pl.DataFrame(shown), raw.rows, raw.notes, raw.lines)
    return Typed(pl.DataFrame(columns), place, refused, raw.missing, tuple(offences))


def _points(table: str, text: pl.Series, spec: Field) -> list[Offence]:
    """Warn of a column whose points look like thousands separators: 52.000, 1.250."""
    if text.dtype != pl.String or not text.str.contains(r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{2}0$").any():
        return []
    points = text.str.contains(".", literal=True)
    if not text.filter(points).str.contains(r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$").all():
        return []
    count = int(points.sum())
    first = int(points.fill_null(False).arg_max() or 0)
    number = float(text[first])
    said = "" if count == 1 else f" (in {count:,} rows, this is the first)"
    rule = f"is read as {number:g}: the point is the decimal sign{said}"
    hint = f"Write {number * 1000:.0f} if thousands are meant; else {number:g}, without zeros."
    return [Offence(table, [first], spec.name, rule, hint, "warning")]


def _repeated(name: str, value: object, spec: Field, height: int) -> pl.Series:
    one = pl.Series(name, [value], dtype=spec.dtype)
    return one.new_from_index(0, height)


def _filled(column: pl.Series, spec: Field, refused: pl.Series | None = None) -> pl.Series:
    """Fill empty cells with the default; refused ones stay null, so that no rule judges them."""
    if spec.default is None or not column.null_count():
        return column
    if refused is None and column.null_count() == column.len():
        return _repeated(column.name, spec.default, spec, column.len())
    filled = column.fill_null(pl.lit(spec.default, dtype=spec.dtype))
    return filled if refused is None else filled.set(refused, None)


def _refusals(table: str, text: pl.Series, wrong: pl.Series, spec: Field) -> list[Offence]:
    """Group refused cells by the rule that they break."""
    positions = wrong.arg_true().to_list()
    if not positions:
        return []
    groups: dict[str, list[int]] = {}
    hints: dict[int, str] = {}
    for index in positions[:EXPLAINED]:
        rule, hints[index] = explain(text[index], spec)
        groups.setdefault(rule, []).append(index)
    last = groups[rule]
    last += positions[EXPLAINED:]
    return [
        Offence(table, rows, spec.name, rule, hints.__getitem__) for rule, rows in groups.items()
    ]
