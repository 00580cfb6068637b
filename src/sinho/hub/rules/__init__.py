"""Rules between the tables of a hub, each a small function that names every offender."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from sinho.hub.places import Offence

Rule = Callable[[Mapping[str, pl.DataFrame]], Iterable[Offence]]

RULES: tuple[Rule, ...] = ()
"""All rules, in the order of the tables that they speak of."""

__all__ = ["RULES", "Rule"]
