"""What ails AI and Web3: two market figures, losses, compute and open weights; verdicts that a change of data overturns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import losses, markets, needs
from ladders.tables import TableError, load
from ladders.verdicts import needs as verdicts
from tests.conftest import found

# Markets


@pytest.mark.parametrize(
    ("sizes", "verdict"),
    [
        ([195.0, 200.0, 205.0, 210.0], "holds"),
        ([500.0, 510.0, 490.0, 505.0], "does not hold"),
        ([100.0, 200.0, 500.0, 150.0], "open"),
    ],
)
def test_the_size_of_ai_follows_the_publishers(sizes: list[float], verdict: str):
    table = load("market_estimates").iloc[:4].assign(usd_bn=sizes, scope="all AI", publisher=list("abcd"))
    assert found("S2-1-05", market_estimates=table).verdict == verdict


def test_copies_of_one_publisher_are_one_publisher():
    table = load("market_estimates").assign(usd_bn=200.0, publisher="one", scope="all AI")
    assert found("S2-1-05", market_estimates=table).verdict == "open"


@pytest.mark.parametrize(
    ("factor", "verdict"), [(1.0, "does not hold"), (11.7, "holds"), (6.0, "open"), (60.0, "open"), (500.0, "does not hold")]
)  # fmt: skip
def test_the_value_of_web3_follows_the_market(factor: float, verdict: str):
    market = load("crypto_market")
    assert found("S2-1-11", crypto_market=market.assign(usd_trn=market.usd_trn * factor)).verdict == verdict


def test_the_published_ratios_are_reproduced():
    """CoinGecko: 0.829 trillion at the end of 2022; the largest 200 hold about 95 percent of it."""
    at = markets.web3_ratio_at(date="2023-01-01").value
    assert at == pytest.approx(25 / 0.829, rel=0.06)


@given(st.floats(0.1, 10))
def test_a_ratio_moves_against_the_market(factor: float):
    market, rates = load("crypto_market"), load("exchange_rates")
    before = markets.web3_ratio(market, rates).value
    after = markets.web3_ratio(market.assign(usd_trn=market.usd_trn * factor), rates).value
    np.testing.assert_allclose(after * factor, before)


def test_a_currency_scales_by_its_rate_and_the_last_known_rate_serves_later_months():
    dollars = markets.web3_ratio(currency="USD").value
    yuan = markets.web3_ratio(currency="CNY").value
    rates = load("exchange_rates").query("currency == 'CNY'").set_index("year").per_usd
    assert (dollars / yuan)["2023-05-01"] == pytest.approx(rates[2023])
    assert (dollars / yuan)["2025-05-01"] == pytest.approx(rates[2024])


# Losses


def test_all_incidents_are_of_classes_for_tools_when_every_class_is():
    causes = load("loss_causes")
    counts = losses.list_counts(load("incidents"), causes.assign(static_tools=True)).value
    assert counts["tools_count"] == counts["tools_value"] == pytest.approx(100)


def test_the_two_events_behind_the_share_of_keys():
    assert losses.by_reach().value.value_share[losses.KEYS] == pytest.approx(44, abs=0.5)
    assert losses.keys_without(protocols=("Bybit",)).value == pytest.approx(20, abs=0.5)
    assert losses.keys_without(protocols=("Bybit", "Ronin Network")).value == pytest.approx(4, abs=0.6)
    with pytest.raises(TableError, match="no victim named Nobody"):
        losses.keys_without(protocols=("Nobody",))


def test_shares_sum_to_the_whole_and_leaving_out_removes_the_largest():
    for without in (0, 1, 10):
        table = losses.by_reach(without=without).value
        assert table.count_share.sum() == pytest.approx(100)
        assert table.value_share.sum() == pytest.approx(100)
        assert table.incidents.sum() == len(load("incidents")) - without


def test_every_cause_is_sorted():
    assert set(load("incidents").cause) <= set(load("loss_causes").cause)


def test_without_large_flaws_of_code_the_claim_holds_in_part_and_without_thefts_not_at_all():
    incidents, totals = load("incidents"), load("loss_totals")
    small = incidents.assign(loss_usd=incidents.loss_usd.clip(upper=1e5))
    assert found("S2-2.2-04", incidents=small).verdict == "holds in part"
    little = totals.assign(usd_bn=totals.usd_bn / 100)
    assert found("S2-2.2-04", incidents=small, loss_totals=little).verdict == "does not hold"
    assert found("S2-2.2-04", loss_totals=totals.iloc[:1]).verdict == "open"


def test_a_year_without_losses_counts_as_zero():
    incidents = load("incidents")
    kept = incidents[incidents.date.str[:4] != "2023"]
    assert losses.large_by_year(kept, load("loss_causes")).value[2023] == 0


# Compute, data, weights


def test_small_models_need_little():
    models = load("notable_models")
    assert found("S2-2.1-02", notable_models=models.assign(flop=1e18)).verdict == "holds in part"
    small = models.assign(flop=1e18, dataset_size=1e6)
    assert found("S2-2.1-21", notable_models=small).verdict == "does not hold"


def test_scores_that_rise_with_time_alone_are_not_credited_to_compute():
    table = load("capability_compute")
    years = pd.to_datetime(table.released).map(pd.Timestamp.toordinal) / 365.25
    assert found("S2-2.1-03", capability_compute=table.assign(score=12 * years)).verdict == "does not hold"
    steep = table.assign(score=12 * years + 20 * np.log10(table.flop))
    assert found("S2-2.1-03", capability_compute=steep).verdict == "holds"
    assert needs.mean_slope(steep).value.mean == pytest.approx(20)


@pytest.mark.parametrize(("slope", "verdict"), [(2.5, "open"), (3.5, "holds")])
def test_a_slope_must_reach_what_matters(slope: float, verdict: str):
    table = load("capability_compute")
    table = table.assign(score=table.score * slope / needs.mean_slope(table).value.mean)
    assert found("S2-2.1-03", capability_compute=table).verdict == verdict


def test_compute_grew_as_published():
    """Sevilla and others (2022, arXiv 2202.05924) find a doubling every 9.9 months for the largest models: 2.3 a year."""
    growth = needs.record_growth(column="flop").value
    assert growth.low < 2.3 * 1.1 < growth.high * 1.1


@pytest.mark.parametrize(("late", "verdict"), [("open", "holds"), ("closed", "does not hold")])
def test_opening_follows_the_weights(late: str, verdict: str):
    models = load("notable_models")
    weights = np.where(models.released >= needs.LATE[0], late, "closed")
    assert found("S2-4.3-04", notable_models=models.assign(weights=weights)).verdict == verdict


def test_one_developer_in_a_span_decides_nothing():
    models = load("notable_models")
    one = models[(models.released < needs.LATE[0]) | (models.developer == "OpenAI")]
    assert found("S2-4.3-04", notable_models=one).verdict == "open"


def test_too_few_models_give_no_slope_and_an_unknown_fact_is_an_error():
    assert needs.slope_by_developer(load("capability_compute").iloc[:2]).value.empty
    with pytest.raises(TableError):
        needs.difficulty_fact(row="nothing")


# Remedies


def test_every_link_between_difficulty_and_remedy_has_one_outcome():
    key = ["difficulty_id", "remedy_id"]
    assert set(map(tuple, load("remedy_links")[key].values)) == set(
        map(tuple, load("remedy_outcomes")[key].values)
    )
    cells = needs.cell_counts().value
    assert cells["filled"] == cells["yes"] + cells["in part"] + cells["no"] + cells["open"]


def test_claims_behind_an_outcome_exist():
    named = {claim for ids in load("remedy_outcomes").claims for claim in ids.split("; ")}
    assert named <= set(load("claims").claim_id)


def test_sweeps_are_long_enough_and_their_counts_add_up():
    for count in (verdicts.size_counts(), verdicts.value_counts(), verdicts.loss_counts()):
        assert count.value["all"] >= 12
        assert sum(n for verdict, n in count.value.items() if verdict != "all") == count.value["all"]
