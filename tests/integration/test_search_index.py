"""What search looks into follows every change, in the statement after it, whoever makes it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text

from shop.extensions import db
from shop.models import BookContributor, BookDocument, ContributorRole
from shop.repositories.search import SearchRepository
from shop.repositories.search.loads import indexed_once
from tests import factories as make
from tests.rivals import meanwhile, until_blocked


@pytest.fixture
def finds(services):
    """How many books a text finds, in the transaction that is open."""
    search = SearchRepository(db.session)

    def count(q: str) -> int:
        db.session.flush()
        return int(search.find(q).ids.size)

    return count


@pytest.fixture
def book(services):
    return make.save(
        make.book(
            title="Persuasion",
            authors=[make.author("Jane Austen")],
            publisher=make.publisher("Quill"),
            series=make.series("Evenings"),
        )
    )


def test_a_book_is_found_before_it_is_committed(finds):
    db.session.add(make.book(title="Uncommitted"))
    assert finds("uncommitted") == 1
    db.session.rollback()
    assert finds("uncommitted") == 0


def test_a_new_title_is_found_and_the_old_one_is_not(finds, book):
    book.title = "Sanditon"
    assert (finds("sanditon"), finds("persuasion")) == (1, 0)


def test_renamed_authors_publishers_and_series_are_found_at_their_books(finds, book):
    book.contributors[0].contributor.name = "Maria Edgeworth"
    book.publisher.name = "Goose"
    book.series.name = "Mornings"
    assert [finds(q) for q in ("edgeworth", "goose", "mornings")] == [1, 1, 1]
    assert [finds(q) for q in ("austen", "quill", "evenings")] == [0, 0, 0]


def test_people_who_come_and_go_change_what_is_found(finds, book):
    person = make.author("Constance Garnett")
    book.contributors.append(
        BookContributor(contributor=person, role=ContributorRole.TRANSLATOR, position=1)
    )
    assert finds("garnett") == 1
    book.contributors.pop()
    assert finds("garnett") == 0


def test_a_book_that_changes_publisher_and_series_is_found_by_the_new_ones(finds, book):
    book.publisher, book.series = make.publisher("Goose"), None
    assert [finds(q) for q in ("goose", "quill", "evenings")] == [1, 0, 0]


def test_a_deleted_book_is_found_no_more(finds, book):
    db.session.delete(book)
    assert finds("persuasion") == 0


def test_plain_sql_is_followed_as_well(finds, book):
    db.session.execute(text("UPDATE books SET description = 'A second chance'"))
    assert finds("chance") == 1
    db.session.execute(text("DELETE FROM books"))
    assert finds("chance") == 0


def test_a_price_leaves_the_document_alone(finds, book):
    was = db.session.scalar(text("SELECT ctid::text FROM book_documents"))
    db.session.execute(text("UPDATE books SET list_price = list_price + 1"))
    assert db.session.scalar(text("SELECT ctid::text FROM book_documents")) == was


def test_a_load_may_index_its_books_itself(finds, book):
    db.session.execute(text("SET LOCAL shop.index_later = 'on'"))
    later = make.book(title="Sanditon")
    db.session.add(later)
    assert finds("sanditon") == 0
    db.session.execute(select(func.index_books([later.id])))
    assert finds("sanditon") == 1


def test_a_load_indexes_its_books_at_its_end_and_the_triggers_go_on(finds, book):
    with indexed_once(db.session) as searched:
        book.title = "Sanditon"
        other = make.book(title="Emma")
        db.session.add(other)
        assert (finds("sanditon"), finds("emma"), finds("persuasion")) == (0, 0, 1)
        searched |= {book.id, other.id}
    assert (finds("sanditon"), finds("emma"), finds("persuasion")) == (1, 1, 0)
    book.title = "Lady Susan"
    assert (finds("sanditon"), finds("susan")) == (0, 1)


def test_a_rename_and_a_new_book_at_the_same_moment_are_both_found(app, finds, book, rival):
    """Neither sees what the other has not committed: who comes second waits."""
    austen = book.contributors[0].contributor.id
    db.session.rollback()
    rival.execute("UPDATE contributors SET name = 'Maria Edgeworth' WHERE id = %s", [austen])

    def publish() -> None:
        added = make.save(make.book(title="Belinda"))
        db.session.add(
            BookContributor(
                book_id=added.id, contributor_id=austen, role=ContributorRole.AUTHOR, position=9
            )
        )
        db.session.commit()

    with meanwhile(app, publish) as published:
        until_blocked(rival)
        rival.commit()
        published()
    assert finds("edgeworth belinda") == 1


def test_every_book_has_a_document_even_one_without_words(services):
    make.save(make.book(title="...", authors=[]), make.book(title="!", authors=[]))
    assert db.session.scalar(select(func.count(BookDocument.book_id))) == 2


@pytest.mark.parametrize(
    ("title", "sought"),
    [
        ("O'Brien's \\ end", "O'Brien's \\ end"),
        ("x" * 500, "x" * 500),
        ("字" * 500, "字" * 500),
        ("a" * 499, "a" * 499),
        # Without a word in it, there is the author's name to find it by.
        ("'", "austen"),
        ("\t\n", "austen"),
    ],
)
def test_any_title_can_be_kept_and_its_book_is_found(finds, title, sought):
    make.save(make.book(title=title, description=title * 50, authors=[make.author("Jane Austen")]))
    assert finds(sought) == 1


@pytest.mark.parametrize(
    "spellings",
    [
        "достоевский dostoevsky dostoyevsky dostoevskij dostojewski dostoievski dostoyevskiy",
        "толстой tolstoy tolstoi tolstoj",
        "чехов chekhov tchekhov chehov",
        "тургенев turgenev turgenieff tourgueneff",
        "пушкин pushkin poushkin",
        "щедрин shchedrin schedrin",
        "чайковский tchaikovsky chaikovsky chaykovskiy",
        "евгений evgeny yevgeny evgenii jewgeni",
        "федор fyodor fedor",
        "диккенс dickens dikkens",
        "гюго hugo gugo",
        "преступление prestuplenie prestupleniye",
        "война voina voyna vojna",
    ],
)
def test_one_sound_has_many_spellings(services, spellings):
    sounds = db.session.scalars(
        text("SELECT sound_of(word) FROM unnest(CAST(:words AS text[])) AS word"),
        {"words": spellings.split()},
    )
    assert len(set(sounds)) == 1


def test_words_are_counted_anew_now_and_then(services):
    make.save(*(make.book(title=f"Emma {number}") for number in range(3)))
    make.save(make.book(title="Emma again"))
    db.session.execute(select(func.recount_words()))
    [counts] = db.session.execute(text("SELECT books, names FROM search_words WHERE word = 'jane'"))
    assert tuple(counts) == (4, 4)
    assert db.session.scalar(text("SELECT books FROM search_words WHERE word = 'emma'")) == 4
    db.session.execute(text("UPDATE books SET title = 'Evelina'"))
    db.session.execute(select(func.recount_words()))
    assert db.session.scalar(text("SELECT books FROM search_words WHERE word = 'emma'")) == 0
