"""Claims as rows of a table: what a chapter settles, and the whole ledger."""

from __future__ import annotations

import pandas as pd

from ladders import tables
from ladders.evidence.curves import holds_by_test
from ladders.page.tables import Markup, escape
from ladders.verdicts import ledger
from ladders.verdicts.margins import decided_by_one, leave_one_out, specification_curves
from ladders.verdicts.scale import SCALE


def _verdict(row: ledger.Row) -> str:
    return Markup(f"{{claim}}`{row.claim_id}={row.verdict}`")


def _why(row: ledger.Row, *, rule: bool) -> str:
    if row.how != "computed" or row.reason:  # a repetition: its rule stands with the claim that it repeats
        return row.reason
    clauses = {"Holds": row.clauses_hold, "Does not hold": row.clauses_fail, "Undecided": row.clauses_open}
    found = " ".join(f"{word}: {'; '.join(texts)}." for word, texts in clauses.items() if texts)
    tested = f"Rule: {row.rule} " if rule or not found else ""
    return f"{found} {tested}Evidence: {row.period}."


def settled(chapter: str) -> pd.DataFrame:
    """The claims that belong to a chapter, with verdict, finding, rule and the test that was planned."""
    rows, claims = ledger.build(chapter=chapter), tables.load("claims")
    chosen = claims[claims.chapter == chapter]
    return pd.DataFrame(
        {
            "Verdict": [Markup(f"{{proof-id}}`{claim}`{_verdict(rows[claim])}") for claim in chosen.claim_id],
            "Claim": chosen.claim,
            "Finding, test and reason": [
                " ".join(filter(None, (_why(rows[c], rule=True), p and f"Planned with the claim list: {p}")))
                for c, p in zip(chosen.claim_id, chosen.planned_test, strict=True)
            ],
        }
    )


def _links(claims: pd.Series | pd.Index) -> list[Markup]:
    return [Markup(f"{{row}}`{claim}`") for claim in claims]


def margins(chapter: str) -> pd.DataFrame:
    """The key verdicts of a chapter with one source left out at a time."""
    found = leave_one_out(chapter)
    return pd.DataFrame(
        {
            "Claim": _links(found.claim_id),
            "Verdict": found.verdict,
            "Left out": found.tried.astype(str) + " times one " + found.unit,
            "Verdict stays": found.same,
            "Changes without": found.changed.replace("", "none"),
        }
    )


def operating(chapter: str = "") -> pd.DataFrame:
    """How often each test of a chapter (of the book without one) says "holds" in worlds, by size of the true effect."""
    curves = holds_by_test(chapter=chapter).value
    share = "{:.0f} %".format
    return pd.DataFrame(
        {
            "Claim": _links(curves.index),
            "Smallest effect that matters": [f"{row.effect:g} {row.unit}" for row in curves.itertuples()],
            "No effect": curves["none"].map(share),
            "Smallest": curves["the smallest"].map(share),
            "Twice": curves["twice"].map(share),
            "Fourfold": curves["four times"].map(share),
            "Wrong reason": curves.confounder.map(share),
        }
    )


def scoreboard() -> pd.DataFrame:
    """Key claims by the voice that makes them and by verdict; one row a voice, the texts that it speaks in named."""
    rows, claims = ledger.build(), tables.load("claims")
    key = claims[claims.key].assign(verdict=[rows[c].verdict for c in claims.claim_id[claims.key]])
    counted = pd.crosstab(key.voice, key.verdict)
    texts = claims.groupby("voice").text.unique().map(", ".join)
    decided = [verdict for verdict in SCALE if verdict != "not testable"]  # a key claim can be tested
    counted = counted.reindex(columns=decided, fill_value=0).rename(columns=str.capitalize)
    counted.insert(0, "Voice", [f"{voice} ({texts[voice]})" for voice in counted.index])
    return counted


def firmness() -> pd.DataFrame:
    """The computed key verdicts: does one source decide, and how many of all defensible combinations agree?"""
    decided, curves = decided_by_one(), specification_curves()
    return pd.DataFrame(
        {
            "Claim": _links(curves.claim_id),
            "Verdict": curves.verdict,
            "One source decides": ["yes" if decided[claim] else "no" for claim in curves.claim_id],
            "Without it the verdict changes": ["; ".join(decided[claim]) for claim in curves.claim_id],
            "Combinations": curves.combinations,
            "Agree": curves.agree.map("{:.0f} %".format),
        }
    )


def _proof(row: ledger.Row) -> str:
    """A link to the row of the chapter that settles a claim."""
    return f"{{proof}}`{row.claim_id}=Chapter {int(row.chapter[:2])}`"


def _said_by(claims: pd.DataFrame) -> pd.Series:
    """Index claim_id: the voices, with their texts, that make a claim or repeat it."""
    first = claims.same_as.where(claims.same_as != "", claims.claim_id)
    voices = claims.groupby([first, "voice"], sort=False).text.agg(
        lambda texts: ", ".join(sorted(set(texts)))
    )
    named = voices.reset_index(name="texts").assign(said=lambda rows: rows.voice + " (" + rows.texts + ")")
    return (
        claims.set_index("claim_id")
        .index.to_series()
        .map(first.set_axis(claims.claim_id).map(named.groupby("same_as").said.agg("; ".join)))
    )


def key_claims() -> pd.DataFrame:
    """The key claims, in the order of the chapters that argue them: id, voices, claim, verdict, chapter."""
    rows, claims = ledger.build(), tables.load("claims")
    key = claims[claims.key].sort_values(["chapter", "claim_id"])
    return pd.DataFrame(
        {
            "Id": _links(key.claim_id),
            "Said by": _said_by(claims)[key.claim_id].to_numpy(),
            "Claim": key.claim,
            "Verdict": [rows[claim].verdict for claim in key.claim_id],
            "Argued in": [Markup(_proof(rows[claim])) for claim in key.claim_id],
        }
    )


def all_claims() -> pd.DataFrame:
    """Every claim: id (the place to which verdicts link), voice, whether key, claim, verdict, how, why and where.

    The rule of a test stands in the chapter that it belongs to.
    """
    rows, claims = ledger.build(), tables.load("claims")
    return pd.DataFrame(
        {
            "Id": [Markup(f"{{claim-id}}`{claim}`") for claim in claims.claim_id],
            "Voice": claims.voice,
            "Key": claims.key.map({True: "key", False: "other"}),
            "Claim": claims.claim,
            "Verdict": [rows[claim].verdict for claim in claims.claim_id],
            "How": [rows[claim].how for claim in claims.claim_id],
            "Reason, and where": [
                Markup(f"{escape(_why(rows[claim], rule=False))} {_proof(rows[claim])}")
                for claim in claims.claim_id
            ],
        }
    )
