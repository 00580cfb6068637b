"""From months to days: which days, what they can build, and the cars that fit into them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

import sinho
from sinho.orders.fitting import fitting
from sinho.results import MonthPlan
from sinho.results.dayparts import shop_hours
from sinho.run.horizon import corridor, run_dates
from sinho.run.linedays import line_capacity
from tests.plan.small import FEB, MAR, asks, car, shop, small

MONDAY = dt.date(2026, 2, 2)


def planned(**more: object) -> tuple[sinho.Hub, MonthPlan]:
    hub = small(end=MAR, demand=[asks(FEB, 1600), asks(MAR, 1600)], **more)  # type: ignore[arg-type]
    return hub, sinho.plan_months(hub)


def test_days_are_counted_over_days_of_rest() -> None:
    hub = small(end=MAR, calendar=[{"start": "2026-02-04", "group": "all", "kind": "holiday"}])
    dates = run_dates(hub, dt.date(2026, 2, 1), 6)
    assert [day.day for day in dates] == [2, 3, 5, 6, 9, 10]


@pytest.mark.parametrize(
    ("first", "days", "where", "said"),
    [
        (dt.date(2025, 12, 31), 5, "--from", "must lie in the hub's horizon"),
        (dt.date(2026, 4, 1), 5, "--from", "must lie in the hub's horizon"),
        (dt.date(2026, 3, 30), 5, "--days", "holds 2 working days from 2026-03-30 on"),
    ],
)
def test_days_outside_the_horizon_are_refused(
    first: dt.date, days: int, where: str, said: str
) -> None:
    with pytest.raises(sinho.DataError, match=said) as caught:
        run_dates(small(end=MAR), first, days)
    assert caught.value.problems[0].where == where


def test_a_day_has_its_part_of_the_months_capacity() -> None:
    hub, plan = planned(
        calendar=[{"start": "2026-02-04", "group": "all", "kind": "strike", "share": 0.5}]
    )
    days = line_capacity(hub, plan, run_dates(hub, MONDAY, 4))
    # 19.5 days of 8 h at 10 cars an hour; the strike takes half a day
    assert days["capacity"].to_list() == pytest.approx([80, 80, 40, 80])
    assert days["hours"].to_list() == pytest.approx([8, 8, 4, 8])
    assert days["shop"].unique().to_list() == ["assembly"]


def test_the_fullest_shop_says_what_a_day_can_build() -> None:
    hub, plan = planned(
        shops=[shop("assembly", 10), shop("paint", 12)],
        loads=[
            {"item": "A", "shop": "assembly", "load": 1},
            {"item": "A", "shop": "paint", "load": 1.5},
        ],
    )
    days = line_capacity(hub, plan, run_dates(hub, MONDAY, 1))
    assert days.row(0, named=True)["shop"] == "paint"
    assert days["capacity"][0] == pytest.approx(96)


def test_shops_work_the_hours_of_the_plan_on_days_that_are_worked() -> None:
    hub, plan = planned()
    hours = shop_hours(hub, plan, MONDAY, dt.date(2026, 2, 9))
    assert hours["date"].to_list() == run_dates(hub, MONDAY, 6)
    assert hours["hours"].to_list() == pytest.approx([8.0] * 6)


def test_a_full_month_leaves_room_for_whole_cars() -> None:
    hub, plan = planned(
        models=[car("A"), car("B")],
        loads=[
            {"item": "A", "shop": "assembly", "load": 1},
            {"item": "B", "shop": "assembly", "load": 1.3},
        ],
    )
    days = line_capacity(hub, plan, run_dates(hub, MONDAY, 20))
    asked = pl.DataFrame(
        {
            "period": [MONDAY.replace(day=1)] * 2,
            "model": ["A", "B"],
            "market": ["KR", "KR"],
            "units": [1210.0, 300.0],
        }
    )
    fits = fitting(hub, plan, days, asked)
    load = (fits["units"] * pl.Series([1.0, 1.3])).sum()
    # 1,600 car equivalents less 1.3 on each of 20 days
    assert load == pytest.approx(1600 - 20 * 1.3)
    assert fits["units"][0] / fits["units"][1] == pytest.approx(1210 / 300)


def test_cars_that_leave_room_are_left_as_they_are() -> None:
    hub, plan = planned()
    days = line_capacity(hub, plan, run_dates(hub, MONDAY, 20))
    asked = pl.DataFrame(
        {
            "period": [MONDAY.replace(day=1), dt.date(2026, 3, 1)],
            "model": ["A", "A"],
            "market": ["KR", "KR"],
            "units": [1500.0, 1500.0],
        }
    )
    assert fitting(hub, plan, days, asked)["units"].to_list() == [1500.0]


def test_the_corridor_lies_about_the_plan() -> None:
    feb, mar = MONDAY.replace(day=1), dt.date(2026, 3, 1)
    orders = pl.DataFrame({"model": ["A"] * 400 + ["B"] * 5 + ["D"]})
    due = pl.DataFrame(
        {
            "month": [feb, mar, feb, feb],
            "model": ["A", "A", "B", "C"],
            "asked": [200.0, 200.0, 5.0, 5.0],
        }
    )
    assert corridor(orders, due).rows() == [
        (feb, "A", 190.0, 210.0),
        (feb, "B", 4.0, 6.0),
        (feb, "D", 0.0, 1.0),
        (mar, "A", 190.0, 210.0),
        (mar, "B", 0.0, 1.0),
        (mar, "D", 0.0, 1.0),
    ]


def test_no_month_has_to_build_more_than_is_wanted_of_it() -> None:
    # The plan wants 100 A in each month, but only 21 orders are best built in March, and three
    # orders are for no day of the run.
    feb, mar = MONDAY.replace(day=1), dt.date(2026, 3, 1)
    orders = pl.DataFrame({"model": ["A"] * 224})
    due = pl.DataFrame({"month": [feb, mar], "model": ["A", "A"], "asked": [100.0, 100.0]})
    wished = pl.Series([MONDAY] * 200 + [dt.date(2026, 3, 2)] * 21 + [None] * 3)
    assert corridor(orders, due, wished).rows() == [
        (feb, "A", 95.0, 105.0),
        (mar, "A", 19.0, 105.0),
    ]


def test_too_few_orders_lower_the_least_alone() -> None:
    month = MONDAY.replace(day=1)
    due = pl.DataFrame({"month": [month], "model": ["A"], "asked": [200.0]})
    few, many = (pl.DataFrame({"model": ["A"] * count}) for count in (100, 500))
    assert corridor(few, due).rows() == [(month, "A", 95.0, 210.0)]
    assert corridor(many, due).rows() == [(month, "A", 190.0, 210.0)]


def test_other_shops_limit_days_where_they_can_be_full_first() -> None:
    shops = [shop("assembly", 10), shop("paint", 9.5), shop("body", 12), shop("press", 8)]
    hub, plan = planned(
        models=[car("A"), car("B")],
        shops=[*shops, shop("engine", 400)],
        loads=[
            {"item": model, "shop": name, "load": load}
            for model, loads in (("A", (1, 0.8, 1, 0.5, 30)), ("B", (1, 1.2, 1, 0.5, 30)))
            for name, load in zip(
                ("assembly", "paint", "body", "press", "engine"), loads, strict=True
            )
        ],
    )
    line = line_capacity(hub, plan, run_dates(hub, MONDAY, 2))
    # Only A is asked for. Assembly is full first with it, paint with B; body and press never are.
    # Engines are planned by campaigns.
    assert line.select("shop", "capacity").rows() == [
        ("assembly", 80.0),
        ("assembly", 80.0),
        ("paint", 76.0),
        ("paint", 76.0),
    ]
