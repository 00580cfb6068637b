"""A page in which things can be watched as they come, are moved and go: offline, one file."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sinho.report.pages import POLICY, asset

COMES, MOVED, LEAVES, CALLED, USED = 0, 1, 2, 3, 4
"""What happens: one comes to a place, is moved to another, leaves, is called to leave soon, or is
used up, as a part."""

OUTSIDE = -1
"""A place outside of all lanes."""


@dataclass(frozen=True)
class Lane:
    """Places one behind the other, or in rows.

    Parameters
    ----------
    name : str
        What it is called.
    x, y : float
        Corner of its first place, in pixels; the others follow below it.
    places : int
        How many there are.
    ends : int
        1: the side of the first place is shut. 2: both sides are open. 0: none is.
    columns : int
        Places in a row.
    """

    name: str
    x: float
    y: float
    places: int
    ends: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Heading:
    """A text above lanes, with the numbers of the first and behind the last of its lanes.

    A small one stands for a part of what one above it stands for.
    """

    text: str
    x: float
    y: float
    first: int
    last: int
    small: bool = False


@dataclass(frozen=True)
class Scene:
    """What is watched.

    Parameters
    ----------
    title, subtitle : str
        Heading of the page.
    across, along, width, height : float
        Pixels of a place, and of the whole.
    lanes : tuple of Lane
        Lanes; their places are counted through from 0 on.
    headings : tuple of Heading
        Texts above them.
    groups : tuple of (str, str)
        Name and colour of each group.
    items : tuple of (str, int, float, str)
        Of each item its name, its group, its opacity and what else is said of it.
    events : tuple of (float, int, int, int)
        In their order: when, what (`COMES` and so on), number of the item and of the place.
    start, end : float
        When it begins and ends. What happens before is seen at the begin.
    clock : str
        Moment at 0 as ISO 8601 where times are minutes; empty: they are steps.
    rates : tuple of float
        Speeds that can be chosen, in minutes or steps a second; the first is taken.
    flow : bool
        Lanes are queues: who comes stands behind the others, and they move up where one leaves.
        Places in events are the first ones of lanes, and things that are moved flow on.
    boxes : tuple of (float, float, float, float)
        Frames behind the lanes: x, y, width and height.
    ways : tuple of str
        Lines behind the lanes, as paths of SVG.
    stopped : tuple of (int, float, float)
        A lane of which something stands still, from when and until when.
    """

    title: str
    subtitle: str
    across: float
    along: float
    width: float
    height: float
    lanes: tuple[Lane, ...]
    headings: tuple[Heading, ...]
    groups: tuple[tuple[str, str], ...]
    items: tuple[tuple[str, int, float, str], ...]
    events: tuple[tuple[float, int, int, int], ...]
    start: float
    end: float
    clock: str = ""
    rates: tuple[float, ...] = (30.0, 10.0, 60.0, 240.0)
    flow: bool = False
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    ways: tuple[str, ...] = ()
    stopped: tuple[tuple[int, float, float], ...] = ()


def replay_page(scene: Scene, versions: Mapping[str, str]) -> str:
    """Return the page of a scene.

    It can be played, paused, stepped and wound by buttons, keys and a line of time, and tells of
    each place who stands there. ``#at=`` in its address opens it at a time.

    Parameters
    ----------
    scene : Scene
        What is watched.
    versions : mapping of str to str
        Versions for its foot.

    Returns
    -------
    str
        HTML with style, script and data inside; it loads nothing.
    """
    foot = ", ".join(f"{name} {version}" for name, version in versions.items())
    data = json.dumps(packed(scene), separators=(",", ":"), ensure_ascii=False)
    data = data.replace("</", r"<\/").replace("<!--", r"<\!--")
    title = html.escape(scene.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{asset("page.css")}{asset("replay.css")}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{html.escape(scene.subtitle)}</p>
</header>
<main>
<noscript><p>This page is drawn by its own script, which the browser does not run.</p></noscript>
<div class="bar">
<button id="play" type="button" aria-pressed="false">Play</button>
<button id="back" type="button" title="One thing back (left arrow)">&#8592;</button>
<button id="next" type="button" title="One thing on (right arrow)">&#8594;</button>
<label>Speed <select id="rate"></select></label>
<output id="now"></output>
</div>
<ul class="counts" id="counts"></ul>
<canvas id="time" height="64" tabindex="0" role="slider" aria-label="Time"></canvas>
<div class="stage"><canvas id="stage"></canvas></div>
<div class="below"><ol id="log" aria-label="What happened last"></ol><ul id="groups"></ul></div>
<p class="note" id="here">Point at a place to see who stands there.</p>
</main>
<footer>{html.escape(foot)}</footer>
<script id="scene" type="application/json">{data}</script>
<script>
{asset("replay.js")}</script>
</body>
</html>
"""


def packed(scene: Scene) -> dict[str, Any]:
    """Return what the page's script reads: many alike things as columns, so that they are short."""
    plain = asdict(scene)
    for name, width in (("items", 4), ("events", 4)):
        rows = getattr(scene, name)
        plain[name] = [list(column) for column in zip(*rows, strict=True)] or [[]] * width
    return plain
