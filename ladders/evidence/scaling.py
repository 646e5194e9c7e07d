"""Did the second layer do what it came for? Fees and throughput of the chain ladder, and the wave of new chains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured

SECONDS_PER_DAY = 86_400
SWAP_GAS = 150_000
BEFORE, AFTER = "before Dencun", "after Dencun"
BOUNDS = ("middle", "dear", "cheap")
"""Where sources give a range: its geometric middle, the end that is dearest on L2, the end that is cheapest."""

PERMISSIONLESS_ROLLUPS = ("Arbitrum One, public", "Optimism, public")
"""Rollups for any program, open to all: rows of table chronology. Earlier ones served one application each."""


@measured("times cheaper than L1 on the same day")
def times_cheaper(same_day_fees: pd.DataFrame, *, bound: str = "middle") -> pd.DataFrame:
    """How many times less a transaction cost on L2 than the same operation on Ethereum that day.

    bound: which end of a published range is taken, one of BOUNDS. Columns of the table and: times, low, high (low
    takes the dearest figure on L2). Where the operation is unknown Ethereum's cheapest one stands for it, so that
    the ratio is a lower bound. Raises ValueError for an unknown bound.
    """
    if bound not in BOUNDS:
        raise ValueError(f"times_cheaper: bound must be one of {BOUNDS}, got {bound!r}.")
    fees = same_day_fees
    on_l1 = fees.l1_usd_150k_gas * fees.l1_gas.astype(float) / SWAP_GAS
    low = fees.published_low.fillna(on_l1 / fees.l2_usd_high)
    high = fees.published_high.fillna(on_l1 / fees.l2_usd_low)
    times = {"middle": np.sqrt(low * high), "dear": low, "cheap": high}[bound]
    return fees.assign(times=times, low=low, high=high)


@measured("times cheaper than L1 on the same day")
def cheaper_by_chain(same_day_fees: pd.DataFrame, *, period: str, bound: str = "middle") -> pd.Series:
    """Geometric mean over an L2's days of how many times cheaper it was, by L2, in one period."""
    rows = times_cheaper(same_day_fees, bound=bound).value
    rows = rows[rows.period == period]
    return np.exp(np.log(rows.times).groupby(rows.l2).mean()).rename("times")


@measured("times cheaper than L1 on the same day")
def cheaper_interval(same_day_fees: pd.DataFrame, *, period: str, bound: str = "middle") -> Interval:
    """Geometric mean over L2 (the independent units) with its 95 % interval (Student's t on logarithms)."""
    logs = np.log(cheaper_by_chain(same_day_fees, period=period, bound=bound).value.to_numpy())
    found = mean_interval(logs)
    with np.errstate(over="ignore"):
        return Interval(*(float(np.exp(part)) for part in found[:3]), found.n)


@measured("USD")
def published_range(same_day_fees: pd.DataFrame, *, l2: str, period: str) -> dict[str, float]:
    """Least and greatest published fee of an L2 in one period."""
    rows = same_day_fees[(same_day_fees.l2 == l2) & (same_day_fees.period == period)]
    return {"low": rows.l2_usd_low.min(), "high": rows.l2_usd_high.max()}


def quarter(month: pd.Series) -> pd.Series:
    """ "2021-05" -> "2021Q2"."""
    return month.str[:4] + "Q" + ((month.str[5:].astype(int) + 2) // 3).astype(str)


@measured("gwei")
def quarterly_gas_price(gas_prices: pd.DataFrame, *, chain: str = "ethereum") -> pd.Series:
    """Median over months of a chain's gas price, by quarter. Gwei, so that the price of ether plays no part."""
    rows = gas_prices[gas_prices.chain == chain]
    return rows.groupby(quarter(rows.month)).gas_price_gwei.median()


def in_words(month: str) -> str:
    """ "2021-08" -> "August 2021"."""
    return f"{pd.Timestamp(month + '-01'):%B %Y}"


@measured("date")
def first_rollups(chronology: pd.DataFrame) -> dict[str, str]:
    """Dates of the first rollup with one application, and of the first open to all programs and users."""
    rollups = chronology[(chronology.ladder == "chain") & (chronology.layer == 2)]
    public = rollups[rollups.event.isin(PERMISSIONLESS_ROLLUPS)]
    return {
        "first": rollups.date.min(),
        "public": public.date.min(),
        "first month": rollups.date.min()[:7],
        "public month": public.date.min()[:7],
        "public in words": in_words(public.date.min()[:7]),
    }


@measured("USD for 150,000 gas")
def l1_cost(gas_prices: pd.DataFrame) -> dict[str, object]:
    """What 150,000 gas cost on Ethereum: first month, dearest month, month of the first open rollup, latest month."""
    rows = gas_prices[gas_prices.chain == "ethereum"].sort_values("month").set_index("month").usd_150k_gas
    return {
        "first": rows.iloc[0],
        "first month": rows.index[0],
        "peak": rows.max(),
        "peak month": rows.idxmax(),
        "peak in words": in_words(rows.idxmax()),
        "latest in words": in_words(rows.index[-1]),
        "latest": rows.iloc[-1],
        "latest month": rows.index[-1],
        "fall": rows.max() / rows.iloc[-1],
    }


@measured("gwei")
def floor_months(gas_prices: pd.DataFrame) -> dict[str, object]:
    """Months in which Arbitrum's price stood at its minimum, and the price before and after the minimum was changed.

    A month is at the minimum when its median is within five percent of 0.1 gwei. change: percent from the last such
    month to the median of the year after; share: percent of that fall which the change of the minimum accounts for.
    """
    rows = gas_prices[gas_prices.chain == "arbitrum"].sort_values("month").set_index("month").gas_price_gwei
    floor = rows[(rows / 0.1 - 1).abs() < 0.05]
    after = rows[rows.index > floor.index[-1]].iloc[:12].median()
    return {
        "months": len(floor),
        "first": floor.index[0],
        "last": floor.index[-1],
        "before": floor.iloc[-1],
        "after": after,
        "change": 100 * (after / floor.iloc[-1] - 1),
    }


@measured("times")
def dencun_change(gas_prices: pd.DataFrame, same_day_fees: pd.DataFrame) -> dict[str, float]:
    """What changed at Dencun, an upgrade of L1: Base's published fee one day before over those one day after.

    low and high: sources disagree on the day after. l1: Ethereum's own price, quarter before over quarter after.
    """
    base = same_day_fees[same_day_fees.l2 == "Base"].set_index("period")
    quarters = quarterly_gas_price(gas_prices).value
    return {
        "low": base.l2_usd_low[BEFORE] / base.l2_usd_high[AFTER],
        "high": base.l2_usd_high[BEFORE] / base.l2_usd_low[AFTER],
        "l1": quarters["2024Q1"] / quarters["2024Q2"],
    }


@measured("transactions a second")
def rates(throughput: pd.DataFrame) -> pd.DataFrame:
    """Transactions a second: month (rows) by layer (columns), with the number of L2 that report (chains)."""
    wide = throughput.pivot(index="month", columns="layer", values="tx_per_day") / SECONDS_PER_DAY
    reporting = throughput[throughput.layer == "L2"].set_index("month").chains
    return wide.assign(chains=reporting.reindex(wide.index))


@measured("times")
def activity_growth(
    chain_activity: pd.DataFrame, *, start: str = "2022-01", end: str = "2024-06"
) -> pd.Series:
    """Factor by which each chain that reported at the start grew until the end, by chain; a chain gone counts as 0."""
    wide = chain_activity.pivot(index="chain", columns="month", values="tx_per_day")
    constant = wide[wide[start].notna()]
    return (constant[end].fillna(0) / constant[start]).rename("times")


@measured("times")
def growth_summary(chain_activity: pd.DataFrame) -> dict[str, float]:
    """The chains that reported first: number, median factor of growth, how many shrank, factor of their sum.

    without largest: factor of the sum when the chain that is largest at the end is left out.
    """
    growth = activity_growth(chain_activity).value
    wide = chain_activity.pivot(index="chain", columns="month", values="tx_per_day").loc[growth.index]
    ends = wide[["2022-01", "2024-06"]]
    rest = ends.drop(ends["2024-06"].idxmax())
    factor, without = (frame["2024-06"].sum() / frame["2022-01"].sum() for frame in (ends, rest))
    return {
        "chains": len(growth),
        "median": growth.median(),
        "shrank": int((growth < 1).sum()),
        "sum": factor,
        "without largest": without,
    }


@measured("transactions a second")
def constant_set(chain_activity: pd.DataFrame, *, start: str = "2022-01") -> pd.Series:
    """Transactions a second of the chains that reported at the start, by month."""
    wide = chain_activity.pivot(index="month", columns="chain", values="tx_per_day")
    return wide.loc[:, wide.loc[start].notna()].sum(axis=1) / SECONDS_PER_DAY


@measured("times the rate of L1")
def beyond_l1(throughput: pd.DataFrame, chain_activity: pd.DataFrame) -> pd.DataFrame:
    """What L2 handles at the last date with all chains, as multiples of the most L1 ever handled by then on one day.

    One row for nothing left out and one for each of the largest L2 left out. Columns: left_out, l2 (transactions a
    second), l1 (the same, the most of any row up to that date), times.
    """
    last = throughput[(throughput.layer == "L2") & throughput.chains.notna()].sort_values("month").iloc[-1]
    l1 = throughput[(throughput.layer == "L1") & (throughput.month <= last.month)].tx_per_day.max()
    single = chain_activity[chain_activity.month == last.month].set_index("chain").tx_per_day
    left = pd.Series({"": 0.0, **single.sort_values(ascending=False).to_dict()})
    frame = pd.DataFrame({"left_out": left.index, "l2": (last.tx_per_day - left).to_numpy(), "l1": l1})
    frame[["l2", "l1"]] /= SECONDS_PER_DAY
    return frame.assign(times=frame.l2 / frame.l1)


@measured("count")
def register(chain_counts: pd.DataFrame, *, name: str, kind: str) -> pd.Series:
    """Chains of one kind in one register, by month."""
    rows = chain_counts[(chain_counts.register == name) & (chain_counts.kind == kind)]
    return rows.sort_values("month").set_index("month").chains.astype(int)


@measured("percent a year")
def excess_growth(
    chain_counts: pd.DataFrame,
    *,
    kind: str = "L2 listed",
    since: str = "2021-10",
    without_largest: bool = False,
) -> Interval:
    """By how much faster L2BEAT's list of L2 grew than the list of all EVM mainnets, percent a year.

    Month by month the difference of the growth rates (logarithms), mean with its 95 % interval over months. Both
    registers widen their scope, which the comparison takes out only in part. without_largest: leave out the month in
    which L2BEAT's list grew most.
    """
    ours = np.log(register(chain_counts, name="L2BEAT", kind=kind).value[since:])
    control = np.log(register(chain_counts, name="ethereum-lists", kind="mainnets").value[since:])
    gap = (ours.diff() - control.diff()).dropna()
    if without_largest and len(gap):
        gap = gap.drop(ours.diff()[gap.index].idxmax())
    found = mean_interval(gap.to_numpy(dtype=float))
    with np.errstate(over="ignore"):
        return Interval(*(float(100 * np.expm1(12 * part)) for part in found[:3]), found.n)
