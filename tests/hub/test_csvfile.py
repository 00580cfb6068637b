"""CSV files with quotes, separators and encodings as people and programs leave them."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sinho.cli import app
from sinho.errors import Problem
from sinho.hub import read_hub
from sinho.hub.csvfile import read_csv
from sinho.hub.files import LARGEST
from tests.hub.faults import errors, folder, only, problems

Cells = list[tuple[str | None, ...]]


def read(tmp_path: Path, content: str | bytes) -> tuple[Cells, list[Problem]]:
    path = tmp_path / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    grid, found = read_csv(path)
    return ([] if grid is None else [grid.headings, *grid.cells.rows()]), found


# ---- quotes


@pytest.mark.parametrize(
    ("text", "row", "rule"),
    [
        ('a,b\n1,"summer stop\n2,x\n3,y\n', 2, "not closed in its row"),
        ('a,b\n1,x\n2,"summer stop\n3,"y, z"\n4,w\n', 3, "not closed in its row"),
        ('a,b\n1,x\n2,y\n3,"', 4, "not closed in its row"),
        ('a,b\n"1,x\n2,y\n', 2, "not closed in its row"),
        ('a,b\n1,"x"" \n2,y\n', 2, "not closed in its row"),
        ('a,b\n1,"two\nlines"\n3,"y\n4,z\n', 3, "not closed in its row"),
        ('a,b\n1,"abc"def\n2,x\n', 2, "behind the quote"),
        ('a,b\n1,"abc" "def"\n2,x\n', 2, "behind the quote"),
        ('a,b\n1,""x\n2,y\n', 2, "behind the quote"),
        ('"a"b,c\n1,2\n', 1, "behind the quote"),
        ('a,b,c\n1,the "big, wide" one,3\n', 2, "take in what stands between cells"),
        ('a,b\n5" high,6" wide\n', 2, "take in what stands between cells"),
        ('a;b\n1;"x\n2;y\n', 2, "not closed in its row"),
    ],
)
def test_quotes_that_would_move_text_are_refused(
    tmp_path: Path, text: str, row: int, rule: str
) -> None:
    cells, found = read(tmp_path, text)
    only(found, where="table.csv", row=row, rule=rule)
    assert {problem.row for problem in errors(found)} <= {1, row}
    assert len(cells) == text.rstrip('\n"').count("\n") + ("two\n" not in text)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,b\n5" screen,x\n', [('5" screen', "x")]),
        ('a,b\n5" screen,"x, y"\n', [('5" screen', "x, y")]),
        ('a,b\nthe "big" one,x\n', [('the "big" one', "x")]),
        ('a,b\n "x, y" ,2\n', [("x, y", "2")]),
        ('a,b\n"x ""y"" z",""\n', [('x "y" z', "")]),
        ('a,b\n"","x"\n', [("", "x")]),
        ('a,b\n"two\nlines",x\n', [("two\nlines", "x")]),
    ],
)
def test_quotes_that_do_no_harm_are_taken(tmp_path: Path, text: str, cells: Cells) -> None:
    rows, found = read(tmp_path, text)
    assert [tuple((cell or "").strip() for cell in row) for row in rows[1:]] == cells
    assert found == []


def test_a_cell_that_reads_like_rows_is_told(tmp_path: Path) -> None:
    cells, found = read(tmp_path, 'a,b\n1,"x\n2,y\n3,q"\n4,z\n')
    assert cells[1:] == [("1", "x\n2,y\n3,q"), ("4", "z")]
    only(found, row=2, rule="takes in 2 lines that read like further rows", severity="warning")


@given(
    st.lists(
        st.lists(st.text('a,;"\n é', max_size=4), min_size=3, max_size=3), min_size=1, max_size=5
    ),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_csv_writer_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoting: int
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=quoting, lineterminator="\n").writerows([["x", "y", "z"], *rows])
    cells, found = read(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert errors(found) == []
    filled = [row for row in rows if "".join(row).strip()]
    assert [[(cell or "").strip() for cell in row] for row in cells[1:]] == [
        [cell.strip() for cell in row] for row in filled
    ]


def test_an_open_quote_does_not_swallow_rows_of_a_hub(tmp_path: Path) -> None:
    path = folder(tmp_path, calendar=[{"start": "2026-02-10", "kind": "company"}])
    (path / "calendar.csv").write_text(
        'start,kind,source\n2026-01-05,company,a\n2026-02-10,company,"summer stop\n'
        "2026-02-11,company,b\n2026-02-12,nothing,c\n"
    )
    found = problems(path)
    only(found, where="calendar.csv", row=3, rule="not closed in its row", value='"summer stop')
    only(found, where="calendar.csv", row=5, column="kind", value="nothing")
    assert len(found) == 2


# ---- separators and encodings


@pytest.mark.parametrize(
    ("head", "sign"),
    [("sep=,", ","), ("SEP=,\r", ","), ("sep=;", ";"), ('"sep=;"', ";"), ("sep=\t", "\t")],
)
def test_a_first_line_may_name_the_separator(tmp_path: Path, head: str, sign: str) -> None:
    path = folder(tmp_path)
    before = read_hub(path).digest
    text = (path / "brands.csv").read_text(encoding="utf-8")
    (path / "brands.csv").write_text(f"{head}\n{text.replace(',', sign)}", encoding="utf-8")
    assert read_hub(path).digest == before
    (path / "brands.csv").write_text(f"{head}\nbrand{sign}owner\n{sign}x\n")
    only(problems(path), where="brands.csv", row=2, column="brand", rule="must be given")


def test_a_first_line_that_names_another_separator(tmp_path: Path) -> None:
    cells, found = read(tmp_path, "sep=;\na,b\n1,2\n")
    assert cells == [("a", "b"), ("1", "2")]
    only(found, row=1, rule="separated by commas")
    assert len(found) == 1


@pytest.mark.parametrize("kind", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_one_problem(tmp_path: Path, kind: str) -> None:
    path = folder(tmp_path)
    for name in ("brands.csv", "demand.csv"):
        text = (path / name).read_text(encoding="utf-8")
        (path / name).write_bytes(text.encode(kind))
    found = problems(path)
    for name in ("brands.csv", "demand.csv"):
        only(found, where=name, rule=f"saved as {kind[:6].upper()}", hint="CSV UTF-8 (comma")
    assert len(found) == 2


# ---- what is no plain file


@pytest.mark.parametrize("name", ["demand.csv", "hub.toml", "scenarios/x.toml"])
@pytest.mark.parametrize("kind", ["pipe", "link to a device", "large"])
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path, name: str, kind: str) -> None:
    path = folder(tmp_path)
    file = path / name
    file.parent.mkdir(exist_ok=True)
    file.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "large":
        with file.open("wb") as content:
            content.truncate(LARGEST + 1)
    else:
        file.symlink_to("/dev/zero")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 3
    want = "MiB, more than the 256 allowed" if kind == "large" else "a pipe, a device or a socket"
    assert f"{name}: the file cannot be read: " in result.stdout
    assert want in result.stdout
