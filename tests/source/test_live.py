"""The network's workbook: formulas that follow duties, rates and freights that are changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from sinho.hub import network_from_tables
from sinho.report.source import write_sourcing
from sinho.results import Sourcing
from sinho.results.sourcing import LINES
from sinho.source import Input, Params, solve
from tests.sheets import Book
from tests.source.rich import rich_tables


def written(seed: int, folder: Path) -> tuple[Input, Sourcing, Path]:
    """Return a network of every kind of duty, its plan, and the workbook of it."""
    data = Input.from_network(network_from_tables(rich_tables(seed)))
    plan = solve(data, Params("cost"))
    write_sourcing({"base": plan}, {"base": data}, folder, {})
    return data, plan, folder / "source.xlsx"


def totals(book: Book) -> dict[str, float]:
    """Return what the lines come to now."""
    return {book.value("totals", f"A{n}"): book.value("totals", f"C{n}") for n in range(2, 9)}


def landed(data: Input, plan: Sourcing) -> dict[str, float]:
    """Return what the flows of a plan come to by line at the figures of a network."""
    flows = plan.flows
    plants = [plant.name for plant in data.plants]
    pairs = list(zip(data.model.tolist(), data.plant.tolist(), strict=True))
    at = (
        flows.select(
            pl.struct("model", "plant").map_elements(
                lambda r: pairs.index((data.models.index(r["model"]), plants.index(r["plant"]))),
                pl.Int64,
            )
        )
        .to_series()
        .to_numpy()
    )
    k = flows["market"].map_elements(data.markets.index, pl.Int64).to_numpy()
    t = flows["month"].map_elements(data.months.index, pl.Int64).to_numpy()
    cars, inside = flows["cars"].to_numpy(), flows["in_quota"].to_numpy()
    found = {name: float((v * cars).sum()) for name, v in data.lines(at, k, t).items()}
    found["tariff"] -= float((data.saved(at, k, t) * inside).sum())
    return found


@pytest.mark.parametrize("seed", range(12))
def test_formulas_say_what_the_plan_says(seed: int, tmp_path: Path) -> None:
    _, plan, path = written(seed, tmp_path)
    book, shown = Book(path), openpyxl.load_workbook(path, data_only=True)
    now = totals(book)
    for line in LINES:
        assert now[line] == pytest.approx(plan.flows[line].sum(), rel=1e-9, abs=1e-9), line
    count = 0
    for name in ("flows live", "totals"):
        for row in book.sheets[name].iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    count += 1
                    kept = shown[name][cell.coordinate].value
                    told = book.value(name, cell.coordinate)
                    assert told == pytest.approx(kept, rel=1e-9, abs=1e-6), cell.coordinate
    assert count >= 8 * plan.flows.height + 14


def changed(path: Path, sheet: str, letter: str, by: float, **only: Any) -> Book:
    """Return the workbook with the numbers of a column changed, by a factor."""
    book = Book(path)
    heads = [cell.value for cell in book.sheets[sheet][1]]
    for row in book.sheets[sheet].iter_rows(min_row=2):
        values = dict(zip(heads, (cell.value for cell in row), strict=True))
        if all(values[name] == value for name, value in only.items()):
            cell = f"{letter}{row[0].row}"
            book.known[sheet, cell] = (book.sheets[sheet][cell].value or 0.0) * by
    return book


@pytest.mark.parametrize("seed", range(6))
def test_costs_follow_freights_rates_and_duties(seed: int, tmp_path: Path) -> None:
    data, plan, path = written(seed, tmp_path)
    tables = rich_tables(seed)

    def anew(**new: pl.DataFrame) -> dict[str, float]:
        return landed(Input.from_network(network_from_tables(tables | new)), plan)

    def doubled(table: str, column: str, at: pl.Expr | bool = True) -> pl.DataFrame:
        frame = network_from_tables(tables)[table]
        of = pl.when(at).then(pl.col(column) * 2).otherwise(pl.col(column))
        return frame.with_columns(of.alias(column))

    freight = changed(path, "inputs", "D", 2, table="lanes")
    for line, value in anew(lanes=doubled("lanes", "freight")).items():
        assert totals(freight)[line] == pytest.approx(value, rel=1e-9, abs=1e-6), line
    dollar = changed(path, "rates", "D", 2, currency="USD")
    rates = doubled("currencies", "rate", pl.col("currency") == "USD")
    # least prices and origins by value may turn with a rate: the lines without duty follow it alone
    for line, value in anew(currencies=rates).items():
        if line != "tariff":
            assert totals(dollar)[line] == pytest.approx(value, rel=1e-9, abs=1e-6), line
    full = changed(path, "duties", "F", 2)
    outside = plan.flows.filter(pl.col("in_quota") == 0)
    least = float((data.duties.part > 0).sum())
    if outside.height == plan.flows.height and not least:
        assert totals(full)["tariff"] == pytest.approx(2 * plan.flows["tariff"].sum())
    assert totals(full)["tariff"] >= plan.flows["tariff"].sum() - 1e-6


def test_a_duty_is_that_of_its_months(tmp_path: Path) -> None:
    data, plan, path = written(3, tmp_path)
    book = Book(path)
    for row in book.sheets["duties"].iter_rows(min_row=2, values_only=True):
        plant, market, powertrain, first, end, full = row[:6]
        k = data.markets.index(market)
        own = [
            a
            for a in range(len(data.model))
            if data.plants[data.plant[a]].name == plant
            and data.powertrains[data.model[a]] == powertrain
        ]
        months = [t for t, m in enumerate(data.months) if first.date() <= m <= end.date()]
        rates = data.duties.rate[data.group[own]][:, k, months] * 100
        assert any(row == pytest.approx(full) for row in rates)
    assert plan.flows.height
