"""Tables as text and as HTML."""

from __future__ import annotations

import html
import re

import polars as pl

from sinho.report.kpi import TINY
from sinho.report.tables import Table

NOTHING = "–"
MINUS = "−"
_WHOLE_FROM = 100.0
_TENTHS_FROM = 10.0
_MOST_ROWS = 500
_ONE_LINE = 28
_LONG = 1000.0
_UNIT = re.compile(r" ?\[([^\]]+)\]")


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
    if units is None:
        of_column = _alike(
            frame.columns, of_column, [_top(frame.to_series(at)) for at in range(frame.width)]
        )
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


def _top(column: pl.Series) -> float:
    """Return the largest number of a column without its sign."""
    known = column.drop_nulls().abs() if column.dtype.is_numeric() else column.head(0)
    return float(known.max()) if len(known) else 0.0  # type: ignore[arg-type]


def _alike(headings: list[str], decimals: list[int], tops: list[float]) -> list[int]:
    """Give columns of one unit as many decimals as the one of them that needs most.

    Long numbers keep their own: nobody reads the decimals of two million.
    """
    found = list(decimals)
    units = [re.search(r"\[([^\]]+)\]$", heading) for heading in headings]
    for at, unit in enumerate(units):
        if unit and tops[at] < _LONG:
            beside = [n for n, one in enumerate(units) if one and one[1] == unit[1]]
            found[at] = max(decimals[n] for n in beside if tops[n] < _LONG)
    return found


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


def html_table(table: Table, *, caption: bool = True, most: int = _MOST_ROWS) -> str:
    """Return a table as HTML with every text escaped, or the reason why it is empty.

    Sources are numbered and stand once each below the table. A table of more rows than ``most`` is
    cut short, and says so.

    Parameters
    ----------
    table : Table
        The table.
    caption : bool
        Whether its title stands above it.
    most : int
        Rows to show.

    Returns
    -------
    str
        A ``figure`` element with the table, or a paragraph.
    """
    title = html.escape(_whole(table.title))
    if not table.frame.height:
        return f'<p class="empty"><strong>{title}.</strong> {html.escape(table.empty)}</p>'
    frame, sources = _numbered(table.frame.head(most))
    kinds = [_kind(column) for column in frame.iter_columns()]

    def row(values: list[str], tag: str) -> str:
        inside = "".join(
            f"<{tag}{kind}>{html.escape(value)}</{tag}>"
            for value, kind in zip(values, kinds, strict=True)
        )
        return f"<tr>{inside}</tr>"

    headings = [_whole(heading) for heading in frame.columns]
    body = "\n".join(row(values, "td") for values in cells(frame))
    head = f"<figcaption>{title}</figcaption>" if caption else ""
    notes = [table.note] if table.note else []
    if table.frame.height > most:
        more = table.frame.height - most
        notes.append(f"{more:,} more rows stand in the workbook.")
    below = "".join(f'<p class="note">{html.escape(note)}</p>' for note in notes)
    if sources:
        items = "".join(f"<li>{html.escape(source)}</li>" for source in sources)
        below += f'<p class="note">Sources:</p><ol class="sources">{items}</ol>'
    return (
        f'<figure class="table">{head}<table>\n<thead>{row(headings, "th")}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table>{below}</figure>"
    )


def _whole(heading: str) -> str:
    """Keep a unit in brackets together: it is not broken."""
    return _UNIT.sub(lambda unit: " " + unit[0].strip().replace(" ", "\u00a0"), heading)


def _numbered(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Replace the column ``source`` by numbers; return the sources too."""
    if "source" not in frame.columns:
        return frame, []
    sources = frame["source"].drop_nulls().unique(maintain_order=True).to_list()
    place = {source: f"[{n}]" for n, source in enumerate(sources, 1)}
    numbers = [place.get(source) for source in frame["source"].to_list()]
    return frame.with_columns(pl.Series("source", numbers, dtype=pl.String)), sources


def _kind(column: pl.Series) -> str:
    """Return the class of a column's cells: numbers, short texts on one line, or long words."""
    if column.dtype.is_numeric():
        return ' class="n"'
    texts = [str(text) for text in column.cast(pl.String).drop_nulls()]
    if all(len(text) <= _ONE_LINE for text in texts):
        return ' class="short"'
    return (
        ' class="long"' if any(len(word) > _ONE_LINE for t in texts for word in t.split()) else ""
    )
