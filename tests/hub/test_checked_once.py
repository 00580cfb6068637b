"""The short ways of `check` find what the long ways find."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest

from sinho.errors import DataError, Problem
from sinho.hub import Hub, apply_scenario, cells, check, hub_from_tables
from sinho.hub.cells import Raw, Typed
from sinho.hub.check import check_tables, schema_offences
from sinho.hub.hub import Checked
from sinho.hub.rules import RULES, Tables
from sinho.hub.rules.ordering import RATES, rates_agree_with_rules, take_rate
from sinho.hub.scenario import Change, Scenario
from sinho.hub.schema import HUB_TABLES, TABLES, Field, empty, fields
from sinho.hub.select import typed_value
from sinho.hub.text import render
from tests.hubs import full_hub

SEEDS = range(1000 if "long" in os.environ.get("SINHO_REQUIRE", "") else 8)
JUNK = ("", " ", "x", "0", "-1", "1.5", "1e17", "7", "12,5", "2026-02", "2026-02-30", "2027-01-04")
JUNK += (
    "yes",
    "all",
    "hard",
    "A;B",
    "a;;b",
    ";",
    "#REF!",
    "nan",
    "e\u0301",
    "\u200bx",
    "red",
    "KR",
)


@cache
def whole() -> Hub:
    """Return a hub with rows in every table."""
    return hub_from_tables(full_hub())


def told(problems: tuple[Problem, ...] | list[Problem]) -> list[tuple[Any, ...]]:
    return [(p.where, p.rule, p.row, p.column, p.value, p.hint, p.severity) for p in problems]


def values(draw: random.Random, field: Field, height: int) -> pl.Series:
    """Draw values of a field's type: on its bounds and beyond, among its choices and not, empty."""
    some: list[Any] = ["A", "B", "A", *field.choices]
    if field.kind in ("number", "integer"):
        ends = [end for end in (field.lower, field.upper) if end is not None]
        some = [0, 1, 5, *ends, *(end + step for end in ends for step in (-1, 1))]
        some = [float(value) if field.kind == "number" else int(value) for value in some]
    elif field.kind in ("month", "date", "day"):
        some = [dt.date(2026, month, 1) for month in (1, 2, 3)]
    elif field.kind == "flag":
        some = [True, False]
    some += [None] * draw.choice((0, 0, 0, 1, 20))
    return pl.Series(field.name, draw.choices(some, k=height), dtype=field.dtype)


@pytest.mark.parametrize("table", HUB_TABLES)
def test_the_quick_look_at_a_table_passes_what_its_schema_class_passes(table: str) -> None:
    draw = random.Random(table)
    first = whole()[table].head(1)
    for number in range(len(SEEDS) // 2):
        height = draw.randint(1, 4)
        drawn = {draw.choice(first.columns), *(f.name for f in fields(table).values() if f.key)}
        frame = pl.DataFrame(
            [
                values(draw, field, height)
                if name in drawn or number % 4 == 0
                else first[name].new_from_index(0, height)
                for name, field in fields(table).items()
            ]
        )
        quick = not list(schema_offences(Typed.of(table, frame), table))
        assert quick == TABLES[table].is_valid(frame)


def changed(draw: random.Random) -> dict[str, list[dict[str, Any]]]:
    """Return the whole hub as text, with some cells and rows changed."""
    tables = {}
    for name in HUB_TABLES:
        columns = {
            f.name: render(whole()[name][f.name], f).to_list() for f in fields(name).values()
        }
        tables[name] = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).to_dicts()
    for name in draw.sample([*HUB_TABLES], draw.choice((1, 1, 2, 5))):
        rows = tables[name]
        for row in draw.sample(rows, min(len(rows), draw.choice((1, 1, 3)))):
            row[draw.choice([*row])] = draw.choice(JUNK)
        rows += draw.choices(rows, k=draw.choice((0, 0, 0, 1, 30)))
    return tables


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_read_together_are_read_as_each_by_itself(seed: int) -> None:
    raws = {
        name: Raw(name, f"{name}.csv", pl.DataFrame(rows, infer_schema_length=None))
        for name, rows in changed(random.Random(seed)).items()
    }
    with patch.object(cells, "STACKED", 0):
        apart, problems = check_tables(raws)
    together, same = check_tables(raws)
    assert [item.problem for item in same] == [item.problem for item in problems]
    for name in HUB_TABLES:
        assert together.tables[name].equals(apart.tables[name])


def change(draw: random.Random) -> Change:
    """Draw a change of some table of the whole hub, often one that breaks a rule."""
    name = draw.choice([*HUB_TABLES])
    rows = whole()[name].to_dicts()
    field = draw.choice([*fields(name).values()])
    value = draw.choice((*JUNK, *(row[field.name] for row in rows)))
    if value is None or typed_value(field, value)[1]:
        value = ""
    where = {}
    if draw.random() < 0.7:
        key = draw.choice([*fields(name)])
        where = {key: draw.choice(rows)[key] or ""}
    kind = draw.random()
    if kind < 0.2:
        return Change(name, where, delete=True)
    if kind < 0.4:
        row = {key: cell for key, cell in draw.choice(rows).items() if cell is not None}
        return Change(name, insert=(row | {field.name: value},))
    if kind < 0.6 and field.kind in ("number", "integer"):
        return Change(name, where, multiply={field.name: draw.choice((-1, 0, 2, 1000))})
    return Change(name, where, set={field.name: value})


def outcome(hub: Hub, scenario: Scenario) -> tuple[Hub | None, list[tuple[Any, ...]]]:
    try:
        return apply_scenario(hub, scenario), []
    except DataError as error:
        return None, told(error.problems)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scenario_checked_by_what_it_changes_is_as_one_checked_whole(seed: int) -> None:
    draw = random.Random(seed)
    known, unknown = whole(), Hub(whole().tables)
    assert unknown.checked is None
    for name in "ab":
        scenario = Scenario(
            name, changes=tuple(change(draw) for _ in range(draw.choice((1, 1, 3))))
        )
        (quick, found), (slow, problems) = outcome(known, scenario), outcome(unknown, scenario)
        assert found == problems
        if quick is None or slow is None:
            assert quick is slow
            return
        assert quick == slow
        known, unknown = quick, Hub(slow.tables)


def test_a_scenario_runs_only_the_rules_that_read_what_it_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run: list[str] = []

    def watched(rule: Any) -> Any:
        def rule_(tables: Tables) -> Iterator[Any]:
            run.append(rule.__name__)
            yield from rule(tables)

        return rule_

    monkeypatch.setattr(check, "RULES", tuple(watched(rule) for rule in RULES))
    hub = hub_from_tables(full_hub())
    assert run == [rule.__name__ for rule in RULES]
    run.clear()
    change = Change("yard", set={"capacity": 9000})
    other = apply_scenario(hub, Scenario("yard", changes=(change,)))
    assert "contracts_in_order" not in run
    assert [name for name in TABLES if other[name] is not hub[name]] == ["yard"]
    run.clear()
    change = Change("contracts", set={"least": 200})
    apply_scenario(other, Scenario("contract", changes=(change,)))
    assert "contracts_in_order" in run
    assert "vessels_sail_to_markets" not in run


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_that_were_not_given_are_as_tables_without_rows(seed: int) -> None:
    draw = random.Random(seed)
    tables = changed(draw)
    for name in draw.sample([*HUB_TABLES], draw.choice((1, 5, 20, 30))):
        del tables[name]
    raws = {
        name: Raw(name, f"{name}.csv", pl.DataFrame(rows, infer_schema_length=None))
        for name, rows in tables.items()
    }
    unread = frozenset(draw.sample([*HUB_TABLES], 2)) - raws.keys()
    quick, found = check_tables(raws, unread)
    none = Checked({name: empty(name) for name in TABLES}, {})
    with patch.object(check, "_without_rows", lambda: none):
        slow, problems = check_tables(raws, unread)
    assert [item.problem for item in found] == [item.problem for item in problems]
    assert all(quick.tables[name].equals(slow.tables[name]) for name in HUB_TABLES)


def test_a_table_that_was_put_into_a_checked_hub_is_checked() -> None:
    hub = whole()
    wrong = hub["yard"].with_columns(pl.lit(-1.0).alias("capacity"))
    changed = Hub({**hub.tables, "yard": wrong}, hub.scenarios, checked=hub.checked)
    with pytest.raises(DataError, match="capacity: must be at least 0"):
        apply_scenario(changed, "base")


@pytest.mark.parametrize("seed", SEEDS)
def test_take_rates_are_held_against_rules_as_for_every_model_and_market(seed: int) -> None:
    draw = random.Random(seed)
    models, markets, options = ("all", "A", "B", "C"), ("all", "KR", "FR"), "pqr"
    keys = {(draw.choice(models), draw.choice(markets), draw.choice(options)) for _ in range(8)}
    shares = {key: draw.choice((0.0, 0.3, 0.6, 1.0)) for key in sorted(keys)}
    rules = [
        (draw.choice(models), *draw.sample(options, 2), draw.choice(("requires", "excludes")))
        for _ in range(6)
    ]
    rates = pl.DataFrame([(*key, share) for key, share in shares.items()], RATES, orient="row")
    table = pl.DataFrame(rules, ["model", "option", "other", "kind"], orient="row")
    tables = Tables({**whole().tables, "option_rates": rates, "option_rules": table})
    warned = {row for offence in rates_agree_with_rules(tables) for row in offence.rows}

    def broken(model: str, market: str, option: str, other: str, kind: str) -> bool:
        one, two = (take_rate(shares, model, market, name) for name in (option, other))
        return one > two if kind == "requires" else one + two > 1 + 1e-9

    assert warned == {
        row
        for row, (of, option, other, kind) in enumerate(rules)
        for model in (models if of == "all" else [of])
        for market in markets
        if broken(model, market, option, other, kind)
    }
