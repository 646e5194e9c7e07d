"""Operating curves: the share of each verdict over many generated worlds, by size of the true effect."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from ladders import tables
from ladders.verdicts.scale import REGISTRY, VERDICTS
from ladders.worlds import (
    agents,
    ai,
    ai_for_web3,
    comparison,
    compute_market,
    dispersion,
    landscape,
    modular,
    needs,
    scaling,
    tokens,
    training,
    trust,
    web3_for_ai,
)
from ladders.worlds.making import Generator, Setting

WORLDS = 200
CHECKED = 20
"""The first worlds of every point, whose verdicts are published apart so that a test can recompute them exactly."""
MULTIPLES = (0.0, 0.5, 1.0, 2.0, 4.0)
"""True effect as a multiple of the smallest effect that matters."""

GENERATORS: tuple[Generator, ...] = (
    *ai.GENERATORS,
    *agents.GENERATORS,
    *ai_for_web3.GENERATORS,
    *comparison.GENERATORS,
    *dispersion.GENERATORS,
    *modular.GENERATORS,
    *scaling.GENERATORS,
    *training.GENERATORS,
    *trust.GENERATORS,
    *web3_for_ai.GENERATORS,
    *landscape.GENERATORS,
    *needs.GENERATORS,
    *tokens.GENERATORS,
    *compute_market.GENERATORS,
)


def settings(smallest: float) -> list[Setting]:
    """Every point of a curve; the last is true for the wrong reason."""
    points = [Setting(m * smallest, share) for share in (1.0, 0.25) for m in MULTIPLES]
    return [*points, Setting(4 * smallest, confounded=True)]


def _counts(verdicts: list[str]) -> list[int]:
    """How often each verdict occurs, in the order of VERDICTS."""
    return [verdicts.count(verdict) for verdict in VERDICTS]


def operating_curve(generator: Generator, worlds: int = WORLDS, data: Path = tables.DATA) -> pd.DataFrame:
    """Number of worlds by verdict at each setting. One row a setting; worlds are seeded 0, 1, 2, ...

    Column `first_worlds` holds the same numbers for the first CHECKED worlds, joined by "/".
    """
    test = REGISTRY[generator.claim_id]
    real = {name: tables.load(name, data) for name in test.tables}
    rows = []
    for setting in settings(generator.smallest):
        verdicts = []
        for seed in range(worlds):
            world = generator.generate(real, np.random.default_rng(seed), setting)
            verdicts.append(test.function(*(world[name] for name in test.tables)).verdict)
        first = "/".join(map(str, _counts(verdicts[:CHECKED])))
        cause = "confounder" if setting.confounded else "effect"
        point = (generator.claim_id, cause, setting.effect, generator.unit, setting.rows, worlds)
        rows.append((*point, *_counts(verdicts), first))
    words = [verdict.replace(" ", "_") for verdict in VERDICTS]
    columns = ["claim_id", "cause", "effect", "unit", "rows", "worlds", *words, "first_worlds"]
    return pd.DataFrame(rows, columns=columns)


def all_curves(claims: Sequence[str] = (), worlds: int = WORLDS, data: Path = tables.DATA) -> pd.DataFrame:
    """The operating curves of the tests of some claims, or of every test, two at a time. KeyError: no such test."""
    known = {generator.claim_id: generator for generator in GENERATORS}
    chosen = [known[claim] for claim in claims or known]
    with ProcessPoolExecutor(2) as pool:
        return pd.concat(
            pool.map(partial(operating_curve, worlds=worlds, data=data), chosen), ignore_index=True
        )


def write(found: pd.DataFrame, data: Path = tables.DATA) -> None:
    """Put curves into table operating_curves in place of those of the same claims; the others stay as they are."""
    stored = tables.load("operating_curves", data)
    both = pd.concat([stored[~stored.claim_id.isin(found.claim_id)], found])
    known = [generator.claim_id for generator in GENERATORS]
    both = both[both.claim_id.isin(known)].sort_values("claim_id", kind="stable")
    tables.replace("operating_curves", both, data)
