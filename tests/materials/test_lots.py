"""Lot sizing: answers worked on paper, published ones, and two methods against each other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.materials.campaigns import plan_lots
from sinho.materials.lots import LotProblem, capacity, cost_of, fill, plan_of, runs
from sinho.materials.params import Params
from sinho.materials.program import solve
from sinho.materials.search import search
from tests.budget import examples

DEMAND = [10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41]
"""Twelve months of Silver and Peterson's example; setup 54, holding 0.4 a unit and month."""


def table(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


def flat(value: float, shape: tuple[int, int]) -> np.ndarray:
    return np.full(shape, value, dtype=np.float64)


def two_engines(least: float = 0.0, safety: float = 0.0) -> LotProblem:
    """Two engines, four slots: a slot makes 10, one with a changeover 8; see the test."""
    made = np.zeros((3, 2, 4))
    made[:] = 8.0
    made[0, 0] = made[1, 1] = made[2] = 10.0
    change = table([[0, 20], [20, 0], [0, 0]])
    shape = (2, 4)
    return LotProblem(
        need=table([[5, 5, 5, 5], [3, 3, 3, 3]]),
        opening=np.array([5.0, 6.0]),
        safety=flat(safety, shape),
        made=made,
        change=change,
        hold=flat(1, shape),
        thin=flat(100, shape),
        short=flat(1000, shape),
        least=np.array([least, least]),
        first=0,
    )


def test_two_engines_on_paper() -> None:
    # 15 of E1 and 6 of E2 are to be made. One changeover at least, 20, as E2 lasts two slots. E1
    # first: E2 must begin in the third slot, so E1 is made in the first two, 5 and 10. Stock of
    # E1: 5, 10, 5, 0; of E2: 3, 0, 0, 0: 23. Together 43; with two changeovers at least 40 + 11.
    problem = two_engines()
    answer = solve(problem)
    assert answer.optimal
    assert answer.lots is not None
    assert answer.lots.cost == pytest.approx(43)
    assert answer.bound == pytest.approx(43)
    assert answer.lots.setting.tolist() == [0, 0, 1, 1]
    assert answer.lots.made.tolist() == [[5, 10, 0, 0], [0, 0, 3, 3]]
    found = search(problem, moves=200)
    assert found.cost == pytest.approx(43)


def test_a_smallest_lot_is_made_in_full() -> None:
    # The first campaign runs already; E2 then E1 again: the campaign of E2 must make 8, not 6.
    problem = two_engines(least=8)
    plan = plan_of(problem, np.array([0, 1, 0, 0]))
    assert plan is not None
    assert plan.made[1].tolist() == [0, 8, 0, 0]
    assert plan_of(two_engines(least=9), np.array([0, 1, 0, 0])) is None


def test_safety_stock_is_kept_where_capacity_allows() -> None:
    problem = two_engines(safety=2)
    answer = solve(problem)
    assert answer.lots is not None
    stock = problem.opening[:, None] + np.cumsum(answer.lots.made - problem.need, axis=1)
    assert answer.lots.thin == 0
    assert stock.min() >= 2


def wagner_whitin(demand: list[float], setup: float, hold: float) -> float:
    """Return the least cost by the recursion of Wagner and Whitin (1958)."""
    best = [0.0]
    for last in range(1, len(demand) + 1):
        best.append(
            min(
                best[first]
                + setup
                + hold * sum((t - first) * demand[t] for t in range(first, last))
                for first in range(last)
            )
        )
    return best[-1]


def single(demand: list[float], setup: float, hold: float) -> LotProblem:
    """State an uncapacitated single item: a second part that needs nothing stands for rest.

    Every slot of the item costs a setup, whatever the slot before was.
    """
    shape = (2, len(demand))
    return LotProblem(
        need=np.stack([np.array(demand, dtype=np.float64), np.zeros(len(demand))]),
        opening=np.zeros(2),
        safety=flat(0, shape),
        made=np.full((3, 2, len(demand)), float(sum(demand))),
        change=table([[setup, 0], [setup, 0], [setup, 0]]),
        hold=flat(hold, shape),
        thin=flat(0, shape),
        short=flat(1000, shape),
        least=np.zeros(2),
        first=1,
    )


def test_the_published_single_item() -> None:
    # Silver and Peterson 1985, Decision Systems for Inventory Management: 501.20.
    problem = single(DEMAND, 54, 0.4)
    assert wagner_whitin(DEMAND, 54, 0.4) == pytest.approx(501.2)
    answer = solve(problem)
    assert answer.optimal
    assert answer.lots is not None
    assert answer.lots.cost == pytest.approx(501.2)
    assert search(problem).cost == pytest.approx(501.2)


@settings(max_examples=examples(15), deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=8).filter(any),
    st.integers(1, 150),
    st.sampled_from([0.5, 1.0, 3.0]),
)
def test_single_items_agree_with_the_recursion(demand: list[int], setup: int, hold: float) -> None:
    needs = [float(units) for units in demand]
    skipped = next(n for n, units in enumerate(needs) if units)
    best = wagner_whitin(needs[skipped:], setup, hold)
    answer = solve(single(needs, setup, hold))
    assert answer.lots is not None
    assert answer.lots.cost == pytest.approx(best)


def random_problem(seed: int, parts: int, slots: int, load: float = 0.8) -> LotProblem:
    """Return a shop like Busan's: changeovers of up to 2 h in slots of 4 h, 40 engines an hour."""
    rng = np.random.default_rng(seed)
    setup = rng.integers(1, 5, (parts + 1, parts)) * 0.5
    setup[parts] = 0
    np.fill_diagonal(setup, 0)
    share = rng.dirichlet(np.full(parts, 2.0))
    shape = (parts, slots)
    made = np.floor(40 * (4 - setup))[:, :, None] * np.ones(slots)
    return LotProblem(
        need=rng.poisson(share[:, None] * 160 * load, shape).astype(np.float64),
        opening=np.round(share * 40 * 24),
        safety=np.round(share * 160)[:, None] * np.ones(slots),
        made=made,
        change=setup * 4.4,
        hold=flat(2e-4, shape),
        thin=flat(0.04, shape),
        short=flat(8, shape),
        least=np.zeros(parts),
        first=parts,
    )


@pytest.mark.parametrize("parts", [2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_the_search_is_near_the_proven_best(parts: int, seed: int) -> None:
    problem = random_problem(seed, parts, 14)
    found = search(problem, moves=4000)
    answer = solve(problem, start=found)
    assert answer.optimal
    assert answer.lots is not None
    assert answer.lots.cost <= found.cost + 1e-6
    assert found.cost <= 1.10 * answer.lots.cost


@pytest.mark.parametrize("seed", range(3))
def test_the_program_agrees_with_trying_every_setting(seed: int) -> None:
    problem = random_problem(seed, 2, 7, load=0.9)
    answer = solve(problem)
    every = (plan_of(problem, np.array(setting)) for setting in product(range(2), repeat=7))
    best = min(plan.cost for plan in every if plan is not None)
    assert answer.optimal
    assert answer.lots is not None
    # Filling as late as possible may be beaten by letting the safety stock go for a while.
    assert answer.lots.cost <= best + 1e-6
    assert best <= answer.lots.cost * 1.02 + 1e-6


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(2, 10), st.floats(0.2, 1.4))
def test_plans_keep_capacity_and_the_bound_lies_below(
    seed: int, parts: int, slots: int, load: float
) -> None:
    problem = random_problem(seed, parts, slots, load)
    lots, bound, _ = plan_lots(problem, Params(moves=300, nodes=20))
    assert np.all(lots.made <= capacity(problem, lots.setting) + 1e-6)
    assert np.all(lots.made >= 0)
    assert bound <= lots.cost + 1e-9
    assert lots.cost == pytest.approx(cost_of(problem, lots.setting, lots.made).cost)
    again, _, _ = plan_lots(problem, Params(moves=300, nodes=20))
    assert again.setting.tolist() == lots.setting.tolist()
    assert again.made.tolist() == lots.made.tolist()


@pytest.mark.parametrize("seed", range(3))
def test_the_relaxed_program_bounds_from_below(seed: int) -> None:
    problem = random_problem(seed, 3, 12)
    exact = solve(problem)
    relaxed = solve(problem, relaxed=True)
    assert exact.optimal
    assert relaxed.lots is None
    assert 0 < relaxed.bound <= exact.bound + 1e-6
    lots, bound, method = plan_lots(problem, Params(moves=500, choices=0, relaxed=90))
    assert bound <= relaxed.bound + 1e-6  # of the first ten slots alone
    assert (lots.cost > bound + 1e-6) == ("proven" not in method)


@settings(max_examples=examples(50), deadline=None)
@given(
    st.integers(0, 10_000),
    st.lists(st.integers(0, 2), min_size=3, max_size=12),
    st.integers(0, 400),
)
def test_smallest_lots_hold_in_every_campaign_but_the_last(
    seed: int, setting: list[int], least: int
) -> None:
    base = random_problem(seed, 3, len(setting))
    problem = LotProblem(**{**vars(base), "least": np.full(3, float(least))})
    chosen = np.array(setting)
    made = fill(problem, chosen)
    if made is None:
        room = capacity(problem, chosen)
        lots = [room[part, start : end + 1].sum() for part, start, end in runs(chosen)[:-1]]
        assert min(lots) < least
        return
    for part, start, end in runs(chosen)[:-1]:
        assert made[part, start : end + 1].sum() >= least - 1e-6
    assert np.all(made <= capacity(problem, chosen) + 1e-6)
