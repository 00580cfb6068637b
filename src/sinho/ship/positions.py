"""Decks of ships, and the positions that those take that move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sinho.hub.schema.ship import FIXED
from sinho.hub.stow import ways_to_decks
from sinho.ship.arrays import NEVER, Sea
from sinho.ship.data import Input


@dataclass(frozen=True)
class Deck:
    """A deck of a ship.

    Parameters
    ----------
    name : str
        The deck.
    positions : tuple of str
        Its positions.
    area, load : tuple of float
        By position; load infinite: no limit.
    fits : tuple of ndarray of bool, shape (M,)
        By position, the models that stand on it.
    """

    name: str
    positions: tuple[str, ...]
    area: tuple[float, ...]
    load: tuple[float, ...]
    fits: tuple[np.ndarray, ...]


def decks_of(data: Input, sea: Sea) -> dict[str, tuple[Deck, ...]]:
    """Return the decks of each ship; a model fits by height, load and the ramps on its way."""
    found: dict[str, tuple[Deck, ...]] = {}
    for (ship,), rows in data.decks.group_by("ship", maintain_order=True):
        ways = ways_to_decks(rows)
        decks = []
        for (deck,), own in rows.group_by("deck", maintain_order=True):
            way = ways.get(str(deck))
            if way is None:
                continue
            lists = own.to_dicts()
            fits = []
            for row in lists:
                per_area = NEVER if row["load_per_area"] is None else row["load_per_area"]
                fits.append(
                    (sea.height <= min(row["height"], way.height))
                    & (sea.width <= way.width)
                    & (sea.mass <= way.load)
                    & (sea.mass <= per_area * sea.area)
                    & (row["area"] > 0)
                )
            decks.append(
                Deck(
                    str(deck),
                    tuple(row["position"] for row in lists),
                    tuple(row["area"] for row in lists),
                    tuple(NEVER if row["load"] is None else row["load"] for row in lists),
                    tuple(fits),
                )
            )
        found[str(ship)] = tuple(decks)
    return found


def groups_of(decks: Sequence[Deck]) -> list[list[int]]:
    """Return the decks that move together, in the order of the first of each."""
    found: dict[frozenset[str], list[int]] = {}
    for d, deck in enumerate(decks):
        if deck.positions != (FIXED,):
            found.setdefault(frozenset(deck.positions), []).append(d)
    return list(found.values())


def positions_of(decks: Sequence[Deck], group: Sequence[int]) -> tuple[str, ...]:
    """Return the positions of decks that move together."""
    return decks[group[0]].positions
