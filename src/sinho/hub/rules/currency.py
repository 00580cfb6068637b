"""Rules on amounts in currencies of their own."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, month, offenders
from sinho.hub.schema import HUB, NETWORK, Layout, fields


def _naming(layout: Layout) -> tuple[str, ...]:
    """Return the tables whose rows may name the currency of their amounts."""
    own = ("hub", "network", "currencies")
    return tuple(name for name in layout.tables if name not in own and "currency" in fields(name))


NAMED, NETWORK_NAMED = _naming(HUB), _naming(NETWORK)
"""Tables of a hub, and of a network of plants, that may name currencies."""


def _settings(t: Tables) -> tuple[str, tuple[str, ...]]:
    """Return the table of settings, and the tables that may name currencies."""
    return ("hub", NAMED) if t["network"].is_empty() else ("network", NETWORK_NAMED)


def _own(t: Tables) -> str | None:
    named = t[_settings(t)[0]]["currency"].drop_nulls()
    return None if named.is_empty() else str(named[0])


def _foreign(t: Tables, table: str) -> pl.DataFrame:
    rows = t[table].drop_nulls("currency")
    own = _own(t)
    return rows if own is None else rows.filter(pl.col("currency") != own)


def currencies_have_rates(t: Tables) -> Iterator[Offence]:
    """Require a rate of exchange from the first month on for every currency that is named."""
    settings, tables = _settings(t)
    if t.lacks("currencies", settings):
        return
    rates = t["currencies"].drop_nulls(["currency", "start"])
    known = rates["currency"].unique().sort().to_list()
    own = _own(t)
    used: set[str] = set()
    for table in tables:
        rows = _foreign(t, table)
        used |= set(rows["currency"])
        yield from offenders(
            table,
            rows.filter(~pl.col("currency").is_in(known)),
            "currency",
            "has no rate in table currencies",
            lambda r: nearest(str(r["currency"]), [*known, *([own] if own else [])]),
        )
    yield from offenders(
        "currencies",
        rates.filter(pl.col("currency") == (own or "")),
        "currency",
        f"is the {settings}'s own currency, whose rate is 1",
        "Remove the row.",
    )
    starts = t[settings]["start"].drop_nulls()
    if not starts.is_empty():
        first = rates.sort("start").unique("currency", keep="first", maintain_order=True)
        late = first.filter(
            pl.col("currency").is_in(sorted(used - {own or ""})) & (pl.col("start") > starts[0])
        )
        yield from offenders(
            "currencies",
            late,
            "start",
            f"is after the first month that is planned ({month(starts[0])}): the currency has no "
            "rate before",
            "Add a row with the rate that held then.",
        )


def currencies_are_named(t: Tables) -> Iterator[Offence]:
    """Warn of currencies in which nothing is given."""
    _, tables = _settings(t)
    if t.lacks(*tables, "currencies"):
        return
    used = {name for table in tables for name in t[table]["currency"].drop_nulls()}
    bare = t["plants"].join(t["plant_steps"], on="plant", how="anti")
    if bare["hub"].drop_nulls().len():
        return  # the hub from which a plant takes its steps may name it
    rows = t["currencies"].drop_nulls("currency").filter(~pl.col("currency").is_in(sorted(used)))
    yield from offenders(
        "currencies",
        rows.unique("currency", keep="first", maintain_order=True),
        "currency",
        "no amount of another table names this currency, so the row has no effect",
        lambda r: nearest(str(r["currency"]), sorted(used)),
        "warning",
    )


RULES: tuple[Rule, ...] = (currencies_have_rates, currencies_are_named)
