"""Days as sinho's own tables: read, checked by file and row, and written without loss."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats import inspect_day, read_day, write_day
from sinho.days.formats.checks import check_days
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    RunLength,
    Spread,
    Windows,
)
from sinho.errors import DataError, Problem
from sinho.hub import check_hub, hub_from_tables, read_hub, write_hub
from sinho.sequence.contradictions import contradictions
from sinho.testing.days import generate_day
from tests.budget import examples
from tests.hub.faults import edit, only
from tests.hubs import tiny_hub
from tests.sequence.days import days, tiny_day
from tests.sequence.test_roadef import alike

CARS = """car,date,position,colour,model,further,options,earliest,latest,pinned
p2,2026-03-02,2,red,A,wheels=19,roof,,,
p1,2026-03-02,1,blue,A,wheels=18,,,,
a,2026-03-03,3,red,A,wheels=18,roof;tow,2,,
b,2026-03-03,1,blue,B,wheels=19,tow,,2,
c,2026-03-03,,red,A,wheels=18,,,,1
"""
HEAD = (
    "rule,kind,level,weight,option,attribute,value,least,most,window,whole_windows,per,first,cost,"
    "base,takt,length\n"
)
RULES = f"""{HEAD}\
roofs,ratio,line,2,roof,,,,1,3,,,,,,,
paint,changes,paint,,,colour,,,,,,,,,,,
batch,run,hard,,,colour,red,,4,,,,,,,,
even,spread,line,,tow,,,,,,,,,,,,
apart,forbidden,,,,model,,,,,,,,,,,
wheels,changeover,paint,,,wheels,,,,,,,,0.5,,,
hour,maximum,line,,tow,,,,1,,,2,,,,,
station,overload,line,,,,,,,,,,,,1,1.2,2
wish,window,paint,,,,,,,,,,,,,,
front,frozen,,,,,,,,,,,1,,,,
"""
FILES = {
    "cars.csv": CARS,
    "options.csv": "option,meaning\nroof,sunroof\ntow,tow bar\n",
    "sequence_levels.csv": "level,weight\nline,1000\npaint,1\n",
    "sequence_rules.csv": RULES,
    "changeovers.csv": "rule,before,behind,cost\napart,A,B,\nwheels,18,19,2\n",
    "operations.csv": "rule,option,minutes\nstation,roof,0.4\n",
    "car_windows.csv": "rule,car,earliest,latest\nwish,a,,2\n",
}


def folder(tmp_path: Path, **changed: str | None) -> Path:
    """Write a small day as a folder; ``cars=None`` leaves cars.csv out."""
    path = tmp_path / "line"
    path.mkdir(exist_ok=True, parents=True)
    for name, text in FILES.items():
        given = changed.get(name.removesuffix(".csv"), text)
        if given is not None:
            (path / name).write_text(given, encoding="utf-8")
    return path


def refused(path: Path, date: dt.date | None = dt.date(2026, 3, 3)) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as error:
        read_day(path, date=date)
    return error.value.problems


def test_a_folder_of_tables_is_a_day(tmp_path: Path) -> None:
    day = read_day(folder(tmp_path), date=dt.date(2026, 3, 3))
    assert (day.name, day.date, day.source) == ("line 2026-03-03", "2026-03-03", "tables")
    assert day.idents == ("b", "a", "c"), "by position, those without one behind"
    assert day.previous["car"].to_list() == ["p1", "p2"], "the cars of the day before"
    assert day.attributes == ("model", "colour", "wheels")
    assert day.options == ("roof", "tow")
    assert day.cars["wheels"].to_list() == ["19", "18", "18"]
    assert day.cars["roof"].to_list() == [False, True, False]
    assert (day.levels, day.weights) == (("line", "paint"), (1000, 1))
    assert day.rules == (
        Ratio(name="roofs", level=0, weight=2, option="roof", most=1, window=3),
        Changes(name="paint", level=1, attribute="colour"),
        RunLength(name="batch", attribute="colour", most=4, value="red"),
        Spread(name="even", level=0, option="tow"),
        Forbidden(name="apart", attribute="model", pairs=(("A", "B"),)),
        Changeover(
            name="wheels", level=1, attribute="wheels", costs=(("18", "19", 2.0),), default=0.5
        ),
        Maximum(name="hour", level=0, option="tow", most=1, per=2),
        Overload(name="station", level=0, base=1, times=(("roof", 0.4),), takt=1.2, length=2),
        Windows(name="wish", level=1, windows=(("a", 1, 2),)),
        Frozen(name="front", first=1),
        Windows(name="window", windows=(("b", 1, 2), ("a", 2, 3))),
        Pinned(name="pinned", pins=(("c", 1),)),
    )


def test_one_of_several_dates_must_be_named(tmp_path: Path) -> None:
    path = folder(tmp_path)
    listed = "2026-03-02, 2026-03-03"
    only(refused(path, None), where="cars.csv", rule="of 2 dates", hint=listed)
    only(refused(path, dt.date(2026, 3, 4)), value="2026-03-04", hint=listed)


def test_cars_of_one_day_need_no_date_and_those_before_stand_at_zero_and_less(
    tmp_path: Path,
) -> None:
    cars = "car,position,colour,options\nx,0,red,\ny,-1,blue,roof\nb,,red,tow\na,,blue,\n"
    rules = "rule,kind,option,most,window\nroofs,ratio,roof,1,2\n"
    path = folder(
        tmp_path,
        cars=cars,
        sequence_rules=rules,
        changeovers=None,
        operations=None,
        car_windows=None,
    )
    day = read_day(path)
    assert (day.name, day.date) == ("line", "")
    assert day.idents == ("b", "a")
    assert day.previous["car"].to_list() == ["y", "x"]
    only(refused(path), column="date", rule="no date")


def test_cars_with_places_before_the_day_replace_those_of_earlier_dates(tmp_path: Path) -> None:
    path = folder(tmp_path, cars=CARS + "z,2026-03-03,0,red,A,wheels=18,,,,\n")
    day = read_day(path, date=dt.date(2026, 3, 3))
    assert day.previous["car"].to_list() == ["z"]


def test_cars_of_an_earlier_date_may_stand_at_zero_too(tmp_path: Path) -> None:
    path = folder(tmp_path, cars=CARS.replace("02,2,", "02,0,").replace("02,1,", "02,-1,"))
    day = read_day(path)
    assert day.previous["car"].to_list() == ["p1", "p2"]
    assert day.date == "2026-03-03", "the one date on which cars are built"


def test_a_rule_of_the_tables_takes_the_places_in_cars(tmp_path: Path) -> None:
    rules = RULES + "due,window,,,,,,,,,,,,,,,\nfixed,pinned,,,,,,,,,,,,,,,\n"
    day = read_day(folder(tmp_path, sequence_rules=rules), date=dt.date(2026, 3, 3))
    assert day.rules[-2:] == (
        Windows(name="due", windows=(("b", 1, 2), ("a", 2, 3))),
        Pinned(name="fixed", pins=(("c", 1),)),
    )


TWO_LINES = """car,date,line,position,colour,options
n1,2026-03-02,north,1,red,roof
n2,2026-03-03,north,1,blue,
s1,2026-03-02,south,1,blue,
s2,2026-03-03,south,2,red,roof
s3,2026-03-03,south,1,red,
"""
BOTH = """rule,kind,lines,attribute,option,most,window
paint,changes,,colour,,,
roofs,ratio,south,,roof,1,2
tows,ratio,north,,tow,1,3
"""


def two_lines(tmp_path: Path, rules: str = BOTH, cars: str = TWO_LINES) -> Path:
    """Write two days of two lines as a folder."""
    none = dict.fromkeys(("changeovers", "operations", "car_windows"))
    return folder(tmp_path, cars=cars, sequence_rules=rules, **none)


def test_a_day_of_a_line_has_its_cars_and_its_rules(tmp_path: Path) -> None:
    path = two_lines(tmp_path)
    day = read_day(path, date=dt.date(2026, 3, 3), line="south")
    assert (day.name, day.line) == ("line 2026-03-03 south", "south")
    assert day.idents == ("s3", "s2")
    assert day.previous["car"].to_list() == ["s1"], "of the same line"
    assert [rule.name for rule in day.rules] == ["paint", "roofs"]
    north = read_day(path, date=dt.date(2026, 3, 2), line="north")
    assert (north.idents, north.previous.height) == (("n1",), 0)
    assert [rule.name for rule in north.rules] == ["paint", "tows"]
    assert len(check_days(path, contradictions)) == 4


def test_one_of_several_lines_must_be_named(tmp_path: Path) -> None:
    path = two_lines(tmp_path)
    day = dt.date(2026, 3, 3)
    for line, rule in ((None, "of 2 lines; name one"), ("sud", "no cars of 2026-03-03 are of")):
        found = inspect_day(path, date=day, line=line)[1]
        only(found, where="cars.csv", column="line", rule=rule, hint="north, south")
    found = inspect_day(folder(tmp_path / "plain"), date=day, line="north")[1]
    only(found, where="cars.csv", column="line", value="north", rule="the cars have no line")
    ratio = Ratio(name="roofs", level=0, option="roof", most=1, window=2, shortened=False)
    text = write_day(tiny_day(ratio, options={"roof": "1100"}), tmp_path / "day.txt")
    found = inspect_day(text, line="north")[1]
    only(found, value="north", rule="only one day", hint="Leave the line out")


def test_the_one_line_of_a_day_needs_no_name(tmp_path: Path) -> None:
    cars = "\n".join(row for row in TWO_LINES.splitlines() if ",south," not in row) + "\n"
    path = two_lines(tmp_path, "rule,kind,lines,option\neven,spread,north,tow\n", cars)
    day = read_day(path, date=dt.date(2026, 3, 3))
    assert (day.name, day.line) == ("line 2026-03-03", "north")
    assert [rule.name for rule in day.rules] == ["even"]


def test_a_rule_for_a_line_of_no_car_is_doubted(tmp_path: Path) -> None:
    path = two_lines(tmp_path, "rule,kind,lines,option\neven,spread,nort,tow\n")
    found = inspect_day(path, date=dt.date(2026, 3, 3), line="north")[1]
    problem = only(found, where="sequence_rules.csv", row=2, column="lines", hint="'north'")
    assert problem.severity == "warning"


def test_a_fault_of_a_lines_rule_is_named_by_its_row(tmp_path: Path) -> None:
    path = two_lines(tmp_path)
    head = BOTH.splitlines()[0]
    path.joinpath("sequence_rules.csv").write_text(
        f"{head},from_place,to_place\nskip,ratio,north,,roof,1,2,,\n"
        "late,ratio,south,,roof,1,2,5,6\n",
        encoding="utf-8",
    )
    found = inspect_day(path, date=dt.date(2026, 3, 3), line="south")[1]
    only(found, where="sequence_rules.csv", row=3, column="first", value="5")


def test_a_window_of_a_car_on_another_line_is_doubted(tmp_path: Path) -> None:
    path = two_lines(tmp_path, "rule,kind,lines\nwish,window,north\n")
    text = "rule,car,earliest,latest\nwish,n2,1,\nwish,s3,1,\n"
    path.joinpath("car_windows.csv").write_text(text, encoding="utf-8")
    found = inspect_day(path, date=dt.date(2026, 3, 3), line="north")[1]
    only(found, where="car_windows.csv", row=3, column="car", rule="not hold on line south")


def test_a_written_day_keeps_its_line(tmp_path: Path) -> None:
    path = two_lines(tmp_path)
    day = read_day(path, date=dt.date(2026, 3, 3), line="south")
    again = read_day(write_day(day, tmp_path / "written"))
    assert (again.line, again.rules) == ("south", day.rules)
    assert alike(again, day)


def test_a_hub_may_hold_days(tmp_path: Path) -> None:
    tables = {name.removesuffix(".csv"): rows(text) for name, text in FILES.items()}
    hub = hub_from_tables(tiny_hub(**tables))
    plain = read_day(folder(tmp_path), date=dt.date(2026, 3, 3))
    for form in ("hub", "hub.xlsx"):
        path = write_hub(hub, tmp_path / form)
        assert read_hub(path) == hub
        day = read_day(path, date=dt.date(2026, 3, 3))
        assert day.name == "hub 2026-03-03"
        assert alike(day, plain)
    edit(tmp_path / "hub" / "cars.csv", "roof;tow", "rof;tow")
    only(check_hub(tmp_path / "hub")[1], where="cars.csv", hint="Did you mean 'roof'?")


def rows(text: str) -> list[dict[str, str]]:
    head, *lines = (line.split(",") for line in text.splitlines())
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_the_digest_of_a_hub_without_days_is_what_it_was() -> None:
    hub = hub_from_tables(tiny_hub())
    with_days = hub_from_tables(tiny_hub(options=[{"option": "roof"}]))
    assert hub.digest != with_days.digest
    assert hub.digest == hub_from_tables(tiny_hub(options=[])).digest


@settings(max_examples=examples(20))
@given(day=days((1, 12)), form=st.sampled_from(["day", "day.xlsx"]))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, day: Day, form: str
) -> None:
    path = write_day(day, tmp_path_factory.mktemp("days") / form)
    assert alike(read_day(path), day)


def test_a_generated_day_with_all_kinds_of_rules_is_kept(tmp_path: Path) -> None:
    day = generate_day(300, planner=True)
    assert alike(read_day(write_day(day, tmp_path / "day")), day)
    dated = Day(**{**vars(day), "date": "2026-03-03"})
    again = read_day(write_day(dated, tmp_path / "dated.xlsx"))
    assert alike(again, day)
    assert again.date == "2026-03-03"


def test_a_ratio_may_be_confined_to_a_part_of_the_day(tmp_path: Path) -> None:
    slow = Ratio(name="slow", level=0, option="roof", most=1, window=4, first=2, last=5)
    day = tiny_day(slow, options={"roof": "110101"})
    path = write_day(day, tmp_path / "day")
    assert alike(read_day(path), day)
    edit(path / "sequence_rules.csv", ",2,5,", ",5,2,")
    only(refused(path, None), row=2, column="to_place", rule="before from_place")
    edit(path / "sequence_rules.csv", ",5,2,", ",2,9,")
    only(refused(path, None), where="sequence_rules.csv", row=2, rule="from 1 to 6")
    with pytest.raises(DataError, match="slow"):
        write_day(day, tmp_path / "other", format="csplib")


def test_a_station_may_be_slow_for_a_part_of_the_day(tmp_path: Path) -> None:
    station = Overload(name="doors", level=0, base=0.6, times=(), takt=1.0, length=1.2, slow=(2, 5))
    day = tiny_day(station, options={"roof": "110101"})
    path = write_day(day, tmp_path / "day")
    assert alike(read_day(path), day)
    edit(path / "sequence_rules.csv", ",2,5,", ",,5,")
    assert read_day(path).rules[0].slow == (1, 5)  # type: ignore[attr-defined]


def test_a_workbook_explains_itself(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_day(generate_day(20), tmp_path / "day.xlsx"))
    assert book.sheetnames[:3] == ["README", "options", "cars"]
    sheet = book["sequence_rules"]
    headings = [cell.value for cell in sheet[1]]
    assert "takt [min]" in headings
    assert sheet["A1"].comment.text.startswith("Name of the rule.")


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "row", "column", "text"),
    [
        ("cars", "roof;tow", "rof;tow", "cars.csv", 4, "options", "Did you mean 'roof'?"),
        ("cars", "\nb,", "\na,", "cars.csv", 5, "car", "stands twice"),
        ("cars", "03,1,blue", "03,3,blue", "cars.csv", 5, "position", "car 'a'"),
        ("cars", "c,2026-03-03,", "c,,", "cars.csv", 6, "date", "must be given"),
        ("cars", "tow,2,,", "tow,3,2,", "cars.csv", 4, "earliest", "behind the latest"),
        ("cars", "tow,2,,", "tow,2,4,", "cars.csv", 4, "latest", "has 3 cars"),
        ("cars", ",,,1\n", ",,,9\n", "cars.csv", 6, "pinned", "has 3 cars"),
        ("cars", "p1,2026-03-02,1,", "p1,2026-03-02,x,", "cars.csv", 3, "position", "number"),
        ("cars", "red,A,wheels=18,roof", ",A,wheels=18,roof", "cars.csv", 4, "colour", "given"),
        ("cars", "wheels=19,tow", "whels=19,tow", "cars.csv", 5, "further", "wheels must be given"),
        ("cars", "wheels=19,tow", "wheels 19,tow", "cars.csv", 5, "further", "name=value"),
        ("cars", "wheels=19,tow", "wheels=19;trim=x,tow", "cars.csv", 5, "further", "column trim"),
        ("rules", "ratio,line", "ratios,line", "rules.csv", 2, "kind", "Did you mean 'ratio'?"),
        ("rules", "ratio,line", "ratio,lines", "rules.csv", 2, "level", "Did you mean 'line'?"),
        ("rules", "2,roof", "0,roof", "rules.csv", 2, "weight", "at least 1"),
        ("rules", "2,roof", "2,rof", "rules.csv", 2, "option", "Did you mean 'roof'?"),
        ("rules", "1,3", ",3", "rules.csv", 2, "most", "must be given for a rule of kind ratio"),
        ("rules", "1,3,,", "1,3,,7", "rules.csv", 2, "per", "no meaning for a rule of kind ratio"),
        ("rules", "paint,,,colour", "paint,,,color", "rules.csv", 3, "attribute", "'colour'?"),
        ("rules", "red,,4", "red,,0", "rules.csv", 4, "most", "at least one car"),
        ("rules", "red,,4", "red,5,4", "rules.csv", 4, "least", "longer than the longest"),
        ("rules", "1,1.2,2", "1,1.2,1", "rules.csv", 9, "length", "shorter than the takt"),
        ("rules", "frozen,", "frozen,line", "rules.csv", 11, "level", "always hard"),
        ("rules", ",1,,,,\n", ",4,,,,\n", "rules.csv", 11, "first", "at most 3"),
        ("levels", "paint,1", "paint,", "levels.csv", 3, "weight", "must be given"),
        ("levels", "paint,1", "paint,1\nhard,0", "levels.csv", 4, "level", "called hard"),
        ("changeovers", "apart", "paint", "changeovers.csv", 2, "rule", "of kind changes"),
        ("changeovers", "18,19,2", "18,19,", "changeovers.csv", 3, "cost", "must be given"),
        ("changeovers", "18,19,2", "18,19,-2", "changeovers.csv", 3, "cost", "negative"),
        ("operations", "station", "statoin", "operations.csv", 2, "rule", "'station'?"),
        ("operations", "0.4", "-0.4", "operations.csv", 2, "minutes", "negative"),
        ("windows", "wish,a", "wish,x", "windows.csv", 2, "car", "is not in cars.csv"),
        ("windows", "wish,a", "paint,a", "windows.csv", 2, "rule", "of kind changes"),
        ("windows", ",2\n", ",4\n", "windows.csv", 2, "latest", "has 3 cars"),
    ],
)
def test_what_is_wrong_is_named_by_file_row_and_column(
    tmp_path: Path, name: str, old: str, new: str, where: str, row: int, column: str, text: str
) -> None:
    file = {
        "rules": "sequence_rules",
        "levels": "sequence_levels",
        "windows": "car_windows",
    }.get(name, name)
    path = folder(tmp_path)
    edit(path / f"{file}.csv", old, new)
    found = refused(path)
    hits = [
        problem
        for problem in found
        if problem.where.endswith(where)
        and (problem.row, problem.column) == (row, column)
        and text in problem.rule + problem.hint
    ]
    assert len(hits) == 1, "\n".join(map(str, found))


def test_a_rule_that_forbids_nothing(tmp_path: Path) -> None:
    path = folder(tmp_path, changeovers="rule,before,behind,cost\n")
    day, found = inspect_day(path, date=dt.date(2026, 3, 3))
    assert day is not None
    only(found, where="sequence_rules.csv", row=6, rule="forbids nothing", severity="warning")


@pytest.mark.parametrize("name", ["cars", "sequence_rules"])
def test_a_missing_table_is_named(tmp_path: Path, name: str) -> None:
    path = folder(
        tmp_path,
        **{name: None, "changeovers": None, "operations": None, "car_windows": None},
    )
    only(refused(path), where=f"{name}.csv", rule="missing", hint=f"sinho fields {name}")


def test_a_workbook_without_cars_and_a_single_table(tmp_path: Path) -> None:
    book = write_day(generate_day(20), tmp_path / "day.xlsx")
    sheets = openpyxl.load_workbook(book)
    del sheets["cars"]
    sheets.save(book)
    only(refused(book, None), where="sheet cars", rule="missing")
    path = folder(tmp_path)
    only(refused(path / "cars.csv"), hint=str(path))


@pytest.mark.parametrize("name", ["a;b", " a", "a\tb ", "#REF!"])
def test_names_that_no_table_can_hold_are_refused(tmp_path: Path, name: str) -> None:
    day = tiny_day(Spread(name="even", level=0, option=name), options={name: "10"})
    with pytest.raises(DataError):
        write_day(day, tmp_path / "day")
    assert not (tmp_path / "day").exists()


@pytest.mark.parametrize("date", [None, dt.date(2026, 3, 3)])
@pytest.mark.parametrize("text", ["heading", "heading\n,,\n"])
def test_cars_with_headings_only_are_said_to_be_none(
    tmp_path: Path, date: dt.date | None, text: str
) -> None:
    head = FILES["cars.csv"].splitlines()[0]
    path = folder(tmp_path, cars=text.replace("heading", head))
    (problem,) = refused(path, date)
    assert problem.where == "cars.csv"
    assert problem.rule == "there are no cars to be built"


def test_an_empty_sheet_is_not_a_missing_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "cars"
    rules = book.create_sheet("sequence_rules")
    rules.append(FILES["sequence_rules.csv"].splitlines()[0].split(","))
    book.save(tmp_path / "day.xlsx")
    (problem,) = refused(tmp_path / "day.xlsx")
    assert (problem.where, problem.rule) == ("sheet cars", "the sheet is empty")
