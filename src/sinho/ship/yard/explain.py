"""Where a car stands in the yard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.results import YardPlan

MOMENT = "%Y-%m-%d %H:%M"


def explain(result: YardPlan, question: str) -> tuple[str, ...]:
    """Say where a car stands, how long, and how often it is moved for others.

    Parameters
    ----------
    result : YardPlan
        The plan.
    question : str
        The car.

    Returns
    -------
    tuple of str
        A sentence for each of its stays.

    Raises
    ------
    DataError
        When the car is not in the yard.
    """
    stays = result.places.filter(pl.col("car") == question).sort("enters").to_dicts()
    if not stays:
        hint = nearest(question, result.places["car"])
        raise DataError([Problem("yard", "there is no such car", value=question, hint=hint)])
    return tuple(map(_stands, stays))


def _stands(stay: Mapping[str, Any]) -> str:
    """Return where a car stands in a yard, and how long."""
    if stay["place"] is None:
        return f"{stay['site']}: no place ({stay['stands']}), {stay['days']:.1f} days"
    until = "the end of the plan" if stay["leaves"] is None else f"{stay['leaves']:{MOMENT}}"
    moves = f", moved {stay['moves']} times for others" if stay["moves"] else ""
    outside = stay["outside"]
    after = f", after {outside:.1f} h without a place" if outside else ""
    return (
        f"{stay['site']}: area {stay['area']}, row {stay['row']}, place {stay['place']}, from "
        f"{stay['enters'] + dt.timedelta(hours=outside):{MOMENT}} to {until}{after}{moves}"
    )
