"""Several lines for a generated hub: shops, groups, routes, days and rules of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl

from sinho.units import Floats

OWN = ("body", "assembly")
"""Shops that each line has for itself."""
OPTIONS = {"roof": 0.3, "tow": 0.12}
COLOURS = {"white": 0.4, "black": 0.25, "grey": 0.2, "red": 0.1, "blue": 0.05}
LOT = 0.1
"""Least lot of a route over what the model's mean month asks for."""


def _table(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, infer_schema_length=None)


def add_lines(
    tables: dict[str, pl.DataFrame],
    lines: int,
    units: Floats,
    rng: np.random.Generator,
    *,
    lots: bool,
) -> None:
    """Part the car shops of a generated hub into lines, changing the tables in place.

    Each line has a body and an assembly shop of its own, in a group of its own. All share the
    press shop, and each two of them a paint shop; the third of three has its own. About a third of
    the models can be built on a second line: some wherever they load the shops, some by
    ``model_lines`` at an extra cost, from a day on, or in least lots. The last line works the
    Saturdays of the second month, the first rests for two days of it. A ratio rule holds on each
    line, the rule on colours on all.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        The tables, with groups ``cars`` and ``powertrain``.
    lines : int
        How many, 2 to 4.
    units : ndarray, shape (I, K, T)
        Demand in cars.
    rng : numpy.random.Generator
        Source of the draw.
    lots : bool
        Whether some routes have least lots.
    """
    names = [f"line {n + 1}" for n in range(lines)]
    models: list[str] = tables["models"]["model"].to_list()
    months: list[dt.date] = tables["sailings"]["month"].unique().sort().to_list()
    home = rng.integers(0, lines, len(models))
    home[rng.permutation(len(models))[:lines]] = np.arange(lines)
    second = (home + rng.integers(1, lines, len(models))) % lines
    second = np.where(rng.random(len(models)) < 1 / 3, second, home)
    if (second == home).all():
        second[0] = (home[0] + 1) % lines
    paint = [_paint(n, lines) for n in range(lines)]
    _groups(tables, names)
    volume = dict(zip(models, units.sum(axis=(1, 2)) / units.shape[2], strict=True))
    loads = {(i, s): load for i, s, load in tables["loads"].select("item", "shop", "load").rows()}
    rows: list[dict[str, object]] = []
    ways: list[dict[str, object]] = []
    use: dict[str, float] = {}
    for i, model in enumerate(models):
        both = [int(home[i]), int(second[i])]
        by_name = both[0] != both[1] and rng.random() < 2 / 3
        for n in dict.fromkeys(both):
            first = n == both[0]
            shops = {"paint": paint[n]}
            shops |= {shop: f"{shop} {n + 1}" for shop in OWN if first or not by_name}
            for shop, own in shops.items():
                rows.append({"item": model, "shop": own, "load": loads[model, shop]})
                if first:
                    use[own] = use.get(own, 0.0) + loads[model, shop] * volume[model]
            if by_name:
                drawn = _way(rng, months, lots and rng.random() < 0.5, volume[model])
                ways.append({"model": model, "line": names[n], **({} if first else drawn)})
                ways[-1]["preferred"] = first
    kept = tables["loads"].filter(~pl.col("shop").is_in([*OWN, "paint"]))
    parted = _table(rows).unique(["item", "shop"], keep="first", maintain_order=True)
    tables["loads"] = pl.concat([kept, parted.select(kept.columns)])
    _shops(tables, names, paint, use, rng)
    tables["lines"] = _table(
        [
            {
                "line": name,
                "shops": f"press;body {n + 1};{paint[n]};assembly {n + 1}",
                "shared": "press" + (f";{paint[n]}" if paint.count(paint[n]) > 1 else ""),
            }
            for n, name in enumerate(names)
        ]
    )
    if ways:
        tables["model_lines"] = _table(ways)
    _days(tables, names, months)
    _rules(tables, names, paint)


def _paint(n: int, lines: int) -> str:
    """Return the paint shop of a line: one for each two of them."""
    alone = lines % 2 and n == lines - 1
    return f"paint {n + 1}" if alone else f"paint {n // 2 * 2 + 1}+{n // 2 * 2 + 2}"


def _way(
    rng: np.random.Generator, months: list[dt.date], lot: bool, monthly: float
) -> Mapping[str, object]:
    """Draw what a second route is like."""
    start = months[len(months) // 2] if rng.random() < 0.3 else None
    return {
        "load": float(rng.choice([1.0, 1.1, 1.3])),
        "extra_cost": float(rng.choice([0.0, 50.0, 400.0])),
        "start": start,
        "least_lot": float(np.ceil(LOT * monthly)) if lot else None,
    }


def _groups(tables: dict[str, pl.DataFrame], names: list[str]) -> None:
    """Give each line a group with the patterns of ``cars``, which keeps the shared shops."""
    parts = len(names) + 1
    for table in ("groups", "patterns", "overtime"):
        if table not in tables:
            continue
        frame = tables[table]
        costs = [name for name in frame.columns if "cost" in name]
        cars = pl.col("group") == "cars"
        frame = frame.with_columns(
            pl.when(cars).then(pl.col(name) / parts).otherwise(pl.col(name)).alias(name)
            for name in costs
        )
        own = frame.filter(cars)
        copies = [own.with_columns(pl.lit(name).alias("group")) for name in names]
        tables[table] = pl.concat([frame, *copies])


def _shops(
    tables: dict[str, pl.DataFrame],
    names: list[str],
    paint: list[str],
    use: dict[str, float],
    rng: np.random.Generator,
) -> None:
    """Part body, paint and assembly shops; each shop has its part of the rates by its use."""
    shops = tables["shops"].to_dicts()
    found: list[dict[str, object]] = []
    for row in shops:
        kind = row["shop"]
        if kind not in (*OWN, "paint"):
            found.append(row)
            continue
        total = sum(part for shop, part in use.items() if shop.startswith(kind))
        parts = (
            dict.fromkeys(paint)
            if kind == "paint"
            else [f"{kind} {n + 1}" for n, _ in enumerate(names)]
        )
        for n, shop in enumerate(parts):
            part = max(use.get(shop, 0.0) / total, 0.02) * rng.uniform(0.9, 1.2)
            rates = {
                rate: max(row[rate] * part, 0.01) for rate in ("installed_rate", "manned_rate")
            }
            group = "cars" if kind == "paint" else names[n]
            found.append(row | rates | {"shop": shop, "group": group})
    tables["shops"] = _table(found)


def _days(tables: dict[str, pl.DataFrame], names: list[str], months: list[dt.date]) -> None:
    """Let the last line work Saturdays of the second month, and the first rest for two days."""
    first = months[1]
    days = [first + dt.timedelta(days=n) for n in range(28)]
    saturdays = [day for day in days if day.weekday() == 5]
    rest = next(day for day in days if day.weekday() == 1)
    rows: list[dict[str, object]] = [
        {"start": day, "end": day, "kind": "work", "group": names[-1], "share": share}
        for day, share in zip(saturdays, (1.0, 0.5, 1.0, 0.5), strict=False)
    ]
    after = rest + dt.timedelta(days=1)
    rows.append({"start": rest, "end": after, "kind": "company", "group": names[0]})
    tables["calendar"] = pl.concat([tables["calendar"], _table(rows)], how="diagonal")


def _rules(tables: dict[str, pl.DataFrame], names: list[str], paint: list[str]) -> None:
    """Add what orders consist of, and rules for the sequences of all lines and of each."""
    tables["options"] = _table([{"option": name} for name in OPTIONS])
    tables["option_rates"] = _table([{"option": name, "share": s} for name, s in OPTIONS.items()])
    tables["colours"] = _table([{"colour": name, "share": s} for name, s in COLOURS.items()])
    tables["sequence_levels"] = _table([{"level": "line"}, {"level": "paint"}])
    rules: list[dict[str, object]] = [
        {
            "rule": f"colours of {shop}",
            "kind": "changes",
            "level": "paint",
            "shop": shop,
            "attribute": "colour",
        }
        for shop in dict.fromkeys(paint)
    ]
    for n, name in enumerate(names):
        option, most, window = (("roof", 1, 2), ("tow", 1, 4), ("roof", 2, 5))[n % 3]
        rules.append(
            {
                "rule": f"{option} on {name}",
                "kind": "ratio",
                "level": "line",
                "lines": name,
                "option": option,
                "most": most,
                "window": window,
            }
        )
    tables["sequence_rules"] = _table(rules)
    tables["slotting"] = _table([{"vin_wmi": "KNM"}])
