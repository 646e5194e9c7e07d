"""The stored outputs: damage to them is caught. That all follow from the data, nbval and the audit prove."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from ladders.page import freshness, numbers
from tests.conftest import ROOT, edit, run_in


def test_no_chapter_is_stale():
    assert [freshness.sentence(*item) for item in freshness.stale().items()] == []


def moved(project: Path) -> list[str]:
    """Numbers whose record in a re-executed copy differs from the stored one."""
    before, after = numbers.records(ROOT), numbers.records(project)
    assert set(before) == set(after)
    return [
        f"{key}: {before[key].text} -> {after[key].text}"
        for key in before
        if before[key].text != after[key].text
    ]


def test_one_changed_value_moves_a_number_and_is_named(project: Path):
    """The median of logic is one pair's gain: change it, accept the change, and the book no longer agrees."""
    edit(project / "data" / "livebench_gains.csv", ",logic,36.388", ",logic,35.388")
    assert run_in(project, "ladders", "validate", "--refresh-hashes").returncode == 0
    stale = run_in(project, "ladders", "stale")
    assert stale.returncode == 1
    assert "02_ai_ladder is stale: data/livebench_gains.csv changed; run `make notebooks`." in stale.stderr
    assert run_in(project, "ladders", "notebooks", "02_ai_ladder").returncode == 0
    assert "livebench.logic_gain: +36.4 -> +35.4" in moved(project)
    said = run_in(project, "ladders", "numbers")
    assert said.returncode == 1
    assert "the prose states +36.4 for livebench.logic_gain, the record is +35.4" in said.stderr


@pytest.mark.parametrize(
    ("input_", "change", "named"),
    [
        ("data/systems.csv", "\n", "data/systems.csv changed"),
        ("ladders/evidence/texts.py", "\n", "ladders/evidence/texts.py changed"),
        ("requirements.txt", "\n", "requirements.txt changed"),
    ],
)
def test_a_stale_chapter_names_the_input_that_changed(project: Path, input_: str, change: str, named: str):
    path = project / input_
    path.write_text(path.read_text(encoding="utf-8") + change, encoding="utf-8")
    assert freshness.stale(project)["01_sources"] == named


def with_cell(project: Path, chapter: str, source: str) -> Path:
    """A chapter of a copy with its first code cell replaced."""
    path = project / "chapters" / f"{chapter}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").source = source
    nbformat.write(notebook, path)
    return path


def test_changed_code_makes_a_chapter_stale(project: Path):
    with_cell(project, "13_ledger", "1")
    assert freshness.stale(project) == {
        "13_ledger": "its code cells changed",
        "where_from": "a chapter or data/datapackage.json changed",
    }


def test_a_page_about_the_book_is_stale_after_any_change_that_it_reads(project: Path):
    edit(project / "data" / "datapackage.json", '"as_of": "', '"as_of":  "')
    assert freshness.stale(project) == {"where_from": "a chapter or data/datapackage.json changed"}


def test_a_chapter_that_raises_is_named_and_stays_as_it_was(project: Path):
    path = with_cell(project, "13_ledger", "raise ValueError('the tide is out')")
    before = path.read_bytes()
    result = run_in(project, "ladders", "notebooks")
    assert result.returncode == 1
    assert result.stderr == (
        "13_ledger, cell setup: ValueError: the tide is out; the stored chapter stays as it was.\n"
    )
    assert path.read_bytes() == before
    assert not [name for name in os.listdir(path.parent) if name.startswith(".")]


def test_an_unknown_chapter_is_refused(project: Path):
    result = run_in(project, "ladders", "notebooks", "99_nothing")
    assert result.returncode == 1
    assert "chapter 99_nothing is unknown" in result.stderr


def strict_nbval(project: Path, chapter: str) -> str:
    """What strict nbval says of one chapter of a copy; figures go to a folder of their own."""
    figures = project.parent / "figures"
    figures.mkdir()
    words = ("--nbval", "--nbval-current-env", "-p", "no:cacheprovider", f"chapters/{chapter}.ipynb")
    return run_in(project, "pytest", *words, LADDERS_FIGURES=str(figures)).stdout


def test_an_edited_output_is_caught(project: Path):
    path = project / "chapters" / "13_ledger.ipynb"
    edit(path, "ledger.all: ", "ledger.all: 9")
    assert "FAILED" in strict_nbval(project, "13_ledger")


def test_untouched_outputs_pass(project: Path):
    assert "FAILED" not in strict_nbval(project, "13_ledger")
