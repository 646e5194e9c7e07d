"""What the texts foretell and advise, and which missing data limit most verdicts."""

from __future__ import annotations

import pandas as pd

from ladders.results import measured


@measured("count")
def register_counts(predictions: pd.DataFrame, judgements: pd.DataFrame) -> dict[str, int]:
    """Entries of the register: all, by kind, with a day set by the text, with a criterion of ours, due and to come.

    An entry is due when its day is not later than the last day on which a claim was judged.
    """
    today = judgements.judged_on.max()
    with_day = predictions[predictions.due != ""]
    return {
        "all": len(predictions),
        **predictions.kind.value_counts().to_dict(),
        "day in text": int(predictions.day_in_text.sum()),
        "with criterion": len(with_day),
        "without criterion": len(predictions) - len(with_day),
        "due": int((with_day.due <= today).sum()),
        "to come": int((with_day.due > today).sum()),
    }


@measured("date")
def next_due(predictions: pd.DataFrame, judgements: pd.DataFrame) -> str:
    """The first day (ISO) after the last judgement on which an entry of the register falls due, "" if none does."""
    later = predictions.due[predictions.due > judgements.judged_on.max()]
    return later.min() if len(later) else ""


@measured("claims")
def hole_ranks(holes: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Holes by the number of key claims that they limit, then of all claims, then by name.

    Columns hole, chapter, would_settle, key, other (numbers of claims), claims (their ids, key claims first); index
    hole_id. Raises ValueError for a hole that limits a claim which table claims does not have, or one claim twice.
    """
    is_key = claims.set_index("claim_id").key
    rows = []
    for hole in holes.itertuples():
        limited = [claim for claim in hole.limits.split("|") if claim]
        if unknown := [claim for claim in limited if claim not in is_key.index]:
            raise ValueError(f"hole {hole.hole_id}: unknown claim {unknown[0]}.")
        if len(set(limited)) < len(limited):
            raise ValueError(f"hole {hole.hole_id}: a claim stands twice in {hole.limits!r}.")
        key = [claim for claim in limited if is_key[claim]]
        other = [claim for claim in limited if not is_key[claim]]
        rows.append(
            (hole.hole_id, hole.hole, hole.chapter, hole.would_settle, len(key), len(other), (*key, *other))
        )
    columns = ["hole_id", "hole", "chapter", "would_settle", "key", "other", "claims"]
    found = pd.DataFrame(rows, columns=columns)
    found["all"] = found.key + found.other
    found = found.sort_values(["key", "all", "hole_id"], ascending=[False, False, True])
    return found.drop(columns="all").set_index("hole_id")


@measured("count")
def hole_counts(holes: pd.DataFrame, claims: pd.DataFrame) -> dict[str, int]:
    """Holes: all, that limit a key claim, that limit two or more; key claims limited by any hole; the most for one."""
    ranks = hole_ranks(holes, claims).value
    limited = {claim for row in ranks.claims for claim in row}
    key = set(claims.claim_id[claims.key])
    return {
        "all": len(ranks),
        "limit a key claim": int((ranks.key > 0).sum()),
        "limit several": int((ranks.key > 1).sum()),
        "key claims": len(key),
        "key claims limited": len(key & limited),
        "most": int(ranks.key.max()),
        "with the most": int((ranks.key == ranks.key.max()).sum()),
    }


@measured("text")
def largest_hole(holes: pd.DataFrame, claims: pd.DataFrame) -> str:
    """Name of the hole at the top of the ranking."""
    return hole_ranks(holes, claims).value.hole.iloc[0]
