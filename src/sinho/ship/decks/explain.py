"""Where a car stands on board."""

from __future__ import annotations

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.results import DeckPlan


def explain(result: DeckPlan, question: str) -> str:
    """Say where a car stands on board, and when it is loaded and discharged; or why it is left.

    Parameters
    ----------
    result : DeckPlan
        The plan.
    question : str
        The car.

    Raises
    ------
    DataError
        When the car is none of the voyage.
    """
    for row in result.places.filter(pl.col("car") == question).iter_rows(named=True):
        return (
            f"deck {row['deck']}, lane {row['lane']}, place {row['place']}: loaded as "
            f"{row['loaded']:,} of {result.places.height:,}, discharged as {row['discharged']:,} "
            f"at {row['port']}"
        )
    for row in result.left.filter(pl.col("car") == question).iter_rows(named=True):
        return f"left behind: {row['cause']}"
    known = [*result.places["car"], *result.left["car"]]
    hint = nearest(question, known)
    raise DataError([Problem(result.vessel, "there is no such car", value=question, hint=hint)])
