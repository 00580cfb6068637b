"""The arrays of a day for the kernel, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinho.days.day import Day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Maximum,
    Overload,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.days.score import ratio_windows
from sinho.sequence.kernel.pool import BLOCKS, OVERLOAD, RUNS, SPREAD, STRETCH, WINDOWS

Ints = NDArray[np.int64]

WORD = 64

UNLIMITED = np.int64(1) << np.int64(40)


def _codes(values: Sequence[str]) -> tuple[Ints, dict[str, int]]:
    known = {value: code for code, value in enumerate(dict.fromkeys(values))}
    return np.array([known[v] for v in values] + [len(known)], dtype=np.int64), known


def _starts(levels: Sequence[int], count: int) -> Ints:
    return np.searchsorted(np.asarray(levels, dtype=np.int64), np.arange(count + 1)).astype(
        np.int64
    )


class DayParts:
    """Collects the arrays of a day."""

    def __init__(self, day: Day, like: Day) -> None:
        self.day, self.like = day, like
        self.levels = len(day.levels) + 1
        self.ratios = sorted(
            (rule for rule in day.rules if isinstance(rule, Ratio) and not rule.confined),
            key=self.level_of,
        )
        windows = [self.window_of(rule) for rule in day.rules if isinstance(rule, Ratio)]
        head = max(windows, default=1) + 1
        self.before = min(day.previous.height, head)
        self.head = head
        columns = [name for name in day.cars.columns if name in day.previous.columns]
        previous = day.previous.select(columns).tail(self.before)
        self.columns: dict[str, list[Any]] = {
            name: day.cars[name].to_list() + previous[name].to_list() for name in columns
        }
        self.cars = day.size + self.before
        self.constant = [0] * self.levels

    def level_of(self, rule: Rule) -> int:
        """Return the level in the arrays: 0 for hard rules."""
        return 0 if rule.level is None else rule.level + 1

    def weight_of(self, rule: Rule) -> int:
        """Return what one unit of the rule's cost adds to its level's total."""
        return rule.weight * self.like.level_scale(rule.level) // rule.scale

    def window_of(self, rule: Ratio) -> int:
        """Return the width of a rule's windows, no wider than makes a difference.

        A window that holds more than all cars counts as one that holds all of them, and one that
        has to be whole never is.
        """
        return min(rule.window, self.day.size + self.day.previous.height + 1)

    def option(self, name: str) -> Ints:
        """Return 0 or 1 per car, and 0 for no car."""
        return np.array([*self.columns[name], False], dtype=np.int64)

    def ratio_parts(self) -> dict[str, Any]:
        """Return masks, limits and windows."""
        rules, levels = self.ratios, [self.level_of(rule) for rule in self.ratios]
        words = max(1, -(-len(rules) // WORD))
        mask = np.zeros((self.cars + 1, words), dtype=np.uint64)
        level_mask = np.zeros((self.levels, words), dtype=np.uint64)
        for r, rule in enumerate(rules):
            bit = np.uint64(1) << np.uint64(r % WORD)
            mask[:, r // WORD] |= self.option(rule.option).astype(np.uint64) * bit
            level_mask[levels[r], r // WORD] |= bit
        window = np.array([self.window_of(rule) for rule in rules], dtype=np.int64)
        end = self.head + self.day.size - 1
        table = np.zeros((len(rules), 8), dtype=np.int64)
        table[:, 0] = [rule.most for rule in rules]
        table[:, 1] = window
        table[:, 2] = [self.weight_of(rule) for rule in rules]
        table[:, 3] = np.maximum(self.head - window + 1, self.head - self.before)
        table[:, 4] = np.where([rule.shortened for rule in rules], end, end - window + 1)
        table[:, 5] = levels
        return {
            "mask": mask.view(np.int64),
            "rule": table,
            "ratio_start": _starts(levels, self.levels),
            "level_mask": level_mask.view(np.int64),
        }

    def pair_parts(self) -> dict[str, Any]:
        """Return the values and cost matrices of the neighbour rules."""
        rules = sorted(
            (r for r in self.day.rules if isinstance(r, Changes | Forbidden | Changeover)),
            key=self.level_of,
        )
        coded = [_codes(self.columns[rule.attribute]) for rule in rules]
        most = max([len(known) for _, known in coded], default=0)
        cost = np.zeros((len(rules), most + 1, most + 1), dtype=np.int64)
        start = np.zeros((len(rules), most + 2), dtype=np.int64)
        cars = np.zeros((len(rules), self.day.size), dtype=np.int64)
        for k, (rule, (codes, known)) in enumerate(zip(rules, coded, strict=True)):
            matrix = np.zeros((len(known), len(known)), dtype=np.int64)
            if isinstance(rule, Changes):
                matrix += 1 - np.eye(len(known), dtype=np.int64)
            elif isinstance(rule, Forbidden):
                for one, two in rule.pairs:
                    if one in known and two in known:
                        matrix[known[one], known[two]] = 1
            else:
                matrix += round(rule.default * rule.scale) * (1 - np.eye(len(known), dtype=int))
                for one, two, amount in rule.costs:
                    if one in known and two in known:
                        matrix[known[one], known[two]] = round(amount * rule.scale)
            cost[k, : len(known), : len(known)] = matrix * self.weight_of(rule)
            own = codes[: self.day.size]
            cars[k] = np.argsort(own, kind="stable")
            start[k] = np.searchsorted(np.sort(own), np.arange(most + 2))
        return {
            "pair_value": np.array([codes for codes, _ in coded], dtype=np.int64).reshape(
                len(rules), self.cars + 1
            ),
            "pair_cost": cost,
            "pair_even": np.array([(m == m.T).all() for m in cost], dtype=np.bool_),
            "pair_start": _starts([self.level_of(rule) for rule in rules], self.levels),
            "like_start": start,
            "like_cars": cars,
        }

    def term(self, rule: Rule) -> tuple[int, Ints, Ints] | None:
        """Return kind, values and table of a rule evaluated locally; None where it is no such."""
        none = np.zeros(self.cars + 1, dtype=np.int64)
        pair = np.zeros((2, 2), dtype=np.int64)
        if isinstance(rule, RunLength):
            codes, known = _codes(self.columns[rule.attribute])
            table = np.zeros((2, len(known) + 1), dtype=np.int64)
            table[1] = UNLIMITED
            for value, code in known.items():
                if rule.value in (None, value):
                    table[0, code] = rule.least
                    table[1, code] = UNLIMITED if rule.most is None else rule.most
            own = np.bincount(codes[: self.day.size], minlength=len(known) + 1)
            if (table[0] <= 1).all() and (own <= table[1]).all():
                return None
            return RUNS, codes.astype(np.int64), table
        if isinstance(rule, Spread):
            values = self.option(rule.option)
            pair[0, 0] = values[: self.day.size].sum()
            return SPREAD, values, pair
        if isinstance(rule, Maximum):
            values = self.option(rule.option)
            if rule.per is None or rule.per >= self.day.size:
                over = max(0, int(values[: self.day.size].sum()) - rule.most)
                self.constant[self.level_of(rule)] += over * self.weight_of(rule)
                return None
            pair = np.array([[rule.most, rule.per], [0, 0]], dtype=np.int64)
            return BLOCKS, values, pair
        if isinstance(rule, Ratio):
            if not rule.confined:
                return None
            # Borders in the numbers of the kernel's places; cars before the day are known.
            first, _ = ratio_windows(rule, self.day.size, self.day.previous.height)
            if not len(first):
                return None
            width = self.window_of(rule)
            pair = np.array([[rule.most, width], [first[0], first[-1] + width - 1]], dtype=np.int64)
            return STRETCH, self.option(rule.option), pair
        if isinstance(rule, Overload):
            values = none + round(rule.base * rule.scale)
            for option, minutes in rule.times:
                values += self.option(option) * round(minutes * rule.scale)
            pair[0] = round(rule.takt * rule.scale), round(rule.length * rule.scale)
            pair[1] = rule.slow or (1, 0)
            return OVERLOAD, values, pair
        if isinstance(rule, Windows):
            table = np.zeros((2, self.cars + 1), dtype=np.int64)
            table[1] = UNLIMITED
            values = none.copy()
            for car, early, late in rule.windows:
                table[:, self.day.row_of[car]] = early, late
                values[self.day.row_of[car]] = self.day.row_of[car] + 1
            return WINDOWS, values, table
        return None

    def term_parts(self) -> dict[str, Any]:
        """Return the terms that are evaluated locally."""
        found = [(rule, self.term(rule)) for rule in sorted(self.day.rules, key=self.level_of)]
        terms = [(rule, term) for rule, term in found if term is not None]
        entries = max([2, *(table.shape[1] for _, (_, _, table) in terms)])
        tables = np.zeros((len(terms), 2, entries), dtype=np.int64)
        for t, (_, (_, _, table)) in enumerate(terms):
            tables[t, :, : table.shape[1]] = table
        levels = [self.level_of(rule) for rule, _ in terms]
        return {
            "term": np.array(
                [
                    (kind, level, self.weight_of(rule), 0)
                    for level, (rule, (kind, _, _)) in zip(levels, terms, strict=True)
                ],
                dtype=np.int64,
            ).reshape(len(terms), 4),
            "term_value": np.array([values for _, (_, values, _) in terms], dtype=np.int64).reshape(
                len(terms), self.cars + 1
            ),
            "term_table": tables,
            "term_start": _starts(levels, self.levels),
        }

    def group_parts(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return, per level, the groups of cars alike in all that the levels above look at.

        One group more than levels: in the last, cars are alike in everything. The others leave
        hard run lengths out, so that colours may be exchanged between cars that the ratios above
        cannot tell apart.
        """
        size, values = self.day.size, parts["pair_cost"].shape[-1]
        group = np.zeros((self.levels + 1, self.cars + 1), dtype=np.int64)
        cars = np.zeros((self.levels + 1, size), dtype=np.int64)
        start = np.zeros((self.levels + 1, size + 1), dtype=np.int64)
        fit_start = np.zeros((len(parts["pair_value"]), size * values + 1), dtype=np.int64)
        fit_cars = np.zeros((len(parts["pair_value"]), size), dtype=np.int64)
        keys: list[Ints] = []
        runs: list[Ints] = []
        for level in range(self.levels + 1):
            if level == self.levels:
                keys += runs
            stacked = np.stack([np.zeros(size, dtype=np.int64), *keys], axis=1)
            _, own = np.unique(stacked, axis=0, return_inverse=True)
            group[level, :size] = own.reshape(-1)
            cars[level] = np.argsort(group[level, :size], kind="stable")
            start[level] = np.searchsorted(np.sort(group[level, :size]), np.arange(size + 1))
            if level == self.levels:
                break
            masked = parts["mask"][:size] & parts["level_mask"][level]
            keys += list(masked.T)
            low, high = parts["pair_start"][level : level + 2]
            for k in range(low, high):
                keys.append(parts["pair_value"][k, :size])
                joint = group[level, :size] * values + parts["pair_value"][k, :size]
                fit_cars[k] = np.argsort(joint, kind="stable")
                fit_start[k] = np.searchsorted(np.sort(joint), np.arange(size * values + 1))
            low, high = parts["term_start"][level : level + 2]
            for t in range(low, high):
                hard_run = level == 0 and parts["term"][t, 0] == RUNS
                (runs if hard_run else keys).append(parts["term_value"][t, :size])
        return {
            "group": group,
            "group_start": start,
            "group_cars": cars,
            "fit_start": fit_start,
            "fit_cars": fit_cars,
        }

    def pinned_parts(self) -> dict[str, Any]:
        """Return the places that pinned and frozen cars hold."""
        places = self.head * 2 + self.day.size
        pinned = np.zeros(places + 1, dtype=np.int64)
        taken = np.zeros(places, dtype=np.int64)
        for position in self.day.fixed().values():
            taken[self.head + position - 1] = 1
        pinned[1:] = np.cumsum(taken)
        own = np.arange(self.head, self.head + self.day.size)
        return {"pinned": pinned, "free": own[taken[own] == 0].astype(np.int64)}
