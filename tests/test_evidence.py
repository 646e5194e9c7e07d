"""Evidence: arithmetic by property, statistics against known answers, tables by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ladders import tables
from ladders.evidence import ai, curves, texts
from ladders.evidence.inference import exact_share, mean_interval, sign_test
from ladders.results import Result, measured
from ladders.tables import TableError, load

values = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=2, max_size=12)


@given(values)
def test_interval_holds_its_mean_and_agrees_with_scipy(units: list[float]):
    interval = mean_interval(np.array(units))
    assert interval.low <= interval.mean <= interval.high
    assert interval.n == len(units)
    if np.std(units) > 1e-6:
        low, high = stats.ttest_1samp(units, 0).confidence_interval(0.95)
        assert (interval.low, interval.high) == pytest.approx((low, high), rel=1e-9, abs=1e-9)


@given(values, st.floats(-50, 50))
def test_interval_moves_with_its_units(units: list[float], shift: float):
    before, after = mean_interval(np.array(units)), mean_interval(np.array(units) + shift)
    assert after.mean == pytest.approx(before.mean + shift, abs=1e-9)
    assert after.high - after.low == pytest.approx(before.high - before.low, abs=1e-9)


def test_interval_of_four_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    inside = [(i := mean_interval(rng.normal(3, 2, 4))).low < 3 < i.high for _ in range(2000)]
    assert 0.935 < np.mean(inside) < 0.965


def test_one_unit_has_no_bounds():
    assert mean_interval(np.array([4.0])) == (4.0, -np.inf, np.inf, 1)


def test_a_missing_unit_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        mean_interval(np.array([1.0, np.nan]))


@pytest.mark.parametrize(
    ("units", "p"), [([1, 2, 3, 4], 1 / 16), ([-1, 2, 3, 4], 5 / 16), ([0, 0], 1.0), ([0, 5], 0.5)]
)
def test_sign_test(units: list[float], p: float):
    assert sign_test(np.array(units)) == pytest.approx(p)


PAIRS = pd.DataFrame({"pair_id": ["a", "b", "c"], "vendor": ["V", "V", "W"]})


def gains(**by_pair: tuple[float, float]) -> pd.DataFrame:
    """Gains by hand: logic and mathematics gain the first number, all other abilities the second."""
    return pd.DataFrame(
        [
            (pair, ability, high if ability in ai.WEAKNESSES else low)
            for pair, (high, low) in by_pair.items()
            for ability in ai.WEAKNESSES + ai.OTHERS
        ],
        columns=["pair_id", "ability", "gain"],
    )


def test_paired_gap_by_hand():
    gap = ai.paired_gap(PAIRS, gains(a=(10, 4), b=(20, 2), c=(5, 6))).value.set_index("pair_id").gap
    assert gap.to_dict() == {"a": 6, "b": 18, "c": -1}


def test_vendor_gap_takes_the_median_within_a_vendor():
    assert ai.vendor_gap(PAIRS, gains(a=(10, 4), b=(20, 2), c=(5, 6))).value.to_dict() == {"V": 12, "W": -1}


@given(st.floats(-20, 20))
def test_what_all_abilities_gain_alike_is_no_gap(shift: float):
    before = gains(a=(10, 4), b=(20, 2), c=(5, 6))
    after = before.assign(gain=before.gain + shift)
    moved = ai.paired_gap(PAIRS, after).value.gap - ai.paired_gap(PAIRS, before).value.gap
    assert moved.to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)


def test_headroom_by_hand():
    scores = pd.DataFrame(
        {
            "family": "F",
            "arm": "training",
            "ability": ["mathematics", "language"],
            "before": [60.0, 90.0],
            "after": [80.0, 91.0],
        }
    )
    found = ai.same_base_headroom(scores).value.loc["F"]
    assert (found.mathematics, found.other) == (pytest.approx(50), pytest.approx(10))


def test_a_result_knows_its_function_and_tables():
    result = ai.median_gain()["logic"]
    assert isinstance(result, Result)
    assert result.function == "ladders.evidence.ai.median_gain"
    assert result.tables == ("livebench_pairs", "livebench_gains")
    assert result.unit == "points"


def test_a_result_is_computed_once_for_the_tables_of_the_book_alone():
    calls = []

    @measured("rows")
    def rows(gates, *, most=0):
        calls.append(most)
        return {"all": min(len(gates), most or len(gates))}

    tables.forget()
    whole = rows().value["all"]
    rows().value["all"] = -1  # a reader's own
    assert rows(tables.shared("gates")).value == {"all": whole}
    assert rows(most=1).value == {"all": 1}
    assert calls == [0, 1]
    assert rows(tables.load("gates").head(2)).value == {"all": 2}  # a world
    with pytest.raises(ValueError, match="longer"):
        rows(tables.load("gates"), tables.load("gates"))
    tables.forget()
    assert rows().value == {"all": whole}
    assert calls == [0, 1, 0, 0]


def test_published_medians_of_the_board_are_reproduced():
    """LiveBench, thinking off and on: the medians as worked out independently of this code, to 0.05 points."""
    known = {
        "logic": 36.388,
        "mathematics": 21.080,
        "instruction_following": 10.621,
        "language": 6.170,
        "coding": 0.642,
    }
    found = ai.median_gain().value
    assert {ability: found[ability] for ability in known} == pytest.approx(known, abs=0.05)


def test_published_gains_of_the_reasoning_model_are_reproduced():
    """DeepSeek V3 to R1, Table 4 of the paper: AIME 2024 39.2 to 79.8, IF-Eval 86.1 to 83.3."""
    scores = ai.same_base_gain().value.query("family == 'DeepSeek V3'").set_index("benchmark").gain
    assert scores["AIME 2024"] == pytest.approx(40.6)
    assert scores["IF-Eval"] == pytest.approx(-2.8)


def test_a_claim_without_a_curve_is_named():
    with pytest.raises(TableError, match="S9-x-01"):
        curves.holds_share(claim="S9-x-01")


def test_a_remedy_less_is_counted_on_its_side():
    remedies = load("remedies")
    counts = texts.remedy_counts().value
    fewer = texts.remedy_counts(remedies=remedies[remedies.remedy_id != "decentralised-compute"]).value
    assert (fewer["ai remedies"], fewer["web3 remedies"]) == (
        counts["ai remedies"] - 1,
        counts["web3 remedies"],
    )


def test_counts_of_the_texts_add_up():
    claims = texts.claim_counts().value
    assert claims["distinct"] + claims["repeated"] == claims["all"]
    assert sum(claims[f"testable {answer}"] for answer in ("yes", "partly", "no")) == claims["all"]
    assert texts.testable_claims().value == claims["testable yes"] + claims["testable partly"]
    systems = texts.system_counts().value
    assert systems["crypto-ai"] + systems["context"] == systems["all"]


def plain(*rows: tuple) -> pd.DataFrame:
    """Plain scores by hand: vendor, model, kind, benchmark, score, chance, human (NaN for none)."""
    frame = pd.DataFrame(rows, columns=["vendor", "model", "kind", "benchmark", "score", "chance", "human"])
    return frame.assign(layer="L1", released="2024-01-01")


NONE = float("nan")


def test_lag_by_hand():
    """Guessing at 50, a score of 90 is 80 above chance; knowledge is 60, so the base is 70 and mathematics 30 behind."""
    scores = plain(
        ("V", "m", "language", "A", 90.0, 50.0, NONE),
        ("V", "m", "knowledge", "B", 60.0, 0.0, NONE),
        ("V", "m", "hard_maths", "C", 40.0, 0.0, NONE),
    )
    assert ai.model_lag(scores).value.loc[("V", "m"), "hard_maths"] == pytest.approx(30)
    assert np.isnan(ai.model_lag(scores).value.loc[("V", "m"), "logic"])


def test_lag_leaves_out_what_came_after_the_first_reasoning_model():
    scores = plain(("V", "m", "language", "A", 90.0, 0.0, NONE), ("V", "m", "logic", "B", 10.0, 0.0, NONE))
    late = scores.assign(model="late", released=ai.FIRST_REASONING_MODEL, score=50.0)
    assert ai.vendor_lag(pd.concat([scores, late])).value.loc["V", "logic"] == pytest.approx(80)


def test_lag_beyond_people_takes_their_lag_off():
    """Models 20 behind people in language and 50 in logic, where people have 60 of 100: 30 are left."""
    scores = plain(("V", "m", "language", "A", 70.0, 0.0, 90.0), ("V", "m", "logic", "B", 10.0, 0.0, 60.0))
    assert ai.lag_beyond_people(scores).value.loc["V", "logic"] == pytest.approx(30)


def test_share_of_people_by_hand():
    scores = plain(
        ("V", "m", "language", "A", 70.0, 50.0, 90.0), ("V", "n", "language", "A", 60.0, 50.0, 90.0)
    )
    assert ai.share_of_people(scores).value.loc["V", "A"] == pytest.approx(50)


def test_published_lags_are_reproduced():
    """The figures as worked out independently from the table before this code, to a point."""
    found = {kind: ai.lag_interval(kind=kind).value for kind in ("hard_maths", "school_maths")}
    assert found["hard_maths"] == pytest.approx((43, 31, 55, 9), abs=1)
    assert found["school_maths"].mean < 0
    assert ai.lag_by_benchmark().value["median"].to_dict() == pytest.approx(
        {"BIG-Bench Hard": 52.8, "SimpleBench": 7.6}, abs=0.05
    )


def test_published_headroom_by_vendor_is_reproduced():
    found = ai.vendor_headroom().value
    assert found.mathematics.dropna().round().to_dict() == {
        "Alibaba": 61, "DeepSeek": 74, "Mistral": 55, "Moonshot": 36,
    }  # fmt: skip
    assert (ai.same_base_gain().value.query("ability == 'long_context'").gain < 0).all()


def test_votes_buy_what_the_paper_says():
    """Mistral, AIME 2024: 64 votes lift 26.8 to 43.4, training lifts one answer to 73.6, which is 35 percent."""
    pairs = ai.budget_pairs().value
    row = pairs[(pairs.model_plain == "Mistral Medium 3") & (pairs.task == "AIME 2024")].iloc[0]
    assert 100 * row.bought / row.trained == pytest.approx(35.5, abs=0.1)
    shares = ai.bought_share().value
    assert shares.share["maths"] < 50 < 100 < shares.share["coding"]


def test_reinforcement_adds_little_when_many_answers_count():
    """Qwen3 report, Table 21: one answer gains 12.6 and 12.7 points, any of 64 none."""
    found = ai.pass_gains().value
    assert found.loc[("reinforcement learning", "many"), "median"] == 0
    assert found.loc[("reinforcement learning", "one"), "least"] == pytest.approx(12.6)
    sides = ai.pass_sides().value
    assert sides["sampling"] and sides["ability"]


def test_the_exact_interval_reproduces_published_values():
    """81 of 263: 25.27 to 36.76 percent (Newcombe 1998, Statistics in Medicine 17, table I)."""
    interval = exact_share(81, 263)
    assert (interval.low, interval.high) == pytest.approx((25.27, 36.76), abs=0.01)
    assert exact_share(0, 110).high == pytest.approx(100 * (1 - 0.025 ** (1 / 110)))


@given(st.integers(0, 60), st.integers(1, 60))
def test_an_exact_interval_holds_its_share_and_mirrors_its_complement(k: int, n: int):
    k = min(k, n)
    here, there = exact_share(k, n), exact_share(n - k, n)
    assert 0 <= here.low <= here.mean <= here.high <= 100
    assert here.hits == k
    assert exact_share(k, n, whole=1).high == pytest.approx(here.high / 100)
    assert here.low == pytest.approx(100 - there.high, abs=1e-6)


def test_no_trials_tell_nothing_and_too_many_successes_are_refused():
    assert exact_share(0, 0)[1:4] == (0.0, 100.0, 0)
    with pytest.raises(ValueError, match="between 0 and n = 3, got 4"):
        exact_share(4, 3)
