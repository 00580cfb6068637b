"""Which vessel a car takes, and when it leaves where the list of vessels does not reach."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest

from sinho.hub.voyages import ALONE, NO_VOYAGES, Voyages, voyages_of


def day(number: int) -> dt.date:
    return dt.date(2026, 3, 1) + dt.timedelta(days=number)


def lane(*cutoffs: int) -> Voyages:
    """Return voyages with cut-offs on days of March, each sailing two days later."""
    table = pl.DataFrame(
        {
            "vessel": [f"V{at}" for at in cutoffs],
            "lane": ["EU"] * len(cutoffs),
            "cutoff": [day(at) for at in cutoffs],
            "etd": [day(at + 2) for at in cutoffs],
        }
    )
    return voyages_of(table)["EU"]


@pytest.mark.parametrize(
    ("ready", "leaves"),
    [
        (8, 12),  # the first vessel's cut-off, the 10th, can be made
        (10, 12),  # on the day of the cut-off too
        (11, 17),  # a day after it the next one is taken
        (15, 17),
        (16, 23),  # the last but one was missed
        (22, 28),  # behind the last cut-off, the 21st, the longest gap of 6 days
        (4, 12),  # the first vessel comes within the longest gap
        (3, 9),  # further before it the list does not reach
    ],
)
def test_a_car_takes_the_first_vessel_that_it_can(ready: int, leaves: int) -> None:
    assert lane(21, 10, 15).departure(day(ready)) == day(leaves)


def test_a_lane_of_which_little_is_known_has_a_wait_of_its_own() -> None:
    assert NO_VOYAGES.departure(day(0)) == day(0)
    assert lane(10).departure(day(11)) == day(11 + ALONE)
    assert lane(10).departure(day(0)) == day(12)
    ready = np.array([day(0).toordinal(), day(11).toordinal()])
    assert lane(10).first(ready).tolist() == [0, 1]
