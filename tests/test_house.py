"""The house: directions of imports, names at the top, notebooks that were run, prose without stray numbers."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ladders.page import freshness, numbers
from tests.conftest import ROOT

MOST_TOP_LEVEL_NAMES = 18
MOST_EXCEPTIONS = 60

MAY_IMPORT = {
    "tables": set(),
    "results": {"tables"},
    "sources": {"tables"},
    "evidence": {"tables", "results"},
    "models": {"tables", "results", "evidence"},
    "verdicts": {"tables", "results", "evidence", "models"},
    "worlds": {"tables", "results", "evidence", "models", "verdicts"},
    "page": {"tables", "results", "evidence", "models", "verdicts"},
    "__main__": {"tables", "results", "evidence", "models", "verdicts", "worlds", "page", "sources"},
}
"""Part of the package -> the other parts it may import."""

NOTEBOOKS = pytest.mark.parametrize("path", numbers.chapters(), ids=lambda path: path.stem)
CHAPTERS = pytest.mark.parametrize(
    "path", [p for p in numbers.chapters() if p.stem not in freshness.LAST], ids=lambda path: path.stem
)
"""Notebooks that ask and answer a question; those at the end of the book describe the book itself."""


def tracked() -> list[str]:
    """Paths that git tracks; outside a clone, all that is not built."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git clone; clone the repository to run this test")
    return listed.stdout.splitlines()


def test_top_level_names():
    names = {path.split("/")[0] for path in tracked()}
    assert len([name for name in names if not name.startswith(".")]) <= MOST_TOP_LEVEL_NAMES, sorted(names)


def imports(path: Path) -> Iterator[str]:
    """Parts of the package that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        modules += (
            [f"{node.module}.{alias.name}" for alias in node.names]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in modules:
            parts = module.split(".")
            if parts[0] == "ladders" and len(parts) > 1:
                yield parts[1]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "ladders").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_imports_run_one_way(path: Path):
    part = path.relative_to(ROOT / "ladders").parts[0].removesuffix(".py")
    if part == "__init__":
        return
    parts = {path.name.removesuffix(".py") for path in (ROOT / "ladders").iterdir()}
    foreign = {name for name in imports(path) if name in parts} - {part}
    assert foreign <= MAY_IMPORT[part], f"{path.name} imports {foreign - MAY_IMPORT[part]}"


def changed_parameters(text: str) -> list[str]:
    """Assignments into a parameter of a function: "frame['x'] = 1", "frame.loc[0, 'x'] += 1"."""
    found = []
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]} - {"self"}
        for node in ast.walk(function):
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            for target in targets if isinstance(node, (ast.Assign, ast.AugAssign)) else []:
                root = target
                while isinstance(root, (ast.Subscript, ast.Attribute)):
                    root = root.value
                if root is not target and isinstance(root, ast.Name) and root.id in names:
                    found.append(f"{function.name}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize(
    "path",
    [path for part in ("evidence", "models", "verdicts") for path in sorted((ROOT / "ladders" / part).glob("*.py"))],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)  # fmt: skip
def test_no_function_changes_what_it_is_given(path: Path):
    """Results of the book's tables are computed once, on frames that all functions share."""
    assert changed_parameters(path.read_text(encoding="utf-8")) == []


def test_a_changed_parameter_is_caught():
    text = "def f(frame):\n    mine = frame.copy()\n    mine['x'] = 1\n    frame.loc[0, 'x'] += 1\n"
    assert changed_parameters(text) == ["f: frame.loc[0, 'x'] += 1"]


def test_nothing_imports_a_chapter_or_a_test():
    for path in (ROOT / "ladders").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (tests|chapters)\b", text, re.MULTILINE), path


def unexecuted(notebook: nbformat.NotebookNode) -> list[str]:
    """Ids of code cells that carry no execution count."""
    return [cell.id for cell in notebook.cells if cell.cell_type == "code" and not cell.execution_count]


def test_every_function_is_read_by_another_a_chapter_or_a_test():
    """What nobody reads is checked by nobody. Tests of claims, margins, choices and commands are called through registers."""
    sources = [
        path.read_text(encoding="utf-8")
        for part in ("ladders", "tests")
        for path in (ROOT / part).rglob("*.py")
    ]
    cells = [cell.source for path in numbers.chapters() for cell in nbformat.read(path, as_version=4).cells]
    words = Counter(re.findall(r"\w+", "\n".join([*sources, *cells])))
    registers = ("settles", "margin", "specifications", "main.command")
    unread = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sorted((ROOT / "ladders").rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and words[node.name] == 1
        and not any(ast.unparse(line).startswith(registers) for line in node.decorator_list)
    ]  # fmt: skip
    assert unread == []


@NOTEBOOKS
def test_every_code_cell_was_executed(path: Path):
    assert unexecuted(nbformat.read(path, as_version=4)) == []


def test_stripped_outputs_are_caught():
    notebook = nbformat.read(numbers.chapters()[0], as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count, cell.outputs = None, []
    assert unexecuted(notebook)


@NOTEBOOKS
def test_notebooks_hold_no_errors_warnings_or_addresses(path: Path):
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            assert output.output_type in {"display_data", "execute_result"}, (cell.id, output.output_type)
            shown = json.dumps(output.get("data", {}))
            assert not re.search(r"\bat 0x[0-9a-f]{6,}", shown), cell.id
            assert "image/png" not in output.data, f"{cell.id} shows a picture past figure()"


@NOTEBOOKS
def test_cell_ids_are_names_and_unique(path: Path):
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in ids)


@NOTEBOOKS
def test_metadata_say_nothing_of_a_machine(path: Path):
    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "mystnb"}, cell.id


@NOTEBOOKS
def test_numbers_are_recorded_from_results_and_in_hidden_cells(path: Path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code" or "number(" not in cell.source:
            continue
        assert "remove-cell" in cell.metadata.get("tags", []), f"{cell.id} records numbers and is shown"
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "number":
                assert not any(isinstance(part, ast.BinOp) for part in ast.walk(node.args[1])), (
                    f"{cell.id}: arithmetic in number()"
                )
                assert not isinstance(node.args[1], ast.Constant), f"{cell.id}: a literal in number()"


@CHAPTERS
def test_a_chapter_opens_with_its_question_and_a_short_answer(path: Path):
    first = nbformat.read(path, as_version=4).cells[0].source
    assert re.match(r"# .+\?$", first.splitlines()[0]), "the title is the question"
    answer = first.split(":class: answer\n", 1)[1].split(":::", 1)[0]
    words = re.sub(r"\{n\}`([^`<]+) <[^`]+>`", r"\1", answer).split()
    assert len(words) <= 60, f"the answer has {len(words)} words"
    assert numbers.ROLE.search(answer), "the answer has a number"


@CHAPTERS
def test_a_chapter_ends_with_what_it_does_not_show(path: Path):
    last = nbformat.read(path, as_version=4).cells[-1].source
    assert last.startswith("## What this does not show")
    assert len(re.findall(r"^- ", last, re.MULTILINE)) == 3


NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand million billion "
    "trillion dozen half twice double"
).split()
IGNORED = re.compile(
    r"""
    ^```.*?^```$ | ^~~~.*?^~~~$        # fenced code and directives
    | \{[\w-]+\}`[^`]*` | `[^`]*`      # roles and inline code
    | \]\([^)]*\) | <https?://[^>]*>   # targets of links
    | ^:[\w-]+:[^\n]*$ | ^:::[^\n]*$     # options and fences of boxes
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def stray_numbers(text: str) -> list[str]:
    """Digits and number words of a piece of prose that no role states. A digit inside a name (L2, Web3) is a name."""
    bare = IGNORED.sub(" ", text)
    found = [
        word
        for word in re.findall(r"[^\s()\[\]\"“”'’,;:!?]+", bare)
        if re.search(r"\d", word) and not re.search(r"[A-Za-z]", word)
    ]
    return found + re.findall(rf"\b(?:{'|'.join(NUMBER_WORDS)})\b", bare, re.IGNORECASE)


def exceptions() -> list[tuple[str, str]]:
    """(page, text) of the allowed numbers. A line of the file: page, text, reason, separated by tabs."""
    lines = (ROOT / "tests" / "allowed_digits.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    assert all(len(row) == 3 and row[2] for row in rows), "page, text and reason, separated by tabs"
    return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("path", numbers.pages(), ids=lambda path: path.stem)
def test_every_number_of_the_prose_has_a_record(path: Path):
    text = numbers.prose(path)
    for page, allowed in exceptions():
        if page in (path.stem, "*"):
            text = text.replace(allowed, "")
    assert stray_numbers(text) == []


def test_exceptions_are_few_and_used():
    rows = exceptions()
    assert len(rows) <= MOST_EXCEPTIONS
    pages = {path.stem: numbers.prose(path) for path in numbers.pages()}
    for page, allowed in rows:
        places = pages.values() if page == "*" else [pages[page]]
        assert any(allowed in text for text in places), f"{allowed!r} is allowed in {page} but not there"


@pytest.mark.parametrize(
    "text", ["a gain of 12 points", "12.5 %", "in 2023", "three vendors", "Twice as many"]
)
def test_a_stray_number_is_caught(text: str):
    assert stray_numbers(text)


@pytest.mark.parametrize(
    "text", ["layer L2 of Web3", "{n}`12 <a.b>` points", "`code 12`", "GPT-4 and 0x0.ai", "the first of many"]
)
def test_names_and_recorded_numbers_pass(text: str):
    assert stray_numbers(text) == []


def test_the_readme_states_what_the_book_states():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    records = numbers.records()
    for key in ("claims.all", "livebench.logic_gain", "fees.before", "side.ai_shrinks", "side.chain_shrinks"):
        assert records[key].text in text, f"README does not state {key} = {records[key].text}"


def test_table_of_contents_lists_every_page():
    listed = set(re.findall(r"(?:file|root): (\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8")))
    pages = {str(path.relative_to(ROOT).with_suffix("")) for path in numbers.pages()}
    assert listed == pages


@pytest.mark.parametrize(("file", "extras"), [("requirements.txt", ()), ("requirements-test.txt", ("test",))])
def test_the_lock_holds_every_direct_need_with_hashes(file: str, extras: tuple[str, ...]):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [
        *project["dependencies"],
        *(need for extra in extras for need in project["optional-dependencies"][extra]),
    ]
    blocks = re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8"))
    locked = {
        canonicalize_name(re.split(r"[=;\s]", block, maxsplit=1)[0]): block
        for block in blocks
        if "==" in block
    }
    for need in needs:
        assert canonicalize_name(Requirement(need).name) in locked, need
    assert all("--hash=sha256:" in block for block in locked.values())


def test_every_direct_need_has_a_reason():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    needs = [line for line in lines if re.match(r'    "[A-Za-z]', line) and "select" not in line]
    assert needs
    assert all("# " in line for line in needs)


def test_the_project_speaks_of_the_book_alone():
    for name in tracked():
        if name.startswith("tests/"):
            continue  # this file names what is forbidden
        path = ROOT / name
        if path.suffix in {".pdf", ".svg"}:
            continue
        text = path.read_text(encoding="utf-8")
        for word in (
            "/work/",
            "../shared",
            "files.pythonhosted",
            "pypi.org",
            "registry.npmjs",
            "deb.debian.org",
        ):
            assert word not in text, f"{name} names {word}"
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", text), name


HOOKS = [
    hook
    for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repository["hooks"]
]


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_what_is_checked_before_a_commit_passes(hook: dict):
    """The hooks' own commands on the whole tree; the one that runs this module is not run a second time."""
    tool, *words = shlex.split(hook["entry"])
    assert hook["language"] == "system"
    assert not hook["pass_filenames"]
    assert tool == ".venv/bin/python"
    if "tests/test_house.py" in words:
        return
    result = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]


SPELT = [("behavior", True), ("behaviour", False), ("recieve", True)]  # codespell:ignore behavior,recieve


@pytest.mark.parametrize(("word", "found"), SPELT)
def test_spelling_is_british(word: str, found: bool, tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"The {word} of a page.\n")
    spelling = next(shlex.split(hook["entry"])[1:] for hook in HOOKS if hook["id"] == "codespell")
    result = subprocess.run(
        [sys.executable, *spelling, str(page)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (word in result.stdout) == found
