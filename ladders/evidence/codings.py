"""Two codings of the same facts, and what a count of problems makes of them.

The transfer ratio of a ladder is the degree of all problems that its steps introduce over the degree of all that they
remove. It depends on which side effects are counted; this module says how much.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ladders.results import measured

LADDERS = ("ai", "chain")
RESAMPLES = 1000


def _coded(coding_facts: pd.DataFrame, codings: pd.DataFrame, coder: str) -> pd.DataFrame:
    """The facts with the codes of one coder. Raises ValueError when facts or codes are missing."""
    chosen = codings[codings.coder == coder]
    if set(chosen.fact_id) != set(coding_facts.fact_id):
        raise ValueError(f"coder {coder!r} must code every fact once; {len(chosen)} codes are there.")
    return coding_facts.merge(chosen, on="fact_id", validate="one_to_one")


@measured("ratio")
def transfer_ratios(coding_facts: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Introduced over removed, in sums of degrees; one row for each coder, one column for each ladder."""
    rows = {}
    for coder in codings.coder.unique():
        sums = _coded(coding_facts, codings, coder).pivot_table(
            index="ladder", columns="direction", values="degree", aggfunc="sum", fill_value=0
        )
        rows[coder] = sums.introduces.astype(float) / sums.removes.astype(float)
    return pd.DataFrame(rows).T.rename_axis(None, axis="columns")


@measured("count")
def direction_counts(coding_facts: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Number of facts by coder and ladder (rows) and by direction (columns)."""
    both = coding_facts.merge(codings, on="fact_id")
    counts = both.groupby(["coder", "ladder", "direction"]).size().unstack(fill_value=0)
    return counts.reindex(columns=["removes", "introduces", "neither"], fill_value=0)


@measured("ratio")
def text_ratios(step_effects: pd.DataFrame, *, attempts: bool = False) -> dict[str, float]:
    """Introduced over removed by what texts 000 and 001 say of steps 2 and 3, unweighted.

    attempts: count an answer of which the texts do not say that it worked as a removal.
    """
    upper = step_effects[step_effects.level > 1]
    tried = upper.effect_id.isin(["chain-l3-liquidity", "chain-l3-few-apps"]) & (not attempts)
    removed = upper[upper.effect.isin(["solves", "adds"]) & ~tried].groupby("ladder").size()
    caused = upper[upper.effect == "causes"].groupby("ladder").size()
    return {ladder: caused.get(ladder, 0) / removed[ladder] for ladder in LADDERS}


class Agreement(NamedTuple):
    """Cohen's kappa with its bootstrap interval, and the plain share of equal codes."""

    kappa: float
    low: float
    high: float
    equal: float
    n: int


def _kappa(first: np.ndarray, second: np.ndarray) -> float:
    """Cohen's kappa; 1 where both coders gave one and the same code to everything."""
    if len(set(first) | set(second)) == 1:
        return 1.0
    # Not at the top: slow to import, and every chapter imports this module.
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(first, second))


@measured("kappa")
def agreement(codings: pd.DataFrame, *, code: str) -> Agreement:
    """Agreement of the two coders on a code (problem_class, direction, degree).

    Interval: 2.5th and 97.5th percentile over resamples of the facts. ValueError unless there are two coders.
    """
    wide = codings.pivot(index="fact_id", columns="coder", values=code)
    if wide.shape[1] != 2 or wide.isna().any(axis=None):
        raise ValueError(
            f"agreement needs two coders on the same facts, got {sorted(codings.coder.unique())}."
        )
    first, second = wide.astype(str).to_numpy(dtype=str).T
    rng = np.random.default_rng(0)
    draws = rng.integers(0, len(wide), (RESAMPLES, len(wide)))
    resampled = [_kappa(first[draw], second[draw]) for draw in draws]
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Agreement(
        _kappa(first, second), float(low), float(high), float((first == second).mean()), len(wide)
    )


def subset_sums(degrees: np.ndarray) -> np.ndarray:
    """The sum of every subset of the degrees, 2 ** len(degrees) of them, in no order."""
    sums = np.zeros(1)
    for degree in degrees:
        sums = np.concatenate([sums, sums + degree])
    return sums


class Inclusions(NamedTuple):
    """Share of all inclusions of side effects in which each ladder has the higher ratio; their number as powers of 2."""

    chain_higher: float
    ai_higher: float
    equal: float
    side_effects: int


@measured("share of inclusions")
def inclusions(coding_facts: pd.DataFrame, codings: pd.DataFrame, *, coder: str) -> Inclusions:
    """Every choice of which side effects to count (2 ** k of them), with what is removed held fixed.

    The two ladders' choices are independent, so that all pairs are counted exactly from the sorted ratios of each.
    """
    coded = _coded(coding_facts, codings, coder)
    ratios, k = {}, 0
    for ladder in LADDERS:
        own = coded[coded.ladder == ladder]
        added = own.degree[own.direction == "introduces"].to_numpy(float)
        ratios[ladder] = subset_sums(added) / own.degree[own.direction == "removes"].sum()
        k += len(added)
    ai, chain = np.sort(ratios["ai"].round(9)), ratios["chain"].round(9)
    below, upto = np.searchsorted(ai, chain, "left"), np.searchsorted(ai, chain, "right")
    pairs = len(ai) * len(chain)
    higher, equal = float(below.sum()) / pairs, float((upto - below).sum()) / pairs
    return Inclusions(higher, 1 - higher - equal, equal, k)


@measured("count")
def flows(coding_facts: pd.DataFrame, codings: pd.DataFrame, *, coder: str) -> pd.DataFrame:
    """Edges of the graph of problems: columns ladder, step, layer, problem_class, direction, facts, degree."""
    coded = _coded(coding_facts, codings, coder)
    coded = coded[coded.direction != "neither"]
    keys = ["ladder", "step", "layer", "problem_class", "direction"]
    return coded.groupby(keys).agg(facts=("fact_id", "size"), degree=("degree", "sum")).reset_index()


@measured("ratio")
def ratio_spread(coding_facts: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Transfer ratio over all inclusions of a ladder's side effects, one row for each coder and ladder.

    Columns: coder, ladder, every (all side effects counted), median, low, high (the middle 95 % of inclusions).
    """
    rows = []
    for coder in codings.coder.unique():
        coded = _coded(coding_facts, codings, coder)
        for ladder in LADDERS:
            own = coded[coded.ladder == ladder]
            removed = own.degree[own.direction == "removes"].sum()
            ratios = subset_sums(own.degree[own.direction == "introduces"].to_numpy(float)) / removed
            low, middle, high = np.percentile(ratios, [2.5, 50, 97.5])
            rows.append((coder, ladder, ratios.max(), middle, low, high))
    return pd.DataFrame(rows, columns=["coder", "ladder", "every", "median", "low", "high"])


@measured("count")
def coding_counts(coding_facts: pd.DataFrame, codings: pd.DataFrame) -> dict[str, int]:
    """Facts: all and by ladder; coders."""
    return {
        "facts": len(coding_facts),
        **coding_facts.ladder.value_counts().to_dict(),
        "coders": codings.coder.nunique(),
    }


@measured("percent of inclusions")
def chain_higher(coding_facts: pd.DataFrame, codings: pd.DataFrame, *, coder: str) -> float:
    """Percent of all inclusions in which chains have the higher transfer ratio."""
    return 100 * inclusions(coding_facts, codings, coder=coder).value.chain_higher


@measured("ratio")
def ratios_by_problem(coding_facts: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Introduced over removed when every class of problem counts once for each step, at its mean degree.

    One row for each coder, one column for each ladder: the same codes, but a problem that many facts describe does not
    weigh more than one that a single fact does.
    """
    rows = {}
    for coder in codings.coder.unique():
        coded = _coded(coding_facts, codings, coder)
        once = coded.groupby(["ladder", "step", "problem_class", "direction"]).degree.mean()
        sums = once.groupby(["ladder", "direction"]).sum().unstack(fill_value=0.0)
        rows[coder] = sums.introduces.astype(float) / sums.removes.astype(float)
    return pd.DataFrame(rows).T.rename_axis(None, axis="columns")


@measured("percent of inclusions")
def chain_higher_of_all_lists(coding_facts: pd.DataFrame, codings: pd.DataFrame, *, coder: str) -> float:
    """Percent of all lists of facts, removals included or left out as well, in which chains have the higher ratio.

    Lists that keep no removal of a ladder are left out. The two ladders' lists are independent and counted exactly.
    """
    coded = _coded(coding_facts, codings, coder)
    ratios = {}
    for ladder in LADDERS:
        own = coded[coded.ladder == ladder]
        added, removed = (
            subset_sums(own.degree[own.direction == direction].to_numpy(float))
            for direction in ("introduces", "removes")
        )
        ratios[ladder] = np.divide.outer(added, removed[removed > 0]).ravel().round(9)
    below = np.searchsorted(np.sort(ratios["ai"]), ratios["chain"], "left")
    return 100 * float(below.sum()) / (len(ratios["ai"]) * len(ratios["chain"]))


@measured("count")
def disagreements(coding_facts: pd.DataFrame, codings: pd.DataFrame) -> dict[str, int]:
    """Facts on whose direction the coders differ: all and by ladder."""
    wide = codings.pivot(index="fact_id", columns="coder", values="direction")
    apart = wide[wide["first"] != wide["second"]]
    ladder = coding_facts.set_index("fact_id").ladder[apart.index]
    return {
        "all": len(apart),
        **{name: int((ladder == name).sum()) for name in LADDERS},
    }


@measured("lists")
def lists(codings: pd.DataFrame, *, coder: str) -> int:
    """Number of ways to include or leave out each side effect that a coder found, over both ladders."""
    return 2 ** int(((codings.coder == coder) & (codings.direction == "introduces")).sum())
