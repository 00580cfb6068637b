"""Build and solve large monthly plans, beside linopy and Pyomo.

Run one part or, without a word, all of them:

    python benchmarks/plan_large.py build     # CPU seconds to build and pass M and L, and the peers
    python benchmarks/plan_large.py same      # small cases: all tools to the same optimum
    python benchmarks/plan_large.py solve     # M exact and priced, L priced: seconds, bound, gap
    python benchmarks/plan_large.py growth    # from a tenth of M to L: seconds and memory

Every figure is taken in a process of its own, one after the other, and written to
``benchmarks/results``. Times depend on the machine; the ratios within one run matter.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
CASES = {
    "S": (6, 12, 8),
    "M/10": (12, 40, 13),
    "M/4": (24, 50, 13),
    "M": (24, 100, 25),
    "2M": (36, 120, 30),
    "4M": (48, 150, 35),
    "L": (60, 200, 50),
}
SEEDS = (0, 1, 2)


def hub_of(case: str, seed: int, shop_room: float = 1.0, sea_room: float = 1.0) -> Any:
    """Draw the hub of a case."""
    from sinho.testing.hubs import Size, generate_hub

    return generate_hub(Size(*CASES[case]), seed, shop_room=shop_room, sea_room=sea_room)


def peak() -> float:
    """Return this process's peak memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build_one(tool: str, case: str, seed: int) -> dict[str, Any]:
    """Build a case with a tool and pass it to HiGHS; CPU seconds, after one small warm-up."""
    from sinho.plan.build import build
    from sinho.plan.minimise import model_of
    from sinho.plan.prepare import prepare

    def sinho_way(hub: Any) -> tuple[list[float], tuple[int, int, int]]:
        marks = [time.process_time()]
        data = prepare(hub)
        marks.append(time.process_time())
        program = build(data)
        marks.append(time.process_time())
        model_of(program)
        marks.append(time.process_time())
        return marks, program.size

    def peer_way(hub: Any) -> tuple[list[float], tuple[int, int, int]]:
        import peers

        data = prepare(hub)
        marks = [time.process_time()]
        model = peers.linopy_model(data) if tool == "linopy" else peers.pyomo_model(data)
        marks.append(time.process_time())
        if tool == "linopy":
            highs = model.to_highspy()
        else:
            from pyomo.contrib.appsi.solvers import Highs

            solver = Highs()
            solver.set_instance(model)
            highs = solver._solver_model
        marks.append(time.process_time())
        return marks, (highs.getNumCol(), highs.getNumRow(), highs.getNumNz())

    way = sinho_way if tool == "sinho" else peer_way
    way(hub_of("S", seed))
    base = peak()
    hub = hub_of(case, seed)
    before = time.monotonic()
    marks, size = way(hub)
    steps = [round(b - a, 3) for a, b in itertools.pairwise(marks)]
    return {
        "tool": tool,
        "case": case,
        "seed": seed,
        "columns": size[0],
        "rows": size[1],
        "nonzeros": size[2],
        "cpu_s": round(marks[-1] - marks[0], 3),
        "steps_s": " + ".join(map(str, steps)),
        "wall_s": round(time.monotonic() - before, 3),
        "peak_mb": round(peak()),
        "peak_before_mb": round(base),
    }


def solve_one(
    method: str, case: str, seed: int, seconds: float, gap: float, rooms: tuple[float, float]
) -> dict[str, Any]:
    """Plan a case; wall seconds from the hub in memory to the plan's tables."""
    from sinho import TimeLimit, plan_months

    hub = hub_of(case, seed, *rooms)
    before, cpu = time.monotonic(), time.process_time()
    plan = plan_months(hub, method=method, gap=gap, stop=TimeLimit(seconds))
    lines = dict(plan.tables["lines"].select("line", "amount").iter_rows())
    service = abs(lines["lost penalties"]) + abs(lines["late penalties"])
    return {
        "method": plan.method,
        "case": case,
        "seed": seed,
        "shop_room": rooms[0],
        "sea_room": rooms[1],
        "columns": plan.columns,
        "wall_s": round(time.monotonic() - before, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "status": plan.status,
        "contribution": round(plan.contribution, 2),
        "bound": round(plan.bound, 2),
        "gap_%": round(100 * plan.gap, 4),
        "gap_of_penalties_%": round(100 * (plan.bound - plan.contribution) / max(service, 1.0), 3),
        "full_shop_months_%": round(100 * float(plan.tables["hours"]["binding"].mean()), 1),
        "full_lane_months_%": round(100 * float(plan.tables["sailing"]["binding"].mean()), 1),
        "peak_mb": round(peak()),
    }


def same_one(seed: int) -> dict[str, Any]:
    """Solve one small case with all three tools; cost is the negative of contribution."""
    import peers
    from pyomo.contrib.appsi.solvers import Highs

    from sinho import plan_months
    from sinho.plan.prepare import prepare

    hub = hub_of("S", seed)
    data = prepare(hub)
    ours = -plan_months(hub, method="exact", gap=0.0).contribution
    model = peers.linopy_model(data)
    model.solve(solver_name="highs", io_api="direct", progress=False)
    linopy = float(model.objective.value) + peers.labour(data)
    model = peers.pyomo_model(data)
    pyomo = float(Highs().solve(model).best_feasible_objective) + peers.labour(data)
    scale = max(1.0, abs(ours))
    return {
        "seed": seed,
        "sinho": ours,
        "linopy": linopy,
        "pyomo": pyomo,
        "linopy_off": abs(linopy - ours) / scale,
        "pyomo_off": abs(pyomo - ours) / scale,
    }


def apart(*words: object) -> dict[str, Any]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, __file__, "one", *map(str, words)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{found.stderr[-2000:]}")
    row: dict[str, Any] = json.loads(found.stdout.strip().splitlines()[-1])
    print("  ".join(f"{key}={value}" for key, value in row.items()), flush=True)
    return row


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """Write rows to ``results/NAME.csv``."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def build_part() -> None:
    """Build and pass M and L; the median of three runs each (Pyomo: one of M only)."""
    rows = []
    for tool, case, runs in (
        ("sinho", "M", 3),
        ("linopy", "M", 3),
        ("pyomo", "M", 1),
        ("sinho", "L", 3),
        ("linopy", "L", 3),
    ):
        found = [apart("build", tool, case, 0) for _ in range(runs)]
        middle = statistics.median(row["cpu_s"] for row in found)
        rows.append(next(row for row in found if row["cpu_s"] == middle))
    ours = {row["case"]: row["cpu_s"] for row in rows if row["tool"] == "sinho"}
    for row in rows:
        row["times_sinho"] = round(row["cpu_s"] / ours[row["case"]], 1)
    write("build", rows)


def same_part() -> None:
    """Check that all tools find the same optimum."""
    write("same", [apart("same", seed) for seed in SEEDS])


def solve_part() -> None:
    """Plan M and L with prices, at several seeds and rooms; and M exactly, which takes long."""
    rows = []
    rooms = [(1, 1), (0.9, 0.9), (0.8, 0.8), (1.05, 0.95), (0.75, 1.2), (1.2, 0.75)]
    for case, gap, seconds in (("M", 0.005, 60), ("L", 0.01, 300)):
        for seed, (shop, sea) in enumerate(rooms):
            rows.append(apart("solve", "priced", case, seed, seconds, gap, shop, sea))
            write("solve", rows)
    rows.append(apart("solve", "exact", "M", 0, 900, 1e-6, 1, 1))
    write("solve", rows)


def growth_part() -> None:
    """Build and plan cases from a tenth of M to L."""
    rows = []
    for case in ("M/10", "M/4", "M", "2M", "4M", "L"):
        built = apart("build", "sinho", case, 0)
        priced = apart("solve", "priced", case, 0, 300, 0.01, 1, 1)
        row = {
            "case": case,
            "columns": built["columns"],
            "rows": built["rows"],
            "nonzeros": built["nonzeros"],
            "build_cpu_s": built["cpu_s"],
            "build_mb": built["peak_mb"],
            "priced_s": priced["wall_s"],
            "priced_gap_%": priced["gap_%"],
            "priced_mb": priced["peak_mb"],
            "exact_s": None,
        }
        if built["columns"] < 60_000:
            row["exact_s"] = apart("solve", "exact", case, 0, 600, 1e-6, 1, 1)["wall_s"]
        rows.append(row)
    write("growth", rows)
    draw(rows)


def draw(rows: list[dict[str, Any]]) -> None:
    """Draw the growth table on double logarithmic axes."""
    import altair as alt
    import polars as pl

    names = {
        "build_cpu_s": "build and pass (CPU s)",
        "priced_s": "plan, priced, to 1 % (s)",
        "exact_s": "plan, exact (s)",
    }
    frame = pl.DataFrame(
        [
            {"columns": row["columns"], "seconds": row[key], "what": what}
            for row in rows
            for key, what in names.items()
            if row[key]
        ]
    )
    memory = pl.DataFrame(
        [
            {"columns": row["columns"], "MB": row[key], "what": what}
            for row in rows
            for key, what in (("build_mb", "build and pass"), ("priced_mb", "plan, priced"))
        ]
    )
    x = alt.X("columns:Q", scale=alt.Scale(type="log"), title="columns of the program")
    charts = []
    for table, y, title in ((frame, "seconds", "Time"), (memory, "MB", "Peak memory")):
        charts.append(
            alt.Chart(table, title=title, width=360, height=260)
            .mark_line(point=True)
            .encode(
                x=x,
                y=alt.Y(f"{y}:Q", scale=alt.Scale(type="log")),
                color=alt.Color(
                    "what:N", title=None, legend=alt.Legend(orient="bottom", columns=1)
                ),
            )
        )
    chart = alt.hconcat(*charts).resolve_scale(color="independent")
    chart.save(RESULTS / "growth.png", ppi=144)
    chart.save(RESULTS / "growth.svg")


def one(words: list[str]) -> dict[str, Any]:
    """Take one measurement."""
    if words[0] == "build":
        return build_one(words[1], words[2], int(words[3]))
    if words[0] == "same":
        return same_one(int(words[1]))
    method, case, seed, seconds, gap, shop, sea = words[1:]
    return solve_one(method, case, int(seed), float(seconds), float(gap), (float(shop), float(sea)))


def main() -> None:
    """Run the parts asked for."""
    parts = {"build": build_part, "same": same_part, "solve": solve_part, "growth": growth_part}
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(one(sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="default: all")
    for name in parser.parse_args().parts or parts:
        print(f"== {name}", flush=True)
        parts[name]()


if __name__ == "__main__":
    main()
