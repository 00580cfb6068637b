"""The whole thread in one run: plan, orders, slots, sequences, materials, report.

Each stage's result is kept in ``stages/`` of the run's folder, whole or not at all, and each day's
sequence as soon as it is found. A run that was interrupted goes on from what is there; with the
same input, parameters and versions it ends with the same files, byte for byte. Times are in
``run.json`` and ``run.log`` alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sinho.errors import DataError, Infeasible, StoreError, as_typed
from sinho.hub import Hub, apply_scenario, read_hub
from sinho.hub.files import prepared
from sinho.results.sequence import places
from sinho.run import folders, former
from sinho.run.bank import check_bank
from sinho.run.found import DayRun
from sinho.run.horizon import run_dates
from sinho.run.keep import WORK, swept
from sinho.run.kept import kept_hub
from sinho.run.kept_stages import OnStage
from sinho.run.params import RunParams
from sinho.run.pipeline import STAGES, Pipeline
from sinho.run.scenarios import scenario_of
from sinho.run.state import RUN_FILE, State, input_hashes

__all__ = ["STAGES", "DayRun", "OnStage", "places", "read_run", "resume_run", "run_days"]


def run_days(
    hub: Hub,
    params: RunParams,
    out: str | Path,
    *,
    force: bool = False,
    executor: Executor | None = None,
    progress: OnStage | None = None,
) -> DayRun:
    """Plan, take or make orders, slot, sequence, supply and report some days.

    Parameters
    ----------
    hub : Hub
        The hub, without its scenario.
    params : RunParams
        Days, scenario, seed and effort.
    out : str or pathlib.Path
        Folder to write to; made where it is missing.
    force : bool
        Whether an earlier run in the folder, or files of the same names, are replaced.
    executor : concurrent.futures.Executor, optional
        Sequences the days; by default as many threads as the run is asked for.
    progress : callable, optional
        Called with where each stage stands.

    Returns
    -------
    DayRun
        Everything that was found, and the files.

    Raises
    ------
    StoreError
        When the folder holds a run already, or files that the run would replace, and ``force`` is
        false.
    DataError, Infeasible
        As the stages.
    """
    with only_if_begun(Path(out)) as folder:
        whole, basis = applied(hub, params)
        run_dates(whole, params.first, params.days)
        hashes = hashed(whole, params)
        refuse_folder(folder, force=force)
        _refuse_own(folder, params)
        check_bank(whole, params)
        folders.set_aside(folder)
        state = State.begin(folder, params, hashes, basis)
        with put_back_if_refused(state):
            return Pipeline(whole, state, executor, progress).run()


@contextmanager
def only_if_begun(out: Path) -> Iterator[Path]:
    """Make the folder of a run; where none is begun, what was made of it is taken away again."""
    made = [path for path in (out, *out.parents) if not path.exists()]
    try:
        prepared(out).mkdir(parents=True, exist_ok=True)
        yield out
    except BaseException:
        for path in made:
            with suppress(OSError):  # it holds something
                path.rmdir()
        raise


@contextmanager
def put_back_if_refused(state: State) -> Iterator[None]:
    """Leave all as it was where the input is refused before cars have days."""
    try:
        yield
    except (DataError, Infeasible, StoreError):
        if "slot" not in state.record["stages"]:
            folders.put_back(state.folder)
        raise


def resume_run(
    out: str | Path,
    *,
    hub: Hub | None = None,
    hub_path: str | Path = "",
    executor: Executor | None = None,
    progress: OnStage | None = None,
) -> DayRun:
    """Go on with a run that was interrupted; what is done is not done again.

    Parameters
    ----------
    out : str or pathlib.Path
        The run's folder.
    hub : Hub, optional
        Its hub; by default it is read from where the run found it.
    hub_path : str or pathlib.Path
        Where that hub was read, for what is said of one that is another.
    executor, progress
        As `run_days`.

    Returns
    -------
    DayRun
        Everything that was found, and the files.

    Raises
    ------
    StoreError
        When there is no run in the folder.
    DataError
        When the input, or a version that shapes the result, changed since the run began.
    """
    folder = Path(out)
    state = State.read(folder)
    if hub is None and state.record.get("revisions"):
        # a revision goes on from what its run kept, whatever became of hub and orders since
        whole, hashes = kept_hub(folder / WORK), state.record["input"]
    else:
        whole, _ = applied(hub or _hub_of(state), state.params)
        hashes = hashed(whole, state.params)
    state.same_input(hashes, str(hub_path))
    swept(folder, (WORK, *folders.WRITES))
    state.log("resumed")
    with put_back_if_refused(state):
        return Pipeline(whole, state, executor, progress).run()


def read_run(out: str | Path) -> DayRun:
    """Read a finished run, as it was made: of its hub and orders it keeps what it needs.

    Parameters
    ----------
    out : str or pathlib.Path
        The run's folder.

    Returns
    -------
    DayRun
        What it found.

    Raises
    ------
    StoreError
        When there is no run in the folder, or one that is not finished.
    """
    folder = Path(out)
    state = State.read(folder)
    if state.record["status"] != "done":
        raise StoreError(f"{folder}: the run is not finished; `sinho run --resume` goes on with it")
    return Pipeline(kept_hub(folder / WORK), state, None, None).found()


def _refuse_own(folder: Path, params: RunParams) -> None:
    """Refuse to replace a run by one that goes on from it."""
    own = [folder.resolve(), *(folder.resolve() / name for name in folders.EVERYTHING)]
    for option, given in (("--former", params.former), ("--orders", params.orders)):
        if given is not None and given.resolve() in own:
            raise StoreError(
                f"{option} {given} is what the run is to replace. Name another folder by --out."
            )


def refuse_folder(folder: Path, *, force: bool) -> None:
    """Refuse to begin a run in a folder that holds one, or files that the run would replace.

    Raises
    ------
    StoreError
        When it does and ``force`` is false.
    """
    there = folders.in_the_way(folder)
    if not there or force:
        return
    if RUN_FILE in there:
        raise StoreError(
            f"{folder} holds a run already. Go on with it by "
            f"`sinho run --resume {as_typed(folder)}`, begin "
            "anew by --force, or name another folder."
        )
    files = ", ".join(there)
    raise StoreError(
        f"{folder} holds files that are no run's, and that the run would replace: {files}. Name "
        "another folder, or have them replaced by --force."
    )


def hashed(hub: Hub, params: RunParams) -> dict[str, str]:
    """Return a hash of every table that shapes the run."""
    return input_hashes(hub, params.orders) | former.hashes(params)


def applied(hub: Hub, params: RunParams) -> tuple[Hub, dict[str, Any]]:
    """Return the hub with the run's scenario applied, on the rates that the run is to stand on.

    Returns
    -------
    Hub
        The hub.
    dict of str to object
        Where demonstrated rates are from (``origin``) and what they are (``rates``), as
        `on_demonstrated` gives them; empty on manned rates.
    """
    scenario = scenario_of(hub, params.scenario or None)
    whole = hub if scenario is None else apply_scenario(hub, scenario)
    if params.simulation is None:
        return whole, {}
    from sinho.run.demonstrated import on_demonstrated, read_demonstrated

    found = read_demonstrated(params.simulation, whole, params.chance)
    made, rates = on_demonstrated(whole, found)
    return made, {"origin": found.origin, "rates": rates.to_dicts()}


def _hub_of(state: State) -> Hub:
    path = state.params.hub
    if path is None or not path.exists():
        raise StoreError(
            f"{state.folder}: the hub of the run is not at {path or 'any path'} "
            "any more; name it: sinho run HUB --resume DIR"
        )
    return read_hub(path)
