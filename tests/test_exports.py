"""The ledger for readers and programs: rows lead to their proof and back, exports say what the ledger says."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from ladders.evidence import corrections, curves
from ladders.page import exports
from ladders.tables import load
from ladders.verdicts import ledger


def test_the_table_says_what_the_ledger_says():
    rows = ledger.build()
    found = pd.read_csv(io.StringIO(exports.as_csv(rows)), dtype=str, keep_default_na=False)
    assert list(found.claim_id) == list(rows)
    assert list(found.verdict) == [row.verdict for row in rows.values()]
    assert (found.claim == load("claims").claim).all()
    computed = found[found.how == "computed"]
    assert (computed[["rule", "statistics", "test", "tables"]] != "").all().all()


def test_reviews_carry_what_the_vocabulary_asks_for():
    graph = json.loads(exports.as_jsonld(ledger.build(), address="https://example.org/"))["@graph"]
    assert len(graph) == len(load("claims"))
    for review in graph:
        assert {"claimReviewed", "itemReviewed", "reviewRating", "author", "datePublished", "url"} <= set(
            review
        )
        assert review["url"].startswith("https://example.org/chapters/13_ledger.html#claim-")
        rating = review["reviewRating"]
        if "ratingValue" in rating:
            assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        else:
            assert rating["alternateName"] in ("open", "not testable")


def test_better_verdicts_have_higher_ratings():
    assert exports.RATING["does not hold"] < exports.RATING["holds in part"] < exports.RATING["holds"]


def test_every_row_leads_to_its_proof_and_back(html: Path):
    """Ledger row -> row of the chapter that settles the claim -> ledger row, for every claim; and the exports lead there."""
    pages = {}

    def page(name: str) -> BeautifulSoup:
        if name not in pages:
            pages[name] = BeautifulSoup((html / "chapters" / name).read_text(encoding="utf-8"), "html.parser")
        return pages[name]

    for row in ledger.build().values():
        here, there = exports.place(row.claim_id), exports.place(row.claim_id, "proof")
        place = page("13_ledger.html").find(id=here)
        assert place is not None, f"{row.claim_id} has no row in the ledger"
        link = place.find_parent("tr").find("a", href=f"{row.chapter}.html#{there}")
        assert link is not None, f"the row of {row.claim_id} does not lead to {row.chapter}"
        settled = page(f"{row.chapter}.html").find(id=there).find_parent("tr")
        assert settled.find("a", href=f"13_ledger.html#{here}").text == row.verdict
    reviews = json.loads((html / "ledger.jsonld").read_text(encoding="utf-8"))["@graph"]
    assert {review["url"].partition("#")[2] for review in reviews} == {
        exports.place(claim) for claim in ledger.build()
    }
    assert (html / "ledger.csv").is_file()


def test_the_first_page_holds_the_scoreboard(html: Path):
    page = BeautifulSoup((html / "index.html").read_text(encoding="utf-8"), "html.parser")
    counted = sum(int(cell.text) for cell in page.select("article table tbody td + td"))
    assert counted == load("claims").key.sum()


WORLDS = pd.DataFrame(
    {
        "claim_id": ["S0-p2-03"] * 6,
        "cause": ["effect"] * 5 + ["confounder"],
        "effect": [0.0, 5.0, 10.0, 20.0, 40.0, 10.0],
        "unit": "points",
        "rows": 1.0,
        "worlds": 100,
        "holds": [3, 10, 20, 40, 45, 2],
    }
)


def test_errors_of_the_tests_are_read_off_their_curves():
    found = curves.error_counts(WORLDS, load("claims")).value
    assert found["most at no effect"] == 3
    assert found["most for the wrong reason"] == 2
    assert found["median test, smallest effect"] == 20
    assert found["median test, fourfold"] == 45
    assert found["blunt"] == 1


def test_share_of_wrong_cells_as_published():
    """8 of 120: 6.7 percent, 2.9 to 12.7; 5 of 65: 2.5 to 17.0; 3 of 55: 1.1 to 15.1 (Clopper and Pearson)."""
    found = corrections.wrong_cells().value
    assert found.loc["all", ["mean", "low", "high"]].tolist() == pytest.approx([6.7, 2.9, 12.7], abs=0.05)
    assert found.loc["extracted by program", ["low", "high"]].tolist() == pytest.approx([2.5, 17.0], abs=0.05)


def test_checked_cells_add_up():
    found = load("cell_checks")
    assert (found[["confirmed", "wrong", "source_weaker", "no_source"]].sum(axis=1) == found.cells).all()
