"""PostgreSQL: reachable, new enough, whole, migrated, with room for all processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from shop.gateways.migrations import Migrations
from shop.models.columns import utcnow
from shop.repositories.database_state import DatabaseState, DatabaseStateRepository
from shop.repositories.revision import RevisionRepository
from shop.services.doctor.findings import Finding, ok, warning, wrong
from shop.services.health import HealthService

OLDEST = 150_000
EXTENSIONS = ("pg_trgm", "unaccent")
UPGRADE = "run `flask --app wsgi db upgrade`"
# Codes of a telephone are good for half a minute.
SKEW, MOST_SKEW = timedelta(seconds=2), timedelta(seconds=30)
# What the driver says, and what to do. The server says its part in its own language.
REFUSALS = {
    "password authentication failed": "it refuses user or password: correct them in {variable}",
    "no password supplied": "it wants a password: put one into {variable}",
    "does not exist": "there is no such database or user: make it, or correct {variable}",
    "Connection refused": "nobody listens there: start it, or correct host and port",
    "resolve host": "there is no such host: correct {variable}",
    "timeout expired": "it does not answer: look at host, port and firewall",
    "too many": "it has no connection left: end some, or allow more",
    "remaining connection slots": "it has no connection left: end some, or allow more",
    "not permitted to log in": "its user may not log in: allow it (ALTER ROLE ... LOGIN)",
    "pg_hba.conf": "it does not let this machine in: allow it, or ask for ?sslmode=require",
}


class DatabaseCheck:
    """`processes` is how many connections the shop's processes on this machine may take."""

    def __init__(
        self,
        state: DatabaseStateRepository,
        revision: RevisionRepository,
        health: HealthService,
        migrations: Migrations,
        processes: int,
    ) -> None:
        self.state = state
        self.revision = revision
        self.health = health
        self.migrations = migrations
        self.processes = processes

    def __call__(self) -> Iterator[Finding]:
        before = utcnow()
        try:
            state, after = self.state.ask(), utcnow()
            current = self.revision.current()
        except SQLAlchemyError as error:
            yield wrong(f"PostgreSQL cannot be used: {why(error, 'DATABASE_URL')}.")
            return
        finally:
            self.state.leave()
        yield from _server(state)
        yield from _clock(max(before - state.now, state.now - after))
        yield from self._room(state)
        yield from self._migrated(current)

    def _room(self, state: DatabaseState) -> Iterator[Finding]:
        if state.room < self.processes:
            yield warning(
                f"PostgreSQL has {max(state.room, 0)} connections for this shop, and its processes "
                f"on one machine may take {self.processes}: allow more, or lower WEB_CONCURRENCY."
            )

    def _migrated(self, current: str | None) -> Iterator[Finding]:
        if current is None:
            yield wrong(f"The database has no tables of the shop yet: {UPGRADE}.")
        elif not self.migrations.knows(current):
            yield wrong(
                f"The database is of a newer version of the shop (revision {current}): run that."
            )
        elif current != self.migrations.head:
            yield wrong(
                f"The database is at revision {current} and this version needs "
                f"{self.migrations.head}: {UPGRADE}."
            )
        elif not self.health.state()["seeded"]:
            yield wrong("The shop has no way of shipping: run `flask --app wsgi seed`.")
        else:
            yield ok(f"Its tables are the newest (revision {current}), and the shop is seeded.")


def _server(state: DatabaseState) -> Iterator[Finding]:
    name = state.version_name.split()[0]
    if state.version < OLDEST:
        yield wrong(f"PostgreSQL is {name}, and the shop needs 15 or newer: update it.")
    else:
        yield ok(f"PostgreSQL {name} answers.")
    if state.read_only:
        yield wrong("DATABASE_URL leads to a replica that takes no writes: name the primary.")
    if state.encoding != "UTF8":
        yield wrong(f"The database is in {state.encoding}: make one with ENCODING 'UTF8'.")
    elif not state.folds_cyrillic or state.plain_letters:
        yield warning(
            "The database does not know Cyrillic letters (its LC_CTYPE is C), so search in Russian "
            "is poor: make one with LOCALE 'C.UTF-8' or 'ru_RU.UTF-8' and restore into it."
        )
    for name in EXTENSIONS:
        if name not in state.available and name not in state.extensions:
            yield wrong(f"PostgreSQL has no extension {name}: install its contrib package.")


def _clock(skew: timedelta) -> Iterator[Finding]:
    """`skew` is at least what the clocks differ by; below zero where they may not differ."""
    if skew < SKEW:
        return
    tell = wrong if skew > MOST_SKEW else warning
    yield tell(
        f"The clocks of this machine and of PostgreSQL differ by {skew.total_seconds():.0f} s: let "
        "NTP set both."
    )


def why(error: SQLAlchemyError, variable: str) -> str:
    """What to do about it, with the variable that has the address; else the first line of what was
    said."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    for words, advice in REFUSALS.items():
        if words in said:
            return advice.format(variable=variable)
    return said.splitlines()[0].rstrip(".") if said else repr(error)
