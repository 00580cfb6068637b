"""The pipeline: scenarios side by side, and what is recorded of a run."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

import sinho
from sinho.results import Comparison
from sinho.run import (
    compare,
    comparison_record,
    example_path,
    plain,
    scenario_names,
    write_comparison,
    write_json,
    write_run,
)
from sinho.stop import Progress
from tests.plan.small import FEB, MAR, asks, small

NAMES = ("group", "figure", "unit")


def scenario(name: str, text: str) -> sinho.Scenario:
    made, problems = sinho.Scenario.from_toml(text, name)
    assert problems == []
    return made


SAME = scenario("same", 'title = "Nothing is changed"')
MORE = scenario(
    "more",
    """
    [[change]]
    table = "demand"
    where = { month = "2026-03" }
    add = { units = 200 }
    """,
)
FASTER = scenario(
    "faster",
    """
    [[change]]
    table = "shops"
    multiply = { manned_rate = 1.1 }
    """,
)


@pytest.fixture(scope="module")
def hub() -> sinho.Hub:
    """1,600 cars can be made in February and 1,760 in March; 3,000 and 500 are asked for."""
    made = small(end=MAR, demand=[asks(FEB, 3000), asks(MAR, 500)])
    return sinho.Hub(made.tables, {one.name: one for one in (SAME, MORE, FASTER)})


@pytest.fixture(scope="module")
def compared(hub: sinho.Hub) -> Comparison:
    return compare(hub)


def figure(comparison: Comparison, group: str, name: str, plan: str) -> float:
    row = comparison.table.filter((pl.col("group") == group) & (pl.col("figure") == name))
    assert row.height == 1
    return float(row[plan][0])


def test_by_default_all_scenarios_are_compared_base_first(compared: Comparison) -> None:
    assert list(compared.plans) == ["base", "same", "more", "faster"]
    assert compared.table.columns == [*NAMES, *compared.plans]


def test_a_scenario_without_changes_gives_the_figures_of_the_base(compared: Comparison) -> None:
    assert compared.table["same"].to_list() == compared.table["base"].to_list()
    assert compared.plans["same"].input_hash == compared.plans["base"].input_hash
    assert "same" not in compared.changes["scenario"]


def test_differences_have_the_sign_of_the_change(compared: Comparison) -> None:
    """200 cars more are asked for in March than the 500 that leave 140 cars of late demand.

    The base makes 1,600 + 1,760 = 3,360 of 3,500 cars. More demand cannot be met without more
    hours; a rate 10 % higher allows 1,760 + 1,936, more than the 3,500 asked for.
    """
    made = {name: figure(compared, "cars", "made", name) for name in compared.plans}
    assert made == pytest.approx({"base": 3360, "same": 3360, "more": 3360, "faster": 3500})
    lost = {name: figure(compared, "cars", "lost", name) for name in compared.plans}
    late = {name: figure(compared, "cars", "late at the end", name) for name in compared.plans}
    missing = {name: lost[name] + late[name] for name in compared.plans}
    assert missing == pytest.approx({"base": 140, "same": 140, "more": 340, "faster": 0})
    worth = {name: figure(compared, "contribution", "all lines", name) for name in compared.plans}
    assert worth["more"] == pytest.approx(worth["base"])
    assert worth["faster"] - worth["base"] == pytest.approx(140 * 10)


def test_utilisation_stands_on_both_bases(compared: Comparison) -> None:
    for basis in ("manned", "installed"):
        group = f"utilisation, {basis} basis"
        base = figure(compared, group, "assembly", "base")
        assert 0 < base <= 100 + 1e-9
        faster = figure(compared, group, "assembly", "faster")
        assert (faster < base) == (basis == "manned")


def test_results_show_themselves_in_few_words(compared: Comparison) -> None:
    shown = repr(compared)
    assert "shape: (" not in shown  # no frames
    assert len(shown) < 1000 * len(compared.plans)


def test_the_lines_sum_to_the_contribution(compared: Comparison) -> None:
    lines = compared.table.filter(pl.col("group") == "contribution by line")
    assert set(lines["figure"]) == {"revenue", "material"}
    for name, plan in compared.plans.items():
        assert lines[name].sum() == pytest.approx(plan.contribution, rel=1e-12)


def test_changes_say_what_each_scenario_changed(compared: Comparison) -> None:
    rows = {
        (row["scenario"], row["table"], row["column"]): (float(row["before"]), float(row["after"]))
        for row in compared.changes.to_dicts()
    }
    assert rows == {
        ("more", "demand", "units"): (500, 700),
        ("faster", "shops", "manned_rate"): (10, 11),
    }


def test_scenarios_come_in_the_order_asked_for_and_once(hub: sinho.Hub) -> None:
    assert list(compare(hub, ["more", "base", "more"]).plans) == ["more", "base"]
    assert list(compare(hub, [FASTER, "same"]).plans) == ["faster", "same"]


def test_a_scenario_of_ones_own_need_not_be_in_the_hub(hub: sinho.Hub) -> None:
    own = scenario("own", MORE.to_toml())
    both = compare(hub, ["more", own])
    assert both.table["own"].to_list() == both.table["more"].to_list()


def test_base_is_the_hub_as_it_is_unless_it_has_such_a_scenario(hub: sinho.Hub) -> None:
    assert scenario_names(hub)[0] == "base"
    named = sinho.Hub(hub.tables, {"base": scenario("base", MORE.to_toml())})
    assert (
        compare(named).plans["base"].input_hash == compare(hub, ["more"]).plans["more"].input_hash
    )


def test_what_cannot_be_compared_is_refused(hub: sinho.Hub) -> None:
    with pytest.raises(ValueError, match="at least one"):
        compare(hub, [])
    with pytest.raises(ValueError, match="named 'more'"):
        compare(hub, ["more", scenario("more", FASTER.to_toml())])
    with pytest.raises(sinho.DataError, match="Did you mean 'more'"):
        compare(hub, ["base", "mroe"])
    with pytest.raises(sinho.DataError, match="perido"):
        compare(hub, ["base"], perido="week")  # type: ignore[call-arg]


def test_contradicting_rules_come_with_the_name_of_their_scenario() -> None:
    hard = {"contract": "C", "brand": "B", "start": FEB, "end": FEB, "least": 1000, "hard": True}
    more = """
    [[change]]
    table = "contracts"
    set = { least = 2000 }
    """
    hub = sinho.Hub(small(contracts=[hard]).tables, {"more": scenario("more", more)})
    with pytest.raises(sinho.Infeasible) as caught:
        compare(hub)
    assert caught.value.__notes__ == ["scenario more"]
    assert any("2,000 cars" in rule for rule in caught.value.rules)
    brought = pickle.loads(pickle.dumps(caught.value))
    assert (str(brought), brought.rules) == (str(caught.value), caught.value.rules)
    assert brought.__notes__ == ["scenario more"], "as an executor of processes brings it"


def test_scenarios_planned_side_by_side_are_the_same(hub: sinho.Hub) -> None:
    said: list[Progress] = []
    alone = compare(hub)
    sent = pickle.loads(pickle.dumps(hub))
    assert sent == hub, "as it comes to another process"
    assert compare(sent).table.equals(alone.table)
    with ThreadPoolExecutor(2) as executor:
        made = compare(hub, executor=executor, progress=said.append)
    assert list(made.plans) == list(alone.plans)
    assert made.table.equals(alone.table)
    assert said[-1].done == 1
    with ThreadPoolExecutor(1) as executor, pytest.raises(sinho.DataError) as caught:
        compare(hub, ["base", "mroe"], executor=executor)
    brought = pickle.loads(pickle.dumps(caught.value))
    assert (str(brought), brought.problems) == (str(caught.value), caught.value.problems)


def test_options_hold_for_every_scenario(hub: sinho.Hub) -> None:
    weekly = compare(hub, ["base", "more"], period="week", seed=3)
    assert {plan.period_kind for plan in weekly.plans.values()} == {"week"}
    assert {plan.seed for plan in weekly.plans.values()} == {3}


class Once:
    """Says stop after it was asked so often."""

    seconds_left = float("inf")

    def __init__(self, often: int) -> None:
        self.left = often

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_stop_leaves_out_what_was_not_begun(hub: sinho.Hub) -> None:
    some = compare(hub, stop=Once(0))
    assert list(some.plans) == ["base"]
    assert some.table.columns == [*NAMES, "base"]


def test_progress_names_the_scenario(hub: sinho.Hub) -> None:
    heard: list[Progress] = []
    compare(hub, ["base", "more"], period="week", whole_cars=True, progress=heard.append)
    assert {one.stage.split(":")[0] for one in heard} <= {"base (1 of 2)", "more (2 of 2)"}


def test_a_run_records_what_the_plan_was_made_from(hub: sinho.Hub, tmp_path: Path) -> None:
    plan = sinho.plan_months(hub, scenario="more", seed=11)
    run = write_run(plan, hub, tmp_path / "out", report=False)
    record = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert run.files == {"plan": tmp_path / "out" / "plan.json"}
    assert record["summary"] == plain(run.plan.summary())
    assert record["summary"]["seed"] == 11
    assert record["summary"]["input_hash"] == sinho.apply_scenario(hub, "more").digest
    assert set(record["summary"]["versions"]) >= {"sinho", "highspy", "python"}
    assert sum(line["amount"] for line in record["lines"]) == pytest.approx(run.plan.objective)


def test_the_same_run_gives_the_same_record(hub: sinho.Hub, tmp_path: Path) -> None:
    records = []
    for name in ("one", "two"):
        write_run(sinho.plan_months(hub), hub, tmp_path / name, report=False)
        record = json.loads((tmp_path / name / "plan.json").read_text(encoding="utf-8"))
        record["summary"] = {k: v for k, v in record["summary"].items() if "seconds" not in k}
        records.append(record)
    assert records[0] == records[1]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_json(path, {"old": 1})
    with pytest.raises(TypeError):
        write_json(path, {"new": object()})
    assert json.loads(path.read_text()) == {"old": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["plan.json"]


def test_a_comparison_is_written_with_its_plans(
    compared: Comparison, hub: sinho.Hub, tmp_path: Path
) -> None:
    files = write_comparison(compared, hub, tmp_path, report=False)
    assert all(path.is_file() for path in files.values())
    record = json.loads(files["comparison"].read_text(encoding="utf-8"))
    assert record == plain(comparison_record(compared))
    book = pl.read_excel(files["workbook"], sheet_name="figures", engine="openpyxl")
    assert book["more"].to_list() == pytest.approx(compared.table["more"].to_list())


def test_the_example_is_found_and_an_unknown_one_is_not() -> None:
    assert (example_path("busan") / "hub.toml").is_file()
    with pytest.raises(FileNotFoundError, match="atlantis"):
        example_path("atlantis")


def test_json_holds_dates_paths_and_frames_but_no_infinities() -> None:
    frame = pl.DataFrame({"n": [1.0, float("nan")]})
    assert plain({"a": (float("inf"), Path("x")), "f": frame}) == {
        "a": [None, "x"],
        "f": [{"n": 1.0}, {"n": None}],
    }
