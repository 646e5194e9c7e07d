"""The ledger: one row for every claim, with its verdict, how it was reached, on what evidence and of when."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ladders import tables
from ladders.results import Result, asking, name_of
from ladders.verdicts import (  # noqa: F401  (importing a module of tests registers them)
    agents,
    ai,
    ai_for_web3,
    comparison,
    compute_market,
    dispersion,
    landscape,
    modular,
    needs,
    scaling,
    tokens,
    training,
    trust,
    web3_for_ai,
)
from ladders.verdicts.scale import HOW, REGISTRY, SCALE, VerdictError

STALE_MONTHS = 18
"""A verdict on evidence older than this, seen from the edition's date, says since when it was not updated."""


@dataclass(frozen=True)
class Row:
    """One claim in the ledger. sources: titles from the data package.

    test and tables: the function that settles a computed claim, and what it reads.
    """

    claim_id: str
    verdict: str
    how: str
    key: bool
    chapter: str
    statistics: dict[str, float] = field(default_factory=dict)
    rule: str = ""
    reason: str = ""
    period: str = ""
    sources: tuple[str, ...] = ()
    test: str = ""
    tables: tuple[str, ...] = ()
    clauses_hold: tuple[str, ...] = ()
    clauses_fail: tuple[str, ...] = ()
    clauses_open: tuple[str, ...] = ()


def edition(data: Path = tables.DATA) -> date:
    """The date of this edition: `created` of the data package."""
    return date.fromisoformat(tables.descriptor(data)["created"][:10])


def period_in_words(first: str, last: str, today: date) -> str:
    """ "2022-01 to 2024-06", with "not updated since" when the evidence ended over 18 months before today."""
    words = first if first == last else f"{first} to {last}"
    year, month = map(int, last.split("-")[:2])
    if (today.year - year) * 12 + today.month - month > STALE_MONTHS:
        words += f", not updated since {last}"
    return words


def _sources(names: tuple[str, ...], data: Path) -> tuple[str, ...]:
    found = [source["title"] for name in names for source in tables.resource(name, data)["sources"]]
    return tuple(dict.fromkeys(found))


def _computed(claim: dict, data: Path) -> Row:
    test = REGISTRY[claim["claim_id"]]
    with asking(name_of(test.function), test.tables):
        finding = test.function(*(tables.shared(name, data) for name in test.tables))
    finding.check(claim["claim_id"])
    return Row(
        claim["claim_id"],
        finding.verdict,
        "computed",
        claim["key"],
        claim["chapter"],
        statistics={name: float(f"{value:.4g}") for name, value in finding.statistics.items()},
        rule=test.rule,
        period=period_in_words(*finding.period, edition(data)),
        sources=_sources(test.tables, data),
        test=name_of(test.function),
        tables=test.tables,
        clauses_hold=finding.clauses_hold,
        clauses_fail=finding.clauses_fail,
        clauses_open=finding.clauses_open,
    )


@tables.remembered
def _by_claim(name: str, data: Path) -> dict[str, dict]:
    """The rows of table claims or judgements, claim_id -> field -> value."""
    return tables.load(name, data).set_index("claim_id", drop=False).to_dict("index")


@tables.remembered
def row(claim_id: str, data: Path = tables.DATA) -> Row:
    """The row of one claim; no other claim is computed. Raises VerdictError as `build` does."""
    claims, judgements = _by_claim("claims", data), _by_claim("judgements", data)
    if claim_id not in claims:
        raise VerdictError(f"claim {claim_id} is unknown: data/claims.csv has no such claim_id.")
    claim = claims[claim_id]
    if first := claim["same_as"]:
        twin = row(first, data)
        return replace(
            twin,
            claim_id=claim_id,
            key=claim["key"],
            chapter=claim["chapter"],
            reason=f"Same proposition as {first}. {twin.reason}".strip(),
        )
    if claim_id in REGISTRY:
        return _computed(claim, data)
    if claim_id not in judgements:
        raise VerdictError(
            f"claim {claim_id} has no verdict: add a test or a row to data/judgements.csv (verdict 'open' "
            "and how 'no data' where nothing decides it)."
        )
    judged = judgements[claim_id]
    if judged["how"] == "no data" and judged["verdict"] != "open":
        raise VerdictError(
            f"claim {claim_id}: without data the verdict is 'open', not {judged['verdict']!r}."
        )
    return Row(
        claim_id, judged["verdict"], judged["how"], claim["key"], claim["chapter"],
        reason=judged["reason"], sources=(judged["basis"],), period=judged["judged_on"],
    )  # fmt: skip


def build(data: Path = tables.DATA, chapter: str = "") -> dict[str, Row]:
    """The ledger, or the part of it that belongs to a chapter: claim_id -> Row, in the order of data/claims.csv.

    Raises VerdictError for a test or judgement of an unknown claim, a claim both computed and judged or neither, or a
    verdict that breaks the scale.
    """
    claims, judgements = _by_claim("claims", data), _by_claim("judgements", data)
    for claim_id in [*REGISTRY, *judgements]:
        if claim_id not in claims:
            raise VerdictError(f"claim {claim_id} is unknown: data/claims.csv has no such claim_id.")
        if claim_id in REGISTRY and claim_id in judgements:
            raise VerdictError(f"claim {claim_id} is both computed and judged; one of the two must go.")
    return {
        claim_id: row(claim_id, data)
        for claim_id, claim in claims.items()
        if chapter in ("", claim["chapter"])
    }


def moved(before: dict[str, Row], after: dict[str, Row]) -> list[str]:
    """Claims whose verdict differs between two ledgers, one line each; key claims are marked."""
    return [
        f"{'key ' if row.key else ''}claim {claim}: {row.verdict} -> {after[claim].verdict}"
        for claim, row in before.items()
        if row.verdict != after[claim].verdict
    ]


def whole(value: object, unit: str, function: str) -> Result:
    """A value of the whole ledger, which rests on every table that a test or the list of claims reads."""
    read = {"claims", "judgements", *(name for test in REGISTRY.values() for name in test.tables)}
    return Result(value, unit, function, tuple(sorted(read)))


def counts(*, key: bool = False) -> Result:
    """Number of claims (or of key claims): all, by verdict of the scale, and by how it was reached (dict)."""
    rows = [row for row in build().values() if row.key or not key]
    found = {"all": len(rows)}
    found |= {verdict: sum(row.verdict == verdict for row in rows) for verdict in SCALE}
    found |= {how: sum(row.how == how for row in rows) for how in HOW}
    return whole(found, "claims", f"{__name__}.counts")
