"""Writes a day without cars: headings of its tables and what belongs under them."""

from __future__ import annotations

from pathlib import Path

from sinho.hub.dictionary import table_markdown
from sinho.hub.excel import write_workbook
from sinho.hub.files import write_folder
from sinho.hub.schema import SEQUENCE, empty
from sinho.hub.write import csv_text

README = "README.md"
GUIDE = """# A day for sinho

This folder is a day: its cars and the rules for their sequence, one CSV file for each table. Fill
in `cars.csv` and `sequence_rules.csv`; `options.csv` names the options that rules speak of,
`sequence_levels.csv` the priority levels, the most important first. The other tables are needed by
some rules only and may stay empty. A rule without a level is hard. An empty cell means the default;
columns that are not needed may be left out. Cars at position 0 or less stand before the day, the
last of them at 0.

Then `sinho check` says whether the day is in order, and `sinho sequence` finds its sequence. Such
as, in `cars.csv`, `options.csv`, `sequence_levels.csv` and `sequence_rules.csv`:

    car,position,colour,options
    A20,0,red,
    A21,1,red,roof
    A22,2,blue,roof;tow

    option
    roof
    tow

    level
    line
    shop

    rule,kind,level,option,attribute,most,window
    roofs,ratio,line,roof,,1,3
    paint,changes,shop,,colour,,
    batch,run,hard,,colour,10,

Every table may also carry `source` and `basis`: where a row's figures come from, and whether they
are reported, derived or assumed.
"""


def write_blank_day(path: str | Path, *, force: bool = False) -> Path:
    """Write a day without cars: headings of every table, and what each field means.

    Parameters
    ----------
    path : str or pathlib.Path
        A workbook if it ends in ``.xlsx``, else a folder.
    force : bool
        Whether what is there is replaced.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    FileExistsError
        When it exists and ``force`` is false.
    """
    path = Path(path)
    tables = {name: empty(name) for name in SEQUENCE}
    if path.suffix.lower() == ".xlsx":
        return write_workbook(tables, path, scenarios=None, force=force)
    files = {f"{name}.csv": csv_text(name, table) for name, table in tables.items()}
    fields = [line for name in SEQUENCE for line in table_markdown(name)]
    files[README] = GUIDE + "\n".join(fields) + "\n"
    return write_folder(path, files, force=force)
