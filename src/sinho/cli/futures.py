"""Several futures of a network: their shares are read, their launches decided and shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sinho.cli.files import print_written
from sinho.cli.inputs import chosen
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, print_text

if TYPE_CHECKING:
    from sinho.source import Input, Params

MOST = 25
"""Rows of a table that are shown on a screen; JSON and --out have all of them."""


def shares_of(weights: Sequence[str]) -> dict[str, float]:
    """Read shares of scenarios, as they are typed."""
    shares: dict[str, float] = {}
    for text in weights:
        name, _, share = text.rpartition("=")
        if name in shares:
            raise typer.BadParameter(f"{name!r} is named twice.", param_hint="--weight")
        try:
            shares[name] = float(Fraction(share))
        except (ValueError, ZeroDivisionError, OverflowError):
            shares[name] = 0.0
        if not name or not 0 < shares[name] <= 1:
            raise typer.BadParameter(
                f"{text!r} is no SCENARIO=SHARE with a share above 0, of 1 at most, such as 0.25 "
                "or 1/3.",
                param_hint="--weight",
            )
    return shares


def weigh(
    futures: Mapping[str, Input],
    shares: Mapping[str, float],
    revealed: str | None,
    effort: Params,
    time: float | None,
    seed: int,
    out: Path | None,
    *,
    as_json: bool,
) -> None:
    """Decide launches for several futures, and show and write what they come to."""
    from sinho.run import plain
    from sinho.source import solve_robust

    total = sum(shares.values())
    if abs(total - 1) > 1e-6:
        given = ", ".join(f"{name} {share:g}" for name, share in shares.items())
        raise typer.BadParameter(
            f"the shares must sum to 1, not to {total:g}: {given}.", param_hint="--weight"
        )
    day = None
    if revealed is not None:
        months = [f"{one:%Y-%m}" for one in next(iter(futures.values())).months]
        chosen("--revealed", revealed, months, "month")
        day = dt.date.fromisoformat(f"{revealed}-01")
    made = wait(
        lambda stop, report: solve_robust(
            futures, shares, effort, revealed=day, stop=stop, seed=seed, progress=report
        ),
        "futures",
        time,
    )
    from sinho.report.source import futures_said, futures_tables, write_futures

    summary = plain(made.summary())
    written = [] if out is None else write_futures(made, out, summary)
    if as_json:
        print_json(summary | {"files": [str(one) for one in written]})
        return
    for line in futures_said(made):
        print_text(line)
    print()
    for table in futures_tables(made).values():
        if table.frame.height:
            print_frame(table.title, table.frame.with_columns(rounded()), most=MOST)
    print_written(written, "--out DIR writes the page, the workbook and the record.")


def rounded() -> Any:
    """Return columns of numbers with two decimals."""
    import polars.selectors as cs

    return cs.float().round(2)
