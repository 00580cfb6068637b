"""A painted body store with two shuttles, lanes and a return lane: its rules, and its control."""

from __future__ import annotations

from sinho.simulate.shuttle.bound import bound
from sinho.simulate.shuttle.check import Judged, check
from sinho.simulate.shuttle.data import Input, StorePlan
from sinho.simulate.shuttle.params import Params
from sinho.simulate.shuttle.solve import play, solve, warm_up
from sinho.simulate.shuttle.sorting import can_sort, lanes_needed, sorting_moves
from sinho.simulate.shuttle.store import ShuttleStore, Weights

__all__ = [
    "Input",
    "Judged",
    "Params",
    "ShuttleStore",
    "StorePlan",
    "Weights",
    "bound",
    "can_sort",
    "check",
    "lanes_needed",
    "play",
    "solve",
    "sorting_moves",
    "warm_up",
]
