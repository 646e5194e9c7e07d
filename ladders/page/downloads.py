"""What readers take away: how to cite, and the files that the build puts beside the pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from ladders import tables
from ladders.page import citation, exports, package
from ladders.verdicts import ledger


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
    shutil.copytree(root / "data", out / "data", dirs_exist_ok=True)
    exports.write(ledger.build(root / "data"), out, root / "data", app.config.html_baseurl)
    package.write(out / package.NAME, root)
    (out / citation.BIBTEX).write_text(citation.bibtex(root), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and the writing of the files."""
    app.add_directive("cite-line", Cite)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
