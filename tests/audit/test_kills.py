"""Re-execution and build killed at random moments: what is stored is old or new, never damaged, and the next run mends.

A book of two small notebooks stands for the whole; it is executed, drawn and built by the project's own code.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from random import Random

import nbformat
import psutil
import pytest

from ladders.tables import DESCRIPTOR
from tests.conftest import EPOCH, ROOT, build, copy_project, edit, run_in

SEED = 20261122
EXECUTIONS, BUILDS = 14, 6

CODE = """import matplotlib.pyplot as plt
from ladders.page import figure, table
from ladders.tables import load

levels = load("levels")
fig, axes = plt.subplots()
axes.plot(levels.level)
figure(fig, "NAME", title="Levels", subtitle="all of them", source="Levels.", alt=f"A line that ends at {levels.level.iloc[-1]}, and before that says very little to anybody.")
table(levels, "tab-NAME", "Levels.", widths=[50, 50])"""  # fmt: skip

LEVELS = "name,level\n" + "".join(f"level {n},{n}\n" for n in range(200))


def small_book(root: Path) -> Path:
    """The project's package and settings with two notebooks, one table and the empty table of corrections."""
    copy_project(root)
    for folder in ("chapters", "figures", "data"):
        shutil.rmtree(root / folder)
        (root / folder).mkdir()
    package = json.loads((ROOT / "data" / DESCRIPTOR).read_text(encoding="utf-8"))
    corrections = next(entry for entry in package["resources"] if entry["name"] == "corrections")
    fields = [{"name": "name", "type": "string"}, {"name": "level", "type": "integer"}]
    levels = corrections | {
        "name": "levels",
        "path": "levels.csv",
        "schema": {"fields": fields, "primaryKey": ["name"]},
    }
    package["resources"] = [corrections, levels]
    (root / "data" / DESCRIPTOR).write_text(json.dumps(package, indent=2), encoding="utf-8")
    shutil.copy(ROOT / "data" / "corrections.csv", root / "data")
    (root / "data" / "levels.csv").write_text(LEVELS, encoding="utf-8")
    for name in ("one", "two"):
        cells = [
            nbformat.v4.new_markdown_cell(f"# Chapter {name}\n\nA chapter of two.", id="head"),
            nbformat.v4.new_code_cell(CODE.replace("NAME", name), id="code"),
        ]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), root / "chapters" / f"{name}.ipynb")
    (root / "index.md").write_text("# Two small chapters\n\nA book to be interrupted.\n", encoding="utf-8")
    (root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n- file: chapters/two\n",
        encoding="utf-8",
    )
    for name in ("roles", "downloads"):  # they would ask for the ledger of the whole book
        edit(root / "_config.yml", f"      - ladders.page.{name}\n", "")
        edit(root / "_config.yml", f"    ladders.page.{name}: .\n", "")
    accept(root)
    return root


def accept(root: Path) -> None:
    """Refresh the hashes."""
    result = run_in(root, "ladders", "validate", "--refresh-hashes")
    assert result.returncode == 0, result.stderr


def stored(root: Path) -> dict[str, bytes]:
    """The bytes of all notebooks, figures and fingerprints."""
    paths = [*(root / "chapters").iterdir(), *(root / "figures").iterdir()]
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(paths)}


def execute(root: Path) -> None:
    """Re-execute what is stale."""
    result = run_in(root, "ladders", "notebooks")
    assert result.returncode == 0, result.stderr


def kill_after(seconds: float, root: Path, command: list[str]) -> None:
    """Start a command and kill it with all that it has started, kernels included."""
    environment = {**psutil.Process().environ(), **EPOCH, "PYTHONPATH": str(root)}
    process = subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for act in (
            psutil.Process.suspend,
            psutil.Process.kill,
        ):  # all stand still, so that none starts another
            for member in family:
                with suppress(psutil.NoSuchProcess):
                    act(member)
        process.wait()


@pytest.fixture(scope="module")
def states(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, dict[str, bytes], dict[str, bytes], float]:
    """The small book, what is stored of it before and after a change of its table, and the seconds between."""
    root = small_book(tmp_path_factory.mktemp("killed") / "book")
    execute(root)
    old = stored(root)
    edit(root / "data" / "levels.csv", "level 199,199", "level 199,1999")
    accept(root)
    started = time.monotonic()
    execute(root)
    return root, old, stored(root), time.monotonic() - started


def test_a_killed_re_execution_leaves_old_or_new(states: tuple, record: Callable):
    root, old, new, seconds = states
    rng, halfway = Random(SEED), 0
    assert old.keys() == new.keys()
    assert all(old[name] != new[name] for name in old)
    for _ in range(EXECUTIONS):
        for name, content in old.items():
            path = root / name
            path.write_bytes(content)
            path.with_name(f".{path.name}.part").write_bytes(
                content[:10]
            )  # as a kill while writing leaves it
        kill_after(seconds * rng.uniform(0.3, 1.0), root, [sys.executable, "-m", "ladders", "notebooks"])
        left = {name: content for name, content in stored(root).items() if not name.endswith(".part")}
        damaged = [name for name in old if left.get(name) not in (old[name], new[name])]
        assert damaged == []
        halfway += any(left[name] == new[name] for name in old) and any(
            left[name] == old[name] for name in old
        )
        execute(root)
        assert stored(root).keys() == new.keys(), "a temporary file remains"
        assert stored(root) == new
    record("killed re-executions", EXECUTIONS, "runs")
    record("killed re-executions that left some files old and some new", halfway, "runs")
    record("files damaged by killed re-executions", 0, "files")


def digests(folder: Path) -> dict[str, str]:
    """Hashes of all files below a folder."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in paths}


def test_a_killed_build_harms_nothing_and_the_next_is_right(states: tuple, record: Callable):
    root, _, new, _ = states
    rng = Random(SEED)

    def whole_build() -> dict[str, str]:
        for name in ("html", ".doctrees", "jupyter_execute"):  # as `make book` does
            shutil.rmtree(root / "_build" / name, ignore_errors=True)
        result = build(root, root)
        assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
        return digests(root / "_build" / "html")

    started = time.monotonic()
    right = whole_build()
    seconds = time.monotonic() - started
    for _ in range(BUILDS):
        command = [
            str(Path(sys.executable).parent / "jupyter-book"),
            "build",
            ".",
            "-W",
            "-n",
            "--keep-going",
            "--all",
        ]
        kill_after(seconds * rng.uniform(0.2, 1.0), root, command)
        assert stored(root) == new
        assert whole_build() == right
    assert {path.name for path in root.iterdir()} - {"_build"} == {path.name for path in copy_names()}
    record("killed builds", BUILDS, "runs")


def copy_names() -> list[Path]:
    """What a copy of the project holds at its top."""
    left_out = {
        ".venv",
        ".git",
        "_build",
        ".pytest_cache",
        ".hypothesis",
        ".ruff_cache",
        "tests",
        "__pycache__",
    }
    return [path for path in ROOT.iterdir() if path.name not in left_out]
