"""The report of a run of days: one HTML page, pictures, and the day list for the shop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sinho.report.run.view import RunView

__all__ = ["write_run_pages"]

PAGE, WORKBOOK, CARS = "report.html", "days.xlsx", "cars.csv"
PICTURES, SEQUENCES = "pictures", "sequences"


def write_run_pages(view: RunView, folder: Path) -> dict[str, Path]:
    """Write the report of a run; files of an earlier one are replaced.

    Parameters
    ----------
    view : RunView
        The run.
    folder : pathlib.Path
        Folder to write to.

    Returns
    -------
    dict of str to pathlib.Path
        ``cars`` (CSV: every car with its day, place and engine), ``days`` (workbook: the list for
        the shop), ``report`` (HTML), ``pictures/...`` (charts) and ``sequences/...`` (days).
        Each file appears whole, and is the same for the same run.
    """
    from sinho.hub.csvfile import no_formulas
    from sinho.hub.files import write_bytes, write_text
    from sinho.report.pictures import draw
    from sinho.report.run.charts import run_charts
    from sinho.report.run.page import run_page
    from sinho.report.run.tables import run_tables
    from sinho.report.run.workbook import write_day_list
    from sinho.report.sequence import sequence_svg
    from sinho.report.sequence.lanes import view_of

    files = {"cars": write_text(folder / CARS, no_formulas(view.cars).write_csv(), force=True)}
    files["days"] = write_day_list(view, folder / WORKBOOK)
    charts = run_charts(view)
    drawn = draw(charts.values())
    for name, picture in drawn.items():
        for ending, content in ((".svg", picture.svg.encode()), (".png", picture.png())):
            path = folder / PICTURES / f"{name}{ending}"
            files[f"{PICTURES}/{path.name}"] = write_bytes(path, content, force=True)
    links = {}
    views = {}
    for at, day in view.lines.items():
        order = view.sequences[at].order
        views[at] = view_of(day, order)
        links[at] = f"{SEQUENCES}/{at.key}.svg"
        path = write_text(folder / links[at], sequence_svg(day, order), force=True)
        files[links[at]] = path
    text = run_page(view, charts, run_tables(view), drawn, views, links)
    files["report"] = write_text(folder / PAGE, text, force=True)
    return files
