"""The page of a run: one HTML file that needs nothing but a browser."""

from __future__ import annotations

import html
from collections.abc import Mapping
from urllib.parse import quote

from sinho.report.charts import Chart
from sinho.report.pages import chart_figures, page, sentences
from sinho.report.pictures import Picture
from sinho.report.render import html_table
from sinho.report.sequence.lanes import View, view_of
from sinho.report.simulation import Case
from sinho.report.tables import Table
from sinho.report.tiles import tiles_html
from sinho.results import LineDay
from sinho.run.found import DayRun
from sinho.run.report.headline import headline, run_tiles
from sinho.run.report.sea import HEADING, sea_section, shipped
from sinho.run.report.sea import STYLE as SEA_STYLE
from sinho.run.report.simulated import HEADING as IN_TIME
from sinho.run.report.simulated import in_time_section
from sinho.run.report.strip import strip
from sinho.run.shared import passages

STYLE = """
.strip { margin: 2px 0; }
.strip svg { width: 100%; height: auto; display: block; }
.strip a { display: block; }
.warning { border-left: 4px solid #d55e00; padding-left: 0.8em; }
"""


def run_page(
    run: DayRun,
    charts: Mapping[str, Chart],
    tables: Mapping[str, Table],
    pictures: Mapping[str, Picture],
    views: Mapping[LineDay, View],
    links: Mapping[LineDay, str],
    case: Case | None = None,
) -> str:
    """Return the page of a run.

    Parameters
    ----------
    run : DayRun
        The run.
    charts : mapping of str to Chart
        Its charts.
    tables : mapping of str to Table
        Its tables.
    pictures : mapping of str to Picture
        The charts that were drawn.
    views : mapping of LineDay to View
        The sequences, counted.
    links : mapping of LineDay to str
        Where the large picture of each sequence is, beside the page.
    case : Case, optional
        Its days, simulated.

    Returns
    -------
    str
        HTML.
    """

    def drawn(*names: str) -> str:
        return chart_figures(names, charts, pictures)

    def folded(name: str) -> str:
        table = tables[name]
        if table.frame.is_empty():
            return f'<p class="empty">{html.escape(table.empty)}</p>'
        head = html.escape(table.title)
        inside = html_table(table, caption=False)
        return f'<details class="folded"><summary>{head}</summary>{inside}</details>'

    sea = shipped(run)
    warned = "".join(
        f'<p class="warning"><strong>Warning.</strong> {html.escape(text)}</p>\n'
        for text in run.warnings
    )
    parts = [
        (
            "headline",
            "Headline",
            warned
            + tiles_html(run_tiles(run))
            + sentences(headline(run))
            + html_table(tables["days"]),
        ),
        ("bank", "Order bank", drawn("bank")),
        ("slots", "Slots per day", drawn("slots") + folded("costs")),
        ("levels", "Levelling of options", drawn("levels")),
        (
            "late",
            "Days late and vessels missed",
            drawn("late") + html_table(tables["markets"], caption=False),
        ),
        *([] if case is None else [("in-time", IN_TIME, in_time_section(case, charts, pictures))]),
        ("share", "Fair share of brands", drawn("share") + _open(tables["fair share"])),
        (
            "sequences",
            "Sequences",
            _sequences(run, views, links)
            + folded("sequences")
            + ("" if run.booths.is_empty() else _open(tables["booths"])),
        ),
        (
            "coverage",
            "Coverage of parts",
            drawn("coverage") + _open(tables["shortages"]) + folded("hits"),
        ),
        ("campaigns", "Campaigns", drawn("campaigns") + folded("campaigns")),
        (
            "calloffs",
            "Changes of call-offs",
            ("" if run.changes.is_empty() else drawn("calloffs")) + folded("changes"),
        ),
        *([] if sea is None else [("sea", HEADING, sea_section(sea, charts, pictures))]),
        ("run", "How the run was made", html_table(tables["run"], caption=False)),
    ]
    days = run.days["date"]
    scenario = f"scenario {run.plan.scenario}" if run.plan.scenario else "as the hub stands"
    subtitle = f"{scenario}; {days[0]} to {days[-1]}; {run.cars.height:,} orders"
    heading = f"{run.plan.hub_name}: orders, days, sequences, supply"
    return page(
        heading,
        subtitle,
        parts,
        run.plan.versions,
        style=STYLE if sea is None else STYLE + SEA_STYLE,
    )


def _open(table: Table) -> str:
    """Return a table with its title, or why it is empty."""
    if table.frame.is_empty():
        return f'<p class="empty">{html.escape(table.empty)}</p>'
    return html_table(table)


def _sequences(run: DayRun, views: Mapping[LineDay, View], links: Mapping[LineDay, str]) -> str:
    """Return a small picture of every day's sequence, with a link to the large one."""
    text = (
        "The cars of each day in building order, as painted; red below: places within a violated "
        "window. A click opens the day's large picture, which lies beside this page."
    )
    pictures = []
    for day, one in views.items():
        drawn = strip(one, day)
        if day in links:
            drawn = f'<a href="{html.escape(quote(links[day]))}">{drawn}</a>'
        pictures.append(f'<div class="strip">{drawn}</div>')
    shared = [
        strip(view_of(one.day, one.order), LineDay(one.date, one.shop), "shop")
        for one in passages(run)
        if len(one.lines) > 1
    ]
    if shared:
        text += (
            " Behind them stand the dates of shops that lines share: the cars of all lines in the "
            "order in which they pass."
        )
    pictures += [f'<div class="strip">{drawn}</div>' for drawn in shared]
    inside = "\n".join(pictures)
    return f'<p>{text}</p>\n<figure class="chart" aria-label="Sequences">\n{inside}\n</figure>'
