"""Scenarios are differences: what they may say, what they do, and what they are told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sinho.errors import DataError, Problem
from sinho.hub import (
    Change,
    Hub,
    Scenario,
    apply_scenario,
    check_hub,
    hub_from_tables,
    read_hub,
    scenario_changes,
    write_hub,
)
from tests.hub.faults import only
from tests.hubs import tiny_hub

CONTRACTS = [
    {"contract": "C", "brand": "Acme", "models": "A;B", "start": "2026-01", "end": "2026-03"},
    {"contract": "D", "brand": "Acme", "start": "2026-01", "end": "2026-02", "least": 10},
]


def hub(**scenarios: str) -> Hub:
    return hub_from_tables(tiny_hub(contracts=CONTRACTS), scenarios)


def change(text: str, table: str = "demand") -> str:
    return f'[[change]]\ntable = "{table}"\n{text}\n'


def units(changed: Hub) -> dict[tuple[str, str, int], float]:
    rows = changed["demand"].select("model", "market", pl.col("month").dt.month(), "units")
    return {row[:3]: row[3] for row in rows.iter_rows()}


def told(text: str) -> list[Problem]:
    """Return what is wrong with a scenario by itself."""
    return Scenario.from_toml(text, "x")[1]


def refused(text: str) -> tuple[Problem, ...]:
    """Return what is wrong when a scenario is applied."""
    with pytest.raises(DataError) as caught:
        apply_scenario(hub(x=text), "x")
    return caught.value.problems


# ---- which rows


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ("", 12),
        ('where = { model = "A" }', 6),
        ('where = { model = ["A", "B"], market = "FR" }', 6),
        ('where = { month = "2026-01" }', 4),
        ("where = { month = 2026-01-01 }", 4),
        ('where = { month = "2026-01..2026-02" }', 8),
        ('where = { month = "2026-02.." }', 8),
        ('where = { month = "..2026-01" }', 4),
        ('where = { month = ">=2026-02" }', 8),
        ('where = { month = "<=2026-02" }', 8),
        ('where = { market = "!=KR" }', 6),
        ('where = { month = "!=2026-02" }', 8),
        ('where = { price = ">=16000" }', 6),
        ("where = { price = 15000 }", 6),
        ('where = { price = "15000..16000" }', 6),
        ('where = { source = "" }', 12),
    ],
)
def test_conditions(where: str, rows: int) -> None:
    changed = apply_scenario(hub(x=change(f"{where}\nset = {{ units = 7 }}")), "x")
    assert list(units(changed).values()).count(7) == rows


def test_conditions_on_lists_and_dates() -> None:
    text = change('where = { models = "B" }\nset = { least = 5 }', "contracts")
    assert apply_scenario(hub(x=text), "x")["contracts"]["least"].to_list() == [5, 10]
    days = [{"start": f"2026-0{month}-28", "kind": "company"} for month in (1, 2, 3)]
    text = change('where = { start = "2026-02..2026-03" }\nset = { share = 0.5 }', "calendar")
    made = hub_from_tables(tiny_hub(calendar=days), {"x": text})
    assert apply_scenario(made, "x")["calendar"]["share"].to_list() == [None, 0.5, 0.5]


# ---- what is done


def test_set_multiply_add() -> None:
    text = (
        change('where = { model = "A" }\nset = { price = 1 }\nmultiply = { units = 0.5 }')
        + change('where = { model = "A", market = "KR" }\nadd = { units = 7 }')
    )  # fmt: skip
    changed = apply_scenario(hub(x=text), "x")
    assert units(changed)["A", "KR", 1] == 507
    assert units(changed)["A", "FR", 1] == 500
    assert units(changed)["B", "FR", 1] == 1000
    assert set(changed["demand"].filter(pl.col("model") == "A")["price"]) == {1}


def test_an_empty_text_empties_the_cell() -> None:
    text = change('where = { contract = "C" }\nset = { models = "", fee = "" }', "contracts")
    row = apply_scenario(hub(x=text), "x")["contracts"].row(0, named=True)
    assert row["models"] is None
    assert row["fee"] == 0


def test_source_and_basis_are_written_into_the_rows() -> None:
    text = change(
        'source = "talks"\nbasis = "assumed"\nwhere = { model = "A" }\nset = { units = 1 }'
    )
    table = apply_scenario(hub(x=text), "x")["demand"]
    assert table.filter(pl.col("model") == "A")["basis"].unique().to_list() == ["assumed"]
    assert table.filter(pl.col("model") == "B")["source"].unique().to_list() == [None]


def test_insert_expands_months() -> None:
    text = change(
        'insert = { model = "A", market = "DE", month = "2025-11..2026-01", units = [1, 2, 3], '
        'price = 5, basis = "assumed" }'
    ) + change(
        'insert = { market = "DE", country = "DE", region = "Europe", route = "domestic" }',
        "markets",
    )
    table = apply_scenario(hub(x=text), "x")["demand"].tail(3)
    assert table["month"].to_list() == [
        dt.date(2025, 11, 1),
        dt.date(2025, 12, 1),
        dt.date(2026, 1, 1),
    ]
    assert table["units"].to_list() == [1, 2, 3]
    assert table["late_penalty"].to_list() == [0, 0, 0]


def test_insert_takes_several_rows_and_lists() -> None:
    text = change(
        'insert = [{ contract = "E", brand = "Acme", models = ["A", "B"], start = "2026-01", '
        'end = "2026-02" }, '
        '{ contract = "F", brand = "Acme", start = "2026-01", end = "2026-02" }]',
        "contracts",
    )
    table = apply_scenario(hub(x=text), "x")["contracts"]
    assert table["contract"].to_list() == ["C", "D", "E", "F"]
    assert table["models"].to_list() == ["A;B", None, "A;B", None]


def test_delete() -> None:
    text = change('where = { contract = "C" }\ndelete = true', "contracts")
    assert apply_scenario(hub(x=text), "x")["contracts"]["contract"].to_list() == ["D"]


def test_settings_are_a_table() -> None:
    text = change('set = { end = "2026-02", public_holidays = true }', "hub")
    settings = apply_scenario(hub(x=text), "x").settings
    assert settings.end == dt.date(2026, 2, 1)
    assert settings.public_holidays


def test_extends() -> None:
    first = change("set = { units = 10 }")
    second = 'extends = "first"\n' + change("multiply = { units = 2 }")
    made = hub(
        first=first, second=second, third='extends = "second"\n' + change("add = {units = 1}")
    )
    assert set(units(apply_scenario(made, "third")).values()) == {21}


def test_base_is_the_hub_as_it_is() -> None:
    made = hub()
    assert apply_scenario(made, "base") == made
    assert scenario_changes(made, "base").is_empty()


def test_the_hub_itself_stays() -> None:
    made = hub(x=change("set = { units = 1 }"))
    before = made.digest
    changed = apply_scenario(made, "x")
    assert hub().digest == before
    assert changed.digest != before
    assert changed.scenarios == made.scenarios


def test_scenarios_can_be_made_in_python() -> None:
    made = hub()
    halved = Scenario(
        "half", "Half", (Change("demand", {"market": ["FR"]}, multiply={"units": 0.5}),)
    )
    assert units(apply_scenario(made, halved))["A", "FR", 2] == 500
    again, problems = Scenario.from_toml(halved.to_toml(), "half")
    assert problems == []
    assert again == halved


# ---- what changed


def test_changes_are_listed_cell_by_cell() -> None:
    text = (
        change('set = { end = "2026-02" }', "hub")
        + change('where = { model = "A", market = "KR" }\nmultiply = { units = 1.5 }')
        + change('where = { model = "B", market = "KR", month = "2026-03" }\ndelete = true')
        + change('insert = { yard = "port", start = "2026-01", capacity = 500 }', "yard")
    )
    listed = scenario_changes(hub(x=text), "x")
    assert listed.columns == ["table", "row", "column", "before", "after"]
    assert set(listed.dtypes) == {pl.String}
    assert listed.rows() == [
        ("hub", "", "end", "2026-03", "2026-02"),
        ("demand", "A / KR / 2026-01", "units", "1000", "1500"),
        ("demand", "A / KR / 2026-02", "units", "1000", "1500"),
        ("demand", "A / KR / 2026-03", "units", "1000", "1500"),
        (
            "demand",
            "B / KR / 2026-03",
            "(row)",
            "units 1000, price 20000, lost_penalty 1000, late_penalty 100",
            "",
        ),
        ("yard", "port / 2026-01", "(row)", "", "capacity 500"),
    ]


def test_changes_that_change_nothing_are_not_listed() -> None:
    assert scenario_changes(hub(x=change("set = { units = 1000 }")), "x").is_empty()


# ---- what is refused


@pytest.mark.parametrize(
    ("text", "row", "column", "value", "rule", "hint"),
    [
        (change("set = { units = 1 }", "demnd"), 2, "table", "demnd", "no such table", "'demand'"),
        (change("set = { unit = 1 }"), 3, "set.unit", None, "no such field", "'units'"),
        (
            change('where = { modl = "A" }\nset = { units = 1 }'),
            3,
            "where.modl",
            None,
            "table demand has no such field",
            "'model'",
        ),
        (change('set = { units = "1,5" }'), 3, "set.units", "1,5", "must be a number", "1.5"),
        (change('set = { basis = "guess" }'), 3, "set.basis", "guess", "must be one of", ""),
        (change("set = { units = true }"), 3, "set.units", "true", "must not be true", ""),
        (change("set = { units = [1, 2] }"), 3, "set.units", "[1, 2]", "must be one value", ""),
        (
            change('where = { month = "2026-02-29" }\nset = { units = 1 }'),
            3,
            "where.month",
            "2026-02-29",
            "no 29 February in 2026",
            "2026-02-28",
        ),
        (
            change('where = { month = "2026-03..2026-01" }\nset = { units = 1 }'),
            3,
            "where.month",
            "2026-03..2026-01",
            "the range ends before it starts",
            "2026-01..2026-03",
        ),
        (
            change("where = { model = [] }\nset = { units = 1 }"),
            3,
            "where.model",
            "[]",
            "the list is empty",
            "",
        ),
        (change("multiply = { model = 2 }"), 3, "multiply.model", "2", "is no number", "Use set"),
        (change('add = { units = "2" }'), 3, "add.units", "2", "takes a plain number", ""),
        (change("sett = { units = 1 }"), 3, "sett", None, "an unknown key", "'set'"),
        (change(""), 1, None, None, "changes nothing", "set, multiply, add, insert, delete"),
        (change("set = 5"), 3, "set", "5", "must be given by field", "units"),
        (
            change("set = { units = 1 }\ndelete = true"),
            4,
            "delete",
            None,
            "mixes set and delete",
            "for each",
        ),
        (
            change("set = { units = 1 }\nadd = { units = 1 }"),
            4,
            "add",
            None,
            "changes units twice",
            "for each",
        ),
        ("[change]\ntable = 'demand'\n", None, "change", None, "[[change]]", "double brackets"),
        ("[[change]]\nset = { units = 1 }\n", 1, "table", None, "must name its table", "demand"),
        ('titel = "x"\n', 1, "titel", None, "no such key", "'title'"),
        ("title = 5\n", 1, "title", "5", "must be text", ""),
        ("title = x\n", 1, None, "title = x", "not valid TOML", "double quotes"),
        (
            change('insert = { model = "A", month = "2026-01" }'),
            3,
            "insert.market",
            None,
            "the inserted row needs market",
            "",
        ),
        (
            change(
                'insert = { model = "A", market = "KR", month = "2026-01..2026-03", units = [1] }'
            ),
            3,
            "insert",
            None,
            "month has 3, units has 1",
            "one value for each month",
        ),
        (
            change('insert = { model = "A", market = "KR", month = "2026-14", units = 1 }'),
            3,
            "insert.month",
            "2026-14",
            "there is no month 14",
            "",
        ),
        (
            change('where = { model = "A" }\ninsert = { model = "A" }'),
            3,
            "where",
            None,
            "insert takes no where",
            "take 'where' out",
        ),
        (
            change('basis = "guess"\nset = { units = 1 }'),
            3,
            "basis",
            "guess",
            "must be one of: reported, derived, assumed",
            "",
        ),
    ],
)
def test_scenarios_that_say_something_wrong(
    text: str, row: int | None, column: str | None, value: str | None, rule: str, hint: str
) -> None:
    only(
        told(text),
        where="scenarios/x.toml",
        row=row,
        column=column,
        value=value,
        rule=rule,
        hint=hint,
    )


def test_all_problems_of_a_scenario_come_at_once() -> None:
    text = change("set = { unit = 1 }") + change("sett = {}") + change("delete = true", "dmnd")
    assert [(p.row, p.column) for p in told(text)] == [(3, "set.unit"), (6, "sett"), (8, "table")]


@pytest.mark.parametrize(
    ("where", "column", "value", "hint"),
    [
        ('{ market = ["FR", "Fr4nce"] }', "where.market", "Fr4nce", "Known names: FR, KR."),
        ('{ model = ["A", "b"] }', "where.model", "b", "Did you mean 'B'?"),
        ('{ model = "!=PS4" }', "where.model", "PS4", "Known names: A, B."),
        ('{ month = ["2026-01", "2027-01"] }', "where.month", "2027-01", "from 2026-01 to 2026-03"),
    ],
)
def test_values_of_conditions_that_no_row_has(
    where: str, column: str, value: str, hint: str
) -> None:
    found = refused(change(f"where = {where}\nset = {{ units = 1 }}"))
    only(found, column=column, value=value, row=3, rule="no row of demand has this", hint=hint)


@pytest.mark.parametrize(
    ("where", "column", "value", "hint"),
    [
        ('{ model = "PS4" }', "where.model", "PS4", "Known names: A, B."),
        ('{ market = "fr" }', "where.market", "fr", "Did you mean 'FR'?"),
        ('{ month = "2027-01" }', "where.month", "2027-01", "from 2026-01 to 2026-03"),
        ('{ model = "A", price = 20000 }', "where", None, "no row meets them all"),
    ],
)
def test_conditions_that_no_row_meets(
    where: str, column: str, value: str | None, hint: str
) -> None:
    found = refused(change(f"where = {where}\nset = {{ units = 1 }}"))
    only(
        found,
        where="scenarios/x.toml",
        row=3,
        column=column,
        value=value,
        rule="change 1: no row of demand meets the conditions",
        hint=hint,
    )


def test_the_changed_hub_is_checked() -> None:
    text = (
        change('where = { model = "A", market = "KR" }\nset = { units = -1 }')
        + change('insert = { model = "A", market = "XX", month = "2026-01", units = 1 }')
        + change('insert = { model = "B", market = "KR", month = "2026-01", units = 1 }')
        + change('where = { model = "B" }\nset = { sop = "2026-02-01" }', "models")
    )
    found = refused(text)
    for row in (2, 3, 4):
        only(found, where="demand with scenarios/x.toml", row=row, column="units", value="-1")
    only(found, where="scenarios/x.toml, change 2", row=None, column="market", value="XX")
    only(
        found,
        where="scenarios/x.toml, change 3",
        column="model",
        rule="the same model B, market KR, month 2026-01 stands in row 8 already",
        hint="set and where",
    )
    where = "demand with scenarios/x.toml"
    only(found, where=where, row=8, column="month", rule="start of production")


def test_whole_numbers_stay_whole() -> None:
    found = refused(change("multiply = { shifts = 1.5 }", "patterns"))
    only(found, row=3, column="multiply.shifts", value="1.5", rule="must stay a whole number")
    text = change("add = { shifts = 1 }", "patterns")
    assert apply_scenario(hub(x=text), "x")["patterns"]["shifts"].to_list() == [2]


def test_unknown_scenarios() -> None:
    with pytest.raises(DataError) as caught:
        apply_scenario(hub(polestar="title = 'x'\n"), "polster")
    only(caught.value.problems, value="polster", rule="no such scenario", hint="'polestar'")
    found = refused('extends = "y"\n')
    only(found, where="scenarios/x.toml", column="extends", value="y", rule="no such scenario")


def test_scenarios_do_not_extend_each_other_in_a_ring() -> None:
    made = hub(a='extends = "b"\n', b='extends = "a"\n')
    with pytest.raises(DataError) as caught:
        apply_scenario(made, "a")
    only(caught.value.problems, column="extends", rule="in a ring", value="a extends b extends a")


@pytest.mark.parametrize("name", ["a/b", "..", "", ".hidden", "a\nb"])
def test_names_that_scenarios_cannot_have(name: str) -> None:
    with pytest.raises(DataError) as caught:
        hub_from_tables(tiny_hub(), {name: Scenario(name)})
    only(caught.value.problems, column="scenario", value=name)


def test_checking_a_folder_applies_each_scenario(tmp_path: Path) -> None:
    path = write_hub(hub(), tmp_path / "hub")
    (path / "scenarios").mkdir()
    (path / "scenarios" / "x.toml").write_text(
        change('where = { model = "Z" }\nset = { units = 1 }')
    )
    (path / "scenarios" / "y.txt").write_text("")
    (path / "scenarios" / "notes.md").write_text("")
    checked, found = check_hub(path)
    assert checked is None
    only(found, where="scenarios/y.txt", rule="this is no scenario", hint="NAME.toml")
    (path / "scenarios" / "y.txt").unlink()
    checked, found = check_hub(path)
    assert checked is not None
    only(found, where="scenarios/x.toml", row=3, value="Z")
    assert read_hub(path) == checked


def test_a_base_of_its_own() -> None:
    made = hub(base=change("set = { units = 5 }"))
    assert set(units(apply_scenario(made, "base")).values()) == {5}


def test_changes_are_data(tmp_path: Path) -> None:
    values: dict[str, Any] = {"units": 3.5, "price": 10, "basis": "assumed"}
    scenario = Scenario(
        "x",
        'with "quotes"',
        (
            Change("demand", where={"month": "2026-01"}, set=values, why="talks\nof May"),
            Change("yard", insert=({"yard": "p", "start": "2026-01", "capacity": 5},)),
            Change("contracts", where={"contract": "C"}, delete=True),
        ),
    )
    made = hub_from_tables(tiny_hub(contracts=CONTRACTS), {"x": scenario})
    again = read_hub(write_hub(made, tmp_path / "hub"))
    assert again.scenarios["x"] == scenario
    assert again == made
