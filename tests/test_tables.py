"""Tables: good ones load as described, bad ones are refused by table, row, field and value."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ladders import tables
from ladders.evidence.audits import results
from ladders.models.training import quality
from ladders.tables import TableError, load, validate
from tests.conftest import edit


@pytest.fixture(autouse=True)
def fresh():
    """Copies of data/ stand under new paths, but nothing read for one test may serve another."""
    yield
    tables.forget()


def accept(data: Path) -> None:
    """Declare changed files as meant, so that the hash is not what refuses them."""
    tables.refresh_hashes(data)
    tables.forget()


def test_all_tables_are_as_described():
    assert validate() == []


def test_types_follow_the_description():
    claims, gains = load("claims"), load("livebench_gains")
    assert claims.text.iloc[0] == "000"
    assert claims.key.dtype == bool
    assert gains.gain.dtype == float


def test_a_loaded_table_may_be_changed_without_harm():
    mine = load("claims")
    mine.loc[0, "claim"] = "changed"
    assert load("claims").claim.iloc[0] != "changed"


def test_unknown_table():
    with pytest.raises(TableError, match=r"table 'nonsense' is not described in datapackage\.json"):
        load("nonsense")


def test_missing_file(data: Path):
    (data / "systems.csv").unlink()
    with pytest.raises(TableError, match=r"table systems: file systems\.csv is missing"):
        load("systems", data)


def test_changed_file_without_its_hash(data: Path):
    edit(data / "livebench_gains.csv", "21.833", "21.834")
    with pytest.raises(TableError, match=r"table livebench_gains.*differs from its hash.*--refresh-hashes"):
        load("livebench_gains", data)


def test_refreshed_hash_accepts_a_change(data: Path):
    edit(data / "livebench_gains.csv", "21.833", "21.834")
    accept(data)
    assert validate(data) == []
    assert 21.834 in set(load("livebench_gains", data).gain)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("livebench_gains.csv", "21.833", "much", r"table livebench_gains, row \d+, field gain, value 'much'"),
        ("livebench_gains.csv", "21.833", "121.8", r"table livebench_gains, row \d+, field gain, value '?121\.8"),
        ("livebench_gains.csv", ",logic,", ",magic,", r"table livebench_gains, row \d+, field ability, value 'magic'"),
        ("claims.csv", "S0-t-02,", "S0-t-01,", r"table claims, row \d+.*S0-t-01"),
        ("claims.csv", "claim_id,", "claim_key,", r"table claims, field claim_(id|key)"),
        ("judgements.csv", "S0-t-01,", "S9-t-01,", r"table judgements, row \d+.*S9-t-01"),
        ("placements.csv", "akash,", "akasha,", r"table placements, row \d+.*akasha"),
        ("systems.csv", "Akash,crypto-ai", "Akash,krypto", r"table systems, row \d+, field group, value 'krypto'"),
        ("judgements.csv", ",not testable,", ",perhaps,", r"table judgements, row \d+, field verdict, value 'perhaps'"),
        ("livebench_gains.csv", "21.833", "NaN", r"table livebench_gains, row \d+, field gain, value 'NaN': not a finite number"),
        ("claims.csv", ",false,", ",False,", r"table claims, row \d+, field \w+, value 'False': write true or false"),
        ("systems.csv", "Akash,", "=Akash,", r"table systems, row \d+, field name, value '=Akash': a spreadsheet"),
        ("systems.csv", "Akash,", "Ak\u202eash,", r"table systems, row \d+, field name, value .*U\+202E"),
        ("systems.csv", "name,group", "group,name", r"table systems, field name: the heading in its place is 'group'"),
    ],
    ids=[
        "type", "range", "enum", "duplicate key", "field name", "unknown claim", "dangling key", "unknown group", "verdict",
        "not a number", "boolean", "formula", "direction", "order",
    ],
)  # fmt: skip
def test_bad_values_are_named(data: Path, file: str, old: str, new: str, said: str):
    edit(data / file, old, new)
    accept(data)
    faults = validate(data)
    assert faults
    assert any(re.search(said, fault) for fault in faults), faults


def test_a_file_nobody_described(data: Path):
    (data / "stray.csv").write_text("a\n1\n")
    assert "file stray.csv is not described in datapackage.json." in validate(data)


def test_broken_descriptor(data: Path):
    edit(data / "datapackage.json", "{", "{,")
    tables.forget()
    assert validate(data)[0].startswith("datapackage.json, line 1: not valid JSON")


def correct(data: Path, was: str, now: str, key: str = "claude-3-7-sonnet-thinking; logic") -> None:
    """Declare one correction."""
    row = ["livebench_gains", key, "gain", was, now, "misprint", "the board itself"]
    header = (data / "corrections.csv").read_text(encoding="utf-8").splitlines()[0]
    (data / "corrections.csv").write_text(f"{header}\n{','.join(row)}\n", encoding="utf-8")
    accept(data)


def test_a_declared_correction_is_applied_and_the_file_stays(data: Path):
    before = (data / "livebench_gains.csv").read_bytes()
    correct(data, "21.833", "22.5")
    gains = load("livebench_gains", data).set_index(["pair_id", "ability"]).gain
    assert gains["claude-3-7-sonnet-thinking", "logic"] == 22.5
    assert (data / "livebench_gains.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("was", "key", "said"),
    [
        ("99.9", "claude-3-7-sonnet-thinking; logic", r"expected the value '99\.9', found '21\.833'"),
        ("21.833", "nobody; logic", r"key 'nobody; logic'.*no such row"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(data: Path, was: str, key: str, said: str):
    correct(data, was, "22.5", key)
    with pytest.raises(TableError, match=said):
        load("livebench_gains", data)


def test_a_result_names_the_table_that_lacks_a_row_or_holds_an_impossible_value():
    parameters, studies = load("parameters"), load("audit_studies")
    with pytest.raises(TableError, match=r"training\.quality.* table parameters, finds no 'law_eight_scale'"):
        quality(parameters=parameters[parameters.parameter != "law_eight_scale"])
    with pytest.raises(TableError, match=r"reads table audit_studies: exact_share: hits must lie"):
        results(studies.assign(k=studies.n + 1))
    with pytest.raises(TableError, match=r"table audit_studies, finds no 'nobody'"):
        results(studies)["nobody", "low"]


def test_nothing_is_half_written(data: Path, monkeypatch: pytest.MonkeyPatch):
    before = (data / "datapackage.json").read_bytes()
    edit(data / "livebench_gains.csv", "21.833", "21.834")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("ladders.tables.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        tables.refresh_hashes(data)
    assert (data / "datapackage.json").read_bytes() == before
    assert not [path for path in data.iterdir() if path.name.startswith(".")]


def test_every_table_names_source_date_and_licence():
    created = tables.descriptor()["created"]
    for entry in tables.descriptor()["resources"]:
        assert entry["class"] in {"extracted", "transcribed", "restated", "constructed", "generated"}, entry[
            "name"
        ]
        assert entry["licenses"] and entry["sources"], entry["name"]
        assert all("as_of" in source for source in entry["sources"]), entry["name"]
        assert all(source["as_of"] <= created for source in entry["sources"]), entry["name"]
        assert all(field["description"] for field in entry["schema"]["fields"]), entry["name"]


def test_no_text_of_the_data_names_where_it_was_written():
    text = json.dumps(tables.descriptor()) + "".join(
        p.read_text(encoding="utf-8") for p in tables.DATA.glob("*.csv")
    )
    for word in (r"\.\./shared", "/work/", "seed 0", "S0 ", r"\bNOTES", r"\bAUDIT\b"):
        assert not re.search(word, text), word
