"""From the solution of a program to cars: the way of each, and what is left of the room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sinho.ship.arrays import NEVER, Ints, Sea
from sinho.ship.classes import Part
from sinho.ship.data import Input
from sinho.ship.positions import Deck, groups_of, positions_of
from sinho.ship.program import Program, entitled, space_in
from sinho.units import Floats

STAY, BOXED = -1, -2
"""What stands for a voyage where a car stays, and where a box takes it."""

SMALL = 1e-6


@dataclass(frozen=True)
class Ended:
    """The way of each car of a part.

    Parameters
    ----------
    rows : ndarray of int, shape (n,)
        Rows of the cars.
    of_class, way : ndarray of int, shape (n,)
        Class and way of each.
    """

    rows: Ints
    of_class: Ints
    way: Ints


def ended(part: Part, program: Program, x: Floats) -> Ended:
    """Give the cars of each class their ways: first due, first away."""
    counts = np.zeros(part.may.shape, dtype=np.int64)
    np.add.at(counts, (program.of_class, program.way), np.round(x[program.cars]).astype(np.int64))
    rows = np.concatenate([*part.members, np.empty(0, dtype=np.int64)])
    of_class = np.repeat(np.arange(len(part.members)), part.count)
    turn = np.argsort(_leaving(part), kind="stable")
    way = np.repeat(np.tile(turn, len(part.members)), counts[:, turn].ravel())
    return Ended(rows, of_class, way)


def _leaving(part: Part) -> Floats:
    """Return a key by which ways are put in order of leaving; staying comes last."""
    boxes = [box.leaves for box in part.boxes]
    n_v = len(part.voyages)
    return np.array([*range(n_v), *(n_v + leaves for leaves in boxes), np.inf])


@dataclass
class Room:
    """What a voyage carries, and what is left of its room.

    Parameters
    ----------
    cars : int
        Cars on it.
    short : float
        Cars short of those booked.
    ceu, area : float
        Used.
    ceu_left, most_left : float
        Left; infinite without a limit.
    area_room : float
        Deck area in the positions that hold; infinite without decks.
    area_left, load_left : list of float
        By deck.
    fits : list of ndarray of bool
        By deck, the models that fit in its position.
    ever : ndarray of bool
        Models that fit on some deck in some position.
    positions : dict of str to str
        Position by movable deck.
    brands : dict of str to float
        Space that each brand may still take.
    size : ndarray, shape (M,)
        Space that a car takes, in the measure of ``brands``.
    """

    cars: int
    short: float
    ceu: float
    area: float
    ceu_left: float
    most_left: float
    area_room: float
    area_left: list[float]
    load_left: list[float]
    fits: list[np.ndarray]
    ever: np.ndarray
    positions: dict[str, str]
    brands: dict[str, float]
    size: Floats

    def blocks(self, sea: Sea, model: int) -> str | None:
        """Say what keeps another car of a model off the voyage; None: nothing."""
        if not self.ever[model]:
            return "deck height"
        if self.ceu_left < sea.ceu[model] - SMALL or self.most_left < 1 - SMALL:
            return "no room"
        if self.area_left:
            free = [
                area >= sea.area[model] - SMALL and load >= sea.mass[model] - SMALL
                for area, load in zip(self.area_left, self.load_left, strict=True)
            ]
            if not any(one and fit[model] for one, fit in zip(free, self.fits, strict=True)):
                return "deck height" if any(free) else "no room"
        left = self.brands.get(sea.brands[model])
        if left is not None and left < self.size[model] - SMALL:
            return "entitlement"
        return None


def rooms_of(
    data: Input,
    sea: Sea,
    part: Part,
    program: Program,
    x: Floats,
    decks: dict[str, tuple[Deck, ...]],
) -> dict[int, Room]:
    """Return the room of each voyage of a part, by its number in the sea."""
    shares = entitled(data, sea)
    found: dict[int, Room] = {}
    counts = np.round(x[program.cars])
    model = part.model[program.of_class]
    for o, v in enumerate(part.voyages.tolist()):
        here = program.way == o
        loaded = np.bincount(model[here], weights=counts[here], minlength=len(sea.models))
        own_decks = decks.get(sea.rows[v]["ship"] or "", ())
        at = positions_at(program, x, o, own_decks)
        share = float(sea.rows[v]["deck_share"])
        area = [share * deck.area[p] for deck, p in zip(own_decks, at, strict=True)]
        load = [share * deck.load[p] for deck, p in zip(own_decks, at, strict=True)]
        for (voyage, d, m), column in program.stands.items():
            if voyage == o:
                area[d] -= round(x[column]) * sea.area[m]
                load[d] -= round(x[column]) * sea.mass[m]
        ever = np.ones(len(sea.models), dtype=bool)
        if own_decks:
            ever = np.any([fit for deck in own_decks for fit in deck.fits], axis=0)
        size, space = space_in(sea, v, own_decks)
        cars = int(loaded.sum())
        found[v] = Room(
            cars,
            max(0.0, float(sea.least[v]) - cars),
            float(loaded @ sea.ceu),
            float(loaded @ sea.area),
            float(sea.ceu_room[v] - loaded @ sea.ceu),
            float(sea.most[v] - cars),
            sum(share * deck.area[p] for deck, p in zip(own_decks, at, strict=True))
            if own_decks
            else NEVER,
            area,
            load,
            [deck.fits[p] for deck, p in zip(own_decks, at, strict=True)],
            ever,
            {
                deck.name: deck.positions[p]
                for deck, p in zip(own_decks, at, strict=True)
                if len(deck.positions) > 1
            },
            _left_for(sea, loaded.astype(float), size, space, shares.get(v, {})),
            size,
        )
    return found


def positions_at(program: Program, x: Floats, o: int, decks: Sequence[Deck]) -> list[int]:
    """Return which position of each deck holds on a voyage; the widest where no car takes it."""
    at = [int(np.argmax(deck.area)) for deck in decks]
    for g, group in enumerate(groups_of(decks)):
        names = positions_of(decks, group)
        chosen = [p for p in range(len(names)) if x[program.placed.get((o, g, p), 0)] > 0.5]
        if (o, g, 0) in program.placed and chosen:
            for d in group:
                at[d] = decks[d].positions.index(names[chosen[0]])
    return at


def _left_for(
    sea: Sea, loaded: Floats, size: Floats, space: float, shares: dict[str, float]
) -> dict[str, float]:
    """Return what brands may still take, where space is held for some."""
    if not shares or space == NEVER:
        return {}
    used = dict.fromkeys(sorted(set(sea.brands)), 0.0)
    for m, brand in enumerate(sea.brands):
        used[brand] += float(loaded[m] * size[m])
    own = {brand: shares.get(brand, 0.0) * space for brand in used}
    free = (1.0 - sum(shares.values())) * space
    free -= sum(max(0.0, used[brand] - own[brand]) for brand in used)
    return {brand: max(0.0, own[brand] - used[brand]) + free for brand in used}
