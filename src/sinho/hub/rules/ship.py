"""Rules on the way to the sea: ports, calls, space of brands, decks, containers, cars that wait."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from functools import cache

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, figure, offenders, planned
from sinho.hub.rules.plant import no_countries
from sinho.hub.schema import ALL, ship

TIME = r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$"
OVER = 1e-9


@cache
def _time_zones() -> list[str]:
    """Return the zones that this machine knows; to look for them is slow."""
    return sorted(zoneinfo.available_timezones())


def ports_are_sound(t: Tables) -> Iterator[Offence]:
    """Require countries, time zones and hours of ports that exist."""
    yield from no_countries(t, "ports", "country")
    if t["ports"].is_empty():
        return
    zones = _time_zones()
    strange = t["ports"].drop_nulls("time_zone").filter(~pl.col("time_zone").is_in(zones))
    yield from offenders(
        "ports",
        strange.clear() if not zones else strange,
        "time_zone",
        "is no time zone of the IANA list",
        lambda r: nearest(str(r["time_zone"]), zones),
    )
    for column in ("opens", "closes"):
        yield from offenders(
            "ports",
            t["ports"].drop_nulls(column).filter(~pl.col(column).str.contains(TIME)),
            column,
            "must be a time of day, as 06:30",
            "Write hours and minutes, 00:00 to 24:00.",
        )
    rows = t["ports"].filter(pl.col("opens") >= pl.col("closes"))
    yield from offenders("ports", rows, "closes", lambda r: f"must be after opens ({r['opens']})")


def _in_role(t: Tables, role: str) -> list[str]:
    known = t["ports"].filter(pl.col("role").is_in([role, ship.BOTH]))
    return known["port"].drop_nulls().to_list()


def ports_are_in_their_role(t: Tables) -> Iterator[Offence]:
    """Require ports of loading where cars are loaded, and of discharge where they leave ship."""
    if t["ports"].is_empty() or t.lacks("ports"):
        return
    for table, role in (
        ("vessels", ship.LOADING),
        ("port_way", ship.LOADING),
        ("yard_areas", ship.LOADING),
        ("port_calls", ship.DISCHARGE),
    ):
        known = _in_role(t, role)
        rows = t[table].drop_nulls("port").filter(~pl.col("port").is_in(known))
        listed = pl.col("port").is_in(t["ports"]["port"].implode())
        for group, rule in (
            (rows.filter(~listed), "is not in table ports"),
            (rows.filter(listed), f"is no port of {role} in table ports"),
        ):
            yield from offenders(
                table,
                group if table != "port_way" else group.filter(listed),
                "port",
                rule,
                lambda r, k=known: nearest(str(r["port"]), k),  # type: ignore[misc]
            )
    known = _in_role(t, ship.LOADING)
    if len(known) == 1 or t["vessels"].is_empty():
        return
    rows = t["vessels"].filter(pl.col("port").is_null())
    several = f"must be given, as there are several ports of loading: {', '.join(known)}"
    none = "table ports has no port of loading"
    yield from offenders("vessels", rows, "port", several if known else none, "Name the port.")


def calls_are_in_order(t: Tables) -> Iterator[Offence]:
    """Require that a voyage calls at each port once, one after the other, after it departed."""
    calls = t["port_calls"].drop_nulls(["vessel", "call", "port"]).sort("vessel", "call")
    twice = calls.with_columns(pl.col("call").first().over("vessel", "port").alias("first"))
    yield from offenders(
        "port_calls",
        twice.filter(pl.col("call") > pl.col("first")),
        "port",
        lambda r: f"the voyage calls at this port already, as call {r['first']}",
        "Take one of the two rows out.",
    )
    calls = calls.drop_nulls("arrival").join(
        t["vessels"].select("vessel", "etd", pl.col("port").alias("from")), on="vessel"
    )
    yield from offenders(
        "port_calls",
        calls.filter(pl.col("port") == pl.col("from")),
        "port",
        "the voyage is loaded at this port",
        "Name the port of discharge.",
    )
    yield from offenders(
        "port_calls",
        calls.filter(pl.col("arrival") < pl.col("etd")),
        "arrival",
        lambda r: f"must not be before the departure ({r['etd']})",
    )
    before = pl.col("arrival").shift().over("vessel", order_by="call").alias("before")
    yield from offenders(
        "port_calls",
        calls.with_columns(before).filter(pl.col("arrival") < pl.col("before")),
        "arrival",
        lambda r: f"must not be before the arrival at the call before ({r['before']})",
        "Number the calls in the order of their days.",
    )


def _served(t: Tables) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the lanes that reach any port, and the lanes and ports that voyages call at.

    Containers go to any port, and so does a voyage whose calls are not given.
    """
    vessels = t["vessels"].drop_nulls(["vessel", "lane"])
    open_lanes = set(vessels.join(t["port_calls"], on="vessel", how="anti")["lane"])
    boxed = set(t["containers"]["lane"].drop_nulls())
    if ALL in boxed:
        boxed |= set(t["markets"]["lane"].drop_nulls())
    calls = t["port_calls"].join(vessels.select("vessel", "lane"), on="vessel")
    return open_lanes | boxed, set(calls.select("lane", "port").drop_nulls().iter_rows())


def ports_are_called_at(t: Tables) -> Iterator[Offence]:
    """Require a voyage to the port of every market with demand; warn of ports without one."""
    if t["port_calls"].is_empty() or t.lacks("markets", "demand", "vessels", "port_calls"):
        return
    free, called = _served(t)
    requested = planned(t)["market"].unique().implode()
    lanes = set(t["vessels"]["lane"].drop_nulls())
    markets = t["markets"].filter(pl.col("route") == "overseas").drop_nulls(["lane", "port"])
    reached = [
        lane in free or (lane, port) in called
        for lane, port in markets.select("lane", "port").iter_rows()
    ]
    unreached = markets.filter(~pl.Series(reached, dtype=pl.Boolean)).filter(
        pl.col("market").is_in(requested), pl.col("lane").is_in(sorted(lanes))
    )
    yield from offenders(
        "markets",
        unreached,
        "port",
        lambda r: f"no voyage of lane {r['lane']} calls at this port, so no car reaches the market",
        lambda r: (
            nearest(str(r["port"]), sorted({p for lane, p in called if lane == r["lane"]}))
            or "Add it to port_calls."
        ),
    )
    used = {port for _, port in called} | set(markets.filter(pl.col("lane").is_in(free))["port"])
    idle = t["ports"].filter(pl.col("role") == ship.DISCHARGE, ~pl.col("port").is_in(used))
    yield from offenders(
        "ports",
        idle,
        "port",
        "no voyage calls at this port, so the row has no effect",
        lambda r: nearest(str(r["port"]), sorted(used)),
        "warning",
    )


def bookings_are_sound(t: Tables) -> Iterator[Offence]:
    """Require that the fewest cars booked are not above the most, and ships that have decks."""
    rows = t["vessels"].filter(pl.col("booked_least") > pl.col("booked_most"))
    yield from offenders(
        "vessels",
        rows,
        "booked_least",
        lambda r: f"must not be above booked_most ({figure(r['booked_most'])})",
    )
    if t["decks"].is_empty() or t.lacks("decks"):
        return
    held = _held_at_most(t)
    yield from offenders(
        "vessels",
        t["vessels"]
        .join(held, on=["vessel", "ship"])
        .filter(pl.col("booked_least") > pl.col("held")),
        "booked_least",
        lambda r: (
            f"the hub's share of the decks holds no more than {r['held']:,} of the smallest cars: "
            "what is booked cannot be filled"
        ),
        "Check it here and deck_share, and area in decks; what is short is paid as dead freight.",
        "warning",
    )
    ships = t["decks"]["ship"].drop_nulls().unique().sort().to_list()
    rows = t["vessels"].drop_nulls("ship").filter(~pl.col("ship").is_in(ships))
    yield from offenders(
        "vessels",
        rows,
        "ship",
        "has no decks in table decks: its room is taken from ceu and the cars booked alone",
        lambda r: nearest(str(r["ship"]), ships),
        "warning",
    )
    idle = t["decks"].filter(~pl.col("ship").is_in(t["vessels"]["ship"].drop_nulls().implode()))
    yield from offenders(
        "decks",
        idle.unique("ship", keep="first", maintain_order=True),
        "ship",
        "sails no voyage, so its decks have no effect",
        lambda r: nearest(str(r["ship"]), t["vessels"]["ship"].drop_nulls().unique().to_list()),
        "warning",
    )


def _held_at_most(t: Tables) -> pl.DataFrame:
    """Return how many of the smallest cars the decks of each voyage's ship hold at their widest."""
    gap = t["hub"]["stow_gap"].drop_nulls().sum()
    size = ((pl.col("length") + gap) * (pl.col("width") + gap) / 1e6).min()
    sized = t["models"].filter((pl.col("length") > 0) & (pl.col("width") > 0))
    smallest = sized.select(size).item()
    decks = t["decks"].drop_nulls(["ship", "deck", "area"])
    widest = decks.group_by("ship", "deck").agg(pl.col("area").max())
    share = t["vessels"].select("vessel", "ship", "deck_share")
    held = (pl.col("area") * pl.col("deck_share") / smallest + OVER).floor().cast(pl.Int64)
    return (
        widest.join(share.drop_nulls(), on="ship")
        .group_by("vessel", "ship")
        .agg(held.sum().alias("held"))
    )


def space_is_shared_once(t: Tables) -> Iterator[Offence]:
    """Require that shares of space name lanes and voyages, and sum to 1 at most on each."""
    if t.lacks("vessels"):
        return
    vessels = t["vessels"].select("vessel", "lane").drop_nulls()
    shares = t["space_shares"].drop_nulls(["brand", "lane", "vessel", "share"])
    for column in ("lane", "vessel"):
        known = vessels[column].unique().sort().to_list()
        yield from offenders(
            "space_shares",
            shares.filter(~pl.col(column).is_in([*known, ALL])),
            column,
            f"no voyage of table vessels has this {column}",
            lambda r, c=column, k=known: nearest(str(r[c]), k),  # type: ignore[misc]
        )
    held = space_of(shares, vessels)
    total = held.with_columns(pl.col("share").sum().over("of").alias("total"))
    yield from offenders(
        "space_shares",
        total.filter(pl.col("total") > 1 + OVER),
        "share",
        lambda r: (
            f"the brands are entitled to {figure(float(str(r['total'])) * 100)} % of {r['of']}"
        ),
        "Lower the share of one of them.",
    )


def space_of(shares: pl.DataFrame, vessels: pl.DataFrame) -> pl.DataFrame:
    """Return the row of ``space_shares`` that holds for each voyage (``of``) and brand.

    A row for the voyage comes before one for its lane, and that one before one for all.
    """
    rows = shares.join(vessels.rename({"vessel": "of", "lane": "of_lane"}), how="cross").filter(
        pl.col("vessel").is_in([ALL]) | (pl.col("vessel") == pl.col("of")),
        pl.col("lane").is_in([ALL]) | (pl.col("lane") == pl.col("of_lane")),
    )
    near = 2 * (pl.col("vessel") != ALL).cast(pl.Int8) + (pl.col("lane") != ALL).cast(pl.Int8)
    rows = rows.sort("of", "brand", near, descending=[False, False, True], maintain_order=True)
    return rows.unique(["of", "brand"], keep="first", maintain_order=True)


def ways_and_boxes_are_sound(t: Tables) -> Iterator[Offence]:
    """Require cars on trucks, lanes of containers, and cars that wait for a ship."""
    trucked = pl.col("mode") == ship.TRUCKED
    yield from offenders(
        "port_way",
        t["port_way"].filter(trucked & pl.col("cars_per_truck").is_null()),
        "cars_per_truck",
        "must be given where cars are trucked",
        "Give the cars on one truck, commonly 5 to 8.",
    )
    total = t["port_way"].with_columns(pl.col("cars").sum().over("port").alias("total"))
    yield from offenders(
        "port_way",
        total.filter(pl.col("total") == 0).unique("port", keep="first", maintain_order=True),
        "cars",
        "no car sets out in any hour, so that none reaches the port",
        "Give the cars of an hour, or take the port's rows out: its way then has no limit.",
    )
    stock = t["port_stock"]
    yield from offenders(
        "port_stock",
        stock.filter(pl.col("since") > pl.col("date")),
        "since",
        lambda r: f"must not be after the day on which the cars were counted ({r['date']})",
    )
    if t.lacks("markets"):
        return
    markets = t["markets"].drop_nulls("market")
    home = markets.filter(pl.col("route") != "overseas")["market"]
    yield from offenders(
        "port_stock",
        stock.filter(pl.col("market").is_in(home.implode())),
        "market",
        "is not overseas: its cars take no ship",
        "Name the market overseas for which they were built.",
    )
    lanes = markets["lane"].drop_nulls().unique().sort().to_list()
    rows = t["containers"].filter(~pl.col("lane").is_in([*lanes, ALL]))
    yield from offenders(
        "containers",
        rows.unique("lane", keep="first", maintain_order=True),
        "lane",
        "no market is reached by this lane, so the row has no effect",
        lambda r: nearest(str(r["lane"]), [*lanes, ALL]),
        "warning",
    )


def cars_fit_the_yard(t: Tables) -> Iterator[Offence]:
    """Warn of models asked for overseas that are larger than every place of a yard."""
    areas = t["yard_areas"].filter(pl.col("purpose") != "domestic")
    if areas.is_empty() or t.lacks("models", "markets", "demand"):
        return
    overseas = t["markets"].filter(pl.col("route") == "overseas")["market"].drop_nulls()
    requested = planned(t).filter(pl.col("market").is_in(overseas.implode()))["model"]
    models = t["models"].filter(pl.col("model").is_in(requested.implode()))
    for (port,), own in areas.group_by("port", maintain_order=True):
        length, width = (
            own[name].fill_null(float("inf")) for name in ("largest_length", "largest_width")
        )
        large = pl.lit(True)
        for most in set(zip(length, width, strict=True)):
            large &= (pl.col("length") > most[0]) | (pl.col("width") > most[1])
        where = "the plant's yard" if port is None else f"port {port}"
        sizes = ((length.max(), "long"), (width.max(), "wide"))
        said = ", ".join(f"{figure(mm)} mm {how}" for mm, how in sizes if mm != float("inf"))
        yield from offenders(
            "models",
            models.filter(large.fill_null(False)),
            "length",
            f"is larger than every place in {where} ({said} at most): its cars stand outside",
            "Check length and width here and in yard_areas.",
            "warning",
        )


RULES: tuple[Rule, ...] = (
    ports_are_sound,
    ports_are_in_their_role,
    calls_are_in_order,
    ports_are_called_at,
    bookings_are_sound,
    space_is_shared_once,
    ways_and_boxes_are_sound,
    cars_fit_the_yard,
)
