"""What was found wrong before this edition: in the texts, in upstream sources, in our own tables; and how often."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from ladders.evidence.inference import Interval
from ladders.results import measured


@measured("count")
def slip_counts(slips: pd.DataFrame, conflicts: pd.DataFrame, corrections: pd.DataFrame) -> dict[str, int]:
    """Slips of upstream sources and of ours; of the texts, all and by kind; changes declared after the edition."""
    texts = conflicts.kind.value_counts().to_dict()
    verdicts = slips[(slips.of == "ours") & (slips.changed == "the verdict")]
    return {
        **slips.of.value_counts().to_dict(),
        "verdicts": len(verdicts),
        "texts": len(conflicts),
        **texts,
        "declared": len(corrections),
    }


@measured("percent of cells")
def wrong_cells(cell_checks: pd.DataFrame) -> pd.DataFrame:
    """Share of the checked cells that were wrong, by kind of table and over all.

    Columns mean, low, high (percent, 95 % exact binomial interval), n (cells), wrong (cells). Cells of one table are
    not independent of each other, so the interval is rather too narrow.
    """
    counted = cell_checks.set_index("kind")[["cells", "wrong"]]
    counted.loc["all"] = counted.sum()
    rows = {}
    for kind, (cells, wrong) in counted.iterrows():
        bounds = stats.binomtest(int(wrong), int(cells)).proportion_ci()
        rows[kind] = Interval(100 * wrong / cells, 100 * bounds.low, 100 * bounds.high, int(cells))
    return pd.DataFrame.from_dict(rows, orient="index", columns=Interval._fields).join(counted.wrong)
