"""What readers take away from the pages: links to the data package and to the BibTeX file, and the files themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from ladders import tables
from ladders.page import citation, package


class TakeRole(SphinxRole):
    """{take}`two-ladders-data.zip`: a file that stands beside the first page; in print, its name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        name = nodes.literal("", self.text)
        if self.env.app.builder.format != "html":
            return [name], []
        place = "../" * self.env.docname.count("/") + self.text
        return [nodes.reference("", "", name, refuri=place, internal=False)], []


class Cite(SphinxDirective):
    """{cite-line}: the line that cites the book, and its BibTeX entry; with the name of a table, the line for that table."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / "CITATION.cff"))
        book = citation.book(root)
        if self.arguments:
            line = citation.line(book, tables.resource(self.arguments[0], root / "data"))
            return [nodes.block_quote("", nodes.paragraph("", line))]
        entry = citation.bibtex(root, of_tables=False)
        line = nodes.block_quote("", nodes.paragraph("", citation.line(book)))
        return [line, nodes.literal_block(entry, entry, language="none")]


def _write(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    root, out = Path(app.srcdir), Path(app.outdir)
    package.write(out / package.NAME, root)
    (out / citation.BIBTEX).write_text(citation.bibtex(root), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the role, the directive and the writing of the files."""
    app.add_role("take", TakeRole())
    app.add_directive("cite-line", Cite)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
