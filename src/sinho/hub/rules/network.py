"""Rules of a network of plants: who may serve whom, and which duty holds when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, also, doubts, firsts, month, offenders
from sinho.hub.schema import ALL


def network_is_one_row(t: Tables) -> Iterator[Offence]:
    """Require one row of settings, whose months are in order."""
    rows = t["network"]
    yield from offenders(
        "network", rows.slice(1), "name", "a network has one row of settings", "Remove it."
    )
    yield from offenders(
        "network",
        rows.drop_nulls(["start", "end"]).filter(pl.col("end") < pl.col("start")),
        "end",
        lambda r: f"is before the first month, {month(r['start'])}",
        "Swap start and end, or correct the year.",
    )


def no_plant_is_all(t: Tables) -> Iterator[Offence]:
    """Refuse the name that stands for every plant in other tables."""
    rows = t["plants"].filter(pl.col("plant") == ALL)
    rule = f"{ALL!r} stands for every plant in other tables"
    yield from offenders("plants", rows, "plant", rule, "Give it another name.")


def plants_have_steps(t: Tables) -> Iterator[Offence]:
    """Require a shift step of every plant that is there in the first month."""
    if t.lacks("plants", "plant_steps", "network"):
        return
    start = t["network"]["start"].drop_nulls()
    if start.is_empty():
        return
    steps = t["plant_steps"].drop_nulls(["plant", "start"])
    without = t["plants"].join(steps, on="plant", how="anti").filter(pl.col("hub").is_null())
    hint = "Add one to plant_steps, or name the hub behind it."
    yield from offenders("plants", without, "plant", "has no shift step", hint)
    firsts = steps.group_by("plant").agg(pl.col("start").min().alias("first"))
    late = steps.join(firsts.filter(pl.col("first") > start[0]), on="plant")
    yield from offenders(
        "plant_steps",
        late.filter(pl.col("start") == pl.col("first")).unique("plant", keep="first"),
        "start",
        lambda r: (
            f"plant {r['plant']} has no step before, in the first months from {month(start[0])} on"
        ),
        "Give a step from the first month on; a capacity of 0 is allowed.",
    )
    twice = steps.filter("opening").unique(["plant", "step"], keep="first", maintain_order=True)
    again = twice.filter(pl.col("step") != pl.col("step").first().over("plant"))
    yield from offenders(
        "plant_steps",
        again,
        "opening",
        "another step of the plant is worked before the first month",
        "Leave yes in one of its steps.",
    )
    yield from doubts(
        "plant_steps",
        twice.join(t["plants"].filter(~pl.col("open")), on="plant", how="semi"),
        "opening",
        lambda r: (
            f"plant {r['plant']} is closed before the first month; the cost of changing steps "
            "counts from this one all the same"
        ),
        "Empty the cell, or set open of the plant to yes.",
    )


def plants_have_lanes(t: Tables) -> Iterator[Offence]:
    """Require a way to some market from every plant that may build a model."""
    if t.lacks("plants", "allocations", "lanes"):
        return
    building = t["plants"].join(t["allocations"], on="plant", how="semi")
    yield from offenders(
        "plants",
        building.join(t["lanes"], on="plant", how="anti"),
        "plant",
        "has no lane to any market, so that nothing it builds can be sold",
        "Add a row to lanes, also for the market of its own country.",
    )
    end = t["network"]["end"].drop_nulls()
    if not end.is_empty():
        early = t["lanes"].filter(pl.col("start") <= end[0])
        late = building.join(t["lanes"], on="plant", how="semi")
        yield from doubts(
            "plants",
            late.join(early, on="plant", how="anti"),
            "plant",
            f"no lane of it begins by the last month, {month(end[0])}, so that nothing it builds "
            "can be sold",
            "Begin a lane earlier.",
        )
    shut = building.filter(~pl.col("open") & ~pl.col("may_change"))
    yield from doubts(
        "plants",
        shut,
        "open",
        "it is closed before the first month and may not be opened, so that nothing is built there",
        "Set may_change to yes.",
    )
    idle = t["plants"].join(t["allocations"], on="plant", how="anti")
    yield from doubts("plants", idle, "plant", "no model may be built there")


def markets_are_served(t: Tables) -> Iterator[Offence]:
    """Require that some plant may serve each market that asks for cars."""
    if t.lacks("network_markets", "allocations", "lanes", "network_demand", "network_models"):
        return
    span = t["network"].drop_nulls(["start", "end"]).filter(pl.col("start") <= pl.col("end"))
    if span.height != 1:
        return
    start, end = span["start"][0], span["end"][0]
    asked = (
        t["network_demand"]
        .filter((pl.col("units") > 0) & pl.col("month").is_between(start, end))
        .select("model", "market", "month", ROW)
    )
    ways = _ways(t, start, end)
    served = ways.select("market").unique()
    alone = t["network_markets"].join(asked, on="market", how="semi")
    yield from offenders(
        "network_markets",
        alone.join(served, on="market", how="anti"),
        "market",
        "nobody may serve it: no plant that may build a car has a lane there in the months that "
        "are planned",
        "Add a lane from such a plant, or take its demand out.",
    )
    keys = ("model", "market")
    pairs = asked.join(ways, on=keys, how="anti").join(served, on="market", how="semi")
    yield from offenders(
        "network_demand",
        firsts(pairs, *keys),
        "model",
        lambda r: (
            f"no plant that may build {r['model']} has a lane to {r['market']}: these cars are "
            f"lost{also(int(str(r['count'])))}"
        ),
        "Add an allocation or a lane.",
        "warning",
    )
    early = asked.join(ways, on=keys).filter(~pl.col("month").is_between("begin", "until"))
    yield from offenders(
        "network_demand",
        firsts(early, *keys),
        "month",
        lambda r: (
            f"no plant builds {r['model']} and has a lane to {r['market']} but from "
            f"{month(r['begin'])} to {month(r['until'])}: these cars are lost"
            f"{also(int(str(r['count'])))}"
        ),
        "Begin a lane or an allocation earlier, or end it later.",
        "warning",
    )


def _ways(t: Tables, start: dt.date, end: dt.date) -> pl.DataFrame:
    """Return the months in which models may reach markets: the first and the last of any plant."""
    lanes = t["lanes"].group_by("plant", "market").agg(pl.col("start").min().alias("there"))
    # a launch is decided in the first month at the earliest
    lead = pl.when(pl.col("status") == "fixed").then(0).otherwise(pl.col("launch_months"))
    launched = pl.lit(start).dt.offset_by(pl.format("{}mo", lead.fill_null(0)))
    ways = (
        t["allocations"]
        .with_columns(launched.alias("launched"))
        .select("model", "plant", "start", "end", "launched")
        .join(lanes, on="plant")
        .with_columns(
            pl.max_horizontal("there", "start", "launched", pl.lit(start)).alias("begin"),
            pl.min_horizontal(pl.col("end"), pl.lit(end)).alias("until"),
        )
        .filter(pl.col("begin") <= pl.col("until"))
    )
    return ways.group_by("model", "market").agg(pl.col("begin").min(), pl.col("until").max())


def least_is_not_above_most(t: Tables) -> Iterator[Offence]:
    """Require that what is least is not above what is most, and dates in order."""
    rows = t["allocations"]
    yield from offenders(
        "allocations",
        rows.filter(pl.col("least") > pl.col("most")),
        "least",
        lambda r: f"is above most, {r['most']:,.0f}",
        "Swap the two, or correct one.",
    )
    yield from offenders(
        "allocations",
        rows.filter(pl.col("end") < pl.col("start")),
        "end",
        lambda r: f"is before start, {month(r['start'])}",
        "Swap the two, or correct the year.",
    )
    yield from doubts(
        "allocations",
        rows.filter((pl.col("status") == "fixed") & (pl.col("tooling") > 0)),
        "tooling",
        "is not paid: a fixed allocation is tooled already",
        "Make it allowed, or empty the cell.",
    )


def launches_are_in_time(t: Tables) -> Iterator[Offence]:
    """Doubt models that may be launched at a plant, but not before the last month."""
    span = t["network"].drop_nulls(["start", "end"]).filter(pl.col("start") <= pl.col("end"))
    if span.height != 1:
        return
    start, end = span["start"][0], span["end"][0]
    size = (end.year - start.year) * 12 + end.month - start.month
    yield from doubts(
        "allocations",
        t["allocations"].filter((pl.col("status") == "allowed") & (pl.col("launch_months") > size)),
        "launch_months",
        lambda r: (
            f"a launch decided in the first month, {month(start)}, builds no car before the "
            f"last one, {month(end)}"
        ),
        "Make it fixed if it is built there already, or plan more months.",
    )


def demand_is_in_time(t: Tables) -> Iterator[Offence]:
    """Doubt demand outside the months that are planned, and plans without any."""
    span = t["network"].drop_nulls(["start", "end"]).filter(pl.col("start") <= pl.col("end"))
    rows = t["network_demand"].drop_nulls(["month", "units"])
    if span.height != 1 or rows.is_empty():
        return
    start, end = span["start"][0], span["end"][0]
    months = f"{month(start)} to {month(end)}"
    outside = rows.filter(~pl.col("month").is_between(start, end))
    yield from doubts(
        "network_demand",
        firsts(outside.with_columns(pl.col("month").gt(end).alias("late")), "late"),
        "month",
        lambda r: f"is not planned: the months are {months}{also(int(str(r['count'])))}",
    )
    flat = rows.filter(pl.col("response").is_not_null() & (pl.col("price") == 0))
    yield from doubts(
        "network_demand",
        firsts(flat, "model", "market"),
        "response",
        lambda r: f"is not read where no price is given{also(int(str(r['count'])))}",
    )
    asked = rows.filter(pl.col("month").is_between(start, end) & (pl.col("units") > 0))
    if asked.is_empty():
        yield from doubts("network", span, "start", f"no car is asked for in {months}")


def cars_have_content(t: Tables) -> Iterator[Offence]:
    """Doubt cars whose parts cost nothing, and refuse plants that would get them for nothing."""
    if t.lacks("network_models", "content", "allocations"):
        return
    content = t["content"].drop_nulls(["model", "plant"])
    rows = t["network_models"].join(content, on="model", how="anti")
    yield from doubts("network_models", rows, "model", "its parts cost nothing: content has no row")
    wide = content.filter(pl.col("plant") == ALL)
    apart = (
        t["allocations"].join(content, on="model", how="semi").join(wide, on="model", how="anti")
    )
    yield from offenders(
        "allocations",
        apart.join(content, on=["model", "plant"], how="anti"),
        "plant",
        lambda r: (
            f"content says what {r['model']} is made of at other plants alone, so that here its "
            "parts would cost nothing"
        ),
        "Add its rows for this plant, or rows for all plants.",
    )


def limits_leave_room(t: Tables) -> Iterator[Offence]:
    """Doubt a market whose plants may together take less than all of it."""
    if t.lacks("lanes", "network_markets", "source_limits"):
        return
    rows = t["source_limits"].drop_nulls(["market", "plant", "share"])
    wide, own = rows.filter(pl.col("plant") == ALL), rows.filter(pl.col("plant") != ALL)
    ways = (
        t["lanes"]
        .select("market", "plant")
        .unique()
        .join(own.select("market", "plant", "share"), on=["market", "plant"], how="left")
        .join(wide.select("market", pl.col("share").alias("usual")), on="market", how="left")
        .group_by("market")
        .agg(
            pl.coalesce("share", "usual", pl.lit(1.0)).sum().alias("most"),
            pl.len().alias("plants"),
        )
    )
    yield from doubts(
        "source_limits",
        rows.unique("market", keep="first", maintain_order=True)
        .join(ways, on="market")
        .filter(pl.col("most") < 1 - 1e-9),
        "share",
        lambda r: (
            f"{r['plants']} plants can reach {r['market']}, and may take no more than "
            f"{r['most']:.0%} of it together, so that cars are lost"
        ),
    )


RULES: tuple[Rule, ...] = (
    network_is_one_row,
    no_plant_is_all,
    plants_have_steps,
    plants_have_lanes,
    markets_are_served,
    least_is_not_above_most,
    launches_are_in_time,
    demand_is_in_time,
    cars_have_content,
    limits_leave_room,
)
