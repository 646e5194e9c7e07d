"""Trust, blob room and doubts: each verdict turns when its evidence does."""

from __future__ import annotations

import pandas as pd
import pytest

from ladders.evidence import trust
from ladders.tables import load
from ladders.verdicts.trust import (
    architecture_is_criticised,
    relief_is_temporary,
    strategy_is_doubted,
    third_layer_reopens,
)


def test_counts_are_those_of_the_configuration():
    latest = trust.by_count().value.loc["2024-09-26"]
    assert (latest.yes["exit_window"], latest.n["exit_window"]) == (7, 74)
    assert (latest.yes["forced_inclusion"], latest.yes["stage_1_or_2"]) == (62, 6)
    assert 100 - latest.high["exit_window"] == pytest.approx(
        81.5, abs=0.5
    )  # published: 82 to 96 without a window
    assert 100 - latest.low["exit_window"] == pytest.approx(96.1, abs=0.5)


def test_no_series_crosses_a_change_of_the_scale():
    assert load("trust_facts").as_of.max() < trust.SCALE_CHANGES[0]
    assert load("trust_value").facts_as_of.max() < trust.SCALE_CHANGES[0]


def test_count_and_value_part_company():
    latest, value = trust.by_count().value, trust.by_value().value
    assert latest.share["2024-09-26", "stage_1_or_2"] < 10 < 50 < value.share["2024-09-26", "stage_1_or_2"]


def test_a_question_open_at_the_host_is_not_reopened():
    facts = load("trust_facts")
    latest = facts.as_of == facts.as_of.max()
    third = latest & (facts.layer == "L3")
    closed = facts.assign(**{q: facts[q].mask(third & (facts[q] == "no"), "yes") for q in trust.QUESTIONS})
    assert third_layer_reopens(facts).verdict == "holds"
    assert third_layer_reopens(closed).verdict == "does not hold"
    hosts = latest & facts.project.isin(facts[third].host)
    loose = facts.assign(**{q: facts[q].mask(hosts, "no") for q in trust.QUESTIONS})
    assert (trust.reopened(loose).value.new == 0).all()


def test_room_for_blobs_fills_or_does_not():
    blobs = load("blobs")
    assert relief_is_temporary(blobs).verdict == "holds in part"
    assert relief_is_temporary(blobs.assign(use_of_target=100.0)).verdict == "holds"
    assert relief_is_temporary(blobs.assign(use_of_target=50.0)).verdict == "does not hold"
    assert relief_is_temporary(blobs.groupby("step").tail(2).assign(use_of_target=99.0)).verdict == "open"


def test_rivals_late_voices_and_repetition_do_not_make_doubts():
    voices = load("voices")
    assert strategy_is_doubted(voices).verdict == architecture_is_criticised(voices).verdict == "holds"
    for changed in (
        voices.assign(own_chain="yes"),
        voices.assign(date=trust.POST),
        voices.assign(speaker="one and the same"),
    ):
        assert strategy_is_doubted(changed).verdict == architecture_is_criticised(changed).verdict == "open"
    assert architecture_is_criticised(voices[voices.target != "layer 3"]).verdict == "open"
    assert architecture_is_criticised(voices.assign(tone="qualified")).verdict == "open"
    sharp = voices[
        (voices.tone == "sharp") & (voices.target == "rollup strategy") & (voices.own_chain == "no")
    ]
    one = pd.concat([sharp.head(1), sharp.assign(target="layer 3")])
    assert architecture_is_criticised(one).verdict == "holds"
    assert architecture_is_criticised(one.tail(len(sharp))).verdict == "open"


def test_the_course_of_payments_is_that_of_the_two_sources():
    course = trust.payment_course().value
    assert course.low <= course.factor <= course.high < 0.1
    facts = load("chain_facts")
    dearer = facts.assign(high=facts.high.mask(facts.fact_id == "l2-paid-2025", 226.0))
    assert trust.payment_course(dearer).value.high == pytest.approx(2.0)


def test_ratio_of_shares_spans_one_when_nothing_changes():
    facts = load("trust_facts")
    first = facts[facts.as_of == facts.as_of.min()]
    same = pd.concat([first, first.assign(as_of="2024-09-26")])
    course = trust.trust_course(same).value
    assert course.factor == pytest.approx(1.0)
    assert course.low < 1 < course.high
