"""Decentralised computing as a buyer meets it: posted prices of one season, cards and shortages, promises, first steps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ladders.evidence import compute
from ladders.evidence.inference import Interval
from ladders.results import measured

HOURS_PER_MONTH = 730.5
BASE = "independent"
"""The kind whose mean price of each card is the common measure; it has the most providers and every card."""


@measured("times the price")
def price_between(
    gpu_prices_dated: pd.DataFrame,
    *,
    of: str,
    against: str,
    cards: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> Interval:
    """What providers of one kind ask as a multiple of another, both measured by the companies' mean of the same card.

    A common measure, because with two providers on a side their own mean would hide how much they differ. Welch's t on
    the providers' levels; n: providers on both sides; a side with one provider gives no bounds.
    """
    kept = gpu_prices_dated[~gpu_prices_dated.provider.isin(without)]
    levels = compute.provider_levels(kept, against=BASE, cards=cards).value
    one, other = (levels.level[levels.kind == kind].to_numpy() for kind in (of, against))
    n = len(one) + len(other)
    if not len(one) or not len(other):
        return Interval(np.nan, 0.0, np.inf, n)
    middle = float(np.exp(one.mean() - other.mean()))
    if min(len(one), len(other)) < 2:
        return Interval(middle, 0.0, np.inf, n)
    if np.ptp(one) == np.ptp(other) == 0:  # providers that agree leave no doubt; Welch's t is not defined
        return Interval(middle, middle, middle, n)
    spread = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    return Interval(middle, float(np.exp(spread.low)), float(np.exp(spread.high)), n)


@measured("USD per card and hour")
def by_card(gpu_prices_dated: pd.DataFrame) -> pd.DataFrame:
    """Lowest price of each card (rows) by kind (columns)."""
    prices = compute.provider_prices(gpu_prices_dated).value
    return prices.groupby(["card", "kind"]).price.min().unstack()


@measured("times the price")
def same_company(gpu_prices_dated: pd.DataFrame, *, name: str = "RunPod") -> pd.Series:
    """What one company asks for third parties' machines as a multiple of what it asks for its own, by card."""
    prices = compute.provider_prices(gpu_prices_dated).value
    hosts, own = (prices[prices.provider == who].set_index("card").price for who in (f"{name} hosts", name))
    return (hosts / own).dropna()


@measured("count, days or percent")
def dated_counts(gpu_prices_dated: pd.DataFrame) -> dict[str, object]:
    """Providers, by kind, prices; first and last day; mean ratio of one company's two kinds; one day's move of a price."""
    two = same_company(gpu_prices_dated).value
    moved = gpu_prices_dated[gpu_prices_dated.provider == "Vast.ai"]
    return {
        "providers": gpu_prices_dated.provider.nunique(),
        "prices": len(gpu_prices_dated),
        "first": f"{pd.Timestamp(gpu_prices_dated.as_of.min()):%B}",
        "last": f"{pd.Timestamp(gpu_prices_dated.as_of.max()):%B %Y}",
        "hosts low": two.min(),
        "hosts high": two.max(),
        "hosts mean": float(np.exp(np.log(two).mean())),
        "hosts cards": len(two),
        "moved": 100 * (moved.high_usd / moved.low_usd - 1).max(),
        **{
            kind: gpu_prices_dated.provider[gpu_prices_dated.kind == kind].nunique() for kind in compute.KINDS
        },
    }


@measured("USD per card and hour, or percent")
def pilot(akash_pilot: pd.DataFrame, gpu_prices_dated: pd.DataFrame) -> pd.DataFrame:
    """What Akash's fund pays a host for an hour of a card (cost), its own posted price, and cost over price (percent).

    Above 100 percent the fund pays more than a tenant would, were every hour sold. Index card; cards: number of them.
    The posted price is of a later year.
    """
    rows = akash_pilot.set_index("card")
    cost = rows.committed_usd / (rows.cards * rows.months * HOURS_PER_MONTH)
    prices = compute.provider_prices(gpu_prices_dated).value
    price = prices[prices.provider == "Akash"].set_index("card").price
    return pd.DataFrame(
        {"cards": rows.cards, "cost": cost, "price": price, "share": 100 * cost / price}
    ).reindex(rows.index)


def _latest(compute_networks: pd.DataFrame, network: str, measure: str) -> pd.Series | None:
    rows = compute_networks[
        (compute_networks.network == network) & (compute_networks.measure == measure)
    ].sort_values("as_of")
    return rows.iloc[-1] if len(rows) else None


@measured("share of one")
def who_pays(compute_networks: pd.DataFrame) -> pd.DataFrame:
    """Share of what hosts receive that users pay, lowest and highest reading, by network with both sides known.

    Income over support, or a covered share that the network states. Columns: low, high. A share of one or more: users
    pay it all.
    """
    rows = {}
    for network in sorted(compute_networks.network.unique()):
        income, support = (_latest(compute_networks, network, name) for name in ("income", "support"))
        if income is None or support is None:
            continue
        found = [income.low / support.high, income.high / support.low]
        stated = _latest(compute_networks, network, "covered share")
        rows[network] = (min(found), max(found + ([] if stated is None else [stated.high])))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"])


@measured("share in use")
def shortages(
    compute_networks: pd.DataFrame, *, confidence: tuple[str, ...] = ("high", "medium", "low")
) -> pd.Series:
    """Networks that report a shortage: lowest share in use of the cards that could not be had; NaN where unknown."""
    kept = compute_networks[compute_networks.confidence.isin(confidence)]
    rows = {}
    for network in sorted(kept.network[kept.measure == "shortage"].unique()):
        used = _latest(kept, network, "wanted used share")
        rows[network] = np.nan if used is None else used.low
    return pd.Series(rows, dtype=float)


@measured("as in the unit of the measure")
def reported(
    compute_networks: pd.DataFrame, *, network: str, measure: str, as_of: str = "", end: str = "high"
) -> float:
    """One reported value: the latest, or that of a day. Raises ValueError when there is none."""
    rows = compute_networks[compute_networks.network == network]
    rows = rows[rows.as_of == as_of] if as_of else rows
    row = _latest(rows, network, measure)
    if row is None:
        raise ValueError(f"reported: no {measure!r} of {network!r}{f' on {as_of}' if as_of else ''}.")
    return float(row[end])


@measured("hours a month")
def hours_down(uptime_promises: pd.DataFrame) -> pd.Series:
    """Hours a month that the lowest stated share of each seller and basis leaves down; index (seller, basis)."""
    rows = uptime_promises.dropna(subset=["low"]).set_index(["seller", "basis"])
    return HOURS_PER_MONTH * (1 - rows.low)


TECHNICAL = ("key", "software", "wallet", "network", "market", "code")
"""Steps that ask for knowledge which only running a program does not need."""


@measured("steps")
def steps(first_job_steps: pd.DataFrame) -> pd.DataFrame:
    """Steps of each guide: columns kind, path, steps (all), technical. Index: provider and path."""
    table = first_job_steps.assign(technical=first_job_steps.need.isin(TECHNICAL))
    counted = table.groupby(["provider", "path"]).agg(
        kind=("kind", "first"), steps=("position", "size"), technical=("technical", "sum")
    )
    return counted.sort_values(["kind", "technical"])


@measured("technical steps")
def more_steps(first_job_steps: pd.DataFrame, *, path: str, column: str = "technical") -> Interval:
    """Steps that networks with a chain ask for beyond the others, by one path, with its 95 % interval.

    path: account or wallet, of the networks; the others have accounts. Welch's t, the provider being the unit.
    """
    counted = steps(first_job_steps).value.reset_index()
    one = counted[(counted.kind == "chain") & (counted.path == path)][column].to_numpy(float)
    other = counted[counted.kind != "chain"][column].to_numpy(float)
    n = len(one) + len(other)
    if min(len(one), len(other)) < 2:
        return Interval(np.nan, -np.inf, np.inf, n)
    middle = float(one.mean() - other.mean())
    if np.ptp(one) == np.ptp(other) == 0:  # guides that agree leave no doubt; Welch's t is not defined
        return Interval(middle, middle, middle, n)
    spread = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    return Interval(middle, float(spread.low), float(spread.high), n)
