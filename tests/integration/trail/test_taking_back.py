"""One change is taken back: exactly it, once, and only where nobody has changed it since."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from shop.errors import Conflict, Forbidden, NotFound, ShopError
from shop.extensions import db
from shop.models import (
    AuditEntry,
    BookFormat,
    BookStatus,
    ContributorRole,
    NameKind,
    ShelfKind,
)
from shop.repositories.audit import Wanted
from shop.services.trail.service import CHANGED_SINCE
from tests import factories as make
from tests.rivals import at_once

AUTHOR, EDITOR = ContributorRole.AUTHOR, ContributorRole.EDITOR


@pytest.fixture
def book(services):
    return make.save(make.book(stock=5, title="The Sea"))


def others():
    """Another value for every field of a book."""
    writer, editor = make.save(make.author("A")), make.save(make.author("B"))
    return {
        "isbn": make.isbn(),
        "sku": "another",
        "title": "The Lake",
        "subtitle": "Deep",
        "publisher_id": make.save(make.publisher()).id,
        "series_id": make.save(make.series()).id,
        "series_number": 2,
        "language": "fi",
        "format": BookFormat.POCKET,
        "published_year": -400,
        "pages": 7,
        "age_mark": 18,
        "weight_grams": 90,
        "description": "Wet.",
        "list_price": Decimal("1"),
        "discount_percent": 90,
        "status": BookStatus.WITHDRAWN,
        "released_on": date(2030, 1, 2),
        "contributors": [(writer.id, AUTHOR), (editor.id, EDITOR)],
        "category_ids": [make.save(make.category()).id],
    }


def test_every_field_of_a_book_comes_back(services, anna, book, last):
    before = services.book_editing.present(book.id)
    values = others()
    assert values.keys() | {"num_in_stock"} == before.keys()
    services.book_editing.amend(book.id, None, values, anna)
    changed = last()
    assert changed.before.keys() == changed.after.keys() == values.keys()
    services.trail.take_back(changed.id, anna)
    assert services.book_editing.present(book.id) == before
    undone = last()
    assert (undone.action, undone.undoes_id) == ("undo", changed.id)
    assert (undone.before, undone.after) == (changed.after, changed.before)
    # And that is a change like any other.
    services.trail.take_back(undone.id, anna)
    assert services.book_editing.present(book.id) == before | changed.after


def test_copies_and_prices_come_back(services, anna, book, last):
    services.catalogue.recount(book.id, 5, 9, anna)
    counted = last()
    services.catalogue.reprice(book.id, 1, Decimal("450"), 10, anna)
    priced = last()
    assert (priced.entity, counted.entity) == ("book", "book")
    services.trail.take_back(counted.id, anna)
    services.trail.take_back(priced.id, anna)
    present = services.book_editing.present(book.id)
    assert [present[n] for n in ("num_in_stock", "list_price", "discount_percent")] == [
        *(5, "500.00", 0)
    ]


def test_what_was_changed_since_stays_and_is_named(services, anna, book, last):
    services.book_editing.amend(book.id, None, {"title": "The Lake", "pages": 7}, anna)
    first = last()
    services.book_editing.amend(book.id, None, {"pages": 8}, anna)
    with pytest.raises(Conflict) as refused:
        services.trail.take_back(first.id, anna)
    assert [(e.field, e.code) for e in refused.value.errors] == [("pages", CHANGED_SINCE)]
    assert services.book_editing.present(book.id)["title"] == "The Lake"
    assert last().undoes_id is None
    # What others changed does not matter.
    services.book_editing.amend(book.id, None, {"pages": 7, "age_mark": 0}, anna)
    services.trail.take_back(first.id, anna)
    assert services.book_editing.present(book.id)["age_mark"] == 0


def test_copies_that_are_promised_are_not_taken_back(services, anna, book, last):
    services.shipping.seed()
    services.catalogue.recount(book.id, 5, 6, anna)
    counted = last()
    make.order(services, book, quantity=6)
    with pytest.raises(Conflict):
        services.trail.take_back(counted.id, anna)
    assert services.book_editing.present(book.id)["num_in_stock"] == 6


def test_nothing_is_taken_back_twice(app, services, anna, book, last):
    services.book_editing.amend(book.id, None, {"pages": 7}, anna)
    changed = last().id

    def take_back(_number):
        return services.trail.take_back(changed, anna)

    answers = at_once(app, 4, take_back)
    refused = [each for each in answers if isinstance(each, ShopError)]
    assert len(refused) == 3
    count = select(func.count()).where(AuditEntry.undoes_id == changed)
    assert db.session.scalar(count) == 1
    with pytest.raises(Conflict):
        services.trail.take_back(changed, anna)


def test_a_new_name_goes_again_and_comes_again(services, anna, last):
    novels = services.categories.add({"name": "Novels", "slug": None, "parent_id": None}, anna)
    made = last()
    services.trail.take_back(made.id, anna)
    with pytest.raises(NotFound):
        services.categories.get(novels.id)
    gone = last()
    services.trail.take_back(gone.id, anna)
    again = services.categories.get(novels.id)
    assert (again.path, again.name) == (novels.path, "Novels")


def test_a_name_that_books_hang_on_stays(services, anna, last):
    press = services.publishers.add({"name": "Academia", "slug": None}, anna)
    made = last()
    make.save(make.book(publisher_id=press.id))
    with pytest.raises(Conflict):
        services.trail.take_back(made.id, anna)
    assert services.publishers.get(press.id).name == "Academia"


def test_a_category_goes_back_to_its_place(services, anna, last):
    prose, verse = (make.save(make.category(name)) for name in ("prose", "verse"))
    below = make.save(make.category("short", prose))
    services.categories.amend(below.id, None, {"parent_id": verse.id}, anna)
    moved = last()
    assert services.categories.get(below.id).path == "verse/short"
    services.trail.take_back(moved.id, anna)
    assert services.categories.get(below.id).path == "prose/short"


def ways(services):
    """Ways of shipping in order, and their positions."""
    listed = services.shipping.in_order()
    return "".join(each.name for each in listed), [each.position for each in listed]


def tree(services):
    roots = services.categories.whole()
    named = "".join(each.category.name for each in roots)
    return named, [each.category.position for each in roots]


PLACED = {
    "shipping": (ways, lambda name: {"name": name, "price": Decimal(1)}),
    "categories": (tree, lambda name: {"name": name, "slug": None, "parent_id": None}),
}
# From which place to which, and what is taken back: the one that moved, or one that made way.
MOVES = {
    (0, 3, "A"): ("BCDA", "ABCD"),
    (3, 0, "D"): ("DABC", "ABCD"),
    (1, 2, "B"): ("ACBD", "ABCD"),
    (0, 2, "B"): ("BCAD", "CBAD"),
    (2, 0, "A"): ("CABD", "ACBD"),
}


@pytest.mark.parametrize("name", PLACED)
@pytest.mark.parametrize("move", MOVES)
def test_what_was_moved_stands_again_where_it_stood(services, anna, name, move):
    service, (order, values) = getattr(services, name), PLACED[name]
    ids = {each: service.add(values(each), make.save(make.staff())).id for each in "ABCD"}
    boss = make.save(make.staff())
    (place, to, undone), (moved, after) = move, MOVES[move]
    if name == "shipping":
        service.move(list(ids.values())[place], to - place, boss)
    else:
        service.place(list(ids.values())[place], None, to, boss)
    assert order(services) == (moved, [0, 1, 2, 3])
    [entry] = services.trail.audit.latest(Wanted(service.NOUN, ids[undone], "move"), None, 5)
    services.trail.take_back(entry.entry.id, boss)
    assert order(services) == (after, [0, 1, 2, 3])


def test_where_places_have_gaps_nothing_else_is_moved(services, anna, last):
    for name, place in (("A", 10), ("B", 20), ("C", 30)):
        make.save(make.category(name.lower(), name=name, position=place))
    c = services.categories.whole()[2].category.id
    services.categories.amend(c, None, {"position": 5}, anna)
    assert tree(services) == ("CAB", [5, 10, 20])
    services.trail.take_back(last().id, anna)
    assert tree(services) == ("ABC", [10, 20, 30])


def test_one_that_goes_back_to_a_taken_place_is_told_of_where_it_stands(services, anna, last):
    for name, place in (("A", 10), ("B", 20)):
        make.save(make.category(name.lower(), name=name, position=place))
    a, b = (each.category.id for each in services.categories.whole())
    services.categories.amend(b, None, {"position": 5}, anna)
    moved = last().id
    services.categories.amend(a, None, {"position": 20}, anna)
    services.trail.take_back(moved, anna)
    assert tree(services) == ("AB", [0, 1])
    assert services.categories.present(b)["position"] == last().after["position"] == 1


THINGS = {
    "contributors": ({"name": "Лев Толстой"}, {"name_en": "Leo", "sort_name": "T"}),
    "publishers": ({"name": "Academia", "slug": None}, {"name": "Academia Press", "slug": "other"}),
    "series": ({"name": "Monuments", "slug": None}, {"name": "Memorials"}),
    "shipping": (
        {"name": "Bike", "price": Decimal("90.00"), "code": "bike"},
        {"price": Decimal("0.5"), "free_from": Decimal(1000), "active": False},
    ),
    "content": ({"slug": "about", "title": "About", "body": "*We*"}, {"body": "", "title_ru": "О"}),
    "shelves": ({"name": "Rain", "kind": ShelfKind.MOOD}, {"kind": ShelfKind.STAFF_PICKS}),
}


@pytest.mark.parametrize("name", THINGS)
def test_things_of_every_kind_go_back_and_forth(services, last, name):
    anna, service, (values, others) = make.save(make.staff()), getattr(services, name), THINGS[name]
    thing = service.add(values, anna)
    made, first = last().id, service.present(thing.id)
    service.amend(thing.id, None, others, anna)
    changed, second = last().id, service.present(thing.id)
    assert first != second
    services.trail.take_back(changed, anna)
    assert service.present(thing.id) == first
    services.trail.take_back(last().id, anna)
    assert service.present(thing.id) == second
    with pytest.raises(Conflict):
        services.trail.take_back(made, anna)
    services.trail.take_back(last().id, anna)
    services.trail.take_back(made, anna)
    assert service.present(thing.id) is None
    services.trail.take_back(last().id, anna)
    assert service.present(thing.id) == first


def test_a_shelf_is_as_it_stood(services, anna, last):
    books = [make.save(make.book()) for _ in range(3)]
    shelf = services.shelves.add({"name": "Rain", "kind": ShelfKind.MOOD}, anna)
    for book in books:
        services.shelves.put(shelf.id, None, book.id, anna)
    services.shelves.write_card(shelf.id, None, books[1].id, {"note": "Twice."}, anna)
    first = services.shelves.present(shelf.id)
    services.shelves.take_off(shelf.id, None, books[1].id, anna)
    services.trail.take_back(last().id, anna)
    assert services.shelves.present(shelf.id) == first
    assert [each["id"] for each in first["books"]] == [book.id for book in books]


def test_a_new_book_is_not_unmade(services, anna, last):
    values = {"sku": "A", "title": "A", "language": "en", "format": "gift", "list_price": 1}
    services.book_editing.add(values, anna)
    with pytest.raises(Conflict):
        services.trail.take_back(last().id, anna)


def test_what_nobody_would_put_back_is_not_taken_back(services, anna, book, last):
    """A verb told of a field that editing a book does not know."""
    signed = ({"signed_by": None}, {"signed_by": "Anna Akhmatova"})
    with services.trail.transaction():
        services.trail.audit.note(anna, "book", book.id, "mark_signed", *signed)
    told = last().id
    trail = services.trail.latest(Wanted("book", book.id), None, 5, anna)
    assert [step.can_be_taken_back for step in trail.steps] == [False]
    with pytest.raises(Conflict):
        services.trail.take_back(told, anna)
    assert last().id == told


def test_that_two_were_taken_apart_does_not_take_the_one_away(services, anna, last):
    kept, gone = (make.save(make.author("Leo")) for _ in range(2))
    person, kept, gone = NameKind.CONTRIBUTOR, kept.id, gone.id
    services.merging.merge(person, kept, gone, {kept: 1, gone: 1}, anna)
    [merge] = services.trail.history(person, kept, anna).steps
    services.merging.take_apart(person, kept, merge.entry.id, anna)
    with pytest.raises(Conflict):
        services.trail.take_back(last().id, anna)
    assert services.contributors.get(kept).name == "Leo"


def test_a_change_of_another_thing_is_not_there(services, anna, book, last):
    services.book_editing.amend(book.id, None, {"pages": 7}, anna)
    with pytest.raises(NotFound):
        services.trail.take_back(last().id, anna, of=("book", book.id + 1))


KINDS = {"publishers": "edit_books", "content": "edit_pages", "shipping": "edit_settings"}


@pytest.mark.parametrize("name", KINDS)
def test_only_who_may_make_such_a_change_takes_it_back(services, last, name):
    service, (values, _) = getattr(services, name), THINGS[name]
    thing = service.add(values, make.save(make.staff()))
    others = {"see_audit", "see_users", *KINDS.values()} - {KINDS[name]}
    reader = make.save(make.staff(make.save(make.role("Readers", *others))))
    with pytest.raises(Forbidden):
        services.trail.take_back(last().id, reader)
    assert service.present(thing.id) is not None
    services.trail.take_back(last().id, make.save(make.staff(make.role("Doers", KINDS[name]))))
    assert service.present(thing.id) is None
