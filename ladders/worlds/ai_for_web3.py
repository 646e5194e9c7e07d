"""Worlds for the tests of AI in Web3 services."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.ai_roles import USING
from ladders.evidence.audits import cost_advantage, cost_of_a_look
from ladders.verdicts.ai_for_web3 import MANY, MOST, SMALLEST_SHARE
from ladders.worlds.making import Generator, Setting, Tables, sample, signs


def audit_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Comparisons run by others, of which AI wins `effect` percent; runs as cheap as the real ones.

    What AI does not win ends as a random real comparison by others did. Noise of the costs: real deviations of the
    organisations with random signs. confounded: AI wins at its own makers alone.
    """
    effect, rows, confounded = setting
    table, costs = real["audit_comparisons"], real["audit_costs"]
    counted = (table.more_exact != "void").to_numpy()
    others = counted & (table.run_by == "others").to_numpy()
    lost = table.more_exact[others & (table.more_exact != "yes").to_numpy()].to_numpy()
    drawn = rng.choice(lost, len(table))
    won = rng.random(len(table)) < effect / 100
    won = counted & ~others if confounded else won
    found = np.where(counted, np.where(won, "yes", drawn), table.more_exact)
    advantage = cost_advantage(costs).value
    deviations = rng.choice(advantage - advantage.mean(), len(costs)) * signs(rng, len(costs))
    cheapest = cost_of_a_look(costs).value.query("who == 'auditors'").low.min()
    priced = ((costs.who == "AI") & costs.usd_high.notna()).to_numpy()
    price = costs["items"].astype(float) * cheapest / 10 ** (advantage.mean() + deviations)
    costs = costs.assign(
        usd_low=costs.usd_low.mask(priced, price.round(6)),
        usd_high=costs.usd_high.mask(priced, price.round(6)),
    )
    return {
        "audit_comparisons": sample(table.assign(more_exact=found), rng, rows),
        "audit_costs": sample(costs, rng, rows),
    }


def contest_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Participants of whom `effect` percent predict with a language model; all else is that of random real ones.

    confounded: none predicts with one, but every repository has one write its code.
    """
    effect, rows, confounded = setting
    table = real["contest_repositories"]
    kept = ["repository", "owner"]
    donors = table.iloc[rng.integers(len(table), size=len(table))].reset_index(drop=True)
    world = donors.assign(**{column: table[column].to_numpy() for column in kept})
    uses = np.zeros(len(table), bool) if confounded else rng.random(len(table)) < effect / 100
    agents = world.agent_instructions | confounded
    return {
        "contest_repositories": sample(
            world.assign(language_model_forecasts=uses, agent_instructions=agents), rng, rows
        )
    }


def _with_roles(
    facts: pd.DataFrame, chosen: np.ndarray, role: np.ndarray, rng: np.random.Generator, rows: float
) -> pd.DataFrame:
    """Facts in which the chosen rows have new roles; of the rows on the role of AI a random share is kept.

    Noise: each chosen fact has the day and the source of a random real one.
    """
    donors = rng.choice(chosen, len(chosen))
    drawn = {"value": role} | {name: facts[name].to_numpy()[donors] for name in ("as_of", "source_id")}
    world = facts.copy()
    for name, values in drawn.items():
        column = world[name].to_numpy(copy=True)
        column[chosen] = values
        world[name] = column
    roles = world[world.attribute == "ai_role"]
    kept = sample(roles, rng, rows)
    return pd.concat([world[world.attribute != "ai_role"], kept]).reset_index(drop=True)


def _users(facts: pd.DataFrame, systems: pd.DataFrame) -> np.ndarray:
    """Positions of the facts on the role of AI in crypto systems that use it."""
    crypto = systems.system_id[systems.group == "crypto-ai"]
    return np.flatnonzero(
        (facts.attribute == "ai_role") & facts.value.isin(USING) & facts.system_id.isin(crypto)
    )


def added_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Systems that use AI, in `effect` percent of which it is only added, elsewhere the product.

    confounded: AI is added nowhere among them, but in every firm outside crypto that the texts name.
    """
    effect, rows, confounded = setting
    facts, systems = real["system_facts"], real["systems"]
    chosen = _users(facts, systems)
    role = np.where(rng.random(len(chosen)) < effect / 100, "added", "intrinsic")
    if confounded:
        outside = np.setdiff1d(np.flatnonzero(facts.attribute == "ai_role"), chosen)
        outside = outside[facts.value.iloc[outside].isin(USING)]
        chosen = np.concatenate([chosen, outside])
        role = np.repeat(["intrinsic", "added"], [len(chosen) - len(outside), len(outside)])
    return {"system_facts": _with_roles(facts, chosen, role, rng, rows), "systems": systems}


def built_in_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """As `added_world`; confounded: AI is said to be added everywhere, and nothing but the claim supports it."""
    if not setting.confounded:
        return added_world(real, rng, setting)
    facts, systems = real["system_facts"], real["systems"]
    chosen = _users(facts, systems)
    confidence = facts.confidence.to_numpy(copy=True)
    confidence[chosen] = "low"
    said = facts.assign(confidence=confidence)
    return {
        "system_facts": _with_roles(said, chosen, np.repeat("added", len(chosen)), rng, setting.rows),
        "systems": systems,
    }


GENERATORS = (
    Generator("S2-3.2.3-01", MOST, "percent of comparisons won", audit_world),
    Generator("S2-3.2.1-07", SMALLEST_SHARE, "percent of participants", contest_world),
    Generator("S2-4.2-02", MANY, "percent of systems", added_world),
    Generator("S2-3.2.2-01", MANY, "percent of systems", built_in_world),
)
"""The generators of this part of the book."""
