"""Builds: they fail on a flipped verdict or broken data. That they give the same bytes anywhere, the audit proves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ladders.page import built
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


@pytest.fixture
def sealed(project: Path) -> Path:
    """A copy of the project whose pages are declared to be what its inputs give."""
    (project / built.PAGES).mkdir(parents=True)
    (project / built.PAGES / "index.html").write_text("the book", encoding="utf-8")
    built.seal(project)
    assert built.current(project)
    return project


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("index.md", "S0-p2-03=holds", "S0-p2-03=does not hold"),
        ("data/judgements.csv", "holds", "open"),
        ("ladders/verdicts/scale.py", "holds", "stands"),
        ("requirements.txt", "==", "=="),
        ("_build/html/index.html", "book", "cook"),
    ],
)
def test_a_change_breaks_the_seal_of_the_pages(sealed: Path, path: str, old: str, new: str):
    edit(sealed / path, old, new)
    times = (sealed / path).stat()
    os.utime(sealed / path, ns=(times.st_atime_ns, 0))  # as if it were older than the build
    assert built.current(sealed) == (old == new)


def test_a_lost_or_added_file_breaks_the_seal(sealed: Path):
    (sealed / "figures" / "new.svg").write_text("<svg/>", encoding="utf-8")
    assert not built.current(sealed)
    (sealed / "figures" / "new.svg").unlink()
    assert built.current(sealed)
    (sealed / built.PAGES / "index.html").unlink()
    assert not built.current(sealed)
