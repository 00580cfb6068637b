"""Writes days in the formats of the ROADEF 2005 challenge and of CSPLib."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from sinho.days.day import CAR, ROADEF_WEIGHTS, Day
from sinho.days.formats.csplib import CLASS
from sinho.days.formats.roadef import (
    BATCH,
    COLOUR,
    HIGH,
    LOW,
    OBJECTIVES,
    PAINT,
    RATIOS,
    VEHICLES,
)
from sinho.days.rules import Changes, Ratio, Rule, RunLength
from sinho.errors import DataError, Problem

_OBJECTIVES = {
    HIGH: "high_priority_level_and_easy_to_satisfy_ratio_constraints",
    LOW: "low_priority_level_ratio_constraints",
    PAINT: "paint_color_batches",
}
DATE = "2005 1 2"
"""Date (year, week, day) that is written for days that have none of their own."""


def vehicle_lines(
    day: Day, order: Sequence[str] | None = None, *, previous: bool = False
) -> list[str]:
    """Return the lines of a vehicles file of the ROADEF 2005 challenge.

    Parameters
    ----------
    day : Day
        A day whose cars have a colour.
    order : sequence of str, optional
        Idents in building order; by default the order given.
    previous : bool
        Whether the cars before the day come first, as in an instance; a solution holds the day's
        cars alone.

    Returns
    -------
    list of str
        A heading, then one line for each car, ranked from 1.

    Raises
    ------
    DataError
        When the cars have no attribute ``colour``.
    """
    if COLOUR not in day.attributes:
        rule = f"a vehicles file needs the cars' {COLOUR}, which this day does not have"
        raise DataError([Problem("day", rule, hint="Write .txt, .csv or .xlsx.")])
    columns = (CAR, COLOUR, *day.options)
    cars = day.cars.select(columns)
    if order is not None:
        cars = cars[[day.row_of[car] for car in order]]
    date = day.date or DATE
    lines = [";".join(("Date", "SeqRank", "Ident", "Paint Color", *day.options))]
    parts = [(_date_before(date), day.previous.select(columns))] if previous else []
    for when, frame in (*parts, (date, cars)):
        for rank, (car, colour, *flags) in enumerate(frame.iter_rows(), 1):
            marks = ("1" if flag else "0" for flag in flags)
            lines.append(";".join((when, str(rank), car, colour, *marks)))
    return lines


def _date_before(date: str) -> str:
    """Return a date that is read as earlier: its last number less 1."""
    found = re.fullmatch(r"(.*?)(\d*[1-9]\d*)(\D*)", date)
    return f"{found[1]}{int(found[2]) - 1:0{len(found[2])}}{found[3]}" if found else "0"


def roadef_files(day: Day) -> dict[str, str]:
    """Return a day as the four files of the ROADEF 2005 challenge.

    Parameters
    ----------
    day : Day
        A day of colour, ratios, colour changes and one batch limit, with the challenge's levels.

    Returns
    -------
    dict of str to str
        Content by file name.

    Raises
    ------
    DataError
        With everything of the day that the format cannot hold.
    """
    ratios: list[tuple[Ratio, str]] = []
    limits: list[int] = []
    lost: list[Problem] = []
    requested = [level for level in day.levels if level in _OBJECTIVES]
    for rule in day.rules:
        level = None if rule.level is None else day.levels[rule.level]
        match rule:
            case Ratio(weight=1, shortened=True, confined=False) if level in (HIGH, LOW) and (
                rule.name == rule.option
            ):
                ratios.append((rule, str(level)))
            case Changes(weight=1, attribute="colour", name="paint") if level == PAINT:
                pass
            case RunLength(attribute="colour", least=1, value=None, level=None, name="batch") if (
                rule.most is not None
            ):
                limits.append(rule.most)
            case _:
                lost.append(_lost(rule, "ROADEF"))
    lost += _odd_levels(day, requested)
    if day.attributes != (COLOUR,):
        others = ", ".join(name for name in day.attributes if name != COLOUR) or "none"
        lost.append(_plain(f"cars have a {COLOUR} and no other attribute", others))
    if len({ratio.option for ratio, _ in ratios}) < len(ratios) and not lost:
        lost.append(_plain("each option has at most one ratio of high or low priority"))
    if len(limits) != 1 and not lost:
        lost.append(_plain("there is one batch limit, the hard rule 'batch'"))
    marks = [*day.cars[CAR], *day.previous[CAR], *day.options]
    marks += [*day.cars[COLOUR], *day.previous[COLOUR]] if COLOUR in day.attributes else []
    lost += _separated(marks, ";")
    if lost:
        raise DataError(lost)
    priority = {HIGH: "1", LOW: "0"}
    weights = day.weights or ROADEF_WEIGHTS
    named = [level for level, weight in zip(day.levels, weights, strict=False) if weight]
    return {
        VEHICLES: _text(vehicle_lines(day, previous=True)),
        RATIOS: _text(
            [
                "Ratio;Prio;Ident;",
                *(f"{r.most}/{r.window};{priority[level]};{r.option};" for r, level in ratios),
            ]
        ),
        BATCH: _text(["limitation;", f"{limits[0]};"]),
        OBJECTIVES: _text(
            [
                "rank;objective name;",
                *(f"{rank};{_OBJECTIVES[level]};" for rank, level in enumerate(named, 1)),
            ]
        ),
    }


def csplib_text(day: Day) -> str:
    """Return a day as the text of one CSPLib instance.

    Parameters
    ----------
    day : Day
        A day of ratios alone, one for each option, whole windows, one level, no cars before it.

    Returns
    -------
    str
        The instance. Cars are counted by class: the attribute ``class`` where they have one, else
        by their options; their idents are not kept.

    Raises
    ------
    DataError
        With everything of the day that the format cannot hold.
    """
    ratios: dict[str, Ratio] = {}
    lost: list[Problem] = []
    for rule in day.rules:
        match rule:
            case Ratio(weight=1, shortened=False, level=0, confined=False) if (
                rule.option not in ratios
            ):
                ratios[rule.option] = rule
            case _:
                lost.append(_lost(rule, "CSPLib"))
    if not day.previous.is_empty():
        lost.append(_plain("there are no cars before the day", f"{day.previous.height} cars"))
    if len(day.levels) != 1:
        lost.append(_plain("there is one level", ", ".join(day.levels)))
    if ratios.keys() != {*day.options} and not lost:
        lost.append(_plain("each option has one ratio"))
    key = [CLASS] if CLASS in day.attributes else list(day.options)
    if not day.options:
        raise DataError([*lost, _plain("cars have options")])
    alike = list(dict.fromkeys((*key, *day.options)))
    full = day.cars.group_by(alike, maintain_order=True).len()
    if full.height != day.cars.select(key).n_unique():
        lost.append(_plain("cars of one class have the same options"))
    if lost:
        raise DataError(lost)
    names = [str(name) for name in (full[CLASS] if CLASS in key else range(full.height))]
    if not all(name.isdigit() for name in names) or len(set(names)) < len(names):
        names = [str(number) for number in range(full.height)]
    lines = [
        f"{day.size} {len(day.options)} {full.height}",
        " ".join(str(ratios[name].most) for name in day.options),
        " ".join(str(ratios[name].window) for name in day.options),
    ]
    for name, record in zip(names, full.iter_rows(named=True), strict=True):
        marks = ("1" if record[option] else "0" for option in day.options)
        lines.append(" ".join((name, str(record["len"]), *marks)))
    return _text(lines)


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _plain(rule: str, value: str | None = None) -> Problem:
    return Problem("day", rule, None, None, value, "Write the day as sinho's own tables.")


def _lost(rule: Rule, name: str) -> Problem:
    text = f"the {name} format has no place for this rule ({type(rule).__name__})"
    return Problem(f"rule {rule.name}", text, hint="Write the day as sinho's own tables.")


def _odd_levels(day: Day, requested: list[str]) -> list[Problem]:
    """Name levels and weights that are not the challenge's."""
    strange = [level for level in day.levels if level not in _OBJECTIVES]
    if strange:
        return [_plain(f"levels are called {HIGH}, {LOW} and {PAINT}", ", ".join(strange))]
    if PAINT not in requested:
        return [_plain(f"there is a level {PAINT}", ", ".join(requested))]
    weights = tuple(weight for weight in day.weights or () if weight)
    count = len(weights)
    good = weights == ROADEF_WEIGHTS[:count] and (day.weights or ())[:count] == weights
    return [] if count and good else [_plain("levels weigh 1,000,000, 1,000 and 1 by rank")]


def _separated(cells: Iterable[str], separator: str) -> list[Problem]:
    """Name texts that hold what parts the cells of a file."""
    wrong = Counter(cell for cell in cells if separator in cell or "\n" in cell)
    return [_plain(f"names do not hold {separator!r}", cell) for cell in wrong]
