"""The data package that readers take away: every table, the ledger of claims and verdicts, licences, hashes, one zip.

The zip is a Frictionless data package: its datapackage.json is that of data/, with the ledger as one more table.
"""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ladders import tables
from ladders.page import citation, exports
from ladders.verdicts import ledger

NAME = "two-ladders-data.zip"


def _ledger_entry(content: bytes, data: Path) -> dict:
    """Description of the ledger as a resource of the package."""
    fields = [
        {"name": name, "type": "boolean" if name == "key" else "string", "description": meaning}
        for name, meaning in exports.FIELDS.items()
    ]
    return {
        "name": "ledger",
        "path": "ledger.csv",
        "title": "Every claim with its verdict",
        "description": "The ledger of the book, computed from the other tables of this package.",
        "class": "generated",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "sources": [{"title": "The tests of the book", "as_of": ledger.edition(data).isoformat()}],
        "licenses": tables.resource("claims", data)["licenses"],
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": ["claim_id"]},
    }


def _terms(data: Path) -> str:
    """The licence of each table and the terms of each of its sources, as plain text."""
    lines = ["Licence of each table, and below it the sources that its facts come from with their terms.", ""]
    for entry in tables.descriptor(data)["resources"]:
        lines.append(f"{entry['path']}: {', '.join(licence['name'] for licence in entry['licenses'])}")
        for source in entry["sources"]:
            place = " ".join(source[key] for key in ("path", "file", "commit") if source.get(key))
            terms = source.get("licence", "our own work, or terms named in the rows")
            lines.append(f"    {source['title']}. {place + '. ' if place else ''}Terms: {terms}.")
    return "\n".join(lines) + "\n"


def _readme(root: Path) -> str:
    """What a reader of the zip needs to know first."""
    data = root / "data"
    package, book = tables.descriptor(data), citation.book(root)
    listed = "\n".join(f"- `{entry['path']}`: {entry['title']}." for entry in package["resources"])
    return f"""# {package["title"]}

Version {package["version"]}, {ledger.edition(data)}. All tables of the book, as it reads them. `datapackage.json` describes
every field, and for each table its sources with date, commit and terms. `ledger.csv` holds every claim with its verdict.
The files keep what their sources say; `corrections.csv` lists what the book reads otherwise.

Licence: CC BY 4.0, see `LICENSE.txt`; facts taken from elsewhere keep their terms, see `TERMS.txt`.
Check the files with `sha256sum --check sha256sums.txt`.

Cite: {citation.line(book)}
BibTeX for the book and for each table: `{citation.BIBTEX}`.

- `ledger.csv`: Every claim with its verdict.
{listed}
"""


def files(root: Path = tables.ROOT) -> dict[str, bytes]:
    """What the zip holds: name -> content, sorted by name, with sha256sums.txt over all the others."""
    data = root / "data"
    ledger_csv = exports.as_csv(ledger.build(data), data).encode()
    package = dict(tables.descriptor(data))
    package["resources"] = [*package["resources"], _ledger_entry(ledger_csv, data)]
    found = {entry["path"]: (data / entry["path"]).read_bytes() for entry in package["resources"][:-1]}
    found |= {
        "ledger.csv": ledger_csv,
        tables.DESCRIPTOR: (json.dumps(package, indent=2, ensure_ascii=False) + "\n").encode(),
        "README.md": _readme(root).encode(),
        "LICENSE.txt": (root / "LICENSE-text").read_bytes(),
        "TERMS.txt": _terms(data).encode(),
        "CITATION.cff": (root / "CITATION.cff").read_bytes(),
        citation.BIBTEX: citation.bibtex(root).encode(),
    }
    sums = "".join(f"{hashlib.sha256(found[name]).hexdigest()}  {name}\n" for name in sorted(found))
    return dict(sorted((found | {"sha256sums.txt": sums.encode()}).items()))


def write(path: Path, root: Path = tables.ROOT) -> None:
    """Write the package to path: the same tables give the same bytes.

    The files are stored, not deflated: what deflating gives depends on the machine's zlib.
    """
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as archive:
        for name, content in files(root).items():
            entry = ZipInfo(name)  # dated 1980-01-01, the first day that a zip knows
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    path.write_bytes(whole.getvalue())
