"""What tests share: copies of the project that may be damaged, the built book, skips that say what is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from filelock import FileLock
from hypothesis import settings

from ladders import tables

if TYPE_CHECKING:
    from ladders.verdicts.scale import Finding

pytest_plugins = ["tests.browser"]

ROOT = Path(__file__).resolve().parents[1]
# A busy machine is slow; no test fails for that.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

EPOCH = {"SOURCE_DATE_EPOCH": "1767225600", "PYTHONHASHSEED": "0"}


def missing(tool: str, remedy: str) -> None:
    """Skip the test because a tool is missing, saying how to get it; fail where nothing may be skipped."""
    sentence = f"{tool} is missing; {remedy}"
    if os.environ.get("LADDERS_NO_SKIP") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)


PDF_TOOLS = ("xelatex", "latexmk", "xindy")


def need(*tools: str) -> None:
    """Skip the test unless the tools of print are there."""
    for tool in tools:
        if shutil.which(tool) is None:
            packages = " ".join((ROOT / ".ci" / "pdf-packages.txt").read_text().split())
            missing(tool, f"on Debian or Ubuntu: apt-get install {packages}")


def copy_project(target: Path) -> Path:
    """A copy of the project's sources that a test may damage."""
    ignored = shutil.ignore_patterns(
        ".venv", ".git", "_build", "__pycache__", ".pytest_cache", ".hypothesis", ".ruff_cache", "tests"
    )
    return Path(shutil.copytree(ROOT, target, ignore=ignored))


def run_in(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment's Python in a copy of the project, with the copy's own package."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=root, env=os.environ | EPOCH | {"PYTHONPATH": str(root)} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def build(root: Path, output: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Build the book of a project tree, warnings as errors."""
    return subprocess.run(
        [Path(sys.executable).parent / "jupyter-book", "build", str(root), "--path-output", str(output), "-W", "-n", "--keep-going", *options],
        cwd=root, env=os.environ | EPOCH | {"PYTHONPATH": str(root)} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(claim: str, **changed: pd.DataFrame) -> Finding:
    """The finding of a claim on the tables of data/, some of them changed."""
    from ladders.verdicts import ledger  # not above: the audit changes modules before anything imports them

    test = ledger.REGISTRY[claim]
    return test.function(*(changed[name] if name in changed else tables.load(name) for name in test.tables))


def references(schema: dict) -> Iterator[tuple[str, str, str]]:
    """(field, table, field of that table) of every foreign key; the table is "" when it is the table itself."""
    for key in schema.get("foreignKeys", []):
        ours, theirs = key["fields"], key["reference"]["fields"]
        ours, theirs = ([names] if isinstance(names, str) else names for names in (ours, theirs))
        yield from (
            (field, key["reference"]["resource"], other) for field, other in zip(ours, theirs, strict=True)
        )


def copy_tables(target: Path, names: Iterable[str]) -> Path:
    """A data/ of some tables, of all that they refer to, and of the corrections: small, and valid by itself."""
    schemas = {entry["name"]: entry["schema"] for entry in tables.descriptor()["resources"]}
    kept, waiting = set(), {tables.CORRECTIONS, *names}
    while waiting:
        kept |= waiting
        waiting = {other for name in waiting for _, other, _ in references(schemas[name]) if other} - kept
    package = tables.descriptor()
    resources = [entry for entry in package["resources"] if entry["name"] in kept]
    target.mkdir()
    (target / tables.DESCRIPTOR).write_text(json.dumps(package | {"resources": resources}), encoding="utf-8")
    for name in kept:
        shutil.copy(tables.DATA / f"{name}.csv", target)
    return target


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project."""
    return copy_project(tmp_path / "project")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a folder once for all workers: once("html", build_it) -> the folder."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                fill(folder)
                done.touch()
        return folder

    return make


@pytest.fixture(scope="session")
def html(once: Callable) -> Path:
    """The HTML book, built clean from the stored outputs."""

    def fill(folder: Path) -> None:
        result = build(ROOT, folder)
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]

    return once("book-html", fill) / "_build" / "html"


@pytest.fixture(scope="session")
def pdf(once: Callable) -> Path:
    """The PDF, built clean from the stored outputs."""
    need(*PDF_TOOLS)

    def fill(folder: Path) -> None:
        result = build(ROOT, folder, "--builder", "pdflatex")
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]

    return once("book-pdf", fill) / "_build" / "latex" / "two-ladders.pdf"
