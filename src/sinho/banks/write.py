"""Writes orders to a CSV file, an Excel workbook or a Parquet file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub.csvfile import no_formulas
from sinho.hub.files import staged_file, write_text
from sinho.hub.schema import fields
from sinho.hub.sheets import write_tables
from sinho.results import Orders

FORMATS = (".csv", ".xlsx", ".parquet")
LINE_FIELDS = ("line", "former_line")
"""Columns that are left out where no order names a line."""


def write_orders(orders: Orders, path: str | Path, *, force: bool = False) -> Path:
    """Write orders so that `read_orders` reads them again.

    Parameters
    ----------
    orders : Orders
        The orders.
    path : str or pathlib.Path
        A file ending in ``.csv``, ``.xlsx`` or ``.parquet``.
    force : bool
        Whether an existing file is replaced.

    Returns
    -------
    pathlib.Path
        The file written, with the columns of table ``orders``.

    Raises
    ------
    FileExistsError
        When the file exists and ``force`` is false.
    DataError
        When the file has another ending, or the orders do not fit into a sheet.
    """
    path = Path(path)
    kind = path.suffix.lower()
    columns = [name for name in fields("orders") if name in orders.table.columns]
    said = [name for name in columns if name not in LINE_FIELDS or orders.table[name].count()]
    table = orders.table.select(said).with_columns(
        pl.when(pl.col("options") == "").then(None).otherwise(pl.col("options")).alias("options")
    )
    if kind == ".csv":
        return write_text(path, no_formulas(table).write_csv(), force=force)
    if kind == ".xlsx":
        return write_tables(path, {"orders": table}, force=force)
    if kind == ".parquet":
        with staged_file(path, force=force) as staged:
            table.write_parquet(staged)
        return path
    rule = "orders are written to .csv, .xlsx and .parquet files"
    raise DataError([Problem(path.name, rule)])
