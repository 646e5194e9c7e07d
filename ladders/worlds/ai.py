"""Worlds for the tests of the AI ladder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.agents import repairs
from ladders.evidence.ai import BASE_KINDS, OTHERS, RECALL, TRAINING, WEAKNESSES, vendor_gap
from ladders.verdicts.ai import (
    HALF_CLOSED,
    HALF_WAY,
    MOST_SOLVED,
    REPAIR_TESTS,
    SMALLEST_GAIN,
    SMALLEST_LAG,
)
from ladders.worlds.making import Generator, Setting, Tables, sample, signs

LEAKED_TEST = "HellaSwag"
"""The older of the two tests of language with a human score (2019), which every training set since may hold."""


def reasoning_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Gains of thinking in which logic and mathematics gain `effect` points more than the other abilities.

    Noise: each pair takes the other abilities' gains of a random real pair; each vendor deviates from the effect by
    a random real vendor's deviation, each pair by a random real pair's, with random signs. rows: share of the pairs
    and of the same-base scores that are kept (a random sample). confounded: the effect, twice as large so that the
    average stays, belongs to the vendors whose thinking-off mode is cut down; with full chat modes it is nil.
    """
    effect, rows, confounded = setting
    pairs, gains, scores = (real[name] for name in ("livebench_pairs", "livebench_gains", "same_base_scores"))
    wide = gains.pivot(index="pair_id", columns="ability", values="gain")
    donors = rng.choice(wide.index, len(pairs))
    world = wide.loc[donors, list(OTHERS)].set_axis(pairs.pair_id)
    base = world.mean(axis=1).to_numpy()
    cut_down = (pairs.off_mode == "cut-down mode").to_numpy()
    true_effect = np.where(cut_down, 2 * effect, 0.0) if confounded else np.full(len(pairs), effect)
    for ability in WEAKNESSES:
        by_vendor = vendor_gap(pairs, gains, target=(ability,)).value
        gap = (wide[ability] - wide[list(OTHERS)].mean(axis=1)).loc[pairs.pair_id].to_numpy()
        within = gap - pairs.vendor.map(by_vendor).to_numpy()
        vendor_noise = rng.choice(by_vendor - by_vendor.mean(), len(by_vendor)) * signs(rng, len(by_vendor))
        noise = pairs.vendor.map(dict(zip(by_vendor.index, vendor_noise, strict=True))).to_numpy()
        noise = noise + rng.choice(within, len(pairs)) * signs(rng, len(pairs))
        world[ability] = base + true_effect + noise
    kept = np.sort(rng.choice(len(pairs), max(1, round(rows * len(pairs))), replace=False))
    pairs = pairs.iloc[kept].reset_index(drop=True)
    long = world.loc[pairs.pair_id].clip(-100, 100).round(3)
    long = long.rename_axis("pair_id").reset_index().melt("pair_id", var_name="ability", value_name="gain")
    return {
        "livebench_pairs": pairs,
        "livebench_gains": long.sort_values(["pair_id", "ability"], ignore_index=True),
        "same_base_scores": _same_base_world(scores, rng, 0.0 if confounded else effect, rows),
    }


def _same_base_world(
    scores: pd.DataFrame, rng: np.random.Generator, effect: float, rows: float
) -> pd.DataFrame:
    """Scores after training: each benchmark closes a random real share of its headroom, mathematics gains more.

    The shares come from reasoning training of one base. The lead of mathematics is `effect` points. Mathematics and
    one other benchmark of each trained family always stay.
    """
    trained = scores[scores.arm.isin(TRAINING)]
    other = trained[~trained.ability.isin(["mathematics", "coding"])]
    closed = ((other.after - other.before) / (100 - other.before)).to_numpy()
    mathematics = scores.ability == "mathematics"
    gain = rng.choice(closed, len(scores)) * (100 - scores.before) + effect * mathematics
    kept = rng.choice(scores.index, max(1, round(rows * len(scores))), replace=False)
    always = {*trained.index[trained.ability == "mathematics"], *other.drop_duplicates("family").index}
    return (
        scores.assign(after=(scores.before + gain).clip(0, 100).round(1))
        .loc[sorted({*kept, *always})]
        .reset_index(drop=True)
    )


def _vendor_noise(values: pd.Series, vendors: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Noise for each row: its vendor's, then its own; both drawn from the real ones with random signs.

    A vendor's deviation is that of its mean from the mean of the vendors; a row's that from its vendor's mean.
    """
    names, code = np.unique(vendors.to_numpy(), return_inverse=True)
    real = values.to_numpy()
    means = np.bincount(code, weights=real) / np.bincount(code)
    shared = rng.choice(means - means.mean(), len(names)) * signs(rng, len(names))
    own = rng.choice(real - means[code], len(real)) * signs(rng, len(real))
    return shared[code] + own


def lagging_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Plain models that lag in logic and mathematics by `effect` points above chance; people do not lag.

    Language and knowledge keep their real scores. Every other score of a kind is the vendor's level there, minus the
    effect, with the real noise of that kind. confounded: people lag as much on the same tests, which are just harder.
    """
    effect, rows, confounded = setting
    table = real["plain_scores"]
    above = 100 * (table.score - table.chance) / (100 - table.chance)
    base = table.kind.isin(BASE_KINDS) & ~table.benchmark.isin(RECALL)
    levels = above[base].groupby(table.vendor).mean()
    people = table[(table.kind == "language") & table.human.notna()]
    people_level = (100 * (people.human - people.chance) / (100 - people.chance)).mean()
    people_level -= effect if confounded else 0.0
    score, human = table.score.to_numpy(copy=True), table.human.to_numpy(copy=True)
    chance = table.chance.to_numpy()
    for kind in ("logic", "hard_maths", "school_maths"):
        chosen = np.flatnonzero(table.kind == kind)
        part = table.iloc[chosen]
        noise = _vendor_noise(above.iloc[chosen], part.vendor, rng)
        new = (part.vendor.map(levels).to_numpy() - effect + noise).clip(0, 100)
        score[chosen] = chance[chosen] + new * (100 - chance[chosen]) / 100
        tested = chosen[~np.isnan(human[chosen])]
        human[tested] = chance[tested] + max(people_level, 0.0) * (100 - chance[tested]) / 100
    world = table.assign(score=score.clip(0, 100).round(2), human=human.round(2))
    return {"plain_scores": sample(world, rng, rows)}


def language_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Plain models that stand `effect` percent of the way from guessing to people on tests of language.

    Noise: real deviations of vendors and of rows. confounded: only the oldest test is answered, because its answers
    stood in the training data; on the others the models guess.
    """
    effect, rows, confounded = setting
    table = real["plain_scores"]
    chosen = np.flatnonzero((table.kind == "language") & table.human.notna())
    part = table.iloc[chosen]
    share = 100 * (part.score - part.chance) / (part.human - part.chance)
    new = effect + _vendor_noise(share, part.vendor, rng)
    if confounded:
        new = np.where(part.benchmark == LEAKED_TEST, new, new - effect)
    score = table.score.to_numpy(copy=True)
    score[chosen] = part.chance + new * (part.human - part.chance) / 100
    world = table.assign(score=score.clip(0, 100).round(2))
    return {"plain_scores": sample(world, rng, rows)}


def _closed_noise(scores: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Noise of the share of headroom closed (0 to 1), for each row: the vendor's in that ability, then the row's own.

    The vendors' deviations are those in mathematics, the ability that most vendors have. A row's own is its deviation
    from the median of its base in that ability.
    """
    closed = (scores.after - scores.before) / (100 - scores.before).where(lambda room: room > 0, 1.0)
    by_vendor = closed[scores.ability == "mathematics"].groupby(scores.vendor).median()
    cells = pd.factorize(pd.MultiIndex.from_frame(scores[["vendor", "ability"]]))
    own = (closed - closed.groupby([scores.family, scores.ability]).transform("median")).to_numpy()
    shared = rng.choice(by_vendor - by_vendor.mean(), len(cells[1])) * signs(rng, len(cells[1]))
    return shared[cells[0]] + rng.choice(own, len(scores)) * signs(rng, len(scores))


def _closing(scores: pd.DataFrame, share: np.ndarray, rng: np.random.Generator, rows: float) -> pd.DataFrame:
    """Scores after a share (0 to 1) of the headroom was closed; a random share of the rows is kept."""
    after = (scores.before + share * (100 - scores.before)).clip(0, 100).round(1)
    return sample(scores.assign(after=after), rng, rows)


def mending_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Reasoning that closes `effect` percent of the headroom in mathematics and logic and nothing elsewhere.

    confounded: it closes as much of every ability, so that a generally better model looks like a mended gap.
    """
    effect, rows, confounded = setting
    scores = real["same_base_scores"]
    aimed = np.ones(len(scores), bool) if confounded else scores.ability.isin(WEAKNESSES).to_numpy()
    share = effect / 100 * aimed + _closed_noise(scores, rng)
    return {"same_base_scores": _closing(scores, share, rng, rows)}


def filling_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Reasoning that closes `effect` percent of the headroom in every ability; confounded: in mathematics alone."""
    effect, rows, confounded = setting
    scores = real["same_base_scores"]
    aimed = (scores.ability == "mathematics").to_numpy() if confounded else np.ones(len(scores), bool)
    share = effect / 100 * aimed + _closed_noise(scores, rng)
    return {"same_base_scores": _closing(scores, share, rng, rows)}


def _solving_world(
    scores: pd.DataFrame, rng: np.random.Generator, solved: np.ndarray, effect: float, rows: float
) -> pd.DataFrame:
    """Models that reach `effect` points on the chosen rows and none elsewhere, with the real noise of one model's tests."""
    real = scores.after - scores.groupby(["model_after", "ability"]).after.transform("mean")
    noise = rng.choice(real.to_numpy(), len(scores)) * signs(rng, len(scores))
    return sample(scores.assign(after=(effect * solved + noise).clip(0, 100).round(1)), rng, rows)


def contest_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Models that solve `effect` percent of mathematics; confounded: of old contests alone, whose answers they learned."""
    effect, rows, confounded = setting
    scores = real["same_base_scores"]
    solved = (scores.ability == "mathematics").to_numpy()
    if confounded:
        solved = solved & (scores.benchmark.str[-4:] != scores.published.str[:4]).to_numpy()
    return {"same_base_scores": _solving_world(scores, rng, solved, effect, rows)}


def repair_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Models that solve `effect` percent of all coding; confounded: they write programs and mend none."""
    effect, rows, confounded = setting
    scores = real["same_base_scores"]
    mends = scores.benchmark.isin(REPAIR_TESTS).to_numpy()
    writes = (scores.ability == "coding").to_numpy() & ~mends
    solved = writes if confounded else writes | mends
    entries = real["agent_scores"]
    repaired = repairs(entries)
    noise = rng.choice((entries.score - entries.score.mean())[repaired].to_numpy(), len(entries)) * signs(
        rng, len(entries)
    )
    drawn = ((0.0 if confounded else effect) + noise).clip(0, 100).round(1)
    return {
        "same_base_scores": _solving_world(scores, rng, solved, effect, rows),
        "agent_scores": sample(entries.assign(score=entries.score.mask(repaired, drawn)), rng, rows),
    }


GENERATORS = (
    Generator("S0-p2-02", HALF_WAY, "percent of the way to people", language_world),
    Generator("S0-p2-03", SMALLEST_GAIN, "points", reasoning_world),
    Generator("S0-p2-04", SMALLEST_LAG, "points above chance", lagging_world),
    Generator("S1-p4-01", HALF_CLOSED, "percent of headroom", mending_world),
    Generator("S1-p4-02", MOST_SOLVED, "points", contest_world),
    Generator("S1-p4-03", MOST_SOLVED, "points", repair_world),
    Generator("S1-p4-04", HALF_CLOSED, "percent of headroom", filling_world),
)
"""The generators of this part of the book."""
