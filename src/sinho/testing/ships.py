"""Ships as graphs, with cars to carry: made up, for tests and measurements."""

from __future__ import annotations

import random

from sinho.graphs import DeckGraph, Demand
from sinho.parameters import SEED


def generate_ship(
    places: int = 80,
    ports: int = 8,
    fill: float = 0.85,
    seed: int = SEED,
    fee: int = 100,
    decks: int = 1,
) -> DeckGraph:
    """Return a ship of a made-up shape, and cars to carry.

    A deck is a grid with places missing, about twice as long as wide, entered at a corner of it;
    from most places a car gets on to two or three others. Each further deck is entered by a ramp
    from a place on the one before.

    Parameters
    ----------
    places : int
        Places for cars, on all decks together.
    ports : int
        Ports of call; 2 or more.
    fill : float
        Share of the places that are taken where the ship is fullest, 0 to 1.
    seed : int
        Seed of the random numbers.
    fee : int
        Cost of a move besides its edges.
    decks : int
        Decks; at most as many as places.

    Raises
    ------
    ValueError
        When a number means nothing.
    """
    if not (1 <= decks <= places and ports >= 2 and 0 <= fill <= 1 and fee >= 0):
        raise ValueError(
            "decks must be 1 to the number of places, ports 2 or more, fill 0 to 1, fee 0 or more"
        )
    chance = random.Random(seed)
    edges: list[tuple[int, int]] = []
    first, last = 0, 0
    for deck in range(decks):
        if deck:
            edges.append((chance.randint(first, last), last + 1))
            first = last + 1
        last = places * (deck + 1) // decks
        edges += _grid(first, last, chance)
    return DeckGraph(
        nodes=places + 1,
        edges=tuple(edges),
        ports=ports,
        demands=_demands(places, ports, fill, chance),
        fee=fee,
        name=f"ship {seed}",
    )


def _grid(first: int, last: int, chance: random.Random) -> list[tuple[int, int]]:
    """Return the edges of a deck that grows from a first node to a last one."""
    wide = max(1, round(((last - first) * 0.6) ** 0.5))
    cells, frontier = {(0, 0): first}, [(0, 1), (1, 0)]
    edges = []
    while len(cells) <= last - first:
        cell = frontier.pop(chance.randrange(len(frontier)))
        if cell in cells:
            continue
        x, y = cell
        beside = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        known = [cells[one] for one in beside if one in cells]
        chance.shuffle(known)
        node = cells[cell] = first + len(cells)
        joined = [other for at, other in enumerate(known) if at == 0 or chance.random() < 0.7]
        edges += [(other, node) for other in joined]
        frontier += [
            one for one in beside if one not in cells and 0 <= one[0] < wide and one[1] >= 0
        ]
    return edges


def _demands(places: int, ports: int, fill: float, chance: random.Random) -> tuple[Demand, ...]:
    """Return cars that fill the ship to about a share of its places wherever they can."""
    most = max(1, int(places * fill))
    aboard = [0] * ports
    found: dict[tuple[int, int], int] = {}
    for port in range(ports - 1):
        while aboard[port] < most:
            destination = chance.randrange(port + 1, ports)
            room = most - max(aboard[port:destination])
            if room <= 0:
                break
            cars = chance.randint(1, max(1, min(room, most // 3)))
            found[port, destination] = found.get((port, destination), 0) + cars
            for leg in range(port, destination):
                aboard[leg] += cars
            if chance.random() < 0.25:
                break
    return tuple(Demand(*stay, cars) for stay, cars in sorted(found.items()))
