"""How often does a test say "holds" where nothing is? Published worlds, and new ones under seeds that nothing was tuned on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ladders import tables
from ladders.evidence.curves import error_counts
from ladders.evidence.inference import exact_share
from ladders.verdicts.scale import REGISTRY
from ladders.worlds.curves import GENERATORS, WORLDS
from ladders.worlds.making import Generator, Setting

NEW = range(WORLDS, WORLDS + 40)
"""Seeds of the new worlds of each test: they follow those of the published ones."""

MOST = 5.0
"""Percent of worlds without the effect that a test may call true."""


def held(generator: Generator, **options: bool) -> int:
    """How many of the new worlds a test says "holds" in."""
    test = REGISTRY[generator.claim_id]
    real = {name: tables.load(name) for name in test.tables}
    effect = 4 * generator.smallest if options else 0.0
    verdicts = []
    for seed in NEW:
        world = generator.generate(real, np.random.default_rng(seed), Setting(effect, **options))
        verdicts.append(test.function(*(world[name] for name in test.tables)).verdict)
    return verdicts.count("holds")


def test_published_worlds(record: Callable):
    errs = error_counts().value
    record("tests", errs["tests"], "tests")
    record("worst test at no effect", errs["most at no effect"], "percent")
    record("worst test where the reason is wrong", errs["most for the wrong reason"], "percent")
    assert max(errs["most at no effect"], errs["most for the wrong reason"]) <= MOST


@pytest.mark.parametrize(
    ("what", "options"), [("without the effect", {}), ("true for the wrong reason", {"confounded": True})]
)
def test_new_worlds(what: str, options: dict[str, bool], record: Callable):
    share = exact_share(
        sum(held(generator, **options) for generator in GENERATORS), len(NEW) * len(GENERATORS)
    )
    record(f"new worlds {what}", len(NEW) * len(GENERATORS), "worlds")
    record(f"new worlds {what} that hold", share.mean, "percent")
    record(f"new worlds {what} that hold, upper bound of 95 %", share.high, "percent")
    assert share.high <= MOST
