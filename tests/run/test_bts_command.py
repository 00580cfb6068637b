"""`sinho bts` as a user types it: the measure of a run, and bad rows by their number."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from sinho.cli import app
from sinho.hub.write import write_hub
from sinho.results import LineDay
from sinho.run.days import DayRun
from tests.plan.small import FEB, asks, car, shop, small


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")


def rows(made: DayRun) -> list[tuple[str, dt.date, int]]:
    return [
        (order, day.date, at)
        for day, sequence in made.sequences.items()
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


def test_dates_that_are_no_days_of_the_run_are_refused_by_row(made: DayRun, tmp_path: Path) -> None:
    every = rows(made)
    first = every[0][1]
    today = [row for row in every if row[1] == first]
    odd = ["2025-01-01", "2062-02-02", first + dt.timedelta(days=5)]  # a Saturday
    lines = [
        *today[:-3],
        *((row[0], date, row[2]) for row, date in zip(today[-3:], odd, strict=True)),
    ]
    result = typed("bts", made.folder, write(tmp_path / "a.csv", lines))
    assert result.exit_code == 3
    for row, date in enumerate(odd, start=len(lines) - 1):
        said = f"a.csv, row {row}, column date: the run builds no cars on this date"
        assert f"{said} (found '{date}')" in result.output
    assert "Its days with cars lie from 2026-02-02 to 2026-02-09." in result.output


def test_a_file_without_cars_is_refused(made: DayRun, tmp_path: Path) -> None:
    result = typed("bts", made.folder, write(tmp_path / "a.csv", []))
    assert result.exit_code == 3
    assert "a.csv: there are no cars" in result.output


def test_days_between_without_a_car_are_named_and_count_if_asked(
    made: DayRun, tmp_path: Path
) -> None:
    every = rows(made)
    days = [day.date for day in made.sequences]
    path = write(tmp_path / "a.csv", [row for row in every if row[1] in (days[0], days[3])])
    result = typed("bts", made.folder, path)
    assert "Build to schedule 100.0 %" in result.stdout
    said = " ".join(result.stdout.split())
    assert f"Measured: 2 of the run's {len(days)} days with cars, {days[0]} to {days[3]}." in said
    assert f"Not measured, as the file has no car of them: {days[1]}, {days[2]} (see" in said
    found = json.loads(typed("bts", made.folder, path, "--json", "--idle-days").stdout)
    size = {day: len(made.sequences[LineDay(day)].order) for day in days[:4]}
    assert found["days_of_run"] == len(days)
    assert [day["built"] for day in found["days"]] == [size[days[0]], 0, 0, size[days[3]]]
    assert found["bts"] == pytest.approx((size[days[0]] + size[days[3]]) / sum(size.values()))


@pytest.mark.parametrize("dated", [False, True])
def test_times_after_midnight_come_behind_those_before(
    made: DayRun, tmp_path: Path, dated: bool
) -> None:
    # Each day is built exactly in sequence from 14:00 on, a car every 36 minutes: beyond midnight.
    lines = []
    for order, date, at in rows(made):
        moment = dt.datetime.combine(date, dt.time(14)) + dt.timedelta(minutes=36 * at)
        lines.append((order, date, moment.isoformat(" ") if dated else moment.strftime("%H:%M")))
    assert any(str(line[2])[-8:] < "07" for line in lines)
    path = write(tmp_path / "a.csv", lines, "order,date,time")
    assert json.loads(typed("bts", made.folder, path, "--json").stdout)["bts"] == 1


def test_the_production_day_may_begin_earlier(made: DayRun, tmp_path: Path) -> None:
    day = next(iter(made.sequences)).date
    lines = [
        (order, date, f"{5 + (24 + 6 * at) // 60:02d}:{(24 + 6 * at) % 60:02d}")
        for order, date, at in rows(made)
        if date == day
    ]
    path = write(tmp_path / "a.csv", lines, "order,date,time")
    late = json.loads(typed("bts", made.folder, path, "--json").stdout)
    early = json.loads(typed("bts", made.folder, path, "--json", "--day-start", "05:30").stdout)
    assert late["bts"] < early["bts"] == 1
    wrong = typed("bts", made.folder, path, "--day-start", "dawn")
    assert wrong.exit_code == 2
    assert "Write it as 06:30" in wrong.output


def test_times_outside_the_production_day_are_refused(made: DayRun, tmp_path: Path) -> None:
    (a, day, _), (b, _, _), (c, _, _), (d, _, _) = rows(made)[:4]
    after = day + dt.timedelta(days=1)
    lines = [
        (a, day, f"{after} 01:25"),
        (b, day, f"{day} 01:25"),
        (c, day, f"{day}T08:00:00Z"),
        (d, day, "8"),
    ]
    result = typed("bts", made.folder, write(tmp_path / "a.csv", lines, "order,date,time"))
    assert result.exit_code == 3
    before = day - dt.timedelta(days=1)
    assert "row 2" not in result.output
    assert f"row 3, column time: the time belongs to the production day {before}" in result.output
    assert "row 4, column time: the time has an offset from UTC" in result.output
    assert "row 5, column time: this is no time" in result.output


def test_a_place_is_taken_once_a_day(made: DayRun, tmp_path: Path) -> None:
    (a, day, _), (b, _, _), (c, _, _) = rows(made)[:3]
    other = next(row for row in rows(made) if row[1] != day)
    lines = [(a, day, 1, ""), (b, day, 1, ""), (c, day, "", "08:00"), (other[0], other[1], 1, "")]
    result = typed("bts", made.folder, write(tmp_path / "a.csv", lines, "order,date,position,time"))
    assert result.exit_code == 3
    assert f"row 3, column position: the place on {day} is taken in row 2" in result.output
    assert f"row 4, column time: row 2 gives the position of a car of {day}" in result.output
    assert "row 5" not in result.output


def test_cars_that_the_run_does_not_know_need_their_model(made: DayRun, tmp_path: Path) -> None:
    today = [row for row in rows(made) if row[1] == next(iter(made.sequences)).date]
    (a, day, _), (b, _, _) = today[:2]
    model = dict(made.orders.table.select("order", "model").iter_rows())
    wrong = "B" if model[a] == "A" else "A"
    head = "order,date,position,model"
    lines = [(a, day, 1, wrong), ("X1", day, 2, ""), ("X2", day, 3, "Z"), (b, day, 4, model[b])]
    result = typed("bts", made.folder, write(tmp_path / "bad.csv", lines, head))
    assert result.exit_code == 3
    assert f"row 2, column model: order {a} of the run is for model {model[a]}" in result.output
    assert "row 3, column order: the run has no such order" in result.output
    assert "give its model in a column model" in " ".join(result.output.split())
    assert "row 4, column model: the hub has no such model" in result.output
    assert "row 5" not in result.output
    # One car takes the place of the first: all are built, one of them not as scheduled.
    lines = [("X1", day, 1, "A"), *((order, day, at, "") for order, _, at in today[1:])]
    path = write(tmp_path / "a.csv", lines, head)
    found = json.loads(typed("bts", made.folder, path, "--json").stdout)
    size = len(today)
    assert (found["built"], found["mixed"], found["in_sequence"]) == (size, size - 1, size - 1)
    assert found["unscheduled"] == [
        {"order": "X1", "model": "A", "date": str(day), "scheduled": None}
    ]
    said = " ".join(typed("bts", made.folder, path).stdout.split())
    assert "not scheduled for their day: 1 car; the run does not know 1 of them (X1)." in said


LOTS = ((1, "Cougar", 200), (2, "Focus", 100), (3, "Cougar", 200), (4, "Focus", 150))
LOTS += ((5, "Cougar", 160),)


@pytest.fixture(scope="module")
def condensers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of one day whose 810 units stand in the five lots of the training example."""
    folder = tmp_path_factory.mktemp("condensers")
    models = ("Cougar", "Focus", "Jaguar")
    hub = small(
        models=[car(model) for model in models],
        shops=[shop("assembly", 110)],
        loads=[{"item": model, "shop": "assembly"} for model in models],
        demand=[asks(FEB, 20 * 560, model="Cougar"), asks(FEB, 20 * 250, model="Focus")],
        colours=[{"colour": "white", "share": 1}],
        sequence_levels=[{"level": "paint"}],
        slotting=[{"vin_wmi": "KNM"}],
    )
    write_hub(hub, folder / "hub")
    lines: list[tuple[object, ...]] = [
        (f"{lot}-{at:03d}", model, "KR", "white", "2026-02-04", "2026-02-02")
        for lot, model, units in LOTS
        for at in range(1, units + 1)
    ]
    lines.append(("later", "Jaguar", "KR", "white", "2026-02-25", "2026-02-20"))
    orders = write(folder / "orders.csv", lines, "order,model,market,colour,wanted,fixed")
    result = typed(
        *("run", folder / "hub", "--orders", orders, "--from", "2026-02-02", "--days", 1),
        *("--iterations", 1, "--slot-iterations", 1000, "--out", folder / "run"),
    )
    assert result.exit_code == 0, result.output
    return folder / "run"


def test_the_training_example_gives_a_half(condensers: Path, tmp_path: Path) -> None:
    # Built, in this order: 190 of lot 1, 40 of lot 2, 60 Jaguar that were not scheduled, lot 4
    # with 150 Focus too many, 100 of lot 3.
    built = [(f"1-{at:03d}", "Cougar") for at in range(1, 191)]
    built += [(f"2-{at:03d}", "Focus") for at in range(1, 41)]
    built += [(f"J{at}", "Jaguar") for at in range(60)]
    built += [(f"4-{at:03d}", "Focus") for at in range(1, 151)]
    built += [(f"F{at}", "Focus") for at in range(150)]
    built += [(f"3-{at:03d}", "Cougar") for at in range(1, 101)]
    path = write(
        tmp_path / "actuals.csv",
        [(order, "2026-02-02", at, model) for at, (order, model) in enumerate(built, 1)],
        "order,date,position,model",
    )
    result = typed("bts", condensers, path, "--mix", "model", "--lots")
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert (
        "Build to schedule 50.0 % = volume 85.2 % (690 of 810) x mix 78.3 % (540 of 690) x "
        "sequence 75.0 % (3 of 4 lots)." in said
    )
    assert "Measured: 1 of the run's 1 days with cars, 2026-02-02." in said
    assert "not scheduled for their day: 210 cars; the run does not know 210 of them (J0," in said


def test_an_order_without_a_day_is_built_without_being_scheduled(
    condensers: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "actuals.csv", [("1-001", "2026-02-02", 1), ("later", "2026-02-02", 2)])
    found = json.loads(typed("bts", condensers, path, "--json").stdout)
    assert (found["built"], found["mixed"], found["in_sequence"]) == (2, 1, 1)
    assert found["unscheduled"] == [
        {"order": "later", "model": "Jaguar", "date": "2026-02-02", "scheduled": None}
    ]
    assert "orders of the run." in typed("bts", condensers, path).stdout


def test_a_missing_file_is_said_to_be_missing(made: DayRun, tmp_path: Path) -> None:
    result = typed("bts", made.folder, tmp_path / "none.csv")
    assert result.exit_code == 5
    assert "there is no such file" in result.output


def test_a_workbook_is_read_as_a_csv_file_is(made: DayRun, tmp_path: Path) -> None:
    every = rows(made)
    day = every[0][1]
    lines = [(order, day, at) for order, date, at in every if date == day]
    swapped = [(lines[1][0], day, 1), (lines[0][0], day, 2), *lines[2:]]
    by_csv = write(tmp_path / "a.csv", list(swapped))
    asked = json.loads(typed("bts", made.folder, by_csv, "--json").stdout)
    assert asked["bts"] < 1

    columns = ["order", "date", "position"]
    frame = pl.DataFrame(swapped, schema=columns, orient="row")
    frame.write_excel(tmp_path / "places.xlsx", worksheet="built", dtype_formats={pl.Date: "d.m.y"})
    times = frame.with_columns(
        pl.time(6 + pl.col("position") // 60, pl.col("position") % 60).alias("time")
    ).drop("position")
    times.write_excel(tmp_path / "times.xlsx")
    for name in ("places.xlsx", "times.xlsx"):
        result = typed("bts", made.folder, tmp_path / name, "--json", "--day-start", "06:00")
        assert result.exit_code == 0, result.output
        assert json.loads(result.stdout) == asked


def test_a_sheet_is_named_where_a_workbook_has_several(made: DayRun, tmp_path: Path) -> None:
    from xlsxwriter import Workbook

    day = rows(made)[0][1]
    known = {"order": [rows(made)[0][0]], "date": [day], "position": [1]}
    wrong = {**known, "position": ["first"]}
    for names, said in (
        (("Mon", "Tue"), "several sheets, and none is named 'actuals' (found 'Mon, Tue')"),
        (("Mon", "actuals"), "sheet actuals, row 2, column position: the place must be"),
    ):
        path = tmp_path / f"{names[1]}.xlsx"
        with Workbook(path) as book:
            for name in names:
                pl.DataFrame(wrong).write_excel(book, worksheet=name)
        result = typed("bts", made.folder, path)
        assert result.exit_code == 3
        assert said in result.stderr


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("built.parquet", 3, "are read from .csv and .xlsx files"),
        ("built.xlsx", 3, "the workbook cannot be read"),
        ("built", 5, "is a folder; give the file of the cars that were built"),
    ],
)
def test_what_holds_no_cars_is_refused_in_a_line(
    made: DayRun, tmp_path: Path, name: str, code: int, said: str
) -> None:
    if "." in name:
        (tmp_path / name).write_bytes(b"PAR1\x00\x01,,\nPAR1")
    else:
        (tmp_path / name).mkdir()
    result = typed("bts", made.folder, tmp_path / name)
    assert result.exit_code == code
    assert said in result.stderr
    assert len(result.stderr.splitlines()) <= 2
