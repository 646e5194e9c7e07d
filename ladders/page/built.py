"""Is the built book still what its inputs give? python -I ladders/page/built.py; --seal declares that it is.

The seal is the SHA-256 of every file of the project, but for tests and what lies hidden, and of every file of the
built pages: contents, not times, so that a flipped verdict, a lost page and a moved file all break it. `make book`
runs this file by itself (-I), on the standard library alone: the answer comes before the package could be imported.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path("_build") / "html"
SEAL = Path("_build") / "html.sha256"


def _files(root: Path) -> Iterator[Path]:
    """What the pages may depend on, and the pages."""
    for folder, below, names in os.walk(root):
        here = Path(folder)
        below[:] = [name for name in below if not name.startswith((".", "_"))]
        if here == root:
            below[:] = [name for name in below if name != "tests"]
        yield from (here / name for name in names if not name.startswith("."))
    yield from (path for path in (root / PAGES).rglob("*") if path.is_file())


def fingerprint(root: Path = ROOT) -> str:
    """One hash of all names and contents, of inputs and of built pages."""
    whole = hashlib.sha256()
    for path in sorted(_files(root)):
        whole.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def current(root: Path = ROOT) -> bool:
    """Whether nothing changed since the last build that ended well."""
    file = root / SEAL
    return file.is_file() and file.read_text(encoding="utf-8") == fingerprint(root)


def seal(root: Path = ROOT) -> None:
    """Declare that the pages are what the inputs give: after a build that ended well."""
    (root / SEAL).write_text(fingerprint(root), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["--seal"]:
        seal()
    else:
        sys.exit(not current())
