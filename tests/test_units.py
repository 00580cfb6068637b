"""Periods, working days and sizes against known calendars."""

from __future__ import annotations

import datetime as dt
import itertools
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.units import (
    DayRule,
    ceu,
    knows_holidays,
    month_shares,
    per_period,
    periods,
    public_holidays,
    starts_of,
    worked_shares,
    year_share,
)

WEEKEND = frozenset({5, 6})
YEAR = (dt.date(2022, 1, 1), dt.date(2022, 12, 31))


def days(*rules: DayRule, rest: frozenset[dt.date] = frozenset()) -> np.ndarray:
    return worked_shares(*YEAR, weekend=WEEKEND, rest=rest, rules=rules)


@pytest.mark.parametrize(
    ("year", "working"),
    [(2019, 247), (2020, 249), (2021, 249), (2022, 247), (2023, 246), (2024, 245), (2025, 243)],
)
def test_korean_working_days_are_the_published_ones(year, working):
    """Weekdays net of public holidays and 1 May, as counted for Busan with holidays 0.109."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rest = public_holidays("KR", [year]) | {dt.date(year, 5, 1)}
    shares = worked_shares(first, last, weekend=WEEKEND, rest=rest, rules=())
    assert shares.sum() == working


def test_a_country_that_the_library_does_not_know_is_refused():
    with pytest.raises(KeyError):
        public_holidays("ZZ", [2025])


def test_the_countries_that_are_known_are_those_whose_holidays_can_be_had():
    for first in string.ascii_uppercase:
        for country in (first + second for second in string.ascii_uppercase):
            if knows_holidays(country):
                public_holidays(country, [])
            else:
                with pytest.raises(KeyError):
                    public_holidays(country, [])


def test_later_rules_override_and_stops_leave_rest_days_alone():
    monday, saturday = dt.date(2022, 8, 1), dt.date(2022, 8, 6)
    week = (monday - dt.date(2022, 1, 1)).days
    stop = DayRule(monday, saturday, 0.0)
    half = DayRule(monday, monday, 0.5)
    extra = DayRule(saturday, saturday, 1.0, extra=True)
    assert days(stop)[week : week + 6].tolist() == [0, 0, 0, 0, 0, 0]
    assert days(half)[week : week + 6].tolist() == [0.5, 1, 1, 1, 1, 0]
    assert days(stop, extra)[week : week + 6].tolist() == [0, 0, 0, 0, 0, 1]
    assert days(extra, stop)[week : week + 6].tolist() == [0, 0, 0, 0, 0, 0]


def test_iso_weeks_are_cut_to_the_horizon():
    """2021-01 begins on a Friday of ISO week 2020-W53; January ends on Sunday of W04."""
    weeks = periods(dt.date(2021, 1, 1), dt.date(2021, 1, 1), "week")
    assert [w.label for w in weeks] == ["2020-W53", "2021-W01", "2021-W02", "2021-W03", "2021-W04"]
    assert [w.days for w in weeks] == [3, 7, 7, 7, 7]
    assert {w.month for w in weeks} == {dt.date(2021, 1, 1)}


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), st.integers(0, 40))
def test_periods_cover_the_horizon_without_gaps(first, length):
    last = first + dt.timedelta(days=31 * length)
    for kind in ("month", "week"):
        spans = periods(first, last, kind)
        assert spans[0].start == first.replace(day=1)
        for left, right in itertools.pairwise(spans):
            assert right.start == left.end + dt.timedelta(days=1)
        months = [s.start for s in periods(first, last)]
        shares = month_shares(months, spans)
        assert shares.sum(axis=1) == pytest.approx(np.ones(len(months)))
        shared = worked_shares(
            spans[0].start, spans[-1].end, weekend=WEEKEND, rest=frozenset(), rules=()
        )
        assert per_period(shared, spans[0].start, spans).sum() == shared.sum()


def test_year_shares_of_the_months_sum_to_one():
    for kind in ("month", "week"):
        spans = periods(dt.date(2024, 1, 1), dt.date(2024, 12, 1), kind)
        assert sum(year_share(s) for s in spans) == pytest.approx(1.0)


def test_the_arkana_is_1_30_ceu():
    """4,570 mm x 1,820 mm over the RT43's 4.125 m x 1.55 m."""
    factor = ceu(np.array([4570.0]), np.array([1820.0]), 4.125 * 1.55)
    assert factor[0] == pytest.approx(1.30, abs=0.005)


@given(st.lists(st.integers(0, 9)))
def test_groups_that_lie_one_behind_another_begin_where_the_last_ends(sizes):
    starts = starts_of(np.array(sizes, dtype=np.int64))
    assert starts.tolist() == [sum(sizes[:k]) for k in range(len(sizes) + 1)]
