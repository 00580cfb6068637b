"""The order of loading and discharge: the ship as a graph of places, played by `sinho.graphs`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sinho.graphs import GATE, DeckGraph, Demand, check, moves_of
from sinho.results.decks import DISCHARGE, LOAD, PUT_BACK, PUT_OFF
from sinho.ship.decks.data import Input
from sinho.ship.decks.hull import Deck, Fleet, loading_order
from sinho.ship.decks.lanes import Stood

EMPTY = -1


@dataclass(frozen=True)
class Spot:
    """Where a car stands: deck, lane and place (1 is the deepest)."""

    deck: int
    lane: int
    place: int


@dataclass(frozen=True)
class Drive:
    """A car that is driven: at a port (0: loading), which step, of which kind."""

    port: int
    step: int
    kind: str
    car: int


@dataclass(frozen=True)
class Ordered:
    """Where cars stand, and all drives in their order.

    Parameters
    ----------
    spots : dict of int to Spot
        By row of the car, in the order of loading.
    drives : tuple of Drive
        At the port of loading, then at each port of discharge.
    """

    spots: dict[int, Spot]
    drives: tuple[Drive, ...]


def ordered(data: Input, decks: Sequence[Deck], fleet: Fleet, places: Stood) -> Ordered:
    """Return the drives of a voyage.

    Each car is a node. A lane is a chain of nodes from its end at the ramp; the ramp of a deck
    hangs behind the deepest car of the passages on the way to it. Loaded is deck by deck, those
    behind before those before, lane by lane, the passage last.
    """
    spots = dict(_in_order(data, decks, places))
    port = {car: fleet.port[k] for k, own in enumerate(fleet.members) for car in own}
    cars = list(spots)
    if not cars:
        return Ordered({}, ())
    node = {car: len(cars) - at for at, car in enumerate(cars)}  # loaded first, the highest number
    graph = DeckGraph(
        len(cars) + 1,
        tuple(_edges(decks, places, node)),
        len(data.ports) + 1,
        tuple(
            Demand(0, q + 1, many) for q, many in sorted(Counter(port[car] for car in cars).items())
        ),
        1,
        data.vessel,
    )
    demand = {one.destination - 1: k for k, one in enumerate(graph.demands)}
    plan = [[EMPTY] * graph.nodes]
    for leg in range(len(data.ports) + 1):
        aboard = [EMPTY] * graph.nodes
        for car in cars:
            if port[car] >= leg:
                aboard[node[car]] = demand[port[car]]
        plan.append(aboard)
    moves = moves_of(graph, plan, range(graph.nodes))
    checked = check(graph, moves)
    if not checked.sound:
        raise AssertionError(f"the stowage of {data.vessel} is unsound: {checked.problems[:3]}")
    car_at = {at: car for car, at in node.items()}
    drives = []
    for leg, own in enumerate(moves):
        for step, move in enumerate(own, 1):
            loads = move.route[0] == GATE
            car = car_at[move.route[-1 if loads else 0]]
            if loads:
                kind = PUT_BACK if leg else LOAD
            else:
                kind = DISCHARGE if port[car] == leg - 1 else PUT_OFF
            drives.append(Drive(leg, step, kind, car))
    return Ordered(spots, tuple(drives))


def _in_order(data: Input, decks: Sequence[Deck], places: Stood) -> list[tuple[int, Spot]]:
    """Return the cars in the order of loading."""
    by_deck = defaultdict(list)
    for d, lane in sorted(places.lanes):
        by_deck[d].append(lane)
    found = []
    for d in loading_order(data, tuple(decks)):
        passage = [1] if decks[d].through and 1 in by_deck[d] else []
        for lane in [*(lane for lane in by_deck[d] if lane not in passage), *passage]:
            for place, car in enumerate(places.lanes[d, lane], 1):
                found.append((car, Spot(d, lane, place)))
    return found


def _edges(decks: Sequence[Deck], places: Stood, node: dict[int, int]) -> list[tuple[int, int]]:
    """Return the edges between the cars, and to the gate."""
    found: list[tuple[int, int]] = []
    for (d, _), cars in sorted(places.lanes.items()):
        ramp = GATE
        for other in decks[d].before:
            passage = places.lanes.get((other, 1))
            ramp = node[passage[0]] if passage else ramp
        chain = [ramp, *(node[car] for car in reversed(cars))]
        found += pairwise(chain)
    return found
