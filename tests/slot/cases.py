"""Small slotting problems, and a slow scorer of slots that follows the definitions word by word."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import polars as pl

from sinho.slot import SlotInput, SlotParams

T = TypeVar("T")
MONDAY = dt.date(2026, 1, 5)

ORDER = {
    "order": pl.String,
    "brand": pl.String,
    "model": pl.String,
    "market": pl.String,
    "colour": pl.String,
    "options": pl.String,
    "wanted": pl.Date,
    "priority": pl.Int64,
    "fixed": pl.Date,
    "former": pl.Date,
}

QUIET: dict[str, Any] = {
    "level_cost": 0.0,
    "limit_cost": 0.0,
    "volume_cost": 0.0,
    "mix_cost": 0.0,
    "colour_cost": 0.0,
    "frozen_days": 0,
    "firm_days": 0,
}
"""Parameters under which dates alone cost."""


def once(function: Callable[..., T]) -> Callable[..., T]:
    """Work out but once what is asked of the same problem and order again: neither ever changes."""
    known: dict[int, tuple[SlotInput, dict[tuple[Any, ...], T]]] = {}

    def told(data: SlotInput, *of: Any) -> T:
        if id(data) not in known and len(known) >= 20:
            known.clear()
        _, answers = known.setdefault(id(data), (data, {}))  # held: its id is no other's
        key = tuple(one["order"] if isinstance(one, Mapping) else one for one in of)
        if key not in answers:
            answers[key] = function(data, *of)
        return answers[key]

    return told


def day(number: int) -> dt.date:
    """Return the date so many calendar days after Monday, 5 January 2026."""
    return MONDAY + dt.timedelta(days=number)


def bank(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Return orders ``o1``, ``o2`` and so on: model M by road, wanted on Wednesday, 7 January."""
    base: dict[str, Any] = {
        "brand": "A",
        "model": "M",
        "market": "home",
        "colour": "red",
        "options": "",
        "wanted": day(2),
        "priority": 2,
        "fixed": None,
        "former": None,
    }
    return pl.DataFrame(
        [{"order": f"o{at}", **base, **row} for at, row in enumerate(rows, 1)],
        schema=ORDER,
        orient="row",
    )


def week(*capacities: float, dates: Sequence[dt.date] | None = None) -> pl.DataFrame:
    """Return working days from Monday on, weekends left out, with their capacities."""
    if dates is None:
        dates = [day(at + 2 * (at // 5)) for at in range(len(capacities))]
    return pl.DataFrame(
        {"date": list(dates), "capacity": [float(one) for one in capacities]},
        schema={"date": pl.Date, "capacity": pl.Float64},
    )


def problem(
    orders: pl.DataFrame, days: pl.DataFrame, *, params: Mapping[str, Any] = QUIET, **rules: Any
) -> SlotInput:
    """Return a problem of orders, days and rules; rows of tables as lists of mappings."""
    empty = SlotInput(orders, days)
    given: dict[str, Any] = {}
    for name, value in rules.items():
        if isinstance(value, list):
            value = pl.DataFrame(value, schema=getattr(empty, name).schema, orient="row")
        given[name] = value
    return SlotInput(orders, days, params=SlotParams(**params), **given)


def days_of(slots: pl.DataFrame) -> dict[str, dt.date | None]:
    """Return the day of each order."""
    return dict(slots.select("order", "date").iter_rows())


@dataclass
class Score:
    """What slots cost by term, which hard rules they break, and cars short of months' leasts."""

    terms: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    short: int = 0

    @property
    def cost(self) -> float:
        """The whole cost, hard rules apart."""
        return math.fsum(self.terms.values())


@once
def table(data: SlotInput, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table of the problem, as tuples of some of its columns or of all."""
    rows = getattr(data, name)
    return list((rows.select(columns) if columns else rows).iter_rows())


@once
def orders(data: SlotInput) -> list[dict[str, Any]]:
    """Return the orders, by column."""
    return data.orders.to_dicts()


@once
def working(data: SlotInput) -> list[dt.date]:
    """Return the working days."""
    return data.days["date"].to_list()


@once
def leaves(data: SlotInput, market: str, built: dt.date) -> tuple[dt.date, str | None]:
    """Return when and on which vessel a car leaves that is built on a day."""
    ready = built + dt.timedelta(days=data.params.lead_days)
    lane = data.lanes.get(market)
    if lane is None:
        return ready, None
    calls = sorted(
        (cutoff, etd, vessel)
        for of, vessel, cutoff, etd in table(data, "vessels", "lane", "vessel", "cutoff", "etd")
        if of == lane
    )
    if not calls:
        return ready, None
    gaps = [(b[0] - a[0]).days for a, b in itertools.pairwise(calls)]
    wait = dt.timedelta(days=max(gaps, default=30))
    for cutoff, etd, vessel in calls:
        if calls[0][0] - wait <= ready <= cutoff:
            return etd, vessel
    return ready + wait, None


@once
def own_cost(
    data: SlotInput, row: Mapping[str, Any], built: dt.date | None
) -> tuple[float, float, float]:
    """Return what an order costs by itself: late, in stock, moved from its former day."""
    params = data.params
    assert built is not None
    leave, _ = leaves(data, row["market"], built)
    ready = built + dt.timedelta(days=params.lead_days)
    late = max(0, (leave - row["wanted"]).days)
    stock = max(0, (max(row["wanted"], leave) - ready).days)
    dates = working(data)
    moved = 0.0
    if row["former"] in dates and row["former"] != built:
        moved = params.moved_cost
        if dates.index(row["former"]) < params.firm_days:
            moved += params.firm_cost
    return (
        late * params.late_cost * 2.0 ** (2 - row["priority"]),
        stock * params.early_cost,
        moved,
    )


@once
def waits(data: SlotInput, row: Mapping[str, Any]) -> bool:
    """Return whether an order is wanted so late that it waits for a later run."""
    dates = working(data)
    if not dates or row["fixed"] is not None or row["former"] in dates:
        return False
    ready = dates[-1] + dt.timedelta(days=data.params.lead_days)
    return bool(row["wanted"] > ready + dt.timedelta(days=data.params.ahead_days))


def left_out(data: SlotInput, row: Mapping[str, Any]) -> float:
    """Return what an order costs without a day."""
    if waits(data, row):
        return 0.0
    dates = working(data)
    after = max(dates) + dt.timedelta(days=1) if dates else None
    late = own_cost(data, row, after)[0] if after else 0.0
    return data.params.unslotted_cost + late


@once
def allowed(data: SlotInput, row: Mapping[str, Any]) -> set[dt.date]:
    """Return the days on which an order may be built as far as it alone is concerned."""
    dates = working(data)
    frozen = set(dates[: data.params.frozen_days])
    if waits(data, row):
        return set()
    if row["fixed"] is not None:
        return {row["fixed"]} & set(dates)
    if row["former"] in frozen:
        return {row["former"]}
    anyone = any(other["former"] in dates for other in orders(data))
    free = [date for date in dates if not (anyone and date in frozen)]
    for model, sop, eop in table(data, "lives", "model", "sop", "eop"):
        if model == row["model"]:
            free = [d for d in free if (sop is None or sop <= d) and (eop is None or d <= eop)]
    return set(free)


def score(data: SlotInput, days: Mapping[str, dt.date | None]) -> Score:
    """Return what slots cost, from the definitions, and which hard rules they break."""
    rows = orders(data)
    dates = working(data)
    capacity = dict(table(data, "days", "date", "capacity"))
    found = Score()
    late, stock, moved, without = 0.0, 0.0, 0.0, 0.0
    built: dict[dt.date, list[dict[str, Any]]] = {date: [] for date in dates}
    for row in rows:
        date = days[row["order"]]
        if date is None:
            without += left_out(data, row)
            continue
        if date not in allowed(data, row):
            found.broken.append(f"{row['order']} on {date}")
        one = own_cost(data, row, date)
        late, stock, moved = late + one[0], stock + one[1], moved + one[2]
        built[date].append(row)
    found.terms = {"late": late, "stock": stock, "moved": moved, "without a day": without}
    _count_hard(data, built, capacity, found)
    _count_soft(data, [row for row in rows if not waits(data, row)], built, capacity, found)
    return found


def names(row: Mapping[str, Any], kind: str) -> list[str]:
    """Return what an order counts as: its model, colour or options, or one of all cars."""
    if kind == "volume":
        return ["cars"]
    if kind == "option":
        return [name for name in row["options"].split(";") if name]
    return [row[kind]]


def borne(
    data: SlotInput,
    stations: Mapping[str, float],
    kind: str,
    name: str,
    expected: float,
    target: float,
) -> int | None:
    """Return how many cars the ratio rules of an option or the takt of a station bear."""
    fill = data.params.fill
    if kind == "work":
        bears = fill * stations[name] * expected
        even_share = math.ceil(round(target, 6)) if round(target, 6) <= round(bears, 6) else 0
        return max(even_share, math.floor(round(bears, 6)))
    if kind != "option":
        return None
    tops = (
        math.ceil(round(max(fill * share * expected, cars), 6))
        for option, share, cars, _ in table(data, "ratios")
        if option == name
    )
    return min(tops, default=None)


@once
def counting(
    data: SlotInput,
) -> tuple[Callable[[Mapping[str, Any], str], list[str]], dict[str, float]]:
    """Return what says what an order counts as, and the shares that takts bear."""
    rows = [row for row in orders(data) if not waits(data, row)]
    stations = {}
    shares: dict[str, float] = {}
    for station, base, takt in table(data, "stations", "station", "base", "takt"):
        operations = table(data, "operations", "station", "option", "minutes")
        minutes = {option: each for at, option, each in operations if at == station}
        work = [base + math.fsum(minutes.get(o, 0.0) for o in names(row, "option")) for row in rows]
        heavy = [one for one in work if one > takt + 1e-6]
        light = [one for one in work if one <= takt + 1e-6]
        if heavy and light:
            stations[station] = (base, takt, minutes)
            most, least = math.fsum(heavy) / len(heavy), math.fsum(light) / len(light)
            shares[station] = (takt - least) / (most - least)

    def counted(car: Mapping[str, Any], kind: str) -> list[str]:
        if kind != "work":
            return names(car, kind)
        fitted = names(car, "option")
        return [
            station
            for station, (base, takt, minutes) in stations.items()
            if base + math.fsum(minutes.get(option, 0.0) for option in fitted) > takt + 1e-6
        ]

    return counted, shares


def _count_hard(
    data: SlotInput,
    built: Mapping[dt.date, list[dict[str, Any]]],
    capacity: Mapping[dt.date, float],
    found: Score,
) -> None:
    small = 1e-6
    for date, cars in built.items():
        load = math.fsum(data.loads.get(car["model"], 1.0) for car in cars)
        if load > capacity[date] + small:
            found.broken.append(f"capacity on {date}: {load}")
    for kind, item, date, most in table(data, "limits", "kind", "item", "date", "most"):
        if date not in built:
            continue
        if kind == "part":
            used = table(data, "uses", "part", "model", "quantity")
            uses = {model: number for part, model, number in used if part == item}
            count = math.fsum(uses.get(car["model"], 0.0) for car in built[date])
        else:
            count = sum(item in names(car, kind) for car in built[date])
        if count > most + small:
            found.broken.append(f"{kind} {item} on {date}: {count}")
    expected = even(data)
    for date, cars in built.items():
        for option, share, least, hard in table(data, "ratios"):
            count = sum(option in names(car, "option") for car in cars)
            most = math.ceil(round(max(share * expected[date], least), 6))
            most = max(most, sum(option in names(car, "option") for car in held_on(data, date)))
            if hard and count > most:
                found.broken.append(f"{option} on {date}: {count}, its hard rule bears {most}")
    models = {row["model"] for row in orders(data)}
    for month, model, least, most in table(data, "corridor", "month", "model", "least", "most"):
        inside = [d for d in built if (d.year, d.month) == (month.year, month.month)]
        if model not in models or not inside:
            continue
        count = sum(car["model"] == model for d in inside for car in built[d])
        if most is not None and count > most + small:
            found.broken.append(f"corridor of {model} in {month}: {count}")
        found.short += max(0, math.ceil(least or 0.0) - count)


@once
def even(data: SlotInput) -> dict[dt.date, float]:
    """Return the even number of cars of each day: no less than has every car built in time."""
    dates = working(data)
    rows = [row for row in orders(data) if not waits(data, row)]
    loads = [data.loads.get(row["model"], 1.0) for row in rows]
    mean = math.fsum(loads) / len(loads) if loads else 1.0
    room = {date: x / mean for date, x in table(data, "days", "date", "capacity")}
    wished: Counter[dt.date] = Counter()
    counts: Counter[str] = Counter()
    for row in rows:
        days = sorted(allowed(data, row))
        if not days:
            continue
        free = sorted(dates)
        alone = {d: sum(own_cost(data, row, d)[:2]) for d in free}
        best = max(d for d in free if alone[d] == min(alone.values()))
        best = min(max(best, days[0]), days[-1])
        wished[row["former"] if row["former"] in days else best] += 1
        counts[row["model"]] += 1
    found: dict[dt.date, float] = {}
    for at, date in enumerate(dates):
        built = math.fsum(found.values())
        rates = [
            (sum(wished[d] for d in dates[: to + 1]) - built)
            / math.fsum(room[d] for d in dates[at : to + 1])
            for to in range(at, len(dates))
            if room[date] > 0
        ]
        found[date] = room[date] * min(1.0, max(0.0, *rates)) if rates else 0.0
    corridors(data, counts, found)
    return found


def held_on(data: SlotInput, date: dt.date) -> list[dict[str, Any]]:
    """Return the orders that are fixed or frozen on a day."""
    frozen = working(data)[: data.params.frozen_days]
    return [
        row
        for row in orders(data)
        if (row["fixed"] is not None or (row["former"] == date and date in frozen))
        and not waits(data, row)
        and allowed(data, row) == {date}
    ]


def corridors(data: SlotInput, counts: Mapping[str, int], found: dict[dt.date, float]) -> None:
    """Take from the days of each month what its corridors do not let it build."""
    for month in {d.replace(day=1) for d in found}:
        rows = table(data, "corridor", "month", "model", "most")
        most = {model: top for of, model, top in rows if of == month}
        can = 0.0
        for model, count in counts.items():
            top = most.get(model)
            can += count if top is None else min(count, top)
        own = [d for d in found if d.replace(day=1) == month]
        total = math.fsum(found[d] for d in own)
        for d in own:
            found[d] *= min(1.0, can / total) if total > 0 else 1.0


def _count_soft(
    data: SlotInput,
    rows: list[dict[str, Any]],
    built: Mapping[dt.date, list[dict[str, Any]]],
    capacity: Mapping[dt.date, float],
    found: Score,
) -> None:
    params = data.params
    total = len(rows)
    expected = even(data)
    counted, shares = counting(data)
    terms = ("volume", "option", "work", "mix")
    costs = dict.fromkeys((*(f"{term} levelling" for term in terms), "paint batches"), 0.0)
    for kind, term, weight in (
        ("volume", "volume levelling", params.volume_cost),
        ("option", "option levelling", params.level_cost),
        ("work", "work levelling", params.level_cost),
        ("model", "mix levelling", params.mix_cost),
    ):
        whole = Counter(name for row in rows for name in counted(row, kind))
        for date, cars in built.items():
            here = Counter(name for car in cars for name in counted(car, kind))
            for name, number in whole.items():
                target = number / total * expected[date]
                band = target * params.band * (0.2 if kind == "volume" else 1.0)
                low = math.floor(round(target - band, 9))
                high = math.ceil(round(target + band, 9))
                costs[term] += weight * (max(0, low - here[name]) + max(0, here[name] - high))
                top = borne(data, shares, kind, name, expected[date], target)
                if top is not None:
                    costs[term] += params.limit_cost * max(0, here[name] - top)
    for cars in built.values():
        for number in Counter(car["colour"] for car in cars).values():
            costs["paint batches"] += params.colour_cost * max(0, params.batch - number)
    found.terms |= costs
