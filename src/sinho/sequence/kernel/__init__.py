"""The compiled core of the search."""

from __future__ import annotations

from sinho.sequence.kernel.counts import begin
from sinho.sequence.kernel.greedy import construct
from sinho.sequence.kernel.joint import run_joint
from sinho.sequence.kernel.search import run

__all__ = ["begin", "construct", "run", "run_joint"]
