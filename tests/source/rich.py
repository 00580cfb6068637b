"""Random small networks that use every table and kind of duty, as their tables."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.source.networks import Rows

COUNTRIES = ("KR", "US", "CN", "DE", "MX")


class Draw:
    """Figures and dates of one network."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.size = self.random.randint(2, 8)
        # begins at all times of the year, so that ways lead over its end
        self.first = 2025 * 12 + self.random.randint(0, 11)

    def month(self, after: int) -> str:
        year, month = divmod(self.first + after, 12)
        return f"{year:04d}-{month + 1:02d}"

    def some_month(self) -> str:
        return self.month(self.random.randint(1, self.size))

    def day(self) -> str:
        begin = dt.date.fromisoformat(f"{self.month(0)}-01")
        return str(begin + dt.timedelta(days=self.random.randint(-40, 31 * self.size + 60)))

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def one(self, *values: Any) -> Any:
        return self.random.choice(values)

    def amounts(self, **between: tuple[float, float]) -> dict[str, Any]:
        """Return amounts with the currency that they are in."""
        currency = self.one(None, None, "USD", "KRW", "EUR")
        by = 1000 if currency == "KRW" else 1
        drawn = {name: round(by * self.random.uniform(*two), 3) for name, two in between.items()}
        return drawn | {"currency": currency}


def rich_tables(seed: int) -> dict[str, Rows]:
    """Return a network of two to four plants over two to eight months."""
    d = Draw(seed)
    homes = [d.one(*COUNTRIES) for _ in range(d.random.randint(2, 4))]
    markets = [
        {"market": f"K{k}", "country": d.one(*COUNTRIES)} for k in range(d.random.randint(1, 3))
    ]
    models = [
        {"model": f"M{i}", "powertrain": d.one("ICE", "HEV", "BEV"), "co2": d.one(0, 90, 120)}
        for i in range(d.random.randint(1, 3))
    ]
    settings = {
        "name": f"rich {seed}",
        "currency": "EUR",
        "start": d.month(0),
        "end": d.month(d.size - 1),
        "shift_period": d.one(1, 2, 3),
        "launch_period": d.one(1, 2, 3),
        "customs_share": d.one(0, 0.6, 0.8, 1),
        "interest": d.one(0, 6.0),
    }
    return {
        "network": [settings],
        "currencies": _currencies(d),
        "network_models": models,
        "network_markets": markets,
        **_plants(d, homes),
        **_models(d, len(models), len(homes)),
        **_sold(d, len(models), len(markets)),
        **_lanes(d, len(homes), len(markets)),
        **_duties(d, homes, sorted({row["country"] for row in markets})),
        "rules_of_origin": _rules(d),
        "carbon": [
            {
                "destination": markets[0]["country"],
                "start": d.month(d.one(0, 1)),
                "price": 0.01,
                "currency": d.one(None, "USD"),
            }
        ],
        "source_limits": d.one(
            [], [{"market": "K0", "share": 0.7}, {"market": "K0", "plant": "P0", "share": 0.3}]
        ),
    }


def _currencies(d: Draw) -> Rows:
    rows = []
    for currency, rate in (("USD", 0.9), ("KRW", 0.0007)):
        rows.append({"currency": currency, "start": "2024-01-01", "rate": rate})
        for n in range(d.size):
            if d.often(0.4):
                start = f"{d.month(n)}-{d.one('01', '01', '15')}"
                changed = round(rate * d.random.uniform(0.8, 1.2), 7)
                rows.append({"currency": currency, "start": start, "rate": changed})
    return rows


def _plants(d: Draw, homes: list[str]) -> dict[str, Rows]:
    plants, steps = [], []
    for p, country in enumerate(homes):
        costs = d.amounts(
            fixed_open=(50, 300),
            fixed_closed=(5, 50),
            open_cost=(50, 300),
            close_cost=(50, 300),
            step_cost=(10, 60),
        )
        name = {"plant": f"P{p}"}
        change = {"open": d.one("no", "yes", "yes"), "may_change": d.one("yes", "no")}
        plants.append({**name, "country": country, **change, **costs})
        for n in range(1, d.random.randint(2, 4)):
            for start in ["2024-01", *([d.some_month()] if d.often(0.4) else [])]:
                row = {**name, "step": f"{n} shifts", "start": start}
                row |= {"capacity": round(60 * n * d.random.uniform(0.8, 1.2), 1)}
                row |= d.amounts(labour=(100 * n, 160 * n))
                steps.append(row | {"opening": "yes" if n == 1 and d.often(0.6) else None})
        if d.often(0.4):  # a step that nobody can work before
            late = {**name, "step": "late", "start": d.some_month(), "capacity": 200}
            steps.append(late | d.amounts(labour=(50, 300)))
    return {"plants": plants, "plant_steps": steps}


def _models(d: Draw, models: int, plants: int) -> dict[str, Rows]:
    content, allocations = [], []
    for i in range(models):
        model = {"model": f"M{i}"}
        for origin in d.random.sample(COUNTRIES, 2):
            content.append({**model, "origin": origin, **d.amounts(value=(4, 9))})
        for p in d.random.sample(range(plants), d.random.randint(2, plants)):
            place = {**model, "plant": f"P{p}"}
            if d.often(0.3):
                for origin in d.random.sample(COUNTRIES, 2):
                    content.append({**place, "origin": origin, **d.amounts(value=(4, 9))})
            costs = d.amounts(cost=(1, 5), tooling=(20, 200), short_penalty=(1, 5))
            fixed = d.often(0.5)
            volumes = {"least": d.one(0, 0, 300, 600), "most": d.one(None, None, 700, 1500)}
            row = {**place, "status": "fixed" if fixed else "allowed", **costs, **volumes}
            row |= {"load": d.one(1, 1, 1.3), "launch_months": min(d.one(0, 1, 2), d.size - 1)}
            row |= {"start": d.one(None, None, None, d.month(1))}
            row |= {"end": d.one(None, None, None, d.month(d.size - 1))}
            allocations.append(row | ({"tooling": 0} if fixed else {}))
    return {"content": content, "allocations": allocations}


def _sold(d: Draw, models: int, markets: int) -> dict[str, Rows]:
    rows = []
    for i in range(models):
        for k in range(markets):
            for n in range(d.size):
                row = {"model": f"M{i}", "market": f"K{k}", "month": d.month(n)}
                row |= {"units": round(d.random.uniform(5, 60), 1) if d.often(0.9) else 0}
                row |= d.amounts(price=(18, 35), lost_penalty=(0, 6))
                row |= {"price": 0} if d.often(0.1) else {}
                rows.append(row | {"response": d.one(None, None, 0.8, 2, 4)})
    return {"network_demand": rows}


def _lanes(d: Draw, plants: int, markets: int) -> dict[str, Rows]:
    lanes = []
    for p in range(plants):
        for k in range(markets):
            way = {"plant": f"P{p}", "market": f"K{k}"}
            for start in ["2024-01", *([d.some_month()] if d.often(0.3) else [])]:
                days = d.one(0, 1, 13.5, 30, 45, 90)
                row = {**way, "start": start, "lane": d.one("a", "b", "home"), "transit": days}
                lanes.append(row | d.amounts(freight=(0.2, 3)))
    used = {row["lane"] for row in lanes} & {"a", "b"}
    rooms = [
        {"lane": lane, "start": d.month(d.one(-1, 0, 2)), "cars": d.random.randint(20, 100)}
        for lane in sorted(used)
        if d.often(0.5)
    ]
    return {"lanes": lanes, "lane_room": rooms}


def _rules(d: Draw) -> Rows:
    rows = []
    for agreement in ("X", "Y"):
        for start in ["2020-01-01", *([d.day()] if d.often(0.5) else [])]:
            rows.append({"agreement": agreement, "start": start})
        if d.often(0.3):
            rows.append({"agreement": agreement, "start": d.day(), "powertrain": "BEV"})
    for row in rows:
        row["countries"] = ";".join(d.random.sample(COUNTRIES, 2))
        row["least_share"] = round(d.random.uniform(0.2, 0.8), 2)
    return rows


def _duties(d: Draw, homes: list[str], countries: list[str]) -> dict[str, Rows]:
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}

    def put(way: dict[str, Any], kind: str, act: str, start: str, **more: Any) -> None:
        row = {**way, "kind": kind, "act": act, "start": start, **more}
        narrow = [row.get(name) or "all" for name in ("powertrain", "plant", "agreement")]
        rows.setdefault((*way.values(), kind, act, start, *narrow), row)

    def late() -> str | None:
        return d.day() if d.often(0.5) else None

    for origin in sorted(set(homes)):
        for destination in [country for country in countries if country != origin]:
            way = {"origin": origin, "destination": destination}
            mine = [f"P{p}" for p, home in enumerate(homes) if home == origin]
            put(way, "base", "MFN", "2020-01-01", percent=d.one(0, 2.5, 10, 20))
            if d.often(0.4):
                put(way, "base", "MFN", d.day(), percent=d.one(1, 5, 8), published=late())
            for agreement in ("X", "Y"):
                if d.often(0.5):
                    pact = {"agreement": agreement, "percent": d.one(0, 1)}
                    put(way, "base", f"pact {agreement}", d.day(), **pact)
            for act in ("safeguard", "surtax"):
                if d.often(0.4):
                    continue
                put(way, "on top", act, d.day(), percent=d.one(10, 25, 100))
                if d.often(0.4):
                    put(way, "on top", act, d.day(), percent=d.one(5, 50), published=late())
                for name, value in (
                    ("powertrain", "BEV"),
                    ("plant", d.one(*mine)),
                    ("agreement", d.one("X", "Y")),
                ):
                    if d.often(0.35):
                        narrow = {name: value, "percent": d.one(0, 3, 9, 60)}
                        put(way, "on top", act, d.day(), **narrow)
            if d.often(0.4):
                put(way, "cap", "deal", d.day(), percent=d.one(1, 8, 15, 30), published=late())
            if d.often(0.5):
                within = {"percent": d.one(0, 1, 5), "quota": f"Q{d.one(0, 1, 2)}"}
                within |= {"agreement": d.one(None, None, "X"), "published": late()}
                put(way, "quota", d.one("safeguard", "surtax", "MFN"), d.day(), **within)
            for _ in range(d.one(0, 0, 1, 2)):
                price = d.amounts(minimum=(15, 40))
                act = d.one("surtax", "undertaking")
                put(way, "minimum", act, d.day(), published=late(), **price)
            if d.often(0.15):
                put(way, "closed", "ban", d.day(), powertrain=d.one("BEV", "all"))
    quotas = [
        {"quota": f"Q{n}", "year": year, "cars": d.one(0, 5, 17.5, 40)}
        for n in range(3)
        for year in range(2024, 2028)
    ]
    return {"network_tariffs": list(rows.values()), "quotas": quotas}
