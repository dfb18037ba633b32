"""`flask images ...`: what is done to all pictures at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from shop.config import MediaStore
from shop.errors import Conflict, Unavailable
from shop.models import Image
from shop.services.picture_files import Move
from shop.web.services import config, services

EVERY = 1000
"""Pictures between two lines of progress where no bar can be drawn."""

images = AppGroup("images", help="What is done to all pictures at once.")


@images.command()
@click.option(
    "--to",
    type=click.Choice([str(each) for each in MediaStore]),
    required=True,
    help="The store to move to.",
)
def move(to: str) -> None:
    """Move every picture to a store while the shop is open.

    One picture after the other is copied, compared, and taken from the new store by pages. What
    was copied stays where it was for a day. It can be ended at any time and begun again.
    """
    try:
        with _progress("Moving") as tell:
            done = services.picture_files.move(MediaStore(to), lambda done: tell(done.moved))
    except Conflict:
        raise click.ClickException(
            f"There is no store {to}: README, “Configure”, says which variables it needs."
        ) from None
    except Unavailable as trouble:
        raise click.ClickException(_cut_off(trouble)) from None
    _sum_up(done, MediaStore(to))


def _sum_up(done: Move, to: MediaStore) -> None:
    click.echo(f"Pictures moved to {to}: {done.moved}.")
    if config.media_store is not to:
        click.echo(
            f"New pictures still go to {config.media_store}: set MEDIA_STORE={to}, start the shop "
            "again, and run this once more."
        )
    if done.lost:
        numbers = ", ".join(map(str, done.lost))
        raise click.ClickException(
            f"Files of these pictures are missing, so they stay where they are: {numbers}. "
            "`flask images check --mend` makes sizes anew."
        )


@images.command()
def sweep() -> None:
    """Delete files that no picture needs and that are a day old. A job does so by itself, too."""
    with _told():
        click.echo(f"Files deleted: {services.picture_files.sweep()}.")


@images.command()
@click.option("--mend", is_flag=True, help="Have sizes that are missing made anew.")
def check(mend: bool) -> None:
    """Look whether every file is there that a picture needs.

    The exit code is 1 where one is missing.
    """
    lost: list[Image] = []
    bare: list[Image] = []

    def note(image: Image, missing: list[str]) -> None:
        if missing:
            (lost if image.key in missing else bare).append(image)

    with _told():
        services.picture_files.check(note)
        if mend and bare:
            services.images.make_anew([image.id for image in bare])
    for image in lost:
        click.echo(f"picture {image.id} of book {image.book_id}: there is no {image.key}")
    for image in bare:
        click.echo(f"picture {image.id} of book {image.book_id}: sizes are missing")
    click.echo(f"Originals missing: {len(lost)}, pictures with sizes missing: {len(bare)}.")
    if mend and bare:
        click.echo("A worker makes the missing sizes.")
    if lost or (bare and not mend):
        raise click.exceptions.Exit(1)


@images.command()
def remake() -> None:
    """Have the sizes of every picture made anew, as after a change of how they are made."""
    with _told():
        click.echo(f"Pictures whose sizes a worker makes anew: {services.images.make_all_anew()}.")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except Unavailable as trouble:
        raise click.ClickException(_cut_off(trouble)) from None


def _cut_off(trouble: Unavailable) -> str:
    return f"A part did not answer: {trouble.__cause__ or trouble}\nRun this again when it does."


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int], None]]:
    """A count on a terminal, else a line now and then."""

    def tell(done: int) -> None:
        if sys.stdout.isatty():
            click.echo(f"\r{label}: {done}", nl=False)
        elif done % EVERY == 0:
            click.echo(f"{label}: {done}")

    yield tell
    if sys.stdout.isatty():
        click.echo()
