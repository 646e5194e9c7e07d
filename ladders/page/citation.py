"""How to cite the book and each of its tables: a line and a BibTeX entry, from CITATION.cff and the data package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from ladders import tables
from ladders.page import address

BIBTEX = "two-ladders.bib"
KEY = "two-ladders"


@dataclass(frozen=True)
class Book:
    """What a citation says of the book. released: ISO date. address: "" while the book has no public one."""

    author: str
    title: str
    version: str
    released: str
    address: str


def book(root: Path = tables.ROOT) -> Book:
    """The book as CITATION.cff describes it, at the address that _config.yml gives."""
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    author = " and ".join(person["name"] for person in cff["authors"])
    return Book(author, cff["title"], cff["version"], str(cff["date-released"]), address.home(root))


def line(cited: Book, table: dict | None = None) -> str:
    """One line that cites the book, or one of its tables (an entry of the data package)."""
    year = f"{cited.author} ({cited.released[:4]})."
    rest = f"Version {cited.version}, {cited.released}." + (f" {cited.address}" if cited.address else "")
    if table is None:
        return f"{year} {cited.title} {rest}"
    return f"{year} {table['title']} [table {table['name']}]. In: {cited.title} {rest}"


def _entry(cited: Book, table: dict | None = None) -> str:
    name = f"{KEY}-{table['name']}" if table else KEY
    title = f"{table['title']} (table {table['name']})" if table else cited.title
    fields = {
        "author": f"{{{cited.author}}}",
        "title": f"{{{title}}}".replace("_", r"\_").replace("&", r"\&"),
        "year": cited.released[:4],
        "version": cited.version,
        "note": f"Released {cited.released}" + (f", table of {cited.title}" if table else ""),
    }
    fields |= {"url": cited.address} if cited.address else {}
    body = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items())
    return f"@misc{{{name},\n{body}}}\n"


def bibtex(root: Path = tables.ROOT, *, of_tables: bool = True) -> str:
    """BibTeX of the book and, if asked for, of every table (key: two-ladders-NAME)."""
    cited = book(root)
    entries = [_entry(cited)]
    if of_tables:
        entries += [_entry(cited, entry) for entry in tables.descriptor(root / "data")["resources"]]
    return "\n".join(entries)
