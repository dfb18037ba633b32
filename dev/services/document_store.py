"""SecantusDB, which speaks MongoDB's protocol, from the package `secantusdb`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from dev.services.ports import HOST
from dev.services.server import Server

PROGRAM = Path(sys.executable).parent / "secantusd-py"
DATABASE = "colophon_logs"


class DocumentStore(Server):
    """`durable=False` answers before what it was told is on the disk: only for tests.

    It asks for no password: whoever is on this machine can read the logs of the demo shop.
    """

    title = "SecantusDB"
    stop_signals = (signal.SIGTERM,)

    @property
    def url(self) -> str:
        """The address of the database of log records."""
        return f"mongodb://{HOST}:{self.port}/{DATABASE}?directConnection=true"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _prepare(self) -> None:
        pass

    def _command(self) -> Sequence[str | Path]:
        where = ["--host", HOST, "--port", str(self.port), "--storage-path", str(self._data)]
        return [PROGRAM, *where, *(["--sync-on-commit"] if self.durable else [])]

    def _is_ready(self) -> bool:
        client: MongoClient[dict[str, object]] = MongoClient(self.url, serverSelectionTimeoutMS=200)
        try:
            return bool(client.admin.command("ping")["ok"])
        except PyMongoError:
            return False
        finally:
            client.close()

    @property
    def _mark(self) -> str:
        return f"--storage-path {self._data}"

    def _may_try_again(self) -> bool:
        return super()._may_try_again() or "Address already in use" in self._said()
