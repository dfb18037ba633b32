"""Staff at work: many orders at once, papers, notes, two at one order, what an order was."""

from __future__ import annotations

import io
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import markup
from tests.mailbox import text
from tests.visitor import Visitor


@pytest.fixture
def clerk(app, backstage) -> Visitor:
    return Visitor(app, backstage.user(RoleCode.ORDER_MANAGER, first_name="Oleg"))


def path(order, action="") -> str:
    return f"/admin/orders/{order.number}" + (f"/{action}" if action else "")


def ticks(*orders) -> dict[str, list[str]]:
    return {"number": [f"{each.number}.{each.version}" for each in orders]}


def notices(answer) -> str:
    return markup.text(markup.by_id(markup.page(answer), "notices"))


def paper(answer) -> list[str]:
    """The text of each page."""
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    return [page.extract_text() for page in pages]


def test_ticked_orders_are_packed_together_and_stay_ticked(clerk, backstage):
    first, second = backstage.paid(), backstage.paid()
    cancelled = backstage.paid()
    page = clerk.get("/admin/orders?state=paid")
    boxes = [
        box.get("value")
        for box in markup.by_id(markup.page(page), "batch").iter("input")
        if box.get("name") == "number"
    ]
    assert boxes == ticks(first, second, cancelled)["number"]
    clerk.post(path(cancelled, "cancel"), {"reason": "Out of print"})
    answer = clerk.post("/admin/orders/batch/pack", {"number": boxes})
    assert answer.status_code == 303
    after = clerk.get(answer.location)
    told = notices(after)
    assert "2 orders are being packed." in told
    assert f"{cancelled.number}: It has changed meanwhile and is now: Cancelled." in told
    boxes = markup.by_id(markup.page(after), "batch").iter("input")
    ticked = [box.get("value") for box in boxes if "checked" in box.attrib]
    assert [each.partition(".")[0] for each in ticked] == [first.number, second.number]


@pytest.mark.parametrize("action", ["pack", "deliver", "parcels", "packing-lists", "labels"])
def test_where_nothing_is_ticked_it_is_said(clerk, backstage, action):
    backstage.paid()
    answer = clerk.post(f"/admin/orders/batch/{action}")
    assert answer.status_code == 303
    assert "Tick the orders first." in notices(clerk.get(answer.location))


def test_parcels_are_shipped_together_and_nothing_typed_is_lost(clerk, backstage):
    good, bare, gone = backstage.packing(), backstage.packing(), backstage.packing()
    answer = clerk.post("/admin/orders/batch/parcels", ticks(good, bare, gone))
    page = clerk.get(answer.location)
    clerk.post(path(gone, "cancel"), {"reason": "Out of print"})
    typed = {
        f"tracking_number-{good.number}": "RA1",
        f"carrier-{bare.number}": "Pigeon",
        f"tracking_number-{gone.number}": "RA3",
    }
    form = clerk.form(page, "/batch/ship")
    refused = clerk.post(form.action, ticks(good, bare, gone) | typed)
    assert refused.status_code == 422
    assert [backstage.state(each) for each in (good, bare, gone)] == [
        "shipped",
        "packing",
        "cancelled",
    ]
    tree = markup.page(refused)
    assert markup.by_id(tree, f"carrier-{bare.number}").get("value") == "Pigeon"
    assert markup.by_id(tree, f"tracking_number-{bare.number}").get("aria-invalid") == "true"
    assert markup.by_id(tree, f"tracking_number-{gone.number}").get("value") == "RA3"
    assert "is now: Cancelled" in refused.text
    assert "1 order is shipped." in notices(refused)
    assert good.number not in markup.text(markup.by_id(tree, "main"))
    rest = ticks(backstage.reread(bare)) | {f"tracking_number-{bare.number}": "RA2"}
    assert clerk.post(form.action, rest).status_code == 303
    delivered = clerk.post(
        "/admin/orders/batch/deliver", ticks(*map(backstage.reread, (good, bare)))
    )
    assert "2 orders are delivered." in notices(clerk.get(delivered.location))


def test_packing_lists_say_what_to_fetch_and_what_goes_into_each_parcel(clerk, backstage):
    book = backstage.book(title="Война и мир", sku="WP-1", stock=9)
    first = backstage.paid(book, quantity=2, comment="Позвоните → мне")
    second = backstage.paid(book, backstage.book(title="Emma"))
    fetch, *pages = paper(clerk.post("/admin/orders/batch/packing-lists", ticks(first, second)))
    assert "2 orders · 4 copies" in fetch
    assert fetch.index("Emma") < fetch.index("Война и мир")
    assert f"{first.number}, {second.number}" in " ".join(fetch.split())
    for order, page in zip((first, second), pages, strict=True):
        for said in (order.number, "Война и мир", "WP-1", order.full_name, order.shipping_name):
            assert said in page
    assert "Позвоните" in pages[0]
    [alone] = paper(clerk.get(path(first, "packing-list.pdf")))
    assert "2 copies in all" in alone


@pytest.mark.parametrize(("sheet", "pages"), [("", 5), ("?sheet=a4", 2)])
def test_labels_say_whom_they_go_to(clerk, backstage, config, sheet, pages):
    backstage.shipping()
    book = backstage.book(stock=9)
    where = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    orders = [backstage.order(book, shipping_method="post", **where) for _ in range(5)]
    found = paper(clerk.post(f"/admin/orders/batch/labels{sheet}", ticks(*orders)))
    assert len(found) == pages
    whole = "\n".join(found)
    for order in orders:
        assert order.number in whole
    said = (orders[0].full_name, orders[0].phone, *where.values(), config.seller_address)
    assert all(each in " ".join(found[0].split()) for each in said)
    assert len(paper(clerk.get(path(orders[0], "label.pdf")))) == 1


def test_notes_are_for_staff_alone(app, clerk, backstage):
    reader = backstage.user()
    order = backstage.order(user=reader)
    answer = clerk.submit(clerk.get(path(order)), "notes", text="A <b>difficult</b> customer")
    assert answer.status_code == 303
    assert "A &lt;b&gt;difficult&lt;/b&gt; customer" in clerk.get(path(order)).text
    customer = Visitor(app, reader)
    for seen in (
        customer.get(f"/orders/{order.number}"),
        customer.get(f"/api/v1/orders/{order.number}?include=events,payments"),
        customer.get("/account/data/export"),
        clerk.get(f"/api/v1/orders/{order.number}?include=events"),
    ):
        assert seen.status_code == 200
        assert "difficult" not in seen.text
    refused = clerk.post(path(order, "notes"), {"text": "x" * 2001})
    assert refused.status_code == 422
    assert "x" * 2001 in refused.text


def test_the_second_of_two_learns_what_the_first_did(app, clerk, backstage):
    order = backstage.paid()
    vera = Visitor(app, backstage.user(RoleCode.ADMIN, first_name="Vera"))
    page = clerk.get(path(order))
    assert "Oleg has this order open since" in vera.get(path(order)).text
    assert vera.submit(vera.get(path(order)), "pack").status_code == 303
    late = clerk.submit(page, "cancel", reason="Out of print")
    assert late.status_code == 412
    alert = " ".join(markup.text(e) for e in markup.page(late).iter() if e.get("role") == "alert")
    assert "Meanwhile: Vera: Packing started" in alert
    assert markup.by_id(markup.page(late), "reason").get("value") == "Out of print"
    assert backstage.state(order) == "packing"
    # Now it is known, and can be done.
    assert clerk.submit(late, "cancel", reason="Out of print").status_code == 303


def test_an_open_page_is_told_of_others_and_of_news(app, clerk, backstage):
    order = backstage.paid()
    page = markup.page(clerk.get(path(order)))
    asks = markup.by_id(page, "presence").get("hx-get")
    nothing = markup.fragment(clerk.get(asks, htmx=True), "presence")
    assert not markup.text(nothing)
    vera = Visitor(app, backstage.user(RoleCode.ADMIN, first_name="Vera"))
    vera.submit(vera.get(path(order)), "pack")
    told = markup.text(markup.fragment(clerk.get(asks, htmx=True), "presence"))
    assert "Vera has this order open since" in told
    assert "Vera: Packing started" in told


def test_a_mail_goes_out_again(clerk, backstage, sent):
    order = backstage.paid()
    with backstage.services() as services:
        services.outbox.deliver_due()
    before = len(sent())
    page = clerk.get(path(order))
    assert clerk.submit(page, "mails", mail="order_placed").status_code == 303
    with backstage.services() as services:
        services.outbox.deliver_due()
    again = sent()
    assert len(again) == before + 1
    assert order.number in text(again[-1])
    assert "A mail was sent again: The order is placed" in " ".join(
        markup.text(markup.by_id(markup.page(clerk.get(path(order))), "order")).split()
    )
    assert clerk.post(path(order, "mails"), {"mail": "order_shipped"}).status_code == 409
    assert clerk.post(path(order, "mails"), {"mail": "x"}).status_code == 422


def test_the_address_is_corrected_and_what_was_typed_is_kept(clerk, backstage):
    order = backstage.paid()
    page = clerk.get(path(order))
    wrong = clerk.submit(page, "contact", phone="none", full_name="Anna Karenina")
    assert wrong.status_code == 422
    tree = markup.page(wrong)
    assert markup.by_id(tree, "phone").get("value") == "none"
    assert markup.by_id(tree, "full_name").get("value") == "Anna Karenina"
    assert "open" in markup.by_id(tree, "contact").attrib
    done = clerk.submit(wrong, "contact", phone="+7 900 111-11-11")
    assert done.status_code == 303
    kept = backstage.reread(order)
    assert (kept.full_name, kept.phone) == ("Anna Karenina", "+7 900 111-11-11")
    # Nobody's data are in the trail.
    with backstage.services():
        [entry] = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "correct"))
    assert "Anna" not in str(entry.after)


def test_a_part_of_the_money_goes_back_by_the_form(clerk, backstage):
    order = backstage.paid(backstage.book(), quantity=2)
    line = order.lines[0]
    name_of_copies = f"copies-{line.id}"
    page = clerk.get(path(order))
    typed = {name_of_copies: "1", "amount": "10,50", "refund_reason": "A torn page"}
    for wrong in ({name_of_copies: "3"}, {name_of_copies: "x"}, {"amount": "9999"}):
        refused = clerk.submit(page, "refunds", **(typed | wrong))
        assert refused.status_code == 422
        [name] = wrong
        field = markup.by_id(markup.page(refused), name)
        assert (field.get("value"), field.get("aria-invalid")) == (wrong[name], "true")
    assert clerk.submit(page, "refunds", **typed).status_code == 303
    assert backstage.reread(order).refunded == Decimal("510.50")
    assert markup.by_id(markup.page(clerk.get(path(order))), name_of_copies).get("max") == "1"
    shown = markup.text(markup.by_id(markup.page(clerk.get(path(order))), "order"))
    assert "Sent back" in shown
    assert "can go back for them: a part of their price went back before" in shown
    # The page is the one that was seen before.
    assert clerk.submit(page, "refunds", **typed).status_code == 412
    assert backstage.reread(order).refunded == Decimal("510.50")


def test_a_parcel_that_came_back_is_taken_back(clerk, backstage):
    order = backstage.shipped()
    page = clerk.get(path(order))
    refused = clerk.submit(page, "return", return_reason="")
    assert refused.status_code == 422
    done = clerk.submit(refused, "return", return_reason="Moved away", money="all")
    assert done.status_code == 303
    back = backstage.reread(order)
    assert (str(back.state), back.refunded) == ("returned", back.total)


def test_other_orders_of_the_customer_are_shown(clerk, backstage):
    other = backstage.paid()
    order = backstage.order(email=other.email.upper())
    shown = markup.text(markup.by_id(markup.page(clerk.get(path(order))), "order"))
    assert other.number in shown
    assert "1 other order" in shown


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("", "Packing started"),
        ("2020-01-01T10:00", "was placed only on"),
        ("yesterday", "Choose a day and a time."),
        ("9999-12-31T23:59:59-23:00", "Choose a day and a time."),
    ],
)
def test_an_order_is_shown_as_of_a_moment(clerk, backstage, at, shown):
    order = backstage.packing()
    answer = clerk.get(path(order, "as-of"), query_string={"at": at})
    assert answer.status_code == 200
    assert shown in answer.text


def test_an_order_as_of_a_day_is_as_it_was_at_its_end(clerk, backstage):
    order = backstage.packing()
    day = order.placed_at.astimezone(ZoneInfo("Europe/Moscow")).date()
    answer = clerk.get(path(order, "as-of"), query_string={"at": f"{day}"})
    assert "Packing started" in answer.text


def test_the_links_of_the_history_show_each_step(clerk, backstage):
    order = backstage.packing()
    backstage.age(order, placed_at=order.placed_at)
    history = markup.with_class(markup.page(clerk.get(path(order))), "history")[0]
    newest = next(history.iter("a")).get("href")
    then = markup.page(clerk.get(newest))
    assert markup.by_id(then, "order-then").get("data-order-state") == "packing"
