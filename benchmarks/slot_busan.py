"""The days of a run of Busan as slotting gets them; for slot_levelling.py and slot_stability.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from sequence_common import HERE

from sinho.hub import Hub, apply_scenario, read_hub
from sinho.results import Orders
from sinho.run import stages
from sinho.run.horizon import corridor
from sinho.run.params import RunParams, day_of

BUSAN = HERE.parent / "examples" / "busan"
FIRST, SCENARIO = "2026-03-01", "polestar4"


@dataclass(frozen=True)
class Bank:
    """Hub with its scenario, orders, days with hours and capacity, and corridor."""

    hub: Hub
    orders: Orders
    days: pl.DataFrame = field(repr=False)
    corridor: pl.DataFrame = field(repr=False)


def busan(days: int, seed: int, hub: Path = BUSAN) -> Bank:
    """Plan Busan with the Polestar 4 and make the orders of some days, as ``sinho run`` does."""
    whole = apply_scenario(read_hub(hub), SCENARIO)
    asked = RunParams(
        hub=hub,
        scenario=SCENARIO,
        first=day_of(FIRST),
        days=days,
        seed=seed,
        threads=1,
        iterations=1,
    )
    plan = stages.plan(whole, asked, lambda _: None)
    made = stages.orders(whole, plan, asked)
    bank, due = made["orders"], made["due"]
    return Bank(
        hub=whole,
        orders=bank,
        days=made["days"].select("date", "hours", "capacity"),
        corridor=corridor(bank.table, due),
    )
