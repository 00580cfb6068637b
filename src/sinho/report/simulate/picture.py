"""The picture of a simulated line: shops, stations, buffers and stores, coloured by state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.report.drawing import (
    Drawing,
    box,
    escaped,
    group,
    label,
    number,
    path,
    shortened,
    stacked,
    whole,
)
from sinho.report.simulate.groups import Flow, Group, Panel, flow_of
from sinho.report.simulate.layout import Spot, extent, spots_of, way
from sinho.report.simulation import STATES, Case, bottlenecks
from sinho.report.style import LINE, SOFT

COLORS = dict(zip(STATES, ("#1b9e77", "#e69f00", "#56b4e9", "#b3261e", "#dfe3e8"), strict=True))
"""Colour of each state of a station."""

FULL, ALARM = "#7a6fb3", "#b3261e"
WIDE, NARROW, PAD, HEAD = 174.0, 128.0, 8.0, 24.0
HEIGHTS = {"station": 29.0, "rework": 29.0, "buffer": 17.0, "store": 29.0}
MARK = 13.0
NOTED = 0.1
"""Share of time from which on a bottleneck is marked."""

SIZE, SMALL = 11.0, 9.5


@dataclass(frozen=True)
class _Figures:
    """What is said of groups."""

    states: Mapping[str, dict[str, float]]
    levels: Mapping[str, tuple[float, float]] = field(repr=False)
    necks: Mapping[str, float]


def line_picture(case: Case, name: str = "line") -> str:
    """Draw a simulated line.

    Parameters
    ----------
    case : Case
        The simulation.
    name : str
        What the ids inside begin with.

    Returns
    -------
    str
        SVG. A panel is a shop, or what is made in it for other stations; a bar is a row of stations
        alike, by the states in which they spend their time; a gauge is a buffer or store, with the
        mean number of cars in it. The bottleneck has a red frame.
    """
    flow, told = flow_of(case.given), _figures(case)
    spots = spots_of(flow, _width, lambda panel: _height(panel, told))
    across, high = extent(spots)
    drawn = Drawing(across, high, "\n".join(_body(flow, spots, told)))
    title = f"The line: {len(flow.panels)} shops and stores"
    necks = ", ".join(f"{n} {s:.0%}" for n, s in told.necks.items()) or "not sought"
    said = f"Bottleneck, share of time: {necks}"
    return whole(stacked([drawn, _legend()], 18), title, said, name)


def _figures(case: Case) -> _Figures:
    """Return states, levels and bottlenecks by group."""
    flow = flow_of(case.given)
    of_node = {name: group.nodes[0] for name, group in flow.group_of.items()}

    def by_group(table: pl.DataFrame, column: str) -> pl.DataFrame:
        return table.with_columns(
            pl.col(column).replace_strict(of_node, return_dtype=pl.String).alias("group")
        )

    weight = pl.col("servers")
    states = (
        by_group(case.result.stations, "station")
        .group_by("group", maintain_order=True)
        .agg((pl.col(name) * weight).sum() / weight.sum() for name in STATES)
    )
    levels = (
        by_group(case.result.buffers, "node")
        .group_by("group", maintain_order=True)
        .agg(pl.col("level").sum(), pl.col("most").sum())
    )
    necks = bottlenecks(case).filter(pl.col("bottleneck") >= NOTED)
    return _Figures(
        {row["group"]: row for row in states.to_dicts()},
        {row["group"]: (row["level"], row["most"]) for row in levels.to_dicts()},
        dict(necks.select("station", "bottleneck").iter_rows()),
    )


def _width(panel: Panel) -> float:
    return NARROW if panel.groups[0].kind == "store" else WIDE


def _high(group: Group, told: _Figures) -> float:
    marked = group.kind == "station" and group.name in told.necks
    return HEIGHTS[group.kind] + (MARK if marked else 0.0)


def _height(panel: Panel, told: _Figures) -> float:
    return HEAD + sum(_high(group, told) for group in panel.groups) + PAD / 2


def _body(flow: Flow, spots: list[Spot], told: _Figures) -> Iterator[str]:
    """Yield the ways, then the panels over them."""
    for parts in (False, True):
        ways = [_curve(spots[a], spots[b]) for a, b, one in flow.links if one == parts]
        dash = "4 3" if parts else None
        yield path(
            [curve for curve, _ in ways],
            fill="none",
            stroke=SOFT,
            stroke_width=1.5,
            stroke_dasharray=dash,
        )
        yield path([head for _, head in ways], fill=SOFT)
    worst = next(iter(told.necks), "")
    for panel, spot in zip(flow.panels, spots, strict=True):
        yield box(spot.x, spot.y, spot.width, spot.height, fill="#fafbfc", stroke="#aab2bb", rx=5)
        text = shortened(panel.title, SIZE + 0.5, spot.width - 2 * PAD)
        yield label(spot.x + PAD, spot.y + 16, text, font_size=SIZE + 0.5, font_weight="600")
        y = spot.y + HEAD
        for one in panel.groups:
            yield _group(one, spot.x + PAD, y, spot.width - 2 * PAD, told, worst)
            y += _high(one, told)


def _curve(a: Spot, b: Spot) -> tuple[str, str]:
    """Return a way between panels, and its head."""
    begin, bends, y0, until, end, y1 = way(a, b)
    tip = 6.0 if end > begin else -6.0
    until -= tip if until == end else 0.0
    half = (until - bends) / 2
    c = f"C{number(bends + half)},{number(y0)} {number(until - half)},{number(y1)}"
    onward = f"H{number(bends)}{c} {number(until)},{number(y1)}H{number(end - tip)}"
    curve = f"M{number(begin)},{number(y0)}{onward}"
    head = f"M{number(end - tip)},{number(y1 - 4)}l{number(tip)},4l{number(-tip)},4z"
    return curve, head


def _group(one: Group, x: float, y: float, width: float, told: _Figures, worst: str) -> str:
    """Return a group with what is said of it when it is pointed at."""
    if one.kind in ("buffer", "store"):
        parts, said = _gauge(one, x, y, width, told)
    else:
        parts, said = _bar(one, x, y, width, told, worst)
    return group([f"<title>{escaped(said)}</title>", *parts])


def _bar(
    one: Group, x: float, y: float, width: float, told: _Figures, worst: str
) -> tuple[list[str], str]:
    """Return stations alike: their name, and their time by state."""
    states: dict[str, Any] = told.states[one.nodes[0]]
    many = one.stations if one.stations > 1 else one.room or 1
    count = f"×{many}" if many > 1 else ""
    inset = 10.0 if one.kind == "rework" else 0.0
    x, width = x + inset, width - inset
    name = (one.name.partition(": ")[2] if inset else "") or one.name
    parts = [
        label(x, y + 11, shortened(name, SIZE, width - 34), font_size=SIZE),
        label(x + width, y + 11, count, font_size=SMALL, fill=SOFT, text_anchor="end"),
    ]
    at = x
    for state in STATES:
        wide = width * max(0.0, states[state])
        if wide > 0.05:
            parts.append(box(at, y + 15, wide, 8, fill=COLORS[state]))
        at += wide
    share = told.necks.get(one.name) if one.kind == "station" else None
    if share is not None:
        parts.append(
            label(
                x,
                y + 34,
                f"bottleneck {share:.0%} of the time",
                font_size=SMALL,
                font_weight="600",
                fill=ALARM,
            )
        )
    if share is not None and one.name == worst:
        frame = box(x - 4, y - 1, width + 8, 39, fill="none", stroke=ALARM, stroke_width=2, rx=3)
        parts.append(frame)
    shares = ", ".join(f"{state} {states[state]:.1%}" for state in STATES)
    what = f"{many} stations" if one.stations > 1 else f"{many} places" if many > 1 else "1 station"
    return parts, f"{one.name}: {what}; {shares}"


def _gauge(one: Group, x: float, y: float, width: float, told: _Figures) -> tuple[list[str], str]:
    """Return a buffer or store: how full it is on average."""
    level, most = told.levels[one.nodes[0]]
    of = "" if one.room is None else f" of {one.room:,}"
    text = f"{level:,.1f}{of}"
    said = f"{one.name}: mean {level:,.1f}{of} cars, most {most:,.1f} on average"
    full = min(1.0, level / one.room) if one.room else 0.0
    if one.kind == "store":
        high, top = 10.0, y + 15
        parts = [label(x, y + 11, f"{text} cars", font_size=SIZE)]
        left = x
    else:
        high, top, left = 7.0, y + 4, x + width * 0.52
        parts = [label(x, y + 11, f"▾ {text}", font_size=SMALL, fill=SOFT)]
    wide = x + width - left
    parts.append(box(left, top, wide, high, fill="white", stroke="#aab2bb", stroke_width=0.8))
    if full:
        parts.append(box(left, top, wide * full, high, fill=FULL))
    return parts, said


def _legend() -> Drawing:
    """Return what colours and signs mean."""
    parts, x = [], 0.0
    for state in STATES:
        parts += [box(x, 0, 11, 11, fill=COLORS[state], stroke=LINE)]
        text = "off shift" if state == "off" else state
        parts.append(label(x + 16, 10, text, font_size=SIZE))
        x += 84
    parts += [box(x, 0, 11, 11, fill=FULL), label(x + 16, 10, "mean cars in it", font_size=SIZE)]
    said = (
        "A bar: the time of a row of stations, ×n of them one behind the other (indented: bays of "
        "rework). A gauge: places before it. Dashed: parts."
    )
    parts.append(label(0, 29, said, font_size=SIZE, fill=SOFT))
    return Drawing(800, 34, "".join(parts))
