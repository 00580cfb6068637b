"""How the days of a run are written on axes."""

from __future__ import annotations

import polars as pl

from sinho.run.found import DayRun

DAY_LABEL, LONG_LABEL = "%d %b", "%d %b %y"
"""How days are written on axes: 02 Mar, or 02 Mar 26 in runs of most of a year and more."""

LONG = 300
"""Calendar days from which on a run is that long."""

TICKS = 30
"""Most days that are labelled on an axis."""


def label_format(run: DayRun) -> str:
    """Return how the days of a run are written."""
    first, last = run.days["date"][0], run.days["date"][-1]
    return DAY_LABEL if (last - first).days < LONG else LONG_LABEL


def labels(run: DayRun) -> list[str]:
    """Return the labels of the days, in order."""
    written = label_format(run)
    return [day.strftime(written) for day in run.days["date"].unique().sort().to_list()]


def ticks(run: DayRun) -> list[str]:
    """Return the labels that have room on an axis."""
    every = labels(run)
    return every[:: -(-len(every) // TICKS)]


def labelled(run: DayRun, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with the label of its ``date``."""
    return frame.with_columns(pl.col("date").dt.strftime(label_format(run)).alias("label"))
