"""The outlook: the register of predictions, the ranking of holes, the months in which verdicts go stale."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import outlook
from ladders.tables import load
from ladders.verdicts import ages, ledger

CLAIMS = pd.DataFrame(
    {"claim_id": ["S0-a-01", "S0-a-02", "S0-a-03", "S0-a-04"], "key": [True, True, False, False]}
)


def holes(**limits: str) -> pd.DataFrame:
    """Made-up holes: id -> claims joined by |."""
    return pd.DataFrame(
        [(hole, "01_sources", hole, "data", claims) for hole, claims in limits.items()],
        columns=["hole_id", "chapter", "hole", "would_settle", "limits"],
    )


def register(*due: str) -> pd.DataFrame:
    """Made-up entries with these days, "" for none."""
    return pd.DataFrame({"due": due, "kind": "prediction", "day_in_text": False})


JUDGED = pd.DataFrame({"judged_on": ["2026-01-01", "2026-11-22"]})


def test_key_claims_come_before_many_claims():
    ranks = outlook.hole_ranks(holes(many="S0-a-03|S0-a-04", one="S0-a-01", none=""), CLAIMS).value
    assert list(ranks.index) == ["one", "many", "none"]
    assert list(ranks.key) == [1, 0, 0]
    assert list(ranks.other) == [0, 2, 0]


def test_equal_key_claims_are_ordered_by_all_then_by_name():
    ranks = outlook.hole_ranks(holes(b="S0-a-01", a="S0-a-02", c="S0-a-03|S0-a-01"), CLAIMS).value
    assert list(ranks.index) == ["c", "a", "b"]
    assert ranks.claims["c"] == ("S0-a-01", "S0-a-03"), "key claims first"


def test_a_key_claim_behind_two_holes_counts_once():
    counts = outlook.hole_counts(holes(a="S0-a-01", b="S0-a-01"), CLAIMS).value
    assert counts["key claims limited"] == 1
    assert counts["with the most"] == 2


@pytest.mark.parametrize(
    ("limits", "said"),
    [("S9-a-01", "hole a: unknown claim S9-a-01"), ("S0-a-01|S0-a-01", "hole a: a claim stands twice")],
)
def test_a_wrong_hole_is_named(limits: str, said: str):
    with pytest.raises(ValueError, match=said):
        outlook.hole_ranks(holes(a=limits), CLAIMS)


def test_every_key_verdict_left_open_names_what_is_missing():
    limited = {claim for row in outlook.hole_ranks().value.claims for claim in row}
    left_open = {
        row.claim_id
        for row in ledger.build().values()
        if row.key and (row.verdict == "open" or row.clauses_open)
    }
    assert left_open <= limited


def test_every_question_of_the_chapters_has_a_hole():
    chapters = set(load("claims").chapter) - {"01_sources", "14_outlook"}
    assert chapters <= set(load("holes").chapter)


def test_an_entry_is_due_on_its_day():
    counts = outlook.register_counts(register("2026-11-22", "2026-11-23", ""), JUDGED).value
    assert (counts["due"], counts["to come"], counts["without criterion"]) == (1, 1, 1)
    assert outlook.next_due(register("2027-01-01", "2026-11-23", ""), JUDGED).value == "2026-11-23"
    assert outlook.next_due(register("2026-11-22", ""), JUDGED).value == ""


def test_a_day_a_bar_and_a_source_go_together():
    entries = load("predictions")
    for entry in entries.itertuples():
        assert bool(entry.due) == bool(entry.resolves_if) == bool(entry.named_source), entry.claim_id
        assert bool(entry.seen) == bool(entry.seen_as_of) == bool(entry.confidence), entry.claim_id
        for day in filter(None, (entry.due, entry.seen_as_of)):
            date.fromisoformat(day)


def test_a_prediction_not_yet_due_is_not_settled_as_false():
    """Before its day nothing can count against a prediction as a whole."""
    entries, rows = load("predictions"), ledger.build()
    later = entries[(entries.due > load("judgements").judged_on.max()) & (entries.kind == "prediction")]
    assert "does not hold" not in {rows[claim].verdict for claim in later.claim_id}


@pytest.mark.parametrize(
    ("last", "first"), [("2025-01", "2026-08"), ("2024-05", "2025-12"), ("2024-06", "2026-01")]
)
def test_first_month_after_the_limit(last: str, first: str):
    assert ages.first_stale_month(last) == first


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)))
def test_the_month_is_the_first_in_which_the_ledger_says_so(day: date):
    last = f"{day:%Y-%m}"
    year, month = map(int, ages.first_stale_month(last).split("-"))
    before = date(year - (month == 1), (month - 2) % 12 + 1, 28)
    assert "not updated" in ledger.period_in_words(last, last, date(year, month, 1))
    assert "not updated" not in ledger.period_in_words(last, last, before)


@pytest.mark.parametrize("month", ["2025", "2025-13", "2025-1", "May 2025"])
def test_a_bad_month_is_named(month: str):
    with pytest.raises(ValueError, match="write YYYY-MM"):
        ages.first_stale_month(month)


def test_counts_agree_with_what_the_ledger_prints():
    printed = [row for row in ledger.build().values() if "not updated" in row.period]
    counts = ages.stale_counts().value
    assert counts["stale"] == len(printed)
    assert counts["key stale"] == sum(row.key for row in printed)
    assert counts["stale"] <= counts["in a year"] <= counts["computed"]
