"""Worlds for the tests of modular and joint AI."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.modular import BITS, NARROW, NETWORKS, followers, network_gaps, record_trend, study_gaps
from ladders.verdicts.modular import (
    CHEAPER_CHIPS,
    MOST,
    SMALLEST_BEHIND,
    SMALLEST_LEAD,
    SMALLEST_SHORTFALL,
)
from ladders.worlds.making import Generator, Setting, Tables, sample, signs


def _short_runs(
    runs: pd.DataFrame, rng: np.random.Generator, gaps: dict[str, float], tasks: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Runs in which the arms named in `gaps` lie that many points below the joint network of the same seed.

    Noise: the deviation of a random real seed from the mean of its arm and width, widest messages, random sign.
    tasks: only these (all when empty).
    """
    base = runs[(runs.setting == "base") & (runs.task.isin(tasks) if tasks else True)]
    widest = base[(base.width == base.width.max()) & base.arm.isin(BITS)]
    deviation = (widest.accuracy - widest.groupby(["task", "arm"]).accuracy.transform("mean")).to_numpy()
    joint = base[base.arm == "joint"].set_index(["task", "seed"]).accuracy
    at = joint.loc[pd.MultiIndex.from_frame(base[["task", "seed"]])].to_numpy()
    noise = rng.choice(deviation, len(base)) * signs(rng, len(base))
    drawn = (at - base.arm.map(gaps).fillna(0.0).to_numpy() / 100 + noise).clip(0, 1).round(3)
    return base.assign(accuracy=base.accuracy.where(~base.arm.isin(gaps), drawn))


def _published(fusion: pd.DataFrame, rng: np.random.Generator, effect: float) -> pd.DataFrame:
    """Published comparisons whose makers find a lead of `effect` points for training as one.

    Noise: each maker deviates by a random real maker's deviation, each row by a random real row's from its maker's
    mean, random signs.
    """
    makers = study_gaps(fusion).value
    points = fusion[fusion.unit == "points"]
    within = (points.gap - points.organisation.map(makers)).to_numpy()
    drawn = rng.choice((makers - makers.mean()).to_numpy(), len(makers)) * signs(rng, len(makers))
    shared = fusion.organisation.map(dict(zip(makers.index, drawn, strict=True))).to_numpy()
    own = rng.choice(within, len(fusion)) * signs(rng, len(fusion))
    return fusion.assign(gap=(effect + shared + own).round(2))


def defects_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Everything made of parts lies `effect` points behind: trained messages, added votes, published systems.

    confounded: only the rule of adding votes falls short; parts trained together and published systems do not.
    """
    effect, rows, confounded = setting
    parts = 0.0 if confounded else effect
    gaps = {"late fusion": effect, **dict.fromkeys(BITS, parts)}
    return {
        "modular_runs": sample(_short_runs(real["modular_runs"], rng, gaps), rng, rows),
        "fusion_results": sample(_published(real["fusion_results"], rng, parts), rng, rows),
    }


ONE_WAY = 0.2
"""Share of the operators whose messages go one way where nothing bars a way back; about the real one."""


def attention_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Messages fall `effect` points short in the task of attention, with a query too, and networks lose the way back.

    At four times the smallest effect all networks are one-way. Noise as in `_short_runs`; each operator's direction is
    drawn. confounded: the messages of one way are just too narrow; with a query nothing is lost.
    """
    effect, rows, confounded = setting
    back = 0.0 if confounded else effect
    gaps = {"trained messages": effect, "with a query": back}
    runs = _short_runs(real["modular_runs"], rng, gaps, ("index",))
    runs = runs[(runs.width <= NARROW) | (runs.arm == "joint")]
    table = real["interfaces"]
    share = ONE_WAY + (1 - ONE_WAY) * min(back / (4 * SMALLEST_SHORTFALL), 1.0)
    names = table.operator.unique()
    drawn = dict(zip(names, rng.random(len(names)) < share, strict=True))
    way = np.where(table.operator.map(drawn), "one way", "question and answer")
    return {
        "modular_runs": sample(runs.reset_index(drop=True), rng, rows),
        "interfaces": sample(table.assign(rounds=way), rng, rows),
    }


def _drawn(table: pd.DataFrame, rng: np.random.Generator, share: np.ndarray) -> np.ndarray:
    """A flag for each system: drawn once for each operator with the share (0-1) of its first system."""
    names, first, code = np.unique(table.operator.to_numpy(dtype=str), return_index=True, return_inverse=True)
    return (rng.random(len(names)) < share[first])[code]


COPIES = 30
"""Further systems of one operator in the confounded world of `design_world`."""

SECOND = 0.35
"""Share of the other operators that join untrained parts in that world: not most of them."""


def design_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Half of the operators and `effect` percent more join parts that are not trained together.

    Noise: each operator is drawn. confounded: one operator lists many such systems; most operators do otherwise.
    """
    effect, rows, confounded = setting
    table = real["interfaces"]
    if confounded:
        one = table[table.system == "Bittensor chain"]
        copies = pd.concat([one.assign(system=f"generated {place}") for place in range(COPIES)])
        table = pd.concat([table, copies], ignore_index=True)
        apart = _drawn(table, rng, np.full(len(table), SECOND)) | (table.operator == "Opentensor").to_numpy()
    else:
        apart = _drawn(table, rng, np.full(len(table), min((MOST + effect) / 100, 1.0)))
    return {"interfaces": sample(table.assign(trained_together=~apart), rng, rows)}


def shallow_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Features cross the borders of half of the operators, of `effect` percent more in Web2 and fewer in Web3.

    Noise: each operator is drawn. confounded: the difference belongs to the kind of system: models pass features,
    services and agents pass text, in Web2 and in Web3 alike.
    """
    effect, rows, confounded = setting
    table = real["interfaces"]
    network = (table.kind == NETWORKS).to_numpy()
    share = np.where(network, max(0.5 - effect / 100, 0.0), min(0.5 + effect / 100, 1.0))
    if confounded:
        share = np.where(table.kind == "multimodal model", 1.0, 0.0)
    rich = _drawn(table, rng, share)
    return {
        "interfaces": sample(
            table.assign(rich=rich, trained_together=table.trained_together & rich), rng, rows
        )
    }


def rival_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Models of networks lie `effect` points behind the frontier of their day.

    Noise: each model deviates by a random real model's deviation, each benchmark by a random real one's from its
    model's mean, random signs. confounded: they are level with the frontier of their day; only the frontier of a year
    later, which stands beside it in the table, is ahead.
    """
    effect, rows, confounded = setting
    table = real["network_scores"]
    gaps = network_gaps(table).value
    means = gaps.groupby("model").gap.mean()
    within = (gaps.gap - gaps.model.map(means)).to_numpy()
    names = table.model.unique()
    drawn = rng.choice((means - means.mean()).to_numpy(), len(names)) * signs(rng, len(names))
    noise = table.model.map(dict(zip(names, drawn, strict=True))).to_numpy()
    noise = noise + rng.choice(within, len(table)) * signs(rng, len(table))

    def at(gap: float) -> pd.Series:
        return (table.frontier_score - gap - noise).clip(0, 100).round(1)

    world = table.assign(score=at(0.0 if confounded else effect))
    if confounded:
        later = (pd.to_datetime(table.released) + pd.DateOffset(years=1)).dt.strftime("%Y-%m-%d")
        younger = table.assign(
            benchmark=table.benchmark + ", a year later", score=at(effect), frontier_released=later
        )
        world = pd.concat([world, younger], ignore_index=True)
    return {"network_scores": sample(world, rng, rows)}


FIELD = 40
"""Organisations near the record in the first year of a world: so many that their number can fall for years."""

FALL = 0.66
"""Factor per year of that number at an effect of one doubling or more."""


def barrier_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """The record grows by `effect` doublings a year beyond what chips give, and fewer organisations keep near it.

    Noise: residuals of the real yearly records and numbers of organisations about their own trends, random signs.
    confounded: the record grows, but because compute got cheap for all: ever more organisations keep near it.
    """
    effect, rows, confounded = setting
    table = real["frontier_runs"]
    counts = followers(table).value
    years = np.arange(len(counts) + 1)
    record = np.log(table.groupby(table.released.str[:4]).flop.max().cummax().to_numpy())
    slope = np.log(record_trend(table).value.factor)
    deviation = record - record.mean() - slope * (years - years.mean())
    number = np.log(counts.to_numpy(dtype=float))
    tilt, level = np.polyfit(years[:-1], number, 1)
    spread = number - level - tilt * years[:-1]
    growth = np.log(CHEAPER_CHIPS) + effect * np.log(2)
    flop = np.exp(record[0] + growth * years + rng.choice(deviation, len(years)) * signs(rng, len(years)))
    fall = (1 / FALL if confounded else FALL) ** min(effect, 1.0)
    start = FIELD * FALL ** (len(years) - 1) if confounded else FIELD
    kept = start * fall**years * np.exp(rng.choice(spread, len(years)) * signs(rng, len(years)))
    made = [
        (f"run {year} {place}", f"organisation {place}", f"{2019 + year}-06-30", flop[year], "Confident")
        for year in years
        for place in range(max(1, round(kept[year])))
    ]
    world = pd.DataFrame(made, columns=table.columns).astype(table.dtypes.to_dict())
    return {"frontier_runs": sample(world, rng, rows)}


GENERATORS = (
    Generator("S3-p2-01", 10.0, "percent of operators", design_world),
    Generator("S3-p2-02", SMALLEST_SHORTFALL, "points", defects_world),
    Generator("S3-p3-03", SMALLEST_SHORTFALL, "points", defects_world),
    Generator("S3-p4-01", SMALLEST_SHORTFALL, "points", attention_world),
    Generator("S3-p4-03", SMALLEST_SHORTFALL, "points", attention_world),
    Generator("S3-p5-02", SMALLEST_LEAD, "percent of operators", shallow_world),
    Generator("S3-p6-01", 0.5, "doublings per year", barrier_world),
    Generator("S3-p7-01", SMALLEST_BEHIND, "points", rival_world),
)
"""The generators of this part of the book."""
