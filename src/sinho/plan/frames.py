"""From places in the arrays of a plan to names and dates in its tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.plan.arrays import Ints, PlanData
from sinho.units import Floats

TINY = 1e-6
BINDING = 1e-6


@dataclass(frozen=True)
class Frames:
    """Makes frames whose places in the arrays are turned into names and dates."""

    data: PlanData

    def dates(self, t: Ints) -> pl.Series:
        """Return the first days of periods."""
        starts = pl.Series([span.start for span in self.data.spans], dtype=pl.Date)
        return starts.gather(t)

    def names(self, names: tuple[str, ...], at: Ints) -> pl.Series:
        """Return names at places."""
        return pl.Series(list(names), dtype=pl.String).gather(at)

    def by_cell(self, cells: Ints, **columns: Floats) -> pl.DataFrame:
        """Return a frame of cells: pairs of model and market in periods."""
        pair = cells[:, 0]
        return pl.DataFrame(
            {
                "period": self.dates(cells[:, 1]),
                "model": self.names(self.data.models, self.data.pair_model[pair]),
                "market": self.names(self.data.markets, self.data.pair_market[pair]),
                **columns,
            }
        )

    def grid(self, name: str, names: tuple[str, ...], **columns: Floats) -> pl.DataFrame:
        """Return a frame of names x periods, period by period."""
        n, n_t = len(names), len(self.data.spans)
        t, at = np.repeat(np.arange(n_t), n), np.tile(np.arange(n), n_t)
        return pl.DataFrame(
            {
                "period": self.dates(t),
                name: self.names(names, at),
                **{key: values.T.ravel() for key, values in columns.items()},
            }
        )
