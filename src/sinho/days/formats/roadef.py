"""Days as in the ROADEF 2005 challenge of Renault: a folder of four semicolon files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl

from sinho.days.day import CAR, ROADEF_WEIGHTS, Day
from sinho.days.findings import Findings
from sinho.days.formats.lines import IDLE, read_lines, whole_number
from sinho.days.formats.semicolon import read_sheet, split_cells
from sinho.days.rules import Changes, Ratio, Rule, RunLength
from sinho.errors import Severity, nearest

VEHICLES = "vehicles.txt"
RATIOS = "ratios.txt"
BATCH = "paint_batch_limit.txt"
OBJECTIVES = "optimization_objectives.txt"
FILES = {
    VEHICLES: "the cars of the day and of the day before",
    RATIOS: "the ratio of each option, such as 1/3",
    BATCH: "the most cars of one colour in a row",
    OBJECTIVES: "the order of the objectives",
}
"""The files of a folder and what each holds."""

COLOUR = "colour"
HIGH, LOW, PAINT = "hprc", "lprc", "paint"
OBJECTIVE_NAMES = {
    "high_priority_level_and_easy_to_satisfy_ratio_constraints": HIGH,
    "high_priority_level_and_difficult_to_satisfy_ratio_constraints": HIGH,
    "low_priority_level_ratio_constraints": LOW,
    "paint_color_batches": PAINT,
}
"""The objectives' names in the files and the level that each means."""

_VEHICLE_HEADINGS = ("Date", "SeqRank", "Ident", "Paint Color")
_RATIO_HEADINGS = ("Ratio", "Prio", "Ident")
_OBJECTIVE_HEADINGS = ("rank", "objective name")
_PRIORITIES = {"1": HIGH, "0": LOW}


class Vehicle(NamedTuple):
    """A row of the vehicles file."""

    row: int
    date: str
    rank: int
    ident: str
    colour: str
    options: tuple[bool, ...]


def is_roadef(folder: Path) -> bool:
    """Return whether a folder holds one of the challenge's files."""
    return bool(_files(folder).keys() & FILES.keys())


def read_roadef(folder: Path, findings: Findings) -> Day | None:
    """Read a day from the four files of the ROADEF 2005 challenge.

    The cars of the latest date are the day's; those of earlier dates stand before it, by date and
    rank. Ratios become rules named by their ident, the batch limit becomes the hard rule
    ``batch``, the objectives become levels ``hprc``, ``lprc`` and ``paint`` in the order given.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    findings : Findings
        Told of everything that is wrong, by file and row.

    Returns
    -------
    Day or None
        None where the files hold an error.
    """
    files = _files(folder)
    for name in FILES:
        if name not in files:
            _missing(name, folder, findings)
    vehicles, options = _vehicles(files.get(VEHICLES), findings)
    ratios = _ratios(files.get(RATIOS), findings)
    if vehicles and ratios:
        _matched(options, ratios, findings)
        ratios = [ratio for ratio in ratios if ratio.option in options]
    limit = _limit(files.get(BATCH), findings)
    order = _objectives(files.get(OBJECTIVES), findings)
    if findings.has_errors():
        return None
    requested = len(order)
    for level in (HIGH, LOW, PAINT):
        used = level == PAINT or any(ratio.level == level for ratio in ratios)
        if used and level not in order:
            order.append(level)
    rules: list[Rule] = [
        Ratio(
            name=ratio.option,
            option=ratio.option,
            most=ratio.most,
            window=ratio.window,
            level=order.index(ratio.level),
        )
        for ratio in ratios
    ]
    rules.append(Changes(name=PAINT, attribute=COLOUR, level=order.index(PAINT)))
    rules.append(RunLength(name="batch", attribute=COLOUR, most=limit))
    today = _of_last_date(vehicles)
    before = vehicles[: len(vehicles) - len(today)]
    return Day(
        name=folder.resolve().name,
        cars=_frame(today, options),
        previous=_frame(before, options),
        attributes=(COLOUR,),
        options=options,
        rules=tuple(rules),
        levels=tuple(order),
        weights=(*ROADEF_WEIGHTS[:requested], *[0] * (len(order) - requested)),
        source="roadef",
        date=today[0].date,
    )


def read_vehicles(path: Path, findings: Findings) -> list[Vehicle]:
    """Read the day's cars, those of the latest date, from a vehicles file such as a solution.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    findings : Findings
        Told of everything that is wrong, by row.

    Returns
    -------
    list of Vehicle
        By rank.
    """
    return _of_last_date(_vehicles(path, findings, solution=True)[0])


def _of_last_date(vehicles: list[Vehicle]) -> list[Vehicle]:
    """Return the cars of the latest date of cars sorted by date."""
    last = vehicles[-1].date if vehicles else ""
    return [vehicle for vehicle in vehicles if vehicle.date == last]


def _files(folder: Path) -> dict[str, Path]:
    return {path.name.casefold(): path for path in sorted(folder.iterdir()) if path.is_file()}


def _missing(name: str, folder: Path, findings: Findings) -> None:
    strange = [path.name for path in folder.iterdir() if path.name.casefold() not in FILES]
    near = nearest(name, strange)
    hint = f"{near} Rename it to {name}." if near.startswith("Did") else ""
    needed = "; ".join(f"{file} ({text})" for file, text in FILES.items())
    hint = hint or f"A ROADEF folder holds four files: {needed}."
    findings.add(name, f"the file is missing in {folder.name or folder}", hint=hint)


def _vehicles(
    path: Path | None, findings: Findings, *, solution: bool = False
) -> tuple[list[Vehicle], tuple[str, ...]]:
    """Read the cars, by date and rank, and the names of the options."""
    sheet = read_sheet(path, _VEHICLE_HEADINGS, findings)
    if sheet is None:
        return [], ()
    options = tuple(name for name in sheet.headings if name not in _VEHICLE_HEADINGS)
    at = {name: place for place, name in enumerate(sheet.headings)}
    vehicles = []
    for row, cells in sheet.rows:
        date, rank, ident, colour = (cells[at[name]] for name in _VEHICLE_HEADINGS)
        for heading, cell in (("Date", date), ("Ident", ident), ("Paint Color", colour)):
            if not cell:
                findings.add(sheet.where, "must be given", row, heading)
        number = whole_number(rank)
        if number is None:
            rule = "must be a whole number: the car's place in its day"
            findings.add(sheet.where, rule, row, "SeqRank", rank)
        for name in options:
            if cells[at[name]] not in ("0", "1"):
                rule = "must be 1 (the car has the option) or 0"
                findings.add(sheet.where, rule, row, name, cells[at[name]])
        flags = tuple(cells[at[name]] == "1" for name in options)
        date = " ".join(date.split())
        vehicles.append(Vehicle(row, date, number or 0, ident, colour, flags))
    if not sheet.rows and not findings.has_errors():
        findings.add(sheet.where, "the file holds no cars", hint="Give one row for each car.")
    vehicles.sort(key=lambda vehicle: (_chronological(vehicle.date), vehicle.rank))
    if vehicles:
        _repeated(sheet.where, vehicles, findings, solution)
    return vehicles, options


def _repeated(where: str, vehicles: list[Vehicle], findings: Findings, solution: bool) -> None:
    """Refuse a car that stands twice in the day; warn of what is harmless.

    A place that is given twice is harmless in an instance, but not in a solution.
    """
    last = vehicles[-1].date
    idents: dict[str, Vehicle] = {}
    ranks: dict[tuple[str, int], Vehicle] = {}
    for vehicle in sorted(vehicles):
        first = idents.setdefault(vehicle.ident, vehicle)
        if first is not vehicle and vehicle.ident:
            today = first.date == vehicle.date == last
            rule = f"the car stands in row {first.row} already"
            hint = (
                "Keep one of the two rows: a car is built once."
                if today
                else "It does no harm, as cars of the day before are not sequenced."
            )
            findings.add(
                where,
                rule,
                vehicle.row,
                "Ident",
                vehicle.ident,
                hint,
                kind="the car stands twice",
                severity="error" if today else "warning",
            )
        taken = ranks.setdefault((vehicle.date, vehicle.rank), vehicle)
        if taken is not vehicle:
            rule = f"row {taken.row} has this place of {vehicle.date} already"
            hint = "" if solution else "The cars are taken in the order of the file."
            findings.add(
                where,
                rule,
                vehicle.row,
                "SeqRank",
                str(vehicle.rank),
                hint,
                kind="the place is given twice",
                severity="error" if solution else "warning",
            )


def _chronological(date: str) -> tuple[tuple[int, int, str], ...]:
    """Return what dates such as ``2003 38 4`` (year, week, day) are sorted by."""
    parts = date.replace("-", " ").replace("/", " ").split()
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def _frame(vehicles: list[Vehicle], options: tuple[str, ...]) -> pl.DataFrame:
    columns = {
        CAR: pl.Series([vehicle.ident for vehicle in vehicles], dtype=pl.String),
        COLOUR: pl.Series([vehicle.colour for vehicle in vehicles], dtype=pl.String),
    }
    flags = {
        name: pl.Series([vehicle.options[place] for vehicle in vehicles], dtype=pl.Boolean)
        for place, name in enumerate(options)
    }
    return pl.DataFrame(columns | flags)


class RatioRow(NamedTuple):
    """A row of the ratios file."""

    row: int
    option: str
    most: int
    window: int
    level: str


def _ratios(path: Path | None, findings: Findings) -> list[RatioRow]:
    sheet = read_sheet(path, _RATIO_HEADINGS, findings)
    if sheet is None:
        return []
    at = {name: place for place, name in enumerate(sheet.headings)}
    ratios: dict[str, RatioRow] = {}
    for row, cells in sheet.rows:
        text, prio, ident = (cells[at[name]] for name in _RATIO_HEADINGS)
        numbers = [whole_number(part.strip()) for part in text.split("/")]
        most, window = numbers if len(numbers) == 2 else (None, None)
        if most is None or window is None:
            rule = "must be a ratio such as 1/3: at most 1 car in any 3 in a row"
            findings.add(sheet.where, rule, row, "Ratio", text)
        elif not window:
            findings.add(sheet.where, "a window holds 1 car or more", row, "Ratio", text)
        elif most >= window:
            hint = f"Did you mean {window}/{most}?" if most > window else ""
            findings.add(sheet.where, IDLE, row, "Ratio", text, hint, severity="warning")
        if prio not in _PRIORITIES:
            rule = "must be 1 (high priority) or 0 (low priority)"
            findings.add(sheet.where, rule, row, "Prio", prio)
        if not ident:
            findings.add(sheet.where, "must be given", row, "Ident")
        elif ident in ratios:
            rule = f"the option has a ratio in row {ratios[ident].row} already"
            findings.add(sheet.where, rule, row, "Ident", ident, "Keep one of the two rows.")
        else:
            level = _PRIORITIES.get(prio, LOW)
            ratios[ident] = RatioRow(row, ident, most or 0, window or 1, level)
    return list(ratios.values())


def _matched(options: tuple[str, ...], ratios: list[RatioRow], findings: Findings) -> None:
    """Compare the options of the cars with those that have a ratio.

    A ratio of an option that no car has says nothing, nor does an option without a ratio. Both at
    once are one option with two names.
    """
    strange = [ratio for ratio in ratios if ratio.option not in options]
    without = sorted({*options} - {ratio.option for ratio in ratios}, key=options.index)
    severity: Severity = "error" if strange and without else "warning"
    for ratio in strange:
        near = nearest(ratio.option, without or options)
        rule = f"the option is not among the columns of {VEHICLES}"
        findings.add(RATIOS, rule, ratio.row, "Ident", ratio.option, near, severity=severity)
    for option in without:
        near = nearest(option, [ratio.option for ratio in strange])
        hint = near if near.startswith("Did") else ""
        rule = f"the option has no row in {RATIOS}"
        findings.add(VEHICLES, rule, 1, option, None, hint, severity=severity)


def _limit(path: Path | None, findings: Findings) -> int:
    """Read the most cars of one colour in a row."""
    if path is None:
        return 0
    lines = read_lines(path, findings)
    rows = [(line.row, [cell for cell in split_cells(line.text) if cell]) for line in lines]
    if rows and rows[0][1] and whole_number(rows[0][1][0]) is None:
        rows = rows[1:]
    rows = [(row, cells) for row, cells in rows if cells]
    hint = "Give the most cars of one colour in a row, such as 15."
    if not rows:
        if lines:
            findings.add(path.name, "the limit is missing", 2, "limitation", hint=hint)
        return 0
    row, cells = rows[0]
    limit = whole_number(cells[0])
    if not limit:
        rule = "must be a whole number, 1 or more"
        findings.add(path.name, rule, row, "limitation", cells[0], hint)
    if len(rows) > 1 or len(cells) > 1:
        where = rows[1][0] if len(rows) > 1 else row
        findings.add(path.name, "there is more than one limit", where, hint="Keep one of them.")
    return limit or 0


def _objectives(path: Path | None, findings: Findings) -> list[str]:
    """Read the levels, the most important first."""
    sheet = read_sheet(path, _OBJECTIVE_HEADINGS, findings)
    if sheet is None:
        return []
    at = {name: place for place, name in enumerate(sheet.headings)}
    levels: dict[str, tuple[int, int]] = {}
    ranks: dict[int, int] = {}
    for row, cells in sheet.rows:
        rank, name = (cells[at[heading]] for heading in _OBJECTIVE_HEADINGS)
        number = whole_number(rank)
        if not number:
            rule = "must be a whole number: 1 for the most important objective"
            findings.add(sheet.where, rule, row, "rank", rank)
        elif number in ranks:
            rule = f"row {ranks[number]} has this rank already"
            findings.add(sheet.where, rule, row, "rank", rank, "Ranks run 1, 2, 3.")
        else:
            ranks[number] = row
        level = OBJECTIVE_NAMES.get(name.casefold())
        if level is None:
            near = nearest(name, OBJECTIVE_NAMES)
            rule = "there is no such objective"
            findings.add(sheet.where, rule, row, "objective name", name, near)
        elif level in levels:
            rule = f"the objective stands in row {levels[level][1]} already"
            hint = "Keep one of the two rows; high priority ratios are one objective."
            findings.add(sheet.where, rule, row, "objective name", name, hint)
        else:
            levels[level] = number or 0, row
    if not sheet.rows:
        findings.add(sheet.where, "there is no objective", hint="Give at least one row.")
    return sorted(levels, key=levels.__getitem__)
