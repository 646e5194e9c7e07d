"""Bridges: losses per value with intervals, standards, and the arithmetic of years that are not over."""

from __future__ import annotations

import pandas as pd
import pytest

from ladders.evidence import bridges
from ladders.tables import TableError, load


@pytest.fixture
def years() -> pd.DataFrame:
    """A year with two lists and two values, and one that ends on its last day of June."""
    rows = [
        (2024, "loss", "DefiLlama", 50.0, "2024"),
        (2024, "net loss", "DefiLlama", 40.0, "2024"),
        (2024, "value", "L2BEAT", 1000.0, "2024-06"),
        (2024, "value", "L2BEAT", 2000.0, "2024-12"),
        (2025, "loss", "PeckShield", 30.0, "2025-07-02"),
        (2025, "net loss", "PeckShield", 30.0, "2025-07-02"),
        (2025, "value", "L2BEAT", 1000.0, "2025-06"),
    ]
    return pd.DataFrame(rows, columns=["year", "quantity", "list", "value", "as_of"])


@pytest.fixture
def incidents() -> pd.DataFrame:
    """One bridge and one exchange in 2024, one bridge in 2025."""
    rows = [
        ("2024-02-01", "yes", 60.0, 10.0),
        ("2024-03-01", "no", 20.0, 0.0),
        ("2025-01-01", "yes", 30.0, 0.0),
    ]
    return pd.DataFrame(rows, columns=["date", "is_bridge", "loss", "returned"])


def test_the_interval_spans_all_lists_and_all_values(incidents: pd.DataFrame, years: pd.DataFrame):
    year = bridges.loss_per_value(incidents, years).value.loc[2024]
    assert year.gross == pytest.approx(100 * 50 / 1500)
    assert (year.gross_low, year.gross_high) == (
        pytest.approx(100 * 50 / 2000),
        pytest.approx(100 * 80 / 1000),
    )
    assert (year.net_low, year.net_high) == (pytest.approx(100 * 40 / 2000), pytest.approx(100 * 70 / 1000))


def test_a_year_that_is_not_over_is_brought_to_a_full_one_only_above(
    incidents: pd.DataFrame, years: pd.DataFrame
):
    year = bridges.loss_per_value(incidents, years).value.loc[2025]
    assert year.gross == year.gross_low == pytest.approx(3.0)
    assert year.gross_high == year.rate == pytest.approx(3.0 * 365 / 182)


def test_the_real_table_gives_the_published_sums():
    found = bridges.incident_summary().value
    assert (found["listed"], found["narrow"]) == (33, 26)
    assert found["listed billion"] == pytest.approx(3.22, abs=0.01)
    assert 1000 * found["listed billion"] == pytest.approx(
        load("bridge_incidents").query("list == 'SoK'").loss.sum()
    )
    assert found["narrow billion"] == pytest.approx(2.77, abs=0.01)
    assert (found["2023 low"], found["2023 high"]) == (
        pytest.approx(0.21, abs=0.01),
        pytest.approx(0.51, abs=0.01),
    )


def test_the_middle_lies_in_its_interval_and_net_never_exceeds_gross():
    yearly = bridges.loss_per_value().value
    for kind in ("gross", "net"):
        assert (yearly[f"{kind}_low"] <= yearly[kind]).all()
        assert (yearly[kind] <= yearly[f"{kind}_high"]).all()
    assert (yearly.net <= yearly.gross).all()


def test_without_the_largest_loss_of_2026_the_fall_would_be_sure():
    incidents, years = load("bridge_incidents"), load("bridge_years")
    assert bridges.loss_trend().value.high > 1
    small = (years.year == 2026) & (years.quantity == "loss")
    calm = years.assign(value=years.value.mask(small, 1.0))
    assert bridges.loss_trend(incidents, calm).value.high < 1


def test_standards_are_counted_at_the_end_of_each_year():
    found = bridges.standards_by_date().value
    assert found.created.is_monotonic_increasing
    assert found.final.iloc[-1] == bridges.standard_counts().value["final"] == 1
    assert found.final["2025-12-31"] == 0


def test_without_a_final_standard_none_is_counted():
    table = load("crosschain_standards")
    assert bridges.standard_counts(table[table.status != "Final"]).value["final"] == 0


def test_an_unknown_fact_is_an_error():
    with pytest.raises(TableError, match="no-such-fact"):
        bridges.fact(name="no-such-fact")
