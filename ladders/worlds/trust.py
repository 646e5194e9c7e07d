"""Worlds for the tests of doubts, of blob space and of what layer 3 leaves open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.trust import POST, QUESTIONS, reopened, reviewed
from ladders.verdicts.trust import FULL, LEAST_SPEAKERS, SMALLEST_REOPENED
from ladders.worlds.making import Generator, Setting, Tables, sample, sampled, signs

WINDOW_DAYS = 500
"""A little under the 18 months before the post in which doubts count."""


def voices_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """As many distinct speakers as the effect says doubt both layers sharply before the post.

    Around them stand the real voices, moved to after the post. confounded: a dozen sharp voices before the post, all
    of them owners of rival chains, who say so whatever the strategy is worth.
    """
    effect, rows, confounded = setting
    table = real["voices"]
    days = pd.to_datetime(POST) + pd.to_timedelta(rng.integers(1, WINDOW_DAYS, len(table)), unit="D")
    noise = table.assign(date=days.strftime("%Y-%m-%d"))
    count = 12 if confounded else max(0, round(effect))
    drawn = table.iloc[rng.integers(0, len(table), count)].reset_index(drop=True)
    before = pd.to_datetime(POST) - pd.to_timedelta(rng.integers(1, WINDOW_DAYS, count), unit="D")
    doubters = drawn.assign(
        voice_id=[f"drawn-{i}" for i in range(count)],
        speaker=[f"Speaker {i}" for i in range(count)],
        date=before.strftime("%Y-%m-%d"),
        own_chain="yes" if confounded else "no",
        tone="sharp",
        target=np.where(np.arange(count) % 3 == 1, "layer 3", "rollup strategy"),
    )
    return {"voices": sample(pd.concat([noise, doubters], ignore_index=True), rng, rows)}


def strategy_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """voices_world in which all speakers doubt the strategy."""
    world = voices_world(real, rng, setting)["voices"]
    return {"voices": world.assign(target="rollup strategy")}


def blob_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Blob use that ends every step at `effect` percent of the target, at most at twice it, with the real noise.

    Noise: real changes from month to month within a step, with random signs. confounded: one busy month in every step
    far above the target (a fashion for inscriptions) and little use in the others.
    """
    effect, rows, confounded = setting
    table = real["blobs"].sort_values("month").reset_index(drop=True)
    moves = table.groupby("step").use_of_target.diff().dropna().to_numpy()
    level = 0.0 if confounded else min(effect, 200.0)
    use = level + rng.choice(moves, len(table)) * signs(rng, len(table)) / 2
    if confounded:
        busiest = table.groupby("step").month.transform(lambda months: months == rng.choice(months))
        use = np.where(busiest, 200.0, use)
    world = table.assign(use_of_target=np.clip(use, 0, 200).round(1))
    return {"blobs": world.iloc[sampled(rng, len(world), rows)].reset_index(drop=True)}


def third_layer_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Layer-3 chains that reopen `effect` of the questions that their host had closed, at most all of these.

    Noise: the real deviation of a chain from the mean of the chains, kept only where something is reopened at all.
    confounded: chains leave open exactly what their host leaves open, however much that is.
    """
    effect, rows, confounded = setting
    table = real["trust_facts"].copy()
    latest = table.as_of.max()
    found = reopened(real["trust_facts"]).value
    stack_means = found.groupby("stack").new.mean()
    hosts = reviewed(table[(table.as_of == latest) & (table.layer == "L2")]).set_index("project")
    shift = dict(
        zip(stack_means.index, rng.choice(stack_means - stack_means.mean(), len(stack_means)), strict=True)
    )
    own = found.new - found.groupby("stack").new.transform("mean")
    questions = list(QUESTIONS)
    for index, chain in found.iterrows():
        beneath = (hosts.loc[chain.host, questions] == "no").to_numpy()
        if confounded:
            opened = beneath
        else:
            wish = effect + (shift[chain.stack] + rng.choice(own) if effect else 0.0)
            closed = np.flatnonzero(~beneath)
            number = int(np.clip(round(wish), 0, len(closed)))
            opened = beneath.copy()
            opened[rng.choice(closed, number, replace=False)] = True
        table.loc[index, questions] = np.where(opened, "no", "yes")
    layer3 = table.index[(table.layer == "L3") & (table.as_of == latest)]
    kept = layer3[sampled(rng, len(layer3), rows)]
    return {"trust_facts": table.loc[table.index.difference(layer3).union(kept)].reset_index(drop=True)}


GENERATORS = (
    Generator("S1-p1-01", LEAST_SPEAKERS, "speakers", strategy_world),
    Generator("S1-p1-02", LEAST_SPEAKERS, "speakers", voices_world),
    Generator("S1-p10-03", FULL, "percent of the target", blob_world),
    Generator("S1-p10-04", SMALLEST_REOPENED, "questions of trust", third_layer_world),
)
"""The generators of this part of the book."""
