"""A day on the line as a page to watch: the flow of cars through its shops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate

import polars as pl

from sinho.hub import Hub
from sinho.report.colors import OTHER, column_colors
from sinho.report.drawing import shortened
from sinho.report.replay import (
    CALLED,
    COMES,
    LEAVES,
    MOVED,
    OUTSIDE,
    USED,
    Heading,
    Lane,
    Scene,
    replay_page,
)
from sinho.report.simulate.groups import Flow, Group, Panel, flow_of, sub_lines
from sinho.report.simulate.layout import Spot, extent, spots_of, way
from sinho.report.simulation import DAY, Case
from sinho.simulate import halts, trace

CELL = 7.0
"""Pixels of a place."""

WIDE, NARROW, PAD, HEAD, TEXT, LOW = 156.0, 114.0, 8.0, 24.0, 14.0, 6.0
TOP = 14.0
"""Pixels left free above and on the left of all."""

ENDLESS = 60
"""Places that are drawn of a buffer without an end."""

WAITS = 0.05
"""Minutes from which on a car that is done and finds no room is marked."""

COUNT = 34.0
"""Pixels left free behind a name for the number of cars."""

PARTS = "parts"


def line_replay(case: Case, hub: Hub, *, replication: int = 0) -> str:
    """Return a page in which the flow of a day can be watched.

    Parameters
    ----------
    case : Case
        The simulation.
    hub : Hub
        The hub: its models have their colours.
    replication : int
        Number of the replication, 0 first.

    Returns
    -------
    str
        HTML that loads nothing. Of a row of stations alike all cars stand in one lane, in the order
        in which they came into it.
    """
    return replay_page(line_scene(case, hub, replication=replication), case.result.versions)


def line_scene(case: Case, hub: Hub, *, replication: int = 0) -> Scene:
    """Return what is watched; see `line_replay`. The day is the first that counts."""
    setting = case.setting
    begin = (setting.dates[0] - setting.begin.date()).days * DAY
    seen = trace(
        case.given,
        seed=case.result.seed,
        replication=replication,
        horizon=begin + DAY,
        since=begin,
    )
    halted = halts(
        case.given,
        seen,
        seed=case.result.seed,
        replication=replication,
        horizon=begin + DAY,
        since=begin,
    )
    flow = flow_of(case.given)
    spots = [
        Spot(s.x + TOP, s.y + TOP, s.width, s.height, s.left + TOP, s.right + TOP)
        for s in spots_of(flow, _width, _height)
    ]
    lanes, headings, first = _lanes(flow, spots)
    visits = _visits(seen, case, flow, first)
    items, groups = _items(visits, case, hub)
    events = _events(visits, begin)
    across, high = extent(spots)
    moment = setting.moment(begin)
    came = sum(event[1] == COMES and event[0] > 0 for event in events)
    left = sum(event[1] == LEAVES for event in events)
    return Scene(
        f"The line on {moment:%A} {moment.day} {moment:%B %Y}",
        f"Replication {replication}: {came:,} cars come, {left:,} leave. A lane is a row of "
        "stations alike, a buffer or a store; cars come on the left of the last row and stand "
        "behind each other. A white point: done, and no room behind. A red frame: a station of "
        f"the row has stopped ({halted.height:,} stops of the day).",
        CELL,
        CELL,
        across + TOP,
        high + TOP,
        lanes,
        headings,
        groups,
        items,
        events,
        0.0,
        DAY,
        moment.isoformat(),
        (10.0, 1.0, 30.0, 60.0),
        flow=True,
        boxes=tuple((spot.x, spot.y, spot.width, spot.height) for spot in spots),
        ways=tuple(_line(spots[a], spots[b]) for a, b, _ in flow.links),
        stopped=_stopped(halted, lanes, first, begin),
    )


def _stopped(
    halted: pl.DataFrame, lanes: Sequence[Lane], first: Mapping[str, int], begin: float
) -> tuple[tuple[int, float, float], ...]:
    """Return when stations of lanes stand still, in order of time."""
    ends = [0, *accumulate(lane.places for lane in lanes)]
    rows = halted.sort("begun").select("station", "begun", "ended").iter_rows()
    found = []
    for name, since, until in rows:
        within = max(since - begin, 0.0), min(until - begin, DAY)
        found.append((ends.index(first[name]), round(within[0], 2), round(within[1], 2)))
    return tuple(found)


def _width(panel: Panel) -> float:
    return NARROW if panel.groups[0].kind == "store" else WIDE


def _columns(panel: Panel) -> int:
    return int((_width(panel) - 2 * PAD) // CELL)


def _places(group: Group) -> int:
    return group.room or ENDLESS


def _text(group: Group) -> float:
    """Return the pixels for its name: a store has that of its panel."""
    return 0.0 if group.kind == "store" else TEXT


def _tall(group: Group, columns: int) -> float:
    return _text(group) + CELL * -(-_places(group) // columns) + LOW


def _height(panel: Panel) -> float:
    return HEAD + sum(_tall(group, _columns(panel)) for group in panel.groups)


def _line(a: Spot, b: Spot) -> str:
    begin, bends, y0, until, end, y1 = way(a, b)
    half = (until - bends) / 2
    return (
        f"M{begin:.0f},{y0:.0f}H{bends:.0f}C{bends + half:.0f},{y0:.0f} "
        f"{until - half:.0f},{y1:.0f} {until:.0f},{y1:.0f}H{end:.0f}"
    )


def _lanes(
    flow: Flow, spots: list[Spot]
) -> tuple[tuple[Lane, ...], tuple[Heading, ...], dict[str, int]]:
    """Return lanes, headings, and the first place of each node's lane."""
    lanes: list[Lane] = []
    headings: list[Heading] = []
    first: dict[str, int] = {}
    place = 0
    for panel, spot in zip(flow.panels, spots, strict=True):
        columns, begin = _columns(panel), len(lanes)
        y = spot.y + HEAD
        for group in panel.groups:
            what = "before " if group.kind == "buffer" and group.name != group.nodes[0] else ""
            name = group.name.partition(": ")[2] if group.kind == "rework" else group.name
            x = spot.x + PAD
            if group.kind != "store":
                text = shortened(what + (name or group.name), 10.0, spot.width - 2 * PAD - COUNT)
                at = len(lanes)
                headings.append(Heading(text, x, y + TEXT - 4, at, at + 1, small=True))
            size = _places(group)
            lanes.append(Lane(f"{what}{group.name}", x, y + _text(group), size, 0, columns))
            first |= dict.fromkeys(group.nodes, place)
            place += size
            y += _tall(group, columns)
        title = shortened(panel.title, 11.5, spot.width - 2 * PAD - COUNT)
        headings.append(Heading(title, spot.x + PAD, spot.y + 15, begin, len(lanes)))
    return tuple(lanes), tuple(headings), first


def _visits(seen: pl.DataFrame, case: Case, flow: Flow, first: Mapping[str, int]) -> pl.DataFrame:
    """Return visits to groups: those to nodes of one behind each other are one.

    Column ``part`` has the sub-line of parts, since a car may have several; empty of cars.
    """
    number = {node.name: at for at, node in enumerate(case.given.plant.nodes)}
    sub_line = sub_lines(case.given)
    whose = ["order", "part"]
    return (
        seen.filter(pl.col("left").is_null() | (pl.col("left") > pl.col("entered")))
        .with_columns(
            pl.when("part")
            .then(pl.col("node").replace_strict(sub_line, default=PARTS))
            .otherwise(pl.lit(""))
            .alias("part"),
            pl.col("node").replace_strict(first, return_dtype=pl.Int64).alias("spot"),
            pl.col("node").replace_strict(number, return_dtype=pl.Int64).alias("number"),
        )
        .sort("entered", maintain_order=True)
        .with_columns((pl.col("spot") != pl.col("spot").shift(1)).over(whose).alias("new"))
        .with_columns(pl.col("new").fill_null(value=True).cum_sum().over(whose).alias("visit"))
        .group_by(*whose, "visit", maintain_order=True)
        .agg(
            pl.col("spot", "number", "entered").first(),
            pl.col("done", "left").last(),
        )
        .with_columns(
            (pl.col("visit") == pl.col("visit").max().over(whose)).alias("last"),
            (pl.col("visit") == 1).alias("first"),
        )
    )


def _items(
    visits: pl.DataFrame, case: Case, hub: Hub
) -> tuple[tuple[tuple[str, int, float, str], ...], tuple[tuple[str, str], ...]]:
    """Return what moves, cars by their model and parts as one group, and these groups."""
    colors = column_colors(hub, "models", "model")
    here = visits.select("order", "part").unique(maintain_order=True)
    cars = here.join(
        case.given.cars.select("order", "model", "colour"), on="order", maintain_order="left"
    )
    named = cars.with_columns(
        pl.when(pl.col("part") != "")
        .then(pl.lit(PARTS))
        .otherwise(pl.col("model").fill_null("cars"))
        .alias("of")
    )
    known = set(named["of"])
    names = [*(name for name in colors if name in known), *sorted(known - {*colors, PARTS})]
    names += [PARTS] if PARTS in known else []
    number = {name: at for at, name in enumerate(names)}
    items = tuple(
        (f"part for {order}" if part else order, number[of], 0.6 if part else 1.0, colour or "")
        for order, part, of, colour in named.select("order", "part", "of", "colour").iter_rows()
    )
    return items, tuple((name, colors.get(name, OTHER)) for name in names)


def _events(visits: pl.DataFrame, begin: float) -> tuple[tuple[float, int, int, int], ...]:
    """Return what happens, in order; who is inside at the begin stands as in the flow."""
    order = visits.select("order", "part").unique(maintain_order=True).with_row_index("item")
    found = []
    rows = visits.join(order, on=["order", "part"], maintain_order="left")
    for row in rows.iter_rows(named=True):
        item, spot, came = row["item"], row["spot"], row["entered"] - begin
        comes = COMES if row["first"] and not row["part"] else MOVED
        # the farther on in a row of stations, the earlier it came into it
        found.append((max(came, 0.0), 0 if came > 0 else -row["number"], comes, item, spot))
        if row["left"] is None:
            continue
        done, left = row["done"], row["left"] - begin
        if done is not None and left - (done - begin) > WAITS and done > begin:
            found.append((done - begin, 1, CALLED, item, OUTSIDE))
        if row["last"]:
            found.append((left, 2, USED if row["part"] else LEAVES, item, OUTSIDE))
    found.sort(key=lambda each: each[:2])
    return tuple((round(time, 2), what, item, spot) for time, _, what, item, spot in found)
