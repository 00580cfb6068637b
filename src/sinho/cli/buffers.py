"""Command buffers: where the places of buffers make most."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sinho.cli.base import examples
from sinho.cli.files import print_written, writable, write_table
from sinho.cli.inputs import chosen, load
from sinho.cli.options import (
    AsJson,
    ParamsFile,
    ReplaceFiles,
    Scenario,
    SearchSeed,
    file_option,
    params_of,
    seconds_option,
    threads_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, print_text
from sinho.errors import counted
from sinho.parameters import SEED

if TYPE_CHECKING:
    from sinho import simulate

ENDINGS = (".csv", ".xlsx")


@examples(
    "sinho buffers myplant --places 300",
    "sinho buffers myplant --places +50 --time 300",
    'sinho buffers myplant --at PBS --at WBS --at "trim 1" --out buffers.csv',
)
def buffers(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="HUB", help="The hub.")],
    places: Annotated[
        str,
        typer.Option(
            metavar="N|+N|-N",
            help="Places to share out, of all buffers and stores together; +50 or -50: so many "
            "more or fewer than there are now. Without it as many as now.",
        ),
    ] = "+0",
    at: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A buffer, store, or station before which places may be; may be given often. "
            "Without it all stores, and all buffers of cars that are no conveyors.",
        ),
    ] = None,
    scenario: Scenario = None,
    days: Annotated[
        int, typer.Option(metavar="N", min=1, max=400, help="Working days that count.")
    ] = 5,
    jph: Annotated[
        float | None,
        typer.Option(
            metavar="RATE",
            min=0.1,
            max=10_000,
            help="Cars an hour at which the line runs, all shops in proportion; without it the "
            "manned rates.",
        ),
    ] = None,
    replications: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=2, max=1_000_000, help="Replications by which plants are compared."
        ),
    ] = None,
    time: Annotated[
        float | None, seconds_option("Hand back the best after so many seconds.", "--time")
    ] = None,
    seed: SearchSeed = SEED,
    threads: Annotated[
        int | None,
        threads_option("Replications side by side; the result does not depend on it.", 256),
    ] = None,
    params: ParamsFile = None,
    out: Annotated[
        Path | None, file_option("Table of the places to write: .csv or .xlsx.", "--out")
    ] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Search where the places of buffers and stores make most, over simulated plants.

    All meet the same cars and random numbers, so that they differ by their places alone. Ctrl-C
    hands back the best so far.
    """
    from sinho.hub import apply_scenario
    from sinho.run import BASE, scenario_names
    from sinho.simulate import Input, buffers

    total, more = _places(places)
    writable("--out", out, ENDINGS, force=force)
    effort = params_of(context, buffers.Params, params, workers=threads)
    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
        if scenario != BASE or BASE in hub.scenarios:
            hub = apply_scenario(hub, scenario)
    line = Input.from_hub(hub, days, jph=jph)
    given = buffers.Input.from_line(line, total, more=more, at=at or ())
    found = wait(
        lambda stop, report: buffers.solve(given, effort, stop=stop, seed=seed, progress=report),
        "simulating the plant as it is",
        time,
        what="result",
    )
    files = [] if out is None else [write_table(out, found.sites, "buffers", force=force)]
    if json:
        print_json(
            {
                "places": found.sites,
                "outputs": found.outputs,
                "history": found.history,
                "tried": found.tried,
                "replications": found.replications,
                "bound": found.bound,
                "gap": found.gap,
                "status": found.status,
                "seed": found.seed,
                "versions": found.versions,
                "files": files,
            }
        )
        return
    _print(found)
    print_written(files, "--out FILE writes the places.")


def _places(text: str) -> tuple[int | None, int]:
    """Return the places as typed: of all, or None and so many more than now."""
    form = re.fullmatch(r"([+-]?)(\d{1,9})", text.strip())
    if form is None:
        raise typer.BadParameter(
            f"{text!r} is no number of places; write 300, or +50 or -50 for so many more or fewer "
            "than now.",
            param_hint="--places",
        )
    count = int(form[2])
    if not form[1]:
        return count, 0
    return None, count if form[1] == "+" else -count


def _print(found: simulate.buffers.Allocation) -> None:
    import polars as pl

    from sinho.results import ENDED

    level = f"{found.level:.0%}"
    print_frame("Places", found.sites, keys=1)
    print_frame(
        "Output [cars a working day]",
        found.outputs.select(
            "allocation",
            "places",
            pl.col("per_day").round(2).alias("cars a day"),
            pl.col("more").round(2).alias("more than now"),
            pl.col("more_low").round(2).alias(f"low {level}"),
            pl.col("more_high").round(2).alias(f"high {level}"),
        ),
        keys=1,
        note="All with the same cars and random numbers, compared replication by replication.",
    )
    print_text(
        f"{counted(found.tried, 'allocation')} tried in {found.seconds:,.0f} s, "
        f"{counted(found.replications, 'replication')} of these; {ENDED[found.status]}. With all "
        f"places everywhere the plant would make {found.bound:,.2f} cars a day."
    )
