"""The tables of a simulated line for people: on its page, and as sheets of its workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.hub.schema import FLOW_TABLES
from sinho.report import simulation as figures
from sinho.report.demonstrated import rates
from sinho.report.simulate.charts import traced
from sinho.report.simulate.groups import flow_of
from sinho.report.simulate.kpi import line_kpis
from sinho.report.simulation import STATES, Case
from sinho.report.tables import Table

PERCENT = "{} [%]"

OF_ORDERS = {
    "in_order": ("cars that need not move", "%", 100.0),
    "moved": ("off the planned place, mean", "places", 1.0),
    "batch": ("batch of a colour", "cars", 1.0),
    "changes": ("changes of colour", "changes", 1.0),
    "violations": ("ratio rules: cars above what windows allow", "cars", 1.0),
    "spread": ("off the middle of the cars due that day, mean", "places", 1.0),
}
"""What is told of the order of cars at a store: text, unit and factor."""


def line_tables(cases: Sequence[Case], hub: Hub, *, run: bool) -> dict[str, Table]:
    """Return the tables of a simulated line.

    Parameters
    ----------
    cases : sequence of Case
        The plant as it is, then the what-ifs.
    hub : Hub
        The hub.
    run : bool
        Whether it is of a run: then orders have days, and no rates are demonstrated.

    Returns
    -------
    dict of str to Table
        By name of the sheet; columns with units.
    """
    case = cases[0]
    level = f"{case.result.level:.0%}"
    kpis = line_kpis(case).rename({"low": f"low {level}", "high": f"high {level}"})
    found = {
        "figures": Table("Key figures", kpis),
        "output by day": Table(
            "Output by working day",
            figures.days(case).select(
                "date",
                pl.col("line").fill_null("plant"),
                pl.col("cars").alias("cars off [cars]"),
                pl.col("low").alias(f"low {level} [cars]"),
                pl.col("high").alias(f"high {level} [cars]"),
                pl.col("held").alias(f"{figures.held_of(case)} [cars]"),
            ),
            "No car leaves the line.",
            "Low and high: of the mean. Held: as many in so many of the replications, or more.",
        ),
        "stations": _stations(case),
        "causes": _causes(case),
        "buffers": _buffers(case),
        "levels": _levels(case),
        "shops": Table(
            "Lead time and cars by shop",
            case.result.shops.select(
                "shop",
                (pl.col("lead") / 60).alias("lead time [h]"),
                pl.col("wip").alias("mean cars [cars]"),
            ),
            note="Mean from entering to leaving it by the clock; of cars, and of parts in shops "
            "that no car passes.",
        ),
        "stores": stores(case),
    }
    if run:
        found |= _orders(case)
    else:
        found["rates"] = _rates(case, hub, level)
    if len(cases) > 1:
        found["what if"] = _beside(cases, level)
    found["basis"] = _basis(hub)
    found["simulation"] = _made(case)
    return found


def _percent(*names: str) -> list[pl.Expr]:
    return [(100 * pl.col(name)).alias(PERCENT.format(name)) for name in names]


def _stations(case: Case) -> Table:
    table = figures.stations(case)
    states = [(100 * pl.col(s)).alias(f"{'off shift' if s == 'off' else s} [%]") for s in STATES]
    return Table(
        "Stations",
        table.select(
            "station",
            "shop",
            *states,
            (100 * pl.col("oee")).alias("OEE [%]"),
            *_percent("bottleneck"),
        ),
        "The plant has no station.",
        "Of stations alike the mean. States add up to 100 % of the clock. OEE as of ISO 22400-2: "
        "availability × effectiveness × quality ratio. Bottleneck: share of time in which it, or "
        "one of its stations, is (Roser, Nakano and Tanaka 2002).",
    )


def _causes(case: Case) -> Table:
    """Return for what rows of stations wait: the mean over stations alike."""
    groups = flow_of(case.given).group_of
    servers = dict(case.result.stations.select("station", "servers").iter_rows())
    whole = {
        group.name: sum(servers.get(node, 0) for node in group.nodes) for group in groups.values()
    }
    found: dict[tuple[str, str, str], float] = {}
    for station, state, cause, share in case.result.causes.iter_rows():
        own, other = groups[station], groups[cause]
        text = "the next of its row" if own is other else other.name
        if other.kind == "buffer" and own is not other:
            text = f"places of {other.name}"
        key = own.name, state, text
        found[key] = found.get(key, 0.0) + share * servers[station] / whole[own.name]
    rows = [(*key, 100 * share) for key, share in found.items() if share > 5e-5]
    schema = {"station": pl.String, "state": pl.String, "cause": pl.String, "time [%]": pl.Float64}
    return Table(
        "What stations wait for",
        pl.DataFrame(rows, schema=schema, orient="row"),
        "No station waits for another.",
        "Blocked: no room there. Starved: a part is missing there. Of stations alike the mean.",
    )


def _buffers(case: Case) -> Table:
    level = f"{case.result.level:.0%}"
    return Table(
        "Buffers and stores",
        case.result.buffers.select(
            "node",
            "shop",
            pl.col("places").alias("places [cars]"),
            pl.col("level").alias("mean level [cars]"),
            pl.col("low").clip(0).alias(f"low {level} [cars]"),
            pl.min_horizontal("high", "places").alias(f"high {level} [cars]"),
            pl.col("most").alias("most, mean [cars]"),
        ),
        "The plant has neither buffers nor stores.",
    )


def _levels(case: Case) -> Table:
    """Return the levels that are drawn: a column for each buffer or store."""
    columns = {}
    table = case.result.levels
    for one in traced(case):
        what = "" if one.kind == "store" else "before " if one.nodes[0] != one.name else ""
        own = table.filter(pl.col("node").is_in([*one.nodes]))
        sums = own.group_by("minute", maintain_order=True).agg(pl.col("level").sum())
        columns[f"{what}{one.name} [cars]"] = sums["level"]
    minutes = table["minute"].unique(maintain_order=True)
    moments = [case.setting.moment(minute).strftime("%Y-%m-%d %H:%M") for minute in minutes]
    frame = pl.DataFrame({"time": pl.Series(moments, dtype=pl.String), **columns})
    return Table("Levels over time", frame, "Levels were not recorded.")


def stores(case: Case) -> Table:
    """Return the order of cars before and behind stores: a row for each of `OF_ORDERS`.

    Parameters
    ----------
    case : Case
        The simulation.
    """
    rows: list[tuple[Any, ...]] = []
    table = case.result.sequences
    for (store,), own in table.group_by("store", maintain_order=True):
        before, behind = (own.filter(pl.col("side") == side) for side in ("before", "behind"))
        for name, (text, unit, factor) in OF_ORDERS.items():
            if before[name][0] is None:
                continue
            a, b = (float(side[name][0]) * factor for side in (before, behind))
            rows.append((store, text, unit, a, b, 100 * (b / a - 1) if a else None))
    schema = {
        "store": pl.String,
        "figure": pl.String,
        "unit": pl.String,
        "before": pl.Float64,
        "behind": pl.Float64,
        "change [%]": pl.Float64,
    }
    return Table(
        "Order of cars before and behind stores",
        pl.DataFrame(rows, schema=schema, orient="row"),
        "The plant has no store that could change the order.",
        "Against the planned sequence. Cars that need not move: the longest row of cars that are "
        "in planned order, by all (sequence adherence). Behind the last store is what the "
        "assembly lines get.",
    )


def in_time_tables(case: Case) -> dict[str, Table]:
    """Return how many orders of a run are in time, by the day on which they are due.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    dict of str to Table
        For the day wanted, and for the vessel's cut-off, by name of the sheet.
    """
    texts = {"due": "by the day wanted", "cutoff": "by the cut-off of the vessel"}
    return {
        f"in time {column}": Table(
            f"Orders in time, {text}",
            figures.on_time(case, column).select(
                pl.col("date").alias("last working day in time"),
                "orders",
                pl.col("in_time").alias("in time, mean [orders]"),
                (100 * pl.col("share")).alias("in time [%]"),
            ),
            "No order has one.",
        )
        for column, text in texts.items()
    }


def _orders(case: Case) -> dict[str, Table]:
    found = in_time_tables(case)
    found["orders"] = Table(
        "Orders, the least likely first",
        figures.orders(case)
        .sort("p_due", "p_cutoff", nulls_last=True, maintain_order=True)
        .select(
            "order",
            "line",
            *(
                pl.col(name).dt.strftime("%Y-%m-%d %H:%M").alias(text)
                for name, text in figures.MOMENTS.items()
            ),
            (100 * pl.col("p_due")).alias("by due day [%]"),
            (100 * pl.col("p_cutoff")).alias("by cut-off [%]"),
        ),
        "There is no order.",
        "Off by, 10 %: as many of the replications have it off the line by then.",
    )
    return found


def _rates(case: Case, hub: Hub, level: str) -> Table:
    return Table(
        "Rates that shops have demonstrated",
        rates(case, hub).select(
            "shop",
            pl.col("rate").alias("rate [units/h]"),
            pl.col("low").alias(f"low {level} [units/h]"),
            pl.col("high").alias(f"high {level} [units/h]"),
        ),
        note="What passed it in its working time, in units of its capacity; a shop that waits for "
        "another shows no more than that one lets through; sinho plan --basis demonstrated "
        "takes them.",
    )


def _beside(cases: Sequence[Case], level: str) -> Table:
    table = figures.beside(cases)
    chances = [
        (100 * pl.col(name)).alias(text)
        for of, what in (("due", "orders"), ("cutoff", "vessels"))
        if table[f"p_{of}"].null_count() < table.height
        for name, text in (
            (f"p_{of}", f"{what} in time [%]"),
            (f"{of}_more", f"{what}: more [points]"),
            (f"{of}_low", f"{what}: low {level} [points]"),
            (f"{of}_high", f"{what}: high {level} [points]"),
        )
    ]
    return Table(
        "What-ifs side by side",
        table.select(
            "case",
            pl.col("cars").alias("cars a day [cars]"),
            pl.col("demonstrated").alias("an hour of work [cars/h]"),
            pl.col("more").alias("more [cars/day]"),
            pl.col("low").alias(f"low {level} [cars/day]"),
            pl.col("high").alias(f"high {level} [cars/day]"),
            "significant",
            *chances,
            "bottleneck",
        ),
        note="The same cars and random numbers; intervals of the mean paired difference by "
        "Student's t (Law 2015, 10.2.1), all of them holding together (Bonferroni). Significant: "
        "0 lies outside.",
    )


def _basis(hub: Hub) -> Table:
    """Return on what the rows of the flow's tables rest."""
    rows = [
        hub[name].select(
            pl.lit(name).alias("table"), pl.col("basis").fill_null("not stated").alias("basis")
        )
        for name in FLOW_TABLES
        if hub[name].height
    ]
    if not rows:
        return Table("Basis of the input", pl.DataFrame(), "The hub has no table of the flow.")
    counts = pl.concat(rows).group_by("table", "basis", maintain_order=True).len("rows")
    wide = counts.pivot("basis", index="table", values="rows", maintain_order=True)
    return Table(
        "Basis of the input, rows",
        wide.with_columns(pl.exclude("table").fill_null(0)),
        note="Reported by a source, derived from reported figures by a stated rule, or assumed; "
        "the source of every row stands in the hub.",
    )


def _made(case: Case) -> Table:
    """Return how the simulation was made."""
    result, setting = case.result, case.setting
    begin, end = (setting.moment(minute) for minute in setting.counted)
    rows = [
        ("working days that count", f"{setting.dates[0]} to {setting.dates[-1]}"),
        ("counted", f"{begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"),
        ("the plant fills from", f"{setting.begin:%Y-%m-%d %H:%M}"),
        ("replications", f"{result.replications:,}"),
        ("quantiles, histogram: replications", f"{result.kept:,}"),
        ("probability of intervals", f"{result.level:.0%}"),
        ("seed", str(result.seed)),
        ("stops", result.stops),
        ("simulated as", result.paths),
        ("status", result.status),
        ("nodes", f"{len(case.given.plant.nodes):,}"),
        *(("note", note) for note in setting.notes),
    ]
    frame = pl.DataFrame(rows, schema={"item": pl.String, "value": pl.String}, orient="row")
    return Table("How it was simulated", frame)
