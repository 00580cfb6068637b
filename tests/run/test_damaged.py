"""Kept files that a disk, a copy or a power cut damaged: named and made again, never read wrong."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sinho.errors import Damaged
from sinho.run.days import DayRun, read_run, resume_run
from sinho.run.keep import check
from sinho.run.state import State
from tests.run.test_commands import typed
from tests.run.test_days import content

pytestmark = pytest.mark.usefixtures("no_pages")

FLIPS = 8
"""Bytes that are flipped in each kept file."""


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def swollen(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(7) + data[at:]


def garbled(data: bytes, chance: random.Random) -> bytes:
    at, wide = chance.randrange(len(data)), chance.randrange(1, 512)
    return data[:at] + chance.randbytes(wide) + data[at + wide :]


HOWS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, swollen, garbled)


@pytest.fixture
def out(made: DayRun, tmp_path: Path) -> Path:
    """A copy of the shared run, to be damaged."""
    return Path(shutil.copytree(made.folder, tmp_path / "out"))


def kept(out: Path) -> list[Path]:
    """Return the files that commands read of a finished run."""
    stages = out / "stages"
    files = (path for path in stages.rglob("*") if path.is_file())
    return [out / "run.json", *sorted(f for f in files if stages / "days" not in f.parents)]


def named(path: Path) -> Path | None:
    """Return the file that is said to be damaged when a kept file is read; None where none is."""
    try:
        if path.name == "run.json":
            State.read(path.parent)
        else:
            check(path.parent)
    except Damaged as error:
        return error.path
    return None


def damage(path: Path, chance: random.Random) -> None:
    path.write_bytes(flipped(path.read_bytes(), chance))


def test_no_damage_of_a_kept_file_is_read_without_a_word(out: Path) -> None:
    """What is not named says the same: a blank more or less between the words of a document."""
    chance = random.Random(12)
    for path in kept(out):
        whole = path.read_bytes()
        for how in (*[flipped] * FLIPS, *HOWS):
            path.write_bytes(how(whole, chance))
            if named(path) is None:
                assert json.loads(path.read_bytes()) == json.loads(whole), path
            else:
                assert named(path) == path
        path.write_bytes(b"")
        assert named(path) == path
        path.write_bytes(whole)
        assert named(path) is None


def test_every_command_names_the_damaged_file(made: DayRun, out: Path, tmp_path: Path) -> None:
    chance = random.Random(17)
    order = made.orders.table["order"][0]
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("order,date,position\n")
    commands = (
        ("trace", out, order),
        ("why", out, order),
        ("late", out, made.supply.campaigns["campaign"][0], "--hours", "8"),
        ("bts", out, actuals),
        ("run", made.params.hub, "--former", out, "--days", "1", "--out", tmp_path / "next"),
    )
    assert [typed(*words).exit_code for words in commands[:3]] == [0, 0, 0]
    unread = {"line.parquet", "lines.parquet"}  # only the stages behind look at them
    for at, path in enumerate(path for path in kept(out) if path.name not in unread):
        whole = path.read_bytes()
        path.unlink()
        if at % 3 == 0:
            path.mkdir()
        elif at % 3 == 1:
            path.write_bytes(HOWS[at % len(HOWS)](whole, chance) + b"\0")
        reading = commands if path.name in ("run.json", "slots.slots.parquet") else commands[:4]
        for words in reading if path.name == "run.json" else [reading[at % len(reading)]]:
            result = typed(*words)
            said = "".join(result.output.split())
            assert result.exit_code == 5, (path, words, result.output)
            assert f"{path}isdamaged" in said, (path, words, result.output)
        if path.is_dir():
            path.rmdir()
        path.write_bytes(whole)
    assert not (tmp_path / "next").exists()


def done_again(out: Path) -> list[str]:
    """Return the stages that were done when the run was last gone on with."""
    log = (out / "run.log").read_text(encoding="utf-8").split("resumed")[-1]
    return [
        line.split(": done in")[0].split()[-1] for line in log.splitlines() if "done in" in line
    ]


def test_a_run_goes_on_past_damaged_files_to_the_same_bytes(made: DayRun, out: Path) -> None:
    """A damaged file in every stage, and one missing day."""
    chance = random.Random(3)
    stages = ("hub", "plan", "orders", "slot", "sequence", "materials")
    spoilt = [chance.choice(sorted((out / "stages" / name).iterdir())) for name in stages]
    spoilt += sorted((out / "stages" / "days").rglob("*.json"))[:2]
    for path in spoilt:
        damage(path, chance)
    assert set(resume_run(out).mended) == set(spoilt)
    assert content(out) == content(made.folder)
    assert done_again(out) == ["plan", "orders", "slot", "sequence", "materials"]


def test_only_the_damaged_stage_is_done_again_and_told(made: DayRun, out: Path) -> None:
    path = out / "stages" / "slot" / "slots.slots.parquet"
    damage(path, random.Random(5))
    result = typed("run", "--resume", out)
    assert result.exit_code == 0, result.output
    assert f"{path} was damaged; it was made again" in " ".join(result.output.split())
    assert done_again(out) == ["slot"]
    assert content(out) == content(made.folder)
    assert read_run(out).mended == ()


def test_what_stands_on_another_result_is_done_again(made: DayRun, out: Path) -> None:
    """As where days have an amount of time and a stage done again comes out otherwise."""
    state = State.read(out)
    state.record["stages"]["slot"]["sha256"] = "another"
    state.write()
    resume_run(out)
    assert done_again(out) == ["slot", "sequence", "materials", "ship", "report"]
    assert content(out) == content(made.folder)


def test_a_stage_whose_record_is_lost_keeps_its_figures(made: DayRun, out: Path) -> None:
    """As if the run had been killed between keeping a stage and recording it."""
    state = State.read(out)
    before = state.record["stages"].pop("materials")
    state.record["status"] = "running"
    state.write()
    resume_run(out)
    after = State.read(out).record["stages"]["materials"]
    assert {name: after[name] for name in before if name != "seconds"} == {
        name: before[name] for name in before if name != "seconds"
    }
    assert content(out) == content(made.folder)


def test_a_run_whose_parameters_are_damaged_is_not_gone_on_with(out: Path) -> None:
    path = out / "run.json"
    path.write_text(path.read_text().replace('"seed": 1', '"seed": 3'))
    before = content(out)
    result = typed("run", "--resume", out)
    assert result.exit_code == 5
    said = " ".join(result.output.split())
    assert f"{path} is damaged" in said
    assert "begin it anew with --force" in said
    assert content(out) == before


def test_a_run_without_its_parameters_is_known_as_a_run(out: Path) -> None:
    (out / "run.json").unlink()
    for words in (("score", out), ("resequence", out, "--keep", "1"), ("trace", out, "1")):
        result = typed(*words)
        assert result.exit_code == 5
        assert "run.json is missing" in result.output


def test_a_run_of_an_earlier_version_is_said_to_have_no_checksums(out: Path) -> None:
    path = out / "run.json"
    document = json.loads(path.read_text())
    del document["sha256"]
    path.write_text(json.dumps(document))
    for words in (("trace", out, "1"), ("run", "--resume", out)):
        result = typed(*words)
        assert result.exit_code == 5
        assert "kept by an earlier version of sinho" in " ".join(result.output.split())


def test_a_damaged_call_off_is_not_compared(out: Path) -> None:
    path = out / "calloffs" / "call-off.json"
    text = path.read_text()
    path.write_text(text.replace('"units": 1.0', '"units": 3.0', 1))
    assert path.read_text() != text
    result = typed("calloff", "compare", out, out)
    assert result.exit_code == 5
    assert f"{path} is damaged" in " ".join(result.output.split())
    path.write_text(json.dumps({k: v for k, v in json.loads(text).items() if k != "sha256"}))
    assert typed("calloff", "compare", out, out).exit_code == 0
