"""Receipts: pages that lead from every number and verdict of the prose to its function and tables, and back.

The pages `receipts/<chapter>.html` (numbers) and `receipts/verdicts.html` stand on the web alone. They have no source
file: they are made of the records, the ledger and the data package when all other pages are known. From a table named
there the data dictionary leads on to the sources and to the rows.
"""

from __future__ import annotations

import inspect
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from ladders import tables
from ladders.page import numbers
from ladders.page.exports import LEDGER_PAGE, place
from ladders.page.links import link
from ladders.verdicts import ledger

VERDICTS = "receipts/verdicts.html"
DICTIONARY = "chapters/data_dictionary.html"
MOST_IN_FULL = 8
"""A receipt with more tables than this names them only."""


@cache
def records(root: Path) -> dict[str, numbers.Record]:
    """The recorded numbers, read once a build."""
    return numbers.records(root)


def page_of(chapter: str) -> str:
    """Address of the page with the receipts of a chapter's numbers, from the root of the book."""
    return f"receipts/{chapter}.html"


def stated_number(record: numbers.Record) -> nodes.inline:
    """A number of the prose: a place of its own, and a link to its receipt."""
    node = link(record.text, f"{page_of(record.chapter)}#{record.key}", "number")
    node["stated"] = f"number-{record.key}"
    return node


@dataclass(frozen=True)
class Place:
    """Where the prose states a number ("number-KEY") or a verdict ("verdict-ID"), and under which heading."""

    name: str
    page: str
    heading: str
    address: str


def places(env: BuildEnvironment) -> list[Place]:
    """All statements of numbers and verdicts, in the order of the book; the address is from its root."""
    found = []
    for page in sorted(env.found_docs, key=lambda name: (name != env.config.root_doc, name)):
        for node in env.get_doctree(page).findall(nodes.inline):
            if name := node.get("stated"):
                section = node.parent
                while not isinstance(section, nodes.section):
                    section = section.parent
                found.append(Place(name, page, section[0].astext(), f"{page}.html#{node['ids'][0]}"))
    return found


def _label(page: str) -> str:
    name = page.rpartition("/")[2]
    if name[:2].isdigit():
        return f"Chapter {int(name[:2])}"
    return "Opening page" if name == "index" else name.capitalize()


def _link(text: str, address: str) -> nodes.reference:
    return nodes.reference("", text, refuri=f"../{address}", internal=True)


def _line(label: str, *parts: nodes.Node | str) -> nodes.paragraph:
    line = nodes.paragraph("", "", nodes.emphasis("", label), nodes.Text(" "))
    line += [nodes.Text(part) if isinstance(part, str) else part for part in parts]
    return line


def _listed(parts: list[list[nodes.Node]]) -> list[nodes.Node]:
    return [node for i, part in enumerate(parts) for node in ([nodes.Text("; ")] if i else []) + part]


def _tables(names: tuple[str, ...], data: Path) -> nodes.paragraph:
    """The tables, each a link to its sources; of a few, also the dates of these, the licence and our confidence."""
    if not names:
        return _line("Tables", "none: it is set in the code of the function")
    parts = []
    for name in names:
        entry = tables.resource(name, data)
        days = sorted(source["as_of"] for source in entry["sources"])
        facts = ["as of " + " to ".join(dict.fromkeys((days[0], days[-1])))]
        facts += [", ".join(licence["name"] for licence in entry["licenses"])]
        facts += [f"confidence: {entry['confidence']}"] if "confidence" in entry else []
        words = f" ({', '.join(facts)})" if len(names) <= MOST_IN_FULL else ""
        parts.append([_link(name, f"{DICTIONARY}#{nodes.make_id(name)}"), nodes.Text(words)])
    return _line("Tables" if len(parts) > 1 else "Table", *_listed(parts))


def _stated(found: list[Place]) -> nodes.paragraph:
    return _line("Stated in", *_listed([[_link(f"{_label(p.page)}: {p.heading}", p.address)] for p in found]))


def _function(label: str, name: str) -> nodes.paragraph:
    """The full name of a function, and the first line of its docstring."""
    module, _, function = name.rpartition(".")
    meaning = inspect.getdoc(getattr(import_module(module), function)).splitlines()[0]
    return _line(label, nodes.literal("", name), f": {meaning}")


def _receipt(key: str, head: list[nodes.Node], lines: list[nodes.Node]) -> nodes.definition_list_item:
    return nodes.definition_list_item(
        "", nodes.term("", "", *head, ids=[key]), nodes.definition("", *lines)
    )  # fmt: skip


def _page(title: str, opening: nodes.paragraph, groups: list[tuple[str, list[nodes.Node]]]) -> nodes.section:
    opening += [nodes.Text("A table leads to its sources and rows, a place to the prose. ")]
    opening += [_link("All receipts", "chapters/receipts.html")]
    page = nodes.section("", nodes.title("", title), opening, ids=["receipts"])
    for number, (heading, items) in enumerate(groups, start=1):
        page += nodes.section(
            "", nodes.title("", heading), nodes.definition_list("", *items, classes=["receipts"]), ids=[f"part-{number}"]
        )  # fmt: skip
    return page


def _of_number(
    record: numbers.Record, cell: str, found: list[Place], data: Path
) -> nodes.definition_list_item:
    head = [nodes.strong("", record.text), nodes.Text(f" ({record.unit}) "), nodes.literal("", record.key)]
    lines = [_function("Function", record.function), _tables(record.tables, data)]
    lines += [_line("Recorded by cell", nodes.literal("", cell)), _stated(found)]
    return _receipt(record.key, head, lines)


def _of_numbers(chapter: str, title: str, found: list[Place], root: Path) -> nodes.section:
    """The receipts of a chapter's numbers, in the order in which the chapter states them; then those stated elsewhere."""
    here = f"chapters/{chapter}"
    own = {f"number-{record.key}": record for record in records(root).values() if record.chapter == chapter}
    cells = json.loads((root / f"{here}.ipynb").read_text(encoding="utf-8"))["cells"]
    stated = defaultdict(list)
    for statement in sorted(found, key=lambda statement: statement.page != here):
        if statement.name in own:
            stated[statement.name].append(statement)
    groups = []
    for (page, heading), names in groupby(
        stated, lambda name: (stated[name][0].page, stated[name][0].heading)
    ):
        items = [
            _of_number(own[name], cells[own[name].cell]["id"], stated[name], root / "data") for name in names
        ]
        groups.append((heading if page == here else f"{_label(page)}: {heading}", items))
    opening = nodes.paragraph("", "The numbers that the cells of ")
    opening += [_link(f"{_label(here)}: {title}", f"{here}.html"), nodes.Text(" record; its ")]
    opening += [_link("notebook", f"_sources/{here}.ipynb"), nodes.Text(" holds the cells. ")]
    return _page(f"Receipts of {_label(here).lower()}: {title}", opening, groups)


def _of_verdict(claim: dict, row: ledger.Row, found: list[Place], data: Path) -> nodes.definition_list_item:
    lines = [nodes.paragraph("", claim["claim"]), _line("Reached", row.how)]
    if claim["same_as"]:
        twin = claim["same_as"]
        repeated = nodes.reference("", twin, refuri=f"#{twin}", internal=True)
        lines.append(_line("Same proposition as", repeated))
    if row.how == "computed":
        lines += [_function("Test", row.test), _line("Rule", row.rule)]
        values = (f"{name} = {value:g}" for name, value in row.statistics.items())
        lines.append(_line("Statistics", "; ".join(values)))
    else:
        lines.append(_line("Reason", row.reason))
    lines += [_tables(row.tables or ("judgements",), data), _line("Sources", "; ".join(row.sources))]
    lines += [_line("Evidence" if row.how == "computed" else "Judged on", row.period), _stated(found)]
    lines.append(_line("Row", _link("in the ledger", f"{LEDGER_PAGE}#{place(row.claim_id)}")))
    return _receipt(
        row.claim_id, [nodes.strong("", row.verdict), nodes.Text(" "), nodes.literal("", row.claim_id)], lines
    )  # fmt: skip


def _of_verdicts(titles: dict[str, str], found: list[Place], root: Path) -> nodes.section:
    """The receipts of all verdicts, chapter by chapter."""
    rows = ledger.build(root / "data")
    claims = sorted(tables.load("claims", root / "data").to_dict("records"), key=itemgetter("chapter"))
    stated = defaultdict(list)
    for statement in found:
        stated[statement.name].append(statement)
    groups = []
    for chapter, members in groupby(claims, itemgetter("chapter")):
        items = [
            _of_verdict(claim, rows[claim["claim_id"]], stated[f"verdict-{claim['claim_id']}"], root / "data")
            for claim in members
        ]
        groups.append((f"{_label(chapter)}: {titles[chapter]}", items))
    opening = nodes.paragraph("", "The verdicts, under the chapters that settle them. ")
    return _page("Receipts of the verdicts", opening, groups)


def _contents(page: nodes.section) -> nodes.bullet_list:
    """The headings of a page, as the list "On this page" wants them: one entry, the title, that holds the others."""

    def entry(section: nodes.section, *below: nodes.Node) -> nodes.list_item:
        heading = nodes.reference("", section[0].astext(), refuri=f"#{section['ids'][0]}", internal=True)
        return nodes.list_item("", addnodes.compact_paragraph("", "", heading), *below)

    parts = [entry(part) for part in page.findall(nodes.section) if part is not page]
    return nodes.bullet_list("", entry(page, nodes.bullet_list("", *parts)))


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The pages of receipts, for Sphinx: name, what the template needs, template."""
    root, found = Path(app.srcdir), places(app.env)
    titles = {path.stem: app.env.titles[f"chapters/{path.stem}"].astext() for path in numbers.chapters(root)}
    made = {page_of(chapter): _of_numbers(chapter, title, found, root) for chapter, title in titles.items()}
    made[VERDICTS] = _of_verdicts(titles, found, root)
    for address, page in made.items():
        rendered = {
            name: app.builder.render_partial(part)["fragment"]
            for name, part in (("body", page), ("toc", _contents(page)))
        }
        context = rendered | {"title": page[0].astext()}
        yield address.removesuffix(".html"), context, "page.html"


class Receipts(SphinxDirective):
    """{receipts}: the list of the pages of receipts."""

    def run(self) -> list[nodes.Node]:
        """One entry for each chapter, with how many numbers it records, and one for the verdicts."""
        root = Path(self.env.srcdir)
        entries = []
        for chapter, count in sorted(Counter(r.chapter for r in records(root).values()).items()):
            entries.append([link(_label(chapter), page_of(chapter)), nodes.Text(f": {count} numbers")])
        count = len(tables.load("claims", root / "data"))
        entries.append([link("All chapters", VERDICTS), nodes.Text(f": {count} verdicts")])
        items = [nodes.list_item("", nodes.paragraph("", "", *entry)) for entry in entries]
        return [nodes.bullet_list("", *items)]
