"""What a run writes for people: an HTML page, pictures, the day list, call-offs and orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sinho.hub.csvfile import no_formulas
from sinho.hub.files import write_text
from sinho.results.orders import with_former
from sinho.run.folders import CALLOFFS, CARS, LINE_OFF, ORDERS, PAGE, PICTURES, SEQUENCES, WORKBOOK
from sinho.stop import Progress, Report

if TYPE_CHECKING:
    from sinho.run.found import DayRun

__all__ = ["write_run_pages", "write_run_report"]


def write_run_report(run: DayRun, progress: Report) -> Mapping[str, Path]:
    """Write cars, day lists, pictures and page of a run, and its call-offs.

    Parameters
    ----------
    run : DayRun
        The run.
    progress : callable
        Called with how far it is.

    Returns
    -------
    mapping of str to pathlib.Path
        Files by what they are.
    """
    from sinho.banks import write_orders
    from sinho.calloffs import write_call_offs

    progress(Progress("call-offs", 0.0, done=0.1))
    folder = write_call_offs(run.calls, run.hub, run.folder / CALLOFFS, force=True)
    files = {f"{CALLOFFS}/{path.name}": path for path in sorted(folder.iterdir())}
    table = with_former(run.orders.table, run.slots.slots)
    bank = write_orders(replace(run.orders, table=table), run.folder / ORDERS, force=True)
    progress(Progress("report and pictures", 0.0, done=0.3))
    if run.line_off is not None:
        text = no_formulas(run.line_off).write_csv()
        files["line_off"] = write_text(run.folder / LINE_OFF, text, force=True)
    return {**write_run_pages(run, run.folder), "orders": bank, **files}


def write_run_pages(run: DayRun, folder: Path) -> dict[str, Path]:
    """Write the report of a run; files of an earlier one are replaced.

    Parameters
    ----------
    run : DayRun
        The run.
    folder : pathlib.Path
        Folder to write to.

    Returns
    -------
    dict of str to pathlib.Path
        ``cars`` (CSV: every car with its day, place and engine), ``days`` (workbook: the list for
        the shop), ``report`` (HTML), ``pictures/...`` (charts) and ``sequences/...`` (days);
        where days are simulated also ``simulation`` and ``replay`` (HTML); where voyages are
        planned also ``ship`` (workbook), ``messages/...`` and ``replays/...``.
        Each file appears whole, and is the same for the same run.
    """
    from sinho.hub.csvfile import no_formulas
    from sinho.hub.files import write_bytes, write_text
    from sinho.report.pictures import draw
    from sinho.report.sequence import sequence_svg
    from sinho.report.sequence.lanes import view_of
    from sinho.run.report.charts import run_charts
    from sinho.run.report.page import run_page
    from sinho.run.report.sea import sea_charts, shipped, write_sea
    from sinho.run.report.simulated import case_of, in_time_charts, write_line_pages
    from sinho.run.report.tables import run_tables
    from sinho.run.report.workbook import write_day_list

    files = {"cars": write_text(folder / CARS, no_formulas(run.cars).write_csv(), force=True)}
    files["days"] = write_day_list(run, folder / WORKBOOK)
    sea = shipped(run)
    charts = run_charts(run) | sea_charts(run)
    if sea is not None:
        files |= write_sea(sea, folder)
    case = case_of(run)
    if case is not None:
        files |= write_line_pages(run, case, folder)
        charts |= in_time_charts(case)
    drawn = draw(charts.values())
    for name, picture in drawn.items():
        for ending, content in ((".svg", picture.svg.encode()), (".png", picture.png())):
            path = folder / PICTURES / f"{name}{ending}"
            files[f"{PICTURES}/{path.name}"] = write_bytes(path, content, force=True)
    links = {}
    views = {}
    for at, day in run.lines.items():
        order = run.sequences[at].order
        views[at] = view_of(day, order)
        links[at] = f"{SEQUENCES}/{at.key}.svg"
        path = write_text(folder / links[at], sequence_svg(day, order), force=True)
        files[links[at]] = path
    text = run_page(run, charts, run_tables(run), drawn, views, links, case)
    files["report"] = write_text(folder / PAGE, text, force=True)
    return files
