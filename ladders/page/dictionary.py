"""The data dictionary: every table of data/ as its description in datapackage.json has it.

The pages show every field. Print has one row for each table: a hundred pages of fields are looked up, not read.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from ladders import tables
from ladders.page.tables import escape, list_table

PRINTED_SOURCES = 3
"""Sources that print names of one table, before it counts the rest."""


def _limits(field: dict) -> str:
    """The constraints of a field in words: "for readers" when nothing is computed from it, "may be empty" or not."""
    constraints = field.get("constraints", {})
    words = ["for readers"] if field.get("role") == "documentation" else []
    words += [] if constraints.get("required") else ["may be empty"]
    for name, limit in constraints.items():
        if name == "required":
            continue
        if name == "enum":
            words.append("one of: " + ", ".join(map(str, limit)))
        elif isinstance(limit, bool):
            words += [name] if limit else []
        else:
            words.append(f"{name} {limit}")
    return "; ".join(words)


def _source(source: dict) -> str:
    parts = [source["title"]]
    parts += [f"file {source['file']}"] if "file" in source else []
    parts += [f"commit {source['commit'][:12]}"] if "commit" in source else []
    parts += [f"as of {source['as_of']}"] if "as_of" in source else []
    parts += [f"licence: {source['licence']}"] if "licence" in source else []
    text = escape(", ".join(parts))
    return f"{text}, <{source['path']}>" if source.get("path", "").startswith("http") else text


def _making(entry: dict) -> dict[str, str]:
    """How a table came from its sources, and when that was last repeated on a clone of them."""
    if "method" not in entry:
        return {}
    again = [source["checked_on"] for source in entry["sources"] if "checked_on" in source]
    return {
        "Method": entry["method"],
        "Made again": f"from its source on {again[0]}" if again else "not made again",
    }


def _describe(entry: dict, frame: pd.DataFrame) -> list[str]:
    """One table as a section: what it is, where it comes from, its fields; of the corrections, the rows too."""
    schema = entry["schema"]
    facts = {
        "Class": entry["class"],
        "Rows": f"{len(frame):,d}",
        "Key": ", ".join(schema["primaryKey"]),
        "Licence": ", ".join(licence["name"] for licence in entry["licenses"]),
    }
    facts |= {"Confidence": entry["confidence"]} if "confidence" in entry else {}
    facts |= _making(entry)
    name = escape(entry["name"])
    lines = [f"## {name}", "", f"{escape(entry['title'])}. {escape(entry['description'])}", ""]
    lines += [f"- {fact}: {escape(value)}" for fact, value in facts.items()]
    lines.append(f"- File: {{built}}`data/{entry['path']}`")
    lines += [f"- Source: {_source(source)}" for source in entry["sources"]]
    for key in schema.get("foreignKeys", []):
        other = key["reference"]["resource"] or entry["name"]
        lines.append(f"- {escape(str(key['fields']))} refers to {escape(other)}")
    fields = pd.DataFrame(
        [(f["name"], f["type"], f["description"], _limits(f)) for f in schema["fields"]],
        columns=["Field", "Type", "Meaning", "Limits"],
    )
    # No caption: the heading above names the table, and the page is at the limit of its weight.
    lines += ["", list_table(fields, "", [22, 12, 36, 30]), ""]
    if entry["name"] == tables.CORRECTIONS:
        lines += _corrections(frame)
    return lines


def _corrections(frame: pd.DataFrame) -> list[str]:
    """Every correction that is applied, as declared."""
    if frame.empty:
        return ["No correction has been declared so far.", ""]
    return [
        list_table(frame, "Corrections applied when the tables are loaded", [14, 16, 12, 12, 12, 18, 16]),
        "",
    ]


def _in_short(data: Path) -> list[str]:
    """One row for each table: what it holds, its class and licence, its first sources with their dates."""
    rows = []
    for name in tables.names(data):
        entry = tables.resource(name, data)
        dated = [
            source["title"] + (f", {source['as_of']}" if "as_of" in source else "")
            for source in entry["sources"]
        ]
        sources = "; ".join(dated[:PRINTED_SOURCES])
        sources += f"; {len(dated) - PRINTED_SOURCES} more" if len(dated) > PRINTED_SOURCES else ""
        licences = ", ".join(licence["name"] for licence in entry["licenses"])
        rows.append((name, entry["title"], f"{entry['class']}, {licences}", sources))
    frame = pd.DataFrame(rows, columns=["Table", "What it holds", "Class, licence", "Source and date"])
    return ["## All tables", "", list_table(frame, "Tables of the book", [20, 24, 16, 40]), ""]


class DataDictionary(SphinxDirective):
    """{data-dictionary}: a section for each table with its fields, sources and licence; in print, one row."""

    def run(self) -> list[nodes.Node]:
        """Parse the description of all tables; the corrections are listed in every edition."""
        data = Path(self.env.srcdir) / "data"
        for name in tables.names(data):
            self.env.note_dependency(str(data / f"{name}.csv"))
        if self.env.app.builder.format == "latex":
            lines = [
                *_in_short(data),
                "## Corrections",
                "",
                *_corrections(tables.load(tables.CORRECTIONS, data)),
            ]
        else:
            lines = [
                line
                for name in tables.names(data)
                for line in _describe(tables.resource(name, data), tables.load(name, data))
            ]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)
