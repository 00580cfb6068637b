"""Hard rules that contradict each other, found before a search begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from sinho.days.day import Day
from sinho.days.rules import Frozen, Pinned, Ratio, Rule, RunLength, Windows
from sinho.days.words import amount, say
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.groups import joint_groups, keep_together
from sinho.sequence.bounds.rules import RuleBound, rule_bound
from sinho.sequence.bounds.runs import run_conflict
from sinho.sequence.bounds.single import unplaced

Item = TypeVar("Item")


@dataclass(frozen=True)
class Claim:
    """What a hard rule asks of one car: to stand between two positions.

    Parameters
    ----------
    rule, car : str
        Name of the rule and ident of the car.
    early, late : int
        Positions, the same where the car has to stand at one.
    text : str
        The same in words.
    """

    rule: str
    car: str
    early: int
    late: int
    text: str

    @property
    def fixed(self) -> bool:
        """Whether the car has to stand at one position."""
        return self.early == self.late


def contradictions(day: Day) -> tuple[str, ...]:
    """Name hard rules that no order of the day's cars keeps together.

    What is named cannot be kept; where nothing is named, the hard rules may still contradict each
    other in a way that only a search would show. One set is named, the simplest; others may come
    to light once it is resolved.

    Parameters
    ----------
    day : Day
        A checked day.

    Returns
    -------
    tuple of str
        Demands in words, each with its rule and figures: with any one of them lifted, the others
        do not contradict each other in this way. Empty where no contradiction is found.
    """
    return next(conflicts(day), ())


def claimed_twice(day: Day) -> tuple[str, ...]:
    """Name hard demands of cars to positions that no order meets, whatever the rules of the day.

    Parameters
    ----------
    day : Day
        A checked day.

    Returns
    -------
    tuple of str
        Demands in words, as ``contradictions`` returns them.
    """
    return next(iter(_contested(day, list(_claims(day)))), ())


def conflicts(day: Day) -> Iterator[tuple[str, ...]]:
    """Yield sets of hard rules that contradict each other, the simplest first.

    Parameters
    ----------
    day : Day
        A checked day.

    Yields
    ------
    tuple of str
        Demands in words, as ``contradictions`` returns them.
    """
    claims = list(_claims(day))
    clashes = _contested(day, claims)
    yield from clashes
    if not clashes:
        yield from _broken_rules(day, [claim for claim in claims if claim.fixed])
        yield from _runs_together(day)
        yield from _ratios_together(day)


def _claims(day: Day) -> Iterator[Claim]:
    for rule in day.rules:
        match rule:
            case Frozen():
                for at, car in enumerate(day.idents[: rule.first], start=1):
                    yield Claim(
                        rule.name, car, at, at, f"{rule.name}: {car} is frozen at position {at}"
                    )
            case Pinned():
                for car, at in rule.pins:
                    yield Claim(
                        rule.name, car, at, at, f"{rule.name}: {car} is pinned to position {at}"
                    )
            case Windows() if rule.hard:
                for car, early, late in rule.windows:
                    where = f"position {early}" if early == late else f"positions {early} to {late}"
                    yield Claim(rule.name, car, early, late, f"{rule.name}: {car} needs {where}")


def _contested(day: Day, claims: Sequence[Claim]) -> list[tuple[str, ...]]:
    """Return claims that clash by twos; where none do, those of more cars than positions."""
    return list(_clashes(claims)) or list(_crowded(day, claims))


def _clashes(claims: Sequence[Claim]) -> Iterator[tuple[str, ...]]:
    """Yield two claims of one car that no position meets, or of two cars to one position."""
    by_car: dict[str, list[Claim]] = {}
    by_position: dict[int, dict[str, Claim]] = {}
    for claim in claims:
        by_car.setdefault(claim.car, []).append(claim)
        if claim.fixed:
            by_position.setdefault(claim.early, {}).setdefault(claim.car, claim)
    for own in by_car.values():
        for one, other in combinations(own, 2):
            if max(one.early, other.early) > min(one.late, other.late):
                yield one.text, other.text
                break
    for cars in by_position.values():
        if len(cars) > 1:
            yield tuple(claim.text for claim in list(cars.values())[:2])


def _crowded(day: Day, claims: Sequence[Claim]) -> Iterator[tuple[str, ...]]:
    """Yield the claims of more cars than their positions hold (Hall 1935), if there are such."""
    window: dict[str, tuple[Claim, Claim]] = {}
    for claim in claims:
        early, late = window.get(claim.car, (claim, claim))
        window[claim.car] = (
            max(early, claim, key=lambda one: one.early),
            min(late, claim, key=lambda one: one.late),
        )
    places = [(car, early.early, late.late) for car, (early, late) in window.items()]
    if not unplaced(places, range(1, day.size + 1)):
        return
    tightest: tuple[int, int] | None = None
    for low in sorted({first for _, first, _ in places}):
        ends = sorted(last for _, first, last in places if first >= low)
        for inside, high in enumerate(ends, start=1):
            if inside > high - low + 1:
                if tightest is None or high - low < tightest[1] - tightest[0]:
                    tightest = low, high
                break
    if tightest is None:
        return
    low, high = tightest
    crowd = [car for car, first, last in places if low <= first and last <= high]
    texts: list[str] = []
    for car in crowd[: high - low + 2]:
        enough = [one for one in window[car] if low <= one.early and one.late <= high][:1]
        texts += dict.fromkeys(claim.text for claim in enough or window[car])
    yield tuple(texts)


def _broken_rules(day: Day, pinned: Sequence[Claim]) -> Iterator[tuple[str, ...]]:
    """Yield hard rules whose least cost is above 0, with pinned cars and run lengths at fault."""
    limits = [rule for rule in day.rules if isinstance(rule, RunLength) and rule.hard]
    for rule in day.rules:
        if rule.hard and not isinstance(rule, Windows | Pinned | Frozen):
            others = [limit for limit in limits if limit is not rule]
            yield from _broken(day, rule, others, list(dict.fromkeys(pinned)))


def _broken(
    day: Day, rule: Rule, limits: Sequence[RunLength], pinned: Sequence[Claim]
) -> Iterator[tuple[str, ...]]:
    def bound(limits: Sequence[RunLength], pinned: Sequence[Claim]) -> RuleBound:
        pins = tuple((claim.car, claim.early) for claim in pinned)
        rules = (rule, *limits, Pinned(name="pinned", pins=pins))
        return rule_bound(rule, Facts(replace(day, rules=rules)))

    if not bound(limits, pinned).total:
        return
    kept = _smallest(limits, lambda some: bound(some, pinned).total > 0)
    cars = _smallest(pinned, lambda some: bound(kept, some).total > 0)
    least = bound(kept, cars)
    text = f"{say(rule)}; at least {amount(rule, least.figure)} ({least.reason})"
    yield text, *(say(limit) for limit in kept), *(claim.text for claim in cars)


def _runs_together(day: Day) -> Iterator[tuple[str, ...]]:
    """Yield hard rules of one attribute's runs that no number of runs keeps together."""
    for attribute in day.attributes:
        limits = Facts(day).hard_runs(attribute)
        counts = day.cars[attribute].value_counts()
        cars = dict(counts.iter_rows())

        def broken(some: Sequence[RunLength], cars: dict[str, int] = cars) -> bool:
            bands = {
                value: _band([rule for rule in some if rule.value in (None, value)])
                for value in cars
            }
            return run_conflict(cars, bands) is not None

        if not broken(limits):
            continue
        kept = _smallest(limits, broken)
        if len(kept) > 1:
            yield tuple(say(rule) for rule in kept)


def _ratios_together(day: Day) -> Iterator[tuple[str, ...]]:
    """Yield hard ratios that can each be kept by itself, but not together."""
    ratios = [rule for rule in day.rules if isinstance(rule, Ratio) and rule.hard]
    facts = Facts(replace(day, rules=tuple(ratios)))
    ratios = [rule for rule in ratios if not facts.floor(rule).least]
    for group in joint_groups(ratios, facts):
        kept = _smallest(group.rules, lambda some: not keep_together(some, facts))
        yield tuple(f"{say(rule)}, on {facts.cars(rule.option):,} cars" for rule in kept)


def _band(rules: Sequence[RunLength]) -> tuple[int, int | None]:
    """Return the shortest and the longest run that several rules allow together."""
    longest = [rule.most for rule in rules if rule.most is not None]
    return max((rule.least for rule in rules), default=1), min(longest, default=None)


def _smallest(items: Sequence[Item], holds: Callable[[Sequence[Item]], bool]) -> list[Item]:
    """Return items of which none can be left out for the condition to hold, in their order.

    Whole stretches are left out first, then halves of them, down to single items.
    """
    kept = list(items)
    width = len(kept)
    while width:
        at = 0
        while at < len(kept):
            without = kept[:at] + kept[at + width :]
            if holds(without):
                kept = without
            else:
                at += width
        width //= 2
    return kept
