"""Where to put the places of buffers, so that a plant makes most."""

from __future__ import annotations

from sinho.simulate.buffers.data import Allocation, Input
from sinho.simulate.buffers.params import Params
from sinho.simulate.buffers.sites import Site
from sinho.simulate.buffers.solve import solve

__all__ = ["Allocation", "Input", "Params", "Site", "solve"]
