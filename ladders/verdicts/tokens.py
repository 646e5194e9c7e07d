"""Tests of the claims on tokens and incentives."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from ladders.evidence import tokens
from ladders.evidence.inference import exact_share, mean_interval
from ladders.models import consensus
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    below,
    finding,
    margin,
    months,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

CARRIES = 0.5
"""Coverage from which customers pay for at least half of what suppliers or holders are handed. Swept below."""

HARDLY = tokens.LOW_COVERAGE
"""Coverage below which customers hardly matter. Swept below."""

GREW = 2.0
"""Factor: a supply that did not double was not drawn by much. Swept below."""

NETWORKS = 3
"""Networks at least, before "users follow" may be called a rule."""

LATER = 2.0
"""Years after the peak of supply by which customers should have come."""

DRAWN = "tokens draw suppliers before customers pay for them"
FOLLOW = "users follow wherever suppliers were drawn"
CARRY = "customers then pay for the operation"


@settles(
    "S2-3.1.1-06",
    rule="""Three clauses. Suppliers first: factor from the first count of supply to its peak, one geometric mean for each
    organisation; holds when the 95 % interval over organisations lies above 2, fails below. Users afterwards: coverage
    (what customers pay over what is handed out in tokens) of every network whose supply is known; fails when one lies
    wholly below a tenth two years or more after the peak of its supply, holds when at least three networks are known and
    all reach half. Core operation: coverage by organisation; holds when the 95 % interval of its geometric mean lies above
    half, fails below. Anything else is undecided. Payments by the company itself do not count.""",
)
def suppliers_first_users_afterwards(
    coverage: pd.DataFrame,
    network_growth: pd.DataFrame,
    *,
    grew: float = GREW,
    hardly: float = HARDLY,
    reading: str = "middle",
    unit: str = "network",
) -> Finding:
    """Do tokens draw suppliers first and users afterwards? Options: the margins' choices; unit: network or organisation."""
    drawn = tokens.supply_interval(network_growth).value
    outcomes = {DRAWN: above(drawn, grew), FOLLOW: "undecided"}
    spans = tokens.growth(network_growth, side="supply").value
    rows = tokens.ratios(coverage)
    rows = rows[(rows.payer == "customers") & ~rows.organisation.isin(tokens.REFERENCE)]
    if unit == "organisation":
        rows = rows[(rows.level == "organisation") & rows.organisation.isin(spans.organisation)]
        peaks = spans.groupby("organisation").peak_date.max()
    else:
        rows = rows[rows.network.isin(spans.index)]
        peaks = spans.peak_date
    best = rows.groupby(unit).agg(high=("high", "max"), as_of=("as_of", "max"))
    since = (pd.to_datetime(best.as_of) - pd.to_datetime(peaks.reindex(best.index))).dt.days / 365.25
    left = best.high[(best.high < hardly) & (since >= LATER)]
    if len(left):
        outcomes[FOLLOW] = "fail"
    elif len(best) >= NETWORKS and (best.high >= CARRIES).all():
        outcomes[FOLLOW] = "hold"
    paid = tokens.coverage_interval(coverage, reading=reading).value
    outcomes[CARRY] = above(paid, CARRIES)
    statistics = {
        "supply to its peak: factor": drawn.mean,
        "95 % interval, low": drawn.low,
        "95 % interval, high": drawn.high,
        "organisations with supply": drawn.n,
        "networks with supply and coverage": len(best),
        "networks left without customers": len(left),
        "coverage: geometric mean over organisations": paid.mean,
        "coverage: 95 % interval, low": paid.low,
        "coverage: 95 % interval, high": paid.high,
        "organisations with coverage": paid.n,
    }
    return finding(outcomes, statistics, months([network_growth.date.min(), coverage.as_of.max()]))


@settles(
    "S2-4.3-03",
    rule="""The question is read as: do customers pay for what tokens hand out? Coverage of every organisation that pays its
    suppliers in tokens, by what customers pay (geometric middle of sources that disagree). "They meet real needs" holds
    when the 95 % interval of the geometric mean over organisations lies above half; does not hold ("only stories") when it
    lies below a tenth. Anything else: open, as the text left it.""",
)
def tokens_meet_needs(
    coverage: pd.DataFrame,
    *,
    reading: str = "middle",
    given_to: tuple[str, ...] = ("suppliers", "everyone"),
    ai_alone: bool = False,
    carries: float = CARRIES,
) -> Finding:
    """Do tokens help to meet real needs, or only serve stories? Options: the choices of the specification curve."""
    paid = tokens.coverage_interval(coverage, reading=reading, given_to=given_to, ai_alone=ai_alone).value
    outcomes = {"customers pay for most of what tokens hand out": above(paid, carries, fail_below=HARDLY)}
    statistics = {
        "coverage: geometric mean over organisations": paid.mean,
        "95 % interval, low": paid.low,
        "95 % interval, high": paid.high,
        "organisations": paid.n,
    }
    return finding(outcomes, statistics, months(coverage.as_of))


IDLE = 0.01
"""Share of servers' pay: less than a hundredth of it for nothing is nothing."""

USUAL = (0.2, 0.3, 0.4)
"""Noise of weights that the specification says is usually seen: 0.2 to 0.4 of the mean."""

FILTER = "a minority that scores itself highest and produces nothing gets nothing of the servers' pay"
OWN_WORK = "a validator that scores by its own work earns more than one that repeats the consensus"
QUALITY = "pay follows measured quality more than it follows stake"


def _runs(consensus_runs: pd.DataFrame, experiment: str) -> pd.DataFrame:
    return consensus_runs[consensus_runs.experiment == experiment]


@settles(
    "S2-3.1.2-05",
    rule="""Three clauses, the first two from a model of the published rules at their default penalty. Filter: share of the
    servers' pay of a cabal with 40 to 49 percent of the stake that produces nothing; holds when no run exceeds a
    hundredth, fails when all do. Own work: dividend of a small validator that repeats the consensus of an epoch before,
    over that of an honest one, at the usual noise (0.2 to 0.4); holds when the 95 % interval over runs lies below 1 at
    every noise, fails when above. Quality: ranges of correlations of miners' reward with performance and with stake, as a
    study reports them; holds when the first lies wholly above the second, fails below. Anything else is undecided.""",
)
def consensus_settles_on_the_best(
    consensus_runs: pd.DataFrame,
    reward_links: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    experiment: str = "copy",
    delay: int | None = None,
    drift: float | None = None,
    noise: tuple[float, ...] = USUAL,
    study: bool = True,
) -> Finding:
    """Does Bittensor's consensus settle on the best answer? Options: the choices of the specification curve."""
    given = consensus.values(parameters)
    idle = _runs(consensus_runs, "idle servers")
    idle = idle.value[idle.stake.between(0.4, 0.49)]
    outcomes = {FILTER: "undecided", OWN_WORK: "undecided", QUALITY: "undecided"}
    if len(idle):
        outcomes[FILTER] = "hold" if (idle <= IDLE).all() else "fail" if (idle > IDLE).all() else "undecided"
    copies = _runs(consensus_runs, experiment)
    copies = copies[
        (copies.beta == given["bonds_penalty"])
        & (copies.delay == (given["reveal_epochs"] if delay is None else delay))
        & (copies.drift == (given["drift"] if drift is None else drift))
    ]
    premiums = {sigma: mean_interval(copies.value[copies.sigma == sigma].to_numpy()) for sigma in noise}
    sides = {above(interval, 1) for interval in premiums.values()}
    if sides == {"fail"}:  # below 1: copying pays less
        outcomes[OWN_WORK] = "hold"
    elif sides == {"hold"}:
        outcomes[OWN_WORK] = "fail"
    links = reward_links[
        (reward_links.role == "miners") & (reward_links.measure == "correlation with reward")
    ]
    links = links.set_index("of")
    if study and {"performance", "stake"} <= set(links.index):
        quality, stake = links.loc["performance"], links.loc["stake"]
        if quality.low > stake.high:
            outcomes[QUALITY] = "hold"
        elif quality.high < stake.low:
            outcomes[QUALITY] = "fail"
    statistics = {
        "idle cabal: greatest share of servers' pay": idle.max() if len(idle) else np.nan,
        "copying over honest dividend: least mean": min(i.mean for i in premiums.values()),
        "copying over honest dividend: greatest mean": max(i.mean for i in premiums.values()),
        "runs of copying": sum(i.n for i in premiums.values()),
    }
    return finding(outcomes, statistics, ("2025-06", "2026-06"))


MANY = 0.25
"""Share that "many" asks for, as elsewhere in the book."""


@settles(
    "S2-4.3-02",
    rule="""Named projects that were at work before the first widely used large model with open weights came out (table
    plain_scores). Holds when the exact 95 % interval (Clopper-Pearson) of the share that added a token after that day lies
    above a quarter; does not hold when it lies below. Anything else: open. Why they did so is not tested. Projects that
    began later count for nothing: they could not have turned.""",
)
def tokens_added_when_models_opened(token_launches: pd.DataFrame, plain_scores: pd.DataFrame) -> Finding:
    """Did many projects add a token at the time when large models turned open?"""
    counts = tokens.launches(token_launches, plain_scores).value
    share = exact_share(counts["added"], counts["before"])
    outcomes = {"many projects added a token as large models turned open": above(share, 100 * MANY)}
    statistics = {
        "projects at work before": counts["before"],
        "with a token before": counts["early"],
        "added one after": counts["added"],
        "none so far": counts["none"],
        "share that added one (percent)": share.mean,
        "95 % interval, low (percent)": share.low,
        "95 % interval, high (percent)": share.high,
    }
    days = token_launches.token_began[token_launches.token_began != ""]
    return finding(outcomes, statistics, months(days))


HALF = 50.0
"""Percent: were the AI what is scored or sold in most projects, the two would be more than side by side."""


@settles(
    "S2-4.2-01",
    rule="""Named projects that join AI and Web3, by what the AI does in them; techniques, companies without a token and
    projects of which nothing could be verified are left out. Holds when the exact 95 % interval (Clopper-Pearson) of the
    share in which the AI is what is scored or sold lies below half; does not hold when it lies above. Anything else: open.
    A supplier of machines on which AI runs is read as beside it, not joined with it.""",
)
def side_by_side(system_facts: pd.DataFrame, systems: pd.DataFrame) -> Finding:
    """Is the joining of AI and Web3 still less than a whole?"""
    share = tokens.intrinsic_share(system_facts, systems).value
    counts = tokens.integration(system_facts, systems).value
    outcome = below(share, HALF)
    facts = system_facts[(system_facts.attribute == "ai_role") & (system_facts.as_of != "")]
    statistics = {
        "projects": share.n,
        "AI is scored or sold (percent)": share.mean,
        "95 % interval, low (percent)": share.low,
        "95 % interval, high (percent)": share.high,
        **{f"AI {role} (projects)": int(count) for role, count in counts.items()},
    }
    outcomes = {"in most projects the AI and the chain stand side by side": outcome}
    return finding(outcomes, statistics, months(facts.as_of))


SWUNG = "tokens of AI networks swing more than Ether"
ADOPTED = "their networks are used more and more"


@settles(
    "S4-1-10",
    rule="""Two clauses. Swings: standard deviation of monthly changes over Ether's in the common window, one for each token
    of a network for AI; holds when the 95 % interval of the geometric mean lies above 1, fails below. Adoption: factor of
    use or payment of networks that sell computing for AI, from first to last count, by organisation; holds when the 95 % interval of the geometric mean lies above
    1, fails below. Anything else is undecided.""",
)
def swings_while_adoption_advances(token_swings: pd.DataFrame, network_growth: pd.DataFrame) -> Finding:
    """Do tokens of AI infrastructure swing strongly while adoption advances?"""
    ether = tokens.swing_ratio(token_swings, against="ether").value
    bitcoin = tokens.swing_ratio(token_swings, against="bitcoin").value
    used = tokens.demand_interval(network_growth, ai_alone=True).value
    outcomes = {SWUNG: above(ether, 1), ADOPTED: above(used, 1)}
    statistics = {
        "swings over Ether's": ether.mean,
        "95 % interval, low": ether.low,
        "95 % interval, high": ether.high,
        "swings over Bitcoin's": bitcoin.mean,
        "tokens": ether.n,
        "use: factor": used.mean,
        "use: 95 % interval, low": used.low,
        "use: 95 % interval, high": used.high,
        "organisations with use": used.n,
    }
    return finding(outcomes, statistics, ("2024-04", "2025-10"))


NEARER = 0.5
"""Half of the way from Ether to the memes, on a log scale: beyond it a token's swings are nearer to theirs."""


@settles(
    "S4-2-09",
    rule="""Swings of the tokens of networks that text 004 puts into the middleware, placed between Ether (0) and the mean
    meme coin (1) on a log scale, in the common window. Holds when the 95 % interval of their mean lies beyond half of the
    way; does not hold when it lies before. Anything else: open. Only this part of "meme-coin manner" is tested; turnover
    and price against use are not.""",
)
def middleware_like_memes(token_swings: pd.DataFrame) -> Finding:
    """Do tokens of the middleware behave like meme coins?"""
    place = tokens.nearness(token_swings).value
    groups = tokens.middleware_swings(token_swings).value
    outcomes = {"tokens of the middleware swing like meme coins": above(place, NEARER)}
    statistics = {
        "place between Ether (0) and memes (1)": place.mean,
        "95 % interval, low": place.low,
        "95 % interval, high": place.high,
        "tokens of the middleware": place.n,
        **{f"monthly swing, {name} (percent)": groups[name] for name in ("ether", "middleware", "meme")},
    }
    return finding(outcomes, statistics, ("2024-04", "2025-10"))


@margin("S2-3.1.1-06", left_out="organisation")
@measured("verdict")
def start_without_one(coverage: pd.DataFrame, network_growth: pd.DataFrame) -> pd.DataFrame:
    """Verdict on suppliers and users without each organisation in turn. Columns as of without_each."""
    names = sorted((set(coverage.organisation) | set(network_growth.organisation)) - set(tokens.REFERENCE))
    return without_each(
        lambda name: suppliers_first_users_afterwards(
            coverage[coverage.organisation != name], network_growth[network_growth.organisation != name]
        ),
        names,
    )


@margin("S2-4.3-03", left_out="organisation")
@measured("verdict")
def needs_without_one(coverage: pd.DataFrame) -> pd.DataFrame:
    """Verdict on needs and stories without each organisation in turn. Columns as of without_each."""
    names = sorted(set(coverage.organisation) - set(tokens.REFERENCE))
    return without_each(lambda name: tokens_meet_needs(coverage[coverage.organisation != name]), names)


@margin("S2-4.3-03", left_out="figure")
@measured("verdict")
def needs_without_figure(coverage: pd.DataFrame) -> pd.DataFrame:
    """The same without each figure in turn. Columns as of without_each."""
    names = coverage.coverage_id[
        (coverage.level == "organisation") & ~coverage.organisation.isin(tokens.REFERENCE)
    ]
    return without_each(lambda name: tokens_meet_needs(coverage[coverage.coverage_id != name]), list(names))


@margin("S2-3.1.2-05", left_out="source")
@measured("verdict")
def consensus_without_one(
    consensus_runs: pd.DataFrame, reward_links: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Verdict on the consensus without the runs of copying, of the idle cabal, or the study. Columns as of without_each."""
    kept = {
        "runs of copying": (consensus_runs[consensus_runs.experiment != "copy"], reward_links),
        "runs of the idle cabal": (consensus_runs[consensus_runs.experiment != "idle servers"], reward_links),
        "study of rewards": (consensus_runs, reward_links.iloc[:0]),
    }
    return without_each(lambda name: consensus_settles_on_the_best(*kept[name], parameters), list(kept))


@measured("verdict")
def start_specifications(coverage: pd.DataFrame, network_growth: pd.DataFrame) -> pd.DataFrame:
    """Verdict on suppliers and users by every combination of choices. Columns: grew, hardly, reading, unit, verdict."""
    choices = {
        "grew": (1.5, GREW, 3.0),
        "hardly": (0.05, HARDLY, 0.2),
        "reading": tokens.READINGS,
        "unit": ("network", "organisation"),
    }
    return sweep(suppliers_first_users_afterwards, (coverage, network_growth), choices)


@measured("verdict")
def needs_specifications(coverage: pd.DataFrame) -> pd.DataFrame:
    """Verdict on needs and stories by every combination of choices. Columns: reading, given_to, ai_alone, carries, verdict."""
    choices = {
        "reading": tokens.READINGS,
        "given_to": {
            "either": ("suppliers", "everyone"),
            "suppliers": ("suppliers",),
            "everyone": ("everyone",),
        },
        "ai_alone": (False, True),
        "carries": (0.33, CARRIES),
    }
    return sweep(tokens_meet_needs, (coverage,), choices)


@measured("verdict")
def consensus_specifications(
    consensus_runs: pd.DataFrame, reward_links: pd.DataFrame, parameters: pd.DataFrame
) -> pd.DataFrame:
    """Verdict on the consensus by every combination of choices. Columns: delay, drift, noise, study, verdict.

    drift: how far utilities move in an epoch; the runs are those of the sweep, with two seeds and three spreads each.
    """
    choices = {
        "delay": (0, 1),
        "drift": (0.0, 0.1, 0.2, 0.4, 0.8),
        "noise": {sigma: (sigma,) for sigma in (0.2, 0.4)},
        "study": (True, False),
    }
    test = partial(consensus_settles_on_the_best, experiment="copy sweep")
    return sweep(test, (consensus_runs, reward_links, parameters), choices)


@specifications("S2-3.1.1-06")
@measured("count")
def start_counts(coverage: pd.DataFrame, network_growth: pd.DataFrame, *, unit: str = "") -> dict[str, int]:
    """Combinations of start_specifications, all and by verdict; unit: of that unit alone."""
    rows = start_specifications(coverage, network_growth).value
    return verdict_counts(rows[rows.unit == unit] if unit else rows)


@specifications("S2-4.3-03")
@measured("count")
def needs_counts(coverage: pd.DataFrame, *, reading: str = "") -> dict[str, int]:
    """Combinations of needs_specifications, all and by verdict; reading: of that reading alone."""
    rows = needs_specifications(coverage).value
    return verdict_counts(rows[rows.reading == reading] if reading else rows)


@specifications("S2-3.1.2-05")
@measured("count")
def consensus_counts(
    consensus_runs: pd.DataFrame,
    reward_links: pd.DataFrame,
    parameters: pd.DataFrame,
    *,
    study: bool | None = None,
) -> dict[str, int]:
    """Combinations of consensus_specifications, all and by verdict; study: with or without it alone."""
    rows = consensus_specifications(consensus_runs, reward_links, parameters).value
    return verdict_counts(rows if study is None else rows[rows.study == study])


@measured("share, percent or years")
def bars(parameters: pd.DataFrame) -> dict[str, float]:
    """The bars of the rules: hardly and carries (percent), kept (percent), later (years), many (percent), within (share)."""
    return {
        "hardly": 100 * HARDLY, "carries": 100 * CARRIES, "kept": 100 * tokens.KEPT, "later": LATER, "many": 100 * MANY,
        "within": consensus.WITHIN, "idle": 100 * IDLE, "default": consensus.values(parameters)["bonds_penalty"],
    }  # fmt: skip
