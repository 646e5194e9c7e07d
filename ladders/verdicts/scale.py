"""The one scale for every claim, and what a computed verdict must carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from ladders.evidence.inference import Interval, Trend
from ladders.results import Result, table_parameters

SCALE = {
    "holds": "The data support the claim by the rule that stands beside it.",
    "holds in part": "Some clauses of the claim hold and some do not; both are listed.",
    "does not hold": "The data contradict the claim by the same rule.",
    "open": "The claim could be tested, but the data at hand do not decide it.",
    "not testable": "No observation could decide it: a definition, an opinion, advice, a remark on the text itself.",
}

VERDICTS = tuple(verdict for verdict in SCALE if verdict != "not testable")
"""What a computed verdict can be."""

OUTCOMES = ("hold", "fail", "undecided")
"""What the data can say of one clause of a claim."""

HOW = {
    "computed": "a function of tables in data/, which could have come out otherwise",
    "judged": "a reason and its basis, written down in data/judgements.csv",
    "no data": "testable, but the table that would decide it was looked for and not found; the verdict is open",
}


class VerdictError(ValueError):
    """A verdict outside the scale, or without what the scale demands of it. The message names the claim."""


@dataclass(frozen=True)
class Finding:
    """What a test function returns.

    verdict: a word of SCALE. statistics: name -> number, unit in the name. period: first and last month of the
    evidence. clauses_hold, clauses_fail: both needed for "holds in part"; clauses_open: what the data leave undecided.
    """

    verdict: str
    statistics: Mapping[str, float]
    period: tuple[str, str]
    clauses_hold: tuple[str, ...] = ()
    clauses_fail: tuple[str, ...] = ()
    clauses_open: tuple[str, ...] = ()

    def check(self, claim_id: str) -> None:
        """Raise VerdictError unless the finding is on the scale and complete."""
        if self.verdict not in SCALE:
            raise VerdictError(
                f"claim {claim_id}: {self.verdict!r} is not on the scale ({', '.join(SCALE)})."
            )
        if self.verdict == "holds in part" and not (self.clauses_hold and self.clauses_fail):
            raise VerdictError(
                f"claim {claim_id}: 'holds in part' needs the clauses that hold and those that do not; "
                "without both the verdict is 'open'."
            )
        if not self.statistics:
            raise VerdictError(f"claim {claim_id}: a computed verdict needs at least one statistic.")


@dataclass(frozen=True)
class Test:
    """A registered test: the claims it settles, its rule in words, the function and the tables it reads."""

    claims: tuple[str, ...]
    rule: str
    function: Callable[..., Finding]
    tables: tuple[str, ...] = field(default=())


REGISTRY: dict[str, Test] = {}
"""claim_id -> the test that settles it."""


def settles(*claims: str, rule: str) -> Callable[[Callable[..., Finding]], Callable[..., Finding]]:
    """Register a function of tables (its positional parameters name them) as the test of one or more claims."""

    def register(function: Callable[..., Finding]) -> Callable[..., Finding]:
        test = Test(claims, " ".join(rule.split()), function, table_parameters(function))
        for claim in claims:
            if claim in REGISTRY:
                raise VerdictError(
                    f"claim {claim}: both {REGISTRY[claim].function.__name__} and {function.__name__} settle it."
                )
            REGISTRY[claim] = test
        return function

    return register


@dataclass(frozen=True)
class Margin:
    """How a verdict fares with one source left out at a time.

    left_out: what is left out ("vendor", "board"). function: a measured function whose value has column left_out and
    the verdict in `column`, one row for each source.
    """

    claim: str
    left_out: str
    function: Callable[..., Result]
    column: str


MARGINS: list[Margin] = []


def margin(
    claim: str, *, left_out: str, column: str = "verdict"
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a measured function as a margin of a claim; it stands above `measured`."""

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        MARGINS.append(Margin(claim, left_out, function, column))
        return function

    return register


@dataclass(frozen=True)
class Specification:
    """How often a claim gets which verdict over all combinations of defensible choices.

    function: a measured function whose value is a dict with the number of combinations of every word of VERDICTS;
    options: its keyword arguments.
    """

    claim: str
    function: Callable[..., Result]
    options: Mapping[str, Any]


SPECIFICATIONS: list[Specification] = []


def specifications(claim: str, /, **options: Any) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a measured function as the specification curve of a claim; it stands above `measured`."""

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        SPECIFICATIONS.append(Specification(claim, function, options))
        return function

    return register


def clauses_verdict(hold: tuple[str, ...], fail: tuple[str, ...], undecided: tuple[str, ...]) -> str:
    """The verdict that follows from a claim's clauses.

    Some hold and some fail: holds in part, whatever the undecided ones would say. Otherwise anything undecided makes
    it open; all hold: holds; all fail: does not hold.
    """
    if hold and fail:
        return "holds in part"
    if undecided:
        return "open"
    return "holds" if hold else "does not hold"


def finding(outcomes: Mapping[str, str], statistics: Mapping[str, float], period: tuple[str, str]) -> Finding:
    """The finding that follows from clauses, clause -> one of OUTCOMES. Statistics without a finite value are left out.

    Raises VerdictError, naming the clause, for an outcome that is not one of OUTCOMES.
    """
    for clause, outcome in outcomes.items():
        if outcome not in OUTCOMES:
            raise VerdictError(f"clause {clause!r}: {outcome!r} is not one of {', '.join(OUTCOMES)}.")
    lists = [tuple(clause for clause, said in outcomes.items() if said == outcome) for outcome in OUTCOMES]
    known = {name: float(value) for name, value in statistics.items() if np.isfinite(value)}
    return Finding(clauses_verdict(*lists), known, period, *lists)


def months(dates: Iterable[str], otherwise: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """First and last month (YYYY-MM) of ISO dates or months; blank ones are passed over; `otherwise`: without any."""
    known = [date[:7] for date in dates if date]
    return (min(known), max(known)) if known else otherwise


def above(interval: Interval | Trend, bar: float, fail_below: float | None = None) -> str:
    """hold: the 95 % interval lies above the bar; fail: it lies below `fail_below` (the bar, if not given)."""
    if interval.low > bar:
        return "hold"
    return "fail" if interval.high < (bar if fail_below is None else fail_below) else "undecided"


def below(interval: Interval | Trend, bar: float, fail_above: float | None = None) -> str:
    """hold: the 95 % interval lies below the bar; fail: it lies above `fail_above` (the bar, if not given)."""
    if interval.high < bar:
        return "hold"
    return "fail" if interval.low > (bar if fail_above is None else fail_above) else "undecided"


def reaches(interval: Interval, smallest: float, nothing: float = 0.0) -> str:
    """hold: above `nothing` with 95 % and on average at least the smallest that matters; fail: below it with 95 %."""
    if interval.low > nothing and interval.mean >= smallest:
        return "hold"
    return "fail" if interval.high < smallest else "undecided"


def _said(found: Finding) -> tuple[str, str, str]:
    return found.verdict, "; ".join(found.clauses_hold), "; ".join(found.clauses_fail)


def without_each(test: Callable[[str], Finding], names: Iterable[str]) -> pd.DataFrame:
    """What a test of a name to leave out says for each name. Columns: left_out, verdict, holds, fails (clauses)."""
    rows = [(name, *_said(test(name))) for name in names]
    return pd.DataFrame(rows, columns=["left_out", "verdict", "holds", "fails"])


def sweep(
    test: Callable[..., Finding],
    frames: Iterable[pd.DataFrame],
    choices: Mapping[str, Mapping[str, Any] | tuple],
) -> pd.DataFrame:
    """A test under every combination of choices. Columns: the options, verdict, holds, fails (clauses).

    choices: option of the test -> name -> value, or option -> values that stand for themselves.
    """
    named = [
        values.items() if isinstance(values, Mapping) else [(value, value) for value in values]
        for values in choices.values()
    ]
    rows = []
    for picked in product(*named):
        options = {option: value for option, (_, value) in zip(choices, picked, strict=True)}
        rows.append((*(name for name, _ in picked), *_said(test(*frames, **options))))
    return pd.DataFrame(rows, columns=[*choices, "verdict", "holds", "fails"])


def verdict_counts(combinations: pd.DataFrame) -> dict[str, int]:
    """Number of combinations, all and by verdict."""
    found = list(combinations.verdict)
    return {"all": len(found), **{verdict: found.count(verdict) for verdict in VERDICTS}}


def clause_counts(outcomes: pd.DataFrame) -> dict[str, int]:
    """Number of combinations, all and by the verdict that follows from the outcomes in a row, one column a clause."""
    verdicts = [finding(row, {}, ("", "")).verdict for row in outcomes.to_dict("records")]
    return verdict_counts(pd.DataFrame({"verdict": verdicts}))
