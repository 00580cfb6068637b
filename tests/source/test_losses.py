"""What losses of a year cost, by hand; and that workers change nothing."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import pytest

from sinho.hub import network_from_tables
from sinho.source import Input, Params, solve, stress
from sinho.source.held import worked
from sinho.source.program import program_of
from sinho.stop import NoLimit
from sinho.testing import network_tables
from tests.source.networks import network

COST = Params("cost", gap=1e-9)


def years(start: str, end: str, **more: Any) -> list[dict[str, Any]]:
    settings = {"name": "two", "currency": "EUR", "start": start, "end": end}
    return [{**settings, "shift_period": 1, "launch_period": 1, **more}]


def demand(start: int, count: int) -> list[dict[str, Any]]:
    """Return 100 cars a month at 20, 10 more where one is lost; from a month of 2025 on."""
    return [
        {
            "model": "M",
            "market": "X",
            "month": f"{2025 + n // 12}-{n % 12 + 1:02}",
            "units": 100,
            "price": 20,
            "lost_penalty": 10,
        }
        for n in range(start, start + count)
    ]


def lost(data: Input, year: int, params: Params = COST) -> dict[tuple[str, str], tuple[Any, ...]]:
    table = stress(data, params, year=year)
    return {(kind, name): figures for kind, name, *figures, _gap in table.rows()}


def two_years(**changed: Any) -> Input:
    """Return the network over 2025 and 2026; near costs 18 a car, far 13."""
    tables = {"network": years("2025-01", "2026-12"), "network_demand": demand(0, 24), **changed}
    return Input.from_network(network(**tables))


def test_a_border_lost_with_the_other_plant_at_capacity_loses_cars() -> None:
    steps = [
        {"plant": plant, "step": "one", "start": "2025-01", "capacity": capacity}
        for plant, capacity in (("near", 60), ("far", 200))
    ]
    found = lost(two_years(plant_steps=steps), 2025)
    # near builds 60 cars a month at 5 more; 40 are lost at 30 instead of 13
    want = pytest.approx([12 * (60 * 5 + 40 * 17), 12 * 40, 12])
    assert list(found["border", "AA"]) == want
    assert list(found["plant", "far"]) == want
    assert list(found["lane", "sea"]) == want
    assert list(found["plant", "near"]) == [0, 0, 0], "it is not used"
    assert list(found["lane", "road"]) == [0, 0, 0]


def test_a_launch_that_needs_months_helps_from_its_first_car_on() -> None:
    rows = [
        {"model": "M", "plant": "near", "cost": 8, "tooling": 2000, "launch_months": 4},
        {"model": "M", "plant": "far", "status": "fixed", "cost": 2},
    ]
    found = lost(two_years(allocations=rows), 2025)
    # four months of 100 cars lost at 17 each, then 5 more a car for 8 months, and the tooling
    assert list(found["border", "AA"]) == pytest.approx([4 * 1700 + 8 * 500 + 2000, 400, 12])


def test_a_launch_that_does_not_pay_is_left() -> None:
    rows = [
        {"model": "M", "plant": "near", "cost": 8, "tooling": 50_000, "launch_months": 4},
        {"model": "M", "plant": "far", "status": "fixed", "cost": 2},
    ]
    found = lost(two_years(allocations=rows), 2025)
    assert list(found["border", "AA"]) == pytest.approx([12 * 1700, 1200, 12])


def test_a_year_partly_outside_counts_its_months_alone() -> None:
    settings = years("2025-11", "2026-02")
    data = Input.from_network(network(network=settings, network_demand=demand(10, 4)))
    assert list(lost(data, 2025)["plant", "far"]) == pytest.approx([2 * 500, 0, 2])
    cost, cars, months = lost(data, 2026)["plant", "far"]
    assert (cost, cars) == pytest.approx((2 * 500, 0))
    assert months is None, "the network's months end before it is known"


@pytest.mark.parametrize("year", [2024, 2027])
def test_a_year_outside_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match=f"no month of {year}"):
        stress(two_years(), COST, year=year)


def test_a_plant_that_closes_anyway_is_no_loss() -> None:
    plants = [
        {"plant": "near", "country": "AA"},
        {"plant": "far", "country": "BB", "may_change": True},
    ]
    rows = [
        {"model": "M", "plant": "near", "status": "fixed", "cost": 8},
        {"model": "M", "plant": "far", "status": "fixed", "cost": 2, "end": "2025-12"},
    ]
    data = two_years(plants=plants, allocations=rows)
    assert list(lost(data, 2026)["plant", "far"]) == [0, 0, 0]
    assert list(lost(data, 2026)["plant", "near"]) == pytest.approx([12 * 100 * 12, 1200, None])


def test_what_was_decided_before_the_year_stays() -> None:
    """Steps are changed every five months: those of November to March are decided in November."""
    steps = [
        {"plant": plant, "step": step, "start": "2025-01", "capacity": capacity, "labour": labour}
        for plant in ("near", "far")
        for step, capacity, labour in (("one", 0, 0), ("two", 200, 100))
    ]
    data = two_years(network=years("2025-01", "2026-12", shift_period=5), plant_steps=steps)
    plan = solve(data, COST)
    found = lost(data, 2026)["plant", "far"]
    # near works no step that builds until the end of March; far is paid in vain until then
    kept = 3 * 100 * 17
    free = 9 * 100 * 5
    assert found[0] == pytest.approx(kept + free)
    held = worked(program_of(data), plan, 12, data)
    fixed = held.lower[held.columns["step"]] == held.upper[held.columns["step"]]
    assert fixed.reshape(4, -1)[:, :3].all()
    assert not fixed.reshape(4, -1)[:, 3:].any()


def test_losses_that_were_not_reckoned_have_no_figures() -> None:
    class Over(NoLimit):
        def __call__(self) -> bool:
            return True

    data = two_years()
    table = stress(data, COST, year=2025, base=solve(data, COST), stop=Over())
    assert table.filter(lost="far")["cost"].to_list() == [None]
    assert table.filter(lost="near")["cost"].to_list() == [0]


def test_workers_find_the_same_losses() -> None:
    data = two_years()
    with ThreadPoolExecutor(2) as threads:
        spread = stress(data, Params("cost", gap=1e-9, executor=threads), year=2025)
    assert spread.equals(stress(data, COST, year=2025))


@pytest.mark.slow
def test_processes_find_the_same_losses() -> None:
    data = two_years()
    spread = stress(data, Params("cost", gap=1e-9, workers=2), year=2025)
    assert spread.equals(stress(data, COST, year=2025))


@pytest.mark.slow
@pytest.mark.cluster
def test_a_cluster_of_two_workers_finds_the_same_losses(cluster: Executor) -> None:
    data = two_years()
    spread = stress(data, Params("cost", gap=1e-9, executor=cluster), year=2025)
    assert spread.equals(stress(data, COST, year=2025))


def test_losses_of_large_networks_are_within_their_gap_of_the_best() -> None:
    data = Input.from_network(network_from_tables(network_tables(3, 5, 3, 18, rich=False)))
    base = solve(data, Params("cost", "exact", gap=1e-4))
    exact = stress(data, Params("cost", "exact", gap=1e-4), year=2026, base=base)
    priced = stress(data, Params("cost", "priced", gap=0.03), year=2026, base=base)
    assert priced["gap"].max() <= 0.03  # type: ignore[operator]
    for row in exact.join(priced, on=["kind", "lost"], suffix=" priced").to_dicts():
        near = 2e-4 * base.objective
        assert row["cost"] - near <= row["cost priced"]
        assert row["cost priced"] <= row["cost"] + 0.03 * (base.objective + row["cost"]) + near


def test_what_is_launched_before_the_year_of_a_loss_needs_no_tooling_again() -> None:
    """Near is launched in November for January, when demand grows beyond what far can build."""
    rows = [
        {"model": "M", "plant": "near", "cost": 8, "tooling": 3000, "launch_months": 2},
        {"model": "M", "plant": "far", "status": "fixed", "cost": 2},
    ]
    steps = [
        {"plant": plant, "step": "one", "start": "2025-01", "capacity": capacity}
        for plant, capacity in (("near", 100), ("far", 50))
    ]
    grown = [{**row, "units": 40 if n < 12 else 100} for n, row in enumerate(demand(0, 24))]
    data = two_years(allocations=rows, plant_steps=steps, network_demand=grown)
    base = solve(data, COST)
    assert base.launches["decided"].to_list() == [dt.date(2025, 11, 1)]
    by_prices = Params("cost", "priced", gap=1e-3)
    for params in (COST, by_prices):
        table = stress(data, params, year=2026, base=base)
        found = dict(table.select("lost", "cost").iter_rows())
        # near builds all, 50 of them at 5 more a car
        assert found["far"] == pytest.approx(12 * 50 * 5, rel=1e-3)
