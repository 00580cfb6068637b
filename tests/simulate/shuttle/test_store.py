"""The store of the contest: its times, its rules, what an order scores."""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from sinho.errors import DataError
from sinho.simulate.shuttle import Input, Params, ShuttleStore, Weights, check, play, solve
from sinho.simulate.shuttle.check import blocks_of, judged_order
from sinho.testing import generate_painted

LANES = [18, 12, 6, 0, 12, 18]
RETURN = [24, 18, 12, 6, 12, 18]


def given(text: str, **store: object) -> Input:
    """Return cars by letters: H hybrid or N, big with four-wheel drive; all of one colour."""
    cars = pl.DataFrame(
        {
            "car": [f"{at}" for at in range(len(text))],
            "hybrid": [one in "Hh" for one in text],
            "four_wheel": [one.isupper() for one in text],
        }
    )
    return Input.from_cars(cars, ShuttleStore(**store))  # type: ignore[arg-type]


def moves(*rows: tuple[int, str, str, int]) -> pl.DataFrame:
    """Return a plan."""
    return pl.DataFrame(rows, schema=["start", "move", "car", "lane"], orient="row")


def test_all_times_of_the_contest_follow_from_where_the_lanes_are() -> None:
    times = ShuttleStore().times
    assert times[:, :, 2].tolist() == [LANES, RETURN, LANES, RETURN]
    assert times[0, :, 1].tolist() == [half // 2 for half in LANES]
    assert times[1, :, 0].tolist() == [3] * 6
    assert times[1, :, 1].tolist() == [15, 12, 9, 6, 6, 9]
    assert times[2, :, 0].tolist() == times[3, :, 0].tolist() == [half // 2 for half in LANES]
    assert times[3, :, 1].tolist() == [21, 15, 9, 3, 9, 15]


def test_one_lane_straight_through_takes_as_long_as_the_contest_says() -> None:
    for number in (1, 2, 50):
        plan = play(given("h" * number), "straight")
        assert plan.finished == 9 * number + 72
        assert plan.order == tuple(str(at) for at in range(number))
        assert plan.status == "given"


def test_blocks_are_those_of_the_contest_s_example() -> None:
    drives = [one == "4" for one in "442242444224"]
    parts = ["".join("24"[drive] for drive in block) for block in blocks_of(drives)]
    assert parts == ["4422", "42", "44422", "4"]
    assert blocks_of([]) == []


def test_an_order_is_scored_by_the_formula_of_the_contest() -> None:
    data = given("hnNhhnnnH")
    judged = judged_order(data, data.cars["car"].to_list(), 3, 9 * 9 + 72 + 250)
    assert (judged.gaps, judged.blocks) == (2, 2)
    formula = 0.4 * (100 - 2) + 0.3 * (100 - 2) + 0.2 * (100 - 3) + 0.1 * (100 - 0.01 * 250)
    assert judged.score == pytest.approx(formula, abs=1e-9)
    assert judged_order(data, data.cars["car"].to_list(), 3, 0).score == pytest.approx(
        formula + 0.25, abs=1e-9
    )


STRAIGHT = (
    (0, "take in", "0", 4),
    (0, "take in", "1", 4),
    (81, "hand on", "0", 4),
    (90, "hand on", "1", 4),
)
BACK = (
    (0, "take in", "0", 1),
    (18, "take in", "1", 4),
    (18, "take in", "2", 4),
    (90, "send back", "0", 1),
    (114, "hand on", "1", 4),
    (123, "hand on", "2", 4),
    (192, "bring", "0", 4),
    (279, "hand on", "0", 4),
)
"""Car 0 drops into lane 1 at 9, rests at its end from 90 on, drops into the return lane at 111,
rests at its end from 192 on."""


def test_a_plan_by_hand_passes_with_its_figures() -> None:
    assert check(given("hh"), moves(*STRAIGHT)).broken == ()
    judged = check(given("hnn"), moves(*BACK))
    assert judged.broken == ()
    assert (judged.order, judged.returns, judged.finished) == (("1", "2", "0"), 1, 279)


@pytest.mark.parametrize(
    ("text", "rows", "said"),
    [
        ("hh", [STRAIGHT[1], *STRAIGHT[2:]], "take in 1, but it is not the next car from paint"),
        ("hh", [*STRAIGHT[:2], (80, *STRAIGHT[2][1:]), STRAIGHT[3]], "does not rest at the end"),
        ("hh", [*STRAIGHT[:2], (82, *STRAIGHT[2][1:]), STRAIGHT[3]], "second 81: the delivering"),
        ("hh", STRAIGHT[:3], "1 of 2 cars reach assembly"),
        ("hh", [STRAIGHT[0], STRAIGHT[2]], "1 of 2 cars reach assembly"),
        ("hh", [STRAIGHT[0], STRAIGHT[2], (90, "hand on", "1", 4)], "does not rest at the end"),
        ("hhh", [*STRAIGHT[:2], (0, "take in", "2", 4)], "first place of its lane is not free"),
        ("hh", [(0, "take in", "0", 1), (17, "take in", "1", 4)], "shuttle is not back"),
        ("hh", [(0, "take in", "0", 3), (6, "take in", "1", 4), (84, "hand on", "1", 4)], "84"),
        ("hnn", [*BACK[:6], (183, "bring", "0", 4)], "does not rest at the end of the return"),
        ("hnn", [*BACK[:6], (195, "bring", "0", 4)], "second 192: the receiving shuttle waits"),
        ("hnn", [*BACK[:4], (113, "hand on", "1", 4)], "its shuttle is not back"),
    ],
)
def test_a_broken_rule_is_named_with_its_second_and_car(
    text: str, rows: list[tuple[int, str, str, int]], said: str
) -> None:
    broken = check(given(text), moves(*rows)).broken
    assert broken
    assert said in broken[0]


def test_without_the_rules_of_order_a_car_may_wait_for_others() -> None:
    rows = (
        (0, "take in", "0", 4),
        (0, "take in", "1", 3),
        (81, "send back", "0", 4),
        (87, "hand on", "1", 3),
        (165, "bring", "0", 4),
        (252, "hand on", "0", 4),
    )
    late = [*rows[:4], (200, "bring", "0", 4), (287, "hand on", "0", 4)]
    assert check(given("hh"), moves(*rows)).broken == ()
    assert "the receiving shuttle waits" in check(given("hh"), moves(*late)).broken[0]
    assert check(given("hh", in_order=False), moves(*late)).broken == ()


def test_a_plan_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="in the order of their starts"):
        check(given("hh"), moves(STRAIGHT[2], STRAIGHT[0]))
    with pytest.raises(ValueError, match="take out with lane 4, but moves are take in, bring"):
        check(given("h"), moves((0, "take out", "0", 4)))
    with pytest.raises(ValueError, match="lane 7, but moves"):
        check(given("h"), moves((0, "take in", "0", 7)))


def test_what_means_nothing_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(ValueError, match="1 is taken twice") as told:
        ShuttleStore(lanes=(0, 1), places=1, pace=0)
    assert "places of at least 2, not 1" in str(told.value)
    assert "pace of at least 1, not 0" in str(told.value)
    with pytest.raises(ValueError, match="at least 1 lane"):
        ShuttleStore(lanes=())
    with pytest.raises(ValueError, match=r"gap of 0 or more, not -1.*block of 0 or more, not nan"):
        Weights(gap=-1, block=float("nan"))
    with pytest.raises(ValueError, match=r"width of 1 or more, not 0; rounds of 1 or more"):
        Params(width=0, rounds=0)
    with pytest.raises(ValueError, match=r"there is no rule 'greed'.*'greedy'"):
        play(given("h"), "greed")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed must be 0 or more"):
        solve(given("h"), seed=-1)


def test_cars_that_mean_nothing_are_refused() -> None:
    cars = generate_painted(6, hybrids=3, four_wheel=2)
    with pytest.raises(DataError, match="Did you mean 'hybrid'"):
        Input.from_cars(cars, spaced="hybrids")
    with pytest.raises(DataError, match="true or false") as told:
        Input.from_cars(cars.with_columns(hybrid=pl.lit(1), car=pl.lit("a")))
    assert "more than once" in str(told.value)
    with pytest.raises(DataError, match="no cars"):
        Input.from_cars(cars.clear())
    with pytest.raises(DataError, match="paint: the column is missing"):
        Input.from_cars(cars, colour="paint")
    bare = Input.from_cars(cars.drop("colour"))
    assert bare.cars["colour"].unique().to_list() == [""]


def test_generated_days_have_the_shape_of_the_contest_s() -> None:
    for hybrids, gaps in ((212, 203), (159, 148)):
        seen = [
            play(Input.from_cars(generate_painted(hybrids=hybrids, seed=seed)), "straight")
            for seed in range(8)
        ]
        assert abs(sum(plan.gaps for plan in seen) / 8 - gaps) < 4
        assert abs(sum(plan.blocks for plan in seen) / 8 - 19) < 2
    cars = generate_painted(seed=3)
    assert cars.equals(generate_painted(seed=3))
    assert not cars.equals(generate_painted(seed=4))
    assert (cars.height, cars["hybrid"].sum(), cars["four_wheel"].sum()) == (318, 212, 29)
    assert sorted(cars["planned"].unique().to_list()) == [1, 2, 3]
    assert cars["colour"].n_unique() <= 10
    assert generate_painted(5, hybrids=0, four_wheel=5)["four_wheel"].all()
    with pytest.raises(ValueError, match="hybrids must be 0 to 5"):
        generate_painted(5, hybrids=6)


def test_a_store_without_a_return_lane_has_room_for_its_lanes_and_shuttles() -> None:
    store = ShuttleStore()
    assert store.capacity == 72
    assert dataclasses.replace(store, return_lane=None).capacity == 62
