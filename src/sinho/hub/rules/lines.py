"""Rules on the lines of the plant, and on what names them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.calendar import line_days, worked_days
from sinho.hub.hub import Hub
from sinho.hub.lines import CAR_SHOPS, ONE_LINE, Line, line_loads, lines_of, routes
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import (
    Rule,
    Tables,
    also,
    doubts,
    firsts,
    month,
    offenders,
    unexplained,
    with_members,
)
from sinho.hub.schema import ALL, ROUTE_TABLES
from sinho.hub.text import FILE_NAME
from sinho.units import next_month

ONE_DAY = dt.timedelta(days=1)


def has_lines(t: Tables) -> bool:
    """Return whether the hub has lines that can be judged."""
    return not t["lines"].is_empty() and not t.lacks(*ROUTE_TABLES)


def ways_of(t: Tables) -> pl.DataFrame:
    """Return which models can be built on which lines, as `routes`."""
    return t.made("routes", ROUTE_TABLES, lambda: routes(Hub(t)))


def _named(t: Tables) -> dict[str, Line]:
    """Return the lines by name."""
    return {line.name: line for line in lines_of(Hub(t))}


def lines_are_whole(t: Tables) -> bool:
    """Return whether all that lines pass is known, so that what no line passes can be told."""
    lines = t["lines"]
    names = with_members(lines.drop_nulls("shops"), "shops")["member"]
    given = lines.drop_nulls(["line", "shops"])
    return (
        given["line"].n_unique() == lines.height and names.is_in(t["shops"]["shop"].implode()).all()
    )


def passed_shops(t: Tables) -> pl.DataFrame | None:
    """Return which models and parts (``item``) pass through which ``shop``; None: not known."""
    if t.lacks("lines", "model_lines") or (has_lines(t) and not lines_are_whole(t)):
        return None
    loads = t["loads"].select("item", "shop")
    if not has_lines(t):
        return loads

    def passed() -> pl.DataFrame:
        ways = line_loads(Hub(t)).select(pl.col("model").alias("item"), "shop")
        return pl.concat([loads, ways]).unique(maintain_order=True)

    return t.made("passed", ROUTE_TABLES, passed)


def line_names_name_files(t: Tables) -> Iterator[Offence]:
    """Require names of lines that can be part of a file's name, and not that of all lines."""
    rows = t["lines"].filter(~pl.col("line").str.contains(FILE_NAME))
    rule = "the files of a line's days are named after it, and no file can have this name"
    hint = "Use letters, digits, '-' and '_', such as line-2."
    yield from offenders("lines", rows, "line", rule, hint)
    rows = t["lines"].filter(pl.col("line") == ALL)
    rule = f"{ALL!r} stands for all lines in slot_limits and entitlements"
    yield from offenders("lines", rows, "line", rule, "Choose another name.")
    rows = t["lines"].filter(pl.col("line") == ONE_LINE)
    if t["lines"].height > 1:
        rule = f"{ONE_LINE!r} is the name of the line of a plant with one"
        yield from offenders("lines", rows, "line", rule, "Choose another name.")


def _together(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each row of ``lines``, with all members named that offend."""
    named = rows.group_by(ROW, maintain_order=True).agg(
        pl.col("member").unique(maintain_order=True)
    )
    return named.with_columns(pl.col("member").list.join(", "))


def shops_belong_to_lines(t: Tables) -> Iterator[Offence]:
    """Require that each line owns a shop, that no other line passes what it owns.

    Shared shops are some of the line's, and other lines share them.
    """
    if not has_lines(t):
        return
    # a name that stands twice is told as such
    lines = (
        t["lines"].drop_nulls(["line", "shops"]).unique("line", keep="first", maintain_order=True)
    )
    passed = with_members(lines, "shops").select(ROW, "line", "shared", "member")
    passed = passed.unique([ROW, "member"], maintain_order=True)
    shared = with_members(lines, "shared").unique([ROW, "member"], maintain_order=True)
    strange = shared.join(passed, on=[ROW, "member"], how="anti", maintain_order="left")
    yield from offenders(
        "lines",
        _together(strange),
        "shared",
        lambda r: f"not among the line's shops: {r['member']}",
        "shared names those of the line's shops that other lines pass too.",
    )
    also_by = passed.join(passed, on="member", suffix="_other", maintain_order="left_right")
    also_by = also_by.filter(pl.col(ROW) != pl.col(f"{ROW}_other"))
    owned = passed.join(shared, on=[ROW, "member"], how="anti", maintain_order="left")
    clash = also_by.join(owned, on=[ROW, "member"], how="semi", maintain_order="left")
    others = pl.format("{} ({})", "member", "line_other").alias("member")
    yield from offenders(
        "lines",
        _together(clash.select(ROW, others)),
        "shops",
        lambda r: f"other lines pass through shops that the line does not share: {r['member']}",
        "Name them in shared of each of these lines, or take them out of shops of one.",
    )
    alone = shared.join(passed, on=[ROW, "member"], how="semi", maintain_order="left")
    alone = alone.join(also_by, on=[ROW, "member"], how="anti", maintain_order="left")
    if not lines_are_whole(t):
        alone = alone.clear()
    yield from doubts(
        "lines",
        _together(unexplained(alone)),
        "shared",
        lambda r: f"no other line passes through {r['member']}",
        "Take it out of shared, or name it in shops and shared of the others.",
    )
    rows = lines.join(owned, on=ROW, how="anti", maintain_order="left")
    rule = "the line has no shop of its own: nothing says how many cars it builds"
    hint = "Add the shop that it alone passes, such as its assembly shop, to shops."
    yield from offenders("lines", rows, "shops", rule, hint)


def points_and_groups_are_the_lines(t: Tables) -> Iterator[Offence]:
    """Require a point that the line owns, and the group of that shop."""
    if not has_lines(t):
        return
    lines, groups = _named(t), dict(t["shops"].select("shop", "group").iter_rows())

    def owns(name: object) -> list[str]:
        return list(lines[str(name)].owns)

    given = t["lines"].drop_nulls(["line", "shops", "point"])
    rows = [row[ROW] for row in given.to_dicts() if row["point"] not in owns(row["line"])]
    yield from offenders(
        "lines",
        given.filter(pl.col(ROW).is_in(rows)),
        "point",
        "is no shop of the line's own, so its rate is not the line's",
        lambda r: nearest(str(r["point"]), owns(r["line"])),
    )
    known = pl.col("group").is_in(t["groups"]["group"].implode())  # others are told as such
    given = t["lines"].drop_nulls(["line", "shops", "group"]).filter(known)

    def own_group(name: object) -> str | None:
        return groups.get(lines[str(name)].point)

    rows = [
        row[ROW] for row in given.to_dicts() if own_group(row["line"]) not in (None, row["group"])
    ]
    yield from offenders(
        "lines",
        given.filter(pl.col(ROW).is_in(rows)),
        "group",
        lambda r: f"is not the group of the line's point, {lines[str(r['line'])].point}",
        lambda r: f"Write {own_group(r['line'])}, or empty the cell; or name another point.",
    )


def lines_pass_car_shops(t: Tables) -> Iterator[Offence]:
    """Warn of shops of a line that cars do not pass, and of such that no line passes."""
    if not has_lines(t):
        return
    kinds = t["shops"].select("shop", "kind", "group")
    passed = with_members(t["lines"], "shops").join(
        kinds, left_on="member", right_on="shop", maintain_order="left"
    )
    yield from doubts(
        "lines",
        passed.filter(~pl.col("kind").is_in(CAR_SHOPS)),
        "shops",
        lambda r: f"{r['member']} is a shop of kind {r['kind']}, which cars do not pass through",
        "Take it out: models load it whatever their line.",
    )
    if not lines_are_whole(t):
        return
    cars = t["loads"].join(t["models"], left_on="item", right_on="model", how="semi")
    rows = t["shops"].filter(
        pl.col("kind").is_in(CAR_SHOPS)
        & pl.col("shop").is_in(cars["shop"].unique().implode())
        & ~pl.col("shop").is_in(passed["member"].unique().implode())
    )
    yield from doubts(
        "shops",
        rows,
        "shop",
        "no line passes through it: months are planned with it, and days without",
        "Name it in shops of its line, and in shared where several pass through it.",
    )


def models_have_a_line(t: Tables) -> Iterator[Offence]:
    """Require a line for each model; doubt loads of lines on which a model is not built."""
    if not has_lines(t) or not lines_are_whole(t):
        return
    lines, ways = _named(t), ways_of(t)
    points = ", ".join(dict.fromkeys(line.point for line in lines.values() if line.point))
    loaded = t["loads"]["item"].unique()
    given = t["model_lines"]["model"].unique()
    rows = t["models"].drop_nulls("model").join(ways, on="model", how="anti")
    known = pl.col("model").is_in(loaded.implode()) & ~pl.col("model").is_in(given.implode())
    yield from offenders(
        "models",
        rows.filter(known),
        "model",
        f"can be built on no line: it has no row in model_lines, and none in loads for {points}",
        "Add a row to model_lines for each line that can build it.",
    )
    owners = {shop: line.name for line in lines.values() for shop in line.owns}
    loads = t["loads"].filter(pl.col("item").is_in(ways["model"].unique().implode()))
    owner = pl.col("shop").replace_strict(owners, default=None, return_dtype=pl.String)
    rows = (
        loads.with_columns(owner.alias("line"))
        .drop_nulls("line")
        .join(ways, left_on=["item", "line"], right_on=["model", "line"], how="anti")
    )
    yield from doubts(
        "loads",
        firsts(rows.sort(ROW), "item", "line"),
        "shop",
        lambda r: (
            f"is a shop of line {r['line']}, on which {r['item']} is not built, so the row counts "
            f"for nothing{also(int(str(r['count'])))}"
        ),
        "Add the model and the line to model_lines, or take the row out.",
    )


def model_lines_count(t: Tables) -> Iterator[Offence]:
    """Refuse routes that end before they start; doubt loads without effect, and shops passed by."""
    if not has_lines(t):
        return
    ends = t["models"].select("model", "eop", "sop").drop_nulls("model").unique("model")
    rows = t["model_lines"].join(ends, on="model", maintain_order="left")
    yield from offenders(
        "model_lines",
        rows.filter(pl.col("start") > pl.col("eop")),
        "start",
        lambda r: f"is after the end of production of {r['model']} ({r['eop']})",
        "Choose an earlier day, or take the row out.",
    )
    hub = t["hub"].drop_nulls("end")
    late = rows.filter(pl.col("start") >= next_month(hub["end"][0])) if hub.height == 1 else None
    if late is not None:
        rule = f"is after the last month that is planned, {month(hub['end'][0])}"
        yield from doubts("model_lines", late, "start", rule, "Check the year.")
    lines = _named(t)
    loads = set(t["loads"].select("item", "shop").iter_rows())
    idle = []
    for row in t["model_lines"].drop_nulls("model").to_dicts():
        line = lines.get(row["line"])
        if line is None or row["model"] is None:
            continue
        if row["load"] not in (None, 1.0) and all((row["model"], s) in loads for s in line.owns):
            idle.append(row[ROW])
    if not lines_are_whole(t):
        return
    yield from doubts(
        "model_lines",
        t["model_lines"].filter(pl.col(ROW).is_in(idle)),
        "load",
        "counts for nothing: loads has a row of the model for each shop of the line's own",
        "Change loads, or empty the cell.",
    )


def shared_shops_are_loaded(t: Tables) -> Iterator[Offence]:
    """Warn of models that pass a shared shop with their line and take nothing of it.

    Pressed parts are bought for some models; every car is painted.
    """
    if not has_lines(t) or not lines_are_whole(t):
        return
    lines = _named(t)
    loads = set(t["loads"].select("item", "shop").iter_rows())
    pressed = set(t["shops"].filter(pl.col("kind") == "press")["shop"])
    given = {(r["model"], r["line"]): r[ROW] for r in t["model_lines"].to_dicts()}
    models = {r["model"]: r[ROW] for r in t["models"].to_dicts()}
    bare: dict[tuple[str, int], list[str]] = {}
    for model, name in ways_of(t).select("model", "line").iter_rows():
        named = given.get((model, name))
        place = ("models", models[model]) if named is None else ("model_lines", named)
        passed = [shop for shop in lines[name].shared if shop not in pressed]
        lacks = [shop for shop in passed if (model, shop) not in loads]
        bare.setdefault(place, []).extend(f"{shop} (line {name})" for shop in lacks)
    for table, column in (("model_lines", "line"), ("models", "model")):
        said = {row: ", ".join(shops) for (at, row), shops in bare.items() if at == table and shops}
        yield from doubts(
            table,
            t[table].filter(pl.col(ROW).is_in(list(said))),
            column,
            lambda r, said=said: (  # type: ignore[misc]
                f"loads has no row of {r['model']} for {said[int(str(r[ROW]))]}, shared with other "
                "lines: its cars take nothing of it"
            ),
            "Add the row to loads.",
        )


def least_lots_are_asked_for(t: Tables) -> Iterator[Offence]:
    """Warn of least lots above all that is asked for: the line never builds the model."""
    wanted = pl.concat([t[name].select("model", "units") for name in ("demand", "opening_backlog")])
    total = wanted.group_by("model").agg(pl.col("units").sum())
    rows = t["model_lines"].join(total, on="model", maintain_order="left")
    yield from doubts(
        "model_lines",
        rows.filter(pl.col("least_lot") > pl.col("units")),
        "least_lot",
        lambda r: (
            f"is more than all {float(str(r['units'])):,.0f} cars of {r['model']} asked for, so "
            "the line never builds it"
        ),
        "Give the fewest cars of a month, or empty the cell.",
    )


def lines_build_models(t: Tables) -> Iterator[Offence]:
    """Warn of lines that no model is built on, and of those that never work."""
    if not has_lines(t):
        return
    hub = Hub(t)
    rows = t["lines"].filter(~pl.col("line").is_in(ways_of(t)["line"].unique().implode()))
    rule = "no model is built on this line"
    hint = "Add its models to model_lines, or the load of its point to loads."
    yield from doubts("lines", rows, "line", rule, hint)
    span = horizon(t)
    if span is None:
        return
    lines = lines_of(hub)
    idle = [line.name for line in lines if line.group and not line_days(hub, *span, line)]
    if len(idle) == len(lines):
        return  # told of the plant
    yield from doubts(
        "lines",
        t["lines"].filter(pl.col("line").is_in(idle)),
        "line",
        f"the line works on no day from {month(span[0])} to {month(span[1])}",
        LOOK,
    )


LOOK = "Look at the weekend in the hub's settings and at calendar."


def horizon(t: Tables) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of the hub; None where days cannot be told."""
    settings = t["hub"].drop_nulls(["country", "start", "end", "weekend", "public_holidays"])
    if settings.height != 1 or t.lacks("calendar", "hub"):
        return None
    start, end = settings["start"][0], settings["end"][0]
    try:
        worked_days(Hub(t), (), start, start)
    except (KeyError, ValueError):  # settings with errors of their own, reported already
        return None
    return (start, next_month(end) - ONE_DAY) if start <= end else None


RULES: tuple[Rule, ...] = (
    line_names_name_files,
    shops_belong_to_lines,
    points_and_groups_are_the_lines,
    lines_pass_car_shops,
    models_have_a_line,
    model_lines_count,
    shared_shops_are_loaded,
    least_lots_are_asked_for,
    lines_build_models,
)
