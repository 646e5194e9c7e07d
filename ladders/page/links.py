"""Links that the pages have and print has not: from stated numbers and verdicts to their receipts, from tables to files.

A role marks text with the address it leads to; on the pages the mark becomes a link, in print the text stays plain.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.osutil import relative_uri


def link(text: str, leads_to: str, *classes: str) -> nodes.inline:
    """Text that is a link on the pages and plain in print. leads_to: address from the root of the book."""
    return nodes.inline("", text, classes=list(classes), leads_to=leads_to)


class PlacesOfStatements(SphinxTransform):
    """Every node that bears `stated` gets an id of its own on its page, to which a receipt leads back."""

    default_priority = 800

    def apply(self, **_: Any) -> None:
        """Count the statements of each name, in the order of the page."""
        seen: Counter[str] = Counter()
        for node in self.document.findall(nodes.inline):
            if name := node.get("stated"):
                seen[name] += 1
                node["ids"] = [name if seen[name] == 1 else f"{name}-{seen[name]}"]


class LinksOfPages(SphinxPostTransform):
    """Every node that bears `leads_to` becomes a link on the pages."""

    default_priority = 800
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Replace marked text by links, relative to the page."""
        here = self.app.builder.get_target_uri(self.env.docname)
        for node in list(self.document.findall(nodes.inline)):
            if target := node.get("leads_to"):
                path, hash_, fragment = target.partition("#")
                reference = nodes.reference("", "", *node.children, internal=True)
                reference["refuri"] = relative_uri(here, path) + hash_ + fragment
                reference["ids"], reference["classes"] = node["ids"], node["classes"]
                node.replace_self(reference)
