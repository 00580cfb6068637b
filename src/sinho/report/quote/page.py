"""The page of a quote: what a manager reads, on two sides of A4."""

from __future__ import annotations

import html

from sinho.report.pages import asset, chart_figures, page, sentences
from sinho.report.pictures import draw
from sinho.report.quote.charts import quote_charts
from sinho.report.quote.words import headline, quote_tables, tiles
from sinho.report.render import html_table
from sinho.report.tables import Table
from sinho.report.tiles import tiles_html
from sinho.results import Quote

FOLDED = {
    "landed": "Landed cost, every line with its row",
    "elsewhere": "Landed cost from the alternative, every line with its row",
    "headroom": "Headroom by shop and month",
    "cash": "Cash by month and line",
}
"""Tables of the quote that are shown on demand, and not printed."""


def quote_page(quote: Quote) -> str:
    """Return the page of a quote.

    Parameters
    ----------
    quote : Quote
        The quote.

    Returns
    -------
    str
        HTML that needs nothing but a browser; printed, it fills two sides of A4.
    """
    tables, charts = quote_tables(quote), quote_charts(quote)
    drawn = draw(charts.values())

    def shown(*names: str) -> str:
        return "\n".join(html_table(tables[name]) for name in names)

    def beside(*parts: str) -> str:
        inside = "".join(f"<div>{part}</div>" for part in parts)
        return f'<div class="beside">{inside}</div>'

    figures = [chart_figures([name], charts, drawn) for name in charts]
    answers = [one.answer for one in quote.explanations]
    reasons = [reason for one in quote.explanations for reason in one.reasons]
    parts = [
        ("headline", "Headline", tiles_html(tiles(quote)) + sentences(headline(quote))),
        ("cases", "Cases", shown("cases") + beside(shown("markets"), shown("steps"))),
        (
            "fit",
            "Does it fit?",
            beside(shown("headroom"), shown("room"))
            + (sentences(answers) if answers else "")
            + beside(shown("misfits"), shown("lifts"))
            + (_hidden("What binds, in words", sentences(reasons)) if reasons else ""),
        ),
        (
            "risk",
            "What moves it",
            beside(*figures[:2])
            + shown("levers")
            + beside(*figures[2:])
            + beside(shown("two way"), shown("quantiles")),
        ),
        (
            "lines",
            "Contribution, and what it takes from others",
            beside(shown("lines"), shown("brands")),
        ),
        ("folded", "Behind it", _folded(quote)),
    ]
    subtitle = (
        f"{quote.hub_name}; {quote.title}; amounts in {quote.currency}; {quote.status}, "
        f"seed {quote.seed}"
    )
    style = asset("quote.css")
    return page(f"{quote.name}: quote", subtitle, parts, quote.versions, style=style)


def _hidden(title: str, body: str) -> str:
    """Return what is shown on demand, and not printed."""
    return f'<details class="folded"><summary>{html.escape(title)}</summary>{body}</details>'


def _folded(quote: Quote) -> str:
    return "\n".join(
        _hidden(title, html_table(Table(title, quote.tables[name]), caption=False))
        for name, title in FOLDED.items()
        if quote.tables[name].height
    )
