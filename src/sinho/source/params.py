"""How a network is planned: one frozen set of parameters."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sinho.executors import read_executor
from sinho.parameters import Parameters, bounded

if TYPE_CHECKING:
    from sinho.source.data import Input


@dataclass(frozen=True)
class Params(Parameters):
    """What weighs what, and how hard the program tries.

    Parameters
    ----------
    priorities : {"lexicographic", "cost"}
        Fewest cars lost and short of least volumes, then least cost; or least cost alone, in which
        a lost car costs its price and penalty.
    method : {"auto", "exact", "priced"}
        One mixed-integer program; or prices on what models share, for large networks; auto chooses
        by size.
    gap : float or None
        Relative gap at which the plan counts as solved; by default 1e-4 of one program, and 1e-2
        of prices.
    columns : int
        Flows, of all futures together, up to which ``auto`` solves one program.
    threads : int
        Threads of the solver.
    workers : int
        Processes that plan losses, futures or worth side by side; the plans are the same
        whatever their number.
    executor : concurrent.futures.Executor or None
        What plans them instead, such as ``Client.get_executor()`` of `distributed`.
    """

    priorities: Literal["lexicographic", "cost"] = "lexicographic"
    method: Literal["auto", "exact", "priced"] = "auto"
    gap: float | None = bounded(None, least=0, below=1)
    columns: int = bounded(50_000, least=0)
    threads: int = bounded(1, least=1, most=64)
    workers: int = bounded(1, least=1, most=1024)
    executor: Executor | None = field(default=None, metadata={"read": read_executor})

    def by_prices(self, *data: Input) -> bool:
        """Return whether networks are planned by prices, and not as one program."""
        if self.method == "auto":
            return sum(len(one.cells()[0]) for one in data) > self.columns
        return self.method == "priced"

    def within(self, *, priced: bool = False) -> float:
        """Return the gap at which a plan counts as solved.

        Parameters
        ----------
        priced : bool
            Whether prices find it, and not one program.
        """
        return (1e-2 if priced else 1e-4) if self.gap is None else self.gap
