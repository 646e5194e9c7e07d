"""Readers: every page in light and dark, wide and narrow, and by keyboard alone; what `make test` proves is counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import CHAPTERS, MODES, PAGES, WIDTHS, Visit, is_foreign, is_prose, is_text, soup, weight

SCROLLING_PARTS = 40  # at most, on one page: they take the focus too

CONTROLS = """
() => {
  const named = "a[href], button, input, select, textarea, summary, [tabindex]";
  return [...document.querySelectorAll(named)].filter((control) =>
    control.tabIndex >= 0 && !control.disabled && control.checkVisibility({visibilityProperty: true})
    && control.getClientRects().length > 0);
}
"""
"""What a keyboard must reach: every control that can be seen."""

WATCH = f"""
() => {{
  window.reached = new Set();
  window.unseen = [];
  window.controls = ({CONTROLS})();
  document.addEventListener("focusin", ({{target}}) => {{
    window.reached.add(target);
    const style = getComputedStyle(target), box = target.getBoundingClientRect();
    const ringed = (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none";
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!ringed || !inside) window.unseen.push(target.outerHTML.slice(0, 120));
  }});
  document.body.tabIndex = -1;
  document.body.focus();
  return window.controls.length;
}}
"""
"""Notes what gets the focus, and whether that can be seen. Returns how many controls there are."""


def test_every_page_in_every_light_and_width(
    html: Path, visit: Callable[[str, str, str], Visit], record: Callable
):
    seen = {
        (name, mode, width): visit(name, mode, width) for name in PAGES for mode in MODES for width in WIDTHS
    }
    broken = [key for key, found in seen.items() if found.violations]
    foreign = [url for found in seen.values() for url in found.requests if is_foreign(url)]
    wide = [key for key, found in seen.items() if found.overflow > 0]
    assert (broken, foreign, wide) == ([], [], [])
    record("pages visited", len(PAGES), "pages")
    record("visits: light and dark, desktop and phone", len(seen), "visits")
    record("visits with an accessibility violation", len(broken), "visits")
    record("requests to other hosts", len(foreign), "requests")
    record("visits that scroll sideways", len(wide), "visits")
    texts = [name for name in PAGES if is_text(html, name)]
    weights = {name: weight(html, seen[name, "light", "desktop"]) for name in PAGES}
    record("heaviest page of text", max(weights[name] for name in texts), "bytes")
    record("heaviest page", max(weights.values()), "bytes")
    images = [image for name in CHAPTERS for image in soup(html, name).select("article img")]
    record("images", len(images), "images")
    record(
        "images without an alternative text in prose",
        sum(not is_prose(one.get("alt", "")) for one in images),
        "images",
    )
    for name in PAGES:
        record(f"weight of {name}", weights[name], "bytes")


def test_the_keyboard_reaches_every_control(tab: Page, address: str, record: Callable):
    """No trap, no control left out, and the focus is always to be seen."""
    missed, unseen, controls = [], [], 0
    for name in CHAPTERS:
        tab.goto(f"{address}/{name}", wait_until="load")
        count = tab.evaluate(WATCH)
        for _ in range(count + SCROLLING_PARTS):
            tab.keyboard.press("Tab")
        missed += tab.evaluate(
            "window.controls.filter((one) => !window.reached.has(one)).map((one) => one.outerHTML.slice(0, 120))"
        )
        unseen += tab.evaluate("window.unseen")
        controls += count
    assert (missed, unseen) == ([], [])
    record("controls reached by keyboard", controls, "controls")
    record("controls missed, or reached without a visible focus", len(missed + unseen), "controls")
