"""Workbooks: what planners see in them, and what they break in them."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from sinho.errors import DataError
from sinho.hub import (
    check_hub,
    dictionary_markdown,
    dictionary_rows,
    hub_from_tables,
    read_hub,
    schema,
    write_blank,
    write_hub,
)
from sinho.hub.excel import write_tables
from tests.hub.faults import errors, only, problems, slim
from tests.hubs import tiny_hub


@cache
def tiny() -> bytes:
    """Return the tiny hub as a workbook without empty sheets."""
    return slim()


def workbook(
    tmp_path: Path,
    edit: Callable[[Any], None] | None = None,
    *,
    whole: bool = False,
    **tables: Any,
) -> Path:
    """Write the tiny hub as a workbook and edit it as a planner would.

    Unless it is to be ``whole``, the planner finds no empty sheets in it.
    """
    path = tmp_path / "hub.xlsx"
    if tables or whole or not edit:
        write_hub(hub_from_tables(tiny_hub(**tables)), path)
    else:
        path.write_bytes(tiny())
    if edit:
        book = openpyxl.load_workbook(path)
        edit(book)
        book.save(path)
    return path


# ---- what is written


def test_headings_carry_units_meanings_and_styles(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path))
    assert book.sheetnames == ["README", *schema.HUB_TABLES, "scenarios"]
    for name in schema.HUB_TABLES:
        sheet = book[name]
        specs = list(schema.fields(name).values())
        assert [cell.value for cell in sheet[1]] == [spec.heading for spec in specs], name
        for cell, spec in zip(sheet[1], specs, strict=True):
            assert spec.meaning in cell.comment.text, f"{name}.{spec.name}"
            if spec.default is not None:
                assert "Empty: " in cell.comment.text
        assert sheet.freeze_panes is not None, name
        assert sheet.freeze_panes.endswith("2"), name


def test_choices_flags_and_references_have_drop_down_lists(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path))
    for name in schema.HUB_TABLES:
        rules = {}
        for rule in book[name].data_validations.dataValidation:
            for area in rule.sqref.ranges:
                rules[area.min_col] = rule.formula1
        for place, spec in enumerate(schema.fields(name).values(), 1):
            if spec.choices:
                assert rules[place] == f'"{",".join(spec.choices)}"', f"{name}.{spec.name}"
            elif spec.kind == "flag":
                assert rules[place] == '"yes,no"'
            elif len(spec.refers) == 1 and spec.kind != "list":
                assert f"'{spec.refers[0][0]}'!" in rules[place], f"{name}.{spec.name}"


def test_months_and_dates_are_real_dates(tmp_path: Path) -> None:
    calendar = [{"start": "2026-02-10", "kind": "company"}]
    book = openpyxl.load_workbook(workbook(tmp_path, calendar=calendar))
    month = book["demand"]["C2"]
    assert month.value == dt.datetime(2026, 1, 1)
    assert month.number_format == "yyyy-mm"
    assert book["calendar"]["A2"].number_format == "yyyy-mm-dd"


def test_the_first_sheet_explains_the_workbook(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(workbook(tmp_path))["README"]
    text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value)
    for name in schema.HUB_TABLES:
        assert schema.meaning(name) in text
        for spec in schema.fields(name).values():
            assert spec.meaning in text


def test_a_blank_workbook_asks_for_what_is_needed(tmp_path: Path) -> None:
    found = problems(write_blank(tmp_path / "new.xlsx"))
    assert {problem.where for problem in found} == {f"sheet {name}" for name in schema.REQUIRED}
    assert {problem.rule for problem in found} == {"the table has no rows"}


def test_long_scenarios_go_on_in_further_rows(tmp_path: Path) -> None:
    lines = [f"# line {n} of a long scenario, with some more words to fill it" for n in range(2000)]
    text = 'title = "long"\n' + "\n".join(lines) + "\n"
    hub = hub_from_tables(tiny_hub(), {"long": text})
    again = read_hub(write_hub(hub, tmp_path / "hub.xlsx"))
    assert again.scenarios["long"].text == text


def test_texts_that_do_not_fit_into_a_cell_are_refused(tmp_path: Path) -> None:
    hub = hub_from_tables(tiny_hub(brands=[{"brand": "Acme", "owner": "x" * 40000}]))
    with pytest.raises(DataError) as caught:
        write_hub(hub, tmp_path / "hub.xlsx")
    only(caught.value.problems, where="sheet brands", row=2, column="owner", rule="32,767")
    assert list(tmp_path.iterdir()) == []
    assert read_hub(write_hub(hub, tmp_path / "hub")) == hub


# ---- what is read


def test_what_a_planner_types(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["demand"]["C2"] = "2026-01"
        book["demand"]["D2"] = "1000"
        book["demand"]["D3"] = 1000.5
        book["hub"]["G2"] = False
        book.create_sheet("_my notes")["A1"] = "anything"
        book.create_sheet("Sheet1")

    path = workbook(tmp_path, edit)
    hub = read_hub(path)
    assert hub["demand"]["units"].head(2).to_list() == [1000, 1000.5]
    assert hub["demand"]["month"][0] == dt.date(2026, 1, 1)
    assert hub.settings.public_holidays is False


def test_names_that_look_like_numbers_stay_text(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["brands"]["B2"] = 208
        book["brands"]["C2"] = "007"

    brands = read_hub(workbook(tmp_path, edit))["brands"]
    assert brands.row(0)[:3] == ("Acme", "208", "007")


def test_wrong_cells(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        demand = book["demand"]
        demand["A2"] = "AA"
        demand["C3"] = dt.datetime(2026, 2, 15)
        demand["C4"] = 46082
        demand["C4"].number_format = "General"
        demand["D5"] = "1,5"
        demand["D6"] = -20
        demand["D7"] = True
        demand["D8"] = dt.datetime(2026, 2, 15)
        demand["D9"] = None

    found = errors(problems(workbook(tmp_path, edit)))
    where = "sheet demand"
    only(found, where=where, row=2, column="model", value="AA", hint="'A'")
    only(found, where=where, row=3, column="month", rule="must be a month", hint="Write 2026-02:")
    only(
        found, where=where, row=4, column="month", value="46082", hint="serial number of 2026-03-01"
    )
    only(found, where=where, row=5, column="units", value="1,5", hint="Write 1.5")
    only(found, where=where, row=6, column="units", value="-20", rule="at least 0 cars")
    only(found, where=where, row=7, column="units", value="true", rule="must be a number")
    only(found, where=where, row=8, column="units", hint="The cell holds a date")
    only(found, where=where, row=9, column="units", value=None, rule="must be given")
    assert len(found) == 8


def test_formulas_with_errors_and_without_values(tmp_path: Path) -> None:
    path = tmp_path / "hub.xlsx"
    write_hub(hub_from_tables(tiny_hub()), path)
    book = openpyxl.load_workbook(path)
    book["demand"]["D2"] = "#REF!"
    book["demand"]["D2"].data_type = "e"
    book["demand"]["A3"] = "#N/A"
    book["demand"]["A3"].data_type = "e"
    book["demand"]["D4"] = "=1+1"
    book.save(path)
    found = errors(problems(path))
    only(found, where="sheet demand", row=2, column="units", value="#REF!", hint="Mend the formula")
    only(found, where="sheet demand", row=3, column="model", value="#N/A", rule="gives an error")
    only(found, where="sheet demand", row=4, column="units", rule="is not stored", hint="save it")
    assert len(found) == 3


def test_a_formula_may_give_an_empty_text(tmp_path: Path) -> None:
    path = tmp_path / "hub.xlsx"
    write_hub(hub_from_tables(tiny_hub()), path)
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = f"xl/worksheets/sheet{2 + list(schema.HUB_TABLES).index('brands')}.xml"
    row = (
        b'<c r="B2" t="str"><f>IF(A2="x",A2,"")</f><v></v></c><c r="C2"><f t="shared" si="0"/></c>'
    )
    before, middle, after = parts[sheet].partition(b'<row r="2"')
    parts[sheet] = before + middle + after.replace(b"</row>", row + b"</row>", 1)
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    found = problems(path)
    only(found, where="sheet brands", row=2, column="source", rule="is not stored")
    assert len(found) == 1


def test_rows_are_counted_as_the_sheet_shows_them(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["brands"]
        sheet.insert_rows(1, 2)
        sheet.insert_cols(1)
        sheet["B7"] = "Acme"

    found = problems(workbook(tmp_path, edit))
    only(found, where="sheet brands", row=7, column="brand", rule="stands in row 4 already")
    assert len(found) == 1


def test_renamed_sheet(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["demand"].title = "Demand 2026"
        book["yard"].title = "yards"
        book["yards"]["A2"] = "port"

    found = problems(workbook(tmp_path, edit, whole=True))
    only(found, where="sheet demand", rule="the sheet is missing", hint="'Demand 2026'? Rename")
    only(found, where="sheet Demand 2026", rule="no table of this name", hint="'demand'?")
    only(found, where="sheet yards", hint="Did you mean 'yard'?")


def test_wrong_columns(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["demand"]["D1"] = "unit [cars]"
        book["models"]["F1"] = "length [m]"
        book["shops"]["K1"] = None
        book["shops"]["L2"] = "remark"

    found = problems(workbook(tmp_path, edit))
    only(found, where="sheet demand", row=1, column="unit [cars]", hint="'units'")
    only(found, where="sheet demand", row=1, column="units", rule="the column is missing")
    only(found, where="sheet models", row=1, column="length", value="m", hint="length [mm]")
    only(found, where="sheet shops", row=1, rule="column L holds cells but has no heading")


def test_optional_sheets_may_be_deleted(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        for name in ("README", "scenarios", *schema.HUB_TABLES):
            if name not in schema.REQUIRED and name not in ("freight", "sailings"):
                del book[name]

    assert read_hub(workbook(tmp_path, edit, whole=True)) == hub_from_tables(tiny_hub())


def test_required_sheets_may_not(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        del book["shops"]
        sheet = book["groups"]
        sheet.delete_rows(1, sheet.max_row)

    found = problems(workbook(tmp_path, edit))
    only(found, where="sheet shops", rule="the sheet is missing", hint="Shops of the plant")
    only(found, where="sheet groups", rule="the sheet is empty")
    assert len(found) == 2


def test_scenarios_in_a_sheet(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        sheet = book["scenarios"]
        sheet["A2"], sheet["B2"] = "more", 'title = "More"\n[[change]]\ntable = "demand"'
        sheet["A3"], sheet["B3"] = "more", "multiply = { units = 1.1 }"
        sheet["A4"], sheet["B4"] = "bad", '[[change]]\ntable = "demnd"\ndelete = true'
        sheet["B5"] = "title = 'x'"

    found = problems(workbook(tmp_path, edit))
    only(found, where="sheet scenarios, scenario bad", row=2, column="table", value="demnd")
    only(found, where="sheet scenarios", row=5, column="scenario", rule="has no name")
    assert len(found) == 2


def test_a_scenario_sheet_without_its_columns(tmp_path: Path) -> None:
    def edit(book: Any) -> None:
        book["scenarios"]["A1"] = "Scenario name"
        book["scenarios"]["A2"] = "x"

    only(problems(workbook(tmp_path, edit)), where="sheet scenarios", column="scenario", row=1)


def test_damaged_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "hub.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    hub, found = check_hub(path)
    assert hub is None
    only(found, where="hub.xlsx", rule="the workbook cannot be read", hint="save it as .xlsx")
    assert len(found) == 1
    path.write_bytes(b"")
    only(problems(path), where="hub.xlsx", rule="the workbook cannot be read")


def test_numbers_keep_all_their_digits(tmp_path: Path) -> None:
    value = 0.1 + 0.2
    rows = tiny_hub()["demand"]
    rows[0]["units"] = value
    path = workbook(tmp_path, demand=rows)
    assert read_hub(path)["demand"]["units"][0] == value
    assert openpyxl.load_workbook(path)["demand"]["D2"].value == value


# ---- tables for people


def test_plain_tables(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {
            "period": [dt.date(2026, 1, 1), None],
            "units": [1200.0, float("nan")],
            "utilisation": [0.912, 1.03],
            "count": [1, 2],
            "binding": [True, False],
            "names": [["a", "b"], []],
            "limit": [float("inf"), 5.0],
        }
    )
    path = write_tables(
        tmp_path / "plan.xlsx",
        {"hours": table, "empty": table.head(0), "a/very:long[name]" + "x" * 40: table.head(1)},
        notes={"hours": "Hours of each shop."},
        units={"units": "cars", "hours.limit": "h"},
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["hours", "empty"]
    assert len(book.sheetnames[2]) <= 31
    sheet = book["hours"]
    assert [cell.value for cell in sheet[1]] == [
        "period",
        "units [cars]",
        "utilisation",
        "count",
        "binding",
        "names",
        "limit [h]",
    ]
    assert [cell.value for cell in sheet[2]] == [
        dt.datetime(2026, 1, 1),
        1200,
        0.912,
        1,
        "yes",
        "a; b",
        "no limit",
    ]
    assert [cell.value for cell in sheet[3]] == [None, None, 1.03, 2, "no", None, 5]
    assert sheet["A1"].comment.text == "Hours of each shop."
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:G3"
    assert sheet["C2"].number_format == "0.000"
    assert book["empty"]["A1"].value == "period"
    with pytest.raises(FileExistsError, match="exists already"):
        write_tables(path, {})


# ---- the data dictionary


def test_dictionary_rows() -> None:
    rows = {row["field"]: row for row in dictionary_rows("demand")}
    assert list(rows) == list(schema.fields("demand"))
    assert rows["units"] == {
        "table": "demand",
        "field": "units",
        "kind": "number",
        "unit": "cars",
        "needed": "yes",
        "bounds": ">= 0 and <= 10,000,000",
        "default": "",
        "meaning": "Cars asked for.",
    }
    assert rows["model"]["needed"] == "key"
    assert rows["model"]["bounds"] == "in models.model"
    assert rows["price"]["default"] == "0"
    assert {row["table"] for row in dictionary_rows()} == set(schema.TABLES)
    with pytest.raises(DataError, match="Did you mean 'demand'"):
        dictionary_rows("demnd")


def test_dictionary_page() -> None:
    page = dictionary_markdown()
    assert page.startswith("# Data dictionary\n")
    for name in schema.TABLES:
        assert f"\n## {name}\n" in page
    widths = {
        line.replace("\\|", "").count("|") for line in page.splitlines() if line.startswith("|")
    }
    assert widths == {8}
