"""The command line: parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sinho import __version__
from sinho.cli.base import AsJson, Command, Group, epilog
from sinho.cli.calloff_commands import add_commands as add_calloff_commands
from sinho.cli.order_commands import add_commands as add_order_commands
from sinho.cli.run_commands import add_commands as add_run_commands
from sinho.cli.sequence_commands import add_commands

__all__ = ["app", "main"]

app = typer.Typer(
    name="sinho",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=epilog(
        "sinho new myplant --from busan          a plant to start from",
        "sinho check myplant                     is the input in order?",
        "sinho plan myplant --out out/           plan it, with report and workbook",
        "sinho compare myplant --scenarios base polestar4",
        "sinho run myplant --from 2026-03 --days 20 --out out/march",
        "sinho sequence out/march --date 2026-03-04 --out seq.csv",
        "sinho plan --help                       options and examples of a command",
    ),
)

HubPath = Annotated[
    Path,
    typer.Argument(metavar="PATH", help="The hub: a folder with hub.toml, or a workbook (.xlsx)."),
]
Scenario = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="Scenario of the hub; without it: as it is."),
]
Period = Annotated[Literal["month", "week"], typer.Option(help="Length of a planning period.")]
Objective = Annotated[
    Literal["contribution", "lexicographic"],
    typer.Option(
        metavar="AIM",
        help="contribution: the most. lexicographic: fewest cars short of contracts, then lost, "
        "then late, then most contribution.",
    ),
]
Method = Annotated[
    Literal["auto", "exact", "priced"],
    typer.Option(
        help="One mixed-integer program; or a decomposition with prices, for large hubs; auto "
        "chooses by size."
    ),
]
WholeCars = Annotated[
    bool, typer.Option("--whole-cars", help="Plan whole cars (slower); else volumes may be parts.")
]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--time",
        metavar="SECONDS",
        min=0.01,
        help="Hand back the best plan after so many seconds. By default there is no limit.",
    ),
]
Gap = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        min=0.0,
        max=0.99,
        help="Relative distance to the bound that is enough. By default 1e-6 where only shift "
        "patterns are whole numbers, else 1e-4.",
    ),
]
Seed = Annotated[
    int, typer.Option(metavar="N", min=0, max=2**31 - 1, help="Seed of the solver; it is recorded.")
]
Threads = Annotated[int, typer.Option(metavar="N", min=1, help="Threads of the solver.")]
NoReport = Annotated[
    bool,
    typer.Option("--no-report", help="Write the JSON record only: no HTML, workbook or pictures."),
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"sinho {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Plan the output of a plant that builds several brands' cars and exports them by sea."""


@app.command(
    cls=Command,
    epilog=epilog(
        "sinho new myplant --from busan           a folder of CSV files and hub.toml",
        "sinho new myplant.xlsx --from busan      one workbook with drop-downs and comments",
        "sinho new ourplant --from blank          headings only, to be filled in",
        "sinho new monday.xlsx --from blank-day   a day to be sequenced: headings only",
    ),
)
def new(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder or workbook (.xlsx) to make.")
    ],
    source: Annotated[
        Literal["busan", "blank", "blank-day"],
        typer.Option(
            "--from",
            help="The Busan example with its scenarios; or headings only, of a hub or of a day to "
            "be sequenced.",
        ),
    ] = "busan",
    excel: Annotated[
        bool, typer.Option("--excel", help="Write one workbook; a PATH in .xlsx does the same.")
    ] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace the files of these tables; others stay."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Make a new hub to work on, from the Busan example or blank, or a blank day to sequence."""
    from sinho.cli import hubs

    hubs.new(path, source, excel=excel, force=force, as_json=json)


@app.command(
    cls=Command,
    epilog=epilog(
        "sinho check myplant",
        "sinho check myplant.xlsx",
        "sinho check roadef/A/022_3_4_EP_RAF_ENP",
        "sinho check myplant --json | jq '.problems[].rule'",
    ),
)
def check(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A hub: a folder with hub.toml, or a workbook (.xlsx). Or days to be sequenced: "
            "tables, ROADEF folders, a CSPLib file; the format is detected.",
        ),
    ],
    json: AsJson = False,
) -> None:
    """Check a hub and all its scenarios, or days to be sequenced: every problem in one go.

    Where there is none, what was found is summed up.
    """
    from sinho.cli import hubs

    hubs.check(path, as_json=json)


@app.command(
    cls=Command,
    epilog=epilog(
        "sinho plan myplant",
        "sinho plan myplant --scenario polestar4 --out out/polestar4",
        "sinho plan myplant --period week --time 60",
        "sinho plan myplant --json --no-report | jq .summary.status",
    ),
)
def plan(
    path: HubPath,
    scenario: Scenario = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for report, workbook, pictures and plan.json; files of an earlier run "
            "are replaced. Without it nothing is written.",
        ),
    ] = None,
    period: Period = "month",
    objective: Objective = "contribution",
    method: Method = "auto",
    whole_cars: WholeCars = False,
    time: Seconds = None,
    gap: Gap = None,
    seed: Seed = 0,
    threads: Threads = 1,
    no_report: NoReport = False,
    json: AsJson = False,
) -> None:
    """Plan the months (or weeks) of a hub, print the key figures and write the report.

    Ctrl-C hands back the best plan found so far; a second Ctrl-C gives up.
    """
    from sinho.cli import plans

    plans.plan(
        path,
        scenario,
        out,
        seconds=time,
        report=not no_report,
        as_json=json,
        period=period,
        objective=objective,
        method=method,
        whole_cars=whole_cars,
        gap=gap,
        seed=seed,
        threads=threads,
    )


@app.command(
    cls=Command,
    epilog=epilog(
        "sinho compare myplant                                      all its scenarios",
        "sinho compare myplant --scenarios base polestar4 two-shifts",
        "sinho compare myplant --scenarios base,red-sea --out out/red-sea",
        "sinho compare out/base out/polestar4                       plans made with plan --out",
    ),
)
def compare(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="A hub, whose scenarios are planned; or folders of `sinho plan --out` and `sinho "
            "compare --out`, whose plans are compared as they were made.",
        ),
    ],
    scenarios: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME...",
            help="Scenarios in the order wanted, parted by blanks or commas; base is the hub as "
            "it is. By default all of the hub.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for the comparison (workbook, JSON) and, in a folder each, the plans. "
            "Without it nothing is written.",
        ),
    ] = None,
    period: Period = "month",
    objective: Objective = "contribution",
    method: Method = "auto",
    whole_cars: WholeCars = False,
    time: Seconds = None,
    gap: Gap = None,
    seed: Seed = 0,
    threads: Threads = 1,
    no_report: NoReport = False,
    json: AsJson = False,
) -> None:
    """Plan several scenarios of a hub, or take kept plans; put their key figures side by side.

    Differences that lie within the plans' gaps are named. --time holds for each scenario. Ctrl-C
    compares the scenarios planned so far.
    """
    from sinho.cli import plans

    plans.compare(
        paths,
        scenarios,
        out,
        seconds=time,
        report=not no_report,
        as_json=json,
        period=period,
        objective=objective,
        method=method,
        whole_cars=whole_cars,
        gap=gap,
        seed=seed,
        threads=threads,
    )


@app.command(
    cls=Command,
    epilog=epilog(
        "sinho why myplant --model XM3 --market FR --month 2026-03",
        'sinho why myplant --scenario polestar4 --contract "Polestar 4, 2026"',
        "sinho why myplant --month 2026-03",
        "sinho why myplant --shop paint --month 2026-03",
        "sinho why out/ --month 2026-03           of a plan made with --out out/, at once",
        "sinho why out/march 2603-000123          an order of a run",
        "sinho why out/march 2026-03-05           a working day of a run",
    ),
)
def why(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A folder of `sinho plan --out`, whose plan is explained as it was made; or a "
            "hub, which is planned first. About an order or a day: the folder of a run.",
        ),
    ],
    asked: Annotated[
        str | None,
        typer.Argument(
            metavar="[ORDER|DATE]",
            help="Of a run: number of an order, a VIN, or a working day.",
        ),
    ] = None,
    scenario: Scenario = None,
    model: Annotated[
        str | None, typer.Option(metavar="X", help="A model, or a family of models.")
    ] = None,
    market: Annotated[str | None, typer.Option(metavar="Y", help="A market, or a region.")] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="A month; without it the whole horizon.")
    ] = None,
    contract: Annotated[str | None, typer.Option(metavar="C", help="A contract.")] = None,
    shop: Annotated[str | None, typer.Option(metavar="S", help="A shop.")] = None,
    period: Annotated[
        Literal["month", "week"] | None,
        typer.Option(help="Length of a planning period of a hub; by default a month."),
    ] = None,
    time: Seconds = None,
    json: AsJson = False,
) -> None:
    """Explain why a demand, contract, shop or month is planned as it is, and what would lift it.

    Each relaxation is solved on its own; none is applied. Of a run, explain why an order is built
    on its day and not on the one wanted, or what a day is short of; with --model and the like, its
    monthly plan.
    """
    from sinho.cli import questions
    from sinho.cli.made import is_run

    about: questions.Asked = {
        "model": model,
        "market": market,
        "month": month,
        "contract": contract,
        "shop": shop,
    }
    if asked is not None or (is_run(path) and not any(about.values())):
        questions.why_in_run(path, asked, scenario, about, as_json=json)
        return
    questions.why(
        path,
        scenario,
        about,
        period=period,
        seconds=time,
        as_json=json,
    )


add_commands(app)
add_order_commands(app)
add_run_commands(app)
add_calloff_commands(app)


@app.command(
    cls=Command,
    epilog=epilog(
        "sinho fields                             the tables",
        "sinho fields demand                      the fields of one table",
        "sinho fields --json                      the whole data dictionary",
    ),
)
def fields(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="A table; without it all are listed.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the data dictionary: field, type, unit, bounds, default and meaning."""
    from sinho.cli import dictionary

    dictionary.fields(table, as_json=json)


@app.command(cls=Command, epilog=epilog("sinho warm"))
def warm(json: AsJson = False) -> None:
    """Compile the searches for this machine ahead of their first use, which they else do then.

    What is compiled is kept in the package's folder, in the user's cache folder where that cannot
    be written to, or in that named by NUMBA_CACHE_DIR.
    """
    from sinho.cli.warm import warm as run

    run(as_json=json)


@app.command(cls=Command, epilog=epilog("sinho demo", "sinho demo --out out/demo"))
def demo(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for reports, workbooks and pictures.")
    ] = Path("out/demo"),
) -> None:
    """Check and plan the Busan example with and without the Polestar 4, and run 20 days of it."""
    from sinho.cli.demo import demo as run

    run(out)


def main() -> None:
    """Run the command line."""
    app(prog_name="sinho")
