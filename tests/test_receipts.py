"""Receipts: every number and verdict of the prose leads to one and is led back to; no link ends nowhere."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from ladders import tables
from ladders.page import numbers, receipts
from ladders.page.exports import LEDGER_PAGE
from tests.conftest import ROOT

OF_NUMBERS = [receipts.page_of(path.stem) for path in numbers.chapters()]
PROSE = [str(path.relative_to(ROOT).with_suffix(".html")) for path in numbers.pages()]


@cache
def soup(html: Path, name: str) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup((html / name).read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(html: Path, name: str) -> dict[str, Tag]:
    """The elements of a page that bear an id."""
    return {tag["id"]: tag for tag in soup(html, name).find_all(id=True)}


def target(html: Path, name: str, link: Tag) -> Tag | None:
    """The element that a link of a page leads to; None when there is none."""
    path, _, fragment = urljoin(name, link["href"]).partition("#")
    return anchors(html, path).get(fragment) if (html / path).is_file() else None


def back_links(term: Tag) -> list[Tag]:
    """The links of a receipt to the places that state its number or verdict."""
    line = next(p for p in term.find_next_sibling("dd")("p") if p.get_text().startswith("Stated in"))
    return line("a")


def test_every_stated_number_is_a_link(html: Path) -> None:
    stated = Counter(page.rsplit(".", 1)[0] + ".html" for page, _, _ in numbers.stated())
    assert {name: len(soup(html, name).select("a.number")) for name in PROSE} == {n: stated[n] for n in PROSE}
    assert sum(stated.values()) >= len(numbers.records())


@pytest.mark.parametrize("name", PROSE)
def test_every_stated_number_has_a_receipt_that_leads_back(html: Path, name: str) -> None:
    for number in soup(html, name).select("a.number"):
        term = target(html, name, number)
        assert term is not None and term.name == "dt", number
        assert term.strong.get_text() == number.get_text()
        page = urljoin(name, number["href"]).partition("#")[0]
        assert any(target(html, page, link) is number for link in back_links(term)), number


@pytest.mark.parametrize("name", OF_NUMBERS)
def test_every_receipt_of_a_number_leads_back(html: Path, name: str) -> None:
    records = {key: r for key, r in numbers.records().items() if receipts.page_of(r.chapter) == name}
    terms = soup(html, name).select("dl.receipts > dt")
    assert sorted(term["id"] for term in terms) == sorted(records)
    for term in terms:
        assert back_links(term), term["id"]
        for link in back_links(term):
            number = target(html, name, link)
            assert number is not None and number["href"].endswith(f"{name}#{term['id']}"), link
        named = [link.get_text() for link in term.find_next_sibling("dd").select("a[href*=data_dictionary]")]
        assert named == list(records[term["id"]].tables)


def test_every_verdict_has_a_receipt_that_leads_back(html: Path) -> None:
    terms = {term["id"]: term for term in soup(html, receipts.VERDICTS).select("dl.receipts > dt")}
    assert sorted(terms) == sorted(tables.load("claims").claim_id)
    led_to = {
        id(target(html, receipts.VERDICTS, link)): claim
        for claim, term in terms.items()
        for link in back_links(term)
    }
    assert set(led_to.values()) == set(terms)
    for name in PROSE:
        for place in soup(html, name).select("span.claim-id[id]"):
            assert led_to[id(place)] == place.get_text(), place


def test_every_row_of_the_ledger_leads_to_its_receipt(html: Path) -> None:
    rows = soup(html, LEDGER_PAGE).select(f"a[href*='{receipts.VERDICTS}#']")
    assert sorted(row.get_text() for row in rows) == sorted(tables.load("claims").claim_id)
    for row in rows:
        term = target(html, LEDGER_PAGE, row)
        assert term["id"] == row.get_text()
        assert term.find_next_sibling("dd").select_one(
            f"a[href='../{LEDGER_PAGE}#{row.find_previous(id=True)['id']}']"
        )


@pytest.mark.parametrize("name", [*OF_NUMBERS, receipts.VERDICTS, "chapters/receipts.html", *PROSE])
def test_no_link_ends_nowhere_and_no_id_is_there_twice(html: Path, name: str) -> None:
    page = soup(html, name)
    for link in page.select("article a.internal[href]"):
        path, _, fragment = urljoin(name, link["href"]).partition("#")
        assert (html / path).is_file(), link
        assert not fragment or target(html, name, link) is not None, link
    assert len(anchors(html, name)) == len(page.find_all(id=True)), "an id is there twice"


def test_the_pages_carry_the_tables_as_they_are(html: Path) -> None:
    files = {path.name: path.read_bytes() for path in (ROOT / "data").iterdir()}
    assert {path.name: path.read_bytes() for path in (html / "data").iterdir()} == files
    linked = {link.get_text() for link in soup(html, receipts.DICTIONARY).select("a[href^='../data/']")}
    assert linked == {f"data/{tables.resource(name)['path']}" for name in tables.names()}
