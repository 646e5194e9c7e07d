"""Verdicts: the scale is kept, the ledger is whole, and evidence can overturn what it says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ladders import tables
from ladders.evidence.inference import Interval
from ladders.page import numbers
from ladders.tables import load
from ladders.verdicts import ledger, scale
from ladders.verdicts.ai import (
    CONTESTS,
    REPAIR_TESTS,
    SMALLEST_GAIN,
    gap_specifications,
    layer_1_is_weak,
    layer_1_understands_language,
    leave_one_vendor_out,
    mending_specifications,
    mending_without_one,
    reasoning_fills_blind_spots,
    reasoning_mends_weaknesses,
    reasoning_solves_just_the_gaps,
    some_debug_code,
    some_solve_contest_mathematics,
    weakness_counts,
    weakness_specifications,
    weakness_without_one,
)
from ladders.verdicts.margins import decided_by_one, leave_one_out, specification_curves
from ladders.verdicts.scale import (
    HOW,
    REGISTRY,
    SCALE,
    SPECIFICATIONS,
    Finding,
    VerdictError,
    clauses_verdict,
    settles,
)
from tests.conftest import ROOT, edit, run_in

FRAMES = ("livebench_pairs", "livebench_gains", "same_base_scores")


def finding(verdict: str, **more: object) -> Finding:
    """A finding with the least it needs."""
    return Finding(verdict, {"n": 1.0}, ("2025-01", "2025-02"), **more)


def test_a_verdict_outside_the_scale_is_refused():
    with pytest.raises(VerdictError, match=r"claim S0-p2-03: 'true' is not on the scale"):
        finding("true").check("S0-p2-03")


@pytest.mark.parametrize("clauses", [{}, {"clauses_hold": ("a",)}, {"clauses_fail": ("b",)}])
def test_holds_in_part_needs_both_lists_of_clauses(clauses: dict):
    with pytest.raises(VerdictError, match=r"claim S0-p2-03: 'holds in part' needs the clauses"):
        finding("holds in part", **clauses).check("S0-p2-03")
    finding("holds in part", clauses_hold=("a",), clauses_fail=("b",)).check("S0-p2-03")


def test_a_computed_verdict_needs_a_statistic():
    with pytest.raises(VerdictError, match="statistic"):
        Finding("holds", {}, ("2025-01", "2025-02")).check("S0-p2-03")


@pytest.mark.parametrize(
    ("hold", "fail", "undecided", "verdict"),
    [
        (("a", "b"), (), (), "holds"),
        (("a",), ("b",), (), "holds in part"),
        ((), ("a", "b"), (), "does not hold"),
        (("a",), (), ("b",), "open"),
        ((), ("a",), ("b",), "open"),
        (("a",), ("b",), ("c",), "holds in part"),
    ],
)
def test_clauses_make_the_verdict(hold: tuple, fail: tuple, undecided: tuple, verdict: str):
    assert clauses_verdict(hold, fail, undecided) == verdict


def test_a_finding_sorts_its_clauses_and_drops_what_has_no_value():
    found = scale.finding(
        {"a": "hold", "b": "undecided", "c": "fail"}, {"n": 3, "low": float("-inf")}, ("2025-01", "2025-02")
    )
    assert (found.verdict, found.statistics) == ("holds in part", {"n": 3.0})
    assert (found.clauses_hold, found.clauses_fail, found.clauses_open) == (("a",), ("c",), ("b",))


def test_an_outcome_off_the_list_is_refused():
    with pytest.raises(VerdictError, match=r"clause 'a': 'holds' is not one of hold, fail, undecided"):
        scale.finding({"a": "holds"}, {"n": 1}, ("2025-01", "2025-02"))


@pytest.mark.parametrize(
    ("low", "high", "above", "below"),
    [(2, 3, "hold", "fail"), (0, 1, "undecided", "undecided"), (-2, -1, "fail", "hold")],
)
def test_an_interval_against_a_bar(low: float, high: float, above: str, below: str):
    interval = Interval((low + high) / 2, low, high, 3)
    assert (scale.above(interval, 0), scale.below(interval, 0)) == (above, below)
    assert scale.above(interval, 0, fail_below=1.5) == ("hold" if low > 0 else "fail")
    assert scale.below(interval, 0, fail_above=-1.5) == ("hold" if high < 0 else "fail")
    assert scale.reaches(interval, 2.5) == ("hold" if low > 0 else "fail")


def test_months_pass_over_blank_dates():
    assert scale.months(["2025-03-01", "", "2024-12"]) == ("2024-12", "2025-03")
    assert scale.months([""], otherwise=("2022-01", "2022-01")) == ("2022-01", "2022-01")


def test_a_sweep_tries_every_combination_by_name():
    def test(*, smallest: float, unit: str) -> Finding:
        return finding("holds" if smallest < 2 and unit == "x" else "open")

    found = scale.sweep(test, (), {"smallest": (1, 2), "unit": {"first": "x", "second": "y"}})
    assert list(zip(found.smallest, found.unit, found.verdict, strict=True)) == [
        (1, "first", "holds"), (1, "second", "open"), (2, "first", "open"), (2, "second", "open"),
    ]  # fmt: skip
    assert scale.verdict_counts(found) == {
        "all": 4, "holds": 1, "holds in part": 0, "does not hold": 0, "open": 3,
    }  # fmt: skip


def test_two_tests_of_one_claim_are_refused():
    with pytest.raises(
        VerdictError, match=r"claim S0-p2-03: both reasoning_mends_weaknesses and again settle it"
    ):

        @settles("S0-p2-03", rule="again")
        def again(livebench_pairs):
            return finding("holds")


def test_a_test_of_an_unknown_claim_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(REGISTRY, "S9-x-01", REGISTRY["S0-p2-03"])
    with pytest.raises(VerdictError, match=r"claim S9-x-01 is unknown"):
        ledger.build()


def test_a_claim_both_computed_and_judged_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(REGISTRY, "S0-t-01", REGISTRY["S0-p2-03"])
    with pytest.raises(VerdictError, match=r"claim S0-t-01 is both computed and judged"):
        ledger.build()


def test_without_data_the_verdict_is_open(data: Path):
    edit(data / "judgements.csv", "S0-t-01,not testable,judged,", "S0-t-01,not testable,no data,")
    tables.refresh_hashes(data)
    with pytest.raises(
        VerdictError, match=r"claim S0-t-01: without data the verdict is 'open', not 'not testable'"
    ):
        ledger.build(data)
    tables.forget()


def test_every_claim_stands_in_the_ledger_with_verdict_reason_and_place():
    rows = ledger.build()
    assert list(rows) == list(load("claims").claim_id)
    chapters = {path.stem for path in numbers.chapters()}
    for row in rows.values():
        assert row.verdict in SCALE
        assert row.how in HOW
        assert row.chapter in chapters
        assert row.period and row.sources
        if row.how == "computed":
            assert row.statistics and row.rule and row.test and row.tables
        else:
            assert row.reason


def test_the_rows_of_a_chapter_are_those_of_the_whole():
    whole = ledger.build()
    for chapter in {row.chapter for row in whole.values()}:
        assert ledger.build(chapter=chapter) == {c: row for c, row in whole.items() if row.chapter == chapter}


def test_one_row_reads_the_tables_of_one_test(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "_seen", set())
    ledger.row.cache_clear()
    ledger.row("S0-p2-03")
    assert set(tables.loaded()) <= {"claims", "judgements", *REGISTRY["S0-p2-03"].tables}


def test_a_row_of_an_unknown_claim_is_refused():
    with pytest.raises(VerdictError, match=r"claim S9-x-01 is unknown"):
        ledger.row("S9-x-01")


@pytest.mark.parametrize("key", [False, True])
def test_every_claim_is_counted_once_by_verdict_and_once_by_how(key: bool):
    counts = ledger.counts(key=key).value
    assert sum(counts[verdict] for verdict in SCALE) == sum(counts[how] for how in HOW) == counts["all"]


def test_a_removed_judgement_is_named(data: Path):
    path = data / "judgements.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith("S2-5-07,")), encoding="utf-8")
    tables.refresh_hashes(data)
    with pytest.raises(VerdictError, match="claim S2-5-07 has no verdict: add a test or a row"):
        ledger.build(data)
    tables.forget()


def test_claims_that_nothing_could_decide_are_all_judged_with_a_reason():
    rows = ledger.build()
    for claim in load("claims").query("testable == 'no'").claim_id:
        assert rows[claim].verdict == "not testable"
        assert rows[claim].reason


def test_the_same_proposition_has_the_same_verdict():
    rows, claims = ledger.build(), load("claims")
    for claim, first in claims[claims.same_as != ""][["claim_id", "same_as"]].itertuples(index=False):
        assert (rows[claim].verdict, rows[claim].how) == (rows[first].verdict, rows[first].how)
    testable = claims.set_index("claim_id").testable
    mixed = [
        c for c, s in zip(claims.claim_id, claims.same_as, strict=True) if s and testable[c] != testable[s]
    ]
    assert mixed == []
    assert not set(claims.same_as) & set(claims[claims.same_as != ""].claim_id), "a chain of same_as"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2024-11", "2026-01", "2024-11 to 2026-01"),
        ("2022-01", "2024-06", "2022-01 to 2024-06, not updated since 2024-06"),
        ("2026-01", "2026-01", "2026-01"),
        ("2025-05", "2025-05", "2025-05"),
        ("2025-04", "2025-04", "2025-04, not updated since 2025-04"),
    ],
)
def test_old_evidence_says_so(first: str, last: str, words: str):
    assert ledger.period_in_words(first, last, date(2026, 11, 22)) == words


def test_reasoning_concentrates_on_the_weaknesses():
    found = reasoning_mends_weaknesses(*(load(name) for name in FRAMES))
    assert found.verdict == "holds"
    assert found.statistics["vendors"] == 4


def test_equal_gains_overturn_the_verdict():
    pairs, gains, scores = (load(name) for name in FRAMES)
    assert reasoning_mends_weaknesses(pairs, gains.assign(gain=10.0), scores).verdict == "does not hold"


def test_a_lead_in_logic_alone_holds_in_part():
    pairs, gains, scores = (load(name) for name in FRAMES)
    equal = gains.assign(gain=gains.gain.where(gains.ability == "logic", 5.0))
    found = reasoning_mends_weaknesses(pairs, equal, scores)
    assert found.verdict == "holds in part"
    assert found.clauses_hold == ("gains in logic exceed gains elsewhere",)
    assert found.clauses_fail == ("gains in mathematics exceed gains elsewhere",)


def test_a_base_that_gains_most_elsewhere_leaves_it_open():
    pairs, gains, scores = (load(name) for name in FRAMES)
    flat = scores.assign(after=scores.after.where(scores.ability != "mathematics", scores.before))
    assert reasoning_mends_weaknesses(pairs, gains, flat).verdict == "open"


def test_one_vendor_below_the_smallest_lead_is_enough_to_open_it():
    pairs, gains, scores = (load(name) for name in FRAMES)
    weak = gains.pair_id.isin(pairs[pairs.vendor == "DeepSeek"].pair_id) & (gains.ability == "mathematics")
    lowered = gains.assign(gain=gains.gain.where(~weak, SMALLEST_GAIN - 1))
    assert reasoning_mends_weaknesses(pairs, lowered, scores).verdict == "open"


def test_only_training_of_one_base_speaks_for_mathematics():
    pairs, gains, scores = (load(name) for name in FRAMES)
    flat = scores.after.where((scores.ability != "mathematics") | (scores.arm == "training"), scores.before)
    assert reasoning_mends_weaknesses(pairs, gains, scores.assign(after=flat)).verdict == "holds"
    one = (scores.vendor == "Mistral") & (scores.ability == "mathematics")
    flat = scores.assign(after=scores.after.where(~one, scores.before))
    assert reasoning_mends_weaknesses(pairs, gains, flat).verdict == "open"


def test_plain_models_are_weak_in_logic_and_not_in_school_mathematics():
    found = layer_1_is_weak(load("plain_scores"))
    assert found.verdict == "holds in part"
    assert found.clauses_hold == ("complex logic lags behind language and knowledge",)
    assert found.clauses_open == ("hard mathematics lags behind language and knowledge",)
    assert found.clauses_fail == ("school mathematics lags behind language and knowledge",)
    assert found.period == ("2022-03", "2024-08")


def test_without_the_comparison_with_people_hard_mathematics_counts_too():
    found = layer_1_is_weak(load("plain_scores"), against_people=False)
    assert found.verdict == "holds in part"
    assert "hard mathematics lags behind language and knowledge" in found.clauses_hold


def test_a_higher_human_score_in_mathematics_would_close_the_question():
    """People who solve all of MATH and four in five problems of language would make the lag one of the models."""
    scores = load("plain_scores")
    human = scores.human.mask(scores.benchmark == "MATH", 100.0)
    human = human.mask(scores.benchmark == "HellaSwag", 80.0).mask(scores.benchmark == "WinoGrande", 80.0)
    found = layer_1_is_weak(scores.assign(human=human))
    assert "hard mathematics lags behind language and knowledge" in found.clauses_hold


def test_equal_scores_overturn_the_weakness():
    scores = load("plain_scores")
    level = scores.assign(score=scores.chance + 0.6 * (100 - scores.chance))
    assert layer_1_is_weak(level).verdict == "does not hold"


def test_no_vendor_alone_makes_the_weakness_hold():
    left = weakness_without_one().value
    assert len(left) == 10
    assert set(left.verdict) <= {"open", "holds in part"}
    combinations = weakness_specifications().value
    assert len(combinations) >= 12
    counted = weakness_counts().value
    assert counted["holds in part"] + counted["open"] == counted["all"] == len(combinations)
    assert set(combinations[combinations.against_people == "no"].verdict) == {"holds in part"}


def test_language_models_stand_nearer_to_people_than_to_chance():
    assert layer_1_understands_language(load("plain_scores")).verdict == "holds"


def test_guessing_overturns_the_base_of_language():
    scores = load("plain_scores")
    assert layer_1_understands_language(scores.assign(score=scores.chance)).verdict == "does not hold"
    learned = scores.assign(score=scores.score.where(scores.benchmark == "HellaSwag", scores.chance))
    assert layer_1_understands_language(learned).verdict == "does not hold"


def test_reasoning_solves_mathematics_and_not_just_that():
    found = reasoning_solves_just_the_gaps(load("same_base_scores"))
    assert found.verdict == "holds in part"
    assert found.clauses_hold[0].startswith("solved")
    assert found.clauses_fail[0].startswith("just those gaps")


def test_no_gain_in_mathematics_and_none_elsewhere_overturn_it():
    scores = load("same_base_scores")
    mathematics = scores.ability == "mathematics"
    nothing = scores.assign(after=scores.after.where(~mathematics, scores.before))
    assert reasoning_solves_just_the_gaps(nothing).verdict == "does not hold"
    only = scores.assign(after=scores.after.where(mathematics, scores.before))
    assert reasoning_solves_just_the_gaps(only).verdict == "holds"


def test_margins_of_the_mended_gaps():
    left = mending_without_one().value
    assert set(left.verdict) <= {"holds in part", "open"}
    combinations = mending_specifications().value
    assert len(combinations) >= 12
    assert "holds" not in set(combinations.verdict)


def test_some_models_solve_contests_of_the_year():
    scores = load("same_base_scores")
    assert some_solve_contest_mathematics(scores).verdict == "holds"
    contests = scores.benchmark.str.startswith(CONTESTS)
    weak = scores.assign(after=scores.after.where(~contests, 40.0))
    assert some_solve_contest_mathematics(weak).verdict == "does not hold"
    alone = scores.assign(after=scores.after.where(~contests | (scores.vendor == "Mistral"), 40.0))
    assert some_solve_contest_mathematics(alone).verdict == "open"


def test_an_old_contest_does_not_count():
    scores = load("same_base_scores")
    old = scores.assign(after=scores.after.where(~scores.benchmark.str.endswith("2025"), 40.0))
    assert some_solve_contest_mathematics(old).verdict == "does not hold"


def test_one_maker_is_not_enough_for_debugging():
    scores, entries = load("same_base_scores"), load("agent_scores")
    assert some_debug_code(scores, entries).verdict == "holds"
    assert some_debug_code(scores, entries.head(0)).verdict == "open"
    mends = scores.benchmark.isin(REPAIR_TESTS)
    weak = scores.assign(after=scores.after.where(~mends, 40.0))
    assert some_debug_code(weak, entries).verdict == "open"
    assert some_debug_code(weak, entries.assign(score=40.0)).verdict == "does not hold"


def test_blind_spots_are_filled_in_part():
    scores = load("same_base_scores")
    found = reasoning_fills_blind_spots(scores)
    assert found.verdict == "holds in part"
    assert found.statistics["long context: headroom closed, mean over vendors (percent)"] < 0
    assert reasoning_fills_blind_spots(scores.assign(after=scores.before)).verdict == "does not hold"
    assert reasoning_fills_blind_spots(scores.assign(after=100.0)).verdict == "holds"


def test_margins():
    left = leave_one_vendor_out().value
    assert set(left.left_out) == {"Anthropic", "DeepSeek", "OpenAI", "xAI"}
    combinations = gap_specifications().value
    assert len(combinations) >= 12
    assert not combinations.duplicated(["target", "others", "summary", "smallest"]).any()
    assert set(combinations.outcome) <= {"hold", "fail", "undecided"}


def test_every_computed_key_verdict_has_a_margin():
    margins = leave_one_out()
    rows = ledger.build()
    assert {c for c, row in rows.items() if row.key and row.how == "computed"} <= set(margins.claim_id)
    assert (margins.same <= margins.tried).all()
    assert (margins.verdict == [rows[claim].verdict for claim in margins.claim_id]).all()


def test_every_computed_key_verdict_has_one_specification_curve():
    keys = [claim for claim, row in ledger.build().items() if row.key and row.how == "computed"]
    claims = [curve.claim for curve in SPECIFICATIONS]
    assert len(claims) == len(set(claims))
    assert set(keys) <= set(claims)
    curves = specification_curves("10_compute_market").set_index("claim_id")
    counts = {
        curve.claim: curve.function(**curve.options).value
        for curve in SPECIFICATIONS
        if curve.claim in curves.index
    }
    assert counts
    for claim, found in counts.items():
        assert curves.combinations[claim] == found["all"]
        assert curves.agree[claim] == pytest.approx(100 * found[curves.verdict[claim]] / found["all"])


def test_every_computed_key_verdict_has_a_specification_curve():
    curves = specification_curves()
    rows = ledger.build()
    assert set(curves.claim_id) == {c for c, row in rows.items() if row.key and row.how == "computed"}
    assert (curves.combinations >= 12).all()
    assert (curves.agree > 0).all(), "a verdict that no defensible choice gives"


def test_verdicts_that_one_source_decides_are_marked():
    marked = {claim for claim, names in decided_by_one().items() if names}
    margins = leave_one_out()
    key = [row.claim_id for row in ledger.build().values() if row.key]
    assert marked == set(margins.claim_id[(margins.changed != "") & margins.claim_id.isin(key)])


def test_the_command_prints_the_ledger_as_json():
    result = run_in(ROOT, "ladders", "ledger", "--json")
    rows = {row["claim_id"]: row for row in json.loads(result.stdout)}
    assert result.returncode == 0
    assert len(rows) == len(load("claims"))
    assert set(rows["S0-p2-03"]) >= {"claim_id", "verdict", "how", "statistics", "rule", "period", "sources"}


def test_the_command_names_a_fault_in_one_sentence(project: Path):
    (project / "data" / "judgements.csv").write_text(
        (project / "data" / "judgements.csv").read_text().replace("S0-t-01,not testable", "S0-t-01,likely", 1)
    )
    run_in(project, "ladders", "validate", "--refresh-hashes")
    result = run_in(project, "ladders", "ledger")
    assert result.returncode == 1
    assert result.stderr.strip().count("\n") == 0
    assert "table judgements, row 2, field verdict, value 'likely'" in result.stderr


def test_tables_read_by_tests_exist():
    for test in REGISTRY.values():
        assert set(test.tables) <= set(tables.names())
