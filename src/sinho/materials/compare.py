"""Differences between two call-offs, as tables to read."""

from __future__ import annotations

import polars as pl

from sinho.results import CallOffs

_DAY_KEYS = ("supplier", "part", "date")
_TAKT_KEYS = ("supplier", "part", "order")


def compare_call_offs(old: CallOffs, new: CallOffs) -> pl.DataFrame:
    """List what a new call-off changes by supplier, part and day.

    Parameters
    ----------
    old, new : CallOffs
        The call-offs.

    Returns
    -------
    polars.DataFrame
        One row for each difference: ``supplier``, ``part``, ``date``, ``what`` (``new``, ``gone``,
        ``more``, ``less``; ``firm`` where only that has changed; ``cumulative`` where a part's
        running total differs from its first day on), ``before``, ``after`` and ``change`` in units,
        ``cumulative_before``, ``cumulative_after``. A new call-off is compared from its first day
        on; what was called for before is past.
    """
    first = new.days["date"].min()
    former = old.days if first is None else old.days.filter(pl.col("date") >= first)
    both = former.join(new.days, on=_DAY_KEYS, how="full", suffix="_after", coalesce=True)
    before, after = pl.col("units"), pl.col("units_after")
    what = (
        pl.when(before.is_null())
        .then(pl.lit("new"))
        .when(after.is_null())
        .then(pl.lit("gone"))
        .when(after > before)
        .then(pl.lit("more"))
        .when(after < before)
        .then(pl.lit("less"))
        .when(pl.col("cumulative") != pl.col("cumulative_after"))
        .then(pl.lit("cumulative"))
        .when(pl.col("firm") != pl.col("firm_after"))
        .then(pl.lit("firm"))
    )
    begins = pl.int_range(pl.len()).over("supplier", "part") == 0
    return (
        both.sort(_DAY_KEYS)
        .with_columns(what.alias("what"))
        .filter(pl.col("what").is_not_null() & ((pl.col("what") != "cumulative") | begins))
        .select(
            *_DAY_KEYS,
            "what",
            before.fill_null(0.0).alias("before"),
            after.fill_null(0.0).alias("after"),
            (after.fill_null(0.0) - before.fill_null(0.0)).round(6).alias("change"),
            pl.col("cumulative").alias("cumulative_before"),
            pl.col("cumulative_after"),
        )
        .sort(_DAY_KEYS)
    )


def compare_takts(old: CallOffs, new: CallOffs) -> pl.DataFrame:
    """List the cars whose production-synchronous call-off a new one changes.

    Parameters
    ----------
    old, new : CallOffs
        The call-offs.

    Returns
    -------
    polars.DataFrame
        One row for each car and part that differs: ``supplier``, ``part``, ``order``, ``what``
        (``new``, ``gone``, ``moved`` to another place, ``time``, ``units``), and ``date``,
        ``position`` and ``time`` before and after.
    """
    first = new.takts["date"].min()
    former = old.takts if first is None else old.takts.filter(pl.col("date") >= first)
    both = former.join(new.takts, on=_TAKT_KEYS, how="full", suffix="_after", coalesce=True)
    moved = (pl.col("date") != pl.col("date_after")) | (
        pl.col("position") != pl.col("position_after")
    )
    what = (
        pl.when(pl.col("position").is_null())
        .then(pl.lit("new"))
        .when(pl.col("position_after").is_null())
        .then(pl.lit("gone"))
        .when(moved)
        .then(pl.lit("moved"))
        .when(pl.col("time") != pl.col("time_after"))
        .then(pl.lit("time"))
        .when(pl.col("units") != pl.col("units_after"))
        .then(pl.lit("units"))
    )
    names = [f"{name}{end}" for name in ("date", "position", "time") for end in ("", "_after")]
    return (
        both.with_columns(what.alias("what"))
        .drop_nulls("what")
        .select(*_TAKT_KEYS, "what", *names)
        .rename({name: f"{name}_before" for name in ("date", "position", "time")})
        .sort(_TAKT_KEYS)
    )
