"""Forecasts by AI: what they earned, who makes them with what, and what it takes to add a language model."""

from __future__ import annotations

import pandas as pd

from ladders.evidence.inference import Share, exact_share
from ladders.results import measured

ALPHA_ARENA = "Alpha Arena, season 1"
"""The one contest with real money in which several makers' language models traded on the same days."""

LEARNED = ("boosted_trees", "neural_net", "other_learning")
"""Flags of table contest_repositories that mean a model fitted to data."""


@measured("percent")
def returns(forecast_records: pd.DataFrame, *, contest: str = ALPHA_ARENA) -> pd.DataFrame:
    """Returns in a contest by maker (index), best first. Columns system, low, high (percent, by source), beats_holding."""
    chosen = forecast_records[forecast_records.contest == contest].set_index("maker")
    return chosen[["system", "low", "high", "beats_holding"]].sort_values("high", ascending=False)


@measured("percent")
def gained(forecast_records: pd.DataFrame, *, contest: str = ALPHA_ARENA) -> Share:
    """Share of makers whose model ended with more than it began, by every source; exact interval, percent."""
    lows = returns(forecast_records, contest=contest).value.low
    return exact_share(int((lows > 0).sum()), len(lows))


@measured("percent")
def losses(forecast_records: pd.DataFrame, *, contest: str = ALPHA_ARENA) -> dict[str, float]:
    """Makers in a contest, those that lost, and the least and greatest loss by any source, percent."""
    table = returns(forecast_records, contest=contest).value
    lost = table[table.high < 0]
    return {
        "makers": len(table),
        "lost": len(lost),
        "gained": int((table.low > 0).sum()),
        "least": -lost.high.max(),
        "most": -lost.low.min(),
        "best": table.high.max(),
        "beat holding": int((table.beats_holding == "true").sum()),
    }


@measured("percent")
def record(forecast_records: pd.DataFrame, *, row: str) -> dict[str, float]:
    """One record: low, high, k and n. KeyError: no such row."""
    found = forecast_records.set_index("record_id").loc[row]
    return {name: found[name] for name in ("low", "high", "k", "n")}


def chosen_repositories(repositories: pd.DataFrame, *, forks: bool = True, since: str = "") -> pd.DataFrame:
    """Repositories whose last commit is not before `since`; forks=False leaves out copies of the organiser's scripts."""
    kept = repositories[repositories.last_commit >= since]
    return kept if forks else kept[~kept.note.str.startswith("fork")]


@measured("percent")
def participants(
    contest_repositories: pd.DataFrame, *, forks: bool = True, since: str = "", level: float = 0.95
) -> pd.DataFrame:
    """Share of the contest's participants by what their public code does. Columns as in Share (percent).

    Rows: learned models, boosted trees, neural nets, language model forecasts, agent instructions, crypto line. The
    owner is the unit; each has one repository.
    """
    chosen = chosen_repositories(contest_repositories, forks=forks, since=since)
    flags = {
        "learned models": chosen[list(LEARNED)].any(axis=1),
        "boosted trees": chosen.boosted_trees,
        "neural nets": chosen.neural_net,
        "language model forecasts": chosen.language_model_forecasts,
        "agent instructions": chosen.agent_instructions,
        "crypto line": chosen.crypto_line,
    }
    rows = [exact_share(int(flag.sum()), len(flag), level) for flag in flags.values()]
    return pd.DataFrame(rows, index=list(flags))


@measured("count")
def swap_counts(model_swaps: pd.DataFrame) -> dict[str, object]:
    """Changes of the model behind a button: how many, most lines in one, and dates of the first and of the last."""
    changes = model_swaps[model_swaps.before != "none"]
    return {
        "swaps": len(changes),
        "most lines": int(changes.lines_changed.max()),
        "first": changes.date.min(),
        "last": changes.date.max(),
    }


@measured("days")
def days_after_release(model_swaps: pd.DataFrame, plain_scores: pd.DataFrame, *, model: str = "gpt-4") -> int:
    """Days from the release of a model (its first dated version in plain_scores) to its arrival behind the button."""
    arrived = model_swaps.set_index("after").date.loc[model]
    released = plain_scores.released[plain_scores.model.str.startswith(model)].min()
    return (pd.Timestamp(arrived) - pd.Timestamp(released)).days


@measured("date")
def contest_span(contest_repositories: pd.DataFrame) -> dict[str, str]:
    """Month of the oldest and of the newest commit that was read, as year and month."""
    days = contest_repositories.last_commit
    return {"first": days.min()[:7], "last": days.max()[:7]}
