"""While a release migrates the database, the version before it goes on to serve."""

from __future__ import annotations

import requests
from redis import Redis
from rq import Queue

from dev.yookassa_sandbox.testing import pay, wait_until
from jobs import outbox
from shop.gateways.queue import QUEUE
from shop.models import RoleCode
from tests.jobs.workforce import PATIENCE
from tests.plain_client import PERSON, PlainClient

PASSWORD = "a former version's password"


def buy(shopper: PlainClient, address: str, title: str) -> str:
    """Find the book by its title, and pay for it; the order's number."""
    shopper.open("/")
    shopper.open(f"/books?q={title}")
    shopper.follow(address)
    shopper.send("/cart/items", quantity="2")
    shopper.open("/checkout")
    shopper.send("checkout", **PERSON)
    page = shopper.open(pay(shopper.answer.url))
    assert page.order_state == "paid"
    return shopper.answer.url.rpartition("/")[2]


def work_on(staff: PlainClient, number: str, book_id: int) -> None:
    """Pack the order and give the book another price."""
    staff.open("/login")
    staff.send("/login", email="staff@example.org", password=PASSWORD)
    staff.open(f"/admin/orders/{number}")
    page = staff.send("/pack")
    assert page.order_state == "packing"
    staff.open(f"/admin/books/{book_id}")
    staff.send("/price", list_price="321.00")
    assert staff.answer.ok
    assert not staff.page.alerts


def ask(url: str, book_id: int) -> dict[str, object]:
    """What the API tells of the book to somebody who has logged in there."""
    who = {"email": "staff@example.org", "password": PASSWORD}
    answer = requests.post(f"{url}/api/v1/auth/login", json=who, timeout=PATIENCE)
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    orders = requests.get(f"{url}/api/v1/orders", headers=bearer, timeout=PATIENCE)
    assert orders.status_code == 200
    told = requests.get(f"{url}/api/v1/books/{book_id}", headers=bearer, timeout=PATIENCE)
    found: dict[str, object] = told.json()
    return found


def test_the_former_version_sells_on_the_new_database(former_shop, backstage, config):
    book = backstage.book(title="Tide", stock=5)
    backstage.shipping()
    with backstage.services() as services:
        services.accounts.register("staff@example.org", PASSWORD, role=RoleCode.ADMIN)
    with PlainClient(former_shop.web.url) as shopper, PlainClient(former_shop.web.url) as staff:
        number = buy(shopper, f"/books/{book.slug}-{book.id}", "Tide")
        work_on(staff, number, book.id)
    told = ask(former_shop.web.url, book.id)
    assert told["price"] == {"amount": "321.00", "currency": "RUB"}
    assert told["num_in_stock"] == 5
    assert backstage.promised(book) == 2
    with Redis.from_url(config.redis_url) as connection:
        Queue(QUEUE, connection=connection).enqueue(outbox.deliver)
        wait_until(lambda: list(former_shop.mails.glob("*.eml")), 3 * PATIENCE)
