"""Writes the reference pages from the code: the data dictionary and the command line."""

from __future__ import annotations

from pathlib import Path


def dictionary_page() -> str:
    """Return the tables and fields of a hub as Markdown."""
    from sinho.hub.dictionary import dictionary_markdown

    return dictionary_markdown()


def command_page() -> str:
    """Return every command with its arguments and options as Markdown."""
    import typer
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from sinho.cli import app

    command = get_command(app)
    context = typer.Context(command, info_name="sinho")
    return get_docs_for_click(obj=command, ctx=context, name="sinho", title="Command line")


PAGES = {"dictionary.md": dictionary_page, "commands.md": command_page}


def write_pages(folder: Path) -> None:
    """Write all pages into a folder, touching only those that changed."""
    folder.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        path, text = folder / name, page()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
