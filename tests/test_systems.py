"""The named systems and their repositories: tables that hold together, arithmetic of shares, agreement and majority."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import activity, systems
from ladders.tables import load

VALUES = {
    "status": {"live", "test", "pivoted", "dead", "company without token", systems.UNKNOWN},
    "ai_role": {"intrinsic", "added", "supplier", "none", "unverifiable"},
    "control": {"no single party", "contested", "one party"},
    "payment": {"token only", "token or money", "money only"},
    "open_training": {"yes", "past only", "no"},
    "gpu_rental": {"yes", "no"},
}
"""Attribute -> the values it may take; the data package has one list for all attributes."""


def test_markets_are_those_named_and_those_by_function():
    placements, facts = load("placements"), load("system_facts")
    paid = systems.market_payments(placements, facts)
    stranger = sorted(
        set(facts.system_id)
        - set(placements[placements.class_id == "marketplaces"].system_id)
        - {*paid.index}
    )[0]
    row = facts[facts.attribute == "payment"].tail(1).assign(system_id=stranger, value="token only")
    function = (facts.system_id == stranger) & (facts.attribute == "does")
    told = pd.concat([facts.assign(value=facts.value.mask(function, "language model")), row])
    assert stranger not in systems.market_payments(placements, told).index
    doubtful = (facts.system_id == paid.index[0]) & (facts.attribute == "payment")
    unsure = facts.assign(confidence=facts.confidence.mask(doubtful, "low"))
    assert len(systems.market_payments(placements, unsure)) == len(paid)
    assert paid.index[0] not in systems.market_payments(placements, unsure, without_low=True).index


def test_every_system_has_every_core_cell_once():
    facts, named = load("system_facts"), load("systems")
    core = facts[facts.attribute.isin(systems.CORE)]
    assert core.groupby("system_id").attribute.nunique().reindex(named.system_id).eq(len(systems.CORE)).all()


@pytest.mark.parametrize("attribute", VALUES)
def test_closed_attributes_keep_to_their_values(attribute: str):
    facts = load("system_facts")
    assert set(facts.value[facts.attribute == attribute]) <= VALUES[attribute]


def test_what_is_not_verified_says_what_was_searched_and_nothing_else_does():
    facts = load("system_facts")
    unknown = facts.value == systems.UNKNOWN
    assert (facts.looked_for[unknown] != "").all()
    assert (facts.looked_for[unknown].str.count(";") >= 1).all(), "two searches at least"
    assert (facts.looked_for[~unknown] == "").all()


def test_no_fact_is_younger_than_its_edition_and_every_source_is_used():
    facts, sources = load("system_facts"), load("system_sources")
    assert facts.as_of.max() <= "2026-11-22"
    used = {
        *facts.source_id,
        *load("system_links").source_id,
        *load("compute_capacity").source_id,
        *load("bittensor_validators").source_id,
    }
    assert set(sources.source_id) - used <= {"ionet-claim"}


def test_companies_have_no_token():
    facts = systems.values(load("system_facts"))
    assert (facts.token[facts.status == "company without token"] == "none").all()


def test_a_snapshot_is_never_older_than_its_last_commit():
    read = load("repositories")
    assert (read.last_commit <= read.snapshot).all()
    assert (read.first_commit <= read.last_commit).all()


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=12))
def test_a_majority_is_a_majority_and_one_fewer_is_none(shares: list[float]):
    whole = float(sum(shares))
    needed = systems.half_of(pd.Series(shares), whole)
    ordered = np.sort(shares)[::-1]
    assert ordered[:needed].sum() > whole / 2 - 1e-9
    assert ordered[: needed - 1].sum() <= whole / 2 + 1e-9


def test_holders_who_do_not_reach_half_are_refused():
    with pytest.raises(ValueError, match="not half"):
        systems.half_of(pd.Series([10.0, 20.0]), 100.0)


def test_maps_that_make_the_same_groups_agree_fully():
    placements, classes = load("placements"), load("classes")
    placed = systems.crosswalk(placements, classes, load("other_placements")).value
    first = placed[placed["text 002"] != ""]
    same = pd.DataFrame(
        {"system_id": first.index, "scheme": "sok", "place": first["text 002"].to_numpy(), "note": ""}
    )
    found = systems.agreement(placements, classes, same).value
    row = found[(found.left == "text 002") & (found.right == "sok")].iloc[0]
    assert row.rand == 1.0


def test_gensyn_and_bittensor_stand_in_more_than_one_layer():
    placed = systems.layers(load("placements"), load("classes"))
    twice = placed.groupby("system_id").layer.nunique()
    assert set(twice[twice > 1].index) == {"gensyn", "bittensor"}


def test_a_use_of_the_layer_below_carries_and_one_above_does_not():
    placements, classes = load("placements"), load("classes")
    links = pd.DataFrame({"user_id": ["singularitynet", "zama"], "used_id": ["ocean-protocol", "akash"]})
    units = systems.carried_units(placements, classes, links)
    assert units[("singularitynet", 4)]
    assert units.sum() == 1


def test_kits_and_documents_are_not_compared():
    read = load("repositories")
    only_kit = read[(read.group == "named") & (read.system_id == "vast-ai")]
    assert not set(only_kit.kind) & set(activity.COMPARABLE)
    assert "vast-ai" not in set(activity.units(read).unit)


def test_growth_counts_units_not_repositories():
    read = load("repositories")
    doubled = read.assign(commits_year=read.commits_year_before.fillna(1) * 2)
    grown = activity.growing(doubled, group="named").value
    assert grown.hits == grown.n
