"""Workbooks as other programs write them, and as nobody should: right values or one message."""

from __future__ import annotations

import datetime as dt
import os
import resource
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from sinho.cli import app
from sinho.hub import read_hub
from sinho.hub.formats import date_text, elapsed_text, number_format
from sinho.hub.workbook import read_grids
from tests.books import FORMS, rewrite
from tests.hub.faults import errors, only, problems, slim


@pytest.fixture(scope="module")
def tiny() -> bytes:
    """The tiny hub as a workbook without notes."""
    return slim(calendar=[{"start": "2026-02-10", "kind": "company", "source": "a; b & <c>"}])


def edited(tmp_path: Path, tiny: bytes, edit: Callable[[Any], None]) -> Path:
    path = tmp_path / "hub.xlsx"
    path.write_bytes(tiny)
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)
    return path


def small(tmp_path: Path, rows: list[list[Any]], name: str = "demand") -> Path:
    path = tmp_path / "small.xlsx"
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def replaced(path: Path, old: str, new: str) -> Path:
    """Replace text in the first sheet of a workbook."""

    def edit(name: str, text: str) -> str:
        if not name.endswith("sheet1.xml"):
            return text
        assert old in text, text
        return text.replace(old, new)

    return rewrite(path, edit)


# ---- the same cells in other XML


@pytest.mark.parametrize("form", FORMS)
def test_values_do_not_depend_on_the_form_of_the_xml(
    tmp_path: Path, tiny: bytes, form: str
) -> None:
    path = tmp_path / "hub.xlsx"
    path.write_bytes(tiny)
    before = read_hub(path).digest
    assert read_hub(rewrite(path, FORMS[form])).digest == before


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, tiny: bytes) -> bytes:
    """The tiny hub with formulas that have no value."""

    def edit(book: Any) -> None:
        demand = book["demand"]
        for row, text in enumerate(("#N/A", "#REF!", "#SPILL!", "#UNHEARD"), 2):
            demand.cell(row, 4).value = text
            demand.cell(row, 4).data_type = "e"
        demand["D6"] = "=1+1"
        demand["D6"].number_format = "0.00"
        book["brands"]["C2"] = "=D2*2"

    return edited(tmp_path_factory.mktemp("faulty"), tiny, edit).read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_formulas_without_a_value_are_told_in_every_form(
    tmp_path: Path, faulty: bytes, form: str
) -> None:
    path = tmp_path / "hub.xlsx"
    path.write_bytes(faulty)
    found = problems(rewrite(path, FORMS[form]))
    where = "sheet demand"
    for row, value in enumerate(("#N/A", "#REF!", "#SPILL!", "#VALUE!"), 2):
        only(found, where=where, row=row, column="units", value=value, rule="gives an error")
    only(found, where=where, row=6, column="units", rule="is not stored in the workbook")
    only(errors(found), where="sheet brands", row=2, column="source", rule="is not stored")
    assert len(errors(found)) == 6


def test_a_formula_of_text_may_be_empty_but_not_without_a_value(tmp_path: Path) -> None:
    path = replaced(
        small(tmp_path, [["a", "b", "c"], ["x", 1, 2]]),
        '<c r="B2" t="n"><v>1</v></c>',
        '<c r="B2" t="str"><f>""</f><v></v></c><c r="C2" t="str"><f>A2</f></c>',
    )
    with pytest.raises(AssertionError):
        read_cells_of(path)
    path = replaced(path, '<c r="C2" t="n"><v>2</v></c>', "")
    assert read_cells_of(path) == [("x", None, "#UNCOMPUTED!")]


def read_cells_of(path: Path) -> list[tuple[str | None, ...]]:
    grids, problem = read_grids(path)
    assert problem is None, problem
    (grid,) = grids.values()
    assert grid is not None
    return grid.cells.rows()


def test_formulas_of_a_program_that_cannot_calculate(tmp_path: Path) -> None:
    path = tmp_path / "small.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("orders")
        sheet.write_row(0, 0, ["order", "model"])
        sheet.write_formula(1, 0, "=1+1")
        sheet.write_formula(2, 0, "=1+1", None, 2)
    grids, _ = read_grids(path)
    assert grids["orders"] is not None
    (told,) = grids["orders"].problems
    assert "formula in A2 may not have been calculated" in told.rule
    assert (told.severity, told.row) == ("warning", 2)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A2" t="e"/>', "#VALUE!"),
        ('<c r="A2" t="e"><v></v></c>', "#VALUE!"),
        ('<c r="A2" t="e"><f>NA()</f></c>', "#UNCOMPUTED!"),
        ('<c r="A2" t="e"><f>NA()</f><v> #N/A </v></c>', "#N/A"),
        ('<c r="A2"><f/><v/></c>', "#UNCOMPUTED!"),
        ('<c r="A2" t="b"><f>TRUE()</f></c>', "#UNCOMPUTED!"),
        ('<c r="A2" t="b"><v>1</v></c>', "true"),
        ('<c r="A2" t="d"><v>2026-03-01T00:00:00Z</v></c>', "2026-03-01 00:00:00"),
        ('<c r="A2"><v>1.5E+3</v></c>', "1500"),
        ('<c r="A2"><v>0.30000000000000004</v></c>', "0.30000000000000004"),
        ('<c r="A2"><v>1_000</v></c>', "1_000"),
        ('<c r="A2"><v>INF</v></c>', "INF"),
        ('<c r="A2" t="str"><v>a<![CDATA[<b>]]>&amp;</v></c>', "a<b>&"),
        ('<c r="$A$2" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>', " x "),
    ],
)
def test_single_cells(tmp_path: Path, cell: str, text: str) -> None:
    path = replaced(small(tmp_path, [["a"], [1]]), '<c r="A2" t="n"><v>1</v></c>', cell)
    assert read_cells_of(path) == [(text,)]


# ---- merged cells


@pytest.mark.parametrize(
    ("area", "told"),
    [
        ("D2:D4", "D2:D4 are merged: one value stands for 3 cells"),
        ("A2:B2", "A2:B2 are merged: one value stands for 2 cells"),
        ("D1:D2", "D1:D2 are merged: one value stands for 2 cells"),
        ("A1:B1", ""),
        ("E2:E4", ""),  # without a value
        ("J2:L2", ""),  # beside the table
        ("A40:B41", ""),  # below it
    ],
)
def test_merged_cells(tmp_path: Path, tiny: bytes, area: str, told: str) -> None:
    def edit(book: Any) -> None:
        sheet = book["demand"]
        sheet.delete_cols(5, 10)
        sheet["E1"] = "price"
        for cell in (cell for row in sheet[area] for cell in row):
            if area == "A1:B1" and cell.column == 2:
                sheet.delete_cols(2)
                sheet.insert_cols(2)
        sheet.merge_cells(area)
        book["README"].merge_cells("A1:C3")

    found = problems(edited(tmp_path, tiny, edit))
    merged = [str(problem) for problem in found if "merged" in problem.rule]
    assert len(merged) == bool(told)
    assert not told or told in merged[0]
    errors = [str(problem) for problem in found if problem.severity == "error"]
    assert not told or errors == merged, "nothing follows from it"


# ---- numbers and what the sheet shows of them


@pytest.mark.parametrize("number", [14, 17, 22, 27, 30, 31, 36, 50, 53, 57, 58, 71])
def test_built_in_dates_of_all_editions(tmp_path: Path, tiny: bytes, number: int) -> None:
    path = tmp_path / "hub.xlsx"
    path.write_bytes(tiny)
    before = read_hub(path).digest

    def edit(name: str, text: str) -> str:
        if name != "xl/styles.xml":
            return text
        for code in ("yyyy\\-mm\\-dd", "yyyy\\-mm", "yyyy-mm-dd", "yyyy-mm"):
            at = text.find(f'formatCode="{code}"')
            if at >= 0:
                old = text[text.rindex('numFmtId="', 0, at) :].split('"')[1]
                text = text.replace(f'<xf numFmtId="{old}"', f'<xf numFmtId="{number}"')
        return text

    assert f'<xf numFmtId="{number}"' in edit("xl/styles.xml", part(path, "xl/styles.xml"))
    assert read_hub(rewrite(path, edit)).digest == before


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("yyyy-mm-dd", "date"),
        ("[$-411]ge.m.d", "date"),
        ('[$-412]yyyy"년" m"월"', "date"),
        ("h:mm AM/PM", "date"),
        ("mmm yy;@", "date"),
        ("[h]:mm", "elapsed"),
        ("[mm]:ss", "elapsed"),
        ("0.00E+00", "number"),
        ('#,##0" days"', "number"),
        ("[Red]0.0", "number"),
        ("[$€-407] #,##0.00", "number"),
        ("\\d0", "number"),
        ("General", "number"),
        ('0;"may"', "number"),
        ("@", "number"),
    ],
)
def test_which_formats_are_dates(code: str, kind: str) -> None:
    assert number_format(164, code).kind == kind


def test_serial_numbers() -> None:
    assert date_text(46082, since_1904=False) == "2026-03-01 00:00:00"
    assert date_text(46082 - 1462, since_1904=True) == "2026-03-01 00:00:00"
    assert date_text(1, since_1904=False) == "1900-01-01 00:00:00"
    assert date_text(61, since_1904=False) == "1900-03-01 00:00:00"
    assert date_text(46082 + 1 / 3, since_1904=False) == "2026-03-01 08:00:00"
    assert date_text(-1, since_1904=False) is None
    assert date_text(1e9, since_1904=False) is None
    assert elapsed_text(1.5) == "36:00:00"


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0000", 12, "0012"),
        ("0000", 12345, None),
        ('"S"000', 7, "S007"),
        ("00-000", 12345, "12-345"),
        ("00-000", 7, "00-007"),
        ("0000;-0000", 12, "0012"),
        ("0", 12, None),
        ("0.00", 12, None),
        ("#,##0", 1200, None),
        ("0000", 1.5, None),
        ("0000", -5, None),
    ],
)
def test_what_a_number_shows(code: str, number: float, shown: str | None) -> None:
    made = number_format(164, code).shown(float(number))
    assert (made if made != str(number) else None) == shown


def test_names_shown_with_zeros_that_are_numbers(tmp_path: Path, tiny: bytes) -> None:
    def edit(book: Any) -> None:
        book["brands"]["B2"] = 12
        book["brands"]["B2"].number_format = "0000"
        book["demand"]["D2"] = 12
        book["demand"]["D2"].number_format = "0000"

    path = edited(tmp_path, tiny, edit)
    found = problems(path)
    only(
        found, where="sheet brands", row=2, column="owner", value="12", rule="shows 0012",
        hint="as text", severity="warning",
    )  # fmt: skip
    assert len(found) == 1
    assert read_hub(path)["brands"]["owner"][0] == "12"


def test_dates_since_1904(tmp_path: Path, tiny: bytes) -> None:
    def edit(book: Any) -> None:
        book["demand"]["C2"] = dt.datetime(2026, 1, 1)
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    path = tmp_path / "hub.xlsx"
    path.write_bytes(tiny)
    before = read_hub(path).digest
    assert read_hub(edited(tmp_path, tiny, edit)).digest == before


def test_letters_that_the_format_writes_as_codes(tmp_path: Path) -> None:
    path = small(tmp_path, [["a", "b"], ["one_x005F_x000A_", "two_x000A_lines"]])
    assert read_cells_of(path) == [("one_x000A_", "two\nlines")]


def test_reading_aids_are_no_text(tmp_path: Path) -> None:
    texts = "<r><t>東</t></r><r><t>京</t></r><rPh><t>トウ</t></rPh>"
    cell = f'<c r="A2" t="inlineStr"><is>{texts}</is></c>'
    path = replaced(small(tmp_path, [["a"], [1]]), '<c r="A2" t="n"><v>1</v></c>', cell)
    assert read_cells_of(path) == [("東京",)]


# ---- sizes


def test_a_stray_cell_costs_nothing_and_is_told(tmp_path: Path, tiny: bytes) -> None:
    for place in ("XFD3", "XFD1048576"):
        path = edited(tmp_path, tiny, lambda book, at=place: book["demand"].__setitem__(at, "x"))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found = problems(path)
        only(found, where="sheet demand", rule="column XFD holds cells but has no heading")
        assert len(found) == 1
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize("place", ["A0", "XFE1", "A1048577", "1A", "", "ÄA1"])
def test_cells_outside_the_sheet(tmp_path: Path, place: str) -> None:
    path = replaced(small(tmp_path, [["a"], [1]]), 'r="A2"', f'r="{place}"')
    _, problem = read_grids(path)
    assert problem is not None
    assert "sheet demand has no cell" in problem.rule


def test_a_cell_that_stands_twice(tmp_path: Path) -> None:
    path = replaced(small(tmp_path, [["a", "b"], [1, 2]]), 'r="B2"', 'r="A2"')
    _, problem = read_grids(path)
    assert problem is not None
    assert "sheet demand, cell A2 stands twice" in problem.rule


def swollen(tmp_path: Path, text: str) -> Path:
    old = '<c r="A2" t="n"><v>1</v></c>'
    new = f'<c r="A2" t="inlineStr"><is><t>{text}</t></is></c>'
    return replaced(small(tmp_path, [["a"], [1]]), old, new)


@pytest.mark.parametrize(("size", "rule"), [(40_000, "32,767 letters"), (2**26, "unpacks from")])
def test_swollen_cells(tmp_path: Path, size: int, rule: str) -> None:
    _, problem = read_grids(swollen(tmp_path, "x" * size))
    assert problem is not None
    assert rule in problem.rule


def test_sheets_of_too_many_columns(tmp_path: Path) -> None:
    _, problem = read_grids(small(tmp_path, [[f"h{n}" for n in range(1500)], [1]]))
    assert problem is not None
    assert "cells in 1,500 columns" in problem.rule


# ---- what is no workbook


@pytest.mark.parametrize(
    ("part_", "old", "new", "rule"),
    [
        ("sheet1.xml", "<sheetData>", "<sheetDat>", "sheet1.xml is damaged"),
        (
            "sheet1.xml",
            "<worksheet",
            '<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet',
            "declares a document type",
        ),
        ("workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/other.xml", "is missing"),
    ],
)
def test_damaged_parts(tmp_path: Path, part_: str, old: str, new: str, rule: str) -> None:
    def edit(name: str, text: str) -> str:
        if not name.endswith(part_):
            return text
        assert old in text
        return text.replace(old, new)

    _, problem = read_grids(rewrite(small(tmp_path, [["a"], [1]]), edit))
    assert problem is not None
    assert rule in problem.rule


def test_flipped_bytes_end_in_a_message(tmp_path: Path) -> None:
    path = small(tmp_path, [["a", "b"], ["x", 1.5]])
    content = path.read_bytes()
    before = read_cells_of(path)
    for at in range(0, len(content), 23):
        spoilt = bytearray(content)
        spoilt[at] ^= 0x5A
        path.write_bytes(spoilt)
        grids, problem = read_grids(path)
        if problem is None and grids:
            (grid,) = grids.values()
            assert grid is None or grid.cells.rows() == before


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file(tmp_path: Path, tiny: bytes, kind: str) -> None:
    path = tmp_path / "hub.xlsx"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 3
    assert ("a pipe, a device" in result.stdout) == (kind != "folder")
