"""Applies scenarios to a hub."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub.cells import Raw
from sinho.hub.check import NOTHING, check_tables
from sinho.hub.hub import Hub
from sinho.hub.places import ROW
from sinho.hub.scenario import (
    Change,
    Scenario,
    insert_values,
    is_column,
    place_of,
    scenario_problems,
)
from sinho.hub.schema import TABLES, fields, layout_of
from sinho.hub.select import condition, typed_value, unmet, why_none
from sinho.hub.text import render

BASE = "base"
"""The scenario that stands for the hub as it is, where the hub has none of that name."""

_KINDS = {"table": pl.String, "row": pl.String, "column": pl.String}
_KINDS |= {"before": pl.String, "after": pl.String}


@dataclass
class _Work:
    """Tables under change.

    Column ``row_`` holds a record's position in the hub, or a negative number for a record that
    was inserted; ``notes`` says where those come from.
    """

    tables: dict[str, pl.DataFrame]
    notes: dict[int, str]
    problems: list[Problem]


def apply_scenario(hub: Hub, scenario: str | Scenario) -> Hub:
    """Apply a scenario's changes to a hub and check the result.

    Parameters
    ----------
    hub : Hub
        The hub.
    scenario : str or Scenario
        Name of one of the hub's scenarios, or a scenario.

    Returns
    -------
    Hub
        A new hub with changed tables.

    Raises
    ------
    DataError
        For an unknown scenario, table or field, a change that no row meets, and for every rule
        that the changed hub breaks.
    """
    made, problems = applied(hub, scenario)
    if made is None:
        raise DataError([problem for problem in problems if problem.severity == "error"])
    return made


def applied(hub: Hub, scenario: str | Scenario) -> tuple[Hub | None, list[Problem]]:
    """Apply a scenario's changes and return every error and warning that they bring.

    Parameters
    ----------
    hub : Hub
        The hub.
    scenario : str or Scenario
        Name of one of the hub's scenarios, or a scenario.

    Returns
    -------
    hub : Hub or None
        A new hub with changed tables; None where there are errors.
    problems : list of Problem
        Of the rules that read what the scenario changes; warnings of the hub itself may be among
        them.

    Raises
    ------
    DataError
        For an unknown scenario.
    """
    chosen = _chosen(hub, scenario)
    work = _worked(hub, chosen)
    if work.problems:
        return None, work.problems
    steps = _lineage(hub, chosen)
    raws = {}
    for name, frame in work.tables.items():
        ids = frame[ROW].to_numpy()
        inserted = {int(at): work.notes[int(ids[at])] for at in (ids < 0).nonzero()[0]}
        touching = (step.where for step in steps if any(c.table == name for c in step.changes))
        where = f"{name} with {', '.join(touching)}"
        rows = pl.Series(ids + 2)
        raws[name] = Raw(name, where, frame.drop(ROW), rows, notes=inserted)
    before = hub.checked or NOTHING
    for name in layout_of(hub.tables).tables:
        if name not in raws and before.tables.get(name) is not hub[name]:
            raws[name] = Raw(name, f"table {name}", hub[name])
    checked, found = check_tables(raws, before=before)
    found.sort(key=lambda item: item.order)
    problems = [_of_scenario(item.problem, chosen) for item in found]
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return Hub(checked.tables, hub.scenarios, hub.origin, checked, hub.before or hub), problems


def _of_scenario(problem: Problem, scenario: Scenario) -> Problem:
    """Name the scenario that a fault of an unchanged table comes from."""
    if not problem.where.startswith("table "):
        return problem
    return replace(problem, where=f"{problem.where} with {scenario.where}")


def scenario_changes(hub: Hub, scenario: str | Scenario) -> pl.DataFrame:
    """List what a scenario changes in a hub.

    Parameters
    ----------
    hub : Hub
        The hub without the scenario.
    scenario : str or Scenario
        Name of one of the hub's scenarios, or a scenario.

    Returns
    -------
    polars.DataFrame
        Text columns ``table``, ``row`` (the key of the row), ``column``, ``before``, ``after``.
        An inserted or deleted row is one line with column ``(row)`` and its values.

    Raises
    ------
    DataError
        When the scenario cannot be applied.
    """
    work = _worked(hub, _chosen(hub, scenario))
    if work.problems:
        raise DataError(work.problems)
    parts = [
        part
        for name in TABLES
        if name in work.tables
        for part in _differences(name, hub[name].with_row_index(ROW), work.tables[name])
    ]
    return pl.concat([pl.DataFrame(schema=_KINDS), *parts])


def _chosen(hub: Hub, scenario: str | Scenario) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    if scenario == BASE and scenario not in hub.scenarios:
        return Scenario(BASE, "the hub as it is")
    if scenario not in hub.scenarios:
        hint = nearest(scenario, [*hub.scenarios, BASE]) or "The hub has no scenarios."
        raise DataError(
            [Problem("scenarios", "there is no such scenario", None, None, scenario, hint)]
        )
    return hub.scenarios[scenario]


def _lineage(hub: Hub, scenario: Scenario) -> list[Scenario]:
    """Return the scenario and those that it extends, the first to be applied first."""
    chain = [scenario]
    while chain[0].extends:
        child = chain[0]
        name = child.extends
        if name in [step.name for step in chain]:
            said = " extends ".join([*(step.name for step in reversed(chain)), name])
            problem = Problem(
                child.where, "scenarios extend each other in a ring", None, "extends", said
            )
            raise DataError([problem])
        if name not in hub.scenarios:
            hint = nearest(name, hub.scenarios)
            problem = Problem(child.where, "there is no such scenario", None, "extends", name, hint)
            raise DataError([problem])
        chain.insert(0, hub.scenarios[name])
    return chain


def _worked(hub: Hub, scenario: Scenario) -> _Work:
    """Apply all changes without checking the result."""
    work = _Work({}, {}, [])
    layout = layout_of(hub.tables)
    for step in _lineage(hub, scenario):
        issues = scenario_problems(step)
        for number, change in enumerate(step.changes, 1):
            if change.table in layout.without:
                rule = f"change {number}: a {layout.what} has no such table"
                near = nearest(change.table, layout.tables)
                issues.append(place_of(step, number)(rule, "table", change.table, near))
        work.problems += issues
        if issues:
            continue
        for number, change in enumerate(step.changes, 1):
            if change.table not in work.tables:
                frame = hub[change.table].with_row_index(ROW)
                work.tables[change.table] = frame.cast({ROW: pl.Int64})
            if change.insert:
                _insert(work, change, f"{step.where}, change {number}")
            else:
                _edit(work, change, step, number)
    return work


def _touched(change: Change) -> dict[str, Any]:
    """Return source and basis as they are written into the rows that a change touches."""
    return {name: value for name in ("source", "basis") if (value := getattr(change, name))}


def _insert(work: _Work, change: Change, note: str) -> None:
    specs = fields(change.table)
    for given in change.insert:
        row = _touched(change) | dict(given)
        columns = {name: insert_values(specs[name], value) for name, value in row.items()}
        height = max(
            (len(columns[name]) for name, value in row.items() if is_column(specs[name], value)),
            default=1,
        )
        series = []
        for name, spec in specs.items():
            values = [typed_value(spec, item)[0] for item in columns.get(name, [""])]
            values = values if len(values) == height else values * height
            series.append(pl.Series(name, values, dtype=spec.dtype))
        first = -1 - len(work.notes)
        ids = list(range(first, first - height, -1))
        work.notes |= dict.fromkeys(ids, note)
        new = pl.DataFrame(series).with_columns(pl.Series(ROW, ids, dtype=pl.Int64))
        frame = work.tables[change.table]
        work.tables[change.table] = pl.concat([frame, new.select(frame.columns)])


def _edit(work: _Work, change: Change, step: Scenario, number: int) -> None:
    specs = fields(change.table)
    frame = work.tables[change.table]
    mask = pl.lit(True)
    for name, value in change.where.items():
        mask = mask & condition(specs[name], value)[0]
    chosen = frame.select(mask.fill_null(False).alias("chosen"))["chosen"]
    if chosen.len() == 1 and frame.height != 1:
        chosen = pl.Series("chosen", [chosen[0]] * frame.height, dtype=pl.Boolean)
    if not chosen.any():
        name, hint = why_none(frame, specs, dict(change.where))
        rule = f"change {number}: no row of {change.table} meets the conditions"
        key = f"where.{name}" if name else "where"
        value = str(change.where[name]) if name else None
        work.problems.append(place_of(step, number)(rule, key, value, hint))
        return
    strange = unmet(frame, specs, dict(change.where))
    for name, value, hint in strange:
        rule = f"change {number}: no row of {change.table} has this {name}"
        work.problems.append(place_of(step, number)(rule, f"where.{name}", value, hint))
    if strange:
        return
    if change.delete:
        work.tables[change.table] = frame.filter(~chosen)
        return
    new: dict[str, pl.Expr] = {}
    for name, value in (_touched(change) | dict(change.set)).items():
        new[name] = pl.lit(typed_value(specs[name], value)[0], dtype=specs[name].dtype)
    for name, value in change.multiply.items():
        new[name] = pl.col(name).cast(pl.Float64) * float(value)
    for name, value in change.add.items():
        new[name] = pl.col(name).cast(pl.Float64) + float(value)
    for name, spec in specs.items():
        if spec.kind == "integer" and name in {**change.multiply, **change.add}:
            result = frame.filter(chosen).select(new[name])[name]
            if (result != result.round()).any():
                rule = f"change {number}: {name} must stay a whole number"
                key = "multiply" if name in change.multiply else "add"
                value = str(getattr(change, key)[name])
                hint = "Use set, or a factor that gives whole numbers."
                work.problems.append(place_of(step, number)(rule, f"{key}.{name}", value, hint))
                return
    work.tables[change.table] = frame.with_columns(
        pl.when(chosen).then(value.cast(specs[name].dtype)).otherwise(pl.col(name)).alias(name)
        for name, value in new.items()
    )


def _key_text(frame: pl.DataFrame, table: str) -> pl.Series:
    keys = [spec for spec in fields(table).values() if spec.key]
    parts = [render(frame[spec.name], spec).fill_null("").alias(spec.name) for spec in keys]
    if not parts:
        return pl.Series("row", [""] * frame.height, dtype=pl.String)
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator=" / ").alias("row"))["row"]


def _row_text(frame: pl.DataFrame, table: str) -> pl.Series:
    """Return a row's values in words, without its key, source, and what is not set."""
    parts = []
    for spec in fields(table).values():
        if spec.key or spec.name == "source":
            continue
        column = frame[spec.name]
        if spec.default is not None:
            column = column.set(column == spec.default, None)
        text = render(column, spec)
        parts.append((spec.name + " " + text).alias(spec.name))
    joined = pl.DataFrame(parts).select(
        pl.concat_str(pl.all(), separator=", ", ignore_nulls=True).alias("x")
    )
    return joined["x"]


def _differences(table: str, before: pl.DataFrame, after: pl.DataFrame) -> list[pl.DataFrame]:
    """Return what changed in one table, as rows of `scenario_changes`."""
    before = before.cast({ROW: pl.Int64})
    kept = after.filter(pl.col(ROW) >= 0)
    old = before.filter(pl.col(ROW).is_in(kept[ROW].implode()))
    parts = []
    for name, spec in fields(table).items():
        changed = old[name].ne_missing(kept[name])
        if not changed.any():
            continue
        was, now = old.filter(changed), kept.filter(changed)
        parts.append(
            _lines(
                table, _key_text(was, table), name, render(was[name], spec), render(now[name], spec)
            )
        )
    gone = before.filter(~pl.col(ROW).is_in(kept[ROW].implode()))
    if gone.height:
        parts.append(_lines(table, _key_text(gone, table), "(row)", _row_text(gone, table), None))
    new = after.filter(pl.col(ROW) < 0)
    if new.height:
        parts.append(_lines(table, _key_text(new, table), "(row)", None, _row_text(new, table)))
    return parts


def _lines(
    table: str, rows: pl.Series, column: str, before: pl.Series | None, after: pl.Series | None
) -> pl.DataFrame:
    blank = pl.Series([""] * rows.len(), dtype=pl.String)
    return pl.DataFrame(
        {
            "table": [table] * rows.len(),
            "row": rows,
            "column": [column] * rows.len(),
            "before": blank if before is None else before.fill_null(""),
            "after": blank if after is None else after.fill_null(""),
        },
        schema=_KINDS,
    )
