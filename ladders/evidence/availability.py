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


def contrast(groups: dict[str, np.ndarray], one: str, other: str, *, spread: str = "pooled") -> Interval:
    """Difference of the means of two groups with its 95 % interval (Student's t); n: units in both.

    spread "pooled": one standard deviation within groups, estimated from all of them, as in an analysis of variance; two
    units that happen to agree then lend no false certainty. "own": Welch's t on the two groups alone. No bounds where the
    spread cannot be estimated; NaN where a group is empty. Raises ValueError for another spread.
    """
    if spread not in ("pooled", "own"):
        raise ValueError(f"contrast: spread is {spread!r}; it is 'pooled' or 'own'.")
    x, y = (np.asarray(groups.get(name, ()), dtype=float) for name in (one, other))
    n = len(x) + len(y)
    if not len(x) or not len(y):
        return Interval(np.nan, -np.inf, np.inf, n)
    middle = float(x.mean() - y.mean())
    if spread == "own":
        if min(len(x), len(y)) < 2:
            return Interval(middle, -np.inf, np.inf, n)
        found = stats.ttest_ind(x, y, equal_var=False).confidence_interval(0.95)
        return Interval(middle, float(found.low), float(found.high), n)
    all_groups = [np.asarray(values, dtype=float) for values in groups.values()]
    freedom = sum(len(values) - 1 for values in all_groups if len(values))
    if freedom < 1:
        return Interval(middle, -np.inf, np.inf, n)
    within = sum(((values - values.mean()) ** 2).sum() for values in all_groups if len(values)) / freedom
    half = stats.t.ppf(0.975, freedom) * np.sqrt(within * (1 / len(x) + 1 / len(y)))
    return Interval(middle, float(middle - half), float(middle + half), n)


@measured("times the price")
def price_between(
    gpu_prices_dated: pd.DataFrame,
    *,
    of: str,
    against: str,
    offers: tuple[str, ...] = compute.LISTED,
    cards: tuple[str, ...] = (),
    spread: str = "pooled",
) -> Interval:
    """What providers of one kind ask as a multiple of another, both measured by the companies' mean of the same card.

    A common measure, because with two providers on a side their own mean would hide how much they differ. Contrast of
    the providers' levels, which count once each; n: providers on both sides. Takes any table of prices of this form.
    """
    levels = compute.provider_levels(gpu_prices_dated, against=BASE, offers=offers, cards=cards).value
    groups = {kind: levels.level[levels.kind == kind].to_numpy() for kind in compute.KINDS}
    found = contrast(groups, of, against, spread=spread)
    return Interval(*(float(np.exp(value)) for value in found[:3]), found.n)


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

    path: account or wallet, of the networks; the others have accounts. The guide is the unit; pooled spread.
    """
    counted = steps(first_job_steps).value.reset_index()
    chain = counted.kind == "chain"
    groups = {
        name: counted[chain & (counted.path == name)][column].to_numpy(float)
        for name in ("account", "wallet")
    } | {"others": counted[~chain][column].to_numpy(float)}
    return contrast(groups, path, "others")


@measured("count")
def guide_counts(first_job_steps: pd.DataFrame) -> dict[str, int]:
    """Guides and sellers."""
    return {
        "guides": len(steps(first_job_steps).value),
        "sellers": first_job_steps.provider.nunique(),
    }


@measured("US dollars, cards, year")
def pilot_totals(akash_pilot: pd.DataFrame, compute_networks: pd.DataFrame) -> dict[str, object]:
    """What Akash's fund committed, for how many cards; what all tenants paid, and in which year."""
    income = _latest(compute_networks, "Akash", "income")
    return {
        "committed": f"{akash_pilot.committed_usd.sum() / 1e6:.1f} million",
        "cards": int(akash_pilot.cards.sum()),
        "income": f"{income.high / 1e6:.1f} million",
        "year": income.as_of[:4],
    }


@measured("percent")
def who_pays_percent(compute_networks: pd.DataFrame) -> pd.DataFrame:
    """Share of what hosts receive that users pay, in percent; rows and columns as in who_pays."""
    return 100 * who_pays(compute_networks).value


@measured("percent")
def used_percent(compute_networks: pd.DataFrame, *, network: str) -> float:
    """Latest share of a network's cards in use."""
    return 100 * reported(compute_networks, network=network, measure="used share").value


@measured("cards")
def blocked(compute_networks: pd.DataFrame) -> str:
    """Invented cards that io.net blocked, in words."""
    cards = reported(compute_networks, network="io.net", measure="cards blocked").value
    return f"{cards / 1e6:.1f} million"
