"""The least cost of forbidden neighbours and of changeovers, from the counts of the values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Counts = Mapping[str, int]
LARGEST_TOUR = 10
"""Values up to which the cheapest way through all of them is found exactly."""


def least_forbidden(counts: Counts, before: str | None, pairs: Collection[tuple[str, str]]) -> int:
    """Return a lower bound of the neighbours that are forbidden pairs.

    Two arguments, the larger of which holds. (1) Each car has at most one car right behind it: the
    allowed neighbours are at most the largest flow from cars in front to cars behind over allowed
    pairs. (2) A stretch without a forbidden pair visits values along allowed pairs only; the
    stretches have to visit every value, so there are at least as many as the largest set of values
    of which none can be reached from another (Dilworth 1950, Annals of Mathematics 51, 161-166).

    Parameters
    ----------
    counts : mapping of str to int
        Cars per value.
    before : str or None
        Value of the last car before them.
    pairs : collection of (str, str)
        Forbidden: value in front and value behind.

    Returns
    -------
    int
        Forbidden neighbours that no order avoids.
    """
    values = [value for value, cars in counts.items() if cars]
    cars = sum(counts.values())
    if not cars:
        return 0
    front = {value: counts[value] for value in values}
    if before is not None:
        front[before] = front.get(before, 0) + 1
    allowed = {one: [other for other in values if (one, other) not in pairs] for one in front}
    joints = cars - 1 + int(before is not None)
    flow = _largest_flow(front, {value: counts[value] for value in values}, allowed)
    return max(joints - flow, _stretches(values, before, allowed) - 1)


def _largest_flow(
    supply: dict[str, int], demand: dict[str, int], allowed: Mapping[str, list[str]]
) -> int:
    """Return the largest flow from values in front to values behind (Ford and Fulkerson 1956)."""
    left, open_ = dict(supply), dict(demand)
    sent: dict[tuple[str, str], int] = {}
    total = 0
    while True:
        came: dict[str, str] = {}
        seen = {one for one in left if left[one]}
        wave, reached = list(seen), None
        back: dict[str, str] = {}
        while wave and reached is None:
            one = wave.pop()
            for other in allowed[one]:
                if other in came:
                    continue
                came[other] = one
                if open_[other]:
                    reached = other
                    break
                for third in left:
                    if third not in seen and sent.get((third, other)):
                        seen.add(third)
                        back[third] = other
                        wave.append(third)
        if reached is None:
            return total
        path, amount, other = [], open_[reached], reached
        while True:
            one = came[other]
            path.append((one, other, 1))
            if one not in back:
                amount = min(amount, left[one])
                break
            other = back[one]
            path.append((one, other, -1))
            amount = min(amount, sent[one, other])
        for front, behind, sign in path:
            sent[front, behind] = sent.get((front, behind), 0) + sign * amount
        left[one] -= amount
        open_[reached] -= amount
        total += amount


def _stretches(values: list[str], before: str | None, allowed: Mapping[str, list[str]]) -> int:
    """Return the least number of walks over allowed pairs that visit all values."""
    reach = {one: _reachable(one, allowed) for one in values}
    # Values that reach each other count as one.
    heads = {one: min(other for other in values if _same(one, other, reach)) for one in values}
    nodes = sorted(set(heads.values()))
    after = {one: [two for two in nodes if two != one and two in reach[one]] for one in nodes}
    if before is not None:
        # The car before the day begins a walk and is reached by none.
        start = "\0before"
        after[start] = [two for two in nodes if two in _reachable(before, allowed)]
        nodes = [start, *nodes]
    match: dict[str, str] = {}

    def place(one: str, tried: set[str]) -> bool:
        for two in after[one]:
            if two in tried:
                continue
            tried.add(two)
            if two not in match or place(match[two], tried):
                match[two] = one
                return True
        return False

    return len(nodes) - sum(place(one, set()) for one in nodes)


def _same(one: str, other: str, reach: Mapping[str, set[str]]) -> bool:
    return one == other or (other in reach[one] and one in reach[other])


def _reachable(one: str, allowed: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    wave = [one]
    while wave:
        for other in allowed[wave.pop()]:
            if other not in seen:
                seen.add(other)
                wave.append(other)
    return seen


def least_changeover(
    counts: Counts,
    before: str | None,
    cost: Callable[[str, str], int],
    most: Callable[[str], int | None],
) -> int:
    """Return a lower bound of the changeover cost.

    Two arguments, the larger of which holds. (1) Every car but the first pays at least the
    cheapest change into its value, and at least one car per run pays the cheapest change from
    another value. (2) All values have to be visited: the cheapest way through them, over other
    values where that is cheaper (Held and Karp 1962, Journal of SIAM 10, 196-210), for up to
    ``LARGEST_TOUR`` values.

    Parameters
    ----------
    counts : mapping of str to int
        Cars per value.
    before : str or None
        Value of the last car before them.
    cost : callable
        Cost of a value in front and a value behind.
    most : callable
        Hard limit of the run length of a value, or None.

    Returns
    -------
    int
        Cost that no order avoids.
    """
    values = [value for value, cars in counts.items() if cars]
    if not values:
        return 0
    fronts = [*values, *([before] if before is not None and before not in values else [])]
    entries, first = 0, []
    for value in values:
        any_front = min(cost(front, value) for front in fronts)
        others = [cost(front, value) for front in fronts if front != value]
        limit = most(value)
        runs = -(-counts[value] // limit) if limit else 1
        if before == value:
            runs -= 1
        change = min(others, default=0)
        entries += max(0, runs) * change + (counts[value] - max(0, runs)) * any_front
        first.append(max(change, any_front))
    if before is None:
        entries -= max(first)
    if len(values) > LARGEST_TOUR:
        return max(0, entries)
    return max(0, entries, _tour(values, before, cost))


def _tour(values: list[str], before: str | None, cost: Callable[[str, str], int]) -> int:
    """Return the cheapest way that begins at the value before and visits all values."""
    near = {(one, two): cost(one, two) if one != two else 0 for one in values for two in values}
    for over in values:
        for one in values:
            for two in values:
                detour = near[one, over] + near[over, two]
                near[one, two] = min(near[one, two], detour)
    size = len(values)
    best: list[dict[int, int]] = [{} for _ in range(1 << size)]
    for at, value in enumerate(values):
        entry = (
            [near[over, value] + cost(before, over) for over in values]
            if before is not None
            else [0]
        )
        best[1 << at][at] = 0 if before == value else min(entry)
    for seen, row in enumerate(best):
        for at, so_far in row.items():
            for to in range(size):
                if not seen >> to & 1:
                    step = so_far + near[values[at], values[to]]
                    there = best[seen | 1 << to]
                    there[to] = min(there.get(to, step), step)
    return min(best[-1].values())
