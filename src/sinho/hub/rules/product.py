"""Rules on models, parts, the bill of materials and loads."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, offenders
from sinho.hub.rules.lines import passed_shops
from sinho.hub.schema import ALL, LIST_SEPARATOR

NAMES = (
    ("brands", "brand"),
    ("models", "model"),
    ("parts", "part"),
    ("groups", "group"),
    ("shops", "shop"),
    ("lines", "line"),
    ("patterns", "pattern"),
    ("markets", "market"),
    ("contracts", "contract"),
    ("plants", "plant"),
    ("plant_steps", "step"),
    ("network_models", "model"),
    ("network_markets", "market"),
    ("lanes", "lane"),
    ("network_tariffs", "act"),
    ("quotas", "quota"),
    ("rules_of_origin", "agreement"),
)
LISTED = ("models", "shops", "lines", "markets")


def names_fit_into_lists(t: Tables) -> Iterator[Offence]:
    """Refuse names with the sign that parts a list, where lists may hold them."""
    for table, column in NAMES:
        if table in LISTED and (table != "shops" or t["lines"].height):
            rows = t[table].filter(pl.col(column).str.contains(LIST_SEPARATOR, literal=True))
            rule = f"a name must not hold {LIST_SEPARATOR!r}, which parts the names of a list"
            yield from offenders(table, rows, column, rule, "Use another sign, such as '-'.")


def names_are_on_one_line(t: Tables) -> Iterator[Offence]:
    """Refuse names of more than one line."""
    for table, column in NAMES:
        rows = t[table].filter(pl.col(column).str.contains("[\n\t]"))
        rule = "a name must be one line without tabs"
        yield from offenders(table, rows, column, rule, "Take the line break or tab out.")


def parts_are_no_models(t: Tables) -> Iterator[Offence]:
    """Refuse parts named as a model: loads and stock would be ambiguous."""
    rows = t["parts"].join(t["models"], left_on="part", right_on="model", how="semi")
    rule = "the name is that of a model too"
    yield from offenders("parts", rows, "part", rule, "Rename the part; loads name both by name.")


def production_ends_after_start(t: Tables) -> Iterator[Offence]:
    """Require that production of a model ends after it started."""
    rows = t["models"].filter(pl.col("eop") < pl.col("sop"))
    yield from offenders(
        "models", rows, "eop", lambda r: f"must not be before the start of production ({r['sop']})"
    )


def least_stock_below_most(t: Tables) -> Iterator[Offence]:
    """Require that the least stock of a model is not above its most."""
    rows = t["models"].filter(pl.col("stock_min") > pl.col("stock_max"))
    yield from offenders(
        "models", rows, "stock_min", lambda r: f"must not be above stock_max ({r['stock_max']:g})"
    )


def model_passes_a_shop(t: Tables) -> Iterator[Offence]:
    """Require that every model passes through at least one shop."""
    passed = passed_shops(t)
    if passed is None or t.lacks("loads"):
        return
    rows = t["models"].drop_nulls("model")
    rows = rows.join(passed, left_on="model", right_on="item", how="anti")
    yield from offenders(
        "models",
        rows,
        "model",
        "has no row in loads: it would be built without any shop",
        "Add a row to loads for each shop that it passes through.",
    )


def ramp_has_a_start(t: Tables) -> Iterator[Offence]:
    """Warn of launch ramps of models without a start of production."""
    idle = t["models"].filter(pl.col("sop").is_null())
    rows = t["ramp"].join(idle, on="model", how="semi")
    yield from offenders(
        "ramp",
        rows,
        "model",
        "the model has no sop, so its ramp has no effect",
        "Give its sop in models, or take the ramp out.",
        "warning",
    )


def ramp_rises(t: Tables) -> Iterator[Offence]:
    """Warn of launch ramps that fall."""
    before = pl.col("share").shift().over("model", order_by="month_after_sop").alias("before")
    rows = t["ramp"].drop_nulls(["model", "month_after_sop", "share"]).with_columns(before)
    yield from offenders(
        "ramp",
        rows.filter(pl.col("share") < pl.col("before")),
        "share",
        lambda r: f"is below the share of the month before ({r['before']:g})",
        "A launch ramp rises; check the months.",
        "warning",
    )


def bought_parts_have_a_price(t: Tables) -> Iterator[Offence]:
    """Require a price for parts that may be bought."""
    rows = t["parts"].filter(
        pl.col("supply").is_in(["bought", "both"]), pl.col("buy_cost").is_null()
    )
    yield from offenders(
        "parts",
        rows,
        "buy_cost",
        lambda r: f"must be given where supply is {r['supply']!r}",
        "Give the price per unit; 0 if it is free.",
    )


def made_parts_pass_a_shop(t: Tables) -> Iterator[Offence]:
    """Warn of parts that are made but pass through no shop."""
    if t.lacks("loads"):
        return
    made = t["parts"].filter(pl.col("supply").is_in(["made", "both"]))
    rows = made.join(t["loads"], left_on="part", right_on="item", how="anti")
    yield from offenders(
        "parts",
        rows,
        "part",
        "is made, but has no row in loads: no shop limits it",
        "Add the shop that makes it to loads, or set supply to 'bought'.",
        "warning",
    )


def no_part_contains_itself(t: Tables) -> Iterator[Offence]:
    """Refuse rings in the bill of materials: parts that go, over others, into themselves."""
    bom = t["bom"].drop_nulls(["parent", "part"])
    into: dict[str, list[str]] = {}
    for parent, part in bom.select("parent", "part").iter_rows():
        into.setdefault(parent, []).append(part)
    rows: list[int] = []
    rings: dict[int, list[str]] = {}
    for index, parent, part in bom.select(ROW, "parent", "part").iter_rows():
        path = _path(into, part, parent)
        if path is not None:
            rows.append(index)
            rings[index] = [parent, *path]

    def rule(index: int) -> str:
        return f"a part must not contain itself: {' > '.join(rings[index])}"

    if rows:
        yield Offence("bom", rows, "part", rule, "Take one row of the ring out.")


def _path(into: dict[str, list[str]], start: str, goal: str) -> list[str] | None:
    """Return a way down the bill of materials from one item to another, or None."""
    before: dict[str, str | None] = {start: None}
    queue = [start]
    for item in queue:
        if item == goal:
            path: list[str] = []
            step: str | None = item
            while step is not None:
                path.insert(0, step)
                step = before[step]
            return path
        for part in into.get(item, ()):
            if part not in before:
                before[part] = item
                queue.append(part)
    return None


def names_are_not_all(t: Tables) -> Iterator[Offence]:
    """Refuse the name by which actuals call all models, parts or markets."""
    for table, column in (("models", "model"), ("parts", "part"), ("markets", "market")):
        rows = t[table].filter(pl.col(column) == ALL)
        yield from offenders(
            table, rows, column, f"{ALL!r} stands for all of them", "Choose another name."
        )


RULES: tuple[Rule, ...] = (
    names_fit_into_lists,
    names_are_on_one_line,
    names_are_not_all,
    parts_are_no_models,
    production_ends_after_start,
    least_stock_below_most,
    model_passes_a_shop,
    ramp_has_a_start,
    ramp_rises,
    bought_parts_have_a_price,
    made_parts_pass_a_shop,
    no_part_contains_itself,
)
