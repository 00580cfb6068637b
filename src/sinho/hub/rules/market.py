"""Rules on markets, demand, contracts, tariffs, freight, sailings and actuals."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import (
    Rule,
    Tables,
    also,
    firsts,
    idle_contracts,
    month,
    months,
    offenders,
    planned,
    with_members,
)
from sinho.hub.rules.duties import unlikely_publications
from sinho.hub.rules.lanes import DOMESTIC, OVERLAND, OVERSEAS
from sinho.hub.rules.plant import no_countries
from sinho.hub.schema import ALL, LIST_SEPARATOR


def country_codes(t: Tables) -> Iterator[Offence]:
    """Require countries as codes of two capital letters."""
    for table, column in (
        ("markets", "country"),
        ("tariffs", "origin"),
        ("tariffs", "destination"),
    ):
        yield from no_countries(t, table, column)


def demand_not_before_launch(t: Tables) -> Iterator[Offence]:
    """Refuse demand before the month in which the model is launched."""
    sop = t["models"].select("model", "sop").drop_nulls()
    rows = t["demand"].filter(pl.col("units") > 0).join(sop, on="model", maintain_order="left")
    yield from offenders(
        "demand",
        rows.filter(pl.col("month") < pl.col("sop").dt.month_start()),
        "month",
        lambda r: f"is before the start of production of {r['model']} ({r['sop']})",
        "Set units to 0, move the demand, or give an earlier sop in models.",
    )


def demand_not_after_end(t: Tables) -> Iterator[Offence]:
    """Warn of demand after a model's end of production."""
    eop = t["models"].select("model", "eop").drop_nulls()
    rows = t["demand"].filter(pl.col("units") > 0).join(eop, on="model", maintain_order="left")
    yield from offenders(
        "demand",
        firsts(rows.filter(pl.col("month") > pl.col("eop")), "model"),
        "month",
        lambda r: (
            f"is after the end of production of {r['model']} ({r['eop']})"
            f"{also(int(str(r['count'])))}"
        ),
        "Only cars from stock can be delivered then.",
        "warning",
    )


def demand_within_horizon(t: Tables) -> Iterator[Offence]:
    """Warn, once, of demand outside the planned months."""
    hub = t["hub"].drop_nulls(["start", "end"])
    if hub.height != 1:
        return
    start, end = hub["start"][0], hub["end"][0]
    rows = t["demand"].filter(~pl.col("month").is_between(start, end))
    if rows.is_empty() or start > end:
        return
    text = months(rows["month"].unique().to_list())
    count = f"{rows.height:,} rows lie" if rows.height > 1 else "the row lies"
    nothing = "count for nothing" if rows.height > 1 else "counts for nothing"
    yield Offence(
        "demand",
        [rows[ROW][0]],
        "month",
        f"{count} outside the planned months {month(start)} to {month(end)} and {nothing}: {text}",
        "Change start or end of the hub if they are to be planned.",
        "warning",
    )


def cars_have_a_price(t: Tables) -> Iterator[Offence]:
    """Warn, once per model, of cars without a price."""
    rows = t["demand"].filter((pl.col("units") > 0) & (pl.col("price") == 0))
    counts = rows.group_by("model").agg(pl.len().alias("count"))
    rows = rows.unique("model", keep="first", maintain_order=True).join(counts, on="model")
    yield from offenders(
        "demand",
        rows,
        "price",
        lambda r: (
            f"cars of {r['model']} have no price"
            + (f" (in {r['count']:,} rows, this is the first)" if r["count"] != 1 else "")
        ),
        "The plan will build them for penalties and contracts only.",
        "warning",
    )


def demand_overseas_has_sailings(t: Tables) -> Iterator[Offence]:
    """Warn, once per lane, of months with demand overseas but no sailings."""
    if t.lacks("sailings", "demand"):
        return
    overseas = t["markets"].filter(pl.col("route") == OVERSEAS).drop_nulls("lane")
    requested = planned(t).join(overseas.select("market", "lane"), on="market")
    bare = requested.join(t["sailings"], on=["lane", "month"], how="anti")
    text = {
        lane: months(rows["month"].unique().to_list()) for (lane,), rows in bare.group_by("lane")
    }
    rows = overseas.filter(pl.col("lane").is_in(list(text)))
    yield from offenders(
        "markets",
        rows.unique("lane", keep="first", maintain_order=True),
        "lane",
        lambda r: (
            f"sailings has no row for this lane in {text[str(r['lane'])]}: nothing can be shipped "
            "then, though there is demand"
        ),
        "Add rows to sailings; an empty cell there means no limit.",
        "warning",
    )


def contracts_in_order(t: Tables) -> Iterator[Offence]:
    """Require that contracts end after they start and ask for no more than they allow."""
    contracts = t["contracts"]
    yield from offenders(
        "contracts",
        contracts.filter(pl.col("end") < pl.col("start")),
        "end",
        lambda r: f"must not be before start ({month(r['start'])})",
    )
    yield from offenders(
        "contracts",
        contracts.filter(pl.col("least") > pl.col("most")),
        "least",
        lambda r: f"must not be above most ({r['most']:g})",
    )


def contract_models_are_of_its_brand(t: Tables) -> Iterator[Offence]:
    """Require that a contract's models are sold under its brand."""
    brands = t["models"].select(pl.col("model").alias("member"), pl.col("brand").alias("sold"))
    rows = with_members(t["contracts"], "models").join(brands, on="member", maintain_order="left")
    yield from offenders(
        "contracts",
        rows.filter(pl.col("brand") != pl.col("sold")),
        "models",
        lambda r: f"{r['member']} is sold under {r['sold']}, not under {r['brand']}",
        "Name models of the brand only, or change the brand.",
    )


LISTS = (
    ("contracts", "models"),
    ("contracts", "markets"),
    ("lines", "shops"),
    ("lines", "shared"),
    ("sequence_rules", "lines"),
)


def lists_name_once(t: Tables) -> Iterator[Offence]:
    """Refuse lists that name a model, market, shop or line twice."""
    for table, column in LISTS:
        names = pl.col(column).str.split(LIST_SEPARATOR)
        rows = t[table].drop_nulls(column).filter(names.list.n_unique() < names.list.len())
        yield from offenders(table, rows, column, "names something twice", "Name it once.")


def contract_has_demand(t: Tables) -> Iterator[Offence]:
    """Warn of contracts whose models and markets have no demand in their months."""
    if t.lacks("demand", "models"):
        return
    yield from offenders(
        "contracts",
        t["contracts"].filter(pl.col(ROW).is_in(idle_contracts(t))),
        "least",
        "no demand for its models and markets lies within its months, so it cannot be met",
        "Add rows to demand; only cars that a market asks for are shipped.",
        "warning",
    )


def backlog_has_demand(t: Tables) -> Iterator[Offence]:
    """Require a demand row for late cars, whose price and penalties they take."""
    if t.lacks("demand"):
        return
    rows = t["opening_backlog"].drop_nulls(["model", "market"])
    rows = rows.join(t["demand"], on=["model", "market"], how="anti", maintain_order="left")
    yield from offenders(
        "opening_backlog",
        rows,
        "market",
        lambda r: f"demand has no row for {r['model']} in {r['market']}",
        "Add one (its units may be 0): late cars take its price and penalties.",
    )


def duties_are_per_cent(t: Tables) -> Iterator[Offence]:
    """Warn of duties below one per cent, perhaps meant as a share."""
    rows = t["tariffs"].filter((pl.col("percent") > 0) & (pl.col("percent") < 1))
    yield from offenders(
        "tariffs",
        rows,
        "percent",
        "is less than one per cent",
        lambda r: (
            f"Write {100 * float(str(r['percent'])):g} if {r['percent']} is meant as a share."
        ),
        "warning",
    )


def acts_are_published_in_time(t: Tables) -> Iterator[Offence]:
    """Doubt acts that are published years after they begin, or long before."""
    yield from unlikely_publications(t, "tariffs")


def actuals_name_what_is_known(t: Tables) -> Iterator[Offence]:
    """Warn of actuals whose item or market the hub does not know."""
    if t.lacks("models", "parts", "markets"):
        return
    models, parts, markets = t["models"], t["parts"], t["markets"]
    items = pl.concat([models["model"], models["family"], parts["part"], parts["kind"]])
    places = pl.concat([markets["market"], markets["region"]])
    for column, known in (
        ("item", [*items.drop_nulls().unique(), ALL]),
        ("market", [*places.drop_nulls().unique(), OVERSEAS, OVERLAND, DOMESTIC, ALL]),
    ):
        rows = t["actuals"].filter(~pl.col(column).is_in(known))
        yield from offenders(
            "actuals",
            rows.unique(column, keep="first", maintain_order=True),
            column,
            "the hub knows no such name, so the plan cannot be set against it",
            lambda r, c=column, k=known: nearest(str(r[c]), k),  # type: ignore[misc]
            "warning",
        )


RULES: tuple[Rule, ...] = (
    country_codes,
    demand_not_before_launch,
    demand_not_after_end,
    demand_within_horizon,
    cars_have_a_price,
    demand_overseas_has_sailings,
    contracts_in_order,
    contract_models_are_of_its_brand,
    lists_name_once,
    contract_has_demand,
    backlog_has_demand,
    duties_are_per_cent,
    acts_are_published_in_time,
    actuals_name_what_is_known,
)
