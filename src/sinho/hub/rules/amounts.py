"""Doubts about amounts, volumes and room that do not go with those beside them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, also, doubts, figure, firsts, planned
from sinho.hub.rules.usual import OFF

CHEAP = 5000.0
"""Freight and fees that are a smaller part of the cheapest car are doubted."""

FAR = 100.0
"""As `OFF`, for figures that may differ much: of other groups, of months without vessels."""

LARGEST_VESSEL = 12_000.0
"""Car equivalents; the largest car carriers take fewer than 11,000."""


def prices_are_alike(t: Tables) -> Iterator[Offence]:
    """Warn of prices far from those beside them, and of amounts that do not go with them."""
    if t.lacks("demand"):
        return
    # amounts in a currency of their own are not compared
    own = pl.col("currency").is_null()
    demand = t["demand"].filter((pl.col("price") > 0) & own).drop_nulls("model")
    if demand.is_empty():
        return
    usual = pl.col("price").median().over("model").alias("usual")
    priced = demand.with_columns(usual)
    rows = priced.filter(~pl.col("price").is_between(pl.col("usual") / OFF, pl.col("usual") * OFF))
    yield from doubts(
        "demand",
        rows,
        "price",
        lambda r: f"is far from the usual price of {r['model']}, {figure(r['usual'])}",
        "Check the digits and the currency unit.",
    )
    for column in ("lost_penalty", "late_penalty"):
        rows = priced.filter(pl.col(column) > OFF * pl.col("usual"))
        yield from doubts(
            "demand",
            firsts(rows, "model"),
            column,
            lambda r: (
                f"is more than {OFF:g} times the usual price of {r['model']}, "
                f"{figure(r['usual'])}{also(int(str(r['count'])))}"
            ),
            "Check the digits and the currency unit.",
        )
    prices = dict(priced.group_by("model").agg(pl.col("usual").first()).iter_rows())
    usual = pl.col("model").replace_strict(prices, default=None, return_dtype=pl.Float64)
    models = t["models"].with_columns(usual.alias("usual"))
    for column, low, high in (("material_cost", 1 / OFF, 4.0), ("stock_cost", 0.0, 0.2)):
        rows = models.filter(
            (pl.col(column) > 0)
            & ~pl.col(column).is_between(pl.col("usual") * low, pl.col("usual") * high)
        )
        yield from doubts(
            "models",
            rows,
            column,
            lambda r: f"does not go with its usual price in demand, {figure(r['usual'])}",
            "All amounts are in the currency unit of the hub.",
        )
    dearest = float(str(priced["usual"].max()))
    for table, column, where in (
        ("contracts", "fee", own),
        ("contracts", "short_penalty", own & (pl.col("short_penalty") > OFF * dearest)),
        ("tariffs", "per_unit", own),
        ("freight", "cost", own & (pl.col("per") != "box")),
        ("parts", "buy_cost", pl.lit(True)),
        ("parts", "make_cost", pl.lit(True)),
    ):
        yield from doubts(
            table,
            t[table].filter((pl.col(column) > dearest) & where),
            column,
            f"is more than the price of the dearest car, {figure(dearest)}",
            "All amounts are in the currency unit of the hub.",
        )

    least = float(str(priced["usual"].min())) / CHEAP
    for table, column in (("freight", "cost"), ("contracts", "fee")):
        yield from doubts(
            table,
            t[table].filter(own & (pl.col(column) > 0) & (pl.col(column) < least)),
            column,
            f"does not go with the prices of cars, which are {figure(CHEAP * least)} and more",
            "All amounts are in the currency unit of the hub.",
        )


def labour_is_alike(t: Tables) -> Iterator[Offence]:
    """Warn of labour whose cost of an hour is far from that of the group's, or of any other."""
    hours = (pl.col("shifts") * pl.col("hours")).alias("time")
    paid = t["patterns"].with_columns(hours).drop_nulls(["group", "cost_per_day", "time"])
    paid = paid.filter(pl.col("time").is_between(0.1, 24) & (pl.col("cost_per_day") > 0))
    each = pl.col("cost_per_day") / pl.col("time")
    paid = paid.with_columns(
        each.alias("each"),
        each.max().over("group").alias("most"),
        each.median().alias("usual"),
    )
    rows = paid.filter(
        (pl.col("each") < pl.col("most") / OFF)
        | ~pl.col("each").is_between(pl.col("usual") / FAR, pl.col("usual") * FAR)
    )
    hint = "Check the digits and the currency unit."
    yield from doubts(
        "patterns",
        rows,
        "cost_per_day",
        lambda r: (
            f"is {float(str(r['each'])):,.4g} an hour, far from what other patterns cost, up to "
            f"{figure(paid['each'].max())}"
        ),
        hint,
    )
    usual = paid.group_by("group").agg(pl.col("most").first())
    rows = t["overtime"].join(usual, on="group", maintain_order="left")
    cost = pl.col("cost_per_hour")
    rows = rows.filter((cost > 0) & ~cost.is_between(pl.col("most") / OFF, pl.col("most") * OFF))
    rule = "is far from what an hour of the group's patterns costs"
    yield from doubts("overtime", rows, "cost_per_hour", rule, hint)


def rows_are_alike(t: Tables) -> Iterator[Offence]:
    """Warn of figures far from those of other months, or vessels, beside them."""
    for table, column, keys, far in (
        ("freight", "cost", ["lane", "mode", "per"], OFF),
        ("sailings", "ceu", ["lane"], FAR),
        ("sailings", "area", ["lane"], FAR),
        ("sailings", "boxes", ["lane"], FAR),
        ("vessels", "ceu", ["lane"], FAR),
        ("yard", "capacity", ["yard"], OFF),
    ):
        if t[table].height < 2:
            continue
        rows = t[table].filter(pl.col(column) > 0).drop_nulls(keys)
        usual = pl.col(column).median().over(keys).alias("usual")
        rows = rows.with_columns(usual).filter(
            ~pl.col(column).is_between(pl.col("usual") / far, pl.col("usual") * far)
        )
        yield from doubts(
            table,
            rows,
            column,
            lambda r, key=keys[0]: (  # type: ignore[misc]
                f"is far from the other figures of its {key}, {figure(r['usual'])}"
            ),
            "Check the digits and the unit.",
        )


def pieces_go_with_demand(t: Tables) -> Iterator[Offence]:
    """Warn of more cars late, or counted, than demand can explain."""
    requested = planned(t)
    if t.lacks("demand", "models") or requested.is_empty():
        return
    sums = requested.group_by("model", "market").agg(pl.col("units").sum().alias("asked"))
    rows = t["opening_backlog"].join(sums, on=["model", "market"], maintain_order="left")
    yield from doubts(
        "opening_backlog",
        rows.filter(pl.col("units") > pl.col("asked")),
        "units",
        lambda r: f"is more than all months ask for, {figure(r['asked'])}",
        "Check the digits.",
    )
    month = float(requested.group_by("month").agg(pl.col("units").sum())["units"].max() or 0)  # type: ignore[arg-type]
    models = t["models"]
    cars = {"all", *models["model"].drop_nulls(), *models["family"].drop_nulls()}
    months = pl.when(pl.col("period").str.len_chars() == 4).then(12).otherwise(1)
    rows = t["actuals"].filter(
        pl.col("item").is_in(cars) & (pl.col("units") > OFF * month * months)
    )
    rule = f"is far more than the demand of a month, {figure(month)} cars at most"
    yield from doubts("actuals", rows, "units", rule, "Check the digits.")


def demand_is_alike(t: Tables) -> Iterator[Offence]:
    """Warn of a month's demand far above all other months of model and market."""
    if t.lacks("demand"):
        return
    keys = ["model", "market"]
    largest = pl.col("units").top_k(2).min().over(keys).alias("next")
    rows = planned(t).filter(pl.len().over(keys) >= 3).with_columns(largest)
    yield from doubts(
        "demand",
        rows.filter(pl.col("units") > 5 * OFF * pl.col("next")),
        "units",
        lambda r: (
            f"is {float(str(r['units'])) / float(str(r['next'])):,.0f} times what any other month "
            f"asks for ({float(str(r['next'])):g})"
        ),
        "Check the digits.",
    )


def stock_has_room(t: Tables) -> Iterator[Offence]:
    """Warn of opening stock beyond the yard or the most that is kept, and of least stocks."""
    stock, models = t["opening_stock"].drop_nulls("units"), t["models"]
    hub = t["hub"].drop_nulls("start")
    yard = t["yard"].drop_nulls(["yard", "start", "capacity"])
    if not yard.is_empty() and hub.height == 1 and not t.lacks("yard"):
        held = yard.filter(pl.col("start") <= hub["start"][0]).sort("start")
        room = float(held.group_by("yard").agg(pl.col("capacity").last())["capacity"].sum())
        cars = stock.filter(pl.col("item").is_in(models["model"].implode()))
        total = float(cars["units"].sum())
        if not held.is_empty() and total > room:
            yield from doubts(
                "opening_stock",
                cars.sort("units", descending=True, maintain_order=True).head(1),
                "units",
                f"the cars in stock, {figure(total)}, are more than the yard holds, {figure(room)}",
                "Lower the stock, or raise capacity in yard.",
            )
        least = float(models["stock_min"].sum())
        if not held.is_empty() and least > room:
            yield from doubts(
                "models",
                models.sort("stock_min", descending=True, maintain_order=True).head(1),
                "stock_min",
                f"the least stocks, {figure(least)} cars in all, are more than the yard holds, "
                f"{figure(room)}",
                "Lower them, or raise capacity in yard.",
            )
    for table, key in (("models", "model"), ("parts", "part")):
        most = t[table].select(pl.col(key).alias("item"), pl.col("stock_max").alias("kept"))
        rows = stock.join(most, on="item", maintain_order="left")
        yield from doubts(
            "opening_stock",
            rows.filter(pl.col("units") > pl.col("kept")),
            "units",
            lambda r: f"is above the most that is kept, {figure(r['kept'])} (stock_max)",
            "Lower it, or raise stock_max.",
        )


def vessels_are_usual(t: Tables) -> Iterator[Offence]:
    """Warn of sailings with more room than vessels have, and of areas that do not go with it."""
    sailings = t["sailings"]
    if not sailings.is_empty():
        rows = sailings.filter((pl.col("calls") > 0) & (pl.col("ceu") > 0)).with_columns(
            (pl.col("ceu") / pl.col("calls")).alias("each")
        )
        rows = rows.filter(pl.col("each") > LARGEST_VESSEL)
        yield from doubts(
            "sailings",
            firsts(rows, "lane"),
            "ceu",
            lambda r: (
                f"is {float(str(r['each'])):,.0f} CEU per call, and the largest vessels hold "
                f"{LARGEST_VESSEL:,.0f}{also(int(str(r['count'])))}"
            ),
            "Check ceu and calls.",
        )
        size = pl.col("area") / pl.col("ceu")
        rows = sailings.filter((pl.col("ceu") > 0) & (pl.col("area") > 0)).with_columns(
            size.alias("each")
        )
        yield from doubts(
            "sailings",
            firsts(rows.filter(~pl.col("each").is_between(2, 25)), "lane"),
            "area",
            lambda r: (
                f"is {float(str(r['each'])):,.4g} m2 for each CEU, where 4 to 12 is usual"
                f"{also(int(str(r['count'])))}"
            ),
            "Check area and ceu, and their units.",
        )
    rows = t["vessels"].filter(pl.col("etd") - pl.col("cutoff") > pl.duration(days=60))
    rule = "the cut-off is more than 60 days before the departure"
    yield from doubts("vessels", rows, "cutoff", rule, "Check the year of both.")


RULES: tuple[Rule, ...] = (
    prices_are_alike,
    labour_is_alike,
    rows_are_alike,
    pieces_go_with_demand,
    demand_is_alike,
    stock_has_room,
    vessels_are_usual,
)
