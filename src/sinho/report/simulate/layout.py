"""Where panels of a plant stand: columns from left to right, and ways between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sinho.report.simulate.groups import Flow, Panel

GAP, BELOW = 38.0, 26.0
"""Pixels between columns, and between panels of one."""


@dataclass(frozen=True)
class Spot:
    """Where a panel stands, and from where to where its column does, in pixels."""

    x: float
    y: float
    width: float
    height: float
    left: float
    right: float


def spots_of(
    flow: Flow, width: Callable[[Panel], float], height: Callable[[Panel], float]
) -> list[Spot]:
    """Return where each panel stands: columns by rank, each in the middle of the height.

    Parameters
    ----------
    flow : Flow
        The plant as it is drawn.
    width, height : callable
        Size of a panel in pixels.
    """
    ranks = sorted({panel.rank for panel in flow.panels})
    columns = [[p for p in flow.panels if p.rank == rank] for rank in ranks]
    highs = [sum(map(height, column)) + BELOW * (len(column) - 1) for column in columns]
    whole = max(highs, default=0.0)
    found, x = [], 0.0
    for column, high in zip(columns, highs, strict=True):
        wide = max(map(width, column))
        y = (whole - high) / 2
        for panel in column:
            own = width(panel)
            found.append(Spot(x + (wide - own) / 2, y, own, height(panel), x, x + wide))
            y += height(panel) + BELOW
        x += wide + GAP
    return found


def extent(spots: Iterable[Spot]) -> tuple[float, float]:
    """Return width and height that panels take."""
    every = list(spots)
    return (
        max((spot.x + spot.width for spot in every), default=0.0),
        max((spot.y + spot.height for spot in every), default=0.0),
    )


def way(a: Spot, b: Spot) -> tuple[float, float, float, float, float, float]:
    """Return where the way from a panel to another begins, bends and ends.

    It leaves at the middle of the right side, and bends between the columns. Where the other lies
    on the left, as of rework, it leaves below on the left and comes in on the right.

    Returns
    -------
    tuple of six float
        x of the begin, x at which it bends, y of both; x until which it bends, x of the end, y.
    """
    if b.left >= a.right:
        return a.x + a.width, a.right, a.y + a.height / 2, b.left, b.x, b.y + b.height / 2
    return a.x, a.left, a.y + a.height - 8, b.right, b.x + b.width, b.y + b.height - 8
