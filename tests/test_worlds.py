"""Worlds: raw tables that pass validation, go through load to verdict, and show a large effect."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ladders import tables
from ladders.tables import load
from ladders.verdicts.scale import REGISTRY
from ladders.worlds.curves import GENERATORS
from ladders.worlds.making import Generator, Setting, Tables
from tests.conftest import copy_tables

BY_CLAIM = pytest.mark.parametrize("generator", GENERATORS, ids=lambda g: g.claim_id)


def world(generator: Generator, seed: int, setting: Setting) -> Tables:
    """One world of a generator."""
    real = {name: load(name) for name in REGISTRY[generator.claim_id].tables}
    return generator.generate(real, np.random.default_rng(seed), setting)


@BY_CLAIM
def test_a_world_passes_validation_and_goes_through_load_to_verdict(generator: Generator, tmp_path: Path):
    data = copy_tables(tmp_path / "data", REGISTRY[generator.claim_id].tables)
    test, effect = REGISTRY[generator.claim_id], 4 * generator.smallest
    for setting in (Setting(effect), Setting(effect, rows=0.25), Setting(effect, confounded=True)):
        made = world(generator, 1, setting)
        for name, frame in made.items():
            flags = frame.select_dtypes("bool").columns  # "true" and "false", as the tables have them
            written = frame.assign(
                **{flag: frame[flag].map({True: "true", False: "false"}) for flag in flags}
            )
            written.to_csv(data / tables.resource(name, data)["path"], index=False, lineterminator="\n")
        tables.refresh_hashes(data)
        assert tables.validate(data, list(made)) == [], setting
        test.function(*(tables.load(name, data) for name in test.tables)).check(generator.claim_id)
        tables.forget()


@BY_CLAIM
def test_a_world_is_its_seed(generator: Generator):
    first, again, other = (world(generator, seed, Setting(1.0)) for seed in (3, 3, 4))
    for name in first:
        pd.testing.assert_frame_equal(first[name], again[name])
    assert any(not first[name].equals(other[name]) for name in first)


@BY_CLAIM
def test_a_large_effect_is_found(generator: Generator):
    test = REGISTRY[generator.claim_id]
    verdicts = [
        test.function(
            *(world(generator, seed, Setting(10 * generator.smallest))[name] for name in test.tables)
        ).verdict
        for seed in range(10)
    ]
    assert verdicts.count("holds") >= 9
