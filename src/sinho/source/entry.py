"""Duties by month of leaving: what cars pay on the days on which they enter."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.source.duties import Days, Ints, Row, duty_days, spliced
from sinho.source.terms import Duties, Flags
from sinho.units import Floats, next_month


class Entry:
    """When cars of the planned months enter, in days counted from the first of them.

    Parameters
    ----------
    network : Hub
        Its rules of origin are dated by the day of entry.
    months : sequence of datetime.date
        Months that are planned.
    transit : ndarray, shape (P, K, T)
        Days on the way.
    """

    def __init__(self, network: Hub, months: Sequence[dt.date], transit: Floats) -> None:
        self.months, self.transit = months, transit
        self.first = months[0]
        self.span = (next_month(months[-1]) - self.first).days
        self.span += int(np.ceil(transit.max(initial=0))) + 1
        starts = {(start - self.first).days for start in network["rules_of_origin"]["start"]}
        # days on which some rule of origin begins, and the first
        self.begins = sorted({0, *(day for day in starts if 0 < day < self.span)})

    def days(self, transit: float) -> tuple[Ints, Ints]:
        """Return the days of entry of each month's cars: from, and before."""
        own = [*self.months, next_month(self.months[-1])]
        edges = np.array([(month - self.first).days for month in own]) + round(transit)
        return edges[:-1], edges[1:]

    def years(self) -> Ints:
        """Return the calendar year of the middle day of entry, of shape (P, K, T)."""
        years = np.zeros(self.transit.shape, dtype=np.int64)
        for days in np.unique(self.transit):
            low, high = self.days(days)
            own = [(self.first + dt.timedelta(days=int(day))).year for day in (low + high) // 2]
            years = np.where(self.transit == days, np.array(own), years)
        return years


def origin_met(
    network: Hub,
    homes: Sequence[str],
    powertrains: Sequence[str],
    origins: Mapping[tuple[int, str], Floats],
    building: Floats,
    works: Floats,
    entry: Entry,
) -> tuple[tuple[str, ...], Flags]:
    """Return the agreements, and which of them allocations meet.

    Parameters
    ----------
    network : Hub
        The network.
    homes, powertrains : sequence of str
        Country and powertrain of each allocation.
    origins : mapping of (int, str) to ndarray
        Value of parts by allocation and country, shape (T,).
    building, works : ndarray, shape (A, T)
        Cost of building a car, and its whole cost ex works.
    entry : Entry
        Days of entry.

    Returns
    -------
    tuple of str
        The agreements; one without a name where there is none.
    ndarray of bool, shape (A, agreements, dates at which rules begin, T)
        Whether the rule that holds from a date of entry on is met, at the rates of the month of
        leaving.
    """
    rules = network["rules_of_origin"].to_dicts()
    rules.sort(key=lambda r: (r["powertrain"] != ALL, r["start"]))
    agreements = tuple(dict.fromkeys(r["agreement"] for r in rules)) or ("",)
    by_country: dict[str, dict[int, Floats]] = {}
    for (a, country), value in origins.items():
        by_country.setdefault(country, {})[a] = value
    values = {
        country: (np.array([*own]), np.array([*own.values()]))
        for country, own in by_country.items()
    }
    home, kind = np.array(homes), np.array(powertrains)
    met = np.zeros((len(homes), len(agreements), len(entry.begins), works.shape[1]), dtype=bool)
    for rule in rules:
        members = set(rule["countries"].split(LIST_SEPARATOR))
        regional = np.where(np.isin(home, [*members])[:, None], building, 0.0)
        for country in sorted(members & values.keys()):
            own, value = values[country]
            regional[own] += value
        # a share that is the least to the last digit meets it
        meets = regional >= (rule["least_share"] - 1e-9) * works
        concerned = np.flatnonzero((rule["powertrain"] == ALL) | (kind == rule["powertrain"]))
        since = bisect_left(entry.begins, (rule["start"] - entry.first).days)
        met[concerned, agreements.index(rule["agreement"]), since:] = meets[concerned, None]
    return agreements, met


def duties_by_month(
    network: Hub,
    plant: Ints,
    powertrains: Sequence[str],
    met: tuple[tuple[str, ...], Flags],
    entry: Entry,
    quotas: Sequence[str],
) -> tuple[Ints, Duties, Duties]:
    """Group allocations that pay the same duties; return these by month of leaving.

    Parameters
    ----------
    network : Hub
        The network.
    plant : ndarray of int, shape (A,)
        Plant of each allocation.
    powertrains : sequence of str
        Powertrain of each.
    met : tuple of (tuple of str, ndarray)
        Agreements, and which of them they meet (`origin_met`).
    entry : Entry
        Days of entry.
    quotas : sequence of str
        Names of quotas, by place.

    Returns
    -------
    ndarray of int, shape (A,)
        Group of each allocation.
    Duties
        Those that hold.
    Duties
        Those that were known on the day of entry.
    """
    agreements, flags = met
    keys: dict[tuple[int, str, bytes], int] = {}
    kinds: list[tuple[int, str, Flags]] = []
    group = np.zeros(len(plant), dtype=np.int64)
    for a, (p, powertrain) in enumerate(zip(plant.tolist(), powertrains, strict=True)):
        group[a] = keys.setdefault((p, powertrain, flags[a].tobytes()), len(keys))
        if group[a] == len(kinds):
            kinds.append((p, powertrain, flags[a]))
    late = network["network_tariffs"].filter(pl.col("published") > pl.col("start"))
    made = [
        _by_group(network, kinds, _Sums(network, entry, quotas, agreements, known))
        for known in ([False, True] if late.height else [False])
    ]
    return group, made[0], made[-1]


def _by_group(network: Hub, kinds: Sequence[tuple[int, str, Flags]], sums: _Sums) -> Duties:
    """Return the duties of kinds of cars: plant, powertrain and the agreements that they meet."""
    plants = network["plants"].to_dicts()
    countries = network["network_markets"]["country"].to_list()
    transit = sums.entry.transit
    found: list[tuple[int, int, Flags, Duties]] = []
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
    prices = max((len(made.least) for *_, made in found), default=0)
    whole = Duties(
        rate=np.zeros(shape),
        within=np.zeros(shape),
        quota=np.full(shape, -1, dtype=np.int64),
        least=np.zeros((prices, *shape)),
        part=np.zeros((prices, *shape)),
        closed=np.zeros(shape, dtype=bool),
    )
    for g, k, at, made in found:
        for name in ("rate", "within", "quota", "closed"):
            getattr(whole, name)[g, k, at] = getattr(made, name)[at]
        for name in ("least", "part"):
            own = getattr(made, name)
            getattr(whole, name)[: len(own), g, k, at] = own[:, at]
    return whole


class _Sums:
    """Duties by month of leaving, each kind of car and way once."""

    def __init__(
        self,
        network: Hub,
        entry: Entry,
        quotas: Sequence[str],
        agreements: Sequence[str],
        known: bool,
    ) -> None:
        self.entry, self._quotas, self._known = entry, quotas, known
        self._agreements = agreements
        rates = rates_on(network, entry.months)
        self._rows: dict[tuple[str, str], list[Row]] = {}
        rows = network["network_tariffs"]
        self._least = np.zeros((rows.height, len(entry.months)))
        for place, row in enumerate(rows.to_dicts()):
            if row["minimum"] is not None:
                self._least[place] = row["minimum"] * rates(row["currency"])
            way = (row["origin"], row["destination"])
            self._rows.setdefault(way, []).append({**row, "place": place})
        self._days: dict[tuple[str, str, str, frozenset[str]], Days] = {}
        self._made: dict[tuple[str, str, str, bytes, float], Duties] = {}

    def of(self, plant: Row, powertrain: str, country: str, met: Flags, transit: float) -> Duties:
        """Return the duty of each month's cars that meet agreements (dates, agreements)."""
        rows = self._rows.get((plant["country"], country), [])
        # plants without rows of their own pay what others of their country do
        name = plant["plant"] if any(r["plant"] == plant["plant"] for r in rows) else ""
        kind = (plant["country"] + "/" + name, powertrain, country)
        key = (*kind, met.tobytes(), transit)
        if key not in self._made:
            parts = [self._daily(kind, name, rows, one) for one in met]
            self._made[key] = self._by_month(spliced(parts, self.entry.begins), transit)
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
                own, self.entry.first, self.entry.span, self._quotas, known=self._known
            )
        return self._days[*kind, held]

    def _by_month(self, days: Days, transit: float) -> Duties:
        low, high = self.entry.days(transit)
        middle = (low + high) // 2

        def mean(values: Floats) -> Floats:
            summed = np.concatenate([[0.0], np.cumsum(values)])
            means: Floats = (summed[high] - summed[low]) / (high - low)
            return means

        least, part = self._least_prices(
            days.least, [*zip(low.tolist(), high.tolist(), strict=True)]
        )
        return Duties(
            rate=mean(days.rate),
            within=mean(days.within),
            quota=days.quota[middle],
            least=least,
            part=part,
            closed=days.closed[middle],
        )

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
