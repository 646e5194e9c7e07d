"""Audits of contract code by AI, by older tools and by people: what is found, how exactly and at what cost."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ladders.evidence.inference import Interval, Share, exact_share
from ladders.results import measured


@measured("percent")
def results(audit_studies: pd.DataFrame) -> pd.DataFrame:
    """Published results (index result_id) with an exact interval where the number of items is known.

    Columns of the table and low, high (percent; NaN without n). Items of one contract or incident are not independent,
    so that the interval is a lower bound on the doubt.
    """
    bounds = [
        exact_share(row.percent * row.n / 100 if pd.isna(row.k) else row.k, row.n)
        if pd.notna(row.n)
        else Interval(row.percent, np.nan, np.nan, 0)
        for row in audit_studies.itertuples()
    ]
    found = audit_studies.assign(low=[b.low for b in bounds], high=[b.high for b in bounds])
    return found.set_index("result_id")


@measured("percent")
def result(audit_studies: pd.DataFrame, *, row: str) -> dict[str, float]:
    """One published result: percent, k (NaN where not counted), n, low and high. KeyError: no such row."""
    found = results(audit_studies).value.loc[row]
    return {name: found[name] for name in ("percent", "k", "n", "low", "high")}


@measured("percent")
def result_range(audit_studies: pd.DataFrame, *, study: str, metric: str) -> dict[str, float]:
    """Least and greatest result of a study in one metric, AI only, percent; and the number of results."""
    chosen = audit_studies[
        (audit_studies.study == study)
        & (audit_studies.metric == metric)
        & audit_studies.kind.isin(["language model", "agent"])
    ].percent
    return {"least": chosen.min(), "most": chosen.max(), "results": len(chosen)}


def _counted(comparisons: pd.DataFrame, run_by: str, mixed: str, rivals: str, since: int) -> pd.Series:
    """Whether AI was more exact, one truth value for each organisation (index).

    run_by: "others" or "all". mixed: what a mixed finding counts as, "no", "yes" or "left out". rivals: "tools",
    "auditors" or "all". since: first year. Of several studies of one organisation more than half must say so.
    """
    chosen = comparisons[
        (comparisons.more_exact != "void") & (comparisons.year >= since)
        & ((comparisons.run_by == run_by) | (run_by == "all"))
        & ((comparisons.rival_kind == rivals) | (rivals == "all"))
        & ((comparisons.more_exact != "mixed") | (mixed != "left out"))
    ]  # fmt: skip
    better = (chosen.more_exact == "yes") | ((chosen.more_exact == "mixed") & (mixed == "yes"))
    return better.groupby(chosen.organisation).mean() > 0.5


@measured("percent")
def more_exact(
    audit_comparisons: pd.DataFrame,
    *,
    run_by: str = "others",
    mixed: str = "no",
    rivals: str = "all",
    since: int = 0,
    level: float = 0.95,
) -> Share:
    """Share of organisations whose comparison finds AI more exact, with its exact interval, percent."""
    won = _counted(audit_comparisons, run_by, mixed, rivals, since)
    return exact_share(int(won.sum()), len(won), level)


@measured("count")
def comparison_counts(audit_comparisons: pd.DataFrame) -> dict[str, object]:
    """Comparisons by who ran them (organisations): won and all; and the one-sided exact p that both win as often."""
    makers = audit_comparisons[audit_comparisons.run_by == "maker"]
    by_makers = _counted(makers, "all", "no", "all", 0)
    by_others = _counted(audit_comparisons, "others", "no", "all", 0)
    table = [[won.sum(), len(won) - won.sum()] for won in (by_makers, by_others)]
    others = audit_comparisons[audit_comparisons.run_by == "others"]
    return {
        "makers": len(by_makers),
        "makers won": int(by_makers.sum()),
        "others": len(by_others),
        "others won": int(by_others.sum()),
        "others mixed": int((others.more_exact == "mixed").sum()),
        "void": int((audit_comparisons.more_exact == "void").sum()),
        "p": float(stats.fisher_exact(table, alternative="greater").pvalue),
    }


@measured("percentage points")
def gap(audit_comparisons: pd.DataFrame, *, row: str) -> dict[str, float]:
    """AI minus its rival in one comparison: recall and precision, percentage points."""
    found = audit_comparisons.set_index("comparison_id").loc[row]
    return {"recall": found.recall_gap, "precision": found.precision_gap}


@measured("USD")
def cost_of_a_look(audit_costs: pd.DataFrame) -> pd.DataFrame:
    """Money for one item (contract or 1,000 lines), by organisation, AI and auditors. Columns who, low, high, per."""
    priced = audit_costs[audit_costs.usd_high.notna() & audit_costs["items"].notna()]
    found = pd.DataFrame(
        {
            "organisation": priced.organisation,
            "who": priced.who,
            "low": priced.usd_low / priced["items"],
            "high": priced.usd_high / priced["items"],
            "per": priced.per,
        }
    )
    return found.set_index("organisation")


@measured("powers of ten")
def cost_advantage(audit_costs: pd.DataFrame) -> pd.Series:
    """How many powers of ten the cheapest audit costs above the dearest AI run of an organisation (index).

    An audit of under 1,000 lines against one contract or 1,000 lines. Empty when either side has no price.
    """
    costs = cost_of_a_look(audit_costs).value
    audits = costs[costs.who == "auditors"].low.dropna()
    runs = costs[costs.who == "AI"].high
    if audits.empty or runs.empty:
        return pd.Series(dtype=float)
    return np.log10(audits.min() / runs).groupby(level=0).min()


@measured("USD")
def cost_bounds(audit_costs: pd.DataFrame) -> dict[str, float]:
    """Cheapest and dearest AI run an item, cheapest audit, and how many times the dearest run goes into that audit."""
    costs = cost_of_a_look(audit_costs).value
    runs, audits = costs[costs.who == "AI"], costs[costs.who == "auditors"]
    return {
        "run least": runs.low.min(),
        "run most": runs.high.max(),
        "audit least": audits.low.min(),
        "times": audits.low.min() / runs.high.max(),
        "organisations": len(runs),
    }


@measured("seconds")
def seconds(audit_costs: pd.DataFrame, *, row: str) -> float:
    """Time for one item, seconds; of people, working time. KeyError: no such row."""
    return float(audit_costs.set_index("cost_id").seconds.loc[row])


HOURS_A_DAY = 8
"""Working hours in a day of an auditor."""


@measured("working days")
def audit_days(audit_costs: pd.DataFrame, *, row: str = "pessimistic") -> float:
    """Working days of an auditor for 1,000 lines."""
    return seconds(audit_costs, row=row).value / 3600 / HOURS_A_DAY
