"""Command line: python -m ladders validate · stale · notebooks · ledger · numbers · worlds."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from ladders import tables
from ladders.page import checks, freshness, numbers
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
@click.option("--json", "as_json", is_flag=True, help="All fields, as JSON.")
def show_ledger(as_json: bool) -> None:
    """Print for each claim: id, verdict, how, statistics, rule, period, sources."""
    rows = ledger.build().values()
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], indent=1, ensure_ascii=False))
        return
    for row in rows:
        click.echo(f"{row.claim_id}  {row.verdict or 'pending'}  {row.how}")
        for name, value in row.statistics.items():
            click.echo(f"    {name} = {value:g}")
        for label in ("rule", "period"):
            if text := getattr(row, label):
                click.echo(f"    {label}: {text}")
        if row.sources:
            click.echo(f"    sources: {'; '.join(row.sources)}")


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


if __name__ == "__main__":
    try:
        main()
    except (tables.TableError, VerdictError, numbers.NumberError, freshness.ChapterError) as error:
        _fail([str(error)])
