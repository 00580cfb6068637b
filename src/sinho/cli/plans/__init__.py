"""Commands plan and compare: one scenario, or several side by side."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from sinho.cli.base import examples
from sinho.cli.files import print_written
from sinho.cli.inputs import chosen, load, made_by_sinho, there
from sinho.cli.options import (
    AsJson,
    Chance,
    Gap,
    Method,
    NoReport,
    Objective,
    ParamsFile,
    Period,
    PlanSeed,
    PlanThreads,
    PlanTime,
    Scenario,
    WholeCars,
    folder_option,
    hub_argument,
    params_of,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, say
from sinho.errors import DataError, as_typed
from sinho.parameters import SEED

if TYPE_CHECKING:
    import polars as pl

    from sinho.hub import Hub
    from sinho.plan import Options
    from sinho.run.kept import KeptPlan


@examples(
    "sinho plan myplant",
    "sinho plan myplant --scenario polestar4 --out out/polestar4",
    "sinho plan myplant --period week --time 60",
    "sinho plan myplant --json --no-report | jq .summary.status",
)
def plan(
    context: typer.Context,
    path: Annotated[Path, hub_argument("PATH")],
    scenario: Scenario = None,
    out: Annotated[
        Path | None,
        folder_option(
            "Folder for report, workbook, pictures and plan.json; files of an earlier run "
            "are replaced. Without it nothing is written."
        ),
    ] = None,
    period: Period = "month",
    objective: Objective = "contribution",
    method: Method = "auto",
    whole_cars: WholeCars = False,
    time: PlanTime = None,
    gap: Gap = None,
    seed: PlanSeed = SEED,
    threads: PlanThreads = 1,
    params: ParamsFile = None,
    no_report: NoReport = False,
    basis: Annotated[
        Literal["manned", "demonstrated"],
        typer.Option(
            help="Rates of shops that cars pass: manned rate times availability, as in table "
            "shops; or what they have demonstrated in a simulation."
        ),
    ] = "manned",
    simulation: Annotated[
        Path | None,
        folder_option(
            "Folder of `sinho simulate HUB --out` whose rates --basis demonstrated takes; without "
            "it the hub's first days are simulated."
        ),
    ] = None,
    chance: Chance = None,
    json: AsJson = False,
) -> None:
    """Plan the months (or weeks) of a hub, print the key figures and write the report.

    Ctrl-C hands back the best plan found so far; a second Ctrl-C gives up.
    """
    from sinho.cli.plans.show import print_plan
    from sinho.plan import Input, Params, solve
    from sinho.run import place_for_plan, plan_record, scenario_names, scenario_of, write_run
    from sinho.run.keep import KEPT

    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
    if out is not None:
        place_for_plan(out)
    shown = None
    for option, value in (("--simulation", simulation), ("--chance", chance)):
        if value is not None and basis != "demonstrated":
            raise typer.BadParameter("is for --basis demonstrated.", param_hint=option)
    if basis == "demonstrated":
        hub, shown = _demonstrated(hub, scenario, simulation, _chance(chance), seed)
    given = Input.from_hub(hub, scenario_of(hub, scenario), period)
    effort = params_of(context, Params, params)
    made = wait(
        lambda stop, progress: solve(given, effort, stop=stop, seed=seed, progress=progress),
        "planning",
        time,
    )
    run = None
    if out is not None:
        place = out
        say_if_long(out, report=not no_report)
        run = wait(
            lambda stop, progress: write_run(
                made, hub, place, report=not no_report, stop=stop, progress=progress
            ),
            "writing",
        )
    if json:
        record = plan_record(made, hub)
        if shown is not None:
            record["demonstrated"] = {"origin": shown[0], "rates": shown[1].to_dicts()}
        record["files"] = {} if run is None else dict(run.files)
        print_json(record)
        return
    print_plan(made, hub)
    print()
    if shown is not None:
        print_demonstrated(*shown)
    files = () if run is None else run.files.values()
    print_written(files, "--out DIR writes report, workbook, pictures and plan.json.")
    if run is not None:
        print(
            f"`sinho why {as_typed(run.folder)} ...` and `sinho compare` read this plan: "
            f"{run.folder / KEPT}"
        )


def _chance(text: str | None) -> float | None:
    from sinho.run.params import chance_of

    try:
        return None if text is None else chance_of(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}, not {text!r}.", param_hint="--chance") from None


def _demonstrated(
    hub: Hub, scenario: str | None, folder: Path | None, chance: float | None, seed: int
) -> tuple[Hub, tuple[str, pl.DataFrame]]:
    """Return a hub on its demonstrated rates, where these are from, and what they are."""
    from sinho.hub import apply_scenario
    from sinho.run import scenario_of
    from sinho.run.demonstrated import on_demonstrated, read_demonstrated, simulated_rates

    chosen_one = scenario_of(hub, scenario)
    changed = hub if chosen_one is None else apply_scenario(hub, chosen_one)
    if folder is not None:
        found = read_demonstrated(folder, changed, chance)
    else:
        found = wait(
            lambda stop, report: simulated_rates(
                changed, chance, seed=seed, stop=stop, progress=report
            ),
            "simulating",
            what="simulation",
        )
    made, rates = on_demonstrated(hub, found)
    return made, (found.origin, rates)


def print_demonstrated(origin: str, rates: pl.DataFrame) -> None:
    """Print on which rates a plan stands, and where they are from."""
    import polars as pl

    print_frame(
        "Basis demonstrated: rates of shops",
        rates.select(
            "shop",
            pl.col("manned").alias("manned [units/h]"),
            (pl.col("availability") * 100).round(1).alias("available [%]"),
            pl.col("demonstrated").round(2).alias("demonstrated [units/h]"),
            (pl.col("share") * 100).round(1).alias("of the manned rate [%]"),
        ),
        keys=1,
        note=f"Rates: {origin}.",
    )


def say_if_long(out: Path, *, report: bool) -> None:
    """Say on a terminal that files are written, which may take some seconds."""
    if report and sys.stderr.isatty():
        say(f"writing report, workbook and pictures to {out} …")


@examples(
    "sinho compare myplant                                      all its scenarios",
    "sinho compare myplant --scenarios base polestar4 two-shifts",
    "sinho compare myplant --scenarios base,red-sea --out out/red-sea",
    "sinho compare out/base out/polestar4                       plans made with plan --out",
)
def compare(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="A hub, whose scenarios are planned; or folders of `sinho plan --out` and `sinho "
            "compare --out`, whose plans are compared as they were made.",
        ),
    ],
    scenarios: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME...",
            help="Scenarios in the order wanted, parted by blanks or commas; base is the hub as "
            "it is. By default all of the hub.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        folder_option(
            "Folder for the comparison (workbook, JSON) and, in a folder each, the plans. "
            "Without it nothing is written."
        ),
    ] = None,
    period: Period = "month",
    objective: Objective = "contribution",
    method: Method = "auto",
    whole_cars: WholeCars = False,
    time: PlanTime = None,
    gap: Gap = None,
    seed: PlanSeed = SEED,
    threads: PlanThreads = 1,
    params: ParamsFile = None,
    no_report: NoReport = False,
    json: AsJson = False,
) -> None:
    """Plan several scenarios of a hub, or take kept plans; put their key figures side by side.

    Differences that lie within the plans' gaps are named. --time holds for each scenario. Ctrl-C
    compares the scenarios planned so far.
    """
    from sinho.cli.plans.show import print_comparison
    from sinho.plan import Params
    from sinho.run import compare as compare_scenarios
    from sinho.run import comparison_record, place_for_plan, write_comparison
    from sinho.run.comparison import compare_kept
    from sinho.run.kept import hub_now

    options = cast("Options", asdict(params_of(context, Params, params)))
    requested = {"scenarios": scenarios or None, "period": period, **options, "seed": seed}
    requested["params"] = params
    usual = inspect.signature(compare).parameters
    changed = [name for name, value in requested.items() if value != usual[name].default]
    kept = _kept_plans(paths, changed)
    if out is not None:
        place_for_plan(out)
    left_out: list[str] = []
    hub: Hub | None = None
    hubs_now: dict[str, str] = {}
    if kept:
        made = compare_kept(kept)
        hubs_now = {str(one.folder): hub_now(one) for one in kept}
        for folder, now in hubs_now.items():
            if now and not json:
                say(f"{folder}: {now}")
    else:
        hub = load(paths[0])
        names = _names(hub, scenarios)
        made = wait(
            lambda stop, progress: compare_scenarios(
                hub,
                names,
                period=period,
                seconds=time,
                stop=stop,
                seed=seed,
                progress=progress,
                **options,
            ),
            "planning",
        )
        left_out = [name for name in dict.fromkeys(names) if name not in made.plans]
    files: Mapping[str, Path] = {}
    if out is not None:
        place = out
        say_if_long(out, report=not no_report)
        files = wait(
            lambda stop, progress: write_comparison(
                made, hub, place, report=not no_report, stop=stop, progress=progress
            ),
            "writing",
        )
    if json:
        record = comparison_record(made) | ({"hubs_now": hubs_now} if kept else {})
        print_json({**record, "files": files})
    else:
        print_comparison(made)
    if left_out:
        say(f"Stopped before these scenarios were planned: {', '.join(left_out)}.")
    if not json:
        wanted = "the comparison" if kept else "the comparison and the plans"
        print_written(files.values(), f"--out DIR writes {wanted}.")


def _names(hub: Hub, scenarios: Sequence[str] | None) -> list[str]:
    """Return the scenarios asked for; refuse unknown ones."""
    from sinho.run import scenario_names

    known = scenario_names(hub)
    given = [name.strip() for word in scenarios or () for name in word.split(",")]
    names = [name for name in given if name] or known
    for name in names:
        chosen("--scenarios", name, known, "scenario")
    return names


def _kept_plans(paths: Sequence[Path], changed: Sequence[str]) -> list[KeptPlan]:
    """Read the plans of folders; none where one hub is named. Refuse what does not go together.

    ``changed`` names the options that are given, and not as they usually are.
    """
    from sinho.run import COMPARISON_FILE
    from sinho.run.kept import keeps_plan, read_plan

    folders: list[Path] = []
    hubs: list[Path] = []
    for path in paths:
        there(path)
        inside = [path]
        if (path / COMPARISON_FILE).is_file():
            inside = sorted(one for one in path.iterdir() if keeps_plan(one)) or [path]
        if all(keeps_plan(one) for one in inside):
            folders += inside
        elif (problem := made_by_sinho(path)) is not None:
            raise DataError([problem])
        else:
            hubs.append(path)
    if hubs and (folders or len(hubs) > 1):
        raise typer.BadParameter(
            "name one hub, whose scenarios are compared, or only folders of `sinho plan --out`; "
            f"{', '.join(map(str, hubs))} {'is a hub' if len(hubs) == 1 else 'are hubs'}.",
            param_hint="PATH",
        )
    if folders and changed:
        given = [f"--{name.replace('_', '-')}" for name in changed]
        raise typer.BadParameter(
            f"{', '.join(given)} cannot change plans that are made already; leave it out, or name "
            "the hub.",
            param_hint=given[0],
        )
    return [read_plan(folder) for folder in folders]
