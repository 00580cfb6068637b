"""Plans that are kept: questions and comparisons answered from their folders."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import sinho
import sinho.run.kept
from sinho import explain, plan_months
from sinho.cli import app
from sinho.cli.plans.show import plans_frame
from sinho.errors import Damaged
from sinho.hub.write import write_hub
from sinho.plan.why import case
from sinho.results import Comparison
from sinho.run.comparison import compare_kept
from sinho.run.explain import explain_kept
from sinho.run.keep import KEPT, deleted, record_in, save
from sinho.run.kept import hub_now, read_plan
from tests.plan.small import FEB, MAR, asks, small

FEWER = """\
title = "Fewer cars in March"

[[change]]
table = "demand"
where = { month = "2026-03" }
add = { units = -800 }
"""
PATTERNS = [
    {"group": "v", "pattern": "one", "shifts": 1, "hours": 8, "cost_per_day": 300},
    {"group": "v", "pattern": "two", "shifts": 2, "hours": 8, "cost_per_day": 900},
]


def typed(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")


def written(path: Path) -> Path:
    """A hub whose plan chooses its shifts."""
    scenario, problems = sinho.Scenario.from_toml(FEWER, "fewer")
    assert problems == []
    hub = small(end=MAR, patterns=PATTERNS, demand=[asks(FEB, 2000), asks(MAR, 1500)])
    write_hub(sinho.Hub(hub.tables, {"fewer": scenario}), path)
    return path


@pytest.fixture(scope="module")
def hub_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("kept") / "hub")


@pytest.fixture(scope="module")
def folders(hub_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The plans of the hub as it is and of its scenario, as the command line writes them."""
    out = tmp_path_factory.mktemp("out")
    for scenario in ("base", "fewer"):
        result = typed(
            "plan", hub_path, "--scenario", scenario, "--out", out / scenario, "--no-report"
        )
        assert result.exit_code == 0, result.output
    return out / "base", out / "fewer"


def test_a_kept_plan_is_read_back_as_it_was_made(
    hub_path: Path, folders: tuple[Path, Path]
) -> None:
    made = plan_months(sinho.read_hub(hub_path), scenario="fewer")
    kept = read_plan(folders[1])
    assert kept.name == "fewer"
    assert kept.hub.digest == made.input_hash == kept.plan.input_hash
    assert kept.plan.seconds_solve > 0
    assert kept.plan.tables.keys() == made.tables.keys()
    assert all(frame.equals(made.tables[name]) for name, frame in kept.plan.tables.items())
    assert (
        replace(kept.plan, tables={}).summary()
        == replace(
            made,
            tables={},
            seconds_build=kept.plan.seconds_build,
            seconds_solve=kept.plan.seconds_solve,
        ).summary()
    )


@pytest.mark.parametrize(
    "asked", [{"model": "A"}, {"month": FEB}, {"shop": "assembly", "month": MAR}], ids=str
)
def test_the_answer_is_that_of_a_plan_made_anew(
    hub_path: Path, folders: tuple[Path, Path], asked: dict[str, str]
) -> None:
    anew = explain(sinho.read_hub(hub_path), scenario="fewer", **asked)
    found = explain_kept(read_plan(folders[1]), **asked)
    assert found.answer == anew.answer
    assert found.reasons == anew.reasons
    assert found.relaxations == anew.relaxations
    assert found.facts.equals(anew.facts)


def test_why_of_a_kept_plan_neither_plans_nor_searches_again(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("planned again")

    steps: list[int] = []
    own = case.optimum

    def counted(*args: object, **more: object) -> object:
        found = own(*args, **more)  # type: ignore[arg-type]
        steps.append(found.model._highs.getInfo().simplex_iteration_count)
        return found

    monkeypatch.setattr("sinho.run.explain.solve", refuse)
    monkeypatch.setattr(case, "optimum", counted)
    result = typed("why", folders[0], "--month", FEB)
    assert result.exit_code == 0, result.output
    assert "Utilisation (manned / installed)" in result.stdout
    assert steps == [0, 0]


def test_a_plan_is_kept_without_what_makes_it_quick_where_time_is_up(
    hub_path: Path, tmp_path: Path
) -> None:
    hub = sinho.read_hub(hub_path)
    plan = plan_months(hub)
    sinho.run.kept.keep_plan(plan, hub, tmp_path, stop=sinho.TimeLimit(1e-9))
    assert not (tmp_path / "kept" / "bases").exists()
    sinho.run.kept.keep_plan(replace(plan, status="stopped"), hub, tmp_path)
    assert not (tmp_path / "kept" / "bases").exists()
    kept = read_plan(tmp_path)
    assert explain_kept(kept, month=FEB).answer == explain(hub, month=FEB).answer


def test_a_hub_that_changed_is_named_with_what_changed(tmp_path: Path) -> None:
    path, out = written(tmp_path / "hub"), tmp_path / "out"
    assert typed("plan", path, "--out", out, "--no-report").exit_code == 0
    assert hub_now(read_plan(out)) == ""
    before = typed("why", out, "--month", FEB)
    demand = path / "demand.csv"
    demand.write_text(demand.read_text().replace("2000", "2001"))
    after = typed("why", out, "--month", FEB)
    assert after.stdout == before.stdout  # it is the plan as it was made
    assert "has changed since this plan was made: input" in after.stderr
    assert "with other rows in demand." in after.stderr
    assert "demand" in json.loads(typed("why", out, "--month", FEB, "--json").stdout)["hub_now"]
    demand.write_text(demand.read_text().replace("2001", "many"))
    assert "cannot be read as it was planned (1 problem in the input)" in hub_now(read_plan(out))
    shutil.rmtree(path)
    assert "is not there any more" in hub_now(read_plan(out))
    assert typed("why", out, "--month", FEB).stdout == before.stdout


def test_a_damaged_kept_file_is_named(folders: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(folders[0], out)
    kept = out / "kept" / "plan" / "plan.tables.make.parquet"
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(bytes(content))
    with pytest.raises(Damaged, match="is damaged"):
        read_plan(out)
    result = typed("why", out, "--month", FEB)
    assert result.exit_code == 5
    assert f"`sinho plan HUB --out {out}` makes it again." in " ".join(result.output.split())


def test_a_new_plan_takes_the_place_of_the_kept_one(hub_path: Path, tmp_path: Path) -> None:
    for scenario in ("base", "fewer"):
        typed("plan", hub_path, "--scenario", scenario, "--out", tmp_path, "--no-report")
        assert read_plan(tmp_path).name == scenario


def test_no_file_of_an_earlier_plan_stands_beside_a_new_one(hub_path: Path, tmp_path: Path) -> None:
    typed("plan", hub_path, "--out", tmp_path)
    (tmp_path / "pictures" / "own.png").write_bytes(b"kept")
    assert {"report.html", "plan.xlsx"} <= {path.name for path in tmp_path.iterdir()}
    typed("plan", hub_path, "--scenario", "fewer", "--out", tmp_path, "--no-report")
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "pictures", "plan.json"}
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["own.png"]


def test_commands_that_messages_name_can_be_typed_where_paths_have_spaces(
    hub_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "of march"
    said = typed("plan", hub_path, "--out", out, "--no-report").output
    assert f"`sinho why '{out}' ...`" in said
    shutil.rmtree(out / "kept" / "plan")
    said = " ".join(typed("why", out, "--month", FEB).output.split())
    assert f"`sinho plan HUB --out '{out}'` makes it again" in said
    said = typed("new", tmp_path / "a b.xlsx", "--from", "blank-day").output
    assert f"sinho check '{tmp_path / 'a b.xlsx'}'" in said


def test_what_does_not_fit_a_kept_plan_is_refused(
    hub_path: Path, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "plan.json").write_text("{}")
    aims = tmp_path / "aims"
    typed("plan", hub_path, "--objective", "lexicographic", "--out", aims, "--no-report")
    for words, code, said in (
        (("why", folders[0]), 2, "nothing is asked about"),
        (("why", folders[1], "--month", FEB, "--scenario", "base"), 2, "--scenario fewer. Leave"),
        (("why", folders[0], "--month", FEB, "--period", "week"), 2, "--period month. Leave it"),
        (("why", folders[0], "--model", "B"), 2, "there is no model 'B'"),
        (("why", folders[0], "2026-02-03"), 2, "is no folder of a run"),
        (("why", old, "--month", FEB), 3, "a plan that does not keep it"),
        (("why", aims, "--month", FEB), 3, "was made for lexicographic aims"),
        (("compare", folders[0], hub_path), 2, "is a hub"),
        (("compare", hub_path, hub_path), 2, "are hubs"),
        (("compare", *folders, "--scenarios", "base"), 2, "cannot change plans that are made"),
        (("compare", *folders, "--gap", "0.1"), 2, "--gap cannot change plans"),
        (("compare", folders[0], folders[0]), 3, "the same plan is named twice"),
        (("compare", old, folders[0]), 3, "a plan that does not keep it"),
    ):
        result = typed(*words)
        assert said in " ".join(result.output.split()), result.output
        assert result.exit_code == code, result.output


def test_plans_with_other_months_cannot_stand_side_by_side(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    write_hub(small(), tmp_path / "hub")
    typed("plan", tmp_path / "hub", "--out", tmp_path / "short", "--no-report")
    result = typed("compare", folders[0], tmp_path / "short")
    assert result.exit_code == 3
    assert "the plans differ in horizon" in " ".join(result.output.split())


def test_kept_plans_compare_as_plans_made_anew(
    hub_path: Path, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    anew = json.loads(typed("compare", hub_path, "--json").stdout)
    result = typed("compare", *folders, "--json", "--out", tmp_path, "--no-report")
    kept = json.loads(result.stdout)
    for part in ("figures", "changes", "differences"):
        assert kept[part] == anew[part]
    assert kept["hubs_now"] == {str(folder): "" for folder in folders}
    assert {Path(path).name for path in kept["files"].values()} == {
        "comparison.json",
        "comparison.xlsx",
    }
    assert not (tmp_path / "base").exists()


def test_the_folder_of_a_comparison_stands_for_its_plans(hub_path: Path, tmp_path: Path) -> None:
    typed("compare", hub_path, "--out", tmp_path / "both", "--no-report")
    result = typed("compare", tmp_path / "both")
    assert result.exit_code == 0, result.output
    assert "base" in result.stdout
    assert "fewer" in result.stdout
    asked = typed("why", tmp_path / "both", "--month", FEB)
    assert asked.exit_code == 3
    assert "a folder in" in " ".join(asked.output.split())


# Differences within the gaps ----------------------------------------------------------------------


def apart(hub: sinho.Hub, *found: tuple[float, float]) -> Comparison:
    """Plans of given contribution and bound."""
    plan = plan_months(hub)
    plans = {
        name: replace(plan, objective=value, bound=bound)
        for name, (value, bound) in zip("abc", found, strict=False)
    }
    return Comparison(plans, plan.tables["lines"], plan.changes)


@pytest.mark.parametrize(
    ("first", "second", "within"),
    [
        ((100, 110), (105, 120), True),  # the first may reach 110
        ((100, 104), (105, 106), False),  # 105 is above all that the first can reach
        ((105, 106), (100, 104), False),
        ((105, 106), (100, 105), True),  # the second may reach 105
        ((100, 100), (100, 100), False),  # nothing is different
        ((100, 105), (105, 110), True),  # exactly as much
        ((100, float("inf")), (500, 510), True),  # no bound is known
        ((500, float("inf")), (100, 110), False),
    ],
)
def test_a_difference_counts_where_the_gaps_do_not_allow_none(
    first: tuple[float, float], second: tuple[float, float], within: bool
) -> None:
    made = apart(small(), first, second)
    (row,) = made.differences.to_dicts()
    assert row["within_gaps"] is within
    assert row["difference"] == second[0] - first[0]
    assert bool(made.cautions()) is within


def test_a_difference_within_the_gaps_is_marked_wherever_plans_are_compared(
    folders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loose(folder: Path) -> sinho.run.kept.KeptPlan:
        kept = read_plan(folder)
        return replace(kept, plan=replace(kept.plan, bound=kept.plan.objective + 1e6, gap=0.5))

    monkeypatch.setattr("sinho.run.kept.read_plan", loose)
    result = typed("compare", *folders, "--out", tmp_path)
    text = " ".join(result.stdout.split())
    assert plans_frame(compare_kept([*map(loose, folders)]))["against base [EUR]"][1].endswith(
        " (within the gaps)"
    )
    assert "is no difference between the scenarios; plan with a smaller --gap" in text
    record = json.loads((tmp_path / "comparison.json").read_text())
    assert [row["within_gaps"] for row in record["differences"]] == [True]
    assert "no difference between the scenarios" in (tmp_path / "comparison.html").read_text()


def test_one_plan_alone_has_no_differences(folders: tuple[Path, Path]) -> None:
    assert compare_kept([read_plan(folders[0])]).differences.is_empty()


def test_a_plan_kept_before_lines_were_known_is_read_and_explained(tmp_path: Path) -> None:
    hub = small(end=MAR, patterns=PATTERNS, demand=[asks(FEB, 3000), asks(MAR, 1500)])
    plan = plan_months(hub)
    sinho.run.kept.keep_plan(plan, hub, tmp_path)
    work = tmp_path / KEPT
    tables = dict(plan.tables)
    del tables["make_lines"], tables["departures"]
    tables["patterns"] = tables["patterns"].drop("start", "end")
    facts = record_in(work / "plan")["facts"]
    later = {"demand": ["currency"], "freight": ["currency", "to"]}
    before = {n: t.drop(later.get(n, [])) for n, t in hub.tables.items() if n != "currencies"}
    for name in ("plan", "hub"):
        deleted(work / name)
    save(work / "plan", {"plan": replace(plan, tables=tables)}, facts)
    save(work / "hub", before)
    kept = read_plan(tmp_path)
    assert kept.hub.digest == hub.digest
    assert set(kept.plan.tables) == set(plan.tables)
    for name in ("make_lines", "patterns"):
        assert kept.plan.tables[name].equals(plan.tables[name])
    assert explain_kept(kept, model="A").answer == explain(hub, model="A", plan=plan).answer
