"""Yuma consensus, from its specification: what a network of validators pays for, and to whom.

Source: opentensor/subtensor, docs/consensus.md at commit 14bc6f9f (2026-06-30), equations 3 to 7 and the section on Monte
Carlo simulations. Rules before dynamic TAO (2025-02-13): one pool of stake, one epoch, liquid alpha off, no moving average
of bonds. Symbols: S stake of the validators, summing to one; W weights that validators (rows) set on servers (columns),
each row summing to one; kappa share of stake that must support a weight; beta bonds penalty; xi share of emission paid to
validators; sigma standard deviation of weights about their mean; S_H, W_H stake and utility of the honest side.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from ladders.evidence.inference import mean_interval
from ladders.models.parameters import share, values_of
from ladders.results import measured

MODEL = "consensus"
values = partial(values_of, MODEL)
"""The values of this model's parameters, by name."""

NODES, VALIDATORS = 512, 64
"""Size of the specification's experiments."""
STAKE_NOISE = 0.3
"""Standard deviation of validators' stake in the specification's experiments."""
TINY = 1e-12


def weighted_median(stake: np.ndarray, weights: np.ndarray, kappa: float = 0.5) -> np.ndarray:
    """Largest weight on each server that at least kappa of the stake supports (equation 3).

    stake: (validators,), summing to one. weights: (validators, servers), not negative. Returns (servers,).
    """
    share(kappa=kappa)
    if stake.shape != weights.shape[:1]:
        raise ValueError(f"stake has shape {stake.shape}, weights {weights.shape}: one stake for each row.")
    if (stake < 0).any() or abs(stake.sum() - 1) > 1e-6:
        raise ValueError(f"stake must not be negative and must sum to one, got a sum of {stake.sum()!r}.")
    order = np.argsort(-weights, axis=0)
    support = np.cumsum(stake[order], axis=0)
    support[-1] = 1.0
    place = (support >= kappa - TINY).argmax(axis=0)
    return np.take_along_axis(weights, np.take_along_axis(order, place[None], 0), 0)[0]


class Epoch(NamedTuple):
    """What one epoch pays. incentive: (servers,); dividends: (validators,); consensus: (servers,). The first two sum to one."""

    incentive: np.ndarray
    dividends: np.ndarray
    consensus: np.ndarray


def epoch(stake: np.ndarray, weights: np.ndarray, *, kappa: float = 0.5, beta: float = 1.0) -> Epoch:
    """One epoch: clip to consensus, pay servers by clipped stake-weighted weight, validators by their bonds (equations 3 to 5)."""
    share(beta=beta)
    consensus = weighted_median(stake, weights, kappa)
    clipped = np.minimum(weights, consensus)
    rank = stake @ clipped
    incentive = rank / rank.sum()
    bonds = stake[:, None] * ((1 - beta) * weights + beta * clipped)
    dividends = (bonds / np.maximum(bonds.sum(axis=0), TINY)) @ incentive
    return Epoch(incentive, dividends / dividends.sum(), consensus)


class Teams(NamedTuple):
    """A network of two teams before utilities are set. honest_validators, honest_servers: counts.

    stake: (validators,); draws: (validators, servers), each row normalised within either team's servers.
    """

    stake: np.ndarray
    draws: np.ndarray
    honest_validators: int
    honest_servers: int


def teams(honest_stake: float, sigma: float, rng: np.random.Generator) -> Teams:
    """Sample stake and weights as the specification does; nodes are split between the teams like stake."""
    if not 0 < honest_stake < 1:
        raise ValueError(f"honest_stake lies between 0 and 1, got {honest_stake!r}.")
    validators = int(np.clip(round(honest_stake * VALIDATORS), 1, VALIDATORS - 1))
    servers = int(np.clip(round(honest_stake * (NODES - VALIDATORS)), 1, NODES - VALIDATORS - 1))
    stake = np.maximum(rng.normal(1, STAKE_NOISE, VALIDATORS), 0)
    stake[:validators] *= honest_stake / stake[:validators].sum()
    stake[validators:] *= (1 - honest_stake) / stake[validators:].sum()
    draws = np.maximum(rng.normal(1, sigma, (VALIDATORS, NODES - VALIDATORS)), 0)
    draws[:, :servers] /= draws[:, :servers].sum(axis=1, keepdims=True)
    draws[:, servers:] /= draws[:, servers:].sum(axis=1, keepdims=True)
    return Teams(stake, draws, validators, servers)


def honest_emission(
    net: Teams,
    honest_utility: float,
    cabal_self: float,
    *,
    beta: float,
    xi: float,
    kappa: float,
) -> float:
    """Share of the emission that goes to the honest side (equation 7). cabal_self: weight that the cabal sets on itself."""
    share(honest_utility=honest_utility, cabal_self=cabal_self, xi=xi)
    weights = net.draws.copy()
    honest, servers = net.honest_validators, net.honest_servers
    weights[:honest, :servers] *= honest_utility
    weights[:honest, servers:] *= 1 - honest_utility
    weights[honest:, :servers] *= 1 - cabal_self
    weights[honest:, servers:] *= cabal_self
    paid = epoch(net.stake, weights, kappa=kappa, beta=beta)
    return xi * paid.dividends[:honest].sum() + (1 - xi) * paid.incentive[:servers].sum()


CABAL_GRID = np.linspace(0, 1, 21)
"""Weights that the cabal may set on itself; the worst for the honest side counts (equation 1)."""


def utility_needed(
    honest_stake: float,
    sigma: float,
    *,
    beta: float = 1.0,
    xi: float = 0.5,
    kappa: float = 0.5,
    seed: int = 0,
) -> float:
    """Least honest utility at which the honest side keeps its share of stake, whatever weight the cabal sets on itself.

    NaN when no utility suffices. Bisection to 1/1024; one network drawn with the seed.
    """
    net = teams(honest_stake, sigma, np.random.default_rng(seed))
    kept = honest_stake - 1e-9

    def worst(utility: float, grid: Sequence[float]) -> float:
        return min(honest_emission(net, utility, w, beta=beta, xi=xi, kappa=kappa) for w in grid)

    if worst(1.0, CABAL_GRID) < kept - 1e-6:
        return float("nan")
    needed = 0.0
    for cabal_self in CABAL_GRID:
        if worst(needed, (cabal_self,)) >= kept:
            continue
        low, high = needed, 1.0
        for _ in range(10):
            middle = (low + high) / 2
            low, high = (low, middle) if worst(middle, (cabal_self,)) >= kept else (middle, high)
        needed = high
    return needed


PUBLISHED = {
    "retention_sigma_0": {"sigma": 0.0},
    "retention_sigma_20": {"sigma": 0.2},
    "retention_sigma_40": {"sigma": 0.4},
    "retention_beta_0": {"sigma": 0.4, "beta": 0.0},
    "retention_beta_50": {"sigma": 0.4, "beta": 0.5},
    "retention_xi_0": {"sigma": 0.4, "xi": 0.0},
    "retention_xi_25": {"sigma": 0.4, "xi": 0.25},
    "retention_stake_70": {"sigma": 0.4, "honest_stake": 0.7},
}
"""Published value (a parameter of the model) -> the setting that it stands for; stake 0.6 unless said."""

WITHIN = 0.02
"""Largest difference from a published value, which is printed in whole percent and, once, read off a figure."""


def replicate(case: str, seed: int) -> float:
    """Our value of one published case."""
    setting = {"honest_stake": 0.6} | PUBLISHED[case]
    return utility_needed(setting.pop("honest_stake"), setting.pop("sigma"), **setting, seed=seed)


def idle_cabal(cabal_stake: float, sigma: float, seed: int) -> tuple[float, float]:
    """Shares of servers' and of validators' pay that a cabal gets which produces nothing and scores itself alone, or,
    where it cannot outvote the rest, votes as they do. (servers' share, validators' share), the better of both for it."""
    net = teams(1 - cabal_stake, sigma, np.random.default_rng(seed))
    found = []
    for cabal_self in (1.0, 0.0):
        weights = net.draws.copy()
        honest, servers = net.honest_validators, net.honest_servers
        weights[:honest, servers:] = 0
        weights[honest:, :servers] *= 1 - cabal_self
        weights[honest:, servers:] *= cabal_self
        if not np.minimum(weights, weighted_median(net.stake, weights)).any():
            continue  # nobody agrees on anything, and nothing is paid
        paid = epoch(net.stake, weights)
        found.append((float(paid.incentive[servers:].sum()), float(paid.dividends[honest:].sum())))
    return max(found, key=sum)


STRATEGIES = ("copy", "lazy")
"""What a small validator may do instead of scoring by its own work: repeat the consensus, or give every server the same."""

SMALL = 0.01
"""Stake of the small validator: too little to move the median."""


def small_validator(
    strategy: str, *, sigma: float, beta: float, delay: int, drift: float, spread: float, seed: int
) -> float:
    """Dividend for its stake of a small validator with a strategy, over that of the same validator scoring honestly.

    All others score honestly: true utility times 1 + noise of sigma. spread, drift: standard deviation of the logarithm
    of utility between servers, and of its change in an epoch. delay: epochs before others' weights are seen (0 or 1).
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy is one of {', '.join(STRATEGIES)}, got {strategy!r}.")
    if delay not in (0, 1):
        raise ValueError(f"delay is 0 or 1 epoch, got {delay!r}.")
    rng = np.random.default_rng(seed)
    servers = NODES - VALIDATORS
    stake = np.maximum(rng.normal(1, STAKE_NOISE, VALIDATORS), TINY)
    stake[0] = 0
    stake *= (1 - SMALL) / stake.sum()
    stake[0] = SMALL
    before = rng.normal(0, spread, servers)
    now = before + rng.normal(0, drift, servers)

    def observed(utility: np.ndarray) -> np.ndarray:
        seen = np.exp(utility) * np.maximum(1 + rng.normal(0, sigma, (VALIDATORS, servers)), 0)
        return seen / seen.sum(axis=1, keepdims=True)

    earlier, weights = observed(before), observed(now)
    seen = earlier if delay else weights
    honest = epoch(stake, weights, beta=beta).dividends[0]
    instead = np.full(servers, 1.0) if strategy == "lazy" else weighted_median(stake, seen)
    weights[0] = instead / instead.sum()
    return float(epoch(stake, weights, beta=beta).dividends[0] / honest)


RUN_COLUMNS = ["experiment", "sigma", "beta", "delay", "drift", "spread", "stake", "seed", "value"]
FRONTIER_STAKES = (0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.49)
IDLE_STAKES = (0.1, 0.2, 0.3, 0.4, 0.45, 0.49, 0.51, 0.55)
NOISE = (0.1, 0.2, 0.3, 0.4)


def settings(parameters: pd.DataFrame) -> list[tuple]:
    """Every run of table consensus_runs without its value, in order."""
    given = values(parameters)
    drift, spread = given["drift"], given["spread"]
    rows: list[tuple] = []
    for case, setting in PUBLISHED.items():
        stake = round(1 - setting.get("honest_stake", 0.6), 2)
        rows += [
            (case, setting["sigma"], setting.get("beta", 1.0), 0, 0.0, 0.0, stake, seed) for seed in range(2)
        ]
    for sigma in (0.0, 0.2, 0.4):
        rows += [
            ("frontier", sigma, 1.0, 0, 0.0, 0.0, stake, seed)
            for stake in FRONTIER_STAKES
            for seed in range(2)
        ]
    for kind in ("idle servers", "idle validators"):
        rows += [(kind, 0.4, 1.0, 0, 0.0, 0.0, stake, seed) for stake in IDLE_STAKES for seed in range(4)]
    for strategy in STRATEGIES:
        rows += [
            (strategy, sigma, beta, 1, drift, spread, SMALL, seed)
            for sigma in NOISE
            for beta in (0.0, 0.5, 1.0)
            for seed in range(8)
        ]
        rows += [
            (f"{strategy} sweep", sigma, 1.0, delay, change, width, SMALL, seed)
            for sigma in (0.2, 0.4)
            for delay in (0, 1)
            for change in (0.0, 0.1, 0.2, 0.4, 0.8)
            for width in (0.0, 0.5, 1.0)
            for seed in range(2)
        ]
    return rows


def run(setting: tuple) -> float:
    """The value of one run of table consensus_runs."""
    experiment, sigma, beta, delay, drift, spread, stake, seed = setting
    if experiment in PUBLISHED:
        return replicate(experiment, int(seed))
    if experiment == "frontier":
        return 1 - utility_needed(1 - stake, sigma, seed=int(seed))
    if experiment.startswith("idle"):
        return idle_cabal(stake, sigma, int(seed))[experiment == "idle validators"]
    return small_validator(
        experiment.removesuffix(" sweep"),
        sigma=sigma, beta=beta, delay=int(delay), drift=drift, spread=spread, seed=int(seed),
    )  # fmt: skip


def compute_runs(parameters: pd.DataFrame) -> pd.DataFrame:
    """Table consensus_runs, computed anew; half a minute on an idle machine."""
    rows = [(*setting, round(run(setting), 4)) for setting in settings(parameters)]
    return pd.DataFrame(rows, columns=RUN_COLUMNS)


@measured("share of utility")
def replication(consensus_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """The published cases beside ours (mean, least, greatest over seeds). Columns published, ours, low, high, verdict.

    holds: the mean lies within WITHIN of the published value.
    """
    given = values(parameters)
    rows = consensus_runs[consensus_runs.experiment.isin(PUBLISHED)]
    ours = rows.groupby("experiment").value.agg(ours="mean", low="min", high="max").reindex(list(PUBLISHED))
    table = ours.assign(published=[given[case] for case in PUBLISHED])
    inside = (table.ours - table.published).abs() <= WITHIN
    return table.assign(verdict=np.where(inside, "holds", "does not hold"))


@measured("cases or share")
def replication_counts(consensus_runs: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, float]:
    """Number of published cases, of those within WITHIN, and the greatest difference."""
    table = replication(consensus_runs, parameters).value
    return {
        "all": len(table),
        "within": int((table.verdict == "holds").sum()),
        "greatest": float((table.ours - table.published).abs().max()),
    }


@measured("percent of utility")
def frontier(consensus_runs: pd.DataFrame) -> pd.DataFrame:
    """Utility (percent, mean over seeds) with which a cabal begins to gain stake. Index stake (percent), columns sigma."""
    rows = consensus_runs[consensus_runs.experiment == "frontier"]
    table = 100 * rows.pivot_table(index="stake", columns="sigma", values="value")
    return table.set_axis((100 * table.index).round().astype(int))


@measured("percent")
def premium(consensus_runs: pd.DataFrame, *, strategy: str = "copy") -> pd.DataFrame:
    """What a small validator gains (percent of the honest dividend) by a strategy, with 95 % interval over runs.

    Index (sigma, beta); columns mean, low, high. Weights are seen one epoch late; drift and spread as assumed.
    """
    rows = consensus_runs[consensus_runs.experiment == strategy]
    found = {
        key: [100 * (value - 1) for value in mean_interval(group.value.to_numpy())[:3]]
        for key, group in rows.groupby(["sigma", "beta"])
    }
    return pd.DataFrame.from_dict(found, orient="index", columns=["mean", "low", "high"]).set_axis(
        pd.MultiIndex.from_tuples(found), axis=0
    )


@measured("percent")
def premium_by_drift(
    consensus_runs: pd.DataFrame, *, strategy: str = "copy", spread: float = 0.5
) -> pd.DataFrame:
    """The same against how far true utilities move in an epoch. Index drift; columns (sigma, delay), percent."""
    rows = consensus_runs[
        (consensus_runs.experiment == f"{strategy} sweep") & (consensus_runs.spread == spread)
    ]
    return 100 * (rows.pivot_table(index="drift", columns=["sigma", "delay"], values="value") - 1)


@measured("percent")
def premium_range(consensus_runs: pd.DataFrame, *, strategy: str = "copy") -> dict[str, float]:
    """Least and greatest mean premium at full penalty over the usual noise (0.2 to 0.4), and at no penalty; percent."""
    table = premium(consensus_runs, strategy=strategy).value["mean"]
    usual = table[[key for key in table.index if key[1] == 1 and key[0] >= 0.2]]
    free = table[[key for key in table.index if key[1] == 0]]
    return {"least": usual.min(), "most": usual.max(), "without penalty": free.abs().max()}


@measured("log units")
def break_even(consensus_runs: pd.DataFrame) -> pd.Series:
    """Change of utilities in an epoch at which copying an epoch late earns as much as honest work; index sigma.

    Linear between the drifts of the sweep. NaN when the curve does not cross.
    """
    table = premium_by_drift(consensus_runs).value
    found = {}
    for sigma, delay in table.columns:
        if delay == 1:
            curve = table[sigma, delay]
            found[sigma] = (
                float(np.interp(0, -curve.to_numpy(), curve.index.to_numpy())) if curve.min() < 0 else np.nan
            )
    return pd.Series(found)


@measured("percent")
def idle_shares(consensus_runs: pd.DataFrame) -> pd.DataFrame:
    """What a cabal gets that produces nothing: percent of servers' and of validators' pay. Index stake (percent)."""
    rows = consensus_runs[consensus_runs.experiment.isin(["idle servers", "idle validators"])]
    table = 100 * rows.pivot_table(index="stake", columns="experiment", values="value")
    return table.set_axis((100 * table.index).round().astype(int)).set_axis(["servers", "validators"], axis=1)


@measured("runs")
def run_counts(consensus_runs: pd.DataFrame) -> dict[str, int]:
    """Number of stored runs, and nodes and validators of a simulated network."""
    return {"runs": len(consensus_runs), "nodes": NODES, "validators": VALIDATORS}


@measured("strategy")
def best_response(consensus_runs: pd.DataFrame) -> pd.DataFrame:
    """What pays a small validator best, honest work costing nothing. Index (sigma, delay, drift, spread); column best.

    honest: neither copying nor giving all the same earns more.
    """
    wide = consensus_runs[consensus_runs.experiment.isin(["copy sweep", "lazy sweep"])].pivot_table(
        index=["sigma", "delay", "drift", "spread"], columns="experiment", values="value"
    )
    wide = wide.set_axis(["copy", "lazy"], axis=1).assign(honest=1.0)
    return pd.DataFrame({"best": wide.idxmax(axis=1)})


@measured("settings")
def best_response_counts(consensus_runs: pd.DataFrame) -> dict[str, int]:
    """Settings of the sweep, all and by what pays best; the same with weights seen one epoch late."""
    table = best_response(consensus_runs).value
    late = table[table.index.get_level_values("delay") == 1]
    counts = {f"{name}": int((table.best == name).sum()) for name in ("copy", "honest", "lazy")}
    return {"all": len(table), **counts} | {
        f"late {name}": int((late.best == name).sum()) for name in ("copy", "honest", "lazy")
    } | {"late": len(late)}  # fmt: skip


@measured("percent")
def stakes_drawn(consensus_runs: pd.DataFrame) -> pd.Series:
    """Stakes of the frontier, in percent; index the same."""
    index = frontier(consensus_runs).value.index
    return pd.Series(index.to_numpy(), index)
