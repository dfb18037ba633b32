"""What every repository of one entity can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import CursorResult, Executable, Select, func, inspect, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.orm.interfaces import ORMOption

from shop.extensions import Base
from shop.models.columns import LARGEST_INTEGER
from shop.repositories.paging import MOST_COUNTED, Page

E = TypeVar("E", bound=Base)
Sessions = scoped_session[Any] | Session

LARGEST_KEY = LARGEST_INTEGER


@contextmanager
def statement_timeout(session: Sessions, seconds: int) -> Iterator[None]:
    """Inside, a statement of this transaction has so long; afterwards as long as before."""
    before = session.scalar(select(func.current_setting("statement_timeout")))
    session.execute(select(func.set_config("statement_timeout", f"{seconds}s", True)))
    yield
    session.execute(select(func.set_config("statement_timeout", before, True)))


class Repository(Generic[E]):
    """Get, list, add and remove one entity. `loads` says which relations come with it."""

    entity: type[E]

    def __init__(self, session: Sessions) -> None:
        self.session = session

    def loads(self) -> tuple[ORMOption, ...]:
        return ()

    def get(self, key: int) -> E:
        """The entity with this primary key; NoResultFound when there is none."""
        found = None
        if 0 < key <= LARGEST_KEY:
            found = self.session.get(self.entity, key, options=self.loads(), populate_existing=True)
        if found is None:
            raise NoResultFound(f"no {self.entity.__name__} {key}")
        return found

    def by_ids(self, ids: Iterable[int]) -> dict[int, E]:
        """Those of them that there are, by id."""
        entity: Any = self.entity
        query = select(entity).where(entity.id.in_(list(ids))).options(*self.loads())
        fresh = query.execution_options(populate_existing=True)
        return {found.id: found for found in self.session.scalars(fresh).unique()}

    def add(self, entity: E) -> E:
        self.session.add(entity)
        self.session.flush()
        return entity

    def delete(self, entity: E) -> None:
        self.session.delete(entity)
        self.session.flush()

    def page(self, query: Select[Any], page: int, limit: int) -> Page[E]:
        """One page of an ordered query, with the exact total."""
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        total = self.session.scalar(counted) or 0
        rows = self.session.scalars(
            query.options(*self.loads()).limit(limit).offset((page - 1) * limit)
        )
        return Page(rows.unique().all(), total, page, limit)

    def capped_page(
        self, query: Select[Any], page: int, limit: int, most: int = MOST_COUNTED
    ) -> Page[E]:
        """One page of an ordered query, counted and leafed through as far as `most` rows.

        The order must be one that an index gives, or a list of millions is sorted for each page.
        """
        found = self.capped_count(query, most)
        begin = (page - 1) * limit
        part = query.options(*self.loads()).limit(max(0, min(limit, most - begin))).offset(begin)
        # Nobody gets further than `most`, and PostgreSQL would count the rows up to there.
        rows = self.session.scalars(part).unique().all() if begin < most else []
        return Page(rows, min(found, most), page, limit, is_capped=found > most)

    def capped_count(self, query: Select[Any], most: int = MOST_COUNTED) -> int:
        """How many rows there are; `most` + 1 says that there are more than `most`."""
        keys = inspect(self.entity).primary_key
        some = query.with_only_columns(*keys).order_by(None).limit(most + 1)
        return self.session.scalar(select(func.count()).select_from(some.subquery())) or 0

    def walk(self, query: Select[Any], after: int, limit: int) -> Page[E]:
        """The rows of a query that come after this id, by id, with the total of the whole query.

        Every part costs the same, and what is added or deleted meanwhile moves no other row.
        """
        counted = select(func.count()).select_from(query.order_by(None).subquery())
        total = self.session.scalar(counted) or 0
        rows = self.following(query, after, limit + 1)
        shown = rows[:limit]
        more = len(rows) > limit
        last: Any = shown[-1] if shown else None
        return Page(shown, total, 1, limit, next_after=last.id if more else None)

    def following(self, query: Select[Any], after: int, limit: int) -> Sequence[E]:
        """The rows of a query that come after this id, by id; nobody counts the others."""
        key: Any = inspect(self.entity).primary_key[0]
        part = query.where(key > after).order_by(None).order_by(key).limit(limit)
        return self.session.scalars(part.options(*self.loads())).unique().all()

    def changed(self, statement: Executable) -> int:
        """Run an UPDATE or DELETE and say how many rows it changed."""
        return cast("CursorResult[Any]", self.session.execute(statement)).rowcount
