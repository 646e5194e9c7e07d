"""How often the book's own tests err: shares read from the table of operating curves."""

from __future__ import annotations

import pandas as pd

from ladders.results import measured


@measured("percent of worlds")
def holds_share(operating_curves: pd.DataFrame, *, claim: str, cause: str = "effect") -> pd.DataFrame:
    """Share of worlds in which the test of a claim says "holds": true effect (rows) by share of rows kept (columns).

    cause: "effect", or "confounder" for the worlds that are true for the wrong reason. TableError without a curve.
    """
    curve = operating_curves[(operating_curves.claim_id == claim) & (operating_curves.cause == cause)]
    if curve.empty:
        raise ValueError(f"no {cause} worlds for claim {claim}")
    return curve.assign(share=100 * curve.holds / curve.worlds).pivot(
        index="effect", columns="rows", values="share"
    )


@measured("count")
def world_counts(operating_curves: pd.DataFrame, *, claim: str) -> dict[str, float]:
    """Number of worlds at each setting; the largest true effect and the next one below it."""
    curve = operating_curves[operating_curves.claim_id == claim]
    effects = sorted(curve.effect.unique())
    return {"worlds": int(curve.worlds.min()), "largest": effects[-1], "next": effects[-2]}


MULTIPLES = {0: "none", 1: "half", 2: "the smallest", 3: "twice", 4: "four times"}
"""Place of a true effect among those of a test -> its size in words."""


@measured("percent of worlds")
def multiples(operating_curves: pd.DataFrame) -> pd.DataFrame:
    """Share of worlds judged "holds", all rows kept: a row for each test, a column for each size of the true effect."""
    whole = operating_curves[(operating_curves.rows == 1.0) & (operating_curves.cause == "effect")]
    real = whole.assign(share=100 * whole.holds / whole.worlds).sort_values(["claim_id", "effect"])
    wide = real.assign(place=real.groupby("claim_id").cumcount()).pivot(
        index="claim_id", columns="place", values="share"
    )
    return wide.rename(columns=MULTIPLES)


@measured("percent of worlds")
def holds_by_test(operating_curves: pd.DataFrame, claims: pd.DataFrame, *, chapter: str = "") -> pd.DataFrame:
    """Share of worlds judged "holds", all rows kept, one row for each test of a chapter (of all without one).

    Columns as in `multiples`, and: confounder (worlds true for the wrong reason); unit and smallest effect of the test.
    """
    chosen = operating_curves[
        operating_curves.claim_id.isin(claims.claim_id[claims.chapter.eq(chapter) | (chapter == "")])
    ]
    whole = chosen[chosen.rows == 1.0]
    effects = (
        whole[whole.cause == "effect"]
        .groupby("claim_id")
        .agg(unit=("unit", "first"), effect=("effect", lambda sizes: sorted(sizes)[2]))
    )
    wrong = whole[whole.cause == "confounder"].set_index("claim_id")
    return multiples(chosen).value.assign(confounder=100 * wrong.holds / wrong.worlds).join(effects)


@measured("percent of worlds")
def error_counts(operating_curves: pd.DataFrame, claims: pd.DataFrame) -> dict[str, float]:
    """Number of tests, of worlds a point; the largest share that holds at no effect and for the wrong reason.

    Then the share of the median test at the smallest effect, at twice and at four times it; blunt: tests below half of the worlds even there.
    """
    found = holds_by_test(operating_curves, claims).value
    return {
        "tests": len(found),
        "worlds": int(operating_curves.worlds.min()),
        "most at no effect": found["none"].max(),
        "most for the wrong reason": found.confounder.max(),
        "median test, smallest effect": found["the smallest"].median(),
        "median test, twice": found["twice"].median(),
        "median test, fourfold": found["four times"].median(),
        "blunt": int((found["four times"] < 50).sum()),
    }
