"""However a search ends, its result is whole; problems without an answer are said to have none."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from sinho.errors import DataError
from sinho.results import DaySlots
from sinho.slot import Input, Params
from sinho.stop import Interruptible, NoLimit, Progress, TimeLimit
from sinho.testing import generate_year
from tests.slot.cases import bank, day, days_of, places_of, problem, score, slotted, week


class Now:
    """Stops at once, without a time."""

    seconds_left = float("inf")

    def __call__(self) -> bool:
        """Return True."""
        return True


def whole(data: Input, found: DaySlots) -> None:
    """Check that every order has a row, and that what has a day keeps the rules."""
    assert found.slots["order"].to_list() == data.orders["order"].to_list()
    checked = score(data, places_of(found.slots))
    assert found.cost == pytest.approx(checked.cost, abs=1e-6)
    assert checked.broken == []
    assert found.unslotted == found.slots["date"].null_count()
    assert found.bound <= found.cost


def test_a_time_limit_hands_back_a_whole_result() -> None:
    data = generate_year(2_000, days=60, models=8, options=8)
    found = slotted(data, stop=TimeLimit(0.2))
    assert found.slots.height == 2_000
    assert found.status == "time"
    assert found.costs["amount"].sum() == pytest.approx(found.cost)
    assert found.bound <= found.cost


def test_a_stop_at_once_hands_back_a_whole_result() -> None:
    data = problem(bank(*[{"wanted": day(at)} for at in range(8)]), week(*[1] * 10))
    found = slotted(data, stop=Now())
    whole(data, found)
    assert found.status in ("stopped", "optimal")
    assert found.moves == 0
    assert found.unslotted == 0


@pytest.mark.parametrize("seconds", [None, 600])
def test_ctrl_c_hands_back_what_is_found(seconds: float | None) -> None:
    rule = NoLimit() if seconds is None else TimeLimit(seconds)
    data = generate_year(800, days=30, models=6, options=6)
    heard: list[Progress] = []

    def listen(progress: Progress) -> None:
        heard.append(progress)
        if len(heard) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    with Interruptible(rule) as stop:
        found = slotted(data, stop=stop, progress=listen)
    assert found.status == "stopped"
    assert found.slots.height == 800
    assert found.costs["amount"].sum() == pytest.approx(found.cost)


def test_a_rule_that_stopped_before_it_began_is_kept_too() -> None:
    with Interruptible(NoLimit()) as stop:
        os.kill(os.getpid(), signal.SIGINT)
        found = slotted(problem(bank({}, {}), week(1, 1)), stop=stop)
    assert found.slots.height == 2


def test_progress_says_how_far_the_search_is() -> None:
    heard: list[Progress] = []
    data = generate_year(500, days=30, models=6, options=6)
    found = slotted(data, iterations=300_000, progress=heard.append)
    assert heard
    assert all(one.stage.startswith("slots: ") for one in heard)
    assert all(one.bound is None or one.bound <= found.cost for one in heard)
    assert [one.seconds for one in heard] == sorted(one.seconds for one in heard)


def test_no_orders_give_empty_slots() -> None:
    found = slotted(problem(bank(), week(2, 2)))
    assert found.slots.height == 0
    assert (found.cost, found.bound, found.status) == (0.0, 0.0, "optimal")
    assert found.days["built"].to_list() == [0, 0]


def test_no_days_leave_every_order_without_one() -> None:
    found = slotted(problem(bank({}, {}), week()))
    assert days_of(found.slots) == {"o1": None, "o2": None}
    assert found.cost == pytest.approx(2_000.0)
    assert found.days.height == 0


def test_days_without_hours_build_nothing() -> None:
    found = slotted(problem(bank({}), week(0, 0)))
    assert days_of(found.slots) == {"o1": None}
    assert found.days["utilisation"].to_list() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("row", "lives"),
    [
        ({"fixed": day(100)}, []),
        ({"model": "new"}, [{"model": "new", "sop": day(100), "eop": None}]),
        ({"model": "old"}, [{"model": "old", "sop": None, "eop": day(-1)}]),
    ],
)
def test_an_order_that_fits_no_day_has_none(row: dict[str, Any], lives: list[Any]) -> None:
    data = problem(bank(row, {}), week(2, 2), lives=lives)
    found = slotted(data, iterations=1_000)
    assert days_of(found.slots) == {"o1": None, "o2": day(0)}
    assert found.slots["cost"].to_list() == [1_020.0, 0.0]
    whole(data, found)


def test_a_market_without_a_lane_is_served_by_road() -> None:
    found = slotted(
        problem(bank({"market": "moon"}), week(1), lanes={"home": None}), iterations=100
    )
    row = found.slots.row(0, named=True)
    assert (row["vessel"], row["departs"]) == (None, day(2))


def test_a_lane_without_vessels_is_left_when_the_car_is_ready() -> None:
    found = slotted(problem(bank({"market": "far"}), week(1), lanes={"far": "sea"}), iterations=100)
    row = found.slots.row(0, named=True)
    assert (row["vessel"], row["departs"], row["late_days"]) == (None, day(2), 0)


def test_limits_that_none_can_keep_are_broken_and_said_to_be() -> None:
    # One order, three wanted at least: two short, and no claim that nothing could be better.
    corridor = [{"month": day(0).replace(day=1), "model": "M", "least": 3.0, "most": 5.0}]
    found = slotted(problem(bank({}), week(1, 1), corridor=corridor), iterations=1_000)
    assert found.broken == 2.0
    assert found.costs.filter(pl.col("term") == "model corridors")["amount"][0] > 1_000.0
    assert found.bound <= found.cost


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="the seed must be 0"):
        slotted(problem(bank({}), week(1)), seed=-1)


@pytest.mark.parametrize(
    "values",
    [
        *({"late_cost": -1.0}, {"band": 1.5}, {"fill": 0.0}, {"frozen_days": 5, "firm_days": 4}),
        *({"threads": 0}, {"iterations": 0}),
    ],
)
def test_senseless_parameters_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="it must be"):
        replace(Params(), **values)
