"""Batches, changes of colour and spread of dates of an order."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.days.scramble import Scramble, scramble_of

CARS = st.lists(st.tuples(st.sampled_from("rbw"), st.integers(1, 4)), min_size=1, max_size=30)


def test_a_small_order_by_hand() -> None:
    assert scramble_of("rrbbr", [1, 1, 1, 2, 2]) == Scramble(
        batch=pytest.approx(5 / 3), changes=2, spread=pytest.approx((1 + 0 + 1 + 0.5 + 0.5) / 5)
    )
    assert scramble_of("", []) == Scramble(0.0, 0, 0.0)
    assert scramble_of("r", [1]) == Scramble(1.0, 0, 0.0)


def test_before_and_after_are_compared_as_shares() -> None:
    before, after = Scramble(4.0, 100, 20.0), Scramble(5.2, 77, 18.0)
    assert after.compared(before) == pytest.approx((0.30, -0.23, -0.10))
    assert Scramble(1.0, 2, 0.0).compared(Scramble(1.0, 0, 0.0)) == pytest.approx((0.0, 2.0, 0.0))


def test_each_car_needs_both() -> None:
    with pytest.raises(ValueError, match="2 colours and 1 dates"):
        scramble_of("rb", [1])


@given(CARS)
def test_sorting_by_date_spreads_least_and_by_colour_changes_least(
    cars: list[tuple[str, int]],
) -> None:
    mixed = scramble_of(*zip(*cars, strict=True))
    by_date = scramble_of(*zip(*sorted(cars, key=lambda car: car[1]), strict=True))
    by_colour = scramble_of(*zip(*sorted(cars), strict=True))
    assert by_date.spread <= mixed.spread + 1e-9
    assert by_colour.changes == len({colour for colour, _ in cars}) - 1 <= mixed.changes
    assert mixed.batch * (mixed.changes + 1) == pytest.approx(len(cars))
    assert mean([by_colour.batch, mixed.batch]) >= mixed.batch
