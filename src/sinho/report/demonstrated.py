"""What a simulated plant demonstrates: the rates of its shops, and how its days differ."""

from __future__ import annotations

import polars as pl

from sinho.errors import counted
from sinho.hub import Hub
from sinho.hub.lines import car_loads, lines_of
from sinho.report.simulation import DAY, Case
from sinho.simulate import Station, drift


def rates(case: Case, hub: Hub) -> pl.DataFrame:
    """Return the rates that shops have demonstrated: what passed them in their working time.

    Parameters
    ----------
    case : Case
        The simulation of more cars than the plant can build.
    hub : Hub
        The hub: lines and loads.

    Returns
    -------
    polars.DataFrame
        ``shop``, ``rate`` (units of its capacity an hour: cars times their load), ``low`` and
        ``high``, of shops that cars pass. A shop that waits for another demonstrates no more than
        that one lets through.
    """
    return (
        rates_by_line(case, hub)
        .group_by("shop", maintain_order=True)
        .agg(pl.col("rate", "low", "high").sum())
    )


def rates_by_line(case: Case, hub: Hub) -> pl.DataFrame:
    """Return what of the rates of shops is of the cars of each line.

    Parameters
    ----------
    case, hub
        As `rates`.

    Returns
    -------
    polars.DataFrame
        ``shop``, ``line``, ``rate``, ``low`` and ``high``; those of a shop sum to its own.
    """
    begin, end = case.setting.counted
    calendars = {
        node.shop: node.calendar
        for node in case.given.plant.nodes
        if isinstance(node, Station) and node.calendar is not None
    }
    loads = car_loads(hub)
    mix = case.given.cars.group_by("line", "model").agg(pl.len().alias("of_model"))
    share = pl.col("of_model") / pl.col("of_model").sum().over("line")
    whole = (end - begin) / 60
    made = case.result.output.select(
        "line",
        (pl.col("jph") * whole).alias("rate"),
        (pl.col("jph_low") * whole).alias("low"),
        (pl.col("jph_high") * whole).alias("high"),
    )
    found = [pl.DataFrame(schema=RATES)]
    for shop in dict.fromkeys(shop for line in lines_of(hub) for shop in line.shops):
        own = loads.filter(pl.col("shop") == shop)
        lines = [line.name for line in lines_of(hub) if shop in line.shops]
        hours = (calendars[shop].worked(end) - calendars[shop].worked(begin)) / 60
        each = (
            mix.with_columns(share.alias("share"))
            .filter(pl.col("line").is_in(lines))
            .join(own, on="model", maintain_order="left")
            .group_by("line", maintain_order=True)
            .agg((pl.col("share") * pl.col("load")).sum().alias("units"))
            .sort("line")
            .join(made, on="line", maintain_order="left")
            .select(
                pl.lit(shop).alias("shop"),
                "line",
                *(pl.col(name) * pl.col("units") / hours for name in ("rate", "low", "high")),
            )
        )
        if hours > 0:
            found.append(each)
    return pl.concat(found)


RATES = {
    "shop": pl.String,
    "line": pl.String,
    "rate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def day_shares(case: Case) -> dict[str, list[float]]:
    """Return what days make, by what they make in the mean of the replications.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    dict of str to list of float
        By line, of each working day that counts in each replication that is kept, in order of
        size: a tenth of them lies below the first tenth of the list. Days without cars are left
        out.
    """
    first, last = (round(minute / DAY) for minute in case.setting.counted)
    dates = {*case.setting.dates}
    numbers = [day for day in range(first, last) if case.setting.date(day * DAY) in dates]
    usual = pl.col("cars").mean().over("line", "day")
    table = (
        case.result.made.filter(pl.col("day").is_in(numbers))
        .with_columns((pl.col("cars") / usual).round(6).alias("share"))
        .filter(pl.col("share").is_finite())
    )
    return {
        str(line): own["share"].sort().to_list()
        for (line,), own in table.group_by("line", maintain_order=True)
    }


def unsettled(case: Case) -> str:
    """Say that a plant makes more or less in its last days than in its first; empty: it does not.

    Parameters
    ----------
    case : Case
        The simulation of more cars than the plant can build.
    """
    found = drift(case.given, case.result)
    if found is None:
        return ""
    usual, more = found
    way = "falls" if more.mean < 0 else "rises"
    days = counted(case.days // 2, "day")
    longer = case.setting.filled + 2 * case.days
    return (
        f"The plant is not settled: output still {way}, from {usual:.1f} cars an hour of work in "
        f"the first {days} to {usual + more.mean:.1f} in the last {days}. Let it fill longer, such "
        f"as --filling {longer}."
    )
