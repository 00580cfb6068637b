"""The command about a late campaign of a run."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import typer

from sinho.cli.base import print_json
from sinho.cli.show import print_frame, print_text


def late(out: Path, campaign: str, hours: float, *, as_json: bool) -> None:
    """Print the orders that a late campaign hits."""
    from sinho.run.days import read_run
    from sinho.run.stages import late_campaign

    if not math.isfinite(hours):
        raise typer.BadParameter(
            f"{hours:g} is no number of hours. Write it as 8 or 7.5.", param_hint="--hours"
        )
    run = read_run(out)
    supply, orders = late_campaign(run, campaign, hours)
    count = orders["order"].n_unique()
    moved = changed(run.supply.campaigns, supply.campaigns)
    if as_json:
        print_json(
            {
                "campaign": campaign,
                "hours": hours,
                "orders_hit": count,
                "orders": orders.to_dicts(),
                "campaigns": moved.to_dicts(),
            }
        )
        return
    hit = {0: "no order waits", 1: "1 order waits"}.get(count, f"{count:,} orders wait")
    print_text(f"{campaign} starts {hours:g} working hours late: {hit} for parts because of it.")
    print()
    if not moved.is_empty():
        print_frame(
            "Campaigns that start or end at another time",
            moved.select(
                "campaign",
                "shop",
                pl.col("start", "end", "new_start", "new_end").dt.strftime("%Y-%m-%d %H:%M"),
                pl.col("units").alias("good [units]"),
            ).rename({"new_start": "starts now", "new_end": "ends now"}),
        )
    if orders.is_empty():
        return
    print_frame(
        "Orders hit",
        orders.select(
            "order",
            "model",
            pl.col("date").alias("day"),
            "part",
            pl.col("needed").dt.strftime("%Y-%m-%d %H:%M"),
            pl.col("available")
            .dt.strftime("%Y-%m-%d %H:%M")
            .fill_null("not within the run")
            .alias("comes"),
            pl.col("hours_late").alias("late [h of work]"),
            pl.col("campaign").fill_null("none in sight").alias("through"),
        ),
        note="Hours of work are the line's; what is behind counts from the end of the hour in "
        "which it is made.",
    )


def changed(before: pl.DataFrame, behind: pl.DataFrame) -> pl.DataFrame:
    """Return the campaigns whose times change, with both; null: not made within the run."""
    new = behind.select(
        "campaign", pl.col("start").alias("new_start"), pl.col("end").alias("new_end"), "units"
    )
    both = before.drop("units").join(new, on="campaign", how="left", maintain_order="left")
    same = pl.col("start").eq_missing(pl.col("new_start")) & pl.col("end").eq_missing(
        pl.col("new_end")
    )
    return both.filter(~same).select(
        "campaign", "shop", "part", "start", "end", "new_start", "new_end", "units"
    )
