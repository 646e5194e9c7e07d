"""What the layers made worse, and what became of it: one ruler for both ladders.

The ruler is the factor per year by which the metric of a new problem changes while the benefit that brought the
problem is held fixed: below 1 the problem shrinks, above 1 it grows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from ladders.evidence import bridges, trust
from ladders.evidence.ai import headroom_interval
from ladders.evidence.dispersion import dispersion_interval, layer_3_effects
from ladders.evidence.inference import Trend, exact_share, factor_between, yearly_factor
from ladders.evidence.scaling import BEFORE, beyond_l1, cheaper_interval
from ladders.results import measured

FIRST_DAY_RUN = "o1-2024-12-17 (high)"
"""The Aider board opens with its dearest run; series that start there show the fall from a launch price."""


def _to_the_end(series: pd.DataFrame, value: str, *, without_first_day_run: bool) -> pd.DataFrame:
    """Factor per year of a running minimum, from its first row to the last day of the board, by score."""
    kept = series[series.system != FIRST_DAY_RUN] if without_first_day_run else series
    ordered = kept.sort_values(["benchmark", "threshold", "date"])
    ends = ordered.groupby(["benchmark", "threshold"]).agg(
        first=(value, "first"),
        first_date=("date", "first"),
        latest=(value, "last"),
        latest_date=("board_end", "last"),
    )
    return ends.assign(factor=[factor_between(*row) for row in ends.itertuples(index=False)])


@measured("factor per year")
def price_at_fixed_score(price_of_score: pd.DataFrame, *, without_first_day_run: bool = True) -> pd.DataFrame:
    """Yearly factor of the cheapest run at or above a score, by benchmark and score (columns first, latest, factor).

    The clock runs to the end of the board, not to the last fall, which would overstate the speed.
    """
    return _to_the_end(price_of_score, "price_usd", without_first_day_run=without_first_day_run)


@measured("factor per year")
def price_range(price_of_score: pd.DataFrame) -> dict[str, float]:
    """Least, median and greatest yearly factor over all fixed scores; number of scores; fold of the whole fall.

    "fold": first over latest price at 60 percent of Aider's exercises, with and without the first-day run.
    """
    factors = price_at_fixed_score(price_of_score).value.factor
    dearest = price_at_fixed_score(price_of_score, without_first_day_run=False).value.loc[
        ("Aider polyglot", 60)
    ]
    typical = price_at_fixed_score(price_of_score).value.loc[("Aider polyglot", 60)]
    return {
        "low": factors.min(), "median": factors.median(), "high": factors.max(), "n": len(factors),
        "falls": int((factors < 1).sum()), "cheaper": 1 / factors.median(),
        "fold": dearest["first"] / dearest.latest, "fold without first day": typical["first"] / typical.latest,
    }  # fmt: skip


@measured("factor per year")
def latency_range(latency_of_score: pd.DataFrame) -> dict[str, float]:
    """Least and greatest yearly factor of the fastest run at a fixed score, first-day run kept."""
    factors = _to_the_end(latency_of_score, "seconds_per_task", without_first_day_run=False).factor
    return {"low": factors.min(), "high": factors.max(), "n": len(factors)}


@measured("factor per year")
def frontier_trend(frontier_cost: pd.DataFrame, *, value: str = "cost_usd") -> Trend:
    """Yearly factor of what the successive record holders of WeirdML cost (cost_usd) or write (output_tokens)."""
    holders = frontier_cost[(frontier_cost.benchmark == "WeirdML") & frontier_cost[value].notna()]
    return yearly_factor(holders.date, holders[value])


@measured("ratio")
def thinking_cost(latency: pd.DataFrame) -> dict[str, float]:
    """Median ratio, thinking over plain, of seconds and of cost for one exercise; flagged pairs are left out."""
    pairs = latency[latency.flag == ""]
    return {
        "seconds": (pairs.seconds_reasoning / pairs.seconds_plain).median(),
        "cost": (pairs.cost_reasoning / pairs.cost_plain).median(),
        "n": len(pairs),
    }


@measured("count")
def hallucination_signs(hallucination: pd.DataFrame) -> pd.DataFrame:
    """Pairs in which reasoning (L1 to L2) made hallucination worse or better, by test (rows)."""
    pairs = hallucination[hallucination.change == "L1 to L2"]
    change_ = pairs.rate_after - pairs.rate_before
    outcome = change_.map(lambda rate: "worse" if rate > 0 else "better" if rate < 0 else "same")
    table = pairs.assign(outcome=outcome).groupby(["test", "outcome"]).size().unstack(fill_value=0)
    return table.reindex(columns=["worse", "better", "same"], fill_value=0)


@measured("count")
def hallucination_totals(hallucination: pd.DataFrame) -> dict[str, int]:
    """Pairs in which reasoning made hallucination worse, better or left it the same, over all tests."""
    return hallucination_signs(hallucination).value.sum().to_dict()


@measured("factor per year")
def hallucination_trend(hallucination_by_release: pd.DataFrame) -> Trend:
    """Yearly factor of the hallucination rate of reasoning models on one fixed test, by release date.

    Rows of low confidence (not from the board itself) are left out.
    """
    sure = hallucination_by_release[hallucination_by_release.confidence != "low"]
    return yearly_factor(sure.released, sure.rate)


@measured("factor per year")
def dependability_trend(dependability_ratios: pd.DataFrame, *, organisation: str, series: str) -> Trend:
    """Yearly factor of the ratio p50/p80: how much shorter a task must be to succeed four times in five."""
    rows = dependability_ratios.query("organisation == @organisation and series == @series")
    return yearly_factor(rows.released, rows.ratio)


@measured("percent")
def failure_shares(agent_failures: pd.DataFrame) -> pd.Series:
    """Share of failures in multi-agent runs by category."""
    return agent_failures.groupby("category").share.sum()


@measured("percent")
def failure_rates(agent_failures: pd.DataFrame) -> dict[str, float]:
    """Least and greatest share of multi-agent runs that failed, by framework, and the number of runs read."""
    return {
        "low": agent_failures.failure_rate_low.min(),
        "high": agent_failures.failure_rate_high.max(),
        "runs": int(agent_failures.n_traces.max()),
    }


@measured("as the fact says")
def gaming_facts(gaming: pd.DataFrame) -> pd.DataFrame:
    """Published facts on the gaming of benchmarks (value, compared_with), by fact_id."""
    return gaming.set_index("fact_id")[["value", "compared_with"]]


@measured("count")
def ai_counts(problems: pd.DataFrame) -> dict[str, int]:
    """Number of problems that AI's layers created: all, measured over time, and without such data."""
    created = problems[problems.ladder == "ai"]
    return {"all": len(created), **created.data.value_counts().to_dict()}


@measured("factor per year")
def ai_ruler(
    problems: pd.DataFrame,
    price_of_score: pd.DataFrame,
    latency_of_score: pd.DataFrame,
    frontier_cost: pd.DataFrame,
    hallucination_by_release: pd.DataFrame,
    dependability_ratios: pd.DataFrame,
) -> pd.DataFrame:
    """Every problem that AI's layers created, with its factor per year; missing where nothing was measured.

    Columns of `problems`, and: point; lower, upper (a 95 % interval where a trend was fitted, otherwise the range
    over fixed scores); fitted (bool). Index: problem_id.
    """
    prices, seconds = price_range(price_of_score).value, latency_range(latency_of_score).value
    trends = {
        "ai-frontier-price": frontier_trend(frontier_cost).value,
        "ai-hallucination": hallucination_trend(hallucination_by_release).value,
        "ai-dependability": dependability_trend(
            dependability_ratios, organisation="Ihle (WeirdML)", series="times guessed by models"
        ).value,
    }
    latest = problems.set_index("problem_id").loc["ai-latency"]
    found = {problem: (*trend[:3], True) for problem, trend in trends.items()} | {
        "ai-price": (prices["median"], prices["low"], prices["high"], False),
        "ai-latency": (
            factor_between(latest.first_value, latest.first_date, latest.latest_value, latest.latest_date),
            seconds["low"], seconds["high"], False,
        ),
    }  # fmt: skip
    rows = pd.DataFrame.from_dict(found, orient="index", columns=["point", "lower", "upper", "fitted"])
    return problems[problems.ladder == "ai"].set_index("problem_id").join(rows)


class Course(NamedTuple):
    """A point and the interval or range of a yearly factor; fitted: the interval is a 95 % one."""

    point: float
    lower: float
    upper: float
    fitted: bool


def _range(factors: Iterable[float], low: float | None = None, high: float | None = None) -> Course:
    """Median of several factors with their range, or with wider bounds where these are given."""
    values = np.array(list(factors), dtype=float)
    return Course(
        float(np.median(values)), min(values.min(), low or np.inf), max(values.max(), high or 0.0), False
    )


@measured("factor per year")
def dispersion_of_use(dispersion: pd.DataFrame) -> Trend:
    """Yearly factor of the effective number of layer 2 and 3 chains by transactions; a fit over its months."""
    rows = dispersion[(dispersion.series == "transactions") & (dispersion.left_out == "")]
    return yearly_factor(rows.month + "-01", 1 / rows.hhi)


@measured("factor per year")
def trust_by_count(trust_facts: pd.DataFrame) -> Course:
    """Yearly factor of the share of layer 2 chains without a guarantee: median and range over six guarantees."""
    questions = (*trust.QUESTIONS, "stage_1_or_2")
    return _range(trust.trust_course(trust_facts, question=q).value.factor for q in questions)


@measured("factor per year")
def trust_by_value(trust_value: pd.DataFrame) -> Course:
    """The same by value, over five guarantees; value whose answer is unknown widens the range."""
    courses = [
        trust.value_course(trust_value, question=question).value for question in trust_value.fact.unique()
    ]
    return _range(
        (course.factor for course in courses),
        min(course.low for course in courses),
        max(course.high for course in courses),
    )


STANDARDS_SINCE, STANDARDS_UNTIL = "2023-12-31", "2026-08-22"


@measured("factor per year")
def unfinished_standards(crosschain_standards: pd.DataFrame) -> Course:
    """Yearly factor of the share of standards for work across chains that are not Final, with exact bounds.

    The bounds divide the ends of the two Clopper-Pearson intervals the worst way, so they are wide.
    """
    counts = bridges.standards_by_date(crosschain_standards).value.loc[[STANDARDS_SINCE, STANDARDS_UNTIL]]
    first, latest = (exact_share(row.created - row.final, row.created) for row in counts.itertuples())

    def factor(start: float, end: float) -> float:
        return factor_between(start, STANDARDS_SINCE, end, STANDARDS_UNTIL)

    return Course(
        factor(first.mean, latest.mean), factor(first.high, latest.low), factor(first.low, latest.high), True
    )


@measured("factor per year")
def payment_share(chain_facts: pd.DataFrame) -> Course:
    """Yearly factor of the part of its revenue that layer 2 pays to Ethereum, 2024 to 2025; range over two sources."""
    facts = chain_facts.set_index("fact_id")
    paid, revenue = facts.loc[["l2-paid-2024", "l2-paid-2025"]], facts.high
    before = paid.high.iloc[0] / revenue["l2-revenue-2024"]
    low, high = (paid[end].iloc[1] / revenue["l2-revenue-2025"] / before for end in ("low", "high"))
    return Course((low + high) / 2, low, high, False)


@measured("factor per year")
def chain_ruler(
    problems: pd.DataFrame,
    dispersion: pd.DataFrame,
    trust_facts: pd.DataFrame,
    trust_value: pd.DataFrame,
    bridge_incidents: pd.DataFrame,
    bridge_years: pd.DataFrame,
    crosschain_standards: pd.DataFrame,
    chain_facts: pd.DataFrame,
) -> pd.DataFrame:
    """Every problem that the layers of chains created, with its factor per year, in the form of `ai_ruler`."""
    value = dispersion_interval(dispersion).value
    found = {
        "chain-dispersion-value": (*value[:3], True),
        "chain-dispersion-use": (*dispersion_of_use(dispersion).value[:3], True),
        "chain-bridge-losses": (*bridges.loss_trend(bridge_incidents, bridge_years).value[:3], True),
        "chain-trust-count": trust_by_count(trust_facts).value,
        "chain-trust-value": trust_by_value(trust_value).value,
        "chain-interoperability": unfinished_standards(crosschain_standards).value,
        "chain-l1-payments": payment_share(chain_facts).value,
    }
    rows = pd.DataFrame.from_dict(found, orient="index", columns=["point", "lower", "upper", "fitted"])
    return problems[problems.ladder == "chain"].set_index("problem_id").join(rows)


NOT_HELD = "none"
"""Rows whose `benefit_held_fixed` begins so are shown and not counted: no benefit was held fixed."""


def turned(rows: pd.DataFrame) -> pd.DataFrame:
    """Low and high of rows of `problems`, turned so that above 1 the problem grows: columns grow_low, grow_high."""
    higher, low, high = (rows.better == "higher").to_numpy(), rows.low.to_numpy(), rows.high.to_numpy()
    return pd.DataFrame(
        {"grow_low": np.where(higher, 1 / high, low), "grow_high": np.where(higher, 1 / low, high)},
        index=rows.index,
    )


def course_of(rows: pd.DataFrame) -> pd.Series:
    """What became of each problem: shrinks or grows (its interval lies on one side of 1), no sure change, no data."""
    sides = turned(rows)
    found = pd.Series("no sure change", index=rows.index)
    found[sides.grow_high < 1] = "shrinks"
    found[sides.grow_low > 1] = "grows"
    found[rows.data == "no data"] = "no data"
    return found


@measured("count")
def courses(problems: pd.DataFrame) -> pd.DataFrame:
    """Number of created problems by ladder (rows) and by what became of them (columns), benefit held fixed.

    Column "not held fixed" counts the measured rows in which no benefit was held fixed.
    """
    found = course_of(problems).mask(
        problems.benefit_held_fixed.str.startswith(NOT_HELD) & (problems.data == "measured"), "not held fixed"
    )
    kinds = ["shrinks", "no sure change", "grows", "not held fixed", "no data"]
    return (
        found.groupby(problems.ladder)
        .value_counts()
        .unstack(fill_value=0)
        .reindex(columns=kinds, fill_value=0)
    )


def middle(rows: pd.DataFrame) -> pd.Series:
    """Logarithm of the middle of each measured row's interval, turned so that above 0 the problem grows."""
    return np.log(turned(rows)).mean(axis=1)


@measured("with the step over without it")
def benefit_ruler(
    benefits: pd.DataFrame,
    same_base_scores: pd.DataFrame,
    agent_scores: pd.DataFrame,
    same_day_fees: pd.DataFrame,
    throughput: pd.DataFrame,
    chain_activity: pd.DataFrame,
    dispersion: pd.DataFrame,
) -> pd.DataFrame:
    """What each step set out to solve: columns of `benefits`, and point, lower, upper of with over without."""
    closed = headroom_interval(same_base_scores, ability="mathematics").value
    loops = agent_loop(agent_scores).value
    fees = cheaper_interval(same_day_fees, period=BEFORE).value
    rates = beyond_l1(throughput, chain_activity).value.times
    spread = layer_3_effects(dispersion).value.query("kind == 'value'").change
    found = {
        "ai-hard-maths": (1 - closed.mean / 100, 1 - closed.high / 100, 1 - closed.low / 100),
        "ai-acting": (np.exp(np.log(loops).mean()), loops.min(), loops.max()),
        "chain-fees": (1 / fees.mean, 1 / fees.high, 1 / fees.low),
        "chain-throughput": (rates[0], rates.min(), rates.max()),
        "chain-l3-dispersion": (
            1 + spread.iloc[0] / 100, 1 + spread.min() / 100, 1 + spread.max() / 100,
        ),
    }  # fmt: skip
    rows = pd.DataFrame.from_dict(found, orient="index", columns=["point", "lower", "upper"])
    return benefits.set_index("benefit_id").join(rows)


@measured("times as many issues resolved")
def agent_loop(agent_scores: pd.DataFrame) -> pd.Series:
    """Issues of SWE-bench Verified resolved in an agent loop over those by retrieval alone, same model, by model."""
    verified = agent_scores[
        (agent_scores.benchmark == "SWE-bench Verified") & (agent_scores.date == "2024-04-02")
    ]
    wide = verified.pivot(index="backbone", columns="system", values="score")
    return wide["SWE-agent"] / wide["RAG, no agent"]


@measured("times cheaper")
def fee_fold(same_day_fees: pd.DataFrame, *, end: str = "mean") -> float:
    """How many times cheaper layer 2 was than its base on the same day, before Dencun; end: mean, low or high.

    low and high are the ends of the share that the fee is of the base's, so that "high" gives the least fold.
    """
    fees = cheaper_interval(same_day_fees, period=BEFORE).value
    return {"mean": fees.mean, "high": fees.low, "low": fees.high}[end]


@measured("percent of mistakes")
def share_left(same_base_scores: pd.DataFrame, *, end: str = "point") -> float:
    """Share of the mistakes in mathematics that stays after reasoning training; end: point, lower or upper."""
    closed = headroom_interval(same_base_scores, ability="mathematics").value
    return 100 - {"point": closed.mean, "lower": closed.high, "upper": closed.low}[end]
