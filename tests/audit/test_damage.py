"""Structural damage to data/: every damaged file is refused by name, never with a traceback, never half written."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ladders import tables
from ladders.tables import TableError

CASES = 200
SEED = 20261122

Row = list[str]
Damage = Callable[[list[Row], dict, Random], list[Row] | bytes | None]
"""(header and rows, resource, random) -> other rows, or the bytes of the file; None where a table has no place for it."""


def _text(rows: list[Row], delimiter: str = ",", end: str = "\n") -> str:
    lines = []
    for row in rows:
        cells = [
            f'"{c.replace(chr(34), 2 * chr(34))}"' if any(x in c for x in f'{delimiter}"\n') else c
            for c in row
        ]
        lines.append(delimiter.join(cells) + end)
    return "".join(lines)


def _columns(rows: list[Row], order: list[int]) -> list[Row]:
    return [[row[place] for place in order] for row in rows]


def missing_column(rows: list[Row], entry: dict, rng: Random) -> list[Row]:
    gone = rng.randrange(len(rows[0]))
    return _columns(rows, [place for place in range(len(rows[0])) if place != gone])


def extra_column(rows: list[Row], entry: dict, rng: Random) -> list[Row]:
    return [[*row, "extra" if number == 0 else ""] for number, row in enumerate(rows)]


def extra_cell(rows: list[Row], entry: dict, rng: Random) -> list[Row]:
    return [*rows[:-1], [*rows[-1], "extra"]]


def swapped_columns(rows: list[Row], entry: dict, rng: Random) -> list[Row] | None:
    if len(rows[0]) < 2:
        return None
    order = list(range(len(rows[0])))
    a, b = rng.sample(order, 2)
    order[a], order[b] = b, a
    return _columns(rows, order)


def swapped_headings(rows: list[Row], entry: dict, rng: Random) -> list[Row] | None:
    other = swapped_columns(rows, entry, rng)
    return other and [other[0], *rows[1:]]


def heading_twice(rows: list[Row], entry: dict, rng: Random) -> list[Row] | None:
    return [[rows[0][0], rows[0][0], *rows[0][2:]], *rows[1:]] if len(rows[0]) > 1 else None


def duplicate_key(rows: list[Row], entry: dict, rng: Random) -> list[Row]:
    return [*rows, rng.choice(rows[1:])]


def missing_value(rows: list[Row], entry: dict, rng: Random) -> list[Row] | None:
    needed = [n for n, f in enumerate(entry["schema"]["fields"]) if f.get("constraints", {}).get("required")]
    return _with(rows, rng.choice(needed), "", rng) if needed else None


def _with(rows: list[Row], column: int, value: str, rng: Random) -> list[Row]:
    hit = rng.randrange(1, len(rows))
    return [
        [value if (number, place) == (hit, column) else cell for place, cell in enumerate(row)]
        for number, row in enumerate(rows)
    ]


def _typed(*types: str, values: tuple[str, ...]) -> Damage:
    """Damage that puts one of these values where the type wants others."""

    def damage(rows: list[Row], entry: dict, rng: Random) -> list[Row] | None:
        fitting = [n for n, field in enumerate(entry["schema"]["fields"]) if field["type"] in types]
        return _with(rows, rng.choice(fitting), rng.choice(values), rng) if fitting else None

    return damage


def truncated(rows: list[Row], entry: dict, rng: Random) -> bytes:
    last = len(_text(rows[-1:]).encode())
    return _text(rows).encode()[: -rng.randint(1, last - 1)]


def open_quote(rows: list[Row], entry: dict, rng: Random) -> bytes:
    return (_text(rows[:-1]) + '"' + _text(rows[-1:])).encode()


def blank_row(rows: list[Row], entry: dict, rng: Random) -> bytes:
    return (_text(rows) + "\n").encode()


def latin_1(rows: list[Row], entry: dict, rng: Random) -> bytes:
    return _text([*rows[:-1], [f"{rows[-1][0]}é", *rows[-1][1:]]]).encode("latin-1", "replace")


KINDS: dict[str, Damage] = {
    "missing column": missing_column,
    "extra column": extra_column,
    "extra cell": extra_cell,
    "swapped columns": swapped_columns,
    "swapped headings": swapped_headings,
    "heading twice": heading_twice,
    "duplicate key": duplicate_key,
    "missing value": missing_value,
    "no number": _typed("number", "integer", values=("many", "1,5", "NaN", "inf", "-inf", "1_000", "٣", "1e999")),
    "no date": _typed("date", values=("2025-13-01", "1 May 2025", "2025", "20250501")),
    "no boolean": _typed("boolean", values=("True", "1", "yes")),
    "stray blank": _typed("string", "number", "date", values=(" 1", "1 ", "\t1")),
    "truncated": truncated,
    "open quote": open_quote,
    "blank row": blank_row,
    "latin-1": latin_1,
    "UTF-16": lambda rows, entry, rng: _text(rows).encode("utf-16"),
    "NUL": lambda rows, entry, rng: _with(rows, 0, f"{rows[1][0]}\0", rng),
    "byte order mark": lambda rows, entry, rng: b"\xef\xbb\xbf" + _text(rows).encode(),
    "CR LF": lambda rows, entry, rng: _text(rows, end="\r\n").encode(),
    "semicolons": lambda rows, entry, rng: _text(rows, delimiter=";").encode() if len(rows[0]) > 1 else None,
    "empty file": lambda rows, entry, rng: b"",
    "header only": lambda rows, entry, rng: rows[:1],
}  # fmt: skip


def places(faults: list[str], name: str) -> bool:
    """Whether the table is named."""
    return any(f"table {name}" in fault or f"{name}.csv" in fault for fault in faults)


def refusals(data: Path, name: str) -> list[str]:
    """What is said of a table: when the change is accepted, by validate, by load. Anything but a TableError is raised."""
    said = []
    tables.forget()
    try:
        tables.refresh_hashes(data)
    except TableError as error:
        said.append(str(error))
    if not places(tables.validate(data, [name]), name):
        return []
    tables.forget()
    try:
        tables.load(name, data)
    except TableError as error:
        return [*said, str(error)]
    return []


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of data/, mended after each case."""
    return Path(shutil.copytree(tables.DATA, tmp_path_factory.mktemp("damaged") / "data"))


def test_every_damaged_table_is_refused_by_name(data: Path, record: Callable):
    rng, passed, tried = Random(SEED), [], 0
    described = (data / tables.DESCRIPTOR).read_bytes()
    full = [entry for entry in tables.descriptor()["resources"] if len(tables.load(entry["name"])) > 1]
    while tried < CASES:
        kind = list(KINDS)[tried % len(KINDS)]
        entry = rng.choice(full)
        path = data / entry["path"]
        before = path.read_bytes()
        with path.open(encoding="utf-8", newline="") as stream:
            damaged = KINDS[kind](list(csv.reader(stream)), entry, rng)
        if damaged is None:
            continue
        path.write_bytes(damaged if isinstance(damaged, bytes) else _text(damaged).encode())
        if not places(refusals(data, entry["name"]), entry["name"]):
            passed.append(f"{kind} in {entry['name']}")
        path.write_bytes(before)
        (data / tables.DESCRIPTOR).write_bytes(described)
        tried += 1
    assert not [name for name in data.iterdir() if name.name.startswith(".")]
    record("damaged tables", tried, "cases")
    record("damaged tables refused by name", tried - len(passed), "cases")
    assert not passed


def test_a_missing_table_is_named(data: Path):
    for name in ("systems", tables.CORRECTIONS):
        before = (data / f"{name}.csv").read_bytes()
        (data / f"{name}.csv").unlink()
        assert places(refusals(data, name), name)
        (data / f"{name}.csv").write_bytes(before)


DESCRIPTIONS: dict[str, Callable[[dict], object]] = {
    "a list": lambda package: [package],
    "no resources": lambda package: package.pop("resources"),
    "resources an object": lambda package: package.update(resources={}),
    "a resource without a name": lambda package: package["resources"][3].pop("name"),
    "a table twice": lambda package: package["resources"].append(package["resources"][3]),
    "no path": lambda package: package["resources"][3].pop("path"),
    "a path elsewhere": lambda package: package["resources"][3].update(path="../LICENSE"),
    "no schema": lambda package: package["resources"][3].pop("schema"),
    "no fields": lambda package: package["resources"][3]["schema"].pop("fields"),
    "a field without a name": lambda package: package["resources"][3]["schema"]["fields"][0].pop("name"),
    "an unknown type": lambda package: package["resources"][3]["schema"]["fields"][0].update(type="text"),
    "an unknown key": lambda package: package["resources"][3]["schema"].update(primaryKey=["nothing"]),
    "no key": lambda package: package["resources"][3]["schema"].pop("primaryKey"),
    "an unknown constraint": lambda package: package["resources"][3]["schema"]["fields"][0].update(constraints={"minimum": []}),
    "a pattern that is none": lambda package: package["resources"][3]["schema"]["fields"][0].update(constraints={"pattern": "("}),
    "a foreign key to nowhere": lambda package: package["resources"][3]["schema"].update(
        foreignKeys=[{"fields": ["x"], "reference": {"resource": "nowhere", "fields": ["x"]}}]
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*DESCRIPTIONS, "cut off", "UTF-16", "empty"])
def test_a_broken_description_is_refused_by_name(data: Path, kind: str):
    path = data / tables.DESCRIPTOR
    before = path.read_bytes()
    name = tables.names()[3]
    if kind in DESCRIPTIONS:
        package = json.loads(before)
        result = DESCRIPTIONS[kind](package)
        content = json.dumps(result if kind == "a list" else package).encode()
    else:
        content = {
            "cut off": before[: len(before) // 2],
            "UTF-16": before.decode().encode("utf-16"),
            "empty": b"",
        }[kind]
    path.write_bytes(content)
    tables.forget()
    try:
        faults = tables.validate(data)
        with pytest.raises(TableError):
            tables.load(name, data)
    finally:
        path.write_bytes(before)
        tables.forget()
    assert faults
    assert tables.DESCRIPTOR in faults[0] or name in faults[0]
