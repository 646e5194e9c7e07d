"""What an extractor sees of an upstream: files of one commit of a local clone, read as git objects.

Nothing of the clone is run or obeyed: no checkout, no hook, no filter, no attribute, no configuration, no borrowed
objects. Every object read is held against its own name, so that a right commit proves the files under it. A loose
object over MOST_BYTES is refused before it is unpacked, a packed one before it is parsed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from stat import S_ISDIR, S_ISREG

import pandas as pd
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Commit, ShaFile, Tree
from dulwich.refs import DiskRefsContainer

from ladders import tables

MOST_BYTES = 64 * 1024 * 1024
"""No file of an upstream that a table needs is larger; one that is, is an accident or an attack."""

_KINDS = {1: b"commit", 2: b"tree", 3: b"blob", 4: b"tag"}


class SourceError(ValueError):
    """An upstream that cannot be read as its extractor expects. The message names table, repository, commit, file."""


def printable(text: str) -> str:
    """A text of an upstream as one may show it: without characters that steer a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def source_of(table: str, data: Path = tables.DATA) -> dict:
    """The entry of `sources` from which the table is made: its only one with a repository and a commit."""
    found = [source for source in tables.resource(table, data)["sources"] if "commit" in source]
    if len(found) != 1:
        raise SourceError(
            f"table {table}: {len(found)} of its sources have a commit; an extractor needs exactly one."
        )
    return found[0]


@dataclass(frozen=True)
class Source:
    """One upstream of one table: a local clone (bare or not) at a revision, "" for the commit of the description."""

    table: str
    clone: Path
    data: Path = tables.DATA
    revision: str = ""

    @cached_property
    def described(self) -> dict:
        """The source's entry in the data package: path, file, commit, as_of, licence."""
        return source_of(self.table, self.data)

    def fault(self, what: str, file: str = "", line: int | None = None) -> SourceError:
        """An error that names table, repository, commit, file and line."""
        commit = self.__dict__.get("commit") or self.revision or self.described["commit"]
        place = [f"table {self.table}", self.described["path"], f"commit {commit[:12]}"]
        place += [f"file {file}"] if file else []
        place += [f"line {line}"] if line else []
        return SourceError(printable(f"{', '.join(place)}: {what}."))

    @cached_property
    def _git(self) -> Path:
        """The folder that holds git's objects: the clone itself when it is bare, else its .git."""
        for folder in (self.clone, self.clone / ".git"):
            if (folder / "objects").is_dir():
                if (folder / "objects" / "info" / "alternates").exists():
                    raise self.fault("the clone borrows objects from another; clone it whole")
                return folder
        raise self.fault(f"{self.clone} is not a git repository")

    @cached_property
    def _store(self) -> DiskObjectStore:
        return DiskObjectStore(str(self._git / "objects"), loose_object_size_limit=MOST_BYTES)

    def _object(self, name: bytes, file: str = "") -> ShaFile:
        """One object by its full name, checked against that name."""
        try:
            kind, raw = self._store.get_raw(name)
        except KeyError:
            raise self.fault(f"object {name.decode()} is missing from the clone", file) from None
        except Exception as error:  # a damaged or hostile clone may fail in any way; none of them is ours
            raise self.fault(f"object {name.decode()} cannot be read ({error})", file) from error
        if len(raw) > MOST_BYTES:
            raise self.fault(f"{len(raw):,d} bytes are more than the {MOST_BYTES:,d} allowed", file)
        if hashlib.sha1(b"%s %d\x00" % (_KINDS[kind], len(raw)) + raw).hexdigest().encode() != name:
            raise self.fault(f"object {name.decode()} is not what its name says", file)
        return ShaFile.from_raw_string(kind, raw)

    def _resolve(self) -> bytes:
        """Full name of the object that the revision stands for: a (shortened) hash, or a branch, tag or HEAD.

        The commit of the description is looked up by its hash alone: a branch of that name would not be it.
        """
        wanted = self.revision or self.described["commit"]
        if re.fullmatch(r"[0-9a-f]{4,40}", wanted):
            found = set(self._store.iter_prefix(wanted.encode()))
            if len(found) == 1:
                return found.pop()
            if found:
                raise self.fault(f"{wanted} is short for {len(found)} objects; give more of it")
        refs = DiskRefsContainer(str(self._git))
        for folder in ("", "refs/heads/", "refs/tags/", "refs/remotes/") if self.revision else ():
            try:
                return refs[f"{folder}{wanted}".encode()]
            except (KeyError, ValueError, OSError):
                continue
        if next(iter(self._store), None) is None:
            raise self.fault("the clone's history is empty")
        raise self.fault(f"the clone has no commit {wanted}; fetch it")

    @cached_property
    def _head(self) -> Commit:
        found = self._object(self._resolve())
        if found.type_name == b"tag":
            found = self._object(found.object[1])
        if not isinstance(found, Commit):
            raise self.fault(f"{self.revision} is a {found.type_name.decode()}, not a commit")
        return found

    @cached_property
    def commit(self) -> str:
        """Full hash of the commit."""
        return self._head.id.decode()

    @property
    def date(self) -> str:
        """Day of the commit (ISO, UTC)."""
        return datetime.fromtimestamp(self._head.commit_time, UTC).date().isoformat()

    def _entries(self, name: bytes, prefix: str = "") -> Iterator[tuple[str, int, bytes]]:
        """(path, mode, name) of everything under a tree; links and submodules are listed, never followed."""
        tree = self._object(name)
        if not isinstance(tree, Tree):
            raise self.fault(f"{name.decode()} is not a tree")
        for entry in tree.iteritems():
            path = prefix + entry.path.decode("utf-8", "replace")
            if S_ISDIR(entry.mode):
                yield from self._entries(entry.sha, f"{path}/")
            else:
                yield path, entry.mode, entry.sha

    @cached_property
    def _paths(self) -> dict[str, tuple[int, bytes]]:
        return {path: (mode, name) for path, mode, name in self._entries(self._head.tree)}

    @cached_property
    def files(self) -> list[str]:
        """Paths that `file` of the description names, in its order; a pattern with * gives its paths sorted."""
        found = []
        for pattern in self.described["file"].split(", "):
            matching = sorted(path for path in self._paths if fnmatchcase(path, pattern))
            if not matching:
                raise self.fault("no such file at this commit; was it renamed?", pattern)
            found += matching
        return found

    def text(self, file: str) -> str:
        """A file's text. A link, a submodule and text that is not UTF-8 are refused."""
        mode, name = self._paths[file]
        if not S_ISREG(mode):
            raise self.fault("a link or a submodule stands where a file is expected", file)
        try:
            return self._object(name, file).as_raw_string().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.fault(f"not UTF-8 ({error.reason} at byte {error.start})", file) from None

    def json(self, file: str) -> dict:
        """A file that holds one JSON object."""
        try:
            value = json.loads(self.text(file))
        except json.JSONDecodeError as error:
            raise self.fault(f"not JSON ({error.msg})", file, error.lineno) from None
        except RecursionError:
            raise self.fault("JSON nested too deeply", file) from None
        if not isinstance(value, dict):
            raise self.fault("not a JSON object", file)
        return value

    def rows(
        self, file: str, columns: Sequence[str], wanted: Collection[str] | None = None
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, row) of a CSV file whose header must hold `columns` and no other.

        wanted: first cells of the rows to read; the others may be malformed, nothing rests on them.
        """
        reader = csv.reader(io.StringIO(self.text(file), newline=""), strict=True)
        try:
            header = next(reader, [])
            self._same_columns(file, header, columns)
            for cells in reader:
                if wanted is not None and cells and cells[0] not in wanted:
                    continue
                if len(cells) != len(header):
                    raise self.fault(f"{len(cells)} cells in a row of {len(header)}", file, reader.line_num)
                yield reader.line_num, dict(zip(header, cells, strict=True))
        except csv.Error as error:
            raise self.fault(f"not CSV ({error})", file, reader.line_num) from None

    def _same_columns(self, file: str, header: Sequence[str], columns: Sequence[str]) -> None:
        """Refuse a header with columns that are gone, or that came and may change what the others mean."""
        faults = [f"column {name!r} is gone" for name in columns if name not in header]
        faults += [f"column {name!r} is new" for name in header if name not in columns]
        if faults:
            raise self.fault("; ".join(faults), file, 1)

    def number(self, value: object, file: str, line: int | None = None) -> float:
        """A finite number of the upstream, or an error that shows what stands there instead."""
        try:
            found = float(value)
        except (TypeError, ValueError):
            found = math.nan
        if not math.isfinite(found):
            raise self.fault(f"{value!r} is not a number", file, line)
        return found

    def other(self, table: str) -> pd.DataFrame:
        """Another table of data/ that says what to take from the upstream."""
        return tables.load(table, self.data)
