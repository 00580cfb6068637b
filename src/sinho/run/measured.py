"""Measures what was built against a run's schedule."""

from __future__ import annotations

import polars as pl

from sinho.bts import BuildToSchedule, Counting, Mix, build_to_schedule
from sinho.errors import DataError, Problem
from sinho.run.built import DATE, LINE, MODEL, ORDER


def covered(planned: pl.DataFrame, built: pl.DataFrame, *, idle: bool = False) -> pl.DataFrame:
    """Return the schedule of those days that the cars built cover.

    Parameters
    ----------
    planned, built : polars.DataFrame
        Of `schedule` and `read_built`.
    idle : bool
        Whether days on which nothing was built count too, from the first day with a car to the
        last.

    Raises
    ------
    DataError
        When nothing was built.
    """
    if built.is_empty():
        dates = planned[DATE].sort()
        days = f", {dates[0]} to {dates[-1]}" if len(dates) else ""
        raise DataError(
            [Problem("actuals", f"nothing was built on the days of the run{days}", column=DATE)]
        )
    if idle:
        return planned.filter(pl.col(DATE).is_between(built[DATE].min(), built[DATE].max()))
    return planned.join(built.select(DATE, LINE).unique(), on=[DATE, LINE], how="semi")


def unscheduled(
    planned: pl.DataFrame, built: pl.DataFrame, earlier: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the cars that were built on a day for which they were not scheduled.

    Parameters
    ----------
    planned, built : polars.DataFrame
        Of `schedule` and `read_built`.
    earlier : polars.DataFrame, optional
        ``order`` of the cars of earlier runs, and ``built``: the day for which one of them had it.

    Returns
    -------
    polars.DataFrame
        ``order``, ``model``, ``date`` on which it was built and ``scheduled``: the day for which
        it was, null where it was for none.
    """
    of_day = planned.select(ORDER, pl.col(DATE).alias("scheduled"))
    if earlier is not None:
        before = earlier.select(ORDER, pl.col("built").alias("scheduled")).drop_nulls()
        of_day = pl.concat([of_day, before.unique(ORDER, keep="last", maintain_order=True)])
    return (
        built.join(of_day, on=ORDER, how="left", maintain_order="left")
        .filter(pl.col(DATE).ne_missing(pl.col("scheduled")))
        .select(ORDER, MODEL, DATE, "scheduled")
    )


def measure(
    planned: pl.DataFrame,
    built: pl.DataFrame,
    *,
    mix: Mix = "order",
    counting: Counting = "running",
    lots: bool = False,
    idle: bool = False,
) -> BuildToSchedule:
    """Measure what was built against the days of a run that it covers.

    Parameters
    ----------
    planned, built : polars.DataFrame
        Of `schedule` and `read_built`.
    mix, counting, lots
        As `sinho.bts.build_to_schedule`.
    idle
        As `covered`.

    Returns
    -------
    BuildToSchedule
        Over the run's days on which something was built.

    Raises
    ------
    DataError
        When nothing was built.
    """
    own = covered(planned, built, idle=idle)
    return build_to_schedule(own, built, mix=mix, counting=counting, lots=lots)
