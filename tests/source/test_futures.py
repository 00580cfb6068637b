"""Launches for several futures, against all launches counted one by one; what is refused."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from sinho.errors import DataError, Stopped
from sinho.hub import network_from_tables
from sinho.run import example_path
from sinho.source import Input, Params, solve_robust
from sinho.source.exact import minimise
from sinho.source.program import program_of
from sinho.stop import NoLimit, TimeLimit
from sinho.testing import network_tables
from tests.source.networks import network
from tests.test_cli import sinho_cli

EXACT = Params("cost", gap=1e-9)


def futures_of(seed: int, count: int) -> dict[str, Input]:
    """Return a network of two launches that may be decided in each of four months."""
    random, made = np.random.default_rng(seed), {}
    for n in range(count):
        tables = network_tables(2, 2, 2, 4, seed=seed, places=2, fill=0.9, rich=seed % 2 == 0)
        tables["network"][0] |= {"shift_period": 4, "launch_period": 1}
        for row in tables["allocations"]:
            row["tooling"] *= 0.3
            row["launch_months"] = min(row["launch_months"], 1)
        for row in tables["network_tariffs"]:
            row["percent"] += float(random.choice([0, 20, 60]))
        factor = random.uniform(0.5, 1.4)
        for row in tables["network_demand"]:
            row["units"] = round(row["units"] * factor, 2)
        made[f"F{n}"] = Input.from_network(network_from_tables(tables))
    return made


def counted(data: Input) -> dict[tuple[int, ...], float]:
    """Return the least cost at each choice of the month of each launch; -1: never."""
    program = program_of(data)
    own = program.columns["launch"]
    of, dates = program.of["launch"]
    found = {}
    for choice in product((-1, *np.unique(dates)), repeat=len(np.unique(of))):
        month = dict(zip(np.unique(of), choice, strict=True))
        made = np.array([month[a] == t for a, t in zip(of, dates, strict=True)], dtype=float)
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[own] = upper[own] = made
        held = replace(program, lower=lower, upper=upper)
        best = minimise(held, EXACT, stop=NoLimit(), seed=1, progress=None)
        found[tuple(int(t) for t in choice)] = best.levels[-1].value
    return found


@pytest.mark.parametrize("seed", [0, 2, 6])
def test_no_future_costs_less_than_its_best_plan_where_cars_lost_come_first(seed: int) -> None:
    futures = futures_of(seed, 3)
    made = solve_robust(futures, dict(zip(futures, (0.6, 0.3, 0.1), strict=True)), Params())
    assert made.futures["regret"].min() >= 0  # type: ignore[operator]


@pytest.mark.parametrize("seed", range(20))
def test_futures_are_planned_as_well_as_by_counting_all_launches(seed: int) -> None:
    count, known = 2 + seed % 2, 1 + seed % 3
    futures = futures_of(seed, count)
    shares = np.random.default_rng(seed).dirichlet(np.full(count, 3.0))
    weights = dict(zip(futures, shares, strict=True))
    costs = {name: counted(data) for name, data in futures.items()}
    month = next(iter(futures.values())).months[known]
    made = solve_robust(futures, weights, EXACT, revealed=month)

    def early(choice: tuple[int, ...]) -> tuple[int, ...]:
        # what is launched once it is known is not yet decided
        return tuple(t if t < known else -1 for t in choice)

    every = next(iter(costs.values()))
    first = {
        now: {
            name: min(c for at, c in own.items() if early(at) == now) for name, own in costs.items()
        }
        for now in {early(choice) for choice in every}
    }
    expected = {now: sum(weights[n] * own[n] for n in futures) for now, own in first.items()}
    best = min(expected, key=lambda now: expected[now])
    near = {"rel": 1e-6}
    assert made.objective == pytest.approx(expected[best], **near)
    allnow = min(sum(weights[n] * costs[n][at] for n in futures) for at in every)
    known_from_start = sum(weights[n] * min(costs[n].values()) for n in futures)
    size = made.objective
    assert made.waiting == pytest.approx(allnow - expected[best], abs=1e-6 * size)
    assert made.knowledge == pytest.approx(expected[best] - known_from_start, abs=1e-6 * size)
    ties = [now for now in expected if expected[now] <= expected[best] + 1e-7 * size]
    regrets = [[first[now][n] - min(costs[n].values()) for n in futures] for now in ties]
    assert any(
        made.futures["regret"].to_list() == pytest.approx(own, abs=1e-6 * size) for own in regrets
    )


def test_what_cannot_be_weighed_is_refused_by_name() -> None:
    data = Input.from_network(network())
    futures = {"a": data, "b": data}

    def refused(match: str, weights: dict[str, float], **more: Any) -> None:
        with pytest.raises(DataError, match=match):
            solve_robust(futures, weights, **more)

    refused("the weights sum to 0.9, not to 1", {"a": 0.5, "b": 0.4})
    refused(r"b.*-0\.5", {"a": 1.5, "b": -0.5})
    refused("must be more than 0", {"a": 1.0})
    refused("no such future", {"a": 0.5, "b": 0.3, "c": 0.2})
    half = {"a": 0.5, "b": 0.5}
    for day in (dt.date(2025, 2, 1), dt.date(2025, 6, 1)):
        refused("2025-03 to 2025-05", half, revealed=day)
    with pytest.raises(Stopped, match="before there was a plan for all futures"):
        solve_robust(futures, half, stop=TimeLimit(1e-9))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("renault-geely=0.7", "us-closed=0.2"), "must sum to 1, not to 0.9"),
        (("renault-geely=-0.2", "us-closed=1.2"), "'renault-geely=-0.2' is no"),
        (("renault-geely=0.5", "renault-geely=0.5"), "'renault-geely' is named twice"),
        (("renault-gely=0.5", "us-closed=0.5"), "Did you mean 'renault-geely'?"),
        (("renault-geely=1/0", "us-closed=0.5"), "'renault-geely=1/0' is no"),
    ],
)
def test_weights_that_are_none_are_refused_on_the_command_line(
    words: tuple[str, ...], said: str
) -> None:
    options = [part for word in words for part in ("--weight", word)]
    told = sinho_cli("source", example_path("alliances"), *options)
    assert told.exit_code != 0
    assert said in " ".join(told.output.split())


def test_futures_have_a_page_a_workbook_and_a_record(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--weight", "renault-geely=2/3", "--weight", "us-closed=1/3", "--revealed", "2025-01")
    told = sinho_cli("source", example_path("alliances"), *words, "--out", out)
    assert told.exit_code == 0, told.output
    assert "Launch now: " in told.output
    page = (out / "source.html").read_text(encoding="utf-8")
    assert all(f'id="{name}"' in page for name in ("headline", "futures", "worth", "launches"))
    sheets = openpyxl.load_workbook(out / "source.xlsx", read_only=True).sheetnames
    assert {"Futures", "Waiting and knowing", "Launches"} <= set(sheets)
    assert (out / "source.json").read_text(encoding="utf-8").count('"regret"') == 2


def test_workers_find_the_same_futures() -> None:
    futures = futures_of(3, 3)
    weights = dict.fromkeys(futures, 1 / 3)
    month = next(iter(futures.values())).months[1]
    alone = solve_robust(futures, weights, EXACT, revealed=month)
    with ThreadPoolExecutor(2) as threads:
        params = Params("cost", gap=1e-9, executor=threads)
        spread = solve_robust(futures, weights, params, revealed=month)
    assert spread.futures.equals(alone.futures)
    assert spread.launches.equals(alone.launches)


@pytest.mark.slow
@pytest.mark.cluster
def test_a_cluster_of_two_workers_finds_the_same_futures(cluster: Executor) -> None:
    futures = futures_of(3, 3)
    weights = dict.fromkeys(futures, 1 / 3)
    alone = solve_robust(futures, weights, EXACT)
    params = Params("cost", gap=1e-9, executor=cluster)
    spread = solve_robust(futures, weights, params)
    assert spread.futures.equals(alone.futures)
    assert spread.launches.equals(alone.launches)
