"""Whatever staff change is in the trail, with before and after, or neither is there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Table, select, text

from shop.extensions import Base, db
from shop.models import AuditEntry, NameKind, Permission, RoleCode, ShelfKind
from shop.repositories.audit import AuditRepository
from shop.services.accounts.people import Change
from shop.services.accounts.service import Profile
from shop.services.book_import import SourceRow
from shop.services.category_tree import Step
from shop.services.registry import Services
from shop.services.settings import ShopSettings
from shop.services.written_books import Written
from shop.web import trail_words
from tests import factories as make
from tests.pictures import picture

# What leaves no entry, and why.
OTHERWISE = {
    "saved_views": "everybody's own views of lists",
    "bulk_edits": "tests of bulk edits look at each row of theirs",
    "book_import": "tests of imports do",
    "orders": "an order has events of its own",
    "order_lines": "an order has events of its own",
    "order_queue": "who looks at an order changes nothing",
    "order_care": "an order has events and notes of its own",
    "order_returns": "an order has events of its own",
    "checkout": "an order begins with its first event",
    "people.changeable": "locks, and changes nothing",
    "images.upload_from": "as upload, from elsewhere",
    "series": "as publishers",
    "reports": "by what, and nobody",
    "supplies": "files of suppliers are taken batch by batch, and are no part of the shop",
}
# What is told of a person's own data is only that it was changed.
NO_FACTS = {"people.amend", "people.log_out", "personal_data.erase_for", "images.try_again"}
NO_FACTS |= {"images.try_all_again"}
Deed = Callable[[], Any]


class World:
    """One of everything, made before a deed; numbers alone are kept."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.boss = make.save(make.staff(RoleCode.ADMIN))
        self.book = make.save(make.book(stock=5)).id
        self.version = 1

    def person(self, **values: Any) -> int:
        return make.save(make.staff(RoleCode.ACCOUNTANT, **values)).id

    def shelf(self, *books: int) -> int:
        shelf = self.services.shelves.add({"name": "Rain", "kind": ShelfKind.MOOD}, self.boss)
        for book in books:
            self.services.shelves.put(shelf.id, None, book, self.boss)
        return shelf.id

    def picture(self, colour: str = "red") -> int:
        return self.services.images.attach_cover(self.book, picture(colour), "").id

    def failed(self) -> int:
        image = self.picture()
        db.session.execute(text("UPDATE images SET state = 'failed'"))
        db.session.commit()
        return image


VALUES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "contributors": ({"name": "Leo"}, {"name": "Lev"}),
    "publishers": ({"name": "A", "slug": None}, {"name": "B"}),
    "categories": ({"name": "A", "slug": None, "parent_id": None}, {"name": "B"}),
    "shipping": ({"name": "A", "price": Decimal(1)}, {"price": Decimal(2)}),
    "content": ({"slug": "a", "title": "A", "body": ""}, {"title": "B"}),
    "shelves": ({"name": "A", "kind": ShelfKind.MOOD}, {"name": "B"}),
    "book_editing": (
        {"sku": "A", "title": "A", "language": "en", "format": "gift", "list_price": Decimal(1)},
        {"title": "B"},
    ),
}


def _edited(name: str, verb: str) -> Callable[[World], Deed]:
    """A deed of an EditingService."""

    def prepared(world: World) -> Deed:
        service, (values, others) = getattr(world.services, name), VALUES[name]
        if verb == "add":
            return lambda: service.add(values, world.boss)
        key = service.add(values, world.boss).id
        facts = service.present(key)
        entry = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1))
        if verb == "amend":
            return lambda: service.amend(key, None, others, world.boss)
        if verb == "put_back":
            service.amend(key, None, others, world.boss)
            seen = service.present(key)
            return lambda: service.put_back(key, facts, seen, world.boss, entry)
        if verb == "remove":
            return lambda: service.remove(key, None, world.boss)
        if verb == "move":
            service.add({**values, "slug": "second"} if "slug" in values else values, world.boss)
            return lambda: service.move(key, 1, world.boss)
        service.remove(key, None, world.boss)
        return lambda: service.make_again(key, facts, world.boss, entry)

    return prepared


def _catalogue(world: World, verb: str) -> Deed:
    if verb == "reprice":
        return lambda: world.services.catalogue.reprice(
            world.book, 1, Decimal("7.00"), 5, world.boss
        )
    return lambda: world.services.catalogue.recount(world.book, 5, 6, world.boss)


def _row(world: World) -> Deed:
    values = {"num_in_stock": 6, "status": "draft"}
    return lambda: world.services.book_editing.amend_row(world.book, 1, 5, values, world.boss)


def _written(world: World) -> Deed:
    """A book and a publisher that nobody knew yet."""
    written = Written(VALUES["book_editing"][0], (), "A new press", None)
    editing: Any = world.services.book_editing
    return lambda: editing.write(None, None, written, world.boss)


def _drafted(world: World) -> Deed:
    """A book that a supplier's file tells enough of."""
    cells = {"isbn": "9780306406157", "title": "A", "list_price": "9", "language": "ru"}
    world.services.supplies.take([SourceRow(1, {**cells, "format": "pocket"})], "a.csv")
    return lambda: world.services.book_editing.draft_of("9780306406157", world.boss)


def _categories(verb: str) -> Callable[[World], Deed]:
    def prepared(world: World) -> Deed:
        first, second = (make.save(make.category()).id for _ in range(2))
        service = world.services.categories
        if verb == "merge":
            return lambda: service.merge(first, second, {first: 1, second: 1}, world.boss)
        if verb == "place":
            return lambda: service.place(second, first, 0, world.boss)
        return lambda: service.step(second, Step.IN, world.boss)

    return prepared


def _merging(world: World) -> Deed:
    first, second = (make.save(make.publisher()).id for _ in range(2))
    seen = {first: 1, second: 1}
    merging: Any = world.services.merging
    return lambda: merging.merge(NameKind.PUBLISHER, first, second, seen, world.boss)


def _taken_apart(world: World) -> Deed:
    _merging(world)()
    made = select(AuditEntry).where(AuditEntry.action == "merge").order_by(AuditEntry.id)
    [entry] = [each for each in db.session.scalars(made) if "led" in each.before]
    key, kept = entry.id, entry.entity_id
    merging = world.services.merging
    return lambda: merging.take_apart(NameKind.PUBLISHER, kept, key, world.boss)


def _books_merged(world: World) -> Deed:
    double = make.save(make.book()).id
    seen = {world.book: 1, double: 1}
    merging = world.services.book_merging
    return lambda: merging.merge(world.book, double, seen, (), world.boss)


def _images(verb: str) -> Callable[[World], Deed]:
    def prepared(world: World) -> Deed:
        images, book, boss = world.services.images, world.book, world.boss
        if verb == "upload":
            return lambda: images.upload(book, picture(), "", None, boss)
        if verb == "try_all_again":
            world.failed()
            return lambda: images.try_all_again(boss)
        if verb == "try_again":
            failed = world.failed()
            return lambda: images.try_again(failed, boss)
        image, other = world.picture(), world.picture("blue")
        deeds: dict[str, Deed] = {
            "amend": lambda: images.amend(book, image, None, {"alt": "A"}, boss),
            "describe": lambda: images.describe(book, image, "", "A", boss),
            "remove": lambda: images.remove(book, image, None, boss),
            "reorder": lambda: images.reorder(book, [other, image], boss),
        }
        return deeds[verb]

    return prepared


def _people(verb: str) -> Callable[[World], Deed]:
    def prepared(world: World) -> Deed:
        people, boss = world.services.people, world.boss
        someone = world.person(active=verb != "reopen")
        role = make.the_role(RoleCode.ORDER_MANAGER).id
        deeds: dict[str, Deed] = {
            "amend": lambda: people.amend(someone, None, Change(Profile(first_name="A")), boss),
            "close": lambda: people.close(someone, None, boss),
            "give": lambda: people.give(someone, None, role, boss),
            "invite": lambda: people.invite("a@example.org", "accountant", Profile(), boss),
            "log_out": lambda: people.log_out(someone, None, boss),
            "reopen": lambda: people.reopen(someone, None, boss),
        }
        return deeds[verb]

    return prepared


def _erased(world: World) -> Deed:
    someone = make.save(make.staff(RoleCode.CUSTOMER)).id
    return lambda: world.services.personal_data.erase_for(someone, None, world.boss)


def _roles(verb: str) -> Callable[[World], Deed]:
    def prepared(world: World) -> Deed:
        roles, some = world.services.roles, {Permission.SEE_STOCK}
        role = make.save(make.role("Night shift", "see_orders")).id
        deeds: dict[str, Deed] = {
            "add": lambda: roles.add("Day shift", some, world.boss),
            "change": lambda: roles.change(role, 1, "Day shift", some, world.boss),
            "remove": lambda: roles.remove(role, 1, world.boss),
        }
        return deeds[verb]

    return prepared


def _shelves(verb: str) -> Callable[[World], Deed]:
    def prepared(world: World) -> Deed:
        shelves, boss, book = world.services.shelves, world.boss, world.book
        if verb == "put":
            empty = world.shelf()
            return lambda: shelves.put(empty, None, book, boss)
        shelf = world.shelf(book, make.save(make.book()).id)
        deeds: dict[str, Deed] = {
            "place": lambda: shelves.place(shelf, None, book, 1, boss),
            "take_off": lambda: shelves.take_off(shelf, None, book, boss),
            "write_card": lambda: shelves.write_card(shelf, None, book, {"note": "A"}, boss),
        }
        return deeds[verb]

    return prepared


def _settings(world: World) -> Deed:
    _, version = world.services.settings.chosen()
    wanted = ShopSettings(contact_phone="+7 900")
    return lambda: world.services.settings.choose(version, wanted, world.boss)


def _taken_back(world: World) -> Deed:
    world.services.catalogue.recount(world.book, 5, 6, world.boss)
    entry = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1))
    return lambda: world.services.trail.take_back(entry or 0, world.boss)


DEEDS: dict[str, Callable[[World], Deed]] = {
    **{
        f"{name}.{verb}": _edited(name, verb)
        for name in VALUES
        for verb in ("add", "amend", "put_back", "remove", "make_again")
        if (name, verb) != ("book_editing", "make_again")
    },
    **{f"{name}.move": _edited(name, "move") for name in ("shipping", "content", "shelves")},
    **{f"categories.{verb}": _categories(verb) for verb in ("merge", "place", "step")},
    "catalogue.reprice": lambda world: _catalogue(world, "reprice"),
    "catalogue.recount": lambda world: _catalogue(world, "recount"),
    "book_editing.amend_row": _row,
    "book_editing.draft_of": _drafted,
    "book_editing.write": _written,
    "merging.merge": _merging,
    "merging.take_apart": _taken_apart,
    "book_merging.merge": _books_merged,
    **{
        f"images.{verb}": _images(verb)
        for verb in (
            *("amend", "describe", "remove", "reorder", "try_again", "try_all_again", "upload"),
        )
    },
    **{
        f"people.{verb}": _people(verb)
        for verb in ("amend", "close", "give", "invite", "log_out", "reopen")
    },
    "personal_data.erase_for": _erased,
    **{f"roles.{verb}": _roles(verb) for verb in ("add", "change", "remove")},
    **{f"shelves.{verb}": _shelves(verb) for verb in ("place", "put", "take_off", "write_card")},
    "settings.choose": _settings,
    "trail.take_back": _taken_back,
}


def done_by_somebody(services: Services) -> set[str]:
    """Every method of a service that is told who does it."""
    return {
        f"{each.name}.{name}"
        for each in fields(services)
        for name, method in inspect.getmembers(getattr(services, each.name), inspect.ismethod)
        if not name.startswith("_") and "by" in inspect.signature(method).parameters
    }


def test_every_change_by_staff_is_looked_at_here(services):
    told = {name for name in done_by_somebody(services) if name not in OTHERWISE}
    told = {name for name in told if name.partition(".")[0] not in OTHERWISE}
    # A book is never made again: COMES_BACK says so.
    assert told - {"book_editing.make_again"} == DEEDS.keys()


def state() -> dict[str, str]:
    """A checksum of each table."""
    tables: list[Table] = Base.metadata.sorted_tables
    sums = ", ".join(
        f"(SELECT md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), '')) FROM {table} t)"
        for table in tables
    )
    row = db.session.execute(text(f"SELECT {sums}")).one()
    db.session.rollback()
    return dict(zip((table.name for table in tables), row, strict=True))


class Failed(Exception):
    """The disk is full, say."""


@pytest.mark.parametrize("name", DEEDS)
def test_it_is_noted_with_the_change_or_neither_is_there(services, monkeypatch, name):
    world = World(services)
    boss = world.boss.id
    deed = DEEDS[name](world)
    before = state()

    def failing(note):
        def fails(*args, **kwargs):
            note(*args, **kwargs)
            raise Failed

        return fails

    with monkeypatch.context() as patch:
        for verb in ("note", "note_all"):
            patch.setattr(AuditRepository, verb, failing(getattr(AuditRepository, verb)))
        with pytest.raises(Failed):
            deed()
    assert state() == before

    last = db.session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1)) or 0
    db.session.rollback()
    deed()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.id > last)).all()
    assert entries
    assert {entry.actor_id for entry in entries} == {boss}
    for entry in entries:
        assert name in NO_FACTS or entry.before != entry.after
        assert entry.entity in trail_words.NOUNS
        assert entry.action in trail_words.ACTIONS
        assert {*entry.before, *entry.after} <= trail_words.FIELDS.keys()
