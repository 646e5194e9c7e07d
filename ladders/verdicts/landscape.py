"""Tests of the claims on the four layers of crypto-AI: what the named systems are, who uses whom, who holds what.

Facts of named systems are read, not estimated; a test of them is as good as the cell it reads, and its margins leave
out one kind of source at a time.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ladders.evidence import systems
from ladders.evidence.inference import Share, exact_share
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    finding,
    margin,
    months,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

HALF = 0.5
"""More than half of the units is the least that a sentence about "each" or "the" systems of a layer can mean. Swept."""

SMALLEST_SHARE = 5.0
"""Percent of the computing power of AI. With less than a twentieth of a market nobody is gotten out of the hold of
sellers who have more than half of it. Swept."""


def _share_statistics(name: str, share: Share) -> dict[str, float]:
    return {
        f"{name}: share": share.mean,
        f"{name}: 95 % interval, low": share.low,
        f"{name}: 95 % interval, high": share.high,
        f"{name}: units": share.n,
    }


def _dates(system_facts: pd.DataFrame, attributes: tuple[str, ...], chosen: tuple[str, ...]) -> pd.Series:
    """Days of the cells that a test of named systems reads; without any, those of the whole table."""
    read = system_facts[system_facts.attribute.isin(attributes) & system_facts.system_id.isin(chosen)].as_of
    return read if len(read) else system_facts.as_of


def _word(facts: pd.DataFrame, system: str, attribute: str) -> str:
    return facts[attribute].get(system, systems.UNKNOWN)


@settles(
    "S4-0-06",
    rule="""Units: the systems that text 004 puts above its lowest layer, once for each layer they stand in. A unit is
    carried when its code or documents show that it uses a system of the layer directly below. Each layer carries the
    one above when the exact 95 % interval of the share of carried units lies above one half; it does not when the
    interval lies below one half; otherwise open. That the layers together make an ecosystem more accessible is said to
    follow from the stacking and is not tested apart.""",
)
def each_layer_carries_the_next(
    placements: pd.DataFrame,
    classes: pd.DataFrame,
    system_links: pd.DataFrame,
    system_sources: pd.DataFrame,
    *,
    ethereum: bool = True,
    first_only: bool = False,
    any_lower: bool = False,
    bar: float = HALF,
) -> Finding:
    """Do systems of a layer use systems of the layer below? The options are the margins' choices."""
    units = systems.carried_units(
        placements, classes, system_links, ethereum=ethereum, first_only=first_only, any_lower=any_lower
    )
    share = exact_share(int(units.sum()), len(units), whole=1)
    directions = systems.link_directions(placements, classes, system_links).value
    read = system_sources[system_sources.source_id.isin(system_links.source_id)].as_of
    return finding(
        {"each layer carries the one above": above(share, bar)},
        {
            **_share_statistics("carried by the layer below", share),
            "uses between systems": directions["all"],
            "uses of the layer directly below": directions["layer below"],
            "uses of a layer above": directions["layer above"],
        },
        months(read if len(read) else system_sources.as_of),
    )


TRAINERS = {"gensyn": "Gensyn", "together-ai": "Together.ai"}


@settles(
    "S4-1-03",
    rule="""For Gensyn and for Together.ai apart: the clause holds when anyone can add a machine today to train large
    models there, and fails when that is past or was never so, by the project's own code or pages. Not verified:
    undecided.""",
)
def anyone_trains_there(
    system_facts: pd.DataFrame,
    *,
    past_counts: bool = False,
    on_chain: bool = False,
    running: bool = False,
    without_low: bool = False,
) -> Finding:
    """Can anyone lend computing to train large models at the two? The options are the margins' choices."""
    facts = systems.values(system_facts, without_low=without_low)
    outcomes = {}
    for system, name in TRAINERS.items():
        supply = _word(facts, system, "open_training")
        good = supply == "yes" or (past_counts and supply == "past only")
        if on_chain and _word(facts, system, "on_chain") == "nothing":
            good = False
        if running and _word(facts, system, "status") not in ("live", "test", "company without token"):
            good = False
        outcome = "undecided" if supply == systems.UNKNOWN else "hold" if good else "fail"
        outcomes[f"anyone can lend computing to train large models at {name}"] = outcome
    dates = _dates(system_facts, ("open_training", "status"), tuple(TRAINERS))
    held = sum(outcome == "hold" for outcome in outcomes.values())
    return finding(
        outcomes, {"systems named": len(outcomes), "systems of which it holds": held}, months(dates)
    )


GPU_MARKETS = {"akash": "Akash Network", "golem": "Golem", "io-net": "io.net", "sonm": "Sonm"}


@settles(
    "S4-2-02",
    rule="""For each of the four named systems: the clause holds when the system is live, GPUs can be rented there, and
    payment or market is on a chain; it fails when it is dead, rents no GPU, or nothing is on a chain. Anything else:
    undecided.""",
)
def gpus_on_blockchain_markets(
    system_facts: pd.DataFrame,
    *,
    any_machine: bool = False,
    whole_market: bool = False,
    without_low: bool = False,
    only_high: bool = False,
) -> Finding:
    """Do the four named providers offer GPUs on demand by a blockchain market? The options are the margins' choices.

    any_machine: a GPU is not asked for. whole_market: the matching too must be on the chain.
    """
    chosen = system_facts[system_facts.confidence == "high"] if only_high else system_facts
    facts = systems.values(chosen, without_low=without_low)
    outcomes = {}
    for system, name in GPU_MARKETS.items():
        status, gpu, chain = (_word(facts, system, a) for a in ("status", "gpu_rental", "on_chain"))
        gpu = "yes" if any_machine else gpu
        bad_chain = chain == "nothing" or (
            whole_market and chain not in ("market and payments", systems.UNKNOWN)
        )
        if status in ("dead", "company without token") or gpu == "no" or bad_chain:
            outcome = "fail"
        elif status == "live" and gpu == "yes" and chain != systems.UNKNOWN:
            outcome = "hold"
        else:
            outcome = "undecided"
        outcomes[f"{name} offers GPUs on demand through a blockchain market"] = outcome
    dates = _dates(system_facts, ("status", "gpu_rental"), tuple(GPU_MARKETS))
    counted = {
        f"systems of which it is {word}": sum(outcome == kind for outcome in outcomes.values())
        for kind, word in (("hold", "true"), ("fail", "false"))
    }
    return finding(outcomes, {"systems named": len(outcomes), **counted}, months(dates))


EARNERS = {"vast-ai": "Vast.ai", "ocean-protocol": "Ocean Protocol"}


@settles(
    "S4-3-03",
    rule="""For Vast.ai and Ocean Protocol apart, two clauses. Users earn there: holds when the market lives and somebody
    pays, fails when it is dead. In a decentralised way: holds when no single party can steer matching, prices or
    rewards, fails when one party can. Contested or not verified: undecided.""",
)
def users_earn_in_a_decentralised_way(system_facts: pd.DataFrame) -> Finding:
    """Do users earn from AI assets at the two marketplaces, and in a decentralised way?"""
    facts = systems.values(system_facts)
    outcomes = {}
    for system, name in EARNERS.items():
        status, payment = _word(facts, system, "status"), _word(facts, system, "payment")
        alive = status in ("live", "company without token") and payment != systems.UNKNOWN
        outcomes[f"users earn at {name}"] = "fail" if status == "dead" else "hold" if alive else "undecided"
        control = _word(facts, system, "control")
        words = {"no single party": "hold", "one party": "fail"}
        outcomes[f"{name} is decentralised"] = words.get(control, "undecided")
    dates = _dates(system_facts, ("control", "payment", "status"), tuple(EARNERS))
    held = sum(outcome == "hold" for outcome in outcomes.values())
    return finding(outcomes, {"clauses": len(outcomes), "clauses that hold": held}, months(dates))


LEAST_MARKETS = 5
"""With fewer markets "everything" is not judged: four coins that all fall heads are seen one time in sixteen."""


@settles(
    "S4-3-06",
    rule="""Living markets: those that text 004 calls marketplaces and those that are markets by what they do today.
    "Everything is driven by tokens" holds when in all of them, at least five, a buyer can pay by token only; it fails
    when at least one takes money alone. Anything else: open.""",
)
def everything_runs_on_tokens(
    placements: pd.DataFrame,
    system_facts: pd.DataFrame,
    *,
    named_only: bool = False,
    without_low: bool = False,
    accepted: bool = False,
    least: int = LEAST_MARKETS,
) -> Finding:
    """Is everything in the marketplaces driven by tokens? The options are the margins' choices.

    accepted: a market where a token is one of the ways to pay counts as driven by tokens.
    """
    paid = systems.market_payments(placements, system_facts, named_only=named_only, without_low=without_low)
    good = paid.isin(["token only", "token or money"] if accepted else ["token only"])
    if (paid == "money only").any():
        outcome = "fail"
    else:
        outcome = "hold" if good.all() and len(paid) >= least else "undecided"
    dates = _dates(system_facts, ("payment",), tuple(paid.index))
    statistics = {"markets": len(paid)} | {
        f"markets: {kind}": int((paid == kind).sum())
        for kind in ("token only", "token or money", "money only")
    }
    return finding({"everything in the marketplaces is driven by tokens": outcome}, statistics, months(dates))


@settles(
    "S4-1-08",
    rule="""Share of token networks in the computing power held for AI. The clause holds when even what was confirmed, each
    unknown card at a tenth of an H100, reaches 5 percent; it fails when even every claim, each device as an H100, stays
    below 5 percent; otherwise open.""",
)
def networks_break_the_hold(
    compute_capacity: pd.DataFrame,
    *,
    smallest: float = SMALLEST_SHARE,
    weak_card: float = systems.WEAK_CARD,
    claims: bool = True,
    against: str = "all",
) -> Finding:
    """Do token networks hold enough computing power to matter? The options are the margins' choices.

    claims: the upper bound counts claims; otherwise confirmed devices, each as an H100. against: all holders, or the
    cloud giants alone.
    """
    held = systems.equivalents(compute_capacity, weak_card=weak_card)
    token = held.kind == "token network"
    if not claims:
        held = held.assign(high=compute_capacity.confirmed.to_numpy(dtype=float))
    others = compute_capacity[~token]
    if against == "cloud giants":
        others = others[others.kind == "cloud giant"]
    rest = float(others.claimed.sum())
    low, high = held.low[token].sum(), held.high[token].sum()
    shares = 100 * low / (low + rest), 100 * high / (high + rest)
    outcome = "hold" if shares[0] >= smallest else "fail" if shares[1] < smallest else "undecided"
    giants = compute_capacity.claimed[compute_capacity.kind == "cloud giant"].sum()
    return finding(
        {"the layer gets AI out of a state in which big tech holds all computing power": outcome},
        {
            "token networks, confirmed (percent)": shares[0],
            "token networks, every claim (percent)": shares[1],
            "four cloud giants (percent)": 100 * giants / compute_capacity.claimed[~token].sum(),
            "holders or networks": len(compute_capacity),
        },
        months(compute_capacity.as_of),
    )


@settles(
    "S2-5-05",
    rule="""Two clauses. For the user: of the living token networks for computing and data, the share that no single party
    can steer; holds when its exact 95 % interval lies above one half, fails when below, otherwise undecided. For the
    market: as in S4-1-08, the share of such networks in the computing power held for AI reaches 5 percent.""",
)
def dependence_lessens(
    placements: pd.DataFrame,
    system_facts: pd.DataFrame,
    compute_capacity: pd.DataFrame,
    *,
    contested: bool = False,
    stack: bool = True,
    also: tuple[str, ...] = (),
    smallest: float = SMALLEST_SHARE,
    without_low: bool = False,
) -> Finding:
    """Do these networks lessen dependence on central institutions? The options are the margins' choices.

    contested: networks whose control is contested count as free of a single party.
    """
    control = systems.steerable(placements, system_facts, stack=stack, also=also, without_low=without_low)
    free = control.isin(["no single party", "contested"] if contested else ["no single party"])
    share = exact_share(int(free.sum()), len(control), whole=1)
    market = networks_break_the_hold(compute_capacity, smallest=smallest)
    outcomes = {
        "a user of such a network depends on no single party": above(share, HALF),
        "the market of computing depends less on a few holders": (
            "hold"
            if market.verdict == "holds"
            else "fail"
            if market.verdict == "does not hold"
            else "undecided"
        ),
    }
    statistics = _share_statistics("networks that no single party can steer", share)
    statistics["networks steered by one party"] = int((control == "one party").sum())
    statistics["token networks, every claim (percent)"] = market.statistics[
        "token networks, every claim (percent)"
    ]
    return finding(outcomes, statistics, months(_dates(system_facts, ("control",), tuple(control.index))))


def _without_kind(
    system_facts: pd.DataFrame,
    system_sources: pd.DataFrame,
    test: Callable[[pd.DataFrame], Finding],
    used: tuple,
) -> pd.DataFrame:
    """Verdict of a test of facts when each kind of source in turn is left out, of those that its cells rest on."""
    kind = system_facts.source_id.map(system_sources.set_index("source_id").kind)
    attributes, chosen = used
    read = system_facts.attribute.isin(attributes) & system_facts.system_id.isin(chosen)
    return without_each(lambda left_out: test(system_facts[kind != left_out]), sorted(kind[read].unique()))


@margin("S4-0-06", left_out="system")
@measured("verdict")
def carrying_without_a_system(
    placements: pd.DataFrame, classes: pd.DataFrame, system_links: pd.DataFrame, system_sources: pd.DataFrame
) -> pd.DataFrame:
    """Verdict when the uses of each system in turn, and the system itself, are left out. Columns as of without_each."""

    def without(name: str) -> Finding:
        links = system_links[(system_links.user_id != name) & (system_links.used_id != name)]
        kept = placements[placements.system_id != name]
        return each_layer_carries_the_next(kept, classes, links, system_sources)

    names = set(systems.layers(placements, classes).system_id) - set(systems.UNSEARCHED)
    return without_each(without, sorted(names))


@margin("S4-1-03", left_out="kind of source")
@measured("verdict")
def training_without_a_source(system_facts: pd.DataFrame, system_sources: pd.DataFrame) -> pd.DataFrame:
    """Verdict when each kind of source in turn is left out. Columns as of without_each."""
    used = ("open_training",), tuple(TRAINERS)
    return _without_kind(system_facts, system_sources, anyone_trains_there, used)


@margin("S4-2-02", left_out="kind of source")
@measured("verdict")
def gpus_without_a_source(system_facts: pd.DataFrame, system_sources: pd.DataFrame) -> pd.DataFrame:
    """Verdict when each kind of source in turn is left out. Columns as of without_each."""
    used = ("status", "gpu_rental", "on_chain"), tuple(GPU_MARKETS)
    return _without_kind(system_facts, system_sources, gpus_on_blockchain_markets, used)


@margin("S4-3-06", left_out="market")
@measured("verdict")
def tokens_without_a_market(placements: pd.DataFrame, system_facts: pd.DataFrame) -> pd.DataFrame:
    """Verdict when each market in turn is left out. Columns as of without_each."""
    return without_each(
        lambda left_out: everything_runs_on_tokens(
            placements, system_facts[system_facts.system_id != left_out]
        ),
        systems.market_payments(placements, system_facts).index,
    )


@margin("S4-1-08", left_out="holder")
@measured("verdict")
def hold_without_a_holder(compute_capacity: pd.DataFrame) -> pd.DataFrame:
    """Verdict when each holder or network in turn is left out. Columns as of without_each."""
    return without_each(
        lambda left_out: networks_break_the_hold(compute_capacity[compute_capacity.holder != left_out]),
        compute_capacity.holder,
    )


@margin("S2-5-05", left_out="network")
@measured("verdict")
def dependence_without_a_network(
    placements: pd.DataFrame, system_facts: pd.DataFrame, compute_capacity: pd.DataFrame
) -> pd.DataFrame:
    """Verdict when each network in turn is left out. Columns as of without_each."""
    return without_each(
        lambda left_out: dependence_lessens(
            placements, system_facts[system_facts.system_id != left_out], compute_capacity
        ),
        systems.steerable(placements, system_facts).index,
    )


CHOICES: dict[str, dict[str, tuple]] = {
    "S4-0-06": {
        "ethereum": (True, False),
        "first_only": (False, True),
        "any_lower": (False, True),
        "bar": (0.25, 0.5, 0.75),
    },
    "S4-1-03": dict.fromkeys(("past_counts", "on_chain", "running", "without_low"), (False, True)),
    "S4-2-02": dict.fromkeys(("any_machine", "whole_market", "without_low", "only_high"), (False, True)),
    "S4-3-06": {
        "named_only": (False, True),
        "without_low": (False, True),
        "accepted": (False, True),
        "least": (2, 5),
    },
    "S4-1-08": {
        "smallest": (1.0, 5.0, 10.0),
        "weak_card": (0.1, 0.3),
        "claims": (True, False),
        "against": ("all", "cloud giants"),
    },
    "S2-5-05": {
        "contested": (False, True),
        "stack": (True, False),
        "also": ((), ("bittensor", "singularitynet")),
        "smallest": (1.0, 5.0, 10.0),
        "without_low": (False, True),
    },
}
"""Defensible choices of each key test: keyword -> values, the first of which is not always the rule's."""


def _curve(claim: str, test: Callable[..., Finding], *frames: pd.DataFrame) -> dict[str, int]:
    """Number of combinations of the choices: all, those that say what the rule says, and by verdict."""
    counted = verdict_counts(sweep(test, frames, CHOICES[claim]))
    return counted | {"same": counted[test(*frames).verdict]}


@specifications("S4-0-06")
@measured("count")
def carrying_curve(
    placements: pd.DataFrame, classes: pd.DataFrame, system_links: pd.DataFrame, system_sources: pd.DataFrame
) -> dict[str, int]:
    """Specification curve of S4-0-06: combinations by verdict."""
    return _curve("S4-0-06", each_layer_carries_the_next, placements, classes, system_links, system_sources)


@specifications("S4-1-03")
@measured("count")
def training_curve(system_facts: pd.DataFrame) -> dict[str, int]:
    """Specification curve of S4-1-03: combinations by verdict."""
    return _curve("S4-1-03", anyone_trains_there, system_facts)


@specifications("S4-2-02")
@measured("count")
def gpu_curve(system_facts: pd.DataFrame) -> dict[str, int]:
    """Specification curve of S4-2-02: combinations by verdict."""
    return _curve("S4-2-02", gpus_on_blockchain_markets, system_facts)


@specifications("S4-3-06")
@measured("count")
def token_curve(placements: pd.DataFrame, system_facts: pd.DataFrame) -> dict[str, int]:
    """Specification curve of S4-3-06: combinations by verdict."""
    return _curve("S4-3-06", everything_runs_on_tokens, placements, system_facts)


@specifications("S4-1-08")
@measured("count")
def hold_curve(compute_capacity: pd.DataFrame) -> dict[str, int]:
    """Specification curve of S4-1-08: combinations by verdict."""
    return _curve("S4-1-08", networks_break_the_hold, compute_capacity)


@specifications("S2-5-05")
@measured("count")
def dependence_curve(
    placements: pd.DataFrame, system_facts: pd.DataFrame, compute_capacity: pd.DataFrame
) -> dict[str, int]:
    """Specification curve of S2-5-05: combinations by verdict."""
    return _curve("S2-5-05", dependence_lessens, placements, system_facts, compute_capacity)
