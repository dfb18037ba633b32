"""The cart: what is put in is there, for this visitor, with and without scripts."""

import pytest

from shop.services import cart_contents
from tests import markup
from tests.visitor import Visitor


def lines(visitor) -> dict[str, str]:
    """Titles in the cart and the copies that its fields show."""
    tree = markup.page(visitor.get("/cart"))
    return {
        markup.text(markup.with_class(line, "cart-line__title")[0]): line.find(
            ".//input[@type='number']"
        ).get("value")
        for line in markup.with_class(tree, "cart-line")
    }


def badge(tree) -> str:
    """The number on the badge; nothing on an empty cart's."""
    return "".join(markup.text(e) for e in markup.with_class(tree, "badge"))


def total(tree) -> str:
    (line,) = markup.with_class(tree, "cart__total")
    return markup.text(line.find("strong")).replace("\N{NO-BREAK SPACE}", " ")


def test_a_plain_form_is_sent_on_to_the_cart(visitor, backstage):
    book = backstage.book(title="Emma")
    page = visitor.get(f"/books/{book.slug}-{book.id}")
    answer = visitor.submit(page, "/cart/items", quantity="2")
    assert (answer.status_code, answer.location) == (303, "/cart")
    assert lines(visitor) == {"Emma": "2"}


def test_the_plain_way_says_what_was_done_once(visitor, backstage):
    visitor.post("/cart/items", {"book_id": backstage.book(title="Emma").id})
    (said,) = markup.with_class(markup.page(visitor.get("/cart")), "notice--success")
    assert "Emma" in markup.text(said)
    assert markup.with_class(markup.page(visitor.get("/cart")), "notice--success") == []


def test_htmx_gets_the_part_of_the_book_page_and_the_badge(visitor, backstage):
    book = backstage.book()
    answer = visitor.post("/cart/items", {"book_id": book.id, "quantity": 3}, htmx=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "3" in markup.text(markup.with_class(markup.fragment(answer, "buy"), "buy__in-cart")[0])
    assert badge(markup.out_of_band(answer)["cart-badge"]) == "3"


def test_htmx_gets_the_cart_with_badge_and_notice_when_a_line_changes(visitor, backstage):
    book = backstage.book(list_price="200.00")
    visitor.post("/cart/items", {"book_id": book.id})
    answer = visitor.post(f"/cart/items/{book.id}", {"quantity": 4}, htmx=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "HX-Request" in answer.vary
    assert total(markup.fragment(answer, "cart")) == "800 ₽"
    pieces = markup.out_of_band(answer)
    assert set(pieces) == {"cart-badge", "notices"}
    assert badge(pieces["cart-badge"]) == "4"
    assert markup.text(pieces["notices"])


def test_adding_again_adds_up_and_changing_sets(visitor, backstage):
    book = backstage.book(title="Emma")
    for _ in range(2):
        visitor.post("/cart/items", {"book_id": book.id, "quantity": 2})
    assert lines(visitor) == {"Emma": "4"}
    answer = visitor.post(f"/cart/items/{book.id}", {"quantity": "1"})
    assert (answer.status_code, answer.location) == (303, "/cart")
    assert lines(visitor) == {"Emma": "1"}


def test_the_forms_of_the_cart_change_and_remove_without_a_script(visitor, backstage):
    emma, iliad = backstage.book(title="Emma"), backstage.book(title="Iliad")
    for book in (emma, iliad):
        visitor.post("/cart/items", {"book_id": book.id})
    change, _, remove = [
        form
        for form in markup.plain(visitor.get("/cart")).forms
        if form.action == f"/cart/items/{iliad.id}"
    ]
    visitor.send(change.action, change.fields | {"quantity": "5"})
    assert lines(visitor) == {"Emma": "1", "Iliad": "5"}
    visitor.send(remove.action, remove.fields)
    assert lines(visitor) == {"Emma": "1"}


def test_what_is_taken_out_twice_is_gone_all_the_same(visitor, backstage):
    book = backstage.book()
    visitor.post("/cart/items", {"book_id": book.id})
    for _ in range(2):
        assert visitor.post(f"/cart/items/{book.id}", {"quantity": "0"}).status_code == 303
    assert lines(visitor) == {}


def test_one_copy_more_or_less_by_a_plain_button(visitor, backstage):
    book = backstage.book(title="Emma")
    visitor.post("/cart/items", {"book_id": book.id, "quantity": 2})
    path = f"/cart/items/{book.id}"
    for step, copies in (("1", {"Emma": "3"}), ("-1", {"Emma": "1"})):
        assert visitor.post(path, {"quantity": "2", "step": step}).status_code == 303
        assert lines(visitor) == copies
    removal = visitor.post(path, {"quantity": "1", "step": "-1"})
    assert removal.location == f"/cart?removed={book.id}"
    for step in ("2", "abc", "-9"):
        assert visitor.post(path, {"quantity": "1", "step": step}).status_code == 422


def test_a_removed_line_can_be_put_back_into_its_place_without_a_script(visitor, backstage):
    books = [backstage.book(title=name) for name in ("First", "Second", "Third")]
    for book in books:
        visitor.post("/cart/items", {"book_id": book.id, "quantity": 2})
    removal = visitor.post(f"/cart/items/{books[1].id}", {"quantity": "0"})
    assert (removal.status_code, removal.location) == (303, f"/cart?removed={books[1].id}")
    page = visitor.get(removal.location)
    texts = [markup.text(item) for item in markup.page(page).iter("li")]
    [place] = [n for n, text in enumerate(texts) if "“Second” has been removed" in text]
    assert ("First" in texts[place - 1], "Third" in texts[place + 1]) == (True, True)
    undo = next(f for f in markup.plain(page).forms if f.action.endswith("/restore"))
    for _ in range(2):
        # Pressed twice, it is back once.
        assert visitor.send(undo.action, undo.fields).status_code == 303
        assert lines(visitor) == {"First": "2", "Second": "2", "Third": "2"}


def test_an_emptied_cart_offers_to_put_the_last_book_back(visitor, backstage):
    book = backstage.book(title="Emma")
    visitor.post("/cart/items", {"book_id": book.id})
    page = visitor.post(f"/cart/items/{book.id}", {"quantity": "0"}, htmx=True)
    assert "“Emma” has been removed." in page.get_data(as_text=True)
    assert "Your cart is empty." in page.get_data(as_text=True)
    again = visitor.post(f"/cart/items/{book.id}/restore", htmx=True)
    assert markup.with_class(markup.fragment(again, "cart"), "cart-line")


def test_what_cannot_be_put_back_any_more_is_said(visitor, backstage):
    book = backstage.book(title="Emma")
    visitor.post("/cart/items", {"book_id": book.id})
    assert visitor.post("/cart/items/999/restore").status_code == 303
    assert "cannot be put back any more" in visitor.get("/cart").get_data(as_text=True)
    fragment = visitor.post("/cart/items/999/restore", htmx=True).get_data(as_text=True)
    assert "cannot be put back any more" in fragment
    assert "Emma" in fragment


@pytest.mark.parametrize("removed", ["", "abc", "-1", "999", "9" * 30])
def test_an_address_that_tells_of_no_removal_shows_the_cart(visitor, backstage, removed):
    visitor.post("/cart/items", {"book_id": backstage.book(title="Emma").id})
    page = visitor.get(f"/cart?removed={removed}")
    assert page.status_code == 200
    assert not markup.with_class(markup.page(page), "cart-removed")


def test_a_cart_of_more_titles_than_one_order_holds_says_so(visitor, backstage):
    books = [backstage.book() for _ in range(2)]
    with pytest.MonkeyPatch.context() as fewer:
        fewer.setattr(cart_contents, "MOST_TITLES", 1)
        for book in books:
            visitor.post("/cart/items", {"book_id": book.id})
        page = visitor.get("/cart")
    assert "Take one title out to continue" in page.get_data(as_text=True)
    assert "/checkout" not in markup.hrefs(markup.page(page))


def test_the_total_is_that_of_today(visitor, backstage):
    book = backstage.book(list_price="100.00", discount_percent=15)
    visitor.post("/cart/items", {"book_id": book.id, "quantity": 3})
    assert total(markup.page(visitor.get("/cart"))) == "255 ₽"
    backstage.reprice(book, "199.90")
    assert total(markup.page(visitor.get("/cart"))) == "509.76 ₽"


def test_carts_are_their_visitors_own(app, visitor, backstage):
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    assert lines(Visitor(app)) == {}
    assert badge(markup.page(visitor.get("/"))) == "1"
    assert badge(markup.page(Visitor(app).get("/"))) == ""


def test_a_customers_cart_is_the_same_in_every_browser(app, backstage):
    user = backstage.user()
    Visitor(app, user).post("/cart/items", {"book_id": backstage.book(title="Emma").id})
    assert lines(Visitor(app, user)) == {"Emma": "1"}


@pytest.mark.parametrize("stock", [0, 1])
def test_a_line_that_cannot_be_had_says_so_and_bars_the_way(visitor, backstage, stock):
    book = backstage.book(title="Emma")
    visitor.post("/cart/items", {"book_id": book.id, "quantity": 2})
    backstage.stock(book, stock)
    tree = markup.page(visitor.get("/cart"))
    (line,) = markup.with_class(tree, "cart-line--problem")
    (said,) = markup.with_class(line, "field__error")
    assert ("1 copy" in markup.text(said)) == (stock == 1)
    assert "/checkout" not in markup.hrefs(tree)
    # It may still be taken out.
    visitor.post(f"/cart/items/{book.id}", {"quantity": 0})
    assert lines(visitor) == {}


def test_a_book_that_has_left_the_shop_leaves_the_cart(visitor, backstage):
    book = backstage.book(title="Emma")
    visitor.post("/cart/items", {"book_id": book.id})
    with backstage.services() as services:
        services.catalogue.delete(book.id)
    assert lines(visitor) == {}


def test_titles_stand_in_the_order_in_which_they_were_put_in(visitor, backstage):
    names = ["Third", "First", "Second"]
    for name in names:
        visitor.post("/cart/items", {"book_id": backstage.book(title=name).id})
    assert list(lines(visitor)) == names
