"""Modules or one network: trained networks, published comparisons, real interfaces, scores of decentralised models."""

from __future__ import annotations

import pandas as pd

from ladders.evidence.inference import Interval, Share, Trend, exact_share, mean_interval, yearly_factor
from ladders.results import measured

ABILITIES = {
    "alignment": ("match", "same digit"),
    "attention": ("index",),
    "fusion": ("xor", "inner product", "digit sum", "halves"),
}
"""What the text says modules cannot do -> the tasks that ask for it."""

BITS = ("trained messages", "with a query")
"""Arms in which modules send bits and are trained together: the narrowest border."""

WIDEST = 8
"""Bits of the widest message."""

NARROW = 4
"""Bits of a message that is narrower than the eight that module A of the task "index" holds."""

NETWORKS = "decentralised network"


def _by_seed(modular_runs: pd.DataFrame, setting: str = "base") -> pd.DataFrame:
    """Accuracy in percent: seed (rows) by task, arm and width (columns)."""
    rows = modular_runs[modular_runs.setting == setting]
    wide = rows.pivot(index="seed", columns=["task", "arm", "width"], values="accuracy")
    return 100 * wide.astype(float)


@measured("percent")
def accuracy(modular_runs: pd.DataFrame, *, setting: str = "base") -> pd.DataFrame:
    """Mean accuracy over seeds with its 95 % interval, and the best and worst seed: (task, arm, width) by column."""
    wide = _by_seed(modular_runs, setting)
    rows = {
        key: (*mean_interval(wide[key].dropna().to_numpy()), wide[key].max(), wide[key].min()) for key in wide
    }
    found = pd.DataFrame.from_dict(
        rows, orient="index", columns=["mean", "low", "high", "seeds", "best", "worst"]
    )
    found.index = pd.MultiIndex.from_tuples(found.index, names=["task", "arm", "width"])
    return found.sort_index()


@measured("points")
def shortfall(
    modular_runs: pd.DataFrame, *, arms: tuple[str, ...] = BITS, widest: int = WIDEST
) -> pd.DataFrame:
    """Accuracy of the joint network minus that of the best of some arms, by task.

    Best: the arm and width (at most `widest`) with the highest mean over seeds. Interval: Student's t over seeds,
    paired. Columns: mean, low, high, n, arm, width. A task without both sides is left out.
    """
    wide = _by_seed(modular_runs)
    rows = {}
    for task in dict.fromkeys(wide.columns.get_level_values("task")):
        tried = [key for key in wide if key[0] == task and key[1] in arms and key[2] <= widest]
        if tried and (task, "joint", 0) in wide:
            best = max(tried, key=lambda key: wide[key].mean())
            gap = (wide[task, "joint", 0] - wide[best]).dropna().to_numpy()
            rows[task] = (*mean_interval(gap), best[1], best[2])
    return pd.DataFrame.from_dict(rows, orient="index", columns=["mean", "low", "high", "n", "arm", "width"])


@measured("count")
def run_counts(modular_runs: pd.DataFrame) -> dict[str, int]:
    """Networks trained, tasks, seeds, settings beside the base, and the widest message."""
    base = modular_runs[modular_runs.setting == "base"]
    return {
        "networks": len(modular_runs),
        "tasks": base.task.nunique(),
        "seeds": base.seed.nunique(),
        "settings": modular_runs.setting.nunique() - 2,
        "widest": int(base.width.max()),
    }


@measured("points")
def sweep(modular_runs: pd.DataFrame) -> pd.DataFrame:
    """Change of mean accuracy when one assumed parameter is changed: parameter and end by (task, arm, width), points.

    Compared with the unchanged training from the same seeds.
    """
    again = _by_seed(modular_runs, "again").mean()
    changed = [name for name in dict.fromkeys(modular_runs.setting) if name not in ("base", "again")]
    return pd.DataFrame({name: _by_seed(modular_runs, name).mean() - again for name in changed}).T


@measured("points")
def sweep_range(modular_runs: pd.DataFrame) -> dict[str, float]:
    """Lowest and highest change of the sweep, all tasks and widths, and for the widest message alone."""
    changes = sweep(modular_runs).value
    wide = changes.loc[:, changes.columns.get_level_values("width") == WIDEST]
    return {
        "lowest": changes.min().min(), "highest": changes.max().max(),
        "lowest wide": wide.min().min(), "highest wide": wide.max().max(),
    }  # fmt: skip


@measured("points")
def study_gaps(fusion_results: pd.DataFrame, *, controlled: bool = False) -> pd.Series:
    """Lead of the side trained as one over the side made of parts: mean over a maker's rows, by maker.

    Scores in points; captions (CIDEr) are left out, their scale is not percent. controlled: only comparisons within
    one study at one budget.
    """
    rows = fusion_results[fusion_results.unit == "points"]
    if controlled:
        rows = rows[rows.controlled]
    return rows.groupby("organisation").gap.mean()


@measured("points")
def study_interval(fusion_results: pd.DataFrame, *, controlled: bool = False) -> Interval:
    """Mean over makers of the lead of the side trained as one, with its 95 % interval."""
    return mean_interval(study_gaps(fusion_results, controlled=controlled).value.to_numpy())


LATE = "late against early fusion"
LATE_EXPERTS = "late fusion against early fusion with experts"


@measured("percent")
def late_and_early(fusion_results: pd.DataFrame) -> pd.DataFrame:
    """Late fusion, early fusion and early fusion with experts at one budget, by benchmark (points and CIDEr)."""
    late = fusion_results[fusion_results.comparison == LATE].set_index("benchmark")
    experts = fusion_results[fusion_results.comparison == LATE_EXPERTS].set_index("benchmark")
    return pd.DataFrame(
        {
            "late": late.modular_score,
            "early": late.joint_score,
            "experts": experts.joint_score,
            "unit": late.unit,
        }
    ).loc[late.index]


@measured("percent")
def late_and_early_means(fusion_results: pd.DataFrame) -> pd.Series:
    """Mean over the benchmarks that are scored in percent: late, early, experts."""
    scores = late_and_early(fusion_results).value
    return scores[scores.unit == "points"][["late", "early", "experts"]].mean()


@measured("points")
def freezing_cost(fusion_results: pd.DataFrame) -> dict[str, float]:
    """What freezing the sides costs by the kind of connector, from the one controlled study."""
    rows = fusion_results[fusion_results.study == "Idefics2"].set_index("comparison").gap
    return {
        "input": rows["backbones frozen against tuned, connector at the input"],
        "cross-attention": rows["backbones frozen against tuned, cross-attention"],
    }


@measured("percent")
def connector_scores(frozen_connectors: pd.DataFrame) -> pd.Series:
    """Answers on images without an example, by model."""
    return frozen_connectors.set_index("model").vqav2


@measured("points")
def scale_gain(frozen_connectors: pd.DataFrame) -> float:
    """What one family gains on VQAv2 from its smallest to its largest model: Flamingo, 3 to 80 billion parameters."""
    scores = connector_scores(frozen_connectors).value
    return scores["Flamingo-80B"] - scores["Flamingo-3B"]


def operators(
    interfaces: pd.DataFrame, flag: pd.Series, kind: str = NETWORKS, *, chain: bool = False
) -> pd.Series:
    """Is a flag true of most systems of an operator? By operator, of one kind; carriers of bytes are left out.

    chain: only systems that run on a chain or pay with a token. A tie counts as false.
    """
    kept = (interfaces.kind == kind) & (interfaces.family != "transport")
    if chain:
        kept &= interfaces.chain
    return flag[kept].groupby(interfaces.operator[kept]).mean() > 0.5


@measured("percent of operators")
def operator_share(
    interfaces: pd.DataFrame, *, what: str, kind: str = NETWORKS, chain: bool = False
) -> Share:
    """Share of operators most of whose systems are "apart" (nothing trained across the border), "rich" or "two-way"."""
    flags = {
        "apart": ~interfaces.trained_together,
        "rich": interfaces.rich,
        "two-way": interfaces.rounds != "one way",
    }
    units = operators(interfaces, flags[what], kind, chain=chain)
    return exact_share(int(units.sum()), len(units))


@measured("count")
def interface_counts(interfaces: pd.DataFrame) -> dict[str, int]:
    """Systems: all, by kind, networks by family, and those with vectors crossing among networks on a chain."""
    networks = interfaces[interfaces.kind == NETWORKS]
    found = {"all": len(interfaces), **interfaces.kind.value_counts().to_dict()}
    found |= networks.family.value_counts().to_dict()
    found["rich on a chain"] = int((networks.rich & networks.chain).sum())
    found["concatenate"] = int(networks.crosses.str.contains("concat").sum())
    return found


@measured("bytes")
def message_sizes(interfaces: pd.DataFrame) -> pd.DataFrame:
    """Systems whose message has a known width: kind, family, rich, bytes, basis; by size."""
    known = interfaces[interfaces.message_bytes.notna()]
    return known.set_index("system")[["kind", "family", "rich", "message_bytes", "bytes_basis"]].sort_values(
        "message_bytes"
    )


@measured("points")
def network_gaps(
    network_scores: pd.DataFrame, *, complex_only: bool = True, against: str = "frontier"
) -> pd.DataFrame:
    """How far models of decentralised networks lie behind, one row for each model and benchmark: column gap.

    against: "frontier" (best model found, released no later than the network's model) or "peer" (like training
    compute). Positive: behind. Rows whose frontier is younger than the model, or without a peer, are left out.
    """
    rows = network_scores[network_scores.complex_task] if complex_only else network_scores
    if against == "frontier":
        rows = rows[rows.frontier_released <= rows.released]
        return rows.assign(gap=rows.frontier_score - rows.score)
    rows = rows[rows.peer_score.notna()]
    return rows.assign(gap=rows.peer_score - rows.score)


@measured("points")
def model_gaps(
    network_scores: pd.DataFrame, *, complex_only: bool = True, against: str = "frontier"
) -> pd.DataFrame:
    """Mean, smallest and number of a model's gaps, by model, oldest first."""
    gaps = network_gaps(network_scores, complex_only=complex_only, against=against).value
    found = gaps.groupby("model").agg(
        mean=("gap", "mean"), smallest=("gap", "min"), n=("gap", "size"), released=("released", "first")
    )
    return found.sort_values(["released", "mean"])


@measured("points")
def model_gap_interval(
    network_scores: pd.DataFrame, *, complex_only: bool = True, against: str = "frontier"
) -> Interval:
    """Mean over models of their mean gap, with its 95 % interval."""
    gaps = model_gaps(network_scores, complex_only=complex_only, against=against).value
    return mean_interval(gaps["mean"].to_numpy())


@measured("factor per year")
def record_trend(frontier_runs: pd.DataFrame) -> Trend:
    """Growth of the record of training compute: a log-linear fit through the record of each calendar year."""
    records = frontier_runs.assign(year=frontier_runs.released.str[:4]).groupby("year").flop.max().cummax()
    return yearly_factor(pd.Series(records.index + "-07-01"), records.reset_index(drop=True))


@measured("factor per year")
def follower_trend(frontier_runs: pd.DataFrame) -> Trend:
    """Growth of the number of organisations with a run within a tenth of the record; the last, broken year left out."""
    counts = followers(frontier_runs).value
    return yearly_factor(pd.Series(counts.index + "-07-01"), counts.reset_index(drop=True))


@measured("count")
def followers(frontier_runs: pd.DataFrame) -> pd.Series:
    """Organisations with a run within a tenth of the record of its day, by year; the last, broken year left out."""
    year = frontier_runs.released.str[:4]
    counts = frontier_runs.groupby(year).organisation.nunique()
    return counts[counts.index < year.max()]
