"""Where the rows of the yard are drawn: areas side by side, a column for each of their rows."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

WIDTH = 1100.0
"""Pixels for areas side by side."""

GAP, HEAD = 18.0, 20.0
"""Pixels between areas, and above each for its name."""

NARROW = 90.0
"""Pixels that an area takes at least, for its name."""

DEEP = 240.0
"""Pixels of the longest row at most, but for rows with very many places."""


@dataclass(frozen=True)
class Column:
    """A row of the yard as a column: place 1, the deepest, on top.

    Parameters
    ----------
    area : str
        Its area.
    row, places, ends : int
        Its number, its places, and at how many ends it is open.
    x, y : float
        Its upper left corner, in pixels.
    """

    area: str
    row: int
    places: int
    ends: int
    x: float
    y: float


@dataclass(frozen=True)
class Panel:
    """The frame of an area: its name, purpose and places, where it begins, and its width."""

    area: str
    purpose: str
    places: int
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Layout:
    """All rows and areas of a yard.

    Parameters
    ----------
    across, along : float
        Pixels of a place across and along its row.
    columns : tuple of Column
        Rows.
    panels : tuple of Panel
        Areas.
    height : float
        Pixels of the whole.
    """

    across: float
    along: float
    columns: tuple[Column, ...]
    panels: tuple[Panel, ...]
    height: float


def layout(rows: pl.DataFrame) -> Layout:
    """Return where rows are drawn: the smaller the more there are.

    Parameters
    ----------
    rows : DataFrame
        As `sinho.results.yard.YardPlan` has them.
    """
    longest = max(rows["places"].to_list(), default=1)
    across = 11.0 if rows.height <= 150 else 8.0 if rows.height <= 500 else 6.0
    along = min(across * 1.6, max(2.0, DEEP / longest))
    columns: list[Column] = []
    panels: list[Panel] = []
    most = int(WIDTH // across)
    x, y, high = 0.0, 0.0, 0.0
    for (name,), area in rows.group_by("area", maintain_order=True):
        area = area.sort("row")
        width = max(NARROW, min(most, area.height) * across)
        if x and x + width > WIDTH:
            x, y, high = 0.0, y + high + GAP, 0.0
        purpose = area["purpose"][0] or ""
        panels.append(Panel(str(name), purpose, int(area["places"].sum()), x, y, width))
        top = y + HEAD
        for begin in range(0, area.height, most):  # below each other where they are too many
            part = area[begin : begin + most]
            for k, row in enumerate(part.iter_rows(named=True)):
                columns.append(
                    Column(
                        str(name), row["row"], row["places"], row["open_ends"], x + k * across, top
                    )
                )
            top += int(part["places"].max()) * along + GAP / 2  # type: ignore[arg-type]
        x, high = x + width + GAP, max(high, top - y - GAP / 2)
    return Layout(across, along, tuple(columns), tuple(panels), y + high)
