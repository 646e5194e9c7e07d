"""Daily gas prices of block explorers and the price of ether, collected by pairie-koh."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from statistics import median

from ladders.sources.clone import Source

GAS_COLUMNS = ("Date(UTC)", "UnixTimeStamp", "Value (Wei)")
ETHER_COLUMNS = (
    "timestamp", "low", "high", "open", "close", "volume", "date", "returns", "log_returns", "range", "range_pct",
    "intraday_volatility", "volatility_30d", "volatility_30d_pct",
)  # fmt: skip
SWAP_GAS = 150_000


def gas_prices(source: Source) -> list[dict[str, str]]:
    """Median by chain and month of the day's gas price (gwei, six decimals) and of SWAP_GAS at the ether price of the day (USD).

    The first file holds the price of ether, the others are named after their chain.
    """
    ether_file, *gas_files = source.files
    ether = {
        row["date"]: source.number(row["close"], ether_file, line)
        for line, row in source.rows(ether_file, ETHER_COLUMNS)
        if row["close"]
    }
    found = []
    for file in gas_files:
        gwei, dollars = defaultdict(list), defaultdict(list)
        for line, row in source.rows(file, GAS_COLUMNS):
            if not row["Value (Wei)"]:
                continue
            stamp = source.number(row["UnixTimeStamp"], file, line)
            day = datetime.fromtimestamp(stamp, UTC).date().isoformat()
            price = source.number(row["Value (Wei)"], file, line) / 1e9
            gwei[day[:7]].append(round(price, 6))
            if day in ether:
                dollars[day[:7]].append(price * 1e-9 * SWAP_GAS * ether[day])
        chain = file.split("/")[-1].split("_")[0]
        found += [
            {
                "chain": chain,
                "month": month,
                "days": str(len(prices)),
                "gas_price_gwei": str(round(median(prices), 6)),
                "usd_150k_gas": str(round(median(dollars[month]), 6)),
            }
            for month, prices in sorted(gwei.items())
        ]
    return found
