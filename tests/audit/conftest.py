"""How the audit reports: each step records measures; minutes by step are printed, and published when asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from ladders import tables

TABLE = "checks"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--publish` puts what was measured into data/checks.csv."""
    parser.addoption("--publish", action="store_true", help="write what was measured to data/checks.csv")


@pytest.fixture
def record(request: pytest.FixtureRequest, record_property: Callable) -> Callable[[str, float, str], None]:
    """record(measure, value, unit): a result of this step; the step is the name of the module without test_."""

    def keep(measure: str, value: float, unit: str) -> None:
        record_property("measure", (step(request.node.nodeid), measure, float(value), unit))

    return keep


def step(nodeid: str) -> str:
    """The step that a test belongs to."""
    return nodeid.partition("::")[0].rpartition("/")[2].removeprefix("test_").removesuffix(".py")


def merged(found: list[tuple], old: pd.DataFrame) -> pd.DataFrame:
    """What was measured today in the place of the same steps' earlier rows."""
    fresh = pd.DataFrame(found, columns=["step", "measure", "value", "unit"]).assign(measured_on=date.today())
    kept = old[~old.step.isin(fresh.step)]
    return pd.concat([kept, fresh.astype({"measured_on": str})]).sort_values(
        ["step", "measure"], kind="stable"
    )


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Print measures and minutes of each step; write them to the table when all is green and it was asked for."""
    reports = [report for name in ("passed", "failed") for report in terminalreporter.stats.get(name, [])]
    minutes: dict[str, float] = {}
    found: list[tuple] = []
    for report in reports:
        minutes[step(report.nodeid)] = minutes.get(step(report.nodeid), 0) + report.duration / 60
        found += [value for name, value in report.user_properties if name == "measure"]
    terminalreporter.section("audit")
    for name, measure, value, unit in found:
        terminalreporter.line(f"{name}: {measure}: {value:g} {unit}")
    for name, spent in minutes.items():
        terminalreporter.line(f"{name}: {spent:.1f} minutes")
    # A worker, which knows of its own share alone, publishes nothing.
    if config.getoption("--publish") and exitstatus == 0 and found and not hasattr(config, "workerinput"):
        tables.replace(TABLE, merged(found, tables.load(TABLE)))
