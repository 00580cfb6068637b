"""The commands that plan: one scenario, or several side by side."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

import polars as pl
import typer

from sinho.cli.base import print_json, say
from sinho.cli.inputs import chosen, load, there
from sinho.cli.made import made_by_sinho
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_rows, print_text
from sinho.errors import DataError, as_typed
from sinho.hub import Hub
from sinho.results import Comparison, MonthPlan
from sinho.run import (
    BASE,
    COMPARISON_FILE,
    PlanOptions,
    comparison_record,
    place_for_plan,
    plan_record,
    scenario_names,
    scenario_of,
    write_comparison,
    write_run,
)
from sinho.run import compare as compare_scenarios
from sinho.run.comparison import compare_kept
from sinho.run.keep import KEPT
from sinho.run.kept import KeptPlan, hub_now, keeps_plan, read_plan

PICTURES = (".png", ".svg")
WHOLE_ROW = "(row)"
"""Column of the changes that stands for a row added or taken out."""


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
        place_for_plan(out)
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
        run = wait(
            lambda stop, progress: write_run(
                made, hub, out, report=report, stop=stop, progress=progress
            ),
            "writing",
        )
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
        print(
            f"`sinho why {as_typed(run.folder)} ...` and `sinho compare` read this plan: "
            f"{run.folder / KEPT}"
        )


def say_if_long(out: Path, *, report: bool) -> None:
    """Say on a terminal that files are written, which may take some seconds."""
    if report and sys.stderr.isatty():
        say(f"writing report, workbook and pictures to {out} …")


def print_plan(made: MonthPlan, hub: Hub) -> None:
    """Print how good a plan is, its headline and its tables."""
    from sinho.report.headline import headline
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
        f"{made.currency}, {_bound(made)}"
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
    paths: Sequence[Path],
    scenarios: Sequence[str] | None,
    out: Path | None,
    *,
    seconds: float | None,
    report: bool,
    as_json: bool,
    **options: Unpack[PlanOptions],
) -> None:
    """Print plans side by side: of a hub's scenarios, planned now, or of folders that keep them."""
    kept = _kept_plans(paths, scenarios, options)
    if out is not None:
        place_for_plan(out)
    left_out: list[str] = []
    hub: Hub | None = None
    hubs_now: dict[str, str] = {}
    if kept:
        made = compare_kept(kept)
        hubs_now = {str(one.folder): hub_now(one) for one in kept}
        for folder, now in hubs_now.items():
            if now and not as_json:
                say(f"{folder}: {now}")
    else:
        hub = load(paths[0])
        names = _names(hub, scenarios)
        made = wait(
            lambda stop, progress: compare_scenarios(
                hub, names, seconds=seconds, stop=stop, progress=progress, **options
            ),
            "planning",
        )
        left_out = [name for name in dict.fromkeys(names) if name not in made.plans]
    files: dict[str, Path] = {}
    if out is not None:
        say_if_long(out, report=report)
        files = wait(
            lambda stop, progress: write_comparison(
                made, hub, out, report=report, stop=stop, progress=progress
            ),
            "writing",
        )
    if as_json:
        record = comparison_record(made) | ({"hubs_now": hubs_now} if kept else {})
        print_json({**record, "files": files})
    else:
        print_comparison(made)
    if left_out:
        say(f"Stopped before these scenarios were planned: {', '.join(left_out)}.")
    if as_json:
        return
    if files:
        print_files(files)
    else:
        print(
            "Nothing was written; --out DIR writes the comparison"
            f"{'' if kept else ' and the plans'}."
        )


def _names(hub: Hub, scenarios: Sequence[str] | None) -> list[str]:
    """Return the scenarios asked for; refuse unknown ones."""
    known = scenario_names(hub)
    given = [name.strip() for word in scenarios or () for name in word.split(",")]
    names = [name for name in given if name] or known
    for name in names:
        chosen("--scenarios", name, known, "scenario")
    return names


def _kept_plans(
    paths: Sequence[Path], scenarios: Sequence[str] | None, options: PlanOptions
) -> list[KeptPlan]:
    """Read the plans of folders; none where one hub is named. Refuse what does not go together."""
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
    if folders:
        given = ["--scenarios"] if scenarios else []
        given += [
            f"--{name.replace('_', '-')}"
            for name, value in options.items()
            if value != USUAL.get(name, value)
        ]
        if given:
            raise typer.BadParameter(
                f"{', '.join(given)} cannot change plans that are made already; leave it out, or "
                "name the hub.",
                param_hint=given[0],
            )
    return [read_plan(folder) for folder in folders]


USUAL: dict[str, object] = {
    "period": "month",
    "objective": "contribution",
    "method": "auto",
    "whole_cars": False,
    "gap": None,
    "seed": 0,
    "threads": 1,
}
"""What the options of planning are where none is given."""


def print_comparison(made: Comparison, *, years: bool = True) -> None:
    """Print a comparison: the plans, their figures, and what was changed in the input."""
    names = list(made.plans)
    print_frame("Plans", plans_frame(made))
    for caution in made.cautions():
        print_text(caution, "- ")
    if made.cautions():
        print()
    table = made.table
    value = pl.col(names)
    table = table.filter(pl.any_horizontal(value.is_not_null() & (value.abs() > 1e-9)))
    if len(names) == 2:
        table = table.with_columns((pl.col(names[1]) - pl.col(names[0])).alias("difference"))
    of_year = pl.col("group").str.contains(r" in \d{4}$")
    print_figures("Key figures over the horizon", table.filter(~of_year))
    if years:
        first = pl.col(names[0]).fill_null(0.0)
        differs = pl.any_horizontal(
            (pl.col(name).fill_null(0.0) - first).abs() > 1e-6 for name in names
        )
        yearly = table.filter(of_year & (differs if len(names) > 1 else pl.lit(True)))
        if yearly.height:
            title = "Key figures by year"
            title += " (those that differ between the scenarios)" if len(names) > 1 else ""
            print_figures(title, yearly)
    if made.changes.height:
        print_frame("What the scenarios changed in the input", changes_frame(made.changes), keys=2)


def _gap(plan: MonthPlan) -> str:
    return f"{100 * plan.gap:.3f} %" if math.isfinite(plan.gap) else "unknown"


def _bound(plan: MonthPlan) -> str:
    known = math.isfinite(plan.bound)
    return f"bound {plan.bound:,.0f}, gap {_gap(plan)}" if known else "no bound found yet"


def plans_frame(made: Comparison) -> pl.DataFrame:
    """Return how each plan was found, and how far it is from the first, a row for each."""
    currency = next(iter(made.plans.values())).currency
    apart = {
        row["scenario"]: f"{row['difference']:+,.0f}".replace("-", "−")
        + (" (within the gaps)" if row["within_gaps"] else "")
        for row in made.differences.iter_rows(named=True)
    }
    first = next(iter(made.plans))
    against = {f"against {first} [{currency}]": apart} if apart else {}
    return pl.DataFrame(
        [
            {
                "scenario": name,
                "status": plan.status,
                f"contribution [{plan.currency}]": plan.contribution,
                **{head: values.get(name, "") for head, values in against.items()},
                "gap": _gap(plan),
                "solved in [s]": plan.seconds_solve,
                "title": plan.title,
                "input": plan.input_hash[:12],
            }
            for name, plan in made.plans.items()
        ]
    )


def print_figures(title: str, table: pl.DataFrame) -> None:
    """Print figures under the names of their groups."""
    from sinho.report.render import cells

    frame = table.select("figure", "unit", pl.exclude("group", "figure", "unit"))
    rows, before = [], None
    for group, row in zip(table["group"], cells(frame), strict=True):
        if group != before:
            rows.append([group, *("" for _ in row[1:])])
            before = group
        rows.append([f"  {row[0]}", *row[1:]])
    right = [dtype.is_numeric() for dtype in frame.dtypes]
    print_rows(title, frame.columns, rows, right, keys=2)


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
        ``scenario``, ``table`` and ``change`` in words; sources and bases are left out.
    """
    shown = []
    kept = changes.filter(~pl.col("column").is_in(["source", "basis"]))
    by = ["scenario", "table", "column"]
    for (scenario, table, _), part in kept.group_by(by, maintain_order=True):
        count = part.height if part.height <= most + 1 else most
        texts = [change_in_words(row) for row in part.head(count).to_dicts()]
        if count < part.height:
            texts.append(f"… and {part.height - count:,} more rows")
        shown += [{"scenario": scenario, "table": table, "change": text} for text in texts]
    return pl.DataFrame(
        shown, schema={"scenario": pl.String, "table": pl.String, "change": pl.String}
    )


def change_in_words(row: Mapping[str, str | None]) -> str:
    """Write one change of the input, such as ``A / KR / 2026-02: units 3000 → 2000``."""
    before, after = (clipped(row[name] or "") for name in ("before", "after"))
    if row["column"] != WHOLE_ROW:
        return f"{row['row']}: {row['column']} {before or 'nothing'} → {after or 'nothing'}"
    return f"{row['row']}: row added, {after}" if after else f"{row['row']}: row taken out"


def clipped(text: str, most: int = 80) -> str:
    """Shorten a long text; files and ``--json`` hold all of it."""
    return text if len(text) <= most else text[: most - 1] + "…"
