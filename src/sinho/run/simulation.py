"""A simulated plant and its what-ifs: simulated one after the other, written, and read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.csvfile import no_formulas
from sinho.hub.files import write_text
from sinho.hub.sheets import write_tables
from sinho.parameters import SEED
from sinho.report import simulation as tables
from sinho.report.demonstrated import day_shares, rates, rates_by_line, unsettled
from sinho.report.simulate import line_page, line_replay, line_tables
from sinho.report.simulation import Case
from sinho.run.jsonfile import write_json
from sinho.simulate import Input, Params, levers, solve
from sinho.stop import Headed, NoLimit, Report, StopRule

SIMULATION_FILE = "simulation.json"
RATES = "rates"
BY_LINE, SHARES, UNSETTLED = "rates_by_line", "day_shares", "unsettled"
HUB, RUN = "hub", "run"
"""What a simulation is of."""

PAGE, REPLAY, WORKBOOK = "simulation.html", "replay.html", "simulation.xlsx"


def simulate(
    make: Callable[[Sequence[str], int | None], Input],
    what_ifs: Sequence[str],
    params: Params,
    *,
    sensitivity: bool = False,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> list[Case]:
    """Simulate a plant as it is and with each of some changes, by the same random numbers.

    Parameters
    ----------
    make : callable
        Takes changes, and the working days in which the plant fills (None: as it needs); returns
        the input.
    what_ifs : sequence of str
        Changes, such as ``PBS=+50``; several made together are parted by commas.
    params : Params
        How often.
    sensitivity : bool
        Whether the changes are tried, too, that may be worth most (`sinho.simulate.levers`).
    stop : StopRule, optional
        When to end: cases that are not begun are left out.
    seed : int
        Seed of the random numbers.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.

    Returns
    -------
    list of Case
        The plant as it is first.

    Raises
    ------
    DataError
        When a change is none: all that are, before anything is simulated.
    Stopped
        When it is stopped before a replication is done.
    """
    stop = stop or NoLimit()
    inputs, problems = [], list[Problem]()
    changes = [(text, [part.strip() for part in text.split(",")]) for text in what_ifs]
    for text, parts in [("", []), *changes]:
        try:
            inputs.append((text, parts, make(parts, None)))
        except DataError as error:
            problems += [one for one in error.problems if one not in problems]
    if problems:
        raise DataError(problems)
    # a change may make a car's way longer; all plants fill in the same days
    most = max(_filled(given) for _, _, given in inputs)
    whole = [
        (text, given if _filled(given) == most else make(parts, most))
        for text, parts, given in inputs
    ]
    cases: list[Case] = []
    while len(cases) < len(whole) and not (cases and stop()):
        text, given = whole[len(cases)]
        alone = len(whole) == 1 and not sensitivity
        head = "" if alone else f"{len(cases) + 1}/{len(whole)} {text or 'as it is'}: "
        told = None if progress is None else Headed(progress, head)
        made = solve(given, params, stop=stop, seed=seed, progress=told)
        cases.append(Case(text, given, made, lever=len(cases) >= len(inputs)))
        if sensitivity and len(cases) == 1:
            found = levers(given, cases[0].result)
            whole += [(f"{one.name}: {one.what}", make([one.change], most)) for one in found]
    return cases


def _filled(given: Input) -> int:
    return 0 if given.setting is None else given.setting.filled


def tables_of(cases: Sequence[Case], hub: Hub, *, run: bool) -> dict[str, pl.DataFrame]:
    """Return the tables of a simulation by name.

    Parameters
    ----------
    cases : sequence of Case
        As `simulate`.
    hub : Hub
        The hub.
    run : bool
        Whether it is of a run: then orders have days, and no rates are demonstrated.
    """
    first = cases[0]
    found = {
        "output": tables.output(first),
        "days": tables.days(first),
        "stations": tables.stations(first),
        "nodes": first.result.stations,
        "causes": first.result.causes,
        "buffers": first.result.buffers,
        "levels": first.result.levels,
        "shops": first.result.shops,
        "sequences": first.result.sequences,
    }
    if run:
        found["orders"] = tables.orders(first)
        found["line_off"] = tables.chances(first)
        for column in ("due", "cutoff"):
            found[column] = tables.on_time(first, column)
    else:
        found[RATES] = rates(first, hub)
    if len(cases) > 1:
        found["what_if"] = tables.beside(cases)
    return found


def record_of(cases: Sequence[Case], hub: Hub, *, run: bool) -> dict[str, Any]:
    """Return what identifies a simulation and what it tells, ready for JSON."""
    first = cases[0]
    setting, result = first.setting, first.result
    made = tables_of(cases, hub, run=run)
    more: dict[str, Any] = {}
    if not run:
        more = {
            BY_LINE: rates_by_line(first, hub).to_dicts(),
            SHARES: day_shares(first),
            UNSETTLED: unsettled(first),
        }
    return {
        "hub": hub.settings.name,
        "input_hash": hub.digest,
        "of": RUN if run else HUB,
        "begin": setting.begin,
        "dates": list(setting.dates),
        "notes": list(setting.notes),
        "level": result.level,
        **result.summary(),
        "output": made["output"].to_dicts(),
        "stations": made["stations"].to_dicts(),
        **{
            name: made[name].to_dicts()
            for name in ("days", "due", "cutoff", RATES, "sequences", "what_if")
            if name in made
        },
        **more,
    }


def write_simulation(cases: Sequence[Case], hub: Hub, out: Path, *, run: bool) -> dict[str, Path]:
    """Write a simulation: tables as CSV and as a workbook, pages for people, and its JSON.

    Parameters
    ----------
    cases : sequence of Case
        As `simulate`.
    hub : Hub
        The hub.
    out : pathlib.Path
        Folder to write to; made where it is missing.
    run : bool
        As `tables_of`.

    Returns
    -------
    dict of str to pathlib.Path
        Files by what they are: ``page`` (HTML: figures, a picture of the line, charts), ``replay``
        (HTML: a day to watch), ``workbook``, ``simulation`` (JSON), and each table by its name.
    """
    out.mkdir(parents=True, exist_ok=True)
    made = tables_of(cases, hub, run=run)
    files = {
        name: write_text(out / f"{name}.csv", no_formulas(table).write_csv(), force=True)
        for name, table in made.items()
    }
    told = line_tables(cases, hub, run=run)
    sheets = {name: table.frame for name, table in told.items()}
    notes = {name: table.note for name, table in told.items() if table.note}
    files["workbook"] = write_tables(out / WORKBOOK, sheets, notes=notes, force=True)
    files["page"] = write_text(out / PAGE, line_page(cases, hub, told, replay=REPLAY), force=True)
    files["replay"] = write_text(out / REPLAY, line_replay(cases[0], hub), force=True)
    files["simulation"] = out / SIMULATION_FILE
    write_json(files["simulation"], record_of(cases, hub, run=run))
    return files
