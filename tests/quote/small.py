"""A small hub and programmes for it, with answers that can be worked out by hand.

The shop builds 10 cars an hour on 8 hours a day: 1,600 in February 2026, 1,760 in March and April.
A car takes 10 of material; model A sells for 20 at home. Freight to France is 2, its duty 10 %.
"""

from __future__ import annotations

from typing import Any

from sinho.hub import Hub
from sinho.quote import Programme
from tests.plan.small import APR, FEB, MAR, OVERSEAS, Rows, asks, car, small

USUAL = """
market = "FR"
month = "2026-02..2026-04"
expected = 100
price = 25
late_penalty = 1
"""
AT_HOME = {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"}


def plant(asked: float = 1000, **tables: Rows) -> Hub:
    """The hub without a programme: so many cars of model A a month at home, model P unknown."""
    base: dict[str, Rows] = {
        "models": [car(stock_cost=0.1), car("P", stock_cost=0.1, sop="2026-02-01")],
        "loads": [{"item": name, "shop": "assembly"} for name in ("A", "P")],
        "markets": [AT_HOME, *OVERSEAS],
        "demand": [asks(month, asked, late_penalty=1, lost_penalty=2) for month in (FEB, MAR, APR)],
        "freight": [{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 2, "transit": 40}],
        "sailings": [{"lane": "EU", "month": month} for month in (FEB, MAR, APR)],
        "tariffs": [
            {"origin": "KR", "destination": "FR", "start": "2020-01-01", "percent": 10},
            {"origin": "CN", "destination": "FR", "start": "2020-01-01", "percent": 30},
        ],
        "currencies": [{"currency": "USD", "start": FEB + "-01", "rate": 2.0}],
    }
    return small(end=APR, **{**base, **tables})


def programme(*more: str, terms: str = "", volume: str = "", **head: Any) -> Programme:
    """Model P for France: 100 cars a month at 25, and a fee of 1."""
    lines = [
        f'{key} = "{value}"' for key, value in ({"programme": "P", "model": "P"} | head).items()
    ]
    text = "\n".join(
        [
            *lines,
            "[terms]",
            "fee = 1",
            terms,
            "[[volume]]",
            volume or USUAL,
            *more,
        ]
    )
    return Programme.from_text(text)
