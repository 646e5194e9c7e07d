"""The comparison of the ladders: verdicts flip on made tables, measures do what they say, rows stand on their tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import bridges, drivers, problems, trust
from ladders.evidence.dispersion import effective_number
from ladders.tables import load
from ladders.verdicts import comparison

PROBLEMS, BENEFITS = load("problems"), load("benefits")


def courses(ai: float, chain: float, *, held: str = "same score") -> pd.DataFrame:
    """Four problems of each ladder around a yearly factor."""
    rows = [
        (f"{ladder}-{i}", ladder, "measured", "lower", held, factor * w / 1.05, factor * w * 1.05)
        for ladder, factor in (("ai", ai), ("chain", chain))
        for i, w in enumerate((0.9, 0.95, 1.05, 1.1))
    ]
    table = pd.DataFrame(
        rows, columns=["problem_id", "ladder", "data", "better", "benefit_held_fixed", "low", "high"]
    )
    return table.assign(
        first_date="2022-01-01", latest_date="2026-01-01", confidence="high", interval_basis="fit"
    )


def answers(ai: float, chain: float, layer_3: float) -> pd.DataFrame:
    """What the steps set out to solve, with over without."""
    rows = [("ai-a", "ai", 2, ai), ("chain-a", "chain", 2, chain), ("chain-b", "chain", 3, layer_3)]
    table = pd.DataFrame(rows, columns=["benefit_id", "ladder", "step", "middle"])
    return table.assign(better="lower", low=table.middle / 1.1, high=table.middle * 1.1)


@pytest.mark.parametrize(
    ("problems_", "benefits_", "verdict"),
    [
        (courses(1, 1.5), answers(0.1, 1.0, 1.0), "holds"),
        (courses(1, 0.3), answers(0.1, 0.1, 0.1), "does not hold"),
        (courses(1, 1.5), answers(0.1, 0.1, 1.0), "holds in part"),
        (courses(1, 1.5, held="none: any score"), answers(0.1, 1.0, 1.0), "open"),
    ],
)
def test_shifting_flips(problems_: pd.DataFrame, benefits_: pd.DataFrame, verdict: str):
    assert comparison.chains_only_shift(problems_, benefits_).verdict == verdict


@pytest.mark.parametrize(
    ("problems_", "benefits_", "verdict"),
    [
        (courses(0.3, 1.5), answers(0.1, 1.0, 1.0), "holds"),
        (courses(1.5, 0.3), answers(1.0, 0.1, 0.1), "does not hold"),
        (courses(1.5, 1.5), answers(0.1, 1.0, 1.0), "holds in part"),
    ],
)
def test_the_headline_flips(problems_: pd.DataFrame, benefits_: pd.DataFrame, verdict: str):
    assert comparison.progress_against_relocation(problems_, benefits_).verdict == verdict


@pytest.mark.parametrize(("ai", "chain", "verdict"), [(0.3, 1.5, "holds"), (1.0, 1.05, "does not hold")])
def test_the_difference_flips(ai: float, chain: float, verdict: str):
    assert comparison.effects_differ(courses(ai, chain)).verdict == verdict


def test_a_problem_that_shrinks_when_higher_is_better_is_turned():
    row = courses(2.0, 2.0).assign(better="higher")
    assert problems.course_of(courses(2.0, 2.0)).eq("grows").all()
    assert problems.course_of(row).eq("shrinks").all()


@given(st.floats(0.05, 20), st.floats(1.0, 3.0))
def test_turning_keeps_the_order_of_bounds(factor: float, width: float):
    for better in ("lower", "higher"):
        rows = pd.DataFrame({"better": [better], "low": [factor / width], "high": [factor * width]})
        sides = problems.turned(rows)
        assert (sides.grow_low <= sides.grow_high).all()


def test_rows_of_chains_agree_with_the_tables_behind_them():
    ruler = problems.chain_ruler().value
    measured = ruler[ruler.data == "measured"]
    assert measured.lower.to_numpy() == pytest.approx(measured.low.to_numpy(float), rel=0.01)
    assert measured.upper.to_numpy() == pytest.approx(measured.high.to_numpy(float), rel=0.01)
    assert (measured.lower <= measured.point).all() and (measured.point <= measured.upper).all()
    assert ruler[ruler.data == "no data"].point.isna().all()


def test_first_and_latest_values_of_chains_stand_in_the_tables_behind_them():
    rows = PROBLEMS.set_index("problem_id")
    value = effective_number(series="L2 value secured").value.effective
    use = effective_number(series="transactions").value.effective
    losses = bridges.loss_course().value
    count = trust.trust_course(question="exit_window").value
    by_value = trust.value_course(question="exit_window").value
    standards = bridges.standards_by_date().value.loc[["2023-12-31", "2026-08-22"]]
    unfinished = 100 * (1 - standards.final / standards.created)
    expected = {
        "chain-dispersion-value": (value.iloc[0], value.iloc[-1]),
        "chain-dispersion-use": (use.iloc[0], use.iloc[-1]),
        "chain-bridge-losses": (losses.first, losses.latest),
        "chain-trust-count": (count.first, count.latest),
        "chain-trust-value": (by_value.first, by_value.latest),
        "chain-interoperability": tuple(unfinished),
    }
    for name, (first, latest) in expected.items():
        assert rows.first_value[name] == pytest.approx(first, rel=0.01), name
        assert rows.latest_value[name] == pytest.approx(latest, rel=0.01), name
    assert rows.first_value["chain-l1-payments"] == pytest.approx(trust.rent_share().value[2024], rel=0.01)


def test_answers_agree_with_the_tables_behind_them():
    ruler = problems.benefit_ruler().value
    for stored, found in (("with_step", "point"), ("low", "lower"), ("high", "upper")):
        assert ruler[stored].to_numpy() == pytest.approx(ruler[found].to_numpy(float), rel=0.01)


def board(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    """Releases: vendor, day, score, cost."""
    table = pd.DataFrame(rows, columns=["vendor", "released", "score", "cost_usd"])
    return table.assign(model=[f"m{i}" for i in range(len(table))])


def test_records_of_ability_and_price():
    releases = board(
        [
            ("A", "2024-01-01", 20, 1.0),  # first day: no record
            ("B", "2024-02-01", 30, 2.0),  # ability
            ("A", "2024-03-01", 16, 0.5),  # cheapest at half of 30
            ("B", "2024-04-01", 14, 0.1),  # cheaper, not good enough
        ]
    )
    shares = drivers.record_shares(releases, large=1).value
    assert shares.ability.to_dict() == {"A": 0, "B": 50}
    assert shares.price.to_dict() == {"A": 50, "B": 0}
    assert shares.lead.to_dict() == {"A": -50, "B": 50}


def test_a_release_that_is_just_good_enough_sets_the_price():
    releases = board(
        [("A", "2024-01-01", 20, 1.0), ("A", "2024-02-01", 30, 2.0), ("C", "2024-03-01", 15, 0.2),
         ("B", "2024-04-01", 20, 0.3)]
    )  # fmt: skip
    assert drivers.record_shares(releases, large=1).value.price.to_dict() == {"A": 0, "B": 0, "C": 100}


def test_the_growth_of_computing_reads_its_own_measure():
    records = load("frontier_records")
    other = records.tail(2).assign(measure="weight", value=[1.0, 1e30])
    assert drivers.compute_trend(pd.concat([records, other])).value == drivers.compute_trend(records).value


def test_rivalry_flips():
    days = [f"20{year}-0{month}-01" for year in (22, 23, 24) for month in (1, 3, 5, 7, 9)]
    vendors = ["A", "B", "C"] * 5
    rising = board([(v, d, 5.0 + 5 * i, 1.0 + i) for i, (v, d) in enumerate(zip(vendors, days, strict=True))])
    cheaper = board([(v, d, 50.0, 1.0 / (1 + i)) for i, (v, d) in enumerate(zip(vendors, days, strict=True))])
    assert comparison.rivalry_on_ability(rising).verdict == "holds"
    assert comparison.rivalry_on_ability(cheaper).verdict == "does not hold"


def test_rewards_flip():
    ends, events = load("reward_ends"), load("chain_events")
    all_reward = events.assign(kind="token or reward")
    assert comparison.powered_by_rewards(ends, all_reward).verdict == "holds"
    assert comparison.powered_by_rewards(
        ends.assign(after=ends.before * 2), events.assign(kind="other")
    ).verdict == ("does not hold")


def test_a_fall_that_the_control_shares_is_no_fall():
    ends = load("reward_ends")
    shared = ends.assign(control_factor=ends.after / ends.before)
    assert drivers.change_by_chain(shared).value.to_numpy() == pytest.approx(0)


def test_published_falls_are_reproduced():
    """Scroll lost seventy percent of its transactions in a day; ZKsync and Starknet half and more (the sources' words)."""
    rows = load("reward_ends").set_index("change_id")
    falls = 100 * (1 - rows.after / rows.before)
    assert falls["scroll-transactions"] == pytest.approx(70, abs=0.5)
    assert falls["starknet-transactions"] == pytest.approx(59, abs=0.5)
    assert falls["blast-addresses"] == pytest.approx(85, abs=0.6)


def test_the_margin_without_a_problem_leaves_it_out():
    table = comparison.headline_without_one().value
    used = [*comparison.counted(PROBLEMS, "ai").problem_id, *comparison.counted(PROBLEMS, "chain").problem_id]
    assert sorted(table.left_out) == sorted([*used, *BENEFITS.benefit_id])
    assert not np.isin(["ai-frontier-price", "chain-abandonment"], table.left_out).any()
