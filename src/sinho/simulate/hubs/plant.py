"""A flow as a plant: shops one behind the other, stores between them, sub-lines that feed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sinho.errors import DataError, Problem
from sinho.hub.flow import Chain
from sinho.hub.schema import LIST_SEPARATOR
from sinho.hub.schema.flow import BY_RULES, COLOUR, FIFO, LANES
from sinho.simulate.hubs.flow import Flow, Row
from sinho.simulate.hubs.stations import Stations, To, first_of, last_of, members
from sinho.simulate.nodes import (
    OUT,
    Buffer,
    Calendar,
    Entry,
    Ratios,
    Skids,
    Split,
    Station,
    Store,
)
from sinho.simulate.plant import Plant

ANY = 1_000_000


@dataclass(frozen=True)
class Made:
    """A plant, and what its nodes are in the hub's tables.

    Parameters
    ----------
    plant : Plant
        The plant.
    rows : mapping of str to str
        The station or store of each node.
    """

    plant: Plant
    rows: Mapping[str, str]


def plant_of(flow: Flow, calendars: Mapping[str, Calendar], ratios: Iterable[Ratios] = ()) -> Made:
    """Return the plant of a flow.

    Parameters
    ----------
    flow : Flow
        The flow.
    calendars : mapping of str to Calendar
        When each shop works.
    ratios : iterable of Ratios
        Rules by which stores pick cars.

    Raises
    ------
    DataError
        When a store picks by rules and there are none, or the plant could not work.
    """
    rules = tuple(ratios)
    lost = [row for row in flow.stores if row["policy"] in BY_RULES and not rules]
    if lost:
        rule = "picks by the rules of the sequence, and the hub has no ratio rule that it could use"
        hint = "Add a rule of kind ratio to sequence_rules, or take another policy."
        where = "stores"
        raise DataError(
            [Problem(where, rule, column="policy", value=row["store"], hint=hint) for row in lost]
        )
    return _Plants(flow, Stations(flow, calendars)).made(rules)


class _Plants:
    def __init__(self, flow: Flow, stations: Stations) -> None:
        self.flow, self.stations = flow, stations
        self.rows = {row["station"]: row for row in flow.stations}
        self.own = {
            chain.shop: chain
            for chain in flow.chains
            if not chain.sub_line and chain.shop in stations.passed
        }
        self.fed = [chain for chain in flow.chains if chain.rows[-1]["feeds"] is not None]
        self.stores = {
            (after, before): row
            for row in flow.stores
            for after in row["after"].split(LIST_SEPARATOR)
            for before in row["before"].split(LIST_SEPARATOR)
        }

    def made(self, ratios: tuple[Ratios, ...]) -> Made:
        for chain in self.fed:
            self._feeds(chain)
        nodes: list[Station | Buffer | Store] = []
        rows: dict[str, str] = {}

        def add(node: Station | Buffer | Store, row: str) -> None:
            nodes.append(node)
            rows[node.name] = row

        for shop in dict.fromkeys(shop for line in self.flow.lines for shop in line.shops):
            for node, name in self.stations.nodes(self.own[shop], self._behind(shop)):
                add(node, name)
            for row in self._stores_behind(shop):
                if row["store"] not in rows:
                    add(self._store(row), row["store"])
        for chain in self.fed:
            stock, last = stock_of(chain), chain.rows[-1]
            for node, name in self.stations.nodes(chain, stock):
                add(node, name)
            place = members(self.rows[last["feeds"]])[0]
            places = last["feed_places"]
            add(Buffer(name=stock, to=place, shop=chain.shop, places=places), last["station"])
        skids = [
            Skids(
                name=row["loop"],
                first=members(self.rows[row["from_station"]])[0],
                last=last_of(self.rows[row["to_station"]]),
                carriers=row["skids"],
            )
            for row in self.flow.skids
        ]
        return Made(Plant(tuple(nodes), tuple(self._entries()), tuple(skids), ratios), rows)

    def _feeds(self, chain: Chain) -> None:
        """Let the station that a sub-line feeds take its pieces."""
        place = members(self.rows[chain.rows[-1]["feeds"]])[0]
        needs = self.stations.needs
        needs[place] = (*needs.get(place, ()), stock_of(chain))

    def _behind(self, shop: str) -> To:
        """Return where cars go behind a shop: by line, where they part."""
        return _by_line(
            {
                line.name: self._next(shop, following)
                for line in self.flow.lines
                for at, following in pairwise((*line.shops, ""))
                if at == shop
            }
        )

    def _next(self, shop: str, following: str) -> str:
        if not following:
            return OUT
        store = self.stores.get((shop, following))
        return first_of(self.own[following].rows[0]) if store is None else str(store["store"])

    def _stores_behind(self, shop: str) -> Iterator[Row]:
        for (after, _), row in self.stores.items():
            if after == shop:
                yield row

    def _store(self, row: Row) -> Buffer | Store:
        afters, befores = (row[name].split(LIST_SEPARATOR) for name in ("after", "before"))
        to = _by_line(
            {
                line.name: first_of(self.own[before].rows[0])
                for line in self.flow.lines
                for after, before in pairwise(line.shops)
                if after in afters and before in befores
            }
        )
        name, shop, places, minutes = row["store"], afters[0], row["places"], row["minutes"]
        if row["kind"] == FIFO:
            return Buffer(name=name, to=to, shop=shop, places=places, transport=minutes)
        lanes = row["lanes"] if row["kind"] == LANES else 0
        return Store(
            name=name,
            to=to,
            shop=shop,
            places=places // lanes if lanes else places,
            lanes=lanes,
            policy=row["policy"],
            fill=row["fill"],
            transport=minutes,
            batch=(row["batch"] or ANY) if row["policy"] == COLOUR else ANY,
        )

    def _entries(self) -> Iterator[Entry]:
        for line in self.flow.lines:
            first = first_of(self.own[line.shops[0]].rows[0])
            yield Entry(name=f"line {line.name}", to=first, lines=(line.name,))
        for chain in self.fed:
            first = first_of(chain.rows[0])
            yield Entry(
                name=f"for {stock_of(chain)}", to=first, lines=self._taken_by(chain), parts=True
            )

    def _taken_by(self, chain: Chain) -> tuple[str, ...]:
        """Return the lines for whose cars a sub-line works."""
        while True:
            shop = self.rows[chain.rows[-1]["feeds"]]["shop"]
            fed = chain.rows[-1]["feeds"]
            further = [one for one in self.fed if fed in one.names]
            if not further:
                return tuple(line.name for line in self.flow.lines if shop in line.shops)
            chain = further[0]


def stock_of(chain: Chain) -> str:
    """Return the name of the places in which a sub-line's pieces wait for their station."""
    return f"{chain.names[-1]} stock"


def _by_line(targets: Mapping[str, str]) -> To:
    ways = tuple(dict.fromkeys(targets.values()))
    return ways[0] if len(ways) == 1 else Split(ways, by="line", where=targets)
