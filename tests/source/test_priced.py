"""Prices bound what the exact method finds, and plan nearly as well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sinho.hub import network_from_tables
from sinho.results import Sourcing
from sinho.source import Input, Params, solve
from sinho.source.dual import Dual
from sinho.source.master import Master
from sinho.source.shares import Shares
from sinho.source.shipped import Sifting
from sinho.stop import NoLimit, TimeLimit
from sinho.testing import network_tables


def whole(data: Input, plan: Sourcing) -> None:
    """Check that a plan is one: cars add up, and capacity, lanes, quotas and volumes are kept."""
    assert plan.cars + plan.lost == pytest.approx(data.demand.sum(), rel=1e-6)
    assert (plan.plants["load"] <= plan.plants["capacity"] + 1e-5).all()
    tops = plan.limits.filter(plan.limits["kind"] != "least")
    assert (tops["used"] <= tops["limit"] + 1e-5).all()
    assert plan.costs["cost"].sum() == pytest.approx(plan.objective)


@pytest.mark.parametrize("served", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_prices_bound_the_best_plan_from_below_and_plan_near_it(seed: int, served: bool) -> None:
    fill = (0.6, 0.9, 1.6)[seed % 3]
    tables = network_tables(3, 5, 4, 6, seed=seed, rich=seed % 2 == 1, fill=fill)
    data = Input.from_network(network_from_tables(tables))
    priorities = "lexicographic" if served else "cost"
    exact = solve(data, Params(priorities, "exact", gap=1e-6))
    made = solve(data, Params(priorities, "priced", gap=1e-2))
    whole(data, made)
    for best, one in zip(exact.levels.to_dicts(), made.levels.to_dicts(), strict=True):
        assert one["bound"] <= best["value"] * (1 + 1e-6) + 1e-3
        assert one["value"] >= best["bound"] * (1 - 1e-6) - 1e-3
        if best["level"] != "cost" and one["value"] > best["value"] + 0.1:
            break  # a plan that loses more may cost less
        assert one["value"] <= best["value"] * 1.05 + 0.1


def test_the_same_network_gives_the_same_plan_by_prices() -> None:
    data = Input.from_network(network_from_tables(network_tables(3, 5, 4, 6, rich=False)))
    plans = [solve(data, Params("cost", "priced", gap=1e-2)) for _ in range(2)]
    assert plans[0].flows.equals(plans[1].flows)
    assert plans[0].bound == plans[1].bound


@pytest.mark.parametrize("priorities", ["cost", "lexicographic"])
def test_large_networks_are_priced_by_themselves(priorities: str) -> None:
    data = Input.from_network(network_from_tables(network_tables(3, 5, 4, 6, rich=False)))
    by_size = solve(data, Params(priorities, gap=1e-2, columns=100))
    asked = solve(data, Params(priorities, "priced", gap=1e-2, columns=100))
    assert by_size.objective == asked.objective


def test_a_plan_is_handed_back_whole_however_little_time_there_is() -> None:
    data = Input.from_network(network_from_tables(network_tables(4, 12, 6, 12, seed=5)))
    made = solve(data, Params("lexicographic", "priced"), stop=TimeLimit(0.5))
    whole(data, made)
    assert made.bound <= made.objective


@pytest.mark.parametrize("rich", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_flows_are_sifted_to_their_optimum_from_any_prices(seed: int, rich: bool) -> None:
    """With too little capacity, and prices of 0 to begin at, cells and ways are freed until."""
    tables = network_tables(4, 10, 8, 12, places=4, rich=rich, seed=seed)
    data = Input.from_network(network_from_tables(tables))
    dual = Dual(data)
    limits = replace(dual.limits, capacity=0.6 * Master(data).most)
    launched = np.ones(len(data.model), dtype=bool)
    sifting = Sifting(dual, launched, limits, dual.zero(), {"threads": 1, "random_seed": 1})
    sifting.solve(1e-4, NoLimit())
    shipped = sifting.shipped()
    assert shipped.bound <= shipped.cost <= shipped.bound + 1e-4 * abs(shipped.cost)


def tight(seed: int, *, rich: bool = True) -> Input:
    """Return a network with too little capacity, in which launches are dear."""
    tables = network_tables(4, 12, 8, 12, places=4, rich=rich, seed=seed, fill=1.2)
    for row in tables["allocations"]:
        row["tooling"] = 4 * row["tooling"]
    return Input.from_network(network_from_tables(tables))


@pytest.mark.parametrize("seed", range(3))
def test_cuts_are_below_the_cost_of_any_launches(seed: int) -> None:
    """What launches save by a cut is never less than what they save."""
    data = tight(seed)
    dual, random = Dual(data), np.random.default_rng(seed)
    shares, size = Shares(dual), len(data.model)
    prices = replace(dual.zero(), capacity=random.uniform(0, 3, dual.limits.capacity.shape))
    some = np.where(data.fixed, 1.0, random.uniform(0, 1, size))
    cut = shares.cheapest(prices, some)
    assert np.allclose(cut.monthly, cut.full - some @ cut.gains)
    for _ in range(10):
        on = data.fixed | (random.random(size) < random.random())
        cost = dual.cheapest(prices, on)
        assert np.all(cut.full - on @ cut.gains <= cost.monthly * (1 + 1e-6) + 1e-6)
        # with whole launches the cut says what they cost, and what they take
        own = shares.cheapest(prices, on.astype(float))
        assert np.allclose(own.monthly, cost.monthly, rtol=1e-6)
        assert np.allclose(own.taken.flat, cost.taken.flat, rtol=1e-4, atol=1.0)


@pytest.mark.parametrize("seed", range(4))
def test_dear_launches_with_little_capacity_are_planned_near_the_best(seed: int) -> None:
    data = tight(seed, rich=False)
    best = solve(data, Params("cost", "exact", gap=1e-3), stop=TimeLimit(60))
    priced = solve(data, Params("cost", "priced"), stop=TimeLimit(60))
    assert priced.bound <= best.objective * (1 + 1e-9)
    assert best.bound <= priced.objective * (1 + 1e-9)
    assert priced.gap <= 0.01
