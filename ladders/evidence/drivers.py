"""What drives each field: what tables can say of rivalry, rewards and tokens. None of them says why anybody did it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import (
    DAYS_PER_YEAR,
    Interval,
    Share,
    Trend,
    exact_share,
    mean_interval,
    yearly_factor,
)
from ladders.results import measured

LARGE = 5
"""Models on the board from which on a firm counts as large here: the seven with the most releases have six or more."""

GOOD_ENOUGH = 0.5
"""A release competes on price when it reaches this share of the best score of its day; swept in the specifications."""


@measured("count")
def lead_changes(frontier_records: pd.DataFrame) -> dict[str, int]:
    """Records of the capability index: all, those set by another developer than the one before, and developers."""
    records = frontier_records[frontier_records.measure == "capability index"].sort_values("released")
    changed = records.developer.ne(records.developer.shift()).iloc[1:]
    return {"records": len(records), "changes": int(changed.sum()), "leaders": records.developer.nunique()}


@measured("factor per year")
def compute_trend(frontier_records: pd.DataFrame) -> Trend:
    """Yearly factor of the training compute of successive record holders."""
    records = frontier_records[frontier_records.measure == "training compute"]
    return yearly_factor(records.released, records.value)


def _records(releases: pd.DataFrame, good_enough: float) -> pd.DataFrame:
    """The releases with two flags: ability, the best score so far; price, the cheapest so far that is good enough.

    Good enough is a share of the best score of earlier days. A release is compared with those of earlier days; among
    those of one day each is judged alone. The first day sets no record. One race of each kind, so that neither has
    more chances than the other.
    """
    ordered = releases.sort_values(["released", "model"], ignore_index=True)
    score, cost, day = (ordered[name].to_numpy() for name in ("score", "cost_usd", "released"))
    earlier = np.searchsorted(day, day, "left")
    best = np.concatenate([[np.inf], np.maximum.accumulate(score)])[earlier]
    bar = good_enough * best
    rival = (np.arange(len(score)) < earlier[:, None]) & (score >= bar[:, None])
    cheapest = np.where(rival, cost, np.inf).min(axis=1)
    return ordered.assign(ability=score > best, price=(score >= bar) & (cost < cheapest))


@measured("percent of releases")
def record_shares(
    model_releases: pd.DataFrame, *, good_enough: float = GOOD_ENOUGH, large: int = LARGE
) -> pd.DataFrame:
    """By large vendor: releases, share that set a record of ability or of price, and the lead of ability (points)."""
    flagged = _records(model_releases, good_enough)
    by_vendor = flagged.groupby("vendor").agg(
        releases=("model", "size"), ability=("ability", "mean"), price=("price", "mean")
    )
    by_vendor = by_vendor[by_vendor.releases >= large]
    return by_vendor.assign(
        ability=100 * by_vendor.ability,
        price=100 * by_vendor.price,
        lead=100 * (by_vendor.ability - by_vendor.price),
    )


@measured("points of score per year")
def own_progress(model_releases: pd.DataFrame, *, large: int = LARGE) -> pd.Series:
    """By large vendor: how much its own best score rises in a year, from its first to its last day on the board."""
    found = {}
    score, day = model_releases.score.to_numpy(), model_releases.released.to_numpy()
    for vendor, places in model_releases.groupby("vendor").indices.items():
        own, days = score[places], day[places]
        years = (pd.Timestamp(days.max()) - pd.Timestamp(days.min())).days / DAYS_PER_YEAR
        if len(places) >= large and years > 0:
            found[vendor] = (own.max() - own[days == days.min()].max()) / years
    return pd.Series(found, dtype=float)


@measured("points of score per year")
def own_progress_interval(model_releases: pd.DataFrame) -> Interval:
    """Mean of `own_progress` over large vendors."""
    return mean_interval(own_progress(model_releases).value.to_numpy())


@measured("percentage points")
def record_lead_interval(
    model_releases: pd.DataFrame, *, good_enough: float = GOOD_ENOUGH, large: int = LARGE
) -> Interval:
    """Mean over large vendors of the lead of records of ability over records of price."""
    return mean_interval(
        record_shares(model_releases, good_enough=good_enough, large=large).value.lead.to_numpy()
    )


@measured("count")
def record_counts(model_releases: pd.DataFrame) -> dict[str, int]:
    """Releases on the board: all, those that set a record of ability, of price; large vendors."""
    flagged = _records(model_releases, GOOD_ENOUGH)
    return {
        "releases": len(flagged),
        "ability": int(flagged.ability.sum()),
        "price": int(flagged.price.sum()),
        "large vendors": len(record_shares(model_releases).value),
    }


@measured("percent of chains")
def chains_with(chain_events: pd.DataFrame, *, kind: str) -> Share:
    """Chains for which the tracker lists at least one event of a kind."""
    return exact_share(chain_events.chain[chain_events.kind == kind].nunique(), chain_events.chain.nunique())


@measured("count")
def event_counts(chain_events: pd.DataFrame) -> dict[str, int]:
    """Events: all, by kind, those that name value locked; and chains."""
    return {
        "all": len(chain_events),
        "chains": chain_events.chain.nunique(),
        "value locked": int(chain_events.names_value_locked.sum()),
        **chain_events.kind.value_counts().to_dict(),
    }


@measured("percent of chains")
def token_shares(token_counts: pd.DataFrame) -> pd.DataFrame:
    """Share of chains with a token by count_id, with its exact interval. Columns as in Share."""
    rows = [exact_share(row.with_token, row.chains) for row in token_counts.itertuples()]
    return pd.DataFrame(rows, index=token_counts.count_id)


@measured("logarithm of a factor")
def change_by_chain(reward_ends: pd.DataFrame, *, use: bool = True, controlled: bool = False) -> pd.Series:
    """By chain: median logarithm of after over before, less that of the control where one is known.

    use: transactions and addresses, without value locked. controlled: only changes that have a control.
    """
    chosen = reward_ends
    if use:
        chosen = chosen[~chosen.metric.str.startswith("value")]
    if controlled:
        chosen = chosen[chosen.control_factor.notna()]
    change = np.log(chosen.after / chosen.before) - np.log(chosen.control_factor.fillna(1.0))
    return change.groupby(chosen.chain).median()


def _as_percent(interval: Interval) -> Interval:
    return Interval(*(100 * np.expm1(part) for part in interval[:3]), interval.n)


@measured("percent")
def change_interval(reward_ends: pd.DataFrame, *, use: bool = True, controlled: bool = False) -> Interval:
    """Change of use when rewards ended, over chains: geometric mean and 95 % interval, as percent."""
    change = change_by_chain(reward_ends, use=use, controlled=controlled).value
    return _as_percent(mean_interval(change.to_numpy()))


@measured("percent")
def token_falls(token_changes: pd.DataFrame) -> dict[str, object]:
    """Layer 2 tokens against the median of others: number, number below it, median, median of the others, months."""
    layer2 = token_changes[token_changes.group == "layer 2"].change_percent
    other = token_changes.set_index("token").change_percent["median of other tokens"]
    return {
        "tokens": len(layer2),
        "below": int((layer2 < other).sum()),
        "median": layer2.median(),
        "others": other,
        "first month": token_changes.first_date.min()[:7],
        "latest month": token_changes.latest_date.max()[:7],
    }


def _first_of_layers(chronology: pd.DataFrame) -> pd.Series:
    """Date of the first event of each layer by (ladder, layer)."""
    return chronology.groupby(["ladder", "layer"]).date.min()


@measured("date")
def layers_begun(chronology: pd.DataFrame, *, until: str = "2025-06-15") -> dict[str, object]:
    """Layers whose first system falls within the year before a day; layers in all; the first and last beginning.

    until: by default the day of the post of which texts 000 and 001 are editions. "span": years from the first to the
    last beginning of steps two and three.
    """
    first = _first_of_layers(chronology)
    since = (pd.Timestamp(until) - pd.DateOffset(years=1)).date().isoformat()
    upper = pd.to_datetime(first[first.index.get_level_values("layer") > 1])
    return {
        "within": int(((first > since) & (first <= until)).sum()),
        "layers": len(first),
        "span": (upper.max() - upper.min()).days / DAYS_PER_YEAR,
    }
