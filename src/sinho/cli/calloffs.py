"""Command calloff compare: what a call-off to the suppliers changes against another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sinho.cli.base import FileProblem, examples
from sinho.cli.options import AsJson
from sinho.cli.show import print_frame, print_json, print_text

if TYPE_CHECKING:
    from sinho.results import CallOffs

KINDS = (
    "the folder of a run or of its call-offs, a call-off.json, an .edi file, or a folder of these."
)

SHOWN = 40
"""Rows of a table that are shown on a screen."""


@examples(
    "sinho calloff compare out/monday out/tuesday",
    "sinho calloff compare old/delfor-S-1001.edi new/delfor-S-1001.edi",
    "sinho calloff compare out/monday out/tuesday --json | jq .days",
)
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help=f"The earlier call-off: {KINDS}")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=f"The later one: {KINDS}")],
    json: AsJson = False,
) -> None:
    """Compare two call-offs: which days and cars change, by supplier and part."""
    import polars as pl

    from sinho.calloffs import compare_call_offs, compare_takts, compared_days

    before, after = _read(old), _read(new)
    days, takts = compare_call_offs(before, after), compare_takts(before, after)
    covered = compared_days(before, after)
    if json:
        print_json(
            {
                "old": _head(before),
                "new": _head(after),
                "compared": covered and dict(zip(("first", "last"), covered, strict=True)),
                "days": days.to_dicts(),
                "takts": takts.to_dicts(),
            }
        )
        return
    print_text(
        f"Call-off {after.number} of {after.date} against {before.number} of {before.date}: "
        f"{days.height:,} changes by day, {days['firm'].sum():,} of them firm, "
        f"{takts.height:,} by takt."
    )
    print_text(_extent(before, after, covered))
    note = _relation(before, after)
    if note:
        print_text(f"Note: {note}")
    if not days.is_empty():
        print()
        firm = pl.when("firm").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("firm")
        shown = days.with_columns(firm)
        print_frame("Delivery call-off [units]", shown, most=SHOWN, as_given=True)
    if not takts.is_empty():
        print()
        print_frame("Production-synchronous call-off", takts, most=SHOWN, as_given=True)


def _relation(before: CallOffs, after: CallOffs) -> str:
    """Say what a supplier cannot make of the two; empty where the new one replaces the old one."""
    old, new = before.number, after.number
    if after.replaces == old:
        return ""
    if before.replaces == new:
        return f"{old} replaces {new}: the newer one is named first."
    if old == new:
        return "both have the same number."
    if after.replaces is None:
        return f"call-off {new} replaces none; a supplier that has {old} would get both."
    if after.replaces == before.replaces:
        return f"both replace call-off {after.replaces}; only one of them can be sent."
    return f"call-off {new} replaces {after.replaces}, not {old}."


def _extent(before: CallOffs, after: CallOffs, covered: tuple[dt.date, dt.date] | None) -> str:
    """Say which days are compared."""
    old, new = (f"{one.number} covers {_span(one.horizon)}" for one in (before, after))
    if covered is None:
        return f"Nothing is compared: {old}, {new}, and no day is in both."
    if before.horizon == after.horizon:
        return f"Compared are the days {_span(covered)}."
    return f"Compared are the days in both, {_span(covered)}: {old}, {new}."


def _span(days: tuple[dt.date, dt.date]) -> str:
    return f"{days[0]} to {days[1]}"


def _read(path: Path) -> CallOffs:
    from sinho.calloffs import read_call_offs

    try:
        return read_call_offs(path)
    except FileNotFoundError as error:
        raise FileProblem(str(error)) from error


def _head(call_offs: CallOffs) -> dict[str, object]:
    return {
        "number": call_offs.number,
        "date": call_offs.date,
        "replaces": call_offs.replaces,
        "first": call_offs.horizon[0],
        "last": call_offs.horizon[1],
    }
