"""A streaming replica of the PostgreSQL that a test has for itself."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from dev.services import Postgres

# What a server made of its own running, which a copy of it must not have.
NOT_COPIED = ("postmaster.pid", "postmaster.opts", "pg_wal")


class Standby(Postgres):
    """Follows another one. Its files are copied while that one runs; its log comes by the wire."""

    def __init__(self, folder: Path, primary: Postgres) -> None:
        super().__init__(folder, durable=False)
        self.primary = primary

    def copy(self) -> None:
        self.folder.mkdir()
        shutil.copy(self.primary.folder / "password", self.folder / "password")
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            connection.execute("SELECT pg_backup_start('standby', fast => true)")
            shutil.copytree(
                self.primary.folder / "data",
                self._data,
                ignore=shutil.ignore_patterns(*NOT_COPIED),
            )
            label = connection.execute("SELECT labelfile FROM pg_backup_stop()").fetchone()
        assert label
        (self._data / "backup_label").write_text(label[0])
        (self._data / "standby.signal").touch()
        wal = self._data / "pg_wal"
        wal.mkdir(mode=0o700)
        self._data.chmod(0o700)
        account = self._account()
        if account:
            for path in (self._data, *self._data.rglob("*"), self.folder / "password"):
                account.own(path)

    def _command(self) -> Sequence[str | Path]:
        url = urlsplit(self.primary.url)
        place = f"host={url.hostname} port={url.port} user={url.username} password={url.password}"
        return [*super()._command(), "-c", f"primary_conninfo={place}", "-c", "hot_standby=on"]

    def pause(self) -> None:
        """It goes on hearing and, once this returns, repeats nothing."""
        self._tell("pg_wal_replay_pause")
        until(lambda: self._tell("pg_get_wal_replay_pause_state") == "paused")

    def resume(self) -> None:
        self._tell("pg_wal_replay_resume")

    def _tell(self, what: str) -> object:
        with psycopg.connect(self.url, autocommit=True) as connection:
            answer = connection.execute(f"SELECT {what}()").fetchone()
            return answer and answer[0]


@dataclass(frozen=True)
class Pair:
    """`database` and `replica_database` are of the shop."""

    primary: Postgres
    standby: Standby
    database: str
    replica_database: str

    def caught_up(self) -> None:
        """Return when the standby has repeated all that the primary has written."""
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            row = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        assert row
        ask = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"
        with psycopg.connect(self.standby.url, autocommit=True) as connection:
            until(lambda: connection.execute(ask, row).fetchone() == (True,))


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(0.02)


@contextmanager
def pair(migrate: Callable[[str], None]) -> Iterator[Pair]:
    """Both running, with the shop's tables as `migrate` makes them in the database it is given."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-test-")))
        folder.chmod(0o755)
        primary = stack.enter_context(Postgres(folder / "primary", durable=False))
        database = primary.database("shop")
        migrate(database)
        standby = Standby(folder / "standby", primary)
        standby.copy()
        stack.enter_context(standby)
        there = urlsplit(standby.url)._replace(path="/shop").geturl()
        yield Pair(primary, standby, database, there)
