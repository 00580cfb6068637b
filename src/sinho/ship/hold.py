"""A voyage while cars are placed on it: what is left of its room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.ship.arrays import NEVER, Sea
from sinho.ship.data import Input
from sinho.ship.outcome import SMALL, positions_at
from sinho.ship.positions import Deck
from sinho.ship.program import Program, entitled, space_in
from sinho.units import Floats


@dataclass
class Hold:
    """A voyage while cars are placed on it: what is left of its room.

    Parameters
    ----------
    ceu, most : float
        Room left.
    area, load : list of float
        Room left by deck.
    fits : list of ndarray of bool
        By deck, the models that fit in its position.
    count : dict of (int, int) to int
        Cars by deck and model.
    own, used : dict of str to float
        Space of each brand that is its own, and that it takes; empty where none is held.
    free : float
        Space that is for all.
    size : ndarray
        Space of a car, by model.
    open : bool
        Whether cars may be placed: not on a voyage whose charter is not paid.
    """

    ceu: float
    most: float
    area: list[float]
    load: list[float]
    fits: list[np.ndarray]
    count: dict[tuple[int, int], int]
    own: dict[str, float]
    used: dict[str, float]
    free: float
    size: Floats
    open: bool

    def deck_for(self, sea: Sea, m: int) -> int | None:
        """Return a deck for a car of a model; -1 where there are no decks, None without room."""
        if not self.open or self.ceu < sea.ceu[m] - SMALL or self.most < 1 - SMALL:
            return None
        if self.own:
            after = self.used | {sea.brands[m]: self.used[sea.brands[m]] + float(self.size[m])}
            over = sum(max(0.0, after[brand] - self.own[brand]) for brand in after)
            if over > self.free + SMALL:
                return None
        if not self.fits:
            return -1
        best, key = None, (10**9, NEVER)
        for d, fit in enumerate(self.fits):
            if not fit[m] or self.area[d] < sea.area[m] - SMALL:
                continue
            if self.load[d] >= sea.mass[m] - SMALL:
                now = (int(fit.sum()), self.area[d])
                if now < key:
                    best, key = d, now
        return best

    def put(self, sea: Sea, m: int, d: int, sign: int = 1) -> None:
        """Place a car of a model on a deck; with ``sign`` -1 take one away."""
        self.ceu -= sign * float(sea.ceu[m])
        self.most -= sign
        if d >= 0:
            self.area[d] -= sign * float(sea.area[m])
            self.load[d] -= sign * float(sea.mass[m])
            self.count[d, m] = self.count.get((d, m), 0) + sign
        if self.own:
            self.used[sea.brands[m]] += sign * float(self.size[m])

    def deck_of(self, m: int) -> int:
        """Return a deck with a car of a model; -1 where there are no decks."""
        return next((d for (d, own), n in self.count.items() if own == m and n > 0), -1)


def hold_of(
    data: Input,
    sea: Sea,
    program: Program,
    decks: dict[str, tuple[Deck, ...]],
    o: int,
    v: int,
    near: Floats,
) -> Hold:
    """Return a voyage without cars."""
    held = decks.get(sea.rows[v]["ship"] or "", ())
    at = positions_at(program, near, o, held)
    share = float(sea.rows[v]["deck_share"])
    size, space = space_in(sea, v, held)
    shares = entitled(data, sea).get(v, {}) if space < NEVER else {}
    brands = sorted(set(sea.brands)) if shares else []
    return Hold(
        float(sea.ceu_room[v]),
        float(sea.most[v]),
        [share * deck.area[p] for deck, p in zip(held, at, strict=True)],
        [share * deck.load[p] for deck, p in zip(held, at, strict=True)],
        [deck.fits[p] for deck, p in zip(held, at, strict=True)],
        {},
        {brand: shares.get(brand, 0.0) * space for brand in brands},
        dict.fromkeys(brands, 0.0),
        max(0.0, 1.0 - sum(shares.values())) * space if shares else NEVER,
        size,
        o not in program.used or near[program.used[o]] > 0.5,
    )
