"""Demonstrated rates: what shops make in a simulation, taken for what they are manned for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import Damaged, DataError, Problem, StoreError, nearest
from sinho.hub import Hub
from sinho.parameters import SEED
from sinho.report.simulation import Case, rates
from sinho.run.simulation import HUB, RATES, SIMULATION_FILE
from sinho.simulate import Input, Params, solve
from sinho.stop import Report, StopRule

SCHEMA = {"shop": pl.String, "rate": pl.Float64, "low": pl.Float64, "high": pl.Float64}
TOLD = ("manned", "availability", "demonstrated", "share")

DAYS, REPLICATIONS = 5, 20
"""What is simulated on the spot: working days, and how often."""


@dataclass(frozen=True)
class Demonstrated:
    """Rates that shops have demonstrated, and where they are from.

    Parameters
    ----------
    rates : polars.DataFrame
        ``shop``, ``rate`` (units an hour), ``low`` and ``high``.
    month : datetime.date
        First day of the month whose manned rates were simulated.
    origin : str
        Which simulation they are of, in words.
    """

    rates: pl.DataFrame = field(repr=False)
    month: dt.date
    origin: str


def read_demonstrated(folder: Path, hub: Hub) -> Demonstrated:
    """Read the rates of a simulation that was written.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of ``sinho simulate HUB --out``.
    hub : Hub
        The hub that is planned.

    Raises
    ------
    StoreError
        When the folder holds no simulation, or one of a run, which demonstrates no capacity.
    DataError
        When it is of another hub, or of shops that the hub does not have.
    """
    path = folder / SIMULATION_FILE
    if not path.is_file():
        raise StoreError(
            f"{folder}: there is no simulation in this folder ({SIMULATION_FILE} is missing); "
            "`sinho simulate HUB --out` writes one"
        )
    try:
        record: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        first, last = (dt.date.fromisoformat(record["dates"][at]) for at in (0, -1))
        table = pl.DataFrame(record[RATES] if record["of"] == HUB else [], schema=SCHEMA)
        origin = (
            f"{folder}: {record['hub']}, {first} to {last}, {record['replications']:,} "
            f"replications, seed {record['seed']}"
        )
        name, same = str(record["hub"]), record["input_hash"] == hub.digest
        said = f"; of input {str(record['input_hash'])[:12]}, and the plan is of {hub.digest[:12]}"
    except (ValueError, LookupError, TypeError, pl.exceptions.PolarsError) as error:
        raise Damaged(path, "it is not as it was written", "Simulate again.") from error
    if table.is_empty():
        raise StoreError(
            f"{folder}: this simulation is of a run, whose cars come as planned, so that it does "
            "not show what the plant can make; simulate the hub"
        )
    _refuse_strange(table, hub, path, name)
    if not same:
        origin += said
    return Demonstrated(table, first.replace(day=1), origin)


def _refuse_strange(table: pl.DataFrame, hub: Hub, path: Path, simulated: str) -> None:
    """Refuse rates of another hub: one with another name, or with shops that this one lacks."""
    own, shops = hub.settings.name, hub["shops"]["shop"].to_list()
    strange = [shop for shop in table["shop"] if shop not in shops]
    if simulated != own:
        rule = f"the simulation is of another hub, {simulated!r}, and the plan is of {own!r}"
        hint = "Simulate this hub, or give its simulation."
        raise DataError([Problem(str(path), rule, column="hub", value=simulated, hint=hint)])
    if strange:
        rule = f"the hub that is planned, {own!r}, has no such shop"
        raise DataError(
            [
                Problem(str(path), rule, None, "shop", shop, hint=nearest(shop, shops))
                for shop in strange
            ]
        )


def simulated_rates(
    hub: Hub, *, seed: int = SEED, stop: StopRule | None = None, progress: Report | None = None
) -> Demonstrated:
    """Simulate a hub from its first day on, and return what its shops demonstrate.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    seed, stop, progress
        As of ``sinho.simulate.solve``.
    """
    given = Input.from_hub(hub, DAYS)
    params = Params(replications=REPLICATIONS)
    case = Case("", given, solve(given, params, stop=stop, seed=seed, progress=progress))
    dates = case.setting.dates
    origin = (
        f"simulated for this plan: {dates[0]} to {dates[-1]}, "
        f"{case.result.replications:,} replications, seed {seed}"
    )
    return Demonstrated(rates(case, hub), dates[0].replace(day=1), origin)


def on_demonstrated(hub: Hub, found: Demonstrated) -> tuple[Hub, pl.DataFrame]:
    """Return a hub whose shops are available for as much as they demonstrate.

    Parameters
    ----------
    hub : Hub
        The hub.
    found : Demonstrated
        The rates.

    Returns
    -------
    Hub
        With other ``availability`` in table ``shops``: the demonstrated rate by the manned one, 1
        at most. Dated rates are taken in proportion.
    polars.DataFrame
        ``shop``, ``manned``, ``availability`` before, ``demonstrated`` and ``share`` after.
    """
    shops = hub["shops"]
    dated = hub["rates"].drop_nulls(["shop", "month"]).filter(pl.col("month") <= found.month)
    manned = dict(shops.select("shop", "manned_rate").iter_rows())
    manned |= dict(dated.sort("month").select("shop", "manned_rate").iter_rows())
    new = {
        shop: min(1.0, rate / manned[shop])
        for shop, rate in found.rates.select("shop", "rate").iter_rows()
        if manned[shop] > 0
    }
    told = pl.DataFrame(
        [
            (shop, manned[shop], before, new[shop] * manned[shop], new[shop])
            for shop, before in shops.select("shop", "availability").iter_rows()
            if shop in new
        ],
        schema={"shop": pl.String, **dict.fromkeys(TOLD, pl.Float64)},
        orient="row",
    )
    after = [new.get(shop, before) for shop, before in shops.select("shop", "availability").rows()]
    changed = shops.with_columns(pl.Series("availability", after, dtype=pl.Float64))
    return replace(hub, tables={**hub.tables, "shops": changed}, checked=None), told
