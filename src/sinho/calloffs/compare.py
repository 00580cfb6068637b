"""Differences between two call-offs, as tables to read."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.results import CallOffs

_DAY_KEYS = ("supplier", "part", "date")
_TAKT_KEYS = ("supplier", "part", "order")


def compared_days(old: CallOffs, new: CallOffs) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day that both call-offs cover, None where there is none.

    Parameters
    ----------
    old, new : CallOffs
        The call-offs.
    """
    first = max(old.horizon[0], new.horizon[0])
    last = min(old.horizon[1], new.horizon[1])
    return (first, last) if first <= last else None


def compare_call_offs(old: CallOffs, new: CallOffs) -> pl.DataFrame:
    """List what a new call-off changes by supplier, part and day.

    Compared are the days that both call-offs cover (`compared_days`): what was called for before
    is past, and what lies behind is in the horizon of one of them only.

    Parameters
    ----------
    old, new : CallOffs
        The call-offs.

    Returns
    -------
    polars.DataFrame
        One row for each difference: ``supplier``, ``part``, ``date``, ``what`` (``new``, ``gone``,
        ``more``, ``less``; ``firm`` where only that has changed; ``cumulative`` where a part's
        running total differs from its first day on), ``firm``: whether the old call-off was firm
        on that day and the quantity has changed, ``before``, ``after`` and ``change`` in units,
        ``cumulative_before``, ``cumulative_after`` (at the end of the day, whether something comes
        on it or not; null where the supplier is asked for nothing of the part and nothing is taken
        back). Changes of firm quantities come first.
    """
    until = old.days.filter(pl.col("firm"))["date"].max()
    both = _called(old, new, old.days).join(
        _called(old, new, new.days), on=_DAY_KEYS, how="full", suffix="_after", coalesce=True
    )
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
    promised = pl.col("firm").fill_null(pl.col("date") <= pl.lit(until, pl.Date)).fill_null(False)
    return (
        both.join(_base(old, new, old.days), on=_DAY_KEYS[:2], how="left")
        .join(_base(old, new, new.days), on=_DAY_KEYS[:2], how="left", suffix="_after")
        .sort(_DAY_KEYS)
        .with_columns(
            what.alias("what"),
            *(
                pl.col(f"cumulative{side}")
                .forward_fill()
                .over("supplier", "part")
                .fill_null(pl.col(f"base{side}"))
                for side in ("", "_after")
            ),
        )
        .filter(pl.col("what").is_not_null() & ((pl.col("what") != "cumulative") | begins))
        .select(
            *_DAY_KEYS,
            "what",
            (promised & ~pl.col("what").is_in(["firm", "cumulative"])).alias("firm"),
            before.fill_null(0.0).alias("before"),
            after.fill_null(0.0).alias("after"),
            (after.fill_null(0.0) - before.fill_null(0.0)).round(6).alias("change"),
            pl.col("cumulative").alias("cumulative_before"),
            pl.col("cumulative_after"),
        )
        .sort("firm", *_DAY_KEYS, descending=[True, False, False, False])
    )


def _called(old: CallOffs, new: CallOffs, days: pl.DataFrame) -> pl.DataFrame:
    """Return what is called for on the days that both cover."""
    covered = compared_days(old, new)
    if covered is None:
        return days.clear()
    return days.filter(pl.col("date").is_between(*covered) & (pl.col("units") > 0))


def _base(old: CallOffs, new: CallOffs, days: pl.DataFrame) -> pl.DataFrame:
    """Return the cumulative quantity of each part before the first day that both cover."""
    covered = compared_days(old, new)
    first = days.clear() if covered is None else days.filter(pl.col("date") >= covered[0])
    base = (pl.col("cumulative") - pl.col("units")).first().round(6).alias("base")
    return first.sort("date").group_by("supplier", "part").agg(base)


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
        ``line``, ``position`` and ``time`` before and after. Compared are cars that had or have
        their place on a day that both call-offs cover (`compared_days`).
    """
    covered = compared_days(old, new)
    requested = pl.col("units") > 0
    both = old.takts.filter(requested).join(
        new.takts.filter(requested), on=_TAKT_KEYS, how="full", suffix="_after", coalesce=True
    )
    if covered is None:
        both = both.clear()
    else:
        within = pl.col("date").is_between(*covered) | pl.col("date_after").is_between(*covered)
        both = both.filter(within)
    place = ("date", "line", "position")
    moved = pl.any_horizontal(pl.col(name) != pl.col(f"{name}_after") for name in place)
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
    names = [f"{name}{end}" for name in (*place, "time") for end in ("", "_after")]
    return (
        both.with_columns(what.alias("what"))
        .drop_nulls("what")
        .select(*_TAKT_KEYS, "what", *names)
        .rename({name: f"{name}_before" for name in (*place, "time")})
        .sort(_TAKT_KEYS)
    )
