"""Make a table again from a clone of its upstream, say what differs, and write it: whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ladders import tables
from ladders.sources import coinmarketcap, defihacklabs, epoch, explorers, growthepie, livebench, weirdml
from ladders.sources.clone import Source, SourceError, printable, source_of

EXTRACTORS: dict[str, Callable[[Source], list[dict[str, str]]]] = {
    "livebench_gains": livebench.livebench_gains,
    "model_releases": weirdml.model_releases,
    "chain_events": growthepie.chain_events,
    "crypto_market": coinmarketcap.crypto_market,
    "gas_prices": explorers.gas_prices,
    "incidents": defihacklabs.incidents,
    "notable_models": epoch.notable_models,
    "capability_compute": epoch.capability_compute,
}
"""Table -> what makes its rows, in the table's order, every value as the file writes it."""

Row = dict[str, str]


@dataclass(frozen=True)
class Made:
    """A table as its upstream gives it: the file's text, and where it was read."""

    table: str
    text: str
    commit: str
    as_of: str
    data: Path

    @property
    def is_as_stored(self) -> bool:
        """Does the file of data/ hold the same bytes?"""
        return self.text.encode() == _file(self.table, self.data).read_bytes()


def _file(table: str, data: Path) -> Path:
    return data / tables.resource(table, data)["path"]


def make(table: str, clone: Path, revision: str = "", data: Path = tables.DATA) -> Made:
    """The table as the clone has it at a revision ("": the commit of its description). Writes nothing.

    as_of is the day of the commit when a revision is given, else what the description says.
    Raises SourceError when there is no extractor, or for anything in the clone that it does not expect.
    """
    if table not in EXTRACTORS:
        raise SourceError(f"table {table}: there is no extractor; there are {', '.join(EXTRACTORS)}.")
    source = Source(table, clone, data, revision)
    try:
        rows = EXTRACTORS[table](source)
        as_of = source.date if revision else source.described["as_of"]
    except (SourceError, tables.TableError):
        raise
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        what = f"the files are not of the form that the extractor knows ({type(error).__name__}: {error})"
        raise source.fault(what) from error
    if not rows:
        raise source.fault("no row came out")
    fields = [field["name"] for field in tables.resource(table, data)["schema"]["fields"]]
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, fields, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    made = Made(table, stream.getvalue(), source.commit, as_of, data)
    with staged(made) as copy:
        near = [name for name in tables.names(copy) if table in _leads_to(name, copy)]
        if faults := tables.validate(copy, [table, *near]):
            raise source.fault(f"what came out is not as described: {' '.join(faults)[:2000].rstrip('.')}")
    return made


def _leads_to(name: str, data: Path) -> set[str]:
    """Tables to which the foreign keys of a table lead."""
    keys = tables.resource(name, data)["schema"].get("foreignKeys", [])
    return {key["reference"]["resource"] for key in keys}


def _put(made: Made, data: Path, today: date) -> None:
    """Put a table and its new hash, commit and dates in their places; after a failure both files are as before."""
    package = json.loads((data / tables.DESCRIPTOR).read_text(encoding="utf-8"))
    (entry,) = [entry for entry in package["resources"] if entry["name"] == made.table]
    (source,) = [source for source in entry["sources"] if "commit" in source]
    path = data / entry["path"]
    before = path.read_bytes().decode()
    tables.write_atomically(path, made.text)
    try:
        entry["hash"] = f"sha256:{tables.sha256(path)}"
        source.update(commit=made.commit, as_of=made.as_of, checked_on=today.isoformat())
        tables.write_descriptor(package, data)
    except BaseException:
        tables.write_atomically(path, before)
        raise


@contextmanager
def staged(made: Made) -> Iterator[Path]:
    """A copy of data/ with the table in its place, to be tried before anything is written."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(made.data, Path(folder) / "data"))
        _put(made, copy, date.today())
        yield copy
    tables.forget()


def write(made: Made, today: date) -> None:
    """Write the table, its hash, commit and as_of, and that it was made from its source today."""
    _put(made, made.data, today)


def _rows(text: str, key: list[str]) -> dict[str, Row]:
    return {
        "; ".join(row[name] for name in key): row for row in csv.DictReader(io.StringIO(text, newline=""))
    }


def differences(made: Made) -> tuple[str, list[str]]:
    """What differs between the stored table and the one made: a sentence with counts, and a line for each.

    Rows are matched by key. Lines: "+ key: field value, …", "- key", "~ key: field was -> is".
    """
    key = tables.resource(made.table, made.data)["schema"]["primaryKey"]
    was, now = _rows(_file(made.table, made.data).read_text(encoding="utf-8"), key), _rows(made.text, key)
    new = [
        f"+ {name}: {', '.join(f'{field} {value}' for field, value in row.items() if field not in key)}"
        for name, row in now.items()
        if name not in was
    ]
    gone = [f"- {name}" for name in was if name not in now]
    changed = [
        f"~ {name}: {field} {was[name].get(field)} -> {value}"
        for name, row in now.items()
        if name in was
        for field, value in row.items()
        if was[name].get(field) != value
    ]
    place = f"table {made.table}, commit {made.commit[:12]}"
    if new or gone or changed:
        counts = f"{len(new)} rows new, {len(gone)} gone, {len(changed)} values changed"
        return f"{place}: {counts}.", [printable(line) for line in (*new, *gone, *changed)]
    if made.is_as_stored:
        return f"{place}: as stored, {len(now)} rows.", []
    return f"{place}: the same rows, in another order or another form.", []


def listing(data: Path = tables.DATA) -> list[str]:
    """Two lines for each table that can be made again: where it comes from, and when that was last done."""
    lines = []
    for table in EXTRACTORS:
        source = source_of(table, data)
        when = f"made again on {source['checked_on']}" if "checked_on" in source else "unchecked"
        lines += [
            f"{table}  {source['path']}  {source['commit'][:12]}  as of {source['as_of']}  {when}",
            f"    licence: {source['licence']}",
        ]
    return lines
