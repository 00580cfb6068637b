"""Key figures of finished-vehicle logistics, each with its definition and source."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.errors import counted
from sinho.report.ship.shipped import PLANT, Shipped

HUNDRED = 100.0
HOURS = 24.0

OWN = "own definition"
ODETTE = (
    "Odette and ECG, core KPIs for finished-vehicle logistics (2022), {0}: its name; the "
    "definition is ours, as theirs is not openly published. "
    "https://www.odette.org/news/story/kpis-for-finished-vehicle-logistics"
)

SCHEMA = {
    "KPI": pl.String(),
    "figure": pl.Float64(),
    "unit": pl.String(),
    "of": pl.String(),
    "definition": pl.String(),
    "source": pl.String(),
}
"""Columns of `logistics_kpis`."""

Row = tuple[str, float | None, str, str, str, str]


def logistics_kpis(sea: Shipped) -> pl.DataFrame:
    """Return the key figures of a plan of voyages.

    Parameters
    ----------
    sea : Shipped
        The plan, its yards and decks.

    Returns
    -------
    polars.DataFrame
        ``KPI``, ``figure`` (null: nothing to count), ``unit``, ``of`` (what it is counted over),
        ``definition`` and ``source``. Shares are ratios of sums.
    """
    rows = [*_times(sea), *_service(sea), *_fill(sea), *_yard(sea), *_decks(sea)]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def odette(number: int, name: str) -> str:
    """Return the source of a figure that is one of the core KPIs of Odette and ECG."""
    return ODETTE.format(f"{number} {name}")


def _mean(values: pl.Series) -> float | None:
    found = values.mean()
    return float(found) if isinstance(found, int | float) else None


def days_between(frame: pl.DataFrame, start: str, end: str) -> pl.Series:
    """Return days from one date to another, of rows that have both."""
    known = frame.drop_nulls([start, end])
    return (known[end] - known[start]).dt.total_days().cast(pl.Float64)


def _times(sea: Shipped) -> Iterator[Row]:
    """Yield how long cars stand and travel."""
    cars = sea.plan.cars.filter(pl.col("leaves").is_not_null())
    ports = [site for site in sea.yards if site != PLANT]
    if PLANT in sea.yards:
        stays = sea.stays(PLANT)
        yield (
            "plant dwell, mean",
            _mean(stays["days"]),
            "days",
            counted(stays.height, "car"),
            "From line-off to leaving the plant's yard, of cars that leave it.",
            odette(1, "plant evacuation"),
        )
    if PLANT in sea.yards and ports:
        came = pl.concat([sea.yards[site].places.select("car", "enters") for site in ports])
        gone = sea.yards[PLANT].places.select("car", pl.col("leaves").alias("gone"))
        way = gone.join(came, on="car").drop_nulls()
        hours = (way["enters"] - way["gone"]).dt.total_seconds() / 3600
        yield (
            "time to port of exit, mean",
            _mean(hours),
            "h",
            counted(way.height, "car"),
            "From leaving the plant's yard to entering that of the port of loading.",
            odette(2, "time to port of exit/compound"),
        )
    else:
        built = days_between(cars, "built", "ready")
        yield (
            "time to port of exit, mean",
            _mean(built),
            "days",
            counted(len(built), "car"),
            "From the day of line-off to the day of hand-over at the port of loading; no yard is "
            "planned at the plant, so that waiting there is part of it.",
            odette(2, "time to port of exit/compound"),
        )
    for site in ports:
        stays = sea.stays(site)
        yield (
            f"dwell at {site}, mean",
            _mean(stays["days"]),
            "days",
            counted(stays.height, "car"),
            "From entering the yard of the port of loading to being loaded.",
            odette(4, "dwell at port of exit"),
        )
    if not ports:
        waits = days_between(cars, "ready", "leaves")
        yield (
            "dwell at port of exit, mean",
            _mean(waits),
            "days",
            counted(len(waits), "car"),
            "From the day of hand-over at the port of loading to departure.",
            odette(4, "dwell at port of exit"),
        )
    sails = days_between(cars, "leaves", "arrives")
    yield (
        "shipping lead time, mean",
        _mean(sails),
        "days",
        counted(len(sails), "car"),
        "From departure to arrival at the port of discharge.",
        odette(5, "shipping lead time"),
    )


def _service(sea: Shipped) -> Iterator[Row]:
    """Yield how many cars keep their dates."""
    cars = sea.plan.cars
    due = cars.drop_nulls("due")
    kept = due.filter(pl.col("late_days") == 0).height
    yield (
        "lead-time achievement",
        HUNDRED * kept / due.height if due.height else None,
        "%",
        counted(due.height, "car"),
        "Cars that arrive at the port of discharge by the day due there, of all that have such a "
        "day; a car that stays does not.",
        odette(3, "lead time achievement ratio"),
    )
    yield (
        "cars that make their ship",
        HUNDRED * (cars.height - sea.plan.missed) / cars.height if cars.height else None,
        "%",
        counted(cars.height, "car"),
        "Cars that leave in time, of all cars for markets overseas.",
        OWN,
    )
    booked = sea.plan.voyages.filter(pl.col("booked_least") > 0)
    if booked.height:
        yield (
            "booked and not used",
            float(booked["short"].sum()),
            "cars",
            counted(booked.height, "voyage"),
            "Cars short of the fewest that contracts book on a voyage, summed over the voyages on "
            "which they book some.",
            OWN,
        )


def fill_of(voyages: pl.DataFrame, used: str, room: str) -> tuple[float | None, int]:
    """Return the fill of the voyages with cars whose room is known [%], and their number."""
    known = voyages.filter((pl.col("cars") > 0) & (pl.col(room) > 0))
    total = float(known[room].sum())
    return (HUNDRED * float(known[used].sum()) / total if total else None), known.height


def _fill(sea: Shipped) -> Iterator[Row]:
    """Yield how full vessels are."""
    for name, used, room, definition in (
        ("fill by area", "area", "area_room", "Stowed area of cars, gaps included, of deck area"),
        ("fill by CEU", "ceu", "ceu_room", "Car equivalents (CEU) of cars, of those offered"),
        ("use of slots booked", "cars", "booked_most", "Cars, of the most that are booked"),
    ):
        figure, count = fill_of(sea.plan.voyages, used, room)
        if count:
            yield (
                name,
                figure,
                "%",
                counted(count, "voyage"),
                f"{definition}, of voyages that carry a car and name their room.",
                OWN,
            )


def _yard(sea: Shipped) -> Iterator[Row]:
    """Yield what standing in yards takes."""
    for site, yard in sea.yards.items():
        count = yard.places.height
        yield (
            f"moves in the yard, {site}",
            HUNDRED * yard.move_count / count if count else None,
            "per 100 cars",
            counted(count, "car"),
            f"Cars driven aside to reach others; {yard.move_count:,} in all, and no plan of this "
            f"yard does with fewer than {yard.moves_bound:,}.",
            OWN,
        )
        yield (
            f"without a place, {site}",
            float(yard.overflow),
            "cars",
            counted(count, "car"),
            "Cars that find no place in the yard's rows.",
            OWN,
        )


def _decks(sea: Shipped) -> Iterator[Row]:
    """Yield how many cars are driven aside on board."""
    if sea.decks:
        count = sum(deck.places.height for deck in sea.decks.values())
        moves = sum(deck.move_count for deck in sea.decks.values())
        least = sum(deck.moves_bound for deck in sea.decks.values())
        yield (
            "cars put off for others",
            HUNDRED * moves / count if count else None,
            "per 100 cars",
            counted(count, "car"),
            "Cars driven off at a port of discharge to reach others, and put back; "
            f"{moves:,} in all, and no stowage as good besides does with fewer than {least:,}.",
            OWN,
        )
