"""Tests of the claims on decentralised computing as a market: price, availability, what users must know."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import availability
from ladders.evidence.inference import Interval
from ladders.models.queueing import erlang_c
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    below,
    finding,
    margin,
    months,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

NOTABLE = 0.8
"""Times the price. A fifth off is about what one company's customers are offered for leaving its data centres for
third parties' machines; less would hardly pay for moving. Swept below."""

GREAT_CLOUDS = "cheaper than the great clouds, for the same card"
COMPANIES = "cheaper than independent companies, for the same card"
HOSTS = "cheaper than markets of many hosts that have no token, for the same card"


def _interval(name: str, ratio: Interval) -> dict[str, float]:
    return {
        f"{name}: times the price": ratio.mean,
        f"{name}: 95 % interval, low": ratio.low,
        f"{name}: 95 % interval, high": ratio.high,
        f"{name}: providers": ratio.n,
    }


@settles(
    "S2-3.1.1-08",
    rule="""Three clauses by whom the networks with a chain are compared with, each provider counting once, each card with
    the same card, all by the companies' mean of it: great clouds (undated catalogue), independent companies, and markets
    of many hosts without a token (dated prices of autumn 2026). A clause holds when the 95 % interval of the ratio of
    prices (one spread for all kinds of provider) lies below 1, and fails when, not lying below 1, it leaves no room for a
    saving of a fifth, that is, lies above 0.8. Anything else is undecided. "Better value" is read as less money for the
    same card and hour.""",
)
def demand_side_is_cheaper(
    gpu_prices: pd.DataFrame,
    gpu_prices_dated: pd.DataFrame,
    *,
    notable: float = NOTABLE,
    cards: tuple[str, ...] = (),
    spread: str = "pooled",
    whom: tuple[str, ...] = (GREAT_CLOUDS, COMPANIES, HOSTS),
) -> Finding:
    """Do users of the networks enjoy cheaper services? Options: the choices of the specification curve."""
    given = {"cards": cards, "spread": spread}
    compared = {
        GREAT_CLOUDS: availability.price_between(gpu_prices, of="chain", against="hyperscaler", **given),
        COMPANIES: availability.price_between(gpu_prices_dated, of="chain", against="independent", **given),
        HOSTS: availability.price_between(gpu_prices_dated, of="chain", against="marketplace", **given),
    }
    outcomes = {text: below(compared[text].value, 1, fail_above=notable) for text in whom}
    statistics = (
        _interval("against great clouds", compared[GREAT_CLOUDS].value)
        | _interval("against companies", compared[COMPANIES].value)
        | _interval("against hosts without a token", compared[HOSTS].value)
    )
    return finding(outcomes, statistics, months(gpu_prices_dated.as_of))


DEARER_CLOUDS = "an hour of a card costs more than at the great clouds"
DEARER_COMPANIES = "an hour of a card costs more than at independent companies"


@settles(
    "S2-4.1-03",
    rule="""The same prices the other way round. Dearer than the great clouds (undated catalogue), and than independent
    companies (dated prices): each holds when the 95 % interval of the ratio lies above 1 and fails when, not lying above 1,
    it leaves no room for a surcharge of a quarter. Anything else is undecided. What setting up costs in hours is not in it:
    nobody has timed it.""",
)
def cost_is_high(gpu_prices: pd.DataFrame, gpu_prices_dated: pd.DataFrame) -> Finding:
    """Is the cost to users of the networks high?"""
    clouds = availability.price_between(gpu_prices, of="chain", against="hyperscaler").value
    companies = availability.price_between(gpu_prices_dated, of="chain", against="independent").value
    outcomes = {
        DEARER_CLOUDS: above(clouds, 1, fail_below=1 / NOTABLE),
        DEARER_COMPANIES: above(companies, 1, fail_below=1 / NOTABLE),
    }
    statistics = _interval("against great clouds", clouds) | _interval("against companies", companies)
    return finding(outcomes, statistics, months(gpu_prices_dated.as_of))


INDEPENDENT = 2
"""Networks that must show it: one could be a mistake or a bad month. Swept below."""

FULL = 0.9
"""Share of the cards in use. A class of a few dozen cards of which nine in ten are taken makes jobs wait. Swept below."""

SHORT = "users could at times not get the cards they wanted"
TAKEN = "when they could not, those cards were taken: demand had met supply"


@settles(
    "S2-4.1-02",
    rule="""Networks, each counting once. Shortage: holds when two networks report that users could not get cards, fails
    when none does. Taken: of those whose use of the wanted cards at the time is known; holds when it was 90 percent or
    more in two networks, fails when two are known and it was so in none. Anything else is undecided. Cards that cannot be
    had though they stand idle would point to another cause.""",
)
def availability_follows_match(
    compute_networks: pd.DataFrame,
    *,
    full: float = FULL,
    needed: int = INDEPENDENT,
    confidence: tuple[str, ...] = ("high", "medium", "low"),
) -> Finding:
    """Is availability affected by how well supply and demand match? Options: the specification curve's choices."""
    short = availability.shortages(compute_networks, confidence=confidence).value
    known = short.dropna()
    taken = int((known >= full).sum())
    outcomes = {
        SHORT: "hold" if len(short) >= needed else "undecided" if len(short) else "fail",
        TAKEN: "hold"
        if taken >= needed
        else "fail"
        if len(known) >= INDEPENDENT and not taken
        else "undecided",
    }
    statistics = {"networks with a shortage": len(short), "of these with the wanted cards taken": taken} | {
        f"{name}: wanted cards in use (percent)": 100 * share for name, share in known.items()
    }
    reports = compute_networks[compute_networks.measure.isin(["shortage", "wanted used share"])]
    return finding(outcomes, statistics, months((reports if len(reports) else compute_networks).as_of))


MORE = 2.0
"""Steps. Two things more to understand, as a wallet and its token are."""

ACCOUNT = (
    "through an account that hides the chain, the networks ask for more technical detail than other sellers"
)
WALLET = "with a wallet of one's own, they do"


@settles(
    "S2-4.1-07",
    rule="""Steps of the sellers' own guides that ask for a key, software, a wallet, a network setting, a market of hosts
    or code; the guide is the unit. For the networks' guides with an account, and for those with an own wallet, against
    the guides of sellers without a chain: holds when the 95 % interval of the difference (one spread for all guides) lies above nought,
    fails when it leaves no room for two steps more. Anything else is undecided.""",
)
def users_must_know_more(first_job_steps: pd.DataFrame) -> Finding:
    """Must users of the networks understand more technical detail?"""
    outcomes, statistics = {}, {}
    for path, text in (("account", ACCOUNT), ("wallet", WALLET)):
        more = availability.more_steps(first_job_steps, path=path).value
        outcomes[text] = above(more, 0, fail_below=MORE)
        statistics |= {
            f"{path}: technical steps more": more.mean,
            f"{path}: 95 % interval, low": more.low,
            f"{path}: 95 % interval, high": more.high,
            f"{path}: guides": more.n,
        }
    return finding(outcomes, statistics, months(first_job_steps.as_of))


@margin("S2-3.1.1-08", left_out="provider")
@measured("verdict")
def price_without_provider(gpu_prices: pd.DataFrame, gpu_prices_dated: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the price without each provider in turn, in both tables. Columns as of without_each."""
    own = gpu_prices[gpu_prices.offer != "index"]
    names = sorted({*own.provider, *gpu_prices_dated.provider})
    return without_each(
        lambda name: demand_side_is_cheaper(
            gpu_prices[gpu_prices.provider != name], gpu_prices_dated[gpu_prices_dated.provider != name]
        ),
        names,
    )


@margin("S2-3.1.1-08", left_out="card")
@measured("verdict")
def price_without_card(gpu_prices: pd.DataFrame, gpu_prices_dated: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the price without each card in turn, in both tables. Columns as of without_each."""
    return without_each(
        lambda card: demand_side_is_cheaper(
            gpu_prices[gpu_prices.card != card], gpu_prices_dated[gpu_prices_dated.card != card]
        ),
        sorted(gpu_prices_dated.card.unique()),
    )


@margin("S2-4.1-02", left_out="network")
@measured("verdict")
def match_without_network(compute_networks: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the match without each network with a shortage in turn. Columns as of without_each."""
    return without_each(
        lambda name: availability_follows_match(compute_networks[compute_networks.network != name]),
        availability.shortages(compute_networks).value.index,
    )


@measured("verdict")
def price_specifications(gpu_prices: pd.DataFrame, gpu_prices_dated: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the price under every combination of defensible choices.

    Columns: notable (saving that counts, times the price), cards (all, or the H100 alone), spread (pooled, or each
    side's own), whom (all three, or the great clouds alone), verdict.
    """
    choices = {
        "notable": (0.7, NOTABLE, 0.9),
        "cards": {"all": (), "H100": ("H100",)},
        "spread": ("pooled", "own"),
        "whom": {"all three": (GREAT_CLOUDS, COMPANIES, HOSTS), "great clouds": (GREAT_CLOUDS,)},
    }
    return sweep(demand_side_is_cheaper, (gpu_prices, gpu_prices_dated), choices)


@measured("verdict")
def match_specifications(compute_networks: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the match under every combination of defensible choices.

    Columns: full (share in use that counts as taken), needed (networks), confidence (of all sources, or of the better
    ones, without those of low confidence), verdict, holds, fails.
    """
    choices = {
        "full": (0.75, FULL, 1.0),
        "needed": (1, INDEPENDENT, 3),
        "confidence": {"all": ("high", "medium", "low"), "better": ("high", "medium")},
    }
    return sweep(availability_follows_match, (compute_networks,), choices)


@specifications("S2-3.1.1-08")
@measured("count")
def price_counts(
    gpu_prices: pd.DataFrame, gpu_prices_dated: pd.DataFrame, *, whom: str = "", spread: str = ""
) -> dict[str, int]:
    """Number of combinations for the price, all and by verdict; whom, spread: those of one choice alone."""
    rows = price_specifications(gpu_prices, gpu_prices_dated).value
    for column, chosen in (("whom", whom), ("spread", spread)):
        rows = rows[rows[column] == chosen] if chosen else rows
    return verdict_counts(rows)


@specifications("S2-4.1-02")
@measured("count")
def match_counts(compute_networks: pd.DataFrame, *, sources: str = "") -> dict[str, int]:
    """Number of combinations for the match, all and by verdict; sources: those of one choice alone."""
    rows = match_specifications(compute_networks).value
    return verdict_counts(rows[rows.confidence == sources] if sources else rows)


@measured("share of jobs")
def pooled_wait(compute_networks: pd.DataFrame, *, network: str) -> float:
    """Share of jobs that would wait if a network's cards were one pool, at its latest count of cards and of their use."""
    cards, used = (
        availability.reported(compute_networks, network=network, measure=name).value
        for name in ("cards", "cards used")
    )
    return float(np.round(erlang_c(int(cards), used), 12))


@measured("networks")
def match_finding(compute_networks: pd.DataFrame) -> dict[str, object]:
    """Networks that report a shortage, those of them whose wanted cards were taken, and the year of the latest report."""
    found = availability_follows_match(compute_networks).statistics
    reports = compute_networks[compute_networks.measure == "shortage"]
    return {
        "year": reports.as_of.max()[:4],
        "short": int(found["networks with a shortage"]),
        "taken": int(found["of these with the wanted cards taken"]),
    }
