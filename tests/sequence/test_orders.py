"""Sequences are written and read without loss, and a wrong one is refused by file and row."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats import read_day, read_order, write_order
from sinho.errors import DataError, Problem
from tests.hub.faults import edit, only
from tests.sequence.days import days, random_order, tiny_day
from tests.sequence.test_roadef import instance

FILES = ("seq.txt", "vehicles_out.txt", "seq.csv", "seq.xlsx")


@pytest.fixture
def day() -> Day:
    return tiny_day(
        options={"roof": "1010", "tow": "0110"},
        attributes={"colour": ["red", "blue", "красный", "red"]},
        before={"colour": ["red"]},
    )


def refused(day: Day, path: Path) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as error:
        read_order(day, path)
    return error.value.problems


def listed(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "seq.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@settings(max_examples=15)
@given(day=days((1, 12)), seed=st.integers(0, 99))
@pytest.mark.parametrize("name", FILES)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, day: Day, seed: int, name: str
) -> None:
    order = random_order(day, seed)
    path = write_order(day, order, tmp_path_factory.mktemp("seq") / name)
    assert read_order(day, path) == order


def test_a_text_file_has_one_ident_per_line(tmp_path: Path, day: Day) -> None:
    path = write_order(day, ("c02", "c01", "c04", "c03"), tmp_path / "seq.txt")
    assert path.read_bytes() == b"c02\nc01\nc04\nc03\n"


def test_a_table_has_positions_attributes_and_options(tmp_path: Path, day: Day) -> None:
    order = ("c02", "c01", "c04", "c03")
    text = write_order(day, order, tmp_path / "seq.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[:3] == [
        "position,car,colour,roof,tow",
        "1,c02,blue,no,yes",
        "2,c01,red,yes,no",
    ]
    book = write_order(day, order, tmp_path / "seq.xlsx")
    rows = list(openpyxl.load_workbook(book).active.values)
    assert rows[0] == ("position", "car", "colour", "roof", "tow")
    assert rows[4] == (4, "c03", "красный", "yes", "yes")


def test_a_vehicles_file_is_a_solution_of_the_challenge(tmp_path: Path) -> None:
    day = read_day(instance(tmp_path))
    path = write_order(day, ("023", "021", "022"), tmp_path / "vehicles.txt")
    assert path.read_text(encoding="utf-8").splitlines() == [
        "Date;SeqRank;Ident;Paint Color;HPRC1;HPRC2;LPRC1",
        "2003 38 4;1;023;3;0;0;0",
        "2003 38 4;2;021;1;1;0;1",
        "2003 38 4;3;022;1;0;1;0",
    ]
    assert read_order(day, path) == ("023", "021", "022")
    assert read_order(day, tmp_path / "day" / "vehicles.txt") == day.idents, "the order given"
    edit(path, ";3;022", ";2;022")
    only(refused(day, path), where="vehicles.txt", row=4, column="SeqRank", rule="row 3")


def test_a_missing_car_is_named_with_the_row_where_the_file_ends(tmp_path: Path, day: Day) -> None:
    problem = only(refused(day, listed(tmp_path, "c01", "c02", "c04")), where="seq.txt", row=4)
    assert "c03" in problem.rule


def test_unknown_and_repeated_cars_are_named_by_row(tmp_path: Path, day: Day) -> None:
    found = refused(day, listed(tmp_path, "c01", "", "c2", "c01", "p01", "c03", "c04"))
    only(found, row=3, column="car", value="c2", hint="Did you mean 'c02'?")
    only(found, row=4, column="car", value="c01", rule="row 1")
    only(found, row=5, column="car", value="p01", hint="day before")
    only(found, row=8, rule="car c02 of the day is missing")
    assert len(found) == 4


def test_a_leading_zero_that_a_spreadsheet_drops_is_recognised(tmp_path: Path) -> None:
    day = read_day(instance(tmp_path))
    found = refused(day, listed(tmp_path, "21", "022", "023"))
    only(found, row=1, value="21", hint="leading zeros")


def test_rows_of_a_table_may_be_sorted_anyhow(tmp_path: Path, day: Day) -> None:
    path = tmp_path / "seq.csv"
    path.write_text("car,position,note\nc03,4,x\nc01,2,\nc02,1,\nc04,3,\n", encoding="utf-8")
    assert read_order(day, path) == ("c02", "c01", "c04", "c03")
    path.write_text("Ident\nc03\nc01\nc02\nc04\n", encoding="utf-8")
    assert read_order(day, path) == ("c03", "c01", "c02", "c04"), "no positions: rows as they are"


def test_wrong_positions_and_cars_of_a_table_come_at_once(tmp_path: Path, day: Day) -> None:
    path = tmp_path / "seq.csv"
    path.write_text("position,car\n1,c01\n1,c02\n5,\nx,c9\n", encoding="utf-8")
    found = refused(day, path)
    only(found, row=3, column="position", value="1", rule="row 2")
    only(found, row=4, column="position", value="5", rule="1 to 4")
    only(found, row=4, column="car", rule="must be given")
    only(found, row=5, column="position", value="x")
    only(found, row=5, column="car", value="c9", rule="no such car")
    only(found, rule="car c03 of the day is missing")


def test_a_table_without_cars(tmp_path: Path, day: Day) -> None:
    path = tmp_path / "seq.csv"
    path.write_text("position,cars\n1,c01\n", encoding="utf-8")
    only(refused(day, path), row=1, column="car", hint="Did you mean 'cars'?")
    path.write_text("", encoding="utf-8")
    only(refused(day, path), where="seq.csv", rule="empty")
    pl.DataFrame({"a": [1]}).write_excel(tmp_path / "seq.xlsx")
    only(refused(day, tmp_path / "seq.xlsx"), where="sheet Sheet1", column="car")
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    only(refused(day, tmp_path / "bad.xlsx"), rule="cannot be read")


def test_a_missing_file_and_an_empty_one(tmp_path: Path, day: Day) -> None:
    path = listed(tmp_path, "")
    only(refused(day, path), where="seq.txt", rule="empty")
    only(refused(day, tmp_path / "seg.txt"), rule="no such file", hint="Did you mean 'seq.txt'?")


@pytest.mark.parametrize("head", ["car", "position,car,colour", "Position\tCar"])
def test_headings_have_no_place_in_a_text_file(tmp_path: Path, day: Day, head: str) -> None:
    problem = only(refused(day, listed(tmp_path, head, "c01", "c02", "c03", "c04")), row=1)
    assert "no headings" in problem.rule
    assert ".csv" in problem.hint


def test_a_misspelt_column_of_positions_is_not_passed_over(tmp_path: Path, day: Day) -> None:
    path = tmp_path / "seq.csv"
    path.write_text("positon,car\n2,c01\n1,c02\n3,c03\n4,c04\n", encoding="utf-8")
    only(refused(day, path), row=1, column="positon", hint="Did you mean 'position'?")


def test_an_order_that_lacks_a_car_is_not_written(tmp_path: Path, day: Day) -> None:
    with pytest.raises(DataError, match="c04 of the day is missing"):
        write_order(day, ("c01", "c02", "c03"), tmp_path / "seq.txt")
    with pytest.raises(DataError, match=r"\.txt, \.csv or \.xlsx"):
        write_order(day, day.idents, tmp_path / "seq.doc")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_an_existing_file_is_kept_unless_forced(tmp_path: Path, day: Day, name: str) -> None:
    path = write_order(day, day.idents, tmp_path / name)
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        write_order(day, tuple(reversed(day.idents)), path)
    assert path.read_bytes() == before
    write_order(day, tuple(reversed(day.idents)), path, force=True)
    assert read_order(day, path) == tuple(reversed(day.idents))
    assert [item.name for item in tmp_path.iterdir()] == [name], "nothing is left beside it"


@pytest.mark.parametrize("head", ["car", "position,car"])
def test_an_order_with_headings_only_has_no_cars(day: Day, tmp_path: Path, head: str) -> None:
    path = tmp_path / "order.csv"
    path.write_text(f"{head}\n", encoding="utf-8")
    (problem,) = refused(day, path)
    assert (problem.where, problem.rule) == ("order.csv", "the file holds no cars")
