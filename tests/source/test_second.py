"""Plans of networks against a second formulation that shares nothing but the tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sinho.hub import network_from_tables
from sinho.source import Input, Params, solve
from sinho.testing import network_tables
from tests.source.rich import rich_tables
from tests.source.second import optimum


def usual_tables(seed: int) -> dict[str, Any]:
    shape = (2 + (seed % 10 == 0), 2 + (seed % 5 == 2), 2, 3 + seed % 2)
    fill, start = (0.6, 0.9, 1.3)[seed % 3], dt.date(2025, 1 + seed * 5 % 12, 1)
    return network_tables(*shape, seed=seed, start=start, places=2, fill=fill)


@pytest.mark.parametrize(
    "tables", [*map(usual_tables, range(10)), *map(rich_tables, range(30))], ids=range(40)
)
def test_the_plan_is_that_of_a_second_formulation(tables: dict[str, Any]) -> None:
    network = network_from_tables(tables)
    served = len(tables["content"]) % 2 == 0
    params = Params("lexicographic" if served else "cost", gap=1e-9)
    plan = solve(Input.from_network(network), params)
    lost, cost = optimum(network, served=served)
    assert plan.objective == pytest.approx(cost, rel=1e-6, abs=1e-6)
    assert plan.costs["cost"].sum() == pytest.approx(plan.objective, rel=1e-8)
    if served:
        assert plan.levels["value"][0] == pytest.approx(lost, abs=1e-4)
