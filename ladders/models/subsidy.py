"""A market whose suppliers are paid by customers and, for a while, by newly issued tokens.

S supply (machines), D paid demand, p price and c cost of a machine and year, K supply at which half of the greatest demand
D_max would come, E emission a year, T its half-life, m how strongly demand needs a critical mass. Income of a machine
pi = p min(1, D/S) + E/S; supply follows profit, d ln S/dt = (pi/c - 1)/tau_S; demand follows supply, dD/dt = (D* - D)/tau_D,
D* = D_max S^m / (K^m + S^m). Critical mass in this form: Evans and Schmalensee (2010), Review of Network Economics 9:4.
Every value is assumed: the model says what follows if demand needs a critical mass, and is evidence for nothing.
Units: K = 1 machine, c = 1 a machine and year; budgets are in c K years.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from ladders.evidence import tokens
from ladders.models.parameters import positive, values_of
from ladders.results import measured

MODEL = "subsidy"
values = partial(values_of, MODEL)
"""The values of this model's parameters, by name."""

STEPS_A_YEAR = 40
HALF_LIVES = 12
"""After so many half-lives the subsidy is a four-thousandth of what it was: what lives then lives without it."""
STANDING = 0.01
"""A market that still shrinks by more than this share a year does not last; it only takes long to die."""
BUDGETS = np.geomspace(0.01, 100, 81)
"""Budgets tried, c K years."""


def best_income(scale: float, exponent: float) -> float:
    """Greatest income over cost of a machine that customers alone can pay, over all sizes of the network.

    scale: p D_max / (c K). exponent: m >= 1. Income at size S is scale S^(m-1) / (1 + S^m), at its greatest where
    S^m = m - 1 (at S = 0 for m = 1). For m = 2 it is R = p D_max / (2 c K). Below 1 no subsidy makes the market last.
    """
    positive(scale=scale)
    if exponent < 1:
        raise ValueError(f"exponent must be at least 1, got {exponent!r}.")
    if exponent == 1:
        return float(scale)
    return float(scale * (exponent - 1) ** ((exponent - 1) / exponent) / exponent)


def resting_sizes(strength: float) -> tuple[float, float]:
    """Sizes at which customers just pay the cost, for exponent 2: R -+ sqrt(R^2 - 1); the larger is stable.

    strength: R. Below 1 there is none: ValueError.
    """
    positive(strength=strength)
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
    positive(
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


def given_setting(given: dict[str, float]) -> dict[str, float]:
    """The options of `simulate` among a model's parameter values."""
    names = ("strength", "exponent", "half_life", "price", "supply_lag", "demand_lag", "seed_supply")
    return {name: given[name] for name in names}


EXPONENTS = (1.0, 1.5, 2.0, 3.0)


@measured("c K years")
def budgets_by_exponent(parameters: pd.DataFrame) -> pd.DataFrame:
    """Smallest budget by strength (index) and exponent (columns); infinite where no tried budget suffices."""
    setting = given_setting(values(parameters))
    strengths = (0.8, 0.95, 1.05, 1.2, 1.5, 2.0, 3.0, 5.0)
    return pd.DataFrame(
        {
            m: [critical_budget(**(setting | {"strength": s, "exponent": m})) for s in strengths]
            for m in EXPONENTS
        },
        index=strengths,
    )


@measured("c K years")
def sweep(parameters: pd.DataFrame) -> pd.DataFrame:
    """Smallest budget at the ends of every assumed parameter's range, the others at their value. Columns low, high.

    Infinite: no tried budget lets the market last.
    """
    given = values(parameters)
    assumed = parameters[(parameters.model == MODEL) & parameters.assumed]
    rows = {
        row.parameter: [
            critical_budget(**(given_setting(given) | {row.parameter: float(end)}))
            for end in (row.low, row.high)
        ]
        for row in assumed.itertuples()
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"])


@measured("c K years, or counts")
def summary(parameters: pd.DataFrame) -> dict[str, object]:
    """Budget at the reference, assumed parameters, and which ends of their ranges let no market last."""
    table = sweep(parameters).value
    never = [f"{name} at its lowest" for name in table.index[np.isinf(table.low)]]
    never += [f"{name} at its highest" for name in table.index[np.isinf(table.high)]]
    finite = table.to_numpy()[np.isfinite(table.to_numpy())]
    by_exponent = budgets_by_exponent(parameters).value
    return {
        "reference": critical_budget(**given_setting(values(parameters))),
        "assumed": len(table),
        "never": len(never),
        "least": finite.min(),
        "most": finite.max(),
        "strength": values(parameters)["strength"],
        "weak": 0.8,
        "largest tried": BUDGETS[-1],
        "no threshold": by_exponent.loc[1.5, 1.0],
        "steep": by_exponent.loc[1.5, 3.0],
    }


@measured("sizes")
def paths(parameters: pd.DataFrame, *, budget: float) -> pd.DataFrame:
    """Supply over the years with a budget, in a strong market (the reference) and a weak one (0.8). Index years."""
    setting = given_setting(values(parameters))
    found = {}
    for name, strength in (("strong", setting["strength"]), ("weak", 0.8)):
        path = simulate(np.array([budget]), **(setting | {"strength": strength, "years": 25.0}))
        found[name] = path.supply[:, 0]
    return pd.DataFrame(found, index=path.years)


def fall_at_halving(coverage: float) -> float:
    """Share of supply lost when emission halves, at a constant price of the token: (1 - rho) / 2.

    coverage: rho, customers' share of suppliers' income, 0 to 1. Suppliers stay until income is cost again.
    """
    if not 0 <= coverage <= 1:
        raise ValueError(f"coverage is a share of income between 0 and 1, got {coverage!r}.")
    return (1 - coverage) / 2


@measured("verdict")
def checks(coverage: pd.DataFrame, network_growth: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """The rule for a halving against what was seen and not fitted. Columns expected, observed (percent of supply lost), verdict.

    Helium's network for things: from its peak to a year later, across the halving of August 2023. Bitcoin: from the halving
    of 2016 to that of 2024, two of them. holds: within ten points. Both rest on a constant price of the token.
    """
    rows = tokens.coverage_ratios(coverage).value
    spans = tokens.growth(network_growth, side="supply").value
    found = []
    for network, row, halvings in (("Helium IoT", "helium-iot", 1), ("Bitcoin", "bitcoin", 2)):
        ratio = float(rows.middle[row])
        stays = (1 - fall_at_halving(ratio / (1 + ratio))) ** halvings
        start = spans.peak if halvings == 1 else spans["first"]
        observed = 1 - float(spans["last"][network] / start[network])
        verdict = "holds" if abs((1 - stays) - observed) <= 0.1 else "does not hold"
        found.append((network, 100 * (1 - stays), 100 * observed, verdict))
    return pd.DataFrame(found, columns=["network", "expected", "observed", "verdict"]).set_index("network")
