"""Does a changed value in data/ matter? One random value in every column is changed, and the whole book follows.

The change stays inside what datapackage.json allows. It is then refused by the validation, or it stops the computation
with an error, or it moves a verdict or a printed number, a statistic behind a verdict, or only what a table or figure
of a page shows; or it moves nothing. A column of which no change ever moves anything must say that it documents.
"""

from __future__ import annotations

import csv
import io
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from ladders import tables
from ladders.page import numbers
from tests.audit.replay import Replay
from tests.conftest import copy_tables, references

SEED = 20261122
MATTERS = ("refused", "stopped", "number or verdict", "statistic", "page")
KINDS = (*MATTERS, "nothing")
PROOFS = 3
"""Changes for which the whole book is also computed anew, to prove that the shorter way gives the same."""

Rows = list[dict[str, str]]


class Change(NamedTuple):
    """One column after a change, and the most that moved."""

    table: str
    field: str
    group: str
    outcome: str


def group_of(field: dict, schema: dict) -> str:
    """The class of a column: documentation, key, number, date, category or text."""
    keys = {*schema["primaryKey"], *(name for name, _, _ in references(schema))}
    if field.get("role") == "documentation":
        return "documentation"
    if field["name"] in keys:
        return "key"
    if field["type"] in ("number", "integer"):
        return "number"
    if field["type"] == "date" or r"\d{4}" in field.get("constraints", {}).get("pattern", ""):
        return "date"
    return "category" if field["type"] == "boolean" or "enum" in field.get("constraints", {}) else "text"


def _another_number(old: str, field: dict, rng: Random) -> str:
    """A number scaled by a random factor, inside the limits; where the limits leave little room, any inside them."""
    limits = field.get("constraints", {})
    low, high = float(limits.get("minimum", "-inf")), float(limits.get("maximum", "inf"))
    before = float(old or 1)
    for _ in range(50):
        new = before * rng.choice((rng.uniform(0.2, 0.8), rng.uniform(1.25, 5))) + (not before) * rng.uniform(
            -1, 9
        )
        if not low <= new <= high and max(abs(low), abs(high)) < float("inf"):
            new = rng.uniform(low, high)
        new = max(low, min(high, new))
        if field["type"] == "integer":
            new = round(new) if round(new) != before else int(before + rng.choice((-1, 1)))
        if low <= new <= high and new != before:
            return f"{new:.6g}" if field["type"] == "number" else str(new)
    return old


def _another_text(old: str, field: dict, column: list[str], rng: Random) -> str:
    """Another value of the column, or the text with other letters and digits, as its pattern allows."""
    others = sorted({value for value in column if value not in ("", old)})
    if others and len(others) < 0.7 * len(column) and rng.random() < 0.7:
        return rng.choice(others)
    pattern = field.get("constraints", {}).get("pattern")
    if pattern is None:
        return f"{old} altered".strip()[: field.get("constraints", {}).get("maxLength")]
    for _ in range(300):
        letters = list(old or (rng.choice(others) if others else ""))
        for place in rng.sample(range(len(letters)), min(len(letters), rng.choice((1, 2)))):
            for alphabet in (string.digits, string.ascii_lowercase, string.ascii_uppercase):
                if letters[place] in alphabet:
                    letters[place] = rng.choice(alphabet)
        if "".join(letters) != old and re.fullmatch(pattern, "".join(letters)):
            return "".join(letters)
    return rng.choice(others) if others else old


def another(old: str, field: dict, column: list[str], schema: dict, rng: Random) -> str:
    """Another value inside the domain of a field; the old one where the domain has no other."""
    for name, other, other_name in references(schema):
        if name == field["name"]:
            known = {row[other_name] for row in rows_of(file_of(other))} if other else {*column}
            return rng.choice(sorted(known - {"", old}) or [old])
    if field["type"] == "boolean":
        return {"true": "false", "false": "true"}[old or "true"]
    if members := field.get("constraints", {}).get("enum"):
        return str(rng.choice([member for member in members if str(member) != old] or [old]))
    if field["type"] in ("number", "integer"):
        return _another_number(old, field, rng)
    if field["type"] == "date":
        day = date.fromisoformat(old) if old else date(2025, 6, 1)
        limits = {name: field.get("constraints", {}).get(name) for name in ("minimum", "maximum")}
        moved = day + timedelta(days=rng.choice((-1, 1)) * rng.randint(20, 500))
        if limits["minimum"]:
            moved = max(moved, date.fromisoformat(limits["minimum"]))
        return str(min(moved, date.fromisoformat(limits["maximum"])) if limits["maximum"] else moved)
    return _another_text(old, field, column, rng)


def rows_of(path: Path) -> Rows:
    """The rows of a table as they stand in its file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def text_of(rows: Rows) -> str:
    """Rows as the text of a table."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


class Shaker:
    """Tables are changed in small copies of data/, and the book in this process follows."""

    def __init__(self, folder: Path, replay: Replay) -> None:
        self.folder, self.replay = folder, replay
        self.referring: dict[str, set[str]] = {name: {name} for name in tables.names()}
        for entry in tables.descriptor()["resources"]:
            for _, other, _ in references(entry["schema"]):
                self.referring[other or entry["name"]].add(entry["name"])

    def part(self, name: str) -> Path:
        """A copy of a table and of those that refer to it, which are the ones that a change of it can make invalid."""
        data = self.folder / name
        return data if data.exists() else copy_tables(data, self.referring[name])

    def outcome(self, name: str, rows: Rows) -> str:
        """What a table with these rows moves. Only it and the tables that refer to it can become invalid."""
        data = self.part(name)
        try:
            tables.write_atomically(data / f"{name}.csv", text_of(rows))
            tables.refresh_hashes(data)
            if tables.validate(data, sorted(self.referring[name])):
                return "refused"
            return self.replay.after(name, tables.load(name, data)).kind
        except Exception:
            return "stopped"


def filled_tables() -> list[dict]:
    """Resources that have rows."""
    return [entry for entry in tables.descriptor()["resources"] if len(tables.load(entry["name"]))]


def one_value(rows: Rows, field: dict, schema: dict, rng: Random) -> Rows:
    """The rows with one random value of a field changed; an empty cell only when all are empty."""
    filled = [place for place, row in enumerate(rows) if row[field["name"]]] or range(len(rows))
    place, column = rng.choice(filled), [row[field["name"]] for row in rows]
    new = another(column[place], field, column, schema, rng)
    return [row | {field["name"]: new} if n == place else row for n, row in enumerate(rows)]


def replaced(rows: Rows, field: dict, schema: dict, rng: Random) -> Rows:
    """The rows with every value of a field replaced."""
    column = [row[field["name"]] for row in rows]
    return [row | {field["name"]: another(row[field["name"]], field, column, schema, rng)} for row in rows]


def moved_down(rows: Rows, field: dict, schema: dict, rng: Random) -> Rows:
    """The rows with the values of a field moved down by one row."""
    name = field["name"]
    return [row | {name: above[name]} for row, above in zip(rows, [*rows[-1:], *rows[:-1]], strict=True)]


@pytest.fixture(scope="module")
def shaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shaker]:
    """The book in this process, and a folder for tables to change."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield Shaker(tmp_path_factory.mktemp("shaken"), Replay(monkeypatch))
    tables.forget()


def file_of(name: str) -> Path:
    """The file of a table as the book ships it."""
    return tables.DATA / f"{name}.csv"


def outcomes_of(
    shaker: Shaker, rng: Random, entry: dict, fields: list[dict], change: Callable
) -> dict[str, str]:
    """Outcome by field, each changed alone; fields that document are first changed together, as none should matter."""
    rows, schema, found = rows_of(file_of(entry["name"])), entry["schema"], {}
    tried = {field["name"]: change(rows, field, schema, rng) for field in fields}
    quiet = [field["name"] for field in fields if group_of(field, schema) == "documentation"]
    together = [row | {name: tried[name][n][name] for name in quiet} for n, row in enumerate(rows)]
    if quiet and shaker.outcome(entry["name"], together) == "nothing":
        found = dict.fromkeys(quiet, "nothing")
    for name in tried.keys() - found.keys():
        found[name] = shaker.outcome(entry["name"], tried[name]) if tried[name] != rows else "nothing"
    return found


@pytest.fixture(scope="module")
def changes(shaker: Shaker) -> list[Change]:
    """One random change of a single value in every column."""
    found = []
    for entry in filled_tables():
        fields = entry["schema"]["fields"]
        outcomes = outcomes_of(shaker, Random(f"{SEED}{entry['name']}"), entry, fields, one_value)
        groups = [group_of(field, entry["schema"]) for field in fields]
        found += [
            Change(entry["name"], f["name"], g, outcomes[f["name"]])
            for f, g in zip(fields, groups, strict=True)
        ]
    return found


def test_what_one_changed_value_moves(changes: list[Change], record: Callable):
    record("changes of a single value, one in each column", len(changes), "changes")
    for group in (None, "key", "number", "date", "category", "text", "documentation"):
        outcomes = Counter(change.outcome for change in changes if group in (None, change.group))
        for outcome in KINDS:
            share = 100 * outcomes[outcome] / max(1, outcomes.total())
            record(f"{group or 'all columns'}: {outcome}", round(share, 1), "percent")
    assert any(change.outcome == "number or verdict" for change in changes)


def test_a_column_documents_or_matters(shaker: Shaker, changes: list[Change], record: Callable):
    """What never moved under one changed value gets the whole column changed, twice; then it must be declared."""
    idle, busy = [], []
    for entry in filled_tables():
        rng = Random(entry["name"])
        own = {change.field: change for change in changes if change.table == entry["name"]}
        busy += [
            f"{c.table}.{c.field}"
            for c in own.values()
            if c.group == "documentation" and c.outcome != "nothing"
        ]
        left = [f for f in entry["schema"]["fields"] if own[f["name"]].group != "documentation"]
        for change in (replaced, moved_down):
            left = [field for field in left if own[field["name"]].outcome == "nothing"]
            for name, outcome in outcomes_of(shaker, rng, entry, left, change).items():
                own[name] = own[name]._replace(outcome=outcome)
        idle += [f"{entry['name']}.{f['name']}" for f in left if own[f["name"]].outcome == "nothing"]
    record("columns that document", sum(c.group == "documentation" for c in changes), "columns")
    assert not idle, (
        f"these columns move nothing; declare role documentation, or remove them: {', '.join(idle)}"
    )
    assert not busy, f"these columns are declared to document, but a change matters: {', '.join(busy)}"


def test_the_replay_prints_the_numbers_of_the_book(shaker: Shaker):
    assert shaker.replay.numbers() == {key: record.text for key, record in numbers.records().items()}


def test_leaving_out_what_did_not_read_the_table_changes_nothing(shaker: Shaker):
    rng = Random(SEED + 2)
    for entry in rng.sample(filled_tables(), PROOFS):
        name, field = entry["name"], rng.choice(entry["schema"]["fields"])
        changed = one_value(rows_of(file_of(name)), field, entry["schema"], rng)
        if shaker.outcome(name, changed) in ("refused", "stopped"):
            continue
        frame = tables.load(name, shaker.part(name))
        short = shaker.replay.after(name, frame, thorough=True)
        assert short == shaker.replay.after(name, frame, everything=True), (name, field["name"])
