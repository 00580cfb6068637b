"""The command that explains a plan."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import TypedDict

import polars as pl
import typer

from sinho.cli.base import print_json, say
from sinho.cli.inputs import chosen, load, there
from sinho.cli.made import is_run, made_by_sinho
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_text
from sinho.errors import DataError, as_typed
from sinho.hub import Hub
from sinho.run import scenario_names, scenario_of
from sinho.run.kept import (
    KeptPlan,
    explain_kept,
    hub_now,
    keeps_plan,
    plan_of_run,
    read_plan,
)
from sinho.units import PeriodKind


class Asked(TypedDict):
    """What a question is about."""

    model: str | None
    market: str | None
    month: str | None
    contract: str | None
    shop: str | None


def why(
    path: Path,
    scenario: str | None,
    asked: Asked,
    *,
    period: PeriodKind | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Explain a demand, contract, shop or month: of a plan that is kept, else of a hub's."""
    from sinho.why import explain

    if not any(asked.values()):
        raise typer.BadParameter(
            "nothing is asked about. Give at least one of --model, --market, --month, --contract "
            "and --shop.",
            param_hint="the question",
        )
    there(path)
    kept = kept_plan(path, scenario, period)
    if kept is not None:
        hub, now = kept.hub, hub_now(kept)
        if now and not as_json:
            say(now)
        asked_about(hub, None, asked)
        told = wait(
            lambda stop, progress: explain_kept(kept, **asked, stop=stop, progress=progress),
            "answering",
            seconds,
            what="answer",
        )
    else:
        hub, now = load(path), ""
        if scenario is not None:
            chosen("--scenario", scenario, scenario_names(hub), "scenario")
        asked_about(hub, scenario, asked)
        told = wait(
            lambda stop, progress: explain(
                hub,
                scenario=scenario_of(hub, scenario),
                **asked,
                period=period or "month",
                stop=stop,
                progress=progress,
            ),
            "planning",
            seconds,
        )
    if as_json:
        print_json(
            {
                "question": told.question,
                "answer": told.answer,
                "reasons": told.reasons,
                "relaxations": [
                    {
                        "name": one.name,
                        "cars": one.cars,
                        "cars_total": one.cars_total,
                        "contribution": one.contribution,
                    }
                    for one in told.relaxations
                ],
                "facts": told.facts,
            }
            | ({"hub_now": now} if kept is not None else {})
        )
        return
    print_text(told.question)
    print_text(told.answer)
    print()
    for reason in told.reasons:
        print_text(reason, "- ")
    print()
    if told.relaxations:
        frame = pl.DataFrame(
            [
                {
                    "what would lift it": one.name,
                    "cars of the question": one.cars,
                    "all cars": one.cars_total,
                    f"contribution [{hub.settings.currency}]": one.contribution,
                }
                for one in told.relaxations
            ]
        )
        print_frame("Single relaxations, each tried on its own; none is applied", frame)
    if told.facts.height:
        print_frame("Figures", facts_frame(told.facts, hub.settings.currency))


def kept_plan(path: Path, scenario: str | None, period: PeriodKind | None) -> KeptPlan | None:
    """Return the plan that a folder keeps; None for a hub. Refuse options that it does not have."""
    if is_run(path):
        kept = plan_of_run(path)
    elif keeps_plan(path):
        kept = read_plan(path)
    else:
        problem = made_by_sinho(path)
        if problem is not None:
            raise DataError([problem])
        return None
    given, own = {"--scenario": scenario, "--period": period}, {"--scenario": kept.name}
    own["--period"] = kept.plan.period_kind
    for option, value in given.items():
        if value not in (None, own[option]):
            raise typer.BadParameter(
                f"{path} keeps the plan with {option} {own[option]}. Leave it out, or name the "
                "hub, which is planned anew.",
                param_hint=option,
            )
    return kept


def why_in_run(
    path: Path, asked: str | None, scenario: str | None, about: Asked, *, as_json: bool
) -> None:
    """Explain the day of an order of a run, or what a day of it is short of."""
    from sinho.cli.runs import date_in
    from sinho.run.days import read_run
    from sinho.run.stages import short_of
    from sinho.run.trace import trace_order

    if path.exists() and not is_run(path):
        raise typer.BadParameter(
            f"{path} is no folder of a run, and orders and their days belong to one. Name the "
            "folder of a run (--out of `sinho run`), or ask about the hub's plan with --model, "
            "--market, --month, --contract or --shop.",
            param_hint="ORDER|DATE",
        )
    others = [f"--{name}" for name, value in {"scenario": scenario, **about}.items() if value]
    if asked is None or others:
        rule = f"{', '.join(others)} and {asked} are two questions. " if asked and others else ""
        raise typer.BadParameter(
            f"{rule}{path} is a run: name an order, a VIN or a working day of it, such as "
            f"`sinho why {as_typed(path)} 2026-03-05`; or ask about its monthly plan by --model, "
            "--market, --month, --contract or --shop.",
            param_hint="the question",
        )
    made = read_run(path)
    date = date_in(asked, made)
    head: dict[str, object]
    if date is not None:
        said, head = short_of(made, date), {"date": date}
    else:
        found = trace_order(made, asked)
        said, head = found.why, {"order": found.order}
    if as_json:
        print_json(head | {"why": said})
        return
    for line in said:
        print_text(line, "")
    if date is None:
        print(
            f"\n`sinho trace {as_typed(path)} {as_typed(asked)}` follows it through the whole run."
        )


def facts_frame(facts: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Return the figures of an explanation with units in their headings, shares in per cent."""
    shares = {"utilisation": "of capacity [%]", "utilisation_installed": "of installed [%]"}
    cars = ("asked", "on_time", "shipped", "late", "lost", "least", "most", "short")
    money = ("worth", "fee", "penalty")
    names = {name: f"{name.replace('_', ' ')} [cars]" for name in cars}
    names |= {name: f"{name} [{currency}]" for name in money} | shares | {"unit": "in"}
    return facts.with_columns(
        pl.col(name) * 100 for name in shares if name in facts.columns
    ).rename(names, strict=False)


def asked_about(hub: Hub, scenario: str | None, asked: Asked) -> None:
    """Refuse unknown names in a question as usage errors."""
    from sinho.hub import apply_scenario

    name = scenario_of(hub, scenario)
    whole = hub if name is None else apply_scenario(hub, name)
    given = dict(asked)
    known = {
        "model": (*whole["models"]["model"], *whole["models"]["family"].drop_nulls()),
        "market": (*whole["markets"]["market"], *whole["markets"]["region"]),
        "contract": whole["contracts"]["contract"],
        "shop": whole["shops"]["shop"],
    }
    for what, names in known.items():
        value = given[what]
        if isinstance(value, str):
            full = dict(whole["markets"].select("market", "name").iter_rows())
            chosen(f"--{what}", value, names, what, full if what == "market" else None)
    month = asked["month"]
    if month is not None:
        _check_month(month, whole)


def _check_month(text: str, hub: Hub) -> None:
    """Refuse what is no month, or no month of the horizon."""
    settings = hub.settings
    try:
        day = dt.date.fromisoformat(f"{text}-01" if len(text) == len("2026-03") else text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is neither a month nor a date. Write it as 2026-03.", param_hint="--month"
        ) from None
    last = settings.end.replace(day=calendar.monthrange(settings.end.year, settings.end.month)[1])
    if not settings.start <= day <= last:
        raise typer.BadParameter(
            f"{text} lies outside the horizon, {settings.start:%Y-%m} to {settings.end:%Y-%m}.",
            param_hint="--month",
        )
