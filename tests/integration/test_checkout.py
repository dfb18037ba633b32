"""Placing an order: all of the cart or nothing of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from shop.errors import Conflict, Invalid, OutOfStock, PriceChanged
from shop.extensions import db
from shop.models import Order, OrderState, PaymentStatus, StockRecord
from shop.services.cart_contents import MOST_TITLES
from shop.services.checkout_details import CONSENT_VERSION
from shop.services.outbox import Topic
from tests import factories as make
from tests.stored import allocated, messages, stored


@pytest.fixture(autouse=True)
def ways_of_shipping(services):
    services.shipping.seed()


def place(services, cart_id: str, **values) -> Order:
    return services.checkout.place(cart_id, make.details(**values), user_id=None, locale="en")


def refused(services, cart_id: str, error=Conflict, **values):
    """The refusal; nothing was written."""
    with pytest.raises(error) as refusal:
        place(services, cart_id, **values)
    assert stored(Order) == 0
    assert messages() == []
    assert db.session.query(StockRecord).filter(StockRecord.num_allocated != 0).count() == 0
    return refusal.value


def fields(refusal) -> set[str]:
    return {problem.field for problem in refusal.errors}


def test_an_order_freezes_what_was_bought_and_waits_for_its_payment(services):
    tolstoy = make.author("Leo Tolstoy")
    war = make.save(make.book(authors=[tolstoy], title="War", list_price=Decimal("199.95")))
    peace = make.save(make.book(title="Peace", discount_percent=15, list_price=Decimal("100.10")))
    order = place(services, make.cart(services, peace, war, quantity=2))

    order = services.orders.by_number(order.number)
    assert [(line.title, line.quantity, line.price) for line in order.lines] == [
        ("Peace", 2, Decimal("85.09")),
        ("War", 2, Decimal("199.95")),
    ]
    assert order.lines[1].authors == "Leo Tolstoy"
    assert order.lines[1].isbn == war.isbn
    assert order.total == Decimal("570.08") == sum(line.total for line in order.lines)
    assert order.state is OrderState.PENDING_PAYMENT
    assert (order.payment.status, order.payment.amount) == (PaymentStatus.PENDING, order.total)
    assert [(e.kind, e.actor, e.to_state) for e in order.events] == [
        ("placed", "customer", "pending_payment")
    ]


def test_placing_promises_the_copies_and_a_mail(services):
    book = make.save(make.book(stock=5))
    order = place(services, make.cart(services, book, quantity=3))
    assert allocated(book) == 3
    [message] = messages(Topic.MAIL)
    assert message.dedupe_key == f"placed-{order.id}"


def test_a_price_that_changes_later_does_not_change_the_order(services):
    book = make.save(make.book(list_price=Decimal("500.00")))
    order = place(services, make.cart(services, book))
    staff = make.save(make.staff())
    services.catalogue.reprice(book.id, book.version, Decimal("900.00"), 0, staff)
    assert services.orders.by_number(order.number).lines[0].price == Decimal("500.00")


def test_one_line_that_cannot_be_had_stops_the_whole_order(services):
    plenty, scarce = make.save(make.book(stock=9)), make.save(make.book(stock=2, title="Scarce"))
    cart_id = make.cart(services, plenty, scarce, quantity=2)
    services.catalogue.recount(scarce.id, 2, 1, make.save(make.staff()))
    refusal = refused(services, cart_id, OutOfStock)
    assert refusal.book_ids == (scarce.id,)
    assert "Scarce" in str(refusal.detail)
    assert services.cart.view(cart_id).count == 4


def test_all_lines_that_cannot_be_had_are_named(services):
    books = [make.save(make.book(stock=1)) for _ in range(3)]
    cart_id = make.cart(services, *books)
    for book in books[:2]:
        services.catalogue.recount(book.id, 1, 0, make.save(make.staff()))
    assert refused(services, cart_id, OutOfStock).book_ids == (books[0].id, books[1].id)


def test_an_empty_cart_is_no_order(services):
    refusal = refused(services, services.cart.new_id())
    assert "empty" in str(refusal.detail)


def test_a_cart_whose_books_are_all_gone_is_empty(services):
    book = make.save(make.book())
    cart_id = make.cart(services, book)
    services.catalogue.delete(book.id)
    assert "empty" in str(refused(services, cart_id).detail)


def test_a_book_that_left_the_shop_is_left_out(services):
    stays, leaves = make.save(make.book()), make.save(make.book())
    cart_id = make.cart(services, stays, leaves)
    services.catalogue.delete(leaves.id)
    order = place(services, cart_id)
    assert [line.book_id for line in order.lines] == [stays.id]


@pytest.mark.parametrize("code", ["pigeon", "COURIER", "'; --"])
def test_a_way_of_shipping_has_to_be_one_of_ours(services, code):
    cart_id = make.cart(services, make.save(make.book()))
    refusal = refused(services, cart_id, Invalid, shipping_method=code)
    assert fields(refusal) == {"shipping_method"}


def test_a_way_of_shipping_that_is_not_offered_any_more_is_refused(services):
    courier = next(m for m in services.shipping.methods() if m.code == "courier")
    services.shipping.update(courier.id, active=False)
    cart_id = make.cart(services, make.save(make.book()))
    refusal = refused(services, cart_id, Invalid, shipping_method="courier")
    assert "shipping_method" in fields(refusal)


def test_a_courier_needs_the_whole_address(services):
    cart_id = make.cart(services, make.save(make.book()))
    refusal = refused(services, cart_id, Invalid, shipping_method="courier", city="Тверь")
    assert fields(refusal) == {"street", "postal_code"}
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    order = place(services, cart_id, shipping_method="courier", **address)
    assert (order.city, order.street, order.postal_code) == tuple(address.values())


def test_without_consent_nothing_is_taken(services):
    cart_id = make.cart(services, make.save(make.book()))
    assert fields(refused(services, cart_id, Invalid, consent=False)) == {"consent"}


def test_the_text_of_the_consent_and_its_time_are_kept(services):
    order = place(services, make.cart(services, make.save(make.book())))
    assert order.consent_version
    assert abs(order.consent_at - order.placed_at) < timedelta(seconds=5)


@pytest.mark.parametrize(("price", "shipping"), [("3999.99", "290.00"), ("4000.00", "0.00")])
def test_shipping_is_free_from_its_sum_on(services, price, shipping):
    cart_id = make.cart(services, make.save(make.book(list_price=Decimal(price))))
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    order = place(services, cart_id, shipping_method="post", **address)
    assert order.shipping_total == Decimal(shipping)
    assert order.total == Decimal(price) + Decimal(shipping)


def test_a_total_that_the_shopper_did_not_see_is_not_charged(services):
    book = make.save(make.book(list_price=Decimal("500.00")))
    cart_id = make.cart(services, book)
    services.catalogue.reprice(book.id, book.version, Decimal("600.00"), 0, make.save(make.staff()))
    refused(services, cart_id, PriceChanged, expected_total=Decimal("500.00"))
    order = place(services, cart_id, expected_total=Decimal("600.00"))
    assert order.total == Decimal("600.00")


def test_the_same_form_twice_is_one_order(services):
    cart_id = make.cart(services, make.save(make.book(stock=2)))
    details = make.details()
    first, second = (
        services.checkout.place(cart_id, details, user_id=None, locale="en") for _ in range(2)
    )
    assert first.number == second.number
    assert stored(Order) == 1


def test_the_same_form_again_after_the_cart_was_emptied_answers_the_order(services):
    cart_id = make.cart(services, make.save(make.book()))
    details = make.details()
    first = services.checkout.place(cart_id, details, user_id=None, locale="en")
    services.cart.take_out(cart_id, [line.book_id for line in first.lines], first.placed_at)
    assert services.checkout.place(cart_id, details, user_id=None, locale="en").id == first.id


def test_a_form_that_somebody_else_has_sent_is_not_answered_with_their_order(services):
    cart_id, details = make.cart(services, make.save(make.book())), make.details()
    services.checkout.place(cart_id, details, user_id=None, locale="en")
    rival = make.user(services)
    with pytest.raises(Conflict):
        services.checkout.place("another", details, user_id=rival.id, locale="en")


def test_an_order_has_no_more_titles_than_its_receipt_has_lines(services):
    books = [make.book() for _ in range(MOST_TITLES + 1)]
    make.save(*books)
    cart_id = make.cart(services, *books)
    with pytest.raises(Conflict, match="99 titles"):
        services.checkout.place(cart_id, make.details(), user_id=None, locale="en")
    services.cart.set_quantity(cart_id, books[0].id, 0)
    assert services.checkout.place(cart_id, make.details(), user_id=None, locale="en").number


def test_an_order_says_which_text_was_agreed_to(services):
    def recorded() -> str:
        return make.order(services).consent_version

    admin, ours = make.save(make.staff()), recorded()
    assert ours == CONSENT_VERSION
    page = make.save(make.content_page("privacy"))
    versions = [recorded()]
    services.content.amend(page.id, None, {"body": "We sell your data."}, admin)
    versions.append(recorded())
    services.content.remove(page.id, None, admin)
    other = make.save(make.content_page("privacy"))
    versions.append(recorded())
    services.content.amend(other.id, None, {"published": False}, admin)
    assert len({ours, *versions}) == 4
    assert recorded() == ours
