"""A plant as it is drawn: stations alike as one, in panels by shop, from left to right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sinho.simulate import OUT, Buffer, Entry, Input, Split, Station, Store

Kind = Literal["station", "rework", "buffer", "store"]
Node = Station | Buffer | Store


@dataclass(frozen=True)
class Group:
    """Nodes that are drawn as one.

    Parameters
    ----------
    name : str
        What it is called: the row of the hub's table, or the node.
    shop : str
        Its shop.
    kind : {"station", "rework", "buffer", "store"}
        A buffer holds cars before a station of its shop; a store lies between shops.
    nodes : tuple of str
        Its nodes, in the order of the flow.
    stations : int
        Stations one behind the other; 0 of buffers and stores.
    room : int or None
        Cars that have room in it; None: endless.
    """

    name: str
    shop: str
    kind: Kind
    nodes: tuple[str, ...]
    stations: int
    room: int | None


@dataclass(frozen=True)
class Panel:
    """Groups that are drawn below each other.

    Parameters
    ----------
    title : str
        Its shop, and what it makes where that is parts; or the store.
    groups : tuple of Group
        In the order of the flow.
    rank : int
        Its column, 0 on the left.
    """

    title: str
    groups: tuple[Group, ...]
    rank: int


@dataclass(frozen=True)
class Flow:
    """A plant as it is drawn.

    Parameters
    ----------
    panels : tuple of Panel
        From left to right; in a column from top to bottom.
    links : tuple of (int, int, bool)
        Numbers of panels that cars pass one after the other, and whether it is parts that do.
    group_of : mapping of str to Group
        The group of each node.
    """

    panels: tuple[Panel, ...]
    links: tuple[tuple[int, int, bool], ...]
    group_of: Mapping[str, Group] = field(repr=False)

    @property
    def groups(self) -> Iterator[Group]:
        """All groups, panel by panel."""
        for panel in self.panels:
            yield from panel.groups


def ways(node: Node | Entry) -> tuple[str, ...]:
    """Return the nodes to which cars may go from a node."""
    return node.to.to if isinstance(node.to, Split) else (node.to,)


def room_of(node: Node) -> int | None:
    """Return how many cars have room in a node; None where it is endless."""
    if isinstance(node, Station):
        return node.servers
    return node.places * max(1, node.lanes) if isinstance(node, Store) else node.places


def sub_lines(given: Input) -> dict[str, str]:
    """Return the entry of the parts that pass each node of sub-lines.

    Parameters
    ----------
    given : Input
        The input.
    """
    nodes = {node.name: node for node in given.plant.nodes}
    feeds = feeding(given)
    found: dict[str, str] = {}
    for entry in given.plant.entries:
        ahead = [*ways(entry)] if entry.parts else []
        while ahead:
            name = ahead.pop()
            if name != OUT and name not in found:
                found[name] = entry.name
                ahead += [] if name in feeds else ways(nodes[name])
    return found


def feeding(given: Input) -> set[str]:
    """Return the buffers from which stations take parts."""
    stations = (node for node in given.plant.nodes if isinstance(node, Station))
    return {name for station in stations for name in station.needs}


def flow_of(given: Input) -> Flow:
    """Return how the plant of an input is drawn.

    Parameters
    ----------
    given : Input
        The input. Without a hub each node is drawn by itself.
    """
    groups = _groups(given)
    group_of = {name: group for group in groups for name in group.nodes}
    number = {group.nodes[0]: at for at, group in enumerate(groups)}
    feeds = feeding(given)
    edges: dict[tuple[int, int], bool] = {}
    for node in given.plant.nodes:
        for name in ways(node):
            if name != OUT and group_of[name] is not group_of[node.name]:
                pair = number[group_of[node.name].nodes[0]], number[group_of[name].nodes[0]]
                edges.setdefault(pair, node.name in feeds)
    part_of = _parted(groups, edges)
    links = {(part_of[a], part_of[b]): parts for (a, b), parts in edges.items()}
    links = {pair: parts for pair, parts in links.items() if pair[0] != pair[1]}
    inside: dict[int, list[Group]] = defaultdict(list)
    for at, group in enumerate(groups):
        inside[part_of[at]].append(group)
    ranks = _ranks([*inside], links)
    order = _ordered([*inside], ranks, links)
    place = {part: at for at, part in enumerate(order)}
    seen = set[str]()
    panels = []
    for part, own in inside.items():
        title = own[0].name if own[0].kind == "store" else own[0].shop or "line"
        if title in seen:
            last = [group.name for group in own if group.kind == "station"][-1:]
            title = f"{title}: {(last or [own[-1].name])[0]}"
        seen.add(title)
        panels.append((place[part], Panel(title, tuple(own), ranks[part])))
    drawn = tuple(panel for _, panel in sorted(panels, key=lambda each: each[0]))
    pairs = tuple(sorted((place[a], place[b], parts) for (a, b), parts in links.items()))
    return Flow(drawn, pairs, group_of)


def _groups(given: Input) -> list[Group]:
    """Return the groups in the order of the flow."""
    rows = given.setting.rows if given.setting is not None else {}
    nodes = given.plant.nodes
    alike: dict[tuple[str, Kind], list[Node]] = {}
    begun = set[str]()
    own = {rows.get(node.name, node.name) for node in nodes if isinstance(node, Station)}
    shops = {node.name: node.shop for node in nodes}
    feeds = feeding(given)
    for node in nodes:
        row = rows.get(node.name, node.name)
        key: tuple[str, Kind]
        if isinstance(node, Station):
            key = (node.name, "rework") if node.rework else (row, "station")
            begun.add(row)
        elif node.name in feeds:
            key = node.name, "buffer"
        elif row not in own:
            apart = any(shops.get(name, "") != node.shop for name in ways(node))
            key = row, "store" if apart or isinstance(node, Store) else "buffer"
        else:  # places between stations alike belong to them
            key = row, "station" if row in begun else "buffer"
        alike.setdefault(key, []).append(node)
    found = []
    for (name, kind), members in alike.items():
        rooms = [room_of(node) for node in members]
        found.append(
            Group(
                name,
                members[0].shop,
                kind,
                tuple(node.name for node in members),
                sum(isinstance(node, Station) for node in members),
                None if None in rooms else sum(room or 0 for room in rooms),
            )
        )
    return found


def _parted(groups: list[Group], edges: Mapping[tuple[int, int], bool]) -> list[int]:
    """Return the panel of each group: those of a shop that cars pass one behind the other."""
    part = [*range(len(groups))]

    def root(at: int) -> int:
        while part[at] != at:
            at = part[at]
        return at

    for (a, b), parts in edges.items():
        alike = groups[a].shop == groups[b].shop and not parts
        if alike and "store" not in (groups[a].kind, groups[b].kind):
            first, other = sorted((root(a), root(b)))
            part[other] = first
    return [root(at) for at in range(len(groups))]


def _ranks(parts: list[int], links: Mapping[tuple[int, int], bool]) -> dict[int, int]:
    """Return the column of each panel: behind all before it; those of parts before their user."""
    onward: dict[int, list[int]] = defaultdict(list)
    for a, b in links:
        onward[a].append(b)
    state: dict[int, int] = {}
    order: list[int] = []
    back = set[tuple[int, int]]()

    def visit(part: int) -> None:
        state[part] = 1
        for other in onward[part]:
            if state.get(other) == 1:  # a way back, as of rework
                back.add((part, other))
            elif other not in state:
                visit(other)
        state[part] = 2
        order.append(part)

    for part in parts:
        if part not in state:
            visit(part)
    ranks = dict.fromkeys(parts, 0)
    forward = [pair for pair in links if pair not in back]
    for part in reversed(order):
        for a, b in forward:
            if a == part:
                ranks[b] = max(ranks[b], ranks[a] + 1)
    for part in order:  # what nobody sends to stands next to where it sends
        after = [ranks[b] for a, b in forward if a == part]
        if after and not any(b == part for _, b in forward):
            ranks[part] = min(after) - 1
    return ranks


def _ordered(
    parts: list[int], ranks: Mapping[int, int], links: Mapping[tuple[int, int], bool]
) -> list[int]:
    """Return the panels by column, in it those that send to others above beside each other."""
    height: dict[int, float] = {}
    found = []
    for rank in sorted(set(ranks.values())):
        keys = {}
        for at, part in enumerate(parts):
            if ranks[part] != rank:
                continue
            before = [height[a] for a, b in links if b == part and a in height]
            feeds = all(one for (a, _), one in links.items() if a == part)
            middle = sum(before) / len(before) if before else float(at)
            keys[part] = feeds and not before and rank > 0, middle, at
        column = sorted(keys, key=keys.__getitem__)
        height |= {part: float(at) for at, part in enumerate(column)}
        found += column
    return found
