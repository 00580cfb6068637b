"""Slotting serves sequencing: violations of days slotted with levelling against days by date only.

    python benchmarks/slot_levelling.py                          # Busan and a tight line, 20 days
    python benchmarks/slot_levelling.py --cases busan --days 4 --iterations 20000

The same orders are slotted twice: with all parameters, and by date only, the costs of option
levelling, of ratio limits, of model mix and of paint batches being 0 (hard limits hold in both).
Every day is then sequenced with the same moves and seeds. Slotting costs of both are counted with
all parameters.

- ``busan``: the orders and rules of the run that ends ``make demo`` (Busan with the Polestar 4),
  sequenced as ``sinho run`` does. Its ratio rules have room.
- ``tight``: 300 orders a day of `sinho.testing.generate_year` (10 options, 12 colours). Each option
  has the ratio rule n/m, m up to 10, next above 1/0.85 of its share; days are sequenced one by
  one, ratio rules before colour changes.

Each of the runs is a process of its own. Rows that are in the result files already are not run
again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sequence_common import RESULTS, Rows, apart, load, table

from sinho.results import Sequence
from sinho.slot import Input

CASES = ("busan", "tight")
A_DAY = 300
"""Orders a day of the tight case."""

OPTIONS = 10
"""Its options."""

WAYS = ("with levelling", "by date only")
LEVELLING = ("level_cost", "limit_cost", "volume_cost", "mix_cost", "colour_cost")
TERMS = ("late", "stock", "option levelling", "mix levelling", "paint batches")


def ratio_of(share: float) -> tuple[int, int]:
    """Return the ratio n/m, m up to 10, that is next above a share."""
    pairs = [(n, m) for m in range(2, 11) for n in range(1, m) if n / m >= share]
    return min(pairs, key=lambda pair: (pair[0] / pair[1], pair[1]), default=(9, 10))


@dataclass(frozen=True)
class Case:
    """What is slotted, and what sequences its days."""

    data: Input
    orders: pl.DataFrame
    sequenced: Callable[[Mapping[dt.date, pl.DataFrame], Executor], Mapping[dt.date, Sequence]]


def busan_case(days: int, iterations: int, seed: int, _: float) -> Case:
    """Return Busan, sequenced as a run does."""
    from slot_busan import busan

    from sinho.run.sequencing import Days
    from sinho.sequence import Params
    from sinho.slot import Input

    bank = busan(days, seed)

    def sequenced(
        cars: Mapping[dt.date, pl.DataFrame], pool: Executor
    ) -> Mapping[dt.date, Sequence]:
        with tempfile.TemporaryDirectory() as folder:
            days = Days(bank.hub, cars, Params(iterations, strict=False), seed, Path(folder))
            return days.run(pool, lambda *_: None)

    data = Input.from_hub(bank.hub, bank.orders, bank.days, bank.corridor)
    return Case(data, bank.orders.table, sequenced)


def tight_case(days: int, iterations: int, seed: int, used: float) -> Case:
    """Return generated days whose ratio rules are tight; orders take a share of the capacity."""
    from sinho.days.day import Day
    from sinho.days.rules import Changes, Ratio
    from sinho.sequence import sequence_day
    from sinho.testing import generate_year
    from sinho.testing.years import UTILISATION

    data = generate_year(A_DAY * days, days=days, options=OPTIONS, seed=seed)
    ratios = {
        name: ratio_of(share) for name, share in data.ratios.select("option", "share").iter_rows()
    }
    shares = [most / window for most, window in ratios.values()]
    data = replace(
        data,
        days=data.days.with_columns((pl.col("capacity") * UTILISATION / used).ceil()),
        ratios=pl.DataFrame({"option": list(ratios), "share": shares, "cars": 0.0, "hard": False}),
    )
    rules = [
        Ratio(name=f"{name} {most}/{window}", option=name, most=most, window=window, level=0)
        for name, (most, window) in ratios.items()
    ]

    def sequenced(
        cars: Mapping[dt.date, pl.DataFrame], pool: Executor
    ) -> Mapping[dt.date, Sequence]:
        def one_day(at: int, date: dt.date) -> Sequence:
            has = pl.col("options").str.split(";")
            table = cars[date].select(
                pl.col("order").alias("car"),
                "colour",
                *(has.list.contains(name).alias(name) for name in ratios),
            )
            day = Day(
                name=str(date),
                cars=table,
                previous=table.clear(),
                attributes=("colour",),
                options=tuple(ratios),
                rules=(*rules, Changes(name="colour changes", level=1)),
                levels=("options", "paint"),
            )
            return sequence_day(day, iterations=iterations, seed=seed + at)

        found = {date: pool.submit(one_day, at, date) for at, date in enumerate(cars)}
        return {date: job.result() for date, job in found.items()}

    return Case(data, data.orders, sequenced)


def one(
    case: str,
    way: str,
    days: int,
    iterations: int,
    slot_iterations: int,
    seed: int,
    threads: int,
    used: float,
) -> dict[str, Any]:
    """Slot and sequence; return a row for each day and one for all."""
    from sinho.run.line import with_facts
    from sinho.slot import solve
    from sinho.slot.arrays import build
    from sinho.slot.search import Slotting
    from sinho.slot.tables import tables_of

    made = (busan_case if case == "busan" else tight_case)(days, iterations, seed, used)
    data = made.data
    effort = replace(data.params, iterations=slot_iterations or None)
    if way != WAYS[0]:
        by_date: dict[str, Any] = dict.fromkeys(LEVELLING, 0.0)
        effort = replace(effort, **by_date)
    slots = solve(data, effort, seed=seed)
    arrays = build(data)
    place = {date: at for at, date in enumerate(arrays.dates)}
    day_of = np.array([place.get(date, -1) for date in slots.slots["date"]], dtype=np.int32)
    slotting = Slotting.of(arrays, day_of)
    terms = dict(tables_of(data, arrays, slotting)["costs"].iter_rows())
    began = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        found = made.sequenced(with_facts(slots.slots, made.orders), pool)
    sequencing = time.monotonic() - began
    levels: dict[str, float] = {}
    key = {"way": way, "days": days, "iterations": iterations, "seed": seed, "used": used}
    named = {term.replace(" ", "_"): round(terms[term], 1) for term in TERMS}
    costs = {
        "cost": round(slotting.cost, 1),
        **named,
        "broken": round(slotting.broken, 6),
        "unslotted": slotting.without,
        "slot_s": round(slots.seconds, 1),
        "sequence_s": round(sequencing, 1),
        "load": load(),
    }
    rows: list[dict[str, Any]] = []
    for date, sequence in found.items():
        figures = dict(sequence.score.levels)
        for level, value in figures.items():
            levels[level] = levels.get(level, 0) + value
        own = {"date": str(date), "cars": len(sequence.order), "hard": sequence.score.hard}
        rows.append(key | own | figures | dict.fromkeys(costs, ""))
    whole = {
        "date": "all",
        "cars": sum(row["cars"] for row in rows),
        "hard": sum(row["hard"] for row in rows),
    }
    return {"rows": [*rows, key | whole | levels | costs]}


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
    return tuple(str(row[name]) for name in ("days", "iterations", "seed", "used"))


def change(sums: list[dict[str, Any]], level: str) -> str:
    """Return how many times the second way's figure is the first one's."""
    if len(sums) < 2:
        return ""
    with_levelling, without = (float(row[level]) for row in sums)
    return f"x {without / with_levelling:.2f}" if with_levelling > 0 else ""


def main() -> None:
    """Slot both ways and sequence the days."""
    if sys.argv[1:2] == ["one"]:
        case, way, days, iterations, slot_iterations, seed, threads, used = sys.argv[2:]
        found = one(
            case,
            way,
            int(days),
            int(iterations),
            int(slot_iterations),
            int(seed),
            int(threads),
            float(used),
        )
        print(json.dumps(found))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES)
    parser.add_argument("--days", type=int, default=20, help="working days (20)")
    parser.add_argument(
        "--iterations", type=int, default=1_000_000, help="moves for each day's sequence (1000000)"
    )
    parser.add_argument(
        "--slot-iterations", type=int, default=0, help="moves of slotting (400 for each order)"
    )
    parser.add_argument("--threads", type=int, default=2, help="days sequenced side by side (2)")
    parser.add_argument(
        "--used", type=float, default=0.97, help="share of the tight days that orders take (0.97)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--out", type=Path, default=RESULTS, help="folder of slot_levelling_CASE.csv (results)"
    )
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result files")
    asked = parser.parse_args()
    key = asked.days, asked.iterations, asked.seed, asked.used
    for case in asked.cases:
        names = ("way", "date", "days", "iterations", "seed", "used")
        rows = Rows(asked.out / f"slot_levelling_{case}.csv", names, fresh=asked.fresh)
        for way in WAYS:
            if not rows.done(way, "all", *key):
                words = (asked.days, asked.iterations, asked.slot_iterations, asked.seed)
                for row in apart(__file__, case, way, *words, asked.threads, asked.used)["rows"]:
                    if not rows.done(way, row["date"], *key):
                        rows.add(row)
        print(f"\n{case}\n\n{summary(rows.rows, tuple(map(str, key)))}\n")


if __name__ == "__main__":
    main()
