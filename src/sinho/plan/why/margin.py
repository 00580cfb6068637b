"""What one more car costs and earns at the margin: the chain make, stock, ship in figures.

The duals of the linear program price every shop hour, part, square metre and stock place. The
reduced costs say where the next car comes from: from this period's shops, from earlier or later
stock, or from another demand. Following that chain splits the dual of a car into the money that is
paid for it and the worth of the scarce things it takes, and the two sum to the dual exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sinho.plan.arrays import MODES, Bools, Ints, PlanData
from sinho.plan.why.items import Item, Kind, Option
from sinho.plan.why.linear import TOLERANCE, Linear
from sinho.units import Floats


@dataclass(frozen=True)
class Margins:
    """Reads the marginal cost of cars and the worth of shipments out of an optimum.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    linear : Linear
        The optimum with the patterns fixed.
    """

    data: PlanData
    linear: Linear
    _cars: dict[tuple[int, int], tuple[Item, ...]] = field(default_factory=dict, repr=False)
    _parts: dict[tuple[int, int], tuple[Item, ...]] = field(default_factory=dict, repr=False)

    def _rows(self, block: str, *shape: int) -> Floats:
        """Return the duals of rows on a grid; 0 in places without a row."""
        return self.linear.program.rows[block].grid(self.linear.row_dual, *shape)

    def _columns(self, block: str, *shape: int) -> Ints:
        """Return the places of columns on a grid; -1 where there is none."""
        places = np.full(shape, -1, dtype=np.int64)
        run = self.linear.program.columns.get(block)
        if run is not None:
            places[tuple(run.index.T)] = np.arange(run.start, run.stop)
        return places

    @property
    def n_periods(self) -> int:
        """Number of periods."""
        return len(self.data.spans)

    @cached_property
    def unit_values(self) -> Floats:
        """The worth of one unit of capacity by shop and period, shape (S, T)."""
        return -self._rows("shop", len(self.data.shops), self.n_periods) + 0.0

    @cached_property
    def hour_values(self) -> Floats:
        """The worth of one manned hour by shop and period, shape (S, T), in currency/h."""
        return self.unit_values * self.data.rate * self.data.availability[:, None]

    @cached_property
    def sea_values(self) -> dict[str, Floats]:
        """The worth of one CEU, m2, box and car by land, by lane and period, shapes (R, T)."""
        shape = (len(self.data.lanes), self.n_periods)
        kinds = "ceu", "area", "box", "road", "rail"
        return {kind: -self._rows(kind, *shape) + 0.0 for kind in kinds}

    @cached_property
    def yard_values(self) -> Floats:
        """The worth of one more place in the yard by period, shape (T,)."""
        return -self._rows("yard", self.n_periods) + 0.0

    @cached_property
    def car_costs(self) -> Floats:
        """The duals of finished cars by model and period, shape (I, T): the cost of one more."""
        return self._rows("stock", len(self.data.models), self.n_periods)

    @cached_property
    def window_values(self) -> Floats:
        """What a car that counts adds beside its fee, shape (W,): above 0 at the least."""
        found: Floats = self.linear.row_dual[self.linear.program.rows["contract"].at]
        return found

    @cached_property
    def demand_worth(self) -> Floats:
        """What one more car asked for is worth, shape (P, T); nan where none can be."""
        run = self.linear.program.rows["demand"]
        return run.grid(-self.linear.row_dual, *self.data.demand.shape, missing=np.nan)

    @cached_property
    def earlier_orders(self) -> Floats:
        """What a shipment adds by letting an earlier order be served at its price, shape (P, T)."""
        return self._rows("due", len(self.data.pair_model), self.n_periods)

    @cached_property
    def given_up(self) -> Floats:
        """What a late car that is never shipped adds, in place of an earlier one, shape (P, T)."""
        return self._rows("left", len(self.data.pair_model), self.n_periods)

    @cached_property
    def _part_costs(self) -> Floats:
        return self._rows("part", len(self.data.parts), self.n_periods)

    @cached_property
    def _full_rates(self) -> Floats:
        return self._rows("full rate", len(self.data.models), self.n_periods)

    @cached_property
    def _lots(self) -> Floats:
        shape = len(self.data.route_model), self.n_periods
        return (
            self._rows("closed", *shape) + self._rows("least lot", *shape)[:, self.data.month_begin]
        )

    @cached_property
    def _places(self) -> dict[str, Ints]:
        d, n_t = self.data, self.n_periods
        sizes = {"make": len(d.route_model), "stock": len(d.models)}
        sizes |= {name: len(d.parts) for name in ("made", "bought", "part stock")}
        sizes |= {f"ship {mode}": len(d.pair_model) for mode in MODES}
        return {name: self._columns(name, size, n_t) for name, size in sizes.items()}

    def _hours(self, loads: Floats, t: int) -> list[Item]:
        """Return the worth of the capacity that one piece takes of every shop."""
        values = self.unit_values[:, t]
        return [
            Item("hours", s, t, -float(loads[s] * values[s]), float(loads[s]))
            for s in np.flatnonzero(loads > 0).tolist()
        ]

    def car(self, model: int, t: int) -> tuple[Item, ...]:
        """Split the cost of one more finished car of a model in a period.

        Parameters
        ----------
        model, t : int
            Model and period.

        Returns
        -------
        tuple of Item
            Amounts sum to the negative of ``car_costs``.
        """
        key = (model, t)
        if key not in self._cars:
            self._cars[key] = tuple(self._car(model, t, 0))
        return self._cars[key]

    def every_source(self, model: int, t: int) -> tuple[Item, ...]:
        """Return what one more finished car takes over all sources that cost the same.

        A car may come out of this period's shops or out of stock at the same cost; each way has
        limits of its own.
        """
        found: dict[tuple[int, int], list[Item]] = {}
        waiting = [(model, t)]
        while waiting:
            i, at = waiting.pop()
            if (i, at) in found:
                continue
            found[i, at] = []
            for items, onward in self._car_sources(i, at):
                found[i, at] += items
                waiting += [] if onward is None else [(i, onward)]
        return tuple(item for items in found.values() for item in items)

    def _car(self, i: int, t: int, way: int) -> list[Item]:
        """Follow where the next car comes from; ``way`` keeps to one direction in time."""
        for items, onward in self._car_sources(i, t):
            if onward is None:
                return items
            if (onward - t) * way >= 0:
                return items + self._car(i, onward, onward - t)
        return [Item("other demand", i, t, -float(self.car_costs[i, t]))]

    def _made(self, q: int, t: int) -> list[Item]:
        """Return what making one car on a route takes in a period."""
        d, i = self.data, int(self.data.route_model[q])
        items = [
            Item("material", i, t, -float(d.material[i])),
            *self._hours(d.load_route[:, q], t),
        ]
        if d.route_cost[q]:
            items.append(Item("line cost", q, t, -float(d.route_cost[q])))
        for j in np.flatnonzero(d.bom_model[:, i] > 0).tolist():
            items += [item.times(float(d.bom_model[j, i])) for item in self.part(j, t)]
        return items

    def _car_sources(self, i: int, t: int) -> Iterator[tuple[list[Item], int | None]]:
        """Yield the sources of a car whose cost is its dual, and the period they lead to."""
        reduced, keep = self.linear.column_dual, self._places["stock"][i]
        for q in np.flatnonzero(self.data.route_model == i).tolist():
            limit = float(reduced[self._places["make"][q, t]])
            if limit <= TOLERANCE:
                yield self._made(q, t) + self._limits(q, t, limit), None
        if t > 0 and reduced[keep[t - 1]] <= TOLERANCE:
            # made before and kept
            limit = float(reduced[keep[t - 1]])
            scarce = [Item("stock limit", i, t - 1, limit)] if limit < -TOLERANCE else []
            yield self._kept(i, t - 1, -1.0) + scarce, t - 1
        if t + 1 < self.n_periods and abs(reduced[keep[t]]) <= TOLERANCE:
            # taken from the stock that is kept for later, and made later
            yield self._kept(i, t, 1.0), t + 1

    def _limits(self, q: int, t: int, reduced: float) -> list[Item]:
        """Return the worth of what limits the cars of a route beside hours and parts."""
        launch = reduced + float(self._full_rates[self.data.route_model[q], t])
        amounts: tuple[tuple[Kind, float], ...] = (
            ("launch", launch),
            ("least lot", float(self._lots[q, t])),
        )
        return [Item(kind, q, t, amount) for kind, amount in amounts if abs(amount) > TOLERANCE]

    def _kept(self, i: int, t: int, sign: float) -> list[Item]:
        """Return what a car kept at a period's end costs (sign -1) or no longer costs (1)."""
        d, yard = self.data, sign * float(self.yard_values[t])
        items = [Item("car stock", i, t, sign * float(d.stock_cost[i] * d.fraction[t]), sign)]
        if abs(yard) > TOLERANCE:
            items.append(Item("yard", -1, t, yard, sign))
        return items

    def part(self, part: int, t: int) -> tuple[Item, ...]:
        """Split the cost of one more unit of a part in a period, as ``car`` does."""
        key = (part, t)
        if key not in self._parts:
            self._parts[key] = tuple(self._part(part, t, 0))
        return self._parts[key]

    def _part(self, j: int, t: int, way: int) -> list[Item]:
        d, reduced, n_t = self.data, self.linear.column_dual, self.n_periods
        made, bought = int(self._places["made"][j, t]), int(self._places["bought"][j, t])
        keep = self._places["part stock"][j]
        good = float(d.part_yield[j])
        if made >= 0 and reduced[made] <= TOLERANCE:
            items = [Item("parts", j, t, -float(d.make_cost[j]) / good)]
            items += self._hours(d.load_part[:, j] / good, t)
            for child in np.flatnonzero(d.bom_part[:, j] > 0):
                need = float(d.bom_part[child, j]) / good
                items += [item.times(need) for item in self.part(int(child), t)]
            return items
        if bought >= 0 and reduced[bought] <= TOLERANCE:
            items = [Item("parts", j, t, -float(d.buy_cost[j]))]
            if reduced[bought] < -TOLERANCE:
                items.append(Item("buy limit", j, t, float(reduced[bought])))
            return items
        if way <= 0 and t > 0 and reduced[keep[t - 1]] <= TOLERANCE:
            items = [self._part_kept(j, t - 1, -1.0)]
            if reduced[keep[t - 1]] < -TOLERANCE:
                items.append(Item("part stock limit", j, t - 1, float(reduced[keep[t - 1]])))
            return items + self._part(j, t - 1, -1)
        if way >= 0 and t + 1 < n_t and abs(reduced[keep[t]]) <= TOLERANCE:
            return [self._part_kept(j, t, 1.0), *self._part(j, t + 1, 1)]
        return [Item("part source", j, t, -float(self._part_costs[j, t]))]

    def _part_kept(self, j: int, t: int, sign: float) -> Item:
        d = self.data
        return Item("part stock", j, t, sign * float(d.part_stock_cost[j] * d.fraction[t]), sign)

    def options(
        self, pair: int, requested: int, until: int | None = None, *, made: bool = False
    ) -> list[Option]:
        """List the ways to serve one more car asked for in a period, best first.

        Parameters
        ----------
        pair, asked : int
            Pair of model and market, and the period in which the car is asked for.
        until : int, optional
            Last period of shipment looked at; all when left out.
        made : bool
            Whether a car that could only be had from the same demand is made instead, at its full
            cost.

        Returns
        -------
        list of Option
            One for every mode and period of shipment from then on. The best worth equals that of
            one more car asked for, unless losing the car is worth more.
        """
        last = self.n_periods if until is None else until + 1
        found = [
            Option(mode, t, tuple(self._shipment(mode, pair, requested, t, made)))
            for mode in MODES
            for t in range(requested, last)
            if self._places[f"ship {mode}"][pair, t] >= 0
        ]
        # rounded, so that noise does not choose between ways that are worth the same
        return sorted(found, key=lambda option: (-round(option.worth, 6), option.period))

    def _own(self, pair: int, t: int) -> list[Item]:
        """Return the cost of a car for a demand, made where it would be its own rival."""
        i = int(self.data.pair_model[pair])
        rivals = (self.data.pair_model == i) & (np.arange(len(self.data.pair_model)) != pair)
        items: list[Item] = []
        for item in self.car(i, t):
            own = item.kind == "other demand" and not self._shipped[rivals, item.period].any()
            made = self._cheapest(i, item.period) if own else None
            items += [item] if made is None else made
        return items

    def _cheapest(self, i: int, t: int) -> list[Item] | None:
        """Return what a car takes on its cheapest route with room; None where none has any."""
        upper, places = self.linear.program.upper, self._places["make"][:, t]
        ways = [
            self._made(q, t)
            for q in np.flatnonzero(self.data.route_model == i).tolist()
            if upper[places[q]] > 0.1
        ]
        return max(ways, key=lambda way: sum(item.amount for item in way), default=None)

    @cached_property
    def _shipped(self) -> Bools:
        """Where a pair is shipped, shape (P, T)."""
        x = np.append(self.linear.x, 0.0)
        found: Bools = np.any(
            [x[self._places[f"ship {mode}"]] > TOLERANCE for mode in MODES], axis=0
        )
        return found

    def _shipment(self, mode: str, pair: int, requested: int, t: int, made: bool) -> list[Item]:
        d = self.data
        i, k = int(d.pair_model[pair]), int(d.pair_market[pair])
        r = int(d.market_lane[k])
        freight = float(d.freight[MODES.index(mode), i, k, t])
        late = float((d.late_penalty[pair, requested:t] * d.fraction[requested:t]).sum())
        items = [
            Item("price", i, requested, float(d.price[pair, requested])),
            Item("fee", i, t, float(d.fee[pair, t])),
            Item("freight", r, t, -freight),
            Item("tariff", i, t, -float(d.duty[pair, t])),
            Item("late", i, requested, -late, float(t - requested)),
            Item("earlier order", i, requested, float(self.earlier_orders[pair, requested])),
            *(self._own(pair, t) if made else self.car(i, t)),
        ]
        if r >= 0:
            takes: dict[str, tuple[tuple[Kind, float], ...]] = {
                "vessel": (("ceu", float(d.ceu[i])), ("area", float(d.area[i]))),
                "container": (("box", 1.0 / float(d.cars_per_box[k, t])),),
                "road": (("road", 1.0),),
                "rail": (("rail", 1.0),),
            }
            for kind, quantity in takes[mode]:
                value = float(self.sea_values[kind][r, t])
                items.append(Item(kind, r, t, -value * quantity, quantity))
        for w, window in enumerate(d.windows):
            if window.pairs[pair] and window.inside[t] and abs(self.window_values[w]) > TOLERANCE:
                items.append(Item("contract", w, -1, float(self.window_values[w])))
        return [item for item in items if item.amount or item.kind == "hours"]
