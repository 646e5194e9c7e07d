"""The subsidised market: thresholds by algebra and by simulation, what bad input says, what the sweep turns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from ladders.models import subsidy
from ladders.models.parameters import values_of
from ladders.tables import load

REFERENCE = {
    "exponent": 2.0, "half_life": 2.0, "price": 2.0, "supply_lag": 0.5, "demand_lag": 1.0, "seed_supply": 0.01,
}  # fmt: skip


@given(scale=st.floats(0.1, 20), exponent=st.floats(1.1, 4))
def test_best_income_is_the_greatest_over_all_sizes(scale: float, exponent: float):
    found = minimize_scalar(
        lambda x: -scale * np.exp((exponent - 1) * x) / (1 + np.exp(exponent * x)),
        bounds=(-8, 8),
        method="bounded",
    )
    assert subsidy.best_income(scale, exponent) == pytest.approx(-found.fun, rel=1e-3)


def test_best_income_for_exponent_two_is_r():
    assert subsidy.best_income(3.0, 2.0) == pytest.approx(1.5)
    assert subsidy.best_income(3.0, 1.0) == pytest.approx(3.0)


@given(strength=st.floats(1.0, 50))
def test_customers_just_pay_the_cost_at_the_resting_sizes(strength: float):
    for size in subsidy.resting_sizes(strength):
        assert 2 * strength * size / (1 + size**2) == pytest.approx(1, rel=1e-6)


@settings(max_examples=5)
@given(strength=st.floats(0.3, 0.97), lag=st.floats(0.3, 1.0))
def test_below_one_no_budget_lasts(strength: float, lag: float):
    setting = REFERENCE | {"supply_lag": lag}
    assert np.isinf(subsidy.critical_budget(strength=strength, **setting))


def test_above_one_the_market_settles_at_the_larger_resting_size():
    path = subsidy.simulate(np.array([5.0]), strength=1.5, **REFERENCE)
    assert path.supply[-1, 0] == pytest.approx(subsidy.resting_sizes(1.5)[1], rel=0.01)
    assert path.emission[:, 0].sum() / subsidy.STEPS_A_YEAR == pytest.approx(5.0, rel=0.02)


def test_stronger_demand_needs_less_and_a_steeper_mass_more():
    budgets = subsidy.budgets_by_exponent().value
    assert (budgets[2.0].dropna().diff().dropna() <= 0).all()
    assert (budgets.loc[1.5].diff().dropna() > 0).all()
    assert np.isinf(budgets.loc[0.95]).all()
    assert budgets.loc[1.05, 1.0] == subsidy.BUDGETS[0]


def test_only_the_strength_of_demand_turns_the_answer():
    table = subsidy.sweep().value
    turned = table.index[np.isinf(table).any(axis=1)]
    assert list(turned) == ["strength"]
    assert set(table.index) == set(load("parameters").query("model == 'subsidy' and assumed").parameter)


def test_the_rule_for_a_halving_fails_against_what_was_seen():
    tried = subsidy.checks().value
    assert set(tried.verdict) == {"does not hold"}
    assert tried.expected["Helium IoT"] == pytest.approx(49.3, abs=0.1)


def test_the_rule_holds_for_a_network_that_loses_what_it_says():
    growth = load("network_growth")
    growth.loc[(growth.network == "Helium IoT") & (growth.date == "2024-03-31"), "value"] = 510_000
    assert subsidy.checks(load("coverage"), growth, load("parameters")).value.verdict["Helium IoT"] == "holds"


def test_half_of_the_income_from_customers_halves_the_fall():
    coverage = load("coverage")
    row = coverage.coverage_id == "helium-iot"
    paid = coverage.assign(
        paid_low=coverage.paid_low.mask(row, coverage.given_low), paid_high=coverage.paid_high.mask(row, coverage.given_low),
        given_high=coverage.given_high.mask(row, coverage.given_low),
    )  # fmt: skip
    tried = subsidy.checks(paid, load("network_growth"), load("parameters")).value
    assert tried.expected["Helium IoT"] == pytest.approx(25)


@pytest.mark.parametrize("model", load("parameters").model.unique())
def test_a_model_has_its_own_parameters_alone(model: str):
    given = load("parameters")
    assert [*values_of(model, given)] == list(given.parameter[given.model == model])


def test_parameters_are_known_by_name():
    with pytest.raises(ValueError, match="patience"):
        subsidy.values(load("parameters"), patience=1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: subsidy.best_income(-1.0, 2), "scale must be positive.*-1"),
        (lambda: subsidy.best_income(1.0, 0.5), "exponent must be at least 1, got 0.5"),
        (lambda: subsidy.resting_sizes(0.9), "below 1 has no resting size, got 0.9"),
        (lambda: subsidy.fall_at_halving(1.5), "between 0 and 1, got 1.5"),
        (
            lambda: subsidy.simulate(np.array([1.0]), strength=1.5, **(REFERENCE | {"half_life": 0.0})),
            "half_life",
        ),
    ],
)
def test_bad_input_says_what_and_which_value(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()


def test_without_customers_hosts_follow_what_is_paid_out():
    """Demand near nil and hosts that come and go at once: income 1 means as many hosts as the emission pays."""
    setting = REFERENCE | {"supply_lag": 0.2}
    path = subsidy.simulate(np.array([50.0]), strength=1e-9, **setting)
    emission = path.emission[:, 0]
    at = int(np.argmin(abs(path.years - setting["half_life"])))
    assert emission[0] == pytest.approx(50 * np.log(2) / 2)
    assert emission[at] == pytest.approx(emission[0] / 2, rel=0.01)
    settled = (path.years > 3) & (path.years < 8)
    lag = 2 ** (setting["supply_lag"] / setting["half_life"])
    ratio = path.supply[settled, 0] / emission[settled]
    assert ((ratio > 1) & (ratio < lag**1.3)).all()
