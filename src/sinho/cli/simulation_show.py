"""What the command simulate prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sinho.cli.show import print_frame, print_text, say
from sinho.errors import counted

if TYPE_CHECKING:
    import polars as pl

    from sinho.hub import Hub
    from sinho.report.simulation import Case

STATIONS = 40
"""Stations that are shown, those first that are the bottleneck most; --out has all of them, and the
bays of rework."""

WORST = 10
"""Orders that are shown."""


def print_simulation(cases: Sequence[Case], hub: Hub, *, asked: int, run: bool) -> None:
    """Print what a plant makes, what holds it up, and what-ifs beside it.

    Parameters
    ----------
    cases : sequence of Case
        The plant as it is, then the what-ifs.
    hub : Hub
        The hub.
    asked : int
        How many cases were asked for.
    run : bool
        Whether it is of a run.
    """
    from sinho.report import simulation as tables

    first = cases[0]
    result, setting = first.result, first.setting
    print_text(
        f"{hub.settings.name}, {setting.dates[0]} to {setting.dates[-1]}, "
        f"{counted(first.days, 'working day')}, {counted(result.replications, 'replication')}, "
        f"seed {result.seed}; the plant fills from {setting.begin:%Y-%m-%d %H:%M} on."
    )
    for line in _headline(first, run=run):
        print_text(line)
    for note in setting.notes:
        print_text(f"note: {note}")
    print()
    level = f"{result.level:.0%}"
    print_frame(
        "Output, demonstrated" if not run else "Output",
        tables.output(first).rename(
            {
                "cars": "cars a working day",
                "low": f"low {level}",
                "high": f"high {level}",
                "demonstrated": "an hour of work [cars/h]",
                "demonstrated_low": f"low {level} ",
                "demonstrated_high": f"high {level} ",
            }
        ),
        keys=1,
    )
    print_frame(
        "Output by working day [cars]",
        tables.days(first).rename(
            {
                "low": f"low {level}",
                "high": f"high {level}",
                "held": tables.held_of(first),
            }
        ),
        keys=2,
    )
    _print_stations(first)
    _print_sequences(first)
    if run:
        _print_orders(first)
    if len(cases) > 1:
        _print_beside(cases, run=run)
    if worth := tables.worth_most(cases):
        print_text(worth)
    if len(cases) < asked:
        say(f"Stopped after {len(cases)} of {asked} cases.")


def _headline(case: Case, *, run: bool) -> list[str]:
    """Return what matters most, in sentences."""
    from sinho.report import simulation as tables
    from sinho.report.demonstrated import unsettled

    result = case.result
    said = []
    still = "" if run else unsettled(case)
    neck = tables.bottlenecks(case)
    if neck.height:
        row = neck.row(0, named=True)
        said.append(
            f"The bottleneck is {row['station']} of shop {row['shop']} for "
            f"{row['bottleneck']:.0%} of the time."
        )
    said.append(
        f"A car is {result.lead / 60:,.1f} h on its way by the clock; {result.wip:,.0f} cars are "
        f"in the plant; {result.straight_pass:.1%} pass straight."
    )
    said.append(f"{result.stops[:1].upper()}{result.stops[1:]}.")
    if still:
        said.append(still)
    if run:
        for column, what in (("p_due", "for the day wanted"), ("p_cutoff", "for their vessel")):
            share = tables.mean(result.orders[column])
            if share is not None:
                count = result.orders[column].count()
                said.append(f"{share:.1%} of {count:,} orders leave the line in time {what}.")
    return said


def _print_stations(case: Case) -> None:
    import polars as pl

    from sinho.report import simulation as tables

    rework = pl.col("station").str.contains(": ", literal=True)
    table = tables.stations(case).filter(~rework)
    shown = table.sort("bottleneck", descending=True, nulls_last=True, maintain_order=True)
    shown = shown.head(STATIONS)
    order = table.filter(pl.col("station").is_in(shown["station"].implode()))
    percent = [(pl.col(name) * 100).round(1) for name in (*tables.STATES, "oee", "bottleneck")]
    bays = case.result.stations.filter(rework).height
    more = table.height - shown.height
    notes = [f"Without {counted(more, 'station')} that are seldom the bottleneck"] if more else []
    if bays:
        notes.append(f"{'and w' if more else 'W'}ithout {counted(bays, 'bay')} of rework")
    told = f"{' '.join(notes)}; --out has all of them." if notes else ""
    print_frame(
        "Utilisation, demonstrated [% of time]",
        order.select("station", "shop", *percent).rename({"oee": "OEE"}),
        keys=1,
        note=told,
    )


def _print_sequences(case: Case) -> None:
    import polars as pl

    table = case.result.sequences
    if table.is_empty():
        return
    spread = pl.col("spread").round(1).alias("off the middle of its date [places]")
    print_frame(
        "Order of cars at stores",
        table.select(
            "store",
            "side",
            (pl.col("in_order") * 100).round(1).alias("in planned order [%]"),
            pl.col("moved").round(1).alias("off its place [places]"),
            pl.col("batch").round(2).alias("colour batch [cars]"),
            pl.col("changes").round(0).alias("colour changes"),
            *([] if table["spread"].is_null().all() else [spread]),
            pl.col("violations").round(0).alias("ratio violations"),
        ),
        keys=2,
        note="In planned order: cars that need not move for the others to be put in order, the "
        "longest row of cars in planned order by all (sequence adherence).",
    )


def _print_orders(case: Case) -> None:
    import polars as pl

    from sinho.report import simulation as tables

    for column, title in (("due", "Orders in time, by due day"), ("cutoff", "By cut-off")):
        table = tables.on_time(case, column)
        if table.height:
            print_frame(
                title,
                table.select(
                    pl.col("date").alias("last working day in time"),
                    "orders",
                    pl.col("in_time").round(1).alias("in time, mean"),
                    (pl.col("share") * 100).round(1).alias("in time [%]"),
                ),
                keys=1,
            )
    worst = tables.orders(case).filter(pl.col("p_due") < 0.9).sort("p_due", maintain_order=True)
    if worst.height:
        print_frame(
            f"Orders least likely in time, of {worst.height:,} below 90 %",
            worst.head(WORST).select(
                "order",
                *(
                    pl.col(name).dt.strftime("%m-%d %H:%M").alias(text)
                    for name, text in tables.MOMENTS.items()
                    if name not in ("off", "cutoff")
                ),
                (pl.col("p_due") * 100).round(1).alias("in time [%]"),
            ),
            keys=1,
        )


def _print_beside(cases: Sequence[Case], *, run: bool) -> None:
    import polars as pl

    from sinho.report import simulation as tables

    level = f"{cases[0].result.level:.0%}"
    table = tables.beside(cases)
    chances = [
        one
        for of, what in (("due", "orders"), ("cutoff", "vessels"))
        if run and table[f"p_{of}"].null_count() < table.height
        for one in (
            (pl.col(f"p_{of}") * 100).round(2).alias(f"{what} in time [%]"),
            _points(of, f"{what} more, {level} [points]"),
        )
    ]
    print_frame(
        "What if: the same cars and random numbers",
        table.select(
            "case",
            pl.col("cars").round(2).alias("cars a day"),
            pl.col("demonstrated").round(2).alias("an hour of work [cars/h]"),
            pl.col("more").round(2).alias("more"),
            pl.col("low").round(2).alias(f"low {level}"),
            pl.col("high").round(2).alias(f"high {level}"),
            pl.when("significant")
            .then(pl.lit("yes"))
            .when(~pl.col("significant"))
            .then(pl.lit("no"))
            .alias("significant"),
            *chances,
            "bottleneck",
        ),
        keys=1,
        note="* 0 lies outside of the interval." if chances else "",
    )


def _points(of: str, title: str) -> pl.Expr:
    """Return a difference of shares with its interval, marked where 0 lies outside of it."""
    import polars as pl

    more, low, high = ((pl.col(f"{of}_{name}") * 100).round(2) for name in ("more", "low", "high"))
    ends = pl.format(" ({} to {})", low, high).fill_null("")
    sure = pl.when(pl.col(f"{of}_significant")).then(pl.lit(" *")).otherwise(pl.lit(""))
    return pl.concat_str(more.cast(pl.String), ends, sure).alias(title)
