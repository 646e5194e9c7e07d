"""Where the losses of Web3 come from: by count and by value, with and without the largest, and what an audit can reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence.inference import Interval, mean_interval
from ladders.results import measured

CODE, SETTING, KEYS = "contract code", "setting of the contract", "keys and people"
"""What failed, as in table loss_causes."""

FULL_YEARS = (2021, 2025)
"""First and last year that the list covers whole."""


def sorted_incidents(incidents: pd.DataFrame, loss_causes: pd.DataFrame) -> pd.DataFrame:
    """Incidents with columns reach and static_tools of their cause, and year."""
    causes = loss_causes.set_index("cause")[["reach", "static_tools"]]
    return incidents.join(causes, on="cause").assign(year=incidents.date.str[:4].astype(int))


@measured("incidents and USD")
def by_reach(incidents: pd.DataFrame, loss_causes: pd.DataFrame, *, without: int = 0) -> pd.DataFrame:
    """Incidents and losses by what failed (index reach), without the `without` largest losses.

    Columns: incidents, usd, count_share and value_share (percent).
    """
    table = sorted_incidents(incidents, loss_causes)
    table = table.drop(table.loss_usd.nlargest(without).index)
    found = table.groupby("reach").agg(incidents=("incident_id", "size"), usd=("loss_usd", "sum"))
    return found.assign(
        count_share=100 * found.incidents / found.incidents.sum(),
        value_share=100 * found.usd / found.usd.sum(),
    ).reindex([CODE, SETTING, KEYS], fill_value=0.0)


@measured("percent")
def keys_without(incidents: pd.DataFrame, loss_causes: pd.DataFrame, *, protocols: tuple[str, ...]) -> float:
    """Share of value lost by keys and people without the named victims, percent. TableError: an unknown name."""
    missing = set(protocols) - set(incidents.protocol)
    if missing:
        raise ValueError(f"no victim named {', '.join(sorted(missing))}.")
    kept = incidents[~incidents.protocol.isin(protocols)]
    return float(by_reach(kept, loss_causes).value.value_share[KEYS])


@measured("USD")
def largest(incidents: pd.DataFrame, loss_causes: pd.DataFrame, *, n: int = 10) -> pd.DataFrame:
    """The n largest losses, largest first. Columns date, protocol, cause, reach, loss_usd."""
    table = sorted_incidents(incidents, loss_causes).nlargest(n, "loss_usd")
    return table[["date", "protocol", "cause", "reach", "loss_usd"]].reset_index(drop=True)


@measured("count")
def list_counts(incidents: pd.DataFrame, loss_causes: pd.DataFrame) -> dict[str, object]:
    """Size of the list: incidents, with a loss in USD, value (billion USD), share of the ten largest, first and last year.

    tools_count and tools_value: percent of incidents and of value in classes that static tools look for.
    """
    table = sorted_incidents(incidents, loss_causes)
    tools = table[table.static_tools]
    return {
        "incidents": len(table),
        "with loss": int(table.loss_usd.notna().sum()),
        "billion": table.loss_usd.sum() / 1e9,
        "top ten": 100 * table.loss_usd.nlargest(10).sum() / table.loss_usd.sum(),
        "tools_count": 100 * len(tools) / len(table),
        "tools_value": 100 * tools.loss_usd.sum() / table.loss_usd.sum(),
        "first": table.date.min()[:7],
        "last": table.date.max()[:7],
    }


@measured("incidents a year")
def large_by_year(
    incidents: pd.DataFrame,
    loss_causes: pd.DataFrame,
    *,
    reach: tuple[str, ...] = (CODE,),
    smallest: float = 1e6,
    years: tuple[int, int] = FULL_YEARS,
) -> pd.Series:
    """Incidents with a loss of at least `smallest` USD by year (index), of the given reach; zero where there is none."""
    table = sorted_incidents(incidents, loss_causes)
    chosen = table[table.reach.isin(reach) & (table.loss_usd >= smallest)]
    return chosen.groupby("year").size().reindex(range(years[0], years[1] + 1), fill_value=0)


@measured("billion USD")
def stolen_by_year(loss_totals: pd.DataFrame, *, least: str = "medium") -> pd.Series:
    """Value stolen on all of crypto by year (index): mean over the organisations that report it."""
    chosen = loss_totals[loss_totals.confidence.isin(("high",) if least == "high" else ("high", "medium"))]
    return chosen.groupby("year").usd_bn.mean()


@measured("percent")
def reported_share(
    loss_reports: pd.DataFrame, *, share_of: str, cause: str, without: str = ""
) -> dict[str, float]:
    """A cause's share as firms report it: mean over organisations with its interval, least, most; percent.

    An organisation's several years are averaged. without: one organisation left out.
    """
    rows = loss_reports[
        (loss_reports.share_of == share_of)
        & (loss_reports.cause == cause)
        & (loss_reports.organisation != without)
    ]
    units = ((rows.percent_low + rows.percent) / 2).groupby(rows.organisation).mean()
    interval = mean_interval(units.to_numpy()) if len(units) else Interval(np.nan, -np.inf, np.inf, 0)
    return {**interval._asdict(), "least": rows.percent_low.min(), "most": rows.percent.max()}


@measured("percent")
def one_report(loss_reports: pd.DataFrame, *, row: str) -> dict[str, float]:
    """One reported share: percent_low and percent. KeyError: no such row."""
    found = loss_reports.set_index("report_id").loc[row]
    return {"low": found.percent_low, "high": found.percent}


@measured("losses a year; billion USD a year")
def difficulty_intervals(
    incidents: pd.DataFrame, loss_causes: pd.DataFrame, loss_totals: pd.DataFrame, *, smallest: float = 1e6
) -> dict[str, float]:
    """Large losses through code a year, and value stolen a year: mean and 95 % interval over years; least and most.

    million: the smallest loss that counts as large, million USD.
    """
    large = large_by_year(incidents, loss_causes, smallest=smallest).value
    flaws = mean_interval(large.to_numpy())
    taken = mean_interval(stolen_by_year(loss_totals).value.to_numpy())
    return {
        "million": smallest / 1e6,
        "flaws mean": flaws.mean, "flaws low": flaws.low, "flaws least": int(large.min()), "flaws most": int(large.max()),
        "stolen mean": taken.mean, "stolen low": taken.low, "stolen high": taken.high,
    }  # fmt: skip
