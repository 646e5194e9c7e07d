"""Tests of the claims on AI in Web3 services: analytics, personal services, audits."""

from __future__ import annotations

from itertools import product

import pandas as pd

from ladders.evidence import ai_roles, audits, forecasts
from ladders.evidence.inference import Interval, exact_share, mean_interval
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    finding,
    margin,
    months,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

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
    exact = audits.more_exact(audit_comparisons, run_by=run_by, mixed=mixed, rivals=rivals, since=since).value
    advantage = mean_interval(audits.cost_advantage(audit_costs).value.to_numpy())
    counts = audits.comparison_counts(audit_comparisons).value
    outcomes = {MORE_EFFICIENT: above(advantage, CHEAPER), MORE_EXACT: above(exact, MOST)}
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
    return finding(outcomes, statistics, (f"{years.min()}-01", f"{years.max()}-11"))


@margin("S2-3.2.3-01", left_out="organisation")
@measured("verdict")
def audits_without_one(audit_comparisons: pd.DataFrame, audit_costs: pd.DataFrame) -> pd.DataFrame:
    """S2-3.2.3-01 when each organisation in turn is left out of both tables. Columns as of without_each."""
    used = audit_comparisons[audit_comparisons.run_by == "others"]
    priced = audit_costs[audit_costs.usd_high.notna()]
    names = sorted({*used.organisation, *priced.organisation})
    return without_each(
        lambda name: audits_are_cheaper_and_more_exact(
            audit_comparisons[audit_comparisons.organisation != name],
            audit_costs[audit_costs.organisation != name],
        ),
        names,
    )


AUDIT_CHOICES = {
    "run_by": ("others", "all"),
    "mixed": ("no", "yes", "left out"),
    "rivals": ("all", "tools"),
    "since": (0, 2025),
}
"""Option of the test on audits -> the values that one could defend."""


@measured("verdict")
def audit_specifications(audit_comparisons: pd.DataFrame, audit_costs: pd.DataFrame) -> pd.DataFrame:
    """S2-3.2.3-01 under every combination of the defensible choices. Columns: the choices, verdict."""
    return sweep(audits_are_cheaper_and_more_exact, (audit_comparisons, audit_costs), AUDIT_CHOICES)


@specifications("S2-3.2.3-01")
@measured("count")
def audit_counts(
    audit_comparisons: pd.DataFrame, audit_costs: pd.DataFrame, *, run_by: str = ""
) -> dict[str, int]:
    """Number of combinations for S2-3.2.3-01, all and by verdict; run_by keeps those with that choice."""
    combinations = audit_specifications(audit_comparisons, audit_costs).value
    return verdict_counts(combinations[combinations.run_by == run_by] if run_by else combinations)


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
    uses = exact_share(int(language.sum()), len(language))

    def share(name: str) -> Interval:
        return Interval(*shares.loc[name, ["mean", "low", "high", "n"]])

    crypto = share("crypto line")
    stocks = Interval(100 - crypto.mean, 100 - crypto.high, 100 - crypto.low, crypto.n)
    outcomes = {
        USE_AI: above(share("learned models"), MOST),
        USE_LANGUAGE_MODELS: above(uses, smallest),
        PREDICT_STOCKS: above(stocks, MOST),
    }
    statistics = {
        "participants": len(chosen),
        **{f"{name} (percent)": shares["mean"][name] for name in shares.index},
        "language models: exact 95 % interval, low (percent)": uses.low,
        "language models: exact 95 % interval, high (percent)": uses.high,
    }
    dates = chosen if len(chosen) else contest_repositories
    return finding(outcomes, statistics, (dates.first_commit.min()[:7], dates.last_commit.max()[:7]))


@margin("S2-3.2.1-07", left_out="participant")
@measured("verdict")
def contest_without_one(contest_repositories: pd.DataFrame) -> pd.DataFrame:
    """S2-3.2.1-07 when each participant in turn is left out. Columns as of without_each."""
    return without_each(
        lambda owner: participants_predict_stocks_with_ai(
            contest_repositories[contest_repositories.owner != owner]
        ),
        contest_repositories.owner,
    )


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
    return sweep(participants_predict_stocks_with_ai, (contest_repositories,), CONTEST_CHOICES)


@specifications("S2-3.2.1-07")
@measured("count")
def contest_counts(contest_repositories: pd.DataFrame, *, agents: str = "") -> dict[str, int]:
    """Number of combinations for S2-3.2.1-07, all and by verdict; agents: "count" or "do not count" keeps that half."""
    combinations = contest_specifications(contest_repositories).value
    if agents:
        combinations = combinations[combinations.agents_count == (agents == "count")]
    return verdict_counts(combinations)


# The part of AI

MANY = 25.0
"""Percent of the systems that use AI. A tenth would be "some", a half "most"."""


def _days(system_facts: pd.DataFrame, systems: pd.DataFrame) -> pd.Series:
    """Days for which the role of AI is said, of the systems that use it; of all when none does."""
    table = ai_roles.roles(system_facts, systems).value
    users = table[table.role.isin(ai_roles.USING)]
    return (users if len(users) else table).as_of


ONLY_ADDED = "in many systems that use AI it is added to a product that works without it"


@settles(
    "S2-4.2-02",
    rule="""Systems that the texts name and that are shown to use AI themselves; suppliers of computing or data, systems
    without AI and those of which nothing can be verified are left out. Holds when the exact 95 % interval of the share in
    which AI is added to a product that works without it lies above a quarter; does not hold when it lies below. Anything
    else: open. That such an addition is no real fusion is the meaning of the word here, not a second finding.""",
)
def ai_is_only_added(
    system_facts: pd.DataFrame,
    systems: pd.DataFrame,
    *,
    many: float = MANY,
    among: tuple[str, ...] = (),
) -> Finding:
    """Does AI serve only efficiency or analysis in many systems? among: only these systems (the margins' choice)."""
    share = ai_roles.added_share(system_facts, systems, among=among).value
    counts = ai_roles.role_counts(system_facts, systems, among=among).value
    statistics = {
        "systems that use AI": share.n,
        "AI only added (percent)": share.mean,
        "AI only added: exact 95 % interval, low (percent)": share.low,
        "AI only added: exact 95 % interval, high (percent)": share.high,
        "AI is the product (systems)": counts["intrinsic"],
        "unverifiable (systems)": counts["unverifiable"],
    }
    days = _days(system_facts, systems)
    return finding({ONLY_ADDED: above(share, many)}, statistics, months(days))


@margin("S2-4.2-02", left_out="system")
@measured("verdict")
def roles_without_one(system_facts: pd.DataFrame, systems: pd.DataFrame) -> pd.DataFrame:
    """S2-4.2-02 when each system that uses AI in turn is left out. Columns as of without_each."""
    table = ai_roles.roles(system_facts, systems).value
    names = table.name[table.role.isin(ai_roles.USING)]
    found = without_each(
        lambda system: ai_is_only_added(system_facts[system_facts.system_id != system], systems), names.index
    )
    return found.assign(left_out=names.to_numpy())


@measured("verdict")
def role_specifications(
    system_facts: pd.DataFrame, systems: pd.DataFrame, placements: pd.DataFrame
) -> pd.DataFrame:
    """S2-4.2-02 under every combination of the defensible choices. Columns: many, among, forecasts, pond, verdict.

    many: the bar. among: all named systems, or those that text 002 puts where AI serves Web3. forecasts: does a forecast
    count as "only analysis"? pond: is AI still its product?
    """
    web3 = ai_roles.serving_web3(placements).value
    rows = []
    for many, among, forecast, pond in product(
        (10.0, MANY, 33.0), ("all", "AI for Web3"), ("product", "analysis"), ("product", "added")
    ):
        added = [
            *(["numerai", "pond"] if forecast == "analysis" else []),
            *(["pond"] if pond == "added" else []),
        ]
        turned = (system_facts.attribute == "ai_role") & system_facts.system_id.isin(added)
        facts = system_facts.assign(value=system_facts.value.mask(turned, "added"))
        found = ai_is_only_added(facts, systems, many=many, among=web3 if among != "all" else ())
        rows.append((many, among, forecast, pond, found.verdict))
    return pd.DataFrame(rows, columns=["many", "among", "forecasts", "pond", "verdict"])


@specifications("S2-4.2-02")
@measured("count")
def role_verdict_counts(
    system_facts: pd.DataFrame, systems: pd.DataFrame, placements: pd.DataFrame
) -> dict[str, int]:
    """Number of combinations for S2-4.2-02, all and by verdict."""
    return verdict_counts(role_specifications(system_facts, systems, placements).value)


FEWEST_SYSTEMS = 2
"""An existence claim in the plural needs two."""

BUILD_IN = "some systems built AI into a product that had users before"


@settles(
    "S2-3.2.2-01",
    rule="""Crypto systems that the texts name, in which AI is shown (by code, own documents or agreeing pages) to be added to
    a product that works without it. Holds when there are two or more, does not hold when there is none, open when there
    is one. Whether users were better off is not asked: no source measures it.""",
)
def some_build_ai_in(system_facts: pd.DataFrame, systems: pd.DataFrame) -> Finding:
    """Do some Web3 services build AI in?"""
    counts = ai_roles.role_counts(system_facts, systems).value
    shown = counts["shown added"]
    outcome = "hold" if shown >= FEWEST_SYSTEMS else "undecided" if shown else "fail"
    days = _days(system_facts, systems)
    statistics = {"systems with AI added": shown, "systems that use AI": counts["users"]}
    return finding({BUILD_IN: outcome}, statistics, months(days))
