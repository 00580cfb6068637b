"""The parts of the decomposition: dual function, ascent, restricted and rough plans, generator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.plan.build import build
from sinho.plan.minimise import minimise
from sinho.plan.prepare import prepare
from sinho.plan.priced.ascent import ascend
from sinho.plan.priced.dual import Dual
from sinho.plan.priced.patterns import choose_patterns
from sinho.plan.priced.polish import polish
from sinho.plan.priced.rough import rough_plan
from sinho.plan.program import relaxed
from sinho.stop import NoLimit
from sinho.testing.hubs import Size, generate_hub, generate_tables
from tests.budget import examples

TINY = Size(5, 6, 5)
seeds = st.integers(0, 10_000)
rooms = st.floats(0.7, 1.3)


def case(seed, *, size=TINY, shops=0.9, sea=0.9, choices=False):
    data = prepare(generate_hub(size, seed, shop_room=shops, sea_room=sea, choices=choices))
    return data, build(data)


def assert_kept(program, x):
    activity = program.activity(x)
    room = 1e-6 * np.maximum(1.0, np.abs(activity))
    assert (activity >= program.row_lower - room).all()
    assert (activity <= program.row_upper + room).all()
    assert (x >= program.lower - 1e-6).all()
    assert (x <= program.upper + 1e-6 * np.maximum(1.0, np.abs(x))).all()


@settings(max_examples=examples(20))
@given(seeds, seeds, st.floats(0, 1))
def test_the_gradient_bounds_the_dual_function_from_above(seed, draw, level):
    """A concave function lies below its tangents: L(b) <= L(a) + g(a) (b - a)."""
    dual = Dual(*case(seed))
    rng = np.random.default_rng(draw)
    here, there = (
        np.clip(rng.random(len(dual.low)) * dual.scale * level, dual.low, dual.high)
        for _ in range(2)
    )
    value, slope = dual.evaluate(here)
    other, _ = dual.evaluate(there)
    assert other <= value + slope @ (there - here) + 1e-6 * abs(value)


@settings(max_examples=examples(12))
@given(seeds, rooms, rooms, st.booleans())
def test_polished_plan_and_bound_meet_at_the_linear_optimum(seed, shops, sea, choices):
    data, program = case(seed, shops=shops, sea=sea, choices=choices)
    program = relaxed(program)
    optimum = minimise(program).objective
    dual = Dual(data, program)
    prices = ascend(dual, np.zeros(len(dual.low)), steps=400).prices
    found = polish(dual, prices, gap=1e-9, stop=NoLimit(), seed=0)
    assert found.x is not None
    assert_kept(program, found.x)
    assert found.objective == pytest.approx(float(program.cost @ found.x), rel=1e-9)
    assert found.objective == pytest.approx(optimum, rel=1e-7)
    assert found.bound == pytest.approx(optimum, rel=1e-7)


@settings(max_examples=examples(10))
@given(seeds, rooms, st.booleans())
def test_polishing_from_no_prices_at_all_still_gives_a_plan_and_a_bound(seed, room, choices):
    data, program = case(seed, shops=room, sea=room, choices=choices)
    program = relaxed(program)
    optimum = minimise(program).objective
    dual = Dual(data, program)
    found = polish(dual, np.zeros(len(dual.low)), gap=1e-4, stop=NoLimit(), seed=0)
    assert found.x is not None
    assert_kept(program, found.x)
    assert found.bound <= optimum + 1e-6 * abs(optimum)
    assert found.objective >= optimum - 1e-6 * abs(optimum)


def test_no_plan_is_worked_out_that_cannot_be_cheaper_than_asked_for():
    data, program = case(3)
    optimum = minimise(relaxed(program)).objective
    dual = Dual(data, program)
    prices = ascend(dual, np.zeros(len(dual.low)), steps=400).prices
    asked = optimum - 1e-3 * abs(optimum)
    found = polish(dual, prices, gap=1e-9, stop=NoLimit(), seed=0, most=asked)
    assert found.x is None
    assert found.objective == np.inf
    assert asked <= found.bound <= optimum + 1e-6 * abs(optimum)


@settings(max_examples=examples(10))
@given(seeds, rooms, st.booleans())
def test_a_rough_plan_keeps_every_rule(seed, room, choices):
    data, program = case(seed, shops=room, sea=room, choices=choices)
    program = relaxed(program)
    dual = Dual(data, program)
    x, cost = rough_plan(dual, np.zeros(len(dual.low)), seed=0, stop=NoLimit())
    assert_kept(program, x)
    assert cost == pytest.approx(float(program.cost @ x))


@settings(max_examples=examples(5))
@given(seeds, rooms)
def test_chosen_patterns_are_proven_by_their_bound(seed, room):
    data, program = case(seed, size=Size(4, 5, 4), shops=room, choices=True)
    dual = Dual(data, program)
    begun = ascend(dual, np.zeros(len(dual.low)), steps=300)
    choice = choose_patterns(dual, begun.prices, gap=1e-2, stop=NoLimit(), seed=0)
    exact = minimise(program, gap=1e-4)
    assert choice.bound <= exact.objective + 1e-6 * abs(exact.objective)
    assert choice.plan.objective >= exact.bound - 1e-6 * abs(exact.objective)
    assert choice.plan.objective - choice.bound <= 1e-2 * abs(choice.plan.objective)


def test_more_steps_of_the_ascent_never_give_an_invalid_bound_and_the_last_is_close():
    data, program = case(3, size=Size(12, 12, 8))
    optimum = minimise(program).objective
    dual = Dual(data, program)
    bounds = [
        ascend(dual, np.zeros(len(dual.low)), steps=steps).bound for steps in (1, 30, 300, 1000)
    ]
    assert max(bounds) <= optimum + 1e-6 * abs(optimum)
    assert (optimum - bounds[-1]) / abs(optimum) < 1e-3


def test_ascent_stops_when_told():
    dual = Dual(*case(1))
    seen = []
    ascend(
        dual,
        np.zeros(len(dual.low)),
        steps=100,
        stop=lambda: len(seen) >= 7,
        watch=lambda step, _: seen.append(step),
    )
    assert seen == list(range(1, 8))


def test_a_generated_hub_has_its_size_and_is_the_same_every_time():
    hub, again = (generate_hub(Size(6, 7, 9), 4, choices=True) for _ in range(2))
    assert hub == again
    assert hub != generate_hub(Size(6, 7, 9), 5, choices=True)
    plain = generate_tables(Size(6, 7, 9), 4)
    assert plain["demand"].height == 6 * 7 * 9
    assert len(plain["shops"]) == 7


@pytest.mark.parametrize("size", [(1, 5, 5), (5, 0, 5), (5, 5, 1)])
def test_a_size_too_small_is_refused(size):
    with pytest.raises(ValueError, match="at least 2 months, 1 model and 2 markets"):
        Size(*size)
