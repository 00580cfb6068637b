"""Rules on the lanes to markets: their modes, departures, ports and freight."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.incoterms import INCOTERMS
from sinho.hub.places import Offence
from sinho.hub.rules.common import (
    Rule,
    Tables,
    doubts,
    month,
    months,
    offenders,
    planned,
)
from sinho.hub.schema import ALL

DOMESTIC, OVERLAND, OVERSEAS = "domestic", "overland", "overseas"

ROAD, RAIL = "road", "rail"


def overseas_market_has_lane_and_port(t: Tables) -> Iterator[Offence]:
    """Require a lane for markets overland and overseas, and a port of discharge for the latter."""
    land = t["markets"].filter(pl.col("route") == OVERLAND)
    yield from offenders(
        "markets",
        land.filter(pl.col("lane").is_null() | (pl.col("lane") == DOMESTIC)),
        "lane",
        "a lane must be given for a market overland",
        "Name the lane of its trains or trucks, or set route to domestic.",
    )
    overseas = t["markets"].filter(pl.col("route") == OVERSEAS)
    for column, what in (("lane", "trade lane"), ("port", "port of discharge")):
        rows = overseas.filter(pl.col(column).is_null())
        hint = f"Name its {what}, or set route to domestic."
        yield from offenders("markets", rows, column, "must be given for a market overseas", hint)
    rows = overseas.filter(pl.col("lane") == DOMESTIC)
    hint = "Name the trade lane, such as Europe."
    yield from offenders("markets", rows, "lane", "domestic is no lane of a market overseas", hint)


def sea_terms_are_for_markets_overseas(t: Tables) -> Iterator[Offence]:
    """Refuse FAS, FOB, CFR and CIF where no ship sails."""
    if t.lacks("demand", "markets"):
        return
    sea = [name for name, one in INCOTERMS.items() if one.sea]
    routes = t["markets"].filter(pl.col("route") != OVERSEAS).select("market", "route")
    yield from offenders(
        "demand",
        t["demand"]
        .filter(pl.col("incoterm").is_in(sea))
        .join(routes, on="market", maintain_order="left"),
        "incoterm",
        lambda row: f"is for carriage by sea, and market {row['market']!r} is {row['route']}",
        f"Take one of {', '.join(name for name in INCOTERMS if name not in sea)}.",
    )


def overseas_market_has_freight(t: Tables) -> Iterator[Offence]:
    """Require freight to a market overland or overseas from its first demand on."""
    if t.lacks("freight", "demand"):
        return
    first = planned(t).group_by("market").agg(pl.col("month").min().alias("first"))
    since = t["freight"].group_by("lane", "to").agg(pl.col("start").min().alias("since"))
    markets = t["markets"].select("market", "country")
    since = pl.concat(
        [
            markets.join(since.filter(pl.col("to") == ALL), how="cross"),
            markets.join(since, left_on="market", right_on="to", coalesce=False),
            markets.join(since, left_on="country", right_on="to", coalesce=False),
        ]
    )
    since = since.group_by("market", "lane").agg(pl.col("since").min())
    rows = (
        t["markets"]
        .filter(pl.col("route") != DOMESTIC)
        .drop_nulls("lane")
        .join(first, on="market", maintain_order="left")
        .join(since, on=["market", "lane"], how="left", maintain_order="left")
        .filter(pl.col("since").is_null() | (pl.col("since") > pl.col("first")))
    )

    def rule(r: dict[str, object]) -> str:
        held = f", only from {month(r['since'])} on" if r["since"] else ""
        return (
            f"freight has no row for this lane in {month(r['first'])}{held}, but "
            f"market {r['market']!r} has demand then"
        )

    def hint(r: dict[str, object]) -> str:
        modes = "rail or road" if r["route"] == OVERLAND else "vessel or container"
        return f"Add a row to freight: lane, mode ({modes}), start and cost."

    yield from offenders("markets", rows, "lane", rule, hint)


def _lanes(t: Tables) -> list[str]:
    return t["markets"]["lane"].drop_nulls().unique().sort().to_list()


def lanes_lead_to_markets(t: Tables) -> Iterator[Offence]:
    """Warn of lanes in freight and sailings that lead to no market."""
    if t.lacks("markets"):
        return
    lanes = _lanes(t)
    for table, known in (
        ("freight", [*lanes, DOMESTIC]),
        ("sailings", lanes),
        ("departures", lanes),
    ):
        rows = t[table].filter(~pl.col("lane").is_in(known)).unique("lane", maintain_order=True)
        yield from offenders(
            table,
            rows if table != "departures" else rows.filter(pl.col("lane") != DOMESTIC),
            "lane",
            "no market is reached by this lane, so the row has no effect",
            lambda r, k=known: nearest(str(r["lane"]), k),  # type: ignore[misc]
            "warning",
        )
    yield from offenders(
        "departures",
        t["departures"].filter(pl.col("lane") == DOMESTIC),
        "lane",
        "trains and trucks are counted on lanes overland, and domestic is none",
        "Give the markets that they lead to route overland and a lane, at home too.",
    )


def departures_have_freight(t: Tables) -> Iterator[Offence]:
    """Warn of departures of a lane and mode without freight, and of months that have none."""
    key = ["lane", "mode"]
    if t.lacks("markets", "freight"):
        return
    rows = t["departures"].drop_nulls([*key, "month"])
    known = pl.col("lane").is_in(_lanes(t)) & pl.col("lane").is_in(t["freight"]["lane"].implode())
    rows = rows.filter(known)
    yield from doubts(
        "departures",
        rows.join(t["freight"], on=key, how="anti").unique(key, keep="first", maintain_order=True),
        "mode",
        lambda r: (
            f"freight has no row of lane {r['lane']} by {r['mode']}, so no car leaves so and the "
            "row has no effect"
        ),
        "Add a row to freight, or take the row out.",
    )
    hub = t["hub"].drop_nulls(["start", "end"])
    if hub.height != 1 or hub["end"][0] < hub["start"][0]:
        return
    all_months = pl.date_range(hub["start"][0], hub["end"][0], "1mo", eager=True)
    for (lane, mode), own in rows.join(t["freight"], on=key, how="semi").group_by(
        *key, maintain_order=True
    ):
        missing = all_months.filter(~all_months.is_in(own["month"].implode())).to_list()
        said = months(missing)
        yield from doubts(
            "departures",
            own.head(1) if missing else own.clear(),
            "month",
            f"lane {lane} has no row by {mode} for {said}: nothing leaves so then",
            "Add rows for these months; without any row there is no limit.",
        )


def modes_of_lanes(t: Tables) -> Iterator[Offence]:
    """Require roads to domestic markets, rail or road overland, and ships overseas."""
    domestic, road = pl.col("lane") == DOMESTIC, pl.col("mode") == ROAD
    land = t["markets"].filter(pl.col("route") == OVERLAND)["lane"].drop_nulls().unique()
    sea = t["markets"].filter(pl.col("route") == OVERSEAS)["lane"].drop_nulls().unique()
    overland, overseas = (pl.col("lane").is_in(lanes.implode()) for lanes in (land, sea))
    yield from offenders(
        "freight",
        t["freight"].filter(domestic & ~road),
        "mode",
        "domestic markets are reached by road",
        "Set mode to road, or name the lane; for rail at home give the market route overland and a "
        "lane.",
    )
    yield from offenders(
        "freight",
        t["freight"].filter(~domestic & ~overland & pl.col("mode").is_in([ROAD, RAIL])),
        "mode",
        "a trade lane is sailed by vessel or container",
        "Set mode to vessel or container, or route of its markets to domestic or overland.",
    )
    yield from offenders(
        "freight",
        t["freight"].filter(overland & ~overseas & ~pl.col("mode").is_in([ROAD, RAIL])),
        "mode",
        "a lane overland is travelled by rail or road",
        "Set mode to rail or road, or route of its markets to overseas.",
    )


def freight_leads_to_markets(t: Tables) -> Iterator[Offence]:
    """Require markets or countries that are known in column ``to`` of freight."""
    if t.lacks("markets"):
        return
    known = sorted({*t["markets"]["market"].drop_nulls(), *t["markets"]["country"].drop_nulls()})
    yield from offenders(
        "freight",
        t["freight"].drop_nulls("to").filter(~pl.col("to").is_in([*known, ALL])),
        "to",
        "is neither a market nor the country of one",
        lambda r: nearest(str(r["to"]), known),
    )


def boxes_hold_cars(t: Tables) -> Iterator[Offence]:
    """Require how many cars a box holds for containers and freight per box."""
    boxed = (pl.col("mode") == "container") | (pl.col("per") == "box")
    rows = t["freight"].filter(boxed & pl.col("cars_per_box").is_null())
    hint = "Give the cars in one 40 ft box, commonly 2 to 4."
    yield from offenders("freight", rows, "cars_per_box", "must be given for containers", hint)


RULES: tuple[Rule, ...] = (
    overseas_market_has_lane_and_port,
    sea_terms_are_for_markets_overseas,
    overseas_market_has_freight,
    lanes_lead_to_markets,
    departures_have_freight,
    modes_of_lanes,
    freight_leads_to_markets,
    boxes_hold_cars,
)
