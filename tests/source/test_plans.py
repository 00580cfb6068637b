"""What every plan of a network promises, and losses, futures and reasons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub import network_from_tables
from sinho.source import Input, Params, Question, Reasons, explain, solve, solve_robust
from sinho.testing import network_tables
from tests.source.networks import duty, network, tiny
from tests.source.rich import rich_tables

EXACT = Params("cost", gap=1e-9)
SEEDS = st.integers(0, 10_000)


def drawn(seed: int, **changed: Any) -> Input:
    tables = network_tables(2, 3, 2, 4, seed=seed, places=2, fill=0.9)
    for name, change in changed.items():
        tables[name] = change(tables[name])
    return Input.from_network(network_from_tables(tables))


def rich(seed: int, **changed: Any) -> Input:
    tables = rich_tables(seed)
    for name, change in changed.items():
        tables[name] = change(tables[name])
    return Input.from_network(network_from_tables(tables))


@settings(max_examples=12, deadline=None)
@given(SEEDS)
def test_flows_balance_and_limits_hold(seed: int) -> None:
    data = rich(seed)
    plan = solve(data, EXACT)
    for i, k, t in np.argwhere(data.demand > 0).tolist():
        at = pl.col("model") == data.models[i], pl.col("market") == data.markets[k]
        both = [
            frame.filter(*at, pl.col("month") == data.months[t])[name].sum()
            for frame, name in ((plan.flows, "cars"), (plan.unmet, "lost"))
        ]
        assert sum(both) == pytest.approx(data.demand[i, k, t], abs=1e-4)
    assert (plan.plants["load"] <= plan.plants["capacity"] + 1e-5).all()
    tops = plan.limits.filter(pl.col("kind") != "least")
    assert (tops["used"] <= tops["limit"] + 1e-5).all()
    assert (plan.flows["in_quota"] <= plan.flows["cars"] + 1e-9).all()
    within = plan.limits.filter(pl.col("kind") == "quota")["used"].sum()
    assert plan.flows["in_quota"].sum() == pytest.approx(within, abs=1e-4)
    assert plan.costs["cost"].sum() == pytest.approx(plan.objective, rel=1e-7)
    assert plan.bound <= plan.objective + 1e-6


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.integers(0, 1000), st.sampled_from([0.0, 0.3, 0.7]))
def test_a_lower_tariff_never_raises_the_cost(seed: int, at: int, share: float) -> None:
    """Of any kind: base, on top, cap, within a quota, under an agreement, a least price."""

    def lower(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        row = rows[at % len(rows)] if rows else {}
        for name in ("percent", "minimum"):
            if row.get(name) is not None:
                row[name] *= share
        return rows

    before, after = rich(seed), rich(seed, network_tariffs=lower)
    cells = before.cells()
    full, less = before.landed(*cells), after.landed(*cells)
    assert (less <= full + 1e-9).all()
    assert (less - after.saved(*cells) <= full - before.saved(*cells) + 1e-9).all()
    cost = solve(before, EXACT).objective
    assert solve(after, EXACT).objective <= cost + 1e-6 * (1 + abs(cost))


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_one_more_plant_never_raises_the_cost(seed: int) -> None:
    """A plant that costs nothing while it is closed, and is closed at first."""

    def add(**row: Any) -> Any:
        return lambda rows: [*rows, {**row, "plant": "new"}]

    before = solve(rich(seed), EXACT).objective
    costs = {"open_cost": 10, "fixed_open": 5, "close_cost": 3, "step_cost": 1}
    after = rich(
        seed,
        plants=add(country="KR", open=False, may_change=True, **costs),
        plant_steps=add(step="one", start="2024-01", capacity=100, labour=20),
        allocations=add(model="M0", cost=1, tooling=5),
        lanes=add(market="K0", start="2024-01", lane="new", freight=0.1, transit=5),
    )
    assert solve(after, EXACT).objective <= before + 1e-6 * (1 + abs(before))


def test_a_plan_says_why_by_line_against_the_next_plant() -> None:
    data = Input.from_network(network(network_tariffs=[duty("base", "a", "2020-01-01", 10)]))
    reasons = explain(solve(data), Question(data, "X"))
    assert reasons.says == (
        "M for X in 2025-05: 100.0 cars from far at 15.00 EUR landed.",
        "Next is near: 3.00 EUR more a car (building +6.00, tariff -2.00, freight -1.00).",
    )
    with pytest.raises(DataError, match="no such market in the network"):
        explain(solve(data), Question(data, "Y"))


def test_a_car_within_its_quota_is_told_at_the_lower_duty() -> None:
    tariffs = [
        duty("on top", "law", "2025-01-01", 30),
        duty("quota", "law", "2025-01-01", 0, quota="Q"),
    ]

    def why(cars: int) -> Reasons:
        quotas = [{"quota": "Q", "year": 2025, "cars": cars}]
        data = Input.from_network(network(network_tariffs=tariffs, quotas=quotas))
        return explain(solve(data), Question(data, "X"))

    assert "100.0 cars from far at 13.00 EUR" in why(1000).says[0]
    assert "Next is near: 5.00 EUR more" in why(1000).says[1]
    none = why(0)
    assert "100.0 cars from near at 18.00 EUR" in none.says[0]
    assert "Next is far: 1.00 EUR more" in none.says[1]
    far = none.plants.row(by_predicate=pl.col("plant") == "far", named=True)
    assert (far["landed"], far["in full"], far["in quota"]) == pytest.approx((19, 19, 13))
    assert far["holds"].startswith("its quota is used up")


def test_a_plan_says_what_keeps_the_cheaper_plant_from_more() -> None:
    steps = [
        {"plant": plant, "step": "one", "start": "2025-01", "capacity": capacity}
        for plant, capacity in (("near", 200), ("far", 60))
    ]
    data = Input.from_network(network(plant_steps=steps))
    says = explain(solve(data), Question(data, "X")).says
    assert "far would cost 5.00 less a car, but: full, a car more is worth 5.00." in says


def test_a_plan_says_what_is_lost_of_a_market_that_is_served() -> None:
    steps = [
        {"plant": plant, "step": "one", "start": "2025-01", "capacity": capacity}
        for plant, capacity in (("near", 30), ("far", 60))
    ]
    data = Input.from_network(network(plant_steps=steps))
    says = explain(solve(data), Question(data, "X")).says
    assert says[-3] == "10.0 of 100.0 cars asked for are lost."
    assert says[-1].startswith("near, 18.00 EUR: full, a car more is worth 12.00")


def test_no_plant_is_compared_that_cannot_send_a_car() -> None:
    rows = tiny()
    third = {"plant": "third", "country": "BB"}
    step = {"plant": "third", "step": "one", "start": "2025-01", "capacity": 200}
    lane = {"plant": "third", "market": "X", "start": "2025-01", "lane": "new", "freight": 1}
    built = {"model": "M", "plant": "third", "status": "fixed", "cost": 3}
    late = {**built, "status": "allowed", "launch_months": 3}

    def why(allocation: dict[str, object], *ways: dict[str, object]) -> Reasons:
        tables = {"plants": third, "plant_steps": step, "allocations": allocation}
        more = {name: [*rows[name], row] for name, row in tables.items()}
        data = Input.from_network(network(**more, lanes=[*rows["lanes"], *ways]))
        return explain(solve(data), Question(data, "X"))

    assert "Next is third" in why(built, lane).says[1]
    for reasons, holds in (
        (why(built, {**lane, "start": "2025-06"}), "no lane"),
        (why({**built, "end": "2025-04"}, lane), "may not be built there in these months"),
        (why(late, lane), "no launch there is ready so early"),
    ):
        assert "Next is near" in reasons.says[1]
        third_row = reasons.plants.row(by_predicate=pl.col("plant") == "third", named=True)
        assert third_row["holds"] == holds
        assert (third_row["landed"] is None) == (holds == "no lane")


def test_a_plan_without_a_way_loses_the_cars_and_says_so() -> None:
    data = Input.from_network(network(source_limits=[{"market": "X", "share": 0.25}]))
    plan = solve(data)
    assert plan.lost == pytest.approx(150)
    assert plan.limits.filter(pl.col("kind") == "share of market")["used"].to_list() == [75, 75]


def test_a_price_response_sells_fewer_cars_at_a_higher_price() -> None:
    """Where price falls by 1 % for 1 % more cars, the last cars bring less than they cost."""
    demand = [
        {"model": "M", "market": "X", "month": "2025-03", "units": 100, "price": 20, "response": 1}
    ]
    data = Input.from_network(network(network_demand=demand))
    cost = solve(data, EXACT)
    # from 100 to 70 cars revenue falls by less than 13 a car, below that by more
    revenue = [q * 20 * (1 + 1 - q / 100) for q in (100, 90, 80, 70, 50, 0)]
    best = max(r - 13 * q for r, q in zip(revenue, (100, 90, 80, 70, 50, 0), strict=True))
    assert 2000 - cost.objective == pytest.approx(best)
    assert solve(data).cars == pytest.approx(100), "served first"


def test_waiting_is_worth_what_a_launch_in_vain_costs() -> None:
    """A launch at the near plant pays in the future with a duty, and is in vain in the other."""
    rows = [
        {"model": "M", "plant": "near", "cost": 8, "tooling": 300},
        {"model": "M", "plant": "far", "status": "fixed", "cost": 2},
    ]
    settings_ = [
        {"name": "two", "currency": "EUR", "start": "2025-03", "end": "2025-05", "launch_period": 1}
    ]
    dear = [duty("on top", "a", "2025-04-01", 60)]
    futures = {
        name: Input.from_network(
            network(allocations=rows, network=settings_, network_tariffs=tariffs)
        )
        for name, tariffs in (("free", []), ("dear", dear))
    }
    weights = {"free": 0.5, "dear": 0.5}
    # with the duty a car from afar costs 25, from near 18: 7 x 200 cars for a tooling of 300
    made = solve_robust(futures, weights, EXACT, revealed=dt.date(2025, 4, 1))
    assert made.waiting == pytest.approx(150)
    assert made.objective == pytest.approx(0.5 * 13 * 300 + 0.5 * (13 * 100 + 18 * 200 + 300))
    assert made.knowledge == pytest.approx(0)


def test_tooling_is_paid_at_the_rate_of_the_month_of_the_decision() -> None:
    rows = [
        {"model": "M", "plant": "near", "cost": 1, "tooling": 100, "currency": "USD"},
        {"model": "M", "plant": "far", "status": "fixed", "cost": 12},
    ]
    currencies = [
        {"currency": "USD", "start": f"2025-{month}-01", "rate": rate}
        for month, rate in (("03", 1.0), ("05", 0.5))
    ]
    settings_ = {"name": "two", "currency": "EUR", "start": "2025-03", "end": "2025-05"}
    data = Input.from_network(
        network(allocations=rows, currencies=currencies, network=[settings_ | {"launch_period": 1}])
    )
    # a car from near saves 12 in March and April: 200 x 12 > 100, so it is launched at once
    assert solve(data, EXACT).launches["tooling"].to_list() == [pytest.approx(100)]
    dear = [rows[0] | {"tooling": 3000}, rows[1]]
    data = Input.from_network(
        network(allocations=dear, currencies=currencies, network=[settings_ | {"launch_period": 1}])
    )
    # 3600 saved for 3000 now, or 1200 + 600 in May for 1500: nothing beats March
    made = solve(data, EXACT).launches
    assert made.select("decided", "tooling").rows() == [(dt.date(2025, 3, 1), 3000.0)]
    later = [rows[0] | {"tooling": 2300, "start": "2025-05"}, rows[1]]
    data = Input.from_network(
        network(
            allocations=later, currencies=currencies, network=[settings_ | {"launch_period": 1}]
        )
    )
    made = solve(data, EXACT).launches
    assert made.select("decided", "tooling").rows() == [(dt.date(2025, 5, 1), 1150.0)]


def test_a_shift_step_is_not_worked_before_it_begins() -> None:
    """A step without figures yet would be free of labour."""
    steps = [
        {"plant": plant, "step": "one", "start": "2025-01", "capacity": 200, "labour": 50}
        for plant in ("near", "far")
    ]
    late = {"plant": "near", "step": "two", "start": "2025-05", "capacity": 400, "labour": 20}
    row = {"name": "two", "currency": "EUR", "start": "2025-03", "end": "2025-05"}
    data = Input.from_network(
        network(plant_steps=[*steps, late], network=[row | {"shift_period": 1}])
    )
    plan = solve(data, EXACT)
    near = plan.plants.filter(pl.col("plant") == "near").sort("month")
    assert near["labour"].to_list() == [50, 50, 20]
