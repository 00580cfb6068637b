"""A slow and obvious look at plans of voyages: what they break, and what the best ones are."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from sinho.hub.calendar import line_days
from sinho.results import ShipPlan
from sinho.ship import Input

DAY = dt.timedelta(days=1)
STAY = None
Way = str | dt.date | None
"""A voyage, the day on which a box is loaded, or none."""


def rows(frame: pl.DataFrame, key: str) -> dict[Any, dict[str, Any]]:
    """Return the rows of a table by a column."""
    return {row[key]: row for row in frame.to_dicts()}


class World:
    """What an input says, in plain dicts."""

    def __init__(self, data: Input, most_days: int = 10) -> None:
        hub = data.hub
        self.most_days = most_days
        self.data = data
        self.models, self.markets = rows(hub["models"], "model"), rows(hub["markets"], "market")
        self.voyages = rows(data.voyages, "vessel")
        self.cars = rows(data.cars, "car")
        self.arrivals = {
            (row["vessel"], row["port"]): row["arrival"] for row in data.calls.to_dicts()
        }
        self.called = set(data.calls["vessel"])
        self.gap, self.ceu_area = hub.settings.stow_gap, hub.settings.ceu_area
        self.leads = hub["lead_times"].to_dicts()
        self.ports = rows(hub["ports"], "port")
        self.per_box = dict(hub["box_cars"].select("model", "cars").iter_rows())
        self.known: dict[tuple[str, Way], tuple[float, float]] = {}

    def area(self, model: str) -> float:
        m = self.models[model]
        return float((m["length"] + self.gap) * (m["width"] + self.gap) / 1e6)

    def ceu(self, model: str) -> float:
        m = self.models[model]
        return float(m["length"] * m["width"] / 1e6 / self.ceu_area)

    def arrival(self, vessel: str, market: str) -> dt.date | None:
        """Return when a voyage reaches a market; None where it does not."""
        voyage, port = self.voyages[vessel], self.markets[market]["port"]
        if voyage["lane"] != self.markets[market]["lane"]:
            return None
        if vessel in self.called:
            return self.arrivals.get((vessel, port))
        return voyage["etd"]  # type: ignore[no-any-return]

    def may(self, car: str, vessel: str) -> bool:
        own = self.cars[car]
        ready = own["ready"] <= self.voyages[vessel]["cutoff"]
        return ready and self.arrival(vessel, own["market"]) is not None

    def box_on(self, day: dt.date, market: str) -> dict[str, Any] | None:
        """Return the row of table containers that holds on a day for a market's lane."""
        lane = self.markets[market]["lane"]
        own = [r for r in self.data.containers.to_dicts() if r["start"] <= day]
        for name in (lane, "all"):
            rows_of = sorted((r for r in own if r["lane"] == name), key=lambda r: r["start"])
            if rows_of:
                return rows_of[-1]
        return None

    def box_days(self, car: str, most: int) -> list[dt.date]:
        """Return the days on which a car may be loaded into a box."""
        own = self.cars[car]
        if own["model"] not in self.per_box:
            return []
        days = line_days(self.data.hub, own["ready"], own["ready"] + most * DAY)
        return [
            day
            for day in days
            if day >= self.data.first
            and (row := self.box_on(day, own["market"])) is not None
            and row["boxes"] > 0
        ]

    def boxes(self, ways: dict[str, Way]) -> Counter[tuple[dt.date, str, str]]:
        """Return the boxes that an allocation needs, by day, model and market."""
        cars: Counter[tuple[dt.date, str, str]] = Counter()
        for car, way in ways.items():
            if isinstance(way, dt.date):
                cars[way, self.cars[car]["model"], self.cars[car]["market"]] += 1
        return Counter({key: -(-n // self.per_box[key[1]]) for key, n in cars.items()})

    def entitled(self, vessel: str, names: list[str]) -> bool:
        """Return whether the space of brands is kept on a voyage."""
        voyage, own = self.voyages[vessel], {}
        for row in self.data.hub["space_shares"].to_dicts():
            fits = row["lane"] in ("all", voyage["lane"]) and row["vessel"] in ("all", vessel)
            free = voyage["cutoff"] - (row["release_days"] or 0) * DAY
            if fits and (not row["release_days"] or self.data.first < free):
                near = (row["vessel"] != "all") * 2 + (row["lane"] != "all")
                own.setdefault(row["brand"], []).append((near, row["share"]))
        shares = {brand: max(rows_of)[1] for brand, rows_of in own.items()}
        if not shares:
            return True
        if voyage["ship"] is not None:
            decks = self.data.decks.filter(pl.col("ship") == voyage["ship"])
            widest = decks.group_by("deck").agg(pl.col("area").max())["area"].sum()
            size, space = self.area, voyage["deck_share"] * widest
        elif voyage["ceu"] is not None:
            size, space = self.ceu, voyage["ceu"]
        elif voyage["booked_most"] is not None:
            size, space = (lambda _: 1.0), voyage["booked_most"]
        else:
            return True
        used: Counter[str] = Counter()
        for name in names:
            used[self.models[name]["brand"]] += size(name)
        over = sum(max(0.0, used[brand] - shares.get(brand, 0.0) * space) for brand in used)
        return bool(over <= max(0.0, 1 - sum(shares.values())) * space + 1e-6)

    def due(self, car: str) -> dt.date | None:
        own = self.cars[car]
        begin = own["wanted"] or own["built"] or own["since"]
        fits = [row for row in self.leads if row["market"] == own["market"]]
        for model in (own["model"], "all"):
            for row in fits:
                if row["model"] == model:
                    return begin + row["days"] * DAY  # type: ignore[no-any-return]
        return None

    def decks(self, vessel: str) -> Iterator[list[dict[str, Any]]]:
        """Yield the decks of a voyage for each choice of positions."""
        own = self.data.decks.filter(pl.col("ship") == self.voyages[vessel]["ship"]).to_dicts()
        by_deck: dict[str, list[dict[str, Any]]] = {}
        for row in own:
            by_deck.setdefault(row["deck"], []).append(row)
        sets = sorted({tuple(r["position"] for r in group) for group in by_deck.values()})
        for chosen in itertools.product(*sets):
            pick = dict(zip(sets, chosen, strict=True))
            yield [
                next(r for r in group if r["position"] == pick[tuple(r["position"] for r in group)])
                for group in by_deck.values()
            ]

    def fits(self, model: str, deck: dict[str, Any]) -> bool:
        m = self.models[model]
        per_area = deck["load_per_area"]
        return bool(
            m["height"] <= deck["height"]
            and (per_area is None or (m["mass"] or 0) <= per_area * self.area(model))
            and deck["area"] > 0
        )

    def holds(self, vessel: str, cars: list[str]) -> bool:
        """Return whether cars fit on a voyage, deck by deck."""
        voyage = self.voyages[vessel]
        names = [self.cars[car]["model"] for car in cars]
        if voyage["ceu"] is not None and sum(map(self.ceu, names)) > voyage["ceu"] + 1e-6:
            return False
        if voyage["booked_most"] is not None and len(cars) > voyage["booked_most"]:
            return False
        if not self.entitled(vessel, names):
            return False
        if voyage["ship"] is None:
            return True
        return any(self._stand(sorted(names), decks, voyage) for decks in self.decks(vessel))

    def _stand(self, names: list[str], decks: list[dict[str, Any]], voyage: dict[str, Any]) -> bool:
        share = voyage["deck_share"]
        area = [share * deck["area"] for deck in decks]
        load = [share * (deck["load"] or 1e12) for deck in decks]

        def place(at: int) -> bool:
            if at == len(names):
                return True
            size, mass = self.area(names[at]), self.models[names[at]]["mass"] or 0.0
            for d, deck in enumerate(decks):
                room = area[d] >= size - 1e-6 and load[d] >= mass - 1e-6
                if room and self.fits(names[at], deck):
                    area[d], load[d] = area[d] - size, load[d] - mass
                    if place(at + 1):
                        return True
                    area[d], load[d] = area[d] + size, load[d] + mass
            return False

        return place(0)

    def last(self, market: str) -> tuple[dt.date, int, int]:
        """Return the last departure to a market, the lane's gap and the longest way."""
        lane = self.markets[market]["lane"]
        etds = sorted(v["etd"] for v in self.voyages.values() if v["lane"] == lane)
        gap = max([(b - a).days for a, b in itertools.pairwise(etds)], default=30)
        own = [
            (v["etd"], arrival)
            for name, v in self.voyages.items()
            if (arrival := self.arrival(name, market)) is not None
        ]
        return max(e for e, _ in own), gap, max((a - e).days for e, a in own)

    def price(self, car: str, way: Way) -> tuple[float, float]:
        """Return days late and cost of a car on a way, without the price of a box."""
        if (car, way) not in self.known:
            self.known[car, way] = self._price(car, way)
        return self.known[car, way]

    def _price(self, car: str, vessel: Way) -> tuple[float, float]:
        own = self.cars[car]
        market = own["market"]
        could = [n for n in self.voyages if self.may(car, n)]
        etd, gap, way = self.last(market)
        gone = max(etd, own["ready"]) + gap * DAY
        costs = [self._slot(own["model"], name) for name in self.voyages]
        first = min([self.voyages[n]["etd"] for n in could], default=gone)
        port = next((p for p in self.ports.values() if p["role"] == "loading"), None)
        free, storage = (port["free_days"], port["storage_cost"]) if port else (0, 0.0)

        def late(leaves: dt.date, arrives: dt.date) -> float:
            due = self.due(car)
            goal = own["wanted"] or first
            return max(0, (arrives - due).days if due else (leaves - goal).days)

        def cost(leaves: dt.date, slot: float) -> float:
            stands = max(0, (leaves - own["since"]).days - free)
            holding = self.models[own["model"]]["stock_cost"] / (365.25 / 12)
            return float(slot + stands * storage + (leaves - own["ready"]).days * holding)

        if isinstance(vessel, dt.date):
            box = self.box_on(vessel, market)
            assert box is not None
            leaves = vessel + box["wait"] * DAY
            holding = self.models[own["model"]]["stock_cost"] / (365.25 / 12)
            return late(leaves, leaves + box["transit"] * DAY), (
                leaves - own["ready"]
            ).days * holding
        if vessel is not None:
            leaves = self.voyages[vessel]["etd"]
            return late(leaves, self.arrival(vessel, market) or leaves), cost(
                leaves, self._slot(own["model"], vessel)
            )
        worst = max(
            [self.price(car, n)[0] for n in [*could, *self.box_days(car, self.most_days)]],
            default=0,
        )
        return max(late(gone, gone + way * DAY), worst + 1), cost(gone, max(costs))

    def _slot(self, model: str, vessel: str) -> float:
        voyage = self.voyages[vessel]
        each = {"car": 1.0, "ceu": self.ceu(model), "m2": self.area(model)}[voyage["per"]]
        return float(voyage["slot_cost"]) * each

    def levels(self, ways: dict[str, Way]) -> tuple[float, float, float]:
        """Return cars short of those booked, days late and cost of an allocation."""
        count = Counter(vessel for vessel in ways.values() if isinstance(vessel, str))
        short = {
            name: max(0.0, v["booked_least"] - count[name]) for name, v in self.voyages.items()
        }
        prices = [self.price(car, vessel) for car, vessel in ways.items()]
        cost = sum(price for _, price in prices)
        cost += sum(lack * self.voyages[name]["slot_cost"] for name, lack in short.items())
        cost += sum(self.voyages[name]["charter_cost"] for name in count)
        for (day, _, market), boxes in self.boxes(ways).items():
            cost += boxes * self.box_on(day, market)["cost"]  # type: ignore[index]
        return sum(short.values()), sum(late for late, _ in prices), cost

    def sound(self, ways: dict[str, Way]) -> bool:
        """Return whether an allocation keeps all limits."""
        on: dict[str, list[str]] = {}
        loaded: Counter[tuple[dt.date, str]] = Counter()
        for (day, _, market), boxes in self.boxes(ways).items():
            row = self.box_on(day, market)
            assert row is not None
            loaded[day, row["lane"]] += boxes
            if loaded[day, row["lane"]] > row["boxes"]:
                return False
        for car, vessel in ways.items():
            if isinstance(vessel, dt.date):
                if vessel not in self.box_days(car, self.most_days):
                    return False
            elif vessel is not None:
                if not self.may(car, vessel):
                    return False
                on.setdefault(vessel, []).append(car)
        return all(self.holds(vessel, cars) for vessel, cars in on.items())

    def best(self) -> tuple[float, float, float]:
        """Return the best levels of all allocations."""
        cars = list(self.cars)
        ways = [
            [*(v for v in self.voyages if self.may(car, v)), *self.box_days(car, self.most_days)]
            for car in cars
        ]
        found = [
            self.levels(choice)
            for one in itertools.product(*([*own, STAY] for own in ways))
            if self.sound(choice := dict(zip(cars, one, strict=True)))
        ]
        return min(found, key=lambda level: tuple(round(value, 6) for value in level))


def ways_of(plan: ShipPlan, wait: int = 0) -> dict[str, Way]:
    """Return the way of each car; a box is loaded so many days before it leaves."""
    return {
        row["car"]: row["leaves"] - wait * DAY if row["way"] == "container" else row["vessel"]
        for row in plan.cars.to_dicts()
    }


def broken(data: Input, plan: ShipPlan) -> list[str]:
    """List what a plan breaks; empty where it is sound."""
    world, found = World(data), []
    cars = plan.cars
    if cars["car"].to_list() != data.cars["car"].to_list():
        found.append("not every car stands in the plan once")
    on: Counter[tuple[str, str]] = Counter()
    for row in cars.to_dicts():
        if (row["vessel"] is not None) != (row["way"] == "voyage"):
            found.append(f"{row['car']}: way {row['way']}, vessel {row['vessel']}")
        if row["vessel"] is None:
            continue
        if not world.may(row["car"], row["vessel"]):
            found.append(f"{row['car']} cannot take {row['vessel']}")
        on[row["vessel"], row["model"]] += 1
    stand = {(r["vessel"], r["model"]): 0 for r in plan.decks.to_dicts()}
    area: Counter[tuple[str, str]] = Counter()
    load: Counter[tuple[str, str]] = Counter()
    position: dict[tuple[str, str], str] = {}
    for r in plan.decks.to_dicts():
        stand[r["vessel"], r["model"]] += r["cars"]
        own = world.data.decks.filter(
            pl.col("ship") == world.voyages[r["vessel"]]["ship"],
            pl.col("deck") == r["deck"],
            pl.col("position") == r["position"],
        ).row(0, named=True)
        if position.setdefault((r["vessel"], r["deck"]), r["position"]) != r["position"]:
            found.append(f"{r['vessel']}: deck {r['deck']} has two positions")
        if not world.fits(r["model"], own):
            found.append(f"{r['vessel']}: {r['model']} does not fit deck {r['deck']}")
        area[r["vessel"], r["deck"]] += r["cars"] * world.area(r["model"])
        load[r["vessel"], r["deck"]] += r["cars"] * (world.models[r["model"]]["mass"] or 0)
        share = world.voyages[r["vessel"]]["deck_share"]
        if area[r["vessel"], r["deck"]] > share * own["area"] + 1e-6:
            found.append(f"{r['vessel']}: deck {r['deck']} is too full")
        if load[r["vessel"], r["deck"]] > share * (own["load"] or 1e12) + 1e-6:
            found.append(f"{r['vessel']}: deck {r['deck']} bears too much")
    with_decks = {key: n for key, n in on.items() if world.voyages[key[0]]["ship"]}
    if with_decks != {key: n for key, n in stand.items() if n}:
        found.append("not every car stands on a deck")
    for name, voyage in world.voyages.items():
        models = {m: n for (vessel, m), n in on.items() if vessel == name}
        ceu = sum(n * world.ceu(m) for m, n in models.items())
        if voyage["ceu"] is not None and ceu > voyage["ceu"] + 1e-6:
            found.append(f"{name}: {ceu} CEU")
        if voyage["booked_most"] is not None and sum(models.values()) > voyage["booked_most"]:
            found.append(f"{name}: more cars than booked")
        if not world.entitled(name, list(Counter(models).elements())):
            found.append(f"{name}: space of other brands is taken")
    for key, boxes in plan.boxes.group_by("lane", "date", maintain_order=True):
        lane = data.containers.filter(pl.col("lane") == key[0]).sort("start")
        most = lane.filter(pl.col("start") <= key[1])["boxes"][-1]
        if boxes["boxes"].sum() > most:
            found.append(f"{key}: more boxes than can be loaded")
    if plan.boxes["cars"].sum() != cars.filter(pl.col("way") == "container").height:
        found.append("not every car of a container has a box")
    per_box = dict(data.hub["box_cars"].select("model", "cars").iter_rows())
    for r in plan.boxes.to_dicts():
        if r["cars"] > r["boxes"] * per_box[r["model"]]:
            found.append(f"{r}: too many cars in the boxes")
    return found
