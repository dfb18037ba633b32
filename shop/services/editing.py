"""What staff edit field by field: nothing is overwritten unseen, every change leaves a trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import Date, Enum, Numeric, inspect, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.types import TypeEngine

from shop.errors import Conflict, FieldError, Stale
from shop.extensions import Base
from shop.models import Permission, User
from shop.repositories.audit import AuditRepository, Facts
from shop.repositories.base import Repository, Sessions
from shop.repositories.filters import Filters
from shop.repositories.paging import Page
from shop.services.base import EntityBaseService, retried

E = TypeVar("E", bound=Base)
Values = Mapping[str, Any]


class EditingService(EntityBaseService[E]):
    """A concrete one says how values become an entity, and what keeps one from being removed.

    What cannot be empty and is None in `values` is made of the other values, if it can be.
    """

    # "book", "category": what the trail calls it.
    NOUN: ClassVar[str]
    # What somebody has to be allowed to, to change one, and to take a change back.
    PERMISSION: ClassVar[Permission]
    # What can be edited, and is told in the trail.
    FIELDS: ClassVar[tuple[str, ...]]
    # Those of them that follow from others, or from other things.
    DERIVED: ClassVar[tuple[str, ...]] = ()
    # What is no column of it, and is edited and told with them.
    BESIDES: ClassVar[tuple[str, ...]] = ()
    # Whether all of it can be put back where it was removed.
    COMES_BACK: ClassVar[bool] = True

    def __init__(
        self, session: Sessions, repository: Repository[E], audit: AuditRepository
    ) -> None:
        super().__init__(session, repository)
        self.audit = audit

    def find(self, filters: Filters, page: int, limit: int, after: int | None = None) -> Page[E]:
        """A page of those that match every filter; with `after`, those that follow this id."""
        entity: Any = self.repository.entity
        with self.transaction():
            query = filters.apply(select(entity))
            if after is not None:
                return self.repository.walk(query, after, limit)
            return self.repository.page(query, page, limit)

    @retried
    def add(self, values: Values, by: User) -> E:
        """A new one. Conflict names the field that is taken, or hangs on nothing that there is."""
        with self.transaction():
            entity: Any = self.repository.add(self._made(values))
            self._note(by, entity.id, "create", {}, self._facts(entity))
            return self.repository.get(entity.id)

    @retried
    def amend(
        self,
        key: int,
        version: int | None,
        values: Values,
        by: User,
        *,
        undoes: int | None = None,
    ) -> E:
        """Set these fields; Stale when it was changed after `version` was read, if one was.

        `undoes` is the entry of the trail that this takes back.
        """
        with self.transaction():
            entity = self._seen(key, version)
            before = self._facts(entity)
            self._change(entity, values)
            after = self._facts(entity)
            if changed := {name for name in after if after[name] != before[name]}:
                self._touch(entity)
                self.session.flush()
                was, became = (_some(facts, changed) for facts in (before, after))
                action = "change" if undoes is None else "undo"
                self._note(by, key, action, was, became, undoes)
            return self.repository.get(key)

    @retried
    def remove(self, key: int, version: int | None, by: User, *, undoes: int | None = None) -> None:
        """Take it away; Stale as above, Conflict says what still hangs on it."""
        with self.transaction():
            entity = self._seen(key, version)
            self._let_go(entity)
            before = self._facts(entity)
            self.repository.delete(entity)
            action = "delete" if undoes is None else "undo"
            self._note(by, key, action, before, {}, undoes=undoes)

    def present(self, key: int) -> Facts | None:
        """It as the trail would tell it now; None where there is none."""
        with self.transaction():
            try:
                return self._facts(self.repository.get(key))
            except NoResultFound:
                return None

    @classmethod
    def knows(cls, facts: Facts) -> bool:
        """Whether all of these can be put back: what is no field of it would be left as it is."""
        return facts.keys() <= {*cls.FIELDS, *cls.BESIDES}

    @retried
    def put_back(self, key: int, facts: Facts, seen: Facts, by: User, undoes: int) -> None:
        """Make these fields what the trail says that they were; Stale where they are not what was
        `seen` any more."""
        with self.transaction():
            entity = self._seen(key, None)
            now = self._facts(entity)
            if any(name in now and now[name] != value for name, value in seen.items()):
                raise Stale()
            self.amend(
                key, getattr(entity, "version", None), self._values(facts), by, undoes=undoes
            )

    @retried
    def make_again(self, key: int, facts: Facts, by: User, undoes: int) -> None:
        """Put back what was taken away, under the number that it had."""
        with self.transaction():
            entity: Any = self._made(self._values(facts))
            entity.id = key
            self.repository.add(entity)
            self._note(by, key, "undo", {}, self._facts(entity), undoes=undoes)

    def _values(self, facts: Facts) -> dict[str, Any]:
        """What the trail tells, as `amend` takes it."""
        known = set(self.FIELDS) - set(self.DERIVED)
        columns = inspect(self.repository.entity).columns
        return {
            name: _read(columns[name].type, value) for name, value in facts.items() if name in known
        }

    def _seen(self, key: int, version: int | None) -> Any:
        """The entity as it is at this version; what changes until the end is told by its UPDATE."""
        entity: Any = self.repository.get(key)
        if version is not None and entity.version != version:
            raise Stale()
        return entity

    def _made(self, values: Values) -> E:
        entity = self.repository.entity()
        self._change(entity, values)
        return entity

    def _change(self, entity: Any, values: Values) -> None:
        for name, value in values.items():
            setattr(entity, name, value)

    def _touch(self, entity: Any) -> None:
        """See to it that a change counts the version on, also one of what only hangs on it."""

    def _let_go(self, entity: Any) -> None:
        """Refuse with a Conflict while something hangs on it."""

    def _note(
        self,
        by: User,
        key: int,
        action: str,
        before: Facts,
        after: Facts,
        undoes: int | None = None,
    ) -> None:
        """Leave what became of it in the trail; every change of one comes through here."""
        self.audit.note(by, self.NOUN, key, action, before, after, undoes_id=undoes)

    def _facts(self, entity: Any) -> Facts:
        """The fields as JSON has them."""
        return {name: plain(getattr(entity, name)) for name in self.FIELDS}


def refused(field: str, message: object, code: str = "refused") -> Conflict:
    """What is asked for does not go with what is there."""
    return Conflict(message, (FieldError(field, message, code),))


def still_needed(field: str, message: object) -> Conflict:
    """`field` is what hangs on the entity."""
    return refused(field, message, "still_needed")


def unknown(field: str, keys: Iterable[int]) -> Conflict:
    """It is to hang on what is not there, or not any more."""
    ids = ", ".join(map(str, sorted(keys)))
    return refused(field, _l("There is none with the id %(ids)s. Choose another one.", ids=ids))


def _some(facts: Facts, names: set[str]) -> Facts:
    return {name: value for name, value in facts.items() if name in names}


def _read(kind: TypeEngine[Any], value: Any) -> Any:
    """What `plain` wrote, as a column of this type has it."""
    if value is None:
        return None
    if isinstance(kind, Enum):
        return kind.enum_class(value) if kind.enum_class else value
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Numeric) else value


def plain(value: Any) -> Any:
    """As JSON has it. Sums have two decimals, as they come out of the database."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value) if isinstance(value, date) else value
