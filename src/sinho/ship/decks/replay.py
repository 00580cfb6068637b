"""A stowage played car by car: the independent check of what the plan says.

It knows nothing of the program or the graph: cars stand in places of lanes, and one is driven out
or in where no car stands between its place and the end of its lane at the ramp, and none in the
first lane of a deck that its way leads over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.decks import DISCHARGE, LOAD, PUT_BACK, PUT_OFF, DeckPlan
from sinho.ship.decks.data import Input

SHORE, NEAR = "shore", 1e-3
Spot = tuple[str, int, int]
"""Deck, lane and place; place 1 is the deepest."""


@dataclass
class Hold:
    """Who stands where while a plan is played, and what it breaks."""

    decks: dict[str, dict[str, Any]]
    at: dict[str, Spot] = field(default_factory=dict)
    lanes: dict[tuple[str, int], dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    """The cars of each lane, and their places."""
    ashore: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def way(self, deck: str) -> list[str]:
        """Return the decks that the way to a deck leads over, the nearest first."""
        passed, entered = [], self.decks[deck]["entered_from"]
        while entered != SHORE:
            passed.append(entered)
            entered = self.decks[entered]["entered_from"]
        return passed

    def in_the_way(self, spot: Spot) -> list[str]:
        """Return the cars that stand in the way to a place."""
        deck, lane, place = spot
        found = [car for car, p in self.lanes[deck, lane].items() if p >= place]
        for passed in self.way(deck):
            found += self.lanes[passed, 1]
        return found

    def put(self, car: str, spot: Spot) -> None:
        """Let a car stand in a place."""
        self.at[car] = spot
        self.lanes[spot[:2]][car] = spot[2]

    def taken(self, car: str) -> bool:
        """Take a car from its place; return whether it stood in one."""
        spot = self.at.pop(car, None)
        if spot is not None:
            del self.lanes[spot[:2]][car]
        return spot is not None


def replay(data: Input, plan: DeckPlan) -> tuple[int, list[str]]:
    """Play a stowage and count the cars that are put off for others.

    Parameters
    ----------
    data : Input
        Cars and decks.
    plan : DeckPlan
        Their stowage.

    Returns
    -------
    moves : int
        Cars put off for others.
    broken : list of str
        Everything that the plan breaks; empty for a sound one.
    """
    hold = Hold({row["deck"]: row for row in data.decks.to_dicts()})
    cars = {row["car"]: row for row in data.cars.to_dicts()}
    _listed(hold, cars, plan)
    if hold.broken:  # what follows would mean nothing
        return 0, hold.broken
    spots = {
        car: (deck, lane, place)
        for car, deck, lane, place in plan.places.select("car", "deck", "lane", "place").rows()
    }
    for car, spot in spots.items():
        hold.broken += [f"car {car}: {rule}" for rule in _unfit(data, hold, cars[car], spot[0])]
    _rooms(data, hold, cars, spots)
    count = _played(data, hold, cars, plan, spots)
    _said(data, hold, cars, plan, spots, count)
    return count, hold.broken


def _listed(hold: Hold, cars: dict[str, Any], plan: DeckPlan) -> None:
    """Require each car once, with a place that exists."""
    said = hold.broken
    for car, times in Counter([*plan.places["car"], *plan.left["car"], *cars]).items():
        if times != 2 or car not in cars:
            said.append(f"car {car}: is not in the plan once")
    taken: dict[Spot, str] = {}
    for car, deck, lane, place in plan.places.select("car", "deck", "lane", "place").rows():
        row = hold.decks.get(deck)
        if row is None:
            said.append(f"car {car}: there is no deck {deck}")
        elif not 1 <= lane <= row["lanes"]:
            said.append(f"car {car}: deck {deck} has no lane {lane}")
        elif place < 1:
            said.append(f"car {car}: there is no place {place}")
        elif (deck, lane, place) in taken:
            said.append(f"car {car}: {taken[deck, lane, place]} stands in its place")
        taken[deck, lane, place] = car
    moved = set(plan.moves["car"]) - set(plan.places["car"])
    said += [f"car {car}: is driven, but has no place" for car in sorted(moved)]


def _unfit(data: Input, hold: Hold, car: dict[str, Any], deck: str) -> list[str]:
    """Say why a car may not stand on a deck."""
    row, found = hold.decks[deck], []
    area = (car["length"] + data.gap) * (car["width"] + data.gap) / 1e6
    if car["height"] > row["height"]:
        found.append(f"is higher than deck {deck}")
    if row["lane_width"] is not None and car["width"] + data.gap > row["lane_width"]:
        found.append(f"is wider than a lane of deck {deck}")
    if row["load_per_area"] is not None and car["mass"] > row["load_per_area"] * area:
        found.append(f"weighs more than deck {deck} carries where it stands")
    for passed in [deck, *hold.way(deck)]:
        ramp = hold.decks[passed]
        for size, most in (
            ("height", "ramp_height"),
            ("width", "ramp_width"),
            ("mass", "ramp_load"),
        ):
            if ramp[most] is not None and car[size] > ramp[most]:
                found.append(f"its {size} is above what the ramp to deck {passed} lets through")
    return found


def _rooms(data: Input, hold: Hold, cars: dict[str, Any], spots: dict[str, Spot]) -> None:
    """Keep area, load and lanes of each deck."""
    area: dict[str, float] = defaultdict(float)
    aside: dict[str, float] = defaultdict(float)
    mass: dict[str, float] = defaultdict(float)
    length: dict[tuple[str, int], float] = defaultdict(float)
    for car, (deck, lane, _) in spots.items():
        size = cars[car]
        own = (size["length"] + data.gap) * (size["width"] + data.gap) / 1e6
        area[deck] += own
        mass[deck] += size["mass"]
        length[deck, lane] += size["length"] + data.gap
        if lane > 1:
            aside[deck] += own
    sizes = [(car["length"] + data.gap) * (car["width"] + data.gap) for car in cars.values()]
    widest = max(sizes, default=0.0) / 1e6
    leads = {row["entered_from"] for row in hold.decks.values()}
    for deck, row in hold.decks.items():
        if area[deck] > row["area"] + NEAR:
            hold.broken.append(f"deck {deck}: its cars take more than its area")
        if row["load"] is not None and mass[deck] > row["load"] + NEAR:
            hold.broken.append(f"deck {deck}: its cars weigh more than it carries")
        if row["lane_length"] is None:
            room = row["area"] * (row["lanes"] - 1) / row["lanes"]
            if deck in leads and aside[deck] > room + NEAR:
                hold.broken.append(f"deck {deck}: the lanes aside of the way through are too full")
            if deck in leads and area[deck] - aside[deck] > row["area"] - room + widest + NEAR:
                hold.broken.append(f"deck {deck}: the way through has more than a lane of cars")
            continue
        for lane in range(1, row["lanes"] + 1):
            if length[deck, lane] > row["lane_length"] * 1000 + NEAR:
                hold.broken.append(f"deck {deck}: lane {lane} is shorter than its cars")


def _played(
    data: Input,
    hold: Hold,
    cars: dict[str, Any],
    plan: DeckPlan,
    spots: dict[str, Spot],
) -> int:
    """Play the moves port by port; return how many cars are put off."""
    count, ports = 0, (data.loading, *data.ports)
    strange = sorted(set(plan.moves["port"]) - set(ports))
    hold.broken += [f"port {port}: is not called at" for port in strange]
    for leg, port in enumerate(ports):
        own = plan.moves.filter(pl.col("port") == port)
        if own["step"].to_list() != list(range(1, own.height + 1)):
            hold.broken.append(f"port {port}: its steps are not numbered one after the other")
        waits = set(spots) if leg == 0 else set()
        put_off: set[str] = set()
        for kind, car, *spot in own.select("kind", "car", "deck", "lane", "place").rows():
            head = f"port {port}, car {car}"
            if tuple(spot) != spots[car]:
                hold.broken.append(f"{head}: is driven to or from where it has no place")
            if kind in (LOAD, PUT_BACK):
                if car not in (waits if kind == LOAD else put_off):
                    hold.broken.append(f"{head}: is loaded, but does not stand on the quay")
                waits.discard(car)
                put_off.discard(car)
                _driven(hold, head, spots[car])
                hold.put(car, spots[car])
            elif kind in (DISCHARGE, PUT_OFF):
                if not hold.taken(car):
                    hold.broken.append(f"{head}: leaves, but is not on board")
                    continue
                _driven(hold, head, spots[car])
                if (kind == DISCHARGE) != (leg > 0 and cars[car]["port"] == port):
                    hold.broken.append(f"{head}: {kind}, though its port is {cars[car]['port']}")
                if kind == PUT_OFF:
                    put_off.add(car)
                    count += 1
            else:
                hold.broken.append(f"{head}: {kind} is no kind of move")
        left = sorted(waits | put_off)
        hold.broken += [f"port {port}, car {car}: stays on the quay" for car in left]
        if leg:
            kept = sorted(car for car in hold.at if cars[car]["port"] == port)
            hold.broken += [f"port {port}, car {car}: is not discharged" for car in kept]
    return count


def _driven(hold: Hold, head: str, spot: Spot) -> None:
    """Note the cars that a drive would run into."""
    for other in hold.in_the_way(spot):
        hold.broken.append(f"{head}: car {other} stands in the way")


def _said(
    data: Input,
    hold: Hold,
    cars: dict[str, Any],
    plan: DeckPlan,
    spots: dict[str, Spot],
    count: int,
) -> None:
    """Hold what the plan says of itself to what was played."""
    said, loads = hold.broken, plan.moves.filter(pl.col("kind") == LOAD)["car"].to_list()
    for number, car, port in plan.places.select("loaded", "car", "port").rows():
        if not (0 < number <= len(loads) and loads[number - 1] == car):
            said.append(f"car {car}: is not loaded as number {number}")
        if cars[car]["port"] != port:
            said.append(f"car {car}: its port is {cars[car]['port']}, not {port}")
    leaves = plan.moves.filter(pl.col("kind") == DISCHARGE)
    order = {port: own["car"].to_list() for (port,), own in leaves.group_by("port")}
    for number, car, port in plan.places.select("discharged", "car", "port").rows():
        own = order.get(port, [])
        if not (0 < number <= len(own) and own[number - 1] == car):
            said.append(f"car {car}: is not discharged as number {number}")
    if count != plan.move_count:
        said.append(f"{count} cars are put off, not {plan.move_count}")
    if plan.moves_bound > count:
        said.append(f"{count} cars are put off, fewer than proven ({plan.moves_bound})")
    _weighed(data, hold, cars, plan, spots)


def _weighed(
    data: Input,
    hold: Hold,
    cars: dict[str, Any],
    plan: DeckPlan,
    spots: dict[str, Spot],
) -> None:
    """Reckon balance car by car, and hold the plan's figures to it."""
    departs = (data.loading, *data.ports[:-1])
    if plan.balance["departs"].to_list() != list(departs):
        hold.broken.append("balance: its legs are not those of the voyage")
        return
    for leg, row in enumerate(plan.balance.to_dicts()):
        aboard = [car for car in spots if cars[car]["port"] in data.ports[leg:]]
        tonnes = sum(cars[car]["mass"] / 1000 for car in aboard)
        fine = True
        if data.trim is not None:
            ship = data.trim
            lever = ship.weight * (ship.buoyancy - ship.midship)
            for car in aboard:
                arm = ship.buoyancy - hold.decks[spots[car][0]]["midship"]
                lever += cars[car]["mass"] / 1000 * arm
            trim = lever / ship.moment / 100
            if row["trim"] is None or abs(trim - row["trim"]) > NEAR:
                hold.broken.append(f"balance from {row['departs']}: trim is {trim:.3f} m")
            fine = fine and ship.least - NEAR < trim < ship.largest + NEAR
        if data.centre is not None:
            lever = data.centre.weight * data.centre.above_keel
            for car in aboard:
                high = hold.decks[spots[car][0]]["above_keel"] + cars[car]["height"] / 2000
                lever += cars[car]["mass"] / 1000 * high
            centre = lever / (data.centre.weight + tonnes)
            if row["centre"] is None or abs(centre - row["centre"]) > NEAR:
                hold.broken.append(f"balance from {row['departs']}: centre is {centre:.3f} m")
            fine = fine and centre < data.centre.highest + NEAR
        if row["held"] and not fine:
            hold.broken.append(f"balance from {row['departs']}: said to be held, and is not")
