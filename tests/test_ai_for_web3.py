"""AI in Web3 services: intervals, evidence on hand-made tables, verdicts that a change of data overturns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ladders.evidence import ai_roles, audits, forecasts
from ladders.tables import load
from ladders.verdicts import ai_for_web3 as verdicts
from tests.conftest import found


def test_counts_and_percentages_of_the_studies_agree():
    table = load("audit_studies")
    counted = table[table.k.notna() & table.n.notna()]
    assert (abs(100 * counted.k / counted.n - counted.percent) < 0.1).all()


def test_published_figures_are_reproduced():
    assert audits.result(row="smartbugs-any").value["percent"] == pytest.approx(48 / 115 * 100, abs=0.05)
    assert audits.result(row="evmbench-exploit-gpt53").value["n"] == 24
    assert audits.result(row="reeval-exploit").value["high"] == pytest.approx(3.3, abs=0.05)
    assert forecasts.days_after_release().value == 2


def comparison(organisation: str, more_exact: str, **more: object) -> dict:
    """A row of table audit_comparisons with the least it needs."""
    return {
        "organisation": organisation, "run_by": "others", "rival_kind": "tools", "more_exact": more_exact, "year": 2025,
    } | more  # fmt: skip


def test_the_organisation_is_the_unit_and_void_comparisons_do_not_count():
    table = pd.DataFrame(
        [comparison("a", "yes"), comparison("a", "yes"), comparison("b", "no"), comparison("c", "void"), comparison("d", "mixed")]
    )  # fmt: skip
    assert audits.more_exact(table).value[::3] == (pytest.approx(100 / 3), 3)
    assert audits.more_exact(table, mixed="yes").value.mean == pytest.approx(200 / 3)
    assert audits.more_exact(table, mixed="left out").value.n == 2
    assert audits.more_exact(table, since=2026).value.n == 0


def test_makers_and_others_do_not_agree():
    counts = audits.comparison_counts().value
    assert counts["makers won"] == counts["makers"]
    assert counts["others won"] == 0
    assert counts["p"] < 0.01


def test_audits_by_ai_are_cheaper_and_not_more_exact():
    verdict = found("S2-3.2.3-01")
    assert verdict.verdict == "holds in part"
    assert verdict.clauses_hold == (verdicts.MORE_EFFICIENT,)
    assert verdict.clauses_fail == (verdicts.MORE_EXACT,)


def test_won_comparisons_or_dear_runs_overturn_it():
    table, costs = load("audit_comparisons"), load("audit_costs")
    won = table.assign(more_exact=table.more_exact.where(table.more_exact == "void", "yes"))
    assert found("S2-3.2.3-01", audit_comparisons=won).verdict == "holds"
    dear = costs.assign(usd_high=costs.usd_high.mask(costs.who == "AI", 1e5 * costs["items"].astype(float)))
    assert found("S2-3.2.3-01", audit_costs=dear).verdict == "does not hold"
    assert found("S2-3.2.3-01", audit_costs=costs[costs.who == "AI"]).verdict == "open"


def test_what_makers_say_of_themselves_changes_nothing():
    table = load("audit_comparisons")
    silent = table.assign(more_exact=table.more_exact.mask(table.run_by == "maker", "no"))
    assert found("S2-3.2.3-01", audit_comparisons=silent).verdict == "holds in part"


def test_participants_fit_models_and_ask_no_language_model():
    verdict = found("S2-3.2.1-07")
    assert verdict.verdict == "holds in part"
    assert verdict.clauses_fail == (verdicts.USE_LANGUAGE_MODELS,)
    table = load("contest_repositories")
    assert (
        found("S2-3.2.1-07", contest_repositories=table.assign(language_model_forecasts=True)).verdict
        == "holds"
    )
    tokens = table.assign(crypto_line=True, **dict.fromkeys(forecasts.LEARNED, False))
    assert found("S2-3.2.1-07", contest_repositories=tokens).verdict == "does not hold"
    assert found("S2-3.2.1-07", contest_repositories=table.head(5)).verdict == "open"


def test_each_participant_has_one_repository():
    table = load("contest_repositories")
    assert table.owner.is_unique
    assert (table.first_commit <= table.last_commit).all()
    assert forecasts.chosen_repositories(table, since="2025-01-01").last_commit.min() >= "2025-01-01"
    assert len(forecasts.chosen_repositories(table, forks=False)) < len(table)
    assert len(forecasts.chosen_repositories(table)) == len(table)


def roles(**given: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hand-made system_facts and systems: system -> role of AI; a leading ? makes the fact a mere claim."""
    facts = pd.DataFrame(
        {
            "system_id": list(given), "attribute": "ai_role", "value": [role.strip("?") for role in given.values()],
            "statement": "", "confidence": ["low" if "?" in role else "high" for role in given.values()], "as_of": "2026-01-01",
        }
    )  # fmt: skip
    return facts, pd.DataFrame({"system_id": list(given), "name": list(given), "group": "crypto-ai"})


def test_only_systems_that_are_shown_to_use_ai_count():
    facts, systems = roles(a="added", b="intrinsic", c="?added", d="supplier", e="none")
    assert ai_roles.added_share(facts, systems).value[::3] == (50.0, 2)
    assert ai_roles.added_share(facts, systems.assign(group="context")).value.n == 0


def test_the_share_of_added_ai_decides():
    assert found("S2-4.2-02").verdict == "open"
    names = [f"s{i}" for i in range(12)]
    for role, verdict in (("added", "holds"), ("intrinsic", "open")):
        facts, systems = roles(**dict.fromkeys(names, role))
        assert found("S2-4.2-02", system_facts=facts, systems=systems).verdict == verdict
    facts, systems = roles(**{f"s{i}": "intrinsic" for i in range(20)})
    assert found("S2-4.2-02", system_facts=facts, systems=systems).verdict == "does not hold"


@pytest.mark.parametrize(
    ("given_roles", "verdict"),
    [
        ({"a": "added", "b": "added"}, "holds"),
        ({"a": "added", "b": "?added"}, "open"),
        ({"a": "intrinsic", "b": "?added"}, "does not hold"),
    ],
)
def test_some_means_two_that_are_shown(given_roles: dict[str, str], verdict: str):
    facts, systems = roles(**given_roles)
    assert found("S2-3.2.2-01", system_facts=facts, systems=systems).verdict == verdict


def test_returns_keep_both_sources():
    table = forecasts.returns().value
    assert (table.low <= table.high).all()
    losses = forecasts.losses().value
    assert (losses["makers"], losses["lost"], losses["gained"]) == (6, 4, 2)
    none = load("forecast_records").assign(low=1.0, high=2.0)
    assert forecasts.gained(none).value.mean == 100.0


def test_margins_and_combinations():
    assert set(verdicts.audits_without_one().value.verdict) == {"holds in part"}
    assert set(verdicts.contest_without_one().value.verdict) == {"holds in part"}
    assert set(verdicts.roles_without_one().value.verdict) == {"open"}
    for combinations in (
        verdicts.audit_specifications().value,
        verdicts.contest_specifications().value,
        verdicts.role_specifications().value,
    ):
        assert len(combinations) >= 12
        assert not combinations.drop(columns="verdict").duplicated().any()
    assert np.isclose(verdicts.audit_counts(run_by="all").value["open"], 12)
