"""Slotting from a hub: its tables are read, its rules bind, and the reasons can be asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from sinho.banks import read_orders
from sinho.errors import DataError
from sinho.hub import Hub
from sinho.results import DaySlots, Orders
from sinho.slot import Input, Params, slot_orders
from tests.hubs import tiny_hub
from tests.orders.plant import order, ordering_hub
from tests.slot.cases import QUIET, day, days_of, explained, week

PARTS: dict[str, Any] = {
    "parts": [
        {"part": "engine", "kind": "engine", "supply": "made", "yield_share": 0.9},
        {"part": "block", "kind": "other", "supply": "bought", "buy_cost": 1},
    ],
    "bom": [
        {"parent": "A", "part": "engine", "quantity": 1},
        {"parent": "A", "part": "block", "quantity": 1},
        {"parent": "engine", "part": "block", "quantity": 2},
    ],
}


def banked(*rows: dict[str, Any], **tables: Any) -> tuple[Hub, Orders]:
    """Return a hub with orders of its own, and these orders."""
    hub = ordering_hub(
        slotting=[QUIET | tables.pop("slotting", {})],
        orders=[{"wanted": day(2), **row} for row in rows],
        **tables,
    )
    return hub, read_orders(hub, hub)


def solved(hub: Hub, orders: Orders, days: pl.DataFrame, **how: Any) -> DaySlots:
    """Return the slots of a small hub."""
    return slot_orders(hub, orders, days, iterations=20_000, **how)


def said(hub: Hub, orders: Orders, slots: DaySlots, name: str) -> str:
    """Return what is said of an order, as one text."""
    return " ".join(explained(hub, orders, slots, name))


def rows(number: int, **values: Any) -> list[dict[str, Any]]:
    """Return so many orders alike: o1, o2 and so on."""
    return [order(f"o{at}", **{"wanted": day(2), **values}) for at in range(1, number + 1)]


def pushed(slots: DaySlots, date: dt.date) -> str:
    """Return the one order that is built on a day."""
    (name,) = slots.slots.filter(pl.col("date") == date)["order"].to_list()
    return str(name)


def test_a_hub_gives_parameters_lanes_ratios_and_parts() -> None:
    hub, orders = banked(
        *rows(1),
        **PARTS,
        slotting={"lead_days": 4, "late_cost": 7.0, "band": 0.2, "batch": 4, "fill": 0.9},
        sequence_levels=[{"level": "limits", "weight": 1}],
        sequence_rules=[
            {"rule": "r1", "kind": "ratio", "option": "roof", "most": 1, "window": 2},
            {
                "rule": "r2",
                "kind": "ratio",
                "level": "limits",
                "option": "roof",
                "most": 1,
                "window": 4,
            },
            {"rule": "r3", "kind": "maximum", "option": "roof", "most": 6, "per": 48},
            {"rule": "r4", "kind": "maximum", "option": "roof", "most": 90},
            {
                "rule": "not in the first hour",
                "kind": "ratio",
                "option": "roof",
                "most": 0,
                "window": 20,
                "to_place": 20,
            },
        ],
        slot_limits=[
            {"kind": "part", "item": "block", "start": day(0), "end": day(1), "most": 7.0}
        ],
    )
    params = Params.from_hub(hub)
    assert params.lead_days == 4
    assert params.late_cost == 7.0
    assert (
        Params.from_hub(hub).band,
        Params.from_hub(hub).batch,
        Params.from_hub(hub).fill,
    ) == (0.2, 4, 0.9)
    assert Params.from_hub(ordering_hub()) == Params()
    data = Input.from_hub(hub, orders, week(5, 5, 5))
    assert data.lanes == {"KR": None, "FR": "Europe"}
    # What holds for a part of the day says nothing of the whole.
    assert data.ratios.rows() == [
        ("roof", 0.5, 1.0, True, None),
        ("roof", 0.25, 1.0, False, None),
        ("roof", 0.125, 6.0, True, None),
        ("roof", 0.0, 90.0, True, None),
    ]
    # A block of its own, and two for each engine started, of which nine in ten are good.
    uses = {(m, p): n for m, p, n in data.uses.iter_rows()}
    assert uses[("A", "engine")] == 1.0
    assert uses[("A", "block")] == pytest.approx(1 + 2 / 0.9)
    assert data.limits["date"].to_list() == [day(0), day(1)]


def test_a_limit_on_a_part_of_a_part_binds_and_is_named() -> None:
    hub, orders = banked(
        *rows(3),
        **PARTS,
        slot_limits=[{"kind": "part", "item": "block", "start": day(0), "most": 7.0}],
    )
    slots = solved(hub, orders, week(9, 9))
    assert slots.days["built"].to_list() == [2, 1]
    name = pushed(slots, day(1))
    text = said(hub, orders, slots, name)
    assert "On Tue 2026-01-06 it costs 10.0 by itself: 1 day late (10.0)." in text
    assert "Mon 2026-01-05 would suit it best: 0.0 by itself." in text
    assert (
        "Part block is used up on Mon 2026-01-05: 6.4 of 7.0, and it takes 3.2; 2.7 more on that "
        "day would lift that." in text
    )


def test_a_part_that_does_not_come_at_all_is_named_without_a_share() -> None:
    none = {"kind": "part", "item": "block", "start": day(0), "end": day(0), "most": 0.0}
    hub, orders = banked(*rows(1), **PARTS, slot_limits=[none])
    slots = solved(hub, orders, week(9, 9))
    text = said(hub, orders, slots, pushed(slots, day(1)))
    assert (
        "There is no part block on Mon 2026-01-05, and it takes 3.2; 3.2 on that day would lift "
        "that." in text
    )


def test_a_full_line_is_named_with_what_would_lift_it() -> None:
    hub, orders = banked(*rows(3))
    slots = solved(hub, orders, week(2, 2))
    text = said(hub, orders, slots, pushed(slots, day(1)))
    assert (
        "The line is full on Mon 2026-01-05: 2.00 of 2.00 car equivalents, and it takes 1.00; 1.00 "
        "car equivalents more (overtime), or an order less, would lift that. So it cannot move "
        "there by itself." in text
    )
    lines = explained(hub, orders, slots, day(0))
    assert (
        lines[0] == f"{day(0)}: 2 cars, 2.0 of 2.0 car equivalents (100.0% of the manned capacity)."
    )
    assert "Short of: line hours." in lines
    assert (
        "1 order built elsewhere would cost less here, each by itself: 10.0 cost units in all."
        in lines
    )
    assert lines[-1] == "Kept away first of all by the line's hours: 1 order."


def test_a_shop_that_is_full_before_the_line_limits_its_models_and_is_named() -> None:
    # A takes one of assembly and two of paint, B nothing of paint: three A and any B a day.
    shops = [row for row in tiny_hub()["shops"] if row["shop"] == "assembly"]
    hub, orders = banked(
        *rows(4),
        *(order(f"b{at}", model="B", colour="blue", wanted=day(2)) for at in range(1, 3)),
        shops=[*shops, {**shops[0], "shop": "paint", "kind": "paint"}],
        loads=[
            {"item": "A", "shop": "assembly", "load": 1.0},
            {"item": "B", "shop": "assembly", "load": 1.0},
            {"item": "A", "shop": "paint", "load": 2.0},
        ],
    )
    line = pl.concat(
        [
            week(9, 9).with_columns(pl.lit("assembly").alias("shop")),
            week(6, 6).with_columns(pl.lit("paint").alias("shop")),
        ]
    )
    slots = solved(hub, orders, line)
    assert slots.broken == 0
    assert slots.days["built"].to_list() == [5, 1]
    assert slots.days["capacity"].to_list() == [9.0, 9.0]
    assert slots.days["short"].to_list() == ["hours of paint", ""]
    name = pushed(slots, day(1))
    assert (
        "Shop paint is full on Mon 2026-01-05: 6.00 of 6.00 car equivalents, and it takes 2.00; "
        "2.00 car equivalents more (overtime), or an order less, would lift that."
        in said(hub, orders, slots, name)
    )


def test_an_option_of_which_hard_rules_of_the_sequence_bear_no_more_is_named() -> None:
    hub, orders = banked(
        *rows(3, options="awd"),
        sequence_rules=[{"rule": "one awd", "kind": "maximum", "option": "awd", "most": 1}],
    )
    slots = solved(hub, orders, week(9, 9))
    assert slots.days["built"].to_list() == [1, 1]
    assert slots.days["short"][0] == "option awd at what hard rules of the sequence bear"
    lost = slots.slots.filter(pl.col("date").is_null())["order"][0]
    assert (
        "Hard rules of the sequence bear no more awd on Mon 2026-01-05: 1 of 1; an easier rule, or "
        "an order with awd less on that day, would lift that." in said(hub, orders, slots, lost)
    )


def test_an_option_at_its_limit_is_named() -> None:
    hub, orders = banked(
        *rows(3, options="awd"),
        slot_limits=[{"kind": "option", "item": "awd", "start": day(0), "most": 2.0}],
    )
    slots = solved(hub, orders, week(9, 9))
    text = said(hub, orders, slots, pushed(slots, day(1)))
    assert (
        "Option awd is at its daily limit on Mon 2026-01-05: 2 of 2; one more awd on that day "
        "would "
        "lift that." in text
    )
    assert explained(hub, orders, slots, day(0))[-1].endswith("by option awd: 1 order.")


def test_a_corridor_is_named() -> None:
    hub, orders = banked(*rows(3, wanted=day(26)))
    corridor = pl.DataFrame(
        {"month": [dt.date(2026, 1, 1)], "model": ["A"], "least": [0.0], "most": [2.0]}
    )
    dates = [dt.date(2026, 1, 29), dt.date(2026, 2, 2)]
    slots = slot_orders(hub, orders, week(9, 9, dates=dates), corridor, iterations=20_000)
    text = said(hub, orders, slots, pushed(slots, dates[1]))
    assert (
        "Model A is at the most of its corridor in 2026-01: 2 of 2; one more A in that month would "
        "lift that." in text
    )


def test_entitled_slots_are_named() -> None:
    hub, orders = banked(
        *rows(3, wanted=day(9)),
        brands=[{"brand": "Acme"}, {"brand": "Other"}],
        entitlements=[
            {
                "brand": "Other",
                "start": day(0),
                "end": day(11),
                "slots_per_week": 2.0,
                "release_days": 0,
            }
        ],
    )
    dates = [day(0), day(7), day(8), day(9), day(10), day(11), day(14)]
    slots = solved(hub, orders, week(0, 1, 1, 1, 1, 0, 1, dates=dates))
    assert slots.slots.filter(pl.col("date").is_in(dates[1:6])).height == 2
    text = said(hub, orders, slots, pushed(slots, day(14)))
    assert (
        "The slots left to others than Other are used up in the week of Mon 2026-01-12: 2 of 2; "
        "releasing one contracted slot would lift that." in text
    )


def test_levels_are_named_where_they_keep_a_car_away() -> None:
    base = rows(4, options="awd") + [order(f"p{at}", wanted=day(3)) for at in range(4)]
    hub, orders = banked(*base, slotting={"level_cost": 50.0})
    slots = solved(hub, orders, week(9, 9))
    cars = slots.slots.join(orders.table.select("order", "options"), on="order")
    late = cars.filter((pl.col("date") == day(1)) & (pl.col("options") == "awd"))
    text = said(hub, orders, slots, late["order"][0])
    assert (
        "Option awd has 3 cars on Mon 2026-01-05, even are 2.0: one more costs 50.0; one car less "
        "there, or a lower level_cost, would lift that." in text
    )
    assert "would save 10.0 by itself and cost" in text


def test_a_station_that_keeps_a_heavy_car_away_is_named() -> None:
    base = rows(4, options="awd") + [order(f"p{at}", wanted=day(3)) for at in range(4)]
    hub, orders = banked(
        *base,
        slotting={"level_cost": 0.0, "limit_cost": 50.0, "band": 1.0, "fill": 1.0},
        sequence_levels=[{"level": "work"}],
        sequence_rules=[
            {
                "rule": "axles",
                "kind": "overload",
                "level": "work",
                "base": 1.0,
                "takt": 1.5,
                "length": 2.0,
            }
        ],
        operations=[{"rule": "axles", "option": "awd", "minutes": 1.0}],
    )
    data = Input.from_hub(hub, orders, week(4, 4))
    assert data.stations.rows() == [("axles", 1.0, 1.5, None)]
    assert data.operations.rows() == [("axles", "awd", 1.0)]
    slots = solved(hub, orders, week(8, 8))
    cars = slots.slots.join(orders.table.select("order", "options"), on="order")
    late = cars.filter((pl.col("date") == day(1)) & (pl.col("options") == "awd"))
    # Half of the cars may be heavy, of four a day: two, at a takt halfway between both kinds.
    text = said(hub, orders, slots, late["order"][0])
    assert (
        "Station axles has 2 cars with more work than its takt on Mon 2026-01-05, its takt bears "
        "2: one more costs 50.0; one car less there, or a lower limit_cost, would lift that."
        in text
    )


def test_simple_reasons_are_said_plainly() -> None:
    lives = [
        {**model, "sop": sop}
        for model, sop in zip(
            tiny_hub()["models"], (dt.date(2026, 1, 1), dt.date(2026, 1, 7)), strict=True
        )
    ]
    hub, orders = banked(
        order("fixed", fixed=day(1)),
        order("best"),
        order("held", former=day(0)),
        order("single", model="B", colour="blue", wanted=day(4)),
        order("far", fixed=day(16)),
        slotting={"frozen_days": 1, "firm_days": 1},
        models=lives,
    )
    slots = solved(hub, orders, week(5, 5, 5))
    assert "It is fixed to Tue 2026-01-06. On Tue 2026-01-06 it costs 7.0" in said(
        hub, orders, slots, "fixed"
    )
    assert said(hub, orders, slots, "best").endswith("No day suits it better.")
    assert said(hub, orders, slots, "held").endswith(
        "It lies in the frozen zone (the first 1 working day), and stays on Mon 2026-01-05. "
        "Wed 2026-01-07 would save 2.0 by itself; a shorter frozen zone (frozen_days) would lift "
        "that."
    )
    assert "Wed 2026-01-07 is the only one of these days on which it can be built." in said(
        hub, orders, slots, "single"
    )
    assert said(hub, orders, slots, "far").endswith(
        "It is fixed to Wed 2026-01-21. That is none of these working days, so it has no day."
    )
    assert explained(hub, orders, slots, day(2))[1] == "No limit is reached."


def test_an_order_without_a_day_says_what_it_lacks() -> None:
    hub, orders = banked(*rows(2), order("o3", wanted=day(15)))
    slots = solved(hub, orders, week(1, 1))
    text = said(hub, orders, slots, "o3")
    assert (
        "It has no day: none of its days was left within the hard limits. Of 2 days it is kept "
        "away "
        "by the line's hours on 2." in text
    )
    assert "The line is full on" in text


def test_unknown_orders_and_days_are_named_with_the_nearest() -> None:
    hub, orders = banked(*rows(12))
    slots = solved(hub, orders, week(12, 0))
    with pytest.raises(DataError) as caught:
        explained(hub, orders, slots, "o13")
    (found,) = caught.value.problems
    assert (found.value, found.rule) == ("o13", "there is no such order")
    assert found.hint is not None
    assert found.hint.startswith("Did you mean 'o")
    with pytest.raises(DataError) as caught:
        explained(hub, orders, slots, day(5))
    (found,) = caught.value.problems
    assert found.value == str(day(5))
    assert f"{day(0)} to {day(1)}" in (found.hint or "")


def test_former_slots_go_before_former_dates_of_the_orders() -> None:
    hub, orders = banked(*rows(2, former=day(1)), slotting={"frozen_days": 2, "firm_days": 2})
    first = solved(hub, orders, week(2, 2, 2))
    assert set(days_of(first.slots).values()) == {day(1)}
    loose = slot_orders(hub, orders, week(2, 2, 2), params=Params(**{**QUIET, "moved_cost": 0.0}))
    again = slot_orders(hub, orders, week(2, 2, 2), former=loose)
    assert days_of(again.slots) == days_of(loose.slots) == {"o1": day(0), "o2": day(0)}


def test_hours_are_handed_on() -> None:
    hub, orders = banked(*rows(1))
    hours: Sequence[float] = (8.0, 4.0)
    days = week(2, 1).with_columns(pl.Series("hours", hours))
    assert solved(hub, orders, days).days["hours"].to_list() == [8.0, 4.0]


def test_reasons_go_by_the_parameters_that_were_given() -> None:
    # Two orders for one place on the day that suits both. A late car costs what the slotting was
    # given, 3 a day, and not the hub's 7.
    hub, orders = banked(*rows(2), slotting={"late_cost": 7.0})
    given = replace(Params.from_hub(hub), late_cost=3.0, early_cost=5.0)
    days = week(0, 0, 0, 0, 0)
    days = days.with_columns(pl.Series("capacity", [0.0, 0.0, 1.0, 1.0, 0.0]))
    slots = solved(hub, orders, days, params=given)
    name = pushed(slots, day(3))
    lead = Params.from_hub(hub).lead_days
    assert f"it costs {3.0 * (1 + lead):,.1f} by itself" in " ".join(
        explained(hub, orders, slots, name, params=given)
    )
    assert f"it costs {7.0 * (1 + lead):,.1f} by itself" in said(hub, orders, slots, name)


def test_reasons_know_the_slots_from_which_a_slotting_started() -> None:
    hub, orders = banked(*rows(1), slotting={"frozen_days": 1, "firm_days": 1})
    days = week(1, 1, 1)
    first = solved(hub, orders, week(1, 0, 0))
    again = solved(hub, orders, days, former=first)
    assert again.slots["date"].to_list() == first.slots["date"].to_list()
    text = " ".join(explained(hub, orders, again, "o1", former=first))
    assert "frozen zone" in text
    assert "frozen zone" not in said(hub, orders, again, "o1")


def test_an_order_without_a_day_where_there_is_room_is_told_so() -> None:
    hub, orders = banked(*rows(1))
    slots = solved(hub, orders, week(1, 1, 1))
    lost = replace(slots, slots=slots.slots.with_columns(date=pl.lit(None, pl.Date)))
    text = said(hub, orders, lost, "o1")
    assert "It has no day. Mon 2026-01-05 would suit it best: 0.0 by itself. " in text
    assert "There is room" in text
