"""Checks a hub's tables: cells by their fields, keys, references, and rules between tables."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

import dataframely as dy
import polars as pl

from sinho.errors import Problem, nearest
from sinho.hub.cells import Raw, Typed, typed
from sinho.hub.hub import Checked
from sinho.hub.lines import ONE_LINE
from sinho.hub.misread import explain_choice
from sinho.hub.places import ROW, Offence, PlacedProblem, about_table, found
from sinho.hub.rules import RULES, Rule, Tables
from sinho.hub.schema import LIST_SEPARATOR, NEEDED, TABLES, Field, empty, fields, plain
from sinho.hub.text import render

LOST = "\ufffd"
"""Stands for letters of a file in another encoding, which is a problem of its own."""

LINES, ROUTES = (("lines", "line"),), "model_lines"
"""Where lines are named, and the one table that names none where ``lines`` has no rows. Others may
then name `ONE_LINE`, as results do."""

NOTHING = Checked({}, {})
"""What was checked before where nothing was."""


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
    if all(_fits(table.frame[spec.name], spec) for spec in fields(name).values()) and _differ(
        table.frame, name
    ):
        return
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


def _fits(column: pl.Series, spec: Field) -> bool:
    """Return whether a column keeps its field's rules: a look that costs less than the library's.

    The schema class says what is wrong, and where, in a table that does not pass this.
    """
    if column.null_count():
        if not spec.nullable:
            return False
        if column.null_count() == column.len():
            return True
    if spec.choices:
        return set(column.unique()) <= {*spec.choices, None}
    if spec.lower is not None:
        least: Any = column.min()
        if least < spec.lower or (spec.lower_open and least == spec.lower):
            return False
    most: Any = None if spec.upper is None else column.max()
    return most is None or bool(most <= spec.upper)


def _differ(frame: pl.DataFrame, name: str) -> bool:
    """Return whether the rows of a table differ in their keys."""
    keys = [frame[spec.name] for spec in fields(name).values() if spec.key]
    if len(keys) > 1:
        return not pl.DataFrame(keys).is_duplicated().any()
    return not keys or keys[0].n_unique() == frame.height


def _out_of_bounds(name: str, spec: Field, rows: list[int], values: pl.Series) -> Offence:
    """Name the bound that cells are beyond: all of them are on one side."""
    unit = "" if spec.unit in ("-", "1") else f" {spec.unit}"
    if spec.lower is not None and values[rows[0]] <= spec.lower:
        bound = f"{'more than' if spec.lower_open else 'at least'} {plain(spec.lower)}"
    else:
        bound = f"at most {plain(cast('float', spec.upper))}"

    def hint(index: int) -> str:
        value = values[index]
        if value < 0 <= (spec.lower or 0):
            return "It cannot be negative."
        if spec.upper == 1 and 1 < value < 2:
            return "Shares are given as 0 to 1, and 1 is all of it."
        if spec.upper == 1 and 2 <= value <= 100:
            return f"Shares are given as 0 to 1: {value:g} % is {value / 100:g}."
        if value == 0:
            return "It cannot be zero."
        if spec.upper is not None and value > spec.upper and "no limit" in spec.meaning:
            return "Check the digits and the unit; an empty cell means that there is no limit."
        return f"{spec.meaning} Check the digits and the unit."

    return Offence(name, rows, spec.name, f"must be {bound}{unit}", hint)


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
        cells = {key: render(table.frame[key].slice(index, 1), specs[key])[0] for key in keys}
        parts = [f"{key} {text}" for key, text in cells.items() if text]
        other = before[index]
        row = table.place.row(other)
        at = f"row {row}" if row is not None else table.place.file(other)
        return f"the same {', '.join(parts)} stands in {at} already"

    def hint(index: int) -> str:
        if index in table.place.notes:
            return "Change the row with set and where, or take it out of insert."
        return "Keep one of the two rows."

    yield Offence(name, again[ROW].to_list(), keys[0], rule, hint)


def reference_offences(
    tables: Mapping[str, Typed], judged: Iterable[str], unknown: frozenset[str] = frozenset()
) -> Iterator[Offence]:
    """Check that every name that is referred to exists.

    Parameters
    ----------
    tables : mapping of str to Typed
        All tables.
    judged : iterable of str
        The tables whose references are checked.
    unknown : frozenset of str
        Tables that could not be read as a whole; references to them are not judged.

    Yields
    ------
    Offence
        One for each field that refers to names that do not exist.
    """
    names: dict[tuple[str, str], list[str]] = {}
    for name in judged:
        if tables[name].frame.is_empty():
            continue
        for spec in fields(name).values():
            if not spec.refers or unknown & {other for other, _ in spec.refers}:
                continue
            for other, column in spec.refers:
                if (other, column) not in names:
                    names[other, column] = tables[other].frame[column].drop_nulls().to_list()
            known = dict.fromkeys(known for pair in spec.refers for known in names[pair])
            if isinstance(spec.default, str):
                known[spec.default] = None
            if spec.refers == LINES and name != ROUTES and not names[LINES[0]]:
                known[ONE_LINE] = None
            bad = _strangers(tables[name].frame[spec.name], known, spec)
            if bad:
                places = (tables[other].place.where for other, _ in spec.refers)
                yield _unknown(name, spec, bad, list(known), " or ".join(dict.fromkeys(places)))


def _strangers(column: pl.Series, known: Collection[str], spec: Field) -> dict[int, str]:
    """Return position and first unknown name of each record that refers to one."""
    strange = {}
    lost = any(LOST in name for name in known)
    for names in dict.fromkeys(column.to_list()):
        if names is None:
            continue
        members = names.split(LIST_SEPARATOR) if spec.kind == "list" else [names]
        unknown = next((member for member in members if member not in known), None)
        if unknown is not None and LOST not in unknown and (unknown.isascii() or not lost):
            strange[names] = unknown
    if not strange:
        return {}
    rows = column.is_in(list(strange)).arg_true()
    return {row: strange[names] for row, names in zip(rows, column.gather(rows), strict=True)}


def _unknown(name: str, spec: Field, bad: dict[int, str], known: list[str], places: str) -> Offence:
    """Say which names are unknown, and which were perhaps meant."""

    def rule(index: int) -> str:
        named = f"{bad[index]!r} " if spec.kind == "list" else ""
        return f"{named}is not in {places}"

    def hint(index: int) -> str:
        if not known:
            return f"{places} has no rows; add it there."
        if spec.kind == "list" and "," in bad[index]:
            return f"Part names with {LIST_SEPARATOR!r}, not with a comma."
        return f"{nearest(bad[index], known)} Or add it to {places}."

    return Offence(name, list(bad), spec.name, rule, hint)


def check_tables(
    raws: Mapping[str, Raw],
    unread: frozenset[str] = frozenset(),
    before: Checked = NOTHING,
) -> tuple[Checked, list[PlacedProblem]]:
    """Type and check all tables of a hub.

    Parameters
    ----------
    raws : mapping of str to Raw
        The tables that the input has.
    unread : frozenset of str
        Tables that could not be read (reported already).
    before : Checked
        Tables found without error, of which those stay that are not in ``raws``. What does not
        read others is not checked again.

    Returns
    -------
    checked : Checked
        Every table of the data dictionary.
    problems : list of PlacedProblem
        All problems and warnings of what was checked.
    """
    before = before if before.tables else _without_rows()
    kept = before.tables.keys() - raws.keys() - unread
    new = dict(zip(raws, typed(list(raws.values())), strict=True))
    tables = {name: new.get(name) or _unchanged(name, before) for name in TABLES}
    offences: list[Offence] = []
    for name, table in tables.items():
        offences += table.offences
        if table.frame.height and name not in kept:
            offences += schema_offences(table, name)
    of_cells = len(offences)
    problems = [
        about_table(name, _no_rows(raws[name]))
        for name in NEEDED
        if name in raws and raws[name].cells.height == 0 and name not in unread
    ]
    hollow = frozenset(name for name in NEEDED if tables[name].frame.is_empty())
    judged = [name for name in TABLES if not kept >= {name, *_referred(name)}]
    partial = frozenset(name for name, table in tables.items() if _in_part(name, table))
    offences += reference_offences(tables, judged, unread | hollow | partial)
    frames = {name: table.frame for name, table in tables.items()}
    reads: dict[Rule, frozenset[str]] = {}
    placed: dict[str, pl.DataFrame] = {}
    for rule in RULES:
        if rule in before.reads and kept >= before.reads[rule]:
            reads[rule] = before.reads[rule]
            continue
        view = Tables(frames, unread | partial, placed)
        offences += rule(view)
        reads[rule] = frozenset(view.read)
    places = {name: table.place for name, table in tables.items()}
    broken = {name: set(raw.broken) for name, raw in raws.items() if raw.broken}
    said = once(offences[:of_cells], offences[of_cells:], broken)
    return Checked(frames, reads), problems + found(said, places)


def once(
    cells: Sequence[Offence], rules: Sequence[Offence], broken: Mapping[str, Container[int]]
) -> list[Offence]:
    """Say of each cell what is wrong with it, and not also what follows from that.

    Parameters
    ----------
    cells : sequence of Offence
        Cells that break their field's own rules.
    rules : sequence of Offence
        What was found beyond: names, and rules between cells and tables.
    broken : mapping of str to container of int
        Records by table that are too short or too long; their cells may stand in wrong columns.

    Returns
    -------
    list of Offence
        Those of ``cells``; errors of ``rules`` on other cells; and the last warning on each cell
        without an error: doubts come behind the rules, and say more.
    """
    said: set[tuple[str, int, str | None]] = set()

    def tell(offences: Iterable[Offence]) -> None:
        said.update((o.table, row, o.column) for o in offences for row in o.rows if o.column)

    def fresh(offence: Offence) -> Offence:
        away = broken.get(offence.table, ())
        rows = [
            row
            for row in offence.rows
            if row not in away and (offence.table, row, offence.column) not in said
        ]
        return offence if len(rows) == len(offence.rows) else replace(offence, rows=rows)

    tell(offence for offence in cells if offence.severity == "error")
    errors = [fresh(offence) for offence in rules if offence.severity == "error"]
    tell([*errors, *cells])
    warnings = []
    for offence in reversed(rules):
        if offence.severity == "warning":
            warnings.append(fresh(offence))
            tell(warnings[-1:])
    return [*cells, *(offence for offence in (*errors, *reversed(warnings)) if offence.rows)]


def _in_part(name: str, table: Typed) -> bool:
    """Return whether a table cannot be read as a whole: for rules, rows seem to be missing."""
    return bool(table.missing) or any(fields(name)[column].key for column in table.refused)


def _unchanged(name: str, before: Checked) -> Typed:
    """Return a table that is checked already; one that was never given has no rows."""
    return Typed.of(name, before.tables[name])


@cache
def _without_rows() -> Checked:
    """Return all tables without rows, and what the rules read that find nothing wrong in them."""
    frames = {name: empty(name) for name in TABLES}
    reads: dict[Rule, frozenset[str]] = {}
    for rule in RULES:
        view = Tables(frames)
        if not list(rule(view)):
            reads[rule] = frozenset(view.read)
    return Checked(frames, reads)


@cache
def _referred(name: str) -> frozenset[str]:
    """Return the tables to which the fields of a table refer."""
    return frozenset(other for spec in fields(name).values() for other, _ in spec.refers)


def _no_rows(raw: Raw) -> Problem:
    need = ", ".join(f.name for f in fields(raw.table).values() if f.required)
    return Problem(raw.where, "the table has no rows", hint=f"Give at least one row with {need}.")
