"""Command load: load a ship that is given as a graph, or check a plan for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import examples
from sinho.cli.files import print_written, writable
from sinho.cli.options import (
    AsJson,
    ParamsFile,
    ReplaceFiles,
    SearchSeed,
    SearchThreads,
    file_option,
    number_option,
    params_of,
    seconds_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_json, print_text
from sinho.errors import DataError, counted
from sinho.parameters import SEED

if TYPE_CHECKING:
    from sinho.graphs import Checked, DeckGraph, Demand

DEFAULT_SECONDS = 60.0
COMPILING = "compiling the search, once per machine"


@examples(
    "sinho load prob1.json --time 60 --threads 2 --out plan.json",
    "sinho load prob1.json --check plan.json",
    'sinho load prob1.json --time 20 --explain "port 1"   cars put off there, for whose way',
    "sinho load prob1.json --iterations 1000000 --seed 7 --json",
)
def load(
    context: typer.Context,
    problem: Annotated[
        Path,
        typer.Argument(
            metavar="PROBLEM.json",
            help="The ship as a graph, its ports and cars: a file of the Optimization Grand "
            "Challenge 2025.",
        ),
    ],
    time: Annotated[
        float | None,
        seconds_option(
            "Hand back the best plan after so many seconds; 60 where --iterations is not given.",
            "--time",
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        number_option(
            "Changes that each thread tries; the same seed, threads and number give the same plan."
        ),
    ] = None,
    seed: SearchSeed = SEED,
    threads: SearchThreads = 1,
    params: ParamsFile = None,
    out: Annotated[
        Path | None, file_option("Plan to write, as the challenge takes it: .json.")
    ] = None,
    plan: Annotated[
        Path | None,
        file_option(
            "Check and price this plan, by the rules alone, instead of making one.", "--check"
        ),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="WHAT",
            help="Say too where the cost comes from: plan (as a whole), port N, or demand N.",
        ),
    ] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Load and unload a ship with few cars in the way: where each car stands, and its route.

    Ctrl-C hands back the best plan found so far; a second Ctrl-C gives up.
    """
    from sinho.graphs import check, read_moves, write_moves
    from sinho.results import ENDED
    from sinho.stow import Input, Params, explain, solve, warm_up

    _together(plan, {"--time": time, "--iterations": iterations, "--out": out, "--explain": why})
    writable("--out", out, (".json",), force=force)
    given = Input.from_file(problem)
    graph = given.graph
    asked = None if why is None else _asked(graph, why)
    if plan is not None:
        checked = check(graph, read_moves(plan, graph), plan.name)
        if not checked.sound:
            raise DataError(checked.problems)
        if json:
            print_json(_record(checked))
        else:
            _print_graph(graph)
            print(f"{plan} keeps the rules.")
            _print_cost(graph, checked)
        return
    effort = params_of(context, Params, params)
    wait(lambda _stop, _report: warm_up(), COMPILING, all_or_nothing=True)
    made = wait(
        lambda stop, progress: solve(
            given,
            effort,
            stop=stop,
            seed=seed,
            progress=progress,
        ),
        f"loading {problem.name}",
        time if time or effort.iterations else DEFAULT_SECONDS,
    )
    checked = check(graph, made.moves)
    told = () if why is None else explain(made, asked)
    written = [] if out is None else [write_moves(out, made.moves, force=force)]
    if json:
        found = _record(checked) | {
            "objective": made.objective,
            "bound": made.bound,
            "gap": made.gap,
            "status": made.status,
            "seed": made.seed,
            "threads": made.threads,
            "iterations": made.iterations,
            "seconds": made.seconds,
            "versions": dict(made.versions),
            "files": [str(path) for path in written],
        }
        print_json(found | ({"why": told} if why is not None else {}))
        return
    _print_graph(graph)
    _print_cost(graph, checked)
    proven = "none is better" if made.status == "optimal" else "proven"
    print(
        f"No plan costs less than {made.bound:,} ({made.bound - graph.least_cost:,} above that): "
        f"{proven}."
    )
    print(
        f"{made.status}: {ENDED[made.status]} after {made.seconds:.1f} s and "
        f"{counted(made.iterations, 'change')}; seed {made.seed}, "
        f"{counted(made.threads, 'thread')}."
    )
    for line in told:
        print_text(line)
    print()
    print_written(written, "--out plan.json writes the plan.")


def _asked(graph: DeckGraph, what: str) -> int | Demand | None:
    """Return what a question is about."""
    kind, _, text = what.strip().partition(" ")
    if what.strip() == "plan":
        return None
    known = {"port": graph.ports, "demand": len(graph.demands)}
    if kind in known and text.strip().isdecimal() and int(text) < known[kind]:
        return int(text) if kind == "port" else graph.demands[int(text)]
    raise typer.BadParameter(
        f"{what!r} is none of: plan, port 0 to {graph.ports - 1}, demand 0 to "
        f"{len(graph.demands) - 1}.",
        param_hint="--explain",
    )


def _together(plan: Path | None, others: dict[str, Any]) -> None:
    """Refuse options that make a plan beside the one that checks one."""
    for option, value in others.items():
        if plan is not None and value is not None:
            raise typer.BadParameter(
                "--check looks at a plan and makes none; leave one of the two out.",
                param_hint=option,
            )


def _record(checked: Checked) -> dict[str, Any]:
    return {
        "cost": checked.cost,
        "above_least": checked.above_least,
        "loaded": checked.loaded,
        "unloaded": checked.unloaded,
        "put_off": checked.put_off,
        "relocated": checked.relocated,
        "edges": checked.edges,
    }


def _print_graph(graph: DeckGraph) -> None:
    cars = sum(one.cars for one in graph.demands)
    fullest = max(
        sum(one.cars for one in graph.demands if one.aboard(port)) for port in range(graph.ports)
    )
    print(
        f"{graph.name}: {counted(graph.nodes - 1, 'place')}, {graph.ports} ports, "
        f"{counted(cars, 'car')}, at most "
        f"{fullest} on board; a move costs {graph.fee} and 1 for each edge."
    )


def _print_cost(graph: DeckGraph, checked: Checked) -> None:
    moved = checked.loaded + checked.unloaded + checked.put_off + checked.relocated
    print(
        f"Cost {checked.cost:,}: {counted(moved, 'move')} over {counted(checked.edges, 'edge')}; "
        f"{counted(checked.put_off, 'car')} put off and loaded again, {checked.relocated:,} moved "
        "on board."
    )
    print(
        f"That is {checked.above_least:,} above {graph.least_cost:,}, each car as if no other "
        "stood in its way."
    )
