"""Freight by market and country, and lanes overland by rail and road with departures."""

from __future__ import annotations

import polars as pl
import pytest

from sinho import explain, plan_months
from sinho.errors import DataError
from sinho.hub import Hub, hub_from_tables
from tests.plan.small import FEB, MAR, OVERSEAS, Rows, asks, small


def at_home(market: str, country: str = "DE") -> dict[str, object]:
    return {"market": market, "country": country, "region": "Europe", "route": "domestic"}


def road(cost: float, start: str = FEB, **more: object) -> dict[str, object]:
    return {"lane": "domestic", "mode": "road", "start": start, "cost": cost, **more}


def freight_of(hub: Hub) -> float:
    return dict(plan_months(hub).tables["lines"].select("line", "amount").iter_rows())["freight"]


def test_carriage_at_home_costs_what_is_given_for_the_market_or_its_country():
    markets = [at_home("south"), at_home("north"), at_home("AT", "AT"), at_home("CH", "CH")]
    demand = [asks(FEB, 100, name, price=50) for name in ("south", "north", "AT", "CH")]
    rows = [road(1), road(3, to="DE"), road(4, to="south"), road(7, to="AT")]
    hub = small(markets=markets, demand=demand, freight=rows)
    assert freight_of(hub) == -100 * (4 + 3 + 7 + 1)
    # what is given for a market overrides a later rate for all
    rows = [road(1), road(4, to="south"), road(9, MAR)]
    hub = small(
        end=MAR,
        markets=markets[:2],
        demand=[
            asks(m, 100, n, price=50, late_penalty=9)
            for m in (FEB, MAR)
            for n in ("south", "north")
        ],
        freight=rows,
    )
    assert freight_of(hub) == -100 * (4 + 1 + 4 + 9)


def test_the_freight_of_a_lane_may_differ_by_market_too():
    markets = [*OVERSEAS, {**OVERSEAS[0], "market": "ES", "country": "ES"}]
    vessel = {"lane": "EU", "mode": "vessel", "start": FEB}
    hub = small(
        markets=markets,
        demand=[asks(FEB, 100, name, price=50) for name in ("FR", "ES")],
        freight=[{**vessel, "cost": 2}, {**vessel, "cost": 5, "to": "ES"}],
        sailings=[{"lane": "EU", "month": FEB}],
    )
    assert freight_of(hub) == -100 * (2 + 5)


def overland(**tables: Rows) -> Hub:
    """France is reached by rail for 2 and by road for 6; 3 trains of 200 cars leave a month."""
    base: dict[str, Rows] = {
        "markets": [
            {"market": "FR", "country": "FR", "region": "Europe", "route": "overland", "lane": "W"}
        ],
        "demand": [asks(FEB, 1000, "FR", price=50)],
        "freight": [
            {"lane": "W", "mode": "rail", "start": FEB, "cost": 2},
            {"lane": "W", "mode": "road", "start": FEB, "cost": 6},
        ],
        "departures": [
            {"lane": "W", "mode": "rail", "month": FEB, "departures": 3, "cars": 200},
        ],
    }
    return small(**{**base, **tables})


def by_mode(hub: Hub, **options: object) -> dict[str, float]:
    ship = plan_months(hub, **options).tables["ship"]
    return dict(ship.group_by("mode").agg(pl.col("units").sum()).iter_rows())


def test_trains_are_filled_first_and_trucks_take_the_rest():
    assert by_mode(overland()) == {"rail": 600, "road": 400}
    trucks = {"lane": "W", "mode": "road", "month": FEB, "departures": 20, "cars": 8}
    hub = overland(
        departures=[*overland()["departures"].drop("source", "basis").to_dicts(), trucks]
    )
    assert by_mode(hub) == {"rail": 600, "road": 160}
    table = plan_months(hub).tables["departures"]
    assert table.select("lane", "mode", "cars", "capacity", "utilisation", "binding").rows() == [
        ("W", "road", 160, 160, 1.0, True),
        ("W", "rail", 600, 600, 1.0, True),
    ]
    # one more car by rail brings 50 - 10 - 2, by road 50 - 10 - 6, where nothing else binds
    assert table["value"].to_list() == pytest.approx([34, 38])


def test_a_lane_without_any_departures_has_no_limit():
    assert by_mode(overland(departures=[])) == {"rail": 1000}


def test_a_month_without_departures_has_none_where_others_have_some():
    demand = [asks(m, 300, "FR", price=50, lost_penalty=1) for m in (FEB, MAR)]
    hub = overland(
        end=MAR,
        demand=demand,
        freight=overland()["freight"]
        .filter(pl.col("mode") == "rail")
        .drop("source", "basis")
        .to_dicts(),
    )
    shipped = dict(
        plan_months(hub).tables["ship"].select(pl.col("period").dt.month(), "units").iter_rows()
    )
    assert shipped == {2: 300}


def test_both_methods_and_weeks_count_departures():
    hub = overland()
    assert by_mode(hub, method="priced") == pytest.approx({"rail": 600, "road": 400}, rel=1e-3)
    # 1 February is a Sunday and a week of its own, on which nothing is built or leaves
    assert by_mode(hub, period="week")["rail"] == pytest.approx(600 * 27 / 28)


def test_why_says_that_trains_are_full_and_what_more_would_bring():
    hub = overland(freight=[{"lane": "W", "mode": "rail", "start": FEB, "cost": 2}])
    answer = explain(hub, model="A")
    told = "\n".join(answer.reasons)
    assert (
        "The trains of lane W are full in 2026-02 (600 cars): one more car is worth 38 EUR" in told
    )
    lifted = {r.name: r.cars for r in answer.relaxations}
    assert lifted["10 % more trains on lane W in 2026-02"] == pytest.approx(60)


def test_a_full_train_of_a_hard_contract_is_named():
    contract = {
        "contract": "c", "brand": "B", "start": FEB, "end": FEB, "per": "total",
        "least": 700, "hard": True,
    }  # fmt: skip
    rail = [{"lane": "W", "mode": "rail", "start": FEB, "cost": 2}]
    with pytest.raises(Exception, match="lane W carries at most 600 cars by rail in 2026-02"):
        plan_months(overland(freight=rail, contracts=[contract]))


LAND = {"market": "FR", "country": "FR", "region": "Europe", "route": "overland", "lane": "W"}
RAIL = {"lane": "W", "mode": "rail", "start": FEB, "cost": 2}


TRAIN = {"lane": "W", "mode": "rail", "month": FEB, "departures": 1, "cars": 1}


@pytest.mark.parametrize(
    ("tables", "rule", "hint"),
    [
        ({"markets": [{**LAND, "lane": None}]}, "a lane must be given for a market", "lane"),
        ({"freight": []}, "freight has no row for this lane", "rail or road"),
        ({"freight": [{**RAIL, "mode": "vessel"}]}, "travelled by rail or road", "rail or road"),
        ({"freight": [RAIL, {**RAIL, "to": "FX"}]}, "neither a market nor the country", "FR"),
        ({"freight": [RAIL, {**RAIL, "mode": "train"}]}, "must be one of", ""),
        ({"departures": [{**TRAIN, "mode": "vessel"}]}, "must be one of: rail, road", ""),
        ({"departures": [{**TRAIN, "cars": 0}]}, "must be", ""),
        (
            {"freight": [RAIL, {**RAIL, "lane": "domestic"}]},
            "domestic markets are reached by road",
            "for rail at home give the market route overland",
        ),
        (
            {"departures": [{**TRAIN, "lane": "domestic"}]},
            "trains and trucks are counted on lanes overland",
            "route overland and a lane, at home too",
        ),
    ],
)
def test_lanes_overland_are_checked(tables, rule, hint):
    with pytest.raises(DataError) as caught:
        overland(**tables)
    found = [p for p in caught.value.problems if rule in p.rule]
    assert found, caught.value
    assert hint in (found[0].hint or "")


def test_a_hub_without_lanes_overland_keeps_its_digest():
    hub = small(freight=[road(1)])
    assert hub.digest == small(freight=[road(1, to="all")]).digest
    assert hub.digest == hub_from_tables({**hub.tables, "departures": []}).digest
    assert hub.digest != small(freight=[road(1, to="KR")]).digest
