"""Tests of the claims on modular and joint AI."""

from __future__ import annotations

import pandas as pd

from ladders.evidence import modular
from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    below,
    finding,
    margin,
    months,
    reaches,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

SMALLEST_SHORTFALL = 7.0
"""Points. About what Flamingo gains on questions about images from 3 to 80 billion parameters: a way of building that
costs less than that is a matter of size, not an inborn defect. Swept in the specification curves."""

RARE = 25.0
"""Percent of operators. What more than one in four of them does is no exception to "only". Swept below."""

SMALLEST_LEAD = 25.0
"""Points of percent between two kinds of operator that would carry "Web2 does, Web3 does not"; used in the worlds."""

MOST = 50.0
"""Percent of operators: what "mostly" says."""

SMALLEST_BEHIND = 10.0
"""Points behind the frontier of the day: about a year of its progress on tests that it has not filled, so that a model
less far behind would be called a rival with some delay. Swept in the specification curve."""

FEWEST_MODELS = 3
"""Models of decentralised networks without which nothing is said of them at large."""

CHEAPER_CHIPS = 1.4
"""Factor per year by which compute is taken to grow for the same money, an assumption: a barrier that rises no faster is
not rising. The record's interval lies so far above that twice the value would change nothing."""


def _of_all(outcomes: list[str], needed: int) -> str:
    """hold or fail when all tasks say so; anything else, or fewer tasks than needed: undecided."""
    alike = len(outcomes) >= needed and len(set(outcomes)) == 1
    return outcomes[0] if alike else "undecided"


def _row(table: pd.DataFrame, task: str) -> Interval | None:
    return Interval(*table.loc[task, ["mean", "low", "high", "n"]]) if task in table.index else None


def _ability(table: pd.DataFrame, tasks: tuple[str, ...], smallest: float) -> str:
    """What all tasks of an ability say together of a shortfall."""
    said = [reaches(row, smallest) for task in tasks if (row := _row(table, task))]
    return _of_all(said, len(tasks))


def _votes(table: pd.DataFrame, smallest: float) -> str:
    """Parts that only add their votes: hold when some task of alignment and some of fusion are short, fail when none."""
    known = {
        ability: [reaches(row, smallest) for task in modular.ABILITIES[ability] if (row := _row(table, task))]
        for ability in ("alignment", "fusion")
    }
    if all("hold" in said for said in known.values()):
        return "hold"
    every = [*known["alignment"], *known["fusion"]]
    complete = len(every) == sum(len(modular.ABILITIES[ability]) for ability in known)
    return "fail" if complete and set(every) == {"fail"} else "undecided"


PUBLISHED = "published systems made of parts fall short of systems trained as one"
VOTES = "parts that only add their votes fall short"

PERIOD = ("2021-11", "2025-08")
"""Months of the published comparisons; the trained networks have no date of their own."""


@settles(
    "S3-p2-02",
    rule="""Modules that send up to 8 bits and are trained together (best width) against one network, seven tasks. For
    alignment, attention and fusion apart: the clause "falls short however the parts are joined" holds when in every
    task of the ability the shortfall is above zero with 95 % over seeds and 7 points or more on average; it fails when
    in every task the interval lies below 7 points. "Parts that only add their votes fall short" holds when that is so
    in some task of alignment and of fusion. "Published systems made of parts fall short" holds and fails by the same
    bar, over makers. Anything else: undecided. What the model alone decides is conditional on its small tasks.""",
)
def modular_defects(
    modular_runs: pd.DataFrame,
    fusion_results: pd.DataFrame,
    *,
    smallest: float = SMALLEST_SHORTFALL,
    arms: tuple[str, ...] = modular.BITS,
    widest: int = modular.WIDEST,
    controlled: bool = False,
) -> Finding:
    """Has the modular way inborn defects in alignment, attention and fusion? The options are the margins' choices."""
    best = modular.shortfall(modular_runs, arms=arms, widest=widest).value
    votes = modular.shortfall(modular_runs, arms=("late fusion",)).value
    published = modular.study_interval(fusion_results, controlled=controlled).value
    outcomes = {
        f"{ability} falls short however the parts are joined": _ability(best, tasks, smallest)
        for ability, tasks in modular.ABILITIES.items()
    }
    outcomes[VOTES] = _votes(votes, smallest)
    outcomes[PUBLISHED] = reaches(published, smallest)
    statistics = {
        f"{task}: shortfall of the best modular arm (points)": best["mean"][task] for task in best.index
    }
    statistics |= {f"{task}: shortfall of added votes (points)": votes["mean"][task] for task in votes.index}
    statistics |= _published(published)
    return finding(outcomes, statistics, months(fusion_results.published, PERIOD))


def _published(interval: Interval) -> dict[str, float]:
    return {
        "published: mean lead of training as one (points)": interval.mean,
        "published: 95 % interval, low (points)": interval.low,
        "published: 95 % interval, high (points)": interval.high,
        "published: makers": interval.n,
    }


@settles(
    "S3-p3-03",
    rule="""Two clauses. "Published systems made of parts with a trained connector fall short": lead of systems trained as
    one over systems made of parts, mean by maker; holds when the 95 % interval over makers lies above zero and the mean
    reaches 7 points, fails when the interval lies below 7 points. "Parts that only add their votes do not align":
    shortfall in both tasks of alignment, by the same bar over seeds; conditional on the model. Otherwise open.""",
)
def unified_representation(
    modular_runs: pd.DataFrame,
    fusion_results: pd.DataFrame,
    *,
    smallest: float = SMALLEST_SHORTFALL,
    controlled: bool = False,
    frozen: str = "late fusion",
) -> Finding:
    """Can a modular architecture hardly support a unified representation? The options are the margins' choices."""
    votes = modular.shortfall(modular_runs, arms=(frozen,)).value
    published = modular.study_interval(fusion_results, controlled=controlled).value
    tasks = modular.ABILITIES["alignment"]
    outcomes = {
        "published systems made of parts with a trained connector fall short": reaches(published, smallest),
        "parts that only add their votes do not align": _ability(votes, tasks, smallest),
    }
    statistics = {f"{task}: shortfall (points)": votes["mean"][task] for task in tasks if task in votes.index}
    return finding(outcomes, statistics | _published(published), months(fusion_results.published, PERIOD))


@settles(
    "S3-p4-01",
    "S3-p4-03",
    rule="""Three clauses. "One message narrower than what is asked about cannot attend": task index, up to 4 bits from
    A to B for 8 slots; holds when the shortfall at the best width is above zero with 95 % over seeds and 7 points or
    more, fails when it lies below 7. "A question sent back does not mend it": the same with a query of 3 bits first.
    "The networks have no way back": share of operators of decentralised networks whose messages go both ways; holds
    when its exact 95 % interval lies below half, fails when it lies above. The first two are conditional on the
    model.""",
)
def attention(modular_runs: pd.DataFrame, interfaces: pd.DataFrame) -> Finding:
    """Can attention not work across the borders of Web3 AI?"""
    narrow = {
        arm: _row(modular.shortfall(modular_runs, arms=(arm,), widest=modular.NARROW).value, "index")
        for arm in modular.BITS
    }
    said = {arm: reaches(row, SMALLEST_SHORTFALL) if row else "undecided" for arm, row in narrow.items()}
    ways = modular.operator_share(interfaces, what="two-way").value
    outcomes = {
        "one message narrower than what is asked about cannot attend": said["trained messages"],
        "a question sent back does not mend it": said["with a query"],
        "the networks have no way back": below(ways, MOST),
    }
    statistics = {f"{arm}: shortfall (points)": row.mean for arm, row in narrow.items() if row}
    statistics |= {
        "operators with messages both ways (percent)": ways.mean,
        "95 % interval, low (percent)": ways.low,
        "95 % interval, high (percent)": ways.high,
        "operators": ways.n,
    }
    return finding(outcomes, statistics, months(interfaces.seen, PERIOD))


@settles(
    "S3-p2-01",
    rule="""Operators of decentralised networks for AI most of whose systems join parts without training anything across
    the border. Holds when the exact 95 % interval of their share lies above half, fails when it lies below, open
    otherwise. The choice of networks is ours.""",
)
def modular_design(interfaces: pd.DataFrame) -> Finding:
    """Does Web3 AI mostly assemble separate modules?"""
    apart = modular.operator_share(interfaces, what="apart").value
    statistics = {
        "operators that join parts without training across the border (percent)": apart.mean,
        "95 % interval, low (percent)": apart.low,
        "95 % interval, high (percent)": apart.high,
        "operators": apart.n,
    }
    return finding(
        {"most assemble parts that are not trained together": above(apart, MOST)},
        statistics,
        months(interfaces.seen, PERIOD),
    )


@settles(
    "S3-p5-02",
    rule="""Operators most of whose systems pass vectors, activations or gradients across the border. "Web2 realises rich
    interaction": holds when the exact 95 % interval of their share among makers of multimodal models lies above half,
    fails when it lies below. "Web3 only shallow": holds when the interval of their share among decentralised networks
    lies below one in four, fails when it lies above. "Among systems that join finished models Web2 does more": share in
    agent frameworks and ensembles against networks that train nothing across the border; holds when the exact interval
    of the former lies above the share of the latter, fails when the former is not larger. Otherwise undecided.""",
)
def shallow_and_rich(
    interfaces: pd.DataFrame, *, rare: float = RARE, chain: bool = False, by: str = "operator"
) -> Finding:
    """Do features interact richly in Web2 and only in shallow ways in Web3? The options are the margins' choices."""
    table = interfaces if by == "operator" else interfaces.assign(operator=interfaces.system)
    models = modular.operator_share(table, what="rich", kind="multimodal model").value
    networks = modular.operator_share(table, what="rich", chain=chain).value
    apart = table[~table.trained_together]
    agents = modular.operator_share(apart, what="rich", kind="agents and ensembles").value
    services = modular.operator_share(apart, what="rich", chain=chain).value
    alike = "undecided"
    if agents.n and services.n:
        alike = (
            "hold" if agents.low > services.mean else "fail" if agents.mean <= services.mean else "undecided"
        )
    outcomes = {
        "Web2 models realise rich interaction": above(models, MOST),
        "Web3 networks know only shallow combinations": below(networks, rare),
        "among systems that join finished models Web2 does more": alike,
    }
    statistics = {
        "makers of multimodal models (percent)": models.mean,
        "operators of networks (percent)": networks.mean,
        "operators of networks: 95 % interval, low (percent)": networks.low,
        "operators of networks: 95 % interval, high (percent)": networks.high,
        "operators of networks": networks.n,
        "agent frameworks (percent)": agents.mean,
        "networks that train nothing across the border (percent)": services.mean,
    }
    return finding(outcomes, statistics, months(interfaces.seen, PERIOD))


@settles(
    "S3-p7-01",
    rule="""Models trained by decentralised networks against the best model found that was released no later, on the
    same benchmark, tasks of several steps only. Holds when at least three models were scored, every one of them is 10
    points or more behind on average, and none is ahead on any of the benchmarks; fails when a model is on average less
    than 10 points behind. Otherwise open.""",
)
def cannot_rival(
    network_scores: pd.DataFrame,
    *,
    smallest: float = SMALLEST_BEHIND,
    complex_only: bool = True,
    against: str = "frontier",
    fewest: int = FEWEST_MODELS,
) -> Finding:
    """Can Web3 AI hardly rival Web2 AI at complex tasks? The options are the margins' choices."""
    gaps = modular.model_gaps(network_scores, complex_only=complex_only, against=against).value
    interval = mean_interval(gaps["mean"].to_numpy())
    said = "undecided"
    if len(gaps) and gaps["mean"].min() < smallest:
        said = "fail"
    elif len(gaps) >= fewest and gaps.smallest.min() > 0:
        said = "hold"
    statistics = {
        "models": len(gaps),
        "mean gap (points)": interval.mean,
        "95 % interval over models, low (points)": interval.low,
        "95 % interval over models, high (points)": interval.high,
        "smallest mean gap of a model (points)": gaps["mean"].min(),
        "smallest gap on a benchmark (points)": gaps.smallest.min(),
    }
    return finding(
        {"every model stays behind the frontier of its day": said},
        statistics,
        months(network_scores.released, PERIOD),
    )


FASTER = "the largest training runs grow faster than chips get cheaper"
FEWER = "fewer can follow"


@settles(
    "S3-p6-01",
    rule="""Two clauses. "The largest training runs grow faster than chips get cheaper": log-linear fit through the
    yearly record of training compute; holds when the 95 % interval of the factor per year lies above 1.4, fails when it
    lies below. "Fewer can follow": organisations with a run within a tenth of the record of its day, by year; holds
    when the interval of their factor per year lies below 1, fails when it lies above. Otherwise undecided.""",
)
def rising_barriers(frontier_runs: pd.DataFrame) -> Finding:
    """Does Web2 AI raise ever higher technical barriers?"""
    counts = modular.followers(frontier_runs).value
    outcomes = dict.fromkeys((FASTER, FEWER), "undecided")
    statistics = {"organisations, last whole year": counts.iloc[-1] if len(counts) else 0}
    if len(counts) >= FEWEST_MODELS:
        growth = modular.record_trend(frontier_runs).value
        follow = modular.follower_trend(frontier_runs).value
        outcomes = {FASTER: above(growth, CHEAPER_CHIPS), FEWER: below(follow, 1)}
        for name, trend in (("record", growth), ("followers", follow)):
            statistics |= {
                f"{name} (factor per year)": trend.factor, f"{name}, low": trend.low, f"{name}, high": trend.high
            }  # fmt: skip
    return finding(outcomes, statistics, months(frontier_runs.released, PERIOD))


@margin("S3-p2-02", left_out="task or maker")
@measured("verdict")
def defects_without_one(modular_runs: pd.DataFrame, fusion_results: pd.DataFrame) -> pd.DataFrame:
    """S3-p2-02 without each task and each maker in turn. Columns as of without_each."""

    def without(name: str) -> Finding:
        return modular_defects(
            modular_runs[modular_runs.task != name], fusion_results[fusion_results.organisation != name]
        )

    return without_each(without, [*modular_runs.task.unique(), *sorted(fusion_results.organisation.unique())])


@margin("S3-p3-03", left_out="maker")
@measured("verdict")
def representation_without_one(modular_runs: pd.DataFrame, fusion_results: pd.DataFrame) -> pd.DataFrame:
    """S3-p3-03 without each maker in turn. Columns as of without_each."""

    def without(name: str) -> Finding:
        return unified_representation(modular_runs, fusion_results[fusion_results.organisation != name])

    return without_each(without, sorted(fusion_results.organisation.unique()))


@margin("S3-p5-02", left_out="operator")
@measured("verdict")
def interaction_without_one(interfaces: pd.DataFrame) -> pd.DataFrame:
    """S3-p5-02 without each operator in turn. Columns as of without_each."""

    def without(name: str) -> Finding:
        return shallow_and_rich(interfaces[interfaces.operator != name])

    return without_each(without, sorted(interfaces.operator.unique()))


@margin("S3-p7-01", left_out="model")
@measured("verdict")
def rivalry_without_one(network_scores: pd.DataFrame) -> pd.DataFrame:
    """S3-p7-01 without each model in turn. Columns as of without_each."""

    def without(name: str) -> Finding:
        return cannot_rival(network_scores[network_scores.model != name])

    return without_each(without, list(dict.fromkeys(network_scores.model)))


SHORTFALLS = {"5": 5.0, "7": SMALLEST_SHORTFALL, "10": 10.0}


@specifications("S3-p2-02")
@measured("count")
def defects_counts(modular_runs: pd.DataFrame, fusion_results: pd.DataFrame) -> dict[str, int]:
    """Number of specifications of S3-p2-02: smallest shortfall, kind of message, widest, controlled studies only."""
    return verdict_counts(
        sweep(
            modular_defects,
            (modular_runs, fusion_results),
            {
                "smallest": SHORTFALLS,
                "arms": {
                    "bits": modular.BITS,
                    "bits or reals": (*modular.BITS, "frozen PCA"),
                    "frozen": ("frozen PCA",),
                },
                "widest": {"8": modular.WIDEST, "4": modular.NARROW},
                "controlled": {"all": False, "controlled": True},
            },
        )
    )


@specifications("S3-p3-03")
@measured("count")
def representation_counts(modular_runs: pd.DataFrame, fusion_results: pd.DataFrame) -> dict[str, int]:
    """Number of specifications of S3-p3-03: smallest shortfall, controlled studies only, kind of frozen parts."""
    return verdict_counts(
        sweep(
            unified_representation,
            (modular_runs, fusion_results),
            {
                "smallest": SHORTFALLS,
                "controlled": {"all": False, "controlled": True},
                "frozen": {"votes": "late fusion", "components": "frozen PCA"},
            },
        )
    )


@specifications("S3-p5-02")
@measured("count")
def interaction_counts(interfaces: pd.DataFrame) -> dict[str, int]:
    """Number of specifications of S3-p5-02: what is rare, chains only, unit, rich by what crosses or by training."""
    return verdict_counts(
        sweep(
            shallow_and_rich,
            (interfaces,),
            {
                "rare": {"20": 20.0, "25": RARE, "33": 33.0},
                "chain": {"all": False, "chain": True},
                "by": {"operator": "operator", "system": "system"},
            },
        )
    )


def _rivalry_sweep(network_scores: pd.DataFrame) -> pd.DataFrame:
    """S3-p7-01 under every combination of smallest lag, tasks and opponent. Columns as of sweep."""
    return sweep(
        cannot_rival,
        (network_scores,),
        {
            "smallest": {"5": 5.0, "10": SMALLEST_BEHIND, "15": 15.0},
            "complex_only": {"complex": True, "all": False},
            "against": {"frontier": "frontier", "peer": "peer"},
        },
    )


@specifications("S3-p7-01")
@measured("count")
def rivalry_counts(network_scores: pd.DataFrame) -> dict[str, int]:
    """Number of specifications of S3-p7-01: smallest lag, tasks, against whom."""
    return verdict_counts(_rivalry_sweep(network_scores))


@measured("count")
def frontier_counts(network_scores: pd.DataFrame) -> dict[str, int]:
    """The specifications of S3-p7-01 that compare with the frontier, as the claim does."""
    found = _rivalry_sweep(network_scores)
    return verdict_counts(found[found.against == "frontier"])


@measured("points")
def bars() -> dict[str, float]:
    """The bars of the rules that the prose names."""
    return {
        "shortfall": SMALLEST_SHORTFALL, "behind": SMALLEST_BEHIND, "rare": RARE, "most": MOST,
        "chips": CHEAPER_CHIPS, "narrow": modular.NARROW, "models": FEWEST_MODELS,
    }  # fmt: skip
