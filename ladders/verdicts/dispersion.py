"""Tests of the claims on what the layers of chains brought: dispersion, chains without applications, fragmentation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import dispersion as evidence
from ladders.evidence.inference import Interval
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    finding,
    margin,
    reaches,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)
from ladders.verdicts.scaling import statistics_of

GROWTH = 1.25
"""Factor of the effective number per year: a doubling in about three years, the age of the first open rollups."""

MANY = 5.0
"""Effective number of chains. With five equal ones the two largest still hold two fifths; below it one speaks of a few
chains, not of many. Swept in the specification curve."""

ON_L2 = ("L2 value secured", "DEX liquidity, Ethereum and L2")
"""Series of value whose universe layer 2 itself made; the others hold rival L1 as well."""

MORE_SPREAD = "value is ever more spread over chains"
VALUE_MANY = "value is spread over many chains"
USE_MANY_THEN = "use was spread over many chains in June 2024"
USE_MANY_NOW = "use is spread over many chains by December 2025"


def _many(numbers: list[float], many: float) -> str:
    """hold: all effective numbers reach `many`; fail: none does; else, or without any: undecided."""
    if not numbers:
        return "undecided"
    if all(number >= many for number in numbers):
        return "hold"
    return "fail" if all(number < many for number in numbers) else "undecided"


@settles(
    "S0-p4-05",
    rule="""Effective number of chains (inverse Herfindahl index), inside one series. "Ever more spread": the 95 % interval over
    five series of value of the yearly factor lies above 1 and the mean reaches 1.25; fails when it lies below 1.25.
    "Value over many": the latest effective number reaches 5 in both series made of layer 2 and no later published share
    forces it below; fails when none reaches 5. "Use over many": the same of transactions in June 2024, with and without
    the largest chain; for December 2025 a published share can only contradict. Anything else: open.""",
)
def liquidity_is_dispersed(
    dispersion: pd.DataFrame,
    later_shares: pd.DataFrame,
    *,
    many: float = MANY,
    growth: float = GROWTH,
    later: bool = True,
    without_largest: bool = True,
) -> Finding:
    """Is liquidity spread over many chains? By value and by use; the options are the margins' choices."""
    factor = evidence.dispersion_interval(dispersion).value
    value, use = (evidence.dispersion_factors(dispersion, kind=kind).value for kind in ("value", "use"))
    bounds = evidence.later_bounds(later_shares).value
    latest_value = [value.latest[name] for name in ON_L2 if name in value.index]
    lower = bounds[bounds.bound < many]  # a bound from above can only contradict
    if later:
        latest_value += list(lower.bound[lower.kind == "value"])
    june = dispersion[(dispersion.series == "transactions") & (dispersion.month == "2024-06")]
    kept = june[(june.left_out == "") | (june.left_out.isin(june.largest) & without_largest)]
    outcomes = {
        MORE_SPREAD: reaches(factor, growth, nothing=1.0) if factor.n else "undecided",
        VALUE_MANY: _many(latest_value, many),
        USE_MANY_THEN: _many(list(1 / kept.hhi), many),
    }
    if later and (lower.kind == "use").any():
        outcomes[USE_MANY_NOW] = "fail"
    statistics = statistics_of("yearly factor of the effective number by value", factor, "times")
    statistics |= {f"latest effective number, {name} (chains)": value.latest[name] for name in value.index}
    statistics |= {f"latest effective number, {name} (chains)": use.latest[name] for name in use.index}
    statistics |= {
        f"at most, {kind}, {month} (chains)": row.bound for (month, kind), row in bounds.iterrows()
    }
    last = (
        max(dispersion.month.max(), later_shares.month.max()) if len(later_shares) else dispersion.month.max()
    )
    return finding(outcomes, statistics, (dispersion.month.min(), last))


DISPERSION_CHOICES = {
    "many": {"3": 3.0, "4": 4.0, "5": MANY, "6": 6.0, "8": 8.0},
    "growth": {"1.1": 1.1, "1.25": GROWTH},
    "later": {"published shares too": True, "tables alone": False},
    "without_largest": {"largest left out too": True, "all chains": False},
}


@specifications("S0-p4-05")
@measured("count")
def dispersion_counts(dispersion: pd.DataFrame, later_shares: pd.DataFrame) -> dict[str, int]:
    """Number of combinations of choices for S0-p4-05, all and by verdict."""
    return verdict_counts(sweep(liquidity_is_dispersed, (dispersion, later_shares), DISPERSION_CHOICES))


@margin("S0-p4-05", left_out="series or published share")
@measured("verdict")
def dispersion_without_one(dispersion: pd.DataFrame, later_shares: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-05 with each series, and each set of later shares, left out in turn. Columns as of without_each."""
    kept = {
        name: (dispersion[dispersion.series != name], later_shares)
        for name in (*evidence.VALUE_SERIES, *evidence.USE_SERIES)
    } | {
        f"{name}, later": (dispersion, later_shares[later_shares.measure != name])
        for name in later_shares.measure.unique()
    }
    return without_each(lambda name: liquidity_is_dispersed(*kept[name]), kept)


# Applications

MOST = 50.0
"""Percent of the chains: the word "lack" said of layer 2 as a whole speaks of most of its chains."""

TAIL = "most L2 have few applications"
OLD = "most L2 that had time have few applications"
LEAD = "the leading L2 have few applications"


def _most(share: Interval, most: float) -> str:
    """hold: with 95 % more than `most` percent; fail: with 95 % less."""
    return "hold" if share.low > most else "fail" if share.high < most else "undecided"


@settles(
    "S0-p4-06",
    rule="""Projects that name a chain in DefiLlama's adapters, August 2026; few: fewer than the poorest tenth of the L1 in the
    same table. "Most L2": the exact 95 % interval of the share of L2 with few lies above half; fails below half. "Those
    that had time": the same of L2 with a project by the end of 2023. "Leading": the three L2 with most value all have
    few; fails when all three have more than the median L1. Anything else: open. Users of applications were not found.""",
)
def applications_are_few(
    applications: pd.DataFrame,
    *,
    quantile: float = evidence.POOREST,
    without_common_words: bool = True,
    most: float = MOST,
) -> Finding:
    """Does layer 2 lack applications? The tail, the older chains and the leaders apart; options: the margins' choices."""
    least = evidence.bar(applications, quantile=quantile).value
    usual = evidence.bar(applications, quantile=0.5).value
    shares = {
        old: evidence.poor_share(
            applications, quantile=quantile, old_only=old, without_common_words=without_common_words
        ).value
        for old in (False, True)
    }
    leaders = applications[applications.chain.isin(evidence.LEADERS)].projects.astype(float)
    lead = "undecided"
    if len(leaders) and (leaders < least).all():
        lead = "hold"
    elif len(leaders) and (leaders > usual).all():
        lead = "fail"
    outcomes = {TAIL: _most(shares[False], most), OLD: _most(shares[True], most), LEAD: lead}
    statistics = {
        "bar (projects)": least,
        "median L1 (projects)": usual,
        "least of the leaders (projects)": leaders.min(),
    }
    statistics |= statistics_of("L2 with few", shares[False], "percent")
    statistics |= statistics_of("older L2 with few", shares[True], "percent")
    return finding(outcomes, statistics, ("2021-12", "2026-08"))


APPLICATION_CHOICES = {
    "quantile": {"the poorest L1": 0.0, "tenth": evidence.POOREST, "quarter": 0.25, "median": 0.5},
    "without_common_words": {"yes": True, "no": False},
    "most": {"half": MOST, "three fifths": 60.0},
}


@measured("verdict")
def application_specifications(applications: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-06 under every combination of the defensible choices; columns: the choices, verdict, holds, fails."""
    return sweep(applications_are_few, (applications,), APPLICATION_CHOICES)


@specifications("S0-p4-06")
@measured("count")
def application_verdicts(applications: pd.DataFrame) -> dict[str, int]:
    """Number of combinations of choices for S0-p4-06, all and by verdict."""
    return verdict_counts(application_specifications(applications).value)


@margin("S0-p4-06", left_out="chain")
@measured("verdict")
def applications_without_one(applications: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-06 with each chain that serves as bar or leader left out in turn. Columns as of without_each."""
    names = sorted({*applications.chain[applications.layer == "L1"], *evidence.LEADERS})
    return without_each(lambda name: applications_are_few(applications[applications.chain != name]), names)


# Layer 3

MORE_CHAINS = 10.0
"""Percent. Less than one chain more for every ten would not be noticed beside the growth of layer 2 itself."""

BY_COUNT = "layer 3 adds to the number of chains"
BY_VALUE = "counting layer 3, value is spread over more chains"
BY_USE = "counting layer 3, use is spread over more chains"


@settles(
    "S0-p4-08",
    rule="""June 2024, inside one table: change of the effective number of chains when L3 are counted too, with each of the
    largest chains left out in turn. By value and by use apart: the clause holds when every change reaches 10 percent, fails
    when none does. By count: live L3 over live L2 of September 2024 reach 10 percent; fails when they do not. Anything
    else: open.""",
)
def layer_3_fragments(
    dispersion: pd.DataFrame,
    cohort_2024: pd.DataFrame,
    *,
    smallest: float = MORE_CHAINS,
    left_out: str = "each in turn",
    reviewed_only: bool = False,
) -> Finding:
    """Do layer-3 chains increase the fragmentation of the ecosystem? The options are the margins' choices."""
    changes = evidence.layer_3_effects(dispersion).value
    if left_out != "each in turn":
        changes = changes[changes.left_out == left_out]
    rows = cohort_2024[~(cohort_2024.under_review & reviewed_only)]
    added = 100 * (rows.layer == "L3").sum() / max(1, (rows.layer == "L2").sum())
    outcomes = {BY_COUNT: "hold" if added >= smallest else "fail"}
    statistics = {"live L3 for each hundred live L2": added}
    for kind, clause in (("value", BY_VALUE), ("use", BY_USE)):
        own = changes.change[changes.kind == kind]
        outcomes[clause] = _many(list(own), smallest)
        statistics |= {
            f"{kind}: least change (percent)": own.min() if len(own) else np.nan,
            f"{kind}: greatest change (percent)": own.max() if len(own) else np.nan,
        }
    return finding(outcomes, statistics, ("2024-06", "2024-09"))


@measured("L3 for each L2")
def layer_3_per_l2(dispersion: pd.DataFrame, cohort_2024: pd.DataFrame) -> float:
    """Live L3 for each live L2, September 2024."""
    return layer_3_fragments(dispersion, cohort_2024).statistics["live L3 for each hundred live L2"] / 100


LAYER_3_CHOICES = {
    "smallest": {"5": 5.0, "10": MORE_CHAINS, "20": 20.0},
    "left_out": {"each in turn": "each in turn", "none": "", "Xai": "Xai"},
    "reviewed_only": {"all": False, "reviewed": True},
}


@specifications("S0-p4-08")
@measured("count")
def layer_3_counts(dispersion: pd.DataFrame, cohort_2024: pd.DataFrame) -> dict[str, int]:
    """Number of combinations of choices for S0-p4-08, all and by verdict."""
    return verdict_counts(sweep(layer_3_fragments, (dispersion, cohort_2024), LAYER_3_CHOICES))


@margin("S0-p4-08", left_out="chain")
@measured("verdict")
def layer_3_without_one(dispersion: pd.DataFrame, cohort_2024: pd.DataFrame) -> pd.DataFrame:
    """S0-p4-08 read off the table without one chain alone, each in turn. Columns as of without_each."""
    names = sorted(set(dispersion.left_out) - {""})
    return without_each(lambda name: layer_3_fragments(dispersion, cohort_2024, left_out=name), names)
