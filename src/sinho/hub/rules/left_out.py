"""Doubts about what is left out, so that it costs nothing, limits nothing or counts for nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sinho.errors import nearest
from sinho.hub.countries import CODES
from sinho.hub.hub import WEEKDAYS
from sinho.hub.lines import ASSEMBLY
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import (
    Rule,
    Tables,
    also,
    doubts,
    firsts,
    idle_contracts,
    month,
    of_contract,
    offenders,
    planned,
    unexplained,
)
from sinho.hub.rules.lines import passed_shops
from sinho.hub.schema import ALL
from sinho.hub.vin import LETTERS
from sinho.units import months_between


def domestic_market_has_freight(t: Tables) -> Iterator[Offence]:
    """Warn of a domestic market with demand while no freight by road is given for it."""
    if t.lacks("freight", "demand", "markets"):
        return
    home = t["markets"].filter(pl.col("route") == "domestic")
    requested = planned(t)
    home = home.filter(pl.col("market").is_in(requested["market"].unique().implode()))
    if home.is_empty():
        return
    road = t["freight"].filter(pl.col("lane") == "domestic")
    first = requested.group_by("market").agg(pl.col("month").min().alias("first"))
    since = home.select("market", "country").join(road.select("to", "start"), how="cross")
    since = since.filter(
        pl.col("to").is_in([ALL])
        | (pl.col("to") == pl.col("market"))
        | (pl.col("to") == pl.col("country"))
    )
    since = since.group_by("market").agg(pl.col("start").min().alias("since"))
    free = (
        home.join(first, on="market", how="left", maintain_order="left")
        .join(since, on="market", how="left", maintain_order="left")
        .filter(pl.col("since").is_null() | (pl.col("since") > pl.col("first")))
    )

    def rule(r: dict[str, object]) -> str:
        held = f" before {month(r['since'])}" if r["since"] else ""
        return f"freight has no row for lane domestic{held}: carriage at home is free"

    hint = "Add a row to freight: lane domestic, mode road, start and cost."
    yield from doubts("markets", free, "market", rule, hint)


def freight_costs_something(t: Tables) -> Iterator[Offence]:
    """Warn of freight that costs nothing."""
    rows = t["freight"].filter(pl.col("cost") == 0)
    yield from doubts("freight", rows, "cost", "carriage is free", "Give the freight.")


def models_pass_an_assembly_shop(t: Tables) -> Iterator[Offence]:
    """Warn of models that pass no assembly shop, where there are such shops."""
    if t.lacks("loads", "shops", "models"):
        return
    shops = t["shops"].filter(pl.col("kind") == ASSEMBLY)["shop"].drop_nulls().to_list()
    if not shops:
        return
    loads = passed_shops(t)
    if loads is None:
        return
    passed = loads.filter(pl.col("shop").is_in(shops))["item"].unique()
    rows = (
        t["models"]
        .drop_nulls("model")
        .filter(
            pl.col("model").is_in(loads["item"].unique().implode())
            & ~pl.col("model").is_in(passed.implode())
        )
    )
    yield from doubts(
        "models",
        rows,
        "model",
        f"has no row in loads for an assembly shop ({', '.join(shops[:5])}): none limits it",
        "Add the row to loads.",
    )


def shops_are_used(t: Tables) -> Iterator[Offence]:
    """Warn of shops that nothing passes, and of groups without shops."""
    passed = passed_shops(t)
    if passed is None or t.lacks("loads", "shops", "groups"):
        return
    rows = t["shops"].filter(~pl.col("shop").is_in(passed["shop"].unique().implode()))
    yield from doubts(
        "shops",
        rows,
        "shop",
        "has no row in loads: no model or part passes through it",
        "Add what passes through it to loads.",
    )
    rows = t["groups"].filter(~pl.col("group").is_in(t["shops"]["group"].unique().implode()))
    rule = "no shop is of this group: its shifts cost money and build nothing"
    yield from doubts("groups", rows, "group", rule, "Name it for a shop, or take it out.")


def parts_go_into_something(t: Tables) -> Iterator[Offence]:
    """Warn of parts that go into no model or part."""
    if t.lacks("bom", "parts"):
        return
    rows = t["parts"].filter(~pl.col("part").is_in(t["bom"]["part"].unique().implode()))
    rule = "has no row in bom as a part: nothing needs it"
    yield from doubts("parts", rows, "part", rule, "Add what it goes into to bom.")


def shops_have_crews(t: Tables) -> Iterator[Offence]:
    """Warn of shops without people where others have them."""
    crews = t["crews"]
    if crews.is_empty() or t.lacks("crews", "shops"):
        return
    manned = crews.filter(pl.col("people") > 0)["shop"].unique()
    rows = t["shops"].drop_nulls("shop").filter(~pl.col("shop").is_in(manned.implode()))
    if rows.height < t["shops"].height:
        rule = "has no people in crews, as other shops have"
        yield from doubts("shops", rows, "shop", rule, "Add a row to crews.")


def labour_costs_something(t: Tables) -> Iterator[Offence]:
    """Warn of patterns and overtime that cost nothing where others cost something."""
    patterns = t["patterns"]
    if not (patterns["cost_per_day"] > 0).any():
        return
    worked = patterns.filter((pl.col("shifts") > 0) & (pl.col("hours") > 0))
    rows = worked.filter(pl.col("cost_per_day") == 0)
    rule = "a day of this pattern costs nothing, as days of other patterns do"
    yield from doubts("patterns", rows, "cost_per_day", rule, "Give its cost.")
    rows = t["overtime"].filter((pl.col("hours_per_day") > 0) & (pl.col("cost_per_hour") == 0))
    rule = "overtime costs nothing, though the group's shifts do"
    yield from doubts("overtime", rows, "cost_per_hour", rule, "Give its cost.")


def late_and_lost_cars_cost_something(t: Tables) -> Iterator[Offence]:
    """Warn of demand without any penalty while other demand competes with it.

    Once for each model where other demand has penalties, else once; also where lost cars have
    penalties and no late one has.
    """
    if t.lacks("demand"):
        return
    demand = planned(t).drop_nulls("model")
    if demand.select("model", "market").n_unique() < 2:
        return
    late = demand["late_penalty"].drop_nulls()
    if (late == 0).all() and (demand["lost_penalty"] > 0).any():
        rule = f"no late car costs a penalty, though lost ones do{also(demand.height)}"
        hint = "The plan may deliver any car months late for free: give late_penalty."
        yield from doubts("demand", unexplained(demand).head(1), "late_penalty", rule, hint)
    free = demand.filter((pl.col("late_penalty") == 0) & (pl.col("lost_penalty") == 0))
    if free.height == demand.height:
        rule = f"late and lost cars cost no penalty{also(free.height)}"
        hint = "Where capacity is short the plan leaves any behind: give lost and late penalties."
        yield from doubts("demand", unexplained(free).head(1), "lost_penalty", rule, hint)
        return
    yield from doubts(
        "demand",
        firsts(free, "model"),
        "lost_penalty",
        lambda r: (
            f"late and lost cars of {r['model']} cost no penalty, as those of others do"
            f"{also(int(str(r['count'])))}"
        ),
        "Where capacity is short the plan leaves them behind for free: give lost_penalty and "
        "late_penalty.",
    )


def sailings_carry_something(t: Tables) -> Iterator[Offence]:
    """Warn, once per lane, of sailings that carry nothing in any month."""
    if t.lacks("sailings") or t["sailings"].is_empty():
        return
    none = ((pl.col("ceu") == 0) | (pl.col("area") == 0)) & (pl.col("boxes") == 0)
    rows = t["sailings"].drop_nulls("lane").with_columns(none.fill_null(False).alias("none"))
    rows = rows.filter(pl.col("none").all().over("lane"))
    column = pl.when(pl.col("ceu") == 0).then(pl.lit("ceu")).otherwise(pl.lit("area"))
    for (name,), part in rows.group_by(column.alias("name"), maintain_order=True):
        yield from doubts(
            "sailings",
            firsts(part, "lane"),
            str(name),
            lambda r: f"lane {r['lane']} carries nothing in any month ({r['count']} rows)",
            "Give the capacity; an empty cell means that there is no limit.",
        )


def tariffs_count(t: Tables) -> Iterator[Offence]:
    """Warn of tariffs from another country than the plant's, or to a country without market."""
    tariffs = t["tariffs"]
    if tariffs.is_empty() or t.lacks("hub", "markets"):
        return
    home = [code for code in t["hub"]["country"].drop_nulls() if code in CODES]
    rows = tariffs.filter(~pl.col("origin").is_in(home))
    if home:
        yield from doubts(
            "tariffs",
            firsts(rows, "origin"),
            "origin",
            lambda r: (
                f"the plant is in {home[0]}: the row counts for nothing{also(int(str(r['count'])))}"
            ),
            f"Write {home[0]}, or correct country in the hub's settings.",
        )
    known = t["markets"]["country"].drop_nulls().unique().sort().to_list()
    if not CODES.issuperset(known):
        return
    rows = tariffs.filter(~pl.col("destination").is_in(known))
    yield from doubts(
        "tariffs",
        firsts(rows, "destination"),
        "destination",
        lambda r: (
            f"no market is in this country: the row counts for nothing{also(int(str(r['count'])))}"
        ),
        lambda r: nearest(str(r["destination"]), known),
    )


def rows_lie_in_the_horizon(t: Tables) -> Iterator[Offence]:
    """Warn, once per table, of actuals and contracts that lie outside the planned months."""
    hub = t["hub"].drop_nulls(["start", "end"])
    if hub.height != 1 or hub["start"][0] > hub["end"][0]:
        return
    start, end = hub["start"][0], hub["end"][0]
    text = pl.col("period")
    before = text < pl.when(text.str.len_chars() == 4).then(pl.lit(f"{start:%Y}")).otherwise(
        pl.lit(month(start))
    )
    rows = t["actuals"].filter(before | (text.str.head(7) > month(end)))
    idle = t["contracts"].filter(pl.col("least") == 0)  # contract_has_demand tells of the others
    away = idle.filter((pl.col("end") < start) | (pl.col("start") > end))
    for table, found, column in (("actuals", rows, "period"), ("contracts", away, "start")):
        kept = unexplained(found)
        yield from doubts(
            table,
            kept.head(1),
            column,
            f"lies outside the planned months {month(start)} to {month(end)} and counts for "
            f"nothing{also(kept.height)}",
            "Change start or end of the hub if it is to count.",
        )


def contract_is_asked_for(t: Tables) -> Iterator[Offence]:
    """Warn of contracts for more cars than their markets ask for up to the end of a window.

    As in the plan, windows are scaled to their months within contract and horizon.
    """
    due, hub = t["contracts"].filter(pl.col("least") > 0), t["hub"].drop_nulls(["start", "end"])
    if due.is_empty() or hub.height != 1 or t.lacks("demand", "models", "contracts"):
        return
    brands = t["models"].select("model", "brand")
    requested = planned(t).select("model", "market", "month", "units")
    first = pl.lit(hub["start"][0], pl.Date).alias("month")
    late = t["opening_backlog"].select("model", "market", first, "units")
    requested = pl.concat([requested, late]).join(brands, on="model")
    words = {}
    for row in due.drop_nulls(["brand", "start", "end", "per"]).iter_rows(named=True):
        met = of_contract(requested, row)
        need = 0.0
        for end, least in _windows(row, hub["start"][0], hub["end"][0]):
            need += least
            total = met.filter(pl.col("month") <= end)["units"].sum()
            if 0 < total < (need - 0.5) / (1 if row["hard"] else SHORT):
                words[row["contract"]] = (
                    f"asks for {need:,.0f} up to {month(end)}, its markets for {total:,.0f} cars: "
                    f"{_UNKEPT if row['hard'] else _SHORT}"
                )
                break
    yield from doubts(
        "contracts",
        due.filter(pl.col("contract").is_in(list(words))),
        "least",
        lambda r: words[str(r["contract"])],
        lambda r: f"Raise the demand, lower least{', or set hard to no' if r['hard'] else ''}.",
    )


SHORT = 2.0
"""A contract with a penalty may ask for more than its markets, but hardly for so many times it."""

_UNKEPT = "it is hard, and no plan can keep it"
_SHORT = "any plan falls short and pays the penalty"


def _windows(
    contract: Mapping[str, Any], start: dt.date, end: dt.date
) -> Iterator[tuple[dt.date, float]]:
    """Yield the last month and the least of each window of a contract within the horizon."""
    length = {"month": 1, "quarter": 3, "year": 12}.get(contract["per"], 0)
    whole = length or months_between(contract["start"], contract["end"]) + 1
    count = 0
    day, last = max(contract["start"], start), min(contract["end"], end)
    while day <= last:
        count += 1
        behind = (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        if behind > last or (length and (behind.month - 1) % length == 0):
            yield day, contract["least"] * count / whole
            count = 0
        day = behind


def contract_binds(t: Tables) -> Iterator[Offence]:
    """Warn of a least that is neither hard nor has a penalty: falling short costs nothing."""
    soft = t["contracts"].filter((pl.col("least") > 0) & ~pl.col("hard"))
    if soft.is_empty() or t.lacks("demand", "models", "contracts"):
        return
    soft = soft.filter(~pl.col(ROW).is_in(idle_contracts(t)))
    rule = "falling short of least costs nothing, so the plan does not look at it"
    hint = "Give short_penalty, or set hard to yes."
    free = soft.filter(pl.col("short_penalty") == 0)
    yield from doubts("contracts", free, "short_penalty", rule, hint)


def yard_holds_from_the_start(t: Tables) -> Iterator[Offence]:
    """Warn where no yard has a row for the first month: until one has, nothing limits stock."""
    hub = t["hub"].drop_nulls("start")
    if t.lacks("yard") or hub.height != 1:
        return
    rows = t["yard"].drop_nulls("start").sort("start", maintain_order=True).head(1)
    late = rows.filter(pl.col("start") > hub["start"][0])
    rule = f"no yard has a row for the first month, {month(hub['start'][0])}: none limits it"
    hint = "Begin the yard with the first month."
    yield from doubts("yard", late, "start", rule, hint)


def options_are_ordered(t: Tables) -> Iterator[Offence]:
    """Warn of rules and limits on options that no order has, where orders follow take rates."""
    rates = t["option_rates"]
    if rates.is_empty() or t.lacks("option_rates") or t["orders"].height:
        return
    limits = t["slot_limits"].filter(pl.col("kind") == "option")
    for table, rows, column in (
        ("sequence_rules", t["sequence_rules"], "option"),
        ("slot_limits", limits, "item"),
    ):
        rows = rows.filter(~pl.col(column).is_in(rates["option"].unique().implode()))
        rule = "has no row in option_rates: no order that is made of the plan has it"
        yield from doubts(table, rows, column, rule, "Add its take rate to option_rates.")


def plant_works(t: Tables) -> Iterator[Offence]:
    """Warn of a weekend that is the whole week."""
    weekend = pl.col("weekend").str.split(";").list.unique().list.len()
    rows = t["hub"].filter(weekend >= len(WEEKDAYS))
    rule = "the plant rests on every day of the week, so it builds on days of kind work only"
    yield from doubts("hub", rows, "weekend", rule, "Take days out of it.")


def models_fit_vins(t: Tables) -> Iterator[Offence]:
    """Warn of more models than VINs can tell apart."""
    most = len(LETTERS) ** 2
    rule = f"VINs can tell {most:,} models apart: a run refuses this one"
    yield from offenders("models", t["models"].slice(most, 1), "model", rule, severity="warning")


RULES: tuple[Rule, ...] = (
    domestic_market_has_freight,
    freight_costs_something,
    models_pass_an_assembly_shop,
    shops_are_used,
    parts_go_into_something,
    shops_have_crews,
    labour_costs_something,
    late_and_lost_cars_cost_something,
    sailings_carry_something,
    tariffs_count,
    rows_lie_in_the_horizon,
    contract_is_asked_for,
    contract_binds,
    yard_holds_from_the_start,
    options_are_ordered,
    plant_works,
    models_fit_vins,
)
