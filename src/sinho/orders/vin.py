"""Assigns VINs to orders: per plant, model year and serial number."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from sinho.banks import TAKEN_SCHEMA
from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.vin import LETTERS, REQUIRED_BY, check_digit, check_digits, needs_maker, year_code
from sinho.results import Orders

MODEL_YEAR_FROM = 7
"""Month from which on cars of the next model year are built."""
FILLER = "0"
"""Position 9 where the destination asks for no check digit."""
SERIAL = 6
"""Places of the serial number, with those of a small maker's code."""
POWERTRAIN_CODES = {"ICE": "C", "HEV": "H", "PHEV": "P", "BEV": "E"}
HOME, ABROAD = "1", "2"
SHOWN = 20
"""VINs that are taken which are listed one by one."""


def vin_of(wmi: str, descriptor: str, year: int, plant: str, serial: int, country: str = "") -> str:
    """Compose a VIN (ISO 3779).

    Parameters
    ----------
    wmi : str
        World manufacturer identifier: 3 characters (ISO 3780); of a maker of fewer than 1,000
        vehicles a year 6, those of positions 1 to 3 and 12 to 14.
    descriptor : str
        Vehicle descriptor: 5 characters, positions 4 to 8.
    year : int
        Model year, position 10.
    plant : str
        Plant, position 11.
    serial : int
        Serial number, positions 12 to 17, or 15 to 17 behind a small maker's code.
    country : str
        Destination as ISO 3166 alpha-2 code; position 9 is the check digit where it asks for
        one, else 0.

    Returns
    -------
    str
        17 characters.
    """
    number = f"{wmi[3:]}{serial:0{SERIAL - len(wmi[3:])}d}"
    vin = f"{wmi[:3]}{descriptor}{FILLER}{year_code(year)}{plant}{number}"
    return vin[:8] + check_digit(vin) + vin[9:] if country in REQUIRED_BY else vin


def descriptors(hub: Hub) -> pl.DataFrame:
    """Return the descriptors of a hub's models, positions 4 to 8 of their VINs.

    Two letters for the place of the model in table ``models``, one for its powertrain (C
    combustion, H hybrid, P plug-in hybrid, E electric), the letter A, and 1 for domestic or 2
    for overseas markets.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    polars.DataFrame
        ``model``, ``route`` and ``descriptor``.
    """
    size = len(LETTERS)
    models = hub["models"].select("model", "powertrain").rows()
    if len(models) > size * size:
        rule = f"VINs can tell {size * size} models apart, not {len(models)}"
        raise DataError([Problem("table models", rule)])
    rows = [
        {
            "model": model,
            "route": route,
            "descriptor": LETTERS[n // size]
            + LETTERS[n % size]
            + POWERTRAIN_CODES[kind]
            + f"A{to}",
        }
        for n, (model, kind) in enumerate(models)
        for route, to in (("domestic", HOME), ("overseas", ABROAD))
    ]
    return pl.DataFrame(rows)


def assign_vins(
    hub: Hub,
    orders: Orders,
    *,
    taken: pl.DataFrame | None = None,
    model_year_from: int = MODEL_YEAR_FROM,
) -> Orders:
    """Give every order without a VIN one.

    The model year is the calendar year of the day wanted, or the next one from July on. Serial
    numbers run on for each model year behind the highest that is in use at the plant.

    Parameters
    ----------
    hub : Hub
        The hub; ``vin_wmi`` and ``vin_plant`` of its table ``slotting`` are positions 1 to 3
        (and 12 to 14 of a small maker) and 11.
    orders : Orders
        The orders; VINs that they have are kept.
    taken : polars.DataFrame, optional
        Cars of earlier banks: ``order``, ``vin``, ``model``, ``market``, ``wanted`` and, where it
        is known, ``built`` (date or null); of an order's rows the last counts. Their VINs are given
        to no other car. An order without a VIN gets its own back, unless the model, the route, the
        model year or whether its destination asks for the check digit changed.
    model_year_from : int
        Month (1 to 12) from which on cars of the next model year are built; 13: never.

    Returns
    -------
    Orders
        With a VIN for each order, no two alike.

    Raises
    ------
    DataError
        When VINs are to be assigned and the hub does not name its maker, a model year has more
        cars than serial numbers, or an order has the VIN of another car of ``taken`` that is
        built, or that is in this bank without one.
    """
    needs_maker(hub, orders.table)
    before = _before(taken)
    _refuse_taken(orders.table, before)
    maker, plant = hub.slotting["vin_wmi"] or "", hub.slotting["vin_plant"]
    wmi, small = maker[:3], maker[3:]
    places = SERIAL - len(small)
    table = _encoded(hub, orders.table.with_row_index("place"), model_year_from)
    table = _with_own(table, _encoded(hub, before, model_year_from))
    used = (
        pl.concat([table["vin"], before["vin"]])
        .to_frame()
        .filter(pl.col("vin").str.contains(f"^{wmi}.{{7}}{plant}{small}[0-9]{{{places}}}$"))
        .select(
            pl.col("vin").str.slice(9, 1).alias("code"),
            pl.col("vin").str.slice(-places).cast(pl.Int64).alias("serial"),
        )
        .group_by("code")
        .agg(pl.col("serial").max().alias("used"))
    )
    free = table.filter(pl.col("vin").is_null()).join(
        used, on="code", how="left", maintain_order="left"
    )
    serial = pl.int_range(1, pl.len() + 1).over("code") + pl.col("used").fill_null(0)
    free = free.with_columns(serial.alias("serial"))
    most = 10**places - 1
    over = free.filter(pl.col("serial") > most)
    if over.height:
        year = over["year"][0]
        rule = f"model year {year} has more than the {most:,} serial numbers of a plant"
        hint = "Give the plant a second code."
        if small:
            hint = "A maker of 1,000 vehicles a year and more has three characters of its own."
        raise DataError([Problem("orders", rule, hint=hint)])
    front = pl.lit(wmi) + pl.col("descriptor")
    behind = pl.col("code") + plant + small + pl.col("serial").cast(pl.String).str.zfill(places)
    plain = free.select((front + FILLER + behind).alias("vin"))["vin"]
    check = pl.when(pl.col("asked")).then(pl.col("digit")).otherwise(pl.lit(FILLER))
    given = free.with_columns(check_digits(plain).alias("digit")).select(
        "place", (front + check + behind).alias("given")
    )
    filled = table.join(given, on="place", how="left", maintain_order="left").with_columns(
        pl.coalesce("vin", "given").alias("vin")
    )
    return replace(orders, table=filled.select(orders.table.columns))


def _before(taken: pl.DataFrame | None) -> pl.DataFrame:
    """Return the cars of earlier banks that have a VIN; those of unknown date count as built."""
    if taken is None:
        return pl.DataFrame(schema={**TAKEN_SCHEMA, "gone": pl.Boolean()})
    gone = pl.col("built").is_not_null() if "built" in taken.columns else pl.lit(True)
    return taken.select(*TAKEN_SCHEMA, gone.alias("gone")).drop_nulls("vin")


def _encoded(hub: Hub, cars: pl.DataFrame, model_year_from: int) -> pl.DataFrame:
    """Return cars with what a VIN encodes: descriptor, model year, check digit or not."""
    years = pl.col("wanted").dt.year() + (pl.col("wanted").dt.month() >= model_year_from)
    # a VIN knows cars for home and for abroad, by land or sea
    abroad = pl.when(pl.col("route") == "domestic").then("route").otherwise(pl.lit("overseas"))
    markets = hub["markets"].select("market", "country", abroad.alias("route"))
    found = (
        cars.join(markets, on="market", how="left", maintain_order="left")
        .join(descriptors(hub), on=["model", "route"], how="left", maintain_order="left")
        .with_columns(
            years.cast(pl.Int64).alias("year"),
            pl.col("country").is_in(list(REQUIRED_BY)).fill_null(False).alias("asked"),
        )
    )
    known = found["year"].drop_nulls().unique().to_list()
    codes = {"year": known, "code": [year_code(year) for year in known]}
    table = pl.DataFrame(codes, schema={"year": pl.Int64, "code": pl.String})
    return found.join(table, on="year", how="left", maintain_order="left")


def _with_own(table: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """Give orders without a VIN the one that they had, where it still says what they are."""
    encoded = ["order", "model", "route", "year", "asked"]
    own = before.unique("order", keep="last").select(*encoded, pl.col("vin").alias("own"))
    return table.join(own, on=encoded, how="left", maintain_order="left").with_columns(
        pl.coalesce("vin", "own").alias("vin")
    )


def _refuse_taken(table: pl.DataFrame, before: pl.DataFrame) -> None:
    """Refuse VINs that are another car's, which is built or gets none in this bank."""
    latest = before.unique("order", keep="last").select(
        "vin", pl.col("order").alias("owner"), "gone"
    )
    waiting = table.filter(pl.col("vin").is_null())["order"]
    clash = (
        table.drop_nulls("vin")
        .join(latest, on="vin", how="inner", maintain_order="left")
        .filter(
            (pl.col("owner") != pl.col("order"))
            & (pl.col("gone") | pl.col("owner").is_in(waiting.implode()))
        )
    )
    problems = [
        Problem(
            row["source"],
            f"order {row['owner']!r} of an earlier bank has this VIN already",
            None,
            "vin",
            row["vin"],
            "A VIN belongs to one car. Correct it, or empty the cell: one is assigned.",
        )
        for row in clash.head(SHOWN).iter_rows(named=True)
    ]
    if clash.height > SHOWN:
        problems.append(Problem("orders", f"{clash.height - SHOWN:,} more VINs are taken"))
    if problems:
        raise DataError(problems)
