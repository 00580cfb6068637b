"""At which rate of the car carriers containers pay in 2023, and the scenarios of Busan at sea.

    python benchmarks/ship_containers.py

**Rates**: the cars for Europe of April and May 2023 are allocated at least cost, at 60 to 140 % of
the hub's freight of car carriers: once with the price of a box in table ``containers`` (10 % below
the car carrier), once with the 2.66 million won that Korea's customs count for a box to Europe in
August 2023. The hub lists no voyages of 2023, so they are made of table ``sailings`` as those of
2026 were: equal parts of the month, the cut-off in the middle of each, departure two days later,
room and decks in equal parts. The voyages of June are offered too, the cars of June are not.

**Scenarios**: the demand of 2026 in four scenarios, as ``sinho ship examples/busan --scenario X``.

Written to ``benchmarks/results/ship_containers.csv`` and ``ship_scenarios.csv``.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from sinho import ShipPlan
from sinho.hub import Hub, apply_scenario, read_hub
from sinho.ship import Input, Params, solve

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
SCENARIOS = ("base", "red-sea", "containers-allowed", "red-sea-containers")
LANES = ("EU-NORTH", "EU-MED")
MONTHS = (dt.date(2023, 4, 1), dt.date(2023, 5, 1), dt.date(2023, 6, 1))
PRICES = {"10 % below a car carrier": 5.936, "customs, August 2023": 2.66}
"""Million won a box: table containers of the hub, and facts.csv, rate FEU_2023-08."""
RATES = (60, 70, 80, 85, 90, 95, 100, 110, 120, 130, 140)
SHIP_CEU = 6_100
CHARTER, DAYS, CHARTERED_CEU, FREIGHT = 105_000, 42, 6_500, 1_300
"""Dollars a day of a ship of 6,500 CEU (facts.csv, December 2022 and mid-2024), her days at sea,
her CEU, and the dollars a CEU behind the hub's freight (an assumption there)."""


def voyages(hub: Hub) -> pl.DataFrame:
    """Return voyages of table sailings."""
    made = []
    own = hub["sailings"].filter(pl.col("lane").is_in(LANES), pl.col("month").is_in(MONTHS))
    for lane, month, calls, ceu in own.select("lane", "month", "calls", "ceu").iter_rows():
        length, calls = calendar.monthrange(month.year, month.month)[1], int(calls)
        for call in range(calls):
            cutoff = month + dt.timedelta(days=int(length * (2 * call + 1) / (2 * calls)))
            made.append(
                {
                    "vessel": f"{lane} {month:%Y-%m}/{call + 1}",
                    "lane": lane,
                    "cutoff": cutoff,
                    "etd": cutoff + dt.timedelta(days=2),
                    "ceu": ceu / calls,
                    "deck_share": ceu / calls / SHIP_CEU,
                }
            )
    like = hub["vessels"].head(1).drop(made[0])
    return pl.DataFrame(made).join(like, how="cross").select(hub["vessels"].columns)


def given(hub: Hub) -> Input:
    """Return the cars of April and May for Europe with the voyages until June."""
    listed = Hub(hub.tables | {"vessels": voyages(hub)})  # type: ignore[operator]
    data = Input.from_hub(listed).of_lanes(LANES)
    return replace(data, cars=data.cars.filter(pl.col("built") < MONTHS[-1]))


def shipped(data: Input, price: float, rate: float) -> ShipPlan:
    """Ship the cars with a price of a box, at a part of the car carriers' freight."""
    carried = (pl.col("mode") == "vessel") & pl.col("lane").is_in(LANES)
    cost = pl.when(carried).then(pl.col("cost") * rate).otherwise(pl.col("cost"))
    tables = {**data.hub.tables, "freight": data.hub["freight"].with_columns(cost.alias("cost"))}
    boxes = data.containers.with_columns(pl.lit(price).alias("cost"))
    return solve(replace(data, hub=Hub(tables), containers=boxes), Params("cost"))


def least(pays: Callable[[float], bool]) -> float:
    """Return the least part of the freight, to a thousandth, at which containers pay."""
    below, above = 0.2, 1.4
    while above - below > 0.001:
        middle = (below + above) / 2
        below, above = (below, middle) if pays(middle) else (middle, above)
    return above


def charter(rate: float) -> int | None:
    """Return the charter in dollars a day behind a part of the freight; None where it is below 0.

    All of the freight that is not charter (fuel, canal, ports) stays as it is.
    """
    found = CHARTER + (rate - 1) * FREIGHT * CHARTERED_CEU / DAYS
    return round(found / 100) * 100 if found >= 0 else None


def row(box: str, rate: float, plan: ShipPlan, what: str) -> dict[str, Any]:
    """Return one row of the table."""
    return {
        "box": box,
        "row": what,
        "rate_percent": round(100 * rate, 1),
        "dollars_a_ceu": round(FREIGHT * rate),
        "charter_dollars_a_day": charter(rate),
        **counts(plan),
        "boxes": int(plan.boxes["boxes"].sum()),
        "cost": round(plan.objective, 1),
        "gap": round(plan.gap, 6),
    }


def counts(plan: ShipPlan) -> dict[str, Any]:
    """Return how many cars leave on which way."""
    said = plan.summary()
    return {name: said[name] for name in ("cars", "voyage", "container", "stays", "missed")}


def rates(hub: Hub) -> list[dict[str, Any]]:
    """Return the table of rates."""
    data, found = given(hub), []
    for box, price in PRICES.items():
        begins = least(lambda rate, p=price: shipped(data, p, rate).boxes.height > 0)  # type: ignore[misc]
        for what, rate in (("begins to pay", begins), *(("grid", one / 100) for one in RATES)):
            found.append(row(box, rate, shipped(data, price, rate), what))
    return found


def scenarios(hub: Hub) -> list[dict[str, Any]]:
    """Return the table of scenarios, with contract, then lateness, then cost as priorities."""
    found = []
    for name in SCENARIOS:
        plan = solve(Input.from_hub(apply_scenario(hub, name)))
        sail = plan.cars.filter(pl.col("way") == "voyage")["days_in_hand"]
        found.append(
            {
                "scenario": name,
                **counts(plan),
                "no_room": plan.cars.filter(pl.col("cause") == "no room").height,
                "late_days": plan.cars["late_days"].sum(),
                "days_in_hand": round(float(sail.mean()), 2),  # type: ignore[arg-type]
                "cost": round(plan.objective, 1),
                "gaps": " ".join(
                    f"{one['level']} {one['gap']:.4%}" for one in plan.levels.to_dicts()
                ),
            }
        )
    return found


def main() -> None:
    """Measure, print and write."""
    hub = read_hub(HERE.parent / "examples" / "busan")
    for name, table in (("ship_containers", rates), ("ship_scenarios", scenarios)):
        began, found = time.process_time(), table(hub)
        with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
        for one in found:
            print(*one.values(), sep=" | ")
        print(f"{name}: {time.process_time() - began:.1f} CPU s", flush=True)


if __name__ == "__main__":
    main()
