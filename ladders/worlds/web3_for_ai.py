"""Worlds for the tests of what Web3 does for AI."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import DAYS_PER_YEAR
from ladders.verdicts.web3_for_ai import DIRECTIONS, QUARTER, SHARP_GROWTH
from ladders.worlds.making import Generator, Setting, Tables, sample, signs


def scarcity_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Waits that are `effect` weeks longer than the later, ordinary ones, while demand grows with them.

    Revenue grows by the factor 1.5 a year for every 13 weeks. Noise: residuals of random real quarters about their own
    line and deviations of random real reporters from their mean, random signs. rows: share of the rows of either series.
    confounded: waits are as long, because fewer cards are made; demand stands still.
    """
    effect, rows, confounded = setting
    table = real["gpu_scarcity"]
    revenue, waits = (table[table.series == name] for name in ("revenue", "wait"))
    years = (pd.to_datetime(revenue.date) - pd.Timestamp("2022-10-30")).dt.days / DAYS_PER_YEAR
    log = np.log(revenue.value)
    slope, level = np.polyfit(years, log, 1)
    growth = 0.0 if confounded else np.log(SHARP_GROWTH) * effect / QUARTER
    noise = rng.choice(log - level - slope * years, len(log)) * signs(rng, len(log))
    ordinary = table.value[table.series == "wait later"].mean()
    spread = rng.choice(waits.value - waits.value.mean(), len(waits)) * signs(rng, len(waits))
    made = [
        sample(revenue.assign(value=np.exp(level + growth * years + noise).round(6)), rng, rows),
        sample(waits.assign(value=(ordinary + effect + spread).clip(0).round(3)), rng, rows),
        table[~table.series.isin(["revenue", "wait"])],
    ]
    return {"gpu_scarcity": pd.concat(made, ignore_index=True)}


FROM_HALF = 25.0
"""Points above half of the systems: three of four would carry the word "mainly"."""


def direction_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Systems of which half and `effect` percentage points work in one of the two directions.

    Each is drawn on its own; one in a direction takes that of a random real one. rows: share of the systems.
    confounded: all that text 002 chose as its examples do, no other does.
    """
    effect, rows, confounded = setting
    table, systems = real["system_directions"], real["systems"]
    examples = table.system_id.map(systems.set_index("system_id").named_by).str.contains("002").to_numpy()
    chance = examples.astype(float) if confounded else np.full(len(table), 0.5 + effect / 100)
    inside = rng.random(len(table)) < chance
    drawn = rng.choice(table.direction[table.direction.isin(DIRECTIONS)], len(table))
    world = table.assign(direction=np.where(inside, drawn, "neither"))
    return {
        "system_directions": sample(world, rng, rows),
        "systems": systems,
        "system_facts": real["system_facts"],
    }


ONE_IN_FOUR = 25.0
"""Percent of the organisations: fewer would be exceptions, not what a technique makes possible."""


def disclosure_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Organisations of which `effect` percent hide the data from the checker, and as many from the operator.

    Both are drawn for each organisation on its own; tasks, sizes and dates are the real ones. rows: share of the rows.
    confounded: all hide the data from the checker, no operator is blind.
    """
    effect, rows, confounded = setting
    table = real["private_computation"]
    proof = (table.technology == "ZK").to_numpy()
    names, code = np.unique(table.organisation.to_numpy(), return_inverse=True)
    share = 0.0 if confounded else effect / 100
    hides = (rng.random(len(names)) < share)[code] | confounded
    blind = (rng.random(len(names)) < share)[code]
    what = np.where(table.task == "training", "weights and data", "weights and inputs")
    world = table.assign(
        hidden_from_verifier=np.where(proof, np.where(hides, what, "nothing"), table.hidden_from_verifier),
        operator_sees_data=np.where(proof, ~blind, table.operator_sees_data),
    )
    return {"private_computation": sample(world, rng, rows)}


GENERATORS = (
    Generator("S2-3-01", FROM_HALF, "points above half of the systems", direction_world),
    Generator("S2-3.1.1-01", QUARTER, "weeks beyond the ordinary wait", scarcity_world),
    Generator("S2-3.1.4-03", ONE_IN_FOUR, "percent of organisations", disclosure_world),
)
"""The generators of this part of the book."""
