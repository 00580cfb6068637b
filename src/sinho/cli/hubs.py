"""Commands new and check: of hubs, and of days to be sequenced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from sinho.cli.base import DATA, INFEASIBLE, examples
from sinho.cli.files import make_way, writable
from sinho.cli.inputs import made_by_sinho, there
from sinho.cli.options import AsJson, force_option
from sinho.cli.progress import wait
from sinho.cli.show import print_json, print_problems, problem_json
from sinho.errors import Problem, as_typed, counted

if TYPE_CHECKING:
    from sinho.days.formats.checks import CheckedDay
    from sinho.hub import Hub


PROGRAMMES = "programmes"
"""Folder of a hub's programmes, beside its tables."""


@examples(
    "sinho new myplant --from busan           a folder of CSV files and hub.toml",
    "sinho new myplant.xlsx --from busan      one workbook with drop-downs and comments",
    "sinho new threelines --from graz         a plant with three lines",
    "sinho new alliances --from alliances     a network of plants",
    "sinho new ourplant --from blank          headings only, to be filled in",
    "sinho new monday.xlsx --from blank-day   a day to be sequenced: headings only",
)
def new(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder or workbook (.xlsx) to make.")
    ],
    source: Annotated[
        Literal["busan", "graz", "alliances", "blank", "blank-day"],
        typer.Option(
            "--from",
            help="An example with its scenarios: Busan, Graz with its three lines, or a network of "
            "plants, alliances; or headings only, of a hub or of a day to be sequenced.",
        ),
    ] = "busan",
    excel: Annotated[
        bool, typer.Option("--excel", help="Write one workbook; a PATH in .xlsx does the same.")
    ] = False,
    force: Annotated[bool, force_option("Replace the files of these tables; others stay.")] = False,
    json: AsJson = False,
) -> None:
    """Make a new hub to work on, from an example or blank, or a blank day to sequence."""
    from sinho.days.formats.blank import write_blank_day
    from sinho.hub import read_hub, read_network, write_blank, write_hub
    from sinho.hub.files import write_text
    from sinho.run import example_path

    programmes: list[Path] = []
    if excel and path.suffix.lower() != ".xlsx":
        path = path.with_name(f"{path.name}.xlsx")
    if source == "blank-day":
        make_way(path, "sequence_rules.csv", "the day", force=force)
        written = write_blank_day(path, force=force)
        where = "its sheet README" if path.suffix.lower() == ".xlsx" else "README.md"
        what = (
            f"headings of the tables of a day; {where} explains them. Fill in cars and "
            f"sequence_rules, then: sinho check {as_typed(written)}"
        )
    else:
        mark = "network.csv" if source == "alliances" else "hub.toml"
        make_way(path, mark, "the hub in it", force=force)
        if source == "blank":
            written = write_blank(path, force=force)
            what = "headings of every table. Fill them in; `sinho fields` explains them."
        else:
            read = read_network if source == "alliances" else read_hub
            example = example_path(source)
            texts = {file.name: file.read_text("utf-8") for file in programmes_of(example)}
            place = _programmes_place(path, texts, force=force)
            written = write_hub(read(example), path, force=force)
            programmes = [write_text(place / name, texts[name], force=True) for name in texts]
            what = f"the example {source}. Next: sinho check {as_typed(written)}"
    if json:
        print_json(
            {
                "path": written,
                "from": source,
                "excel": written.suffix == ".xlsx",
                "programmes": programmes,
            }
        )
    else:
        print(f"{written}: {what}")
        if programmes:
            shown = " or ".join(as_typed(file) for file in programmes)
            print(f"Programmes to quote: sinho quote {as_typed(written)} {shown}")


def programmes_of(folder: Path) -> list[Path]:
    """Return the programmes that lie beside the tables of a hub."""
    return sorted((folder / PROGRAMMES).glob("*.toml"))


def _programmes_place(path: Path, names: Iterable[str], *, force: bool) -> Path:
    """Return where a new hub's programmes go: into its folder, or one beside its workbook.

    Refuse those of the latter that are in the way.
    """
    if path.suffix.lower() != ".xlsx":
        return path / PROGRAMMES
    place = path.with_name(f"{path.stem}-{PROGRAMMES}")
    for name in names:
        writable("PATH", place / name, (".toml",), force=force)
    return place


@examples(
    "sinho check myplant",
    "sinho check myplant.xlsx",
    "sinho check roadef/A/022_3_4_EP_RAF_ENP",
    "sinho check myplant --json | jq '.problems[].rule'",
)
def check(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A hub: a folder with hub.toml, or a workbook (.xlsx); a network of plants; or "
            "days to be sequenced: tables, ROADEF folders, a CSPLib file. The format is detected.",
        ),
    ],
    json: AsJson = False,
) -> None:
    """Check a hub and all its scenarios, or days to be sequenced: every problem in one go.

    Where there is none, what was found is summed up.
    """
    from sinho.cli.summary import (
        days_record,
        hub_record,
        network_record,
        print_days,
        print_hub,
        print_network,
    )

    hub, days, problems = _checked(path)
    is_network = hub is not None and hub["network"].height > 0
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    if json:
        print_json(
            {
                "ok": errors == 0,
                "errors": errors,
                "warnings": warnings,
                "problems": [problem_json(problem) for problem in problems],
                **({} if hub is None or is_network else {"hub": hub_record(hub)}),
                **({"network": network_record(hub)} if hub is not None and is_network else {}),
                **({"days": days_record(days)} if days else {}),
            }
        )
    else:
        if hub is not None and is_network:
            print_network(hub)
        elif hub is not None:
            print_hub(hub)
        if days:
            print_days(days)
        print_problems(problems)
        verdict = f"{path}: " + (counted(errors, "error") if errors else "ok")
        print(verdict + (f", {counted(warnings, 'warning')}" if warnings else ""))
    if errors:
        read = bool(days) and all(one.day is not None for one in days)
        raise typer.Exit(INFEASIBLE if read else DATA)


def _checked(path: Path) -> tuple[Hub | None, Sequence[CheckedDay], Sequence[Problem]]:
    """Return the hub or the days that a path holds, if they can be read, and every problem."""
    from sinho.hub import check_hub, holds_network
    from sinho.hub.folder import SETTINGS

    there(path)
    work = f"checking {path}"
    if not (path / SETTINGS).is_file() and not holds_network(path):
        result = made_by_sinho(path)
        if result is not None:
            return None, (), [result]
        from sinho.days.formats.checks import check_days, holds_days
        from sinho.sequence import Input, explain

        if holds_days(path):
            days = wait(
                lambda *_: check_days(path, lambda day: explain(Input(day), "contradictions")),
                work,
                all_or_nothing=True,
            )
            return None, days, list(dict.fromkeys(fault for one in days for fault in one.problems))
    hub, problems = wait(lambda _stop, _report: check_hub(path), work, all_or_nothing=True)
    if hub is None or hub["plants"].is_empty():
        return hub, (), problems
    from sinho import source

    whole, behind = wait(lambda *_: source.Input.check(hub), work, all_or_nothing=True)
    return whole, (), [*problems, *behind]
