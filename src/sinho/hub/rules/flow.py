"""Rules on the flow of cars: stations, their times and stops, stores, rework, skids."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import polars as pl

from sinho.hub.flow import chains_of, time_fault
from sinho.hub.hub import Hub
from sinho.hub.lines import Line, lines_of
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, doubts, figure, offenders
from sinho.hub.rules.lines import lines_are_whole, passed_shops
from sinho.hub.schema import LIST_SEPARATOR
from sinho.hub.schema.flow import BY_RULES, COLOUR, FIFO, LANES, OUT, POLICIES, STORE_KINDS

TIMES = (
    ("stations", "cycle", "cycle_"),
    ("stops", "every", "every_"),
    ("stops", "repair", "repair_"),
    ("rework", "minutes", ""),
)
"""Times of the tables: the column of the mean, and what their other columns begin with."""


def lines_of_tables(t: Tables) -> tuple[Line, ...] | None:
    """Return the lines; None where it is not known what they pass."""
    if t.lacks("lines", "shops", "loads", "models") or not lines_are_whole(t):
        return None
    return lines_of(Hub(t))


def stations_stand_in_order(t: Tables) -> Iterator[Offence]:
    """Require one station at each place, and no more servers manned than there are."""
    stations = t["stations"]
    placed = stations.drop_nulls(["shop", "place"]).with_columns(
        pl.col("station").first().over("shop", "sub_line", "place").alias("first")
    )
    yield from offenders(
        "stations",
        placed.filter(pl.col("station") != pl.col("first")),
        "place",
        lambda r: f"station {r['first']!r} has this place of the shop already",
        "Number the stations of a shop, or of a sub-line, in the order in which cars pass them.",
    )
    yield from offenders(
        "stations",
        stations.filter(pl.col("manned") > pl.col("servers")),
        "manned",
        lambda r: f"must not be above servers ({r['servers']})",
    )


def names_are_of_one_thing(t: Tables) -> Iterator[Offence]:
    """Require names of stations and stores that nothing else has."""
    for table, column in (("stations", "station"), ("stores", "store")):
        hint = f"Choose another name than {OUT!r}."
        rows = t[table].filter(pl.col(column) == OUT)
        yield from offenders(table, rows, column, "stands for the way out of the plant", hint)
    stations, shops = t["stations"].drop_nulls("station"), t["shops"]["shop"].drop_nulls()
    of_shop = {name.casefold(): name for name in shops}
    station = {name.casefold() for name in stations["station"]}
    other = "Choose another name."
    for row in t["stores"].drop_nulls("store").to_dicts():
        what = "station" if row["store"].casefold() in station else "shop"
        if what == "station" or row["store"].casefold() in of_shop:
            yield Offence("stores", [row[ROW]], "store", f"is the name of a {what}", other)
    for row in stations.to_dicts():
        shop = of_shop.get(row["station"].casefold())
        if shop is not None and row["shop"] in of_shop.values() and row["shop"] != shop:
            yield Offence("stations", [row[ROW]], "station", "is the name of another shop", other)


def names_are_not_made(t: Tables) -> Iterator[Offence]:
    """Refuse names that the simulation gives to places, bays and stations alike of other rows."""
    stations = t["stations"].drop_nulls(["station", "count"]).to_dicts()
    if not stations:
        return
    made: dict[str, str] = {}
    for row in stations:
        name = row["station"]
        alike = [f"{name} #{n + 1}" for n in range(row["count"])] if row["count"] > 1 else [name]
        made |= {one: f"a station of {name!r}" for one in alike if one != name}
        made |= {f"{one} buffer": f"the places before {one!r}" for one in alike}
        if row["feeds"] is not None:
            made[f"{name} stock"] = f"the pieces of {name!r}"
    for station, rework in t["rework"].select("station", "rework").drop_nulls().iter_rows():
        made[f"{station}: {rework}"] = f"the bays of {rework!r} behind {station!r}"
        made[f"{station} out"] = f"the way on behind {station!r}"
    for table, column in (("stations", "station"), ("stores", "store")):
        for row in t[table].filter(pl.col(column).is_in([*made])).to_dicts():
            rule = f"is what the simulation calls {made[row[column]]}"
            yield Offence(table, [row[ROW]], column, rule, "Choose another name.")


def ways_have_places(t: Tables) -> Iterator[Offence]:
    """Require places for pieces that are under way; doubt places that a shop's rate overfills."""
    under_way = t["stations"].filter(pl.col("transport") > 0)
    yield from offenders(
        "stations",
        under_way.filter(pl.col("buffer").fill_null(0) == 0),
        "buffer",
        "must be given where transport is: a piece that is under way takes a place",
        "Give at least transport times the rate of the shop.",
    )
    rates = t["shops"].select("shop", "manned_rate")
    filled = (pl.col("transport") * pl.col("manned_rate") / 60).alias("need")
    few = under_way.join(rates, on="shop", maintain_order="left").with_columns(filled)
    yield from doubts(
        "stations",
        few.filter(pl.col("buffer") > 0, pl.col("buffer") < pl.col("need")),
        "buffer",
        lambda r: (
            f"at the shop's rate {figure(r['need'])} pieces are under way for "
            f"{figure(r['transport'])} min, so that its places slow the shop down"
        ),
        "Give more places, or less transport.",
    )


def sub_lines_feed_a_station(t: Tables) -> Iterator[Offence]:
    """Require that what no car passes feeds a station at its end, and never itself."""
    lines = lines_of_tables(t)
    if lines is None or t["stations"].is_empty():
        return
    passed = {shop for line in lines for shop in line.shops}
    chains = chains_of(t["stations"])
    chain_of = {name: number for number, chain in enumerate(chains) for name in chain.names}
    feeds = {number: chain.rows[-1]["feeds"] for number, chain in enumerate(chains)}
    for number, chain in enumerate(chains):
        *others, last = chain.rows
        sub = bool(chain.sub_line) or chain.shop not in passed
        for row in others if sub else chain.rows:
            if row["feeds"] is not None:
                rule = (
                    f"only the last station of a sub-line feeds another, which is {chain.names[-1]}"
                    if sub
                    else f"cars leave shop {chain.shop!r} for the next shop of their line"
                )
                hint = "Leave it empty, or name the sub-line of the station in sub_line."
                yield Offence("stations", [row[ROW]], "feeds", rule, hint)
        if not sub:
            continue
        what = f"sub-line {chain.sub_line!r}" if chain.sub_line else f"shop {chain.shop!r}"
        if last["feeds"] is None:
            rule = f"has no successor: nothing takes what {what} makes, and no car passes it"
            hint = "Name the station that takes its pieces"
            more = "" if chain.sub_line else ", or the shop in table lines"
            yield Offence("stations", [last[ROW]], "feeds", rule, f"{hint}{more}.")
            continue
        way, here = [number], number
        while (there := chain_of.get(feeds[here] or "")) is not None:
            if there in way:
                if there == number and number == min(way):
                    told = " -> ".join(f"{chains[one].names[-1]}" for one in (*way, there))
                    rule = f"sub-lines feed each other in a circle with no way out: {told}"
                    hint = "One of them must feed a station that cars pass."
                    yield Offence("stations", [last[ROW]], "feeds", rule, hint)
                break
            way.append(there)
            here = there
    fed = t["stations"].filter(pl.col("feed_places") > 1, pl.col("feeds").is_null())
    rule, hint = "has no effect, as the station feeds none", "Name the station in feeds."
    yield from offenders("stations", fed, "feed_places", rule, hint, "warning")


def times_are_sound(t: Tables) -> Iterator[Offence]:
    """Require a mean, or values, and a spread that its kind can have."""
    for table, mean, prefix in TIMES:
        for row in t[table].drop_nulls(f"{prefix}kind").to_dicts():
            fault = time_fault(row, mean, prefix)
            if fault is not None:
                yield Offence(table, [row[ROW]], *fault)


def station_times_are_of_passing_models(t: Tables) -> Iterator[Offence]:
    """Warn of times of models that do not pass the station's shop."""
    passed = passed_shops(t)
    if passed is None or t["station_times"].is_empty():
        return
    lines = lines_of_tables(t)
    through = {shop for line in lines or () for shop in line.shops}
    own = t["stations"].filter(pl.col("sub_line").is_null(), pl.col("shop").is_in(list(through)))
    rows = t["station_times"].join(own.select("station", "shop"), on="station")
    pairs = passed.rename({"item": "model"})
    yield from offenders(
        "station_times",
        rows.join(pairs, on=["model", "shop"], how="anti"),
        "model",
        lambda r: f"does not pass shop {r['shop']!r}, so the row has no effect",
        "Add it to loads, or take the row out.",
        "warning",
    )


def stores_lie_between_shops(t: Tables) -> Iterator[Offence]:
    """Require stores between shops that follow one another, and one for each such pair."""
    lines, stores = lines_of_tables(t), t["stores"]
    if lines is None or stores.is_empty():
        return
    pairs = {pair for line in lines for pair in zip(line.shops, line.shops[1:], strict=False)}
    known = set(t["shops"]["shop"].drop_nulls())
    held: dict[tuple[str, str], str] = {}
    for row in stores.drop_nulls(["store", "after", "before"]).to_dicts():
        after, before = (row[name].split(LIST_SEPARATOR) for name in ("after", "before"))
        if not known.issuperset((*after, *before)):
            continue
        own = [pair for pair in product(after, before) if pair in pairs]
        for column, place, names, others in (
            ("after", 0, after, before),
            ("before", 1, before, after),
        ):
            idle = [name for name in names if name not in {pair[place] for pair in own}]
            if idle:
                side, which = ("behind", "before") if place else ("before", "behind")
                near = sorted({pair[1 - place] for pair in pairs if pair[place] == idle[0]})
                rule = f"on no line {idle[0]!r} comes right {side} {' or '.join(others)}"
                hint = f"Right {which} it comes {' or '.join(near) or 'no shop'}."
                yield Offence("stores", [row[ROW]], column, rule, hint)
                break
        for pair in own:
            other = held.setdefault(pair, row["store"])
            if other != row["store"]:
                rule = f"store {other!r} lies between {pair[0]!r} and {pair[1]!r} already"
                yield Offence("stores", [row[ROW]], "after", rule, "Make one store of them.")
                break


def stores_can_do_what_they_are_to(t: Tables) -> Iterator[Offence]:
    """Require lanes where a store has such, and rules only where a store can keep them."""
    stores = t["stores"].filter(pl.col("kind").is_in(STORE_KINDS), pl.col("policy").is_in(POLICIES))
    laned = pl.col("kind") == LANES
    uneven = stores.filter(laned, pl.col("places") % pl.col("lanes") != 0)
    yield from offenders(
        "stores",
        stores.filter(laned, pl.col("lanes").is_null()),
        "lanes",
        "must be given where kind is lanes",
        "Give the number of lanes side by side.",
    )
    yield from offenders(
        "stores",
        uneven.with_columns((-(-pl.col("places") // pl.col("lanes"))).alias("each")).with_columns(
            (pl.col("each") * pl.col("lanes")).alias("whole")
        ),
        "places",
        lambda r: f"its {r['lanes']} lanes have as many places each, so it must be a multiple",
        lambda r: f"{r['lanes']} lanes of {r['each']} have {r['whole']}.",
    )
    yield from offenders(
        "stores",
        stores.filter(~laned, pl.col("lanes").is_not_null()),
        "lanes",
        lambda r: f"a store of kind {r['kind']} has none",
        "Make its kind lanes, or leave it empty.",
    )
    yield from offenders(
        "stores",
        stores.filter(pl.col("kind") == FIFO, pl.col("policy") != FIFO),
        "policy",
        "a store of kind fifo gives its cars out as they came",
        "Make its kind lanes or direct.",
    )
    yield from offenders(
        "stores",
        stores.filter(pl.col("policy") != COLOUR, pl.col("batch").is_not_null()),
        "batch",
        lambda r: f"has no effect where policy is {r['policy']}",
        "Make its policy colour, or leave it empty.",
    )


def stores_have_rules_to_pick_by(t: Tables) -> Iterator[Offence]:
    """Require a ratio rule that holds on all lines where a store picks by the rules."""
    if t.lacks("sequence_rules"):
        return
    rules = t["sequence_rules"].filter(pl.col("kind") == "ratio", pl.col("lines").is_null())
    if rules.is_empty():
        yield from offenders(
            "stores",
            t["stores"].filter(pl.col("policy").is_in(BY_RULES)),
            "policy",
            "picks by ratio rules of the sequence, and there are none that hold on all lines",
            "Add a rule of kind ratio to sequence_rules, or choose another policy.",
        )


RULES: tuple[Rule, ...] = (
    stations_stand_in_order,
    names_are_of_one_thing,
    names_are_not_made,
    ways_have_places,
    sub_lines_feed_a_station,
    times_are_sound,
    station_times_are_of_passing_models,
    stores_lie_between_shops,
    stores_can_do_what_they_are_to,
    stores_have_rules_to_pick_by,
)
