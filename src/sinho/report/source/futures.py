"""What launches for several futures come to: sentences, tables, chart and page."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl

from sinho.report.amounts import amount_text
from sinho.report.charts import Chart
from sinho.report.pages import chart_figures, page, sentences
from sinho.report.pictures import draw
from sinho.report.render import html_table
from sinho.report.source.tables import side_by_side
from sinho.report.style import COST, INCOME, WIDTH, Drawing, rows, spec
from sinho.report.tables import Table
from sinho.results import ENDED, RobustSourcing

NOW = "decided now"
ALONE = "best for {} alone"


def futures_said(made: RobustSourcing) -> list[str]:
    """Return what a manager wants to know of launches for several futures.

    Parameters
    ----------
    made : RobustSourcing
        Launches for several futures.
    """

    def amount(value: float) -> str:
        return amount_text(value, made.currency)

    count = made.futures.height
    said = [
        f"{made.name}: over {count} futures the expected cost is {amount(made.objective)}, at most "
        f"{made.gap:.2%} from the best ({ENDED[made.status]})."
    ]
    table = launches_beside(made)
    early = table.filter(pl.col(NOW) != "") if table.height else table
    named = ", ".join(f"{model} at {plant} ({when})" for model, plant, when, *_ in early.rows())
    said.append(f"Launch now: {named}." if named else "Nothing is launched now.")
    if made.revealed is None:
        said.append(
            "All launches are decided before the future is known; --revealed YYYY-MM tells what "
            "waiting until a month is worth."
        )
    elif made.waiting is not None:
        worth = (
            "nothing"
            if _none(made.waiting, made)
            else f"{amount(made.waiting)}: deciding all of them now costs so much more"
        )
        said.append(
            f"Leaving the launches from {made.revealed:%Y-%m} on open until the future is known is "
            f"worth {worth}."
        )
    if made.knowledge is not None:
        none = _none(made.knowledge, made)
        worth = "nothing" if none else f"{amount(made.knowledge)} at most"
        said.append(f"To know the future today would be worth {worth}.")
    known = made.futures.drop_nulls("regret").sort("regret", descending=True)
    if known.height and not _none(known["regret"][0], made):
        said.append(
            f"The choice is regretted most in {known['future'][0]}: it costs "
            f"{amount(known['regret'][0])} more there than what is best for that future alone."
        )
    elif known.height:
        said.append("It is regretted in no future: it is as good as the best for each alone.")
    missed = [name for name, regret in made.futures["future", "regret"].rows() if regret is None]
    if missed:
        said.append(f"Stopped before it was known what is best for {', '.join(missed)} alone.")
    return said


def _none(value: float, made: RobustSourcing) -> bool:
    """Return whether a value is within what is proven of the cost."""
    return abs(value) <= max(1e-6, made.gap) * abs(made.objective)


def launches_beside(made: RobustSourcing) -> pl.DataFrame:
    """Return launches decided now, later ones by future, and those of each future's own best plan.

    Parameters
    ----------
    made : RobustSourcing
        Launches for several futures.

    Returns
    -------
    polars.DataFrame
        ``model`` and ``plant``, ``decided now``, where some may wait a column for each future, and
        ``best for FUTURE alone``: the months in which they are decided; empty: never.
    """
    when: dict[str, dict[tuple[str, str], str]] = {NOW: {}}
    if made.revealed is not None:
        when |= {name: {} for name in made.plans}
    when |= {ALONE.format(name): {} for name in made.own}
    for own, plans in (("{}", made.plans), (ALONE, made.own)):
        for name, plan in plans.items():
            for model, plant, decided in plan.launches["model", "plant", "decided"].iter_rows():
                waits = made.revealed is not None and decided >= made.revealed
                column = NOW if plans is made.plans and not waits else own.format(name)
                when[column][model, plant] = f"{decided:%Y-%m}"
    keys = sorted({key for column in when.values() for key in column})
    return pl.DataFrame(
        {
            "model": [model for model, _ in keys],
            "plant": [plant for _, plant in keys],
            **{name: [column.get(key, "") for key in keys] for name, column in when.items()},
        },
        schema=dict.fromkeys(("model", "plant", *when), pl.String()),
    )


def futures_tables(made: RobustSourcing) -> dict[str, Table]:
    """Return the tables of launches for several futures by name."""
    unit = f"[{made.currency}]"
    futures = made.futures.select(
        "future",
        pl.col("weight").alias("probability"),
        pl.col("cost").alias(f"cost {unit}"),
        pl.col("best").alias(f"best alone {unit}"),
        pl.col("regret").alias(f"regret {unit}"),
        pl.col("missing").alias("cars lost or short"),
        pl.col("fewest").alias("at best alone"),
        (pl.col("gap") * pl.col("best")).alias(f"regret not proven {unit}"),
    )
    worth = pl.DataFrame(
        {
            "what": ["expected cost", "proven bound", "all launches now", "future known"],
            f"cost {unit}": [made.objective, made.bound, made.now, made.known],
            f"against it {unit}": [0.0, made.bound - made.objective, made.waiting, made.knowledge],
        },
        strict=False,
    ).with_columns(
        pl.Series(
            "that is",
            ["", "what is not proven", "value of waiting", "value of knowledge"],
        )
    )
    return {
        "futures": Table("Futures", futures),
        "worth": Table("Waiting and knowing", worth),
        "launches": Table("Launches", launches_beside(made), "No model is launched."),
        "figures": Table("Key figures by future", side_by_side(made.plans)),
    }


def futures_page(made: RobustSourcing) -> str:
    """Return the page of launches for several futures.

    Parameters
    ----------
    made : RobustSourcing
        Launches for several futures.
    """
    chart = Chart("regret", "Regret by future", _regret(made), "No future regrets the choice.")
    charts = {"regret": chart}
    tables = futures_tables(made)
    parts = [("headline", "Headline", sentences(futures_said(made)))]
    for name, table in tables.items():
        text = html_table(table)
        if name == "futures":
            text += chart_figures(["regret"], charts, draw(charts.values()))
        parts.append((name, table.title, text))
    return page(f"{made.name}: launches for several futures", "", parts, made.versions)


def _regret(made: RobustSourcing) -> dict[str, Any] | None:
    frame = made.futures.drop_nulls("regret").select("future", "regret", "weight")
    if all(_none(regret, made) for regret in frame["regret"]):
        return None
    unit = f"{made.currency} more than its own best plan"
    return _bars(frame, "future", "regret", unit, INCOME, "Regret by future")


def losses_chart(losses: pl.DataFrame, currency: str, title: str, name: str) -> Chart:
    """Return the chart of what losses cost, the dearest of them.

    Parameters
    ----------
    losses : polars.DataFrame
        As `sinho.source.stress` returns them.
    currency : str
        The network's.
    title, name : str
        Its title, and its name in the page.
    """
    shown = losses.filter(pl.col("cost").abs() > 1e-6).head(MOST_BARS)
    names = pl.concat_str("kind", pl.lit(" "), "lost").alias("loss")
    drawing = None
    if shown.height:
        frame = shown.select(names, "cost", "cars", "months")
        drawing = _bars(frame, "loss", "cost", f"{currency} more", COST, title)
    return Chart(name, title, drawing, "No loss costs anything.")


MOST_BARS = 30
"""Losses that are drawn."""


def losses_said(losses: pl.DataFrame, currency: str) -> list[str]:
    """Return what a manager wants to know of losses.

    Parameters
    ----------
    losses : polars.DataFrame
        As `sinho.source.stress` returns them.
    currency : str
        The network's.
    """
    said = []
    known = losses.drop_nulls("cost")
    for row in known.filter(pl.col("cost").abs() > 1e-6).head(3).to_dicts():
        cars = f", loses {row['cars']:,.0f} cars" if row["cars"] > 0.5 else ""
        months = row["months"]
        back = (
            "is not made good within the months planned"
            if months is None
            else f"is made good after {months} months"
            if months
            else "no month is a tenth of a percent dearer"
        )
        cost = amount_text(row["cost"], currency)
        lost = (
            f"With the border of {row['lost']} closed"
            if row["kind"] == "border"
            else f"Without {row['kind']} {row['lost']}"
        )
        said.append(f"{lost} it costs {cost} more{cars}, and {back}.")
    free = known.filter(pl.col("cost").abs() <= 1e-6, pl.col("cars").abs() <= 0.5).height
    if free:
        said.append(f"{free} of {losses.height} losses cost nothing.")
    if known.height < losses.height:
        missed = losses.height - known.height
        said.append(f"{missed} of {losses.height} losses were not reckoned before it was stopped.")
    return said


def _bars(
    frame: pl.DataFrame, name: str, value: str, unit: str, color: str, title: str
) -> dict[str, Any]:
    """Draw a bar for each row, in their order."""
    drawing: Drawing = (
        alt.Chart(rows(frame))
        .mark_bar(color=color)
        .encode(
            y=alt.Y(f"{name}:N", sort=None, title=None),
            x=alt.X(f"{value}:Q", title=unit),
            tooltip=[f"{one}:{'N' if one == name else 'Q'}" for one in frame.columns],
        )
        .properties(width=WIDTH, height=24 * frame.height, title=title)
    )
    return spec(drawing)
