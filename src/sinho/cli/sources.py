"""Command source: which plant of a network builds what, for which market, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from sinho.cli.base import examples
from sinho.cli.files import make_way, print_written
from sinho.cli.futures import MOST, shares_of, weigh
from sinho.cli.inputs import chosen, there
from sinho.cli.options import (
    AsJson,
    ParamsFile,
    PlanSeed,
    PlanTime,
    ReplaceFiles,
    Scenario,
    folder_option,
    params_of,
    threads_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, print_text, say
from sinho.errors import listed
from sinho.parameters import SEED

if TYPE_CHECKING:
    import polars as pl

    from sinho.hub import Hub
    from sinho.results import Sourcing
    from sinho.source import Input, Params, Question, Reasons


@examples(
    "sinho new alliances --from alliances",
    "sinho source alliances",
    "sinho source alliances --scenario us-closed --out out/alliances",
    "sinho source alliances --why US               why it is served from there",
    "sinho source alliances --why US --model PS4 --month 2025-12",
    "sinho source alliances --scenarios renault-nissan renault-geely",
    "sinho source alliances --scenario renault-geely --stress 2026",
    "sinho source alliances --scenario renault-geely --worth 2026",
    "sinho source alliances --weight renault-geely=0.7 --weight us-closed=0.3 --workers 2",
)
def source(
    context: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(metavar="NETWORK", help="A folder of tables, or a workbook (.xlsx)."),
    ],
    scenario: Scenario = None,
    priorities: Annotated[
        Literal["lexicographic", "cost"],
        typer.Option(
            metavar="AIM",
            help="lexicographic: fewest cars lost, then least cost. cost: least cost alone, in "
            "which a lost car costs its price and penalty.",
        ),
    ] = "lexicographic",
    params: ParamsFile = None,
    why: Annotated[
        str | None,
        typer.Option(metavar="MARKET", help="Say why a market is served from its plants."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Of which model --why is asked.")
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="Of which month --why is asked.")
    ] = None,
    scenarios: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME...", help="Plan several scenarios, and show them side by side."),
    ] = None,
    stress: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            help="Plan again with each border, plant and lane lost for this year, unforeseen.",
        ),
    ] = None,
    worth: Annotated[
        int | None,
        typer.Option(
            metavar="YEAR",
            help="Plan again with a shift step more or less in this year, with more room of a lane "
            "or quota, and a point of duty more or less.",
        ),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCENARIO=SHARE",
            help="Decide launches for several futures at once, each with its probability; they "
            "sum to 1, and may be parts as 1/3.",
        ),
    ] = None,
    revealed: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM",
            help="From this month on it is known which future of --weight it is; without it all "
            "launches are decided now.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        folder_option("Folder for the page, the workbook and the record for machines."),
    ] = None,
    workers: Annotated[
        int,
        threads_option(
            "Processes that plan losses, futures or worth side by side; the plans stay the same.",
            1024,
        ),
    ] = 1,
    time: PlanTime = None,
    seed: PlanSeed = SEED,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Plan what is built where, for which market and when, with tariffs, lanes and launches."""
    from sinho.hub.apply import BASE
    from sinho.source import Input, Params, explain, solve

    if why is None and (model or month):
        raise typer.BadParameter("goes with --why MARKET.", param_hint="--model, --month")
    _together(
        {
            **{"--scenarios": scenarios, "--stress": stress, "--worth": worth},
            **{"--weight": weight, "--why": why},
        },
        scenario,
        revealed,
        out,
    )
    if out is not None:
        from sinho.report.source import RECORD

        make_way(out, RECORD, "the plan in it", force=force)
    effort = params_of(context, Params, params)
    shares = shares_of(weight or ())
    option = "--weight" if weight else "--scenarios" if scenarios else "--scenario"
    names = list(shares) or scenarios or [scenario or BASE]
    networks = network_of(path, names, option)
    inputs = {
        name: wait(
            lambda *_, network=network: Input.from_network(network),
            f"reading {path if name == BASE else name}",
            all_or_nothing=True,
        )
        for name, network in networks.items()
    }
    if weight:
        weigh(inputs, shares, revealed, effort, time, seed, out, as_json=json)
        return
    given = next(iter(inputs.values()))
    asked = None if why is None else _asked(given, why, model, month)
    for option, year in (("--stress", stress), ("--worth", worth)):
        if year is not None:
            known = sorted({one.year for one in given.months})
            chosen(option, str(year), [str(one) for one in known], "year")
    plans = {
        name: wait(
            lambda stop, report, data=data: solve(  # type: ignore[misc]
                data, effort, stop=stop, seed=seed, progress=report
            ),
            f"sourcing {name}",
            time,
        )
        for name, data in inputs.items()
    }
    plan = next(iter(plans.values()))
    if asked is not None:
        _print_reasons(explain(plan, asked), given.currency, as_json=json)
        return
    losses = {
        name: _losses(inputs[name], stress, one, effort, time, seed)
        for name, one in plans.items()
        if stress is not None
    }
    more = {
        name: _more(inputs[name], worth, one, effort, time, seed)
        for name, one in plans.items()
        if worth is not None
    }
    records = {name: record(one) for name, one in plans.items()}
    for what, frames in (("stress", losses), ("worth", more)):
        for name, frame in frames.items():
            records[name][what] = frame.to_dicts()
    made: dict[str, Any] = {"plans": records} if len(plans) > 1 else records[next(iter(plans))]
    written = []
    if out is not None:
        from sinho.report.source import write_sourcing

        written = wait(
            lambda *_: write_sourcing(plans, inputs, out, made, losses, more),
            f"writing {out}",
            all_or_nothing=True,
        )
    if json:
        print_json(made | {"files": [str(one) for one in written]})
        return
    if len(plans) > 1:
        _print_beside(plans)
    elif not losses and not more:
        _print(plan)
    _print_again(losses, more, stress, worth, given.currency)
    print_written(written, "--out DIR writes the page, the workbook and the record.")


def network_of(path: Path, scenarios: Sequence[str], option: str) -> dict[str, Hub]:
    """Read a network, and return it under each scenario; say what is doubted of it.

    ``base`` is the network as it is.
    """
    from sinho.errors import DataError
    from sinho.hub.apply import BASE, applied
    from sinho.hub.read import doubted_network, errors_of

    there(path)
    network, found = wait(lambda *_: doubted_network(path), f"reading {path}", all_or_nothing=True)
    made, doubts = {}, list(found)
    for name in scenarios:
        chosen(option, name, [*network.scenarios, BASE], "scenario")
        changed, more = (network, []) if name == BASE else applied(network, name)
        if changed is None:
            raise DataError(errors_of(more))
        known = {(one.rule, one.column, one.value) for one in doubts}
        doubts += [one for one in more if (one.rule, one.column, one.value) not in known]
        made[name] = changed
    shown, rest = listed(doubts)
    for line in (*(f"warning: {one}" for one in shown), *rest):
        say(line)
    return made


def _asked(given: Input, market: str, model: str | None, month: str | None) -> Question:
    from sinho.source import Question

    chosen("--why", market, given.markets, "market")
    if model is not None:
        chosen("--model", model, given.models, "model")
    if month is not None:
        chosen("--month", month, [f"{one:%Y-%m}" for one in given.months], "month")
    day = None if month is None else dt.date.fromisoformat(f"{month}-01")
    return Question(given, market, model, day)


def record(plan: Sourcing) -> dict[str, Any]:
    """Return a plan, ready for JSON."""
    names = ("flows", "plants", "launches", "unmet", "limits")
    return {**plan.summary(), **{name: getattr(plan, name).to_dicts() for name in names}}


def _together(
    modes: dict[str, object], scenario: str | None, revealed: str | None, out: Path | None
) -> None:
    """Refuse options that mean nothing together."""
    asked = [name for name, value in modes.items() if value]
    if len(asked) > 1 and ("--weight" in asked or "--why" in asked):
        raise typer.BadParameter("each asks for a table of its own.", param_hint=", ".join(asked))
    if scenario is not None and asked and asked[0] in ("--scenarios", "--weight"):
        raise typer.BadParameter(f"{asked[0]} names its scenarios.", param_hint="--scenario")
    if revealed is not None and "--weight" not in asked:
        raise typer.BadParameter("goes with --weight SCENARIO=SHARE.", param_hint="--revealed")
    if out is not None and asked and asked[0] == "--why":
        raise typer.BadParameter(f"writes plans, not what {asked[0]} shows.", param_hint="--out")


def _print_beside(plans: dict[str, Sourcing]) -> None:
    from sinho.report.source import FILL, side_by_side

    print_frame("Scenarios side by side", side_by_side(plans), most=2 * MOST, note=FILL)
    for name, plan in plans.items():
        print_text(f"{name}: at most {plan.gap:.2%} from the best ({plan.status}).")


def _print_reasons(told: Reasons, currency: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"why": told.says, "plants": told.plants.to_dicts()})
        return
    for line in told.says:
        print_text(line)
    costs = [name for name in told.plants.columns if name not in ("plant", "cars", "holds")]
    headed = told.plants.rename({name: f"{name} [{currency}]" for name in costs})
    print_frame("Landed cost of a car, by plant", headed, most=MOST)


def _print_again(
    losses: Mapping[str, pl.DataFrame],
    more: Mapping[str, pl.DataFrame],
    lost_in: int | None,
    more_in: int | None,
    currency: str,
) -> None:
    """Print what was planned again: losses of a year, and one thing more or less in another."""
    from sinho.report.source import losses_said, losses_shown, worth_shown

    for name, frame in losses.items():
        for line in losses_said(frame, currency):
            print_text(line, f"{name}: " if len(losses) > 1 else "")
    if losses:
        print()
        print_frame(f"Lost for {lost_in}", losses_shown(losses, currency), most=MOST)
    for name, frame in more.items():
        title = f"One thing more or less in {more_in}" + (f", {name}" if len(more) > 1 else "")
        print_frame(title, worth_shown(frame, currency), most=2 * MOST)


def _losses(
    given: Input, year: int, plan: Sourcing, effort: Params, time: float | None, seed: int
) -> pl.DataFrame:
    from sinho.source import stress
    from sinho.stop import TimeLimit

    if plan.status == "stopped":
        # Ctrl-C while the plan was made asked for what there is
        over = TimeLimit(1e-9)
        return stress(given, effort, year=year, base=plan, stop=over, seed=seed)
    return wait(
        lambda stop, report: stress(
            given, effort, year=year, base=plan, stop=stop, seed=seed, progress=report
        ),
        "losses",
        time,
    )


def _more(
    given: Input, year: int, plan: Sourcing, effort: Params, time: float | None, seed: int
) -> pl.DataFrame:
    from sinho.source import worth

    return wait(
        lambda stop, report: worth(
            given, effort, year=year, base=plan, stop=stop, seed=seed, progress=report
        ),
        "one thing more or less",
        time,
    )


def _print(plan: Sourcing) -> None:
    import polars as pl

    from sinho.report.amounts import amount_text

    lost = f", {plan.lost:,.0f} are lost" if plan.lost > 0.5 else ""
    print_text(
        f"{plan.name}: {plan.cars:,.0f} cars delivered{lost}; cost "
        f"{amount_text(plan.objective, plan.currency)}, at most {plan.gap:.2%} from the best "
        f"({plan.status})."
    )
    refunds = float(plan.flows["refund"].sum())
    if abs(refunds) >= 0.5:
        print_text(f"Duty paid and refunded later: {refunds:,.0f} {plan.currency}.")
    print()
    from sinho.report.source import FILL, launches_shown, limits_shown

    year = pl.col("month").dt.strftime("%Y").alias("year")
    cars = pl.col("cars").sum()
    print_frame(
        "Cars by plant and market",
        plan.flows.group_by("plant", "market", year)
        .agg(cars, (pl.col("tariff").sum() / cars).alias(f"tariff per car [{plan.currency}]"))
        .sort("year", "market", "plant"),
        most=MOST,
    )
    print_frame(
        "Plants",
        plan.plants.group_by("plant", year, maintain_order=True).agg(
            cars,
            (pl.col("load").sum() / pl.col("capacity").sum() * 100)
            .fill_nan(None)
            .alias("fill [%]"),
            pl.col("step").unique(maintain_order=True).replace("", "closed").str.join(", "),
        ),
        most=MOST,
        note=FILL,
    )
    if plan.launches.height:
        print_frame("Launches", launches_shown(plan), most=MOST)
    binding = limits_shown(plan)
    if binding.height:
        print_frame("What is used up, and what one car more would save", binding, most=MOST)
    costs = plan.costs.group_by("line", maintain_order=True).agg(pl.col("cost").sum())
    costs = costs.rename({"cost": f"cost [{plan.currency}]"})
    print_frame("Cost", costs, most=MOST)
    if plan.unmet.height:
        unmet = plan.unmet.group_by("model", "market").agg(pl.col("lost").sum())
        unmet = unmet.sort(-pl.col("lost"), "model", "market").rename({"lost": "lost [cars]"})
        print_frame("Lost", unmet, most=MOST)
