"""Tests of the claims on the third layer of AI and on the steps from layer to layer."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from ladders.evidence import agents, ai
from ladders.evidence.inference import mean_interval, sign_test
from ladders.results import measured
from ladders.verdicts.ai import SMALLEST_GAIN
from ladders.verdicts.scale import (
    OUTCOMES,
    Finding,
    clause_counts,
    finding,
    margin,
    months,
    settles,
    specifications,
)

LEVEL = 0.05
"""Probability of error that a sign test may have."""

FEWEST_BOARDS = 2
"""Independent boards without which nothing is said of agents at large: one board is one organisation's taste."""

SWE_BENCH = "SWE-bench"


def _units_clause(units: pd.Series, smallest: float, fail_below: float | None = None) -> str:
    """hold, fail or undecided from the values of independent units.

    hold: at least two units, the 95 % interval of their mean above zero, and every unit reaches `smallest`.
    fail: the interval lies below `fail_below` (default: `smallest`). Fewer than two units: undecided.
    """
    interval = mean_interval(units.to_numpy(dtype=float))
    if interval.n < FEWEST_BOARDS:
        return "undecided"
    if interval.low > 0 and (units >= smallest).all():
        return "hold"
    return "fail" if interval.high < (smallest if fail_below is None else fail_below) else "undecided"


# Built on the layer before?

SMALLEST_LEAD = 3.0
"""Months by which the lower layer must come first to be built upon: less is the time in which one agent is written."""

ON_LANGUAGE = "reasoning models are built on language models"
ON_REASONING = "agents are built on reasoning models"


def _backbone_clause(lead: pd.DataFrame, smallest: float) -> str:
    """hold, fail or undecided from the first agent of each board (columns layer, lead in months)."""
    plain = lead.layer == "L1"
    sign = np.where(plain, -1, np.where(lead.lead >= smallest, 1, 0))
    if sign_test(-sign) < LEVEL:
        return "fail"
    return "hold" if sign_test(sign) < LEVEL and not plain.any() else "undecided"


@settles(
    "S0-p3-03",
    rule="""Reasoning models on language models: the first of them comes at least 3 months after the first language
    model, and at least two vendors published a base and the reasoning model made from it. Agents on reasoning models:
    on every board the first agent with a proven date and a known backbone runs on a reasoning model, 3 months after
    the first public one or later, and a sign test over boards agrees (p below 0.05); the clause fails when the sign
    test says that boards begin with plain backbones. Anything else: open.""",
)
def each_layer_on_the_one_before(
    agent_scores: pd.DataFrame, chronology: pd.DataFrame, same_base_scores: pd.DataFrame
) -> Finding:
    """Is each AI layer built on the one before it?"""
    first = agents.first_systems(chronology).value
    lead = agents.lead_over_agents(agent_scores, chronology).value
    step = np.diff(agents.days(first[[1, 2]]))[0] / agents.DAYS_PER_MONTH
    bases = same_base_scores.vendor.nunique()
    on_language = "undecided"
    if step < 0:
        on_language = "fail"
    elif step >= SMALLEST_LEAD and bases >= FEWEST_BOARDS:
        on_language = "hold"
    plain = lead.layer == "L1"
    outcomes = {ON_LANGUAGE: on_language, ON_REASONING: _backbone_clause(lead, SMALLEST_LEAD)}
    statistics = {
        "language models before reasoning models (months)": step,
        "vendors with a base and its reasoning model": bases,
        "boards of agents": len(lead),
        "boards begun on plain models": plain.sum(),
        "boards with an agent before the first reasoning model": (plain & (lead.lead < 0)).sum(),
        "first dated agent, before the first reasoning model (months)": -lead.lead.min(),
        "sign test over boards, plain first (one-sided p)": sign_test(np.where(plain, 1, -1)),
        "the same without SWE-bench (one-sided p)": sign_test(np.where(plain.drop(SWE_BENCH, errors="ignore"), 1, -1)),
    }  # fmt: skip
    return finding(outcomes, statistics, (first[1][:7], max(lead.date.max(), first[2])[:7]))


# Plan, call tools, carry workflows?

BAR = 50.0
"""Percent of tasks. Who "can" do a kind of work does more than half of it. The published human level, known for few
boards, stands beside it and is swept."""

SMALLEST_EXCESS = 10.0
"""Percentage points over the bar that matter: harnesses and attempts move one model's score by as much."""

ABILITIES = {
    "agents plan tasks": ("planning",),
    "agents call tools": ("tool_use", "computer_use", "web"),
    "agents carry workflows of many steps": ("workflow", "coding_repo", "security", "research"),
    "agents carry whole jobs": ("whole_job",),
}
"""Clause -> abilities of table agent_scores. A desktop and a browser are tools; repositories and intrusions are
workflows; a whole job is the most complex workflow that is measured."""


def _ability_outcomes(
    best: pd.DataFrame, bar: float, human: bool = False
) -> tuple[dict[str, str], dict[str, pd.Series]]:
    """Outcome of each clause and its boards' best scores; human: people's score replaces the bar where known."""
    outcomes, scores = {}, {}
    for clause, kinds in ABILITIES.items():
        chosen = best[best.ability.isin(kinds)]
        level = chosen.human.fillna(bar) if human else bar
        excess = (chosen.score - level).groupby(chosen.board).mean()
        interval = mean_interval(excess.to_numpy())
        if interval.n >= FEWEST_BOARDS and interval.low > 0:
            outcomes[clause] = "hold"
        else:
            outcomes[clause] = "fail" if len(excess) and (excess < 0).all() else "undecided"
        scores[clause] = excess
    return outcomes, scores


@settles(
    "S0-p2-07",
    rule="""Four clauses: planning; tools; workflows of many steps; whole jobs, the most complex workflows measured.
    For each: the best score on every board with two entries or more, figures that makers report of themselves left out. A clause holds when
    the 95 % interval over boards (two at least) lies above 50 percent of the tasks; it fails when no board's best
    reaches 50 percent, for a best below the bar is the best of all that tried. Anything else: open.""",
)
def agents_plan_call_and_carry(agent_scores: pd.DataFrame) -> Finding:
    """Can agents plan tasks, call tools and carry complex workflows?"""
    best = agents.best_scores(agent_scores).value
    outcomes, excess = _ability_outcomes(best, BAR)
    statistics: dict[str, float] = {}
    for clause, values in excess.items():
        kind = clause.removeprefix("agents ")
        interval = mean_interval(values.to_numpy())
        statistics |= {
            f"{kind}: boards": len(values),
            f"{kind}: boards whose best reaches the bar": (values >= 0).sum(),
            f"{kind}: mean of the best scores (percent)": BAR + interval.mean,
            f"{kind}: 95 % interval, low (percent)": BAR + interval.low,
            f"{kind}: lowest best score (percent)": BAR + values.min(),
        }
    people = best.dropna(subset=["human"])
    statistics |= {
        "boards with a published score of people": len(people),
        "boards where the best reaches people": (people.score >= people.human).sum(),
        "clauses that hold": sum(said == "hold" for said in outcomes.values()),
        "clauses that hold without SWE-bench": sum(
            said == "hold" for said in _ability_outcomes(best[best.board != SWE_BENCH], BAR)[0].values()
        ),
    }
    return finding(outcomes, statistics, months(agent_scores.date))


# Steps from layer to layer

MARKED = 2 * SMALLEST_GAIN
"""Points of 100 that every vendor and board must gain for a step to be "marked": twice the smallest that matters."""

TO_REASONING = "the step from language models to reasoning models"
TO_AGENTS = "the step to agents"


def _vendor_gains(
    pairs: pd.DataFrame, gains: pd.DataFrame, abilities: tuple[str, ...], summary: str = "median"
) -> pd.Series:
    """Gain with thinking on by vendor, points: mean over abilities, then median (or mean) over the vendor's pairs."""
    chosen = gains[gains.ability.isin(abilities)].groupby("pair_id").gain.mean()
    return chosen.reindex(pairs.pair_id).groupby(pairs.vendor.to_numpy()).agg(summary)


SIX = (*ai.WEAKNESSES, *ai.OTHERS)


def _steps(pairs: pd.DataFrame, gains: pd.DataFrame, agent_scores: pd.DataFrame, smallest: float) -> Finding:
    """Finding on both boundaries: every vendor and every board gains at least `smallest` points."""
    reasoning = _vendor_gains(pairs, gains, SIX)
    loops = agents.loop_gain(agent_scores).value
    boards = loops.groupby("board").gain.median()
    outcomes = {
        TO_REASONING: _units_clause(reasoning, smallest, SMALLEST_GAIN),
        TO_AGENTS: _units_clause(boards, smallest, SMALLEST_GAIN),
    }
    interval, loop = mean_interval(reasoning.to_numpy()), mean_interval(boards.to_numpy())
    statistics = {
        "reasoning: mean gain over vendors (points)": interval.mean,
        "reasoning: 95 % interval, low (points)": interval.low,
        "reasoning: 95 % interval, high (points)": interval.high,
        "reasoning: smallest vendor gain (points)": reasoning.min(),
        "vendors": len(reasoning),
        "agents: mean gain over boards (points)": loop.mean,
        "agents: smallest gain of a pair (points)": loops.gain.min(),
        "agents: pairs of one model with and without a loop": len(loops),
        "agents: boards with such pairs": len(boards),
        "agents: boards without SWE-bench": len(boards.drop(SWE_BENCH, errors="ignore")),
    }
    dates = [*loops.date.str[:7], *pairs.release.str[:7]]
    return finding(outcomes, statistics, (min(dates), max(dates)))


@settles(
    "S0-p2-01",
    rule="""Capability rises at a boundary when the 95 % interval of the gain, same model below and above it, lies above
    zero and no independent unit loses: for reasoning, six LiveBench abilities with thinking off and on, by vendor; for
    agents, one model answering once and in a loop, by board, two boards at least. A boundary fails when the interval
    lies below 5 points. How large the rise is does not matter here. Anything else: open.""",
)
def capability_rises(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, agent_scores: pd.DataFrame
) -> Finding:
    """Does capability rise from layer to layer?"""
    return _steps(livebench_pairs, livebench_gains, agent_scores, 0.0)


@settles(
    "S0-p3-04",
    rule="""As for rising capability (S0-p2-01), and the step must be marked: every vendor and every board gains at
    least 10 points. A boundary fails when the interval lies below 5 points. Anything else: open.""",
)
def each_layer_strengthens(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, agent_scores: pd.DataFrame
) -> Finding:
    """Did each layer bring a marked strengthening?"""
    return _steps(livebench_pairs, livebench_gains, agent_scores, MARKED)


SMALLEST_YEARS = 0.5
"""Years of ordinary drift that a step must be worth to be more than drift: the time between two models of a maker."""

STARTS = ("", "2023-01-01")
"""First release of the horizons that count: all, or from the year of GPT-4 on. METR's answer depends on it."""

CUTS = tuple((organisation, start) for organisation in agents.SERIES for start in STARTS)


def _horizon_steps(horizons: pd.DataFrame, chronology: pd.DataFrame) -> dict[str, agents.Step]:
    """Step at the first reasoning model by organisation and start; one entry where the start changes nothing."""
    found = {}
    for organisation, start in CUTS:
        rows = agents.series(horizons, organisation)
        if start and (rows.released >= start).all():
            continue
        name = f"{organisation}, from {start[:4]}" if start else f"{organisation}, all models"
        found[name] = agents.horizon_step(horizons, chronology, organisation=organisation, start=start).value
    return found


def _jump_clause(steps: Mapping[str, agents.Step]) -> str:
    """hold, fail or undecided: does the step exceed the drift, in every series and for every start?"""
    worth = [found.step.mean >= SMALLEST_YEARS * found.drift for found in steps.values()]
    if all(found.step.low > 0 for found in steps.values()) and all(worth):
        return "hold"
    below = [found.step.high < SMALLEST_YEARS * found.drift for found in steps.values()]
    return "fail" if all(below) else "undecided"


@settles(
    "S0-p3-01",
    rule="""Quality as such has no measure; what can be measured is whether a boundary is a jump or only the drift that
    goes on anyway. Reasoning: one line of drift through the log of the task horizon with a step at the first public
    reasoning model; METR (from 2019 and from 2023) and WeirdML must all give a step whose 95 % interval lies above
    zero and which is worth half a year of drift. Agents: the gain of the loop is worth half a year of the later drift
    of plain agents on the same board, on every board, two at least. A boundary fails when all intervals lie below half a
    year. Anything else: open.""",
)
def gain_in_quality(horizons: pd.DataFrame, chronology: pd.DataFrame, agent_scores: pd.DataFrame) -> Finding:
    """Is each boundary a jump, larger than the drift within a layer?"""
    steps = _horizon_steps(horizons, chronology)
    drift = agents.drift_by_board(agent_scores).value
    gain = agents.loop_gain_by_board(agent_scores).value.reindex(drift.index)
    years = (gain / drift)[drift > 0].dropna()
    outcomes = {TO_REASONING: _jump_clause(steps), TO_AGENTS: _units_clause(years, SMALLEST_YEARS)}
    statistics: dict[str, float] = {}
    for name, found in steps.items():
        statistics |= {
            f"{name}: step (doublings)": found.step.mean,
            f"{name}: 95 % interval, low (doublings)": found.step.low,
            f"{name}: 95 % interval, high (doublings)": found.step.high,
            f"{name}: drift (doublings a year)": found.drift,
        }
    reasoning = agents.first_systems(chronology).value[2]
    for organisation, start in CUTS:
        if organisation == "METR" or not start:
            for words, cut in (("before", (start, reasoning)), ("after", (reasoning, "9999"))):
                if words == "after" and start:
                    continue
                name = f"{organisation}{f' from {start[:4]}' if start else ''}: doubling {words} the first reasoning model (days)"
                statistics[name] = agents.horizon_growth(
                    horizons, organisation=organisation, start=cut[0], end=cut[1]
                ).value.doubling_days
    statistics |= {
        "agents: the loop's gain in years of later drift": years.mean(),
        "agents: boards with drift and pairs": len(years),
    }
    released = pd.concat([agents.series(horizons, organisation).released for organisation in agents.SERIES])
    return finding(outcomes, statistics, months(released))


# From answering to acting; both layers in one; within a year

SLOWEST = 0.5
"""Doublings a year. A task horizon that doubles more slowly than every two years would be no jump to acting."""

LONGER = "the tasks that models carry out by themselves grow longer"
BY_LOOP = "the loop makes the same model do more than answering once"


@settles(
    "S0-p2-06",
    rule="""Two clauses. The same model does more in a loop than answering once: interval over boards above zero, two boards
    at least, each 10 points or more. The tasks that models carry out grow longer: in both series, METR and WeirdML, the
    95 % interval of the growth by release date, all models, lies above zero and the growth reaches one doubling in two
    years; it fails when both intervals lie below that. Anything else: open.""",
)
def from_answering_to_acting(agent_scores: pd.DataFrame, horizons: pd.DataFrame) -> Finding:
    """Do agents take AI from answering to acting?"""
    boards = agents.loop_gain_by_board(agent_scores).value
    growth = {
        organisation: agents.horizon_growth(horizons, organisation=organisation, frontier=False).value
        for organisation in agents.SERIES
    }
    longer = "undecided"
    if all(line.low > 0 and line.slope >= SLOWEST for line in growth.values()):
        longer = "hold"
    elif all(line.high < SLOWEST for line in growth.values()):
        longer = "fail"
    statistics = {
        "the loop: mean gain over boards (points)": boards.mean(),
        "the loop: boards with pairs": len(boards),
        "the loop: boards without SWE-bench": len(boards.drop(SWE_BENCH, errors="ignore")),
    }
    for organisation, line in growth.items():
        statistics |= {
            f"{organisation}: growth (doublings a year)": line.slope,
            f"{organisation}: 95 % interval, low (doublings a year)": line.low,
            f"{organisation}: models": line.n,
        }
    outcomes = {BY_LOOP: _units_clause(boards, MARKED, SMALLEST_GAIN), LONGER: longer}
    released = horizons.released
    return finding(outcomes, statistics, months(released))


BOTH_LAYERS = "a reasoning backbone makes the same agent do more than a plain one"


@settles(
    "S0-p2-05",
    rule="""An agent that brings both layers together should do more on a reasoning backbone than on a plain one: same maker,
    same scaffold, same benchmark, entered within 60 days; median gain by vendor. Holds when the 95 % interval over
    vendors lies above zero and each gains 5 points; does not hold when the interval lies below 5 points; else open.""",
)
def agents_join_both_layers(agent_scores: pd.DataFrame) -> Finding:
    """Does the agent gain from a reasoning backbone?"""
    gains = agents.backbone_gain(agent_scores).value
    by_vendor = gains.groupby("vendor").gain.median()
    interval = mean_interval(by_vendor.to_numpy())
    statistics = {
        "mean gain over vendors (points)": interval.mean,
        "95 % interval, low (points)": interval.low,
        "95 % interval, high (points)": interval.high,
        "vendors": len(by_vendor),
        "pairs": len(gains),
        "pairs that gain": (gains.gain > 0).sum(),
        "mean gain over vendors without SWE-bench (points)": gains[gains.board != SWE_BENCH].groupby("vendor").gain.median().mean(),
    }  # fmt: skip
    outcome = _units_clause(by_vendor, SMALLEST_GAIN)
    dates = agent_scores.date[agent_scores.benchmark.isin(gains.benchmark)].str[:7]
    period = (dates.min(), dates.max()) if len(dates) else (agent_scores.date.min()[:7],) * 2
    return finding({BOTH_LAYERS: outcome}, statistics, period)


YEAR = ("2024-06-15", "2025-06-15")
"""The year before the post was published (table texts)."""

OTHER_YEAR = ("2024-03-01", "2025-02-28")
"""A second reading: the post or its model may have been drafted months before."""

SMALLEST_INSIDE = 1.0
"""Months by which a first system must lie inside the window: some dates are known by the month only."""


def _inside(first: pd.Series, window: tuple[str, str]) -> pd.Series:
    """Months by which each date lies inside the window, counted from its nearer end; negative outside."""
    since, until = agents.days(pd.Series(window))
    day = agents.days(first)
    return pd.Series(np.minimum(day - since, until - day) / agents.DAYS_PER_MONTH, first.index)


@settles(
    "S1-p1-03",
    rule="""A clause for each layer: its first recorded system falls into the year before the post (2024-06-15 to
    2025-06-15), by a month at least. It fails when the first system lies a month or more outside, and is undecided in
    between. The second reading of "the past year" (2024-03 to 2025-02) stands in the statistics.""",
)
def evolution_within_a_year(chronology: pd.DataFrame) -> Finding:
    """Did AI run through its three layers within a year?"""
    first = agents.first_systems(chronology).value
    inside, other = _inside(first, YEAR), _inside(first, OTHER_YEAR)
    outcomes = {
        f"the first system of layer {layer} came in that year": "hold"
        if months >= SMALLEST_INSIDE
        else "fail"
        if months <= -SMALLEST_INSIDE
        else "undecided"
        for layer, months in inside.items()
    }
    statistics = {f"layer {layer}: months inside the window": months for layer, months in inside.items()}
    statistics |= {
        "second reading: layers inside": (other >= SMALLEST_INSIDE).sum(),
        "systems of the AI ladder inside": (
            (chronology.ladder == "ai") & chronology.date.between(*YEAR)
        ).sum(),
        "first to last of the three first systems (years)": np.ptp(agents.days(first)) / agents.DAYS_PER_YEAR,
    }
    return finding(outcomes, statistics, (first.min()[:7], max(first.max(), YEAR[1])[:7]))


# Margins


@margin("S0-p2-07", left_out="board", column="abilities")
@margin("S0-p3-03", left_out="board", column="built_on")
@measured("verdict")
def leave_one_board_out(
    agent_scores: pd.DataFrame, chronology: pd.DataFrame, same_base_scores: pd.DataFrame
) -> pd.DataFrame:
    """Verdicts of S0-p3-03 and S0-p2-07 without each board in turn. Columns: left_out, built_on, abilities, hold, fail.

    hold, fail: number of clauses of S0-p2-07.
    """
    boards = agents.board(agent_scores.benchmark)
    rows = []
    for left_out in sorted(boards.unique()):
        kept = agent_scores[boards != left_out]
        built_on = each_layer_on_the_one_before(kept, chronology, same_base_scores)
        abilities = agents_plan_call_and_carry(kept)
        rows.append(
            (
                left_out,
                built_on.verdict,
                abilities.verdict,
                len(abilities.clauses_hold),
                len(abilities.clauses_fail),
            )
        )
    return pd.DataFrame(rows, columns=["left_out", "built_on", "abilities", "hold", "fail"])


@margin("S0-p2-01", left_out="vendor or board", column="rises")
@margin("S0-p3-04", left_out="vendor or board", column="marked")
@measured("verdict")
def leave_one_source_out(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, agent_scores: pd.DataFrame
) -> pd.DataFrame:
    """Verdicts of S0-p2-01 and S0-p3-04 without each vendor's pairs, and without SWE-bench.

    Columns: left_out, rises, marked, clauses_hold (of S0-p2-01), mean, low, high (points, gain of reasoning).
    """
    boards = agents.board(agent_scores.benchmark)
    cases = {
        vendor: (livebench_pairs[livebench_pairs.vendor != vendor], agent_scores)
        for vendor in sorted(livebench_pairs.vendor.unique())
    } | {SWE_BENCH: (livebench_pairs, agent_scores[boards != SWE_BENCH])}
    rows = []
    for left_out, (pairs, scores) in cases.items():
        rises = capability_rises(pairs, livebench_gains, scores)
        marked = each_layer_strengthens(pairs, livebench_gains, scores)
        interval = mean_interval(_vendor_gains(pairs, livebench_gains, SIX).to_numpy())
        rows.append((left_out, rises.verdict, marked.verdict, len(rises.clauses_hold), *interval[:3]))
    return pd.DataFrame(rows, columns=["left_out", "rises", "marked", "clauses_hold", "mean", "low", "high"])


LEADS_SWEPT = (1.0, 3.0, 6.0)


@measured("months")
def backbone_specifications(agent_scores: pd.DataFrame, chronology: pd.DataFrame) -> pd.DataFrame:
    """The clause "agents are built on reasoning models" under every combination of the defensible choices.

    Columns: unit, dates, without, lead (months), units, plain (units begun on plain models), outcome.
    """
    rows = []
    for unit, dated, without in product(("board", "benchmark"), (True, False), ("", SWE_BENCH)):
        kept = agent_scores[agents.board(agent_scores.benchmark) != without]
        lead = agents.lead_over_agents(kept, chronology, dated=dated, unit=unit).value
        dates = "proven" if dated else "all"
        plain = int((lead.layer == "L1").sum())
        rows += [
            (unit, dates, without or "none", least, len(lead), plain, _backbone_clause(lead, least))
            for least in LEADS_SWEPT
        ]
    return pd.DataFrame(rows, columns=["unit", "dates", "without", "lead", "units", "plain", "outcome"])


BARS_SWEPT = {"a third": 100 / 3, "half": BAR, "four fifths": 80.0, "people, else half": BAR}


@measured("clauses")
def ability_specifications(agent_scores: pd.DataFrame) -> pd.DataFrame:
    """Outcome of each ability under every combination of the defensible choices.

    Columns: bar, makers' own figures, models alone, of several benchmarks, without, then one column for each clause.
    """
    rows = []
    choices = product(BARS_SWEPT, (False, True), (True, False), ("median", "max", "min"), ("", SWE_BENCH))
    for bar, own, alone, summary, without in choices:
        best = agents.best_scores(
            agent_scores, self_reported=own, alone=alone, summary=summary, without=(without,)
        ).value
        outcomes, _ = _ability_outcomes(best, BARS_SWEPT[bar], human=bar.startswith("people"))
        rows.append((bar, own, alone, summary, without or "none", *outcomes.values()))
    columns = ["bar", "makers' own figures", "models alone", "of several benchmarks", "without"]
    return pd.DataFrame(rows, columns=[*columns, *ABILITIES])


GAINS_SWEPT = (0.0, SMALLEST_GAIN, MARKED)


@measured("points")
def step_specifications(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, agent_scores: pd.DataFrame
) -> pd.DataFrame:
    """Both boundaries under every combination of the defensible choices, with what each would say.

    Columns: abilities, summary, off_modes, smallest (points), mean, low, high (points), reasoning, agents (outcomes).
    """
    boards = agents.loop_gain_by_board(agent_scores).value
    abilities = {"all six": SIX, "without the two weaknesses": ai.OTHERS}
    rows = []
    for chosen, summary, modes in product(abilities, ("median", "mean"), ("all", "full chat mode")):
        pairs = livebench_pairs if modes == "all" else livebench_pairs[livebench_pairs.off_mode == modes]
        units = _vendor_gains(pairs, livebench_gains, abilities[chosen], summary)
        interval = mean_interval(units.to_numpy())
        rows += [
            (
                chosen, summary, modes, least, *interval[:3],
                _units_clause(units, least, SMALLEST_GAIN), _units_clause(boards, least, SMALLEST_GAIN),
            )
            for least in GAINS_SWEPT
        ]  # fmt: skip
    columns = ["abilities", "summary", "off_modes", "smallest", "mean", "low", "high", "reasoning", "agents"]
    return pd.DataFrame(rows, columns=columns)


def _outcome_counts(outcomes: pd.Series) -> dict[str, int]:
    """Number of combinations: all and by outcome (hold, fail, undecided)."""
    return {"all": len(outcomes), **{said: int((outcomes == said).sum()) for said in OUTCOMES}}


@specifications("S0-p3-03")
@measured("count")
def built_on_counts(
    agent_scores: pd.DataFrame, chronology: pd.DataFrame, same_base_scores: pd.DataFrame
) -> dict[str, int]:
    """Combinations for S0-p3-03, all and by verdict; its clause on language models, which nothing sweeps, as it is."""
    found = each_layer_on_the_one_before(agent_scores, chronology, same_base_scores)
    rows = backbone_specifications(agent_scores, chronology).value[["outcome"]]
    lists = (found.clauses_hold, found.clauses_fail, found.clauses_open)
    on_language = next(said for said, clauses in zip(OUTCOMES, lists, strict=True) if ON_LANGUAGE in clauses)
    return clause_counts(rows.assign(on_language=on_language))


@specifications("S0-p2-07")
@measured("count")
def ability_counts(agent_scores: pd.DataFrame) -> dict[str, int]:
    """Combinations for S0-p2-07, all and by verdict."""
    return clause_counts(ability_specifications(agent_scores).value[list(ABILITIES)])


@specifications("S0-p2-01", marked=False)
@specifications("S0-p3-04", marked=True)
@measured("count")
def step_counts(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, agent_scores: pd.DataFrame, *, marked: bool
) -> dict[str, int]:
    """Combinations for S0-p2-01 (any rise will do) or for S0-p3-04 (marked), all and by verdict."""
    rows = step_specifications(livebench_pairs, livebench_gains, agent_scores).value
    return clause_counts(rows.loc[(rows.smallest > 0) == marked, ["reasoning", "agents"]])


@measured("count")
def backbone_counts(agent_scores: pd.DataFrame, chronology: pd.DataFrame) -> dict[str, int]:
    """Combinations for "agents are built on reasoning models": all and by outcome."""
    return _outcome_counts(backbone_specifications(agent_scores, chronology).value.outcome)


@measured("count")
def tool_counts(agent_scores: pd.DataFrame) -> dict[str, int]:
    """Combinations for "agents call tools": all and by outcome."""
    return _outcome_counts(ability_specifications(agent_scores).value["agents call tools"])


@measured("count")
def reasoning_step_counts(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, agent_scores: pd.DataFrame
) -> dict[str, int]:
    """Combinations for the step from language models to reasoning models: all and by outcome."""
    return _outcome_counts(
        step_specifications(livebench_pairs, livebench_gains, agent_scores).value.reasoning
    )
