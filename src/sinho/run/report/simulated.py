"""The simulated days of a run in its report: who is in time, and pages with the line."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path

from sinho.hub.files import write_text
from sinho.report import simulation as figures
from sinho.report.charts import Chart, charts_of
from sinho.report.pages import chart_figures
from sinho.report.pictures import Picture
from sinho.report.render import html_table
from sinho.report.simulate import line_page, line_replay, line_tables
from sinho.report.simulate.charts import in_time
from sinho.report.simulate.tables import in_time_tables
from sinho.report.simulation import Case
from sinho.run.folders import LINE_PAGE, LINE_REPLAY
from sinho.run.found import DayRun
from sinho.run.stages import simulate_given

HEADING = "Orders in time, simulated"
CHART = "in-time"


def case_of(run: DayRun) -> Case | None:
    """Return the simulation of a run's days; None where it was not asked for."""
    if run.simulation is None:
        return None
    return Case("", simulate_given(run), run.simulation)


def in_time_charts(case: Case) -> dict[str, Chart]:
    """Draw how many orders are in time, by the day on which they are due."""
    empty = "No order has a day or a vessel."
    return charts_of([(CHART, HEADING, in_time(case), empty)])


def write_line_pages(run: DayRun, case: Case, folder: Path) -> dict[str, Path]:
    """Write the page of the simulated line, and that on which its flow is watched.

    Returns
    -------
    dict of str to pathlib.Path
        ``simulation`` and ``replay``.
    """
    told = line_tables([case], run.hub, run=True)
    page = line_page([case], run.hub, told, replay=LINE_REPLAY)
    return {
        "simulation": write_text(folder / LINE_PAGE, page, force=True),
        "replay": write_text(folder / LINE_REPLAY, line_replay(case, run.hub), force=True),
    }


def in_time_section(
    case: Case, charts: Mapping[str, Chart], pictures: Mapping[str, Picture]
) -> str:
    """Return the HTML of how likely orders are in time, with a link to the line's page."""
    link = f'<a href="{LINE_PAGE}">The line, simulated</a>'
    watch = f'<a href="{LINE_REPLAY}">a day of it to watch</a>'
    tables = [html_table(one) for one in in_time_tables(case).values() if one.frame.height]
    said = "".join(f"<p>{html.escape(one)}</p>\n" for one in said_in_time(case))
    return f"{said}<p>{link}; {watch}.</p>\n{chart_figures((CHART,), charts, pictures)}" + "".join(
        tables
    )


def said_in_time(case: Case) -> list[str]:
    """Say how many orders leave the line in time, in the mean of the replications."""
    result = case.result
    said = []
    for column, what in (("p_due", "for the day wanted"), ("p_cutoff", "for their vessel")):
        share = figures.mean(result.orders[column])
        if share is not None:
            count = result.orders[column].count()
            said.append(
                f"{share:.1%} of {count:,} orders leave the line in time {what}, in the mean of "
                f"{result.replications:,} replications."
            )
    return said
