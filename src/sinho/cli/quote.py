"""Command quote: what a new model or contract earns and costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sinho.cli.base import FileProblem, examples
from sinho.cli.files import print_written
from sinho.cli.hubs import programmes_of
from sinho.cli.inputs import chosen, load, missing
from sinho.cli.options import (
    AsJson,
    NoReport,
    ParamsFile,
    PlanSeed,
    PlanTime,
    Scenario,
    folder_option,
    hub_argument,
    params_of,
    threads_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, print_text
from sinho.errors import as_typed
from sinho.parameters import SEED

if TYPE_CHECKING:
    import polars as pl

    from sinho.hub import Hub
    from sinho.results import Quote

SHOWN = (
    "cases",
    "markets",
    "misfits",
    "lifts",
    "headroom",
    "brands",
    "levers",
    "two way",
    "quantiles",
)
"""Tables that are printed, in this order."""


@examples(
    "sinho quote myplant myplant/programmes/polestar4.toml",
    "sinho quote myplant programme.toml --out out/quote            page, workbook and JSON",
    "sinho why out/quote --fee                                     its fees, line by line",
    "sinho quote myplant programme.toml --draws 1000 --workers 2   two processes draw",
)
def quote(
    context: typer.Context,
    path: Annotated[Path, hub_argument("HUB")],
    programme: Annotated[
        Path,
        typer.Argument(
            metavar="PROGRAMME.toml",
            help="The programme: a new model or contract, with volumes, terms and costs.",
        ),
    ],
    scenario: Scenario = None,
    out: Annotated[
        Path | None,
        folder_option(
            "Folder for page, workbook and quote.json; files of an earlier quote are replaced. "
            "Without it nothing is written."
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=100_000, help="Draws of what [[uncertain]] names; 0: none.")
    ] = 200,
    workers: Annotated[
        int, threads_option("Processes that draw side by side; the draws stay the same.", 1024)
    ] = 1,
    patterns: Annotated[
        Literal["kept", "chosen"],
        typer.Option(
            help="Shift patterns where things are varied and drawn: those of the two plans, or "
            "chosen anew each time, which takes a plan each."
        ),
    ] = "kept",
    simulation: Annotated[
        Path | None,
        folder_option(
            "Folder of `sinho simulate HUB --out`, whose rates show the demonstrated headroom."
        ),
    ] = None,
    time: PlanTime = None,
    seed: PlanSeed = SEED,
    params: ParamsFile = None,
    no_report: NoReport = False,
    json: AsJson = False,
) -> None:
    """Quote a new model or contract: plan the hub without it and with it.

    Says what it gains, the fee at break-even and the one at which the customer goes elsewhere,
    where it does not fit and what would make it, landed cost by market, and what it takes from
    others. Ctrl-C hands back what there is by then.
    """
    from sinho.quote import Input, Params, solve
    from sinho.run import PLAN_FILE, place_for_plan, scenario_names, scenario_of

    hub = load(path)
    if programme.is_dir():
        raise FileProblem(f"{programme}: is a folder. A programme is one file, such as p.toml.")
    if not programme.is_file():
        known = [as_typed(file) for file in programmes_of(path)]
        hint = (
            f"Of this hub: {', '.join(known)}."
            if known
            else "docs/quote.md shows how to write one."
        )
        raise missing(programme, "there is no such file", hint)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
    if out is not None:
        place_for_plan(out)
        if (out / PLAN_FILE).exists():
            raise FileProblem(f"{out} holds a plan. Name another folder by --out.")
    effort = params_of(context, Params, params)
    chosen_one = scenario_of(hub, scenario)
    shown = None if simulation is None else _demonstrated(hub, scenario, simulation)
    given = Input.from_hub(hub, programme, chosen_one, shown)
    made = wait(
        lambda stop, progress: solve(given, effort, stop=stop, seed=seed, progress=progress),
        "quoting",
        time,
        what="quote",
    )
    files = {}
    if out is not None:
        from sinho.report.quote import write_quote
        from sinho.run.quotes import keep_quote

        place, hubs = out, given.cases[made.tables["cases"]["case"][0]]
        files = dict(
            wait(
                lambda _stop, _report: write_quote(made, place, report=not no_report),
                "writing",
                all_or_nothing=True,
            )
        )
        wait(
            lambda stop, progress: keep_quote(
                made, hubs, place, scenario=scenario or "", stop=stop, progress=progress
            ),
            "keeping the quote for questions",
        )
    if json:
        print_json(made.record() | {"files": files})
        return
    _print(made)
    print_written(files.values(), "--out DIR writes page, workbook and quote.json.")


def _demonstrated(hub: Hub, scenario: str | None, folder: Path) -> pl.DataFrame:
    """Return the share of what it is manned for that each shop has demonstrated."""
    import polars as pl

    from sinho.hub import apply_scenario
    from sinho.run import scenario_of
    from sinho.run.demonstrated import on_demonstrated, read_demonstrated

    chosen_one = scenario_of(hub, scenario)
    changed = hub if chosen_one is None else apply_scenario(hub, chosen_one)
    _, rates = on_demonstrated(changed, read_demonstrated(folder, changed))
    return rates.select("shop", pl.col("share") / pl.col("availability"))


def _print(made: Quote) -> None:
    """Print what a quote comes to."""
    from sinho.report.quote import headline, quote_tables

    for sentence in headline(made):
        print_text(sentence)
    print()
    for said in made.explanations:
        for sentence in (said.answer, *said.reasons):
            print_text(sentence)
        print()
    tables = quote_tables(made)
    for name in SHOWN:
        if tables[name].frame.height:
            print_frame(tables[name].title, tables[name].frame, note=tables[name].note)
    print(f"{made.status}; seed {made.seed}, {made.seconds:.1f} s.")
    print()
