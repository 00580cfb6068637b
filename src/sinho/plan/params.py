"""How a plan is made: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from sinho.parameters import Parameters, bounded

Objective = Literal["contribution", "lexicographic"]
Method = Literal["auto", "exact", "priced"]


@dataclass(frozen=True)
class Params(Parameters):
    """What is optimised, by which method, and how closely.

    Parameters
    ----------
    objective : {"contribution", "lexicographic"}
        Most contribution; or fewest cars short of the contracts, then fewest lost, then fewest
        late (cars x months), then most contribution.
    method : {"auto", "exact", "priced"}
        One mixed-integer program; or a decomposition by model with prices on the shared shops
        and ships, for large hubs. ``auto`` takes the second above 60,000 columns where it
        applies.
    whole_cars : bool
        Whether cars made and shipped are whole numbers. Without it volumes are continuous, as
        is usual for a master plan.
    gap : float or None
        Relative gap to the bound at which a plan is good enough. None: 1e-6 where only shift
        patterns are whole numbers and the program is solved as one, else 1e-4.
    threads : int
        Threads of the solver.
    """

    objective: Objective = "contribution"
    method: Method = "auto"
    whole_cars: bool = False
    gap: float | None = bounded(None, least=0, below=1)
    threads: int = bounded(1, least=1)


class Options(TypedDict, total=False):
    """The fields of `Params` as the options of a function that makes them."""

    objective: Objective
    method: Method
    whole_cars: bool
    gap: float | None
    threads: int
