"""Worlds for the tests on tokens and incentives."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import tokens
from ladders.verdicts.tokens import CARRIES, HARDLY, MANY
from ladders.worlds.making import Generator, Setting, Tables, sample, sampled, signs

FIVEFOLD = float(np.log10(CARRIES / HARDLY))
"""Orders of magnitude from a coverage that hardly matters to one that carries half."""


def _noise(values: np.ndarray, rng: np.random.Generator, n: int) -> np.ndarray:
    """n real deviations from the mean, with random signs."""
    values = np.asarray(values, dtype=float)
    return rng.choice(values - values.mean(), n) * signs(rng, n)


def _covered(real: pd.DataFrame, rng: np.random.Generator, effect: float, confounded: bool) -> pd.DataFrame:
    """Coverages of a tenth times ten to the effect; every organisation deviates by a random real one's deviation.

    confounded: four times that, paid by the companies themselves; customers pay a tenth.
    """
    means = np.log(tokens.coverage_by_organisation(real).value.to_numpy())
    names, code = np.unique(real.organisation.to_numpy(), return_inverse=True)
    by_name = _noise(means, rng, len(names))
    middle = HARDLY * 10 ** (0.0 if confounded else effect) * np.exp(by_name)[code]
    rows = tokens.ratios(real)
    paid_low = (middle * rows.low / rows.middle * real.given_high).round(6)
    paid_high = (middle * rows.high / rows.middle * real.given_low).round(6)
    world = real.assign(paid_low=paid_low, paid_high=np.maximum(paid_low, paid_high))
    if not confounded:
        return world
    own = world.assign(
        coverage_id=world.coverage_id + "-own-burn",
        payer="company",
        paid_low=world.paid_low * 10**4,
        paid_high=world.paid_high * 10**4,
    )
    return pd.concat([world, own], ignore_index=True)


def needs_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Customers pay a tenth of what is handed out, times ten to the effect. rows: share of the figures.

    confounded: the companies pay themselves for what is used, as one did until 2026.
    """
    effect, rows, confounded = setting
    return {"coverage": sample(_covered(real["coverage"], rng, effect, confounded), rng, rows)}


def _thinned(network_growth: pd.DataFrame, rng: np.random.Generator, share: float) -> pd.DataFrame:
    """The counts of a random share of the networks."""
    names = network_growth.network.unique()
    kept = names[sampled(rng, len(names), share)]
    return network_growth[network_growth.network.isin(kept)].reset_index(drop=True)


def start_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Supply that grew by ten to the effect, and customers who pay a tenth times ten to the effect afterwards.

    Supply at the first count is real; its growth deviates by a random real organisation's. rows: share of the figures and of
    the networks. confounded: suppliers came, and the companies themselves pay for what they bring.
    """
    effect, rows, confounded = setting
    counts = real["network_growth"]
    factors = np.log(tokens.supply_factors(counts).value.to_numpy())
    spans = tokens.growth(counts, side="supply").value
    noise = pd.Series(_noise(factors, rng, len(spans)), spans.index)
    # Logarithmic interpolation: the first count stays, the peak is moved, what lies between follows.
    wanted = np.log(10) * effect + noise
    first, peak = np.log(spans["first"]), np.log(spans.to_peak)
    supply = counts.side == "supply"
    by = counts.network[supply]
    share = (np.log(counts.value[supply]) - by.map(first)) / by.map(peak)
    moved = np.exp(by.map(first) + share * by.map(wanted))
    world = counts.assign(value=counts.value.mask(supply, moved).round(6))
    return {
        "coverage": sample(_covered(real["coverage"], rng, effect, confounded), rng, rows),
        "network_growth": _thinned(world, rng, rows),
    }


COST_OF_WORK = 5.0
"""Percent of dividends. Scoring by one's own work costs money; a lead of a twentieth is the least that would pay for any."""


def consensus_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Copying costs `effect` percent of dividends; correlations of pay with quality exceed those with stake by as much.

    For each percent of effect the correlations part by a twentieth of the way from equal to wholly apart in the ranges of
    the study; an idle cabal gets five percent of the pay less what copying costs. Noise: real runs about their mean.
    rows: share of the runs. confounded: copying costs as much, and pay goes with stake as it does.
    """
    effect, rows, confounded = setting
    runs, links = real["consensus_runs"], real["reward_links"]
    value = runs.value.to_numpy(copy=True)
    copies = (runs.experiment == "copy").to_numpy()
    spread = (runs.value - runs.groupby(["experiment", "sigma", "beta"]).value.transform("mean"))[copies]
    loss = effect if effect or not confounded else 4 * COST_OF_WORK
    drawn = rng.choice(spread.to_numpy(), copies.sum()) * signs(rng, copies.sum())
    value[copies] = np.clip(1 - loss / 100 + drawn, 0, None)
    idle = (runs.experiment == "idle servers").to_numpy()
    value[idle] = (
        np.clip(COST_OF_WORK - loss, 0, None) / 100 + np.abs(rng.choice(spread.to_numpy(), idle.sum())) / 10
    )
    mine = ((links.role == "miners") & (links["measure"] == "correlation with reward")).to_numpy()
    width = (links.high - links.low).where(mine).max() * rng.uniform(0.8, 1.2)
    lead = 0.0 if confounded else effect / 20 * 1.1 * width
    middle = np.where(links.of == "performance", 0.5 + lead / 2, 0.5 - lead / 2)
    if confounded:
        middle = (links.low + links.high) / 2
    world = links.assign(
        low=np.where(mine, (middle - width / 2), links.low).round(4),
        high=np.where(mine, (middle + width / 2), links.high).round(4),
    )
    return {
        "consensus_runs": sample(runs.assign(value=value.round(6)), rng, rows),
        "reward_links": world,
        "parameters": real["parameters"],
    }


OTHERS = (
    "bullbear-ai",
    "dune-wand",
    "followin",
    "oracles",
    "pond",
    "zkml",
    "openai",
    "midjourney",
    "stepn",
    "uniswap",
)
"""Systems that table token_launches does not hold, whose names a world's new projects may bear."""


def opening_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Projects at work before models opened, of which `effect` percent above an eighth added a token afterwards.

    Each is drawn on its own; dates are random real ones of that side. rows: share of the projects. confounded: no project
    at work before adds one; as many begin afterwards, with a token from the start.
    """
    effect, rows, confounded = setting
    table, scores = real["token_launches"], real["plain_scores"]
    day = tokens.opening(scores).value
    before = (table.began < day).to_numpy()
    early = table.token_began[(table.token_began != "") & (table.token_began < day)]
    late = table.token_began[table.token_began >= day]
    chance = 0.0 if confounded else min(MANY / 2 + effect / 100, 1.0)
    adds = before & (rng.random(len(table)) < chance)
    dates = np.where(adds, rng.choice(late, len(table)), rng.choice(early, len(table)))
    world = table.assign(token_began=np.where(before, dates, table.token_began), precision="day")
    if confounded:
        new = world[before].assign(began=day, token_began=rng.choice(late, before.sum()))
        new = new.iloc[: len(OTHERS)].assign(system_id=OTHERS[: len(new)])
        world = pd.concat([world, new], ignore_index=True)
    return {"token_launches": sample(world, rng, rows), "plain_scores": scores}


QUARTER_BELOW = 25.0
"""Points below half: where three of four stand side by side, "not very refined" is the rule."""


def side_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Projects in which the AI is scored or sold with a chance of half less `effect` points.

    The other roles are random real ones. rows: share of the facts. confounded: those that text 002 chose as examples stand
    side by side, the others do not.
    """
    effect, rows, confounded = setting
    facts, systems = real["system_facts"], real["systems"]
    role = facts.attribute == "ai_role"
    examples = facts.system_id.map(systems.set_index("system_id").named_by).str.contains("002").to_numpy()
    chance = np.where(examples, 0.0, 1.0) if confounded else max(0.5 - effect / 100, 0.0)
    others = facts.value[role & facts.value.isin(["added", "supplier", "none"])]
    drawn = np.where(rng.random(len(facts)) < chance, "intrinsic", rng.choice(others, len(facts)))
    verified = role & facts.value.isin(tokens.ROLES)
    return {
        "system_facts": sample(facts.assign(value=facts.value.mask(verified, drawn)), rng, rows),
        "systems": systems,
    }


QUARTER_MORE = 25.0
"""Percent. Swings a quarter above Ether's are twice the error of one token's figure."""


def swings_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Tokens of AI networks that swing `effect` percent more than Ether, and use that grew by sixteen times as much.

    Noise: real deviations of the tokens' logarithms and of the organisations' growth. rows: share of the tokens and of the
    networks. confounded: they swing as much as the tokens of AI networks did in 2024, and so does Ether, with the market.
    """
    effect, rows, confounded = setting
    table, counts = real["token_swings"], real["network_growth"]
    ai = (table.kind == "ai").to_numpy()
    logs = tokens.swings(table, kind="ai").value.to_numpy()
    ether = float(np.exp(tokens.swings(table, kind="ether").value.iloc[0]))
    level = (
        np.log(ether) + np.log1p((0.0 if confounded else effect) / 100) + (np.log(2) if confounded else 0.0)
    )
    swing = np.where(ai, np.exp(level + _noise(logs, rng, len(table))), table.swing)
    if confounded:
        swing = np.where(table.kind.isin(["ether", "bitcoin"]), 2 * table.swing, swing)
    world = table.assign(swing=swing.round(6))
    reference = world.kind.isin(["ether", "bitcoin"])
    kept = pd.concat([world[reference], sample(world[~reference], rng, rows)], ignore_index=True)
    used = np.log(tokens.demand_factors(counts, ai_alone=True).value.to_numpy())
    grown = counts.copy()
    for network, span in tokens.growth(counts, side="demand").value.iterrows():
        rise = np.log1p(16 * effect / 100) + _noise(used, rng, 1)[0]
        last = (counts.network == network) & (counts.side == "demand") & (counts.date == span.last_date)
        grown.loc[last, "value"] = round(float(span["first"] * np.exp(rise)), 6)
    return {"token_swings": kept, "network_growth": _thinned(grown, rng, rows)}


HALF_THE_WAY = 0.5
"""Of the way from Ether to the memes: nearer to them than to it."""


def memes_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Tokens of the middleware whose swings lie `effect` of the way from Ether to the memes, on a log scale.

    Noise: real deviations of those tokens. rows: share of the tokens. confounded: they swing as the memes really do in the
    common window because the whole market does, Ether and memes with them.
    """
    effect, rows, confounded = setting
    table = real["token_swings"]
    ether = float(tokens.swings(table, kind="ether").value.iloc[0])
    memes = float(tokens.swings(table, kind="meme").value.mean())
    logs = tokens.swings(table, kind="ai", middleware=True).value.to_numpy()
    place = ether + (0.0 if confounded else effect) * (memes - ether)
    swing = np.where(table.middleware, np.exp(place + _noise(logs, rng, len(table))), table.swing)
    world = table.assign(swing=(swing * (np.exp(memes - ether) if confounded else 1.0)).round(6))
    groups = np.where(world.middleware, "middleware", world.kind)
    kept = [
        world[world.token.isin(_tokens(world[groups == group], rng, rows))] for group in np.unique(groups)
    ]
    return {"token_swings": pd.concat(kept, ignore_index=True)}


def _tokens(table: pd.DataFrame, rng: np.random.Generator, share: float) -> np.ndarray:
    """A random share of the tokens of a table, at least one."""
    names = table.token.unique()
    return names[sampled(rng, len(names), share)]


GENERATORS = (
    Generator("S2-3.1.1-06", FIVEFOLD, "orders of magnitude", start_world),
    Generator("S2-4.3-03", FIVEFOLD, "orders of magnitude of coverage", needs_world),
    Generator("S2-3.1.2-05", COST_OF_WORK, "percent of dividends", consensus_world),
    Generator("S2-4.3-02", 100 * MANY, "points above an eighth", opening_world),
    Generator("S2-4.2-01", QUARTER_BELOW, "points below half", side_world),
    Generator("S4-1-10", QUARTER_MORE, "percent above Ether", swings_world),
    Generator("S4-2-09", HALF_THE_WAY, "of the way to the memes", memes_world),
)
"""The generators of this part of the book."""
