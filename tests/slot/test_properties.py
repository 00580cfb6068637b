"""What holds of all slots, for problems of every kind."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sinho.results import DaySlots
from sinho.results.orders import with_former
from sinho.slot import Input
from sinho.testing import generate_year
from tests.budget import examples
from tests.slot.cases import (
    allowed,
    bank,
    day,
    days_of,
    former_place,
    leaves,
    left_out,
    load_of,
    own_cost,
    places,
    places_of,
    problem,
    score,
    slotted,
    waits,
    week,
)
from tests.slot.instances import random_problem

problems = st.builds(
    random_problem,
    seed=st.integers(0, 10_000),
    orders=st.integers(0, 40),
    days=st.integers(1, 12),
    lines=st.sampled_from([1, 1, 2, 3, 4]),
)

TABLES = ("slots", "days", "mix", "options", "colours", "counters", "fair_share", "costs")


def same(one: DaySlots, other: DaySlots) -> None:
    """Check that two slottings are the same in everything but time."""
    for name in TABLES:
        assert_frame_equal(getattr(one, name), getattr(other, name))
    assert (one.cost, one.bound, one.moves) == (other.cost, other.bound, other.moves)


def recount(data: Input, found: DaySlots) -> pl.DataFrame:
    """Return the orders that have a day, with what they are."""
    days = found.slots.select("order", "date", pl.col("line").alias("on"))
    return days.join(data.orders, on="order").drop_nulls("date")


@settings(max_examples=examples(25), deadline=None)
@given(problems, st.integers(0, 100))
def test_slots_are_whole_and_their_cost_is_that_of_the_definitions(data: Input, seed: int) -> None:
    found = slotted(data, iterations=2_000, seed=seed)
    assert found.slots["order"].to_list() == data.orders["order"].to_list()
    checked = score(data, places_of(found.slots))
    assert found.broken == 0
    assert checked.broken == []
    assert found.cost == pytest.approx(checked.cost, abs=1e-6)
    assert found.costs["amount"].sum() == pytest.approx(found.cost, abs=1e-6)
    terms = dict(found.costs.iter_rows())
    for name, amount in checked.terms.items():
        assert terms[name] == pytest.approx(amount, abs=1e-6), name
    assert found.bound <= found.cost
    assert found.gap == pytest.approx((found.cost - found.bound) / max(1.0, found.cost))


@settings(max_examples=examples(15), deadline=None)
@given(problems)
def test_each_row_of_slots_says_what_its_order_does(data: Input) -> None:
    found = slotted(data, iterations=1_000)
    params = data.params
    for row, order in zip(found.slots.to_dicts(), data.orders.to_dicts(), strict=True):
        former, place = former_place(data, order), (row["date"], row["line"])
        assert row["moved"] == (former is not None and place != former)
        if row["date"] is None:
            empty = [row[name] for name in ("line", "ready", "vessel", "departs")]
            assert empty == [None] * 4
            assert (row["late_days"], row["early_days"]) == (0, 0)
            assert row["cost"] == pytest.approx(left_out(data, order))
            assert (row["zone"] == "later") == waits(data, order)
            continue
        assert place in allowed(data, order)
        leave, vessel = leaves(data, order["market"], row["date"])
        assert row["ready"] == row["date"] + dt.timedelta(days=params.lead_days)
        assert (row["departs"], row["vessel"]) == (leave, vessel)
        assert row["late_days"] == max(0, (leave - order["wanted"]).days)
        assert row["cost"] == pytest.approx(sum(own_cost(data, order, place)))


@settings(max_examples=examples(25), deadline=None)
@given(problems, st.lists(st.integers(0, 20), min_size=3, max_size=3))
def test_no_limit_is_broken_to_reach_the_least_of_a_month(data: Input, leasts: list[int]) -> None:
    month = data.days["date"][0].replace(day=1)
    rows = [(month, model, float(n), 90.0, None) for model, n in zip("MNK", leasts, strict=True)]
    corridor = pl.DataFrame(rows, schema=data.corridor.schema, orient="row")
    data = Input(**{**vars(data), "corridor": corridor})
    found = slotted(data, iterations=2_000)
    checked = score(data, places_of(found.slots))
    assert checked.broken == []
    assert found.broken == checked.short


def checked_tables(data: Input, found: DaySlots) -> None:
    """Check every table of counts against a count of the slots."""
    cars = recount(data, found)
    days = found.days.select("date", "line").rows()
    assert days == places(data)
    by_day = {row[:2]: row[2] for row in cars.group_by("date", "on").len().iter_rows()}
    assert found.days["built"].to_list() == [by_day.get(place, 0) for place in days]
    load = dict.fromkeys(days, 0.0)
    for date, line, model in cars.select("date", "on", "model").iter_rows():
        load[date, line] += load_of(data, model, line)
    assert found.days["load"].to_list() == pytest.approx([load[place] for place in days])
    options = cars.with_columns(pl.col("options").str.split(";").alias("option")).explode("option")
    for table, counted, name in (
        (found.mix, cars, "model"),
        (found.colours, cars, "colour"),
        (found.options, options.filter(pl.col("option") != ""), "option"),
    ):
        here = {row[:3]: row[3] for row in counted.group_by("date", "on", name).len().iter_rows()}
        columns = table.select("date", "line", name, "built")
        listed = {row[:3]: row[3] for row in columns.iter_rows()}
        assert {key: built for key, built in listed.items() if built} == here
    known = found.counters
    assert known["cost"].sum() == pytest.approx(
        float(found.costs.filter(~pl.col("term").is_in(OWN))["amount"].sum())
    )
    week = pl.col("date").dt.truncate("1w").alias("week")
    here = {row[:2]: row[2] for row in cars.group_by("brand", week).len().iter_rows()}
    over_all = found.fair_share.filter(pl.col("line").is_null())
    shares = {row[:2]: row[2] for row in over_all.select("brand", "week", "built").rows()}
    assert {key: built for key, built in shares.items() if built} == here
    for brand, monday, line, built in (
        found.fair_share.drop_nulls("line").select("brand", "week", "line", "built").rows()
    ):
        own = cars.filter((pl.col("brand") == brand) & (pl.col("on") == line))
        assert built == own.filter(pl.col("date").dt.truncate("1w") == monday).height


OWN = ("late", "stock", "moved", "without a day", "lines")


@settings(max_examples=examples(15), deadline=None)
@given(problems)
def test_tables_count_what_the_slots_say(data: Input) -> None:
    checked_tables(data, slotted(data, iterations=1_000))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_plant_quarter_keeps_its_rules(threads: int) -> None:
    data = generate_year(400, days=60, models=6, options=6, seed=7)
    found = slotted(data, iterations=40_000, threads=threads)
    assert found.broken == 0
    assert found.unslotted == 0
    checked = score(data, places_of(found.slots))
    assert checked.broken == []
    assert found.cost == pytest.approx(checked.cost, abs=1e-6)
    assert found.bound <= found.cost
    checked_tables(data, found)
    same(found, slotted(data, iterations=40_000, threads=threads))


def test_more_moves_find_better_slots_and_seeds_differ() -> None:
    data = generate_year(600, days=40, models=8, options=8, seed=3)
    few = slotted(data, iterations=2_000)
    many = slotted(data, iterations=400_000)
    other = slotted(data, iterations=2_000, seed=2)
    assert many.cost < few.cost
    assert other.slots["date"].to_list() != few.slots["date"].to_list()


@settings(max_examples=examples(10), deadline=None)
@given(st.integers(0, 10_000))
def test_the_same_seed_gives_the_same_slots(seed: int) -> None:
    data = random_problem(seed, 25, 6, lines=1 + seed % 4)
    same(slotted(data, iterations=1_500, seed=seed), slotted(data, iterations=1_500, seed=seed))


@pytest.mark.parametrize("seed", range(3))
def test_former_slots_hold_in_the_frozen_zone(seed: int) -> None:
    data = generate_year(500, days=30, models=6, options=6, seed=seed)
    first = slotted(data, iterations=40_000)
    # A shift is lost on the tenth day, ten orders are cancelled and ten come.
    capacity = data.days["capacity"].to_list()
    capacity[9] = round(0.5 * capacity[9])
    orders = data.orders.with_columns(
        pl.when(pl.int_range(pl.len()) < 10)
        .then("new " + pl.col("order"))
        .otherwise("order")
        .alias("order")
    )
    changed = Input(
        **{
            **vars(data),
            "orders": with_former(orders, first.slots),
            "days": data.days.with_columns(pl.Series("capacity", capacity)),
            "params": type(data.params)(frozen_days=4, firm_days=8, moved_cost=15.0),
        }
    )
    again = slotted(changed, iterations=40_000)
    checked = score(changed, places_of(again.slots))
    assert checked.broken == []
    assert again.cost == pytest.approx(checked.cost, abs=1e-6)
    both = again.slots.join(first.slots.select("order", was="date"), on="order")
    frozen = data.days["date"].to_list()[:4]
    held = both.filter(pl.col("was").is_in(frozen))
    assert held.height > 0
    assert held["date"].to_list() == held["was"].to_list()
    assert both.filter(pl.col("date").is_in(frozen)).height == held.height
    # Moving costs, so that fewer orders move than where it costs nothing.
    free = Input(
        **{
            **vars(changed),
            "params": type(data.params)(frozen_days=4, firm_days=4, moved_cost=0.0, firm_cost=0.0),
        }
    )
    loose = slotted(free, iterations=40_000)
    assert again.slots["moved"].sum() < loose.slots["moved"].sum()


def test_an_order_is_its_own_whatever_order_the_bank_has() -> None:
    data = problem(bank({"priority": 3}, {"priority": 1}), week(1, 1))
    turned = problem(data.orders.reverse(), data.days)
    one, other = slotted(data, iterations=5_000), slotted(turned, iterations=5_000)
    assert days_of(one.slots) == days_of(other.slots) == {"o1": day(1), "o2": day(0)}


def test_generated_years_are_the_same_for_a_seed() -> None:
    one, other = generate_year(400, days=30, seed=5), generate_year(400, days=30, seed=5)
    for name in ("orders", "days", "vessels", "corridor", "limits", "ratios"):
        assert_frame_equal(getattr(one, name), getattr(other, name))
    third = generate_year(400, days=30, seed=6)
    assert not one.orders.equals(third.orders)
    load = sum(one.loads[model] for model in one.orders["model"])
    assert 0.9 <= load / float(one.days["capacity"].sum()) <= 0.98
    assert one.orders["order"].n_unique() == 400
