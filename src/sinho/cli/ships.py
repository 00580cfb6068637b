"""Command ship: which car leaves on which voyage, what misses it, and what would lift that."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sinho.cli.base import FileProblem, examples
from sinho.cli.files import make_way, print_written, writable
from sinho.cli.inputs import chosen, load
from sinho.cli.options import AsJson, ParamsFile, ReplaceFiles, Scenario, file_option, params_of
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, print_text
from sinho.errors import counted

if TYPE_CHECKING:
    import polars as pl

    from sinho.results import ShipPlan
    from sinho.results.yard import YardPlan
    from sinho.run.days import DayRun
    from sinho.ship import Input, Params

MOST = 25
"""Rows of a table that are shown on a screen; JSON and --out have all of them."""


@examples(
    "sinho ship out/march",
    'sinho ship out/march "EU-NORTH 2026-03/2"          what it carries, and what misses it',
    'sinho ship out/march --late "EU-NORTH 2026-03/2" --days 3',
    'sinho ship out/march --cancelled "EU-NORTH 2026-03/2" --out booking.csv',
    "sinho ship out/march --out out/sea                     lists, messages, maps, replays",
    "sinho ship myplant --scenario red-sea --no-lift",
)
def ship(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|HUB",
            help="Folder of a finished run, whose cars are shipped; or a hub: its demand in the "
            "months with vessels, spread over their working days.",
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(metavar="CAR|VOYAGE", help="Say how it leaves, or what it carries."),
    ] = None,
    scenario: Scenario = None,
    priorities: Annotated[
        Literal["lexicographic", "cost"],
        typer.Option(
            metavar="AIM",
            help="lexicographic: fewest cars short of those booked, then fewest days late, then "
            "least cost. cost: least cost alone.",
        ),
    ] = "lexicographic",
    params: ParamsFile = None,
    late: Annotated[
        str | None, typer.Option(metavar="VOYAGE", help="This voyage is late by --days.")
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=366, help="Days by which --late is late; by default 1."
        ),
    ] = None,
    cancelled: Annotated[
        str | None, typer.Option(metavar="VOYAGE", help="This voyage is cancelled.")
    ] = None,
    lift: Annotated[
        bool,
        typer.Option(
            "--lift/--no-lift",
            help="Try what would let more cars sail, by solving again; nothing of it is applied.",
        ),
    ] = True,
    out: Annotated[
        Path | None,
        file_option(
            "Write the booking list, car by car (.csv); all lists, yards and decks planned too "
            "(.xlsx); or a folder with them, loading lists, messages, maps, replays and a page."
        ),
    ] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Give every car overseas a voyage or a container, and name the cause where it misses its ship.

    With --late or --cancelled few cars leave otherwise than before, and few stand in another row
    of the run's yards; they are named.
    """
    from sinho.ship import Params, explain, lifts

    if out is not None and not out.suffix:
        _own_folder(out, force=force)
    else:
        writable("--out", out, (".csv", ".xlsx"), force=force)
    _together(name, late, days, cancelled, out)
    effort = params_of(context, Params, params)
    given, former, run = _given(path, scenario, effort)
    changed = late is not None or cancelled is not None
    if former is None and changed:
        former = _solved(given, effort)
    if late is not None:
        given = given.late(late, days or 1, former)
    if cancelled is not None:
        given = given.cancelled(cancelled, former)
    plan = _solved(given, effort) if former is None or changed else former
    if name is not None:
        said = explain(plan, name)
        if json:
            print_json({"name": name, "why": said})
            return
        for line in said:
            print_text(line)
        return
    yards, stands = None, None
    if changed and run is not None and run.yards:
        from sinho.run.sea import yards_again

        yards, stands = wait(
            lambda stop, report: yards_again(run, given, plan, stop=stop, progress=report), "yards"
        )
    found = None
    if lift and plan.missed:
        found = wait(
            lambda stop, report: lifts(given, plan, effort, stop=stop, progress=report),
            "trying what would lift it",
        )
    written = [] if out is None else _write(given, plan, out, run, yards)
    if json:
        more = {} if stands is None else {"yard": stands.to_dicts()}
        print_json(_record(plan, found) | more)
        return
    _print(plan, found, changed, stands)
    print_written(written, "--out FILE.csv writes the booking list, --out FOLDER all lists.")


def _together(
    name: str | None, late: str | None, days: int | None, cancelled: str | None, out: Path | None
) -> None:
    """Refuse options that mean nothing together, before anything is planned."""
    if days is not None and late is None:
        raise typer.BadParameter("goes with --late VOYAGE.", param_hint="--days")
    if late is not None and late == cancelled:
        raise typer.BadParameter(
            f"{late} cannot be late and cancelled; leave one of the two out.",
            param_hint="--cancelled",
        )
    if name is not None and out is not None:
        raise typer.BadParameter(
            f"writes the whole plan, and {name!r} asks about a part of it; leave one of the two "
            "out.",
            param_hint="--out",
        )


def _given(
    path: Path, scenario: str | None, params: Params
) -> tuple[Input, ShipPlan | None, DayRun | None]:
    """Return cars and voyages of a run or hub, and the run with its plan of them."""
    from sinho.run.state import RUN_FILE

    if (path / RUN_FILE).exists():
        from sinho.run.days import read_run
        from sinho.run.stages import ship_given

        if scenario is not None:
            raise typer.BadParameter(
                "a run has its scenario already; give the hub instead.", param_hint="--scenario"
            )
        run = read_run(path)
        own = params == type(params)()
        return ship_given(run), run.ship if own else None, run
    from sinho.hub import apply_scenario
    from sinho.run import BASE, scenario_names
    from sinho.ship import Input

    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
        if scenario != BASE or BASE in hub.scenarios:
            hub = apply_scenario(hub, scenario)
    return Input.from_hub(hub), None, None


def _solved(given: Input, params: Params) -> ShipPlan:
    from sinho.ship import solve

    return wait(lambda stop, report: solve(given, params, stop=stop, progress=report), "voyages")


def _own_folder(out: Path, *, force: bool) -> None:
    """Refuse a folder of something else, a run's among them, whose lists are of its own plan."""
    from sinho.run.folders import LISTS
    from sinho.run.state import RUN_FILE

    if (out / RUN_FILE).exists():
        raise FileProblem(f"{out} is a run, whose lists are those of its own plan; give another.")
    make_way(out, LISTS, "the lists in it", force=force)


def _write(
    given: Input,
    plan: ShipPlan,
    out: Path,
    run: DayRun | None,
    yards: dict[str, YardPlan] | None,
) -> list[Path]:
    """Write the booking list, or plan yards and decks and write all lists."""
    from sinho.hub.files import write_text
    from sinho.run.report.sea import write_lists

    if out.suffix.lower() == ".csv":
        return [write_text(out, plan.cars.write_csv(), force=True)]
    return wait(
        lambda stop, report: write_lists(
            given, plan, out, run, yards=yards, stop=stop, progress=report
        ),
        "yards and decks",
    )


def _record(plan: ShipPlan, found: pl.DataFrame | None) -> dict[str, Any]:
    """Return a plan of voyages, ready for JSON."""
    return {
        **plan.summary(),
        "voyages": plan.voyages.to_dicts(),
        "missing": plan.cars.drop_nulls("cause").to_dicts(),
        "boxes": plan.boxes.to_dicts(),
        "moved": plan.moved.to_dicts(),
        "lifts": [] if found is None else found.to_dicts(),
    }


def _print(
    plan: ShipPlan, found: pl.DataFrame | None, changed: bool, stands: pl.DataFrame | None
) -> None:
    import polars as pl

    said = plan.summary()
    print_text(
        f"{counted(said['cars'], 'car goes', 'cars go')} overseas: {said['voyage']:,} on voyages, "
        f"{said['container']:,} in containers, {counted(said['stays'], 'stays', 'stay')}; "
        f"{counted(plan.missed, 'misses its', 'miss their')} ship. {_proven(plan)}"
    )
    used = plan.voyages.filter(
        (pl.col("cars") > 0) | (pl.col("missed") > 0) | (pl.col("short") > 0)
    )
    limits = any(used[name].count() for name in ("booked_most",)) or bool(
        used["booked_least"].sum()
    )
    print()
    print_frame(
        "Voyages",
        used.select(
            "vessel",
            pl.col("cutoff").alias("cut-off"),
            "etd",
            *(
                [
                    pl.col("booked_least").alias("booked, least [cars]"),
                    pl.col("booked_most").alias("most [cars]"),
                    pl.col("short").alias("short [cars]"),
                ]
                if limits
                else []
            ),
            pl.col("cars").alias("used [cars]"),
            (pl.col("fill") * 100).round(1).alias("fill [%]"),
            pl.col("missed").alias("missed [cars]"),
            "cost",
        ),
        most=MOST,
    )
    missing = plan.cars.drop_nulls("cause")
    if missing.is_empty():
        print_text("No car misses its ship.")
    else:
        print_frame(
            "Cars that miss their ship, by cause",
            missing.group_by("cause", "missed", "model", "market", maintain_order=True)
            .agg(
                pl.len().alias("cars"),
                pl.col("late_days").max().alias("late, most [days]"),
                (pl.col("way") == "stays").sum().alias("stay [cars]"),
                pl.col("car").first().alias("first of them"),
            )
            .sort("cars", descending=True, maintain_order=True)
            .with_columns(pl.col("missed").fill_null("none in time")),
            most=MOST,
        )
    if found is not None and found.height:
        print_frame(
            "What would lift it, each found by solving again",
            found.select(
                "change",
                "cause",
                pl.col("saved").alias("fewer missed [cars]"),
                pl.col("days").alias("fewer days late"),
                pl.col("cost").round(3).alias("cost more"),
            ),
            most=MOST,
        )
    if changed:
        if plan.moved.is_empty():
            print_text("No car leaves otherwise than before.")
        else:
            cars = counted(plan.moved.height, "car leaves", "cars leave")
            print_frame(f"{cars} otherwise", plan.moved, most=MOST)
    if stands is not None:
        if stands.is_empty():
            print_text("No car stands elsewhere in the yards than before.")
        else:
            cars = counted(stands.height, "car stands", "cars stand")
            print_frame(f"{cars} elsewhere in the yards", stands, most=MOST)


def _proven(plan: ShipPlan) -> str:
    """Say what a plan costs, and how far the best one may be."""
    if plan.status == "stopped":
        return f"Stopped: cost {plan.objective:,.6g}, the best plan so far; how good is not proven."
    return f"Cost {plan.objective:,.6g}, at most {plan.gap:.2%} from the best."
