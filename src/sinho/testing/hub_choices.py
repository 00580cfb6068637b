"""What a generated hub has beside shops and ships: patterns, parts, contracts, containers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sinho.units import Floats

FAMILIES = 3


def _table(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def add_choices(
    tables: dict[str, pl.DataFrame],
    units: Floats,
    launch: list[int],
    rng: np.random.Generator,
) -> None:
    """Add choices to the tables of a generated hub.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        The tables; changed in place.
    units : ndarray, shape (I, K, T)
        Demand in cars.
    launch : list of int
        Month of SOP of each model, 0 for those in production.
    rng : numpy.random.Generator
        Source of the draw.
    """
    models: list[str] = tables["models"]["model"].to_list()
    markets: list[str] = tables["markets"]["market"].to_list()
    months: list[dt.date] = tables["sailings"]["month"].unique().sort().to_list()
    n_i, n_t = len(models), len(months)
    monthly = float(units.sum()) / n_t
    by_model = units.sum(axis=(1, 2)) / n_t

    _shifts(tables, n_i)
    _parts(tables, models, rng)
    tables["models"] = tables["models"].with_columns(
        stock_max=pl.Series([None if i % 4 else 1.5 * float(by_model[i]) for i in range(n_i)])
    )
    launched = [i for i in range(n_i) if launch[i]]
    tables["ramp"] = pl.DataFrame(
        [
            {"model": models[i], "month_after_sop": after, "share": share}
            for i in launched
            for after, share in enumerate((0.1, 0.4, 0.8))
        ],
        schema={"model": pl.String, "month_after_sop": pl.Int64, "share": pl.Float64},
    )
    tables["models"] = tables["models"].with_columns(
        full_rate=pl.Series(
            [float(by_model[i]) * 2 / 20 if i in launched else None for i in range(n_i)],
            dtype=pl.Float64,
        )
    )
    tables["yard"] = _table([{"yard": "port", "start": months[0], "capacity": 0.6 * monthly}])
    stocked = [i for i in range(n_i) if i % 5 == 1 and not launch[i]]
    if stocked:
        tables["opening_stock"] = _table(
            [{"item": models[i], "units": round(0.4 * float(by_model[i]))} for i in stocked]
        )
        tables["opening_backlog"] = _table(
            [{"model": models[i], "market": markets[0], "units": 3.0} for i in stocked]
        )
    lanes = tables["sailings"]["lane"].unique(maintain_order=True).to_list()
    boxed = set(lanes[::2])
    tables["sailings"] = tables["sailings"].with_columns(
        boxes=pl.when(pl.col("lane").is_in(list(boxed)))
        .then(pl.col("ceu") * 0.05)
        .otherwise(0.0)
        .round()
    )
    containers = _table(
        [
            {
                "lane": lane,
                "mode": "container",
                "start": months[0],
                "cost": 6_000.0,
                "per": "box",
                "cars_per_box": 3.0,
            }
            for lane in lanes
            if lane in boxed
        ]
    )
    tables["freight"] = pl.concat([tables["freight"], containers], how="diagonal")
    _contracts(tables, units, months)


def _shifts(tables: dict[str, pl.DataFrame], n_i: int) -> None:
    """Add one, two and three shifts, a rest for the powertrain, and overtime."""
    day = 2.0e3 * n_i
    rows: list[dict[str, object]] = []
    for group in ("cars", "powertrain"):
        for name, shifts, hours, share in (
            ("one shift", 1, 8.0, 0.55),
            ("two shifts", 2, 8.0, 1.0),
            ("three shifts", 3, 7.0, 1.6),
        ):
            rows.append(
                {
                    "group": group,
                    "pattern": name,
                    "shifts": shifts,
                    "hours": hours,
                    "cost_per_day": day * share,
                    "min_months": 3,
                    "change_cost": 5 * day,
                }
            )
    rows.append({**rows[-1], "pattern": "rest", "shifts": 0, "hours": 0.0, "cost_per_day": 0.0})
    tables["patterns"] = _table(rows)
    tables["groups"] = tables["groups"].with_columns(opening_pattern=pl.lit("two shifts"))
    start = tables["hub"]["start"][0]
    tables["overtime"] = _table(
        [
            {"group": group, "start": start, "hours_per_day": 1.0, "cost_per_hour": day / 10}
            for group in ("cars", "powertrain")
        ]
    )


def _parts(tables: dict[str, pl.DataFrame], models: list[str], rng: np.random.Generator) -> None:
    """Replace the models' loads on engine shop, foundry and battery shop by parts."""
    kinds = ["engine", "foundry", "battery"]
    loads = tables["loads"]
    engines = loads.filter(pl.col("shop") == "engine")["item"].to_list()
    stored = loads.filter(pl.col("shop") == "battery")["item"].to_list()
    mean = {
        shop: float(loads.filter(pl.col("shop") == shop)["load"].mean() or 1.0)  # type: ignore[arg-type]
        for shop in kinds
    }
    families = [f"engine {n}" for n in range(FAMILIES)]
    tables["parts"] = _table(
        [
            *(
                {"part": name, "kind": "engine", "supply": "made", "make_cost": 900.0,
                 "stock_cost": 8.0, "yield_share": 0.98}
                for name in families
            ),
            {"part": "castings", "kind": "casting", "unit": "kg", "supply": "made",
             "make_cost": 3.0, "stock_cost": 0.05, "yield_share": 0.9, "stock_max": 4.0e4},
            {"part": "packs", "kind": "battery", "supply": "both", "make_cost": 2_000.0,
             "buy_cost": 3_500.0, "stock_cost": 30.0,
             "buy_max": 0.4 * float(len(stored)) * 100.0},
        ]
    )  # fmt: skip
    bom: list[dict[str, object]] = [
        {"parent": name, "part": "castings", "quantity": mean["foundry"]} for name in families
    ]
    bom += [
        {"parent": model, "part": families[int(rng.integers(FAMILIES))], "quantity": 1.0}
        for model in models
        if model in engines
    ]
    bom += [{"parent": model, "part": "packs", "quantity": 1.0} for model in stored]
    tables["bom"] = _table(bom)
    added = [{"item": name, "shop": "engine", "load": mean["engine"]} for name in families]
    added.append({"item": "castings", "shop": "foundry", "load": 1.0})
    added.append({"item": "packs", "shop": "battery", "load": mean["battery"]})
    kept = loads.filter(~pl.col("shop").is_in(kinds))
    tables["loads"] = pl.concat([kept, pl.DataFrame(added)], how="diagonal")


def _contracts(tables: dict[str, pl.DataFrame], units: Floats, months: list[dt.date]) -> None:
    """Add one contract per brand: in total, by year, by quarter, by month in turn."""
    brands: list[str] = tables["brands"]["brand"].to_list()
    owner = np.array([brands.index(b) for b in tables["models"]["brand"].to_list()])
    rows: list[dict[str, object]] = []
    for b, brand in enumerate(brands):
        per = ("total", "year", "quarter", "month")[b % 4]
        requested = float(units[owner == b].sum())
        scale = {"total": len(months), "year": 12, "quarter": 3, "month": 1}[per] / len(months)
        rows.append(
            {
                "contract": f"contract {brand}",
                "brand": brand,
                "start": months[0],
                "end": months[-1],
                "per": per,
                "least": round(0.95 * requested * scale),
                "most": round(1.1 * requested * scale),
                "fee": 100.0,
                "short_penalty": 1_500.0,
            }
        )
    tables["contracts"] = _table(rows)
