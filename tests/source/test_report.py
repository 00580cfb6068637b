"""What `sinho source --out` writes."""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
from pathlib import Path

import openpyxl
import pytest

from sinho.cli.demo import print_alliances
from sinho.hub import apply_scenario, network_from_tables, read_network
from sinho.report.source import side_by_side, source_page, waterfall
from sinho.run import example_path
from sinho.source import Input, Params, solve
from sinho.testing import network_tables
from tests.test_cli import sinho_cli


def test_page_workbook_and_record_of_two_alliances(tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--scenarios", "renault-nissan", "renault-geely", "--priorities", "cost")
    told = sinho_cli("source", example_path("alliances"), *words, "--stress", "2026", "--out", out)
    assert told.exit_code == 0, told.output
    page = (out / "source.html").read_text(encoding="utf-8")
    sections = re.findall(r'<section id="([^"]+)"', page)
    assert sections == [
        *("headline", "figures", "flows", "plants", "cost", "tariffs", "launches", "limits"),
        "stress",
    ]
    assert page.count("<svg") >= 6, "two maps, two fills, a waterfall and the duties"
    assert not re.search(r"(src|href)=[\"']https?:", page), "the page loads nothing"
    record = json.loads((out / "source.json").read_text(encoding="utf-8"))
    assert set(record["plans"]) == {"renault-nissan", "renault-geely"}
    book = openpyxl.load_workbook(out / "source.xlsx")
    assert {"side by side", "stress renault-nissan", "stress renault-geely"} <= set(book.sheetnames)
    heads = [str(cell) for sheet in book for (cell, *_) in sheet.iter_cols(values_only=True)]
    assert not [head for head in heads if "_" in head], "headings are words"
    assert "lost" in heads, "a name has no unit"
    (year,) = (c for c in book["costs renault-geely"][2] if c.value == 2024)
    assert year.number_format == "0"
    for name, plan in record["plans"].items():
        (closed,) = (r for r in plan["stress"] if (r["kind"], r["lost"]) == ("border", "US"))
        assert closed["cost"] > 0, name
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", page)
    assert not [head for head in heads if "_" in head], "no names of columns"
    drawn = page[page.index('id="spec-duty"') :]
    assert '"PS4 from Hangzhou Bay"' in drawn, "duties of both plans are drawn"
    assert "2025-12-04" in page, "when the Korean cut was published"


def test_the_demo_has_the_alliances_in_one_table_of_ten_lines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    print_alliances(example_path("alliances"))
    head, *lines = capsys.readouterr().out.split("─\n")
    assert len(lines) == 1, "it is one table on 120 columns"
    assert all(name in head for name in ("renault-nissan", "polestar4-china", "polestar4-busan"))
    rows = {line[:37].strip(): line[37:].split() for line in lines[0].split("\n\n")[0].splitlines()}
    assert len(rows) == 10
    network = read_network(example_path("alliances"))
    data = Input.from_network(apply_scenario(network, "polestar4-china"))
    plan = solve(data, Params("cost"))
    paid = plan.costs.filter(line="tariff").sort("year")["cost"]
    ((name, cells),) = ((name, cells) for name, cells in rows.items() if "tariffs" in name)
    assert name == "tariffs, 2024 to 2027 [bn KRW]"
    assert [float(one.strip(",")) for one in cells[4:8]] == [round(one / 1000) for one in paid]


def test_a_waterfall_goes_from_the_cost_of_one_car_to_that_of_the_other() -> None:
    network = read_network(example_path("alliances"))
    before, after = (
        solve(Input.from_network(apply_scenario(network, name)), Params("cost"))
        for name in ("polestar4-china", "polestar4-busan")
    )
    steps = waterfall(before, after)
    assert steps["before"].sum() == pytest.approx(before.objective / before.cars)
    assert steps["after"].sum() == pytest.approx(after.objective / after.cars)
    table = side_by_side({"a": before, "b": after})
    tariffs = dict(zip(table["figure"], table["b"], strict=True))["tariffs paid"]
    assert tariffs == pytest.approx(after.flows["tariff"].sum())


@pytest.mark.parametrize(
    ("market", "month", "busan", "china"),
    [
        ("US", "2024-06", 0.0, 0.275),
        ("US", "2024-11", 0.0, 1.025),
        ("US", "2025-06", 0.25, 1.275),
        ("US", "2025-12", 0.15, 1.275),
        ("CA", "2024-06", 0.0, 0.061),
        ("CA", "2025-06", 0.0, 1.061),
        ("CA", "2026-06", 0.0, 1.061),
        ("EU", "2024-03", 0.0, 0.1),
        ("EU", "2024-06", 0.0, 0.299),
        ("EU", "2024-12", 0.0, 0.288),
        ("EU", "2026-06", 0.0, 0.288),
        ("KR", "2026-06", 0.0, 0.08),
    ],
)
def test_the_duties_of_the_polestar_4_are_those_of_the_facts(
    market: str, month: str, busan: float, china: float
) -> None:
    """The rates of 2024 to 2026; from China to the United States section 232 comes on top."""
    costs = Input.from_network(read_network(example_path("alliances"))).landed_costs("PS4")
    rows = {
        row["plant"]: row
        for row in costs.to_dicts()
        if (row["market"], f"{row['month']:%Y-%m}") == (market, month)
    }
    assert rows["Busan"]["duty"] == pytest.approx(busan)
    assert rows["Hangzhou Bay"]["duty"] == pytest.approx(china)


def test_the_canadian_quota_lets_chinese_cars_in_at_the_ordinary_duty() -> None:
    costs = Input.from_network(read_network(example_path("alliances"))).landed_costs("PS4")
    row = costs.row(by_predicate=_one(costs, "CA", "2026-06"), named=True)
    value = row["tariff"] / row["duty"]
    assert row["duty"] == pytest.approx(1.061)
    assert row["landed"] - row["in quota"] == pytest.approx(1.0 * value)


def test_the_korean_cut_is_refunded_to_cars_that_entered_before_it_was_published() -> None:
    """25 % paid from the 1st of November to the 3rd of December 2025, 15 % due."""
    network = read_network(example_path("alliances"))
    data = Input.from_network(apply_scenario(network, "polestar4-busan"))
    flows = solve(data, Params("lexicographic")).flows.filter(plant="Busan", market="US")
    costs = data.landed_costs("PS4").filter(plant="Busan", market="US")
    for row in costs.filter(costs["month"].dt.year() == 2025).iter_rows(named=True):
        (flow,) = flows.filter(month=row["month"]).to_dicts() or [None]
        if flow is None:
            continue
        enters = [row["month"] + dt.timedelta(days=day + 14) for day in range(_days(row["month"]))]
        between = [dt.date(2025, 11, 1) <= day < dt.date(2025, 12, 4) for day in enters]
        value = row["tariff"] / row["duty"] * flow["cars"]
        assert flow["refund"] == pytest.approx(0.1 * value * sum(between) / len(between))
    assert flows["refund"].sum() > 0


def _days(month: dt.date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _one(costs: object, market: str, month: str) -> object:
    import polars as pl

    return (
        (pl.col("plant") == "Hangzhou Bay")
        & (pl.col("market") == market)
        & (pl.col("month").dt.strftime("%Y-%m") == month)
    )


@pytest.mark.parametrize("size", [(1, 1, 1, 1), (3, 24, 12, 3)])
def test_pages_of_small_and_of_wide_networks_are_whole(size: tuple[int, ...]) -> None:
    tables = network_tables(*size, places=min(3, size[0]))
    data = Input.from_network(network_from_tables(tables))
    page = source_page({"base": solve(data, Params("cost", gap=0.05))}, {"base": data})
    drawn = page[page.index('id="spec-duty"') :] if "spec-duty" in page else ""
    curves = set(re.findall(r'"car": "([^"]+)"', drawn))
    assert len(curves) <= 10
    assert "null from" not in page
    assert all(curve.split(" from ")[1] in {p.name for p in data.plants} for curve in curves)
