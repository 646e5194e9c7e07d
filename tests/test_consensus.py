"""Yuma consensus: the weighted median by brute force, the published numbers, the stored runs recomputed in part."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ladders.models import consensus
from ladders.tables import load
from tests.conftest import ROOT, run_in

SHARES = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        arrays(float, n, elements=st.integers(1, 9).map(float)),
        arrays(float, (n, 3), elements=st.integers(0, 5).map(float)),
    )
)


@given(SHARES, st.sampled_from([0.25, 0.5, 0.6]))
def test_weighted_median_is_the_largest_weight_that_enough_stake_supports(both: tuple, kappa: float):
    stake, weights = both
    stake = stake / stake.sum()
    found = consensus.weighted_median(stake, weights, kappa)
    for column, value in enumerate(found):
        supported = [w for w in weights[:, column] if stake[weights[:, column] >= w].sum() >= kappa - 1e-9]
        assert value == max(supported)


@given(SHARES, st.floats(0, 1))
def test_an_epoch_pays_all_and_no_more(both: tuple, beta: float):
    stake, weights = both
    stake, weights = stake / stake.sum(), weights + 0.1
    paid = consensus.epoch(stake, weights / weights.sum(axis=1, keepdims=True), beta=beta)
    assert paid.incentive.sum() == pytest.approx(1)
    assert paid.dividends.sum() == pytest.approx(1)
    assert (paid.dividends >= 0).all()


@given(st.integers(0, 50))
def test_where_all_agree_dividends_follow_stake(seed: int):
    rng = np.random.default_rng(seed)
    stake = rng.dirichlet(np.ones(6))
    weights = np.tile(rng.dirichlet(np.ones(9)), (6, 1))
    paid = consensus.epoch(stake, weights)
    np.testing.assert_allclose(paid.dividends, stake)
    np.testing.assert_allclose(paid.incentive, weights[0])


def test_the_eight_published_numbers_are_met():
    table = consensus.replication().value
    assert len(table) == 8
    assert (table.verdict == "holds").all()
    assert ((table.ours - table.published).abs() < 0.02).all()


def test_a_made_up_published_number_is_not_met():
    parameters = load("parameters")
    parameters.loc[parameters.parameter == "retention_sigma_40", "value"] = 0.60
    table = consensus.replication(load("consensus_runs"), parameters).value
    assert table.verdict["retention_sigma_40"] == "does not hold"


def test_stored_runs_are_what_the_code_gives():
    """Every eleventh run, exactly to the digits stored; `consensus.compute_runs` gives them all."""
    runs = load("consensus_runs")
    settings = consensus.settings(load("parameters"))
    assert settings == list(runs.drop(columns="value").itertuples(index=False, name=None))
    for place in range(0, len(runs), 11):
        assert consensus.run(settings[place]) == pytest.approx(runs.value[place], abs=6e-5), settings[place]


def test_a_minority_that_produces_nothing_earns_only_by_voting_as_others():
    shares = consensus.idle_shares().value
    assert shares.servers[[10, 40, 49]].max() < 0.1
    assert shares.validators[40] == pytest.approx(40, abs=0.2)
    assert shares.servers[51] == pytest.approx(100)


def test_copying_pays_by_the_penalty_and_stops_paying_when_quality_moves():
    gain = consensus.premium().value
    assert gain.loc[(0.4, 1.0), "low"] > gain.loc[(0.4, 0.5), "high"] > gain.loc[(0.4, 0.0), "high"]
    assert abs(gain.loc[(0.4, 0.0), "mean"]) < 0.2
    even = consensus.break_even().value
    assert even[0.2] == pytest.approx(0.2, abs=0.02)
    assert even[0.4] == pytest.approx(0.4, abs=0.04)


def test_no_honest_utility_keeps_a_minority_of_honest_stake():
    assert np.isnan(consensus.utility_needed(0.45, 0.0))


def test_a_lower_bar_protects_less():
    assert consensus.utility_needed(0.55, 0.2, kappa=0.4) > consensus.utility_needed(0.55, 0.2, kappa=0.5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: consensus.weighted_median(np.ones(2) / 2, np.ones((2, 1)), 1.5), "kappa.*1.5"),
        (lambda: consensus.weighted_median(np.ones(2), np.ones((2, 1))), "sum to one, got a sum of .*2.0"),
        (lambda: consensus.weighted_median(np.ones(1), np.ones((2, 1))), r"shape \(1,\)"),
        (lambda: consensus.epoch(np.ones(1), np.ones((1, 1)), beta=-1), "beta.*-1"),
        (lambda: consensus.teams(1.2, 0.1, np.random.default_rng(0)), "honest_stake.*1.2"),
        (
            lambda: consensus.small_validator("guess", sigma=0.1, beta=1, delay=0, drift=0, spread=0, seed=0),
            "copy, lazy, got 'guess'",
        ),
        (
            lambda: consensus.small_validator("copy", sigma=0.1, beta=1, delay=3, drift=0, spread=0, seed=0),
            "0 or 1 epoch, got 3",
        ),
    ],
)
def test_bad_input_says_what_and_which_value(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_command_refuses_a_table_that_no_model_generates():
    result = run_in(ROOT, "ladders", "runs", "claims")
    assert result.returncode == 1
    assert (
        "table claims is not generated by a model; there are modular_runs, consensus_runs." in result.stderr
    )


@pytest.mark.parametrize(("stake", "validators", "servers"), [(0.001, 1, 1), (0.999, 63, 447)])
def test_both_teams_have_a_validator_and_a_server_however_small(stake: float, validators: int, servers: int):
    net = consensus.teams(stake, 0.1, np.random.default_rng(0))
    assert (net.honest_validators, net.honest_servers) == (validators, servers)
    assert net.stake[:validators].sum() == pytest.approx(stake)


def test_teams_split_like_stake_and_rate_each_team_in_full():
    net = consensus.teams(0.25, 0.1, np.random.default_rng(0))
    assert (net.honest_validators, net.honest_servers) == (16, 112)
    assert net.draws.shape == (64, 448)
    for part in (net.draws[:, :112], net.draws[:, 112:]):
        assert np.allclose(part.sum(axis=1), 1)
        assert part.std() / part.mean() == pytest.approx(0.1, rel=0.1)
