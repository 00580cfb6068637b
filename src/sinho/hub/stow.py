"""What lets a car onto a deck: the ramps that lead there from the shore."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sinho.hub.schema.ship import SHORE

ANY = float("inf")


@dataclass(frozen=True)
class Way:
    """The way from the shore to a deck: what the narrowest ramp on it lets through.

    Parameters
    ----------
    decks : tuple of str
        Decks that are passed, the deck itself last.
    height, width : float
        Highest and widest car, in millimetres.
    load : float
        Heaviest car, in kilograms.
    """

    decks: tuple[str, ...]
    height: float = ANY
    width: float = ANY
    load: float = ANY


def ways_to_decks(decks: pl.DataFrame) -> dict[str, Way]:
    """Return the way to each deck of a ship.

    Parameters
    ----------
    decks : polars.DataFrame
        The ship's rows of table ``decks``. Where the rows of a deck differ, as it has positions,
        the way is taken that lets most through.

    Returns
    -------
    dict of str to Way
        By deck; decks that are not reached from the shore are left out.
    """
    ways: dict[str, Way] = {}
    rows = [
        row
        for row in decks.select(
            "deck", "entered_from", "ramp_height", "ramp_width", "ramp_load"
        ).to_dicts()
        if row["deck"] is not None
    ]
    while True:
        found: dict[str, Way] = {}
        for row in rows:
            deck, entered = row["deck"], row["entered_from"]
            if deck in ways or (entered != SHORE and entered not in ways):
                continue
            before = ways.get(entered, Way(()))
            limits = (
                min(most, ANY if own is None else own)
                for most, own in (
                    (before.height, row["ramp_height"]),
                    (before.width, row["ramp_width"]),
                    (before.load, row["ramp_load"]),
                )
            )
            way = Way((*before.decks, deck), *limits)
            known = found.get(deck, way)
            found[deck] = max(known, way, key=lambda one: (one.height, one.width, one.load))
        if not found:
            return ways
        ways |= found
