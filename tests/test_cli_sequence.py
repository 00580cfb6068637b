"""The commands about sequences as a user types them: what is printed where, and exit codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest

from sinho.cli.base import CODES
from sinho.days.day import Day
from sinho.days.formats import read_day, read_order, write_day, write_order
from sinho.days.rules import Frozen, Pinned, Ratio, RunLength
from sinho.days.score import score_order
from sinho.testing.days import generate_day
from tests.sequence.days import tiny_day
from tests.sequence.test_tables import two_lines
from tests.test_cli import WITH_PROC, interrupted, no_traceback, sinho_cli, typed

MOVES = ("--iterations", "20000")


@pytest.fixture(scope="module")
def day() -> Day:
    return generate_day(60, seed=4, colours=4, high=3, low=2)


@pytest.fixture(scope="module")
def folder(day: Day, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the ROADEF 2005 challenge."""
    return write_day(day, tmp_path_factory.mktemp("days") / "monday", format="roadef")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of two days, with a reference beside it."""
    place = tmp_path_factory.mktemp("bench")
    for seed in (1, 2):
        drawn = generate_day(30, seed=seed, colours=3, high=2, low=1)
        write_day(drawn, place / "set" / f"day{seed}", format="roadef")
    (place / "reference.csv").write_text(
        "set,instance,score_20s\nset,day1,99999999999\nset,day2,0\n", encoding="utf-8"
    )
    return place / "set"


@pytest.mark.parametrize("words", [["sequence"], ["score"], ["resequence"], ["bench", "sequence"]])
def test_help_shows_examples_and_every_exit_code(words: list[str]) -> None:
    result = sinho_cli(*words, "--help", COLUMNS="100")
    assert result.exit_code == 0
    assert f"sinho {' '.join(words)} " in result.stdout.split("Examples")[1]
    for code in CODES:
        assert re.search(rf"^ *{code}  \w", result.stdout, flags=re.M), code


def crowded() -> Day:
    """A day whose order keeps one ratio at the cost of the next."""
    order = [1, 0] * 12
    return tiny_day(
        Ratio(name="sunroof", level=0, option="roof", most=1, window=2),
        Ratio(name="tow bar", level=1, option="tow", most=1, window=3),
        options={
            "roof": "".join(map(str, order)),
            "tow": "".join("1" if at % 2 and at < 16 else "0" for at in range(24)),
        },
        before={"roof": "00", "tow": "00"},
        levels=("roofs", "bars"),
    )


def test_check_says_of_a_found_sequence_what_it_is(day: Day, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "seq.xlsx"
    assert sinho_cli("score", folder, "--out", path).exit_code == 0
    result = sinho_cli("check", path)
    assert result.exit_code == 3
    assert "seq.xlsx: this is a found sequence, no hub and no day to be sequenced" in result.stdout
    assert "the sheet is missing" not in result.stdout
    problem = json.loads(sinho_cli("check", path, "--json").stdout)["problems"]
    assert [one["where"] for one in problem] == ["seq.xlsx"]
    assert f"sinho score DAY {path}" in problem[0]["hint"]


# score


def test_score_prints_what_a_sequence_costs(day: Day, folder: Path, tmp_path: Path) -> None:
    order = tuple(reversed(day.idents))
    path = write_order(day, order, tmp_path / "seq.txt")
    reached = score_order(day, order)
    result = sinho_cli("score", folder, path, "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["feasible"] is reached.feasible
    assert found["score"] == reached.weighted
    assert {name: found[name] for name in day.levels} == dict(reached.levels)
    assert set(found["bounds"]) == set(day.levels)
    assert all(found["bounds"][name] <= figure for name, figure in reached.levels)
    shown = sinho_cli("score", folder, path).stdout
    assert "60 cars" in shown
    assert f"{int(reached.weighted or 0):,}" in shown


def test_score_of_the_order_given(day: Day, folder: Path) -> None:
    found = json.loads(sinho_cli("score", folder, "--json").stdout)
    assert found["score"] == score_order(day, day.idents).weighted
    assert "The order given" in sinho_cli("score", folder).stdout


def test_score_lists_violations_and_says_why(day: Day, folder: Path) -> None:
    found = json.loads(sinho_cli("score", folder, "--violations", "--why", "--json").stdout)
    assert {row["rule"] for row in found["outlook"]} == {rule.name for rule in day.rules}
    costs = {rule.name: 0.0 for rule in day.rules}
    for row in found["violations"]:
        costs[row["rule"]] += row["cost"]
        assert row["cars"]
    assert costs == dict(score_order(day, day.idents).rules)
    text = sinho_cli("score", folder, "--rule", "HPRC1").stdout
    assert "HPRC1" in text
    assert "HPRC2" not in text
    assert "have the option" in text
    why = json.loads(sinho_cli("score", folder, "--rule", "HPRC1", "--json").stdout)["why"]
    assert why in text


def test_a_sequence_that_breaks_hard_rules_is_scored(day: Day, tmp_path: Path) -> None:
    pinned = day.with_rules(Pinned(name="rush", pins=((day.idents[0], 60),)))
    path = write_day(pinned, tmp_path / "pinned.xlsx")
    result = sinho_cli("score", path)
    assert result.exit_code == 0
    assert (
        "Not feasible: 1 hard rule broken.\n  rush: 1 car pinned to its position" in result.stdout
    )
    assert f"{day.idents[0]} is pinned to position 60 but stands at 1" in result.stdout
    assert "`sinho sequence DAY --start SEQUENCE` looks for an order" in result.stdout
    found = json.loads(sinho_cli("score", path, "--json").stdout)
    assert found["feasible"] is False
    assert len(found["broken"]) == 1


def test_score_writes_workbook_page_and_picture(day: Day, folder: Path, tmp_path: Path) -> None:
    order = tuple(reversed(day.idents))
    path = write_order(day, order, tmp_path / "seq.txt")
    files = [tmp_path / name for name in ("seq.xlsx", "seq.html", "seq.png")]
    words = ("--out", files[0], "--report", files[1], "--picture", files[2])
    result = sinho_cli("score", folder, path, *words)
    assert result.exit_code == 0, result.output
    assert all(file.stat().st_size and str(file) in result.stdout for file in files)
    assert read_order(day, files[0]) == order
    book = openpyxl.load_workbook(files[0])
    assert {"sequence", "levels", "rules", "violations"} <= set(book.sheetnames)
    assert "as it was given" in files[1].read_text(encoding="utf-8")
    again = sinho_cli("score", folder, path, *words)
    assert again.exit_code == 5
    assert "--force" in again.stderr


def test_a_level_is_compared_with_orders_that_give_nothing_up_above(tmp_path: Path) -> None:
    # 12 roofs at 1/2 of 24 places leave 8 tow bars at 1/3 no room, unless roofs give way.
    path = write_day(crowded(), tmp_path / "crowded.xlsx")
    found = json.loads(sinho_cli("score", path, "--json").stdout)
    assert found["levels"]["roofs"] == 0 == found["bounds"]["bars"]
    assert 0 < found["bounds_behind"]["bars"] <= found["levels"]["bars"]
    assert "nothing is given up" in found["reasons"]["bars"]
    assert ", if nothing is given up above" in sinho_cli("score", path).stdout


def test_a_sequence_that_lacks_a_car_is_refused(day: Day, folder: Path, tmp_path: Path) -> None:
    path = write_order(day, day.idents, tmp_path / "seq.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]), encoding="utf-8")
    result = sinho_cli("score", folder, path)
    assert result.exit_code == 3
    assert f"seq.txt, row 60, column car: car {lines[-1]} of the day is missing" in result.stderr
    shown = json.loads(sinho_cli("score", folder, path, "--json").stdout)
    assert shown["error"]["problems"][0]["row"] == 60


def test_what_is_wrong_with_a_day_is_listed(folder: Path, day: Day, tmp_path: Path) -> None:
    wrong = write_day(day, tmp_path / "wrong", format="roadef")
    (wrong / "paint_batch_limit.txt").write_text("limitation;\n0;\n", encoding="utf-8")
    ratios = (wrong / "ratios.txt").read_text(encoding="utf-8").splitlines()
    ratios[1] = "3 of 2;1;HPRC1;"
    (wrong / "ratios.txt").write_text("\n".join(ratios), encoding="utf-8")
    for command in ("score", "sequence"):
        result = sinho_cli(command, wrong)
        assert result.exit_code == 3
        assert "ratios.txt, row 2, column Ratio" in result.stderr
        assert "paint_batch_limit.txt, row 2" in result.stderr
        no_traceback(result)


def test_missing_files_and_unknown_names(folder: Path, tmp_path: Path) -> None:
    result = sinho_cli("score", folder.parent / "munday")
    assert result.exit_code == 5
    assert "Did you mean 'monday'?" in result.stderr
    assert sinho_cli("score", folder, tmp_path / "no.txt").exit_code == 5
    result = sinho_cli("score", folder, "--rule", "HPRC9")
    assert result.exit_code == 2
    assert "HPRC" in result.stderr
    assert sinho_cli("score", folder, "--date", "tomorrow").exit_code == 2


def test_an_instance_of_several_must_be_named(several: Path) -> None:
    result = sinho_cli("score", several)
    assert result.exit_code == 3
    assert "day1, day2" in result.stderr
    assert sinho_cli("score", several, "--instance", "day1").exit_code == 0


def test_warnings_go_to_standard_error(day: Day, tmp_path: Path) -> None:
    path = write_day(day, tmp_path / "day", format="roadef")
    vehicles = (path / "vehicles.txt").read_text(encoding="utf-8").splitlines()
    cells = [line.split(";") for line in vehicles[1:3]]
    vehicles[2] = ";".join([*cells[1][:2], cells[0][2], *cells[1][3:]])
    (path / "vehicles.txt").write_text("\n".join(vehicles), encoding="utf-8")
    result = sinho_cli("score", path)
    assert result.exit_code == 0
    assert "warning: vehicles.txt, row 3" in result.stderr
    assert json.loads(sinho_cli("score", path, "--json").stdout)["warnings"]


# sequence


def test_sequence_finds_writes_and_reports(day: Day, folder: Path, tmp_path: Path) -> None:
    names = {"out": "seq.txt", "report": "seq.html", "picture": "seq.svg"}
    words = [word for name, file in names.items() for word in (f"--{name}", tmp_path / file)]
    result = sinho_cli("sequence", folder, *MOVES, *words)
    assert result.exit_code == 0, result.output
    order = read_order(day, tmp_path / "seq.txt")
    reached = score_order(day, order)
    assert reached.feasible
    assert reached.key <= score_order(day, day.idents).key
    assert f"{int(reached.weighted or 0):,}" in result.stdout
    assert all(str(tmp_path / file) in result.stdout for file in names.values())
    assert (tmp_path / "seq.html").read_text(encoding="utf-8").startswith("<!")
    assert "<svg" in (tmp_path / "seq.svg").read_text(encoding="utf-8")


def test_the_same_seed_and_moves_give_the_same_sequence(folder: Path) -> None:
    found = [
        json.loads(sinho_cli("sequence", folder, *MOVES, "--seed", "7", "--json").stdout)
        for _ in range(2)
    ]
    assert found[0]["order"] == found[1]["order"]
    assert found[0]["score"] == found[1]["score"]
    assert found[0]["status"] in ("iterations", "optimal")


def test_a_search_goes_on_from_any_sequence(day: Day, folder: Path, tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    assert sinho_cli("sequence", folder, "--iterations", "200", "--out", first).exit_code == 0
    words = ("--start", first, *MOVES, "--out", tmp_path / "second.xlsx")
    assert sinho_cli("sequence", folder, *words).exit_code == 0
    one, two = (read_order(day, tmp_path / name) for name in ("first.csv", "second.xlsx"))
    assert score_order(day, two).key <= score_order(day, one).key
    assert "sequence" in openpyxl.load_workbook(tmp_path / "second.xlsx").sheetnames


def test_files_in_the_way_are_refused_before_the_search(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "seq.txt").write_text("mine", encoding="utf-8")
    result = sinho_cli("sequence", folder, "--time", "600", "--out", tmp_path / "seq.txt")
    assert result.exit_code == 5
    assert "--force" in result.stderr
    assert (tmp_path / "seq.txt").read_text(encoding="utf-8") == "mine"
    result = sinho_cli("sequence", folder, "--time", "600", "--picture", tmp_path / "seq.gif")
    assert result.exit_code == 2
    assert ".svg, .png" in result.stderr
    words = ("--out", tmp_path / "seq.txt", "--force")
    assert sinho_cli("sequence", folder, *MOVES, *words).exit_code == 0


def test_a_time_limit_ends_the_search(folder: Path) -> None:
    found = json.loads(sinho_cli("sequence", folder, "--time", "0.3", "--json").stdout)
    assert found["status"] in ("time", "optimal")


def test_hard_rules_that_contradict_each_other_are_named(day: Day, tmp_path: Path) -> None:
    torn = day.with_rules(
        Frozen(name="front", first=1), Pinned(name="rush", pins=((day.idents[5], 1),))
    )
    path = write_day(torn, tmp_path / "torn.xlsx")
    result = sinho_cli("sequence", path, *MOVES)
    assert result.exit_code == 4
    assert "front" in result.stderr
    assert "rush" in result.stderr
    assert json.loads(sinho_cli("sequence", path, "--json").stdout)["error"]["rules"]


def test_tables_of_a_day_with_all_kinds_of_rules(tmp_path: Path) -> None:
    day = generate_day(40, seed=2, planner=True)
    path = write_day(day, tmp_path / "line")
    result = sinho_cli("sequence", path, *MOVES, "--out", tmp_path / "seq.csv")
    assert result.exit_code == 0, result.output
    assert score_order(day, read_order(read_day(path), tmp_path / "seq.csv")).feasible


def test_sequence_as_typed_in_a_shell(folder: Path, tmp_path: Path) -> None:
    done = typed("sequence", folder, *MOVES, "--out", tmp_path / "seq.txt")
    assert done.returncode == 0
    assert done.stderr == ""
    assert len((tmp_path / "seq.txt").read_text(encoding="utf-8").split()) == 60


@pytest.mark.slow
@WITH_PROC
def test_ctrl_c_hands_back_the_best_sequence_so_far(tmp_path: Path) -> None:
    day = generate_day(300, seed=5, utilisation=(0.9, 0.95))
    path = write_day(day, tmp_path / "day")
    code, out, err = interrupted("sequence", path, "--time", "600", "--json")
    assert (code, "Traceback" in err) == (0, False)
    found = json.loads(out)
    assert found["status"] == "stopped"
    assert sorted(found["order"]) == sorted(day.idents)
    assert "Stopping with the best sequence so far" in err


# resequence


@pytest.fixture(scope="module")
def standing(day: Day, folder: Path) -> Path:
    """A sequence that stands."""
    path = folder.parent / "standing.csv"
    assert sinho_cli("sequence", folder, *MOVES, "--out", path).exit_code == 0
    return path


def test_resequence_keeps_to_what_came_in_between(
    day: Day, folder: Path, standing: Path, tmp_path: Path
) -> None:
    old = read_order(day, standing)
    words = ("--freeze", "5", "--block", old[20], f"{old[30]}@40", "--rush", f"{old[50]}@12")
    files = (
        "--out",
        tmp_path / "new.txt",
        "--day",
        tmp_path / "day",
        "--moved",
        tmp_path / "m.csv",
    )
    result = sinho_cli("resequence", folder, standing, *words, *files, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    new = tuple(found["order"])
    assert new[:5] == old[:5]
    assert sorted(new) == sorted(set(old) - {old[20]})
    assert new.index(old[50]) < 12
    assert new.index(old[30]) >= 40
    assert found["after"]["feasible"]
    assert all(row["why"] for row in found["moved"])
    changed = read_day(tmp_path / "day")
    assert read_order(changed, tmp_path / "new.txt") == new
    assert score_order(changed, new).feasible
    assert (tmp_path / "m.csv").read_text(encoding="utf-8").startswith("car,before,after")
    shown = sinho_cli("resequence", folder, standing, *words).stdout
    assert f"{old[20]}" in shown
    assert "blocked" in shown
    assert not re.search(r"^\S+ +(\d+) +\1 +0 ", shown, flags=re.M)


def test_resequence_writes_what_sequence_writes(
    day: Day, folder: Path, standing: Path, tmp_path: Path
) -> None:
    old = read_order(day, standing)
    files = [tmp_path / name for name in ("new.xlsx", "new.html", "new.svg")]
    words = ("--out", files[0], "--report", files[1], "--picture", files[2])
    result = sinho_cli(
        "resequence", folder, standing, "--rush", f"{old[50]}@12", "--iterations", "3000", *words
    )
    assert result.exit_code == 0, result.output
    assert all(file.stat().st_size and str(file) in result.stdout for file in files)
    assert read_order(day, files[0]).index(old[50]) < 12
    assert ">repaired<" in files[1].read_text(encoding="utf-8")


def test_a_repair_of_so_many_moves_is_the_same_again(
    day: Day, folder: Path, standing: Path
) -> None:
    old = read_order(day, standing)
    words = ("--block", f"{old[10]}@40", "--iterations", "2000", "--json")
    one, two = (json.loads(sinho_cli("resequence", folder, standing, *words).stdout) for _ in "ab")
    assert one["order"] == two["order"]
    # A scan under way is brought to its end.
    assert one["iterations"] == two["iterations"] < 4000


def test_resequence_takes_new_cars_missing_parts_and_slow_stations(
    day: Day, folder: Path, standing: Path
) -> None:
    words = ("--rush", "new1@30,colour=1,HPRC1=yes", "--missing-part", "HPRC2@10")
    more = ("--half-rate", "HPRC1@20-40", "--keep", "2")
    result = sinho_cli("resequence", folder, standing, *words, *more, "--json")
    assert result.exit_code == 0, result.output
    new = json.loads(result.stdout)["order"]
    assert new.index("new1") < 30
    fitted = set(day.cars.filter("HPRC2")["car"])
    assert not fitted & set(new[:10])


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        ([], 2, "--freeze"),
        (["--missing-part", "HPRC1"], 2, "OPTION@PLACE"),
        (["--half-rate", "HPRC1@5"], 2, "RULE@FROM-TO"),
        (["--rush", "x@soon"], 2, "NAME@PLACE"),
        (["--rush", "x,colour"], 2, "name=value"),
        (["--rush", "x,colour=1,HPRC1=perhaps"], 2, "yes or no"),
        (["--block", "nobody"], 3, "nobody"),
        (["--missing-part", "HPRC9@5"], 3, "Did you mean"),
        (["--freeze", "61"], 3, "60"),
    ],
)
def test_resequence_refuses_what_cannot_be_meant(
    folder: Path, standing: Path, words: list[str], code: int, text: str
) -> None:
    result = sinho_cli("resequence", folder, standing, *words)
    assert result.exit_code == code
    assert text in result.stderr
    no_traceback(result)


# bench


def test_bench_compares_with_references(several: Path, tmp_path: Path) -> None:
    out = tmp_path / "table.csv"
    result = sinho_cli("bench", "sequence", several, *MOVES, "--json", "--out", out)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    rows = found["instances"]
    assert [row["instance"] for row in rows] == ["day1", "day2"]
    assert [row["reference"] for row in rows] == [99999999999, 0]
    for row in rows:
        assert row["gap"] == row["score"] - row["reference"]
        assert row["bound"] <= row["score"]
        assert row["feasible"]
    assert out.read_text(encoding="utf-8").startswith("instance,cars,objectives,")
    shown = sinho_cli("bench", "sequence", several, *MOVES, "--only", "day1").stdout
    assert "day1" in shown
    assert "day2" not in shown


def test_bench_of_csplib_instances_has_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "data.txt"
    blocks = [
        "# Problem 1/1\n4 2 2\n1 1\n2 3\n0 2 1 0\n1 2 0 1\n",
        "# Problem 1/2\n1 1 1\n1\n2\n0 1 1\n",
    ]
    path.write_text("".join(blocks), encoding="utf-8")
    found = json.loads(sinho_cli("bench", "sequence", path, *MOVES, "--json").stdout)
    assert [row["instance"] for row in found["instances"]] == ["1/1", "1/2"]
    assert all("reference" not in row for row in found["instances"])


def test_bench_of_nothing(tmp_path: Path, several: Path) -> None:
    assert sinho_cli("bench", "sequence", tmp_path / "none").exit_code == 5
    result = sinho_cli("bench", "sequence", several, "--only", "x*")
    assert result.exit_code == 2
    assert "x*" in result.stderr
    (tmp_path / "empty").mkdir()
    result = sinho_cli("bench", "sequence", tmp_path / "empty")
    assert result.exit_code == 2
    no_traceback(result)


def test_a_sequence_that_breaks_hard_rules_ends_as_what_is_infeasible(tmp_path: Path) -> None:
    # Each rule can be kept by itself, and nothing proves that both cannot.
    day = tiny_day(
        Ratio(name="a", option="a", most=1, window=2),
        RunLength(name="pairs", attribute="colour", least=2),
        options={"a": "11110000"},
        attributes={"colour": ["red"] * 4 + ["blue"] * 4},
    )
    folder, out = write_day(day, tmp_path / "day"), tmp_path / "seq.csv"
    assert sinho_cli("check", folder).exit_code == 0
    found = sinho_cli("sequence", folder, *MOVES, "--out", out)
    assert found.exit_code == 4
    assert "Not feasible: 1 hard rule broken." in found.stdout
    assert out.is_file(), "the best one is handed back"
    told = sinho_cli("sequence", folder, *MOVES, "--json")
    assert told.exit_code == 4
    assert json.loads(told.stdout)["feasible"] is False
    assert sinho_cli("resequence", folder, out, "--freeze", 1).exit_code == 4
    assert sinho_cli("score", folder, out).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--out", "new.csv", "--moved", "new.csv"), 2, "is what --out names too"),
        (("--out", "new.xlsx", "--day", "./new.xlsx"), 2, "is what --out names too"),
        (("--out", "new.csv", "--report", "there.txt/a.html"), 5, "is a file, not a folder"),
        (("--out", "new.csv", "--day", "full"), 5, "holds other files"),
        (("--out", "new.csv", "--day", "there.txt"), 5, "is a file; give another name"),
        (("--out", "new.csv", "--picture", "there.png"), 5, "exists already"),
    ],
)
def test_nothing_is_written_where_one_file_cannot_be(
    folder: Path,
    standing: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    for name in ("there.txt", "there.png", "full/notes.txt"):
        (tmp_path / name).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    result = sinho_cli("resequence", folder, standing, "--freeze", 2, *words)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())
    assert sorted(tmp_path.rglob("*")) == before


def test_the_line_of_a_day_of_several_is_named(tmp_path: Path) -> None:
    path = two_lines(tmp_path)
    result = sinho_cli("score", path, "--date", "2026-03-03")
    assert (result.exit_code, "of 2 lines; name one" in result.stderr) == (3, True)
    result = sinho_cli("score", path, "--date", "2026-03-03", "--line", "sud")
    assert (result.exit_code, "north, south" in result.stderr) == (3, True)
    words = ("--date", "2026-03-03", "--line", "south")
    found = json.loads(sinho_cli("score", path, *words, "--json").stdout)
    assert (found["day"], found["cars"]) == ("line 2026-03-03 south", 2)
    assert [*found["rules"]] == ["paint", "roofs"]
