"""Tests of the claims on doubts about the chain layers, on how long their relief lasts and on what layer 3 adds."""

from __future__ import annotations

import pandas as pd

from ladders.evidence import trust
from ladders.verdicts.scale import Finding, finding, months, reaches, settles

LEAST_SPEAKERS = 3
"""One doubter may be a crank and two a quarrel; three who do not run a rival chain are doubts in the plural."""

FULL = 95.0
"""Percent of the blob target. At the target the price starts to rise; a month within a twentieth of it has no room."""

FULL_MONTHS = 3
"""Months in a row at the end of a step that must be full: one busy month is a burst, not a lack of room."""

SMALLEST_REOPENED = 1.0
"""Questions of trust. The least that a further layer can add as a whole: one question that its host had closed."""


@settles(
    "S1-p1-01",
    rule="""Dated public doubts about the rollup strategy in the 18 months before the post. Holds when at least three
    speakers who run no rival chain voiced them; open when fewer were found, because a search cannot show that nobody
    doubted.""",
)
def strategy_is_doubted(voices: pd.DataFrame) -> Finding:
    """Had doubts about the rollup strategy been voiced shortly before the post?"""
    found = trust.doubts(voices, target="rollup strategy")
    free = found[found.own_chain == "no"].speaker.nunique()
    outcome = "hold" if free >= LEAST_SPEAKERS else "undecided"
    statistics = {
        "speakers without a rival chain": free,
        "speakers with one": found[found.own_chain == "yes"].speaker.nunique(),
        "voices": len(found),
    }
    return finding({"doubts about the strategy were voiced": outcome}, statistics, months(voices.date))


@settles(
    "S1-p1-02",
    rule="""The same voices and months, sharp ones alone (the layers called harmful, parasitic or failed). Holds when
    at least three speakers who run no rival chain attack layer 2 or layer 3 sharply, and each of the two layers is
    sharply attacked by somebody; open otherwise.""",
)
def architecture_is_criticised(voices: pd.DataFrame) -> Finding:
    """Had the layers above the first been sharply criticised?"""
    second, third = (
        trust.doubts(voices, target=target, tone="sharp") for target in ("rollup strategy", "layer 3")
    )
    both = pd.concat([second, third])
    free = both[both.own_chain == "no"].speaker.nunique()
    enough = free >= LEAST_SPEAKERS and len(second) > 0 and len(third) > 0
    statistics = {
        "sharp speakers without a rival chain": free,
        "sharp speakers on layer 2": second.speaker.nunique(),
        "sharp speakers on layer 3": third.speaker.nunique(),
    }
    clause = "the layers above the first are sharply criticised"
    return finding({clause: "hold" if enough else "undecided"}, statistics, months(voices.date))


@settles(
    "S1-p10-03",
    rule="""Use of the blob target by month, between the upgrades that raised it. One clause for each upgrade: the room
    that it made was used up. It holds when each of the last three months before the next upgrade (or before the end of
    the record) reached 95 percent of the target, and fails when none of them did; otherwise, or with fewer than three
    months, it is undecided.""",
)
def relief_is_temporary(blobs: pd.DataFrame) -> Finding:
    """Does the room that layer 2 is given fill up again?"""
    outcomes, statistics = {}, {}
    for step, rows in blobs.sort_values("month").groupby("step"):
        last = rows.use_of_target.tail(FULL_MONTHS)
        full = last >= FULL
        outcome = "hold" if full.all() else "undecided" if full.any() else "fail"
        if len(last) < FULL_MONTHS:
            outcome = "undecided"
        outcomes[f"the room made in {step} was used up by {rows.month.max()}"] = outcome
        statistics[f"{step}: least of the last three months (percent of target)"] = last.min()
        statistics[f"{step}: greatest month (percent of target)"] = rows.use_of_target.max()
    return finding(outcomes, statistics, (blobs.month.min(), blobs.month.max()))


@settles(
    "S1-p10-04",
    rule="""Five yes-or-no questions of trust that L2BEAT answers for every chain. For each layer-3 chain: the number
    that it leaves open although the layer-2 chain beneath it had closed them. Mean by software stack, because chains
    on one stack share code. Holds when the 95 percent interval over stacks lies above zero and the mean reaches one
    question; fails when the interval lies below one; otherwise open.""",
)
def third_layer_reopens(trust_facts: pd.DataFrame) -> Finding:
    """Does layer 3 add trust assumptions that its host does not have?"""
    chains = trust.reopened(trust_facts).value
    stacks = trust.third_layer_interval(trust_facts).value
    statistics = {
        "reopened questions: mean over stacks": stacks.mean,
        "95 % interval, low": stacks.low,
        "95 % interval, high": stacks.high,
        "stacks": stacks.n,
        "chains of layer 3": len(chains),
        "of these with a reopened question": int((chains.new > 0).sum()),
    }
    dates = trust_facts.as_of.max()[:7]
    clause = "a chain of layer 3 leaves open what its host had closed"
    return finding({clause: reaches(stacks, SMALLEST_REOPENED)}, statistics, (dates, dates))
