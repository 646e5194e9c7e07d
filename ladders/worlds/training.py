"""Worlds for the tests on training and inference over ordinary links."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.training import split_losses, training_losses
from ladders.models import training as model
from ladders.verdicts.training import MORE_TIME, changed
from ladders.worlds.making import Generator, Setting, Tables, sample, signs

AS_LONG_AS = 1.0
"""Seconds of waiting for a second of computing: half of what is paid for is lost."""

FASTEST_LINK = 1e5
"""Gb/s of a link that never makes anyone wait."""


def links_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Runs that wait `effect` seconds for their links in a second of computing, however few their exchanges.

    Real waits, drawn anew, come on top. Links are as slow as such waits need, and the largest run stays behind the
    frontier by two orders of magnitude for each unit of effect. confounded: links are as they are, but only exchanges
    after every step wait for them; with few exchanges runs wait as the real ones do, and none is behind the frontier.
    """
    effect, rows, confounded = setting
    runs = real["training_runs"]
    wait = 1 / runs.utilisation - 1
    drawn = rng.choice(wait.dropna().to_numpy(), len(runs)) + (0.0 if confounded else effect)
    sync = drawn * runs.compute_seconds
    bits = 2 * (1 - 1 / runs.workers) * model.BITS * runs.parameters * runs.bytes_per_value
    slow = bits / (effect * runs.compute_seconds) / model.GIGA if effect else runs.compute_seconds * np.inf
    stated = runs.link_high_gbps.notna() & runs.compute_seconds.notna()
    link = runs.link_high_gbps if confounded else slow.clip(upper=FASTEST_LINK).where(stated)
    behind = 0.0 if confounded else 2 * effect
    flop = (6 * runs.parameters * runs.tokens).max()
    frontier = model.values(real["parameters"])["frontier_flop"]
    world = runs.assign(
        utilisation=np.where(runs.utilisation.notna(), 1 / (1 + drawn), np.nan),
        sync_seconds=sync.where(runs.sync_seconds.notna()),
        link_high_gbps=link,
        tokens=runs.tokens * frontier / flop / 10**behind,
    )
    return {"training_runs": sample(world, rng, rows), "parameters": real["parameters"]}


def _deviations(losses: pd.Series, rng: np.random.Generator, n: int) -> np.ndarray:
    """n real deviations from the mean loss, with random signs."""
    return rng.choice((losses - losses.mean()).to_numpy(), n) * signs(rng, n)


def inference_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Training that loses `effect` points of time more than split inference does; traffic and memory follow.

    Traffic and memory of whole-model inference are better tenfold for each 10 points. Losses carry real deviations.
    confounded: traffic and memory favour inference as they really do, because one peer holds the whole model; split
    among peers it loses as much as training.
    """
    effect, rows, confounded = setting
    runs, pairs, parameters = (real[name] for name in ("training_runs", "split_inference", "parameters"))
    trained, split = training_losses(runs).value, split_losses(pairs).value
    level = split.mean()
    gap = 0.0 if confounded else effect / 100
    lost = (level + gap + _deviations(trained, rng, len(runs))).clip(0.0, 0.99)
    answered = (level + _deviations(split, rng, len(pairs))).clip(0.0, 0.99)
    if not confounded:
        better = 10 ** (effect / 10)
        given = model.values(parameters)
        advantage = model.traffic_advantage(runs, pairs, parameters).value
        typical = float(np.exp(np.log(advantage).mean()))
        parameters = changed(parameters, "text_bytes", given["text_bytes"] * typical / better)
        parameters = changed(parameters, "train_memory", given["serve_memory"] * better)
    world = {
        "training_runs": runs.assign(utilisation=np.where(runs.utilisation.notna(), 1 - lost, np.nan)),
        "split_inference": pairs.assign(
            steps_far=np.where(pairs.steps_near.notna(), pairs.steps_near * (1 - answered), pairs.steps_far)
        ),
    }
    return {name: sample(frame, rng, rows) for name, frame in world.items()} | {"parameters": parameters}


GENERATORS = (
    Generator("S2-4.1-05", AS_LONG_AS, "seconds of waiting for a second of computing", links_world),
    Generator("S2-4.1-06", MORE_TIME, "points of time", inference_world),
)
"""The generators of this part of the book."""
