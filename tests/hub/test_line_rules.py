"""What `check` says of lines, and of what names them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.errors import Problem
from sinho.hub import check_hub, hub_from_tables, write_hub
from tests.hub.faults import laid, only
from tests.hub.lines import two_lines
from tests.hubs import Tables, tiny_hub

NORTH, SOUTH = two_lines()["lines"]
LOADS = two_lines()["loads"]
SHOPS = two_lines()["shops"]
RULE = {"rule": "paint", "kind": "changes", "attribute": "colour"}
RIGHT = {"brand": "Acme", "start": "2026-01-05", "slots_per_week": 9}
STRIKE = {"start": "2026-01-01", "end": "2026-03-31", "kind": "strike", "group": "south"}


def south(**values: Any) -> Tables:
    """Return the lines with other values of the second, which model C follows by name."""
    name = values.get("line", "south")
    return {"lines": [NORTH, SOUTH | values], **way(line=name)}


def way(*rows: Tables, **values: Any) -> Tables:
    """Return model_lines with other values of model C's row, and further rows."""
    return {"model_lines": [two_lines()["model_lines"][0] | values, *rows]}


def order(**values: Any) -> Tables:
    """Return the order bank with one order for an A."""
    row = {"order": 1, "model": "A", "market": "KR", "colour": "red", "wanted": "2026-01-20"}
    return {"orders": [row | values]}


def cars(*rows: Tables) -> Tables:
    """Return cars of one day."""
    day = {"date": "2026-01-05", "model": "A", "colour": "red"}
    return {"cars": [day | {"car": number} | row for number, row in enumerate(rows)]}


def rule(**values: Any) -> Tables:
    """Return one rule for the sequence."""
    return {"sequence_rules": [RULE | values]}


def faults(tmp_path: Path, **tables: Any) -> tuple[Problem, ...]:
    """Check the hub of two lines with some tables changed, by its files."""
    folder = laid(tmp_path / "hub", two_lines)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(key for row in rows for key in row)) or ["model", "line"]
        lines = [",".join(str(row.get(key, "")) for key in columns) for row in rows]
        text = "\n".join([",".join(columns), *lines, ""])
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return check_hub(folder)[1]


def told(tmp_path: Path, place: str, tables: Tables, **wanted: str) -> Problem:
    """Return the one problem at a table, row and column."""
    table, row, column = place.split()
    where = {"where": f"{table}.csv", "row": int(row), "column": column}
    return only(faults(tmp_path, **tables), **where, **wanted)


WRONG = [
    (south(shops=""), "lines 3 shops", "must be given", "in which its cars"),
    (south(shops="paint"), "lines 3 shops", "has no shop of its own", "Add the shop"),
    (south(shops="paint;asembly south"), "lines 3 shops", "'asembly south' is not", "y south'"),
    (south(shops="paint;assembly south;paint"), "lines 3 shops", "something twice", "once"),
    (south(shops="paint;assembly"), "lines 3 shops", "not share: assembly (north)", "shared"),
    (south(shared=""), "lines 3 shops", "not share: paint (north)", "Name them in shared"),
    (south(shared="paint;assembly"), "lines 3 shared", "shops: assembly", "other lines pass"),
    (south(shared="paint;paint"), "lines 3 shared", "names something twice", "Name it once."),
    (south(point="paint"), "lines 3 point", "is no shop of the line's own", "body south"),
    (south(point="assembly"), "lines 3 point", "is no shop of the line's own", "assembly south"),
    (south(group="main"), "lines 3 group", "the line's point, assembly south", "Write south"),
    (south(group="nain"), "lines 3 group", "is not in groups.csv", "'main'"),
    (south(line="a/b"), "lines 3 line", "no file can have this name", "such as line-2"),
    (south(line="all"), "lines 3 line", "stands for all lines", "another name"),
    (south(line="line"), "lines 3 line", "name of the line of a plant with one", "another name"),
    (south(line="a;b"), "lines 3 line", "must not hold ';'", "another sign"),
    ({"model_lines": []}, "models 4 model", "can be built on no line", "Add a row to model_lines"),
    (way(line="soth"), "model_lines 2 line", "is not in lines.csv", "'south'"),
    (way({"model": "C", "line": "south"}), "model_lines 3 model", "in row 2 already", "of the two"),
    (way(load=0), "model_lines 2 load", "at least 0.000001", "zero"),
    (way(extra_cost=-1), "model_lines 2 extra_cost", "at least 0", "negative"),
    (way(preferred="perhaps"), "model_lines 2 preferred", "yes or no", ""),
    ({"calendar": [STRIKE | {"share": 1.5}]}, "calendar 2 share", "at most 1", ""),
    (rule(lines="north;soth"), "sequence_rules 2 lines", "'soth' is not in lines.csv", "'south'"),
    (rule(lines="north;north"), "sequence_rules 2 lines", "names something twice", "once"),
    (rule(shop="pain"), "sequence_rules 2 shop", "is not in shops.csv", "'paint'"),
    (
        rule(shop="engine")
        | {"shops": [*SHOPS, {**SHOPS[0], "shop": "engine", "kind": "engine", "unit": "engine"}]},
        "sequence_rules 2 shop",
        "no line passes this shop",
        "Known names: assembly, assembly south, body south, paint.",
    ),
    (
        rule(shop="paint", lines="north"),
        "sequence_rules 2 lines",
        "at paint the cars of all lines that pass it count: north, south",
        "Empty the cell",
    ),
    (
        rule(shop="paint", kind="frozen", first=2, attribute=""),
        "sequence_rules 2 shop",
        "has no meaning for a rule of kind frozen",
        "Empty the cell",
    ),
    (
        {"slot_limits": [{"kind": "model", "item": "A", "start": "2026-01-05", "line": "nord"}]},
        "slot_limits 2 line",
        "is not in lines.csv",
        "'north'",
    ),
    ({"entitlements": [RIGHT | {"line": "soth"}]}, "entitlements 2 line", "is not in", "'south'"),
    (order(line="sout"), "orders 2 line", "is not in lines.csv", "'south'"),
    (order(model="B", line="south"), "orders 2 line", "B is not built", "It is built on north."),
    (order(former="2026-01-08", former_line="x"), "orders 2 former_line", "is not in", "north"),
    (
        order(fixed="2026-01-10", line="north"),
        "orders 2 fixed",
        "line north rests on this day (Saturday)",
        "Choose a working day",
    ),
    (order(fixed="2026-01-10", model="B"), "orders 2 fixed", "line north rests", "working day"),
    (order(fixed="2026-01-11"), "orders 2 fixed", "no line that builds A works", "working day"),
    (cars({"line": "north"}, {}), "cars 3 line", "must be given", "north"),
    (cars({}), "cars 2 line", "must be given", "north, south"),
    (cars({"line": "nrth"}), "cars 2 line", "is not in lines.csv", "'north'"),
    (
        cars({"line": "north"}, {"line": "south", "model": "B"}),
        "cars 3 line",
        "B is not built on this line",
        "It is built on north.",
    ),
    (
        cars({"line": "south", "model": "C"}) | way(start="2026-02-02"),
        "cars 2 date",
        "C can be built on line south from 2026-02-02 on",
        "Choose a later day",
    ),
    (
        cars({"line": "north", "car": 1}, {"line": "south", "car": 1}),
        "cars 3 car",
        "twice in its day",
        "A car is built once.",
    ),
    (
        cars(*[{"line": "north", "position": 1}] * 2),
        "cars 3 position",
        "has this place of the day already",
        "Each place holds one car.",
    ),
    (
        cars({"line": "north"}, {"line": "south", "latest": 2}, {"line": "north", "latest": 2}),
        "cars 3 latest",
        "the day has 1 cars",
        "",
    ),
]


@pytest.mark.parametrize(("tables", "place", "rule", "hint"), WRONG)
def test_what_is_wrong_is_refused(
    tmp_path: Path, tables: Tables, place: str, rule: str, hint: str
) -> None:
    assert told(tmp_path, place, tables, rule=rule, hint=hint).severity == "error"


@pytest.mark.parametrize(
    "tables",
    [
        south(shops=""),
        south(shops="paint;body south;asembly south"),
        south(group="nain"),
        {"lines": [NORTH, SOUTH, NORTH]},
        {"lines": [NORTH, SOUTH, SOUTH | {"shops": "paint;assembly"}]},
    ],
)
def test_a_fault_of_a_line_is_told_alone(tmp_path: Path, tables: Tables) -> None:
    (fault,) = faults(tmp_path, **tables)
    assert fault.where == "lines.csv"


@pytest.mark.parametrize(
    ("tables", "place", "rule"),
    [
        (
            south(shops="body south;assembly south", shared=""),
            "lines 2 shared",
            "no other line passes through paint",
        ),
        (south(shops="paint;assembly south"), "shops 4 shop", "no line passes through it"),
        (
            way({"model": "A", "line": "south"}),
            "loads 3 shop",
            "is a shop of line north, on which A is not built, so the row counts for nothing",
        ),
        (way({"model": "A", "line": "south", "load": 2}), "model_lines 3 load", "for nothing"),
        (way(load=150), "model_lines 2 load", "far from what is usual, 0.2 to 5"),
        (way(start="2026-04-01"), "model_lines 2 start", "after the last month that is planned"),
        ({"loads": LOADS[:-1]}, "model_lines 2 line", "loads has no row of C for paint"),
        (
            {"loads": [row for row in LOADS if (row["item"], row["shop"]) != ("B", "paint")]},
            "models 3 model",
            "loads has no row of B for paint (line north), shared with other lines",
        ),
        (
            way({"model": "A", "line": "south", "least_lot": 99999}),
            "model_lines 3 least_lot",
            "cars of A asked for, so the line never builds it",
        ),
        (
            {"loads": [*LOADS[:4], *LOADS[6:]], **way(line="north")},
            "lines 3 line",
            "no model is built on this line",
        ),
        ({"calendar": [STRIKE]}, "lines 3 line", "works on no day from 2026-01 to 2026-03"),
        (
            {"calendar": [STRIKE], **cars({"line": "north"}, *[{"line": "south"}] * 2)},
            "cars 3 date",
            "line south rests on this day (Monday) (in 2 rows, this is the first)",
        ),
        (
            cars({"line": "south", "date": "2026-01-11"}),
            "cars 2 date",
            "line south rests on this day (Sunday)",
        ),
        (order(former_line="south"), "orders 2 former_line", "without a former day"),
        (rule(), "sequence_rules 2 shop", "along each line, though lines share paint"),
        (rule(kind="run", most=4), "sequence_rules 2 shop", "along each line, though lines share"),
        (rule(lines="south;north"), "sequence_rules 2 shop", "along each line, though"),
        (south(line="North"), "lines 3 line", "differs from 'north' in capital letters"),
    ],
)
def test_what_can_hardly_be_meant_is_doubted(
    tmp_path: Path, tables: Tables, place: str, rule: str
) -> None:
    assert told(tmp_path, place, tables, rule=rule).severity == "warning"


@pytest.mark.parametrize(
    "right",
    [
        rule(shop="paint"),
        rule(shop="paint", lines="south;north"),
        rule(shop="assembly south"),
        rule(lines="north"),
        rule(attribute="model"),
        rule(source="meant: each line has a booth of its own"),
    ],
)
def test_colours_may_be_counted_where_cars_are_painted(tmp_path: Path, right: Tables) -> None:
    assert [p for p in faults(tmp_path, **right) if p.where == "sequence_rules.csv"] == []


def test_lines_that_are_right_raise_no_doubt(tmp_path: Path) -> None:
    tables = rule(lines="south") | order(line="south", former="2026-01-08", former_line="north")
    tables |= {"entitlements": [RIGHT | {"line": "north"}]}
    tables |= cars({"line": "north"}, {"line": "south", "position": 1})
    own = ("lines", "model_lines", "sequence_rules", "orders", "entitlements", "cars")
    places = {f"{table}.csv" for table in own}
    assert [p for p in faults(tmp_path, **tables) if p.where in places and p.column != "vin"] == []


def test_a_car_that_was_built_elsewhere_before_its_model_moved_is_no_fault(tmp_path: Path) -> None:
    day = cars({"line": "south", "model": "B", "position": 0}, {"line": "south"})
    assert not [problem for problem in faults(tmp_path, **day) if problem.where == "cars.csv"]


@pytest.mark.parametrize("book", [False, True])
def test_a_day_read_alone_is_refused_for_a_line_that_does_not_build_a_car(
    tmp_path: Path, book: bool
) -> None:
    faults(tmp_path, **cars({"line": "south", "model": "B"}), **rule(lines="south"))
    path = tmp_path / "hub"
    if book:
        tables = two_lines(**cars({"line": "south"}), **rule(lines="south"))
        path = tmp_path / "hub.xlsx"
        write_hub(hub_from_tables(tables), path)
        sheets = openpyxl.load_workbook(path)
        at = [cell.value for cell in sheets["cars"][1]].index("model") + 1
        sheets["cars"].cell(2, at).value = "B"
        sheets.save(path)
    found = CliRunner().invoke(app, ["sequence", str(path), "--date", "2026-01-05"])
    assert found.exit_code == 3
    place = "sheet cars" if book else "cars.csv"
    assert (
        f"{place}, row 2, column line: B is not built on this line (found 'south')" in found.output
    )
    assert "It is built on north." in found.output


def test_a_day_read_alone_counts_rules_of_shops_along_the_lines_that_pass_them(
    tmp_path: Path,
) -> None:
    rows = [
        RULE | {"shop": "paint"},
        RULE | {"rule": "south alone", "shop": "assembly south"},
        RULE | {"rule": "north alone", "shop": "assembly"},
    ]
    faults(tmp_path, **cars({"line": "south"}, {"line": "south"}), sequence_rules=rows)
    words = ["score", str(tmp_path / "hub"), "--date", "2026-01-05"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 0, found.output
    assert "south alone" in found.stdout
    assert "north alone" not in found.stdout
    assert "counts at paint over the cars of north and south" in found.output
    assert "along south alone" in found.output


def test_a_start_behind_the_end_of_production_is_refused(tmp_path: Path) -> None:
    models = [dict(row) for row in two_lines()["models"]]
    models[2]["eop"] = "2026-02-27"
    tables = {"models": models} | way(start="2026-03-02")
    told(tmp_path, "model_lines 2 start", tables, rule="after the end of production of C")


def test_an_order_fixed_before_its_line_can_build_it_is_refused(tmp_path: Path) -> None:
    tables = way(start="2026-02-02") | order(model="C", line="south", fixed="2026-01-13")
    told(tmp_path, "orders 2 fixed", tables, rule="on line south from 2026-02-02 on")


@pytest.mark.parametrize("line", ["", "south"])
def test_an_order_may_be_fixed_to_a_day_of_one_line_alone(tmp_path: Path, line: str) -> None:
    found = faults(tmp_path, **order(fixed="2026-01-10", line=line))
    assert not [problem for problem in found if problem.column == "fixed"]


def test_entitlements_of_one_line_do_not_overlap_those_of_another(tmp_path: Path) -> None:
    rows = [RIGHT | {"line": "north"}, RIGHT | {"line": "south"}, RIGHT]
    found = faults(tmp_path, entitlements=rows)
    assert not [problem for problem in found if problem.where == "entitlements.csv"]
    rows[1] |= {"line": "north", "start": "2026-01-12"}
    told(tmp_path, "entitlements 3 start", {"entitlements": rows}, rule="overlaps")


def test_a_rule_compares_the_cars_of_its_lines_alone(tmp_path: Path) -> None:
    day = cars({"line": "north"}, {"line": "south", "colour": ""})
    found = faults(tmp_path, **day, **rule(lines="north"))
    assert not [problem for problem in found if problem.where == "cars.csv"]
    told(tmp_path, "cars 3 colour", day | rule(), rule="a rule compares it")


@pytest.mark.parametrize("line", ["north", "line"])
def test_model_lines_without_lines_are_refused(tmp_path: Path, line: str) -> None:
    folder = write_hub(hub_from_tables(tiny_hub()), tmp_path / "plain")
    (folder / "model_lines.csv").write_text(f"model,line\nA,{line}\n", encoding="utf-8")
    only(check_hub(folder)[1], where="model_lines.csv", row=2, column="line", hint="has no rows")


def test_the_one_line_of_a_hub_without_lines_may_be_named(tmp_path: Path) -> None:
    former = {"former": "2026-01-08", "former_line": "line"}
    tables = order(line="line", **former) | rule(lines="line") | cars({"line": "line"})
    hub = hub_from_tables(tiny_hub(**tables, entitlements=[RIGHT | {"line": "line"}]))
    folder = write_hub(hub, tmp_path / "plain")
    assert not [problem for problem in check_hub(folder)[1] if problem.severity == "error"]
    (folder / "entitlements.csv").write_text(
        "brand,line,start,slots_per_week\nAcme,lines,2026-01-05,9\n", encoding="utf-8"
    )
    only(check_hub(folder)[1], where="entitlements.csv", column="line", hint="'line'")


def departures(*months: str, mode: str = "rail") -> Tables:
    """Return an overland market by rail, and trains of some months."""
    tables = tiny_hub()
    market = tables["markets"][1] | {"market": "DE", "route": "overland", "lane": "West"}
    freight = {"lane": "West", "mode": "rail", "start": "2026-01", "cost": 1}
    trains = {"lane": "West", "mode": mode, "departures": 4, "cars": 200}
    return tiny_hub(
        markets=[*tables["markets"], market],
        freight=[*tables["freight"], freight],
        departures=[trains | {"month": month} for month in months],
    )


def test_months_without_trains_beside_months_with_some_are_doubted(tmp_path: Path) -> None:
    def told_of(tables: Tables) -> list[str]:
        folder = write_hub(hub_from_tables(tables), tmp_path / "hub", force=True)
        return [one.rule for one in check_hub(folder)[1] if one.where == "departures.csv"]

    assert not told_of(departures())
    assert not told_of(departures("2026-01", "2026-02", "2026-03"))
    assert told_of(departures("2026-01")) == [
        "lane West has no row by rail for 2026-02 to 2026-03: nothing leaves so then"
    ]
    (rule,) = told_of(departures("2026-01", mode="road"))
    assert rule.startswith("freight has no row of lane West by road, so no car leaves so")
