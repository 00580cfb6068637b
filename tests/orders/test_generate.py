"""Generated order banks: whole cars, quotas, option rules, colours and the days wanted."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.banks.read import check_orders
from sinho.errors import DataError
from sinho.orders import generate_orders
from sinho.orders.fit import OptionRules, fit_options
from sinho.orders.generate import cars_by_market, further_orders
from sinho.orders.quotas import Carry, whole
from sinho.orders.summary import by_week, colours_table, count_by, rates_table
from sinho.results.orders import with_former
from tests.budget import examples
from tests.orders.plant import JANUARY, LAST, ordering_hub, planned

UNITS = st.floats(0, 400, allow_nan=False)
SHARES = st.floats(0, 1, allow_nan=False)


def generated(hub, made, seed=1, first=JANUARY, last=LAST):
    return generate_orders(hub, made, first=first, last=last, seed=seed)


def rows_of(table: pl.DataFrame, **where: object) -> dict[str, object]:
    (row,) = table.filter(**where).to_dicts()
    return row


# Whole cars ---------------------------------------------------------------------------------


def test_largest_remainders_worked_by_hand() -> None:
    assert whole([3.6, 2.5, 1.9]).tolist() == [4, 2, 2]
    assert whole([0.5, 0.5, 0.5, 0.5]).tolist() == [1, 1, 0, 0]
    assert whole([1.2, 1.2], 5).tolist() == [3, 2]
    assert whole([1.6, 1.6], 1).tolist() == [0, 1]
    assert whole([]).tolist() == []


@given(st.lists(UNITS, min_size=1, max_size=12))
def test_whole_units_add_up_and_lie_next_to_their_parts(units: list[float]) -> None:
    counts = whole(units)
    assert counts.sum() == np.floor(sum(units) + 0.5)
    assert all(u - 1 < c < u + 1 for u, c in zip(units, counts, strict=True))


def test_a_months_cars_are_whole_and_add_up() -> None:
    made = planned(("A", "KR", 100.4), ("A", "FR", 33.3), ("B", "KR", 7.2), ("B", "FR", 12.9))
    bank = generated(ordering_hub(), made)
    # 153.8 cars are 154: 133.7 of A are 134 (100.4 and 33.3 are 101 and 33), 20.1 of B are 20.
    got = {row[:2]: row[2] for row in count_by(bank, "model", "market").iter_rows()}
    assert got == {("A", "KR"): 101, ("A", "FR"): 33, ("B", "KR"): 7, ("B", "FR"): 13}
    assert bank.lost["asked"].to_list() == [100.4, 33.3, 7.2, 12.9]
    assert bank.lost["orders"].to_list() == [101, 33, 7, 13]


def test_what_is_rounded_off_a_month_comes_with_the_next() -> None:
    parts = [planned(("A", "KR", 10.4), month=dt.date(2026, month, 1)) for month in (1, 2, 3)]
    bank = generated(ordering_hub(), pl.concat(parts), last=dt.date(2026, 3, 31))
    assert bank.lost["orders"].to_list() == [10, 11, 10]


def test_of_a_month_that_lies_partly_within_the_days_its_working_days_count() -> None:
    bank = generated(ordering_hub(), planned(("A", "KR", 220)), last=dt.date(2026, 1, 14))
    # January 2026 has 22 weekdays, 10 of them up to the 14th; the hub knows no holidays.
    assert len(bank) == 100
    assert bank.table["wanted"].max() == dt.date(2026, 1, 16)


def test_periods_outside_the_days_are_left_out() -> None:
    made = pl.concat([planned(("A", "KR", 9)), planned(("A", "KR", 5), month=dt.date(2026, 2, 1))])
    bank = generated(ordering_hub(), made)
    assert len(bank) == 9
    assert set(bank.table["month"]) == {JANUARY}


def test_weeks_are_taken_as_periods_too() -> None:
    weeks = pl.concat(
        planned(("A", "KR", 10), month=day) for day in (dt.date(2026, 1, 5), dt.date(2026, 1, 12))
    )
    bank = generated(ordering_hub(), weeks)
    days = Counter(day - dt.timedelta(days=2) for day in bank.table["wanted"])
    assert {day.weekday() for day in days} == {0, 1, 2, 3, 4}
    assert set(days.values()) == {2}


# Quotas -------------------------------------------------------------------------------------


def test_thirty_per_cent_of_a_thousand_are_three_hundred() -> None:
    hub = ordering_hub()
    for seed in range(5):
        rates = rates_table(hub, generated(hub, planned(("A", "KR", 1000)), seed))
        made = dict(rates.select("option", "made").iter_rows())
        assert made == {"roof": 300, "awd": 350, "lpg": 600}


def test_colours_are_quotas_too_and_a_model_has_its_own() -> None:
    hub = ordering_hub()
    table = colours_table(hub, generated(hub, planned(("A", "KR", 1000), ("B", "KR", 10))))
    got = {(m, c): n for m, c, n in table.select("model", "colour", "made").iter_rows()}
    assert got == {
        ("A", "white"): 500,
        ("A", "black"): 300,
        ("A", "red"): 200,
        ("B", "blue"): 10,
    }


def test_the_most_particular_take_rate_holds() -> None:
    rates = [
        {"option": "roof", "share": 0.1},
        {"market": "FR", "option": "roof", "share": 0.2},
        {"model": "A", "option": "roof", "share": 0.3},
        {"model": "A", "market": "FR", "option": "roof", "share": 0.4},
    ]
    hub = ordering_hub(option_rates=rates)
    cells = [(model, market, 100) for model in "AB" for market in ("KR", "FR")]
    bank = generated(hub, planned(*cells))
    roofs = bank.table.filter(pl.col("options") == "roof")
    got = {row[:2]: row[2] for row in roofs.group_by("model", "market").len().iter_rows()}
    assert got == {("B", "KR"): 10, ("B", "FR"): 20, ("A", "KR"): 30, ("A", "FR"): 40}


def test_shares_of_small_groups_come_true_over_all_of_them() -> None:
    hub = ordering_hub(option_rates=[{"option": "roof", "share": 0.1}], option_rules=[])
    months = [dt.date(2026, month, 1) for month in (1, 2, 3)]
    made = pl.concat(planned(("A", "KR", 4), ("A", "FR", 3), month=month) for month in months)
    bank = generated(hub, made, last=dt.date(2026, 3, 31))
    assert bank.table["options"].to_list().count("roof") == 2  # 2.1 of 21 cars


@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=20),
    st.lists(st.floats(0.01, 10), min_size=1, max_size=8),
    SHARES,
)
def test_what_is_given_out_never_strays_from_its_share(
    groups: list[int], weights: list[float], share: float
) -> None:
    carry, cars = Carry(), 0
    shares = np.array(weights) / sum(weights)
    colours, options = np.zeros(shares.size), 0
    for size in groups:
        counts = carry.split("colour", shares, size)
        quota = carry.quota("option", share, size)
        assert counts.sum() == size
        assert (counts >= 0).all()
        assert 0 <= quota <= size
        assert abs(quota - share * size) <= 1 + 1e-9
        cars, colours, options = cars + size, colours + counts, options + quota
        assert (abs(colours - shares * cars) < 1 + 1e-9).all()
        assert abs(options - share * cars) <= 0.5 + 1e-9


# Option rules -------------------------------------------------------------------------------

NAMES = "abcdefg"


@st.composite
def any_rules(draw: st.DrawFn) -> OptionRules:
    """Any rules that are not contradictory by themselves."""
    pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))
    rows = [(a, "requires", b) for a, b in draw(st.lists(pairs, max_size=4)) if a != b]
    needs = OptionRules.of(rows).needs
    for a, b in draw(st.lists(pairs, max_size=4)):
        together = [{name, *needs.get(name, ())} for name in NAMES]
        if a != b and not any({a, b} <= held for held in together):
            rows.append((a, "excludes", b))
    return OptionRules.of(rows)


@given(
    any_rules(),
    st.integers(0, 40),
    st.dictionaries(st.sampled_from(NAMES), SHARES),
    st.integers(0, 2**31),
)
def test_option_rules_are_never_broken(
    rules: OptionRules, cars: int, shares: dict[str, float], seed: int
) -> None:
    quotas = {name: round(share * cars) for name, share in shares.items()}
    fitted = fit_options(cars, quotas, rules, np.random.default_rng(seed))
    for car in range(cars):
        assert not rules.broken_by(name for name, held in fitted.items() if held[car])
    raised = dict(quotas)
    for name, count in quotas.items():
        for base in rules.needs.get(name, ()):
            raised[base] = max(raised.get(base, 0), count) if count else raised.get(base, 0)
    for name, held in fitted.items():
        twins = [o for o in rules.needs.get(name, ()) if name in rules.needs.get(o, ())]
        assert held.sum() <= max(raised[o] for o in (name, *twins))


@given(st.data(), st.integers(0, 200), st.integers(0, 2**31))
def test_quotas_are_met_to_the_car_where_the_rules_allow_it(
    data: st.DataObject, cars: int, seed: int
) -> None:
    # b and c exclude each other; d requires a and excludes e; f is free; g requires d and so a.
    rules = OptionRules.of(
        [
            ("b", "excludes", "c"),
            ("d", "requires", "a"),
            ("d", "excludes", "e"),
            ("g", "requires", "d"),
        ]
    )
    count = lambda top: data.draw(st.integers(0, top))  # noqa: E731
    quotas = {"a": count(cars), "b": count(cars), "f": count(cars)}
    quotas["c"] = count(cars - quotas["b"])
    quotas["d"] = count(quotas["a"])
    quotas["e"] = count(cars - quotas["d"])
    quotas["g"] = count(quotas["d"])
    fitted = fit_options(cars, quotas, rules, np.random.default_rng(seed))
    got = {name: int(fitted[name].sum()) if name in fitted else 0 for name in quotas}
    assert got == quotas


def test_options_that_require_each_other_come_together() -> None:
    rules = OptionRules.of([("a", "requires", "b"), ("b", "requires", "a")])
    fitted = fit_options(10, {"a": 3, "b": 2}, rules, np.random.default_rng(1))
    assert (fitted["a"] == fitted["b"]).all()
    assert fitted["a"].sum() == 3


def test_an_option_is_held_by_as_many_as_those_that_require_it() -> None:
    rules = OptionRules.of([("a", "requires", "b"), ("b", "requires", "c")])
    fitted = fit_options(10, {"a": 4, "b": 1}, rules, np.random.default_rng(1))
    assert {name: int(held.sum()) for name, held in fitted.items()} == {"a": 4, "b": 4, "c": 4}


def test_where_rules_leave_no_way_fewer_cars_have_the_option() -> None:
    rules = OptionRules.of([("a", "excludes", "b")])
    fitted = fit_options(10, {"a": 7, "b": 6}, rules, np.random.default_rng(1))
    assert int(fitted["a"].sum() + fitted["b"].sum()) == 10
    assert not (fitted["a"] & fitted["b"]).any()


@settings(max_examples=examples(40))
@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["KR", "FR"]), UNITS), max_size=4),
    st.tuples(SHARES, SHARES, SHARES, SHARES),
    st.integers(0, 2**31 - 1),
)
def test_every_bank_is_sound_and_true_to_its_plan(
    cells: list[tuple[str, str, float]], shares: tuple[float, ...], seed: int
) -> None:
    awd, tow, roof, other = shares
    hub = ordering_hub(
        option_rates=[
            {"option": "awd", "share": awd},
            {"option": "lpg", "share": other * (1 - awd)},
            {"option": "roof", "share": roof},
            {"option": "tow", "share": tow * roof},
        ]
    )
    made = planned(*cells) if cells else planned(("A", "KR", 0.0))
    bank = generated(hub, made, seed)
    assert not check_orders(hub, bank.table)
    assert len(bank) == int(np.floor(made["units"].sum() + 0.5)) == bank.lost["orders"].sum()
    rates = rates_table(hub, bank)
    free = rates.filter(pl.col("option").is_in(["awd", "tow"]))
    assert ((free["made"] - free["asked"]).abs() <= 1.5 + 1e-6).all()
    bound = rates.filter(pl.col("option").is_in(["lpg", "roof"]))
    assert ((bound["made"] - bound["asked"]).abs() <= 3 + 1e-6).all()
    colours = colours_table(hub, bank)
    assert ((colours["made"] - colours["asked"]).abs() < 1 + 1e-6).all()


# Days, priorities, numbers ------------------------------------------------------------------


def test_home_orders_are_spread_evenly_over_the_months_working_days() -> None:
    bank = generated(ordering_hub(), planned(("A", "KR", 222)))
    days = Counter(day - dt.timedelta(days=2) for day in bank.table["wanted"])
    weekdays = [JANUARY + dt.timedelta(days=n) for n in range(31)]
    assert set(days) == {day for day in weekdays if day.weekday() < 5}
    assert set(days.values()) == {10, 11}


def test_overseas_orders_aim_at_the_first_vessel_that_they_reach() -> None:
    cutoffs = [dt.date(2026, 1, day) for day in (6, 13, 20, 27)] + [dt.date(2026, 2, 3)]
    vessels = [
        {"vessel": f"{day}", "lane": "Europe", "cutoff": day, "etd": day + dt.timedelta(days=2)}
        for day in cutoffs
    ]
    bank = generated(ordering_hub(vessels=vessels), planned(("A", "FR", 220)))
    # 10 cars a day, at the port two days after: those of 1 and 2 January reach the cut-off of the
    # 6th, those of the five days from the 5th that of the 13th, and so on.
    assert dict(Counter(bank.table["wanted"])) == {
        dt.date(2026, 1, 8): 20,
        dt.date(2026, 1, 15): 50,
        dt.date(2026, 1, 22): 50,
        dt.date(2026, 1, 29): 50,
        dt.date(2026, 2, 5): 50,
    }


def test_where_no_vessel_is_listed_cars_leave_when_they_are_ready() -> None:
    bank = generated(ordering_hub(vessels=[]), planned(("A", "FR", 22)))
    assert bank.table["wanted"].min() == JANUARY + dt.timedelta(days=2)
    assert bank.table["wanted"].n_unique() == 22


def test_no_order_is_built_before_its_model_starts_or_after_it_ends() -> None:
    from tests.hubs import tiny_hub

    models = [dict(row) for row in tiny_hub()["models"]]
    models[0] |= {"sop": "2026-01-15"}
    models[1] |= {"eop": "2026-01-07"}
    hub = ordering_hub(models=models, demand=tiny_hub()["demand"])
    bank = generated(hub, planned(("A", "KR", 120), ("B", "KR", 50)))
    span = bank.table.group_by("model").agg(
        pl.col("wanted").min().alias("from"), pl.col("wanted").max().alias("to"), pl.len()
    )
    lead = dt.timedelta(days=2)
    a, b = rows_of(span, model="A"), rows_of(span, model="B")
    assert (a["from"], a["to"], a["len"]) == (dt.date(2026, 1, 15) + lead, dt.date(2026, 2, 1), 120)
    assert (b["from"], b["to"], b["len"]) == (JANUARY + lead, dt.date(2026, 1, 7) + lead, 50)


def test_cars_that_cannot_be_built_within_the_days_are_listed() -> None:
    from tests.hubs import tiny_hub

    models = [dict(row) for row in tiny_hub()["models"]]
    models[1] |= {"eop": "2026-01-07"}
    hub = ordering_hub(models=models)
    bank = generated(hub, planned(("B", "KR", 50)), first=dt.date(2026, 1, 12))
    assert len(bank) == 0
    assert bank.lost.to_dicts() == [
        {"model": "B", "market": "KR", "month": JANUARY, "asked": 0.0, "orders": 0}
    ]


def test_orders_under_a_contract_come_first() -> None:
    contract = {
        "contract": "volume",
        "brand": "Acme",
        "models": "B",
        "start": "2026-01",
        "end": "2026-03",
        "least": 10,
    }
    bank = generated(ordering_hub(contracts=[contract]), planned(("A", "KR", 5), ("B", "KR", 5)))
    assert set(bank.table.select("model", "priority").iter_rows()) == {("A", 2), ("B", 1)}


def test_numbers_run_by_the_day_wanted_and_never_repeat() -> None:
    made = pl.concat(
        [planned(("A", "KR", 90)), planned(("A", "FR", 90), month=dt.date(2026, 2, 1))]
    )
    table = generated(ordering_hub(), made, last=dt.date(2026, 2, 28)).table
    assert table["order"].is_unique().all()
    assert table["order"].is_sorted()
    for _, month in table.group_by("month"):
        assert month["wanted"].is_sorted()


def test_the_same_seed_gives_the_same_orders_and_another_one_others() -> None:
    hub, made = ordering_hub(), planned(("A", "KR", 200), ("A", "FR", 80))
    one, two, other = (generated(hub, made, seed).table for seed in (7, 7, 8))
    assert one.equals(two)
    assert not one.equals(other)
    # Rows of the plan in another order are the same plan.
    assert generated(hub, made.reverse(), 7).table.equals(one)


def test_unknown_names_in_the_plan_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        generated(ordering_hub(), planned(("AA", "KR", 5), ("A", "FRR", 5)))
    told = [(p.column, p.value, p.hint) for p in caught.value.problems]
    assert told == [
        ("model", "AA", "Did you mean 'A'?"),
        ("market", "FRR", "Did you mean 'FR'?"),
    ]
    with pytest.raises(DataError, match="units"):
        generated(ordering_hub(), planned(("A", "KR", 5)).drop("units"))


def test_a_hub_without_options_and_colours_still_has_orders() -> None:
    hub = ordering_hub(options=[], option_rates=[], option_rules=[], colours=[], vessels=[])
    bank = generated(hub, planned(("A", "KR", 5), ("B", "FR", 5)))
    assert set(bank.table["options"]) == {""}
    assert set(bank.table["colour"]) == {"unpainted"}
    assert not check_orders(hub, bank.table)


# Summaries ----------------------------------------------------------------------------------


def test_cars_made_are_parted_as_they_are_shipped() -> None:
    feb = dt.date(2026, 2, 1)
    make = pl.DataFrame({"period": [JANUARY, feb], "model": ["A", "A"], "units": [90.0, 30.0]})
    ship = pl.DataFrame(
        {
            "period": [feb, feb, feb],
            "model": ["A"] * 3,
            "market": ["KR", "FR", "FR"],
            "mode": ["road", "vessel", "container"],
            "units": [40.0, 15.0, 5.0],
        }
    )
    parted = cars_by_market(make, ship).sort("period", "market")
    # Nothing is shipped in January, so February's shares hold: a third to FR.
    assert parted["units"].to_list() == [30.0, 60.0, 10.0, 20.0]
    assert parted["market"].to_list() == ["FR", "KR", "FR", "KR"]


def test_orders_are_counted_by_iso_week() -> None:
    bank = generated(ordering_hub(), planned(("A", "KR", 220)))
    weeks = by_week(bank)
    assert weeks["orders"].sum() == 220
    assert weeks["week"][0] == "2026-W01"
    assert (weeks["A"] == weeks["orders"]).all()


def test_former_days_are_taken_from_earlier_slots() -> None:
    bank = generated(ordering_hub(), planned(("A", "KR", 3))).table
    first, second, third = bank["order"]

    def slots(days: dict[str, dt.date | None]) -> pl.DataFrame:
        table = {"order": list(days), "date": list(days.values())}
        return pl.DataFrame(table, schema={"order": pl.String, "date": pl.Date})

    after = with_former(bank, slots({third: JANUARY, first: None}))
    assert after.columns == bank.columns
    assert after["former"].to_list() == [None, None, JANUARY]
    # What the slots do not know keeps its day; what they gave none has none any more.
    again = with_former(after, slots({second: LAST}))
    assert again["former"].to_list() == [None, LAST, JANUARY]
    assert with_former(again, slots({third: None}))["former"].to_list() == [None, LAST, None]


def test_going_on_by_days_gives_the_same_cars_as_going_on_at_once() -> None:
    hub = ordering_hub()
    cars = planned(("A", "KR", 300), ("A", "FR", 100), ("B", "KR", 7))
    none = pl.Series("order", [], dtype=pl.String)

    def made(after: dt.date, last: dt.date, taken: pl.Series) -> pl.DataFrame:
        return further_orders(hub, cars, after=after, last=last, taken=taken, seed=3).table

    before = JANUARY - dt.timedelta(days=1)
    whole = made(before, LAST, none)
    every = generate_orders(hub, cars, first=JANUARY, last=LAST, seed=3).table
    assert whole.equals(every)  # so the take rates are those of the month
    parts = [whole.clear()]
    for day in range(1, 32):
        last = dt.date(2026, 1, day)
        known = pl.concat(parts)["order"]
        parts.append(made(last - dt.timedelta(days=1), last, known))
    together = pl.concat(parts)
    assert together["order"].to_list() == [f"2601-{n:06d}" for n in range(1, 408)]
    facts = ["model", "market", "colour", "options", "wanted"]
    assert together.select(facts).sort(facts).equals(whole.select(facts).sort(facts))


def test_numbers_go_on_behind_the_highest_of_the_month() -> None:
    hub = ordering_hub()
    taken = pl.Series("order", ["2601-000041", "2602-000099", "mine"])
    new = further_orders(
        hub,
        planned(("A", "KR", 2)),
        after=JANUARY - dt.timedelta(days=1),
        last=LAST,
        taken=taken,
    )
    assert new.table["order"].to_list() == ["2601-000042", "2601-000043"]
