"""Tests of the claims on what ails AI and Web3: two market figures, losses, compute and data, open weights."""

from __future__ import annotations

import pandas as pd

from ladders.evidence import losses, markets, needs
from ladders.evidence.inference import mean_interval
from ladders.results import measured
from ladders.verdicts.scale import (
    Finding,
    above,
    finding,
    margin,
    months,
    reaches,
    settles,
    specifications,
    sweep,
    verdict_counts,
    without_each,
)

# Two market figures

ABOUT = 1.25
"""Factor. A size that is stated in one round digit may be off by a quarter and still be that size. Swept below."""

AI_SIZE = "publishers put the industry's size in 2023 at about the stated figure"


@settles(
    "S2-1-05",
    rule="""Published sizes of all of AI in 2023 over the stated 200 billion USD, one value for each publisher (geometric mean
    of its own). Holds when the 95 % interval of the mean over publishers lies within a factor of 1.25 of the stated size;
    does not hold when it lies outside; anything else: open.""",
)
def ai_industry_has_the_stated_size(
    market_estimates: pd.DataFrame,
    *,
    about: float = ABOUT,
    least: str = "low",
    scopes: tuple[str, ...] = ("all AI",),
    until: int = 0,
) -> Finding:
    """Was the AI industry worth 200 billion in 2023? The options are the margins' choices."""
    ratio = markets.ai_market_ratio(market_estimates, least=least, scopes=scopes, until=until).value
    outcome = "undecided"
    if ratio.n and 1 / about < ratio.low and ratio.high < about:
        outcome = "hold"
    elif ratio.low > about or ratio.high < 1 / about:
        outcome = "fail"
    counts = markets.estimate_range(market_estimates).value
    statistics = {
        "publishers": ratio.n,
        "published over stated: geometric mean (ratio)": ratio.mean,
        "published over stated: 95 % interval, low (ratio)": ratio.low,
        "published over stated: 95 % interval, high (ratio)": ratio.high,
        "publishers within a tenth of the stated size": counts["near"],
    }
    return finding({AI_SIZE: outcome}, statistics, ("2023-01", "2023-12"))


@margin("S2-1-05", left_out="publisher")
@measured("verdict")
def sizes_without_one(market_estimates: pd.DataFrame) -> pd.DataFrame:
    """S2-1-05 when each publisher of a size of all AI in turn is left out. Columns as of without_each."""
    used = markets.chosen_estimates(market_estimates).publisher
    return without_each(
        lambda name: ai_industry_has_the_stated_size(market_estimates[market_estimates.publisher != name]),
        sorted(used.unique()),
    )


SIZE_CHOICES = {
    "about": (1.1, ABOUT, 1.5),
    "least": ("low", "medium"),
    "scopes": (("all AI",), ("all AI", "AI-centric systems"), ("all AI", "AI-centric systems", "software")),
    "until": (0, 2024),
}
"""Option of the test on the size of AI -> the values that one could defend."""


@measured("verdict")
def size_specifications(market_estimates: pd.DataFrame) -> pd.DataFrame:
    """S2-1-05 under every combination of the defensible choices. Columns: the choices, verdict."""
    return sweep(ai_industry_has_the_stated_size, (market_estimates,), SIZE_CHOICES)


@specifications("S2-1-05")
@measured("count")
def size_counts(market_estimates: pd.DataFrame) -> dict[str, int]:
    """Number of combinations for S2-1-05, all and by verdict."""
    return verdict_counts(size_specifications(market_estimates).value)


FAR_OFF = 2.0
"""Factor. A figure twice or half the true one is no rounding, and no drift of a market within a few months. Swept below."""

WEB3_SIZE = "read in the currency of the sentence before it, dollars, the figure is about the market's value"


@settles(
    "S2-1-11",
    rule="""The stated 25 trillion, read as US dollars (the currency of the sentence before it), over the market value of the
    200 largest crypto-assets, on the first of each month in which the text can have been written (January 2023 to August
    2025). Holds when the median ratio lies within a factor of 1.25 of one; does not hold when the ratio is above 2 or below
    one half in every month; anything else: open. Other currencies and windows are swept.""",
)
def web3_has_the_stated_value(
    crypto_market: pd.DataFrame,
    exchange_rates: pd.DataFrame,
    *,
    currency: str = "USD",
    window: tuple[str, str] = markets.WINDOW,
    about: float = ABOUT,
    far_off: float = FAR_OFF,
) -> Finding:
    """Was the market worth 25 trillion? The options are the margins' choices."""
    ratio = markets.web3_ratio(crypto_market, exchange_rates, currency=currency, window=window).value
    outcome = "undecided"
    if len(ratio):
        if 1 / about < ratio.median() < about:
            outcome = "hold"
        elif ((ratio > far_off) | (ratio < 1 / far_off)).all():
            outcome = "fail"
    statistics = {
        "months": len(ratio),
        "stated over market: least (ratio)": ratio.min(),
        "stated over market: median (ratio)": ratio.median(),
        "stated over market: greatest (ratio)": ratio.max(),
    }
    dates = ratio.index if len(ratio) else crypto_market.date
    return finding({WEB3_SIZE: outcome}, statistics, months(dates))


@margin("S2-1-11", left_out="year")
@measured("verdict")
def value_without_one_year(crypto_market: pd.DataFrame, exchange_rates: pd.DataFrame) -> pd.DataFrame:
    """S2-1-11 when each year of the window in turn is left out. Columns as of without_each."""
    years = sorted(
        {date[:4] for date in crypto_market.date if markets.WINDOW[0] <= date[:7] <= markets.WINDOW[1]}
    )
    return without_each(
        lambda year: web3_has_the_stated_value(
            crypto_market[crypto_market.date.str[:4] != year], exchange_rates
        ),
        years,
    )


VALUE_CHOICES = {
    "currency": ("USD", "CNY", "HKD", "TWD", "JPY"),
    "window": (markets.WINDOW, ("2024-01", "2024-06"), ("2024-03", "2025-03"), ("2020-01", "2025-10")),
    "far_off": (1.5, FAR_OFF, 4.0),
}
"""Option of the test on the value of Web3 -> the values that one could defend."""


@measured("verdict")
def value_specifications(crypto_market: pd.DataFrame, exchange_rates: pd.DataFrame) -> pd.DataFrame:
    """S2-1-11 under every combination of the defensible choices. Columns: the choices, verdict."""
    return sweep(web3_has_the_stated_value, (crypto_market, exchange_rates), VALUE_CHOICES)


@specifications("S2-1-11")
@measured("count")
def value_counts(
    crypto_market: pd.DataFrame, exchange_rates: pd.DataFrame, *, currency: str = ""
) -> dict[str, int]:
    """Number of combinations for S2-1-11, all and by verdict; currency keeps those read in it."""
    combinations = value_specifications(crypto_market, exchange_rates).value
    return verdict_counts(combinations[combinations.currency == currency] if currency else combinations)


# Losses

EVERY_QUARTER = 4.0
"""Losses of a million a year. A difficulty of an industry that shows up in every quarterly report. Swept below."""

A_MILLION = 1e6
"""USD. A loss that an audit, which costs some ten thousand, is bought to prevent. Swept below."""

A_BILLION = 1.0
"""Billion USD stolen a year: about a thousandth of the market at its lowest in these years. Swept below."""

CODE_FLAWS = "flaws in contract code cost somebody a million dollars or more in every quarter"
ATTACKS = "attackers take a billion dollars or more a year"


@settles(
    "S2-2.2-04",
    rule="""Two clauses. Flaws in contract code: attacks of 2021 to 2025 with a loss of a million dollars or more whose cause
    lies in the code, by year; holds when the 95 % interval of the mean over years lies above four, fails when it lies below.
    Attacks of every kind: value stolen in a year, mean over the firms that count it; holds when the 95 % interval over years
    lies above one billion dollars, fails when it lies below. Anything else: open.""",
)
def code_flaws_and_attacks_are_a_difficulty(
    incidents: pd.DataFrame,
    loss_causes: pd.DataFrame,
    loss_totals: pd.DataFrame,
    *,
    often: float = EVERY_QUARTER,
    smallest: float = A_MILLION,
    with_setting: bool = False,
    first_year: int = losses.FULL_YEARS[0],
    stolen: float = A_BILLION,
) -> Finding:
    """Are code flaws and attacks a difficulty of Web3? The options are the margins' choices."""
    reach = (losses.CODE, losses.SETTING) if with_setting else (losses.CODE,)
    years = (first_year, losses.FULL_YEARS[1])
    large = losses.large_by_year(incidents, loss_causes, reach=reach, smallest=smallest, years=years).value
    flaws = mean_interval(large.to_numpy())
    totals = losses.stolen_by_year(loss_totals).value
    taken = needs.units(totals)
    outcomes = {CODE_FLAWS: above(flaws, often), ATTACKS: above(taken, stolen)}
    statistics = {
        "large losses by code a year: mean": flaws.mean,
        "large losses by code a year: 95 % interval, low": flaws.low,
        "large losses by code a year: 95 % interval, high": flaws.high,
        "years of the list": flaws.n,
        "stolen a year: mean (billion USD)": taken.mean,
        "stolen a year: 95 % interval, low (billion USD)": taken.low,
        "stolen a year: 95 % interval, high (billion USD)": taken.high,
    }
    return finding(outcomes, statistics, (f"{first_year}-01", f"{losses.FULL_YEARS[1]}-12"))


@margin("S2-2.2-04", left_out="large loss")
@measured("verdict")
def losses_without_one(
    incidents: pd.DataFrame, loss_causes: pd.DataFrame, loss_totals: pd.DataFrame
) -> pd.DataFrame:
    """S2-2.2-04 when each of the ten largest losses in turn is left out of the list. Columns as of without_each."""
    return without_each(
        lambda name: code_flaws_and_attacks_are_a_difficulty(
            incidents[incidents.protocol != name], loss_causes, loss_totals
        ),
        losses.largest(incidents, loss_causes).value.protocol,
    )


@margin("S2-2.2-04", left_out="cause")
@measured("verdict")
def losses_without_one_cause(
    incidents: pd.DataFrame, loss_causes: pd.DataFrame, loss_totals: pd.DataFrame
) -> pd.DataFrame:
    """S2-2.2-04 when each cause within the code in turn is left out of the list. Columns as of without_each."""
    found = without_each(
        lambda cause: code_flaws_and_attacks_are_a_difficulty(
            incidents[incidents.cause != cause], loss_causes, loss_totals
        ),
        loss_causes.cause[loss_causes.reach == losses.CODE],
    )
    return found.assign(left_out=found.left_out.str.replace("_", " "))


LOSS_CHOICES = {
    "often": (2.0, EVERY_QUARTER, 12.0),
    "smallest": (1e5, A_MILLION, 1e7),
    "with_setting": (False, True),
    "first_year": (2021, 2022),
    "stolen": (0.5, A_BILLION),
}
"""Option of the test on losses -> the values that one could defend."""


@measured("verdict")
def loss_specifications(
    incidents: pd.DataFrame, loss_causes: pd.DataFrame, loss_totals: pd.DataFrame
) -> pd.DataFrame:
    """S2-2.2-04 under every combination of the defensible choices. Columns: the choices, verdict."""
    frames = (incidents, loss_causes, loss_totals)
    return sweep(code_flaws_and_attacks_are_a_difficulty, frames, LOSS_CHOICES)


@specifications("S2-2.2-04")
@measured("count")
def loss_counts(
    incidents: pd.DataFrame, loss_causes: pd.DataFrame, loss_totals: pd.DataFrame, *, smallest: float = 0.0
) -> dict[str, int]:
    """Number of combinations for S2-2.2-04, all and by verdict; smallest keeps those with that smallest loss."""
    combinations = loss_specifications(incidents, loss_causes, loss_totals).value
    return verdict_counts(combinations[combinations.smallest == smallest] if smallest else combinations)


# Compute, data, open weights

A_MONTH_OF_A_GPU = 21.0
"""Decimal logarithm of operations: what one fast accelerator of 2023 (989 TFLOP/s, used to 40 %) does in a month. Whoever
needs more cannot train on one machine in a reasonable time."""

A_LIFE_OF_READING = 9.0
"""Decimal logarithm of words: 300 a minute, four hours a day, for forty years. No person ever read as much text."""

MUCH_COMPUTE = "training takes more than a month of one fast accelerator"
MUCH_DATA = "training takes more text than anybody reads in a life"


@settles(
    "S2-2.1-02",
    "S2-2.1-21",
    rule="""Notable models since 2022, mean of decimal logarithms by developer. Compute: holds when the 95 % interval over
    developers lies above 10^21 operations (a month of one fast accelerator), fails when it lies below. Data: the same for the
    training set of language models and 10^9 words. Anything else: open.""",
)
def deep_networks_take_much(notable_models: pd.DataFrame) -> Finding:
    """Do deep networks need much compute and data?"""
    compute = needs.units(needs.compute_by_developer(notable_models).value)
    data = needs.units(
        needs.compute_by_developer(notable_models, domain="language", column="dataset_size").value
    )
    outcomes = {MUCH_COMPUTE: above(compute, A_MONTH_OF_A_GPU), MUCH_DATA: above(data, A_LIFE_OF_READING)}
    statistics = {
        "developers, compute": compute.n,
        "compute: mean (powers of ten, operations)": compute.mean,
        "compute: 95 % interval, low (powers of ten)": compute.low,
        "compute: 95 % interval, high (powers of ten)": compute.high,
        "developers, data": data.n,
        "data: mean (powers of ten, words or tokens)": data.mean,
        "data: 95 % interval, low (powers of ten)": data.low,
        "data: 95 % interval, high (powers of ten)": data.high,
    }
    return finding(outcomes, statistics, (needs.RECENT[:7], notable_models.released.max()[:7]))


SMALLEST_RISE = 3.0
"""Points of the index for ten times the compute: a quarter of what the best models gained in a year (about 12.8)."""

MORE_IS_BETTER = "of models of one developer and one time, those trained with more compute score higher"


@settles(
    "S2-2.1-03",
    rule="""Epoch Capabilities Index against training compute, both freed of their trend in time over all models; slope by
    developer with three models or more. Holds when the 95 % interval over developers lies above zero and the mean reaches 3
    points for ten times the compute; does not hold when the interval lies below 3 points; anything else: open. That more
    machines shorten a run of given length is arithmetic and not tested; "efficiency" names no measure.""",
)
def more_compute_performs_better(capability_compute: pd.DataFrame) -> Finding:
    """Does more training compute go with better performance?"""
    slopes = needs.slope_by_developer(capability_compute).value
    gain = needs.units(slopes)
    statistics = {
        "developers": gain.n,
        "developers with a positive slope": int((slopes > 0).sum()),
        "slope: mean (points for ten times the compute)": gain.mean,
        "slope: 95 % interval, low (points)": gain.low,
        "slope: 95 % interval, high (points)": gain.high,
        "models": len(capability_compute),
    }
    dates = capability_compute.released
    return finding({MORE_IS_BETTER: reaches(gain, SMALLEST_RISE)}, statistics, months(dates))


LARGE_MODEL = 1e23
"""Operations of training, from which the European Commission's guidelines of July 2025 take a model as general-purpose."""

SMALLEST_OPENING = 10.0
"""Percentage points. Less would be one developer in ten, which two lists of the same models can differ by. Swept below."""

OPENED = "more developers of large models let their weights be downloaded than a few years before"


@settles(
    "S2-4.3-04",
    rule="""Notable models trained with 10^23 operations or more; share with open weights by developer, 2023 and 2024 minus
    2020 and 2021. Holds when Welch's 95 % interval over developers lies above zero and the mean reaches 10 points; does not
    hold when the interval lies below 10 points; anything else: open. Open weights are less than open source: data and
    training code are mostly kept.""",
)
def large_models_were_opened(
    notable_models: pd.DataFrame, *, large: float = LARGE_MODEL, domain: str = ""
) -> Finding:
    """Did large models by degrees become open? The options are swept in the text."""
    gain = needs.opening(notable_models, large=large, domain=domain).value
    statistics = {
        "developers, both spans": gain.n,
        "open weights, late minus early: mean (points)": gain.mean,
        "open weights, late minus early: 95 % interval, low (points)": gain.low,
        "open weights, late minus early: 95 % interval, high (points)": gain.high,
    }
    return finding({OPENED: reaches(gain, SMALLEST_OPENING)}, statistics, (needs.EARLY[0][:7], "2024-12"))


@measured("verdict")
def opening_specifications(notable_models: pd.DataFrame) -> pd.DataFrame:
    """S2-4.3-04 by what counts as large and by field. Columns: large, domain, verdict."""
    choices = {"large": (1e22, LARGE_MODEL, 1e24), "domain": ("", "language")}
    return sweep(large_models_were_opened, (notable_models,), choices)


@specifications("S2-4.3-04")
@measured("count")
def opening_counts(notable_models: pd.DataFrame) -> dict[str, int]:
    """Number of combinations for S2-4.3-04, all and by verdict."""
    return verdict_counts(opening_specifications(notable_models).value)
