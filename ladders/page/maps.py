"""Two diagrams of the named systems: the map of text 004 with the state of each system, and who uses whom."""

from __future__ import annotations

import html

import pandas as pd
from graphviz import Digraph

from ladders.evidence.systems import layers, values
from ladders.page.diagrams import STACK, stacked
from ladders.page.figures import AI, CHAIN, NEUTRAL, digraph, ink

STATES = {
    "live": ("live", "#ffffff"),
    "pivoted": ("live, other product", CHAIN[0]),
    "test": ("test network", CHAIN[0]),
    "company without token": ("company, no token", AI[0]),
    "dead": ("dead", "#222222"),
    "not verified": ("not verified", "#f3f3f3"),
}
"""Status -> its words and fill; the words stand in every cell, so that the map can be read without colour."""


def states(
    classes: pd.DataFrame, placements: pd.DataFrame, systems: pd.DataFrame, system_facts: pd.DataFrame
) -> Digraph:
    """The layers of text 004, top layer first, every system with its state today in words and fill."""
    graph = digraph(rankdir="TB")
    stack = classes[(classes.scheme == "stack") & (classes.parent == "")].sort_values(
        "position", ascending=False
    )
    placed, name = layers(placements, classes), systems.set_index("system_id").name
    status = values(system_facts).status

    def cell(system_id: str) -> str:
        words, fill = STATES[status[system_id]]
        text = f'{html.escape(name[system_id])}<BR/><FONT POINT-SIZE="7.5">{words}</FONT>'
        return (
            f'<TD BGCOLOR="{fill}" BORDER="1" COLOR="{NEUTRAL[1]}" STYLE="rounded" WIDTH="92" HEIGHT="30">'
            f'<FONT COLOR="{ink(fill)}">{text}</FONT></TD>'
        )

    rows = []
    for layer in stack.itertuples():
        members = list(dict.fromkeys(placed[placed.layer == layer.position].system_id))
        lines = [members[i : i + 4] for i in range(0, len(members), 4)]
        inner = "".join(f"<TR>{''.join(map(cell, line))}</TR>" for line in lines)
        fill = STACK[layer.position - 1]
        rows.append(
            f'<TR><TD BGCOLOR="{fill}" WIDTH="110"><B>{html.escape(layer.name).replace(" &amp; ", "<BR/>&amp; ")}</B></TD>'
            f'<TD BGCOLOR="{fill}" ALIGN="LEFT"><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="4" CELLPADDING="3">{inner}</TABLE></TD></TR>'
        )
    return stacked(graph, rows)


def uses(
    classes: pd.DataFrame, placements: pd.DataFrame, systems: pd.DataFrame, system_links: pd.DataFrame
) -> Digraph:
    """Systems of text 004 by layer (first placement), with an arrow from each user to what it uses.

    Dark: a use of the layer directly below. Dashed: a use within a layer or of a layer above. Grey: further below.
    """
    graph = digraph(rankdir="TB", nodesep="0.12", ranksep="0.45")
    placed = layers(placements, classes)
    layer = placed[placed["rank"] == 1].set_index("system_id").layer
    name = systems.set_index("system_id").name
    stack = classes[(classes.scheme == "stack") & (classes.parent == "")].set_index("position").name
    for position in sorted(stack.index, reverse=True):
        with graph.subgraph() as row:
            row.attr(rank="same")
            row.node(f"layer-{position}", f"<<B>{html.escape(stack[position])}</B>>", style="", shape="plain")
            for system_id in layer[layer == position].index:
                row.node(system_id, name[system_id], fillcolor=STACK[position - 1])
        if position < stack.index.max():
            graph.edge(f"layer-{position + 1}", f"layer-{position}", style="invis")
    for link in system_links.itertuples():
        if link.user_id not in layer.index or link.used_id not in layer.index:
            continue
        step = layer[link.user_id] - layer[link.used_id]
        style = {"color": CHAIN[2], "penwidth": "2.2"} if step == 1 else {"color": NEUTRAL[1]}
        if step <= 0:
            style |= {"style": "dashed", "constraint": "false"}
        graph.edge(link.user_id, link.used_id, **style)
    return graph
