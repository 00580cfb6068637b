"""What was really built, sold and shipped against the plan, and checks derived from both."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import polars as pl

from sinho.hub.schema import ALL
from sinho.report.kpi import TINY, dated
from sinho.report.names import Names
from sinho.results import MonthPlan
from sinho.units import capacity_unit

YEAR = 4
_TONNES = {("kg", "t"): 1e-3, ("t", "kg"): 1e3}
_UNITS = {"piece": "pieces", "kg": "t"}
_SCHEMA = {
    "period": pl.String,
    "item": pl.String,
    "market": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "actual": pl.Float64,
    "plan": pl.Float64,
    "difference": pl.Float64,
    "share": pl.Float64,
    "basis": pl.String,
    "source": pl.String,
}
_CHECKS = {
    "year": pl.String,
    "check": pl.String,
    "working": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "compared with": pl.String,
    "reference": pl.Float64,
    "difference": pl.Float64,
    "basis": pl.String,
}


@dataclass(frozen=True)
class _Item:
    """What an item of the actuals stands for: models, or parts with their common unit."""

    models: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    unit: str = "piece"


def _resolve(item: str, names: Names) -> _Item:
    """Find the models or parts of an item. A family goes before a model of the same name."""
    models = names.models
    if item == ALL:
        return _Item(models=tuple(models["model"]))
    for column in ("family", "model"):
        found = models.filter(pl.col(column) == item)["model"]
        if len(found):
            return _Item(models=tuple(found))
    for column in ("part", "kind"):
        found_parts = names.parts.filter(pl.col(column) == item)
        units = found_parts["unit"].unique().to_list()
        if len(units) == 1:
            return _Item(parts=tuple(found_parts["part"]), unit=str(units[0]))
    return _Item()


def _in_market(frame: pl.DataFrame, market: str, names: Names) -> pl.DataFrame:
    """Keep the rows of a market, a region, or a route."""
    if market == ALL:
        return frame
    own = names.markets
    inside = (
        (pl.col("market") == market) | (pl.col("region") == market) | (pl.col("route") == market)
    )
    return frame.filter(pl.col("market").is_in(own.filter(inside)["market"].to_list()))


def actual_against_plan(plan: MonthPlan, actuals: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Put every actual inside the horizon beside what the plan does in the same period.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    actuals : polars.DataFrame
        The hub's table of actuals.
    names : Names
        Names of its hub.

    Returns
    -------
    polars.DataFrame
        ``period`` (YYYY or YYYY-MM), ``item``, ``market``, ``measure``, ``unit`` (kilograms are
        given in tonnes), ``actual``, ``plan`` (null where the plan has no such figure),
        ``difference`` (plan less actual), ``share`` (of the actual), ``basis`` and ``source``.
        Cars sold are compared
        with cars shipped to the market: the plan ends at the port of discharge.
    """
    months = plan.tables["periods"].with_columns(pl.col("month").dt.strftime("%Y-%m"))
    covered = set(months["month"])
    of_month = {
        name: plan.tables[name].join(months.select("period", "month"), on="period", how="left")
        for name in ("make", "ship", "parts")
    }
    rows = []
    tables: dict[str, dict[str, pl.DataFrame]] = {}
    items = {item: _resolve(item, names) for item in actuals["item"].unique()}
    for row in actuals.sort("period", maintain_order=True).to_dicts():
        period, item = row["period"], items[row["item"]]
        wanted = {f"{period}-{m:02d}" for m in range(1, 13)} if len(period) == YEAR else {period}
        if not wanted <= covered:
            continue
        if period not in tables:
            tables[period] = {
                name: frame.filter(pl.col("month").is_in(sorted(wanted)))
                for name, frame in of_month.items()
            }
        planned = _planned(row, item, tables[period], names)
        actual = float(row["units"])
        unit = _UNITS.get(row["unit"], row["unit"])
        if item.models and unit == "pieces":
            unit = "cars"
        if row["unit"] == "kg":
            actual, planned = actual / 1000, None if planned is None else planned / 1000
        gap = None if planned is None else planned - actual
        rows.append(
            {
                **{key: row[key] for key in ("period", "item", "market", "measure")},
                "unit": unit,
                "actual": actual,
                "plan": planned,
                "difference": gap,
                "share": None if gap is None or actual == 0 else gap / actual,
                "basis": row["basis"],
                "source": row["source"],
            }
        )
    return pl.DataFrame(rows, schema=_SCHEMA)


def _planned(
    row: dict[str, object], item: _Item, tables: dict[str, pl.DataFrame], names: Names
) -> float | None:
    """Return the plan's figure for a row of actuals, in that row's unit."""
    market = str(row["market"])
    if item.parts:
        if row["measure"] != "made" or market != ALL:
            return None
        unit = str(row["unit"])
        scale = 1.0 if unit == item.unit else _TONNES.get((item.unit, unit))
        made = tables["parts"].filter(pl.col("part").is_in(item.parts))["made"]
        return None if scale is None else math.fsum(made) * scale
    if not item.models:
        return None
    if row["measure"] == "made":
        if market != ALL:
            return None
        frame = tables["make"]
    else:
        frame = _in_market(tables["ship"], market, names)
    return math.fsum(frame.filter(pl.col("model").is_in(item.models))["units"])


def derived_checks(plan: MonthPlan, actuals: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Work out, for every year with actuals, what rates, shifts and engines allow.

    For each assembly shop: manned rate x availability x shift hours x working days, without
    overtime, against the cars really made, both in car equivalents. And engines made less
    combustion cars made, of the actuals and of the plan: what is missing comes from outside.

    Parameters
    ----------
    plan : MonthPlan
        The plan; its ``hours`` hold the rates, availability, shift hours and working days.
    actuals : polars.DataFrame
        The hub's table of actuals.
    names : Names
        Names of its hub.

    Returns
    -------
    polars.DataFrame
        ``year``, ``check``, ``working`` (the arithmetic in words), ``value``, ``unit``,
        ``compared with``, ``reference``, ``difference`` and ``basis`` (always derived).
    """
    of_years = actuals.filter(
        (pl.col("measure") == "made")
        & (pl.col("market") == ALL)
        & (pl.col("period").str.len_chars() == YEAR)
    )
    whole = actual_against_plan(plan, of_years, names)
    rows = []
    for year in whole["period"].unique().sort():
        made = whole.filter(pl.col("period") == year)
        cars = _cars_made(made, names)
        shifts = _shift_capacity(plan, int(year), names)
        if len(shifts) == 1 and cars is not None:
            (shop,) = shifts
            reference = _equivalents(cars, shop, plan, int(year), names)
            even = math.isclose(reference, math.fsum(cars.values()))
            shifts[shop] |= {
                "compared with": f"cars made (actual){'' if even else ' in car equivalents'}",
                "reference": reference,
                "difference": shifts[shop]["value"] - reference,
            }
        rows += [{"year": year, **check} for check in shifts.values()]
        rows += [{"year": year, **check} for check in _engine_balance(plan, made, cars, names)]
    return pl.DataFrame([{**row, "basis": "derived"} for row in rows], schema=_CHECKS)


def _cars_made(made: pl.DataFrame, names: Names) -> dict[tuple[str, ...], float] | None:
    """Return the cars made by disjoint sets of models, the largest sets that the rows give."""
    found: dict[tuple[str, ...], float] = {}
    everything = None
    for item, actual in made.select("item", "actual").iter_rows():
        if item == ALL:
            everything = float(actual)
            continue
        models = _resolve(item, names).models
        if models:
            found[models] = float(actual)
    sets: dict[tuple[str, ...], float] = {}
    for models in sorted(found, key=len, reverse=True):
        if not any(set(models) & set(other) for other in sets):
            sets[models] = found[models]
    if everything is not None:
        rest = everything - math.fsum(sets.values())
        if rest > TINY:
            sets[()] = rest
    return sets or None


def _equivalents(
    cars: dict[tuple[str, ...], float], shop: str, plan: MonthPlan, year: int, names: Names
) -> float:
    """Return cars made in the car equivalents of a shop; sets of models in the plan's mix."""
    loads = dict(names.loads.filter(pl.col("shop") == shop).select("item", "load").iter_rows())
    made = dated(plan, plan.tables["make"]).filter(pl.col("year") == year)
    mix = dict(made.group_by("model").agg(pl.col("units").sum()).iter_rows())
    named = {model for models in cars for model in models}
    total = 0.0
    for models, units in cars.items():
        own = models or tuple(model for model in names.models["model"] if model not in named)
        weights = [mix.get(model, 0.0) for model in own]
        if sum(weights) <= TINY:
            weights = [1.0] * len(own)
        taken = sum(w * loads.get(model, 0.0) for model, w in zip(own, weights, strict=True))
        total += units * (taken / sum(weights) if own else 1.0)
    return total


def _shift_capacity(plan: MonthPlan, year: int, names: Names) -> dict[str, dict[str, Any]]:
    """Return rate x availability x hours x days by assembly shop."""
    shops = names.shops.filter(pl.col("kind") == "assembly")
    checks = {}
    for shop, unit in shops.select("shop", "unit").iter_rows():
        own = dated(plan, plan.tables["hours"]).filter(
            (pl.col("shop") == shop) & (pl.col("year") == year)
        )
        days, hours = math.fsum(own["days"]), math.fsum(own["pattern_hours"])
        value = math.fsum(own["rate"] * own["availability"] * own["pattern_hours"])
        if hours <= 0:
            continue
        worked = own.filter(pl.col("pattern_hours") > 0)
        mean = {
            "rate": " on average" if worked["rate"].n_unique() > 1 else "",
            "hours": " a day on average"
            if (worked["pattern_hours"] / worked["days"]).round(6).n_unique() > 1
            else "",
        }
        rate = "JPH" if unit == "car" else f"{unit}/h"
        available = float(own["availability"][0])
        checks[shop] = {
            "check": f"what the shifts of {shop} allow",
            "working": f"{value / hours / available:.4g} {rate}{mean['rate']} × "
            f"{available:.4g} availability × {hours / days:.4g} h{mean['hours']} × "
            f"{days:.5g} working days",
            "value": value,
            "unit": capacity_unit(unit),
        }
    return checks


def _engine_balance(
    plan: MonthPlan,
    made: pl.DataFrame,
    cars: dict[tuple[str, ...], float] | None,
    names: Names,
) -> list[dict[str, Any]]:
    """Return engines made less combustion cars made, of the actuals and of the plan."""
    kinds = names.parts.filter(pl.col("kind") == "engine")["part"].to_list()
    is_engine = [
        bool(parts) and set(parts) <= set(kinds)
        for parts in (_resolve(item, names).parts for item in made["item"])
    ]
    engine_rows = made.filter(pl.Series(is_engine, dtype=pl.Boolean))
    general = engine_rows.filter(pl.col("item") == "engine")
    engine_rows = general if general.height else engine_rows
    powertrains = dict(names.models.select("model", "powertrain").iter_rows())
    burns = {model: powertrain != "BEV" for model, powertrain in powertrains.items()}
    if not engine_rows.height or not cars:
        return []
    if any(len({burns[model] for model in models}) != 1 for models in cars):
        return []  # a mixed family, or cars of an unknown kind: the split is not known
    with_engine = math.fsum(n for models, n in cars.items() if burns[models[0]])
    year = int(made["period"][0])
    planned = dated(plan, plan.tables["make"]).filter(
        (pl.col("year") == year) & pl.col("model").is_in([m for m, burn in burns.items() if burn])
    )
    engines = dated(plan, plan.tables["parts"]).filter(
        (pl.col("year") == year) & pl.col("part").is_in(kinds)
    )
    figures = (
        ("actual", math.fsum(engine_rows["actual"]), with_engine),
        ("plan", math.fsum(engines["made"]), math.fsum(planned["units"])),
    )
    return [
        {
            "check": f"engines made less combustion cars ({basis})",
            "working": f"{count:,.0f} engines − {burners:,.0f} combustion cars",
            "value": count - burners,
            "unit": "engines",
        }
        for basis, count, burners in figures
    ]
