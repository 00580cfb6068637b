"""A yard plan played move by move: the independent check of what the search says.

It knows nothing of the search: cars stand in places, and one can be driven out or in where no car
stands between its place and an open end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.ship.yard.data import Input

Spot = tuple[str, int, int]
"""Area, row and place."""


@dataclass(frozen=True)
class Broken:
    """What a plan breaks.

    Parameters
    ----------
    step : int
        Number of what happens.
    car : str
        The car.
    rule : str
        The rule, in words.
    """

    step: int
    car: str
    rule: str

    def __str__(self) -> str:
        return f"step {self.step}, car {self.car}: {self.rule}"


@dataclass
class Yard:
    """Who stands where while a plan is played.

    Parameters
    ----------
    ends : dict
        Of each row its places, and at how many ends it is open.
    """

    ends: dict[tuple[str, int], tuple[int, int]]
    at: dict[str, Spot] = field(default_factory=dict)
    car: dict[Spot, str] = field(default_factory=dict)

    def reached(self, spot: Spot) -> bool:
        """Return whether a car can drive from an open end to a place."""
        area, row, place = spot
        places, ends = self.ends[area, row]
        behind = all((area, row, p) not in self.car for p in range(place + 1, places + 1))
        before = all((area, row, p) not in self.car for p in range(1, place))
        return behind or (ends == 2 and before)

    def put(self, car: str, spot: Spot) -> str | None:
        """Write a car into a place; return what forbids it, but for the way there."""
        area, row, place = spot
        if (area, row) not in self.ends:
            return f"there is no row {row} in area {area}"
        if not 1 <= place <= self.ends[area, row][0]:
            return f"row {row} of area {area} has no place {place}"
        if car in self.at:
            return "stands in the yard already"
        if spot in self.car:
            return f"{self.car[spot]} stands in its place"
        self.at[car], self.car[spot] = spot, car
        return None

    def out(self, cars: set[str]) -> set[str]:
        """Drive cars out, the outermost first; return those that others shut in."""
        left = set(cars)
        while True:
            free = [car for car in left if self.reached(self.at[car])]
            if not free:
                return left
            for car in free:
                del self.car[self.at.pop(car)]
            left -= set(free)

    def into(self, cars: Sequence[tuple[str, Spot]]) -> Iterator[tuple[str, str]]:
        """Drive cars in, the innermost first; yield what forbids it.

        They can come in where they could be driven out again.
        """
        for car, spot in cars:
            rule = self.put(car, spot)
            if rule is not None:
                yield car, rule
        came = {car: spot for car, spot in cars if self.at.get(car) == spot}
        shut = self.out(set(came))
        for car, spot in came.items():
            self.at[car], self.car[spot] = spot, car
            if car in shut:
                yield car, "its place cannot be reached"


def replay(data: Input, places: pl.DataFrame, moves: pl.DataFrame) -> tuple[int, list[Broken]]:
    """Play a plan and count its moves.

    Parameters
    ----------
    data : Input
        Cars, rows, and who stands there already.
    places, moves : DataFrame
        As `sinho.results.YardPlan` has them.

    Returns
    -------
    moves : int
        Cars moved to reach others.
    broken : list of Broken
        Everything that the plan breaks; empty for a sound one.
    """
    cars = {row["car"]: row for row in data.cars.iter_rows(named=True)}
    rows = {(row["area"], row["row"]): row for row in data.rows.iter_rows(named=True)}
    stood = {row["car"]: spot_of(row) for row in data.standing.iter_rows(named=True)}
    yard = Yard({key: (row["places"], row["open_ends"]) for key, row in rows.items()})
    broken: list[Broken] = []

    def refuse(step: int, car: str, *rules: str | None) -> None:
        broken.extend(Broken(step, car, rule) for rule in rules if rule is not None)

    for car, spot in sorted(stood.items(), key=lambda item: item[1]):
        refuse(0, car, yard.put(car, spot))
    for car, times in Counter(places["car"].to_list() + list(cars)).items():
        if times != 2 or car not in cars:
            refuse(0, car, "is not in the plan once")
    steps: dict[int, Step] = defaultdict(Step)
    for row in places.filter(pl.col("car").is_in(list(cars))).iter_rows(named=True):
        car, known = row["car"], cars[row["car"]]
        placed = row["place"] is not None
        if car in stood:
            if spot_of(row) != stood[car]:
                refuse(0, car, "does not stand where it stood already")
        elif placed:
            waits = dt.timedelta(hours=row.get("outside", 0.0))
            if waits < dt.timedelta(0):
                refuse(row["step_in"], car, "comes in before it is ready")
            steps[row["step_in"]].comes.append((car, spot_of(row)))
            steps[row["step_in"]].times.add(known["ready"] + waits)
        if (row["step_out"] is not None) != (placed and known["leave"] is not None):
            refuse(
                row["step_out"] or 0, car, "leaves though it does not, or does not though it has to"
            )
        elif row["step_out"] is not None:
            steps[row["step_out"]].goes.add(car)
            steps[row["step_out"]].times.add(known["leave"])
    for row in moves.iter_rows(named=True):
        target = (row["to_area"], row["to_row"], row["to_place"])
        steps[row["step"]].drives.append((row["car"], spot_of(row), target))
        steps[row["step"]].times.add(row["time"])
    last = dt.datetime.min
    for number in sorted(steps):
        step = steps[number]
        if len(step.times) > 1 or min(step.times) < last:
            refuse(number, "", "what happens at it does not happen at its time")
        last = max(step.times)
        absent = step.goes - yard.at.keys()
        for car in sorted(absent):
            refuse(number, car, "leaves, but does not stand in the yard")
        out = step.goes - absent
        drives = []
        for car, spot, target in step.drives:
            if yard.at.get(car) != spot or car in out:
                refuse(number, car, "is moved from where it does not stand")
            else:
                out.add(car)
                drives.append((car, target))
        for car in sorted(yard.out(out)):
            refuse(number, car, "is shut in by others")
        into = [*drives, *step.comes]
        for car, spot in into:
            if spot[:2] != stood.get(car, ())[:2]:  # where it stood already it may be put back
                refuse(number, car, *unfit(cars[car], rows.get(spot[:2])))
        for car, rule in yard.into(into):
            refuse(number, car, rule)
    for car in sorted(yard.at):
        if cars[car]["leave"] is not None:
            refuse(0, car, "never leaves")
    return moves.height, broken


@dataclass
class Step:
    """What happens at a time: who comes and goes, and who is driven from where to where."""

    comes: list[tuple[str, Spot]] = field(default_factory=list)
    goes: set[str] = field(default_factory=set)
    drives: list[tuple[str, Spot, Spot]] = field(default_factory=list)
    times: set[dt.datetime] = field(default_factory=set)


def spot_of(row: Mapping[str, Any]) -> Spot:
    """Return the place that a row of a table names."""
    return row["area"], row["row"], row["place"]


def unfit(car: Mapping[str, Any], row: Mapping[str, Any] | None) -> Iterator[str]:
    """Say why a car may not stand in a row."""
    if row is None:
        return
    name = f"row {row['row']} of area {row['area']}"
    for size in ("length", "width"):
        if car[size] > row[f"largest_{size}"]:
            yield f"has a larger {size} than {name} lets stand there"
    if car["site"] != row["site"]:
        yield f"{name} is at another site"
    if None not in (car["purpose"], row["purpose"]) and car["purpose"] != row["purpose"]:
        yield f"{name} is for {row['purpose']}, not for {car['purpose']}"
