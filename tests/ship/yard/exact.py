"""The fewest moves of a small yard, by looking at everything that can be done.

At each moment any cars that can be reached may be driven out, one move each, and all that were are
driven in again wherever they can go. It shares no code with the planner.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from sinho.ship.yard import Input as YardInput

Rows = tuple[tuple[int, ...], ...]
"""Who stands in each place of each row; -1: nobody."""

OVERFLOW = 100


def happenings(data: YardInput) -> list[tuple[str, set[int]]]:
    """Return who comes and who goes, one after another: places are freed before cars come."""
    stood = set(data.standing["car"])
    found = []
    for at, row in enumerate(data.cars.iter_rows(named=True)):
        if row["leave"] is not None:
            found.append(((row["leave"], 0, row["turn"], 0), "out", at))
        if row["car"] not in stood:
            # of those that come at once, who leaves last comes first
            leaves = (row["leave"].timestamp() if row["leave"] else 1e18, row["turn"])
            found.append(((row["ready"], 1, -leaves[0], -leaves[1], at), "in", at))
    steps: list[tuple[object, str, set[int]]] = []
    for key, what, car in sorted(found, key=lambda each: each[0]):
        if what == "out" and steps and steps[-1][0] == key:
            steps[-1][2].add(car)
        else:
            steps.append((key, what, {car}))
    return [(what, cars) for _, what, cars in steps]


def ways(row: tuple[int, ...], ends: int, *, inside: bool) -> Iterator[int]:
    """Yield the places of a row that a car can drive from (inside) or to."""
    taken = [p for p, car in enumerate(row) if car >= 0]
    if not taken:
        yield from () if inside else range(len(row) if ends == 2 else 1)
        return
    if inside:
        yield taken[-1]
        if ends == 2 and taken[0] != taken[-1]:
            yield taken[0]
        return
    # a row open at one end is driven into as far as can be; nothing is gained by less
    yield from range(taken[-1] + 1, len(row) if ends == 2 else min(len(row), taken[-1] + 2))
    if ends == 2:
        yield from range(taken[0])


def changed(rows: Rows, r: int, p: int, car: int) -> Rows:
    """Return rows with another car in a place."""
    row = rows[r]
    return (*rows[:r], (*row[:p], car, *row[p + 1 :]), *rows[r + 1 :])


def least_cost(data: YardInput, most: int = 10**9) -> int:
    """Return the least cost: a move 1, a car without a place 100; ``most`` if none is below it."""
    cars = list(data.cars.iter_rows(named=True))
    sheds = list(data.rows.iter_rows(named=True))
    number = {car["car"]: at for at, car in enumerate(cars)}
    place = {(shed["area"], shed["row"]): r for r, shed in enumerate(sheds)}
    begin: Rows = tuple((-1,) * shed["places"] for shed in sheds)
    for row in data.standing.iter_rows(named=True):
        begin = changed(begin, place[row["area"], row["row"]], row["place"] - 1, number[row["car"]])

    home = {car: r for r, row in enumerate(begin) for car in row if car >= 0}

    def admits(car: int, r: int) -> bool:
        if home.get(car) == r:
            return True
        one, shed = cars[car], sheds[r]
        purposes = {one["purpose"], shed["purpose"]} - {None}
        return (
            one["length"] <= shed["largest_length"]
            and one["width"] <= shed["largest_width"]
            and one["site"] == shed["site"]
            and len(purposes) < 2
        )

    states = {begin: 0}
    for what, who in happenings(data):
        after: dict[Rows, int] = {}
        queue = Queue(most)
        for rows, cost in states.items():
            queue.push(cost, rows, frozenset(who if what == "in" else ()), False)
            if what == "in":
                queue.push(cost + OVERFLOW, rows, frozenset(), False)
        for cost, rows, aisle, done in queue.popped():
            gone = what == "in" or not who & {car for row in rows for car in row}
            if gone and not aisle:
                after[rows] = min(cost, after.get(rows, most))
            for r, row in enumerate(rows):
                ends = sheds[r]["open_ends"]
                if not done:  # first all that are driven out, then all that are driven in
                    for p in ways(row, ends, inside=True):
                        car, left = row[p], changed(rows, r, p, -1)
                        leaves = what == "out" and car in who
                        queue.push(
                            cost + (not leaves), left, aisle if leaves else aisle | {car}, False
                        )
                for car in aisle if gone else ():
                    for p in ways(row, ends, inside=False) if admits(car, r) else ():
                        queue.push(cost, changed(rows, r, p, car), aisle - {car}, True)
        states = after
    return min(states.values(), default=most)


class Queue:
    """What is to be looked at, the cheapest first.

    Parameters
    ----------
    most : int
        What costs as much is left out.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.seen: dict[tuple[Rows, frozenset[int], bool], int] = {}
        self.heap: list[tuple[int, Rows, tuple[int, ...], bool]] = []

    def push(self, cost: int, rows: Rows, aisle: frozenset[int], done: bool) -> None:
        """Keep a state if it is cheaper than before."""
        if cost < min(self.most, self.seen.get((rows, aisle, done), self.most)):
            self.seen[rows, aisle, done] = cost
            heapq.heappush(self.heap, (cost, rows, tuple(sorted(aisle)), done))

    def popped(self) -> Iterator[tuple[int, Rows, frozenset[int], bool]]:
        """Yield one state after another, each at its least cost."""
        while self.heap:
            cost, rows, waiting, done = heapq.heappop(self.heap)
            aisle = frozenset(waiting)
            if cost == self.seen[rows, aisle, done]:
                yield cost, rows, aisle, done
