"""Quotes kept in their folders: both plans, and what questions about them need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.results import Quote
from sinho.run.keep import KEPT, load, record_in, save, tables_in
from sinho.run.kept import keep_plan, read_again
from sinho.stop import Report, StopRule

QUOTE = "quote"
"""Folder of what is kept of a quote, beside the plan with its programme."""

BY_MONTH = ("late", "lost")
"""Tables of the plan without the programme that are kept too."""


@dataclass(frozen=True)
class KeptQuote:
    """A quote as its folder keeps it, beside the plan with its programme.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that the quote was written to.
    facts : mapping of str to object
        Its key figures (``Quote.summary``), with ``origin`` and ``scenario`` of its hub.
    tables : mapping of str to polars.DataFrame
        Its tables, and ``without.late`` and ``without.lost``.
    """

    folder: Path
    facts: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]


def keep_quote(
    quote: Quote,
    hubs: tuple[Hub, Hub],
    out: Path,
    *,
    scenario: str = "",
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> None:
    """Keep a quote for questions, in the place of what was kept before.

    Parameters
    ----------
    quote : Quote
        The quote.
    hubs : (Hub, Hub)
        The hub without the programme and with it.
    out : pathlib.Path
        The quote's folder.
    scenario : str
        The hub's scenario; empty: none.
    stop, progress
        As of `sinho.run.kept.keep_plan`.
    """
    without, whole = hubs
    # the hub with the programme was read nowhere
    keep_plan(quote.with_, Hub(whole.tables), out, stop=stop, progress=progress)
    own = {f"without.{name}": quote.without.tables[name] for name in BY_MONTH}
    origin = str(Path(without.origin).resolve()) if without.origin else ""
    facts = quote.summary() | {"origin": origin, "scenario": scenario}
    save(out / KEPT / QUOTE, {**quote.tables, **own}, facts)


def read_quote(folder: Path) -> KeptQuote | None:
    """Read what a folder keeps of a quote; None where it keeps none.

    Raises
    ------
    Damaged
        When a file of it is not as it was written.
    """
    kept = folder / KEPT / QUOTE
    if not kept.is_dir():
        return None
    record = record_in(kept)
    tables = {name: load(kept, name, pl.DataFrame) for name in tables_in(record)}
    return KeptQuote(folder, record["facts"], tables)


def hub_of_quote_now(kept: KeptQuote) -> str:
    """Say what became of the hub of a quote since; empty where it is as it was quoted."""
    if not kept.facts["origin"]:
        return ""
    path, as_made = Path(kept.facts["origin"]), "This is the quote as it was made."
    now = read_again(path, kept.facts["scenario"], "quoted")
    if isinstance(now, str):
        return f"{now} {as_made}"
    if now.digest == kept.facts["input_hash_without"]:
        return ""
    return f"The hub {path} has changed since this quote was made. {as_made}"
