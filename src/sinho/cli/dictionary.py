"""Command fields: the data dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import examples
from sinho.cli.inputs import chosen
from sinho.cli.options import AsJson
from sinho.cli.show import print_frame, print_json

if TYPE_CHECKING:
    import polars as pl

    from sinho.hub.schema import Field


@examples(
    "sinho fields                             the tables",
    "sinho fields demand                      the fields of one table",
    "sinho fields --json                      the whole data dictionary",
)
def fields(
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="A table; without it all are listed.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the data dictionary: field, type, unit, bounds, default and meaning."""
    import polars as pl

    from sinho.hub.schema import NEEDED, TABLES, meaning
    from sinho.hub.schema import fields as fields_of

    if table is not None:
        chosen("TABLE", table, TABLES, "table")
    names = list(TABLES) if table is None else [table]
    if json:
        print_json({name: _table_json(name) for name in names})
        return
    if table is not None:
        print(f"{table}: {meaning(table).replace('``', '`')}\n")
        print_frame("", fields_frame(fields_of(table).values()))
        print("key: rows must differ in their keys; required: must be given in every row.")
        return
    frame = pl.DataFrame(
        [
            {
                "table": name,
                "needed": "yes" if name in NEEDED else "",
                "fields": len(fields_of(name)),
                "meaning": meaning(name).replace("``", "`"),
            }
            for name in names
        ]
    )
    print_frame("", frame)
    print("`sinho fields TABLE` shows the fields of a table.")


def _table_json(name: str) -> dict[str, Any]:
    from sinho.hub.schema import NEEDED, fields, meaning

    return {
        "meaning": meaning(name),
        "required": name in NEEDED,
        "fields": [
            {
                "name": field.name,
                "type": field.kind,
                "unit": field.unit,
                "meaning": field.meaning,
                "key": field.key,
                "required": field.required,
                "default": field.default,
                "lower": field.lower,
                "lower_open": field.lower_open,
                "upper": field.upper,
                "usual": field.usual,
                "choices": list(field.choices),
                "refers": [".".join(pair) for pair in field.refers],
            }
            for field in fields(name).values()
        ],
    }


def fields_frame(specs: Iterable[Field]) -> pl.DataFrame:
    """Return the fields of a table as a planner reads them."""
    import polars as pl

    return pl.DataFrame(
        [
            {
                "field": spec.name,
                "type": spec.kind,
                "unit": "" if spec.unit == "-" else spec.unit,
                "need": "key" if spec.key else "required" if spec.required else "",
                "default": "" if spec.default is None else _default(spec.default),
                "bounds or choices": spec.bounds,
                "refers to": ", ".join(".".join(pair) for pair in spec.refers),
                "meaning": spec.meaning,
            }
            for spec in specs
        ]
    )


def _default(value: str | float | int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:g}"
