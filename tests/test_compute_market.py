"""The market for computing: hand-made tables, verdicts that a change of data overturns."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ladders.evidence import availability, compute
from ladders.evidence.inference import Interval
from ladders.tables import load
from ladders.verdicts import compute_market as verdicts
from ladders.verdicts import ledger
from tests.conftest import found


def times(table: pd.DataFrame, kind: str, factor: float) -> pd.DataFrame:
    """The prices of one kind of provider multiplied."""
    by = np.where(table.kind == kind, factor, 1.0)
    return table.assign(low_usd=table.low_usd * by, high_usd=table.high_usd * by)


def test_prices_are_compared_by_the_companies_mean_of_the_same_card():
    rows = [("A", "chain", 1.0), ("B", "chain", 1.0), ("H", "marketplace", 2.0), ("I", "marketplace", 2.0), ("X", "independent", 4.0), ("Y", "independent", 4.0)]  # fmt: skip
    made = pd.DataFrame(
        [{"provider": p, "kind": k, "card": "H100", "low_usd": v, "high_usd": v, "offer": "list", "as_of": ""} for p, k, v in rows]
    )  # fmt: skip
    assert availability.price_between(made, of="chain", against="independent").value.mean == pytest.approx(
        0.25
    )
    assert availability.price_between(made, of="chain", against="marketplace").value.mean == pytest.approx(
        0.5
    )
    lone = made[made.provider.isin(["A", "X"])]
    assert availability.price_between(lone, of="chain", against="independent").value.high == np.inf


def test_a_contrast_pools_the_spread_of_all_groups():
    groups = {"a": np.array([1.0, 1.0]), "b": np.array([2.0, 2.0]), "c": np.array([0.0, 2.0])}
    pooled = availability.contrast(groups, "a", "b")
    within, freedom = 2.0 / 3, 3
    half = stats.t.ppf(0.975, freedom) * np.sqrt(within)
    assert (pooled.low, pooled.high) == (pytest.approx(-1 - half), pytest.approx(-1 + half))
    assert np.isnan(availability.contrast(groups, "a", "nobody").mean)
    own = availability.contrast({"a": np.arange(3.0), "b": np.arange(4.0)}, "a", "b", spread="own")
    assert np.isfinite([own.low, own.high]).all()
    with pytest.raises(ValueError, match="'wide'"):
        availability.contrast(groups, "a", "b", spread="wide")


def test_two_quarters_bound_no_growth():
    table = load("gpu_scarcity")
    two = table[table.series == "revenue"].head(2)
    growth = compute.revenue_growth(two).value
    assert (growth.low, growth.high, growth.n) == (0, np.inf, 2)


@given(st.floats(0.2, 5.0))
def test_a_ratio_does_not_know_the_currency(factor: float):
    table = load("gpu_prices_dated")
    scaled = table.assign(low_usd=table.low_usd * factor, high_usd=table.high_usd * factor)
    one, other = (
        availability.price_between(frame, of="chain", against="independent").value
        for frame in (table, scaled)
    )
    assert one[:3] == pytest.approx(other[:3])


def test_price_is_open_and_each_clause_can_flip():
    catalogue, dated = load("gpu_prices"), load("gpu_prices_dated")
    whole = found("S2-3.1.1-08")
    assert whole.verdict == "open"
    assert whole.clauses_hold == (verdicts.GREAT_CLOUDS,)
    cheap = {"gpu_prices": times(catalogue, "chain", 0.4), "gpu_prices_dated": times(dated, "chain", 0.4)}
    assert found("S2-3.1.1-08", **cheap).verdict == "holds"
    dear = {"gpu_prices": times(catalogue, "chain", 9), "gpu_prices_dated": times(dated, "chain", 3)}
    assert found("S2-3.1.1-08", **dear).verdict == "does not hold"
    assert found("S2-3.1.1-08", gpu_prices_dated=dear["gpu_prices_dated"]).verdict == "holds in part"
    assert found("S2-4.1-03").verdict == "does not hold"
    assert found("S2-4.1-03", **dear).verdict == "holds"


def test_one_company_asks_less_for_machines_that_are_not_its_own():
    ratios = availability.same_company().value
    assert len(ratios) == 3
    assert (ratios < 0.9).all()


def test_the_pilot_costs_what_was_committed():
    pilot = availability.pilot().value
    hours = pilot.cards["H100"] * 9.37 * availability.HOURS_PER_MONTH
    assert pilot.cost["H100"] * hours == pytest.approx(5_804_993.76)


def test_shares_of_the_payer_come_from_both_sides_or_are_left_out():
    shares = availability.who_pays().value
    assert shares.loc["Chutes (Bittensor)", "low"] == pytest.approx(2.4 / 52)
    assert shares.loc["Chutes (Bittensor)", "high"] == pytest.approx(0.4)
    assert "io.net" not in shares.index


def test_match_holds_and_idle_cards_or_no_reports_overturn_it():
    table = load("compute_networks")
    assert found("S2-4.1-02").verdict == "holds"
    wanted = table.measure == "wanted used share"
    idle = table.assign(low=table.low.mask(wanted, 0.1), high=table.high.mask(wanted, 0.1))
    assert found("S2-4.1-02", compute_networks=idle).clauses_fail == (verdicts.TAKEN,)
    quiet = table[~table.measure.isin(["shortage", "wanted used share"])]
    assert found("S2-4.1-02", compute_networks=quiet).clauses_fail == (verdicts.SHORT,)
    one = table[table.network != "Render"]
    assert found("S2-4.1-02", compute_networks=one).verdict == "open"


def test_steps_are_counted_by_what_they_ask_for():
    steps = availability.steps().value
    assert tuple(steps.loc[("Akash", "wallet"), ["steps", "technical"]]) == (10, 7)
    assert tuple(steps.loc[("RunPod", "account"), ["steps", "technical"]]) == (7, 0)


def test_knowledge_holds_in_part_and_comes_out_otherwise():
    table = load("first_job_steps")
    assert found("S2-4.1-07").verdict == "holds in part"
    eased = table.assign(need=table.need.mask((table.kind == "chain") & (table.need != "start"), "machine"))
    assert found("S2-4.1-07", first_job_steps=eased).verdict == "does not hold"
    hard = table.assign(need=table.need.mask(table.kind == "chain", "wallet"))
    assert verdicts.ACCOUNT in found("S2-4.1-07", first_job_steps=hard).clauses_hold


@pytest.mark.parametrize(("low", "outcome"), [(0.1, "clauses_hold"), (-0.5, "clauses_open")])
def test_more_steps_must_be_more_than_none(low: float, outcome: str, monkeypatch: pytest.MonkeyPatch):
    more = SimpleNamespace(value=Interval(3.0, low, 6.0, 5))
    monkeypatch.setattr(verdicts.availability, "more_steps", lambda steps, path: more)
    assert getattr(found("S2-4.1-07"), outcome) == (verdicts.ACCOUNT, verdicts.WALLET)


def test_what_was_not_reported_is_named():
    with pytest.raises(ValueError, match="'cards' of 'Nobody'"):
        availability.reported(network="Nobody", measure="cards")


def test_margins_of_the_key_claims():
    assert set(verdicts.price_without_provider().value.verdict) == {"open"}
    assert len(verdicts.price_specifications().value) == 24
    assert verdicts.price_counts(whom="all three").value["holds"] == 0
    assert verdicts.price_counts().value["does not hold"] == 0
    assert len(verdicts.match_specifications().value) == 18


def test_every_claim_of_the_chapter_has_a_verdict():
    rows = [row for row in ledger.build().values() if row.chapter == "10_compute_market"]
    assert len(rows) == 5
    assert all(row.verdict for row in rows)
