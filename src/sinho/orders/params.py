"""What is done to orders beside reading or making them."""

from __future__ import annotations

from dataclasses import dataclass

from sinho.orders.vin import MODEL_YEAR_FROM

NEVER = 13
"""Month from which on cars of the next model year are built where they never are."""


@dataclass(frozen=True)
class Params:
    """What is done to orders beside reading or making them.

    Parameters
    ----------
    vins : bool
        Whether every order without a VIN gets one.
    model_year_from : int
        Month (1 to 12) from which on cars of the next model year are built; 13: never.
    """

    vins: bool = False
    model_year_from: int = MODEL_YEAR_FROM

    def __post_init__(self) -> None:
        """Refuse a month that is none.

        Raises
        ------
        ValueError
            When it is not between 1 and 13.
        """
        if not 1 <= self.model_year_from <= NEVER:
            raise ValueError(f"model_year_from must be 1 to 13, not {self.model_year_from}")
