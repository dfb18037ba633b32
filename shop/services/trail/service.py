"""The trail: what was changed by whom, any thing as it was, and one change taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import NoResultFound

from shop.errors import Conflict, FieldError, Forbidden, NotFound
from shop.models import AuditEntry, Permission, User
from shop.repositories.audit import LONGEST_TRAIL, AuditRepository, Deed, Dispatch, Wanted
from shop.repositories.base import Sessions
from shop.services.base import EntityBaseService, retried
from shop.services.editing import EditingService
from shop.services.trail.as_of import AsOf, fields_at
from shop.services.trail.names import Named, names_in, number_of

# What knows a kind of thing, and its rules, which hold for what is put back as well.
Kind = EditingService[Any]
# Copies leave with orders, which are no edits: the trail alone does not tell how many there were.
STOCK = "num_in_stock"
# The code of a field that is no more what the change made of it.
CHANGED_SINCE = "changed_since"


# Changes that are read at once for a file.
AT_ONCE = 200


@dataclass(frozen=True)
class Part:
    """One field of a change."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class Step:
    """A change as it is shown. `taken_back_by` is the entry that took it back, if one did."""

    deed: Deed
    title: str | None
    parts: Sequence[Part]
    taken_back_by: int | None
    can_be_taken_back: bool

    @property
    def entry(self) -> AuditEntry:
        return self.deed.entry


@dataclass(frozen=True)
class Trail:
    """A part of the trail, the last change first; `next_before` leads to what is older."""

    steps: Sequence[Step]
    named: Named
    next_before: int | None


class TrailService(EntityBaseService[AuditEntry]):
    """`kinds` are the things whose changes can be taken back."""

    def __init__(self, session: Sessions, audit: AuditRepository, kinds: Iterable[Kind]) -> None:
        super().__init__(session, audit)
        self.audit = audit
        self.kinds = {kind.NOUN: kind for kind in kinds}

    def latest(self, wanted: Wanted, before: int | None, limit: int, viewer: User) -> Trail:
        """The latest changes that are asked for; with `before`, those older than this entry.

        People go by their numbers for a viewer who may not see accounts.
        """
        with self.transaction():
            deeds = self.audit.latest(wanted, before, limit + 1)
            shown = deeds[:limit]
            taken_back = self.audit.taken_back(deed.entry.id for deed in shown)
            facts = (f for deed in shown for f in (deed.entry.before, deed.entry.after))
            things = [(deed.entry.entity, deed.entry.entity_id) for deed in shown]
            if not viewer.may(Permission.SEE_USERS):
                things = [thing for thing in things if thing[0] != "user"]
            named = names_in(self.audit, facts, things)
            steps = [
                self._step(deed, named, taken_back.get(deed.entry.id), viewer) for deed in shown
            ]
        more = len(deeds) > limit
        return Trail(steps, named, shown[-1].entry.id if more else None)

    def all(self, wanted: Wanted, viewer: User) -> Iterator[tuple[Step, Named]]:
        """Every change that is asked for, the last first, read as it is taken."""
        before: int | None = None
        while True:
            trail = self.latest(wanted, before, AT_ONCE, viewer)
            for step in trail.steps:
                yield step, trail.named
            if (before := trail.next_before) is None:
                return

    def history(self, noun: str, key: int | None, viewer: User) -> Trail:
        """What was done to one thing, or to all of its kind, the last first."""
        return self.latest(Wanted(noun, key), None, LONGEST_TRAIL, viewer)

    def actors(self) -> Sequence[User]:
        """The staff, who are those that change things."""
        with self.transaction():
            return self.audit.actors()

    def dispatches(self, book_id: int) -> Sequence[Dispatch]:
        """The latest orders that took copies of a book out of the house."""
        with self.transaction():
            return self.audit.dispatches(book_id)

    def as_of(self, noun: str, key: int, at: datetime) -> AsOf:
        """A thing as it was; NotFound for what there never was."""
        with self.transaction():
            present = self._kind(noun).present(key)
            entries = self.audit.all_of(noun, key)
            if present is None and not entries:
                raise NotFound()
            fields, existed = fields_at(entries, present, at)
            if noun == "book" and present is not None:
                gone = self.audit.dispatches(key, at)
                copies = _copies_at(entries, present[STOCK], gone, at)
                fields = [
                    replace(each, then=copies, is_sure=True) if each.name == STOCK else each
                    for each in fields
                ]
            facts = [{each.name: each.then} for each in fields]
            named = names_in(self.audit, [*facts, present or {}], [(noun, key)])
        return AsOf(at, fields, existed, present is not None, named)

    @retried
    def take_back(
        self, entry_id: int, by: User, *, of: tuple[str, int] | None = None
    ) -> AuditEntry:
        """Put back what one change found. Conflict where it was taken back already, cannot be, or
        where fields were changed since, which it names; Forbidden for who may not make such a
        change. With `of`, NotFound for a change of another thing.
        """
        with self.transaction():
            # Of two who take it back at once, one waits here, and is told.
            entry = self._entry(entry_id)
            if of not in (None, (entry.entity, entry.entity_id)):
                raise NotFound()
            if not self._may_take_back(by, entry):
                raise Forbidden(_l("Your account is not allowed to do this."))
            if self.audit.taken_back([entry_id]):
                raise Conflict(_l("This change was taken back already."))
            if not self._can_be_taken_back(entry):
                raise Conflict(_l("A change of this kind cannot be taken back from here."))
            self._put_back(entry, self._kind(entry.entity), by)
            return entry

    def _put_back(self, entry: AuditEntry, kind: Kind, by: User) -> None:
        present = kind.present(entry.entity_id)
        if not entry.after:
            if present is not None:
                raise Conflict(_l("It is there again already."))
            kind.make_again(entry.entity_id, entry.before, by, entry.id)
            return
        if present is None:
            raise Conflict(_l("It is gone: there is nothing to change back."))
        changed = [
            name
            for name, value in entry.after.items()
            if name in present and name not in kind.DERIVED and present[name] != value
        ]
        if changed:
            message = _l("It was changed since, so this cannot be taken back on its own.")
            raise Conflict(
                message, tuple(FieldError(name, message, CHANGED_SINCE) for name in changed)
            )
        if entry.before:
            seen = {n: value for n, value in entry.after.items() if n not in kind.DERIVED}
            kind.put_back(entry.entity_id, entry.before, seen, by, entry.id)
        else:
            kind.remove(entry.entity_id, None, by, undoes=entry.id)

    def _entry(self, entry_id: int) -> AuditEntry:
        try:
            return self.audit.locked(entry_id)
        except NoResultFound:
            raise NotFound() from None

    def _kind(self, noun: str) -> Kind:
        if noun not in self.kinds:
            raise NotFound()
        return self.kinds[noun]

    def _can_be_taken_back(self, entry: AuditEntry) -> bool:
        kind = self.kinds.get(entry.entity)
        if kind is None or entry.action == "merge":
            return False
        if not kind.knows({**entry.before, **entry.after}):
            return False
        if entry.before and entry.after:
            return entry.before.keys() == entry.after.keys()
        return bool(kind.COMES_BACK and (entry.before or entry.after))

    def _may_take_back(self, by: User, entry: AuditEntry) -> bool:
        """What nobody can take back is told as that, and not as forbidden."""
        kind = self.kinds.get(entry.entity)
        return kind is None or by.may(kind.PERMISSION)

    def _step(self, deed: Deed, named: Named, taken_back_by: int | None, viewer: User) -> Step:
        entry = deed.entry
        title = named.get((entry.entity, entry.entity_id))
        told = entry.after.get("title", entry.after.get("name")) or entry.before.get(
            "title", entry.before.get("name")
        )
        return Step(
            deed,
            title or (str(told) if told else None),
            _parts(entry),
            taken_back_by,
            taken_back_by is None
            and self._can_be_taken_back(entry)
            and self._may_take_back(viewer, entry),
        )


def _parts(entry: AuditEntry) -> list[Part]:
    """Field by field; of lists only what came and what went."""
    parts = []
    for name in dict.fromkeys((*entry.before, *entry.after)):
        before, after = entry.before.get(name), entry.after.get(name)
        if isinstance(before, list) and isinstance(after, list):
            kept = [each for each in before if each in after]
            if len(kept) < max(len(before), len(after)):
                before = [each for each in before if each not in kept]
                after = [each for each in after if each not in kept]
        # A verb tells all that it could have changed.
        if before != after:
            parts.append(Part(name, before, after))
    return parts


def _copies_at(
    entries: Sequence[AuditEntry], now: int, gone: Sequence[Dispatch], at: datetime
) -> int:
    """Copies on the shelves then: what the next count found, or there are, and what left before."""
    counted = [e for e in entries if e.at > at and STOCK in e.before]
    end = counted[0].at if counted else None
    copies = number_of(counted[0].before[STOCK]) if counted else now
    return (copies or 0) + sum(each.copies for each in gone if end is None or each.at <= end)
