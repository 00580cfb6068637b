"""What the commands do."""

from __future__ import annotations

import calendar
import datetime as dt
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import polars as pl
import typer

from sinho.cli.base import DATA, FileProblem, print_json, problem_json, say
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_text
from sinho.errors import Problem, nearest
from sinho.hub import Hub, check_hub, read_hub
from sinho.hub.schema import REQUIRED, TABLES, Field, meaning
from sinho.hub.schema import fields as fields_of
from sinho.results import MonthPlan
from sinho.run import (
    BASE,
    PlanOptions,
    comparison_record,
    example_path,
    plan_record,
    prepared,
    scenario_names,
    scenario_of,
    write_comparison,
    write_run,
)
from sinho.run import compare as compare_scenarios
from sinho.units import PeriodKind

if TYPE_CHECKING:
    from sinho.results import Comparison


class Asked(TypedDict):
    """What a question is about."""

    model: str | None
    market: str | None
    month: str | None
    contract: str | None
    shop: str | None


PICTURES = (".png", ".svg")

SHOWN_ROWS = 12
"""Rows of each table of the summary, so that it stays on one screen or two."""


def new(path: Path, source: str, *, excel: bool, force: bool) -> None:
    """Make a hub: a folder, or a workbook."""
    from sinho.hub.write import write_blank, write_hub

    if excel and path.suffix.lower() != ".xlsx":
        path = path.with_name(f"{path.name}.xlsx")
    is_book = path.suffix.lower() == ".xlsx"
    if path.exists():
        if path.is_dir() == is_book:
            what = "a folder" if path.is_dir() else "a file"
            raise FileProblem(f"{path} is {what}; give another name.")
        filled = is_book or any(path.iterdir())
        if filled and not is_book and not (path / "hub.toml").exists():
            raise FileProblem(f"{path} holds other files; give the name of a new folder.")
        if filled and not force:
            raise FileProblem(
                f"{path} exists already. Give another name, or --force to replace the hub in it."
            )
    if source == "blank":
        written = write_blank(path, force=force)
        print(f"{written}: headings of every table. Fill them in; `sinho fields` explains them.")
        return
    written = write_hub(read_hub(example_path(source)), path, force=force)
    print(f"{written}: the example {source}. Next: sinho check {written}")


def load(path: Path) -> Hub:
    """Read a hub; say so on a terminal where it takes long."""
    there(path)
    return wait(lambda _stop, _report: read_hub(path), f"reading {path}", all_or_nothing=True)


def there(path: Path) -> None:
    """Refuse a path where nothing is.

    Raises
    ------
    FileProblem
        With the nearest name beside it.
    """
    if path.exists():
        return
    beside = path.absolute().parent
    names = [item.name for item in beside.glob("*")] if beside.is_dir() else []
    near = nearest(path.name, names)
    hint = near if near.startswith("Did") else "`sinho new` makes a hub to start from."
    raise FileProblem(f"{path}: there is no such folder or workbook. {hint}")


def chosen(
    option: str,
    name: str,
    known: Iterable[str],
    what: str,
    called: Mapping[str, str | None] | None = None,
) -> None:
    """Refuse an unknown name as a usage error, with the nearest known one.

    Parameters
    ----------
    option : str
        Where the name was given.
    name : str
        The name.
    known : iterable of str
        The names that are taken.
    what : str
        What it should name.
    called : mapping of str to str, optional
        Full names of known ones, for the hint.
    """
    names = list(dict.fromkeys(known))
    if name not in names:
        also = {text.casefold(): own for own, text in (called or {}).items() if text}
        own = also.get(name.casefold())
        hint = f"Did you mean {own!r}?" if own else nearest(name, names)
        hint = hint or f"There are no {what}s."
        raise typer.BadParameter(f"there is no {what} {name!r}. {hint}", param_hint=option)


def check(path: Path, *, as_json: bool) -> None:
    """Check a hub and its scenarios."""
    there(path)
    hub, problems = wait(
        lambda _stop, _report: check_hub(path), f"checking {path}", all_or_nothing=True
    )
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if as_json:
        record: dict[str, Any] = {
            "ok": errors == 0,
            "errors": errors,
            "warnings": warnings,
            "problems": [problem_json(problem) for problem in problems],
        }
        if hub is not None:
            from sinho.cli import summary

            record["hub"] = {**summary.head(hub), **dict(summary.tables(hub))}
        print_json(record)
    else:
        if hub is not None:
            print_summary(hub)
        print_problems(problems)
        verdict = f"{path}: " + ("ok" if not errors else counted(errors, "error"))
        print(verdict + (f", {counted(warnings, 'warning')}" if warnings else ""))
    if errors:
        raise typer.Exit(DATA)


def print_summary(hub: Hub) -> None:
    """Print the summary of a hub."""
    from sinho.cli import summary

    facts = summary.head(hub)
    print(f"{facts['name']}, {facts['country']}; amounts in {facts['currency']}")
    print(f"months {facts['months']}; input hash {facts['input hash'][:12]}\n")
    for title, frame in summary.tables(hub):
        if title != summary.BASIS:
            print_frame(title, frame, most=SHOWN_ROWS, as_given=True)
    shares = [
        f"{rows:,} {basis} ({share:.1f} %)" for basis, rows, share in summary.basis(hub).iter_rows()
    ]
    print(f"{summary.BASIS}, rows: {', '.join(shares)}\n")


def print_problems(problems: Sequence[Problem]) -> None:
    """Print warnings, then errors, each on a line."""
    for severity in ("warning", "error"):
        for problem in problems:
            if problem.severity == severity:
                print_text(str(problem), f"{severity}: ")
    if problems:
        print()


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plan(
    path: Path,
    scenario: str | None,
    out: Path | None,
    *,
    seconds: float | None,
    report: bool,
    as_json: bool,
    **options: Unpack[PlanOptions],
) -> None:
    """Plan a hub, print the key figures, write the files."""
    from sinho.plan import plan_months

    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
    if out is not None:
        prepared(out)
    made = wait(
        lambda stop, progress: plan_months(
            hub, scenario=scenario_of(hub, scenario), stop=stop, progress=progress, **options
        ),
        "planning",
        seconds,
    )
    run = None
    if out is not None:
        say_if_long(out, report=report)
        run = write_run(made, hub, out, report=report)
    if as_json:
        record = plan_record(made, hub)
        record["files"] = {} if run is None else dict(run.files)
        print_json(record)
        return
    print_plan(made, hub)
    print()
    if run is None:
        print("Nothing was written; --out DIR writes report, workbook, pictures and plan.json.")
    else:
        print_files(run.files)


def say_if_long(out: Path, *, report: bool) -> None:
    """Say on a terminal that files are written, which may take some seconds."""
    if report and sys.stderr.isatty():
        say(f"writing report, workbook and pictures to {out} …")


def print_plan(made: MonthPlan, hub: Hub) -> None:
    """Print how good a plan is, its headline and its tables."""
    from sinho.report.figures import headline
    from sinho.report.tables import summary_tables

    for sentence in headline(made, hub):
        print_text(sentence)
    print()
    for title, frame in summary_tables(made, hub):
        print_frame(title, frame)
    print_status(made)


def print_status(made: MonthPlan) -> None:
    """Print how a plan was found."""
    name = made.scenario or BASE
    print(
        f"{made.hub_name}, {name}: {made.status}, contribution {made.contribution:,.0f} "
        f"{made.currency}, bound {made.bound:,.0f}, gap {100 * made.gap:.3f} %"
    )
    for level, value in made.levels:
        print(f"  {level}: {value:,.1f}")
    print(
        f"{made.columns:,} columns, {made.rows:,} rows, {made.nonzeros:,} non-zeros; built in "
        f"{made.seconds_build:.2f} s, solved in {made.seconds_solve:.2f} s ({made.method}, "
        f"seed {made.seed}); input {made.input_hash[:12]}"
    )
    if made.status == "stopped":
        say("The plan was stopped: it is the best found so far and may be improved.")


def print_files(files: Mapping[str, Path]) -> None:
    """Print the files written, the pictures of a folder on one line."""
    print("Written:")
    pictures: dict[Path, dict[str, None]] = {}
    for path in files.values():
        if path.suffix in PICTURES:
            pictures.setdefault(path.parent, {})[path.stem] = None
    for path in files.values():
        if path.suffix not in PICTURES:
            print(f"  {path}")
        elif path.parent in pictures:
            kinds = sorted(
                {other.suffix[1:] for other in files.values() if other.parent == path.parent}
            )
            names = ", ".join(pictures.pop(path.parent))
            print_text(f"{names} ({' and '.join(kinds)})", f"  {path.parent}: ")


def compare(
    path: Path,
    scenarios: Sequence[str] | None,
    out: Path | None,
    *,
    seconds: float | None,
    report: bool,
    as_json: bool,
    **options: Unpack[PlanOptions],
) -> None:
    """Plan several scenarios and print them side by side."""
    hub = load(path)
    known = scenario_names(hub)
    given = [name.strip() for word in scenarios or () for name in word.split(",")]
    names = [name for name in given if name] or known
    for name in names:
        chosen("--scenarios", name, known, "scenario")
    if out is not None:
        prepared(out)
    made = wait(
        lambda stop, progress: compare_scenarios(
            hub, names, seconds=seconds, stop=stop, progress=progress, **options
        ),
        "planning",
    )
    files = {}
    if out is not None:
        say_if_long(out, report=report)
        files = write_comparison(made, hub, out, report=report)
    if as_json:
        print_json({**comparison_record(made), "files": files})
    else:
        print_comparison(made)
    left_out = [name for name in dict.fromkeys(names) if name not in made.plans]
    if left_out:
        say(f"Stopped before these scenarios were planned: {', '.join(left_out)}.")
    if as_json:
        return
    if files:
        print_files(files)
    else:
        print("Nothing was written; --out DIR writes the comparison and the plans.")


def print_comparison(made: Comparison, *, years: bool = True) -> None:
    """Print a comparison: the plans, their figures, and what was changed in the input."""
    names = list(made.plans)
    print_frame("Plans", plans_frame(made.plans))
    table = made.table
    value = pl.col(names)
    table = table.filter(pl.any_horizontal(value.is_not_null() & (value.abs() > 1e-9)))
    if len(names) == 2:
        table = table.with_columns((pl.col(names[1]) - pl.col(names[0])).alias("difference"))
    of_year = pl.col("group").str.contains(r" in \d{4}$")
    print_frame("Key figures over the horizon", unrepeated(table.filter(~of_year)), keys=3)
    if years:
        first = pl.col(names[0]).fill_null(0.0)
        differs = pl.any_horizontal(
            (pl.col(name).fill_null(0.0) - first).abs() > 1e-6 for name in names
        )
        yearly = table.filter(of_year & (differs if len(names) > 1 else pl.lit(True)))
        if yearly.height:
            title = "Key figures by year"
            title += " (those that differ between the scenarios)" if len(names) > 1 else ""
            print_frame(title, unrepeated(yearly), keys=3)
    if made.changes.height:
        print_frame("What the scenarios changed in the input", changes_frame(made.changes), keys=4)


def plans_frame(plans: Mapping[str, MonthPlan]) -> pl.DataFrame:
    """Return how each plan was found, a row for each scenario."""
    return pl.DataFrame(
        [
            {
                "scenario": name,
                "status": plan.status,
                f"contribution [{plan.currency}]": plan.contribution,
                "gap [%]": 100 * plan.gap,
                "solved in [s]": plan.seconds_solve,
                "input": plan.input_hash[:12],
                "title": plan.title,
            }
            for name, plan in plans.items()
        ]
    )


def unrepeated(table: pl.DataFrame) -> pl.DataFrame:
    """Blank a group that stands in the row above already."""
    again = (pl.col("group") == pl.col("group").shift()).fill_null(False)
    return table.with_columns(pl.when(again).then(pl.lit("")).otherwise("group").alias("group"))


def changes_frame(changes: pl.DataFrame, most: int = 5) -> pl.DataFrame:
    """Return the changes of the input for the screen: long texts clipped, many rows counted.

    Parameters
    ----------
    changes : polars.DataFrame
        ``scenario``, ``table``, ``row``, ``column``, ``before`` and ``after``.
    most : int
        Rows shown for each scenario, table and column.

    Returns
    -------
    polars.DataFrame
        The same columns; sources and bases are left out.
    """
    by = ["scenario", "table", "column"]
    shown = []
    kept = changes.filter(~pl.col("column").is_in(["source", "basis"]))
    for (scenario, table, column), part in kept.group_by(by, maintain_order=True):
        head = {"scenario": scenario, "table": table, "column": column}
        count = part.height if part.height <= most + 1 else most
        shown += [
            {
                **head,
                "row": row["row"],
                "before": clipped(row["before"] or ""),
                "after": clipped(row["after"] or ""),
            }
            for row in part.head(count).to_dicts()
        ]
        if count < part.height:
            more = f"… and {part.height - count:,} more rows"
            shown.append({**head, "row": more, "before": "", "after": ""})
    columns = ["scenario", "table", "row", "column", "before", "after"]
    return pl.DataFrame(shown, schema=dict.fromkeys(columns, pl.String))


def clipped(text: str, most: int = 80) -> str:
    """Shorten a long text; files and ``--json`` hold all of it."""
    return text if len(text) <= most else text[: most - 1] + "…"


def why(
    path: Path,
    scenario: str | None,
    asked: Asked,
    *,
    period: PeriodKind,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Explain a demand, contract, shop or month."""
    from sinho.why import explain

    if not any(asked.values()):
        raise typer.BadParameter(
            "nothing is asked about. Give at least one of --model, --market, --month, --contract "
            "and --shop.",
            param_hint="the question",
        )
    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
    asked_about(hub, scenario, asked)
    told = wait(
        lambda stop, progress: explain(
            hub,
            scenario=scenario_of(hub, scenario),
            **asked,
            period=period,
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


def fields(table: str | None, *, as_json: bool) -> None:
    """Show the data dictionary."""
    if table is not None:
        chosen("TABLE", table, TABLES, "table")
    names = list(TABLES) if table is None else [table]
    if as_json:
        print_json({name: _table_json(name) for name in names})
        return
    if table is not None:
        print(f"{table}: {meaning(table).replace('``', '`')}\n")
        print_frame("", fields_frame(fields_of(table).values()))
        print("key: rows must differ in their keys; required: must be given in every row.")
        return
    frame = pl.DataFrame(
        [
            {
                "table": name,
                "needed": "yes" if name in REQUIRED else "",
                "fields": len(fields_of(name)),
                "meaning": meaning(name).replace("``", "`"),
            }
            for name in names
        ]
    )
    print_frame("", frame)
    print("`sinho fields TABLE` shows the fields of a table.")


def _table_json(name: str) -> dict[str, Any]:
    return {
        "meaning": meaning(name),
        "required": name in REQUIRED,
        "fields": [
            {
                "name": field.name,
                "type": field.kind,
                "unit": field.unit,
                "meaning": field.meaning,
                "key": field.key,
                "required": field.required,
                "default": field.default,
                "lower": field.lower,
                "lower_open": field.lower_open,
                "upper": field.upper,
                "choices": list(field.choices),
                "refers": [".".join(pair) for pair in field.refers],
            }
            for field in fields_of(name).values()
        ],
    }


def fields_frame(specs: Iterable[Field]) -> pl.DataFrame:
    """Return the fields of a table as a planner reads them."""
    return pl.DataFrame(
        [
            {
                "field": spec.name,
                "type": spec.kind,
                "unit": "" if spec.unit == "-" else spec.unit,
                "need": "key" if spec.key else "required" if spec.required else "",
                "default": "" if spec.default is None else _default(spec.default),
                "bounds or choices": spec.bounds,
                "refers to": ", ".join(".".join(pair) for pair in spec.refers),
                "meaning": spec.meaning,
            }
            for spec in specs
        ]
    )


def _default(value: str | float | int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"
