"""What a run passes to materials: opening stock, shares bought, and what an earlier run left."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.materials import Input, Result, solve
from sinho.results import Supply
from sinho.run.days import DayRun, run_days
from sinho.run.trace import trace_order
from tests.run.line import line_hub
from tests.run.small import parameters


def supplied(run: DayRun, hub: Hub, **more: Any) -> Result:
    """Return the materials of a run with another hub."""
    cars = run.orders.table.drop("line").join(run.places(), on="order", how="inner")
    plan = replace(run.plan, **more)
    return solve(Input.from_run(hub, plan, run.days, cars), seed=run.params.seed)


def out(supply: Supply, part: str) -> list[tuple[Any, ...]]:
    return supply.runs_out.filter(pl.col("part") == part).select("date", "hour").rows()


def test_the_counted_stock_of_the_first_day_says_when_an_engine_runs_out(made: DayRun) -> None:
    first = made.days["date"][0]
    plenty, few = (
        line_hub(part_stock=[{"part": "E", "date": str(first), "units": units}])
        for units in (1000, 1)
    )
    assert out(supplied(made, plenty).supply, "E") == []
    supply = supplied(made, few).supply
    # The second car with engine E, before the shop's first engines come, finds none.
    uses = made.needs.uses.filter(pl.col("part") == "E").sort("time")
    assert out(supply, "E") == [(first, uses["hour"][1])]
    assert supply.hits["order"][0] == uses["order"][1]
    hit = trace_order(replace(made, supply=supply), uses["order"][1])
    until = supply.hits["available"][0]
    assert any(f"it waits for it until {until:%Y-%m-%d %H:%M}" in text for _, text in hit.lines())


def test_counted_stock_is_not_called_off_again(made: DayRun) -> None:
    first = made.days["date"][0]
    before = made.calls.days.filter(pl.col("part") == "F")["units"].sum()
    hub = line_hub(part_stock=[{"part": "F", "date": str(first), "units": 7}])
    calls = supplied(made, hub).calls
    assert calls.days.filter(pl.col("part") == "F")["units"].sum() == before - 7


def test_the_plans_share_of_bought_engines_is_called_off_and_not_made(made: DayRun) -> None:
    parts = [
        {"part": "E", "kind": "engine", "supply": "both", "make_cost": 1, "buy_cost": 2},
        {"part": "F", "kind": "engine", "supply": "bought", "buy_cost": 1},
    ]
    share = pl.when(pl.col("part") == "E").then(0.25).otherwise(1.0)
    whole = pl.col("made") + pl.col("bought")
    planned = made.plan.tables["parts"].with_columns(made=whole * (1 - share), bought=whole * share)
    found = supplied(made, line_hub(parts=parts), tables={**made.plan.tables, "parts": planned})
    taken = made.needs.uses.filter(pl.col("part") == "E").height
    called = found.calls.days.filter(pl.col("part") == "E")["units"].sum()
    assert called == int(0.25 * taken + 0.5)
    assert found.supply.hits.is_empty()


def test_a_run_that_follows_another_begins_with_the_stock_that_it_left(
    made: DayRun, tmp_path: Any
) -> None:
    third = made.days["date"][2]
    asked = parameters(first=str(third), days=3, former=str(made.folder), iterations=2000)
    new = run_days(line_hub(), asked, tmp_path / "next")
    begun = dict(
        new.supply.receipts.filter(pl.col("source") == "opening").select("part", "units").rows()
    )
    own = made.supply.coverage.filter(pl.col("part") == "E", pl.col("date") < third)
    between = made.supply.receipts.filter(
        pl.col("part") == "E",
        pl.col("available").dt.date() < third,
    )["units"].sum()
    assert begun["E"] == between - own["used"].sum()
