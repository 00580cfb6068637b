"""What the documentation promises is there: commands, options, links, fields, names."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import sinho
from sinho.hub import schema
from sinho.results import LINES

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md"))
    if not {"_build", "_generated"} & set(page.relative_to(ROOT).parts)
)
SHELL = {"", "sh", "shell", "bash", "console"}


def named(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield language and text of every fenced block, and of the indented ones."""
    yield from re.findall(r"^```([\w-]*)[^\n]*\n(.*?)^```", text, flags=re.M | re.S)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    indented = re.findall(r"^ {4}(\S.*)$", rest, flags=re.M)
    yield "", "\n".join(indented)


def commands(text: str, tool: str) -> list[str]:
    """Return the command lines of a tool in the shell blocks of a page."""
    lines = []
    for language, block in blocks(text):
        if language in SHELL:
            joined = re.sub(r"\\\n\s*", " ", block)
            lines += [line.removeprefix("$ ").strip() for line in joined.splitlines()]
    return [line for line in lines if line.split(maxsplit=1)[:1] == [tool]]


def shown(tool: str) -> list[tuple[str, str]]:
    return [
        (named(page), line)
        for page in PAGES
        for line in dict.fromkeys(commands(page.read_text(encoding="utf-8"), tool))
    ]


def inline(tool: str) -> list[tuple[str, str]]:
    """Return the commands that running text names, such as ``sinho fields``."""
    pattern = re.compile(rf"`{tool} ([a-z]+)")
    return sorted(
        {(named(page), word) for page in PAGES for word in pattern.findall(page.read_text("utf-8"))}
    )


@cache
def make_targets() -> frozenset[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z]+):", makefile, flags=re.M))


@pytest.mark.parametrize(("page", "line"), shown("sinho"))
def test_every_command_that_is_shown_parses(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.main import get_command

    from sinho.cli import app

    monkeypatch.chdir(tmp_path)
    for folder in ("myplant", "out"):
        (tmp_path / folder).mkdir()
    words = shlex.split(line, comments=True)[1:]
    context = get_command(app).make_context("sinho", list(words))
    name, command, rest = context.command.resolve_command(context, list(context._protected_args))
    assert command is not None, f"{page}: no command {name}"
    command.make_context(name, [*rest, *context.args], parent=context)


@pytest.mark.parametrize(("page", "word"), inline("sinho"))
def test_every_command_that_the_text_names_exists(page: str, word: str) -> None:
    from typer.main import get_command

    from sinho.cli import app

    assert word in get_command(app).commands


@pytest.mark.parametrize(("page", "line"), shown("make"))
def test_every_make_target_that_is_shown_exists(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    assert {word for word in words if "=" not in word} <= make_targets()


@pytest.mark.parametrize(("page", "word"), inline("make"))
def test_every_make_target_that_the_text_names_exists(page: str, word: str) -> None:
    assert word in make_targets()


def test_the_tour_is_complete() -> None:
    promised = {"new", "check", "plan", "compare", "why", "fields"}
    for page in ("README.md", "docs/tutorial.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        assert {line.split()[1] for line in commands(text, "sinho")} >= promised, page


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub and the documentation's builder make it."""
    words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_relative_link_is_broken(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    text = re.sub(r"`[^`\n]*`", "", text)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            broken.append(link)
        elif anchor and target.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), flags=re.M)
            if anchor not in {slug(heading) for heading in headings}:
                broken.append(link)
    assert broken == []


def test_every_table_and_field_is_in_the_dictionary() -> None:
    from sinho.hub.dictionary import dictionary_markdown

    page = dictionary_markdown()
    for table in schema.TABLES:
        assert schema.meaning(table) in page, table
        for name, field in schema.fields(table).items():
            assert f"`{name}`" in page, f"{table}.{name}"
            assert field.meaning in page, f"{table}.{name}"


def test_every_line_of_the_contribution_is_in_the_mathematics() -> None:
    page = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    assert [line for line in LINES if f"| {line} |" not in page] == []


def test_every_table_of_a_plan_is_described() -> None:
    page = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")
    text = (sinho.MonthPlan.__doc__ or "").split("tables :")[1].split("hub_name")[0]
    tables = re.findall(r"``(\w+)``", text)
    assert len(tables) >= 15
    assert [table for table in tables if f"| `{table}` |" not in page] == []


def test_every_public_name_is_on_the_page_of_the_interface() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    names = [name for name in sinho.__all__ if name != "__version__"]
    assert [name for name in names if f":: sinho.{name}\n" not in page] == []


def test_the_scenario_examples_are_taken() -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    examples = [block for language, block in blocks(page) if language == "toml"]
    assert len(examples) >= 3
    for example in examples:
        scenario, problems = sinho.Scenario.from_toml(example, "example")
        assert problems == []
        assert scenario.changes


def test_the_changelog_has_what_is_not_released_yet() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text
    assert "### Added" in text.split("## [Unreleased]")[1]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_python_example_compiles(page: Path) -> None:
    for language, block in blocks(page.read_text(encoding="utf-8")):
        if language == "python":
            compile(block, named(page), "exec")
