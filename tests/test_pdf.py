"""The printed book: complete, navigable, with its own fonts, nothing cut off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject
from sphinx_external_toc.parsing import parse_toc_yaml

from ladders import tables
from tests.conftest import ROOT

CONTENTS = parse_toc_yaml(ROOT / "_toc.yml")
# The root page has no heading in print: its text opens the book, under the title of the whole.
CHAPTERS = [f"{document}.html" for document in CONTENTS if document != CONTENTS.root.docname]

DICTIONARY = "chapters/data_dictionary"  # print has one table in the place of many

FEWEST_SIGNS = 40  # letters and digits of the emptiest page; a running head with its number has fewer
WIDEST_OVERHANG = 2.0  # points a line or a page may stick out before words are cut off
COMPARED_SIGNS = 30  # of a caption; enough to tell it from the others


@pytest.fixture(scope="module")
def reader(pdf: Path) -> PdfReader:
    """The opened book."""
    return PdfReader(pdf)


@pytest.fixture(scope="module")
def texts(reader: PdfReader) -> list[str]:
    """Letters and digits of each page."""
    return [squeeze(page.extract_text()) for page in reader.pages]


@pytest.fixture(scope="module")
def log(pdf: Path) -> str:
    """What the typesetter reported."""
    return pdf.with_suffix(".log").read_text(encoding="utf-8", errors="replace")


def squeeze(text: str) -> str:
    """Letters and digits alone, in lower case: print adds hyphens, ligatures and line breaks."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(sign for sign in plain if sign.isalnum())


def soup(html: Path, name: str) -> BeautifulSoup:
    """The page of the same chapter, parsed."""
    return BeautifulSoup((html / name).read_text(encoding="utf-8"), "html.parser")


def outline_titles(items: list) -> Iterator[str]:
    """Titles of a (nested) outline."""
    for item in items:
        if isinstance(item, list):
            yield from outline_titles(item)
        else:
            yield item.title


def fonts_of(resources: DictionaryObject, seen: set[int]) -> Iterator[DictionaryObject]:
    """Fonts of a page and of the drawings on it."""
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for drawing in resources.get("/XObject", {}).values():
        if isinstance(drawing, IndirectObject) and drawing.idnum in seen:
            continue
        if isinstance(drawing, IndirectObject):
            seen.add(drawing.idnum)
        inner = drawing.get_object().get("/Resources")
        if inner is not None:
            yield from fonts_of(inner.get_object(), seen)


def is_embedded(font: DictionaryObject) -> bool:
    """Whether the glyphs of a font are part of the file."""
    if font["/Subtype"] == "/Type3":  # its glyphs are drawings inside the file
        return True
    if "/DescendantFonts" in font:
        return all(is_embedded(part.get_object()) for part in font["/DescendantFonts"])
    descriptor = font.get("/FontDescriptor", DictionaryObject()).get_object()
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def test_metadata(reader: PdfReader) -> None:
    assert reader.metadata.title == "Two Ladders"
    assert reader.metadata.author == "The Two Ladders authors"
    assert reader.root_object["/Lang"] == "en"


def test_paper_is_a4(reader: PdfReader) -> None:
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages}
    assert sizes == {(595, 842)}


def test_every_chapter_is_in_the_outline(html: Path, reader: PdfReader) -> None:
    printed = {squeeze(title) for title in outline_titles(reader.outline)}
    missing = []
    for name in CHAPTERS:
        heading = soup(html, name).select_one("article h1")
        for extra in heading.select(".headerlink, .section-number"):
            extra.decompose()
        if not any(title.endswith(squeeze(heading.get_text())) for title in printed):
            missing.append(name)
    assert not missing
    assert len(reader.pages) >= len(CHAPTERS)


def test_fonts_are_embedded(reader: PdfReader) -> None:
    seen: set[int] = set()
    fonts = [font for page in reader.pages for font in fonts_of(page["/Resources"].get_object(), seen)]
    assert fonts
    assert not {font.get("/BaseFont", "") for font in fonts if not is_embedded(font)}


def test_no_page_is_empty(reader: PdfReader, texts: list[str]) -> None:
    empty = [
        number
        for number, (page, text) in enumerate(zip(reader.pages, texts, strict=True), start=1)
        if len(text) < FEWEST_SIGNS and "/XObject" not in page["/Resources"].get_object()
    ]
    assert not empty


def test_the_dictionary_has_a_row_for_each_table(texts: list[str]) -> None:
    whole = "".join(texts)
    first = whole.rindex(squeeze("Tables of the book"))
    assert not [name for name in tables.names() if squeeze(name) not in whole[first:]]


@pytest.mark.parametrize("name", [f"{document}.html" for document in CONTENTS if document != DICTIONARY])
def test_captions_are_printed(html: Path, texts: list[str], name: str) -> None:
    whole = "".join(texts)
    missing = []
    for caption in soup(html, name).select("article figcaption, article table > caption"):
        number, text = caption.select_one(".caption-number"), caption.select_one(".caption-text")
        if number is None or text is None or text.select("math"):
            continue
        kind = number.get_text().split()[0].lower()
        if not re.search(rf"{kind}\d+{squeeze(text.get_text())[:COMPARED_SIGNS]}", whole):
            missing.append(caption.get_text(" ", strip=True))
    assert not missing


def test_links_lead_somewhere(reader: PdfReader) -> None:
    targets = reader.named_destinations
    broken = []
    for number, page in enumerate(reader.pages, start=1):
        for reference in page.get("/Annots", []):
            note = reference.get_object()
            if note.get("/Subtype") != "/Link":
                continue
            action = note.get("/A", DictionaryObject()).get_object()
            if "/URI" in action:
                resolves = re.match(r"(https?|mailto):", action["/URI"]) is not None
            else:
                target = note.get("/Dest", action.get("/D"))
                resolves = target in targets if isinstance(target, str) else target is not None
            if not resolves:
                broken.append((number, str(note)))
    assert not broken


def test_nothing_is_cut_off(log: str) -> None:
    overhangs = re.findall(r"Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\)", log)
    assert not [width for width in overhangs if float(width) > WIDEST_OVERHANG]


def test_every_sign_has_a_glyph(log: str) -> None:
    assert not re.findall(r"Missing character: .*", log)


def test_every_reference_is_resolved(log: str) -> None:
    assert "There were undefined references" not in log
