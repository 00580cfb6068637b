"""Duties by month of leaving: what cars pay on the days on which they enter."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.source.duties import Days, Ints, Row, duty_days, spliced
from sinho.source.terms import Duties, Flags, Plant
from sinho.units import Floats, next_month


def entry_days(transit: float, month: dt.date, first: dt.date) -> tuple[int, int]:
    """Return the days of entry of a month's cars, counted from the first day: from, and before."""
    low = (month - first).days + round(transit)
    return low, low + (next_month(month) - month).days


def rule_dates(network: Hub, first: dt.date, span: int) -> list[int]:
    """Return the days from the first on at which some rule of origin begins, and the first."""
    begins = {(start - first).days for start in network["rules_of_origin"]["start"]}
    return sorted({0, *(day for day in begins if 0 < day < span)})


def origin_met(
    network: Hub,
    rows: Sequence[Row],
    plants: Sequence[Plant],
    origins: dict[tuple[int, str], Floats],
    parts: Floats,
    building: Floats,
    of: dict[str, Ints],
    months: Sequence[dt.date],
    begins: Sequence[int],
) -> tuple[tuple[str, ...], Flags]:
    """Return the agreements, and which of them allocations meet.

    The flags are of shape (A, agreements, dates at which rules begin, T): by the rule that holds
    from a date of entry on, at the rates of the month of leaving.
    """
    powertrains = dict(network["network_models"].select("model", "powertrain").iter_rows())
    rules = network["rules_of_origin"].to_dicts()
    rules.sort(key=lambda r: (r["powertrain"] != ALL, r["start"]))
    by_country: dict[str, list[tuple[int, Floats]]] = {}
    for (a, country), value in origins.items():
        by_country.setdefault(country, []).append((a, value))
    values = {
        country: (np.array([a for a, _ in own]), np.array([value for _, value in own]))
        for country, own in by_country.items()
    }
    agreements = tuple(dict.fromkeys(r["agreement"] for r in rules)) or ("",)
    held = [
        (
            rule,
            frozenset(rule["countries"].split(LIST_SEPARATOR)),
            bisect_left(begins, (rule["start"] - months[0]).days),
            agreements.index(rule["agreement"]),
        )
        for rule in rules
    ]
    met = np.zeros((len(rows), len(agreements), len(begins), len(months)), dtype=bool)
    homes = np.array([plants[p].country for p in of["plant"]])
    kinds = np.array([powertrains[row["model"]] for row in rows])
    for rule, members, since, at in held:
        regional = np.where(np.isin(homes, list(members))[:, None], building, 0.0)
        for country in sorted(members & values.keys()):
            own, value = values[country]
            regional[own] += value
        # a share that is the least to the last digit meets it
        meets = regional >= (rule["least_share"] - 1e-9) * (parts + building)
        concerned = np.flatnonzero((rule["powertrain"] == ALL) | (kinds == rule["powertrain"]))
        met[concerned, at, since:] = meets[concerned, None]
    return agreements, met


def duties_by_month(
    network: Hub,
    of: dict[str, Ints],
    met: tuple[tuple[str, ...], Flags],
    begins: Sequence[int],
    transit: Floats,
    months: Sequence[dt.date],
    span: int,
    quotas: Sequence[str],
) -> tuple[Ints, Duties, Duties]:
    """Group allocations that pay the same duties; return these by month of leaving.

    The first are those that hold, the second those that were known on the day of entry.
    """
    powertrains = network["network_models"]["powertrain"].to_list()
    agreements, flags = met
    keys: dict[tuple[int, str, bytes], int] = {}
    group = np.zeros(len(of["model"]), dtype=np.int64)
    firsts: list[int] = []
    for a, (i, p) in enumerate(zip(of["model"], of["plant"], strict=True)):
        group[a] = keys.setdefault((int(p), powertrains[i], flags[a].tobytes()), len(keys))
        if group[a] == len(firsts):
            firsts.append(a)
    kinds = [(p, powertrain, flags[a]) for (p, powertrain, _), a in zip(keys, firsts, strict=True)]
    late = pl.col("published") > pl.col("start")
    made = [
        _by_group(
            network, kinds, transit, _Sums(network, months, span, quotas, agreements, begins, known)
        )
        for known in ([False, True] if network["network_tariffs"].filter(late).height else [False])
    ]
    return group, made[0], made[-1]


def _by_group(
    network: Hub, kinds: Sequence[tuple[int, str, Flags]], transit: Floats, sums: _Sums
) -> Duties:
    """Return the duties of kinds of cars: plant, powertrain and the agreements that they meet."""
    plants = network["plants"].to_dicts()
    countries = network["network_markets"]["country"].to_list()
    found: list[tuple[int, int, Flags, dict[str, Any]]] = []
    for g, (p, powertrain, flags) in enumerate(kinds):
        masks, which = np.unique(flags, axis=-1, return_inverse=True)
        for k, country in enumerate(countries):
            if country == plants[p]["country"]:
                continue
            for days in np.unique(transit[p, k]):
                for n, mask in enumerate(masks.T):
                    at = (which.ravel() == n) & (transit[p, k] == days)
                    if at.any():
                        made = sums.of(plants[p], powertrain, country, mask, float(days))
                        found.append((g, k, at, made))
    shape = (len(kinds), len(countries), transit.shape[-1])
    numbers = {name: np.zeros(shape) for name in ("rate", "within")}
    quota, closed = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=bool)
    prices = max((len(made["least"]) for *_, made in found), default=0)
    least, part = np.zeros((prices, *shape)), np.zeros((prices, *shape))
    for g, k, at, made in found:
        for name, values in numbers.items():
            values[g, k, at] = made[name][at]
        least[: len(made["least"]), g, k, at] = made["least"][:, at]
        part[: len(made["part"]), g, k, at] = made["part"][:, at]
        quota[g, k, at], closed[g, k, at] = made["quota"][at], made["closed"][at]
    return Duties(**numbers, least=least, part=part, quota=quota, closed=closed)


class _Sums:
    """Duties by month of leaving, each kind of car and way once."""

    def __init__(
        self,
        network: Hub,
        months: Sequence[dt.date],
        span: int,
        quotas: Sequence[str],
        agreements: Sequence[str],
        begins: Sequence[int],
        known: bool,
    ) -> None:
        self._months, self._span, self._quotas, self._known = months, span, quotas, known
        self._agreements, self._begins = agreements, begins
        rates = rates_on(network, months)
        self._rows: dict[tuple[str, str], list[Row]] = {}
        rows = network["network_tariffs"]
        self._least = np.zeros((rows.height, len(months)))
        for place, row in enumerate(rows.to_dicts()):
            if row["minimum"] is not None:
                self._least[place] = row["minimum"] * rates(row["currency"])
            way = (row["origin"], row["destination"])
            self._rows.setdefault(way, []).append({**row, "place": place})
        self._days: dict[tuple[str, str, str, frozenset[str]], Days] = {}
        self._made: dict[tuple[str, str, str, bytes, float], dict[str, Any]] = {}

    def of(
        self, plant: Row, powertrain: str, country: str, met: Flags, transit: float
    ) -> dict[str, Any]:
        """Return the duty of each month's cars that meet agreements (dates, agreements)."""
        rows = self._rows.get((plant["country"], country), [])
        # plants without rows of their own pay what others of their country do
        name = plant["plant"] if any(r["plant"] == plant["plant"] for r in rows) else ""
        kind = (plant["country"] + "/" + name, powertrain, country)
        key = (*kind, met.tobytes(), transit)
        if key not in self._made:
            parts = [self._daily(kind, name, rows, one) for one in met]
            self._made[key] = self._by_month(spliced(parts, self._begins), transit)
        return self._made[key]

    def _daily(
        self, kind: tuple[str, str, str], name: str, rows: Sequence[Row], met: Flags
    ) -> Days:
        """Return the duties of all days by the agreements that are met."""
        held = frozenset(n for n, flag in zip(self._agreements, met, strict=True) if flag)
        if (*kind, held) not in self._days:
            own = [
                r
                for r in rows
                if r["plant"] in (ALL, name)
                and r["powertrain"] in (ALL, kind[1])
                and (not r["agreement"] or r["agreement"] in held)
            ]
            self._days[*kind, held] = duty_days(
                own, self._months[0], self._span, self._quotas, known=self._known
            )
        return self._days[*kind, held]

    def _by_month(self, days: Days, transit: float) -> dict[str, Any]:
        ends = [entry_days(transit, month, self._months[0]) for month in self._months]
        low, high = np.array(ends).T
        middle = (low + high) // 2

        def mean(values: Floats) -> Floats:
            summed = np.concatenate([[0.0], np.cumsum(values)])
            means: Floats = (summed[high] - summed[low]) / (high - low)
            return means

        least, part = self._least_prices(days.least, ends)
        return {
            "rate": mean(days.rate),
            "within": mean(days.within),
            "quota": days.quota[middle],
            "least": least,
            "part": part,
            "closed": days.closed[middle],
        }

    def _least_prices(self, rows: Ints, ends: Sequence[tuple[int, int]]) -> tuple[Floats, Floats]:
        """Return the least prices of each month's days of entry, and the share of each of them."""
        if not len(rows):
            return np.zeros((0, len(ends))), np.zeros((0, len(ends)))
        found = []
        for t, (low, high) in enumerate(ends):
            own = rows[:, low:high]
            prices = np.where(own >= 0, self._least[own, t], 0.0).max(axis=0)
            values, count = np.unique(prices[prices > 0], return_counts=True)
            found.append((values, count / (high - low)))
        size = max(len(values) for values, _ in found)
        least, part = np.zeros((size, len(ends))), np.zeros((size, len(ends)))
        for t, (values, share) in enumerate(found):
            least[: len(values), t], part[: len(values), t] = values, share
        return least, part
