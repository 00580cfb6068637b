"""A late campaign of a run, as a user asks for the orders that it hits."""

from __future__ import annotations

import json
from dataclasses import replace

import polars as pl
import pytest

from sinho.run.days import DayRun
from sinho.run.report.headline import headline
from sinho.run.report.supply import worked
from sinho.run.report.tables import hits_table, shortage_table
from sinho.run.stages import late_campaign
from tests.run.test_trace import typed


@pytest.fixture(scope="module")
def campaign(made: DayRun) -> str:
    """The first campaign of the run."""
    name: str = made.supply.campaigns["campaign"][0]
    return name


def test_the_orders_hit_are_printed_with_their_hours(made: DayRun, campaign: str) -> None:
    said = json.loads(typed("late", made.folder, campaign, "--hours", 24, "--json").stdout)
    assert said["orders_hit"] == len({row["order"] for row in said["orders"]}) > 0
    uses = made.needs.uses.filter(pl.col("part") == "E")
    times = dict(uses.select("order", "time").iter_rows())
    for row in said["orders"]:
        assert row["needed"] == times[row["order"]].isoformat()
        assert row["campaign"].startswith("E ")
        assert "line" not in row  # there is one
        assert row["hours_late"] is None or row["hours_late"] > 0
    moved = {row["campaign"]: row for row in said["campaigns"]}
    assert moved[campaign]["new_start"] > moved[campaign]["start"]
    text = typed("late", made.folder, campaign, "--hours", 24).stdout
    assert f"{campaign} starts 24 working hours late" in " ".join(text.split())
    for row in said["orders"]:
        assert row["order"] in text


def test_a_campaign_that_is_on_time_hits_nobody(made: DayRun, campaign: str) -> None:
    result = typed("late", made.folder, campaign, "--hours", 0)
    assert result.exit_code == 0
    assert "no order waits" in result.stdout


def test_of_an_unknown_campaign_the_nearest_is_named(made: DayRun, campaign: str) -> None:
    result = typed("late", made.folder, campaign.replace(" ", ""), "--hours", 8)
    assert result.exit_code == 3
    assert "no such campaign" in result.output
    assert f"Did you mean '{campaign}'" in " ".join(result.output.split())


@pytest.mark.parametrize("hours", ["-3", "nan", "inf"])
def test_hours_that_are_none_are_laid_to_the_option(
    made: DayRun, campaign: str, hours: str
) -> None:
    result = typed("late", made.folder, campaign, "--hours", hours)
    assert result.exit_code == 2
    assert "--hours: " in result.output
    assert "campaigns" not in result.output


def test_the_chart_shows_the_hours_of_work_and_no_two_at_once(made: DayRun) -> None:
    # The engine shop makes five an hour; a campaign over several days works in a few hours of them.
    spans = worked(made.supply.lots.filter(pl.col("shop") == "engine"))
    hours = (spans["end"] - spans["ready"]).dt.total_seconds() / 3600
    assert hours.to_list() == pytest.approx((spans["units"] / 5).to_list(), abs=1e-3)
    assert (spans["start"][1:] >= spans["end"][:-1]).all()
    assert (spans["ready"] >= spans["start"]).all()
    whole = made.supply.campaigns
    assert hours.sum() < (whole["end"] - whole["start"]).dt.total_seconds().sum() / 3600


def test_campaigns_that_wait_are_not_counted_as_orders(made: DayRun, campaign: str) -> None:
    found = late_campaign(made, campaign, 24)
    late, orders = found.supply, found.facts
    waits = late.hits.head(1).with_columns(pl.lit(campaign).alias("order"))
    both = replace(late, hits=pl.concat([late.hits, waits]))
    view = replace(made, supply=both)
    count = orders["order"].n_unique()
    assert f"1 part runs out, {count} order" in headline(view)[-1]
    assert shortage_table(view).frame["orders hit [cars]"].to_list() == [count]
    assert hits_table(view).frame.height == late.hits.height + 1
