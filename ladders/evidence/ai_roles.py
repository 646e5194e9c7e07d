"""What AI does in the systems that the texts name: is it the product, or a feature of one that works without it?"""

from __future__ import annotations

import pandas as pd

from ladders.evidence.inference import Share, exact_share
from ladders.results import measured

USING = ("added", "intrinsic")
"""Roles in which a system uses AI itself; a supplier sells to those who do."""

TO_WEB3 = ("analytics", "personalisation", "audit")
"""Classes of text 002 in which AI serves Web3."""


@measured("role")
def roles(system_facts: pd.DataFrame, systems: pd.DataFrame) -> pd.DataFrame:
    """Role of AI by system (index system_id), crypto systems only. Columns name, role, statement, confidence, as_of."""
    facts = system_facts[system_facts.attribute == "ai_role"].set_index("system_id")
    named = systems[systems.group == "crypto-ai"].set_index("system_id").name
    found = facts.loc[facts.index.intersection(named.index), ["value", "statement", "confidence", "as_of"]]
    return found.rename(columns={"value": "role"}).assign(name=named)


def _verified_users(table: pd.DataFrame) -> pd.DataFrame:
    """Systems that are shown to use AI: a role of USING that rests on more than a claim."""
    return table[table.role.isin(USING) & (table.confidence != "low")]


@measured("percent")
def added_share(system_facts: pd.DataFrame, systems: pd.DataFrame, *, among: tuple[str, ...] = ()) -> Share:
    """Share of the systems that use AI in which it is only added, exact interval, percent; among: only these systems."""
    users = _verified_users(roles(system_facts, systems).value)
    if among:
        users = users[users.index.isin(among)]
    return exact_share(int((users.role == "added").sum()), len(users))


@measured("count")
def role_counts(
    system_facts: pd.DataFrame, systems: pd.DataFrame, *, among: tuple[str, ...] = ()
) -> dict[str, int]:
    """Crypto systems by role of AI, all of them, and those that are shown to use it (users); among: only these."""
    table = roles(system_facts, systems).value
    if among:
        table = table[table.index.isin(among)]
    counts = table.role.value_counts()
    return {
        **{role: int(counts.get(role, 0)) for role in (*USING, "supplier", "none", "unverifiable")},
        "all": len(table),
        "users": len(_verified_users(table)),
        "shown added": int((_verified_users(table).role == "added").sum()),
    }


@measured("system")
def serving_web3(placements: pd.DataFrame) -> tuple[str, ...]:
    """Systems that text 002 places where AI serves Web3."""
    chosen = placements[(placements.text == "002") & placements.class_id.isin(TO_WEB3)]
    return tuple(sorted(chosen.system_id.unique()))
