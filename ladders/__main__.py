"""Command line: python -m ladders validate · stale · notebooks · ledger · numbers · runs · worlds · refresh · package."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from ladders import tables
from ladders.models import consensus, modular
from ladders.page import checks, exports, freshness, numbers, package
from ladders.sources import refresh as sources
from ladders.sources.clone import SourceError
from ladders.verdicts import ledger
from ladders.verdicts.scale import VerdictError
from ladders.worlds import curves


def _fail(sentences: list[str]) -> None:
    for sentence in sentences:
        click.echo(sentence, err=True)
    sys.exit(1)


@click.group(help=__doc__)
def main() -> None:
    """Group of commands; errors that name a place end with exit code 1 and one sentence each."""


@main.command()
@click.option("--refresh-hashes", is_flag=True, help="Accept changed files: write their hashes first.")
def validate(refresh_hashes: bool) -> None:
    """Check every table of data/ against its description."""
    if refresh_hashes:
        for name in tables.refresh_hashes():
            click.echo(f"table {name}: hash refreshed")
    if faults := tables.validate():
        _fail(faults)
    click.echo(f"{len(tables.names())} tables are as described.")


@main.command()
def stale() -> None:
    """Name the chapters whose stored outputs are older than their inputs; exit 1 when there are any."""
    if found := freshness.stale():
        _fail([freshness.sentence(*item) for item in found.items()])


@main.command()
@click.argument("chapters", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Execute fresh chapters too.")
def notebooks(chapters: tuple[str, ...], everything: bool) -> None:
    """Re-execute stale chapters (or the ones named), two at a time."""
    known = [path.stem for path in numbers.chapters()]
    if unknown := sorted(set(chapters) - set(known)):
        _fail([f"chapter {name} is unknown; the book has {', '.join(known)}." for name in unknown])
    chosen = list(chapters) or (known if everything else list(freshness.stale()))
    freshness.execute(chosen, progress=click.echo)
    click.echo(f"{len(chosen)} of {len(known)} chapters executed.")


@main.command("ledger")
@click.argument("claims", nargs=-1)
@click.option("--json", "form", flag_value="json", help="All fields, as JSON.")
@click.option("--csv", "form", flag_value="csv", help="Claims and verdicts as a table.")
@click.option("--jsonld", "form", flag_value="jsonld", help="ClaimReviews of schema.org, as JSON-LD.")
def show_ledger(claims: tuple[str, ...], form: str | None) -> None:
    """Print for each claim (all, or those named): id, verdict, how, statistics, rule, period, sources.

    Exit 1 when the prose states another verdict.
    """
    built = ledger.build()
    if unknown := sorted(set(claims) - set(built)):
        _fail([f"claim {claim} is unknown: data/claims.csv has no such claim_id." for claim in unknown])
    rows = {claim: built[claim] for claim in claims or built}
    if form == "json":
        click.echo(json.dumps([asdict(row) for row in rows.values()], indent=1, ensure_ascii=False))
    elif form:
        click.echo({"csv": exports.as_csv, "jsonld": exports.as_jsonld}[form](rows), nl=False)
    for row in [] if form else rows.values():
        click.echo(f"{row.claim_id}  {row.verdict}  {row.how}")
        for name, value in row.statistics.items():
            click.echo(f"    {name} = {value:g}")
        for label in ("rule", "period"):
            if text := getattr(row, label):
                click.echo(f"    {label}: {text}")
        if row.sources:
            click.echo(f"    sources: {'; '.join(row.sources)}")
    if faults := list(checks.claim_faults(built)):
        _fail(faults)


@main.command("numbers")
@click.option("--json", "as_json", is_flag=True, help="All fields, as JSON.")
@click.option("--write", is_flag=True, help="Bring the prose up to the records and print what moved.")
def show_numbers(as_json: bool, write: bool) -> None:
    """Print every number that a cell has recorded for the prose; exit 1 when the prose states another."""
    if write:
        for line in numbers.write():
            click.echo(line)
    found = numbers.records()
    if as_json:
        click.echo(json.dumps([asdict(record) for record in found.values()], indent=1, ensure_ascii=False))
    elif not write:
        for record in found.values():
            click.echo(f"{record.key} = {record.text} ({record.unit}), {record.chapter}, {record.function}")
    if faults := list(checks.number_faults()):
        _fail(faults)


RUNS = {"modular_runs": modular.run, "consensus_runs": consensus.compute_runs}
"""Generated table -> what computes it from table parameters."""


@main.command()
@click.argument("chosen", nargs=-1)
def runs(chosen: tuple[str, ...]) -> None:
    """Run the models anew whose results are stored in tables (all, or those named), and write these tables."""
    if unknown := sorted(set(chosen) - set(RUNS)):
        _fail([f"table {name} is not generated by a model; there are {', '.join(RUNS)}." for name in unknown])
    for name in chosen or RUNS:
        tables.replace(name, RUNS[name](tables.load("parameters")))
        click.echo(f"table {name}: written")


@main.command()
@click.argument("claims", nargs=-1)
@click.option("--write", is_flag=True, help="Write the curves to data/operating_curves.csv.")
def worlds(claims: tuple[str, ...], write: bool) -> None:
    """Run the tests (all, or those of the claims named) on generated worlds: how often does each verdict come out?"""
    known = [generator.claim_id for generator in curves.GENERATORS]
    if unknown := sorted(set(claims) - set(known)):
        _fail([f"claim {claim} has no generator; there are {', '.join(known)}." for claim in unknown])
    found = curves.all_curves(claims)
    if write:
        curves.write(found)
    click.echo(found.to_string(index=False))


def _verdicts_moved(made: sources.Made) -> list[str]:
    """The verdicts that a table made again would change."""
    with sources.staged(made) as copy:
        try:
            return ledger.moved(ledger.build(made.data), ledger.build(copy))
        except Exception as error:
            raise SourceError(
                f"table {made.table}: no verdicts come out of the new table "
                f"({type(error).__name__}: {error}); nothing was written."
            ) from error


@main.command()
@click.argument("table", required=False)
@click.option("--clone", type=click.Path(path_type=Path), help="A local clone of the table's repository.")
@click.option("--at", "revision", default="", help="Another revision than the commit in datapackage.json.")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the table differs.")
@click.option("--lines", default=20, show_default=True, help="Most differences to print.")
@click.option("--list", "listing", is_flag=True, help="Print the tables that can be made again.")
def refresh(
    table: str | None, clone: Path | None, revision: str, check: bool, lines: int, listing: bool
) -> None:
    """Make a table again from a clone of its source; print what differs and the verdicts that change; write it."""
    if listing:
        click.echo("\n".join(sources.listing()))
        return
    if not table or not clone:
        _fail(["name a TABLE and its --clone, or ask for the --list."])
    made = sources.make(table, clone, revision)
    sentence, found = sources.differences(made)
    click.echo("\n".join([sentence, *found[:lines]]))
    if len(found) > lines:
        click.echo(f"and {len(found) - lines} more")
    if found:
        moved = _verdicts_moved(made)
        click.echo("\n".join(moved or ["No verdict changes."]))
    if not check:
        sources.write(made, date.today())
        click.echo(f"table {table}: written, with its commit and the day it was made again.")
    elif not made.is_as_stored:
        sys.exit(1)


@main.command("package")
@click.argument("target", type=click.Path(path_type=Path))
def write_package(target: Path) -> None:
    """Write the data package, a zip with every table and the ledger, to TARGET."""
    target.parent.mkdir(parents=True, exist_ok=True)
    package.write(target)
    click.echo(f"{target}: {len(package.files())} files")


if __name__ == "__main__":
    try:
        main()
    except (
        tables.TableError,
        VerdictError,
        numbers.NumberError,
        freshness.ChapterError,
        SourceError,
    ) as error:
        _fail([str(error)])
