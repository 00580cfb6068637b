"""The least number of changes, and the least cost of run lengths, from the counts of the values.

Runs of one value are parted by runs of other values, so a value with b runs needs b - 1 others;
and where no value has more runs than the others together plus one, the runs can be laid in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import accumulate

Counts = Mapping[str, int]


def least_changes(
    counts: Counts, before: str | None, most: Callable[[str], int | None]
) -> int | None:
    """Return the least number of changes between neighbours.

    Parameters
    ----------
    counts : mapping of str to int
        Cars per value.
    before : str or None
        Value of the last car before them.
    most : callable
        Hard limit of the run length of a value, or None.

    Returns
    -------
    int or None
        The exact minimum where nothing else is hard; None where the run lengths cannot be kept.
    """
    runs = {value: -(-cars // (most(value) or cars)) for value, cars in counts.items() if cars}
    if not runs:
        return 0
    total = sum(runs.values())
    most_runs = max(runs.values())
    leader = max(runs, key=lambda value: (runs[value], value == before))
    others = total - most_runs
    if most_runs > others + 1:
        # The other values are cut into as many runs as part the leader's; a row that begins with
        # one of them, to go on where the day before ended, needs one run more.
        if sum(counts.values()) - counts[leader] < most_runs - 1:
            return None
        total = 2 * most_runs - 1
        free = leader == before
    elif most_runs == others + 1:
        free = leader == before
    else:
        free = before in runs
    return total - 1 + int(before is not None and not free)


def _run_cost(cars: int, runs: int, least: int, most: int | None) -> int:
    """Return the least cost of so many cars in so many runs."""
    return max(0, 0 if most is None else cars - runs * most, runs * least - cars)


def least_run_cost(counts: Counts, least: int, most: int | None) -> int:
    """Return the least number of cars above the longest and missing to the shortest run.

    Parameters
    ----------
    counts : mapping of str to int
        Cars per value, all of them under the rule.
    least : int
        Shortest run.
    most : int or None
        Longest run.

    Returns
    -------
    int
        The exact minimum.
    """
    present = {value: cars for value, cars in counts.items() if cars}
    cost = partial(_run_cost, least=least, most=most)
    if not present:
        return 0
    best: dict[str, int] = {}
    for value, cars in present.items():
        costs = [cost(cars, runs) for runs in range(1, cars + 1)]
        best[value] = 1 + costs.index(min(costs))
    leader = max(best, key=lambda value: best[value])
    floor = sum(cost(cars, best[value]) for value, cars in present.items() if value != leader)
    others = sum(best.values()) - best[leader]
    # What each further run of another value costs, the cheapest first: the cost is convex in the
    # number of runs.
    further = sorted(
        cost(cars, runs + 1) - cost(cars, runs)
        for value, cars in present.items()
        if value != leader
        for runs in range(best[value], cars)
    )
    extra = list(accumulate(further, initial=0))
    return floor + min(
        cost(present[leader], runs) + extra[max(0, runs - 1 - others)]
        for runs in range(1, best[leader] + 1)
        if runs - 1 - others < len(extra)
    )


def least_run_cost_of(cars: int, others: int, least: int, most: int | None) -> int:
    """Return the least run-length cost of a single value that others part.

    Parameters
    ----------
    cars, others : int
        Cars with the value and without it.
    least : int
        Shortest run.
    most : int or None
        Longest run.

    Returns
    -------
    int
        The exact minimum.
    """
    if not cars:
        return 0
    return min(_run_cost(cars, runs, least, most) for runs in range(1, min(cars, others + 1) + 1))


def run_conflict(counts: Counts, bands: Mapping[str, tuple[int, int | None]]) -> str | None:
    """Return a value whose runs cannot all lie within their shortest and longest lengths.

    Parameters
    ----------
    counts : mapping of str to int
        Cars per value.
    bands : mapping of str to (int, int or None)
        Shortest and longest run of each value.

    Returns
    -------
    str or None
        The value; None where the runs of all values can be laid in a row.
    """
    fewest, largest = {}, {}
    for value, cars in counts.items():
        if not cars:
            continue
        shortest, longest = bands[value]
        fewest[value] = -(-cars // (longest or cars))
        largest[value] = cars // shortest
        if fewest[value] > largest[value]:
            return value
    room = sum(largest.values())
    for value, runs in fewest.items():
        if runs > room - largest[value] + 1:
            return value
    return None
