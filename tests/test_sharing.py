"""What leaves the book: the data package, citations, what pages tell those who come from outside, the published site."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import jsonschema
import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from frictionless import Package
from PIL import Image
from pybtex.database import parse_string

from ladders import tables
from ladders.page import address, card, citation, exports, package, provenance
from ladders.verdicts import ledger
from tests.conftest import ROOT, build, copy_project, edit

REPOSITORY = "https://github.com/Example-Org/two-ladders"
HOME = "https://example-org.github.io/two-ladders/"
NEEDS_ADDRESS = ("sitemap.xml", "robots.txt", card.NAME)
REUSE = ROOT / "chapters" / "reuse.md"

CFF = {
    "type": "object",
    "required": ["cff-version", "message", "title", "authors"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "title": {"type": "string", "minLength": 1},
        "type": {"enum": ["software", "dataset"]},
        "version": {"type": ["string", "number"]},
        "date-released": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-([0-2][0-9]|3[01])$"},
        "license": {"enum": ["MIT", "CC-BY-4.0"]},
        "abstract": {"type": "string", "minLength": 1},
        "url": {"type": "string", "pattern": "^https://"},
        "repository-code": {"type": "string", "pattern": "^https://"},
        "authors": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            # An entity needs a name; a person has none, but family and given names.
            "items": {
                "type": "object",
                "anyOf": [{"required": ["name"]}, {"required": ["family-names"]}, {"required": ["given-names"]}],
                "not": {"allOf": [{"required": ["name"]}, {"anyOf": [{"required": ["family-names"]}, {"required": ["given-names"]}]}]},
            },
        },
    },
    "additionalProperties": False,
}  # fmt: skip
"""The part of the Citation File Format 1.2.0 that the book uses; SPDX names of the licences that it has."""


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the data package in it."""
    folder = tmp_path_factory.mktemp("taken")
    package.write(folder / package.NAME)
    return folder


def test_the_package_holds_every_table_and_the_ledger(zipped: Path):
    with ZipFile(zipped / package.NAME) as archive:
        held = set(archive.namelist())
        described = json.loads(archive.read("datapackage.json"))
        sums = archive.read("sha256sums.txt").decode().splitlines()
        for name in tables.names():
            assert archive.read(f"{name}.csv") == (ROOT / "data" / f"{name}.csv").read_bytes()
        for line in sums:
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest, name
        terms = archive.read("TERMS.txt").decode()
    assert [entry["name"] for entry in described["resources"]] == [*tables.names(), "ledger"]
    assert held == {line.split("  ")[1] for line in sums} | {"sha256sums.txt"}
    assert {"README.md", "LICENSE.txt", "CITATION.cff", citation.BIBTEX} <= held
    assert all(f"{name}.csv: CC-BY-4.0" in terms for name in tables.names())


def test_the_package_is_valid_and_the_same_bytes_each_time(zipped: Path, tmp_path: Path):
    again = tmp_path / package.NAME
    package.write(again)
    assert again.read_bytes() == (zipped / package.NAME).read_bytes()
    with ZipFile(again) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(archive.namelist())
    report = Package(str(again)).get_resource("ledger").validate()
    assert report.valid, report.flatten(["type", "note"])


@pytest.mark.parametrize("library", ["frictionless", "pandas"])
def test_two_lines_of_the_page_open_the_package(library: str, zipped: Path):
    blocks = re.findall(
        r"^```python\n(.*?)^```$", REUSE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    block = next(block for block in blocks if library in block)
    assert len([line for line in block.splitlines() if line]) == 2
    told = "\nprint(ledger.shape[0], (ledger.verdict == 'holds').sum())\n"
    result = subprocess.run(
        [sys.executable, "-c", block + told], cwd=zipped, capture_output=True, text=True, check=True
    )
    rows = ledger.build().values()
    assert result.stdout.split() == [str(len(rows)), str(sum(row.verdict == "holds" for row in rows))]


def test_the_ledger_in_the_package_is_that_of_the_book():
    frame = exports.ledger_frame(ledger.build()).set_index("claim_id")
    rows = ledger.build()
    assert frame.verdict.to_dict() == {claim: row.verdict for claim, row in rows.items()}
    assert (frame.claim == tables.load("claims").set_index("claim_id").claim).all()
    assert not frame.isna().any().any()


def test_the_citation_file_is_valid_and_agrees_with_the_book():
    cff = yaml.load((ROOT / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    jsonschema.validate(cff, CFF)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    data = tables.descriptor()
    assert cff["version"] == project["version"] == data["version"]
    assert cff["date-released"] == ledger.edition().isoformat()
    assert [person["name"] for person in cff["authors"]] == [person["name"] for person in project["authors"]]
    assert cff.get("url", address.home()) == address.home()


@pytest.mark.parametrize(
    ("field", "value"), [("authors", []), ("authors", [{}]), ("date-released", "22 Nov"), ("license", "CC")]
)
def test_a_bad_citation_file_is_refused(field: str, value: object):
    cff = yaml.load((ROOT / "CITATION.cff").read_text(encoding="utf-8"), yaml.BaseLoader)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(cff | {field: value}, CFF)


def test_every_table_can_be_cited():
    entries = parse_string(citation.bibtex(), "bibtex").entries
    assert list(entries) == [citation.KEY, *(f"{citation.KEY}-{name}" for name in tables.names())]
    assert all(
        {"author", "title", "year", "version"} <= {*entry.fields, *entry.persons}
        for entry in entries.values()
    )


@pytest.mark.parametrize(
    ("repository", "baseurl", "home"),
    [
        ("", "", ""),
        (REPOSITORY, "", HOME),
        (f"{REPOSITORY}.git", "", HOME),
        ("https://github.com/Some-One/some-one.github.io", "", "https://some-one.github.io/"),
        (REPOSITORY, "https://ladders.example", "https://ladders.example/"),
    ],
)
def test_one_setting_gives_the_address(repository: str, baseurl: str, home: str):
    assert address.home_of(repository, baseurl) == home


def test_a_repository_elsewhere_needs_the_address_of_its_pages():
    with pytest.raises(ValueError, match="give `html: baseurl` too"):
        address.home_of("https://code.example/two-ladders")


def pages(html: Path) -> dict[str, BeautifulSoup]:
    """Every page, parsed."""
    return {
        path.relative_to(html).as_posix(): BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for path in sorted(html.rglob("*.html"))
    }


def test_every_page_says_what_it_holds(html: Path):
    found = {}
    for name, page in pages(html).items():
        (said,) = page.select('meta[name="description"]')
        found[name] = said["content"]
        assert 40 <= len(found[name]) <= address.LONGEST, name
        assert not re.search(r"S\d-[\w.]+-\d\d", found[name]), name
    assert len(set(found.values())) == len(found)


def test_without_an_address_nothing_needs_one(html: Path):
    assert not [name for name in NEEDS_ADDRESS if (html / name).exists()]
    for name, page in pages(html).items():
        assert not page.select('link[rel="canonical"], meta[property^="og:"], meta[name^="twitter:"]'), name
        assert "github.io" not in str(page.head), name
        assert not page.select(".notebook-link a[href^=http]"), name
    missing = BeautifulSoup((html / "404.html").read_text(encoding="utf-8"), "html.parser")
    assert missing.select_one(".bd-article a, article a")["href"] == "index.html"


def test_what_the_page_offers_to_take_away_is_there(html: Path):
    page = BeautifulSoup((html / "chapters" / "reuse.html").read_text(encoding="utf-8"), "html.parser")
    offered = [link["href"] for link in page.select("article a[href^='../']")]
    assert offered == [f"../{package.NAME}", f"../{citation.BIBTEX}"]
    assert all((html / "chapters" / name).resolve().is_file() for name in offered)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The HTML book with an address set."""
    folder = tmp_path_factory.mktemp("public")
    project = copy_project(folder / "project")
    edit(project / "_config.yml", '  url: ""', f"  url: {REPOSITORY}")
    result = build(project, folder / "out")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return folder / "out" / "_build" / "html"


def test_with_an_address_pages_say_where_they_stand(public: Path):
    for name, page in pages(public).items():
        if name == "404.html":
            assert not page.select('link[rel="canonical"], meta[property="og:url"]')
            continue
        assert [link["href"] for link in page.select('link[rel="canonical"]')] == [HOME + name]
        told = {tag["property"]: tag["content"] for tag in page.select('meta[property^="og:"]')}
        assert told["og:url"] == HOME + name
        assert told["og:image"] == HOME + card.NAME
        assert told["og:description"] == page.select_one('meta[name="description"]')["content"]
        assert told["og:title"]
    sources = pages(public)["chapters/02_ai_ladder.html"].select(".notebook-link a[href^=http]")
    assert [link["href"] for link in sources] == [
        f"{REPOSITORY}/blob/main/chapters/02_ai_ladder.ipynb",
        f"{REPOSITORY}/issues/new/choose",
    ]


def test_with_an_address_there_are_sitemap_robots_and_picture(public: Path):
    tree = ElementTree.parse(public / "sitemap.xml")
    places = [place.text for place in tree.iterfind(".//{*}loc")]
    listed = {HOME + name for name in pages(public) if not name.startswith(("404", "search", "receipts/"))}
    assert sorted(places) == sorted(listed)
    assert f"Sitemap: {HOME}sitemap.xml" in (public / "robots.txt").read_text()
    with Image.open(public / card.NAME) as picture:
        assert picture.size == card.SIZE
    again = public.parent / "again.png"
    card.draw(again)
    assert again.read_bytes() == (public / card.NAME).read_bytes()
    assert f"url = {{{HOME}}}" in (public / citation.BIBTEX).read_text(encoding="utf-8")


def test_the_page_for_what_is_not_found_works_at_any_depth(public: Path):
    page = pages(public)["404.html"]
    led = [tag[name] for name in ("href", "src", "action") for tag in page.select(f"[{name}]")]
    local = [place for place in led if not place.startswith(("#", "https://"))]
    assert local == []
    inside = [place.removeprefix(HOME).split("?")[0] for place in led if place.startswith(HOME)]
    assert inside
    assert all((public / place).is_file() for place in inside if place)
    assert page.html["data-content_root"] == HOME


def test_every_source_has_an_origin_and_every_table_a_row():
    found = provenance.sources()
    assert set(found.origin) == set(provenance.ORIGINS)
    assert list(provenance.every_table().Table) == tables.names()


def test_what_chapters_use_agrees_with_the_tests_and_the_numbers():
    used = set(provenance.uses().itertuples(index=False, name=None))
    assert ("02_ai_ladder", "livebench_gains") in used
    assert ("12_modular_or_joint", "network_scores") in used
    assert ("14_outlook", "network_scores") not in used, "to count verdicts is not to use every table"
    rests = provenance.rests()
    assert "network_scores" in set(rests.table[rests.claim_id == "S3-p7-01"])
    grid = provenance.overview()
    assert grid.loc[list(provenance.CLASSES), "tables"].sum() == len(tables.names())


def test_workflows_call_make_alone():
    folder = ROOT / ".github" / "workflows"
    runs = {
        path.stem: [
            step["run"]
            for job in yaml.safe_load(path.read_text())["jobs"].values()
            for step in job["steps"]
            if "run" in step
        ]
        for path in folder.glob("*.yml")
    }
    assert runs["publish"] == [".ci/run test publish"]
    assert runs["canary"] == [".ci/run canary"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"test", "publish", "canary", "package"} <= targets
    canary = yaml.safe_load((folder / "canary.yml").read_text())["jobs"]["newest"]
    assert canary["continue-on-error"] is True
    assert pd.Series(runs).map(lambda steps: all(step.startswith(".ci/run") for step in steps)).all()
