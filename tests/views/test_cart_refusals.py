"""Bad input in the cart: the right status, a clear message, and what was typed is kept."""

import pytest

from tests import markup
from tests.visitor import Visitor

# What cannot be a number of copies, and what is said of it.
NOT_A_NUMBER, OUT_OF_RANGE = "whole number", "between 1 and 99"
QUANTITIES = [
    ("abc", NOT_A_NUMBER),
    ("1e9", NOT_A_NUMBER),
    ("1.5", NOT_A_NUMBER),
    ("", NOT_A_NUMBER),
    ("9" * 20, NOT_A_NUMBER),
    ("9" * 5000, NOT_A_NUMBER),
    ("-1", OUT_OF_RANGE),
    ("0", OUT_OF_RANGE),
    ("100", OUT_OF_RANGE),
    ("1000000000", OUT_OF_RANGE),
]


def said(tree) -> str:
    """What is read out because something was refused."""
    return " ".join(markup.text(e) for e in tree.iter() if e.get("role") == "alert")


@pytest.mark.parametrize(("quantity", "message"), QUANTITIES)
def test_copies_that_make_no_sense_are_refused_on_the_page_of_the_book(
    visitor, backstage, quantity, message
):
    form = {"book_id": backstage.book(stock=500).id, "quantity": quantity}
    answer = visitor.post("/cart/items", form)
    assert answer.status_code == 422
    tree = markup.page(answer)
    field = markup.by_id(tree, "quantity")
    assert message in said(tree)
    assert field.get("value") == (quantity or "1")
    assert field.get("aria-invalid") == "true"
    assert message in markup.text(markup.by_id(tree, field.get("aria-describedby")))
    assert markup.fragment(visitor.post("/cart/items", form, htmx=True), "buy") is not None
    assert markup.with_class(markup.page(visitor.get("/cart")), "cart-line") == []


@pytest.mark.parametrize(("quantity", "message"), [q for q in QUANTITIES if q[0] != "0"])
def test_copies_that_make_no_sense_are_refused_beside_their_line(
    visitor, backstage, quantity, message
):
    book = backstage.book(stock=500)
    visitor.post("/cart/items", {"book_id": book.id, "quantity": 7})
    answer = visitor.post(f"/cart/items/{book.id}", {"quantity": quantity})
    assert answer.status_code == 422
    field = markup.by_id(markup.page(answer), f"quantity-{book.id}")
    assert field.get("value") == quantity
    assert field.get("aria-invalid") == "true"
    line = markup.by_id(markup.page(answer), field.get("aria-describedby"))
    assert message in markup.text(line)
    again = markup.by_id(markup.page(visitor.get("/cart")), f"quantity-{book.id}")
    assert again.get("value") == "7"


def test_htmx_gets_a_refusal_as_the_fragment_that_it_swaps(visitor, backstage):
    book = backstage.book(stock=2)
    visitor.post("/cart/items", {"book_id": book.id})
    answer = visitor.post(f"/cart/items/{book.id}", {"quantity": "3"}, htmx=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (409, "no-store")
    root = markup.fragment(answer, "cart")
    assert markup.by_id(root, f"quantity-{book.id}").get("value") == "3"
    assert "2" in said(root)
    assert "cart-badge" in markup.out_of_band(answer)


def test_more_copies_than_there_are_is_a_conflict_that_says_how_many(visitor, backstage):
    book = backstage.book(stock=3, title="Emma")
    for typed in ("4", "3"):
        answer = visitor.post("/cart/items", {"book_id": book.id, "quantity": typed})
    assert answer.status_code == 303
    # With those in the cart it would be six.
    answer = visitor.post("/cart/items", {"book_id": book.id, "quantity": "3"})
    assert answer.status_code == 409
    assert "3" in said(markup.page(answer))
    assert markup.by_id(markup.page(answer), "quantity").get("value") == "3"


def test_a_sold_out_book_cannot_be_put_in(visitor, backstage):
    book = backstage.book(stock=0, title="Emma")
    answer = visitor.post("/cart/items", {"book_id": book.id, "quantity": "1"})
    assert answer.status_code == 409
    assert "Emma" in said(markup.page(answer))
    part = visitor.post("/cart/items", {"book_id": book.id}, htmx=True)
    assert part.status_code == 409
    assert "Emma" in said(markup.fragment(part, "buy"))


@pytest.mark.parametrize("book_id", ["999999", "2147483648", "9" * 30])
def test_an_unknown_book_cannot_be_put_in(visitor, book_id):
    answer = visitor.post("/cart/items", {"book_id": book_id, "quantity": "1"})
    assert answer.status_code in (404, 422)
    markup.page(answer)
    part = visitor.post("/cart/items", {"book_id": book_id}, htmx=True)
    assert part.status_code == answer.status_code
    assert part.headers["HX-Retarget"] == "#notices"


def test_an_unknown_book_is_called_so(visitor):
    for path, form in (("/cart/items", {"book_id": "999999"}), ("/cart/items/999999", {})):
        answer = visitor.post(path, {"quantity": "1", **form})
        assert answer.status_code == 404
        assert "This book is not in the shop any more." in answer.text


@pytest.mark.parametrize("book_id", ["", "abc", "-1", "1.5", "9" * 5000, "٣", "\x00"])
def test_what_is_no_book_at_all_is_refused(visitor, book_id):
    answer = visitor.post("/cart/items", {"book_id": book_id, "quantity": "1"})
    assert answer.status_code in (404, 422)
    markup.page(answer)


def test_a_line_that_is_not_in_the_cart_says_why_it_cannot_be_had(visitor, backstage):
    book = backstage.book(stock=0, title="Emma")
    answer = visitor.post(f"/cart/items/{book.id}", {"quantity": "1"})
    assert answer.status_code == 409
    assert "Emma" in markup.text(markup.page(answer).find("body/main"))


def test_a_full_cart_says_so(app, other_shop, backstage):
    small = Visitor(other_shop(max_cart_lines=1))
    first, second = backstage.book(), backstage.book()
    assert small.post("/cart/items", {"book_id": first.id}).status_code == 303
    answer = small.post("/cart/items", {"book_id": second.id})
    assert answer.status_code == 409
    assert "full" in said(markup.page(answer))


@pytest.mark.parametrize("value", ["tampered", "ImFiYyI.x", "", "é\x80", "x" * 4000])
def test_a_tampered_cart_cookie_is_a_new_empty_cart(app, visitor, backstage, value):
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    visitor.client.set_cookie("cart", value)
    answer = visitor.get("/cart")
    assert answer.status_code == 200
    tree = markup.page(answer)
    assert markup.with_class(tree, "empty")
    assert len(markup.with_class(tree, "notice--warning")) == 1
    assert visitor.cookie("cart") is None


def test_a_changed_letter_does_not_open_another_cart(app, visitor, backstage):
    book = backstage.book()
    visitor.post("/cart/items", {"book_id": book.id})
    good = visitor.cookie("cart")
    other = Visitor(app)
    # The last letter of a signature has bits that say nothing; its first has none.
    value, _, signature = good.rpartition(".")
    another = ("B" if signature[0] == "A" else "A") + signature[1:]
    other.client.set_cookie("cart", f"{value}.{another}")
    assert markup.with_class(markup.page(other.get("/cart")), "empty")
    # The next book goes into a good new cart.
    assert other.post("/cart/items", {"book_id": book.id}).status_code == 303
    assert other.cookie("cart") not in (None, good)


def test_a_customers_own_cart_cannot_be_named_by_a_guest(app, visitor, backstage):
    """Carts of accounts have names that can be guessed, so the cookie is signed."""
    user = backstage.user()
    Visitor(app, user).post("/cart/items", {"book_id": backstage.book().id})
    for value in (f"u{user.id}", f'"u{user.id}"'):
        visitor.client.set_cookie("cart", value)
        assert markup.with_class(markup.page(visitor.get("/cart")), "empty")
