"""Sessions that were ended one by one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from shop.models import EndedSession
from shop.models.columns import utcnow
from shop.repositories.base import Repository


class EndedSessionRepository(Repository[EndedSession]):
    entity = EndedSession

    def note(self, digest: str) -> None:
        ended = insert(EndedSession).values(digest=digest, ended_at=utcnow())
        self.session.execute(ended.on_conflict_do_nothing())

    def has(self, digest: str) -> bool:
        return self.session.get(EndedSession, digest) is not None

    def drop_before(self, moment: datetime) -> int:
        """Forget those whose cookies are gone by now; answers how many."""
        return self.changed(delete(EndedSession).where(EndedSession.ended_at < moment))
