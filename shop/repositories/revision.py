"""Which migration the database has come to."""

from __future__ import annotations

from sqlalchemy import text

from shop.repositories.base import Sessions


class RevisionRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def current(self) -> str | None:
        """None where no migration was ever run."""
        if self.session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        found = self.session.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)
