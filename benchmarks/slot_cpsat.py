"""Slot the same orders with sinho and with OR-Tools CP-SAT, side by side: cost over time.

    python benchmarks/slot_cpsat.py                              # 2,000 and 10,000 orders, 180 s
    python benchmarks/slot_cpsat.py --orders 200 --days 20 --time 10
    python benchmarks/slot_cpsat.py --tools cp-sat

Orders are drawn by `sinho.testing.generate_year` over 60 days. CP-SAT gets the same arrays in a
file and solves them in a process without sinho (``slot_cpsat_model.py``): hard limits as
constraints (``cp-sat``), and, as it may find no slots that keep them, at a price (``cp-sat
priced``). Every one of its solutions is scored by sinho's own count. Seconds are those of the
search: compiling, and building CP-SAT's model, are not counted. sinho's cost over time is that of
the slots that the search holds at that time, which it still lets grow in between. Rows that are in
the result file already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sequence_common import HERE, RESULTS, Rows, apart, load, peak_mb, table

TOOLS = ("sinho", "cp-sat", "cp-sat priced")
MARKS = (5, 10, 20, 30, 60, 120, 180)
"""Seconds at which the cost is shown."""

FIELDS = (
    "count",
    "costs",
    "cost_class",
    "rows_start",
    "rows",
    "load",
    "former",
    "moving",
    "first",
    "last",
    "cell_of",
    "cells",
    "cell_row",
)
"""Arrays that the peer is given."""


def cpsat(arrays: Any, seconds: float, workers: int, seed: int, kind: str) -> dict[str, Any]:
    """Solve arrays with CP-SAT and score what it finds."""
    from sinho.slot.search import Slotting

    turn = np.argsort(arrays.alike, kind="stable")
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder, "instance.npz")
        np.savez(instance, **{name: getattr(arrays, name) for name in FIELDS})
        words = (instance, folder, seconds, workers, seed, kind)
        run = subprocess.run(
            [sys.executable, str(HERE / "slot_cpsat_model.py"), *map(str, words)],
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise SystemExit(run.stderr[-3000:] or f"CP-SAT ended with {run.returncode}")
        said = json.loads(run.stdout.strip().splitlines()[-1])
        history, slotting = [], None
        for path in sorted(Path(folder).glob("[0-9]*.npz")):
            with np.load(path) as file:
                found = {name: file[name] for name in file.files}
            by_class = np.argsort(found["classes"], kind="stable")
            days = np.repeat(found["days"][by_class], found["number"][by_class])
            day_of = np.full(len(turn), -1, dtype=np.int32)
            day_of[turn] = days
            slotting = Slotting.of(arrays, day_of)
            # its slacks may lie above what they have to be, never below
            if kind == "hard" and (
                slotting.cost > float(found["cost"]) + 1e-3 or slotting.broken > 0
            ):
                raise SystemExit(
                    f"CP-SAT counts {found['cost']} where the slots cost {slotting.cost}"
                )
            history.append((float(found["seconds"]), slotting.cost, slotting.broken))
    best = None if slotting is None else (slotting.cost, slotting.broken, slotting.without)
    note = f"{said['variables']:,} variables, {said['constraints']:,} constraints, "
    return {
        "best": best,
        "bound": said["bound"],
        "search_s": said["seconds"],
        "history": history,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "note": f"{note}{said['status']}; model built in {said['building_s']} s",
    }


def own(data: Any, seconds: float, threads: int, seed: int) -> dict[str, Any]:
    """Slot with sinho."""
    from slot_common import figures

    row, found, watch = figures(data, seconds, threads, "wall", seed)
    return {
        "best": (found.cost, found.broken, found.unslotted),
        "bound": found.bound,
        "search_s": row["used_s"],
        "history": [*watch.history, (row["used_s"], found.cost, found.broken)],
        "peak_mb": peak_mb(),
        "note": f"{row['moves'] / 1e6:.0f} million moves, {found.status}",
    }


def one(
    tool: str, orders: int, days: int, seconds: float, threads: int, seed: int
) -> dict[str, Any]:
    """Run a tool on a drawn instance."""
    from sinho.slot.arrays import build
    from sinho.testing import generate_year

    data = generate_year(orders, days=days, seed=seed)
    if tool == "sinho":
        found = own(data, seconds, threads, seed)
    else:
        kind = "priced" if tool.endswith("priced") else "hard"
        found = cpsat(build(data), seconds, threads, seed, kind)
    cost, broken, without = found["best"] or (None, "", "")
    kept = [at for at, _, beyond in found["history"] if beyond == 0]
    return {
        "orders": orders,
        "days": days,
        "tool": tool,
        "seconds": seconds,
        "threads": threads,
        "seed": seed,
        "search_s": round(found["search_s"], 1),
        "cost": "" if cost is None else round(cost, 1),
        "bound": "" if found["bound"] is None else round(found["bound"], 1),
        "unslotted": without,
        "broken": broken,
        "feasible_s": round(kept[0], 1) if kept else "",
        "solutions": len(found["history"]),
        "peak_mb": round(found["peak_mb"]),
        "load": load(),
        "note": found["note"],
        "history": found["history"],
    }


def remember(path: Path, row: dict[str, Any]) -> None:
    """Move a row's cost over time to a file of its own."""
    history = row.pop("history")
    new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow((*KEY, "at_s", "cost", "broken"))
        for at, cost, broken in history:
            own_key = [row[name] for name in KEY]
            writer.writerow((*own_key, round(at, 2), round(cost, 1), round(broken, 6)))


KEY = ("orders", "days", "tool", "seconds", "seed")


def over_time(path: Path, row: dict[str, Any]) -> list[str]:
    """Return a run's cost at each mark: of its last slots by then that keep all hard limits."""
    with path.open(encoding="utf-8") as file:
        all_rows = list(csv.DictReader(file))
    mine = [one for one in all_rows if all(str(one[name]) == str(row[name]) for name in KEY)]
    cells = []
    for mark in (mark for mark in MARKS if mark <= float(row["seconds"])):
        known = [one for one in mine if float(one["at_s"]) <= mark and float(one["broken"]) == 0]
        cells.append(f"{float(known[-1]['cost']):,.0f}" if known else "none")
    return cells + [""] * (len(MARKS) - len(cells))


def summary(rows: list[dict[str, Any]], history: Path) -> str:
    """Return two tables: the end of each run, and the cost over time."""
    bounds: dict[tuple[str, str], float] = {}
    for row in rows:
        key = str(row["orders"]), str(row["days"])
        bounds[key] = max(bounds.get(key, -math.inf), float(row["bound"] or -math.inf))
    ends, lines = [], []
    for row in rows:
        best = bounds[str(row["orders"]), str(row["days"])]
        none = row["cost"] == ""
        ends.append(
            (
                f"{int(row['orders']):,}",
                row["days"],
                row["tool"],
                "none found" if none else f"{float(row['cost']):,.0f}",
                "" if row["bound"] == "" else f"{float(row['bound']):,.0f}",
                "" if none else f"{100 * (float(row['cost']) - best) / max(1.0, best):.1f} %",
                row["unslotted"],
                "" if none else f"{float(row['broken']):g}",
                "never" if row["feasible_s"] == "" else f"{float(row['feasible_s']):.1f} s",
                f"{int(row['peak_mb']):,} MB",
                row["load"],
                row["note"],
            )
        )
        label = (f"{int(row['orders']):,}", row["tool"])
        lines.append((*label, *over_time(history, row)))
    headings = (
        "orders",
        "days",
        "tool",
        "cost",
        "own bound",
        "above the best bound",
        "without a day",
        "broken",
        "all limits kept after",
        "memory",
        "load",
        "note",
    )
    marks = ("orders", "cost after", *(f"{mark} s" for mark in MARKS))
    return table(headings, ends) + "\n\n" + table(marks, lines)


def main() -> None:
    """Run the tools on the numbers of orders asked for."""
    if sys.argv[1:2] == ["one"]:
        tool, orders, days, seconds, threads, seed = sys.argv[2:]
        row = one(tool, int(orders), int(days), float(seconds), int(threads), int(seed))
        print(json.dumps(row))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--orders", type=int, nargs="+", default=(2_000, 10_000))
    parser.add_argument("--days", type=int, default=60, help="working days (60)")
    parser.add_argument("--time", type=float, default=180, help="seconds per run (180)")
    parser.add_argument("--threads", type=int, default=2, help="of sinho and of CP-SAT (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=TOOLS)
    parser.add_argument("--out", type=Path, default=RESULTS / "slot_cpsat.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    history = asked.out.with_name(f"{asked.out.stem}_history.csv")
    if asked.fresh:
        history.unlink(missing_ok=True)
    rows = Rows(asked.out, KEY, fresh=asked.fresh)
    for orders in asked.orders:
        for tool in asked.tools:
            if not rows.done(orders, asked.days, tool, asked.time, asked.seed):
                words = (tool, orders, asked.days, asked.time, asked.threads, asked.seed)
                row = apart(__file__, *words)
                remember(history, row)
                rows.add(row)
    print(summary(rows.rows, history))


if __name__ == "__main__":
    main()
