"""growthepie's description of chains (growthepie/gtp-dna): the events it lists for each."""

from __future__ import annotations

import re

from ladders.sources.clone import Source

KINDS = {
    "acquisition": "funding", "branding": "other", "campaign": "token or reward", "ecosystem_event": "other",
    "funding": "funding", "funding_round": "funding", "governance": "other", "mainnet_launch": "launch",
    "major_upgrade": "technical", "partnership": "other", "product_launch": "launch",
    "program_launch": "token or reward", "protocol_launch": "launch", "protocol_upgrade": "technical",
    "rebrand": "other", "technology_announcement": "technical", "testnet_launch": "launch",
    "token_launch": "token or reward",
}  # fmt: skip
"""Type given by the tracker -> kind, ours. A title that names an airdrop is of kind token or reward in any case."""

LAYER = "L2"


def chain_events(source: Source) -> list[dict[str, str]]:
    """All events of the chains of layer 2, by chain, date and title."""
    found = []
    for file in source.files:
        chain = source.json(file)
        if chain.get("chain_type") != LAYER:
            continue
        for event in chain.get("events") or []:
            try:
                date, title, type_ = event["date"], event["title"], event["type"]
                kind = KINDS[type_]
            except (KeyError, TypeError) as error:
                raise source.fault(f"an event: {error} is missing or unknown", file) from None
            words = f"{title} {event.get('description', '')}"
            found.append(
                {
                    "chain": chain["origin_key"],
                    "date": date,
                    "title": title,
                    "type": type_,
                    "kind": "token or reward" if re.search("airdrop", title, re.IGNORECASE) else kind,
                    "names_value_locked": str(bool(re.search(r"\bTVL\b|total value locked", words))).lower(),
                }
            )
    return sorted(found, key=lambda row: (row["chain"], row["date"], row["title"]))
