"""Worlds for the tests of the market for computing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import availability, compute
from ladders.verdicts.compute_market import FULL, MORE, NOTABLE
from ladders.worlds.making import Generator, Setting, Tables, sample, signs

FIFTH = -np.log(NOTABLE)
"""Natural log of the price, for each fifth off it."""


def _priced(
    table: pd.DataFrame, rng: np.random.Generator, shift: dict[str, float], share: float
) -> pd.DataFrame:
    """Providers that all ask the same but for real deviations and a shift of the log price by kind.

    Deviations are those of random real providers from the mean of their kind, with random signs.
    """
    log = (np.log(table.low_usd) + np.log(table.high_usd)) / 2
    levels = compute.provider_levels(table, against=availability.BASE).value
    spread = (levels.level - levels.groupby("kind")["level"].transform("mean")).to_numpy()
    spread = spread[spread != 0]
    names, code = np.unique(table.provider.to_numpy(), return_inverse=True)
    noise = (rng.choice(spread, len(names)) * signs(rng, len(names)))[code]
    base = log.groupby(table.card).transform("mean")
    price = np.exp(base + noise + table.kind.map(shift).fillna(0.0)).round(4).clip(lower=0.01)
    return sample(table.assign(low_usd=price, high_usd=price), rng, share)


def _both(real: Tables, rng: np.random.Generator, shift: dict[str, float], share: float) -> Tables:
    return {name: _priced(real[name], rng, shift, share) for name in ("gpu_prices", "gpu_prices_dated")}


def cheaper_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Networks that ask a fifth less, `effect` times over, than everybody else for the same card.

    rows: share of the prices. confounded: so do markets of many hosts without a token; what is cheap is the hosts.
    """
    effect, rows, confounded = setting
    shift = {"chain": -FIFTH * effect}
    if confounded:
        shift["marketplace"] = -FIFTH * effect
    return _both(real, rng, shift, rows)


def dearer_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Networks that ask a quarter more, `effect` times over, for the same card.

    rows: share of the prices. confounded: they ask no more, but rent out dear cards alone.
    """
    effect, rows, confounded = setting
    made = _both(real, rng, {} if confounded else {"chain": FIFTH * effect}, rows)
    if not confounded:
        return made
    dear = ("H100", "H200", "B200")
    return {
        name: frame[(frame.kind != "chain") | frame.card.isin(dear)].reset_index(drop=True)
        for name, frame in made.items()
    }


ONE_IN_FOUR = 25.0
"""Percent of the networks: fewer would be accidents, not what makes computing hard to get."""


def match_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Networks of which `effect` percent report a shortage when the wanted cards are taken, the others none.

    Each is drawn on its own; the share in use is that of a random real shortage, at full use where one is reported.
    rows: share of the rows.
    confounded: all report that cards cannot be had, and the cards stand idle: supply that was invented.
    """
    effect, rows, confounded = setting
    table = real["compute_networks"]
    short = availability.shortages(table).value.dropna()
    taken = short[short >= FULL].to_numpy()
    made = [table[~table.measure.isin(["shortage", "wanted used share"])]]
    for name in short.index:
        last = {
            measure: table[(table.network == name) & (table.measure == measure)].iloc[-1:]
            for measure in ("shortage", "wanted used share")
        }
        hit = rng.random() < effect / 100
        share = 0.0 if confounded else rng.choice(taken if hit else short.to_numpy())
        made.append(last["wanted used share"].assign(low=share, high=share))
        made += [last["shortage"]] if hit or confounded else []
    return {"compute_networks": sample(pd.concat(made, ignore_index=True), rng, rows)}


def steps_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Guides of networks that ask for `effect` technical steps more than other sellers' guides do.

    Technical steps of every guide: those of a random real guide of a seller without a chain. rows: share of the steps.
    confounded: the networks' guides are longer by as many steps, none of them technical.
    """
    effect, rows, confounded = setting
    table = real["first_job_steps"]
    technical = table.need.isin(availability.TECHNICAL)
    counts = availability.steps(table).value
    plain = counts.technical[counts.kind != "chain"].to_numpy()
    made = []
    for (_, _), guide in table.groupby(["provider", "path"]):
        chain = guide.kind.iloc[0] == "chain"
        more = round(effect) if chain else 0
        need = ["key"] * int(rng.choice(plain) + (0 if confounded else more))
        need += list(guide.need[~technical[guide.index]]) + ["machine"] * (more if confounded else 0)
        first = guide.iloc[[0]]
        made.append(
            pd.concat([first] * len(need), ignore_index=True).assign(
                need=need, position=range(1, len(need) + 1), step="A step"
            )
        )
    return {"first_job_steps": sample(pd.concat(made, ignore_index=True), rng, rows)}


GENERATORS = (
    Generator("S2-3.1.1-08", 1.0, "times a fifth off the price", cheaper_world),
    Generator("S2-4.1-02", ONE_IN_FOUR, "percent of networks", match_world),
    Generator("S2-4.1-03", 1.0, "times a quarter on the price", dearer_world),
    Generator("S2-4.1-07", MORE, "technical steps", steps_world),
)
"""The generators of this part of the book."""
