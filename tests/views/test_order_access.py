"""Orders are their customer's: an account's own, or a guest's by the link of the mail."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.web import order_access
from tests import markup
from tests.plain_client import PERSON
from tests.visitor import Visitor


def page(order) -> str:
    return f"/orders/{order.number}"


def sees(visitor, order) -> bool:
    answer = visitor.get(page(order))
    if answer.status_code == 200:
        assert order.full_name in answer.text
        return True
    assert answer.status_code == 404
    assert order.full_name not in answer.text
    return False


def test_the_link_of_the_mail_opens_the_order_and_leaves_no_token(app, backstage):
    order = backstage.order()
    visitor = Visitor(app)
    assert not sees(visitor, order)
    answer = visitor.get(backstage.order_link(order))
    assert (answer.status_code, answer.location) == (303, page(order))
    assert sees(visitor, order)
    assert not sees(Visitor(app), order)


def test_a_russian_order_has_a_russian_link(visitor, backstage):
    order = backstage.order(locale="ru")
    link = backstage.order_link(order)
    assert link.startswith(f"/ru{page(order)}?")
    assert visitor.get(link).location == f"/ru{page(order)}"


@pytest.mark.parametrize("path", ["", "/return", "?seen=1"])
def test_somebody_elses_order_is_not_found_for_guests_and_accounts(app, backstage, path):
    owner = backstage.user()
    order = backstage.order(user=owner)
    for stranger in (Visitor(app), Visitor(app, backstage.user()), Visitor(app, backstage.user())):
        assert stranger.get(page(order) + path).status_code == 404
        assert stranger.get(page(order) + path, htmx=True).status_code == 404
        assert stranger.post(f"{page(order)}/pay").status_code == 404
    assert sees(Visitor(app, owner), order)


def test_the_staff_look_at_orders_on_their_own_pages(app, backstage):
    order = backstage.order()
    clerk = Visitor(app, backstage.user("admin"))
    assert not sees(clerk, order)
    assert clerk.get(f"/admin{page(order)}").status_code == 200


def test_a_missing_order_and_somebody_elses_look_the_same(visitor, backstage):
    theirs = visitor.get(page(backstage.order()))
    missing = visitor.get("/orders/ABCD-2345")
    main = [markup.text(markup.page(answer).find("body/main")) for answer in (theirs, missing)]
    assert main[0] == main[1]


@pytest.mark.parametrize("change", ["", "x", "cut", "forged"])
def test_a_wrong_token_opens_nothing(visitor, backstage, change):
    order = backstage.order()
    token = backstage.order_link(order).partition("token=")[2]
    number, _, signature = token.rpartition(".")
    another = ("B" if signature[0] == "A" else "A") + signature[1:]
    wrong = {"cut": token[:-1], "forged": f"{number}.{another}", "": "", "x": "x"}[change]
    assert visitor.get(f"{page(order)}?token={wrong}").status_code == 404
    assert not sees(visitor, order)


def test_the_token_of_another_order_opens_nothing(visitor, backstage):
    mine, theirs = backstage.order(), backstage.order()
    token = backstage.order_link(mine).partition("token=")[2]
    assert visitor.get(f"{page(theirs)}?token={token}").status_code == 404
    assert not sees(visitor, theirs)
    assert not sees(visitor, mine)


def test_a_token_signed_with_another_key_opens_nothing(visitor, backstage, other_shop):
    order = backstage.order()
    elsewhere = other_shop(secret_key="the key of another shop")
    token = elsewhere.extensions["services"].order_links.url(order).partition("token=")[2]
    assert visitor.get(f"{page(order)}?token={token}").status_code == 404


def test_a_token_signed_with_the_key_before_still_opens(backstage, other_shop, config):
    order = backstage.order()
    link = backstage.order_link(order)
    rotated = other_shop(
        secret_key="the key of today, newer", secret_key_fallbacks=(config.secret_key,)
    )
    assert Visitor(rotated).get(link).status_code == 303


@pytest.mark.parametrize(("days", "opens"), [(89, True), (91, False)])
def test_link_and_cookie_last_ninety_days_after_the_last_change(app, backstage, days, opens):
    order = backstage.order()
    early = Visitor(app)
    early.get(backstage.order_link(order))
    backstage.age(order, updated_at=datetime.now(UTC) - timedelta(days=days))
    late = Visitor(app)
    assert late.get(backstage.order_link(order)).status_code == (303 if opens else 404)
    assert sees(early, order) == opens


def test_an_account_sees_its_old_orders_for_ever(app, backstage):
    user = backstage.user()
    order = backstage.order(user=user)
    backstage.age(order, updated_at="2020-01-01")
    assert sees(Visitor(app, user), order)


def test_who_places_an_order_sees_it_without_a_link(visitor, backstage):
    backstage.shipping()
    for _ in range(2):
        visitor.post("/cart/items", {"book_id": backstage.book().id})
        visitor.submit(visitor.get("/checkout"), "checkout", **PERSON)
    assert all(sees(visitor, order) for order in backstage.orders())


def test_after_logging_out_nothing_of_it_is_seen(app, backstage):
    user = backstage.user()
    backstage.shipping()
    visitor = Visitor(app, user)
    visitor.post("/cart/items", {"book_id": backstage.book().id})
    visitor.submit(visitor.get("/checkout"), "checkout", **PERSON)
    (order,) = backstage.orders()
    assert sees(visitor, order)
    visitor.post("/logout")
    assert not sees(visitor, order)


def test_a_session_has_room_for_some_orders_and_keeps_the_newest(visitor, backstage, monkeypatch):
    monkeypatch.setattr(order_access, "MOST_GRANTS", 2)
    book = backstage.book()
    orders = [backstage.order(book) for _ in range(3)]
    for order in orders:
        visitor.get(backstage.order_link(order))
    assert [sees(visitor, order) for order in orders] == [False, True, True]


def test_a_number_may_be_typed_in_small_letters(app, backstage):
    user = backstage.user()
    order = backstage.order(user=user)
    assert Visitor(app, user).get(page(order).lower()).status_code == 200


def test_ones_orders_are_listed_newest_first_and_nobody_elses(app, backstage):
    user = backstage.user()
    mine = [backstage.order(user=user) for _ in range(2)]
    theirs = backstage.order(user=backstage.user())
    answer = Visitor(app, user).get("/account")
    listed = [
        href.removeprefix("/orders/")
        for href in markup.hrefs(markup.page(answer))
        if href.startswith("/orders/")
    ]
    assert listed == [mine[1].number, mine[0].number]
    assert theirs.number not in answer.text
