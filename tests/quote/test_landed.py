"""Landed cost: each Incoterm by hand, and the plan's own figures to the unit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho import DataError, plan
from sinho.hub import Hub
from sinho.plan import Levers
from sinho.quote import Input, Params, Programme, solve
from sinho.quote.landed import Ledger, _within_quota, landed_costs, per_car
from sinho.quote.sold import Sold, sold_cars
from tests.budget import examples
from tests.quote.small import plant, programme

COSTS = """
export_clearance = 0.1
to_port = 0.2
loading = 0.3
insurance = 1
on_carriage = 0.5
import_clearance = 0.6
"""
INSURANCE = 0.01 * 1.1 * 25
FREIGHT, DUTY = 2, 0.1 * 25

BY_HAND = {
    "EXW": (25 + 1 + 0.1 + 0.2 + 0.3 + FREIGHT + INSURANCE + 0.5 + 0.6 + DUTY, 0),
    "FCA": (25 + 1 + 0.2 + 0.3 + FREIGHT + INSURANCE + 0.5 + 0.6 + DUTY, 0.1),
    "FAS": (25 + 1 + 0.3 + FREIGHT + INSURANCE + 0.5 + 0.6 + DUTY, 0.1 + 0.2),
    "FOB": (25 + 1 + FREIGHT + INSURANCE + 0.5 + 0.6 + DUTY, 0.1 + 0.2 + 0.3),
    "CFR": (25 + 1 + INSURANCE + 0.5 + 0.6 + DUTY, 0.6 + FREIGHT),
    "CIF": (25 + 1 + 0.5 + 0.6 + DUTY, 0.6 + FREIGHT + INSURANCE),
    "DAP": (25 + 1 + 0.6 + DUTY, 0.6 + FREIGHT + INSURANCE + 0.5),
    "DDP": (25 + 1, 0.6 + FREIGHT + INSURANCE + 0.5 + 0.6 + DUTY),
}
"""What a car costs its buyer, and what its way costs the plant, of a price of 25 and a fee of 1."""


def lines_of(hub: Hub, made: Programme) -> tuple[pl.DataFrame, pl.DataFrame, Any]:
    """Return the lines of the landed cost, those of the alternative, and the plan."""
    asked = Input.from_hub(hub, made)
    without, whole = next(iter(asked.planned.values()))
    found = plan.solve(whole)
    ledger = Ledger(whole.hub, made)
    return *landed_costs(ledger, sold_cars(ledger, found.tables["ship"])), (
        plan.solve(without),
        found,
    )


def paid(lines: pl.DataFrame, payer: str) -> float:
    """Return what a payer pays for a car of the first month."""
    first = lines.filter((pl.col("month") == lines["month"].min()) & (pl.col("payer") == payer))
    return float(first["amount"].sum())


@pytest.mark.parametrize("term", BY_HAND)
def test_each_incoterm_by_hand(term: str) -> None:
    lines, _, (without, whole) = lines_of(plant(), programme(terms=f'incoterm = "{term}"\n{COSTS}'))
    buyer, seller = BY_HAND[term]
    assert paid(lines, "buyer") == pytest.approx(buyer)
    assert paid(lines, "seller") == pytest.approx(seller)
    # the plan's own lines are the same, car by car: 300 are shipped
    booked = {
        line: whole_amount - before
        for (line, before), whole_amount in zip(
            without.tables["lines"].select("line", "amount").iter_rows(),
            whole.tables["lines"]["amount"],
            strict=True,
        )
    }
    assert -booked["freight"] - booked["tariffs"] == pytest.approx(300 * seller)
    assert booked["revenue"] + booked["contract fees"] == pytest.approx(300 * 26)


def test_rates_and_duties_of_the_month_are_taken() -> None:
    hub = plant(
        currencies=[
            {"currency": "USD", "start": "2026-02-01", "rate": 2.0},
            {"currency": "USD", "start": "2026-03-01", "rate": 3.0},
        ],
        tariffs=[
            {"origin": "KR", "destination": "FR", "start": "2020-01-01", "percent": 10},
            {"origin": "KR", "destination": "FR", "start": "2026-02-15", "percent": 24},
        ],
    )
    lines, _, (_, whole) = lines_of(hub, programme(terms='currency = "USD"'))
    duty = lines.filter(step="duty").select("month", "share", "percent", "amount").rows()
    # 14 of the 28 days of February at 10 %, 14 at 24 %, of 25 USD at 2
    assert [row[1:3] for row in duty[:2]] == [(0.5, 10), (0.5, 24)]
    assert duty[0][3] + duty[1][3] == pytest.approx(0.17 * 50)
    assert [row[3] for row in duty[2:]] == pytest.approx([0.24 * 75, 0.24 * 75])
    booked = whole.tables["lines"].filter(line="tariffs")["amount"].item()
    assert -booked == pytest.approx(100 * (0.17 * 50 + 2 * 0.24 * 75))


def test_every_line_is_traced_to_its_row() -> None:
    lines, _, _ = lines_of(plant(), programme(terms=COSTS))
    known = {"[[volume]]", "[terms]", "freight", "tariffs"}
    assert set(lines["table"]) == known
    assert lines["row"].null_count() == 0
    assert lines.filter(table="freight")["row"][0] == "EU, vessel, 2026-02, all"
    assert lines.filter(table="tariffs")["row"][0] == "KR-FR, all, 2020-01-01"


def test_what_the_price_and_the_duty_are_due() -> None:
    lines, _, _ = lines_of(plant(), programme(terms='incoterm = "FOB"\npayment_days = 60'))
    first = lines.filter(pl.col("month") == lines["month"].min())
    due = {row["step"]: str(row["due"]) for row in first.to_dicts()}
    assert due["price"] == "2026-04-01", "60 days after the middle of February"
    assert due["freight"] == "2026-02-01"
    assert due["duty"] == "2026-03-01", "40 days at sea"


@settings(max_examples=examples(30), deadline=None)
@given(
    duty=st.floats(0, 60),
    less=st.floats(0, 30),
    term=st.sampled_from(sorted(BY_HAND)),
)
def test_a_lower_tariff_never_raises_the_landed_cost(duty: float, less: float, term: str) -> None:
    costs = []
    for percent in (duty, max(duty - less, 0)):
        row = {"origin": "KR", "destination": "FR", "start": "2020-01-01", "percent": percent}
        lines, _, _ = lines_of(plant(tariffs=[row]), programme(terms=f'incoterm = "{term}"'))
        costs.append((paid(lines, "buyer"), paid(lines, "buyer") + paid(lines, "seller")))
    assert costs[1][0] <= costs[0][0] + 1e-9
    assert costs[1][1] <= costs[0][1] + 1e-9


def test_the_fee_at_which_the_customer_goes_elsewhere() -> None:
    other = '[[alternative]]\nname = "China"\norigin = "CN"\ncost = 18\nfreight = 4'
    made = solve(
        Input.from_hub(plant(), programme(other, terms='incoterm = "DAP"')), Params(draws=0)
    )
    # there: 18 + 4 + 30 % of 18 = 27.4; here: 25 + 2.5 of duty and the fee
    assert made.fee_elsewhere == pytest.approx(27.4 - 27.5)
    there = made.tables["elsewhere"].group_by("month").agg(pl.col("amount").sum())
    assert there["amount"].to_list() == pytest.approx([27.4] * 3)


QUOTA = """
[[alternative]]
name = "China"
origin = "CN"
cost = 18
freight = 4
quota = 150
above_quota = 80
"""


def test_cars_above_the_quota_of_the_alternative_pay_the_higher_duty() -> None:
    made = programme(QUOTA)
    _, there, _ = lines_of(plant(), made)
    duties = there.filter(step="duty").sort("month", "percent")
    # 100 cars a month: those of February and half of March enter at 30 %
    assert duties.filter(pl.col("share") > 0)["share"].to_list() == [1.0, 0.5, 0.5, 1.0]
    by_month = duties.group_by("month", maintain_order=True).agg(pl.col("amount").sum())
    assert by_month["amount"].to_list() == pytest.approx([5.4, 0.5 * (5.4 + 14.4), 14.4])
    found = solve(Input.from_hub(plant(), made), Params(draws=0))
    # 18 + 4 and the mean duty of 9.9, less a price of 25
    assert found.fee_elsewhere == pytest.approx(18 + 4 + 9.9 - 25)
    above = duties.filter(table="[[alternative]]")
    assert set(above["row"]) == {"all, above the quota"}
    wide = solve(Input.from_hub(plant(), programme(QUOTA.replace("150", "300"))), Params(draws=0))
    assert wide.fee_elsewhere == pytest.approx(18 + 4 + 5.4 - 25), "the last car at the lower rate"


def test_a_quota_is_of_a_country_and_a_calendar_year() -> None:
    def sold(month: str, market: str, country: str) -> Sold:
        volume = {"month": dt.date.fromisoformat(f"{month}-01")}
        return Sold(volume, {"market": market, "country": country}, {}, 100.0)

    cars = [
        sold("2026-12", "CA", "CA"),
        sold("2026-11", "CA", "CA"),
        sold("2027-01", "CA", "CA"),
        sold("2026-11", "QC", "CA"),
        sold("2026-11", "US", "US"),
    ]
    other = {"market": "all", "quota": 250.0}
    assert _within_quota(cars, {"all": other}) == [0.5, 1.0, 1.0, 1.0, 1.0]
    assert _within_quota(cars, {"CA": other}) == [1.0] * 5
    assert _within_quota(cars, {"all": other | {"quota": None}}) == [1.0] * 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (QUOTA.replace("above_quota = 80", ""), "quota says nothing without above_quota"),
        (QUOTA.replace("quota = 150\n", ""), "above_quota says nothing without quota"),
    ],
)
def test_a_quota_needs_the_duty_above_it(text: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        Input.from_hub(plant(), programme(text))


def test_a_landed_cost_is_the_same_to_the_last_digit_each_time() -> None:
    """Sums go by the order of rows, not by that of threads."""
    random = np.random.default_rng(1)
    size = 400
    lines = pl.DataFrame(
        {
            "market": [f"M{n % 20}" for n in range(size)],
            "model": "X",
            "month": [dt.date(2026 + n // 240, 1 + n // 20 % 12, 1) for n in range(size)],
            "cars": random.random(size),
            "step": "price",
            "payer": "buyer",
            "own": random.random(size),
            "currency": "KRW",
            "rate": 1.0,
            "percent": 0.0,
            "base": 0.0,
            "share": 1.0,
        }
    )
    assert len({per_car(lines, Levers(), "KRW") for _ in range(30)}) == 1
