"""Doubles that become one: nothing of what hangs on them is lost, and every address leads on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.errors import Conflict, Merged, NotFound, Stale
from shop.extensions import db
from shop.models import (
    AuditEntry,
    Book,
    BookChange,
    BookContributor,
    ContributorRole,
    MergedName,
    NameKind,
    RoleCode,
)
from shop.repositories.book_filters import BookFilters
from tests import factories as make

PERSON = NameKind.CONTRIBUTOR


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


def people(*names):
    return [make.save(make.author(name)) for name in names]


def seen(*entities):
    return {each.id: each.version for each in entities}


def credits(book):
    rows = select(BookContributor).where(BookContributor.book_id == book.id)
    rows = rows.execution_options(populate_existing=True)
    rows = db.session.scalars(rows.order_by(BookContributor.position, BookContributor.role))
    return [(each.contributor_id, each.role.value, each.position) for each in rows]


def found(services, q):
    return [book.title for book in services.finding.find(BookFilters(q=q), 1, 10).books]


def test_books_go_to_the_one_that_is_kept_and_a_title_page_keeps_its_order(services, anna):
    kept, gone, other = people("Leo Tolstoy", "Lev Tolstoi", "Louise Maude")
    alone = make.save(make.book(authors=[other, gone]))
    both = make.save(make.book(authors=[gone, other, kept]))
    role = ContributorRole.TRANSLATOR
    link = BookContributor(book_id=both.id, contributor_id=gone.id, role=role, position=3)
    make.save(link)
    version = alone.version
    assert services.merging.compared(PERSON, kept.id, gone.id).in_both == 1
    services.merging.merge(PERSON, kept.id, gone.id, seen(kept, gone), anna)
    assert credits(alone) == [(other.id, "author", 0), (kept.id, "author", 1)]
    expected = [(kept.id, "author", 0), (other.id, "author", 1), (kept.id, "translator", 3)]
    assert credits(both) == expected
    db.session.expire_all()
    assert db.session.get(Book, alone.id).version == version + 1


def test_the_trail_has_all_that_explains_it(services, anna):
    kept, gone = people("Leo Tolstoy", "Lev Tolstoi")
    book = make.save(make.book(authors=[gone]))
    services.merging.merge(PERSON, kept.id, gone.id, seen(kept, gone), anna)
    entries = {(e.entity, e.entity_id): e for e in db.session.scalars(select(AuditEntry))}
    merge = entries["contributor", kept.id]
    assert (merge.action, merge.actor_id) == ("merge", anna.id)
    assert merge.before["merged"]["name"] == "Lev Tolstoi"
    assert merge.before["credits"] == [{"book_id": book.id, "role": "author", "position": 0}]
    assert entries["contributor", gone.id].after == {"merged_into": kept.id}
    was, now = entries["book", book.id].before, entries["book", book.id].after
    assert was == {"contributors": [{"id": gone.id, "role": "author"}]}
    assert now == {"contributors": [{"id": kept.id, "role": "author"}]}


def test_the_search_and_the_copy_in_memory_follow(services, anna):
    kept, gone = people("Currer Bell", "Charlotte Brontë")
    book = make.save(make.book(title="Jane Eyre", authors=[gone]))
    db.session.execute(BookChange.__table__.delete())
    db.session.commit()
    services.merging.merge(PERSON, kept.id, gone.id, seen(kept, gone), anna)
    assert found(services, "currer") == ["Jane Eyre"]
    assert found(services, "bronte") == []
    assert book.id in set(db.session.scalars(select(BookChange.book_id)))


def merge_entry(kept):
    query = select(AuditEntry).where(AuditEntry.entity_id == kept.id, AuditEntry.action == "merge")
    return db.session.scalars(query).one().id


def test_a_merge_that_is_taken_back_leaves_all_as_it_was(services, anna):
    first, gone, kept, other = people("A", "Lev Tolstoi", "Leo Tolstoy", "Louise Maude")
    alone = make.save(make.book(authors=[other, gone]))
    both = make.save(make.book(authors=[gone, other, kept]))
    services.merging.merge(PERSON, gone.id, first.id, seen(gone, first), anna)
    before = credits(alone), credits(both)
    services.merging.merge(PERSON, kept.id, gone.id, seen(kept, gone), anna)
    entry = merge_entry(kept)
    back = services.merging.take_apart(PERSON, kept.id, entry, anna)
    assert (back.id, back.name, back.slug) == (gone.id, "Lev Tolstoi", gone.slug)
    assert (credits(alone), credits(both)) == before
    led = {row.old_id: row.new_id for row in db.session.scalars(select(MergedName))}
    assert led == {first.id: gone.id}
    with pytest.raises(Conflict):
        services.merging.take_apart(PERSON, kept.id, entry, anna)


@pytest.mark.parametrize("kind", ["publisher", "series"])
def test_houses_are_taken_apart_unless_a_book_went_on(services, anna, kind):
    of = {"publisher": make.publisher, "series": make.series}[kind]
    kept, gone = make.save(of("Hogarth")), make.save(of("Hogart"))
    book, other = (make.save(make.book(**{kind: gone})) for _ in range(2))
    services.merging.merge(NameKind(kind), kept.id, gone.id, seen(kept, gone), anna)
    services.book_editing.amend(other.id, None, {f"{kind}_id": None}, anna)
    with pytest.raises(Conflict):
        services.merging.take_apart(NameKind(kind), kept.id, merge_entry(kept), anna)
    services.book_editing.amend(other.id, None, {f"{kind}_id": kept.id}, anna)
    services.merging.take_apart(NameKind(kind), kept.id, merge_entry(kept), anna)
    held = services.catalogue.get(book.id), services.catalogue.get(other.id)
    assert {getattr(each, f"{kind}_id") for each in held} == {gone.id}


def test_a_chain_of_doubles_leads_to_its_end(services, anna):
    first, second, third = people("A", "B", "C")
    services.merging.merge(PERSON, second.id, first.id, seen(first, second), anna)
    services.merging.merge(PERSON, third.id, second.id, seen(second, third), anna)
    led = {row.old_id: row.new_id for row in db.session.scalars(select(MergedName))}
    assert led == {first.id: third.id, second.id: third.id}
    with pytest.raises(Merged) as merged:
        services.contributors.get(first.id)
    assert merged.value.into == third.id
    services.contributors.remove(third.id, None, anna)
    with pytest.raises(NotFound) as gone:
        services.contributors.get(first.id)
    assert not isinstance(gone.value, Merged)


def test_what_led_to_one_that_was_deleted_leads_there_once_it_is_back(services, anna):
    gone, kept = people("A", "B")
    services.merging.merge(PERSON, kept.id, gone.id, seen(gone, kept), anna)
    key = kept.id
    services.contributors.remove(key, None, anna)
    deleted = select(AuditEntry.id).where(AuditEntry.action == "delete")
    entry = db.session.scalars(deleted).one()
    with pytest.raises(NotFound):
        services.contributors.get(gone.id)
    services.trail.take_back(entry, anna)
    with pytest.raises(Merged) as merged:
        services.contributors.get(gone.id)
    assert merged.value.into == key


@pytest.mark.parametrize(
    ("kind", "column"), [(NameKind.PUBLISHER, "publisher"), (NameKind.SERIES, "series")]
)
def test_houses_are_merged_too(services, anna, kind, column):
    of = {"publisher": make.publisher, "series": make.series}[column]
    kept, gone = make.save(of("Hogarth Press")), make.save(of("Press, Hogarth"))
    book = make.save(make.book(**{column: gone}))
    [group] = services.merging.groups(kind, 1, 10)
    assert {each.id for each in group} == {kept.id, gone.id}
    services.merging.merge(kind, kept.id, gone.id, seen(kept, gone), anna)
    db.session.expire_all()
    assert getattr(db.session.get(Book, book.id), f"{column}_id") == kept.id
    assert services.merging.groups(kind, 1, 10).items == []


def test_nobody_merges_what_they_have_not_seen(services, anna):
    kept, gone = people("Leo Tolstoy", "Lev Tolstoi")
    before = seen(kept, gone)
    services.contributors.amend(gone.id, None, {"name": "Somebody else"}, anna)
    with pytest.raises(Stale):
        services.merging.merge(PERSON, kept.id, gone.id, before, anna)
    with pytest.raises(Conflict):
        services.merging.merge(PERSON, kept.id, kept.id, before, anna)
    assert services.contributors.get(gone.id).name == "Somebody else"


def test_what_sounds_alike_is_offered_whichever_the_letters_and_the_order(services):
    tolstoy, _, _, _ = people("Лев Толстой", "Tolstoi, Lev", "Lew Tolstoy", "Jane Austen")
    names = {each.name for each in services.merging.similar(PERSON, tolstoy.id)}
    assert names == {"Tolstoi, Lev", "Lew Tolstoy"}
    [group] = services.merging.groups(PERSON, 1, 10)
    assert {each.name for each in group} == names | {"Лев Толстой"}


def test_a_name_with_a_slip_in_it_is_offered(services):
    [right, _, _] = people("Fyodor Dostoevsky", "Fyodor Dostoevskyj jr", "Jane Austen")
    assert [e.name for e in services.merging.similar(PERSON, right.id)] == ["Fyodor Dostoevskyj jr"]
