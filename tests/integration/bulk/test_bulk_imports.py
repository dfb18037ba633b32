"""Files whose rows are planned, applied and taken back as a bulk edit."""

import re
from datetime import timedelta

import pytest
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, text, update

from shop.errors import Conflict, FieldError, Invalid
from shop.extensions import db
from shop.models import (
    AuditEntry,
    Book,
    BulkEdit,
    BulkState,
    Contributor,
    NameKind,
    Publisher,
    Series,
)
from shop.models.columns import utcnow
from shop.repositories.bulk_edits import Shown
from shop.services.base import Turn
from shop.services.book_import import SourceRow
from tests import factories
from tests.integration.imports.conftest import FULL, NEW, OTHER_ISBN


def rows(*cells):
    return [SourceRow(line, each) for line, each in enumerate(cells, 2)]


@pytest.fixture
def importing(services, bulk):
    def begin(*cells, **options):
        edit = services.bulk_edits.begin_import(
            rows(*cells), "books.csv", bulk.by, locale="en", **options
        )
        return bulk.worked(edit)

    return begin


def told(services, edit, shown="changes"):
    page = services.bulk_edits.rows(edit.id, Shown(shown), 1, 50)
    return {row.number: (str(row.state), row.reason) for row in page.items}


def books():
    db.session.rollback()
    return db.session.scalar(select(func.count(Book.id)))


def test_a_file_is_looked_at_first_then_applied_then_taken_back(services, bulk, importing):
    edit = importing(FULL, {**NEW, "isbn": OTHER_ISBN, "sku": "B"}, create_categories=True)
    assert (edit.state, edit.counts) == (BulkState.PLANNED, {"planned": 2})
    assert books() == 0
    edit = bulk.applied(edit)
    assert (edit.counts, books()) == ({"applied": 2}, 2)
    entries = bulk.trail(edit)
    assert [(each.action, each.actor_id) for each in entries] == [("create", bulk.by.id)] * 2
    edit = bulk.reverted(edit)
    assert (edit.counts, books()) == ({"reverted": 2}, 0)
    assert [each.undoes_id for each in bulk.trail(edit)[2:]] == [each.id for each in entries]


def test_what_a_row_changes_goes_back_column_by_column(services, bulk, importing):
    first = importing(FULL, create_categories=True)
    bulk.applied(first)
    book = db.session.scalars(select(Book)).one()
    before = services.bulk_edits.tools.bulk_books.whole_facts([book.id])
    edit = importing(
        {
            **FULL,
            "title": "Peace",
            "authors": "Somebody Else",
            "publisher": "Another",
            "series": "-",
            "categories": "drama",
            "num_in_stock": "9",
            "released_on": "-",
            "list_price": "1.50",
        }
    )
    edit = bulk.applied(edit)
    after = services.bulk_edits.tools.bulk_books.whole_facts([book.id])
    assert after[book.id]["title"] == "Peace"
    edit = bulk.reverted(edit)
    assert edit.counts == {"reverted": 1}
    assert services.bulk_edits.tools.bulk_books.whole_facts([book.id]) == before


def test_rows_with_mistakes_are_told_and_the_others_go_in(services, bulk, importing):
    edit = importing(
        NEW,
        {**NEW, "isbn": OTHER_ISBN, "sku": "B", "list_price": "cheap"},
        {**NEW, "sku": "C"},
        {"title": "No key"},
    )
    left = told(services, edit, "left_out")
    assert {number: state for number, (state, _) in left.items()} == dict.fromkeys(
        (3, 4, 5), "impossible"
    )
    assert left[3][1].startswith("list_price: ")
    assert "Line 2 is about this book already" in left[4][1]
    bulk.applied(edit)
    assert books() == 1


def test_a_book_that_changed_after_the_preview_is_left(services, bulk, importing):
    bulk.applied(importing(NEW))
    book = db.session.scalars(select(Book)).one()
    edit = importing({"sku": "A-1", "title": "Peace"}, {**NEW, "isbn": OTHER_ISBN, "sku": "B"})
    services.book_editing.amend(book.id, None, {"title": "War"}, bulk.by)
    edit = bulk.applied(edit)
    assert edit.counts == {"applied": 1, "skipped": 1}
    assert told(services, edit, "left_out") == {2: ("skipped", "changed")}


def test_a_new_book_that_is_in_use_stays(services, bulk, importing):
    edit = bulk.applied(importing({**NEW, "num_in_stock": "5"}, {**NEW, "isbn": "", "sku": "B"}))
    book = db.session.scalars(select(Book).where(Book.sku == "A-1")).one()
    factories.order(services, services.catalogue.get(book.id))
    edit = bulk.reverted(edit)
    assert edit.counts == {"refused": 1, "reverted": 1}
    assert told(services, edit, "left_out") == {2: ("refused", "in_use")}


def test_a_new_book_that_another_one_was_merged_into_stays(services, bulk, importing):
    edit = bulk.applied(importing(NEW, {**NEW, "isbn": "", "sku": "B"}))
    kept = db.session.scalars(select(Book).where(Book.sku == "A-1")).one()
    gone = factories.save(factories.book(stock=0))
    seen = {kept.id: kept.version, gone.id: gone.version}
    services.book_merging.merge(kept.id, gone.id, seen, [], bulk.by)
    edit = bulk.reverted(edit)
    assert told(services, edit, "left_out") == {2: ("refused", "in_use")}
    assert services.catalogue.get(kept.id)


def test_what_hung_on_somebody_who_is_gone_does_not_go_back(services, bulk, importing):
    bulk.applied(importing({**NEW, "authors": "Leo Tolstoy"}, {**NEW, "isbn": "", "sku": "B"}))
    edit = importing(
        {"sku": "A-1", "authors": "Somebody Else"}, {"sku": "B", "title": "Resurrection"}
    )
    edit = bulk.applied(edit)
    person = db.session.scalars(select(Contributor).where(Contributor.name == "Leo Tolstoy")).one()
    services.contributors.remove(person.id, None, bulk.by)
    edit = bulk.reverted(edit)
    assert edit.counts == {"refused": 1, "reverted": 1}
    assert told(services, edit, "left_out") == {2: ("refused", "needed_is_gone")}


def test_later_turns_know_what_earlier_ones_have_read(services, bulk, importing, monkeypatch):
    monkeypatch.setattr("shop.services.bulk_edits.service.BATCH", 2)
    monkeypatch.setattr("shop.services.bulk_edits.service.AT_ONCE", 0)
    cells = [{**NEW, "isbn": "", "sku": sku} for sku in ("A", "B", "C", "A")]
    edit = services.bulk_edits.begin_import(rows(*cells), "a.csv", bulk.by, locale="en")

    class OneBatch(Turn):
        """Over after each batch."""

        asked = 0

        @property
        def is_over(self):
            self.asked += 1
            return self.asked > 1

    while services.bulk_edits.get(edit.id).is_under_way:
        services.bulk_edits.work(OneBatch())
    edit = services.bulk_edits.get(edit.id)
    assert edit.counts == {"planned": 3, "impossible": 1}
    assert "Line 2" in told(services, edit, "left_out")[5][1]


def test_a_row_that_the_database_refuses_holds_no_other_up(bulk, importing):
    edit = importing(NEW, {**NEW, "isbn": "", "sku": "B", "title": "Not this"})
    # A rule that only the database knows.
    db.session.execute(text("ALTER TABLE books ADD CONSTRAINT a_rule CHECK (title <> 'Not this')"))
    db.session.commit()
    try:
        edit = bulk.applied(edit)
    finally:
        db.session.rollback()
        db.session.execute(text("ALTER TABLE books DROP CONSTRAINT a_rule"))
        db.session.commit()
    assert edit.counts == {"applied": 1, "skipped": 1}


def test_a_file_without_books_is_refused(importing):
    with pytest.raises(Invalid):
        importing()


def test_a_cell_that_the_database_cannot_hold_is_wrong_in_its_row_alone(services, importing):
    edit = importing(NEW, {**NEW, "isbn": OTHER_ISBN, "sku": "B", "description": "a\0b"})
    assert edit.counts == {"planned": 1, "impossible": 1}
    assert told(services, edit, "left_out")[3][1].startswith("description: ")


TAKEN = FieldError("sku", _l("This value is refused or taken already."), "taken")


@pytest.mark.parametrize("refusal", [Conflict(errors=(TAKEN,)), Invalid()])
def test_what_is_wrong_when_rows_go_in_is_told_in_the_language_of_whoever_gave_the_file(
    services, bulk, monkeypatch, refusal
):
    cells = [{**NEW, "isbn": ""}, {**NEW, "isbn": "", "sku": "B"}]
    edit = services.bulk_edits.begin_import(rows(*cells), "a.csv", bulk.by, locale="ru")
    edit = bulk.worked(edit)
    # Somebody is at the rows behind the pages.
    db.session.execute(text("UPDATE bulk_rows SET given = given - 'sku' WHERE number = 2"))
    db.session.commit()

    def refuse(*_):
        raise refusal

    monkeypatch.setattr("shop.services.book_import.writing.Writer.write", refuse)
    edit = bulk.applied(edit)
    left = told(services, edit, "left_out")
    assert {state for state, _ in left.values()} == {"skipped"}
    for _, reason in left.values():
        assert re.search("[а-я]", reason)


def test_a_plan_that_waited_for_long_can_still_be_applied(services, bulk, importing):
    edit = importing(NEW)
    db.session.execute(update(BulkEdit).values(made_at=utcnow() - timedelta(days=40)))
    db.session.commit()
    assert services.bulk_edits.forget_old() == 0
    bulk.applied(services.bulk_edits.get(edit.id))
    assert books() == 1
    assert services.bulk_edits.forget_old() == 1


NAMES = {"authors": "Leo Tolstoy", "publisher": "Oxford", "series": "Classics"}


def names():
    db.session.rollback()
    kinds = (Contributor, Publisher, Series)
    return {name for kind in kinds for name in db.session.scalars(select(kind.name))}


def test_names_that_an_import_made_go_with_it(services, bulk, importing):
    factories.save(factories.author("Louise Maude"), factories.publisher("Another"))
    edit = bulk.applied(importing({**NEW, **NAMES, "translators": "Louise Maude"}))
    assert names() == {"Louise Maude", "Another", *NAMES.values()}
    bulk.reverted(edit)
    assert names() == {"Louise Maude", "Another"}
    told = select(AuditEntry).where(AuditEntry.entity == "contributor").order_by(AuditEntry.id)
    made, gone = db.session.scalars(told)
    assert (gone.action, gone.actor_id, gone.before) == ("delete", bulk.by.id, made.after)
    assert gone.undoes_id == made.id
    services.trail.take_back(gone.id, bulk.by)
    assert "Leo Tolstoy" in names()


def test_names_stay_that_somebody_uses_changed_or_merged_into(services, bulk, importing):
    edit = bulk.applied(importing({**NEW, **NAMES, "editors": "Changed; Kept; Unused"}))
    by_name = {each.name: each for each in db.session.scalars(select(Contributor))}
    publisher = db.session.scalars(select(Publisher)).one()
    tolstoy = by_name["Leo Tolstoy"]
    factories.save(factories.book(authors=[tolstoy], publisher=publisher))
    services.contributors.amend(by_name["Changed"].id, None, {"name_en": "C"}, bulk.by)
    double = factories.save(factories.author("Double"))
    seen = {each.id: each.version for each in (by_name["Kept"], double)}
    services.merging.merge(NameKind.CONTRIBUTOR, by_name["Kept"].id, double.id, seen, bulk.by)
    edit = bulk.reverted(edit)
    assert edit.counts == {"reverted": 1}
    assert names() == {"Leo Tolstoy", "Oxford", "Changed", "Kept"}


def test_names_stay_with_a_book_that_stays(services, bulk, importing):
    edit = bulk.applied(importing({**NEW, **NAMES}, {**NEW, "isbn": "", "sku": "B"}))
    book = db.session.scalars(select(Book).where(Book.sku == "A-1")).one()
    services.book_editing.amend(book.id, None, {"title": "Peace"}, bulk.by)
    bulk.reverted(edit)
    assert names() == set(NAMES.values())
