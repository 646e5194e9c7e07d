"""How often the book's own tests err: shares read from the table of operating curves."""

from __future__ import annotations

import pandas as pd

from ladders.results import measured


@measured("percent of worlds")
def holds_share(operating_curves: pd.DataFrame, *, claim: str, cause: str = "effect") -> pd.DataFrame:
    """Share of worlds in which the test of a claim says "holds": true effect (rows) by share of rows kept (columns).

    cause: "effect", or "confounder" for the worlds that are true for the wrong reason. KeyError without a curve.
    """
    curve = operating_curves[(operating_curves.claim_id == claim) & (operating_curves.cause == cause)]
    if curve.empty:
        raise KeyError(f"table operating_curves has no {cause} worlds for claim {claim}")
    return curve.assign(share=100 * curve.holds / curve.worlds).pivot(
        index="effect", columns="rows", values="share"
    )


@measured("count")
def world_counts(operating_curves: pd.DataFrame, *, claim: str) -> dict[str, float]:
    """Number of worlds at each setting; the largest true effect and the next one below it."""
    curve = operating_curves[operating_curves.claim_id == claim]
    effects = sorted(curve.effect.unique())
    return {"worlds": int(curve.worlds.min()), "largest": effects[-1], "next": effects[-2]}


@measured("percent of worlds")
def holds_by_test(operating_curves: pd.DataFrame, claims: pd.DataFrame, *, chapter: str = "") -> pd.DataFrame:
    """Share of worlds judged "holds", all rows kept, one row for each test of a chapter (of all without one).

    Columns: none, smallest, twice, fourfold (true effect in multiples of the smallest that matters), confounder;
    unit and smallest effect of the test.
    """
    chosen = claims.claim_id[claims.chapter.eq(chapter) | (chapter == "")]
    whole = operating_curves[(operating_curves.rows == 1.0) & operating_curves.claim_id.isin(chosen)]
    curves = whole.assign(share=lambda rows: 100 * rows.holds / rows.worlds)
    real = curves[curves.cause == "effect"].sort_values(["claim_id", "effect"])
    wide = real.assign(place=real.groupby("claim_id").cumcount()).pivot(
        index="claim_id", columns="place", values="share"
    )
    wide = wide[[0, 2, 3, 4]].set_axis(["none", "smallest", "twice", "fourfold"], axis="columns")
    effects = real.groupby("claim_id").agg(
        unit=("unit", "first"), effect=("effect", lambda sizes: sorted(sizes)[2])
    )
    confounder = curves[curves.cause == "confounder"].set_index("claim_id").share
    return wide.assign(confounder=confounder).join(effects)
