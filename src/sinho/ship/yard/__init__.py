"""The yard at plant and port: a place for each car, and which cars are moved to reach others."""

from sinho.ship.yard.data import YardInput
from sinho.ship.yard.params import YardParams
from sinho.ship.yard.replay import Broken, replay
from sinho.ship.yard.sites import plan_yards, yards_of
from sinho.ship.yard.solve import solve_yard, warm_up

__all__ = [
    "Broken",
    "YardInput",
    "YardParams",
    "plan_yards",
    "replay",
    "solve_yard",
    "warm_up",
    "yards_of",
]
