"""What the triggers leave to be done from time to time."""

from __future__ import annotations

from sqlalchemy import func, select

from shop.models import Book
from shop.repositories.base import Sessions, statement_timeout

# Books in one turn: as many as keep memory flat and a turn short of the time for a statement.
BATCH = 2000
# Seconds.
COUNTING_TIMEOUT = 600


class VocabularyKeeper:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def recount(self) -> int:
        """Set how many books have each word; answers for how many words that changed."""
        # It reads a hundred thousand documents, which may take longer than a page may.
        with statement_timeout(self.session, COUNTING_TIMEOUT):
            return self.session.scalar(select(func.recount_words())) or 0

    def index_after(self, book_id: int) -> int | None:
        """Index the next books by id; the last id of them, None where there are no more."""
        following = select(Book.id).where(Book.id > book_id).order_by(Book.id).limit(BATCH)
        ids = self.session.scalars(following).all()
        self.session.execute(select(func.index_books(list(ids))))
        return ids[-1] if ids else None
