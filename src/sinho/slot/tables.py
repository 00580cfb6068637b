"""The tables of a slotting: what a planner reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sinho.slot.arrays import Arrays
from sinho.slot.cells import NONE, PIECE, Floats
from sinho.slot.classes import departures, waiting
from sinho.slot.data import Input
from sinho.slot.kernel.columns import (
    BATCH,
    HIGH,
    LEAST,
    LOW,
    MOST,
    TOP,
    UNIT,
    W_HARD,
    W_HIGH,
    W_LEAST,
    W_LOW,
    W_TOP,
)
from sinho.slot.search import Slotting, beyond
from sinho.slot.spans import entitled, weeks_of

DAYS = {"date": pl.Date(), "line": pl.String()}

SMALL = 1e-9

TERMS = {
    "capacity": "capacity",
    "part": "parts",
    "shop": "other shops",
    "corridor": "model corridors",
    "split": "split over lines",
    "entitlement": "entitlements",
    "volume": "volume levelling",
    "option": "option levelling",
    "work": "work levelling",
    "model": "mix levelling",
    "colour": "paint batches",
}


def curve_costs(cells: Floats, use: Floats) -> Floats:
    """Return the cost of each cell at its use; ``cells`` are rows of ``Arrays.cells``."""
    short = np.maximum(0.0, cells[:, LOW] - use)
    short[(cells[:, BATCH] > 0) & (use == 0)] = 0.0
    over = beyond(cells, use)
    broken = np.where(over > 0, np.maximum(over, cells[:, UNIT]), 0.0)
    price = np.where(use < cells[:, LEAST], cells[:, W_LEAST], cells[:, W_HARD])
    costs: Floats = (
        cells[:, W_LOW] * short
        + cells[:, W_HIGH] * np.maximum(0.0, use - cells[:, HIGH])
        + cells[:, W_TOP] * np.maximum(0.0, use - cells[:, TOP])
        + price * broken
    )
    return costs


def tables_of(data: Input, arrays: Arrays, slotting: Slotting) -> dict[str, pl.DataFrame]:
    """Return the tables of ``DaySlots`` by name."""
    slots, own = _slots(data, arrays, slotting)
    counters = _counters(arrays, slotting)
    days = _days(data, arrays, slotting)
    dated = (pl.col("period").alias("date"), "line")
    return {
        "slots": slots,
        "days": days,
        "mix": counters.filter(pl.col("kind") == "model").select(
            *dated,
            pl.col("name").alias("model"),
            pl.col("count").cast(pl.Int64).alias("built"),
            "target",
        ),
        "options": counters.filter(pl.col("kind") == "option").select(
            *dated,
            pl.col("name").alias("option"),
            pl.col("count").cast(pl.Int64).alias("built"),
            "target",
            pl.min_horizontal("top", "most").alias("limit"),
            "cost",
        ),
        "colours": _colours(data, arrays, slotting),
        "counters": counters,
        "fair_share": _fair_share(data, arrays, slots),
        "costs": _costs(counters, own),
    }


def _slots(
    data: Input, arrays: Arrays, slotting: Slotting
) -> tuple[pl.DataFrame, dict[str, float]]:
    """Return the table of orders, and their own costs by term."""
    params, days, calendar = data.params, arrays.days, arrays.calendar
    day = np.where((slotting.day_of >= 0) & (slotting.day_of < days), slotting.day_of, -1)
    built = day >= 0
    table = data.orders.select("order", "market", "wanted", "priority", "former")
    lanes = table["market"].replace_strict(data.lanes, default=None, return_dtype=pl.String)
    ready = np.array([date.toordinal() for date in arrays.dates], dtype=np.int64) + params.lead_days
    ready = np.append(ready, 0)
    leaves = np.zeros(len(day), dtype=np.int64)
    vessels: list[str | None] = [None] * len(day)
    for lane in lanes.unique().to_list():
        here = (lanes.is_null() if lane is None else lanes == lane).fill_null(False).to_numpy()
        here &= built
        when, names = departures(data, lane, calendar.dates)
        leaves[here] = when[day[here]]
        for at in np.flatnonzero(here).tolist() if lane is not None else ():
            vessels[at] = names[day[at]]
    epoch = dt.date(1970, 1, 1).toordinal()
    due = table["wanted"].to_physical().to_numpy().astype(np.int64) + epoch
    at_hand = np.where(built, ready[day], 0)
    late = np.where(built, np.maximum(0, leaves - due), 0)
    early = np.where(built, np.maximum(0, np.maximum(due, leaves) - at_hand), 0)
    q = arrays.alike
    former = arrays.former[q]
    moved = (former >= 0) & (day != former)
    moving = np.where(moved & built, arrays.moving[q], 0.0)
    base = arrays.costs[arrays.cost_class[q], np.where(built, day, days)]
    lateness = late * params.late_cost * 2.0 ** (2 - table["priority"].to_numpy())
    own = {
        "late": float(lateness[built].sum()),
        "stock": float(early[built].sum() * params.early_cost),
        "moved": float(moving.sum()),
        "without a day": float(base[~built].sum()),
    }
    routes = data.routes
    if (routes["cost"].fill_null(0.0) != 0.0).any() or (params.line_cost and routes["dear"].any()):
        rest = float(base[built].sum()) - own["late"] - own["stock"]
        own["lines"] = rest if abs(rest) > SMALL else 0.0
    near = np.where(day < calendar.until(params.firm_days), "firm", "free")
    near = np.where(day < calendar.until(params.frozen_days), "frozen", near)
    zone = np.where(built, near, "free")
    if former.max(initial=-1) < 0:
        zone = np.full(len(day), "free")
    waits = data.orders.select(waiting(data, calendar)).to_series().to_numpy()
    zone = np.where(waits, "later", zone)
    known = pl.Series(built)
    frame = pl.DataFrame(
        {
            "order": table["order"],
            "date": pl.Series(arrays.dates, dtype=pl.Date).gather(np.maximum(day, 0))
            if days
            else pl.Series([None] * len(day), dtype=pl.Date),
            "line": pl.Series(calendar.lines, dtype=pl.String).gather(np.maximum(day, 0))
            if days
            else pl.Series([None] * len(day), dtype=pl.String),
            "ready": _dates(at_hand, epoch),
            "vessel": pl.Series(vessels, dtype=pl.String),
            "departs": _dates(leaves, epoch),
            "late_days": late,
            "early_days": early,
            "moved": moved,
            "zone": zone,
            "cost": base + moving,
        }
    )
    dated = ("date", "line", "ready", "departs")
    frame = frame.with_columns(pl.when(known).then(pl.col(name)).alias(name) for name in dated)
    return frame, own


def _dates(ordinals: Any, epoch: int) -> pl.Series:
    return pl.Series(np.asarray(ordinals) - epoch, dtype=pl.Int64).cast(pl.Int32).cast(pl.Date)


def _counters(arrays: Arrays, slotting: Slotting) -> pl.DataFrame:
    """Return every limit and target with its use and cost."""
    cells = arrays.cells

    def limit(column: int, weight: int | None = None) -> pl.Series:
        values = cells[:, column]
        off = (
            values >= NONE / 2 if weight is None else (values >= NONE / 2) | (cells[:, weight] == 0)
        )
        return pl.Series(np.where(off, np.nan, values)).fill_nan(None)

    first = [arrays.dates[cell.first] for cell in arrays.named]
    number = arrays.calendar.date_of.tolist()
    dates = [len({number[day] for day in cell.days}) for cell in arrays.named]
    least = pl.Series(np.where(cells[:, LEAST] > 0, cells[:, LEAST], np.nan)).fill_nan(None)
    target = pl.Series([cell.target for cell in arrays.named], dtype=pl.Float64).fill_nan(None)
    return pl.DataFrame(
        {
            "kind": pl.Series([cell.kind for cell in arrays.named], dtype=pl.String),
            "name": pl.Series([cell.name for cell in arrays.named], dtype=pl.String),
            "period": pl.Series(first, dtype=pl.Date),
            "line": pl.Series([cell.line for cell in arrays.named], dtype=pl.String),
            "days": pl.Series(dates, dtype=pl.Int64),
            "count": np.round(slotting.use, 6),
            "target": target,
            "least": least,
            "most": limit(MOST),
            "low": limit(LOW, W_LOW),
            "high": limit(HIGH, W_HIGH),
            "top": limit(TOP, W_TOP),
            "cost": curve_costs(cells, slotting.use),
        }
    )


def _costs(counters: pl.DataFrame, own: dict[str, float]) -> pl.DataFrame:
    """Return the terms of the cost."""
    kind = pl.col("kind").str.split(" ").list.first()  # a limit counts with its levels
    by_kind = dict(counters.group_by(kind).agg(pl.col("cost").sum()).iter_rows())
    rows = list(own.items())
    terms = {kind: term for kind, term in TERMS.items() if kind != "split" or kind in by_kind}
    rows += [(term, float(by_kind.get(kind, 0.0))) for kind, term in terms.items()]
    return pl.DataFrame(rows, schema={"term": pl.String, "amount": pl.Float64}, orient="row")


def _days(data: Input, arrays: Arrays, slotting: Slotting) -> pl.DataFrame:
    """Return the days with what they build and what they are short of."""
    capacity = data.days["capacity"].to_numpy()
    load = slotting.use[arrays.capacity]
    built = np.bincount(slotting.day_of[(slotting.day_of >= 0)], minlength=arrays.days)[
        : arrays.days
    ]
    short = _short(arrays, slotting)
    return pl.DataFrame(
        {
            "date": pl.Series(arrays.dates, dtype=pl.Date),
            "line": pl.Series(arrays.calendar.lines, dtype=pl.String),
            "hours": data.days["hours"].cast(pl.Float64),
            "capacity": capacity.astype(np.float64),
            "built": built.astype(np.int64),
            "load": np.round(load, 6),
            "utilisation": load / np.maximum(capacity, 1e-9),
            "short": pl.Series(short, dtype=pl.String),
        }
    )


def _colours(data: Input, arrays: Arrays, slotting: Slotting) -> pl.DataFrame:
    """Return the cars of each colour on each day of the lines."""
    days = pl.DataFrame({"date": arrays.dates, "line": arrays.calendar.lines}, DAYS)
    days = days.with_row_index("day").cast({"day": pl.Int32})
    cars = pl.DataFrame([data.orders["colour"], pl.Series("day", slotting.day_of)])
    counted = cars.group_by("colour", "day").agg(pl.len().cast(pl.Int64).alias("built"))
    colours = data.orders.select(pl.col("colour").unique().sort())
    return (
        colours.join(days, how="cross", maintain_order="left_right")
        .join(counted, on=["colour", "day"], how="left", maintain_order="left")
        .select("date", "line", "colour", pl.col("built").fill_null(0))
    )


def _short(arrays: Arrays, slotting: Slotting) -> list[str]:
    """Say what each day is short of: capacity that is used up, limits that are reached."""
    found: list[list[str]] = [[] for _ in arrays.dates]
    one_more = arrays.cells[:, UNIT] / PIECE
    at_limit = slotting.use + one_more > arrays.cells[:, MOST] + SMALL
    over = slotting.use > arrays.cells[:, TOP]
    for c in np.flatnonzero(at_limit | over).tolist():
        cell = arrays.named[c]
        if cell.kind in ("corridor", "entitlement"):
            continue
        what = cell.kind.removesuffix(" limit")
        if cell.kind == "capacity":
            idle = arrays.cells[c, MOST] <= 0
            text = "hours: the line does not work" if idle else "line hours"
        elif cell.kind == "shop":
            text = f"hours of {cell.name}"
        elif cell.kind == "part":
            text = f"part {cell.name}"
        elif at_limit[c]:
            limit = "what hard rules of the sequence bear" if cell.sequence else "its daily limit"
            text = f"{what} {cell.name} at {limit}"
        elif cell.kind == "work":
            text = f"station {cell.name} with more heavy cars than its takt bears"
        else:
            text = f"option {cell.name} above its ratio rules"
        for day in cell.days:
            found[day].append(text)
    return ["; ".join(one) for one in found]


def _fair_share(data: Input, arrays: Arrays, slots: pl.DataFrame) -> pl.DataFrame:
    """Return contracted and built slots by brand and week, over all lines and of lines' own."""
    brands = data.orders["brand"]
    dated = slots.select("date", "line").with_columns(brands.alias("brand")).drop_nulls("date")
    week = pl.col("date").dt.truncate("1w").alias("week")
    rows: list[dict[str, Any]] = []
    lines = data.entitlements["line"].drop_nulls().unique(maintain_order=True).to_list()
    for line in (None, *lines):
        here = dated if line is None else dated.filter(pl.col("line") == line)
        counted = {
            (brand, monday): number
            for brand, monday, number in here.group_by("brand", week).len().iter_rows()
        }
        own = entitled(data, arrays.calendar, line)
        known = brands.unique().to_list() if line is None else []
        for monday, _ in weeks_of(arrays.calendar, line):
            for brand in sorted({*known, *own.get(monday, {})}):
                slots_own, released = own.get(monday, {}).get(brand, (0.0, True))
                built = counted.get((brand, monday), 0)
                rows.append(
                    {
                        "brand": brand,
                        "week": monday,
                        "line": line,
                        "entitled": slots_own,
                        "built": built,
                        "released": released,
                        "offered": max(0.0, slots_own - built) if released else 0.0,
                    }
                )
    schema = {
        "brand": pl.String,
        "week": pl.Date,
        "line": pl.String,
        "entitled": pl.Float64,
        "built": pl.Int64,
        "released": pl.Boolean,
        "offered": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema)
