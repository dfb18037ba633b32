"""Two books that are one: nothing that hung on the double is lost, and its addresses lead on."""

import pytest
from sqlalchemy import func, select

from shop.extensions import db
from shop.models import AuditEntry, Book, OrderLine, RoleCode
from tests import factories
from tests.visitor import Visitor

ISBN = "9785170000012"


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.CATALOGUE_MANAGER))


def merge(clerk, kept, gone, **typed):
    page = clerk.get(f"/admin/books/{kept.id}/merge?with={gone.id}")
    return clerk.submit(page, "merge", keep=str(kept.id), **typed)


def stored(backstage, book):
    with backstage.services() as services:
        return services.catalogue.get(book.id)


def test_copies_promises_lines_and_chosen_fields_go_to_the_book_that_is_kept(app, clerk, backstage):
    kept = backstage.book(title="Мир", stock=2, pages=100)
    gone = backstage.book(title="Мир.", stock=5, pages=120, isbn=ISBN)
    order = backstage.order(gone)
    shopper = Visitor(app)
    shopper.send(
        "/cart/items", {"csrf_token": shopper.token(), "book_id": gone.id, "quantity": "1"}
    )
    answer = merge(clerk, kept, gone, **{"of-pages": str(gone.id)})
    assert (answer.status_code, answer.location) == (303, f"/admin/books/{kept.id}")
    now = stored(backstage, kept)
    assert (now.title, now.pages, now.stock.num_in_stock) == ("Мир", 120, 7)
    with app.app_context():
        lines = db.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
        promised = db.session.scalar(
            select(func.sum(OrderLine.quantity)).where(OrderLine.book_id == kept.id)
        )
        assert [line.book_id for line in lines] == [kept.id]
        entries = {
            e.entity_id: e for e in db.session.scalars(select(AuditEntry).filter_by(action="merge"))
        }
        assert db.session.get(Book, gone.id) is None
    assert now.stock.num_allocated == promised
    assert entries[kept.id].after == {"pages": 120, "num_in_stock": 7}
    assert entries[kept.id].before["pages"] == 100
    assert entries[gone.id].after == {"merged_into": kept.id}
    # The double's addresses, and the cart that it lay in, lead to the book that was kept.
    old = shopper.get(f"/books/mir-{gone.id}")
    assert (old.status_code, old.location) == (301, f"/books/{kept.slug}-{kept.id}")
    assert shopper.get(f"/isbn/{ISBN}").location == f"/books/{kept.slug}-{kept.id}"
    told = shopper.get(f"/api/v1/books/{gone.id}")
    assert (told.status_code, told.get_json()["merged_into"]) == (404, kept.id)
    assert f"/books/{kept.slug}-{kept.id}" in shopper.get("/cart").text


def test_the_one_that_is_kept_stays_as_it_is_where_nothing_is_chosen(clerk, backstage):
    left = backstage.book(title="Left", pages=100, description="")
    right = backstage.book(title="Right", pages=120, description="Long.")
    page = clerk.get(f"/admin/books/{left.id}/merge?with={right.id}")
    answer = clerk.submit(page, "merge", keep=str(right.id))
    assert answer.location == f"/admin/books/{right.id}"
    now = stored(backstage, right)
    assert (now.title, now.pages, now.description) == ("Right", 120, "Long.")


@pytest.mark.parametrize("taken", [True, False])
def test_both_isbns_lead_to_the_one_that_is_kept(clerk, backstage, taken):
    other = "9785170000029"
    kept = backstage.book(title="A", isbn=ISBN)
    gone = backstage.book(title="B", isbn=other)
    merge(clerk, kept, gone, **({"of-isbn": str(gone.id)} if taken else {}))
    assert stored(backstage, kept).isbn == (other if taken else ISBN)
    for isbn in (ISBN, other):
        assert clerk.get(f"/isbn/{isbn}").location == f"/books/{kept.slug}-{kept.id}"


def test_what_was_chosen_is_still_chosen_after_a_refusal(clerk, backstage):
    kept, gone = backstage.book(title="A", pages=1), backstage.book(title="B", pages=2)
    chosen = {"of-pages": str(gone.id), "other_version": "99"}
    page = merge(clerk, kept, gone, **chosen)
    assert clerk.form(page, "merge").fields["of-pages"] == str(gone.id)


def test_two_that_are_in_one_order_stay_two(clerk, backstage):
    kept, gone = backstage.book(title="A", stock=5), backstage.book(title="B", stock=5)
    backstage.order(kept, gone)
    answer = merge(clerk, kept, gone)
    assert answer.status_code == 409
    assert stored(backstage, gone).title == "B"


def test_a_pair_that_was_changed_meanwhile_is_compared_again(clerk, backstage):
    kept, gone = backstage.book(title="A"), backstage.book(title="B")
    answer = merge(clerk, kept, gone, other_version="99")
    assert answer.status_code == 412
    assert "compare" in answer.text.lower()


def test_books_that_may_be_one_are_listed(clerk, backstage):
    anna = backstage.save(factories.author(name="Анна"))
    backstage.book(title="Ёлка", authors=[anna])
    backstage.book(title="елка", authors=[anna])
    backstage.book(title="Twin", isbn="9780306406157")
    backstage.book(title="Other", isbn=None, sku="0306406152")
    page = clerk.get("/admin/books/doubles").text
    assert page.count("/merge?with=") == 2
    assert "Ёлка" in page
    assert "Twin" in page
