"""Bulk edits: chosen, planned, applied and taken back, row by row."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, select, text, update

from shop.errors import IllegalMove, Invalid, Stale
from shop.extensions import db
from shop.models import Book, BookStatus, BulkEdit, BulkState
from shop.models.bulk_edits import MOST_TRIES
from shop.models.catalogue import book_categories
from shop.models.columns import utcnow
from shop.services.base import Turn
from shop.services.book_import import SourceRow
from shop.services.bulk_edits import Rule
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
        # Each batch is begun in one transaction and done in another.
        if len(commits) == 4:
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


def test_a_batch_that_goes_wrong_ends_its_edit_and_lets_others_go_on(services, bulk, monkeypatch):
    monkeypatch.setattr("shop.services.bulk_edits.service.BATCH", 1)
    first, second = (factories.save(factories.book()) for _ in range(2))
    broken = bulk.plan({"id__in": f"{first.id},{second.id}"}, discount_percent=20)
    whole = bulk.plan({"id__eq": str(first.id)}, **CHEAPER)
    for edit in (broken, whole):
        bulk.edits.apply(edit.id, edit.version, bulk.by)
    # A rule that only the database knows.
    rule = f"ALTER TABLE books ADD CONSTRAINT a_rule CHECK (id <> {second.id} OR version < 2)"
    db.session.execute(text(rule))
    db.session.commit()
    try:
        assert bulk.edits.work(Turn()) == 2
    finally:
        db.session.rollback()
        db.session.execute(text("ALTER TABLE books DROP CONSTRAINT a_rule"))
        db.session.commit()
    stopped, done = bulk.edits.get(broken.id), bulk.edits.get(whole.id)
    assert (stopped.state, stopped.trouble) == (BulkState.APPLIED, "mistake")
    assert counts(stopped) == {"applied": 1, "planned": 1}
    assert done.state is BulkState.APPLIED
    # What is left goes on, and what is done goes back.
    assert counts(bulk.applied(stopped)) == {"applied": 2}
    assert bulk.edits.get(broken.id).trouble == ""


def test_an_edit_that_workers_die_of_is_not_begun_for_ever(services, bulk):
    factories.save(factories.book())
    edit = bulk.plan(**CHEAPER)
    bulk.edits.apply(edit.id, edit.version, bulk.by)
    for _ in range(MOST_TRIES):
        # As if the worker had died right after.
        assert bulk.edits._try_one() == edit.id
    assert bulk.edits.work(Turn()) == 0
    assert bulk.edits.get(edit.id).trouble == "deadly"
    assert prices() == ["500.00"]


def test_what_is_under_way_can_be_stopped(bulk, monkeypatch):
    monkeypatch.setattr("shop.services.bulk_edits.service.AT_ONCE", 0)
    factories.save(factories.book())
    planning = bulk.edits.begin(Rule(discount_percent=5), {}, bulk.by)
    assert bulk.edits.stop(planning.id).state is BulkState.ABANDONED
    with pytest.raises(IllegalMove):
        bulk.edits.stop(planning.id)


def test_old_plans_and_cells_are_let_go(services, bulk):
    factories.save(factories.book())
    gone = bulk.plan(**CHEAPER)
    bulk.edits.abandon(gone.id, gone.version)
    kept = bulk.plan(**CHEAPER)
    file = services.bulk_edits.begin_import(
        [SourceRow(2, {"sku": "A", "title": "A"})], "a.csv", bulk.by, locale="en"
    )
    bulk.edits.abandon(file.id, file.version)
    assert bulk.edits.forget_old() == 0
    db.session.execute(update(BulkEdit).values(made_at=utcnow() - timedelta(days=40)))
    db.session.commit()
    assert bulk.edits.forget_old() == 2
    assert bulk.rows(gone) == bulk.rows(file) == {}
    assert len(bulk.rows(kept)) == 1
