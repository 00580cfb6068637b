"""The decks of a voyage: a place for each car, and the order of loading and discharge.

Its door is `Input`, `Params`, `solve` and `explain`, with `replay`, which carries out any plan;
`plan_decks` plans the decks of several voyages.
"""

from sinho.ship.decks.data import Centre, Input, Trim
from sinho.ship.decks.explain import explain
from sinho.ship.decks.params import Params
from sinho.ship.decks.replay import replay
from sinho.ship.decks.solve import plan_decks, solve

__all__ = [
    "Centre",
    "Input",
    "Params",
    "Trim",
    "explain",
    "plan_decks",
    "replay",
    "solve",
]
