"""Hostile text in the tables: refused by name, or shown as the text that it is; nothing in it runs, loads or typesets."""

from __future__ import annotations

import csv
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ladders import tables
from tests.audit.test_sensitivity import rows_of, text_of
from tests.browser import QuietHandler, QuietServer, is_foreign
from tests.conftest import build, copy_project, run_in

REFUSED = {
    "a formula": "=cmd|'/c calc'!A1",
    "a formula with plus": "+1+cmd|'/c calc'!A1",
    "a formula with at": "@SUM(1+1)",
    "a formula with minus": "-cmd|'/c calc'!A1",
    "a formula after a tab": "\t=1+1",
    "NUL": "a\0b",
    "a bell": "a\ab",
    "an escape": "a\x1b[31mb",
    "a carriage return": "a\rb",
    "right to left": "gnp.\N{RIGHT-TO-LEFT OVERRIDE}exe",
    "an isolate": "a\N{RIGHT-TO-LEFT ISOLATE}b",
    "a zero-width space": "a\N{ZERO WIDTH SPACE}b",
    "a line separator": "a\N{LINE SEPARATOR}b",
}

SHOWN = [
    "<script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "<a href='javascript:window.harmed = 1'>here</a>",
    "</td></tr></table><h1>Out</h1>",
    "<!-- gone -->",
    "&lt;b&gt; &amp; &#60;",
    "{n}`36.4 <livebench.logic_gain>`",
    "{eval-rst}`x`",
    "```{raw} html\n<script>window.harmed = 1</script>\n```",
    "~~~{include} ../LICENSE\n~~~",
    "* - a cell\n  - more",
    "[here](javascript:window.harmed=1) ![there](https://example.org/x.png) <https://example.org>",
    "`tick` ``ticks`` | pipe | {{ substitution }} [^note] % remark",
    "\\input{/etc/passwd} \\write18{ls} \\end{document} \\catcode`\\%=12",
    "$\\frac{1}{$ $$x$$ \\(y\\) ^_~#&%{}",
    "# head\n---\n1. one",
    "'; DROP TABLE claims; --",
    "W" * 10_000,
    "a word and another " * 500,
]

MARK = "hostile"
LONGEST = 20_000
CELLS = {
    "claims": "claim",
    "judgements": "reason",
    "conflicts": "summary",
    "texts": "note",
    "systems": "name",
    "challenges": "name",
}
"""Table -> a text of it that pages or diagrams show."""


TYPOGRAPHY = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "--", "—": "---", "…": "..."}


def plain(text: str) -> str:
    """Text without differences of blank space, and with the quotes and dashes that the page has made typographic."""
    return " ".join("".join(TYPOGRAPHY.get(letter, letter) for letter in text).split())


def poison(root: Path) -> list[str]:
    """Put every text into cells that pages show and into the description of a table; returns what pages must show."""
    expected = [f"{MARK} {number}: {text} :{number}" for number, text in enumerate(SHOWN)]
    for name, field in CELLS.items():
        path = root / "data" / f"{name}.csv"
        rows = rows_of(path)
        fields = {entry["name"]: entry for entry in tables.resource(name)["schema"]["fields"]}
        limit = fields[field].get("constraints", {}).get("maxLength", LONGEST)
        texts = expected if name != "texts" else reversed(expected)  # few rows, for the long ones
        for row, text in zip(rows, [text for text in texts if len(text) <= limit], strict=False):
            row[field] = text
        tables.write_atomically(path, text_of(rows))
    path = root / "data" / tables.DESCRIPTOR
    package = json.loads(path.read_text(encoding="utf-8"))
    for entry, text in zip(package["resources"], expected, strict=False):
        entry["title"], entry["description"] = text, text
        entry["sources"][0]["title"] = text
        entry["schema"]["fields"][0]["description"] = text
    path.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return expected


@pytest.mark.parametrize("kind", REFUSED)
def test_text_that_hides_or_computes_is_refused_by_place(data: Path, kind: str):
    rows = rows_of(data / "systems.csv")
    rows[2]["name"] = REFUSED[kind]
    tables.write_atomically(data / "systems.csv", text_of(rows))
    tables.refresh_hashes(data)
    faults = tables.validate(data, ["systems"])
    place = (
        r"table systems, row \d+: a line ends"
        if "\r" in REFUSED[kind]
        else r"table systems, row 4, field name, value ['\"]"
    )
    assert len(faults) == 1
    assert re.match(place, faults[0]), faults


def test_no_table_that_we_ship_starts_a_cell_like_a_formula(record: Callable):
    cells = 0
    for name in tables.names():
        with (tables.DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                cells += len(row)
                assert not [cell for cell in row if re.match(r"[=+@\t\r]|-(?![\d.])", cell)], (name, row)
    record("cells that no spreadsheet takes for a formula", cells, "cells")


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A copy of the project with hostile tables, its chapters that show them re-executed."""
    root = copy_project(tmp_path_factory.mktemp("hostile") / "project")
    expected = poison(root)
    accepted = run_in(root, "ladders", "validate", "--refresh-hashes")
    assert accepted.returncode == 0, accepted.stderr
    executed = run_in(root, "ladders", "notebooks", "01_sources", "08_landscape", "13_ledger")
    assert executed.returncode == 0, executed.stderr[-3000:]
    return root, expected


@pytest.fixture(scope="module")
def pages(poisoned: tuple, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The HTML book of the hostile tables and the address of a server over it."""
    out = tmp_path_factory.mktemp("pages")
    result = build(poisoned[0], out)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    html = out / "_build" / "html"
    server = QuietServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield html, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_hostile_text_is_shown_and_does_nothing(
    poisoned: tuple, pages: tuple, browser: Browser, record: Callable
):
    troubles, seen, address = [], "", pages[1]
    for name in (
        "chapters/01_sources",
        "chapters/08_landscape",
        "chapters/13_ledger",
        "chapters/data_dictionary",
    ):
        for width in (1280, 360):
            page = browser.new_page(viewport={"width": width, "height": 800})
            page.on("dialog", lambda dialog, name=name: troubles.append(f"{name}: dialog {dialog.message}"))
            page.on(
                "request",
                lambda request, name=name: (
                    is_foreign(request.url) and troubles.append(f"{name}: {request.url}")
                ),
            )
            page.on(
                "requestfailed", lambda request, name=name: troubles.append(f"{name}: failed {request.url}")
            )
            page.on("pageerror", lambda error, name=name: troubles.append(f"{name}: {error}"))
            page.goto(f"{address}/{name}.html", wait_until="load")
            if page.evaluate("'harmed' in window"):
                troubles.append(f"{name}: a script ran")
            if page.evaluate(
                "document.querySelectorAll('article [href^=\"javascript:\" i], article [onerror]').length"
            ):
                troubles.append(f"{name}: a link or picture that runs")
            if (over := page.evaluate("document.documentElement.scrollWidth - window.innerWidth")) > 0:
                troubles.append(f"{name}: {over} pixels wider than a window of {width}")
            seen += plain(page.evaluate("document.querySelector('article').textContent"))
            page.close()
    assert not troubles
    for text in poisoned[1]:
        assert plain(text) in seen, text[:80]
    record("hostile texts shown as text", len(poisoned[1]), "texts")
    record("hostile texts refused by place", len(REFUSED), "texts")


def test_hostile_text_typesets_as_text(poisoned: tuple, tmp_path: Path):
    """The source for print holds no command that a table has brought; typesetting it is proved of the book itself."""
    result = build(poisoned[0], tmp_path, "--builder", "latex")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    source = (tmp_path / "_build" / "latex" / "two-ladders.tex").read_text(encoding="utf-8")
    assert MARK in source
    for command in (r"\input{/etc", r"\write18", r"\catcode`\%=12", "$x$", r"$\frac"):
        assert command not in source, command
    assert source.count(r"\end{document}") == 1
    assert source.rstrip().endswith(r"\end{document}")
