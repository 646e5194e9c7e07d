"""The page on checking: every gate is measured, and page and figure follow from what was published."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from ladders import tables
from ladders.page import checked
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (14, "notebooks", "14 notebooks"), (2.345, "seconds", "2.3 seconds"), (1_820_456, "bytes", "1.82 MB"),
        (0.034, "share", "0.03 share"), (1234.5, "MiB", "1,234 MiB"), (1, "yes", "1"),
    ],
)  # fmt: skip
def test_values_are_shown_plainly(value: float, unit: str, text: str):
    assert checked.shown(value, unit) == text


def test_a_gate_without_a_measure_says_so(data: Path):
    checks = tables.load("checks", data)
    tables.replace("checks", checks[checks.step != "bytes"], data)
    found = checked.gates(data).set_index("What is counted")["This book"]
    assert found["Files of the pages that differ between two builds"] == "not measured yet"


@pytest.mark.parametrize(("seconds", "said"), [(5.0, "5 seconds"), (5.1, "5.1 seconds, missed")])
def test_a_gate_that_is_missed_says_so(data: Path, seconds: float, said: str):
    checks = tables.load("checks", data)
    median = checks.measure == "median chapter"
    tables.replace("checks", checks.assign(value=checks.value.mask(median, seconds)), data)
    found = checked.gates(data).set_index("What is counted")["This book"]
    assert found["Seconds for the median notebook, two at a time"] == said


def test_a_step_without_a_question_is_shown_all_the_same(data: Path):
    row = {"step": "unheard", "measure": "things", "value": 3, "unit": "things", "measured_on": "2026-11-22"}
    tables.replace("checks", pd.concat([tables.load("checks", data), pd.DataFrame([row])]), data)
    step, question, frame = checked.steps(data)[-1]
    assert (step, question, frame.Result.tolist()) == ("unheard", "", ["3 things"])


def test_the_figure_of_costs_follows_from_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LADDERS_FIGURES", str(tmp_path))
    checked.draw()
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (ROOT / "figures" / path.name).read_bytes(), path.name
