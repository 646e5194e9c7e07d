"""Sources: tables made again from small clones written here; expected rows are worked out by hand."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import date
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

from ladders import tables
from ladders.sources import clone, defihacklabs, epoch, explorers, growthepie, livebench, refresh, weirdml
from ladders.sources.clone import Source, SourceError
from tests.conftest import ROOT, edit, run_in

FILE, LINK = 0o100644, 0o120000
DAY = 86_400
MADE_BY = ("extractor: ", "snapshot: ", "transcribed: ")

LIST = "data/raw/coinmarketcap_monthly_all_snapshots.csv"
HEADER = "Rank,Name,Symbol,Market Cap,Price,Circulating Supply,Volume (24h),% 1h,% 24h,% 7d,snapshot_date\n"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def fresh():
    """What was read of one test's data/ may not serve another."""
    yield
    tables.forget()


def commit(path: Path, files: dict[str, str | bytes], *, day: int = 0, mode: int = FILE) -> str:
    """Add a commit with these files, and no others, to a bare repository (made when it is missing). Its hash."""
    repository = Repo(str(path)) if path.exists() else Repo.init_bare(str(path), mkdir=True)
    folders: dict[str, Tree] = {"": Tree()}
    for name, text in files.items():
        blob = Blob.from_string(text if isinstance(text, bytes) else text.encode())
        repository.object_store.add_object(blob)
        folder, _, leaf = name.rpartition("/")
        folders.setdefault(folder, Tree()).add(leaf.encode(), mode, blob.id)
        while folder:
            folder = folder.rpartition("/")[0]
            folders.setdefault(folder, Tree())
    for name in sorted(folders, key=len, reverse=True):
        repository.object_store.add_object(folders[name])
        if name:
            parent, _, leaf = name.rpartition("/")
            folders[parent].add(leaf.encode(), 0o040000, folders[name].id)
    made = Commit()
    made.tree, made.author, made.committer, made.message = folders[""].id, b"A <a@b>", b"A <a@b>", b"m"
    made.author_time = made.commit_time = day * DAY
    made.author_timezone = made.commit_timezone = 0
    if b"refs/heads/master" in repository.refs:
        made.parents = [repository.refs[b"refs/heads/master"]]
    repository.object_store.add_object(made)
    repository.refs[b"refs/heads/master"] = made.id
    repository.close()
    return made.id.decode()


def pin(data: Path, table: str, revision: str, file: str = "") -> None:
    """Let the description of a copy of data/ name another commit (and file) for a table."""
    package = json.loads((data / "datapackage.json").read_text(encoding="utf-8"))
    (entry,) = [entry for entry in package["resources"] if entry["name"] == table]
    entry["sources"][0] |= {"commit": revision} | ({"file": file} if file else {})
    tables.write_descriptor(package, data)


def source(data: Path, path: Path, table: str, files: dict[str, str]) -> Source:
    """A source of a table whose clone holds these files."""
    pin(data, table, commit(path, files), ", ".join(files))
    return Source(table, path, data)


def assets(*rows: tuple[float | str, str]) -> dict[str, str]:
    """The list of assets: (market value in USD, day) of each row."""
    return {LIST: HEADER + "".join(f"1,A,A,{value},1,1,1,1,1,1,{day}\n" for value, day in rows)}


@pytest.fixture
def market(tmp_path: Path, data: Path) -> Path:
    """A clone whose pinned commit has two days: 1.5 and 0.25 trillion on the first, 2.0004 on the second."""
    path = tmp_path / "clone"
    pin(data, "crypto_market", commit(path, assets(("1.5e12", "20200101"), ("0.25e12", "20200101"), ("2.0004e12", "20200201"))))  # fmt: skip
    return path


def test_the_table_holds_what_the_files_say(market: Path, data: Path):
    made = refresh.make("crypto_market", market, data=data)
    assert made.text == "date,usd_trn\n2020-01-01,1.75\n2020-02-01,2.0\n"
    assert not made.is_as_stored


def test_a_clone_with_a_work_tree_is_read_by_its_objects(market: Path, data: Path, tmp_path: Path):
    (tmp_path / "work").mkdir()
    market.rename(tmp_path / "work" / ".git")
    (tmp_path / "work" / "data").mkdir()
    (tmp_path / "work" / "data" / "raw").write_text("edited, not committed")
    assert "2020-01-01,1.75\n" in refresh.make("crypto_market", tmp_path / "work", data=data).text


def test_differences_are_told_by_key(market: Path, data: Path):
    (data / "crypto_market.csv").write_text("date,usd_trn\n2019-12-01,0.2\n2020-01-01,0.193\n")
    sentence, lines = refresh.differences(refresh.make("crypto_market", market, data=data))
    assert sentence.endswith(": 1 rows new, 1 gone, 1 values changed.")
    assert lines == ["+ 2020-02-01: usd_trn 2.0", "- 2019-12-01", "~ 2020-01-01: usd_trn 0.193 -> 1.75"]


def test_writing_updates_table_hash_commit_and_dates(market: Path, data: Path):
    later = commit(market, assets(("3e12", "20200101")), day=20_000)  # 2024-10-04
    refresh.write(refresh.make("crypto_market", market, "master", data), TODAY)
    tables.forget()
    assert list(tables.load("crypto_market", data).usd_trn) == [3.0]
    named = clone.source_of("crypto_market", data)
    assert (named["commit"], named["as_of"], named["checked_on"]) == (later, "2024-10-04", "2026-11-22")
    assert refresh.make("crypto_market", market, data=data).is_as_stored


def test_a_table_changed_by_hand_is_no_longer_marked_as_made_again(market: Path, data: Path):
    refresh.write(refresh.make("crypto_market", market, data=data), TODAY)
    edit(data / "crypto_market.csv", "1.75", "1.76")
    tables.refresh_hashes(data)
    assert "checked_on" not in clone.source_of("crypto_market", data)
    (line,) = [line for line in refresh.listing(data) if line.startswith("crypto_market ")]
    assert line.endswith("unchecked")


def test_a_failure_while_writing_leaves_both_files_as_they_were(
    market: Path, data: Path, monkeypatch: pytest.MonkeyPatch
):
    made = refresh.make("crypto_market", market, data=data)
    before = {name: (data / name).read_bytes() for name in ("crypto_market.csv", "datapackage.json")}

    def full(*_) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(tables, "write_descriptor", full)
    with pytest.raises(OSError, match="no space left"):
        refresh.write(made, TODAY)
    assert {name: (data / name).read_bytes() for name in before} == before


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"data/raw/renamed.csv": ""}, rf"file {LIST}: no such file at this commit; was it renamed"),
        ({LIST: HEADER.replace("Price", "Cost")}, r"line 1: column 'Price' is gone; column 'Cost' is new"),
        ({LIST: HEADER.replace("Price", "Price,Fees")}, r"line 1: column 'Fees' is new"),
        ({LIST: ""}, r"line 1: column 'Rank' is gone"),
        ({LIST: HEADER}, r"no row came out"),
        ({LIST: assets(("1e12", "20200101"))[LIST] + "2,B\n"}, r"line 3: 2 cells in a row of 11"),
        ({LIST: HEADER + '1,"A\n'}, r"not CSV"),
        (assets(("1e12", "20200101"), ("much", "20200201")), r"line 3: 'much' is not a number"),
        (assets(("nan", "20200101")), r"line 2: 'nan' is not a number"),
        (assets(("-1e12", "20200101")), r"row 2, field usd_trn, value '?-1\.0.*minimum"),
        (assets(("1e12", "January.")), r"row 2, field date, value 'Janu-ar-y\.'"),
        ({LIST: b"\xff\xfe"}, r"not UTF-8"),
    ],
    ids=["renamed file", "column gone", "column new", "empty file", "no rows", "short row", "open quote", "no number", "not finite", "below its range", "not a day", "not text"],
)  # fmt: skip
def test_what_an_extractor_does_not_expect_is_named(data: Path, tmp_path: Path, files: dict, said: str):
    revision = commit(tmp_path / "clone", files)
    pin(data, "crypto_market", revision)
    before = (data / "crypto_market.csv").read_bytes()
    place = f"table crypto_market, https://github.com/smoothbrainquant/trading-for-new-dads, commit {revision[:12]}"
    with pytest.raises(SourceError, match=said) as error:
        refresh.make("crypto_market", tmp_path / "clone", data=data)
    assert str(error.value).startswith(place)
    assert (data / "crypto_market.csv").read_bytes() == before


def test_files_of_another_form_and_signs_that_steer_a_terminal(data: Path, tmp_path: Path):
    files = {"data/weirdml_results.json": '{"models": []}'}
    pin(data, "model_releases", commit(tmp_path / "clone", files))
    with pytest.raises(
        SourceError, match=r"not of the form that the extractor knows \(AttributeError: 'list'"
    ):
        refresh.make("model_releases", tmp_path / "clone", data=data)
    entry = {"display_name": "o3 \x1b[2J", "release_date": "2025-04-16", "aggregate_scores": {"avg_acc": 0.5}, "cost_per_run_usd": 1}  # fmt: skip
    pin(data, "model_releases", commit(tmp_path / "clone", {"data/weirdml_results.json": json.dumps({"models": {"o3": entry}})}))  # fmt: skip
    with pytest.raises(SourceError, match=r"row 2, field model, value .*U\+001B controls or hides text"):
        refresh.make("model_releases", tmp_path / "clone", data=data)


def test_a_branch_named_like_the_pinned_commit_is_not_it(market: Path, data: Path):
    forged = commit(market, assets(("9e12", "20200101")))
    missing = "0123456789" * 4
    pin(data, "crypto_market", missing)
    (market / "refs" / "heads" / missing).write_text(f"{forged}\n")
    with pytest.raises(SourceError, match=f"the clone has no commit {missing}"):
        refresh.make("crypto_market", market, data=data)


def test_what_is_no_clone_of_the_source_is_named(market: Path, data: Path, tmp_path: Path):
    with pytest.raises(SourceError, match="is not a git repository"):
        refresh.make("crypto_market", tmp_path, data=data)
    Repo.init_bare(str(tmp_path / "empty"), mkdir=True).close()
    with pytest.raises(SourceError, match="the clone's history is empty"):
        refresh.make("crypto_market", tmp_path / "empty", data=data)
    with pytest.raises(SourceError, match=r"the clone has no commit abcdef; fetch it"):
        refresh.make("crypto_market", market, "abcdef", data=data)
    with pytest.raises(SourceError, match=r"is a tree, not a commit"):
        refresh.make("crypto_market", market, Repo(str(market))[b"HEAD"].tree.decode(), data=data)
    with pytest.raises(SourceError, match="table texts: there is no extractor"):
        refresh.make("texts", market, data=data)


def test_nothing_of_a_hostile_clone_is_run_or_obeyed(market: Path, data: Path, tmp_path: Path):
    touched = tmp_path / "touched"
    command = f"touch {touched}"
    hook = market / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{command}\n")
    hook.chmod(0o755)
    (market / "config").write_text(
        f'[core]\n\tfsmonitor = "{command}"\n\tworktree = /\n[filter "evil"]\n\tsmudge = "{command}"\n\trequired = true\n'
        f"[include]\n\tpath = {tmp_path / 'nowhere'}\n"
    )
    revision = commit(market, {".gitattributes": "*.csv filter=evil\n", **assets(("1e12", "20200101"))})
    (market / "config").write_text(f'[filter "evil"]\n\tsmudge = "{command}"\n[core\nbroken')
    assert refresh.make("crypto_market", market, revision, data).text == "date,usd_trn\n2020-01-01,1.0\n"
    assert not touched.exists()


def test_a_link_is_not_followed(data: Path, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text(assets(("1e12", "20200101"))[LIST])
    pin(data, "crypto_market", commit(tmp_path / "clone", {LIST: str(secret)}, mode=LINK))
    with pytest.raises(SourceError, match="a link or a submodule"):
        refresh.make("crypto_market", tmp_path / "clone", data=data)


def loose(market: Path, name: str) -> Path:
    """Path of an object that stands alone."""
    return market / "objects" / name[:2] / name[2:]


def blob_name(files: dict[str, str]) -> str:
    """Git's name of the only file."""
    (text,) = files.values()
    return hashlib.sha1(b"blob %d\x00" % len(text.encode()) + text.encode()).hexdigest()


def test_a_huge_file_is_refused_before_it_is_unpacked(
    market: Path, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clone, "MOST_BYTES", 2_000)
    pin(data, "crypto_market", commit(market, {LIST: "0" * 5_000_000}))
    with pytest.raises(SourceError, match=rf"file {LIST}: object [0-9a-f]{{40}} cannot be read"):
        refresh.make("crypto_market", market, data=data)


def test_an_object_that_is_not_what_its_name_says_is_refused(market: Path, data: Path):
    honest = assets(("1e12", "20200101"))
    pin(data, "crypto_market", commit(market, honest))
    forged = honest[LIST].replace("1e12", "9e12").encode()
    path = loose(market, blob_name(honest))
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob %d\x00" % len(forged) + forged))
    with pytest.raises(SourceError, match="is not what its name says"):
        refresh.make("crypto_market", market, data=data)


def test_a_clone_that_lacks_an_object_or_borrows_them_is_refused(market: Path, data: Path, tmp_path: Path):
    files = assets(("1e12", "20200101"))
    pin(data, "crypto_market", commit(market, files))
    loose(market, blob_name(files)).unlink()
    with pytest.raises(SourceError, match=rf"file {LIST}: object [0-9a-f]{{40}} is missing"):
        refresh.make("crypto_market", market, data=data)
    (market / "objects" / "info").mkdir(exist_ok=True)
    (market / "objects" / "info" / "alternates").write_text(f"{market / 'objects'}\n")
    with pytest.raises(SourceError, match="borrows objects"):
        refresh.make("crypto_market", market, data=data)


def test_the_command_shows_a_newer_revision_and_the_verdict_it_would_change(project: Path, tmp_path: Path):
    """Claim S2-1-11 (25 trillion) fails at a median ratio of 11.7 and holds at 1: when the market is 11.7 times as large."""
    rows = [
        line.split(",")
        for line in (project / "data" / "crypto_market.csv").read_text().splitlines()[1:]
    ]  # fmt: skip
    path = tmp_path / "clone"
    pinned = commit(path, assets(*((float(value) * 1e12, day.replace("-", "")) for day, value in rows)))
    commit(path, assets(*((float(value) * 11.7e12, day.replace("-", "")) for day, value in rows)), day=20_000)
    pin(project / "data", "crypto_market", pinned)
    words = "ladders", "refresh", "crypto_market", "--clone", str(path)

    same = run_in(project, *words, "--check")
    assert (same.returncode, same.stdout) == (
        0,
        f"table crypto_market, commit {pinned[:12]}: as stored, 70 rows.\n",
    )
    before = {file: file.read_bytes() for file in (project / "data").iterdir()}
    shown = run_in(project, *words, "--at", "master", "--check", "--lines", "1")
    assert shown.returncode == 1
    counts, change, rest, moved = shown.stdout.splitlines()
    assert counts.endswith("0 rows new, 0 gone, 70 values changed.")
    assert change == "~ 2020-01-01: usd_trn 0.193 -> 2.258"
    assert rest == "and 69 more"
    assert moved == "key claim S2-1-11: does not hold -> holds"
    assert {file: file.read_bytes() for file in before} == before

    written = run_in(project, *words, "--at", "master", "--lines", "1")
    assert written.returncode == 0
    assert written.stdout.startswith(shown.stdout)
    assert "2020-01-01,2.258\n" in (project / "data" / "crypto_market.csv").read_text()
    wrong = run_in(project, *words[:-1], str(tmp_path))
    assert wrong.returncode == 1
    assert wrong.stderr.endswith("is not a git repository.\n")


def test_gain_is_the_difference_of_means_of_tasks(data: Path, tmp_path: Path):
    """Reasoning: (50 + 60) / 2 off, (80 + 90) / 2 on, gain 30. Coding has a task without a score: no row."""
    (data / "livebench_pairs.csv").write_text(
        "pair_id,vendor,model_off,model_on,release,off_mode,headroom_gap\nb,OpenAI,a,b,2026-01-08,full chat mode,1\n"
    )
    tables.refresh_hashes(data)
    files = {
        "public/table_2026_01_08.csv": "model,zebra,maze,fix,test\na,50,60,10,20\nbroken,1\nb,80,90,30,\n",
        "public/categories_2026_01_08.json": '{"Reasoning": ["zebra", "maze"], "Coding": ["fix", "test"]}',
    }
    rows = livebench.livebench_gains(source(data, tmp_path / "clone", "livebench_gains", files))
    assert rows == [{"pair_id": "b", "ability": "logic", "gain": "30.0"}]
    files["public/table_2026_01_08.csv"] = "model,zebra,maze,fix,test\na,50,60,10,20\n"
    with pytest.raises(SourceError, match="pair b: release 2026-01-08 has no model 'b'"):
        livebench.livebench_gains(source(data, tmp_path / "other", "livebench_gains", files))


def test_a_model_of_an_unknown_vendor_is_refused(data: Path, tmp_path: Path):
    entry = {"display_name": "o3 (high)", "release_date": "2025-04-16", "aggregate_scores": {"avg_acc": 0.52424}, "cost_per_run_usd": 0.226074}  # fmt: skip
    files = {"data/weirdml_results.json": json.dumps({"models": {"o3": entry}})}
    rows = weirdml.model_releases(source(data, tmp_path / "clone", "model_releases", files))
    assert rows == [{"model": "o3 (high)", "vendor": "OpenAI", "released": "2025-04-16", "score": "52.42", "cost_usd": "0.22607"}]  # fmt: skip
    files = {"data/weirdml_results.json": json.dumps({"models": {"x": entry | {"display_name": "nova-1"}}})}
    with pytest.raises(SourceError, match=r"model 'x': 'nova' is missing or unknown"):
        weirdml.model_releases(source(data, tmp_path / "other", "model_releases", files))


def test_gas_prices_are_medians_of_the_days_that_have_one(data: Path, tmp_path: Path):
    """Gwei 1, 2 and 9: median 2. 150,000 gas at 1, 2 gwei and ether at 1,000, 2,000: 0.15 and 0.60 USD, median 0.375."""
    start = 1_704_067_200  # 2024-01-01
    ether = ",".join(explorers.ETHER_COLUMNS) + "\n" + "".join(
        f"t,1,1,1,{close},1,2024-01-0{day},,,,,,,\n" for day, close in ((1, 1000), (2, 2000))
    )  # fmt: skip
    gas = "Date(UTC),UnixTimeStamp,Value (Wei)\n" + "".join(
        f"x,{start + day * DAY},{wei}\n" for day, wei in ((0, "1e9"), (1, "2e9"), (2, "9e9"), (3, ""))
    )
    files = {"ether.csv": ether, "gas/arbitrum_gas.csv": gas}
    rows = explorers.gas_prices(source(data, tmp_path / "clone", "gas_prices", files))
    assert rows == [{"chain": "arbitrum", "month": "2024-01", "days": "3", "gas_price_gwei": "2.0", "usd_150k_gas": "0.375"}]  # fmt: skip


def test_events_of_layer_2_are_sorted_into_kinds(data: Path, tmp_path: Path):
    events = [
        {"date": "2024-02-01", "type": "mainnet_launch", "title": "Launch & Airdrop"},
        {"date": "2024-01-01", "type": "major_upgrade", "title": "Upgrade", "description": "TVL grew"},
    ]
    files = {
        "chains/b/main.json": json.dumps({"chain_type": "L2", "origin_key": "b", "events": events}),
        "chains/eth/main.json": json.dumps({"chain_type": "L1", "origin_key": "eth", "events": events}),
    }
    rows = growthepie.chain_events(source(data, tmp_path / "clone", "chain_events", files))
    assert [(row["title"], row["kind"], row["names_value_locked"]) for row in rows] == [
        ("Upgrade", "technical", "true"),
        ("Launch & Airdrop", "token or reward", "false"),
    ]
    files["chains/b/main.json"] = files["chains/b/main.json"].replace("major_upgrade", "party")
    with pytest.raises(
        SourceError, match=r"file chains/b/main\.json: an event: 'party' is missing or unknown"
    ):
        growthepie.chain_events(source(data, tmp_path / "other", "chain_events", files))


def test_epoch_keeps_models_with_compute_and_the_first_developer(data: Path, tmp_path: Path):
    def model(**values: str) -> str:
        return ",".join(f'"{values.get(column, "")}"' for column in epoch.NOTABLE_COLUMNS) + "\n"

    known = {"Domain": "Vision,Language", "Organization": "A,B", "Publication date": "2020-05-01", "Training compute (FLOP)": "1.2852e24"}  # fmt: skip
    text = ",".join(epoch.NOTABLE_COLUMNS) + "\n"
    text += model(
        Model="M",
        **known,
        **{"Model accessibility": "API access", "Training compute cost (2023 USD)": "53.4"},
    )
    text += model(Model="old", **known | {"Publication date": "2011-12-31"})
    text += model(Model="unknown compute", **known | {"Training compute (FLOP)": ""})
    rows = epoch.notable_models(source(data, tmp_path / "clone", "notable_models", {"n.csv": text}))
    assert rows == [
        {"model": "M", "developer": "A", "released": "2020-05-01", "domain": "language", "flop": "1.29e+24", "dataset_size": "", "cost_usd": "53", "power_w": "", "weights": "closed"}
    ]  # fmt: skip
    text = (
        ",".join(epoch.INDEX_COLUMNS)
        + "\nm,122.0708,2023-06-13,A,,,2.1e25,,,,\nno score,,2023-06-13,A,,,1e25,,,,\n"
    )
    rows = epoch.capability_compute(source(data, tmp_path / "other", "capability_compute", {"i.csv": text}))
    assert rows == [{"model": "m", "developer": "A", "released": "2023-06-13", "score": "122.07", "flop": "2.1e+25"}]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "loss"),
    [
        ("$1,200,000", 1_200_000), ("~ 11 Million $", 11_000_000), ("1,24M US$", 1_240_000), ("950K", 950_000),
        ("500k USDT", 500_000), ("100 ETH", None), ("20 ETH and 5000 USDC", None), ("20 ETH (~$40K)", 40_000),
        ("unknown", None), ("", None),
    ],
)  # fmt: skip
def test_a_stated_loss_is_read_in_dollars(stated: str, loss: float | None):
    assert defihacklabs.dollars(stated) == loss


def test_attacks_are_counted_once_with_class_and_loss(data: Path, tmp_path: Path):
    files = {
        "README.md": "### 20240105 Bank - Reentrancy\n### Lost: $2.5M\n### 20240105 Alpha - price oracle\nLost: 3 ETH\n"
        "src/test/2024-01/Alpha.sol\n### 20220329 Ronin Network - Bridge\nLost: 624M US$\n",
        "past/2024/README.md": "### 20240105 Bank - Reentrancy\n### Lost: $2.5M\n",
        "src/test/2024-01/Alpha.sol": "// Total Lost : 7400 US$\ncontract Alpha {}\n",
    }
    rows = defihacklabs.incidents(source(data, tmp_path / "clone", "incidents", files))
    assert [tuple(row.values()) for row in rows] == [
        ("2022-03-29-1", "2022-03-29", "Ronin Network", "private_key_or_insider", "624000000"),
        ("2024-01-05-1", "2024-01-05", "Alpha", "price_or_oracle_manipulation", "7400"),
        ("2024-01-05-2", "2024-01-05", "Bank", "reentrancy", "2500000"),
    ]


def test_every_drawn_table_says_how_it_was_made():
    drawn = {name: tables.resource(name) for name in tables.names()}
    drawn = {name: entry for name, entry in drawn.items() if entry["class"] in {"extracted", "transcribed"}}
    for name, entry in drawn.items():
        assert entry.get("method", "").startswith(MADE_BY), f"table {name} does not say how it was made"
        assert entry["method"].startswith("transcribed") == (entry["class"] == "transcribed"), name
    extracted = {name for name, entry in drawn.items() if entry["method"].startswith("extractor")}
    assert extracted == set(refresh.EXTRACTORS)


def test_only_tables_with_an_extractor_are_marked_as_made_again():
    for name in tables.names():
        if any("checked_on" in source for source in tables.resource(name)["sources"]):
            assert name in refresh.EXTRACTORS


def test_sources_run_no_program():
    for path in (ROOT / "ladders" / "sources").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in (
            "subprocess",
            "os.system",
            "eval(",
            "exec(",
            "pickle",
            "urllib",
            "requests",
            "checkout(",
        ):
            assert word not in text, f"{path.name} uses {word}"
