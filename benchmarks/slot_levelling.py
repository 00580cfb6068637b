"""Slotting serves sequencing: violations of days slotted with levelling against days by date only.

    python benchmarks/slot_levelling.py                          # 20 days of March 2026
    python benchmarks/slot_levelling.py --days 4 --iterations 20000

The orders of the run that ends ``make demo`` (Busan with the Polestar 4) are slotted twice: with
the hub's parameters, and by date only, the costs of option levelling, of ratio limits, of model mix
and of paint batches being 0 (hard limits hold in both). Every day is sequenced as ``sinho run``
does, with the same moves and seeds. Slotting costs of both are counted with the hub's parameters.
Each of the two is a process of its own. Rows that are in the result file already are not run again;
``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from sequence_common import RESULTS, Rows, apart, load, table

WAYS = ("with levelling", "by date only")
LEVELLING = ("level_cost", "limit_cost", "mix_cost", "colour_cost")
TERMS = ("late", "stock", "option levelling", "mix levelling", "paint batches")


def one(
    way: str, days: int, iterations: int, slot_iterations: int, seed: int, threads: int
) -> dict[str, Any]:
    """Slot and sequence; return a row for each day and one for all."""
    import numpy as np
    from slot_busan import busan

    from sinho.run.line import with_facts
    from sinho.run.sequencing import Days, Search
    from sinho.slot import slot_orders
    from sinho.slot.arrays import build
    from sinho.slot.hub import input_of, params_of
    from sinho.slot.search import Slotting
    from sinho.slot.tables import tables_of

    bank = busan(days, seed)
    params = params_of(bank.hub)
    used = params if way == WAYS[0] else replace(params, **dict.fromkeys(LEVELLING, 0.0))
    slots = slot_orders(
        bank.hub,
        bank.orders,
        bank.days,
        bank.corridor,
        params=used,
        iterations=slot_iterations or None,
        seed=seed,
    )
    data = input_of(bank.hub, bank.orders, bank.days, bank.corridor, params)
    arrays = build(data)
    place = {date: at for at, date in enumerate(arrays.dates)}
    day_of = np.array([place.get(date, -1) for date in slots.slots["date"]], dtype=np.int32)
    books = Slotting.of(arrays, day_of)
    terms = dict(tables_of(data, arrays, books, None)["costs"].iter_rows())
    cars = with_facts(slots.slots, bank.orders.table)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(threads) as pool:
        search = Search(iterations, None, seed)
        found = Days(bank.hub, cars, search, Path(folder)).run(pool, lambda *_: None)
    sequencing = time.monotonic() - began
    levels: dict[str, float] = {}
    key = {"way": way, "days": days, "iterations": iterations, "seed": seed}
    blank = {"cost": "", **{term.replace(" ", "_"): "" for term in TERMS}}
    rest = {**blank, "broken": "", "unslotted": "", "slot_s": "", "sequence_s": "", "load": ""}
    rows: list[dict[str, Any]] = []
    for date, sequence in found.items():
        figures = dict(sequence.score.levels)
        for level, value in figures.items():
            levels[level] = levels.get(level, 0) + value
        own = {"date": str(date), "cars": len(sequence.order), "hard": sequence.score.hard}
        rows.append(key | own | figures | rest)
    own = {
        "date": "all",
        "cars": sum(row["cars"] for row in rows),
        "hard": sum(row["hard"] for row in rows),
    }
    costs = {
        "cost": round(books.cost, 1),
        **{term.replace(" ", "_"): round(terms[term], 1) for term in TERMS},
        "broken": round(books.broken, 6),
        "unslotted": books.without,
        "slot_s": round(slots.seconds, 1),
        "sequence_s": round(sequencing, 1),
        "load": load(),
    }
    return {"rows": [*rows, key | own | levels | costs]}


def summary(rows: list[dict[str, Any]], key: tuple[str, ...]) -> str:
    """Return the sums of both ways with the costs of slotting, and the days."""
    first = rows[0]
    names = list(first)
    levels = names[names.index("hard") + 1 : names.index("cost")]
    mine = {(row["way"], row["date"]): row for row in rows if (*map(str, key),) == keyed(row)}
    ways = [way for way in WAYS if (way, "all") in mine]
    sums = [mine[way, "all"] for way in ways]
    lines = [
        [level, *(f"{float(row[level]):,.10g}" for row in sums), change(sums, level)]
        for level in levels
    ]
    lines += [
        [f"slots: {name.replace('_', ' ')}", *(f"{float(row[name]):,.0f}" for row in sums), ""]
        for name in ("cost", *(term.replace(" ", "_") for term in TERMS))
    ]
    for name in ("cars", "hard", "broken", "unslotted"):
        lines.append([name, *(f"{float(row[name]):g}" for row in sums), ""])
    text = table(["all days", *ways, "by date only against levelled"], lines)
    dates = [date for way, date in mine if way == ways[0] and date != "all"]
    daily = [
        [
            date,
            *(
                f"{float(mine[way, date][level]):g}" if (way, date) in mine else ""
                for level in levels
                for way in ways
            ),
        ]
        for date in dates
    ]
    headings = ["date", *(f"{level}, {way}" for level in levels for way in ways)]
    return text + "\n\n" + table(headings, daily)


def keyed(row: dict[str, Any]) -> tuple[str, ...]:
    """Return what a row belongs to beside its way and date."""
    return tuple(str(row[name]) for name in ("days", "iterations", "seed"))


def change(sums: list[dict[str, Any]], level: str) -> str:
    """Return how many times the second way's figure is the first one's."""
    if len(sums) < 2:
        return ""
    with_levelling, without = (float(row[level]) for row in sums)
    return f"x {without / with_levelling:.2f}" if with_levelling > 0 else ""


def main() -> None:
    """Slot both ways and sequence the days."""
    if sys.argv[1:2] == ["one"]:
        way, *words = sys.argv[2:]
        print(json.dumps(one(way, *map(int, words))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=int, default=20, help="working days (20)")
    parser.add_argument(
        "--iterations", type=int, default=1_000_000, help="moves for each day's sequence (1000000)"
    )
    parser.add_argument(
        "--slot-iterations", type=int, default=0, help="moves of slotting (400 for each order)"
    )
    parser.add_argument("--threads", type=int, default=2, help="days sequenced side by side (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS / "slot_levelling.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    names = ("way", "date", "days", "iterations", "seed")
    rows = Rows(asked.out, names, fresh=asked.fresh)
    key = asked.days, asked.iterations, asked.seed
    for way in WAYS:
        if not rows.done(way, "all", *key):
            words = (asked.days, asked.iterations, asked.slot_iterations, asked.seed)
            for row in apart(__file__, way, *words, asked.threads)["rows"]:
                if not rows.done(way, row["date"], *key):
                    rows.add(row)
    print(summary(rows.rows, tuple(map(str, key))))


if __name__ == "__main__":
    main()
