"""From the line to the sea: the yard."""

from sinho.ship.yard import YardInput, YardParams, replay, solve_yard

__all__ = ["YardInput", "YardParams", "replay", "solve_yard"]
