"""Worlds for the tests of layer 2 as a remedy: the bottleneck of layer 1, fees, throughput, the wave of chains."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ladders.evidence import scaling
from ladders.verdicts.scaling import AS_MUCH, CALM, CONGESTED, HALF_PRICE, WAVE
from ladders.worlds.making import Generator, Setting, Tables, sample, signs

CROWD = ("2020-07", "2021-07")
"""First and last month in which demand presses on layer 1 in a world: the year before the first rollup open to all."""


def bottleneck_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Ethereum's gas price is calm but for the year before layer 2, when its logarithm is higher by `effect`.

    Noise: each quarter deviates by the deviation of a random real quarter of that year from their mean, each month by
    that of a random real month from its quarter, with random signs. rows: share of the months.
    confounded: the price in USD rises because ether does; in gwei nothing happens.
    The rollups that came before the crowd are left out, since they fail the clause on the reply in every world.
    """
    effect, rows, confounded = setting
    table, dates = real["gas_prices"], real["chronology"]
    before = (dates.ladder == "chain") & (dates.layer == 2) & (dates.date.str[:7] < CROWD[0])
    ours = (table.chain == "ethereum").to_numpy()
    quarters, logs = scaling.quarter(table.month), np.log(table.gas_price_gwei)
    level = scaling.quarterly_gas_price(table).value
    crowded = np.log(level[(level.index > CALM[-1]) & (level.index < "2021Q3")])
    within = (logs - np.log(quarters.map(level)))[ours].to_numpy()
    names = quarters[ours].unique()
    shift = dict(zip(names, rng.choice((crowded - crowded.mean()).to_numpy(), len(names)) * signs(rng, len(names)), strict=True))  # fmt: skip
    noise = quarters[ours].map(shift).to_numpy() + rng.choice(within, ours.sum()) * signs(rng, ours.sum())
    pressed = table.month[ours].between(*CROWD).to_numpy() * effect
    price = level[CALM[0]] * np.exp(noise + (0.0 if confounded else pressed))
    usd = price * (table.usd_150k_gas / table.gas_price_gwei)[ours].to_numpy()
    world = table.copy()
    world.loc[ours, "gas_price_gwei"] = price.round(6)
    world.loc[ours, "usd_150k_gas"] = (usd * np.exp(pressed if confounded else 0.0)).round(6)
    return {"gas_prices": sample(world, rng, rows), "chronology": dates[~before]}


def fee_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """The logarithm of how many times cheaper L2 are on the same day is `effect`, before and after Dencun.

    Noise: each L2 deviates by the deviation of a random real L2 from the mean of its period, each row by that of a
    random real row from its L2, with random signs; published ranges keep their ratio. rows: share of the rows.
    confounded: before Dencun there is no gain; after it, by a change of L1, four times the gain.
    """
    effect, rows, confounded = setting
    table = real["same_day_fees"]
    seen = scaling.times_cheaper(table).value
    logs = np.log(seen.times)
    own = logs.groupby([seen.l2, seen.period]).transform("mean")
    means = own.groupby(seen.period).transform("mean")
    units = (own - means)[~seen.duplicated(["l2", "period"])].to_numpy()
    keys = seen.l2 + seen.period
    names = keys.unique()
    shift = dict(zip(names, rng.choice(units, len(names)) * signs(rng, len(names)), strict=True))
    noise = keys.map(shift).to_numpy() + rng.choice((logs - own).to_numpy(), len(seen)) * signs(
        rng, len(seen)
    )
    after = (seen.period == scaling.AFTER).to_numpy()
    gain = np.where(after, 4 * effect, 0.0) if confounded else effect
    times = np.exp(gain + noise)
    spread = np.sqrt((seen.high / seen.low).to_numpy())
    on_l1 = (seen.l1_usd_150k_gas * seen.l1_gas.astype(float) / scaling.SWAP_GAS).to_numpy()
    stated = table.published_low.notna().to_numpy()
    world = table.assign(
        l2_usd_low=np.where(stated, np.nan, on_l1 / (times * spread)),
        l2_usd_high=np.where(stated, np.nan, on_l1 / (times / spread)),
        published_low=np.where(stated, times / spread, np.nan),
        published_high=np.where(stated, times * spread, np.nan),
    )
    return {"same_day_fees": sample(world, rng, rows)}


def throughput_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """At the last date the L2 handle `effect` times the most that L1 handled, in sum.

    Noise: the sum deviates by the residual of a random real month from the log-linear trend of the sums; each chain's
    share by the deviation of a random real chain's growth from the mean (a tenth of it, in logarithms), random signs.
    rows: share of the rows of single chains. confounded: one chain does it all.
    """
    effect, rows, confounded = setting
    table, single = real["throughput"], real["chain_activity"]
    sums = table[(table.layer == "L2") & table.chains.notna()].sort_values("month")
    day = pd.to_datetime(sums.month + "-01").astype("datetime64[s]").astype("int64").to_numpy() / 86_400
    logs = np.log(sums.tx_per_day.to_numpy())
    residual = logs - np.polyval(np.polyfit(day - day[0], logs, 1), day - day[0])
    l1 = table[(table.layer == "L1") & (table.month <= sums.month.iloc[-1])].tx_per_day.max()
    total = effect * l1 * np.exp(rng.choice(residual) * signs(rng, 1)[0])
    last = single.month == sums.month.iloc[-1]
    share = (single.tx_per_day / sums.tx_per_day.iloc[-1])[last].to_numpy()
    growth = np.log(scaling.activity_growth(single).value)
    jitter = rng.choice((growth - growth.mean()).to_numpy(), len(share)) * signs(rng, len(share)) / 10
    share = share * np.exp(jitter)
    share /= max(1.0, share.sum())
    if confounded:
        share = np.where(share == share.max(), 1.0, 0.0)
    world = single.assign(tx_per_day=single.tx_per_day.astype(float))
    world.loc[last, "tx_per_day"] = (total * share).round(1)
    mine = table.index == sums.index[-1]
    return {
        "throughput": table.assign(tx_per_day=table.tx_per_day.mask(mine, round(total, 1))),
        "chain_activity": sample(world, rng, rows),
    }


TIMES_PER_LOG = AS_MUCH / np.log(HALF_PRICE)
"""In a world of both remedies: smallest effect on throughput for the smallest effect on fees."""


def solved_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """Fees and throughput both gain: `fee_world` and `throughput_world` with matching effects and confounders."""
    throughput = throughput_world(real, rng, setting._replace(effect=setting.effect * TIMES_PER_LOG))
    return fee_world(real, rng, setting) | throughput


def wave_world(real: Tables, rng: np.random.Generator, setting: Setting) -> Tables:
    """L2BEAT's list of L2 grows faster than the list of all chains, by `effect` a year in logarithms.

    Noise: the deviation of a random real month's lead from the mean, with a random sign. rows: share of the months, in
    one piece. confounded: the whole lead comes in one month, when the register takes in what had long been there.
    """
    effect, rows, confounded = setting
    table = real["chain_counts"]
    listed = np.log(scaling.register(table, name="L2BEAT", kind="L2 listed").value)
    control = np.log(scaling.register(table, name="ethereum-lists", kind="mainnets").value)
    lead = (listed.diff() - control.diff()).dropna()
    months = lead.index
    noise = rng.choice((lead - lead.mean()).to_numpy(), len(months)) * signs(rng, len(months))
    gain = np.full(len(months), effect / 12)
    if confounded:
        gain = np.zeros(len(months))
        gain[rng.integers(len(months))] = effect / 12 * len(months)
    growth = control.diff()[months].to_numpy() + gain + noise
    path = pd.Series(listed.iloc[0] + np.concatenate([[0.0], growth.cumsum()]), [listed.index[0], *months])
    kept = max(3, round(rows * len(path)))
    start = rng.integers(len(path) - kept + 1)
    path = path.iloc[start : start + kept]
    mine = (table.register == "L2BEAT") & (table.kind == "L2 listed")
    made = pd.DataFrame(
        {
            "month": path.index,
            "register": "L2BEAT",
            "kind": "L2 listed",
            "chains": np.exp(path).round().clip(1),
        }
    ).astype(table.dtypes.to_dict())
    return {"chain_counts": pd.concat([table[~mine], made], ignore_index=True)}


GENERATORS = (
    Generator("S0-p4-02", round(float(np.log(CONGESTED)), 2), "log of price over calm", bottleneck_world),
    Generator("S0-p4-03", round(float(np.log(HALF_PRICE)), 2), "log of times cheaper", fee_world),
    Generator("S0-p4-04", AS_MUCH, "times the record of L1", throughput_world),
    Generator("S0-p4-09", round(float(np.log(HALF_PRICE)), 2), "log of times cheaper", solved_world),
    Generator("S1-p8-02", round(float(np.log1p(WAVE / 100)), 2), "log of lead a year", wave_world),
)
