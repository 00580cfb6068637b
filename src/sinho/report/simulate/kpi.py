"""Key figures of a simulated line, each with its interval, basis and definition."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.report.simulation import Case, bottlenecks, mean, output

SCHEMA = {
    "KPI": pl.String(),
    "of": pl.String(),
    "figure": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "unit": pl.String(),
    "definition": pl.String(),
}
"""Columns of `line_kpis`."""

ISO = "ISO 22400-2:2014"
OEE = f"availability × effectiveness × quality ratio, {ISO} (OEE index)"

Row = tuple[str, str, float | None, float | None, float | None, str, str]


def line_kpis(case: Case) -> pl.DataFrame:
    """Return the key figures of a simulated line.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    polars.DataFrame
        ``KPI``, ``of`` (a line, station or the plant), ``figure`` (null: nothing to count), ``low``
        and ``high`` (interval of the mean, null where none is told), ``unit`` and ``definition``.
    """
    return pl.DataFrame([*_output(case), *_flow(case), *_oee(case)], schema=SCHEMA, orient="row")


def _output(case: Case) -> Iterator[Row]:
    """Yield what lines make."""
    for row, made in zip(
        case.result.output.iter_rows(named=True), output(case).iter_rows(named=True), strict=True
    ):
        line = row["line"] or "plant"
        ends = row["demonstrated_low"], row["demonstrated_high"]
        said = "cars off in an hour of working time of the stations where the line ends"
        yield "demonstrated JPH", line, row["demonstrated"], *ends, "cars/h", said
        said = "cars off in an hour of the clock, breaks and nights included"
        yield "JPH by the clock", line, row["jph"], row["jph_low"], row["jph_high"], "cars/h", said
        ends = made["low"], made["high"]
        said = "cars off in the time that counts, by its working days"
        yield "cars a working day", line, made["cars"], *ends, "cars/day", said


def _flow(case: Case) -> Iterator[Row]:
    """Yield how cars pass, and how likely orders are in time."""
    result = case.result
    said = "mean time by the clock from entering to leaving the plant"
    yield "lead time", "plant", result.lead / 60, None, None, "h", said
    said = "mean cars in the plant (WIP)"
    yield "work in process", "plant", result.wip, None, None, "cars", said
    said = "share of cars that were never in rework (first-pass yield of the whole way)"
    yield "straight-pass rate", "plant", 100 * result.straight_pass, None, None, "%", said
    for column, text, what in (
        ("p_due", "day wanted", "their day"),
        ("p_cutoff", "vessel", "the cut-off of their vessel"),
    ):
        share = mean(result.orders[column])
        if share is not None:
            many = f"{result.orders[column].count():,} orders"
            said = f"mean probability of being off the line by {what}"
            yield f"P(on time), {text}", many, 100 * share, None, None, "%", said


def _oee(case: Case) -> Iterator[Row]:
    """Yield the OEE of the bottleneck and its terms."""
    necks = bottlenecks(case)
    if necks.is_empty():
        return
    name = str(necks["station"][0])
    said = "share of time in which it is the bottleneck (Roser, Nakano and Tanaka 2002)"
    yield "bottleneck", name, 100 * float(necks["bottleneck"][0]), None, None, "%", said
    own = case.result.stations.filter(
        pl.Series([case.setting.rows[one] == name for one in case.result.stations["station"]]),
        ~pl.col("station").str.contains(": ", literal=True),
    )
    terms = {
        "oee": ("OEE", OEE),
        "availability": ("availability", f"working by planned busy time, {ISO}"),
        "effectiveness": ("effectiveness", f"planned run time of the cars by working time, {ISO}"),
        "quality": ("quality ratio", f"share of cars that go on without rework, {ISO}"),
    }
    for column, (text, said) in terms.items():
        weighed = float((own[column] * own["servers"]).sum()) / float(own["servers"].sum())
        yield text, name, 100 * weighed, None, None, "%", said
