"""Tests of the claims on layer 2 as a remedy: the bottleneck of layer 1, fees, throughput, the wave of chains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import scaling
from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    clauses_verdict,
    finding,
    margin,
    reaches,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)


def statistics_of(name: str, interval: Interval, unit: str) -> dict[str, float]:
    """An interval as the statistics of a finding."""
    return {
        f"{name} ({unit})": interval.mean,
        f"{name}: 95 % interval, low": interval.low,
        f"{name}: 95 % interval, high": interval.high,
        f"{name}: units": interval.n,
    }


# The bottleneck of layer 1

CONGESTED = 3.0
"""Times the calm price. Gas doubles and halves within a quiet year; at three times the price for a whole quarter demand
has outgrown what the chain takes. Swept in the specification curve."""

SWING = 2.0
"""Times the calm price that a quiet year reaches by itself: the interval must lie above it."""

CALM = ("2020Q1",)
"""The first quarter of the series, before the trading boom of that summer; the calm of 2025 gives a lower base."""

DEMAND_FIRST = "layer 1 was congested in the year before layer 2 opened to all"
REPLY = "the first rollup came after layer 1 had become congested"


@settles(
    "S0-p4-02",
    rule="""Gas price of Ethereum in gwei, median by quarter, against the first quarter of 2020. Congested: in the four
    quarters before the first rollup open to all, the 95 % interval over quarters of the ratio lies above 2 and the mean
    reaches 3; fails when the interval lies below 3. Reply: the first rollup of any kind came after the first quarter at
    3 times the calm price; fails when it came before. Anything else: open. Why rollups were built is read off the order
    in time.""",
)
def bottleneck_first(
    gas_prices: pd.DataFrame,
    chronology: pd.DataFrame,
    *,
    congested: float = CONGESTED,
    calm: tuple[str, ...] = CALM,
    quarters: int = 4,
    rollup: str = "first",
) -> Finding:
    """Did layer 1 meet a bottleneck to which layer 2 came as the reply? The options are the margins' choices."""
    prices = scaling.quarterly_gas_price(gas_prices).value
    dates = scaling.first_rollups(chronology).value
    opened, first = (scaling.quarter(pd.Series([dates[name][:7]]))[0] for name in ("public", rollup))
    base = prices[prices.index.isin(calm)]
    before = prices[(prices.index < opened) & ~prices.index.isin(calm)].iloc[-quarters:]
    outcomes = dict.fromkeys((DEMAND_FIRST, REPLY), "undecided")
    logs = np.log(before.to_numpy() / base.median()) if len(base) else np.array([])
    found = mean_interval(logs)
    ratio = Interval(*np.exp(found[:3]), found.n)
    if ratio.n:
        outcomes[DEMAND_FIRST] = reaches(ratio, congested, nothing=SWING)
        crowded = prices[~prices.index.isin(calm) & (prices >= congested * base.median())]
        if len(crowded):
            outcomes[REPLY] = "hold" if crowded.index[0] < first else "fail"
    statistics = statistics_of("price before layer 2 over calm", ratio, "times")
    statistics |= {"latest quarter over calm (times)": prices.iloc[-1] / base.median()}
    rows = gas_prices[gas_prices.chain == "ethereum"].month
    return finding(outcomes, statistics, (rows.min(), rows.max()))


@measured("times the calm price")
def bottleneck_ratio(gas_prices: pd.DataFrame, chronology: pd.DataFrame) -> dict[str, float]:
    """Gas price of the year before the first open rollup over the calm one: mean over quarters and its interval."""
    found = bottleneck_first(gas_prices, chronology).statistics
    name = "price before layer 2 over calm"
    parts = {
        "mean": f"{name} (times)",
        "low": f"{name}: 95 % interval, low",
        "high": f"{name}: 95 % interval, high",
    }
    return {part: found[key] for part, key in parts.items()}


BOTTLENECK_CHOICES = {
    "congested": {"2": 2.0, "3": CONGESTED, "5": 5.0},
    "calm": {
        "early 2020": CALM,
        "half of 2020": ("2020Q1", "2020Q2"),
        "2025": ("2025Q1", "2025Q2", "2025Q3"),
    },
    "quarters": {"three": 3, "four": 4},
    "rollup": {"of any kind": "first", "open to all": "public"},
}


@specifications("S0-p4-02")
@measured("count")
def bottleneck_counts(gas_prices: pd.DataFrame, chronology: pd.DataFrame) -> dict[str, int]:
    """Number of combinations of choices for S0-p4-02, all and by verdict."""
    return verdict_counts(sweep(bottleneck_first, (gas_prices, chronology), BOTTLENECK_CHOICES))


@margin("S0-p4-02", left_out="quarter")
@measured("verdict")
def bottleneck_without_one(gas_prices: pd.DataFrame, chronology: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-02 with each quarter before the first open rollup left out in turn. Columns as of without_each."""
    opened = scaling.first_rollups(chronology).value["public month"]
    names = scaling.quarter(gas_prices.month)
    early = sorted(set(names[gas_prices.month < opened]) - set(CALM))
    return without_each(lambda name: bottleneck_first(gas_prices[names != name], chronology), early)


# Fees

HALF_PRICE = 2.0
"""Times cheaper. A remedy that does not halve the fee would not have been called one. Swept below."""

CHEAPER_BEFORE = "cheaper than layer 1 on the same day, before Dencun"
CHEAPER_AFTER = "cheaper than layer 1 on the same day, after Dencun"


@settles(
    "S0-p4-03",
    rule="""Fee on L2, L1 data fee included, against Ethereum's fee for the same operation on the same day, geometric mean
    by L2; where a range is published its geometric middle. Before and after Dencun, which is a change of L1, apart: the
    clause holds when the 95 % interval over L2 lies above 1 and the mean reaches 2 times cheaper; fails when the interval
    lies below 2. Anything else: open.""",
)
def fees_fell(
    same_day_fees: pd.DataFrame,
    *,
    bound: str = "middle",
    smallest: float = HALF_PRICE,
    statistic: tuple[str, ...] = (),
) -> Finding:
    """Did layer 2 lower fees? statistic: kinds of published figures that are left out. The options are the margins'."""
    fees = same_day_fees[~same_day_fees.statistic.isin(statistic)]
    outcomes, statistics = {}, {}
    for clause, period in ((CHEAPER_BEFORE, scaling.BEFORE), (CHEAPER_AFTER, scaling.AFTER)):
        found = scaling.cheaper_interval(fees, period=period, bound=bound).value
        outcomes[clause] = reaches(found, smallest, nothing=1.0) if found.n else "undecided"
        statistics |= statistics_of(period, found, "times cheaper")
    return finding(outcomes, statistics, (same_day_fees.date.min()[:7], same_day_fees.date.max()[:7]))


FEE_CHOICES = {
    "bound": {name: name for name in scaling.BOUNDS},
    "smallest": {"2": HALF_PRICE, "3": 3.0, "5": 5.0},
    "statistic": {
        "all": (),
        "without the proposal's range": ("range",),
        "without single and least": ("one transaction", "least"),
    },
}


@specifications("S0-p4-03")
@measured("count")
def fee_counts(same_day_fees: pd.DataFrame) -> dict[str, int]:
    """Number of combinations of choices for S0-p4-03, all and by verdict."""
    return verdict_counts(sweep(fees_fell, (same_day_fees,), FEE_CHOICES))


@margin("S0-p4-03", left_out="L2")
@measured("verdict")
def fees_without_one(same_day_fees: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-03 with each L2 left out in turn. Columns as of without_each."""
    names = sorted(same_day_fees.l2.unique())
    return without_each(lambda name: fees_fell(same_day_fees[same_day_fees.l2 != name]), names)


# Throughput

AS_MUCH = 1.0
"""Times what L1 handles: layer 2 then doubles the sum of both, the least that a solution to a bottleneck must do."""

MORE_THAN_L1 = "layer 2 handles at least as much as layer 1, whichever single chain is left out"


@settles(
    "S0-p4-04",
    rule="""Transactions of all L2 at the last date with single chains (whole June 2024), against the most that Ethereum had
    handled on any day by then. Holds when the ratio is at least 1 with each of the followed L2 left out in turn; does not
    hold when it is below 1 with all of them; anything else: open.""",
)
def throughput_rose(
    throughput: pd.DataFrame,
    chain_activity: pd.DataFrame,
    *,
    smallest: float = AS_MUCH,
    typical_l1: bool = False,
) -> Finding:
    """Did layer 2 raise transactions per second? typical_l1: against L1's mean of published days, not its record."""
    beyond = scaling.beyond_l1(throughput, chain_activity).value
    if typical_l1:
        until = throughput[(throughput.layer == "L1") & (throughput.month <= "2023-12")]
        beyond = beyond.assign(times=beyond.l2 * scaling.SECONDS_PER_DAY / until.tx_per_day.mean())
    whole, least = beyond.times.iloc[0], beyond.times.min()
    outcome = "hold" if least >= smallest else "fail" if whole < smallest else "undecided"
    statistics = {
        "all L2 (transactions a second)": beyond.l2.iloc[0],
        "most that L1 handled on a day (transactions a second)": beyond.l1.iloc[0],
        "all L2 over L1 (times)": whole,
        "without the largest L2 (times)": least,
        "L2 that report": float(throughput[throughput.layer == "L2"].chains.dropna().iloc[-1]),
    }
    return finding(
        {MORE_THAN_L1: outcome}, statistics, (chain_activity.month.min(), chain_activity.month.max())
    )


@measured("times the record of L1")
def throughput_extremes(throughput: pd.DataFrame, chain_activity: pd.DataFrame) -> dict[str, float]:
    """All L2 over the most that L1 handled on a day, with every chain and without the largest."""
    found = throughput_rose(throughput, chain_activity).statistics
    return {"whole": found["all L2 over L1 (times)"], "least": found["without the largest L2 (times)"]}


def constant_only(
    throughput: pd.DataFrame, chain_activity: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables with only the L2 that reported in the first month, so that later reporters add nothing."""
    first = chain_activity.month.min()
    kept = chain_activity[chain_activity.chain.isin(chain_activity[chain_activity.month == first].chain)]
    last = kept.month.max()
    mine = (throughput.layer == "L2") & (throughput.month == last) & throughput.chains.notna()
    total = kept.tx_per_day[kept.month == last].sum()
    return throughput.assign(tx_per_day=throughput.tx_per_day.mask(mine, total)), kept


@measured("verdict")
def throughput_specifications(throughput: pd.DataFrame, chain_activity: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-04 under every combination of the defensible choices; columns: chains, smallest, typical_l1, verdict."""
    choices = {
        "smallest": {"half": 0.5, "as much": AS_MUCH, "twice": 2.0, "five times": 5.0},
        "typical_l1": {"record day": False, "mean of days": True},
    }
    sets = {
        "all that report": (throughput, chain_activity),
        "those of January 2022": constant_only(throughput, chain_activity),
    }
    tables = [sweep(throughput_rose, frames, choices).assign(chains=name) for name, frames in sets.items()]
    return pd.concat(tables, ignore_index=True)


@specifications("S0-p4-04")
@measured("count")
def throughput_counts(
    throughput: pd.DataFrame, chain_activity: pd.DataFrame, *, chains: str = ""
) -> dict[str, int]:
    """Number of combinations for S0-p4-04, all and by verdict; chains keeps one set."""
    found = throughput_specifications(throughput, chain_activity).value
    return verdict_counts(found[found.chains == chains] if chains else found)


@margin("S0-p4-04", left_out="L2")
@measured("verdict")
def throughput_without_one(throughput: pd.DataFrame, chain_activity: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-04 with each followed L2 taken out of all sums in turn. Columns as of without_each."""
    last = chain_activity.month.max()
    single = chain_activity[chain_activity.month == last].set_index("chain").tx_per_day
    mine = (throughput.layer == "L2") & (throughput.month == last) & throughput.chains.notna()

    def without(name: str) -> Finding:
        less = throughput.tx_per_day.mask(mine, throughput.tx_per_day - single[name])
        return throughput_rose(
            throughput.assign(tx_per_day=less), chain_activity[chain_activity.chain != name]
        )

    return without_each(without, single.index)


@settles(
    "S0-p4-09",
    rule="""Both examples that the text gives, by the rules of S0-p4-03 (fees, before and after Dencun) and S0-p4-04
    (throughput). Holds when every clause of both holds. The list is left open in the text; other problems are not
    looked for.""",
)
def layer_2_solved(
    same_day_fees: pd.DataFrame, throughput: pd.DataFrame, chain_activity: pd.DataFrame
) -> Finding:
    """Did layer 2 solve the problems given as examples?"""
    parts = (fees_fell(same_day_fees), throughput_rose(throughput, chain_activity))
    lists = [
        tuple(clause for part in parts for clause in getattr(part, name))
        for name in ("clauses_hold", "clauses_fail", "clauses_open")
    ]
    statistics = {**parts[0].statistics, **parts[1].statistics}
    dates = sorted(part.period[end] for part in parts for end in (0, 1))
    return Finding(clauses_verdict(*lists), statistics, (dates[0], dates[-1]), *lists)


# The wave

WAVE = 50.0
"""Percent a year. Below it a list of some dozens of chains grows by a handful a year, which nobody would call a wave."""

GREW = "the list of L2 grew by half or more a year"
GREW_MORE = "it grew faster than the list of all chains of the kind"


def _yearly(logs: pd.Series) -> Interval:
    """Mean monthly growth (logarithm) as percent a year, with its interval over months."""
    found = mean_interval(logs.to_numpy(dtype=float))
    with np.errstate(over="ignore"):
        return Interval(*(float(100 * np.expm1(12 * part)) for part in found[:3]), found.n)


@settles(
    "S1-p8-02",
    rule="""Growth of L2BEAT's list of L2, announced ones included, October 2021 to September 2024, by month. "Wave": the 95 %
    interval over months of its growth lies above zero and the mean reaches 50 percent a year. "Of layer 2": the same of
    its lead over the list of all EVM mainnets. A clause fails when its interval lies below 50 percent a year. Anything
    else: open. Money raised was not found.""",
)
def wave_of_chains(chain_counts: pd.DataFrame) -> Finding:
    """Was there a wave of layer-2 chains, beyond that of chains at large?"""
    listed = scaling.register(chain_counts, name="L2BEAT", kind="L2 listed").value
    own = _yearly(np.log(listed).diff().dropna())
    lead = scaling.excess_growth(chain_counts).value
    outcomes = {
        GREW: reaches(own, WAVE) if own.n else "undecided",
        GREW_MORE: reaches(lead, WAVE) if lead.n else "undecided",
    }
    statistics = statistics_of("growth of the list of L2", own, "percent a year")
    statistics |= statistics_of("lead over all chains", lead, "percent a year")
    return finding(outcomes, statistics, (listed.index.min(), listed.index.max()))


@measured("percent a year")
def list_growth(chain_counts: pd.DataFrame) -> Interval:
    """Growth of L2BEAT's list of L2, percent a year, with its 95 % interval over months."""
    return _yearly(
        np.log(scaling.register(chain_counts, name="L2BEAT", kind="L2 listed").value).diff().dropna()
    )
