"""Two codings and what counting makes of them: the arithmetic, the agreement, the bad input."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import codings
from ladders.tables import load

FACTS = pd.DataFrame(
    {
        "fact_id": [f"fact-0{i}" for i in range(1, 7)],
        "ladder": ["ai", "ai", "ai", "chain", "chain", "chain"],
        "step": [2, 2, 3, 2, 2, 3],
        "layer": ["a", "a", "b", "c", "c", "d"],
    }
)


def coded(directions: str, degrees: list[int], coder: str = "first") -> pd.DataFrame:
    """Codes of the six facts; directions by their first letters (r, i, n)."""
    names = {"r": "removes", "i": "introduces", "n": "neither"}
    return pd.DataFrame(
        {
            "coder": coder,
            "fact_id": FACTS.fact_id,
            "problem_class": ["cost", "speed", "cost", "trust", "trust", "cost"],
            "direction": [names[letter] for letter in directions],
            "degree": degrees,
        }
    )


def test_the_ratio_is_introduced_over_removed():
    table = coded("rrirri"[:6], [3, 1, 2, 2, 2, 1])
    found = codings.transfer_ratios(FACTS, table).value
    assert found.loc["first", "ai"] == pytest.approx(2 / 4)
    assert found.loc["first", "chain"] == pytest.approx(1 / 4)


@given(st.lists(st.integers(1, 3), min_size=0, max_size=8))
def test_subset_sums_are_those_of_every_subset(degrees: list[int]):
    brute = [sum(chosen) for size in range(len(degrees) + 1) for chosen in combinations(degrees, size)]
    assert sorted(codings.subset_sums(np.array(degrees))) == sorted(brute)


def test_every_inclusion_is_counted():
    """One side effect of equal size on each ladder, equal removals: four choices, one for each ladder, two ties."""
    table = coded("rinrin", [2, 1, 0, 2, 1, 0])
    found = codings.inclusions(FACTS, table, coder="first").value
    assert (found.chain_higher, found.ai_higher, found.equal, found.side_effects) == (0.25, 0.25, 0.5, 2)


def test_agreement_is_one_for_equal_codes_and_low_for_opposite_ones():
    first = coded("rirnri", [1, 1, 1, 0, 1, 1])
    same = pd.concat([first, first.assign(coder="second")])
    assert codings.agreement(same, code="direction").value.kappa == pytest.approx(1)
    other = pd.concat([first, coded("irinir", [1, 1, 1, 0, 1, 1], "second")])
    assert codings.agreement(other, code="direction").value.kappa < 0


def test_one_coder_has_no_agreement():
    with pytest.raises(ValueError, match="two coders"):
        codings.agreement(coded("rirnri", [1, 1, 1, 0, 1, 1]), code="direction")


def test_a_coder_who_skips_a_fact_is_refused():
    with pytest.raises(ValueError, match="every fact once"):
        codings.transfer_ratios(FACTS, coded("rirnri", [1, 1, 1, 0, 1, 1]).iloc[1:])


def test_degree_is_nought_exactly_where_nothing_is_removed_or_introduced():
    table = load("codings")
    assert ((table.degree == 0) == (table.direction == "neither")).all()


def test_both_coders_coded_every_fact():
    facts = set(load("coding_facts").fact_id)
    for _, rows in load("codings").groupby("coder"):
        assert set(rows.fact_id) == facts and len(rows) == len(facts)


def test_the_ladders_have_about_as_many_facts():
    counts = load("coding_facts").ladder.value_counts()
    assert abs(counts["ai"] - counts["chain"]) <= 4


def test_texts_charge_ai_with_nothing():
    """By construction: neither text names a side effect of an AI step."""
    assert codings.text_ratios().value["ai"] == 0
    assert codings.text_ratios().value["chain"] == pytest.approx(3.0)
    assert codings.text_ratios(attempts=True).value["chain"] == pytest.approx(1.5)
