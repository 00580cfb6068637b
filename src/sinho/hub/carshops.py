"""The shops that cars pass through, one after the other."""

from __future__ import annotations

import polars as pl

from sinho.hub.hub import Hub

CAR_SHOPS = ("press", "body", "paint", "assembly")
"""Kinds of shops that cars pass through."""


def car_loads(hub: Hub) -> pl.DataFrame:
    """Return the loads of models on the shops that cars pass through: ``model, shop, load``.

    Press, body, paint and assembly are such shops; what a model takes of shops for its components
    is planned by months, and by their own campaigns. Where no model loads any of the four, all
    shops count that models load.
    """
    models = hub["loads"].join(hub["models"], left_on="item", right_on="model", how="semi")
    kinds = hub["shops"].filter(pl.col("kind").is_in(CAR_SHOPS))
    passed = models.join(kinds, on="shop", how="semi")
    return (models if passed.is_empty() else passed).select(
        pl.col("item").alias("model"), "shop", "load"
    )
