"""Heat maps by period: utilisation of shops, use of sailings, marginal values."""

from __future__ import annotations

import altair as alt
import polars as pl

from sinho.report import kpi
from sinho.report.style import (
    CELL_LABELS_UP_TO,
    HEAT,
    INK,
    NUMBER,
    Drawing,
    axis_periods,
    below,
    layered,
    period_axis,
    rows,
    subtitle,
)
from sinho.results import MonthPlan


def utilisation(plan: MonthPlan) -> Drawing | None:
    """Return two heat maps of shop x period: on the manned and on the installed basis."""
    frame = kpi.utilisation(plan, "period")
    if frame.select("manned", "installed").null_count().sum_horizontal()[0] == 2 * frame.height:
        return None
    shops = frame["shop"].unique(maintain_order=True).to_list()
    titles = {
        "manned": (
            "Utilisation, manned basis",
            "load / (hours worked × manned rate × availability); dots: full; blank: no shift",
        ),
        "installed": (
            "Utilisation, installed basis",
            "load / nominal capacity of the calendar year, by calendar days",
        ),
    }
    panels = [
        _heat(
            plan,
            frame.with_columns(pl.col("binding") > 0),
            "shop",
            shops,
            basis,
            alt.Title(title, subtitle=subtitle(plan, text)),
            domain=[0, 1],
            dots=basis == "manned",
        )
        for basis, (title, text) in titles.items()
    ]
    return below(*panels, shared=True)


def sailing(plan: MonthPlan) -> Drawing | None:
    """Return a heat map of lane x period: the fullest of CEU, square metres and boxes."""
    frame = kpi.sailing_use(plan, "period")
    used = frame.filter(pl.col("utilisation").is_not_null())
    if not used.height:
        return None
    title = alt.Title(
        f"Sailing use by lane and {plan.period_kind}",
        subtitle=subtitle(
            plan, "the fullest of CEU, m² and 40 ft boxes", "dots: full; blank: no limit"
        ),
    )
    every = frame["lane"].unique(maintain_order=True)
    lanes = every.filter(every.is_in(used["lane"].implode())).to_list()
    return _heat(
        plan,
        frame.with_columns(pl.col("binding") > 0),
        "lane",
        lanes,
        "utilisation",
        title,
        domain=[0, 1],
        dots=True,
    )


def marginal_values(plan: MonthPlan) -> Drawing | None:
    """Return heat maps of what one more hour, square metre, CEU or box would be worth."""
    money = plan.currency
    sources = (
        ("shop_values", "shop", "value", "one more manned hour of a shop", f"{money} per hour"),
        ("sea_values", "lane", "value_area", "one more m² on a lane", f"{money} per m²"),
        ("sea_values", "lane", "value_ceu", "one more CEU on a lane", f"{money} per CEU"),
        ("sea_values", "lane", "value_box", "one more 40 ft box on a lane", f"{money} per box"),
    )
    panels = []
    for table, by, value, text, unit in sources:
        frame = kpi.dated(plan, plan.tables[table]).with_columns(
            pl.when(pl.col(value) > kpi.TINY).then(pl.col(value))
        )
        worth = frame.filter(pl.col(value).is_not_null())
        if not worth.height:
            continue
        order = frame[by].unique(maintain_order=True)
        order = order.filter(order.is_in(worth[by].implode()))
        top = float(str(worth[value].max()))
        title = alt.Title(
            f"Worth of {text}",
            subtitle=subtitle(plan, unit, "shift patterns as they are; blank: nothing"),
        )
        panels.append(
            _heat(
                plan,
                frame,
                by,
                order.to_list(),
                value,
                title,
                domain=[0, top],
                dots=False,
                number=",.3~r" if top < 100 else NUMBER,
                legend=unit,
            )
        )
    return below(*panels)


def _heat(
    plan: MonthPlan,
    frame: pl.DataFrame,
    by: str,
    order: list[str],
    value: str,
    title: alt.Title,
    *,
    domain: list[float],
    dots: bool,
    number: str = ".0%",
    legend: str = "utilisation",
) -> Drawing:
    """Return a heat map of ``by`` x period, with dots where the period binds."""
    periods = axis_periods(plan)
    known = frame.filter(pl.col(value).is_not_null() & pl.col(by).is_in(order))
    row = alt.Y(f"{by}:N", sort=order, title=None, scale=alt.Scale(domain=order))
    base = alt.Chart(rows(known.select("label", by, value, *(["binding"] if dots else []))))
    across = period_axis(periods, gap=0)
    layers: list[alt.Chart] = [
        base.mark_rect(stroke="white", strokeWidth=0.6).encode(
            x=across,
            y=row,
            color=alt.Color(
                f"{value}:Q",
                scale=alt.Scale(scheme=HEAT, domain=domain, clamp=True),
                legend=alt.Legend(title=legend, format=number, gradientLength=110, tickCount=5),
            ),
            tooltip=[
                alt.Tooltip("label:N", title=plan.period_kind),
                alt.Tooltip(f"{by}:N"),
                alt.Tooltip(f"{value}:Q", title=legend, format=number.replace(".0%", ".1%")),
            ],
        )
    ]
    few = periods.height <= CELL_LABELS_UP_TO
    middle = (domain[0] + domain[1]) * 0.55
    if few:
        layers.append(
            base.mark_text(fontSize=11).encode(
                x=across,
                y=row,
                text=alt.Text(f"{value}:Q", format=number),
                color=alt.condition(alt.datum[value] > middle, alt.value("white"), alt.value(INK)),
            )
        )
    if dots:
        layers.append(
            base.transform_filter(alt.datum.binding)
            .mark_point(
                filled=True, size=14, color="white", opacity=1, stroke=INK, strokeWidth=0.5,
                yOffset=9 if few else 0,
            )
            .encode(x=across, y=row)
        )  # fmt: skip
    return layered(*layers, title=title, height=26 * max(1, len(order)))
