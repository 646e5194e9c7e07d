"""Operating curves: no test cries wolf, and the published curves are what the code gives."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from ladders import tables
from ladders.tables import load
from ladders.verdicts.scale import REGISTRY
from ladders.worlds.curves import CHECKED, GENERATORS, MULTIPLES, operating_curve, write
from ladders.worlds.making import Generator

BY_CLAIM = pytest.mark.parametrize("generator", GENERATORS, ids=lambda g: g.claim_id)


@pytest.mark.parametrize("claim", sorted(REGISTRY))
def test_every_test_has_a_published_curve(claim: str):
    curve = load("operating_curves").query("claim_id == @claim")
    assert set(curve.cause) == {"effect", "confounder"}
    assert set(curve[curve.cause == "effect"].groupby("rows").size()) == {len(MULTIPLES)}
    assert set(curve.rows) == {1.0, 0.25}
    assert (curve.worlds >= 200).all()
    assert (curve.holds + curve.holds_in_part + curve.does_not_hold + curve.open == curve.worlds).all()


@pytest.mark.parametrize("claim", sorted(REGISTRY))
def test_no_more_than_five_percent_hold_where_nothing_is(claim: str):
    curve = load("operating_curves").query("claim_id == @claim and effect == 0")
    assert (curve.holds <= 0.05 * curve.worlds).all()


@pytest.mark.parametrize("claim", sorted(REGISTRY))
def test_what_is_true_for_the_wrong_reason_does_not_hold(claim: str):
    curve = load("operating_curves").query("claim_id == @claim and cause == 'confounder'")
    assert (curve.holds <= 0.05 * curve.worlds).all()


def test_a_test_that_always_holds_would_be_caught(monkeypatch: pytest.MonkeyPatch):
    generator = GENERATORS[0]
    test = REGISTRY[generator.claim_id]
    careless = replace(test, function=lambda *frames: SimpleNamespace(verdict="holds"))
    monkeypatch.setitem(REGISTRY, generator.claim_id, careless)
    curve = operating_curve(generator, worlds=5)
    assert (curve.holds == 5).all()


@BY_CLAIM
def test_the_published_curves_are_what_the_code_gives(generator: Generator):
    """Exactly, for the first worlds of every point; `python -m ladders worlds` recomputes them all."""
    key = ["cause", "effect", "rows"]
    published = load("operating_curves").query("claim_id == @generator.claim_id").set_index(key).first_worlds
    found = operating_curve(generator, worlds=CHECKED).set_index(key).first_worlds
    assert found.to_dict() == published.to_dict()


def test_curves_of_one_test_replace_their_own_and_leave_the_others(tmp_path: Path):
    data = Path(shutil.copytree(tables.DATA, tmp_path / "data"))
    generator = next(g for g in GENERATORS if g.claim_id == "S0-p2-06")
    write(operating_curve(generator, worlds=2), data)
    before, after = load("operating_curves"), tables.load("operating_curves", data)
    assert (after[after.claim_id == "S0-p2-06"].worlds == 2).all()
    others = [frame[frame.claim_id != "S0-p2-06"].reset_index(drop=True) for frame in (before, after)]
    pd.testing.assert_frame_equal(*others)
    tables.forget()
