"""Rows that count over months or weeks: corridors of models, contracted slots of brands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import polars as pl

from sinho.slot.cells import NONE, WHOLE, Entries, Floats, Ints, Rows, counting
from sinho.slot.classes import mean_load, members_of
from sinho.slot.data import Input
from sinho.slot.days import Days

MOST_ENTITLED = 5
"""Entitled brands up to which every group of them is looked at."""


def spanning(
    data: Input, kinds: pl.DataFrame, gathered: Rows, cars: Floats, loads: Floats
) -> list[Entries]:
    """Add the rows that count over months or weeks; return which classes they count."""
    days = gathered.days
    entries: list[Entries] = []
    months = np.array([date.year * 12 + date.month - 1 for date in days.dates])
    by_model = members_of(kinds, "model")
    requested = data.corridor.filter(pl.col("model").is_in(list(by_model)))
    for model, line in requested.select("model", "line").unique(maintain_order=True).iter_rows():
        row = gathered.row("corridor", model, of=(line,))
        own = requested.filter((pl.col("model") == model) & pl.col("line").eq_missing(line))
        for month, least, most in own.select("month", "least", "most").iter_rows():
            here = days.of_line(_inside(months, month), line)
            if here:
                top = NONE if most is None else most
                gathered.cell(row, here, {"least": least or 0.0, "most": top})
        entries.append(counting(by_model[model], row))
    weigh = {"w_low": data.params.split_cost, "w_high": data.params.split_cost}
    wished = data.splits.filter(pl.col("model").is_in(list(by_model)))
    for (model, line), own in wished.group_by("model", "line", maintain_order=True):
        row = gathered.row("split", str(model), of=(str(line),))
        for month, low, high in own.select("month", "low", "high").iter_rows():
            here = days.of_line(_inside(months, month), str(line))
            if here:
                gathered.cell(row, here, weigh | {"low": low, "high": high})
        entries.append(counting(by_model[model], row))
    return entries + _entitled(data, kinds, gathered, cars, loads)


def _inside(months: Ints, month: dt.date) -> list[int]:
    """Return the days of a month."""
    found: list[int] = np.flatnonzero(months == month.year * 12 + month.month - 1).tolist()
    return found


def weeks_of(days: Days, line: str | None = None) -> list[tuple[dt.date, list[int]]]:
    """Return the weeks of working days, of all lines or of one: Monday and days."""
    found: dict[dt.date, list[int]] = {}
    for day in days.of_line(range(len(days)), line):
        date = days.dates[day]
        found.setdefault(date - dt.timedelta(days=date.weekday()), []).append(day)
    return list(found.items())


def entitled(
    data: Input, days: Days, line: str | None = None
) -> dict[dt.date, dict[str, tuple[float, bool]]]:
    """Return each week's contracted slots by brand, and whether they are offered to all by now.

    Now is the first working day; the slots of a week are offered ``release_days`` before its
    Monday. In a week that is cut by the horizon or by the contract they count in proportion to the
    dates in it.

    Parameters
    ----------
    data : Input
        The tables.
    days : Days
        The days.
    line : str, optional
        The line whose own slots are asked for; without it those that are of no line.
    """
    found: dict[dt.date, dict[str, tuple[float, bool]]] = {}
    contracts = data.entitlements.filter(pl.col("line").eq_missing(line))
    for monday, own in weeks_of(days, line):
        dates = dict.fromkeys(days.dates[day] for day in own)
        for brand, start, end, slots, release in contracts.select(
            "brand", "start", "end", "slots_per_week", "release_days"
        ).iter_rows():
            inside = sum(1 for date in dates if start <= date and (end is None or date <= end))
            if not inside:
                continue
            released = days.dates[0] >= monday - dt.timedelta(days=release)
            share = slots * min(1.0, inside / 5)
            reserved = found.setdefault(monday, {}).get(brand, (0.0, released))
            found[monday][brand] = (reserved[0] + share, released)
    return found


def _entitled(
    data: Input, kinds: pl.DataFrame, gathered: Rows, cars: Floats, loads: Floats
) -> list[Entries]:
    """Add the rows that keep contracted slots for their brands.

    For each group of brands whose slots are not offered yet, all others together get at most what
    the week can build less the group's slots, both at the mean load of their own orders: over all
    lines, and on each line that has slots of its own.
    """
    days = gathered.days
    capacity = data.days["capacity"].to_numpy()
    members = members_of(kinds, "brand")
    entries: list[Entries] = []
    due = kinds["due"].to_numpy().astype(np.float64)

    def mean(brands: Iterable[str], load: Floats) -> float:
        own = [members[brand] for brand in brands if brand in members]
        who = np.sort(np.concatenate(own)) if own else np.zeros(0, dtype=np.int64)
        return mean_load(load[who], due[who])

    for line in data.entitlements["line"].unique(maintain_order=True).to_list():
        if line is not None and line not in days.names:
            continue
        load = loads[:, 0 if line is None else days.names.index(line)]
        if line is None and (loads != loads[:, :1]).any():
            load = np.average(loads, axis=1, weights=cars + WHOLE)
        by_week = entitled(data, days, line)
        rows: dict[tuple[str, ...], int] = {}
        for monday, here in weeks_of(days, line):
            own = {b: slots for b, (slots, free) in by_week.get(monday, {}).items() if not free}
            sizes = range(1, len(own) + 1) if len(own) <= MOST_ENTITLED else (1, len(own))
            for group in (pair for size in sizes for pair in combinations(sorted(own), size)):
                others = [brand for brand in members if brand not in group]
                if group not in rows:
                    rows[group] = gathered.row("entitlement", " + ".join(group), of=(line,))
                    if others:
                        classes = np.concatenate([members[brand] for brand in others])
                        entries.append(counting(classes, rows[group]))
                reserved = sum(own[b] * mean((b,), load) for b in group)
                free = max(0.0, float(capacity[here].sum()) - reserved)
                gathered.cell(rows[group], here, {"most": free / mean(others, load)})
    return entries
