"""One look at every page, light and dark, on a desktop and on a phone: readable by everybody, light, no other host.

The looks take minutes; they are a module of their own so that another worker tests what readers do on the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser import MODES, PAGES, WIDTHS, Visit, is_foreign, is_text, weight

TEXT_PAGE_BYTES = 900_000  # a page without figures and sortable tables, and all it loads, uncompressed
ANY_PAGE_BYTES = 2_000_000


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
def test_page_is_light(html: Path, visit: Callable[[str, str, str], Visit], name: str) -> None:
    limit = TEXT_PAGE_BYTES if is_text(html, name) else ANY_PAGE_BYTES
    assert weight(html, visit(name, "light", "desktop")) <= limit


@pytest.mark.parametrize("name", PAGES)
def test_page_does_not_scroll_sideways_on_a_phone(visit: Callable[[str, str, str], Visit], name: str) -> None:
    assert visit(name, "light", "phone").overflow <= 0


@pytest.mark.parametrize("name", PAGES)
def test_headings_are_in_order(visit: Callable[[str, str, str], Visit], name: str) -> None:
    levels = visit(name, "light", "desktop").headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
