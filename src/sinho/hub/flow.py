"""The flow of cars as the hub's tables tell it: ways of stations, and times by kind."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sinho.hub.lines import Line
from sinho.hub.schema import LIST_SEPARATOR
from sinho.hub.schema.flow import EMPIRICAL, FIXED

SPREADS = {
    FIXED: 0.0,
    "exponential": 1.0,
    "lognormal": 0.5,
    "weibull": 0.5,
    "gamma": 0.5,
    "erlang": 0.5,
    "uniform": 0.3,
    "triangular": 0.2,
}
"""Standard deviation as a part of the mean where none is given, by kind."""

MOST_SPREAD = {"uniform": 1 / math.sqrt(3), "triangular": 1 / math.sqrt(6)}
"""Most of symmetric kinds: beyond it, times would be below 0."""

ONLY_SPREAD = {FIXED: 0.0, "exponential": 1.0}
"""The one that a kind has."""


@dataclass(frozen=True)
class Chain:
    """Stations of a shop, or of a sub-line, in the order in which pieces pass them.

    Parameters
    ----------
    shop, sub_line : str
        The shop, and its sub-line; empty: the shop's own line.
    rows : tuple of dict
        Rows of table ``stations`` in order.
    """

    shop: str
    sub_line: str
    rows: tuple[dict[str, Any], ...]

    @property
    def names(self) -> list[str]:
        """The stations by name."""
        return [row["station"] for row in self.rows]


def chains_of(stations: pl.DataFrame) -> list[Chain]:
    """Return the stations of each shop and sub-line.

    Parameters
    ----------
    stations : polars.DataFrame
        Table ``stations``; rows without a name, shop or place are left out.

    Returns
    -------
    list of Chain
        In the order of their first rows.
    """
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in stations.drop_nulls(["station", "shop", "place"]).to_dicts():
        found.setdefault((row["shop"], row["sub_line"] or ""), []).append(row)
    return [
        Chain(shop, sub, tuple(sorted(rows, key=lambda row: row["place"])))
        for (shop, sub), rows in found.items()
    ]


def ways_of_stations(lines: Iterable[Line], chains: Iterable[Chain]) -> list[list[str]]:
    """Return the stations that cars of each line pass, in order, then those of each sub-line.

    Parameters
    ----------
    lines : iterable of Line
        The lines.
    chains : iterable of Chain
        As `chains_of`.

    Returns
    -------
    list of list of str
        One way for each line, and for each chain that no car passes.
    """
    own = {chain.shop: chain.names for chain in chains if not chain.sub_line}
    ways = [[name for shop in line.shops for name in own.get(shop, ())] for line in lines]
    passed = {name for way in ways for name in way}
    return [*ways, *(chain.names for chain in chains if not passed.issuperset(chain.names))]


def lies_before(ways: Iterable[list[str]], first: str, last: str) -> bool:
    """Return whether pieces pass a station before another, or both are one, on every common way."""
    both = [way for way in ways if first in way and last in way]
    return bool(both) and all(way.index(first) <= way.index(last) for way in both)


def numbers_of(text: str | None) -> list[float] | None:
    """Return the figures of a list, such as ``2.5;4;9``; None where one is none, or not above 0."""
    found = []
    for part in (text or "").split(LIST_SEPARATOR):
        try:
            found.append(float(part))
        except ValueError:
            return None
    return found if all(0 < value < math.inf for value in found) else None


def spread_of(kind: str, spread: float | None) -> float:
    """Return the standard deviation as a part of the mean, the usual one where none is given."""
    return SPREADS[kind] if spread is None else spread


def time_fault(row: Mapping[str, Any], mean: str, prefix: str) -> tuple[str, str, str] | None:
    """Return what is wrong with a time of a row: the column, the rule and what to do.

    Parameters
    ----------
    row : mapping of str to object
        The row.
    mean : str
        Column of its mean; required unless the kind is empirical or the column is ``cycle``.
    prefix : str
        What the columns of kind, spread and values begin with.
    """
    kind, spread, values = (row[f"{prefix}{name}"] for name in ("kind", "spread", "values"))
    if kind == EMPIRICAL:
        if values is None:
            return f"{prefix}values", "must be given where empirical", "List the times: 2.5;4;9."
        if numbers_of(values) is None:
            return (
                f"{prefix}values",
                "must be minutes above 0, parted by ;",
                "Write them as 2.5;4;9, with a decimal point.",
            )
        if row[mean] is not None:
            return mean, f"must be empty where {prefix}kind is empirical", "The values say it."
        return None
    if values is not None:
        return f"{prefix}kind", f"must be {EMPIRICAL} where values are given", "Or take them out."
    if row[mean] is None and mean != "cycle":
        return mean, f"must be given where {prefix}kind is not {EMPIRICAL}", "Give the mean."
    if spread is None:
        return None
    only, most = ONLY_SPREAD.get(kind), MOST_SPREAD.get(kind)
    if only is not None and spread != only:
        rule = f"a time that is {kind} has a spread of {only:g}"
        return f"{prefix}spread", rule, "Leave it empty, or choose another kind."
    if kind not in ONLY_SPREAD and spread == 0:
        return f"{prefix}spread", "must be above 0", f"A time without spread is {FIXED}."
    if most is not None and spread > most:
        rule = f"a time that is {kind} has a spread of {most:.3g} at most"
        return f"{prefix}spread", rule, "Choose lognormal or gamma for a larger one."
    if kind == "erlang" and abs(1 / spread**2 - round(1 / spread**2)) > 0.05:
        rule = "a time that is erlang has a spread of 1 / sqrt(phases), as 0.707, 0.577, 0.5"
        return f"{prefix}spread", rule, "Choose gamma for any other."
    return None
