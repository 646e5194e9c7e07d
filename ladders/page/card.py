"""The picture that a link to the book shows elsewhere: the question, and the headline figure without its words.

Drawn while building, so that it cannot part from the data; the same bytes on every machine, as the other figures.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from ladders.evidence import problems
from ladders.page.figures import AI, CHAIN, NEUTRAL
from ladders.page.numbers import render

SHADES = {"ai": AI, "chain": CHAIN}

NAME = "card.png"
ALT = (
    "What became of the problems that layers of AI and of blockchains brought, each as a factor per year: a point with "
    "its interval on one log axis, AI in blue above, chains in amber below."
)
SIZE = (1200, 630)
"""Pixels; what the services that show previews ask for."""


def draw(path: Path) -> None:
    """Write the picture to path as PNG."""
    frames = [problems.ai_ruler().value, problems.chain_ruler().value]
    rows = pd.concat([frame.sort_values("point") for frame in frames]).query("data == 'measured'")
    sure = problems.courses().value.shrinks
    fig = plt.figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
    fig.text(0.05, 0.88, "Two Ladders", size=34, weight="bold")
    fig.text(0.05, 0.8, "Do the layers of AI and Web3 add capability or move problems?", size=21)
    fig.text(
        0.05,
        0.06,
        f"Of the problems that the layers brought, {render(sure['ai'], 'words')} of AI's surely shrink "
        f"and {render(sure['chain'], 'words')} chain's does.",
        size=18,
        color=NEUTRAL[2],
    )
    axes = fig.add_axes((0.05, 0.2, 0.9, 0.53))
    for place, row in enumerate(reversed(list(rows.itertuples()))):
        colour = SHADES[row.ladder][1]
        turned = row.better == "higher"
        low, middle, high = (
            1 / value if turned else value
            for value in ((row.upper, row.point, row.lower) if turned else (row.lower, row.point, row.upper))
        )
        axes.plot([low, high], [place, place], color=colour, lw=5)
        axes.plot(middle, place, "s" if row.ladder == "chain" else "o", color=colour, ms=12)
    for ladder, name in (("ai", "AI"), ("chain", "Chains")):
        last = len(rows) - 1 - max(place for place, kind in enumerate(rows.ladder) if kind == ladder)
        colour = SHADES[ladder][2]
        axes.text(
            1,
            last,
            name,
            transform=axes.get_yaxis_transform(),
            ha="right",
            va="center",
            size=18,
            color=colour,
        )
    axes.axvline(1, color=NEUTRAL[2])
    axes.set_xscale("log")
    axes.set_xticks([0.01, 0.1, 1, 10], ["÷100 a year", "÷10", "no change", "×10"], size=15)
    axes.minorticks_off()
    axes.set_yticks([])
    axes.spines[["left"]].set_visible(False)
    fig.savefig(path, format="png", metadata={"Software": None})
    plt.close(fig)
