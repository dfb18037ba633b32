"""A customer's address book at checkout: filled in already, chosen anew, added to."""

import pytest

from shop.services.addresses import MOST_ADDRESSES
from tests import factories, markup
from tests.plain_client import PERSON
from tests.visitor import Visitor

NAMES = ("full_name", "phone", "city", "street", "postal_code")
ADDRESS = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
SENT = {**PERSON, **ADDRESS, "shipping_method": "courier"}


@pytest.fixture
def anna(backstage):
    return backstage.user(first_name="Anna", last_name="K.")


@pytest.fixture
def shopper(app, backstage, anna) -> Visitor:
    """A customer with a book in the cart."""
    backstage.shipping()
    shopper = Visitor(app, anna)
    shopper.post("/cart/items", {"book_id": backstage.book().id})
    return shopper


@pytest.fixture
def home(backstage, anna):
    return backstage.save(factories.address(anna, is_default=True))


@pytest.fixture
def work(backstage, anna, home):
    person = {"full_name": "Anna At Work", "phone": "+7 495 000-00-01"}
    return backstage.save(factories.address(anna, label="Work", **person, **ADDRESS))


def place(address) -> dict[str, str]:
    return {name: getattr(address, name) for name in NAMES}


def filled(shopper, path="/checkout") -> dict[str, str]:
    fields = shopper.form(shopper.get(path), "checkout").fields
    return {name: fields[name] for name in NAMES}


def chosen(answer) -> list[str]:
    return [o.get("value") for o in markup.page(answer).iter("option") if "selected" in o.attrib]


def book_of(backstage, user):
    with backstage.services() as services:
        return services.addresses.of_user(user)


def test_the_default_is_filled_in_already(shopper, home, work, anna):
    answer = shopper.get("/checkout")
    assert filled(shopper) == place(home)
    assert chosen(answer) == [str(home.id)]
    assert shopper.form(answer, "checkout").fields["email"] == anna.email
    # It can be sent as it stands.
    assert shopper.submit(answer, "checkout", consent="1").status_code == 303


def test_another_one_is_chosen_by_a_plain_form(shopper, work):
    page = shopper.get("/checkout?shipping_method=post")
    form = shopper.form(page, "address-book")
    assert (form.method, form.fields["shipping_method"]) == ("get", "post")
    answer = shopper.get(form.action, query_string=form.fields | {"address": str(work.id)})
    fields = shopper.form(answer, "checkout").fields
    assert {name: fields[name] for name in NAMES} == place(work)
    assert fields["shipping_method"] == "post"
    assert chosen(answer) == [str(work.id)]


def test_htmx_gets_only_what_an_address_fills_in(shopper, work):
    answer = shopper.get(f"/checkout?address={work.id}", htmx=True)
    markup.fragment(answer, "address-book")
    pieces = markup.out_of_band(answer)
    assert set(pieces) == {"recipient-name", "recipient-phone", "destination"}
    typed = {
        e.get("name"): e.get("value") for piece in pieces.values() for e in piece.iter("input")
    }
    assert {name: typed[name] for name in NAMES} == place(work)
    assert "email" not in typed


def test_another_address_than_those_is_typed_into_empty_fields(shopper, home):
    blank = {"full_name": "Anna K.", **dict.fromkeys(NAMES[1:], "")}
    assert filled(shopper, "/checkout?address=0") == blank
    assert chosen(shopper.get("/checkout?address=0")) == []


@pytest.mark.parametrize("asked", ["", "x", "-1", "99999999999999999999"])
def test_an_address_that_is_not_there_fills_in_nothing(shopper, home, asked):
    assert filled(shopper, f"/checkout?address={asked}")["street"] == ""


def test_somebody_elses_address_is_never_filled_in(app, backstage, shopper, home, visitor):
    other = backstage.save(factories.address(backstage.user(), city="Псков"))
    assert filled(shopper, f"/checkout?address={other.id}")["city"] == ""
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    answer = visitor.get(f"/checkout?address={home.id}")
    assert home.street not in answer.text
    assert not markup.has_form(answer, "address-book")


def test_without_addresses_the_name_of_the_account_is_filled_in(shopper):
    answer = shopper.get("/checkout")
    assert filled(shopper)["full_name"] == "Anna K."
    assert not markup.has_form(answer, "address-book")


def test_what_was_typed_is_kept_when_the_form_is_refused(shopper, home):
    answer = shopper.submit(
        shopper.get("/checkout"), "checkout", **SENT | {"phone": "1", "keep_address": "1"}
    )
    assert answer.status_code == 422
    fields = shopper.form(answer, "checkout").fields
    assert {name: fields[name] for name in ADDRESS} == ADDRESS
    assert fields["keep_address"] == "1"
    # It is none of the book any more.
    assert chosen(answer) == []


def test_nothing_is_kept_unless_it_is_wished(shopper, backstage, anna):
    form = shopper.get("/checkout")
    assert "keep_address" not in shopper.form(form, "checkout").fields
    assert shopper.submit(form, "checkout", **SENT).status_code == 303
    assert book_of(backstage, anna) == []


def test_a_typed_address_is_kept_and_filled_in_the_next_time(shopper, backstage, anna):
    form = shopper.get("/checkout")
    # Sent twice, it is kept once.
    for _ in range(2):
        answer = shopper.submit(form, "checkout", **SENT, keep_address="1")
        assert answer.status_code == 303
    [kept] = book_of(backstage, anna)
    assert place(kept) == {name: SENT[name] for name in NAMES}
    shopper.post("/cart/items", {"book_id": backstage.book().id})
    assert filled(shopper) == place(kept)


def test_a_full_book_says_so_and_the_order_is_placed(shopper, backstage, anna):
    backstage.save(*(factories.address(anna) for _ in range(MOST_ADDRESSES)))
    assert shopper.submit(
        shopper.get("/checkout"), "checkout", **SENT, keep_address="1"
    ).location.startswith("http")
    (order,) = backstage.orders()
    page = shopper.get(f"/orders/{order.number}")
    assert str(MOST_ADDRESSES) in markup.text(markup.by_id(markup.page(page), "notices"))
    assert len(book_of(backstage, anna)) == MOST_ADDRESSES


def test_a_guest_has_no_book_to_keep_it_in(visitor, backstage):
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    form = visitor.get("/checkout")
    assert "keep_address" not in form.text
    assert visitor.submit(form, "checkout", **SENT, keep_address="1").status_code == 303
    assert len(backstage.orders()) == 1


def test_what_is_collected_in_the_shop_takes_no_address_along(shopper, home, backstage):
    form = shopper.get("/checkout")
    typed = {"consent": "1", "shipping_method": "pickup", "keep_address": "1"}
    first = shopper.submit(form, "checkout", **typed)
    (order,) = backstage.orders()
    assert (order.city, order.street, order.postal_code) == ("", "", "")
    # Sent again it is the same order, and nothing is said of a difference.
    assert shopper.submit(form, "checkout", **typed).location == first.location
    notices = markup.by_id(markup.page(shopper.get("/cart")), "notices")
    assert markup.text(notices) == ""


def test_an_order_keeps_its_address_when_the_book_changes(shopper, home, backstage):
    shopper.submit(shopper.get("/checkout"), "checkout", consent="1")
    shopper.post(f"/account/addresses/{home.id}/delete")
    (order,) = backstage.orders()
    assert order.street == home.street
