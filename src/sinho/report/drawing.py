"""Pieces of SVG as text: numbers, texts, boxes, paths, and whole drawings stacked into one."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sinho.report.colors import luminance
from sinho.report.style import FONT, INK

MARGIN = 16.0
"""Pixels left blank around a picture."""

_NARROW, _WIDE = set("iljtfrI.,:;'|!()[]/- "), set("mwMWGOQ%@≤≥")
_LETTERS = (0.3, 0.58, 0.85)
"""About how wide narrow, usual and wide letters are, in font sizes."""

_FULL = frozenset("WF")
"""Signs as wide as high, such as those of Korean (Unicode Standard Annex 11)."""

_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

BRIGHT = 0.47
"""Luminance above which dark text is read better than white."""


@dataclass(frozen=True)
class Drawing:
    """Part of a picture.

    Parameters
    ----------
    width, height : float
        Its size in pixels.
    body : str
        SVG elements, drawn from the origin.
    """

    width: float
    height: float
    body: str


def number(value: float) -> str:
    """Return a coordinate with at most two decimals and no needless sign."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def printable(text: str) -> str:
    """Return text without the signs that XML bars: they become blanks."""
    return _BARRED.sub(" ", text)


def escaped(text: str) -> str:
    """Return text that is safe inside SVG."""
    return html.escape(printable(text))


def text_width(text: str, size: float) -> float:
    """Return about how wide a text is in pixels."""
    narrow, usual, wide = _LETTERS
    return size * sum(
        narrow
        if sign in _NARROW
        else wide
        if sign in _WIDE
        else usual
        if sign.isascii() or unicodedata.east_asian_width(sign) not in _FULL
        else 1.0
        for sign in text
    )


def shortened(text: str, size: float, width: float) -> str:
    """Return the text, cut with an ellipsis where it is wider than ``width`` pixels."""
    if text_width(text, size) <= width:
        return text
    kept = len(text) - 1
    while kept > 1 and text_width(text[:kept] + "…", size) > width:
        kept -= 1
    return text[:kept].rstrip() + "…"


def attributes(**given: str | float | None) -> str:
    """Return attributes of an element; underscores become hyphens, ``class_`` is ``class``."""
    parts = []
    for name, value in given.items():
        if value is None:
            continue
        shown = escaped(value) if isinstance(value, str) else number(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{shown}"')
    return "".join(parts)


def ink_on(color: str) -> str:
    """Return the colour in which text can be read on a colour."""
    return INK if luminance(color) > BRIGHT else "#ffffff"


def label(x: float, y: float, text: str, **style: str | float | None) -> str:
    """Return a text whose baseline begins at a point."""
    return f"<text{attributes(x=x, y=y, **style)}>{escaped(text)}</text>"


def box(x: float, y: float, width: float, height: float, **style: str | float | None) -> str:
    """Return a rectangle."""
    return f"<rect{attributes(x=x, y=y, width=width, height=height, **style)}/>"


def path(pieces: Iterable[str], **style: str | float | None) -> str:
    """Return one path of many pieces; empty without any."""
    data = "".join(pieces)
    return f"<path{attributes(d=data, **style)}/>" if data else ""


def group(parts: Iterable[str], **style: str | float | None) -> str:
    """Return a group; empty without anything inside."""
    body = "".join(parts)
    return f"<g{attributes(**style)}>{body}</g>" if body else ""


def moved(drawing: Drawing, x: float, y: float) -> str:
    """Return a drawing at another place."""
    return f'<g transform="translate({number(x)},{number(y)})">{drawing.body}</g>'


def stacked(drawings: Sequence[Drawing], gap: float = 30.0) -> Drawing:
    """Return drawings below each other."""
    parts, y = [], 0.0
    for drawing in drawings:
        parts.append(moved(drawing, 0, y))
        y += drawing.height + gap
    height = max(0.0, y - gap)
    return Drawing(max((d.width for d in drawings), default=0.0), height, "\n".join(parts))


def whole(
    drawing: Drawing, title: str, description: str, name: str, *, margin: float = MARGIN
) -> str:
    """Return a drawing as a picture of its own, with a margin and what a screen reader says.

    Parameters
    ----------
    drawing : Drawing
        The drawing.
    title, description : str
        What it shows, in short and in full.
    name : str
        What the ids inside begin with, so that several pictures can stand in one page.
    margin : float
        Pixels left blank around it.

    Returns
    -------
    str
        SVG that loads nothing.
    """
    width, height = drawing.width + 2 * margin, drawing.height + 2 * margin
    size = f'width="{number(width)}" height="{number(height)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {number(width)} {number(height)}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" font-family="{escaped(FONT)}" '
        f'font-size="11" fill="{INK}">\n'
        f'<title id="{name}-title">{escaped(title)}</title>\n'
        f'<desc id="{name}-desc">{escaped(description)}</desc>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n'
        f"{moved(drawing, margin, margin)}\n</svg>\n"
    )
