"""`sinho bts` as a user types it: the measure of a run, and bad rows by their number."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sinho.cli import app
from sinho.run.days import DayRun


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")


def rows(made: DayRun) -> list[tuple[str, dt.date, int]]:
    return [
        (order, date, at)
        for date, sequence in made.sequences.items()
        for at, order in enumerate(sequence.order, start=1)
    ]


def write(path: Path, lines: list[tuple[object, ...]], head: str = "order,date,position") -> Path:
    text = "\n".join([head, *(",".join(str(cell) for cell in line) for line in lines)])
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_a_run_built_as_sequenced_is_whole(made: DayRun, tmp_path: Path) -> None:
    path = write(tmp_path / "actuals.csv", rows(made))
    result = typed("bts", made.folder, path)
    assert result.exit_code == 0, result.output
    assert "Build to schedule 100.0 %" in result.stdout
    assert "No point is lost" in result.stdout


def test_times_order_the_cars_as_well(made: DayRun, tmp_path: Path) -> None:
    lines = [
        (order, date, f"{7 + at // 60:02d}:{at % 60:02d}")
        for order, date, at in reversed(rows(made))
    ]
    path = write(tmp_path / "actuals.csv", lines, "order,date,time")
    found = json.loads(typed("bts", made.folder, path, "--json").stdout)
    assert found["bts"] == 1


def test_lost_points_are_laid_to_models_and_days(made: DayRun, tmp_path: Path) -> None:
    every = rows(made)
    first = every[0][1]
    today = [row for row in every if row[1] == first]
    later = next(row for row in every if row[1] != first)
    # one car of the day is not built, one comes from a later day, two change places
    swapped = [today[1][0], today[0][0], *(row[0] for row in today[2:-1]), later[0]]
    path = write(
        tmp_path / "a.csv", [(order, first, at) for at, order in enumerate(swapped, start=1)]
    )
    found = json.loads(typed("bts", made.folder, path, "--json").stdout)
    size = len(today)
    assert (found["scheduled"], found["built"], found["mixed"]) == (size, size, size - 1)
    assert found["in_sequence"] == size - 2
    assert found["bts"] == pytest.approx((size - 2) / size)
    assert sum(row["points"] for row in found["lost"]) == pytest.approx(100 * 2 / size)
    model = dict(made.orders.table.select("order", "model").iter_rows())
    assert {(row["loss"], row["model"]) for row in found["lost"]} == {
        ("mix", model[today[-1][0]]),
        ("sequence", model[today[0][0]]),
    }
    result = typed("bts", made.folder, path)
    assert "Lost points by model" in result.stdout
    assert "Where most is lost" in result.stdout


def test_only_days_on_which_something_was_built_are_measured(made: DayRun, tmp_path: Path) -> None:
    every = rows(made)
    path = write(tmp_path / "a.csv", [row for row in every if row[1] == every[0][1]])
    found = json.loads(typed("bts", made.folder, path, "--json").stdout)
    assert len(found["days"]) == 1
    assert found["bts"] == 1


def test_every_bad_row_is_named(made: DayRun, tmp_path: Path) -> None:
    (a, day, _), (b, _, _), (c, _, _), (d, _, _) = rows(made)[:4]
    lines: list[tuple[object, ...]] = [
        (a, day, 1),
        (a, day, 2),
        (a + "x", day, 3),
        (b, "2026-13-01", 4),
        (c, day, "third"),
        (d, day, ""),
        ("", day, 7),
    ]
    result = typed("bts", made.folder, write(tmp_path / "bad.csv", lines))
    assert result.exit_code == 3
    assert "Traceback" not in result.output
    for said in (
        "bad.csv, row 3, column order: the order stands in row 2 already",
        "bad.csv, row 4, column order: the run has no such order",
        "bad.csv, row 5, column date: this is no date",
        "bad.csv, row 6, column position: the place must be a whole number",
        "bad.csv, row 7, column position: neither place nor time is given",
        "bad.csv, row 8, column order: the order is missing",
    ):
        assert said in result.output
    assert "Did you mean '26" in result.output


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("car,date,position", "column order is missing"),
        ("order,day,position", "column date is missing"),
        ("order,date,place", "column position or time is missing"),
    ],
)
def test_missing_columns_are_named(made: DayRun, tmp_path: Path, head: str, said: str) -> None:
    path = write(tmp_path / "a.csv", rows(made)[:2], head)
    result = typed("bts", made.folder, path, "--json")
    assert result.exit_code == 3
    assert said in json.loads(result.stdout)["error"]["message"]


def test_days_outside_the_run_are_said_to_be_so(made: DayRun, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [(rows(made)[0][0], "2025-01-01", 1)])
    result = typed("bts", made.folder, path)
    assert result.exit_code == 3
    assert "nothing was built on the days of the run" in result.output


def test_a_missing_file_is_said_to_be_missing(made: DayRun, tmp_path: Path) -> None:
    result = typed("bts", made.folder, tmp_path / "none.csv")
    assert result.exit_code == 5
    assert "there is no such file" in result.output
