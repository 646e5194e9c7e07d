"""What ails AI and Web3, which remedy is offered for which difficulty, and the difficulties of AI in figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from ladders.evidence.inference import DAYS_PER_YEAR, Interval, Trend, mean_interval, yearly_factor
from ladders.results import measured

RECENT = "2022-01-01"
"""First day of "recent years" for text 002, which looks back on 2023."""


@measured("cell")
def filled_cells(
    difficulties: pd.DataFrame,
    remedies: pd.DataFrame,
    remedy_links: pd.DataFrame,
    placements: pd.DataFrame,
    systems: pd.DataFrame,
    remedy_outcomes: pd.DataFrame,
) -> pd.DataFrame:
    """Every pair of difficulty and remedy that the text joins, in the order of the remedies.

    Columns: difficulty, remedy (names; a remedy that answers no listed difficulty has ""), basis, systems (names that
    text 002 puts there), helps (yes, in part, no, open), claims, reason, direction.
    """
    names = systems.set_index("system_id").name
    placed = placements[placements.text == "002"].sort_values("rank")
    by_class = placed.groupby("class_id").system_id.apply(lambda ids: ", ".join(names[i] for i in ids))
    cells = remedy_links.merge(remedies[["remedy_id", "name", "direction", "position"]], on="remedy_id")
    cells = cells.merge(remedy_outcomes, on=["difficulty_id", "remedy_id"], validate="one_to_one")
    ailing = difficulties.set_index("difficulty_id").name
    found = pd.DataFrame(
        {
            "difficulty": cells.difficulty_id.map(ailing).fillna(""),
            "remedy": cells.name,
            "basis": cells.basis,
            "systems": cells.class_id.map(by_class).fillna(""),
            "helps": cells.helps,
            "claims": cells.claims,
            "reason": cells.reason,
            "direction": cells.direction,
            "position": cells.position,
        }
    )
    return found.sort_values(["direction", "position"], ascending=[False, True], ignore_index=True)


@measured("count")
def cell_counts(
    difficulties: pd.DataFrame,
    remedies: pd.DataFrame,
    remedy_links: pd.DataFrame,
    placements: pd.DataFrame,
    systems: pd.DataFrame,
    remedy_outcomes: pd.DataFrame,
) -> dict[str, int]:
    """Filled cells of both matrices by whether the remedy helps; those that the text itself joins; without a system."""
    cells = filled_cells(difficulties, remedies, remedy_links, placements, systems, remedy_outcomes).value
    listed = cells[cells.difficulty != ""]
    return {
        "filled": len(listed),
        **{word: int((listed.helps == word).sum()) for word in ("yes", "in part", "no", "open")},
        "our reading": int((listed.basis == "our reading").sum()),
        "said": int((listed.basis == "said").sum()),
        "without system": int((listed.systems == "").sum()),
    }


@measured("as the row says")
def difficulty_fact(difficulty_facts: pd.DataFrame, *, row: str) -> dict[str, float]:
    """One figure of a difficulty: value, low, high. KeyError: no such row."""
    found = difficulty_facts.set_index("fact_id").loc[row]
    return {name: found[name] for name in ("value", "low", "high")}


# Compute and data of models


@measured("powers of ten")
def compute_by_developer(
    notable_models: pd.DataFrame, *, since: str = RECENT, domain: str = "", column: str = "flop"
) -> pd.Series:
    """Decimal logarithm of a column, mean by developer (index), of models released since a day; domain: only of this one."""
    rows = notable_models[
        (notable_models.released >= since)
        & ((notable_models.domain == domain) | (domain == ""))
        & notable_models[column].notna()
    ]
    return np.log10(rows[column].astype(float)).groupby(rows.developer).mean()


@measured("times a year")
def record_growth(notable_models: pd.DataFrame, *, column: str, since: str = "2016-01-01") -> Trend:
    """Growth of a column among the models that held its record when they came out (since a day)."""
    rows = notable_models[notable_models[column].notna()].sort_values(["released", "model"])
    records = rows[(rows[column] == rows[column].cummax()) & (rows.released >= since)]
    return yearly_factor(records.released, records[column].astype(float))


@measured("model")
def record(notable_models: pd.DataFrame, *, column: str) -> dict[str, object]:
    """The model with the highest value of a column: name, day, value, and the number of models with a value."""
    top = notable_models.loc[notable_models[column].idxmax()]
    return {
        "model": top.model,
        "released": top.released,
        "value": float(top[column]),
        "million": float(top[column]) / 1e6,
        "n": int(notable_models[column].notna().sum()),
    }


@measured("points for a power of ten")
def slope_by_developer(
    capability_compute: pd.DataFrame, *, dated: bool = True, fewest: int = 3, least_spread: float = 0.2
) -> pd.Series:
    """Gain of the capability index for ten times the training compute, by developer (index).

    dated: both are first freed of their linear trend in time over all models, so that what came with time (better
    methods, better data) does not count. Only developers with `fewest` models whose compute spreads by `least_spread`
    powers of ten (standard deviation).
    """
    if len(capability_compute) < fewest:
        return pd.Series(dtype=float)
    frame = pd.DataFrame(
        {
            "developer": capability_compute.developer.to_numpy(),
            "x": np.log10(capability_compute.flop.to_numpy(dtype=float)),
            "y": capability_compute.score.to_numpy(dtype=float),
        }
    )
    if dated:
        days = pd.to_datetime(capability_compute.released).to_numpy().astype("datetime64[D]").astype(float)
        years = (days - days.mean()) / DAYS_PER_YEAR
        if years.std() > 0:
            for column in ("x", "y"):
                frame[column] -= np.polyval(np.polyfit(years, frame[column], 1), years)
    slopes = {
        developer: stats.linregress(part.x, part.y).slope
        for developer, part in frame.groupby("developer")
        if len(part) >= fewest and part.x.std() >= least_spread
    }
    return pd.Series(slopes, dtype=float)


@measured("percent")
def open_by_developer(
    notable_models: pd.DataFrame, *, since: str, until: str, large: float = 1e22, domain: str = ""
) -> pd.Series:
    """Share of a developer's large models whose weights can be downloaded, percent (index developer).

    large: least training compute (operations). Models of which it is unknown are left out. until: the first day after.
    """
    rows = notable_models[
        (notable_models.released >= since)
        & (notable_models.released < until)
        & (notable_models.flop >= large)
        & (notable_models.weights != "unknown")
        & ((notable_models.domain == domain) | (domain == ""))
    ]
    return 100 * (rows.weights == "open").groupby(rows.developer).mean()


EARLY, LATE = ("2020-01-01", "2022-01-01"), ("2023-01-01", "2025-01-01")
"""Two spans of two years each: first day, and the first day after."""


@measured("percentage points")
def opening(
    notable_models: pd.DataFrame,
    *,
    large: float = 1e22,
    domain: str = "",
    early: tuple[str, str] = EARLY,
    late: tuple[str, str] = LATE,
) -> Interval:
    """Share of open weights in the late span minus that in the early one, mean over developers, with Welch's interval.

    n: developers in both spans together. Fewer than two developers in a span give an interval without bounds.
    """
    before, after = (
        open_by_developer(
            notable_models, since=span[0], until=span[1], large=large, domain=domain
        ).value.to_numpy()
        for span in (early, late)
    )
    n = len(before) + len(after)
    if min(len(before), len(after)) < 2:
        return Interval(np.nan, -np.inf, np.inf, n)
    gain = after.mean() - before.mean()
    parts = [part.var(ddof=1) / len(part) for part in (before, after)]
    spread = sum(parts)
    if spread == 0:
        return Interval(float(gain), float(gain), float(gain), n)
    freedom = spread**2 / sum(p**2 / (len(u) - 1) for p, u in zip(parts, (before, after), strict=True))
    half = stats.t.ppf(0.975, freedom) * np.sqrt(spread)
    return Interval(float(gain), float(gain - half), float(gain + half), n)


@measured("incidents")
def ai_incident_growth(ai_incidents: pd.DataFrame) -> dict[str, float]:
    """Incidents of AI in the first and last year, the years, and the last year's with the words deepfake and agent."""
    ordered = ai_incidents.sort_values("year")
    first, last = ordered.iloc[0], ordered.iloc[-1]
    return {
        "first": int(first.incidents), "first year": int(first.year),
        "last": int(last.incidents), "last year": int(last.year),
        "deepfakes": int(last.deepfakes), "agents": int(last.agents),
    }  # fmt: skip


@measured("count")
def rule_counts(explanation_rules: pd.DataFrame, *, on: str = "2026-11-22") -> dict[str, int]:
    """Rules in the table, by force, and fields of use in which a binding rule applies on a day."""
    force = explanation_rules.force.value_counts()
    applies = explanation_rules[(explanation_rules.force == "binding") & (explanation_rules.since <= on)]
    return {
        "rules": len(explanation_rules),
        "fields": explanation_rules.field.nunique(),
        "fields bound": applies.field.nunique(),
        **{
            word: int(force.get(word, 0))
            for word in ("binding", "binding later", "guidance", "withdrawn", "ruling against")
        },
    }


def units(values: pd.Series) -> Interval:
    """Mean over independent units with its interval; without any, nothing is known."""
    return mean_interval(values.to_numpy()) if len(values) else Interval(np.nan, -np.inf, np.inf, 0)


ACCELERATOR_MONTH = 989e12 * 0.4 * 30 * 86_400
"""Operations of one fast accelerator of 2023 in a month: 989 TFLOP/s, used to 40 percent."""

LIFE_OF_READING = 300 * 60 * 4 * 365 * 40
"""Words: 300 a minute, four hours a day, for forty years."""


@measured("months; billion words")
def typical_model(notable_models: pd.DataFrame) -> dict[str, float]:
    """Geometric mean over developers of recent models.

    months: training compute, in months of one fast accelerator. words: training set of language models, billion words
    or tokens. life: what a person may read in a life, billion words.
    """
    flop = units(compute_by_developer(notable_models).value).mean
    words = units(compute_by_developer(notable_models, domain="language", column="dataset_size").value).mean
    return {
        "months": 10**flop / ACCELERATOR_MONTH,
        "words": 10**words / 1e9,
        "life": LIFE_OF_READING / 1e9,
    }


@measured("points for a power of ten")
def mean_slope(capability_compute: pd.DataFrame) -> Interval:
    """Gain of the capability index for ten times the compute at the same date: mean over developers."""
    return units(slope_by_developer(capability_compute).value)
