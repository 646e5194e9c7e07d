"""Figures: one copy each, as SVG for the page and PDF for print, the same bytes on every machine.

A chapter's cell writes figures/NAME.svg and figures/NAME.pdf and shows a Markdown image with its alternative text.
The stored output also holds the hash of the picture, so that a re-executed chapter compares it.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from types import ModuleType

import matplotlib as mpl
import matplotlib.pyplot as plt
from graphviz import Digraph
from IPython.display import display
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatterMathtext, NullFormatter

from ladders.tables import ROOT, write_atomically

AI = ("#9ecae1", "#4292c6", "#08519c")
CHAIN = ("#fdd0a2", "#e6842a", "#8c2d04")
NEUTRAL = ("#cccccc", "#888888", "#444444")
"""Layers 1, 2, 3: light, middle, dark."""

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Exponents in plain signs."""

TEXT_WIDTH = 7.2
"""Inches: the width of the page's text, at which a figure's fonts print at their nominal size."""

FONT = "DejaVu Sans"
"""Ships with Matplotlib, so that no figure depends on the fonts of a machine."""

STYLE = {
    "font.family": FONT,
    "font.size": 8.5,
    "text.parse_math": False,  # a dollar sign in a label is a price
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": NEUTRAL[1],
    "axes.labelcolor": NEUTRAL[2],
    "xtick.color": NEUTRAL[2],
    "ytick.color": NEUTRAL[2],
    "axes.grid": False,
    "grid.color": "#e4e4e4",
    "figure.figsize": (TEXT_WIDTH, 4.0),
    "svg.fonttype": "path",
    "svg.hashsalt": "two-ladders",
    "pdf.fonttype": 3,  # glyphs as drawings: the other way, 42, opens and cuts the whole font for every figure
}
mpl.rcParams.update(STYLE)

_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>{fonts}</dir>
<cachedir>{cache}</cachedir>
<match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>
</fontconfig>
"""


def folder() -> Path:
    """Where figures are written: figures/, or the folder that a test names in LADDERS_FIGURES."""
    return Path(os.environ.get("LADDERS_FIGURES", ROOT / "figures"))


def sealed(svg: bytes) -> str:
    """The hash of a picture that a chapter's output holds."""
    return hashlib.sha256(svg).hexdigest()[:16]


def _short_paths(svg: bytes) -> bytes:
    """The same outlines with two decimals of a point, which no eye can tell apart, in two thirds of the bytes."""

    def shorten(path: re.Match) -> bytes:
        return re.sub(rb"-?\d+\.\d{3,}", lambda number: b"%.2f" % float(number[0]), path[0])

    return re.sub(rb' d="[^"]*"', shorten, svg)


def _show(name: str, svg: bytes, pdf: bytes, alt: str) -> None:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise ValueError(f"figure {name!r}: use lower case letters, digits and underscores.")
    if len(alt) < 60 or " " not in alt:
        raise ValueError(f"figure {name}: the alternative text must tell what is to be seen, got {alt!r}.")
    svg = _short_paths(svg)
    for suffix, content in (("svg", svg), ("pdf", pdf)):
        write_atomically(folder() / f"{name}.{suffix}", content)
    label = " ".join(alt.split()).replace("[", "(").replace("]", ")")
    picture = f"![{label}](../figures/{name}.svg)"
    seal = f"{name}.svg sha256 {sealed(svg)}"
    display({"text/markdown": picture, "text/plain": seal}, raw=True)


def _plain_powers(fig: Figure) -> None:
    """Powers of ten in plain signs on logarithmic axes, where Matplotlib would write mathematics."""
    for axes in fig.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatterMathtext):
                axis.set_major_formatter(
                    lambda value, _: f"10{str(round(math.log10(value))).translate(RAISED)}"
                )
                axis.set_minor_formatter(NullFormatter())


def figure(fig: Figure, name: str, *, title: str, subtitle: str, source: str, alt: str) -> None:
    """Write and show a Matplotlib figure with the finding as title, what is drawn as subtitle, source and date below.

    The three texts stand flush left, outside the axes; the figure keeps its width.
    """
    width, height = fig.get_size_inches()
    head, foot = 0.62, 0.42 + 0.14 * source.count("\n")
    fig.set_size_inches(width, height + head + foot)
    fig.set_layout_engine(
        "constrained", rect=(0, foot / (height + head + foot), 1, height / (height + head + foot))
    )
    top = 1 - 0.06 / (height + head + foot)
    fig.text(0.01, top, title, size=11.5, weight="bold", color="black", va="top")
    fig.text(0.01, top - 0.27 / (height + head + foot), subtitle, size=8.5, color="#555555", va="top")
    fig.text(
        0.01, 0.06 / (height + head + foot), source, size=7, color="#666666", va="bottom", linespacing=1.35
    )
    _plain_powers(fig)
    svg, pdf = BytesIO(), BytesIO()
    fig.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    fig.set_layout_engine(None)  # print takes the layout of the page
    fig.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None})
    plt.close(fig)  # or the notebook shows it a second time
    _show(name, svg.getvalue(), pdf.getvalue(), alt)


@cache
def _graphviz() -> ModuleType:
    """pygraphviz, told by a first drawing to use Matplotlib's fonts alone and to leave glyphs unhinted.

    Fontconfig reads its settings once in the life of a process. On that occasion it remarks on the machine's own
    templates, which it does not use; standard error is closed, or the remark would become an output of the chapter.
    """
    import pygraphviz

    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    before = os.environ.get("FONTCONFIG_FILE")
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "fonts.conf"
        fonts = Path(mpl.get_data_path()) / "fonts" / "ttf"
        settings.write_text(_FONTCONFIG.format(fonts=fonts, cache=home), encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(settings)
        try:
            os.dup2(nowhere, 2)
            pygraphviz.AGraph(string="digraph { a }").draw(format="svg:cairo", prog="dot")
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)
            # Programs that this process starts, the typesetter for one, need the machine's fonts.
            os.environ.pop("FONTCONFIG_FILE")
            if before is not None:
                os.environ["FONTCONFIG_FILE"] = before
    return pygraphviz


def digraph(**attributes: str) -> Digraph:
    """An empty directed graph in the book's style; attributes are Graphviz graph attributes."""
    return Digraph(
        graph_attr={"fontname": FONT, "fontsize": "11", "bgcolor": "transparent", "margin": "0", "pad": "0.08", **attributes},
        node_attr={
            "fontname": FONT, "fontsize": "9.5", "shape": "box", "style": "filled,rounded", "penwidth": "0",
            "fillcolor": "#eeeeee", "fontcolor": "black", "margin": "0.12,0.07", "height": "0.3",
        },
        edge_attr={"fontname": FONT, "fontsize": "8.5", "color": NEUTRAL[1], "fontcolor": NEUTRAL[2], "arrowsize": "0.6"},
    )  # fmt: skip


def ink(fill: str) -> str:
    """Black or white, whichever is legible on a fill colour (relative luminance of WCAG 2)."""
    channels = [int(fill[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return "black" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18 else "white"


@contextmanager
def _universal_time() -> Iterator[None]:
    """The clock without the zone of the machine: Cairo writes the zone, whose length moves all that follows."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def diagram(graph: Digraph, name: str, *, alt: str) -> None:
    """Lay out, write and show a Graphviz graph. Text becomes outlines, so that every machine shows the same."""
    drawing = _graphviz().AGraph(string=graph.source)
    # Cairo numbers its surfaces through the life of the process; the number says nothing.
    svg = re.sub(rb' id="surface\d+"', b"", drawing.draw(format="svg:cairo", prog="dot"))
    with _universal_time():
        pdf = drawing.draw(format="pdf", prog="dot")
    # Graphviz's PDF carries the time of day, which no setting takes away; the same length keeps its offsets true.
    pdf = re.sub(rb"\(D:\d{14}", b"(D:20260101000000", pdf)
    _show(name, svg, pdf, alt)
