"""Stow generated voyages of growing size beside a plain rule: moves, decks by port, time.

    python benchmarks/ship_decks.py                          # 2 to 12 decks, 250 to 7,000 cars
    python benchmarks/ship_decks.py --decks 12 --cars 7000 --fill 0.99 --lanes

Every voyage is drawn by `sinho.testing.generate_decks`. Beside sinho stands in the same run *last
port first*: the decks are filled one after the other, those behind first, with the cars of the last
port, then with those of the port before it; each car goes onto the first deck with room that takes
it, aside of the way through while there is room. Both are ordered and counted alike, by the engine
that loads graphs; sinho's stowage is played by `sinho.ship.decks.replay` besides. The rule knows no
trim. Seconds are processor time; memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
from sequence_common import RESULTS, Rows, apart, peak_mb, table

SIZES = ((2, 250), (4, 1_000), (8, 3_000), (12, 5_000), (12, 7_000))


def ruled(data: Any) -> tuple[int, int, int, int]:
    """Return the cars that the plain rule leaves, its moves, decks by port, legs off balance."""
    from sinho.results.decks import PUT_OFF
    from sinho.ship.decks.balance import balance_of
    from sinho.ship.decks.hull import fleet_of, hull_of
    from sinho.ship.decks.lanes import stood
    from sinho.ship.decks.order import ordered
    from sinho.ship.decks.rule import by_rule

    decks = hull_of(data)
    fleet = fleet_of(data, decks)
    cars = by_rule(data, decks, fleet)
    left = sum(map(len, fleet.members)) - int(cars.sum())
    places = stood(decks, fleet, cars)
    left += sum(map(len, places.without.values()))
    drives = ordered(data, decks, fleet, places).drives
    port_of = {car: fleet.port[k] for k, members in enumerate(fleet.members) for car in members}
    parted = {(d, port_of[car]) for (d, _), lane in places.lanes.items() for car in lane}
    where = [(decks[d].name, car) for (d, _), lane in places.lanes.items() for car in lane]
    stands = data.cars[[car for _, car in where]].with_columns(
        deck=pl.Series([name for name, _ in where], dtype=pl.String)
    )
    unheld = sum(not row[-1] for row in balance_of(data, stands))
    return left, sum(one.kind == PUT_OFF for one in drives), len(parted), unheld


def one(decks: int, cars: int, fill: float, ports: int, lanes: int, seed: int) -> dict[str, Any]:
    """Stow a voyage by both."""
    from sinho.ship.decks import replay, solve
    from sinho.testing import generate_decks

    data = generate_decks(decks, ports=ports, cars=cars, fill=fill, lanes=bool(lanes), seed=seed)
    began = time.process_time()
    plan = solve(data, seed=seed)
    used = time.process_time() - began
    moves, broken = replay(data, plan)
    if broken:
        raise SystemExit(f"the stowage is broken: {broken[:3]}")
    levels = {row["level"]: row for row in plan.levels.to_dicts()}
    rule_left, rule_moves, rule_decks, rule_unheld = ruled(data)
    return {
        "decks": decks,
        "cars": cars,
        "fill": fill,
        "ports": ports,
        "lanes": lanes,
        "seed": seed,
        "left": plan.left.height,
        "left_bound": round(levels["left"]["bound"]),
        "moves": moves,
        "moves_bound": plan.moves_bound,
        "decks_by_port": round(levels["decks by port"]["value"]),
        "decks_by_port_bound": round(levels["decks by port"]["bound"]),
        "balance_missed": round(levels["balance"]["value"], 3),
        "rule_left": rule_left,
        "rule_moves": rule_moves,
        "rule_decks_by_port": rule_decks,
        "unheld_legs": int((~plan.balance["held"]).sum()),
        "rule_unheld_legs": rule_unheld,
        "cpu_s": round(used, 2),
        "peak_mb": round(peak_mb()),
    }


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table."""
    return table(
        (
            "decks",
            "cars",
            "fill",
            "lanes",
            "left (least)",
            "by rule",
            "moves (least)",
            "by rule",
            "decks by port (least)",
            "by rule",
            "legs off balance",
            "by rule",
            "CPU",
            "memory",
        ),
        [
            (
                row["decks"],
                f"{int(row['cars']):,}",
                f"{float(row['fill']):.0%}",
                "by length" if int(row["lanes"]) else "by area",
                f"{row['left']} ({row['left_bound']})",
                row["rule_left"],
                f"{row['moves']} ({row['moves_bound']})",
                f"{int(row['rule_moves']):,}",
                f"{row['decks_by_port']} ({row['decks_by_port_bound']})",
                row["rule_decks_by_port"],
                row["unheld_legs"],
                row["rule_unheld_legs"],
                f"{float(row['cpu_s']):.1f} s",
                f"{int(row['peak_mb']):,} MB",
            )
            for row in sorted(
                rows, key=lambda row: (int(row["lanes"]), int(row["cars"]), float(row["fill"]))
            )
        ],
    )


def main() -> None:
    """Stow the voyages asked for."""
    if sys.argv[1:2] == ["one"]:
        decks, cars, fill, ports, lanes, seed = sys.argv[2:]
        print(
            json.dumps(one(int(decks), int(cars), float(fill), int(ports), int(lanes), int(seed)))
        )
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--decks", type=int, help="with --cars; else all sizes")
    parser.add_argument("--cars", type=int)
    parser.add_argument("--fill", type=float, nargs="+", default=[0.9, 0.97])
    parser.add_argument("--ports", type=int, default=5)
    parser.add_argument("--lanes", action="store_true", help="lanes with a length alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS / "ship_decks.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    key = ("decks", "cars", "fill", "ports", "lanes", "seed")
    rows = Rows(asked.out, key, fresh=asked.fresh)
    sizes = ((asked.decks, asked.cars),) if asked.decks and asked.cars else SIZES
    for lanes in (1,) if asked.lanes else (0, 1):
        for decks, cars in sizes:
            for fill in asked.fill:
                words = (decks, cars, fill, asked.ports, lanes, asked.seed)
                if not rows.done(*words):
                    rows.add(apart(__file__, *words))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
