"""Names that are there twice: found by how they sound, and merged in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import aliased

from shop.models import (
    Book,
    BookContributor,
    Contributor,
    MergedName,
    NameKind,
    Publisher,
    Series,
)
from shop.models.columns import utcnow
from shop.repositories.base import Sessions
from shop.repositories.bulk_books import among
from shop.repositories.paging import Page

Credits = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """The entity, how an index folds what it is called, and the columns of its likenesses."""

    entity: Any
    folded: ColumnElement[str]
    likenesses: tuple[Any, ...]
    # The column of a book that says which one it has; None for people, who have credits.
    of_a_book: str | None


KINDS = {
    NameKind.CONTRIBUTOR: Kind(
        Contributor,
        func.folded_names(Contributor.name, Contributor.name_en),
        (Contributor.likeness, Contributor.likeness_en),
        None,
    ),
    NameKind.PUBLISHER: Kind(
        Publisher, func.fold(Publisher.name), (Publisher.likeness,), "publisher_id"
    ),
    NameKind.SERIES: Kind(Series, func.fold(Series.name), (Series.likeness,), "series_id"),
}


@dataclass(frozen=True)
class Moved:
    """What went from one double to the other. Credits name a book, a role and a position."""

    books: Sequence[int]
    credits: Credits
    # Credits that both had: one of the two is left.
    joined: Credits


class DoublesRepository:
    def __init__(self, session: Sessions) -> None:
        self.session = session

    def groups(self, kind: NameKind, page: int, limit: int) -> Page[list[int]]:
        """Ids of those that sound alike, group by group, in the order of what they sound like."""
        shared = union(*self._shared(KINDS[kind])).subquery()
        (key,) = shared.c
        asked = select(key, func.count().over()).order_by(key)
        rows = self.session.execute(asked.limit(limit).offset((page - 1) * limit)).all()
        keys, total = [row[0] for row in rows], rows[0][1] if rows else 0
        groups: dict[str, set[int]] = {each: set() for each in keys}
        for likeness in KINDS[kind].likenesses:
            found = select(likeness, KINDS[kind].entity.id).where(likeness.in_(keys))
            for each, owner in self.session.execute(found):
                groups[each].add(owner)
        return Page([sorted(ids) for ids in groups.values()], total, page, limit)

    @staticmethod
    def _shared(its: Kind) -> list[Select[Any]]:
        """What two of them sound like, out of one column or out of both: each walks an index."""
        queries: list[Select[Any]] = [
            select(each.label("key"))
            .where(each.is_not(None))
            .group_by(each)
            .having(func.count() > 1)
            for each in its.likenesses
        ]
        for first, second in pairwise(its.likenesses):
            other = aliased(its.entity)
            theirs = getattr(other, second.key)
            queries.append(
                select(first.label("key")).join(
                    other, and_(theirs == first, other.id != its.entity.id)
                )
            )
        return queries

    def similar(self, kind: NameKind, name: str, besides: int, limit: int) -> Sequence[Any]:
        """Those that sound like this name or are written much like it, the nearest first."""
        its = KINDS[kind]
        sounds = func.likeness_of(name)
        folded = func.fold(name)
        near = func.word_similarity(folded, its.folded)
        query = (
            select(its.entity)
            .where(its.entity.id != besides)
            .where(or_(*(each == sounds for each in its.likenesses), folded.op("<%")(its.folded)))
            .order_by(or_(*(each == sounds for each in its.likenesses)).desc(), near.desc())
            .order_by(its.entity.id)
        )
        return self.session.scalars(query.limit(limit)).all()

    def locked(self, kind: NameKind, ids: Sequence[int]) -> dict[int, Any]:
        """Both of them; nobody hangs a book on them, or changes them, until the end."""
        entity = KINDS[kind].entity
        query = select(entity).where(entity.id.in_(ids)).order_by(entity.id).with_for_update()
        fresh = query.execution_options(populate_existing=True)
        return {each.id: each for each in self.session.scalars(fresh)}

    def in_both(self, kind: NameKind, one: int, other: int) -> int:
        """How many books name both people."""
        if kind is not NameKind.CONTRIBUTOR:
            return 0
        first, second = aliased(BookContributor), aliased(BookContributor)
        query = select(func.count(first.book_id.distinct())).join(
            second, second.book_id == first.book_id
        )
        both = first.contributor_id == one, second.contributor_id == other
        return self.session.scalar(query.where(*both)) or 0

    def books_of(self, kind: NameKind, key: int) -> Sequence[int]:
        """Ids of the books that name it, in order."""
        column = KINDS[kind].of_a_book
        if column:
            query = select(Book.id).where(getattr(Book, column) == key)
            return self.session.scalars(query.order_by(Book.id)).all()
        link = BookContributor
        query = select(link.book_id).where(link.contributor_id == key).distinct()
        return self.session.scalars(query.order_by(link.book_id)).all()

    def title_pages(self, books: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """Who made each of these books, as the trail of a book has it."""
        link = BookContributor
        credit = func.jsonb_build_object("id", link.contributor_id, "role", link.role)
        query = select(link.book_id, credit).where(among(link.book_id, books))
        pages: dict[int, list[dict[str, Any]]] = {book: [] for book in books}
        for book, each in self.session.execute(query.order_by(link.book_id, link.position)):
            pages[book].append(each)
        return pages

    def move(self, kind: NameKind, gone: int, kept: int) -> Moved:
        """Hang all books of one double on the other; each book counts its version on."""
        books = self.books_of(kind, gone)
        column = KINDS[kind].of_a_book
        credits, joined = ([], []) if column else self._move_credits(gone, kept)
        moved = {column: kept} if column else {}
        self.session.execute(
            update(Book)
            .where(among(Book.id, books))
            .values(version=Book.version + 1, updated_at=utcnow(), **moved)
            .execution_options(synchronize_session=False)
        )
        return Moved(books, credits, joined)

    def _move_credits(self, gone: int, kept: int) -> tuple[Credits, Credits]:
        """Where a book names both in one role, one credit is left, in the place of the first."""
        mine, its = aliased(BookContributor), aliased(BookContributor)
        same = (its.book_id == mine.book_id) & (its.role == mine.role)
        both = (
            select(mine.book_id, mine.role, mine.position, its.position.label("kept_position"))
            .join(its, same & (its.contributor_id == kept))
            .where(mine.contributor_id == gone)
            .order_by(mine.book_id, mine.role)
        )
        joined = [dict(row._mapping) for row in self.session.execute(both)]
        link = BookContributor
        doubled = exists().where(
            its.book_id == link.book_id, its.role == link.role, its.contributor_id == gone
        )
        first = select(func.min(mine.position)).where(
            mine.book_id == link.book_id,
            mine.role == link.role,
            mine.contributor_id.in_([gone, kept]),
        )
        self._run(
            update(link)
            .where(link.contributor_id == kept, doubled)
            .values(position=first.scalar_subquery())
        )
        there = exists().where(
            its.book_id == link.book_id, its.role == link.role, its.contributor_id == kept
        )
        self._run(delete(link).where(link.contributor_id == gone, there))
        rest = select(link.book_id, link.role, link.position).where(link.contributor_id == gone)
        credits = [dict(row._mapping) for row in self.session.execute(rest.order_by(link.book_id))]
        self._run(update(link).where(link.contributor_id == gone).values(contributor_id=kept))
        return credits, joined

    def give_back(self, kind: NameKind, kept: int, gone: int, moved: Moved) -> bool:
        """Hang on the double again what came from it; False where some of it is there no more."""
        column = KINDS[kind].of_a_book
        if column:
            its = update(Book).where(among(Book.id, moved.books), getattr(Book, column) == kept)
            back = self._changed(its.values({column: gone})) == len(moved.books)
        else:
            back = self._give_credits_back(kept, gone, moved)
        counted = update(Book).where(among(Book.id, moved.books))
        self._run(counted.values(version=Book.version + 1, updated_at=utcnow()))
        return back

    def _give_credits_back(self, kept: int, gone: int, moved: Moved) -> bool:
        link = BookContributor
        for each in (*moved.credits, *moved.joined):
            found = update(link).where(
                link.book_id == each["book_id"],
                link.role == each["role"],
                link.contributor_id == kept,
            )
            place = each.get("kept_position")
            change = {"contributor_id": gone} if place is None else {"position": place}
            if self._changed(found.values(change)) == 0:
                return False
            if place is not None:
                own = {name: each[name] for name in ("book_id", "role", "position")}
                self._run(insert(link).values(contributor_id=gone, **own))
        return True

    def led_to(self, kind: NameKind, key: int) -> Sequence[int]:
        """Ids that lead to this one."""
        name = MergedName
        query = select(name.old_id).where(name.kind == kind, name.new_id == key)
        return self.session.scalars(query.order_by(name.old_id)).all()

    def lead_back(self, kind: NameKind, gone: int, led: Sequence[int]) -> None:
        """The double is there again, and what led to it before leads to it."""
        name = MergedName
        self._run(delete(name).where(name.kind == kind, name.old_id == gone))
        before = update(name).where(name.kind == kind, name.old_id.in_(led))
        self._run(before.values(new_id=gone))

    def lead(self, kind: NameKind, gone: Any, kept: int) -> None:
        """What led to the one that is gone leads to the one that is kept, and so do its own
        address and names."""
        name = MergedName
        led = update(name).where(name.kind == kind, name.new_id == gone.id)
        self._run(led.values(new_id=kept))
        former = {"old_slug": gone.slug, "old_name": gone.name}
        if kind is NameKind.CONTRIBUTOR:
            former["old_name_en"] = gone.name_en
        self._run(insert(name).values(kind=kind, old_id=gone.id, new_id=kept, **former))

    def _changed(self, statement: Any) -> int:
        """How many rows it changed."""
        quiet = statement.execution_options(synchronize_session=False)
        return cast("CursorResult[Any]", self.session.execute(quiet)).rowcount

    def _run(self, statement: Any) -> None:
        self.session.execute(statement.execution_options(synchronize_session=False))
