"""Rules on the order bank: what orders ask for, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.calendar import line_days
from sinho.hub.hub import Hub
from sinho.hub.lines import ONE_LINE, lines_of
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, also, doubts, firsts, named, offenders
from sinho.hub.rules.lines import ways_of
from sinho.hub.rules.messages import ORDER_RULES
from sinho.hub.rules.on_lines import fit_their_line
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.hub.vin import wrong_vins


def colours_of(table: pl.DataFrame, models: list[str]) -> pl.DataFrame:
    """Return the colours in which each model can be ordered.

    Parameters
    ----------
    table : polars.DataFrame
        Table ``colours``.
    models : list of str
        Models.

    Returns
    -------
    polars.DataFrame
        ``model``, ``colour``, ``share`` (weight): a model's own rows, or those of all where it
        has none.
    """
    rows = table.select("model", "colour", "share").drop_nulls()
    own = rows.filter((pl.col("model") != ALL) & pl.col("model").is_in(models))
    others = pl.DataFrame({"model": models}, schema={"model": pl.String})
    others = others.join(own, on="model", how="anti", maintain_order="left")
    shared = rows.filter(pl.col("model") == ALL).drop("model")
    return pl.concat([own, others.join(shared, how="cross")])


def colours_are_the_models(t: Tables) -> Iterator[Offence]:
    """Require a colour that the model can be ordered in, where colours are listed."""
    if t["colours"].is_empty() or t["orders"].is_empty() or t.lacks("colours"):
        return
    models = t["models"]["model"].drop_nulls().to_list()
    known = colours_of(t["colours"], models)
    rows = (
        t["orders"]
        .drop_nulls(["model", "colour"])
        .join(known.select("model").unique(), on="model", how="semi")
        .join(known, on=["model", "colour"], how="anti", maintain_order="left")
    )
    names = {str(model): part["colour"].to_list() for (model,), part in known.group_by("model")}
    every = set(known["colour"].to_list())

    def rule(r: dict[str, object]) -> str:
        if r["colour"] in every:
            return f"{r['model']} does not come in this colour"
        return "there is no such colour"

    def hint(r: dict[str, object]) -> str:
        near = nearest(str(r["colour"]), names[str(r["model"])])
        return f"{near} Or add it to colours."

    yield from offenders("orders", rows, "colour", rule, hint)


def _members(orders: pl.DataFrame) -> pl.DataFrame:
    """Return position, model and option of the orders, one row for each option."""
    return (
        orders.select(ROW, "model", "options")
        .drop_nulls("options")
        .with_columns(pl.col("options").str.split(LIST_SEPARATOR).alias("option"))
        .explode("option")
    )


def options_stand_once(t: Tables) -> Iterator[Offence]:
    """Refuse orders that name an option twice."""
    names = pl.col("options").str.split(LIST_SEPARATOR)
    rows = t["orders"].drop_nulls("options").filter(names.list.n_unique() < names.list.len())
    yield from offenders("orders", rows, "options", "names an option twice", "Name it once.")


def options_fit_together(t: Tables) -> Iterator[Offence]:
    """Require what an option needs, and refuse what it excludes."""
    rules = t["option_rules"].drop_nulls(["model", "option", "kind", "other"])
    if rules.is_empty() or t["orders"].is_empty() or t.lacks("option_rules"):
        return
    named = pl.concat([rules["option"], rules["other"]]).unique()
    held = _members(t["orders"]).filter(pl.col("option").is_in(named.implode()))
    rules = rules.select(pl.col("model").alias("of"), "option", "kind", "other")
    bound = held.join(rules, on="option", maintain_order="left").filter(
        (pl.col("of") == ALL) | (pl.col("of") == pl.col("model"))
    )
    both = held.select(ROW, pl.col("option").alias("other"))
    needs, refuses = pl.col("kind") == "requires", pl.col("kind") == "excludes"
    missing = bound.filter(needs).join(both, on=[ROW, "other"], how="anti", maintain_order="left")
    yield from offenders(
        "orders",
        missing,
        "options",
        lambda r: f"{r['option']} requires {r['other']}",
        lambda r: f"Add {r['other']}, or take {r['option']} out.",
    )
    clash = bound.filter(refuses).join(both, on=[ROW, "other"], how="semi", maintain_order="left")
    yield from offenders(
        "orders",
        clash,
        "options",
        lambda r: f"{r['option']} excludes {r['other']}",
        "Take one of the two out.",
    )


def brands_are_the_models(t: Tables) -> Iterator[Offence]:
    """Require the brand under which the model is sold."""
    sold = t["models"].select("model", pl.col("brand").alias("sold"))
    rows = t["orders"].drop_nulls("brand").join(sold, on="model", maintain_order="left")
    rows = rows.filter(
        (pl.col("brand") != pl.col("sold")) & pl.col("brand").is_in(t["brands"]["brand"].to_list())
    )
    yield from offenders(
        "orders",
        rows,
        "brand",
        lambda r: f"{r['model']} is sold under {r['sold']!r}",
        "Change the brand or the model, or empty the cell.",
    )


def orders_lie_in_production(t: Tables) -> Iterator[Offence]:
    """Require orders between start and end of production of their model."""
    orders = t["orders"].join(
        t["models"].select("model", "sop", "eop").drop_nulls("model").unique("model"),
        on="model",
        maintain_order="left",
    )
    for column in ("wanted", "fixed"):
        yield from offenders(
            "orders",
            orders.filter(pl.col(column) < pl.col("sop")),
            column,
            lambda r: f"is before the start of production of {r['model']} ({r['sop']})",
            "Choose a later day, or give an earlier sop in models.",
        )
    yield from offenders(
        "orders",
        orders.filter(pl.col("fixed") > pl.col("eop")),
        "fixed",
        lambda r: f"is after the end of production of {r['model']} ({r['eop']})",
        "Choose an earlier day, or give a later eop in models.",
    )
    yield from offenders(
        "orders",
        orders.filter(pl.col("wanted") > pl.col("eop")),
        "wanted",
        lambda r: (
            f"is after the end of production of {r['model']} ({r['eop']}): it has to be built "
            "before and to wait"
        ),
        "Check the day and the model.",
        "warning",
    )


def worked_on(t: Tables, dates: pl.Series) -> pl.DataFrame | None:
    """Return the days of each line among some dates: ``on`` and ``date``; None: not to be told."""
    needed = ("hub", "shops", "loads", "calendar", "models", "lines", "model_lines")
    if dates.is_empty() or t.lacks(*needed):
        return None
    settings = t["hub"].drop_nulls(["country", "start", "end", "weekend", "public_holidays"])
    if settings.height != 1:
        return None
    first, last = dates.min(), dates.max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    hub = Hub(t)
    try:
        works = [
            (line.name, day) for line in lines_of(hub) for day in line_days(hub, first, last, line)
        ]
    except KeyError:  # a country without known holidays, reported already
        return None
    return pl.DataFrame(works, schema={"on": pl.String, "date": pl.Date}, orient="row")


def fixed_days_are_worked(t: Tables) -> Iterator[Offence]:
    """Require fixed days on which a line works that can build the order."""
    fixed = t["orders"].drop_nulls("fixed")
    days = worked_on(t, fixed["fixed"])
    if days is None:
        return
    days = days.rename({"date": "fixed"})
    ways = ways_of(t).select("model", pl.col("line").alias("on"))
    able = fixed.join(ways, on="model", maintain_order="left")
    able = able.filter(pl.col("line").is_null() | (pl.col("line") == pl.col("on")))
    working = able.join(days, on=["on", "fixed"], how="semi")
    count = pl.len().over(ROW).alias("lines")
    rows = able.with_columns(count).join(working, on=ROW, how="anti", maintain_order="left")

    def rule(r: dict[str, object]) -> str:
        line = "the line" if r["on"] == ONE_LINE else f"line {r['on']}"
        if r["lines"] == 1:
            return f"{line} rests on this day ({r['fixed']:%A})"
        return f"no line that builds {r['model']} works on this day ({r['fixed']:%A})"

    hint = "Choose a working day, or empty the cell."
    yield from offenders("orders", rows, "fixed", rule, hint)


def cars_stand_on_worked_days(t: Tables) -> Iterator[Offence]:
    """Warn of days of cars on which their line rests, once each."""
    cars = t["cars"].drop_nulls("date").with_columns(pl.col("line").fill_null(ONE_LINE).alias("on"))
    days = worked_on(t, cars["date"])
    if days is None:
        return
    rows = cars.filter(pl.col("on").is_in([line.name for line in lines_of(Hub(t))]))
    rows = rows.join(days, on=["on", "date"], how="anti", maintain_order="left")

    def rule(r: dict[str, object]) -> str:
        line = "the line" if r["on"] == ONE_LINE else f"line {r['on']}"
        return f"{line} rests on this day ({r['date']:%A}){also(int(str(r['count'])))}"

    rows = firsts(rows, "on", "date")
    yield from doubts("cars", rows, "date", rule, "Look at the date, and at calendar.")


def orders_fit_their_line(t: Tables) -> Iterator[Offence]:
    """Require that orders are fixed to a line that builds their model, and from its start on."""
    orders = t["orders"].drop_nulls(["model", "line"])
    rows = t["orders"].filter(pl.col("former").is_null() & pl.col("former_line").is_not_null())
    rule = "has no meaning without a former day"
    yield from offenders("orders", rows, "former_line", rule, "Give former, too.", "warning")
    yield from fit_their_line(t, "orders", orders, "fixed")


def vins_are_right(t: Tables) -> Iterator[Offence]:
    """Require VINs as the destination asks for them, each once."""
    orders = t["orders"].drop_nulls("vin")
    if orders.is_empty():
        return
    country = t["markets"].select("market", "country").drop_nulls("market").unique("market")
    wrong = wrong_vins(orders.join(country, on="market", how="left", maintain_order="left"))
    yield from offenders(
        "orders", wrong, "vin", lambda r: str(r["reason"]), lambda r: str(r["hint"])
    )
    again = orders.with_columns(
        pl.col(ROW).first().over("vin").alias("first"),
        pl.col("order").first().over("vin").alias("other"),
    ).filter(pl.col(ROW) != pl.col("first"))
    yield from offenders(
        "orders",
        again,
        "vin",
        lambda r: f"{named('order', r['other'])} has this VIN already",
        "A VIN belongs to one car.",
    )


RULES: tuple[Rule, ...] = (
    colours_are_the_models,
    options_stand_once,
    options_fit_together,
    brands_are_the_models,
    orders_lie_in_production,
    fixed_days_are_worked,
    cars_stand_on_worked_days,
    orders_fit_their_line,
    vins_are_right,
    *ORDER_RULES,
)
