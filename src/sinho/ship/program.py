"""The program of a part: its columns and rows as arrays.

Columns are cars of a class on a way, cars of a model on a deck, the position of movable decks,
boxes, and what voyages are short of their bookings. Rows are: each class goes some way; cars of a
model on a voyage stand on its decks; a deck's area and load, also of the positions in which a
model fits; CEU and cars booked; space of brands; boxes of a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.highs import INF
from sinho.hub.rules.ship import space_of
from sinho.hub.schema.ship import FIXED
from sinho.ship.arrays import NEVER, Ints, Sea
from sinho.ship.box_days import Key
from sinho.ship.classes import Part
from sinho.ship.data import Input
from sinho.ship.gather import Columns, Rows
from sinho.ship.params import Params
from sinho.ship.positions import Deck, groups_of, positions_of
from sinho.units import Floats

MANY = 150
"""Cars on a deck from which on parts of a car do not matter for the bound."""
WHOLE = 1e-9
"""What a count of cars may be below a whole number by rounding."""


@dataclass(frozen=True)
class Program:
    """The program of a part in the form that the solver takes.

    Parameters
    ----------
    levels : tuple of (str, ndarray)
        What is minimised, first comes first, and its costs by column.
    lower, upper, row_lower, row_upper, start, index, value : ndarray
        Bounds and entries by column.
    whole : ndarray of int
        1 where a column takes whole numbers alone; 2 where it does so in the relaxation too.
    cars : ndarray of int, shape (E,)
        Columns of cars, ``of_class`` and ``way`` of each.
    stands : dict
        Column by voyage of the part, deck and model.
    boarded : dict
        Row by voyage of the part and model, in which its cars on the voyage stand on decks.
    placed : dict
        Column by voyage, group of movable decks and position.
    boxed : dict
        Column by box day, model, market's port and whether the plant pays.
    short, used : dict
        Column of cars short of those booked, and of the charter, by voyage of the part.
    over : dict
        Column of the space for all that a brand takes, by voyage and brand.
    fresh : int
        How many of ``cars`` count as moved, where there is a former plan; the others are as there.
    """

    levels: tuple[tuple[str, Floats], ...]
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats
    whole: Ints
    cars: Ints
    of_class: Ints
    way: Ints
    stands: dict[tuple[int, int, int], int]
    boarded: dict[tuple[int, int], int]
    placed: dict[tuple[int, int, int], int]
    boxed: dict[Key, int]
    short: dict[int, int]
    used: dict[int, int]
    over: dict[tuple[int, str], int]
    fresh: int


CONTRACT, LATENESS, COST, CHANGES = "contract", "lateness", "cost", "changes"


def space_in(sea: Sea, v: int, decks: Sequence[Deck]) -> tuple[Floats, float]:
    """Return the measure of a voyage's space, by model, and how much of it there is.

    Deck area with the decks in their widest positions, else CEU, else the cars booked.
    """
    row = sea.rows[v]
    if decks:
        return sea.area, row["deck_share"] * sum(max(deck.area) for deck in decks)
    if sea.ceu_room[v] < NEVER:
        return sea.ceu, float(sea.ceu_room[v])
    return np.ones(len(sea.models)), float(sea.most[v])


def entitled(data: Input, sea: Sea) -> dict[int, dict[str, float]]:
    """Return the share of each brand in the space of voyages that is not released yet."""
    vessels = pl.DataFrame(
        {"vessel": sea.vessels, "lane": sea.lane},
        schema={"vessel": pl.String, "lane": pl.String},
    )
    at = {name: v for v, name in enumerate(sea.vessels)}
    found: dict[int, dict[str, float]] = {}
    for row in space_of(data.hub["space_shares"], vessels).to_dicts():
        v = at[row["of"]]
        release = row["release_days"]
        if row["of"] in data.released:
            continue
        if not release or data.first.toordinal() < sea.cutoff[v] - release:
            found.setdefault(v, {})[row["brand"]] = row["share"]
    return found


def program_of(
    data: Input,
    sea: Sea,
    part: Part,
    decks: dict[str, tuple[Deck, ...]],
    params: Params,
) -> Program:
    """Return the program of a part."""
    columns, rows = Columns(), Rows()
    count = part.count
    who, way = np.nonzero(part.may)
    late, cost = part.late[who, way], part.cost[who, way]
    if params.priorities == "cost":
        cost = cost + params.late_cost * late
    n_v = len(part.voyages)
    kept = np.minimum(part.former[who, way], count[who])
    changed = data.former is not None
    cars = columns.add(
        len(who),
        upper=count[who].astype(float),
        late=late + params.change_days * changed,
        cost=cost,
        change=float(changed),
    )
    fresh = len(cars)
    if changed:
        own = np.flatnonzero(kept)
        same = columns.add(len(own), upper=kept[own].astype(float), late=late[own], cost=cost[own])
        cars, who, way = np.r_[cars, same], np.r_[who, who[own]], np.r_[way, way[own]]
    for c, ends in enumerate(_split(who, len(count))):
        rows.add(float(count[c]), float(count[c]), (cars[ends], 1.0))
    on = _split(way, part.may.shape[1])
    model = part.model[who]
    stands: dict[tuple[int, int, int], int] = {}
    boarded: dict[tuple[int, int], int] = {}
    placed: dict[tuple[int, int, int], int] = {}
    short: dict[int, int] = {}
    used: dict[int, int] = {}
    over: dict[tuple[int, str], int] = {}
    shares = entitled(data, sea)
    for o in range(n_v):
        v = int(part.voyages[o])
        here, each = cars[on[o]], model[on[o]]
        own_decks = decks.get(sea.rows[v]["ship"] or "", ())
        if sea.least[v] > 0:
            lack = columns.add(1, whole=0, contract=1.0, cost=float(sea.dead[v]))
            short[o] = int(lack[0])
            rows.add(float(sea.least[v]), INF, (here, 1.0), (lack, 1.0))
        if not len(here):
            continue
        if sea.ceu_room[v] < NEVER:
            rows.add(-INF, float(sea.ceu_room[v]), (here, sea.ceu[each]))
        if sea.most[v] < NEVER:
            rows.add(-INF, float(sea.most[v]), (here, 1.0))
        if sea.charter[v] > 0:
            paid = columns.add(1, upper=1.0, whole=2, cost=float(sea.charter[v]))
            used[o] = int(paid[0])
            rows.add(-INF, 0.0, (here, 1.0), (paid, -float(count[who[on[o]]].sum())))
        if own_decks:
            on_deck = _on_decks(columns, rows, sea, v, o, own_decks, here, each, stands, placed)
            boarded |= {(o, m): row for m, row in on_deck.items()}
        for brand, column in _for_brands(
            columns, rows, sea, v, own_decks, here, each, shares.get(v, {})
        ).items():
            over[o, brand] = column
    boxed = _in_boxes(columns, rows, sea, part, cars, who, on)
    start, index, value = rows.by_column(columns.count)
    levels = {
        CONTRACT: np.concatenate(columns.contract),
        LATENESS: np.concatenate(columns.late),
        COST: np.concatenate(columns.cost),
    }
    first = [CONTRACT, LATENESS] if short else [LATENESS]
    order = [COST] if params.priorities == "cost" else [*first, COST]
    if changed:
        levels[CHANGES] = np.concatenate(columns.change)
        order.append(CHANGES)
    return Program(
        tuple((name, levels[name]) for name in order),
        np.concatenate(columns.lower),
        np.concatenate(columns.upper),
        np.array(rows.lower),
        np.array(rows.upper),
        start,
        index,
        value,
        np.concatenate(columns.whole),
        cars,
        who,
        way,
        stands,
        boarded,
        placed,
        boxed,
        short,
        used,
        over,
        fresh,
    )


def _split(keys: Ints, count: int) -> list[Ints]:
    """Return the places of each key from 0 to ``count``."""
    turn = np.argsort(keys, kind="stable")
    ends = np.searchsorted(keys[turn], np.arange(count + 1))
    return [turn[ends[k] : ends[k + 1]] for k in range(count)]


def _on_decks(
    columns: Columns,
    rows: Rows,
    sea: Sea,
    v: int,
    o: int,
    decks: Sequence[Deck],
    here: Ints,
    each: Ints,
    stands: dict[tuple[int, int, int], int],
    placed: dict[tuple[int, int, int], int],
) -> dict[int, int]:
    """Let the cars of a voyage stand on its decks; return the row in which those of a model do."""
    share = float(sea.rows[v]["deck_share"])
    models = np.unique(each)
    group_of: dict[int, int] = {}
    for g, group in enumerate(groups_of(decks)):
        choice = columns.add(len(positions_of(decks, group)), upper=1.0, whole=2)
        rows.add(1.0, 1.0, (choice, 1.0))
        for p, column in enumerate(choice):
            placed[o, g, p] = int(column)
        group_of |= dict.fromkeys(group, g)
    on_model: dict[int, list[int]] = {int(m): [] for m in models}
    for d, deck in enumerate(decks):
        names = positions_of(decks, groups_of(decks)[group_of[d]]) if d in group_of else (FIXED,)
        own = {int(m): frozenset(p for p, fit in enumerate(deck.fits) if fit[m]) for m in models}
        own = {m: fit for m, fit in own.items() if fit}
        if not own:
            continue
        for m in own:
            column = int(columns.add(1)[0])
            stands[o, d, m] = column
            on_model[m].append(column)
        heaviest = max(sea.mass[m] / sea.area[m] for m in own)
        load = [min(most, heaviest * room) for most, room in zip(deck.load, deck.area, strict=True)]
        # one position holds: all cars count against it, and those that fit in some against these
        everywhere = frozenset(range(len(deck.positions)))
        for fit in sorted({*own.values(), everywhere}, key=sorted):
            inside = [m for m, other in own.items() if other <= fit]
            at = [stands[o, d, m] for m in inside]
            moves = d in group_of
            where = [
                placed[o, group_of[d], names.index(deck.positions[p])] for p in sorted(fit) if moves
            ]
            area = np.array([share * deck.area[p] for p in sorted(fit)])
            mass = np.array([share * load[p] for p in sorted(fit)])
            # no more whole cars than of the smallest ones, which tightens the relaxation
            whole = np.floor(area / sea.area[inside].min(initial=INF) + WHOLE)
            limits = [(sea.area[inside], area), (sea.mass[inside], mass)]
            if inside and whole.max() < MANY:
                limits.append((np.ones(len(inside)), whole))
            for size, most in limits:
                if moves:
                    rows.add(-INF, 0.0, (at, size), (where, -most))
                else:
                    rows.add(-INF, float(most[0]), (at, size))
    return {m: rows.add(0.0, 0.0, (here[each == m], 1.0), (on_model[m], -1.0)) for m in on_model}


def _for_brands(
    columns: Columns,
    rows: Rows,
    sea: Sea,
    v: int,
    decks: Sequence[Deck],
    here: Ints,
    each: Ints,
    shares: dict[str, float],
) -> dict[str, int]:
    """Keep the space to which brands are entitled; return who takes what is for all."""
    size, space = space_in(sea, v, decks)
    if not shares or space == NEVER:
        return {}
    brand = np.array([sea.brands[m] for m in each])
    free: dict[str, int] = {}
    for name in sorted(set(brand)):
        own = here[brand == name]
        more = columns.add(1, whole=0)
        free[name] = int(more[0])
        rows.add(
            -INF, shares.get(name, 0.0) * space, (own, size[each[brand == name]]), (more, -1.0)
        )
    rows.add(-INF, max(0.0, 1.0 - sum(shares.values())) * space, (list(free.values()), 1.0))
    return free


def _in_boxes(
    columns: Columns, rows: Rows, sea: Sea, part: Part, cars: Ints, who: Ints, on: list[Ints]
) -> dict[Key, int]:
    """Put cars of a model, port and payer into the boxes of a day."""
    boxed: dict[Key, int] = {}
    n_v = len(part.voyages)
    for b, box in enumerate(part.boxes):
        here = on[n_v + b]
        if not len(here):
            continue
        model, market = part.model[who[here]], part.market[who[here]]
        port = np.array([sea.ports[k] for k in market])
        ours = part.ours[who[here], b]
        found = []
        kinds = zip(model.tolist(), port.tolist(), ours.tolist(), strict=True)
        for m, name, paid in sorted(set(kinds)):
            price = box.cost if paid else 0.0
            column = columns.add(1, upper=float(box.boxes), whole=1, cost=price)
            boxed[b, m, name, paid] = int(column[0])
            found.append(int(column[0]))
            own = here[(model == m) & (port == name) & (ours == paid)]
            rows.add(-INF, 0.0, (cars[own], 1.0), (column, -float(sea.per_box[m])))
        rows.add(-INF, float(box.boxes), (found, 1.0))
    return boxed
