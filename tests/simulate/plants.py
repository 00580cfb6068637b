"""Small plants of all kinds, drawn at random."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import strategies as st

from sinho.simulate import (
    OUT,
    Buffer,
    Calendar,
    Entry,
    Input,
    Plant,
    Ratios,
    Skids,
    Split,
    Station,
    Stops,
    Store,
    Times,
    empirical,
    exponential,
    fixed,
)
from sinho.simulate.nodes import destinations

QUARTERS = st.integers(0, 12).map(lambda n: n / 4)
"""Whole quarters of a minute: sums of them are exact, and many things happen at once."""
COLOURS = ("red", "blue", "grey")
MODELS = ("A", "B")

SOME_TIMES = st.one_of(
    QUARTERS.map(fixed),
    st.sampled_from(
        [
            exponential(1.0),
            Times("lognormal", mean=1.0, cv=0.5),
            Times("weibull", mean=2.0, shape=1.5),
            Times("gamma", mean=1.0, cv=0.7),
            Times("uniform", low=0.5, high=2.0),
            Times("triangular", low=0.5, mode=1.0, high=3.0),
            Times("erlang", mean=1.0, shape=3.0),
            Times("geometric", mean=2.0, step=0.5),
            empirical((0.25, 0.5, 3.0)),
        ]
    ),
)
UPS = st.one_of(st.integers(4, 40).map(lambda n: fixed(n / 4)), st.just(exponential(6.0)))
REPAIRS = st.one_of(st.integers(1, 20).map(lambda n: fixed(n / 4)), st.just(exponential(1.5)))
STOPS = st.lists(st.tuples(UPS, REPAIRS, st.sampled_from(["operating", "clock"])), max_size=2).map(
    lambda found: tuple(Stops(u, r, by, f"stop {n}") for n, (u, r, by) in enumerate(found))
)
CALENDARS = st.sampled_from(
    [
        None,
        None,
        Calendar(((0.0, 10.0), (12.0, 20.0)), every=30.0),
        Calendar(((3.0, 9.0),), every=12.0),
        Calendar(((1.0, 2.5), (2.5, 7.0)), every=7.0),
    ]
)


@st.composite
def stations(draw: st.DrawFn, name: str) -> Station:
    """Draw a station."""
    servers = draw(st.sampled_from([1, 1, 1, 2, 3]))
    return Station(
        name=name,
        cycle=draw(SOME_TIMES),
        models=draw(st.dictionaries(st.sampled_from(MODELS), SOME_TIMES, max_size=2)),
        servers=servers,
        keep_order=draw(st.booleans()),
        stops=draw(STOPS),
        calendar=draw(CALENDARS),
        blocking=draw(st.sampled_from(["after", "after", "before"])) if servers == 1 else "after",
        colour_change=draw(st.sampled_from([0.0, 0.0, 0.75])),
    )


@st.composite
def stores(draw: st.DrawFn, name: str) -> Store:
    """Draw a store."""
    return Store(
        name=name,
        places=draw(st.integers(1, 4)),
        lanes=draw(st.integers(0, 3)),
        policy=draw(
            st.sampled_from(["fifo", "oldest", "restore", "colour", "ratio", "look-ahead"])
        ),
        fill=draw(st.sampled_from(["shortest", "sorted", "colour"])),
        transport=draw(st.sampled_from([0.0, 0.0, 0.5, 1.25])),
        batch=draw(st.sampled_from([1, 2, 100])),
        ahead=draw(st.integers(1, 3)),
    )


@st.composite
def buffers(draw: st.DrawFn, name: str) -> Buffer:
    """Draw a buffer."""
    places = draw(st.sampled_from([None, 1, 1, 2, 3]))
    return Buffer(name=name, places=places, transport=draw(st.sampled_from([0.0, 0.0, 0.5, 1.25])))


@st.composite
def inputs(draw: st.DrawFn) -> Input:
    """Draw a plant and its cars: a chain with loops, branches, sub-lines, skids and lines."""
    kinds = draw(st.lists(st.sampled_from("sssbbl"), min_size=1, max_size=6))
    made = {"s": stations, "b": buffers, "l": stores}
    chain = [draw(made[kind](f"{kind}{n}")) for n, kind in enumerate(kinds)]
    names = [node.name for node in chain]
    following = dict(zip(names, [*names[1:], OUT], strict=True))
    extra: list[Station | Buffer | Store] = []
    skids: list[Skids] = []
    entries: list[Entry] = []
    ways: dict[str, str | Split] = dict(following)
    reworks = draw(st.booleans())
    if reworks:
        # Rework: some cars go to an endless buffer, are made good, and come back.
        at = draw(st.integers(0, len(chain) - 1))
        back = names[draw(st.integers(0, at))]
        bad = draw(st.sampled_from([0.1, 0.3]))
        ways[names[at]] = Split(
            to=(following[names[at]], "bad"),
            shares=(1 - bad, bad),
            models=draw(st.sampled_from([{}, {"A": (0.8, 0.2)}])),
            colours=draw(st.sampled_from([{}, {"red": (0.5, 0.5)}])),
            both=draw(st.sampled_from([{}, {("B", "blue"): (0.25, 0.75)}])),
        )
        extra.append(Buffer(name="bad", places=None, to="mend"))
        mend = draw(stations("mend"))
        extra.append(_with(mend, to=back, rework=True, blocking="after"))
    if draw(st.booleans()):
        # Two stations side by side behind a node, by room, model, colour or line.
        at = draw(st.integers(0, len(chain) - 1))
        name = names[at]
        if isinstance(ways[name], str):
            by = draw(st.sampled_from(["room", "model", "colour", "line"]))
            where = {
                "room": {},
                "model": {"B": "side2"},
                "colour": {"red": "side2", "grey": "side1"},
                "line": {"two": "side2"},
            }[by]
            ways[name] = Split(to=("side1", "side2"), by=by, where=where)
            for side in ("side1", "side2"):
                extra.append(_with(draw(stations(side)), to=following[name]))
    if draw(st.booleans()):
        # A sub-line that makes a part for each car of the first entry.
        fed = [n for n, node in enumerate(chain) if isinstance(node, Station)]
        fed = [n for n in fed if chain[n].blocking == "after"]
        if fed and not reworks:
            at = draw(st.sampled_from(fed))
            chain[at] = _with(chain[at], needs=("parts",))
            extra.append(_with(draw(stations("sub")), to="parts", blocking="after"))
            extra.append(Buffer(name="parts", places=draw(st.integers(1, 3)), to=names[at]))
            entries.append(Entry(name="in parts", to="sub", parts=True))
    lines = draw(st.sampled_from([("one",), ("one", "two")]))
    if len(lines) == 1:
        entries.insert(0, Entry(name="in", to=names[0]))
    else:
        second = names[draw(st.integers(0, len(chain) - 1))]
        entries.insert(0, Entry(name="in one", to=names[0], lines=("one",)))
        entries.insert(1, Entry(name="in two", to=second, lines=("two",)))
    placed = [n for n, node in enumerate(chain) if isinstance(node, Station)]
    if placed and not reworks and len(lines) == 1 and draw(st.booleans()):
        first = draw(st.sampled_from(placed))
        last = draw(st.integers(first, len(chain) - 1))
        skids.append(
            Skids(
                name="skids",
                first=names[first],
                last=names[last],
                carriers=draw(st.integers(1, 4)),
                back=draw(st.sampled_from([0.0, 0.75])),
            )
        )
    nodes = [_with(node, to=ways[node.name]) for node in chain] + extra
    nodes = [_with(node, merge=draw(st.sampled_from(["first", "listed"]))) for node in nodes]
    by_rules = any(
        isinstance(node, Store) and node.policy in ("ratio", "look-ahead") for node in nodes
    )
    ratios = draw(
        st.sampled_from(
            [
                () if not by_rules else (Ratios(option="tow", most=2, window=5),),
                (Ratios(option="roof", most=1, window=2),),
                (
                    Ratios(option="roof", most=1, window=3),
                    Ratios(option="tow", most=1, window=2, weight=2.0),
                ),
            ]
        )
    )
    cannot_keep = {node.name for node in nodes if isinstance(node, Store) and node.lanes}
    cannot_keep |= {one.first for one in skids}
    nodes = [
        _with(node, blocking="after")
        if isinstance(node, Station)
        and (
            cannot_keep & set(destinations(node.to))
            or (isinstance(node.to, Split) and node.to.by == "room")
        )
        else node
        for node in nodes
    ]
    plant = Plant(tuple(nodes), tuple(entries), tuple(skids), ratios)
    return Input.from_plant(plant, draw(cars(lines, plant)))


@st.composite
def cars(draw: st.DrawFn, lines: tuple[str, ...], plant: Plant) -> pl.DataFrame:
    """Draw cars of lines with models, colours, releases and options."""
    count = draw(st.integers(1, 25))
    some = st.lists
    table = {
        "line": draw(some(st.sampled_from(lines), min_size=count, max_size=count)),
        "model": draw(some(st.sampled_from(MODELS), min_size=count, max_size=count)),
        "colour": draw(some(st.sampled_from(COLOURS), min_size=count, max_size=count)),
    }
    if draw(st.booleans()):
        table["release"] = sorted(draw(some(QUARTERS, min_size=count, max_size=count)))
    for option in sorted({rule.option for rule in plant.ratios}):
        table[option] = draw(some(st.booleans(), min_size=count, max_size=count))
    return pl.DataFrame(table)


def _with(node: Any, **changes: Any) -> Any:
    return replace(node, **changes)
