"""Staff write whole books: who is new is made with them, and no mistake loses what was typed."""

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, Book, BookStatus, Contributor, MergedName, Publisher, RoleCode
from tests import markup
from tests.visitor import Visitor

NEW = {
    "title": "Война и мир",
    "person": ["Толстой, Лев", "Louise Maude", ""],
    "role": ["author", "translator", "author"],
    "known": ["", "", ""],
    "publisher": "Наука",
    "series": "Памятники",
    "series_number": "7",
    "isbn": "0-306-40615-2",
    "sku": "",
    "language": "RU",
    "format": "hardcover",
    "published_year": "1869",
    "pages": "1350",
    "age_mark": "12",
    "weight_grams": "980",
    "description": "Длинно.",
    "list_price": "1 499,50",
    "discount_percent": "",
    "status": "draft",
    "released_on": "2030-01-31",
    "num_in_stock": "3",
}


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def sent(clerk, path, **typed):
    """The answer to the form with this in it."""
    return clerk.send(path, {"csrf_token": clerk.token(), **NEW, **typed})


def stored(backstage, book_id) -> Book:
    with backstage.services() as services:
        return services.catalogue.get(book_id)


def the_id(answer) -> int:
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[-1])


def test_a_book_is_written_whole_and_who_is_new_comes_with_it(app, clerk, backstage):
    book = stored(backstage, the_id(sent(clerk, "/admin/books/new")))
    assert (book.title, book.isbn, book.sku) == ("Война и мир", "9780306406157", "9780306406157")
    assert [(c.contributor.sort_name, str(c.role)) for c in book.contributors] == [
        ("Толстой, Лев", "author"),
        ("Maude, Louise", "translator"),
    ]
    assert (book.publisher.name, book.series.name, book.series_number) == ("Наука", "Памятники", 7)
    assert (str(book.list_price), book.status) == ("1499.50", BookStatus.DRAFT)
    assert (book.stock.num_in_stock, book.language) == (3, "ru")
    with app.app_context():
        noted = [(e.entity, e.action) for e in db.session.scalars(select(AuditEntry))]
    assert sorted(noted) == [
        ("book", "create"),
        ("contributor", "create"),
        ("contributor", "create"),
        ("publisher", "create"),
        ("series", "create"),
    ]


def test_whom_the_shop_knows_is_found_and_namesakes_are_told_apart(app, clerk, backstage):
    first = the_id(sent(clerk, "/admin/books/new"))
    with app.app_context():
        db.session.add(Contributor(name="Лев Толстой", sort_name="Толстой, Лев", slug="t"))
        db.session.commit()
        namesakes = list(db.session.scalars(select(Contributor.id).filter_by(name="Лев Толстой")))
    found = clerk.get("/admin/books/names/person?person=толст")
    assert found.text.count("Лев Толстой") == 2
    second = the_id(
        sent(
            clerk,
            "/admin/books/new",
            isbn="9785170000012",
            person=[f"Лев Толстой [#{max(namesakes)}]", "Louise Maude"],
        )
    )
    one, other = stored(backstage, first), stored(backstage, second)
    assert one.contributors[0].contributor_id == min(namesakes)
    assert other.contributors[0].contributor_id == max(namesakes)
    assert one.contributors[1].contributor_id == other.contributors[1].contributor_id
    # The form of the second means that one, though only the name is shown.
    assert f'value="{max(namesakes)}:Лев Толстой"' in clerk.get(f"/admin/books/{second}/edit").text
    with app.app_context():
        assert len(list(db.session.scalars(select(Publisher)))) == 1


def test_all_mistakes_are_told_at_once_and_nothing_typed_is_lost(clerk):
    answer = sent(
        clerk,
        "/admin/books/new",
        title="",
        isbn="9780306406158",
        pages="many",
        list_price="0",
        language="xx",
        person=["Толстой, Лев", "Толстой, Лев"],
        role=["author", "author"],
    )
    assert answer.status_code == 422
    tree = markup.parse(answer.text)
    wrong = {e.get("id") for e in tree.iter() if (e.get("id") or "").endswith("-error")}
    assert wrong == {
        f"{name}-error" for name in ("title", "isbn", "pages", "list_price", "language", "person-1")
    }
    for kept in ("9780306406158", "many", "Толстой, Лев", "Памятники", "Длинно."):
        assert kept in answer.text


def test_a_taken_isbn_is_told_beside_its_field(clerk, backstage):
    the_id(sent(clerk, "/admin/books/new"))
    answer = sent(clerk, "/admin/books/new", sku="OTHER")
    assert answer.status_code == 409
    assert "isbn-error" in answer.text
    assert "Another book has this ISBN already." in answer.text


def test_people_are_moved_and_removed_without_a_script(clerk):
    answer = sent(clerk, "/admin/books/new", do="up-1", known=["1:Толстой, Лев", "", ""])
    assert answer.status_code == 200
    assert answer.text.index('value="Louise Maude"') < answer.text.index('value="Толстой, Лев"')
    answer = sent(clerk, "/admin/books/new", do="out-0")
    assert 'value="Толстой, Лев"' not in answer.text


def test_a_book_changed_meanwhile_is_not_overwritten_unseen(clerk, backstage):
    book_id = the_id(sent(clerk, "/admin/books/new"))
    version = str(stored(backstage, book_id).version)
    path = f"/admin/books/{book_id}/edit"
    assert sent(clerk, path, version=version, pages="1351").status_code == 303
    answer = sent(clerk, path, version=version, pages="1352", title="Мир")
    assert answer.status_code == 412
    assert 'value="1352"' in answer.text
    assert stored(backstage, book_id).pages == 1351
    # What was typed is saved by a second press, after the warning.
    again = markup.parse(answer.text)
    [seen] = [e.get("value") for e in again.iter() if e.get("name") == "version"]
    assert sent(clerk, path, version=seen, pages="1352").status_code == 303
    book = stored(backstage, book_id)
    assert (book.pages, book.stock.num_in_stock) == (1352, 3)


def test_who_was_merged_meanwhile_is_the_one_who_is_left(app, clerk, backstage):
    with app.app_context():
        kept = Contributor(name="Лев Толстой", sort_name="Толстой, Лев", slug="t")
        db.session.add(kept)
        db.session.flush()
        db.session.add(
            MergedName(kind="contributor", old_id=kept.id + 1, old_slug="l", new_id=kept.id)
        )
        db.session.commit()
        key = kept.id
    known = [f"{key + 1}:Толстой, Лев", "", ""]
    book = stored(backstage, the_id(sent(clerk, "/admin/books/new", known=known)))
    assert book.contributors[0].contributor_id == key


def test_who_was_removed_meanwhile_is_told_and_nothing_typed_is_lost(app, clerk):
    typed = {"person": ["Louise Maude", "Лев Толстой [#123456]"], "role": ["translator", "author"]}
    answer = sent(clerk, "/admin/books/new", **typed, known=["", ""])
    assert answer.status_code == 409
    assert "person-1-error" in answer.text
    assert "There is no such person any more. Choose another one." in answer.text
    assert "Louise Maude" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Contributor)).all() == []


def test_a_key_of_many_digits_is_nobodys(clerk):
    known = [f"{'9' * 5000}:Толстой, Лев", "", ""]
    assert sent(clerk, "/admin/books/new", known=known).status_code == 303


@pytest.mark.parametrize("htmx", [False, True])
def test_the_preview_shows_what_would_be_and_writes_nothing(app, clerk, htmx):
    typed = {"csrf_token": clerk.token(), **NEW, "discount_percent": "15"}
    answer = clerk.send("/admin/books/preview", typed, htmx=htmx)
    assert answer.status_code == 200
    # 1499.50 less 15 % is 1274.575: a half kopeck goes up.
    assert "1,274.58" in answer.text
    assert "Лев Толстой" in answer.text
    missing = clerk.send("/admin/books/preview", typed | {"title": ""}, htmx=htmx)
    assert "1,274.58" not in missing.text
    with app.app_context():
        assert db.session.scalars(select(Book)).all() == []
        assert db.session.scalars(select(Contributor)).all() == []


def test_the_preview_of_a_book_leaves_it_as_it_is(clerk, backstage):
    book_id = the_id(sent(clerk, "/admin/books/new"))
    before = stored(backstage, book_id)
    typed = {"csrf_token": clerk.token(), **NEW, "book_id": str(book_id), "title": "Мир"}
    assert "Мир" in clerk.send("/admin/books/preview", typed).text
    after = stored(backstage, book_id)
    assert (after.title, after.version) == (before.title, before.version)


def test_a_copy_is_a_draft_without_the_numbers_of_the_first(clerk, backstage):
    book_id = the_id(sent(clerk, "/admin/books/new", status="on_sale"))
    form = clerk.form(clerk.get(f"/admin/books/new?like={book_id}"), "book-form")
    assert (form.fields["title"], form.fields["status"]) == ("Война и мир", "draft")
    assert (form.fields["isbn"], form.fields["sku"], form.fields["num_in_stock"]) == ("", "", "")
