"""`flask backup` and `flask restore`: the shop's data in one file, and back."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click
from flask.cli import with_appcontext

from shop.errors import ShopError
from shop.services.backup import Damaged, Manifest, NotPossible, Restored
from shop.web.services import services

PIPE = "-"
EVERY = 100_000
"""Rows between two lines of progress where no bar can be drawn."""
NOT_IN_IT = (
    "Not in a backup: sizes of pictures (they are made anew), what is in Redis (carts of guests, "
    "logins, jobs at hand: what was promised is in the database), and logs."
)


@click.command()
@click.argument("target", required=False)
@click.option("--without-pictures", is_flag=True, help="The database alone.")
@click.option("--checksums", is_flag=True, help="Write nothing; print a checksum of each table.")
@with_appcontext
def backup(target: str | None, without_pictures: bool, checksums: bool) -> None:
    """Write the database, as of one moment, and the originals of pictures into one file.

    The shop may be open. TARGET is a file, a folder (the file is named by the day and hour there),
    or - for standard output, so that it can go through a pipe to another machine.
    """
    if checksums:
        _print_checksums()
    elif target is None:
        raise click.UsageError("Say where to: a file, a folder, or - for standard output.")
    else:
        with _told(), _opened(target) as out, _progress() as tell:
            manifest = services.backups.make(out, pictures=not without_pictures, tell=tell)
        _sum_up(manifest)


@click.command()
@click.argument("source")
@click.option("--check", is_flag=True, help="Only look whether the backup is whole.")
@click.option("--replace", is_flag=True, help="Delete all that is in the database first.")
@click.option("--no-upgrade", is_flag=True, help="Leave the tables at the backup's own revision.")
@with_appcontext
def restore(source: str, check: bool, replace: bool, no_upgrade: bool) -> None:
    """Put a backup into an empty database, and its pictures into their store.

    SOURCE is a file, or - for standard input. Stop web, worker and clock first. All of the backup
    is looked at before anything is written, and tables change all at once or not at all.
    """
    with _told(), _read(source) as file, _progress() as tell:
        if check:
            _describe(services.restoring.look_at(file, tell))
            return
        done = services.restoring.restore(file, replace=replace, upgrade=not no_upgrade, tell=tell)
    _tell_restored(done)


def _print_checksums() -> None:
    with _told(), _progress() as tell:
        records = services.backups.checksums(tell)
    for record in records:
        click.echo(f"{record.checksum}  {record.name}  {record.rows}")


@contextmanager
def _opened(target: str) -> Iterator[BinaryIO]:
    if target == PIPE:
        with _standard_output() as out:
            yield out
        return
    path = Path(target)
    if path.is_dir():
        path /= f"shop-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.tar"
    part = path.with_name(f"{path.name}.part")
    # Names, addresses and hashes of passwords: for nobody but the owner.
    number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(number, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    click.echo(f"Written: {path}, {path.stat().st_size / 2**20:.1f} MiB.", err=True)


@contextmanager
def _standard_output() -> Iterator[BinaryIO]:
    """What anybody else prints meanwhile, such as log records, goes to standard error."""
    if sys.stdout.isatty():
        raise click.UsageError("A backup is nothing to look at: send standard output to a file.")
    sys.stdout.flush()
    number = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(number, "wb") as out:
            yield out
    finally:
        # So that nobody takes half a backup for one: the pipe is closed for good.
        sys.stdout.flush()


@contextmanager
def _read(source: str) -> Iterator[BinaryIO]:
    if source != PIPE:
        with open(source, "rb") as file:
            yield file
        return
    # It is read more than once, and looked at to its end before anything of it is used.
    with tempfile.TemporaryFile() as kept:
        shutil.copyfileobj(sys.stdin.buffer, kept, 2**20)
        yield kept


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (Damaged, NotPossible) as problem:
        raise click.ClickException(str(problem)) from None
    except ShopError as trouble:
        reason = trouble.__cause__ or trouble.args[0] or trouble.title
        raise click.ClickException(
            f"A part did not answer, or somebody uses the database: {reason}"
        ) from None
    except OSError as trouble:
        raise click.ClickException(f"The file: {trouble}") from None


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """What is at hand, to standard error: in place on a terminal, else a line now and then."""
    told: dict[str, int] = {}

    def tell(what: str, count: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\033[K{what}: {count}", nl=False, err=True)
        elif count >= told.get(what, 0) + EVERY:
            told[what] = count
            click.echo(f"{what}: {count}", err=True)

    yield tell
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def _describe(manifest: Manifest) -> None:
    pictures = "none" if manifest.pictures is None else str(manifest.pictures.count)
    click.echo(
        f"A whole backup of {manifest.shop}, made at {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC: "
        f"revision {manifest.revision}, {len(manifest.tables)} tables, {manifest.rows} rows, "
        f"pictures: {pictures}."
    )


def _sum_up(manifest: Manifest) -> None:
    """To standard error: the backup itself may be on the other one."""
    click.echo(f"Tables: {len(manifest.tables)}, rows: {manifest.rows}.", err=True)
    if manifest.pictures:
        click.echo(f"Pictures: {manifest.pictures.count}.", err=True)
        for key in manifest.pictures.vanished:
            click.echo(f"Not in its store any more, so not in the backup: {key}", err=True)
    click.echo(NOT_IN_IT, err=True)


def _tell_restored(done: Restored) -> None:
    manifest = done.manifest
    click.echo(
        f"Restored {len(manifest.tables)} tables with {manifest.rows} rows, as they were at "
        f"{manifest.made_at:%Y-%m-%d %H:%M:%S} UTC; their checksums are those of the backup."
    )
    for name in done.strangers:
        click.echo(f"Left out, since no migration makes such a table: {name}", err=True)
    if manifest.pictures is None:
        click.echo("Pictures are not in this backup.")
    else:
        click.echo(f"Pictures: {done.pictures}. `flask images check --mend` makes their sizes.")
    if done.rehoused:
        click.echo(f"Pictures that are now in the store of this shop: {done.rehoused}.")
    click.echo(
        "What was ordered or paid after that moment is not in the database: docs/backups.md, "
        "“After a restore”, says what to look at before the worker starts."
    )
