"""Slot generated plant years of growing size: gap to the proven bound, time and memory.

    python benchmarks/slot_scale.py                              # 10k to 1M orders, 20 to 300 s
    python benchmarks/slot_scale.py --orders 2000 --time 10 --lines 1 3
    python benchmarks/slot_scale.py --clock cpu                  # on a machine with other work

Every year is drawn by `sinho.testing.generate_year` (240 days, 40 models, 40 options, 12 colours, 6
vessel routes, seed 1), on one line or shared out over several, and slotted in a process of its own.
Compiling is not counted; building the arrays and the result's tables is, the tables beyond the
limit. Complete after: seconds until every order had a day within all hard limits. Memory is the
process's peak, with Python, numba and the drawn year in it. Rows that are in the result file
already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from sequence_common import RESULTS, Rows, apart, table

RUNS = ((10_000, (60.0,)), (50_000, (60.0,)), (250_000, (20.0, 60.0, 300.0)), (1_000_000, (300.0,)))
"""Orders and seconds."""

SHARED = 250_000
"""Orders that are slotted on three lines too."""


def one(
    orders: int, days: int, lines: int, seconds: float, threads: int, clock: str, seed: int
) -> dict[str, Any]:
    """Draw a year and slot it."""
    from slot_common import figures

    from sinho.testing import generate_year

    data = generate_year(orders, days=days, lines=lines, seed=seed)
    row, _, _ = figures(data, seconds, threads, clock, seed)
    asked = {
        "orders": orders,
        "days": days,
        "lines": lines,
        "seconds": seconds,
        "threads": threads,
        "clock": clock,
        "seed": seed,
    }
    return asked | row


def by_size(row: dict[str, Any]) -> tuple[int, int, float]:
    """Return by what rows are sorted."""
    return int(row["orders"]), int(row["lines"]), float(row["seconds"])


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the growth table."""
    return table(
        (
            "orders",
            "days",
            "lines",
            "seconds asked",
            "used",
            "cost",
            "bound",
            "gap",
            "without a day",
            "broken",
            "complete after",
            "million moves",
            "memory",
            "load",
        ),
        [
            (
                f"{int(row['orders']):,}",
                row["days"],
                row["lines"],
                f"{float(row['seconds']):g} {row['clock']}",
                f"{float(row['used_s']):.1f} s",
                f"{float(row['cost']):,.0f}",
                f"{float(row['bound']):,.0f}",
                f"{float(row['gap_percent']):.2f} %",
                f"{int(row['unslotted']):,}",
                f"{float(row['broken']):g}",
                "not" if row["complete_s"] == "" else f"{float(row['complete_s']):.1f} s",
                f"{int(row['moves']) / 1e6:.1f}",
                f"{int(row['peak_mb']):,} MB",
                row["load"],
            )
            for row in sorted(rows, key=by_size)
        ],
    )


def main() -> None:
    """Slot the years asked for."""
    if sys.argv[1:2] == ["one"]:
        size, length, lines, limit, width, clock, seed = sys.argv[2:]
        row = one(int(size), int(length), int(lines), float(limit), int(width), clock, int(seed))
        print(json.dumps(row))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--orders", type=int, nargs="+", help="10000 50000 250000 1000000")
    parser.add_argument(
        "--time", type=float, nargs="+", help="seconds per run, for every number of orders"
    )
    parser.add_argument("--days", type=int, default=240, help="working days (240)")
    parser.add_argument("--lines", type=int, nargs="+", help="lines that share the orders (1; 3)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: by processor time, which a machine with other work does not stretch",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS / "slot_scale.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    known = dict(RUNS)
    sizes = asked.orders or list(known)
    key = ("orders", "days", "lines", "seconds", "threads", "clock", "seed")
    rows = Rows(asked.out, key, fresh=asked.fresh)
    for orders in sizes:
        for lines in asked.lines or ((1, 3) if orders == SHARED else (1,)):
            for seconds in asked.time or known.get(orders, (60.0,)):
                words = (orders, asked.days, lines, seconds, asked.threads, asked.clock, asked.seed)
                if not rows.done(*words):
                    rows.add(apart(__file__, *words))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
