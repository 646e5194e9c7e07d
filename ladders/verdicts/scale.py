"""The one scale for every claim, and what a computed verdict must carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ladders.results import Result, table_parameters

SCALE = {
    "holds": "The data support the claim by the rule that stands beside it.",
    "holds in part": "Some clauses of the claim hold and some do not; both are listed.",
    "does not hold": "The data contradict the claim by the same rule.",
    "open": "The claim could be tested, but the data at hand do not decide it.",
    "not testable": "No observation could decide it: a definition, an opinion, advice, a remark on the text itself.",
}

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
