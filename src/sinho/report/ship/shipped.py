"""What a report of the way to the sea is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from sinho.hub import Hub
from sinho.results import DeckPlan, ShipPlan
from sinho.results.yard import YardPlan

PLANT = "plant"
"""Site of the plant's own yard among the yards."""

FORMER, STOCK = "former", "stock"
"""Origin of cars of an earlier run, and of cars that stand at the port of loading already."""


@dataclass(frozen=True)
class Shipped:
    """A plan of voyages, with the yards in which its cars wait and the decks they stand on.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : ShipPlan
        Which car leaves on which voyage.
    issued : datetime.date
        The day of which lists and messages are: the first day that is planned.
    yards : mapping of str to YardPlan
        Yards by site: ``plant``, then ports of loading; empty where none is planned.
    decks : mapping of str to DeckPlan
        Stowage by vessel; empty where none is planned.
    vins : polars.DataFrame
        ``car`` and ``vin``; a car that is not listed, or has none, goes by its own name.
    """

    hub: Hub
    plan: ShipPlan
    issued: dt.date
    yards: Mapping[str, YardPlan] = field(default_factory=dict)
    decks: Mapping[str, DeckPlan] = field(default_factory=dict)
    vins: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"car": pl.String, "vin": pl.String})
    )

    @cached_property
    def home(self) -> str | None:
        """The port at which voyages load that name none; None where the hub has no such port."""
        ports = self.hub["ports"].filter(pl.col("role") != "discharge")["port"]
        return next(iter([*ports, *(site for site in self.yards if site != PLANT)]), None)

    @property
    def stood(self) -> pl.Expr:
        """Whether a car of a yard stands there when the plan begins, with ``origin`` beside."""
        earlier = pl.col("enters") < dt.datetime.combine(self.issued, dt.time())
        came = (pl.col("origin") == FORMER) & earlier
        return (pl.col("step_in") == 0) | (pl.col("origin") == STOCK) | came

    @cached_property
    def loading(self) -> pl.DataFrame:
        """``vessel`` and the port of ``loading``."""
        return self.hub["vessels"].select(
            "vessel", pl.col("port").fill_null(pl.lit(self.home, pl.String)).alias("loading")
        )

    @cached_property
    def cars(self) -> pl.DataFrame:
        """The cars of the plan with ``vin``, ``loading``, ``cutoff``, ``ship`` and sizes."""
        size = self.hub["models"].select("model", "length", "width", "height", "mass")
        voyages = self.plan.voyages.select("vessel", "ship", "cutoff")
        return (
            self.plan.cars.join(self.vins, on="car", how="left", maintain_order="left")
            .join(size, on="model", how="left", maintain_order="left")
            .join(voyages, on="vessel", how="left", maintain_order="left")
            .join(self.loading, on="vessel", how="left", maintain_order="left")
            .with_columns(
                pl.coalesce("vin", "car").alias("vin"),
                pl.col("loading").fill_null(pl.lit(self.home, pl.String)),
            )
        )

    @property
    def used(self) -> pl.DataFrame:
        """The voyages that carry a car, are missed by one, or are short of those booked."""
        busy = (pl.col("cars") > 0) | (pl.col("missed") > 0) | (pl.col("short") > 0)
        return self.plan.voyages.filter(busy).sort("etd", "vessel")

    def stays(self, site: str) -> pl.DataFrame:
        """Return ``car`` and its ``days`` at a site, of those that leave it."""
        places = self.yards[site].places
        return places.filter(pl.col("leaves").is_not_null()).select("car", "days")
