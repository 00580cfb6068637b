"""Control a painted body store of the published shape: rules of thumb, the search, bounds.

    python benchmarks/pbs.py                         # four kinds of days, three of each: 12 x 60 s
    python benchmarks/pbs.py --days 1 --seconds 10
    python benchmarks/pbs.py --small                 # small stores, with proofs
    python benchmarks/pbs.py --colours               # before paint: only changes of colour count

The shape is that of problem C of China's postgraduate contest in mathematical modelling of 2022;
its two days cannot be had, and are drawn (`sinho.testing.generate_painted`). Every plan is carried
out by `sinho.simulate.shuttle.check`, which shares nothing with the search; a plan that it refuses
ends the benchmark. Seconds are processor time of one thread, without compiling.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
from sequence_common import RESULTS, CpuLimit, Rows, apart, table

HYBRIDS = {"first": 212, "second": 159}
"""Hybrids of the two days of the contest, of 318 cars; 29 have four-wheel drive on both."""

RULES = ("straight", "first free", "greedy")
MARKS = (2, 5, 10, 20, 40, 60, 120, 300)
"""Seconds after which the best score is told."""

ROUNDS = 200
"""Rounds of width 1 in a second, about: the search is given as many as fill its time."""

SMALL = (
    (6, (0, 1), 2, None),
    (6, (-1, 0), 2, 1),
    (8, (-1, 0, 1), 3, None),
    (8, (-1, 0, 2), 3, 1),
    (10, (-1, 0, 1), 3, None),
    (10, (-2, -1, 0, 1), 3, None),
)
"""Small stores: cars, where the lanes are, places, and where the return lane is."""


def checked(data: Any, plan: Any) -> Any:
    """Return a plan that can be carried out and scores what it says."""
    from sinho.simulate.shuttle import check

    judged = check(data, plan.moves)
    if judged.broken or judged.score != plan.score:
        raise SystemExit(f"the plan is broken: {judged.broken[:3]}")
    return plan


def scramble(cars: pl.DataFrame, order: tuple[str, ...]) -> Any:
    """Return batches, changes and spread of an order."""
    from sinho.days.scramble import scramble_of

    known = {row["car"]: row for row in cars.iter_rows(named=True)}
    rows = [known[car] for car in order]
    return scramble_of([row["colour"] for row in rows], [row["planned"] for row in rows])


def one(day: str, in_order: bool, seed: int, seconds: float, width: int) -> dict[str, Any]:
    """Control a day by the rules and by the search."""
    from sinho.simulate.shuttle import Input, Params, ShuttleStore, play, solve, warm_up
    from sinho.stop import Progress
    from sinho.testing import generate_painted

    warm_up()
    cars = generate_painted(hybrids=HYBRIDS[day], seed=seed)
    data = Input.from_cars(cars, ShuttleStore(in_order=in_order))
    row: dict[str, Any] = {"day": day, "in_order": in_order, "seed": seed, "width": width}
    for rule in RULES:
        row[rule] = round(checked(data, play(data, rule)).score, 3)
    began, seen = time.process_time(), []

    def told(progress: Progress) -> None:
        seen.append((time.process_time() - began, progress.best))

    plan = checked(
        data,
        solve(
            data,
            Params(width=width, rounds=max(3, round(seconds * ROUNDS / width))),
            stop=CpuLimit(seconds, 1),
            seed=seed,
            progress=told,
        ),
    )
    for mark in MARKS:
        if mark <= seconds:
            reached = [best for at, best in seen if at <= mark]
            row[f"after_{mark}"] = round(reached[-1], 3) if reached else ""
    row |= {
        "score": round(plan.score, 3),
        "bound": round(plan.bound, 3),
        "gaps": plan.gaps,
        "blocks": plan.blocks,
        "returns": plan.returns,
        "finished": plan.finished,
        "rounds": plan.rounds,
        "cpu_s": round(time.process_time() - began, 1),
    }
    return row | figures(cars, plan.order)


def colours(in_order: bool, seed: int, seconds: float, width: int) -> dict[str, Any]:
    """Control a day before paint: colours come mixed, and only their changes count."""
    from sinho.simulate.shuttle import Input, Params, ShuttleStore, Weights, solve, warm_up
    from sinho.testing import generate_painted

    warm_up()
    cars = generate_painted(seed=seed)
    cars = cars.with_columns(colour=cars["colour"].shuffle(seed=seed))
    weights = Weights(gap=0.0, block=0.0, change=1.0)
    data = Input.from_cars(cars, ShuttleStore(in_order=in_order), weights)
    effort = Params(width=width, rounds=max(3, round(seconds * ROUNDS / width)))
    plan = checked(data, solve(data, effort, stop=CpuLimit(seconds, 1), seed=seed))
    row = {"in_order": in_order, "seed": seed, "width": width, "returns": plan.returns}
    return row | {"finished": plan.finished} | figures(cars, plan.order)


def figures(cars: pl.DataFrame, order: tuple[str, ...]) -> dict[str, float]:
    """Return the three figures before and after the store."""
    row = {}
    before, after = scramble(cars, tuple(cars["car"])), scramble(cars, order)
    for name, share in zip(("batch", "changes", "spread"), after.compared(before), strict=True):
        row[f"{name}_before"] = round(getattr(before, name), 2)
        row[f"{name}_after"] = round(getattr(after, name), 2)
        row[f"{name}_percent"] = round(100 * share, 1)
    return row


def small(number: int, lanes: tuple[int, ...], places: int, back: int | None) -> dict[str, Any]:
    """Control ten draws of a small store by the search, and prove what is best."""
    from sinho.simulate.shuttle import Input, Params, ShuttleStore, Weights, play, solve, warm_up
    from sinho.testing import generate_painted

    warm_up()
    proven, reached, rules, used = 0, 0, 0, 0.0
    lost = 0.0
    for seed in range(10):
        cars = generate_painted(number, hybrids=number * 2 // 3, four_wheel=number // 3, seed=seed)
        store = ShuttleStore(
            lanes=lanes, places=places, return_lane=back, return_places=2, in_order=seed % 2 == 0
        )
        data = Input.from_cars(cars, store, Weights(second=0.01))
        found = checked(data, solve(data, Params(width=100, rounds=10), seed=seed))
        began = time.process_time()
        best = checked(data, solve(data, Params(width=100, rounds=10, proof=300_000), seed=seed))
        used += time.process_time() - began
        proven += best.status == "optimal"
        if best.status == "optimal":
            reached += found.score > best.score - 1e-9
            lost = max(lost, best.score - found.score)
            greedy = max(checked(data, play(data, rule)).score for rule in RULES)
            rules += greedy > best.score - 1e-9
    return {
        "cars": number,
        "lanes": " ".join(map(str, lanes)),
        "places": places,
        "return_lane": "" if back is None else back,
        "draws": 10,
        "proven": proven,
        "search_reached": reached,
        "most_lost": round(lost, 3),
        "rules_reached": rules,
        "proof_cpu_s": round(used / 10, 2),
    }


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table of the days."""
    after = [f"after_{mark}" for mark in MARKS if f"after_{mark}" in rows[0]]
    names = ("day", "in_order", "seed", *RULES, *after, "score", "bound")
    names += ("gaps", "blocks", "returns", "finished")
    names += ("batch_percent", "changes_percent", "spread_percent")
    return table(names, [[row[name] for name in names] for row in rows])


def main() -> None:
    """Control the days asked for."""
    if sys.argv[1:2] == ["one"]:
        if sys.argv[2] == "small":
            row = small(*SMALL[int(sys.argv[3])])
        elif sys.argv[2] == "colours":
            in_order, seed, seconds, width = sys.argv[3:]
            row = colours(in_order == "True", int(seed), float(seconds), int(width))
        else:
            day, in_order, seed, seconds, width = sys.argv[2:]
            row = one(day, in_order == "True", int(seed), float(seconds), int(width))
        print(json.dumps(row))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=int, default=3, help="draws of each day")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--width", type=int, default=50)
    parser.add_argument("--small", action="store_true", help="small stores with proofs")
    parser.add_argument("--colours", action="store_true", help="before paint")
    parser.add_argument("--out", type=Path, help="result file")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    if asked.small:
        key: tuple[str, ...] = ("cars", "lanes", "places", "return_lane")
        rows = Rows(asked.out or RESULTS / "pbs_small.csv", key, fresh=asked.fresh)
        for at, (number, lanes, places, back) in enumerate(SMALL):
            spots = " ".join(map(str, lanes))
            if not rows.done(number, spots, places, "" if back is None else back):
                rows.add(apart(__file__, "small", at))
        print(table(list(rows.rows[0]), [list(row.values()) for row in rows.rows]))
        return
    if asked.colours:
        key = ("in_order", "seed", "width")
        rows = Rows(asked.out or RESULTS / "pbs_colours.csv", key, fresh=asked.fresh)
        for seed in range(1, asked.days + 1):
            for in_order in (True, False):
                if not rows.done(in_order, seed, asked.width):
                    words = ("colours", in_order, seed, asked.seconds, asked.width)
                    rows.add(apart(__file__, *words))
        print(table(list(rows.rows[0]), [list(row.values()) for row in rows.rows]))
        return
    rows = Rows(
        asked.out or RESULTS / "pbs.csv", ("day", "in_order", "seed", "width"), fresh=asked.fresh
    )
    for seed in range(1, asked.days + 1):
        for day in HYBRIDS:
            for in_order in (True, False):
                words = (day, in_order, seed)
                if not rows.done(*words, asked.width):
                    rows.add(apart(__file__, *words, asked.seconds, asked.width))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
