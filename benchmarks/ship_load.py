"""Load ships given as graphs: the objective as time goes by, beside the best that is published.

    python benchmarks/ship_load.py                     # the nine instances and three larger ships
    python benchmarks/ship_load.py --time 5 --only stage1/prob1
    python benchmarks/ship_load.py --clock cpu         # on a machine with other work

The instances of the Optimization Grand Challenge 2025 are read from ``../shared/data/ogc2025`` or
``--data``; the larger ships are drawn by `sinho.testing.generate_ship`. Compiling is not counted.
Each answer is checked and priced by `sinho.graphs.check`. Rows that are in the result file already
are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from sequence_common import DATA, RESULTS, CpuLimit, Rows, apart, load, table

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

LARGER = ((150, 12), (220, 16), (300, 20))
"""Places and ports of larger ships."""

LOOKS = (1, 5, 15, 30, 60)
"""Seconds at which the objective is told."""


def one(
    name: str, seconds: float, threads: int, clock: str, seed: int, data: str
) -> dict[str, Any]:
    """Load a ship."""
    from sinho.graphs import check, read_graph
    from sinho.stop import Progress, TimeLimit
    from sinho.stow import Input, Params, solve, warm_up
    from sinho.testing import generate_ship

    if name in INSTANCES:
        graph = read_graph(Path(data) / f"{name}.json")
    else:
        places, ports = map(int, name.removeprefix("drawn ").split("x"))
        graph = generate_ship(places, ports, fill=0.9)
    warm_up()
    seen: dict[int, int] = {}
    cpu = time.process_time()
    stop = CpuLimit(seconds, threads) if clock == "cpu" else TimeLimit(seconds)

    def hear(progress: Progress) -> None:
        gone = seconds - stop.seconds_left
        for look in LOOKS:
            if gone <= look:
                seen[look] = int(progress.best or 0)

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
        **{f"after_{look}": seen.get(look, "") if look <= seconds else "" for look in LOOKS},
        "objective": checked.above_least,
        "bound": made.bound - graph.least_cost,
        "published": INSTANCES.get(name) or "",
        "status": made.status,
        "put_off": checked.put_off,
        "relocated": checked.relocated,
        "iterations": made.iterations,
        "cpu": round(time.process_time() - cpu, 1),
        "load": load(),
    }


def summary(rows: list[dict[str, Any]]) -> str:
    """Return the table of the page."""
    cells = [
        "instance",
        "places",
        "ports",
        "cars",
        "seconds",
        *(f"after_{at}" for at in LOOKS[:-1]),
    ]
    cells += ["objective", "bound", "published", "status"]
    headings = [
        cell.replace("after_", "after s ").replace("bound", "proven bound") for cell in cells
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
    names = [*INSTANCES, *(f"drawn {places}x{ports}" for places, ports in LARGER)]
    for name in given.only or names:
        asked = (name, given.time, given.threads, given.clock, given.seed)
        if not rows.done(*asked):
            rows.add(apart(__file__, *asked, given.data))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
