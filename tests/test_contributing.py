"""The walks of CONTRIBUTING.md: a newcomer who does what stands there gets what stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from ladders import tables
from ladders.page import numbers
from tests.conftest import EPOCH, ROOT, edit

MANUAL = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
WALKS = ("Correct a fact", "Add a system", "Contest a verdict")


def steps(walk: str) -> list[tuple[str, str]]:
    """The fenced blocks of a section of the manual: (diff, sh or text; content), in order."""
    section = re.split(r"^## ", MANUAL.split(f"\n## {walk}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^```(diff|sh|text)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def apply(diff: str, root: Path) -> None:
    """Change files as a diff of the manual says: a line taken away gives its place to the next; else it is added last."""
    path, removed = None, ""
    for line in diff.splitlines():
        if line.startswith("--- "):
            path = root / line[4:]
        elif line.startswith("-"):
            removed = line[1:]
        elif removed:
            edit(path, f"{removed}\n", f"{line[1:]}\n")
            removed = ""
        else:
            path.write_text(path.read_text(encoding="utf-8") + f"{line[1:]}\n", encoding="utf-8")


def environment(root: Path) -> None:
    """A .venv in the copy that is the running one under another name, for make too."""
    folder = root / ".venv" / "bin"
    folder.mkdir(parents=True)
    for name in ("python", "jupyter-book"):
        own = sys.executable if name == "python" else Path(sys.executable).parent / name
        (folder / name).write_text(f'#!/bin/sh\nexec "{own}" "$@"\n')
        (folder / name).chmod(0o755)
    (root / ".venv" / "book.stamp").touch()


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_of_the_manual_leads_where_it_says(walk: str, project: Path):
    environment(project)
    blocks = steps(walk)
    for (kind, content), (after, expected) in pairwise([*blocks, ("end", "")]):
        if kind == "diff":
            apply(content, project)
        elif kind == "sh":
            result = subprocess.run(
                ["bash", "-c" if after == "text" else "-ec", content],
                cwd=project, env=os.environ | EPOCH | {"PYTHONPATH": str(project)},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            said = result.stdout + result.stderr
            assert after == "text" or result.returncode == 0, said[-3000:]
            for line in expected.splitlines() if after == "text" else ():
                assert line in said.splitlines(), said[-3000:]
    assert [kind for kind, _ in blocks].count("sh") >= 1
    arrived(walk, project)


def arrived(walk: str, project: Path) -> None:
    """What a reader sees after a walk."""
    chapter = {path.stem: path.read_text(encoding="utf-8") for path in numbers.chapters(project)}
    if walk == "Add a system":
        assert "Lighthouse" in chapter["08_landscape"]
        assert "<td>Lighthouse</td>" in chapter["01_sources"]
    if walk == "Contest a verdict":
        pages = project / "_build" / "html" / "chapters"
        ledger = BeautifulSoup((pages / "13_ledger.html").read_text(encoding="utf-8"), "html.parser")
        row = ledger.select_one("#claim-s3-p7-01").find_parent("tr")
        assert {"does not hold", "computed"} <= {cell.get_text().strip() for cell in row.find_all("td")}
        argued = BeautifulSoup(
            (pages / "12_modular_or_joint.html").read_text(encoding="utf-8"), "html.parser"
        )
        assert "S3-p7-01 does not hold" in " ".join(argued.select_one(".answer").get_text().split())


def test_the_form_for_a_counter_example_asks_for_a_row():
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "counter-example.yml").read_text())
    asked = {field["id"]: field for field in form["body"] if "id" in field}
    assert list(asked) == ["claim", "table", "row", "source", "date", "licence", "confidence"]
    assert all(field["validations"]["required"] for field in asked.values())
    shown = {name: asked[name]["attributes"]["placeholder"] for name in ("claim", "table")}
    assert shown["claim"] in set(tables.load("claims").claim_id)
    assert shown["table"] in tables.names()
