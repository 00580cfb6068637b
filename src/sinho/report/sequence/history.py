"""The score over time as a chart: one panel per level, with its bound."""

from __future__ import annotations

import altair as alt
import polars as pl

from sinho.days.day import Day
from sinho.report.charts import Chart
from sinho.report.colors import SERIES
from sinho.report.drawing import printable
from sinho.report.sequence.legend import level_unit
from sinho.report.style import SOFT, below, layered, rows, spec
from sinho.results import Sequence

NAME = "history"
TITLE = "Score over time"
EMPTY = "The search saw no improvement after its start."
UNSEARCHED = "The order was not searched for from its start."
_SHORTEST = 0.001
_MOST_POINTS = 2000


def history(day: Day, sequence: Sequence) -> Chart:
    """Draw the figure of each level over the seconds of the search.

    Parameters
    ----------
    day : Day
        The day.
    sequence : Sequence
        Its sequence.

    Returns
    -------
    Chart
        One panel per level on a logarithmic axis of seconds; the bound dashed.
    """
    seen = sequence.history
    if seen.height < 2:
        searched = sequence.status not in ("given", "repaired")
        return Chart(NAME, TITLE, None, EMPTY if searched else UNSEARCHED)
    end = max(sequence.seconds, float(seen["seconds"].to_numpy().max()), _SHORTEST)
    panels = []
    for at, ((name, figure), bound) in enumerate(
        zip(sequence.score.levels, sequence.bounds, strict=True)
    ):
        points = _points(seen, name, end, figure)
        panels.append(_panel(points, name, bound, level_unit(day, at), end))
    drawn = below(*panels)
    return Chart(NAME, TITLE, None if drawn is None else spec(drawn), EMPTY)


def _points(seen: pl.DataFrame, name: str, end: float, figure: float) -> pl.DataFrame:
    """Return the changes of a level's figure, null where it was not counted, and its end."""
    frame = seen.select(
        pl.col("seconds").cast(pl.Float64).clip(lower_bound=_SHORTEST),
        pl.col(name).cast(pl.Float64).alias("figure"),
    )
    changed = pl.col("figure").ne_missing(pl.col("figure").shift())
    kept = frame.filter(changed | (pl.int_range(pl.len()) == 0))
    if kept.height > _MOST_POINTS:
        kept = kept.gather_every(-(-kept.height // _MOST_POINTS))
    last = pl.DataFrame({"seconds": [end], "figure": [figure]})
    return pl.concat([kept, last])


def _panel(points: pl.DataFrame, name: str, bound: float, unit: str, end: float) -> alt.LayerChart:
    """Draw one level."""
    first = float(points["seconds"][0])
    said = f"{unit}; dashed: no order comes below"
    if points["figure"].null_count():
        said += "; gaps: not counted while a level above it was searched"
    title = alt.Title(f"{printable(name)} over time", subtitle=said)
    scale = alt.Scale(type="log", domain=[min(first, end / 2), end], nice=False)
    x = alt.X("seconds:Q", title="seconds, logarithmic", scale=scale, axis=_axis())
    y = alt.Y("figure:Q", title=unit, axis=alt.Axis(tickCount=5))
    line = (
        alt.Chart(rows(points))
        .mark_line(interpolate="step-after", color=SERIES[0], strokeWidth=1.8)
        .encode(x=x, y=y, tooltip=["seconds:Q", "figure:Q"])
    )
    limit = (
        alt.Chart(rows(pl.DataFrame({"figure": [bound]})))
        .mark_rule(color=SOFT, strokeDash=[5, 4])
        .encode(y="figure:Q")
    )
    drawn: alt.LayerChart = layered(line, limit, title=title, height=130)  # type: ignore[assignment]
    return drawn


def _axis() -> alt.Axis:
    return alt.Axis(tickCount=6, format="~g", grid=True)
