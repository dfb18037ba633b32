"""`flask doctor`: what is wrong with the configuration and the parts of a shop."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import with_appcontext

from shop.bootstrap.doctor import doctor_for, doctor_of_unusable
from shop.config_problems import ConfigError
from shop.extensions import db
from shop.services.doctor import Doctor, Finding, Level
from shop.web.services import config

COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.WRONG: "red"}
HELP = (
    "Look at the configuration and at each part, and say what is wrong and what to do.\n\n"
    "Nothing is changed but for a file that is put where pictures are kept, and deleted again; no "
    "mail is sent, and no money moves. The exit status is 1 where something is wrong. Warnings are "
    "things that somebody will be sorry for."
)
as_json = click.option("--json", "as_json", is_flag=True, help="For programs.")
mail_to = click.option("--mail-to", help="Send a mail to this address, and see whether it arrives.")


@click.command("doctor", help=HELP)
@as_json
@mail_to
@with_appcontext
def doctor(as_json: bool, mail_to: str | None) -> None:
    with _silence():
        _tell(doctor_for(config, db.session, os.environ, mail_to), as_json=as_json)


def doctor_without_a_shop(error: ConfigError) -> click.Command:
    """The same command, where no shop can be made of the configuration."""

    @click.command("doctor", help=HELP)
    @as_json
    @mail_to
    def told(as_json: bool, mail_to: str | None) -> None:
        _tell(doctor_of_unusable(error, os.environ), as_json=as_json)

    return told


@contextmanager
def _silence() -> Iterator[None]:
    """Of the log: what is wrong is told here, once, and nothing else is printed."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _tell(doctor: Doctor, *, as_json: bool) -> None:
    """Exits with 1 where something is wrong."""
    found = []
    for finding in doctor.examine():
        found.append(finding)
        if not as_json:
            click.echo(_line(finding))
    counts = Counter(finding.level for finding in found)
    worst = next(level for level in reversed(Level) if counts[level] or level is Level.OK)
    if as_json:
        findings = [vars(finding) for finding in found]
        click.echo(json.dumps({"status": worst, "findings": findings}, ensure_ascii=False))
    else:
        click.echo(_summary(counts))
    sys.exit(1 if worst is Level.WRONG else 0)


def _line(finding: Finding) -> str:
    """In colour on a terminal: click takes it away elsewhere."""
    mark = click.style(f"{finding.level:7}", fg=COLOURS[finding.level])
    return f"{mark}  {finding.sentence}"


def _summary(counts: Counter[Level]) -> str:
    if not counts[Level.WRONG] and not counts[Level.WARNING]:
        return "All is well."
    return f"Wrong: {counts[Level.WRONG]}, warnings: {counts[Level.WARNING]}."
