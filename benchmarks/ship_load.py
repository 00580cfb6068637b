"""Load ships given as graphs: the objective as time goes by, beside the best that is published.

    python benchmarks/ship_load.py                     # the nine instances and four larger ships
    python benchmarks/ship_load.py --time 5 --only stage1/prob1
    python benchmarks/ship_load.py --clock cpu         # on a machine with other work

The instances of the Optimization Grand Challenge 2025 are read from ``../shared/data/ogc2025`` or
``--data``; the larger ships are drawn by `sinho.testing.generate_ship`. Compiling is not counted.
Each answer is checked and priced by `sinho.graphs.check`; *plain* is a rule without a search.
Rows that are in the result file already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from sequence_common import DATA, RESULTS, CpuLimit, Rows, apart, load, peak_mb, table

from sinho.graphs import DeckGraph, check, moves_of, read_graph

INSTANCES = {
    "exercise/prob1": None,
    "exercise/prob2": None,
    "exercise/prob3": None,
    "exercise/prob4": None,
    "exercise/prob5": None,
    "exercise/prob6": None,
    "stage1/prob1": 231,
    "stage1/prob2": 822,
    "stage1/prob3": 808,
}
"""The challenge's instances, and the best objective that is published."""

LARGER = ("150x12", "220x16", "300x20", "300x20x4")
"""Places and ports of larger ships, and decks where there are several."""

LOOKS = (1, 5, 15, 30, 60)
"""Seconds at which the objective is told."""


def one(
    name: str, seconds: float, threads: int, clock: str, seed: int, data: str
) -> dict[str, Any]:
    """Load a ship."""
    from sinho.stop import Progress, TimeLimit
    from sinho.stow import Input, Params, solve, warm_up
    from sinho.testing import generate_ship

    if name in INSTANCES:
        graph = read_graph(Path(data) / f"{name}.json")
    else:
        places, ports, *decks = map(int, name.removeprefix("drawn ").split("x"))
        graph = generate_ship(places, ports, fill=0.9, decks=decks[0] if decks else 1)
    warm_up()
    seen: dict[int, int] = {}
    first: list[int] = []
    cpu = time.process_time()
    stop = CpuLimit(seconds, threads) if clock == "cpu" else TimeLimit(seconds)

    def hear(progress: Progress) -> None:
        gone = seconds - stop.seconds_left
        above = int(progress.best or 0) - graph.least_cost
        first.append(above)
        for look in LOOKS:
            if gone <= look:
                seen[look] = above

    made = solve(Input(graph), Params(threads=threads), stop=stop, seed=seed, progress=hear)
    checked = check(graph, made.moves)
    assert checked.sound
    return {
        "instance": name,
        "seconds": seconds,
        "threads": threads,
        "clock": clock,
        "seed": seed,
        "places": graph.nodes - 1,
        "ports": graph.ports,
        "cars": sum(one.cars for one in graph.demands),
        "least_cost": graph.least_cost,
        "plain": plain(graph),
        "first": first[0],
        **{f"after_{look}": seen.get(look, "") if look <= seconds else "" for look in LOOKS},
        "objective": checked.above_least,
        "bound": made.bound - graph.least_cost,
        "published": INSTANCES.get(name) or "",
        "status": made.status,
        "put_off": checked.put_off,
        "relocated": checked.relocated,
        "iterations": made.iterations,
        "cpu": round(time.process_time() - cpu, 1),
        "peak_mb": round(peak_mb()),
        "load": load(),
    }


def plain(graph: DeckGraph) -> int:
    """Return the objective of a rule: who leaves last goes to the farthest place within reach.

    Cars keep their places; those in the way are put off and loaded again.
    """
    plan = [[-1] * graph.nodes]
    for port in range(graph.ports):
        deck = [-1 if k < 0 or graph.demands[k].destination == port else k for k in plan[-1]]
        reached = [0]
        for node in reached:
            reached += [
                other
                for other in graph.neighbours[node]
                if other not in reached and other and deck[other] < 0
            ]
        rest = [node for node in range(1, graph.nodes) if deck[node] < 0 and node not in reached]
        free = [*reversed(reached[1:]), *rest]
        come = sorted(
            (one.destination, k) for k, one in enumerate(graph.demands) if one.origin == port
        )
        for _, k in reversed(come):
            for _ in range(graph.demands[k].cars):
                deck[free.pop(0)] = k
        plan.append(deck)
    return check(graph, moves_of(graph, plan)).above_least


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table of the page."""
    cells = [
        "instance",
        "places",
        "ports",
        "cars",
        "seconds",
        "plain",
        "first",
        *(f"after_{at}" for at in LOOKS[:-1]),
    ]
    cells += ["objective", "bound", "published", "status", "put_off", "peak_mb"]
    headings = [
        cell.replace("after_", "after s ").replace("bound", "proven bound").replace("_", " ")
        for cell in cells
    ]
    return table(headings, [[row[cell] for cell in cells] for row in rows])


def main() -> None:
    """Run what is asked for."""
    if sys.argv[1:2] == ["one"]:
        name, seconds, threads, clock, seed, data = sys.argv[2:]
        print(json.dumps(one(name, float(seconds), int(threads), clock, int(seed), data)))
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--time", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--data", type=Path, default=DATA / "ogc2025")
    parser.add_argument("--fresh", action="store_true")
    given = parser.parse_args()
    key = ("instance", "seconds", "threads", "clock", "seed")
    rows = Rows(RESULTS / "ship_load.csv", key, fresh=given.fresh)
    names = [*INSTANCES, *(f"drawn {size}" for size in LARGER)]
    for name in given.only or names:
        asked = (name, given.time, given.threads, given.clock, given.seed)
        if not rows.done(*asked):
            rows.add(apart(__file__, *asked, given.data))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
