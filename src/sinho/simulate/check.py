"""What is wrong with a plant: all faults at once, each with what would have been taken."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, get_args, get_type_hints

from sinho.errors import Problem, nearest
from sinho.simulate.check_flow import flow_faults
from sinho.simulate.nodes import (
    OUT,
    Buffer,
    Calendar,
    Node,
    Split,
    Station,
    Stops,
    Store,
    destinations,
    names,
)
from sinho.simulate.times import Times
from sinho.simulate.times import faults as faults_of_times

if TYPE_CHECKING:
    from sinho.simulate.plant import Plant

MOST = 1_000_000
SUM = 1e-9
"""How far the sum of shares may be from 1."""


def faults(plant: Plant) -> list[Problem]:
    """Return every fault of a plant, in the order of its parts.

    Parameters
    ----------
    plant : Plant
        The plant.
    """
    found = [*_named(plant)]
    for node in plant.nodes:
        where = f"{type(node).__name__.lower()} {node.name}"
        found += [*_choice(where, "merge", node.merge, Node), *_way(plant, where, node.to)]
        if isinstance(node, Station):
            found += _station(plant, node, where)
        elif isinstance(node, Buffer):
            if node.places is not None:
                found += _whole(where, "places", node.places, "Leave a buffer without places out.")
            found += _number(where, "transport", node.transport)
        else:
            found += _store(plant, node, where)
    for entry in plant.entries:
        found += _way(plant, f"entry {entry.name}", entry.to)
    found += _entered(plant)
    found += _skids(plant)
    for rule in plant.ratios:
        where = f"ratio rule of {rule.option}"
        found += _whole(where, "most", rule.most, least=0)
        found += _whole(where, "window", rule.window, most=64)
        found += _number(where, "weight", rule.weight)
    return found or [*flow_faults(plant)]


def _named(plant: Plant) -> Iterator[Problem]:
    if not plant.nodes:
        yield Problem("plant", "has no stations", hint="Give nodes, in the order of the flow.")
    for kind, of in (("node", plant.nodes), ("entry", plant.entries), ("skids", plant.skids)):
        for name, times in Counter(names(of)).items():
            if times > 1:
                yield Problem(f"{kind} {name}", f"{times} have this name", hint="Names are unique.")
            if not name or name == OUT:
                yield Problem(
                    kind, "cannot have this name", column="name", value=name,
                    hint=f"{OUT!r} is where cars leave the plant." if name else "Give it a name.",
                )  # fmt: skip


_hints = cache(get_type_hints)


def _choice(where: str, column: str, value: str, of: type) -> Iterator[Problem]:
    known = get_args(_hints(of)[column.rpartition(".")[2]])
    if value not in known:
        yield Problem(
            where, "there is no such choice", column=column, value=str(value),
            hint=nearest(str(value), known),
        )  # fmt: skip


def _number(where: str, column: str, value: float, hint: str = "") -> Iterator[Problem]:
    if not (math.isfinite(value) and value >= 0):
        yield Problem(
            where, "must be a finite number of 0 or more", column=column, value=f"{value:g}",
            hint=hint,
        )  # fmt: skip


def _whole(
    where: str, column: str, value: float, hint: str = "", *, least: int = 1, most: int = MOST
) -> Iterator[Problem]:
    if not (least <= value <= most and value == int(value)):
        yield Problem(
            where, f"must be a whole number from {least} to {most:,}", column=column,
            value=f"{value:g}", hint=hint,
        )  # fmt: skip


def _times(where: str, column: str, times: Times, *, positive: bool = False) -> Iterator[Problem]:
    for name, value, rule, hint in faults_of_times(times, positive=positive):
        yield Problem(
            where, rule, column=f"{column}.{name}", value=None if value is None else str(value),
            hint=hint,
        )  # fmt: skip


def _way(plant: Plant, where: str, to: str | Split) -> Iterator[Problem]:
    known = [*names(plant.nodes), OUT]
    if not destinations(to) or destinations(to) == ("",):
        yield Problem(
            where, "has no successor", column="to",
            hint=f"Name the next node, or {OUT!r} where cars leave the plant.",
        )  # fmt: skip
        return
    for name in destinations(to):
        if name not in known:
            yield Problem(
                where, "there is no such node", column="to", value=name, hint=nearest(name, known)
            )
    if isinstance(to, Split):
        yield from _split(where, to)


def _split(where: str, split: Split) -> Iterator[Problem]:
    yield from _choice(where, "to.by", split.by, Split)
    for name, times in Counter(split.to).items():
        if times > 1:
            yield Problem(where, "is named twice", column="to", value=name)
    if split.by == "share":
        given = {"to.shares": split.shares}
        given |= {f"to.models.{model}": shares for model, shares in split.models.items()}
        given |= {f"to.colours.{colour}": shares for colour, shares in split.colours.items()}
        given |= {f"to.both.{' in '.join(of)}": shares for of, shares in split.both.items()}
        for column, shares in given.items():
            yield from _shares(where, column, shares, len(split.to))
    elif split.shares or split.models or split.colours or split.both:
        yield Problem(
            where, "has shares but does not split by share", column="to.by", value=split.by,
            hint="Leave shares out, or split by 'share'.",
        )  # fmt: skip
    if split.where and split.by not in ("line", "model", "colour"):
        yield Problem(
            where, "is only for a split by line, model or colour", column="to.where",
            hint="Leave it out.",
        )  # fmt: skip
    if split.by in ("line", "model", "colour") and not split.where:
        yield Problem(where, f"say where each {split.by} goes", column="to.where")
    for key, name in split.where.items():
        if name not in split.to:
            yield Problem(
                where, "is none of the nodes of the split", column=f"to.where.{key}", value=name,
                hint=nearest(name, split.to),
            )  # fmt: skip


def _shares(where: str, column: str, shares: Sequence[float], ways: int) -> Iterator[Problem]:
    if len(shares) != ways:
        yield Problem(
            where, f"must give a share for each of {ways} nodes", column=column, value=str(shares)
        )
        return
    wrong = [share for share in shares if not 0 <= share <= 1]
    for share in wrong:
        yield Problem(where, "a share is from 0 to 1", column=column, value=f"{share:g}")
    if not wrong and abs(math.fsum(shares) - 1) > SUM:
        yield Problem(where, "shares must sum to 1", column=column, value=f"{math.fsum(shares):g}")


def _station(plant: Plant, station: Station, where: str) -> Iterator[Problem]:
    yield from _whole(where, "servers", station.servers, most=10_000)
    yield from _times(where, "cycle", station.cycle)
    for model, times in station.models.items():
        yield from _times(where, f"models.{model}", times)
    for name, times_named in Counter(one.name for one in station.stops).items():
        if times_named > 1:
            yield Problem(
                where, f"{times_named} kinds of stops have this name", column="stops", value=name
            )
    for stops in station.stops:
        yield from _choice(where, f"stops.{stops.name}.by", stops.by, Stops)
        for what, times in (("up", stops.up), ("repair", stops.repair)):
            yield from _times(where, f"stops.{stops.name}.{what}", times, positive=True)
    if station.calendar is not None:
        yield from _calendar(where, station.calendar)
    yield from _choice(where, "blocking", station.blocking, Station)
    yield from _number(where, "colour_change", station.colour_change)
    if station.blocking == "before":
        yield from _before(plant, station, where)
    buffers = {node.name: node for node in plant.nodes if isinstance(node, Buffer)}
    for name in station.needs:
        if name not in buffers:
            yield Problem(
                where, "there is no such buffer", column="needs", value=name,
                hint=nearest(name, buffers),
            )  # fmt: skip
        elif buffers[name].to != station.name:
            yield Problem(
                where, "the buffer of parts must lead to this station alone", column="needs",
                value=name, hint=f"Its to is {buffers[name].to!r}.",
            )  # fmt: skip


def _before(plant: Plant, station: Station, where: str) -> Iterator[Problem]:
    rule = "blocking before service"
    if station.servers != 1:
        yield Problem(
            where, f"{rule} is for one server", column="servers", value=str(station.servers)
        )
    if isinstance(station.to, Split) and station.to.by == "room":
        yield Problem(where, f"{rule} cannot go where there is room", column="to.by", value="room")
    ahead = {node.name: node for node in plant.nodes}
    firsts = {one.first for one in plant.skids}
    for name in destinations(station.to):
        store = ahead.get(name)
        if name in firsts or (isinstance(store, Store) and store.lanes):
            yield Problem(
                where, f"{rule} cannot keep a lane or a carrier", column="to", value=name,
                hint="Put a buffer between, or block after service.",
            )  # fmt: skip


def _calendar(where: str, calendar: Calendar) -> Iterator[Problem]:
    column = "calendar"
    last = 0.0
    for begin, end in calendar.stretches:
        if not (math.isfinite(begin) and math.isfinite(end) and last <= begin < end):
            yield Problem(
                where, "stretches must be in order, without overlap, and end after they begin",
                column=column, value=f"{begin:g} to {end:g}",
            )  # fmt: skip
            return
        last = end
    if not calendar.stretches:
        yield Problem(
            where, "never opens", column=column, hint="Give a stretch, or None to work always."
        )
    if calendar.every is not None and not (math.isfinite(calendar.every) and calendar.every > 0):
        yield Problem(
            where, "must be above 0", column="calendar.every", value=f"{calendar.every:g}"
        )
    elif calendar.every is not None and calendar.every < last:
        yield Problem(
            where, "repeats before its last stretch ends", column="calendar.every",
            value=f"{calendar.every:g}", hint=f"It ends at minute {last:g}.",
        )  # fmt: skip


def _store(plant: Plant, store: Store, where: str) -> Iterator[Problem]:
    yield from _whole(where, "places", store.places)
    yield from _whole(where, "lanes", store.lanes, least=0, most=1_000)
    yield from _choice(where, "policy", store.policy, Store)
    yield from _choice(where, "fill", store.fill, Store)
    yield from _number(where, "transport", store.transport)
    yield from _whole(where, "batch", store.batch)
    yield from _whole(where, "ahead", store.ahead, most=6)
    if store.policy in ("ratio", "look-ahead") and not plant.ratios:
        yield Problem(
            where, "picks by ratio rules, and there are none", column="policy",
            value=store.policy, hint="Give the plant ratios, or another policy.",
        )  # fmt: skip


def _entered(plant: Plant) -> Iterator[Problem]:
    for parts in (False, True):
        of = [entry for entry in plant.entries if entry.parts == parts]
        if not parts and not of and plant.nodes:
            yield Problem("plant", "has no entry of cars", hint="All its entries are of parts.")
        if parts:
            continue
        lines = Counter(line for entry in of for line in entry.lines or ("",))
        for line, times in lines.items():
            if times > 1 or (not line and len(of) > 1):
                name = f"line {line}" if line else "cars of all lines"
                yield Problem(
                    "entries", f"{name} must come in at one entry", column="lines",
                    hint="Name the lines of each entry.",
                )  # fmt: skip


def _skids(plant: Plant) -> Iterator[Problem]:
    stations = {node.name for node in plant.nodes if isinstance(node, Station)}
    known = names(plant.nodes)
    for end in ("first", "last"):
        for name, times in Counter(getattr(one, end) for one in plant.skids).items():
            if times > 1:
                yield Problem("skids", f"{times} have this {end} node", column=end, value=name)
    for one in plant.skids:
        where = f"skids {one.name}"
        yield from _whole(where, "carriers", one.carriers)
        yield from _number(where, "back", one.back)
        if one.first not in stations:
            yield Problem(
                where, "must begin at a station", column="first", value=one.first,
                hint=nearest(one.first, stations),
            )  # fmt: skip
        if one.last not in known:
            yield Problem(
                where, "there is no such node", column="last", value=one.last,
                hint=nearest(one.last, known),
            )  # fmt: skip
    if len(plant.skids) > 60:
        yield Problem("skids", "there can be 60 loops at most", value=str(len(plant.skids)))
