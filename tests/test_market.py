"""The split market: exact identities of constant-product pools, the cases of the multiplier, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from ladders.models import market
from ladders.tables import load

RESERVES = st.lists(st.floats(1e3, 1e9), min_size=1, max_size=8)
TRADE = st.floats(1.0, 1e8)


def shares(weights: list[float]) -> np.ndarray:
    return np.array(weights) / np.sum(weights)


@given(RESERVES, TRADE)
def test_the_best_split_over_pools_pays_what_one_merged_pool_pays(reserves: list[float], trade: float):
    parts = market.best_split(trade, reserves)
    assert parts.sum() == pytest.approx(trade)
    assert market.paid_out(parts, np.array(reserves)).sum() == pytest.approx(
        market.paid_out(trade, sum(reserves))
    )


@given(RESERVES, TRADE, st.lists(st.floats(0.01, 1.0), min_size=8, max_size=8))
def test_no_other_split_pays_more(reserves: list[float], trade: float, weights: list[float]):
    other = trade * shares(weights[: len(reserves)])
    best = market.paid_out(trade, sum(reserves))
    assert market.paid_out(other, np.array(reserves)).sum() <= best * (1 + 1e-9)


def test_a_numerical_optimiser_finds_the_same_split():
    reserves, trade = np.array([5e6, 2e6, 1e5]), 3e5

    def paid(first: np.ndarray) -> float:
        parts = np.append(first, 1 - first.sum()) * trade
        return -float(np.sum(parts * reserves / (reserves + parts)))

    found = minimize(paid, [0.4, 0.4], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9}).x
    assert found == pytest.approx(market.best_split(1.0, reserves)[:2], abs=1e-3)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=8))
def test_the_multiplier_is_the_number_of_chains_the_effective_number_or_one_over_a_share(
    weights: list[float],
):
    liquidity = shares(weights)
    hhi = (liquidity**2).sum()
    assert market.stuck_multiplier(liquidity, liquidity) == pytest.approx(len(liquidity))
    assert market.stuck_multiplier(liquidity**2 / hhi, liquidity) == pytest.approx(1 / hhi)
    alone = np.eye(len(liquidity))[0]
    assert market.stuck_multiplier(alone, liquidity) == pytest.approx(1 / liquidity[0])


@given(st.lists(st.floats(0.05, 1.0), min_size=2, max_size=6))
def test_the_multiplier_is_the_first_order_of_the_shortfall(weights: list[float]):
    liquidity, trade, total = shares(weights), 1.0, 1e9
    home = sum(s * market.shortfall(trade, s * total) for s in liquidity)
    merged = market.shortfall(trade, total)
    assert home / merged == pytest.approx(market.stuck_multiplier(liquidity, liquidity), rel=1e-4)


@given(st.floats(1e4, 1e7), st.floats(1.5, 100.0))
def test_at_break_even_home_and_bridge_cost_the_same(reserve: float, fold: float):
    trade = market.break_even(reserve, fold * reserve, 1.0, 5.0)
    if np.isfinite(trade):
        away = market.shortfall(trade, fold * reserve) + market.bridge_cost(trade, 1.0, 5.0)
        assert market.shortfall(trade, reserve) == pytest.approx(away, rel=1e-6)


def test_a_bridge_dearer_than_any_pool_never_pays():
    assert market.break_even(1e6, 2e6, 1.0, 9_999.0) == float("inf")


def test_the_reference_run_is_reproduced():
    cost = market.split_cost().value
    assert (cost.merged, cost.largest, cost.home) == pytest.approx((15.5, 22.98, 152.52), abs=0.01)


def test_an_observation_outside_the_bound_fails():
    parameters = load("parameters").set_index("parameter", drop=False)
    assert market.published_check(parameters.reset_index(drop=True)).value["verdict"] == "holds"
    wide = parameters.copy()
    wide.loc["market_dispersion", ["low", "value", "high"]] = [40.0, 50.0, 60.0]
    assert market.published_check(wide.reset_index(drop=True)).value["verdict"] == "does not hold"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: market.shortfall(-1.0, 1e6), r"trade must be positive and finite, got -1\.0"),
        (lambda: market.paid_out(1.0, 0.0), r"reserve must be positive and finite, got 0\.0"),
        (lambda: market.best_split(1.0, [1.0, float("nan")]), "reserves must be positive and finite"),
        (lambda: market.stuck_multiplier([0.5, 0.6], [0.5, 0.5]), r"demand: .* sum to one, got sum .*1\.1"),
    ],
)
def test_bad_input_names_what_and_value(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()
