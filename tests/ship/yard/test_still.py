"""The bound by prices: best nested sets against all of them, and what they prove of yards."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import solve as solve_yard
from sinho.ship.yard.arrays import build
from sinho.ship.yard.bound import bounds
from sinho.ship.yard.still import WORTH, Crowd, restless
from sinho.stop import NoLimit
from sinho.testing import generate_yard
from tests.ship.yard.yards import yard

SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=1, max_size=7)


def holds(spans: list[tuple[int, int]], places: int) -> bool:
    """Return whether cars that come in this order keep still in a row of one end."""
    row: list[int] = []
    for ready, leave in spans:
        row = [due for due in row if due > ready]
        if len(row) == places or (row and row[-1] < leave):
            return False
        row.append(leave)
    return True


@given(SPANS, st.lists(st.integers(0, 5), min_size=7, max_size=7), st.integers(1, 3))
def test_the_best_set_of_a_row_is_that_of_all_sets(
    spans: list[tuple[int, int]], worth: list[int], places: int
) -> None:
    cars = sorted(((a, a + b) for a, b in spans), key=lambda one: (one[0], -one[1]))
    crowd = Crowd(build(yard(cars, [(places, 1)]), YardParams()), np.arange(len(cars)))
    value = np.array(worth[: len(cars)], np.int64)
    bound, times = crowd.priced(value)
    best = max(
        sum(worth[at] for at in own)
        for size in range(len(cars) + 1)
        for own in combinations(range(len(cars)), size)
        if holds([cars[at] for at in own], places)
    )
    assert value.sum() - bound == best == (times * value).sum()
    assert holds([cars[at] for at in np.flatnonzero(times)], places)


def test_rows_of_two_ends_hold_as_many_as_they_have_places() -> None:
    arrays = build(yard([(0, 5), (1, 6), (2, 7)], [(2, 2)]), YardParams())
    crowd = Crowd(arrays, arrays.order)
    assert crowd.priced(np.full(3, WORTH))[0] == WORTH * (3 - 2)
    assert restless(arrays, NoLimit()) == 1


def test_a_crowded_yard_is_known_to_need_many_moves() -> None:
    # six voyages at a time, each of which leaves after the one before, in three rows
    cars = [(at, 10 + at) for at in range(6)]
    data = yard(cars, [(9, 1)] * 3)
    assert bounds(build(data, YardParams())).restless == 3
    data = generate_yard(120, days=10, fill=0.95, lanes=12, seed=2)
    plan = solve_yard(data, YardParams(rounds=500))
    chains = bounds(build(data, YardParams())).moves(plan.overflow)
    assert 3 * max(1, chains) <= plan.moves_bound <= plan.move_count


def test_the_bound_of_a_yard_with_a_plan_without_moves_is_zero() -> None:
    data = generate_yard(200, days=8, fill=0.4, lanes=2, seed=3)
    assert solve_yard(data).move_count == 0
    assert restless(build(data, YardParams()), NoLimit()) == 0
