"""What `sinho check` says of days to be sequenced, and the blank day that a planner starts from."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from sinho.days.day import Day
from sinho.days.formats import read_day, write_day
from sinho.days.formats.blank import GUIDE, write_blank_day
from sinho.days.formats.checks import check_days, holds_days
from sinho.days.rules import Pinned
from sinho.hub.schema import SEQUENCE, fields
from sinho.sequence.contradictions import contradictions
from sinho.testing.days import generate_day
from tests.test_cli import no_traceback, sinho_cli


@pytest.fixture(scope="module")
def day() -> Day:
    return generate_day(30, seed=2, colours=3, high=2, low=1)


CLASSES = "10 2 3\n1 1\n2 3\n0 4 1 0\n1 3 0 1\n2 3 1 1\n"


def test_every_format_is_detected_and_said(day: Day, tmp_path: Path) -> None:
    paths = {
        "ROADEF 2005 folder": write_day(day, tmp_path / "roadef", format="roadef"),
        "tables of a day": write_day(day, tmp_path / "tables", format="tables"),
        "CSPLib instance": tmp_path / "classes.txt",
    }
    paths["CSPLib instance"].write_text(CLASSES, encoding="utf-8")
    for name, path in paths.items():
        result = sinho_cli("check", path)
        assert result.exit_code == 0, result.output
        size = read_day(path).size
        assert f"{path.stem}: {name}\n{size} cars" in result.stdout
        assert result.stdout.endswith(f"{path}: ok\n")
    book = write_day(day, tmp_path / "book.xlsx")
    assert "tables of a day" in sinho_cli("check", book).stdout


def test_cars_levels_and_rules_are_told(day: Day, tmp_path: Path) -> None:
    path = write_day(day, tmp_path / "monday", format="roadef")
    shown = sinho_cli("check", path).stdout
    assert "Levels, the most important first: " + ", ".join(day.levels) in shown
    assert f"{len(day.rules)} rules, 1 hard" in shown
    found = json.loads(sinho_cli("check", path, "--json").stdout)
    assert found["ok"]
    (one,) = found["days"]
    assert one["cars"] == 30
    assert {rule["rule"] for rule in one["rules"]} == {rule.name for rule in day.rules}


def test_every_problem_is_listed_at_once(day: Day, tmp_path: Path) -> None:
    path = write_day(day, tmp_path / "wrong", format="roadef")
    (path / "paint_batch_limit.txt").write_text("limitation;\n0;\n", encoding="utf-8")
    ratios = (path / "ratios.txt").read_text(encoding="utf-8").splitlines()
    (path / "ratios.txt").write_text("\n".join([ratios[0], "3-2;1;HPRC1;"]), encoding="utf-8")
    (path / "optimization_objectives.txt").unlink()
    result = sinho_cli("check", path)
    assert result.exit_code == 3
    no_traceback(result)
    for words in (
        "ratios.txt, row 2, column Ratio: must be a ratio such as 1/3",
        "paint_batch_limit.txt, row 2",
        "optimization_objectives.txt: the file is missing",
        "the option has no row in ratios.txt",
    ):
        assert words in result.stdout
    found = json.loads(sinho_cli("check", path, "--json").stdout)
    assert not found["ok"]
    assert found["errors"] == 3
    assert found["errors"] + found["warnings"] == len(found["problems"])
    assert found["days"] == [{"day": "wrong", "format": "ROADEF 2005 folder", "ok": False}]


def test_hard_rules_that_contradict_each_other_end_the_check_like_a_search(
    day: Day, tmp_path: Path
) -> None:
    one, two = day.idents[:2]
    path = write_day(day.with_rules(Pinned(name="p", pins=((one, 5), (two, 5)))), tmp_path / "pins")
    result = sinho_cli("check", path)
    assert result.exit_code == 4 == sinho_cli("sequence", path, "--iterations", "10").exit_code
    assert f"p: {one} is pinned to position 5; p: {two} is pinned to position 5" in result.stdout


def test_every_day_of_a_folder_and_every_instance_of_a_file_is_checked(
    day: Day, tmp_path: Path
) -> None:
    for name in ("mon", "tue"):
        write_day(day, tmp_path / "week" / name, format="roadef")
    (tmp_path / "week" / "tue" / "ratios.txt").unlink()
    result = sinho_cli("check", tmp_path / "week")
    assert result.exit_code == 3
    assert "tue/ratios.txt: the file is missing" in result.stdout
    assert "mon/" not in result.stdout
    file = tmp_path / "both.txt"
    file.write_text(f"# Problem a/1\n{CLASSES}# Problem a/2\n{CLASSES}", encoding="utf-8")
    assert [one.name for one in check_days(file, contradictions)] == ["a/1", "a/2"]
    assert "2 days" in sinho_cli("check", file).stdout


def test_every_date_of_tables_is_checked_and_misnamed_tables_are_noticed(tmp_path: Path) -> None:
    place = tmp_path / "days"
    place.mkdir()
    cars = "car,date,position\nA,2026-03-02,1\nB,2026-03-02,2\nC,2026-03-03,1\nD,2026-03-03,2\n"
    (place / "cars.csv").write_text(cars, encoding="utf-8")
    (place / "sequence_rules.csv").write_text("rule,kind\nstart,frozen\n", encoding="utf-8")
    (place / "car_window.csv").write_text("rule,car\n", encoding="utf-8")
    first = sinho_cli("check", place)
    assert first.exit_code == 3
    assert "warning: car_window.csv: the file is passed over" in first.stdout
    assert "Did you mean 'car_windows'?" in first.stdout
    (place / "sequence_rules.csv").write_text("rule,kind,first\nstart,frozen,1\n", encoding="utf-8")
    assert [one.name for one in check_days(place, contradictions)] == [
        "days 2026-03-02",
        "days 2026-03-03",
    ]


def test_a_missing_table_of_cars_is_said_once(day: Day, tmp_path: Path) -> None:
    path = write_day(day.with_rules(Pinned(name="p", pins=((day.idents[0], 5),))), tmp_path / "day")
    (path / "cars.csv").unlink()
    found = json.loads(sinho_cli("check", path, "--json").stdout)
    (problem,) = found["problems"]
    assert problem["where"] == "cars.csv"
    assert "the table is missing" in problem["rule"]


def test_empty_and_strange_text_files_are_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "day.txt"
    for text, words in (("", "the file is empty"), ("a b c\n", "this is no day to be sequenced")):
        path.write_text(text, encoding="utf-8")
        for command in ("check", "sequence"):
            result = sinho_cli(command, path)
            assert result.exit_code == 3
            assert words in result.output


def test_an_instance_or_date_that_nothing_answers_to_is_refused(day: Day, tmp_path: Path) -> None:
    path = write_day(day, tmp_path / "monday", format="roadef")
    for words in (("--instance", "tuesday"), ("--date", "2026-03-02")):
        result = sinho_cli("score", path, *words)
        assert result.exit_code == 3
        assert "there is only one day here" in result.stderr
    assert sinho_cli("score", path, "--instance", "monday").exit_code == 0


def test_a_hub_is_no_day(tmp_path: Path) -> None:
    assert sinho_cli("new", tmp_path / "hub", "--from", "blank").exit_code == 0
    assert not holds_days(tmp_path / "hub")
    (tmp_path / "hub" / "hub.toml").unlink()
    assert "hub.toml: the file is missing" in sinho_cli("check", tmp_path / "hub").stdout


def test_one_of_the_four_files_names_its_folder(day: Day, tmp_path: Path) -> None:
    path = write_day(day, tmp_path / "monday", format="roadef")
    result = sinho_cli("check", path / "vehicles.txt")
    assert result.exit_code == 3
    assert f"Give the folder that holds it: {path}" in result.stdout


# the blank day


@pytest.mark.parametrize("name", ["monday", "monday.xlsx"])
def test_a_blank_day_has_every_heading_and_explains_them(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    result = sinho_cli("new", path, "--from", "blank-day")
    assert result.exit_code == 0
    assert f"sinho check {path}" in result.stdout
    for table in SEQUENCE:
        if path.is_dir():
            (line,) = (path / f"{table}.csv").read_text(encoding="utf-8-sig").splitlines()
            heads = line.split(",")
            told = (path / "README.md").read_text(encoding="utf-8")
        else:
            book = openpyxl.load_workbook(path)
            heads = [str(cell.value).split(" [")[0] for cell in book[table][1]]
            told = "\n".join(str(c.value) for row in book["README"].iter_rows() for c in row)
        assert heads == list(fields(table))
        assert all(heading in told for heading in heads)
        assert "sheet 'hub'" not in told
    checked = sinho_cli("check", path)
    assert checked.exit_code == 3
    assert "there are no cars to be built" in checked.stdout
    assert sinho_cli("new", path, "--from", "blank-day").exit_code == 5
    assert sinho_cli("new", path, "--from", "blank-day", "--force").exit_code == 0


def test_the_example_of_the_guide_is_a_day(tmp_path: Path) -> None:
    place = write_blank_day(tmp_path / "day")
    blocks = [block for block in GUIDE.split("\n\n") if block.startswith("    ")]
    for name, block in zip(
        ("cars", "options", "sequence_levels", "sequence_rules"), blocks, strict=True
    ):
        rows = "\n".join(line.strip() for line in block.splitlines())
        (place / f"{name}.csv").write_text(rows + "\n", encoding="utf-8")
    result = sinho_cli("check", place)
    assert result.exit_code == 0, result.output
    assert "2 cars, 1 car known before them" in result.stdout


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = sinho_cli("new", tmp_path, "--from", "blank-day", "--force")
    assert result.exit_code == 5
    assert "holds other files" in result.stderr
    assert [item.name for item in tmp_path.iterdir()] == ["notes.txt"]
