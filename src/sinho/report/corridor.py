"""Contracts: the corridor of volumes against what the plan ships."""

from __future__ import annotations

import altair as alt
import polars as pl

from sinho.hub import Hub
from sinho.report import kpi, limits
from sinho.report.names import Names
from sinho.report.style import (
    COST,
    INCOME,
    INK,
    NUMBER,
    SOFT,
    WIDTH,
    Drawing,
    axis_periods,
    below,
    layered,
    period_axis,
    rows,
    subtitle,
)
from sinho.results import MonthPlan

_BAND = "#cfe6f7"
_ROOM_FOR_TEXT = 46
_HEADROOM = 1.14


def contracts(plan: MonthPlan, hub: Hub, names: Names) -> Drawing | None:
    """Return for each contract its corridor and the cars shipped.

    A contract with monthly windows shows each month's cars; one with longer windows their
    running sum, which has to end inside the corridor. The band shows where the sum should stand by
    then: the corridor times the share of the window's calendar days that have gone by.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        The hub that was planned: which models and markets count.
    names : Names
        Names of its hub.

    Returns
    -------
    altair.VConcatChart or None
        One panel per contract; None without contracts.
    """
    progress = limits.contract_progress(plan, hub["contracts"], names)
    windows = limits.contract_windows(plan)
    panels = [
        _panel(plan, str(contract), own, windows.filter(pl.col("contract") == contract))
        for (contract,), own in progress.group_by("contract", maintain_order=True)
    ]
    return below(*panels)


def _panel(
    plan: MonthPlan, contract: str, progress: pl.DataFrame, windows: pl.DataFrame
) -> Drawing:
    """Return one contract: where it should stand, and what is shipped so far in each window."""
    by_period = windows.height == progress.height
    highest = pl.concat([progress["so_far"], windows["least"], windows["most"].drop_nulls()]).max()
    ceiling = max(1.0, float(str(highest or 0.0)) * _HEADROOM)
    data = progress.drop("period").join(
        windows.select("window", "least", "most", "state"), on="window", maintain_order="left"
    )
    data = data.with_columns(
        due=pl.col("least") * pl.col("elapsed"),
        top=(pl.col("most") * pl.col("elapsed")).fill_null(ceiling),
    )
    base = alt.Chart(rows(data))
    periods = axis_periods(plan).filter(pl.col("label").is_in(data["label"].to_list()))
    across = period_axis(periods, gap=0)
    scale = alt.Scale(domain=[0, ceiling], nice=False)
    axis = alt.Axis(format=NUMBER, tickCount=4)
    band = base.mark_bar(color=_BAND, stroke=None).encode(
        x=across, y=alt.Y("due:Q", title="cars", scale=scale, axis=axis), y2="top:Q"
    )
    bars = base.mark_bar(color=INCOME, width={"band": 0.55}, opacity=0.92).encode(
        x=across,
        y=alt.Y("so_far:Q", scale=scale),
        tooltip=[
            alt.Tooltip("label:N", title=plan.period_kind),
            alt.Tooltip("window:N"),
            alt.Tooltip("cars:Q", title="shipped in it", format=",.1f"),
            alt.Tooltip("so_far:Q", title="shipped so far", format=",.1f"),
            alt.Tooltip("due:Q", title="least due by then", format=",.1f"),
            alt.Tooltip("least:Q", title="least of the window", format=NUMBER),
            alt.Tooltip("most:Q", title="most of the window", format=NUMBER),
            alt.Tooltip("state:N", title="window"),
        ],
    )
    layers = [band, bars]
    lines = [("due", COST, 2.0)] if data["least"].sum() > 0 else []
    lines += [("most", INK, 1.0)] if by_period else [("least", SOFT, 0.8), ("most", SOFT, 0.8)]
    for bound, color, thickness in lines:
        if data[bound].null_count() < data.height:
            layers.append(
                base.transform_filter(f"isValid(datum.{bound})")
                .mark_tick(
                    color=color,
                    thickness=thickness,
                    opacity=1,
                    width={"band": 1.0},
                    orient="horizontal",
                )
                .encode(x=across, y=alt.Y(f"{bound}:Q", scale=scale))
            )
    layers += _texts(data, across, scale, WIDTH / periods.height, by_period)
    worst = windows.filter(pl.col("short") > kpi.TINY)
    state = (
        f"{float(worst['short'].sum()):,.0f} cars short in {worst.height} of {windows.height}"
        f" window{'s' if windows.height > 1 else ''}"
        if worst.height
        else "never short"
    )
    how, said = f"in each {plan.period_kind}", []
    if not by_period:
        how = "running sum in each window"
        behind = data.filter(pl.col("so_far") < pl.col("due") - kpi.TINY).height
        said = [
            "band: where the sum should stand by then, by calendar days of the window; "
            f"below it in {behind} of {data.height} {plan.period_kind}s"
        ]
    title = alt.Title(
        f"Contract {contract}: shipped against corridor",
        subtitle=[subtitle(plan, f"cars shipped, {how}", state), *said],
    )
    return layered(*layers, title=title, height=180)


def _texts(
    data: pl.DataFrame, across: alt.X, scale: alt.Scale, room: float, by_period: bool
) -> list[alt.Chart]:
    """Return labels: the bounds at the first period, the sum at each window's end."""
    made = []
    first = data.head(1)
    for bound in ("least", "most"):
        value = first[bound][0]
        if value is None or (bound == "least" and value <= 0):
            continue
        text = first.select("label", bound, text=pl.lit(f"{bound} {value:,.0f}"))
        made.append(
            alt.Chart(rows(text))
            .mark_text(align="left", dx=4 - room / 2, dy=-7, fontSize=11, color=SOFT)
            .encode(x=across, y=alt.Y(f"{bound}:Q", scale=scale), text="text:N")
        )
    ends = data.group_by("window", maintain_order=True).last()
    if by_period and room < _ROOM_FOR_TEXT:
        return made
    sums = ends.select(
        "label",
        "so_far",
        pl.col("so_far").map_elements(lambda v: f"{v:,.0f}", pl.String).alias("text"),
    )
    narrow = room < _ROOM_FOR_TEXT
    made.append(
        alt.Chart(rows(sums))
        .mark_text(
            align="right" if narrow else "center",
            dx=room / 2 if narrow else 0,
            dy=-7,
            fontSize=11,
            fontWeight=600,
            color=INK,
        )
        .encode(x=across, y=alt.Y("so_far:Q", scale=scale), text="text:N")
    )
    return made
