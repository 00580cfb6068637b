"""Simulating the line: what a plant makes, and when each car leaves it.

`Plant` says in plain words what there is; the rules by which cars flow are those of
``sinho.simulate.plant``.
"""

from sinho.simulate import buffers, shuttle
from sinho.simulate.data import Input
from sinho.simulate.draws import draws, uniforms
from sinho.simulate.drift import drift
from sinho.simulate.explain import explain
from sinho.simulate.halts import halts
from sinho.simulate.levers import Lever, levers
from sinho.simulate.nodes import (
    OUT,
    Buffer,
    Calendar,
    Entry,
    Ratios,
    Skids,
    Split,
    Station,
    Stops,
    Store,
    chain,
)
from sinho.simulate.paired import Difference, paired
from sinho.simulate.params import Params
from sinho.simulate.plant import Plant, stream_of
from sinho.simulate.setting import Setting
from sinho.simulate.single import departures, trace
from sinho.simulate.solve import solve, warm_up
from sinho.simulate.times import Times, empirical, exponential, fixed

__all__ = [
    "OUT",
    "Buffer",
    "Calendar",
    "Difference",
    "Entry",
    "Input",
    "Lever",
    "Params",
    "Plant",
    "Ratios",
    "Setting",
    "Skids",
    "Split",
    "Station",
    "Stops",
    "Store",
    "Times",
    "buffers",
    "chain",
    "departures",
    "draws",
    "drift",
    "empirical",
    "explain",
    "exponential",
    "fixed",
    "halts",
    "levers",
    "paired",
    "shuttle",
    "solve",
    "stream_of",
    "trace",
    "uniforms",
    "warm_up",
]
