"""Shift patterns over the whole horizon: the ways through months, patterns and ages of a stay."""

from __future__ import annotations

import numpy as np

from sinho.highs import INF
from sinho.plan.arrays import Bools, Ints, PlanData
from sinho.units import Floats


class Paths:
    """All ways in which each group can choose its patterns, as a network.

    A node is a pattern, a period and the age of the stay, up to the fewest periods for which the
    pattern is kept. A way that is cheapest at given costs is found by dynamic programming, for all
    groups at once.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan: P patterns, T periods.
    change : ndarray, shape (P,)
        Cost of a change to each pattern.
    """

    def __init__(self, data: PlanData, change: Floats) -> None:
        patterns = data.patterns
        self.group: Ints = data.pattern_group
        self._top = np.array([max(1, p.fewest) - 1 for p in patterns], dtype=np.int64)
        self._each = np.arange(len(patterns))
        self._change = change
        same = self.group[:, None] == self.group[None, :]
        self._same: Bools = same
        self._apart = np.where(same & ~np.eye(len(patterns), dtype=bool), 0.0, INF)
        self._given: Bools = data.fixed[self.group] >= 0
        opening = np.array([p.opening for p in patterns])
        known = (same & opening[None, :]).any(axis=1)
        # what is given just before a period's own pattern, and whether it ends the own one's stay
        before = data.given.before[self.group]
        self._broken: Bools = data.given.broken
        same_as_given = before == self._each[:, None]
        self._fee = np.where(same_as_given, 0.0, change[:, None])
        self._age = np.where(same_as_given, self._top[:, None], 0)
        # a stay that began before the horizon is bound by the bounds of its first periods only
        self._first = np.full((len(patterns), int(self._top.max()) + 1), INF)
        self._first[:, 0] = np.where(known, self._change, 0.0)
        self._first[opening, 0] = INF
        self._first[opening, self._top[opening]] = 0.0
        first = before[:, 0] >= 0
        self._first[first] = INF
        self._first[self._each[first], self._age[first, 0]] = self._fee[first, 0]

    def _costs(self, cost: Floats, lower: Floats, upper: Floats) -> Floats:
        """Return the costs with what the bounds forbid at infinity."""
        forced = lower > 0.5
        other = (self._same @ forced) & ~forced
        return np.where((upper < 0.5) | other, INF, cost)

    def _enter(self, ages: Floats, t: int) -> Floats:
        """Return the least cost up to a change to each pattern, from another of the group.

        Where another pattern is given between, the change may also be back to the same one.
        """
        broken, any_age = self._broken[:, t], ages.min(axis=1)
        ended = ages[self._each, self._top]
        leave = np.where(self._given[:, t] | broken, any_age, ended)
        entered: Floats = (leave[:, None] + self._apart).min(axis=0)
        return np.minimum(entered, np.where(broken, any_age, INF))

    def _ahead(self, cost: Floats) -> list[Floats]:
        """Return the least cost up to each period, by pattern and age."""
        ages = self._first + cost[:, :1]
        found = [ages]
        for t in range(1, cost.shape[1]):
            older = np.full_like(ages, INF)
            on = ~self._broken[:, t]
            older[on, 1:] = ages[on, :-1]
            at = self._each[on], self._top[on]
            older[at] = np.minimum(older[at], ages[at])
            at = self._each, self._age[:, t]
            older[at] = np.minimum(older[at], self._enter(ages, t) + self._fee[:, t])
            ages = older + cost[:, t : t + 1]
            found.append(ages)
        return found

    def through(self, cost: Floats, lower: Floats, upper: Floats) -> Floats:
        """Return by how much the best way through each pattern and period is above the best.

        Parameters
        ----------
        cost : ndarray, shape (P, T)
            Cost of each pattern in each period, besides changes.
        lower, upper : ndarray, shape (P, T)
            Bounds of the choice.

        Returns
        -------
        ndarray, shape (P, T)
            Cost above that of the group's best way; ``inf`` where there is no way.
        """
        cost = self._costs(cost, lower, upper)
        ahead = self._ahead(cost)
        behind = np.zeros_like(ahead[0])
        found = np.empty_like(cost)
        for t in range(cost.shape[1] - 1, -1, -1):
            found[:, t] = (ahead[t] + behind).min(axis=1)
            then = behind + cost[:, t : t + 1]
            older = np.full_like(behind, INF)
            broken = self._broken[:, t]
            at = self._each[~broken], self._top[~broken]
            older[~broken, :-1] = then[~broken, 1:]
            older[at] = then[at]
            entry = then[self._each, self._age[:, t]] + self._fee[:, t]
            change = (self._apart + entry[None, :]).min(axis=1)
            change = np.minimum(change, np.where(broken, entry, INF))
            at = self._each, self._top
            older[at] = np.minimum(older[at], change)
            free = self._given[:, t] | broken
            older[free] = np.minimum(older[free], change[free, None])
            behind = older
        least = np.array([found[self._same[p], 0].min() for p in self._each])
        with np.errstate(invalid="ignore"):
            return np.where(np.isfinite(found), found - least[:, None], INF)

    def nearest(self, worked: Floats, lower: Floats, upper: Floats) -> Floats | None:
        """Return whole patterns that have the most of given shares.

        Parameters
        ----------
        worked, lower, upper : ndarray, shape (P, T)
            Shares of the patterns; bounds of the choice.

        Returns
        -------
        ndarray, shape (P, T) or None
            0 or 1; None where the bounds allow no way.
        """
        cost = self._costs(-worked, lower, upper)
        chosen = lower.copy()
        ahead = self._ahead(cost)
        for g in np.unique(self.group):
            own = np.flatnonzero(self.group == g)
            last = ahead[-1][own]
            if not np.isfinite(last).any():
                return None
            p = int(own[last.min(axis=1).argmin()])
            age = int(ahead[-1][p].argmin())
            for t in range(cost.shape[1] - 1, -1, -1):
                chosen[own, t] = 0.0
                chosen[p, t] = 1.0
                if t:
                    p, age = self._before(ahead[t - 1], p, age, t)
        return chosen

    def _before(self, ages: Floats, p: int, age: int, t: int) -> tuple[int, int]:
        """Return the pattern and age from which a way came to a pattern and age."""
        top = int(self._top[p])
        kept = [age - 1] * (age > 0) + [age] * (age == top)
        options = [(float(ages[p, a]), p, a) for a in kept if not self._broken[p, t]]
        if age == self._age[p, t]:
            others = np.isfinite(self._apart[:, p])
            others[p] = self._broken[p, t]
            for q in np.flatnonzero(others):
                for a in range(int(self._top[q]) + 1):
                    if a == self._top[q] or self._given[q, t] or self._broken[q, t]:
                        options.append((float(ages[q, a] + self._fee[p, t]), int(q), a))
        return min(options)[1:]
