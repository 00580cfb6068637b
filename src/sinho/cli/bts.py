"""Command bts: how the sequences of a run were kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sinho.cli.base import FileProblem, examples
from sinho.cli.options import AsJson, RunFolder
from sinho.cli.show import print_frame, print_json, print_text

if TYPE_CHECKING:
    import polars as pl

MOST_LOSSES = 15
"""Losses by day and model that are listed on a screen."""

NAMED = 5
"""Days or orders that are named in a sentence."""


@examples(
    "sinho bts out/march actuals.csv",
    "sinho bts out/march actuals.csv --json | jq .bts",
    "sinho bts out/march actuals.csv --sequence longest",
    "sinho bts out/march actuals.csv --mix model --lots",
)
def bts(
    out: RunFolder,
    actuals: Annotated[
        Path,
        typer.Argument(
            metavar="ACTUALS",
            help="CSV file or Excel workbook of the cars built: order, date of the production day, "
            "and position or time; model for cars that the run does not know.",
        ),
    ],
    mix: Annotated[
        Literal["order", "model"],
        typer.Option(help="What makes a car one that was scheduled: its order, or its model only."),
    ] = "order",
    sequence: Annotated[
        Literal["running", "longest"],
        typer.Option(
            help="Cars in sequence: those behind all that were built before them, as the "
            "published measure counts; or as many as stand in their scheduled order."
        ),
    ] = "running",
    lots: Annotated[
        bool,
        typer.Option(
            "--lots",
            help="Take the sequence of lots, cars of one model scheduled behind each other, and "
            "not of cars.",
        ),
    ] = False,
    idle: Annotated[
        bool,
        typer.Option(
            "--idle-days",
            help="Measure the run's days without a car in the file as well, from its first day to "
            "its last.",
        ),
    ] = False,
    begin: Annotated[
        str,
        typer.Option(
            "--day-start",
            metavar="HH:MM",
            help="When a production day begins; a time before it is one after midnight. By default "
            "with the earliest first shift of table shifts, of several lines each with its own, or "
            "at 07:00.",
        ),
    ] = "",
    json: AsJson = False,
) -> None:
    """Measure build to schedule: volume x mix x sequence, and where the lost points lie."""
    import polars as pl

    from sinho.run.built import read_built, schedule
    from sinho.run.days import read_run
    from sinho.run.linedays import day_begins
    from sinho.run.measured import measure, unscheduled

    typed = begin_of(begin) if begin else None
    if actuals.is_dir():
        raise FileProblem(f"{actuals} is a folder; give the file of the cars that were built.")
    if not actuals.exists():
        raise FileProblem(f"{actuals}: there is no such file.")
    made = read_run(out)
    cars, day_start = made.orders.table, typed or day_begins(made.hub, made.plan, made.days)
    planned = schedule(made.sequences, cars)
    known = pl.concat([made.earlier.select("order", "model"), cars.select("order", "model")])
    built = read_built(actuals, planned, known, made.hub["models"]["model"].to_list(), day_start)
    found = measure(planned, built, mix=mix, counting=sequence, lots=lots, idle=idle)
    other = unscheduled(planned, built, made.earlier)
    days = planned["date"].unique().sort().to_list()
    if json:
        print_json(
            {
                "scheduled": found.scheduled,
                "built": found.built,
                "mixed": found.mixed,
                "counted": found.counted,
                "in_sequence": found.in_sequence,
                "volume": found.volume,
                "mix": found.mix,
                "sequence": found.sequence,
                "bts": found.bts,
                "days_of_run": len(days),
                "days": found.days,
                "lost": found.lost,
                "unscheduled": other,
            }
        )
        return
    print_text(
        f"Build to schedule {100 * found.bts:.1f} % = volume {100 * found.volume:.1f} % "
        f"({found.built:,} of {found.scheduled:,}) x mix {100 * found.mix:.1f} % "
        f"({found.mixed:,} of {found.built:,}) x sequence {100 * found.sequence:.1f} % "
        f"({found.in_sequence:,} of {found.counted:,}{' lots' if lots else ''})."
    )
    print_text(measured(found.days["date"].unique().sort().to_list(), days))
    if other.height:
        print_text(beside(other, set(cars["order"]), set(made.earlier["order"])))
    print()
    print_frame("By day", days_of(found.days, "lots" if lots else "cars"))
    if found.lost.is_empty():
        print("No point is lost.")
        return
    by_model = found.lost.pivot(
        "loss", index="model", values="points", aggregate_function="sum", maintain_order=True
    ).with_columns(pl.sum_horizontal(pl.exclude("model").fill_null(0.0)).alias("all"))
    print_frame(
        f"Lost points by model: {100 * (1 - found.bts):.1f} in all",
        by_model.sort("all", descending=True).rename(
            {name: f"{name} [points]" for name in by_model.columns if name != "model"}
        ),
    )
    most = found.lost.sort("points", descending=True, maintain_order=True).head(MOST_LOSSES)
    more = found.lost.height - most.height
    print_frame(
        "Where most is lost",
        most.select(
            "date",
            *several(found.days),
            "model",
            pl.col("loss").alias("lost by"),
            pl.col("units").alias("[cars or lots]" if lots else "[cars]"),
            pl.col("points").alias("[points]"),
        ),
        note=f"{more:,} more; --json lists them all." if more else "",
    )


def begin_of(text: str) -> dt.time:
    """Return when a production day begins, as typed."""
    try:
        return dt.datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time. Write it as 06:30.", param_hint="--day-start"
        ) from None


def measured(dates: Sequence[dt.date], days: Sequence[dt.date]) -> str:
    """Say which of a run's days were measured, and which lie between them and were not."""
    said = f"Measured: {len(dates):,} of the run's {len(days):,} days with cars, {dates[0]}"
    said += f" to {dates[-1]}." if len(dates) > 1 else "."
    left_out = [day for day in days if dates[0] < day < dates[-1] and day not in dates]
    if left_out:
        named = ", ".join(str(day) for day in left_out[:NAMED])
        more = f" and {len(left_out) - NAMED:,} more" if len(left_out) > NAMED else ""
        said += f" Not measured, as the file has no car of them: {named}{more} (see --idle-days)."
    return said


def beside(other: pl.DataFrame, known: Collection[str], earlier: Collection[str]) -> str:
    """Say which cars were built without being scheduled for their day.

    Parameters
    ----------
    other : polars.DataFrame
        The cars: ``order``, and ``scheduled``, the day for which it was, if any.
    known, earlier : collection of str
        Orders of the run, and those of the runs before it alone.
    """
    said = f"Built, but not scheduled for their day: {other.height:,} car"
    said += "s" if other.height > 1 else ""
    own: list[str] = []
    late: list[str] = []
    gone: list[str] = []
    strange: list[str] = []
    for order, day in other.select("order", "scheduled").iter_rows():
        if order in known:
            own.append(order)
        elif order in earlier and day is not None:
            late.append(f"{order} of {day}")
        else:
            (gone if order in earlier else strange).append(order)
    if len(own) == other.height:
        return f"{said}, orders of the run."
    for orders, what in (
        (late, "late from before, scheduled by an earlier run"),
        (gone, "of an earlier run's order bank and no longer of this one's"),
    ):
        if orders:
            verb = "is" if len(orders) == 1 else "are"
            said += f"; {len(orders):,} of them {verb} {what} ({_some(orders)})"
    if strange:
        said += f"; the run does not know {len(strange):,} of them ({_some(strange)})"
    return f"{said}."


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")


def several(days: pl.DataFrame) -> list[str]:
    """Return the column of the line where there are several."""
    return ["line"] if days["line"].n_unique() > 1 else []


def days_of(days: pl.DataFrame, sequenced: str) -> pl.DataFrame:
    """Return the measure of each day as it is printed; ``sequenced``: cars or lots."""
    import polars as pl

    shares = ("volume", "mix", "sequence", "bts")
    return days.select(
        "date",
        *several(days),
        pl.col("scheduled").alias("scheduled [cars]"),
        pl.col("built").alias("built [cars]"),
        pl.col("mixed").alias("as scheduled [cars]"),
        pl.col("in_sequence").alias(f"in sequence [{sequenced}]"),
        *((100 * pl.col(name)).alias(f"{name} [%]") for name in shares),
    )
