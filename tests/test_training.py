"""Training over slow links: the model against what was published, and evidence that overturns each verdict."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import training as evidence
from ladders.models import training as model
from ladders.tables import load
from ladders.verdicts.training import (
    EVERY_STEP,
    FEW_STEPS,
    FRONTIER,
    SPLIT,
    WHOLE,
    _at_least,
    changed,
    inference_is_easier,
    links_specifications,
    links_without_one,
    links_without_organisation,
    training_needs_fast_links,
)

positive = st.floats(1e-3, 1e6)
shares = st.floats(0.01, 0.99)


def frames(*names: str) -> list[pd.DataFrame]:
    """Tables of data/ by name."""
    return [load(name) for name in names]


def reported(value: float) -> pd.DataFrame:
    """The real runs, each with the same reported utilisation."""
    runs = load("training_runs")
    return runs.assign(utilisation=runs.utilisation.mask(runs.utilisation.notna(), value))


def test_links_are_implied_for_rings_alone():
    runs = load("training_runs")
    other = runs.assign(exchange=runs.exchange.mask(runs.exchange == "ring", ""))
    assert len(model.implied_links(runs).value)
    assert not len(model.implied_links(other).value)


@pytest.mark.parametrize(
    ("factors", "outcome"),
    [([2.0, 9.0], "hold"), ([1.9, 9.0], "undecided"), ([0.5, 0.9], "fail"), ([], "undecided")],
)
def test_less_than_half_is_what_matters(factors: list[float], outcome: str):
    assert _at_least(pd.Series(factors, dtype=float)) == outcome


# The model


@given(positive, positive, st.integers(2, 100), positive, shares)
def test_bandwidth_is_the_inverse_of_utilisation(
    payload: float, computing: float, workers: int, scale: float, target: float
):
    needed = model.ring_bandwidth(payload * scale, workers, computing, target)
    waiting = model.ring_seconds(payload * scale, needed, workers)
    assert model.utilisation(computing, waiting) == pytest.approx(target, rel=1e-9)


@given(positive, positive, positive, positive)
def test_more_waiting_never_raises_utilisation(computing: float, exchange: float, more: float, hidden: float):
    before = model.utilisation(computing, exchange, hidden)
    assert 0 <= model.utilisation(computing, exchange + more, hidden) <= before <= 1


@given(positive, positive, st.integers(2, 1000))
def test_a_ring_sends_between_one_and_two_payloads(payload: float, bandwidth: float, workers: int):
    one = model.BITS * payload / bandwidth
    assert one * (1 - 1e-12) <= model.ring_seconds(payload, bandwidth, workers) < 2 * one


@given(st.integers(1, 200), st.floats(1e-4, 1.0))
def test_round_trips_bound_a_chain_from_both_sides(servers: int, round_trip: float):
    least, greatest = model.chain_seconds(servers, round_trip)
    assert least <= greatest == pytest.approx(servers * round_trip)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model.step_seconds(0, 1, 1, 0.5), r"parameters must be positive and finite, got 0"),
        (lambda: model.step_seconds(1, 1, 1, 1.5), r"mfu is a share of the peak, at most 1, got 1\.5"),
        (lambda: model.ring_seconds(1, 1, 1), r"workers must be at least 2 to exchange anything, got 1"),
        (lambda: model.store_seconds(1, np.nan, 1, 1), r"up must be positive and finite, got nan"),
        (lambda: model.utilisation(1, -1), r"must not be negative, got exchange=-1"),
        (lambda: model.ring_bandwidth(1, 2, 1, 1.0), r"target is a utilisation between 0 and 1, got 1\.0"),
        (lambda: model.top_k_bytes(5000, 4096, 12, 2), r"kept must not exceed the chunk of 4096, got 5000"),
        (lambda: model.values(load("parameters"), speed=1), r"parameter 'speed' is not in table parameters"),
    ],
)
def test_bad_input_is_named(call, message: str):
    with pytest.raises(ValueError, match=message):
        call()


# What was published


def test_every_published_cell_lies_within_a_factor_of_one_and_a_half():
    found = model.replication().value
    assert (found.cells, found.within) == (74, 74)
    assert found.mean_ratio == pytest.approx(1.20, abs=0.01)
    assert model.reproduces(found) == "holds"


def test_without_hiding_behind_the_backward_pass_the_table_is_not_reproduced():
    found = model.replication(overlap=0.0).value
    assert model.reproduces(found) == "does not hold"
    assert found.greatest > 50


def test_a_made_up_cell_outside_the_band_overturns_the_check():
    table, parameters = frames("diloco_table", "parameters")
    table.loc[10, "bandwidth_gbps"] *= 4
    assert model.reproduces(model.replication(table, parameters).value) == "does not hold"


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "check"),
    [
        ("training_runs", "intellect-1-usa", "compute_seconds", 3600.0, "INTELLECT-1, computing"),
        ("split_inference", "bloom-3-short", "steps_far", 0.3, "bloom-3-short"),
        ("diloco_table", 3, "bandwidth_gbps", 5000.0, "Published table"),
    ],
)
def test_a_made_up_observation_outside_its_band_does_not_hold(table, row, column, value, check):
    names = ("diloco_table", "training_runs", "split_inference", "parameters")
    given_tables = dict(zip(names, frames(*names), strict=True))
    frame = given_tables[table]
    key = frame.columns[0]
    place = frame.index[frame[key] == row] if isinstance(row, str) else [row]
    frame.loc[place, column] = value
    before, after = model.checks().value, model.checks(*given_tables.values()).value
    chosen = before.check.str.contains(check)
    assert before[chosen].verdict.tolist() == ["holds"]
    assert after[chosen].verdict.tolist() == ["does not hold"]


def test_the_window_follows_from_the_runs_own_configuration_with_attention():
    minutes = model.window().value
    assert minutes["gap"] == pytest.approx(100 * (minutes["run"] - minutes["reported"]) / minutes["reported"])
    assert minutes["run"] == pytest.approx(38.27, abs=0.01)
    assert abs(minutes["gap"]) < 1
    assert minutes["plain"] < 0.85 * minutes["reported"], "without attention the window is far too short"


def test_reported_utilisation_is_derived_and_no_second_measurement():
    assert evidence.derived_utilisation().value < 0.1


def test_compression_and_links_of_covenant():
    factors, links = model.compression().value, model.covenant_links().value
    assert (factors["fp32"], factors["bf16"]) == pytest.approx((146.29, 73.14), abs=0.01)
    assert links["upload"] > links["least upload"] > links["deadline"], (
        "the assumed upload misses the deadline"
    )
    assert links["both"] == pytest.approx(682, abs=1)
    assert links["at limits"] == pytest.approx(0.638, abs=0.001)
    assert links["need down"] == pytest.approx(2.99, abs=0.01)


def test_implied_bandwidth_gives_back_the_exchange_that_it_came_from():
    runs = load("training_runs").set_index("run_id")
    for run, gbps in model.implied_links().value.items():
        row = runs.loc[run]
        again = model.ring_seconds(row.parameters * row.bytes_per_value, gbps * model.GIGA, row.workers)
        assert again == pytest.approx(row.sync_seconds)


def test_quality_by_both_readings():
    found = model.quality().value
    assert (found.joint, found.larger) == pytest.approx((0.66, 0.75), abs=0.005)
    assert found.crossing == pytest.approx(9.65, abs=0.01)


def test_only_parameters_that_move_the_reference_worker_are_swept():
    found, base = model.sweep().value, model.sweep_base().value
    assert {"link", "tokens_per_step", "overlap"} <= set(found.index)
    assert not {"text_bytes", "train_memory"} & set(found.index)
    for way in ("few", "every"):
        assert found[[f"{way} low", f"{way} high"]].min(axis=1).le(base[way] + 1e-9).all()


# Fast links


def test_the_need_for_fast_links_holds_in_part():
    found = training_needs_fast_links(*frames("training_runs", "parameters"))
    assert found.verdict == "holds in part"
    assert found.clauses_hold == (EVERY_STEP, FRONTIER)
    assert found.clauses_fail == (FEW_STEPS,)


def test_it_holds_when_runs_wait_longer_than_they_compute():
    assert training_needs_fast_links(reported(0.3), load("parameters")).verdict == "holds"


def test_it_does_not_hold_when_any_link_suffices_and_the_frontier_is_reached():
    runs = load("training_runs")
    runs = runs.assign(
        link_high_gbps=runs.link_high_gbps.mask(runs.link_high_gbps.notna(), 1e5), tokens=runs.tokens * 1000
    )
    assert training_needs_fast_links(runs, load("parameters")).verdict == "does not hold"


def test_one_organisation_is_not_enough():
    changed_by = links_without_organisation().value.set_index("left_out").verdict
    assert changed_by["Covenant AI"] == changed_by["Prime Intellect"] == "open"
    assert links_without_one().value.set_index("left_out").verdict["covenant-72b"] == "open"


def test_no_combination_of_choices_says_that_it_holds():
    found = links_specifications().value
    assert len(found) >= 12
    assert set(found.verdict) == {"holds in part", "open"}


# Inference


def test_inference_is_easier_in_part():
    found = inference_is_easier(*frames("training_runs", "split_inference", "parameters"))
    assert found.verdict == "holds in part"
    assert found.clauses_fail == (SPLIT,)


def test_inference_is_easier_than_training_with_an_exchange_after_every_step():
    tables = frames("training_runs", "split_inference", "parameters")
    assert inference_is_easier(*tables, training="every step").verdict == "holds"


def test_inference_is_not_easier_where_it_moves_and_holds_as_much():
    runs, pairs, parameters = frames("training_runs", "split_inference", "parameters")
    parameters = changed(changed(parameters, "text_bytes", 1e6), "train_memory", 1.0)
    assert inference_is_easier(runs, pairs, parameters).verdict == "does not hold"


def test_split_inference_that_loses_nothing_turns_its_clause():
    pairs, parameters = frames("split_inference", "parameters")
    fast = pairs.assign(steps_far=pairs.steps_near.fillna(pairs.steps_far))
    assert SPLIT in inference_is_easier(reported(0.7), fast, parameters).clauses_hold


def test_wrapped_text_leaves_the_clause_on_whole_models_undecided():
    runs, pairs, parameters = frames("training_runs", "split_inference", "parameters")
    found = inference_is_easier(runs, pairs, changed(parameters, "text_bytes", 500.0))
    assert WHOLE in found.clauses_open
