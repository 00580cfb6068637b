"""The plan without a programme beside the plan with it: room, people, parts, what others lose."""

from __future__ import annotations

import polars as pl

from sinho.hub import Hub
from sinho.results import MonthPlan

TINY = 1e-6
BASES = ("installed", "manned", "demonstrated")


def beside(
    without: MonthPlan, whole: MonthPlan, table: str, keys: tuple[str, ...], of: tuple[str, ...]
) -> pl.DataFrame:
    """Put columns of a table of both plans side by side, as ``NAME_without`` and ``NAME_with``.

    Of what only one of them has, such as a part that the programme brings, the other uses nothing.
    """
    sides = [
        plan.tables[table].select(*keys, pl.col(*of).name.suffix(side))
        for plan, side in ((without, "_without"), (whole, "_with"))
    ]
    both = sides[0].join(sides[1], on=keys, how="full", coalesce=True).sort(keys)
    used = [
        pl.when(pl.col(f"{name}{side}").is_null() & pl.col(f"{name}{other}").is_not_null())
        .then(0.0)
        .otherwise(f"{name}{side}")
        .alias(f"{name}{side}")
        for name in of
        if both[f"{name}_with"].dtype.is_numeric() and not name.endswith("capacity")
        for side, other in (("_without", "_with"), ("_with", "_without"))
    ]
    return both.with_columns(used)


def headroom(without: MonthPlan, whole: MonthPlan, simulated: pl.DataFrame | None) -> pl.DataFrame:
    """Return capacity, load and what is left of it, by shop, month and basis.

    Parameters
    ----------
    without, whole : MonthPlan
        The plans.
    simulated : polars.DataFrame or None
        ``shop`` and ``share`` of what it is manned for that it has demonstrated; None: there is
        no such basis.

    Returns
    -------
    polars.DataFrame
        ``shop``, ``period``, ``basis``; ``capacity``, ``load`` and ``left`` with suffixes
        ``_without`` and ``_with``, in units of the shop.
    """
    columns = ("load", "manned_capacity", "installed_capacity")
    both = beside(without, whole, "hours", ("shop", "period"), columns)
    share = pl.lit(None, dtype=pl.Float64).alias("share")
    if simulated is None:
        both = both.with_columns(share)
    else:
        both = both.join(simulated.select("shop", "share"), on="shop", how="left")
    parts = []
    for basis in BASES:
        of = "installed_capacity" if basis == "installed" else "manned_capacity"
        factor = pl.col("share") if basis == "demonstrated" else pl.lit(1.0)
        sides = [
            column.alias(f"{name}{side}")
            for side in ("_without", "_with")
            for capacity in [pl.col(f"{of}{side}") * factor]
            for name, column in (
                ("capacity", capacity),
                ("load", pl.col(f"load{side}")),
                ("left", capacity - pl.col(f"load{side}")),
            )
        ]
        parts.append(both.select("shop", "period", pl.lit(basis).alias("basis"), *sides))
    return pl.concat(parts).drop_nulls("capacity_with")


def models(without: MonthPlan, whole: MonthPlan, own: list[str], hub: Hub) -> pl.DataFrame:
    """Return cars asked for, shipped, late and lost by model, without the programme and with it.

    Returns
    -------
    polars.DataFrame
        ``model``, ``brand``, ``of_programme``; ``asked``, ``shipped``, ``lost`` and ``due_days``
        (cars late at a month's end, times its days) with suffixes; ``displaced`` cars.
    """
    sides = []
    for plan, side in ((without, "_without"), (whole, "_with")):
        days = plan.tables["periods"].select("period", pl.col("days").cast(pl.Float64))
        late = plan.tables["late"].join(days, on="period")
        late = late.with_columns(units=pl.col("units") * pl.col("days"))
        tables = {"asked": plan.tables["demand"], "shipped": plan.tables["ship"]}
        tables |= {"lost": plan.tables["lost"], "due_days": late}
        for name, frame in tables.items():
            sides.append(frame.group_by("model").agg(pl.col("units").sum().alias(f"{name}{side}")))
    found = hub["models"].select("model", "brand")
    for frame in sides:
        found = found.join(frame, on="model", how="left")
    found = found.with_columns(pl.selectors.numeric().fill_null(0.0))
    mine = pl.col("model").is_in(own)
    gone = (pl.col("shipped_without") - pl.col("shipped_with")).clip(lower_bound=0.0)
    return found.with_columns(
        mine.alias("of_programme"), pl.when(mine).then(0.0).otherwise(gone).alias("displaced")
    )


def brands(without: MonthPlan, whole: MonthPlan, by_model: pl.DataFrame, hub: Hub) -> pl.DataFrame:
    """Return what a programme takes from each brand: cars, due days, and slots of its entitlement.

    Returns
    -------
    polars.DataFrame
        ``brand``, ``displaced``, ``due_days`` that come on top; ``entitled`` cars over its
        entitlement's days, and ``built_without`` and ``built_with`` in its months; null where the
        brand has none.
    """
    found = by_model.group_by("brand", maintain_order=True).agg(
        pl.col("displaced").sum(),
        (pl.col("due_days_with") - pl.col("due_days_without")).sum().alias("due_days"),
    )
    rows = []
    for row in hub["entitlements"].to_dicts():
        weeks = ((row["end"] - row["start"]).days + 1) / 7
        entry = {"brand": row["brand"], "entitled": row["slots_per_week"] * weeks}
        own = by_model.filter(brand=row["brand"])["model"].to_list()
        inside = pl.col("period").is_between(row["start"].replace(day=1), row["end"])
        for plan, side in ((without, "without"), (whole, "with")):
            made = plan.tables["make"].filter(inside & pl.col("model").is_in(own))
            entry[f"built_{side}"] = float(made["units"].sum())
        rows.append(entry)
    number = dict.fromkeys(("entitled", "built_without", "built_with"), pl.Float64)
    slots = pl.DataFrame(rows, schema={"brand": pl.String, **number})
    return found.join(slots.group_by("brand").sum(), on="brand", how="left")


def misfits(without: MonthPlan, whole: MonthPlan, own: list[str]) -> pl.DataFrame:
    """Return the months in which cars are late at the end, or lost, for the programme.

    Returns
    -------
    polars.DataFrame
        ``period``, ``model``, ``market``, ``of_programme``; ``late`` and ``lost`` cars, and with
        ``_without`` those without the programme. Only where one of them is more than without it.
    """
    keys = ["period", "model", "market"]
    found = whole.tables["demand"].select(*keys)
    tables = [(plan, name) for plan in (whole, without) for name in ("late", "lost")]
    found = pl.concat([found, *(plan.tables[name].select(*keys) for plan, name in tables)])
    found = found.unique().sort(keys)
    for plan, name in tables:
        side = name if plan is whole else f"{name}_without"
        cars = plan.tables[name].select(*keys, pl.col("units").alias(side))
        found = found.join(cars, on=keys, how="left", maintain_order="left")
    found = found.with_columns(pl.selectors.numeric().fill_null(0.0))
    mine = pl.col("model").is_in(own).alias("of_programme")
    more = [pl.col(name) - pl.col(f"{name}_without") > TINY for name in ("late", "lost")]
    return found.filter(pl.any_horizontal(more)).select(*keys, mine, pl.exclude(keys))


def room(without: MonthPlan, whole: MonthPlan) -> dict[str, pl.DataFrame]:
    """Return shifts, people, overtime, parts, sailings and yard of both plans, side by side."""
    return {
        "patterns": beside(without, whole, "patterns", ("group", "period", "start"), ("pattern",)),
        "people": beside(without, whole, "people", ("group", "shop", "period"), ("people",)),
        "overtime": beside(without, whole, "overtime", ("group", "period"), ("hours",)),
        "parts": beside(without, whole, "parts", ("part", "period"), ("made", "bought", "used")),
        "sailing": beside(
            without,
            whole,
            "sailing",
            ("lane", "period"),
            ("ceu", "ceu_capacity", "area", "area_capacity", "boxes", "boxes_capacity"),
        ),
        "yard": beside(without, whole, "yard", ("period",), ("cars", "capacity")),
    }
