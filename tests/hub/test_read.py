"""Folders as planners bring them: what is wrong is told with its place, all at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from sinho.errors import DataError
from sinho.hub import check_hub, hub_from_tables, read_hub, schema, write_blank, write_hub
from tests.hub.faults import edit, errors, folder, only, problems, with_row
from tests.hubs import tiny_hub


def test_a_hub_is_read_with_types_and_defaults(tmp_path: Path) -> None:
    hub = read_hub(folder(tmp_path))
    assert set(hub.tables) == set(schema.TABLES)
    for name, table in hub.tables.items():
        assert dict(table.schema) == dict(schema.empty(name).schema), name
    assert hub["loads"]["load"].to_list() == [1.0] * 4
    assert hub["contracts"].is_empty()
    assert hub["demand"]["month"][0] == dt.date(2026, 1, 1)
    assert hub.origin.endswith("hub")


def test_settings(tmp_path: Path) -> None:
    path = folder(tmp_path, hub={"weekend": "fri;sat", "stow_gap": 100})
    settings = read_hub(path).settings
    assert settings.start == dt.date(2026, 1, 1)
    assert settings.end == dt.date(2026, 3, 1)
    assert settings.weekend == {4, 5}
    assert settings.public_holidays is False
    assert settings.ceu_area == 6.39375
    assert settings.stow_gap == 100


def test_a_plant_may_work_on_every_day(tmp_path: Path) -> None:
    path = folder(tmp_path, hub={"weekend": "none"})
    assert read_hub(path).settings.weekend == frozenset()


def test_settings_may_use_the_types_of_toml(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "hub.toml", 'weekend = "sat;sun"', 'weekend = ["fri", "sat"]')
    edit(path / "hub.toml", 'start = "2026-01"', "start = 2026-01-01")
    settings = read_hub(path).settings
    assert settings.weekend == {4, 5}
    assert settings.start == dt.date(2026, 1, 1)


def test_headings_may_carry_units(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "demand.csv", "units,price", "units [cars],price [Currency/Car]")
    assert read_hub(path)["demand"]["units"].sum() == 12000


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_byte_order_marks_and_line_ends_do_not_matter(
    tmp_path: Path, mark: bytes, end: bytes
) -> None:
    path = folder(tmp_path)
    before = read_hub(path).digest
    for file in path.glob("*.csv"):
        file.write_bytes(mark + file.read_bytes().replace(b"\n", end))
    assert read_hub(path).digest == before


def test_notes_and_hidden_files_are_ignored(tmp_path: Path) -> None:
    path = folder(tmp_path)
    for name in ("README", "README.txt", "notes.md", ".DS_Store", "~$demand.xlsx", "plan.pdf"):
        (path / name).write_text("x")
    assert problems(path) == ()


def test_columns_may_stand_in_any_order_and_rows_may_be_blank(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "brands.csv").write_text("\nowner,brand\n,,\n\nAcme Group,Acme\n,\n")
    assert read_hub(path)["brands"].select("brand", "owner").rows() == [("Acme", "Acme Group")]


def test_there_is_no_such_folder(tmp_path: Path) -> None:
    (tmp_path / "myplant").mkdir()
    with pytest.raises(DataError) as caught:
        read_hub(tmp_path / "myplan")
    only(caught.value.problems, rule="no such folder or workbook", hint="Did you mean 'myplant'?")


def test_not_a_folder(tmp_path: Path) -> None:
    path = folder(tmp_path)
    only(problems(path / "demand.csv"), rule="neither a folder nor", hint=str(path))
    only(problems(path / "hub.toml"), rule="neither a folder nor", hint=str(path))
    (tmp_path / "old.xls").write_bytes(b"")
    only(problems(tmp_path / "old.xls"), where="old.xls", hint="Save the workbook as .xlsx")


def test_missing_settings(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "hub.toml").unlink()
    only(problems(path), where="hub.toml", rule="the file is missing", hint="name, country, start")


def test_missing_file(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "shops.csv").unlink()
    found = errors(problems(path))
    only(found, where="shops.csv", rule="the file is missing", hint="Shops of the plant")
    assert len(found) == 1, "references to a missing table are not judged"


def test_misspelt_file(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "shops.csv").rename(path / "shop.csv")
    found = problems(path)
    only(found, where="shops.csv", rule="missing", hint="Did you mean 'shop.csv'? Rename it")
    only(found, where="shop.csv", rule="no table of this name", hint="Did you mean 'shops'?")


def test_files_that_are_taken_for_tables(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "hub.csv").write_text("name\nx\n")
    (path / "yard.xlsx").write_bytes(b"")
    (path / "gadgets.csv").write_text("a\n1\n")
    (path / "scenario").mkdir()
    found = problems(path)
    only(found, where="hub.csv", hint="hub.toml")
    only(found, where="yard.xlsx", hint="Save it as yard.csv")
    only(found, where="gadgets.csv", hint="Take it out of the folder")
    only(found, where="scenario", hint="Call it 'scenarios'")


def test_wrong_column(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "demand.csv", "units", "unit")
    found = problems(path)
    only(found, where="demand.csv", row=1, column="unit", hint="Did you mean 'units'?")
    only(found, where="demand.csv", row=1, column="units", rule="the column is missing")
    assert len(errors(found)) == 2, "cells of a missing column are not listed one by one"


def test_doubled_column(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "brands.csv", "owner", "brand")
    only(problems(path), where="brands.csv", row=1, column="brand", rule="stands twice")


def test_column_without_heading(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "brands.csv").write_text("brand,,owner\nAcme,remark,x\n")
    only(
        problems(path),
        where="brands.csv",
        row=1,
        rule="column B holds cells but has no heading",
        value="remark",
    )


def test_wrong_unit_in_heading(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "models.csv", "length", "length [cm]")
    only(
        problems(path),
        where="models.csv",
        row=1,
        column="length",
        value="cm",
        rule="the unit of this column is mm",
        hint="length [mm]",
    )


def test_settings_that_are_wrong(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "hub.toml", "currency =", "curency =")
    edit(path / "hub.toml", 'end = "2026-03"', 'end = "March 2026"')
    edit(path / "hub.toml", 'country = "KR"', "")
    found = problems(path)
    line = 1 + (path / "hub.toml").read_text().splitlines().index('end = "March 2026"')
    only(found, where="hub.toml", column="curency", hint="Did you mean 'currency'?")
    only(found, where="hub.toml", row=line, column="end", value="March 2026", hint="Write 2026-03.")
    only(found, where="hub.toml", column="country", rule="the setting is missing")


def test_settings_that_are_no_toml(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "hub.toml").write_text('name = "x"\ncountry = KR\n')
    only(problems(path), where="hub.toml", row=2, value="country = KR", rule="not valid TOML")


def test_korean_windows_encoding(tmp_path: Path) -> None:
    path = folder(tmp_path)
    text = "brand,owner\nAcme,르노 그룹\nB,x\nB,y\n"
    (path / "brands.csv").write_bytes(text.encode("cp949"))
    found = problems(path)
    only(
        found,
        where="brands.csv",
        row=2,
        rule="saved in a Korean Windows encoding (cp949)",
        value="Acme,르노 그룹",
        hint="CSV UTF-8",
    )
    only(found, where="brands.csv", row=4, rule="stands in row 3 already")


def test_korean_syllables_beyond_the_standard_set(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "brands.csv").write_bytes("brand,owner\nAcme,똠방 본사 자료\n".encode("cp949"))
    only(problems(path), where="brands.csv", rule="cp949")


def test_other_encodings(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "brands.csv").write_bytes("brand,owner\nAcme,Société générale\n".encode("latin-1"))
    only(problems(path), where="brands.csv", row=2, rule="another encoding", hint="CSV UTF-8")
    (path / "brands.csv").write_bytes("brand\towner\nAcme\tx\n".encode("utf-16"))
    found = problems(path)
    only(found, where="brands.csv", rule="UTF-16", hint="CSV UTF-8")
    only(found, where="brands.csv", rule="separated by tabs")


def test_korean_settings_and_scenarios(tmp_path: Path) -> None:
    path = folder(tmp_path)
    text = (path / "hub.toml").read_text().replace('"Tiny"', '"부산 공장"')
    (path / "hub.toml").write_bytes(text.encode("cp949"))
    (path / "scenarios").mkdir()
    (path / "scenarios" / "a.toml").write_bytes('title = "두 교대"\n'.encode("cp949"))
    found = problems(path)
    only(found, where="hub.toml", row=2, rule="cp949")
    only(found, where="scenarios/a.toml", row=1, rule="cp949")


def test_semicolons(tmp_path: Path) -> None:
    path = folder(tmp_path)
    text = (path / "demand.csv").read_text().replace(",", ";").replace("1000;15000", "1000,5;15000")
    (path / "demand.csv").write_text(text)
    found = problems(path)
    only(found, where="demand.csv", row=1, rule="separated by semicolons", hint="comma delimited")
    only(found, where="demand.csv", row=2, column="units", value="1000,5", hint="Write 1000.5")


def test_short_and_long_rows(tmp_path: Path) -> None:
    path = folder(tmp_path)
    lines = (path / "demand.csv").read_text().splitlines()
    lines[2] = "A,KR,2026-02,1,500,15000,1000,100,,,,,"
    lines[4] = "A,FR,2026-01"
    (path / "demand.csv").write_text("\n".join(lines))
    found = errors(problems(path))
    only(found, where="demand.csv", row=3, rule="13 cells under 12 headings", hint="double quotes")
    only(found, where="demand.csv", row=5, column="units", rule="3 cells under 12 headings")
    assert len(found) == 2, "the cells of such rows are not judged"


def test_empty_columns_at_the_right_are_no_matter(tmp_path: Path) -> None:
    path = folder(tmp_path)
    text = (path / "demand.csv").read_text()
    before = read_hub(path).digest
    (path / "demand.csv").write_text(text.replace("\n", ",,\n"))
    assert read_hub(path).digest == before


def test_quotes_commas_and_line_breaks_in_text(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "brands.csv").write_text('brand,owner\nAcme,"a ""b"", c\nd"\nB,6" gun\n')
    assert read_hub(path)["brands"]["owner"].to_list() == ['a "b", c\nd', '6" gun']


def test_row_numbers_count_blank_rows_and_breaks_within_cells(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "brands.csv").write_text('brand,owner\n"Acme","a\nb"\n\nB,x\n,y\n')
    only(problems(path), where="brands.csv", row=5, column="brand", rule="must be given")


def test_empty_files(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "shops.csv").write_text("")
    (path / "groups.csv").write_text("group\n")
    (path / "yard.csv").write_text("yard,start,capacity\n")
    found = errors(problems(path))
    only(found, where="shops.csv", rule="the file is empty")
    only(found, where="groups.csv", rule="the table has no rows", hint="group")
    assert len(found) == 2, "a table that may be empty is not reported"


def test_a_folder_of_headings_asks_for_what_is_needed(tmp_path: Path) -> None:
    path = write_blank(tmp_path / "new")
    found = problems(path)
    assert {problem.where for problem in found} == {
        "hub.toml",
        *(f"{name}.csv" for name in schema.REQUIRED if name != "hub"),
    }


def test_ten_faults_come_in_one_run_in_the_order_of_the_input(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "hub.toml", 'end = "2026-03"', 'end = "2026-02-29"')
    edit(path / "models.csv", "HEV", "Hybrid-X")
    (path / "groups.csv").write_bytes("group,source\nmain,자료\n".encode("cp949"))
    edit(path / "shops.csv", "availability", "availabilty")
    edit(path / "markets.csv", "Le Havre", "")
    demand = path / "demand.csv"
    edit(demand, "A,KR,2026-01,1000", "A,KR,2026-01,-20")
    edit(demand, "A,KR,2026-02,1000", 'A,KR,2026-02,"1,5"')
    edit(demand, "A,FR,2026-01", "AA,FR,2026-01")
    edit(demand, "B,KR,2026-02", "B,KR,2026-01")
    edit(demand, "B,FR,2026-03,1000", "B,FR,2026-03,a thousand")
    (path / "freight.csv").write_text("lane;mode\nEurope;vessel\n")
    (path / "scenarios").mkdir()
    (path / "scenarios" / "x.toml").write_text('[[change]]\ntable = "demand"\nset = { unit = 1 }\n')
    hub, found = check_hub(path)
    assert hub is None
    places = [(p.where, p.row, p.column, p.value) for p in errors(found)]
    assert places == [
        ("hub.toml", 10, "end", "2026-02-29"),
        ("models.csv", 3, "powertrain", "Hybrid-X"),
        ("groups.csv", 2, None, "main,자료"),
        ("shops.csv", 1, "availabilty", None),
        ("markets.csv", 3, "port", None),
        ("demand.csv", 2, "units", "-20"),
        ("demand.csv", 3, "units", "1,5"),
        ("demand.csv", 5, "model", "AA"),
        ("demand.csv", 9, "model", "B"),
        ("demand.csv", 13, "units", "a thousand"),
        ("freight.csv", 1, None, "lane;mode"),
        ("freight.csv", 1, "start", None),
        ("freight.csv", 1, "cost", None),
        ("scenarios/x.toml", 3, "set.unit", None),
    ]
    with pytest.raises(DataError) as caught:
        read_hub(path)
    assert list(caught.value.problems) == errors(found)
    assert str(caught.value).startswith("14 problems in the input:")


def test_more_than_twenty_offenders_are_counted(tmp_path: Path) -> None:
    path = folder(tmp_path)
    rows = [f"B{n},x;y{n}" for n in range(30)]
    (path / "brands.csv").write_text(
        "brand,basis\nAcme,\n" + "\n".join(r.replace(";", "") for r in rows)
    )
    found = [p for p in problems(path) if p.where == "brands.csv"]
    assert [p.row for p in found] == [*range(3, 23), None]
    assert found[-1].rule.startswith("10 more cells")
    assert found[-1].column == "basis"


def test_tables_of_python_take_frames_rows_and_columns() -> None:
    tables = tiny_hub()
    rows = hub_from_tables(tables)
    columns = hub_from_tables(
        tables | {"shops": {k: [r[k] for r in tables["shops"]] for k in tables["shops"][0]}}
    )
    frames = hub_from_tables(
        tables
        | {
            "demand": pl.DataFrame(tables["demand"]).with_columns(
                pl.col("month").str.to_date("%Y-%m")
            )
        }
    )
    assert rows.digest == columns.digest == frames.digest
    assert rows == columns == frames


def test_tables_of_python_take_dates_lists_and_hub_frames() -> None:
    contract = {
        "contract": "C",
        "brand": "Acme",
        "models": ["A", "B"],
        "start": dt.date(2026, 1, 1),
        "end": "2026-03",
        "hard": True,
    }
    hub = hub_from_tables(tiny_hub(contracts=[contract]))
    assert hub["contracts"]["models"].to_list() == ["A;B"]
    assert hub["contracts"]["hard"].to_list() == [True]
    assert hub_from_tables(hub.tables) == hub


def test_problems_of_python_tables_name_table_and_row() -> None:
    with pytest.raises(DataError) as caught:
        hub_from_tables(
            tiny_hub(
                demand=[
                    *with_row("demand", 1, {"units": float("nan")}),
                    {"model": "A", "market": "KR", "month": dt.date(2026, 5, 2), "units": 1},
                ],
                shops=with_row("shops", 0, {"installed_rate": -1, "manned_rate": float("inf")}),
                brand=[{"brand": "x"}],
            )
        )
    found = caught.value.problems
    only(found, where="table demand", row=3, column="units", value="NaN", rule="NaN is none")
    only(
        found,
        where="table demand",
        row=14,
        column="month",
        value="2026-05-02",
        hint="Write 2026-05",
    )
    only(
        found,
        where="table shops",
        row=2,
        column="installed_rate",
        value="-1",
        rule="at least 0.001",
    )
    only(found, where="table shops", row=2, column="manned_rate", value="inf", rule="inf is none")
    only(found, where="table brand", rule="no such table", hint="Did you mean 'brands'?")


def test_a_missing_python_table() -> None:
    with pytest.raises(DataError) as caught:
        hub_from_tables(tiny_hub(shops=None))
    only(caught.value.problems, where="table shops", rule="the table is missing")


def test_the_digest_follows_the_content_alone(tmp_path: Path) -> None:
    hub = hub_from_tables(tiny_hub())
    again = read_hub(write_hub(hub, tmp_path / "b"))
    assert again.digest == hub.digest
    assert len(hub.digest) == 64
    for table, row, values in (
        ("demand", 3, {"units": 1000.0000000000001}),
        ("demand", 3, {"source": "x"}),
        ("models", 1, {"sop": "2026-01-01"}),
    ):
        changed = hub_from_tables(tiny_hub(**{table: with_row(table, row, values)}))
        assert changed.digest != hub.digest


# ---- one fault, one problem


def test_a_misspelt_table_is_not_missed_elsewhere(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "freight.csv").rename(path / "freights.csv")
    only(problems(path), where="freights.csv", hint="Did you mean 'freight'?")
    assert len(problems(path)) == 1


def test_headings_below_a_title(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "freight.csv", "lane,", "Freight 2026\n\nlane,")
    found = problems(path)
    only(found, row=1, value="Freight 2026", rule="the headings stand in row 3")
    assert len(found) == 1


def test_a_folder_named_like_a_table_is_told(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "yard.csv").mkdir()
    only(problems(path), where="yard.csv", rule="no file but a folder")


def test_names_in_a_file_of_another_encoding_are_not_judged(tmp_path: Path) -> None:
    brands, models = [{"brand": "Škoda"}], [m | {"brand": "Škoda"} for m in tiny_hub()["models"]]
    for name in ("brands.csv", "models.csv"):
        path = write_hub(
            hub_from_tables(tiny_hub(brands=brands, models=models)), tmp_path / name[:5]
        )
        text = (path / name).read_text(encoding="utf-8-sig")
        (path / name).write_text(text, encoding="iso-8859-2")
        found = problems(path)
        only(found, where=name, rule="the file is not UTF-8")
        assert len(found) == 1


def test_a_row_of_another_width_is_one_problem(tmp_path: Path) -> None:
    path = folder(tmp_path)
    edit(path / "markets.csv", "FR,", "")
    assert len(errors(problems(path))) == 1
