"""How much the tests try: a share of the drawn examples each time, all of them in the long form."""

from __future__ import annotations

import math
import os

LONG = "long" in os.environ.get("SINHO_REQUIRE", "").split(",")
"""Whether SINHO_REQUIRE asks for the long form."""

SHARE = 0.3


def examples(most: int) -> int:
    """Return how many examples of a costly property are drawn.

    Parameters
    ----------
    most : int
        As many as the long form draws.
    """
    return most if LONG else math.ceil(SHARE * most)
