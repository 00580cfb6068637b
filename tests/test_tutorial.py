"""Two pages are run, command by command, and the output compared with what they show.

Numbers may move with a new solver, so digits are not compared; words and tables are. Where the
output has changed on purpose, ``pytest --accept`` rewrites the page. A paragraph of the page is
found in the output by its first line; ``…`` stands for what the page leaves out.
"""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.cli.base import DATA, OK
from tests.budget import LONG
from tests.run.small import cars_alone

PAGES = [
    Path(__file__).resolve().parents[1] / "docs" / name for name in ("tutorial.md", "lines.md")
]
STEP = re.compile(
    r"^```console\n\$ (?P<command>sinho [^\n]*)\n(?P<shown>.*?)^```$"
    r"|^<!-- edit: (?P<file>\S+) row (?P<row>\d+) (?P<cells>[^\n]*) -->$"
    r"|^<!-- (?P<restore>restore) -->$",
    flags=re.M | re.S,
)
CUT = "…"
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"></svg>'


def masked(text: str) -> str:
    """Return the words of a text: digits, widths and rules of tables do not count."""
    text = re.sub(r"\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b", "#", text)
    text = re.sub(r"[−-]?\d[\d,.]*", "#", text)
    return re.sub(r"\s+", " ", re.sub(r"─+", "─", text)).strip()


def paragraphs(text: str) -> list[str]:
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text) if part.strip()]


def chosen(shown: str, output: str) -> str:
    """Return the paragraphs of the output that the page shows, with its cuts."""
    left = paragraphs(output)
    result = []
    for part in paragraphs(shown):
        if part == CUT:
            result.append(part)
            continue
        first = masked(part.splitlines()[0])
        at = next((n for n, p in enumerate(left) if masked(p).startswith(first)), None)
        assert at is not None, f"the output has no paragraph {part.splitlines()[0]!r}"
        found = [line.rstrip() for line in left[at].splitlines()]
        lines = part.splitlines()
        if CUT in lines:
            head, tail = lines.index(CUT), len(lines) - lines.index(CUT) - 1
            found = [*found[:head], CUT, *found[len(found) - tail :]]
        result.append("\n".join(found))
        left = left[at + 1 :]
    return "\n\n".join(result) + "\n" if result else ""


def run(command: str) -> str:
    result = CliRunner().invoke(app, shlex.split(command)[1:], prog_name="sinho")
    assert result.exit_code in (OK, DATA), result.output
    return result.stdout if result.exit_code == OK else result.stdout + result.stderr


def edit(path: Path, row: int, cells: str) -> None:
    """Type values into a row of a CSV file, as a user of the tutorial would."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    names = [heading.split(" [")[0] for heading in rows[0]]
    for cell in cells.split(", "):
        name, value = cell.split(" = ")
        rows[row - 1][names.index(name)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_page_shows_what_is_printed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr("sinho.run.report.write_run_pages", cars_alone)  # pages are not shown
    if not LONG:  # nor are pictures
        monkeypatch.setattr("sinho.report.pictures.svg", lambda *_: BLANK)
    page = path.read_text(encoding="utf-8")
    saved: Path | None = None
    changed: list[tuple[str, str]] = []
    accepted, end = "", 0
    for step in STEP.finditer(page):
        accepted += page[end : step.start()]
        text = step.group()
        if step["file"]:
            target = tmp_path / step["file"]
            saved = Path(shutil.copy(target, tmp_path / "saved"))
            edit(target, int(step["row"]), step["cells"])
        elif step["restore"]:
            assert saved is not None
            shutil.move(saved, target)
        else:
            output = run(step["command"])
            now = chosen(step["shown"], output)
            if masked(now) != masked(step["shown"]):
                changed.append((step["shown"], now))
            text = f"```console\n$ {step['command']}\n{now}```"
        accepted += text
        end = step.end()
    accepted += page[end:]
    if request.config.getoption("--accept"):
        path.write_text(accepted, encoding="utf-8")
        return
    assert changed == [], f"pytest --accept takes the new output into {path.name}"
