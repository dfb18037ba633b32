"""Walks through the shop past the other faces of its pages: refusals, notices, each state.

What `every_page` shows is what one finds there; here somebody does something first.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyotp
from flask import Flask
from sqlalchemy import update

from shop.extensions import db
from shop.models import Image, ImageState, Refund, RefundStatus, RoleCode
from shop.services.addresses import MOST_ADDRESSES
from tests import factories
from tests.backstage import Backstage
from tests.factories import PASSWORD, PLACE, address
from tests.pictures import picture
from tests.plain_client import PERSON
from tests.visitor import HTMX, Visitor

WRONG_CHECKOUT = {
    "email": "nobody",
    "phone": "1",
    "shipping_method": "courier",
    "postal_code": "12",
    "comment": "x" * 1001,
    "checkout_key": "k" * 24,
}


@dataclass
class Walker:
    """A visitor to the pages of one language, who does all things by htmx and by plain forms."""

    visitor: Visitor
    prefix: str

    def look(self, path: str, **headers: str) -> None:
        for more in ({}, HTMX):
            answer = self.visitor.get(self.prefix + path, headers={**headers, **more})
            # What a page answers without a body is no page.
            assert answer.status_code < 400 or answer.text

    def do(self, path: str, **typed: Any) -> None:
        for htmx in (True, False):
            self.visitor.post(self.prefix + path, typed, htmx=htmx)


def shop(app: Flask, backstage: Backstage, prefix: str) -> None:
    """A guest who finds nothing, mistypes everything, and is told that the books are gone."""
    guest = Walker(Visitor(app), prefix)
    book, gone = backstage.book(stock=5, title="Emma & <Co>"), backstage.book(stock=2)
    backstage.shipping()
    for path in (
        "/cart",
        "/checkout",
        "/nothing",
        "/books?page=9",
        "/books?price_from=x",
        "/search/suggest?q=em",
        "/search/suggest?q=zzzzz",
        "/books?q=ema",
        "/books?q=emma&language=ru",
        "/books?language=ru&format=pocket&year_to=0",
    ):
        guest.look(path)
    for typed in ("em", "emna", "austen"):
        guest.look(f"/search/suggest?q={typed}")
    guest.look("/", **{"Accept-Language": "en" if prefix else "ru"})
    guest.do("/cart/items", book_id=book.id, quantity="x")
    guest.do("/cart/items", book_id=book.id, quantity="1")
    guest.do("/cart/items", book_id=gone.id, quantity="1")
    guest.look("/cart")
    guest.do(f"/cart/items/{book.id}", quantity="x")
    guest.do(f"/cart/items/{gone.id}", quantity="3")
    guest.do("/checkout", **WRONG_CHECKOUT)
    guest.do("/checkout", **PERSON, checkout_key="k" * 24, total_pickup="1.00")
    backstage.stock(gone, 1)
    guest.look("/cart")
    guest.look("/checkout")
    guest.do(f"/cart/items/{gone.id}", quantity="0")
    guest.look(f"/cart?removed={gone.id}")
    guest.do(f"/cart/items/{gone.id}/restore")
    guest.do("/login", email="nobody", password="x")
    # Without the token of a page.
    guest.visitor.send(f"{prefix}/login", {"email": "anna@example.org", "password": "x"})
    # To the login, with a word why.
    guest.visitor.get(f"{prefix}/account", follow_redirects=True)


def orders(app: Flask, backstage: Backstage, prefix: str) -> None:
    """An order of each kind that its page shows in another way, for its customer and for staff."""
    customer = Walker(Visitor(app), prefix)
    clerk = Walker(Visitor(app, backstage.user(RoleCode.ADMIN)), prefix)
    cancelled = backstage.paid()
    with backstage.services() as services:
        services.orders.cancel(cancelled.number, backstage.user(RoleCode.ADMIN), "Out of print")
    address = {"city": "Тверь", "street": "Советская, 1", "postal_code": "170100"}
    waiting = backstage.order(shipping_method="post", comment="Ring & wait", quantity=2, **address)
    refused = backstage.paid()
    with backstage.services() as services:
        services.orders.cancel(refused.number, backstage.user(RoleCode.ADMIN), "Out of print")
        its = update(Refund).where(Refund.payment_id == refused.payment.id)
        db.session.execute(its.values(status=RefundStatus.CANCELLED))
        db.session.commit()
    for order in (
        waiting,
        cancelled,
        refused,
        backstage.paid(),
        backstage.packing(),
        backstage.shipped(),
    ):
        customer.visitor.get(prefix + backstage.order_link(order))
        customer.look(f"/orders/{order.number}")
        clerk.look(f"/admin/orders/{order.number}")
    clerk.look("/admin/orders?state=paid&q=reader")
    clerk.look("/admin/orders?q=zzz")
    Walker(Visitor(app, backstage.user()), prefix).look("/account")


def desk(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Staff who mistype, come too late, and get it done; and somebody who may not."""
    clerk = Walker(Visitor(app, backstage.user(RoleCode.ADMIN)), prefix)
    order, book = backstage.paid(), backstage.book()
    at, shelf = f"/admin/orders/{order.number}", f"/admin/books/{book.id}"
    # The second time it is done already: each is refused once.
    clerk.do(f"{at}/pack")
    clerk.do(f"{at}/cancel", reason="")
    clerk.do(f"{at}/ship", tracking_number="")
    clerk.do(f"{at}/ship", tracking_number="RA1", carrier="Post")
    clerk.do(f"{at}/deliver")
    clerk.look(at)
    clerk.do(f"{at}/notes", text="")
    clerk.do(f"{at}/notes", text="Rings & waits")
    clerk.do(f"{at}/mails", mail="order_paid")
    line = order.lines[0].id
    clerk.do(f"{at}/refunds", **{f"copies-{line}": "9", "refund_reason": "Torn"})
    clerk.do(f"{at}/refunds", **{f"copies-{line}": "1", "refund_reason": "Torn"})
    clerk.do(f"{at}/return", return_reason="", money="books")
    clerk.do(f"{at}/return", return_reason="Moved away", money="nothing")
    first = order.events[0].id
    clerk.look(f"{at}/presence?event={first}")
    clerk.look(f"{at}/as-of?at=2020-01-01")
    clerk.look(f"{at}/as-of?at=x")
    clerk.look(f"{at}/as-of?at=0001-01-01T00:00%2B05:00")
    waits, packed = backstage.paid(), backstage.packing()
    clerk.do(f"/admin/orders/{waits.number}/contact", phone="x", full_name="A", email="x")
    clerk.look("/admin/orders?state=paid")
    clerk.look(f"/admin/orders/batch/parcels?number={packed.number}&number={waits.number}")
    clerk.do("/admin/orders/batch/ship", number=packed.number)
    clerk.do("/admin/orders/batch/deliver", number=waits.number)
    clerk.do("/admin/orders/batch/pack", number=waits.number)
    clerk.do(f"{shelf}/price", list_price="x", discount_percent="x", version="1")
    clerk.do(f"{shelf}/price", list_price="700", discount_percent="10", version="1")
    clerk.do(f"{shelf}/stock", num_in_stock="x", seen="5")
    clerk.do(f"{shelf}/stock", num_in_stock="9", seen="5")
    clerk.look("/admin/books?q=zzz")
    clerk.look("/admin/books?stock=there&price__gte=1&order_by=-price&colour__eq=x")
    clerk.look(f"{shelf}/row?edit=1")
    clerk.do(f"{shelf}/row", list_price="x", status="x")
    clerk.do("/admin/views", list="books", query="stock=low", name="Few & far")
    clerk.look("/admin/books")
    clerk.look("/admin/audit?entity=book&since=2020-01-01&until=x")
    clerk.look(f"{shelf}/history")
    clerk.look(f"{shelf}/as-of?at=2020-01-01")
    clerk.look(f"{shelf}/as-of?at=x")
    clerk.look(f"{shelf}/as-of?at=0001-01-01T00:00%2B05:00")
    clerk.look(f"{shelf}/as-of?at=9999-12-31T23:59-05:00")
    Walker(Visitor(app, backstage.user()), prefix).look("/admin/orders")


def pictures(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Staff who send what is no picture, describe one too long, and wait for what has failed."""
    clerk = Walker(Visitor(app, backstage.user(RoleCode.ADMIN)), prefix)
    book = backstage.book()
    at = f"/admin/books/{book.id}/pictures"
    with backstage.services() as services:
        failed, waits = (
            services.images.attach_cover(book.id, picture(colour), "") for colour in ("red", "blue")
        )
        db.session.execute(
            update(Image).where(Image.id == failed.id).values(state=ImageState.FAILED)
        )
        db.session.commit()
    clerk.look(f"/admin/books/{book.id}")
    clerk.look(f"{at}/progress?watched={waits.id}")
    clerk.look("/admin/pictures")
    for htmx in (True, False):
        sent = {"files": (io.BytesIO(b"x"), 'no "picture"')}
        clerk.visitor.post(prefix + at, sent, htmx=htmx)
    clerk.do(f"{at}/address", url="x")
    clerk.do(f"{at}/order", ids=failed.id)
    clerk.do(f"{at}/{failed.id}", alt="x" * 501, seen="")
    clerk.do(f"{at}/{failed.id}", alt="Red & new", seen="Old")
    clerk.do(f"{at}/{failed.id}", alt="Red & new", seen="")
    clerk.do(f"/admin/pictures/{failed.id}/try-again")
    clerk.do("/admin/pictures/try-again")
    clerk.do(f"{at}/{failed.id}/try-again")
    clerk.do(f"{at}/{waits.id}/delete")


def address_book(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Somebody who has no address yet, mistypes one, and keeps so many that the book is full."""
    user = backstage.user()
    owner = Walker(Visitor(app, user), prefix)
    at = "/account/addresses"
    owner.look(at)
    owner.do(at, phone="1", postal_code="12")
    # The second form is the same address once more, which is no mistake.
    owner.do(at, **PLACE)
    with backstage.services() as services:
        first, second = services.addresses.of_user(user)
    owner.look(at)
    owner.do(f"{at}/{second.id}", **PLACE | {"city": ""}, version="1")
    owner.do(f"{at}/{second.id}", **PLACE, version="0")
    owner.do(f"{at}/{second.id}/default")
    owner.do(f"{at}/{first.id}/delete")
    backstage.save(*(address(user) for _ in range(MOST_ADDRESSES - 1)))
    owner.do(at, **PLACE)
    owner.look(at)
    backstage.shipping()
    owner.do("/cart/items", book_id=backstage.book().id, quantity="1")
    owner.look("/checkout")
    owner.do("/checkout", **WRONG_CHECKOUT, keep_address="1")


def people(app: Flask, backstage: Backstage, prefix: str) -> None:
    """An admin who gives roles, closes and opens accounts, and is refused each in some way."""
    boss = backstage.user(RoleCode.ADMIN)
    admin = Walker(Visitor(app, boss), prefix)
    reader = backstage.user(first_name="Anna")
    at = f"/admin/users/{reader.id}"
    for path in ("/admin/users?q=zzz", "/admin/users?active__eq=false&colour__eq=x", at):
        admin.look(path)
    # The second time the version is an old one.
    admin.do(f"{at}/role", role=backstage.role("Night shift", "see_orders").id, version="1")
    admin.do(f"{at}/role", role="x", version="1")
    admin.do(f"{at}/close", version="2")
    admin.look(at)
    admin.do(f"{at}/reopen", version="3")
    admin.do(f"{at}/log-out", version="4")
    admin.look(f"/admin/users/{boss.id}")
    admin.do(f"/admin/users/{boss.id}/role", role=reader.role_id, version=boss.version)
    admin.do("/admin/users/invite", email="x", role="king", first_name="x" * 101)
    # The second one is refused: the address has an account then.
    admin.do("/admin/users/invite", email="new@example.org", role="accountant")
    admin.do("/admin/roles", name="", permissions=["see_orders"])
    admin.do("/admin/roles", name="Guests & friends", permissions=["see_orders"])
    admin.look("/admin/roles")
    for role in (boss.role, backstage.role("Interns"), reader.role):
        admin.look(f"/admin/roles/{role.id}")
        admin.do(f"/admin/roles/{role.id}", name="x" * 101, version="1")
        admin.do(f"/admin/roles/{role.id}/delete", version="0")


def reports(app: Flask, backstage: Backstage, prefix: str) -> None:
    """An accountant who looks at every report, with days that make sense and with some that do
    not."""
    accountant = Walker(Visitor(app, backstage.user(RoleCode.ACCOUNTANT)), prefix)
    backstage.paid()
    backstage.book(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    boss = Walker(Visitor(app, backstage.user(RoleCode.ADMIN)), prefix)
    boss.look("/admin")
    for text in ("", "zzz", "reader", "book"):
        boss.look(f"/admin/search?q={text}")
    for verb in ("try-again", "delete"):
        boss.do(f"/admin/jobs/none/{verb}")
        boss.do(f"/admin/jobs/failed/{verb}")
    at = "/admin/reports"
    for period in ("today", "year", "custom&first=x", "custom&first=2026-02-01&last=2026-01-01"):
        accountant.look(f"{at}?period={period}")
    accountant.look(f"{at}?period=custom&first=2026-01-01&last=2026-12-31&by=month")
    for by in ("books", "authors?sort=name", "categories", "publishers", "shipping", "vat"):
        accountant.look(f"{at}/{by}")
    accountant.look(f"{at}/books?period=custom&first=2020-01-01&last=2020-01-02")
    accountant.look(f"{at}/vat?period=custom&first=2020-01-01&last=2020-01-02")
    accountant.look(f"{at}/stock-value?by=publishers")
    accountant.look(f"{at}/slow")
    accountant.look(f"{at}/slow?days=3000")


def account(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Somebody who makes an account, mistypes what can be, and deletes it in the end."""
    guest = Walker(Visitor(app), prefix)
    guest.do("/register", email="x", password="short", first_name="x" * 101)
    guest.do("/register", email="anna@example.org", password=PASSWORD, consent="1")
    guest.do("/password/forgotten", email="x")
    guest.do("/password/forgotten", email="anna@example.org")
    with backstage.services() as services:
        anna = services.accounts.authenticate("anna@example.org", PASSWORD)
        services.outbox.deliver_due()
        services.tokens.open(anna, "a program")
    guest.do("/account/confirm", token="x")
    guest.look("/password/reset?token=x")
    guest.do("/login", email="anna@example.org", password=PASSWORD)
    for path in ("profile", "security", "second-factor", "keys", "data"):
        guest.look(f"/account/{path}")
    guest.do("/account/profile", first_name="x" * 101, birth_date="2199-01-01", version="1")
    guest.do("/account/profile", first_name="Анна", birth_date="1799-06-06", version="0")
    guest.do("/account/profile", first_name="Анна", birth_date="1979-06-06", version="1")
    guest.do("/account/security/password", current_password="x", password="short")
    guest.do("/account/security/email", current_password="x", email="x")
    guest.do("/account/security/email", current_password=PASSWORD, email="new@example.org")
    guest.do("/account/second-factor", code="000000", current_password="x")
    guest.do("/account/keys", name="", current_password=PASSWORD)
    guest.do("/account/keys", name="scanner & co", scopes="read", current_password=PASSWORD)
    guest.look("/account/keys")
    guest.look("/account/security")
    guest.do("/account/security/sessions/x/end")
    guest.do("/account/security/sessions/end")
    guest.do("/account/data/delete", current_password="x")
    guest.do("/account/data/delete", current_password=PASSWORD)


def second_step(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Somebody who has typed the password and is asked for the code of the telephone."""
    with backstage.services() as services:
        careful = factories.user(services)
        secret = services.second_factor.new_secret()
        services.second_factor.turn_on(careful, PASSWORD, secret, pyotp.TOTP(secret).now())
    guest = Walker(Visitor(app), prefix)
    guest.do("/login", email=careful.email, password=PASSWORD)
    guest.look("/login/code")
    guest.do("/login/code", code="000000")


def names(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Staff who call things otherwise, merge doubles and put the tree in order."""
    clerk = Walker(Visitor(app, backstage.user(RoleCode.ADMIN)), prefix)
    author = backstage.save(factories.author("Лев <Толстой>", name_en="Leo Tolstoy"))
    double = backstage.save(factories.author("Tolstoy, Leo"))
    house = factories.publisher(f"Penguin & sons{prefix}")
    backstage.book(authors=[author, double], publisher=house, series=factories.series())
    for kind, key in (("authors", author.id), ("publishers", house.id), ("series", 0)):
        at = f"/admin/{kind}"
        for path in ("?q=zzz", "?order_by=-id&unused=true&x__eq=1", "/doubles", "/new"):
            clerk.look(at + path)
        clerk.look(f"{at}/{key}")
        clerk.look(f"{at}/{key}/merge?q=zzz")
        clerk.do(at, name="")
        clerk.do(f"{at}/{key}", name="x" * 301, version="1")
        clerk.do(f"{at}/{key}/delete", version="1")
    series = backstage.save(factories.series())
    clerk.look(f"/admin/series/{series.id}")
    clerk.look(f"/admin/series/{series.id}/merge")
    pair = {"version": "0", "other": double.id, "other_version": "1"}
    at = f"/admin/authors/{author.id}/merge"
    clerk.look(f"{at}?with={double.id}")
    clerk.do(at, **pair)
    clerk.do(at, **pair, keep=author.id)
    clerk.do(at, **pair | {"version": "1"}, keep=author.id)
    clerk.look(f"/admin/authors/{author.id}")
    top = backstage.save(factories.category())
    below = backstage.save(factories.category(parent=top))
    backstage.book(categories=[below])
    at = f"/admin/categories/{top.id}"
    clerk.look(f"/admin/categories/new?below={top.id}")
    clerk.do("/admin/categories", name="", slug="A slug")
    clerk.do(at, name="", version="1")
    clerk.do(at, name="Called anew", version="0")
    clerk.do(f"{at}/delete", version=top.version)
    clerk.do(f"{at}/step", step="x")
    clerk.do(f"{at}/step", step="up")
    clerk.do(f"{at}/place", parent_id=below.id, place="0")
    clerk.do(f"{at}/merge", into="", version="1")
    clerk.do(f"{at}/merge", into=below.id, version="1")
    clerk.look(at)


def window(app: Flask, backstage: Backstage, prefix: str) -> None:
    """Staff who write, put shelves together and choose settings, each with a slip or two."""
    clerk = Walker(Visitor(app, backstage.user(RoleCode.ADMIN)), prefix)
    book, other = backstage.book(title="Emma & <Co>"), backstage.book()
    shelf = backstage.save(factories.shelf(book))
    page = backstage.save(
        factories.content_page(body="# Up\n\n<b>b</b> [x](javascript:x)\n\n|a|\n|-|")
    )
    way = backstage.save(factories.shipping_method())
    at = f"/admin/shelves/{shelf.id}"
    clerk.look(f"{at}?q=zzz")
    clerk.do("/admin/shelves", name="")
    clerk.do(at, name="", kind="mood", version="1")
    clerk.do(f"{at}/books", book=other.id, version="1")
    clerk.do(f"{at}/books/{book.id}/place", place="1", version="2")
    clerk.do(f"{at}/books/{book.id}/card", note="x" * 1001, version="3")
    clerk.do(f"{at}/books/{book.id}/card", note="Read & weep", version="3")
    clerk.do(f"{at}/books/{other.id}/delete", version="0")
    at = f"/admin/pages/{page.id}"
    clerk.do("/admin/pages", title="", body="", slug="Ü")
    clerk.do("/admin/pages/preview", title="A", body="## B\n\n- c", id=page.id)
    clerk.do(at, title="", body="", version="1")
    clerk.do(at, title="A", body="B", slug=page.slug, published="1", in_footer="1", version="1")
    clerk.look(at)
    clerk.look(f"/pages/{page.slug}")
    at = f"/admin/shipping/{way.id}"
    clerk.look("/admin/shipping/new")
    clerk.do("/admin/shipping", name="", price="x", free_from="y")
    clerk.do(at, name="By <air>", price="390,50", free_from="", version="1", active="1")
    clerk.do(f"{at}/move", places="1")
    clerk.do(f"{at}/delete", version="0")
    clerk.look("/admin/shipping")
    clerk.do("/admin/settings", version="0", notice_on="1", low_stock_threshold="x")
    clerk.do("/admin/settings", version="0", notice_on="1", notice="Open & <well>")
    clerk.look("/admin/settings")
    clerk.look("/")
    clerk.do("/admin/settings", version="2")


WALKS = (
    *(shop, orders, desk, pictures, address_book, people, account, second_step),
    *(names, window, reports),
)
