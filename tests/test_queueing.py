"""Queues, redundancy and checkpoints: published values, a simulation by another library, properties, bad input."""

from __future__ import annotations

from math import comb

import ciw
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.models import queueing
from ladders.tables import load

SERVERS = st.integers(1, 200)


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    [(10, 4.461, 0.01), (20, 12.03, 0.01), (50, 37.90, 0.01), (100, 84.06, 0.01)],
)
def test_published_tables_of_blocking_are_reproduced(servers: int, load: float, blocked: float):
    """Erlang B at 1 percent, as the traffic tables of the telephone industry have it; loads are rounded there."""
    assert queueing.erlang_b(servers, load) == pytest.approx(blocked, rel=0.005)


@pytest.mark.parametrize(
    ("servers", "load", "waits"), [(1, 0.5, 1 / 2), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (10, 6.0, 0.1013)]
)
def test_published_values_of_waiting_are_reproduced(servers: int, load: float, waits: float):
    """Textbook cases in closed form; ten servers at six erlangs are the exercise whose answer is "about 0.10"."""
    assert queueing.erlang_c(servers, load) == pytest.approx(waits, abs=5e-5)


@pytest.mark.parametrize(("servers", "utilisation"), [(4, 0.75), (8, 0.8), (26, 0.9)])
def test_waiting_agrees_with_a_simulation(servers: int, utilisation: float):
    ciw.seed(7)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(servers * utilisation)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(16_000 / servers)
    kept = [r.waiting_time for r in simulation.get_all_records() if r.arrival_date > 1_000 / servers]
    waited = np.mean([wait > 1e-9 for wait in kept])
    assert queueing.agrees(waited, queueing.erlang_c(servers, servers * utilisation), 0.05) == "holds"


def test_an_observation_outside_the_band_overturns_the_model():
    assert queueing.agrees(0.6, queueing.erlang_c(8, 6.4), 0.05) == "does not hold"


@given(SERVERS, st.floats(0.05, 0.95))
def test_waiting_is_a_probability_above_blocking_and_more_cards_lower_it(servers: int, utilisation: float):
    load = servers * utilisation
    waits = queueing.erlang_c(servers, load)
    assert 0 <= queueing.erlang_b(servers, load) <= waits <= 1
    assert queueing.erlang_c(servers + 1, load) <= waits


@given(SERVERS, st.floats(0.01, 0.5))
def test_the_inverse_is_the_inverse(servers: int, wait: float):
    load = servers * queueing.utilisation_at_wait(servers, wait)
    assert queueing.erlang_c(servers, load) == pytest.approx(wait, rel=1e-6)


@given(st.integers(2, 12), st.integers(1, 20), st.floats(0.02, 0.4))
def test_splitting_a_pool_never_helps(classes: int, each: int, wait: float):
    whole = queueing.utilisation_at_wait(classes * each, wait)
    assert queueing.split_utilisation(classes * each, classes, wait) <= whole + 1e-9


@given(st.integers(1, 6), st.integers(0, 6), st.floats(0, 1))
def test_k_of_n_is_the_sum_of_the_binomial(k: int, more: int, p: float):
    n = k + more
    summed = sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    assert queueing.k_of_n(k, n, p) == pytest.approx(summed, abs=1e-12)


@given(st.floats(0.1, 10), st.floats(50, 5000), st.floats(0, 10))
def test_the_interval_of_daly_is_the_best(write: float, between: float, restart: float):
    """No interval does notably better than Daly's, and Young's is close to it where failures are rare."""
    best = queueing.useful_share(write, between, restart, queueing.daly_interval(write, between))
    for factor in (0.5, 0.8, 1.25, 2.0):
        other = factor * queueing.daly_interval(write, between)
        assert queueing.useful_share(write, between, restart, other) <= best * 1.002
    rare = 1e4 * write
    assert queueing.young_interval(write, rare) == pytest.approx(
        queueing.daly_interval(write, rare), rel=0.02
    )


def test_a_published_run_bounds_its_checkpoint():
    """Llama 3: 419 unexpected interruptions in 54 days, effective for more than 90 percent of the time."""
    found = queueing.llama3_checkpoint().value
    assert found["between"] == pytest.approx(185.6, abs=0.1)
    share = queueing.useful_share(
        found["checkpoint"],
        found["between"],
        0.0,
        queueing.daly_interval(found["checkpoint"], found["between"]),
    )
    assert share == pytest.approx(0.9)
    assert 0.5 < found["checkpoint"] < 2


def test_every_assumed_parameter_is_swept_and_moves_something():
    table = load("parameters").query("model == 'queueing'")
    sweep = queueing.sweep(load("parameters")).value
    assert set(table.parameter[table.assumed]) <= set(sweep.index)
    assert (sweep.at_low != sweep.at_high).all()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: queueing.erlang_c(0, 1.0), "servers"),
        (lambda: queueing.erlang_c(2, -1.0), "load"),
        (lambda: queueing.utilisation_at_wait(4, 1.5), "wait"),
        (lambda: queueing.split_utilisation(4, 5, 0.1), "classes"),
        (lambda: queueing.k_of_n(3, 2, 0.5), "k must not"),
        (lambda: queueing.chain_availability(3, 1.2), "availability"),
        (lambda: queueing.useful_share(1.0, 10.0, -1.0, 5.0), "restart"),
        (lambda: queueing.daly_interval(0.0, 5.0), "checkpoint"),
        (lambda: queueing.matching(kards=5), "kards"),
    ],
)
def test_bad_input_is_named(call, named: str):
    with pytest.raises(ValueError, match=named):
        call()
