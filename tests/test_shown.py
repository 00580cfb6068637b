"""Every command that help, README and documentation show works as it is shown, in that order.

Each page, and the foot of each help text, is a story: its commands are typed one after the other
in a folder that has what a planner brings: a hub of the example, days of his own, an order bank, a
run. What a story makes itself it is not given. So that this takes no hour, the hub's horizon is
half a year, runs are of a week and searches short; SINHO_REQUIRE=long types all as it stands.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sinho.cli import app
from sinho.days.formats import read_day, read_order, write_day, write_order
from sinho.graphs import write_graph
from sinho.materials import Params
from sinho.report import ComparisonFiles, ReportFiles
from sinho.testing.days import generate_day
from sinho.testing.ships import generate_ship
from tests.run.small import cars_alone
from tests.sequence.test_csplib import SEVERAL
from tests.test_docs import PAGES, ROOT, commands, named
from tests.test_tutorial import PAGES as SHOWN_WITH_OUTPUT

WHOLE = "long" in os.environ.get("SINHO_REQUIRE", "")
DAYS = ROOT / "examples" / "days"
OUTPUTS = ("--out", "--report", "--picture", "--moved")
CHEAP = ("--iterations", "500")
PROGRAMME = """
programme = "Polestar 4"
model = "PS4"
[[volume]]
market = "CA"
month = "2026-01..2026-06"
expected = 100
price = 66
"""

NOT_TYPED = {"sinho demo", "sinho demo --out out/demo"}
"""Shown commands that their own tests run (tests/test_busan.py)."""


def feet(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Yield the help texts with the commands at their feet."""
    lines = [line.strip() for line in (command.epilog or "").splitlines()]
    shown = [re.split(r" {3,}", line)[0] for line in lines if line.startswith("sinho ")]
    if shown:
        yield " ".join((*path, "--help")), shown
    for name, inner in getattr(command, "commands", {}).items():
        yield from feet(inner, (*path, name))


def stories() -> dict[str, list[str]]:
    """Return every page and help text that shows commands, with these."""
    pages = {}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = commands(text, "sinho")
        pages[named(page)] = sorted(lines, key=lambda line: text.find(line.split("  ")[0]))
    # of some pages the output is compared, and the input edited, in test_tutorial.py
    told = {named(page) for page in SHOWN_WITH_OUTPUT}
    found = {name: lines for name, lines in pages.items() if lines and name not in told}
    return found | dict(feet(get_command(app), ("sinho",)))


def saved(name: str) -> list[tuple[str, str]]:
    """Return the files that a page has its reader save, with what is to stand in them."""
    text = (ROOT / name).read_text("utf-8") if name.endswith(".md") else ""
    return re.findall(
        r"^[^\n]*[Ss]ave this\s+as\s`([^`]+)`:\n\n```\w*\n(.*?)^```", text, re.M | re.S
    )


def words_of(line: str) -> list[str]:
    """Return the words of a command, without what follows a pipe or a sign of comment."""
    words = shlex.split(line, comments=True)[1:]
    return words[: words.index("|")] if "|" in words else words


def targets(words: list[str]) -> list[str]:
    """Return what a command makes."""
    made = [words[at + 1] for at, word in enumerate(words) if word in OUTPUTS]
    return made + ([words[1]] if words[0] == "new" else [])


def cheaper(words: list[str]) -> list[str]:
    """Return a command that does the same with less effort."""
    if WHOLE or "--help" in words:
        return words
    kept = list(words)
    if words[:2] == ["bench", "simulate"]:
        return [*kept, "--cars", "200"]
    if words[0] in ("sequence", "bench", "load") and "--time" in words:
        at = kept.index("--time")
        del kept[at : at + 2]
    if words[0] in ("sequence", "bench", "load") and "--check" not in words:
        if "--iterations" in kept:
            kept[kept.index("--iterations") + 1] = CHEAP[1]
        else:
            kept += CHEAP
    if words[0] == "quote":
        kept += ["--draws", "5"]
    if words[0] in ("simulate", "buffers"):
        kept += ["--replications", "2"]
    if words[0] == "buffers":
        kept += ["--days", "1", "--time", "20"]
    if words[0] == "run" and "--resume" not in words:
        kept[kept.index("--days") + 1] = "2" if "--former" in words else "5"
        kept += [*CHEAP, "--slot-iterations", "2000"]
    return kept


def copied(path: Path, target: Path) -> Path:
    """Copy a file or a folder."""
    return Path(shutil.copytree(path, target) if path.is_dir() else shutil.copy(path, target))


class Desk:
    """What a planner has, and what has been made before so that it need not be made twice."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stories = folder / "given", folder / "stories"
        self.made: dict[tuple[str, ...], Path] = {}
        self.known: set[tuple[str, ...]] = set()
        self.wrong: list[str] = []
        self.folder.mkdir()
        os.chdir(self.folder)
        self.days()
        self.hubs()

    def days(self) -> None:
        """Bring days of several formats, with sequences, and a ship that is a graph."""
        write_graph("prob1.json", generate_ship(places=20, ports=3))
        shutil.copytree(DAYS / "easy", self.folder / "examples" / "days" / "easy")
        shutil.copytree(DAYS / "busan", self.folder / "examples" / "days" / "busan")
        for name in ("A/022_3_4_EP_RAF_ENP", "B/023_RAF_EP_ENP"):
            write_day(generate_day(12, seed=1), self.folder / "roadef" / name, format="roadef")
        easy = read_day(DAYS / "easy")
        write_day(easy, "mycars.xlsx")
        write_order(easy, easy.idents, "old.csv")
        Path("csplib").mkdir()
        for path in ("data.txt", "csplib/data.txt"):
            Path(path).write_text(SEVERAL, encoding="utf-8")
        roadef = read_day("roadef/A/022_3_4_EP_RAF_ENP")
        write_order(roadef, roadef.idents, "seq.txt")

    def hubs(self) -> None:
        """Bring a hub, its workbook, an order bank, runs, and what was built."""
        self.typed(["new", "myplant", "--from", "busan"])
        if not WHOLE:
            settings = Path("myplant/hub.toml")
            text = re.sub(
                r"^start = .*", 'start = "2026-01"', settings.read_text("utf-8"), flags=re.M
            )
            settings.write_text(re.sub(r"^end = .*", 'end = "2026-06"', text, flags=re.M), "utf-8")
            Path("myplant/programmes/polestar4.toml").write_text(PROGRAMME, encoding="utf-8")
        self.typed(["new", "myplant.xlsx", "--from", "busan", "--excel"])
        for name, out in (("base", "out"), ("base", "out/base"), ("polestar4", "out/polestar4")):
            words = ["plan", "myplant", "--scenario", name, "--no-report", "--out", out]
            self.typed(words)
        Path("programme.toml").write_text(PROGRAMME, encoding="utf-8")
        words = "quote myplant programme.toml --draws 0 --no-report --out out/quote"
        self.typed(words.split())
        self.typed(["orders", "myplant", "--from", "2026-03", "--vins", "--out", "orders.xlsx"])
        shutil.copy("orders.xlsx", "bank.xlsx")
        self.run(
            [
                "run",
                "myplant",
                "--scenario",
                "polestar4",
                "--from",
                "2026-03",
                "--days",
                "20",
                "--out",
                "out/march",
            ]
        )
        words = "sequence out/march --date 2026-03-04 --iterations 500 --out march4.csv"
        self.typed(words.split())
        for name in ("monday", "tuesday", "lots"):
            shutil.copytree("out/march", f"out/{name}")
        for name in ("old", "new"):
            shutil.copytree("out/march/calloffs", name)
        cars = [
            line.split(",") for line in Path("out/march/cars.csv").read_text("utf-8").splitlines()
        ]
        order, date, place = (cars[0].index(name) for name in ("order", "date", "position"))
        rows = [f"{car[order]},{car[date]},{car[place]}" for car in cars[1:] if car[date]]
        Path("actuals.csv").write_text("order,date,position\n" + "\n".join(rows) + "\n", "utf-8")

    def typed(self, words: list[str]) -> None:
        """Type a command; note what it says where it does not work."""
        alike = tuple(words)
        if words[0] in ("plan", "compare", "why", "check") and not {*OUTPUTS} & {*words}:
            if alike in self.known:
                return
            self.known.add(alike)
        result = CliRunner().invoke(app, words, prog_name="sinho")
        if result.exit_code != 0:
            said = " ".join(result.output.split())[-600:]
            self.wrong.append(
                f"{Path.cwd()}: sinho {shlex.join(words)}: {result.exit_code}: {said}"
            )

    def run(self, words: list[str]) -> None:
        """Type a command that makes a run, unless the same one made it before."""
        out = Path(words[words.index("--out") + 1])
        typed = cheaper(words)
        at = typed.index("--seed") if "--seed" in words else len(typed)
        key = tuple(word for word in (*typed[:at], *typed[at + 2 :]) if word != str(out))
        if "--former" in words or "--orders" in words or key not in self.made:
            self.typed(typed)
            self.made[key] = out.resolve()
        elif self.made[key] != out.resolve():
            shutil.copytree(self.made[key], out)

    def new(self, words: list[str]) -> None:
        """Type a command that makes a hub, unless the same one made it before."""
        key, out = tuple(words), Path(words[1])
        if key in self.made and not out.exists() and not WHOLE:
            copied(self.made[key], out)
            return
        self.typed(words)
        if out.exists() and key not in self.made:
            self.made[key] = copied(out, self.folder.with_name(f"made-{len(self.made)}"))

    def tell(self, name: str, lines: list[str]) -> None:
        """Type the commands of a story."""
        typed = [words_of(line) for line in lines if line not in NOT_TYPED]
        own = {target.rstrip("/") for words in typed for target in targets(words)}
        named = {part for words in typed for word in words for part in Path(word).parts[:1]}
        place = self.stories / re.sub(r"\W+", "-", name)

        def left(folder: str, names: list[str]) -> set[str]:
            inside = Path(folder).relative_to(self.folder)
            made = {one for one in names if (inside / one).as_posix() in own}
            return made if inside.parts else made | {one for one in names if one not in named}

        shutil.copytree(self.folder, place, ignore=left)
        os.chdir(place)
        for words in typed:
            if words[0] == "run" and "--resume" not in words:
                self.run(words)
            elif words[0] == "new":
                self.new(words)
                for file, content in saved(name):
                    if Path(file).parent.is_dir():
                        Path(file).write_text(content, "utf-8")
            else:
                self.typed(cheaper(words))


def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes most of the time and has tests of its own: pages and long searches."""

    def report(_plan: object, _hub: object, out: Path, _compared: object) -> ReportFiles:
        return ReportFiles(out / "report.html", out / "plan.xlsx", ())

    def comparison(_compared: object, out: Path) -> ComparisonFiles:
        return ComparisonFiles(out / "comparison.html", ())

    monkeypatch.setattr("sinho.run.report.write_run_pages", cars_alone)
    monkeypatch.setattr("sinho.report.write_report", report)
    monkeypatch.setattr("sinho.report.write_comparison_page", comparison)
    brief_campaigns = classmethod(lambda kind, hub: kind(moves=50, nodes=1))
    monkeypatch.setattr(Params, "from_hub", brief_campaigns)


@pytest.mark.slow
def test_every_command_that_is_shown_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    if not WHOLE:
        brief(monkeypatch)
    desk = Desk(tmp_path)
    told = stories()
    assert len(told) > 20
    for name, lines in told.items():
        desk.tell(name, lines)
    assert not desk.wrong, "\n".join(desk.wrong)


HINT = re.compile(r"`sinho ([a-z]+)([^`]*)`")


def hints() -> list[tuple[str, str, str]]:
    """Return place, command and rest of the commands that messages and running text name."""
    sources = sorted((ROOT / "src").rglob("*.py"))
    found = []
    for path in (*sources, *PAGES):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'"\s*\n\s*f?"', "", text)  # a string that goes on in the next line
        found += [(named(path), word, rest) for word, rest in HINT.findall(text)]
    return found


def test_commands_and_options_that_messages_and_text_name_are_there() -> None:
    program: Any = get_command(app)
    assert len(hints()) > 100
    wrong = []
    for place, name, rest in hints():
        command = program.commands.get(name)
        inner = getattr(command, "commands", {}).get((rest.split() or [""])[0])
        command = inner or command
        if command is None:
            wrong.append(f"{place}: no command {name}")
            continue
        known = {option for one in command.params for option in one.opts}
        for option in re.findall(r"(?<=\s)--[a-z-]+", rest):
            if option not in known | {"--help"}:
                wrong.append(f"{place}: sinho {name} has no option {option}")
    assert wrong == []


def test_scripts_and_options_of_the_benchmarks_are_there() -> None:
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"python (benchmarks/\w+\.py)([^`\n|#]*)", text)
    assert len(shown) > 10
    for script, rest in shown:
        path = ROOT / script
        assert path.is_file(), script
        source = path.read_text(encoding="utf-8")
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in source, f"{script} {option}"


def test_the_python_of_the_page_on_sequences_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(DAYS / "easy", tmp_path / "examples" / "days" / "easy")
    easy = read_day(DAYS / "easy")
    write_order(easy, easy.idents, "easy.csv")
    page = (ROOT / "docs" / "sequence.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```", page, flags=re.M | re.S):
        exec(compile(block, "docs/sequence.md", "exec"), names)
    assert (tmp_path / "order.svg").is_file()
    assert read_order(easy, "easy.csv") == easy.idents
