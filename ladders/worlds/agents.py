"""Worlds for the tests of agents and of the steps from layer to layer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import agents
from ladders.verdicts.agents import (
    ABILITIES,
    BAR,
    MARKED,
    SIX,
    SLOWEST,
    SMALLEST_EXCESS,
    SMALLEST_INSIDE,
    SMALLEST_LEAD,
    SMALLEST_YEARS,
    SWE_BENCH,
    YEAR,
)
from ladders.verdicts.ai import SMALLEST_GAIN
from ladders.worlds.making import Generator, Setting, Tables, sampled, signs

PLAIN, REASONING = "plain model: no reasoning training known", "reasoning model or thinking on"


def _iso(day: np.ndarray) -> np.ndarray:
    """Days since 1970-01-01 as ISO dates."""
    return np.round(day).astype("datetime64[D]").astype(str)


def _labelled(rows: pd.DataFrame, reasoning: np.ndarray) -> pd.DataFrame:
    """The rows with their backbones labelled plain or reasoning."""
    return rows.assign(
        backbone_layer=np.where(reasoning, "L2", "L1"), layer_basis=np.where(reasoning, REASONING, PLAIN)
    )


def backbone_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Boards whose agents begin `effect` months after the first reasoning model and run on what there is by then.

    Noise: each board deviates by the deviation of a random real board from their mean, with a random sign; its rows
    keep their distances. Backbones are reasoning models from the day of the first one on, plain before.
    rows: share of the scores that is kept. confounded: agents come as late, but run on plain models.
    """
    effect, rows, confounded = setting
    scores, first = real["agent_scores"], agents.first_systems(real["chronology"]).value[2]
    lead = agents.lead_over_agents(scores, real["chronology"]).value.lead
    boards = agents.board(scores.benchmark)
    start = agents.days(pd.Series([first]))[0]
    names = boards.unique()
    begin = dict(zip(names, [scores.date[boards == name].min() for name in names], strict=True)) | dict(
        agents.first_agents(scores).value.date
    )
    noise = rng.choice((lead - lead.mean()).to_numpy(), len(names)) * signs(rng, len(names))
    target = dict(zip(names, start + (effect + noise) * agents.DAYS_PER_MONTH, strict=True))
    day = agents.days(scores.date) - agents.days(boards.map(begin)) + boards.map(target).to_numpy()
    reasoning = np.zeros(len(scores), bool) if confounded else day >= start
    world = _labelled(scores.assign(date=_iso(day)), reasoning)
    kept = sampled(rng, len(world), rows)
    return {
        "agent_scores": world.iloc[kept].reset_index(drop=True),
        "chronology": real["chronology"],
        "same_base_scores": real["same_base_scores"],
    }


def ability_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Scores in which the best agent exceeds half of the tasks by `effect` percentage points in every ability.

    Noise: each benchmark deviates by the deviation of a random real one's best score from the mean of its ability,
    with a random sign; the entries below keep their distance to the best. All entries count as checked by others, and
    a benchmark that has one entry in truth (no best, so no evidence) has a second, equal one.
    rows: share of the entries that is kept. confounded: the effect belongs to the makers' own figures; in checked
    ones it is nil.
    """
    effect, rows, confounded = setting
    scores = real["agent_scores"]
    single = scores.groupby("benchmark").score.transform("size") == 1
    scores = pd.concat([scores, scores[single].assign(backbone="second entry")], ignore_index=True)
    kinds = {kind: clause for clause, group in ABILITIES.items() for kind in group}
    best = scores.groupby("benchmark").agg(score=("score", "max"), ability=("ability", "first"))
    deviation = (best.score - best.score.groupby(best.ability.map(kinds)).transform("mean")).to_numpy()
    noise = rng.choice(deviation, len(best)) * signs(rng, len(best))
    top = scores.benchmark.map(dict(zip(best.index, noise, strict=True))).to_numpy() + BAR
    gain = np.where(scores.self_reported, effect, 0.0) if confounded else effect
    below = scores.score.to_numpy() - scores.benchmark.map(best.score).to_numpy()
    world = scores.assign(
        score=(top + gain + below).clip(0, 100).round(2),
        self_reported=scores.self_reported if confounded else False,
    )
    return {"agent_scores": world.iloc[sampled(rng, len(world), rows)].reset_index(drop=True)}


LOOP_BOARDS = ("GAIA", "SWE-bench Verified", "TravelPlanner", "WebArena", "WorkBench")
"""Boards that had agents on plain models before the first reasoning model. In a world each also has the control that
only SWE-bench has in truth: the same model answering once."""

LOOP_BACKBONES = ("gpt-4-1106-preview", "claude-3-opus-20240229")
ONCE = 5.0
"""Percent of tasks done by answering once: between the real controls' 2.7 and 7.0."""

WORLD_DRIFT = 5.0
"""Points that plain agents gain in the year after: small, so that several years of it fit between 0 and 100."""


def _loops(real: pd.DataFrame, rng: np.random.Generator, gains: np.ndarray, share: float) -> pd.DataFrame:
    """Scores of one model answering once, in a loop, and of an agent on a plain model one year later, by board.

    gains: points by board. Noise: the deviation of a random real pair from the mean of the pairs, random sign.
    """
    pairs = agents.loop_gain(real).value
    deviation = (pairs.gain - pairs.gain.mean()).to_numpy()
    n = len(LOOP_BACKBONES)
    noise = rng.choice(deviation, (len(LOOP_BOARDS), n)) * signs(rng, n)
    loop = (ONCE + gains[:, None] + noise).clip(0, 100)
    later = (loop.max(axis=1) + WORLD_DRIFT).clip(0, 100)
    template = real[real.benchmark == "SWE-bench Verified"].iloc[0].to_dict() | {
        "note": "generated", "backbone_layer": "L1", "layer_basis": PLAIN,
    }  # fmt: skip
    made = []
    for place in sampled(rng, len(LOOP_BOARDS), share):
        common = template | {"benchmark": LOOP_BOARDS[place]}
        for column, backbone in enumerate(LOOP_BACKBONES):
            common |= {"backbone": backbone, "date": "2024-04-02"}
            made.append(common | {"system": agents.NO_LOOP, "score": ONCE})
            made.append(common | {"system": "agent", "score": loop[place, column]})
        made.append(
            common | {"system": "agent", "backbone": "later", "date": "2025-04-02", "score": later[place]}
        )
    return pd.DataFrame(made, columns=real.columns).astype(real.dtypes.to_dict()).round({"score": 2})


def step_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Both boundaries bring `effect` points: thinking in each of six abilities, the loop on each of five boards.

    Noise: each pair of thinking off and on takes a random real pair's pattern over the abilities around its mean,
    each vendor a random real vendor's deviation, each pair one within its vendor, with random signs; loops as in
    `_loops`. rows: share of the pairs and boards. confounded: the gain of thinking, twice as large, belongs to the
    vendors whose thinking-off mode is cut down, that of the loop to SWE-bench alone; elsewhere both are nil.
    """
    effect, rows, confounded = setting
    pairs, gains = real["livebench_pairs"], real["livebench_gains"]
    wide = gains.pivot(index="pair_id", columns="ability", values="gain")[list(SIX)].loc[pairs.pair_id]
    mean = wide.mean(axis=1).to_numpy()
    by_vendor = pd.Series(mean).groupby(pairs.vendor.to_numpy()).median()
    within = mean - pairs.vendor.map(by_vendor).to_numpy()
    drawn = rng.choice((by_vendor - by_vendor.mean()).to_numpy(), len(by_vendor)) * signs(rng, len(by_vendor))
    noise = pairs.vendor.map(dict(zip(by_vendor.index, drawn, strict=True))).to_numpy()
    noise = noise + rng.choice(within, len(pairs)) * signs(rng, len(pairs))
    donors = rng.integers(len(pairs), size=len(pairs))
    pattern = wide.to_numpy()[donors] - mean[donors][:, None]
    cut_down = (pairs.off_mode == "cut-down mode").to_numpy()
    true = np.where(cut_down, 2 * effect, 0.0) if confounded else np.full(len(pairs), effect)
    world = pd.DataFrame(pattern + (true + noise)[:, None], index=pairs.pair_id, columns=SIX)
    kept = sampled(rng, len(pairs), rows)
    long = world.iloc[kept].clip(-100, 100).round(3).rename_axis("pair_id").reset_index()
    loop = np.array([effect if not confounded or name.startswith(SWE_BENCH) else 0.0 for name in LOOP_BOARDS])
    return {
        "livebench_pairs": pairs.iloc[kept].reset_index(drop=True),
        "livebench_gains": long.melt("pair_id", var_name="ability", value_name="gain").sort_values(
            ["pair_id", "ability"], ignore_index=True
        ),
        "agent_scores": _loops(real["agent_scores"], rng, loop, rows),
    }


def _horizons(
    real: Tables, rng: np.random.Generator, growth: dict[str, float], years: dict[str, float], share: float
) -> pd.DataFrame:
    """Horizons on a line of `growth` doublings a year with a step worth `years` of it at the first reasoning model.

    By organisation. Noise: residuals of random real models about their own organisation's line, random signs.
    """
    table, first = real["horizons"], None
    if "chronology" in real:
        first = agents.first_systems(real["chronology"]).value[2]
    made = []
    for organisation in agents.SERIES:
        rows = agents.series(table, organisation)
        year = agents.days(rows.released) / agents.DAYS_PER_YEAR
        doublings = np.log2(rows.p50.to_numpy(dtype=float))
        slope, level = np.polyfit(year - year.mean(), doublings, 1)
        residual = doublings - level - slope * (year - year.mean())
        world = level + growth[organisation] * (year - year.mean())
        if first is not None:
            world = world + growth[organisation] * years[organisation] * (rows.released >= first).to_numpy()
        world = world + rng.choice(residual, len(rows)) * signs(rng, len(rows))
        kept = sampled(rng, len(rows), share)
        made.append(rows.assign(p50=np.round(2.0**world, 9)).iloc[kept])
    return pd.concat(made, ignore_index=True)


ORDINARY = 2.0
"""Doublings a year of the horizon in worlds with a step: about what both organisations find."""


def jump_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Both boundaries are steps worth `effect` years of drift: in the horizons, and in the loop on each of five boards.

    Noise as in `_horizons` and `_loops`. rows: share of models and boards. confounded: only METR and SWE-bench show
    the steps (one organisation, one board); elsewhere there is drift alone.
    """
    effect, rows, confounded = setting
    where = {name: effect if not confounded or name == "METR" else 0.0 for name in agents.SERIES}
    loop = np.array([effect if not confounded or name.startswith(SWE_BENCH) else 0.0 for name in LOOP_BOARDS])
    return {
        "horizons": _horizons(real, rng, dict.fromkeys(agents.SERIES, ORDINARY), where, rows),
        "chronology": real["chronology"],
        "agent_scores": _loops(real["agent_scores"], rng, loop * WORLD_DRIFT, rows),
    }


POINTS_PER_DOUBLING = 20.0
"""In a world of acting, points gained by the loop for each doubling a year: the smallest of the one (0.5) goes with
the smallest of the other (10)."""


def acting_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Horizons grow by `effect` doublings a year and the loop gains 20 points for each of them on five boards.

    Noise as in `_horizons` and `_loops`. rows: share of models and boards. confounded: only METR and SWE-bench see it.
    """
    effect, rows, confounded = setting
    growth = {name: effect if not confounded or name == "METR" else 0.0 for name in agents.SERIES}
    loop = np.array([effect if not confounded or name.startswith(SWE_BENCH) else 0.0 for name in LOOP_BOARDS])
    return {
        "agent_scores": _loops(real["agent_scores"], rng, loop * POINTS_PER_DOUBLING, rows),
        "horizons": _horizons(
            {"horizons": real["horizons"]}, rng, growth, dict.fromkeys(agents.SERIES, 0.0), rows
        ),
    }


LOW_START = 40.0
"""Highest score of a plain backbone in a world, percent: large effects must fit below 100."""


def join_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """A reasoning backbone brings `effect` points in the same scaffold.

    Noise: each vendor deviates by a random real vendor's deviation, each pair by a random real pair's deviation
    from its vendor, with random signs. Every scaffold's pair of one maker has one plain and one reasoning row.
    rows: share of the scaffolds. confounded: reasoning backbones do more because they came a year later; entered
    within the same months they gain nothing.
    """
    effect, rows, confounded = setting
    scores, pairs = real["agent_scores"], agents.backbone_gain(real["agent_scores"]).value
    median = pairs.groupby("vendor").gain.median()
    within = (pairs.gain - pairs.vendor.map(median)).to_numpy()
    drawn = rng.choice((median - median.mean()).to_numpy(), len(median)) * signs(rng, len(median))
    noise = pairs.vendor.map(dict(zip(median.index, drawn, strict=True))).to_numpy()
    noise = noise + rng.choice(within, len(pairs)) * signs(rng, len(pairs))
    pairs = pairs.assign(noise=noise).iloc[sampled(rng, len(pairs), rows)]
    example = {"OpenAI": ("gpt-4", "o1"), "DeepSeek": ("deepseek-v3", "deepseek-r1"), "Moonshot": ("kimi-k2", "kimi-k2-thinking")}  # fmt: skip
    template = scores.iloc[0].to_dict() | {"note": "generated"}
    made = []
    for pair in pairs.itertuples():
        common = template | {"benchmark": pair.benchmark, "system": pair.system}
        plain, reasoning = example[pair.vendor]
        before = min(pair.L1, LOW_START)
        near = before + pair.noise + (0.0 if confounded else effect)
        made.append(
            common | {"backbone": plain, "score": before, "date": "2025-06-01", "backbone_layer": "L1"}
        )
        made.append(
            common | {"backbone": reasoning, "score": near, "date": "2025-06-11", "backbone_layer": "L2"}
        )
        if confounded:
            made.append(common | {"backbone": reasoning, "score": before + effect, "date": "2026-06-01", "backbone_layer": "L2"})  # fmt: skip
    world = pd.DataFrame(made, columns=scores.columns).astype(scores.dtypes.to_dict())
    world = _labelled(world, (world.backbone_layer == "L2").to_numpy())
    return {"agent_scores": world.assign(score=world.score.clip(0, 100).round(2))}


def year_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """The first system of each AI layer comes `effect` months after the window opens.

    Noise: gaps of a month or less between real systems of one layer (how far the dating of "first" can move), with
    random signs; later systems keep their distance. rows: share of the later systems that is kept.
    confounded: in the window fall systems of each layer, but not its first, which keeps its real date.
    """
    effect, rows, confounded = setting
    chronology = real["chronology"]
    ours = (chronology.ladder == "ai").to_numpy()
    layer = chronology.layer.astype(int).to_numpy()
    day = agents.days(chronology.date)
    gaps = np.concatenate([np.diff(np.sort(day[ours & (layer == each)])) for each in (1, 2, 3)])
    gaps = gaps[gaps <= agents.DAYS_PER_MONTH]
    start = agents.days(pd.Series(YEAR[:1]))[0] + effect * agents.DAYS_PER_MONTH
    moved, first = day.copy(), np.zeros(len(day), bool)
    for each in (1, 2, 3):
        members = np.flatnonzero(ours & (layer == each))
        first[members[np.argmin(day[members])]] = True
        shift = start + rng.choice(gaps) * signs(rng, 1)[0] - day[members].min()
        moved[members] += shift
    if confounded:
        moved = np.where(first, day, np.where(ours, start, day))
    world = chronology.assign(date=_iso(moved))
    later = np.flatnonzero(~first)
    kept = np.sort([*np.flatnonzero(first), *later[sampled(rng, len(later), rows)]])
    return {"chronology": world.iloc[kept].reset_index(drop=True)}


GENERATORS = (
    Generator("S0-p2-01", SMALLEST_GAIN, "points", step_world),
    Generator("S0-p2-05", SMALLEST_GAIN, "points", join_world),
    Generator("S0-p2-06", SLOWEST, "doublings per year", acting_world),
    Generator("S0-p2-07", SMALLEST_EXCESS, "percentage points", ability_world),
    Generator("S0-p3-01", SMALLEST_YEARS, "years of drift", jump_world),
    Generator("S0-p3-03", SMALLEST_LEAD, "months", backbone_world),
    Generator("S0-p3-04", MARKED, "points", step_world),
    Generator("S1-p1-03", SMALLEST_INSIDE, "months", year_world),
)
"""The generators of this part of the book."""
