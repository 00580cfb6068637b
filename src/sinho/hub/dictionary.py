"""The data dictionary for people: as rows for the command line and a workbook, and as Markdown."""

from __future__ import annotations

from sinho.errors import DataError, Problem, nearest
from sinho.hub.schema import NEEDED, TABLES, Field, fields, meaning

COLUMNS = ("table", "field", "kind", "unit", "needed", "bounds", "default", "meaning")


def dictionary_rows(table: str | None = None) -> list[dict[str, str]]:
    """Return the fields of one table, or of all, as text.

    Parameters
    ----------
    table : str or None
        Name of a table; None: all tables in the order in which a planner fills them.

    Returns
    -------
    list of dict
        One row per field with keys ``table``, ``field``, ``kind``, ``unit``, ``needed`` (``key``,
        ``yes`` or empty), ``bounds``, ``default`` and ``meaning``. ``source`` and ``basis``, which
        every table may carry, come last.

    Raises
    ------
    DataError
        When there is no such table.
    """
    if table is not None and table not in TABLES:
        hint = nearest(table, TABLES)
        raise DataError([Problem("fields", "there is no such table", value=table, hint=hint)])
    names = TABLES if table is None else (table,)
    return [_row(field) for name in names for field in fields(name).values()]


def _row(field: Field) -> dict[str, str]:
    refers = " or ".join(f"{table}.{column}" for table, column in field.refers)
    bounds = "; ".join(part for part in (field.bounds, refers and f"in {refers}") if part)
    needed = "key" if field.key else "yes" if field.required else ""
    values = (
        field.table,
        field.name,
        field.kind,
        field.unit,
        needed,
        bounds,
        default_text(field),
        field.meaning,
    )
    return dict(zip(COLUMNS, values, strict=True))


def default_text(field: Field) -> str:
    """Return a field's default as it would be typed into a cell; empty where there is none."""
    if field.default is None:
        return ""
    if isinstance(field.default, bool):
        return "yes" if field.default else "no"
    return f"{field.default:g}" if isinstance(field.default, float) else str(field.default)


def dictionary_markdown() -> str:
    """Return the data dictionary as a Markdown page.

    Returns
    -------
    str
        A heading, how to read it, and a section with a table for each table of a hub.
    """
    lines = [
        "# Data dictionary",
        "",
        "Every table of a hub, in the order in which a planner fills them. *Needed* says `key` "
        "where a field is part of the row's key (rows must differ in their keys), `yes` where "
        "every row must give it. An empty cell means the default, or *not set* where there is "
        "none. Amounts are in the currency unit of the hub. A figure beyond its bounds is refused; "
        "of one beyond what is *usually* so, `sinho check` "
        "[warns](hub.md#what-can-hardly-be-meant).",
        "",
    ]
    common = fields("brands")
    lines += [
        "Every table may also carry "
        + " and ".join(f"`{name}`" for name in ("source", "basis"))
        + ":",
        "",
    ]
    lines += [
        f"- `{name}`: {common[name].meaning}{_choices(common[name])}"
        for name in ("source", "basis")
    ]
    for table in TABLES:
        needed = " Has to be there." if table in NEEDED else " May be missing or empty."
        where = " In a folder these are the keys of `hub.toml`." if table == "hub" else ""
        lines += table_markdown(table, needed + where)
    return "\n".join(lines) + "\n"


def table_markdown(table: str, note: str = "") -> list[str]:
    """Return the fields of a table as a section of a Markdown page, but for source and basis.

    Parameters
    ----------
    table : str
        Name of the table.
    note : str
        What is said behind the table's meaning.

    Returns
    -------
    list of str
        Lines: a heading, the table's meaning, a row for each field.
    """
    lines = ["", f"## {table}", "", f"{meaning(table)}{note}", ""]
    lines += [
        "| Field | Kind | Unit | Needed | Bounds | Default | Meaning |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in dictionary_rows(table):
        if row["field"] in ("source", "basis"):
            continue
        cells = [f"`{row['field']}`", row["kind"], row["unit"], row["needed"]]
        cells += [row["bounds"], row["default"], row["meaning"]]
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return lines


def _choices(field: Field) -> str:
    return (
        f" One of {', '.join(f'`{choice}`' for choice in field.choices)}." if field.choices else ""
    )


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", r"\<").replace("*", r"\*")
