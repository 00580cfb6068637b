"""Where places of buffers can be, and a plant with other numbers of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sinho.errors import DataError, Problem, nearest
from sinho.simulate.data import Input as Line
from sinho.simulate.nodes import OUT, Buffer, Entry, Split, Station, Store, destinations
from sinho.simulate.plant import Plant

Node = Station | Buffer | Store
Places = tuple[int, ...]
"""Places of each site, its buffers and lanes together."""


@dataclass(frozen=True)
class Site:
    """Buffers that have the same number of places.

    Parameters
    ----------
    name : str
        Its name.
    nodes : tuple of str
        The buffers or stores.
    unit : int
        Places by which it grows: one for each buffer, or for each lane of a store.
    least : int
        Fewest places that it can have; 0: it can go.
    now : int
        Places that it has, those of its buffers together.
    """

    name: str
    nodes: tuple[str, ...]
    unit: int
    least: int
    now: int


def sites_of(line: Line, at: Iterable[str] = ()) -> tuple[Line, tuple[Site, ...]]:
    """Return where the places of a line can be.

    Parameters
    ----------
    line : sinho.simulate.Input
        Plant and cars.
    at : iterable of str
        Names of buffers and stores, of stations before which places can come, and of rows of a
        hub's tables; none: all stores, and all buffers of cars without transport.

    Returns
    -------
    Input, tuple of Site
        The line with a buffer at each site, of no places where it had none; and the sites.

    Raises
    ------
    DataError
        When there is nothing of a name, a buffer has endless places, no place can come before a
        station, or the plant has no buffers.
    """
    wanted, problems = list(dict.fromkeys(at)), list[Problem]()
    rows = {} if line.setting is None else line.setting.rows
    nodes = {node.name: node for node in line.plant.nodes}
    known = {**{row: row for row in rows.values()}, **{name: name for name in nodes}}
    folded = {name.casefold(): name for name in known}
    sites, added = list[Site](), list[Buffer]()
    for text in wanted:
        name = folded.get(text.strip().casefold())
        if name is None:
            hint = nearest(text, list(known))
            problems.append(_wrong(text, "nothing of the plant is called so", hint))
            continue
        own = list(_buffers(name, rows, nodes))
        if own:
            sites += _grouped(own, rows, line.plant)
            continue
        first = name if name in nodes else next(n for n, row in rows.items() if row == name)
        refused = _cannot(nodes[first], line.plant)
        if refused:
            problems.append(_wrong(text, refused, "Name a buffer, a store or another station."))
            continue
        one = Buffer(name=f"{first} buffer", to=first, shop=nodes[first].shop, places=1)
        added.append(one)
        sites.append(Site(name, (one.name,), 1, 0, 0))
    problems += [
        _wrong(name, "has endless places, so that none can be moved", "Leave it out.")
        for site in sites
        for name in site.nodes
        if name in nodes and getattr(nodes[name], "places", 1) is None
    ]
    if not wanted:
        sites = list(_grouped(list(_usual(line.plant, rows)), rows, line.plant))
        if not sites:
            hint = "Name stations before which places could come."
            problems.append(Problem("plant", "it has no buffers or stores of cars", hint=hint))
    if problems:
        raise DataError(problems)
    if added:
        line = replace(line, plant=_with_buffers(line.plant, added))
    return line, tuple(dict.fromkeys(sites))


def with_places(line: Line, sites: Sequence[Site], places: Places) -> Line:
    """Return a line whose sites have so many places; buffers without any are gone.

    Parameters
    ----------
    line : sinho.simulate.Input
        The line, with a buffer at each site.
    sites : sequence of Site
        The sites.
    places : tuple of int
        Places of each.
    """
    wanted = {
        name: count // len(site.nodes)
        for site, count in zip(sites, places, strict=True)
        for name in site.nodes
    }
    gone = {name for name, count in wanted.items() if count == 0}
    after = {node.name: str(node.to) for node in line.plant.nodes if node.name in gone}

    def led(to: str | Split) -> str | Split:
        while isinstance(to, str) and to in after:
            to = after[to]
        return to

    nodes: list[Node] = []
    for node in line.plant.nodes:
        if node.name in gone:
            continue
        if node.name in wanted and not isinstance(node, Station):
            lanes = max(1, node.lanes) if isinstance(node, Store) else 1
            node = replace(node, places=wanted[node.name] // lanes)
        to = led(node.to)
        nodes.append(node if to == node.to else replace(node, to=to))
    entries = tuple(replace(one, to=led(one.to)) for one in line.plant.entries)
    return replace(line, plant=replace(line.plant, nodes=tuple(nodes), entries=entries))


def _wrong(value: str, rule: str, hint: str) -> Problem:
    return Problem("--at", rule, value=value, hint=hint)


def _parts(plant: Plant) -> set[str]:
    """Return the buffers of parts that stations need."""
    return {name for node in plant.nodes if isinstance(node, Station) for name in node.needs}


def _usual(plant: Plant, rows: Mapping[str, str]) -> Iterator[Buffer | Store]:
    """Yield stores, and buffers of cars that are no conveyors.

    A buffer of one place with a split is no place for cars: it is where their ways part.
    """
    parts = _parts(plant)
    for node in plant.nodes:
        if isinstance(node, Store):
            yield node
        elif isinstance(node, Buffer) and node.name not in parts and node.places is not None:
            parting = isinstance(node.to, Split) and node.places == 1
            conveyor = node.transport > 0 and rows.get(node.name) != node.name
            if not parting and not conveyor:
                yield node


def _buffers(
    name: str, rows: Mapping[str, str], nodes: Mapping[str, Node]
) -> Iterator[Buffer | Store]:
    """Yield the buffers and stores of a name, or of the row of that name."""
    for node in nodes.values():
        if name in (node.name, rows.get(node.name)) and not isinstance(node, Station):
            parting = isinstance(node.to, Split) and node.places == 1
            if not parting or node.name == name:
                yield node


def _grouped(
    own: Sequence[Buffer | Store], rows: Mapping[str, str], plant: Plant
) -> Iterator[Site]:
    """Yield sites: what a row has between its stations is one, what stands before them another."""
    parts, split = _parts(plant), set[str]()
    for node in (*plant.nodes, *plant.entries):
        if isinstance(node.to, Split):
            split |= set(destinations(node.to))
    led = {
        (way, rows.get(node.name))
        for node in plant.nodes
        if isinstance(node, Station)
        for way in destinations(node.to)
    }
    groups: dict[tuple[str, bool], list[Buffer | Store]] = {}
    for node in own:
        row = rows.get(node.name, node.name)
        groups.setdefault((row, (node.name, row) in led), []).append(node)
    for (row, between), members in groups.items():
        head = members[0]
        lanes = max(1, head.lanes) if isinstance(head, Store) else 1
        can_go = (
            isinstance(head, Buffer)
            and head.transport == 0
            and isinstance(head.to, str)
            and head.to != OUT
            and not {one.name for one in members} & (parts | split)
        )
        unit = len(members) * lanes
        name = f"{row} (between)" if between else row
        yield Site(
            name,
            tuple(one.name for one in members),
            unit,
            0 if can_go else unit,
            sum(lanes * (one.places or 0) for one in members),
        )


def _cannot(node: Node, plant: Plant) -> str:
    """Return why no places can come before a station; empty: they can."""
    leading = [one for one in (*plant.nodes, *plant.entries) if node.name in destinations(one.to)]
    if any(isinstance(one.to, Split) for one in leading):
        return "cars come here from where their ways part, so that no places can come before it"
    if any(isinstance(one, Buffer) and one.name not in _parts(plant) for one in leading):
        return "has a buffer before it, which is called otherwise"
    if any(isinstance(one, Entry) for one in leading):
        return "is where cars come in, so that places before it would change nothing"
    return ""


def _with_buffers(plant: Plant, added: Sequence[Buffer]) -> Plant:
    """Return a plant with more buffers, each before the station that it leads to."""
    before = {str(one.to): one for one in added}
    parts = _parts(plant)
    nodes: list[Node] = []
    for node in plant.nodes:
        if node.name in before:
            nodes.append(before[node.name])
        way = node.to if isinstance(node.to, str) else ""
        if way in before and node.name not in parts:
            node = replace(node, to=before[way].name)
        nodes.append(node)
    return replace(plant, nodes=tuple(nodes))
