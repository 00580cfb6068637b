"""Checks a hub's tables: cells by their fields, keys, references, and rules between tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import dataframely as dy
import polars as pl

from sinho.errors import Problem, nearest
from sinho.hub.places import ROW, Found, Offence, Place, about_table, found
from sinho.hub.rules import RULES, Tables
from sinho.hub.schema import LIST_SEPARATOR, REQUIRED, TABLES, Field, empty, fields
from sinho.hub.text import clean, explain, explain_choice, parse, plausible, render

EXPLAINED = 2000


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
    exact : mapping of str to polars.Series
        Numbers at full precision behind the texts, by column.
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
    exact: Mapping[str, pl.Series] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    broken: frozenset[int] = frozenset()
    notes: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Typed:
    """A table with typed columns and filled defaults, and the cells that were refused."""

    frame: pl.DataFrame
    place: Place
    refused: Mapping[str, pl.Series]
    missing: frozenset[str]
    offences: tuple[Offence, ...]


def typed(raw: Raw) -> Typed:
    """Give a table's columns their types and fill in the defaults.

    Parameters
    ----------
    raw : Raw
        Cells as found.

    Returns
    -------
    Typed
        With an offence for every cell that is not of its field's type.
    """
    columns, refused, offences = [], {}, []
    shown: list[pl.Series] = []
    height = raw.cells.height
    broken = pl.Series(range(height), dtype=pl.Int64).is_in(list(raw.broken))
    for name, spec in fields(raw.table).items():
        if name not in raw.cells.columns:
            blank = pl.Series(name, [None] * height, dtype=spec.dtype)
            columns.append(_filled(blank, spec))
            continue
        text, values = _parsed(raw, name, spec)
        wrong = values.is_null() & text.is_not_null()
        if spec.kind == "list":
            wrong &= text.str.contains("[^;\\s]")
        if wrong.any():
            offences += _refusals(raw.table, text, wrong & ~broken, spec)
        if wrong.any() or raw.broken:
            refused[name] = wrong | broken
        shown.append(text.rename(name))
        columns.append(_filled(values, spec, wrong))
    place = Place(raw.table, raw.where, pl.DataFrame(shown), raw.rows, raw.notes, raw.lines)
    return Typed(pl.DataFrame(columns), place, refused, raw.missing, tuple(offences))


def _parsed(raw: Raw, name: str, spec: Field) -> tuple[pl.Series, pl.Series]:
    """Return a column as it was found and as typed; cells that are typed already stay so."""
    cells = raw.cells[name]
    if cells.dtype == spec.dtype:
        if spec.kind in ("integer", "flag"):
            return cells, cells
        if spec.kind == "number" and cells.is_finite().all():
            return cells, cells + 0.0
        if spec.kind in ("date", "month") and plausible(cells, spec.kind):
            return cells, cells
    exact = raw.exact.get(name)
    if exact is None and cells.dtype.is_numeric():
        exact = cells.cast(pl.Float64)
    text = clean(cells)
    return text, parse(text, spec, exact).rename(name)


def _filled(column: pl.Series, spec: Field, refused: pl.Series | None = None) -> pl.Series:
    """Fill empty cells with the default; refused ones stay null, so that no rule judges them."""
    if spec.default is None or not column.null_count():
        return column
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


@cache
def _with_row(table: str) -> Any:
    """Return the table's schema with a column for the record's position."""
    return type(TABLES[table].__name__, (TABLES[table],), {ROW: dy.Int64(nullable=False)})


def schema_offences(table: Typed, name: str) -> Iterator[Offence]:
    """Check every cell and key of a table against its schema class.

    Parameters
    ----------
    table : Typed
        The table.
    name : str
        Its name.

    Yields
    ------
    Offence
        One for each field and rule that is broken.
    """
    _, failure = _with_row(name).filter(table.frame.with_row_index(ROW).cast({ROW: pl.Int64}))
    counts = failure.counts()
    if not counts:
        return
    details = failure.details()
    specs = fields(name)
    for rule in counts:
        broken = details.filter(pl.col(rule) == "invalid")[ROW]
        if rule == "primary_key":
            yield from _duplicates(table, name)
            continue
        column, _, test = rule.partition("|")
        spec = specs[column]
        if column in table.refused:
            broken = broken.filter(~table.refused[column].gather(broken))
        if broken.is_empty():
            continue
        if test == "nullability":
            if column not in table.missing:
                rows = broken.to_list()
                yield Offence(name, rows, column, "must be given", f"Fill it in: {spec.meaning}")
        elif test == "check":
            values = table.frame[column]
            yield Offence(
                name,
                broken.to_list(),
                column,
                f"must be one of: {', '.join(spec.choices)}",
                lambda index, v=values, s=spec: explain_choice(v[index], s)[1],  # type: ignore[misc]
            )
        else:
            yield _out_of_bounds(name, spec, broken.to_list(), table.frame[column])


def _out_of_bounds(name: str, spec: Field, rows: list[int], values: pl.Series) -> Offence:
    unit = "" if spec.unit in ("-", "1") else f" {spec.unit}"
    low = "more than" if spec.lower_open else "at least"
    words = []
    if spec.lower is not None:
        words.append(f"{low} {spec.lower:g}")
    if spec.upper is not None:
        words.append(f"at most {spec.upper:g}")

    def hint(index: int) -> str:
        value = values[index]
        if spec.lower == 0 and value < 0:
            return "It cannot be negative."
        if spec.upper == 1 and 1 < value <= 100:
            return f"Shares are given as 0 to 1: {value:g} % is {value / 100:g}."
        if spec.lower_open and value == 0:
            return "It cannot be zero."
        return f"{spec.meaning} Check the digits and the unit."

    return Offence(name, rows, spec.name, f"must be {' and '.join(words)}{unit}", hint)


def _duplicates(table: Typed, name: str) -> Iterator[Offence]:
    """Name each record whose key occurs before, together with the first one."""
    keys = [f.name for f in fields(name).values() if f.key]
    frame = table.frame.select(keys).with_row_index(ROW)
    for column in keys:
        if column in table.refused:
            frame = frame.filter(~table.refused[column].gather(frame[ROW]))
    first = pl.col(ROW).first().over(keys).alias("first")
    again = frame.drop_nulls().with_columns(first).filter(pl.col(ROW) != pl.col("first"))
    if again.is_empty():
        return
    before = dict(again.select(ROW, "first").iter_rows())
    specs = fields(name)

    def rule(index: int) -> str:
        parts = [f"{key} {render(table.frame[key].slice(index, 1), specs[key])[0]}" for key in keys]
        other = before[index]
        row = table.place.row(other)
        at = f"row {row}" if row is not None else table.place.file(other)
        return f"the same {', '.join(parts)} stands in {at} already"

    def hint(index: int) -> str:
        if index in table.place.notes:
            return "Change the row with set and where, or take it out of insert."
        return "Keep one of the two rows."

    yield Offence(name, again[ROW].to_list(), keys[0], rule, hint)


def reference_offences(tables: Mapping[str, Typed], unknown: frozenset[str]) -> Iterator[Offence]:
    """Check that every name that is referred to exists.

    Parameters
    ----------
    tables : mapping of str to Typed
        All tables.
    unknown : frozenset of str
        Tables that could not be read; references to them are not judged.

    Yields
    ------
    Offence
        One for each field that refers to names that do not exist.
    """
    for name, table in tables.items():
        for spec in fields(name).values():
            if not spec.refers or unknown & {other for other, _ in spec.refers}:
                continue
            known = _known(tables, spec)
            broken = _strangers(table.frame[spec.name], known, spec)
            if broken.is_empty():
                continue
            bad = dict(broken.iter_rows())
            places = " or ".join(
                dict.fromkeys(tables[other].place.where for other, _ in spec.refers)
            )

            def rule(
                index: int,
                bad: dict[int, str] = bad,
                places: str = places,
                listed: bool = spec.kind == "list",
            ) -> str:
                named = f"{bad[index]!r} " if listed else ""
                return f"{named}is not in {places}"

            def hint(
                index: int,
                bad: dict[int, str] = bad,
                known: list[str] = known,
                spec: Field = spec,
                places: str = places,
            ) -> str:
                if not known:
                    return f"{places} has no rows; add it there."
                if spec.kind == "list" and "," in bad[index]:
                    return f"Part names with {LIST_SEPARATOR!r}, not with a comma."
                near = nearest(bad[index], known)
                return f"{near} Or add it to {places}."

            yield Offence(name, list(bad), spec.name, rule, hint)


def _known(tables: Mapping[str, Typed], spec: Field) -> list[str]:
    names: dict[str, None] = {}
    for other, column in spec.refers:
        names |= dict.fromkeys(tables[other].frame[column].drop_nulls().to_list())
    if isinstance(spec.default, str):
        names[spec.default] = None
    return list(names)


def _strangers(column: pl.Series, known: list[str], spec: Field) -> pl.DataFrame:
    """Return position and first unknown name of each record that refers to one."""
    frame = column.rename("name").to_frame().with_row_index(ROW).drop_nulls()
    if spec.kind == "list":
        frame = frame.with_columns(pl.col("name").str.split(LIST_SEPARATOR)).explode("name")
    known_names = pl.Series("name", known, dtype=pl.String)
    frame = frame.join(known_names.to_frame(), on="name", how="anti", maintain_order="left")
    return frame.unique(ROW, keep="first", maintain_order=True)


def check_tables(
    raws: Mapping[str, Raw], unread: frozenset[str] = frozenset()
) -> tuple[dict[str, pl.DataFrame], list[Found]]:
    """Type and check all tables of a hub.

    Parameters
    ----------
    raws : mapping of str to Raw
        The tables that the input has.
    unread : frozenset of str
        Tables that could not be read (reported already).

    Returns
    -------
    tables : dict of str to polars.DataFrame
        Every table of the data dictionary.
    problems : list of Found
        All problems and warnings.
    """
    tables = {name: typed(raws[name]) if name in raws else _absent(name) for name in TABLES}
    places = {name: table.place for name, table in tables.items()}
    offences: list[Offence] = []
    for name, table in tables.items():
        offences += table.offences
        if table.frame.height:
            offences += schema_offences(table, name)
    problems = [
        about_table(name, _no_rows(raws[name]))
        for name in REQUIRED
        if name in raws and raws[name].cells.height == 0 and name not in unread
    ]
    hollow = frozenset(name for name in REQUIRED if tables[name].frame.is_empty())
    offences += reference_offences(tables, unread | hollow)
    frames = {name: table.frame for name, table in tables.items()}
    partial = frozenset(name for name, table in tables.items() if table.missing)
    view = Tables({n: frame.with_row_index(ROW) for n, frame in frames.items()}, unread | partial)
    for check in RULES:
        offences += check(view)
    return frames, problems + found(offences, places)


def _absent(name: str) -> Typed:
    return Typed(empty(name), Place(name, f"table {name}", empty(name)), {}, frozenset(), ())


def _no_rows(raw: Raw) -> Problem:
    need = ", ".join(f.name for f in fields(raw.table).values() if f.required)
    return Problem(raw.where, "the table has no rows", hint=f"Give at least one row with {need}.")
