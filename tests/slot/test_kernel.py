"""The compiled core: its books, its prices, and what is kept of it on disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sinho.slot import Input
from sinho.slot.arrays import build
from sinho.slot.prices import Prices, candidates, coarser, look
from sinho.slot.search import Slotting, anneal, dearest, pieces
from sinho.slot.start import filled, find_prices
from sinho.stop import Clock, NoLimit
from sinho.testing import generate_year
from tests.slot.instances import random_problem


def searched(data: Input, moves: int, threads: int = 1) -> tuple[Slotting, float]:
    """Return the books after a search, and the cost that they then say."""
    arrays = build(data)
    slotting = Slotting.of(arrays, np.full(len(arrays.alike), -1))
    clock = Clock(NoLimit(), moves)
    with ThreadPoolExecutor(threads) as pool_of:
        prices = Prices.zero(arrays)
        near = candidates(arrays, prices.now, prices.least_costs, pool_of, threads)
        filled(slotting, near, prices, 1)
        anneal(slotting, near, 0.0, clock, pool_of, threads, lambda *_: None, seed=1)
    return slotting, slotting.cost


def balanced(slotting: Slotting, cost: float) -> None:
    """Check books against a fresh count; what a unit changes is kept of rows that count units."""
    fresh = Slotting.of(slotting.arrays, slotting.day_of)
    counting = slice(slotting.arrays.weighed, None)
    np.testing.assert_allclose(slotting.use, fresh.use, atol=1e-6)
    np.testing.assert_allclose(slotting.up[:, counting], fresh.up[:, counting], atol=1e-4)
    np.testing.assert_allclose(slotting.down[:, counting], fresh.down[:, counting], atol=1e-4)
    assert cost == pytest.approx(fresh.cost, abs=1e-4)
    assert slotting.day_of.max() < slotting.arrays.days


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_books_of_a_search_equal_a_fresh_count(seed: int, threads: int) -> None:
    data = random_problem(seed, 60, 9)
    balanced(*searched(data, 3_000, threads))


def test_books_of_a_divided_year_equal_a_fresh_count() -> None:
    balanced(*searched(generate_year(600, days=80, models=8, options=8), 20_000, threads=3))


@pytest.mark.parametrize("seed", range(6))
def test_any_prices_prove_a_bound_and_views_agree(seed: int) -> None:
    data = random_problem(seed, 40, 6)
    arrays = build(data)
    draw = np.random.default_rng(seed)
    _, cost = searched(data, 2_000)
    with ThreadPoolExecutor(2) as pool_of:
        for scale in (0.0, 1.0, 10.0, 200.0):
            prices = draw.normal(0.0, scale, len(arrays.cells))
            least = Prices.zero(arrays).least_costs
            one, over = look(arrays, prices, least, pool_of, 1)
            two, other = look(arrays, prices, least, pool_of, 2)
            assert one == pytest.approx(two)
            np.testing.assert_allclose(over, other, atol=1e-9)
            assert one <= cost + 1e-6
            # With all rows the coarser view is the problem itself.
            view = coarser(arrays, arrays.cell_of.shape[1])
            same, _ = look(view, prices, least, pool_of, 1)
            assert same == pytest.approx(one)
            # Without the last rows, whose prices are then nothing, the bound holds too.
            view = coarser(arrays, arrays.spans)
            prices[arrays.cell_row >= arrays.spans] = 0.0
            less, _ = look(view, prices, least, pool_of, 1)
            assert less == pytest.approx(look(arrays, prices, least, pool_of, 1)[0])


def test_candidates_are_the_cheapest_days() -> None:
    arrays = build(generate_year(200, days=50, models=5, options=5))
    draw = np.random.default_rng(3)
    prices = draw.normal(0.0, 5.0, len(arrays.cells))
    least = Prices.zero(arrays).least_costs
    with ThreadPoolExecutor(1) as pool_of:
        near = candidates(arrays, prices, least, pool_of, 1)
    for q in range(0, len(arrays.count), 7):
        rows = arrays.rows[arrays.rows_start[q] : arrays.rows_start[q + 1]]
        value = arrays.costs[arrays.cost_class[q], :-1].copy()
        for row, weight in [*enumerate(arrays.load[q]), *((row, 1.0) for row in rows)]:
            here = arrays.cell_of[:, row]
            value += np.where(here >= 0, weight * prices[here], 0.0)
        want = np.sort(value)[: near.shape[1]]
        np.testing.assert_allclose(value[near[q]], want, atol=1e-9)


def test_better_prices_never_lower_the_bound() -> None:
    arrays = build(generate_year(300, days=40, models=6, options=6))
    with ThreadPoolExecutor(1) as pool_of:
        bounds: list[float] = []
        find_prices(arrays, Clock(NoLimit(), 1), pool_of, 1, lambda _, bound: bounds.append(bound))
    assert len(bounds) >= 3
    assert bounds == sorted(bounds)


def test_the_dearest_orders_cost_most_above_their_cheapest_day() -> None:
    arrays = build(generate_year(500, days=30, models=6, options=4))
    days = np.random.default_rng(1).integers(-1, arrays.days, 500)
    slotting = Slotting.of(arrays, days)
    costs = arrays.costs[arrays.cost_class[arrays.alike]]
    above = costs[np.arange(500), days] - costs[:, :-1].min(axis=1)
    above[days < 0] = -1.0
    found = dearest(slotting)
    assert len(found) == (days >= 0).sum() // 50
    assert above[found].min() >= np.delete(above, found).max()
    assert not len(dearest(Slotting.of(arrays, np.full(500, -1))))


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_pieces_of_days_are_whole_and_every_edge_is_crossed(threads: int) -> None:
    arrays = build(generate_year(200, days=70, models=4, options=4))
    free = np.array([0, 20, 40, 62])
    crossed = set()
    for turn in range(8):
        parts = pieces(arrays, free, threads, turn)
        assert [day for a, b in parts for day in range(a, b + 1)] == list(range(70))
        assert {a for a, _ in parts} <= set(free.tolist())
        crossed |= set(free.tolist()) - {a for a, _ in parts}
    assert crossed == {20, 40, 62}
