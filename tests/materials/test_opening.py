"""What parts are in stock when the first day begins."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.hub import Hub
from sinho.materials.calloffs import call_offs
from sinho.materials.explode import explode
from sinho.materials.opening import opening_stock, stock_left
from sinho.materials.supply import plan_campaigns
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub, workdays
from tests.materials.test_supply import FAST

FRIDAY = dt.date(2026, 2, 27)


def counted(*rows: tuple[str, object, float], **more: object) -> Hub:
    stock = [{"part": part, "date": str(date), "units": units} for part, date, units in rows]
    return supply_hub(part_stock=stock, **more)


def test_counted_stock_holds_for_the_day_and_over_days_of_rest_before_it() -> None:
    hub = counted(("E1", MONDAY, 9), ("E2", "2026-02-28", 7), ("SEAT", FRIDAY, 5))
    # Saturday's count holds on Monday; Friday's does not, as cars were built on Friday.
    assert opening_stock(hub, MONDAY) == {"E1": 9.0, "E2": 7.0}
    assert opening_stock(hub, FRIDAY) == {"SEAT": 5.0}
    assert opening_stock(hub, MONDAY + dt.timedelta(days=1)) == {}


def test_the_latest_count_goes_before() -> None:
    hub = counted(("E1", "2026-02-28", 7), ("E1", MONDAY, 9))
    assert opening_stock(hub, MONDAY) == {"E1": 9.0}


def test_the_plans_opening_stock_holds_for_its_first_days_alone() -> None:
    listed = [{"item": "E1", "units": 30}, {"item": "A", "units": 3}]
    hub = counted(("SEAT", MONDAY, 1), opening_stock=listed)
    start = hub.settings.start
    assert opening_stock(hub, start) == {"E1": 30.0}
    assert opening_stock(hub, start + dt.timedelta(days=14)) == {}


def test_the_hour_at_which_a_part_runs_out_follows_from_the_counted_stock() -> None:
    # Three engines are there at 07:00 and one is taken every hour: the car of 10:00 finds none, as
    # the shop's first engines come at 11:00. Five last until 11:00.
    for units, out in ((3, [(MONDAY, 3)]), (5, [])):
        hub = counted(("E2", MONDAY, units), ("CAST", MONDAY, 1000))
        clock = clock_of(hub, [MONDAY])
        needs = explode(hub, cars_of([(MONDAY, "BBBBBBBB")]), clock)
        supply = plan_campaigns(hub, needs, clock, params=FAST)
        found = supply.runs_out.filter(pl.col("part") == "E2")
        assert found.select("date", "hour").rows() == out
        assert supply.coverage.filter(pl.col("part") == "E2")["received"][0] == units


def test_call_offs_and_deliveries_use_the_same_counted_stock() -> None:
    hub = counted(("SEAT", MONDAY, 3))
    clock = clock_of(hub, [MONDAY])
    cars = cars_of([(MONDAY, "BBBBBBBB")])
    calls = call_offs(hub, cars, clock, number="1")
    assert calls.days.filter(pl.col("part") == "SEAT")["units"].to_list() == [5.0]
    supply = plan_campaigns(hub, explode(hub, cars, clock), clock, params=FAST)
    seats = supply.receipts.filter(pl.col("part") == "SEAT")
    assert seats.select("source", "units").rows() == [
        ("delivery 2026-03-02", 5.0),
        ("opening", 3.0),
    ]


def test_an_earlier_plan_leaves_what_came_less_what_was_used() -> None:
    days = workdays(2)
    hub = counted(("E2", MONDAY, 12), ("CAST", MONDAY, 1000))
    clock = clock_of(hub, days)
    needs = explode(hub, cars_of([(day, "BBBBBBBB") for day in days]), clock)
    supply = plan_campaigns(hub, needs, clock, params=FAST)
    assert stock_left(supply, MONDAY)["E2"] == 12
    made = supply.receipts.filter(
        pl.col("part") == "E2", pl.col("source") != "opening", pl.col("available").dt.day() == 2
    )["units"].sum()
    assert stock_left(supply, days[1])["E2"] == 12 + made - 8
    # Three packs of 12 axles are called off a day ahead for the 32 that are needed.
    assert stock_left(supply, days[1])["AXLE"] == 36 - 16
    assert stock_left(supply, days[1])["SEAT"] == 0
