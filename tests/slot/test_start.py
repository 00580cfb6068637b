"""How a search for slots begins: the rougher view of limits, and days from the linear program."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.slot import start
from sinho.slot.arrays import NONE, Arrays, build
from sinho.slot.groups import grouped, merged
from sinho.slot.kernel.columns import LEAST, MOST
from sinho.slot.linear import Shares
from sinho.slot.prices import candidates, coarser
from sinho.slot.search import Slotting
from sinho.slot.start import dealt, find_prices, placed
from sinho.stop import Clock, NoLimit
from sinho.testing.years import generate_year
from tests.budget import examples
from tests.slot.cases import bank, day, problem, slotted, week
from tests.slot.instances import random_problem


def random_days(arrays: Arrays, seed: int) -> np.ndarray:
    """Return a random day for each order, or none."""
    return np.random.default_rng(seed).integers(-1, arrays.days, len(arrays.alike))


@settings(max_examples=examples(40), deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_slots_cost_more_in_the_rougher_view(seed: int) -> None:
    arrays = build(random_problem(seed, 8, 6))
    view = grouped(arrays).arrays
    days = random_days(arrays, seed)
    assert Slotting.of(view, days).cost <= Slotting.of(arrays, days).cost + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_limits_are_added_up_by_load_and_month(seed: int) -> None:
    data = generate_year(600, days=60, models=9, options=3, seed=seed)
    arrays = build(data)
    rough = grouped(arrays)
    view, days = rough.arrays, random_days(arrays, seed)
    fine, summed = Slotting.of(arrays, days), Slotting.of(view, days)
    months = [cell for cell, named in enumerate(arrays.named) if named.kind == "corridor"]
    assert {*rough.back[months].tolist()} == {*np.flatnonzero(view.cell_row >= view.base).tolist()}
    for cell in set(rough.back[months].tolist()):
        members = np.flatnonzero(rough.back == cell)
        loads = {data.loads[arrays.named[one].name] for one in members}
        assert len(loads) == 1
        assert summed.use[cell] == fine.use[members].sum()
        for column in (LEAST, MOST):
            assert view.cells[cell, column] == arrays.cells[members, column].sum()
        assert {tuple(arrays.cell_days[one]) for one in members} == {tuple(view.cell_days[cell])}


@pytest.mark.parametrize("seed", range(3))
def test_classes_are_merged_that_are_best_on_the_same_day(seed: int) -> None:
    arrays = build(generate_year(600, days=40, models=9, options=3, lines=3, seed=seed))
    whole = coarser(arrays, arrays.spans)
    view = merged(whole)
    assert view.count.sum() == len(arrays.alike)
    assert len(view.count) < len(whole.count)
    own, mean = arrays.costs[arrays.cost_class[arrays.alike]], view.costs[view.alike]
    assert (np.isfinite(own) == np.isfinite(mean)).all()
    assert (mean[np.arange(len(own)), np.argmin(own, axis=1)] <= mean.min(axis=1) + 1e-9).all()
    total = np.bincount(view.alike, own[:, -1])
    assert np.allclose(total, view.count * view.costs[:, -1])


def test_a_merged_program_proves_no_more_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    data = generate_year(600, days=40, models=9, options=3, lines=3, seed=2)
    plain = slotted(data, iterations=20_000)
    monkeypatch.setattr(start, "MANY", 0)
    large = slotted(data, iterations=20_000)
    assert large.bound <= min(plain.cost, large.cost)
    assert large.bound == pytest.approx(plain.bound, rel=0.05)
    assert large.unslotted <= plain.unslotted


def test_a_sum_has_no_most_where_one_of_its_models_has_none() -> None:
    rows = [
        {"month": day(0).replace(day=1), "model": "M", "least": 1.0, "most": 2.0},
        {"month": day(40).replace(day=1), "model": "M", "least": 0.0, "most": 3.0},
        {"month": day(0).replace(day=1), "model": "N", "least": 1.0, "most": 1.0},
    ]
    data = problem(
        bank({}, {"model": "N"}),
        week(9, 9, dates=[day(0), day(40)]),
        corridor=pl.DataFrame(rows),
    )
    view = grouped(build(data)).arrays
    limits = view.cells[view.cell_row >= view.base]
    assert limits[:, LEAST].tolist() == [2.0, 0.0]
    assert limits[0, MOST] == 3.0
    assert limits[1, MOST] >= NONE


def test_orders_are_dealt_out_as_the_program_builds_them() -> None:
    arrays = build(problem(bank(*[{}] * 7, *[{"wanted": day(3)}] * 2), week(9, 9, 9)))
    assert arrays.count.tolist() == [7, 2]
    shares = Shares(
        arrays, np.array([0, 1, 0, 0]), np.array([2, 1, 0, 1]), np.array([2.5, 2.0, 1.0, 3.5])
    )
    slotting = Slotting.of(arrays, np.full(9, -1))
    dealt(slotting, shares, 1)
    assert np.bincount(slotting.day_of[:7], minlength=3).tolist() == [1, 3, 3]
    assert slotting.day_of[7:].tolist() == [1, 1]
    balanced = Slotting.of(arrays, slotting.day_of)
    np.testing.assert_array_equal(slotting.use, balanced.use)
    other = Slotting.of(arrays, np.full(9, -1))
    dealt(other, shares, 2)
    assert other.day_of.tolist() != slotting.day_of.tolist()


def test_a_class_of_which_an_order_has_a_day_keeps_what_it_has() -> None:
    arrays = build(problem(bank({}, {}, {"wanted": day(3)}), week(9, 9, 9)))
    slotting = Slotting.of(arrays, np.array([2, -1, -1]))
    dealt(slotting, Shares(arrays, np.array([0, 1]), np.array([0, 1]), np.array([2.0, 1.0])), 1)
    assert slotting.day_of.tolist() == [2, -1, 1]


def test_who_the_program_leaves_out_is_left_out() -> None:
    arrays = build(problem(bank({}, {}, {}), week(9, 9, 9)))
    slotting = Slotting.of(arrays, np.full(3, -1))
    dealt(slotting, Shares(arrays, np.array([0]), np.array([1]), np.array([2.0])), 1)
    assert sorted(slotting.day_of.tolist()) == [-1, 1, 1]


@pytest.mark.parametrize("unfit", [0.04, -1.0])
def test_the_programs_days_are_taken_where_they_keep_most_limits(
    unfit: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "UNFIT", unfit)
    arrays = build(generate_year(4_000, days=30, models=9, options=4))
    with ThreadPoolExecutor(1) as pool_of:
        prices, shares = find_prices(arrays, Clock(NoLimit(), 1), pool_of, 1, lambda *_: None)
        near = candidates(arrays, prices.now, prices.least_costs, pool_of, 1)
    assert shares is not None
    program = Slotting.of(arrays, np.full(4_000, -1))
    dealt(program, shares, 1)
    assert 0 < program.broken < 0.04 * 4_000
    slotting = Slotting.of(arrays, np.full(4_000, -1))
    assert placed(slotting, shares, near, prices, 1) is (unfit > 0)
    if unfit > 0:
        np.testing.assert_array_equal(slotting.day_of, program.day_of)
    else:
        assert slotting.broken == 0
    np.testing.assert_allclose(slotting.use, Slotting.of(arrays, slotting.day_of).use)


def test_the_program_builds_every_order_within_capacity() -> None:
    arrays = build(generate_year(2_000, days=40, models=9, options=5))
    with ThreadPoolExecutor(2) as pool_of:
        prices, shares = find_prices(arrays, Clock(NoLimit(), 1), pool_of, 2, lambda *_: None)
    assert shares is not None
    built = np.bincount(shares.who, shares.cars, minlength=len(shares.view.count))
    np.testing.assert_allclose(built, shares.view.count, atol=1e-6)
    assert coarser(arrays, arrays.base).count.sum() == shares.view.count.sum() == 2_000
    load = np.bincount(shares.when, shares.cars * shares.view.load[shares.who, 0], minlength=40)
    assert (load <= arrays.cells[arrays.cell_of[:, 0], MOST] + 1e-6).all()
    slotting = Slotting.of(arrays, np.full(2_000, -1))
    dealt(slotting, shares, 1)
    assert slotting.without == 0
    assert prices.bound <= slotting.cost
