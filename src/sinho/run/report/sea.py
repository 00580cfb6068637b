"""The way of a run's cars to the sea: a section of its page, pictures, lists, messages, replays."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import polars as pl

from sinho.errors import counted
from sinho.hub.files import write_bytes, write_text
from sinho.report.charts import Chart
from sinho.report.decks import deck_pictures, loading_replay, write_loading_list
from sinho.report.pages import chart_figures, page, sentences
from sinho.report.pictures import Picture, draw, png_of
from sinho.report.render import html_table
from sinho.report.ship import Shipped, ship_charts, ship_tables, write_messages, write_ship_lists
from sinho.report.yard import yard_map, yard_replay
from sinho.results import ShipPlan
from sinho.results.yard import YardPlan
from sinho.run.folders import LISTS, LOADING, MESSAGES, PAGE, PICTURES, REPLAYS
from sinho.run.found import DayRun
from sinho.run.sea import hub_with, yards_and_decks
from sinho.stop import Report, StopRule

if TYPE_CHECKING:
    from sinho.ship import Input

HEADING = "To the sea"

STYLE = """
.yard svg { max-width: 100%; height: auto; }
.decks svg { max-width: 49%; height: auto; vertical-align: top; }
"""


def shipped(run: DayRun) -> Shipped | None:
    """Return how the cars of a run leave; None where its hub lists no voyages.

    Parameters
    ----------
    run : DayRun
        The run.
    """
    if run.ship is None:
        return None
    return Shipped(run.hub, run.ship, run.params.first, run.yards, run.decks, _vins(run))


def sea_charts(run: DayRun) -> dict[str, Chart]:
    """Return the charts of the way to the sea; none where no voyages are planned."""
    sea = shipped(run)
    return {} if sea is None else ship_charts(sea)


def write_sea(sea: Shipped, folder: Path) -> dict[str, Path]:
    """Write lists, messages, maps and replays of the yards; earlier ones are replaced.

    Parameters
    ----------
    sea : Shipped
        How the cars of a run leave.
    folder : pathlib.Path
        Folder of the run.

    Returns
    -------
    dict of str to pathlib.Path
        The files by what they are.
    """
    files = {"ship": write_ship_lists(sea, folder / LISTS)}
    for name, path in write_messages(sea, folder / MESSAGES).items():
        files[f"{MESSAGES}/{name}"] = path
    for site, yard in sea.yards.items():
        drawn = yard_map(yard)
        name = f"{PICTURES}/{_stem(site)}"
        files[f"{name}.svg"] = write_text(folder / f"{name}.svg", drawn, force=True)
        files[f"{name}.png"] = write_bytes(folder / f"{name}.png", png_of(drawn), force=True)
        name = _replay(_stem(site))
        files[name] = write_text(folder / name, yard_replay(yard), force=True)
    for vessel, deck in sea.decks.items():
        name = _loading(vessel)
        files[name] = write_loading_list(deck, folder / name)
        name = _replay(_file(vessel))
        files[name] = write_text(folder / name, loading_replay(deck), force=True)
    return files


def write_lists(
    given: Input,
    plan: ShipPlan,
    out: Path,
    run: DayRun | None,
    *,
    yards: Mapping[str, YardPlan] | None = None,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> list[Path]:
    """Write the lists of a plan of voyages; its yards and decks are planned where it is no run's.

    Parameters
    ----------
    given : Input
        What the plan was made of.
    plan : ShipPlan
        The plan.
    out : pathlib.Path
        A workbook (``.xlsx``), or a folder for all lists, messages, maps, replays and a page.
    run : DayRun or None
        The run whose cars they are, by which they have VINs; None of a hub's demand.
    yards : mapping of str to YardPlan, optional
        The yards, where they are planned already.
    stop : StopRule, optional
        When to hand back the best yards and decks so far.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.

    Returns
    -------
    list of pathlib.Path
        The files.
    """
    sea = None if run is None or plan is not run.ship else shipped(run)
    if sea is None:
        hub = hub_with(given)
        found = yards_and_decks(
            hub, plan, given.line_off, yards=yards, stop=stop, progress=progress
        )
        sea = Shipped(hub, plan, given.first, *found)
        if run is not None:
            sea = replace(sea, vins=_vins(run))
    if out.suffix.lower() == ".xlsx":
        return [write_ship_lists(sea, out)]
    files = list(write_sea(sea, out).values())
    return [*files, write_text(out / PAGE, _page(sea), force=True)]


def _page(sea: Shipped) -> str:
    """Return a page on the way to the sea alone."""
    charts = ship_charts(sea)
    parts = [("sea", HEADING, sea_section(sea, charts, draw(charts.values())))]
    subtitle = f"from {sea.issued} on; {counted(sea.plan.cars.height, 'car')}"
    title = f"{sea.hub.settings.name}: from the line to the sea"
    return page(title, subtitle, parts, sea.plan.versions, style=STYLE)


def _vins(run: DayRun) -> pl.DataFrame:
    """Return ``car`` and ``vin`` of a run's orders, and of cars that runs before it built."""
    own = run.orders.table.select(pl.col("order").alias("car"), "vin")
    built = run.earlier.select(pl.col("order").alias("car"), "vin").unique(
        "car", keep="last", maintain_order=True
    )
    return pl.concat([own, built.join(own, on="car", how="anti", maintain_order="left")])


def _file(name: str) -> str:
    """Return a name as a file can have it."""
    return quote(name, " ")


def _stem(site: str) -> str:
    """Return the name of a yard's files."""
    return f"yard {_file(site)}"


def _replay(stem: str) -> str:
    """Return where a replay is in the folder of the run."""
    return f"{REPLAYS}/{stem}.html"


def _loading(vessel: str) -> str:
    """Return where the loading list of a voyage is in the folder of the run."""
    return f"{LOADING}/{_file(vessel)}.xlsx"


def sea_section(sea: Shipped, charts: Mapping[str, Chart], pictures: Mapping[str, Picture]) -> str:
    """Return the section of a run's page on the way to the sea.

    Parameters
    ----------
    sea : Shipped
        How the cars of the run leave.
    charts : mapping of str to Chart
        The charts of the page.
    pictures : mapping of str to Picture
        Those that were drawn.

    Returns
    -------
    str
        HTML.
    """
    tables = ship_tables(sea)

    def drawn(name: str) -> str:
        return chart_figures([name], charts, pictures)

    yards = "".join(_yard(sea, site) for site in sea.yards)
    voyages = html_table(tables["voyages"], caption=False)
    missed = "" if not sea.plan.missed else html_table(tables["missed"], caption=False)
    return "\n".join(
        [
            sentences(said(sea)),
            html_table(tables["kpis"]),
            drawn("voyages"),
            _folded(tables["voyages"].title, voyages),
            drawn("fill"),
            _decks(sea),
            yards,
            drawn("dwell"),
            drawn("missed"),
            _folded(tables["missed"].title, missed) if missed else "",
        ]
    )


def _folded(title: str, inside: str) -> str:
    return f'<details class="folded"><summary>{html.escape(title)}</summary>{inside}</details>'


def _yard(sea: Shipped, site: str) -> str:
    """Return the map of a yard at its fullest hour, and a link to its replay."""
    yard = sea.yards[site]
    name = html.escape(site)
    link = _link(_replay(_stem(site)))
    return (
        f"<h3>Yard: {name}, at its fullest hour</h3>\n"
        f'<figure class="yard" aria-label="Yard {name}">{yard_map(yard)}</figure>\n'
        f'<p><a href="{link}">Watch the busiest day of this yard</a>; the page lies beside '
        "this one, and needs no network.</p>\n"
    )


def _link(path: str) -> str:
    """Return a path beside the page as it is written into a link."""
    return html.escape(quote(path))


def _decks(sea: Shipped) -> str:
    """Return the decks of the fullest voyage, and links to the lists and replays of all."""
    if not sea.decks:
        return ""
    items = "".join(
        f"<li>{html.escape(vessel)}: {counted(deck.places.height, 'car')}, "
        f'<a href="{_link(_loading(vessel))}">loading list</a>, '
        f'<a href="{_link(_replay(_file(vessel)))}">watch it being loaded</a></li>'
        for vessel, deck in sea.decks.items()
    )
    vessel, fullest = max(sea.decks.items(), key=lambda item: item[1].places.height)
    drawn = "\n".join(deck_pictures(fullest).values())
    name = html.escape(vessel)
    return (
        f'<h3>Decks</h3>\n<ul class="lead">{items}</ul>\n'
        f'<details class="folded"><summary>Decks of {name}, which carries most cars</summary>'
        f'<div class="decks">{drawn}</div></details>\n'
    )


def said(sea: Shipped) -> list[str]:
    """Return sentences on how the cars leave."""
    plan = sea.plan
    ways = plan.summary()
    lines = [
        f"{counted(plan.cars.height, 'car goes', 'cars go')} overseas: {ways['voyage']:,} on "
        f"{counted(int((plan.voyages['cars'] > 0).sum()), 'voyage')}, {ways['container']:,} in "
        f"containers; {counted(ways['stays'], 'stays', 'stay')}."
    ]
    causes = ", ".join(f"{count:,} {cause}" for cause, count in ways["causes"].items())
    lines.append(f"Cars that miss their ship: {causes}." if causes else "No car misses its ship.")
    lines += [
        f"Yard {site}: {yard.standing(yard.fullest).height:,} of "
        f"{int(yard.rows['places'].sum()):,} places are taken at its fullest hour, that of "
        f"{yard.fullest:%Y-%m-%d %H:00}; {counted(yard.overflow, 'car finds', 'cars find')} no "
        "place."
        for site, yard in sea.yards.items()
    ]
    return lines
