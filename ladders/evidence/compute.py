"""Compute for AI: what an hour of a graphics card costs by kind of provider, and how scarce the cards were."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ladders.evidence.inference import Interval, Trend, mean_interval, yearly_factor
from ladders.results import measured

KINDS = ("chain", "marketplace", "independent", "hyperscaler")
"""Kinds of provider, from most to least spread out."""

LISTED = ("list",)
"""Offers on demand that a provider's own list or a catalogue of lists holds."""

WITH_REPORTS = ("list", "report")
"""Also what web pages tell; their confidence is low."""


@measured("USD per card and hour")
def provider_prices(gpu_prices: pd.DataFrame, *, offers: tuple[str, ...] = LISTED) -> pd.DataFrame:
    """Cheapest price of each provider for each card.

    Columns: provider, kind, card, price (lowest of its offers; of a range its middle on the log scale), dated (has a
    day). Tiers of an index are no providers and never enter.
    """
    rows = gpu_prices[gpu_prices.offer.isin(offers)]
    rows = rows.assign(price=np.sqrt(rows.low_usd * rows.high_usd), dated=rows.as_of != "")
    cheapest = rows.sort_values("price").groupby(["provider", "kind", "card"], as_index=False).first()
    return cheapest[["provider", "kind", "card", "price", "dated"]]


@measured("natural log of a ratio")
def provider_levels(
    gpu_prices: pd.DataFrame,
    *,
    against: str,
    offers: tuple[str, ...] = LISTED,
    cards: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Price level of every provider relative to the kind `against`, the provider being the unit.

    For each card that `against` offers: log price minus the mean log price of the providers of that kind; then the
    mean over a provider's cards. Columns: kind, level, cards (how many). cards: keep only these. Raises ValueError
    for a kind that no row has.
    """
    prices = provider_prices(gpu_prices, offers=offers).value
    if cards:
        prices = prices[prices.card.isin(cards)]
    if against not in KINDS:
        raise ValueError(f"provider_levels: against is {against!r}; the kinds are {', '.join(KINDS)}.")
    log = np.log(prices.price)
    base = log[prices.kind == against].groupby(prices.card).mean()
    level = (log - prices.card.map(base)).dropna()
    found = level.groupby([prices.kind, prices.provider]).agg(["mean", "size"])
    return found.rename(columns={"mean": "level", "size": "cards"}).reset_index("kind")


@measured("times the price")
def price_ratio(
    gpu_prices: pd.DataFrame,
    *,
    of: str,
    against: str,
    offers: tuple[str, ...] = LISTED,
    cards: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> Interval:
    """What providers of one kind ask as a multiple of what another kind asks for the same card, with 95 % interval.

    1 is the same price, 0.5 half of it. Welch's t on the providers' levels (logs), so that each provider counts once;
    n: providers on both sides. A side with one provider gives no bounds. without: providers left out.
    """
    kept = gpu_prices[~gpu_prices.provider.isin(without)]
    levels = provider_levels(kept, against=against, offers=offers, cards=cards).value
    one, other = (levels.level[levels.kind == kind].to_numpy() for kind in (of, against))
    n = len(one) + len(other)
    if not len(one) or not len(other):
        return Interval(np.nan, 0.0, np.inf, n)
    middle = one.mean() - other.mean()
    if min(len(one), len(other)) < 2:
        return Interval(float(np.exp(middle)), 0.0, np.inf, n)
    if np.ptp(one) == np.ptp(other) == 0:  # providers that agree leave no doubt; Welch's t is not defined
        return Interval(*[float(np.exp(middle))] * 3, n)
    spread = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.95)
    return Interval(*(float(np.exp(value)) for value in (middle, spread.low, spread.high)), n)


@measured("providers")
def shared_providers(gpu_prices: pd.DataFrame, *, of: str, against: str) -> int:
    """Number of providers of one kind with a listed price for a card that the other kind lists too."""
    return int((provider_levels(gpu_prices, against=against).value.kind == of).sum())


@measured("count")
def price_counts(gpu_prices: pd.DataFrame) -> dict[str, int]:
    """Providers, offers, cards; offers with a day; providers by kind (listed offers alone for kinds)."""
    own = gpu_prices[gpu_prices.offer != "index"]
    listed = provider_prices(gpu_prices).value
    return {
        "providers": own.provider.nunique(),
        "offers": len(own),
        "dated": int((own.as_of != "").sum()),
        **{kind: listed.provider[listed.kind == kind].nunique() for kind in KINDS},
    }


@measured("USD per card and hour")
def cheapest(gpu_prices: pd.DataFrame, *, card: str = "H100") -> pd.Series:
    """Lowest listed price of a card by kind of provider, whatever the provider."""
    prices = provider_prices(gpu_prices).value
    return prices[prices.card == card].groupby("kind").price.min()


@measured("USD per card and hour")
def price_of(gpu_prices: pd.DataFrame, *, provider: str, card: str = "H100", offer: str = "list") -> float:
    """Lowest price of one provider for one card. Raises ValueError when there is none."""
    rows = gpu_prices[
        (gpu_prices.provider == provider) & (gpu_prices.card == card) & (gpu_prices.offer == offer)
    ]
    if rows.empty:
        raise ValueError(f"price_of: no {offer} price of {provider!r} for {card!r}.")
    return rows.low_usd.min()


def _series(gpu_scarcity: pd.DataFrame, name: str) -> pd.DataFrame:
    return gpu_scarcity[gpu_scarcity.series == name].sort_values("date", ignore_index=True)


@measured("factor per year")
def revenue_growth(gpu_scarcity: pd.DataFrame) -> Trend:
    """Factor per year of what buyers paid Nvidia for data-centre cards, with its 95 % interval; no bounds below three
    quarters."""
    rows = _series(gpu_scarcity, "revenue")
    if len(rows) < 3:
        return Trend(np.nan, 0.0, np.inf, len(rows))
    return yearly_factor(rows.date, rows.value)


@measured("weeks")
def waits(gpu_scarcity: pd.DataFrame) -> Interval:
    """Mean over reporters of the wait for a server with the scarce card at the height, with its 95 % interval."""
    rows = _series(gpu_scarcity, "wait")
    return mean_interval(rows.groupby("reporter").value.mean().to_numpy())


@measured("month")
def scarcity_month(gpu_scarcity: pd.DataFrame, *, series: str, reporter: str, last: bool = False) -> str:
    """Month of the first or last value of a reporter in a series, as "April 2024"."""
    rows = _series(gpu_scarcity, series)
    days = rows.date[rows.reporter == reporter]
    return f"{pd.Timestamp(days.iloc[-1 if last else 0]):%B %Y}"


@measured("as in the unit of the series")
def scarcity_value(gpu_scarcity: pd.DataFrame, *, series: str, reporter: str, last: bool = False) -> float:
    """First or last value of a reporter in a series. Raises ValueError when there is none."""
    rows = _series(gpu_scarcity, series)
    rows = rows[rows.reporter == reporter]
    if rows.empty:
        raise ValueError(f"scarcity_value: no {series!r} of {reporter!r}.")
    return float(rows.value.iloc[-1 if last else 0])
