"""The ledger for other programs: claims with their verdicts as CSV, and as ClaimReviews of schema.org in JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ladders import tables
from ladders.verdicts import ledger
from ladders.verdicts.ledger import Row
from ladders.verdicts.scale import SCALE

LEDGER_PAGE = "chapters/13_ledger.html"
FIELDS = {
    "claim_id": "Claim id",
    "text": "Text that makes the claim",
    "voice": "Who speaks; texts 000 and 001 are one voice",
    "locus": "Place in the text",
    "topic": "What the claim is about",
    "claim": "The claim in our words",
    "key": "One of the key claims argued in full",
    "chapter": "Chapter in which the claim is settled",
    "same_as": "Claim that this one repeats",
    "verdict": "Verdict",
    "how": "How the verdict was reached",
    "rule": "Rule of the test, where one was computed",
    "clauses_hold": "Clauses that hold, separated by semicolons",
    "clauses_fail": "Clauses that do not hold, separated by semicolons",
    "clauses_open": "Clauses that the data leave open, separated by semicolons",
    "statistics": "Statistics of the test, name = value, separated by semicolons",
    "reason": "Why, where a reason was written down",
    "period": "First and last month of the evidence, or the day of the judgement",
    "test": "Function that computes the verdict",
    "tables": "Tables that it reads, separated by semicolons",
    "sources": "Titles of the sources, separated by semicolons",
}
"""Column of the ledger as a table -> its meaning."""

RATING = {"does not hold": 1, "holds in part": 2, "holds": 3}
"""Verdicts that a ClaimReview can put on a numeric scale; "open" and "not testable" carry their words alone."""


def place(claim_id: str, name: str = "claim") -> str:
    """The name of a claim's place on a page: "claim" in the ledger, "proof" in the chapter that settles it."""
    return f"{name}-{claim_id.lower().replace('.', '-')}"


def ledger_frame(rows: Mapping[str, Row], data: Path = tables.DATA) -> pd.DataFrame:
    """The ledger as a table, one row a claim, with the columns of FIELDS."""
    claims = tables.load("claims", data).set_index("claim_id")
    found = pd.DataFrame(
        {
            "claim_id": row.claim_id,
            "verdict": row.verdict,
            "how": row.how,
            "rule": row.rule,
            "clauses_hold": "; ".join(row.clauses_hold),
            "clauses_fail": "; ".join(row.clauses_fail),
            "clauses_open": "; ".join(row.clauses_open),
            "statistics": "; ".join(f"{name} = {value:g}" for name, value in row.statistics.items()),
            "reason": row.reason,
            "period": row.period,
            "test": row.test,
            "tables": "; ".join(row.tables),
            "sources": "; ".join(row.sources),
        }
        for row in rows.values()
    )
    said = [name for name in claims if name in FIELDS]
    return found.join(claims[said], on="claim_id")[list(FIELDS)]


def as_csv(rows: Mapping[str, Row], data: Path = tables.DATA) -> str:
    """The ledger as comma-separated values with a header."""
    return ledger_frame(rows, data).to_csv(index=False, lineterminator="\n")


def _review(row: Row, claim: Mapping, text: Mapping, issued: str, address: str) -> dict:
    rating = {"@type": "Rating", "alternateName": row.verdict, "ratingExplanation": SCALE[row.verdict]}
    if row.verdict in RATING:
        rating |= {
            "ratingValue": RATING[row.verdict], "worstRating": min(RATING.values()), "bestRating": max(RATING.values()),
        }  # fmt: skip
    appearance = {"@type": "CreativeWork", "name": text["title"], "inLanguage": text["language"]}
    appearance |= {"datePublished": text["published"]} if text["published"] else {}
    appearance |= {"author": {"@type": "Person", "name": text["author"]}} if text["author"] else {}
    appearance["url"] = [f"https://{part.strip()}" for part in text["addresses"].split(";")]
    clauses = {"Holds": row.clauses_hold, "Does not hold": row.clauses_fail, "Undecided": row.clauses_open}
    body = [row.reason, *(f"{word}: {'; '.join(found)}." for word, found in clauses.items() if found)]
    body += [f"Rule: {row.rule}"] if row.rule else []
    return {
        "@type": "ClaimReview",
        "@id": f"{address}{LEDGER_PAGE}#{place(row.claim_id)}",
        "url": f"{address}{LEDGER_PAGE}#{place(row.claim_id)}",
        "identifier": row.claim_id,
        "claimReviewed": claim["claim"],
        "itemReviewed": {"@type": "Claim", "name": claim["claim"], "appearance": appearance},
        "reviewRating": rating,
        "reviewBody": " ".join(filter(None, body)),
        "temporalCoverage": row.period,
        "datePublished": issued,
        "author": {"@type": "Organization", "name": "The Two Ladders authors"},
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }


def as_jsonld(rows: Mapping[str, Row], data: Path = tables.DATA, address: str = "") -> str:
    """The ledger as a graph of schema.org ClaimReviews.

    address: the public address of the book, ending in "/"; without one the links are relative.
    """
    claims = tables.load("claims", data).set_index("claim_id").to_dict("index")
    texts = tables.load("texts", data).set_index("text").to_dict("index")
    issued = ledger.edition(data).isoformat()
    graph = [
        _review(row, claim := claims[row.claim_id], texts[claim["text"]], issued, address)
        for row in rows.values()
    ]
    return (
        json.dumps({"@context": "https://schema.org", "@graph": graph}, indent=1, ensure_ascii=False) + "\n"
    )


def write(rows: Mapping[str, Row], folder: Path, data: Path = tables.DATA, address: str = "") -> None:
    """Write ledger.csv and ledger.jsonld into a folder of the built book."""
    folder.mkdir(parents=True, exist_ok=True)
    tables.write_atomically(folder / "ledger.csv", as_csv(rows, data))
    tables.write_atomically(folder / "ledger.jsonld", as_jsonld(rows, data, address))
