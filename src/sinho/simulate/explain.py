"""Questions about a simulated line, answered from its tables."""

from __future__ import annotations

from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.results import LineRun

STATES = ("working", "down", "blocked", "starved", "off")


def explain(result: LineRun, question: str | None = None) -> tuple[str, ...]:
    """Say what the plant makes and what holds it up, where a station's time goes, or an order's.

    Parameters
    ----------
    result : LineRun
        The result.
    question : str or None
        Name of a station or of an order; None: the whole.

    Returns
    -------
    tuple of str
        Sentences.

    Raises
    ------
    DataError
        When the result knows no such station or order.
    """
    if question is None:
        return _whole(result)
    station = result.stations.filter(pl.col("station") == question)
    if station.height:
        return _station(result, station.row(0, named=True))
    order = result.orders.filter(pl.col("order") == question)
    if order.height:
        return _order(result, order.row(0, named=True))
    known = [*result.stations["station"], *result.orders["order"]]
    rule, hint = "there is no such station or order", nearest(question, known)
    raise DataError([Problem("simulation", rule, value=question, hint=hint)])


def _whole(result: LineRun) -> tuple[str, ...]:
    said = []
    for row in result.output.iter_rows(named=True):
        line = f"line {row['line']}" if row["line"] else "the plant"
        by = ""
        if row["jph_low"] is not None:
            by = f" ({row['jph_low']:.2f} to {row['jph_high']:.2f} with {result.level:.0%})"
        said.append(
            f"{line.capitalize()} makes {row['jph']:.2f} cars an hour{by}, {row['per_day']:.1f} a "
            f"day; in an hour of its working time {row['demonstrated']:.2f}."
        )
    neck = result.stations.filter(pl.col("station") == result.bottleneck).row(0, named=True)
    if neck["sole"] is not None:
        said.append(
            f"{result.bottleneck} is the bottleneck most of the time: alone {neck['sole']:.0%}, "
            f"while it shifts {neck['shifting']:.0%}."
        )
    said.append(
        f"A car takes {result.lead:.1f} minutes, {result.wip:.1f} are in the plant, and "
        f"{result.straight_pass:.1%} are never in rework."
    )
    said.append(f"{result.replications} replications; {result.stops}.")
    return tuple(said)


def _station(result: LineRun, row: dict[str, Any]) -> tuple[str, ...]:
    shares = ", ".join(f"{name} {row[name]:.1%}" for name in STATES)
    said = [f"{row['station']}: {shares} of the time."]
    for cause in result.causes.filter(pl.col("station") == row["station"]).iter_rows(named=True):
        what = "for room at" if cause["state"] == "blocked" else "for a part from"
        said.append(f"{cause['share']:.1%} of the time it waits {what} {cause['cause']}.")
    said.append(
        f"OEE {row['oee']:.1%} = availability {row['availability']:.1%} x effectiveness "
        f"{row['effectiveness']:.1%} x quality {row['quality']:.1%} (ISO 22400-2)."
    )
    return tuple(said)


def _order(result: LineRun, row: dict[str, Any]) -> tuple[str, ...]:
    if row["off"] is None:
        return (f"{row['order']} is never off the line by the horizon.",)
    said = [f"{row['order']} is off the line at minute {row['off']:.1f} on average."]
    if row["off_90"] is not None:
        said.append(
            f"In 8 of 10 cases it is between minutes {row['off_10']:.1f} and {row['off_90']:.1f}."
        )
    for name, what in (("due", "due date"), ("cutoff", "vessel's cut-off")):
        if row[f"p_{name}"] is not None:
            said.append(f"It is in time for its {what} with probability {row[f'p_{name}']:.0%}.")
    return tuple(said)
