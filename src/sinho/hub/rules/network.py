"""Rules of a network of plants: who may serve whom, and which duty holds when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, doubts, month, offenders
from sinho.hub.schema import ALL
from sinho.units import next_month

DUTY = ("origin", "destination", "powertrain", "plant", "kind", "act", "agreement")
"""What settles a duty besides its dates."""

NEEDS = {"base": "percent", "on top": "percent", "cap": "percent", "minimum": "minimum"}
NEEDS |= {"quota": "quota"}
"""What a duty of each kind must give."""

READ = {
    "percent": ("base", "on top", "cap", "quota"),
    "minimum": ("minimum",),
    "quota": ("quota",),
}
"""Kinds of duty of which a column is read."""

NEVER = dt.date(9999, 1, 1)


def network_is_one_row(t: Tables) -> Iterator[Offence]:
    """Require one row of settings, whose months are in order."""
    rows = t["network"]
    yield from offenders("network", rows.slice(1), "name", "a network has one row of settings")
    yield from offenders(
        "network",
        rows.drop_nulls(["start", "end"]).filter(pl.col("end") < pl.col("start")),
        "end",
        lambda r: f"is before the first month, {month(r['start'])}",
        "Swap start and end, or correct the year.",
    )


def plants_have_steps(t: Tables) -> Iterator[Offence]:
    """Require a shift step of every plant that is there in the first month."""
    if t.lacks("plants", "plant_steps", "network"):
        return
    start = t["network"]["start"].drop_nulls()
    if start.is_empty():
        return
    steps = t["plant_steps"].drop_nulls(["plant", "start"])
    without = t["plants"].join(steps, on="plant", how="anti")
    yield from offenders("plants", without, "plant", "has no shift step", "Add one to plant_steps.")
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
    idle = t["plants"].join(t["allocations"], on="plant", how="anti")
    yield from doubts("plants", idle, "plant", "no model may be built there")


def markets_are_served(t: Tables) -> Iterator[Offence]:
    """Require that some plant may serve each market that asks for cars."""
    if t.lacks("network_markets", "allocations", "lanes", "network_demand", "network_models"):
        return
    asked = t["network_demand"].filter(pl.col("units") > 0).select("model", "market", ROW)
    ways = (
        t["allocations"]
        .select("model", "plant")
        .join(t["lanes"].select("plant", "market").unique(), on="plant")
    )
    served = ways.select("market").unique()
    alone = t["network_markets"].join(asked, on="market", how="semi")
    yield from offenders(
        "network_markets",
        alone.join(served, on="market", how="anti"),
        "market",
        "nobody may serve it: no plant that may build a car has a lane there",
        "Add a lane from such a plant, or take its demand out.",
    )
    pairs = asked.join(ways, on=["model", "market"], how="anti").join(served, on="market")
    pairs = pairs.unique(["model", "market"], keep="first", maintain_order=True)
    yield from offenders(
        "network_demand",
        pairs,
        "model",
        lambda r: (
            f"no plant that may build {r['model']} has a lane to {r['market']}: all of "
            "these cars are lost"
        ),
        "Add an allocation or a lane.",
        "warning",
    )


def duties_are_whole(t: Tables) -> Iterator[Offence]:
    """Require what each kind of duty needs, and nothing that it does not read."""
    rows = t["network_tariffs"]
    if rows.is_empty():
        return
    for kind, needed in NEEDS.items():
        own = rows.filter(pl.col("kind") == kind)
        yield from offenders(
            "network_tariffs",
            own.filter(pl.col(needed).is_null()),
            needed,
            f"a duty of kind {kind} must give it",
            "Fill it in.",
        )
    for column, kinds in READ.items():
        yield from offenders(
            "network_tariffs",
            rows.drop_nulls(column).filter(~pl.col("kind").is_in(kinds)),
            column,
            f"is not read of this kind, but of {', '.join(kinds)}",
            "Empty the cell, or change the kind.",
        )
    acts = rows.filter(pl.col("kind").is_in(("base", "on top")))
    ways = ("origin", "destination", "act")
    yield from doubts(
        "network_tariffs",
        rows.filter(pl.col("kind") == "quota").join(acts, on=ways, how="anti"),
        "act",
        "no base duty and none on top is of this act, so that the quota has no effect",
        lambda r: (
            nearest(
                str(r["act"]),
                acts.filter(
                    (pl.col("origin") == r["origin"]) & (pl.col("destination") == r["destination"])
                )["act"].to_list(),
            )
            or "Name the act whose duty is lower within the quota."
        ),
    )
    yield from offenders(
        "network_tariffs",
        rows.filter((pl.col("kind") == "quota") & pl.col("percent").is_null()),
        "percent",
        "a quota must give the duty that its act asks for within it",
        "0 where the act asks for nothing within the quota.",
    )
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col("origin") == pl.col("destination")),
        "destination",
        "is the origin: no duty is paid at home",
        "Remove the row.",
    )
    plants = t["plants"].select("plant", pl.col("country").alias("home"))
    yield from offenders(
        "network_tariffs",
        rows.join(plants, on="plant").filter(pl.col("home") != pl.col("origin")),
        "plant",
        lambda r: f"stands in {r['home']}, not in {r['origin']}",
        "Give its country as origin.",
    )


def duties_do_not_overlap(t: Tables) -> Iterator[Offence]:
    """Require that no two rows of one duty hold on the same day."""
    rows = t["network_tariffs"].drop_nulls(["origin", "destination", "kind", "act", "start"])
    if rows.is_empty():
        return
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col("end") < pl.col("start")),
        "end",
        lambda r: f"is before start, {r['start']}",
        "Correct one of the two dates.",
    )
    in_order = rows.sort(*DUTY, "start")
    # of the rows that begin before, the one that ends last
    before = in_order.with_columns(
        pl.col("end").cum_max().shift().over(DUTY).alias("until"),
        pl.col("start").shift().over(DUTY).alias("since"),
    )
    yield from offenders(
        "network_tariffs",
        before.filter((pl.col("start") <= pl.col("until")) & (pl.col("start") > pl.col("since"))),
        "start",
        lambda r: f"overlaps the row of the same duty from {r['since']} to {r['until']}",
        "End that row the day before, or empty its end: a row holds until the next one.",
    )
    yield from offenders(
        "network_tariffs",
        _at_once(rows, "base", ("powertrain", "plant", "agreement")),
        "start",
        lambda r: (
            f"overlaps the base duty of {r['act_other']} from {r['start_other']}: a car pays "
            "one base duty"
        ),
        "End that row the day before, or name it as on top.",
    )
    quotas = _at_once(rows, "quota", ())
    alike = [
        (pl.col(name) == pl.col(f"{name}_other"))
        | (pl.col(name) == ALL)
        | (pl.col(f"{name}_other") == ALL)
        for name in ("powertrain", "plant")
    ]
    yield from offenders(
        "network_tariffs",
        quotas.filter(*alike).unique(ROW, keep="first", maintain_order=True),
        "start",
        lambda r: (
            f"overlaps the quota {r['quota_other']} of {r['act_other']} from {r['start_other']}: "
            "a car counts to one quota"
        ),
        "End that row the day before, or give both the same act: the narrower row then holds.",
    )


def _at_once(rows: pl.DataFrame, kind: str, keys: tuple[str, ...]) -> pl.DataFrame:
    """Return pairs of rows of a kind that hold on the same day by different acts."""
    own = rows.filter(pl.col("kind") == kind)
    pairs = own.join(own, on=("origin", "destination", *keys), suffix="_other")
    begins, other = pl.col("start"), pl.col("start_other")
    return pairs.filter(
        (pl.col("act") != pl.col("act_other"))
        & (begins >= other)
        & (begins <= pl.col("end_other").fill_null(NEVER))
        & ((begins > other) | (pl.col(ROW) > pl.col(f"{ROW}_other")))
    )


def quotas_have_years(t: Tables) -> Iterator[Offence]:
    """Require the cars of a quota in every year in which cars may enter while it holds."""
    if t.lacks("network", "quotas"):
        return
    span = t["network"].drop_nulls(["start", "end"])
    if span.height != 1:
        return
    given = set(t["quotas"].select("quota", "year").rows())
    rows = t["network_tariffs"].drop_nulls(["quota", "start"])
    days = _longest_ways(t)
    # cars of the last month enter after the last month
    ends = next_month(span["end"][0])
    short: dict[int, list[int]] = {}
    for row in rows.select(ROW, "quota", "start", "end", "origin", "destination").to_dicts():
        way = days.get((row["origin"], row["destination"]), 0.0)
        last = ends + dt.timedelta(days=round(way) - 1)
        until = min(last, row["end"] or NEVER)
        years = range(max(span["start"][0], row["start"]).year, until.year + 1)
        lacking = [year for year in years if (row["quota"], year) not in given]
        if lacking:
            short[row[ROW]] = lacking
    yield from offenders(
        "network_tariffs",
        rows.filter(pl.col(ROW).is_in(list(short))),
        "quota",
        lambda r: f"quota {r['quota']} says no cars for {_listed(short[int(str(r[ROW]))])}",
        "Add a row for each year in which cars enter to quotas, of 0 cars where there is none.",
    )


def _longest_ways(t: Tables) -> dict[tuple[str, str], float]:
    """Return the most days on the way from a country to another."""
    if t.lacks("lanes", "plants", "network_markets"):
        return {}
    plants = t["plants"].select("plant", pl.col("country").alias("origin"))
    markets = t["network_markets"].select("market", pl.col("country").alias("destination"))
    ways = t["lanes"].drop_nulls("transit").join(plants, on="plant").join(markets, on="market")
    longest = ways.group_by("origin", "destination").agg(pl.col("transit").max())
    return {(origin, destination): days for origin, destination, days in longest.iter_rows()}


def _listed(years: list[int]) -> str:
    return f"{years[0]}" if len(years) == 1 else f"{years[0]} to {years[-1]}"


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


def demand_is_in_time(t: Tables) -> Iterator[Offence]:
    """Doubt demand outside the months that are planned, and plans without any."""
    span = t["network"].drop_nulls(["start", "end"])
    rows = t["network_demand"].drop_nulls("month")
    if span.height != 1 or rows.is_empty():
        return
    inside = pl.col("month").is_between(span["start"][0], span["end"][0])
    months = f"{month(span['start'][0])} to {month(span['end'][0])}"
    yield from doubts(
        "network_demand", rows.filter(~inside), "month", f"is not planned: the months are {months}"
    )


def cars_have_content(t: Tables) -> Iterator[Offence]:
    """Doubt cars whose parts cost nothing, and rules of origin that then rest on nothing."""
    if t.lacks("network_models", "content", "allocations"):
        return
    rows = t["network_models"].join(t["content"], on="model", how="anti")
    yield from doubts("network_models", rows, "model", "its parts cost nothing: content has no row")
    known = pl.concat(
        [t["plants"]["country"], t["content"]["origin"], t["network_markets"]["country"]]
    )
    countries = known.drop_nulls().unique().sort().to_list()
    for column in ("origin", "destination"):
        yield from doubts(
            "network_tariffs",
            t["network_tariffs"].filter(~pl.col(column).is_in(countries)),
            column,
            "no plant, market or part is in this country, so that the row has no effect",
            lambda r, c=column: nearest(str(r[c]), countries),  # type: ignore[misc]
        )
    members = (
        t["rules_of_origin"].with_columns(pl.col("countries").str.split(";")).explode("countries")
    )
    lost = members.group_by(ROW).agg((~pl.col("countries").is_in(countries)).all().alias("lost"))
    yield from doubts(
        "rules_of_origin",
        t["rules_of_origin"].join(lost.filter("lost"), on=ROW, how="semi"),
        "countries",
        "no parts, plants or markets are in any of them",
        "Give ISO 3166 alpha-2 codes, parted by ';'.",
    )


def limits_leave_room(t: Tables) -> Iterator[Offence]:
    """Doubt a market whose plants may together take less than all of it."""
    if t.lacks("lanes", "network_markets", "source_limits"):
        return
    plants = t["lanes"].group_by("market").agg(pl.col("plant").n_unique().alias("plants"))
    rows = t["source_limits"].filter(pl.col("plant") == ALL).join(plants, on="market")
    yield from doubts(
        "source_limits",
        rows.filter(pl.col("share") * pl.col("plants") < 1 - 1e-9),
        "share",
        lambda r: f"{r['plants']} plants can reach {r['market']}, so that cars are lost",
    )


RULES: tuple[Rule, ...] = (
    network_is_one_row,
    plants_have_steps,
    plants_have_lanes,
    markets_are_served,
    duties_are_whole,
    duties_do_not_overlap,
    quotas_have_years,
    least_is_not_above_most,
    demand_is_in_time,
    cars_have_content,
    limits_leave_room,
)
