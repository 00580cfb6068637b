"""How hard a control is searched."""

from __future__ import annotations

from dataclasses import dataclass

from sinho.simulate.shuttle.store import refuse


@dataclass(frozen=True, kw_only=True)
class Params:
    """How hard to search, and whether to prove what is best.

    Parameters
    ----------
    width : int
        States kept after each move, in a round.
    rounds : int
        Rounds of the search.
    proof : int
        States kept after each move while it is proven that nothing is better; 0: no proof is tried.
        A proof that would need more is given up. It ends for some ten cars in small stores.

    Raises
    ------
    ValueError
        When a figure means nothing, with all such figures.
    """

    width: int = 50
    rounds: int = 40
    proof: int = 0

    def __post_init__(self) -> None:
        refuse(
            "a search",
            (
                f"{name} of {least} or more, not {getattr(self, name)}"
                for name, least in (("width", 1), ("rounds", 1), ("proof", 0))
                if getattr(self, name) < least
            ),
        )
