"""A folder and a workbook hold a hub without loss."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinho.hub import (
    Change,
    Hub,
    Scenario,
    check_hub,
    hub_from_tables,
    read_hub,
    write_blank,
    write_hub,
)
from tests.budget import examples
from tests.hub.faults import laid
from tests.hubs import tiny_hub

FORMS = ("hub", "hub.xlsx")

texts = st.one_of(
    st.sampled_from(
        [
            "=1+1",
            "+1",
            "-",
            "@x",
            "007",
            "1e5",
            "1,5",
            "TRUE",
            "NA",
            "null",
            "2026-03-01",
            "_x0041_",
            "'quoted'",
            '"double"',
            "르노코리아",
            "a\nb",
            "tab\there",
            "http://example.org/a?b=c&d=<e>",
            "mailto:x@example.org",
            "{=x}",
            "😀",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn"))),
)
names = texts.map(lambda text: " ".join(text.replace(";", ",").split())).filter(
    lambda text: bool(text) and text != "all"
)
amounts = st.one_of(
    st.sampled_from([0.1 + 0.2, 1 / 3, 1e-300, 5e-324, 1234567.0000000002, 1e7]), st.floats(0, 1e7)
)
months = st.dates(dt.date(1950, 1, 1), dt.date(2199, 12, 1)).map(lambda day: day.replace(day=1))


@st.composite
def hubs(draw: st.DrawFn) -> Hub:
    """Draw a hub with odd names, texts, numbers and dates that breaks no rule."""
    model, market, brand = draw(names), draw(names), draw(names)
    start = draw(months)
    tables: dict[str, Any] = tiny_hub(
        hub={
            "name": draw(names),
            "currency": draw(names),
            "start": start,
            "end": start,
            "ceu_area": draw(st.floats(0.1, 1000)),
            "weekend": draw(st.sampled_from(["", "sat;sun", "none", "fri"])),
            "public_holidays": False,
            "source": draw(texts),
        },
        brands=[{"brand": brand, "owner": draw(texts)}],
        loads=[{"item": model, "shop": "paint", "load": draw(st.floats(1e-6, 1e6))}],
        markets=[{"market": market, "country": "KR", "region": draw(names), "route": "domestic"}],
        freight=[],
        sailings=[],
    )
    tables["models"] = [
        tables["models"][0]
        | {
            "model": model,
            "brand": brand,
            "sop": draw(st.none() | st.dates(dt.date(1950, 1, 1), start)),
            "stock_cost": draw(amounts),
            "source": draw(texts),
            "basis": draw(st.sampled_from(["reported", "derived", "assumed", ""])),
        }
    ]
    tables["demand"] = [
        {"model": model, "market": market, "month": month, "units": draw(amounts), "price": 1}
        for month in draw(st.lists(st.just(start), min_size=1, max_size=1))
    ]
    tables["calendar"] = [
        {
            "start": day,
            "kind": "company",
            "share": draw(st.none() | st.floats(0, 1)),
            "note": draw(texts),
        }
        for day in draw(
            st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2199, 12, 31)), max_size=3, unique=True)
        )
    ]
    tables["contracts"] = [
        {
            "contract": draw(names),
            "brand": brand,
            "models": draw(st.sampled_from(["", model])),
            "start": start,
            "end": start,
            "hard": draw(st.booleans()),
            "fee": draw(amounts),
        }
    ]
    change = Change("demand", set={"source": draw(texts)}, why=draw(texts))
    scenarios = {"x": Scenario("x", draw(texts), (change,)), "y": "# 주석\ntitle = 'y'\n"}
    return hub_from_tables(tables, scenarios)


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hub=hubs())
def test_what_is_written_is_read_back(hub: Hub) -> None:
    with tempfile.TemporaryDirectory() as place:
        for form in FORMS:
            path = write_hub(hub, Path(place) / form)
            again = read_hub(path)
            for name, table in hub.tables.items():
                assert again[name].equals(table, null_equal=True), (form, name)
            assert again.digest == hub.digest, form
            assert dict(again.scenarios) == dict(hub.scenarios), form
            assert again == hub


def test_from_folder_to_workbook_and_back(tmp_path: Path) -> None:
    hub = hub_from_tables(tiny_hub(), {"a": 'title = "A"\n', "b": '# note\ntitle = "B"\n'})
    folder = write_hub(hub, tmp_path / "one")
    book = write_hub(read_hub(folder), tmp_path / "two.xlsx")
    back = write_hub(read_hub(book), tmp_path / "three")
    for file in sorted(folder.rglob("*.*")):
        assert (back / file.relative_to(folder)).read_bytes() == file.read_bytes(), file.name
    assert read_hub(back) == hub


@pytest.mark.parametrize("form", FORMS)
def test_the_same_hub_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    hub = hub_from_tables(tiny_hub(), {"a": 'title = "A"\n'})
    one, two = write_hub(hub, tmp_path / "1" / form), write_hub(hub, tmp_path / "2" / form)
    if one.is_file():
        assert one.read_bytes() == two.read_bytes()
        return
    files = sorted(path.relative_to(one) for path in one.rglob("*"))
    assert files == sorted(path.relative_to(two) for path in two.rglob("*"))
    for file in files:
        if (one / file).is_file():
            assert (one / file).read_bytes() == (two / file).read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_overwritten_unasked(tmp_path: Path, form: str) -> None:
    hub = hub_from_tables(tiny_hub())
    path = write_hub(hub, tmp_path / form)
    with pytest.raises(FileExistsError, match="exists already"):
        write_hub(hub, path)
    with pytest.raises(FileExistsError, match="exists already"):
        write_blank(path)
    other = hub_from_tables(tiny_hub(hub={"name": "Other"}))
    write_hub(other, path, force=True)
    assert read_hub(path) == other


def test_own_files_in_a_folder_stay(tmp_path: Path) -> None:
    yard = [{"yard": "port", "start": "2026-01", "capacity": 5}]
    hub = hub_from_tables(tiny_hub(yard=yard), {"old": 'title = "old"\n'})
    path = write_hub(hub, tmp_path / "hub")
    (path / "notes.md").write_text("mine")
    (path / "scenarios" / "README.md").write_text("mine")
    smaller = hub_from_tables(tiny_hub(), {"new": 'title = "new"\n'})
    write_hub(smaller, path, force=True)
    assert (path / "notes.md").read_text() == "mine"
    assert (path / "scenarios" / "README.md").read_text() == "mine"
    assert not (path / "yard.csv").exists()
    assert read_hub(path) == smaller


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("x")
    (tmp_path / "hub.xlsx").mkdir()
    hub = hub_from_tables(tiny_hub())
    for form in FORMS:
        with pytest.raises(FileExistsError):
            write_hub(hub, tmp_path / form, force=True)


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    hub = hub_from_tables(tiny_hub())
    (tmp_path / "hub").mkdir()
    assert read_hub(write_hub(hub, tmp_path / "hub")) == hub
    assert [path.name for path in tmp_path.iterdir()] == ["hub"], "nothing is left beside it"


def test_letters_beyond_ascii_are_marked_for_spreadsheets(tmp_path: Path) -> None:
    hub = hub_from_tables(tiny_hub(brands=[{"brand": "Acme", "owner": "르노"}]))
    path = write_hub(hub, tmp_path / "hub")
    assert (path / "brands.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not (path / "shops.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    table=st.sampled_from(sorted(set(tiny_hub()) - {"hub"})),
    row=st.integers(0, 11),
    column=st.integers(0, 8),
    cell=st.one_of(texts, amounts.map(repr), st.sampled_from(["", ";", "-1", "1e400", "#REF!"])),
)
def test_whatever_stands_in_a_cell_is_read_or_told(
    table: str, row: int, column: int, cell: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = laid(Path(place) / "hub")
        lines = (path / f"{table}.csv").read_text().splitlines()
        cells = lines[1 + row % (len(lines) - 1)].split(",")
        cells[column % len(cells)] = '"' + cell.replace('"', '""') + '"'
        lines[1 + row % (len(lines) - 1)] = ",".join(cells)
        (path / f"{table}.csv").write_text("\n".join(lines), encoding="utf-8")
        hub, problems = check_hub(path)
        assert (hub is None) == any(problem.severity == "error" for problem in problems)
        assert all(str(problem) for problem in problems)
