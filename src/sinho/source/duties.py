"""Duties: which of the dated rows hold for a car that enters on some day.

Rows of one kind and legal act are painted over the days of entry, the wider ones first: all plants
before a plant, all powertrains before one. Ordinary duty is the least of what is asked without and
under agreements whose rule of origin the car meets; acts on top add up; a cap holds down what they
come to together, and the ordinary duty stays where it is higher.
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


@dataclass(frozen=True)
class Days:
    """Duty by day of entry for one kind of car, shapes (days,).

    Parameters
    ----------
    rate, within, paid : ndarray
        Share of the customs value: in full, within the quota (as ``rate`` where there is none), and
        as it was known on the day.
    quota : ndarray of int
        Place of the quota; -1: none.
    least : ndarray
        Least price; nan: none.
    closed : ndarray of bool
        Whether no car may enter.
    """

    rate: Floats
    within: Floats
    paid: Floats
    quota: Ints
    least: Floats
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
    wide = sorted(rows, key=lambda r: (r["plant"] != ALL, r["powertrain"] != ALL, r["start"]))
    for row in wide:
        begins = row["start"]
        if known and row["published"] is not None:
            begins = max(begins, row["published"])
        low = max((begins - first).days, 0)
        high = days if row["end"] is None else max((row["end"] - first).days + 1, 0)
        values[low:high] = row[value]
    return values


def duty_days(
    rows: Sequence[Row], first: dt.date, days: int, quotas: Sequence[str], *, known: bool = False
) -> Days:
    """Return the duty of each day of entry, of rows that may hold for a car.

    Parameters
    ----------
    rows : sequence of dict
        Rows of ``network_tariffs`` of its origin and destination, for its plant and powertrain,
        without those of agreements whose rule of origin it does not meet.
    first : datetime.date
        The first day.
    days : int
        Number of days.
    quotas : sequence of str
        Names of quotas, by place.
    known : bool
        Whether rows count only from the day of their publication on.
    """

    def layers(kind: str, value: str) -> dict[str, Floats]:
        own: dict[str, list[Row]] = {}
        for row in rows:
            if row["kind"] == kind:
                own.setdefault(row["act"], []).append(row)
        return {act: paint(one, value, first, days, known) for act, one in own.items()}

    plain = [row for row in rows if row["kind"] == BASE and not row["agreement"]]
    under = [row for row in rows if row["kind"] == BASE and row["agreement"]]
    top = layers(TOP, "percent")
    minimum = layers(MINIMUM, "minimum")
    for act, price in minimum.items():
        if act in top:
            top[act] = np.where(np.isnan(price), top[act], np.nan)
    cap = least_of(list(layers(CAP, "percent").values()), days)

    def total(instead: str = "", percent: Floats | None = None) -> Floats:
        def asked(act: str, values: Floats) -> Floats:
            if act != instead or percent is None:
                return values
            return np.where(np.isnan(percent), values, percent)

        parted = [
            asked(act, paint([r for r in part if r["act"] == act], "percent", first, days, known))
            for part in (plain, under)
            for act in {r["act"]: None for r in part}
        ]
        base = np.nan_to_num(least_of(parted, days))
        more = np.zeros(days)
        for act, values in top.items():
            more += np.nan_to_num(asked(act, values))
        return base + np.where(np.isnan(cap), more, np.minimum(more, np.maximum(cap - base, 0)))

    rate = total()
    within, quota = rate.copy(), np.full(days, -1, dtype=np.int64)
    for act, percent in layers(QUOTA, "percent").items():
        place = {row["quota"]: quotas.index(row["quota"]) for row in rows if row["kind"] == QUOTA}
        named = [{**r, "at": place[r["quota"]]} for r in rows if r["kind"] == QUOTA]
        at = paint([r for r in named if r["act"] == act], "at", first, days, known)
        lower = total(act, percent)
        better = ~np.isnan(at) & (lower < within)
        within, quota = (
            np.where(better, lower, within),
            np.where(better, at, quota).astype(np.int64),
        )
    shut = [np.zeros(days, dtype=bool)]
    for act in {row["act"]: None for row in rows if row["kind"] == CLOSED}:
        one = [{**r, "at": 1.0} for r in rows if r["kind"] == CLOSED and r["act"] == act]
        shut.append(~np.isnan(paint(one, "at", first, days, known)))
    share = rate / 100
    return Days(
        share,
        within / 100,
        share if known else duty_days(rows, first, days, quotas, known=True).rate,
        quota,
        -least_of([-price for price in minimum.values()], days),
        np.logical_or.reduce(shut),
    )


def least_of(values: Sequence[Floats], days: int) -> Floats:
    """Return the least of what holds on each day; nan where nothing does."""
    if not values:
        return np.full(days, np.nan)
    least: Floats = np.fmin.reduce(np.array(values))
    return least


def shares_met(regional: Floats, rules: Sequence[Row], months: Sequence[dt.date]) -> Any:
    """Return whether a car meets the rule of an agreement in each month; False without a rule.

    Parameters
    ----------
    regional : ndarray, shape (rules, months)
        Share of regional value by each rule's countries.
    rules : sequence of dict
        Rows of ``rules_of_origin`` of one agreement that are for the car's powertrain, the wider
        and the earlier first.
    months : sequence of datetime.date
        The months in which cars leave their plant.
    """
    met = np.zeros(len(months), dtype=bool)
    for own, rule in zip(regional, rules, strict=True):
        since = np.array([month >= rule["start"].replace(day=1) for month in months], dtype=bool)
        # a share that is the least to the last digit meets it
        met = np.where(since, own >= rule["least_share"] - 1e-9, met)
    return met
