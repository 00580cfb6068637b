"""The report of a quote: one page on two sides of A4, a workbook with live formulas, and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sinho.hub.files import write_text
from sinho.report.quote.page import quote_page
from sinho.report.quote.why import displaced, why_fee
from sinho.report.quote.words import headline, quote_tables
from sinho.report.quote.workbook import write_quote_workbook
from sinho.results import Quote

__all__ = ["FILES", "displaced", "headline", "quote_tables", "why_fee", "write_quote"]

FILES = {"quote": "quote.json", "report": "quote.html", "workbook": "quote.xlsx"}
"""The files of a quote by what they are."""


def write_quote(quote: Quote, out: str | Path, *, report: bool = True) -> Mapping[str, Path]:
    """Write a quote: ``quote.json``, and on demand its page and workbook.

    Parameters
    ----------
    quote : Quote
        The quote.
    out : str or pathlib.Path
        Folder to write to; made where it is missing. Files of an earlier quote are replaced.
    report : bool
        Whether to write page and workbook.

    Returns
    -------
    mapping of str to pathlib.Path
        The files by what they are.

    Raises
    ------
    OSError
        When the folder cannot be written to.
    """
    folder = Path(out)
    paths = {name: folder / file for name, file in FILES.items()}
    record = json.dumps(quote.record(), indent=1, ensure_ascii=False, default=str)
    page = quote_page(quote) if report else ""
    folder.mkdir(parents=True, exist_ok=True)
    earlier = paths["quote"].exists()
    write_text(paths["quote"], record + "\n", force=True)
    if not report:
        # what an earlier quote wrote for people tells of that quote
        for name in ("report", "workbook") if earlier else ():
            paths[name].unlink(missing_ok=True)
        return {"quote": paths["quote"]}
    write_text(paths["report"], page, force=True)
    write_quote_workbook(quote, paths["workbook"], force=True)
    return paths
