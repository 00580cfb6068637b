"""Demand, contracts, tariffs and freight in currencies of their own: one reporting currency."""

from __future__ import annotations

import datetime as dt

import pytest

from sinho import explain, plan_months
from sinho.errors import DataError
from sinho.hub import hub_from_tables
from sinho.hub.currencies import rates_on
from tests.hub.test_check import found_in
from tests.plan.small import FEB, MAR, OVERSEAS, Rows, asks, small

USD: Rows = [
    {"currency": "USD", "start": "2025-01-01", "rate": 0.9},
    {"currency": "USD", "start": "2026-03-01", "rate": 0.8},
]


def lines_of(plan) -> dict[str, float]:
    return dict(plan.tables["lines"].select("line", "amount").iter_rows())


def test_a_price_is_worth_the_rate_of_the_month_in_which_it_is_asked_for():
    # the price of February holds on in March, at the rate of March
    demand = [
        asks(FEB, 100, currency="USD", lost_penalty=10, price=50),
        asks(MAR, 100, currency="USD", lost_penalty=10, price=50),
    ]
    hub = small(end=MAR, demand=demand, currencies=USD)
    assert lines_of(plan_months(hub))["revenue"] == 100 * 50 * 0.9 + 100 * 50 * 0.8
    late = [demand[0] | {"units": 2000, "late_penalty": 1}]
    plan = plan_months(small(end=MAR, demand=late, currencies=USD))
    # 1,600 cars in February; 400 late ones are sold at the price of February
    assert lines_of(plan)["revenue"] == pytest.approx(2000 * 50 * 0.9)
    assert lines_of(plan)["late penalties"] == pytest.approx(-400 * 0.9)


def test_pairs_may_have_currencies_of_their_own_and_change_them():
    demand = [
        asks(FEB, 100, price=50),
        asks(MAR, 100, price=60, currency="USD"),
    ]
    hub = small(end=MAR, demand=demand, currencies=USD)
    assert lines_of(plan_months(hub))["revenue"] == 100 * 50 + 100 * 60 * 0.8


def overseas(**tables: Rows):
    base: dict[str, Rows] = {
        "markets": [m | {"country": "US"} for m in OVERSEAS],
        "freight": [{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2, "currency": "USD"}],
        "sailings": [{"lane": "EU", "month": m, "ceu": None} for m in (FEB, MAR)],
        "demand": [asks(m, 100, "FR", price=50, late_penalty=9) for m in (FEB, MAR)],
        "currencies": USD,
    }
    return small(end=MAR, **{**base, **tables})


def test_freight_fees_penalties_and_duties_are_counted_at_their_rates():
    assert lines_of(plan_months(overseas()))["freight"] == -100 * 2 * 0.9 - 100 * 2 * 0.8
    contract = {
        "contract": "c", "brand": "B", "start": FEB, "end": MAR, "per": "total",
        "least": 300, "fee": 3, "short_penalty": 7, "currency": "USD",
    }  # fmt: skip
    plan = plan_months(overseas(contracts=[contract]))
    assert lines_of(plan)["contract fees"] == pytest.approx(100 * 3 * 0.9 + 100 * 3 * 0.8)
    # 100 short at the end of March
    assert lines_of(plan)["contract penalties"] == pytest.approx(-100 * 7 * 0.8)
    (row,) = plan.tables["contracts"].to_dicts()
    assert row["fee"] == pytest.approx(510)
    assert row["penalty"] == pytest.approx(560)
    duty = {
        "origin": "KR", "destination": "US", "start": "2026-01-01", "percent": 10, "per_unit": 4,
        "currency": "USD",
    }  # fmt: skip
    plan = plan_months(overseas(tariffs=[duty]))
    assert lines_of(plan)["tariffs"] == pytest.approx(-200 * 5 - 100 * 4 * 0.9 - 100 * 4 * 0.8)


def test_a_duty_per_car_follows_the_rate_by_day():
    rates = [USD[0], {"currency": "USD", "start": "2026-02-15", "rate": 0.5}]
    duty = {
        "origin": "KR", "destination": "US", "start": "2026-01-01", "percent": 0, "per_unit": 4,
        "currency": "USD",
    }  # fmt: skip
    plan = plan_months(overseas(tariffs=[duty], currencies=rates))
    # the mean of the period's days: 14 days of February at 0.9 and 14 at 0.5
    assert lines_of(plan)["tariffs"] == pytest.approx(-100 * 4 * 0.7 - 100 * 4 * 0.5)


def test_the_hubs_own_currency_may_be_named_and_changes_nothing():
    hub = small(demand=[asks(FEB, 100, currency="EUR")])
    assert plan_months(hub).contribution == plan_months(small(demand=[asks(FEB, 100)])).contribution


def test_a_hub_without_currencies_keeps_its_digest():
    assert small().digest == hub_from_tables({**small().tables, "currencies": []}).digest
    assert (
        small(demand=[asks(FEB, 1, currency="USD")], currencies=USD).digest
        != small(demand=[asks(FEB, 1)]).digest
    )


def test_why_speaks_in_the_reporting_currency():
    hub = small(demand=[asks(FEB, 3000, currency="USD", price=50)], currencies=USD)
    told = "\n".join(explain(hub, model="A").reasons)
    assert "45 price less 10 material: 35 EUR" in told


@pytest.mark.parametrize(
    ("tables", "rule", "hint"),
    [
        ({"demand": [asks(FEB, 1, currency="USS")], "currencies": USD},
         "has no rate in table currencies", "USD"),
        ({"demand": [asks(FEB, 1, currency="USD")]}, "has no rate in table currencies", ""),
        ({"demand": [asks(FEB, 1, currency="USD")],
          "currencies": [{"currency": "USD", "start": "2026-02-02", "rate": 1.1}]},
         "is after the first month that is planned (2026-02)", "rate that held then"),
        ({"currencies": [{"currency": "EUR", "start": "2026-01-01", "rate": 1}]},
         "is the hub's own currency", "Remove"),
        ({"demand": [asks(FEB, 1, currency="USD")],
          "currencies": [{"currency": "USD", "start": "2026-01-01", "rate": 0}]},
         "must be at least", ""),
    ],
)  # fmt: skip
def test_currencies_without_rates_are_refused(tables, rule, hint):
    with pytest.raises(DataError) as caught:
        small(**tables)
    found = [p for p in caught.value.problems if rule in p.rule]
    assert found, caught.value
    assert hint in (found[0].hint or "")


def test_a_currency_that_nothing_names_is_told():
    (problem,) = [p for p in found_in(currencies=USD[:1]) if "currency" in p.rule]
    assert problem.severity == "warning"
    assert "names this currency, so the row has no effect" in problem.rule


def test_a_currency_without_a_rate_on_a_day_is_refused_and_never_taken_as_the_hubs_own():
    hub = small(currencies=[USD[0] | {"start": "2026-02-01"}])
    days = [dt.date(2026, 1, 31), dt.date(2026, 2, 1)]
    assert rates_on(hub, days[1:])("USD").tolist() == [0.9]
    assert rates_on(hub, days)(None).tolist() == rates_on(hub, days)("EUR").tolist() == [1, 1]
    with pytest.raises(DataError, match="no rate of exchange on 2026-01-31"):
        rates_on(hub, days)("USD")
    with pytest.raises(DataError, match="GBP"):
        rates_on(hub, days)("GBP")
