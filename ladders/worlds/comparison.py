"""Worlds for the tests that set the two ladders side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import drivers
from ladders.evidence.problems import NOT_HELD, turned
from ladders.verdicts.comparison import ONE_DOUBLING, SMALLEST_FALL, SMALLEST_LEAD, counted
from ladders.worlds.making import Generator, Setting, Tables, sample, signs

EASED_FOURFOLD = np.log(0.25)
"""Logarithm of with over without where a step does what it set out to do."""

FADES = np.log(0.5)
"""Logarithm of the yearly factor of a problem that is on its way out."""


def _written(rows: pd.DataFrame, centre: np.ndarray, half: np.ndarray) -> pd.DataFrame:
    """Rows whose low and high are made from a centre and half width (logarithms, above 0: the problem grows)."""
    low, high = np.exp(centre - half), np.exp(centre + half)
    higher = (rows.better == "higher").to_numpy()
    return rows.assign(low=np.where(higher, 1 / high, low), high=np.where(higher, 1 / low, high))


def _problems_world(
    problems: pd.DataFrame,
    rng: np.random.Generator,
    centres: dict[str, float],
    rows: float,
    unheld: tuple[str, ...],
) -> pd.DataFrame:
    """The measured problems of each ladder around a centre, with real deviations and widths; the rest as it is.

    Noise: each problem deviates by the deviation of a random real one from the mean of its ladder, with a random sign,
    and has the width of a random real one. rows: share of the counted problems that is kept. unheld: ladders for whose
    problems no benefit was held fixed.
    """
    real = {ladder: counted(problems, ladder) for ladder in centres}
    sides = {ladder: np.log(turned(part).to_numpy()) for ladder, part in real.items()}
    deviation = np.concatenate([side.mean(axis=1) - side.mean() for side in sides.values()])
    half = np.concatenate([(side[:, 1] - side[:, 0]) / 2 for side in sides.values()])
    made = []
    for ladder, part in real.items():
        noise = rng.choice(deviation, len(part)) * signs(rng, len(part))
        new = _written(part, centres[ladder] + noise, rng.choice(half, len(part)))
        if ladder in unheld:
            new = new.assign(benefit_held_fixed=NOT_HELD + ": the benefit grew as well")
        made.append(sample(new, rng, rows))
    others = problems.drop(index=[name for part in real.values() for name in part.index])
    return pd.concat([*made, others], ignore_index=True)


def _benefits_world(
    benefits: pd.DataFrame, rng: np.random.Generator, centres: dict[str, float]
) -> pd.DataFrame:
    """The answers of each ladder around a centre (logarithm of with over without), with widths of random real ones."""
    half = (np.log(benefits.high / benefits.low) / 2).to_numpy()
    centre = benefits.ladder.map(centres).to_numpy(float) + rng.normal(0, 0.1, len(benefits))
    return _written(benefits, centre, rng.choice(half, len(benefits)))


def shifting_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Chain layers whose answers and problems are `effect` doublings worse than those of layers that solve.

    At no effect the layers ease what they set out to solve fourfold and what they brought halves every year.
    confounded: the problems grow only where no benefit was held fixed; the answers are as poor.
    """
    effect, rows, confounded = setting
    worse = effect * np.log(2)
    unheld = ("chain",) if confounded else ()
    return {
        "problems": _problems_world(
            real["problems"], rng, {"ai": FADES, "chain": FADES + worse}, rows, unheld
        ),
        "benefits": _benefits_world(
            real["benefits"], rng, {"ai": EASED_FOURFOLD, "chain": EASED_FOURFOLD + worse}
        ),
    }


def headline_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Ladders that part by `effect` doublings each way, in what they ease and in what becomes of their problems.

    At no effect both leave their problems as they are and ease a little. confounded: AI's problems shrink only where
    no benefit was held fixed.
    """
    effect, rows, confounded = setting
    apart = effect * np.log(2)
    little = np.log(0.7)
    return {
        "problems": _problems_world(
            real["problems"], rng, {"ai": -apart, "chain": apart}, rows, ("ai",) if confounded else ()
        ),
        "benefits": _benefits_world(real["benefits"], rng, {"ai": little - apart, "chain": little + apart}),
    }


def difference_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Problems of chains that grow by `effect` doublings a year more than those of AI.

    confounded: the difference lies in rows for which no benefit was held fixed.
    """
    effect, rows, confounded = setting
    half = effect * np.log(2) / 2
    unheld = ("ai",) if confounded else ()
    return {"problems": _problems_world(real["problems"], rng, {"ai": -half, "chain": half}, rows, unheld)}


BASE_RATE = 0.12
"""Share of releases that set a record of either kind, about what both kinds are on the board."""


def rivalry_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Releases of which `effect` percentage points more set a record of ability than of price.

    Dates, vendors and the sizes of steps are real; each vendor deviates by half a real vendor's deviation of its lead.
    confounded: one vendor sets all the records that ability has more, so that there is a leader and no rivalry.
    """
    effect, rows, confounded = setting
    releases = sample(real["model_releases"], rng, rows).sort_values(["released", "model"], ignore_index=True)
    shares = drivers.record_shares(real["model_releases"]).value
    deviations = (shares.lead - shares.lead.mean()).to_numpy() / 200
    vendors = releases.vendor.unique()
    lead = dict(zip(vendors, rng.choice(deviations, len(vendors)) * signs(rng, len(vendors)), strict=True))
    leader = releases.vendor.value_counts().index[0]
    scores, costs = releases.score.to_numpy(), releases.cost_usd.to_numpy()
    relative = rng.choice(scores / np.maximum.accumulate(scores), len(releases))
    dearer = rng.choice(costs / costs.min(), len(releases)) ** 0.5
    draws, steps = rng.random(len(releases)), rng.uniform(0.02, 0.08, len(releases))
    new_score, new_cost = np.zeros(len(releases)), np.zeros(len(releases))
    for i, vendor in enumerate(releases.vendor):
        extra = effect / 100 * ((vendor == leader) if confounded else 1.0) + lead[vendor]
        price = max(BASE_RATE - extra / 2, 0.0)
        ability = max(price + extra, 0.0)
        best = new_score[:i].max(initial=10.0)
        good = (new_score[:i] >= drivers.GOOD_ENOUGH * best) & (new_cost[:i] > 0)
        cheapest = new_cost[:i][good].min(initial=0.5)
        if draws[i] < ability:
            new_score[i], new_cost[i] = best + (100 - best) * steps[i], cheapest * (1.5 + dearer[i])
        elif draws[i] < ability + price:
            new_score[i], new_cost[i] = best * 0.8, cheapest * 0.8
        else:
            new_score[i], new_cost[i] = best * min(relative[i], 0.95), cheapest * (1.5 + dearer[i])
    return {"model_releases": releases.assign(score=new_score.round(6), cost_usd=new_cost.clip(1e-9))}


def reward_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Chains whose use falls by `effect` halvings when rewards end, most of which hand out rewards.

    Noise: each chain deviates by a random real chain's deviation, with a random sign. The share of chains with a
    reward rises from one half by a tenth for each smallest effect. confounded: the control falls as much.
    """
    effect, rows, confounded = setting
    ends, events = real["reward_ends"], real["chain_events"]
    change = drivers.change_by_chain(ends).value
    chains = ends.chain.unique()
    noise = dict(
        zip(
            chains,
            rng.choice((change - change.mean()).to_numpy(), len(chains)) * signs(rng, len(chains)),
            strict=True,
        )
    )
    factor = np.exp(-effect * np.log(2) + ends.chain.map(noise).to_numpy())
    control = 0.5**effect if confounded else 1.0
    ends = ends.assign(
        after=(ends.before * factor).round(6), control_factor=control, control="a control chain"
    )
    share = 0.5 if confounded else min(0.5 + 0.1 * effect / SMALLEST_FALL, 1.0)
    rewarding = {chain for chain in events.chain.unique() if rng.random() < share}
    kind = events.kind.mask(events.kind == "token or reward", "other")
    first = ~events.chain.duplicated() & events.chain.isin(rewarding)
    return {
        "reward_ends": sample(ends, rng, rows),
        "chain_events": sample(events.assign(kind=kind.mask(first, "token or reward")), rng, max(rows, 0.5)),
    }


GENERATORS = (
    Generator("S0-p1-02", ONE_DOUBLING, "doublings a year", difference_world),
    Generator("S0-p5-01", ONE_DOUBLING, "doublings worse than layers that solve", shifting_world),
    Generator("S0-p6-02", SMALLEST_LEAD, "percentage points of releases", rivalry_world),
    Generator("S0-p6-03", SMALLEST_FALL, "halvings of use", reward_world),
    Generator("S0-t-02", ONE_DOUBLING, "doublings each way", headline_world),
)
"""The generators of this part of the book."""
