"""Why this day and not the one wanted: dates, what binds and what would lift it, by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.hub import Hub
from sinho.results import DaySlots, Orders
from sinho.slot.arrays import build
from sinho.slot.binding import room_for
from sinho.slot.search import Slotting
from tests.budget import examples
from tests.hubs import tiny_hub
from tests.orders.plant import order
from tests.slot.cases import bank, day, days_of, explained, problem, week
from tests.slot.test_hub import banked, solved

VESSELS = [
    {"vessel": "Sea 1", "lane": "Europe", "cutoff": day(4), "etd": day(7)},
    {"vessel": "Sea 2", "lane": "Europe", "cutoff": day(11), "etd": day(14)},
]
FULL = (
    "The line is full on {}: 1.00 of 1.00 car equivalents, and it takes 1.00; "
    "1.00 car equivalents more (overtime), or an order less, would lift that."
)


def placed(hub: Hub, orders: Orders, days: pl.DataFrame, **dates: dt.date) -> DaySlots:
    """Return slots with the days of some orders set by hand."""
    found = solved(hub, orders, days)
    set_to = pl.col("order").replace_strict(dates, default=None, return_dtype=pl.Date)
    return replace(found, slots=found.slots.with_columns(date=set_to))


def test_a_vessel_that_forces_an_early_day_is_named_with_its_cut_off_and_the_next() -> None:
    # Wanted on Monday the 12th, two days to the port. By Wednesday it makes Sea 1, three days in
    # the port; on Thursday it waits nine days for Sea 2 and is seven late: 79. The planner would
    # think of Friday, ready on the 11th: 7 x 10 + 8.
    hub, orders = banked(order("o1", market="FR", wanted=day(7)), vessels=VESSELS)
    slots = solved(hub, orders, week(1, 1, 1, 1, 1))
    assert days_of(slots.slots) == {"o1": day(2)}
    assert explained(hub, orders, slots, "o1") == [
        "Wanted Mon 2026-01-12. Built by Wed 2026-01-07 it leaves with Sea 1 (cut-off Fri "
        "2026-01-09, sails Mon 2026-01-12), in time; built on Thu 2026-01-08 it leaves with Sea 2 "
        "(cut-off Fri 2026-01-16, sails Mon 2026-01-19), 7 days late, which costs 79.0.",
        "On Wed 2026-01-07 it costs 3.0 by itself: 3 days from ready to the day wanted (3.0).",
        "No day suits it better.",
        "Built on Fri 2026-01-09, the last day to be ready by the day wanted, it would cost 78.0 "
        "by "
        "itself: 7 days late (70.0) and 8 days from ready to leaving (8.0).",
    ]


def test_who_misses_the_vessel_hears_what_binds_and_who_could_make_room() -> None:
    # One place on Wednesday for two. The other one, moved to Thursday, would cost 79 - 3 = 76 more,
    # and this one 78 - 3 = 75 less.
    far = {"market": "FR", "wanted": day(7)}
    hub, orders = banked(order("o1", **far), order("o2", **far), vessels=VESSELS)
    slots = placed(hub, orders, week(0, 0, 1, 1, 1), o1=day(2), o2=day(4))
    assert explained(hub, orders, slots, "o2")[1:] == [
        "On Fri 2026-01-09 it costs 78.0 by itself: 7 days late (70.0) and 8 days from ready to "
        "leaving (8.0).",
        "Wed 2026-01-07 would suit it best: 3.0 by itself: 3 days from ready to the day wanted "
        "(3.0).",
        FULL.format("Wed 2026-01-07"),
        "So it cannot move there by itself.",
        "Order o1 would make room if built on Thu 2026-01-08; both moves would cost 1.0 more in "
        "all.",
    ]


def test_a_vessel_behind_the_list_is_said_to_be_none() -> None:
    # Sea 2 closes on Friday the 16th, a week after Sea 1: a car ready on the 17th waits a week.
    hub, orders = banked(order("o1", market="FR", wanted=day(14)), vessels=VESSELS)
    slots = placed(hub, orders, week(1, 1, dates=[day(9), day(10)]), o1=day(10))
    assert explained(hub, orders, slots, "o1")[0].endswith(
        "built on Thu 2026-01-15 it leaves on Sat 2026-01-24 (no vessel is listed, a wait of 7 "
        "days "
        "is taken), 5 days late, which costs 57.0."
    )


def test_an_overdue_car_hears_that_no_day_meets_its_date() -> None:
    hub, orders = banked(
        order("road", wanted=day(-5)),
        order("sea", market="FR", wanted=day(-5)),
        vessels=VESSELS,
    )
    slots = placed(hub, orders, week(1, 1, 1, 1), road=day(1), sea=day(0))
    # By road every day counts: Wed 7 Jan is 7 days after 31 December. By sea all days up to
    # Wednesday reach the same vessel, on the 12th.
    road = explained(hub, orders, slots, "road")
    assert road[0] == (
        "Wanted Wed 2025-12-31; none of these days meets that. Built on Mon 2026-01-05 it leaves "
        "by "
        "road on Wed 2026-01-07, 7 days late, which costs 70.0; built on Tue 2026-01-06 it leaves "
        "by road on Thu 2026-01-08, 8 days late, which costs 80.0."
    )
    assert road[2] == "Mon 2026-01-05 would suit it best: 70.0 by itself: 7 days late (70.0)."
    # The sea car may as well be built on Wednesday, which saves 2 days at the port, and the road
    # car is a day less late.
    assert road[-1] == (
        "Order sea would make room if built on Wed 2026-01-07; both moves would save 12.0 in all; "
        "a "
        "longer search may find that."
    )
    sea = explained(hub, orders, slots, "sea")
    assert sea[0].startswith(
        "Wanted Wed 2025-12-31; none of these days meets that. Built by Wed 2026-01-07 it leaves "
        "with Sea 1 (cut-off Fri 2026-01-09, sails Mon 2026-01-12), 12 days late, which costs "
        "123.0; built on Thu 2026-01-08 it leaves with Sea 2"
    )


def test_a_car_by_road_is_early_from_ready_to_the_day_wanted() -> None:
    hub, orders = banked(order("o1", wanted=day(9)))
    slots = solved(hub, orders, week(1, 1))
    assert explained(hub, orders, slots, "o1") == [
        "Wanted Wed 2026-01-14; any of these days meets that. Built on the last of them, Tue "
        "2026-01-06, it leaves by road on Thu 2026-01-08.",
        "On Tue 2026-01-06 it costs 6.0 by itself: 6 days from ready to the day wanted (6.0).",
        "No day suits it better.",
    ]


def test_a_day_of_rest_is_not_called_full() -> None:
    hub, orders = banked(order("o1", wanted=day(3)), order("o2", wanted=day(3), fixed=day(1)))
    slots = placed(hub, orders, week(1, 0, 1), o1=day(2))
    late = explained(hub, orders, slots, "o1")
    assert late[0].startswith("Wanted Thu 2026-01-08. Built on Mon 2026-01-05 it leaves by road")
    assert late[2].startswith("Mon 2026-01-05 would suit it best: 1.0 by itself")
    fixed = " ".join(explained(hub, orders, slots, "o2"))
    assert "The line does not work on Tue 2026-01-06; hours on that day would lift that." in fixed
    assert "full" not in fixed
    assert explained(hub, orders, slots, day(1))[0] == (
        "2026-01-06: the line does not work, so no car can be built; hours would lift that."
    )


def test_start_and_end_of_production_are_named_where_they_bar_the_best_day() -> None:
    models = tiny_hub()["models"]
    lives = [{**models[0], "eop": day(1)}, {**models[1], "sop": day(1)}]
    blue = {"model": "B", "colour": "blue"}
    hub, orders = banked(
        order("ends", wanted=day(4)),
        order("starts", wanted=day(2), **blue),
        models=lives,
    )
    slots = solved(hub, orders, week(2, 2, 2))
    assert explained(hub, orders, slots, "ends")[2:] == [
        "Wed 2026-01-07 would suit it best (0.0 by itself), but model A ends on Tue 2026-01-06; a "
        "later eop would lift that.",
        "No other day suits it better.",
    ]
    assert explained(hub, orders, slots, "starts")[2] == (
        "Mon 2026-01-05 would suit it best (0.0 by itself), but model B starts on Tue 2026-01-06; "
        "an earlier sop would lift that."
    )
    later = solved(hub, orders, week(2, 2, dates=[day(2), day(3)]))
    assert explained(hub, orders, later, "ends")[-1] == (
        "It cannot be built in these days: model A ends on Tue 2026-01-06; a later eop would lift "
        "that."
    )


def test_a_former_day_holds_by_what_leaving_it_costs() -> None:
    # Wednesday would be 2 days nearer to the day wanted; leaving Monday costs 5, in the firm zone
    # 20 more. On a day that is not its former one the move is part of what it costs.
    for firm_days, lift in ((0, "a lower moved_cost"), (1, "fewer firm_days or a lower firm_cost")):
        params: dict[str, Any] = {"firm_days": firm_days}
        hub, orders = banked(order("o1", wanted=day(4), former=day(0)), slotting=params)
        slots = placed(hub, orders, week(1, 1, 1), o1=day(0))
        zone, cost = (" in the firm zone", "25.0") if firm_days else ("", "5.0")
        assert explained(hub, orders, slots, "o1")[2] == (
            f"Wed 2026-01-07 would save 2.0 by itself, but leaving its former day{zone} costs "
            f"{cost}; {lift} would lift that."
        )
    moved = placed(hub, orders, week(1, 1, 1), o1=day(1))
    assert explained(hub, orders, moved, "o1")[1] == (
        "On Tue 2026-01-06 it costs 26.0 by itself: 1 day from ready to the day wanted (1.0), "
        "leaving its former day Mon 2026-01-05 (25.0)."
    )


def test_a_month_that_is_full_can_be_freed_from_another_of_its_days() -> None:
    # January may build two of A. o3 is wanted on 1 February: built on the 30th of January it would
    # be in time, and there is room on the line; but o1 and o2 are January's two. o2 is wanted on
    # 4 February and stands 4 days early: built on 2 February it costs nothing.
    dates = [dt.date(2026, 1, 29), dt.date(2026, 1, 30), dt.date(2026, 2, 2)]
    hub, orders = banked(
        order("o1", wanted=dt.date(2026, 1, 31)),
        order("o2", wanted=dt.date(2026, 2, 4)),
        order("o3", wanted=dt.date(2026, 2, 1)),
    )
    slots = placed(hub, orders, week(3, 3, 3, dates=dates), o1=dates[0], o2=dates[0], o3=dates[2])
    january = {"kind": "corridor", "name": "A", "period": dates[0], "days": 2, "count": 2.0}
    row = pl.DataFrame([{**january, "most": 2.0}], schema_overrides=slots.counters.schema)
    slots = replace(slots, counters=pl.concat([slots.counters, row], how="diagonal"))
    assert explained(hub, orders, slots, "o3")[2:] == [
        "Fri 2026-01-30 would suit it best: 0.0 by itself.",
        "Model A is at the most of its corridor in 2026-01: 2 of 2; one more A in that month would "
        "lift that.",
        "So it cannot move there by itself.",
        # 4 less for o2, 3 x 10 less for o3.
        "Order o2 would make room if built on Mon 2026-02-02; both moves would save 34.0 in all; a "
        "longer search may find that.",
    ]


def test_an_order_without_a_day_hears_what_keeps_it_from_each_and_who_could_make_room() -> None:
    # Tuesday takes one car with roof. Who has no day is kept away by that, and on Monday by the
    # line; "light" has no roof and could be built on Tuesday: 1 day late, 10 more than on Monday.
    # Without a day "left" costs 1,000, and 20 for the two days that it is late behind Tuesday.
    hub, orders = banked(
        order("light"),
        order("heavy", options="roof", wanted=day(3)),
        order("left", options="roof"),
        slot_limits=[{"kind": "option", "item": "roof", "start": day(1), "most": 1.0}],
    )
    orders = replace(orders, table=orders.table.with_columns(wanted=pl.lit(day(2))))
    slots = placed(hub, orders, week(1, 2), light=day(0), heavy=day(1))
    assert explained(hub, orders, slots, "left")[1:] == [
        "It has no day: none of its days was left within the hard limits. Of 2 days it is kept "
        "away "
        "by the line's hours on 1, option roof on 1.",
        "Mon 2026-01-05 would suit it best: 0.0 by itself.",
        FULL.format("Mon 2026-01-05"),
        "So it cannot move there by itself.",
        "Order light would make room if built on Tue 2026-01-06; both moves would save 1,010.0 in "
        "all; a longer search may find that.",
    ]


def test_the_last_day_in_time_is_told_where_a_later_one_is_cheaper() -> None:
    # Standing early costs 10 a day here, being late 1. Ready for Monday the 12th would be a car of
    # Saturday: Friday's is a day early (10), Monday's two days late (2), Tuesday's three (3).
    hub, orders = banked(
        order("first", wanted=day(7)),
        order("second", wanted=day(7)),
        slotting={"early_cost": 10.0, "late_cost": 1.0},
    )
    days = week(1, 1, 1, dates=[day(4), day(7), day(8)])
    slots = placed(hub, orders, days, first=day(7), second=day(8))
    lines = explained(hub, orders, slots, "second")
    assert lines[2].startswith("Mon 2026-01-12 would suit it best: 2.0 by itself")
    assert lines[-2:] == [
        "Fri 2026-01-09 is the last day that meets the day wanted: 10.0 by itself: 1 day from "
        "ready "
        "to the day wanted (10.0).",
        "Moving it there would cost 7.0 in all.",
    ]


@given(st.integers(0, 10_000))
@settings(max_examples=examples(60), deadline=None)
def test_what_making_room_is_said_to_change_is_what_it_changes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    number = int(rng.integers(4, 12))
    colours, options = np.array(["red", "blue"]), np.array(["", "roof", "awd", "awd;roof"])
    orders = bank(
        *(
            {
                "model": str(rng.choice(["M", "N"])),
                "colour": str(rng.choice(colours)),
                "options": str(rng.choice(options)),
                "wanted": day(int(rng.integers(-2, 12))),
                "former": day(int(rng.integers(0, 5))) if rng.random() < 0.3 else None,
            }
            for _ in range(number)
        )
    )
    data = problem(
        orders,
        week(*rng.integers(1, 4, 5)),
        params={"frozen_days": 0, "firm_days": 2, "batch": 3},
        corridor=[{"month": day(-4), "model": "M", "least": 0.0, "most": 3.0}],
        limits=[{"kind": "option", "item": "roof", "date": day(1), "most": 1.0}],
        ratios=[{"option": "awd", "share": 0.5, "cars": 0.0, "hard": False}],
    )
    arrays = build(data)
    begun = Slotting.of(arrays, rng.integers(-1, 5, number).astype(np.int32))
    before, broken = begun.cost, begun.broken
    for at in range(number):
        for there in range(5):
            found = room_for(arrays, begun, at, there) if there != begun.day_of[at] else None
            if found is None:
                continue
            days = begun.day_of.copy()
            days[at], days[found.order] = there, found.day
            after = Slotting.of(arrays, days)
            assert found.order != at
            assert after.cost - before == pytest.approx(found.change, abs=1e-6)
            assert after.broken <= broken + 1e-9
