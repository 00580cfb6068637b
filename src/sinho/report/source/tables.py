"""Plans of a network side by side."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sinho.hub.schema import ALL
from sinho.results import Sourcing
from sinho.source import Input


def side_by_side(plans: Mapping[str, Sourcing]) -> pl.DataFrame:
    """Return what plans come to, a row for each figure and a column for each plan.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name, of one currency.
    """
    columns = {name: figures(plan) for name, plan in plans.items()}
    rows = dict.fromkeys(line for own in columns.values() for line in own)
    order = sorted(rows, key=lambda line: line[0].startswith("fill of "))
    return pl.DataFrame(
        {
            "figure": [figure for figure, _ in order],
            "unit": [unit for _, unit in order],
            **{name: [own.get(line) for line in order] for name, own in columns.items()},
        },
        schema={
            **dict.fromkeys(("figure", "unit"), pl.String()),
            **dict.fromkeys(columns, pl.Float64()),
        },
    )


FILL = "fill: load over the capacity of the shift steps that are worked, overtime aside"


def figures(plan: Sourcing) -> dict[tuple[str, str], float]:
    """Return the key figures of a plan by name and unit."""
    costs = dict(plan.costs.group_by("line").agg(pl.col("cost").sum()).iter_rows())
    tariff = costs.get("tariff", 0.0)
    cars = max(plan.cars, 1e-9)
    refund = float(plan.flows["refund"].sum())
    fill = plan.plants.group_by("plant", maintain_order=True).agg(
        pl.col("load").sum() / pl.col("capacity").sum().clip(1e-9) * 100
    )
    unit = plan.currency
    return {
        ("cars delivered", "cars"): plan.cars,
        ("cars lost", "cars"): plan.lost,
        ("cost", unit): plan.objective,
        ("cost of a car delivered", f"{unit}/car"): plan.objective / cars,
        ("tariffs paid", unit): tariff,
        ("tariffs of a car delivered", f"{unit}/car"): tariff / cars,
        **({("paid besides and refunded", unit): refund} if abs(refund) >= 0.5 else {}),
        ("tooling", unit): costs.get("tooling", 0.0),
        **{(f"fill of {name}", "%"): share for name, share in fill.iter_rows()},
    }


def flows_shown(plan: Sourcing) -> pl.DataFrame:
    """Return a plan's cars by plant, market and model, with units in the headings."""
    frame = plan.flows.group_by("plant", "market", "model").agg(
        pl.col("cars", "in_quota", "tariff", "refund").sum()
    )
    shown = frame.sort("cars", "plant", "market", "model", descending=[True, *[False] * 3])
    columns = {"in_quota": "within a quota", "tariff": f"duty [{plan.currency}]"}
    refund = f"paid besides and refunded [{plan.currency}]"
    used = [name for name in ("in_quota", "refund") if frame[name].abs().sum() > 0.5]
    return shown.select("plant", "market", "model", "cars", "tariff", *used).rename(
        {name: text for name, text in (columns | {"refund": refund}).items() if name in used}
        | {"tariff": columns["tariff"]}
    )


def launches_shown(plan: Sourcing) -> pl.DataFrame:
    """Return a plan's launches with months as 2026-01 and units in the headings."""
    return plan.launches.with_columns(pl.col("decided", "first").dt.strftime("%Y-%m")).rename(
        {"first": "first car", "tooling": f"tooling [{plan.currency}]"}
    )


def limits_shown(plan: Sourcing) -> pl.DataFrame:
    """Return the limits that a plan uses up, those that are worth most first."""
    used = (pl.col("worth") > 0.005) | (
        (pl.col("used") >= 0.999 * pl.col("limit")) & (pl.col("worth").abs() > 1e-6)
    )
    frame = plan.limits.filter(used).sort("worth", descending=True, maintain_order=True)
    return frame.rename(
        {
            "limit": "limit [cars]",
            "used": "used [cars]",
            "worth": f"worth of one more [{plan.currency}/car]",
        }
    )


def losses_shown(losses: Mapping[str, pl.DataFrame], currency: str) -> pl.DataFrame:
    """Return losses of one or several plans side by side, the dearest of the first one first.

    Parameters
    ----------
    losses : mapping of str to polars.DataFrame
        Losses by plan, as `sinho.source.stress` returns them.
    currency : str
        The network's.
    """
    parts = []
    for name, frame in losses.items():
        head = f"{name}\n" if len(losses) > 1 else ""
        parts.append(
            frame.with_columns(pl.col("gap") * 100).rename(
                {
                    "cost": f"{head}cost more [{currency}]",
                    "cars": f"{head}more lost [cars]",
                    "months": f"{head}to recover [months]",
                    "gap": f"{head}gap [%]",
                }
            )
        )
    shown = parts[0]
    for part in parts[1:]:
        shown = shown.join(
            part, on=["kind", "lost"], how="full", coalesce=True, maintain_order="left_right"
        )
    dearest = pl.max_horizontal(*(name for name in shown.columns if "cost more" in name))
    return shown.sort(dearest, descending=True, nulls_last=True, maintain_order=True)


def worth_shown(worth: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Return what one thing more or less is worth, with units in the headings."""
    return worth.rename(
        {
            "near": f"near [{currency}]",
            "cost": f"planned again [{currency}]",
            "cars": "delivered more [cars]",
        }
    )


def changes_of_duty(given: Mapping[str, Input]) -> pl.DataFrame:
    """Return the duties that begin or end within the months planned, in their order.

    Parameters
    ----------
    given : mapping of str to Input
        Networks by name; a row that several of them have stands once.
    """
    parts = []
    for data in given.values():
        table = data.network["network_tariffs"]
        first, last = data.months[0], data.months[-1]
        begins = pl.col("start").is_between(first, last)
        ends = pl.col("end").is_between(first, last)
        parts.append(table.filter(begins | ends))
    table = pl.concat(parts).sort("start", "origin", "destination", maintain_order=True)

    def unless_all(name: str) -> pl.Expr:
        return pl.when(pl.col(name) != ALL).then(pl.col(name))

    cars = pl.concat_str(
        unless_all("powertrain").fill_null(""),
        (pl.lit(" from ") + unless_all("plant")).fill_null(""),
        pl.when(pl.col("agreement") != "").then(pl.lit(" of ") + pl.col("agreement")).fill_null(""),
    )
    asked = pl.coalesce(
        pl.col("percent").round(2).cast(pl.String).str.strip_suffix(".0") + pl.lit(" %"),
        pl.lit("at least ")
        + pl.col("minimum").round(2).cast(pl.String)
        + pl.lit(" ")
        + pl.col("currency"),
        pl.lit(""),
    )
    shown = table.select(
        pl.col("start").cast(pl.String).alias("entry from"),
        pl.col("end").cast(pl.String).alias("until"),
        pl.col("published").cast(pl.String),
        pl.concat_str("origin", pl.lit(" to "), "destination").alias("border"),
        cars.str.strip_chars().alias("cars of"),
        "kind",
        "act",
        asked.alias("duty"),
        "source",
    )
    unique = shown.unique(maintain_order=True)
    return unique.drop(
        [n for n in ("until", "published") if unique[n].null_count() == unique.height]
    )


def waterfall(before: Sourcing, after: Sourcing) -> pl.DataFrame:
    """Return cost by line of two plans per car delivered, and their difference.

    Parameters
    ----------
    before, after : Sourcing
        Two plans of one currency.

    Returns
    -------
    polars.DataFrame
        ``line``, ``before``, ``after`` and ``change``, per car.
    """

    def lines(plan: Sourcing, name: str) -> pl.DataFrame:
        per = pl.col("cost").sum() / max(plan.cars, 1e-9)
        return plan.costs.group_by("line", maintain_order=True).agg(per.alias(name))

    table = lines(before, "before").join(
        lines(after, "after"), on="line", how="full", coalesce=True, maintain_order="left_right"
    )
    return table.fill_null(0.0).with_columns((pl.col("after") - pl.col("before")).alias("change"))


def landed_from(given: Input, model: str, plant: str) -> dict[tuple[str, str], float]:
    """Return what a car of a model costs landed from a plant, within its quota where there is one.

    Parameters
    ----------
    given : Input
        The network.
    model, plant : str
        The model, and where it is built.

    Returns
    -------
    dict of (str, str) to float
        By market and month of leaving, as in ``2025-12``.
    """
    costs = given.landed_costs(model).filter(pl.col("plant") == plant).drop_nulls("landed")
    month = pl.col("month").dt.strftime("%Y-%m")
    return {
        (market, when): cost
        for market, when, cost in costs.select("market", month, "in quota").iter_rows()
    }
