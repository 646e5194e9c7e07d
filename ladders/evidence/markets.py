"""Two figures that are set side by side: the sales of one industry in a year and the market value of another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured

STATED_AI = 200.0
"""Billion USD a year, the size of the AI industry in 2023 that text 002 gives."""

STATED_WEB3 = 25.0
"""Trillion, without a currency or a date: the market value of the Web3 industry that text 002 gives."""

WINDOW = ("2023-01", "2025-08")
"""Months in which text 002 can have been written: it speaks of 2023 as past, and a sibling is no later than August 2025."""

TRUST = ("low", "medium", "high")
"""Confidence in a row, in rising order."""


def chosen_estimates(
    market_estimates: pd.DataFrame,
    *,
    least: str = "low",
    scopes: tuple[str, ...] = ("all AI",),
    until: int = 0,
) -> pd.DataFrame:
    """Estimates that count. least: lowest confidence. scopes: what may be counted. until: last year of publication, 0: any."""
    rows = market_estimates[
        market_estimates.scope.isin(scopes)
        & market_estimates.confidence.isin(TRUST[TRUST.index(least) :])
        & ((market_estimates.published.astype(int) <= until) | (until == 0))
    ]
    return rows


@measured("ratio")
def ai_market_ratio(
    market_estimates: pd.DataFrame,
    *,
    least: str = "low",
    scopes: tuple[str, ...] = ("all AI",),
    until: int = 0,
) -> Interval:
    """Published size over the stated 200 billion: geometric mean over publishers, with Student's t interval of its log.

    One value for each publisher (the geometric mean of its own). Without publishers nothing is known.
    """
    rows = chosen_estimates(market_estimates, least=least, scopes=scopes, until=until)
    units = np.log(rows.usd_bn / STATED_AI).groupby(rows.publisher).mean()
    if units.empty:
        return Interval(np.nan, 0.0, np.inf, 0)
    mean, low, high, n = mean_interval(units.to_numpy())
    return Interval(float(np.exp(mean)), float(np.exp(low)), float(np.exp(high)), n)


@measured("billion USD")
def estimate_range(market_estimates: pd.DataFrame) -> dict[str, float]:
    """Least and greatest published size, also of all AI alone; estimates, publishers, and publishers near the stated one.

    near: publishers of all AI within a tenth of the stated size. factor: greatest over least for all AI.
    """
    every = chosen_estimates(market_estimates)
    near = every[np.abs(np.log(every.usd_bn / STATED_AI)) <= np.log(1.1)]
    return {
        "least": market_estimates.usd_bn.min(),
        "most": market_estimates.usd_bn.max(),
        "least of all AI": every.usd_bn.min(),
        "estimates": len(market_estimates),
        "publishers": market_estimates.publisher.nunique(),
        "near": near.publisher.nunique(),
        "factor": every.usd_bn.max() / every.usd_bn.min(),
        "stated": STATED_AI,
    }


@measured("ratio")
def web3_ratio(
    crypto_market: pd.DataFrame,
    exchange_rates: pd.DataFrame,
    *,
    currency: str = "USD",
    window: tuple[str, str] = WINDOW,
) -> pd.Series:
    """Stated 25 trillion of a currency over the crypto market's value in it, by month (index date) within the window.

    A month takes its year's exchange rate, a later month the last one known.
    """
    months = crypto_market[crypto_market.date.str[:7].between(*window)].set_index("date")
    rate = pd.Series(1.0, index=months.index)
    if currency != "USD":
        known = exchange_rates[exchange_rates.currency == currency].set_index("year").per_usd.sort_index()
        years = months.index.str[:4].astype(int)
        rate = pd.Series([float(known[known.index <= year].iloc[-1]) for year in years], index=months.index)
    return STATED_WEB3 / (months.usd_trn * rate)


@measured("ratio")
def web3_ratio_at(
    crypto_market: pd.DataFrame, exchange_rates: pd.DataFrame, *, date: str, currency: str = "USD"
) -> float:
    """The ratio on the first of one month (ISO date). KeyError: no such month."""
    return float(
        web3_ratio(crypto_market, exchange_rates, currency=currency, window=("0000", "9999")).value[date]
    )


@measured("ratio")
def web3_ratio_range(
    crypto_market: pd.DataFrame,
    exchange_rates: pd.DataFrame,
    *,
    currency: str = "USD",
    window: tuple[str, str] = WINDOW,
) -> dict[str, float]:
    """Least, median and greatest monthly ratio in the window, and its months."""
    ratio = web3_ratio(crypto_market, exchange_rates, currency=currency, window=window).value
    return {"least": ratio.min(), "median": ratio.median(), "most": ratio.max(), "months": len(ratio)}


@measured("trillion USD")
def largest_market(crypto_market: pd.DataFrame) -> dict[str, object]:
    """Largest value on a first of a month, its date, first and last month, and the least and greatest of early 2024."""
    early = crypto_market[crypto_market.date.str[:7].between("2024-03", "2024-06")].usd_trn
    top = crypto_market.loc[crypto_market.usd_trn.idxmax()]
    return {
        "most": top.usd_trn,
        "month": top.date[:7],
        "first": crypto_market.date.min()[:7],
        "last": crypto_market.date.max()[:7],
        "early least": early.min(),
        "early most": early.max(),
        "stated": STATED_WEB3,
    }
