"""The tables of a run's report."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sinho.calloffs import not_sent
from sinho.hub.schema import ALL
from sinho.report.kpi import TINY
from sinho.report.sequence.legend import WEIGHTED, level_unit
from sinho.report.tables import Table
from sinho.results import ENDED, LineDay
from sinho.run.found import DayRun
from sinho.run.state import versions

HUNDRED = 100.0

COST_UNIT = "cost units"
"""What slots cost: the unit in which table ``slotting`` weighs; it need not be money."""

WEIGHTS = " Weighted: the sum of the rules' figures times their weights."


def share(value: float) -> str:
    """Write a share in per cent: none for what is only rounding."""
    return "0 %" if abs(value) < TINY else f"{HUNDRED * value:.2f} %"


def run_tables(run: DayRun) -> dict[str, Table]:
    """Return all tables of a run's report by name."""
    return {
        "days": days_table(run),
        "markets": markets_table(run),
        "fair share": fair_share_table(run),
        "sequences": sequence_table(run),
        "booths": booth_table(run),
        "costs": costs_table(run),
        "shortages": shortage_table(run),
        "hits": hits_table(run),
        "campaigns": campaign_table(run),
        "changes": changes_table(run),
        "run": facts_table(run),
    }


def vessel_missed(run: DayRun) -> pl.Expr:
    """Return whether a car sails after the day wanted: it is late, and its market overseas."""
    markets = run.hub["markets"].filter(pl.col("lane").is_not_null())["market"]
    return (pl.col("late_days") > 0) & pl.col("market").is_in(markets.implode())


def part_units(run: DayRun) -> pl.DataFrame:
    """Return ``part`` and the ``unit`` in which it is counted."""
    return run.hub["parts"].select("part", "unit")


def _units_of_lines(run: DayRun) -> dict[str, dict[str, str]]:
    """Return the unit of each level by line; empty where no rule of the line is at the level."""
    firsts: dict[str, LineDay] = {}
    for day in run.by_day:
        firsts.setdefault(day.line, day)
    return {
        line: {name: level_unit(day, at) for at, name in enumerate(day.levels)}
        for line, first in firsts.items()
        for day in [run.line_of(first)]
    }


def _level_units(by_line: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the unit of each level of the sequences, weighted where lines differ in it."""
    found: dict[str, str] = {}
    for units in by_line.values():
        for name, unit in units.items():
            known = found.get(name, "")
            found[name] = WEIGHTED if unit and known and unit != known else unit or known
    return found


def daily(run: DayRun) -> pl.DataFrame:
    """Return the days of the lines with the cars of each that leave late."""
    late = run.cars.group_by("date", "line").agg((pl.col("late_days") > 0).sum().alias("late"))
    figures = ("hours", "capacity", "built", "load", "utilisation", "short")
    return (
        run.slots.days.select("date", "line", *figures)
        .join(late, on=["date", "line"], how="left", maintain_order="left")
        .with_columns(pl.col("late").fill_null(0))
    )


def several(run: DayRun) -> list[str]:
    """Return the column of the line in a plant of several."""
    return ["line"] if run.hub["lines"].height > 1 else []


def days_table(run: DayRun) -> Table:
    """Return each day: what it can build, builds, and how its sequence comes out."""
    frame = daily(run)
    by_line = _units_of_lines(run)
    units = _level_units(by_line)
    levels = list(units)
    alone = not several(run)
    figures = pl.DataFrame(
        [
            (
                day.date,
                day.line,
                one.score.hard,
                *(
                    own if alone or by_line[day.line][name] else None
                    for name, own in one.score.levels
                ),
            )
            for day, one in run.sequences.items()
        ],
        schema={
            "date": pl.Date,
            "line": pl.String,
            "hard": pl.Int64,
            **{f"level {name}": pl.Float64 for name in levels},
        },
        orient="row",
    )
    days = ["date", "line"]
    frame = frame.join(figures, on=days, how="left", maintain_order="left").select(
        pl.col("date").alias("day"),
        *several(run),
        pl.col("hours").alias("hours [h]"),
        pl.col("capacity").alias("capacity [car equivalents]"),
        pl.col("load").alias("load [car equivalents]"),
        (HUNDRED * pl.col("utilisation")).alias(f"used, {run.basis} basis [%]"),
        pl.col("built").alias("built [cars]"),
        pl.col("late").alias("late [cars]"),
        pl.col("hard").alias("hard rules broken"),
        *(
            pl.col(f"level {name}").alias(f"{name} [{unit}]" if unit else name)
            for name, unit in units.items()
        ),
        pl.col("short").alias("short of"),
    )
    filled = "the line's own point" if several(run) else "the shop that the plan loads most"
    what = "what it demonstrates of it" if run.demonstrated else "availability"
    note = (
        f"Capacity: {filled}, in its manned hours of the day, overtime "
        f"included, at its manned rate and {what}; used: load / capacity. Levels of the "
        f"sequence, the most important first: {', '.join(levels)}."
    )
    if WEIGHTED in units.values():
        note += WEIGHTS
    if run.booths.height:
        note += " Rules that count at shops that lines share have a table of their own."
    return Table("Days", frame, note=note)


def markets_table(run: DayRun) -> Table:
    """Return orders, late cars and vessels missed by market."""
    names = dict(run.hub["markets"].select("market", "name").iter_rows())
    late = pl.col("late_days") > 0
    frame = (
        run.cars.group_by("market")
        .agg(
            pl.len().alias("orders [cars]"),
            (pl.col("date").is_null() & (pl.col("zone") != "later"))
            .sum()
            .alias("without a day [cars]"),
            (pl.col("zone") == "later").sum().alias("for a later run [cars]"),
            late.sum().alias("late [cars]"),
            pl.col("late_days").filter(late).mean().alias("late, mean [days]"),
            pl.col("late_days").filter(late).max().alias("late, most [days]"),
            vessel_missed(run).sum().alias("vessel missed [cars]"),
            pl.col("early_days")
            .filter(pl.col("date").is_not_null())
            .mean()
            .alias("waits, mean [days]"),
        )
        .sort("orders [cars]", "market", descending=[True, False])
    )
    named = frame.with_columns(
        pl.col("market").replace_strict(names, default=None).fill_null(pl.col("market"))
    )
    return Table(
        "Days late and vessels missed by market",
        named,
        note="Late: days from the day wanted to leaving, of late cars. A vessel is missed where "
        "the car sails after the day wanted. Waits: days from ready to leaving or to the day "
        "wanted, of all cars with a day.",
    )


def fair_share_table(run: DayRun) -> Table:
    """Return contracted slots against those used, per brand and week, and of one line's own."""
    share = run.slots.fair_share.with_columns(pl.col("line").fill_null(ALL))
    frame = share.select(
        "brand",
        *several(run),
        pl.col("week").dt.strftime("%G-W%V"),
        pl.col("entitled").alias("entitled [cars]"),
        pl.col("built").alias("planned [cars]"),
        pl.col("offered").alias("offered to all [cars]"),
        pl.when(pl.col("entitled") == 0)
        .then(pl.lit("no contract"))
        .when(pl.col("released"))
        .then(pl.lit("yes"))
        .otherwise(pl.lit("not yet"))
        .alias("released"),
    )
    return Table(
        "Fair share: entitled against planned",
        frame,
        "No brand has contracted slots: the hub's table entitlements is empty.",
        note="Slots that a brand does not use are released, and offered to all, at the week's "
        "release date. Days of a week that do not lie in the run, or are not worked, count "
        "neither as entitled nor as planned.",
    )


def sequence_table(run: DayRun) -> Table:
    """Return the levels of all days with what is proven of them."""
    by_line = _units_of_lines(run)
    units = _level_units(by_line)
    rows = []
    for day, one in run.sequences.items():
        for (level, figure), bound in zip(one.score.levels, one.bounds, strict=True):
            if several(run) and not by_line[day.line][level]:
                continue
            rows.append(
                {
                    "day": day.date,
                    **({"line": day.line} if several(run) else {}),
                    "level": level,
                    "unit": units[level],
                    "figure": figure,
                    "no sequence has less than": bound,
                    "search": ENDED[one.status],
                }
            )
    note = WEIGHTS.strip() if any(row["unit"] == WEIGHTED for row in rows) else ""
    return Table("Sequences: figures and bounds by level", pl.DataFrame(rows), note=note)


def booth_table(run: DayRun) -> Table:
    """Return what the rules that count at shared shops cost, by day and shop."""
    frame = run.booths.select(
        pl.col("date").alias("day"),
        "shop",
        "lines",
        pl.col("cars").alias("passed [cars]"),
        "rule",
        "unit",
        "figure",
        pl.col("bound").alias("no sequence has less than"),
    )
    return Table(
        "Shared shops: rules over the cars of all lines, as they pass",
        frame,
        "No rule counts at a shop that lines share: column shop of sequence_rules is empty.",
        note="Cars enter a shared shop at their line's even pace, by the clock of its shifts and "
        "breaks. These figures are no part of those of the lines' sequences.",
    )


def costs_table(run: DayRun) -> Table:
    """Return what the slots cost by term."""
    slots = run.slots
    frame = slots.costs.select("term", pl.col("amount").alias(f"cost [{COST_UNIT}]"))
    note = (
        f"Sum {slots.cost:,.1f} {COST_UNIT}; proven bound {slots.bound:,.1f}, gap "
        f"{share(slots.gap)}. {COST_UNIT.capitalize()} are those of the weights in table slotting, "
        "such as what a car costs that leaves a day late."
    )
    return Table("What the slots cost", frame, note=note)


def shortage_table(run: DayRun) -> Table:
    """Return the first hour at which each part runs out, and how many orders wait for it."""
    hit = run.supply.order_hits.group_by("part").agg(
        pl.col("order").n_unique().cast(pl.Int64).alias("orders hit [cars]")
    )
    frame = (
        run.supply.shortages.sort("part", "date", "hour")
        .group_by("part", maintain_order=True)
        .agg(
            pl.col("date").first().alias("first day"),
            (pl.col("hour").first() + 1).alias("first hour of the day"),
            pl.col("units").sum().alias("short"),
        )
        .join(part_units(run), on="part", how="left", maintain_order="left")
        .join(hit, on="part", how="left", maintain_order="left")
        .select("part", "first day", "first hour of the day", "short", "unit", "orders hit [cars]")
        .with_columns(pl.col("orders hit [cars]").fill_null(0))
    )
    return Table(
        "Parts that run out",
        frame,
        "No part runs out.",
        note="A part may run out for campaigns alone: they wait for it, and stock of what they "
        "make may serve the cars meanwhile.",
    )


def hits_table(run: DayRun) -> Table:
    """Return the orders and campaigns that wait for a part, and the campaign they wait for."""
    frame = run.supply.hits.select(
        "part",
        pl.col("campaign").alias("from"),
        pl.col("order").alias("order or campaign that waits"),
        pl.col("needed", "available").dt.strftime("%Y-%m-%d %H:%M"),
    )
    title = "Orders and campaigns that wait for a part"
    return Table(title, frame, "No order and no campaign waits for a part.")


def campaign_table(run: DayRun) -> Table:
    """Return the campaigns of the own shops."""
    campaigns = run.supply.campaigns.sort("shop", "start")
    frame = campaigns.join(part_units(run), on="part", how="left", maintain_order="left").select(
        "shop",
        "campaign",
        "part",
        pl.col("start", "end").dt.strftime("%Y-%m-%d %H:%M"),
        pl.col("units").alias("good"),
        "started",
        "unit",
        pl.col("setup_minutes").alias("changeover [min]"),
    )
    return Table("Campaigns", frame, "The hub has no campaigns: its table campaigns is empty.")


def changes_table(run: DayRun) -> Table:
    """Return what differs from the call-off before."""
    former = run.calls.replaces
    title = "Changes against the call-off before"
    headings = {name: f"{name} [units]" for name in ("before", "after", "change")}
    headings |= {f"cumulative_{at}": f"cumulative {at} [units]" for at in ("before", "after")}
    frame = run.changes.rename(headings, strict=False)
    if former is None:
        empty = "This call-off replaces no earlier one; --former names the run before."
        return Table(title, frame, empty)
    if run.compared is None:
        empty = f"This call-off replaces number {former}, and has no day in common with it."
        return Table(title, frame, empty)
    days = f"{run.compared[0]} to {run.compared[1]}, the days in both call-offs"
    return Table(
        title,
        frame,
        f"This call-off replaces number {former} and changes none of its quantities on {days}.",
        note=f"Compared are {days}. Changes of firm quantities come first.",
    )


def facts(run: DayRun) -> dict[str, object]:
    """Return what a run was asked for and how it was found, for the foot of its report."""
    params = run.params
    effort = (
        f"{params.iterations:,} moves a day"
        if params.day_seconds is None
        else f"{params.day_seconds:g} s a day"
    )
    unsent = not_sent(run.calls)
    return {
        "first day": params.first,
        "working days": params.days,
        "scenario": params.scenario or "none",
        **({"revised": "; ".join(run.revised)} if run.revisions else {}),
        "seed": params.seed,
        "sequencing": effort,
        "slotting": f"{run.slots.moves:,} moves",
        "slots": f"{ENDED[run.slots.status]}; cost {run.slots.cost:,.1f}, "
        f"bound {run.slots.bound:,.1f} [{COST_UNIT}]",
        "campaigns": run.supply.method,
        **({"not sent as EDIFACT": "; ".join(map(str, unsent))} if unsent else {}),
        **versions(),
    }


def facts_table(run: DayRun) -> Table:
    """Return how the run was made."""
    rows = [(key.replace("_", " "), str(value)) for key, value in facts(run).items()]
    notes = run.supply.notes
    rows += [("assumed in supply" if at == 0 else "", note) for at, note in enumerate(notes)]
    frame = pl.DataFrame(rows, schema={"item": pl.String, "value": pl.String}, orient="row")
    return Table("How the run was made", frame, note="Times stand in run.json.")
