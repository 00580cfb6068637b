"""A plan solved again under levers is the plan of a hub in which the same is written."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.hub import Hub
from sinho.plan import Input, Kept, Levers, Params, solve
from tests.budget import examples
from tests.quote.small import plant

PAID = {"market": "FR", "price": 12, "currency": "USD", "lost_penalty": 1, "late_penalty": 0.5}
PAID |= {"delivery_cost": 0.3}
DUTIES = [
    {"origin": "KR", "destination": "FR", "start": start, "percent": percent, "per_unit": each}
    for start, percent, each in (("2026-02-11", 10, 0.4), ("2026-03-20", 4, 1.5))
]
"""None in the first days, and one that changes within a month."""


def hub() -> Hub:
    """Model A at home and P in France, in dollars, under a contract."""
    made = plant()
    rows = [
        {"model": "P", "month": month, "units": units, **PAID}
        for month, units in (("2026-02", 700), ("2026-03", 400), ("2026-04", 500))
    ]
    at_home = made["demand"].select("model", "market", "month", "units", "price", "lost_penalty")
    contract = {"contract": "K", "brand": "B", "models": "P", "start": "2026-02"}
    contract |= {"end": "2026-04", "least": 1000, "fee": 1, "short_penalty": 2, "currency": "USD"}
    of_car = [duty | {"currency": "USD"} for duty in DUTIES]
    return plant(demand=[*at_home.to_dicts(), *rows], contracts=[contract], tariffs=of_car)


def written(made: Hub, levers: Levers) -> Hub:
    """Return the hub with the levers in its tables."""
    tables: dict[str, Any] = dict(made.tables)

    def change(table: str, column: str, value: pl.Expr) -> None:
        tables[table] = tables[table].with_columns(value.cast(pl.Float64).alias(column))

    own = pl.when(model="P").then(levers.demand.get(("P", "FR"), levers.others))
    change("demand", "units", pl.col("units") * own.otherwise(levers.others))
    for (model, market), cars in levers.cars.items():
        named = (pl.col("model") == model) & (pl.col("market") == market)
        asked = pl.col("month").replace_strict(cars, default=0.0)
        change("demand", "units", pl.when(named).then(asked).otherwise("units"))
    change("freight", "cost", pl.col("cost") * levers.freight)
    none = tables["tariffs"][:1].with_columns(
        start=pl.date(2020, 1, 1), percent=pl.lit(0.0), per_unit=pl.lit(0.0)
    )
    tables["tariffs"] = pl.concat([none, tables["tariffs"]])
    points = pl.col("percent") + levers.tariff.get("FR", 0.0)
    change("tariffs", "percent", pl.max_horizontal(points, pl.lit(0.0)))
    change("currencies", "rate", pl.col("rate") * levers.rates.get("USD", 1.0))
    change("contracts", "fee", pl.col("fee") + levers.fee)
    kept = 1 - levers.lost.get("assembly", 0.0)
    change("shops", "manned_rate", pl.col("manned_rate") * kept)
    late = pl.col("sop").dt.offset_by(f"{levers.delay}mo")
    tables["models"] = tables["models"].with_columns(late.alias("sop"))
    return Hub(tables)


@settings(max_examples=examples(40), deadline=None)
@given(
    drawn=st.lists(
        st.builds(
            Levers,
            demand=st.fixed_dictionaries({("P", "FR"): st.floats(0, 2)}),
            others=st.floats(0.5, 1.5),
            delay=st.integers(0, 2),
            delayed=st.just(("P",)),
            lost=st.fixed_dictionaries({"assembly": st.floats(0, 0.6)}),
            rates=st.fixed_dictionaries({"USD": st.floats(0.5, 1.5)}),
            freight=st.floats(0.5, 2),
            tariff=st.fixed_dictionaries({"FR": st.floats(-15, 15)}),
            fee=st.floats(-5, 5),
            contract=st.just("K"),
        ),
        min_size=2,
        max_size=4,
    )
)
def test_levers_are_what_they_say_one_after_the_other(drawn: list[Levers]) -> None:
    made = hub()
    asked = Input.from_hub(made)
    kept = Kept(asked, solve(asked))
    for levers in drawn:
        found = kept.solve(levers)
        anew = solve(Input.from_hub(written(made, levers)))
        assert found.contribution == pytest.approx(anew.contribution, rel=1e-7, abs=1e-4)


def same(made: Hub, *drawn: Levers) -> None:
    """Levers give what the hub gives in whose tables they are written."""
    asked = Input.from_hub(made)
    kept = Kept(asked, solve(asked))
    for levers in drawn:
        anew = solve(Input.from_hub(written(made, levers)))
        assert kept.solve(levers).contribution == pytest.approx(anew.contribution, rel=1e-9)


def test_cars_are_asked_for_in_months_that_had_none() -> None:
    months = ("2026-02", "2026-03", "2026-04")
    rows = [{"model": "P", "month": month, "units": 0.0, **PAID} for month in months]
    rows[1]["units"] = 300.0
    made = plant(
        demand=[
            *hub()["demand"]
            .filter(model="A")
            .select("model", "market", "month", "units", "price")
            .to_dicts(),
            *rows,
        ]
    )
    first, last = (dt.date(2026, month, 1) for month in (2, 4))
    asked = {("P", "FR"): {first: 120.0, last: 900.0}}
    same(made, Levers(cars=asked), Levers(), Levers(cars={("P", "FR"): {last: 70.0}}))


def test_a_line_that_is_open_builds_more_than_was_ever_asked_of_it() -> None:
    lines = {"line": "one", "shops": "assembly"}
    lot = {"model": "P", "line": "one", "least_lot": 100}
    asked = {"model": "P", "month": "2026-02", "units": 700, **PAID}
    made = plant(demand=[asked], lines=[lines], model_lines=[lot, {"model": "A", "line": "one"}])
    same(made, Levers(demand={("P", "FR"): 1.5}), Levers(demand={("P", "FR"): 2.2}))


def test_a_price_that_changes_under_a_lever_alone_stays_with_its_late_cars() -> None:
    asked = {"model": "P", "market": "FR", "late_penalty": 0.5}
    february = {"month": "2026-02", "units": 2000, "price": 24}
    march = {"month": "2026-03", "units": 500, "price": 12, "currency": "USD"}
    made = plant(demand=[asked | february, asked | march])
    same(made, Levers(rates={"USD": 1.5}), Levers(rates={"USD": 0.9}), Levers())


def two_shifts() -> Hub:
    """The hub with a second shift to choose in each month, and a cost to change."""
    made = hub()
    shifts = [
        {"group": "v", "pattern": name, "shifts": n, "hours": 8, "cost_per_day": cost}
        | {"change_cost": 40}
        for name, n, cost in (("one", 1, 50), ("two", 2, 260))
    ]
    rows = {name: made[name].to_dicts() for name in ("demand", "contracts")}
    return plant(patterns=shifts, groups=[{"group": "v", "opening_pattern": "one"}], **rows)


def test_patterns_chosen_anew_are_those_of_a_plan_anew() -> None:
    made = two_shifts()
    asked = Input.from_hub(made)
    planned = solve(asked)
    chosen = Kept(asked, planned, chosen=Params(gap=0))
    kept = Kept(asked, planned)
    better = 0
    for levers in (
        Levers(),
        Levers(others=1.6, lost={"assembly": 0.2}),
        Levers(demand={("P", "FR"): 3.0}, delay=1, delayed=("P",), tariff={"FR": -5}),
        Levers(fee=4, contract="K", rates={"USD": 1.3}),
    ):
        anew = solve(Input.from_hub(written(made, levers)), Params(gap=0))
        found = chosen.solve(levers)
        assert found.contribution == pytest.approx(anew.contribution, rel=1e-9)
        assert found.gap == pytest.approx(0, abs=1e-4)
        better += found.contribution > kept.solve(levers).contribution + 1
    assert better, "another pattern is worth its cost under some of them"


def test_where_nothing_is_left_to_choose_the_program_is_kept() -> None:
    asked = Input.from_hub(hub())
    both = [Kept(asked, solve(asked), chosen=chosen) for chosen in (None, Params())]
    levers = Levers(others=1.2, freight=1.1)
    assert both[0].solve(levers) == both[1].solve(levers)


def test_what_one_more_of_the_fee_adds_is_the_slope_of_the_contribution() -> None:
    asked = Input.from_hub(hub())
    kept = Kept(asked, solve(asked))
    levers = Levers(contract="K")
    here = kept.solve(levers)
    more = kept.solve(replace(levers, fee=1e-3))
    assert here.counted > 0
    assert (more.contribution - here.contribution) / 1e-3 == pytest.approx(here.counted, rel=1e-6)


def test_a_plan_of_another_hub_is_refused() -> None:
    asked = Input.from_hub(hub())
    with pytest.raises(ValueError, match="not made from this hub"):
        Kept(Input.from_hub(plant()), solve(asked))
