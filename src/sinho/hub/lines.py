"""The lines of a plant: the shops that each passes, the models that it builds, and their loads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sinho.hub.hub import Hub
from sinho.hub.schema import LIST_SEPARATOR

ONE_LINE = "line"
"""Name of the one line of a hub whose table ``lines`` has no rows."""

CAR_SHOPS = ("press", "body", "paint", "assembly")
"""Kinds of shops that cars pass through."""

ASSEMBLY = "assembly"


@dataclass(frozen=True)
class Line:
    """A line: what a sequence of cars belongs to.

    Parameters
    ----------
    name : str
        Its name.
    shops : tuple of str
        The shops that its cars pass through, in order.
    shared : tuple of str
        Those of them that cars of other lines pass through too.
    point : str
        Shop by whose rate and hours its days are filled; empty where table ``lines`` has no rows:
        then it is the shop that the plan loads most.
    group : str
        Shop group whose days it works; empty as ``point``.
    """

    name: str
    shops: tuple[str, ...]
    shared: tuple[str, ...] = ()
    point: str = ""
    group: str = ""

    @property
    def owns(self) -> tuple[str, ...]:
        """The shops that cars of no other line pass through, in order."""
        return tuple(shop for shop in self.shops if shop not in self.shared)


def lines_of(hub: Hub) -> tuple[Line, ...]:
    """Return the lines of a hub in the order of table ``lines``.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    tuple of Line
        Where the table has no rows: one, `ONE_LINE`, which owns every shop that cars pass through.
    """
    table = hub["lines"]
    if table.is_empty():
        passed = hub["shops"].filter(pl.col("shop").is_in(_passed(hub)["shop"].unique().implode()))
        return (Line(ONE_LINE, tuple(passed["shop"])),)
    known = hub["shops"].select("shop", "kind", "group").iter_rows()
    shops = {shop: (kind, group) for shop, kind, group in known}
    found = []
    for row in table.drop_nulls("line").iter_rows(named=True):
        line = Line(row["line"], _names(row["shops"]), _names(row["shared"]))
        own = [shop for shop in line.owns if shop in shops]
        last = [shop for shop in own if shops[shop][0] == ASSEMBLY] or own or [""]
        point = row["point"] or last[-1]
        group = row["group"] or shops.get(point, ("", ""))[1]
        found.append(Line(line.name, line.shops, line.shared, point, group))
    return tuple(found)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(LIST_SEPARATOR)) if text else ()


def rule_lines(hub: Hub) -> dict[str, tuple[str, ...]]:
    """Return the lines whose cars each rule of ``sequence_rules`` that names a shop counts.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    dict of str to tuple of str
        By the name of the rule: the lines that pass its shop, in the order of table ``lines``.
    """
    lines = lines_of(hub)
    rules = hub["sequence_rules"].drop_nulls(["rule", "shop"]).select("rule", "shop")
    return {
        rule: tuple(line.name for line in lines if shop in line.shops)
        for rule, shop in rules.iter_rows()
    }


def routes(hub: Hub) -> pl.DataFrame:
    """Return which models can be built on which lines.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    polars.DataFrame
        ``model``, ``line``, ``preferred`` (where a model prefers no line, it prefers all),
        ``extra_cost`` (currency per car), ``start`` (first day; null: from its SOP on) and
        ``least_lot`` (cars a month; null: no least), in the order of the models, then of the
        lines. Without table ``lines`` every model is built on `ONE_LINE`.
    """
    return _routes(hub).select(_ROUTE)


_ROUTE = ["model", "line", "preferred", "extra_cost", "start", "least_lot"]


def _routes(hub: Hub) -> pl.DataFrame:
    """Return the routes, with the model's ``load`` of the line's own shops (null: none given)."""
    models = hub["models"].select("model").drop_nulls()
    given = hub["model_lines"].select(*_ROUTE, "load").drop_nulls(["model", "line"])
    if hub["lines"].is_empty():
        pairs = models.with_columns(pl.lit(ONE_LINE).alias("line"))
        given = given.clear()
    else:
        lines = lines_of(hub)
        points = pl.DataFrame(
            {"line": [line.name for line in lines], "shop": [line.point for line in lines]},
            schema={"line": pl.String, "shop": pl.String},
        )
        loads = hub["loads"].select(pl.col("item").alias("model"), "shop").unique()
        named = given.select("model", "line", pl.lit(True).alias("named"))
        pairs = (
            models.join(points, how="cross")
            .join(named, on=["model", "line"], how="left", maintain_order="left")
            .join(
                loads.with_columns(pl.lit(True).alias("loaded")),
                on=["model", "shop"],
                how="left",
                maintain_order="left",
            )
            .filter(
                pl.col("named").fill_null(False)
                | (~pl.col("model").is_in(given["model"].implode()) & pl.col("loaded"))
            )
            .select("model", "line")
        )
    found = pairs.join(given, on=["model", "line"], how="left", maintain_order="left")
    preferred = pl.col("preferred").fill_null(False)
    return found.with_columns(
        preferred | ~preferred.any().over("model"), pl.col("extra_cost").fill_null(0.0)
    )


def line_loads(hub: Hub) -> pl.DataFrame:
    """Return what a car takes of the shops of a line: ``model, line, shop, load``.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    polars.DataFrame
        One row for each shop of the line that the model passes through, in the order of `routes`,
        then of the line's shops. The load (car equivalents a car) is that of table ``loads``; for
        a shop that the line owns and ``loads`` does not name, that of ``model_lines``.
    """
    if hub["lines"].is_empty():
        return _passed(hub).select("model", pl.lit(ONE_LINE).alias("line"), "shop", "load")
    passed = pl.DataFrame(
        [
            (line.name, shop, shop in line.owns)
            for line in lines_of(hub)
            for shop in dict.fromkeys(line.shops)
        ],
        schema={"line": pl.String, "shop": pl.String, "own": pl.Boolean},
        orient="row",
    )
    loads = hub["loads"].select(pl.col("item").alias("model"), "shop", pl.col("load").alias("at"))
    assumed = pl.when("own").then(pl.col("load"))
    return (
        _routes(hub)
        .join(passed, on="line", maintain_order="left_right")
        .join(loads, on=["model", "shop"], how="left", maintain_order="left")
        .select("model", "line", "shop", pl.coalesce("at", assumed).alias("load"))
        .drop_nulls("load")
    )


def car_loads(hub: Hub) -> pl.DataFrame:
    """Return the loads of models on the shops that cars pass through: ``model, shop, load``.

    They are the shops of the lines. In a hub without lines, press, body, paint and assembly are
    such shops; what a model takes of shops for its components is planned by months, and by their
    own campaigns. Where no model loads any of the four, all shops count that models load.
    """
    if hub["lines"].is_empty():
        return _passed(hub)
    loads = line_loads(hub).select("model", "shop", "load")
    return loads.unique(["model", "shop"], maintain_order=True)


def _passed(hub: Hub) -> pl.DataFrame:
    """Return the loads of models on the shops that cars pass through by their kinds."""
    models = hub["loads"].join(hub["models"], left_on="item", right_on="model", how="semi")
    kinds = hub["shops"].filter(pl.col("kind").is_in(CAR_SHOPS))
    passed = models.join(kinds, on="shop", how="semi")
    return (models if passed.is_empty() else passed).select(
        pl.col("item").alias("model"), "shop", "load"
    )
