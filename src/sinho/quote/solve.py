"""From a hub and a programme to its quote."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import polars as pl

from sinho import plan
from sinho.hub import Hub, Scenario
from sinho.hub.currencies import rates_on
from sinho.parameters import SEED, check_seed
from sinho.quote import beside
from sinho.quote.cash import cash, line_changes
from sinho.quote.data import Input
from sinho.quote.fees import NEAR, break_even, elsewhere
from sinho.quote.landed import DUTIES, Ledger, landed_costs
from sinho.quote.params import Params
from sinho.quote.programme import ITSELF, Programme
from sinho.quote.sold import sold_cars
from sinho.quote.uncertain import Pair, draws_of, quantiles
from sinho.quote.vary import sensitivity
from sinho.results import Explanation, MonthPlan, Quote, gap_of
from sinho.results.versions import versions
from sinho.stop import NoLimit, Progress, Report, StopRule


@dataclass(frozen=True)
class _Case:
    """A case with its plans, its landed cost and its fees."""

    name: str
    without: MonthPlan
    whole: MonthPlan
    once: float
    landed: pl.DataFrame
    there: pl.DataFrame
    fee_at_break_even: float | None
    fee_elsewhere: float | None

    @property
    def gain(self) -> float:
        """What the programme gains."""
        return self.whole.contribution - self.without.contribution - self.once


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Quote:
    """Quote a programme: plan its hub without it and with it, and say what that means.

    Parameters
    ----------
    input : Input
        Hub and programme.
    params : Params, optional
        What is varied how far, and how often it is drawn.
    stop : StopRule, optional
        When to hand back what there is: plans are the best ones found by then, other cases are left
        out, and there are fewer draws.
    seed : int
        Seed of solver and draws.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.

    Returns
    -------
    Quote
        Both plans, and the tables of the quote.

    Raises
    ------
    Infeasible
        When hard rules contradict each other; carries a minimal set of them.
    """
    check_seed(seed)
    began = time.monotonic()
    work = _Work(input, params or Params(), stop or NoLimit(), seed, progress)
    first = work.case(ITSELF)
    others = [name for name in input.cases if name != ITSELF]
    cases = [first, *(work.case(name) for name in takewhile(lambda _: not work.stop(), others))]
    own = input.programme.models
    hub = input.cases[ITSELF][1]
    by_model = beside.models(first.without, first.whole, own, hub)
    tables = {
        "cases": _cases(cases, own),
        "volumes": pl.DataFrame(input.programme.volumes, infer_schema_length=None),
        "headroom": beside.headroom(first.without, first.whole, input.simulated),
        **beside.room(first.without, first.whole),
        "misfits": beside.misfits(first.without, first.whole, own),
        "landed": first.landed,
        "elsewhere": first.there,
        "markets": _markets(cases),
        "lines": line_changes(first.without, first.whole),
        "cash": cash(first.without, first.whole, first.landed, work.payments(ITSELF)),
        "models": by_model,
        "brands": beside.brands(first.without, first.whole, by_model, hub),
    }
    said = tuple(work.explanations(first))
    pair = Pair(
        without=(input.planned[ITSELF][0], first.without),
        whole=(input.planned[ITSELF][1], first.whole),
        volumes=tuple(input.programme.volumes),
        models=tuple(own),
        contract=input.programme.contract,
        currency=input.programme.terms["currency"] or hub.settings.currency,
        fee=input.programme.terms["fee"],
        once=first.once,
        uncertain=tuple(input.programme.rows("uncertain")),
        chosen=plan.Params(gap=work.params.gap) if work.params.patterns == "chosen" else None,
    ).begun()
    tables["tornado"], tables["two_way"] = sensitivity(
        pair, work.params, first.landed, work.stop, progress
    )
    drawn = draws_of(pair, work.params, seed, work.stop, progress)
    tables |= {"draws": drawn, "quantiles": quantiles(drawn)}
    bound = first.whole.bound - first.without.contribution - first.once
    poor = {first.whole.status, first.without.status}
    if work.stop():
        poor.add("stopped")
    return Quote(
        name=input.programme.name,
        title=input.programme.title,
        hub_name=hub.settings.name,
        currency=hub.settings.currency,
        fee_currency=pair.currency,
        without=first.without,
        with_=first.whole,
        once=first.once,
        fee=input.programme.terms["fee"],
        fee_at_break_even=first.fee_at_break_even,
        fee_elsewhere=first.fee_elsewhere,
        tables=tables,
        explanations=said,
        draws=drawn.height,
        patterns=work.params.patterns,
        status=next(one for one in ("stopped", "within gap", "optimal") if one in poor),
        bound=bound,
        gap=gap_of(first.gain, bound),
        seconds=time.monotonic() - began,
        seed=seed,
        versions=versions("highspy", "numpy", "polars", "holidays"),
    )


class _Work:
    """What the steps of a quote share."""

    def __init__(
        self, input: Input, params: Params, stop: StopRule, seed: int, progress: Report | None
    ) -> None:
        self.input, self.params, self.stop = input, params, stop
        self.seed, self.progress = seed, progress
        self.began = time.monotonic()
        self.plans: dict[str, MonthPlan] = {}

    def tell(self, stage: str) -> None:
        """Tell how far the work is."""
        if self.progress is not None:
            self.progress(Progress(stage, time.monotonic() - self.began))

    def plan(self, given: plan.Input) -> MonthPlan:
        """Plan a hub, once however many cases it stands in."""
        key = given.hub.digest
        if key not in self.plans:
            effort = plan.Params(gap=self.params.gap)
            self.plans[key] = plan.solve(
                given, effort, stop=self.stop, seed=self.seed, progress=self.progress
            )
        return self.plans[key]

    def payments(self, case: str) -> list[tuple[str, dt.date, float]]:
        """Return what is paid once: what for, when, and in the hub's currency."""
        rows, hub = self.input.programme.rows("payment"), self.input.cases[case][1]
        currency = self.input.programme.terms["currency"]
        rates = rates_on(hub, [row["month"] for row in rows])(currency)
        return [
            (row["what"], row["month"], row["amount"] * float(rate))
            for row, rate in zip(rows, rates, strict=True)
        ]

    def case(self, name: str) -> _Case:
        """Plan a case without the programme and with it, and find its fees."""
        self.tell(f"planning {name}")
        programme = self.input.programme
        without, whole = (self.plan(given) for given in self.input.planned[name])
        ledger = Ledger(self.input.cases[name][1], programme)
        landed, there = landed_costs(ledger, sold_cars(ledger, whole.tables["ship"]))
        once = sum(cost for _, _, cost in self.payments(name))
        fee = 0.0 if ledger.contract is None else ledger.contract["fee"]

        cut: list[float] = []

        def gain(at: float) -> tuple[float, float]:
            made = whole if at == fee else self.plan(self.input.at_fee(at, name))
            if made.status == "stopped":
                cut.append(at)
            gained = made.contribution - without.contribution - once
            return gained, ledger.earned(made.tables["ship"])

        self.tell(f"fee at which {name} breaks even")
        stopped = "stopped" in (whole.status, without.status) or self.stop()
        # plans that are proven within a gap tell gains no finer than that
        gaps = [max(one.bound - one.contribution, 0.0) for one in (without, whole)]
        near = max(1e-6, NEAR * abs(without.contribution), *gaps)
        even = None if stopped else break_even(gain, fee, near)
        if cut:
            # a plan that was cut short may gain less than there is: it proves no fee
            even = None
        return _Case(name, without, whole, once, landed, there, even, elsewhere(landed, there, fee))

    def explanations(self, case: _Case) -> list[Explanation]:
        """Ask why the programme's cars do not fit where they do not."""
        found, given = [], self.input.planned[ITSELF][1]
        own = self.input.programme.models
        missed = beside.misfits(case.without, case.whole, own).filter("of_programme")
        short = case.whole.tables["contracts"].filter(pl.col("short") > beside.TINY)
        asked = [{"model": model} for model in missed["model"].unique().sort()]
        names = {name for name, _ in self.input.programme.corridors}
        asked = asked or [
            {"contract": name} for name in short["contract"].unique().sort() if name in names
        ]
        for question in asked:
            if self.stop():
                break
            self.tell("what would make it fit")
            about = plan.Question.about(given, **question)
            found.append(plan.explain(case.whole, about, stop=self.stop, progress=self.progress))
        return found


def _cases(cases: list[_Case], own: list[str]) -> pl.DataFrame:
    """Return a row for each case: cars, contribution, duties and fees."""
    rows = []
    for case in cases:
        lines = dict(case.whole.tables["lines"].select("line", "amount").iter_rows())
        shipped = case.whole.tables["ship"].filter(pl.col("model").is_in(own))
        duty = pl.col("cars") * pl.col("amount")
        paid, back = (
            float(case.landed.select(duty.filter(pl.col("step").is_in(steps)).sum()).item() or 0.0)
            for steps in (DUTIES, ["refund"])
        )
        rows.append(
            {
                "case": case.name,
                "cars": float(shipped["units"].sum()),
                "contribution_without": case.without.contribution,
                "contribution_with": case.whole.contribution,
                "once": case.once,
                "gain": case.gain,
                "tariffs_with": -lines.get("tariffs", 0.0) + 0.0,
                "duty_on_programme": paid,
                "refund": -back + 0.0,
                "fee_at_break_even": case.fee_at_break_even,
                "fee_elsewhere": case.fee_elsewhere,
            }
        )
    number = dict.fromkeys([name for name in rows[0] if name != "case"], pl.Float64)
    return pl.DataFrame(rows, schema={"case": pl.String, **number})


def _markets(cases: list[_Case]) -> pl.DataFrame:
    """Return the landed cost per car by case and market, beside that from the alternative."""
    parts = []
    weight = pl.col("cars") * pl.col("amount")
    for case in cases:
        sides = []
        for lines, name in ((case.landed, "landed"), (case.there, "elsewhere")):
            cars = lines.select("market", "model", "month", "cars").unique(maintain_order=True)
            paid = lines.filter(payer="buyer").group_by("market").agg(weight.sum().alias(name))
            total = cars.group_by("market").agg(pl.col("cars").sum())
            sides.append(
                total.join(paid, on="market").with_columns(
                    (pl.col(name) / pl.col("cars")).fill_nan(None)
                )
            )
        both = sides[0].join(sides[1].drop("cars"), on="market", how="left").sort("market")
        both = both.with_columns((pl.col("elsewhere") - pl.col("landed")).alias("less_here"))
        parts.append(both.select(pl.lit(case.name).alias("case"), pl.all()))
    return pl.concat(parts)


def explain(result: Quote, question: str) -> Explanation | None:
    """Return what a quote says about a model or a contract that does not fit.

    Parameters
    ----------
    result : Quote
        The quote.
    question : str
        Name of a model or contract of the programme.

    Returns
    -------
    Explanation or None
        What binds, and which single changes would lift it; None where it fits.
    """
    return next((one for one in result.explanations if question in one.question), None)


def quote_programme(
    hub: Hub,
    programme: Programme | str | Path,
    *,
    scenario: str | Scenario | None = None,
    simulated: pl.DataFrame | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
    **options: Any,
) -> Quote:
    """Quote a programme for a hub: plan it without the programme and with it.

    Parameters
    ----------
    hub : Hub
        The hub, as ``read_hub`` returns it.
    programme : Programme, str or pathlib.Path
        The programme, or its file.
    scenario : str or Scenario, optional
        Changes over the hub, with the programme and without.
    simulated : polars.DataFrame, optional
        ``shop`` and ``share`` of what it is manned for that it has demonstrated in a simulation.
    stop, seed, progress
        As of ``sinho.quote.solve``.
    **options
        As ``sinho.quote.Params`` takes them.

    Returns
    -------
    Quote
        Both plans, and the tables of the quote.

    Raises
    ------
    DataError
        With all that is wrong with the programme, by itself and in this hub.
    Infeasible
        When hard rules contradict each other; carries a minimal set of them.
    """
    given = Input.from_hub(hub, programme, scenario, simulated)
    return solve(given, Params.load(options), stop=stop, seed=seed, progress=progress)
