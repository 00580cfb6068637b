"""Doubts about figures beyond the usual, or far from those beside them."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median_low

import polars as pl

from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, also, doubts, firsts, offenders
from sinho.hub.rules.product import NAMES
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


def range_text(usual: tuple[float, float], unit: str = "") -> str:
    """Write a usual range with its unit."""
    unit = "" if unit in ("", "-", "1") else f" {unit}"
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
        firsts(rows.filter(~pl.col("load").is_between("low", "high")), "shop"),
        "load",
        lambda r: (
            f"is far from the loads that are usual in shop {r['shop']}, "
            f"{range_text((float(str(r['low'])), float(str(r['high']))))}"
            f"{also(int(str(r['count'])))}"
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


def stops_are_usual(t: Tables) -> Iterator[Offence]:
    """Warn of stops of the plant for more than half a year, often a mistyped year."""
    most = 184
    days = (pl.col("end") - pl.col("start")).dt.total_days() + 1
    rest = (pl.col("kind") != "work") & (pl.col("share").fill_null(0) < 0.5)
    rows = t["calendar"].with_columns(days.alias("days")).filter(rest & (pl.col("days") > most))
    yield from doubts(
        "calendar",
        rows,
        "end",
        lambda r: f"stops the plant for {r['days']} days, where 1 to {most} are usual",
        "Check the year.",
    )


def names_differ_in_letters(t: Tables) -> Iterator[Offence]:
    """Warn of names that differ from one above them in capital letters and blanks alone."""
    for table, column in NAMES:
        names = t[table][column].drop_nulls().to_list()
        first = {_folded(name): name for name in reversed(names)}
        if len(first) == len({*names}):
            continue
        twins = [name for name in dict.fromkeys(names) if first[_folded(name)] != name]
        yield from doubts(
            table,
            t[table].filter(pl.col(column).is_in(twins)),
            column,
            lambda r, c=column, f=first: (  # type: ignore[misc]
                f"differs from {f[_folded(str(r[c]))]!r} in capital letters or blanks alone"
            ),
            "Is it the same? Then write it alike everywhere.",
        )


def _folded(name: str) -> str:
    return "".join(name.casefold().split())


def horizon_is_usual(t: Tables) -> Iterator[Offence]:
    """Refuse a horizon of more than fifty years; warn of one of more than fifteen."""
    months = (pl.col("end").dt.year() - pl.col("start").dt.year()) * 12
    months += pl.col("end").dt.month().cast(pl.Int32) - pl.col("start").dt.month() + 1
    most, usual = 600, 180
    for settings in ("hub", "network"):
        rows = t[settings].with_columns(months.alias("months"))
        yield from offenders(
            settings,
            rows.filter(pl.col("months") > most),
            "end",
            lambda r: f"the plan would have {r['months']:,} months, and at most {most} are taken",
            "Check the year.",
        )
        yield from doubts(
            settings,
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
    engines_fit_a_car,
    stations_bear_their_work,
    stops_are_usual,
    names_differ_in_letters,
    horizon_is_usual,
)
