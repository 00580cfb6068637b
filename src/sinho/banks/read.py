"""Reads orders from a CSV file, an Excel sheet, a Parquet file or the hub, and checks each row."""

from __future__ import annotations

import io
import math
import subprocess
import sys
from pathlib import Path

import polars as pl

from sinho.banks.capacity import DayRoom, too_many_fixed
from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.cells import Raw
from sinho.hub.csvfile import read_csv
from sinho.hub.files import check_file
from sinho.hub.grid import headings, raw_table
from sinho.hub.places import PlacedProblem, about_table
from sinho.hub.rules.orders import RULES
from sinho.hub.schema import LIST_SEPARATOR
from sinho.hub.single import check_single
from sinho.results import Orders
from sinho.results.orders import ORDER_SCHEMA

TABLE = "orders"
EXCEL = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
LARGEST_PARQUET = 2**30
"""The most bytes of a Parquet file that is read."""
LONGEST = 300.0
"""Seconds after which reading one is given up."""
_READER = (
    "import sys, polars; polars.read_parquet(sys.argv[1], glob=False)"
    ".write_ipc(sys.stdout.buffer, compression='uncompressed')"
)

TAKEN_SCHEMA: dict[str, pl.DataType] = {
    "order": pl.String(),
    "vin": pl.String(),
    "model": pl.String(),
    "market": pl.String(),
    "wanted": pl.Date(),
}
"""Columns of the cars of earlier banks: their VINs, and what these say."""


def read_orders(
    source: str | Path | Hub, hub: Hub, *, capacity: pl.DataFrame | DayRoom | None = None
) -> Orders:
    """Read orders and check every row.

    Parameters
    ----------
    source : str, pathlib.Path or Hub
        A CSV file, an Excel workbook (sheet ``orders``, or its only sheet), a Parquet file, or a
        hub, whose own table is taken. Columns are those of table ``orders`` of the data
        dictionary.
    hub : Hub
        The hub that knows models, markets, options and colours.
    capacity : polars.DataFrame or DayRoom, optional
        ``date`` and ``capacity`` [car equivalents], or what a day can build in full: with it, fixed
        orders beyond that are refused.

    Returns
    -------
    Orders
        The orders in the order of the input.

    Raises
    ------
    DataError
        With every problem found, each with its row.
    FileNotFoundError
        When there is no such file.
    IsADirectoryError
        When it is a folder.
    """
    return orders_and_warnings(source, hub, capacity=capacity)[0]


def orders_and_warnings(
    source: str | Path | Hub, hub: Hub, *, capacity: pl.DataFrame | DayRoom | None = None
) -> tuple[Orders, tuple[Problem, ...]]:
    """Read orders as `read_orders` does, and return the warnings beside them."""
    if isinstance(source, Hub):
        raw: Raw | None = Raw(TABLE, f"table {TABLE}", source[TABLE])
        found: list[PlacedProblem] = []
    else:
        raw, found = _raw(Path(source))
    if raw is None:
        raise DataError(_problems(found))
    table, more = _checked(hub, raw, capacity)
    problems = _problems([*found, *more, *_unplanned(raw, capacity, [*found, *more])])
    if raw.cells.is_empty() and not problems:
        hint = "Give a row for each order."
        problems = (Problem(raw.where, "there are no orders", hint=hint, severity="warning"),)
    if any(problem.severity == "error" for problem in problems):
        raise DataError(problems)
    return Orders(_bank(table, hub, raw), "read"), problems


def check_orders(
    hub: Hub,
    table: pl.DataFrame,
    where: str = "table orders",
    *,
    capacity: pl.DataFrame | DayRoom | None = None,
) -> list[Problem]:
    """Return everything that is wrong with a table of orders.

    Parameters
    ----------
    hub : Hub
        The hub that knows models, markets, options and colours.
    table : polars.DataFrame
        Columns of table ``orders``; others, such as those of `Orders`, are passed over.
    where : str
        What the table is called in problems; rows are counted as a spreadsheet would.
    capacity : polars.DataFrame or DayRoom, optional
        ``date`` and ``capacity`` [car equivalents] of each day, or what it can build in full.

    Returns
    -------
    list of Problem
        Errors and warnings in the order of the rows; empty where all is well.
    """
    known = [name for name in table.columns if name not in ("month", "source")]
    columns, found, missing = headings(TABLE, where, known)
    cells = table.select([pl.col(known[place]).alias(name) for place, name in columns.items()])
    raw = Raw(TABLE, where, cells, missing=missing)
    _, more = _checked(hub, raw, capacity)
    return list(_problems([*found, *more, *_unplanned(raw, capacity, [*found, *more])]))


def earlier_cars(path: str | Path) -> pl.DataFrame:
    """Read the cars of an earlier bank whose VINs are taken.

    Parameters
    ----------
    path : str or pathlib.Path
        An order bank as `read_orders` reads it. Nothing but its VINs is judged: its orders may be
        built, and their models gone.

    Returns
    -------
    polars.DataFrame
        ``order``, ``vin``, ``model``, ``market`` and ``wanted`` of the orders with a VIN.

    Raises
    ------
    DataError
        When the file cannot be read, or has no VINs.
    FileNotFoundError
        When there is no such file.
    IsADirectoryError
        When it is a folder.
    """
    path = Path(path)
    raw, found = _raw(path)
    broken = [item for item in found if item.problem.severity == "error"]
    if raw is None or broken:
        raise DataError(_problems(found))
    missing = [name for name in ("order", "vin") if name not in raw.cells.columns]
    if missing:
        hint = "Name an order bank with VINs, such as --vins writes it."
        rule = "the column is missing"
        raise DataError([Problem(raw.where, rule, 1, name, hint=hint) for name in missing])
    there = [name for name in TAKEN_SCHEMA if name in raw.cells.columns]
    cars = raw.cells.select(there)
    if "wanted" in there and cars["wanted"].dtype == pl.String:
        cars = cars.with_columns(pl.col("wanted").str.to_date(strict=False))
    none = [pl.lit(None, kind).alias(n) for n, kind in TAKEN_SCHEMA.items() if n not in there]
    cars = cars.with_columns(none).select(pl.col(n).cast(k) for n, k in TAKEN_SCHEMA.items())
    return cars.filter(pl.col("vin") != "")


def _checked(
    hub: Hub, raw: Raw, capacity: pl.DataFrame | DayRoom | None
) -> tuple[pl.DataFrame, list[PlacedProblem]]:
    if capacity is None:
        return check_single(hub, raw, RULES)
    room = capacity if isinstance(capacity, DayRoom) else DayRoom(capacity)
    return check_single(hub, raw, (*RULES, too_many_fixed(room)))


def _unplanned(
    raw: Raw, capacity: pl.DataFrame | DayRoom | None, found: list[PlacedProblem]
) -> list[PlacedProblem]:
    """Say beside faults that the hours of days on which orders are fixed are not judged yet."""
    if not isinstance(capacity, DayRoom) or capacity.planned or "fixed" not in raw.cells.columns:
        return []
    given = raw.cells["fixed"].drop_nulls()
    if given.dtype == pl.String:
        given = given.filter(given.str.strip_chars() != "")
    if given.is_empty() or all(item.problem.severity == "warning" for item in found):
        return []
    rule = (
        "whether the days' hours suffice for the orders fixed on them is not looked at yet: that "
        "needs the monthly plan, which is made when the other problems are mended"
    )
    problem = Problem(raw.where, rule, column="fixed", severity="warning")
    return [about_table(TABLE, problem, math.inf)]


def _problems(found: list[PlacedProblem]) -> tuple[Problem, ...]:
    ordered = sorted(found, key=lambda item: item.order)
    return tuple(dict.fromkeys(item.problem for item in ordered))


def _raw(path: Path) -> tuple[Raw | None, list[PlacedProblem]]:
    """Return the cells of a file."""
    if not path.exists():
        near = nearest(path.name, [p.name for p in path.absolute().parent.glob("*")])
        raise FileNotFoundError(
            f"there is no file {path}. {near if near.startswith('Did') else ''}".rstrip()
        )
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the file of the order bank.")
    kind = path.suffix.lower()
    if kind in EXCEL:
        return _sheet(path)
    if kind in PARQUET:
        return _parquet(path)
    if kind != ".csv":
        rule = "orders are read from .csv, .xlsx and .parquet files"
        return None, [about_table(TABLE, Problem(path.name, rule))]
    grid, problems = read_csv(path)
    found = [about_table(TABLE, problem, problem.row or 0) for problem in problems]
    if grid is None:
        return None, found
    raw, more = raw_table(TABLE, path.name, grid)
    return raw, [*found, *more]


def _sheet(path: Path) -> tuple[Raw | None, list[PlacedProblem]]:
    from sinho.hub.workbook import read_grids

    grids, broken = read_grids(path)
    if broken is not None:
        return None, [about_table(TABLE, broken)]
    name = TABLE if TABLE in grids or len(grids) != 1 else next(iter(grids))
    grid = grids.get(name)
    if grid is None:
        rule = "the sheet is empty" if name in grids else "the sheet is missing"
        hint = "Give a sheet 'orders' with headings in its first row."
        if len(grids) > 1:
            hint += f" The workbook has several: {', '.join(grids)}."
        return None, [about_table(TABLE, Problem(f"{path.name}, sheet {name}", rule, hint=hint))]
    return raw_table(TABLE, f"{path.name}, sheet {name}", grid)


def _parquet(path: Path) -> tuple[Raw | None, list[PlacedProblem]]:
    """Return the cells of a Parquet file.

    A process of its own reads it: what a damaged file asks for may end a process, not only raise.
    """
    reason = "it is no Parquet file, or it is damaged"
    try:
        check_file(path, LARGEST_PARQUET)
        done = subprocess.run(
            [sys.executable, "-P", "-c", _READER, str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LONGEST,
            check=True,
        )
        frame = pl.read_ipc(io.BytesIO(done.stdout))
    except (subprocess.SubprocessError, pl.exceptions.PolarsError, OSError) as error:
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
        hint = "Write it anew, or give a .csv file."
        problem = Problem(path.name, f"the file cannot be read: {reason}", hint=hint)
        return None, [about_table(TABLE, problem)]
    known = [name for name in frame.columns if name not in ("month", "source")]
    columns, found, missing = headings(TABLE, path.name, known)
    cells = frame.select([pl.col(known[place]).alias(name) for place, name in columns.items()])
    return Raw(TABLE, path.name, cells, missing=missing), found


def _bank(table: pl.DataFrame, hub: Hub, raw: Raw) -> pl.DataFrame:
    """Return checked orders with brands, options in alphabetical order, and their rows."""
    rows = raw.rows if raw.rows is not None else pl.int_range(2, table.height + 2, eager=True)
    source = f"{raw.where} row " + rows.cast(pl.String)
    brands = hub["models"].select("model", pl.col("brand").alias("sold"))
    return (
        table.with_columns(source.alias("source"), pl.lit(None, pl.Date).alias("month"))
        .join(brands, on="model", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("brand", "sold").alias("brand"),
            sorted_options(pl.col("options")),
        )
        .select(pl.col(name).cast(kind) for name, kind in ORDER_SCHEMA.items())
    )


def sorted_options(options: pl.Expr) -> pl.Expr:
    """Return lists of options in alphabetical order, an empty text for none."""
    names = options.fill_null("").str.split(LIST_SEPARATOR).list.sort()
    return names.list.join(LIST_SEPARATOR).alias("options")
