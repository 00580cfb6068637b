"""When lines and shops work: by lines, shifts and breaks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub import Hub, hub_from_tables
from sinho.hub.clock import Axis, make_clock
from sinho.hub.shifts import day_spans
from sinho.materials.explode import explode
from tests.hub.lines import two_lines
from tests.hubs import tiny_hub

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


Row = tuple[int, str, str | None]


def shifts(*rows: Row, pattern: str = "one-shift") -> list[dict[str, object]]:
    return [
        {"group": "main", "pattern": pattern, "shift": at, "begin": begin, "breaks": breaks}
        for at, begin, breaks in rows
    ]


def hub_with(*rows: Row) -> Hub:
    return hub_from_tables({**tiny_hub(), "shifts": shifts(*rows)})


def of_day(*hours: str) -> list[dt.datetime]:
    return [dt.datetime.combine(MONDAY, dt.time.fromisoformat(hour)) for hour in hours]


def test_a_shift_is_worked_between_its_breaks() -> None:
    # 8 h from 06:30 on with breaks of 15 and 45 minutes: until 15:30
    assert day_spans([(6.5, "09:00-09:15;12:00-12:45")], 8) == [
        (6.5, 2.5),
        (9.25, 2.75),
        (12.75, 2.75),
    ]


def test_a_night_shift_goes_on_into_the_next_date() -> None:
    assert day_spans([(14.0, None), (22.0, "01:00-01:30")], 8) == [
        (14.0, 8.0),
        (22.0, 3.0),
        (25.5, 5.0),
    ]
    # the third shift of a day begins after midnight
    assert day_spans([(8.0, None), (16.0, None), (0.0, None)], 8)[-1] == (24.0, 8.0)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (((1, "6.30", None),), "table shifts, row 2, column begin: must be a time of day"),
        (((1, "06:30", "9-10"),), "row 2, column breaks: '9-10' is no break, as 09:00-09:15"),
        (((1, "06:30", "09:15-09:00"),), "column begin: it ends after the first shift of the next"),
        (((1, "06:30", "17:00-17:30"),), "does not lie within the shift's working time"),
        (((2, "06:30", None),), "column shift: pattern 'one-shift' of group 'main' has 1 shifts"),
    ],
)
def test_shifts_that_make_no_day_are_refused(rows: tuple[Row, ...], said: str) -> None:
    with pytest.raises(DataError) as caught:
        hub_with(*rows)
    assert said in str(caught.value)


def test_shifts_that_overlap_are_refused() -> None:
    tables = tiny_hub()
    double = tables["patterns"][0] | {"pattern": "two-shift", "shifts": 2}
    tables["patterns"] = [*tables["patterns"], double]
    tables["shifts"] = shifts((1, "06:00", None), (2, "12:00", None), pattern="two-shift")
    with pytest.raises(DataError, match="it begins before the shift before it ends"):
        hub_from_tables(tables)


def test_cars_need_their_parts_within_shifts_and_breaks() -> None:
    hub = hub_with((1, "06:30", "09:00-09:15;12:00-12:45"))
    cars = pl.DataFrame(
        {
            "order": [f"{n}" for n in range(1, 9)],
            "model": ["A"] * 8,
            "date": [MONDAY] * 8,
            "position": range(1, 9),
        }
    )
    clock = make_clock(hub, pl.DataFrame({"date": [MONDAY], "hours": [8.0]}))
    axis = clock.lines["line"]
    assert axis.times(0, [float(n) for n in range(8)]) == of_day(
        "06:30", "07:30", "08:30", "09:45", "10:45", "11:45", "13:30", "14:30"
    )
    assert explode(hub, cars, clock).table.is_empty()  # the tiny hub has no parts
    # overtime follows the shift, half a day ends early
    longer = make_clock(hub, pl.DataFrame({"date": [MONDAY], "hours": [9.0]})).lines["line"]
    assert longer.times(0, [8.5]) == of_day("16:00")
    half = make_clock(hub, pl.DataFrame({"date": [MONDAY], "hours": [4.0]})).lines["line"]
    assert half.spans == (((6.5, 2.5), (9.25, 1.5)),)


def test_each_line_has_its_own_working_time() -> None:
    hub = hub_from_tables(two_lines())
    days = pl.DataFrame(
        {
            "date": [MONDAY, MONDAY, TUESDAY],
            "line": ["north", "south", "south"],
            "hours": [8.0, 4.0, 8.0],
        }
    )
    clock = make_clock(hub, days)
    assert clock.lines["north"].dates == (MONDAY,)
    assert clock.lines["south"].hours == (4.0, 8.0)
    assert clock.line.dates == (MONDAY, TUESDAY)
    assert clock.line.hours == (8.0, 8.0)
    assert clock.lines["south"].times(0, [2.0]) == of_day("09:00")


spans = st.lists(st.tuples(st.floats(0.1, 3), st.floats(0, 1)), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, min_size=1, max_size=4))
def test_hours_of_work_and_moments_are_each_others_inverse(
    days: list[list[tuple[float, float]]],
) -> None:
    laid = []
    for pieces in days:
        at, own = 6.0, []
        for length, rest in pieces:
            own.append((at, length))
            at += length + rest
        laid.append(tuple(own))
    dates = tuple(MONDAY + dt.timedelta(days=n) for n in range(len(days)))
    axis = Axis(dates, tuple(sum(b for _, b in own) for own in laid), spans=tuple(laid))
    hours = np.linspace(0.0, axis.total * 0.999, 40)
    moments = axis.at(hours)
    assert np.allclose(axis.worked(moments), hours, atol=1e-6)
    # no moment lies in a break or at night
    clock = (moments - np.datetime64(MONDAY, "us")).astype(float) / 3.6e9
    for moment in clock:
        day = int(moment // 24)
        assert any(a - 1e-6 <= moment - 24 * day <= a + b + 1e-6 for a, b in laid[day])
