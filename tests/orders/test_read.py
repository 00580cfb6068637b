"""Reading order banks: formats, and every fault named by its row."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sinho.banks import DayRoom, read_orders, write_orders
from sinho.banks.read import check_orders
from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.orders import generate_orders
from sinho.orders.vin import assign_vins
from tests.hub.faults import only
from tests.hubs import tiny_hub
from tests.orders.plant import JANUARY, LAST, order, ordering_hub, planned


@pytest.fixture(scope="module")
def hub() -> Hub:
    return ordering_hub()


def found(hub: Hub, *orders: dict[str, Any], **more: Any) -> list[Problem]:
    return check_orders(hub, pl.DataFrame(list(orders), infer_schema_length=None), **more)


def test_a_sound_bank_has_no_problems(hub: Hub) -> None:
    assert not found(hub, order("1"), order("2", options="roof;tow", market="FR"))


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_written_orders_are_read_again(hub: Hub, tmp_path: Path, ending: str) -> None:
    made = generate_orders(
        hub, planned(("A", "KR", 40), ("B", "FR", 20)), first=JANUARY, last=LAST, seed=1
    )
    bank = assign_vins(hub, made)
    path = write_orders(bank, tmp_path / f"bank{ending}")
    again = read_orders(path, hub)
    assert again.table.drop("month", "source").equals(bank.table.drop("month", "source"))
    assert again.origin == "read"
    assert again.table["source"][3].startswith(f"bank{ending}")
    assert again.table["source"][3].endswith("row 5")
    with pytest.raises(FileExistsError):
        write_orders(bank, path)


def test_the_hubs_own_orders_are_read() -> None:
    own = ordering_hub(orders=[order("7"), order("8", options="tow; roof")])
    bank = read_orders(own, own)
    assert bank.table["options"].to_list() == ["", "roof;tow"]
    assert bank.table["source"].to_list() == ["table orders row 2", "table orders row 3"]
    assert bank.table["brand"].to_list() == ["Acme", "Acme"]
    assert bank.table["priority"].to_list() == [2, 2]


def test_every_fault_is_named_by_its_row_at_once(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(
        "order,brand,model,market,colour,options,wanted,fixed,vin\n"
        "1,,A,KR,white,,2026-01-15,,\n"
        "2,,AA,KR,white,,2026-01-15,,\n"
        "3,,A,KOR,white,,2026-01-15,,\n"
        "4,,A,KR,wite,,2026-01-15,,\n"
        "5,,B,KR,white,,2026-01-15,,\n"
        "6,,A,KR,white,rof,2026-01-15,,\n"
        "7,,A,KR,white,tow,2026-01-15,,\n"
        "8,,A,KR,white,lpg;awd,2026-01-15,,\n"
        "9,,A,KR,white,roof;roof,2026-01-15,,\n"
        "1,,A,KR,white,,2026-01-15,,\n"
        "10,Acne,A,KR,white,,2026-01-15,,\n"
        "11,,A,KR,white,,15.01.2026,,\n"
        "12,,A,KR,white,,,,\n"
        "13,,A,KR,white,,2026-01-15,2026-01-17,\n"
        "14,,A,KR,white,,2026-01-15,,KNMAACA10TB00001\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        read_orders(path, hub)
    faults = caught.value.problems
    assert {p.where for p in faults} == {"bank.csv"}
    assert [p.row for p in faults] == sorted(p.row for p in faults if p.row)
    for row, column, rule, hint in (
        (3, "model", "is not in table models", "Did you mean 'A'?"),
        (4, "market", "is not in table markets", "Did you mean 'KR'?"),
        (5, "colour", "there is no such colour", "Did you mean 'white'?"),
        (6, "colour", "B does not come in this colour", "blue"),
        (7, "options", "'rof' is not in table options", "Did you mean 'roof'?"),
        (8, "options", "tow requires roof", "Add roof"),
        (9, "options", "lpg excludes awd", "Take one of the two out"),
        (10, "options", "names an option twice", "once"),
        (11, "order", "the same order 1 stands in row 2 already", "Keep one"),
        (12, "brand", "is not in table brands", "Did you mean 'Acme'?"),
        (13, "wanted", "must be a date YYYY-MM-DD", "year first"),
        (14, "wanted", "must be given", "Fill it in"),
        (15, "fixed", "the line rests on this day (Saturday)", "working day"),
        (16, "vin", "a VIN has 17 characters, this one has 16", "papers"),
    ):
        only(faults, row=row, column=column, rule=rule, hint=hint)
    assert len(faults) == 14


def test_a_brand_must_be_that_of_the_model(tmp_path: Path) -> None:
    two = ordering_hub(brands=[{"brand": "Acme"}, {"brand": "Zenith"}])
    fault = only(found(two, order("1", brand="Zenith")))
    assert fault.rule == "A is sold under 'Acme'"
    assert not found(two, order("1", brand="Acme"))


def test_orders_lie_between_start_and_end_of_production() -> None:
    models = [dict(row) for row in tiny_hub()["models"]]
    models[0] |= {"sop": "2026-01-12", "eop": "2026-02-13"}
    demand = [r for r in tiny_hub()["demand"] if r["model"] != "A" or r["month"] != "2026-03"]
    hub = ordering_hub(models=models, demand=demand)
    faults = found(
        hub,
        order("1", wanted=dt.date(2026, 1, 9)),
        order("2", fixed=dt.date(2026, 1, 9)),
        order("3", fixed=dt.date(2026, 2, 16), wanted=dt.date(2026, 2, 13)),
        order("4", wanted=dt.date(2026, 2, 16)),
        order("5", wanted=dt.date(2026, 1, 12), fixed=dt.date(2026, 2, 13)),
    )
    only(faults, row=2, column="wanted", rule="before the start of production of A (2026-01-12)")
    only(faults, row=3, column="fixed", rule="before the start of production of A (2026-01-12)")
    only(faults, row=4, column="fixed", rule="after the end of production of A (2026-02-13)")
    only(faults, row=5, column="wanted", severity="warning", rule="built before and to wait")
    assert len(faults) == 4


def test_more_fixed_orders_than_a_day_can_build_are_named() -> None:
    hub = ordering_hub()
    day, other = dt.date(2026, 1, 15), dt.date(2026, 1, 16)
    bank = [order(str(n), fixed=day) for n in range(4)] + [order("9", fixed=other), order("10")]
    capacity = pl.DataFrame({"date": [day], "capacity": [2.5]})
    faults = found(hub, *bank, capacity=capacity)
    assert [(p.row, p.column) for p in faults] == [(4, "fixed"), (5, "fixed")]
    assert faults[0].rule == (
        "the day can build 2.5 car equivalents, and the first 3 of the 4 cars fixed on it take 3"
    )
    assert not found(hub, *bank)


def test_fixed_orders_are_weighed_by_what_their_model_takes() -> None:
    # 1.1 + 1 = 2.1 fit into 2.15; the third car makes it 3.2.
    hub = ordering_hub()
    day = dt.date(2026, 1, 15)
    bank = [order("1", fixed=day), order("2", fixed=day, model="B", colour="blue")]
    room = DayRoom(pl.DataFrame({"date": [day], "capacity": [2.15]}), loads={"A": 1.1})
    assert not found(hub, *bank, capacity=room)
    fault = only(found(hub, *bank, order("3", fixed=day), capacity=room))
    assert fault.row == 4
    assert "the first 3 of the 3 cars fixed on it take 3.2" in fault.rule


@pytest.mark.parametrize(
    ("kind", "item", "most", "row", "words"),
    [
        (
            "option",
            "roof",
            1,
            4,
            "cars with option roof: table slot_limits allows 1 .* first 2 of",
        ),
        ("colour", "red", 0, 3, "cars in red: table slot_limits allows 0 .* first 1 of the 1"),
        ("model", "A", 2, 4, "cars of model A: table slot_limits allows 2 .* first 3 of the 3"),
        (
            "part",
            "P",
            5,
            4,
            "units of part P: table slot_limits allows 5 .* first 3 of .* take 6",
        ),
        ("shop", "paint", 4, 4, "shop paint can build 4 car equivalents .* first 3 .* take 4.5"),
    ],
)
def test_fixed_orders_keep_the_limits_of_their_day(
    kind: str, item: str, most: float, row: int, words: str
) -> None:
    hub = ordering_hub()
    day = dt.date(2026, 1, 15)
    bank = [
        order("1", fixed=day, options="roof"),
        order("2", fixed=day, colour="red"),
        order("3", fixed=day, options="roof"),
        order("4", fixed=dt.date(2026, 1, 16), options="roof", colour="red"),
        order("5", options="roof", colour="red"),
    ]
    limits = pl.DataFrame(
        {"kind": [kind], "item": [item], "date": [day], "most": [float(most)]},
    )
    uses = pl.DataFrame({"model": ["A"], "part": ["P"], "quantity": [2.0]})
    passes = pl.DataFrame({"model": ["A"], "shop": ["paint"], "load": [1.5]})
    days = pl.DataFrame({"date": [day], "capacity": [100.0]})
    fault = only(found(hub, *bank, capacity=DayRoom(days, {}, limits, uses, passes)))
    assert (fault.row, fault.column) == (row, "fixed")
    assert re.search(words, fault.rule)


def test_a_fixed_order_beyond_several_limits_is_named_once() -> None:
    hub, day = ordering_hub(), dt.date(2026, 1, 15)
    limits = {"kind": ["shop"], "item": ["paint"], "date": [day], "most": [1.5]}
    passes = pl.DataFrame({"model": ["A"], "shop": ["paint"], "load": [1.5]})
    days = pl.DataFrame({"date": [day], "capacity": [2.0]})
    room = DayRoom(days, {}, pl.DataFrame(limits), passes=passes)
    bank = [order(str(number), fixed=day) for number in (1, 2, 3)]
    second, third = found(hub, *bank, capacity=room)
    assert (second.row, third.row) == (3, 4)
    assert "the day can build" not in second.rule
    assert "shop paint can build 1.5" in second.rule
    assert "the day can build 2 car equivalents" in third.rule
    assert "; shop paint can build 1.5" in third.rule


def lines_room(*, one: float, two: float, **more: Any) -> DayRoom:
    """A day of two lines: A is built on both, taking more of the second, B on the second alone."""
    day = dt.date(2026, 1, 15)
    days = {"date": [day, day], "line": ["one", "two"], "capacity": [one, two]}
    routes = {
        "model": ["A", "A", "B"],
        "line": ["one", "two", "two"],
        "start": [None, None, None],
        "load": [1.0, 1.5, 1.0],
    }
    schema = {"model": pl.String, "line": pl.String, "start": pl.Date, "load": pl.Float64}
    return DayRoom(pl.DataFrame(days), routes=pl.DataFrame(routes, schema), **more)


def over_lines(room: DayRoom, *rows: tuple[str, str | None]) -> list[tuple[int | None, str]]:
    """Return the orders fixed on a day, by model and line, that do not fit into it."""
    hub = ordering_hub(
        lines=[{"line": "one", "shops": "paint"}, {"line": "two", "shops": "assembly"}],
        model_lines=[
            {"model": m, "line": n} for m, n in (("A", "one"), ("A", "two"), ("B", "two"))
        ],
        colours=[{"colour": "blue", "share": 1}],
    )
    bank = [
        order(str(n), fixed=dt.date(2026, 1, 15), model=model, line=line, colour="blue")
        for n, (model, line) in enumerate(rows)
    ]
    return [(one.row, one.rule) for one in found(hub, *bank, capacity=room)]


def test_fixed_orders_fit_into_the_lines_that_can_build_them() -> None:
    # 2 of A on line one, 2 of B on line two: nothing is left for a third A on either
    room = lines_room(one=2, two=2)
    both = [("A", None), ("A", None), ("B", None), ("B", None)]
    assert not over_lines(room, *both)
    assert over_lines(room, *both, ("A", None)) == [
        (
            6,
            "lines one, two together can build 4 car equivalents on this day, and the first 5 of "
            "the 5 cars fixed on it that no other line can build take 5",
        )
    ]
    # a third B has room on line one as far as the sum goes, which does not build it
    ((row, rule),) = over_lines(room, ("B", None), ("B", None), ("B", None))
    assert row == 4
    assert rule.startswith("line two can build 2 car equivalents on this day, and the first 3 of")
    # an order that names its line takes what it takes there
    ((row, rule),) = over_lines(room, ("A", "two"), ("A", "two"))
    assert (row, "line two can build 2" in rule, "take 3" in rule) == (3, True, True)


def test_a_limit_of_a_line_counts_fixed_orders_that_it_alone_can_build() -> None:
    day = dt.date(2026, 1, 15)
    limit = {"kind": ["colour"], "item": ["blue"], "date": [day], "most": [1.0], "line": ["two"]}
    room = lines_room(one=9, two=9, limits=pl.DataFrame(limit))
    assert not over_lines(room, ("A", None), ("B", None), ("A", "one"))
    ((row, rule),) = over_lines(room, ("B", None), ("A", "two"))
    assert row == 3
    assert "slot_limits allows 1 on line two on this day" in rule


def test_a_shop_of_several_lines_counts_each_fixed_order_once() -> None:
    day = dt.date(2026, 1, 15)
    limit = {"kind": ["shop"], "item": ["paint"], "date": [day], "most": [2.0], "line": [None]}
    passes = {"model": ["A", "A"], "line": ["one", "two"], "shop": ["paint"] * 2, "load": [1.0] * 2}
    room = lines_room(one=9, two=9, limits=pl.DataFrame(limit), passes=pl.DataFrame(passes))
    assert not over_lines(room, ("A", None), ("A", None))
    ((row, rule),) = over_lines(room, ("A", None), ("A", None), ("A", "one"))
    assert (row, "take 3" in rule) == (4, True)


def test_vins_are_judged_by_their_destination() -> None:
    markets = [dict(row) for row in tiny_hub()["markets"]]
    markets[1] |= {"country": "US"}
    hub = ordering_hub(markets=markets)
    wrong = "1M8GDM9AXKP042789"
    assert not found(hub, order("1", vin=wrong, market="KR"))
    fault = only(found(hub, order("1", vin=wrong, market="FR")))
    assert "the other characters give '1' (US: 49 CFR 565.15)" in fault.rule
    assert (fault.row, fault.column, fault.value) == (2, "vin", wrong)


def test_a_vin_belongs_to_one_car(hub: Hub) -> None:
    vin = "1M8GDM9AXKP042788"
    fault = only(found(hub, order("1", vin=vin), order("2"), order("3", vin=vin)))
    assert (fault.row, fault.column) == (4, "vin")
    assert fault.rule == "order '1' has this VIN already"


def test_rules_of_a_model_bind_that_model_alone() -> None:
    hub = ordering_hub(
        option_rules=[{"model": "B", "option": "tow", "kind": "requires", "other": "roof"}]
    )
    assert not found(hub, order("1", options="tow"))
    fault = only(found(hub, order("1", options="tow", model="B", colour="blue")))
    assert fault.rule == "tow requires roof"


def test_where_a_hub_lists_no_colours_any_colour_is_taken() -> None:
    assert not found(ordering_hub(colours=[]), order("1", colour="mauve"))


def test_a_sheet_of_any_name_is_read_where_it_is_the_only_one(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "bank.xlsx"
    pl.DataFrame([order("1")]).write_excel(path, worksheet="March")
    assert read_orders(path, hub).table["source"].to_list() == ["bank.xlsx, sheet March row 2"]


def test_what_is_no_order_bank_is_refused(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_orders(tmp_path / "bank.csv", hub)
    (tmp_path / "bank.txt").write_text("order\n1\n")
    with pytest.raises(DataError, match=r"\.csv, \.xlsx and \.parquet"):
        read_orders(tmp_path / "bank.txt", hub)
    (tmp_path / "bank.parquet").write_text("order\n1\n")
    with pytest.raises(DataError, match="cannot be read"):
        read_orders(tmp_path / "bank.parquet", hub)
    (tmp_path / "bank.csv").write_text("order,colr\n1,white\n")
    with pytest.raises(DataError) as caught:
        read_orders(tmp_path / "bank.csv", hub)
    faults = caught.value.problems
    only(faults, column="colr", rule="there is no such column", hint="Did you mean 'colour'?")
    for name in ("model", "market", "colour", "wanted"):
        only(faults, column=name, rule="the column is missing")


@pytest.mark.parametrize("kind", ["zeros", "cut", "spoilt", "huge", "pipe", "folder"])
def test_a_damaged_parquet_file_ends_in_one_message(
    tmp_path: Path, hub: Hub, kind: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bank.parquet"
    pl.DataFrame({"order": [f"O{n}" for n in range(500)], "n": range(500)}).write_parquet(path)
    content = path.read_bytes()
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(2**30 + 1)
    elif kind == "folder":
        (tmp_path / "bank.pq").mkdir()
        path = tmp_path / "bank.pq"
    else:
        zeros = content[:4] + bytes(len(content) - 12) + content[-8:]
        flipped = bytes(byte ^ 0x55 if at % 40 == 39 else byte for at, byte in enumerate(content))
        spoilt = {"zeros": zeros, "cut": content[:-200], "spoilt": flipped}
        path.write_bytes(spoilt[kind])
    with pytest.raises((DataError, IsADirectoryError)) as caught:
        read_orders(path, hub)
    assert len(str(caught.value).splitlines()) <= 2
    assert capfd.readouterr() == ("", "")
