"""Whom the user of a layered chain must trust, by number of chains and by value; what layer 2 pays; who doubts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ladders.evidence.bridges import Course
from ladders.evidence.inference import DAYS_PER_YEAR, Interval, exact_share, factor_between, mean_interval
from ladders.results import measured

QUESTIONS = {
    "proof": "a proof of the state is checked",
    "data_on_chain": "data are published beneath",
    "exit_window": "users can leave before an upgrade",
    "forced_inclusion": "a refused user can force inclusion",
    "leave_without_operator": "users can leave without the operator",
}
"""Columns of trust_facts that answer a question of trust with yes or no, in words."""

SCALE_CHANGES = ("2025-06-25", "2026-04-21")
"""Days on which L2BEAT changed its scale: no series may run across them."""

POST = "2025-06-15"
"""Day of the post that texts 000 and 001 edit."""

RECENT_MONTHS = 18
"""What "lately" means: doubts voiced in so many months before the post."""


def reviewed(trust_facts: pd.DataFrame) -> pd.DataFrame:
    """The chains that L2BEAT had reviewed: every question answered."""
    return trust_facts[(trust_facts[list(QUESTIONS)] != "").all(axis=1)]


@measured("percent of reviewed chains")
def by_count(trust_facts: pd.DataFrame, *, layer: str = "L2") -> pd.DataFrame:
    """Share of a layer's chains where a guarantee stands: date and question (rows); columns share, low, high, yes, n.

    Questions of QUESTIONS and "stage_1_or_2". Exact 95 % intervals over chains; chains on one stack share code, so
    the intervals are too narrow.
    """
    chains = reviewed(trust_facts[trust_facts.layer == layer])
    stage = chains.stage.isin(["stage 1", "stage 2"])
    answers = (chains[list(QUESTIONS)] == "yes").assign(stage_1_or_2=stage)
    rows = []
    for date, part in answers.groupby(chains.as_of):
        for question in part:
            yes = int(part[question].sum())
            rows.append((date, question, *exact_share(yes, len(part))[:3], yes, len(part)))
    columns = ["date", "question", "share", "low", "high", "yes", "n"]
    return pd.DataFrame(rows, columns=columns).set_index(["date", "question"])


@measured("percent of value secured")
def by_value(trust_value: pd.DataFrame) -> pd.DataFrame:
    """Share of the value of layer 2 where a guarantee stands: date of the facts and question (rows).

    Columns: share (yes), high (yes or unknown), universe. The latest date counts the ten largest chains alone.
    """
    wide = trust_value.pivot_table(
        index=["facts_as_of", "fact", "universe"], columns="answer", values="share", fill_value=0.0
    )
    found = pd.DataFrame({"share": wide["yes"], "high": wide["yes"] + wide["unknown"]})
    found = found.reset_index("universe").rename_axis(["date", "question"])
    return found[["share", "high", "universe"]]


@measured("percent without the guarantee")
def trust_course(trust_facts: pd.DataFrame, *, question: str = "exit_window") -> Course:
    """Share of layer-2 chains WITHOUT a guarantee, first and last date of one scale, with the factor per year.

    Interval: 95 % of the ratio of two shares (Katz, logarithmic), brought to a year; chains that stand at both dates
    make the two dependent, so it is a rough bound.
    """
    shares = by_count(trust_facts).value.xs(question, level="question")
    first_date, last_date = shares.index[0], shares.index[-1]
    first, last = shares.loc[first_date], shares.loc[last_date]
    missing = [(int(end.n - end.yes), int(end.n)) for end in (first, last)]
    (a, n), (b, m) = missing
    years = (pd.Timestamp(last_date) - pd.Timestamp(first_date)).days / DAYS_PER_YEAR
    half = stats.norm.ppf(0.975) * np.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    ratio = np.log((b / m) / (a / n))
    factor, low, high = (float(np.exp(x / years)) for x in (ratio, ratio - half, ratio + half))
    basis = "95 % of the ratio of two shares"
    return Course(100 * a / n, first_date, 100 * b / m, last_date, factor, low, high, m, basis)


@measured("percent of value without the guarantee")
def value_course(trust_value: pd.DataFrame, *, question: str = "stage_1_or_2") -> Course:
    """Share of layer 2's value WITHOUT a guarantee, first and last date of one scale; value of unknown answers bounds it.

    The last date counts the ten largest chains alone, which hold nearly all value.
    """
    shares = by_value(trust_value).value.xs(question, level="question")
    (d0, first), (d1, last) = (shares.iloc[0].name, shares.iloc[0]), (shares.iloc[-1].name, shares.iloc[-1])
    factor = factor_between(100 - first.share, d0, 100 - last.share, d1)
    ends = [
        factor_between(100 - a, d0, 100 - b, d1)
        for a in (first.share, first.high)
        for b in (last.share, last.high)
    ]
    basis = "value whose answer is unknown"
    return Course(
        100 - first.share, d0, 100 - last.share, d1, factor, min(ends), max(ends), len(shares), basis
    )


@measured("questions of trust")
def reopened(trust_facts: pd.DataFrame) -> pd.DataFrame:
    """Layer-3 chains at the latest date, with the questions that their host had closed and they leave open.

    Columns: project, stack, host, own (questions open at the chain), new (of these closed at its host), total (own
    plus those open at the host). Chains under review, or whose host is, are left out.
    """
    latest = reviewed(trust_facts[trust_facts.as_of == trust_facts.as_of.max()])
    hosts = latest[latest.layer == "L2"].set_index("project")[list(QUESTIONS)] == "no"
    chains = latest[(latest.layer == "L3") & latest.host.isin(hosts.index)]
    own = (chains[list(QUESTIONS)] == "no").to_numpy()
    beneath = hosts.loc[chains.host].to_numpy()
    return chains[["project", "stack", "host"]].assign(
        own=own.sum(axis=1), new=(own & ~beneath).sum(axis=1), total=own.sum(axis=1) + beneath.sum(axis=1)
    )


@measured("questions of trust")
def open_by_stack(trust_facts: pd.DataFrame) -> pd.DataFrame:
    """Mean number of open questions of trust by stack (rows) and layer (columns L2, L3), latest date."""
    latest = reviewed(trust_facts[trust_facts.as_of == trust_facts.as_of.max()])
    opened = (latest[list(QUESTIONS)] == "no").sum(axis=1)
    return latest.assign(opened=opened).pivot_table(
        index="stack", columns="layer", values="opened", aggfunc="mean"
    )


@measured("USD million a year")
def payment_course(chain_facts: pd.DataFrame) -> Course:
    """What layer 2 pays to Ethereum in a year, 2024 and 2025; the interval is that of the sources for 2025."""
    facts = chain_facts.set_index("fact_id")
    first, latest = facts.loc["l2-paid-2024"], facts.loc["l2-paid-2025"]
    low, high = latest.low / first.high, latest.high / first.low
    middle = (latest.low + latest.high) / 2
    return Course(
        first.high, "2024", middle, "2025", middle / first.high, low, high, 2, "two sources for 2025"
    )


@measured("percent of revenue")
def rent_share(chain_facts: pd.DataFrame) -> pd.Series:
    """Part of the revenue of layer 2 that it pays to Ethereum, by year."""
    facts = chain_facts.set_index("fact_id").high
    return pd.Series(
        {year: 100 * facts[f"l2-paid-{year}"] / facts[f"l2-revenue-{year}"] for year in (2024, 2025)}
    )


@measured("months")
def months_at_target(blobs: pd.DataFrame, *, full: float = 95.0) -> dict[str, object]:
    """Months in which at least `full` percent of the target was used: number, first, last; months in all."""
    reached = blobs[blobs.use_of_target >= full]
    return {
        "months": len(reached), "first": reached.month.min(), "last": reached.month.max(), "all": len(blobs),
        "months to full": int((blobs.month < reached.month.min()).sum()),
        "latest use": blobs.sort_values("month").use_of_target.iloc[-1], "latest": blobs.month.max(),
    }  # fmt: skip


def doubts(voices: pd.DataFrame, *, target: str, tone: str = "", months: int = RECENT_MONTHS) -> pd.DataFrame:
    """Voices on a target in the months before the post; tone: "sharp" alone, or all."""
    start = str((pd.Timestamp(POST) - pd.DateOffset(months=months)).date())
    chosen = voices[(voices.target == target) & (voices.date >= start) & (voices.date < POST)]
    return chosen[chosen.tone == tone] if tone else chosen


@measured("speakers")
def speakers(voices: pd.DataFrame, *, months: int = RECENT_MONTHS) -> dict[str, int]:
    """Distinct speakers before the post: on the strategy and on layer 3, sharp or not, with and without an own chain."""
    strategy = doubts(voices, target="rollup strategy", months=months)
    third = doubts(voices, target="layer 3", months=months)
    free = strategy[strategy.own_chain == "no"]
    return {
        "strategy": strategy.speaker.nunique(),
        "strategy without chain": free.speaker.nunique(),
        "strategy sharp": strategy[strategy.tone == "sharp"].speaker.nunique(),
        "strategy sharp without chain": free[free.tone == "sharp"].speaker.nunique(),
        "layer 3": third.speaker.nunique(),
        "layer 3 sharp": third[third.tone == "sharp"].speaker.nunique(),
        "all": len(voices),
    }


@measured("text")
def post_date(texts: pd.DataFrame) -> str:
    """Day of the post that texts 000 and 001 edit."""
    return texts[texts.voice == "layers"].published.min()


@measured("USD a week")
def blob_week(chain_facts: pd.DataFrame) -> float:
    """Blob fees of all chains in one published week at the full target."""
    return 1e6 * chain_facts.set_index("fact_id").high["blob-week-2025"]


@measured("questions of trust")
def third_layer_interval(trust_facts: pd.DataFrame) -> Interval:
    """Mean over stacks of the questions that a layer-3 chain reopens, with its 95 % interval."""
    return mean_interval(reopened(trust_facts).value.groupby("stack").new.mean().to_numpy())


@measured("chains")
def third_layer_counts(trust_facts: pd.DataFrame) -> dict[str, int]:
    """Layer-3 chains reviewed at the latest date, and those that reopen a question."""
    chains = reopened(trust_facts).value
    return {"chains": len(chains), "reopening": int((chains.new > 0).sum())}
