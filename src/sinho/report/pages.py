"""The pages: one HTML file per run that needs nothing but a browser, on screen and on paper."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl
import vl_convert

from sinho.hub import Hub
from sinho.report.charts import Chart
from sinho.report.headline import headline, plan_tiles
from sinho.report.pictures import Picture
from sinho.report.render import html_table
from sinho.report.style import VEGA_LITE
from sinho.report.tables import Table, comparison_tables
from sinho.report.tiles import tiles_html
from sinho.results import Comparison, MonthPlan

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "img-src data: blob:"
)
"""What the browser is told that the page may load: nothing from anywhere."""


@dataclass(frozen=True)
class Section:
    """One section of a page.

    Parameters
    ----------
    name, title : str
        Its anchor and its heading.
    text : str
        What is to be read before its charts; empty: nothing.
    charts, tables, folded : tuple of str
        Names of its charts, of its tables, and of tables shown on demand only.
    """

    name: str
    title: str
    text: str = ""
    charts: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()


SECTIONS = (
    Section(
        "production",
        "Production",
        charts=("production", "unmet"),
        tables=("production", "model lines", "balance"),
        folded=("production months", "line months"),
    ),
    Section(
        "utilisation",
        "Utilisation",
        "Manned utilisation says how full the hours are that the plan works and pays for; "
        "installed utilisation how full the equipment is against its nominal capacity of a "
        "calendar year.",
        charts=("utilisation", "people"),
        tables=("utilisation", "line use", "patterns", "people"),
    ),
    Section(
        "exports",
        "Exports",
        charts=("exports", "sailing"),
        tables=("exports", "sailing", "departures"),
        folded=("export months",),
    ),
    Section("contracts", "Contracts", charts=("contracts",), tables=("contracts",)),
    Section("parts", "Parts pulled", charts=("parts",), tables=("parts",)),
    Section(
        "binding",
        "What binds, and what more would be worth",
        charts=("values",),
        tables=("binding",),
    ),
    Section("contribution", "Contribution", charts=("contribution",), tables=("contribution",)),
    Section(
        "actuals",
        "Actual against plan",
        charts=("actuals", "actual-months"),
        tables=("checks", "actuals"),
        folded=("actual months",),
    ),
    Section(
        "basis",
        "Basis of the input",
        "Reported by a source, derived from reported figures by a stated rule, or assumed: the "
        "source of every row stands in the hub beside it.",
        charts=("basis",),
        folded=("basis",),
    ),
    Section("changes", "Changes of the scenario", tables=("changes",)),
)


def plan_page(
    plan: MonthPlan,
    hub: Hub,
    charts: Mapping[str, Chart],
    tables: Mapping[str, Table],
    pictures: Mapping[str, Picture],
    comparison: Comparison | None = None,
) -> str:
    """Return the page of one plan.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub.
    charts : mapping of str to Chart
        Charts of the plan, and of the comparison where there is one.
    tables : mapping of str to Table
        Tables of the plan.
    pictures : mapping of str to Picture
        The charts that were drawn.
    comparison : Comparison, optional
        Scenarios to show side by side.

    Returns
    -------
    str
        HTML.
    """
    parts = [
        (
            "headline",
            "Headline",
            tiles_html(plan_tiles(plan, hub))
            + sentences(headline(plan, hub))
            + html_table(tables["figures"]),
        )
    ]
    parts += [
        (section.name, section.title, _section(section, charts, tables, pictures))
        for section in SECTIONS
    ]
    if comparison is not None:
        body = _comparison(comparison, charts, pictures)
        parts.append(("comparison", "Scenarios side by side", body))
    parts.append(("run", "How the plan was made", html_table(_run(plan), caption=False)))
    span = plan.tables["periods"]
    name = f"scenario {plan.scenario}" if plan.scenario else "as the hub stands"
    subtitle = [
        name + (f": {plan.title}" if plan.title and plan.title != plan.scenario else ""),
        f"{span['label'][0]} to {span['label'][-1]}",
        f"amounts in {plan.currency}",
    ]
    return page(f"{plan.hub_name}: monthly plan", "; ".join(subtitle), parts, plan.versions)


def comparison_page(
    comparison: Comparison, charts: Mapping[str, Chart], pictures: Mapping[str, Picture]
) -> str:
    """Return the page of a comparison.

    Parameters
    ----------
    comparison : Comparison
        The scenarios side by side.
    charts : mapping of str to Chart
        Its charts.
    pictures : mapping of str to Picture
        The charts that were drawn.

    Returns
    -------
    str
        HTML.
    """
    plans = list(comparison.plans.values())
    tables = comparison_tables(comparison)
    figures = chart_figures(("overview", "years"), charts, pictures)
    parts = [
        ("overview", "Overview", figures),
        ("figures", "Figures", html_table(tables["whole"]) + html_table(tables["years"])),
        ("changes", "What each scenario changed in the input", html_table(tables["changes"])),
        ("run", "How the plans were made", html_table(_runs(comparison), caption=False)),
    ]
    span = plans[0].tables["periods"]
    subtitle = f"{', '.join(comparison.plans)}; {span['label'][0]} to {span['label'][-1]}"
    return page(f"{plans[0].hub_name}: scenarios", subtitle, parts, plans[0].versions)


def page(
    title: str,
    subtitle: str,
    parts: list[tuple[str, str, str]],
    versions: Mapping[str, str],
    *,
    style: str = "",
) -> str:
    """Return a whole page.

    Parameters
    ----------
    title, subtitle : str
        Its heading, in plain text.
    parts : list of (str, str, str)
        Anchor, heading in plain text and HTML of each section.
    versions : mapping of str to str
        Versions for its foot.
    style : str
        Style sheet that goes after that of all pages.

    Returns
    -------
    str
        HTML with style, charting library and data inside.
    """
    links = "".join(f'<li><a href="#{name}">{_text(head)}</a></li>' for name, head, _ in parts)
    body = "\n".join(
        f'<section id="{name}">\n<h2>{_text(head)}</h2>\n{inside}\n</section>'
        for name, head, inside in parts
    )
    foot = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(title)}</title>
<style>
{asset("page.css")}{style}</style>
</head>
<body>
<header>
<h1>{_text(title)}</h1>
<p>{_text(subtitle)}</p>
</header>
<nav><ul>{links}</ul></nav>
<main>
{body}
</main>
<footer>{_text(foot)}</footer>
<script>{_bundle()}</script>
<script>
{asset("page.js")}</script>
</body>
</html>
"""


def _text(text: str) -> str:
    return html.escape(text)


def sentences(said: Iterable[str]) -> str:
    """Return the sentences behind the tiles of a page, one below the other."""
    lines = "".join(f"<li>{_text(sentence)}</li>" for sentence in said)
    return f'<ul class="lead">{lines}</ul>\n'


@cache
def asset(name: str) -> str:
    """Return a style sheet or script of the pages."""
    return (files("sinho.report") / "assets" / name).read_text(encoding="utf-8")


@cache
def _bundle() -> str:
    """Return the charting library as one script that needs no other."""
    script = str(
        vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    )
    return script.replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _section(
    section: Section,
    charts: Mapping[str, Chart],
    tables: Mapping[str, Table],
    pictures: Mapping[str, Picture],
) -> str:
    """Return what stands below a section's heading; why it is empty, where it is."""
    shown = [name for name in section.tables if name in tables]
    filled = [name for name in shown if tables[name].frame.height]
    drawn = [name for name in section.charts if name in pictures]
    if not filled and not drawn:
        reason = charts[section.charts[0]].empty if section.charts else ""
        reason = reason or tables[section.tables[0]].empty
        return f'<p class="empty">{_text(reason)}</p>'
    parts = [f"<p>{_text(section.text)}</p>"] if section.text else []
    parts.append(chart_figures(section.charts, charts, pictures))
    parts += [html_table(tables[name]) for name in shown]
    parts += [
        f'<details class="folded"><summary>'
        f"{_text(tables[name].title)}</summary>"
        f"{html_table(tables[name], caption=False)}</details>"
        for name in section.folded
        if name in tables and tables[name].frame.height
    ]
    return "\n".join(parts)


def chart_figures(
    names: Iterable[str], charts: Mapping[str, Chart], pictures: Mapping[str, Picture]
) -> str:
    """Return charts as still pictures that a script makes live; or why they are empty."""
    parts = []
    for name in names:
        if name not in charts:
            continue
        chart = charts[name]
        title = _text(chart.title)
        if name not in pictures:
            parts.append(f'<p class="empty"><strong>{title}.</strong> {_text(chart.empty)}</p>')
            continue
        data = json.dumps(chart.spec, ensure_ascii=False).replace("<", r"\u003c")
        parts.append(
            f'<figure class="chart" data-name="{name}" data-spec="spec-{name}" '
            f'aria-label="{title}">\n<div class="picture">{pictures[name].svg}</div>\n'
            f'<script type="application/json" id="spec-{name}">{data}</script>\n</figure>'
        )
    return "\n".join(parts)


def _comparison(
    comparison: Comparison, charts: Mapping[str, Chart], pictures: Mapping[str, Picture]
) -> str:
    """Return the section that puts scenarios side by side."""
    tables = comparison_tables(comparison)
    return "\n".join(
        (
            chart_figures(("overview", "years"), charts, pictures),
            html_table(tables["whole"]),
            f'<details class="folded"><summary>'
            f"{_text(tables['years'].title)}</summary>"
            f"{html_table(tables['years'], caption=False)}</details>"
            if tables["years"].frame.height
            else "",
        )
    )


def _run(plan: MonthPlan) -> Table:
    """Return how a plan was found and from what."""
    left_out = ("hub", "scenario", "title", "versions", "levels")
    rows = [(key, value) for key, value in plan.summary().items() if key not in left_out]
    rows += [(f"level: {name}", value) for name, value in plan.levels]
    frame = pl.DataFrame(
        {"item": [key.replace("_", " ") for key, _ in rows], "value": [_said(v) for _, v in rows]}
    )
    return Table("How the plan was made", frame)


def _runs(comparison: Comparison) -> Table:
    """Return how the plans of a comparison were found, one column each."""
    runs = {name: _run(plan).frame for name, plan in comparison.plans.items()}
    first = next(iter(runs.values()))
    frame = first.select("item").with_columns(
        frame["value"].alias(name) for name, frame in runs.items() if frame.height == first.height
    )
    return Table("How the plans were made", frame)


def _said(value: object) -> str:
    """Return a value of the summary as text."""
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1 else f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)
