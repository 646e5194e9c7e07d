"""Training and inference over slow links: time to compute against time to exchange.

Symbols: N parameters; b tokens of a worker in one step; F FLOP/s of a worker at its peak; u share of the peak that is
reached (MFU); H steps between two exchanges; M workers in an exchange; V bytes of one payload; W bandwidth in bit/s;
e latency in seconds. Sources:

- computing: 6 N b FLOP for a step (Kaplan et al., arXiv 2001.08361), attention added by the run's own accounting;
- ring: 2 V (1 - 1/M) / W + e (arXiv 2503.09799, appendix A.2, after Patarasuk & Yuan 2009);
- store: each uploads one payload and downloads those of all contributors (arXiv 2603.08163v2, section 3);
- utilisation: computing over computing plus waiting; arXiv 2501.18512 lets an exchange run behind the backward pass;
- split inference: one round trip to each server of a chain, or half of one for each hop when servers pass on
  (Petals, arXiv 2209.01188).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from ladders.models.parameters import positive, values_of
from ladders.results import measured

MODEL = "training"
values = partial(values_of, MODEL)
"""The values of this model's parameters, by name."""

BITS = 8
GIGA, TERA = 1e9, 1e12
FP32, BF16 = 4, 2
"""Bytes of a value."""

GOOD = 0.9
"""Utilisation that the tables below solve for: a tenth of the machines' time is lost."""


def step_seconds(parameters: float, tokens: float, peak: float, mfu: float) -> float:
    """Seconds of one step: 6 N b / (F u). parameters: N; tokens: b; peak: F in FLOP/s; mfu: u, 0 to 1."""
    positive(parameters=parameters, tokens=tokens, peak=peak, mfu=mfu)
    if np.any(np.asarray(mfu) > 1):
        raise ValueError(f"mfu is a share of the peak, at most 1, got {mfu!r}.")
    return 6 * parameters * tokens / (peak * mfu)


def ring_seconds(payload: float, bandwidth: float, workers: float, latency: float = 0.0) -> float:
    """Seconds of a ring all-reduce. payload: V in bytes; bandwidth: W in bit/s; workers: M >= 2; latency: seconds."""
    positive(payload=payload, bandwidth=bandwidth, workers=workers)
    if np.any(np.asarray(workers) < 2):
        raise ValueError(f"workers must be at least 2 to exchange anything, got {workers!r}.")
    return 2 * (1 - 1 / workers) * BITS * payload / bandwidth + latency


def store_seconds(payload: float, up: float, down: float, contributors: float) -> float:
    """Seconds to upload one payload (bytes) and download those of all contributors; up, down in bit/s."""
    positive(payload=payload, up=up, down=down, contributors=contributors)
    return BITS * payload / up + contributors * BITS * payload / down


def utilisation(computing: float, exchange: float, hidden: float = 0.0) -> float:
    """Share of the time spent computing. computing: H steps, seconds; exchange: seconds; hidden: seconds of it that
    run behind computing. Between 0 and 1; more waiting never raises it."""
    positive(computing=computing)
    if np.any(np.asarray(exchange) < 0) or np.any(np.asarray(hidden) < 0):
        raise ValueError(
            f"exchange and hidden must not be negative, got exchange={exchange!r}, hidden={hidden!r}."
        )
    return computing / (computing + np.maximum(exchange - hidden, 0.0))


def ring_bandwidth(
    payload: float, workers: float, computing: float, target: float, hidden: float = 0.0
) -> float:
    """Bandwidth (bit/s) at which a ring reaches a target utilisation: the inverse of the three functions above."""
    positive(payload=payload, workers=workers, computing=computing)
    if not np.all((np.asarray(target) > 0) & (np.asarray(target) < 1)):
        raise ValueError(f"target is a utilisation between 0 and 1, got {target!r}.")
    return 2 * (1 - 1 / workers) * BITS * payload / (computing * (1 / target - 1) + hidden)


def top_k_bytes(kept: float, chunk: float, index_bits: float, value_bits: float) -> float:
    """Bytes sent for each parameter when `kept` of each `chunk` values travel, each with its index."""
    positive(kept=kept, chunk=chunk, index_bits=index_bits, value_bits=value_bits)
    if kept > chunk:
        raise ValueError(f"kept must not exceed the chunk of {chunk!r}, got {kept!r}.")
    return kept / chunk * (index_bits + value_bits) / BITS


def chain_seconds(servers: float, round_trip: float) -> tuple[float, float]:
    """Least and greatest seconds that round trips add to a token: servers pass on ((n + 1) / 2), the client relays (n)."""
    positive(servers=servers, round_trip=round_trip)
    return (servers + 1) / 2 * round_trip, servers * round_trip


class Replication(NamedTuple):
    """Modelled against published bandwidth. ratio: modelled over published."""

    cells: int
    within: int
    mean_ratio: float
    least: float
    greatest: float


BAND = 1.5
"""A cell is reproduced when model and table differ by no more than this factor. Set before the cells were compared
one by one; the table's own steps between neighbouring bandwidths are about 1.2."""


@measured("ratio")
def replicated_cells(
    diloco_table: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    overlap: float | None = None,
    replicas: float | None = None,
) -> pd.DataFrame:
    """The published table with the model beside it: columns modelled (Gb/s) and ratio (modelled over published).

    One exchange of bf16 values every H steps between two replicas; the exchange may hide behind the last backward
    pass. Nothing is fitted to the table.
    """
    given = values(parameters)
    share = given["overlap"] if overlap is None else overlap
    modelled = ring_bandwidth(
        given["gradient_bytes"] * diloco_table.parameters.to_numpy(),
        given["table_replicas"] if replicas is None else replicas,
        diloco_table.inner_steps.to_numpy(float) * diloco_table.step_seconds.to_numpy(),
        diloco_table.utilisation.to_numpy(float) / 100,
        share * diloco_table.step_seconds.to_numpy(),
    )
    return diloco_table.assign(modelled=modelled / GIGA).assign(
        ratio=lambda cells: cells.modelled / cells.bandwidth_gbps
    )


@measured("ratio")
def replication(
    diloco_table: pd.DataFrame, parameters: pd.DataFrame, *, overlap: float | None = None
) -> Replication:
    """How well the model reproduces the published table: cells, cells within the band, geometric mean and extremes."""
    ratio = replicated_cells(diloco_table, parameters, overlap=overlap).value.ratio
    within = ((ratio <= BAND) & (ratio >= 1 / BAND)).sum()
    return Replication(
        len(ratio), int(within), float(np.exp(np.log(ratio).mean())), float(ratio.min()), float(ratio.max())
    )


def reproduces(found: Replication) -> str:
    """Verdict on the model by its own check: holds when every published cell lies within the band."""
    return "holds" if found.within == found.cells else "does not hold"


@measured("minutes")
def window(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, float]:
    """Minutes of computing between two exchanges of INTELLECT-1, by how FLOP are counted, beside the reported ones.

    run: as the run counts (input embedding left out, full square of attention); causal: half of the square;
    plain: 6 N alone, all parameters. gap: the run's way against the report, percent.
    """
    given = values(parameters)
    run = training_runs.set_index("run_id").loc["intellect-1-usa"]
    tokens = run.tokens_per_step * run.inner_steps
    speed = given["gpus"] * given["peak_h100"] * TERA * given["intellect1_mfu"]
    square = given["intellect1_layers"] * given["intellect1_width"] * given["intellect1_sequence"]

    def minutes(counted: float, factor: float) -> float:
        return (6 * counted + factor * square) * tokens / speed / 60

    found = {
        "run": minutes(given["intellect1_counted"], given["attention_factor"]),
        "causal": minutes(given["intellect1_counted"], given["attention_factor"] / 2),
        "plain": minutes(run.parameters, 0),
        "all parameters": minutes(run.parameters, given["attention_factor"]),
        "reported": run.compute_seconds / 60,
    }
    return found | {"gap": 100 * (found["run"] / found["reported"] - 1)}


@measured("ratio")
def compression(parameters: pd.DataFrame) -> dict[str, float]:
    """How many times smaller a sparse payload is than one of all values: in fp32 and in bf16."""
    given = values(parameters)
    sent = top_k_bytes(*(given[name] for name in ("topk_kept", "topk_chunk", "index_bits", "value_bits")))
    return {"fp32": FP32 / sent, "bf16": BF16 / sent}


@measured("seconds, Gb/s, GB or share")
def covenant_links(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, float]:
    """What the payload and the deadlines of Covenant-72B ask of a peer's links, beside the limits its paper assumes.

    payload (GB); upload, least upload (at the bound of any index code), both directions (seconds at the assumed limits);
    need up, need down (Gb/s, to keep the deadlines); utilisation at the limits, and the most that the
    window in the repository allows; reported utilisation and seconds.
    """
    given = values(parameters)
    run = training_runs.set_index("run_id").loc["covenant-72b"]
    kept = (given["topk_kept"], given["topk_chunk"])
    bound = parameters.set_index(["model", "parameter"]).low.loc[(MODEL, "index_bits")]
    payload, least = (
        run.parameters * top_k_bytes(*kept, bits, given["value_bits"])
        for bits in (given["index_bits"], bound)
    )
    up, down = given["covenant_up"] * GIGA, given["covenant_down"] * GIGA
    both = store_seconds(payload, up, down, run.workers)
    return {
        "payload": payload / GIGA,
        "upload": BITS * payload / up,
        "least upload": BITS * least / up,
        "both": both,
        "need up": BITS * payload / given["upload_deadline"] / GIGA,
        "need down": run.workers * BITS * payload / given["gather_timeout"] / GIGA,
        "at limits": float(utilisation(run.compute_seconds, both)),
        "by window": run.compute_seconds / given["covenant_window"],
        "reported": run.utilisation,
        "reported seconds": run.sync_seconds,
        "limit up": given["covenant_up"] * 1000,
        "limit down": given["covenant_down"] * 1000,
        "deadline": given["upload_deadline"],
    }


@measured("Gb/s")
def implied_links(training_runs: pd.DataFrame) -> pd.Series:
    """Ring bandwidth that follows from the exchange time of INTELLECT-1's settings; derived, so no check of the model."""
    runs = training_runs[(training_runs.exchange == "ring") & training_runs.sync_seconds.notna()].set_index(
        "run_id"
    )
    bits = 2 * (1 - 1 / runs.workers) * BITS * runs.parameters * runs.bytes_per_value
    return bits / runs.sync_seconds / GIGA


@measured("share of time")
def stepwise_utilisation(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.Series:
    """Utilisation of each run whose links are stated, had it exchanged bf16 gradients after every step over its
    fastest stated link; the reported computing time is used. Index run_id."""
    given = values(parameters)
    runs = training_runs.dropna(subset=["link_high_gbps", "compute_seconds"]).set_index("run_id")
    step = runs.compute_seconds / runs.inner_steps.astype(float)
    exchange = ring_seconds(
        given["gradient_bytes"] * runs.parameters, runs.link_high_gbps * GIGA, runs.workers
    )
    return utilisation(step, exchange, given["overlap"] * step)


@measured("ratio")
def frontier_gap(training_runs: pd.DataFrame, parameters: pd.DataFrame, *, estimate: str = "value") -> float:
    """How many times more FLOP a frontier model took than the largest run over ordinary links (6 N D).

    estimate: of the frontier's FLOP, "value", "low" or "high".
    """
    frontier = parameters.set_index("parameter").loc["frontier_flop", estimate]
    return float(frontier / (6 * training_runs.parameters * training_runs.tokens).max())


class Method(NamedTuple):
    """A way to exchange. every: steps between exchanges; sent: bytes for each parameter; store: else a ring."""

    every: float
    sent: float
    store: bool = False


def methods(given: Mapping[str, float]) -> dict[str, Method]:
    """The published ways to exchange that the book compares, by name."""
    sparse = top_k_bytes(*(given[name] for name in ("topk_kept", "topk_chunk", "index_bits", "value_bits")))
    return {
        "every step, bf16": Method(1, given["gradient_bytes"]),
        "every 100 steps, bf16": Method(100, BF16),
        "every 100 steps, int8": Method(100, 1),
        "every 30 steps, sparse": Method(30, sparse, store=True),
    }


def reference_utilisation(given: Mapping[str, float], method: Method, bandwidth: float) -> float:
    """Utilisation of the reference worker (table parameters) for a method, at a bandwidth in bit/s both ways."""
    step = step_seconds(
        given["reference_parameters"], given["tokens_per_step"], given["worker_peak"] * TERA, given["mfu"]
    )
    payload = given["reference_parameters"] * method.sent
    if method.store:
        exchange = store_seconds(payload, bandwidth, bandwidth, given["workers"]) + given["latency"]
    else:
        exchange = ring_seconds(payload, bandwidth, given["workers"], given["latency"])
    return utilisation(method.every * step, exchange, given["overlap"] * step if method.every == 1 else 0.0)


LINKS = (0.1, 1.0, 10.0)
"""Gb/s at which the methods are compared: a home upload, what networks ask for, a good datacentre's uplink."""


@measured("percent, or Gb/s")
def methods_compared(parameters: pd.DataFrame) -> pd.DataFrame:
    """Utilisation (percent) of the reference worker by method at LINKS, and the Gb/s at which it reaches GOOD."""
    given = values(parameters)
    grid = np.geomspace(1e5, 1e13, 40_001)
    rows = {}
    for name, method in methods(given).items():
        curve = reference_utilisation(given, method, grid)
        rows[name] = [100 * reference_utilisation(given, method, link * GIGA) for link in LINKS] + [
            grid[np.argmax(curve >= GOOD)] / GIGA
        ]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*map(str, LINKS), "needed"])


@measured("percent of time")
def sweep(parameters: pd.DataFrame) -> pd.DataFrame:
    """Utilisation (percent) of the reference worker as each assumed parameter of it goes over its range, others fixed.

    Index: parameter. Columns: few low, few high (the exchange of INTELLECT-1, int8), every low, every high (an exchange
    after every step), unit, low, high (the range). Parameters that move neither are left out.
    """
    chosen = parameters[(parameters.model == MODEL) & parameters.assumed].set_index("parameter")
    base = _two_ways(values(parameters))
    rows = {}
    for name, row in chosen.iterrows():
        ends = [_two_ways(values(parameters, **{name: end})) for end in (row.low, row.high)]
        if any(not np.allclose(end, base) for end in ends):
            rows[name] = [ends[0][0], ends[1][0], ends[0][1], ends[1][1], row.unit, row.low, row.high]
    columns = ["few low", "few high", "every low", "every high", "unit", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _two_ways(given: Mapping[str, float]) -> tuple[float, float]:
    """Utilisation in percent with few exchanges and with one after every step, over the ordinary link."""
    link = given["link"] * GIGA
    few, every = Method(given["inner_steps"], 1), Method(1, given["gradient_bytes"])
    return tuple(100 * float(reference_utilisation(given, method, link)) for method in (few, every))


@measured("percent of time")
def sweep_base(parameters: pd.DataFrame) -> dict[str, float]:
    """Utilisation with nothing changed: few exchanges, and one after every step."""
    few, every = _two_ways(values(parameters))
    return {"few": few, "every": every}


@measured("FLOP a byte")
def intensity(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Computing done for each byte that crosses a peer's link. Index: name; columns flop_per_byte, kind.

    Kinds: training (each run, all that one worker sends and fetches), every step (the same runs, exchanging after each
    step: sent and fetched bytes of a ring), whole (inference by one peer, text in and out), split (inference over a
    chain, 16-bit activations between servers, all hops).
    """
    given = values(parameters)
    rows = []
    for run in training_runs.dropna(subset=["tokens_per_step", "bytes_per_value"]).itertuples():
        flop = 6 * run.parameters * run.tokens_per_step
        ring = 2 * (1 - 1 / run.workers)
        moved = ring if run.exchange == "ring" else 1 + run.workers
        rows += [
            (
                run.run_id,
                flop * float(run.inner_steps) / (moved * run.bytes_per_value * run.parameters),
                "training",
            ),
            (run.run_id, flop / (ring * given["gradient_bytes"] * run.parameters), "every step"),
            (run.run_id, 2 * run.parameters / given["text_bytes"], "whole"),
        ]
    for pair in split_inference.drop_duplicates(["model", "servers"]).itertuples():
        crossing = (pair.servers + 1) * BF16 * pair.width
        rows.append((pair.pair_id, 2 * pair.parameters / crossing, "split"))
    return pd.DataFrame(rows, columns=["name", "flop_per_byte", "kind"])


@measured("FLOP a byte")
def intensity_by_kind(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Least and greatest FLOP a byte (in millions) by kind; columns least, most."""
    found = intensity(training_runs, split_inference, parameters).value
    return found.groupby("kind").flop_per_byte.agg(least="min", most="max") / 1e6


@measured("ratio")
def traffic_advantage(
    training_runs: pd.DataFrame,
    split_inference: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    training: str = "training",
) -> pd.Series:
    """How many times less traffic whole-model inference needs than training of the same model for the same computing.

    Index run_id. training: "training" (as the run exchanged) or "every step".
    """
    found = intensity(training_runs, split_inference, parameters).value
    by_run = found[found.kind.isin(["whole", training])].pivot(
        index="name", columns="kind", values="flop_per_byte"
    )
    return (
        by_run["whole"] / by_run[training] if {"whole", training} <= set(by_run) else pd.Series(dtype=float)
    )


@measured("ratio")
def split_disadvantage(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> dict[str, float]:
    """How many times more traffic split inference needs than training with few exchanges, for the same computing."""
    kinds = intensity(training_runs, split_inference, parameters).value.groupby("kind").flop_per_byte
    return {
        "least": kinds.min()["training"] / kinds.max()["split"],
        "most": kinds.max()["training"] / kinds.min()["split"],
    }


@measured("billions of parameters")
def memory_limits(parameters: pd.DataFrame) -> pd.DataFrame:
    """Largest model (billions of parameters) that a peer can hold to train and to serve, whole. Index: peer."""
    given = values(parameters)
    peers = {
        "one consumer GPU": given["home_memory"],
        "eight H100": given["gpus"] * given["h100_memory"],
        "eight B200": given["gpus"] * given["b200_memory"],
    }
    return pd.DataFrame(
        {
            "train": {peer: memory / given["train_memory"] for peer, memory in peers.items()},
            "serve": {peer: memory / given["serve_memory"] for peer, memory in peers.items()},
        }
    )


@measured("seconds a token")
def added_latency(split_inference: pd.DataFrame) -> pd.DataFrame:
    """Seconds that the longer round trip adds to a token: observed, and the model's least and greatest.

    Index pair_id. The short round trip is only known to be at most `rtt_near_ms`, so the least takes it at that and
    the greatest at zero. Column inside: the observed one lies within.
    """
    pairs = split_inference.dropna(subset=["steps_near"]).set_index("pair_id")
    observed = 1 / pairs.steps_far - 1 / pairs.steps_near
    least, _ = chain_seconds(pairs.servers, (pairs.rtt_far_ms - pairs.rtt_near_ms) / 1000)
    _, greatest = chain_seconds(pairs.servers, pairs.rtt_far_ms / 1000)
    table = pd.DataFrame({"observed": observed, "least": least, "greatest": greatest})
    return table.assign(inside=observed.between(least, greatest), servers_basis=pairs.servers_basis)


@measured("count")
def latency_counts(split_inference: pd.DataFrame) -> dict[str, float]:
    """Pairs, pairs inside the model's band, and the range of observed and of modelled seconds."""
    found = added_latency(split_inference).value
    return {
        "pairs": len(found),
        "inside": int(found.inside.sum()),
        "observed least": found.observed.min(),
        "observed most": found.observed.max(),
        "least": found.least.min(),
        "greatest": found.greatest.max(),
    }


FAR = 0.1
"""Seconds of a round trip between continents."""


@measured("tokens a second")
def most_tokens(split_inference: pd.DataFrame) -> pd.Series:
    """Most tokens a second that a chain can give at a round trip of FAR, whatever its machines. Index: servers."""
    servers = split_inference.servers.astype(float).drop_duplicates()
    return pd.Series({int(n): 1 / chain_seconds(n, FAR)[0] for n in servers})


@measured("servers")
def chain_lengths(split_inference: pd.DataFrame) -> dict[str, int]:
    """Servers of the shortest and of the longest chain."""
    return {"short": int(split_inference.servers.min()), "long": int(split_inference.servers.max())}


class Quality(NamedTuple):
    """What local steps cost in the quality of the model, by two readings of one paper.

    joint: effective share of compute (10 billion parameters, 20 replicas) by the joint law; larger: the same at 70
    billion; crossing: billions of parameters from which the law fitted to eight replicas alone is below data-parallel.
    """

    joint: float
    larger: float
    crossing: float
    parameters: float
    larger_parameters: float
    replicas: float


@measured("share of compute, or billions of parameters")
def quality(parameters: pd.DataFrame) -> Quality:
    """Loss laws of arXiv 2503.09799 (tables 7 and 10) read as compute. Data grow with N, so that compute grows as N^2."""
    given = values(parameters)
    replicas = 20

    def effective(size: float) -> float:
        loss = (
            given["law_joint_scale"]
            * size ** given["law_joint_exponent"]
            * replicas ** given["law_joint_replicas"]
        )
        same = (loss / given["law_parallel_scale"]) ** (1 / given["law_parallel_exponent"])
        return (same / size) ** 2

    crossing = (given["law_eight_scale"] / given["law_parallel_scale"]) ** (
        1 / (given["law_parallel_exponent"] - given["law_eight_exponent"])
    )
    return Quality(effective(10e9), effective(70e9), crossing / GIGA, 10, 70, replicas)


@measured("Mb/s")
def data_rate(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.Series:
    """Mb/s at which a worker reads its training data, index run_id: the "huge data" of training at scale."""
    given = values(parameters)
    runs = training_runs.dropna(subset=["tokens_per_step", "compute_seconds"]).set_index("run_id")
    tokens = runs.tokens_per_step * runs.inner_steps.astype(float)
    return BITS * given["bytes_per_training_token"] * tokens / runs.compute_seconds / 1e6


@measured("verdict")
def checks(
    diloco_table: pd.DataFrame,
    training_runs: pd.DataFrame,
    split_inference: pd.DataFrame,
    parameters: pd.DataFrame,
) -> pd.DataFrame:
    """The model against what was published and not fitted. Columns: check, published, low, high, unit, verdict.

    holds: the published value lies from low to high. The table of cells is one row: its worst ratio against the band.
    The published compression is "more than" its value, in whole numbers. INTELLECT-1's window is bounded by two ways to count FLOP; Covenant-72B's exchange by the least payload that is only
    uploaded and the whole exchange as described, both at the links that its paper assumes.
    """
    ratio = replicated_cells(diloco_table, parameters).value.ratio
    minutes, factors = window(training_runs, parameters).value, compression(parameters).value
    links, given = covenant_links(training_runs, parameters).value, values(parameters)
    worst = float(ratio.iloc[np.argmax(np.abs(np.log(ratio)))])
    rows = [
        (f"Published table, worst of {len(ratio)} cells", worst, 1 / BAND, BAND, "times"),
        (
            "INTELLECT-1, computing between exchanges",
            minutes["reported"],
            minutes["causal"],
            minutes["all parameters"],
            "min",
        ),
        (
            "Covenant-72B, compression from fp32",
            given["published_compression"],
            factors["fp32"] - 1,
            factors["fp32"],
            "times",
        ),
        (
            "Covenant-72B, exchange at its assumed links",
            links["reported seconds"],
            links["least upload"],
            links["both"],
            "s",
        ),
    ]
    for pair in added_latency(split_inference).value.itertuples():
        rows.append(
            (
                f"Petals, added by a long round trip: {pair.Index}",
                pair.observed,
                pair.least,
                pair.greatest,
                "s",
            )
        )
    table = pd.DataFrame(rows, columns=["check", "published", "low", "high", "unit"])
    inside = table.published.between(table.low, table.high)
    return table.assign(verdict=np.where(inside, "holds", "does not hold"))


@measured("count")
def check_counts(
    diloco_table: pd.DataFrame,
    training_runs: pd.DataFrame,
    split_inference: pd.DataFrame,
    parameters: pd.DataFrame,
) -> dict[str, int]:
    """Number of checks: all, and by verdict."""
    verdicts = checks(diloco_table, training_runs, split_inference, parameters).value.verdict
    return {"all": len(verdicts)} | {
        verdict: int((verdicts == verdict).sum()) for verdict in ("holds", "does not hold")
    }


PLAIN = {
    "overlap": "exchange behind the backward pass",
    "gradient_bytes": "bytes of a gradient value",
    "workers": "workers in the exchange",
    "worker_peak": "speed of a worker",
    "mfu": "share of its peak that it reaches",
    "tokens_per_step": "tokens in a step",
    "inner_steps": "steps between exchanges",
    "link": "bandwidth of the links",
    "latency": "latency",
    "text_bytes": "bytes of a token of text",
}
"""Assumed parameters in plain words."""

BARS = {"few": 80.0, "every": 50.0}
"""Percent: few exchanges are good enough above the first, an exchange after every step is too slow below the second."""


@measured("names")
def sweep_turns(parameters: pd.DataFrame) -> dict[str, str]:
    """Which assumed parameters carry the reference worker over the bar, in plain words: few, every ("none" if none)."""
    found, base = sweep(parameters).value, sweep_base(parameters).value
    turned = {}
    for way, bar in BARS.items():
        ends = found[[f"{way} low", f"{way} high"]]
        crossing = ((ends >= bar) != (base[way] >= bar)).any(axis=1)
        turned[way] = " and ".join(PLAIN[name] for name in found.index[crossing]) or "none"
    return turned


@measured("percent")
def stepwise_percent(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.Series:
    """stepwise_utilisation in percent; index run_id."""
    return 100 * stepwise_utilisation(training_runs, parameters).value


@measured("percent")
def covenant_percent(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, float]:
    """Utilisation of Covenant-72B in percent: reported, at the links its paper assumes, at most by the code's window."""
    links = covenant_links(training_runs, parameters).value
    return {name: 100 * links[name] for name in ("reported", "at limits", "by window")}


@measured("values or bits")
def sparse_code(parameters: pd.DataFrame) -> dict[str, float]:
    """How Covenant-72B packs a payload: values kept of each chunk, bits for the place and for the value."""
    given = values(parameters)
    return {name: given[name] for name in ("topk_kept", "topk_chunk", "index_bits", "value_bits")}
