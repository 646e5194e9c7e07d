"""Tests of the claims on the four layers: what the tables say, and made-up tables that turn each verdict."""

from __future__ import annotations

import pandas as pd
import pytest

from ladders.tables import load
from ladders.verdicts import landscape
from ladders.verdicts.landscape import CHOICES
from ladders.verdicts.scale import Finding


def changed(system: str, **values: str) -> pd.DataFrame:
    """The facts with cells of one system set."""
    facts = load("system_facts")
    for attribute, value in values.items():
        facts.loc[(facts.system_id == system) & (facts.attribute == attribute), "value"] = value
    return facts


def linked(*pairs: tuple[str, str]) -> pd.DataFrame:
    """Uses between systems."""
    made = pd.DataFrame(pairs, columns=["user_id", "used_id"])
    return made.assign(what="made up", source_id="akash-node")


def carrying(links: pd.DataFrame) -> Finding:
    return landscape.each_layer_carries_the_next(
        load("placements"), load("classes"), links, load("system_sources")
    )


def test_the_layers_do_not_carry_one_another():
    assert carrying(load("system_links")).verdict == "does not hold"


def test_layers_that_use_the_one_below_carry():
    below = [
        (unit, "zama") for unit in ("akash", "golem", "io-net", "sonm", "lit-protocol", "gensyn", "bittensor")
    ]
    assert (
        carrying(
            linked(*below, ("vast-ai", "akash"), ("ocean-protocol", "golem"), ("singularitynet", "vast-ai"))
        ).verdict
        == "holds"
    )


def test_half_of_the_layers_leave_it_open():
    assert (
        carrying(linked(*[(unit, "zama") for unit in ("akash", "golem", "io-net", "sonm", "gensyn")])).verdict
        == "open"
    )


def test_training_by_anyone_is_past_and_would_hold_if_it_were_not():
    assert landscape.anyone_trains_there(load("system_facts")).verdict == "does not hold"
    facts = load("system_facts")
    facts.loc[facts.attribute == "open_training", "value"] = "yes"
    assert landscape.anyone_trains_there(facts).verdict == "holds"
    assert landscape.anyone_trains_there(changed("gensyn", open_training="yes")).verdict == "holds in part"


def test_sonm_alone_keeps_the_gpu_markets_from_holding():
    found = landscape.gpus_on_blockchain_markets(load("system_facts"))
    assert found.verdict == "holds in part"
    assert found.clauses_fail == ("Sonm offers GPUs on demand through a blockchain market",)
    risen = changed("sonm", status="live", gpu_rental="yes")
    assert landscape.gpus_on_blockchain_markets(risen).verdict == "holds"


def test_marketplaces_are_half_decentralised():
    assert landscape.users_earn_in_a_decentralised_way(load("system_facts")).verdict == "holds in part"
    facts = changed("vast-ai", control="no single party")
    facts.loc[(facts.system_id == "ocean-protocol") & (facts.attribute == "control"), "value"] = (
        "no single party"
    )
    assert landscape.users_earn_in_a_decentralised_way(facts).verdict == "holds"


def test_one_market_for_money_is_enough_against_everything():
    placements = load("placements")
    assert landscape.everything_runs_on_tokens(placements, load("system_facts")).verdict == "does not hold"
    facts = load("system_facts")
    facts.loc[facts.attribute == "payment", "value"] = "token only"
    assert landscape.everything_runs_on_tokens(placements, facts).verdict == "holds"
    facts.loc[(facts.attribute == "payment") & (facts.system_id == "akash"), "value"] = "token or money"
    assert landscape.everything_runs_on_tokens(placements, facts).verdict == "open"


def test_few_markets_do_not_speak_for_everything():
    facts = load("system_facts")
    facts.loc[facts.attribute == "payment", "value"] = "token only"
    few = facts[~facts.system_id.isin(["akash", "golem", "io-net"])]
    assert landscape.everything_runs_on_tokens(load("placements"), few).verdict == "open"


def test_claims_do_not_break_the_hold_and_confirmed_devices_would():
    capacity = load("compute_capacity")
    assert landscape.networks_break_the_hold(capacity).verdict == "does not hold"
    token = capacity.kind == "token network"
    claimed = capacity.assign(claimed=capacity.claimed.where(~token, 5_000_000))
    assert landscape.networks_break_the_hold(claimed).verdict == "open"
    confirmed = claimed.assign(confirmed=capacity.confirmed.where(~token, 5_000_000))
    assert landscape.networks_break_the_hold(confirmed).verdict == "holds"


def test_against_the_giants_no_other_holder_counts():
    capacity = load("compute_capacity")
    giants = capacity[capacity.kind.isin(["cloud giant", "token network"])]
    alone = landscape.networks_break_the_hold(giants, against="cloud giants").statistics
    name = "token networks, every claim (percent)"
    for kind in ("other", "a kind of its own"):  # one before and one behind the giants in the alphabet
        more = capacity.assign(kind=capacity.kind.replace("other", kind))
        assert landscape.networks_break_the_hold(more, against="cloud giants").statistics[name] == alone[name]


def test_facts_of_low_confidence_count_unless_left_out():
    placements, capacity = load("placements"), load("compute_capacity")
    facts = load("system_facts")
    doubted = facts.assign(confidence=facts.confidence.mask(facts.attribute == "control", "low"))
    name = "networks steered by one party"
    whole = landscape.dependence_lessens(placements, doubted, capacity).statistics[name]
    assert whole == landscape.dependence_lessens(placements, facts, capacity).statistics[name] > 0
    left = landscape.dependence_lessens(placements, doubted, capacity, without_low=True).statistics[name]
    assert left == 0


def test_dependence_is_open_and_can_turn_both_ways():
    placements, capacity, facts = load("placements"), load("compute_capacity"), load("system_facts")
    assert landscape.dependence_lessens(placements, facts, capacity).verdict == "open"
    steered = facts.copy()
    steered.loc[steered.attribute == "control", "value"] = "one party"
    assert landscape.dependence_lessens(placements, steered, capacity).verdict == "does not hold"
    free = facts.copy()
    free.loc[free.attribute == "control", "value"] = "no single party"
    assert landscape.dependence_lessens(placements, free, capacity).verdict == "holds in part"


def test_vast_alone_carries_the_verdict_on_tokens():
    without = landscape.tokens_without_a_market().value.set_index("left_out").verdict
    assert set(without.drop("vast-ai")) == {"does not hold"}
    assert without["vast-ai"] == "open"


CURVES = {
    "S4-0-06": landscape.carrying_curve,
    "S4-1-03": landscape.training_curve,
    "S4-2-02": landscape.gpu_curve,
    "S4-3-06": landscape.token_curve,
    "S4-1-08": landscape.hold_curve,
    "S2-5-05": landscape.dependence_curve,
}


@pytest.mark.parametrize("claim", CHOICES)
def test_every_key_verdict_has_a_curve_of_twelve_choices_or_more(claim: str):
    found = CURVES[claim]().value
    assert found["all"] >= 12
    assert found["all"] == sum(found[word] for word in ("holds", "holds in part", "does not hold", "open"))
    assert found["same"] >= found["all"] / 2
