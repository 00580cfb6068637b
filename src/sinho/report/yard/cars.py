"""What pictures of the yard say of cars: voyage and colour, port and shade."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sinho.report.colors import PALETTE
from sinho.results import YardPlan

SHADES = (1.0, 0.7, 0.5, 0.35)
"""Opacity of a voyage's cars by port of discharge: of the first that is loaded, and so on."""

NO_VOYAGE = "no voyage"


@dataclass(frozen=True)
class Marked:
    """Cars with what they are drawn by.

    Parameters
    ----------
    cars : DataFrame
        The places of a plan, with ``name`` (of the voyage) and ``shade`` (number of `SHADES`).
    colors : dict of str to str
        Colour of each voyage, in the order in which they leave.
    """

    cars: pl.DataFrame
    colors: dict[str, str]


def marked(plan: YardPlan) -> Marked:
    """Return the cars of a plan with voyages, colours and shades."""
    turn = pl.col("leaves").rank("dense").over("name").fill_null(1).cast(pl.Int64) - 1
    cars = plan.places.with_columns(name=pl.col("voyage").fill_null(NO_VOYAGE)).with_columns(
        shade=turn.clip(0, len(SHADES) - 1)
    )
    first = cars.group_by("name").agg(pl.col("leaves").min())
    names = first.sort("leaves", "name", nulls_last=True)["name"].to_list()
    return Marked(cars, {name: PALETTE[k % len(PALETTE)] for k, name in enumerate(names)})
