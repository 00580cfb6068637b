"""The plan against a second formulation of the whole program, written from the documents alone."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho import Infeasible, MonthPlan, apply_scenario, plan_months, read_hub
from sinho.hub import Hub, hub_from_tables
from sinho.testing import Size, generate_hub
from sinho.units import PeriodKind
from tests.budget import LONG, examples
from tests.plan import independent
from tests.plan.small import Rows, asks, car, shop
from tests.plan.test_properties import tables

SAME = 1e-6
MONTHS = ("2026-04", "2026-05", "2026-06", "2026-07")
CARS, PLACES = ("A", "C", "D"), ("KR", "US", "FR", "AU", "CN")


def same_plan(hub: Hub, plan: MonthPlan, program: independent.Program, gap: float) -> None:
    """The second program has the same optimum, can hold the plan, and counts the same lines."""
    optimum = independent.solve(program, gap)
    assert plan.contribution == pytest.approx(optimum, rel=SAME, abs=SAME)
    independent.hold(program, hub, plan.tables)
    independent.solve(program)
    lines = dict(plan.tables["lines"].select("line", "amount").iter_rows())
    scale = max(1.0, *map(abs, lines.values()))
    counted = dict.fromkeys(lines, 0.0) | program.amounts()
    assert counted == pytest.approx(lines, abs=1e-5 * scale)


@pytest.mark.slow
@pytest.mark.parametrize(
    "scenario",
    ["polestar4", *(["base", "containers-allowed", "red-sea"] if LONG else [])],
)
def test_busan_has_the_same_optimum(root, tmp_path, scenario):
    folder = root / "examples" / "busan"
    if not LONG:
        folder = shutil.copytree(folder, tmp_path / "busan")
        settings = folder / "hub.toml"
        text = settings.read_text("utf-8")
        assert 'start = "2022-01"' in text
        settings.write_text(text.replace('start = "2022-01"', 'start = "2025-07"'), "utf-8")
    hub = apply_scenario(read_hub(folder), scenario)
    same_plan(hub, plan_months(hub, gap=1e-7), independent.state(hub), gap=1e-7)


@pytest.mark.parametrize("objective", ["contribution", "lexicographic"])
def test_a_large_program_has_the_optimum_of_the_simplex_method(monkeypatch, objective):
    hub = generate_hub(Size(12, 4, 3))
    simplex = plan_months(hub, objective=objective)
    monkeypatch.setattr("sinho.plan.minimise.INTERIOR_FROM", 0)
    inside = plan_months(hub, objective=objective)
    assert inside.status == simplex.status == "optimal"
    assert inside.contribution == pytest.approx(simplex.contribution, rel=SAME)


@st.composite
def rich(draw: st.DrawFn) -> dict[str, Rows]:
    """A hub in which every rule of the plan may matter."""

    def number(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    def pick(*values: Any) -> Any:
        return draw(st.sampled_from(values))

    def month() -> str:
        return pick(*MONTHS)

    money = pick(None, "USD", "CNY")
    currencies = [
        {"currency": name, "start": start, "rate": pick(0.8, 1.25)}
        for name in ("USD", "CNY")
        for start in ("2026-04-01", "2026-05-01", "2026-06-16")
    ]
    demand = [
        asks(
            at,
            number(0, 900),
            place,
            model,
            currency=pick(None, money),
            price=pick(18, 20, 25),
            lost_penalty=number(0, 6),
            late_penalty=number(0, 4),
        )
        for model in CARS
        for place in PLACES
        for at in draw(st.sets(st.sampled_from(MONTHS), max_size=4).map(sorted))
        if not (model == "D" and at == "2026-04")
    ]
    backlog = [{"model": row["model"], "market": row["market"], "units": 40} for row in demand[:1]]
    sop = pick(None, "2025-12-10", "2026-05-01", "2026-05-18")
    chain = ("2026-04-01", "2026-04-15", "2026-05-10", "2026-06-30")
    groups = [
        {"group": "v", "opening_pattern": pick(None, "one"), "months_kept": number(0, 3)},
        {"group": "e", "opening_pattern": pick(None, "one", "rest"), "months_kept": 99},
    ]
    patterns = [
        {
            "group": group,
            "pattern": name,
            "shifts": shifts,
            "hours": hours,
            "cost_per_day": shifts * number(20, 90),
            "change_cost": number(0, 900),
            "min_months": number(1, 6),
        }
        for group in "ve"
        for name, shifts, hours in (("one", 1, 8), ("two", 2, 7.5), ("rest", 0, 0))
        if (group, name) != ("v", "rest")
    ]
    fixed = [
        {
            "group": "v",
            "start": pick(*MONTHS, "2026-05-13", "2026-06-21"),
            "end": pick(None, "2026-07", "2026-07-10"),
            "pattern": "one",
        },
        {
            "group": "e",
            "start": pick("2026-05", "2026-05-11"),
            "end": pick("2026-05", "2026-05-17", "2026-06-14"),
            "pattern": pick("one", "two"),
        },
        {"group": "e", "start": "2026-06-15", "end": "2026-06-25", "pattern": pick("one", "rest")},
    ]
    with_lines = pick(True, False)
    lines = [
        {"line": "a", "shops": "paint;assembly", "shared": "paint"},
        {"line": "b", "shops": "paint;assembly b", "shared": "paint", "group": pick(None, "e")},
    ]
    model_lines = [
        {"model": "A", "line": "a", "extra_cost": number(0, 2)},
        {"model": "A", "line": "b", "load": 1.2, "least_lot": pick(None, 100)},
        {"model": "D", "line": "b", "start": pick(None, "2026-05-20"), "least_lot": pick(None, 60)},
        {"model": "D", "line": "a", "start": pick(None, "2026-06-01")},
    ]
    markets = [
        {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"},
        {"market": "US", "country": "US", "region": "America", "route": "domestic"},
        *(
            {
                "market": place,
                "country": place,
                "region": "far",
                "route": "overseas",
                "lane": lane,
                "port": "port",
            }
            for place, lane in (("FR", "WEST"), ("AU", "SOUTH"))
        ),
        {"market": "CN", "country": "CN", "region": "x", "route": "overland", "lane": "NORTH"},
    ]
    freight = [
        {"lane": "domestic", "mode": "road", "start": month(), "cost": 1},
        {"lane": "domestic", "mode": "road", "start": month(), "cost": 3, "to": pick("US", "KR")},
        {"lane": "NORTH", "mode": "rail", "start": "2026-01", "cost": number(0, 3)},
        {"lane": "NORTH", "mode": "road", "start": month(), "cost": 4, "currency": money},
        *(
            {
                "lane": lane,
                "mode": mode,
                "start": start,
                "cost": number(0, 6),
                "per": per,
                "cars_per_box": pick(2, 3),
                "currency": money,
            }
            for lane in ("WEST", "SOUTH")
            for mode, start, per in (
                ("vessel", "2026-01", pick("car", "ceu")),
                ("vessel", month(), "car"),
                ("container", pick("2026-05", "2026-06"), pick("box", "car", "ceu")),
            )
        ),
    ]
    sailings = [
        {
            "lane": lane,
            "month": at,
            "ceu": pick(None, 900, 400),
            "area": pick(None, 6000, 2500),
            "boxes": number(0, 90),
        }
        for lane in ("WEST", "SOUTH")
        for at in MONTHS
        if pick(True, True, True, False)
    ]
    departures = [
        {"lane": "NORTH", "mode": mode, "month": at, "departures": number(0, 9), "cars": 25}
        for mode in ("rail", "road")
        for at in MONTHS
        if pick(True, True, False)
    ]
    contracts = [
        {
            "contract": per,
            "brand": "B",
            "models": pick(None, "A", "A;D"),
            "markets": pick(None, "FR;AU", "KR"),
            "start": start,
            "end": end,
            "per": per,
            "least": number(0, 900),
            "most": pick(None, 2000),
            "fee": number(0, 2),
            "short_penalty": number(0, 9),
            "currency": money,
        }
        for per, start, end in (
            ("month", "2026-05", "2026-06"),
            ("quarter", "2026-02", "2026-08"),
            ("year", "2026-06", "2027-05"),
            ("total", "2025-10", "2026-06"),
        )
        if pick(True, False)
    ]
    tariffs = [
        {
            "origin": pick("KR", "KR", "CN"),
            "destination": pick("US", "FR"),
            "powertrain": pick("all", "BEV"),
            "start": start,
            "percent": number(0, 25),
            "per_unit": number(0, 2),
            "currency": money,
        }
        for start in chain
    ]
    calendar = [
        {
            "start": start,
            "end": end,
            "group": pick("all", "v", "e"),
            "kind": kind,
            "share": pick(None, None, 0.5),
        }
        for start, end, kind in (
            ("2026-04-20", "2026-05-03", "summer"),
            ("2026-05-02", None, "work"),
            ("2026-05-01", "2026-05-08", pick("strike", "work")),
        )
    ]
    parts = [
        {
            "part": "E",
            "kind": "engine",
            "supply": pick("made", "both"),
            "make_cost": 1,
            "buy_cost": number(1, 4),
            "buy_max": pick(None, 600),
            "yield_share": pick(1.0, 0.9),
            "stock_cost": 0.1,
            "stock_max": pick(None, 400),
        },
        {
            "part": "K",
            "kind": "casting",
            "unit": "kg",
            "supply": pick("made", "bought"),
            "make_cost": 0.01,
            "buy_cost": 0.02,
            "yield_share": 0.8,
            "lot_size": pick(0, 500),
        },
    ]
    return {
        "hub": [
            {
                "name": "rich",
                "country": "KR",
                "start": MONTHS[0],
                "end": MONTHS[-1],
                "stow_gap": 100,
                "weekend": pick("sat;sun", "sun"),
            }
        ],
        "brands": [{"brand": "B"}, {"brand": "X"}],
        "models": [
            car("A", stock_cost=pick(0, 1), stock_max=pick(None, 200), stock_min=pick(0, 20)),
            car("C", stock_cost=1, eop="2026-06-12", brand="X", powertrain="BEV"),
            car("D", length=4000, sop=sop, full_rate=pick(None, 30, 90), powertrain="BEV"),
        ],
        "ramp": [{"model": "D", "month_after_sop": n, "share": 0.2 + n / 10} for n in (0, 1, 5)],
        "parts": parts,
        "bom": [
            {"parent": "A", "part": "E", "quantity": 1},
            {"parent": "C", "part": "K", "quantity": 2},
            {"parent": "E", "part": "K", "quantity": 8},
        ],
        "groups": groups,
        "shops": [
            shop("paint", number(6, 14), availability=0.9),
            shop("assembly", number(6, 14)),
            shop("engine", number(2, 8), group="e"),
            shop("foundry", number(20, 90), group="e"),
            *([shop("assembly", number(2, 9), group="e") | {"shop": "assembly b"}] * with_lines),
        ],
        "lines": lines * with_lines,
        "model_lines": [row for row in model_lines if pick(True, True, False)] * with_lines,
        "rates": [
            {"shop": name, "month": month(), "manned_rate": number(2, 14)}
            for name in ("paint", "assembly")
        ],
        "loads": [
            *({"item": m, "shop": s} for m in CARS for s in ("paint", "assembly")),
            {"item": "E", "shop": "engine", "load": 1.1},
            {"item": "K", "shop": "foundry"},
            {"item": "C", "shop": "engine", "load": 0.1},
            *([{"item": "D", "shop": "assembly b", "load": 0.9}] * with_lines),
        ],
        "patterns": patterns,
        "fixed_patterns": [row for row in fixed if pick(True, False)],
        "overtime": [
            {
                "group": pick("v", "e"),
                "start": start,
                "hours_per_day": number(0, 2),
                "cost_per_hour": number(0, 60),
            }
            for start in ("2026-01", "2026-06")
        ],
        "calendar": calendar,
        "markets": markets,
        "demand": demand or [asks("2026-05", 100)],
        "contracts": contracts,
        "tariffs": tariffs,
        "currencies": currencies,
        "departures": departures,
        "freight": list(
            {(f["lane"], f["mode"], f["start"], f.get("to")): f for f in freight}.values()
        ),
        "sailings": sailings,
        "yard": [{"yard": name, "start": month(), "capacity": number(0, 600)} for name in "yz"],
        "opening_stock": [{"item": "A", "units": 20}, {"item": "E", "units": number(0, 300)}],
        "opening_backlog": backlog,
    }


def same_optimum(rows: dict[str, Rows], period: PeriodKind = "month") -> None:
    hub = hub_from_tables(rows)
    program = independent.state(hub, weeks=period == "week")
    try:
        plan = plan_months(hub, gap=0.0, period=period)
    except Infeasible:
        with pytest.raises(independent.NoPlan):
            independent.solve(program)
        return
    same_plan(hub, plan, program, gap=0.0)


@settings(max_examples=examples(5))
@given(tables())
def test_random_hubs_have_the_same_optimum(rows):
    same_optimum(rows)


@pytest.mark.slow
@settings(max_examples=examples(5))
@given(rich())
def test_random_hubs_with_every_rule_have_the_same_optimum(rows):
    same_optimum(rows)


@pytest.mark.slow
@settings(max_examples=examples(2))
@given(rich())
def test_random_hubs_have_the_same_optimum_in_weeks(rows):
    same_optimum(rows, "week")


@settings(max_examples=examples(3))
@given(tables())
def test_random_hubs_have_the_same_lexicographic_optimum(rows):
    hub = hub_from_tables({**rows, "parts": [{**rows["parts"][0], "lot_size": 0}]})
    plan = plan_months(hub, gap=0.0, objective="lexicographic")
    levels = independent.solve_levels(independent.state(hub))
    assert [value for _, value in plan.levels] == pytest.approx(levels, rel=1e-4, abs=1e-2)
