"""Tables: the same rows as HTML for JupyterLab and as a numbered MyST list-table for the book and its PDF."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import pandas as pd
from IPython.display import display

ROLE = re.compile(r"\{(?P<role>claim-id|claim|row|proof-id|proof)\}`(?P<text>[^`]+)`")


class Markup(str):
    """Text of our own that may hold MyST (roles, links); all other cells are escaped."""


def escape(text: str) -> str:
    """Text as MyST that shows exactly these characters: no directive, link, HTML or mathematics survives.

    Control characters, which no edition can print, are shown as the replacement character.
    """
    text = "".join("\N{REPLACEMENT CHARACTER}" if ord(c) < 32 and c not in "\n\t" else c for c in text)
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~^$&@:%\"'=/])", r"\\\1", " ".join(text.split()))


def _markdown(cell: object) -> str:
    return str(cell) if isinstance(cell, Markup) else escape("" if pd.isna(cell) else str(cell))


def _shown(match: re.Match) -> str:
    """What a role of the book shows where no role is known: its text, of a place nothing, of a link its label."""
    claim, _, label = match["text"].partition("=")
    return {"proof-id": "", "proof": label}.get(match["role"], f"{claim} {label}".strip())


def _html(cell: object) -> str:
    if isinstance(cell, Markup):
        return html.escape(ROLE.sub(_shown, str(cell)))
    return html.escape("" if pd.isna(cell) else str(cell))


def list_table(
    frame: pd.DataFrame, caption: str, widths: Sequence[int], *, name: str = "", sortable: bool = False
) -> str:
    """A frame as a MyST list-table, whose cells show exactly their text. Raises ValueError unless widths fit."""
    if len(widths) != len(frame.columns):
        raise ValueError(f"table {name or caption}: {len(widths)} widths for {len(frame.columns)} columns.")
    lines = [f"~~~{{list-table}} {caption}", ":header-rows: 1", f":widths: {' '.join(map(str, widths))}"]
    lines += [f":name: {name}"] if name else []
    lines += [":class: sortable"] if sortable else []
    for row in [list(frame.columns), *frame.itertuples(index=False)]:
        bullets = ["* - "] + ["  - "] * (len(row) - 1)
        lines += [f"{bullet}{_markdown(cell)}".rstrip() for bullet, cell in zip(bullets, row, strict=True)]
    return "\n".join([*lines, "~~~"])


def table(
    frame: pd.DataFrame, name: str, caption: str, *, widths: Sequence[int], sortable: bool = False
) -> None:
    """Show a table: its columns are the headings, in reading order; its index is not shown.

    Raises TypeError for a cell that holds a function, as when a column bears the name of a method of frames.

    name: label for references (letters, digits, hyphens). caption: MyST. widths: relative column widths.
    sortable: filter and sort in the browser where scripts run.
    """
    if broken := [column for column in frame if frame[column].map(callable).any()]:
        raise TypeError(
            f"table {name}: column {broken[0]} holds a function; take the column by its name in brackets."
        )
    head = "".join(f'<th scope="col">{html.escape(str(column))}</th>' for column in frame.columns)
    rows = ("".join(f"<td>{_html(cell)}</td>" for cell in row) for row in frame.itertuples(index=False))
    body = "".join(f"<tr>{cells}</tr>" for cells in rows)
    display(
        {
            "text/html": f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>",
            "text/markdown": list_table(frame, caption, widths, name=name, sortable=sortable),
            "text/plain": f"table {name}: {len(frame)} rows",
        },
        raw=True,
    )
