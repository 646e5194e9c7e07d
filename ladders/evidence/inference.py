"""Intervals and tests for a handful of independent units (vendors, protocols), and trends per year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

DAYS_PER_YEAR = 365.25


class Interval(NamedTuple):
    """A mean with its confidence interval. n: number of independent units."""

    mean: float
    low: float
    high: float
    n: int


def mean_interval(units: np.ndarray, level: float = 0.95) -> Interval:
    """Mean over independent units with Student's t interval on n - 1 degrees of freedom.

    units: 1-D, one summary for each cluster (for example a vendor's median gap), any unit of measurement.
    With few clusters this is the approach of Ibragimov & Muller (2010, Journal of Business & Economic Statistics
    28:4): it stays valid when clusters differ in variance, where a bootstrap over four of them does not.
    Fewer than two units give an interval without bounds. Raises ValueError on NaN.
    """
    units = np.asarray(units, dtype=float)
    if np.isnan(units).any():
        raise ValueError("mean_interval: units hold NaN; every independent unit needs a value.")
    if len(units) < 2:
        return Interval(float(units.mean()) if len(units) else np.nan, -np.inf, np.inf, len(units))
    half = stats.t.ppf((1 + level) / 2, len(units) - 1) * units.std(ddof=1) / np.sqrt(len(units))
    return Interval(float(units.mean()), float(units.mean() - half), float(units.mean() + half), len(units))


class Share(NamedTuple):
    """A share of n independent units with its confidence interval; the fields of Interval, and the hits among the n."""

    mean: float
    low: float
    high: float
    n: int
    hits: float


def exact_share(hits: float, n: int, level: float = 0.95, *, whole: float = 100.0) -> Share:
    """Share of hits in n independent units, exact interval (Clopper & Pearson 1934, Biometrika 26), in parts of `whole`.

    whole: 100 for percent, 1 for a part of one. hits may lie between whole numbers, where a source gives the mean of
    several runs over the same n items; the interval is then that of one run. Without units nothing is known. Raises
    ValueError unless 0 <= hits <= n.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"exact_share: hits must lie between 0 and n = {n}, got {hits}.")
    if n == 0:
        return Share(np.nan, 0.0, whole, 0, 0)
    tail = (1 - level) / 2
    low = stats.beta.ppf(tail, hits, n - hits + 1) if hits else 0.0
    high = stats.beta.ppf(1 - tail, hits + 1, n - hits) if hits < n else 1.0
    return Share(whole * hits / n, whole * float(low), whole * float(high), n, hits)


def sign_test(units: np.ndarray) -> float:
    """One-sided p value of "positive as often as negative" over independent units; zeros are dropped.

    With n units, all positive, it is 2**-n: four vendors can never give less than 1/16.
    """
    signs = np.sign(np.asarray(units, dtype=float))
    signs = signs[signs != 0]
    return (
        float(stats.binomtest(int((signs > 0).sum()), len(signs), alternative="greater").pvalue)
        if len(signs)
        else 1.0
    )


class Trend(NamedTuple):
    """A factor per year with its confidence interval: 1 is no change, 2 a doubling, 0.5 a halving. n: points."""

    factor: float
    low: float
    high: float
    n: int


def yearly_factor(dates: pd.Series, values: pd.Series, level: float = 0.95) -> Trend:
    """Factor per year of a log-linear least-squares fit, with Student's t interval on n - 2 degrees of freedom.

    dates: ISO dates. values: positive, in any unit. Three points at least; otherwise ValueError. The interval
    treats the points as independent, which successive records are not: it is a lower bound on the doubt.
    """
    values = values.astype(float)
    if len(values) < 3 or not (values > 0).all():
        raise ValueError(f"yearly_factor: needs at least three positive values, got {values.tolist()}.")
    years = (pd.to_datetime(dates) - pd.Timestamp("2020-01-01")).dt.days / DAYS_PER_YEAR
    fit = stats.linregress(years.to_numpy(), np.log(values.to_numpy()))
    spread = np.nan_to_num(fit.stderr)  # no spread about a level line: scipy gives NaN
    half = stats.t.ppf((1 + level) / 2, len(values) - 2) * spread
    return Trend(
        *(float(np.exp(slope)) for slope in (fit.slope, fit.slope - half, fit.slope + half)), len(values)
    )


def factor_between(first: float, first_date: str, latest: float, latest_date: str) -> float:
    """Factor per year between two dated, positive values."""
    days = (pd.Timestamp(latest_date) - pd.Timestamp(first_date)).days
    return (latest / first) ** (DAYS_PER_YEAR / days)
