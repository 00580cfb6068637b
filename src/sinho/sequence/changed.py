"""A day with changes: what they ask for as rules, and the order that stands fitted to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from sinho.days.changes import Block, Change, Freeze, HalfRate, MissingPart, Rush
from sinho.days.day import CAR, Day
from sinho.days.rules import Frozen, Overload, Pinned, Ratio, Rule, Windows
from sinho.errors import DataError, Problem, nearest

WHERE = "changes"
"""Where problems of changes are said to be."""


@dataclass(frozen=True)
class Changed:
    """A day with changes, and the old order as near as the changes let it be.

    Parameters
    ----------
    day : Day
        The day with further rules, its cars in that order.
    frozen : int
        Cars at the front that stay.
    reasons : dict of str to str
        Why a car has to move, for those that the changes speak of.
    places : tuple of (int, int)
        First and last positions at which the changes disturb the order.
    """

    day: Day
    frozen: int
    reasons: dict[str, str]
    places: tuple[tuple[int, int], ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The order to start from."""
        return self.day.idents


@dataclass
class _ChangesByKind:
    """The changes sorted by kind, and what is wrong with them."""

    day: Day
    order: tuple[str, ...]
    changes: tuple[Change, ...]
    problems: list[Problem] = field(default_factory=list)

    def of(self, kind: type[Freeze | Rush | Block | MissingPart | HalfRate]) -> list[Change]:
        return [change for change in self.changes if isinstance(change, kind)]

    def wrong(self, rule: str, value: object = None, hint: str = "") -> None:
        text = None if value is None else str(value)
        self.problems.append(Problem(WHERE, rule, value=text, hint=hint))

    def position(self, what: str, value: int, most: int) -> None:
        if not 1 <= value <= most:
            self.wrong(f"{what} must be a position from 1 to {most:,}", value)

    @property
    def frozen(self) -> int:
        """Cars at the front that stay, by the day's rules or by the changes."""
        rules = [rule.first for rule in self.day.rules if isinstance(rule, Frozen)]
        return max([0, *rules, *(change.first for change in self.of(Freeze))])  # type: ignore[union-attr]


def apply_changes(day: Day, order: Sequence[str], changes: Iterable[Change]) -> Changed:
    """Turn changes into rules of a day, and change an order no more than they ask for.

    Cars that are blocked for the day are taken out, new cars put in at their latest position; cars
    that have to wait or to come forward stay where they were, at odds with a hard rule.

    Parameters
    ----------
    day : Day
        A checked day.
    order : sequence of str
        Its cars in the order that stands, each once.
    changes : iterable of Change
        What comes in between.

    Returns
    -------
    Changed
        The changed day.

    Raises
    ------
    DataError
        With everything that is wrong: unknown cars, options and rules, positions outside the day,
        frozen cars that are to move, cars of which two things are asked.
    """
    given = _ChangesByKind(day, tuple(order), tuple(changes))
    _check(given)
    if given.problems:
        raise DataError(given.problems)
    rushes = [change for change in given.changes if isinstance(change, Rush)]
    blocks = {change.car: change for change in given.changes if isinstance(change, Block)}
    out = {car for car, block in blocks.items() if block.until is None}
    new = [rush for rush in rushes if rush.values is not None]
    frozen = given.frozen
    size = day.size - len(out) + len(new)
    pinned = _pinned(day, order, frozen)
    due = _due(rushes, frozen, size, pinned)
    gone = [at for at, car in enumerate(order, start=1) if car in out]
    base = [car for car in order if car not in out]
    for rush in sorted(new, key=lambda rush: due[rush.car]):
        base.insert(due[rush.car] - 1, rush.car)
    base = _with_pinned(base, {car: at for car, at in pinned.items() if car not in out})
    rules, reasons, places = _rules(given, due, size)
    places += [(at, at) for at in gone]
    places += [(at, at) for at, car in enumerate(base, start=1) if car in reasons]
    kept = [
        _slowed(_adapted(rule, out, day.size, size), given.changes, size)
        for rule in day.rules
        if not isinstance(rule, Frozen)
    ]
    rules = [rule for rule in kept if rule is not None] + rules
    if frozen:
        rules.append(Frozen(name=_fresh("frozen", rules), first=frozen))
    reasons |= dict.fromkeys(out, "blocked: taken out of the day")
    cars = pl.concat([day.cars, *(_row(day, rush) for rush in new)])
    row = {car: at for at, car in enumerate(cars[CAR])}
    changed = replace(day, cars=cars[[row[car] for car in base]], rules=tuple(rules))
    return Changed(changed, frozen, reasons, tuple(places))


def _check(given: _ChangesByKind) -> None:
    day, order, size = given.day, given.order, given.day.size
    known, options = set(day.idents), day.options
    gone = {c.car for c in given.changes if isinstance(c, Block) and c.until is None}
    left = size - len(gone) + sum(isinstance(c, Rush) and bool(c.values) for c in given.changes)
    for rule in day.rules:
        for car, at in rule.pins if isinstance(rule, Pinned) else ():
            if at > left and car not in gone:
                given.wrong(f"{car} is pinned behind the end of the day, {left:,}", at)
    if left < 1:
        given.wrong("no car is left in the day")
    for change in given.of(Freeze):
        assert isinstance(change, Freeze)
        if not 0 <= change.first <= size:
            given.wrong(f"the number of frozen cars must be from 0 to {size:,}", change.first)
    frozen = set(order[: given.frozen])
    listed = [rule for rule in day.rules if isinstance(rule, Frozen)]
    if any(order[: rule.first] != day.idents[: rule.first] for rule in listed):
        given.wrong("the sequence does not keep the frozen cars of the day in place")
    seen: dict[str, str] = {}
    for change in given.changes:
        if isinstance(change, Rush | Block):
            what = "rushed" if isinstance(change, Rush) else "blocked"
            if change.car in seen:
                given.wrong(f"the car is {seen[change.car]} already", change.car, "Ask one thing.")
            seen[change.car] = f"to be {what}"
            new = isinstance(change, Rush) and change.values is not None
            if new and change.car in known:
                hint = "Leave its values out to rush the car of the day."
                given.wrong("a new car has the ident of a car of the day", change.car, hint)
            elif not new and change.car not in known:
                near = nearest(change.car, known)
                hint = near if near.startswith("Did") else ""
                if isinstance(change, Rush) and not hint:
                    hint = "A new car needs its values, such as CAR@PLACE,colour=red."
                given.wrong("no car of the day", change.car, hint)
            elif change.car in frozen:
                place = order.index(change.car) + 1
                broken = f"the car is frozen and cannot be {what}: it stands at place {place:,}"
                hint = f"The first {given.frozen:,} stay; freeze fewer, or leave the car there."
                given.wrong(broken, change.car, hint)
        match change:
            case Rush(car=car, by=by, values=values):
                if by is not None:
                    given.position(f"the latest position of {car}", by, size)
                if values is not None:
                    _check_values(given, car, values)
            case Block(car=car, until=until) if until is not None:
                given.position(f"the end of the block of {car}", until, size - 1)
            case MissingPart(option=option, until=until):
                if option not in options:
                    given.wrong("the cars have no such option", option, nearest(option, options))
                given.position(f"the last position without {option}", until, size)
            case HalfRate(rule=name, first=first, last=last):
                ratios = [rule for rule in day.rules if isinstance(rule, Ratio)]
                names = {rule.name for rule in ratios} | {rule.option for rule in ratios}
                stations = {rule.name: rule for rule in day.rules if isinstance(rule, Overload)}
                names |= stations.keys()
                if name not in names:
                    hint = nearest(name, names) if names else "The day has no such rules."
                    given.wrong("no ratio or overload rule and no option of one", name, hint)
                slow = sum(isinstance(c, HalfRate) and c.rule == name for c in given.changes)
                if name in stations and (slow > 1 or stations[name].slow is not None):
                    given.wrong("the station is slow in another part of the day already", name)
                given.position(f"where {name} begins to be slow", first, size)
                given.position(f"where {name} ends to be slow", last, size)
                if first > last:
                    given.wrong(f"{name} is slow from behind its end", f"{first} to {last}")
            case _:
                pass


def _check_values(given: _ChangesByKind, car: str, values: Mapping[str, str | bool]) -> None:
    attributes, options = given.day.attributes, given.day.options
    for name, value in values.items():
        if name in attributes and not isinstance(value, str):
            given.wrong(f"{name} of the new car {car} must be text", value)
        elif name in options and not isinstance(value, bool):
            given.wrong(f"{name} of the new car {car} must be yes or no", value)
        elif name not in attributes and name not in options:
            known = (*attributes, *options)
            given.wrong(f"the new car {car} has an unknown property", name, nearest(name, known))
    missing = [name for name in attributes if name not in values]
    if missing:
        given.wrong(f"the new car {car} lacks properties", ", ".join(missing))


def _pinned(day: Day, order: Sequence[str], frozen: int) -> dict[str, int]:
    pins = {car: at for rule in day.rules if isinstance(rule, Pinned) for car, at in rule.pins}
    return pins | {car: at for at, car in enumerate(order[:frozen], start=1)}


def _due(
    rushes: Sequence[Rush], frozen: int, size: int, pinned: Mapping[str, int]
) -> dict[str, int]:
    """Return the latest position of each rush order; the soonest ones share the first free."""
    soonest = sum(rush.by is None for rush in rushes)
    taken = set(pinned.values())
    free = [at for at in range(frozen + 1, size + 1) if at not in taken]
    last = free[min(soonest, len(free)) - 1] if soonest and free else size
    return {rush.car: last if rush.by is None else min(rush.by, size) for rush in rushes}


def _with_pinned(base: Sequence[str], pinned: Mapping[str, int]) -> list[str]:
    """Return an order with pinned cars at their positions and the others around them in turn."""
    at_place = {at: car for car, at in pinned.items() if at <= len(base)}
    fixed = set(at_place.values())
    others = iter([car for car in base if car not in fixed])
    return [at_place.get(at) or next(others) for at in range(1, len(base) + 1)]


def _adapted(rule: Rule, out: set[str], was: int, size: int) -> Rule | None:
    """Return a rule for a day of another size, without cars that are taken out.

    ``None`` where nothing is left of it. Positions at or behind the end of the old day stand for
    the end of the new one.
    """

    def at(position: int) -> int:
        return size if position >= was else min(position, size)

    if isinstance(rule, Windows):
        windows = tuple(
            (car, min(early, size), at(late)) for car, early, late in rule.windows if car not in out
        )
        return replace(rule, windows=windows) if windows or not rule.windows else None
    if isinstance(rule, Pinned):
        pins = tuple(pin for pin in rule.pins if pin[0] not in out)
        return replace(rule, pins=pins) if pins or not rule.pins else None
    if isinstance(rule, Ratio) and rule.confined:
        first = None if rule.first is None else min(rule.first, size)
        last = None if rule.last is None else at(rule.last)
        return replace(rule, first=first, last=last)
    if isinstance(rule, Overload) and rule.slow is not None:
        return replace(rule, slow=(min(rule.slow[0], size), at(rule.slow[1])))
    return rule


def _slowed(rule: Rule | None, changes: Iterable[Change], size: int) -> Rule | None:
    """Return a station's rule with its slow part of the day, any other rule as it is."""
    for change in changes:
        if isinstance(change, HalfRate) and isinstance(rule, Overload) and change.rule == rule.name:
            return replace(rule, slow=(min(change.first, size), min(change.last, size)))
    return rule


def _fresh(name: str, rules: Iterable[Rule]) -> str:
    """Return a name that no rule has."""
    names = {rule.name for rule in rules}
    while name in names:
        name += "*"
    return name


def _row(day: Day, rush: Rush) -> pl.DataFrame:
    values = rush.values or {}
    fields: dict[str, str | bool] = {CAR: rush.car}
    fields |= {name: values[name] for name in day.attributes}
    fields |= {name: values.get(name, False) for name in day.options}
    return pl.DataFrame({name: [fields[name]] for name in day.cars.columns}, schema=day.cars.schema)


def _rules(
    given: _ChangesByKind, due: Mapping[str, int], size: int
) -> tuple[list[Rule], dict[str, str], list[tuple[int, int]]]:
    """Return the rules that changes make, why cars have to move, and where the order suffers."""
    day, frozen = given.day, given.frozen
    rules: list[Rule] = []
    reasons: dict[str, str] = {}
    places: list[tuple[int, int]] = []

    def window(name: str, windows: Iterable[tuple[str, int, int]]) -> None:
        found = tuple(windows)
        if found:
            name = _fresh(name, [*day.rules, *rules])
            rules.append(Windows(name=name, windows=found))

    for change in given.changes:
        match change:
            case Rush(car=car):
                first = min(frozen + 1, due[car])
                window(f"rush order {car}", [(car, first, due[car])])
                reasons[car] = f"rush order: by position {due[car]:,}"
            case Block(car=car, until=until) if until is not None:
                window(f"block of {car}", [(car, min(until + 1, size), size)])
                reasons[car] = f"blocked until position {until:,}"
            case MissingPart(option=option, until=until):
                fitted = day.cars.filter(option)[CAR].to_list()
                position = {car: at for at, car in enumerate(given.order, start=1)}
                gone = {c.car for c in given.changes if isinstance(c, Block) and c.until is None}
                waiting = [car for car in fitted if position[car] > frozen and car not in gone]
                new = [c for c in given.changes if isinstance(c, Rush) and c.values is not None]
                waiting += [c.car for c in new if c.values and c.values.get(option)]
                window(
                    f"{option} missing until {until}",
                    [(car, min(until + 1, size), size) for car in waiting],
                )
                for car in waiting:
                    if position.get(car, 0) <= until:
                        reasons.setdefault(car, f"{option} missing until position {until:,}")
                places.append((frozen + 1, min(until + 1, size)))
            case HalfRate(rule=name, first=first, last=last):
                for rule in day.rules:
                    if isinstance(rule, Ratio) and name in (rule.name, rule.option):
                        slow = _slow(rule, first, min(last, size))
                        if slow is not None:
                            rules.append(
                                replace(slow, name=_fresh(slow.name, [*day.rules, *rules]))
                            )
                places.append((first, min(last, size)))
            case _:
                pass
    return rules, reasons, places


def _slow(rule: Ratio, first: int, last: int) -> Ratio | None:
    """Return a ratio rule at half rate; ``None`` where the stretch is too short for a limit."""
    window = min(2 * rule.window, last - first + 1)
    if window <= rule.most:
        return None
    name = f"{rule.name} at half rate"
    return replace(rule, name=name, window=window, first=first, last=last)
