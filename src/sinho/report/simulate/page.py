"""The page of a simulated line: one HTML file that needs nothing but a browser."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from sinho.hub import Hub
from sinho.report.amounts import number_text
from sinho.report.charts import Chart
from sinho.report.demonstrated import unsettled
from sinho.report.pages import chart_figures, page, sentences
from sinho.report.pictures import Picture, draw
from sinho.report.render import MINUS, html_table
from sinho.report.simulate.charts import line_charts
from sinho.report.simulate.kpi import line_kpis
from sinho.report.simulate.picture import line_picture
from sinho.report.simulation import Case, beside, bottlenecks, worth_most
from sinho.report.tables import Table
from sinho.report.tiles import Tile, tiles_html

TILES = (
    "demonstrated JPH", "cars a working day", "lead time", "work in process", "straight-pass rate",
    "bottleneck", "OEE", "P(on time), day wanted", "P(on time), vessel",
)  # fmt: skip
"""Key figures that stand on top."""

WAYS = {
    "demonstrated JPH": "an hour of working time",
    "cars a working day": "of the days that count",
    "lead time": "by the clock, in the plant",
    "work in process": "mean cars in the plant",
    "straight-pass rate": "never in rework",
    "OEE": "ISO 22400-2",
    "bottleneck": "of the time",
}


def line_page(
    cases: Sequence[Case], hub: Hub, tables: Mapping[str, Table], *, replay: str = ""
) -> str:
    """Return the page of a simulated line.

    Parameters
    ----------
    cases : sequence of Case
        The plant as it is, then the what-ifs.
    hub : Hub
        The hub.
    tables : mapping of str to Table
        Its tables, as `line_tables`.
    replay : str
        Name of the page to watch it, beside this one; empty: there is none.

    Returns
    -------
    str
        HTML.
    """
    case = cases[0]
    charts = line_charts(cases)
    drawn = draw(charts.values())
    parts = [
        ("headline", "Headline", _headline(cases, tables)),
        ("line", "The line", _picture(case, replay)),
        *_sections(tables, charts, drawn),
    ]
    setting, result = case.setting, case.result
    subtitle = (
        f"{setting.dates[0]} to {setting.dates[-1]}, {_count(case.days, 'working day')}; "
        f"{_count(result.replications, 'replication')}, seed {result.seed}"
    )
    return page(f"{hub.settings.name}: the line, simulated", subtitle, parts, result.versions)


def _sections(
    tables: Mapping[str, Table], charts: Mapping[str, Chart], drawn: Mapping[str, Picture]
) -> list[tuple[str, str, str]]:
    """Return anchor, heading and HTML of what stands below the picture."""

    def charted(*names: str) -> str:
        return chart_figures(names, charts, drawn)

    def shown(*names: str) -> str:
        return "".join(html_table(tables[name]) for name in names if name in tables)

    def folded(*names: str) -> str:
        return "".join(_folded(tables[name]) for name in names if name in tables)

    found = [
        ("output", "Output", charted("output") + folded("output by day") + shown("rates")),
        ("stations", "Stations", charted("states") + folded("stations", "causes")),
        ("buffers", "Buffers and stores", charted("levels") + _filled("buffers", tables)),
        ("lead", "Lead time", charted("lead") + folded("shops")),
        ("order", "Order of cars", shown("stores")),
    ]
    if "orders" in tables:
        late = charted("on-time") + folded("in time due", "in time cutoff", "orders")
        found.append(("orders", "Orders in time", late))
    if "what if" in tables:
        found.append(("what-if", "What if", charted("what-if") + shown("what if")))
    found.append(("made", "How it was simulated", shown("simulation", "basis")))
    return found


def _filled(name: str, tables: Mapping[str, Table]) -> str:
    """Return a table that is shown on demand; nothing where it is empty, as its chart says why."""
    return _folded(tables[name]) if tables[name].frame.height else ""


def _folded(table: Table) -> str:
    """Return a table that is shown on demand; why it is empty, where it is."""
    if table.frame.is_empty():
        return f'<p class="empty">{html.escape(table.empty)}</p>'
    inside = html_table(table, caption=False)
    head = html.escape(table.title)
    return f'<details class="folded"><summary>{head}</summary>{inside}</details>'


def _headline(cases: Sequence[Case], tables: Mapping[str, Table]) -> str:
    return tiles_html(line_tiles(cases[0])) + sentences(said(cases)) + _folded(tables["figures"])


def _picture(case: Case, replay: str) -> str:
    link = f'<p><a href="{html.escape(replay)}">Watch the flow of a day.</a></p>' if replay else ""
    picture = line_picture(case)
    return f'{link}<figure class="chart" aria-label="The line">{picture}</figure>'


def line_tiles(case: Case) -> list[Tile]:
    """Return the key figures on top of the page, with their intervals.

    Parameters
    ----------
    case : Case
        The simulation.
    """
    tiles = []
    many = case.result.output.height > 1
    level = f"{case.result.level:.0%}"
    for row in line_kpis(case).iter_rows(named=True):
        if row["KPI"] not in TILES or row["figure"] is None:
            continue
        notes = [WAYS.get(row["KPI"], f"mean of {row['of']}")]
        if row["low"] is not None:
            ends = f"{number_text(row['low'])} to {number_text(row['high'])}"
            notes.append(f"{level}: {ends}")
        name = row["KPI"]
        if row["of"] != "plant" and (many or row["low"] is None):
            name = f"{name}, {row['of']}" if name in WAYS else name
        unit = row["unit"]
        tiles.append(Tile(name, number_text(row["figure"]), unit, "; ".join(notes)))
    return tiles


def said(cases: Sequence[Case]) -> list[str]:
    """Return what matters most, in sentences.

    Parameters
    ----------
    cases : sequence of Case
        The plant as it is, then the what-ifs.
    """
    case = cases[0]
    found = []
    necks = bottlenecks(case).head(3)
    if necks.height:
        listed = ", ".join(
            f"{row['station']} of shop {row['shop']} ({row['bottleneck']:.0%} of the time)"
            for row in necks.iter_rows(named=True)
        )
        found.append(f"What holds the plant up: {listed}.")
    if worth := worth_most(cases):
        found.append(worth)
    if case.setting.filling == "" and (still := unsettled(case)):
        found.append(still)
    stops = case.result.stops
    found.append(f"{stops[:1].upper()}{stops[1:]}.")
    for row in beside(cases).slice(1).iter_rows(named=True) if len(cases) > 1 else ():
        ends = "" if row["low"] is None else f" ({row['low']:+,.1f} to {row['high']:+,.1f})"
        sure = {True: ", significant", False: ", not significant", None: ""}[row["significant"]]
        more = f"{row['more']:+,.1f} cars a working day{ends}".replace("-", MINUS)
        found.append(f"{row['case']}: {more}{sure}.")
    return found


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
