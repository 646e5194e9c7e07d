"""What a market split over chains costs its traders: constant-product pools, routes between them, and bridges.

Equations. A pool with reserves x (in) and y (out) and no fee pays out dy = y dx / (x + dx) for dx (the constant
product x y = k of Angeris, Kao, Chiang, Noyes, Chitra, arXiv 1911.03380, section 2). With a reserve of R on the side
that is paid in, price 1 at the start, the shortfall against that price is dx / (R + dx), here in basis points.
Ranges that hold liquidity near the price deepen the pool: c R stands for R, c the concentration factor (Adams et al.,
Uniswap v3 Core, section 2). All amounts are in USD, shares are parts of one, shortfalls and rates basis points.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from ladders.models.parameters import positive
from ladders.results import measured

BASIS = 10_000.0
"""Basis points in one."""


def paid_out(trade: np.ndarray | float, reserve: np.ndarray | float) -> np.ndarray | float:
    """USD that a constant-product pool pays for `trade` USD, its reserve in that side being `reserve` USD."""
    positive(reserve=reserve)
    return np.asarray(trade) * reserve / (np.asarray(reserve) + trade)


def shortfall(trade: float, reserve: float) -> float:
    """Basis points lost against the price before the trade."""
    positive(trade=trade, reserve=reserve)
    return BASIS * trade / (reserve + trade)


def best_split(trade: float, reserves: Sequence[float]) -> np.ndarray:
    """Parts of a trade, one a pool, that pay out most when all pools start at one price and moving is free.

    The derivative of paid_out is (R / (R + dx))**2; equal derivatives give dx in proportion to R. What is paid out
    is then that of one pool with the sum of the reserves.
    """
    reserves = np.asarray(reserves, dtype=float)
    positive(trade=trade, reserves=reserves)
    return trade * reserves / reserves.sum()


def stuck_multiplier(demand: Sequence[float], liquidity: Sequence[float]) -> float:
    """F = sum of q_i / s_i: the slippage of traders who stay home, over that of one merged pool.

    First order in the size of the trade, the same trade size everywhere: a trader on chain i loses in proportion to
    1 / s_i; a share q_i of the traders is there. q = s gives the number of chains; q = s**2 / sum s**2 gives the
    effective number 1 / HHI; all on one chain gives 1 / s of that chain. Both arguments are shares that sum to one.
    """
    demand, liquidity = np.asarray(demand, dtype=float), np.asarray(liquidity, dtype=float)
    positive(liquidity=liquidity)
    for name, shares in (("demand", demand), ("liquidity", liquidity)):
        if (shares < 0).any() or not np.isclose(shares.sum(), 1.0):
            raise ValueError(f"{name}: shares must not be negative and sum to one, got sum {shares.sum()!r}.")
    return float((demand / liquidity).sum())


def bridge_cost(trade: float, fixed: float, rate: float) -> float:
    """Basis points that a bridge takes: `fixed` USD a transfer and `rate` basis points of it."""
    positive(trade=trade)
    return BASIS * fixed / trade + rate


def break_even(reserve: float, largest: float, fixed: float, rate: float) -> float:
    """Trade (USD) above which it pays to carry it from a pool to the largest one; inf where it never does.

    The gain is shortfall(home) - shortfall(largest); it grows with the trade until the square root of the product of
    the reserves.
    """
    positive(reserve=reserve, largest=largest)

    def gain(log_trade: float) -> float:
        trade = np.exp(log_trade)
        return shortfall(trade, reserve) - shortfall(trade, largest) - bridge_cost(trade, fixed, rate)

    peak = np.log(np.sqrt(reserve * largest))
    if gain(peak) <= 0:
        return float("inf")
    return float(np.exp(brentq(gain, np.log(1e-3), peak)))


def _values(parameters: pd.DataFrame) -> pd.Series:
    """Values of this model's parameters, named without its prefix."""
    own = parameters[parameters.model == "market"]
    return own.set_index(own.parameter.str.removeprefix("market_")).value


def _reserves(dex_liquidity: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Reserve of the side paid in (USD), by chain: half of the pair's part of a chain's liquidity, concentrated."""
    chains = dex_liquidity[dex_liquidity.date == dex_liquidity.date.max()].set_index("chain").value
    return chains * 1e6 * values.pool_share * values.concentration / 2


@measured("basis points")
def split_cost(
    dex_liquidity: pd.DataFrame, parameters: pd.DataFrame, *, trade: float | None = None, **changed: float
) -> pd.Series:
    """Shortfall of one trade when the market is merged, on the largest chain, stuck at home, or bridged.

    merged: free routing over all pools. largest: the deepest chain alone. home: traders spread as liquidity is, none
    crosses. bridged: each takes the cheaper of home and the bridge to the deepest chain. worst: the thinnest chain.
    changed: other values of the parameters.
    """
    values = pd.Series(_values(parameters).to_dict() | changed)
    trade = values.trade if trade is None else trade
    reserves = _reserves(dex_liquidity, values)
    weights = reserves / reserves.sum()
    home = reserves.map(lambda reserve: shortfall(trade, reserve))
    away = shortfall(trade, reserves.max()) + bridge_cost(trade, values.bridge_fixed, values.bridge_rate)
    return pd.Series(
        {
            "merged": shortfall(trade, reserves.sum()),
            "largest": home.min(),
            "home": float((weights * home).sum()),
            "bridged": float((weights * home.clip(upper=away)).sum()),
            "worst": home.max(),
        }
    )


@measured("basis points")
def cost_by_trade(
    dex_liquidity: pd.DataFrame, parameters: pd.DataFrame, *, points: int = 31, **changed: float
) -> pd.DataFrame:
    """split_cost for trades over the range of parameter market_trade (index: USD, even on a log scale)."""
    span = parameters.set_index("parameter").loc["market_trade"]
    trades = np.geomspace(span.low, span.high, points)
    rows = [split_cost(dex_liquidity, parameters, trade=trade, **changed).value for trade in trades]
    return pd.DataFrame(rows, index=pd.Index(trades, name="trade"))


@measured("ratio")
def multipliers(dex_liquidity: pd.DataFrame) -> dict[str, float]:
    """stuck_multiplier at the latest month for four patterns of demand; number of chains and effective number."""
    shares = dex_liquidity[dex_liquidity.date == dex_liquidity.date.max()].value.to_numpy()
    shares = shares / shares.sum()
    n, hhi = len(shares), float((shares**2).sum())
    return {
        "chains": n,
        "effective": 1 / hhi,
        "as liquidity": stuck_multiplier(shares, shares),
        "as its square": stuck_multiplier(shares**2 / hhi, shares),
        "even": stuck_multiplier(np.full(n, 1 / n), shares),
        "largest alone": stuck_multiplier(np.eye(n)[shares.argmax()], shares),
    }


@measured("USD")
def break_even_trades(dex_liquidity: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, float]:
    """Least trade that pays for a bridge to the deepest chain: from the second, the median and the thinnest chain."""
    values = _values(parameters)
    reserves = _reserves(dex_liquidity, values).sort_values(ascending=False)
    ends = {"second": reserves.iloc[1], "median": reserves.median(), "thinnest": reserves.iloc[-1]}
    return {
        name: break_even(reserve, reserves.iloc[0], values.bridge_fixed, values.bridge_rate)
        for name, reserve in ends.items()
    }


@measured("basis points")
def sweep(dex_liquidity: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """split_cost at the two ends of each parameter in turn: rows parameter and end; with all at their values first."""
    own = parameters[parameters.model == "market"].set_index("parameter")
    rows = {("all at their values", ""): split_cost(dex_liquidity, parameters).value}
    for name in [name for name in own.index if "dispersion" not in name]:
        for end in ("low", "high"):
            changed = {name.removeprefix("market_"): own.loc[name, end]}
            rows[name.removeprefix("market_"), end] = split_cost(dex_liquidity, parameters, **changed).value
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["parameter", "end"])


@measured("basis points")
def published_check(parameters: pd.DataFrame) -> dict[str, object]:
    """Does what arbitrageurs take stay within what a bridge takes, as free carrying demands?

    A gap wider than the cost of carrying the trade across would be traded away, so the loss to arbitrage (basis
    points of volume, published, not fitted) should not exceed bridge_cost at the assumed trade. The published share
    counts gaps to central exchanges too: a check of magnitude. verdict: "holds" when
    the whole published range lies below the middle of the bound, "does not hold" when it lies above its upper end,
    else "open"; `worst` is the same for the one chain that is published apart.
    """
    own = parameters.set_index("parameter")
    trade, fixed, rate = (own.loc[f"market_{name}"] for name in ("trade", "bridge_fixed", "bridge_rate"))
    bounds = {
        end: bridge_cost(trade.value, fixed[column], rate[column])
        for end, column in (("low", "low"), ("middle", "value"), ("high", "high"))
    }

    def verdict(least: float, most: float) -> str:
        if most <= bounds["middle"]:
            return "holds"
        return "does not hold" if least > bounds["high"] else "open"

    gap, worst = own.loc["market_dispersion"], own.loc["market_dispersion_worst"]
    return bounds | {
        "published low": gap.low,
        "published high": gap.high,
        "verdict": verdict(gap.low, gap.high),
        "published worst": worst.value,
        "worst": verdict(worst.low, worst.high),
    }


@measured("text")
def latest_month(dex_liquidity: pd.DataFrame) -> str:
    """Month of the liquidity that the model reads."""
    return dex_liquidity.date.max()


@measured("as in the row")
def parameter(parameters: pd.DataFrame, *, name: str, end: str = "value") -> float:
    """Value of one parameter, or one end (low, high) of its sweep. TableError for an unknown name."""
    return parameters.set_index("parameter").loc[name, end]
