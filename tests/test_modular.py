"""Modules against one network: theory, training, evidence, and verdicts that can come out otherwise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import modular
from ladders.models import modular as model
from ladders.tables import load
from ladders.verdicts.modular import (
    attention,
    cannot_rival,
    defects_counts,
    interaction_counts,
    modular_defects,
    modular_design,
    representation_counts,
    rising_barriers,
    rivalry_counts,
    shallow_and_rich,
    unified_representation,
)

SMALL = model.Training(hidden=8, steps=60, rate=0.01, noise=0.5)


@given(st.integers(1, 30), st.integers(0, 40))
def test_a_wider_hash_is_never_worse_and_enough_bits_are_enough(bits: int, width: int):
    assert 0.5 <= model.hash_accuracy(bits, width) <= model.hash_accuracy(bits, width + 1) <= 1
    assert model.hash_accuracy(bits, bits) == 1
    assert model.hash_accuracy(bits, 0) == pytest.approx(0.5)


@given(st.integers(1, 12))
def test_the_hash_formula_counts_collisions(bits: int):
    """Against brute force: keep the first k bits of all pairs of classes; half of the pairs are equal."""
    width = min(bits, 3)
    classes = np.arange(min(2**bits, 64))
    if 2**bits > 64:
        return
    collide = (classes[:, None] >> (bits - width)) == (classes >> (bits - width))
    unequal = classes[:, None] != classes
    assert model.hash_accuracy(bits, width) == pytest.approx(1 - collide[unequal].mean() / 2)


@given(st.integers(1, 64), st.integers(0, 64))
def test_the_bound_of_index_rises_from_chance_to_one(slots: int, width: int):
    bound = model.index_bound(slots, width)
    assert 0.5 <= bound <= 1
    assert bound <= model.index_bound(slots, width + 1) + 1e-9
    if width < slots:
        assert model.binary_entropy(1 - bound) == pytest.approx(1 - width / slots, abs=1e-6)


def test_published_values_of_the_bound():
    """Rate-distortion function of a fair coin: at rate 1/2 the error is 0.110 (Cover & Thomas, section 10.3)."""
    assert 1 - model.index_bound(8, 4) == pytest.approx(0.110, abs=0.0005)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: model.hash_accuracy(0, 1), "bits=0, width=1"),
        (lambda: model.index_bound(8, -1), "slots=8, width=-1"),
        (lambda: model.binary_entropy(1.5), "got 1.5"),
        (lambda: model.theory("chess", "joint", 1), "no task 'chess'"),
        (lambda: model.train("xor", "with a query", training=SMALL), "no task 'xor' with arm 'with a query'"),
        (lambda: model.train("xor", "trained messages", (5,), training=SMALL), r"widths \(5,\)"),
        (lambda: model.within_bound(1.2, 2), "got 1.2"),
        (
            lambda: model.base_training(load("parameters").assign(value=0.0)),
            "modular.hidden must be positive",
        ),
    ],
)
def test_bad_input_is_named(call: object, said: str):
    with pytest.raises(ValueError, match=said):
        call()


def test_an_observation_above_the_bound_would_overturn_the_model():
    assert not model.within_bound(0.95, 2)
    assert model.within_bound(0.70, 2)


def test_no_trained_message_beats_its_bound_and_the_best_come_near():
    rows = load("modular_runs").query("task == 'index' and arm == 'trained messages' and setting == 'base'")
    assert all(model.within_bound(row.accuracy, row.width) for row in rows.itertuples())
    match = model.against_theory().value.xs("match", level="task")
    assert (match.best <= match.theory + 2).all(), "better than the best hash"
    assert model.theory_check().value["match"] < 10, "training ever farther from the best hash"


@pytest.mark.parametrize("name", model.TASKS)
def test_tasks_are_what_they_say(name: str):
    task = model.TASKS[name]
    a, b, y = task.sampler(0, True)(np.random.default_rng(1), 4000)
    assert len(a) == len(b) == len(y) == 4000
    assert set(y) == set(range(task.classes))
    assert np.bincount(y).max() / 4000 < 2 * task.chance


def test_digits_to_train_on_and_held_out_share_no_image():
    train, held = (model._images(0, part)[0] for part in (False, True))
    assert not {row.tobytes() for row in train} & {row.tobytes() for row in held}


def test_training_is_its_seed_and_learns():
    found, again = (model.train("xor", "joint", seeds=(0, 1), training=SMALL) for _ in range(2))
    pd.testing.assert_frame_equal(found, again)
    longer = model.Training(hidden=16, steps=300, rate=0.01, noise=0.5)
    assert model.train("xor", "joint", seeds=(0, 1), training=longer).accuracy.min() > 0.95
    assert model.train("xor", "late fusion", seeds=(0, 1), training=longer).accuracy.max() < 0.6


@pytest.mark.parametrize(("task", "arm"), [("xor", "joint"), ("match", "late fusion")])
def test_the_stored_runs_are_what_the_code_gives(task: str, arm: str):
    """A part of the table, trained again; other processors may round otherwise."""
    found = (
        model.train(task, arm, training=model.base_training(load("parameters"))).set_index("seed").accuracy
    )
    stored = (
        load("modular_runs").query("setting == 'base' and task == @task and arm == @arm").set_index("seed")
    )
    assert np.allclose(found, stored.accuracy, atol=0.03)


def test_the_stored_messages_are_what_the_code_gives():
    found = model.train(*model.SWEPT, model.SWEPT_WIDTHS, model.SWEPT_SEEDS, training=model.base_training(load("parameters")))  # fmt: skip
    stored = load("modular_runs").query("setting == 'again'")
    assert found.width.tolist() == stored.width.tolist()
    assert np.allclose(found.accuracy, stored.accuracy, atol=0.03)


def test_all_runs_are_planned(monkeypatch: pytest.MonkeyPatch):
    stored = load("modular_runs").groupby(["setting", "task", "arm"]).size()
    monkeypatch.setattr(model, "train", lambda task, arm, widths=(0,), seeds=(0,), **_: pd.DataFrame({"task": [task], "arm": arm, "width": 0, "seed": 0, "accuracy": 1.0}))  # fmt: skip
    assert set(model.run(load("parameters")).groupby(["setting", "task", "arm"]).size().index) == set(
        stored.index
    )


def test_noise_is_drawn_for_every_bit_of_every_example():
    asked = []
    weights = model._initial(np.random.default_rng(1), 2, "with a query", (8, 8), model.TASKS["index"], 4)
    x = np.zeros((2, 7, 8)), np.zeros((2, 7, 8))
    mask = np.ones((2, 1, max(model.WIDTHS)))

    def draw(shape: tuple[int, ...]) -> np.ndarray:
        asked.append(shape)
        return np.zeros(shape)

    assert model._scores(weights, x, "with a query", mask, True, draw).shape == (2, 7, 2)
    assert asked == [(2, 7, model.QUERY_BITS), (2, 7, max(model.WIDTHS))]


def test_the_same_digit_is_the_same_digit():
    images, digits = model._images(0, True)
    named = {image.tobytes(): digit for image, digit in zip(images, digits, strict=True)}
    a, b, same = model.TASKS["same digit"].sampler(0, True)(np.random.default_rng(1), 500)
    pairs = [(named[left.tobytes()], named[right.tobytes()]) for left, right in zip(a, b, strict=True)]
    assert [left == right for left, right in pairs] == (same == 1).tolist()


def test_with_a_query_theory_says_that_all_is_answered():
    assert model.theory("index", "with a query", 1) == 1.0


def test_every_assumed_parameter_is_swept():
    rows = load("parameters").query("model == 'modular' and assumed")
    assert (rows.low < rows.value).all() and (rows.value < rows.high).all()
    swept = set(load("modular_runs").setting) - {"base", "again"}
    assert swept == {f"{name} {end}" for name in rows.parameter for end in ("low", "high")}


RUNS, FUSION = "modular_runs", "fusion_results"


def lowered(runs: pd.DataFrame, arms: tuple[str, ...], points: float) -> pd.DataFrame:
    """Runs in which some arms lie a number of points below a joint network that is always right."""
    level = pd.Series(np.where(runs.arm == "joint", 1.0, 0.99), runs.index)
    return runs.assign(accuracy=level.mask(runs.arm.isin(arms), 1 - points / 100))


def test_modular_defects_hold_in_part_and_could_hold_or_fail():
    runs, fusion = load(RUNS), load(FUSION)
    found = modular_defects(runs, fusion)
    assert found.verdict == "holds in part"
    assert found.clauses_hold == ("parts that only add their votes fall short",)
    every = ("late fusion", "trained messages", "with a query")
    assert modular_defects(lowered(runs, every, 30), fusion.assign(gap=30.0)).verdict == "holds"
    assert modular_defects(lowered(runs, (), 0), fusion.assign(gap=0.0)).verdict == "does not hold"
    assert modular_defects(runs[runs.task == "xor"], fusion.head(0)).verdict == "open"


def test_unified_representation_turns_with_published_results_and_with_votes():
    runs, fusion = load(RUNS), load(FUSION)
    assert unified_representation(runs, fusion).verdict == "holds in part"
    assert unified_representation(runs, fusion.assign(gap=20.0)).verdict == "holds"
    assert unified_representation(lowered(runs, (), 0), fusion).verdict == "does not hold"
    assert unified_representation(runs, fusion[fusion.organisation == "Apple"]).verdict == "open"


def test_attention_turns_with_the_way_back():
    runs, systems = load(RUNS), load("interfaces")
    found = attention(runs, systems)
    assert found.verdict == "holds in part"
    assert "a question sent back does not mend it" in found.clauses_fail
    barred = lowered(runs, ("trained messages", "with a query"), 30)
    assert attention(barred, systems.assign(rounds="one way")).verdict == "holds"
    assert attention(lowered(runs, (), 0), systems).verdict == "does not hold"


def test_design_of_networks_is_open_and_could_be_decided():
    systems = load("interfaces")
    assert modular_design(systems).verdict == "open"
    assert modular_design(systems.assign(trained_together=False)).verdict == "holds"
    assert modular_design(systems.assign(trained_together=True)).verdict == "does not hold"


def test_one_operator_counts_once():
    systems = load("interfaces")
    copies = [systems[systems.system == "Bittensor chain"].assign(system=f"copy {n}") for n in range(50)]
    more = pd.concat([systems, *copies], ignore_index=True)
    assert (
        modular.operator_share(more, what="apart").value
        == modular.operator_share(systems, what="apart").value
    )


def test_interaction_turns_with_what_crosses():
    systems = load("interfaces")
    assert shallow_and_rich(systems).verdict == "holds in part"
    web3 = systems.kind == "decentralised network"
    assert shallow_and_rich(systems.assign(rich=~web3)).verdict == "holds"
    assert shallow_and_rich(systems.assign(rich=web3)).verdict == "does not hold"


def test_rivalry_turns_with_one_rival():
    scores = load("network_scores")
    assert cannot_rival(scores).verdict == "holds"
    level = scores.score.mask(scores.model == "INTELLECT-2", scores.frontier_score)
    assert cannot_rival(scores.assign(score=level)).verdict == "does not hold"
    assert cannot_rival(scores[scores.model != "INTELLECT-2"]).verdict == "open"
    assert cannot_rival(scores.assign(frontier_released="2099-01-01")).verdict == "open"


def test_no_frontier_is_younger_than_its_network():
    scores = load("network_scores")
    assert (scores.frontier_released <= scores.released).all()


def test_barriers_turn_with_growth_and_with_followers():
    runs = load("frontier_runs")
    found = rising_barriers(runs)
    assert found.verdict == "open"
    assert found.clauses_hold == ("the largest training runs grow faster than chips get cheaper",)
    year = runs.released.str[:4].astype(int)
    flat = runs.assign(flop=runs.flop.astype(float) ** 0.05)
    assert (
        "the largest training runs grow faster than chips get cheaper" in rising_barriers(flat).clauses_fail
    )
    few = runs[runs.groupby(year).cumcount() < (2026 - year)].assign(organisation=lambda rows: rows.model)
    assert rising_barriers(few).verdict == "holds"


@pytest.mark.parametrize(("since", "enough"), [("2022", True), ("2023", False)])
def test_three_whole_years_make_a_trend_of_barriers(since: str, enough: bool):
    runs = load("frontier_runs")
    found = rising_barriers(runs[runs.released >= since])
    assert ("record (factor per year)" in found.statistics) == enough


def test_every_model_of_the_table_near_the_record_is_near_it():
    runs = load("frontier_runs").sort_values(["released", "model"])
    assert (runs.flop * 10.001 >= runs.flop.cummax()).all()


def test_margins_try_at_least_twelve_choices():
    for counts in (defects_counts, representation_counts, interaction_counts, rivalry_counts):
        found = counts().value
        assert found["all"] >= 12
        assert sum(count for name, count in found.items() if name != "all") == found["all"]


def test_gaps_stated_by_a_source_agree_with_its_scores():
    rows = load(FUSION).dropna(subset=["modular_score", "joint_score"])
    assert np.allclose(rows.gap, rows.joint_score - rows.modular_score, atol=0.051)


def test_published_means_are_the_paper_s():
    """Table 4 of arXiv 2504.07951v4 gives 46.8, 47.6 and 48.2: means over the five benchmarks in percent."""
    assert modular.late_and_early_means().value.round(1).tolist() == [46.8, 47.6, 48.2]


def test_labels_follow_from_what_the_two_sides_hold():
    """Each class once more by hand, from signs and slots alone."""
    rng = np.random.default_rng(5)
    a, b, y = model.TASKS["xor"].draw(rng, 200)
    assert set(a[:, 3]) == set(b[:, 3]) == {-0.5, 0.5}
    assert ((a[:, 3] * b[:, 3] > 0) == y).all()
    a, b, y = model.TASKS["match"].draw(rng, 2000)
    assert len({tuple(row) for row in a}) == model.CLASSES
    assert set(a.ravel()) == {-1.0, 1.0}
    assert ((a == b).all(axis=1) == y).all()
    a, b, y = model.TASKS["inner product"].draw(rng, 200)
    assert set(a.ravel()) == set(b.ravel()) == {-1.0, 1.0}
    assert (((a > 0) & (b > 0)).sum(axis=1) % 2 == y).all()
    a, b, y = model.TASKS["index"].draw(rng, 200)
    assert set(a.ravel()) == {-1.0, 1.0}
    assert (b.sum(axis=1) == 1).all()
    assert ((a * b).sum(axis=1) == 2 * y - 1).all()


def test_a_message_is_signs_and_nothing_counts_as_plus():
    assert model._bits(np.array([-0.1, 0.0, 0.5]), None).tolist() == [-1.0, 1.0, 1.0]
    assert model._bits(np.array([0.3]), np.array([-0.1])).tolist() == pytest.approx([np.tanh(0.2)])


@pytest.mark.parametrize(("arm", "inputs"), [("trained messages", 5), ("with a query", 5 + model.QUERY_BITS)])
def test_a_query_is_an_input_more_at_a(arm: str, inputs: int):
    weights = model._initial(np.random.default_rng(1), 2, arm, (5, 3), model.TASKS["index"], 4)
    assert weights["a"][0][0].shape[-2] == inputs


def test_only_a_task_that_is_answered_at_b_has_a_query():
    assert {name for name, arm in model.plan() if arm == "with a query"} == {"index"}


def test_components_are_as_many_as_the_message_is_wide_and_never_more_than_the_inputs():
    inputs = np.random.default_rng(3).normal(size=(30, 3))
    assert [pca.n_components_ for pca in model._components(inputs, (1, 2, 8))] == [1, 2, 3]
