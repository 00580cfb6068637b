"""Stations of a flow as nodes of a plant: their cycles by model, stops, buffers and rework."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

from sinho.hub.flow import Chain
from sinho.hub.schema import ALL
from sinho.hub.schema.flow import EMPIRICAL
from sinho.simulate.hubs.flow import Flow, Row, loads_of, pieces_of
from sinho.simulate.hubs.times import mean_of, time_of
from sinho.simulate.nodes import Buffer, Calendar, Split, Station, Stops
from sinho.simulate.times import Times

To = str | Split
NO_TIME = Times("fixed", mean=0.0)


def members(row: Row) -> list[str]:
    """Return the names of the stations for which a row stands, one behind the other."""
    if row["count"] == 1:
        return [row["station"]]
    return [f"{row['station']} #{number + 1}" for number in range(row["count"])]


def buffer_of(name: str) -> str:
    """Return the name of the places before a station."""
    return f"{name} buffer"


def first_of(row: Row) -> str:
    """Return the node by which pieces come to a row: its places, or its first station."""
    first = members(row)[0]
    return buffer_of(first) if row["buffer"] or row["transport"] else first


def last_of(row: Row) -> str:
    """Return the last station of a row."""
    return members(row)[-1]


class Stations:
    """Makes nodes of the rows of a flow.

    Parameters
    ----------
    flow : Flow
        The flow.
    calendars : mapping of str to Calendar
        When each shop works.
    """

    def __init__(self, flow: Flow, calendars: Mapping[str, Calendar]) -> None:
        self.flow, self.calendars = flow, calendars
        self.models = flow.hub["models"]["model"].to_list()
        self.loads = loads_of(flow.hub)
        self.passed = {shop for line in flow.lines for shop in line.shops}
        self.needs: dict[str, tuple[str, ...]] = {}

    def nodes(self, chain: Chain, to: To) -> list[tuple[Station | Buffer, str]]:
        """Return the nodes of a chain, each with the station that its row names.

        Parameters
        ----------
        chain : Chain
            Stations of a shop or sub-line.
        to : str or Split
            Where its pieces go.
        """
        factors = self.factors(chain)
        ways = [first_of(row) for row in chain.rows[1:]]
        return [
            (node, row["station"])
            for row, way in zip(chain.rows, [*ways, to], strict=True)
            for node in self._of_row(row, factors, way)
        ]

    def factors(self, chain: Chain) -> dict[str, tuple[float, float]]:
        """Return what a car of each model is to a chain: pieces, and load of them all."""
        if chain.shop not in self.passed:
            return pieces_of(self.flow.hub, chain.shop)
        loads = {model: self.loads.get((model, chain.shop)) for model in self.models}
        return {model: (1.0, load) for model, load in loads.items() if load is not None}

    def _of_row(
        self, row: Row, factors: Mapping[str, tuple[float, float]], to: To
    ) -> list[Station | Buffer]:
        cycle, models = self.cycles(row, factors)
        names, shop = members(row), row["shop"]
        further, way = self.rework(row, to)
        found: list[Station | Buffer] = []
        for at, name in enumerate(names):
            last = at == len(names) - 1
            places = row["buffer"] or 0 if at == 0 else row["between"]
            minutes = row["transport"] if at == 0 else 0.0
            following = "" if last else names[at + 1]
            if not last and row["between"]:
                following = buffer_of(following)
            if places or minutes:
                found.append(
                    Buffer(
                        name=buffer_of(name),
                        to=name,
                        shop=shop,
                        places=int(places) or 1,
                        transport=minutes,
                    )
                )
            found.append(
                Station(
                    name=name,
                    to=way if last else following,
                    shop=shop,
                    cycle=cycle,
                    models=models,
                    servers=row["manned"] or row["servers"],
                    stops=self.stops(row["station"]),
                    calendar=self.calendars.get(shop),
                    colour_change=row["colour_change"],
                    needs=self.needs.get(name, ()),
                )
            )
        return [*found, *further]

    def cycles(
        self, row: Row, factors: Mapping[str, tuple[float, float]]
    ) -> tuple[Times, dict[str, Times]]:
        """Return the cycle of a station, and those of models that differ.

        Parameters
        ----------
        row : dict
            The station.
        factors : mapping of str to (float, float)
            As `factors`; models that are not in it take no time.
        """
        own = {
            one["model"]: one["minutes"]
            for one in self.flow.times
            if one["station"] == row["station"]
        }
        by_rate = row["cycle"] is None and row["cycle_kind"] != EMPIRICAL
        given = {**row, "cycle": self.flow.cycle(row)} if by_rate else row
        base = time_of(given, "cycle", "cycle_")
        models: dict[str, Times] = {}
        for model in self.models:
            pieces, load = factors.get(model, (0.0, 0.0))
            factor = load if by_rate else pieces
            if model in own and pieces:
                factor = pieces * own[model] / base.average
            times = time_of(given, "cycle", "cycle_", factor) if factor else NO_TIME
            if times != base:
                models[model] = times
        return base, models

    def stops(self, station: str) -> tuple[Stops, ...]:
        """Return the stops of a station."""
        return tuple(
            Stops(
                up=time_of(row, "every", "every_"),
                repair=time_of(row, "repair", "repair_"),
                by=row["counts"],
                name=row["stop"],
            )
            for row in self.flow.stops
            if row["station"] == station
        )

    def rework(self, row: Row, to: To) -> tuple[list[Station | Buffer], To]:
        """Return the nodes of the rework behind a station, and where its cars go.

        Where they can go to several shops, they part behind a place of its own, one more than the
        tables have.
        """
        rows = [one for one in self.flow.rework if one["station"] == row["station"]]
        if not rows:
            return [], to
        name, shop = row["station"], row["shop"]
        found: list[Station | Buffer] = []
        if isinstance(to, Split):
            out = f"{name} out"
            found.append(Buffer(name=out, to=to, shop=shop, places=1))
            to = out
        kinds = {one["rework"]: one for one in reversed(rows)}
        for rework, one in kinds.items():
            times = time_of(one, "minutes", "")
            back = self._first(one["back_to"]) if one["back_to"] else to
            found.append(
                Station(
                    name=f"{name}: {rework}",
                    to=back,
                    shop=shop,
                    cycle=times,
                    servers=one["bays"] or self._bays(row, rows, rework),
                    keep_order=False,
                    calendar=None if one["off_shift"] else self.calendars.get(shop),
                    rework=True,
                )
            )
        models, colours = (sorted({one[of] for one in rows} - {ALL}) for of in ("model", "colour"))

        def shares(model: str, colour: str) -> tuple[float, ...]:
            each = [share_of(rows, rework, model, colour) for rework in kinds]
            return (1.0 - math.fsum(each), *each)

        split = Split(
            (to, *(f"{name}: {rework}" for rework in kinds)),
            shares=shares(ALL, ALL),
            models={model: shares(model, ALL) for model in models},
            colours={colour: shares(ALL, colour) for colour in colours},
            both={pair: shares(*pair) for pair in product(models, colours)},
        )
        return found, split

    def _first(self, station: str) -> str:
        return first_of(next(row for row in self.flow.stations if row["station"] == station))

    def _bays(self, row: Row, rows: list[Row], rework: str) -> int:
        """Return so many bays that none ever waits: the mean in use, and six deviations more.

        Cars in use are about Poisson's (Palm 1943), so that more are hardly ever needed.
        """
        own = [one for one in rows if one["rework"] == rework]
        minutes = max(mean_of(one, "minutes", "") for one in own)
        rate = self.flow.rates[row["shop"]] / 60
        mean = float(rate * minutes * max(one["share"] for one in own))
        return math.ceil(mean + 6 * math.sqrt(mean)) + 3


def share_of(rows: list[Row], rework: str, model: str, colour: str) -> float:
    """Return the share of cars that are reworked: that of the most particular row."""
    best, share = -1, 0.0
    for row in rows:
        if row["rework"] != rework or row["model"] not in (ALL, model):
            continue
        if row["colour"] not in (ALL, colour):
            continue
        rank = 2 * (row["colour"] != ALL) + (row["model"] != ALL)
        if rank > best:
            best, share = rank, float(row["share"])
    return share
