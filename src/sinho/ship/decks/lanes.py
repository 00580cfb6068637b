"""From cars by deck to places in lanes: the cars for the last port deepest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sinho.ship.decks.data import INF
from sinho.ship.decks.hull import Deck, Fleet
from sinho.ship.decks.program import Counts

ROUND = 1e-6


@dataclass(frozen=True)
class Stood:
    """Where cars stand.

    Parameters
    ----------
    lanes : dict
        By deck and lane (1 first), the rows of its cars, the deepest first.
    without : dict
        By deck, the rows of cars for which no lane has room.
    """

    lanes: dict[tuple[int, int], list[int]]
    without: dict[int, list[int]]


def stood(decks: Sequence[Deck], fleet: Fleet, cars: Counts) -> Stood:
    """Give the cars of each deck lanes and their order in them.

    Parameters
    ----------
    decks, fleet
        The problem.
    cars : ndarray of int, shape (2, K, D)
        Cars by class and deck, aside and in the passage.
    """
    lanes: dict[tuple[int, int], list[int]] = {}
    without: dict[int, list[int]] = {}
    last_port_first = sorted(range(len(fleet.port)), key=_turn(fleet))
    next_one = [iter(own) for own in fleet.members]
    for d, deck in enumerate(decks):
        aside, inside = (
            [k for k in last_port_first for _ in range(int(cars[part, k, d]))] for part in (0, 1)
        )
        if deck.lane_length == INF:  # who need not stand in the way through does not
            free = deck.aside - sum(float(fleet.area[k]) for k in aside)
            for k in list(inside):
                if fleet.area[k] <= free:
                    free -= float(fleet.area[k])
                    inside.remove(k)
                    aside.append(k)
            aside.sort(key=_turn(fleet))
        dealt, rest = _dealt(deck, fleet, aside)
        if inside:
            dealt[1] = inside
        for lane in sorted(dealt):
            own = sorted(dealt[lane], key=lambda k: (-fleet.port[k], k))
            lanes[d, lane] = [next(next_one[k]) for k in own]
        if rest:
            without[d] = [next(next_one[k]) for k in rest]
    return Stood(lanes, without)


def _turn(fleet: Fleet) -> Callable[[int], tuple[float, ...]]:
    """Return what classes are sorted by: the last port first, then the longest."""
    return lambda k: (-fleet.port[k], -float(fleet.length[k]), k)


def _dealt(deck: Deck, fleet: Fleet, aside: list[int]) -> tuple[dict[int, list[int]], list[int]]:
    """Return the classes of the cars in each lane, the passage left out, and who has no room.

    Lane by lane, the last port first. Where lanes have a length and cars are left, the longest cars
    choose lanes first.
    """
    first, count = 1 + deck.passage, deck.lanes - deck.passage
    if deck.lane_length == INF:
        dealt: dict[int, list[int]] = {}
        each, used = deck.area / deck.lanes, 0.0
        for k in aside:  # a lane of its own where its middle lies
            at = min(int((used + fleet.area[k] / 2) / each), count - 1)
            dealt.setdefault(first + at, []).append(k)
            used += float(fleet.area[k])
        return dealt, []
    best = None
    for turn in (aside, sorted(aside, key=lambda k: (-fleet.length[k], k))):
        free = [deck.lane_length + ROUND] * count
        dealt, rest = {}, []
        for k in turn:
            room = [at for at in range(count) if free[at] >= fleet.length[k]]
            if not room:
                rest.append(k)
                continue
            free[room[0]] -= float(fleet.length[k])
            dealt.setdefault(first + room[0], []).append(k)
        if best is None or len(rest) < len(best[1]):
            best = dealt, rest
        if not rest:
            break
    assert best is not None
    return best
