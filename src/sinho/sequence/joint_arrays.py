"""Lines that share booths as arrays for the joint kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sinho.days.day import Day
from sinho.days.joint import JointDay, SharedRule
from sinho.days.rules import Changeover, Changes, Forbidden, RunLength
from sinho.sequence.arrays import PackedDay, new_search, prepare
from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import begin, joint_pool, pool, run_joint
from sinho.sequence.stages import best_view, line_view
from sinho.sequence.start import settled
from sinho.sequence.walk import Walker

PAIRS = Changes | Changeover | Forbidden


@dataclass
class JointWalker(Walker):
    """A joint search.

    Parameters
    ----------
    m : ndarray of int64
        Its own array.
    views : sequence of ndarray of int64
        The array of each line, then of each booth.
    places : sequence of ndarray of int64
        For each of them, the place on the joint line of the car at each of its positions.
    shifts : sequence of ndarray of int64
        What makes that car's number of its number among all cars.
    problems : sequence of PackedDay
        The day of each view.
    """

    views: Sequence[Ints] = ()
    places: Sequence[Ints] = ()
    shifts: Sequence[Ints] = ()
    problems: Sequence[PackedDay] = ()

    def fill(self) -> None:
        """Fill the counts of all lines and booths for the orders on the joint line."""
        line, active = line_view(self.m), int(self.m[pool.ACTIVE])
        totals = self.m[self.m[pool.TOTAL] : self.m[pool.TOTAL] + active]
        totals[:] = 0
        for m, place, shift in zip(self.views, self.places, self.shifts, strict=True):
            head = int(m[pool.HEAD])
            line_view(m)[head : head + len(place)] = line[place] + shift
            m[pool.ACTIVE] = active
            begin(m.ctypes.data)
            totals += m[m[pool.TOTAL] : m[pool.TOTAL] + active]

    def push(self, moves: int, temperature: float) -> None:
        """Try so many moves, without the interpreter's lock."""
        run_joint(self.m.ctypes.data, moves, temperature)


def kernel_line(joint: JointDay, at: int) -> Day:
    """Return a line's day for the kernel: it knows the attributes that its booths compare.

    A rule of no weight stands for each, so that cars that differ in it are not taken for alike, and
    cars of one value are found. Where the rule is a hard limit on runs, it stands at the last
    level: as on a single line, colours may be exchanged between cars alike in all levels above.
    """
    day = joint.lines[at]
    wanted: dict[tuple[str, int | None], None] = {}
    for booth in joint.booths:
        for rule in booth.rules if day.line in booth.lines else ():
            runs = isinstance(rule, RunLength) and rule.hard and day.levels
            wanted[rule.attribute, len(day.levels) - 1 if runs else rule.level] = None
    return day.with_rules(
        *(
            Changes(name=f"{name} at a booth, {level}", level=level, weight=0, attribute=name)
            for name, level in wanted
        )
    )


def _pairs(day: Day) -> list[PAIRS]:
    """Return the neighbour rules of a day in the order of its arrays."""
    rules = [rule for rule in day.rules if isinstance(rule, PAIRS)]
    return sorted(rules, key=lambda rule: -1 if rule.level is None else rule.level)


def _level(rule: SharedRule) -> int:
    return 0 if rule.level is None else rule.level + 1


class _Builder:
    """Collects the tables of a joint search."""

    def __init__(self, joint: JointDay) -> None:
        self.joint = joint
        self.days = [kernel_line(joint, at) for at in range(len(joint.lines))]
        self.lines = len(self.days)
        self.days += joint.booth_days
        self.problems = [prepare(day, joint.whole) for day in self.days]
        self.packed = [problem.packed for problem in self.problems]
        self.start = np.cumsum([0, *(day.size for day in self.days[: self.lines])])
        self.entering = [
            *([(line, at) for at in range(self.days[line].size)] for line in range(self.lines)),
            *(joint.entering(booth) for booth in joint.booths),
        ]
        self.pairs = [_pairs(day) for day in self.days]
        self.most = {
            joint_pool.LINES: self.lines,
            joint_pool.VIEWS: len(self.days),
            joint_pool.MOST_PLACES: max(int(m[pool.PLACES]) for m in self.packed),
            joint_pool.MOST_PAIRS: max(len(pairs) for pairs in self.pairs),
            joint_pool.MOST_VALUES: max(int(m[pool.VALUES]) for m in self.packed),
        }

    def shift_of(self, v: int) -> Ints:
        """Return the number of each line's first car in a view."""
        if v < self.lines:
            return np.zeros(self.lines, dtype=np.int64)
        shift, so_far = np.zeros(self.lines, dtype=np.int64), 0
        for line in self.joint.members(self.joint.booths[v - self.lines]):
            shift[line] = so_far
            so_far += self.days[line].size
        return shift

    def place_tables(self) -> dict[int, Ints]:
        """Return who stands where: of each view's places the line and the place there, and back."""
        views, places = len(self.days), self.most[joint_pool.MOST_PLACES]
        owner = np.zeros((views, places), dtype=np.int64)
        spot = np.zeros((views, places), dtype=np.int64)
        back = np.full((views, self.lines, places), -1, dtype=np.int64)
        for v, order in enumerate(self.entering):
            head = int(self.packed[v][pool.HEAD])
            for place, (line, at) in enumerate(order, start=head):
                own = int(self.packed[line][pool.HEAD]) + at
                owner[v, place], spot[v, place], back[v, line, own] = line, own, place
        return {
            joint_pool.OWNER: owner,
            joint_pool.SPOT: spot,
            joint_pool.AT: back,
            joint_pool.SHIFT: np.stack([self.shift_of(v) for v in range(views)]),
            joint_pool.START: self.start,
        }

    def pair_tables(self) -> dict[int, Ints]:
        """Return which neighbour rules count, and what stands for them on the lines."""
        views, pairs = len(self.days), self.most[joint_pool.MOST_PAIRS]
        twin = np.zeros((views, pairs, self.lines), dtype=np.int64)
        values = self.most[joint_pool.MOST_VALUES]
        code = np.full((views, pairs, self.lines, values), -1, dtype=np.int64)
        levels = len(self.joint.levels) + 1
        counted: list[list[tuple[int, int]]] = [[] for _ in range(levels)]
        for v, rules in enumerate(self.pairs):
            members = {line for line, _ in self.entering[v]}
            for k, rule in enumerate(rules):
                if rule.weight:
                    counted[_level(rule)].append((v, k))
                own = self.codes(v, k)
                for line in members:
                    twin[v, k, line] = self.twin(v, k, line)
                    of_line = self.codes(line, int(twin[v, k, line]))
                    for value, at in own.items():
                        code[v, k, line, at] = of_line.get(value, -1)
        ratios = [
            sum(
                int(m[m[name] + level + 1] - m[m[name] + level])
                for m in self.packed
                for name in (pool.RATIO_START, pool.TERM_START)
            )
            for level in range(levels)
        ]
        listed = [one for level in counted for one in level]
        return {
            joint_pool.TWIN: twin,
            joint_pool.CODE: code,
            joint_pool.COUNTED: np.cumsum([0, *map(len, counted)]),
            joint_pool.PAIR_LIST: np.array(listed, dtype=np.int64),
            joint_pool.RATIOS: np.array(ratios, dtype=np.int64),
        }

    def twin(self, v: int, k: int, line: int) -> int:
        """Return the rule of a line that compares the same attribute at the same level."""
        if v < self.lines:
            return k
        rule = self.pairs[v][k]
        same = [
            (one.attribute, one.level) == (rule.attribute, rule.level) for one in self.pairs[line]
        ]
        return same.index(True)

    def codes(self, v: int, k: int) -> dict[str, int]:
        """Return the codes of values in a neighbour rule of a view, as its cars have them."""
        day, m, name = self.days[v], self.packed[v], self.pairs[v][k].attribute
        cars = int(m[pool.CARS])
        low = int(m[pool.PAIR_VALUE]) + k * cars
        before = day.previous[name].tail(cars - 1 - day.size).to_list()
        values = [*day.cars[name].to_list(), *before]
        return dict(zip(values, m[low : low + cars - 1].tolist(), strict=True))

    def pack(self) -> Ints:
        """Lay all tables out in one array, behind what every search has."""
        levels, size = len(self.joint.levels) + 1, int(self.start[-1])
        header = np.zeros(joint_pool.JOINT_HEADER, dtype=np.int64)
        header[pool.SIZE] = header[pool.PLACES] = size
        header[pool.LEVELS] = header[pool.ACTIVE] = levels
        for name, figure in self.most.items():
            header[name] = figure
        views = len(self.days)
        sizes = dict.fromkeys((pool.LINE, pool.BEST), size)
        sizes |= dict.fromkeys((pool.TOTAL, pool.PRICE, pool.AIM, pool.BEST_TOTAL), levels)
        sizes |= {pool.RANDOM: 1, pool.TALLY: 1, joint_pool.ADDRESS: views}
        sizes |= {joint_pool.MOVE: 3 * views}
        parts = {name: np.zeros(count, dtype=np.int64) for name, count in sizes.items()}
        parts |= self.place_tables() | self.pair_tables()
        at = len(header)
        for name, values in parts.items():
            header[name] = at
            at += values.size
        pieces = [values.reshape(-1).astype(np.int64) for values in parts.values()]
        packed = np.concatenate([header, *pieces])
        packed[packed[pool.PRICE] : packed[pool.PRICE] + levels] = 1
        low = packed[pool.BEST_TOTAL]
        packed[low : low + levels] = np.iinfo(np.int64).max
        return packed


def joint_walkers(
    joint: JointDay, orders: Mapping[str, Sequence[str]], seed: int, threads: int
) -> tuple[list[JointWalker], tuple[int, ...]]:
    """Return joint searches side by side, each with some orders of the lines as the best seen.

    Parameters
    ----------
    joint : JointDay
        The day.
    orders : mapping of str to sequence of str
        Idents of each line's cars in building order.
    seed : int
        Seed of the random numbers.
    threads : int
        How many searches.

    Returns
    -------
    list of JointWalker
        The searches.
    tuple of int
        What all orders cost per level, hard rules first, beside what the searches count.

    Raises
    ------
    DataError
        When an order does not hold each car of its line once.
    """
    builder = _Builder(joint)
    packed = builder.pack()
    order = np.concatenate(
        [
            settled(day, orders[day.line]) + start
            for day, start in zip(joint.lines, builder.start, strict=False)
        ]
    )
    places = [np.array([builder.start[line] + at for line, at in own]) for own in builder.entering]
    shifts = [
        np.array([builder.shift_of(v)[line] - builder.start[line] for line, _ in own])
        for v, own in enumerate(builder.entering)
    ]
    walkers = []
    for thread in range(threads):
        m, own = packed.copy(), seed * 1_000_003 + thread
        m[m[pool.RANDOM]] = own * 2 + 1
        line_view(m)[:] = order
        best_view(m)[:] = order
        views = [
            new_search(problem, np.arange(problem.day.size), own * 31 + v + 1)
            for v, problem in enumerate(builder.problems)
        ]
        m[m[joint_pool.ADDRESS] : m[joint_pool.ADDRESS] + len(views)] = [
            view.ctypes.data for view in views
        ]
        walkers.append(JointWalker(m, 0, views, places, shifts, builder.problems))
    constant = np.sum([problem.constant for problem in builder.problems], axis=0)
    return walkers, tuple(constant.tolist())
