"""Command late: the orders that a late campaign of a run hits."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from sinho.cli.base import examples
from sinho.cli.options import AsJson, RunFolder
from sinho.cli.show import print_frame, print_json, print_text


@examples(
    'sinho late out/march "HR16 1" --hours 8',
    'sinho late out/march "AL-CASTING 1" --hours 24 --json | jq ".orders[].order"',
)
def late(
    out: RunFolder,
    campaign: Annotated[
        str, typer.Argument(metavar="CAMPAIGN", help='Name of a campaign, such as "HR16 1".')
    ],
    hours: Annotated[
        float,
        typer.Option(
            metavar="HOURS", min=0, help="Working hours of its shop by which it starts late."
        ),
    ] = 8.0,
    json: AsJson = False,
) -> None:
    """Say which orders wait for their parts when a campaign of a run starts late.

    The shop catches up at full rate, campaigns keep their order, and shops that take what comes
    late wait for it.
    """
    import polars as pl

    from sinho.run.days import read_run
    from sinho.run.stages import late_campaign

    if not math.isfinite(hours):
        raise typer.BadParameter(
            f"{hours:g} is no number of hours. Write it as 8 or 7.5.", param_hint="--hours"
        )
    run = read_run(out)
    found = late_campaign(run, campaign, hours)
    several = run.hub["lines"].height > 1
    orders, moved = found.facts, found.campaigns
    orders = orders if several else orders.drop("line")
    if json:
        print_json(
            {
                "campaign": campaign,
                "hours": hours,
                "orders_hit": orders["order"].n_unique(),
                "orders": orders.to_dicts(),
                "campaigns": moved.to_dicts(),
            }
        )
        return
    print_text(found.answer)
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
            *(["line"] if several else []),
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
