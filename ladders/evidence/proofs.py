"""Proofs and private computation of machine learning: what they hide, from whom, and what they cost."""

from __future__ import annotations

import pandas as pd

from ladders.evidence.inference import Share, exact_share
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


@measured("times plain computation")
def overhead_range(private_computation: pd.DataFrame) -> pd.DataFrame:
    """Smallest and largest factor and number of systems by technology.

    Columns: low, high, systems; low_rounded and high_rounded have the two digits that such factors are worth, three
    below ten.
    """
    rows = overheads(private_computation).value.groupby("technology")
    found = pd.DataFrame(
        {"low": rows.overhead.min(), "high": rows.overhead.max(), "systems": rows.system.nunique()}
    )
    for end in ("low", "high"):
        found[f"{end}_rounded"] = [
            float(f"{value:.3g}" if value < 10 else f"{value:.2g}") for value in found[end]
        ]
    return found


@measured("seconds, or the unit of `per`")
def time_of(private_computation: pd.DataFrame, *, system: str, model: str, per: float = 1.0) -> float:
    """Time of one measurement in units of `per` seconds (3600: hours). KeyError when there is no such measurement."""
    return private_computation.set_index(["system", "model"]).seconds.loc[system, model] / per


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
def largest(private_computation: pd.DataFrame, *, task: str) -> float:
    """Parameters of the largest model of which a task was proved with the data hidden."""
    return makers(private_computation, task=task).value.max()


@measured("parameters, in words")
def largest_in_words(private_computation: pd.DataFrame, *, task: str) -> str:
    """The same as a reader says it: 400 billion, 10 million."""
    value = largest(private_computation, task=task).value
    word, unit = ("billion", 1e9) if value >= 1e9 else ("million", 1e6)
    return f"{value / unit:g} {word}"


@measured("parameters")
def proved_sizes(private_computation: pd.DataFrame) -> pd.DataFrame:
    """Every model of known size of which a task was proved, by date.

    Columns: task, system, model, parameters, date, data_hidden (from the checker).
    """
    rows = private_computation[
        (private_computation.technology == "ZK") & private_computation.parameters.notna()
    ]
    rows = rows.assign(data_hidden=rows.hidden_from_verifier.isin(SHOWS_NO_DATA))
    columns = ["task", "system", "model", "parameters", "date", "data_hidden"]
    return rows.sort_values("date", ignore_index=True)[columns].astype({"parameters": "float64"})


@measured("times")
def inference_lead(private_computation: pd.DataFrame) -> float:
    """Largest model of which inference was proved over the largest of which training was, with the data hidden."""
    return (
        largest(private_computation, task="inference").value
        / largest(private_computation, task="training").value
    )


@measured("organisations")
def blind_operators(private_computation: pd.DataFrame, *, technology: str = "ZK") -> pd.Series:
    """For each organisation: is there a system of the technology whose operator does not hold the data in the clear?"""
    rows = private_computation[private_computation.technology == technology]
    return ~rows.operator_sees_data.groupby(rows.organisation).min().astype(bool)


@measured("count")
def proof_counts(private_computation: pd.DataFrame) -> dict[str, int]:
    """Systems; organisations with zero-knowledge proofs, with proofs of training and of inference, and blind operators."""
    rows = private_computation
    proofs = rows[rows.technology == "ZK"]
    return {
        "systems": rows.system.nunique(),
        "proof makers": proofs.organisation.nunique(),
        "training makers": len(makers(rows, task="training").value),
        "inference makers": len(makers(rows, task="inference").value),
        "blind makers": int(blind_operators(rows).value.sum()),
    }


@measured("organisations")
def maker_count(private_computation: pd.DataFrame, *, task: str, parameters: float) -> int:
    """Number of organisations that proved a task for a model of a size or above with the data hidden."""
    return len(makers(private_computation, task=task, parameters=parameters).value)


@measured("percent of the organisations")
def blind_interval(private_computation: pd.DataFrame) -> Share:
    """Share of organisations with a zero-knowledge system whose operator is blind; exact (Clopper-Pearson) interval."""
    blind = blind_operators(private_computation).value
    return exact_share(int(blind.sum()), len(blind))
