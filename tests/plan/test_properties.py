"""What must hold for every plan, tried on random small hubs."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho import MonthPlan, plan_months
from sinho.hub import Hub, hub_from_tables
from tests.budget import examples
from tests.plan.small import OVERSEAS, Rows, asks, car, shop

MONTHS = ("2026-02", "2026-03", "2026-04")
PAIRS = (("A", "KR"), ("A", "FR"), ("C", "KR"), ("C", "FR"))
TIGHT = 1e-6


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Rows]:
    """A hub of two models, two markets, three months, where anything may bind."""
    number = st.integers
    demand = [
        asks(
            month,
            draw(number(0, 900)),
            market,
            model,
            price=draw(number(12, 30)),
            lost_penalty=draw(number(0, 9)),
            late_penalty=draw(number(0, 5)),
        )
        for model, market in PAIRS
        for month in MONTHS
    ]
    vessel = {"lane": "EU", "mode": "vessel", "start": "2026-02", "cost": draw(number(0, 4))}
    box = {
        "lane": "EU",
        "mode": "container",
        "start": "2026-03",
        "cost": draw(number(3, 20)),
        "per": "box",
        "cars_per_box": 3,
    }
    return {
        "hub": [
            {
                "name": "random",
                "country": "KR",
                "start": MONTHS[0],
                "end": MONTHS[-1],
                "public_holidays": False,
            }
        ],
        "brands": [{"brand": "B"}],
        "models": [
            car("A", stock_cost=draw(number(0, 3)), stock_max=draw(number(0, 500))),
            car("C", stock_cost=1, width=1700, sop=draw(st.sampled_from([None, "2026-02-01"]))),
        ],
        "ramp": [{"model": "C", "month_after_sop": 0, "share": draw(number(0, 10)) / 10}],
        "parts": [
            {
                "part": "E",
                "kind": "engine",
                "supply": "both",
                "make_cost": 1,
                "buy_cost": draw(number(1, 9)),
                "buy_max": draw(number(0, 600)),
                "yield_share": draw(st.sampled_from([1.0, 0.9, 0.8])),
                "stock_cost": 0.1,
                "stock_max": draw(number(0, 400)),
                "lot_size": draw(st.sampled_from([0, 25])),
            }
        ],
        "bom": [{"parent": "A", "part": "E", "quantity": 1}],
        "groups": [{"group": "v", "opening_pattern": "one"}],
        "shops": [
            shop("paint", draw(number(3, 12))),
            shop("engine", draw(number(3, 12)), availability=0.9),
        ],
        "loads": [
            {"item": "A", "shop": "paint"},
            {"item": "C", "shop": "paint", "load": 1.1},
            {"item": "E", "shop": "engine"},
        ],
        "patterns": [
            {"group": "v", "pattern": "one", "shifts": 1, "hours": 8, "cost_per_day": 50},
            {
                "group": "v",
                "pattern": "two",
                "shifts": 2,
                "hours": 8,
                "cost_per_day": draw(number(50, 400)),
                "change_cost": draw(number(0, 2000)),
                "min_months": draw(number(1, 3)),
            },
        ],
        "overtime": [
            {
                "group": "v",
                "start": "2026-02",
                "hours_per_day": draw(number(0, 2)),
                "cost_per_hour": draw(number(0, 90)),
            }
        ],
        "markets": [
            {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"},
            *OVERSEAS,
        ],
        "demand": demand,
        "contracts": [
            {
                "contract": "K",
                "brand": "B",
                "models": "C",
                "start": "2026-02",
                "end": "2026-04",
                "per": "month",
                "least": draw(number(0, 200)),
                "most": draw(number(200, 900)),
                "fee": draw(number(0, 3)),
                "short_penalty": draw(number(0, 20)),
            }
        ],
        "freight": [vessel, box],
        "sailings": [
            {
                "lane": "EU",
                "month": month,
                "area": draw(number(0, 9000)),
                "ceu": draw(number(0, 1500)),
                "boxes": draw(number(0, 60)),
            }
            for month in MONTHS
        ],
        "yard": [{"yard": "port", "start": "2026-02", "capacity": draw(number(0, 700))}],
        "opening_backlog": [{"model": "A", "market": "FR", "units": draw(number(0, 90))}],
    }


def exact(hub: Hub, **options: Any) -> MonthPlan:
    return plan_months(hub, gap=0.0, **options)


def running(frame: pl.DataFrame, periods: pl.Series, **where: str) -> list[float]:
    """Cumulative units by period."""
    for column, value in where.items():
        frame = frame.filter(pl.col(column) == value)
    by = dict(frame.group_by("period").agg(pl.col("units").sum()).iter_rows())
    total, out = 0.0, []
    for period in periods:
        total += by.get(period, 0.0)
        out.append(total)
    return out


def level(frame: pl.DataFrame, periods: pl.Series, **where: str) -> list[float]:
    """Units by period."""
    sums = running(frame, periods, **where)
    return [b - a for a, b in zip([0.0, *sums], sums, strict=False)]


@settings(max_examples=examples(40))
@given(tables())
def test_cars_are_conserved_from_make_to_ship_stock_and_backlog(rows):
    plan = exact(hub_from_tables(rows))
    found, periods = plan.tables, plan.tables["periods"]["period"]
    for model in ("A", "C"):
        made = running(found["make"], periods, model=model)
        shipped = running(found["ship"], periods, model=model)
        stock = level(found["stock"], periods, model=model)
        assert [a - b for a, b in zip(made, shipped, strict=True)] == pytest.approx(stock, abs=1e-3)
    backlog = rows["opening_backlog"][0]["units"]
    for model, market in PAIRS:
        pair = {"model": model, "market": market}
        asked = running(found["demand"], periods, **pair)
        shipped = running(found["ship"], periods, **pair)
        lost = running(found["lost"], periods, **pair)
        late = level(found["late"], periods, **pair)
        before = backlog if (model, market) == ("A", "FR") else 0
        left = [before + a - s - gone for a, s, gone in zip(asked, shipped, lost, strict=True)]
        assert left == pytest.approx(late, abs=1e-3)


@settings(max_examples=examples(40))
@given(tables())
def test_parts_are_conserved(rows):
    parts = exact(hub_from_tables(rows)).tables["parts"]
    stock = 0.0
    for row in parts.iter_rows(named=True):
        stock += row["made"] + row["bought"] - row["used"]
        assert stock == pytest.approx(row["stock"], abs=1e-3)


@settings(max_examples=examples(40))
@given(tables())
def test_lines_sum_to_the_objective_and_no_limit_is_broken(rows):
    plan = exact(hub_from_tables(rows))
    found = plan.tables
    assert math.fsum(found["lines"]["amount"]) == plan.objective == plan.contribution
    by_line = dict(
        found["lines_by_period"].group_by("line").agg(pl.col("amount").sum()).iter_rows()
    )
    for name, amount in found["lines"].select("line", "amount").iter_rows():
        assert by_line.get(name, 0.0) == pytest.approx(amount, abs=1e-6)
    assert plan.bound >= plan.objective
    hours = found["hours"]
    assert (hours["load"] <= hours["manned_capacity"] * (1 + 1e-6) + 1e-3).all()
    assert (found["overtime"]["hours"] <= found["overtime"]["limit"] + 1e-6).all()
    sea = found["sailing"]
    for name in ("ceu", "area", "boxes"):
        assert (sea[name] <= sea[f"{name}_capacity"] + 1e-3).all()
    assert (found["yard"]["cars"] <= found["yard"]["capacity"] + 1e-3).all()
    contracts = found["contracts"]
    assert (contracts["shipped"] <= contracts["most"] + 1e-3).all()
    short = (contracts["least"] - contracts["shipped"]).clip(lower_bound=0)
    assert contracts["short"].to_list() == pytest.approx(short.to_list(), abs=1e-3)


def loosen(rows: dict[str, Rows], table: str, column: str, by: float) -> Hub:
    changed = [{**row, column: row[column] + by} for row in rows[table]]
    return hub_from_tables({**rows, table: changed})


LOOSENINGS = [
    ("shops", "installed_rate", 1.0),
    ("shops", "manned_rate", 1.0),
    ("overtime", "hours_per_day", 1.0),
    ("sailings", "area", 500.0),
    ("sailings", "ceu", 100.0),
    ("sailings", "boxes", 10.0),
    ("yard", "capacity", 100.0),
    ("contracts", "most", 100.0),
    ("parts", "buy_max", 100.0),
    ("parts", "stock_max", 100.0),
]


@settings(max_examples=examples(40))
@given(tables(), st.sampled_from(LOOSENINGS))
def test_loosening_a_bound_never_worsens_the_plan(rows, loosening):
    table, column, by = loosening
    if column == "manned_rate":
        rows = {**rows, "shops": [{**s, "installed_rate": 99} for s in rows["shops"]]}
    base = exact(hub_from_tables(rows)).contribution
    looser = exact(loosen(rows, table, column, by)).contribution
    assert looser >= base - TIGHT * max(1.0, abs(base))


@settings(max_examples=examples(15))
@given(tables())
def test_the_same_input_gives_the_same_plan(rows):
    first, second = (exact(hub_from_tables(rows)) for _ in range(2))
    assert first.input_hash == second.input_hash
    assert first.objective == second.objective
    for name, frame in first.tables.items():
        assert frame.equals(second.tables[name]), name


@settings(max_examples=examples(15))
@given(tables())
def test_the_value_of_an_hour_is_the_most_that_it_can_gain(rows):
    """The optimum is concave in the hours: a longer day gains at most its hours x their value."""
    rows = {
        **rows,
        "parts": [{**rows["parts"][0], "lot_size": 0}],
        "patterns": rows["patterns"][:1],
        "overtime": [],
        # else the full rate, and with it the ramp, would grow with the pattern's hours
        "models": [{**row, "full_rate": 60} for row in rows["models"]],
    }
    longer = [{**rows["patterns"][0], "hours": 8.25}]
    base, after = (
        exact(hub_from_tables({**rows, "patterns": p})) for p in (rows["patterns"], longer)
    )
    hours = after.tables["hours"]["pattern_hours"] - base.tables["hours"]["pattern_hours"]
    values = base.tables["shop_values"]["value"]
    assert (values >= -1e-9).all()
    gain = after.contribution - base.contribution
    slack = TIGHT * max(1.0, abs(base.contribution))
    assert -slack <= gain <= float((hours * values).sum()) + slack
