"""The tables of data/, checked against datapackage.json before anything is computed from them.

`datapackage.json` is the one place for names, types, units, constraints, sources and licences.
Frictionless does the checking; this module turns what it finds into sentences a person can act on.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import logging
import math
import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import zip_longest
from pathlib import Path

import frictionless
import pandas as pd

# Frictionless calls a package outside the working directory unsafe; the root is ours and its paths are relative.
frictionless.system.trusted = True
logging.getLogger("frictionless").setLevel(logging.ERROR)

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
DESCRIPTOR = "datapackage.json"
CORRECTIONS = "corrections"

_TYPES = ("string", "number", "integer", "boolean", "date")
_PANDAS_TYPES = {"integer": "Int64", "number": "float64"}
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_FORMULA = re.compile(r"[=+@]|-(?![\d.])")
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""Control characters and marks that turn or hide text; a line feed inside a quoted cell is text."""

_seen: set[str] = set()
remembering: list[Callable] = []
"""The functions that `remembered` made."""


def remembered(function: Callable) -> Callable:
    """`functools.cache` for a function of the files of data/ alone: `forget` drops what it has returned."""
    remembering.append(cache(function))
    return remembering[-1]


class TableError(ValueError):
    """A table of data/ is missing, unknown or breaks its description. The message names the place."""


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a temporary file beside it, then a rename.

    The temporary file has one name, so that what a killed run left behind is taken away by the next.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@remembered
def descriptor(data: Path = DATA) -> dict:
    """The data package as plain JSON. Raises TableError when it is missing or not JSON."""
    path = data / DESCRIPTOR
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(f"{path.name} is missing from {data.name}/.") from None
    except UnicodeDecodeError as error:
        raise TableError(f"{path.name}: byte {error.start} is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise TableError(f"{path.name}, line {error.lineno}: not valid JSON ({error.msg}).") from None
    for fault in _gaps(package):
        raise TableError(f"{path.name}: {fault}.")
    return package


def _gaps(package: object) -> Iterator[str]:
    """What a description lacks that every reader of it counts on."""
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not all(isinstance(entry, dict) for entry in resources):
        yield "it must be an object with a list `resources` of objects"
        return
    known = {entry.get("name") for entry in resources} | {""}
    for position, entry in enumerate(resources):
        name = entry.get("name")
        if not isinstance(name, str):
            yield f"resource {position} has no name"
            continue
        if [other.get("name") for other in resources].count(name) > 1:
            yield f"table {name} is described twice"
        schema = entry.get("schema")
        fields = schema.get("fields") if isinstance(schema, dict) else None
        if entry.get("path") != f"{name}.csv":
            yield f"table {name}: its path must be {name}.csv, not {entry.get('path')!r}"
        if not isinstance(fields, list) or not all(
            isinstance(field, dict) and isinstance(field.get("name"), str) and field.get("type") in _TYPES
            for field in fields
        ):
            yield f"table {name}: each of its fields needs a name and a type ({', '.join(_TYPES)})"
            continue
        for field in fields:
            pattern = field.get("constraints", {}).get("pattern", "")
            try:
                re.compile(pattern)
            except (re.error, TypeError):
                yield f"table {name}, field {field['name']}: {pattern!r} is no pattern"
        for key in schema.get("foreignKeys", []):
            if (other := key.get("reference", {}).get("resource")) not in known:
                yield f"table {name}: its foreign key {key.get('fields')!r} refers to {other!r}, which is no table"
        primary = schema.get("primaryKey")
        if not isinstance(primary, list) or not {*primary} <= {field["name"] for field in fields}:
            yield f"table {name}: its primaryKey {primary!r} must be a list of its fields"


def resource(name: str, data: Path = DATA) -> dict:
    """Description of one table. Raises TableError for a name that the data package does not list."""
    for entry in descriptor(data)["resources"]:
        if entry["name"] == name:
            return entry
    raise TableError(f"table {name!r} is not described in {DESCRIPTOR}; add it there or correct the name.")


def names(data: Path = DATA) -> list[str]:
    """Names of all tables, in the order of the data package."""
    return [entry["name"] for entry in descriptor(data)["resources"]]


def _sentence(name: str, error: frictionless.Error) -> str:
    """One finding of Frictionless as a sentence that names table, row, field and value."""
    place = [f"table {name}"]
    if (row := getattr(error, "row_number", None)) is not None:
        place.append(f"row {row}")
    if field := getattr(error, "field_name", None) or getattr(error, "label", None):
        place.append(f"field {field}")
    if (value := getattr(error, "cell", None)) is not None:
        place.append(f"value {value!r}")
    note = error.note.rstrip(".")
    if error.type == "hash-count":
        note = "the file differs from its hash; if the change is meant, run `python -m ladders validate --refresh-hashes`"
    return f"{', '.join(place)}: {error.type} ({note})."


@contextmanager
def _described() -> Iterator[None]:
    """Within it, a description that Frictionless refuses is a TableError."""
    try:
        yield
    except frictionless.FrictionlessException as error:
        notes = "; ".join(reason.note for reason in error.reasons or [error.error])
        raise TableError(f"{DESCRIPTOR}: {notes}.") from None


@remembered
def _package(data: Path) -> frictionless.Package:
    """The data package of Frictionless, which finds the tables that foreign keys lead to."""
    with _described():
        return frictionless.Package.from_descriptor(descriptor(data), basepath=str(data))


def _misfit(value: str, kind: str) -> str:
    """Why a cell is no value of its type although Frictionless takes it for one, or "" when it is."""
    if unseen := _UNSEEN.search(value):
        return f"the character U+{ord(unseen[0]):04X} controls or hides text"
    if value != value.strip():
        return "there is blank space around the value"
    if _FORMULA.match(value):
        return "a spreadsheet would take this for a formula"
    if (
        kind in ("number", "integer")
        and value
        and (_NUMBER.fullmatch(value) is None or not math.isfinite(float(value)))
    ):
        return f"not a finite {kind} in plain digits"
    if kind == "integer" and value and abs(float(value)) >= 2**63:
        return "an integer of more than 64 bits"
    if kind == "boolean" and value not in ("true", "false", ""):
        return "write true or false"
    return ""


def _misfits(entry: dict, path: Path) -> Iterator[str]:
    """Faults of a file that Frictionless lets pass or repairs in silence: bytes, line ends, cells, no rows."""
    place, content = f"table {entry['name']}", path.read_bytes()
    if not content:
        yield f"{place}: file {path.name} is empty."
        return
    if content.startswith(b"\xef\xbb\xbf"):
        yield f"{place}, row 1: the file begins with a byte order mark; save it as plain UTF-8."
        return
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        yield f"{place}, row {row}: byte 0x{content[error.start]:02x} is not UTF-8."
        return
    if "\r" in text:
        yield f"{place}, row {text[: text.index(chr(13))].count(chr(10)) + 1}: a line ends with CR; end lines with LF alone."
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header, *rows = reader
    except csv.Error as error:
        yield f"{place}, row {reader.line_num}: not readable as CSV ({error})."
        return
    if not text.endswith("\n"):
        yield f"{place}, row {len(rows) + 1}: the file ends without a line end; its last row may be cut off."
    if not rows and not entry.get("mayBeEmpty"):
        yield f"{place}: file {path.name} has no rows."
    kinds = {field["name"]: field["type"] for field in entry["schema"]["fields"]}
    for found, expected in zip_longest(header, kinds):
        if found != expected:
            yield f"{place}, field {expected or found}: " + (
                f"the heading in its place is {found!r}." if expected else "there is no such field."
            )
            return
    for number, row in enumerate([header, *rows], start=1):
        if len(row) != len(header):
            yield f"{place}, row {number}: {len(row)} cells under {len(header)} headings."
        for name, value in zip(header, row, strict=False):
            if why := _misfit(value, kinds.get(name, "string") if number > 1 else "string"):
                shown = value if len(value) <= 80 else f"{value[:80]}..."
                yield f"{place}, row {number}, field {name}, value {shown!r}: {why}."


def _findings(name: str, data: Path, *, keys: bool) -> Iterator[str]:
    """Faults of one table; foreign keys, which need the other tables too, only when asked for."""
    entry = dict(resource(name, data))
    if not (data / entry["path"]).is_file():
        yield f"table {name}: file {entry['path']} is missing from {data.name}/."
        return
    if misfits := list(_misfits(entry, data / entry["path"])):
        yield from misfits
        return
    if keys:
        report = _package(data).get_resource(name).validate()
    else:
        entry["schema"] = {key: value for key, value in entry["schema"].items() if key != "foreignKeys"}
        with _described():
            report = frictionless.Resource.from_descriptor(entry, basepath=str(data)).validate()
    for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]:
        yield _sentence(name, error)


def validate(data: Path = DATA, chosen: Collection[str] = ()) -> list[str]:
    """Every fault of the chosen tables (of all when none are chosen), foreign keys included, one sentence each.

    An empty list when all is well.
    """
    try:
        listed = {entry["path"] for entry in descriptor(data)["resources"]}
        faults = [
            f"file {path.name} is not described in {DESCRIPTOR}."
            for path in sorted(data.glob("*.csv"))
            if path.name not in listed
        ]
        faults += [fault for name in chosen or names(data) for fault in _findings(name, data, keys=True)]
        if not faults:
            for name in chosen or names(data):
                load(name, data)  # applies the declared corrections
    except TableError as error:
        return [str(error)]
    return faults


def write_descriptor(package: dict, data: Path = DATA) -> None:
    """Write the data package and forget what was read by the old one."""
    write_atomically(data / DESCRIPTOR, json.dumps(package, indent=2, ensure_ascii=False) + "\n")
    forget()


def refresh_hashes(data: Path = DATA) -> list[str]:
    """Write the hashes of the tables as they are into the data package. Returns the names that changed.

    A table that was changed by hand is no longer the one that was made again from its source.
    """
    package = json.loads(json.dumps(descriptor(data)))
    changed = []
    for entry in package["resources"]:
        path = data / entry["path"]
        if not path.is_file():
            raise TableError(f"table {entry['name']}: file {entry['path']} is missing from {data.name}/.")
        fresh = f"sha256:{sha256(path)}"
        if entry.get("hash") != fresh:
            entry["hash"] = fresh
            for source in entry["sources"]:
                source.pop("checked_on", None)
            changed.append(entry["name"])
    if changed:
        write_descriptor(package, data)
    return changed


def replace(name: str, frame: pd.DataFrame, data: Path = DATA) -> None:
    """Put a frame in the place of a table that the book generates: whole or not at all, with its new hash."""
    write_atomically(data / resource(name, data)["path"], frame.to_csv(index=False, lineterminator="\n"))
    refresh_hashes(data)


def _read(name: str, data: Path) -> pd.DataFrame:
    entry = resource(name, data)
    frame = pd.read_csv(data / entry["path"], dtype=str, keep_default_na=False, encoding="utf-8")
    for field in entry["schema"]["fields"]:
        column = field["name"]
        if field["type"] in _PANDAS_TYPES:
            frame[column] = pd.to_numeric(frame[column].replace("", None)).astype(
                _PANDAS_TYPES[field["type"]]
            )
        elif field["type"] == "boolean":
            frame[column] = frame[column] == "true"
    return frame


def _correct(frame: pd.DataFrame, name: str, data: Path) -> pd.DataFrame:
    """Apply the declared corrections of one table; refuse one whose row or former value is not there."""
    declared = _load(CORRECTIONS, data)
    if (changes := declared[declared.table == name]).empty:
        return frame
    primary = resource(name, data)["schema"]["primaryKey"]
    index = frame[primary].astype(str).agg("; ".join, axis=1) if len(frame) else pd.Series(dtype=str)
    for change in changes.to_dict("records"):
        place = f"table {CORRECTIONS}, table {name}, key {change['key']!r}, field {change['field']}"
        row = index == change["key"]
        if row.sum() != 1 or change["field"] not in frame:
            raise TableError(f"{place}: there is no such row or field to correct.")
        column = frame[change["field"]]
        if str(column[row].item()) != change["was"]:
            raise TableError(
                f"{place}: expected the value {change['was']!r}, found {str(column[row].item())!r}."
            )
        corrected = pd.Series([change["is"]], dtype=str).astype(column.dtype).item()
        frame = frame.assign(**{change["field"]: column.mask(row, corrected)})
    return frame


@remembered
def _load(name: str, data: Path) -> pd.DataFrame:
    for fault in _findings(name, data, keys=False):
        raise TableError(fault)
    frame = _read(name, data)
    return frame if name == CORRECTIONS else _correct(frame, name, data)


def shared(name: str, data: Path = DATA) -> pd.DataFrame:
    """One table as `load` gives it, but the same frame at every call, for functions that change none."""
    _seen.add(name)
    return _load(name, data)


def load(name: str, data: Path = DATA) -> pd.DataFrame:
    """One table, checked (types, constraints, hash), with its declared corrections applied.

    Missing text is "", missing numbers are NaN or NA. Raises TableError naming table, row, field and value.
    """
    return shared(name, data).copy()


def is_shared(frame: pd.DataFrame, name: str) -> bool:
    """Whether a frame is a table of the book as it stands, not a copy or a generated world."""
    return name in _seen and frame is _load(name, DATA)


def loaded() -> list[str]:
    """Names of the tables that this process has read: what a chapter's results rest on."""
    return sorted(_seen)


def forget() -> None:
    """Drop what was read, and what was computed from it, so that changed files are read again."""
    for function in remembering:
        function.cache_clear()
