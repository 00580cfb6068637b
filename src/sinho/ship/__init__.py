"""From the line to the sea: which car leaves on which voyage, the yard, and the decks.

The door of the voyages is `Input`, `Params`, `solve` and `explain`, with `lifts`, which tries what
would let more cars sail; beside it stand the yard and the decks.
"""

from sinho.ship.data import Input
from sinho.ship.decks import (
    Centre,
    DeckInput,
    DeckParams,
    Trim,
    plan_decks,
    replay_decks,
    solve_decks,
    stowages_of,
)
from sinho.ship.explain import explain
from sinho.ship.lift import lifts
from sinho.ship.params import Params
from sinho.ship.solve import ship_cars, solve
from sinho.ship.yard import YardInput, YardParams, plan_yards, replay, solve_yard, warm_up, yards_of

__all__ = [
    "Centre",
    "DeckInput",
    "DeckParams",
    "Input",
    "Params",
    "Trim",
    "YardInput",
    "YardParams",
    "explain",
    "lifts",
    "plan_decks",
    "plan_yards",
    "replay",
    "replay_decks",
    "ship_cars",
    "solve",
    "solve_decks",
    "solve_yard",
    "stowages_of",
    "warm_up",
    "yards_of",
]
