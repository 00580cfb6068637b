"""Command demo: Busan checked, planned and simulated, a day in order, 20 days down to the car."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import examples
from sinho.cli.files import print_written
from sinho.cli.hubs import check
from sinho.cli.inputs import load
from sinho.cli.options import folder_option
from sinho.cli.plans import say_if_long
from sinho.cli.progress import staged, wait
from sinho.cli.runs import print_run
from sinho.cli.show import print_frame, print_text, print_title
from sinho.errors import as_typed

if TYPE_CHECKING:
    from sinho.hub import Hub
    from sinho.results import MonthPlan
    from sinho.source import Input, Params

RECORD = "2022"
"""The year whose record the plan replays."""

OTHER = "polestar4"

WHAT_IFS = ("jph=60", "pbs=+50", "paint.mttr=-30%", "PS4=10%")
"""Changes of the plant that are simulated beside it."""

SEQUENCE_SECONDS = 5.0
"""Time for the sequence of a day; the compilation of the search, once, is not counted."""


REPLICATIONS = 6
"""How often the plant and the run are simulated; a study takes 200."""

MOMENTS = {
    "US": ("2024-06", "2024-11", "2025-06", "2025-12"),
    "CA": ("2024-06", "2025-06", "2026-06"),
    "EU": ("2024-03", "2024-06", "2025-06"),
}
"""Markets, and months of leaving before and after the tariffs of 2024, 2025 and 2026."""

CLOSED = 2026
"""Year in which the United States are closed."""

ALLIANCES = {"renault-nissan": None, "polestar4-china": "Hangzhou Bay", "polestar4-busan": "Busan"}
"""Scenarios of the network of alliances, and where they build the Polestar 4."""

RUN = {
    "scenario": OTHER,
    "first": "2026-03-01",
    "days": 20,
    "seed": 1,
    "threads": 2,
    "iterations": 600_000,
}
"""The run that ends the demonstration."""


@examples("sinho demo", "sinho demo --out out/demo")
def demo(
    context: typer.Context,
    out: Annotated[Path, folder_option("Folder for reports, workbooks and pictures.")] = Path(
        "out/demo"
    ),
) -> None:
    """Check, plan and simulate the Busan example, with the Polestar 4, down to 20 days of cars."""
    from sinho.cli.plans.show import print_comparison
    from sinho.hub.files import prepared
    from sinho.run import BASE, compare, example_path, write_comparison

    path = example_path("busan")
    prepared(out)
    step("1. sinho check: is the input in order?")
    check(path)
    hub = load(path)
    step(f"2. {RECORD} replayed: what was really built against what the plan builds")
    made = wait(
        lambda stop, progress: compare(hub, (BASE, OTHER), stop=stop, progress=progress), "planning"
    )
    print_record(made.plans[BASE], hub)
    if OTHER in made.plans:
        step("3. With and without the Polestar 4")
        print_comparison(made)
    say_if_long(out, report=True)
    files = write_comparison(made, hub, out)
    print()
    print_written(files.values())
    step("4. A day in order: 360 cars by the rules of paint shop and assembly line (made up)")
    words: list[Any] = [example_path("days/busan"), "--time", SEQUENCE_SECONDS]
    words += ["--threads", 2, "--force"]
    for option, name in (("out", "csv"), ("report", "html"), ("picture", "png")):
        words += [f"--{option}", out / f"sequence.{name}"]
    typed(context, "sequence", words)
    step("5. Down to the car: 20 days of March 2026 with the Polestar 4")
    run_twenty(path, hub, out / "run")
    step("7. Does the line deliver it? What it makes at 45 cars an hour, at 60, and otherwise")
    few: list[Any] = ["--replications", REPLICATIONS, "--threads", 2]
    tried = [word for change in WHAT_IFS for word in ("--what-if", change)]
    typed(context, "simulate", [path, "--from", "2026-03", *few, *tried])
    step("8. How likely the cars of the 20 days are in time")
    typed(context, "simulate", [out / "run", *few, "--out", out / "simulate", "--force"])
    step("9. Which plant for which market: the Polestar 4 from Busan or from China")
    print_alliances(example_path("alliances"))


def typed(context: typer.Context, name: str, words: list[Any]) -> None:
    """Carry out a command as if it had been typed."""
    program: Any = context.find_root().command
    program.commands[name].main([*map(str, words)], standalone_mode=False)


def run_twenty(path: Path, hub: Hub, out: Path) -> None:
    """Run 20 days of Busan and follow one car through them."""
    import polars as pl

    from sinho.run.days import STAGES, run_days
    from sinho.run.params import RunParams
    from sinho.run.trace import trace_order

    params = RunParams.load(RUN | {"hub": path})
    made = staged(
        lambda progress: run_days(hub, params, out, force=True, progress=progress),
        STAGES,
        f"sinho run --resume {as_typed(out)}",
    )
    print_run(made)
    step("6. One car of them, from the demand that it serves to its call-offs")
    cars = made.orders.table.filter(pl.col("model") == "PS4")
    for head, text in trace_order(made, cars["order"][cars.height // 2]).lines():
        print_text(text, f"{head:<13} ")


def print_alliances(path: Path) -> None:
    """Print in one table of ten lines what alliances cost, before and after tariffs."""
    import polars as pl

    from sinho.hub import apply_scenario, read_network
    from sinho.source import Input, Params

    network = read_network(path)
    columns = {}
    for name, plant in ALLIANCES.items():
        given = Input.from_network(apply_scenario(network, name))
        columns[name] = alliance(given, plant, Params("cost"))
    currency = network["network"]["currency"][0]
    print_frame(
        f"Alliances of Busan; costs, and a Polestar 4 (PS4) landed, in {currency}",
        pl.DataFrame(
            {
                "figure": list(next(iter(columns.values()))),
                **{name: list(column.values()) for name, column in columns.items()},
            }
        ),
        note="Full: of the shifts that are worked. More of it: sinho source alliances --scenarios "
        f"{' '.join(ALLIANCES)} --priorities cost",
    )


def alliance(given: Input, plant: str | None, effort: Params) -> dict[str, str]:
    """Return ten figures of an alliance in words; the last one with the United States closed."""
    from sinho.report.amounts import scale_of
    from sinho.report.source import figures, landed_from
    from sinho.source import solve, stress

    plan = solve(given, effort)
    said = {name: value for (name, _), value in figures(plan).items()}
    fill = {name.removeprefix("fill of "): v for name, v in said.items() if name.startswith("fill")}
    first, second = fill.pop("Busan"), fill.pop("Palencia")
    paid = plan.costs.filter(line="tariff").sort("year")
    factor, unit = scale_of(plan.objective, plan.currency)
    landed = {} if plant is None else landed_from(given, "PS4", plant)
    losses = stress(given, effort, year=CLOSED, base=plan)
    ((more, cars),) = losses.filter(kind="border", lost="US").select("cost", "cars").rows()
    return {
        "cars delivered (lost)": f"{plan.cars:,.0f} ({plan.lost:,.0f})",
        "cost of a car delivered": f"{said['cost of a car delivered']:.1f}",
        f"tariffs, {paid['year'][0]} to {paid['year'][-1]} [{unit}]": ", ".join(
            f"{cost * factor:,.0f}" for cost in paid["cost"]
        ),
        "Busan full, %": f"{first:.0f}",
        "Palencia full, %": f"{second:.0f}",
        "the others full, %": ", ".join(f"{name} {v:.0f}" for name, v in fill.items()),
        **{
            f"PS4 to {market} {', '.join(f'{int(m[5:])}/{m[2:4]}' for m in months)}": ", ".join(
                f"{landed[market, month]:.1f}" for month in months if landed
            )
            or "–"
            for market, months in MOMENTS.items()
        },
        f"US closed in {CLOSED}: more (lost)": f"{more:,.0f} ({cars:,.0f})",
    }


def step(text: str) -> None:
    """Print the heading of a step."""
    print()
    print_title(text)
    print()


def print_record(plan: MonthPlan, hub: Hub) -> None:
    """Print the record of the year against the plan, and the checks derived from it."""
    import polars as pl

    from sinho.report.actuals import actual_against_plan, derived_checks
    from sinho.report.names import names_of, planned_hub

    whole = planned_hub(plan, hub)
    names = names_of(plan, whole)
    against = actual_against_plan(plan, whole["actuals"], names).filter(
        (pl.col("period") == RECORD) & (pl.col("measure") == "made")
    )
    print_frame(
        f"Made in {RECORD}",
        against.select("item", "unit", "actual", "plan", "difference", "basis"),
    )
    checks = derived_checks(plan, whole["actuals"], names).filter(pl.col("year") == RECORD)
    print_frame(
        "Derived checks: worked out from the record, not reported by anyone",
        checks.select("check", "working", "value", "unit", "compared with", "reference"),
    )
