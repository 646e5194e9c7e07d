"""What makes a world: a setting, a generator, and the random draws that all generators share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

Tables = dict[str, pd.DataFrame]
"""Raw tables by name, in the schema of data/."""


class Setting(NamedTuple):
    """What is true in a world. effect: size of the true effect, in the generator's unit.

    rows: share of the rows that is kept, a random sample. confounded: the effect is nil, and the confounder that the
    chapter names brings about what a careless test would take for it.
    """

    effect: float
    rows: float = 1.0
    confounded: bool = False


@dataclass(frozen=True)
class Generator:
    """How worlds for one test are made. smallest: the smallest effect that matters, in `unit`."""

    claim_id: str
    smallest: float
    unit: str
    generate: Callable[[Tables, np.random.Generator, Setting], Tables]


def signs(rng: np.random.Generator, n: int) -> np.ndarray:
    """n random signs, -1.0 or 1.0."""
    return rng.choice([-1.0, 1.0], n)


def sampled(rng: np.random.Generator, n: int, share: float) -> np.ndarray:
    """Positions of a random share of n rows, at least one, in order."""
    return np.sort(rng.choice(n, max(1, round(share * n)), replace=False))


def sample(frame: pd.DataFrame, rng: np.random.Generator, share: float) -> pd.DataFrame:
    """A random share of the rows, at least one, in their order."""
    return frame.iloc[sampled(rng, len(frame), share)].reset_index(drop=True)
