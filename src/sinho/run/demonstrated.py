"""Demonstrated rates: what shops make in a simulation, in the mean or on most of its days."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import Damaged, DataError, Problem, StoreError, counted, nearest
from sinho.hub import Hub
from sinho.parameters import SEED
from sinho.report.demonstrated import day_shares, rates_by_line, unsettled
from sinho.report.simulation import Case
from sinho.run.simulation import BY_LINE, HUB, SHARES, SIMULATION_FILE, UNSETTLED
from sinho.simulate import Input, Params, solve
from sinho.stop import Report, StopRule

SCHEMA = {"shop": pl.String, "line": pl.String, "rate": pl.Float64}
TOLD = ("manned", "availability", "demonstrated", "share")

DAYS, REPLICATIONS = 5, 20
"""What is simulated on the spot: working days, and how often."""


@dataclass(frozen=True)
class Demonstrated:
    """Rates that shops have demonstrated, and where they are from.

    Parameters
    ----------
    rates : polars.DataFrame
        ``shop`` and ``rate`` (units an hour).
    month : datetime.date
        First day of the month whose manned rates were simulated.
    origin : str
        Which simulation they are of, in words.
    """

    rates: pl.DataFrame = field(repr=False)
    month: dt.date
    origin: str


def read_demonstrated(folder: Path, hub: Hub, chance: float | None = None) -> Demonstrated:
    """Read the rates of a simulation that was written.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of ``sinho simulate HUB --out``.
    hub : Hub
        The hub that is planned.
    chance : float, optional
        The rates that a day holds with this probability; by default those of the mean.

    Raises
    ------
    StoreError
        When the folder holds no simulation, or one of a run, which demonstrates no capacity.
    DataError
        When it is of another hub, of shops that the hub does not have, or of too few days to tell
        what holds with the chance.
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
        own = record["of"] == HUB
        table = pl.DataFrame(record[BY_LINE] if own else [], schema=SCHEMA)
        shares = (
            {str(line): [float(x) for x in some] for line, some in record[SHARES].items()}
            if own
            else {}
        )
        origin = (
            f"{folder}: {record['hub']}, {first} to {last}, {record['replications']:,} "
            f"replications, seed {record['seed']}"
        )
        still = str(record[UNSETTLED]) if own else ""
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
    origin += _still(still)
    return _held(table, shares, chance, first.replace(day=1), origin)


def _still(text: str) -> str:
    """Return what is said behind the origin of rates of a plant that was not settled."""
    return f"; {text[:1].lower()}{text[1:].rstrip('.')}" if text else ""


def _held(
    table: pl.DataFrame,
    shares: Mapping[str, Sequence[float]],
    chance: float | None,
    month: dt.date,
    origin: str,
) -> Demonstrated:
    """Return the rates of shops: of the mean, or those that days hold with a chance."""
    part = pl.lit(1.0)
    if chance is not None:
        days = min(map(len, shares.values()), default=0)
        if days * (1 - chance) < 1 - 1e-9:
            rule = f"{counted(days, 'simulated day')} cannot tell what holds with so high a chance"
            hint = f"Give {1 - 1 / max(days, 2):.1%} at most, or simulate more often."
            raise DataError([Problem("--chance", rule, value=f"{chance:.10g}", hint=hint)])
        held = {
            line: pl.Series(some).quantile(1 - chance, "lower") for line, some in shares.items()
        }
        part = pl.col("line").replace_strict(held, default=1.0, return_dtype=pl.Float64)
        origin += f"; what a day holds with {100 * chance:.4g} %, of {days:,} simulated days"
    rates = table.group_by("shop", maintain_order=True).agg((pl.col("rate") * part).sum())
    return Demonstrated(rates, month, origin)


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
    hub: Hub,
    chance: float | None = None,
    *,
    seed: int = SEED,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> Demonstrated:
    """Simulate a hub from its first day on, and return what its shops demonstrate.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    chance : float, optional
        As `read_demonstrated`.
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
    origin += _still(unsettled(case))
    month = dates[0].replace(day=1)
    return _held(rates_by_line(case, hub), day_shares(case), chance, month, origin)


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
    return available(hub, new), told


def available(hub: Hub, new: Mapping[str, float]) -> Hub:
    """Return a hub with another availability of some shops.

    Parameters
    ----------
    hub : Hub
        The hub.
    new : mapping of str to float
        Availability by shop.
    """
    shops = hub["shops"]
    after = [new.get(shop, before) for shop, before in shops.select("shop", "availability").rows()]
    changed = shops.with_columns(pl.Series("availability", after, dtype=pl.Float64))
    return replace(hub, tables={**hub.tables, "shops": changed}, checked=None)
