"""From the line to the sea: the yard."""

from sinho.ship.yard import YardInput, YardParams, replay, solve_yard, warm_up

__all__ = ["YardInput", "YardParams", "replay", "solve_yard", "warm_up"]
