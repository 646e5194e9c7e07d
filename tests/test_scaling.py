"""The chain ladder: evidence against published values, verdicts that a change of data overturns, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladders.evidence import dispersion, scaling
from ladders.tables import load
from ladders.verdicts import dispersion as brought
from ladders.verdicts import ledger
from ladders.verdicts import scaling as solved
from ladders.verdicts.scale import VERDICTS
from tests.conftest import found

# Evidence


def test_the_cost_of_layer_1_is_that_of_ethereum_alone():
    prices = load("gas_prices")
    later = prices[prices.chain == "arbitrum"].tail(1).assign(month="2030-01", usd_150k_gas=1e6)
    assert scaling.l1_cost(pd.concat([prices, later])).value == scaling.l1_cost(prices).value


def test_the_largest_chain_is_left_out_first():
    table = scaling.beyond_l1().value
    assert table.left_out.iloc[0] == ""
    assert table.times.iloc[1] == table.times.min()


def test_an_unknown_operation_is_set_against_the_cheapest_on_layer_1():
    base = scaling.times_cheaper().value.query("l2 == 'Base' and period == 'before Dencun'").iloc[0]
    assert base.times == pytest.approx(38.44168 * 21_000 / 150_000 / 0.5)


def test_a_published_ratio_is_taken_as_it_is():
    rows = scaling.times_cheaper().value.query("l2 == 'OP Mainnet' and period == 'before Dencun'")
    assert rows[["low", "high"]].to_numpy().tolist() == [[3.0, 8.0]]
    assert rows.times.item() == pytest.approx(np.sqrt(24))


def test_an_unknown_bound_is_refused_by_name():
    with pytest.raises(ValueError, match="'middling'"):
        scaling.times_cheaper(bound="middling")


def test_throughput_is_that_of_the_whole_of_june():
    rates = scaling.rates().value
    assert rates.loc["2024-06", "L2"] == pytest.approx(126, abs=0.5)  # notes on the whole month: 126 and 85
    assert rates.loc["2024-06", "L3"] == pytest.approx(85, abs=0.6)


def test_arbitrum_stood_at_its_minimum_until_the_minimum_changed():
    floor = scaling.floor_months().value
    assert (floor["first"], floor["last"]) == ("2022-09", "2024-03")
    assert floor["change"] == pytest.approx(-87, abs=1)


def test_effective_numbers_are_those_published_for_the_series():
    number = dispersion.effective_number(series="L2 value secured").value.effective
    assert number.round(2).to_dict() == {"2022-01": 2.79, "2023-02": 2.25, "2023-12": 3.2, "2024-06": 4.55}


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40))
def test_an_effective_number_lies_between_one_and_the_number_of_chains(values: list[float]):
    shares = np.array(values) / sum(values)
    frame = load("dispersion").iloc[[0]].assign(hhi=min(1.0, (shares**2).sum()), chains=len(values))
    number = dispersion.effective_number(frame, series=frame.series.iloc[0]).value.effective.item()
    assert 1 <= number <= len(values) * (1 + 1e-9)


def test_shares_of_the_largest_bound_the_effective_number():
    shares = pd.DataFrame(
        {"month": "2026-01", "kind": "use", "measure": "x", "chain": ["a", "b"], "together": [1, 2], "share": [0.5, 0.4]}
    )  # fmt: skip
    assert dispersion.later_bounds(shares).value.bound.item() == pytest.approx(1 / (0.25 + 2 * 0.2**2))


def test_the_fate_of_the_cohort_by_reading():
    second = dispersion.ended_counts(layer="L2").value
    assert second == {"all": 81, "archived": 24, "announced": 29, "flagged": 36}
    assert dispersion.ended_counts(layer="L3").value["archived"] == 13


def test_a_chain_that_ends_lowers_survival_and_nothing_else_does():
    cohort = load("cohort_2024")
    before = dispersion.yearly_survival(cohort, layer="L2").value
    ended = cohort.assign(fate=cohort.fate.mask(cohort.chain == "Base", "archived"))
    assert dispersion.yearly_survival(ended, layer="L2").value.mean < before.mean
    assert (
        dispersion.yearly_survival(ended, layer="L3").value
        == dispersion.yearly_survival(cohort, layer="L3").value
    )


# Verdicts


def test_the_verdicts_of_the_chapter():
    rows = ledger.build()
    assert {claim: rows[claim].verdict for claim in ("S0-p4-03", "S0-p4-04", "S0-p4-09")} == dict.fromkeys(
        ("S0-p4-03", "S0-p4-04", "S0-p4-09"), "holds"
    )
    for claim in ("S0-p4-02", "S0-p4-05", "S0-p4-06", "S0-p4-08", "S1-p8-02"):
        assert rows[claim].verdict == "holds in part", claim


def test_a_dearer_coin_is_no_bottleneck():
    prices = load("gas_prices")
    calm = prices.assign(gas_price_gwei=prices.gas_price_gwei.mask(prices.chain == "ethereum", 12.0))
    dear = calm.assign(usd_150k_gas=calm.usd_150k_gas * 100)
    assert found("S0-p4-02", gas_prices=dear).verdict != "holds"


def test_rollups_before_the_crowd_overturn_the_reply():
    chronology = load("chronology")
    assert found("S0-p4-02", chronology=chronology).clauses_fail == (solved.REPLY,)
    late = chronology[~chronology.event.isin(("Loopring Exchange", "zkSync 1.0"))]
    assert found("S0-p4-02", chronology=late).verdict == "holds"


def test_a_crowd_after_the_rollup_is_no_reason_for_it():
    prices, chronology = load("gas_prices"), load("chronology")
    before = (prices.chain == "ethereum") & prices.month.between("2020-04", "2021-09")
    quiet = prices.assign(gas_price_gwei=prices.gas_price_gwei.mask(before, 12.0))
    assert solved.REPLY in solved.bottleneck_first(quiet, chronology, rollup="public").clauses_fail
    assert solved.REPLY in solved.bottleneck_first(prices, chronology, rollup="public").clauses_hold


def test_what_dencun_gave_is_not_what_layer_2_gave():
    fees = load("same_day_fees")
    before = fees.period == scaling.BEFORE
    equal = fees.assign(
        published_low=fees.published_low.mask(before & fees.published_low.notna(), 1.0),
        published_high=fees.published_high.mask(before & fees.published_high.notna(), 1.0),
        l2_usd_low=fees.l2_usd_low.mask(before, fees.l1_usd_150k_gas * fees.l1_gas.astype(float) / 150_000),
        l2_usd_high=fees.l2_usd_high.mask(before, fees.l1_usd_150k_gas * fees.l1_gas.astype(float) / 150_000),
    )
    finding = found("S0-p4-03", same_day_fees=equal)
    assert solved.CHEAPER_BEFORE in finding.clauses_fail
    assert solved.CHEAPER_AFTER in finding.clauses_hold


@pytest.mark.parametrize(("factor", "verdict"), [(0.1, "does not hold"), (1.0, "holds")])
def test_throughput_below_layer_1_overturns_it(factor: float, verdict: str):
    table, single = load("throughput"), load("chain_activity")
    less = table.assign(tx_per_day=table.tx_per_day.mask(table.layer == "L2", table.tx_per_day * factor))
    lower = single.assign(tx_per_day=single.tx_per_day * factor)
    assert found("S0-p4-04", throughput=less, chain_activity=lower).verdict == verdict


def test_one_chain_alone_leaves_throughput_open():
    table, single = load("throughput"), load("chain_activity")
    june = single.month == "2024-06"
    total = table[(table.month == "2024-06") & (table.layer == "L2")].tx_per_day.item()
    alone = single.assign(tx_per_day=single.tx_per_day.mask(june & (single.chain == "Base"), total))
    assert found("S0-p4-04", chain_activity=alone).verdict == "open"


def test_both_remedies_are_needed_for_solved():
    table = load("throughput")
    less = table.assign(tx_per_day=table.tx_per_day.mask(table.layer == "L2", table.tx_per_day / 50))
    assert found("S0-p4-09", throughput=less).verdict == "holds in part"


def test_even_spread_overturns_the_verdict_on_dispersion():
    table, later = load("dispersion"), load("later_shares")
    even = table.assign(hhi=np.where(table.month >= "2024", 0.02, table.hhi))
    finding = found("S0-p4-05", dispersion=even, later_shares=later.iloc[:0])
    assert brought.VALUE_MANY in finding.clauses_hold
    assert brought.USE_MANY_NOW not in finding.clauses_fail
    single = table.assign(hhi=0.9)
    assert found("S0-p4-05", dispersion=single, later_shares=later).verdict in {"does not hold", "open"}


def test_a_published_bound_can_contradict_but_never_support():
    later = load("later_shares").assign(share=0.1)
    finding = found("S0-p4-05", later_shares=later)
    assert brought.USE_MANY_NOW not in (*finding.clauses_hold, *finding.clauses_fail)


@pytest.mark.parametrize(("projects", "verdict"), [(2, "holds"), (900, "does not hold")])
def test_few_or_many_projects_everywhere_decide_applications(projects: int, verdict: str):
    table = load("applications")
    changed = table.assign(projects=table.projects.mask(table.layer == "L2", projects))
    assert found("S0-p4-06", applications=changed).verdict == verdict


def test_young_chains_alone_do_not_make_layer_2_lack_applications():
    table = load("applications")
    young = (table.layer == "L2") & (table.projects_2023 == 0)
    old = (table.layer == "L2") & ~young
    changed = table.assign(projects=table.projects.mask(young, 1).mask(old, 500))
    assert found("S0-p4-06", applications=changed).verdict == "holds in part"


def test_layer_3_that_takes_its_share_overturns_the_clause_on_value():
    table = load("dispersion")
    spread = table.assign(hhi=np.where(table.series == "L2 and L3 value secured", table.hhi * 0.7, table.hhi))
    assert brought.BY_VALUE in found("S0-p4-08", dispersion=spread).clauses_hold
    without = load("cohort_2024").query("layer == 'L2'")
    assert brought.BY_COUNT in found("S0-p4-08", cohort_2024=without).clauses_fail


def test_a_list_that_outgrows_all_others_is_a_wave_of_its_own():
    counts = load("chain_counts")
    others = (counts.register == "ethereum-lists") & (counts.kind == "mainnets")
    still = counts.assign(chains=counts.chains.mask(others, 100))
    assert found("S1-p8-02", chain_counts=still).verdict == "holds"


def test_judgements_of_the_chapter_stand_as_they_should():
    rows = ledger.build()
    assert rows["S1-p9-04"].how == rows["S1-p9-02"].how == "no data"
    assert {rows[claim].verdict for claim in ("S1-p9-02", "S1-p9-03", "S1-p9-04")} == {"open"}
    assert {rows[claim].verdict for claim in ("S0-p4-01", "S0-p4-07", "S1-p10-02")} == {"holds in part"}


@pytest.mark.parametrize(
    "counts",
    [
        solved.bottleneck_counts, solved.fee_counts, solved.throughput_counts,
        brought.dispersion_counts, brought.application_verdicts, brought.layer_3_counts,
    ],
)  # fmt: skip
def test_at_least_twelve_combinations_of_choices(counts):
    number = counts().value
    assert number["all"] >= 12
    assert number["all"] == sum(number[verdict] for verdict in VERDICTS)


def test_layer_3_that_just_reaches_the_bar_by_count_holds():
    given = (load("dispersion"), load("cohort_2024"))
    added = brought.layer_3_fragments(*given).statistics["live L3 for each hundred live L2"]
    assert brought.BY_COUNT in brought.layer_3_fragments(*given, smallest=added).clauses_hold
    assert brought.BY_COUNT in brought.layer_3_fragments(*given, smallest=added + 1).clauses_fail
