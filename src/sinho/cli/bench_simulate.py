"""Command bench simulate: how many cars a second pass a line, or the plant of a hub."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import examples
from sinho.cli.files import print_written, writable, write_table
from sinho.cli.inputs import load
from sinho.cli.options import AsJson, ReplaceFiles, file_option, number_option
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json
from sinho.errors import Stopped
from sinho.stop import Progress, Report, StopRule

if TYPE_CHECKING:
    from sinho.simulate import Input, Plant

PACE, BETWEEN, REPAIR = 1.0, 100.0, 10.0
"""Minutes of work on a car, to a stop and of a stop: those of the line that others measure too."""


@examples(
    "sinho bench simulate",
    "sinho bench simulate --stations 20 --cars 50000",
    "sinho bench simulate myplant --replications 4 --out speed.csv",
)
def bench_simulate(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="HUB", help="Measure the plant of this hub, five days of it, too."),
    ] = None,
    stations: Annotated[int, number_option("Stations of the line, one behind the other.")] = 10,
    places: Annotated[int, number_option("Places between two of them.")] = 5,
    cars: Annotated[int, number_option("Cars that pass it.")] = 100_000,
    replications: Annotated[int, number_option("Replications of each; one after the other.")] = 1,
    out: Annotated[Path | None, file_option("Table to write: .csv or .xlsx.")] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Measure how fast lines are simulated, in CPU seconds of one processor, all figures taken.

    A line with exponential work, and one with work of a minute and stops, by the recursion for
    plain lines and by the event core. Ctrl-C ends the table with what is done.
    """
    import polars as pl

    from sinho.simulate import Input

    writable("--out", out, (".csv", ".xlsx"), force=force)
    given = [
        (f"{stations} stations, {kind}", Input.from_plant(plant, cars), general)
        for kind, plant in lines(stations, places)
        for general in (False, True)
    ]
    if path is not None:
        hub = load(path)
        given.append((hub.settings.name, Input.from_hub(hub, 5), True))
    rows: list[dict[str, Any]] = []

    def work(stop: StopRule, progress: Report) -> None:
        for number, (name, one, general) in enumerate(given):
            progress(Progress(name, 0.0, done=number / len(given)))
            try:
                rows.append(measured(name, one, general, replications, stop))
            except Stopped:
                return

    wait(work, "simulating", what="table")
    table = pl.DataFrame(rows)
    if json:
        print_json({"rows": table.to_dicts()})
    else:
        print_frame("Speed of simulation", table, keys=2)
    if out is not None and rows:
        print_written([write_table(out, table, "speed", force=force)])


def lines(stations: int, places: int) -> Iterator[tuple[str, Plant]]:
    """Yield the lines that are measured, each with what it is called."""
    from sinho.simulate import Buffer, Plant, Station, Stops, chain, exponential, fixed

    for kind, cycle, stops in (
        ("exponential", exponential(PACE), ()),
        ("stops", fixed(PACE), (Stops(exponential(BETWEEN), exponential(REPAIR)),)),
    ):
        nodes: list[Station | Buffer] = []
        for number in range(1, stations + 1):
            if number > 1:
                nodes.append(Buffer(name=f"buffer {number}", places=places))
            nodes.append(Station(name=f"station {number}", cycle=cycle, stops=stops))
        yield kind, Plant(chain(*nodes))


def measured(
    name: str, given: Input, general: bool, replications: int, stop: StopRule
) -> dict[str, Any]:
    """Return a row of the table; compiling and warming up do not count."""
    from sinho.simulate import Params, solve

    effort = Params(workers=1, watched=0, samples=0, general=general)
    solve(given, replace(effort, replications=1), stop=stop)
    effort = replace(effort, replications=replications)
    began = time.process_time()
    made = solve(given, effort, stop=stop)
    seconds = max(time.process_time() - began, 1e-9)
    off = float(made.orders["p_off"].sum()) * made.replications
    return {
        "case": name,
        "way": made.paths,
        "nodes": len(given.plant.nodes),
        "cars": given.cars.height,
        "replications": made.replications,
        "CPU [s]": round(seconds, 3),
        "cars/s": round(off / seconds),
        "cars/day": round(made.objective, 1),
    }
