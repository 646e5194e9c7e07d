"""Builds: they fail on a flipped verdict or broken data. That they give the same bytes anywhere, the audit proves."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import build, edit, run_in


def test_a_build_fails_on_a_flipped_verdict(project: Path, tmp_path: Path):
    edit(project / "index.md", "S0-p2-03=holds", "S0-p2-03=does not hold")
    result = build(project, tmp_path / "out")
    assert result.returncode != 0
    assert "the prose says S0-p2-03 does not hold, the ledger says holds" in result.stdout + result.stderr


def test_a_build_fails_on_broken_data(project: Path, tmp_path: Path):
    edit(project / "data" / "claims.csv", "S0-t-02,layers", "S0-t-02,crowd")
    run_in(project, "ladders", "validate", "--refresh-hashes")
    result = build(project, tmp_path / "out")
    assert result.returncode != 0
    assert "table claims, row 3, field voice, value 'crowd'" in result.stdout + result.stderr
