"""Rules on what can be ordered, on vessels, slots, suppliers and campaigns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from sinho.errors import nearest
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, offenders
from sinho.hub.schema import ALL
from sinho.hub.vin import ALLOWED, MAKER, NO_MAKER, NO_MAKER_HINT


def models_have_a_colour(t: Tables) -> Iterator[Offence]:
    """Require a colour with a weight above 0 among those of a model, or of all."""
    total = t["colours"].with_columns(pl.col("share").sum().over("model").alias("total"))
    rows = (
        total.drop_nulls(["model", "share"])
        .filter(pl.col("total") <= 0)
        .unique("model", keep="first")
    )
    yield from offenders(
        "colours",
        rows,
        "share",
        lambda r: f"the weights of the colours of {r['model']} are all 0",
        "Give at least one colour a weight.",
    )


def option_rules_can_be_kept(t: Tables) -> Iterator[Offence]:
    """Refuse options that need or exclude themselves, or that nothing could hold."""
    rules = t["option_rules"].drop_nulls(["model", "option", "kind", "other"])
    rows = rules.filter(pl.col("option") == pl.col("other"))
    yield from offenders("option_rules", rows, "other", "names the option itself")
    hopeless: dict[int, str] = {}
    for model in rules["model"].unique(maintain_order=True).to_list():
        known = rules.filter(pl.col("model").is_in([model, ALL]))
        needs: dict[str, set[str]] = {}
        clash: set[frozenset[str]] = set()
        for option, kind, other in known.select("option", "kind", "other").iter_rows():
            if kind == "requires":
                needs.setdefault(option, set()).add(other)
            else:
                clash.add(frozenset((option, other)))
        own = known.filter((pl.col("model") == model) & (pl.col("option") != pl.col("other")))
        clashes = sorted(map(sorted, clash))
        for row, option in own.select(ROW, "option").iter_rows():
            held = required(needs, option)
            pair = next((p for p in clashes if held >= set(p)), None)
            if pair is not None and len(pair) == 2:
                hopeless.setdefault(row, f"{pair[0]} and {pair[1]}")
    yield from offenders(
        "option_rules",
        rules.filter(pl.col(ROW).is_in(list(hopeless))),
        "option",
        lambda r: (
            f"no car can have {r['option']}: it would need {hopeless[int(str(r[ROW]))]}, which "
            "exclude each other"
        ),
        "Take one of the rules out.",
    )


def required(needs: dict[str, set[str]], option: str) -> set[str]:
    """Return an option with all options that it requires, over others too."""
    held, queue = {option}, [option]
    for item in queue:
        for other in sorted(needs.get(item, set()) - held):
            held.add(other)
            queue.append(other)
    return held


def rates_agree_with_rules(t: Tables) -> Iterator[Offence]:
    """Warn of take rates that no cars could have under the option rules."""
    rules = t["option_rules"].drop_nulls(["model", "option", "kind", "other"])
    rates = t["option_rates"].drop_nulls(["model", "market", "option", "share"])
    if rules.is_empty() or rates.is_empty() or t.lacks("models", "markets"):
        return
    shares = {(m, k, o): s for m, k, o, s in rates[RATES].iter_rows()}
    models: dict[str, set[str]] = {}
    markets: dict[str, set[str]] = {}
    for model, market, option in shares:
        models.setdefault(option, set()).add(model)
        markets.setdefault(option, set()).add(market)

    def named(by_option: dict[str, set[str]], *options: str) -> list[str]:
        """Return all, and what has a rate of its own for one of the options: the rest is as all."""
        own = set().union(*(by_option.get(option, ()) for option in options))
        return [ALL, *sorted(own - {ALL})]

    said: dict[int, str] = {}
    for row, of, option, kind, other in rules[[ROW, "model", "option", "kind", "other"]].rows():
        for model in named(models, option, other) if of == ALL else [of]:
            for market in named(markets, option, other):
                one = take_rate(shares, model, market, option)
                two = take_rate(shares, model, market, other)
                where = f"{'all models' if model == ALL else model}, {market}"
                if market == ALL:
                    where = where.removesuffix(f", {ALL}")
                if kind == "requires" and one > two + 1e-9:
                    words = f"more cars take {option} ({one:g}) than {other} ({two:g})"
                elif kind == "excludes" and one + two > 1 + 1e-9:
                    words = f"{option} ({one:g}) and {other} ({two:g}) together exceed all cars"
                else:
                    continue
                said.setdefault(row, f"{words} by option_rates ({where})")
    yield from offenders(
        "option_rules",
        rules.filter(pl.col(ROW).is_in(list(said))),
        "option",
        lambda r: said[int(str(r[ROW]))],
        "Generated orders keep the rule and miss the take rates.",
        "warning",
    )


RATES = ["model", "market", "option", "share"]


def take_rate(
    shares: Mapping[tuple[str, str, str], float], model: str, market: str, option: str
) -> float:
    """Return the take rate that holds: of model and market, else the model, the market, all.

    Parameters
    ----------
    shares : mapping of (str, str, str) to float
        Table ``option_rates``: share by model (or all), market (or all) and option.
    model, market, option : str
        What is looked up.
    """
    for key in ((model, market), (model, ALL), (ALL, market), (ALL, ALL)):
        share = shares.get((*key, option))
        if share is not None:
            return share
    return 0.0


def vessels_sail_after_their_cutoff(t: Tables) -> Iterator[Offence]:
    """Require that vessels sail on or after their cut-off."""
    rows = t["vessels"].filter(pl.col("cutoff") > pl.col("etd"))
    yield from offenders(
        "vessels", rows, "cutoff", lambda r: f"must not be after the departure ({r['etd']})"
    )


def vessels_sail_to_markets(t: Tables) -> Iterator[Offence]:
    """Warn of vessels whose lane leads to no market."""
    if t.lacks("markets"):
        return
    lanes = t["markets"]["lane"].drop_nulls().unique().sort().to_list()
    rows = t["vessels"].filter(~pl.col("lane").is_in(lanes)).unique("lane", maintain_order=True)
    yield from offenders(
        "vessels",
        rows,
        "lane",
        "no market is reached by this lane, so the row has no effect",
        lambda r: nearest(str(r["lane"]), lanes),
        "warning",
    )


def limits_name_what_is_known(t: Tables) -> Iterator[Offence]:
    """Require that slot limits name a model, colour, option or part that exists."""
    for kind, table in (
        ("model", "models"),
        ("colour", "colours"),
        ("option", "options"),
        ("part", "parts"),
    ):
        if t.lacks(table):
            continue
        names = t[table][kind].drop_nulls()
        if kind == "colour":
            names = pl.concat([names, t["orders"]["colour"].drop_nulls()])
        known = names.unique().sort().to_list()
        rows = t["slot_limits"].filter((pl.col("kind") == kind) & ~pl.col("item").is_in(known))
        yield from offenders(
            "slot_limits",
            rows,
            "item",
            f"there is no such {kind}",
            lambda r, k=known, o=table: nearest(str(r["item"]), k) or f"Add it to {o}.",  # type: ignore[misc]
        )


def days_are_in_order(t: Tables) -> Iterator[Offence]:
    """Require that limits and entitlements end after they start."""
    for table in ("slot_limits", "entitlements"):
        rows = t[table].filter(pl.col("end") < pl.col("start"))
        yield from offenders(
            table, rows, "end", lambda r: f"must not be before start ({r['start']})"
        )


def entitlements_follow_each_other(t: Tables) -> Iterator[Offence]:
    """Refuse entitlements of a brand to the same lines that overlap."""
    keys = ["brand", "line"]
    rows = t["entitlements"].drop_nulls([*keys, "start"])
    rows = rows.sort(*keys, "start", maintain_order=True).with_columns(
        pl.col("start").shift().over(keys).alias("since"),
        pl.col("end").shift().over(keys).alias("until"),
    )
    clash = rows.filter(
        pl.col("since").is_not_null()
        & (pl.col("since") < pl.col("start"))
        & (pl.col("until").is_null() | (pl.col("until") >= pl.col("start")))
    )

    def rule(r: dict[str, object]) -> str:
        until = r["until"] or "further notice"
        held = f"from {r['since']} to {until}"
        return f"overlaps another entitlement of {r['brand']}, which holds {held}"

    hint = "Let the earlier one end before this one starts."
    yield from offenders("entitlements", clash, "start", rule, hint)


def slotting_is_sound(t: Tables) -> Iterator[Offence]:
    """Require one row of parameters, a firm zone behind the frozen one, and legal VIN parts."""
    slotting = t["slotting"]
    hint = "Keep one row; one hub is one plant."
    yield from offenders(
        "slotting", slotting.slice(1), "lead_days", "the parameters are one row", hint
    )
    yield from offenders(
        "slotting",
        slotting.filter(pl.col("firm_days") < pl.col("frozen_days")),
        "firm_days",
        lambda r: f"must not be below frozen_days ({r['frozen_days']})",
        "Both are counted from the first day.",
    )
    signs = "capital letters without I, O and Q, or digits"
    rows = slotting.filter(~pl.col("vin_wmi").str.contains(MAKER))
    rule = f"must be 3 characters of a VIN: {signs}; 6 where the third is 9"
    hint = (
        "A maker of fewer than 1,000 vehicles a year has 9 in position 3 and its own code in "
        "positions 12 to 14: write all six, such as KN9123."
    )
    yield from offenders("slotting", rows, "vin_wmi", rule, hint)
    rows = slotting.filter(~pl.col("vin_plant").str.contains(f"^[{ALLOWED}]$"))
    yield from offenders("slotting", rows, "vin_plant", f"must be one character of a VIN: {signs}")


def vins_have_a_maker(t: Tables) -> Iterator[Offence]:
    """Warn where cars are ordered and nothing says whose VINs they are to be given."""
    if t.lacks("orders", "slotting"):
        return
    orders, slotting = t["orders"], t["slotting"]
    waiting = orders.filter(pl.col("vin").is_null())
    if orders.height and waiting.is_empty():
        return
    places = [("slotting", slotting.filter(pl.col("vin_wmi").is_null()), "vin_wmi")]
    if slotting.is_empty():
        places = [("orders", waiting, "vin")]
        places += [(f"{name}s", t[f"{name}s"], name) for name in ("option", "colour")]
    for table, rows, column in places:
        if rows.height:
            yield from offenders(table, rows.head(1), column, NO_MAKER, NO_MAKER_HINT, "warning")
            return


def campaigns_run_in_their_shop(t: Tables) -> Iterator[Offence]:
    """Require that campaigns and setups name parts that pass through their shop."""
    if t.lacks("loads"):
        return
    loads = t["loads"].select(pl.col("item").alias("part"), "shop").drop_nulls()
    shops = t["shops"]["shop"].to_list()
    parts = t["parts"]["part"].to_list()
    for table, column in (("campaigns", "part"), ("setups", "before"), ("setups", "behind")):
        rows = t[table].filter(pl.col("shop").is_in(shops) & pl.col(column).is_in(parts))
        rows = rows.join(loads, left_on=[column, "shop"], right_on=["part", "shop"], how="anti")
        yield from offenders(
            table,
            rows,
            column,
            lambda r: f"loads has no row for it in shop {r['shop']!r}",
            "Name the shop that makes it, or add it to loads.",
        )


RULES: tuple[Rule, ...] = (
    models_have_a_colour,
    option_rules_can_be_kept,
    rates_agree_with_rules,
    vessels_sail_after_their_cutoff,
    vessels_sail_to_markets,
    limits_name_what_is_known,
    days_are_in_order,
    entitlements_follow_each_other,
    slotting_is_sound,
    vins_have_a_maker,
    campaigns_run_in_their_shop,
)
