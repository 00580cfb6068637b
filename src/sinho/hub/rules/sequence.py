"""Rules on the cars of a day and on the rules for their sequence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, doubts, named, offenders, with_members
from sinho.hub.schema import HARD, LIST_SEPARATOR, SEQUENCE

ATTRIBUTES = ("brand", "model", "trim", "colour", "market")
"""Columns of ``cars`` that are attributes; further ones stand in column ``further``."""

ORDERED = ("brand", "model", "colour", "market")
"""Attributes of the cars of a run, which its orders say."""

EQUALS = "="


@dataclass(frozen=True)
class Takes:
    """The parameters of a kind of rule: columns of ``sequence_rules``."""

    needed: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


TAKES: Mapping[str, Takes] = {
    "ratio": Takes(("option", "most", "window"), ("from_place", "to_place")),
    "changes": Takes(("attribute",), ("shop",)),
    "run": Takes(("attribute",), ("least", "most", "value", "shop")),
    "spread": Takes(("option",)),
    "forbidden": Takes(("attribute",), ("shop",)),
    "changeover": Takes(("attribute",), ("cost", "shop")),
    "maximum": Takes(("option", "most"), ("per",)),
    "overload": Takes(("base", "takt", "length"), ("from_place", "to_place")),
    "window": Takes(),
    "pinned": Takes(),
    "frozen": Takes(("first",)),
}
"""What each kind of rule is given."""

_PARAMETERS = tuple(
    dict.fromkeys(name for takes in TAKES.values() for name in (*takes.needed, *takes.allowed))
)


def of_the_day() -> pl.Expr:
    """Return whether a car is built on its day; the others stand before it."""
    return pl.col("position").is_null() | (pl.col("position") > 0)


def cars_are_dated_alike(t: Tables) -> Iterator[Offence]:
    """Require a date in every row of ``cars`` or in none."""
    cars = t["cars"]
    if cars["date"].null_count() == cars.height:
        return
    rows = cars.filter(pl.col("date").is_null())
    rule = "must be given, as other cars have a date"
    yield from offenders("cars", rows, "date", rule)


def cars_have_a_line(t: Tables) -> Iterator[Offence]:
    """Require a line in every row of ``cars`` or in none, and in every row of a hub with several.

    Where the lines are not known, as in tables that stand alone, tell of rules for other lines than
    the cars have.
    """
    cars, lines = t["cars"], t["lines"]["line"].drop_nulls()
    rows = cars.filter(pl.col("line").is_null())
    if lines.len() > 1:
        hint = nearest("", lines.to_list())
        yield from offenders("cars", rows, "line", "must be given: the plant has lines", hint)
    elif rows.height < cars.height:
        yield from offenders("cars", rows, "line", "must be given, as other cars have a line")
    if not t.lacks("lines") or t.lacks("cars") or cars.is_empty():
        return
    known = cars["line"].drop_nulls().unique().sort().to_list()
    rows = with_members(t["sequence_rules"], "lines").filter(~pl.col("member").is_in(known))
    yield from offenders(
        "sequence_rules",
        rows,
        "lines",
        lambda r: f"no car is built on a line {r['member']!r}",
        lambda r: nearest(str(r["member"]), known) or "Name the lines of the cars in column line.",
        "warning",
    )


def cars_stand_once(t: Tables) -> Iterator[Offence]:
    """Refuse a car that stands twice in one day, or a place of a line's day that does."""
    cars = t["cars"].filter(of_the_day())
    for column, said in (("car", "the car stands twice in its day"), ("position", "")):
        keys = ["date", column] if said else ["date", "line", column]
        rows = cars.drop_nulls(column).with_columns(
            pl.col("car").first().over(keys).alias("other"),
            pl.col(ROW).first().over(keys).alias("first"),
        )
        rows = rows.filter(pl.col(ROW) != pl.col("first"))

        def rule(r: dict[str, object], said: str = said) -> str:
            return said or f"{named('car', r['other'])} has this place of the day already"

        hint = "A car is built once." if column == "car" else "Each place holds one car."
        yield from offenders("cars", rows, column, rule, hint)


def places_lie_in_the_day(t: Tables) -> Iterator[Offence]:
    """Require earliest, latest and pinned places within the day, the earliest first."""
    cars = t["cars"].with_columns(of_the_day().sum().over("date", "line").alias("size"))
    sizes = cars.select("car", "date", "size", "position").filter(of_the_day())
    windows = t["car_windows"].join(
        sizes.group_by("car").agg(pl.col("size").max()), on="car", how="left", maintain_order="left"
    )
    for table, frame, columns in (
        ("cars", cars, ("earliest", "latest", "pinned")),
        ("car_windows", windows, ("earliest", "latest")),
    ):
        for column in columns:
            rows = frame.filter(pl.col(column) > pl.col("size"))
            yield from offenders(
                table, rows, column, lambda r: f"the day has {r['size']} cars, and as many places"
            )
        rows = frame.filter(pl.col("earliest") > pl.col("latest"))
        rule = "the earliest place lies behind the latest"
        yield from offenders(table, rows, "earliest", rule)
    before = cars.filter(~of_the_day())
    for column in ("earliest", "latest", "pinned"):
        rule = "the car is built already (its position is 0 or less)"
        rows = before.drop_nulls(column)
        yield from offenders("cars", rows, column, rule, "Empty the cell.")


def further_attributes_are_named(t: Tables) -> Iterator[Offence]:
    """Require further attributes as name=value, each once, none of the columns' names."""
    members = with_members(t["cars"].select(ROW, "further"), "further").with_columns(
        pl.col("member").str.split_exact(EQUALS, 1).struct.field("field_0").alias("name")
    )
    rows = members.filter(~pl.col("member").str.contains(r"^[^=]*[^=\s][^=]*=.*\S"))
    yield from offenders(
        "cars", rows, "further", lambda r: f"{r['member']!r} must be written as name=value"
    )
    rows = members.filter(pl.col("name").is_in(["car", "position", *ATTRIBUTES]))
    yield from offenders(
        "cars",
        rows,
        "further",
        lambda r: f"{r['name']} is no further attribute",
        lambda r: f"Give it in column {r['name']}.",
    )
    rows = members.filter(pl.struct(ROW, "name").is_duplicated())
    yield from offenders(
        "cars", rows, "further", lambda r: f"attribute {r['name']!r} is given twice"
    )


def attribute_names(cars: pl.DataFrame) -> list[str]:
    """Return the attributes that some car has: columns in their order, then further ones."""
    names = [name for name in ATTRIBUTES if cars[name].null_count() < cars.height]
    members = with_members(cars.select("further"), "further")["member"]
    more = members.str.split(EQUALS).list.first().unique(maintain_order=True).to_list()
    return [*names, *(name for name in more if name)]


def attributes_are_known(t: Tables) -> Iterator[Offence]:
    """Require that rules speak of attributes that the cars have, and that every car has them."""
    if t.lacks("cars"):
        return
    rules, cars = t["sequence_rules"], t["cars"]
    known = list(ORDERED) if cars.is_empty() else attribute_names(cars)
    rows = rules.drop_nulls("attribute").filter(~pl.col("attribute").is_in(known))

    def hint(r: dict[str, object]) -> str:
        return nearest(str(r["attribute"]), known) or "Give it for the cars first."

    if not cars.is_empty():
        yield from offenders("sequence_rules", rows, "attribute", "no car has this attribute", hint)
    elif not t.lacks("models"):
        rule = "no car of a run has this attribute"
        yield from offenders("sequence_rules", rows, "attribute", rule, hint)
    if not t.lacks("models"):
        rows = rules.filter(pl.col("attribute").is_in([n for n in known if n not in ORDERED]))
        rule = "the cars of a run do not have this attribute, so `sinho run` refuses the rule"
        phrase = f"Orders have {', '.join(ORDERED)}."
        yield from doubts("sequence_rules", rows, "attribute", rule, phrase)
    used = rules["attribute"].drop_nulls().unique().to_list()
    for name in known:
        if name not in used:
            continue
        own = rules.filter(pl.col("attribute") == name)["lines"]
        compared = cars
        if not own.null_count():
            lines = own.str.split(LIST_SEPARATOR).explode()
            compared = cars.filter(pl.col("line").is_in(lines.implode()) | pl.col("line").is_null())
        if name in ATTRIBUTES:
            rows, column = compared.filter(pl.col(name).is_null()), name
        else:
            given = ("(^|;)" + _escaped(name) + EQUALS, "further")
            rows = compared.filter(~pl.col("further").fill_null("").str.contains(given[0]))
            column = given[1]
        rule = f"{name} must be given: a rule compares it"
        yield from offenders("cars", rows, column, rule)


def _escaped(text: str) -> str:
    return "".join(letter if letter.isalnum() else f"\\{letter}" for letter in text)


def rules_are_complete(t: Tables) -> Iterator[Offence]:
    """Require the parameters of each kind of rule, and no others."""
    for kind, takes in TAKES.items():
        rules = t["sequence_rules"].filter(pl.col("kind") == kind)
        for name in takes.needed:
            rows = rules.filter(pl.col(name).is_null())
            rule = f"must be given for a rule of kind {kind}"
            yield from offenders("sequence_rules", rows, name, rule)
        for name in _PARAMETERS:
            if name not in (*takes.needed, *takes.allowed):
                rows = rules.drop_nulls(name)
                rule = f"has no meaning for a rule of kind {kind}"
                yield from offenders("sequence_rules", rows, name, rule, "Empty the cell.")
        if kind in ("pinned", "frozen"):
            rows = rules.filter(pl.col("level") != HARD)
            rule = f"a rule of kind {kind} is always hard"
            yield from offenders("sequence_rules", rows, "level", rule, "Empty the cell.")


def rules_can_be_broken_and_kept(t: Tables) -> Iterator[Offence]:
    """Require runs that are possible and stations as long as the takt; tell of idle ratios."""
    rules = t["sequence_rules"]
    rows = rules.filter((pl.col("kind") == "ratio") & (pl.col("most") >= pl.col("window")))

    def ratio(r: dict[str, object]) -> str:
        return f"the rule says nothing: the ratio {r['most']}/{r['window']} can never be broken"

    yield from offenders("sequence_rules", rows, "window", ratio, severity="warning")
    rows = rules.filter(pl.col("from_place") > pl.col("to_place"))
    yield from offenders("sequence_rules", rows, "to_place", "lies before from_place")
    runs = rules.filter(pl.col("kind") == "run")
    rows = runs.filter(pl.col("most") == 0)
    yield from offenders("sequence_rules", rows, "most", "a run holds at least one car")
    rows = runs.filter((pl.col("most") > 0) & (pl.col("least") > pl.col("most")))
    rule = "the shortest run is longer than the longest"
    yield from offenders("sequence_rules", rows, "least", rule)
    rows = rules.filter((pl.col("kind") == "overload") & (pl.col("length") < pl.col("takt")))
    rule = "the station is shorter than the takt"
    hint = "Give its length in minutes of line travel, at least the takt."
    yield from offenders("sequence_rules", rows, "length", rule, hint)


def details_belong_to_their_kind(t: Tables) -> Iterator[Offence]:
    """Require that changeovers, operations and car windows belong to a rule of the right kind."""
    kinds = t["sequence_rules"].select("rule", "kind")
    for table, wanted in (
        ("changeovers", ("changeover", "forbidden")),
        ("operations", ("overload",)),
        ("car_windows", ("window", "pinned")),
    ):
        joined = t[table].join(kinds, on="rule", how="inner", maintain_order="left")
        rows = joined.filter(~pl.col("kind").is_in(list(wanted)))
        yield from offenders(
            table,
            rows,
            "rule",
            lambda r, w=wanted: f"the rule is of kind {r['kind']}, not {' or '.join(w)}",  # type: ignore[misc]
        )
        if table == "changeovers":
            rows = joined.filter((pl.col("kind") == "changeover") & pl.col("cost").is_null())
            yield from offenders(table, rows, "cost", "must be given for a rule of kind changeover")
        if table == "car_windows":
            pins = joined.filter(pl.col("kind") == "pinned")
            rows = pins.filter(~pl.col("earliest").eq_missing(pl.col("latest")))
            rule = "a pinned car has one place: earliest and latest are equal"
            yield from offenders(table, rows, "latest", rule)
    if not t.lacks("cars"):
        lines = t["cars"].select("car", "line").drop_nulls().unique("car", maintain_order=True)
        held = t["sequence_rules"].select("rule", pl.col("lines").str.split(LIST_SEPARATOR))
        joined = t["car_windows"].join(held, on="rule", maintain_order="left")
        rows = joined.join(lines, on="car", maintain_order="left").filter(
            ~pl.col("lines").list.contains(pl.col("line"))
        )
        yield from offenders(
            "car_windows",
            rows,
            "car",
            lambda r: f"the rule does not hold on line {r['line']}, on which the car is built",
            "Name the line in lines of sequence_rules, or take the row out.",
            "warning",
        )
    forbidden = t["sequence_rules"].filter(
        (pl.col("kind") == "forbidden") & ~pl.col("rule").is_in(t["changeovers"]["rule"].to_list())
    )
    if not t.lacks("changeovers"):
        rule = "the rule forbids nothing: changeovers has no row for it"
        yield from offenders("sequence_rules", forbidden, "rule", rule, severity="warning")


def levels_are_sound(t: Tables) -> Iterator[Offence]:
    """Require weights for all levels or none, and no level that is called hard."""
    levels = t["sequence_levels"]
    if 0 < levels["weight"].null_count() < levels.height:
        rows = levels.filter(pl.col("weight").is_null())
        rule = "must be given, as other levels have a weight"
        yield from offenders("sequence_levels", rows, "weight", rule)
    rows = levels.filter(pl.col("level") == HARD)
    rule = "no level can be called hard: it says that a rule must be kept"
    yield from offenders("sequence_levels", rows, "level", rule)


def names_can_be_listed(t: Tables) -> Iterator[Offence]:
    """Require options without the sign that parts lists."""
    rows = t["options"].filter(pl.col("option").str.contains(LIST_SEPARATOR, literal=True))
    rule = f"must not hold {LIST_SEPARATOR!r}, which parts the names of a list"
    yield from offenders("options", rows, "option", rule)


_RULES: tuple[Rule, ...] = (
    names_can_be_listed,
    cars_are_dated_alike,
    cars_have_a_line,
    cars_stand_once,
    places_lie_in_the_day,
    further_attributes_are_named,
    attributes_are_known,
    levels_are_sound,
    rules_are_complete,
    rules_can_be_broken_and_kept,
    details_belong_to_their_kind,
)


def days_are_sound(t: Tables) -> Iterator[Offence]:
    """Check cars and rules by all of the above, where the hub has any."""
    if all(t[name].is_empty() for name in SEQUENCE):
        return
    for rule in _RULES:
        yield from rule(t)


RULES: tuple[Rule, ...] = (days_are_sound,)
