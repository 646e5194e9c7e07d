"""The tables of data/, checked against datapackage.json before anything is computed from them.

`datapackage.json` is the one place for names, types, units, constraints, sources and licences.
Frictionless does the checking; this module turns what it finds into sentences a person can act on.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Collection, Iterator
from functools import cache
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

_PANDAS_TYPES = {"integer": "Int64", "number": "float64"}
_seen: set[str] = set()


class TableError(ValueError):
    """A table of data/ is missing, unknown or breaks its description. The message names the place."""


def write_atomically(path: Path, text: str) -> None:
    """Write text to path whole or not at all: a temporary file beside it, then a rename."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def descriptor(data: Path = DATA) -> dict:
    """The data package as plain JSON. Raises TableError when it is missing or not JSON."""
    path = data / DESCRIPTOR
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TableError(f"{path.name} is missing from {data.name}/.") from None
    except json.JSONDecodeError as error:
        raise TableError(f"{path.name}, line {error.lineno}: not valid JSON ({error.msg}).") from None


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


@cache
def _package(data: Path) -> frictionless.Package:
    """The data package of Frictionless, which finds the tables that foreign keys lead to."""
    return frictionless.Package.from_descriptor(descriptor(data), basepath=str(data))


def _findings(name: str, data: Path, *, keys: bool) -> Iterator[str]:
    """Faults of one table; foreign keys, which need the other tables too, only when asked for."""
    entry = dict(resource(name, data))
    if not (data / entry["path"]).is_file():
        yield f"table {name}: file {entry['path']} is missing from {data.name}/."
        return
    if keys:
        report = _package(data).get_resource(name).validate()
    else:
        entry["schema"] = {key: value for key, value in entry["schema"].items() if key != "foreignKeys"}
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
    primary = resource(name, data)["schema"]["primaryKey"]
    index = frame[primary].astype(str).agg("; ".join, axis=1) if len(frame) else pd.Series(dtype=str)
    for change in _read(CORRECTIONS, data).query("table == @name").to_dict("records"):
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


@cache
def _load(name: str, data: Path) -> pd.DataFrame:
    for fault in _findings(name, data, keys=False):
        raise TableError(fault)
    frame = _read(name, data)
    return frame if name == CORRECTIONS else _correct(frame, name, data)


def load(name: str, data: Path = DATA) -> pd.DataFrame:
    """One table, checked (types, constraints, hash), with its declared corrections applied.

    Missing text is "", missing numbers are NaN or NA. Raises TableError naming table, row, field and value.
    """
    _seen.add(name)
    return _load(name, data).copy()


def loaded() -> list[str]:
    """Names of the tables that this process has read: what a chapter's results rest on."""
    return sorted(_seen)


def forget() -> None:
    """Drop what was read, so that changed files are read again."""
    for remembered in (descriptor, _package, _load):
        remembered.cache_clear()
