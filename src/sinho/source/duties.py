"""Duties: which of the dated rows hold for a car that enters on some day.

Rows of one kind and legal act are painted over the days of entry, the wider ones first: any car
before those of an agreement, all plants before a plant, all powertrains before one. What a base
duty, an act on top or a cap asks for is the least of what it asks without and under agreements
whose rule of origin the car meets. Acts on top add up; a cap holds down what they come to together,
and the ordinary duty stays where it is higher.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinho.hub.schema import ALL
from sinho.units import Floats

Ints = NDArray[np.int64]
Row = dict[str, Any]

BASE, TOP, CAP, QUOTA, MINIMUM, CLOSED = "base", "on top", "cap", "quota", "minimum", "closed"

NARROWER = ("agreement", "plant", "powertrain")
"""What narrows a row: the first goes before the others."""

WIDE = ("", ALL)
"""What stands for any agreement, plant or powertrain."""


@dataclass(frozen=True)
class Days:
    """Duty by day of entry for one kind of car, shapes (days,).

    Parameters
    ----------
    rate, within : ndarray
        Share of the customs value: in full, and within the quota (as ``rate`` where there is none).
    quota : ndarray of int
        Place of the quota; -1: none.
    least : ndarray of int, shape (acts, days)
        Place of the row of each act that asks for a least price; -1: none.
    closed : ndarray of bool
        Whether no car may enter.
    """

    rate: Floats
    within: Floats
    quota: Ints
    least: Ints
    closed: NDArray[np.bool_]


def paint(rows: Sequence[Row], value: str, first: dt.date, days: int, known: bool) -> Floats:
    """Return the value of the row in force on each day; nan where there is none.

    Parameters
    ----------
    rows : sequence of dict
        Rows of one kind and act.
    value : str
        The column.
    first : datetime.date
        The first day.
    days : int
        Number of days.
    known : bool
        Whether a row counts only from its day of publication on.
    """
    values = np.full(days, np.nan)
    for row in sorted(rows, key=lambda r: (*(r[n] not in WIDE for n in NARROWER), r["start"])):
        begins = row["start"]
        if known and row["published"] is not None:
            begins = max(begins, row["published"])
        low = max((begins - first).days, 0)
        high = days if row["end"] is None else max((row["end"] - first).days + 1, 0)
        values[low:high] = row[value]
    return values


def duty_days(
    rows: Sequence[Row], first: dt.date, days: int, quotas: Sequence[str], *, known: bool
) -> Days:
    """Return the duty of each day of entry, of rows that may hold for a car.

    Parameters
    ----------
    rows : sequence of dict
        Rows of ``network_tariffs`` of its origin and destination, for its plant and powertrain,
        without those of agreements whose rule of origin it does not meet; ``place`` numbers them.
    first : datetime.date
        The first day.
    days : int
        Number of days.
    quotas : sequence of str
        Names of quotas, by place.
    known : bool
        Whether rows count only from the day of their publication on.
    """

    def acts(kind: str) -> dict[str, list[Row]]:
        own: dict[str, list[Row]] = {}
        for row in rows:
            if row["kind"] == kind:
                own.setdefault(row["act"], []).append(row)
        return own

    def layers(kind: str, value: str) -> dict[str, Floats]:
        return {act: paint(one, value, first, days, known) for act, one in acts(kind).items()}

    def asked_by(kind: str) -> dict[str, Floats]:
        found = {}
        for act, own in acts(kind).items():
            parted: dict[str, list[Row]] = {}
            for row in own:
                parted.setdefault(row["agreement"], []).append(row)
            painted = [paint(one, "percent", first, days, known) for one in parted.values()]
            found[act] = least_of(painted, days)
        return found

    base, top = asked_by(BASE), asked_by(TOP)
    minimum = layers(MINIMUM, "place")
    for act, price in minimum.items():
        if act in top:
            top[act] = np.where(np.isnan(price), top[act], np.nan)
    cap = least_of(list(asked_by(CAP).values()), days)

    def total(instead: str = "", percent: Floats | None = None) -> Floats:
        def asked(act: str, values: Floats) -> Floats:
            if act != instead or percent is None:
                return values
            return np.where(np.isnan(percent), values, percent)

        least = np.nan_to_num(least_of([asked(*one) for one in base.items()], days))
        more = np.zeros(days)
        for one in top.items():
            more += np.nan_to_num(asked(*one))
        return least + np.where(np.isnan(cap), more, np.minimum(more, np.maximum(cap - least, 0)))

    rate = total()
    within, quota = rate.copy(), np.full(days, -1, dtype=np.int64)
    for act, own in acts(QUOTA).items():
        named = [{**row, "at": quotas.index(row["quota"])} for row in own]
        at = paint(named, "at", first, days, known)
        lower = total(act, paint(named, "percent", first, days, known))
        within = np.where(np.isnan(at), within, np.minimum(within, lower))
        quota = np.where(np.isnan(at), quota, at).astype(np.int64)
    shut = [~np.isnan(one) for one in layers(CLOSED, "place").values()]
    return Days(
        rate / 100,
        within / 100,
        quota,
        np.nan_to_num(np.array(list(minimum.values())).reshape(-1, days), nan=-1).astype(np.int64),
        np.logical_or.reduce([np.zeros(days, dtype=bool), *shut]),
    )


def least_of(values: Sequence[Floats], days: int) -> Floats:
    """Return the least of what holds on each day; nan where nothing does."""
    if not values:
        return np.full(days, np.nan)
    least: Floats = np.fmin.reduce(np.array(values))
    return least


def spliced(parts: Sequence[Days], begins: Sequence[int]) -> Days:
    """Return the days of each part from where it begins to where the next one does.

    Parameters
    ----------
    parts : sequence of Days
        Duties over all the days.
    begins : sequence of int
        First day of each part; 0 for the first.
    """
    size = len(parts[0].rate)
    ends = [*begins[1:], size]
    acts = max(len(part.least) for part in parts)
    least = np.full((acts, size), -1, dtype=np.int64)
    for part, low, high in zip(parts, begins, ends, strict=True):
        least[: len(part.least), low:high] = part.least[:, low:high]

    def joined(name: str) -> Any:
        cut = zip(parts, begins, ends, strict=True)
        return np.concatenate([getattr(part, name)[low:high] for part, low, high in cut])

    return Days(joined("rate"), joined("within"), joined("quota"), least, joined("closed"))
