"""Command simulate: what the plant makes, what holds it up, who is in time, and what-ifs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import examples
from sinho.cli.files import make_way, print_written
from sinho.cli.inputs import chosen, is_run, load
from sinho.cli.options import (
    AsJson,
    ParamsFile,
    ReplaceFiles,
    Scenario,
    folder_option,
    number_option,
    params_of,
    seconds_option,
    seed_option,
    threads_option,
    typed,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_json
from sinho.errors import nearest
from sinho.parameters import SEED

if TYPE_CHECKING:
    from sinho.hub import Hub
    from sinho.run.days import DayRun
    from sinho.simulate import Input

    Make = Callable[[Sequence[str], int | None], Input]

REPLICATIONS = 200
"""How often days are simulated where nothing is asked for."""

OF_A_HUB = ("scenario", "first", "days", "month", "mix", "filling")
"""Options that a run has settled already."""


@examples(
    "sinho simulate myplant --days 5 --replications 200 --out out/sim",
    "sinho simulate myplant --jph 60",
    "sinho simulate myplant --what-if pbs=+50 --what-if paint.mttr=-30%",
    "sinho simulate myplant --sensitivity --replications 50     what is a small change worth?",
    "sinho simulate myplant --mix PS4=15% --from 2026-03",
    "sinho plan myplant --basis demonstrated --simulation out/sim",
    "sinho simulate out/march                    how likely is each order of a run in time?",
)
def simulate(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="HUB|RUN",
            help="A hub: more cars of a month's demand than the plant can build, so that what "
            "comes off is its capacity. Or the folder of a finished run: its orders in their "
            "sequences.",
        ),
    ],
    scenario: Scenario = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="YYYY-MM[-DD]",
            help="Day, or month, from which working days are counted; the hub's first month "
            "without it.",
        ),
    ] = None,
    days: Annotated[
        int, typer.Option(metavar="N", min=1, max=400, help="Working days that count.")
    ] = 5,
    replications: Annotated[
        int, typer.Option(metavar="N", min=1, max=1_000_000, help="How often they are simulated.")
    ] = REPLICATIONS,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[.WHAT]=VALUE",
            help="A change to try beside the plant as it is: of a store (places, policy), a "
            "station or shop (mttr, mtbf, cycle, rate, rework), a model (share), the plant (jph); "
            "+50, -30% or the new figure. May be given often; changes of one try are parted by "
            "commas.",
        ),
    ] = None,
    sensitivity: Annotated[
        bool,
        typer.Option(
            "--sensitivity",
            help="Try, too, what 1 % speed, half the repair time or 10 places more are worth, each "
            "where it may be worth something.",
        ),
    ] = False,
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
    month: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM", help="Month whose demand is built; that of the first day without it."
        ),
    ] = None,
    mix: Annotated[
        list[str] | None,
        typer.Option(metavar="MODEL=SHARE", help="Share of a model of all cars, such as PS4=15%."),
    ] = None,
    filling: Annotated[
        int | None,
        number_option(
            "Working days before the first in which the plant fills and nothing counts; without it "
            "one and a half times as long as a car is on its way, and one more.",
            0,
        ),
    ] = None,
    time: Annotated[
        float | None, seconds_option("Hand back what is done after so many seconds.", "--time")
    ] = None,
    seed: Annotated[int, seed_option("Seed of the random numbers")] = SEED,
    threads: Annotated[
        int | None,
        threads_option("Replications side by side; the result does not depend on it.", 256),
    ] = None,
    params: ParamsFile = None,
    out: Annotated[
        Path | None,
        folder_option(
            "Folder for a page with a picture of the line, a page to watch it, the tables (CSV and "
            "a workbook) and what `sinho plan` reads."
        ),
    ] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Simulate the plant: what it really makes, what holds it up, and which orders are in time.

    Each change of --what-if meets the same cars and the same random numbers as the plant as it is.
    Ctrl-C hands back the replications that are done.
    """
    from sinho.cli.simulation_show import print_simulation
    from sinho.run.simulation import SIMULATION_FILE, record_of, simulate, write_simulation
    from sinho.simulate import Params, levers

    if out is not None:
        make_way(out, SIMULATION_FILE, "the tables in it", force=force)
    run = is_run(path)
    if run:
        _refuse_settled(context)
        hub, make = _of_run(path, jph)
    else:
        given = {
            "first": _day("--from", first),
            "month": None if month is None else _month(month),
            "jph": jph,
        }
        hub, make = _of_hub(path, scenario, days, filling, mix or (), given)
    usual = {"replications": REPLICATIONS}
    effort = params_of(context, Params, params, usual, workers=threads)
    cases = wait(
        lambda stop, report: simulate(
            make,
            what_if or (),
            effort,
            sensitivity=sensitivity,
            stop=stop,
            seed=seed,
            progress=report,
        ),
        "simulating",
        time,
        what="result",
    )
    files: dict[str, Path] = {}
    if out is not None:
        files = wait(
            lambda *_: write_simulation(cases, hub, out, run=run),
            "tables, pages and pictures",
            all_or_nothing=True,
        )
    if json:
        print_json({**record_of(cases, hub, run=run), "files": files})
        return
    asked = 1 + len(what_if or ())
    if sensitivity:
        asked += len(levers(cases[0].given, cases[0].result))
    print_simulation(cases, hub, asked=asked, run=run)
    otherwise = (
        "--out DIR writes a page, all tables, and what `sinho plan --basis demonstrated` reads."
    )
    print_written(files.values(), otherwise)


def _of_hub(
    path: Path,
    scenario: str | None,
    days: int,
    filling: int | None,
    mix: Sequence[str],
    given: dict[str, Any],
) -> tuple[Hub, Make]:
    """Return a hub, and what makes the input of some changes of its flow."""
    from sinho.hub import apply_scenario
    from sinho.run import BASE, scenario_names
    from sinho.simulate import Input

    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
        if scenario != BASE or BASE in hub.scenarios:
            hub = apply_scenario(hub, scenario)
    given["mix"] = _shares(mix, hub["models"]["model"].to_list())
    return hub, lambda changes, needed: Input.from_hub(
        hub, days, what_if=changes, filling=needed if filling is None else filling, **given
    )


def _of_run(path: Path, jph: float | None) -> tuple[Hub, Make]:
    """Return the hub of a run, and what makes the input of some changes of its flow."""
    from sinho.run.days import read_run
    from sinho.run.stages import simulate_given

    made: DayRun = read_run(path)
    return made.hub, lambda changes, _: simulate_given(made, jph=jph, what_if=changes)


def _refuse_settled(context: typer.Context) -> None:
    """Refuse options that choose days or cars, which a run has."""
    given = [
        "--" + {"first": "from"}.get(name, name) for name in OF_A_HUB if name in typed(context)
    ]
    if given:
        raise typer.BadParameter(
            "a run has its days and cars already; leave this out, or give the hub instead.",
            param_hint=", ".join(given),
        )


def _day(option: str, text: str | None) -> dt.date | None:
    """Return a day as typed; a month stands for its first day."""
    from sinho.run.params import day_of

    if text is None:
        return None
    try:
        return day_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _month(text: str) -> dt.date:
    day = _day("--month", text)
    assert day is not None
    return day.replace(day=1)


def _shares(texts: Sequence[str], models: Sequence[str]) -> dict[str, float]:
    """Return shares of models as typed, as ``PS4=15%`` or ``PS4=0.15``; say all that are none."""
    found: dict[str, float] = {}
    wrong = []
    for text in texts:
        name, equals, figure = (part.strip() for part in text.partition("="))
        try:
            share = float(figure.removesuffix("%")) / (100 if figure.endswith("%") else 1)
        except ValueError:
            share = float("nan")
        if not equals or not name or share != share:
            wrong.append(f"{text!r} is no share; write MODEL=SHARE, as PS4=15% or PS4=0.15.")
        elif name in found:
            wrong.append(f"{name} is given twice.")
        elif name not in models:
            wrong.append(f"there is no model {name!r}. {nearest(name, models)}".rstrip())
        else:
            found[name] = share
    if wrong:
        raise typer.BadParameter(" ".join(wrong), param_hint="--mix")
    return found
