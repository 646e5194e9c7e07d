"""Work on public repositories: commits by people, up to a snapshot and not a day beyond it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from ladders.evidence.inference import Share, exact_share
from ladders.results import measured

COMPARABLE = ("network", "product", "contracts", "library")
"""Kinds of repository that are compared; kits and documents are not, they follow a product made elsewhere."""


def units(repositories: pd.DataFrame, *, kinds: tuple[str, ...] = COMPARABLE) -> pd.DataFrame:
    """Independent units: a named system with all its comparable repositories, or one Web2 repository.

    Columns: unit, group, year, year_before (commits by people; NaN when no repository existed a year before the year),
    authors (of the busiest repository), snapshot (newest), repositories.
    """
    chosen = repositories[repositories.kind.isin(kinds)]
    unit = chosen.system_id.where(chosen.system_id != "", chosen.repository)
    grouped = chosen.assign(unit=unit, before=chosen.commits_year_before.astype("float64")).groupby(
        ["group", "unit"], sort=False
    )
    return grouped.agg(
        year=("commits_year", "sum"),
        year_before=("before", lambda b: b.sum(min_count=1)),
        authors=("authors_year", "max"),
        snapshot=("snapshot", "max"),
        last=("last_commit", "max"),
        repositories=("repository", "size"),
    ).reset_index()


@measured("share")
def growing(repositories: pd.DataFrame, *, group: str) -> Share:
    """Share of the units of a group with more commits in the year to the snapshot than in the year before."""
    both = units(repositories).query("group == @group").dropna(subset="year_before")
    both = both[(both.year > 0) | (both.year_before > 0)]
    return exact_share(int((both.year > both.year_before).sum()), len(both), whole=1)


@measured("p value")
def growth_difference(repositories: pd.DataFrame) -> float:
    """Fisher's exact test, two-sided: do named systems and Web2 repositories grow equally often?"""
    named, web2 = (growing(repositories, group=group).value for group in ("named", "web2"))
    return float(fisher_exact([[g.hits, g.n - g.hits] for g in (named, web2)]).pvalue)


@measured("people")
def median_authors(repositories: pd.DataFrame, *, group: str) -> float:
    """Median number of people in the year to the snapshot, busiest repository of each unit that had any work."""
    return float(units(repositories).query("group == @group and year > 0").authors.median())


@measured("commits")
def quarters(repositories: pd.DataFrame, repository_activity: pd.DataFrame) -> pd.DataFrame:
    """Commits by people by unit and whole quarter, comparable repositories. Columns: unit, group, quarter, commits.

    A unit's series ends before the quarter in which its earliest snapshot of a repository still in work was taken, so
    that no quarter is half seen.
    """
    chosen = repositories[repositories.kind.isin(COMPARABLE)]
    unit = chosen.system_id.where(chosen.system_id != "", chosen.repository)
    merged = repository_activity.merge(
        chosen.assign(unit=unit)[["repository", "unit", "group"]], on="repository"
    )
    whole = merged[~merged.partial.astype(bool)]
    return whole.groupby(["group", "unit", "quarter"], sort=False).commits.sum().reset_index()


@measured("count")
def snapshot_counts(repositories: pd.DataFrame) -> dict[str, object]:
    """Repositories and units read, first and last day of the snapshots, and named systems without comparable code."""
    named = repositories[repositories.group == "named"]
    bare = set(named.system_id) - set(named[named.kind.isin(COMPARABLE)].system_id)
    return {
        "repositories": len(repositories),
        "named units": int((units(repositories).group == "named").sum()),
        "web2": int((units(repositories).group == "web2").sum()),
        "first": repositories.snapshot.min(),
        "last": repositories.snapshot.max(),
        "only kits": len(bare),
        "commits": int(np.sum(named.commits_year)),
    }


@measured("date")
def repository_dates(repositories: pd.DataFrame) -> pd.DataFrame:
    """Day of the snapshot and of the last commit by a person, by repository."""
    return repositories.set_index("repository")[["snapshot", "last_commit"]]
