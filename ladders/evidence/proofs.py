"""Proofs and private computation of machine learning: what they hide, from whom, and what they cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured

TECHNOLOGIES = ("ZK", "FHE", "TEE")
"""Technologies with a published or derived factor over plain computation. None was found for MPC."""

SHOWS_NO_DATA = ("inputs", "weights or inputs", "weights and inputs", "weights and data")
"""What a proof may hide from its verifier so that the data stay undisclosed. Hidden weights alone do not do it."""

SHOWS_LESS = (*SHOWS_NO_DATA, "weights")
"""Hiding anything at all."""


@measured("times plain computation")
def overheads(private_computation: pd.DataFrame) -> pd.DataFrame:
    """Factor over plain computation for every measurement that has one.

    Columns: technology, system, model, overhead, lower (True: a lower bound, the private run had more hardware), date,
    undated, hidden (from the verifier). The stated factor, else seconds over plain seconds.
    """
    rows = private_computation
    factor = rows.overhead.fillna(rows.seconds / rows.plain_seconds)
    found = pd.DataFrame(
        {
            "technology": rows.technology,
            "system": rows.system,
            "model": rows.model,
            "overhead": factor,
            "lower": rows.bound == "lower",
            "date": rows.date,
            "undated": rows.date_basis.str.startswith("undated"),
            "hidden": rows.hidden_from_verifier,
        }
    )
    return found.dropna(subset="overhead").sort_values(
        ["technology", "overhead", "system"], ignore_index=True
    )


@measured("log10 of times plain computation")
def overhead_level(private_computation: pd.DataFrame, *, technology: str) -> Interval:
    """Mean over systems (each the mean of its measurements) of the log10 of the factor, with its 95 % interval."""
    rows = overheads(private_computation).value
    rows = rows[rows.technology == technology]
    return mean_interval(np.log10(rows.overhead).groupby(rows.system).mean().to_numpy())


@measured("times plain computation")
def overhead_range(private_computation: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest factor and number of systems by technology. Columns: low, high, systems."""
    rows = overheads(private_computation).value.groupby("technology")
    return pd.DataFrame(
        {"low": rows.overhead.min(), "high": rows.overhead.max(), "systems": rows.system.nunique()}
    )


@measured("seconds")
def seconds_of(private_computation: pd.DataFrame, *, system: str, model: str) -> float:
    """Seconds of one measurement. Raises KeyError when there is no such measurement."""
    return private_computation.set_index(["system", "model"]).seconds.loc[system, model]


@measured("organisations")
def makers(
    private_computation: pd.DataFrame,
    *,
    task: str,
    hiding: tuple[str, ...] = SHOWS_NO_DATA,
    parameters: float = 0.0,
) -> pd.Series:
    """Organisations with a zero-knowledge proof of a task that hides the data from the verifier, at a size or above.

    Index: organisation; value: parameters of its largest such model (NaN: not told; kept only without a least size).
    """
    rows = private_computation[
        (private_computation.technology == "ZK")
        & (private_computation.task == task)
        & private_computation.hidden_from_verifier.isin(hiding)
    ]
    size = rows.parameters.astype("float64")
    kept = rows[size.ge(parameters) | (size.isna() & (parameters == 0))]
    return kept.parameters.astype("float64").groupby(kept.organisation).max()


@measured("parameters")
def largest(private_computation: pd.DataFrame, *, task: str, hiding: tuple[str, ...] = SHOWS_LESS) -> float:
    """Parameters of the largest model of which a task was proved while something stayed hidden from the verifier."""
    return makers(private_computation, task=task, hiding=hiding).value.max()


@measured("organisations")
def blind_operators(private_computation: pd.DataFrame, *, technology: str = "ZK") -> pd.Series:
    """For each organisation: is there a system of the technology whose operator does not hold the data in the clear?"""
    rows = private_computation[private_computation.technology == technology]
    return ~rows.operator_sees_data.groupby(rows.organisation).min().astype(bool)


@measured("count")
def proof_counts(private_computation: pd.DataFrame) -> dict[str, int]:
    """Measurements, systems, organisations with zero-knowledge proofs, with proofs of training, and blind operators."""
    rows = private_computation
    proofs = rows[rows.technology == "ZK"]
    return {
        "measurements": len(rows),
        "systems": rows.system.nunique(),
        "proof systems": proofs.system.nunique(),
        "proof makers": proofs.organisation.nunique(),
        "training systems": proofs[proofs.task == "training"].system.nunique(),
        "training makers": len(makers(rows, task="training").value),
        "inference makers": len(makers(rows, task="inference").value),
        "blind makers": int(blind_operators(rows).value.sum()),
        "factors": len(overheads(rows).value),
        "lower bounds": int(overheads(rows).value.lower.sum()),
    }
