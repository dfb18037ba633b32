"""The trail of who changed what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, select, tuple_
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import InstrumentedAttribute

from shop.models import (
    AuditEntry,
    Book,
    Category,
    ContentPage,
    Contributor,
    Order,
    OrderEvent,
    OrderLine,
    Publisher,
    Role,
    RoleCode,
    Series,
    Shelf,
    ShippingMethod,
    User,
)
from shop.models.columns import utcnow
from shop.repositories.base import LARGEST_KEY, Repository
from shop.repositories.bulk import insert_rows

Facts = dict[str, Any]
LONGEST_TRAIL = 50
MOST_DISPATCHES = 50
# So many of the latest orders of a book are looked through: a bestseller is in a million.
AMONG_ORDERS = 500
MOST_ACTORS = 500
# What things are called, by the noun that the trail has for them.
TITLES: Mapping[str, tuple[InstrumentedAttribute[int], ColumnElement[str]]] = {
    "book": (Book.id, Book.title.expression),
    "contributor": (Contributor.id, Contributor.name.expression),
    "publisher": (Publisher.id, Publisher.name.expression),
    "series": (Series.id, Series.name.expression),
    "category": (Category.id, Category.name.expression),
    "shelf": (Shelf.id, Shelf.name.expression),
    "content_page": (ContentPage.id, ContentPage.title.expression),
    "shipping_method": (ShippingMethod.id, ShippingMethod.name.expression),
    "order": (Order.id, Order.number.expression),
    "user": (User.id, User.email.expression),
    "role": (Role.id, func.coalesce(func.nullif(Role.name, ""), Role.code)),
}


@dataclass(frozen=True)
class Deed:
    """A change, and who made it; None where nobody did."""

    entry: AuditEntry
    by: User | None


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; what is None does not matter."""

    entity: str | None = None
    entity_id: int | None = None
    action: str | None = None
    actor_id: int | None = None
    batch_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def has_days(self) -> bool:
        return self.since is not None or self.until is not None


@dataclass(frozen=True)
class Dispatch:
    """Copies of a book that left the house with an order."""

    at: datetime
    number: str
    copies: int
    by: str


class AuditRepository(Repository[AuditEntry]):
    entity = AuditEntry

    def trail(self, entity: str, entity_id: int) -> Sequence[Deed]:
        """The latest changes of one thing, the last one first."""
        return self.latest(Wanted(entity, entity_id), None, LONGEST_TRAIL)

    def locked(self, entry_id: int) -> AuditEntry:
        """The entry, kept from others who would take it back until the transaction ends."""
        if not 0 < entry_id <= LARGEST_KEY:
            raise NoResultFound
        query = select(AuditEntry).where(AuditEntry.id == entry_id)
        return self.session.scalars(query.with_for_update(key_share=True)).one()

    def latest(self, wanted: Wanted, before: int | None, limit: int) -> Sequence[Deed]:
        """The latest of the changes asked for, the last first; with `before`, those that are
        older than this entry. However many there are, only those are read."""
        query = select(AuditEntry, User).outerjoin(User, User.id == AuditEntry.actor_id)
        query = query.where(*_criteria(wanted))
        # Within days, the index of moments finds them; else the numbers, which are as good.
        key = (AuditEntry.at, AuditEntry.id) if wanted.has_days else (AuditEntry.id,)
        if before is not None:
            last = select(*key).where(AuditEntry.id == before)
            query = query.where(tuple_(*key) < last.scalar_subquery())
        rows = self.session.execute(query.order_by(*(each.desc() for each in key)).limit(limit))
        return [Deed(entry, actor) for entry, actor in rows]

    def all_of(self, entity: str, entity_id: int) -> Sequence[AuditEntry]:
        """Every change of one thing, the first one first."""
        query = select(AuditEntry).where(
            AuditEntry.entity == entity, AuditEntry.entity_id == entity_id
        )
        return self.session.scalars(query.order_by(AuditEntry.id)).all()

    def taken_back(self, ids: Iterable[int]) -> dict[int, int]:
        """Of these entries those that were taken back, each with the entry that did it."""
        query = select(AuditEntry.undoes_id, AuditEntry.id)
        rows = self.session.execute(query.where(AuditEntry.undoes_id.in_(list(ids))))
        return {undone: entry for undone, entry in rows if undone is not None}

    def titles(self, wanted: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
        """What these things are called, by noun and number; those that are gone are left out."""
        found: dict[tuple[str, int], str] = {}
        for noun, ids in wanted.items():
            if noun in TITLES and ids:
                key, title = TITLES[noun]
                rows = self.session.execute(select(key, title).where(key.in_(list(ids))))
                found |= {(noun, each): name for each, name in rows}
        return found

    def actors(self) -> Sequence[User]:
        """Who may have changed what is not their own: the staff, by their address."""
        # Who has changed anything would be a look into the entries for each account.
        query = select(User).join(Role, Role.id == User.role_id)
        staff = query.where(Role.code != RoleCode.CUSTOMER).order_by(User.email)
        return self.session.scalars(staff.limit(MOST_ACTORS)).all()

    def dispatches(self, book_id: int, since: datetime | None = None) -> Sequence[Dispatch]:
        """The latest orders that took copies of a book out of the house, the last first; all of
        them since a moment, where one is given."""
        copies = func.sum(OrderLine.quantity)
        query = (
            select(OrderEvent.at, Order.number, copies, OrderEvent.actor)
            .join(Order, Order.id == OrderEvent.order_id)
            .join(OrderLine, OrderLine.order_id == Order.id)
            .where(OrderLine.book_id == book_id, OrderEvent.kind == "shipped")
            .group_by(OrderEvent.id, Order.number)
            .order_by(OrderEvent.at.desc())
        )
        if since is not None:
            query = query.where(OrderEvent.at > since)
        else:
            latest = select(OrderLine.order_id).where(OrderLine.book_id == book_id)
            latest = latest.order_by(OrderLine.order_id.desc()).limit(AMONG_ORDERS)
            query = query.where(Order.id.in_(latest)).limit(MOST_DISPATCHES)
        return [Dispatch(*row) for row in self.session.execute(query)]

    def since(self, entity: str, entity_id: int, moment: datetime) -> Sequence[AuditEntry]:
        """All changes of one thing after this moment, the last one first."""
        query = (
            select(AuditEntry)
            .where(AuditEntry.entity == entity, AuditEntry.entity_id == entity_id)
            .where(AuditEntry.at > moment)
            .order_by(AuditEntry.id.desc())
        )
        return self.session.scalars(query).all()

    def note(
        self,
        by: User | None,
        entity: str,
        key: int,
        action: str,
        before: Facts,
        after: Facts,
        *,
        undoes_id: int | None = None,
    ) -> None:
        """Leave who changed what, in the transaction of the change; nobody is the shop itself.

        `undoes_id` is the entry that this takes back: of two who do so at once, one has a Conflict.
        """
        self.add(
            AuditEntry(
                actor_id=by.id if by else None,
                entity=entity,
                entity_id=key,
                action=action,
                before=before,
                after=after,
                undoes_id=undoes_id,
            )
        )

    def note_all(
        self,
        by: User | None,
        entity: str,
        action: str,
        changes: Iterable[tuple[int, Facts, Facts]],
    ) -> None:
        """Leave the same change of many things, each with its id, before and after."""
        now = utcnow()
        rows = [
            {
                "at": now,
                "actor_id": by.id if by else None,
                "entity": entity,
                "entity_id": key,
                "action": action,
                "before": before,
                "after": after,
            }
            for key, before, after in changes
        ]
        insert_rows(self.session, cast("Table", AuditEntry.__table__), rows)


def _criteria(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        AuditEntry.entity: wanted.entity,
        AuditEntry.entity_id: wanted.entity_id,
        AuditEntry.action: wanted.action,
        AuditEntry.actor_id: wanted.actor_id,
        AuditEntry.batch_id: wanted.batch_id,
    }
    criteria = [column == value for column, value in exact.items() if value is not None]
    if wanted.since is not None:
        criteria.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        criteria.append(AuditEntry.at < wanted.until)
    return criteria


def by_noun(pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    """Numbers of things by their noun."""
    found: dict[str, set[int]] = defaultdict(set)
    for noun, key in pairs:
        found[noun].add(key)
    return found
