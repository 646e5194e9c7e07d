"""How firm are the key verdicts? Each again with one source left out at a time, and under every defensible choice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.results import Result
from ladders.verdicts import ledger
from ladders.verdicts.scale import MARGINS, SPECIFICATIONS, VERDICTS


def leave_one_out(chapter: str = "") -> pd.DataFrame:
    """The registered margins of the claims of a chapter (of all chapters when none is given).

    Columns: claim_id, verdict, unit (what is left out), tried, same (how many leave the verdict as it is), changed
    (the names without which it changes, joined by commas). A claim with several margins has several rows.
    """
    chosen = ledger.build(chapter=chapter)
    rows = []
    for margin in MARGINS:
        if claim := chosen.get(margin.claim):
            table = margin.function().value
            changed = table.left_out[table[margin.column] != claim.verdict]
            same = len(table) - len(changed)
            rows.append(
                (claim.claim_id, claim.verdict, margin.left_out, len(table), same, ", ".join(changed))
            )
    return pd.DataFrame(rows, columns=["claim_id", "verdict", "unit", "tried", "same", "changed"])


def specification_curves(chapter: str = "") -> pd.DataFrame:
    """The registered specification curves of the computed key claims of a chapter (of all when none is given).

    Columns: claim_id, verdict, combinations, agree (percent of them that give the ledger's verdict). A claim without a
    curve has 0 combinations and agree NaN.
    """
    curves = {curve.claim: curve for curve in SPECIFICATIONS}
    rows = []
    for row in ledger.build(chapter=chapter).values():
        if row.key and row.how == "computed":
            curve = curves.get(row.claim_id)
            counts = curve.function(**curve.options).value if curve else {}
            tried = sum(counts.get(verdict, 0) for verdict in VERDICTS)
            agree = 100 * counts[row.verdict] / tried if tried else np.nan
            rows.append((row.claim_id, row.verdict, tried, agree))
    return pd.DataFrame(rows, columns=["claim_id", "verdict", "combinations", "agree"])


def decided_by_one() -> dict[str, list[str]]:
    """Computed key claims -> what their verdict hangs on: "vendor Anthropic", without which alone it would be another."""
    rows = ledger.build()
    found: dict[str, list[str]] = {}
    for margin in leave_one_out().itertuples(index=False):
        if rows[margin.claim_id].key:
            named = [f"{margin.unit} {name}" for name in margin.changed.split(", ") if name]
            found.setdefault(margin.claim_id, []).extend(named)
    return found


def firmness_counts() -> Result:
    """Computed key verdicts: all, and those that one source decides; of their combinations the fewest and the median
    share that agrees (percent); verdicts that at least half of the combinations give (dict).
    """
    decided, curves = decided_by_one(), specification_curves()
    value = {
        "all": len(decided),
        "one source decides": sum(map(bool, decided.values())),
        "fewest combinations": int(curves.combinations.min()),
        "median agreement": curves.agree.median(),
        "half agree": int((curves.agree >= 50).sum()),
    }
    return ledger.whole(value, "key verdicts", f"{__name__}.firmness_counts")
