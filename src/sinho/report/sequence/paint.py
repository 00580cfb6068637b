"""Colours for the values of an attribute: paint as it is called, else colours far apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from sinho.report.colors import channels, mixed

APART = (
    "#0b5394", "#e69f00", "#1b9e77", "#cc79a7", "#56b4e9", "#8c564b", "#7a6fb3", "#c9d04a",
    "#004800", "#600060", "#24dcc0", "#c0b4a8", "#fcc0fc", "#787800", "#a81860", "#3c0c90",
    "#6c0c00", "#c084fc", "#3c3c48", "#fc846c", "#48cc60", "#4884fc", "#9c3ca8", "#0c6c6c",
    "#9ce4f0", "#008400", "#c06c18", "#fcd89c", "#6c909c", "#9cfc90", "#543c00", "#9ca860",
)  # fmt: skip
"""Colours for values whose names are no colours: the first eight as in charts, the others each as
far as can be from those before it and from the colour of alarms, measured in Oklab."""

PAINTS = {
    "white": "#f7f7f4", "snow": "#f4f8fa", "ivory": "#f3eedb", "cream": "#f1e7cd",
    "pearl": "#ece9e2", "silver": "#b9bfc5", "platinum": "#cfd0ce", "aluminium": "#a9aeb3",
    "grey": "#868b90", "gray": "#868b90", "titanium": "#777672", "graphite": "#4b4f54",
    "anthracite": "#383c42", "gunmetal": "#4a5058", "black": "#17181b", "onyx": "#202124",
    "red": "#b3121d", "burgundy": "#6b1426", "wine": "#701c33", "maroon": "#6e1a1e",
    "crimson": "#9f1330", "coral": "#f0785a", "orange": "#e8731c", "copper": "#a95d32",
    "bronze": "#84643c", "brown": "#5f4130", "mocha": "#6d5444", "beige": "#d5c6a8",
    "sand": "#cbb78f", "champagne": "#d9cba9", "gold": "#bd9a45", "yellow": "#f2c51b",
    "lime": "#a6cf38", "green": "#2a7040", "olive": "#68692f", "mint": "#a5dcc2",
    "teal": "#15716f", "turquoise": "#28b0aa", "cyan": "#2fb4d3", "blue": "#1c4f9c",
    "navy": "#17264f", "indigo": "#37306f", "violet": "#6f4a9e", "purple": "#5c2a73",
    "magenta": "#b0247c", "pink": "#e590ae", "rose": "#d6848c", "ruby": "#8d1230",
    "amber": "#d98a1f", "emerald": "#146b4a", "sapphire": "#1a3d86", "magnesium": "#a3a7a8",
    "thunder": "#5b6065", "storm": "#4d5560", "space": "#1d2024",
}  # fmt: skip
"""What paints of these names look like."""

DARKER = {"dark", "deep", "night", "midnight"}
LIGHTER = {"light", "pale", "ice", "sky", "bright"}
NONE = "#d5dae0"
"""Colour of a missing value."""

_DISTINCT = 12.0
_STEP, _STEPS = 0.06, 10
_TONE = 0.42


def paints(values: Iterable[str | None]) -> dict[str | None, str]:
    """Return a colour for each value, the frequent ones first to choose.

    A value whose name says a colour, such as ``Pearl White`` or ``dark blue``, gets that paint;
    the last such word counts. The others get colours far apart. No two values share a colour as
    long as there are at most 32 without a colour's name.

    Parameters
    ----------
    values : iterable of str
        The attribute's value of every car.

    Returns
    -------
    dict of str to str
        Hexadecimal colour per value, in the order of frequency.
    """
    counts = Counter(values)
    ranked = sorted(counts, key=lambda value: (-counts[value], natural(value or "")))
    chosen: dict[str | None, str] = {}
    for value in ranked:
        paint = NONE if value is None else _named(value)
        if paint is not None:
            chosen[value] = _apart(paint, list(chosen.values()))
    taken = list(chosen.values())
    free = [c for c in APART if all(_distance(c, t) >= _DISTINCT for t in taken)] or list(APART)
    rest = [value for value in ranked if value not in chosen]
    for at, value in enumerate(rest):
        chosen[value] = free[at % len(free)]
    return {value: chosen[value] for value in ranked}


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts ``9`` before ``10``."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p.casefold()) for p in parts)


def _named(value: str) -> str | None:
    """Return the paint that a name says, if it says one."""
    words = re.findall(r"[a-z]+", value.casefold())
    found = [word for word in words if word in PAINTS]
    if not found:
        return None
    paint = PAINTS[found[-1]]
    if DARKER & set(words):
        return mixed(paint, "#000000", _TONE)
    return mixed(paint, "#ffffff", _TONE) if LIGHTER & set(words) else paint


def _apart(paint: str, taken: list[str]) -> str:
    """Return the paint, or a shade of it that can be told from those taken."""
    shades = [paint]
    for step in range(1, _STEPS + 1):
        shades += [mixed(paint, "#000000", step * _STEP), mixed(paint, "#ffffff", step * _STEP)]
    for shade in shades:
        if all(_distance(shade, other) >= _DISTINCT for other in taken):
            return shade
    return max(shades, key=lambda shade: min(_distance(shade, other) for other in taken))


def _distance(colour: str, other: str) -> float:
    pairs = zip(channels(colour), channels(other), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)
