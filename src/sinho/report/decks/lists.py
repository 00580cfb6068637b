"""The loading list that stevedores work by: one sheet for each deck."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sinho.hub.sheets import write_tables
from sinho.results import DeckPlan
from sinho.results.decks import LOAD

LISTED = (
    "loaded",
    "lane",
    "place",
    "car",
    "model",
    "market",
    "port",
    "discharged",
    "mass",
    "length",
    "width",
    "height",
    "moved",
)
"""Columns of a deck's sheet."""

UNITS = {
    "mass": "kg",
    "length": "mm",
    "width": "mm",
    "height": "mm",
    "area": "m2",
    "area_room": "m2",
    "load": "kg",
    "load_room": "kg",
    "lane_length": "m",
    "balance.trim": "m",
    "balance.least_trim": "m",
    "balance.largest_trim": "m",
    "balance.centre": "m",
    "balance.highest_centre": "m",
}

NOTES = {
    "decks": "What stands on each deck, with its rooms (empty: no limit).",
    "order": "All cars in the order of loading, over all decks.",
    "discharge": "All drives at the ports of discharge in their order. put off: the car is in the "
    "way of others, and is put back where it stood.",
    "balance": "Trim by the stern and the centre of gravity above the keel when the ship departs "
    "(empty: not reckoned, or no bound).",
    "without a place": "Cars for which there is no place, and why.",
    "assumed": "What is assumed, as the hub's tables do not tell it.",
}
ON_DECK = (
    "The cars of the deck in the order of loading. loaded: number in the order of the whole ship. "
    "Lane {first}place 1 is the deepest. discharged: number at its port. moved: how often it is "
    "put off for others."
)


def loading_sheets(plan: DeckPlan) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    """Return the sheets of the loading list by name, and what each shows.

    Parameters
    ----------
    plan : DeckPlan
        The stowage of a voyage.
    """
    sheets, notes = {"decks": plan.decks}, dict(NOTES)
    leads = set(plan.decks["entered_from"])
    for deck in plan.decks["deck"]:
        own, name = plan.places.filter(pl.col("deck") == deck), f"deck {deck}"
        if not own.height:
            sheets[name] = pl.DataFrame({name: ["no car stands here"]})
        else:
            sheets[name] = own.select(LISTED)
            first = "1 is the way to other decks; " if deck in leads else ""
            notes[name] = ON_DECK.format(first=first)
    sheets["order"] = plan.places.select("loaded", "deck", *LISTED[1:7])
    sheets["discharge"] = plan.moves.filter(pl.col("kind") != LOAD)
    sheets["balance"] = plan.balance
    if plan.left.height:
        sheets["without a place"] = plan.left
    if plan.assumed:
        sheets["assumed"] = pl.DataFrame({"assumed": plan.assumed})
    return sheets, notes


def write_loading_list(plan: DeckPlan, path: str | Path) -> Path:
    """Write the loading list of a voyage as an Excel workbook; an earlier one is replaced.

    Parameters
    ----------
    plan : DeckPlan
        The stowage of a voyage.
    path : str or pathlib.Path
        The workbook, ending in ``.xlsx``.

    Returns
    -------
    pathlib.Path
        The workbook.
    """
    sheets, notes = loading_sheets(plan)
    return write_tables(path, sheets, notes=notes, units=UNITS, force=True)
