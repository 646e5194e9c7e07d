"""What readers do on the built pages works: keyboard, search, print, tables, receipts; and nothing names another host."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import (
    CHAPTERS,
    HEIGHT,
    PAGES,
    RECEIPTS,
    WIDTHS,
    is_foreign,
    is_prose,
    soup,
)
from tests.conftest import ROOT


def test_pages_are_those_of_the_contents(html: Path) -> None:
    built = {path.relative_to(html).as_posix() for path in html.rglob("*.html")}
    assert built == {*PAGES, *RECEIPTS}


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


@pytest.mark.parametrize("name", CHAPTERS)
def test_alternative_texts_are_prose(html: Path, name: str) -> None:
    for image in soup(html, name).select("article img"):
        alt = image.get("alt", "").strip()
        figure = image.find_parent("figure")
        caption = figure.select_one(".caption-text") if figure else None
        assert is_prose(alt), (
            f"{image['src']}: alternative text too short, no sentence, or a file name: {alt!r}"
        )
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


@pytest.mark.parametrize("name", CHAPTERS)
def test_search_finds_each_page_without_a_server(html: Path, tab: Page, name: str) -> None:
    words = re.findall(r"[A-Za-z]{4,}", soup(html, name).h1.get_text())
    tab.goto(f"{(html / 'search.html').resolve().as_uri()}?q={max(words, key=len)}")
    expect(tab.locator(f"#search-results a[href*='{name}']").first).to_be_visible()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_printed_page_is_text_alone(tab: Page, address: str, name: str) -> None:
    tab.goto(f"{address}/{name}", wait_until="load")
    tab.emulate_media(media="print")
    shown = tab.evaluate(
        """[...document.querySelectorAll("nav, header.bd-header, .bd-sidebar, .bd-footer, button, input, [role=search]")]
           .filter((part) => part.checkVisibility({visibilityProperty: true}) && part.getBoundingClientRect().height > 0)
           .map((part) => part.outerHTML.slice(0, 80))"""
    )
    assert not shown
    silent = tab.evaluate(
        """[...document.querySelectorAll("article a.external")]
           .filter((link) => !getComputedStyle(link, "::after").content.includes(link.getAttribute("href")))
           .map((link) => link.href)"""
    )
    assert not silent, "links whose address print does not show"
    assert (
        tab.evaluate("getComputedStyle(document.querySelector('article section > p')).color")
        == "rgb(0, 0, 0)"
    )


@pytest.mark.parametrize("name", [*CHAPTERS, *RECEIPTS])
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


WALKS = 30


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    """A tab that runs no script."""
    context = browser.new_context(
        java_script_enabled=False,
        reduced_motion="reduce",
        viewport={"width": WIDTHS["desktop"], "height": HEIGHT},
    )
    yield context.new_page()
    context.close()


def chosen(html: Path, selector: str) -> list[tuple[str, str]]:
    """(page, id) of some statements of the prose, the same ones each time."""
    places = [(name, place["id"]) for name in CHAPTERS for place in soup(html, name).select(selector)]
    return random.Random(2026).sample(places, WALKS)


def walk_from_receipt(tab: Page, key: str, start: tuple[str, str]) -> None:
    """Receipt -> table -> sources and file; then from the receipt back to the place where the walk began."""
    term = tab.locator(f'dt[id="{key}"]')
    expect(term).to_be_in_viewport()
    receipt = term.locator("xpath=following-sibling::dd[1]")
    address = tab.url
    for link in receipt.locator("a[href*='data_dictionary.html#']").all()[
        :1
    ]:  # what is set in code reads no table
        name = link.inner_text()
        link.click()
        entry = tab.locator(f"section[id='{tab.url.partition('#')[2]}']")
        expect(entry.locator("h2")).to_be_in_viewport()
        expect(entry.locator("h2")).to_contain_text(name)
        assert re.search(r"Licence: .*Source: .*as of \d{4}", entry.inner_text(), re.DOTALL), name
        with tab.expect_download() as download:
            entry.get_by_role("link", name=f"data/{name}.csv", exact=True).click()
        assert download.value.path().read_bytes() == (ROOT / "data" / f"{name}.csv").read_bytes()
        tab.goto(address)
    page, place = start
    receipt.locator(f'a[href$="{page}#{place}"]').click()
    expect(tab.locator(f'[id="{place}"]')).to_be_in_viewport()


def test_without_script_a_number_leads_to_its_sources_and_back(
    html: Path, scriptless: Page, address: str
) -> None:
    for page, place in chosen(html, "a.number"):
        scriptless.goto(f"{address}/{page}")
        number = scriptless.locator(f'a.number[id="{place}"]')
        text, key = number.inner_text(), number.get_attribute("href").partition("#")[2]
        number.click()
        expect(scriptless.locator(f'dt[id="{key}"] strong')).to_have_text(text)
        walk_from_receipt(scriptless, key, (page, place))


def test_without_script_a_verdict_leads_to_its_sources_and_back(
    html: Path, scriptless: Page, address: str
) -> None:
    for page, place in chosen(html, "span.claim-id[id]"):
        scriptless.goto(f"{address}/{page}")
        claim = scriptless.locator(f'span.claim-id[id="{place}"]')
        key, verdict = claim.inner_text(), claim.locator("xpath=following-sibling::a[1]")
        text = verdict.inner_text()
        verdict.click()
        scriptless.get_by_role("link", name=key, exact=True).and_(
            scriptless.locator("a[href*='receipts/']")
        ).click()
        expect(scriptless.locator(f'dt[id="{key}"] strong')).to_have_text(text)
        walk_from_receipt(scriptless, key, (page, place))
