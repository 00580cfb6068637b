"""The command simulate as a user types it, and what plans make of its rates."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.cli.base import DATA, FILES, OK, USAGE
from sinho.hub import hub_from_tables, read_hub, write_hub
from sinho.run.days import DayRun
from tests.flow import flow_tables
from tests.run.conftest import hub_path, made

__all__ = ["hub_path", "made"]

FAST = ("--replications", "4", "--days", "2", "--from", "2026-01-05")


def typed(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hub(hub_from_tables(flow_tables()), tmp_path_factory.mktemp("hubs") / "plant")


@pytest.fixture(scope="module")
def simulated(plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sims") / "sim"
    changes = ("--what-if", "coat.cycle=-20%", "--what-if", "pbs=+3,paint.mttr=-50%")
    code, text = typed("simulate", plant, *FAST, *changes, "--out", out)
    assert code == OK, text
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_it_tells_output_bottleneck_states_and_what_ifs(plant: Path) -> None:
    code, text = typed("simulate", plant, *FAST, "--what-if", "coat.cycle=-20%")
    assert code == OK
    for words in (
        "Tiny, 2026-01-05 to 2026-01-06, 2 working days, 4 replications, seed 1; the plant fills",
        "The bottleneck is ",
        "Output, demonstrated",
        "Utilisation, demonstrated [% of time]",
        "What if: the same cars and random numbers",
        "coat.cycle=-20%",
        "Times to failure count",
        "Nothing was written; --out DIR",
    ):
        assert words in text


def test_pages_and_a_workbook_with_units_are_written(simulated: Path) -> None:
    page = (simulated / "simulation.html").read_text(encoding="utf-8")
    assert '<a href="replay.html">Watch the flow of a day.</a>' in page
    assert "The line on Monday 5 January 2026" in (simulated / "replay.html").read_text("utf-8")
    book = openpyxl.load_workbook(simulated / "simulation.xlsx")
    assert {"figures", "stations", "causes", "buffers", "stores", "what if"} <= {*book.sheetnames}
    heads = [cell.value for cell in book["stations"][1]]
    assert heads[2:] == [
        *("working [%]", "blocked [%]", "starved [%]", "down [%]", "off shift [%]"),
        *("OEE [%]", "bottleneck [%]"),
    ]
    (told,) = (r for r in book["figures"].values if r[0] == "demonstrated JPH")
    (row,) = rows(simulated / "output.csv")
    assert told[2] == pytest.approx(float(row["demonstrated"]))


def test_states_add_up_to_all_of_the_time(simulated: Path) -> None:
    table = rows(simulated / "stations.csv")
    assert {row["station"] for row in table} > {"prime", "coat", "trim", "final", "glass"}
    for row in table:
        states = ("working", "blocked", "starved", "down", "off")
        assert sum(float(row[name]) for name in states) == pytest.approx(1)


def test_days_add_up_to_the_output(simulated: Path) -> None:
    (output,) = rows(simulated / "output.csv")
    days = sum(float(row["cars"]) for row in rows(simulated / "days.csv"))
    assert days / 2 == pytest.approx(float(output["cars"]))
    assert float(output["low"]) <= float(output["cars"]) <= float(output["high"])
    for row in rows(simulated / "days.csv"):
        assert 0 <= float(row["held"]) <= float(row["cars"])


def test_what_ifs_are_compared_in_pairs(simulated: Path) -> None:
    base, cycle, both = rows(simulated / "what_if.csv")
    assert (base["case"], base["more"]) == ("as it is", "")
    assert cycle["case"] == "coat.cycle=-20%"
    assert both["case"] == "pbs=+3,paint.mttr=-50%"
    for row in (cycle, both):
        assert float(row["cars"]) - float(base["cars"]) == pytest.approx(float(row["more"]))
        assert float(row["low"]) <= float(row["more"]) <= float(row["high"])
        told = not float(row["low"]) <= 0 <= float(row["high"])
        assert row["significant"] == str(told).lower()


def test_a_change_that_makes_the_way_longer_fills_all_plants_as_long(plant: Path) -> None:
    code, text = typed("simulate", plant, *FAST, "--what-if", "PBS=+2400,PBS.minutes=2000")
    assert code == OK, text
    assert "PBS=+2400" in text


def test_the_same_seed_gives_the_same_tables(plant: Path, simulated: Path, tmp_path: Path) -> None:
    code, text = typed("simulate", plant, *FAST, "--threads", "1", "--out", tmp_path / "again")
    assert code == OK, text
    for name in ("output", "stations", "days", "levels", "rates"):
        again = (tmp_path / "again" / f"{name}.csv").read_bytes()
        assert again == (simulated / f"{name}.csv").read_bytes(), name


def test_json_is_one_document(plant: Path) -> None:
    result = CliRunner().invoke(app, ["simulate", str(plant), *FAST, "--json"], prog_name="sinho")
    found = json.loads(result.stdout)
    assert (found["of"], found["replications"], found["seed"]) == ("hub", 4, 1)
    assert {row["shop"] for row in found["rates"]} == {"paint", "assembly"}
    assert found["stations"][0].keys() >= {"working", "blocked", "starved", "down", "off"}


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--what-if", "psb=+5"), DATA, "Did you mean 'PBS'?"),
        (("--what-if", "paint.mtr=1", "--what-if", "PBS=-12"), DATA, "PBS would have places 0"),
        (("--mix", "A=much"), USAGE, "'A=much' is no share"),
        (
            ("--mix", "AA=10%", "--mix", "A=x"),
            USAGE,
            "no model 'AA'. Did you mean 'A'? 'A=x' is no",
        ),
        (("--mix", "A=10%", "--mix", "A=20%"), USAGE, "A is given twice"),
        (("--month", "2035-03"), DATA, "--month: no car is asked for in 2035-03"),
        (("--filling", "999999"), DATA, "--filling: there are 85 working days in the 120 days"),
        (("--what-if", ""), DATA, "is no change (found '')"),
        (("--what-if", "PBS=+5,,WBS=+5"), DATA, "nothing is called 'WBS'"),
        (("--what-if", "PBS=+5,"), DATA, "is no change (found '')"),
        (("--month", "2026-13"), USAGE, "'2026-13' is no day or month"),
        (("--scenario", "bas"), USAGE, "there is no scenario 'bas'"),
        (("--jph", "0"), USAGE, "--jph"),
        (("--days", "300"), DATA, "working days from"),
    ],
)
def test_what_is_wrong_is_told(plant: Path, words: tuple[str, ...], code: int, told: str) -> None:
    found, text = typed("simulate", plant, *FAST, *words)
    assert found == code
    assert told in " ".join(text.replace("│", " ").split())


def test_files_of_others_are_not_replaced(plant: Path, simulated: Path, tmp_path: Path) -> None:
    code, text = typed("simulate", plant, *FAST, "--out", simulated)
    assert (code, "--force" in text) == (FILES, True)
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert typed("simulate", plant, *FAST, "--out", tmp_path)[0] == FILES


def test_a_plan_on_demonstrated_rates_makes_no_more_than_was_shown(
    plant: Path, simulated: Path
) -> None:
    basis = ("--basis", "demonstrated", "--simulation", simulated)
    code, text = typed("plan", plant, *basis)
    assert code == OK, text
    assert "Basis demonstrated: rates of shops" in text
    assert "Tiny, 2026-01-05 to 2026-01-06, 4 replications, seed 1" in text
    result = CliRunner().invoke(
        app, ["plan", str(plant), *map(str, basis), "--json"], prog_name="sinho"
    )
    record = json.loads(result.stdout)
    rates = {row["shop"]: float(row["rate"]) for row in rows(simulated / "rates.csv")}
    told = {row["shop"]: row for row in record["demonstrated"]["rates"]}
    assert told.keys() == rates.keys()
    for shop, row in told.items():
        assert row["demonstrated"] == pytest.approx(min(rates[shop], row["manned"]))
    manned = json.loads(
        CliRunner().invoke(app, ["plan", str(plant), "--json"], prog_name="sinho").stdout
    )
    assert record["summary"]["objective"] <= manned["summary"]["objective"] + 1e-6


def test_a_quote_shows_the_headroom_that_was_demonstrated(
    plant: Path, simulated: Path, tmp_path: Path
) -> None:
    hub = read_hub(plant)
    asked, own = hub["demand"].row(0, named=True), hub["models"].row(0, named=True)
    sizes = "".join(f"{name} = {own[name]}\n" for name in ("length", "width", "height"))
    loads = "".join(f'[[loads]]\nitem = "NEW"\nshop = "{shop}"\n' for shop in hub["shops"]["shop"])
    file = tmp_path / "p.toml"
    file.write_text(
        'programme = "New"\nmodel = "NEW"\n[[volume]]\n'
        f'market = "{asked["market"]}"\nmonth = "{asked["month"]:%Y-%m}"\nexpected = 5\n'
        f'[[models]]\nmodel = "NEW"\nbrand = "{own["brand"]}"\n'
        f'powertrain = "{own["powertrain"]}"\n{sizes}{loads}',
        encoding="utf-8",
    )
    words = ("quote", plant, file, "--draws", "0")
    code, text = typed(*words, "--simulation", simulated)
    assert code == OK, text
    assert "demonstrated" in text
    assert "demonstrated" not in typed(*words)[1]
    record = json.loads(typed(*words, "--simulation", simulated, "--json")[1])
    rates = {row["shop"]: float(row["rate"]) for row in rows(simulated / "rates.csv")}
    head = {(row["shop"], row["basis"]): row for row in record["tables"]["headroom"]}
    shops = hub["shops"].select("shop", "manned_rate", "availability")
    for shop, manned, available in shops.filter(pl.col("shop").is_in([*rates])).iter_rows():
        told = head[shop, "demonstrated"]
        hours = head[shop, "manned"]["capacity_with"] / (manned * available)
        assert told["capacity_with"] == pytest.approx(min(rates[shop], manned) * hours)
        assert told["left_with"] == pytest.approx(told["capacity_with"] - told["load_with"])
    code, text = typed(*words, "--simulation", tmp_path)
    assert (code, "there is no simulation in this folder" in text) == (FILES, True)


def test_rates_are_of_a_hub_that_was_simulated(
    plant: Path, simulated: Path, tmp_path: Path
) -> None:
    code, text = typed("plan", plant, "--basis", "demonstrated", "--simulation", tmp_path)
    assert (code, "there is no simulation in this folder" in text) == (FILES, True)
    code, text = typed("plan", plant, "--simulation", simulated)
    assert (code, "is for --basis demonstrated" in text) == (USAGE, True)
    record = json.loads((simulated / "simulation.json").read_text(encoding="utf-8"))
    other = tmp_path / "other"
    other.mkdir()
    for changed, told in (
        ({"of": "run"}, "this simulation is of a run"),
        ({"dates": []}, "it is not as it was written"),
        (
            {"rates_by_line": [{**record["rates_by_line"][0], "shop": "pint"}]},
            "planned, 'Tiny', has no such shop (found 'pint'). Did you mean 'paint'?",
        ),
        ({"hub": "Graz"}, "of another hub, 'Graz', and the plan is of 'Tiny'"),
    ):
        text = json.dumps(record | changed)
        (other / "simulation.json").write_text(text, encoding="utf-8")
        found = typed("plan", plant, "--basis", "demonstrated", "--simulation", other)
        assert told in found[1]
        assert found[0] != OK


def test_what_a_simulation_wrote_is_no_hub(simulated: Path) -> None:
    for command in ("simulate", "check", "buffers", "plan"):
        code, text = typed(command, simulated)
        assert code == DATA
        assert "this is the folder of a simulation" in " ".join(text.split())
        assert text.count("\n") < 5


def test_a_plant_that_still_fills_is_said_not_to_be_settled(plant: Path, tmp_path: Path) -> None:
    few = ("--from", "2026-01-05", "--replications", "12", "--days", "2", "--filling")
    told = [typed("simulate", plant, *few, days)[1] for days in ("0", "3")]
    words = "The plant is not settled: output still rises, from"
    assert [words in text for text in told] == [True, False]
    assert "Let it fill longer, such as --filling 4." in " ".join(told[0].split())
    code, text = typed("simulate", plant, *few, "0", "--out", tmp_path / "sim")
    assert code == OK, text
    basis = ("--basis", "demonstrated", "--simulation", tmp_path / "sim")
    assert "the plant is not settled: output still rises" in typed("plan", plant, *basis)[1]


def test_a_plant_that_jams_is_refused(tmp_path: Path) -> None:
    tables = flow_tables(skids=[])
    rework = [dict(row) for row in tables["rework"]]
    rework[2]["share"] = 0.7
    stations = [dict(row) for row in tables["stations"]]
    stations[1] |= {"buffer": 0, "transport": 0}
    path = write_hub(
        hub_from_tables({**tables, "rework": rework, "stations": stations}), tmp_path / "hub"
    )
    code, text = typed("simulate", path, *FAST)
    assert code == DATA
    assert "no car can move any more, and not all are off; prime, coat, coat: again" in text


def test_orders_of_a_run_have_chances(made: DayRun, tmp_path: Path) -> None:
    out = tmp_path / "sim"
    code, text = typed("simulate", made.folder, "--replications", "4", "--out", out)
    assert code == OK, text
    assert "orders leave the line in time for the day wanted" in text
    table = pl.read_csv(out / "orders.csv")
    built = made.slots.slots.drop_nulls("date")
    assert sorted(table["order"]) == sorted(built["order"])
    assert table["p_due"].is_between(0, 1).all()
    assert (table["off_10"] <= table["off_90"]).all()
    assert table["off"].null_count() == 0
    chances = pl.read_csv(out / "line_off.csv")
    assert chances.group_by("order").agg(pl.col("chance").max())["chance"].max() == 1
    assert (chances.group_by("order").agg(pl.col("chance").is_sorted())["chance"]).all()


@pytest.mark.parametrize("words", [("--days", "3"), ("--mix", "A=0.5"), ("--scenario", "x")])
def test_a_run_has_its_days_and_cars(made: DayRun, words: tuple[str, str]) -> None:
    code, text = typed("simulate", made.folder, *words)
    assert code == USAGE
    assert "a run has its days and cars already" in " ".join(text.replace("│", " ").split())


def test_shares_of_models_are_no_what_if_of_a_run(made: DayRun) -> None:
    code, text = typed("simulate", made.folder, "--what-if", "A=20%")
    assert (code, "Simulate the hub instead" in text) == (DATA, True)


def test_speed_is_measured_by_both_ways(tmp_path: Path) -> None:
    out = tmp_path / "speed.csv"
    code, text = typed("bench", "simulate", "--cars", "50", "--stations", "3", "--out", out)
    assert code == OK, text
    table = rows(out)
    assert [row["way"] for row in table] == ["recursion", "events"] * 2
    days = [row["cars/day"] for row in table]
    assert days[0] == days[1]
    assert days[2] == days[3]
