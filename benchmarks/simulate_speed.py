"""How fast lines are simulated: beside other tools, and as they grow.

    python benchmarks/simulate_speed.py            # all parts, some minutes
    python benchmarks/simulate_speed.py peers      # or: growth, plant

``peers``: ten stations, buffers of 5 places, 100,000 cars, exponential work, or work of a minute
with stops (exponential, 100 minutes of work between them, 10 of repair); all walk the same path.
``growth``: stations, cars, replications. ``plant``: 400 stations, 5 days, 960 cars a day, 200
replications, as a plain line and as a plant with rework, a store and sub-lines. Every figure is
taken in a process of its own, in CPU seconds; peers that are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sequence_common import RESULTS, Rows, apart, load, peak_mb, table

STATIONS, PLACES, CARS = 10, 5, 100_000
OWN = {"sinho, events": True, "sinho, recursion": False}
LIBRARY = {"cimba": "cimba", "SimPy": "simpy", "salabim": "salabim", "Ciw": "ciw"}
TWICE = 3
"""Times that a figure is taken; the least counts."""


def line(stations: int, stops: bool) -> Any:
    """Return a plain line."""
    from sinho.simulate import Buffer, Plant, Station, Stops, chain, exponential, fixed

    cycle = fixed(1.0) if stops else exponential(1.0)
    fails = (Stops(exponential(100.0), exponential(10.0)),) if stops else ()
    nodes: list[Any] = []
    for k in range(stations):
        nodes += [Buffer(name=f"B{k}", places=PLACES)] if k else []
        nodes.append(Station(name=f"S{k}", cycle=cycle, stops=fails))
    return Plant(chain(*nodes))


def work_of(stations: int, cars: int, stops: bool) -> NDArray[np.float64]:
    """Return the minutes of each car at each station, repairs included, from the same numbers."""
    from sinho.simulate import draws, exponential, stream_of

    work = np.ones((stations, cars))
    for k in range(stations):
        name = f"S{k}"
        if not stops:
            work[k] = draws(exponential(1.0), stream=stream_of(name, "cycle"), seed=0, count=cars)
            continue
        many = cars // 50 + 50
        up = draws(exponential(100.0), stream=stream_of(name, "up stop"), seed=0, count=many)
        repair = draws(exponential(10.0), stream=stream_of(name, "repair stop"), seed=0, count=many)
        left, stop = up[0], 0
        for car in range(cars):
            rest = 1.0
            while left < rest:
                rest -= left
                work[k, car] += repair[stop]
                stop += 1
                left = up[stop]
            left -= rest
    return work


def measured(run: Any) -> tuple[float, float]:
    """Return the least CPU seconds of some runs, and what they return."""
    least, found = np.inf, 0.0
    for _ in range(TWICE):
        before = time.process_time()
        found = run()
        least = min(least, time.process_time() - before)
    return least, found


def own(cars: int, stops: bool, general: bool) -> tuple[float, float]:
    """Return CPU seconds and makespan of sinho: when each car is off, and nothing else."""
    from sinho.simulate import Input
    from sinho.simulate.pack import pack
    from sinho.simulate.replica import Replica, Window

    window = Window(measured=False, general=general)
    replica = Replica(pack(Input.from_plant(line(STATIONS, stops), cars)), window)
    replica.run(0, 0)
    return measured(lambda: replica.run(0, 0)[1])


def peer(name: str, stops: bool) -> dict[str, Any]:
    """Return a row of the table of peers."""
    from simulate_peers import PEERS

    cars = CARS
    if name in LIBRARY:
        importlib.import_module(LIBRARY[name])  # cimba must come before numba's other users
    if name in OWN:
        seconds, makespan = own(cars, stops, OWN[name])
    else:
        made, cars = PEERS[name]
        seconds, makespan = measured(made(work_of(STATIONS, cars, stops), PLACES))
    _, expected = own(cars, stops, False)
    return {
        "case": "stops" if stops else "exponential",
        "tool": name,
        "cars": cars,
        "cpu_s": round(seconds, 5),
        "cars_per_s": round(cars / seconds),
        "makespan": f"{makespan:.6f}",
        "off_by": f"{abs(makespan - expected) / expected:.1e}",
        "load": load(),
    }


def grown(stations: int, cars: int, replications: int) -> dict[str, Any]:
    """Return a row of the table of growth: everything is measured, on two workers."""
    from sinho.simulate import Input, Params, solve

    given = Input.from_plant(line(stations, True), cars)
    for general in (False, True):
        solve(given, Params(replications=1, general=general, horizon=10.0))
    row: dict[str, Any] = {"stations": stations, "cars": cars, "replications": replications}
    for name, general in (("recursion", False), ("events", True)):
        before, began = time.process_time(), time.perf_counter()
        solve(given, Params(replications=replications, workers=2, general=general))
        row[f"{name}_cpu_s"] = round(time.process_time() - before, 3)
        row[f"{name}_wall_s"] = round(time.perf_counter() - began, 3)
    return {**row, "peak_mb": round(peak_mb()), "load": load()}


def plant(kind: str) -> dict[str, Any]:
    """Return a row of the large plant: 400 stations, 5 days, 960 cars a day, 200 replications."""
    from simulate_plant import plain, whole

    from sinho.simulate import Params, solve

    given = plain() if kind == "plain" else whole()
    params = Params(replications=200, horizon=5 * 1440.0, warm_up=480.0, workers=2)
    solve(given, Params(replications=1, horizon=10.0))
    before, began = time.process_time(), time.perf_counter()
    made = solve(given, params)
    return {
        "plant": kind,
        "paths": made.paths,
        "stations": made.stations.height,
        "cars": given.cars.height,
        "replications": made.replications,
        "jph": round(made.jph, 2),
        "cpu_s": round(time.process_time() - before, 1),
        "wall_s": round(time.perf_counter() - began, 1),
        "peak_mb": round(peak_mb()),
        "load": load(),
    }


def peers(fresh: bool) -> None:
    """Fill the table of peers."""
    from simulate_peers import PEERS

    rows = Rows(RESULTS / "simulate_peers.csv", ("case", "tool"), fresh=fresh)
    for stops in (False, True):
        for name in (*OWN, *PEERS):
            library = LIBRARY.get(name.split(",")[0])
            missing = library is not None and importlib.util.find_spec(library) is None
            if not missing and not rows.done("stops" if stops else "exponential", name):
                rows.add(apart(__file__, "peer", name, int(stops)))
    cells = {(row["case"], row["tool"]): float(row["cars_per_s"]) for row in rows.rows}
    for case in ("stops", "exponential"):
        mine = [cells[case, name] for name in OWN]
        named = [name for name in (*OWN, *PEERS) if (case, name) in cells]
        body = [
            (
                name,
                f"{cells[case, name]:,.0f}",
                *(f"{one / cells[case, name]:,.1f}" for one in mine),
            )
            for name in named
        ]
        print(f"\n{case}\n" + table(("tool", "cars a second", *(f"{n} by it" for n in OWN)), body))


GROWTH = [
    *((stations, 10_000, 10) for stations in (5, 10, 20, 50, 100, 200, 400)),
    *((20, cars, 10) for cars in (1_000, 3_000, 30_000, 100_000)),
    *((20, 1_000, replications) for replications in (30, 100, 300, 1_000, 3_000)),
]


def growth(fresh: bool) -> None:
    """Fill the table of growth, and draw it."""
    key = ("stations", "cars", "replications")
    rows = Rows(RESULTS / "simulate_growth.csv", key, fresh=fresh)
    for case in GROWTH:
        if not rows.done(*case):
            rows.add(apart(__file__, "growth", *case))
    draw(rows.rows)


def draw(rows: list[dict[str, Any]]) -> None:
    """Draw CPU seconds a visit of a car to a station, and memory by replications."""
    import altair as alt
    import polars as pl

    frame = pl.DataFrame([{k: float(v) for k, v in row.items()} for row in rows])
    visits = pl.col("stations") * pl.col("cars") * pl.col("replications")
    frame = frame.unpivot(
        ["recursion_cpu_s", "events_cpu_s"],
        index=["stations", "cars", "replications", "peak_mb"],
        variable_name="path",
        value_name="cpu",
    ).with_columns((pl.col("cpu") / visits * 1e9).alias("ns"))
    charts = [
        alt.Chart(frame.filter(pl.col(a) == x, pl.col(b) == y), title=what, width=260, height=220)
        .mark_line(point=True)
        .encode(
            x=alt.X(f"{what}:Q", scale=alt.Scale(type="log")),
            y=alt.Y("ns:Q", scale=alt.Scale(zero=True), title="ns a visit of a station"),
            color="path:N",
        )
        for what, a, x, b, y in (
            ("stations", "cars", 10_000, "replications", 10),
            ("cars", "stations", 20, "replications", 10),
            ("replications", "stations", 20, "cars", 1_000),
        )
    ]
    memory = frame.filter(pl.col("stations") == 20, pl.col("cars") == 1_000, path="recursion_cpu_s")
    charts.append(
        alt.Chart(memory, title="memory", width=260, height=220)
        .mark_line(point=True)
        .encode(
            x=alt.X("replications:Q", scale=alt.Scale(type="log")),
            y=alt.Y("peak_mb:Q", scale=alt.Scale(zero=True), title="peak memory [MB]"),
        )
    )
    chart = alt.hconcat(*charts)
    chart.save(RESULTS / "simulate_growth.png", ppi=144)
    chart.save(RESULTS / "simulate_growth.svg")


def large(fresh: bool) -> None:
    """Fill the table of the large plant."""
    rows = Rows(RESULTS / "simulate_plant.csv", ("plant",), fresh=fresh)
    for kind in ("plain", "whole"):
        if not rows.done(kind):
            rows.add(apart(__file__, "plant", kind))


def main() -> None:
    """Run the parts asked for."""
    if sys.argv[1:2] == ["one"]:
        part, *words = sys.argv[2:]
        if part == "peer":
            row = peer(words[0], words[1] == "1")
        elif part == "growth":
            row = grown(*map(int, words))
        else:
            row = plant(words[0])
        print(json.dumps(row))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parts = {"peers": peers, "growth": growth, "plant": large}
    parser.add_argument("part", nargs="*", help="peers, growth, plant (all)")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result files")
    asked = parser.parse_args()
    for part in asked.part or parts:
        if part not in parts:
            parser.error(f"there is no part {part}; there are {', '.join(parts)}")
        parts[part](asked.fresh)


if __name__ == "__main__":
    main()
