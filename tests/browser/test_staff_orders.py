"""Staff work through the queue of orders without a mouse."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from shop.models import Order, OrderState, RoleCode
from shop.web.services import services
from tests import factories
from tests.browser.people import Clerk
from tests.browser.shelf import ADMIN, Shelf, person
from tests.browser.visitors import Visitors


@pytest.fixture
def paid(shelf: Shelf) -> list[Order]:
    """Four orders that wait to be packed, the longest waiting first."""
    book = factories.save(factories.book(stock=9))
    return [factories.paid(services, book) for _ in range(4)]


@pytest.fixture
def clerk(visit: Visitors, paid: list[Order]) -> Page:
    page = visit()
    person(ADMIN, RoleCode.ADMIN)
    Clerk(page).log_in(ADMIN)
    page.goto("/admin/orders?state=paid")
    return page


def ticked(page: Page) -> list[str]:
    boxes = page.locator("[data-tick]:checked")
    return [value.partition(".")[0] for value in boxes.evaluate_all("all => all.map(b => b.value)")]


def test_orders_are_ticked_packed_and_shipped_by_keys_alone(clerk, paid):
    numbers = [order.number for order in paid]
    for key in ("j", "x", "j", "ArrowDown", "Shift+X"):
        clerk.keyboard.press(key)
    assert ticked(clerk) == numbers[:3]
    expect(clerk.locator("[data-ticked]")).to_have_text("3")
    expect(clerk.locator(":focus")).to_have_text(numbers[2])
    # The dialog of shortcuts has those of the list, and takes the keys as long as it is open.
    clerk.keyboard.press("?")
    expect(clerk.locator("#staff-keys")).to_contain_text("tick it")
    for key in ("x", "Escape", "k", "x"):
        clerk.keyboard.press(key)
    assert ticked(clerk) == [numbers[0], numbers[2]]
    clerk.keyboard.press("p")
    expect(clerk).to_have_url(re.compile("state=packing"))
    clerk.wait_for_load_state()
    assert ticked(clerk) == [numbers[0], numbers[2]]
    clerk.keyboard.press("s")
    expect(clerk).to_have_url(re.compile("batch/parcels"))
    clerk.wait_for_load_state()
    # As a hand scanner types: each number ends with Enter.
    expect(clerk.locator(":focus")).to_have_attribute("id", f"tracking_number-{numbers[0]}")
    for tracking_number in ("RA1", "RA2"):
        clerk.keyboard.type(tracking_number)
        clerk.keyboard.press("Enter")
    expect(clerk.locator("#notices")).to_contain_text("2 orders are shipped.")
    shipped = [services.orders.by_number(number) for number in (numbers[0], numbers[2])]
    assert [order.state for order in shipped] == [OrderState.SHIPPED] * 2
    assert [order.shipment.tracking_number for order in shipped if order.shipment] == ["RA1", "RA2"]


def test_a_key_acts_on_the_order_at_hand_where_none_is_ticked(clerk, paid):
    for key in ("j", "j", "p"):
        clerk.keyboard.press(key)
    expect(clerk.locator("#notices")).to_contain_text("1 order is being packed.")
    assert services.orders.by_number(paid[1].number).state is OrderState.PACKING


def test_keys_are_where_they_are_whatever_layout_somebody_types_in(clerk, paid):
    for letter, code in (("о", "KeyJ"), ("ч", "KeyX")):
        clerk.evaluate(
            """([key, code]) => document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", {key, code, bubbles: true, cancelable: true}))""",
            [letter, code],
        )
    assert ticked(clerk) == [paid[0].number]


def test_letters_that_are_typed_are_no_keys(clerk, paid):
    clerk.locator("#orders-q").fill("")
    clerk.locator("#orders-q").press_sequentially("xpj")
    assert ticked(clerk) == []
    clerk.locator("[data-tick-all]").check()
    assert len(ticked(clerk)) == 4
    clerk.locator("[data-tick]").first.click()
    clerk.locator("[data-tick]").nth(2).click(modifiers=["Shift"])
    assert ticked(clerk) == [paid[3].number]


def test_what_is_typed_and_not_sent_stays_when_another_form_is(clerk, paid):
    number = paid[0].number
    clerk.goto(f"/admin/orders/{number}")
    clerk.wait_for_load_state()
    order, note = clerk.locator("#order"), clerk.locator("#text")
    note.fill("Rings twice, and the dog is kind.")
    clerk.locator("#contact summary").click()
    clerk.locator("#full_name").fill("Anna Karenina")
    clerk.locator("#start-packing").click()
    expect(order).to_have_attribute("data-order-state", "packing")
    expect(note).to_have_value("Rings twice, and the dog is kind.")
    expect(clerk.locator("#full_name")).to_have_value("Anna Karenina")
    clerk.locator("#tracking_number").fill("RA1")
    clerk.get_by_role("button", name="Keep the note").click()
    expect(clerk.locator(".order-note")).to_contain_text("the dog is kind")
    # What was sent is done with.
    expect(note).to_have_value("")
    expect(clerk.locator("#tracking_number")).to_have_value("RA1")
    clerk.locator("#ship").click()
    expect(order).to_have_attribute("data-order-state", "shipped")
    clerk.locator("#take-back summary").click()
    clerk.get_by_label("Nothing goes back").check()
    note.fill("Came back.")
    clerk.get_by_role("button", name="Keep the note").click()
    expect(clerk.locator(".order-note")).to_have_count(2)
    expect(clerk.get_by_label("Nothing goes back")).to_be_checked()


def test_a_card_that_is_not_saved_stays_when_books_of_the_shelf_move(clerk):
    books = [factories.save(factories.book()) for _ in range(2)]
    shelf = factories.save(factories.shelf(*books))
    clerk.goto(f"/admin/shelves/{shelf.id}")
    clerk.wait_for_load_state()
    first = books[0].id
    clerk.locator(f"#card-{first} summary").click()
    clerk.locator(f"#note-{first}").fill("For a long winter.")
    clerk.locator(f"#down-{first}").click()
    expect(clerk.locator(".shelf-book").last).to_have_id(f"book-{first}")
    expect(clerk.locator(f"#note-{first}")).to_have_value("For a long winter.")
