"""What is read, told and written of the hubs behind plants."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sinho.errors import DataError
from sinho.hub import apply_scenario, network_from_tables, read_hub, read_network, write_hub
from sinho.run import example_path
from sinho.source import Input
from tests.quote.small import plant
from tests.source.test_behind import NEAR, tables, written
from tests.test_cli import sinho_cli


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        ("elsewhere/workz", "no such hub (found 'elsewhere/workz'). Give a path from"),
        ("broken.xlsx", "plant far: the hub behind it has 1 error"),
        ("workz", "there is no such hub"),
        ("plants.csv", "Give the folder that holds it"),
    ],
)
def test_a_hub_that_is_not_there_is_told_by_check_and_source(
    hub: str, said: str, tmp_path: Path
) -> None:
    path = written(tmp_path, hub)
    (path / "broken.xlsx").write_bytes(b"no workbook")
    for command in ("check", "source"):
        told = sinho_cli(command, path)
        assert told.exit_code == 3, told.output
        assert said in " ".join(told.output.split())
    with pytest.raises(DataError, match="plants"):
        Input.from_network(read_network(path))


@pytest.mark.parametrize("since", [None, "2025-04-01", "2025-03-01"])
def test_a_hub_in_a_currency_without_a_rate_from_the_first_month_on_is_refused(
    since: str | None,
) -> None:
    hub = read_hub(example_path("busan"))
    rate = {"currency": hub.settings.currency, "start": since, "rate": 0.001}
    given = tables(str(example_path("busan")), **({"currencies": [rate]} if since else {}))
    network = network_from_tables(given)
    assert str(network["network"]["start"][0]) == "2025-03-01"
    if since == "2025-03-01":
        assert Input.from_network(network).plants[1].steps
        return
    with pytest.raises(DataError, match="has no rate of exchange on 2025-03-01"):
        Input.from_network(network)


def test_rows_of_its_own_go_before_those_of_the_hub(tmp_path: Path) -> None:
    steps = [NEAR | {"plant": one, "capacity": 70} for one in ("near", "far")]
    path = written(tmp_path, "not there", plant_steps=steps)
    assert Input.from_network(read_network(path)).plants[1].capacity.tolist() == [[70.0] * 3]
    assert sinho_cli("check", path).exit_code == 0


def test_plants_that_all_have_hubs_need_no_table_of_steps(tmp_path: Path) -> None:
    plants = [{"plant": one, "country": "AA", "hub": "works"} for one in ("near", "far")]
    path = written(tmp_path, plants=plants, plant_steps=[])
    for text in ("plant,step,start,capacity\n", None):
        if text is None:
            (path / "plant_steps.csv").unlink()
        else:
            (path / "plant_steps.csv").write_text(text, "utf-8")
        for command in ("check", "source"):
            told = sinho_cli(command, path)
            assert told.exit_code == 0, told.output
        near, far = Input.from_network(read_network(path)).plants
        assert near.capacity.tolist() == far.capacity.tolist() == [[1760, 1760, 1600]]
    (path / "plants.csv").write_text("plant,country,hub\nnear,AA,works\nfar,BB,\n", "utf-8")
    told = sinho_cli("check", path)
    assert told.exit_code == 3
    assert "plants.csv, row 3, column plant: has no shift step" in " ".join(told.output.split())


def test_errors_of_a_hub_follow_the_row_that_names_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = (path / "plants.csv").read_text("utf-8").splitlines()
    (path / "plants.csv").write_text("\n".join([lines[0], "", *lines[1:]]), "utf-8")
    for name in ("shops", "markets"):
        file = path / "works" / f"{name}.csv"
        file.write_text(file.read_text("utf-8").replace("assembly,", ",").replace("KR,", ","))
    for command in ("check", "source"):
        told = sinho_cli(command, path)
        said = " ".join(told.output.split())
        assert told.exit_code == 3
        head = "plants.csv, row 4, column hub: plant far: the hub behind it has "
        assert said.index(head) < said.index("works: shops.csv, row 2, column shop")
        assert said.index("works: shops.csv") < said.index("works: markets.csv, row 2")


SCENARIO = """
title = "Another hub"
[[change]]
table = "plants"
where = {plant = "far", hub = ["works"]}
set = {hub = "wroks"}
"""


def test_check_reads_the_hubs_of_scenarios_too(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path / "scenarios").mkdir()
    (path / "scenarios" / "other.toml").write_text(SCENARIO, "utf-8")
    told = sinho_cli("check", path)
    assert told.exit_code == 3
    said = " ".join(told.output.split())
    assert "plants.csv with scenarios/other.toml, row 3, column hub: plant far: there is no" in said
    assert "Did you mean 'works'?" in said
    assert sinho_cli("source", path).exit_code == 0
    assert sinho_cli("source", path, "--scenario", "other").exit_code == 3
    text = SCENARIO.replace("wroks", "works")
    (path / "scenarios" / "other.toml").write_text(text, "utf-8")
    assert sinho_cli("check", path).exit_code == 0


def test_check_tells_of_the_hub_of_a_plant_that_a_scenario_adds(tmp_path: Path) -> None:
    path = written(tmp_path)
    write_hub(plant(), path / "second")
    file = path / "second" / "shops.csv"
    file.write_text(file.read_text("utf-8").replace("assembly,", ",", 1), "utf-8")
    (path / "scenarios").mkdir()
    text = """
[[change]]
table = "plants"
insert = [{plant = "new", country = "AA", hub = "second"}]
"""
    (path / "scenarios" / "more.toml").write_text(text, "utf-8")
    told = sinho_cli("check", path, "--json")
    assert told.exit_code == 3
    problems = json.loads(told.output)["problems"]
    first, *others = (one for one in problems if one["severity"] == "error")
    assert first["where"] == "plants.csv with scenarios/more.toml"
    assert (first["row"], first["column"], first["value"]) == (None, "hub", "second")
    assert {one["where"] for one in others} == {"second: shops.csv", "second: loads.csv"}


def test_the_hash_of_the_input_is_that_of_the_hubs_too(tmp_path: Path) -> None:
    path = written(tmp_path)

    def hashed() -> str:
        told = sinho_cli("check", path, "--json")
        digest = str(json.loads(told.output)["network"]["input_hash"])
        assert digest == Input.from_network(read_network(path)).network.digest
        return digest

    before = hashed()
    assert hashed() == before
    file = path / "works" / "shops.csv"
    file.write_text(file.read_text("utf-8").replace(",10,10,", ",10,5,"), "utf-8")
    assert hashed() != before


def test_a_currency_that_neither_tables_nor_hubs_name_is_warned_of(tmp_path: Path) -> None:
    rates = [{"currency": name, "start": "2025-01-01", "rate": 2} for name in ("KRW", "GBP")]
    path = written(tmp_path, currencies=rates)
    settings = path / "works" / "hub.toml"
    settings.write_text(settings.read_text("utf-8").replace('= "EUR"', '= "KRW"'), "utf-8")
    told = sinho_cli("check", path)
    said = " ".join(told.output.split())
    assert told.exit_code == 0
    assert "warning: currencies.csv, row 3, column currency: no amount of another table" in said
    assert "'GBP'" in said
    assert "'KRW'" not in said


def test_hubs_may_be_workbooks_beside_the_tables(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    write_hub(plant(), tmp_path / "there" / "works.xlsx")
    path = written(tmp_path / "first", r"..\there\works.xlsx")
    assert sinho_cli("check", path).exit_code == 0
    path = written(tmp_path, "works.xlsx")
    write_hub(plant(), path / "works.xlsx")
    for command in ("check", "source"):
        assert sinho_cli(command, path).exit_code == 0
    book = write_hub(read_network(path), path / "all.xlsx")
    assert sinho_cli("check", book).exit_code == 0
    assert sinho_cli("check", path).exit_code == 3
    (path / "works.xlsx").unlink()
    said = " ".join(sinho_cli("source", book).output.split())
    assert "sheet plants, row 3, column hub: plant far: there is no such hub" in said


@pytest.mark.parametrize("copy", ["there/copy", "there/copy.xlsx", "net/copy.xlsx", "copy"])
def test_a_copy_in_another_folder_leads_to_the_same_hubs(copy: str, tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    path = written(tmp_path / "net")
    write_hub(plant(), tmp_path / "second")
    (path / "scenarios").mkdir()
    for name, hub in (("other", "../second"), ("none", "not there")):
        text = f"# why it is asked\n{SCENARIO.replace('wroks', hub)}"
        text = text.replace(', hub = ["works"]', "") if name == "none" else text
        (path / "scenarios" / f"{name}.toml").write_text(text, "utf-8")
    network = read_network(path)
    made = read_network(write_hub(network, tmp_path / copy))
    assert Input.from_network(made).plants[1].capacity.tolist() == [[1760, 1760, 1600]]
    changed = apply_scenario(made, "other")
    assert Path(made.folder, changed["plants"]["hub"][1]).resolve() == tmp_path / "second"
    assert Input.from_network(changed).plants[1].steps == ("one shift",)
    assert made.scenarios["none"] == network.scenarios["none"]
    assert (made == network) == (made.folder == network.folder)
