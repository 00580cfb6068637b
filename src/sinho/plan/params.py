"""How a plan is made: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

Objective = Literal["contribution", "lexicographic"]
Method = Literal["auto", "exact", "priced"]


@dataclass(frozen=True)
class Params:
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
    gap: float | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        """Refuse unknown values.

        Raises
        ------
        ValueError
            When an objective or method is unknown, or a number out of its bounds.
        """
        for name, known in (("objective", Objective), ("method", Method)):
            if getattr(self, name) not in get_args(known):
                choices = ", ".join(get_args(known))
                raise ValueError(f"{name} must be one of {choices}, not {getattr(self, name)!r}")
        if self.gap is not None and not 0 <= self.gap < 1:
            raise ValueError(f"gap must be at least 0 and below 1, not {self.gap}")
        if self.threads < 1:
            raise ValueError(f"threads must be 1 or more, not {self.threads}")


class Options(TypedDict, total=False):
    """The fields of `Params` as the options of a function that makes them."""

    objective: Objective
    method: Method
    whole_cars: bool
    gap: float | None
    threads: int
