"""A market whose suppliers are paid by customers and, for a while, by newly issued tokens.

S supply (machines), D paid demand, p price and c cost of a machine and year, K supply at which half of the greatest demand
D_max would come, E emission a year, T its half-life, m how strongly demand needs a critical mass. Income of a machine
pi = p min(1, D/S) + E/S; supply follows profit, d ln S/dt = (pi/c - 1)/tau_S; demand follows supply, dD/dt = (D* - D)/tau_D,
D* = D_max S^m / (K^m + S^m). Critical mass in this form: Evans and Schmalensee (2010), Review of Network Economics 9:4.
Every value is assumed: the model says what follows if demand needs a critical mass, and is evidence for nothing.
Units: K = 1 machine, c = 1 a machine and year; budgets are in c K years.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

MODEL = "subsidy"
STEPS_A_YEAR = 40
HALF_LIVES = 12
"""After so many half-lives the subsidy is a four-thousandth of what it was: what lives then lives without it."""
STANDING = 0.01
"""A market that still shrinks by more than this share a year does not last; it only takes long to die."""
BUDGETS = np.geomspace(0.01, 100, 81)
"""Budgets tried, c K years."""


def values(parameters: pd.DataFrame, **changed: float) -> dict[str, float]:
    """The values of this model's parameters by name, some changed. ValueError: a name that the table does not have."""
    chosen = parameters[parameters.model == MODEL]
    found = dict(zip(chosen.parameter, chosen.value.astype(float), strict=True))
    if unknown := sorted(set(changed) - set(found)):
        raise ValueError(f"parameter {unknown[0]!r} is not in table parameters for model {MODEL!r}.")
    return found | changed


def _positive(**given: float) -> None:
    """Raise ValueError naming the first value that is not positive and finite."""
    for name, value in given.items():
        if not np.all(np.isfinite(value)) or not np.all(np.asarray(value) > 0):
            raise ValueError(f"{name} must be positive and finite, got {value!r}.")


def best_income(scale: float, exponent: float) -> float:
    """Greatest income over cost of a machine that customers alone can pay, over all sizes of the network.

    scale: p D_max / (c K). exponent: m >= 1. Income at size S is scale S^(m-1) / (1 + S^m), at its greatest where
    S^m = m - 1 (at S = 0 for m = 1). For m = 2 it is R = p D_max / (2 c K). Below 1 no subsidy makes the market last.
    """
    _positive(scale=scale)
    if exponent < 1:
        raise ValueError(f"exponent must be at least 1, got {exponent!r}.")
    if exponent == 1:
        return float(scale)
    return float(scale * (exponent - 1) ** ((exponent - 1) / exponent) / exponent)


def resting_sizes(strength: float) -> tuple[float, float]:
    """Sizes at which customers just pay the cost, for exponent 2: R -+ sqrt(R^2 - 1); the larger is stable.

    strength: R. Below 1 there is none: ValueError.
    """
    _positive(strength=strength)
    if strength < 1:
        raise ValueError(f"strength below 1 has no resting size, got {strength!r}.")
    root = np.sqrt(strength**2 - 1)
    return float(strength - root), float(strength + root)


class Path(NamedTuple):
    """A simulated market. years: (n,); supply, demand, emission: (n, markets)."""

    years: np.ndarray
    supply: np.ndarray
    demand: np.ndarray
    emission: np.ndarray


def simulate(
    budgets: np.ndarray,
    *,
    strength: float,
    exponent: float,
    half_life: float,
    price: float,
    supply_lag: float,
    demand_lag: float,
    seed_supply: float,
    years: float | None = None,
) -> Path:
    """Run markets that differ in budget (all emission ever, c K years) side by side, by Heun's method.

    strength: best_income of the market. The other parameters are those of table parameters.
    """
    _positive(
        strength=strength, half_life=half_life, price=price, supply_lag=supply_lag, demand_lag=demand_lag, seed_supply=seed_supply
    )  # fmt: skip
    greatest = strength / best_income(1.0, exponent) / price
    first = np.asarray(budgets, float) * np.log(2) / half_life
    steps = int(np.ceil((years or HALF_LIVES * half_life + 10) * STEPS_A_YEAR))
    dt = 1 / STEPS_A_YEAR

    def wanted(log_supply: np.ndarray) -> np.ndarray:
        return greatest / (1 + np.exp(-exponent * log_supply))

    def slopes(log_supply: np.ndarray, demand: np.ndarray, year: float) -> tuple[np.ndarray, np.ndarray]:
        supply = np.exp(log_supply)
        income = price * np.minimum(1, demand / supply) + first * 2 ** (-year / half_life) / supply
        # A rush is bounded: nobody can build supply faster than e-fold in a tenth of the lag.
        return np.clip((income - 1) / supply_lag, -10, 10), (wanted(log_supply) - demand) / demand_lag

    x = np.full(first.shape, np.log(seed_supply))
    d = wanted(x)
    kept_x, kept_d = [x], [d]
    for step in range(steps):
        a, b = slopes(x, d, step * dt)
        a2, b2 = slopes(x + dt * a, d + dt * b, (step + 1) * dt)
        x = np.maximum(x + dt * (a + a2) / 2, np.log(1e-9))
        d = d + dt * (b + b2) / 2
        kept_x.append(x)
        kept_d.append(d)
    times = np.arange(steps + 1) * dt
    emission = first[None] * 2 ** (-times[:, None] / half_life)
    return Path(times, np.exp(np.array(kept_x)), np.array(kept_d), emission)


def critical_budget(**setting: float) -> float:
    """Smallest tried budget after which the market lasts without subsidy; infinite when none does. setting: as simulate."""
    path = simulate(BUDGETS, **setting)
    last, before = path.supply[-1], path.supply[-1 - STEPS_A_YEAR]
    lasting = (last > setting["seed_supply"] * 2) & (last > before * (1 - STANDING))
    return float(BUDGETS[lasting.argmax()]) if lasting.any() else float("inf")
