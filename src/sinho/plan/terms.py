"""Terms of the plan that are more than a look-up: days, duties, contracts, patterns."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sinho.hub.currencies import rates_on
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.plan.arrays import Ints, Pattern, Window
from sinho.units import Floats, Period, months_between

if TYPE_CHECKING:
    from sinho.hub import Hub


def codes(column: pl.Series, names: tuple[str, ...]) -> Ints:
    """Return the position of each value in ``names``."""
    if not names:
        return np.zeros(0, dtype=np.int64)
    return column.cast(pl.Enum(list(names))).to_physical().to_numpy().astype(np.int64)


def names(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    """Return a column of names."""
    return tuple(frame[column].to_list())


def floats(frame: pl.DataFrame, column: str, missing: float = np.nan) -> Floats:
    """Return a column of numbers, with a number for empty cells."""
    return frame[column].fill_null(missing).to_numpy().astype(np.float64)


def months_of(column: pl.Series) -> Ints:
    """Return dates as months counted from year 0."""
    return (column.dt.year().cast(pl.Int64) * 12 + column.dt.month().cast(pl.Int64)).to_numpy()


def carry(values: Floats) -> Floats:
    """Fill gaps (nan) along the last axis from the left, then from the right."""
    known = ~np.isnan(values)
    if known.all():
        return values
    place = np.where(known, np.arange(values.shape[1]), 0)
    np.maximum.accumulate(place, axis=1, out=place)
    filled = np.take_along_axis(values, place, axis=1)
    first = np.argmax(known, axis=1)
    lead = np.take_along_axis(values, first[:, None], axis=1)
    return np.where(np.isnan(filled), np.where(np.isnan(lead), 0.0, lead), filled)


def stepped(rows: list[tuple[dt.date, float]], months: list[dt.date], before: float) -> Floats:
    """Return the value in force in each month: that of the latest row at or before it."""
    values = np.full(len(months), before)
    for start, value in sorted(rows):
        for m, month in enumerate(months):
            if month >= start.replace(day=1):
                values[m] = value
    return values


def duties(
    hub: Hub, countries: tuple[str, ...], powertrains: tuple[str, ...], spans: tuple[Period, ...]
) -> tuple[Floats, Floats]:
    """Return day-weighted duty by country, powertrain and period: share of price, and per car."""
    shape = (len(countries), len(powertrains), len(spans))
    percent, per_unit = np.zeros(shape), np.zeros(shape)
    daily = duties_by_day(hub, countries, powertrains, spans)
    for c, country in enumerate(countries):
        if country in daily:
            percent[c], per_unit[c] = mean_by_span(daily[country], spans)
    return percent, per_unit


def duties_by_day(
    hub: Hub, countries: tuple[str, ...], powertrains: tuple[str, ...], spans: tuple[Period, ...]
) -> dict[str, Floats]:
    """Return duties of countries that have any: share of price and per car, shape (2, W, days)."""
    first = spans[0].start
    length = (spans[-1].end - first).days + 1
    rows = hub["tariffs"].filter(pl.col("origin") == hub.settings.country).sort("start").to_dicts()
    rate = rates_on(hub, [first + dt.timedelta(days=n) for n in range(length)])
    found = {}
    for country in countries:
        own = [row for row in rows if row["destination"] == country]
        if not own:
            continue
        daily = np.zeros((2, len(powertrains), length))
        for w, powertrain in enumerate(powertrains):
            for wanted in (ALL, powertrain):
                for row in own:
                    if row["powertrain"] == wanted:
                        day = max((row["start"] - first).days, 0)
                        daily[0, w, day:] = row["percent"] / 100
                        daily[1, w, day:] = row["per_unit"] * rate(row["currency"])[day:]
        found[country] = daily
    return found


def mean_by_span(daily: Floats, spans: tuple[Period, ...]) -> Floats:
    """Return the mean over each period of what holds by day, along the last axis."""
    starts = np.array([(p.start - spans[0].start).days for p in spans])
    counts = np.array([p.days for p in spans], dtype=np.float64)
    return np.asarray(np.add.reduceat(daily, starts, axis=-1) / counts)


def contract_windows(
    hub: Hub,
    spans: tuple[Period, ...],
    pair_model: list[str],
    pair_market: list[str],
) -> list[Window]:
    """Cut the contracts into windows, scaled to the months inside contract and horizon."""
    brands = dict(hub["models"].select("model", "brand").iter_rows())
    months = sorted({span.month for span in spans})
    rates = rates_on(hub, [span.month for span in spans])
    windows = []
    for row in hub["contracts"].to_dicts():
        models = set((row["models"] or "").split(LIST_SEPARATOR)) - {""}
        markets = set((row["markets"] or "").split(LIST_SEPARATOR)) - {""}
        pairs = np.array(
            [
                (model in models if models else brands[model] == row["brand"])
                and (not markets or market in markets)
                for model, market in zip(pair_model, pair_market, strict=True)
            ],
            dtype=bool,
        )
        start, end = row["start"], row["end"]
        whole = {"month": 1, "quarter": 3, "year": 12, "total": months_between(start, end) + 1}
        labels: dict[str, list[dt.date]] = {}
        for month in months:
            if start <= month <= end:
                label = {
                    "month": f"{month:%Y-%m}",
                    "quarter": f"{month:%Y}-Q{(month.month + 2) // 3}",
                    "year": f"{month:%Y}",
                    "total": "total",
                }[row["per"]]
                labels.setdefault(label, []).append(month)
        for label, inside in labels.items():
            share = len(inside) / whole[row["per"]]
            within = np.array([span.month in inside for span in spans])
            rate = rates(row["currency"])
            windows.append(
                Window(
                    contract=row["contract"],
                    brand=row["brand"],
                    label=label,
                    start=inside[0],
                    end=inside[-1],
                    least=row["least"] * share,
                    most=np.inf if row["most"] is None else row["most"] * share,
                    penalty=row["short_penalty"] * float(rate[np.flatnonzero(within)[-1]]),
                    fees=row["fee"] * rate,
                    hard=row["hard"],
                    pairs=pairs,
                    inside=within,
                )
            )
    return windows


def shift_patterns(
    hub: Hub, groups: tuple[str, ...], spans: tuple[Period, ...], fraction: Floats
) -> tuple[Pattern, ...]:
    """Return the patterns of every group."""
    per_month = len(spans) / float(fraction.sum())
    patterns: list[Pattern] = []
    rows = hub["patterns"].to_dicts()
    for g, row_group in enumerate(hub["groups"].to_dicts()):
        for row in (r for r in rows if r["group"] == groups[g]):
            opening = row_group["opening_pattern"] == row["pattern"]
            left = row["min_months"] - row_group["months_kept"] if opening else 0
            patterns.append(
                Pattern(
                    group=g,
                    name=row["pattern"],
                    shifts=row["shifts"],
                    hours=row["hours"],
                    people=row["people"],
                    cost_per_day=row["cost_per_day"],
                    change_cost=row["change_cost"],
                    fewest=max(1, round(row["min_months"] * per_month)),
                    opening=opening,
                    kept=max(0, round(left * per_month)),
                )
            )
    return tuple(patterns)
