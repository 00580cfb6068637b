"""The door of the orders: input, parameters, a result and questions to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

import sinho
from sinho.banks import write_orders
from sinho.errors import DataError
from sinho.orders import Input, Params, Result, explain, solve
from tests.orders.plant import ordering_hub

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 1, 31)


@pytest.fixture(scope="module")
def hub() -> sinho.Hub:
    return ordering_hub()


@pytest.fixture(scope="module")
def plan(hub: sinho.Hub) -> sinho.MonthPlan:
    return sinho.plan_months(hub)


@pytest.fixture(scope="module")
def made(hub: sinho.Hub, plan: sinho.MonthPlan) -> Result:
    return solve(Input.from_plan(hub, plan, FIRST, LAST), seed=4)


def test_orders_of_a_plan_are_those_of_the_same_seed(
    hub: sinho.Hub, plan: sinho.MonthPlan, made: Result
) -> None:
    again = solve(Input.from_plan(hub, plan, FIRST, LAST), seed=4)
    other = solve(Input.from_plan(hub, plan, FIRST, LAST), seed=5)
    assert len(made.orders) > 0
    assert again.orders.table.equals(made.orders.table)
    assert not other.orders.table.equals(made.orders.table)
    assert made.seed == made.orders.seed == 4


def test_a_bank_is_read_back_and_given_vins(made: Result, hub: sinho.Hub, tmp_path: Path) -> None:
    path = write_orders(made.orders, tmp_path / "orders.csv")
    read = solve(Input.from_bank(hub, path))
    assert read.orders.origin == "read"
    assert read.orders.table["order"].equals(made.orders.table["order"])
    assert read.orders.table["vin"].null_count() == len(made.orders)
    named = solve(Input.from_bank(hub, read.orders), Params(vins=True)).orders.table
    assert named["vin"].null_count() == 0
    assert named["vin"].is_unique().all()


def test_questions_to_a_bank_are_answered_by_tables(made: Result) -> None:
    total = len(made.orders)
    for question in ("models", "markets", "weeks"):
        assert explain(made, question).facts["orders"].sum() == total  # type: ignore[arg-type]
    rates = explain(made, "rates").facts
    assert (rates["asked"] - rates["made"]).abs().max() <= 1  # type: ignore[operator]
    assert explain(made, "colours").answer == "Colours, asked for and made"
    with pytest.raises(ValueError, match="question must be one of models"):
        explain(made, "prices")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give a bank as source, or cars"),
        ({"cars": pl.DataFrame()}, "cars need last and first"),
        ({"cars": pl.DataFrame(), "last": LAST}, "cars need first"),
    ],
)
def test_an_input_of_nothing_is_refused(
    hub: sinho.Hub, given: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        Input(hub, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("month", [0, 14])
def test_a_month_that_is_none_is_refused(month: int) -> None:
    with pytest.raises(DataError, match="model_year_from: it must be 1 or more and 13 or less"):
        Params(model_year_from=month)
