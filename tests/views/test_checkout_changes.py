"""What changes between the form and its post: nothing is charged or sold that was not shown."""

import pytest

from tests import markup
from tests.backstage import Backstage
from tests.plain_client import PERSON
from tests.visitor import Visitor


@pytest.fixture
def book(backstage: Backstage):
    backstage.shipping()
    return backstage.book(title="Emma", stock=2, list_price="500.00")


@pytest.fixture
def shopper(visitor: Visitor, book) -> Visitor:
    visitor.post("/cart/items", {"book_id": book.id})
    return visitor


def fill(shopper, answer, **typed):
    return shopper.submit(answer, "checkout", **{**PERSON, **typed})


def alerts(answer) -> str:
    return " ".join(
        markup.text(e) for e in markup.page(answer).iter() if e.get("role") == "alert"
    ).replace("\N{NO-BREAK SPACE}", " ")


def test_a_price_that_rose_is_shown_and_asked_about_before_it_is_charged(shopper, book, backstage):
    form = shopper.get("/checkout")
    backstage.reprice(book, "600.00")
    answer = fill(shopper, form)
    assert answer.status_code == 409
    assert backstage.orders() == []
    assert backstage.promised(book) == 0
    assert "600 ₽" in markup.text(markup.page(answer)).replace("\N{NO-BREAK SPACE}", " ")
    assert alerts(answer)
    # What was typed is there, so that one press agrees to the new total.
    again = shopper.form(answer, "checkout")
    assert {name: again.fields[name] for name in PERSON} == PERSON
    assert shopper.send(again.action, again.fields).status_code == 303
    assert [order.total for order in backstage.orders()] == [600]


def test_a_price_that_fell_is_shown_too(shopper, book, backstage):
    form = shopper.get("/checkout")
    backstage.reprice(book, "400.00")
    assert fill(shopper, form).status_code == 409
    assert fill(shopper, shopper.get("/checkout")).status_code == 303
    assert [order.total for order in backstage.orders()] == [400]


def test_the_total_is_that_of_the_way_of_shipping_that_was_chosen(shopper, backstage):
    address = {"city": "Тула", "street": "д. 1", "postal_code": "301214"}
    form = shopper.get("/checkout?shipping_method=pickup")
    assert fill(shopper, form, shipping_method="courier", **address).status_code == 303
    assert [order.total for order in backstage.orders()] == [890]


@pytest.mark.parametrize("total", ["0", "1.00", "abc", "NaN", "", "-500", "5e2000"])
def test_a_forged_total_buys_nothing(shopper, backstage, total):
    answer = fill(shopper, shopper.get("/checkout"), total_pickup=total)
    assert answer.status_code in (409, 422)
    assert backstage.orders() == []


def test_the_last_copy_sold_meanwhile_is_told_by_its_title(shopper, book, backstage):
    form = shopper.get("/checkout")
    backstage.order(book, quantity=2)
    answer = fill(shopper, form)
    assert answer.status_code == 409
    assert "Emma" in alerts(answer)
    assert len(backstage.orders()) == 1
    assert backstage.promised(book) == 2
    # The cart is as it was, and says so.
    assert markup.with_class(markup.page(shopper.get("/cart")), "cart-line--problem")


def test_of_two_lines_none_is_promised_when_one_is_gone(shopper, book, backstage):
    rare = backstage.book(stock=1, title="Iliad")
    shopper.post("/cart/items", {"book_id": rare.id})
    form = shopper.get("/checkout")
    backstage.order(rare)
    answer = fill(shopper, form)
    assert answer.status_code == 409
    assert "Iliad" in alerts(answer)
    assert "Emma" not in alerts(answer)
    assert backstage.promised(book) == 0


def test_the_same_form_posted_twice_is_one_order(shopper, book, backstage):
    form = shopper.get("/checkout")
    first, second = fill(shopper, form), fill(shopper, form)
    assert (first.status_code, second.status_code) == (303, 303)
    # The second press leads to the same payment, not to another one.
    assert second.location == first.location
    assert len(backstage.orders()) == 1
    assert backstage.promised(book) == 1


def test_a_form_posted_again_after_it_was_paid_leads_to_the_order(shopper, backstage):
    form = shopper.get("/checkout")
    fill(shopper, form)
    (order,) = backstage.orders()
    backstage.pay(order)
    answer = fill(shopper, form)
    assert (answer.status_code, answer.location) == (303, f"/orders/{order.number}")
    assert len(backstage.orders()) == 1


def test_a_form_posted_again_in_another_tab_buys_what_the_cart_has_now(shopper, book, backstage):
    first, second = shopper.get("/checkout"), shopper.get("/checkout")
    fill(shopper, first)
    # The other tab still shows a cart that is bought already.
    answer = fill(shopper, second)
    assert answer.status_code == 409
    assert markup.with_class(markup.page(answer), "empty")
    assert len(backstage.orders()) == 1


def test_a_key_that_was_tampered_with_is_refused_and_the_next_one_works(shopper, backstage):
    answer = fill(shopper, shopper.get("/checkout"), checkout_key="x")
    assert answer.status_code == 422
    assert backstage.orders() == []
    again = shopper.form(answer, "checkout")
    assert shopper.send(again.action, again.fields).status_code == 303


def test_what_was_frozen_in_the_order_does_not_change_with_the_book(shopper, book, backstage):
    fill(shopper, shopper.get("/checkout"))
    (order,) = backstage.orders()
    backstage.reprice(book, "900.00")
    shown = markup.text(markup.page(shopper.get(f"/orders/{order.number}")))
    assert "500 ₽" in shown.replace("\N{NO-BREAK SPACE}", " ")
