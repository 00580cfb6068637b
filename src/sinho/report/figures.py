"""The figures by which a plan is judged: by year, side by side, and in three sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from sinho.hub import Hub
from sinho.report import kpi, limits
from sinho.report.names import Names, names_of, planned_hub
from sinho.results import MonthPlan

WHOLE = "whole"
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
        for piece in (*_volumes(plan, names, per), *_capacities(plan, names, per))
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
    abroad = shipped.filter(pl.col("route") == "overseas")
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


def _capacities(plan: MonthPlan, names: Names, per: kpi.Per) -> list[pl.DataFrame]:
    """Return utilisation on both bases, people and sailing use."""
    shops = kpi.utilisation(plan, per)
    people = kpi.people(plan, per)
    plant = people.filter(pl.col("group") == "all")
    sailing = kpi.sailing_use(plan, per)
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


def side_by_side(plans: Mapping[str, MonthPlan], hub: Hub) -> pl.DataFrame:
    """Put the key figures of several plans side by side: the table of a ``Comparison``.

    Parameters
    ----------
    plans : mapping of str to MonthPlan
        Plans by name of their scenario.
    hub : Hub
        The hub without a scenario.

    Returns
    -------
    polars.DataFrame
        ``group``, ``figure``, ``unit`` and one column per plan. Figures hold for the whole
        horizon; cars, contribution, people and utilisation stand by year as well, in groups
        such as ``cars in 2026``.
    """
    yearly = pl.col("group").is_in(["cars", "contribution", "people"]) | pl.col(
        "group"
    ).str.starts_with("utilisation")
    columns = []
    for name, plan in plans.items():
        long = figures(plan, hub)
        several = len(kpi.years(plan)) > 1
        kept = long.filter((pl.col("year") == WHOLE) | (yearly & several))
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
    "utilisation, manned basis",
    "utilisation, installed basis",
    "exports by region",
    "exports by market",
    "sailing use",
    "box use",
    "engines",
    "batteries",
    "castings",
)


def headline(plan: MonthPlan, hub: Hub) -> tuple[str, str, str]:
    """Say in three sentences what the plan does, how full the plant is, and what is missing.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub.

    Returns
    -------
    tuple of three str
        Sentences with figures and their bases, in plain text.
    """
    names = names_of(plan, planned_hub(plan, hub))
    made = math.fsum(plan.tables["make"]["units"])
    shipped = math.fsum(plan.tables["ship"]["units"])
    exported = math.fsum(kpi.exports(plan, names, per="total")["cars"])
    periods = plan.tables["periods"]
    first_month, last_month = (f"{periods['month'][at]:%B %Y}" for at in (0, -1))
    span = (
        f"from {first_month} to {last_month}" if first_month != last_month else f"in {last_month}"
    )
    where = plan.hub_name + (f", scenario {plan.scenario}" if plan.scenario else "")
    abroad = f", {exported:,.0f} of them ({exported / shipped:.1%}) overseas" if shipped else ""
    first = (
        f"{where}: {span} the plan makes {made:,.0f} cars and ships {shipped:,.0f}{abroad}, "
        f"for a contribution of {plan.contribution:,.0f} {plan.currency} ({_quality(plan)})."
    )
    return first, _fullness(plan), _missing(plan)


def _quality(plan: MonthPlan) -> str:
    """Say how good the plan is proven to be."""
    if plan.objective_kind == "lexicographic":
        return f"contract shortfall, lost and late cars come first; {plan.status}"
    if plan.status == "optimal":
        return "proven optimal"
    stopped = "stopped early, " if plan.status == "stopped" else ""
    if not math.isfinite(plan.gap):
        return f"{stopped}no bound on the best possible was found"
    return f"{stopped}proven within {plan.gap:.2%} of the best possible"


def _fullness(plan: MonthPlan) -> str:
    """Say how full the fullest shop is on both bases, and how many people work."""
    shops = kpi.utilisation(plan, "total").filter(pl.col("manned").is_not_null())
    plant = kpi.people(plan, "total").filter(pl.col("group") == "all")
    crew = ""
    if plant.height and plant["most"][0] > 0:
        crew = (
            f"the shift patterns employ {plant['people'][0]:,.0f} people on average and "
            f"{plant['most'][0]:,.0f} at most"
        )
    if not shops.height:
        return f"No shop works in any period{'; ' + crew if crew else ''}."
    top = shops.sort("manned", descending=True, maintain_order=True).row(0, named=True)
    text = (
        f"The fullest shop, {top['shop']}, uses {top['manned']:.1%} of its manned and "
        f"{top['installed']:.1%} of its installed capacity over the horizon"
    )
    return f"{text}; {crew}." if crew else f"{text}."


def _missing(plan: MonthPlan) -> str:
    """Say what is asked for and not met, what binds, and how sure the input is."""
    asked = math.fsum(plan.tables["demand"]["units"])
    lost = math.fsum(plan.tables["lost"]["units"])
    last = plan.tables["periods"]["period"][-1]
    late = math.fsum(plan.tables["late"].filter(pl.col("period") == last)["units"])
    short = math.fsum(plan.tables["contracts"]["short"])
    parts = [
        f"Of {asked:,.0f} cars asked for, {_count(lost)} lost and {_count(late)} late at the end"
        + (f", and contracts fall {short:,.0f} cars short" if short > kpi.TINY else "")
    ]
    tight = limits.binding(plan).head(2)
    count = plan.tables["periods"].height
    if tight.height:
        bound = " and ".join(
            f"{name} in {n} of {count} {plan.period_kind}s"
            for name, n in tight.select("name", "periods").iter_rows()
        )
        parts.append(f"what binds most is {bound}")
    rows = kpi.input_basis(plan).filter((pl.col("table") == "all") & (pl.col("rows") > 0))
    shares = dict(rows.select("basis", "share").iter_rows())
    said = [f"{_per_cent(shares[basis])} {basis}" for basis in kpi.INPUT_BASES if basis in shares]
    if said:
        parts.append(f"the rows of the input are {', '.join(said)}")
    return "; ".join(parts) + "."


def _count(cars: float) -> str:
    """Return a number of cars with its verb."""
    if cars < 0.5:
        return "none is"
    return f"{cars:,.0f} {'is' if round(cars) == 1 else 'are'}"


def _per_cent(share: float) -> str:
    """Return a share without decimals, never as nothing where it is something."""
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"
