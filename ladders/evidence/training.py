"""What was reported of training and inference over ordinary links: time lost, sizes, dates. No model here."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from ladders.results import measured

AT_SCALE = 10e9
"""Parameters from which a run counts as training at scale here: the size of the first run over continents."""


@measured("share of time")
def training_losses(training_runs: pd.DataFrame) -> pd.Series:
    """Share of the time of each run and setting in which its workers did not compute, as reported; index run_id."""
    reported = training_runs.dropna(subset=["utilisation"]).set_index("run_id")
    return 1 - reported.utilisation


@measured("share of time")
def split_losses(split_inference: pd.DataFrame) -> pd.Series:
    """Share of the speed of one conversation that a longer round trip takes from a split model; index pair_id."""
    pairs = split_inference.dropna(subset=["steps_near"]).set_index("pair_id")
    return 1 - pairs.steps_far / pairs.steps_near


@measured("share of time")
def losses_by_system(split_inference: pd.DataFrame) -> pd.Series:
    """The same by model, the independent unit: median over its pairs."""
    pairs = split_inference.dropna(subset=["steps_near"])
    return split_losses(pairs).value.groupby(pairs.model.to_numpy()).median()


@measured("share of time")
def losses_by_run(training_runs: pd.DataFrame, *, summary: str = "median") -> pd.Series:
    """Loss of each run, the independent unit: median over its settings, or "max" for the worst of them."""
    runs = training_runs.dropna(subset=["utilisation"])
    return training_losses(runs).value.groupby(runs.run.to_numpy()).agg(summary)


@measured("share of time")
def loss_ranges(training_runs: pd.DataFrame, split_inference: pd.DataFrame) -> dict[str, float]:
    """Least, median and greatest loss over runs and over split models, and how many of each."""
    found: dict[str, float] = {}
    for name, losses in (
        ("training", losses_by_run(training_runs).value),
        ("split", losses_by_system(split_inference).value),
    ):
        found |= {
            f"{name} least": losses.min(),
            f"{name} median": losses.median(),
            f"{name} most": losses.max(),
            f"{name} n": len(losses),
        }
    return found


@measured("percent")
def loss_percent(training_runs: pd.DataFrame, split_inference: pd.DataFrame) -> dict[str, float]:
    """The same in percent."""
    ranges = loss_ranges(training_runs, split_inference).value
    return {name: value if name.endswith(" n") else 100 * value for name, value in ranges.items()}


@measured("share of time")
def best_utilisation(training_runs: pd.DataFrame, *, at_scale: float = AT_SCALE) -> pd.Series:
    """Best reported utilisation of each organisation among its runs of at least `at_scale` parameters."""
    runs = training_runs[training_runs.parameters >= at_scale].dropna(subset=["utilisation"])
    return runs.groupby("organisation").utilisation.max()


@measured("share of time")
def reported_utilisation(training_runs: pd.DataFrame) -> pd.Series:
    """Reported utilisation; index run_id, only the runs that report one."""
    return training_runs.dropna(subset=["utilisation"]).set_index("run_id").utilisation


@measured("count")
def run_counts(training_runs: pd.DataFrame) -> dict[str, object]:
    """Runs (not settings), organisations, settings with a reported utilisation; billions of the largest; years."""
    runs = training_runs.drop_duplicates("run")
    measured_links = training_runs[training_runs.link_basis == "seen"]
    return {
        "runs": len(runs),
        "organisations": runs.organisation.nunique(),
        "settings": int(training_runs.utilisation.notna().sum()),
        "at scale": int((runs.parameters >= AT_SCALE).sum()),
        "largest": runs.parameters.max() / 1e9,
        "first year": runs.published.min()[:4],
        "last year": runs.published.max()[:4],
        "with links seen": measured_links.run.nunique(),
    }


@measured("percentage points")
def derived_utilisation(training_runs: pd.DataFrame) -> float:
    """Greatest gap between a reported utilisation and compute / (compute + exchange) of the same row: is it derived?"""
    runs = training_runs.dropna(subset=["utilisation", "sync_seconds"])
    return float(
        100
        * (runs.utilisation - runs.compute_seconds / (runs.compute_seconds + runs.sync_seconds)).abs().max()
    )


@measured("percent")
def utilisation_percent(training_runs: pd.DataFrame) -> pd.Series:
    """Reported utilisation in percent; index run_id."""
    return 100 * reported_utilisation(training_runs).value


@measured("billions of parameters")
def run_sizes(training_runs: pd.DataFrame) -> pd.Series:
    """Billions of parameters of each run; index run."""
    return training_runs.groupby("run").parameters.first() / 1e9


@measured("p, one-sided")
def rank_test(training_runs: pd.DataFrame, split_inference: pd.DataFrame) -> float:
    """Exact probability that split models would all lose as much more than runs by chance (Mann-Whitney)."""
    split, runs = losses_by_system(split_inference).value, losses_by_run(training_runs).value
    return float(stats.mannwhitneyu(split, runs, alternative="greater").pvalue)
