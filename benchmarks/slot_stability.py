"""Slot anew after 1 % of the orders changed: which share of the others moves, and at what cost.

    python benchmarks/slot_stability.py                          # Busan, and a year of 50,000
    python benchmarks/slot_stability.py --cases busan --days 5
    python benchmarks/slot_stability.py --cases 2000 --time 5

First all orders are slotted. Then 0.5 % of them are cancelled and as many new ones come in, with
the car of one order and the wanted date of another, both drawn by the seed. The bank is slotted
again three times: from the former slots with the stability term (``moved_cost`` and ``firm_cost``),
from the former slots without it (both 0), and from nothing, as if there were no former slots.
Frozen days hold where former slots are known. The share that moves is that of the orders in both
banks. Costs leave the stability term out. Busan is slotted by 400 moves an order; a generated year
(240 days, seed 1) by time, 60 s each. Each case is a process of its own. Rows that are in the
result file already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from sequence_common import RESULTS, Rows, apart, load, table

if TYPE_CHECKING:
    from sinho.results import DaySlots
    from sinho.slot import Input

CASES = ("busan", "50000")
SHARE = 0.005
"""Share of the orders that are cancelled, and that are new."""

WAYS = ("first", "with stability", "without stability", "from nothing")


def drawn(case: str, days: int, seed: int) -> Input:
    """Return what is slotted: Busan's orders, or a year of so many."""
    from sinho.slot import Params
    from sinho.testing import generate_year

    if case != "busan":
        return generate_year(int(case), days=days or 240, seed=seed, params=Params())
    from slot_busan import busan

    from sinho.slot import Input

    bank = busan(days or 20, seed)
    return Input.from_hub(bank.hub, bank.orders, bank.days, bank.corridor)


def changed(data: Input, seed: int) -> tuple[Input, set[str]]:
    """Cancel some orders and add as many; return the bank and the names of the orders that stay."""
    draw = np.random.default_rng(seed)
    number = data.orders.height
    some = max(1, round(SHARE * number))
    turn = draw.permutation(number)
    kept = data.orders[np.sort(turn[some:])]
    cars = kept[draw.integers(0, kept.height, some)]
    dates = kept[draw.integers(0, kept.height, some)]
    nothing = pl.lit(None, dtype=pl.Date)
    new = cars.with_columns(
        pl.Series("order", [f"new {at:05d}" for at in range(some)]),
        dates["wanted"],
        nothing.alias("fixed"),
        nothing.alias("former"),
    )
    return replace(data, orders=pl.concat([kept, new])), set(kept["order"].to_list())


def figures(
    way: str, found: DaySlots, former: DaySlots | None, stay: set[str], data: Input
) -> dict[str, Any]:
    """Return the row of one slotting; ``former`` is what its orders are compared with."""
    moved: dict[str, Any] = {"others": "", "moved": "", "moved_percent": "", "moved_firm": ""}
    if former is not None:
        before = former.slots.select("order", pl.col("date").alias("before"))
        both = found.slots.join(before, on="order").filter(pl.col("order").is_in(list(stay)))
        other = both["date"].ne_missing(both["before"])
        firm = set(data.days["date"][: data.params.firm_days].to_list())
        near = both["before"].is_in(list(firm)).fill_null(False)
        moved = {
            "others": both.height,
            "moved": int(other.sum()),
            "moved_percent": round(100 * float(other.sum()) / both.height, 3),
            "moved_firm": int((other & near).sum()),
        }
    terms = dict(found.costs.iter_rows())
    return {
        "way": way,
        "orders": found.slots.height,
        **moved,
        "cost": round(found.cost - terms["moved"], 1),
        "stability": round(terms["moved"], 1),
        "bound": round(found.bound, 1),
        "late": int((found.slots["late_days"] > 0).sum()),
        "unslotted": found.unslotted,
        "broken": round(found.broken, 6),
        "search_s": round(found.seconds, 1),
        "load": load(),
    }


def one(case: str, days: int, seconds: float, threads: int, clock: str, seed: int) -> list[Any]:
    """Slot a case, change it and slot it again in three ways."""
    from slot_common import clock_of, warm_up

    from sinho.results.orders import with_former
    from sinho.slot import solve

    def slotted(data: Input) -> DaySlots:
        stop = None if case == "busan" else clock_of(clock, seconds, threads)[0]
        return solve(data, replace(data.params, threads=threads), stop=stop, seed=seed)

    warm_up(threads)
    data = drawn(case, days, seed)
    former = slotted(data)
    rows = [figures(WAYS[0], former, None, set(), data)]
    bank, stay = changed(data, seed)
    known = replace(bank, orders=with_former(bank.orders, former))
    free = replace(known, params=replace(known.params, moved_cost=0.0, firm_cost=0.0))
    for way, asked in zip(WAYS[1:], (known, free, bank), strict=True):
        rows.append(figures(way, slotted(asked), former, stay, asked))
    key = {"case": case, "days": data.days.height, "seconds": seconds, "clock": clock, "seed": seed}
    return [key | row for row in rows]


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table."""
    lines = [
        (
            row["case"] if row["case"] == "busan" else f"year of {int(row['case']):,}",
            row["way"],
            f"{int(row['orders']):,}",
            "" if row["moved"] == "" else f"{int(row['moved']):,} of {int(row['others']):,}",
            "" if row["moved"] == "" else f"{float(row['moved_percent']):.2f} %",
            row["moved_firm"],
            f"{float(row['cost']):,.0f}",
            f"{float(row['bound']):,.0f}",
            f"{int(row['late']):,}",
            row["unslotted"],
            f"{float(row['broken']):g}",
            f"{float(row['search_s']):.1f} s",
            row["load"],
        )
        for row in rows
    ]
    headings = (
        "case",
        "slotted",
        "orders",
        "others moved",
        "share",
        "out of the firm zone's days",
        "cost without stability",
        "bound of all",
        "late",
        "without a day",
        "broken",
        "search",
        "load",
    )
    return table(headings, lines)


def main() -> None:
    """Run the cases asked for."""
    if sys.argv[1:2] == ["one"]:
        name, length, limit, width, clock, seed = sys.argv[2:]
        found = one(name, int(length), float(limit), int(width), clock, int(seed))
        print(json.dumps({"rows": found}))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--cases", nargs="+", default=CASES, help="busan, or orders of a year (busan 50000)"
    )
    parser.add_argument("--days", type=int, default=0, help="working days (busan 20, year 240)")
    parser.add_argument(
        "--time", type=float, default=60, help="seconds per slotting of a year (60)"
    )
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: by processor time, which a machine with other work does not stretch",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS / "slot_stability.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    rows = Rows(asked.out, ("case", "days", "seconds", "clock", "seed", "way"), fresh=asked.fresh)
    for case in asked.cases:
        days = asked.days or (20 if case == "busan" else 240)
        key = (case, days, asked.time, asked.clock, asked.seed)
        if rows.done(*key, WAYS[-1]):
            continue
        words = (case, days, asked.time, asked.threads, asked.clock, asked.seed)
        for row in apart(__file__, *words)["rows"]:
            if not rows.done(*key, row["way"]):
                rows.add(row)
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
