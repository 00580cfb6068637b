"""The page of a sequence: one HTML file that needs nothing but a browser."""

from __future__ import annotations

import html

from sinho.report.drawing import Drawing, number, whole
from sinho.report.pages import asset, chart_figures, page
from sinho.report.pictures import draw
from sinho.report.render import html_table
from sinho.report.sequence import tables
from sinho.report.sequence.curves import SAYS, curves
from sinho.report.sequence.history import history
from sinho.report.sequence.lanes import View, view_of
from sinho.report.sequence.legend import amount, legend, level_unit, plain
from sinho.report.sequence.strips import line_of_strips, picture_width
from sinho.report.tiles import Tile, tiles_html
from sinho.sequence import Result


def sequence_page(result: Result) -> str:
    """Return the page of a sequence.

    Parameters
    ----------
    result : Result
        The sequence of a day of one line.

    Returns
    -------
    str
        HTML with style, pictures and data inside.
    """
    day, sequence = result.day, result.sequence
    view = view_of(day, sequence.order)
    chart = history(day, sequence)
    listed = tables.listed(view)
    parts = [
        (
            "headline",
            "Headline",
            f"{tiles_html(level_tiles(view, result))}\n"
            f'<p class="lead">{html.escape(headline(view, result))}</p>\n'
            f"{html_table(tables.levels(view, result))}",
        ),
        ("line", "The line", _line(view)),
        (
            "rules",
            "Rules",
            html_table(tables.rules(view), caption=False) + html_table(tables.allowed(view)),
        ),
        ("loads", "Load curves", _loads(view)),
        ("history", chart.title, chart_figures([chart.name], {chart.name: chart}, draw([chart]))),
        ("violations", listed.title, html_table(listed, caption=False)),
        (
            "run",
            "How the sequence was found",
            html_table(tables.run(result), caption=False),
        ),
    ]
    subtitle = f"{view.size:,} cars, {len(day.rules):,} rules"
    return page(
        f"{day.name}: sequence", subtitle, parts, sequence.versions, style=asset("sequence.css")
    )


def level_tiles(view: View, result: Result) -> list[Tile]:
    """Return the figure of each level with what is proven of it, and the hard rules broken.

    Parameters
    ----------
    view : View
        The order, counted.
    result : Result
        The sequence.
    """
    day, score = view.day, view.score
    tiles = [
        Tile(
            name,
            plain(figure),
            level_unit(day, at),
            tables.verdict(figure, *limits) if score.feasible else "",
        )
        for at, ((name, figure), *limits) in enumerate(
            zip(score.levels, result.sequence.bounds, result.behind.figures, strict=True)
        )
    ]
    hard = sum(rule.hard for rule in day.rules)
    if hard:
        ruled = "1 hard rule" if hard == 1 else f"{hard:,} hard rules"
        tiles.append(Tile("hard rules broken", f"{score.hard:,}", "times", f"the day has {ruled}"))
    return tiles


def headline(view: View, result: Result) -> str:
    """Say in sentences what the sequence reaches and how far that is from the limit.

    Parameters
    ----------
    view : View
        The order, counted.
    result : Result
        The sequence.

    Returns
    -------
    str
        Every level with its figure and what is proven of it; the hard rules; the search.
    """
    day, score, sequence = view.day, view.score, result.sequence
    broken = [rule.name for rule in day.rules if rule.hard and view.counted[rule.name].total]
    said = []
    for at, ((name, figure), *limits) in enumerate(
        zip(score.levels, result.sequence.bounds, result.behind.figures, strict=True)
    ):
        unit = level_unit(day, at)
        proven = f", {tables.verdict(figure, *limits)}" if score.feasible else ""
        said.append(f"{name}: {amount(figure, unit)}{proven}")
    text = "; ".join(said) + "." if said else "The day has no soft rules."
    if score.weighted is not None:
        text += f" Score {plain(score.weighted)}."
    if broken:
        text += f" Hard rules are broken: {', '.join(broken)}."
    elif any(rule.hard for rule in day.rules):
        text += " All hard rules hold."
    how = "1 search" if sequence.threads == 1 else f"{sequence.threads:,} searches"
    how = "Repaired" if sequence.status == "repaired" else f"Found by {how}"
    if sequence.iterations:
        moves = f"{sequence.iterations:,} moves evaluated in {sequence.seconds:,.1f} s"
        text += f" {how}, {moves}."
    return text


def _line(view: View) -> str:
    """Return the picture of the line, each strip a drawing of its own so that paper breaks well."""
    head, drawn = legend(view, picture_width(view)), line_of_strips(view)
    text = (
        "The cars in building order, wrapped into strips. Point at a car to see which it is. A row "
        "has a dot for each car that its rule counts; red windows hold more of them than the rule "
        "allows."
    )
    pictures = [_still(head, "Legend", "line-legend")]
    for at, strip in enumerate(drawn, start=1):
        pictures.append(_still(strip, f"Strip {at} of {len(drawn)}", f"line-{at}"))
    return f"<p>{text}</p>\n" + _figure("The line", pictures)


def _loads(view: View) -> str:
    """Return the picture of the load curves."""
    drawn = curves(view, picture_width(view), titled=False)
    if drawn is None:
        return '<p class="empty">No rule of the day has a load.</p>'
    return f"<p>{SAYS}</p>\n" + _figure("Load curves", [_still(drawn, "Load curves", "loads")])


def _figure(title: str, pictures: list[str]) -> str:
    inside = "\n".join(pictures)
    return f'<figure class="chart strips" aria-label="{html.escape(title)}">\n{inside}\n</figure>'


def _still(drawing: Drawing, title: str, name: str) -> str:
    """Return a drawing for a page, as wide as it is but no wider than the page."""
    drawn = whole(drawing, title, title, name, margin=2.0)
    return drawn.replace("<svg ", f'<svg style="width:{number(drawing.width + 4)}px" ', 1)
