"""Worlds for the tests of what the layers of chains brought: dispersion, few applications, fragmentation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import dispersion as evidence
from ladders.evidence.inference import DAYS_PER_YEAR
from ladders.verdicts.dispersion import GROWTH, MORE_CHAINS, ON_L2
from ladders.worlds.making import Generator, Setting, Tables, sample, sampled, signs


def _years(month: pd.Series) -> np.ndarray:
    """Years since January 2020 of months written 2022-01."""
    return (pd.to_datetime(month + "-01") - pd.Timestamp("2020-01-01")).dt.days.to_numpy() / DAYS_PER_YEAR


def dispersion_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Effective numbers grow by `effect` a year (logarithm) from their real first values, in every series.

    Noise: residuals of random real points about the log-linear line of their own series, random signs; tables without
    one chain shift with the whole. Later shares are those that such a growth leaves. rows: share of the rows.
    confounded: use and the series that hold rival L1 spread, those of layer 2 do not.
    """
    effect, rows, confounded = setting
    table, later = real["dispersion"], real["later_shares"]
    names = (*evidence.VALUE_SERIES, *evidence.USE_SERIES)
    residuals, start = [], {}
    for name in names:
        seen = table[(table.series == name) & (table.left_out == "")].sort_values("month")
        years, logs = _years(seen.month), -np.log(seen.hhi.to_numpy())
        start[name] = (years[0], logs[0])
        if len(seen) > 2:
            residuals.extend(logs - np.polyval(np.polyfit(years, logs, 1), years))
    residuals = np.array(residuals)
    mine = table.series.isin(names).to_numpy()
    rows_of = table[mine]
    keys = rows_of.series + rows_of.month
    whole = dict(zip(keys[rows_of.left_out == ""], rows_of.hhi[rows_of.left_out == ""], strict=True))
    drawn = dict(zip(whole, rng.choice(residuals, len(whole)) * signs(rng, len(whole)), strict=True))
    still = rows_of.series.isin([*ON_L2, "DeFi value, six chains"]).to_numpy() & confounded
    ago = _years(rows_of.month) - rows_of.series.map(lambda name: start[name][0]).to_numpy()
    log = (
        rows_of.series.map(lambda name: start[name][1]) + np.where(still, 0.0, effect) * ago + keys.map(drawn)
    )
    world = table.copy()
    world.loc[mine, "hhi"] = (rows_of.hhi * np.exp(-log) / keys.map(whole)).clip(1e-9, 1.0)
    series = later.kind.map({"value": ON_L2[0], "use": evidence.USE_SERIES[0]})
    growth = np.where(confounded & (later.kind == "value").to_numpy(), 0.0, effect)
    logs = series.map(lambda name: start[name][1]) + growth * (_years(later.month) - series.map(lambda name: start[name][0]))  # fmt: skip
    figures = later.groupby(["month", "measure"]).share.transform("size")
    share = np.sqrt(later.together.astype(float) / figures / np.exp(logs)).clip(0.0, 1.0)
    return {"dispersion": sample(world, rng, rows), "later_shares": later.assign(share=share)}


def application_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """L2 have 10 to the power of `effect` times fewer projects than the median L1.

    Noise: each L2 deviates by the deviation of a random real L2 from the mean of the old or the young ones, in decades,
    with a random sign. rows: share of the chains. confounded: only L2 that came after 2023 have few; they are young.
    """
    effect, rows, confounded = setting
    table = real["applications"]
    ours = (table.layer == "L2").to_numpy()
    decades = np.log10(table.projects[ours].astype(float) + 1)
    old = (table.projects_2023[ours] > 0).to_numpy()
    deviation = (decades - decades.groupby(old).transform("mean")).to_numpy()
    usual = np.log10(evidence.bar(table, quantile=0.5).value + 1)
    fewer = np.where(old, 0.0, effect) if confounded else effect
    noise = rng.choice(deviation, ours.sum()) * signs(rng, ours.sum())
    world = table.copy()
    world.loc[ours, "projects"] = np.round(10 ** (usual - fewer + noise) - 1).clip(0).astype(int)
    return {"applications": sample(world, rng, rows)}


def layer_3_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Counting layer 3 raises the effective number of chains by `effect` (logarithm), by value and by use, and the count.

    Noise: for value and for use one deviation of a random real change from its mean, with a random sign, and for each
    chain left out its own. rows: share of the rows. confounded: layer 3 only adds names; value and use stay put.
    """
    effect, rows, confounded = setting
    table, cohort = real["dispersion"], real["cohort_2024"]
    changes = evidence.layer_3_effects(table).value
    world = table.copy()
    for kind, (alone, both) in evidence.LAYER_3_PAIRS.items():
        logs = np.log1p(changes[changes.kind == kind].set_index("left_out").change / 100)
        deviation = logs - logs.mean()
        base = rng.choice(deviation.to_numpy()) * signs(rng, 1)[0] + (0.0 if confounded else effect)
        moved = dict(zip(logs.index, base + rng.permutation(deviation.to_numpy()), strict=True))
        june = table[(table.series == alone) & (table.month == "2024-06")].set_index("left_out").hhi
        mine = (table.series == both) & (table.month == "2024-06")
        left = table.left_out[mine]
        world.loc[mine, "hhi"] = (left.map(june) * np.exp(-left.map(moved))).clip(1e-9, 1.0)
    second, third = (cohort[cohort.layer == layer] for layer in ("L2", "L3"))
    many = round(len(second) * np.expm1(effect))
    made = third.iloc[rng.integers(len(third), size=many)]
    made = made.assign(chain=[f"{name} {place}" for place, name in enumerate(made.chain)])
    world_cohort = pd.concat([second, made], ignore_index=True)
    return {
        "dispersion": sample(world, rng, rows),
        "cohort_2024": world_cohort.iloc[sampled(rng, len(world_cohort), rows)].reset_index(drop=True),
    }


GENERATORS = (
    Generator(
        "S0-p4-05", round(float(np.log(GROWTH)), 2), "log of effective number a year", dispersion_world
    ),
    Generator("S0-p4-06", 0.45, "decades fewer than L1", application_world),
    Generator(
        "S0-p4-08", round(float(np.log1p(MORE_CHAINS / 100)), 2), "log of effective number", layer_3_world
    ),
)
