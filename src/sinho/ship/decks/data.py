"""What stowing a voyage on its decks takes: cars, decks in their positions, the ship's balance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.highs import INF
from sinho.hub import Hub
from sinho.hub.schema.ship import FIXED, SHORE
from sinho.hub.stow import ways_to_decks
from sinho.results import ShipPlan
from sinho.units import Floats, stowed_area

CARS = {
    "car": pl.String(),
    "model": pl.String(),
    "market": pl.String(),
    "port": pl.String(),
    "length": pl.Float64(),
    "width": pl.Float64(),
    "height": pl.Float64(),
    "mass": pl.Float64(),
}
"""Columns of the cars of an input."""

DECKS = {
    "deck": pl.String(),
    "position": pl.String(),
    "area": pl.Float64(),
    "height": pl.Float64(),
    "load": pl.Float64(),
    "load_per_area": pl.Float64(),
    "entered_from": pl.String(),
    "ramp_height": pl.Float64(),
    "ramp_width": pl.Float64(),
    "ramp_load": pl.Float64(),
    "lanes": pl.Int64(),
    "lane_length": pl.Float64(),
    "lane_width": pl.Float64(),
    "midship": pl.Float64(),
    "above_keel": pl.Float64(),
}
"""Columns of the decks of an input."""

LANES = 10
"""Lanes of a deck whose lanes are not given."""

MM = 1000.0
"""Millimetres in a metre, kilograms in a tonne."""


@dataclass(frozen=True)
class Trim:
    """What a ship's trim is reckoned with.

    Parameters
    ----------
    weight, midship : float
        Weight but for the hub's cars in tonnes, and its centre forward of midship in metres.
    buoyancy : float
        Centre of buoyancy forward of midship, in metres.
    moment : float
        Moment that changes trim by a centimetre, in tonne metres.
    least, largest : float
        Bounds of trim by the stern, in metres.
    """

    weight: float
    midship: float
    buoyancy: float
    moment: float
    least: float = -INF
    largest: float = INF

    def by(self, mass: Floats, midship: Floats) -> Floats:
        """Return by how many metres masses trim the ship by the stern.

        Their moment about the centre of buoyancy over that which changes trim by a centimetre.

        Parameters
        ----------
        mass, midship : ndarray
            In tonnes, and metres forward of midship.
        """
        by: Floats = mass * (self.buoyancy - midship) / (100.0 * self.moment)
        return by

    @property
    def own(self) -> float:
        """Trim without the hub's cars, in metres."""
        return float(self.by(np.array(self.weight), np.array(self.midship)))


@dataclass(frozen=True)
class Centre:
    """What the height of a ship's centre of gravity is reckoned with.

    Parameters
    ----------
    weight, above_keel : float
        Weight but for the hub's cars in tonnes, and its centre above the keel in metres.
    highest : float
        Highest centre of gravity above the keel, in metres.
    """

    weight: float
    above_keel: float
    highest: float = INF


@dataclass(frozen=True)
class Input:
    """The cars of a voyage, and the decks that they are stowed on.

    Parameters
    ----------
    vessel, ship, loading : str
        Voyage, its ship, and the port of loading.
    ports : tuple of str
        Ports of discharge, in order of call.
    cars : DataFrame
        One row per car: ``car``, ``model``, ``market``, ``port`` (of discharge), ``length``,
        ``width`` and ``height`` (mm), ``mass`` (kg).
    decks : DataFrame
        One row per deck in the position that holds, as table ``decks`` of the hub has them; area,
        load and ``lane_length`` are the hub's part of it.
    gap : float
        Clearance added to a car's length and width, in millimetres.
    trim : Trim or None
        What trim is reckoned with; None: it is not.
    centre : Centre or None
        What the height of the centre of gravity is reckoned with; None: it is not.
    assumed : tuple of str
        What is assumed, as tables do not tell it.

    Raises
    ------
    DataError
        With every car whose port is not called at, car or deck that is listed twice, and deck that
        is not reached from the shore.
    """

    vessel: str
    ship: str
    loading: str
    ports: tuple[str, ...]
    cars: pl.DataFrame = field(repr=False)
    decks: pl.DataFrame = field(repr=False)
    gap: float = 0.0
    trim: Trim | None = None
    centre: Centre | None = None
    assumed: tuple[str, ...] = ()

    @classmethod
    def from_plan(cls, hub: Hub, plan: ShipPlan) -> dict[str, Input]:
        """Return the voyages of a plan that have cars, and a ship with decks in the hub.

        Movable decks are in the positions that the plan gives them.

        Parameters
        ----------
        hub : Hub
            The hub: its ships, decks, calls and models.
        plan : ShipPlan
            Which car leaves on which voyage.

        Returns
        -------
        dict of str to sinho.ship.decks.Input
            By voyage, in the order of the plan.
        """
        ships = {str(ship): rows for (ship,), rows in hub["decks"].group_by("ship")}
        terms = {row["vessel"]: row for row in hub["vessels"].to_dicts()}
        loads = hub["ports"].filter(pl.col("role") != "discharge")["port"].to_list()
        calls = {
            (vessel, port): call
            for vessel, port, call in hub["port_calls"].select("vessel", "port", "call").iter_rows()
        }
        sizes = hub["models"].select("model", "length", "width", "height", "mass")
        found = {}
        for vessel, ship in plan.voyages.select("vessel", "ship").iter_rows():
            cars = plan.cars.filter(pl.col("vessel") == vessel)
            if ship not in ships or cars.is_empty():
                continue
            row = terms.get(vessel, {})
            port_of = cars.group_by("port").agg(pl.col("arrives").max()).rows()
            order = sorted(
                port_of, key=lambda one: (calls.get((vessel, one[0]), 0), one[1], one[0])
            )
            own = cars.join(sizes, on="model", how="left", maintain_order="left")
            decks = _in_position(ships[ship], plan.decks.filter(pl.col("vessel") == vessel))
            share = row.get("deck_share")
            decks = decks.with_columns(
                pl.col("area", "load", "lane_length") * (1.0 if share is None else share)
            )
            trim, centre = _balance(hub, ship, decks)
            found[vessel] = cls(
                vessel,
                ship,
                row.get("port") or (loads[0] if len(loads) == 1 else "port of loading"),
                tuple(port for port, _ in order),
                own.with_columns(pl.col("mass").fill_null(0.0)).select(list(CARS)).cast(CARS),  # type: ignore[arg-type]
                decks.with_columns(pl.col("lanes").fill_null(LANES))
                .select(list(DECKS))
                .cast(DECKS),  # type: ignore[arg-type]
                float(hub.settings.stow_gap),
                trim,
                centre,
                _assumed(decks, own, trim, centre, share),
            )
        return found

    def __post_init__(self) -> None:
        problems = []
        for row in self.cars.filter(~pl.col("port").is_in(list(self.ports))).to_dicts():
            rule = f"voyage {self.vessel} does not call at the port of car {row['car']}"
            hint = nearest(str(row["port"]), self.ports)
            problems.append(Problem("cars", rule, None, "port", row["port"], hint))
        for table, key in ((self.cars, "car"), (self.decks, "deck")):
            twice = table.filter(pl.col(key).is_duplicated())[key]
            for name in twice.unique(maintain_order=True):
                problems.append(Problem(f"{key}s", "is listed twice", None, key, str(name)))
        reached = ways_to_decks(self.decks)
        for name in self.decks["deck"]:
            if name not in reached:
                rule = "the deck is not reached from the shore"
                hint = f"Its ramp must be entered from a deck that is, or from {SHORE}."
                problems.append(Problem("decks", rule, None, "deck", name, hint))
        if len(set(self.ports)) < len(self.ports):
            rule = f"voyage {self.vessel} calls at a port twice"
            problems.append(Problem("port_calls", rule, None, "port", ", ".join(self.ports)))
        if problems:
            raise DataError(problems)


def _in_position(rows: pl.DataFrame, used: pl.DataFrame) -> pl.DataFrame:
    """Return the row of each deck for the position that holds.

    Decks that move together are in the position that the plan says; where it says none, as no car
    stands there, in the one with the largest area.
    """
    held = dict(used.select("deck", "position").iter_rows())
    groups: dict[frozenset[str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (deck,), own in rows.group_by("deck", maintain_order=True):
        names = own["position"].to_list()
        key = frozenset(names) if names != [FIXED] else frozenset((f"{FIXED} {deck}",))
        groups[key][str(deck)] = names
    area = {
        (deck, position): area for deck, position, area in rows["deck", "position", "area"].rows()
    }
    position: dict[str, str] = {}
    for decks in groups.values():
        names = next(iter(decks.values()))
        chosen = next((held[deck] for deck in decks if deck in held), None)
        if chosen not in names:
            chosen = max(names, key=lambda name: sum(area[deck, name] for deck in decks))
        position |= dict.fromkeys(decks, str(chosen))
    at = pl.col("deck").replace_strict(position, return_dtype=pl.String)
    return rows.filter(pl.col("position") == at)


def _balance(hub: Hub, ship: str, decks: pl.DataFrame) -> tuple[Trim | None, Centre | None]:
    """Return what balance is reckoned with, as far as tables ``ships`` and ``decks`` tell."""
    for row in hub["ships"].filter(pl.col("ship") == ship).to_dicts():
        weight, midship, above_keel = row["weight"], row["midship"], row["above_keel"]
        buoyancy, moment = row["buoyancy"], row["trim_moment"]
        trim = centre = None
        if None not in (weight, midship, buoyancy, moment) and not decks["midship"].null_count():
            least, most = row["least_trim"], row["largest_trim"]
            bounds = -INF if least is None else least, INF if most is None else most
            trim = Trim(weight, midship, buoyancy, moment, *bounds)
        if None not in (weight, above_keel) and not decks["above_keel"].null_count():
            most = row["highest_centre"]
            centre = Centre(weight, above_keel, INF if most is None else most)
        return trim, centre
    return None, None


def _assumed(
    decks: pl.DataFrame,
    cars: pl.DataFrame,
    trim: Trim | None,
    centre: Centre | None,
    share: float | None,
) -> tuple[str, ...]:
    """Say what is assumed where tables do not tell."""
    said = []
    if decks["lanes"].null_count():
        said.append(f"decks without lanes in table decks have {LANES}")
    if decks["lane_length"].null_count():
        said.append("a deck without lane_length is full when its area is, whatever its lanes are")
    if share is not None and share < 1:
        said.append(f"this part of each deck is the hub's: {share:.1%}; others' cars block none")
    if cars["mass"].null_count():
        said.append("cars of models without mass weigh nothing")
    if trim is None:
        said.append("trim is not reckoned: table ships or midship of decks do not tell")
    if centre is None:
        said.append("the centre of gravity is not reckoned: ships or above_keel do not tell")
    return tuple(said)


def with_area(data: Input) -> pl.DataFrame:
    """Return the cars with ``area``, on which each stands with its gaps, in square metres."""
    length, width = (data.cars[name].to_numpy() for name in ("length", "width"))
    return data.cars.with_columns(pl.Series("area", stowed_area(length, width, data.gap)))
