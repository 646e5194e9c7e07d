"""The named systems: what is known of each, where each map puts them, who uses whom, who can steer them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
import pandas as pd

from ladders.evidence.inference import Share, exact_share
from ladders.results import measured

CORE = ("does", "token", "on_chain", "workload", "ai_role", "status")
"""Attributes that every system has."""

UNKNOWN = "not verified"

WEAK_CARD = 0.1
"""H100 equivalents that a device of unknown or weaker kind counts for at least: an RTX 3090 does about 71 of the 989
dense 16-bit teraflops of an H100 by the maker's data sheets, an RTX 4090 about 165. Swept in the specification curve."""


def values(system_facts: pd.DataFrame, *, without_low: bool = False) -> pd.DataFrame:
    """The facts as a table: one row a system, one column an attribute; missing cells are "not verified".

    without_low: leave out cells of low confidence.
    """
    facts = system_facts[system_facts.confidence != "low"] if without_low else system_facts
    wide = facts.pivot(index="system_id", columns="attribute", values="value")
    attributes = [*CORE, "control", "payment", "open_training", "gpu_rental"]
    return wide.reindex(columns=attributes, fill_value=UNKNOWN).fillna(UNKNOWN)


@measured("count")
def cell_counts(systems: pd.DataFrame, system_facts: pd.DataFrame) -> dict[str, int]:
    """Cells of the table of facts: systems, all cells, and those that could not be verified."""
    open_cells = system_facts[system_facts.value == UNKNOWN]
    return {
        "systems": len(systems),
        "cells": len(system_facts),
        "core": int(system_facts.attribute.isin(CORE).sum()),
        "verified": int((system_facts.value != UNKNOWN).sum()),
        "not verified": len(open_cells),
        "searched": int((open_cells.looked_for != "").sum()),
        "systems with open cells": open_cells.system_id.nunique(),
        "low": int((system_facts.confidence == "low").sum()),
    }


@measured("count")
def status_counts(systems: pd.DataFrame, system_facts: pd.DataFrame) -> dict[str, int]:
    """Status of the crypto-AI systems: number by value, and all of them. Techniques are left out."""
    chosen = systems[(systems.group == "crypto-ai") & (systems.kind != "technique")]
    found = values(system_facts).status.reindex(chosen.system_id)
    return {"all": len(chosen), **found.value_counts().to_dict()}


@measured("count")
def role_counts(systems: pd.DataFrame, system_facts: pd.DataFrame) -> dict[str, int]:
    """Part of the AI in the crypto-AI systems: number by value."""
    chosen = systems[systems.group == "crypto-ai"]
    return values(system_facts).ai_role.reindex(chosen.system_id).value_counts().to_dict()


def layers(placements: pd.DataFrame, classes: pd.DataFrame) -> pd.DataFrame:
    """Where text 004 puts each system. Columns: system_id, rank, layer (1 infrastructure to 4 applications)."""
    stack = classes[classes.scheme == "stack"].set_index("class_id")
    top = stack.parent.where(stack.parent != "", stack.index.to_series())
    position = top.map(stack.position[stack.parent == ""])
    placed = placements[placements.class_id.isin(stack.index)]
    return placed.assign(layer=placed.class_id.map(position).astype(int))[["system_id", "rank", "layer"]]


@measured("class")
def crosswalk(
    placements: pd.DataFrame, classes: pd.DataFrame, other_placements: pd.DataFrame
) -> pd.DataFrame:
    """First class of each system in each map, "" where a map leaves it out. Columns: text 002, text 004, sok, awesome."""
    first = placements[placements["rank"] == 1]
    stack = set(classes[classes.scheme == "stack"].class_id)
    parent = classes.set_index("class_id").parent
    whole = first.class_id.map(lambda class_id: parent[class_id] or class_id)
    place = first.class_id.where(~first.class_id.isin(stack), whole)
    maps = {
        "text 002": place[first.text == "002"].set_axis(first.system_id[first.text == "002"]),
        "text 004": place[first.text == "004"].set_axis(first.system_id[first.text == "004"]),
    }
    for scheme in ("sok", "awesome"):
        rows = other_placements[other_placements.scheme == scheme]
        maps[scheme] = rows.set_index("system_id").place
    return pd.DataFrame(maps).fillna("")


MOST_EXACT = 7
"""Systems up to which every order is tried; beyond, a seeded sample of orders."""


def _rand_index(left: Sequence[str], right: Sequence[str]) -> float:
    """Adjusted Rand index of two groupings of the same systems."""
    # Not at the top: slow to import, and every chapter imports this module.
    from sklearn.metrics import adjusted_rand_score

    return adjusted_rand_score(left, right)


def _permutation_p(left: list[str], right: list[str], found: float) -> float:
    """Share of the orders of the right labels that agree with the left at least as well."""
    if len(right) <= MOST_EXACT:
        orders = set(permutations(right))
    else:
        rng = np.random.default_rng(0)
        orders = {tuple(rng.permutation(right)) for _ in range(2000)}
    return float(np.mean([_rand_index(left, order) >= found - 1e-9 for order in orders]))


@measured("adjusted Rand index")
def agreement(
    placements: pd.DataFrame, classes: pd.DataFrame, other_placements: pd.DataFrame
) -> pd.DataFrame:
    """Agreement of every two maps on the systems that both place.

    rand: adjusted Rand index (1: the same groups, 0: as by chance), Hubert & Arabie (1985). low, high: range when each
    system in turn is left out. p: permutation test, exact up to MOST_EXACT systems. Rows: pairs of maps; n: systems in both.
    """
    maps = crosswalk(placements, classes, other_placements).value
    rows = []
    for left, right in combinations(maps.columns, 2):
        both = maps[(maps[left] != "") & (maps[right] != "")]
        a, b = both[left].tolist(), both[right].tolist()
        index = _rand_index(a, b) if len(both) > 1 else np.nan
        without = [
            _rand_index(a[:i] + a[i + 1 :], b[:i] + b[i + 1 :]) for i in range(len(both)) if len(both) > 2
        ]
        low, high = (min(without), max(without)) if without else (np.nan, np.nan)
        p = _permutation_p(a, b, index) if len(both) > 1 else np.nan
        rows.append((left, right, len(both), index, low, high, p))
    return pd.DataFrame(rows, columns=["left", "right", "n", "rand", "low", "high", "p"])


@measured("adjusted Rand index")
def agreement_summary(
    placements: pd.DataFrame, classes: pd.DataFrame, other_placements: pd.DataFrame
) -> dict[str, float]:
    """Least and largest agreement of two maps, the least p value, and the most systems that two maps share."""
    found = agreement(placements, classes, other_placements).value
    return {
        "least": found.rand.min(),
        "most": found.rand.max(),
        "p": found.p.min(),
        "shared": int(found.n.max()),
    }


UNSEARCHED = ("ethereum", "oracles")
"""Placed by text 004, but not searched for uses of others: a general chain, and a kind of network without a name."""


def link_layers(
    placements: pd.DataFrame, classes: pd.DataFrame, system_links: pd.DataFrame, *, first_only: bool = False
) -> pd.DataFrame:
    """Every use of one system of text 004 by another, with the layers of both (a twice-placed system counts twice).

    Columns: user_id, used_id, user_layer, used_layer. first_only: the first placement alone.
    """
    placed = layers(placements, classes)
    if first_only:
        placed = placed[placed["rank"] == 1]
    users = placed.rename(columns={"system_id": "user_id", "layer": "user_layer"}).drop(columns="rank")
    used = placed.rename(columns={"system_id": "used_id", "layer": "used_layer"}).drop(columns="rank")
    return system_links[["user_id", "used_id"]].merge(users, on="user_id").merge(used, on="used_id")


@measured("count")
def link_directions(
    placements: pd.DataFrame, classes: pd.DataFrame, system_links: pd.DataFrame
) -> dict[str, int]:
    """Uses between systems of text 004, by direction, first placements; a use counts once."""
    found = link_layers(placements, classes, system_links, first_only=True)
    step = found.user_layer - found.used_layer
    return {
        "all": len(found),
        "layer below": int((step == 1).sum()),
        "further below": int((step > 1).sum()),
        "same layer": int((step == 0).sum()),
        "layer above": int((step < 0).sum()),
        "ethereum": int((found.used_id == "ethereum").sum()),
    }


def carried_units(
    placements: pd.DataFrame,
    classes: pd.DataFrame,
    system_links: pd.DataFrame,
    *,
    ethereum: bool = True,
    first_only: bool = False,
    any_lower: bool = False,
) -> pd.Series:
    """For every system above the lowest layer: does it use one of the layer directly below?

    Index: (system_id, layer). ethereum: count uses of Ethereum, which text 004 puts in the middleware.
    any_lower: any lower layer will do.
    """
    placed = layers(placements, classes)
    if first_only:
        placed = placed[placed["rank"] == 1]
    links = system_links if ethereum else system_links[system_links.used_id != "ethereum"]
    found = link_layers(placements, classes, links, first_only=first_only)
    step = found.user_layer - found.used_layer
    good = found[step > 0] if any_lower else found[step == 1]
    carried = set(zip(good.user_id, good.user_layer, strict=True))
    upper = placed[(placed.layer > 1) & ~placed.system_id.isin(UNSEARCHED)]
    units = list(dict.fromkeys(zip(upper.system_id, upper.layer, strict=True)))
    return pd.Series([unit in carried for unit in units], index=pd.MultiIndex.from_tuples(units), dtype=bool)


@measured("share")
def carried(placements: pd.DataFrame, classes: pd.DataFrame, system_links: pd.DataFrame) -> Share:
    """Share of the systems above the lowest layer that use one of the layer directly below."""
    units = carried_units(placements, classes, system_links)
    return exact_share(int(units.sum()), len(units), whole=1)


TEXT_CLASSES = ("compute", "data")
"""Classes of text 002 of which it says that they lessen dependence on central institutions."""

STACK_CLASSES = ("compute-providers", "training", "marketplaces")
"""Classes of text 004 that hold systems of the same kinds."""


def steerable(
    placements: pd.DataFrame,
    system_facts: pd.DataFrame,
    *,
    stack: bool = True,
    also: tuple[str, ...] = (),
    without_low: bool = False,
) -> pd.Series:
    """Who can steer the living token networks for compute and data: value of `control` by system.

    stack: with the systems that text 004 puts in like classes. also: further systems.
    """
    wanted = TEXT_CLASSES + (STACK_CLASSES if stack else ())
    chosen = set(placements[placements.class_id.isin(wanted)].system_id) | set(also)
    facts = values(system_facts, without_low=without_low)
    facts = facts[facts.index.isin(chosen) & (facts.token != "none") & ~facts.status.isin(["dead", UNKNOWN])]
    return facts.control[facts.control != UNKNOWN]


@measured("share")
def free_of_one_party(placements: pd.DataFrame, system_facts: pd.DataFrame) -> Share:
    """Share of the living token networks for compute and data that no single party can steer."""
    control = steerable(placements, system_facts)
    return exact_share(int((control == "no single party").sum()), len(control), whole=1)


@measured("count")
def control_counts(placements: pd.DataFrame, system_facts: pd.DataFrame) -> dict[str, int]:
    """Number of those networks by who can steer them, and all of them."""
    control = steerable(placements, system_facts)
    return {"all": len(control), **control.value_counts().to_dict()}


def equivalents(compute_capacity: pd.DataFrame, *, weak_card: float = WEAK_CARD) -> pd.DataFrame:
    """Computing power by holder in H100 equivalents. Columns: holder, kind, low (confirmed), high (claimed)."""
    weight = np.where(compute_capacity.mixed.astype(bool), weak_card, 1.0)
    return compute_capacity[["holder", "kind"]].assign(
        low=compute_capacity.confirmed.to_numpy(dtype=float) * weight,
        high=compute_capacity.claimed.to_numpy(dtype=float),
    )


@measured("percent")
def capacity_shares(compute_capacity: pd.DataFrame, *, weak_card: float = WEAK_CARD) -> dict[str, object]:
    """Share of AI computing power: token networks (low: confirmed, high: every claim) and the four largest owners.

    all: power of the owners other than token networks, H100 equivalents in words. false factor: devices claimed at
    io.net for each that was confirmed.
    """
    held = equivalents(compute_capacity, weak_card=weak_card)
    token = held.kind == "token network"
    rest = held.high[~token].sum()
    low, high = held.low[token].sum(), held.high[token].sum()
    giants = held.high[held.kind == "cloud giant"].sum()
    return {
        "networks low": float(100 * low / (low + rest)),
        "networks high": float(100 * high / (high + rest)),
        "giants": float(100 * giants / rest),
        "all": f"{rest / 1e6:.1f} million",
        "false factor": float(
            compute_capacity.claimed[compute_capacity.holder == "io.net"].sum()
            / max(1, compute_capacity.confirmed[compute_capacity.holder == "io.net"].sum())
        ),
    }


def half_of(shares: pd.Series, whole: float) -> int:
    """How many of the largest holders it takes to exceed half of the whole (Nakamoto coefficient).

    Raises ValueError when the listed holders do not reach half.
    """
    order = shares.sort_values(ascending=False).cumsum()
    if order.iloc[-1] <= whole / 2:
        raise ValueError(f"half_of: the listed holders reach {order.iloc[-1]:g} of {whole:g}, not half.")
    return int((order <= whole / 2).sum()) + 1


@measured("count")
def holders_of_half(compute_capacity: pd.DataFrame, bittensor_validators: pd.DataFrame) -> dict[str, int]:
    """Largest holders that together exceed half: of AI computing power, and of the stake that steers Bittensor.

    Rows that sum up many holders count in the whole, not as a holder.
    """
    market = compute_capacity[compute_capacity.kind != "token network"]
    single = market[~market.holder.isin(["All others", "China (all holders)"])]
    return {
        "computing power": half_of(
            single.set_index("holder").claimed.astype(float), float(market.claimed.sum())
        ),
        "bittensor": half_of(bittensor_validators.set_index("validator").share, 100.0),
    }


@measured("percent")
def validator_share(bittensor_validators: pd.DataFrame) -> float:
    """Share of all delegated TAO that the five largest validators directed."""
    return float(bittensor_validators.share.sum())


@measured("date")
def stake_day(bittensor_validators: pd.DataFrame) -> str:
    """Day for which the validators' shares are given."""
    return bittensor_validators.as_of.max()


MARKETS = ("rental market", "data market", "AI service market", "model market")
"""What a system does when it is a market by its function today."""


def market_payments(
    placements: pd.DataFrame,
    system_facts: pd.DataFrame,
    *,
    named_only: bool = False,
    without_low: bool = False,
) -> pd.Series:
    """How buyers pay in each living market: those that text 004 calls marketplaces and those that are markets today.

    named_only: only the marketplaces of text 004. Index: system_id.
    """
    named = set(placements[placements.class_id == "marketplaces"].system_id)
    facts = values(system_facts, without_low=without_low)
    market = facts.index.isin(named) | (facts.does.isin(MARKETS) & (not named_only))
    facts = facts[market & (facts.status != "dead")]
    return facts.payment[facts.payment != UNKNOWN]


@measured("count")
def payment_counts(placements: pd.DataFrame, system_facts: pd.DataFrame) -> dict[str, int]:
    """Living markets by how buyers pay, and all of them."""
    paid = market_payments(placements, system_facts)
    return {"all": len(paid), **paid.value_counts().to_dict()}


@measured("date")
def evidence_dates(
    systems: pd.DataFrame, system_facts: pd.DataFrame, system_sources: pd.DataFrame
) -> dict[str, object]:
    """Days of the status of the crypto-AI systems: earliest and latest, all of them, and those of the last half-year.

    undated: statuses that rest on a page without a date, which are in no other count.
    """
    chosen = systems[systems.group == "crypto-ai"].system_id
    status = system_facts[(system_facts.attribute == "status") & system_facts.system_id.isin(chosen)]
    read = status.source_id.map(system_sources.set_index("source_id").dated) == "read"
    days = pd.to_datetime(status.as_of[~read]).sort_values()
    since = days.iloc[-1] - pd.DateOffset(months=6)
    return {
        "earliest": str(days.iloc[0].date()),
        "latest": str(days.iloc[-1].date()),
        "since": str(since.date()),
        "recent": int((days > since).sum()),
        "all": len(days),
        "undated": int(read.sum()),
    }
