"""The one-screen summary of a hub, or of days to be sequenced, that ``sinho check`` shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho.cli.show import print_frame, print_text
from sinho.errors import counted
from sinho.hub import Hub
from sinho.hub.lines import lines_of, routes
from sinho.hub.schema import BASES

if TYPE_CHECKING:
    from sinho.days.day import Day
    from sinho.days.formats.checks import CheckedDay

NOT_STATED = "not stated"

SHOWN_ROWS = 12
"""Rows of each table of the summary, so that it stays on one screen or two."""


def hub_record(hub: Hub) -> dict[str, Any]:
    """Return the summary of a hub, ready for JSON."""
    return {**head(hub), **{name: frame for name, (_, frame) in tables(hub).items()}}


def print_hub(hub: Hub) -> None:
    """Print the summary of a hub."""
    facts = head(hub)
    print(f"{facts['name']}, {facts['country']}; amounts in {facts['currency']}")
    print(f"{facts['start']} to {facts['end']}, {facts['months']} months", end="")
    print(f"; input hash {str(facts['input_hash'])[:12]}\n")
    shown = tables(hub)
    title, basis = shown.pop("basis")
    for heading, frame in shown.values():
        if frame.height:
            print_frame(heading, frame, most=SHOWN_ROWS, as_given=True)
    shares = [f"{rows:,} {name} ({share:.1f} %)" for name, rows, share in basis.iter_rows()]
    print_text(f"{title}, rows: {', '.join(shares)}")
    print()


def network_record(network: Hub) -> dict[str, Any]:
    """Return the summary of a network of plants, ready for JSON."""
    settings = network["network"].row(0, named=True)
    demand = network["network_demand"]
    return {
        "name": settings["name"],
        "currency": settings["currency"],
        "start": f"{settings['start']:%Y-%m}",
        "end": f"{settings['end']:%Y-%m}",
        "plants": network["plants"]["plant"].to_list(),
        "models": network["network_models"].height,
        "markets": network["network_markets"]["market"].to_list(),
        "cars": float(demand["units"].sum()),
        "scenarios": list(network.scenarios),
        "input_hash": network.digest,
    }


def print_network(network: Hub) -> None:
    """Print the summary of a network of plants."""
    facts = network_record(network)
    print(f"{facts['name']}; amounts in {facts['currency']}")
    print(f"{facts['start']} to {facts['end']}; input hash {facts['input_hash'][:12]}")
    print_text(f"Plants: {', '.join(facts['plants'])}")
    print_text(f"Markets: {', '.join(facts['markets'])}")
    print(f"{counted(facts['models'], 'model')}, {facts['cars']:,.0f} cars asked for")
    if network.scenarios:
        print_frame("Scenarios", _scenarios(network), most=SHOWN_ROWS, as_given=True)
    print()


def head(hub: Hub) -> dict[str, str | int]:
    """Return what identifies a hub: name, country, currency, horizon, hash."""
    settings = hub.settings
    months = (settings.end.year - settings.start.year) * 12
    months += settings.end.month - settings.start.month + 1
    return {
        "name": settings.name,
        "country": settings.country,
        "currency": settings.currency,
        "start": f"{settings.start:%Y-%m}",
        "end": f"{settings.end:%Y-%m}",
        "months": months,
        "input_hash": hub.digest,
    }


def tables(hub: Hub) -> dict[str, tuple[str, pl.DataFrame]]:
    """Summarise a hub: what it builds, where, for whom, and how sure its input is.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    dict of str to (str, polars.DataFrame)
        Title and frame, with units in its headings, by name.
    """
    return {
        "brands": ("Brands and models", _brands(hub)),
        "shops": ("Shops", _shops(hub)),
        "lines": ("Lines", _lines(hub)),
        "demand": ("Demand by year [cars]", _demand(hub)),
        "contracts": ("Contracts", _contracts(hub)),
        "lanes": ("Trade lanes", _lanes(hub)),
        "scenarios": ("Scenarios", _scenarios(hub)),
        "basis": ("Basis of the input", basis(hub)),
    }


def _brands(hub: Hub) -> pl.DataFrame:
    models = (
        hub["models"]
        .group_by("brand", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("models"),
            pl.col("powertrain").unique(maintain_order=True).str.join(", ").alias("powertrains"),
            _named("model").alias("named"),
        )
    )
    return (
        hub["brands"]
        .select("brand", "owner")
        .join(models, on="brand", how="left", maintain_order="left")
        .with_columns(pl.col("models").fill_null(0))
    )


def _named(column: str, most: int = 8) -> pl.Expr:
    """Return the first names of a group, and how many more there are."""
    more = pl.len().cast(pl.Int64) - most
    text = pl.col(column).head(most).str.join(", ")
    return text + pl.when(more > 0).then(pl.format(" and {} more", more)).otherwise(pl.lit(""))


def _shops(hub: Hub) -> pl.DataFrame:
    return hub["shops"].select(
        "shop",
        "kind",
        "group",
        "unit",
        pl.col("installed_rate").alias("installed rate [unit/h]"),
        pl.col("manned_rate").alias("manned rate [unit/h]"),
        (pl.col("availability") * 100).round(6).alias("availability [%]"),
        pl.col("installed_year").alias("installed [unit/year]"),
    )


def _lines(hub: Hub) -> pl.DataFrame:
    """Return the lines of a hub that has several, with the models that each builds."""
    built = routes(hub).group_by("line", maintain_order=True).agg(_named("model").alias("models"))
    shops = hub["lines"].select("line", *_spaced("shops", "shared"))
    points = [(line.name, line.point, line.group) for line in lines_of(hub)]
    named = pl.DataFrame(
        points, schema=dict.fromkeys(("line", "point", "group"), pl.String), orient="row"
    )
    return shops.join(named, on="line", maintain_order="left").join(
        built, on="line", how="left", maintain_order="left"
    )


def _spaced(*columns: str) -> list[pl.Expr]:
    return [pl.col(name).str.replace_all(";", ", ", literal=True) for name in columns]


def _demand(hub: Hub) -> pl.DataFrame:
    routes = hub["markets"].select("market", "route")
    frame = hub["demand"].join(routes, on="market", how="left")
    inside = pl.col("month").is_between(hub.settings.start, hub.settings.end)

    def cars(route: str) -> pl.Expr:
        return pl.col("units").filter(pl.col("route") == route).sum().alias(route)

    return (
        frame.filter(inside)
        .group_by(pl.col("month").dt.year().cast(pl.String).alias("year"))
        .agg(
            pl.col("units").sum().alias("all"),
            cars("domestic"),
            *([cars("overland")] if (routes["route"] == "overland").any() else []),
            cars("overseas"),
            pl.col("model").n_unique().cast(pl.Int64).alias("models"),
            pl.col("market").n_unique().cast(pl.Int64).alias("markets"),
        )
        .sort("year")
    )


def _contracts(hub: Hub) -> pl.DataFrame:
    return hub["contracts"].select(
        "contract",
        "brand",
        pl.col("start").dt.strftime("%Y-%m").alias("from"),
        pl.col("end").dt.strftime("%Y-%m").alias("to"),
        "per",
        pl.col("least").alias("least [cars]"),
        pl.col("most").alias("most [cars]"),
        pl.col("hard").replace_strict({True: "yes", False: "no"}, return_dtype=pl.String),
    )


def _lanes(hub: Hub) -> pl.DataFrame:
    markets = (
        hub["markets"]
        .filter(pl.col("lane").is_not_null())
        .group_by("lane", maintain_order=True)
        .agg(_named("market").alias("markets"))
    )
    inside = pl.col("month").is_between(hub.settings.start, hub.settings.end)
    sailings = (
        hub["sailings"]
        .filter(inside)
        .group_by("lane")
        .agg(
            pl.len().cast(pl.Int64).alias("months with sailings"),
            pl.col("ceu").mean().round().alias("on average [CEU/month]"),
            pl.col("area").mean().round().alias("on average [m2/month]"),
            pl.col("boxes").mean().round(1).alias("on average [boxes/month]"),
        )
    )
    return markets.join(sailings, on="lane", how="left", maintain_order="left").select(
        "lane", pl.exclude("lane", "markets"), "markets"
    )


def _scenarios(hub: Hub) -> pl.DataFrame:
    rows = [
        {
            "scenario": name,
            "extends": scenario.extends or None,
            "changes": len(scenario.changes),
            "title": scenario.title,
        }
        for name, scenario in hub.scenarios.items()
    ]
    text = pl.String
    return pl.DataFrame(
        rows, schema={"scenario": text, "extends": text, "changes": pl.Int64, "title": text}
    )


def basis(hub: Hub) -> pl.DataFrame:
    """Return how many rows of the input are reported, derived, assumed or say nothing."""
    known = [
        frame.select(pl.col("basis").fill_null(NOT_STATED))
        for frame in hub.tables.values()
        if frame.height
    ]
    counts = pl.concat(known).group_by("basis").agg(pl.len().cast(pl.Int64).alias("rows"))
    order = {name: at for at, name in enumerate((*BASES, NOT_STATED))}
    return counts.sort(pl.col("basis").replace_strict(order, return_dtype=pl.Int64)).with_columns(
        (pl.col("rows") / pl.col("rows").sum() * 100).round(1).alias("share [%]")
    )


def days_record(days: Sequence[CheckedDay]) -> list[dict[str, Any]]:
    """Return what days are, ready for JSON."""
    return [_day_record(one) for one in days]


def _day_record(one: CheckedDay) -> dict[str, Any]:
    found: dict[str, Any] = {"day": one.name, "format": one.format, "ok": not one.contradicting}
    if one.day is None:
        return found | {"ok": False}
    return found | {
        "date": one.day.date,
        "line": one.day.line,
        "cars": one.day.size,
        "before": one.day.previous.height,
        "levels": list(one.day.levels),
        "attributes": list(one.day.attributes),
        "options": list(one.day.options),
        "rules": _rules(one.day).to_dicts(),
    }


def _rules(day: Day) -> pl.DataFrame:
    """Return the rules of a day as a planner reads them."""
    from sinho.report.sequence.lanes import limit_of
    from sinho.report.sequence.tables import KINDS, subject

    schema = dict.fromkeys(("rule", "kind", "level", "about", "limit"), pl.String)
    rows = [
        (
            rule.name,
            KINDS[type(rule)],
            "hard" if rule.level is None else day.levels[rule.level],
            subject(rule),
            limit_of(rule),
        )
        for rule in day.rules
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def print_days(days: Sequence[CheckedDay]) -> None:
    """Print what one day is with its rules, or a line for each of several."""
    if len(days) == 1:
        (one,) = days
        if one.day is None:
            print_text(f"{one.name}: {one.format}\n")
            return
        day = one.day
        date = f" of {day.date}" if day.date else ""
        date += f" on line {day.line}" if day.line else ""
        before = f", {counted(day.previous.height, 'car')} known before them"
        hard = sum(rule.hard for rule in day.rules)
        print(f"{one.name}: {one.format}")
        print(f"{counted(day.size, 'car')}{date}{before}")
        print(f"Levels, the most important first: {', '.join(day.levels) or 'none'}\n")
        if day.rules:
            title = f"{counted(len(day.rules), 'rule')}, {hard:,} hard"
            print_frame(title, _rules(day), keys=1, as_given=True)
        return
    rows = [
        {
            "day": one.name,
            "format": one.format,
            "cars": one.day.size if one.day else None,
            "before": one.day.previous.height if one.day else None,
            "rules": len(one.day.rules) if one.day else None,
            "hard": sum(rule.hard for rule in one.day.rules) if one.day else None,
            "verdict": _verdict(one),
        }
        for one in days
    ]
    print_frame(f"{len(days):,} days", pl.DataFrame(rows), keys=1, as_given=True)


def _verdict(one: CheckedDay) -> str:
    if one.contradicting:
        return "hard rules contradict each other"
    return "errors" if one.day is None else "ok"
