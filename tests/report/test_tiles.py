"""Tiles, amounts and colours: what a manager reads first, and what keeps its colour."""

from __future__ import annotations

import math
import re
from typing import Any

import polars as pl
import pytest

import sinho
from sinho.report import figures, limits
from sinho.report.amounts import amount_text, number_text, scale_of, unit_of
from sinho.report.charts import plan_charts
from sinho.report.colors import PALETTE, column_colors, family_colors
from sinho.report.headline import plan_tiles
from sinho.report.names import names_of
from sinho.report.style import OTHER
from sinho.report.tiles import Tile, Trend, tiles_html, trend_text
from tests.report.plant import plant, replayed


@pytest.mark.parametrize(
    ("currency", "factor", "code"),
    [
        ("KRW", 1, "KRW"),
        ("M KRW", 1e6, "KRW"),
        ("EUR 1000", 1e3, "EUR"),
        ("TEUR", 1e3, "EUR"),
        ("kEUR", 1e3, "EUR"),
        ("EUR million", 1e6, "EUR"),
        ("bn USD", 1e9, "USD"),
        ("€", 1, "€"),
        ("credits", 1, "credits"),
        ("TRY", 1, "TRY"),
        ("MXN", 1, "MXN"),
        ("BRL", 1, "BRL"),
    ],
)
def test_the_unit_of_a_hubs_amounts_is_read(currency: str, factor: float, code: str) -> None:
    assert unit_of(currency) == (factor, code)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (2_226_754, "M KRW", "2,227 bn KRW"),
        (2_226_754_123, "EUR", "2.23 bn EUR"),
        (-45_678_900, "EUR", "−45.7 M EUR"),
        (990, "EUR 1000", "990 k EUR"),
        (7_654, "EUR", "7,654 EUR"),
        (12.5, "M KRW", "12.5 M KRW"),
        (0, "EUR", "0 EUR"),
        (1_234_567, "credits", "1.23 M credits"),
    ],
)
def test_amounts_stand_in_the_unit_that_a_manager_reads(
    amount: float, currency: str, text: str
) -> None:
    assert amount_text(amount, currency) == text


def test_all_amounts_of_a_chart_share_the_unit_of_the_largest() -> None:
    factor, unit = scale_of(2e9, "EUR")
    assert unit == "bn EUR"
    assert number_text(5e6 * factor) == "0.01"  # small beside the largest, and not nothing


@pytest.mark.parametrize(
    ("points", "unit", "said"),
    [
        ((("2025", 100.0), ("2026", 112.0)), "cars", "2026: 112, +12.0 % on 2025"),
        ((("2025", 100.0), ("2026", 100.0)), "cars", "2026: 100, as in 2025"),
        ((("2025", 60.0), ("2026", 55.5)), "%", "2026: 55.5, −4.5 points on 2025"),
        ((("2025", 0.0), ("2026", 7.0)), "cars", "2026: 7, from 0 in 2025"),
        ((("2025", -5.0), ("2026", 7.0)), "EUR", "2026: 7, from −5 in 2025"),
        ((("2026", 7.0),), "cars", ""),
        ((("2025", 0.0), ("2026", 0.0)), "cars", ""),
    ],
)
def test_a_trend_compares_the_last_time_with_the_one_before(
    points: tuple[tuple[str, float], ...], unit: str, said: str
) -> None:
    assert trend_text(Trend(points, "year"), unit) == said


def test_means_say_of_what_they_are_means() -> None:
    trend = Trend((("2026", 10.0), ("2027", 20.0)), "year", "month")
    assert trend_text(trend, "cars") == "2027: 20 a month, +100.0 % on 2026"


def test_tiles_are_escaped_and_drawn() -> None:
    trend = Trend((("a", -1.0), ("b", 3.0)), "year")
    text = tiles_html([Tile("<b>", "1", "cars & more", "", trend)])
    assert "<b>" not in text
    assert "cars &amp; more" in text
    assert text.count("<rect") == 2
    assert re.search(r'class="last"', text)


def of(tiles: list[Tile], label: str) -> Tile:
    return next(tile for tile in tiles if tile.label == label)


def test_tiles_hold_the_plans_own_figures() -> None:
    plan, hub = replayed()
    tiles = plan_tiles(plan, hub)
    shown = figures.figures(plan, hub)
    whole = {
        (row["group"], row["figure"]): row["value"]
        for row in shown.filter(pl.col("year") == figures.WHOLE).to_dicts()
    }
    for label, key in (
        ("cars made", ("cars", "made")),
        ("cars exported", ("cars", "exported")),
        ("cars lost", ("cars", "lost")),
        ("cars late at the end", ("cars", "late at the end")),
        ("people, mean", ("people", "mean")),
    ):
        assert of(tiles, label).value == f"{whole[key]:,.0f}"
    money = of(tiles, "contribution")
    assert (money.value, money.unit) == ("990", "k EUR")
    assert (
        of(tiles, "short of contracts").value == f"{plan.tables['contracts']['short'].sum():,.0f}"
    )
    shop = of(tiles, "fullest shop, manned: foundry")
    assert (shop.value, shop.unit) == ("100.0", "%")


def test_years_of_unlike_length_are_compared_by_the_mean_of_their_months() -> None:
    plan = sinho.plan_months(plant())  # November 2026 to January 2027
    made = of(plan_tiles(plan, plant()), "cars made").trend
    assert made.mean_of == "month"
    years = figures.figures(plan, plant()).filter(
        (pl.col("group") == "cars") & (pl.col("figure") == "made") & (pl.col("year") != "whole")
    )
    values = dict(years.select("year", "value").iter_rows())
    assert dict(made.points) == pytest.approx({"2026": values["2026"] / 2, "2027": values["2027"]})


def test_a_plan_of_one_year_shows_its_months() -> None:
    hub = plant(hub=[plant()["hub"].to_dicts()[0] | {"end": "2026-12"}])
    plan = sinho.plan_months(hub)
    made = of(plan_tiles(plan, hub), "cars made").trend
    assert [name for name, _ in made.points] == ["2026-11", "2026-12"]
    assert math.fsum(value for _, value in made.points) == pytest.approx(
        plan.tables["make"]["units"].sum()
    )


def scenario(hub: sinho.Hub, text: str) -> sinho.Hub:
    made, problems = sinho.Scenario.from_toml(text, "other")
    assert not problems
    return sinho.apply_scenario(hub, made)


NEW_MODEL = """
[[change]]
table = "models"
insert = [{ model = "N", brand = "Own", powertrain = "ICE", length = 45, width = 20, height = 16 }]
[[change]]
table = "loads"
insert = [{ item = "N", shop = "paint" }, { item = "N", shop = "assembly" }]
"""


def test_a_model_keeps_its_colour_under_every_scenario() -> None:
    hub = plant()
    own = column_colors(hub, "models", "model")
    assert own == {"A": PALETTE[0], "B": PALETTE[1], "G": PALETTE[2]}
    assert column_colors(scenario(hub, NEW_MODEL), "models", "model") == {**own, "N": PALETTE[3]}
    without = {**hub.tables, "models": hub["models"].filter(pl.col("model") != "A")}
    assert column_colors(sinho.Hub(without, before=hub), "models", "model") == own
    assert family_colors(sinho.Hub(without, before=hub))["F"] == PALETTE[0]
    assert family_colors(hub) == {"F": PALETTE[0], "G": PALETTE[2]}


def colors_in(spec: dict[str, Any] | None) -> dict[str, str]:
    """Return the colours of the series of a chart, wherever its layers are."""
    found: dict[str, str] = {}

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            color = value.get("color")
            if isinstance(color, dict) and color.get("field") == "series":
                scale = color["scale"]
                found.update(zip(scale["domain"], scale["range"], strict=True))
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(spec)
    return found


def test_charts_draw_a_series_in_the_colour_of_its_name() -> None:
    plan, hub = replayed()
    colors = names_of(plan, hub).colors
    charts = plan_charts(plan, hub)
    for chart, kind in (
        ("production", "model"),
        ("unmet", "family"),
        ("exports", "market_name"),
        ("parts", "part"),
        ("people", "group"),
    ):
        drawn = colors_in(charts[chart].spec)
        assert drawn, chart
        assert drawn == {name: colors[kind].get(name, OTHER) for name in drawn}, chart


def test_a_contract_is_due_by_the_calendar_days_of_its_window() -> None:
    plan, hub = replayed()
    progress = limits.contract_progress(plan, hub["contracts"], names_of(plan, hub))
    for row in progress.to_dicts():
        window = plan.tables["contracts"].filter(
            (pl.col("contract") == row["contract"]) & (pl.col("window") == row["window"])
        )
        first, last = window["start"][0], window["end"][0]
        days = {11: 30, 12: 31, 1: 31}
        months = [m for m in plan.tables["periods"]["month"] if first <= m <= last]
        if (last.year, last.month) == (months[-1].year, months[-1].month) and first == months[0]:
            gone = sum(days[m.month] for m in months if m <= row["period"])
            whole = sum(days[m.month] for m in months)
            assert row["elapsed"] == pytest.approx(gone / whole)
        assert 0 < row["elapsed"] <= 1
