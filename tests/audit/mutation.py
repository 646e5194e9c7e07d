"""Which changes to the code does no test notice? python -m tests.audit.mutation --tools FOLDER [--again FILE] [--publish]

cosmic-ray lists the changes (mutants) of evidence, models and verdicts. In each module places are drawn at random, in
proportion to how many it has, and one change at each place. Every change runs in a process of its own that writes
nothing into the project, against all that reads the changed line, the cheapest first: verdicts and statistics of
claims, chapters cell by cell, tests. The first difference ends it. FOLDER holds cosmic-ray and coverage, which the
lock does not.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.machinery
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from ladders import tables
from ladders.page import numbers
from tests.audit.conftest import TABLE, merged
from tests.conftest import ROOT

PACKAGES = ("evidence", "models", "verdicts")
PLACES, SEED = 400, 20261122
SURVIVES, STOPPED = "SURVIVES", "STOPPED"
SECONDS = 200
"""Processor time after which a run is stopped. Whether anything would have differed is then not known."""

LEFT_OUT = (
    "test_book", "test_builds", "test_checked", "test_contributing", "test_curves", "test_exports", "test_house", "test_page",
    "test_pages", "test_pdf", "test_receipts", "test_sharing", "test_sources", "test_tables", "test_visits", "test_worlds",
)  # fmt: skip
"""Modules of tests that build books, walk through the manual, read sources or repeat a claim in thousands of worlds."""

BITS = {"RShift", "LShift", "BitOr", "BitAnd", "BitXor"}


@dataclass(frozen=True)
class Mutant:
    """One change: file, line (from 1), function, operator of cosmic-ray, that line before and after, the new text."""

    path: str
    line: int
    function: str
    operator: str
    was: str
    now: str
    text: str

    @property
    def package(self) -> str:
        """The part of `ladders` that is changed."""
        return Path(self.path).parent.name

    def __str__(self) -> str:
        return f"{self.path}, {self.function}: {self.was} -> {self.now}"


def senseless(operator: str) -> bool:
    """Whether a change stops any run: bits in the place of arithmetic, shifts, identity in that of equality."""
    kind, _, names = operator.rpartition("/")[2].partition("_")
    was, _, now = names.partition("_")
    if kind == "ReplaceBinaryOperator":
        return (was in BITS) != (now in BITS) or now in ("RShift", "LShift")
    return kind == "ReplaceComparisonOperator" and now.startswith("Is") and not was.startswith("Is")


def annotated(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where a module's annotations begin and end, each as (line, column)."""
    nodes = ast.walk(ast.parse(text))
    found = [getattr(node, name, None) for node in nodes for name in ("annotation", "returns")]
    return [((a.lineno, a.col_offset), (a.end_lineno, a.end_col_offset)) for a in found if a is not None]


def listed(files: list[Path]) -> dict[Path, dict[tuple, list]]:
    """cosmic-ray's changes by file and place (line, column, kind of operator), without annotations and nonsense."""
    from cosmic_ray.commands import init
    from cosmic_ray.work_db import WorkDB, use_db

    found: dict[Path, dict[tuple, list]] = {path: defaultdict(list) for path in files}
    apart = {path: annotated(path.read_text(encoding="utf-8")) for path in files}
    with tempfile.TemporaryDirectory() as folder, use_db(f"{folder}/mutants", WorkDB.Mode.create) as database:
        init(files, database, {})
        for item in database.work_items:
            change = item.mutations[0]
            path = Path(change.module_path)
            written = any(first <= change.start_pos < last for first, last in apart[path])
            if not written and not senseless(change.operator_name):
                kind = change.operator_name.partition("_")[0]
                found[path][(*change.start_pos, kind)].append(change)
    return found


def changed(path: Path, change: object) -> Mutant | None:
    """The text after one change; None where it means the same or nothing."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    old = path.read_text(encoding="utf-8")
    new = mutate_code(old, get_operator(change.operator_name)(**change.operator_args), change.occurrence)
    try:
        if new is None or ast.dump(ast.parse(new)) == ast.dump(ast.parse(old)):
            return None
    except SyntaxError:
        return None
    before, after = old.splitlines(), new.splitlines()
    at = next(index for index, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    place = (str(path.relative_to(ROOT)), change.start_pos[0], change.definition_name or "the module")
    return Mutant(*place, change.operator_name, before[at].strip(), after[at].strip(), new)


def modules() -> list[Path]:
    """The files that are changed."""
    files = sorted(path for package in PACKAGES for path in (ROOT / "ladders" / package).glob("*.py"))
    return [path for path in files if path.name != "__init__.py"]


def drawn(total: int = PLACES) -> Iterator[Mutant]:
    """A random sample of changes: from each module in proportion to its places, and two at least."""
    found = listed(modules())
    whole = sum(map(len, found.values()))
    chance = random.Random(SEED)
    for path, by_place in sorted(found.items()):
        left, spots = max(2, round(total * len(by_place) / whole)), sorted(by_place)
        chance.shuffle(spots)
        for spot in spots:
            if left and (mutant := changed(path, chance.choice(by_place[spot]))):
                left -= 1
                yield mutant


class Watch:
    """A plugin of pytest: which test runs now, for coverage; which test failed first."""

    def __init__(self, tell: Callable[[str], None] = lambda name: None) -> None:
        self.tell, self.failed = tell, ""

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Everything until the next test belongs to this one."""
        self.tell(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first failure."""
        self.failed = self.failed or (report.nodeid if report.failed else "")


def run_tests(names: list[str], watch: Watch) -> str:
    """Run tests in this process; the name of the first that fails, "" when all pass."""
    with tempfile.TemporaryDirectory() as folder:
        code = pytest.main(
            ["-x", "-p", "no:cacheprovider", f"--basetemp={folder}/base", *names], plugins=[watch]
        )
    return watch.failed or ("" if code == pytest.ExitCode.OK else f"pytest ended with {code!r}")


def statistics(claim: str) -> object:
    """What the test of a claim finds: verdict, statistics as the ledger rounds them, period, clauses."""
    from ladders.verdicts import ledger

    test = ledger.REGISTRY[claim]
    found = test.function(*map(tables.load, test.tables))
    rounded = {name: f"{value:.4g}" for name, value in found.statistics.items()}
    return found.verdict, rounded, found.period, found.clauses_hold, found.clauses_fail, found.clauses_open


def cells(chapter: str) -> Iterator[object]:
    """The outputs of a chapter's cells, one after the other, as this process computes them."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.history_manager.enabled = False
    for cell in nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            with capture_output() as captured:
                done = shell.run_cell(cell.source, store_history=False)
            yield captured.stdout, [output.data for output in captured.outputs], repr(done.error_in_exec)


def begun(task: Callable[[], object]) -> tuple[int, int]:
    """Start a task in a process of its own; the process, and where it will write its answer."""
    readable, writable = os.pipe()
    if (child := os.fork()) == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        with tempfile.TemporaryDirectory() as figures:
            os.environ["LADDERS_FIGURES"] = figures
            answer = json.dumps(task())
        with os.fdopen(writable, "w") as stream:
            stream.write(answer)
        os._exit(0)
    os.close(writable)
    return child, readable


def ended(child: int, readable: int) -> object:
    """What a task gave, as JSON has it; STOPPED when it was."""
    with os.fdopen(readable) as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else STOPPED


def answers(tasks: list[Callable[[], object]]) -> Iterator[tuple[int, object]]:
    """Number and answer of each task as it ends, as many at a time as there are processors."""
    waiting, running = list(enumerate(tasks))[::-1], {}
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            number, task = waiting.pop()
            child, readable = begun(task)
            running[readable] = number, child
        for readable in select.select(list(running), [], [])[0]:
            number, child = running.pop(readable)
            yield number, ended(child, readable)


def measured() -> dict:
    """Of the code as it is: what claims and chapters give, and which of them and of the tests read each line."""
    from coverage import Coverage

    for path in modules():  # what runs on import belongs to no claim, chapter or test
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    folders = [str(ROOT / "ladders" / package) for package in PACKAGES]
    cover = Coverage(data_file=None, source=folders)
    cover.start()
    from ladders.verdicts.ledger import REGISTRY

    def turn_to(context: str) -> None:
        """What runs from here on belongs to this context, also where an earlier one has the same result on file."""
        cover.switch_context(context)
        for known in tables.remembering:
            if known.__module__ != tables.__name__:
                known.cache_clear()

    given: dict[str, object] = {}
    for claim in REGISTRY:
        turn_to(f"claim {claim}")
        given[f"claim {claim}"] = statistics(claim)
    for path in numbers.chapters():
        turn_to(f"chapter {path.stem}")
        given[f"chapter {path.stem}"] = list(cells(path.stem))
    themes = sorted(path for path in (ROOT / "tests").glob("test_*.py") if path.stem not in LEFT_OUT)
    failed = run_tests([str(path.relative_to(ROOT)) for path in themes], Watch(turn_to))
    cover.stop()
    data = cover.get_data()
    lines = {
        str(Path(path).relative_to(ROOT)): {
            line: [context for context in contexts if context]
            for line, contexts in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    return {"given": given, "lines": lines, "failed": failed}


def noticed(mutant: Mutant, known: dict) -> str:
    """What first differs under a change; "" when nothing does. It changes this process for good."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    read = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, name: str) -> object:
        if self.path == str(ROOT / mutant.path):
            return compile(mutant.text, self.path, "exec", dont_inherit=True)
        return read(self, name)

    importlib.machinery.SourceFileLoader.get_code = get_code
    by_line = known["lines"].get(mutant.path, {})
    # A line that runs on import alone, such as a constant, may be read by all that reads the module.
    readers = by_line.get(str(mutant.line)) or sorted({name for names in by_line.values() for name in names})
    given = known["given"]
    try:
        for name in (name for name in readers if name.startswith("claim ")):
            if json.loads(json.dumps(statistics(name.removeprefix("claim ")))) != given[name]:
                return name
        for name in (name for name in readers if name.startswith("chapter ")):
            for cell, old in zip(cells(name.removeprefix("chapter ")), given[name], strict=True):
                if json.loads(json.dumps(cell)) != old:
                    return name
    except Exception as error:
        return repr(error)
    tests = [name for name in readers if name.startswith("tests/")]
    return run_tests(tests, Watch()) if tests else ""


def main() -> None:
    """Draw, judge and print; keep the counts when told. Exits with 1 for a survivor without a row in table survivors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", required=True, help="folder that holds cosmic-ray and coverage")
    parser.add_argument("--package", choices=PACKAGES, help="try the changes of one package alone")
    parser.add_argument("--most", type=int, default=PLACES, help="how many of the changes drawn to try")
    parser.add_argument(
        "--again", type=Path, help="an earlier output: what was noticed there is not tried again"
    )
    parser.add_argument("--publish", action="store_true", help="write the counts to data/checks.csv")
    chosen = parser.parse_args()
    sys.path.append(chosen.tools)
    packages = [chosen.package] if chosen.package else PACKAGES
    mutants = [mutant for mutant in drawn() if mutant.package in packages]
    random.Random(SEED).shuffle(mutants)  # so that the first of them are a sample too
    mutants, known = mutants[: chosen.most], ended(*begun(measured))
    if known == STOPPED or known["failed"]:
        sys.exit(f"Before anything is changed: {known if known == STOPPED else known['failed']}.")
    lines = chosen.again.read_text(encoding="utf-8").splitlines() if chosen.again else []
    done = [line for line in lines if not line.startswith((SURVIVES, STOPPED))]
    tried = [m for m in mutants if not any(line.endswith(f" {m}") for line in done)]
    left = []  # a stopped run counts as a survivor
    for number, by in answers([lambda mutant=mutant: noticed(mutant, known) for mutant in tried]):
        print(f"{by or SURVIVES} {tried[number]}", flush=True)
        left += [tried[number]] if by in ("", STOPPED) else []
    from ladders.evidence.inference import exact_share  # not before: what is imported here cannot change

    rows = []
    for package in packages:
        ours, gone = ([m for m in some if m.package == package] for some in (mutants, left))
        share = exact_share(len(gone), len(ours))
        rows += [
            (f"mutation_{package}", *row)
            for row in (
                ("changes tried", len(ours), "changes"),
                ("modules", len({mutant.path for mutant in ours}), "modules"),
                ("survivors", len(gone), "changes"),
                ("survivors, share", share.mean, "percent"),
                ("survivors, lower bound of 95 %", share.low, "percent"),
                ("survivors, upper bound of 95 %", share.high, "percent"),
            )
        ]
    for step, measure, value, unit in rows:
        print(f"{step:<20} {measure:<30} {value:>8.1f} {unit}")
    if chosen.publish:
        tables.replace(TABLE, merged(rows, tables.load(TABLE)))
    explained = set(tables.load("survivors")[["module", "was", "now"]].itertuples(index=False, name=None))
    if unknown := [m for m in left if (m.path, m.was, m.now) not in explained]:
        sys.exit("\n".join(f"{m} has no row in data/survivors.csv" for m in unknown))


if __name__ == "__main__":
    main()
