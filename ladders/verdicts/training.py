"""Tests of the claims on training and inference over ordinary links."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import training as evidence
from ladders.models import training as model
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    finding,
    margin,
    months,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

LOST = 0.5
"""Utilisation below which links are lacking: machines wait for longer than they compute."""

SUPPLIED = 0.8
"""Utilisation from which links suffice: four fifths of the machines' time go into training. Swept below."""

INDEPENDENT = 2
"""Organisations that must show it: one could be a mistake or a boast. Swept below."""

FAR_BEHIND = 10.0
"""Times less compute than a frontier model: an order of magnitude, about two years of the frontier's own growth."""

EVERY_STEP = "with an exchange after every step such links leave machines waiting longer than they compute"
FEW_STEPS = "links that networks of independent peers have are too slow for training at scale by any method"
FRONTIER = "training at the frontier's scale has not been supplied that way"


@settles(
    "S2-4.1-05",
    rule="""Three clauses. An exchange after every step: the model's utilisation for each published run, with its own
    computing time and its fastest stated link; holds when all lie below half, fails when all reach 0.8. Any method: the
    best reported utilisation of each organisation among runs of at least 10 billion parameters; fails when two
    organisations reach 0.8, holds when at least two have reported and none reaches half. Frontier: compute of the largest
    such run against a frontier model; holds at 10 times less or more. Anything else is undecided. The first clause rests
    on a model, on the condition that gradients travel in 16 bits and hide behind the backward pass alone.""",
)
def training_needs_fast_links(
    training_runs: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    supplied: float = SUPPLIED,
    at_scale: float = evidence.AT_SCALE,
    organisations: int = INDEPENDENT,
) -> Finding:
    """Does training at scale need links that decentralised compute can hardly supply? Options: the margins' choices."""
    every = model.stepwise_utilisation(training_runs, parameters).value
    best = evidence.best_utilisation(training_runs, at_scale=at_scale).value
    gap = model.frontier_gap(training_runs, parameters).value
    outcomes = {EVERY_STEP: "undecided", FEW_STEPS: "undecided", FRONTIER: "undecided"}
    if len(every):
        outcomes[EVERY_STEP] = (
            "hold" if (every < LOST).all() else "fail" if (every >= supplied).all() else "undecided"
        )
    if (best >= supplied).sum() >= organisations:
        outcomes[FEW_STEPS] = "fail"
    elif len(best) >= organisations and (best < LOST).all():
        outcomes[FEW_STEPS] = "hold"
    if np.isfinite(gap):
        outcomes[FRONTIER] = "hold" if gap >= FAR_BEHIND else "fail"
    statistics = {
        f"{name}: best reported utilisation at scale (share)": value for name, value in best.items()
    } | {
        "exchange after every step: best modelled utilisation (share)": every.max() if len(every) else np.nan,
        "frontier over largest run (times)": gap,
        "runs with a reported utilisation": len(evidence.training_losses(training_runs).value),
    }
    return finding(outcomes, statistics, months(training_runs.published))


MORE_TIME = 10.0
"""Points of time. What a tenth of the machines' time costs is what every design above is built to save."""

LEAST_FACTOR = 2.0
"""Times. Less traffic or memory by less than half would not make a thing "more feasible"."""

WHOLE = "a model that one peer holds whole needs less traffic to answer than to be trained"
MEMORY = "a peer can answer with a larger model than it can train"
SPLIT = "a model split among peers loses less of its time to the links when it answers than training does"


def _at_least(factors: pd.Series) -> str:
    """hold: every factor reaches the least that matters; fail: every one lies below 1."""
    if not len(factors):
        return "undecided"
    return "hold" if (factors >= LEAST_FACTOR).all() else "fail" if (factors < 1).all() else "undecided"


@settles(
    "S2-4.1-06",
    rule="""Three clauses. Whole: FLOP for each byte over a peer's link, answering against training of the same model, for
    every run whose traffic is published; holds when all favour answering at least twofold, fails when none does. Memory:
    the largest model that a peer can serve against the largest it can train; the same bars. Split: share of time lost to
    the links, by run (median over its settings) and by split model at a long round trip; holds when every run loses 10
    points more than every split model, fails when every split model loses more than every run; at least two of each.
    Anything else is undecided. On the condition that text travels as text, four bytes a token.""",
)
def inference_is_easier(
    training_runs: pd.DataFrame,
    split_inference: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    training: str = "training",
    summary: str = "median",
) -> Finding:
    """Does inference ask for less, so that it is more feasible over ordinary links? Options: the margins' choices."""
    whole = model.traffic_advantage(training_runs, split_inference, parameters, training=training).value
    limits = model.memory_limits(parameters).value
    trained = evidence.losses_by_run(training_runs, summary=summary).value
    if training == "every step":
        runs = training_runs.set_index("run_id").run
        stepwise = 1 - model.stepwise_utilisation(training_runs, parameters).value
        trained = stepwise.groupby(runs).agg(summary)
    split = evidence.losses_by_system(split_inference).value
    outcomes = {
        WHOLE: _at_least(whole),
        MEMORY: _at_least(limits.serve / limits.train),
        SPLIT: "undecided",
    }
    if min(len(trained), len(split)) >= INDEPENDENT:
        if trained.min() - split.max() >= MORE_TIME / 100:
            outcomes[SPLIT] = "hold"
        elif split.min() > trained.max():
            outcomes[SPLIT] = "fail"
    statistics = {
        "whole model: least advantage in traffic (times)": whole.min() if len(whole) else np.nan,
        "memory: least advantage (times)": (limits.serve / limits.train).min(),
        "time lost, runs: least (percent)": 100 * trained.min(),
        "time lost, runs: most (percent)": 100 * trained.max(),
        "time lost, split models: least (percent)": 100 * split.min(),
        "time lost, split models: most (percent)": 100 * split.max(),
        "runs": len(trained),
        "split models": len(split),
    }
    return finding(outcomes, statistics, months(training_runs.published))


@margin("S2-4.1-05", left_out="run or setting")
@measured("verdict")
def links_without_one(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the need for fast links without each run and setting in turn. Columns as of without_each."""
    return without_each(
        lambda run: training_needs_fast_links(training_runs[training_runs.run_id != run], parameters),
        training_runs.run_id,
    )


@margin("S2-4.1-05", left_out="organisation")
@measured("verdict")
def links_without_organisation(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """The same without each organisation in turn. Columns as of without_each."""
    return without_each(
        lambda name: training_needs_fast_links(training_runs[training_runs.organisation != name], parameters),
        sorted(training_runs.organisation.unique()),
    )


@margin("S2-4.1-06", left_out="run or pair")
@measured("verdict")
def inference_without_one(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Verdict on inference without each run and each pair in turn. Columns as of without_each."""
    return without_each(
        lambda name: inference_is_easier(
            training_runs[training_runs.run_id != name],
            split_inference[split_inference.pair_id != name],
            parameters,
        ),
        [*training_runs.run_id, *split_inference.pair_id],
    )


SCALES = (1e9, evidence.AT_SCALE, 30e9)
"""Parameters from which a run may be said to be at scale."""

COVENANT_READINGS = ("reported", "window", "limits")
"""Utilisation of Covenant-72B: as its paper reports it, at most by the window in its code, at the limits it assumes."""


def _read(training_runs: pd.DataFrame, parameters: pd.DataFrame, reading: str) -> pd.DataFrame:
    """The runs with Covenant-72B's utilisation under one of the readings."""
    links = model.covenant_links(training_runs, parameters).value
    value = {"reported": links["reported"], "window": links["by window"], "limits": links["at limits"]}[
        reading
    ]
    changed = training_runs.run_id == "covenant-72b"
    return training_runs.assign(utilisation=training_runs.utilisation.mask(changed, value))


@measured("verdict")
def links_specifications(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> pd.DataFrame:
    """Verdict on the need for fast links under every combination of defensible choices.

    Columns: supplied (bar of utilisation), at_scale (parameters), organisations, covenant (reading), verdict.
    """
    choices = {
        "supplied": (0.7, SUPPLIED, 0.9),
        "at_scale": SCALES,
        "organisations": (1, INDEPENDENT),
        "covenant": {reading: _read(training_runs, parameters, reading) for reading in COVENANT_READINGS},
    }
    return sweep(
        lambda covenant, **bars: training_needs_fast_links(covenant, parameters, **bars), (), choices
    )


@measured("verdict")
def inference_specifications(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Verdict on inference under every combination of defensible choices.

    Columns: text (bytes a token), training (as run, or an exchange after every step), pairs (all, or those whose number
    of servers is stated), summary (a run's median setting or its worst), verdict.
    """
    stated = split_inference[split_inference.servers_basis == "stated"]
    choices = {
        "text": {text: changed(parameters, "text_bytes", text) for text in (4, 50, 500)},
        "training": ("training", "every step"),
        "pairs": {"all": split_inference, "stated": stated},
        "summary": ("median", "max"),
    }
    return sweep(
        lambda text, pairs, **options: inference_is_easier(training_runs, pairs, text, **options), (), choices
    )


def changed(parameters: pd.DataFrame, name: str, value: float) -> pd.DataFrame:
    """Table parameters with one value of the training model changed."""
    chosen = (parameters.model == model.MODEL) & (parameters.parameter == name)
    return parameters.assign(value=parameters.value.mask(chosen, value))


@specifications("S2-4.1-05")
@measured("count")
def links_counts(training_runs: pd.DataFrame, parameters: pd.DataFrame) -> dict[str, int]:
    """Number of combinations for the need for fast links: all, and by verdict."""
    return verdict_counts(links_specifications(training_runs, parameters).value)


@specifications("S2-4.1-06")
@measured("count")
def inference_counts(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> dict[str, int]:
    """Number of combinations for inference: all, and by verdict."""
    return verdict_counts(inference_specifications(training_runs, split_inference, parameters).value)


@measured("verdict")
def turning(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Assumed parameters at either end of their range: which verdict or clause turns?

    Columns: parameter, end (low or high), value, links, inference (verdicts), clauses (how many of the six clauses come
    out otherwise).
    """

    def judged(frame: pd.DataFrame) -> tuple[Finding, Finding]:
        return (
            training_needs_fast_links(training_runs, frame),
            inference_is_easier(training_runs, split_inference, frame),
        )

    def held(findings: tuple[Finding, Finding]) -> set[tuple[str, str]]:
        return {
            (clause, kind)
            for finding in findings
            for kind in ("clauses_hold", "clauses_fail", "clauses_open")
            for clause in getattr(finding, kind)
        }

    base = held(judged(parameters))
    assumed = parameters[(parameters.model == model.MODEL) & parameters.assumed]
    rows = []
    for row in assumed.itertuples():
        for end in ("low", "high"):
            found = judged(changed(parameters, row.parameter, getattr(row, end)))
            rows.append(
                (
                    row.parameter,
                    end,
                    getattr(row, end),
                    *(finding.verdict for finding in found),
                    len(held(found) - base),
                )
            )
    return pd.DataFrame(rows, columns=["parameter", "end", "value", "links", "inference", "clauses"])


@measured("count")
def turning_counts(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> dict[str, int]:
    """Assumed parameters, and how many of them can turn a clause or a verdict at an end of their range."""
    found = turning(training_runs, split_inference, parameters).value
    base = (
        training_needs_fast_links(training_runs, parameters).verdict,
        inference_is_easier(training_runs, split_inference, parameters).verdict,
    )
    other = (found.links != base[0]) | (found.inference != base[1])
    return {
        "assumed": found.parameter.nunique(),
        "clauses": found[found.clauses > 0].parameter.nunique(),
        "verdicts": found[other].parameter.nunique(),
    }


@measured("names")
def turning_names(
    training_runs: pd.DataFrame, split_inference: pd.DataFrame, parameters: pd.DataFrame
) -> str:
    """Assumed parameters that turn a clause at an end of their range, in plain words."""
    found = turning(training_runs, split_inference, parameters).value
    return " and ".join(model.PLAIN[name] for name in found[found.clauses > 0].parameter.unique()) or "none"


@measured("percent, billions or count")
def bars(training_runs: pd.DataFrame) -> dict[str, float]:
    """The bars of the tests as the prose names them, and how many organisations clear the bar of utilisation."""
    best = evidence.best_utilisation(training_runs).value
    return {
        "supplied": 100 * SUPPLIED,
        "lost": 100 * LOST,
        "good": 100 * model.GOOD,
        "scale": evidence.AT_SCALE / model.GIGA,
        "largest scale": max(SCALES) / model.GIGA,
        "organisations": int((best >= SUPPLIED).sum()),
        "band": model.BAND,
    }
