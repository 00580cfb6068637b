"""Stowing voyages on decks: which car stands where, and in which order it is loaded."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from sinho.highs import INF
from sinho.parameters import SEED, check_seed
from sinho.results.decks import FILL, LEGS, MOVES, PLACES, PUT_OFF, WITHOUT, DeckPlan
from sinho.results.shipping import LEVELS
from sinho.results.status import ended_as, gap_of
from sinho.results.versions import versions
from sinho.ship.decks import program as levels
from sinho.ship.decks.balance import balance_of
from sinho.ship.decks.data import MM, Input, with_area
from sinho.ship.decks.hull import Deck, Fleet, fleet_of, hull_of
from sinho.ship.decks.lanes import Stood, stood
from sinho.ship.decks.order import Ordered, ordered
from sinho.ship.decks.params import Params
from sinho.ship.decks.program import CarsByDeck, Program, minimise
from sinho.stop import Headed, NoLimit, Report, StopRule

NO_DECK = "no deck takes it by height, width, mass and ramps"
NO_ROOM = "no deck that takes it has room left"
NO_TIME = "it was stopped before there was a stowage"


def plan_decks(
    voyages: Mapping[str, Input],
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> dict[str, DeckPlan]:
    """Stow each voyage on its decks.

    Parameters
    ----------
    voyages : mapping of str to Input
        As `Input.from_plan` gives them.
    params, stop, seed, progress
        As `solve` takes them.

    Returns
    -------
    dict of str to DeckPlan
        By voyage.
    """
    return {
        name: solve(
            data,
            params,
            stop=stop,
            seed=seed,
            progress=progress and Headed(progress, f"decks {at}/{len(voyages)} {name}: "),
        )
        for at, (name, data) in enumerate(voyages.items(), 1)
    }


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> DeckPlan:
    """Stow the cars of a voyage: decks, lanes and places, and the order of loading and discharge.

    First comes that no car is left, then that trim and centre of gravity are held on each leg, then
    that few cars are put off for others, then that the cars of a port stand on few decks.

    Parameters
    ----------
    input : Input
        Cars and decks.
    params : Params, optional
        How hard to try.
    stop : StopRule, optional
        When to hand back the best stowage so far; before there is one, all cars are left.
    seed : int
        Seed of the solver; the same input, parameters and seed give the same plan where no rule
        stops it.
    progress : callable, optional
        Called with `sinho.stop.Progress` now and then.

    Returns
    -------
    DeckPlan
        Places, moves, balance, and what is proven.
    """
    check_seed(seed)
    began = time.monotonic()
    params, stop = params or Params(), stop or NoLimit()
    decks = hull_of(input)
    fleet = fleet_of(input, decks)
    first, found, places = _stowed(input, decks, fleet, params, stop, seed, progress)
    drives = ordered(input, decks, fleet, places)
    off = Counter(one.car for one in drives.drives if one.kind == PUT_OFF)
    table = _places(input, decks, drives, off)
    reached = {one.name: (one.value, one.bound) for one in found.levels}
    proven = {one.name: one.bound for one in first.levels}
    left = input.cars.height - table.height
    reached[levels.LEFT] = (float(left), proven[levels.LEFT])
    moves = sum(off.values())
    reached[levels.MOVES] = (float(moves), min(proven[levels.MOVES], float(moves)))
    rows = [(name, *both, gap_of(*both)) for name, both in reached.items()]
    widest = max(row[3] for row in rows if row[0] != levels.PARTED)
    status = ended_as(widest, params.gap, stopped=found.stopped, left=stop.seconds_left)
    return DeckPlan(
        input.vessel,
        input.ship,
        input.loading,
        input.ports,
        table,
        _moves(input, decks, drives),
        _fill(input, decks, table),
        pl.DataFrame(balance_of(input, table), schema=LEGS, orient="row"),
        _left(input, fleet, table, stopped=found.stopped),
        pl.DataFrame(rows, schema=LEVELS, orient="row"),
        input.assumed,
        moves,
        round(reached[levels.MOVES][1]),
        *reached[levels.MOVES],
        status,
        time.monotonic() - began,
        seed,
        versions("highspy", "numpy"),
    )


def _stowed(
    data: Input,
    decks: tuple[Deck, ...],
    fleet: Fleet,
    params: Params,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> tuple[CarsByDeck, CarsByDeck, Stood]:
    """Solve the program, again with less length where cars find no lane; take the best.

    Returns
    -------
    first, found : CarsByDeck
        The program as it is, whose bounds hold; and the one that is taken.
    places : Stood
        Its lanes.
    """
    less: dict[int, float] = {}
    of = {car: k for k, own in enumerate(fleet.members) for car in own}
    first = best = None
    for _ in range(1 + params.repacks):
        found = minimise(
            Program(data, decks, fleet, less),
            params,
            stop=stop,
            seed=seed,
            progress=progress,
            fewer=INF if best is None else best[0],
        )
        if found is None:  # with less length no fewer are left
            break
        places = stood(decks, fleet, found.cars)
        lost = sum(len(cars) for cars in places.without.values()) + found.levels[0].value
        first = first or found
        if best is None or lost < best[0]:
            best = lost, found, places
        if not places.without or stop():
            break
        share = {}  # of the lanes' length that their cars did not take
        for d in places.without:
            aside = range(1 + decks[d].passage, decks[d].lanes + 1)
            taken = sum(
                fleet.length[of[car]] for n in aside for car in places.lanes.get((d, n), ())
            )
            share[d] = 1.0 - float(taken) / (len(aside) * decks[d].lane_length)
        if not less:  # the other decks would be as full, and fail next
            usual = sum(share.values()) / len(share)
            share |= {d: usual for d in range(len(decks)) if d not in share}
        for d, part in share.items():
            whole = (decks[d].lanes - decks[d].passage) * decks[d].lane_length
            less[d] = max(less.get(d, 0.0), part * whole)
    assert first is not None
    assert best is not None
    return first, best[1], best[2]


def _places(
    data: Input, decks: tuple[Deck, ...], drives: Ordered, off: Counter[int]
) -> pl.DataFrame:
    """Return the cars with their places, as `DeckPlan.places`."""
    discharged: dict[int, int] = {}
    at_port: Counter[int] = Counter()
    for one in drives.drives:
        if one.kind == "discharge":
            at_port[one.port] += 1
            discharged[one.car] = at_port[one.port]
    rows = list(drives.spots.items())
    return (
        with_area(data)[[car for car, _ in rows]]
        .with_columns(
            pl.Series("loaded", range(1, len(rows) + 1), pl.Int64),
            pl.Series("deck", [decks[spot.deck].name for _, spot in rows], pl.String),
            pl.Series("position", [decks[spot.deck].position for _, spot in rows], pl.String),
            pl.Series("lane", [spot.lane for _, spot in rows], pl.Int64),
            pl.Series("place", [spot.place for _, spot in rows], pl.Int64),
            pl.Series("discharged", [discharged[car] for car, _ in rows], pl.Int64),
            pl.Series("moved", [off[car] for car, _ in rows], pl.Int64),
        )
        .select(list(PLACES))
        .cast(PLACES)  # type: ignore[arg-type]
    )


def _moves(data: Input, decks: tuple[Deck, ...], drives: Ordered) -> pl.DataFrame:
    """Return the drives, as `DeckPlan.moves`."""
    ports, cars = (data.loading, *data.ports), data.cars["car"].to_list()
    rows = []
    for one in drives.drives:
        spot = drives.spots[one.car]
        place = (decks[spot.deck].name, spot.lane, spot.place)
        rows.append((ports[one.port], one.step, one.kind, cars[one.car], *place))
    return pl.DataFrame(rows, schema=MOVES, orient="row")


def _fill(data: Input, decks: tuple[Deck, ...], places: pl.DataFrame) -> pl.DataFrame:
    """Return what stands on each deck, as `DeckPlan.decks`."""
    entered = data.decks["entered_from"].to_list()
    rows: list[tuple[Any, ...]] = []
    for d, deck in enumerate(decks):
        own = places.filter(pl.col("deck") == deck.name)
        count = Counter(own["port"].to_list())
        rows.append(
            (
                deck.name,
                deck.position,
                entered[d],
                own.height,
                ", ".join(f"{port} {count[port]}" for port in data.ports if count[port]),
                float(own["area"].sum()),
                deck.area,
                float(own["mass"].sum()),
                None if deck.load == INF else deck.load,
                deck.lanes,
                None if deck.lane_length == INF else deck.lane_length / MM,
            )
        )
    return pl.DataFrame(rows, schema=FILL, orient="row")


def _left(data: Input, fleet: Fleet, places: pl.DataFrame, *, stopped: bool) -> pl.DataFrame:
    """Return the cars without a place, as `DeckPlan.left`."""
    standing = set(places["car"].to_list())
    cause = NO_TIME if stopped and not standing else NO_ROOM
    fits = np.zeros(data.cars.height, dtype=bool)
    for k, own in enumerate(fleet.members):
        fits[list(own)] = bool(fleet.fits[k].any())
    rows = [
        (car, model, port, cause if fit else NO_DECK)
        for (car, model, port), fit in zip(
            data.cars.select("car", "model", "port").iter_rows(), fits.tolist(), strict=True
        )
        if car not in standing
    ]
    return pl.DataFrame(rows, schema=WITHOUT, orient="row")
