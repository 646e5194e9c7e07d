"""The diagrams of what the texts say, drawn from tables and from nothing else."""

from __future__ import annotations

import html
from textwrap import wrap

import pandas as pd
from graphviz import Digraph

from ladders.page.figures import AI, CHAIN, NEUTRAL, digraph, ink

STACK = ("#f4f4f4", "#e6e6e6", "#d4d4d4", "#bdbdbd")
"""The four layers of the industry map are neither AI nor chain steps: greys, from the bottom up."""

SHADES = {"ai": AI, "chain": CHAIN, "stack": STACK}
LADDER_NAMES = {"ai": "Layers of AI", "chain": "Layers of chains", "stack": "Layers of crypto-AI"}
EFFECT_NAMES = {"adds": "adds", "solves": "answers", "causes": "leaves or causes"}


def _fold(text: str, width: int) -> str:
    return "\n".join(wrap(text, width))


def _rich(text: str, width: int, align: str = "CENTER") -> str:
    """Text for an HTML-like label of Graphviz: escaped, folded at width, every line aligned."""
    lines = [html.escape(line) for line in wrap(text, width)]
    if align == "LEFT" and len(lines) > 1:
        return "".join(f'{line}<BR ALIGN="LEFT"/>' for line in lines)
    return "<BR/>".join(lines)


def _card(title: str, note: str, width: int) -> str:
    """A bold title with a small note below it, flush left, as an HTML-like label."""
    rows = [
        f"<B>{_rich(title, width, 'LEFT')}</B>",
        f'<FONT POINT-SIZE="8.5" COLOR="{NEUTRAL[2]}">{_rich(note, width, "LEFT")}</FONT>',
    ]
    cells = "".join(f'<TR><TD ALIGN="LEFT" WIDTH="{6 * width}">{row}</TD></TR>' for row in rows)
    return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{cells}</TABLE>>'


def three_ladders(ladder_steps: pd.DataFrame) -> Digraph:
    """Every ladder as a column of its steps, lowest at the foot; below it, what "layer" means there."""
    graph = digraph(rankdir="BT", nodesep="0.35", ranksep="0.28")
    with graph.subgraph() as feet:
        feet.attr(rank="min")
        for ladder, steps in ladder_steps.groupby("ladder", sort=False):
            meaning = _rich(f"a layer is one of {steps.meaning.iloc[0]}", 32)
            note = f'<FONT POINT-SIZE="8.5" COLOR="{NEUTRAL[2]}">{meaning}</FONT>'
            feet.node(
                f"{ladder}-foot",
                f"<<B>{LADDER_NAMES[ladder]}</B><BR/>{note}>",
                style="",
                shape="plain",
                labelloc="t",
            )
    for ladder, steps in ladder_steps.groupby("ladder", sort=False):
        below = f"{ladder}-foot"
        for step in steps.sort_values("level").itertuples():
            fill, name = SHADES[ladder][step.level - 1], f"{ladder}-{step.level}"
            role = f'<FONT POINT-SIZE="8.5">{_rich(step.role, 28)}</FONT>'
            label = f"<<B>L{step.level}  {_rich(step.name, 24)}</B><BR/>{role}>"
            graph.node(name, label, fillcolor=fill, fontcolor=ink(fill), width="2.1")
            graph.edge(below, name, style="invis" if step.level == 1 else "solid", weight="10")
            below = name
    return graph


def step_by_step(step_effects: pd.DataFrame, ladder_steps: pd.DataFrame, ladder: str) -> Digraph:
    """One ladder from left to right: each step with what it adds, solves and causes; dashed from problem to answer."""
    graph = digraph(rankdir="LR", nodesep="0.09", ranksep="0.55", newrank="true")
    steps = ladder_steps[ladder_steps.ladder == ladder].sort_values("level")
    effects = step_effects[step_effects.ladder == ladder]
    for step in steps.itertuples():
        fill = SHADES[ladder][step.level - 1]
        rows = [
            f'<TR><TD BGCOLOR="{fill}" CELLPADDING="6"><FONT COLOR="{ink(fill)}"><B>L{step.level}  {_rich(step.name, 24)}</B></FONT></TD></TR>'
        ]
        for effect, name in EFFECT_NAMES.items():
            chosen = effects[(effects.level == step.level) & (effects.effect == effect)]
            if chosen.empty:
                continue
            rows.append(
                f'<TR><TD ALIGN="LEFT" BORDER="0"><FONT POINT-SIZE="8.5" COLOR="{NEUTRAL[2]}">{name}</FONT></TD></TR>'
            )
            for row in chosen.itertuples():
                style = {
                    "adds": 'BGCOLOR="#f3f3f3"',
                    "solves": f'BGCOLOR="#f3f3f3" COLOR="{NEUTRAL[2]}"',
                    "causes": f'BGCOLOR="white" COLOR="{NEUTRAL[2]}" STYLE="dashed"',
                }[effect]
                border = 0 if effect == "adds" else 1
                rows.append(
                    f'<TR><TD PORT="{row.effect_id}" BORDER="{border}" {style} ALIGN="LEFT">{_rich(row.name, 26, "LEFT")}</TD></TR>'
                )
        table = f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="3" CELLPADDING="4">{"".join(rows)}</TABLE>'
        graph.node(f"L{step.level}", f"<{table}>", shape="plain", style="")
    levels = effects.set_index("effect_id").level
    for row in effects[effects.refers_to != ""].itertuples():
        graph.edge(
            f"L{levels[row.refers_to]}:{row.refers_to}:e", f"L{row.level}:{row.effect_id}:w", style="dashed"
        )
    for low, high in zip(steps.level, steps.level[1:], strict=False):
        graph.edge(f"L{low}", f"L{high}", style="invis")
    return graph


def taxonomy(classes: pd.DataFrame, placements: pd.DataFrame, systems: pd.DataFrame, root: str) -> Digraph:
    """One direction of the taxonomy as a tree: root, classes, and every system that a text places there."""
    graph = digraph(rankdir="LR", nodesep="0.07", ranksep="0.5", splines="line")
    name = systems.set_index("system_id").name
    top = classes.set_index("class_id").loc[root]
    graph.node(root, f"<<B>{_rich(top['name'], 20)}</B>>", fillcolor=NEUTRAL[2], fontcolor="white")
    for row in classes[classes.parent == root].sort_values("position").itertuples():
        graph.node(row.class_id, _fold(row.name, 22), fillcolor=NEUTRAL[0], width="1.9")
        graph.edge(f"{root}:e", f"{row.class_id}:w", arrowhead="none")
        for placed in placements[placements.class_id == row.class_id].itertuples():
            leaf = f"{row.class_id}-{placed.system_id}"
            graph.node(leaf, _card(name[placed.system_id], placed.role, 48), fillcolor="#f3f3f3")
            graph.edge(f"{row.class_id}:e", f"{leaf}:w", arrowhead="none")
    return graph


def stacked(graph: Digraph, rows: list[str]) -> Digraph:
    """The graph with one node more, a table of the rows (HTML)."""
    graph.node(
        "map",
        f'<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="2" CELLPADDING="5">{"".join(rows)}</TABLE>>',
        shape="plain",
        style="",
    )
    return graph


def four_layers(classes: pd.DataFrame, placements: pd.DataFrame, systems: pd.DataFrame) -> Digraph:
    """The four layers, top layer first, with their parts and every system named there.

    A system that stands in more than one place is drawn in each, white on black.
    """
    graph = digraph(rankdir="TB", splines="curved")
    stack = classes[classes.scheme == "stack"]
    placed = placements[placements.class_id.isin(stack.class_id)]
    name = systems.set_index("system_id").name
    often = placed.system_id.value_counts().loc[lambda n: n > 1].index

    def cells(class_id: str) -> str:
        found = []
        for row in placed[placed.class_id == class_id].itertuples():
            fill = "#222222" if row.system_id in often else "#ffffff"
            found.append(
                f'<TD PORT="{class_id}-{row.system_id}" BGCOLOR="{fill}" BORDER="1" COLOR="{NEUTRAL[1]}" STYLE="rounded">'
                f'<FONT COLOR="{ink(fill)}">{html.escape(name[row.system_id])}</FONT></TD>'
            )
        empty = f'<TD><FONT COLOR="{NEUTRAL[2]}">no system named</FONT></TD>'
        return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="4" CELLPADDING="4"><TR>{"".join(found) or empty}</TR></TABLE>'

    rows = []
    for layer in stack[stack.parent == ""].sort_values("position", ascending=False).itertuples():
        fill = STACK[layer.position - 1]
        parts = stack[stack.parent == layer.class_id].sort_values("position")
        entries = [(part.name, part.class_id) for part in parts.itertuples()]
        if parts.empty or (placed.class_id == layer.class_id).any():
            entries.append(("the layer as a whole", layer.class_id))
        for position, (label, class_id) in enumerate(entries):
            head = (
                f'<TD ROWSPAN="{len(entries)}" BGCOLOR="{fill}" WIDTH="120"><B>{layer.position}  {_rich(layer.name, 16)}</B></TD>'
                if position == 0
                else ""
            )
            rows.append(
                f'<TR>{head}<TD ALIGN="LEFT" BGCOLOR="{fill}">{_rich(label, 24)}</TD><TD ALIGN="LEFT" BGCOLOR="{fill}">{cells(class_id)}</TD></TR>'
            )
    return stacked(graph, rows)


def challenges(challenges: pd.DataFrame) -> Digraph:
    """The challenges as the texts group them, each with its kind."""
    titles = {
        "compute": "Decentralised compute", "integration": "Integration",
        "token-economics": "Token economics", "modular": "Modular or end to end",
    }  # fmt: skip
    graph = digraph(rankdir="LR", nodesep="0.07", ranksep="0.5", ordering="out", splines="line")
    graph.node("root", "", shape="point", style="invis")
    for group, rows in challenges.groupby("group", sort=False):
        graph.edge("root", group, style="invis")
        graph.node(
            group,
            f"<<B>{_rich(titles[group], 20)}</B>>",
            fillcolor=NEUTRAL[2],
            fontcolor="white",
            width="1.7",
        )
        for row in rows.sort_values("position").itertuples():
            graph.node(
                row.challenge_id, _card(row.name, f"{row.kind}, text {row.text}", 44), fillcolor="#f3f3f3"
            )
            graph.edge(f"{group}:e", f"{row.challenge_id}:w", arrowhead="none")
    return graph
