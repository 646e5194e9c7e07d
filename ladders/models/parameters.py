"""What every model asks of its numbers: their values in table parameters, and that they are possible."""

from __future__ import annotations

import numpy as np
import pandas as pd


def values_of(model: str, parameters: pd.DataFrame, **changed: float) -> dict[str, float]:
    """The values of a model's parameters by name, some changed. ValueError: a name that the table does not have."""
    chosen = parameters[parameters.model == model]
    found = dict(zip(chosen.parameter, chosen.value.astype(float), strict=True))
    if unknown := sorted(set(changed) - set(found)):
        raise ValueError(f"parameter {unknown[0]!r} is not in table parameters for model {model!r}.")
    return found | changed


def positive(**given: float | np.ndarray) -> None:
    """Raise ValueError naming the first argument that is not positive and finite throughout, with its value."""
    for name, value in given.items():
        if not (np.all(np.isfinite(value)) and np.all(np.asarray(value) > 0)):
            raise ValueError(f"{name} must be positive and finite, got {value!r}.")


def share(**given: float) -> None:
    """Raise ValueError naming the first argument outside 0 to 1, with its value."""
    for name, value in given.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} is a share between 0 and 1, got {value!r}.")
