"""Take rates, colours and option rules of a hub, as they hold for a model and market."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.rules.ordering import RATES, take_rate
from sinho.hub.rules.orders import colours_of
from sinho.hub.schema import ALL
from sinho.orders.fit import OptionRules
from sinho.orders.quotas import Floats

NO_COLOUR = "unpainted"
"""Colour of generated orders of a model for which the hub lists no colours."""


@dataclass(frozen=True)
class Choices:
    """What can be ordered in a hub.

    Parameters
    ----------
    options : tuple of str
        Options with a take rate, in the order of table ``options``.
    shares : mapping of (str, str, str) to float
        Table ``option_rates`` by model (or all), market (or all) and option.
    colours : mapping of str to (tuple of str, ndarray of float)
        Colours of each model with their shares, which add up to 1.
    rules : mapping of str to OptionRules
        Option rules of each model.
    """

    options: tuple[str, ...]
    shares: dict[tuple[str, str, str], float]
    colours: dict[str, tuple[tuple[str, ...], Floats]]
    rules: dict[str, OptionRules]

    @classmethod
    def of(cls, hub: Hub) -> Choices:
        """Read the choices of a hub."""
        models = hub["models"]["model"].to_list()
        rates = hub["option_rates"]
        rated = set(rates["option"].to_list())
        colours: dict[str, tuple[tuple[str, ...], Floats]] = {}
        known = colours_of(hub["colours"], models)
        for model in models:
            rows = known.filter(pl.col("model") == model)
            weights = rows["share"].to_numpy().astype(np.float64)
            if weights.sum() > 0:
                colours[model] = (tuple(rows["colour"].to_list()), weights / weights.sum())
            else:
                colours[model] = ((NO_COLOUR,), np.ones(1))
        table = hub["option_rules"].select("model", "option", "kind", "other").rows()
        return cls(
            tuple(name for name in hub["options"]["option"].to_list() if name in rated),
            {(m, k, o): s for m, k, o, s in rates[RATES].iter_rows()},
            colours,
            {
                model: OptionRules.of(row[1:] for row in table if row[0] in (model, ALL))
                for model in models
            },
        )

    def share(self, model: str, market: str, option: str) -> float:
        """Return the take rate that holds: of model and market, of the model, the market, all."""
        return take_rate(self.shares, model, market, option)

    def rates(self, model: str, market: str) -> dict[str, float]:
        """Return the take rates above 0 that hold for a model and market."""
        shares = {name: self.share(model, market, name) for name in self.options}
        return {name: share for name, share in shares.items() if share > 0}
