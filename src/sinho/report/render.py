"""Tables as text and as HTML."""

from __future__ import annotations

import html

import polars as pl

from sinho.report.kpi import TINY
from sinho.report.tables import Table

NOTHING = "–"
MINUS = "−"
_WHOLE_FROM = 100.0
_TENTHS_FROM = 10.0


def cells(frame: pl.DataFrame) -> list[list[str]]:
    """Return a table's cells as text.

    Numbers have thousands separators and as many decimals as their size needs, the same down a
    column; in a table with a column ``unit`` the same along a row. Missing values are a dash.

    Parameters
    ----------
    frame : polars.DataFrame
        Any table.

    Returns
    -------
    list of list of str
        Rows of cells.
    """
    numeric = [dtype.is_numeric() for dtype in frame.dtypes]
    rows = [list(row) for row in frame.iter_rows()]
    units = frame["unit"].to_list() if "unit" in frame.columns else None
    shares = bool(frame.columns) and frame.columns[0].endswith("[%]")
    of_column = [
        _decimals("[%]" if shares else frame.columns[at], frame.to_series(at).to_list())
        if is_number
        else 0
        for at, is_number in enumerate(numeric)
    ]
    text = []
    for r, row in enumerate(rows):
        fixed = None
        if units is not None:
            numbers = [
                v
                for v, is_number, heading in zip(row, numeric, frame.columns, strict=True)
                if is_number and not heading.endswith("[%]")
            ]
            fixed = _decimals(f"[{units[r]}]", numbers)
        text.append(
            [
                _cell(
                    value,
                    of_column[at] if fixed is None or frame.columns[at].endswith("[%]") else fixed,
                )
                if numeric[at]
                else _text(value)
                for at, value in enumerate(row)
            ]
        )
    return text


def _decimals(heading: str, values: list[float | None]) -> int:
    """Return how many decimals numbers of this size need."""
    known = [abs(value) for value in values if value is not None]
    if heading.endswith("[%]"):
        return 1
    if all(abs(value - round(value)) < TINY for value in known):
        return 0
    top = max(known, default=0.0)
    return 0 if top >= _WHOLE_FROM else 1 if top >= _TENTHS_FROM else 2


def _cell(value: float | None, decimals: int) -> str:
    if value is None:
        return NOTHING
    text = f"{abs(value):,.{decimals}f}"
    return MINUS + text if value < 0 and text.strip("0.,") else text


def _text(value: object) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def html_table(table: Table, *, caption: bool = True) -> str:
    """Return a table as HTML with every text escaped, or the reason why it is empty.

    Parameters
    ----------
    table : Table
        The table.
    caption : bool
        Whether its title stands above it.

    Returns
    -------
    str
        A ``figure`` element with the table, or a paragraph.
    """
    title = html.escape(table.title)
    if not table.frame.height:
        return f'<p class="empty"><strong>{title}.</strong> {html.escape(table.empty)}</p>'
    classes = ["n" if dtype.is_numeric() else "" for dtype in table.frame.dtypes]

    def row(values: list[str], tag: str) -> str:
        inside = "".join(
            f"<{tag}{f' class={kind}' if kind else ''}>{html.escape(value)}</{tag}>"
            for value, kind in zip(values, classes, strict=True)
        )
        return f"<tr>{inside}</tr>"

    body = "\n".join(row(values, "td") for values in cells(table.frame))
    head = f"<figcaption>{title}</figcaption>" if caption else ""
    note = f'<p class="note">{html.escape(table.note)}</p>' if table.note else ""
    return (
        f'<figure class="table">{head}<table>\n<thead>{row(table.frame.columns, "th")}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table>{note}</figure>"
    )
