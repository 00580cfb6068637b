"""Campaigns, stock and the orders that wait: cases worked by hand, and what always holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub import Hub
from sinho.hub.clock import Axis
from sinho.materials import WorkingTime
from sinho.materials.explode import explode
from sinho.materials.late import delay_campaign, late_orders
from sinho.materials.params import Params
from sinho.materials.supply import plan_campaigns
from sinho.results import Needs, Supply
from tests.budget import examples
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub, workdays

FAST = Params(moves=240, nodes=20)
HUB = supply_hub()


def at(hour: int, minute: int = 0, day: int = 2) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute)


def eight_cars(opening: float, **more: float) -> tuple[Needs, Supply, Hub]:
    """Plan a day of eight B, one an hour from 07:00; their engine is E2."""
    needs = explode(HUB, cars_of([(MONDAY, "BBBBBBBB")]), clock_of(HUB, [MONDAY]))
    stock = {"E2": opening, "CAST": 1000.0, **more}
    supply = plan_campaigns(HUB, needs, clock_of(HUB, [MONDAY]), opening=stock, params=FAST)
    return needs, supply, HUB


def test_a_late_campaign_hits_exactly_the_orders_that_wait_for_it() -> None:
    # Four engines in stock serve the cars of 07:00 to 10:00. The campaign makes eight engines in
    # 48 minutes of the four hours of its slot, and they come at 11:00 for the fifth car. Three
    # hours late, the slot still makes them. Five hours late, they are made from 12:00 on and come
    # by the hour, at 13:00: the cars of 11:00 and 12:00 wait, that of 13:00 does not.
    needs, supply, hub = eight_cars(4)
    clock = clock_of(hub, [MONDAY])
    assert supply.hits.is_empty()
    assert supply.campaigns["campaign"].to_list()[0] == "E2 1"
    assert supply.receipts.filter(pl.col("source") == "E2 1")["units"][0] == 8
    for_three = delay_campaign(hub, needs, clock, supply, "E2 1", 3)
    assert for_three.order_hits.is_empty()
    late = delay_campaign(hub, needs, clock, supply, "E2 1", 5)
    hits = late.hits.filter(pl.col("part") == "E2")
    assert hits["order"].to_list() == ["0302-005", "0302-006"]
    assert hits["campaign"].to_list() == ["E2 1", "E2 1"]
    assert hits["needed"].to_list() == [at(11), at(12)]
    assert hits["available"].to_list() == [at(13), at(13)]
    out = late.runs_out.filter(pl.col("part") == "E2").row(0, named=True)
    assert (out["date"], out["hour"], out["units"]) == (MONDAY, 4, 1.0)
    listed = late_orders(needs, clock, supply, late)
    assert listed.select("order", "model", "hours_late", "planned").rows() == [
        ("0302-005", "B", 2.0, None),
        ("0302-006", "B", 1.0, None),
    ]


def test_a_delay_that_stock_takes_up_hits_no_order() -> None:
    needs, supply, hub = eight_cars(6)
    late = delay_campaign(hub, needs, clock_of(hub, [MONDAY]), supply, "E2 1", 5)
    assert late.hits.filter(pl.col("part") == "E2").is_empty()


def test_idle_time_inside_a_campaign_takes_a_delay_up() -> None:
    # Two days of a car an hour, four engines in stock, no safety stock: one campaign makes four
    # engines in each slot, 24 minutes of its four hours. Six hours late, at 13:00 of Monday, the
    # first four come at 14:00 (the cars of 11:00 to 13:00 wait) and the shop is abreast of the
    # plan: the engines of Monday's second slot come at 15:00 as planned, and so on.
    hub = supply_hub(
        campaigns=[{"part": name, "shop": "engine", "safety_hours": 0} for name in ("E1", "E2")]
    )
    days = workdays(2)
    clock = clock_of(hub, days)
    needs = explode(hub, cars_of([(day, "BBBBBBBB") for day in days]), clock)
    stock = {"E2": 4.0, "CAST": 1000.0}
    supply = plan_campaigns(hub, needs, clock, opening=stock, params=FAST)
    made = supply.receipts.filter(pl.col("source") == "E2 1")
    assert made["units"].to_list() == [4, 4, 4]
    late = delay_campaign(hub, needs, clock, supply, "E2 1", 6)
    again = late.receipts.filter(pl.col("source") == "E2 1")
    assert again["available"].to_list() == [at(14), *made["available"].to_list()[1:]]
    assert late.order_hits["order"].to_list() == ["0302-005", "0302-006", "0302-007"]
    assert set(late.order_hits["available"].to_list()) == {at(14)}


def foundry_plant(castings: float) -> tuple[Hub, Needs, Supply]:
    """Plan two days of a car an hour; four engines in stock, no safety stock, so many castings."""
    hub = supply_hub(
        campaigns=[
            {"part": name, "shop": shop, "safety_hours": 0}
            for name, shop in (("E1", "engine"), ("E2", "engine"), ("CAST", "foundry"))
        ]
    )
    days = workdays(2)
    needs = explode(hub, cars_of([(day, "BBBBBBBB") for day in days]), clock_of(hub, days))
    stock = {"E2": 4.0, "CAST": castings}
    return hub, needs, plan_campaigns(hub, needs, clock_of(hub, days), opening=stock, params=FAST)


def test_a_late_casting_delays_the_engines_and_hits_the_orders_behind_them() -> None:
    # 40 kg in stock make the engines of the first slot. The foundry pours the next 40 kg (0.35 h)
    # in the first slot, in stock at 11:00, for the engines that come at 15:00. Nine hours late it
    # begins at 08:00 of Tuesday and is abreast of the plan by 09:00: 80 kg, which the engine shop
    # waits for from 11:00 of Monday and turns into eight engines by 09:48: four were due on Monday
    # at 15:00 and four on Tuesday at 11:00. The engines in stock last through Monday; the
    # cars of 07:00, 08:00 and 09:00 wait until 10:00.
    hub, needs, supply = foundry_plant(40.0)
    clock = clock_of(hub, workdays(2))
    assert supply.hits.is_empty()
    poured = supply.receipts.filter(pl.col("source") == "CAST 1")
    assert poured["available"].to_list()[0] == at(11)
    late = delay_campaign(hub, needs, clock, supply, "CAST 1", 9)
    listed = late_orders(needs, clock, supply, late)
    assert listed["order"].to_list() == ["0303-001", "0303-002", "0303-003"]
    assert listed["part"].unique().to_list() == ["E2"]
    assert listed["campaign"].unique().to_list() == ["E2 1"]
    assert listed["available"].unique().to_list() == [at(10, day=3)]
    assert listed["hours_late"].to_list() == [3.0, 2.0, 1.0]
    waits = late.hits.filter(pl.col("part") == "CAST").row(0, named=True)
    assert (waits["order"], waits["campaign"]) == ("E2 1", "CAST 1")
    assert (waits["needed"], waits["available"]) == (at(11), at(9, day=3))
    assert late.orders_hit == 3


def test_engines_are_not_made_of_castings_that_are_not_there() -> None:
    # Without castings the first come at 11:00, and so do the engines planned for 07:00: made from
    # 11:00 on, they come at 12:00; the car of 11:00 waits. Campaigns that wait are no orders.
    _, _, supply = foundry_plant(0.0)
    campaign = supply.campaigns.filter(pl.col("campaign") == "E2 1").row(0, named=True)
    assert campaign["start"] == at(11)
    assert supply.receipts.filter(pl.col("source") == "E2 1")["available"][0] == at(12)
    assert supply.order_hits["order"].to_list() == ["0302-005"]
    assert "E2 1" in supply.hits["order"].to_list()
    assert supply.orders_hit == 1


def test_a_campaign_with_no_castings_in_sight_lets_the_next_one_begin() -> None:
    # E1 needs castings, and the foundry does not work; E2 needs none. The cars of E1 wait for
    # nothing in sight, those of E2 get theirs.
    hub = supply_hub(
        bom=[
            {"parent": "A", "part": "E1", "quantity": 1},
            {"parent": "B", "part": "E2", "quantity": 1},
            {"parent": "E1", "part": "CAST", "quantity": 10},
        ]
    )
    days = workdays(2)
    works = clock_of(hub, days)
    clock = WorkingTime(works.lines, {"engine": works.shop("engine"), "foundry": Axis((), ())})
    needs = explode(hub, cars_of([(days[0], "AAAABBBB"), (days[1], "AAAABBBB")]), clock)
    stock = {"E1": 4.0, "E2": 0.0, "CAST": 0.0}
    supply = plan_campaigns(hub, needs, clock, opening=stock, params=FAST)
    planned = supply.lots.group_by("part").agg(pl.col("planned", "units").sum()).sort("part")
    (_, wanted, none), (_, asked, made) = planned.rows()
    assert wanted >= 4
    assert none == 0
    assert made == asked >= 8
    never = supply.order_hits.filter(pl.col("available").is_null())
    assert never["order"].to_list() == [f"0303-00{n}" for n in (1, 2, 3, 4)]


def test_the_first_hour_without_a_part_is_named() -> None:
    # One engine in stock, the first campaign comes at 11:00: the second to fourth car wait.
    _, supply, _ = eight_cars(1)
    out = supply.runs_out.filter(pl.col("part") == "E2").row(0, named=True)
    assert (out["date"], out["hour"]) == (MONDAY, 1)
    assert supply.hits["order"].to_list() == ["0302-002", "0302-003", "0302-004"]
    short = supply.shortages.filter(pl.col("part") == "E2")
    assert short["hour"].to_list() == [1, 2, 3]
    assert short["orders"].to_list() == [["0302-002"], ["0302-003"], ["0302-004"]]


def test_coverage_counts_the_hours_that_stock_lasts() -> None:
    _, supply, _ = eight_cars(4)
    engine = supply.coverage.filter(pl.col("part") == "E2")
    first = engine.row(0, named=True)
    # Three left after the first hour, for the cars of 08:00 to 10:00: the next fails at 11:00.
    assert (first["stock"], first["hours_covered"]) == (3.0, 3.0)
    assert engine["used"].sum() == 8


def test_coverage_goes_on_behind_the_last_day_at_the_mean_need() -> None:
    # Twelve in stock for eight cars of the day, one an hour: four are left when it ends, which last
    # four hours more; after the first hour eleven last eleven.
    supply = plan_campaigns(
        HUB,
        explode(HUB, cars_of([(MONDAY, "BBBBBBBB")]), clock_of(HUB, [MONDAY])),
        clock_of(HUB, [MONDAY]),
        opening={"E2": 12.0, "CAST": 0.0},
        params=FAST,
    )
    engine = supply.coverage.filter(pl.col("part") == "E2")
    assert engine["stock"].to_list() == [11, 10, 9, 8, 7, 6, 5, 4]
    assert engine["hours_covered"].to_list() == [11, 10, 9, 8, 7, 6, 5, 4]


def test_the_safety_stock_is_kept_from_the_first_campaign_on() -> None:
    hub = supply_hub(
        campaigns=[{"part": name, "shop": "engine", "safety_hours": 3} for name in ("E1", "E2")]
    )
    days = workdays(4)
    clock = clock_of(hub, days)
    needs = explode(hub, cars_of([(day, "BBBBBBBB") for day in days]), clock)
    supply = plan_campaigns(hub, needs, clock, opening={"E2": 8.0, "CAST": 5000.0})
    engine = supply.coverage.filter(pl.col("part") == "E2")
    # Behind the last day the mean need of an engine an hour goes on.
    assert engine[4:]["hours_covered"].min() >= 3
    assert supply.hits.is_empty()


def test_the_foundry_follows_the_engine_shop() -> None:
    needs, supply, _ = eight_cars(4)
    made = supply.campaigns.filter(pl.col("part") == "E2")["started"].sum()
    assert supply.draws["part"].unique().to_list() == ["CAST"]
    assert supply.draws["units"].sum() == pytest.approx(10 * made)
    assert needs.table.filter(pl.col("part") == "CAST")["units"].sum() == 80


def test_deliveries_come_at_the_beginning_of_their_day() -> None:
    _, supply, _ = eight_cars(4)
    seats = supply.receipts.filter(pl.col("part") == "SEAT")
    assert seats["available"].to_list() == [at(7)]
    assert seats["units"].to_list() == [8.0]
    axles = supply.receipts.filter(pl.col("part") == "AXLE")
    assert axles["units"].to_list() == [24.0]  # 16 needed, in packs of 12


def test_what_was_assumed_is_noted() -> None:
    needs = explode(HUB, cars_of([(MONDAY, "BBBBBBBB")]), clock_of(HUB, [MONDAY]))
    supply = plan_campaigns(HUB, needs, clock_of(HUB, [MONDAY]), params=FAST)
    text = " ".join(supply.notes)
    assert "without rows in campaigns: E1, E2, CAST" in text
    assert "opening stock of E2" in text


def test_wrong_names_are_refused_with_the_nearest() -> None:
    needs, supply, hub = eight_cars(4)
    clock = clock_of(hub, [MONDAY])
    with pytest.raises(DataError, match=r"no such part.*Did you mean 'E1'"):
        plan_campaigns(hub, needs, clock, opening={"e1": 4.0})
    with pytest.raises(DataError, match="stock must not be below 0"):
        plan_campaigns(hub, needs, clock, opening={"E1": -1.0})
    with pytest.raises(DataError, match="Did you mean 'E2 1'"):
        delay_campaign(hub, needs, clock, supply, "E2 11", 2)
    with pytest.raises(DataError, match="late by 0 or more hours"):
        delay_campaign(hub, needs, clock, supply, "E2 1", -2)
    with pytest.raises(DataError, match="has 2 slots of shop engine, not 4"):
        delay_campaign(hub, needs, clock, supply, "E2 1", 2, params=Params(slot_hours=2))
    with pytest.raises(DataError, match="keeps no lots by slot"):
        delay_campaign(hub, needs, clock, replace(supply, lots=supply.lots.clear()), "E2 1", 2)


def check_stock(supply: Supply) -> None:
    """Check what holds of the stock of every part and hour."""
    coverage = supply.coverage
    assert coverage["stock"].min() >= 0
    assert coverage["hours_covered"].min() >= 0
    for (part,), rows in coverage.group_by("part"):
        balance = (rows["received"] - rows["used"]).cum_sum() - (rows["stock"] - rows["short"])
        assert balance.abs().max() < 1e-3, part
    short = coverage.filter(pl.col("short") > 1e-6)["part"].unique().to_list()
    named = supply.shortages["part"].unique().to_list()
    assert set(short) <= set(named)
    waits = supply.hits.filter(pl.col("available").is_not_null())
    assert (waits["available"] > waits["needed"]).all()


@settings(max_examples=examples(15), deadline=None)
@given(
    st.lists(st.text("AB", min_size=1, max_size=40), min_size=1, max_size=4),
    st.integers(0, 30),
    st.integers(0, 20),
    st.floats(0, 10),
)
def test_stock_balances_and_capacity_holds(
    models: list[str], opening: int, least: int, hours: float
) -> None:
    hub = supply_hub(
        campaigns=[
            {"part": name, "shop": "engine", "safety_hours": 2, "least_lot": least}
            for name in ("E1", "E2")
        ]
    )
    days = workdays(len(models))
    clock = clock_of(hub, days)
    needs = explode(hub, cars_of(list(zip(days, models, strict=True))), clock)
    stock = {"E1": float(opening), "E2": float(opening), "CAST": 200.0}
    supply = plan_campaigns(hub, needs, clock, opening=stock, params=FAST)
    check_stock(supply)
    assert supply.bound <= supply.cost + 1e-9
    made = supply.receipts.filter(pl.col("source").str.contains(r"^(E1|E2|CAST) "))
    assert made["units"].sum() == pytest.approx(supply.campaigns["units"].sum())
    rate = {"E1": 10.0, "E2": 10.0, "CAST": 120 * 0.96}
    for (shop,), rows in supply.campaigns.sort("start").group_by("shop"):
        axis = clock.shop(str(shop))
        ends = rows["end"].to_list()
        assert all(b <= a for a, b in zip(rows["start"].to_list()[1:], ends, strict=False))
        for row in rows.to_dicts():
            begin, end = axis.worked(
                pl.Series([row["start"], row["end"]]).to_numpy().astype("datetime64[us]")
            )
            spent = row["units"] / rate[row["part"]] + row["setup_minutes"] / 60
            assert spent <= end - begin + 1e-4
    for (part,), rows in supply.campaigns.sort("start").group_by("part"):
        assert part == "CAST" or all(u >= least for u in rows["units"].to_list()[:-1])
    if not supply.campaigns.is_empty():
        name = supply.campaigns["campaign"][0]
        late = delay_campaign(hub, needs, clock, supply, name, hours)
        check_stock(late)
        on_time = delay_campaign(hub, needs, clock, supply, name, 0)
        for table in ("lots", "campaigns", "receipts", "draws", "coverage", "hits"):
            assert getattr(on_time, table).equals(getattr(supply, table)), table
        assert late.order_hits.height >= supply.order_hits.height
        assert late.receipts["units"].sum() <= supply.receipts["units"].sum() + 1e-6
        listed = late_orders(needs, clock, supply, late)
        assert set(listed["order"].to_list()) <= set(late.order_hits["order"].to_list())


def test_parts_of_a_night_come_with_the_day_that_it_belongs_to() -> None:
    # A day of 20 hours ends at 03:00; the last cars' seats come at 07:00 before, not after.
    days = workdays(2)
    clock = clock_of(HUB, days, hours=20.0)
    needs = explode(HUB, cars_of([(day, "BBBBBBBBBB") for day in days]), clock)
    supply = plan_campaigns(HUB, needs, clock, params=FAST)
    assert supply.hits.filter(pl.col("part") == "SEAT").is_empty()
    seats = supply.receipts.filter(pl.col("part") == "SEAT")
    assert seats["units"].to_list() == [10.0, 10.0]
