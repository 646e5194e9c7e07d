"""The book's verdicts, numbers, tables and figures in this process, computed again only where they read what changed.

Every test function, margin and code cell notes the tables that it reads. When a table changes, those that read it run
again, and after them the cells that use a name which such a cell has set; all others would do the same as before, so
nothing is approximated. Figures are drawn but not written: what is compared is what stands in them.
"""

from __future__ import annotations

import builtins
import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from dis import get_instructions
from functools import cached_property
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.artist import Artist
from matplotlib.collections import Collection as Marks
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.text import Text

from ladders import page, results, tables
from ladders.page import numbers
from ladders.verdicts import ages, ledger
from ladders.verdicts.scale import MARGINS, REGISTRY

LEDGER = "the ledger"
"""Stands among the tables that a cell has read when it has asked for a verdict."""


@dataclass
class Outcome:
    """What a change of a table moved: verdicts and their statistics by claim, numbers by key, shown things by name."""

    verdicts: set[str] = field(default_factory=set)
    statistics: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """The most that moved."""
        if self.verdicts or self.numbers:
            return "number or verdict"
        if self.statistics:
            return "statistic"
        return "page" if self.shown else "nothing"


@dataclass
class Cell:
    """A code cell, with what it read, printed and left at its first run. before: all names as it found them."""

    place: str
    code: CodeType
    before: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    reads: set[str] = field(default_factory=set)
    printed: dict[str, str] = field(default_factory=dict)
    for_numbers: bool = False

    @cached_property
    def uses(self) -> set[str]:
        """Every name that the cell takes from earlier ones, also through their functions; not those it sets first."""
        found, waiting = set(), _taken(self.code)
        while waiting:
            name = waiting.pop()
            found.add(name)
            value = self.before.get(name)
            if isinstance(value, FunctionType) and value.__code__.co_filename.startswith("chapter "):
                waiting |= _names(value.__code__) - found
        return found


def _taken(code: CodeType) -> set[str]:
    """Names that a cell looks up before it has set them, and all names of its functions."""
    first: dict[str, str] = {}
    for step in get_instructions(code):
        if step.opname in ("LOAD_NAME", "STORE_NAME"):
            first.setdefault(step.argval, step.opname)
    inner = (_names(const) for const in code.co_consts if isinstance(const, CodeType))
    own = {name for name, how in first.items() if how == "STORE_NAME"}
    return ({name for name, how in first.items() if how == "LOAD_NAME"}).union(*inner) - own


def _same(one: Any, other: Any) -> bool:
    """Whether two values are certainly equal."""
    if isinstance(one, results.Result) and isinstance(other, results.Result):
        return _same(one.value, other.value)
    if type(one) is not type(other):
        return False
    if isinstance(one, (pd.DataFrame, pd.Series, pd.Index)):
        return one.equals(other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    return isinstance(one, (str, int, float, set, frozenset)) and one == other


def _names(code: CodeType) -> set[str]:
    inner = (_names(const) for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*inner)


def _drawn(artist: Artist) -> Iterator[str]:
    """The content of one mark of a figure: texts, points, outlines, colours of areas."""
    if isinstance(artist, Text):
        yield artist.get_text()
    elif isinstance(artist, Line2D):
        yield repr([list(map(str, values)) for values in artist.get_data()])
    elif isinstance(artist, Patch) and not isinstance(artist, FancyArrowPatch):
        outline = artist.get_patch_transform().transform(artist.get_path().vertices)
        yield repr((outline.tolist(), artist.get_facecolor()))
    elif isinstance(artist, Marks):
        yield repr((artist.get_offsets().tolist(), artist.get_facecolor().tolist(), [path.vertices.tolist() for path in artist.get_paths()]))  # fmt: skip
    elif hasattr(artist, "get_array"):
        yield repr(artist.get_array().tolist())


class Replay:
    """The whole book once; then `after(name, frame)` for what another content of one table moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.frames: dict[str, pd.DataFrame] = {}
        self.changed: set[str] = set()
        self.reading: list[set[str]] = [set()]
        self.first: dict[str, tuple[Any, set[str]]] = {}
        self.again: dict[str, tuple[Any, set[str]]] = {}
        self.printed: dict[str, str] = {}
        self._stand_between(monkeypatch)
        self.rows = self.base_rows = self._ledger()
        self.chapters = {path.stem: self._first_run(path) for path in numbers.chapters()}

    def _stand_between(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Note what is read, remember what tests and margins return, keep what cells would show."""
        real_load = tables._load

        def read(name: str, data: Path) -> pd.DataFrame:
            if data != tables.DATA:
                return real_load(name, data)
            self.reading[-1].add(name)
            return self.frames[name] if name in self.frames else real_load(name, data)

        def verdicts(data: Path = tables.DATA, chapter: str = "") -> dict[str, ledger.Row]:
            self.reading[-1].add(LEDGER)
            return {claim: row for claim, row in self.rows.items() if chapter in ("", row.chapter)}

        monkeypatch.setattr(results, "of_the_book", self._remembered_result)
        self._build = ledger.build
        monkeypatch.setattr(tables, "_load", read)
        monkeypatch.setattr(ledger, "build", verdicts)
        monkeypatch.setattr(ages, "_last_months", ages._last_months.__wrapped__)
        for claim, test in REGISTRY.items():
            name = results.name_of(test.function)
            monkeypatch.setitem(
                REGISTRY, claim, replace(test, function=self._remembered(name, test.function))
            )
        whole = [
            replace(margin, function=self._remembered(f"margin {number}", margin.function))
            for number, margin in enumerate(MARGINS)
        ]
        monkeypatch.setattr("ladders.verdicts.margins.MARGINS", whole)
        monkeypatch.setattr("ladders.page.numbers.display", self._keep_number)
        for name in ("table", "figure", "diagram"):
            monkeypatch.setattr(page, name, getattr(self, f"_keep_{name}"))

    def _remembered(self, name: str, function: Callable) -> Callable:
        """The function, run again only when a table that it read has changed."""

        def remember(*frames: pd.DataFrame) -> Any:
            return self._known(name, lambda: function(*frames))

        return remember

    def _remembered_result(self, function: Callable, names: tuple[str, ...], options: tuple) -> Any:
        """What a measured function gives on tables of the book, run again only when one that it read has changed."""
        return self._known(
            f"{results.name_of(function)} {options}",
            lambda: function(**{name: tables.shared(name) for name in names}, **dict(options)),
        )

    def _known(self, name: str, work: Callable[[], Any]) -> Any:
        """The value on file unless a table that went into it has changed."""
        if name not in self.again:
            if name in self.first and not self.first[name][1] & self.changed:
                self.again[name] = self.first[name]
            else:
                self.again[name] = self._noting(work)
        value, reads = self.again[name]
        self.reading[-1] |= reads
        return value

    def _noting(self, work: Callable[[], Any]) -> tuple[Any, set[str]]:
        """What the work returns, and the tables that it read."""
        self.reading.append(set())
        try:
            value = work()
        finally:
            reads = self.reading.pop()
        return value, reads

    def _keep_number(self, data: dict, metadata: dict, raw: bool) -> None:
        record = metadata["ladders"]
        self.printed[f"number {record['key']}"] = record["text"]

    def _keep_table(self, frame: pd.DataFrame, name: str, caption: str, **_: Any) -> None:
        self._keep("table", name, [caption, frame.to_csv(index=False)])

    def _keep_diagram(self, graph: Any, name: str, *, alt: str) -> None:
        self._keep("figure", name, [graph.source, alt])

    def _keep_figure(
        self, fig: Figure, name: str, *, title: str, subtitle: str, source: str, alt: str
    ) -> None:
        marks = [text for artist in fig.findobj() for text in _drawn(artist)]
        plt.close(fig)
        self._keep("figure", name, [title, subtitle, source, alt, *marks])

    def _keep(self, kind: str, name: str, parts: list[str]) -> None:
        self.printed[f"{kind} {name}"] = hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _built(self) -> dict[str, ledger.Row]:
        """The ledger, no row of which is known from before."""
        ledger.row.cache_clear()
        ledger._by_claim.cache_clear()
        return self._build()

    def _ledger(self) -> dict[str, ledger.Row]:
        rows, self.ledger_reads = self._noting(self._built)
        self.first = self.again | self.first
        return rows

    def _run(self, cell: Cell, names: dict[str, Any]) -> tuple[dict[str, str], set[str], dict[str, Any]]:
        """What a cell prints, which tables it reads, which names it sets. names is the chapter's, as it stands."""
        found = dict(names)
        self.printed = {}
        try:
            _, reads = self._noting(lambda: exec(cell.code, names))
        finally:
            plt.close("all")
        left = {n: value for n, value in names.items() if n not in found or value is not found[n]}
        return self.printed, reads, left

    def _first_run(self, path: Path) -> tuple[dict[str, Any], list[Cell]]:
        names: dict[str, Any] = {"__builtins__": builtins}
        cells = []
        for position, raw in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            if raw["cell_type"] != "code":
                continue
            place = f"chapter {path.stem}, cell {position}"
            cell = Cell(place, compile("".join(raw["source"]), place, "exec"), dict(names))
            cell.printed, cell.reads, cell.left = self._run(cell, names)
            cells.append(cell)
        self.first |= self.again
        wanted: set[str] = set()
        for cell in reversed(cells):
            if cell.left.keys() & wanted or any(key.startswith("number ") for key in cell.printed):
                cell.for_numbers = True
                wanted |= cell.uses
        return names, cells

    def numbers(self) -> dict[str, str]:
        """Every number that the first run has printed, by key."""
        cells = [cell for _, cells in self.chapters.values() for cell in cells]
        printed = {key: text for cell in cells for key, text in cell.printed.items()}
        return {
            key.removeprefix("number "): text for key, text in printed.items() if key.startswith("number ")
        }

    def after(
        self, name: str, frame: pd.DataFrame, *, thorough: bool = False, everything: bool = False
    ) -> Outcome:
        """What moves when a table has another content.

        Looks first for verdicts, then for numbers, then for what is shown, and stops when it has found something, which
        is the most that moves, unless `thorough`. `everything` runs all cells and functions anew, to prove that leaving
        out those that did not read the table changes nothing.
        """
        self.frames, self.again, self.changed = {name: frame}, {}, {name}
        if everything:
            self.changed = set(tables.names()) | {LEDGER}
        outcome = Outcome()
        try:
            if self.ledger_reads & self.changed:
                self._compare_ledger(outcome)
            for only_numbers in (False,) if thorough or everything else (True, False):
                for names, cells in self.chapters.values():
                    enough = ("nothing", "statistic") if only_numbers else ("nothing",)
                    if thorough or everything or outcome.kind in enough:
                        chosen = [cell for cell in cells if cell.for_numbers or not only_numbers]
                        self._compare_cells(names, chosen, outcome)
        finally:
            self.frames, self.rows = {}, self.base_rows
        return outcome

    def _compare_ledger(self, outcome: Outcome) -> None:
        self.rows, _ = self._noting(self._built)
        if self.rows != self.base_rows:
            self.changed.add(LEDGER)
        for claim in self.rows.keys() | self.base_rows.keys():
            old, new = self.base_rows.get(claim), self.rows.get(claim)
            if old is None or new is None or old.verdict != new.verdict:
                outcome.verdicts.add(claim)
            elif old.statistics != new.statistics:
                outcome.statistics.add(claim)

    def _compare_cells(self, names: dict[str, Any], cells: list[Cell], outcome: Outcome) -> None:
        moved: dict[str, Any] = {}  # names that a cell run again has set
        for cell in cells:
            if not (cell.reads & self.changed or (moved and cell.uses & moved.keys())):
                for name in cell.left:
                    moved.pop(name, None)
                continue
            names.clear()
            names.update(cell.before | moved)
            printed, _, left = self._run(cell, names)
            for name, value in left.items():
                if name in cell.left and _same(value, cell.left[name]):
                    moved.pop(name, None)
                else:
                    moved[name] = value
            for key in printed.keys() | cell.printed.keys():
                if printed.get(key) != cell.printed.get(key):
                    kind, _, what = key.partition(" ")
                    (outcome.numbers if kind == "number" else outcome.shown).add(what)
