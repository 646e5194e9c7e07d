"""DeFiHackLabs: attacks that its authors repeat in code, listed in Markdown (Apache-2.0; facts restated).

An entry is a heading "### 20220329 Name - cause", a line "Lost: …" and the path of the code that repeats it.
"""

from __future__ import annotations

import re
from collections import Counter

from ladders.sources.clone import Source

HEADING = re.compile(r"#{2,5}\s+(20\d{6})\s+(.*)")
LOSS_LINE = re.compile(r"#{0,6}\s*\**\s*(?:total\s+)?(?:lost|loss)\b\s*\**\s*:?\s*(.*)", re.IGNORECASE)
LOSS_IN_CODE = re.compile(r"total lost\s*:?\s*(.*)", re.IGNORECASE)
CODE = re.compile(r"src/test/[A-Za-z0-9_./\-]+\.sol")

CAUSES = {
    "private_key_or_insider": r"private key|hardcoded auth|key compromise|compromised|keys? leak|lost keys|insider|rug"
    r"|backdoor|phish|social eng|deliberately|exit scam|malicious (?:owner|admin|upgrade)|multisig",
    "reentrancy": r"re-?en?tran|reentry",
    "signature_or_proof_check": r"signature|ecrecover|permit\b|replay|proof|merkle|attestation|4337|7702|session.key"
    r"|bridge.*(?:verif|message|modifier)|forg",
    "governance": r"governan|vote|voting|proposal|dao takeover",
    "access_control": r"access.?con|unauthori|permission|unprotected|public (?:function|burn|mint|internal|transfer)"
    r"|visib|ownership|owner|missing (?:caller|auth|access|only)|lack of access|uninitiali|initiali|delegatecall"
    r"|selfdestruct|killed|unverified.*caller|callback.*(?:verif|check|valid)|verify flashloan callback|caller"
    r"|msg\.sender|misconfig",
    "arbitrary_call_or_input": r"arbitrary|input.*valid|valid(?:ation|ate)|untrusted|external call|unsafe call"
    r"|call injection|spoof|calldata|unchecked|insufficient|lack of (?:check|valid)|bypass|allowance|approv|parameter"
    r"|fake",
    "price_or_oracle_manipulation": r"price|oracle|slippage|manipul|sandwich|reserve|skim|sync|donation|inflat"
    r"|first deposit|empty market|spot|twap|nav\b|quote|arbitrage|mispric",
    "arithmetic_or_rounding": r"overflow|underflow|round|preci|arithm|math|calc|decimal|unsafe ?cast"
    r"|trunc|unit|k value|pricing error",
    "token_incompatibility": r"deflation|token[ -]?(?:un|in)compat|uncompat|fee.on.transfer|reflection|erc777|erc667"
    r"|incompat|burn",
    "weak_randomness": r"random|rng",
    "flash_loan_unspecified": r"flash ?loan|flashswap|flash-",
    "business_logic": r"logic|flaw|business|reward|account|incorrect|wrong|claim|design|mechanism|stak|mint|double"
    r"|self.?transfer|storage|state|redeem|liquidat|desync|sybil|misuse|bad|mev|front.?run|withdraw|transfer|share"
    r"|vulnerab|bug|exploit|denial of service|infinite|zero fee|order|redemption|repeated|mismatch|insolvency"
    r"|outdated|msgvalue|metapool|destroyed",
}
"""Class -> pattern over the list's own label of the cause; the first that is found gives the class."""

CAUSES_BY_HAND = {
    ("2022-02-06", "Meter"): "arbitrary_call_or_input",
    ("2022-02-14", "BuildFinance"): "governance",
    ("2022-03-20", "Li.Fi"): "arbitrary_call_or_input",
    ("2022-03-29", "Ronin Network"): "private_key_or_insider",
    ("2022-04-16", "BeanstalkFarms"): "governance",
    ("2022-06-08", "Optimism"): "signature_or_proof_check",
    ("2022-07-01", "Quixotic"): "signature_or_proof_check",
    ("2025-02-21", "Bybit"): "private_key_or_insider",
}
"""The list gives no cause for these; their accounts after the fact do."""

LOSSES_BY_HAND = {
    ("2018-04-22", "Beauty Chain"): None,  # nominal value of tokens made from nothing
    ("2018-04-24", "SmartMesh"): None,  # the same
    ("2024-03-23", "CGT"): None,  # a count of tokens
    ("2024-04-16", "SATX"): None,  # a count of tokens
    (
        "2025-02-23",
        "HegicOptions",
    ): 104000.0,  # thousand, not million: the code withdraws 0.0025 WBTC 431 times
}
"""Stated figures that are no loss in USD."""

STABLE = set(
    "USD USDT USDC BUSD BUSDT USDS DAI USDC.E USDBC USDT.E XUSD FRAX LUSD BSC-USD BSCUSD USDE VUSDT USDP TUSD UST "
    "FDUSD USD1 US DOLLAR DOLLARS".split()
)
COINS = set(
    "ETH WETH BNB WBNB AVAX WAVAX MATIC WMATIC FTM WFTM BTC WBTC STETH WSTETH CBETH RETH BTCB".split()
)
DOLLARS = {"USD", "US", "DOLLAR", "DOLLARS"}
BARE = {"", "IN", "LOST", "WORTH", "(", "OF"}
"""Words after a number without a token: the list's habit is to mean USD."""

TIMES = {"": 1, "k": 1e3, "m": 1e6, "mil": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}
FIGURE = r"(\d[\d,]*(?:\.\d+)?)"
AMOUNT = re.compile(
    FIGURE + r"\s*((?:million|Million|mil|billion|k|K|M|m|B)(?![A-Za-z]))?\s*\$?\s*([A-Za-z][A-Za-z0-9.\-]*)?"
)
REWRITTEN = (
    (r"US\$", " USD "),
    ("＄", "$"),
    (r"[~≈]", " "),
    (r"\*", ""),
    (r"(?<=\d)[’'](?=\d)", ","),
    (r"(?<![\d,])(\d{1,3}),(\d{1,2})(?=\s*[kKmM]?\b)(?!,?\d)", r"\1.\2"),  # 1,24M is 1.24M
    (FIGURE + r"\s*(k|K|M|m|[Mm]illion)\s*\$(?![A-Za-z])", r"$\1\2"),  # 11 Million $
)


def dollars(stated: str) -> float | None:
    """The loss in USD that a line states: marked as dollars, else in stablecoins at their face, else a bare number.

    None without a figure, and for other coins, whose price of the day the list does not give.
    """
    for pattern, new in REWRITTEN:
        stated = re.sub(pattern, new, stated)
    amounts = []
    for match in AMOUNT.finditer(stated):
        figure, times, token = match[1], match[2] or "", (match[3] or "").upper().rstrip(".")
        marked = "$" in stated[max(0, match.start() - 3) : match.start()]
        amounts.append((float(figure.replace(",", "")) * TIMES[times.lower()], token, marked))
    coins = any(token in COINS for _, token, _ in amounts)
    stable = [value for value, token, _ in amounts if token in STABLE]
    bare = [value for value, token, _ in amounts if token in BARE]
    marked = [value for value, token, sign in amounts if (sign and token not in COINS) or token in DOLLARS]
    for found, allowed in ((marked, True), (stable, not coins), (bare, not coins and not stable)):
        if found:
            return found[0] if allowed else None
    return None


def _named(title: str) -> tuple[str, str]:
    """Victim and label of the cause in a heading."""
    title = re.sub(r"\s+", " ", title)
    for border in (r"\s+[-–—]+\s+", r"\s*[–—]\s*|\s-|-\s"):
        victim, *cause = re.split(border, title, maxsplit=1)
        if cause and cause[0].strip():
            return victim.strip().lstrip("-–— ").strip(), cause[0].strip()
    return title.strip().lstrip("-–— ").strip(), ""


def _cause(label: str) -> str:
    for cause, pattern in CAUSES.items():
        if re.search(pattern, label.lower()):
            return cause
    return "not_stated"


def _entries(source: Source, file: str) -> list[dict[str, str]]:
    """Entries of one list: date, title, what the loss line states, path of the code."""
    found = []
    for line in map(str.strip, source.text(file).splitlines()):
        if match := HEADING.match(line):
            day, title = match.groups()
            date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
            found.append({"date": date, "title": title.strip(), "lost": "", "code": ""})
        elif found and not found[-1]["lost"] and (match := LOSS_LINE.match(line)):
            found[-1]["lost"] = match[1].strip()
        elif found and not found[-1]["code"] and (match := CODE.search(line)):
            found[-1]["code"] = match[0].replace("//", "/")
    if not found:
        raise source.fault("no entry is found in the list; was its form changed?", file)
    return found


def _stated_in_code(source: Source, code: str) -> float | None:
    """The loss that a comment of the code states, where the list has none."""
    if code not in source.files:
        return None
    stated = [match[1].strip() for match in LOSS_IN_CODE.finditer(source.text(code))]
    return next((dollars(words) for words in stated if words), None)


def incidents(source: Source) -> list[dict[str, str]]:
    """Attacks by day and victim: class of the cause, loss in whole USD; an entry that stands twice counts once."""
    found = {}
    for file in source.files:
        if not file.endswith(".md"):
            continue
        for entry in _entries(source, file):
            protocol, label = _named(entry["title"])
            place = entry["date"], protocol
            loss = dollars(entry["lost"])
            if loss is None:
                loss = _stated_in_code(source, entry["code"])
            loss = LOSSES_BY_HAND.get(place, loss)
            row = {
                "date": entry["date"],
                "protocol": protocol,
                "cause": CAUSES_BY_HAND.get(place) or _cause(label),
                "loss_usd": "" if loss is None else f"{loss:.0f}",
            }
            found.setdefault((entry["date"], protocol.lower(), entry["lost"]), row)
    rows, of_the_day = [], Counter()
    for row in sorted(found.values(), key=lambda row: (row["date"], row["protocol"])):
        of_the_day[row["date"]] += 1
        rows.append({"incident_id": f"{row['date']}-{of_the_day[row['date']]}", **row})
    return rows
