"""Tokens and incentives: coverage, growth, launches, swings; verdicts turned by made-up evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import tokens
from ladders.tables import load
from ladders.verdicts import tokens as verdicts


def frames(*names: str) -> list[pd.DataFrame]:
    return [load(name) for name in names]


def covered(ratio: float) -> pd.DataFrame:
    """Every network covered to one ratio by its customers."""
    table = load("coverage")
    return table.assign(
        paid_low=ratio * table.given_high, paid_high=ratio * table.given_high, given_low=table.given_high
    )


# Coverage


@given(st.floats(0.001, 100), st.floats(1, 5), st.floats(0.001, 100), st.floats(1, 5))
def test_coverage_lies_between_its_ends(paid: float, more: float, given_out: float, further: float):
    row = (
        load("coverage")
        .iloc[:1]
        .assign(paid_low=paid, paid_high=paid * more, given_low=given_out, given_high=given_out * further)
    )
    found = tokens.ratios(row).iloc[0]
    assert found.low == pytest.approx(paid / (given_out * further))
    assert found.low <= found.middle * (1 + 1e-9)
    assert found.middle <= found.high * (1 + 1e-9)


def test_coverage_names_a_row_that_cannot_be_divided_or_is_upside_down():
    table = load("coverage")
    with pytest.raises(ValueError, match="helium-iot: given_low"):
        tokens.ratios(table.assign(given_low=table.given_low.mask(table.coverage_id == "helium-iot", 0)))
    with pytest.raises(ValueError, match="chutes: a low end"):
        tokens.ratios(table.assign(paid_low=table.paid_low.mask(table.coverage_id == "chutes", 1e12)))


def test_both_numbers_of_a_hotspot_are_of_one_quarter():
    each = tokens.per_hotspot().value
    assert each["iot"] == pytest.approx(0.00032, abs=0.00001)
    assert each["mobile"] == pytest.approx(0.205, abs=0.001)
    quarter = load("network_growth").query(
        "date == '2025-12-31' and organisation == 'Helium' and side == 'supply'"
    )
    assert len(quarter) == 2


def test_what_a_company_pays_itself_is_not_coverage():
    table = load("coverage")
    own = table.assign(payer=table.payer.mask(table.organisation == "Helium", "company"))
    assert "Helium" not in tokens.coverage_by_organisation(own).value.index


def test_needs_are_open_and_can_come_out_either_way():
    assert verdicts.tokens_meet_needs(load("coverage")).verdict == "open"
    assert verdicts.tokens_meet_needs(covered(0.9)).verdict == "holds"
    assert verdicts.tokens_meet_needs(covered(0.01)).verdict == "does not hold"


def test_the_specification_curve_is_not_all_one_way():
    counts = verdicts.needs_counts().value
    assert counts["all"] >= 12
    assert counts["open"] > counts["holds"] > 0


# The falsifier of text 002, 4.3: hardly covered, and supply kept through two half-lives


def made_up(date: str, value: float, ratio: float) -> pd.DataFrame:
    """The network of Helium for things, covered to a ratio, with a first count in 2020 and one more."""
    coverage, growth, parameters = frames("coverage", "network_growth", "parameters")
    coverage = coverage[coverage.coverage_id == "helium-iot"]
    coverage = coverage.assign(paid_low=ratio * coverage.given_high, paid_high=ratio * coverage.given_low)
    coverage = coverage.assign(paid_high=np.maximum(coverage.paid_low, coverage.paid_high))
    rows = growth[growth.network == "Helium IoT"].iloc[:2]
    rows = rows.assign(date=["2020-01-01", date], value=[1000.0, value])
    return tokens.survivors(coverage, rows, parameters).value


def test_a_network_that_keeps_its_supply_uncovered_for_two_half_lives_is_found():
    assert made_up("2024-06-30", 950, 0.01).met.all()


@pytest.mark.parametrize(
    ("date", "value", "ratio"),
    [("2024-06-30", 500, 0.01), ("2022-06-30", 950, 0.01)],
    ids=["lost half", "too soon"],
)
def test_one_that_lost_supply_or_was_watched_too_briefly_is_not(date: str, value: float, ratio: float):
    assert not made_up(date, value, ratio).met.any()


def test_one_that_customers_pay_is_not_looked_at():
    assert made_up("2024-06-30", 950, 0.4).empty


def test_bitcoin_meets_the_falsifier_and_helium_does_not():
    table = tokens.survivors().value
    assert table.met["Bitcoin"]
    assert not table.met["Helium IoT"]


# Suppliers and users


def test_suppliers_come_and_users_do_not_everywhere():
    found = verdicts.suppliers_first_users_afterwards(*frames("coverage", "network_growth"))
    assert found.verdict == "holds in part"
    assert found.clauses_hold == (verdicts.DRAWN,)
    assert found.clauses_fail == (verdicts.FOLLOW,)


def test_it_holds_where_customers_came_everywhere():
    assert verdicts.suppliers_first_users_afterwards(covered(0.9), load("network_growth")).verdict == "holds"


def test_it_does_not_hold_where_nobody_came():
    growth = load("network_growth")
    still = growth.assign(value=growth.value.where(growth.side == "demand", 100.0))
    assert verdicts.suppliers_first_users_afterwards(covered(0.01), still).verdict == "does not hold"


# The consensus


CONSENSUS = ("consensus_runs", "reward_links", "parameters")


def test_the_consensus_filters_and_does_not_reward_looking():
    found = verdicts.consensus_settles_on_the_best(*frames(*CONSENSUS))
    assert found.verdict == "holds in part"
    assert found.clauses_hold == (verdicts.FILTER,)
    assert found.clauses_fail == (verdicts.OWN_WORK, verdicts.QUALITY)


def test_it_holds_where_copying_costs_and_pay_follows_quality():
    runs, links, parameters = frames(*CONSENSUS)
    runs = runs.assign(value=runs.value.mask(runs.experiment == "copy", runs.value - 0.3))
    swapped = links.assign(of=links.of.replace({"stake": "performance", "performance": "stake"}))
    assert verdicts.consensus_settles_on_the_best(runs, swapped, parameters).verdict == "holds"


def test_it_does_not_hold_where_idle_minorities_are_paid():
    runs, links, parameters = frames(*CONSENSUS)
    runs = runs.assign(value=runs.value.mask(runs.experiment == "idle servers", 0.4))
    assert verdicts.consensus_settles_on_the_best(runs, links, parameters).verdict == "does not hold"


def test_fast_quality_turns_the_clause_on_looking():
    found = verdicts.consensus_settles_on_the_best(
        *frames(*CONSENSUS), experiment="copy sweep", delay=1, drift=0.8, noise=(0.2,)
    )
    assert verdicts.OWN_WORK in found.clauses_hold


# Launches, joining, swings


def test_launches_turn_with_their_dates():
    table, scores = frames("token_launches", "plain_scores")
    assert verdicts.tokens_added_when_models_opened(table, scores).verdict == "open"
    late = table.assign(token_began="2024-01-01")
    assert verdicts.tokens_added_when_models_opened(late, scores).verdict == "holds"
    early = table.assign(token_began="2020-01-01")
    assert verdicts.tokens_added_when_models_opened(early, scores).verdict == "does not hold"


def test_an_unknown_model_is_named():
    with pytest.raises(ValueError, match="'GPT-0' is not in table plain_scores"):
        tokens.opening(load("plain_scores"), model="GPT-0")


def test_joining_turns_with_the_roles():
    facts, systems = frames("system_facts", "systems")
    assert verdicts.side_by_side(facts, systems).verdict == "holds"
    role = facts.attribute == "ai_role"
    joined = facts.assign(value=facts.value.mask(role & facts.value.isin(tokens.ROLES), "intrinsic"))
    assert verdicts.side_by_side(joined, systems).verdict == "does not hold"


def test_the_period_of_joining_is_that_of_the_roles():
    facts, systems = frames("system_facts", "systems")
    period = verdicts.side_by_side(facts, systems).period
    role = facts.attribute == "ai_role"
    assert (
        verdicts.side_by_side(facts.assign(as_of=facts.as_of.where(role, "1999-01-01")), systems).period
        == period
    )
    dated = facts.assign(as_of=facts.as_of.mask(role & (facts.as_of != ""), "1999-01-01"))
    assert verdicts.side_by_side(dated, systems).period == ("1999-01", "1999-01")


def test_a_company_counts_once_it_has_a_token():
    facts, systems = frames("system_facts", "systems")
    without = facts.assign(
        value=facts.value.mask((facts.system_id == "zama") & (facts.attribute == "token"), "none")
    )
    assert (
        tokens.intrinsic_share(facts, systems).value.n == 1 + tokens.intrinsic_share(without, systems).value.n
    )


def test_swings_turn_with_the_tokens():
    swings, growth = frames("token_swings", "network_growth")
    found = verdicts.swings_while_adoption_advances(swings, growth)
    assert found.verdict == "open"
    assert found.clauses_hold == (verdicts.SWUNG,)
    calm = swings.assign(swing=swings.swing.mask(swings.kind == "ai", swings.swing / 5))
    assert verdicts.SWUNG in verdicts.swings_while_adoption_advances(calm, growth).clauses_fail


def test_middleware_turns_between_ether_and_memes():
    swings = load("token_swings")
    assert verdicts.middleware_like_memes(swings).verdict == "open"
    wild = swings.assign(swing=swings.swing.mask(swings.middleware, 0.4 + swings.swing / 10))
    assert verdicts.middleware_like_memes(wild).verdict == "holds"
    tame = swings.assign(swing=swings.swing.mask(swings.middleware, 0.2 + swings.swing / 1000))
    assert verdicts.middleware_like_memes(tame).verdict == "does not hold"


def test_the_summary_of_coverage_is_its_interval_in_percent():
    summary, interval = tokens.coverage_summary().value, tokens.coverage_interval().value
    assert [summary[name] for name in ("low", "mean", "high")] == pytest.approx(
        [100 * interval.low, 100 * interval.mean, 100 * interval.high]
    )
