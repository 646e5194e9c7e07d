"""Is a stored chapter still what its inputs give? Fingerprints, and re-execution of what is stale.

chapters/inputs.json holds, for each chapter, the SHA-256 of its code cells, of the tables it loads, of the package
modules it imports and of the lock. The book is built from stored outputs only while all of them agree. Pages that
describe the book itself also carry the fingerprint of all other chapters and of the description of the data.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from ladders.page.numbers import chapters
from ladders.tables import ROOT, sha256, write_atomically

INPUTS = Path("chapters") / "inputs.json"
LOCK = "requirements.txt"
LAST = ("where_from",)
"""Pages that describe the book itself: they read what the other chapters rest on, and are executed after them."""

_REPORT = """
import json, sys
from pathlib import Path
import ladders.tables as _tables
_root = _tables.ROOT
_files = [m.__file__ for n, m in sorted(sys.modules.items()) if n.split(".")[0] == "ladders" and getattr(m, "__file__", None)]
print(json.dumps({
    "tables": _tables.loaded(),
    "modules": sorted(str(Path(f).resolve().relative_to(_root)) for f in _files),
}))
"""


class ChapterError(RuntimeError):
    """A chapter raised while it was re-executed. The message names chapter, cell and error."""


def _code(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [
        cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    return hashlib.sha256("\n\x00".join(code).encode()).hexdigest()


def _table_file(name: str, root: Path) -> Path:
    return root / "data" / f"{name}.csv"


def _digest(path: Path) -> str:
    return sha256(path) if path.is_file() else "missing"


def _book(on_file: dict[str, dict], root: Path) -> str:
    """Fingerprint of what a page of LAST reads: the inputs of all other chapters and the description of the data."""
    others = {name: inputs for name, inputs in on_file.items() if name not in LAST}
    content = json.dumps(others, sort_keys=True) + _digest(root / "data" / "datapackage.json")
    return hashlib.sha256(content.encode()).hexdigest()


def stored(root: Path = ROOT) -> dict[str, dict]:
    """The fingerprints on file, by chapter."""
    path = root / INPUTS
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def stale(root: Path = ROOT) -> dict[str, str]:
    """Stale chapters with the first input that changed: {"02_ai_ladder": "data/livebench_gains.csv changed"}."""
    on_file = stored(root)
    found = {}
    for path in chapters(root):
        inputs = on_file.get(path.stem)
        if inputs is None:
            found[path.stem] = "it was never executed"
            continue
        changed = [] if inputs["code"] == _code(path) else ["its code cells"]
        changed += [
            f"data/{n}.csv"
            for n, digest in inputs["tables"].items()
            if _digest(_table_file(n, root)) != digest
        ]
        changed += [n for n, digest in inputs["modules"].items() if _digest(root / n) != digest]
        changed += [] if inputs["lock"] == _digest(root / LOCK) else [LOCK]
        if changed:
            found[path.stem] = f"{changed[0]} changed"
    for name in LAST:
        if name in on_file and name not in found and (found or on_file[name]["book"] != _book(on_file, root)):
            found[name] = "a chapter or data/datapackage.json changed"
    return found


def sentence(chapter: str, reason: str) -> str:
    """What a reader is told of a stale chapter."""
    return f"{chapter} is stale: {reason}; run `make notebooks`."


def _execute(path: Path, root: Path) -> dict:
    """Run one notebook into a temporary file and rename it; returns its fingerprints."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        shutdown_kernel="immediate",  # all outputs are here; the graceful way waits most of a second
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    with client.setup_kernel(env=os.environ | {"PYTHONPATH": str(root), "PYTHONHASHSEED": "0"}):
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except CellExecutionError as error:
                raise ChapterError(
                    f"{path.stem}, cell {cell.id}: {error.ename}: {error.evalue}; the stored chapter stays as it was."
                ) from error
        report = nbformat.v4.new_code_cell(_REPORT)
        notebook.cells.append(report)
        client.execute_cell(report, len(notebook.cells) - 1)
        notebook.cells.pop()
    seen = json.loads("".join(output["text"] for output in report.outputs))
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = number
    notebook.metadata["language_info"] = {"name": "python"}
    write_atomically(path, nbformat.writes(notebook))
    return {
        "code": _code(path),
        "lock": _digest(root / LOCK),
        "modules": {name: _digest(root / name) for name in seen["modules"]},
        "tables": {name: _digest(_table_file(name, root)) for name in seen["tables"]},
    }


def execute(
    names: list[str], root: Path = ROOT, *, workers: int = 2, progress: Callable[[str], None] = print
) -> None:
    """Re-execute chapters, `workers` at a time. A chapter that raises is left as it was: ChapterError."""
    paths = [path for path in chapters(root) if path.stem in names]

    def run(path: Path) -> tuple[str, dict]:
        progress(f"{path.stem}: started")
        inputs = _execute(path, root)
        progress(f"{path.stem}: done")
        return path.stem, inputs

    current = {path.stem for path in chapters(root)}
    for group in ([p for p in paths if p.stem not in LAST], [p for p in paths if p.stem in LAST]):
        with ThreadPoolExecutor(workers) as pool:
            futures = [pool.submit(run, path) for path in group]
            done = dict(future.result() for future in futures if future.exception() is None)
        before = stored(root)
        done = {k: v | ({"book": _book(before, root)} if k in LAST else {}) for k, v in done.items()}
        merged = {k: v for k, v in (before | done).items() if k in current}
        write_atomically(root / INPUTS, json.dumps(merged, indent=1, sort_keys=True) + "\n")
        for future in futures:
            future.result()  # raises the first ChapterError, after everything that succeeded is on file
