"""Tests of the claims on what Web3 does for AI."""

from __future__ import annotations

import pandas as pd

from ladders.evidence import compute, proofs
from ladders.evidence.inference import exact_share
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

SHARP_GROWTH = 1.5
"""Factor per year. A demand that grows by half each year doubles in under two; anything slower would not be called sharp."""

QUARTER = 13.0
"""Weeks. What a buyer cannot have within a quarter is short; the same sellers called eight to twelve weeks a relief."""


@settles(
    "S2-3.1.1-01",
    rule="""Demand: data-centre revenue of Nvidia by quarter, from the one before ChatGPT; "rose sharply" holds when the
    95 % interval of its factor per year lies above 1.5 and fails when it lies below. Supply: waits for servers with the
    scarce card at the height, one mean for each reporter; "outran supply" holds when the 95 % interval over reporters
    lies above 13 weeks and fails when it lies below. Anything else: open.""",
)
def demand_outran_supply(gpu_scarcity: pd.DataFrame) -> Finding:
    """Did demand for graphics cards rise sharply and outrun supply?"""
    growth, waits = compute.revenue_growth(gpu_scarcity).value, compute.waits(gpu_scarcity).value
    outcomes = {
        "demand rose sharply": above(growth, SHARP_GROWTH),
        "demand outran supply": above(waits, QUARTER),
    }
    statistics = {
        "revenue: factor per year": growth.factor,
        "revenue: 95 % interval, low": growth.low,
        "revenue: 95 % interval, high": growth.high,
        "quarters": growth.n,
        "wait: mean over reporters (weeks)": waits.mean,
        "wait: 95 % interval, low (weeks)": waits.low,
        "wait: 95 % interval, high (weeks)": waits.high,
        "reporters": waits.n,
    }
    return finding(outcomes, statistics, months(gpu_scarcity.date))


MAINLY = 0.5
"""Share of the systems. "Mainly" needs more than half."""

DIRECTIONS = ("web3_for_ai", "ai_for_web3")


@settles(
    "S2-3-01",
    rule="""Every system that the texts put into a class and of which something is known, by what runs. Holds when the
    exact 95 % interval (Clopper-Pearson) of the share that works in one of the two directions lies above half, each
    direction has two systems, and more than half of the systems that text 002 does not name as its examples do so too;
    does not hold when the interval lies below half, or a direction is empty. Anything else: open.""",
)
def two_main_directions(
    system_directions: pd.DataFrame, systems: pd.DataFrame, system_facts: pd.DataFrame
) -> Finding:
    """Do the projects work mainly in two directions?"""
    known = system_directions[system_directions.direction != "unknown"]
    inside = known.direction.isin(DIRECTIONS)
    others = ~known.system_id.map(systems.set_index("system_id").named_by).str.contains("002")
    counts = known.direction.value_counts().reindex(DIRECTIONS, fill_value=0)
    share = exact_share(int(inside.sum()), len(known), whole=1)
    facts = system_facts[(system_facts.attribute == "workload") & (system_facts.as_of != "")]
    dates = facts.as_of[facts.system_id.isin(known.system_id)]
    dates = dates if len(dates) else facts.as_of
    outcome = "undecided"
    if share.low > MAINLY and counts.min() >= 2 and inside[others].mean() > MAINLY:
        outcome = "hold"
    elif share.high < MAINLY or (len(known) and counts.min() == 0 and share.high < 1):
        outcome = "fail"
    statistics = {
        "systems known": len(known),
        "chain for AI": int(counts["web3_for_ai"]),
        "AI for Web3": int(counts["ai_for_web3"]),
        "share in one of the two (percent)": 100 * share.mean,
        "95 % interval, low (percent)": 100 * share.low,
        "95 % interval, high (percent)": 100 * share.high,
        "share among systems not named by text 002 (percent)": 100 * inside[others].mean(),
    }
    return finding({"mainly in the two directions": outcome}, statistics, months(dates))


@measured("systems and percent")
def direction_counts(
    system_directions: pd.DataFrame, systems: pd.DataFrame, system_facts: pd.DataFrame
) -> dict[str, float]:
    """Systems known and in one of the two directions; the share with its interval; the share not named by text 002."""
    found = two_main_directions(system_directions, systems, system_facts).statistics
    return {
        "known": int(found["systems known"]),
        "inside": int(found["chain for AI"] + found["AI for Web3"]),
        "share": found["share in one of the two (percent)"],
        "share_low": found["95 % interval, low (percent)"],
        "share_high": found["95 % interval, high (percent)"],
        "share_others": found["share among systems not named by text 002 (percent)"],
    }


A_MODEL = 1e6
"""Parameters. The least that has been called a neural network of practical size in this literature; swept below."""

INDEPENDENT_MAKERS = 2
"""An existence claim on figures that makers publish of themselves needs a second maker."""

MOST = 0.5
"""Share of the makers. Below it with 95 %, blindness of the operator is not what the technique brings."""


def _exists(makers: pd.Series, needed: int) -> str:
    """hold: enough organisations; fail: none."""
    return "hold" if len(makers) >= needed else "undecided" if len(makers) else "fail"


@settles(
    "S2-3.1.4-03",
    rule="""Zero-knowledge systems with published measurements; the organisation is the unit. Inference, and training,
    without showing the data to whoever checks: each holds when two organisations have proved it for a model of at least
    a million parameters with the data hidden, and fails when none has. Without showing the data to whoever computes:
    holds when two organisations have such a system, fails when none has and the exact 95 % interval (Clopper-Pearson)
    of the share lies below half. Anything else: open.""",
)
def learning_without_disclosure(
    private_computation: pd.DataFrame,
    *,
    parameters: float = A_MODEL,
    needed: int = INDEPENDENT_MAKERS,
    hiding: tuple[str, ...] = proofs.SHOWS_NO_DATA,
    from_operator: bool = True,
) -> Finding:
    """Do zero-knowledge proofs make training and inference possible without disclosing the data?

    The options are the choices of the specification curve; from_operator: "disclosing" includes the one who computes.
    """
    outcomes: dict[str, str] = {}
    statistics: dict[str, float] = {}
    for task in ("inference", "training"):
        makers = proofs.makers(private_computation, task=task, hiding=hiding, parameters=parameters).value
        outcomes[f"{task} can be proved without showing the data to whoever checks it"] = _exists(
            makers, needed
        )
        statistics[f"{task}: organisations"] = len(makers)
        statistics[f"{task}: largest model (parameters)"] = makers.max() if len(makers) else 0.0
    blind = proofs.blind_operators(private_computation).value
    share = proofs.blind_interval(private_computation).value
    if from_operator:
        outcome = "undecided"
        if blind.sum() >= needed:
            outcome = "hold"
        elif not blind.any() and share.high < 100 * MOST:
            outcome = "fail"
        outcomes["whoever computes does not see the data"] = outcome
    statistics |= {
        "operator blind: organisations": int(blind.sum()),
        "organisations with proofs": len(blind),
        "operator blind: 95 % interval, high (percent)": share.high,
    }
    return finding(outcomes, statistics, months(private_computation.date))


@margin("S2-3.1.4-03", left_out="organisation")
@measured("verdict")
def leave_one_maker_out(private_computation: pd.DataFrame) -> pd.DataFrame:
    """Verdict when each organisation with a zero-knowledge system is left out. Columns as of without_each."""
    names = sorted(private_computation.organisation[private_computation.technology == "ZK"].unique())
    return without_each(
        lambda name: learning_without_disclosure(
            private_computation[private_computation.organisation != name]
        ),
        names,
    )


SIZES = (0.0, 1e6, 1e8)
"""Least parameters: any model; a million; a hundred million, the size of the oldest language model in the table."""


@measured("verdict")
def disclosure_specifications(private_computation: pd.DataFrame) -> pd.DataFrame:
    """The verdict under every combination of the defensible choices.

    Columns: parameters (least), needed (organisations), hidden (data, or anything), reading (from whom it must stay
    hidden), sources (all, or without those of low confidence), verdict.
    """
    better = private_computation[private_computation.confidence != "low"]
    choices = {
        "parameters": SIZES,
        "needed": (1, INDEPENDENT_MAKERS, 3),
        "hidden": {"data": proofs.SHOWS_NO_DATA, "anything": proofs.SHOWS_LESS},
        "reading": {"checker and operator": True, "checker": False},
        "sources": {"all": private_computation, "better": better},
    }
    return sweep(
        lambda sources, hidden, reading, **bars: learning_without_disclosure(
            sources, hiding=hidden, from_operator=reading, **bars
        ),
        (),
        choices,
    )


@specifications("S2-3.1.4-03")
@measured("count")
def disclosure_counts(private_computation: pd.DataFrame, *, reading: str = "") -> dict[str, object]:
    """Number of combinations, all and by verdict; reading: keep that reading alone. Also the least size, in words."""
    rows = disclosure_specifications(private_computation).value
    if reading:
        rows = rows[rows.reading == reading]
    return {**verdict_counts(rows), "least": f"{A_MODEL / 1e6:g} million"}
