"""Checkout on one page: what is asked, what is shown, and an order at the end."""

import re

import pytest

from shop.models import RoleCode
from tests import factories, markup
from tests.backstage import Backstage
from tests.plain_client import PERSON
from tests.visitor import Visitor

ADDRESS = {"city": "Ясная Поляна", "street": "д. 1", "postal_code": "301214"}
NEEDED = ("full_name", "email", "phone", "consent")


@pytest.fixture
def shopper(visitor: Visitor, backstage: Backstage) -> Visitor:
    """A visitor with two copies of one book of 500 roubles in the cart."""
    backstage.shipping()
    visitor.post("/cart/items", {"book_id": backstage.book().id, "quantity": 2})
    return visitor


def fill(shopper, answer=None, **typed):
    """Send the checkout form as it stands, with this typed into it."""
    return shopper.submit(answer or shopper.get("/checkout"), "checkout", **typed)


def sums(tree) -> list[str]:
    """Books, shipping and what is to be paid."""
    cells = markup.with_class(tree, "sums")[0].iter("dd")
    return [markup.text(cell).replace("\N{NO-BREAK SPACE}", " ") for cell in cells]


def test_nothing_is_agreed_to_beforehand(shopper):
    answer = shopper.get("/checkout")
    consent = markup.by_id(markup.page(answer), "consent")
    assert consent.get("type") == "checkbox"
    assert "checked" not in consent.attrib
    assert "consent" not in shopper.form(answer, "checkout").fields
    (links,) = markup.with_class(markup.page(answer), "consent__links")
    assert markup.hrefs(links) == ["/privacy", "/terms", "/seller"]


def test_an_address_fills_in_nothing_but_the_way_of_shipping(shopper):
    """A link that somebody else made must neither consent nor choose the form's key."""
    query = "consent=1&checkout_key=AAAAAAAAAAAAAAAAAAAAAAAA&email=x@example.org&full_name=X"
    answer = shopper.get(f"/checkout?{query}&shipping_method=post")
    fields = shopper.form(answer, "checkout").fields
    assert fields["shipping_method"] == "post"
    assert "consent" not in fields
    assert fields["checkout_key"] != "A" * 24
    assert fields["email"] == fields["full_name"] == ""


def test_each_form_has_a_key_of_its_own(shopper):
    keys = {shopper.form(shopper.get("/checkout"), "checkout").fields["checkout_key"]}
    keys.add(shopper.form(shopper.get("/checkout"), "checkout").fields["checkout_key"])
    assert len(keys) == 2
    assert all(re.fullmatch(r"[\w-]{32}", key) for key in keys)


@pytest.mark.parametrize(
    ("method", "shown"),
    [
        (None, ["1,000 ₽", "390 ₽", "1,390 ₽"]),
        ("courier", ["1,000 ₽", "390 ₽", "1,390 ₽"]),
        ("post", ["1,000 ₽", "290 ₽", "1,290 ₽"]),
        ("pickup", ["1,000 ₽", "free", "1,000 ₽"]),
    ],
)
def test_the_totals_are_those_of_the_way_of_shipping(shopper, method, shown):
    query = f"?shipping_method={method}" if method else ""
    assert sums(markup.page(shopper.get(f"/checkout{query}"))) == shown
    part = markup.fragment(shopper.get(f"/checkout{query}", htmx=True), "checkout-summary")
    assert sums(part) == shown


def test_a_way_of_shipping_that_is_not_there_has_no_total(shopper):
    answer = shopper.get("/checkout?shipping_method=balloon")
    assert answer.status_code == 200
    assert sums(markup.page(answer)) == ["1,000 ₽"]


def test_an_order_is_placed_and_the_shopper_sent_to_pay(shopper, backstage, config):
    answer = fill(shopper, **PERSON)
    assert answer.status_code == 303
    assert answer.location.startswith(config.yookassa_api_url.removesuffix("/v3"))
    (order,) = backstage.orders()
    assert (order.email, order.full_name) == (PERSON["email"], PERSON["full_name"])
    assert (order.total, order.locale) == (1000, "en")
    page = shopper.get(f"/orders/{order.number}")
    assert markup.by_id(markup.page(page), "order").get("data-order-state") == "pending_payment"


def test_the_cart_is_empty_after_placing(shopper):
    fill(shopper, **PERSON)
    assert markup.with_class(markup.page(shopper.get("/cart")), "empty")
    answer = shopper.get("/checkout")
    assert markup.with_class(markup.page(answer), "empty")
    assert not markup.has_form(answer, "checkout")


def test_an_order_by_courier_has_its_address_and_its_cost(shopper, backstage):
    typed = PERSON | ADDRESS | {"shipping_method": "courier", "comment": "Ring\nthe bell"}
    assert fill(shopper, **typed).status_code == 303
    order = backstage.reread(backstage.orders()[0])
    assert (order.items_total, order.shipping_total, order.total) == (1000, 390, 1390)
    assert (order.city, order.postal_code) == (ADDRESS["city"], ADDRESS["postal_code"])
    assert order.comment == "Ring\nthe bell"


def test_a_russian_page_makes_a_russian_order(shopper, backstage):
    fill(shopper, shopper.get("/ru/checkout"), **PERSON)
    (order,) = backstage.orders()
    assert (order.locale, order.shipping_name) == ("ru", "Самовывоз из магазина")


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_needed_is_asked_for_beside_its_field(shopper, backstage, missing):
    typed = {name: value for name, value in PERSON.items() if name != missing}
    answer = fill(shopper, **typed)
    assert answer.status_code == 422
    tree = markup.page(answer)
    assert wrong_fields(tree) == [missing]
    # The way of shipping is kept too.
    assert shopper.form(answer, "checkout").fields == {
        **shopper.form(answer, "checkout").fields,
        **typed,
    }
    assert backstage.orders() == []


def wrong_fields(tree) -> list[str]:
    """Fields marked as wrong; each is described by what is said of it."""
    found = [e for e in tree.iter() if e.get("aria-invalid") == "true"]
    for field in found:
        said = markup.by_id(tree, field.get("aria-describedby").split()[0])
        assert markup.text(said)
        assert field.get("id") == field.get("name")
    return [field.get("id") for field in found]


def test_all_that_is_wrong_is_told_at_once(shopper):
    answer = fill(shopper, shipping_method="courier")
    missing = ["city", "postal_code", "street", "consent"]
    assert wrong_fields(markup.page(answer)) == ["full_name", "email", "phone", *missing]
    typed = {name: value for name, value in PERSON.items() if name != "consent"}
    answer = fill(shopper, **typed | {"shipping_method": "courier"})
    assert wrong_fields(markup.page(answer)) == missing


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "anna"),
        ("email", "anna@"),
        ("email", f"{'a' * 300}@example.org"),
        ("phone", "call me"),
        ("phone", "123"),
        ("phone", "+7 900 000-00-00 ext. 5"),
        ("full_name", "A"),
        ("full_name", "x" * 201),
        ("postal_code", "12345"),
        ("postal_code", "ABCDEF"),
        ("comment", "x" * 1001),
        ("city", "x" * 121),
        ("street", "x" * 301),
    ],
)
def test_what_cannot_be_used_is_kept_and_marked(shopper, backstage, field, typed):
    answer = fill(shopper, **PERSON | {field: typed})
    assert answer.status_code == 422
    assert wrong_fields(markup.page(answer)) == [field]
    assert shopper.form(answer, "checkout").fields[field] == typed
    assert backstage.orders() == []


def test_an_unknown_way_of_shipping_is_refused(shopper, backstage):
    answer = fill(shopper, **PERSON | {"shipping_method": "balloon", "total_balloon": "1000.00"})
    assert answer.status_code == 422
    assert "shipping_method-error" in {e.get("id") for e in markup.page(answer).iter()}
    assert backstage.orders() == []


def test_a_mistake_is_mended_and_the_order_placed(shopper, backstage):
    refused = fill(shopper, **PERSON | {"phone": "1"})
    assert fill(shopper, refused, phone=PERSON["phone"]).status_code == 303
    assert len(backstage.orders()) == 1


def test_an_account_is_known_and_its_order_is_its_own(app, backstage):
    user = backstage.user(first_name="Anna", last_name="K.")
    backstage.shipping()
    shopper = Visitor(app, user)
    shopper.post("/cart/items", {"book_id": backstage.book().id})
    form = shopper.form(shopper.get("/checkout"), "checkout")
    assert (form.fields["email"], form.fields["full_name"]) == (user.email, "Anna K.")
    fill(shopper, **PERSON)
    assert [order.user_id for order in backstage.orders()] == [user.id]
    assert backstage.orders()[0].number in shopper.get("/account").text


def test_an_empty_cart_cannot_be_ordered(visitor, backstage):
    backstage.shipping()
    form = PERSON | {"checkout_key": "k" * 24, "total_pickup": "0"}
    answer = visitor.post("/checkout", form)
    assert answer.status_code == 409
    assert markup.with_class(markup.page(answer), "empty")
    assert backstage.orders() == []


def test_a_cart_with_a_line_that_cannot_be_had_says_so(shopper, backstage):
    book = backstage.book(title="Emma")
    shopper.post("/cart/items", {"book_id": book.id})
    backstage.stock(book, 0)
    tree = markup.page(shopper.get("/checkout"))
    assert markup.with_class(markup.by_id(tree, "checkout-summary"), "field__error")


def test_who_has_read_other_words_is_asked_to_agree_anew(shopper, backstage):
    page = backstage.save(factories.content_page("privacy"))
    backstage.save(factories.content_page())
    boss, opened = backstage.user(RoleCode.ADMIN), shopper.get("/checkout")
    with backstage.services() as services:
        services.content.amend(page.id, None, {"body": "We sell your data."}, boss)
    typed = PERSON | {"comment": "Ring twice"}
    refused = fill(shopper, opened, **typed)
    assert refused.status_code == 422
    tree = markup.page(refused)
    assert "has changed since you opened this page" in markup.text(
        markup.by_id(tree, "consent-error")
    )
    assert "checked" not in markup.by_id(tree, "consent").attrib
    assert shopper.form(refused, "checkout").fields["comment"] == "Ring twice"
    # Another mistake leaves the consent as it was given.
    wrong = fill(shopper, refused, consent="1", phone="none")
    assert "checked" in markup.by_id(markup.page(wrong), "consent").attrib
    with backstage.services() as services:
        # The page says the same at another place of its list.
        services.content.move(page.id, 1, boss)
    assert fill(shopper, wrong, phone=PERSON["phone"]).status_code == 303
