"""Staff: orders are found, packed, shipped, delivered and cancelled, each step once."""

import pytest

from dev.yookassa_sandbox.testing import control
from shop.models import RoleCode
from tests import factories, markup
from tests.visitor import Visitor


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.ORDER_MANAGER, first_name="Oleg"))


def path(order, action="") -> str:
    return f"/admin/orders/{order.number}" + (f"/{action}" if action else "")


def order_state(tree) -> str:
    return markup.by_id(tree, "order").get("data-order-state")


def alerts(tree) -> str:
    return " ".join(markup.text(e) for e in tree.iter() if e.get("role") == "alert")


def listed(answer) -> list[str]:
    hrefs = markup.hrefs(markup.by_id(markup.page(answer), "orders"))
    return [h.rpartition("/")[2] for h in hrefs if h.startswith("/admin/orders/")]


def test_an_order_goes_its_way_by_plain_forms(clerk, backstage):
    order = backstage.paid()
    for action, typed, state in (
        ("pack", {}, "packing"),
        ("ship", {"tracking_number": " RA123456789RU ", "carrier": "Post"}, "shipped"),
        ("deliver", {}, "delivered"),
    ):
        answer = clerk.submit(clerk.get(path(order)), action, **typed)
        assert (answer.status_code, answer.location) == (303, path(order))
        assert backstage.state(order) == state
    shipment = backstage.reread(order).shipment
    assert (shipment.tracking_number, shipment.carrier) == ("RA123456789RU", "Post")


def test_its_history_says_who_and_when(clerk, backstage):
    order = backstage.paid()
    clerk.submit(clerk.get(path(order)), "pack")
    history = markup.with_class(markup.page(clerk.get(path(order))), "history")[0]
    newest = history.find("li")
    assert "Oleg" in markup.text(newest)
    assert newest.find("time").get("datetime").startswith("20")
    assert len(history.findall("li")) == len(backstage.reread(order).events)


def test_htmx_gets_the_order_and_a_notice(clerk, backstage):
    order = backstage.paid()
    answer = clerk.post(path(order, "pack"), htmx=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert markup.fragment(answer, "order").get("data-order-state") == "packing"
    assert markup.text(markup.out_of_band(answer)["notices"])


def test_the_customer_sees_where_the_parcel_is(app, clerk, backstage):
    order = backstage.packing()
    clerk.post(path(order, "ship"), {"tracking_number": "RA1", "carrier": "Post"})
    guest = Visitor(app)
    page = guest.get(guest.get(backstage.order_link(order)).location)
    parcel = markup.text(markup.with_class(markup.page(page), "order__parcel")[0])
    assert "RA1" in parcel
    assert "Post" in parcel


def test_shipping_without_a_carrier_names_the_way_that_was_chosen(clerk, backstage):
    order = backstage.packing()
    clerk.post(path(order, "ship"), {"tracking_number": "RA1"})
    assert backstage.reread(order).shipment.carrier == order.shipping_name


@pytest.mark.parametrize("typed", [None, "", "   ", "x" * 101, "a\x00b", "a\nb"])
def test_shipping_needs_a_tracking_number(clerk, backstage, typed):
    order = backstage.packing()
    form = {"carrier": "Pigeon"} | ({} if typed is None else {"tracking_number": typed})
    answer = clerk.post(path(order, "ship"), form)
    assert answer.status_code == 422
    tree = markup.page(answer)
    field = markup.by_id(tree, "tracking_number")
    assert field.get("aria-invalid") == "true"
    assert markup.text(markup.by_id(tree, field.get("aria-describedby")))
    assert markup.by_id(tree, "carrier").get("value") == "Pigeon"
    assert backstage.state(order) == "packing"


ILLEGAL = [
    ("order", "pack"),
    ("order", "ship"),
    ("order", "deliver"),
    ("paid", "ship"),
    ("paid", "deliver"),
    ("packing", "pack"),
    ("packing", "deliver"),
    ("shipped", "pack"),
    ("shipped", "ship"),
    ("shipped", "cancel"),
]


@pytest.mark.parametrize(("made", "action"), ILLEGAL)
def test_an_illegal_move_is_a_conflict_and_shows_the_order_as_it_is(clerk, backstage, made, action):
    order = getattr(backstage, made)()
    before = backstage.state(order)
    form = {"tracking_number": "RA1", "reason": "Changed my mind"}
    answer = clerk.post(path(order, action), form)
    assert answer.status_code == 409
    tree = markup.page(answer)
    assert order_state(tree) == before == backstage.state(order)
    assert alerts(tree)
    part = clerk.post(path(order, action), form, htmx=True)
    assert (part.status_code, part.headers["Cache-Control"]) == (409, "no-store")
    assert alerts(markup.fragment(part, "order"))


def test_packing_twice_is_done_once(clerk, backstage):
    order = backstage.paid()
    codes = [clerk.post(path(order, "pack")).status_code for _ in range(2)]
    assert codes == [303, 409]
    events = [event.kind for event in backstage.reread(order).events]
    assert events.count("packing") == 1


@pytest.mark.parametrize("made", ["order", "paid", "packing"])
def test_before_it_is_shipped_an_order_can_be_cancelled_with_a_reason(clerk, backstage, made):
    order = getattr(backstage, made)()
    book_id = order.lines[0].book_id
    page = clerk.get(path(order))
    answer = clerk.submit(page, "cancel", reason="The customer asked")
    assert answer.status_code == 303
    order = backstage.reread(order)
    assert str(order.state) == "cancelled"
    assert order.events[-1].note == "The customer asked" or made == "order"
    with backstage.services() as services:
        assert services.catalogue.get(book_id).stock.num_allocated == 0
    assert bool(order.payments[0].refunds) == (made != "order")


@pytest.mark.parametrize("reason", ["", "no", "x" * 301, "a\x00bc"])
def test_cancelling_needs_a_reason_and_keeps_what_was_typed(clerk, backstage, reason):
    order = backstage.paid()
    answer = clerk.post(path(order, "cancel"), {"reason": reason})
    assert answer.status_code == 422
    tree = markup.page(answer)
    field = markup.by_id(tree, "reason")
    assert field.get("aria-invalid") == "true"
    assert field.get("value") == reason
    # What is folded away is open, so that the message is seen.
    assert any("open" in e.attrib for e in tree.iter("details"))
    assert backstage.state(order) == "paid"


def test_a_refund_that_was_refused_is_seen_and_begun_again(clerk, backstage, sandbox):
    order = backstage.paid()
    clerk.post(path(order, "cancel"), {"reason": "out of print"})
    assert not markup.has_form(clerk.get(path(order)), "/refund")
    control(sandbox, cancel_refunds=1)
    with backstage.services() as services:
        services.outbox.deliver_due()
    page = clerk.get(path(order))
    assert "have to go back to the customer" in page.get_data(as_text=True)
    answer = clerk.submit(page, "refund")
    assert answer.status_code == 303
    again = clerk.get(path(order))
    assert "The refund is on its way." in again.get_data(as_text=True)
    assert not markup.has_form(again, "/refund")
    assert clerk.post(path(order, "refund")).status_code == 409


@pytest.mark.parametrize("action", ["pack", "ship", "deliver", "cancel"])
def test_an_unknown_order_is_not_found(clerk, action):
    form = {"tracking_number": "RA1", "reason": "Some reason"}
    assert clerk.post(f"/admin/orders/ABCD-2345/{action}", form).status_code == 404


def test_orders_are_found_by_number_mail_name_and_state(clerk, backstage):
    anna = backstage.order(email="anna@example.org", full_name="Анна Каренина")
    levin = backstage.paid(email="kostya_levin@example.org", full_name="Константин Лёвин")
    for query, found in (
        ("", [levin, anna]),
        ("q=ANNA", [anna]),
        ("q=каренина", [anna]),
        (f"q={levin.number[:6].lower()}", [levin]),
        ("q=_levin", [levin]),
        # A sign of LIKE is only a letter here.
        ("q=a%25a", []),
        ("state=paid", [levin]),
        ("state=paid&q=anna", []),
        ("state=nonsense", [levin, anna]),
    ):
        answer = clerk.get(f"/admin/orders?{query}")
        assert listed(answer) == [order.number for order in found], query


def test_an_order_shows_what_was_bought_and_for_whom(clerk, backstage):
    order = backstage.order(
        backstage.book(title="Emma"), quantity=3, comment="<b>Ring</b>", full_name="A & B"
    )
    tree = markup.page(clerk.get(path(order)))
    shown = markup.text(markup.by_id(tree, "order")).replace("\N{NO-BREAK SPACE}", " ")
    for fact in ("Emma", "3 × 500 ₽", "1,500 ₽", "A & B", order.email, "<b>Ring</b>"):
        assert fact in shown


def test_any_filter_narrows_the_list_and_nonsense_is_told(app, backstage):
    clerk = Visitor(app, backstage.user(RoleCode.ADMIN))
    order = backstage.order()
    other = backstage.order()
    wanted = {"lines__title__ilike": order.lines[0].title, "colour__eq": "red", "total__gte": "x"}
    page = clerk.get("/admin/orders", query_string=wanted).text
    assert order.number in page
    assert other.number not in page
    assert "colour__eq, total__gte" in page


def test_an_order_of_the_staff_says_that_nobody_has_begun_to_pay(app, clerk, backstage, sandbox):
    backstage.shipping()
    with backstage.services() as services:
        order = services.checkout.place_for(
            {backstage.book().id: 1},
            factories.details(),
            user_id=None,
            locale="en",
            by=backstage.user(RoleCode.ADMIN, first_name="Anna", last_name="Packer"),
        )
    shown = markup.text(markup.by_id(markup.page(clerk.get(path(order))), "order"))
    assert "Nobody has begun to pay." in shown
    assert "Anna Packer" in shown
    guest = Visitor(app)
    page = guest.get(guest.get(backstage.order_link(order)).location)
    answer = guest.submit(page, "/pay")
    assert answer.location == backstage.reread(order).payment.confirmation_url
