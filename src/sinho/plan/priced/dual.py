"""The Lagrangian dual of the plan: shared rows priced, every car on its cheapest way.

With prices on what models share (shop capacity, sailings, yard, contracts) and on the few bounds
within a model (most cars made, largest stock, opening stock), what is left falls apart: each car
asked for takes the cheapest way from the line over the stock to its market, or is lost, or stays
late. The cost of these ways less the priced capacity is a lower bound on the plan's cost
(Geoffrion 1974, "Lagrangean relaxation for integer programming", Mathematical Programming Study 2,
82-114).
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import Ints, PlanData
from sinho.plan.priced.arcs import NEVER, Arcs, lay_out
from sinho.plan.priced.rest import Rest
from sinho.plan.priced.supply import PartPrices, supply_of
from sinho.plan.program import Program
from sinho.units import Floats

MAKE, KEEP, OPEN = range(3)


@dataclass(frozen=True)
class Family:
    """A run of prices beside those of the shared rows: a bound within a model or part.

    Parameters
    ----------
    start, stop : int
        The run in the vector of prices.
    at : tuple of ndarray of int
        Period and model (or part) of each.
    amount : ndarray
        The bound: cars or units.
    """

    start: int
    stop: int
    at: tuple[Ints, Ints]
    amount: Floats

    @property
    def run(self) -> slice:
        """The run as a slice."""
        return slice(self.start, self.stop)

    def spread(self, prices: Floats, shape: tuple[int, int], missing: float) -> Floats:
        """Return the run's prices as a grid."""
        grid = np.full(shape, missing)
        grid[self.at] = prices[self.run]
        return grid


@dataclass(frozen=True)
class Ways:
    """Costs at given prices: T periods, P pairs, I models, M modes.

    Parameters
    ----------
    car : ndarray, shape (T, I)
        Least cost of one more car in stock.
    source : ndarray of int, shape (T, I)
        Where it comes from: ``MAKE``, ``KEEP`` or ``OPEN``.
    route : ndarray of int, shape (T, I)
        Cheapest route on which it is made.
    ship : list of ndarray, shape (T, P)
        Cost of a car shipped in a period by each mode, the car included.
    cheapest : ndarray, shape (T, P)
        Least of these costs.
    go : ndarray, shape (T + 1, P)
        Least cost of a car that waits in a period and is shipped in the end.
    stay : ndarray, shape (T + 1, P)
        Cost of a car that waits in a period and is never shipped.
    best : ndarray, shape (T, P)
        Least cost of a car asked for in a period.
    parts : PartPrices
        Prices of parts.
    opening, part_opening : ndarray
        Price of each opening stock of cars and of parts, at least that of keeping it unused.
    """

    car: Floats
    source: NDArray[np.int8]
    route: Ints
    ship: list[Floats]
    cheapest: Floats
    go: Floats
    stay: Floats
    best: Floats
    parts: PartPrices
    opening: Floats
    part_opening: Floats


class Dual:
    """The dual function of a plan.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    cost : ndarray, shape (columns,), optional
        Objective in place of the program's.
    """

    def __init__(self, data: PlanData, program: Program, cost: Floats | None = None) -> None:
        cost = program.cost if cost is None else cost
        self.data, self.program, self.cost = data, program, cost
        self.arcs: Arcs = lay_out(data, program, cost)
        self.supply = supply_of(data, program, cost)
        self.rest = Rest(program, cost)
        arcs = self.arcs
        first, n = arcs.first, arcs.n_rows
        self.row_lower = program.row_lower[first : first + n]
        self.row_upper = program.row_upper[first : first + n]
        self._size = n
        self.most = self._family((arcs.make_max > 0) & np.isfinite(arcs.make_max), arcs.make_max)
        room = arcs.keep_max - arcs.keep_min
        self.room = self._family(np.isfinite(room), room)
        self.open = self._family(arcs.supply > 0, arcs.supply)
        supply = self.supply
        self.buy = self._family(np.isfinite(supply.buy_max), supply.buy_max)
        self.hold = self._family(np.isfinite(supply.keep_max), supply.keep_max)
        self.part_open = self._family(supply.opening > 0, supply.opening)
        self.low, self.high = np.zeros(self._size), np.full(self._size, np.inf)
        self.low[:n][np.isfinite(self.row_lower)] = -np.inf
        self.high[:n][np.isinf(self.row_upper)] = 0.0
        self.shop_rows = self._rows("shop")
        self.part_rows = self._rows("part")
        self.model_rows = self._rows("full rate")
        self.model_places = tuple(program.rows["full rate"].index[:, ::-1].T)
        self._routed, self._route_start = np.unique(arcs.route_model, return_index=True)
        self.yard_rows = self._rows("yard")
        self.low[self.part_rows] = self.high[self.part_rows] = 0.0
        for family in (self.open, self.part_open):
            self.low[family.run] = -np.inf
        self._owners, self._owner_start = np.unique(arcs.model, return_index=True)
        self._taken = np.maximum(-arcs.supply, 0.0)
        self.yard_periods = program.rows["yard"].index[:, 0]
        self.scale = self._scale()

    def within(self, lower: Floats, upper: Floats) -> Dual:
        """Return the dual function within bounds on the shift patterns.

        Parameters
        ----------
        lower, upper : ndarray, shape (patterns, T)
            Bounds.
        """
        integer = self.program.integer.copy()
        integer[self.program.columns["pattern"].at] &= (lower < upper).ravel()
        twin = copy.copy(self)
        twin.program = replace(self.program.bounded("pattern", lower, upper), integer=integer)
        twin.rest = Rest(twin.program, self.cost)
        return twin

    def _family(self, mask: NDArray[np.bool_], amount: Floats) -> Family:
        at = np.nonzero(mask)
        start, self._size = self._size, self._size + len(at[0])
        return Family(start, self._size, (at[0], at[1]), amount[at])

    def _rows(self, name: str) -> slice:
        block = self.program.rows[name]
        return slice(block.start - self.arcs.first, block.stop - self.arcs.first)

    def ways(self, prices: Floats) -> Ways:
        """Return the costs of all ways at prices.

        Parameters
        ----------
        prices : ndarray, shape (n,)
            Prices of the shared rows and of the families of bounds.

        Returns
        -------
        Ways
            The costs.
        """
        arcs, data = self.arcs, self.data
        n_t, n_p = arcs.shape
        n_i, n_j = len(data.models), len(data.parts)
        row = np.append(prices[: arcs.n_rows], 0.0)
        shops = row[self.shop_rows].reshape(-1, n_t).T
        hold = self.hold.spread(prices, (n_t, n_j), 0.0)
        part_opening = _worth(self.part_open, prices, self.supply.keep_cost + hold)
        part_grid = np.full((n_t, n_j), NEVER)
        part_grid[self.part_open.at] = part_opening
        parts = self.supply.price(shops, self.buy.spread(prices, (n_t, n_j), 0.0), hold, part_grid)
        made = self.make_prices(shops, parts.value, row)
        made[self.most.at] += prices[self.most.run]
        make, route = self._cheapest(made)
        keep = arcs.keep_cost.copy()
        keep[self.yard_periods] += row[self.yard_rows][:, None]
        keep[self.room.at] += prices[self.room.run]
        opening = _worth(self.open, prices, keep)
        open_grid = np.full((n_t, n_i), np.inf)
        open_grid[self.open.at] = opening
        car, source = np.empty((n_t, n_i)), np.zeros((n_t, n_i), dtype=np.int8)
        for t in range(n_t):
            car[t] = make[t]
            if t:
                kept = car[t - 1] + keep[t - 1]
                better = kept < car[t]
                source[t][better] = KEEP
                np.minimum(car[t], kept, out=car[t])
            better = open_grid[t] < car[t]
            source[t][better] = OPEN
            np.minimum(car[t], open_grid[t], out=car[t])
        at_pair = car[:, arcs.model]
        ship: list[Floats] = []
        taken = np.empty((n_t, n_p))
        for mode in arcs.modes:
            costs = mode.cost + at_pair
            for rows, coefficients in zip(mode.rows, mode.coefficients, strict=True):
                np.take(row, rows, out=taken, mode="clip")
                np.multiply(taken, coefficients, out=taken)
                np.add(costs, taken, out=costs)
            ship.append(costs)
        go, stay = np.empty((n_t + 1, n_p)), np.zeros((n_t + 1, n_p))
        go[n_t] = 2 * NEVER
        best = np.empty((n_t, n_p))
        cheapest = np.minimum.reduce(ship)
        for t in range(n_t - 1, -1, -1):
            np.add(go[t + 1], arcs.carried[t], out=go[t])
            np.minimum(go[t], cheapest[t], out=go[t])
            np.add(stay[t + 1], arcs.late[t], out=stay[t])
        np.minimum(go[:-1], stay[:-1], out=best)
        np.minimum(best, arcs.lost, out=best)
        return Ways(
            car, source, route, ship, cheapest, go, stay, best, parts, opening, part_opening
        )

    def make_prices(self, shops: Floats, parts: Floats, row: Floats) -> Floats:
        """Return what a car costs on each route at prices of shops, parts and rows, (T, Q)."""
        arcs, model = self.arcs, self.arcs.route_model
        with_parts = (parts @ self.data.bom_model)[:, model]
        found: Floats = arcs.make_cost + shops @ self.data.load_route + with_parts
        if len(self.model_places[0]):
            limits = np.zeros((len(found), len(self.data.models)))
            limits[self.model_places] = row[self.model_rows]
            found += limits[:, model]
        return found

    def _cheapest(self, made: Floats) -> tuple[Floats, Ints]:
        """Return the cost of each model on its cheapest route, and that route, shape (T, I)."""
        model = self.arcs.route_model
        shape = len(made), len(self.data.models)
        if np.array_equal(model, np.arange(shape[1])):
            return made, np.broadcast_to(model, shape)
        cost, route = np.full(shape, NEVER), np.zeros(shape, dtype=np.int64)
        cost[:, self._routed] = np.minimum.reduceat(made, self._route_start, axis=1)
        for q in range(made.shape[1] - 1, -1, -1):
            route[made[:, q] <= cost[:, model[q]], model[q]] = q
        return cost, route

    def evaluate(self, prices: Floats) -> tuple[float, Floats]:
        """Return the bound at prices and its gradient.

        Parameters
        ----------
        prices : ndarray, shape (n,)
            Prices of the shared rows and of the families of bounds, within ``low`` and ``high``.

        Returns
        -------
        tuple of (float, ndarray of shape (n,))
            A lower bound on the plan's cost; how far each row or bound is exceeded (negative:
            not used) by the cheapest ways.
        """
        arcs = self.arcs
        ways = self.ways(prices)
        over = np.zeros(self._size)
        n = arcs.n_rows
        price = prices[:n]
        value, use = self.rest.evaluate(price)
        bound = value + _dot(ways.best, arcs.requested)
        bound += _dot(ways.car, self._taken)
        # the smallest stock is kept in any case
        least = arcs.keep_cost.copy()
        least[self.yard_periods] += price[self.yard_rows][:, None]
        bound += _dot(least, arcs.keep_min)
        over[:n] = use
        self._add_cars(ways, over)
        at = np.where(price > 0, self.row_upper, self.row_lower)
        bound -= float(np.sum(price[price != 0] * at[price != 0]))
        high, low = over[:n] - self.row_upper, over[:n] - self.row_lower
        excess = np.where(high > 0, high, np.where(low < 0, low, 0.0))
        over[:n] = np.where(price > 0, high, np.where(price < 0, low, excess))
        over[self.part_rows] = 0.0
        for family, own in (
            (self.most, prices[self.most.run]),
            (self.room, prices[self.room.run]),
            (self.buy, prices[self.buy.run]),
            (self.hold, prices[self.hold.run]),
            (self.open, ways.opening),
            (self.part_open, ways.part_opening),
        ):
            bound -= float(own @ family.amount)
            over[family.run] -= family.amount
        return bound, over

    def _add_cars(self, ways: Ways, over: Floats) -> None:
        """Add what all cars on their cheapest ways take of rows and bounds."""
        arcs, data = self.arcs, self.data
        (n_t, n_p), n_i = arcs.shape, len(data.models)
        shipped = np.where(ways.go[:-1] <= ways.best, arcs.requested, 0.0)
        waiting = np.zeros(n_p)
        for t in range(n_t):
            waiting += shipped[t]
            np.multiply(waiting, ways.cheapest[t] <= ways.go[t], out=shipped[t])
            waiting -= shipped[t]
        rows = np.zeros(arcs.n_rows + 1)
        left = shipped
        for mode, costs in zip(arcs.modes, ways.ship, strict=True):
            cars = left if len(arcs.modes) == 1 else np.where(costs <= ways.cheapest, left, 0.0)
            left = left - cars
            for row, coefficients in zip(mode.rows, mode.coefficients, strict=True):
                rows += np.bincount(row.ravel(), (cars * coefficients).ravel(), minlength=len(rows))
        need = self._taken.copy()
        need[:, self._owners] += np.add.reduceat(shipped, self._owner_start, axis=1)
        built, kept, opened = np.zeros((n_t, n_i)), np.zeros((n_t, n_i)), np.zeros((n_t, n_i))
        for t in range(n_t - 1, -1, -1):
            source = ways.source[t]
            built[t] = need[t] * (source == MAKE)
            opened[t] = need[t] * (source == OPEN)
            if t:
                kept[t - 1] = need[t] * (source == KEEP)
                need[t - 1] += kept[t - 1]
        over[: arcs.n_rows] += rows[:-1]
        flows = self.supply.trace(ways.parts, built @ data.bom_model.T)
        on_route = ways.route[:, arcs.route_model] == np.arange(len(arcs.route_model))
        made = np.where(on_route, built[:, arcs.route_model], 0.0)
        shops = made @ data.load_route.T + flows.made @ self.supply.load.T
        over[self.model_rows] += built[self.model_places]
        over[self.shop_rows] += shops.T.ravel()
        over[self.yard_rows] += (kept + arcs.keep_min).sum(axis=1)[self.yard_periods]
        for family, grid in (
            (self.most, made),
            (self.room, kept),
            (self.open, opened),
            (self.buy, flows.bought),
            (self.hold, flows.kept),
            (self.part_open, flows.opening),
        ):
            over[family.run] += grid[family.at]

    def _scale(self) -> Floats:
        """Return a price per unit of every row and bound that would matter to a car.

        It is what serving a car is worth on average, divided by what a car takes of the row.
        """
        arcs, data = self.arcs, self.data
        n = arcs.n_rows
        none = np.zeros(self._size)
        ways = self.ways(none)
        gain = np.minimum(ways.stay[:-1], arcs.lost) - ways.best
        self.value = max(
            _dot(gain, arcs.requested) / max(float(arcs.requested.sum()), 1.0),
            1e-3 * float(np.abs(self.cost).mean()),
            1e-6,
        )
        taken, users = np.zeros(n + 1), np.zeros(n + 1)
        for mode in arcs.modes:
            for row, coefficients in zip(mode.rows, mode.coefficients, strict=True):
                taken += np.bincount(row.ravel(), coefficients.ravel(), minlength=n + 1)
                users += np.bincount(row.ravel(), coefficients.ravel() > 0, minlength=n + 1)
        per_car = np.ones(self._size)
        np.divide(taken[:n], users[:n], out=per_car[:n], where=users[:n] > 0)
        through = np.zeros(self._size)
        self._add_cars(ways, through)
        made = max(float(arcs.requested.sum()) / arcs.shape[0], 1.0)
        n_t = arcs.shape[0]
        for s, load in enumerate(data.load_route):
            run = slice(self.shop_rows.start + s * n_t, self.shop_rows.start + (s + 1) * n_t)
            own = load[load > 0].mean() if (load > 0).any() else through[run].mean() / made
            per_car[run] = own if own > 0 else 1.0
        for family in (self.buy, self.hold, self.part_open):
            if len(family.amount):
                quantity = data.bom_model[family.at[1]].max(axis=1)
                per_car[family.run] = np.where(quantity > 0, quantity, 1.0)
        return self.value / per_car


def _worth(opening: Family, prices: Floats, keep: Floats) -> Floats:
    """Return the prices of opening stock; what nobody needs is kept to the end."""
    worthless = -np.cumsum(keep[::-1], axis=0)[::-1]
    return np.maximum(prices[opening.run], worthless[opening.at])


def _dot(a: Floats, b: Floats) -> float:
    """Return the sum of products; BLAS would wake threads that cost more than the sum."""
    return float(np.einsum("ij,ij->", a, b))
