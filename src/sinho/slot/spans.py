"""Rows that count over months or weeks: corridors of models, contracted slots of brands."""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import numpy as np
import polars as pl

from sinho.slot.cells import NONE, Entries, Rows, counting
from sinho.slot.classes import mean_load, members_of
from sinho.slot.data import SlotInput

MOST_ENTITLED = 5
"""Entitled brands up to which every group of them is looked at."""


def spanning(
    data: SlotInput, kinds: pl.DataFrame, gathered: Rows, dates: tuple[dt.date, ...]
) -> list[Entries]:
    """Add the rows that count over months or weeks; return which classes they count."""
    entries: list[Entries] = []
    months = np.array([date.year * 12 + date.month - 1 for date in dates])
    by_model = members_of(kinds, "model")
    asked = data.corridor.filter(pl.col("model").is_in(list(by_model)))
    for model in asked["model"].unique(maintain_order=True).to_list():
        row = gathered.row("corridor", model)
        for month, least, most in (
            asked.filter(pl.col("model") == model).select("month", "least", "most").iter_rows()
        ):
            days = np.flatnonzero(months == month.year * 12 + month.month - 1)
            if len(days):
                gathered.cell(
                    row,
                    int(days[0]),
                    int(days[-1]),
                    least=least or 0.0,
                    most=NONE if most is None else most,
                )
        entries.append(counting(by_model[model], row))
    return entries + _entitled(data, kinds, gathered, dates)


def weeks_of(dates: tuple[dt.date, ...]) -> list[tuple[dt.date, int, int]]:
    """Return the weeks of working days: Monday, first and last day number."""
    found: list[tuple[dt.date, int, int]] = []
    for at, date in enumerate(dates):
        monday = date - dt.timedelta(days=date.weekday())
        if found and found[-1][0] == monday:
            found[-1] = (monday, found[-1][1], at)
        else:
            found.append((monday, at, at))
    return found


def entitled(
    data: SlotInput, dates: tuple[dt.date, ...]
) -> dict[dt.date, dict[str, tuple[float, bool]]]:
    """Return each week's contracted slots by brand, and whether they are offered to all by now.

    Now is the first working day; the slots of a week are offered ``release_days`` before its
    Monday. In a week that is cut by the horizon or by the contract they count in proportion to the
    days in it.
    """
    found: dict[dt.date, dict[str, tuple[float, bool]]] = {}
    for monday, first, last in weeks_of(dates):
        days = dates[first : last + 1]
        for brand, start, end, slots, release in data.entitlements.select(
            "brand", "start", "end", "slots_per_week", "release_days"
        ).iter_rows():
            inside = sum(1 for day in days if start <= day and (end is None or day <= end))
            if not inside:
                continue
            released = dates[0] >= monday - dt.timedelta(days=release)
            share = slots * min(1.0, inside / 5)
            held = found.setdefault(monday, {}).get(brand, (0.0, released))
            found[monday][brand] = (held[0] + share, released)
    return found


def _entitled(
    data: SlotInput, kinds: pl.DataFrame, gathered: Rows, dates: tuple[dt.date, ...]
) -> list[Entries]:
    """Add the rows that keep contracted slots for their brands.

    For each group of brands whose slots are not offered yet, all others together get at most what
    the week can build less the group's slots, both at the mean load of their own orders.
    """
    by_week = entitled(data, dates)
    capacity = data.days["capacity"].to_numpy()
    members = members_of(kinds, "brand")
    rows: dict[tuple[str, ...], int] = {}
    entries: list[Entries] = []
    for monday, first, last in weeks_of(dates):
        own = {b: slots for b, (slots, free) in by_week.get(monday, {}).items() if not free}
        sizes = range(1, len(own) + 1) if len(own) <= MOST_ENTITLED else (1, len(own))
        for group in (pair for size in sizes for pair in combinations(sorted(own), size)):
            if group not in rows:
                rows[group] = gathered.row("entitlement", " + ".join(group))
                classes = [at for brand, at in members.items() if brand not in group]
                if classes:
                    entries.append(counting(np.concatenate(classes), rows[group]))
            held = sum(own[b] * mean_load(data, kinds, (b,)) for b in group)
            free = max(0.0, float(capacity[first : last + 1].sum()) - held)
            others = tuple(brand for brand in members if brand not in group)
            gathered.cell(rows[group], first, last, most=free / mean_load(data, kinds, others))
    return entries
