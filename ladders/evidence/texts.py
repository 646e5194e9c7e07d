"""The five source texts: how much they say, where, and what of it can be tested."""

from __future__ import annotations

import pandas as pd

from ladders.results import measured


@measured("count")
def text_counts(texts: pd.DataFrame) -> dict[str, int]:
    """Number of texts and of voices (texts of one origin are one voice)."""
    return {"texts": len(texts), "voices": texts.voice.nunique()}


@measured("count")
def claim_counts(claims: pd.DataFrame) -> dict[str, int]:
    """Number of claims: all, by testable, key, and distinct propositions (a repetition counts once)."""
    return {
        "all": len(claims),
        "key": int(claims.key.sum()),
        "distinct": int((claims.same_as == "").sum()),
        "repeated": int((claims.same_as != "").sum()),
        "hedged": int(claims.hedged.sum()),
        **{
            f"testable {answer}": int((claims.testable == answer).sum()) for answer in ("yes", "partly", "no")
        },
    }


@measured("count")
def testable_claims(claims: pd.DataFrame) -> int:
    """Number of claims that data could contradict, wholly or in part."""
    return int((claims.testable != "no").sum())


@measured("count")
def system_counts(systems: pd.DataFrame, placements: pd.DataFrame) -> dict[str, int]:
    """Number of named systems, of those at the crossing of crypto and AI, and of those named by both 002 and 004."""
    crypto_ai = systems[systems.group == "crypto-ai"]
    both = [{"002", "004"} <= set(named.split("; ")) for named in crypto_ai.named_by]
    places = placements[placements.text == "004"].system_id.value_counts()
    return {
        "all": len(systems),
        "crypto-ai": len(crypto_ai),
        "context": len(systems) - len(crypto_ai),
        "both": sum(both),
        "twice in 004": int((places > 1).sum()),
        "in 002": int(placements[placements.text == "002"].system_id.nunique()),
    }


@measured("count")
def remedy_counts(
    difficulties: pd.DataFrame, remedies: pd.DataFrame, remedy_links: pd.DataFrame
) -> dict[str, int]:
    """Size of the two matrices of difficulties and remedies, and how many of their cells are filled.

    "unanswered": difficulties without a remedy. "unlisted": remedies that answer no listed difficulty.
    """
    found: dict[str, int] = {}
    for industry, direction in (("ai", "web3-for-ai"), ("web3", "ai-for-web3")):
        rows = difficulties[difficulties.industry == industry]
        columns = remedies[remedies.direction == direction]
        filled = remedy_links[remedy_links.difficulty_id.isin(rows.difficulty_id)]
        found |= {
            f"{industry} difficulties": len(rows),
            f"{industry} remedies": len(columns),
            f"{industry} cells": len(rows) * len(columns),
            f"{industry} filled": len(filled),
            f"{industry} said": int((filled.basis == "said").sum()),
            f"{industry} unanswered": len(set(rows.difficulty_id) - set(filled.difficulty_id)),
        }
    return found | {"unlisted": int((remedy_links.difficulty_id == "").sum())}


@measured("count")
def challenge_counts(challenges: pd.DataFrame) -> dict[str, int]:
    """Number of challenges: all, by kind and by group."""
    return {
        "all": len(challenges),
        **challenges.kind.value_counts().to_dict(),
        **{f"group {name}": size for name, size in challenges.groupby("group").size().items()},
    }


@measured("count")
def conflict_counts(conflicts: pd.DataFrame) -> dict[str, int]:
    """Number of conflicts and slips: all and by kind."""
    return {"all": len(conflicts), **conflicts.kind.value_counts().to_dict()}


@measured("count")
def last_step_problems(step_effects: pd.DataFrame) -> dict[str, int]:
    """Number of problems that the texts charge to the last step of the AI ladder and of the chain ladder."""
    last = step_effects[step_effects.level == step_effects.groupby("ladder")["level"].transform("max")]
    return {ladder: int((rows.effect == "causes").sum()) for ladder, rows in last.groupby("ladder")}
