"""Colours of names: a model or market has the same in every chart of every report of a hub."""

from __future__ import annotations

from collections.abc import Iterable

from sinho.hub import Hub

SERIES = (
    "#0b5394", "#e69f00", "#1b9e77", "#cc79a7", "#56b4e9", "#d55e00", "#7a6fb3", "#b3a125",
)  # fmt: skip
"""Colours of series, told apart by people with the common kinds of colour blindness (after Okabe
and Ito, darkened for print)."""

OTHER = "#b8bec6"


def mixed(color: str, ground: str, share: float) -> str:
    """Mix a share of another colour into one, both as ``#rrggbb``."""
    pairs = zip(channels(color), channels(ground), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)


def channels(color: str) -> list[int]:
    """Return red, green and blue of a colour as ``#rrggbb``, 0 to 255."""
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def luminance(color: str) -> float:
    """Return how bright a colour looks, 0 to 1 (Rec. 709 weights on the plain channels)."""
    red, green, blue = channels(color)
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


PALETTE = (
    *SERIES,
    *(mixed(color, "#000000", 0.4) for color in SERIES),
    *(mixed(color, "#ffffff", 0.5) for color in SERIES),
)
"""The colours of series, then darker and then lighter ones: 24 places."""


def placed_colors(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each name by its place; they come again after 24.

    Parameters
    ----------
    names : iterable of str
        Names in the order of their table; one that occurs again keeps its first place.
    """
    return {name: PALETTE[at % len(PALETTE)] for at, name in enumerate(dict.fromkeys(names))}


def column_colors(hub: Hub, table: str, column: str) -> dict[str, str]:
    """Return the colour of each name of a column: by its place in the table before any scenario.

    A scenario's own names come behind those of the hub, so that taking one out changes no other's
    colour.

    Parameters
    ----------
    hub : Hub
        The hub, with or without a scenario applied.
    table, column : str
        Where the names stand.
    """
    return placed_colors([*(hub.before or hub)[table][column], *hub[table][column]])


def family_colors(hub: Hub) -> dict[str, str]:
    """Return the colour of each family of models: that of its first model.

    Parameters
    ----------
    hub : Hub
        The hub, with or without a scenario applied.
    """
    own = column_colors(hub, "models", "model")
    colors: dict[str, str] = {}
    for one in (hub.before or hub, hub):
        for model, family in one["models"].select("model", "family").iter_rows():
            colors.setdefault(family or model, own[model])
    return colors
