"""Worlds for the tests of what ails AI and Web3."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.losses import CODE, FULL_YEARS, KEYS, large_by_year, sorted_incidents
from ladders.evidence.markets import STATED_AI, STATED_WEB3
from ladders.evidence.needs import EARLY, LATE, RECENT, slope_by_developer
from ladders.verdicts.needs import (
    A_LIFE_OF_READING,
    A_MILLION,
    A_MONTH_OF_A_GPU,
    EVERY_QUARTER,
    LARGE_MODEL,
    SMALLEST_OPENING,
    SMALLEST_RISE,
)
from ladders.worlds.making import Generator, Setting, Tables, sample, signs

HALF = 50.0
"""Percent of the way from the real state to the stated figure, in logarithms: the point from which a reader would rather
say "about that" than "something else"."""


def size_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Estimates that scatter around twice the stated size as the real ones scatter, `effect` percent nearer to it.

    confounded: all estimates of all AI agree on the stated size because they are copies of one publisher.
    """
    effect, rows, confounded = setting
    table = real["market_estimates"]
    logs = np.log(table.usd_bn / STATED_AI)
    noise = rng.choice(logs - logs.mean(), len(table)) * signs(rng, len(table))
    far = 1 - min(effect, 100.0) / 100
    size = STATED_AI * np.exp((0.0 if confounded else far) * (np.log(2) + noise))
    publisher = table.publisher[0] if confounded else table.publisher
    return {"market_estimates": sample(table.assign(usd_bn=size.round(2), publisher=publisher), rng, rows)}


def value_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """A market `effect` percent of the way (in logarithms) from its real value to the stated one.

    Noise: the real path with monthly changes of random months. confounded: one month stands at the stated value, as a
    mistaken entry would bring about.
    """
    effect, rows, confounded = setting
    table = real["crypto_market"]
    logs = np.log(table.usd_trn.to_numpy())
    noisy = logs + rng.choice(np.diff(logs), len(table))
    way = 0.0 if confounded else min(effect, 100.0) / 100
    logs = noisy + way * (np.log(STATED_WEB3) - logs)
    if confounded:
        logs[rng.integers(len(table))] = np.log(STATED_WEB3)
    world = table.assign(usd_trn=np.exp(logs).round(3))
    return {"crypto_market": sample(world, rng, rows), "exchange_rates": real["exchange_rates"]}


def loss_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Attacks of which `effect` a year cost a million or more through contract code.

    Small losses stay. The number of a year is `effect` times a random real year's share of the mean; the losses are random
    real ones. confounded: as many large losses, all by keys and people. rows: share of the rows that is kept.
    """
    effect, rows, confounded = setting
    table, causes = real["incidents"], real["loss_causes"]
    marked = sorted_incidents(table, causes)
    large = (marked.reach == CODE) & (marked.loss_usd >= A_MILLION)
    by_year = large_by_year(table, causes).value.to_numpy(dtype=float)
    factors = rng.choice(by_year / by_year.mean(), len(by_year))
    size = np.round(effect * factors).astype(int)
    drawn = table[large].iloc[rng.integers(int(large.sum()), size=int(size.sum()))]
    years = np.repeat(np.arange(FULL_YEARS[0], FULL_YEARS[1] + 1), size)
    new = drawn.assign(
        incident_id=[f"world-{place}" for place in range(len(drawn))],
        date=[f"{year}{date[4:7]}-01" for year, date in zip(years, drawn.date, strict=True)],
    )
    if confounded:
        new = new.assign(cause=causes.cause[causes.reach == KEYS].iloc[0])
    world = pd.concat([table[~large], new], ignore_index=True)
    return {
        "incidents": sample(world, rng, rows),
        "loss_causes": causes,
        "loss_totals": real["loss_totals"],
    }


def appetite_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Developers whose recent models need `effect` powers of ten more than the bars for compute and data.

    Noise: random real deviations of developers and of models. confounded: only one developer needs much, for all of its
    many models; the others stay below the bars.
    """
    effect, rows, confounded = setting
    table = real["notable_models"]
    recent = (table.released >= RECENT).to_numpy()
    developers, code = np.unique(table.developer.to_numpy(), return_inverse=True)
    busiest = np.bincount(code[recent], minlength=len(developers)).argmax()
    world = {}
    for column, bar in (("flop", A_MONTH_OF_A_GPU), ("dataset_size", A_LIFE_OF_READING)):
        logs = np.log10(table[column].to_numpy(dtype=float))
        chosen = recent & np.isfinite(logs)
        means = pd.Series(logs[chosen]).groupby(code[chosen]).mean()
        own = logs[chosen] - means.loc[code[chosen]].to_numpy()
        shared = rng.choice(means - means.mean(), len(developers)) * signs(rng, len(developers))
        if confounded:
            level = np.where(code == busiest, bar + effect, bar - 0.5)
        else:
            level = np.full(len(table), bar + effect)
        drawn = level + shared[code] + rng.choice(own, len(table)) * signs(rng, len(table))
        world[column] = np.where(chosen, 10**drawn, table[column].to_numpy(dtype=float))
    return {"notable_models": sample(table.assign(**world), rng, rows)}


def scaling_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Models whose index rises by `effect` points for ten times the compute, and with time.

    Noise: real residuals and real deviations of developers' slopes, with random signs. confounded: the index rises with
    time alone, by 12 points a year, and compute rises with time too.
    """
    effect, rows, confounded = setting
    table = real["capability_compute"]
    x = np.log10(table.flop.to_numpy(dtype=float))
    years = pd.to_datetime(table.released).to_numpy().astype("datetime64[D]").astype(float) / 365.25
    design = np.column_stack([np.ones(len(table)), x, years])
    residual = table.score - design @ np.linalg.lstsq(design, table.score.to_numpy(), rcond=None)[0]
    slopes = slope_by_developer(table).value
    developers, code = np.unique(table.developer.to_numpy(), return_inverse=True)
    slope = rng.choice(slopes - slopes.mean(), len(developers)) * signs(rng, len(developers))
    rise = 0.0 if confounded else effect
    centred = x - x.mean()
    score = (rise + slope[code]) * centred + rng.choice(residual, len(table)) * signs(rng, len(table))
    score += 100 + 12 * (years - years.mean())
    return {"capability_compute": sample(table.assign(score=score.round(2)), rng, rows)}


def opening_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Developers of large models of whom `effect` points more open their weights in the late span than in the early one.

    In the early span, and without an effect, a developer opens with the real early share. A developer opens all of its
    models of a span or none. confounded: only the developer with most large models of the late span opens all of them.
    """
    effect, rows, confounded = setting
    table = real["notable_models"]
    large = (table.flop >= LARGE_MODEL).to_numpy() & (table.weights != "unknown").to_numpy()
    released = table.released.to_numpy(dtype=str)
    weights = table.weights.to_numpy(copy=True)
    spans = [large & (released >= first) & (released < last) for first, last in (EARLY, LATE)]
    base = 100 * (table.weights[spans[0]] == "open").groupby(table.developer[spans[0]]).mean().mean()
    busiest = table.developer[spans[1]].value_counts().index[0]
    for chosen, share in zip(spans, (base, base + (0.0 if confounded else effect)), strict=True):
        names, code = np.unique(table.developer[chosen].to_numpy(dtype=str), return_inverse=True)
        opens = rng.random(len(names)) < share / 100
        if confounded and share == base and chosen is spans[1]:
            opens = opens | (names == busiest)
        weights[chosen] = np.where(opens[code], "open", "closed")
    return {"notable_models": sample(table.assign(weights=weights), rng, rows)}


GENERATORS = (
    Generator("S2-1-05", HALF, "percent of the way to agreement", size_world),
    Generator("S2-1-11", HALF, "percent of the way to the figure", value_world),
    Generator("S2-2.2-04", EVERY_QUARTER, "large losses a year", loss_world),
    Generator("S2-2.1-02", 1.0, "powers of ten above the bar", appetite_world),
    Generator("S2-2.1-21", 1.0, "powers of ten above the bar", appetite_world),
    Generator("S2-2.1-03", SMALLEST_RISE, "points for ten times the compute", scaling_world),
    Generator("S2-4.3-04", SMALLEST_OPENING, "percentage points", opening_world),
)
"""The generators of this part of the book."""
