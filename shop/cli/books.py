"""`flask books import`: books from a file of CSV, ONIX or MARC 21."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from shop.errors import Unavailable
from shop.services.book_import import Outcome, Problem, Report, RowOutcome
from shop.services.book_import.columns import COLUMNS
from shop.services.book_import.csv_file import ENCODING
from shop.services.book_import.source_file import Unreadable
from shop.services.book_import.sources import Source, opened
from shop.web.services import services

EVERY = 10_000
"""Rows between two lines of progress where no bar can be drawn."""
LONGEST = 60
WORDS = {"comma": ",", "semicolon": ";", "tab": "\t"}

books = AppGroup("books", help="What is done to many books at once.")


class Refused(click.ClickException):
    """Some rows were left out; the others are in."""

    exit_code = 2


@books.command(
    "import",
    help=(
        "Put the books of a file into the shop: new ones are added, known ones changed. It may be "
        "CSV, ONIX 3.0 or 2.1, MARC 21 or MARCXML: what it is, is found out.\n\n"
        "A book is known by its ISBN, else by its SKU. The first line of CSV names the columns, in "
        f"any order, of these: {', '.join(COLUMNS)}. A column that is missing and a cell that is "
        "empty leave a book as it is; a cell of - clears what may be empty. Names of people and "
        "paths of categories have semicolons between them. A row with a mistake is left out and "
        "listed, and the exit code is 2 then. docs/import.md says more."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what each row would change, write nothing.")
@click.option("--encoding", default=ENCODING, help="Of a CSV file; UTF-8 where not given.")
@click.option("--delimiter", help="comma, semicolon, tab or a character; else found out.")
@click.option("--create-categories", is_flag=True, help="Add the categories that are not there.")
@click.option(
    "--with-stock",
    is_flag=True,
    help="Take the copies that a supplier counts in ONIX for the shop's own.",
)
def import_books(
    file: Path,
    dry_run: bool,
    encoding: str,
    delimiter: str | None,
    create_categories: bool,
    with_stock: bool,
) -> None:
    try:
        source = opened(file, None, encoding, _delimiter(delimiter), with_stock=with_stock)
        with _progress(source, quiet=dry_run) as on_progress:
            report = services.book_import.run(
                source,
                dry_run=dry_run,
                create_categories=create_categories,
                on_progress=on_progress,
                on_outcome=_tell if dry_run else None,
            )
    except Unreadable as problem:
        raise click.ClickException(str(problem)) from None
    except Unavailable as trouble:
        raise click.ClickException(_cut_off(trouble)) from None
    _sum_up(report)


@books.command("supply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def supply(file: Path) -> None:
    """Keep the titles of a supplier's file: staff make drafts of them by ISBN."""
    try:
        source = opened(file)
        with _progress(source, quiet=False) as on_progress:
            kept = services.supplies.take(source, file.name, on_progress=on_progress)
    except Unreadable as problem:
        raise click.ClickException(str(problem)) from None
    except Unavailable as trouble:
        raise click.ClickException(_cut_off(trouble)) from None
    click.echo(f"Titles: {kept.titles}, left out: {kept.left_out}.")


def _cut_off(trouble: Unavailable) -> str:
    return (
        f"The database did not answer: {trouble.__cause__}\n"
        "What went in before is in: import the file again when it does."
    )


def _delimiter(given: str | None) -> str | None:
    delimiter = WORDS.get(given, given) if given else None
    if delimiter is not None and len(delimiter) != 1:
        raise click.BadParameter(
            "one character, or comma, semicolon or tab", param_hint="delimiter"
        )
    return delimiter


@contextmanager
def _progress(source: Source, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, else a line now and then; nothing where each row has a line."""
    if quiet:
        yield lambda done: None
    elif sys.stdout.isatty():
        with click.progressbar(length=source.rows, label="Importing") as bar:
            yield lambda done: bar.update(done - bar.pos)
    else:
        yield lambda done: _line(done, source.rows)


def _line(done: int, rows: int) -> None:
    if done % EVERY == 0 and done < rows:
        click.echo(f"{done} of {rows} rows")


def _tell(row: RowOutcome) -> None:
    """What would become of a row, in a line of its own for each field."""
    if row.outcome is Outcome.REFUSED:
        for problem in row.problems:
            click.echo(_sentence(problem))
        return
    words = {Outcome.NEW: "new", Outcome.CHANGED: "changed", Outcome.SAME: "the same"}
    click.echo(f"line {row.line}: {words[row.outcome]}: {_shown(row.title)}")
    if row.outcome is Outcome.CHANGED:
        for field, (before, after) in row.changes.items():
            click.echo(f"  {field}: {_shown(before)} -> {_shown(after)}")


def _shown(value: Any) -> str:
    if value is None or value in ("", ()):
        return "nothing"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, str) and not isinstance(value, StrEnum):
        line = " ".join(value.split())
        return f"“{line if len(line) <= LONGEST else line[:LONGEST] + '…'}”"
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def _sentence(problem: Problem) -> str:
    where = f"line {problem.line}" + (f", {problem.field}" if problem.field else "")
    return f"{where}: {problem.message}"


def _sum_up(report: Report) -> None:
    """The counts; Refused with the rows that were left out."""
    counts = report.counts
    verb = "Would be " if report.dry_run else ""
    click.echo(
        f"{verb}new: {counts[Outcome.NEW]}, changed: {counts[Outcome.CHANGED]}, "
        f"the same: {counts[Outcome.SAME]}, refused: {report.refused}."
    )
    if not report.refused:
        return
    if not report.dry_run:
        for problem in report.problems:
            click.echo(_sentence(problem), err=True)
    if report.more_problems:
        click.echo(f"and {report.more_problems} more", err=True)
    raise Refused(f"{report.refused} of {report.rows} rows were left out.")
