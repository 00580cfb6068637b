"""Writes the reference pages from the code: data dictionary, command line, exit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def dictionary_page() -> str:
    """Return the tables and fields of a hub as Markdown."""
    from sinho.hub.dictionary import dictionary_markdown

    return dictionary_markdown()


def programme_page() -> str:
    """Return the sections and fields of a programme's file as Markdown."""
    from sinho.quote.schema import ONCE, SECTIONS, fields_of

    parts = []
    for section in ("", *SECTIONS):
        head = f"`[{section}]`" if section in ONCE else f"`[[{section}]]`"
        rows = [
            f"| `{name}` | {field.unit} | {field.bounds.replace('|', 'or')} "
            f"| {'' if field.default is None else field.default} | {field.meaning} |"
            for name, field in fields_of(section).items()
            if name not in ("source", "basis")
        ]
        parts += [f"### {head if section else 'Above the first section'}"]
        parts += [
            "\n".join(["| Key | Unit | Bounds | Usual | Meaning |", "| --- " * 5 + "|", *rows])
        ]
    return "\n\n".join(parts) + "\n"


def exit_codes_page() -> str:
    """Return the exit codes of the command line as a Markdown table."""
    from sinho.cli.base import CODES

    rows = [f"| {code} | {meaning} |" for code, meaning in CODES.items()]
    return "\n".join(["| Code | Meaning |", "| --- | --- |", *rows]) + "\n"


def command_page() -> str:
    """Return every command with its arguments, options and examples as Markdown."""
    import typer
    from typer.main import get_command

    from sinho.cli import app

    group: Any = get_command(app)
    context = typer.Context(group, info_name="sinho")
    named = dict(leaves(group, context))
    rows = [
        f"| [`sinho {name}`](#sinho-{name.replace(' ', '-')}) | "
        f"{plain(inner.command.get_short_help_str(200))} |"
        for name, inner in named.items()
    ]
    parts = ["# Command line", plain(group.help)]
    parts += ["\n".join(["| Command | Does |", "| --- | --- |", *rows])]
    parts += [parameters(group, context)]
    for name, inner in named.items():
        command = inner.command
        usage = " ".join(["sinho", name, *command.collect_usage_pieces(inner)])
        parts += [f"## `sinho {name}`", plain(command.help), f"```text\n{usage}\n```"]
        parts += [parameters(command, inner), examples(command.epilog)]
    parts += ["## Exit codes", exit_codes_page()]
    return "\n\n".join(part for part in parts if part) + "\n"


def leaves(group: Any, context: Any, head: str = "") -> Iterator[tuple[str, Any]]:
    """Yield name and context of every command, those of a group of commands one by one."""
    import typer

    for name in group.list_commands(context):
        command = group.commands[name]
        inner = typer.Context(command, info_name=name, parent=context)
        if hasattr(command, "list_commands"):
            yield from leaves(command, inner, f"{head}{name} ")
        else:
            yield f"{head}{name}", inner


def plain(text: str | None) -> str:
    """Return text without the marks of the terminal's colours."""
    from rich.text import Text

    return Text.from_markup(text or "").plain.strip()


def parameters(command: Any, context: Any) -> str:
    """Return arguments and options as a Markdown table."""
    rows = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            name, meaning = (cell.replace("|", "\\|") for cell in map(plain_cell, record))
            rows.append(f"| `{name}` | {meaning} |")
    return "\n".join(["| Argument, option | Meaning |", "| --- | --- |", *rows]) if rows else ""


def plain_cell(text: str) -> str:
    """Return a help text on one line; its brackets are not marks of colour."""
    return re.sub(r"\s+", " ", text).strip()


def examples(epilog: str | None) -> str:
    """Return the examples at the foot of a help text as a block."""
    text = plain(epilog).partition("Exit codes")[0]
    lines = [line.strip() for line in text.splitlines() if line.strip().startswith("sinho ")]
    lines = [re.sub(r" {2,}(.*)$", r"    # \1", line) for line in lines]
    return "Examples:\n\n```sh\n" + "\n".join(lines) + "\n```" if lines else ""


PAGES = {
    "dictionary.md": dictionary_page,
    "commands.md": command_page,
    "exit-codes.md": exit_codes_page,
    "programme.md": programme_page,
}


def write_pages(folder: Path) -> None:
    """Write all pages into a folder, touching only those that changed."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        path, text = folder / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
