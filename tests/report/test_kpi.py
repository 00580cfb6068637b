"""Key figures of a plan made by hand, and of solved ones."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest

import sinho
from sinho.hub import hub_from_tables
from sinho.report import actuals, figures, kpi, limits
from sinho.report.amounts import amount_text
from sinho.report.headline import headline
from sinho.report.names import names_of, planned_hub
from sinho.report.tables import plan_tables
from sinho.results import MonthPlan
from tests.hubs import tiny_hub
from tests.report.plant import MONTHS, bare, plant, replayed


@pytest.fixture(scope="module")
def made() -> MonthPlan:
    return sinho.plan_months(plant())


def value(frame: pl.DataFrame, column: str, **where: object) -> object:
    """Return the one value of a column in the one row that matches."""
    found = frame.filter(*(pl.col(name) == wanted for name, wanted in where.items()))
    assert found.height == 1, found
    return found[column][0]


def test_cars_by_model_and_family_month_and_year() -> None:
    plan, hub = replayed()
    names = names_of(plan, hub)
    months = kpi.cars_made(plan, names, "family", "period")
    assert value(months, "cars", label="2026-12", family="F") == 150  # 100 A + 50 B
    assert value(months, "cars", label="2027-01", family="G") == 20
    years = kpi.cars_made(plan, names, "model", "year")
    assert value(years, "cars", year=2027, model="A") == 30
    assert kpi.cars_made(plan, names, "powertrain", "total").to_dicts() == [
        {"powertrain": "ICE", "cars": 130.0},
        {"powertrain": "HEV", "cars": 50.0},
        {"powertrain": "BEV", "cars": 20.0},
    ]


def test_utilisation_is_a_ratio_of_sums_on_both_bases() -> None:
    """Paint: load 150 and 54, manned 3,520 and 1,680, installed 3,300 a month."""
    plan, _ = replayed()
    total = kpi.utilisation(plan, "total")
    assert value(total, "manned", shop="paint") == pytest.approx(204 / 5200)
    assert value(total, "installed", shop="paint") == pytest.approx(204 / 6600)
    # assembly is full in January, yet not over both months: 200 / 3,570, not the mean of ratios
    assert value(total, "manned", shop="assembly") == pytest.approx(200 / 3570)
    assert value(total, "binding", shop="assembly") == 1
    year = kpi.utilisation(plan, "year")
    assert value(year, "manned", shop="engine", year=2027) is None  # no shift, no ratio
    assert value(year, "installed", shop="engine", year=2027) == 0


def test_people_are_a_mean_over_days_and_the_most() -> None:
    plan, _ = replayed()
    total = kpi.people(plan, "total")
    assert value(total, "people", group="all") == pytest.approx((140 * 31 + 70 * 31) / 62)
    assert value(total, "most", group="all") == 140
    assert value(total, "people", group="power") == 0


def test_engines_by_family_and_castings_in_tonnes() -> None:
    plan, hub = replayed()
    names = names_of(plan, hub)
    engines = kpi.parts(plan, names, "engine", "year")
    assert value(engines, "used", year=2026, part="E1") == 100
    assert value(engines, "bought", year=2026, part="E2") == 50
    castings = kpi.parts(plan, names, "casting", "total")
    assert castings.to_dicts() == [
        {"part": "HEAD", "unit": "t", "used": 1.3, "made": 1.3, "bought": 0.0}
    ]


def test_exports_by_market_and_region() -> None:
    plan, hub = replayed()
    names = names_of(plan, hub)
    assert kpi.exports(plan, names, "market_name", "total").to_dicts() == [
        {"market_name": "France", "cars": 80.0},
        {"market_name": "Canada", "cars": 20.0},
    ]
    regions = kpi.exports(plan, names, "region", "year")
    assert value(regions, "cars", region="Europe", year=2026) == 50
    assert "Korea" not in regions["region"]


def test_sailing_use_is_a_ratio_of_sums_where_a_limit_is_set() -> None:
    plan, _ = replayed()
    total = kpi.sailing_use(plan, "total")
    assert value(total, "vessel", lane="WEST") == pytest.approx(720 / 10_000)
    # December has no limit on lane EAST: its use is left out
    assert value(total, "vessel", lane="EAST") == pytest.approx(1.0)
    assert value(total, "container", lane="WEST") is None
    months = kpi.sailing_use(plan, "period")
    assert value(months, "utilisation", lane="EAST", label="2026-12") is None


def test_balance_says_what_became_of_the_demand() -> None:
    """A: asked 140 and 40 late before; shipped 130, lost 45, 5 late at the end."""
    plan, hub = replayed()
    table = kpi.balance(plan, names_of(plan, hub), hub["opening_backlog"], "model")
    row = table.row(by_predicate=pl.col("model") == "A", named=True)
    assert row == {
        "model": "A",
        "asked": 140.0,
        "late before": 40.0,
        "shipped": 130.0,
        "lost": 45.0,
        "late at the end": 5.0,
        "car-periods late": 13.0,
    }


@pytest.mark.parametrize("by", ["model", "family", "brand", "market", "region"])
def test_balance_adds_up_for_a_solved_plan(made: MonthPlan, by: str) -> None:
    hub = plant()
    table = kpi.balance(made, names_of(made, hub), hub["opening_backlog"], by)
    have = table["asked"] + table["late before"]
    went = table["shipped"] + table["lost"] + table["late at the end"]
    assert have.to_list() == pytest.approx(went.to_list())


def test_pattern_runs_are_unbroken() -> None:
    plan, _ = replayed()
    runs = kpi.pattern_runs(plan)
    assert runs.select("group", "pattern", "first", "last", "periods", "days").rows() == [
        ("cars", "two", "2026-12", "2026-12", 1, 22.0),
        ("cars", "one", "2027-01", "2027-01", 1, 21.0),
        ("power", "one", "2026-12", "2027-01", 2, 43.0),
    ]
    assert runs["days"].sum() == plan.tables["patterns"]["days"].sum()


def test_contract_windows_say_whether_they_are_kept() -> None:
    plan, _ = replayed()
    windows = limits.contract_windows(plan)
    assert windows["state"].to_list() == ["short", "at the most", "within"]


def test_contract_progress_ends_at_what_the_windows_ship(made: MonthPlan) -> None:
    hub = plant()
    progress = limits.contract_progress(made, hub["contracts"], names_of(made, hub))
    ends = progress.group_by("contract", "window", maintain_order=True).last()
    joined = ends.join(made.tables["contracts"], on=["contract", "window"])
    assert joined.height == made.tables["contracts"].height == 3
    assert joined["so_far"].to_list() == pytest.approx(joined["shipped"].to_list())


def test_binding_names_what_is_used_up_and_its_highest_value() -> None:
    plan, _ = replayed()
    rows = limits.binding(plan).rows()
    assert rows == [
        ("shop", "foundry", 2, "2026-12", "2027-01", 3.0, "manned hour", "2026-12"),
        ("shop", "assembly", 1, "2027-01", "2027-01", 7.0, "manned hour", "2027-01"),
        ("lane", "EAST", 1, "2027-01", "2027-01", 0.5, "m2", "2027-01"),
    ]


def test_input_basis_counts_rows() -> None:
    plan, _ = replayed()
    frame = kpi.input_basis(plan)
    whole = frame.filter(pl.col("table") == "all")
    assert dict(whole.select("basis", "share").iter_rows()) == {
        "reported": 3 / 8,
        "assumed": 1 / 8,
        "not stated": 4 / 8,
    }
    assert frame.group_by("table").agg(pl.col("share").sum())["share"].to_list() == [1, 1, 1]


@pytest.mark.parametrize("objective", ["contribution", "lexicographic"])
@pytest.mark.parametrize("period", ["month", "week"])
def test_every_contribution_shown_is_the_plans_own(objective: str, period: str) -> None:
    hub = plant()
    plan = sinho.plan_months(hub, objective=objective, period=period)
    assert math.fsum(plan.tables["lines"]["amount"]) == plan.objective
    assert math.fsum(kpi.contribution(plan)["amount"]) == plan.objective
    shown = figures.figures(plan, hub).filter(
        (pl.col("group") == "contribution") & (pl.col("year") == figures.WHOLE)
    )
    assert shown["value"].to_list() == [plan.objective]
    table = plan_tables(plan, hub)["contribution"].frame
    assert table["amount [EUR 1000]"][-1] == plan.objective
    assert math.fsum(kpi.contribution_by_year(plan).values()) == pytest.approx(plan.objective)
    assert amount_text(plan.objective, "EUR 1000") in headline(plan, hub)[0]


def test_penalties_of_contracts_belong_to_the_year_in_which_their_window_ends() -> None:
    contract = {"contract": "K", "brand": "Acme", "start": "2026-01", "end": "2026-03"}
    hub = hub_from_tables(tiny_hub(contracts=[contract | {"least": 1e6, "short_penalty": 2}]))
    plan = sinho.plan_months(hub)
    assert plan.tables["contracts"]["penalty"][0] > 0
    by_year = kpi.contribution_by_year(plan)
    assert list(by_year) == [2026]
    assert by_year[2026] == pytest.approx(plan.contribution)
    replay, _ = replayed()
    windows = replay.tables["contracts"]
    free = windows.with_columns(penalty=pl.lit(0.0))
    fined = windows.with_columns(penalty=pl.Series([7.0, 2.0, 1.0]))  # the last two end in 2027
    years = [
        kpi.contribution_by_year(replace(replay, tables={**replay.tables, "contracts": table}))
        for table in (free, fined)
    ]
    assert years[0][2026] - years[1][2026] == pytest.approx(7)
    assert years[0][2027] - years[1][2027] == pytest.approx(3)


def test_volumes_shown_are_those_of_the_plans_tables(made: MonthPlan) -> None:
    shown = figures.figures(made, plant())
    cars = shown.filter((pl.col("group") == "cars") & (pl.col("year") == figures.WHOLE))
    of = dict(cars.select("figure", "value").iter_rows())
    for figure, table in (("made", "make"), ("shipped", "ship"), ("lost", "lost")):
        assert of[figure] == pytest.approx(made.tables[table]["units"].sum())
    for group, figure in (("cars made", "made"), ("exports by market", "exported")):
        parts = shown.filter((pl.col("group") == group) & (pl.col("year") == figures.WHOLE))
        assert parts["value"].sum() == pytest.approx(of[figure])
    years = shown.filter(
        (pl.col("group") == "cars") & (pl.col("figure") == "made") & (pl.col("year") != "whole")
    )
    assert years["year"].to_list() == ["2026", "2027"]
    assert years["value"].sum() == pytest.approx(of["made"])


def test_the_headline_has_three_sentences_with_bases() -> None:
    plan, hub = replayed()
    first, second, third = headline(plan, hub)
    assert first == (
        "Plant: from December 2026 to January 2027 the plan makes 200 cars and ships 200, 100 of "
        "them (50.0%) overseas, for a contribution of 990 k EUR (proven optimal)."
    )
    unbound = replace(plan, status="stopped", gap=math.inf)
    assert headline(unbound, hub)[0].endswith(
        "(stopped early, no bound on the best possible was found)."
    )
    one_month = replace(plan, tables={**plan.tables, "periods": plan.tables["periods"].head(1)})
    assert headline(one_month, hub)[0].startswith("Plant: in December 2026 the plan makes ")
    assert second == (
        "The fullest shop, foundry, uses 100.0% of its manned and 2.2% of its installed capacity "
        "over the horizon; the shift patterns employ 105 people on average and 140 at most."
    )
    assert third == (
        "Of 225 cars asked for, 60 are lost and 5 are late at the end, and contracts fall 150 "
        "cars short; what binds most is foundry in 2 of 2 months and assembly in 1 of 2 months; "
        "the rows of the input are 38% reported, 12% assumed, 50% not stated."
    )


def test_a_bare_hub_has_a_headline_too() -> None:
    hub = bare()
    sentences = headline(sinho.plan_months(hub), hub)
    assert len(sentences) == 3
    assert all(sentence.endswith(".") and "nan" not in sentence for sentence in sentences)


YEAR_2022 = [
    {"period": "2022", "item": "XM3", "measure": "made", "units": 118_488},
    {"period": "2022", "item": "QM6", "measure": "made", "units": 44_683},
    {"period": "2022", "item": "SM6", "measure": "made", "units": 4_874},
    {"period": "2022", "item": "Twizy", "measure": "made", "units": 577},
    {"period": "2022", "item": "engine", "measure": "made", "units": 160_744},
    {"period": "2022", "item": "casting", "measure": "made", "units": 1_659_000, "unit": "kg"},
]


def busan_2022() -> sinho.Hub:
    """2022 with 240 working days of two shifts of 8 h at 45 JPH: 172,800 cars."""
    shop = {"group": "g", "unit": "car", "installed_rate": 60, "manned_rate": 45}
    cars = ("XM3-ICE", "XM3"), ("XM3-HEV", "XM3"), ("QM6", None), ("SM6", None), ("Twizy", None)
    return sinho.hub_from_tables(
        {
            "hub": [
                {"name": "2022", "country": "KR", "start": "2022-01", "end": "2022-12"}
                | {"public_holidays": False}
            ],
            "brands": [{"brand": "R"}],
            "models": [
                {"model": model, "family": family, "brand": "R", "length": 4500, "width": 1800}
                | {"height": 1600, "powertrain": "BEV" if model == "Twizy" else "ICE"}
                for model, family in cars
            ],
            "parts": [
                {"part": "MR20", "kind": "engine", "supply": "both", "buy_cost": 2}
                | {"make_cost": 1},
                {"part": "heads", "kind": "casting", "unit": "kg", "supply": "made"},
            ],
            "bom": [
                {"parent": model, "part": "MR20", "quantity": 1}
                for model, _ in cars
                if model != "Twizy"
            ]
            + [{"parent": "MR20", "part": "heads", "quantity": 10}],
            "groups": [{"group": "g"}],
            "shops": [
                {"shop": "assembly", "kind": "assembly", **shop},
                {"shop": "engines", "kind": "engine", **shop, "unit": "engine"},
            ],
            "loads": [{"item": model, "shop": "assembly"} for model, _ in cars]
            + [{"item": "MR20", "shop": "engines"}],
            "patterns": [{"group": "g", "pattern": "two", "shifts": 2, "hours": 8}],
            # 260 weekdays less 20
            "calendar": [{"start": "2022-08-01", "end": "2022-08-26", "kind": "summer"}],
            "markets": [{"market": "KR", "country": "KR", "region": "K", "route": "domestic"}],
            "demand": [
                {"model": model, "market": "KR", "month": f"2022-{m:02d}", "units": 2000}
                | {"price": 10}
                for model, _ in cars
                for m in range(1, 13)
            ],
            "actuals": YEAR_2022,
        }
    )


def test_the_derived_checks_of_2022() -> None:
    """45 JPH x 16 h x 240 days = 172,800; 160,744 engines less 168,045 combustion cars = -7,301."""
    hub = busan_2022()
    plan = sinho.plan_months(hub)
    checks = actuals.derived_checks(plan, hub["actuals"], names_of(plan, hub))
    shifts, engines, planned = checks.to_dicts()
    assert shifts["working"] == "45 JPH × 1 availability × 16 h × 240 working days"
    assert shifts["value"] == 172_800
    assert shifts["unit"] == "car equivalents"
    assert shifts["reference"] == 168_622
    assert shifts["difference"] == 172_800 - 168_622
    assert engines["value"] == -7_301
    assert engines["working"] == "160,744 engines − 168,045 combustion cars"
    assert planned["check"].endswith("(plan)")
    assert planned["value"] == pytest.approx(0)
    assert set(checks["basis"]) == {"derived"}


def test_what_shifts_allow_counts_availability_and_car_equivalents() -> None:
    """45 JPH x 0.97 x 16 h x 240 days = 167,616 car equivalents.

    168,622 cars were made, 44,683 of them QM6, which take 1.1: 168,622 + 4,468.3 = 173,090.3.
    """
    hub = busan_2022()
    tables = dict(hub.tables)
    tables["shops"] = tables["shops"].with_columns(availability=pl.lit(0.97))
    heavy = pl.when(pl.col("item") == "QM6").then(1.1).otherwise(pl.col("load"))
    tables["loads"] = tables["loads"].with_columns(load=heavy)
    hub = replace(hub, tables=tables)
    plan = sinho.plan_months(hub)
    shifts = actuals.derived_checks(plan, hub["actuals"], names_of(plan, hub)).row(0, named=True)
    assert shifts["working"] == "45 JPH × 0.97 availability × 16 h × 240 working days"
    assert shifts["value"] == pytest.approx(167_616)
    assert shifts["unit"] == "car equivalents"
    assert shifts["compared with"] == "cars made (actual) in car equivalents"
    assert shifts["reference"] == pytest.approx(173_090.3)
    # as the plan's own manned capacity
    assert plan.tables["hours"].filter(shop="assembly")["manned_capacity"].sum() == pytest.approx(
        shifts["value"]
    )


def test_actual_against_plan_takes_families_parts_kinds_and_units() -> None:
    hub = busan_2022()
    plan = sinho.plan_months(hub)
    frame = actuals.actual_against_plan(plan, hub["actuals"], names_of(plan, hub))
    family = frame.row(by_predicate=pl.col("item") == "XM3", named=True)
    assert family["plan"] == pytest.approx(48_000)  # XM3-ICE and XM3-HEV
    assert family["unit"] == "cars"
    assert family["difference"] == pytest.approx(48_000 - 118_488)
    casting = frame.row(by_predicate=pl.col("item") == "casting", named=True)
    assert casting["unit"] == "t"
    assert casting["actual"] == 1_659
    assert casting["plan"] == pytest.approx(
        plan.tables["parts"].filter(part="heads")["made"].sum() / 1000
    )


def test_actuals_outside_the_horizon_are_left_out() -> None:
    rows = [
        {"period": "2026", "item": "all", "measure": "made", "units": 1},  # not a whole year
        {"period": "2027-02", "item": "all", "measure": "made", "units": 1},
        {"period": MONTHS[0], "item": "all", "measure": "made", "units": 1},
    ]
    plan, _ = replayed()
    hub = plant(actuals=rows)
    frame = actuals.actual_against_plan(plan, hub["actuals"], names_of(plan, hub))
    assert frame["period"].to_list() == []
    solved = sinho.plan_months(hub)
    frame = actuals.actual_against_plan(solved, hub["actuals"], names_of(solved, hub))
    assert frame["period"].to_list() == [MONTHS[0]]


@pytest.mark.parametrize("market", ["FR", "Europe", "overseas", "all"])
def test_cars_shipped_are_compared_by_market_region_and_route(market: str) -> None:
    plan, _ = replayed()
    rows = [
        {"period": "2026-12", "item": "all", "market": market, "measure": "shipped", "units": 10}
    ]
    hub = plant(actuals=rows)
    frame = actuals.actual_against_plan(plan, hub["actuals"], names_of(plan, hub))
    assert frame["plan"].to_list() == [150 if market == "all" else 50]


def test_side_by_side_holds_models_that_only_one_scenario_has(made: MonthPlan) -> None:
    hub = plant()
    fewer = sinho.plan_months(
        plant(
            models=hub["models"].filter(pl.col("model") != "G").to_dicts(),
            loads=hub["loads"].filter(pl.col("item") != "G").to_dicts(),
            demand=hub["demand"].filter(pl.col("model") != "G").to_dicts(),
            contracts=[],
            actuals=[],
        )
    )
    both = {"without": fewer, "with": made}
    table = figures.side_by_side(both, dict.fromkeys(both, hub))
    row = table.filter((pl.col("group") == "cars made") & (pl.col("figure") == "G"))
    assert row["without"].to_list() == [0.0]
    assert row["with"][0] == pytest.approx(made.tables["make"].filter(model="G")["units"].sum())
    assert table.select("group", "figure", "unit").is_duplicated().sum() == 0
    groups = set(table["group"])
    assert {"cars in 2026", "utilisation, installed basis", "people", "sailing use"} <= groups
    assert {"castings", "engines", "exports by market", "contribution"} <= groups


def test_planned_hub_applies_the_scenario_once() -> None:
    text = '[[change]]\ntable = "demand"\nmultiply = { units = 0.5 }\nwhere = { model = "A" }'
    scenario, problems = sinho.Scenario.from_toml(text, "half")
    assert scenario is not None, problems
    hub = plant()
    hub = sinho.Hub(tables=hub.tables, scenarios={"half": scenario})
    plan = sinho.plan_months(hub, scenario="half")
    whole = planned_hub(plan, hub)
    assert whole.digest == plan.input_hash != hub.digest
    assert planned_hub(plan, whole) is whole
