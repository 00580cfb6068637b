"""Plan generated yards of growing size beside the rules that ports use: moves, overflow, time.

    python benchmarks/ship_yard.py                         # 1,000 to 20,000 places, a month of cars
    python benchmarks/ship_yard.py --places 10000 --fill 0.9 0.99 --rounds 20000

Every yard is drawn by `sinho.testing.generate_yard`. Beside sinho stand in the same run

- *due day*: cars that come at once earliest due first, each into the first row with room;
- *by voyage*: each into the first row whose last car has its voyage and port, else into the first
  empty row, else into the first row with room.

Both take rows for shorter cars first. All three are played and counted by `sinho.ship.replay`,
which refuses what cannot be done. Seconds are processor time with the result's tables, without
compiling; memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
from sequence_common import RESULTS, Rows, apart, peak_mb, table

FILLS = {1_000: (0.8,), 5_000: (0.9,), 10_000: (0.8, 0.9, 1.0, 1.05), 20_000: (0.9,)}


def by_rule(data: Any, voyages: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return places and moves of the plain rule; with ``voyages`` that of rows by voyage."""
    rows = list(data.rows.sort("largest_length", maintain_order=True).iter_rows(named=True))
    cars = list(data.cars.iter_rows(named=True))
    stacks: list[list[dict[str, Any]]] = [[] for _ in rows]
    events = [(car["leave"], 0, car["leave"], car) for car in cars]
    events += [(car["ready"], 1, car["leave"], car) for car in cars]
    for _, _, _, car in events:
        car["lot"] = (car["voyage"], car["port"])
    events.sort(key=lambda each: (each[0], each[1]))
    step, moves = 0, []
    for (moment, kind), group in groupby(events, key=lambda each: each[:2]):
        if kind == 0:
            step += 1
            gone = [car for _, _, _, car in group]
            for car in gone:
                car["step_out"] = step
            for r in {car["at"] for car in gone if car.get("at") is not None}:
                stack = stacks[r]
                first = next(i for i, car in enumerate(stack) if car["leave"] == moment)
                back = [(car, i + 1) for i, car in enumerate(stack) if i > first]
                back = [each for each in back if each[0]["leave"] != moment]
                back.sort(key=lambda each: each[0]["leave"], reverse=True)
                del stack[first:]
                for car, place in back:
                    stack.append(car)
                    moves.append((step, moment, car["car"], r, place, len(stack)))
            continue
        for _, _, _, car in sorted(group, key=lambda each: each[2]):
            step += 1
            free = [
                r
                for r, row in enumerate(rows)
                if len(stacks[r]) < row["places"] and car["length"] <= row["largest_length"]
            ]
            chosen = free[:1]
            if voyages:
                own = [r for r in free if stacks[r] and stacks[r][-1]["lot"] == car["lot"]]
                chosen = own[:1] or [r for r in free if not stacks[r]][:1] or chosen
            for r in chosen:
                stacks[r].append(car)
                car.update(at=r, row=rows[r]["row"], area=rows[r]["area"])
                car.update(place=len(stacks[r]), step_in=step)
    places = pl.DataFrame(
        [
            {name: car.get(name) for name in ("car", "area", "row", "place", "step_in")}
            | {"step_out": car["step_out"] if "at" in car else None}
            for car in cars
        ],
        infer_schema_length=None,
    )
    spots = [
        {
            "step": step,
            "time": moment,
            "car": car,
            "area": rows[r]["area"],
            "row": rows[r]["row"],
            "place": place,
            "to_area": rows[r]["area"],
            "to_row": rows[r]["row"],
            "to_place": to,
        }
        for step, moment, car, r, place, to in moves
    ]
    return places, pl.DataFrame(spots, infer_schema_length=None)


def one(size: int, fill: float, rounds: int, days: int, seed: int) -> dict[str, Any]:
    """Plan a yard three times."""
    from sinho.ship.yard import Params as YardParams
    from sinho.ship.yard import replay, warm_up
    from sinho.ship.yard import solve as solve_yard
    from sinho.testing import generate_yard

    warm_up()
    data = generate_yard(size, days=days, fill=fill, seed=seed)
    began = time.process_time()
    plan = solve_yard(data, YardParams(rounds=rounds), seed=seed)
    used = time.process_time() - began
    counted, broken = replay(data, plan.places, plan.moves)
    if broken or counted != plan.move_count:
        raise SystemExit(f"the plan is broken: {broken[:3]}")
    row = {
        "places": size,
        "fill": fill,
        "rounds_asked": rounds,
        "days": days,
        "seed": seed,
        "rows": data.rows.height,
        "cars": data.cars.height,
        "peak": plan.peak,
        "moves": plan.move_count,
        "moves_bound": plan.moves_bound,
        "overflow": plan.overflow,
        "overflow_bound": plan.overflow_bound,
        "rounds": plan.rounds,
        "status": plan.status,
        "cpu_s": round(used, 2),
    }
    for name, voyages in (("due", False), ("voyage", True)):
        began = time.process_time()
        places, moves = by_rule(data, voyages)
        row[f"{name}_cpu_s"] = round(time.process_time() - began, 2)
        counted, broken = replay(data, places, moves)
        if broken:
            raise SystemExit(f"the rule is broken: {broken[:3]}")
        row[f"{name}_moves"] = counted
        row[f"{name}_overflow"] = places["place"].null_count()
    row["peak_mb"] = round(peak_mb())
    return row


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table."""
    return table(
        (
            "places",
            "rows",
            "cars",
            "most at once",
            "moves",
            "proven least",
            "moves, by voyage",
            "moves, due day",
            "overflow (least)",
            "by voyage",
            "due day",
            "CPU",
            "memory",
        ),
        [
            (
                f"{int(row['places']):,}",
                row["rows"],
                f"{int(row['cars']):,}",
                f"{int(row['peak']):,}",
                f"{int(row['moves']):,}",
                row["moves_bound"],
                f"{int(row['voyage_moves']):,}",
                f"{int(row['due_moves']):,}",
                f"{row['overflow']} ({row['overflow_bound']})",
                row["voyage_overflow"],
                row["due_overflow"],
                f"{float(row['cpu_s']):.1f} s",
                f"{int(row['peak_mb']):,} MB",
            )
            for row in sorted(rows, key=lambda row: (int(row["places"]), float(row["fill"])))
        ],
    )


def main() -> None:
    """Plan the yards asked for."""
    if sys.argv[1:2] == ["one"]:
        size, fill, rounds, days, seed = sys.argv[2:]
        print(json.dumps(one(int(size), float(fill), int(rounds), int(days), int(seed))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--places", type=int, nargs="+", help="1000 5000 10000 20000")
    parser.add_argument("--fill", type=float, nargs="+", help="share of places at the fullest hour")
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS / "ship_yard.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    key = ("places", "fill", "rounds_asked", "days", "seed")
    rows = Rows(asked.out, key, fresh=asked.fresh)
    for size in asked.places or list(FILLS):
        for fill in asked.fill or FILLS.get(size, (0.9,)):
            words = (size, fill, asked.rounds, asked.days, asked.seed)
            if not rows.done(*words):
                rows.add(apart(__file__, *words))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
