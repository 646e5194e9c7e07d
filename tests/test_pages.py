"""The built pages, as a browser shows them: no other host, light, readable by everybody.

Each page is opened in light and dark colours, as wide as a desktop and as narrow as a phone; what
was seen is kept for the session, so that many tests share one visit.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sphinx_external_toc.parsing import parse_toc_yaml

from tests.conftest import ROOT, missing

PAGES = [f"{document}.html" for document in parse_toc_yaml(ROOT / "_toc.yml")] + ["search.html", "404.html"]
CHAPTERS = PAGES[:-2]

WIDTHS = {"desktop": 1280, "phone": 360}  # CSS pixels; 360 is the narrowest common phone
HEIGHT = 800
MODES = ("light", "dark")
TEXT_PAGE_BYTES = 900_000  # a page without figures and sortable tables, and all it loads, uncompressed
ANY_PAGE_BYTES = 2_000_000
SHORTEST_ALT = 30  # characters; "Bar chart of fees" tells nobody what is to be seen
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


def soup(html: Path, name: str) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup((html / name).read_text(encoding="utf-8"), "html.parser")


def is_foreign(url: str) -> bool:
    """Whether loading `url` would ask another host."""
    parts = urlsplit(url)
    return bool(parts.netloc) and parts.hostname != "127.0.0.1"


def test_pages_are_those_of_the_contents(html: Path) -> None:
    built = {path.relative_to(html).as_posix() for path in html.rglob("*.html")}
    assert built == set(PAGES)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_no_accessibility_violation(
    visit: Callable[[str, str, str], Visit], name: str, mode: str, width: str
) -> None:
    assert not visit(name, mode, width).violations


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_another_host(visit: Callable[[str, str, str], Visit], name: str) -> None:
    found = visit(name, "light", "desktop")
    assert not [url for url in found.requests if is_foreign(url)]
    assert not found.failures


@pytest.mark.parametrize("name", PAGES)
def test_no_resource_names_another_host(html: Path, name: str) -> None:
    page = soup(html, name)
    loaded = [tag.get("src") or tag.get("data") or "" for tag in page.select("[src], object[data]")]
    loaded += [tag["href"] for tag in page.select("link[href]") if "canonical" not in tag.get("rel", [])]
    assert not [url for url in loaded if is_foreign(url)]


def test_no_style_sheet_names_another_host(html: Path) -> None:
    target = re.compile(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""")
    found = {
        f"{sheet.name}: {url}"
        for sheet in html.rglob("*.css")
        for url in target.findall(sheet.read_text(encoding="utf-8"))
        if is_foreign(url)
    }
    assert not found


@pytest.mark.parametrize("name", PAGES)
def test_page_is_light(html: Path, visit: Callable[[str, str, str], Visit], name: str) -> None:
    paths = {unquote(urlsplit(url).path).lstrip("/") for url in visit(name, "light", "desktop").requests}
    weight = sum((html / path).stat().st_size for path in paths if (html / path).is_file())
    page = soup(html, name)
    is_text = not page.select("article img, article table.sortable")
    assert weight <= (TEXT_PAGE_BYTES if is_text else ANY_PAGE_BYTES)


@pytest.mark.parametrize("name", PAGES)
def test_page_does_not_scroll_sideways_on_a_phone(visit: Callable[[str, str, str], Visit], name: str) -> None:
    assert visit(name, "light", "phone").overflow <= 0


@pytest.mark.parametrize("name", PAGES)
def test_headings_are_in_order(visit: Callable[[str, str, str], Visit], name: str) -> None:
    levels = visit(name, "light", "desktop").headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", CHAPTERS)
def test_alternative_texts_are_prose(html: Path, name: str) -> None:
    for image in soup(html, name).select("article img"):
        alt = image.get("alt", "").strip()
        figure = image.find_parent("figure")
        caption = figure.select_one(".caption-text") if figure else None
        assert len(alt) >= SHORTEST_ALT, f"{image['src']}: alternative text too short: {alt!r}"
        assert " " in alt, f"{image['src']}: alternative text is no sentence: {alt!r}"
        assert not re.search(r"\.(svg|png|pdf|jpe?g|webp)\b", alt), f"{image['src']}: a file name: {alt!r}"
        if caption:
            assert alt != caption.get_text().strip(), f"{image['src']}: alternative text repeats the caption"


def test_titles_and_language(html: Path) -> None:
    pages = {name: soup(html, name) for name in PAGES}
    assert all(page.html.get("lang") == "en" for page in pages.values())
    titles = [page.title.get_text().strip() for page in pages.values()]
    assert all(titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", PAGES)
def test_every_table_has_header_cells(html: Path, name: str) -> None:
    for table in soup(html, name).select("article table"):
        assert table.select("thead th"), f"table without header cells: {table.get_text(' ', strip=True)[:60]}"


@pytest.mark.parametrize("name", PAGES)
def test_keyboard_reaches_the_skip_link_first(tab: Page, address: str, name: str) -> None:
    tab.goto(f"{address}/{name}")
    # The search page puts the focus into its field; start at the top of every page alike.
    tab.evaluate("document.body.tabIndex = -1; document.body.focus()")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "#main-content"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


def test_search_finds_a_page_by_a_word_of_its_title(html: Path, tab: Page, address: str) -> None:
    name = CHAPTERS[-1]
    words = re.findall(r"[A-Za-z]{5,}", soup(html, name).h1.get_text())
    tab.goto(f"{address}/search.html?q={max(words, key=len)}")
    expect(tab.locator(f"#search-results a[href*='{name}']").first).to_be_visible()


@pytest.mark.parametrize("name", CHAPTERS)
def test_page_works_from_a_folder(html: Path, tab: Page, name: str) -> None:
    troubles: list[str] = []
    tab.on("requestfailed", lambda request: troubles.append(request.url))
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.goto((html / name).resolve().as_uri(), wait_until="load")
    assert not troubles
    assert tab.locator(".dt-container").count() == tab.locator("table.sortable").count()


@pytest.mark.parametrize("name", CHAPTERS)
def test_sortable_tables_obey_the_keyboard(tab: Page, address: str, name: str) -> None:
    tab.goto(f"{address}/{name}", wait_until="load")
    for box in tab.locator(".dt-container").all():
        rows = box.locator("tbody tr")
        before = rows.count()
        sorter = box.locator("thead [role=button]").first
        sorter.focus()
        tab.keyboard.press("Enter")
        expect(box.locator("thead th[aria-sort=ascending]")).to_have_count(1)
        field = box.locator("input[type=search]")
        field.focus()
        tab.keyboard.type("no row of any table holds this")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("No row")
        field.fill("")
        expect(rows).to_have_count(before)
