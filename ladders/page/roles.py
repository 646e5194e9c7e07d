"""The book's own Sphinx extension: roles for numbers and claims, figures, generated pages, sortable tables.

A build with `-W` fails when prose and results disagree (ladders.page.checks). Records and ledger are read afresh at
the start of every build, not kept in the pickled environment, so that a warm build sees a flipped verdict too.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from ladders.page import checks, claims, exports, numbers, receipts
from ladders.page.checked import HowChecked
from ladders.page.dictionary import DataDictionary
from ladders.page.links import LinksOfPages, PlacesOfStatements, link
from ladders.page.tables import list_table
from ladders.tables import TableError
from ladders.verdicts import ledger
from ladders.verdicts.scale import VerdictError

logger = logging.getLogger(__name__)


class NumberRole(SphinxRole):
    """{n}`36.4 <key>`: a number of the prose, as recorded by a cell, linked to its receipt."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        text = numbers.ROLE.fullmatch(f"{{n}}`{self.text}`")
        if text is None:
            logger.warning(
                "a number is written {n}`text <key>`, got %r", self.text, location=self.get_location()
            )
            return [nodes.Text(self.text)], []
        record = receipts.records(Path(self.env.srcdir)).get(text["key"])
        # The checks name a key without a record.
        return [receipts.stated_number(record) if record else nodes.Text(text["text"])], []


def _link(role: SphinxRole, claim: str, label: nodes.Node, place: str = "claim") -> addnodes.pending_xref:
    return addnodes.pending_xref(
        "", label, refdomain="std", reftype="ref", reftarget=exports.place(claim, place), refexplicit=True,
        refdoc=role.env.docname, refwarn=True,
    )  # fmt: skip


class ClaimRole(SphinxRole):
    """{claim}`S0-p4-03=holds`: a verdict of the prose, linked to the claim's row in the ledger."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        claim, _, verdict = self.text.partition("=")
        verdict_link = _link(self, claim, nodes.inline("", verdict, classes=["verdict"]))
        place = nodes.inline("", claim, classes=["claim-id"], stated=f"verdict-{claim}")
        return [place, nodes.Text(" "), verdict_link], []


class RowRole(SphinxRole):
    """{row}`S0-p4-03`: a link to a claim's row in the ledger, without a verdict."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [_link(self, self.text, nodes.inline("", self.text, classes=["claim-id"]))], []


class ProofRole(SphinxRole):
    """{proof}`S0-p4-03=Chapter 3`: a link to the row of the chapter that settles a claim."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        claim, _, label = self.text.partition("=")
        return [_link(self, claim, nodes.inline("", label), "proof")], []


class PlaceRole(SphinxRole):
    """A place to which roles link. {claim-id}`S0-p4-03` shows the id, a link to the receipt; {proof-id} shows nothing."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        place = self.name.removesuffix("-id")
        name = exports.place(self.text, place)
        target = nodes.target("", "", ids=[name], names=[name])
        self.inliner.document.note_explicit_target(target)
        receipt = f"{receipts.VERDICTS}#{self.text}"
        shown = [link(self.text, receipt, "claim-id")] if place == "claim" else []
        return [target, *shown], []


class BuiltFileRole(SphinxRole):
    """{built}`ledger.csv`: a link to a file that the build puts beside the pages; in print its name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [link(self.text, self.text)], []


class Scoreboard(SphinxDirective):
    """{scoreboard}: key claims by voice and verdict, on a page that is no notebook."""

    def run(self) -> list[nodes.Node]:
        """Parse the counted claims as a table."""
        caption = "Key claims by voice and verdict"
        return self.parse_text_to_nodes(list_table(claims.scoreboard(), caption, [30, 14, 20, 20, 16]))


class OneFigureTwoFormats(SphinxTransform):
    """figures/x.svg becomes figures/x.*: the page takes the SVG, print the PDF. Runs before images are collected."""

    default_priority = 100

    def apply(self, **_: Any) -> None:
        """Rewrite the address of every figure of the book."""
        for image in self.document.findall(nodes.image):
            path = image["uri"]
            if "figures/" in path and path.endswith(".svg"):
                image["uri"] = path.removesuffix(".svg") + ".*"


class TablesBreakAcrossPages(SphinxTransform):
    """Every table may break across pages in print; a table kept whole leaves its caption behind on another page."""

    default_priority = 100

    def apply(self, **_: Any) -> None:
        """Mark every table as long."""
        for table in self.document.findall(nodes.table):
            if "longtable" not in table["classes"]:
                table["classes"].append("longtable")


class LightCells(SphinxPostTransform):
    """On the pages a cell of plain words holds them without a paragraph around: less for readers to load."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_: Any) -> None:
        """Put the words of a lone paragraph in its place."""
        for cell in self.document.findall(nodes.entry):
            lone = len(cell) == 1 and isinstance(cell[0], nodes.paragraph)
            if lone and all(isinstance(word, nodes.Text) for word in cell[0].children):
                cell.replace(cell[0], cell[0].children)


def _check(app: Sphinx) -> None:
    root = Path(app.srcdir)
    try:
        rows = ledger.build(root / "data")
        found = checks.faults(rows, root)
    except (TableError, VerdictError, numbers.NumberError) as error:
        raise ExtensionError(str(error)) from error
    for fault in found:
        logger.warning("%s", fault, type="ladders")


def _seal(app: Sphinx, config: Any) -> None:
    """Read every page again when a record or the data changed: the pages show them."""
    records = receipts.records(Path(app.srcdir))
    content = [json.dumps({key: (record.text, record.chapter) for key, record in sorted(records.items())})]
    content.append((Path(app.srcdir) / "data" / "datapackage.json").read_text(encoding="utf-8"))
    config.ladders_seal = hashlib.sha256("".join(content).encode()).hexdigest()


def _sortable(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load the table script only on pages that hold a long table; other pages stay light."""
    if doctree and any("sortable" in table["classes"] for table in doctree.findall(nodes.table)):
        app.add_css_file("datatables.css", priority=400)  # before the book's own style, which refines it
        app.add_js_file("datatables.js", loading_method="defer")
        app.add_js_file("sortable.js", loading_method="defer")


_EXPORT = re.compile(r"export\{[^}]*?(\w+) as default[^}]*\};")


def _static_files(app: Sphinx, exception: Exception | None) -> None:
    """Add the DataTables bundle of the itables wheel, and take away what no page loads.

    The bundle is a module, which browsers do not load from a file; as a classic script they do.
    """
    if exception or app.builder.format != "html":
        return
    source, static = files("itables") / "html", Path(app.outdir) / "_static"
    script, found = _EXPORT.subn(
        r"window.DataTable=\1;", (source / "dt_bundle.js").read_text(encoding="utf-8")
    )
    if found != 1:
        raise ExtensionError(
            "the export line of the DataTables bundle has changed; adapt ladders/page/roles.py."
        )
    (static / "datatables.js").write_text(f'(()=>{{"use strict";\n{script}\n}})();\n', encoding="utf-8")
    (static / "datatables.css").write_bytes((source / "dt_bundle.css").read_bytes())
    for name in ("vendor", "locales", "images"):
        shutil.rmtree(static / name, ignore_errors=True)
    for path in [
        *static.rglob("*.map"),
        *static.glob("*webpack-macros.html"),
        static / "scripts" / "bootstrap.js",
    ]:
        path.unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register roles, directives, the figure transform and the checks."""
    app.add_config_value("ladders_seal", "", "env")
    app.add_role("n", NumberRole())
    app.add_role("claim", ClaimRole())
    app.add_role("row", RowRole())
    app.add_role("proof", ProofRole())
    app.add_role("built", BuiltFileRole())
    app.add_role("claim-id", PlaceRole())
    app.add_role("proof-id", PlaceRole())
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("receipts", receipts.Receipts)
    app.add_directive("how-checked", HowChecked)
    app.add_directive("scoreboard", Scoreboard)
    app.add_transform(OneFigureTwoFormats)
    app.add_transform(PlacesOfStatements)
    app.add_post_transform(LinksOfPages)
    app.add_post_transform(LightCells)
    app.add_transform(TablesBreakAcrossPages)
    app.connect("config-inited", _seal)
    app.connect("builder-inited", _check)
    app.connect("html-page-context", _sortable)
    app.connect("html-collect-pages", receipts.pages)
    app.connect("build-finished", _static_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
