"""Command why: what holds a plan, a contract, an order or a day, and what would lift it."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypedDict

import typer

from sinho.cli.base import examples
from sinho.cli.inputs import chosen, is_run, load, made_by_sinho, there
from sinho.cli.options import AsJson, PlanTime, Scenario
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, print_text, say
from sinho.errors import DataError, as_typed

if TYPE_CHECKING:
    import polars as pl

    from sinho.hub import Hub
    from sinho.results import Explanation, MonthPlan
    from sinho.run.kept import KeptPlan
    from sinho.run.quotes import KeptQuote
    from sinho.units import PeriodKind


class Subject(TypedDict):
    """What a question about a plan is about."""

    model: str | None
    market: str | None
    month: str | None
    contract: str | None
    shop: str | None


@examples(
    "sinho why myplant --model XM3 --market FR --month 2026-03",
    'sinho why myplant --scenario polestar4 --contract "Polestar 4, 2026"',
    "sinho why myplant --month 2026-03",
    "sinho why myplant --shop paint --month 2026-03",
    "sinho why out/ --month 2026-03           of a plan made with --out out/, at once",
    "sinho why out/quote --fee                of a quote made with --out out/quote",
    "sinho why out/march 2603-000123          an order of a run",
    "sinho why out/march 2026-03-05           a working day of a run",
    'sinho why out/march "EU-NORTH 2026-03/2"   a voyage: what it carries',
)
def why(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A folder of `sinho plan --out` or `sinho quote --out`, whose plan is explained "
            "as it was made; or a hub, which is planned first. About an order or a day: the folder "
            "of a run.",
        ),
    ],
    named: Annotated[
        str | None,
        typer.Argument(
            metavar="ORDER|DATE|VOYAGE",
            help="Of a run: number of an order, a VIN, a working day, or a voyage.",
        ),
    ] = None,
    scenario: Scenario = None,
    model: Annotated[
        str | None, typer.Option(metavar="X", help="A model, or a family of models.")
    ] = None,
    market: Annotated[str | None, typer.Option(metavar="Y", help="A market, or a region.")] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="A month; without it the whole horizon.")
    ] = None,
    contract: Annotated[str | None, typer.Option(metavar="C", help="A contract.")] = None,
    shop: Annotated[str | None, typer.Option(metavar="S", help="A shop.")] = None,
    fee: Annotated[
        bool, typer.Option("--fee", help="Of a quote: why its fees are what they are.")
    ] = False,
    period: Annotated[
        Literal["month", "week"] | None,
        typer.Option(help="Length of a planning period of a hub; by default a month."),
    ] = None,
    time: PlanTime = None,
    json: AsJson = False,
) -> None:
    """Explain why a demand, contract, shop or month is planned as it is, and what would lift it.

    Each relaxation is solved on its own; none is applied. Of a run, explain why an order is built
    on its day and not on the one wanted and how it leaves, what a day is short of, or what a voyage
    carries and which cars miss it; with --model and the like, its monthly plan.
    """
    about: Subject = {
        "model": model,
        "market": market,
        "month": month,
        "contract": contract,
        "shop": shop,
    }
    if fee:
        _why_fee(path, [name for name, value in about.items() if value], as_json=json)
    elif named is not None or (is_run(path) and not any(about.values())):
        _why_in_run(path, named, scenario, about, as_json=json)
    else:
        _why_in_plan(path, scenario, about, period=period, seconds=time, as_json=json)


def _why_in_plan(
    path: Path,
    scenario: str | None,
    about: Subject,
    *,
    period: PeriodKind | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Explain a demand, contract, shop or month: of a plan that is kept, else of a hub's."""
    from sinho.hub import apply_scenario
    from sinho.run import scenario_names, scenario_of
    from sinho.run.explain import explain, explain_kept
    from sinho.run.kept import hub_now
    from sinho.run.quotes import hub_of_quote_now, read_quote

    if not any(about.values()):
        raise typer.BadParameter(
            "nothing is asked about. Give at least one of --model, --market, --month, --contract "
            "and --shop; or --fee, of a quote.",
            param_hint="the question",
        )
    there(path)
    kept = kept_plan(path, scenario, period)
    if kept is not None:
        quoted = read_quote(path)
        hub, now = kept.hub, hub_now(kept) if quoted is None else hub_of_quote_now(quoted)
        if now and not as_json:
            say(now)
        check_subject(hub, about)
        found = wait(
            lambda stop, progress: explain_kept(kept, **about, stop=stop, progress=progress),
            "answering",
            seconds,
            what="answer",
        )
        if quoted is not None:
            found = _beside_without(found, quoted, kept.plan, about)
    else:
        hub, now = load(path), None
        if scenario is not None:
            chosen("--scenario", scenario, scenario_names(hub), "scenario")
        name = scenario_of(hub, scenario)
        whole = hub if name is None else apply_scenario(hub, name)
        check_subject(whole, about)
        found = wait(
            lambda stop, progress: explain(
                whole, **about, period=period or "month", stop=stop, progress=progress
            ),
            "planning",
            seconds,
        )
    _say(found, hub.settings.currency, now, as_json=as_json)


def _say(found: Explanation, currency: str, now: str | None, *, as_json: bool) -> None:
    """Print an explanation, or write it as JSON."""
    if not as_json:
        print_explanation(found, currency)
        return
    print_json(
        {
            "question": found.question,
            "answer": found.answer,
            "reasons": found.reasons,
            "relaxations": [
                {
                    "name": one.name,
                    "cars": one.cars,
                    "cars_total": one.cars_total,
                    "contribution": one.contribution,
                }
                for one in found.relaxations
            ],
            "facts": found.facts,
        }
        | ({} if now is None else {"hub_now": now})
    )


def _beside_without(
    found: Explanation, quoted: KeptQuote, plan: MonthPlan, about: Subject
) -> Explanation:
    """Add to an answer about other models what the programme of a quote takes from them."""
    from sinho.report.quote import displaced

    if about["contract"] is not None or about["shop"] is not None:
        return found
    more = displaced(quoted.tables, plan.tables, found.facts)
    return replace(found, reasons=(*found.reasons, *more))


def _why_fee(path: Path, others: list[str], *, as_json: bool) -> None:
    """Explain the fees of a quote that a folder keeps."""
    from sinho.report.quote import why_fee
    from sinho.run.quotes import hub_of_quote_now, read_quote

    there(path)
    quoted = read_quote(path)
    if quoted is None:
        raise typer.BadParameter(
            f"{path} is no folder of a quote (--out of `sinho quote`).", param_hint="--fee"
        )
    if others:
        raise typer.BadParameter(
            f"--fee and {', '.join(f'--{one}' for one in others)} are two questions.",
            param_hint="the question",
        )
    now = hub_of_quote_now(quoted)
    if now and not as_json:
        say(now)
    found = why_fee(quoted.facts, quoted.tables)
    _say(found, quoted.facts["currency"], now, as_json=as_json)


def print_explanation(found: Explanation, currency: str) -> None:
    """Print question, answer, reasons, what would lift it, and the figures."""
    import polars as pl

    print_text(found.question)
    print_text(found.answer)
    print()
    for reason in found.reasons:
        print_text(reason, "- ")
    print()
    if found.relaxations:
        rows = [
            {
                "what would lift it": one.name,
                "cars of the question": one.cars,
                "all cars": one.cars_total,
                f"contribution [{currency}]": one.contribution,
            }
            for one in found.relaxations
        ]
        print_frame(
            "Single relaxations, each tried on its own; none is applied", pl.DataFrame(rows)
        )
    if found.facts.height:
        print_frame("Figures", facts_frame(found.facts, currency))


def kept_plan(path: Path, scenario: str | None, period: PeriodKind | None) -> KeptPlan | None:
    """Return the plan that a folder keeps; None for a hub. Refuse options that it does not have."""
    from sinho.run.kept import keeps_plan, plan_of_run, read_plan

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


def _why_in_run(
    path: Path, named: str | None, scenario: str | None, about: Subject, *, as_json: bool
) -> None:
    """Explain the day and voyage of an order of a run, or what a day is short of, or a voyage."""
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
    if named is None or others:
        rule = f"{', '.join(others)} and {named} are two questions. " if named and others else ""
        raise typer.BadParameter(
            f"{rule}{path} is a run: name an order, a VIN or a working day of it, such as "
            f"`sinho why {as_typed(path)} 2026-03-05`; or ask about its monthly plan by --model, "
            "--market, --month, --contract or --shop.",
            param_hint="the question",
        )
    made = read_run(path)
    date = date_in(named, made)
    head: dict[str, object]
    leaves: tuple[str, ...] = ()
    if date is not None:
        said, head = short_of(made, date), {"date": date}
    elif made.ship is not None and named in made.ship.voyages["vessel"]:
        from sinho.ship import explain

        said, head = explain(made.ship, named), {"vessel": named}
    else:
        found = trace_order(made, named)
        said, head = found.why, {"order": found.order}
        leaves = tuple(found.ship.get("text", ()))
    if as_json:
        print_json(head | {"why": said} | ({"ship": leaves} if leaves else {}))
        return
    for line in (*said, *leaves):
        print_text(line, "")
    if "order" in head:
        print(
            f"\n`sinho trace {as_typed(path)} {as_typed(named)}` follows it through the whole run."
        )


def facts_frame(facts: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Return the figures of an explanation with units in their headings, shares in per cent."""
    import polars as pl

    shares = {"utilisation": "of capacity [%]", "utilisation_installed": "of installed [%]"}
    cars = ("asked", "on_time", "shipped", "late", "lost", "least", "most", "short")
    money = ("worth", "fee", "penalty", "change")
    names = {name: f"{name.replace('_', ' ')} [cars]" for name in cars}
    names |= {name: f"{name} [{currency}]" for name in money} | shares | {"unit": "in"}
    names["per_car"] = f"a car of the programme [{currency}]"
    return facts.with_columns(
        pl.col(name) * 100 for name in shares if name in facts.columns
    ).rename(names, strict=False)


def check_subject(hub: Hub, about: Subject) -> None:
    """Refuse unknown names in a question about a hub, its scenario applied, as usage errors."""
    given = dict(about)
    known = {
        "model": (*hub["models"]["model"], *hub["models"]["family"].drop_nulls()),
        "market": (*hub["markets"]["market"], *hub["markets"]["region"]),
        "contract": hub["contracts"]["contract"],
        "shop": hub["shops"]["shop"],
    }
    for what, names in known.items():
        value = given[what]
        if isinstance(value, str):
            full = dict(hub["markets"].select("market", "name").iter_rows())
            chosen(f"--{what}", value, names, what, full if what == "market" else None)
    month = about["month"]
    if month is not None:
        _check_month(month, hub)


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
