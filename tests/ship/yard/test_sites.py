"""When the cars of a plan of voyages stand at the plant, and when at the port."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from sinho.hub import hub_from_tables
from sinho.results import ShipPlan
from sinho.ship import Input, solve
from sinho.ship.yard import Input as YardInput
from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import plan_yards, replay
from tests.ship.plant import sea_tables


def shipped(**tables: Any) -> tuple[ShipPlan, dict[str, YardInput]]:
    """Return the plan of the small hub with some tables changed, and its yards."""
    hub = hub_from_tables(sea_tables(**tables))
    plan = solve(Input.from_hub(hub))
    return plan, YardInput.from_plan(hub, plan)


@pytest.fixture(scope="module")
def usual() -> tuple[ShipPlan, dict[str, YardInput]]:
    """Return plan and yards of the small hub as it is."""
    return shipped()


def test_each_car_stands_at_the_plant_and_then_at_the_port(
    usual: tuple[ShipPlan, dict[str, YardInput]],
) -> None:
    plan, yards = usual
    assert list(yards) == ["plant", "Busan"]
    plant, port = yards["plant"].cars, yards["Busan"].cars
    built = plan.cars.drop_nulls("built")
    assert set(plant["car"]) == set(built["car"])
    assert set(port["car"]) == set(plan.cars.filter(pl.col("leaves").is_not_null())["car"])
    way = plant.join(port, on="car", suffix="_port").filter(pl.col("leave") < pl.col("ready_port"))
    assert way.height == built.filter(pl.col("leaves").is_not_null()).height
    assert (way["ready_port"] - way["leave"]).unique().to_list() == [dt.timedelta(minutes=40)]
    stays = plan.cars.filter(pl.col("way") == "stays")["car"]
    assert plant.filter(pl.col("car").is_in(stays.implode()))["leave"].null_count() == len(stays)


def test_no_more_cars_go_to_the_port_in_an_hour_than_the_way_lets_through(
    usual: tuple[ShipPlan, dict[str, YardInput]],
) -> None:
    gone = usual[1]["plant"].cars.drop_nulls("leave")["leave"]
    by_hour = gone.dt.truncate("1h").value_counts()
    assert by_hour["count"].max() == 5
    assert set(gone.dt.hour().unique()) <= set(range(8, 16))


def test_cars_are_called_three_days_before_the_cut_off_or_when_they_are_ready(
    usual: tuple[ShipPlan, dict[str, YardInput]],
) -> None:
    plan, yards = usual
    called = plan.cars.join(plan.voyages.select("vessel", "cutoff"), on="vessel")
    early = pl.max_horizontal("ready", pl.col("cutoff") - pl.duration(days=3))
    went = yards["plant"].cars.select("car", went=pl.col("leave").dt.date())
    found = called.with_columns(call=early).join(went, on="car")
    assert (found["went"] >= found["call"]).all()
    assert (found.group_by("vessel").agg((pl.col("went") == pl.col("call")).any()))["went"].all()


def test_the_last_port_of_call_is_loaded_first_while_the_port_works() -> None:
    markets = [*sea_tables()["markets"]]
    market = next(row for row in markets if row["market"] == "FR")
    markets.append({**market, "market": "BE", "country": "BE", "port": "Zeebrugge"})
    demand = [
        {"model": "A", "market": name, "month": "2026-01", "units": 4} for name in ("FR", "BE")
    ]
    changed: dict[str, Any] = {"markets": markets, "demand": demand, "port_stock": None}
    vessels = [{**row, "booked_least": 0} for row in sea_tables()["vessels"]]
    plan, yards = shipped(**changed, vessels=vessels, containers=None, box_cars=None)
    assert plan.cars["port"].n_unique() == 2
    port = yards["Busan"].cars.drop_nulls("leave")
    for _, ship in port.group_by("voyage"):
        spans = dict(ship.group_by("port").agg(pl.col("loading").min()).iter_rows())
        ends = dict(ship.group_by("port").agg(pl.col("leave").max()).iter_rows())
        assert min(spans.values()).hour == 8
        assert max(ends.values()).hour == 20
        if len(spans) == 2:
            assert ends["Zeebrugge"] == spans["Le Havre"]


def test_cars_for_boxes_stand_in_their_own_areas_until_the_day_of_filling() -> None:
    areas = [
        {"area": "quay", "port": "Busan", "rows": 20, "places": 10},
        {"area": "boxes", "port": "Busan", "rows": 20, "places": 10, "purpose": "container"},
    ]
    plan, yards = shipped(yard_areas=areas)
    assert list(yards) == ["Busan"]
    boxed = plan.cars.filter(pl.col("way") == "container").select("car", "leaves")
    port = yards["Busan"].cars
    own = port.join(boxed, on="car")
    assert own.height == boxed.height > 0
    assert own["purpose"].unique().to_list() == ["container"]
    assert (own["leaves"] - own["leave"].dt.date()).unique().to_list() == [dt.timedelta(days=7)]
    assert port.height == plan.cars.height


def test_a_plant_alone_holds_cars_until_they_go_to_the_port() -> None:
    _, yards = shipped(yard_areas=[{"area": "north", "rows": 40, "places": 8, "purpose": "all"}])
    assert list(yards) == ["plant"]
    assert yards["plant"].rows["purpose"].null_count() == 40


def test_hubs_without_areas_for_export_have_no_yards() -> None:
    assert shipped(yard_areas=None)[1] == {}
    home = [{"area": "home", "rows": 1, "places": 8, "purpose": "domestic"}]
    assert shipped(yard_areas=home)[1] == {}


def test_told_moments_of_line_off_are_taken(
    usual: tuple[ShipPlan, dict[str, YardInput]],
) -> None:
    plan, _ = usual
    car = plan.cars.drop_nulls("built")["car"][0]
    moment = dt.datetime(2026, 1, 1, 3, 21)
    told = YardInput.from_plan(
        hub_from_tables(sea_tables()), plan, pl.DataFrame({"car": [car], "moment": [moment]})
    )
    assert told["plant"].cars.filter(car=car)["ready"].to_list() == [moment]


def test_yards_of_a_hub_are_planned_and_sound(
    usual: tuple[ShipPlan, dict[str, YardInput]],
) -> None:
    _, yards = usual
    plans = plan_yards(yards, YardParams(rounds=300))
    for site, plan in plans.items():
        assert replay(yards[site], plan.places, plan.moves) == (plan.move_count, [])
        assert plan.places["site"].unique().to_list() == [site]
    stored = plans["Busan"].places.drop_nulls("place")
    assert (stored["cost"] == (stored["days"] - 3).clip(0).ceil() * 4).all()
