"""Tests of the claims on the AI ladder."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from ladders.evidence import agents, ai
from ladders.evidence.inference import Interval, mean_interval, sign_test
from ladders.results import measured
from ladders.verdicts.scale import (
    OUTCOMES,
    Finding,
    above,
    clause_counts,
    finding,
    margin,
    months,
    reaches,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

SMALLEST_GAIN = 5.0
"""Points of 100. A smaller advantage of logic or mathematics would not carry the word "concentrates": it is about
what thinking adds to language (the least verbal reading of "other abilities"). Swept in the specification curve."""


def _clause(gaps: pd.Series, smallest: float) -> str:
    """hold, fail or undecided for one ability, from the vendors' gaps (points).

    hold: the 95 % interval lies above zero, and every vendor's own gap reaches the smallest gain that matters.
    fail: the interval lies below that smallest gain.
    """
    interval = mean_interval(gaps.to_numpy())
    if interval.low > 0 and (gaps >= smallest).all():
        return "hold"
    return "fail" if interval.high < smallest else "undecided"


@settles(
    "S0-p2-03",
    rule="""For logic and for mathematics apart: gain with thinking on minus the mean gain in four other abilities,
    same weights, by vendor. The clause holds when the 95 % interval over vendors lies above zero and every vendor
    reaches 5 points; it fails when the interval lies below 5 points. Mathematics must also close more of its headroom
    than the other abilities do at every vendor that scored one base before and after reasoning training; logic has no
    such score. Anything else: open.""",
)
def reasoning_mends_weaknesses(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, same_base_scores: pd.DataFrame
) -> Finding:
    """Does reasoning training concentrate on what layer 1 is weak in?"""
    headroom = ai.same_base_headroom(same_base_scores, unit="vendor").value
    outcomes: dict[str, str] = {}
    statistics: dict[str, float] = {}
    for ability in ai.WEAKNESSES:
        gaps = ai.vendor_gap(livebench_pairs, livebench_gains, target=(ability,)).value
        outcome = _clause(gaps, SMALLEST_GAIN)
        if (
            ability == "mathematics"
            and outcome == "hold"
            and not (headroom.mathematics > headroom.other).all()
        ):
            outcome = "undecided"
        outcomes[f"gains in {ability} exceed gains elsewhere"] = outcome
        interval = mean_interval(gaps.to_numpy())
        statistics |= {
            f"{ability}: mean gap over vendors (points)": interval.mean,
            f"{ability}: 95 % interval, low (points)": interval.low,
            f"{ability}: 95 % interval, high (points)": interval.high,
            f"{ability}: smallest vendor gap (points)": gaps.min(),
        }
    both = ai.vendor_gap(livebench_pairs, livebench_gains).value
    statistics |= {
        "sign test over vendors (one-sided p)": sign_test(both.to_numpy()),
        "vendors": len(both),
        "pairs": len(livebench_pairs),
        "same base: least lead of mathematics (percent of headroom)": (
            headroom.mathematics - headroom.other
        ).min(),
        "same base: vendors": len(headroom),
    }
    return finding(outcomes, statistics, months(livebench_pairs.release))


@margin("S0-p2-03", left_out="vendor")
@measured("points")
def leave_one_vendor_out(
    livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame, same_base_scores: pd.DataFrame
) -> pd.DataFrame:
    """Verdict and mean gap (points) when each vendor in turn is left out. Columns: left_out, verdict, mean, low, high."""
    rows = []
    for vendor in sorted(livebench_pairs.vendor.unique()):
        pairs = livebench_pairs[livebench_pairs.vendor != vendor]
        gains = livebench_gains[livebench_gains.pair_id.isin(pairs.pair_id)]
        interval = ai.vendor_gap_interval(pairs, gains).value
        verdict = reasoning_mends_weaknesses(pairs, gains, same_base_scores).verdict
        rows.append((vendor, verdict, interval.mean, interval.low, interval.high))
    return pd.DataFrame(rows, columns=["left_out", "verdict", "mean", "low", "high"])


SMALLEST_SWEPT = (2.0, 5.0, 10.0)


@measured("points")
def gap_specifications(livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame) -> pd.DataFrame:
    """The gap under every combination of the defensible choices, with what each would say.

    Columns: target, others, summary, smallest (points), mean, low, high (points), outcome (hold, fail, undecided).
    """
    targets = {"logic": ("logic",), "mathematics": ("mathematics",), "both": ai.WEAKNESSES}
    others = {
        "four others": ai.OTHERS,
        "without coding, near its ceiling": tuple(ability for ability in ai.OTHERS if ability != "coding"),
        "language alone": ("language",),
    }
    rows = []
    for target, other, summary in product(targets, others, ("median", "mean")):
        gaps = ai.vendor_gap(
            livebench_pairs, livebench_gains, target=targets[target], others=others[other], summary=summary
        ).value
        mean, low, high, _ = mean_interval(gaps.to_numpy())
        rows += [
            (target, other, summary, least, mean, low, high, _clause(gaps, least)) for least in SMALLEST_SWEPT
        ]
    columns = ["target", "others", "summary", "smallest", "mean", "low", "high", "outcome"]
    return pd.DataFrame(rows, columns=columns)


@specifications("S0-p2-03")
@measured("count")
def specification_counts(livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame) -> dict[str, object]:
    """Number of combinations: all, by verdict and by outcome; and the smallest leads that were tried, in words."""
    rows = gap_specifications(livebench_pairs, livebench_gains).value
    *first, last = (f"{least:g}" for least in SMALLEST_SWEPT)
    return {
        **clause_counts(rows[["outcome"]]),
        **{outcome: int((rows.outcome == outcome).sum()) for outcome in OUTCOMES},
        "smallest": f"{', '.join(first)} or {last}",
        "strictest": SMALLEST_SWEPT[-1],
    }


SMALLEST_LAG = 20.0
"""Points above chance. A fifth of the scale, about what the best plain model gained in a year on the hard test that most
were given (MATH Level 5: 40 in 2023, 70, 87): a lag of less than a year would not be called a weakness. Swept below."""

LAYER_1_CLAUSES = {
    "logic": "complex logic lags behind language and knowledge",
    "hard_maths": "hard mathematics lags behind language and knowledge",
    "school_maths": "school mathematics lags behind language and knowledge",
}
"""Kind of ability -> the clause of the claim on the weaknesses of layer 1."""


def _units(frame: pd.DataFrame, column: str) -> Interval:
    """Mean over the vendors that have a value in the column, with its interval; without any: nothing is known."""
    if column not in frame or frame[column].isna().all():
        return Interval(np.nan, -np.inf, np.inf, 0)
    return mean_interval(frame[column].dropna().to_numpy())


def _interval_statistics(name: str, interval: Interval, unit: str) -> dict[str, float]:
    return {
        f"{name}: mean over vendors ({unit})": interval.mean,
        f"{name}: 95 % interval, low ({unit})": interval.low,
        f"{name}: 95 % interval, high ({unit})": interval.high,
        f"{name}: vendors": interval.n,
    }


@settles(
    "S0-p2-04",
    rule="""Models released before the first public reasoning model; scores above chance; language and knowledge minus
    the kind of ability, within a model, median by vendor. For complex logic, hard mathematics and school mathematics
    apart: the clause holds when the 95 % interval over vendors lies above zero and the mean reaches 20 points, and,
    where people were scored on such tests, the 95 % interval of the lag beyond that of people lies above zero too; it
    fails when the interval lies below 20 points. Anything else: open.""",
)
def layer_1_is_weak(
    plain_scores: pd.DataFrame,
    *,
    smallest: float = SMALLEST_LAG,
    against_people: bool = True,
    base: tuple[str, ...] = ai.BASE_KINDS,
    until: str = ai.FIRST_REASONING_MODEL,
    summary: str = "median",
) -> Finding:
    """Are plain language models weak in complex logic and in calculation? The options are the margins' choices."""
    lags = ai.vendor_lag(plain_scores, base=base, until=until, summary=summary).value
    people = ai.lag_beyond_people(plain_scores, until=until).value
    outcomes: dict[str, str] = {}
    statistics: dict[str, float] = {}
    for kind, clause in LAYER_1_CLAUSES.items():
        lag, beyond = _units(lags, kind), _units(people, kind)
        outcome = reaches(lag, smallest)
        if outcome == "hold" and against_people and beyond.n and beyond.low <= 0:
            outcome = "undecided"
        outcomes[clause] = outcome
        statistics |= _interval_statistics(kind.replace("_", " "), lag, "points above chance")
        if beyond.n:
            statistics |= _interval_statistics(
                f"{kind.replace('_', ' ')} beyond people", beyond, "points above chance"
            )
    used = plain_scores.released[(plain_scores.layer == "L1") & (plain_scores.released < until)]
    return finding(outcomes, statistics, months(used))


HALF_CLOSED = 50.0
"""Percent of headroom. A gap of which more is left than was closed is narrowed, not solved."""

UNTOUCHED = 20.0
"""Percent of headroom. An ability that closes less than a fifth of what was missing was not what the training aimed at;
one that closes more was aimed at too, and then the training is not specific."""


def _gaps_and_rivals(headroom: pd.DataFrame) -> pd.DataFrame:
    """Headroom closed by vendor in mathematics, logic, coding and all else (median over a vendor's other abilities)."""
    named = ["mathematics", "logic", "coding"]
    rest = headroom.drop(columns=named, errors="ignore").median(axis=1)
    return headroom.reindex(columns=named).assign(**{"all else": rest})


@settles(
    "S1-p4-01",
    rule="""Scores of one base before and after reasoning training, or with reasoning off and on; share of headroom closed,
    median by vendor. "Just those" is tried against coding and against the median of all other abilities: it fails when
    either closes more than 20 percent (95 % interval over vendors); it holds when both close less on average and the
    lead of mathematics over each has its interval above zero. "Solved" holds for mathematics when the interval lies
    above zero and the mean reaches half of the headroom, and fails when the interval lies below half. Logic is scored so
    at one vendor only and is reported, not judged. Anything else: open.""",
)
def reasoning_solves_just_the_gaps(
    same_base_scores: pd.DataFrame,
    *,
    untouched: float = UNTOUCHED,
    half: float = HALF_CLOSED,
    arms: tuple[str, ...] = ai.ARMS,
    summary: str = "median",
) -> Finding:
    """Does reasoning training solve the gaps of layer 1, and only those? The options are the margins' choices."""
    headroom = ai.vendor_headroom(same_base_scores, arms=arms, summary=summary).value
    table = _gaps_and_rivals(headroom)
    closed = {name: _units(table, name) for name in table}
    rivals = table[["coding", "all else"]]
    leads = rivals.rsub(table.mathematics, axis=0)
    just = "undecided"
    if any(closed[rival].low > untouched for rival in rivals):
        just = "fail"
    elif all(closed[rival].mean < untouched and _units(leads, rival).low > 0 for rival in rivals):
        just = "hold"
    outcomes = {
        "just those gaps: no other ability closes a fifth of its headroom": just,
        "solved: mathematics closes half of its headroom": reaches(closed["mathematics"], half),
    }
    statistics = {
        name: value
        for ability, interval in closed.items()
        for name, value in _interval_statistics(ability, interval, "percent of headroom").items()
        if interval.n > 1 or "interval" not in name
    }
    statistics["families"] = same_base_scores.family.nunique()
    return finding(outcomes, statistics, months(same_base_scores.published))


HALF_WAY = 50.0
"""Percent of the way from blind guessing to people: nearer to people than to chance. What a base needs, not mastery."""

NEAR_PEOPLE = 90.0
"""Percent of that way which is reported beside the verdict as "near people"."""


@settles(
    "S0-p2-02",
    rule="""Computed for understanding only; no table scores what layer-1 models write against people. On each test of
    language with a published human score: the best layer-1 model of a vendor, as a share of the way from blind guessing
    to people. Holds when on every such test the 95 % interval over vendors lies above half of the way; does not hold
    when on one it lies below. Anything else: open.""",
)
def layer_1_understands_language(plain_scores: pd.DataFrame) -> Finding:
    """Do plain language models supply a base of language?"""
    shares = ai.share_of_people(plain_scores).value
    tests = {test: _units(shares, test) for test in shares}
    if tests and all(interval.low > HALF_WAY for interval in tests.values()):
        outcome = "hold"
    else:
        outcome = "fail" if any(interval.high < HALF_WAY for interval in tests.values()) else "undecided"
    statistics = {
        name: value
        for test, interval in tests.items()
        for name, value in _interval_statistics(test, interval, "percent of the way to people").items()
    }
    statistics["vendors near people on every test they have"] = int(
        (shares.fillna(100) >= NEAR_PEOPLE).all(axis=1).sum()
    )
    statistics["vendors"] = len(shares)
    used = plain_scores[
        (plain_scores.layer == "L1") & (plain_scores.kind == "language") & plain_scores.human.notna()
    ]
    dates = used.released if len(used) else plain_scores.released
    return finding({"understands language": outcome}, statistics, months(dates))


MOST_SOLVED = 50.0
"""Points of 100: more often than not."""

VENDORS_NEEDED = 2
"""An existence claim on figures that makers publish of themselves needs a second maker."""


def _existence(best: pd.Series, clause: str, dates: pd.Series) -> Finding:
    """hold: two vendors solve most; fail: none does; else undecided. best: best score of each vendor (points)."""
    able = int((best >= MOST_SOLVED).sum())
    outcome = "hold" if able >= VENDORS_NEEDED else "undecided" if able or best.empty else "fail"
    statistics = {
        "vendors that solve most": able,
        "vendors scored": len(best),
        "best score (points of 100)": best.max() if len(best) else np.nan,
        "second vendor's best (points of 100)": best.nlargest(2).iloc[-1] if len(best) > 1 else np.nan,
    }
    return finding({clause: outcome}, statistics, months(dates))


CONTESTS = ("AIME", "HMMT", "CNMO")
"""Competitions for the best pupils of a country; the year in the name is that of the contest."""


def _fresh_contests(scores: pd.DataFrame) -> pd.DataFrame:
    """Rows on contests held in the year in which the score was published, so that few answers can have been learned."""
    return scores[
        scores.benchmark.str.startswith(CONTESTS) & (scores.benchmark.str[-4:] == scores.published.str[:4])
    ]


@settles(
    "S1-p4-02",
    rule="""Contest mathematics (AIME, HMMT, CNMO) of the year in which the score was published. Holds when models of at least
    two vendors solve half of the problems; does not hold when no model does; anything else: open.""",
)
def some_solve_contest_mathematics(same_base_scores: pd.DataFrame) -> Finding:
    """Can some models treat complex mathematical problems?"""
    fresh = _fresh_contests(same_base_scores)
    best = fresh.groupby("vendor").after.max()
    dates = fresh.published if len(fresh) else same_base_scores.published
    return _existence(best, "solves half of a contest of the year", dates)


REPAIR_TESTS = (
    "Aider-Polyglot",
    "SWE Verified",
    "SWE Verified (agent mode)",
    "SWE-bench Multilingual (agent mode)",
)
"""Tests in which existing code is mended: Aider shows the failing tests before a second attempt, SWE-bench asks for the
repair of reported faults of real projects. Contest coding, where code is written anew, is not among them."""


@settles(
    "S1-p4-03",
    rule="""Tests in which code is mended (Aider-Polyglot with its second attempt after failing tests; SWE-bench, faults of real
    projects), by the maker of a reasoning model or, in an agent, by others than the maker. Holds when models of at least
    two vendors solve half of one such test; does not hold when no model does; anything else: open.""",
)
def some_debug_code(same_base_scores: pd.DataFrame, agent_scores: pd.DataFrame) -> Finding:
    """Can some models debug code?"""
    own = ai.best_after(same_base_scores, benchmarks=REPAIR_TESTS).value
    others = agents.best_repair(agent_scores).value
    best = pd.concat([own, others]).groupby(level=0).max()
    rows = same_base_scores[same_base_scores.benchmark.isin(REPAIR_TESTS)]
    entries = agent_scores[agents.repairs(agent_scores)]
    dates = pd.concat([rows.published, entries.date]) if len(best) else same_base_scores.published
    return _existence(best, "mends half of a set of faulty programs", dates)


@measured("count")
def repair_count(same_base_scores: pd.DataFrame, agent_scores: pd.DataFrame) -> dict[str, int]:
    """Vendors whose models mend half of a set of faulty programs."""
    statistics = some_debug_code(same_base_scores, agent_scores).statistics
    return {"vendors": int(statistics["vendors that solve most"])}


BLIND_SPOT = 75.0
"""Points of 100. Below it at least a quarter of an ability was missing before; above it there was little to fill."""


def _filled_share(scores: pd.DataFrame) -> pd.DataFrame:
    """Percent of a vendor's blind spots of which half or more was closed. One column: filled."""
    before, closed = ai.vendor_before(scores).value, ai.vendor_headroom(scores).value
    blind = (before < BLIND_SPOT) & closed.notna().reindex_like(before).fillna(False)
    filled = blind & (closed.reindex_like(before) >= HALF_CLOSED)
    share = 100 * filled.sum(axis=1) / blind.sum(axis=1).where(lambda count: count > 0)
    return share.rename("filled").to_frame()


@settles(
    "S1-p4-04",
    rule="""A blind spot is an ability whose median score before is under 75. Share of a vendor's blind spots of which reasoning
    closes half of the headroom or more. "Fills mathematics" holds as in S1-p4-01; "fills most blind spots" holds when the
    95 % interval over vendors lies above half of them, fails when it lies below. Anything else: open.""",
)
def reasoning_fills_blind_spots(same_base_scores: pd.DataFrame) -> Finding:
    """Do reasoning models fill the blind spots of language models?"""
    headroom = ai.vendor_headroom(same_base_scores).value
    mathematics, filled = _units(headroom, "mathematics"), _units(_filled_share(same_base_scores), "filled")
    outcomes = {
        "fills the gap in mathematics": reaches(mathematics, HALF_CLOSED),
        "fills most blind spots": above(filled, HALF_CLOSED),
    }
    statistics = _interval_statistics("blind spots filled", filled, "percent of a vendor's")
    statistics |= {
        f"{ability.replace('_', ' ')}: headroom closed, mean over vendors (percent)": headroom[ability].mean()
        for ability in headroom
    }
    return finding(outcomes, statistics, months(same_base_scores.published))


@margin("S0-p2-04", left_out="vendor")
@measured("verdict")
def weakness_without_one(plain_scores: pd.DataFrame) -> pd.DataFrame:
    """S0-p2-04 when each vendor in turn is left out. Columns as of without_each."""
    return without_each(
        lambda name: layer_1_is_weak(plain_scores[plain_scores.vendor != name]),
        sorted(plain_scores.vendor.unique()),
    )


@margin("S1-p4-01", left_out="vendor")
@measured("verdict")
def mending_without_one(same_base_scores: pd.DataFrame) -> pd.DataFrame:
    """S1-p4-01 when each vendor in turn is left out. Columns as of without_each."""
    return without_each(
        lambda name: reasoning_solves_just_the_gaps(same_base_scores[same_base_scores.vendor != name]),
        sorted(same_base_scores.vendor.unique()),
    )


LAGS_SWEPT = (10.0, 20.0, 30.0)
WINDOWS = {"before the first reasoning model": ai.FIRST_REASONING_MODEL, "all of layer 1": "9999-12-31"}


@measured("verdict")
def weakness_specifications(plain_scores: pd.DataFrame) -> pd.DataFrame:
    """S0-p2-04 under every combination of the defensible choices; columns: the choices, verdict, holds, fails."""
    choices = {
        "base": {
            "language and knowledge": ai.BASE_KINDS,
            "language": ("language",),
            "knowledge": ("knowledge",),
        },
        "until": WINDOWS,
        "summary": {"median": "median", "mean": "mean"},
        "smallest": {f"{least:g}": least for least in LAGS_SWEPT},
        "against_people": {"yes": True, "no": False},
    }
    return sweep(layer_1_is_weak, (plain_scores,), choices)


@measured("verdict")
def mending_specifications(same_base_scores: pd.DataFrame) -> pd.DataFrame:
    """S1-p4-01 under every combination of the defensible choices; columns: the choices, verdict, holds, fails."""
    choices = {
        "arms": {
            "all": ai.ARMS,
            "no switched modes": tuple(arm for arm in ai.ARMS if arm != "toggle"),
            "training alone": ai.TRAINING,
        },
        "summary": {"median": "median", "mean": "mean"},
        "untouched": {"10": 10.0, "20": UNTOUCHED, "30": 30.0},
        "half": {"40": 40.0, "50": HALF_CLOSED, "60": 60.0},
    }
    return sweep(reasoning_solves_just_the_gaps, (same_base_scores,), choices)


@specifications("S0-p2-04")
@measured("count")
def weakness_counts(plain_scores: pd.DataFrame) -> dict[str, int]:
    """Number of combinations for S0-p2-04, all and by verdict."""
    return verdict_counts(weakness_specifications(plain_scores).value)


@specifications("S1-p4-01")
@measured("count")
def mending_counts(same_base_scores: pd.DataFrame) -> dict[str, int]:
    """Number of combinations for S1-p4-01, all and by verdict."""
    return verdict_counts(mending_specifications(same_base_scores).value)
