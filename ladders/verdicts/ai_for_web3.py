"""Tests of the claims on AI in Web3 services: analytics, personal services, audits."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from ladders.evidence import audits, forecasts
from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured
from ladders.verdicts.scale import Finding, clauses_verdict, margin, settles


def _finding(
    outcomes: Mapping[str, str], statistics: Mapping[str, float], period: tuple[str, str]
) -> Finding:
    """The finding that follows from clauses, clause -> hold, fail or undecided. Statistics without value are left out."""
    lists = [
        tuple(clause for clause, said in outcomes.items() if said == outcome)
        for outcome in ("hold", "fail", "undecided")
    ]
    known = {name: float(value) for name, value in statistics.items() if np.isfinite(value)}
    return Finding(clauses_verdict(*lists), known, period, *lists)


def _share_clause(share: Interval, bar: float) -> str:
    """hold: the exact interval lies above the bar; fail: it lies below; else undecided. Percent."""
    if share.low > bar:
        return "hold"
    return "fail" if share.high < bar else "undecided"


# Audits

MOST = 50.0
"""Percent. Who "is" more exact wins more comparisons than not."""

CHEAPER = 1.0
"""Powers of ten. A run gives reports that people must sort; one that costs a tenth of an audit leaves nine tenths for it."""

MORE_EFFICIENT = "a run costs a tenth of an audit or less"
MORE_EXACT = "flaws are found more exactly than without AI"


@settles(
    "S2-3.2.3-01",
    rule="""Efficiency: money for a run of AI over one contract or 1,000 lines against the cheapest audit in the table; holds
    when the 95 % interval of the ratio's logarithm over organisations lies above a factor of ten, fails when it lies
    below. Exactness: comparisons with older tools or with auditors on the same set, run by others than the maker of the
    AI; holds when the exact 95 % interval of the share of organisations that find AI more exact lies above one half, fails
    when it lies below; a mixed finding counts as no, a comparison in which the rival did not run is left out.""",
)
def audits_are_cheaper_and_more_exact(
    audit_comparisons: pd.DataFrame,
    audit_costs: pd.DataFrame,
    *,
    run_by: str = "others",
    mixed: str = "no",
    rivals: str = "all",
    since: int = 0,
) -> Finding:
    """Does AI find flaws of contracts more efficiently and more exactly? The options are the margins' choices."""
    exact = audits.more_exact(
        audit_comparisons, run_by=run_by, mixed=mixed, rivals=rivals, since=since
    ).value
    advantage = mean_interval(audits.cost_advantage(audit_costs).value.to_numpy())
    cheaper = "undecided"
    if advantage.n > 1:
        cheaper = "hold" if advantage.low > CHEAPER else "fail" if advantage.high < CHEAPER else "undecided"
    counts = audits.comparison_counts(audit_comparisons).value
    outcomes = {MORE_EFFICIENT: cheaper, MORE_EXACT: _share_clause(exact, MOST)}
    statistics = {
        "organisations with a price of AI runs": advantage.n,
        "cheapest audit over a run: mean (powers of ten)": advantage.mean,
        "cheapest audit over a run: 95 % interval, low (powers of ten)": advantage.low,
        "cheapest audit over a run: 95 % interval, high (powers of ten)": advantage.high,
        "organisations that compared": exact.n,
        "AI more exact (percent of organisations)": exact.mean,
        "AI more exact: exact 95 % interval, low (percent)": exact.low,
        "AI more exact: exact 95 % interval, high (percent)": exact.high,
        "makers that found their own AI more exact": counts["makers won"],
        "makers that compared": counts["makers"],
    }
    years = audit_comparisons.year
    return _finding(outcomes, statistics, (f"{years.min()}-01", f"{years.max()}-11"))


@margin("S2-3.2.3-01", left_out="organisation")
@measured("verdict")
def audits_without_one(
    audit_comparisons: pd.DataFrame, audit_costs: pd.DataFrame
) -> pd.DataFrame:
    """S2-3.2.3-01 when each organisation in turn is left out of both tables. Columns: left_out, verdict."""
    used = audit_comparisons[audit_comparisons.run_by == "others"]
    priced = audit_costs[audit_costs.usd_high.notna()]
    names = sorted({*used.organisation, *priced.organisation})
    return pd.DataFrame(
        [
            (
                name,
                audits_are_cheaper_and_more_exact(
                    audit_comparisons[audit_comparisons.organisation != name],
                    audit_costs[audit_costs.organisation != name],
                ).verdict,
            )
            for name in names
        ],
        columns=["left_out", "verdict"],
    )


VERDICTS = ("holds", "holds in part", "does not hold", "open")


def _counts(combinations: pd.DataFrame) -> dict[str, int]:
    """Number of combinations, all and by verdict."""
    return {
        "all": len(combinations),
        **{verdict: int((combinations.verdict == verdict).sum()) for verdict in VERDICTS},
    }


AUDIT_CHOICES = {
    "run_by": ("others", "all"),
    "mixed": ("no", "yes", "left out"),
    "rivals": ("all", "tools"),
    "since": (0, 2025),
}
"""Option of the test on audits -> the values that one could defend."""


@measured("verdict")
def audit_specifications(
    audit_comparisons: pd.DataFrame, audit_costs: pd.DataFrame
) -> pd.DataFrame:
    """S2-3.2.3-01 under every combination of the defensible choices. Columns: the choices, verdict."""
    rows = []
    for values in product(*AUDIT_CHOICES.values()):
        options = dict(zip(AUDIT_CHOICES, values, strict=True))
        found = audits_are_cheaper_and_more_exact(audit_comparisons, audit_costs, **options)
        rows.append((*values, found.verdict))
    return pd.DataFrame(rows, columns=[*AUDIT_CHOICES, "verdict"])


@measured("count")
def audit_counts(
    audit_comparisons: pd.DataFrame, audit_costs: pd.DataFrame, *, run_by: str = ""
) -> dict[str, int]:
    """Number of combinations for S2-3.2.3-01, all and by verdict; run_by keeps those with that choice."""
    combinations = audit_specifications(audit_comparisons, audit_costs).value
    return _counts(combinations[combinations.run_by == run_by] if run_by else combinations)


# Numerai

SMALLEST_SHARE = 10.0
"""Percent of participants. "Participants use" says more than that one somewhere does; one in ten is little to ask."""

USE_AI = "participants use AI: models fitted to data"
USE_LANGUAGE_MODELS = "participants use large language models to predict"
PREDICT_STOCKS = "what they predict is the stock market"


@settles(
    "S2-3.2.1-07",
    rule="""Public code of the contest's participants, one repository an owner; exact 95 % intervals. AI: holds when the share
    that fits models to data lies above one half, fails when it lies below. Language models: holds when the share whose
    code loads or calls one lies above 10 percent, fails when it lies below. Stock market: holds when the share that names the
    contest's line on crypto-assets lies below one half, fails when it lies above. Anything else: open.""",
)
def participants_predict_stocks_with_ai(
    contest_repositories: pd.DataFrame,
    *,
    smallest: float = SMALLEST_SHARE,
    forks: bool = True,
    since: str = "",
    agents_count: bool = False,
) -> Finding:
    """With what do the participants predict, and what? agents_count: instructions for a coding agent count as using one."""
    shares = forecasts.participants(contest_repositories, forks=forks, since=since).value
    chosen = forecasts.chosen_repositories(contest_repositories, forks=forks, since=since)
    language = chosen.language_model_forecasts
    if agents_count:
        language = language | chosen.agent_instructions
    uses = audits.share_interval(int(language.sum()), len(language))

    def share(name: str) -> Interval:
        return Interval(*shares.loc[name, ["mean", "low", "high", "n"]])

    crypto = share("crypto line")
    stocks = Interval(100 - crypto.mean, 100 - crypto.high, 100 - crypto.low, crypto.n)
    outcomes = {
        USE_AI: _share_clause(share("learned models"), MOST),
        USE_LANGUAGE_MODELS: _share_clause(uses, smallest),
        PREDICT_STOCKS: _share_clause(stocks, MOST),
    }
    statistics = {
        "participants": len(chosen),
        **{f"{name} (percent)": shares["mean"][name] for name in shares.index},
        "language models: exact 95 % interval, low (percent)": uses.low,
        "language models: exact 95 % interval, high (percent)": uses.high,
    }
    dates = chosen if len(chosen) else contest_repositories
    return _finding(outcomes, statistics, (dates.first_commit.min()[:7], dates.last_commit.max()[:7]))


@margin("S2-3.2.1-07", left_out="participant")
@measured("verdict")
def contest_without_one(contest_repositories: pd.DataFrame) -> pd.DataFrame:
    """S2-3.2.1-07 when each participant in turn is left out. Columns: left_out, verdict."""
    rows = [
        (owner, participants_predict_stocks_with_ai(contest_repositories[contest_repositories.owner != owner]).verdict)
        for owner in contest_repositories.owner
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["left_out", "verdict"])


CONTEST_CHOICES = {
    "smallest": (5.0, SMALLEST_SHARE, 20.0),
    "forks": (True, False),
    "since": ("", "2023-03-14", "2025-01-01"),
    "agents_count": (False, True),
}
"""Option of the test on the contest -> the values that one could defend. 2023-03-14: GPT-4 is released."""


@measured("verdict")
def contest_specifications(contest_repositories: pd.DataFrame) -> pd.DataFrame:
    """S2-3.2.1-07 under every combination of the defensible choices. Columns: the choices, verdict."""
    rows = []
    for values in product(*CONTEST_CHOICES.values()):
        options = dict(zip(CONTEST_CHOICES, values, strict=True))
        rows.append((*values, participants_predict_stocks_with_ai(contest_repositories, **options).verdict))
    return pd.DataFrame(rows, columns=[*CONTEST_CHOICES, "verdict"])


@measured("count")
def contest_counts(contest_repositories: pd.DataFrame, *, agents: str = "") -> dict[str, int]:
    """Number of combinations for S2-3.2.1-07, all and by verdict; agents: "count" or "do not count" keeps that half."""
    combinations = contest_specifications(contest_repositories).value
    if agents:
        combinations = combinations[combinations.agents_count == (agents == "count")]
    return _counts(combinations)
