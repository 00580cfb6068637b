"""The ROADEF format is read as the challenge means it; what is wrong is named by file and row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats import inspect_day, read_day, write_day
from sinho.days.rules import Changes, Ratio, RunLength
from sinho.errors import DataError, Problem
from sinho.testing.days import OBJECTIVES, generate_day
from tests.hub.faults import edit, only

VEHICLES = """Date;SeqRank;Ident;Paint Color;HPRC1;HPRC2;LPRC1
2003 38 3;9;090;2;1;0;0
2003 38 3;10;010;1;0;0;0
2003 38 4;1;021;1;1;0;1
2003 38 4;2;022;1;0;1;0
2003 38 4;3;023;3;0;0;0
"""
RATIOS = "Ratio;Prio;Ident;\n1/2;1;HPRC1;\n2/3;1;HPRC2;\n1/10;0;LPRC1;\n"
LIMIT = "limitation;\n10;\n"
OBJECTIVES_FILE = (
    "rank;objective name;\n"
    "1;paint_color_batches;\n"
    "2;high_priority_level_and_difficult_to_satisfy_ratio_constraints;\n"
    "3;low_priority_level_ratio_constraints;\n"
)


def instance(tmp_path: Path, **files: str | None) -> Path:
    """Write a small instance; files are named by their first word, None leaves one out."""
    path = tmp_path / "day"
    path.mkdir()
    names = {
        "vehicles.txt": files.get("vehicles", VEHICLES),
        "ratios.txt": files.get("ratios", RATIOS),
        "paint_batch_limit.txt": files.get("limit", LIMIT),
        "optimization_objectives.txt": files.get("objectives", OBJECTIVES_FILE),
    }
    for name, text in names.items():
        if text is not None:
            (path / name).write_text(text, encoding="utf-8")
    return path


def refused(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as error:
        read_day(path)
    return error.value.problems


def alike(one: Day, other: Day) -> bool:
    """Return whether two days have the same cars, rules and levels."""
    columns = ["car", *sorted(one.attributes), *one.options]
    return (
        one.cars.select(columns).equals(other.cars.select(columns))
        and one.previous.select(columns).equals(other.previous.select(columns))
        and one.rules == other.rules
        and (one.options, one.levels, one.weights) == (other.options, other.levels, other.weights)
    )


def test_a_folder_of_four_files_is_a_day(tmp_path: Path) -> None:
    day = read_day(instance(tmp_path))
    assert day.name == "day"
    assert day.source == "roadef"
    assert day.date == "2003 38 4"
    assert day.idents == ("021", "022", "023")
    assert day.previous["car"].to_list() == ["090", "010"]
    assert day.cars["colour"].to_list() == ["1", "1", "3"]
    assert day.cars["HPRC1"].to_list() == [True, False, False]
    assert (day.attributes, day.options) == (("colour",), ("HPRC1", "HPRC2", "LPRC1"))
    assert day.levels == ("paint", "hprc", "lprc")
    assert day.weights == (1_000_000, 1_000, 1)
    assert day.rules == (
        Ratio(name="HPRC1", option="HPRC1", most=1, window=2, level=1),
        Ratio(name="HPRC2", option="HPRC2", most=2, window=3, level=1),
        Ratio(name="LPRC1", option="LPRC1", most=1, window=10, level=2),
        Changes(name="paint", attribute="colour", level=0),
        RunLength(name="batch", attribute="colour", most=10),
    )


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_headings_may_end_with_signs_and_cells_may_have_blanks(
    tmp_path: Path, bom: bytes, end: bytes
) -> None:
    path = instance(tmp_path)
    plain = read_day(path)
    for file in path.iterdir():
        lines = file.read_text(encoding="utf-8").splitlines()
        lines = [lines[0].rstrip(";") + ";$", *(line.replace(";", " ; ") for line in lines[1:]), ""]
        file.write_bytes(bom + end.join(line.encode() for line in lines))
    assert alike(read_day(path), plain)


def test_cars_stand_by_date_and_rank_wherever_their_rows_are(tmp_path: Path) -> None:
    lines = VEHICLES.splitlines()
    shuffled = [lines[0], *(lines[row] for row in (5, 2, 4, 1, 3))]
    day = read_day(instance(tmp_path, vehicles="\n".join(shuffled)))
    assert day.idents == ("021", "022", "023")
    assert day.previous["car"].to_list() == ["090", "010"]


def test_the_latest_date_is_the_day_across_weeks_and_years(tmp_path: Path) -> None:
    text = VEHICLES.replace("2003 38 3", "2003 52 5").replace("2003 38 4", "2004 1 1")
    assert read_day(instance(tmp_path, vehicles=text)).date == "2004 1 1"


def test_there_may_be_no_day_before(tmp_path: Path) -> None:
    lines = [line for line in VEHICLES.splitlines() if "38 3" not in line]
    assert read_day(instance(tmp_path, vehicles="\n".join(lines))).previous.is_empty()


def test_ratios_without_an_objective_weigh_nothing(tmp_path: Path) -> None:
    objectives = "".join(OBJECTIVES_FILE.splitlines(keepends=True)[:3])
    day = read_day(instance(tmp_path, objectives=objectives))
    assert day.levels == ("paint", "hprc", "lprc")
    assert day.weights == (1_000_000, 1_000, 0)


def test_a_car_that_stands_twice_in_the_day_before_is_a_warning(tmp_path: Path) -> None:
    path = instance(tmp_path, vehicles=VEHICLES.replace(";010;", ";090;"))
    day, problems = inspect_day(path)
    assert day is not None
    assert read_day(path).previous["car"].to_list() == ["090", "090"]
    problem = only(problems, where="vehicles.txt", row=3, column="Ident")
    assert problem.severity == "warning"


def test_a_duplicate_car_is_named_with_both_rows(tmp_path: Path) -> None:
    path = instance(tmp_path, vehicles=VEHICLES.replace(";023;", ";021;"))
    only(refused(path), where="vehicles.txt", row=6, column="Ident", rule="row 4", value="021")


def test_an_option_needs_a_ratio_and_a_ratio_an_option(tmp_path: Path) -> None:
    path = instance(tmp_path, ratios=RATIOS.replace("HPRC2", "HPRC3"))
    found = refused(path)
    hint = "Did you mean 'HPRC2'?"
    only(found, where="ratios.txt", row=3, column="Ident", value="HPRC3", hint=hint)
    only(found, where="vehicles.txt", row=1, column="HPRC2", rule="no row in ratios.txt")


@pytest.mark.parametrize("ratio", ["1/x", "1", "", "-1/2", "1.5/3", "1/2/3", "0/0", "2/0"])
def test_a_ratio_is_two_numbers(tmp_path: Path, ratio: str) -> None:
    path = instance(tmp_path, ratios=RATIOS.replace("1/2;", f"{ratio};"))
    only(refused(path), where="ratios.txt", row=2, column="Ratio", value=ratio)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5"])
def test_a_batch_limit_is_at_least_one(tmp_path: Path, limit: str) -> None:
    path = instance(tmp_path, limit=f"limitation;\n{limit};\n")
    only(refused(path), where="paint_batch_limit.txt", row=2, column="limitation", value=limit)


def test_a_missing_batch_limit(tmp_path: Path) -> None:
    path = instance(tmp_path, limit="limitation;\n\n")
    only(refused(path), where="paint_batch_limit.txt", rule="missing")


@pytest.mark.parametrize(
    "name",
    ["vehicles.txt", "ratios.txt", "paint_batch_limit.txt", "optimization_objectives.txt"],
)
def test_a_missing_file_is_named_with_the_files_that_a_day_needs(tmp_path: Path, name: str) -> None:
    path = instance(tmp_path)
    (path / name).unlink()
    problem = only(refused(path), where=name, rule="the file is missing")
    assert "vehicles.txt" in problem.hint
    assert "ratios.txt" in problem.hint


def test_a_misspelt_file_is_suggested(tmp_path: Path) -> None:
    path = instance(tmp_path)
    (path / "ratios.txt").rename(path / "ratio.txt")
    only(refused(path), where="ratios.txt", hint="Did you mean 'ratio.txt'?")


def test_files_are_found_whatever_their_case(tmp_path: Path) -> None:
    path = instance(tmp_path)
    (path / "ratios.txt").rename(path / "Ratios.TXT")
    assert read_day(path).size == 3


def test_short_and_long_rows(tmp_path: Path) -> None:
    text = VEHICLES.replace("021;1;1;0;1", "021;1;1").replace("3;0;0;0", "3;0;0;0;1;1")
    found = refused(instance(tmp_path, vehicles=text))
    only(found, where="vehicles.txt", row=4, column="HPRC2", rule="5 cells under 7")
    only(found, where="vehicles.txt", row=6, rule="9 cells under 7", value="1;1")


@pytest.mark.parametrize("cell", ["2", "x", "", "yes"])
def test_an_option_cell_is_zero_or_one(tmp_path: Path, cell: str) -> None:
    text = VEHICLES.replace("022;1;0;1;0", f"022;1;0;{cell};0")
    found = refused(instance(tmp_path, vehicles=text))
    only(found, where="vehicles.txt", row=5, column="HPRC2", value=cell)


def test_empty_cells_and_ranks_that_are_no_numbers(tmp_path: Path) -> None:
    text = VEHICLES.replace(";1;021;1;", ";first;;;")
    found = refused(instance(tmp_path, vehicles=text))
    only(found, row=4, column="SeqRank", value="first")
    only(found, row=4, column="Ident")
    only(found, row=4, column="Paint Color")


def test_unknown_and_repeated_objectives(tmp_path: Path) -> None:
    text = OBJECTIVES_FILE.replace("1;paint_color_batches", "2;paint_color_batch")
    found = refused(instance(tmp_path, objectives=text))
    hint = "Did you mean 'paint_color_batches'?"
    only(found, where="optimization_objectives.txt", row=2, column="objective name", hint=hint)
    only(found, where="optimization_objectives.txt", row=3, column="rank", value="2")
    again = OBJECTIVES_FILE.replace("low_priority_level_ratio_constraints", "paint_color_batches")
    (tmp_path / "two").mkdir()
    found = refused(instance(tmp_path / "two", objectives=again))
    only(found, row=4, column="objective name", rule="row 2")


def test_a_missing_column_and_a_wrong_separator(tmp_path: Path) -> None:
    ratios = RATIOS.replace("Prio", "Priority")
    found = refused(instance(tmp_path, ratios=ratios, vehicles=VEHICLES.replace(";", ",")))
    only(found, where="ratios.txt", row=1, column="Prio", hint="Did you mean 'Priority'?")
    only(found, where="vehicles.txt", row=1, rule="semicolons")


def test_empty_files_and_wrong_encodings(tmp_path: Path) -> None:
    path = instance(tmp_path, limit="", objectives="\n\n")
    (path / "vehicles.txt").write_bytes(VEHICLES.replace("023", "n\xb0 3").encode("latin-1"))
    found = refused(path)
    only(found, where="paint_batch_limit.txt", rule="the file is empty")
    only(found, where="optimization_objectives.txt", rule="the file is empty")
    only(found, where="vehicles.txt", row=6, rule="not UTF-8")


@pytest.mark.parametrize("name", ["colour", "car", "batch"])
def test_options_whose_names_are_taken_are_refused(tmp_path: Path, name: str) -> None:
    ratios, vehicles = (text.replace("LPRC1", name) for text in (RATIOS, VEHICLES))
    assert refused(instance(tmp_path, ratios=ratios, vehicles=vehicles))


def test_all_problems_come_at_once_and_many_of_one_kind_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"2003 38 4;{n};x{n};1;0;0;7\n" for n in range(4, 60))
    path = instance(tmp_path, vehicles=VEHICLES + rows, limit="limitation;\n0;\n")
    (path / "ratios.txt").unlink()
    found = refused(path)
    assert {problem.where for problem in found} == {
        "vehicles.txt",
        "ratios.txt",
        "paint_batch_limit.txt",
    }
    assert sum(problem.column == "LPRC1" for problem in found) == 20
    only(found, where="vehicles.txt", rule="36 more rows")


def test_a_folder_of_days_asks_for_one(tmp_path: Path) -> None:
    (tmp_path / "A" / "one").mkdir(parents=True)
    (tmp_path / "A" / "one" / "vehicles.txt").write_text("", encoding="utf-8")
    instance(tmp_path / "A")
    only(refused(tmp_path / "A"), rule="holds 2 days", hint="day, one")
    assert read_day(tmp_path / "A", instance="day").size == 3
    with pytest.raises(DataError, match="Did you mean 'day'"):
        read_day(tmp_path / "A", instance="days")


def test_what_is_no_day_is_told_what_a_day_is(tmp_path: Path) -> None:
    path = instance(tmp_path)
    only(refused(path / "ratios.txt"), hint=str(path))
    only(refused(tmp_path / "days"), rule="no such folder", hint="Did you mean 'day'?")
    (tmp_path / "empty").mkdir()
    only(refused(tmp_path / "empty"), rule="holds no day", hint="vehicles.txt")


@settings(max_examples=15)
@example(
    cars=32, seed=196, objectives="hprc>lprc>paint"
)  # one car of a colour parts no three batches
@given(
    cars=st.integers(2, 60),
    seed=st.integers(0, 1000),
    objectives=st.sampled_from([text for text in OBJECTIVES if text.count(">") == 2]),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cars: int, seed: int, objectives: str
) -> None:
    day = generate_day(cars, seed=seed, colours=2, objectives=objectives, batch_limit=60)
    path = write_day(day, tmp_path_factory.mktemp("days") / "day", format="roadef")
    assert alike(read_day(path), day)


def test_the_format_refuses_rules_that_it_has_no_place_for(tmp_path: Path) -> None:
    day = generate_day(40, planner=True)
    with pytest.raises(DataError) as error:
        write_day(day, tmp_path / "day", format="roadef")
    lost = {problem.where for problem in error.value.problems}
    assert {"rule station 1", "rule purge", "rule frozen"} <= lost
    assert not (tmp_path / "day").exists()


def test_existing_files_are_kept_unless_forced(tmp_path: Path) -> None:
    day = read_day(instance(tmp_path))
    path = write_day(day, tmp_path / "out", format="roadef")
    with pytest.raises(FileExistsError):
        write_day(day, path)
    edit(path / "ratios.txt", "1/2", "1/4")
    assert alike(read_day(write_day(day, path, force=True)), day)


def test_every_published_instance_is_read_and_written(roadef: Path, tmp_path: Path) -> None:
    folders = [path for path in sorted(roadef.glob("*/*")) if path.is_dir()]
    assert len(folders) == 61
    warned = []
    for folder in folders:
        day, problems = inspect_day(folder)
        assert day is not None, folder.name
        warned += [folder.name] * bool(problems)
        again = read_day(write_day(day, tmp_path / folder.name))
        assert alike(again, day), folder.name
        assert again.date == day.date
    assert all("035_ch1" in name for name in warned)
    assert len(warned) == 3
