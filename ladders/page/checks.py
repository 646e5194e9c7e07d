"""Does the prose say what the records and the ledger say? Every disagreement is one sentence and fails the build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ladders.page import numbers
from ladders.tables import ROOT
from ladders.verdicts.ledger import Row

CLAIM = re.compile(r"\{claim\}`(?P<claim>[^`=]+)(=(?P<verdict>[^`]*))?`")


def number_faults(root: Path = ROOT) -> Iterator[str]:
    """Numbers that the prose states otherwise than their record, without one, or that are recorded for nothing."""
    known = numbers.records(root)
    used = set()
    for page, key, text in numbers.stated(root):
        used.add(key)
        if key not in known:
            yield f"{page}: number {key!r} is recorded in no cell."
        elif text != known[key].text:
            yield f"{page}: the prose states {text} for {key}, the record is {known[key].text} ({known[key].chapter})."
    for key in known:
        if key not in used:
            yield f"{known[key].chapter}: number {key!r} is recorded but stated nowhere."


def claim_faults(ledger: dict[str, Row], root: Path = ROOT) -> Iterator[str]:
    """Verdicts that the prose states otherwise than the ledger, and key claims settled but argued nowhere."""
    argued = set()
    for path in numbers.pages(root):
        for match in CLAIM.finditer(numbers.prose(path)):
            page, claim, said = path.relative_to(root), match["claim"], match["verdict"]
            argued.add((path.stem, claim))
            if claim not in ledger:
                yield f"{page}: claim {claim} is unknown."
            elif said != ledger[claim].verdict:
                yield f"{page}: the prose says {claim} {said or 'without a verdict'}, the ledger says {ledger[claim].verdict}."
    present = {path.stem for path in numbers.pages(root)}
    for row in ledger.values():
        if row.key and row.chapter in present and (row.chapter, row.claim_id) not in argued:
            yield f"chapters/{row.chapter}: key claim {row.claim_id} has a verdict but is not argued in its chapter."


def faults(ledger: dict[str, Row], root: Path = ROOT) -> list[str]:
    """All disagreements between prose and results, one sentence each."""
    return [*number_faults(root), *claim_faults(ledger, root)]
