"""Slot 60 days with hard windows of 7 days to either side, beside a yardstick's figures.

    python benchmarks/slot_yardstick.py                        # 5k, 50k and 250k orders
    python benchmarks/slot_yardstick.py --orders 5000 --time 17

The yardstick is a price-guided local search in numba on an instance of its own: 60 days, 40 models,
40 options, windows of +-7 days, overflow priced. Its instance is not at hand. Here one of the same
kind is drawn: each order may be built within 7 days of its wanted one or not at all, at a price
(50); a day before or after the wanted one costs 1; a day bears 1/0.9 of the mean of each option and
of each model, and 5 is paid for every car above that; the orders take 97 % of the capacity, which
is hard, and wanted days swing by 15 %. Uneven days cost nothing. The bound at 5,000 orders is then
1,483, below the yardstick's (4,084), so that the same cost above it is a greater gap. Gaps, not
costs, are comparable, and they only roughly.
``--level 1`` asks for cars outside a band of 10 % about the even share too, which is harder.

Slotting has no windows for single orders, but models have a first and a last day. So each model and
wanted day is a model of its own here, and the real model one more option. Each run is a process of
its own; compiling is not counted. Rows that are in the result file already are not run again;
``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from sequence_common import RESULTS, Rows, apart, table

if TYPE_CHECKING:
    from sinho.slot import Input

DAYS, MODELS, OPTIONS, WINDOW = 60, 40, 40, 7
OVERFLOW = 50.0
"""Cost of an order that is not built."""

UTILISATION, SWING, RULE_LOAD = 0.97, 0.15, 0.9

RUNS = {5_000: 17.0, 50_000: 62.0, 250_000: 425.0}
"""Orders and the yardstick's seconds."""

YARDSTICK = {5_000: 100 * (4558 / 4084 - 1), 50_000: 14.0, 250_000: 5.6}
"""The yardstick's gaps in percent: 4,558 against a bound of 4,084 for 5,000 orders."""


def drawn(orders: int, seed: int, level: float = 0.0) -> Input:
    """Draw an instance of 60 days; days follow one another, so that a window is 15 of them."""
    from sinho.slot import Input, Params

    draw = np.random.default_rng(seed)
    dates = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(DAYS)]
    share = 1.0 / np.arange(1, MODELS + 1) ** 0.6
    model = draw.choice(MODELS, size=orders, p=share / share.sum())
    rate = draw.beta(1.2, 3.0, size=OPTIONS)
    trims = draw.random((MODELS, 5, OPTIONS)) < rate * np.linspace(0.2, 1.8, 5)[:, None]
    fitted = trims[model, draw.choice(5, size=orders, p=[0.15, 0.25, 0.3, 0.2, 0.1])]
    fitted |= draw.random((orders, OPTIONS)) < draw.random((MODELS, OPTIONS))[model] * 0.12
    season = 1.0 - SWING * np.cos(4 * np.pi * (np.arange(DAYS) + 0.5) / DAYS)
    wanted = draw.choice(DAYS, size=orders, p=season / season.sum())
    loads = draw.choice([0.9, 1.0, 1.0, 1.1], size=MODELS)
    capacity = float(np.ceil(loads[model].sum() / UTILISATION / DAYS))
    names = [f"O{at:02d}" for at in range(OPTIONS)]
    kinds = [
        (f"M{m:02d} wanted {day:02d}", m, day)
        for m, day in np.unique(np.stack([model, wanted], axis=1), axis=0).tolist()
    ]
    number = np.full((MODELS, DAYS), -1)
    for at, (_, m, day) in enumerate(kinds):
        number[m, day] = at
    options = [
        ";".join([*(names[k] for k in np.flatnonzero(row)), f"model {m:02d}"])
        for row, m in zip(fitted, model.tolist(), strict=True)
    ]
    counted = np.bincount(model, minlength=MODELS) / orders
    rates = dict(zip(names, fitted.mean(axis=0).tolist(), strict=True))
    rates |= {f"model {m:02d}": float(rate) for m, rate in enumerate(counted)}
    nothing = pl.Series([None] * orders, dtype=pl.Date)
    return Input(
        orders=pl.DataFrame(
            {
                "order": [f"{at:06d}" for at in range(orders)],
                "brand": ["B"] * orders,
                "model": pl.Series([name for name, _, _ in kinds]).gather(number[model, wanted]),
                "market": ["home"] * orders,
                "colour": ["any"] * orders,
                "options": options,
                "wanted": pl.Series(dates).gather(wanted),
                "priority": pl.Series([2] * orders, dtype=pl.Int64),
                "fixed": nothing,
                "former": nothing,
            }
        ),
        days=pl.DataFrame({"date": dates, "capacity": [capacity] * DAYS}),
        loads={name: float(loads[m]) for name, m, _ in kinds},
        lanes={"home": None},
        lives=pl.DataFrame(
            {
                "model": [name for name, _, _ in kinds],
                "sop": [dates[max(0, day - WINDOW)] for _, _, day in kinds],
                "eop": [dates[min(DAYS - 1, day + WINDOW)] for _, _, day in kinds],
            }
        ),
        ratios=pl.DataFrame(
            {
                "option": list(rates),
                "share": [min(1.0, x / RULE_LOAD) for x in rates.values()],
                "cars": 0.0,
                "hard": False,
            }
        ),
        params=Params(
            lead_days=0,
            frozen_days=0,
            firm_days=0,
            late_cost=1.0,
            early_cost=1.0,
            level_cost=level,
            limit_cost=5.0,
            volume_cost=0.0,
            fill=1.0,
            mix_cost=0.0,
            colour_cost=0.0,
            unslotted_cost=OVERFLOW,
        ),
    )


def one(
    orders: int, seconds: float, threads: int, clock: str, seed: int, level: float
) -> dict[str, Any]:
    """Draw an instance and slot it."""
    from slot_common import figures

    data = drawn(orders, seed, level)
    row, found, _ = figures(data, seconds, threads, clock, seed)
    days = found.slots.join(data.orders.select("order", "wanted"), on="order").drop_nulls("date")
    off = (days["date"] - days["wanted"]).dt.total_days().abs()
    assert (off <= WINDOW).all(), "an order outside its window"
    asked = {
        "orders": orders,
        "seconds": seconds,
        "threads": threads,
        "clock": clock,
        "seed": seed,
        "level": level,
        "days_off": round(float(off.cast(pl.Float64).sum()) / max(1, days.height), 2),
    }
    return asked | row


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the gaps beside the yardstick's."""
    lines = []
    for row in sorted(rows, key=lambda row: (int(row["orders"]), float(row["seconds"]))):
        orders = int(row["orders"])
        known = orders in RUNS and float(row["level"]) == 0
        lines.append(
            (
                f"{orders:,}" + ("" if float(row["level"]) == 0 else ", levelled"),
                f"{float(row['seconds']):g} {row['clock']}",
                f"{float(row['used_s']):.1f} s",
                f"{float(row['cost']):,.0f}",
                f"{float(row['bound']):,.0f}",
                f"{float(row['gap_percent']):.2f} %",
                f"{YARDSTICK[orders]:.1f} % in {RUNS[orders]:g} s" if known else "",
                f"{int(row['unslotted']):,}",
                f"{float(row['broken']):g}",
                row["days_off"],
                f"{int(row['peak_mb']):,} MB",
                row["load"],
            )
        )
    headings = (
        "orders",
        "seconds asked",
        "used",
        "cost",
        "bound",
        "gap",
        "yardstick",
        "not built",
        "broken",
        "days off the wanted one",
        "memory",
        "load",
    )
    return table(headings, lines)


def main() -> None:
    """Slot the instances asked for."""
    if sys.argv[1:2] == ["one"]:
        size, limit, width, clock, seed, level = sys.argv[2:]
        row = one(int(size), float(limit), int(width), clock, int(seed), float(level))
        print(json.dumps(row))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--orders", type=int, nargs="+", default=list(RUNS))
    parser.add_argument("--time", type=float, nargs="+", help="seconds; default: the yardstick's")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: by processor time, which a machine with other work does not stretch",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--level", type=float, default=0.0, help="cost of a car outside the band (0)"
    )
    parser.add_argument("--out", type=Path, default=RESULTS / "slot_yardstick.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    key = ("orders", "seconds", "threads", "clock", "seed", "level")
    rows = Rows(asked.out, key, fresh=asked.fresh)
    for orders in asked.orders:
        for seconds in asked.time or (RUNS.get(orders, 60.0),):
            words = (orders, seconds, asked.threads, asked.clock, asked.seed, asked.level)
            if not rows.done(*words):
                rows.add(apart(__file__, *words))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
