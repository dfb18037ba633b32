"""Bulk edits: chosen, planned, applied and taken back, row by row."""

from decimal import Decimal

import pytest
from sqlalchemy import event, select

from shop.errors import IllegalMove, Invalid, Stale
from shop.extensions import db
from shop.models import Book, BookStatus, BulkState
from shop.models.catalogue import book_categories
from shop.services.base import Turn
from tests import factories
from tests.integration.bulk.conftest import Bulk

CHEAPER = {"price": {"how": "percent", "value": "-10"}}


def prices() -> list[str]:
    db.session.expire_all()
    return [str(each) for each in db.session.scalars(select(Book.list_price).order_by(Book.id))]


def counts(edit):
    return {name: number for name, number in edit.counts.items() if name != "warned"}


def test_a_price_campaign_is_planned_applied_and_taken_back(bulk):
    factories.save(*(factories.book(list_price=Decimal(price)) for price in (500, 999, 1)))
    edit = bulk.plan(**CHEAPER)
    assert (edit.state, counts(edit)) == (BulkState.PLANNED, {"planned": 2, "impossible": 1})
    assert prices() == ["500.00", "999.00", "1.00"]

    edit = bulk.applied(edit)
    assert (edit.state, counts(edit)) == (BulkState.APPLIED, {"applied": 2, "impossible": 1})
    assert prices() == ["450.00", "899.10", "1.00"]

    edit = bulk.reverted(edit)
    assert (edit.state, counts(edit)) == (BulkState.REVERTED, {"reverted": 2, "impossible": 1})
    assert prices() == ["500.00", "999.00", "1.00"]


def test_each_row_leaves_an_entry_and_its_return_another_that_undoes_it(bulk):
    book = factories.save(factories.book())
    edit = bulk.reverted(bulk.applied(bulk.plan(**CHEAPER)))
    there, back = bulk.trail(edit)
    assert (there.entity, there.entity_id, there.actor_id) == ("book", book.id, bulk.by.id)
    assert (there.before, there.after) == ({"list_price": "500.00"}, {"list_price": "450.00"})
    assert (back.before, back.after) == (there.after, there.before)
    assert back.undoes_id == there.id


def test_only_the_chosen_books_are_changed(bulk):
    first, second = factories.book(), factories.book()
    factories.save(first, second)
    edit = bulk.applied(bulk.plan({"id__in": str(second.id)}, status="withdrawn"))
    db.session.expire_all()
    assert (first.status, second.status) == (BookStatus.ON_SALE, BookStatus.WITHDRAWN)
    assert edit.total == 1


def test_who_matches_later_is_not_in_it(bulk):
    factories.save(factories.book())
    edit = bulk.plan(**CHEAPER)
    factories.save(factories.book())
    bulk.applied(edit)
    assert prices() == ["450.00", "500.00"]


def test_a_book_that_was_changed_after_the_preview_stays_and_says_what_was(services, bulk):
    first, second, gone = (factories.save(factories.book()) for _ in range(3))
    edit = bulk.plan(**CHEAPER, discount_percent=5)
    services.catalogue.reprice(second.id, second.version, Decimal(700), 0, bulk.by)
    services.book_editing.remove(gone.id, None, bulk.by)
    edit = bulk.applied(edit)
    assert bulk.rows(edit) == {
        first.id: ("applied", ""),
        second.id: ("skipped", "changed:list_price"),
        gone.id: ("skipped", "gone"),
    }
    assert prices() == ["450.00", "700.00"]


def test_what_was_changed_since_is_not_taken_back(services, bulk):
    first, second = (factories.save(factories.book()) for _ in range(2))
    edit = bulk.applied(bulk.plan(**CHEAPER))
    fresh = services.catalogue.get(second.id)
    services.catalogue.reprice(second.id, fresh.version, Decimal(700), 0, bulk.by)
    edit = bulk.reverted(edit)
    assert bulk.rows(edit) == {
        first.id: ("reverted", ""),
        second.id: ("refused", "changed:list_price"),
    }
    assert prices() == ["500.00", "700.00"]


def test_what_was_refused_goes_back_once_it_is_as_it_was(services, bulk):
    book = factories.save(factories.book())
    edit = bulk.applied(bulk.plan(**CHEAPER))
    for price in (700, 450):
        fresh = services.catalogue.get(book.id)
        services.catalogue.reprice(book.id, fresh.version, Decimal(price), 0, bulk.by)
        edit = bulk.reverted(edit)
    assert prices() == ["500.00"]
    assert counts(edit) == {"reverted": 1}


def test_another_field_changed_since_is_kept_and_the_edited_one_goes_back(services, bulk):
    book = factories.save(factories.book(title="War and Piece"))
    edit = bulk.applied(bulk.plan(**CHEAPER))
    services.book_editing.amend(book.id, None, {"title": "War and Peace"}, bulk.by)
    bulk.reverted(edit)
    db.session.expire_all()
    assert (book.title, str(book.list_price)) == ("War and Peace", "500.00")


def test_stock_is_not_counted_below_what_orders_were_promised(services, bulk):
    book = factories.save(factories.book(stock=5))
    edit = bulk.plan(stock={"how": "set", "copies": 1})
    factories.order(services, book, quantity=3)
    assert bulk.rows(bulk.applied(edit)) == {book.id: ("skipped", "promised")}


def test_copies_that_were_ordered_meanwhile_are_safe_when_stock_goes_back(services, bulk):
    book = factories.save(factories.book(stock=1))
    edit = bulk.applied(bulk.plan(stock={"how": "add", "copies": 9}))
    factories.order(services, book, quantity=3)
    assert bulk.rows(bulk.reverted(edit)) == {book.id: ("refused", "promised")}


def test_categories_go_and_come_back(bulk):
    old, new = factories.save(factories.category("old")), factories.save(factories.category("new"))
    book = factories.save(factories.book(categories=[old]))
    seen = book.version
    edit = bulk.applied(bulk.plan(add_categories=[new.id], remove_categories=[old.id]))
    db.session.expire_all()
    assert book.version > seen
    assert filed(book) == {new.id}
    bulk.reverted(edit)
    assert filed(book) == {old.id}


def test_a_category_that_is_gone_holds_nothing_up(services, bulk):
    old, new = factories.save(factories.category("old")), factories.save(factories.category("new"))
    book = factories.save(factories.book(categories=[old]))
    edit = bulk.applied(bulk.plan(add_categories=[new.id], remove_categories=[old.id]))
    services.categories.remove(old.id, None, bulk.by)
    assert bulk.rows(bulk.reverted(edit)) == {book.id: ("refused", "category_gone")}


def filed(book: Book) -> set[int]:
    link = book_categories.c
    return set(db.session.scalars(select(link.category_id).where(link.book_id == book.id)))


@pytest.mark.parametrize(
    ("selection", "rule", "field"),
    [
        ({}, {}, ""),
        ({"title__eq": "nothing"}, CHEAPER, "selection"),
        ({}, {"add_categories": [99]}, "add_categories"),
        ({"colour__eq": "red"}, CHEAPER, "colour__eq"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_kept(bulk, selection, rule, field):
    factories.save(factories.book())
    with pytest.raises(Invalid) as refusal:
        bulk.plan(selection, **rule)
    assert [error.field for error in refusal.value.errors] == [field]
    assert bulk.edits.latest(1, 10).total == 0


def test_a_plan_is_applied_once_and_only_as_it_was_seen(bulk):
    factories.save(factories.book())
    edit = bulk.plan(**CHEAPER)
    seen = edit.version
    with pytest.raises(Stale):
        bulk.edits.apply(edit.id, seen - 1, bulk.by)
    applied = bulk.applied(edit)
    with pytest.raises(Stale):
        bulk.edits.apply(edit.id, seen, bulk.by)
    with pytest.raises(IllegalMove):
        bulk.edits.apply(edit.id, applied.version, bulk.by)


def test_a_plan_that_is_thrown_away_does_nothing(bulk):
    factories.save(factories.book())
    edit = bulk.plan(**CHEAPER)
    gone = bulk.edits.abandon(edit.id, edit.version)
    with pytest.raises(IllegalMove):
        bulk.edits.apply(gone.id, gone.version, bulk.by)
    assert prices() == ["500.00"]


def test_a_job_that_dies_in_the_middle_is_gone_on_with(services, bulk, monkeypatch):
    monkeypatch.setattr("shop.services.bulk_edits.service.BATCH", 2)
    factories.save(*(factories.book() for _ in range(5)))
    edit = bulk.plan(**CHEAPER)
    bulk.edits.apply(edit.id, edit.version, bulk.by)
    commits = []

    def die_at_the_second(session):
        commits.append(session)
        if len(commits) == 2:
            raise KeyboardInterrupt

    event.listen(db.session, "before_commit", die_at_the_second)
    try:
        with pytest.raises(KeyboardInterrupt):
            bulk.edits.work(Turn())
    finally:
        event.remove(db.session, "before_commit", die_at_the_second)
    half = bulk.edits.get(edit.id)
    assert (half.state, half.done, half.to_do) == (BulkState.APPLYING, 2, 5)
    assert prices() == ["450.00"] * 2 + ["500.00"] * 3
    assert bulk.worked(half).state is BulkState.APPLIED
    assert prices() == ["450.00"] * 5
    assert len(bulk.trail(half)) == 5


def test_a_turn_that_is_over_leaves_the_rest_to_the_next(bulk, monkeypatch):
    monkeypatch.setattr("shop.services.bulk_edits.service.BATCH", 2)
    factories.save(*(factories.book() for _ in range(3)))
    edit = bulk.plan(**CHEAPER)
    bulk.edits.apply(edit.id, edit.version, bulk.by)
    assert bulk.edits.work(Turn(0)) == 0
    assert bulk.edits.work(Turn()) == 3


def test_every_book_is_in_it_once_however_it_was_found(bulk: Bulk):
    shelf = factories.save(factories.category("shelf"))
    factories.save(*(factories.book(title="Peace", categories=[shelf]) for _ in range(3)))
    edit = bulk.plan({"q": "peace", "category": "shelf"}, **CHEAPER)
    assert counts(edit) == {"planned": 3}
