"""What tokens pay for: coverage by customers, growth of supply and use, swings of prices, dates of launches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ladders.evidence.inference import DAYS_PER_YEAR, Interval, Share, exact_share, mean_interval
from ladders.evidence.systems import UNKNOWN, values
from ladders.results import measured


def ratios(coverage: pd.DataFrame) -> pd.DataFrame:
    """Coverage of each row: what is paid over what is handed out. Adds columns low, high and middle (their geometric mean).

    Raises ValueError when a row hands out nothing or its ranges are upside down.
    """
    if not (coverage.given_low > 0).all():
        row = coverage.loc[~(coverage.given_low > 0), "coverage_id"].iloc[0]
        raise ValueError(f"coverage {row}: given_low must be positive to divide by.")
    turned = (coverage.paid_low > coverage.paid_high) | (coverage.given_low > coverage.given_high)
    if turned.any():
        raise ValueError(
            f"coverage {coverage.coverage_id[turned].iloc[0]}: a low end lies above its high end."
        )
    low, high = coverage.paid_low / coverage.given_high, coverage.paid_high / coverage.given_low
    return coverage.assign(low=low, high=high, middle=np.sqrt(low * high))


@measured("ratio")
def coverage_ratios(coverage: pd.DataFrame) -> pd.DataFrame:
    """`ratios`, indexed by coverage_id."""
    return ratios(coverage).set_index("coverage_id")


READINGS = ("middle", "low", "high")
"""Of sources that disagree: the geometric middle of all, the lowest end, the highest end."""

REFERENCE = ("Bitcoin",)
"""A currency, which sells no service to those it pays; for comparison only."""


@measured("ratio")
def coverage_by_organisation(
    coverage: pd.DataFrame,
    *,
    reading: str = "middle",
    given_to: Sequence[str] = ("suppliers", "everyone"),
    ai_alone: bool = False,
    better: bool = False,
) -> pd.Series:
    """One coverage for each organisation, by what customers pay; index organisation, sorted.

    reading: of READINGS. given_to: definitions of the emission that count. ai_alone: computing for AI only. better:
    without sources of low confidence. Arms and payments of companies to themselves are left out.
    """
    rows = ratios(coverage)
    kept = rows[
        (rows.level == "organisation")
        & (rows.payer == "customers")
        & rows.given_to.isin(given_to)
        & ~rows.organisation.isin(REFERENCE)
        & (rows.ai | (not ai_alone))
        & ((rows.confidence != "low") | (not better))
    ]
    groups = kept[kept[reading] > 0].groupby("organisation")
    if reading == "middle":
        return np.exp(groups.middle.agg(lambda values: np.log(values).mean()).astype(float))
    return groups[reading].min() if reading == "low" else groups[reading].max()


@measured("ratio")
def coverage_interval(coverage: pd.DataFrame, **choices: object) -> Interval:
    """Geometric mean of the organisations' coverages with its t interval; choices: as coverage_by_organisation."""
    found = mean_interval(np.log(coverage_by_organisation(coverage, **choices).value.to_numpy(dtype=float)))
    return Interval(*(float(np.exp(value)) for value in found[:3]), found.n)


@measured("percent")
def coverage_percent(coverage: pd.DataFrame) -> pd.DataFrame:
    """Coverage in percent: low and high of every row, indexed by coverage_id."""
    return 100 * coverage_ratios(coverage).value[["low", "high"]]


@measured("USD a day")
def helium_daily(coverage: pd.DataFrame) -> dict[str, float]:
    """What the two networks of Helium are paid by customers and receive in tokens a day, in the last quarter of 2025."""
    rows = coverage.set_index("coverage_id")
    return {
        f"{arm} {part}": float(rows.loc[row, column])
        for arm, row in (
            ("iot", "helium-iot"),
            ("mobile", "helium-mobile"),
            ("mobile own", "helium-mobile-own"),
        )
        for part, column in (("paid", "paid_low"), ("given low", "given_low"), ("given high", "given_high"))
    }


def _spans(network_growth: pd.DataFrame, side: str) -> pd.DataFrame:
    """First, peak and last value of every network on one side; the measure is that of its first row."""
    rows = network_growth[network_growth.side == side].sort_values("date", kind="stable")
    found = []
    for network, group in rows.groupby("network", sort=True):
        group = group[group.measure == group.measure.iloc[0]]
        if len(group) < 2:
            continue
        peak = group.loc[group.value.idxmax()]
        first, last = group.iloc[0], group.iloc[-1]
        found.append(
            (network, first.organisation, first.measure, first.date, first.value, peak.date, peak.value, last.date, last.value)
        )  # fmt: skip
    columns = [
        "network",
        "organisation",
        "measure",
        "first_date",
        "first",
        "peak_date",
        "peak",
        "last_date",
        "last",
    ]
    return pd.DataFrame(found, columns=columns).set_index("network")


@measured("values")
def growth(network_growth: pd.DataFrame, *, side: str) -> pd.DataFrame:
    """First, peak and last value by network (index) of one side, supply or demand, with the factors to peak and to last."""
    table = _spans(network_growth, side)
    return table.assign(to_peak=table.peak / table["first"], to_last=table["last"] / table["first"])


@measured("factor")
def supply_factors(network_growth: pd.DataFrame) -> pd.Series:
    """Factor from the first count of supply to its peak, by organisation (geometric mean of its networks), without REFERENCE."""
    table = growth(network_growth, side="supply").value
    table = table[~table.organisation.isin(REFERENCE)]
    return np.exp(np.log(table.to_peak).groupby(table.organisation).mean())


@measured("factor")
def demand_factors(network_growth: pd.DataFrame, *, ai_alone: bool = False) -> pd.Series:
    """Factor of use or payment from the first to the last count, by organisation, without REFERENCE; spans differ."""
    rows = network_growth[network_growth.ai] if ai_alone else network_growth
    table = growth(rows, side="demand").value
    table = table[~table.organisation.isin(REFERENCE)]
    return np.exp(np.log(table.to_last).groupby(table.organisation).mean())


def _geometric(factors: pd.Series) -> Interval:
    found = mean_interval(np.log(factors.to_numpy(dtype=float)))
    return Interval(*(float(np.exp(value)) for value in found[:3]), found.n)


@measured("factor")
def supply_interval(network_growth: pd.DataFrame) -> Interval:
    """Geometric mean of supply_factors with its t interval over organisations."""
    return _geometric(supply_factors(network_growth).value)


@measured("factor")
def demand_interval(network_growth: pd.DataFrame, *, ai_alone: bool = False) -> Interval:
    """Geometric mean of demand_factors with its t interval over organisations."""
    return _geometric(demand_factors(network_growth, ai_alone=ai_alone).value)


@measured("values")
def two_networks(network_growth: pd.DataFrame) -> dict[str, float]:
    """Helium's two networks: first, peak and last hotspots, and the factors of supply and of use."""
    supply, demand = growth(network_growth, side="supply").value, growth(network_growth, side="demand").value
    found: dict[str, float] = {"arms": int((supply.organisation == "Helium").sum())}
    for name, network in (("iot", "Helium IoT"), ("mobile", "Helium Mobile")):
        row, use = supply.loc[network], demand.loc[network]
        found |= {
            f"{name} first": row["first"], f"{name} peak": row.peak, f"{name} last": row["last"],
            f"{name} supply": row.to_peak, f"{name} use": use.to_last,
        }  # fmt: skip
    onboarded = network_growth[network_growth.measure == "hotspots ever onboarded"]
    return found | {
        "iot onboarded": float(onboarded.value.iloc[-1]),
        "iot lost": 100 * (1 - found["iot last"] / found["iot peak"]),
    }


@measured("USD a hotspot and day")
def per_hotspot(coverage: pd.DataFrame, network_growth: pd.DataFrame) -> dict[str, float]:
    """What customers paid for each hotspot and day in the last quarter of 2025; both numbers of the same quarter."""
    rows = coverage.set_index("coverage_id")
    counts = network_growth[network_growth.date == "2025-12-31"].set_index(["network", "measure"]).value
    return {
        "iot": rows.paid_low["helium-iot"] / counts["Helium IoT", "hotspots ever onboarded"],
        "mobile": rows.paid_low["helium-mobile"] / counts["Helium Mobile", "hotspots"],
    }


KEPT = 0.9
"""Share of supply that still counts as kept."""

LOW_COVERAGE = 0.1
"""Coverage below which customers hardly matter to suppliers."""


@measured("verdict")
def survivors(
    coverage: pd.DataFrame, network_growth: pd.DataFrame, parameters: pd.DataFrame, *, kept: float = KEPT
) -> pd.DataFrame:
    """Networks hardly paid by customers (coverage below a tenth in every source), and whether they kept their supply for two half-lives.

    Index network; columns half_life (years), years (longest span of one measure), share (last over first supply at that
    span), met: the span is two half-lives and the share at least `kept`. Half-lives: parameters NAME_half_life.
    """
    given = parameters[parameters.model == "subsidy"].set_index("parameter").value
    rows = ratios(coverage)
    best = rows[rows.payer == "customers"].groupby("network").high.max()
    supply = growth(network_growth, side="supply").value
    found = []
    for network in sorted(set(best.index[best < LOW_COVERAGE]) & set(supply.index)):
        row = supply.loc[network]
        half_life = given.get(f"{row.organisation.lower()}_half_life", np.nan)
        years = (pd.Timestamp(row.last_date) - pd.Timestamp(row.first_date)).days / DAYS_PER_YEAR
        since_peak = row["last"] / row.peak
        # A tenth of a half-life of grace: halvings are set by blocks, not by days.
        met = bool(years >= 1.9 * half_life and since_peak >= kept)
        found.append((network, half_life, years, years / half_life, since_peak, met))
    columns = ["network", "half_life", "years", "half_lives", "share", "met"]
    return pd.DataFrame(found, columns=columns).set_index("network")


@measured("counts")
def survivor_counts(
    coverage: pd.DataFrame, network_growth: pd.DataFrame, parameters: pd.DataFrame
) -> dict[str, object]:
    """Networks that could be looked at, those that kept their supply, and their names."""
    table = survivors(coverage, network_growth, parameters).value
    return {
        "looked at": len(table),
        "met": int(table.met.sum()),
        "names": " and ".join(table.index[table.met]) or "none",
    }


COMMON = "common"
"""The window in which every token has every month."""


@measured("log")
def swings(
    token_swings: pd.DataFrame, *, kind: str, period: str = COMMON, middleware: bool = False
) -> pd.Series:
    """Natural logarithm of the swings of the tokens of a kind; index token."""
    rows = token_swings[(token_swings.period == period) & (token_swings.kind == kind)]
    rows = rows[rows.middleware] if middleware else rows
    return np.log(rows.set_index("token").swing)


@measured("ratio")
def swing_ratio(token_swings: pd.DataFrame, *, against: str, period: str = COMMON) -> Interval:
    """How much more tokens of AI networks swing than Ether or Bitcoin: geometric mean ratio, t interval over tokens.

    Tokens move together, so that the interval is a lower bound on the doubt.
    """
    base = float(np.exp(swings(token_swings, kind=against, period=period).value.iloc[0]))
    found = mean_interval((swings(token_swings, kind="ai", period=period).value - np.log(base)).to_numpy())
    return Interval(*(float(np.exp(value)) for value in found[:3]), found.n)


@measured("log")
def nearness(token_swings: pd.DataFrame, *, period: str = COMMON) -> Interval:
    """Where tokens of the middleware lie between Ether (0) and the mean meme coin (1) in swings, on a log scale; t interval."""
    ether = float(swings(token_swings, kind="ether", period=period).value.iloc[0])
    memes = float(swings(token_swings, kind="meme", period=period).value.mean())
    middle = swings(token_swings, kind="ai", period=period, middleware=True).value
    return mean_interval(((middle - ether) / (memes - ether)).to_numpy())


@measured("percent a year")
def yearly_swings(token_swings: pd.DataFrame) -> pd.Series:
    """Swings of the common window, a year (monthly times the square root of twelve), in percent; index token."""
    rows = token_swings[token_swings.period == COMMON].set_index("token")
    return 100 * np.sqrt(12) * rows.swing


@measured("percent")
def middleware_swings(token_swings: pd.DataFrame) -> dict[str, float]:
    """Monthly swings in percent, geometric means: Ether, tokens of the middleware, meme coins, and how many of each."""
    groups = {
        "ether": swings(token_swings, kind="ether").value,
        "middleware": swings(token_swings, kind="ai", middleware=True).value,
        "meme": swings(token_swings, kind="meme").value,
    }
    return {name: 100 * float(np.exp(found.mean())) for name, found in groups.items()} | {
        f"{name} tokens": len(found) for name, found in groups.items()
    }


OPEN_WEIGHTS = "LLaMA-65B"
"""The first of the models that made large models with open weights common; its day stands in table plain_scores."""


@measured("date")
def opening(plain_scores: pd.DataFrame, *, model: str = OPEN_WEIGHTS) -> str:
    """Day from which large models turned open: the release of a model. ValueError for an unknown one."""
    days = plain_scores.released[plain_scores.model == model]
    if not len(days):
        raise ValueError(f"model {model!r} is not in table plain_scores.")
    return str(days.min())


@measured("projects")
def launches(
    token_launches: pd.DataFrame, plain_scores: pd.DataFrame, *, model: str = OPEN_WEIGHTS
) -> dict[str, float]:
    """Named projects at work before large models turned open: all, with a token by then, added one later, none so far.

    later: projects that began after that day and have a token.
    """
    day = opening(plain_scores, model=model).value
    before = token_launches[token_launches.began < day]
    has, early = before.token_began != "", (before.token_began != "") & (before.token_began < day)
    later = token_launches[(token_launches.began >= day) & (token_launches.token_began != "")]
    return {
        "before": len(before), "early": int(early.sum()), "added": int((has & ~early).sum()),
        "none": int((~has).sum()), "later": len(later),
    }  # fmt: skip


ROLES = ("intrinsic", "added", "supplier", "none")
"""What the AI does in a project whose role could be verified."""


@measured("projects")
def integration(system_facts: pd.DataFrame, systems: pd.DataFrame) -> pd.Series:
    """Named projects that join AI and Web3, by the role of the AI; index ROLES.

    Left out: techniques, companies without a token, and projects whose role could not be verified.
    """
    named = systems[systems.group == "crypto-ai"].set_index("system_id").join(values(system_facts))
    has_token = ~named.token.isin(["none", UNKNOWN])
    joined = named.kind.isin(["project", "product"]) | ((named.kind == "company") & has_token)
    roles = named.ai_role[joined]
    return roles[roles.isin(ROLES)].value_counts().reindex(ROLES, fill_value=0)


@measured("percent")
def intrinsic_share(system_facts: pd.DataFrame, systems: pd.DataFrame) -> Share:
    """Share of projects in which the AI is what is scored or sold, exact 95 % interval, in percent."""
    counts = integration(system_facts, systems).value
    return exact_share(int(counts["intrinsic"]), int(counts.sum()))


STANCES = {
    "S0-p5-02": "Cause of the trouble",
    "S0-p6-03": "Motor of the industry",
    "S1-p11-03": "Measure of success",
    "S2-3.1.1-06": "Starter of networks",
    "S2-4.3-01": "Buffer for stories",
    "S2-4.3-03": "Open question",
    "S4-1-09": "Thing to watch",
    "S4-5-03": "Next big thing",
}
"""Claim -> what it takes a token for, in our words."""


@measured("claims")
def stances(claims: pd.DataFrame) -> pd.DataFrame:
    """What the texts take tokens for: columns text, stance, claim, claim_id, in the order of STANCES."""
    rows = claims.set_index("claim_id").loc[list(STANCES)]
    return pd.DataFrame(
        {"text": rows.text, "stance": list(STANCES.values()), "claim": rows.claim, "claim_id": rows.index}
    ).reset_index(drop=True)


@measured("correlation or percent")
def reward_study(reward_links: pd.DataFrame) -> dict[str, float]:
    """Ranges of the study of rewards: correlations of miners' reward with stake and performance, shares in percent."""
    rows = reward_links.set_index(["of", "role", "measure"]).sort_index()
    link, share = "correlation with reward", "share of the top 1 percent of wallets, by subnet"
    return {
        "stake low": rows.low["stake", "miners", link], "stake high": rows.high["stake", "miners", link],
        "performance low": rows.low["performance", "miners", link],
        "performance high": rows.high["performance", "miners", link],
        "top low": 100 * rows.low["stake", "all", share], "top high": 100 * rows.high["stake", "all", share],
        "gini": rows.high["stake", "all", "Gini coefficient"],
    }  # fmt: skip


@measured("percent or ratio")
def coverage_summary(coverage: pd.DataFrame) -> dict[str, float]:
    """Organisations, the geometric mean of their coverages with its interval (percent), by all readings, and figures used."""
    middle, low, high = (coverage_interval(coverage, reading=reading).value for reading in READINGS)
    used = coverage[(coverage.level == "organisation") & ~coverage.organisation.isin(REFERENCE)]
    return {
        "organisations": middle.n, "figures": len(used), "mean": 100 * middle.mean, "low": 100 * middle.low,
        "high": 100 * middle.high, "lowest": 100 * low.mean, "highest": 100 * high.mean,
        "weak": int((used.confidence == "low").sum()),
    }  # fmt: skip


@measured("half-lives, years or share in percent")
def survivor_facts(
    coverage: pd.DataFrame, network_growth: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """survivors with the share in percent; index network."""
    table = survivors(coverage, network_growth, parameters).value
    return table.assign(share=100 * table.share)
