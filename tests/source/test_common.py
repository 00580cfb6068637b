"""Launches in common by prices, against one program of all futures."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from sinho.errors import Stopped
from sinho.hub import network_from_tables
from sinho.source import Input, Params, solve_robust
from sinho.stop import TimeLimit
from sinho.testing import network_tables

WEIGHTS = {"as it is": 0.5, "dear": 0.3, "small": 0.2}


def futures() -> dict[str, Input]:
    """Return a network as it is, with duties that are higher, and with fewer cars."""
    tables = network_tables(3, 5, 4, 12, places=3, rich=False, fill=0.9)
    data = Input.from_network(network_from_tables(tables))
    far = np.random.default_rng(5).random(data.duties.rate.shape[:2])[..., None] < 0.4
    rate = np.where(far, data.duties.rate + 0.3, data.duties.rate)
    dear = replace(data, duties=replace(data.duties, rate=rate, within=rate))
    return dict(zip(WEIGHTS, (data, dear, replace(data, demand=data.demand * 0.7)), strict=True))


@pytest.mark.parametrize(
    ("priorities", "revealed"), [("cost", None), ("lexicographic", dt.date(2025, 7, 1))]
)
def test_prices_bound_what_one_program_of_all_futures_finds(
    priorities: str, revealed: dt.date | None
) -> None:
    given = futures()
    whole, made = (
        solve_robust(given, WEIGHTS, Params(priorities, method, gap=gap), revealed=revealed)
        for method, gap in (("exact", 1e-2), ("priced", 2e-2))
    )
    assert made.bound <= whole.objective * (1 + 1e-6)
    assert made.objective >= whole.bound * (1 - 1e-6)
    assert made.gap <= 0.02
    assert made.now is not None
    assert made.now >= made.objective * (1 - 1e-9)
    assert (made.futures["regret"] >= 0).all()
    for name, plan in made.plans.items():
        assert plan.costs["cost"].sum() == pytest.approx(plan.objective)
        assert plan.cars + plan.lost == pytest.approx(given[name].demand.sum(), rel=1e-6)
        assert (plan.plants["load"] <= plan.plants["capacity"] + 1e-5).all()
    end = revealed or dt.date(2027, 1, 1)
    early = [
        set(plan.launches.filter(plan.launches["decided"] < end).rows_by_key("model"))
        for plan in made.plans.values()
    ]
    assert early[0] == early[1] == early[2]
    # no car before its launch
    for plan in made.plans.values():
        built = plan.launches.join(plan.flows, on=["model", "plant"])
        assert (built["month"] >= built["decided"]).all()


def test_workers_find_the_same_launches_by_prices() -> None:
    given, params = futures(), Params("cost", "priced", gap=0.02)
    with ThreadPoolExecutor(2) as threads:
        spread = solve_robust(given, WEIGHTS, replace(params, executor=threads))
    here = solve_robust(given, WEIGHTS, params)
    assert spread.futures.equals(here.futures)
    assert spread.launches.equals(here.launches)


def test_too_little_time_for_a_plan_of_each_future_is_said() -> None:
    with pytest.raises(Stopped, match="allow it more time"):
        solve_robust(futures(), WEIGHTS, Params("cost", "priced"), stop=TimeLimit(1e-6))
