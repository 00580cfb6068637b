"""Quotes: with and without, the fee at break-even, what others lose, draws."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sinho
from sinho import plan, plan_months
from sinho.quote import Input, Params, Programme, solve
from sinho.report.quote import headline, quote_tables
from sinho.results import MonthPlan, Quote
from sinho.stop import Progress
from tests.budget import examples
from tests.quote.small import USUAL, plant, programme

QUICK = Params(draws=0)
UNCERTAIN = """
[[uncertain]]
what = "volume"
kind = "uniform"
low = 0.5
high = 1.5
[[uncertain]]
what = "SOP delay"
kind = "values"
values = "0;1"
[[uncertain]]
what = "stops"
kind = "uniform"
low = 0
high = 0.2
[[uncertain]]
what = "freight"
kind = "lognormal"
mean = 1
spread = 0.2
[[uncertain]]
what = "tariff"
kind = "normal"
mean = 0
spread = 5
"""


@cache
def usual() -> Quote:
    """The small programme."""
    return solve(Input.from_hub(plant(), programme()), QUICK)


def test_a_quote_by_hand() -> None:
    made = usual()
    # 3,000 cars leave 10; 300 more leave 25 + 1 - 10 - 2 - 2.5
    assert made.without.contribution == pytest.approx(30_000)
    assert made.objective == pytest.approx(300 * 11.5)
    assert made.fee_at_break_even == pytest.approx(1 - 11.5)
    head = made.tables["headroom"].filter(basis="manned").sort("period")
    assert head["left_without"].to_list() == pytest.approx([600, 760, 760])
    assert head["left_with"].to_list() == pytest.approx([500, 660, 660])
    assert made.explanations == ()
    assert made.tables["misfits"].is_empty()


def test_demonstrated_headroom_is_a_share_of_the_manned_one() -> None:
    shown = pl.DataFrame({"shop": ["assembly"], "share": [0.9]})
    made = sinho.quote_programme(plant(), programme(), simulated=shown, draws=0)
    head = made.tables["headroom"].filter(basis="demonstrated").sort("period")
    assert head["left_with"].to_list() == pytest.approx([1440 - 1100, 1584 - 1100, 1584 - 1100])
    assert set(usual().tables["headroom"]["basis"]) == {"installed", "manned"}


def test_the_quote_without_its_programme_is_the_plan() -> None:
    hub = plant()
    made, alone = usual().without, plan_months(hub)
    assert made.contribution == alone.contribution
    assert made.input_hash == alone.input_hash
    assert made.tables["ship"].equals(alone.tables["ship"])


@settings(max_examples=examples(30), deadline=None)
@given(
    asked=st.integers(0, 2000),
    cars=st.integers(1, 900),
    price=st.integers(5, 40),
    tooling=st.integers(0, 5000),
    penalty=st.integers(0, 5),
)
def test_the_fee_at_break_even_is_found_again_by_planning(
    asked: int, cars: int, price: int, tooling: int, penalty: int
) -> None:
    volume = (
        f'market = "FR"\nmonth = "2026-02..2026-04"\nexpected = {cars}\nprice = {price}\n'
        f"lost_penalty = {penalty}"
    )
    paid = f'[[payment]]\nwhat = "tooling"\nmonth = "2026-02"\namount = {tooling}'
    made = Input.from_hub(plant(asked), programme(paid, volume=volume))
    found = solve(made, QUICK)
    assert found.fee_at_break_even is not None
    again = sinho.plan_months(made.at_fee(found.fee_at_break_even).hub)
    assert again.contribution - found.without.contribution == pytest.approx(tooling, abs=1e-6)


def test_the_fee_at_break_even_may_change_the_shifts() -> None:
    patterns = [
        {"group": "v", "pattern": name, "shifts": n, "hours": 8, "cost_per_day": cost}
        for name, n, cost in (("one", 1, 50), ("two", 2, 130))
    ]
    hub = plant(1500, patterns=patterns, groups=[{"group": "v", "opening_pattern": "one"}])
    volume = (
        'market = "FR"\nmonth = "2026-02..2026-04"\nexpected = 900\nprice = 16\n'
        "lost_penalty = 1\nlate_penalty = 1"
    )
    asked = Input.from_hub(hub, programme(volume=volume))
    made = solve(asked, QUICK)
    assert made.fee_at_break_even is not None
    worked = plan_months(asked.at_fee(made.fee_at_break_even).hub)
    assert worked.contribution == pytest.approx(made.without.contribution, abs=1e-6)
    dear = plan_months(asked.at_fee(made.fee_at_break_even + 5).hub)
    assert dear.contribution > made.without.contribution + 1
    shifts = [plan.tables["patterns"]["pattern"].to_list() for plan in (made.without, dear)]
    assert shifts[0] != shifts[1]


def test_a_month_that_is_too_full_is_told_with_what_would_make_it_fit() -> None:
    volume = 'market = "FR"\nmonth = "2026-02"\nexpected = 800\nprice = 15\nlost_penalty = 1'
    hub = plant(1000, overtime=[{"group": "v", "start": "2026-02", "hours_per_day": 0}])
    made = solve(Input.from_hub(hub, programme(volume=volume, terms="")), QUICK)
    # a car for France leaves 15 + 1 - 10 - 2 - 1.5: less than one of model A, which is kept
    missed = made.tables["misfits"].row(0, named=True)
    assert (missed["model"], missed["of_programme"]) == ("P", True)
    assert missed["late"] + missed["lost"] == pytest.approx(200)
    (said,) = made.explanations
    assert any(
        "overtime" in one.name and one.cars == pytest.approx(200) for one in said.relaxations
    )


def test_what_is_late_without_the_programme_too_does_not_say_that_it_does_not_fit() -> None:
    # 2,000 cars are asked for at home where 1,600 can be built in February: 400 wait as before
    cheap = 'market = "FR"\nmonth = "2026-04"\nexpected = 1\nprice = 25'
    made = solve(Input.from_hub(plant(1650), programme(volume=cheap)), QUICK)
    assert made.without.tables["late"]["units"].sum() > 0
    assert made.tables["misfits"].is_empty()


def test_a_corridor_by_month_may_stand_beside_one_in_total() -> None:
    rows = [
        f'[[corridor]]\nstart = "2026-02"\nend = "2026-04"\nper = "{per}"\n'
        f"least = {least}\nshort_penalty = 1"
        for per, least in (("month", 120), ("total", 250))
    ]
    made = solve(Input.from_hub(plant(), programme(*rows)), QUICK)
    windows = made.with_.tables["contracts"].select("contract", "window", "short").rows()
    assert [row[1:] for row in windows if "month" in row[0]] == [
        (f"2026-0{month}", pytest.approx(20)) for month in (2, 3, 4)
    ]
    assert [row[2] for row in windows if "total" in row[0]] == [0.0]
    (said,) = made.explanations
    assert "3 windows" in said.answer or "windows kept" in said.answer


def test_models_that_are_displaced_are_counted_by_brand() -> None:
    volume = 'market = "FR"\nmonth = "2026-02"\nexpected = 800\nprice = 60\nlate_penalty = 5'
    made = solve(Input.from_hub(plant(1000), programme(volume=volume)), QUICK)
    taken = made.tables["models"].filter(model="A").row(0, named=True)
    assert taken["due_days_with"] == pytest.approx(200 * 28), "200 cars are late for February"
    assert made.tables["brands"].filter(brand="B")["due_days"].item() == pytest.approx(200 * 28)
    full = solve(Input.from_hub(plant(1700), programme(volume=volume)), QUICK)
    assert full.tables["models"].filter(model="A")["displaced"].item() > 0


def test_cash_adds_up_to_what_is_gained() -> None:
    paid = '[[payment]]\nwhat = "launch"\nmonth = "2026-02"\namount = 500'
    made = solve(
        Input.from_hub(plant(), programme(paid, terms='incoterm = "FCA"\npayment_days = 60')), QUICK
    )
    cash = made.tables["cash"]
    assert cash["amount"].sum() == pytest.approx(made.objective)
    receipts = cash.filter(line="price and fee")
    assert [f"{month:%Y-%m}" for month in receipts["month"]] == ["2026-04", "2026-05", "2026-06"]
    assert receipts["amount"].to_list() == pytest.approx([2600] * 3)
    assert cash.filter(line="launch")["amount"].to_list() == [-500]


def test_a_case_changes_the_hub_with_the_programme_and_without() -> None:
    case = """
[[case]]
name = "dear"
[[case.change]]
table = "tariffs"
where = { origin = "KR" }
set = { percent = 30 }
[[case.change]]
table = "demand"
where = { model = "P", month = "2026-04" }
set = { units = 0 }
"""
    made = solve(Input.from_hub(plant(), programme(case)), QUICK)
    dear = made.tables["cases"].filter(case="dear").row(0, named=True)
    assert dear["gain"] == pytest.approx(200 * (26 - 10 - 2 - 7.5))
    assert dear["contribution_without"] == usual().without.contribution


def test_a_hub_is_planned_once_however_many_cases_it_stands_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solved: list[str] = []

    def noted(given: plan.Input, *rest: Any, **options: Any) -> MonthPlan:
        solved.append(given.hub.digest)
        return plan_solve(given, *rest, **options)

    plan_solve = plan.solve
    monkeypatch.setattr(plan, "solve", noted)
    case = """
[[case]]
name = "{}"
[[case.change]]
table = "demand"
where = {{ model = "P", month = "2026-04" }}
set = {{ units = {} }}
"""
    cases = (case.format("none in April", 0), case.format("as it is", 100))
    made = solve(Input.from_hub(plant(), programme(*cases)), QUICK)
    assert len(solved) == len(set(solved))
    rows = made.tables["cases"].drop("case").rows()
    assert rows[2] == rows[0] != rows[1]
    assert made.tables["cases"]["contribution_without"].n_unique() == 1


def test_rates_move_what_is_paid_once_in_a_case_and_in_what_is_varied() -> None:
    paid = '[[payment]]\nwhat = "tooling"\nmonth = "2026-02"\namount = 50'
    falls = """
[[case]]
name = "the dollar falls"
[[case.change]]
table = "currencies"
where = { currency = "USD" }
set = { rate = 1.5 }
"""
    asked = Input.from_hub(plant(), programme(paid, falls, terms='currency = "USD"'))
    made = solve(asked, Params(draws=0, rate=0.25))
    assert made.tables["cases"]["once"].to_list() == pytest.approx([100, 75])
    row = made.tables["tornado"].filter(lever="rate of USD").row(0, named=True)
    assert row["gain_low"] == pytest.approx(made.tables["cases"]["gain"][1])


def test_a_case_that_changes_the_programme_changes_its_landed_cost_and_fees() -> None:
    costs = "to_port = 0.5\nloading = 0.5\ninsurance = 2\n"
    other = (
        '[[alternative]]\nname = "there"\norigin = "CN"\ncost = 20\nfreight = 3\n'
        '[[tariffs]]\norigin = "CN"\ndestination = "KR"\nstart = "2020-01-01"'
    )
    sold = """
[[case]]
name = "on board at 30, in one market more"
[[case.change]]
table = "demand"
where = { model = "P" }
set = { incoterm = "FOB", price = 30 }
[[case.change]]
table = "demand"
[case.change.insert]
model = "P"
market = "KR"
month = "2026-02"
units = 10
price = 10
late_penalty = 1
lost_penalty = 1
[[case.change]]
table = "contracts"
where = { contract = "P" }
set = { fee = 3, markets = "FR" }
"""
    made = solve(Input.from_hub(plant(), programme(other, sold, terms=costs)), QUICK)
    case = made.tables["cases"].row(1, named=True)
    markets = made.tables["markets"].filter(case=case["case"])
    # in France 30, the fee, freight, insurance of 110 % of the price, 10 % of duty; at home 10
    landed = 30 + 3 + 2 + 0.02 * 1.1 * 30 + 3
    assert dict(markets.select("market", "landed").iter_rows()) == pytest.approx(
        {"FR": landed, "KR": 10}
    )
    # the plant pays for the way to the port and loading; the fee is paid for France alone
    gain = 300 * (30 + 3 - 10 - 1)
    assert case["gain"] == pytest.approx(gain)
    assert case["fee_at_break_even"] == pytest.approx(3 - gain / 300)
    there = 300 * (20 + 3 + 0.3 * 20) + 10 * (20 + 3)
    assert case["fee_elsewhere"] == pytest.approx(3 + (there - 300 * landed - 10 * 10) / 300)


def test_where_no_car_pays_the_fee_at_break_even_is_the_one_from_which_on_it_gains() -> None:
    # at a price of 10 a car leaves 10 + fee - 10 - 2 - 1, and nobody has to build it
    volume = 'market = "FR"\nmonth = "2026-02"\nexpected = 100\nprice = 10'
    made = solve(Input.from_hub(plant(), programme(volume=volume)), QUICK)
    assert made.objective == pytest.approx(0)
    assert made.fee_at_break_even == pytest.approx(3)


def test_points_of_tariff_are_added_where_no_tariff_stands() -> None:
    made = solve(Input.from_hub(plant(tariffs=[]), programme(terms='incoterm = "DAP"')), QUICK)
    row = made.tables["tornado"].filter(lever="tariff").row(0, named=True)
    assert row["landed"] == pytest.approx(26)
    assert row["landed_high"] == pytest.approx(26 + 2.5)


def test_the_same_seed_gives_the_same_draws_whatever_carries_them_out() -> None:
    asked = Input.from_hub(plant(), programme(UNCERTAIN))
    draws = [
        solve(asked, Params(draws=60, workers=1)).tables["draws"],
        solve(asked, Params(draws=60, workers=2)).tables["draws"],
    ]
    with ThreadPoolExecutor(2) as threads:
        draws.append(solve(asked, Params(draws=60, executor=threads)).tables["draws"])
    assert draws[0].equals(draws[1])
    assert draws[0].equals(draws[2])
    assert draws[0]["gain"].n_unique() > 50
    more = solve(asked, Params(draws=10)).tables["draws"]
    assert more.equals(draws[0].head(10)), "a draw does not depend on how many there are"
    jobs = solve(asked, Params(draws=120)).tables["draws"]
    assert jobs.head(60).equals(draws[0]), "nor on the draws of its job"
    other = solve(asked, Params(draws=10), seed=2).tables["draws"]
    assert not other["gain"].equals(more["gain"])


@pytest.mark.slow
@pytest.mark.cluster
def test_a_cluster_of_two_workers_gives_the_same_draws(cluster: Executor) -> None:
    asked = Input.from_hub(plant(), programme(UNCERTAIN))
    spread = solve(asked, Params(draws=60, executor=cluster)).tables["draws"]
    assert spread.equals(solve(asked, Params(draws=60)).tables["draws"])


def test_a_draw_in_which_hard_rules_contradict_has_no_figures() -> None:
    hard = '[[corridor]]\nstart = "2026-02"\nend = "2026-02"\nleast = 100\nhard = true'
    delay = '[[uncertain]]\nwhat = "SOP delay"\nkind = "values"\nvalues = "0;1"'
    made = solve(Input.from_hub(plant(), programme(hard, delay)), Params(draws=20))
    draws = made.tables["draws"]
    assert draws["gain"].is_null().equals(draws["delay"] == 1)
    assert 0 < draws["gain"].null_count() < 20


def test_a_draw_is_the_plan_of_what_was_drawn() -> None:
    asked = Input.from_hub(plant(1500), programme(UNCERTAIN))
    made = solve(asked, Params(draws=3)).tables["draws"]
    for row in made.to_dicts():
        volume = (
            'market = "FR"\nmonth = "2026-02..2026-04"\n'
            f"expected = {100 * row['volume']!r}\nprice = 25\nlate_penalty = 1"
        )
        hub = plant(
            1500,
            # no car can be built in the first month, as if SOP came a month later
            ramp=[{"model": "P", "month_after_sop": 0, "share": 0}] if row["delay"] else [],
            freight=[
                {"lane": "EU", "mode": "vessel", "start": "2026-02", "cost": 2 * row["freight"]}
            ],
            tariffs=[
                {
                    "origin": "KR",
                    "destination": "FR",
                    "start": "2020-01-01",
                    "percent": max(10 + row["tariff"], 0),
                }
            ],
            shops=[
                {
                    "shop": "assembly",
                    "kind": "assembly",
                    "group": "v",
                    "unit": "car",
                    "installed_rate": 10,
                    "manned_rate": 10 * (1 - row["lost"]),
                }
            ],
        )
        again = solve(Input.from_hub(hub, programme(volume=volume)), QUICK)
        assert again.objective == pytest.approx(row["gain"])
        assert again.fee_at_break_even == pytest.approx(row["fee_at_break_even"])


def test_a_month_without_expected_cars_has_some_in_draws_where_it_may() -> None:
    volume = (
        'market = "FR"\nmonth = "2026-02..2026-04"\nprice = 25\n'
        "low = [0, 100, 0]\nexpected = [0, 100, 0]\nhigh = [0, 100, 300]"
    )
    luck = '[[uncertain]]\nwhat = "volume"\nkind = "triangular"'
    asked = Input.from_hub(plant(), programme(luck, volume=volume))
    for row in solve(asked, Params(draws=3)).tables["draws"].to_dicts():
        assert 1 < row["volume"] < 4
        cars = (row["volume"] - 1) * 100
        there = volume.split("low")[0] + f"expected = [0, 100, {cars!r}]"
        again = solve(Input.from_hub(plant(), programme(volume=there)), QUICK)
        assert row["gain"] == pytest.approx(again.objective)


def test_draws_may_choose_shift_patterns_anew() -> None:
    patterns = [
        {"group": "v", "pattern": name, "shifts": n, "hours": 8, "cost_per_day": cost}
        for name, n, cost in (("one", 1, 50), ("two", 2, 250))
    ]
    hub = plant(1500, patterns=patterns, groups=[{"group": "v", "opening_pattern": "one"}])
    luck = '[[uncertain]]\nwhat = "volume"\nkind = "uniform"\nlow = 0.5\nhigh = 6'
    asked = Input.from_hub(hub, programme(luck))
    kept, chosen = (
        solve(asked, Params(draws=6, patterns=how, gap=0)) for how in ("kept", "chosen")
    )
    gains = [made.tables["draws"]["gain"] for made in (kept, chosen)]
    assert (gains[1] >= gains[0] - 1e-6).all()
    assert (gains[1] > gains[0] + 1).any(), "a second shift is worth its cost where many are asked"
    assert chosen.patterns == "chosen"
    two = Params(draws=30, patterns="chosen", gap=0, workers=2)
    assert solve(asked, two).tables["draws"].head(6).equals(chosen.tables["draws"])


def test_no_levers_give_the_plans_own_gain_and_the_tornado_is_about_it() -> None:
    made = solve(Input.from_hub(plant(), programme()), QUICK)
    assert set(made.tables["tornado"]["gain"].round(6)) == {round(made.objective, 6)}
    middle = made.tables["two_way"].filter((pl.col("volume") == 0) & (pl.col("tariff") == 0))
    assert middle["gain"].item() == pytest.approx(made.objective)
    volume = made.tables["tornado"].filter(lever="volume").row(0, named=True)
    assert volume["gain_high"] == pytest.approx(1.3 * made.objective)


def test_levers_move_the_landed_cost_as_its_lines_say() -> None:
    terms = 'incoterm = "EXW"\ncurrency = "USD"'
    moved = solve(Input.from_hub(plant(), programme(terms=terms)), QUICK).tables["tornado"]
    rows = {row["lever"]: row for row in moved.to_dicts()}
    # price and fee of 26 at 2, freight of 2, duty of 10 % of 50
    assert rows["volume"]["landed"] == pytest.approx(52 + 2 + 5)
    assert rows["tariff"]["landed_high"] == pytest.approx(52 + 2 + 10)
    assert rows["freight"]["landed_low"] == pytest.approx(52 + 1.4 + 5)
    assert rows["rate of USD"]["landed_high"] == pytest.approx(1.1 * 57 + 2)
    assert rows["tariff"]["gain_high"] == rows["tariff"]["gain"], "the buyer pays it"


def test_a_quote_that_is_stopped_has_its_plans_and_says_so() -> None:
    case = '[[case]]\nname = "x"\n[[case.change]]\ntable = "tariffs"\nset = { percent = 1 }'
    asked = Input.from_hub(plant(), programme(case, UNCERTAIN))
    made = solve(asked, Params(draws=50), stop=sinho.TimeLimit(1e-6))
    assert (made.status, made.draws, made.fee_at_break_even) == ("stopped", 0, None)
    assert made.tables["cases"]["case"].to_list() == ["as quoted"]


def test_a_programme_of_which_no_car_is_shipped_is_told_all_the_same() -> None:
    volume = 'market = "FR"\nmonth = "2026-02"\nexpected = 10\nprice = 1'
    made = solve(Input.from_hub(plant(), programme(volume=volume)), QUICK)
    assert made.tables["cases"]["cars"].to_list() == [0]
    assert any("0 of 10 cars asked for are shipped" in said for said in headline(made))
    assert quote_tables(made)["steps"].frame.is_empty()


def test_the_package_is_called_as_its_function() -> None:
    made = sinho.quote(plant(), programme(), draws=0)  # type: ignore[operator]
    assert made.objective == usual().objective
    assert isinstance(programme(), Programme)


def test_a_draw_tells_all_that_was_drawn_so_that_it_can_be_planned_by_hand() -> None:
    luck = """
[[uncertain]]
what = "rate"
item = "USD"
kind = "lognormal"
mean = 1
spread = 0.2
[[uncertain]]
what = "other demand"
kind = "uniform"
low = 0.7
high = 1.1
[[uncertain]]
what = "volume"
"""
    volume = USUAL.replace("expected = 100", "low = 60\nexpected = 100\nhigh = 150")
    paid = '[[payment]]\nwhat = "tooling"\nmonth = "2026-02"\namount = 50'
    terms = 'currency = "USD"'
    asked = Input.from_hub(plant(), programme(luck, paid, terms=terms, volume=volume))
    for row in solve(asked, Params(draws=4)).tables["draws"].to_dicts():
        drawn = {
            name: float(value)
            for name, _, value in (one.partition(" = ") for one in row["drawn"].split("; "))
        }
        assert set(drawn) == {"rate USD", "other demand", "volume"}
        u = drawn["volume"]  # the share of draws with fewer cars
        side = 60 + (u * 90 * 40) ** 0.5 if u < 40 / 90 else 150 - ((1 - u) * 90 * 50) ** 0.5
        money = [{"currency": "USD", "start": "2026-02-01", "rate": 2 * drawn["rate USD"]}]
        hub = plant(1000 * drawn["other demand"], currencies=money)
        cars = volume.replace("expected = 100", f"expected = {side!r}")
        cars = "\n".join(line for line in cars.split("\n") if line[:3] not in ("low", "hig"))
        again = solve(Input.from_hub(hub, programme(paid, terms=terms, volume=cars)), QUICK)
        assert row["gain"] == pytest.approx(again.objective)
        assert row["contribution_with"] == pytest.approx(again.with_.contribution)


def test_progress_is_told_of_all_that_takes_its_time() -> None:
    told: list[Progress] = []
    made = solve(
        Input.from_hub(plant(1700), programme(UNCERTAIN)), Params(draws=8), progress=told.append
    )
    assert made.explanations
    for stage in ("trying relaxations", "varying one thing at a time", "drawing"):
        shares = [one.done or 0.0 for one in told if one.stage.startswith(stage)]
        assert len(shares) > 1 or stage == "drawing"
        assert shares == sorted(shares)
        assert 0.8 < shares[-1] <= 1


def test_it_is_said_where_no_fee_suits_both() -> None:
    cheap = '[[alternative]]\nname = "there"\norigin = "CN"\ncost = 1'
    (said,) = (
        one
        for one in headline(solve(Input.from_hub(plant(), programme(cheap)), QUICK))
        if "breaks even" in one
    )
    assert said.endswith("No fee suits both.")
    dear = cheap.replace("cost = 1", "cost = 100")
    assert not any(
        "suits both" in one
        for one in headline(solve(Input.from_hub(plant(), programme(dear)), QUICK))
    )


def test_a_plan_that_was_cut_short_tells_no_fee_at_break_even(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual, made = plan.solve, []

    def third_is_cut(*args: Any, **options: Any) -> MonthPlan:
        found = usual(*args, **options)
        made.append(found)
        return replace(found, status="stopped") if len(made) == 3 else found

    monkeypatch.setattr(plan, "solve", third_is_cut)
    found = solve(Input.from_hub(plant(), programme()), QUICK)
    assert len(made) >= 3
    assert found.fee_at_break_even is None
