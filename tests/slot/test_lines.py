"""Several lines, by hand: which date and line each order gets, what binds and what that costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from sinho.banks import read_orders
from sinho.hub import Hub, hub_from_tables
from sinho.results import DaySlots, LineDay, Orders
from sinho.results.orders import with_former
from sinho.slot import (
    Input,
    Moves,
    Params,
    explain,
    slot_orders,
)
from sinho.slot.arrays import build
from tests.hub.lines import two_lines
from tests.orders.plant import order
from tests.slot.cases import (
    QUIET,
    bank,
    day,
    explained,
    on_lines,
    places_of,
    problem,
    score,
    slotted,
)

M_ON_A = [{"model": "M", "line": "A"}]


def solved(data: Input) -> DaySlots:
    """Return slots of a small problem by enough moves, checked against the definitions."""
    found = slotted(data, iterations=20_000)
    checked = score(data, places_of(found.slots))
    assert checked.broken == []
    assert found.cost == pytest.approx(checked.cost, abs=1e-6)
    assert found.bound <= found.cost
    return found


def where(found: DaySlots) -> dict[str, tuple[int, str] | None]:
    """Return the number of the date and the line of each order."""
    return {
        name: None if place is None else ((place[0] - day(0)).days, place[1])
        for name, place in places_of(found.slots).items()
    }


def on_each(found: DaySlots) -> dict[tuple[int, str], int]:
    """Return the cars of each day of a line."""
    rows = found.days.select("date", "line", "built").iter_rows()
    return {((date - day(0)).days, line): cars for date, line, cars in rows}


def test_a_car_is_built_on_a_line_that_can_build_it() -> None:
    # M on A alone, N on any: on Monday each line has room for one.
    data = problem(
        bank({"model": "N"}, {"model": "M"}, {"model": "N"}),
        on_lines((0, "A", 1), (0, "B", 1), (1, "A", 1)),
        routes=M_ON_A,
    )
    found = where(solved(data))
    assert found["o2"] == (0, "A")
    assert {found["o1"], found["o3"]} == {(0, "B"), (1, "A")}


def test_what_no_working_line_can_build_stays_without_a_day() -> None:
    data = problem(bank({"model": "M"}), on_lines((0, "B", 5)), routes=M_ON_A)
    found = solved(data)
    assert where(found) == {"o1": None}
    assert found.cost == pytest.approx(1000.0 + 10.0)


def test_a_line_that_is_not_preferred_costs_and_takes_what_the_other_has_no_room_for() -> None:
    # Three M are wanted for Monday. A takes two, B at 4 more; a day later would be 10.
    data = problem(
        bank({}, {}, {}),
        on_lines((0, "A", 2), (0, "B", 2), (1, "A", 2)),
        routes=[*M_ON_A, {"model": "M", "line": "B", "cost": 4.0}],
    )
    found = solved(data)
    assert on_each(found) == {(0, "A"): 2, (0, "B"): 1, (1, "A"): 0}
    assert found.cost == pytest.approx(4.0)
    assert dict(found.costs.iter_rows())["lines"] == pytest.approx(4.0)


@pytest.mark.parametrize(("weight", "on_b"), [(10.0, 2), (1.5, 0)])
def test_the_plans_split_goes_before_the_cost_of_a_line_where_it_weighs_more(
    weight: float, on_b: int
) -> None:
    # B costs 4 a car, and is to build two of five; A has room for all.
    data = problem(
        bank({}, {}, {}, {}, {}),
        on_lines((0, "A", 9), (0, "B", 9)),
        routes=[*M_ON_A, {"model": "M", "line": "B", "cost": 4.0}],
        params=QUIET | {"split_cost": weight},
    )
    rows = [
        (day(0).replace(day=1), "M", "A", 3.0, 3.0),
        (day(0).replace(day=1), "M", "B", 2.0, 2.0),
    ]
    found = slotted(
        data.split(pl.DataFrame(rows, schema=data.splits.schema, orient="row")), iterations=5_000
    )
    assert on_each(found) == {(0, "A"): 5 - on_b, (0, "B"): on_b}
    costs = {"lines": 4.0 * on_b, "split over lines": weight * 2 * (2 - on_b)}
    assert {term: dict(found.costs.iter_rows())[term] for term in costs} == costs
    assert found.cost == pytest.approx(found.bound)


def test_a_split_yields_to_what_a_line_can_build() -> None:
    data = problem(
        bank({}, {}, {}), on_lines((0, "A", 2), (0, "B", 1)), params=QUIET | {"split_cost": 5.0}
    )
    month = day(0).replace(day=1)
    rows = [(month, "M", "A", 0.0, 1.0), (month, "M", "B", 2.0, 3.0)]
    found = slotted(
        data.split(pl.DataFrame(rows, schema=data.splits.schema, orient="row")), iterations=5_000
    )
    assert found.unslotted == 0
    assert on_each(found) == {(0, "A"): 2, (0, "B"): 1}
    assert found.cost == pytest.approx(10.0)


def test_a_model_starts_on_a_line_on_a_day() -> None:
    data = problem(
        bank({}, {"wanted": day(3)}),
        on_lines((0, "B", 1), (1, "B", 1)),
        routes=[*M_ON_A, {"model": "M", "line": "B", "start": day(1)}],
    )
    found = solved(data)
    assert sorted(filter(None, where(found).values())) == [(1, "B")]
    assert found.unslotted == 1


def test_a_car_takes_what_it_loads_on_its_line() -> None:
    # M takes 1 of A and 1.5 of B, which is full with one and a half, so with one.
    data = problem(
        bank({}, {}, {}, {"wanted": day(3)}),
        on_lines((0, "A", 2), (0, "B", 2.9), (1, "A", 1)),
        routes=[*M_ON_A, {"model": "M", "line": "B", "load": 1.5}],
    )
    found = solved(data)
    assert on_each(found) == {(0, "A"): 2, (0, "B"): 1, (1, "A"): 1}
    loads = found.days.filter(pl.col("line") == "B")["load"].to_list()
    assert loads == [1.5]


def test_a_date_that_one_line_works_is_a_date_for_that_line_alone() -> None:
    # Saturday is worked by B; what only A can build waits for Monday, two days late.
    data = problem(
        bank({"model": "M", "wanted": day(7)}, {"model": "N", "wanted": day(7)}),
        on_lines((5, "B", 5), (7, "A", 5), (7, "B", 5)),
        routes=[*M_ON_A, {"model": "N", "line": "B"}],
    )
    found = solved(data)
    assert where(found) == {"o1": (7, "A"), "o2": (5, "B")}
    assert found.days["built"].to_list() == [1, 1, 0]


@pytest.mark.parametrize(
    ("line", "built"),
    [(None, {(0, "A"): 1, (0, "B"): 1, (1, "A"): 2}), ("A", {(0, "A"): 2, (0, "B"): 2})],
)
def test_a_limit_counts_all_lines_of_a_date_unless_it_names_one(
    line: str | None, built: dict[tuple[int, str], int]
) -> None:
    # Four blue cars, two to each line: at most two blue ones a date, or two on line A.
    data = problem(
        bank(*[{"colour": "blue"}] * 4),
        on_lines((0, "A", 2), (0, "B", 2), (1, "A", 2)),
        limits=[{"kind": "colour", "item": "blue", "date": day(0), "most": 2.0, "line": line}],
    )
    found = on_each(solved(data))
    assert found[0, "A"] + found[0, "B"] == built[0, "A"] + built[0, "B"]
    assert found[1, "A"] == built.get((1, "A"), 0)


def test_lines_share_the_hours_of_a_paint_shop_on_each_date_that_they_work() -> None:
    # Each of two lines could build four cars a day; the paint shop of both takes five a date.
    # On Tuesday A alone works, so the shop is its own.
    data = problem(
        bank(*[{}] * 9, *[{"wanted": day(3)}] * 4),
        on_lines((0, "A", 4), (0, "B", 4), (0, "C", 4), (1, "A", 4)),
        passes=[
            {"model": "M", "shop": "paint", "load": 1.0, "line": "A"},
            {"model": "M", "shop": "paint", "load": 1.0, "line": "B"},
        ],
        limits=[{"kind": "shop", "item": "paint", "date": day(at), "most": 5.0} for at in range(2)],
    )
    found = solved(data)
    built = on_each(found)
    assert built[0, "A"] + built[0, "B"] == 5
    assert (built[0, "C"], built[1, "A"]) == (4, 4)
    short = dict(found.days.select("line", "short").rows()[:3])
    assert all("hours of paint" in short[line] for line in "AB")
    assert "paint" not in short["C"]


@pytest.mark.parametrize(("line", "on_a"), [(None, 3), ("A", 1)])
def test_a_corridor_counts_all_lines_unless_it_names_one(line: str | None, on_a: int) -> None:
    # B costs 2 more, so A builds all it may.
    data = problem(
        bank(*[{"model": "M"}] * 3),
        on_lines((0, "A", 4), (0, "B", 4)),
        routes=[*M_ON_A, {"model": "M", "line": "B", "cost": 2.0}],
        corridor=[{"month": day(-4), "model": "M", "most": 3.0 if not line else 1.0, "line": line}],
    )
    found = solved(data)
    assert on_each(found) == {(0, "A"): on_a, (0, "B"): 3 - on_a}


def test_contracted_slots_of_a_line_are_kept_on_that_line_alone() -> None:
    # Brand B has four slots a week on line A, which can build ten: A's orders get six there.
    week = [(at, line, 2) for at in range(7, 12) for line in "AB"]
    data = problem(
        bank(*({"wanted": day(9 + at // 4)} for at in range(20))),
        on_lines((0, "A", 0), *week),
        entitlements=[
            {
                "brand": "B",
                "start": day(0),
                "end": None,
                "slots_per_week": 4.0,
                "release_days": 0,
                "line": "A",
            }
        ],
    )
    found = solved(data)
    cars = found.slots.group_by("line").len().drop_nulls()
    assert dict(cars.iter_rows()) == {"A": 6, "B": 10}
    assert found.unslotted == 4
    share = found.fair_share.filter(pl.col("line") == "A").row(-1, named=True)
    assert (share["brand"], share["entitled"], share["built"]) == ("B", 4.0, 0)


def test_another_line_on_the_same_date_is_a_move() -> None:
    rows = {"former": day(0), "former_line": "B"}
    days = on_lines((0, "A", 5), (0, "B", 5))
    stays = solved(problem(bank(rows), days, params=QUIET | {"moved_cost": 3.0}))
    assert where(stays) == {"o1": (0, "B")}
    routes = [*M_ON_A, {"model": "M", "line": "B", "cost": 4.0}]
    moves = problem(bank(rows), days, routes=routes, params=QUIET | {"moved_cost": 3.0})
    found = solved(moves)
    assert where(found) == {"o1": (0, "A")}
    assert found.slots["moved"].to_list() == [True]
    assert found.cost == pytest.approx(3.0)


def test_frozen_days_count_dates_and_hold_the_line_too() -> None:
    # Two dates are frozen: o1 keeps line B though A costs less; nobody else comes there.
    data = problem(
        bank(
            {"former": day(0), "former_line": "B"},
            {"former": day(2), "former_line": "A"},
            {},
        ),
        on_lines((0, "A", 5), (0, "B", 5), (1, "A", 5), (2, "A", 5), (2, "B", 5)),
        routes=[*M_ON_A, {"model": "M", "line": "B", "cost": 2.0}],
        params=QUIET | {"frozen_days": 2, "firm_days": 2},
    )
    found = solved(data)
    assert where(found) == {"o1": (0, "B"), "o2": (2, "A"), "o3": (2, "A")}
    assert found.slots["zone"].to_list() == ["frozen", "free", "free"]


def test_fixed_orders_have_their_date_or_line_or_both() -> None:
    data = problem(
        bank({"fixed": day(1)}, {"fixed": day(1), "line": "B"}, {"line": "B"}, {"line": "C"}),
        on_lines((0, "A", 1), (0, "B", 1), (1, "A", 1), (1, "B", 1)),
    )
    found = where(solved(data))
    assert found == {"o1": (1, "A"), "o2": (1, "B"), "o3": (0, "B"), "o4": None}


def test_levels_are_even_on_each_line_by_the_rules_of_that_line() -> None:
    # All with awd are M, which A builds alone: half of A's cars a day, none of B's.
    rows: list[dict[str, Any]] = [{"model": "M", "options": "awd"}] * 4
    rows += [{"model": "L"}] * 4 + [{"model": "N"}] * 8
    for row in range(len(rows)):
        rows[row] = {**rows[row], "wanted": day(2 + row % 2)}
    data = problem(
        bank(*rows),
        on_lines((0, "A", 4), (0, "B", 4), (1, "A", 4), (1, "B", 4)),
        routes=[
            {"model": "M", "line": "A"},
            {"model": "L", "line": "A"},
            {"model": "N", "line": "B"},
        ],
        ratios=[
            {"option": "awd", "share": 0.25, "cars": 0.0, "hard": False, "line": "B"},
            {"option": "awd", "share": 0.5, "cars": 0.0, "hard": False, "line": "A"},
        ],
        params=QUIET | {"level_cost": 2.0, "limit_cost": 20.0, "band": 0.0, "fill": 1.0},
    )
    found = solved(data)
    options = found.options.filter(pl.col("option") == "awd")
    assert options.select("line", "built", "target", "limit").rows() == [("A", 2, 2.0, 2.0)] * 2
    assert found.cost == pytest.approx(0.0)


@pytest.mark.parametrize(("booths", "cost"), [({}, 4.0), ({"A": "paint", "B": "paint"}, 0.0)])
def test_batches_of_a_colour_are_those_of_the_paint_shop(
    booths: dict[str, str], cost: float
) -> None:
    # Two red cars on each line: four in the booth of both, a full batch; else two short on each.
    data = problem(
        bank(*[{"model": "M"}] * 2, *[{"model": "N"}] * 2),
        on_lines((0, "A", 2), (0, "B", 2)),
        routes=[*M_ON_A, {"model": "N", "line": "B"}],
        booths=booths,
        params=QUIET | {"colour_cost": 1.0, "batch": 4},
    )
    found = solved(data)
    assert found.cost == pytest.approx(cost)
    assert found.colours["built"].to_list() == [2, 2]


def shares(capacity: tuple[float, float], costs: tuple[float, float], **cars: int) -> list[float]:
    """Return how many of the C, which both lines build, levels expect on each line."""
    data = problem(
        bank(*({"model": model} for model, number in cars.items() for _ in range(number))),
        on_lines((0, "A", capacity[0]), (0, "B", capacity[1])),
        routes=[
            {"model": "A", "line": "A"},
            {"model": "B", "line": "B"},
            {"model": "C", "line": "A", "cost": costs[0]},
            {"model": "C", "line": "B", "cost": costs[1]},
        ],
        params=QUIET | {"mix_cost": 1.0},
    )
    arrays = build(data)
    even = {cell.line: cell.target for cell in arrays.named if cell.kind == "volume"}
    own = [cell for cell in arrays.named if (cell.kind, cell.name) == ("model", "C")]
    total = dict(zip("AB", capacity, strict=True))
    assert all(even[line] <= total[line] + 1e-9 for line in "AB")
    return [cell.target for cell in own]


def test_the_split_of_a_model_follows_the_bottleneck() -> None:
    # A has 8 of 10 taken by its own cars, B 2 of 10: of ten C, 2 and 8 fill both to the brim, and
    # of two C both go to B, which is used less. Where B costs more, A's room comes first.
    assert shares((10, 10), (0, 0), A=8, B=2, C=10) == pytest.approx([2.0, 8.0])
    assert shares((10, 10), (0, 0), A=8, B=2, C=2) == pytest.approx([0.0, 2.0])
    assert shares((10, 10), (0, 0), A=2, B=2, C=6) == pytest.approx([3.0, 3.0])
    assert shares((10, 10), (0, 1), A=8, B=2, C=6) == pytest.approx([2.0, 4.0])


def test_shares_that_are_given_are_expected() -> None:
    data = problem(
        bank(*[{}] * 8),
        on_lines((0, "A", 8), (0, "B", 8)),
        routes=[
            {"model": "M", "line": "A", "share": 3.0},
            {"model": "M", "line": "B", "share": 1.0},
        ],
        params=QUIET | {"volume_cost": 20.0, "band": 0.0},
    )
    assert on_each(solved(data)) == {(0, "A"): 6, (0, "B"): 2}


def test_one_line_of_any_name_is_slotted_as_the_only_one() -> None:
    rows = [{"wanted": day(2 + at % 5), "model": "MN"[at % 2]} for at in range(12)]
    dates = [(at, "A", 3) for at in range(5)]
    named = problem(bank(*rows), on_lines(*dates), params={"frozen_days": 0})
    plain = problem(bank(*rows), named.days.drop("line"), params={"frozen_days": 0})
    routed = problem(
        bank(*rows),
        on_lines(*dates),
        routes=[{"model": model, "line": "A"} for model in "MN"],
        params={"frozen_days": 0},
    )
    found = [slotted(data, iterations=5_000) for data in (named, plain, routed)]
    assert len({(one.cost, one.bound) for one in found}) == 1
    assert len({tuple(one.slots["date"].to_list()) for one in found}) == 1


@pytest.mark.parametrize("places", [[(1, "A", 1), (0, "A", 1)], [(0, "A", 1), (0, "A", 2)]])
def test_days_in_no_order_are_refused(places: list[tuple[int, str, float]]) -> None:
    with pytest.raises(ValueError, match="days stand by date"):
        problem(bank({}), on_lines(*places))


def plant(*rows: dict[str, Any], **tables: Any) -> tuple[Hub, Orders]:
    """Return the small plant of two lines with orders of its own."""
    kept = QUIET | {"line_cost": 4.0} | tables.pop("slotting", {})
    made = two_lines(slotting=[kept], orders=[{**row, "wanted": day(2)} for row in rows], **tables)
    hub = hub_from_tables(made)
    return hub, read_orders(hub, hub)


def capacities(*rows: tuple[int, str | None, str, float]) -> pl.DataFrame:
    """Return days as `line_capacity` gives them: date, line, shop, capacity."""
    points = {"north": "assembly", "south": "assembly south"}
    return pl.DataFrame(
        [(day(at), line, shop, points.get(line or "") == shop, x) for at, line, shop, x in rows],
        schema=["date", "line", "shop", "point", "capacity"],
        orient="row",
    )


def two_days(north: float, south: float, paint: float = 99.0) -> pl.DataFrame:
    """Return Monday and Tuesday of both lines and their paint shop."""
    return capacities(
        *((at, "north", "assembly", north) for at in range(2)),
        *((at, "south", "assembly south", south) for at in range(2)),
        *((at, None, "paint", paint) for at in range(2)),
    )


def test_a_hub_of_lines_gives_routes_booths_and_limits() -> None:
    hub, orders = plant(
        order("o1", model="A"),
        options=[{"option": "roof"}],
        sequence_rules=[
            {"rule": "r1", "kind": "ratio", "option": "roof", "most": 1, "window": 2},
            {
                "rule": "r2",
                "kind": "ratio",
                "option": "roof",
                "most": 1,
                "window": 4,
                "lines": "south",
            },
        ],
        slot_limits=[
            {"kind": "colour", "item": "white", "line": "north", "start": day(0), "most": 3},
            {"kind": "colour", "item": "white", "start": day(0), "most": 5},
        ],
    )
    data = Input.from_hub(hub, orders, two_days(5, 5, 8))
    assert (
        data.days.select("line", "shop").rows()
        == [
            ("north", "assembly"),
            ("south", "assembly south"),
        ]
        * 2
    )
    rows = data.routes.select("model", "line", "dear", "load").rows()
    routes = {(model, line): (dear, load) for model, line, dear, load in rows}
    assert set(routes) == {("A", "north"), ("A", "south"), ("B", "north"), ("C", "south")}
    assert routes["A", "south"] == (False, 1.2)
    assert routes["C", "south"] == (False, 1.5)
    assert data.booths == {"north": "paint", "south": "paint"}
    assert data.ratios.select("share", "line").rows() == [(0.5, None), (0.25, "south")]
    colours = data.limits.filter(pl.col("kind") == "colour").select("most", "line").rows()
    assert sorted(colours, key=str) == [(3.0, "north"), (5.0, None)]
    shops = data.limits.filter(pl.col("kind") == "shop").select("item", "line").unique().rows()
    assert shops == [("paint", None)]


def test_what_keeps_an_order_from_its_line_is_said_by_line() -> None:
    # A can be built on both lines, but rather in the north. Its Monday is full with o1.
    hub, orders = plant(
        order("o1", model="A"),
        order("o2", model="A"),
        order("o3", model="C"),
        model_lines=[
            {"model": "A", "line": "north", "preferred": True},
            {"model": "A", "line": "south"},
            {"model": "C", "line": "south"},
        ],
    )
    days = two_days(1.0, 2.7)
    slots = slot_orders(hub, orders, days, iterations=20_000)
    monday = [place for place in places_of(slots.slots).values() if place and place[0] == day(0)]
    assert sorted(line for _, line in monday) == ["north", "south", "south"]
    away = {
        "o1": LineDay(day(0), "north"),
        "o2": LineDay(day(1), "north"),
        "o3": LineDay(day(0), "south"),
    }
    moved = explain(slots, Moves(Input.from_slots(hub, orders, slots), away))
    said = explained(hub, orders, moved, "o2")
    assert "Mon 2026-01-05 (line north) would suit it best: 0.0 by itself." in said
    full = "Line north is full on Mon 2026-01-05: 1.00 of 1.00 car equivalents, and it takes 1.00;"
    assert any(line.startswith(full) for line in said)
    # In the south it costs 4 more than in the north, and 10 less than a day later.
    room = "Line south has room on that date: building it there would save 6.0 in all."
    assert room in said
    there = " ".join(explained(hub, orders, slots, "o2" if _on(slots, "o2") else "o1"))
    assert "line south, which its model does not prefer (4.0)" in there
    barred = explained(hub, orders, moved, "o3")
    assert not any("cannot build" in line for line in barred)
    text = explained(hub, orders, moved, day(0))
    assert [line for line in text if line.startswith("2026-01-05, line")] == [
        "2026-01-05, line north: 1 car, 1.0 of 1.0 car equivalents (100.0% of the manned "
        "capacity).",
        "2026-01-05, line south: 1 car, 1.0 of 2.7 car equivalents (37.0% of the manned capacity).",
    ]
    assert "Kept away first of all by the hours of line north: 1 order." in text


def _on(slots: DaySlots, name: str) -> bool:
    """Return whether an order stands in the south."""
    place = places_of(slots.slots)[name]
    return place is not None and place[1] == "south"


def test_the_former_line_goes_on_with_the_slots() -> None:
    hub, orders = plant(order("o1", model="A"), order("o2", model="C"))
    days = two_days(3.0, 3.0)
    first = slot_orders(hub, orders, days, iterations=5_000)
    there = {"o1": LineDay(day(1), "south"), "o2": LineDay(day(0), "south")}
    moved = explain(first, Moves(Input.from_slots(hub, orders, first), there))
    known = with_former(orders.table, moved.slots)
    assert known.select("former", "former_line").rows() == [(day(1), "south"), (day(0), "south")]
    held = slot_orders(
        hub, orders, days, former=moved, params=Params(**QUIET | {"moved_cost": 50.0})
    )
    assert places_of(held.slots) == {"o1": (day(1), "south"), "o2": (day(0), "south")}
    assert not held.slots["moved"].any()
    assert held.days["date"].to_list() == [dt.date(2026, 1, at) for at in (5, 5, 6, 6)]
