"""The AI ladder: what the tables say about language models, reasoning models and agents."""

from __future__ import annotations

import pandas as pd

from ladders.evidence.inference import Interval, mean_interval, sign_test
from ladders.results import measured

WEAKNESSES = ("logic", "mathematics")
"""What the texts call weak in layer 1."""

OTHERS = ("instruction_following", "data_analysis", "language", "coding")
"""LiveBench's other categories. Agentic coding is left out: two of its four releases do not have it."""

TRAINING = ("training",)
"""Arms of same_base_scores in which reinforcement learning for reasoning lies between two models of one base."""

ARMS = ("training", "distilled", "two post-trainings", "toggle")
"""All that may lie between the two, from the cleanest to the weakest comparison."""

FIRST_REASONING_MODEL = "2024-09-12"
"""o1-preview, the first public reasoning model. A model released before it cannot have learned from one."""

BASE_KINDS = ("language", "knowledge")
"""What the texts call the base of layer 1, against which its weaknesses are measured."""

RECALL = ("SimpleQA", "C-SimpleQA")
"""Recall of rare facts, collected so that models fail: no measure of what a model knows in general."""

KINDS = ("hard_maths", "logic", "school_maths", "science", "coding")
"""Kinds of ability in plain_scores beside the base."""


@measured("points")
def median_gain(livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame) -> pd.Series:
    """Median gain over all pairs when thinking is switched on, by ability, in points of 100."""
    return (
        livebench_gains[livebench_gains.pair_id.isin(livebench_pairs.pair_id)]
        .groupby("ability")
        .gain.median()
    )


@measured("points")
def vendor_gain(livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame) -> pd.DataFrame:
    """Median gain by ability (rows) and vendor (columns), in points of 100."""
    joined = livebench_gains.merge(
        livebench_pairs[["pair_id", "vendor"]], on="pair_id", validate="many_to_one"
    )
    return joined.pivot_table(index="ability", columns="vendor", values="gain", aggfunc="median")


@measured("points")
def paired_gap(
    livebench_pairs: pd.DataFrame,
    livebench_gains: pd.DataFrame,
    *,
    target: tuple[str, ...] = WEAKNESSES,
    others: tuple[str, ...] = OTHERS,
) -> pd.DataFrame:
    """Gain in the target abilities minus gain in the others, within each pair of the same weights.

    Returns the pairs with a column `gap` (mean gain over target minus mean gain over others, points of 100).
    """
    wide = livebench_gains.pivot(index="pair_id", columns="ability", values="gain")
    gap = wide[list(target)].mean(axis=1) - wide[list(others)].mean(axis=1)
    return livebench_pairs.merge(gap.rename("gap").reset_index(), on="pair_id", validate="one_to_one")


@measured("points")
def median_gap(livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame) -> float:
    """Median over all pairs of the gap between logic with mathematics and the four other abilities."""
    return paired_gap(livebench_pairs, livebench_gains).value.gap.median()


@measured("points")
def vendor_gap(
    livebench_pairs: pd.DataFrame,
    livebench_gains: pd.DataFrame,
    *,
    target: tuple[str, ...] = WEAKNESSES,
    others: tuple[str, ...] = OTHERS,
    summary: str = "median",
) -> pd.Series:
    """The paired gap by vendor, the independent unit (models of one vendor share data, recipe and people)."""
    gaps = paired_gap(livebench_pairs, livebench_gains, target=target, others=others).value
    return gaps.groupby("vendor").gap.agg(summary)


@measured("points")
def vendor_gap_interval(
    livebench_pairs: pd.DataFrame,
    livebench_gains: pd.DataFrame,
    *,
    target: tuple[str, ...] = WEAKNESSES,
) -> Interval:
    """Mean of the vendors' gaps with its 95 % interval."""
    return mean_interval(vendor_gap(livebench_pairs, livebench_gains, target=target).value.to_numpy())


@measured("probability")
def vendor_sign_test(livebench_pairs: pd.DataFrame, livebench_gains: pd.DataFrame) -> float:
    """One-sided sign test over vendors that the paired gap is positive as often as negative."""
    return sign_test(vendor_gap(livebench_pairs, livebench_gains).value.to_numpy())


@measured("percent of headroom")
def vendor_headroom_gap(livebench_pairs: pd.DataFrame) -> pd.Series:
    """Median over a vendor's pairs of the gap in the share of headroom closed (100 * gain / (100 - score before)).

    Points favour abilities that start low; headroom does not.
    """
    return livebench_pairs.groupby("vendor").headroom_gap.median()


@measured("points")
def same_base_gain(same_base_scores: pd.DataFrame) -> pd.DataFrame:
    """Score before and after reasoning training of one base, with gain and share of headroom closed (percent)."""
    gain = same_base_scores.after - same_base_scores.before
    return same_base_scores.assign(gain=gain, headroom_closed=100 * gain / (100 - same_base_scores.before))


@measured("percent of headroom")
def same_base_headroom(
    same_base_scores: pd.DataFrame, *, arms: tuple[str, ...] = TRAINING, unit: str = "family"
) -> pd.DataFrame:
    """Median share of headroom closed: family or vendor (rows) by kind of ability (columns).

    Columns: mathematics, coding, other (all that is neither). arms: what lies between the two models; by default
    reasoning training alone, neither a second post-training nor a switched mode.
    """
    scores = same_base_gain(same_base_scores[same_base_scores.arm.isin(arms)]).value
    kind = scores.ability.where(scores.ability.isin(["mathematics", "coding"]), "other")
    return scores.assign(kind=kind).pivot_table(
        index=unit, columns="kind", values="headroom_closed", aggfunc="median"
    )


@measured("count")
def same_base_counts(same_base_scores: pd.DataFrame) -> dict[str, int]:
    """Vendors: all, and those with reasoning training of one base as the only difference."""
    trained = same_base_scores[same_base_scores.arm.isin(TRAINING)]
    return {
        "vendors": same_base_scores.vendor.nunique(),
        "trained vendors": trained.vendor.nunique(),
    }


@measured("percent of headroom")
def vendor_headroom(
    same_base_scores: pd.DataFrame, *, arms: tuple[str, ...] = ARMS, summary: str = "median"
) -> pd.DataFrame:
    """Share of headroom closed: vendor (rows) by ability (columns); NaN where a vendor has no such score.

    Summarised over benchmarks within a base, then over the bases of a vendor. A base already at 100 has no headroom.
    """
    kept = same_base_scores[same_base_scores.arm.isin(arms) & (same_base_scores.before < 100)]
    closed = 100 * (kept.after - kept.before) / (100 - kept.before)
    by_base = closed.groupby([kept.vendor, kept.family, kept.ability]).agg(summary)
    return by_base.groupby(["vendor", "ability"]).agg(summary).unstack("ability")


@measured("percent of headroom")
def headroom_interval(same_base_scores: pd.DataFrame, *, ability: str) -> Interval:
    """Mean over vendors of the share of headroom closed in one ability, with its 95 % interval, all arms."""
    return mean_interval(vendor_headroom(same_base_scores).value[ability].dropna().to_numpy())


@measured("points of 100 before")
def vendor_before(same_base_scores: pd.DataFrame) -> pd.DataFrame:
    """Median score before reasoning: vendor (rows) by ability (columns)."""
    return same_base_scores.groupby(["vendor", "ability"]).before.median().unstack("ability")


@measured("points of 100")
def best_after(
    same_base_scores: pd.DataFrame, *, benchmarks: tuple[str, ...], plain: bool = False
) -> pd.Series:
    """Best score of each vendor on any of the benchmarks, with reasoning, or without it (plain)."""
    rows = same_base_scores[same_base_scores.benchmark.isin(benchmarks)]
    return rows.groupby("vendor")["before" if plain else "after"].max()


def _above_chance(score: pd.Series, chance: pd.Series) -> pd.Series:
    """Percent of the way from blind guessing to all right."""
    return 100 * (score - chance) / (100 - chance)


@measured("points above chance")
def model_lag(
    plain_scores: pd.DataFrame,
    *,
    base: tuple[str, ...] = BASE_KINDS,
    until: str = FIRST_REASONING_MODEL,
    without: tuple[str, ...] = RECALL,
) -> pd.DataFrame:
    """How far a layer-1 model lies behind its own language and knowledge: (vendor, model) by kind of ability.

    Scores above chance, 100 (score - chance) / (100 - chance), mean over the benchmarks of a kind; lag is the mean
    over those of `base` minus that. Models released before `until`, benchmarks in `without` left out. NaN where
    a model was not tested in both.
    """
    rows = plain_scores[
        (plain_scores.layer == "L1") & (plain_scores.released < until) & ~plain_scores.benchmark.isin(without)
    ]
    kind = rows.kind.where(~rows.kind.isin(base), "base")
    above = _above_chance(rows.score, rows.chance).groupby([rows.vendor, rows.model, kind]).mean()
    wide = above.unstack("kind")
    wide = wide.reindex(columns=["base", *KINDS])
    return wide[list(KINDS)].rsub(wide.base, axis=0)


@measured("points above chance")
def vendor_lag(
    plain_scores: pd.DataFrame,
    *,
    base: tuple[str, ...] = BASE_KINDS,
    until: str = FIRST_REASONING_MODEL,
    without: tuple[str, ...] = RECALL,
    summary: str = "median",
) -> pd.DataFrame:
    """Lag of a vendor's layer-1 models behind their own language and knowledge: vendor by kind of ability."""
    lags = model_lag(plain_scores, base=base, until=until, without=without).value
    return lags.groupby("vendor").agg(summary)


@measured("points above chance")
def lag_interval(plain_scores: pd.DataFrame, *, kind: str) -> Interval:
    """Mean over vendors of the lag in one kind of ability, with its 95 % interval."""
    return mean_interval(vendor_lag(plain_scores).value[kind].dropna().to_numpy())


@measured("points above chance")
def lag_beyond_people(plain_scores: pd.DataFrame, *, until: str = FIRST_REASONING_MODEL) -> pd.DataFrame:
    """The lag that is left when the lag of people on the same tests is taken off: vendor by kind of ability.

    Only tests with a published human score. How far a vendor's models lie behind people (median over its rows) in a
    kind, minus how far they lie behind people in language. The models of the two sides need not be the same: tests
    of language were run on older ones, which makes the lag look smaller than it is.
    """
    rows = plain_scores[
        (plain_scores.layer == "L1") & (plain_scores.released < until) & plain_scores.human.notna()
    ]
    behind = _above_chance(rows.human, rows.chance) - _above_chance(rows.score, rows.chance)
    wide = behind.groupby([rows.vendor, rows.kind]).median().unstack("kind")
    wide = wide.reindex(columns=["language", *KINDS])
    return wide[list(KINDS)].sub(wide.language, axis=0)


@measured("points above chance")
def people_interval(plain_scores: pd.DataFrame, *, kind: str) -> Interval:
    """Mean over vendors of the lag beyond that of people in one kind of ability, with its 95 % interval."""
    return mean_interval(lag_beyond_people(plain_scores).value[kind].dropna().to_numpy())


@measured("percent of the way from guessing to people")
def share_of_people(plain_scores: pd.DataFrame) -> pd.DataFrame:
    """How near the best layer-1 model of a vendor (rows) comes to people on each test of language (columns).

    0 is blind guessing, 100 the published score of people; only tests of language with such a score.
    """
    rows = plain_scores[
        (plain_scores.layer == "L1") & (plain_scores.kind == "language") & plain_scores.human.notna()
    ]
    share = 100 * (rows.score - rows.chance) / (rows.human - rows.chance)
    return share.groupby([rows.vendor, rows.benchmark]).max().unstack("benchmark")


@measured("percent of the way from guessing to people")
def share_of_people_means(plain_scores: pd.DataFrame) -> pd.Series:
    """Mean over vendors of how near their best layer-1 model comes to people, by test of language."""
    return share_of_people(plain_scores).value.mean()


@measured("points above chance")
def lag_by_benchmark(plain_scores: pd.DataFrame, *, kinds: tuple[str, ...] = ("logic",)) -> pd.DataFrame:
    """Median score above chance of layer-1 models before the first reasoning model, by benchmark of the given kinds.

    Columns: kind, median, models.
    """
    rows = plain_scores[
        (plain_scores.layer == "L1")
        & (plain_scores.released < FIRST_REASONING_MODEL)
        & plain_scores.kind.isin(kinds)
    ]
    above = rows.assign(above=_above_chance(rows.score, rows.chance))
    return above.groupby("benchmark").agg(
        kind=("kind", "first"), median=("above", "median"), models=("above", "size")
    )


@measured("count")
def plain_counts(plain_scores: pd.DataFrame) -> dict[str, int]:
    """Models, vendors and scores of layer 1: all, and before the first public reasoning model."""
    first = plain_scores[plain_scores.layer == "L1"]
    before = first[first.released < FIRST_REASONING_MODEL]
    return {
        "models": first.model.nunique(),
        "vendors": first.vendor.nunique(),
        "scores": len(first),
        "models before": before.model.nunique(),
        "vendors before": before.vendor.nunique(),
        "scores before": len(before),
    }


@measured("points")
def budget_pairs(equal_budget: pd.DataFrame) -> pd.DataFrame:
    """Many plain answers against one of a reasoning model of the same vendor, where the plain side has the budget.

    Columns of the table and: bought (points that many answers add to one), trained (points that reasoning adds),
    lead (reasoning, one answer, minus plain, many). For votes the plain side has 64 answers to the other's one.
    """
    rows = equal_budget[
        equal_budget.budget.isin(["samples", "tokens"])
        & equal_budget.relation.isin(["same weights", "same base", "same vendor"])
    ].dropna(subset=["plain_single", "plain_many", "reasoning_single"])
    return rows.assign(
        bought=rows.plain_many - rows.plain_single,
        trained=rows.reasoning_single - rows.plain_single,
        lead=rows.reasoning_single - rows.plain_many,
    )


@measured("percent of the gain of reasoning")
def bought_share(equal_budget: pd.DataFrame) -> pd.DataFrame:
    """Share of the gain of reasoning that many plain answers buy, by kind of task.

    Columns: share (mean gain bought over mean gain trained, vendors weighted alike), vendors, pairs, ahead (pairs in
    which one reasoned answer still wins). A ratio of means: single pairs whose gain is near zero have no ratio. Above
    100 the plain side wins. In coding the choice among answers is perfect (an oracle), so the share is an upper bound.
    """
    pairs = budget_pairs(equal_budget).value
    by_vendor = pairs.groupby(["kind", "vendor"])[["bought", "trained"]].mean().groupby("kind").mean()
    grouped = pairs.groupby("kind")
    return pd.DataFrame(
        {
            "share": 100 * by_vendor.bought / by_vendor.trained,
            "vendors": grouped.vendor.nunique(),
            "pairs": grouped.size(),
            "ahead": grouped.lead.agg(lambda lead: int((lead > 0).sum())),
        }
    )


@measured("points")
def pass_gains(pass_at_k: pd.DataFrame) -> pd.DataFrame:
    """Points gained by training with one answer and with many: (method, answers) by median, least, most, rows, studies.

    answers: "one" (k = 1) or "many" (k of 64 and more). Rows that restate a claim without a figure are left out.
    """
    rows = pass_at_k.dropna(subset=["k", "gap"])
    answers = (rows.k > 1).map({False: "one", True: "many"}).rename("answers")
    return rows.groupby([rows.method, answers]).agg(
        median=("gap", "median"),
        least=("gap", "min"),
        most=("gap", "max"),
        rows=("gap", "size"),
        studies=("study", "nunique"),
    )


@measured("studies")
def pass_sides(pass_at_k: pd.DataFrame) -> dict[str, int]:
    """Studies that speak for sampling (right answers become likelier), for ability (new ones appear), for both."""
    sides = pass_at_k.groupby("study").says.agg(frozenset)
    both = sides.map(len) > 1
    return {
        "sampling": int((~both & sides.map(lambda says: "sampling" in says)).sum()),
        "ability": int((~both & sides.map(lambda says: "ability" in says)).sum()),
        "both": int(both.sum()),
    }


@measured("count")
def pair_counts(livebench_pairs: pd.DataFrame) -> dict[str, int]:
    """Number of pairs, of vendors and of benchmark releases."""
    return {
        "pairs": len(livebench_pairs),
        "vendors": livebench_pairs.vendor.nunique(),
        "releases": livebench_pairs.release.nunique(),
        "vendors without one": livebench_pairs.vendor.nunique() - 1,
    }
