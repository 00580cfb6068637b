"""The figures by which a plan is judged: by year, and side by side."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sinho.hub import Hub
from sinho.report import kpi
from sinho.report.lines import cars_by_line
from sinho.report.names import Names, names_of, planned_hub
from sinho.results import MonthPlan

WHOLE = "whole"
_BY_WAY, _WAY = "cars made by model and line", pl.format("{} on {}", "model", "line")
_SCHEMA = {
    "group": pl.String,
    "figure": pl.String,
    "unit": pl.String,
    "year": pl.String,
    "value": pl.Float64,
}


def figures(plan: MonthPlan, hub: Hub) -> pl.DataFrame:
    """Return all key figures of a plan, by year and over the horizon.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the plan's scenario applied.

    Returns
    -------
    polars.DataFrame
        ``group``, ``figure``, ``unit``, ``year`` (``whole``: the horizon) and ``value``.
        Utilisation and shares are in per cent, castings in tonnes.
    """
    names = names_of(plan, planned_hub(plan, hub))
    pieces = [
        piece
        for per in ("total", "year")
        for piece in (
            *_volumes(plan, names, per),
            *_by_line(plan, hub, per),
            *_capacities(plan, names, per),
        )
    ]
    return pl.concat([*pieces, _money(plan)])


def _piece(
    frame: pl.DataFrame,
    group: str,
    figure: str | pl.Expr,
    unit: str | pl.Expr,
    value: str | pl.Expr,
) -> pl.DataFrame:
    """Bring a frame into the shape of the key figures."""
    year = pl.col("year").cast(pl.String) if "year" in frame.columns else pl.lit(WHOLE)
    return frame.select(
        pl.lit(group).alias("group"),
        (pl.lit(figure) if isinstance(figure, str) else figure).alias("figure"),
        (pl.lit(unit) if isinstance(unit, str) else unit).alias("unit"),
        year.alias("year"),
        (pl.col(value) if isinstance(value, str) else value).cast(pl.Float64).alias("value"),
    )


def _totals(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Sum columns by year where the frame has years, over all rows where it has not."""
    if "year" not in frame.columns:
        return frame.select(pl.col(columns).sum())
    return frame.group_by("year", maintain_order=True).agg(pl.col(columns).sum())


def _ends(plan: MonthPlan, table: str, per: kpi.Per) -> pl.DataFrame:
    """Return what a table holds at the end of each year, or of the horizon."""
    periods = plan.tables["periods"].select("period", pl.col("month").dt.year().alias("year"))
    if per == "total":
        periods = periods.tail(1).drop("year")
    else:
        periods = periods.group_by("year", maintain_order=True).last()
    sums = plan.tables[table].group_by("period").agg(pl.col("units").sum())
    joined = periods.join(sums, on="period", how="left", maintain_order="left")
    return joined.with_columns(pl.col("units").fill_null(0.0))


def _sum_of(plan: MonthPlan, table: str, per: kpi.Per) -> pl.DataFrame:
    """Return the sum of a table by year or over the horizon, nothing included."""
    frame = (
        plan.tables["periods"]
        .select("period")
        .join(
            plan.tables[table].group_by("period").agg(pl.col("units").sum()),
            on="period",
            how="left",
        )
    )
    return _totals(kpi.summed(plan, frame, per, ["period"], ["units"]), ["units"])


def _volumes(plan: MonthPlan, names: Names, per: kpi.Per) -> list[pl.DataFrame]:
    """Return cars, exports, engines and castings."""
    made = kpi.cars_made(plan, names, "family", per)
    shipped = kpi.shipments(plan, names, "market_name", per)
    abroad = shipped.filter(pl.col("route") != "domestic")
    regions = kpi.exports(plan, names, "region", per)
    engines = kpi.parts(plan, names, "engine", per)
    castings = kpi.parts(plan, names, "casting", per)
    batteries = kpi.parts(plan, names, "battery", per)
    pieces = [
        _piece(_totals(made, ["cars"]), "cars", "made", "cars", "cars"),
        _piece(_sum_of(plan, "ship", per), "cars", "shipped", "cars", "units"),
        _piece(_totals(abroad, ["cars"]), "cars", "exported", "cars", "cars"),
        _piece(_sum_of(plan, "lost", per), "cars", "lost", "cars", "units"),
        _piece(_ends(plan, "late", per), "cars", "late at the end", "cars", "units"),
        _piece(made, "cars made", pl.col("family"), "cars", "cars"),
        _piece(regions, "exports by region", pl.col("region"), "cars", "cars"),
        _piece(abroad, "exports by market", pl.col("market_name"), "cars", "cars"),
    ]
    if engines.height:
        pieces.append(_piece(_totals(engines, ["used"]), "engines", "all", "pieces", "used"))
    for group, frame in (("engines", engines), ("batteries", batteries), ("castings", castings)):
        unit = pl.col("unit").replace("piece", "pieces")
        pieces.append(_piece(frame, group, pl.col("part"), unit, "used"))
    return pieces


def _by_line(plan: MonthPlan, hub: Hub, per: kpi.Per) -> list[pl.DataFrame]:
    """Return the cars made by line, and by model and line; nothing of a plant with one line."""
    if hub["lines"].height < 2:
        return []
    cars = cars_by_line(plan, per)
    time = [name for name in cars.columns if name not in ("line", "model", "cars")]
    lines = cars.group_by(*time, "line", maintain_order=True).agg(pl.col("cars").sum())
    return [
        _piece(lines, "cars made by line", pl.col("line"), "cars", "cars"),
        _piece(cars, _BY_WAY, _WAY, "cars", "cars"),
    ]


def _capacities(plan: MonthPlan, names: Names, per: kpi.Per) -> list[pl.DataFrame]:
    """Return utilisation on both bases, people, and the use of ships, trains and trucks."""
    shops = kpi.utilisation(plan, per)
    people = kpi.people(plan, per)
    plant = people.filter(pl.col("group") == "all")
    sailing, land = kpi.sailing_use(plan, per), kpi.departure_use(plan, per)
    by_mode = pl.format("{} by {}", "lane", "mode")
    limited = land.drop_nulls("utilisation")
    return [
        *(
            _piece(shops, f"utilisation, {basis} basis", pl.col("shop"), "%", pl.col(basis) * 100)
            for basis in kpi.BASES
        ),
        _piece(plant, "people", "mean", "people", "people"),
        _piece(plant, "people", "most", "people", "most"),
        _piece(sailing, "sailing use", pl.col("lane"), "%", pl.col("vessel") * 100),
        _piece(
            sailing.filter(pl.col("boxes_capacity") > 0),
            "box use",
            pl.col("lane"),
            "%",
            pl.col("container") * 100,
        ),
        _piece(limited, "rail and road use", by_mode, "%", pl.col("utilisation") * 100),
    ]


def _money(plan: MonthPlan) -> pl.DataFrame:
    """Return the contribution: of the horizon exactly the plan's own, and by year."""
    by_year = kpi.contribution_by_year(plan)
    rows = [(WHOLE, plan.objective)]
    rows += [(str(year), amount) for year, amount in by_year.items()]
    unit, group = plan.currency, "contribution"
    return pl.DataFrame(
        [
            {"group": group, "figure": "all lines", "unit": unit, "year": year, "value": amount}
            for year, amount in rows
        ],
        schema=_SCHEMA,
    )


def by_year(plan: MonthPlan, hub: Hub, groups: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return key figures with one column per calendar year and one for the horizon.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub.
    groups : tuple of str
        Groups of figures to keep; empty: all.

    Returns
    -------
    polars.DataFrame
        ``group``, ``figure``, ``unit``, the years, and ``whole`` where there are several years.
    """
    long = figures(plan, hub)
    if groups:
        long = long.filter(pl.col("group").is_in(groups))
    columns = [str(year) for year in kpi.years(plan)]
    wide = long.pivot("year", index=["group", "figure", "unit"], values="value")
    missing = [name for name in columns if name not in wide.columns]
    wide = wide.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in missing)
    # a figure that adds up and has no row in a year is nothing in that year
    adds = ~pl.col("unit").is_in(["%", "people"])
    filled = [pl.when(adds).then(pl.col(n).fill_null(0.0)).otherwise(n).alias(n) for n in columns]
    if len(columns) == 1:
        return wide.select("group", "figure", "unit", *filled)
    return wide.select("group", "figure", "unit", *filled, WHOLE)


def side_by_side(plans: Mapping[str, MonthPlan], hubs: Mapping[str, Hub]) -> pl.DataFrame:
    """Put the key figures of several plans side by side: the table of a ``Comparison``.

    Parameters
    ----------
    plans : mapping of str to MonthPlan
        Plans by name of their scenario.
    hubs : mapping of str to Hub
        The hub of each, with or without the scenario.

    Returns
    -------
    polars.DataFrame
        ``group``, ``figure``, ``unit`` and one column per plan. Figures hold for the whole
        horizon; cars, contribution, people and utilisation stand by year as well, in groups
        such as ``cars in 2026``. Models by line are those that several lines build.
    """
    of_years = ["cars", "cars made by line", "contribution", "people"]
    yearly = pl.col("group").is_in(of_years) | pl.col("group").str.starts_with("utilisation")
    ways = pl.concat([plan.tables["make_lines"].select("model", "line") for plan in plans.values()])
    ways = ways.unique(maintain_order=True).filter(pl.col("model").is_duplicated())
    several_ways = ways.select(_WAY).to_series()
    columns = []
    for name, plan in plans.items():
        long = figures(plan, hubs[name])
        several = len(kpi.years(plan)) > 1
        kept = long.filter((pl.col("year") == WHOLE) | (yearly & several))
        kept = kept.filter(
            (pl.col("group") != _BY_WAY) | pl.col("figure").is_in(several_ways.implode())
        )
        kept = kept.with_columns(
            pl.when(pl.col("year") == WHOLE)
            .then("group")
            .otherwise(pl.col("group") + pl.lit(" in ") + pl.col("year"))
            .alias("group")
        )
        columns.append(kept.select("group", "figure", "unit", pl.col("value").alias(name)))
    keys = ["group", "figure", "unit"]
    order: dict[str, None] = {}
    for frame in columns:
        order.update(dict.fromkeys(frame["group"]))
    rank = {group: at for at, group in enumerate(sorted(order, key=_group_rank))}
    result = pl.concat([frame.select(keys) for frame in columns]).unique(maintain_order=True)
    for frame in columns:
        result = result.join(frame, on=keys, how="left", maintain_order="left")
    place = pl.col("group").replace_strict(rank, return_dtype=pl.Int64)
    adds = ~pl.col("unit").is_in(["%", "people"])
    return result.sort(place, maintain_order=True).with_columns(
        pl.when(adds).then(pl.col(name).fill_null(0.0)).otherwise(name).alias(name)
        for name in plans
    )


def _group_rank(group: str) -> tuple[bool, str, int]:
    """Order groups: figures of the horizon first as they come, then those by year."""
    first, _, year = group.partition(" in ")
    return (bool(year), year, _GROUPS.index(first) if first in _GROUPS else len(_GROUPS))


_GROUPS = (
    "cars",
    "contribution",
    "people",
    "cars made",
    "cars made by line",
    _BY_WAY,
    "utilisation, manned basis",
    "utilisation, installed basis",
    "exports by region",
    "exports by market",
    "sailing use",
    "box use",
    "rail and road use",
    "engines",
    "batteries",
    "castings",
)
