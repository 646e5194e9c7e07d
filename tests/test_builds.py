"""Builds: they fail on a flipped verdict or broken data, and give the same bytes anywhere."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.conftest import build, copy_project, edit, run_in


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


def digests(folder: Path) -> dict[str, str]:
    """Hashes of all files below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_builds_are_the_same_bytes(html: Path, tmp_path: Path):
    """Other directory, time zone, locale, hash seed: the same pages."""
    other = copy_project(tmp_path / "elsewhere" / "under" / "another name")
    result = build(
        other, tmp_path / "out", TZ="Pacific/Auckland", LC_ALL="C.UTF-8", LANG="C.UTF-8", PYTHONHASHSEED="42"
    )
    assert result.returncode == 0, result.stdout[-2000:]
    first, second = digests(html), digests(tmp_path / "out" / "_build" / "html")
    different = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
    assert sorted(different) == []
