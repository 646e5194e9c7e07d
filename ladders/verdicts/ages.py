"""From which month on the book calls a verdict stale: the rule of the ledger, applied to every computed verdict."""

from __future__ import annotations

import re

import pandas as pd

from ladders import tables
from ladders.results import Result
from ladders.verdicts import ledger


def first_stale_month(last: str) -> str:
    """The first month (YYYY-MM) in which evidence that ends in month `last` is called not updated.

    Raises ValueError for a month that is not written YYYY-MM.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", last):
        raise ValueError(f"month {last!r}: write YYYY-MM.")
    year, month = map(int, last.split("-"))
    later = year * 12 + month - 1 + ledger.STALE_MONTHS + 1
    return f"{later // 12}-{later % 12 + 1:02d}"


@tables.remembered
def _last_months() -> pd.DataFrame:
    rows = []
    for row in ledger.build().values():
        if row.how == "computed":
            last = re.findall(r"\d{4}-\d{2}", row.period)[-1]
            rows.append((row.claim_id, row.verdict, row.key, last, first_stale_month(last)))
    return pd.DataFrame(rows, columns=["claim_id", "verdict", "key", "evidence_to", "stale_from"])


def stale_months() -> Result:
    """Computed verdicts: claim_id, verdict, key, last month of evidence, first month in which it is stale (frame)."""
    return ledger.whole(_last_months().copy(), "month", f"{__name__}.stale_months")


def stale_counts() -> Result:
    """Number of computed verdicts: all, key, stale now, key and stale now, stale within 12 months (dict).

    Now is the month of the edition. Judged verdicts carry the day of the judgement and have no such month; "judged".
    """
    found, today = _last_months(), ledger.edition()
    now, next_year = f"{today:%Y-%m}", f"{today.year + 1}-{today:%m}"
    stale, soon = found.stale_from <= now, found.stale_from <= next_year
    value = {
        "computed": len(found),
        "key": int(found.key.sum()),
        "stale": int(stale.sum()),
        "key stale": int((stale & found.key).sum()),
        "in a year": int(soon.sum()),
        "key in a year": int((soon & found.key).sum()),
        "judged": sum(row.how in ("judged", "no data") for row in ledger.build().values()),
    }
    return ledger.whole(value, "count", f"{__name__}.stale_counts")


def stale_after() -> Result:
    """How many months after its last evidence a verdict is called not updated (number)."""
    return ledger.whole(ledger.STALE_MONTHS, "months", f"{__name__}.stale_after")


def last_month() -> Result:
    """The last month in which some computed verdict becomes stale (text YYYY-MM)."""
    return ledger.whole(_last_months().stale_from.max(), "month", f"{__name__}.last_month")
