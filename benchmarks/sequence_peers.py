"""Sequence the same days with sinho, OR-Tools CP-SAT and Timefold, side by side.

    python benchmarks/sequence_peers.py                     # 6 instances, 60 s each and tool
    python benchmarks/sequence_peers.py --time 5 --days examples/days/paint-first
    python benchmarks/sequence_peers.py --tools cp-sat

Each run is a process of its own, one after the other; every order is scored by
`sinho.days.score.score_order`. The peers begin with the order in which the cars are listed (in
the ROADEF instances Renault's own, which keeps the batch limit), sinho with a start of its own.
Seconds are those of the search: compiling, reading and building the model are not counted. Needs
the extra ``bench`` and a Java 17 compiler.
Rows that are in the result file already are not run again; ``--fresh`` begins anew.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sequence_common import DATA, HERE, RESULTS, Rows, apart, load, roadef_folders, table

from sinho.days.day import Day

TOOLS = ("sinho", "cp-sat", "timefold")
INSTANCES = (
    "035_ch1_EP_RAF_ENP_S22_J3",
    "064_ch2_RAF_EP_ENP_S22_J4",
    "022_3_4_EP_RAF_ENP",
    "048_39_1_EP_ENP_RAF",
    "025_38_1_EP_RAF_ENP",
    "024_38_3_EP_ENP_RAF",
)
"""Days of 128, 412, 485, 600, 1,004 and 1,260 cars, with all three orders of objectives."""


def timefold(day: Day, seconds: float, seed: int) -> dict[str, Any]:
    """Sequence a day with Timefold: compile the Java program beside this file and run it."""
    from sinho.days.rules import Changes, Ratio, RunLength

    spec = importlib.util.find_spec("timefold.solver")
    if spec is None or spec.origin is None:
        raise SystemExit("timefold is not installed: pip install 'timefold>=1.24.0b0'")
    jars = str(Path(spec.origin).parent / "jars" / "*")
    ratios = {rule.option: rule for rule in day.rules if isinstance(rule, Ratio)}
    (paint,) = (rule for rule in day.rules if isinstance(rule, Changes))
    limits = [rule.most for rule in day.rules if isinstance(rule, RunLength) and rule.hard]
    limit = min((most for most in limits if most is not None), default=day.size)
    colours = sorted({*day.cars[paint.attribute], *day.previous[paint.attribute]})
    options = tuple(ratios)
    lines = [f"{day.previous.height} {day.size} {len(options)} {paint.level} {limit}"]
    lines += [f"{rule.most} {rule.window} {rule.level}" for rule in ratios.values()]
    for frame in (day.previous, day.cars):
        for row in frame.iter_rows(named=True):
            fitted = (str(int(row[name])) for name in options)
            lines.append(" ".join([str(colours.index(row[paint.attribute])), *fitted]))
    with tempfile.TemporaryDirectory() as folder:
        source, classes = HERE / "timefold" / "SequencePeer.java", Path(folder, "classes")
        subprocess.run(
            ["javac", "-cp", jars, "-d", str(classes), str(source)], check=True, capture_output=True
        )
        given, found = Path(folder, "day.txt"), Path(folder, "order.txt")
        given.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path = f"{jars}:{classes}"
        run = subprocess.run(
            ["java", "-cp", path, "SequencePeer", given, found, str(round(seconds)), str(seed)],
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise SystemExit(run.stderr[-3000:])
        moves, *claimed = map(int, run.stdout.strip().splitlines()[-1].split())
        idents = day.idents
        order = [idents[int(line)] for line in found.read_text(encoding="utf-8").split()]
    note = f"{moves / seconds:.0f} moves a second"
    return {"order": order, "bound": None, "note": note, "claimed": claimed}


def sinho(day: Day, seconds: float, threads: int, seed: int) -> dict[str, Any]:
    """Sequence a day with sinho's own engine, compiled before the clock starts."""
    from sinho.sequence import sequence_day
    from sinho.stop import TimeLimit

    sequence_day(day, iterations=100, seed=seed)
    found = sequence_day(day, start=day.idents, stop=TimeLimit(seconds), seed=seed, threads=threads)
    bound = None
    if day.weights is not None:
        bound = sum(w * b for w, b in zip(day.weights, found.bounds, strict=True))
    note = f"{found.moves_per_second:.0f} moves a second, {found.status}"
    return {"order": found.order, "bound": bound, "note": note}


def one(tool: str, folder: str, seconds: float, threads: int, seed: int) -> dict[str, Any]:
    """Run a tool on a day and score what it found."""
    from sinho.days.formats import read_day
    from sinho.days.score import score_order

    day = read_day(folder)
    before = time.monotonic()
    if tool == "sinho":
        found = sinho(day, seconds, threads, seed)
    elif tool == "cp-sat":
        import sequence_cpsat

        found = sequence_cpsat.solve(day, seconds, workers=threads, seed=seed)
    else:
        found = timefold(day, seconds, seed)
    wall = time.monotonic() - before
    order = found["order"]
    score = score_order(day, order) if order is not None else None
    claimed = found.get("claimed")
    if score is not None and claimed and tuple(claimed[: len(score.key)]) != score.key:
        raise SystemExit(f"{tool} counts {claimed} where the order costs {score.key}")
    return {
        "instance": day.name,
        "tool": tool,
        "seconds": seconds,
        "threads": 1 if tool == "timefold" else threads,
        "seed": seed,
        "cars": day.size,
        "levels": ">".join(day.levels),
        "figures": "" if score is None else " ".join(f"{value:g}" for _, value in score.levels),
        "feasible": score is not None and score.feasible,
        "score": "" if score is None or score.weighted is None else round(score.weighted),
        "bound": "" if found["bound"] is None else round(found["bound"]),
        "wall_s": round(wall, 1),
        "load": load(),
        "note": found["note"],
    }


def default_days(data: Path) -> list[Path]:
    """Return the instances of the ROADEF challenge that are compared."""
    by_name = {path.name: path for path in roadef_folders(data)}
    if not set(INSTANCES) <= by_name.keys():
        raise SystemExit(f"the ROADEF instances are not at {data / 'roadef'}; name days by --days")
    return [by_name[name] for name in INSTANCES]


def summary(rows: list[dict[str, Any]]) -> str:
    """Return a Markdown table: an instance a row, a tool a column, gaps against the best."""
    by_day: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_day.setdefault(row["instance"], {})[row["tool"]] = row
    lines = []
    for name, found in by_day.items():
        scores = {tool: int(row["score"]) for tool, row in found.items() if row["score"] != ""}
        best = min(scores.values(), default=0)
        cells = [
            f"{scores[tool]:,} (+{100 * (scores[tool] - best) / max(1, best):.3g} %)"
            if tool in scores
            else "none found"
            for tool in TOOLS
            if tool in found
        ]
        any_row = next(iter(found.values()))
        lines.append([name, any_row["cars"], any_row["levels"], *cells])
    tools = [tool for tool in TOOLS if any(row["tool"] == tool for row in rows)]
    return table(["instance", "cars", "objectives", *tools], lines)


def main() -> None:
    """Run the tools on the days asked for."""
    if sys.argv[1:2] == ["one"]:
        tool, folder, seconds, threads, seed = sys.argv[2:]
        print(json.dumps(one(tool, folder, float(seconds), int(threads), int(seed))))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--time", type=float, default=60, help="seconds per run (60)")
    parser.add_argument("--threads", type=int, default=2, help="of sinho and of CP-SAT (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=TOOLS)
    parser.add_argument("--days", nargs="+", type=Path, help="folders; default: 6 of ROADEF 2005")
    parser.add_argument("--data", type=Path, default=DATA, help="folder that holds roadef/")
    parser.add_argument("--out", type=Path, default=RESULTS / "sequence_peers.csv")
    parser.add_argument("--fresh", action="store_true", help="do not go on from the result file")
    asked = parser.parse_args()
    rows = Rows(asked.out, ("instance", "tool", "seconds", "seed"), fresh=asked.fresh)
    for day in asked.days or default_days(asked.data):
        for tool in asked.tools:
            if not rows.done(day.name, tool, asked.time, asked.seed):
                rows.add(apart(__file__, tool, day, asked.time, asked.threads, asked.seed))
    print(summary(rows.rows))


if __name__ == "__main__":
    main()
