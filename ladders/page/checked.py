"""How this book was checked: gates, other books, steps of the audit and costs, as pages and a figure from tables."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from ladders import tables
from ladders.page.figures import AI, NEUTRAL, figure
from ladders.page.tables import escape, list_table

CHECKS, SURVIVORS = "checks", "survivors"
FIGURE = "bench"


def shown(value: float, unit: str) -> str:
    """A measured value for the page: bytes in MB, whole numbers whole, others to two or three digits."""
    if unit == "bytes" and value >= 1e5:
        return f"{value / 1e6:,.2f} MB"
    digits = 0 if value == int(value) or abs(value) >= 100 else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f} {unit}".removesuffix(" yes").replace("-", "\N{MINUS SIGN}")


def gates(data: Path) -> pd.DataFrame:
    """One row for each gate: what is counted, the limit, what was measured here, what on other books."""
    checks = tables.load(CHECKS, data).set_index(["step", "measure"])
    others = tables.load("anchors", data)
    rows = []
    for gate in tables.load("gates", data).itertuples():
        place = (gate.step, gate.measure)
        ours = "not measured yet"
        if place in checks.index:
            value, unit = checks.loc[place, ["value", "unit"]]
            ours = shown(value, unit) + (", missed" if value > gate.at_most else "")
        theirs = others[others.gate == gate.gate]
        said = "; ".join(
            f"{what}: " + ", ".join(f"{row.value} ({row.book})" for row in alike.itertuples())
            for what, alike in theirs.groupby("what", sort=False)
        )
        rows.append((gate.asks, gate.limit, ours, said or "not measured"))
    return pd.DataFrame(rows, columns=["What is counted", "Limit", "This book", "Other books"])


def steps(data: Path) -> list[tuple[str, str, pd.DataFrame]]:
    """(step, its question, its measures) for every step that was published, in the order of the questions."""
    checks = tables.load(CHECKS, data)
    asks = tables.load("check_steps", data).set_index("step").asks
    present = set(checks.step)
    ordered = [step for step in asks.index if step in present] + sorted(present - set(asks.index))
    found = []
    for step in ordered:
        rows = checks[checks.step == step]
        results = [shown(row.value, row.unit) for row in rows.itertuples()]
        frame = pd.DataFrame({"Measure": rows.measure, "Result": results, "Day": rows.measured_on})
        found.append((step, asks.get(step, ""), frame))
    return found


def draw(data: Path = tables.DATA) -> None:
    """Write the figure of costs: seconds of each chapter, and of a build as the chapters grow."""
    checks = tables.load(CHECKS, data)
    chapters = checks[(checks.step == "bench_chapters") & checks.measure.str.startswith("chapter ")]
    growth = checks[(checks.step == "bench_growth") & checks.measure.str.startswith("pages with ")]
    growth = growth.assign(times=growth.measure.str.extract(r"(\d+)", expand=False).astype(int)).sort_values(
        "times"
    )
    times, grown = growth.times, growth.value.iloc[-1] / growth.value.iloc[0]
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), width_ratios=(3, 2))
    names = chapters.measure.str.removeprefix("chapter ")
    left.barh(names, chapters.value, color=AI[1])
    left.invert_yaxis()
    left.axvline(chapters.value.median(), color=NEUTRAL[2], linestyle="--", linewidth=1)
    left.set_xlabel("seconds; dashed: median")
    right.plot(times, growth.value, "o-", color=AI[2])
    right.set_xticks(times)
    right.set_xlim(0, times.max() + 0.5)
    right.set_ylim(0, growth.value.max() * 1.15)
    right.set_xlabel("times the chapters of this book")
    right.set_ylabel("seconds for all pages")
    figure(
        fig, FIGURE,
        title=f"Median chapter: {chapters.value.median():.0f} seconds; "
        f"{times.max()} times the book: {grown:.1f} times the build",
        subtitle="Left: executing each chapter anew, two at a time. Right: building all pages from stored outputs.",
        source=f"make bench, {checks[checks.step == 'bench_growth'].measured_on.max()}",
        alt="Left, a horizontal bar for each chapter with the seconds of its execution and the median as a dashed line. "
        "Right, the seconds of a build against once, twice and four times the chapters, joined by a line.",
    )  # fmt: skip


def _lines(data: Path, figures: Path) -> list[str]:
    lines = ["## Gates", ""]
    lines += [
        list_table(gates(data), "What this book must pass, and the same counts elsewhere", [28, 16, 18, 38]),
        "",
    ]
    lines += ["## Steps and results", ""]
    for step, question, frame in steps(data):
        lines += [f"### {escape(step.replace('_', ' '))}", "", escape(question), ""]
        lines += [list_table(frame, f"Measures of the step {escape(step)}", [56, 26, 18]), ""]
    if SURVIVORS in tables.names(data):
        frame = tables.load(SURVIVORS, data)
        lines += ["## Changes that no test notices", ""]
        lines += [
            f"- {escape(f'{row.module}, {row.function}')}: ``{row.was}`` becomes ``{row.now}`` "
            f"({row.why}). {escape(row.note)}"
            for row in frame.itertuples()
        ]
        lines += [""]
    if (figures / f"{FIGURE}.svg").exists():
        lines += [
            "## Costs", "", f"~~~{{figure}} ../figures/{FIGURE}.svg", ":name: fig-bench",
            ":alt: Bars of seconds for each chapter executed anew, and a line of seconds for all pages as the book grows.", "",
            "What the book costs. Times are of the wall clock, on the machine of the step bench machine.", "~~~", "",
        ]  # fmt: skip
    return lines


class HowChecked(SphinxDirective):
    """{how-checked}: gates beside other books, every step with its measures, survivors, and the figure of costs."""

    def run(self) -> list[nodes.Node]:
        """Parse the published measures as sections of the page."""
        root = Path(self.env.srcdir)
        for name in (CHECKS, "gates", "anchors", "check_steps"):
            self.env.note_dependency(str(root / "data" / f"{name}.csv"))
        lines = _lines(root / "data", root / "figures")
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)
