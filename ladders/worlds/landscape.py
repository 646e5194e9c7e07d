"""Worlds for the tests of the four layers: who uses whom, what the named systems are, who holds what."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from ladders.evidence import systems
from ladders.verdicts.landscape import EARNERS, GPU_MARKETS, SMALLEST_SHARE, TRAINERS
from ladders.worlds.making import Generator, Setting, Tables, sampled

SMALLEST_EXCESS = 0.05
"""Share of systems beyond one half: below it a majority is one system in twenty."""

SMALLEST_TRUTH = 0.1
"""Probability that what is said of a named system is true: a list of which one name in ten is right is of no use."""


def link_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Uses between systems: each system above the lowest layer uses one below it with probability 1/2 + effect.

    Which system below is drawn at random. Noise: as many uses of the same or an upper layer as in truth, drawn from
    the real ones of that kind. rows: share of the upper systems that is kept. confounded: every system uses Ethereum,
    whatever its layer, because all settle somewhere; nothing else is used.
    """
    effect, rows, confounded = setting
    placements, classes, links = real["placements"], real["classes"], real["system_links"]
    placed = systems.layers(placements, classes)
    source = links.source_id.iloc[0]
    upper = placed[(placed.layer > 1) & ~placed.system_id.isin(systems.UNSEARCHED)]
    kept = upper.iloc[sampled(rng, len(upper), rows)]
    directed = systems.link_layers(placements, classes, links)
    sideways = directed[directed.user_layer <= directed.used_layer][["user_id", "used_id"]].drop_duplicates()
    if confounded:
        pairs = [(unit, "ethereum") for unit in placed.system_id.unique() if unit not in systems.UNSEARCHED]
    else:
        noise = sideways.iloc[rng.integers(len(sideways), size=len(sideways))]
        pairs = list(noise.itertuples(index=False, name=None))
        for unit in kept[rng.random(len(kept)) < 0.5 + effect].itertuples():
            below = placed[(placed.layer == unit.layer - 1) & (placed.system_id != unit.system_id)].system_id
            pairs.append((unit.system_id, rng.choice(below.to_numpy())))
    gone = set(upper.system_id) - set(kept.system_id)
    made = pd.DataFrame(list(dict.fromkeys(pairs)), columns=["user_id", "used_id"])
    made = made[~made.user_id.isin(gone)].assign(what="generated", source_id=source)
    return {
        "placements": placements[~placements.system_id.isin(gone)].reset_index(drop=True),
        "classes": classes,
        "system_links": made[links.columns].reset_index(drop=True),
        "system_sources": real["system_sources"],
    }


def _noisy(facts: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The facts with day and confidence of every cell drawn from the real cells."""
    drawn = facts.iloc[rng.integers(len(facts), size=len(facts))]
    return facts.assign(as_of=drawn.as_of.to_numpy(), confidence=drawn.confidence.to_numpy())


def _set(facts: pd.DataFrame, system: str, **values: str) -> pd.DataFrame:
    """The facts with cells of one system set to other values."""
    changed = facts.value.copy()
    for attribute, value in values.items():
        changed[(facts.system_id == system) & (facts.attribute == attribute)] = value
    return facts.assign(value=changed)


def _keep(facts: pd.DataFrame, rng: np.random.Generator, names: list[str], share: float) -> pd.DataFrame:
    """The facts without the cells of a random part of the named systems."""
    kept = {names[place] for place in sampled(rng, len(names), share)}
    return facts[~facts.system_id.isin(set(names) - kept)].reset_index(drop=True)


def named_world(
    real: Tables,
    rng: np.random.Generator,
    setting: Setting,
    *,
    names: dict[str, str],
    good: dict[str, str],
    bad: tuple[dict[str, str], ...],
    wrong: dict[str, str],
) -> Tables:
    """A world in which what is said of each named system is true with probability `effect`, at most 1.

    good: cells of a system of which it is true. bad: cells that make it false, one set drawn for each system, as seen
    among the real ones. wrong: cells of the confounded world. Noise: day and confidence as in `_noisy`. rows: share of the named systems whose cells are known.
    """
    facts = _noisy(real["system_facts"], rng)
    for system in names:
        true = rng.random() < setting.effect
        drawn = bad[rng.integers(len(bad))]
        facts = _set(facts, system, **(wrong if setting.confounded else good if true else drawn))
    return {"system_facts": _keep(facts, rng, list(names), setting.rows)}


training_world = partial(
    named_world,
    names=TRAINERS,
    good={"open_training": "yes", "status": "live"},
    bad=(
        {"open_training": "past only", "status": "pivoted"},
        {"open_training": "no", "status": "company without token"},
    ),
    wrong={"open_training": "past only", "status": "live", "token": "stake and payment"},
)
"""Confounded: the systems live and have tokens, but the training that anyone could join is past."""

gpu_world = partial(
    named_world,
    names=GPU_MARKETS,
    good={"status": "live", "gpu_rental": "yes", "on_chain": "payments"},
    bad=(
        {"status": "dead", "gpu_rental": "no"},
        {"status": "live", "gpu_rental": "no"},
        {"status": "company without token", "gpu_rental": "yes", "on_chain": "nothing"},
    ),
    wrong={"status": "dead", "gpu_rental": "no", "token": "payment"},
)
"""Confounded: tokens are still traded, the products are dead."""

earner_world = partial(
    named_world,
    names=EARNERS,
    good={"status": "live", "payment": "token only", "control": "no single party"},
    bad=({"status": "dead", "control": "one party"}, {"status": "live", "control": "one party"}),
    wrong={"status": "live", "payment": "token only", "control": "one party"},
)
"""Confounded: users earn tokens from many hosts, and one party steers it all."""


def payment_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Markets of which each takes tokens only with probability 1/2 + effect, at most 1.

    Noise: the others pay as a random real market that takes money too. rows: share of the markets that is kept.
    confounded: every market has a token and pays its suppliers in it, but buyers pay money too.
    """
    effect, rows, confounded = setting
    facts, placements = _noisy(real["system_facts"], rng), real["placements"]
    paid = systems.market_payments(placements, facts)
    other = paid[paid != "token only"].to_numpy()
    for system in paid.index:
        value = "token only" if rng.random() < 0.5 + effect else rng.choice(other)
        facts = _set(facts, system, payment="token or money" if confounded else value)
        if confounded:
            facts = _set(facts, system, token="payment and reward")
    return {"placements": placements, "system_facts": _keep(facts, rng, list(paid.index), rows)}


def _capacity(
    real: pd.DataFrame, rng: np.random.Generator, percent: float, *, false_claims: float = 0.0
) -> pd.DataFrame:
    """Devices of token networks that make up `percent` of all computing power, shared out evenly.

    Noise: each network takes a random real network's factor from confirmed to claimed, and whether its devices are
    mixed. false_claims: percent that is claimed and not there.
    """
    token = (real.kind == "token network").to_numpy()
    rest = float(real.claimed[~token].sum())
    sound = real[token & (real.confirmed > 0).to_numpy()]
    factor = (sound.claimed / sound.confirmed).to_numpy(dtype=float)
    drawn = rng.integers(len(sound), size=token.sum())
    true = rest * percent / (100 - percent) / token.sum()
    false = rest * false_claims / (100 - false_claims) / token.sum()
    confirmed, claimed, mixed = (real[c].to_numpy().copy() for c in ("confirmed", "claimed", "mixed"))
    confirmed[token] = round(true)
    claimed[token] = np.round(true * factor[drawn] + false).astype(int)
    mixed[token] = sound.mixed.to_numpy()[drawn]
    return real.assign(
        confirmed=pd.array(confirmed, dtype=real.confirmed.dtype),
        claimed=pd.array(claimed, dtype=real.claimed.dtype),
        mixed=mixed,
    )


def hold_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Token networks hold `effect` percent of the computing power of AI.

    Noise as in `_capacity`. rows: share of the networks that is kept. confounded: they claim it, and nothing is there.
    """
    effect, rows, confounded = setting
    table = real["compute_capacity"]
    world = _capacity(table, rng, 0.0 if confounded else effect, false_claims=effect if confounded else 0.0)
    names = world.holder[world.kind == "token network"].to_numpy()
    kept = set(names[sampled(rng, len(names), rows)])
    world = world[(world.kind != "token network") | world.holder.isin(kept)].reset_index(drop=True)
    return {"compute_capacity": world}


def dependence_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Each network is free of a single party with probability 1/2 + effect; networks hold 100 x effect percent.

    Noise: the others are as a random real one that is not free; computing power as in `_capacity`. rows: share of the
    networks whose cells are kept. confounded: the hardware is spread over many hands and there is much of it, and one
    party steers every network.
    """
    effect, rows, confounded = setting
    facts, placements = _noisy(real["system_facts"], rng), real["placements"]
    control = systems.steerable(placements, facts)
    other = control[control != "no single party"].to_numpy()
    for system in control.index:
        value = "no single party" if rng.random() < 0.5 + effect else rng.choice(other)
        facts = _set(facts, system, control="one party" if confounded else value)
    capacity = _capacity(real["compute_capacity"], rng, min(100 * effect, 90.0))
    return {
        "placements": placements,
        "system_facts": _keep(facts, rng, list(control.index), rows),
        "compute_capacity": capacity,
    }


GENERATORS = (
    Generator("S4-0-06", SMALLEST_EXCESS, "share of systems beyond one half", link_world),
    Generator("S4-1-03", SMALLEST_TRUTH, "probability of being true of a named system", training_world),
    Generator("S4-2-02", SMALLEST_TRUTH, "probability of being true of a named system", gpu_world),
    Generator("S4-3-03", SMALLEST_TRUTH, "probability of being true of a named system", earner_world),
    Generator("S4-3-06", SMALLEST_EXCESS, "share of markets beyond one half", payment_world),
    Generator("S4-1-08", SMALLEST_SHARE, "percent of computing power", hold_world),
    Generator("S2-5-05", SMALLEST_EXCESS, "share of networks beyond one half", dependence_world),
)
