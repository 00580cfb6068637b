"""The report of a plan: one HTML page, one workbook, and pictures; and a page for comparisons."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sinho.hub import Hub
    from sinho.report.pictures import Picture
    from sinho.results import Comparison, MonthPlan

__all__ = ["ComparisonFiles", "ReportFiles", "write_comparison_page", "write_report"]

PAGE, WORKBOOK, PICTURES = "report.html", "plan.xlsx", "pictures"
COMPARISON_PAGE = "comparison.html"


@dataclass(frozen=True)
class ReportFiles:
    """The files of a report.

    Parameters
    ----------
    html : pathlib.Path
        The page.
    workbook : pathlib.Path
        All tables of the plan, and its key figures.
    pictures : tuple of pathlib.Path
        Every chart as PNG and as SVG.
    """

    html: Path
    workbook: Path
    pictures: tuple[Path, ...]


@dataclass(frozen=True)
class ComparisonFiles:
    """The files of a comparison.

    Parameters
    ----------
    html : pathlib.Path
        The page.
    pictures : tuple of pathlib.Path
        Its charts as PNG and as SVG.
    """

    html: Path
    pictures: tuple[Path, ...]


def write_report(
    plan: MonthPlan,
    hub: Hub,
    out_dir: str | Path,
    comparison: Comparison | None = None,
    *,
    force: bool = True,
) -> ReportFiles:
    """Write the report of a plan: ``report.html``, ``plan.xlsx`` and ``pictures/``.

    The page needs nothing but a browser: no network and no other file. The files appear whole or
    not at all.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the plan's scenario applied.
    out_dir : str or pathlib.Path
        Folder to write to; made where it is missing.
    comparison : Comparison, optional
        Scenarios to show side by side in the page.
    force : bool
        Whether files of an earlier report are replaced.

    Returns
    -------
    ReportFiles
        What was written.

    Raises
    ------
    FileExistsError
        When ``force`` is false and there is a report already.
    OSError
        When the folder cannot be written to.
    """
    from sinho.hub.files import write_text
    from sinho.report.charts import comparison_charts, plan_charts
    from sinho.report.names import planned_hub
    from sinho.report.pages import plan_page
    from sinho.report.pictures import draw
    from sinho.report.tables import plan_tables, sheets

    folder = Path(out_dir)
    _refuse_unless(force, folder / PAGE, folder / WORKBOOK)
    hub = planned_hub(plan, hub)
    own = plan_charts(plan, hub)
    both = own | (comparison_charts(comparison) if comparison is not None else {})
    tables = plan_tables(plan, hub)
    drawn = draw(both.values())
    text = plan_page(plan, hub, both, tables, drawn, comparison)

    def fill(place: Path) -> None:
        write_text(place / PAGE, text, force=True)
        plan.write_excel(place / WORKBOOK, more=sheets(plan, hub, tables))
        _write_pictures(place / PICTURES, {name: drawn[name] for name in own if name in drawn})

    written = _put(folder, fill, tuple(own))
    pictures = tuple(path for path in written if path.parent.name == PICTURES)
    return ReportFiles(folder / PAGE, folder / WORKBOOK, pictures)


def write_comparison_page(
    comparison: Comparison, out_dir: str | Path, *, force: bool = True
) -> ComparisonFiles:
    """Write the page of a comparison: ``comparison.html`` and its ``pictures/``.

    Parameters
    ----------
    comparison : Comparison
        Scenarios side by side.
    out_dir : str or pathlib.Path
        Folder to write to; made where it is missing.
    force : bool
        Whether files of an earlier comparison are replaced.

    Returns
    -------
    ComparisonFiles
        What was written.

    Raises
    ------
    FileExistsError
        When ``force`` is false and there is such a page already.
    OSError
        When the folder cannot be written to.
    """
    from sinho.hub.files import write_text
    from sinho.report.charts import comparison_charts
    from sinho.report.pages import comparison_page
    from sinho.report.pictures import draw

    folder = Path(out_dir)
    _refuse_unless(force, folder / COMPARISON_PAGE)
    charts = comparison_charts(comparison)
    drawn = draw(charts.values())
    text = comparison_page(comparison, charts, drawn)

    def fill(place: Path) -> None:
        write_text(place / COMPARISON_PAGE, text, force=True)
        _write_pictures(place / PICTURES, drawn)

    written = _put(folder, fill, tuple(charts))
    pictures = tuple(path for path in written if path.parent.name == PICTURES)
    return ComparisonFiles(folder / COMPARISON_PAGE, pictures)


def _refuse_unless(force: bool, *paths: Path) -> None:
    """Refuse to replace files unless that is wanted."""
    for path in paths:
        if path.exists() and not force:
            raise FileExistsError(f"{path} exists; give force=True to replace it")


def _write_pictures(folder: Path, drawn: dict[str, Picture]) -> None:
    """Write charts as SVG and PNG."""
    from sinho.hub.files import write_bytes, write_text

    folder.mkdir()
    for name, picture in drawn.items():
        write_text(folder / f"{name}.svg", picture.svg, force=True)
        write_bytes(folder / f"{name}.png", picture.png(), force=True)


def _put(folder: Path, fill: Callable[[Path], None], names: tuple[str, ...]) -> list[Path]:
    """Fill a folder beside the place of the files, then put them in their places.

    Pictures of an earlier run whose charts are empty now are removed.
    """
    with _beside(folder) as place:
        fill(place)
        made = sorted(path for path in place.rglob("*") if path.is_file())
        written = [folder / path.relative_to(place) for path in made]
        (folder / PICTURES).mkdir(exist_ok=True)
        for source, target in zip(made, written, strict=True):
            source.replace(target)
    for name in names:
        for ending in ("svg", "png"):
            old = folder / PICTURES / f"{name}.{ending}"
            if old not in written:
                old.unlink(missing_ok=True)
    return written


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Give a hidden folder inside a folder, on the same disk; take it away in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=".sinho-", dir=folder))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
