"""How a quote is made: one frozen set of parameters."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Literal

from sinho.executors import read_executor
from sinho.parameters import Parameters, bounded

Patterns = Literal["kept", "chosen"]


@dataclass(frozen=True)
class Params(Parameters):
    """How far things are varied, and how often they are drawn.

    Parameters
    ----------
    draws : int
        Draws of the Monte-Carlo; 0: none.
    workers : int
        Processes that draw at the same time; the draws are the same whatever their number.
    executor : concurrent.futures.Executor or None
        What carries the draws out instead, such as ``Client.get_executor()`` of `distributed`.
    volume, freight, rate : float
        Share by which volumes, freight and rates of exchange are varied to both sides.
    tariff : float
        Points of per cent by which duties are varied to both sides.
    delay : int
        Months by which SOP is delayed.
    patterns : {"kept", "chosen"}
        Whether the shift patterns of the two plans stay where things are varied and drawn, or are
        chosen anew each time, in a plan of its own.
    gap : float or None
        Relative gap of the plans, as `sinho.plan.Params` takes it.
    """

    draws: int = bounded(200, least=0, most=100_000)
    workers: int = bounded(1, least=1, most=1024)
    executor: Executor | None = field(default=None, metadata={"read": read_executor})
    volume: float = bounded(0.3, least=0, most=1)
    freight: float = bounded(0.3, least=0, most=1)
    rate: float = bounded(0.1, least=0, below=1)
    tariff: float = bounded(10.0, least=0, most=1000)
    delay: int = bounded(3, least=0, most=120)
    patterns: Patterns = "kept"
    gap: float | None = bounded(None, least=0, below=1)
