"""The plain rule of stowing: the last port first, each car onto the first deck with room."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sinho.ship.decks.data import Input
from sinho.ship.decks.hull import Deck, Fleet, loading_order


def by_rule(data: Input, decks: Sequence[Deck], fleet: Fleet) -> np.ndarray:
    """Stow by the plain rule, which knows no trim.

    Decks are filled one after the other, those behind first, with the cars of the last port, then
    with those of the port before it. Each car goes onto the first deck with room that takes it,
    aside of the way through while there is room.

    Parameters
    ----------
    data, decks, fleet
        The problem.

    Returns
    -------
    ndarray of int, shape (2, K, D)
        Cars by class and deck, aside and in the passage; those for which there is no room are left.
    """
    cars = np.zeros((2, len(fleet.port), len(decks)), np.int64)
    area = [[deck.aside if deck.through else deck.area, deck.area] for deck in decks]
    load = [deck.load for deck in decks]
    length = [
        [(deck.lanes - deck.passage) * deck.lane_length, deck.passage * deck.lane_length]
        for deck in decks
    ]
    order = loading_order(data, tuple(decks))
    turn = sorted(range(len(fleet.port)), key=lambda k: (-fleet.port[k], -fleet.height[k]))
    for k in np.repeat(turn, [len(fleet.members[k]) for k in turn]).tolist():
        own = fleet.area[k], fleet.mass[k], fleet.length[k]
        for d in order:
            if not fleet.fits[k, d] or load[d] < own[1] or area[d][1] < own[0]:
                continue
            aside = area[d][0] >= own[0] and length[d][0] >= own[2]
            if not aside and (not decks[d].through or length[d][1] < own[2]):
                continue
            cars[int(not aside), k, d] += 1
            area[d][1] -= own[0]
            area[d][0] -= own[0] if aside else 0.0
            load[d] -= own[1]
            length[d][int(not aside)] -= own[2]
            break
    return cars
