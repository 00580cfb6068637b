"""Cars that an earlier plan leaves at plant and port, and the hours at which cars get there."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from sinho.hub import hub_from_tables
from sinho.results import ShipPlan
from sinho.ship import Input, lifts, solve
from sinho.ship.way import hours_of, through
from sinho.ship.yard import sites
from tests.ship.checker import broken
from tests.ship.plant import sea_tables
from tests.ship.test_solve import FIRST, cars, causes, hub_of, shipped, voyage, ways

JANUARY = dt.date(2026, 1, 1)
DAY = dt.timedelta(days=1)


def earlier(vessels: list[dict[str, Any]], *ready: tuple[str, int, int | None]) -> ShipPlan:
    """Return the plan of an earlier run."""
    return shipped(hub_of(vessels), cars(*ready))


def later(
    vessels: list[dict[str, Any]],
    before: ShipPlan,
    first: int,
    *ready: tuple[str, int, int | None],
    **tables: Any,
) -> ShipPlan:
    """Plan the cars of a later run, and all that the one before it leaves."""
    new = cars(*ready).with_columns(pl.format("new {}", "car").alias("car"))
    data = Input.from_cars(
        hub_of(vessels, **tables), new, JANUARY + (first - 1) * DAY, waiting=before.cars
    )
    plan = solve(data)
    assert broken(data, plan) == []
    return plan


def test_cars_that_wait_keep_their_voyage_beside_new_ones() -> None:
    vessels = [voyage(8, booked_most=2), voyage(13, booked_most=2), voyage(20)]
    before = earlier(vessels, ("A", 5, 10), ("A", 5, 10), ("A", 6, 15))
    assert ways(before) == ["E8", "E8", "E13"]
    plan = later(vessels, before, 7, ("A", 9, 15), ("A", 9, 15))
    now = dict(plan.cars.select("car", "vessel").iter_rows())
    assert [now[car] for car in ("c0", "c1", "c2")] == ["E8", "E8", "E13"]
    assert sorted(str(now[car]) for car in ("new c0", "new c1")) == ["E13", "E20"]
    assert plan.moved.is_empty()
    assert plan.cars["origin"].to_list() == ["run"] * 2 + ["former"] * 3
    was = before.cars.select("car", "ready", "since")
    kept = plan.cars.filter(origin="former").select("car", "ready", "since")
    assert kept.equals(was)


def test_a_voyage_past_its_cut_off_takes_who_is_on_it_and_no_other() -> None:
    vessels = [voyage(8), voyage(13)]
    before = earlier(vessels, ("A", 5, 10), ("A", 9, 10))
    plan = later(vessels, before, 9, ("A", 9, 10))
    now = dict(plan.cars.select("car", "vessel").iter_rows())
    assert now == {"new c0": "E13", "c0": "E8", "c1": "E13"}
    assert plan.voyages.filter(vessel="E8").select("cars", "missed").rows() == [(1, 2)]
    said = dict(plan.cars.select("car", "cause").iter_rows())
    assert said == {"new c0": "order too late", "c0": None, "c1": "late line-off"}
    gone = later(vessels, before, 11, ("A", 12, 15))  # departed on the 10th
    assert "E8" not in gone.voyages["vessel"].to_list()


def test_a_voyage_that_is_gone_lets_its_cars_free_and_says_who_moved() -> None:
    before = earlier([voyage(8), voyage(13)], ("A", 5, 10))
    plan = later([voyage(13)], before, 7, ("A", 9, 15))
    assert plan.moved.rows() == [("c0", "E8", "E13")]


def test_a_car_that_missed_its_ship_before_keeps_the_cause() -> None:
    vessels = [voyage(8, booked_most=1), voyage(13, booked_most=1), voyage(20)]
    before = earlier(vessels, ("A", 7, 10), ("A", 7, 10), ("A", 7, 10))
    late = before.cars.filter(pl.col("vessel") != "E8")
    assert late.select("missed", "cause").rows() == [("E8", "no room")] * 2
    plan = later(vessels, replace(before, cars=late), 12)
    assert set(causes(plan)) == {("E8", "no room")}
    data = Input.from_cars(hub_of(vessels), cars(("A", 14, 22)), JANUARY + 11 * DAY, waiting=late)
    assert set(lifts(data, solve(data))["vessel"].drop_nulls()) <= {"E13", "E20"}


def test_a_car_keeps_the_day_of_its_box() -> None:
    boxes = [{"lane": "Europe", "start": "2026-01", "boxes": 5, "cost": 100, "transit": 30}]
    tables = {"containers": boxes, "box_cars": [{"model": "A", "cars": 1}]}
    hub = hub_of([voyage(20)], **tables)
    before = shipped(hub, cars(("A", 8, 12), ("A", 8, 12)))
    assert before.cars["way"].to_list() == ["container"] * 2
    new = cars(("A", 8, 12)).with_columns(car=pl.lit("new"))
    data = Input.from_cars(hub, new, FIRST + DAY, waiting=before.cars)
    plan = solve(data)
    assert plan.moved.is_empty()
    again = solve(data.late("E20", 3, plan))
    assert again.moved.is_empty()


def test_stock_that_is_counted_is_not_added_to_what_an_earlier_plan_leaves() -> None:
    hub = hub_of([voyage(8)], port_stock=sea_tables()["port_stock"])
    before = solve(Input.from_cars(hub, cars(("A", 5, 10)), FIRST))
    assert before.cars["origin"].to_list() == ["run", *["stock"] * 4]
    data = Input.from_cars(hub, cars().clear(), FIRST + DAY, waiting=before.cars)
    assert data.cars["origin"].to_list() == ["former"] * 5
    assert data.cars["since"].to_list() == before.cars["since"].to_list()


def test_the_way_takes_cars_from_the_hour_on_in_which_they_leave_the_line() -> None:
    way = [
        {"port": "Busan", "mode": "driven", "hour": hour, "cars": cars, "minutes": 30}
        for hour, cars in ((8, 1), (12, 0), (15, 2))
    ]
    ports = [{"port": "Busan", "role": "loading", "country": "KR"}]
    hub = hub_of([voyage(8), voyage(13)], port_way=way, ports=ports)
    frame = cars(*[("A", 8, 10)] * 4)
    moments = [dt.datetime(2026, 1, 8, 15, 50), dt.datetime(2026, 1, 8, 9), None]
    moments.append(dt.datetime(2026, 1, 8, 16, 10))
    told = frame.with_columns(pl.Series("moment", moments, dtype=pl.Datetime("us")))
    plan = shipped(hub, told)
    ready = dict(plan.cars.select("car", pl.col("ready").dt.day()).iter_rows())
    assert ready == {"c2": 8, "c1": 8, "c0": 8, "c3": 9}
    assert [c for c in causes(plan) if c[1]] == [("E8", "way to the port")]
    # without moments one may go at eight, two at three, and the fourth on the day after
    days = shipped(hub, frame).cars["ready"].dt.day().to_list()
    assert sorted(days) == [8, 8, 8, 9]


def test_a_long_way_takes_whole_days_and_hours() -> None:
    way = pl.DataFrame({"hour": [22, 8], "cars": [1, 1], "minutes": [3000.0, 3000.0]})
    hours, minutes = hours_of(way)
    assert (hours, minutes) == ([(8, 1), (22, 1)], dt.timedelta(hours=50))
    noon = dt.datetime(2026, 1, 8, 12)
    gone = [left for _, left in through(hours, [noon, noon])]
    assert gone == [dt.datetime(2026, 1, 8, 22), dt.datetime(2026, 1, 9, 8)]


@pytest.mark.parametrize("ahead", [None, 1, 0])
def test_cars_are_called_to_the_port_the_days_before_the_cut_off_that_it_says(
    ahead: int | None,
) -> None:
    port = {"port": "Busan", "role": "loading", "country": "KR"}
    area = {"rows": 9, "places": 9}
    areas = [{"area": "a", **area}, {"area": "b", "port": "Busan", **area}]
    ports = [port | ({} if ahead is None else {"called_days": ahead})]
    hub = hub_of([voyage(13)], ports=ports, yard_areas=areas)
    plan = solve(Input.from_cars(hub, cars(("A", 5, 15)), FIRST))
    stays = sites.stays_of(hub, plan, ["plant", "Busan"], None)
    called = stays["Busan"][0]["ready"].date()
    assert dt.date(2026, 1, 13) - called == (3 if ahead is None else ahead) * DAY


def test_a_hub_that_says_nothing_of_calls_is_the_same_hub() -> None:
    tables = sea_tables()
    told = [dict(one) for one in tables["ports"]]
    plain = hub_from_tables(tables)
    for days, same in ((3, True), (2, False)):
        ports = [{**one, "called_days": days} for one in told]
        assert (hub_from_tables({**tables, "ports": ports}).digest == plain.digest) is same
