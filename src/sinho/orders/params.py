"""What is done to orders beside reading or making them."""

from __future__ import annotations

from dataclasses import dataclass

from sinho.orders.vin import MODEL_YEAR_FROM
from sinho.parameters import Parameters, bounded

NEVER = 13
"""Month from which on cars of the next model year are built where they never are."""


@dataclass(frozen=True)
class Params(Parameters):
    """What is done to orders beside reading or making them.

    Parameters
    ----------
    vins : bool
        Whether every order without a VIN gets one.
    model_year_from : int
        Month (1 to 12) from which on cars of the next model year are built; 13: never.
    """

    vins: bool = False
    model_year_from: int = bounded(MODEL_YEAR_FROM, least=1, most=NEVER)
