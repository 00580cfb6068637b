"""Terms of delivery in the plan: who pays freight and duty, by hand for each Incoterm."""

from __future__ import annotations

from typing import Any

import pytest

from sinho import DataError, plan_months
from tests.plan.small import FEB, MAR, OVERSEAS, asks, small

TERMS = {
    "EXW": (0, 0),
    "FCA": (0, 0),
    "FAS": (0, 0),
    "FOB": (0, 0),
    "CFR": (1, 0),
    "CIF": (1, 0),
    "DAP": (1, 0),
    "DDP": (1, 1),
}
"""Whether the plant pays freight and duty."""


def sold(**more: Any) -> dict[str, float]:
    """Plan 100 cars at 20 to France: freight 2, duty 10 % and 1 a car; return the lines."""
    hub = small(
        markets=OVERSEAS,
        demand=[asks(FEB, 100, "FR", **more)],
        freight=[{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2}],
        sailings=[{"lane": "EU", "month": FEB}],
        tariffs=[
            {
                "origin": "KR",
                "destination": "FR",
                "start": "2020-01-01",
                "percent": 10,
                "per_unit": 1,
            }
        ],
    )
    return dict(plan_months(hub).tables["lines"].select("line", "amount").iter_rows())


@pytest.mark.parametrize("term", TERMS)
def test_the_plant_pays_freight_and_duty_as_the_terms_say(term: str) -> None:
    freight, duty = TERMS[term]
    lines = sold(incoterm=term, delivery_cost=0.25)
    assert lines["freight"] == pytest.approx(-100 * (2 * freight + 0.25))
    assert lines["tariffs"] == pytest.approx(-100 * 3 * duty)
    assert lines["revenue"] == 2000


def test_demand_without_terms_is_delivered_duty_paid() -> None:
    assert sold() == sold(incoterm="DDP", delivery_cost=0)


def test_terms_hold_on_as_prices_do() -> None:
    hub = small(
        end=MAR,
        markets=OVERSEAS,
        demand=[asks(FEB, 100, "FR", incoterm="EXW"), asks(MAR, 100, "FR")],
        freight=[{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2}],
        sailings=[{"lane": "EU", "month": FEB}, {"lane": "EU", "month": MAR}],
    )
    made = plan_months(hub).tables["lines_by_period"].filter(line="freight")
    assert made["amount"].to_list() == [-200]
    assert str(made["period"][0]) == "2026-03-01"


@pytest.mark.parametrize(("term", "said"), [("FOB", "is for carriage by sea"), ("FOP", "FOB")])
def test_terms_that_cannot_be_are_refused(term: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        small(demand=[asks(FEB, 100, incoterm=term)])
