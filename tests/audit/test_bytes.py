"""Same bytes: two fresh clones of the last commit, at other places and times, give the same book.

What differs between them: directory, time zone, locale, hash seed, the clock of every Python process (by four years)
and, for the pages, SOURCE_DATE_EPOCH; and Python speaks to no other machine in the second one. The typesetter's clock is not shifted: it prints no time but that of the epoch.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PDF_TOOLS, ROOT, build, need, run_in

ANOTHER_CLOCK = """\
import ctypes, datetime, gc, socket, time

SHIFT = datetime.timedelta(days=1461, hours=7, minutes=11)
seconds, now, utcnow, written = time.time, datetime.datetime.now, datetime.datetime.utcnow, time.strftime


def later(clock):
    return lambda moment=None: clock(time.time() if moment is None else moment)


time.time = lambda: seconds() + SHIFT.total_seconds()  # date.today() and datetime.today() ask it
time.time_ns = lambda: int(time.time() * 1e9)
time.localtime, time.gmtime = later(time.localtime), later(time.gmtime)
time.strftime = lambda form, moment=None: written(form, moment or time.localtime())
# Compiled modules refuse another class in the place of datetime, so its own methods are exchanged.
methods = gc.get_referents(datetime.datetime.__dict__)[0]
methods["now"] = classmethod(lambda cls, tz=None: now(tz) + SHIFT)
methods["utcnow"] = classmethod(lambda cls: utcnow() + SHIFT)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))
connect = socket.socket.connect


def connect_here(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"the network is cut, and {address[0]} was asked")
    return connect(self, address)


socket.socket.connect = connect_here
"""


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two fresh clones of the last commit; what is not committed is in neither."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone; clone the repository to run this test")
    home = tmp_path_factory.mktemp("clones")
    here, there = home / "here", home / "elsewhere" / "under" / "another name"
    for target in (here, there):
        subprocess.run(["git", "clone", "--quiet", ROOT, target], check=True)
    return here, there


@pytest.fixture(scope="module")
def shaken(tmp_path_factory: pytest.TempPathFactory, clones: tuple[Path, Path]) -> dict[str, str]:
    """Environment of the second clone: another clock, zone, locale and hash seed, and no network."""
    clock = tmp_path_factory.mktemp("clock")
    (clock / "sitecustomize.py").write_text(ANOTHER_CLOCK, encoding="utf-8")
    return {
        "PYTHONPATH": f"{clones[1]}:{clock}", "TZ": "Pacific/Auckland", "LC_ALL": "POSIX", "LANG": "de_DE.UTF-8",
        "PYTHONHASHSEED": "42", "PYTHONUTF8": "1",
    }  # fmt: skip


def difference(first: Path, second: Path) -> str:
    """The first file, and byte of it, in which two folders differ; "" when they are the same."""
    names = {
        path.relative_to(folder) for folder in (first, second) for path in folder.rglob("*") if path.is_file()
    }
    for name in sorted(names):
        if not ((first / name).is_file() and (second / name).is_file()):
            return f"{name} is in one build alone"
        one, other = (first / name).read_bytes(), (second / name).read_bytes()
        if one != other:
            pairs = enumerate(zip(one, other, strict=False))
            at = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
            return f"{name} differs from byte {at}: {one[at : at + 60]!r}, {other[at : at + 60]!r}"
    return ""


def test_the_other_clock_runs_ahead(clones: tuple[Path, Path], shaken: dict[str, str]):
    """Or the comparison of bytes would say nothing of the clock."""
    show = "import datetime, time; print(datetime.date.today().year, datetime.datetime.now().year, time.strftime('%Y'))"
    years = [
        subprocess.run(
            [sys.executable, "-c", show], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for environment in ({}, shaken)
    ]
    assert [int(late) - int(now) for now, late in zip(*years, strict=True)] == [4, 4, 4]


def test_pages_are_the_same_bytes(
    clones: tuple[Path, Path], shaken: dict[str, str], tmp_path: Path, record: Callable
):
    for name, clone, environment in (
        ("here", clones[0], {}),
        ("there", clones[1], shaken | {"SOURCE_DATE_EPOCH": "1000000000"}),
    ):
        result = build(clone, tmp_path / name, **environment)
        assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
    first, second = (tmp_path / name / "_build" / "html" for name in ("here", "there"))
    assert difference(first, second) == ""
    files = [path for path in first.rglob("*") if path.is_file()]
    record("files of the pages compared", len(files), "files")
    record("bytes of the pages compared", sum(path.stat().st_size for path in files), "bytes")
    record("files of the pages that differ", 0, "files")


def test_print_is_the_same_bytes(
    clones: tuple[Path, Path], shaken: dict[str, str], tmp_path: Path, record: Callable
):
    need(*PDF_TOOLS)
    for name, clone, environment in (("here", clones[0], {}), ("there", clones[1], shaken)):
        result = build(clone, tmp_path / name, "--builder", "pdflatex", **environment)
        assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
        book = tmp_path / name / "_build" / "latex" / "two-ladders.pdf"
        (tmp_path / name / "book").mkdir()
        book.rename(tmp_path / name / "book" / book.name)
    assert difference(tmp_path / "here" / "book", tmp_path / "there" / "book") == ""
    record("bytes of the PDF compared", next((tmp_path / "here" / "book").iterdir()).stat().st_size, "bytes")
    record("bytes of the PDF that differ", 0, "bytes")


def test_re_execution_changes_no_tracked_file(
    clones: tuple[Path, Path], shaken: dict[str, str], record: Callable
):
    result = run_in(clones[1], "ladders", "notebooks", "--all", **shaken)
    assert result.returncode == 0, result.stderr
    status = ["git", "-C", clones[1], "status", "--porcelain"]
    changed = subprocess.run(status, capture_output=True, text=True, check=True).stdout.splitlines()
    assert changed == [], difference(clones[0] / "chapters", clones[1] / "chapters")
    record("notebooks executed anew", len(list((clones[1] / "chapters").glob("*.ipynb"))), "notebooks")
    record("tracked files changed by it", 0, "files")
