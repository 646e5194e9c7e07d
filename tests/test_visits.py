"""One look at every page, light and dark, on a desktop and on a phone: readable by everybody, light, no other host.

The looks take minutes: each width is a class of its own, so that two workers share them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.browser import MODES, PAGES, Visit, is_foreign, is_text, weight

TEXT_PAGE_BYTES = 900_000  # a page without figures and sortable tables, and all it loads, uncompressed
ANY_PAGE_BYTES = 2_000_000

Look = Callable[[str, str, str], Visit]
EVERY_PAGE = pytest.mark.parametrize("name", PAGES)
BOTH_MODES = pytest.mark.parametrize("mode", MODES)


@EVERY_PAGE
class TestDesktop:
    """Every page in a wide window."""

    @BOTH_MODES
    def test_no_accessibility_violation(self, visit: Look, name: str, mode: str) -> None:
        assert not visit(name, mode, "desktop").violations

    def test_nothing_is_loaded_from_another_host(self, visit: Look, name: str) -> None:
        found = visit(name, "light", "desktop")
        assert not [url for url in found.requests if is_foreign(url)]
        assert not found.failures

    def test_page_is_light(self, html: Path, visit: Look, name: str) -> None:
        limit = TEXT_PAGE_BYTES if is_text(html, name) else ANY_PAGE_BYTES
        assert weight(html, visit(name, "light", "desktop")) <= limit

    def test_headings_are_in_order(self, visit: Look, name: str) -> None:
        levels = visit(name, "light", "desktop").headings
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@EVERY_PAGE
class TestPhone:
    """Every page in a narrow window."""

    @BOTH_MODES
    def test_no_accessibility_violation(self, visit: Look, name: str, mode: str) -> None:
        assert not visit(name, mode, "phone").violations

    def test_page_does_not_scroll_sideways(self, visit: Look, name: str) -> None:
        assert visit(name, "light", "phone").overflow <= 0
