"""Prices bound what the exact method finds, and plan nearly as well."""

from __future__ import annotations

import pytest

from sinho.errors import DataError
from sinho.hub import network_from_tables
from sinho.source import Input, Params, solve
from sinho.testing import network_tables


@pytest.mark.parametrize(("seed", "rich"), [(1, False), (2, False), (3, True), (4, True)])
def test_prices_bound_the_best_plan_from_below_and_plan_near_it(seed: int, rich: bool) -> None:
    tables = network_tables(3, 5, 4, 6, seed=seed, rich=rich)
    data = Input.from_network(network_from_tables(tables))
    exact = solve(data, Params("cost", "exact", gap=1e-3))
    made = solve(data, Params("cost", "priced", gap=1e-2, columns=150_000 if rich else 0))
    assert made.bound <= exact.objective * (1 + 1e-9)
    assert exact.bound <= made.objective * (1 + 1e-9)
    assert made.objective <= exact.objective * 1.03
    assert made.gap <= 0.05
    assert made.cars + made.lost == pytest.approx(data.demand.sum(), rel=1e-6)
    assert (made.plants["load"] <= made.plants["capacity"] + 1e-5).all()
    assert made.costs["cost"].sum() == pytest.approx(made.objective)


def test_the_same_network_gives_the_same_plan_by_prices() -> None:
    data = Input.from_network(network_from_tables(network_tables(3, 5, 4, 6, rich=False)))
    plans = [solve(data, Params("cost", "priced", gap=1e-2)) for _ in range(2)]
    assert plans[0].flows.equals(plans[1].flows)
    assert plans[0].bound == plans[1].bound


def test_large_networks_are_priced_by_themselves_where_cost_alone_counts() -> None:
    data = Input.from_network(network_from_tables(network_tables(3, 5, 4, 6, rich=False)))
    by_size = solve(data, Params("cost", gap=1e-2, columns=100))
    asked = solve(data, Params("cost", "priced", gap=1e-2, columns=100))
    assert by_size.objective == asked.objective
    with pytest.raises(DataError, match="priced goes with priorities of cost alone"):
        Params("lexicographic", "priced")
