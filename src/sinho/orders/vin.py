"""Assigns VINs to orders: per plant, model year and serial number."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.vin import ASKED_BY, LETTERS, check_digit, check_digits, year_code
from sinho.results import Orders

MODEL_YEAR_FROM = 7
"""Month from which on cars of the next model year are built."""
FILLER = "0"
"""Position 9 where the destination asks for no check digit."""
MOST = 999_999
POWERTRAIN_CODES = {"ICE": "C", "HEV": "H", "PHEV": "P", "BEV": "E"}
HOME, ABROAD = "1", "2"


def vin_of(wmi: str, descriptor: str, year: int, plant: str, serial: int, country: str = "") -> str:
    """Compose a VIN (ISO 3779).

    Parameters
    ----------
    wmi : str
        World manufacturer identifier: 3 characters (ISO 3780).
    descriptor : str
        Vehicle descriptor: 5 characters, positions 4 to 8.
    year : int
        Model year, position 10.
    plant : str
        Plant, position 11.
    serial : int
        Serial number, positions 12 to 17.
    country : str
        Destination as ISO 3166 alpha-2 code; position 9 is the check digit where it asks for
        one, else 0.

    Returns
    -------
    str
        17 characters.
    """
    vin = f"{wmi}{descriptor}{FILLER}{year_code(year)}{plant}{serial:06d}"
    return vin[:8] + check_digit(vin) + vin[9:] if country in ASKED_BY else vin


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


def assign_vins(hub: Hub, orders: Orders, *, model_year_from: int = MODEL_YEAR_FROM) -> Orders:
    """Give every order without a VIN one.

    The model year is the calendar year of the day wanted, or the next one from July on. Serial
    numbers run on for each model year behind the highest that is in use at the plant.

    Parameters
    ----------
    hub : Hub
        The hub; ``vin_wmi`` and ``vin_plant`` of its table ``slotting`` are positions 1 to 3
        and 11.
    orders : Orders
        The orders; VINs that they have are kept.
    model_year_from : int
        Month (1 to 12) from which on cars of the next model year are built; 13: never.

    Returns
    -------
    Orders
        With a VIN for each order, no two alike.

    Raises
    ------
    DataError
        When a model year has more cars than serial numbers.
    """
    wmi, plant = hub.slotting["vin_wmi"], hub.slotting["vin_plant"]
    years = pl.col("wanted").dt.year() + (pl.col("wanted").dt.month() >= model_year_from)
    table = orders.table.with_row_index("place").join(
        hub["markets"].select("market", "country", "route"),
        on="market",
        how="left",
        maintain_order="left",
    )
    table = table.join(
        descriptors(hub), on=["model", "route"], how="left", maintain_order="left"
    ).with_columns(years.alias("year"))
    codes = {year: year_code(year) for year in table["year"].unique().to_list()}
    table = table.with_columns(
        pl.col("year").replace_strict(codes, return_dtype=pl.String).alias("code")
    )
    used = (
        table.filter(pl.col("vin").str.contains(f"^{wmi}.{{7}}{plant}[0-9]{{6}}$"))
        .select(
            pl.col("vin").str.slice(9, 1).alias("code"),
            pl.col("vin").str.slice(11).cast(pl.Int64).alias("serial"),
        )
        .group_by("code")
        .agg(pl.col("serial").max().alias("used"))
    )
    free = table.filter(pl.col("vin").is_null()).join(
        used, on="code", how="left", maintain_order="left"
    )
    serial = pl.int_range(1, pl.len() + 1).over("code") + pl.col("used").fill_null(0)
    free = free.with_columns(serial.alias("serial"))
    over = free.filter(pl.col("serial") > MOST)
    if over.height:
        year = over["year"][0]
        rule = f"model year {year} has more than the {MOST:,} serial numbers of a plant"
        raise DataError([Problem("orders", rule, hint="Give the plant a second code.")])
    front = pl.lit(wmi) + pl.col("descriptor")
    behind = pl.col("code") + plant + pl.col("serial").cast(pl.String).str.zfill(6)
    plain = free.select((front + FILLER + behind).alias("vin"))["vin"]
    asked = pl.col("country").is_in(list(ASKED_BY)).fill_null(False)
    given = free.with_columns(check_digits(plain).alias("digit")).select(
        "place",
        (front + pl.when(asked).then(pl.col("digit")).otherwise(pl.lit(FILLER)) + behind).alias(
            "given"
        ),
    )
    filled = table.join(given, on="place", how="left", maintain_order="left").with_columns(
        pl.coalesce("vin", "given").alias("vin")
    )
    return replace(orders, table=filled.select(orders.table.columns))
