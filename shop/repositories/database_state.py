"""How PostgreSQL itself is: what it says of itself, and of this database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from shop.repositories.base import Sessions

ASKED = text(
    "SELECT current_setting('server_version_num')::int AS version,"
    " current_setting('server_version') AS version_name,"
    " current_setting('server_encoding') AS encoding,"
    " lower('Ж') = 'ж' AS folds_cyrillic, d.datctype IN ('C', 'POSIX') AS plain_letters,"
    " pg_is_in_recovery() AS read_only, clock_timestamp() AS now,"
    " current_setting('max_connections')::int"
    "  - current_setting('superuser_reserved_connections')::int"
    "  - coalesce(current_setting('reserved_connections', true), '0')::int AS connections,"
    " least(nullif(d.datconnlimit, -1), nullif(r.rolconnlimit, -1)) AS allowed,"
    " (SELECT count(*) FROM pg_stat_activity a WHERE a.backend_type = 'client backend'"
    "  AND (a.datname, a.usename) IS DISTINCT FROM (current_database(), current_user)) AS others,"
    " ARRAY(SELECT name::text FROM pg_available_extensions) AS available,"
    " ARRAY(SELECT extname::text FROM pg_extension) AS extensions"
    " FROM pg_database d, pg_roles r"
    " WHERE d.datname = current_database() AND r.rolname = current_user"
)


@dataclass(frozen=True)
class DatabaseState:
    """`connections` are those of the server that anybody may have, `others` of them are taken by
    other databases and people; `allowed` is the most for this one, None for no such limit."""

    version: int
    version_name: str
    encoding: str
    folds_cyrillic: bool
    plain_letters: bool
    read_only: bool
    now: datetime
    connections: int
    allowed: int | None
    others: int
    available: list[str]
    extensions: list[str]

    @property
    def room(self) -> int:
        """Connections that this shop can have."""
        left = self.connections - self.others
        return left if self.allowed is None else min(left, self.allowed)


class DatabaseStateRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def ask(self) -> DatabaseState:
        return DatabaseState(**self.session.execute(ASKED).one()._mapping)

    def leave(self) -> None:
        """What was asked is over: no transaction stays open."""
        self.session.rollback()
