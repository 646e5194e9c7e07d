"""What the layers of chains brought with them: dispersion, chains without applications, chains that ended."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import (
    DAYS_PER_YEAR,
    Interval,
    Share,
    exact_share,
    factor_between,
    mean_interval,
)
from ladders.evidence.scaling import in_words
from ladders.results import measured

VALUE_SERIES = (
    "L2 value secured",
    "DEX liquidity, Ethereum and L2",
    "DEX liquidity, all chains",
    "DeFi value, six chains",
    "DeFi value, all chains",
)
"""Series of value with two months or more of one measure by one source."""

USE_SERIES = ("transactions",)

FACTOR_COLUMNS = ["first_month", "latest_month", "first", "latest", "chains", "factor"]


def _series(dispersion: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = dispersion[(dispersion.series == name) & (dispersion.left_out == "")].sort_values("month")
    return rows.assign(effective=1 / rows.hhi)


@measured("chains")
def effective_number(dispersion: pd.DataFrame, *, series: str) -> pd.DataFrame:
    """Effective number of chains (inverse Herfindahl index) and number of chains of one series, by month.

    Columns: chains, effective, largest, largest_share.
    """
    return _series(dispersion, series).set_index("month")[["chains", "effective", "largest", "largest_share"]]


@measured("chains")
def effective_without(dispersion: pd.DataFrame, *, series: str, left_out: str) -> float:
    """Effective number of chains of a series in its last month with one chain left out."""
    rows = dispersion[(dispersion.series == series) & (dispersion.left_out == left_out)].sort_values("month")
    return 1 / rows.hhi.iloc[-1]


@measured("factor per year")
def dispersion_factors(
    dispersion: pd.DataFrame, *, kind: str = "value", until: str = "9999-12"
) -> pd.DataFrame:
    """Yearly factor of the effective number of chains from first to last month, by series of one kind.

    kind: "value" or "use". until: months after it are left out. Above 1 the value or use is ever more spread. Columns:
    first_month, latest_month, first, latest (effective numbers), chains (factor of the number of chains), factor.
    """
    names = VALUE_SERIES if kind == "value" else USE_SERIES
    found = {}
    for name in names:
        rows = _series(dispersion, name)
        rows = rows[rows.month <= until]
        if len(rows) < 2:
            continue
        first, last = rows.iloc[0], rows.iloc[-1]
        dates = (f"{first.month}-01", f"{last.month}-01")
        found[name] = {
            "first_month": first.month,
            "latest_month": last.month,
            "first": first.effective,
            "latest": last.effective,
            "chains": last.chains / first.chains,
            "factor": factor_between(first.effective, dates[0], last.effective, dates[1]),
        }
    return pd.DataFrame.from_dict(found, orient="index", columns=FACTOR_COLUMNS)


@measured("factor per year")
def dispersion_interval(dispersion: pd.DataFrame, *, kind: str = "value") -> Interval:
    """Geometric mean over the series of a kind of their yearly factor, with its 95 % interval.

    Series are the units: each has its own measure and universe. They share a source (DefiLlama) and Ethereum, so the
    interval is narrower than the truth.
    """
    logs = np.log(dispersion_factors(dispersion, kind=kind).value.factor.to_numpy(dtype=float))
    found = mean_interval(logs)
    with np.errstate(over="ignore"):
        return Interval(*(float(np.exp(part)) for part in found[:3]), found.n)


@measured("chains")
def later_bounds(later_shares: pd.DataFrame) -> pd.DataFrame:
    """Greatest effective number that published shares leave possible: measure and month by kind, shares, bound.

    The chains named hold at least the sum of their squared shares; where one figure stands for several, the even
    split is the least concentrated. The rest, if spread over endless chains, adds nothing.
    """
    squares = later_shares.share**2 / later_shares.together.astype(float)
    grouped = later_shares.assign(squares=squares).groupby(["month", "measure"])
    found = grouped.agg(kind=("kind", "first"), share=("share", "sum"), squares=("squares", "sum"))
    return found.assign(bound=1 / found.squares).drop(columns="squares")


@measured("month")
def calendar(dispersion: pd.DataFrame, later_shares: pd.DataFrame, crossing: pd.DataFrame) -> dict[str, str]:
    """Months that the prose names, in words: of the pools, the six chains, the later shares, the users."""
    pools, six = (_series(dispersion, name).month for name in (VALUE_SERIES[1], VALUE_SERIES[3]))
    spread = _series(dispersion, VALUE_SERIES[3])
    users = crossing[crossing.what.str.startswith("addresses that use")].month
    months = {
        "pools first": pools.iloc[0],
        "pools last": pools.iloc[-1],
        "six most": spread.month[spread.effective.idxmax()],
        "six last": six.iloc[-1],
        "later use": later_shares[later_shares.kind == "use"].month.max(),
        "users last": users.max(),
    }
    words = {name: in_words(month) for name, month in months.items()}
    return words | {"users first": users.min()[:4]}


LAYER_3_PAIRS = {
    "value": ("L2 value secured", "L2 and L3 value secured"),
    "use": ("L2 transactions", "transactions"),
}
"""Kind -> the series without and with L3, both of June 2024."""


@measured("percent")
def layer_3_effects(dispersion: pd.DataFrame) -> pd.DataFrame:
    """Change of the effective number of chains when L3 are counted too, percent, June 2024.

    By value and by use, with each of the largest chains left out in turn ("": none). Columns: kind, left_out, change.
    """
    june = dispersion[dispersion.month == "2024-06"].pivot(index="left_out", columns="series", values="hhi")
    june = june.reindex(columns=[name for pair in LAYER_3_PAIRS.values() for name in pair])
    changes = {kind: 100 * (june[alone] / june[both] - 1) for kind, (alone, both) in LAYER_3_PAIRS.items()}
    return pd.concat(changes, names=["kind"]).dropna().rename("change").reset_index()


@measured("percent")
def layer_3_change(dispersion: pd.DataFrame, *, kind: str, left_out: str = "") -> float:
    """One value of `layer_3_effects`."""
    return float(layer_3_effects(dispersion).value.set_index(["kind", "left_out"]).change[kind, left_out])


FATES = {
    "archived": ("archived",),
    "announced": ("archived", "closure announced"),
    "flagged": ("archived", "closure announced", "no longer served"),
}
"""How wide a reading of "ended": L2BEAT's archive alone, with announcements, with growthepie's flag."""


@measured("percent")
def ended_share(
    cohort_2024: pd.DataFrame, *, layer: str, reading: str = "announced", reviewed_only: bool = False
) -> Share:
    """Share of the chains live in September 2024 that have ended by October 2026, with its exact 95 % interval.

    layer: "L2" or "L3". reading: a key of FATES. reviewed_only: leave out chains that L2BEAT listed unexamined.
    A lower bound: what is not confirmed may have ended unseen. Archived is not dead. The two layers were not
    searched alike; do not rank them.
    """
    rows = cohort_2024[(cohort_2024.layer == layer) & ~(cohort_2024.under_review & reviewed_only)]
    return exact_share(int(rows.fate.isin(FATES[reading]).sum()), len(rows))


@measured("count")
def ended_counts(cohort_2024: pd.DataFrame, *, layer: str) -> dict[str, int]:
    """Chains of the cohort in one layer: all, and ended by each reading of FATES."""
    fates = cohort_2024[cohort_2024.layer == layer].fate
    return {"all": len(fates), **{name: int(fates.isin(kinds).sum()) for name, kinds in FATES.items()}}


SEEN_ON = "2026-10-01"
LIVE_ON = "2024-09-26"


@measured("factor per year")
def yearly_survival(cohort_2024: pd.DataFrame, *, layer: str, reading: str = "announced") -> Interval:
    """Share of chains that live on, as a factor per year over the two years of the cohort, with bounds.

    The bounds are those of `ended_share`; 1 means that none ended. An upper bound on survival.
    """
    share = ended_share(cohort_2024, layer=layer, reading=reading).value
    years = (pd.Timestamp(SEEN_ON) - pd.Timestamp(LIVE_ON)).days / DAYS_PER_YEAR
    left = [(1 - part / 100) ** (1 / years) for part in (share.mean, share.high, share.low)]
    return Interval(*left, share.n)


@measured("chains still listed")
def survival(cohort_2024: pd.DataFrame, *, layer: str) -> pd.Series:
    """Share of the cohort (percent) not archived by the dates of the archive edits, by date: an upper bound."""
    rows = cohort_2024[cohort_2024.layer == layer]
    dates = rows.date[rows.fate == "archived"].value_counts().sort_index()
    left = 100 * (1 - dates.cumsum() / len(rows))
    return pd.concat([pd.Series({LIVE_ON: 100.0}), left])


PURPOSE_ANY = "Universal"


@measured("percent")
def vertical_share(cohort_2024: pd.DataFrame, *, layer: str) -> Share:
    """Share of chains that L2BEAT listed for certain trades only, with its exact 95 % interval."""
    purposes = cohort_2024[cohort_2024.layer == layer].purposes
    vertical = ~purposes.str.split("|").map(lambda names: PURPOSE_ANY in names)
    return exact_share(int(vertical.sum()), len(vertical))


LEADERS = ("arbitrum", "base", "optimism")
"""Keys of the three L2 that held most value in June 2024."""

POOREST = 0.1
"""Quantile of the L1 chains in the table: the bar below which a chain has few applications is that of the poorest
tenth of the chains people compare an L2 with. The L1 in the table are a hand-made choice of large ones."""


def comparable(applications: pd.DataFrame, layer: str, *, without_common_words: bool = True) -> pd.DataFrame:
    """Chains of a layer, without those whose key is a common word, as long as they are to be left out."""
    rows = applications[applications.layer == layer]
    return rows[~rows.common_word] if without_common_words else rows


@measured("projects")
def bar(applications: pd.DataFrame, *, quantile: float = POOREST) -> float:
    """Projects that a chain must have not to be poor: a quantile of the L1 chains of the table."""
    return float(comparable(applications, "L1").projects.quantile(quantile))


@measured("percent")
def poor_share(
    applications: pd.DataFrame,
    *,
    layer: str = "L2",
    quantile: float = POOREST,
    old_only: bool = False,
    without_common_words: bool = True,
) -> Share:
    """Share of the chains of a layer with fewer projects than the bar, with its exact 95 % interval.

    old_only: only chains that had a project by the end of 2023 and so had time.
    """
    rows = comparable(applications, layer, without_common_words=without_common_words)
    rows = rows[rows.projects_2023 > 0] if old_only else rows
    return exact_share(int((rows.projects < bar(applications, quantile=quantile).value).sum()), len(rows))


@measured("projects")
def application_counts(applications: pd.DataFrame, *, layer: str) -> dict[str, float]:
    """Chains, mentions in all, median, mentions of the three leading chains in percent; common words left out."""
    rows = comparable(applications, layer).projects.astype(int)
    return {
        "chains": len(rows),
        "mentions": int(rows.sum()),
        "median": rows.median(),
        "most": int(rows.max()),
        "with any": int((rows > 0).sum()),
        "top three": 100 * rows.nlargest(3).sum() / rows.sum(),
    }


@measured("projects")
def projects_of(applications: pd.DataFrame, *, chain: str) -> int:
    """Projects that name a chain, by its key."""
    return int(applications.set_index("chain").projects[chain])


@measured("value in its unit")
def crossing_values(crossing: pd.DataFrame) -> pd.Series:
    """Published figures on users and value between chains, by (what, month)."""
    return crossing.set_index(["what", "month"]).value


@measured("percent")
def layer_3_weight(dispersion: pd.DataFrame) -> dict[str, float]:
    """How much of value and use lay on layer 3 in June 2024.

    value: USD billion on L3; value share and use share: percent of L2 and L3 together; nova: zkLink Nova's percent of
    the value on L3; xai: Xai's percent of L3's transactions; use without xai: L3's percent when Xai is left out.
    """
    june = dispersion[dispersion.month == "2024-06"].set_index(["series", "left_out"]).total
    value, use = "L2 and L3 value secured", "transactions"
    on_l3 = june[value, ""] - june["L2 value secured", ""]
    used = june[use, ""] - june["L2 transactions", ""]
    xai = june[use, ""] - june[use, "Xai"]
    return {
        "value": on_l3 / 1e9,
        "value share": 100 * on_l3 / june[value, ""],
        "nova": 100 * (june[value, ""] - june[value, "zkLink Nova"]) / on_l3,
        "use share": 100 * used / june[use, ""],
        "xai": 100 * xai / used,
        "use without xai": 100 * (used - xai) / (june[use, ""] - xai),
    }
