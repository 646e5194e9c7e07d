"""Tests of the claims that set the two ladders side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ladders.evidence import drivers
from ladders.evidence.inference import Interval, mean_interval
from ladders.evidence.problems import NOT_HELD, middle
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    finding,
    margin,
    months,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

EASED = 0.5
"""A problem counts as eased when with the step it is on average at most half of what it is without. Less would not
carry "solved" for anybody who has the problem. Swept in the specifications."""

PERSISTS = 0.8
"""A problem that shrinks by less than a fifth a year is still there after three years, by half: it was passed on. Swept."""

ONE_DOUBLING = 1.0
"""Doublings. A problem that doubles or halves against another within a year is a difference that its users meet."""


def _turned(benefits: pd.DataFrame) -> pd.DataFrame:
    """Bounds of with over without, turned so that below 1 the problem is smaller with the step: columns low, high."""
    higher = benefits.better == "higher"
    return pd.DataFrame(
        {
            "low": benefits.low.where(~higher, 1 / benefits.high),
            "high": benefits.high.where(~higher, 1 / benefits.low),
        }
    )


def _eased(benefits: pd.DataFrame, eased: float) -> str:
    """hold: every problem is eased (surely smaller and on average at most `eased`); fail: none is surely halved at all.

    Otherwise, or without rows, undecided. A problem whose lower end lies above `eased` is surely not eased.
    """
    bounds = _turned(benefits)
    smaller = (bounds.high < 1) & (np.sqrt(bounds.low * bounds.high) <= eased)
    if len(bounds) and smaller.all():
        return "hold"
    return "fail" if len(bounds) and (bounds.low > eased).all() else "undecided"


def counted(problems: pd.DataFrame, ladder: str) -> pd.DataFrame:
    """The measured problems of a ladder with a benefit held fixed."""
    held = np.array([not benefit.startswith(NOT_HELD) for benefit in problems.benefit_held_fixed], bool)
    return problems[held & (problems.ladder.to_numpy() == ladder) & (problems.data.to_numpy() == "measured")]


def _course(rows: pd.DataFrame) -> Interval:
    """Mean over problems of the logarithm of their yearly factor, with its interval; no rows: nothing is known."""
    return mean_interval(middle(rows).to_numpy())


def _passed_on(rows: pd.DataFrame, persists: float) -> str:
    """hold: on average the problems surely do not shrink by more than `persists` a year; fail: they surely do."""
    return above(_course(rows), np.log(persists))


def _difference(problems: pd.DataFrame) -> Interval:
    """Chain minus AI: mean logarithm of the yearly factor, with Welch's 95 % interval over problems."""
    ai, chain = (middle(counted(problems, ladder)).to_numpy() for ladder in ("ai", "chain"))
    if min(len(ai), len(chain)) < 2:
        return Interval(np.nan, -np.inf, np.inf, len(ai) + len(chain))
    found = stats.ttest_ind(chain, ai, equal_var=False).confidence_interval(0.95)
    return Interval(chain.mean() - ai.mean(), float(found.low), float(found.high), len(ai) + len(chain))


@measured("factor per year")
def mean_course(problems: pd.DataFrame, *, ladder: str) -> Interval:
    """Mean yearly factor of a ladder's problems, benefit held fixed, with its 95 % interval over problems."""
    interval = _course(counted(problems, ladder))
    return Interval(*(float(np.exp(part)) for part in interval[:3]), interval.n)


@measured("factor")
def course_difference(problems: pd.DataFrame) -> Interval:
    """Mean yearly factor of the chains' problems over that of AI's, with Welch's 95 % interval."""
    interval = _difference(problems)
    return Interval(*(float(np.exp(part)) for part in interval[:3]), interval.n)


NEGATED = {"hold": "fail", "fail": "hold", "undecided": "undecided"}


def _period(problems: pd.DataFrame) -> tuple[str, str]:
    """First and last month of the measured problems; one fixed month where none is left."""
    dates = problems[problems.data == "measured"]
    return months([*dates.first_date, *dates.latest_date], otherwise=("2022-01", "2022-01"))


def _course_statistics(problems: pd.DataFrame, ladders: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for ladder in ladders:
        course = _course(counted(problems, ladder))
        found |= {
            f"{ladder}: problems counted": course.n,
            f"{ladder}: mean factor per year": float(np.exp(course.mean)),
            f"{ladder}: 95 % interval, low (factor)": float(np.exp(course.low)),
            f"{ladder}: 95 % interval, high (factor)": float(np.exp(np.minimum(course.high, 50))),
        }
    return found


@settles(
    "S0-p5-01",
    rule="""Layer 2 and layer 3 of the chains apart: what a layer set out to solve counts as unsolved when the metric
    with the layer is surely more than half of that without it; as eased when it is surely smaller and on average at
    most half. What the layers brought counts as passed on when the mean of its yearly factors, benefit held fixed,
    surely lies above 0.8 (95 % interval over problems), and as not passed on when it surely lies below. The claim
    holds when both layers leave everything unsolved and the problems are passed on.""",
)
def chains_only_shift(
    problems: pd.DataFrame, benefits: pd.DataFrame, *, eased: float = EASED, persists: float = PERSISTS
) -> Finding:
    """Does every chain layer only shift problems and leave the core unsolved?"""
    chain = benefits[benefits.ladder == "chain"]
    outcomes = {
        "layer 2 leaves fees and throughput unsolved": NEGATED[_eased(chain[chain.step == 2], eased)],
        "layer 3 leaves the dispersion that it answers unsolved": NEGATED[
            _eased(chain[chain.step == 3], eased)
        ],
        "what the layers of chains brought is passed on": _passed_on(counted(problems, "chain"), persists),
    }
    return finding(outcomes, _course_statistics(problems, ("chain",)), _period(problems))


@settles(
    "S0-t-02",
    rule="""Five clauses. AI's steps ease what they set out to solve, and the steps of chains do not (eased: surely
    smaller with the step than without it, on average at most half; not eased: surely more than half). What AI's steps
    brought is not passed on, and what those of chains brought is (passed on: the mean of the yearly factors, benefit
    held fixed, surely above 0.8; not passed on: surely below; 95 % interval over problems). And AI's problems shrink
    faster than those of chains: Welch's 95 % interval of the difference lies on that side of zero.""",
)
def progress_against_relocation(
    problems: pd.DataFrame, benefits: pd.DataFrame, *, eased: float = EASED, persists: float = PERSISTS
) -> Finding:
    """The headline: progress of capability in AI, relocation of problems in chains?"""
    difference = _difference(problems)
    outcomes = {
        "AI's steps ease what they set out to solve": _eased(benefits[benefits.ladder == "ai"], eased),
        "the steps of chains ease nothing of what they set out to solve": _nothing_eased(
            benefits[benefits.ladder == "chain"], eased
        ),
        "what AI's steps brought is not passed on": NEGATED[_passed_on(counted(problems, "ai"), persists)],
        "what the steps of chains brought is passed on": _passed_on(counted(problems, "chain"), persists),
        "AI's problems shrink faster than those of chains": above(difference, 0),
    }
    statistics = _course_statistics(problems, ("ai", "chain")) | {
        "chain over AI: factor": float(np.exp(difference.mean)),
        "chain over AI: 95 % interval, low (factor)": float(np.exp(difference.low)),
        "chain over AI: 95 % interval, high (factor)": float(np.exp(np.minimum(difference.high, 50))),
    }
    return finding(outcomes, statistics, _period(problems))


def _nothing_eased(benefits: pd.DataFrame, eased: float) -> str:
    """hold: every problem is surely not eased; fail: at least one is; otherwise undecided."""
    each = [_eased(benefits.iloc[[row]], eased) for row in range(len(benefits))]
    if "hold" in each:
        return "fail"
    return "hold" if each and set(each) == {"fail"} else "undecided"


@settles(
    "S0-p1-02",
    rule="""Mean yearly factor of what the steps brought, benefit held fixed, chains over AI, Welch's 95 % interval over
    problems. The claim holds when the interval excludes 1 and the factor is at least a doubling or a halving; it fails
    when the whole interval lies within a doubling and a halving. Anything else: open.""",
)
def effects_differ(problems: pd.DataFrame) -> Finding:
    """Do the effects of layering differ greatly between the fields?"""
    difference = _difference(problems)
    great = ONE_DOUBLING * np.log(2)
    if difference.low * difference.high > 0 and abs(difference.mean) >= great:
        outcome = "hold"
    else:
        outcome = "fail" if difference.low > -great and difference.high < great else "undecided"
    statistics = {
        "chain over AI: factor": float(np.exp(np.nan_to_num(difference.mean))),
        "chain over AI: 95 % interval, low (factor)": float(np.exp(difference.low)),
        "chain over AI: 95 % interval, high (factor)": float(np.exp(np.minimum(difference.high, 50))),
        "problems counted": difference.n,
    }
    clause = "the course of what the layers brought differs by a doubling a year or more"
    return finding({clause: outcome}, statistics, _period(problems))


SMALLEST_LEAD = 10.0
"""Percentage points of a vendor's releases: one release in ten more that sets a record of ability than of price. Large
vendors bring out six to 28 models here, so that less could be one model of all vendors together."""


@settles(
    "S0-p6-02",
    rule="""Large vendors (five models or more on one board with score and cost). They work for better models: the mean
    over vendors of the yearly rise of a vendor's own best score lies above zero with 95 %. Their rivalry turns mainly
    on ability: the share of a vendor's releases that set a record of ability exceeds the share that set a record of
    price among good enough models (half of the best score), over vendors with 95 % and by 10 points; the clause fails
    when the interval lies below zero.""",
)
def rivalry_on_ability(
    model_releases: pd.DataFrame,
    *,
    good_enough: float = drivers.GOOD_ENOUGH,
    large: int = drivers.LARGE,
    smallest: float = SMALLEST_LEAD,
) -> Finding:
    """Do large firms in AI compete mainly by better models?"""
    progress = mean_interval(drivers.own_progress(model_releases, large=large).value.to_numpy())
    lead = drivers.record_lead_interval(model_releases, good_enough=good_enough, large=large).value
    outcomes = {
        "large firms bring out better models": "hold"
        if progress.low > 0
        else "fail"
        if progress.high <= 0
        else "undecided",
        "their rivalry turns mainly on ability": "hold"
        if lead.low > 0 and lead.mean >= smallest
        else "fail"
        if lead.high < 0
        else "undecided",
    }
    statistics = {
        "own best score: mean rise (points a year)": progress.mean,
        "own best score: 95 % interval, low (points a year)": progress.low,
        "records of ability over price: mean lead (points)": lead.mean,
        "records of ability over price: 95 % interval, low (points)": lead.low,
        "records of ability over price: 95 % interval, high (points)": lead.high,
        "large vendors": lead.n,
    }
    dates = model_releases.released
    return finding(outcomes, statistics, months(dates))


SMALLEST_FALL = 0.5
"""Halvings of use: a fall by three tenths. Among the controls, months move by less than that (OP Mainnet, May to June
2024: 4 percent)."""


@settles(
    "S0-p6-03",
    rule="""Use follows rewards: over the chains whose rewards ended, the mean logarithm of use after over use before,
    less that of the control, lies below zero with 95 % and is at least half a halving; it fails when the fall is surely
    less. Most layer 2 chains reward use: the exact 95 % interval of the share of chains with at least one token or
    reward event lies above one half; it fails when it lies below. Neither says why.""",
)
def powered_by_rewards(
    reward_ends: pd.DataFrame, chain_events: pd.DataFrame, *, smallest: float = SMALLEST_FALL
) -> Finding:
    """Is the use of layered chains powered by token economics?"""
    change = mean_interval(drivers.change_by_chain(reward_ends).value.to_numpy())
    fall = -smallest * np.log(2)
    share = drivers.chains_with(chain_events, kind="token or reward").value
    outcomes = {
        "use follows rewards where they ended": "hold"
        if change.high < 0 and change.mean <= fall
        else "fail"
        if change.low > fall
        else "undecided",
        "most layer 2 chains reward use or hand out a token": above(share, 50),
    }
    statistics = {
        "change of use (percent)": 100 * float(np.expm1(change.mean)),
        "change of use: 95 % interval, low (percent)": 100 * float(np.expm1(change.low)),
        "change of use: 95 % interval, high (percent)": 100 * float(np.expm1(np.minimum(change.high, 50))),
        "chains whose rewards ended": change.n,
        "chains with token or reward event (percent)": share.mean,
        "the same: 95 % interval, low (percent)": share.low,
        "chains with events": share.n,
    }
    dates = pd.concat([reward_ends.before_date, reward_ends.after_date])
    return finding(outcomes, statistics, months(dates))


def _without_each(test, problems: pd.DataFrame, benefits: pd.DataFrame) -> pd.DataFrame:
    """A test of problems and benefits with each row that counts left out in turn: left_out, verdict, holds, fails."""
    used = pd.concat([counted(problems, ladder) for ladder in ("ai", "chain")]).problem_id
    return without_each(
        lambda name: test(problems[problems.problem_id != name], benefits[benefits.benefit_id != name]),
        [*used, *benefits.benefit_id],
    )


@margin("S0-p5-01", left_out="problem")
@measured("verdict")
def shifting_without_one(problems: pd.DataFrame, benefits: pd.DataFrame) -> pd.DataFrame:
    """S0-p5-01 with each problem, brought or answered, left out in turn. Columns as of without_each."""
    return _without_each(chains_only_shift, problems, benefits[benefits.ladder == "chain"]).query(
        "left_out.str.startswith('chain')"
    )


@margin("S0-t-02", left_out="problem")
@measured("verdict")
def headline_without_one(problems: pd.DataFrame, benefits: pd.DataFrame) -> pd.DataFrame:
    """S0-t-02 with each problem, brought or answered, left out in turn. Columns as of without_each."""
    return _without_each(progress_against_relocation, problems, benefits)


@margin("S0-p6-02", left_out="vendor")
@measured("verdict")
def rivalry_without_one(model_releases: pd.DataFrame) -> pd.DataFrame:
    """S0-p6-02 with each large vendor left out in turn. Columns as of without_each."""
    vendors = drivers.record_shares(model_releases).value.index
    return without_each(lambda v: rivalry_on_ability(model_releases[model_releases.vendor != v]), vendors)


@margin("S0-p6-03", left_out="chain")
@measured("verdict")
def rewards_without_one(reward_ends: pd.DataFrame, chain_events: pd.DataFrame) -> pd.DataFrame:
    """S0-p6-03 with each chain whose rewards ended left out in turn. Columns as of without_each."""
    chains = sorted(reward_ends.chain.unique())
    return without_each(
        lambda c: powered_by_rewards(reward_ends[reward_ends.chain != c], chain_events), chains
    )


SETS = {
    "all": lambda rows: rows.confidence.notna(),
    "without low confidence": lambda rows: rows.confidence != "low",
    "fits and exact bounds alone": lambda rows: ~rows.interval_basis.str.startswith("range"),
}
"""Which measured problems count; rows without data never do."""


@measured("verdict")
def ladder_specifications(problems: pd.DataFrame, benefits: pd.DataFrame, *, claim: str) -> pd.DataFrame:
    """S0-t-02 or S0-p5-01 under every combination of the choices. Columns: eased, persists, rows, benefits, verdict.

    benefits "with L3" or "without" says whether the answer of layer 3, which holds little value, counts.
    """
    test = {"S0-t-02": progress_against_relocation, "S0-p5-01": chains_only_shift}[claim]
    choices = {
        "eased": (0.33, EASED, 0.67),
        "persists": (0.7, PERSISTS, 0.9),
        "rows": {name: problems[chosen(problems)] for name, chosen in SETS.items()},
        "benefits": {
            "with L3": benefits,
            "without": benefits[benefits.benefit_id != "chain-l3-dispersion"],
        },
    }
    return sweep(lambda rows, benefits, **bars: test(rows, benefits, **bars), (), choices)


@measured("verdict")
def rivalry_specifications(model_releases: pd.DataFrame) -> pd.DataFrame:
    """S0-p6-02 under every combination of the choices. Columns: good_enough, large, smallest, verdict."""
    choices = {"good_enough": (0.25, 0.5, 0.75, 0.9), "large": (3, 5, 8), "smallest": (5.0, SMALLEST_LEAD)}
    return sweep(rivalry_on_ability, (model_releases,), choices)


@measured("verdict")
def reward_specifications(reward_ends: pd.DataFrame, chain_events: pd.DataFrame) -> pd.DataFrame:
    """S0-p6-03 under every combination of the choices. Columns: changes, sure, smallest, verdict."""
    changes = {
        "transactions and addresses": ~reward_ends.metric.str.startswith("value"),
        "transactions alone": reward_ends.metric.str.startswith("transactions"),
        "with a control alone": reward_ends.control_factor.notna(),
    }
    sure = {"all": reward_ends.confidence.notna(), "high confidence": reward_ends.confidence == "high"}
    return sweep(
        lambda changes, sure, smallest: powered_by_rewards(
            reward_ends[changes & sure], chain_events, smallest=smallest
        ),
        (),
        {"changes": changes, "sure": sure, "smallest": (0.25, SMALLEST_FALL, 1.0)},
    )


@specifications("S0-t-02", claim="S0-t-02")
@specifications("S0-p5-01", claim="S0-p5-01")
@specifications("S0-p6-02", claim="S0-p6-02")
@specifications("S0-p6-03", claim="S0-p6-03")
@measured("count")
def specification_counts(
    problems: pd.DataFrame,
    benefits: pd.DataFrame,
    model_releases: pd.DataFrame,
    reward_ends: pd.DataFrame,
    chain_events: pd.DataFrame,
    *,
    claim: str,
) -> dict[str, int]:
    """Number of combinations for one claim, all and by verdict."""
    if claim == "S0-p6-02":
        combinations = rivalry_specifications(model_releases).value
    elif claim == "S0-p6-03":
        combinations = reward_specifications(reward_ends, chain_events).value
    else:
        combinations = ladder_specifications(problems, benefits, claim=claim).value
    return verdict_counts(combinations)
