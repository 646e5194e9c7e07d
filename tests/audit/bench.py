"""What everything costs, measured in a fresh clone of the last commit: python -m tests.audit.bench (`make bench`).

Each part is one or more steps `bench_…` of data/checks.csv. Times are of the wall clock on whatever else the machine
does; memory is that of the largest process. With `--publish` the rows replace those published before.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil

from ladders import tables
from ladders.page import checked, numbers
from tests.audit.conftest import TABLE, merged
from tests.conftest import ROOT

Row = tuple[str, str, float, str]
"""Step, measure, value, unit."""


@dataclass
class Run:
    """A command that has ended: seconds, bytes of its largest process, lines with the second each came."""

    seconds: float
    memory: int
    lines: list[tuple[float, str]] = field(default_factory=list)


def run(command: list, folder: Path, **environment: str) -> Run:
    """Run a command to its end. Raises RuntimeError with its last lines when it fails."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    lines = [(time.monotonic() - begun, line.rstrip()) for line in process.stdout]
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(map(str, command))}:\n" + "\n".join(line for _, line in lines[-20:]))
    return Run(time.monotonic() - begun, usage.ru_maxrss * 1024, lines)


def make(target: str, clone: Path) -> Run:
    """One target of the Makefile, as a reader would call it."""
    return run(["make", "--no-print-directory", target], clone, PYTHONPATH=str(clone))


def machine(clone: Path) -> Iterator[Row]:
    """What the other figures were measured on."""
    yield "bench_machine", f"processor cores, {platform.machine()}", os.cpu_count(), "cores"
    yield "bench_machine", "memory", psutil.virtual_memory().total / 2**30, "GiB"
    yield "bench_machine", f"Python {platform.python_version()}", 1, "yes"
    yield "bench_machine", f"system {platform.freedesktop_os_release()['PRETTY_NAME']}", 1, "yes"
    yield "bench_machine", "load by other work when the run began", os.getloadavg()[0], "processes"


def install(clone: Path) -> Iterator[Row]:
    """The environment of book and tests from the lock."""
    done = make(".venv/test.stamp", clone)
    yield "bench_install", "environment from the lock", done.seconds, "seconds"


def book(clone: Path) -> Iterator[Row]:
    """The pages: from nothing, and after no change."""
    cold = make("book", clone)
    yield "bench_book", "pages from nothing", cold.seconds, "seconds"
    yield "bench_book", "largest process", cold.memory / 2**20, "MiB"
    again = make("book", clone)
    assert "Nothing changed" in again.lines[-1][1], again.lines
    yield "bench_book", "pages after no change", again.seconds, "seconds"


def pdf(clone: Path) -> Iterator[Row]:
    """The printed edition."""
    done = make("pdf", clone)
    yield "bench_pdf", "PDF from nothing", done.seconds, "seconds"
    yield "bench_pdf", "largest process", done.memory / 2**20, "MiB"


def chapters(clone: Path) -> Iterator[Row]:
    """Every notebook executed anew, two at a time."""
    done = run(
        [clone / ".venv/bin/python", "-m", "ladders", "notebooks", "--all"], clone, PYTHONPATH=str(clone)
    )
    begun, spent = {}, {}
    for second, line in done.lines:
        if found := re.fullmatch(r"(\w+): (started|done)", line):
            if found[2] == "started":
                begun[found[1]] = second
            else:
                spent[found[1]] = second - begun[found[1]]
    for name, seconds in sorted(spent.items()):
        yield "bench_chapters", f"chapter {name}", seconds, "seconds"
    yield "bench_chapters", "median chapter", statistics.median(spent.values()), "seconds"
    yield "bench_chapters", "slowest chapter", max(spent.values()), "seconds"
    yield "bench_chapters", "all chapters, two at a time", done.seconds, "seconds"
    yield "bench_chapters", "largest process", done.memory / 2**20, "MiB"


def suite(clone: Path) -> Iterator[Row]:
    """Everything that `make test` proves."""
    done = make("test", clone)
    yield "bench_tests", "make test", done.seconds, "seconds"
    yield "bench_tests", "largest process", done.memory / 2**20, "MiB"


def multiply(project: Path, times: int) -> None:
    """Give a project every chapter several times, under other names and with other labels, recording no number.

    The copies keep what is shown; roles of numbers become their text, since a record has one place in the book.
    """
    contents = project / "_toc.yml"
    lines = contents.read_text(encoding="utf-8").splitlines()
    for path in numbers.chapters(project):
        place = next(index for index, line in enumerate(lines) if line.endswith(f"chapters/{path.stem}"))
        for copy in range(1, times):
            notebook = nbformat.read(path, as_version=4)
            text = numbers.ROLE.sub(lambda found: found["text"], nbformat.writes(notebook))
            text = re.sub(r"\{claim-id\}`([^`]+)`", r"\1", text)  # the ledger's own places
            text = re.sub(r'(:name: |:label: |"name": "(?=fig-))([a-z][\w-]*)', rf"\1\2-copy-{copy}", text)
            text = re.sub(r"(\{(?:ref|numref|eq)\}`(?:[^`<]*<)?)([a-z][\w-]*)", rf"\1\2-copy-{copy}", text)
            text = re.sub(r"\(([a-z][\w-]*)\)=", rf"(\1-copy-{copy})=", text)
            notebook = nbformat.reads(text, as_version=4)
            for cell in notebook.cells:
                for output in cell.get("outputs", []):
                    output.metadata.pop("ladders", None)
            name = f"{path.stem}_copy_{copy}"
            nbformat.write(notebook, path.with_name(f"{name}.ipynb"))
            lines.insert(place + copy, f"      - file: chapters/{name}")
    contents.write_text("\n".join(lines) + "\n", encoding="utf-8")


def growth(clone: Path) -> Iterator[Row]:
    """The pages of a book with once, twice and four times the chapters, from stored outputs."""
    for times in (1, 2, 4):
        with tempfile.TemporaryDirectory() as folder:
            larger = Path(folder) / "project"
            shutil.copytree(clone, larger, ignore=shutil.ignore_patterns(".venv", ".git", "_build"))
            multiply(larger, times)
            done = run(
                [clone / ".venv/bin/jupyter-book", "build", ".", "--keep-going"],
                larger,
                PYTHONPATH=str(larger),
            )
        yield "bench_growth", f"pages with {times} times the chapters", done.seconds, "seconds"
        yield "bench_growth", f"largest process with {times} times the chapters", done.memory / 2**20, "MiB"


PARTS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "machine": machine, "install": install, "book": book, "pdf": pdf, "chapters": chapters, "growth": growth,
    "tests": suite,
}  # fmt: skip


def faults(rows: list[Row]) -> list[str]:
    """The gates that were missed, one sentence each."""
    gates = tables.load("gates").set_index(["step", "measure"]).at_most
    return [
        f"{measure}: {value:.1f} {unit}, the gate is {gates[step, measure]:g}"
        for step, measure, value, unit in rows
        if (step, measure) in gates and value > gates[step, measure]
    ]


def main() -> None:
    """Measure the parts asked for (all when none), print them, keep them when told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--publish", action="store_true", help="write what was measured to data/checks.csv")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}")
    chosen = parser.parse_args()
    if unknown := sorted(set(chosen.parts) - set(PARTS)):
        parser.error(f"part {unknown[0]} is unknown; there are {', '.join(PARTS)}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "two-ladders"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        # Every part needs the environment; machine and install come first, or the others would pay for it.
        for part in [name for name in PARTS if name in (chosen.parts or PARTS) or name == "install"]:
            for row in PARTS[part](clone):
                rows.append(row)
                print(f"{row[0]:<16} {row[1]:<45} {row[2]:>10.1f} {row[3]}", flush=True)
    if chosen.publish:
        tables.replace(TABLE, merged(rows, tables.load(TABLE)))
        checked.draw()
    if missed := faults(rows):
        sys.exit("\n".join(missed))


if __name__ == "__main__":
    main()
