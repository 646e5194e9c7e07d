"""Waiting for a card, losing one, and saving work: what match, redundancy and checkpoints can do.

Symbols: c servers (cards); a offered load, mean number of cards that jobs would hold if none waited; rho = a / c
utilisation; C(c, a) probability that an arriving job waits; p availability of a node; r replicas; s stages; M mean time
between failures of a job; D time to write a checkpoint; R time to restart; t working time between checkpoints. Sources:

- blocking and waiting: Erlang 1917; recursion B(k) = a B(k-1) / (k + a B(k-1)), C = B / (1 - rho (1 - B))
  (Cooper 1981, Introduction to Queueing Theory, 2nd ed., sections 3.3 and 3.4). Poisson arrivals, exponential times;
- pooling beats splitting for equal holding times: Smith & Whitt 1981, Bell System Technical Journal 60(1):39;
- k of n: binomial tail; a chain of stages each with r replicas: (1 - (1 - p)^r)^s, nodes independent;
- checkpoints: t = sqrt(2 D M) (Young 1974, CACM 17(9):530); total time M e^(R/M) (e^((t + D)/M) - 1) for t of work
  and the higher-order interval (Daly 2006, Future Generation Computer Systems 22(3):303). Failures are memoryless.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import binom

from ladders.models.parameters import positive, share, values_of
from ladders.results import measured

MODEL = "queueing"
values = partial(values_of, MODEL)
"""The values of this model's parameters, by name."""

HOURS_PER_MONTH = 730.5
MINUTES = 60.0


def _whole(**numbers: float) -> None:
    for name, value in numbers.items():
        if value < 1 or value != int(value):
            raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}.")


def erlang_b(servers: int, load: float) -> float:
    """Probability that all servers are busy when jobs that find them so go away. load: erlangs, positive."""
    _whole(servers=servers)
    positive(load=load)
    blocked = 1.0
    for k in range(1, int(servers) + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arriving job waits. load: erlangs; 1.0 where the load reaches the servers."""
    _whole(servers=servers)
    positive(load=load)
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def utilisation_at_wait(servers: int, wait: float) -> float:
    """Utilisation at which a share `wait` of the jobs has to wait: the inverse of erlang_c. wait: above 0, below 1."""
    if not 0 < wait < 1:
        raise ValueError(f"wait must lie between 0 and 1, got {wait!r}.")
    _whole(servers=servers)
    load = brentq(lambda a: erlang_c(servers, a) - wait, 1e-9 * servers, servers * (1 - 1e-12))
    return load / servers


def split_utilisation(servers: int, classes: int, wait: float) -> float:
    """The same with the servers in equal classes that cannot stand in for one another, jobs spread alike."""
    _whole(servers=servers, classes=classes)
    if classes > servers:
        raise ValueError(f"classes must not exceed the {servers!r} servers, got {classes!r}.")
    return utilisation_at_wait(int(servers) // int(classes), wait)


def k_of_n(k: int, n: int, availability: float) -> float:
    """Probability that at least k of n independent nodes are up."""
    _whole(k=k, n=n)
    share(availability=availability)
    if k > n:
        raise ValueError(f"k must not exceed the {n!r} nodes, got {k!r}.")
    return float(binom.sf(k - 1, n, availability))


def chain_availability(stages: int, availability: float, replicas: int = 1) -> float:
    """Share of the time that a chain of stages works, each of which needs one of its replicas."""
    return k_of_n(1, replicas, availability) ** stages


def young_interval(checkpoint: float, between_failures: float) -> float:
    """Work between checkpoints that loses least time, to first order. Same unit of time as its arguments."""
    positive(checkpoint=checkpoint, between_failures=between_failures)
    return float(np.sqrt(2 * checkpoint * between_failures))


def daly_interval(checkpoint: float, between_failures: float) -> float:
    """The same to higher order; the time between failures itself where a checkpoint takes twice as long as that."""
    first = young_interval(checkpoint, between_failures)
    if checkpoint >= 2 * between_failures:
        return float(between_failures)
    ratio = checkpoint / (2 * between_failures)
    return first * (1 + np.sqrt(ratio) / 3 + ratio / 9) - checkpoint


def useful_share(checkpoint: float, between_failures: float, restart: float, interval: float) -> float:
    """Share of the time that goes into work that is kept: interval over the expected time to get it done."""
    positive(checkpoint=checkpoint, between_failures=between_failures, interval=interval)
    if restart < 0:
        raise ValueError(f"restart must not be negative, got {restart!r}.")
    spent = np.exp(restart / between_failures) * np.expm1((interval + checkpoint) / between_failures)
    return float(interval / (between_failures * spent))


@measured("percent")
def matching(parameters: pd.DataFrame, **changed: float) -> dict[str, float]:
    """Utilisation (percent) that one network's cards reach at the assumed wait: as one pool, and in classes; points lost."""
    given = values(parameters, **changed)
    cards, wait = int(given["cards"]), given["wait_share"]
    pooled = 100 * utilisation_at_wait(cards, wait)
    split = 100 * split_utilisation(cards, int(given["classes"]), wait)
    return {
        "pooled": pooled,
        "split": split,
        "lost": pooled - split,
        "classes": given["classes"],
        "each": cards // int(given["classes"]),
        "cards": cards,
        "one in": round(1 / wait),
    }


@measured("percent")
def pool_curves(*, waits: tuple[float, ...] = (0.01, 0.1, 0.25)) -> pd.DataFrame:
    """Utilisation (percent) at each share of waiting jobs (columns), by cards in the pool (rows 1 to 1,024)."""
    sizes = np.unique(np.geomspace(1, 1024, 41).round().astype(int))
    return pd.DataFrame(
        {wait: [100 * utilisation_at_wait(size, wait) for size in sizes] for wait in waits}, index=sizes
    )


@measured("percent of time")
def redundancy(parameters: pd.DataFrame) -> pd.DataFrame:
    """Share of the time (percent) that a model split among peers works: availability (low, value, high) by replicas."""
    given = values(parameters)
    row = parameters[(parameters.model == MODEL) & (parameters.parameter == "node_availability")].iloc[0]
    return pd.DataFrame(
        {
            r: [
                100 * chain_availability(int(given["stages"]), p, r)
                for p in (row.low, row["value"], row.high)
            ]
            for r in (1, 2)
        },
        index=["low", "value", "high"],
    )


@measured("servers, or percent of the time")
def stated(parameters: pd.DataFrame) -> dict[str, float]:
    """The split model as assumed: stages, and the share of the time (percent) that a node is up."""
    given = values(parameters)
    return {"stages": given["stages"], "node": 100 * given["node_availability"]}


@measured("percent of time, or minutes")
def saved_work(parameters: pd.DataFrame, **changed: float) -> dict[str, float]:
    """Useful share (percent) and checkpoint interval (minutes) of one job, in a datacentre and with cards that leave.

    The datacentre's failures are those of Llama 3; a card of a network leaves after `leave_hours` on average.
    """
    given = values(parameters, **changed)
    cards, write, restart = given["job_cards"], given["checkpoint_minutes"], given["restart_minutes"]
    hours = {
        "datacentre": given["llama3_gpus"] * given["llama3_days"] * 24 / given["llama3_failures"],
        "network": given["leave_hours"],
    }
    found = {}
    for name, each in hours.items():
        between = each * MINUTES / cards
        interval = daly_interval(write, between)
        found |= {name: 100 * useful_share(write, between, restart, interval), f"{name} interval": interval}
        found[f"{name} between"] = between
    return found | {"cards": cards}


@measured("minutes")
def llama3_checkpoint(parameters: pd.DataFrame) -> dict[str, float]:
    """Longest checkpoint (minutes) with which a job of Llama 3's size and failures can be as effective as reported.

    Restarts are taken to cost nothing, so it is an upper bound. Also: minutes between its failures.
    """
    given = values(parameters)
    between = given["llama3_days"] * 24 * MINUTES / given["llama3_failures"]

    def excess(write: float) -> float:
        return useful_share(write, between, 0.0, daly_interval(write, between)) - given["llama3_effective"]

    return {"checkpoint": brentq(excess, 1e-3, between), "between": between}


@measured("percent")
def sweep(parameters: pd.DataFrame) -> pd.DataFrame:
    """What each assumed or ranged parameter moves over its range, the others fixed.

    Index: parameter. Columns: quantity (what it moves), low and high (the parameter's ends), at_low, at_high (percent).
    """
    moved = {
        "wait_share": ("points lost to splitting", lambda **c: matching(parameters, **c).value["lost"]),
        "cards": ("points lost to splitting", lambda **c: matching(parameters, **c).value["lost"]),
        "classes": ("points lost to splitting", lambda **c: matching(parameters, **c).value["lost"]),
        "node_availability": ("time a split model works", lambda **c: _chain(parameters, **c)),
        "stages": ("time a split model works", lambda **c: _chain(parameters, **c)),
        "job_cards": ("useful time of a job", lambda **c: saved_work(parameters, **c).value["network"]),
        "checkpoint_minutes": ("useful time of a job", lambda **c: saved_work(parameters, **c).value["network"]),
        "restart_minutes": ("useful time of a job", lambda **c: saved_work(parameters, **c).value["network"]),
        "leave_hours": ("useful time of a job", lambda **c: saved_work(parameters, **c).value["network"]),
    }  # fmt: skip
    chosen = parameters[parameters.model == MODEL].set_index("parameter")
    rows = {
        name: (
            quantity,
            chosen.low[name],
            chosen.high[name],
            *(compute(**{name: float(chosen.loc[name, end])}) for end in ("low", "high")),
        )
        for name, (quantity, compute) in moved.items()
    }
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["quantity", "low", "high", "at_low", "at_high"]
    )


def _chain(parameters: pd.DataFrame, **changed: float) -> float:
    given = values(parameters, **changed)
    return 100 * chain_availability(int(given["stages"]), given["node_availability"])


def agrees(observed: float, modelled: float, tolerance: float) -> str:
    """Verdict on the model by one observation: holds when they differ by no more than the tolerance."""
    return "holds" if abs(observed - modelled) <= tolerance else "does not hold"
