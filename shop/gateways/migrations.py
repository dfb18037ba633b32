"""The migrations of this version, run on a connection that somebody holds."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

# Where `migrations/env.py` looks for a connection that it is to use.
CONNECTION = "connection"


class Migrations:
    def __init__(self, folder: Path) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(folder).replace("%", "%%"))
        self._order = _revisions(str(folder))

    @property
    def head(self) -> str:
        """The newest one."""
        return self._order[-1]

    @property
    def history(self) -> list[str]:
        """All of them, the newest first."""
        return list(reversed(self._order))

    def knows(self, revision: str) -> bool:
        return revision in self._order

    def bring(self, connection: Connection, before: str | None, to: str) -> None:
        """From one revision (None: from nothing) to another, in the transaction under way."""
        if before == to:
            return
        self._config.attributes[CONNECTION] = connection
        try:
            if before is not None and self._order.index(before) > self._order.index(to):
                command.downgrade(self._config, to)
            else:
                command.upgrade(self._config, to)
        finally:
            del self._config.attributes[CONNECTION]


@cache
def _revisions(folder: str) -> tuple[str, ...]:
    """All of them, the oldest first; each is a module to load, so once for a process."""
    found = [each.revision for each in ScriptDirectory(folder).walk_revisions()]
    return tuple(reversed(found))
