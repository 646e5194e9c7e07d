"""How firm are the key verdicts? Each again with one source left out at a time."""

from __future__ import annotations

import pandas as pd

from ladders.verdicts import ledger
from ladders.verdicts.scale import MARGINS


def leave_one_out(chapter: str = "") -> pd.DataFrame:
    """The registered margins of the claims of a chapter (of all chapters when none is given).

    Columns: claim_id, verdict, unit (what is left out), tried, same (how many leave the verdict as it is), changed
    (the names without which it changes, joined by commas). A claim with several margins has several rows.
    """
    ledgers = ledger.build()
    rows = []
    for margin in MARGINS:
        claim = ledgers[margin.claim]
        if chapter in ("", claim.chapter):
            table = margin.function().value
            changed = table.left_out[table[margin.column] != claim.verdict]
            same = len(table) - len(changed)
            rows.append(
                (claim.claim_id, claim.verdict, margin.left_out, len(table), same, ", ".join(changed))
            )
    return pd.DataFrame(rows, columns=["claim_id", "verdict", "unit", "tried", "same", "changed"])
