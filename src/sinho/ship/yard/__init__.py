"""The yard at plant and port: a place for each car, and which cars are moved to reach others.

Its door is `Input`, `Params`, `solve` and `explain`, with `replay`, which carries out any plan;
`plan_yards` plans the yards of several sites.
"""

from sinho.ship.yard.data import Input
from sinho.ship.yard.explain import explain
from sinho.ship.yard.params import Params
from sinho.ship.yard.replay import Broken, replay
from sinho.ship.yard.solve import plan_yards, solve, warm_up

__all__ = [
    "Broken",
    "Input",
    "Params",
    "explain",
    "plan_yards",
    "replay",
    "solve",
    "warm_up",
]
