"""Two books that are one: what hangs on the double goes to the book that is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from shop.errors import Stale
from shop.models import Book, User
from shop.models.columns import utcnow
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Sessions
from shop.repositories.books import BookRepository
from shop.repositories.double_books import DoubleBooksRepository
from shop.services.base import EntityBaseService, retried
from shop.services.book_editing import COLUMNS, credit, facts_of, name_anew
from shop.services.editing import refused

# What of a book one may choose of the other; categories are joined.
CHOSEN = (*COLUMNS, "contributors")


@dataclass(frozen=True)
class Doubles:
    """Two side by side, and the fields that are not the same."""

    one: Book
    other: Book
    different: Sequence[str]
    in_one_order: int


class BookMergingService(EntityBaseService[Book]):
    def __init__(
        self,
        session: Sessions,
        books: BookRepository,
        doubles: DoubleBooksRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, books)
        self.books = books
        self.doubles = doubles
        self.audit = audit

    def groups(self) -> list[list[Book]]:
        """Books that may be one: of one title by the same authors, or with each other's ISBN."""
        with self.transaction():
            found = self.doubles.groups()
            known = self.books.by_ids({key for group in found for key in group})
            return [[known[key] for key in group if key in known] for group in found]

    def compared(self, key: int, other_key: int) -> Doubles:
        with self.transaction():
            one, other = self.books.get(key), self.books.get(other_key)
            mine, its = facts_of(one), facts_of(other)
            different = [name for name in CHOSEN if mine[name] != its[name]]
            return Doubles(one, other, different, self.doubles.orders_of_both(key, other_key))

    @retried
    def merge(
        self,
        kept_id: int,
        gone_id: int,
        seen: Mapping[int, int],
        taken: Collection[str],
        by: User,
    ) -> Book:
        """Keep the one with the fields that are `taken` of the other, which leads to it then.

        Stale where one was changed after its version was `seen`; Conflict where both are in one
        order: its lines would be of one book.
        """
        if kept_id == gone_id:
            raise refused("with", _l("Choose two that are not the same."))
        with self.transaction():
            self.doubles.lock([kept_id, gone_id])
            kept, gone = self.books.get(kept_id), self.books.get(gone_id)
            if any(book.version != seen.get(book.id) for book in (kept, gone)):
                raise Stale()
            if orders := self.doubles.orders_of_both(kept_id, gone_id):
                raise refused("orders", _l("Orders have both of them: %(n)s.", n=orders))
            before, lost = facts_of(kept), facts_of(gone)
            self._move(gone_id, kept_id, by)
            # Of two ISBNs and of two SKUs, the one that the book will not have.
            isbn = kept.isbn if "isbn" in taken else gone.isbn
            sku = kept.sku if "sku" in taken else gone.sku
            self.doubles.lead(gone, kept_id, isbn, sku)
            self.session.expire(kept)
            kept = self.books.get(kept_id)
            _take(kept, gone, taken)
            self.session.flush()
            kept = self.books.get(kept_id)
            self._note(kept, before, gone_id, lost, by)
            return kept

    def _move(self, gone_id: int, kept_id: int, by: User) -> None:
        """Hang all of the one on the other; each shelf tells of it too."""
        shelves = self.doubles.shelves_with(gone_id)
        before = self.doubles.cards(shelves)
        self.doubles.move(gone_id, kept_id, shelves)
        after = self.doubles.cards(shelves)
        changes: list[tuple[int, Facts, Facts]] = [
            (shelf, {"books": before[shelf]}, {"books": after[shelf]}) for shelf in shelves
        ]
        self.audit.note_all(by, "shelf", "change", changes)

    def _note(self, kept: Book, before: Facts, gone_id: int, lost: Facts, by: User) -> None:
        after = facts_of(kept)
        changed = {name for name in after if after[name] != before[name]}
        was: Facts = {name: before[name] for name in changed}
        now: Facts = {name: after[name] for name in changed}
        self.audit.note(
            by, "book", kept.id, "merge", was | {"merged": {"id": gone_id, **lost}}, now
        )
        self.audit.note(by, "book", gone_id, "merge", lost, {"merged_into": kept.id})


def _take(kept: Book, gone: Book, names: Collection[str]) -> None:
    """Give the one what is chosen of the other; it counts a version on in any case."""
    former = kept.title
    for name in COLUMNS:
        if name in names:
            setattr(kept, name, getattr(gone, name))
    if "contributors" in names:
        credit(kept, [(each.contributor, each.role) for each in gone.contributors])
    name_anew(kept, former)
    kept.updated_at = utcnow()
