"""The decks as a tree, entered through each other, and what each takes; cars that are alike."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from sinho.highs import INF
from sinho.hub.schema.ship import SHORE
from sinho.hub.stow import ways_to_decks
from sinho.ship.decks.data import MM, Input, with_area
from sinho.units import Floats


@dataclass(frozen=True)
class Deck:
    """A deck in its position.

    Parameters
    ----------
    name, position : str
        Its name, and the position that holds.
    area, load, lane_length : float
        Rooms of the hub's cars in m2, kg and mm; infinite: no limit.
    lanes : int
        Lanes; the first one leads to the decks behind.
    height, width, mass, load_per_area : float
        Largest car by height and ramps (mm), by lanes and ramps (mm), by ramps (kg); kg/m2.
    through : bool
        Whether other decks are entered from it.
    behind : tuple of int
        All decks whose way leads over this one.
    before : tuple of int
        Decks that the way to this one leads over, from the shore on.
    midship, above_keel : float
        Centre of its cars forward of midship, and its height above the keel, in metres; nan: not
        known.
    """

    name: str
    position: str
    area: float
    load: float
    lane_length: float
    lanes: int
    height: float
    width: float
    mass: float
    load_per_area: float
    through: bool
    behind: tuple[int, ...]
    before: tuple[int, ...]
    midship: float
    above_keel: float

    @property
    def passage(self) -> int:
        """Lanes that block the decks behind: 1, or 0 where there are none."""
        return int(self.through)

    @property
    def aside(self) -> float:
        """Area of the lanes that block nothing, in m2."""
        return self.area * (self.lanes - self.passage) / self.lanes


def hull_of(data: Input) -> tuple[Deck, ...]:
    """Return the decks of a ship, in the order of the input."""
    rows = data.decks.to_dicts()
    at = {row["deck"]: d for d, row in enumerate(rows)}
    ways = ways_to_decks(data.decks)
    before = [tuple(at[name] for name in ways[row["deck"]].decks[:-1]) for row in rows]
    behind: dict[int, list[int]] = defaultdict(list)
    for d, passed in enumerate(before):
        for other in passed:
            behind[other].append(d)
    return tuple(
        Deck(
            row["deck"],
            row["position"],
            row["area"],
            _or(row["load"], INF),
            _or(row["lane_length"], INF) * MM,
            row["lanes"],
            min(row["height"], ways[row["deck"]].height),
            min(_or(row["lane_width"], INF) - data.gap, ways[row["deck"]].width),
            ways[row["deck"]].load,
            _or(row["load_per_area"], INF),
            bool(behind[d]),
            tuple(behind[d]),
            before[d],
            _or(row["midship"], float("nan")),
            _or(row["above_keel"], float("nan")),
        )
        for d, row in enumerate(rows)
    )


def _or(value: float | None, none: float) -> float:
    return none if value is None else float(value)


def loading_order(data: Input, decks: tuple[Deck, ...]) -> list[int]:
    """Return the decks in the order in which they are loaded: those behind before those before."""
    entered = data.decks["entered_from"].to_list()
    order: list[int] = []

    def visit(name: str) -> None:
        own = [d for d, deck in enumerate(decks) if entered[d] == name]
        for d in sorted(own, key=lambda d: -len(decks[d].behind)):  # the longest way first
            visit(decks[d].name)
            order.append(d)

    visit(SHORE)
    return order


@dataclass(frozen=True)
class Fleet:
    """Cars in classes of alike ones, and on which decks each may stand.

    Parameters
    ----------
    members : tuple of tuple of int
        By class, the rows of its cars.
    port : tuple of int
        By class, the port of discharge, counted from 0 in the order of call.
    length, area, mass, height : ndarray, shape (K,)
        Length with its gap (mm), area with gaps (m2), mass (kg) and height (mm).
    fits : ndarray of bool, shape (K, D)
        Whether it may stand on a deck.
    """

    members: tuple[tuple[int, ...], ...]
    port: tuple[int, ...]
    length: Floats
    area: Floats
    mass: Floats
    height: Floats
    fits: np.ndarray = field(repr=False)

    @property
    def count(self) -> Floats:
        """Cars of each class."""
        return np.array([len(own) for own in self.members], dtype=float)


def fleet_of(data: Input, decks: tuple[Deck, ...]) -> Fleet:
    """Return the cars of an input in classes, by port and size."""
    port = {name: q for q, name in enumerate(data.ports)}
    rows = with_area(data).select("port", "length", "width", "height", "mass", "area").rows()
    classes: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for at, (name, *size) in enumerate(rows):
        classes[(port[name], *size)].append(at)
    keys = sorted(classes)
    table = np.array(keys, dtype=float).reshape(len(keys), 6)
    length, width, height, mass, area = table[:, 1:].T
    fits = np.array(
        [
            (deck.area > 0)
            & (height <= deck.height)
            & (width <= deck.width)
            & (mass <= deck.mass)
            & (mass <= deck.load_per_area * area)
            & (length + data.gap <= deck.lane_length)
            for deck in decks
        ]
    ).T.reshape(len(keys), len(decks))
    return Fleet(
        tuple(tuple(classes[key]) for key in keys),
        tuple(int(key[0]) for key in keys),
        length + data.gap,
        area,
        mass,
        height,
        fits,
    )
