"""Parts that are made and bought: the plan's share, the shop's capacity, and the balance."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinho.hub import Hub
from sinho.materials.calloffs import call_offs
from sinho.materials.explode import explode
from sinho.materials.supply import plan_campaigns
from sinho.results import Needs
from tests.budget import examples
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub, workdays
from tests.materials.test_supply import FAST, check_stock

TUESDAY = MONDAY + dt.timedelta(days=1)


def both_hub(**more: Any) -> Hub:
    """The small plant, whose engines E2 are bought too."""
    parts = supply_hub()["parts"].select("part", "kind", "unit", "yield_share").to_dicts()
    for part in parts:
        part["supply"] = "bought" if part["part"] in ("SEAT", "AXLE") else "made"
        part["buy_cost"] = 2
        part |= more.get(part["part"], {})
    parts[1]["supply"] = "both"
    others = {name: rows for name, rows in more.items() if name not in ("E1", "E2")}
    return supply_hub(parts=parts, **others)


def share(value: float, days: list[dt.date], part: str = "E2") -> pl.DataFrame:
    return pl.DataFrame({"part": [part] * len(days), "date": days, "share": [value] * len(days)})


def engines(needs: Needs, column: str, part: str = "E2") -> list[float]:
    own = needs.table.filter(pl.col("part") == part)
    return own.group_by("date", maintain_order=True).agg(pl.col(column).sum())[column].to_list()


def test_the_plans_share_is_bought_and_takes_no_castings() -> None:
    # A quarter of eight engines: two are bought, six are made of 10 kg each.
    hub = both_hub()
    clock = clock_of(hub, [MONDAY])
    cars = cars_of([(MONDAY, "BBBBBBBB")])
    needs = explode(hub, cars, clock, bought=share(0.25, [MONDAY]))
    assert engines(needs, "units") == [8.0]
    assert engines(needs, "bought") == [2.0]
    assert engines(needs, "started") == [6.0]
    assert engines(needs, "units", "CAST") == [60.0]
    calls = call_offs(hub, cars, clock, number="1", needs=needs)
    called = calls.days.filter(pl.col("part") == "E2")
    assert called.select("supplier", "date", "units").rows() == [("unnamed", MONDAY, 2.0)]


def test_a_share_of_few_engines_is_caught_up_day_by_day() -> None:
    days = workdays(5)
    hub = both_hub()
    needs = explode(
        hub, cars_of([(day, "B") for day in days]), clock_of(hub, days), bought=share(0.4, days)
    )
    # 0.4, 0.8, 1.2, 1.6, 2.0 in all, to the nearest: 0, 1, 1, 2, 2.
    assert engines(needs, "bought") == [0.0, 1.0, 0.0, 1.0, 0.0]


def test_what_the_shop_cannot_make_in_time_is_bought() -> None:
    # 10 an hour for eight hours: 80 a day. Monday's 60 leave 20 over, so that of Tuesday's 110
    # ten are too many.
    days = [MONDAY, TUESDAY]
    cars = cars_of([(MONDAY, "B" * 60), (TUESDAY, "B" * 110)])
    hub = both_hub()
    needs = explode(hub, cars, clock_of(hub, days))
    assert engines(needs, "bought") == [0.0, 10.0]
    most = both_hub(E2={"buy_max": 4})
    assert engines(explode(most, cars, clock_of(most, days)), "bought") == [0.0, 4.0]


def test_changeovers_take_of_the_capacity() -> None:
    # 40 of E1 for A and 60 of E2; two parts, so a changeover of half an hour: 75 are made.
    hub = both_hub(bom=[
        {"parent": "A", "part": "E1", "quantity": 1},
        {"parent": "B", "part": "E2", "quantity": 1},
    ])  # fmt: skip
    needs = explode(hub, cars_of([(MONDAY, "A" * 40 + "B" * 60)]), clock_of(hub, [MONDAY]))
    assert engines(needs, "bought") == [25.0]
    assert engines(needs, "started", "E1") == [40.0]


def test_the_part_that_is_bought_the_cheapest_is_bought_first() -> None:
    hub = both_hub(
        E1={"supply": "both", "buy_cost": 3},
        bom=[
            {"parent": "A", "part": "E1", "quantity": 1},
            {"parent": "B", "part": "E2", "quantity": 1},
        ],
    )
    needs = explode(hub, cars_of([(MONDAY, "A" * 90 + "B" * 10)]), clock_of(hub, [MONDAY]))
    assert engines(needs, "bought", "E2") == [10.0]
    assert engines(needs, "bought", "E1") == [15.0]


def test_a_part_that_no_shop_makes_is_bought() -> None:
    hub = both_hub(loads=supply_hub()["loads"].filter(pl.col("item") != "E2").to_dicts())
    needs = explode(hub, cars_of([(MONDAY, "BB")]), clock_of(hub, [MONDAY]))
    assert engines(needs, "bought") == [2.0]
    assert needs.table.filter(pl.col("part") == "CAST").is_empty()


def test_a_made_and_bought_part_is_called_off_by_day_alone() -> None:
    supplier = {"part": "E2", "supplier": "S-3", "delivery": "takt", "pack": 6}
    hub = both_hub(suppliers=[supplier])
    clock = clock_of(hub, [MONDAY])
    cars = cars_of([(MONDAY, "BBBBBBBB")])
    needs = explode(hub, cars, clock, bought=share(0.5, [MONDAY]))
    calls = call_offs(hub, cars, clock, number="1", needs=needs)
    assert calls.days.filter(pl.col("part") == "E2")["units"].to_list() == [6.0]
    assert calls.takts.is_empty()


def test_delivered_engines_are_not_made_as_well() -> None:
    # Four of eight engines come at 07:00 and serve the cars until 10:00; the others are made by
    # 11:00, and nobody waits.
    hub = both_hub(campaigns=[{"part": "E2", "shop": "engine"}])
    clock = clock_of(hub, [MONDAY])
    needs = explode(hub, cars_of([(MONDAY, "BBBBBBBB")]), clock, bought=share(0.5, [MONDAY]))
    stock = {"E2": 0.0, "CAST": 1000.0}
    supply = plan_campaigns(hub, needs, clock, opening=stock, params=FAST)
    assert supply.hits.is_empty()
    own = supply.receipts.filter(pl.col("part") == "E2")
    assert own.select("source", "units").rows() == [("delivery 2026-03-02", 4.0), ("E2 1", 4.0)]
    assert supply.draws["units"].sum() == 40


@settings(max_examples=examples(15), deadline=None)
@example(["A"], 0.0, 1, 1)
@given(
    st.lists(st.text("AB", min_size=1, max_size=60), min_size=1, max_size=4),
    st.floats(0, 1),
    st.integers(0, 30),
    st.sampled_from([1, 5]),
)
def test_made_and_bought_balance_to_the_unit(
    models: list[str], part: float, opening: int, pack: int
) -> None:
    hub = both_hub(suppliers=[{"part": "E2", "supplier": "S-3", "pack": pack}])
    days = workdays(len(models))
    clock = clock_of(hub, days, hours=4.0)
    cars = cars_of(list(zip(days, models, strict=True)))
    needs = explode(hub, cars, clock, bought=share(part, days))
    table = needs.table
    assert (table["bought"] >= 0).all()
    assert (table["units"] - table["bought"] - table["started"] + table["scrap"]).abs().max() < 1e-6
    taken = float(needs.uses.filter(pl.col("part") == "E2")["units"].sum())
    assert sum(engines(needs, "units")) == taken
    bought = sum(engines(needs, "bought"))
    assert bought == int(bought) >= round(part * taken) - 1
    made = sum(engines(needs, "started")) + sum(engines(needs, "started", "E1"))
    assert sum(engines(needs, "units", "CAST")) == pytest.approx(10 * made)
    calls = call_offs(hub, cars, clock, number="1", needs=needs)
    called = calls.days.filter(pl.col("part") == "E2")["units"].sum()
    assert bought <= called < bought + pack
    stock = {"E1": 50.0, "E2": float(opening), "CAST": 5000.0}
    supply = plan_campaigns(hub, needs, clock, opening=stock, params=FAST)
    check_stock(supply)
    came = supply.receipts.filter(pl.col("part") == "E2")
    delivered = came.filter(pl.col("source").str.starts_with("delivery"))["units"].sum()
    assert delivered == called
    own = supply.campaigns.filter(pl.col("part") == "E2")["units"].sum()
    # A part that no car needs is not planned, whatever there is of it.
    there = opening if taken else 0
    assert came["units"].sum() == pytest.approx(there + delivered + own)
