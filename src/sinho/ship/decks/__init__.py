"""The decks of a voyage: a place for each car, and the order of loading and discharge."""

from sinho.ship.decks.data import Centre, DeckInput, Trim, stowages_of
from sinho.ship.decks.params import DeckParams
from sinho.ship.decks.replay import replay_decks
from sinho.ship.decks.solve import plan_decks, solve_decks

__all__ = [
    "Centre",
    "DeckInput",
    "DeckParams",
    "Trim",
    "plan_decks",
    "replay_decks",
    "solve_decks",
    "stowages_of",
]
