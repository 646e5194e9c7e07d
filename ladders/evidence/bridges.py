"""Bridges and what crosses them: loss per value held by year, standards for work across chains, volumes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ladders.evidence.inference import Trend, exact_share, factor_between, yearly_factor
from ladders.results import measured


class Course(NamedTuple):
    """The course of one metric: first and latest value with dates, factor per year with an interval, and its basis.

    low, high: as `basis` says; NaN where nothing bounds the factor. n: points or units behind it.
    """

    first: float
    first_date: str
    latest: float
    latest_date: str
    factor: float
    low: float
    high: float
    n: int
    basis: str


def _by_list(incidents: pd.DataFrame, column: pd.Series) -> pd.DataFrame:
    """Sums by year: all that is listed, and bridges in the narrow sense alone (USD million)."""
    year = pd.to_datetime(incidents.date).dt.year
    narrow = column.where(incidents.is_bridge == "yes", 0.0)
    return pd.DataFrame({"all": column.groupby(year).sum(), "narrow": narrow.groupby(year).sum()})


def _share_of_year(bridge_years: pd.DataFrame) -> pd.Series:
    """Part of each year that its latest loss covers: 1, or less where the list ends on a day of that year."""
    losses = bridge_years[bridge_years.quantity == "loss"]
    ends = pd.to_datetime(losses.as_of.where(losses.as_of.str.len() == 10))
    covered = ((ends - pd.to_datetime(losses.year.astype(str) + "-01-01")).dt.days / 365).fillna(1.0)
    return covered.groupby(losses.year).max()


@measured("percent of the value held in bridges")
def loss_per_value(bridge_incidents: pd.DataFrame, bridge_years: pd.DataFrame) -> pd.DataFrame:
    """Loss per value bridged by year (rows), gross and net of what was returned or frozen, with intervals.

    Columns: gross, gross_low, gross_high, net, net_low, net_high (percent of value, as counted), loss, loss_low,
    loss_high (USD million, gross), value (USD million), covered (part of the year counted), rate (gross, brought to a
    full year). The middle is the list that flags bridges where there is one, else the narrow sum of incidents, over
    the mean of the values around the year. The interval runs from the least list over the greatest value to the
    greatest list over the least value; where a year is not over its upper end is brought to a full year.
    """
    lists = bridge_years[bridge_years.list.isin(["DefiLlama", "PeckShield", "single reports"])]
    value = bridge_years[bridge_years.quantity == "value"].groupby("year").value.agg(["min", "mean", "max"])
    gross = _by_list(bridge_incidents, bridge_incidents.loss)
    net = _by_list(bridge_incidents, bridge_incidents.loss - bridge_incidents.returned)
    covered = _share_of_year(bridge_years)
    rows = {}
    for year in sorted(set(gross.index) & set(value.index)):
        part = lists[lists.year == year]
        spans = {}
        for name, sums, quantity in (("gross", gross, "loss"), ("net", net, "net loss")):
            flagged = part[part.quantity == quantity].value
            counted = [*sums.loc[year], *flagged]
            spans[name] = (
                flagged.max() if len(flagged) else sums.narrow[year],
                min(counted),
                max(counted),
            )
        over = value.loc[year]
        whole = covered.get(year, 1.0)
        row = {"loss": spans["gross"][0], "loss_low": spans["gross"][1], "loss_high": spans["gross"][2]}
        for name, (middle, low, high) in spans.items():
            row |= {
                name: 100 * middle / over["mean"],
                f"{name}_low": 100 * low / over["max"],
                f"{name}_high": 100 * high / over["min"] / whole,
            }
        rows[year] = row | {"value": over["mean"], "covered": whole, "rate": row["gross"] / whole}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


@measured("factor per year")
def loss_trend(bridge_incidents: pd.DataFrame, bridge_years: pd.DataFrame, *, since: int = 2022) -> Trend:
    """Yearly factor of the gross loss per value, each year brought to a full one; 95 % of a log-linear fit."""
    yearly = loss_per_value(bridge_incidents, bridge_years).value.query("year >= @since").reset_index()
    return yearly_factor(yearly.year.astype(str) + "-07-01", yearly.rate)


@measured("percent of the value held in bridges")
def loss_course(bridge_incidents: pd.DataFrame, bridge_years: pd.DataFrame) -> Course:
    """Gross loss per value from 2022 to the latest year, brought to a full one, with the fit's factor per year."""
    yearly = loss_per_value(bridge_incidents, bridge_years).value
    trend = loss_trend(bridge_incidents, bridge_years).value
    latest = yearly.index.max()
    ends = bridge_years[(bridge_years.year == latest) & (bridge_years.quantity == "loss")].as_of.max()
    return Course(
        yearly.rate[2022], "2022", yearly.rate[latest], ends, *trend, "95 % of a log-linear fit over years"
    )


@measured("percent of the year's loss")
def largest_share(bridge_incidents: pd.DataFrame, bridge_years: pd.DataFrame) -> pd.Series:
    """Share of a year's gross loss (middle list) that its largest incident makes."""
    narrow = bridge_incidents[bridge_incidents.is_bridge == "yes"]
    largest = narrow.groupby(pd.to_datetime(narrow.date).dt.year).loss.max()
    total = loss_per_value(bridge_incidents, bridge_years).value.loss
    return (100 * largest / total).rename_axis("year")


@measured("count or USD million")
def incident_summary(bridge_incidents: pd.DataFrame, bridge_years: pd.DataFrame) -> dict[str, float]:
    """Number and sum of the academic list, in all and without what is no bridge; the largest single loss since 2023.

    USD million unless the key says billion; "fall" is a fold of the gross loss per value.
    """
    survey = bridge_incidents[bridge_incidents.list == "SoK"]
    narrow = survey[survey.is_bridge == "yes"]
    late = bridge_incidents[bridge_incidents.date >= "2023"]
    yearly = loss_per_value(bridge_incidents, bridge_years).value
    returned = bridge_incidents.set_index("incident_id").returned
    return {
        "listed": len(survey),
        "listed billion": survey.loss.sum() / 1000,
        "narrow": len(narrow),
        "narrow billion": narrow.loss.sum() / 1000,
        "poly returned": returned["poly-network-2021-08-10"],
        "kelp": late.loss.max(),
        "2023 low": yearly.loss_low[2023] / 1000,
        "2023 high": yearly.loss_high[2023] / 1000,
        "2026": yearly.loss[2026],
        "fall to 2025": yearly.gross[2022] / yearly.gross[2025],
        "months of 2026": round(12 * yearly.covered[2026]),
    }


@measured("standards")
def standard_counts(crosschain_standards: pd.DataFrame) -> dict[str, object]:
    """Number of proposed standards: all, of 2024 and 2025; Final with its exact 95 % interval (percent)."""
    status = crosschain_standards.status.value_counts()
    final = int(status.get("Final", 0))
    share = exact_share(final, len(crosschain_standards))
    first = crosschain_standards[crosschain_standards.status == "Final"].status_since.min()
    return {
        "all": len(crosschain_standards),
        "recent": int(crosschain_standards.created.str[:4].isin(["2024", "2025"]).sum()),
        "final": final,
        "first final": first,
        "final share": share.mean,
        "final low": share.low,
        "final high": share.high,
    }


@measured("standards")
def standards_by_date(crosschain_standards: pd.DataFrame) -> pd.DataFrame:
    """Standards created and made Final so far, at the end of each year since 2021 and on the day of the snapshot."""
    ends = [f"{year}-12-31" for year in range(2021, 2026)] + ["2026-08-22"]
    final = crosschain_standards[crosschain_standards.status == "Final"].status_since
    return pd.DataFrame(
        {
            "created": [int((crosschain_standards.created <= end).sum()) for end in ends],
            "final": [int((final <= end).sum()) for end in ends],
        },
        index=pd.Index(ends, name="date"),
    )


@measured("as in the row")
def fact(chain_facts: pd.DataFrame, *, name: str, end: str = "high") -> float:
    """One end (low, high) of a published fact. TableError for an unknown name."""
    return chain_facts.set_index("fact_id").loc[name, end]


@measured("text")
def fact_date(chain_facts: pd.DataFrame, *, name: str) -> str:
    """Date of a published fact. TableError for an unknown name."""
    return chain_facts.set_index("fact_id").loc[name, "date"]


@measured("USD billion a month")
def crossing_course(chain_facts: pd.DataFrame) -> Course:
    """Value that crosses by burning and minting (Circle's CCTP) in a month; two points, so nothing bounds the factor."""
    facts = chain_facts.set_index("fact_id")
    first, latest = facts.loc["cctp-2024-07"], facts.loc["cctp-2025-07"]
    factor = factor_between(first.high, f"{first.date}-01", latest.high, f"{latest.date}-01")
    return Course(
        first.high, first.date, latest.high, latest.date, factor, np.nan, np.nan, 2, "two published months"
    )


@measured("year")
def named_years(bridge_incidents: pd.DataFrame, bridge_years: pd.DataFrame) -> dict[str, int]:
    """Years of which the chapter speaks: most returned, worst, widest dispute, calmest, latest."""
    yearly = loss_per_value(bridge_incidents, bridge_years).value
    returned = bridge_incidents.sort_values("returned").iloc[-1]
    spread = yearly.loss_high / yearly.loss_low
    return {
        "poly": int(returned.date[:4]),
        "first": int(yearly.gross.idxmax()),
        "disputed": int(spread.idxmax()),
        "calm": int(yearly.gross.idxmin()),
        "last": int(yearly.index.max()),
    }
