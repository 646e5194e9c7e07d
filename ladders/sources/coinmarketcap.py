"""CoinMarketCap's monthly lists of the 200 largest assets, as kept in smoothbrainquant/trading-for-new-dads."""

from __future__ import annotations

from collections import defaultdict
from math import fsum

from ladders.sources.clone import Source

COLUMNS = (
    "Rank", "Name", "Symbol", "Market Cap", "Price", "Circulating Supply", "Volume (24h)", "% 1h", "% 24h", "% 7d",
    "snapshot_date",
)  # fmt: skip


def crypto_market(source: Source) -> list[dict[str, str]]:
    """Sum of the market values by day of the list, trillion USD with three decimals."""
    values = defaultdict(list)
    for file in source.files:
        for line, row in source.rows(file, COLUMNS):
            if row["Market Cap"]:
                values[row["snapshot_date"]].append(source.number(row["Market Cap"], file, line))
    return [
        {"date": f"{day[:4]}-{day[4:6]}-{day[6:]}", "usd_trn": str(round(fsum(found) / 1e12, 3))}
        for day, found in sorted(values.items())
    ]
