"""How results reach a page: numbers, tables and figures, and what they refuse."""

from __future__ import annotations

import json
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from docutils.core import publish_doctree
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from ladders import tables
from ladders.page import checked, checks, diagrams, dictionary, figures, numbers
from ladders.page.figures import figure, ink
from ladders.page.numbers import NumberError, number, render
from ladders.page.tables import Markup, escape, table
from ladders.results import Result
from ladders.tables import load
from ladders.verdicts import ledger
from tests.conftest import edit

HOSTILE = [
    "<script>alert(1)</script>", "{eval-rst}`x`", "```{raw} html\n<b>\n```", "[a](javascript:alert(1))", "$x^2$", "% note",
    "=SUM(A1)", "\\textbf{x}", "![x](y)", "* - cell", "a | b", "&amp;", "-- x", "1. one", "# head", "`code`", "\u202eabc", "\x07bell", "{claim}`S0-t-01=holds`",
]  # fmt: skip


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What a cell would show: the bundles of its outputs."""
    bundles: list[dict] = []

    def keep(data: dict, metadata: dict | None = None, raw: bool = False) -> None:
        bundles.append(data | {"metadata": metadata or {}})

    for module in ("numbers", "tables", "figures"):
        monkeypatch.setattr(f"ladders.page.{module}.display", keep)
    return bundles


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [(36.388, "+.1f", "+36.4"), (-4.3, ".1f", "−4.3"), (1234, ",d", "1,234"), (4, "words", "four"), (5, "Words", "Five"), (20, "words", "20"), ("x", "text", "x"), (20.0, "d", "20")],
)  # fmt: skip
def test_a_number_is_rendered_as_the_prose_has_it(value: object, form: str, text: str):
    assert render(value, form) == text


def test_a_literal_is_no_number(shown: list[dict]):
    with pytest.raises(NumberError, match=r"number 'a\.b': the value must be a Result"):
        number("a.b", 36.4, ".1f")
    assert shown == []


def test_a_record_carries_its_origin(shown: list[dict]):
    number("a.b", Result(36.388, "points", "ladders.f", ("claims",)), ".1f")
    record = shown[0]["metadata"]["ladders"]
    assert record == {
        "key": "a.b",
        "text": "36.4",
        "unit": "points",
        "function": "ladders.f",
        "tables": ("claims",),
    }


def test_every_record_of_the_book_leads_to_a_function_and_to_tables():
    for record in numbers.records().values():
        assert record.function.startswith("ladders."), record
        assert record.tables or record.function.endswith((".bars", ".design")), (
            record
        )  # set in code, not in a table
        for name in record.tables:
            load(name)


def test_prose_and_results_agree():
    assert checks.faults(ledger.build()) == []


def change_prose(project: Path, old: str, new: str) -> list[str]:
    """What the checks say after one change to the landing page."""
    edit(project / "index.md", old, new)
    return checks.faults(ledger.build(), project)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("`+36.4 <", "`+39.4 <", "index.md: the prose states +39.4 for livebench.logic_gain, the record is +36.4 (02_ai_ladder)."),
        ("livebench.logic_gain", "livebench.magic_gain", "index.md: number 'livebench.magic_gain' is recorded in no cell."),
        ("S0-p2-03=holds", "S0-p2-03=does not hold", "index.md: the prose says S0-p2-03 does not hold, the ledger says holds."),
        ("S0-p2-03=holds", "S9-p2-03=holds", "index.md: claim S9-p2-03 is unknown."),
    ],
    ids=["flipped number", "unknown number", "flipped verdict", "unknown claim"],
)  # fmt: skip
def test_prose_that_says_something_else_is_named(project: Path, old: str, new: str, said: str):
    assert said in change_prose(project, old, new)


def test_a_number_stated_nowhere_is_named(project: Path):
    for page in numbers.pages(project):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("{n}`35 <systems.all>`", "many"), encoding="utf-8")
    assert "01_sources: number 'systems.all' is recorded but stated nowhere." in list(
        checks.number_faults(project)
    )


def test_a_key_claim_with_a_verdict_must_be_argued():
    row = ledger.Row("S0-p4-02", "holds", "computed", key=True, chapter="02_ai_ladder")
    assert any(
        "key claim S0-p4-02 has a verdict but is not argued" in f
        for f in checks.claim_faults({"S0-p4-02": row})
    )


def test_numbers_write_brings_the_prose_up_to_date(project: Path):
    page = project / "index.md"
    right = page.read_text(encoding="utf-8")
    change_prose(project, "`+36.4 <", "`+39.4 <")
    assert numbers.write(project) == ["index.md: livebench.logic_gain +39.4 -> +36.4"]
    assert page.read_text(encoding="utf-8") == right


def test_a_number_recorded_twice_is_refused(project: Path):
    path = project / "chapters" / "13_ledger.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(
        cell
        for cell in notebook["cells"]
        if any("ladders" in o.get("metadata", {}) for o in cell.get("outputs", []))
    )
    cell["outputs"].append(cell["outputs"][0])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(NumberError, match=r"is recorded twice"):
        numbers.records(project)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_is_shown_as_text(text: str):
    tokens = MarkdownIt("commonmark").parse(f"- {escape(text)}")
    inline = [child for token in tokens if token.type == "inline" for child in token.children]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert "".join(child.content for child in inline) == " ".join(
        text.replace("\x07", "\N{REPLACEMENT CHARACTER}").split()
    )


@given(st.text(max_size=60))
def test_any_cell_survives_escaping(text: str):
    tokens = MarkdownIt("commonmark").parse(f"- x{escape(text)}x")
    inline = [child for token in tokens if token.type == "inline" for child in token.children]
    assert {child.type for child in inline} <= {"text", "text_special"}


def test_a_table_is_the_same_rows_twice(shown: list[dict]):
    frame = pd.DataFrame({"A": ["<b>", Markup("{row}`S0-t-01`")], "B": [1, None]})
    table(frame, "tab-x", "Caption.", widths=[1, 1], sortable=True)
    assert shown[0]["text/html"].count("<tr>") == 3
    assert "&lt;b&gt;" in shown[0]["text/html"]
    assert "{row}`S0-t-01`" in shown[0]["text/markdown"]
    assert ":class: sortable" in shown[0]["text/markdown"]


def test_the_dictionary_prints_the_corrections():
    row = ["claims", "S0-t-01", "claim", "old", "new", "misprint", "the text"]
    frame = pd.DataFrame(
        [row], columns=[f["name"] for f in tables.resource("corrections")["schema"]["fields"]]
    )
    assert "misprint" in "".join(dictionary._describe(tables.resource("corrections"), frame))
    assert "No correction" in "".join(dictionary._describe(tables.resource("corrections"), frame.head(0)))


def test_widths_must_fit(shown: list[dict]):
    with pytest.raises(ValueError, match="table tab-x: 1 widths for 2 columns"):
        table(pd.DataFrame({"A": [1], "B": [2]}), "tab-x", "Caption.", widths=[1])


ALT = "Two dots joined by a line that rises from the lower left to the upper right of the picture."


def draw(name: str = "test_figure", alt: str = ALT, label: str = "a line", scale: str = "linear") -> None:
    """A small figure."""
    fig, axes = plt.subplots()
    axes.plot([1, 1000], [0, 1], label=label)
    axes.set_xscale(scale)
    axes.legend()
    figure(fig, name, title="A line rises", subtitle="two points", source="made up", alt=alt)


def test_a_figure_is_the_same_bytes_twice(shown: list[dict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LADDERS_FIGURES", str(tmp_path))
    draw()
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    draw()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert set(first) == {"test_figure.svg", "test_figure.pdf"}
    assert shown[0]["text/plain"] == shown[1]["text/plain"]
    assert shown[0]["text/markdown"] == f"![{ALT}](../figures/test_figure.svg)"


def test_a_figure_prints_dollars_and_powers_in_plain_signs(
    shown: list[dict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LADDERS_FIGURES", str(tmp_path))
    draw(label="from $5 to $7", scale="log")
    printed = PdfReader(tmp_path / "test_figure.pdf").pages[0].extract_text()
    assert "from $5 to $7" in printed
    assert "10³" in printed


def test_a_diagram_is_the_same_bytes_twice(
    shown: list[dict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LADDERS_FIGURES", str(tmp_path))
    graph = diagrams.three_ladders(load("ladder_steps"))
    figures.diagram(graph, "test_diagram", alt=ALT)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    figures.diagram(graph, "test_diagram", alt=ALT)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert "FONTCONFIG_FILE" not in os.environ, "what this process starts needs the machine's fonts"


@pytest.mark.parametrize(
    ("name", "alt"), [("Bad Name", ALT), ("good_name", "figure"), ("good_name", "x" * 80)]
)
def test_a_figure_without_name_or_prose_is_refused(
    shown: list[dict], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, alt: str
):
    monkeypatch.setenv("LADDERS_FIGURES", str(tmp_path))
    with pytest.raises(ValueError, match="figure"):
        draw(name, alt)
    assert list(tmp_path.iterdir()) == []


def test_every_stored_figure_is_the_one_its_chapter_sealed():
    sealed = {}
    for path in numbers.chapters():
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                text = "".join(output.get("data", {}).get("text/plain", []))
                if ".svg sha256 " in text:
                    name, _, digest = text.partition(" sha256 ")
                    sealed[name] = digest
    files = {path.name: figures.sealed(path.read_bytes()) for path in figures.folder().glob("*.svg")}
    measured = files.pop(f"{checked.FIGURE}.svg")  # drawn by the benchmark, whose times no chapter can repeat
    assert measured
    assert files == sealed
    assert {path.stem for path in figures.folder().glob("*.pdf")} == {
        checked.FIGURE, *(name.removesuffix(".svg") for name in sealed)
    }  # fmt: skip


def test_every_named_system_is_drawn():
    classes, placements, systems = load("classes"), load("placements"), load("systems")
    source = "".join(
        diagrams.taxonomy(classes, placements, systems, root).source
        for root in ("web3-for-ai", "ai-for-web3")
    )
    stack = diagrams.four_layers(classes, placements, systems).source
    name = systems.set_index("system_id").name
    for row in placements.itertuples():
        assert name[row.system_id] in (source if row.text == "002" else stack), row
    for twice in ("Gensyn", "Bittensor"):
        assert stack.count(f">{twice}<") == 2


@pytest.mark.parametrize("fill", [*figures.AI, *figures.CHAIN, *figures.NEUTRAL, *diagrams.STACK])
def test_ink_is_legible_on_every_fill(fill: str):
    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(fill), 0.0 if ink(fill) == "black" else 1.0), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_mathematics_becomes_mathml():
    from ladders.page.mathml import to_mathml

    node = publish_doctree("x").children[0]
    assert to_mathml(r"\frac{1}{N}\sum_i s_i^2", block=True, location=node).startswith("<math")


def test_a_table_that_would_print_a_function_is_refused():
    frame = pd.DataFrame({"stack": ["a"]})
    with pytest.raises(TypeError, match="table tab-x: column Software holds a function"):
        table(pd.DataFrame({"Software": frame.stack}, index=[0]), "tab-x", "A table.", widths=[1])
