"""Cars exploded over the bill of materials: every unit accounted for."""

from __future__ import annotations

import datetime as dt
from math import ceil

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub.clock import make_clock
from sinho.materials.allot import largest_remainder, rounded_cumulative, spread
from sinho.materials.explode import explode
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub, workdays

HUB = supply_hub()


def total(frame: pl.DataFrame, part: str, column: str = "units") -> float:
    return float(frame.filter(pl.col("part") == part)[column].sum())


def test_the_largest_remainder_gets_what_is_left() -> None:
    # Hamilton 1792: whole parts 1, 3 and 5 of 10; the tenth goes to the remainder 0.7.
    assert largest_remainder([1.7, 3.1, 5.2], 10) == [2, 3, 5]
    assert largest_remainder([2.5, 2.5], 5) == [3, 2]
    assert largest_remainder([-0.4, 3.4], 3) == [0, 3]


def test_units_are_spread_over_places() -> None:
    # 6 of E1 best at 0.67, 2, 3.33, 4.67, 6, 7.33 of 8 places; 2 of E2 at 2 and 6.
    assert spread([6, 2]) == [0, 0, 1, 0, 0, 0, 1, 0]


def test_shares_become_whole_engines_day_by_day() -> None:
    days = workdays(3)
    needs = explode(HUB, cars_of([(day, "AAAAA") for day in days]), clock_of(HUB, days))
    # Day 1 wants 3.9 and 1.1: 4 and 1; day 2, with 0.1 too many of E1, 3.8 and 1.2; day 3 3.7 and
    # 1.3.
    assert needs.allotted["units"].to_list() == [4, 1, 4, 1, 4, 1]
    assert needs.allotted["wanted"].to_list() == [3.9, 1.1, 3.8, 1.2, 3.7, 1.3]


def test_what_days_leave_over_is_caught_up() -> None:
    days = workdays(10)
    needs = explode(HUB, cars_of([(day, "AAAAA") for day in days]), clock_of(HUB, days))
    engines = needs.allotted.filter(pl.col("part") == "E2")["units"].to_list()
    assert sum(engines) == 11  # 22 % of 50
    assert set(engines) == {1, 2}


def test_the_hour_follows_from_the_place_and_the_hours_of_the_day() -> None:
    needs = explode(HUB, cars_of([(MONDAY, "B" * 16)]), clock_of(HUB, [MONDAY]))
    seats = needs.uses.filter(pl.col("part") == "SEAT")
    assert seats["hour"].to_list() == [n // 2 for n in range(16)]
    assert seats["time"][:3].to_list() == [
        dt.datetime(2026, 3, 2, 7, 0),
        dt.datetime(2026, 3, 2, 7, 30),
        dt.datetime(2026, 3, 2, 8, 0),
    ]
    axles = needs.table.filter(pl.col("part") == "AXLE")
    assert axles["units"].to_list() == [4.0] * 8


def test_castings_are_weighed_and_their_scrap_is_started() -> None:
    needs = explode(HUB, cars_of([(MONDAY, "B" * 16)]), clock_of(HUB, [MONDAY]))
    casting = needs.table.filter(pl.col("part") == "CAST")
    # Two engines an hour of 10 kg; 20 / 0.96 = 20.8333… kg started.
    assert casting["units"].to_list() == [20.0] * 8
    assert casting["started"].to_list()[:3] == [20.834, 20.833, 20.833]
    assert total(needs.table, "CAST", "started") == pytest.approx(166.667)


def test_cars_without_a_place_need_their_parts_on_the_day() -> None:
    cars = cars_of([(MONDAY, "AB")], placed=False)
    needs = explode(HUB, cars, clock_of(HUB, [MONDAY]))
    assert needs.table["hour"].null_count() == needs.table.height
    assert total(needs.table, "SEAT") == 2
    times = needs.uses.filter(pl.col("part") == "SEAT")["time"].to_list()
    assert times == [dt.datetime(2026, 3, 2, 7), dt.datetime(2026, 3, 2, 11)]


def test_a_share_without_a_partner_leaves_cars_without_the_part() -> None:
    hub = supply_hub(bom=[{"parent": "A", "part": "SEAT", "quantity": 0.5}])
    needs = explode(hub, cars_of([(MONDAY, "AAAA")]), clock_of(hub, [MONDAY]))
    assert needs.uses["order"].len() == 2
    assert needs.allotted["part"].to_list() == ["", "SEAT"]


def test_wrong_cars_are_named() -> None:
    cars = cars_of([(MONDAY, "AC"), (dt.date(2026, 3, 7), "A")])
    with pytest.raises(DataError) as error:
        explode(HUB, cars, clock_of(HUB, [MONDAY]))
    text = str(error.value)
    assert "the model is not in the hub (found 'C')" in text
    assert "a day on which the line does not work (found '2026-03-07')" in text


def test_a_line_that_never_works_is_refused() -> None:
    with pytest.raises(DataError, match="no day has working hours"):
        make_clock(HUB, pl.DataFrame({"date": [MONDAY], "hours": [0.0]}))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text("AB", min_size=0, max_size=12), min_size=1, max_size=5),
    st.booleans(),
)
def test_materials_balance_to_the_unit(models: list[str], placed: bool) -> None:
    days = workdays(len(models))
    cars = cars_of(list(zip(days, models, strict=True)), placed=placed)
    needs = explode(HUB, cars, clock_of(HUB, days))
    count = cars.height
    engines = needs.uses.filter(pl.col("part").is_in(["E1", "E2"]))
    assert engines["order"].n_unique() == engines.height == count
    for name in ("E1", "E2", "SEAT", "AXLE"):
        assert total(needs.table, name) == total(needs.uses, name)
    assert total(needs.table, "SEAT") == count
    assert total(needs.table, "AXLE") == 2 * count
    assert total(needs.table, "CAST") == 10 * count
    started = total(needs.table, "CAST", "started")
    assert started == pytest.approx(ceil(round(10 * count / 0.96 / 0.001, 6)) * 0.001)
    assert started == pytest.approx(
        total(needs.table, "CAST") + total(needs.table, "CAST", "scrap")
    )
    assert needs.table["units"].min() is None or needs.table["scrap"].min() >= 0
    running = 0
    cars_so_far = 0
    for date in days:
        day = needs.allotted.filter(pl.col("date") == date, pl.col("part") == "E1")
        running += int(day["units"].sum())
        cars_so_far += int(day["cars"].sum())
        assert abs(running - 0.78 * cars_so_far) < 1


@given(st.lists(st.floats(0, 50), min_size=1, max_size=20), st.sampled_from([1.0, 0.001]))
def test_rounding_running_totals_loses_nothing(amounts: list[float], step: float) -> None:
    import numpy as np

    totals = np.cumsum(amounts)
    near, above = (rounded_cumulative(totals, step, up=up) for up in (False, True))
    assert np.all(np.abs(np.cumsum(near) - totals) <= step / 2 + 1e-6)
    assert np.all(np.cumsum(above) - totals >= -1e-6)
    assert np.all(np.cumsum(above) - totals < step + 1e-6)
    assert near.min() >= 0
