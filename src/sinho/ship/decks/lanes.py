"""From cars by deck to places in lanes: the cars for the last port deepest."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sinho.highs import INF
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

    Lane by lane, the last port first. Where lanes have a length and cars are left, each lane is
    filled to the millimetre, as far as cars can.
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
    tried = [_first_fit(deck, fleet, aside, count)]
    if tried[0][1]:
        tried.append(_filled(deck, fleet, aside, count))
    lanes, rest = min(tried, key=lambda one: len(one[1]))
    return {first + at: own for at, own in enumerate(lanes) if own}, rest


def _first_fit(
    deck: Deck, fleet: Fleet, cars: list[int], count: int
) -> tuple[list[list[int]], list[int]]:
    """Return the classes in each of some lanes, and who has no room: each in the first that has."""
    free = [deck.lane_length + ROUND] * count
    lanes: list[list[int]] = [[] for _ in free]
    rest = []
    for k in cars:
        room = [at for at in range(count) if free[at] >= fleet.length[k]]
        if room:
            free[room[0]] -= float(fleet.length[k])
            lanes[room[0]].append(k)
        else:
            rest.append(k)
    return lanes, rest


def _filled(
    deck: Deck, fleet: Fleet, cars: list[int], count: int
) -> tuple[list[list[int]], list[int]]:
    """Return the same with each lane as full as can be, lane by lane.

    Bit n of a number says whether some of the cars are n millimetres long together.
    """
    most = math.floor(deck.lane_length + ROUND)
    long = [math.ceil(one - ROUND) for one in fleet.length.tolist()]
    lanes, rest = [], list(cars)
    for _ in range(count):
        reached = [1]
        for k in reversed(rest):
            reached.append((reached[-1] | reached[-1] << long[k]) & ((1 << most + 1) - 1))
        left, lane, kept = reached[-1].bit_length() - 1, [], []
        for k, before in zip(rest, reversed(reached[:-1]), strict=True):
            if left >= long[k] and before >> left - long[k] & 1:  # those who are first, if they can
                left -= long[k]
                lane.append(k)
            else:
                kept.append(k)
        lanes.append(lane)
        rest = kept
    return lanes, rest
