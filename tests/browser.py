"""A browser over the built pages: fixtures that the tests of pages and the audit of them share.

Each page is opened in light and dark colours, as wide as a desktop and as narrow as a phone; what was seen is kept for
the session, so that many tests share one visit.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sphinx_external_toc.parsing import parse_toc_yaml

from ladders.page import numbers, receipts
from tests.conftest import ROOT, missing

CHAPTERS = [f"{document}.html" for document in parse_toc_yaml(ROOT / "_toc.yml")]
RECEIPTS = [*map(receipts.page_of, (path.stem for path in numbers.chapters())), receipts.VERDICTS]
# Pages of receipts are written by one template: those of one chapter and those of the verdicts stand for all.
PAGES = [*CHAPTERS, RECEIPTS[1], RECEIPTS[-1], "search.html", "404.html"]

WIDTHS = {"desktop": 1280, "phone": 360}  # CSS pixels; 360 is the narrowest common phone
HEIGHT = 800
SHORTEST_ALT = 30  # characters; "Bar chart of fees" tells nobody what is to be seen
MODES = ("light", "dark")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",  # containers seldom allow Chromium's own sandbox, and these pages are ours
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Visit:
    """What one look at one page showed."""

    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    violations: str = ""
    overflow: int = 0  # pixels by which the page is wider than the window
    headings: list[int] = field(default_factory=list)  # levels of the visible ones, in order


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a line of log per request."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class QuietServer(ThreadingHTTPServer):
    """Closes without a trace what a closed tab no longer waits for."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: what a page misses shows in the browser."""


@pytest.fixture(scope="session")
def address(html: Path) -> Iterator[str]:
    """Address of a server over the built pages, without the slash at its end."""
    server = QuietServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(html)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium with a fresh profile."""
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        missing("chromium", "on Debian or Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """One context per pair of colour mode and width."""
    opened = {
        (mode, width): browser.new_context(
            color_scheme=mode, viewport={"width": pixels, "height": HEIGHT}, reduced_motion="reduce"
        )
        for mode in MODES
        for width, pixels in WIDTHS.items()
    }
    for context in opened.values():
        # A page that tries to ask another host fails its test; the host is not asked all the same.
        context.route(is_foreign, lambda route: route.abort())
    yield opened
    for context in opened.values():
        context.close()


@pytest.fixture
def tab(contexts: dict[tuple[str, str], BrowserContext]) -> Iterator[Page]:
    """An empty tab, light and as wide as a desktop."""
    page = contexts["light", "desktop"].new_page()
    yield page
    page.close()


@pytest.fixture(scope="session")
def visit(address: str, contexts: dict[tuple[str, str], BrowserContext]) -> Callable[[str, str, str], Visit]:
    """Function (page, mode, width) -> Visit; a second call returns the first one's findings."""
    seen: dict[tuple[str, str, str], Visit] = {}
    axe = Axe()

    def look(name: str, mode: str, width: str) -> Visit:
        key = (name, mode, width)
        if key not in seen:
            seen[key] = found = Visit()
            page = contexts[mode, width].new_page()
            page.on("request", lambda request: found.requests.append(request.url))
            page.on("requestfailed", lambda request: found.failures.append(request.url))
            page.on("pageerror", lambda error: found.failures.append(str(error)))
            page.on("response", lambda answer: answer.ok or found.failures.append(answer.url))
            page.goto(f"{address}/{name}", wait_until="load")
            found.overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found.headings = page.evaluate(
                """[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
                   .filter((heading) => heading.checkVisibility()).map((heading) => +heading.tagName[1])"""
            )
            # What axe itself loads, to read the style sheets, is no part of the page.
            loaded, failed = list(found.requests), list(found.failures)
            result = axe.run(
                page, options={"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
            )
            found.violations = result.generate_report() if result.violations_count else ""
            found.requests, found.failures = loaded, failed
            page.close()
        return seen[key]

    return look


def is_foreign(url: str) -> bool:
    """Whether loading `url` would ask another host."""
    parts = urlsplit(url)
    return bool(parts.netloc) and parts.hostname != "127.0.0.1"


def weight(html: Path, found: Visit) -> int:
    """Bytes of a page and of all it loads, uncompressed."""
    paths = {unquote(urlsplit(url).path).lstrip("/") for url in found.requests}
    return sum((html / path).stat().st_size for path in paths if (html / path).is_file())


def soup(html: Path, name: str) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup((html / name).read_text(encoding="utf-8"), "html.parser")


def is_text(html: Path, name: str) -> bool:
    """Whether a page has neither figures nor sortable tables."""
    return not soup(html, name).select("article img, article table.sortable")


def is_prose(alt: str) -> bool:
    """Whether an alternative text tells what is to be seen, as far as a program can know."""
    alt = alt.strip()
    named = re.search(r"\.(svg|png|pdf|jpe?g|webp)\b", alt)
    return len(alt) >= SHORTEST_ALT and " " in alt and not named
