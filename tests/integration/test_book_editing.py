"""Books that staff add, change and remove: what is checked, noted and found afterwards."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from shop.errors import Conflict, NotFound, Stale
from shop.extensions import db
from shop.models import AuditEntry, Book, BookFormat, ContributorRole, RoleCode
from shop.repositories.book_filters import BookFilters
from tests import factories as make
from tests.rivals import at_once, meanwhile, until_blocked
from tests.stored import stored

AUTHOR, TRANSLATOR = ContributorRole.AUTHOR, ContributorRole.TRANSLATOR


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


def values(**others):
    return {
        "isbn": make.isbn(),
        "sku": None,
        "title": "The Sea",
        "language": "en",
        "format": BookFormat.PAPERBACK,
        "list_price": Decimal("500.00"),
        **others,
    }


def entries() -> list[tuple[str, str, dict, dict]]:
    rows = select(AuditEntry).order_by(AuditEntry.id)
    return [(e.entity, e.action, e.before, e.after) for e in db.session.scalars(rows)]


def found(services, **filters) -> list[str]:
    page = services.finding.find(BookFilters.model_validate(filters), 1, 10).books
    return [book.title for book in page]


def test_a_new_book_has_its_people_and_place_and_copies(services, anna):
    novels = make.save(make.category("novels"))
    press, row = make.save(make.publisher()), make.save(make.series())
    writer, translator = make.save(make.author("A")), make.save(make.author("B"))
    book = services.book_editing.add(
        values(
            publisher_id=press.id,
            series_id=row.id,
            category_ids=[novels.id],
            contributors=[(translator.id, TRANSLATOR), (writer.id, AUTHOR)],
            num_in_stock=3,
        ),
        anna,
    )
    assert [(c.contributor.name, c.role) for c in book.contributors] == [
        ("B", TRANSLATOR),
        ("A", AUTHOR),
    ]
    assert (book.publisher.id, book.series.id, book.categories) == (press.id, row.id, [novels])
    assert (book.stock.num_available, book.price) == (3, Decimal("500.00"))
    assert (book.slug, book.sku) == ("the-sea", book.isbn)
    [(entity, action, before, after)] = entries()
    assert (entity, action, before) == ("book", "create", {})
    assert after["contributors"] == [
        {"id": translator.id, "role": "translator"},
        {"id": writer.id, "role": "author"},
    ]
    assert (after["list_price"], after["num_in_stock"]) == ("500.00", 3)


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"publisher_id": 7}, "publisher_id"),
        ({"series_id": 7}, "series_id"),
        ({"category_ids": [7]}, "category_ids"),
        ({"contributors": [(7, AUTHOR)]}, "contributors"),
        ({"isbn": None, "sku": None}, "sku"),
    ],
)
def test_a_book_that_hangs_on_nothing_known_is_refused(services, anna, others, field):
    with pytest.raises(Conflict) as refusal:
        services.book_editing.add(values(**others), anna)
    assert [problem.field for problem in refusal.value.errors] == [field]
    assert (stored(Book), stored(AuditEntry)) == (0, 0)


@pytest.mark.parametrize("field", ["isbn", "sku"])
def test_a_second_book_with_the_same_key_is_a_conflict_that_names_it(services, anna, field):
    known = make.save(make.book())
    with pytest.raises(Conflict) as refusal:
        services.book_editing.add(values(**{"sku": "X", field: getattr(known, field)}), anna)
    assert [problem.field for problem in refusal.value.errors] == [field]


def test_only_what_is_given_is_changed_and_only_that_is_noted(services, anna):
    book = make.save(make.book(title="Old", subtitle="Stays"))
    changed = services.book_editing.amend(book.id, 1, {"title": "New", "pages": 320}, anna)
    assert (changed.title, changed.subtitle, changed.slug) == ("New", "Stays", "new")
    assert entries() == [("book", "change", {"title": "Old"}, {"title": "New"})]


def test_people_who_stay_keep_their_part_and_take_their_new_place(services, anna):
    one, two, three = (make.save(make.author(name)) for name in "ABC")
    book = make.save(make.book(authors=[one, two]))
    credits = [(three.id, AUTHOR), (two.id, AUTHOR), (two.id, TRANSLATOR)]
    changed = services.book_editing.amend(book.id, 1, {"contributors": credits}, anna)
    assert [(c.contributor.name, c.role) for c in changed.contributors] == [
        ("C", AUTHOR),
        ("B", AUTHOR),
        ("B", TRANSLATOR),
    ]
    assert changed.version == 2


def test_a_change_that_changes_nothing_leaves_no_trail_and_the_version(services, anna):
    book = make.save(make.book(title="Same"))
    same = services.book_editing.amend(book.id, 1, {"title": "Same"}, anna)
    assert (same.version, stored(AuditEntry)) == (1, 0)


@pytest.mark.parametrize("what", ["title", "contributors", "category_ids"])
def test_of_several_who_change_a_book_at_once_one_wins(app, services, anna, what):
    book = make.save(make.book(authors=[]))
    people = [make.save(make.author(str(n))).id for n in range(6)]
    places = [make.save(make.category()).id for n in range(6)]

    def change(n):
        value = {
            "title": f"Title {n}",
            "contributors": [(people[n], AUTHOR)],
            "category_ids": [places[n]],
        }[what]
        return services.book_editing.amend(book.id, 1, {what: value}, anna).version

    outcomes = at_once(app, 6, change)
    assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False] + [True] * 5
    assert stored(AuditEntry) == 1


def test_a_book_is_found_by_what_it_says_now(services, anna):
    assert found(services, q="lighthouse") == []
    writer = make.save(make.author("Virginia Woolf"))
    book = services.book_editing.add(values(contributors=[(writer.id, AUTHOR)]), anna)
    assert found(services, q="woolf") == ["The Sea"]
    services.book_editing.amend(book.id, book.version, {"title": "To the Lighthouse"}, anna)
    assert found(services, q="lighthouse") == ["To the Lighthouse"]
    services.book_editing.amend(book.id, 2, {"contributors": [], "language": "fr"}, anna)
    assert found(services, q="woolf") == []
    assert found(services, language__in="fr") == ["To the Lighthouse"]
    services.book_editing.remove(book.id, 3, anna)
    assert found(services, q="lighthouse") == []
    assert found(services) == []


def test_a_book_that_is_promised_to_an_order_stays(services, anna):
    book = make.save(make.book())
    order = make.order(services, book)
    with pytest.raises(Conflict) as refusal:
        services.book_editing.remove(book.id, 1, anna)
    assert [problem.field for problem in refusal.value.errors] == ["orders"]
    services.orders.cancel(order.number, make.save(make.staff()), "")
    services.book_editing.remove(book.id, 1, anna)
    [line] = services.orders.by_number(order.number).lines
    assert (line.book_id, line.title, line.isbn) == (None, book.title, book.isbn)


def test_a_book_in_the_window_stays(services, anna):
    book = make.save(make.book())
    shelf = make.save(make.shelf(book))
    with pytest.raises(Conflict) as refusal:
        services.book_editing.remove(book.id, 1, anna)
    assert [problem.field for problem in refusal.value.errors] == ["shelves"]
    assert shelf.name in str(refusal.value.detail)


def test_a_removed_book_leaves_what_it_was_in_the_trail(services, anna):
    book = make.save(make.book(title="Gone"))
    with pytest.raises(Stale):
        services.book_editing.remove(book.id, 2, anna)
    services.book_editing.remove(book.id, 1, anna)
    [(_, action, before, after)] = entries()
    assert (action, before["title"], after) == ("delete", "Gone", {})
    with pytest.raises(NotFound):
        services.book_editing.remove(book.id, 1, anna)


def test_an_order_that_comes_between_keeps_the_book(app, services, anna, rival):
    book = make.save(make.book())
    rival.execute("UPDATE stock_records SET num_allocated = 1")
    with meanwhile(app, lambda: services.book_editing.remove(book.id, 1, anna)) as outcome:
        until_blocked(rival)
        rival.commit()
        assert isinstance(outcome(), Conflict)
    assert stored(Book) == 1
