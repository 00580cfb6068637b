"""The command line as a user types it: what is printed where, exit codes, messages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import sinho
from sinho.cli import app
from sinho.cli.base import CODES, several_values
from sinho.cli.show import parts
from sinho.errors import Stopped
from sinho.hub.schema import HUB_TABLES, TABLES
from sinho.hub.write import write_hub
from sinho.run import example_path
from tests.plan.small import FEB, MAR, OVERSEAS, asks, shop, small

LESS = """\
title = "One thousand cars less"

[[change]]
table = "demand"
where = { month = "2026-02" }
add = { units = -1000 }
"""
WITH_PROC = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def sinho_cli(*words: str | Path, **env: str) -> Result:
    """Run a command in this process."""
    return CliRunner(env=env).invoke(app, [str(word) for word in words], prog_name="sinho")


def typed(*words: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command as a user does, in a process of its own."""
    command = [sys.executable, "-m", "sinho", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **more)


def no_traceback(result: Result) -> None:
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.fixture(scope="module")
def hub_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small hub: one car, one shop, 1,600 cars in February for 3,000 asked for."""
    path = tmp_path_factory.mktemp("hubs") / "small"
    hub = small(end=MAR, demand=[asks(FEB, 3000), asks(MAR, 500)])
    write_hub(sinho.Hub(hub.tables, {"less": _scenario("less", LESS)}), path)
    return path


def _scenario(name: str, text: str) -> sinho.Scenario:
    scenario, problems = sinho.Scenario.from_toml(text, name)
    assert problems == []
    return scenario


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub whose contract asks for more than the shop can build."""
    contract = {
        "contract": "C",
        "brand": "B",
        "start": FEB,
        "end": FEB,
        "least": 2000,
        "hard": True,
    }
    path = tmp_path_factory.mktemp("hubs") / "torn"
    return write_hub(small(contracts=[contract]), path)


@pytest.fixture(scope="module")
def wrong(hub_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with two mistakes in one table."""
    path = tmp_path_factory.mktemp("hubs") / "wrong"
    write_hub(sinho.read_hub(hub_path), path)
    text = (path / "demand.csv").read_text()
    (path / "demand.csv").write_text(text.replace("3000", "many").replace("500", "-5"))
    return path


COMMANDS = ("new", "check", "plan", "compare", "why", "fields", "demo")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_shows_examples_and_every_exit_code(command: str) -> None:
    result = sinho_cli(*([command] if command else []), "--help", COLUMNS="100")
    assert result.exit_code == 0
    assert "Examples" in result.stdout
    assert f"sinho {command}".strip() in result.stdout.split("Examples")[1]
    for code in CODES:
        assert re.search(rf"^ *{code}  \w", result.stdout, flags=re.M), code


def test_help_names_every_command() -> None:
    text = sinho_cli("--help").stdout
    assert all(re.search(rf"│ {command} ", text) for command in COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    assert sinho_cli("--version").stdout == f"sinho {sinho.__version__}\n"


def test_the_command_line_loads_no_solver_and_no_tables_for_its_help() -> None:
    code = "import sinho.cli, sys; print(sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not {"polars", "numpy", "highspy", "altair", "dataframely"} & set(eval(done.stdout))


# Wrong words on the command line: exit code 2, the nearest name, no traceback.


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["pla"], "there is no command 'pla'. Did you mean 'plan'?"),
        (["plan", "HUB", "--scenaro", "x"], "there is no option --scenaro. Did you mean '--scen"),
        (["plan", "HUB", "--zzz"], "there is no option --zzz."),
        (["plan", "HUB", "--scenario", "les"], "no scenario 'les'. Did you mean 'less'?"),
        (["plan", "HUB", "--method", "exat"], "--method: 'exat' is not one of 'auto', 'exact'"),
        (["plan", "HUB", "--gap", "2"], "--gap: must be less than or equal to 0.99"),
        (["plan", "HUB", "--time", "soon"], "--time: must be a valid number"),
        (["plan", "HUB", "--seed", "-1"], "--seed: must be greater than or equal to 0"),
        (["plan"], "missing argument 'PATH'"),
        (["calloff", "compare", "out"], "missing argument 'NEW'"),
        (["compare", "HUB", "--scenarios", "base", "mor"], "there is no scenario 'mor'. Known nam"),
        (["compare", "HUB", "--scenarios"], "'--scenarios' requires an argument"),
        (["why", "HUB"], "nothing is asked about. Give at least one of --model, --market"),
        (["why", "HUB", "--model", "B"], "--model: there is no model 'B'. Known names: A."),
        (["why", "HUB", "--market", "KOR"], "there is no market 'KOR'. Did you mean 'KR'?"),
        (["why", "HUB", "--shop", "asembly"], "no shop 'asembly'. Did you mean 'assembly'?"),
        (["why", "HUB", "--contract", "C"], "no contract 'C'. There are no contracts."),
        (["why", "HUB", "--month", "2026-13"], "'2026-13' is neither a month nor a date"),
        (["why", "HUB", "--month", "2027-01"], "outside the horizon, 2026-02 to 2026-03"),
        (["fields", "demnd"], "TABLE: there is no table 'demnd'. Did you mean 'demand'?"),
        (["new", "x", "--from", "busn"], "--from: 'busn' is not one of 'busan', 'graz'"),
    ],
)
def test_a_wrong_word_gets_the_nearest_name(words: list[str], message: str, hub_path: Path) -> None:
    result = sinho_cli(*(hub_path if word == "HUB" else word for word in words))
    no_traceback(result)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_usage_error_is_json_too_where_that_was_asked_for(hub_path: Path) -> None:
    result = sinho_cli("plan", hub_path, "--scenario", "les", "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "usage"
    assert "Did you mean 'less'?" in error["message"]


def test_no_command_shows_the_help() -> None:
    result = sinho_cli()
    assert result.exit_code == 2
    assert "Examples" in result.output


# Files: exit code 5.


@pytest.mark.parametrize("command", ["check", "plan", "compare"])
def test_a_missing_hub_gets_the_nearest_name_beside_it(command: str, hub_path: Path) -> None:
    result = sinho_cli(command, hub_path.with_name("smal"))
    no_traceback(result)
    assert result.exit_code == 5
    assert "there is no such folder or workbook. Did you mean 'small'?" in result.stderr


def test_a_folder_that_cannot_be_written_is_found_before_planning(
    hub_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("mine")
    for command in ("plan", "compare"):
        result = sinho_cli(command, hub_path, "--out", tmp_path / "taken")
        no_traceback(result)
        assert result.exit_code == 5
        assert "taken cannot be written to: it is a file, not a folder. Give" in result.stderr
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.parametrize("command", ["plan", "compare", "run", "simulate", "quote", "source"])
def test_no_folder_can_be_made_there_is_said_in_plain_words(
    command: str, hub_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "p.toml").write_text("")
    more = [tmp_path / "p.toml"] if command == "quote" else []
    path = example_path("alliances") if command == "source" else hub_path
    result = sinho_cli(command, path, *more, "--out", "/proc/none")
    no_traceback(result)
    assert result.exit_code == 5
    assert "/proc/none cannot be written to: no folder can be made there. Give" in result.stderr


def test_no_folder_is_left_where_a_programme_is_refused(hub_path: Path, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text("")
    out = tmp_path / "made" / "out"
    result = sinho_cli("quote", hub_path, tmp_path / "p.toml", "--out", out)
    assert result.exit_code == 3
    assert not out.parent.exists()


def test_new_makes_a_hub_that_passes_its_check(tmp_path: Path) -> None:
    made = sinho_cli("new", tmp_path / "plant")
    assert made.exit_code == 0
    assert "sinho check" in made.stdout
    checked = sinho_cli("check", tmp_path / "plant")
    assert checked.exit_code == 0
    assert checked.stdout.rstrip().splitlines()[-1].startswith(f"{tmp_path / 'plant'}: ok")


def test_new_excel_holds_the_same_hub(tmp_path: Path) -> None:
    assert sinho_cli("new", tmp_path / "plant").exit_code == 0
    assert sinho_cli("new", tmp_path / "book", "--excel").exit_code == 0
    assert sinho.read_hub(tmp_path / "plant") == sinho.read_hub(tmp_path / "book.xlsx")


@pytest.mark.parametrize(
    ("name", "source"), [("plant", "busan"), ("h.xlsx", "blank"), ("day", "blank-day")]
)
def test_new_json_says_what_was_made(tmp_path: Path, name: str, source: str) -> None:
    result = sinho_cli("new", tmp_path / name, "--from", source, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "path": str(tmp_path / name),
        "from": source,
        "excel": name.endswith(".xlsx"),
        "programmes": [str(file) for file in sorted(tmp_path.glob("**/programmes/*.toml"))],
    }
    assert bool(list(tmp_path.glob("**/programmes"))) == (source == "busan")
    again = sinho_cli("new", tmp_path / name, "--from", source, "--json")
    assert again.exit_code == 5
    assert json.loads(again.stdout)["error"]["kind"] == "files"


@pytest.mark.parametrize("name", ["blank", "blank.xlsx"])
def test_new_blank_holds_the_headings_of_every_table(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert sinho_cli("new", path, "--from", "blank").exit_code == 0
    result = sinho_cli("check", path)
    assert result.exit_code == 3
    assert "the table has no rows" in result.stdout
    assert "no such column" not in result.stdout
    if path.is_dir():
        assert {file.stem for file in path.glob("*.csv")} == set(HUB_TABLES) - {"hub"}


def test_new_overwrites_only_a_hub_and_only_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "plant"
    assert sinho_cli("new", path).exit_code == 0
    (path / "notes.md").write_text("mine")
    (path / "brands.csv").write_text("brand\n")
    again = sinho_cli("new", path)
    assert again.exit_code == 5
    assert "--force" in again.stderr
    assert (path / "brands.csv").read_text() == "brand\n"
    assert sinho_cli("new", path, "--force").exit_code == 0
    assert sinho_cli("check", path).exit_code == 0
    assert (path / "notes.md").read_text() == "mine"


def test_new_leaves_a_folder_of_other_files_alone_even_by_force(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    for force in ([], ["--force"]):
        result = sinho_cli("new", tmp_path, *force)
        assert result.exit_code == 5
        assert "other files" in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


# check


def test_check_of_a_small_hub(
    hub_path: Path, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hub_path.parent)
    result = sinho_cli("check", hub_path.name)
    assert result.exit_code == 0
    golden("check.txt", result.stdout)


def test_check_lists_every_problem_in_one_go(wrong: Path) -> None:
    result = sinho_cli("check", wrong)
    no_traceback(result)
    assert result.exit_code == 3
    assert "demand.csv, row 2, column units" in result.stdout
    assert "(found 'many')" in result.stdout
    assert "demand.csv, row 3, column units" in result.stdout
    assert "2 errors" in result.stdout


def test_check_json_gives_problems_in_parts(wrong: Path, hub_path: Path) -> None:
    result = sinho_cli("check", wrong, "--json")
    assert result.exit_code == 3
    record = json.loads(result.stdout)
    assert (record["ok"], record["errors"]) == (False, 2)
    first = record["problems"][0]
    assert (first["where"], first["row"], first["column"]) == ("demand.csv", 2, "units")
    assert (first["value"], first["severity"]) == ("many", "error")
    assert first["rule"]
    fine = json.loads(sinho_cli("check", hub_path, "--json").stdout)
    assert fine["ok"]
    assert fine["hub"]["name"] == "small"
    assert fine["hub"]["demand"][0]["all"] == 3500


@pytest.mark.parametrize("command", [["plan"], ["compare"], ["why", "--model", "A"]])
def test_a_wrong_hub_is_refused_with_its_problems(command: list[str], wrong: Path) -> None:
    result = sinho_cli(*command, wrong)
    no_traceback(result)
    assert result.exit_code == 3
    assert "2 problems in the input" in result.stderr
    assert result.stdout == ""


def test_a_wrong_hub_is_json_where_that_was_asked_for(wrong: Path) -> None:
    result = sinho_cli("plan", wrong, "--json")
    assert result.exit_code == 3
    error = json.loads(result.stdout)["error"]
    assert error["kind"] == "data"
    assert [problem["row"] for problem in error["problems"]] == [2, 3]


# plan


def test_plan_prints_figures_and_writes_nothing_unasked(
    hub_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = sinho_cli("plan", hub_path)
    assert result.exit_code == 0
    assert re.search(r"cars made +cars +3,360", result.stdout)
    assert "manned basis" in result.stdout
    assert "installed basis" in result.stdout
    assert "optimal" in result.stdout
    assert "--out DIR" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_plan_writes_its_record_whole(hub_path: Path, tmp_path: Path) -> None:
    words = ("plan", hub_path, "--scenario", "less", "--no-report", "--seed", "7")
    result = sinho_cli(*words, "--out", tmp_path / "deep" / "out")
    assert result.exit_code == 0
    assert {file.name for file in (tmp_path / "deep" / "out").iterdir()} == {"plan.json", "kept"}
    assert str(tmp_path / "deep" / "out" / "plan.json") in result.stdout
    record = json.loads((tmp_path / "deep" / "out" / "plan.json").read_text())
    summary = record["summary"]
    assert (summary["scenario"], summary["seed"], summary["status"]) == ("less", 7, "optimal")
    assert summary["versions"]["sinho"] == sinho.__version__
    assert len(summary["input_hash"]) == 64
    assert [change["column"] for change in record["changes"]] == ["units"]


def test_plan_json_is_pure(hub_path: Path, tmp_path: Path) -> None:
    done = typed("plan", hub_path, "--json", "--no-report", "--out", tmp_path)
    assert done.returncode == 0
    record = json.loads(done.stdout)
    assert record["files"] == {"plan": str(tmp_path / "plan.json")}
    assert record["summary"]["objective"] == pytest.approx(33_600)
    assert json.loads((tmp_path / "plan.json").read_text())["figures"] == record["figures"]


@pytest.mark.slow
def test_plan_writes_report_workbook_and_pictures(hub_path: Path, tmp_path: Path) -> None:
    result = sinho_cli("plan", hub_path, "--out", tmp_path)
    assert result.exit_code == 0
    written = {
        path
        for path in tmp_path.rglob("*.*")
        if path.is_file() and tmp_path / "kept" not in path.parents
    }
    assert {path.suffix for path in written} == {".json", ".html", ".xlsx", ".png", ".svg"}
    assert all(path.stat().st_size > 0 for path in written)
    told = result.stdout.split("Written:")[1]
    for path in written:
        assert str(path) in told or (str(path.parent) in told and path.stem in told)
    assert sinho_cli("plan", hub_path, "--out", tmp_path).exit_code == 0, "a second run replaces"


def test_options_reach_the_plan(hub_path: Path) -> None:
    result = sinho_cli(
        *("plan", hub_path, "--json", "--period", "week", "--objective", "lexicographic"),
        *("--whole-cars", "--gap", "0.01", "--threads", "1", "--method", "exact"),
    )
    summary = json.loads(result.stdout)["summary"]
    assert (summary["period"], summary["objective_kind"]) == ("week", "lexicographic")
    assert summary["levels"][0]["level"] == "contract shortfall"


def test_an_infeasible_hub_names_the_rules(torn: Path) -> None:
    result = sinho_cli("plan", torn)
    no_traceback(result)
    assert result.exit_code == 4
    assert "contract C" in result.stderr
    assert "2,000 cars" in result.stderr
    assert "infeasible" not in result.stderr.lower()
    as_json = sinho_cli("plan", torn, "--json")
    assert as_json.exit_code == 4
    assert len(json.loads(as_json.stdout)["error"]["rules"]) >= 2


def test_a_defect_asks_to_be_reported_and_hides_the_traceback(
    hub_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexError("list index out of range")

    monkeypatch.setattr("sinho.plan.solve", broken)
    result = sinho_cli("plan", hub_path)
    no_traceback(result)
    assert result.exit_code == 1
    assert "Please report it" in result.stderr
    assert "IndexError: list index out of range" in result.stderr
    shown = sinho_cli("plan", hub_path, SINHO_DEBUG="1")
    assert shown.exit_code == 1
    assert "Traceback" in shown.stderr


# compare


def test_compare_takes_scenarios_in_every_form(hub_path: Path) -> None:
    forms = (
        ["--scenarios", "base", "less"],
        ["--scenarios", "base,less"],
        ["--scenarios", "base", "--scenarios", "less"],
        ["--scenarios=base,less"],
        [],
    )
    tables = []
    for form in forms:
        result = sinho_cli("compare", hub_path, *form, "--json")
        assert result.exit_code == 0, form
        record = json.loads(result.stdout)
        assert list(record["plans"]) == ["base", "less"], form
        tables.append(record["figures"])
    assert all(table == tables[0] for table in tables)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("P --scenarios a b", "P --scenarios a --scenarios b"),
        ("P --scenarios a b --json", "P --scenarios a --scenarios b --json"),
        ("--scenarios a,b -- P", "--scenarios a,b -- P"),
        ("P --scenarios --json", "P --scenarios --json"),
        ("P --json", "P --json"),
    ],
)
def test_several_values_after_one_option(words: str, expected: str) -> None:
    assert several_values(words.split()) == expected.split()


def test_compare_prints_figures_differences_and_changes(hub_path: Path) -> None:
    result = sinho_cli("compare", hub_path, "--scenarios", "base", "less")
    assert result.exit_code == 0
    made = re.search(r"made +cars +([\d,]+) +([\d,]+) +([−\d,]+)", result.stdout)
    assert made is not None
    assert made.groups() == ("3,360", "2,500", "−860")
    assert "utilisation, manned basis" in result.stdout
    assert "utilisation, installed basis" in result.stdout
    assert re.search(r"less +demand +A / KR / 2026-02: units 3000 → 2000", result.stdout)


def test_compare_writes_a_workbook_and_every_plan(hub_path: Path, tmp_path: Path) -> None:
    result = sinho_cli("compare", hub_path, "--out", tmp_path, "--no-report")
    assert result.exit_code == 0
    files = {
        file.relative_to(tmp_path).as_posix()
        for file in tmp_path.rglob("*.*")
        if "kept" not in file.parts
    }
    assert files == {"comparison.json", "comparison.xlsx", "base/plan.json", "less/plan.json"}


# why


def test_why_answers_with_figures_and_relaxations(hub_path: Path) -> None:
    result = sinho_cli("why", hub_path, "--model", "A", "--market", "KR", "--month", "2026-02")
    assert result.exit_code == 0
    assert "3,000 cars" in result.stdout
    assert "assembly" in result.stdout
    record = json.loads(
        sinho_cli("why", hub_path, "--model", "A", "--month", "2026-02", "--json").stdout
    )
    assert set(record) == {"question", "answer", "reasons", "relaxations", "facts"}
    assert record["reasons"]
    assert max(item["cars"] for item in record["relaxations"]) > 0


# fields


def test_fields_of_a_table(golden: Callable[[str, str], None]) -> None:
    result = sinho_cli("fields", "models")
    assert result.exit_code == 0
    golden("fields-models.txt", result.stdout)


def test_fields_json_is_the_whole_data_dictionary() -> None:
    record = json.loads(sinho_cli("fields", "--json").stdout)
    assert list(record) == list(TABLES)
    assert all(table["meaning"] and table["fields"] for table in record.values())
    only = json.loads(sinho_cli("fields", "demand", "--json").stdout)
    assert only == {"demand": record["demand"]}


def test_fields_lists_every_table() -> None:
    text = sinho_cli("fields").stdout
    assert all(re.search(rf"^{name} ", text, flags=re.M) for name in TABLES)


# Tables on narrow terminals and in pipes


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_figures_are_never_cut_off(columns: int, hub_path: Path) -> None:
    def figures(text: str) -> set[str]:
        lines = [line for line in text.splitlines() if "solved in" not in line]
        return set(re.findall(r"\d[\d,.-]*", "\n".join(lines)))

    wide = sinho_cli("plan", hub_path).stdout
    narrow = sinho_cli("plan", hub_path, COLUMNS=str(columns)).stdout
    assert figures(wide) <= figures(narrow)
    assert "3,360" in figures(narrow)
    assert "…" not in narrow
    tables = [line for line in narrow.splitlines() if "   " in line or "─" in line]
    if columns >= 80:
        assert max(map(len, tables)) <= columns


def test_a_table_is_parted_with_its_keys_repeated() -> None:
    assert parts([10, 5, 5, 5], 1, 100) == [[0, 1, 2, 3]]
    assert parts([10, 5, 5, 5], 1, 26) == [[0, 1, 2], [0, 3]]
    assert parts([10, 5, 5, 5], 1, 25) == [[0, 1], [0, 2], [0, 3]]
    assert parts([10, 5, 5, 5], 1, 5) == [[0, 1], [0, 2], [0, 3]]
    assert parts([10], 1, 5) == [[0]]


def test_a_reader_that_goes_away_is_no_error(hub_path: Path) -> None:
    command = [sys.executable, "-m", "sinho", "fields", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
        running.wait(60)


# Ctrl-C


def hear_ctrl_c() -> None:
    """A test run in the background ignores Ctrl-C; what it starts must not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub whose whole-car program is not proven optimal for a very long time.

    Twelve models with odd loads compete for two shops, and patterns may change every month.
    """
    models = [f"M{n}" for n in range(12)]
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    hub = small(
        start=months[0],
        end=months[-1],
        models=[
            {
                "model": model,
                "brand": "B",
                "powertrain": "ICE",
                "length": 4000 + 37 * n,
                "width": 1800,
                "height": 1500,
                "material_cost": 10 + 0.137 * n,
            }
            for n, model in enumerate(models)
        ],
        shops=[shop("assembly", 10), shop("paint", 11)],
        loads=[
            {"item": model, "shop": name, "load": 1 + ((n * k) % 7) / 13}
            for n, model in enumerate(models)
            for name, k in (("assembly", 3), ("paint", 5))
        ],
        patterns=[
            {"group": "v", "pattern": name, "shifts": 1, "hours": hours, "cost_per_day": 90 * hours}
            for name, hours in (("short", 6.3), ("normal", 7.7), ("long", 9.1))
        ],
        markets=[
            {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"},
            *OVERSEAS,
        ],
        freight=[{"lane": "EU", "mode": "vessel", "start": months[0], "cost": 1}],
        sailings=[{"lane": "EU", "month": month, "area": 4321} for month in months],
        demand=[
            asks(month, 53 + (7 * n + 11 * m) % 37, market, model)
            for n, model in enumerate(models)
            for m, month in enumerate(months)
            for market in ("KR", "FR")
        ],
    )
    return write_hub(hub, tmp_path_factory.mktemp("hubs") / "endless")


def worked(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def interrupted(*words: str | Path) -> tuple[int, str, str]:
    """Run a command, send Ctrl-C while it plans, and return exit code and outputs."""
    command = [sys.executable, "-m", "sinho", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, preexec_fn=hear_ctrl_c
    ) as running:
        # reading takes about one second of work; from then on it plans, for ever
        while running.poll() is None and worked(running.pid) < 3:
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=300)
    return running.returncode, out, err


@pytest.mark.slow
@WITH_PROC
def test_ctrl_c_hands_back_the_best_plan_so_far(endless: Path) -> None:
    words = ("plan", endless, "--whole-cars", "--gap", "0", "--method", "exact", "--json")
    code, out, err = interrupted(*words)
    assert (code, "Traceback" in err) == (0, False)
    record = json.loads(out)
    assert record["summary"]["status"] == "stopped"
    assert record["summary"]["bound"] >= record["summary"]["objective"]
    assert "Stopping with the best plan so far" in err


DEAF = """
import time
from sinho.cli.progress import wait

def work(stop, report):
    print("at work", flush=True)
    time.sleep(100)

wait(work, "working", all_or_nothing={all_or_nothing})
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
@pytest.mark.parametrize("all_or_nothing", [False, True])
def test_ctrl_c_ends_work_that_does_not_stop_by_itself(all_or_nothing: bool) -> None:
    code = DEAF.format(all_or_nothing=all_or_nothing)
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True, preexec_fn=hear_ctrl_c
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline() == "at work\n"
        running.send_signal(signal.SIGINT)
        if not all_or_nothing:
            assert "Ctrl-C again gives up" in running.stderr.readline()
            running.send_signal(signal.SIGINT)
        said = running.stderr.read()
        assert running.wait(60) == 130
    assert "Interrupted" in said
    assert "Traceback" not in said


def test_a_time_limit_hands_back_a_plan(endless: Path) -> None:
    result = sinho_cli(
        *("plan", endless, "--whole-cars", "--gap", "0", "--time", "3", "--method", "exact"),
        "--json",
    )
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["status"] == "stopped"


def test_no_plan_in_time_is_no_defect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def none(*_: object, **__: object) -> None:
        raise Stopped("stopped before a plan was found; plan again with more time")

    monkeypatch.setattr("sinho.plan.solve", none)
    write_hub(small(), tmp_path / "hub")
    result = sinho_cli("plan", tmp_path / "hub", "--time", "1")
    assert (result.exit_code, result.stdout) == (130, "")
    assert "the 1 s given were over before there was a first plan: give more time" in result.stderr
