"""Agents: evidence on hand-made tables and published values, verdicts that a change of data overturns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ladders.evidence import agents
from ladders.tables import load
from ladders.verdicts import agents as verdicts
from ladders.verdicts import ledger
from tests.conftest import found

FIRST_REASONING = "2024-09-12"


def score(benchmark: str, system: str, backbone: str, points: float, **more: object) -> dict:
    """A row of table agent_scores with the least it needs."""
    row = {
        "benchmark": benchmark, "ability": "tool_use", "date": "2024-06-01", "date_kind": "run", "system": system,
        "backbone": backbone, "backbone_layer": "L1", "score": points, "human": np.nan, "self_reported": False,
    }  # fmt: skip
    return row | more


def scores(*rows: dict) -> pd.DataFrame:
    """A hand-made table agent_scores."""
    return pd.DataFrame(list(rows))


def horizons(organisation: str, points: dict[str, float]) -> pd.DataFrame:
    """A hand-made table horizons: release date -> minutes."""
    measure = agents.SERIES[organisation][-1]
    return pd.DataFrame(
        [
            {"organisation": organisation, "measure": measure, "released": day, "p50": minutes, "p80": np.nan, "frontier": True}
            for day, minutes in points.items()
        ]
    )  # fmt: skip


def test_versions_and_harnesses_of_a_board_are_one_unit():
    names = pd.Series(["SWE-bench Lite", "SWE-bench Verified, Epoch harness", "tau2-bench retail (older)", "tau-bench airline", "GAIA"])  # fmt: skip
    assert list(agents.board(names)) == ["SWE-bench", "SWE-bench", "tau-bench", "tau-bench", "GAIA"]


def test_makers_are_read_from_names():
    names = pd.Series(["gpt-4o", "o3-mini", "claude-2", "Kimi-k2", "DeepSeek-R1", "not disclosed"])
    assert list(agents.vendor(names))[:5] == ["OpenAI", "OpenAI", "Anthropic", "Moonshot", "DeepSeek"]
    assert agents.vendor(names).isna().tolist() == [False] * 5 + [True]


def test_the_first_agent_needs_a_proven_date_a_loop_and_a_known_backbone():
    made = scores(
        score("A", agents.NO_LOOP, "gpt-4", 1, date="2023-01-01"),
        score("A", "agent", "gpt-4", 5, date="2023-02-01", date_kind="model release"),
        score("A", "agent", "secret", 5, date="2023-03-01", backbone_layer="unclear"),
        score("A", "agent", "o1", 5, date="2024-12-01", backbone_layer="L2"),
        score("A", "agent", "gpt-4", 5, date="2024-12-01"),
    )
    assert agents.first_agents(made).value.loc["A"].tolist() == ["2024-12-01", "L1"]
    assert agents.first_agents(made, dated=False).value.loc["A", "date"] == "2023-02-01"


def test_the_gain_of_a_loop_is_that_of_the_same_model_on_the_same_benchmark():
    made = scores(
        score("A", agents.NO_LOOP, "gpt-4", 3), score("A", "agent", "gpt-4", 20),
        score("A", "later agent", "gpt-4", 90, date="2025-06-01"),
        score("A", "agent", "claude-3", 50), score("B", "agent", "gpt-4", 70),
    )  # fmt: skip
    gains = agents.loop_gain(made).value
    assert gains.gain.tolist() == [17]
    assert gains.vendor.tolist() == ["OpenAI"]


def test_drift_is_the_yearly_rise_of_plain_agents():
    made = scores(
        score("A", agents.NO_LOOP, "gpt-4", 3), score("A", "agent", "gpt-4", 20, date="2024-01-01"),
        score("A", "agent", "gpt-5", 90, date="2024-12-31", backbone_layer="L2"),
        score("A", "agent", "claude-3", 50, date="2024-12-31"),
    )  # fmt: skip
    assert agents.drift_by_board(made).value["A"] == pytest.approx(30, abs=0.1)


def test_backbones_are_compared_within_one_scaffold_maker_and_time():
    made = scores(
        score("A", "s", "gpt-4", 40), score("A", "s", "o1", 47, backbone_layer="L2", date="2024-07-20"),
        score("A", "s", "o3", 80, backbone_layer="L2", date="2025-04-01"),
        score("A", "other", "o1", 70, backbone_layer="L2"), score("A", "s", "claude-3", 10),
    )  # fmt: skip
    assert agents.backbone_gain(made).value[["vendor", "gain"]].to_numpy().tolist() == [["OpenAI", 7]]
    assert agents.backbone_gain(made, near=1000).value.gain.tolist() == [40]


def test_best_scores_leave_out_own_figures_single_entries_and_single_answers():
    made = scores(
        score("A", "agent", "gpt-4", 40), score("A", "agent", "o1", 99, self_reported=True),
        score("A", "agent", "claude-3", 30), score("A", agents.NO_LOOP, "gpt-4", 95), score("B", "agent", "gpt-4", 88),
    )  # fmt: skip
    assert agents.best_scores(made).value[["board", "score"]].to_numpy().tolist() == [["A", 40]]
    assert agents.best_scores(made, self_reported=True).value.score.tolist() == [99]


def test_best_by_date_keeps_records_only():
    made = scores(
        score("A", "x", "b", 10, date="2024-01-01"),
        score("A", "y", "b", 9, date="2024-02-01"),
        score("A", "z", "b", 12, date="2024-03-01"),
    )
    assert agents.best_by_date(made, benchmark="A").value.score.tolist() == [10, 12]


def test_a_horizon_that_doubles_each_year():
    made = horizons("METR", {"2021-01-01": 1, "2022-01-01": 2, "2023-01-01": 4, "2024-01-01": 8})
    growth = agents.horizon_growth(made, organisation="METR").value
    assert growth.slope == pytest.approx(1, abs=0.002)
    assert agents.doubling_days(made, organisation="METR").value == pytest.approx(365.25, abs=0.8)
    assert np.isnan(agents.horizon_growth(made[:2], organisation="METR").value.slope)


def test_a_step_over_a_line_is_found():
    days = ["2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01", "2026-01-01"]
    minutes = [1, 2, 4, 8 * 8, 16 * 8]
    step = agents.horizon_step(
        horizons("METR", dict(zip(days, minutes, strict=True))), load("chronology"), organisation="METR"
    ).value
    assert step.step.mean == pytest.approx(3, abs=0.01)
    assert step.drift == pytest.approx(1, abs=0.01)


def test_doubling_times_of_metr_are_those_it_published():
    """METR prints 128.7 days for models from 2023 on (suite 1.1, April 2026); to a tenth of a day."""
    table = load("horizons")
    as_published = table[table.as_of == "2026-04-11"]
    assert agents.doubling_days(as_published, organisation="METR", start="2023-01-01").value == pytest.approx(
        128.7, abs=0.1
    )


def test_each_layer_on_the_one_before_holds_in_part():
    finding = found("S0-p3-03")
    assert finding.verdict == "holds in part"
    assert finding.clauses_hold == (verdicts.ON_LANGUAGE,)
    assert finding.clauses_fail == (verdicts.ON_REASONING,)
    assert finding.statistics["boards with an agent before the first reasoning model"] == 6


def test_agents_begun_on_reasoning_models_overturn_it():
    table = load("agent_scores")
    later = table.assign(backbone_layer="L2", date="2025-" + table.date.str[5:])
    assert found("S0-p3-03", agent_scores=later).verdict == "holds"


def test_agents_that_came_later_but_run_on_plain_models_do_not_save_it():
    table = load("agent_scores")
    later = table.assign(backbone_layer="L1", date="2026-" + table.date.str[5:])
    assert found("S0-p3-03", agent_scores=later).verdict == "holds in part"


def test_reasoning_models_before_language_models_overturn_the_other_clause():
    chronology = load("chronology")
    early = (chronology.ladder == "ai") & (chronology.layer.astype(int) == 2)
    moved = chronology.assign(date=chronology.date.mask(early, "2019-01-01"))
    assert found("S0-p3-03", chronology=moved).verdict == "does not hold"


def test_one_vendor_with_a_base_leaves_the_clause_open():
    bases = load("same_base_scores")
    assert found("S0-p3-03", same_base_scores=bases[bases.vendor == "DeepSeek"]).verdict == "open"


def test_agents_call_tools_and_do_not_carry_whole_jobs():
    finding = found("S0-p2-07")
    assert finding.verdict == "holds in part"
    assert finding.clauses_hold == ("agents call tools",)
    assert finding.clauses_fail == ("agents carry whole jobs",)


@pytest.mark.parametrize(("points", "verdict"), [(95.0, "holds"), (10.0, "does not hold")])
def test_high_or_low_scores_of_all_kinds_decide_what_agents_can(points: float, verdict: str):
    table = load("agent_scores").assign(score=points, self_reported=False)
    rivals = pd.concat([table, table.assign(backbone="rival")])
    finding = found("S0-p2-07", agent_scores=rivals)
    assert finding.verdict == verdict
    assert finding.statistics["clauses that hold"] == len(finding.clauses_hold)


@pytest.mark.parametrize(("points", "outcome"), [(50.5, "hold"), (50.0, "undecided"), (49.5, "fail")])
def test_what_agents_can_is_decided_at_the_bar(points: float, outcome: str):
    best = pd.DataFrame({"ability": "planning", "board": ["A", "B"], "score": points, "human": np.nan})
    assert verdicts._ability_outcomes(best, verdicts.BAR)[0]["agents plan tasks"] == outcome


def test_makers_own_figures_prove_no_ability():
    table = load("agent_scores").assign(score=95.0, self_reported=True)
    assert found("S0-p2-07", agent_scores=table).clauses_hold == ()


def test_the_boundary_to_agents_rests_on_one_board_and_stays_open():
    for claim in ("S0-p2-01", "S0-p3-04", "S0-p3-01", "S0-p2-06"):
        finding = found(claim)
        assert finding.verdict == "open", claim
        assert verdicts.TO_AGENTS not in (*finding.clauses_hold, *finding.clauses_fail)
    assert found("S0-p2-01").clauses_hold == (verdicts.TO_REASONING,)
    assert found("S0-p3-04").clauses_hold == ()


def with_more_boards(gain: float) -> pd.DataFrame:
    """The scores with two further boards on which the loop gains so many points."""
    table = load("agent_scores")
    pairs = [
        score(name, system, backbone, points, date="2024-06-01")
        for name in ("GAIA", "WebArena")
        for backbone in ("gpt-4-x", "claude-3-x")
        for system, points in ((agents.NO_LOOP, 20.0), ("agent", 20.0 + gain))
    ]
    return pd.concat([table, scores(*pairs)], ignore_index=True)


def test_two_more_boards_decide_the_rise():
    assert found("S0-p2-01", agent_scores=with_more_boards(16.0)).verdict == "holds"
    assert found("S0-p2-06", agent_scores=with_more_boards(16.0)).verdict == "holds"
    assert found("S0-p3-04", agent_scores=with_more_boards(16.0)).verdict == "open"


def test_marked_and_rising_differ():
    gains = load("livebench_gains").assign(gain=8.0)
    lifted = with_more_boards(16.0)
    assert found("S0-p2-01", livebench_gains=gains, agent_scores=lifted).verdict == "holds"
    assert found("S0-p3-04", livebench_gains=gains, agent_scores=lifted).verdict == "open"
    assert found("S0-p3-04", livebench_gains=gains.assign(gain=25.0), agent_scores=lifted).verdict == "holds"


def test_no_gain_at_the_first_boundary_fails_it():
    flat = load("livebench_gains").assign(gain=0.0)
    assert found("S0-p2-01", livebench_gains=flat).clauses_fail == (verdicts.TO_REASONING,)


def test_a_control_without_its_agent_is_no_pair():
    table = load("agent_scores")
    alone = table[table.system != "SWE-agent"]
    assert found("S0-p3-01", agent_scores=alone).statistics["agents: boards with drift and pairs"] == 0


def test_a_jump_in_every_series_decides_the_step_to_reasoning():
    table = load("horizons")
    after = table.released >= FIRST_REASONING
    jump = table.assign(p50=table.p50.mask(after, table.p50 * 64))
    assert found("S0-p3-01", horizons=jump).clauses_hold == (verdicts.TO_REASONING,)
    fall = table.assign(p50=table.p50.mask(after, table.p50 / 64))
    assert found("S0-p3-01", horizons=fall).clauses_fail == (verdicts.TO_REASONING,)


def test_horizons_that_do_not_grow_fail_their_clause():
    table = load("horizons")
    assert found("S0-p2-06", horizons=table.assign(p50=30.0)).clauses_fail == (verdicts.LONGER,)


def test_a_reasoning_backbone_that_helps_every_maker_overturns_open():
    table = load("agent_scores")
    assert found("S0-p2-05").verdict == "open"
    helped = table.assign(score=np.where(table.backbone_layer == "L2", 70.0, 40.0))
    assert found("S0-p2-05", agent_scores=helped).verdict == "holds"
    useless = table.assign(score=40.0)
    assert found("S0-p2-05", agent_scores=useless).verdict == "does not hold"


def test_only_the_second_layer_came_in_the_past_year():
    finding = found("S1-p1-03")
    assert finding.verdict == "holds in part"
    assert finding.clauses_hold == ("the first system of layer 2 came in that year",)
    chronology = load("chronology")
    ours = chronology.ladder == "ai"
    moved = chronology.assign(date=chronology.date.mask(ours, "2024-12-15"))
    assert found("S1-p1-03", chronology=moved).verdict == "holds"
    past = chronology.assign(date=chronology.date.mask(ours, "2021-12-15"))
    assert found("S1-p1-03", chronology=past).verdict == "does not hold"


def test_what_users_feel_is_open_for_want_of_data():
    row = ledger.build()["S0-p3-02"]
    assert (row.verdict, row.how) == ("open", "no data")
    assert "table users" in row.sources[0]


def test_margins_of_the_key_claims():
    boards = verdicts.leave_one_board_out().value
    assert set(boards.built_on) == {"holds in part"}
    sources = verdicts.leave_one_source_out().value
    assert set(sources.left_out) == {"Anthropic", "DeepSeek", "OpenAI", "xAI", "SWE-bench"}
    assert set(sources.rises) == set(sources.marked) == {"open"}
    for table, keys in (
        (verdicts.backbone_specifications().value, ["unit", "dates", "without", "lead"]),
        (verdicts.step_specifications().value, ["abilities", "summary", "off_modes", "smallest"]),
        (verdicts.ability_specifications().value, ["bar", "makers' own figures", "models alone", "of several benchmarks", "without"]),
    ):  # fmt: skip
        assert len(table) >= 12
        assert not table.duplicated(keys).any()
    counts = verdicts.backbone_counts().value
    assert counts["all"] == counts["hold"] + counts["fail"] + counts["undecided"]
    assert counts["hold"] == 0


def test_the_judgement_on_the_formula_goes_with_the_verdict_that_it_cites():
    rows = ledger.build()
    assert rows["S1-p6-01"].how == "judged"
    assert rows["S1-p6-01"].verdict == rows["S0-p2-05"].verdict
