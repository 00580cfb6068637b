"""What the commands about plans print."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from sinho.cli.show import print_frame, print_rows, print_text, say
from sinho.hub import Hub
from sinho.results import Comparison, MonthPlan
from sinho.run import BASE

WHOLE_ROW = "(row)"
"""Column of the changes that stands for a row added or taken out."""


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
