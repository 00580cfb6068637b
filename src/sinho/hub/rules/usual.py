"""Doubts about figures beyond the usual, or far from those beside them."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low

import polars as pl

from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, also, doubts, firsts, offenders, planned
from sinho.hub.schema import TABLES, Field, fields, plain

OTHER_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "mm": (("metres", 1000), ("centimetres", 10), ("inches", 25.4), ("feet", 304.8)),
    "kg": (("tonnes", 1000), ("grams", 0.001)),
    "m2": (("square feet", 0.0929), ("square centimetres", 1e-4), ("square millimetres", 1e-6)),
    "h/shift": (("minutes", 1 / 60),),
    "min": (("seconds", 1 / 60), ("hours", 60)),
    "days": (("hours", 1 / 24), ("weeks", 7)),
    "1": (("per cent", 0.01),),
}
"""Units that are mistaken for that of a field, and what one of them is in it."""

OFF = 20.0
"""A figure so many times above or below those beside it is doubted."""

LOAD_OFF = 8.0
"""The same for the loads of models in one shop, which differ little."""

CAR_LOADS = (0.2, 5.0)
CAR_RATES = (2.0, 150.0)
CAR_SHOPS = ("body", "paint", "assembly")
HOURS_A_YEAR = 24 * 366
LARGEST_VESSEL = 12_000.0
"""Car equivalents; the largest car carriers take fewer than 11,000."""


def range_text(usual: tuple[float, float], unit: str = "") -> str:
    """Write a usual range with its unit."""
    unit = "" if unit in ("-", "1") else f" {unit}"
    return f"{plain(usual[0])} to {plain(usual[1])}{unit}"


def figures_are_usual(table: str) -> Rule:
    """Return a rule that warns of figures outside what the data dictionary says is usual."""

    def rule(t: Tables) -> Iterator[Offence]:
        yield from _unusual(table, t[table])

    rule.__name__ = f"figures_of_{table}_are_usual"
    return rule


def _unusual(table: str, frame: pl.DataFrame) -> Iterator[Offence]:
    for spec in fields(table).values():
        if spec.usual is None or not frame.height:
            continue
        column, (low, high) = frame[spec.name], spec.usual
        if not (column < low).any() and not (column > high).any():
            continue
        unusual = ~pl.col(spec.name).is_between(low, high)
        if spec.lower == 0:
            unusual &= pl.col(spec.name) != 0
        yield from doubts(
            table,
            frame.filter(unusual),
            spec.name,
            f"is far from what is usual, {range_text(spec.usual, spec.unit)}",
            lambda r, s=spec: _converted(s, float(str(r[s.name]))),  # type: ignore[misc]
        )


def _converted(spec: Field, value: float) -> str:
    """Say what a figure would be if it were in another unit, where that is usual."""
    low, high = spec.usual or (0.0, 0.0)
    for name, factor in OTHER_UNITS.get(spec.unit, ()):
        if low <= value * factor <= high:
            unit = "" if spec.unit == "1" else f" {spec.unit}"
            return (
                f"{value:g} {name} are {value * factor:,.4g}{unit}."
                if value * factor < 1e4
                else (f"{value:g} {name} are {value * factor:,.0f}{unit}.")
            )
    return "Check the digits and the unit."


def loads_are_alike(t: Tables) -> Iterator[Offence]:
    """Warn of loads of models far from those of other models in their shop."""
    loads, models = t["loads"], t["models"]["model"]
    if loads.is_empty() or t.lacks("models", "shops"):
        return
    units = dict(t["shops"].select("shop", "unit").iter_rows())
    rows = loads.drop_nulls(["item", "shop", "load"]).filter(pl.col("item").is_in(models.implode()))
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for (shop,), part in rows.group_by("shop", maintain_order=True):
        name, values = str(shop), part["load"].to_list()
        if str(units.get(name, "")).casefold() in ("car", "cars"):
            low[name], high[name] = CAR_LOADS
        elif len(values) > 1:
            usual = median_low(values)
            low[name], high[name] = usual / LOAD_OFF, usual * LOAD_OFF
    bounds = pl.DataFrame(
        {"shop": list(low), "low": list(low.values()), "high": list(high.values())},
        schema={"shop": pl.String, "low": pl.Float64, "high": pl.Float64},
    )
    rows = rows.join(bounds, on="shop", maintain_order="left")
    yield from doubts(
        "loads",
        rows.filter(~pl.col("load").is_between("low", "high")),
        "load",
        lambda r: (
            f"is far from the loads that are usual in shop {r['shop']}, "
            f"{range_text((float(str(r['low'])), float(str(r['high']))))}"
        ),
        lambda r: (
            f"Write {float(str(r['load'])) / 100:g} if it is meant in per cent."
            if float(str(r["load"])) > float(str(r["high"]))
            else "Check the digits and the unit."
        ),
    )


def rates_of_cars_are_usual(t: Tables) -> Iterator[Offence]:
    """Warn of shops of the car line with rates that no line has: per minute, or per day."""
    shops = t["shops"].filter(pl.col("kind").is_in(CAR_SHOPS))
    for column in ("installed_rate", "manned_rate"):
        yield from doubts(
            "shops",
            shops.filter(~pl.col(column).is_between(*CAR_RATES)),
            column,
            f"is far from what is usual in such a shop, {range_text(CAR_RATES, 'units/h')}",
            "The rate is per hour, not per minute, shift or day.",
        )
    year = pl.col("installed_rate") * HOURS_A_YEAR
    rows = t["shops"].filter(~pl.col("installed_year").is_between(year / OFF, year * 1.001))
    yield from doubts(
        "shops",
        rows,
        "installed_year",
        lambda r: (
            f"does not go with the installed rate, {float(str(r['installed_rate'])):g} units/h, "
            f"which is {float(str(r['installed_rate'])) * 16 * 240:,.0f} units in a year of 240 "
            "days of 16 hours"
        ),
        "Check the digits of both.",
    )
    own = t["shops"].select("shop", pl.col("manned_rate").alias("own"))
    rows = (
        t["rates"]
        .join(own, on="shop", maintain_order="left")
        .filter(
            (pl.col("manned_rate") > 0)
            & ~pl.col("manned_rate").is_between(pl.col("own") / OFF, pl.col("own") * OFF)
        )
    )
    yield from doubts(
        "rates",
        rows,
        "manned_rate",
        lambda r: f"is far from the rate in shops, {float(str(r['own'])):g}",
        "Check the digits.",
    )


def prices_are_alike(t: Tables) -> Iterator[Offence]:
    """Warn of prices far from those beside them, and of amounts that do not go with them."""
    if t.lacks("demand"):
        return
    demand = t["demand"].filter(pl.col("price") > 0).drop_nulls("model")
    if demand.is_empty():
        return
    usual = pl.col("price").median().over("model").alias("usual")
    priced = demand.with_columns(usual)
    rows = priced.filter(~pl.col("price").is_between(pl.col("usual") / OFF, pl.col("usual") * OFF))
    yield from doubts(
        "demand",
        rows,
        "price",
        lambda r: f"is far from the usual price of {r['model']}, {float(str(r['usual'])):,.6g}",
        "Check the digits and the currency unit.",
    )
    for column in ("lost_penalty", "late_penalty"):
        rows = priced.filter(pl.col(column) > OFF * pl.col("usual"))
        yield from doubts(
            "demand",
            firsts(rows, "model"),
            column,
            lambda r: (
                f"is more than {OFF:g} times the usual price of {r['model']}, "
                f"{float(str(r['usual'])):,.6g}{also(int(str(r['count'])))}"
            ),
            "Check the digits and the currency unit.",
        )
    prices = dict(priced.group_by("model").agg(pl.col("usual").first()).iter_rows())
    own = pl.col("model").replace_strict(prices, default=None, return_dtype=pl.Float64)
    models = t["models"].with_columns(own.alias("usual"))
    for column, low, high in (("material_cost", 1 / OFF, 4.0), ("stock_cost", 0.0, 1.0)):
        rows = models.filter(
            (pl.col(column) > 0)
            & ~pl.col(column).is_between(pl.col("usual") * low, pl.col("usual") * high)
        )
        yield from doubts(
            "models",
            rows,
            column,
            lambda r: f"does not go with its usual price in demand, {float(str(r['usual'])):,.6g}",
            "All amounts are in the currency unit of the hub.",
        )
    dearest = float(str(priced["usual"].max()))
    for table, column, where in (
        ("contracts", "fee", pl.lit(True)),
        ("contracts", "short_penalty", pl.col("short_penalty") > OFF * dearest),
        ("tariffs", "per_unit", pl.lit(True)),
        ("freight", "cost", pl.col("per") != "box"),
    ):
        yield from doubts(
            table,
            t[table].filter((pl.col(column) > dearest) & where),
            column,
            f"is more than the price of the dearest car, {dearest:,.6g}",
            "All amounts are in the currency unit of the hub.",
        )


def demand_is_alike(t: Tables) -> Iterator[Offence]:
    """Warn of a month's demand far above all other months of model and market."""
    if t.lacks("demand"):
        return
    keys = ["model", "market"]
    largest = pl.col("units").top_k(2).min().over(keys).alias("next")
    rows = planned(t).filter(pl.len().over(keys) >= 3).with_columns(largest)
    yield from doubts(
        "demand",
        rows.filter(pl.col("units") > 5 * OFF * pl.col("next")),
        "units",
        lambda r: (
            f"is {float(str(r['units'])) / float(str(r['next'])):,.0f} times what any other month "
            f"asks for ({float(str(r['next'])):g})"
        ),
        "Check the digits.",
    )


def engines_fit_a_car(t: Tables) -> Iterator[Offence]:
    """Warn of more engines or batteries in a car than cars have."""
    pieces = t["parts"].filter(
        pl.col("kind").is_in(["engine", "battery"]) & (pl.col("unit") == "piece")
    )
    rows = t["bom"].filter(
        (pl.col("quantity") > 4)
        & pl.col("part").is_in(pieces["part"].implode())
        & pl.col("parent").is_in(t["models"]["model"].implode())
    )
    rule = "is far from what is usual for engines and batteries of a car, 0.01 to 4"
    yield from doubts(
        "bom",
        rows,
        "quantity",
        rule,
        lambda r: f"Write {float(str(r['quantity'])) / 100:g} if it is meant in per cent.",
    )


def stock_has_room(t: Tables) -> Iterator[Offence]:
    """Warn of opening stock beyond the yard or the most that is kept, and of least stocks."""
    stock, models = t["opening_stock"].drop_nulls("units"), t["models"]
    hub = t["hub"].drop_nulls("start")
    yard = t["yard"].drop_nulls(["yard", "start", "capacity"])
    if not yard.is_empty() and hub.height == 1 and not t.lacks("yard"):
        held = yard.filter(pl.col("start") <= hub["start"][0]).sort("start")
        room = float(held.group_by("yard").agg(pl.col("capacity").last())["capacity"].sum())
        cars = stock.filter(pl.col("item").is_in(models["model"].implode()))
        total = float(cars["units"].sum())
        if not held.is_empty() and total > room:
            yield from doubts(
                "opening_stock",
                cars.sort("units", descending=True, maintain_order=True).head(1),
                "units",
                f"the cars in stock, {total:,.6g}, are more than the yard holds, {room:,.6g}",
                "Lower the stock, or raise capacity in yard.",
            )
        least = float(models["stock_min"].sum())
        if not held.is_empty() and least > room:
            yield from doubts(
                "models",
                models.sort("stock_min", descending=True, maintain_order=True).head(1),
                "stock_min",
                f"the least stocks, {least:,.6g} cars in all, are more than the yard holds, "
                f"{room:,.6g}",
                "Lower them, or raise capacity in yard.",
            )
    for table, key in (("models", "model"), ("parts", "part")):
        most = t[table].select(pl.col(key).alias("item"), pl.col("stock_max").alias("kept"))
        rows = stock.join(most, on="item", maintain_order="left")
        yield from doubts(
            "opening_stock",
            rows.filter(pl.col("units") > pl.col("kept")),
            "units",
            lambda r: f"is above the most that is kept, {float(str(r['kept'])):,.6g} (stock_max)",
            "Lower it, or raise stock_max.",
        )


def vessels_are_usual(t: Tables) -> Iterator[Offence]:
    """Warn of sailings with more room than vessels have, and of areas that do not go with it."""
    sailings = t["sailings"]
    if not sailings.is_empty():
        rows = sailings.filter((pl.col("calls") > 0) & (pl.col("ceu") > 0)).with_columns(
            (pl.col("ceu") / pl.col("calls")).alias("each")
        )
        rows = rows.filter(pl.col("each") > LARGEST_VESSEL)
        yield from doubts(
            "sailings",
            firsts(rows, "lane"),
            "ceu",
            lambda r: (
                f"is {float(str(r['each'])):,.0f} CEU per call, and the largest vessels hold "
                f"{LARGEST_VESSEL:,.0f}{also(int(str(r['count'])))}"
            ),
            "Check ceu and calls.",
        )
        size = pl.col("area") / pl.col("ceu")
        rows = sailings.filter((pl.col("ceu") > 0) & (pl.col("area") > 0)).with_columns(
            size.alias("each")
        )
        yield from doubts(
            "sailings",
            firsts(rows.filter(~pl.col("each").is_between(2, 25)), "lane"),
            "area",
            lambda r: (
                f"is {float(str(r['each'])):,.4g} m2 for each CEU, where 4 to 12 is usual"
                f"{also(int(str(r['count'])))}"
            ),
            "Check area and ceu, and their units.",
        )
    rows = t["vessels"].filter(pl.col("etd") - pl.col("cutoff") > pl.duration(days=60))
    rule = "the cut-off is more than 60 days before the departure"
    yield from doubts("vessels", rows, "cutoff", rule, "Check the year of both.")


def stations_bear_their_work(t: Tables) -> Iterator[Offence]:
    """Warn of stations whose work is longer than they are: seconds, or hours, for minutes."""
    rules = t["sequence_rules"].filter(pl.col("kind") == "overload")
    if rules.is_empty():
        return
    yield from doubts(
        "sequence_rules",
        rules.filter(pl.col("base") > pl.col("length")),
        "base",
        lambda r: f"is longer than the station ({r['length']:g} min): every car is too much for it",
        "All times are in minutes.",
    )
    rows = t["operations"].join(rules.select("rule", "length"), on="rule", maintain_order="left")
    yield from doubts(
        "operations",
        rows.filter(pl.col("minutes") > pl.col("length")),
        "minutes",
        lambda r: f"is longer than the station ({r['length']:g} min)",
        "All times are in minutes.",
    )


def horizon_is_usual(t: Tables) -> Iterator[Offence]:
    """Refuse a horizon of more than fifty years; warn of one of more than fifteen."""
    months = (pl.col("end").dt.year() - pl.col("start").dt.year()) * 12
    months += pl.col("end").dt.month().cast(pl.Int32) - pl.col("start").dt.month() + 1
    rows = t["hub"].with_columns(months.alias("months"))
    most, usual = 600, 180
    yield from offenders(
        "hub",
        rows.filter(pl.col("months") > most),
        "end",
        lambda r: f"the plan would have {r['months']:,} months, and at most {most} are taken",
        "Check the year.",
    )
    yield from doubts(
        "hub",
        rows.filter(pl.col("months").is_between(usual + 1, most)),
        "end",
        lambda r: f"the plan has {r['months']} months, where 1 to {usual} are usual",
        "Check the year.",
    )


RULES: tuple[Rule, ...] = (
    *(
        figures_are_usual(table)
        for table in TABLES
        if any(spec.usual for spec in fields(table).values())
    ),
    loads_are_alike,
    rates_of_cars_are_usual,
    prices_are_alike,
    demand_is_alike,
    engines_fit_a_car,
    stock_has_room,
    vessels_are_usual,
    stations_bear_their_work,
    horizon_is_usual,
)
