"""Names that a spreadsheet takes for formulas, and listings of very many problems."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sinho.banks import read_orders, write_orders
from sinho.cli import app
from sinho.days.formats import read_order, write_order
from sinho.errors import DataError, Problem, listed
from sinho.hub import check_hub, hub_from_tables, read_hub, write_hub
from sinho.hub.csvfile import no_formulas, read_csv
from sinho.results import Orders
from tests.hub.faults import errors, folder, only
from tests.hubs import tiny_hub
from tests.orders.plant import order, ordering_hub
from tests.sequence.days import tiny_day

LINK = '=HYPERLINK("http://x","y")'
BEGINS = "=+-@"


@given(st.lists(st.text("'=+-@a1", max_size=5), min_size=1, max_size=6))
def test_texts_are_shielded_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    table = pl.DataFrame({"key": ["k"] * len(texts), "-name": texts, "figure": [-1.5] * len(texts)})
    path.write_text(no_formulas(table).write_csv(), encoding="utf-8")
    written = pl.read_csv(path, infer_schema=False)
    assert not any((text or "x")[0] in BEGINS and len(text) > 1 for text in written["'-name"])
    assert set(written["figure"]) == {"-1.5"}
    grid, found = read_csv(path)
    assert found == []
    assert grid is not None
    assert grid.headings == ("key", "-name", "figure")
    assert [cell or "" for cell in grid.cells.to_series(1)] == texts


@pytest.mark.parametrize("name", [LINK, "+SUM(A1)", "-2+3", "@x"])
def test_such_names_are_warned_of_and_keep_their_value(tmp_path: Path, name: str) -> None:
    tables = tiny_hub()
    for rows in tables.values():
        for row in rows if isinstance(rows, list) else ():
            for key, value in row.items():
                if value == "A":
                    row[key] = name
    hub, found = check_hub(write_hub(hub_from_tables(tables), tmp_path / "hub"))
    assert hub is not None
    only(found, where="models.csv", row=2, column="model", value=name, severity="warning")
    assert [problem for problem in found if "formula" in problem.rule] == [found[0]]
    assert hub["models"]["model"][0] == name
    text = (tmp_path / "hub" / "models.csv").read_text(encoding="utf-8")
    assert "\n'" in text or "\n\"'" in text
    assert read_hub(write_hub(hub, tmp_path / "hub.xlsx")) == hub


def test_orders_with_such_names(tmp_path: Path) -> None:
    hub = ordering_hub()
    row = order("1") | {"order": LINK}
    pl.DataFrame([row]).write_parquet(tmp_path / "in.parquet")
    bank = read_orders(tmp_path / "in.parquet", hub)
    assert isinstance(bank, Orders)
    path = write_orders(bank, tmp_path / "orders.csv")
    assert "\"'=HYPER" in path.read_text(encoding="utf-8")
    assert read_orders(path, hub).table["order"].to_list() == [LINK]


def test_a_sequence_with_such_names(tmp_path: Path) -> None:
    day = tiny_day(size=2)
    cars = day.cars.with_columns(pl.Series("car", [LINK, "-c2"]))
    day = replace(day, cars=cars)
    path = write_order(day, ("-c2", LINK), tmp_path / "seq.csv")
    assert not [line for line in path.read_text().splitlines() if ",=" in line or ",-" in line]
    assert read_order(day, path) == ("-c2", LINK)


# ---- very many problems


def many(rule: str, count: int, severity: str = "error") -> list[Problem]:
    return [
        Problem("demand.csv", rule, row, "units", str(row), severity=severity)  # type: ignore[arg-type]
        for row in range(2, count + 2)
    ]


def test_of_very_many_problems_the_rest_is_counted_by_kind() -> None:
    problems = [*many("is 'odd'", 50, "warning"), *many("must be 5 or more", 300)]
    shown, more = listed(problems)
    assert len(shown) == 200
    assert {problem.severity for problem in shown} == {"error"}
    assert more == [
        "150 more are not listed:",
        "  100 x demand.csv, column units: must be … or more",
        "  50 x warning: demand.csv, column units: is …",
    ]
    lines = str(DataError(problems)).splitlines()
    assert lines[0] == "300 problems and 50 warnings in the input:"
    assert len(lines) == 1 + 200 + 3
    assert listed(problems[:200]) == (problems[:200], [])
    kinds = [Problem(f"{n}.csv", "is wrong") for n in range(300)]
    assert listed(kinds)[1][-1] == "  and 80 other kinds"


def test_check_lists_at_most_200_problems(tmp_path: Path) -> None:
    path = folder(tmp_path)
    for file in path.glob("*.csv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        bad = ",".join("\x07" for _ in lines[0].split(","))
        file.write_text("\n".join([lines[0], *[bad] * 30]), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 3
    assert result.stdout.count("error: ") == 200
    assert "more are not listed:" in result.stdout
    assert len(errors(check_hub(path)[1])) > 200
