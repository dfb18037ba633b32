"""PostgreSQL or Valkey is killed under ten shoppers, and comes back: nobody loses an order.

Each test prints a row of a table, which `-rP` shows.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Event

import pytest
from redis import Redis
from sqlalchemy import func, select, update

from dev.services.server import Server
from dev.yookassa_sandbox.testing import state, wait_until
from shop.extensions import db
from shop.models import Book, Order, OrderLine, OrderState, Payment, StockRecord
from shop.models.columns import utcnow
from tests import factories
from tests.backstage import Backstage
from tests.faults.crashes.clock import Clock
from tests.faults.crashes.shoppers import Shopper
from tests.faults.crashes.shops import OwnShop
from tests.jobs.workforce import PATIENCE
from tests.live_shop import kill, running
from tests.stored import stored

SHOPPERS, BOOKS = 10, 3
HALF = SHOPPERS // 2
PAID_ONCE = {"create_payment": 1, "succeed": 1, "capture_payment": 1}


@dataclass(frozen=True)
class Outage:
    """Moments of `time.monotonic()`: the server was killed, and answered again."""

    began: float
    ended: float


@pytest.fixture
def shoppers(own_shop: OwnShop) -> Iterator[list[Shopper]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Shopper(own_shop.web.url)) for _ in range(SHOPPERS)]


def buy_while_it_is_killed(shoppers: list[Shopper], books: list[Book], server: Server) -> Outage:
    """All buy; in the midst of it the server is killed, and comes back when half have noticed.

    Then each of them buys once more.
    """
    is_back = Event()
    with ThreadPoolExecutor(SHOPPERS) as pool:
        ends = [pool.submit(buy_until, is_back, *each) for each in zip(shoppers, cycle(books))]
        try:
            wait_until(lambda: sum(len(each.orders) for each in shoppers) >= HALF, PATIENCE)
            kill(server.process)
            began = time.monotonic()
            wait_until(lambda: sum(bool(each.told_at) for each in shoppers) >= HALF, PATIENCE)
            server.start()
            ended = time.monotonic()
        finally:
            is_back.set()
        for end in ends:
            end.result()
    return Outage(began, ended)


def buy_until(event: Event, shopper: Shopper, book: Book) -> None:
    while not event.is_set():
        shopper.buy(book)
    shopper.buy(book)


def lost_and_doubled(shop: OwnShop) -> tuple[int, int]:
    """How many orders that were shown are not there, and how many are that nobody was shown."""
    shown, there = set(shop.shown), set(db.session.scalars(select(Order.number)))
    return len(shown - there), len(there - shown)


def assert_whole(shop: OwnShop) -> None:
    """Every order is paid, once, and each of its copies is promised."""
    assert set(db.session.scalars(select(Order.state))) == {OrderState.PAID}
    payments = list(db.session.scalars(select(Payment.provider_payment_id)))
    assert len(payments) == len(shop.shown)
    assert state(shop.web.sandbox)["objects"] == dict.fromkeys(payments, PAID_ONCE)
    copies = select(OrderLine.book_id, func.sum(OrderLine.quantity)).group_by(OrderLine.book_id)
    promised = select(StockRecord.book_id, StockRecord.num_allocated)
    assert set(db.session.execute(promised)) == set(db.session.execute(copies))


def assert_told_by_mail(shop: OwnShop, clock: Clock) -> None:
    """Each order's two mails went out, and that without the jobs that were asked for meanwhile."""
    clock.queue.empty()
    ids = db.session.scalars(select(Order.id)).all()
    expected = {f"{name}-{order_id}" for order_id in ids for name in ("placed", "paid")}
    wait_until(lambda: clock.turn() or shop.letters() == expected, PATIENCE)


def copies_put_twice() -> int:
    """A shopper who is told to come again cannot know that the book is in the cart already."""
    copies = db.session.scalar(select(func.sum(OrderLine.quantity)))
    return copies - stored(Order)


def row(server: Server, shoppers: list[Shopper], outage: Outage, *figures: int) -> str:
    """Of a table: who was killed and for how long, what was shown, how late the last trouble was.

    Then orders lost, orders doubled, carts lost, and copies in orders that were put in twice.
    """
    answers = sum((each.statuses for each in shoppers), Counter())
    slowest = max(each.slowest for each in shoppers)
    last = max(moment for each in shoppers for moment in each.told_at)
    cells = (
        server.title,
        f"{outage.ended - outage.began:.1f} s",
        f"{answers[503]} of {answers.total()} answers were 503, the slowest took {slowest:.1f} s",
        f"{max(0, last - outage.ended):.1f} s",
        *figures,
    )
    return f"| {' | '.join(map(str, cells))} |\n"


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_ten_shoppers_lose_nothing(
    own_shop: OwnShop,
    own_backstage: Backstage,
    own_clock: Clock,
    shoppers: list[Shopper],
    name: str,
) -> None:
    server = getattr(own_shop, name)
    books = [own_backstage.book(stock=1000) for _ in range(BOOKS)]
    port = server.port
    outage = buy_while_it_is_killed(shoppers, books, server)
    assert server.port == port
    own_shop.shown.extend(number for each in shoppers for number in each.orders)
    with own_backstage.app.app_context():
        orders = lost_and_doubled(own_shop)
        lost_carts = sum(each.lost_carts for each in shoppers)
        sys.stdout.write(row(server, shoppers, outage, *orders, lost_carts, copies_put_twice()))
        assert orders == (0, 0)
        # Of the last two seconds, Valkey may have told more than it had written.
        assert name == "valkey" or lost_carts == 0
        assert_whole(own_shop)
        assert_told_by_mail(own_shop, own_clock)
    # Nobody had to start the shop again.
    assert len(own_shop.web.processes_that_answered("")) == 2


def test_carts_that_valkey_has_written_down_survive_it(
    own_shop: OwnShop, own_backstage: Backstage, shoppers: list[Shopper]
) -> None:
    """Of guests and customers. `appendfsync everysec`: what it has for two seconds is written."""
    book = own_backstage.book()
    with own_backstage.services() as services:
        customers = [factories.user(services) for _ in range(HALF)]
    for shopper, customer in zip(shoppers, customers, strict=False):
        shopper.open("/login")
        shopper.send("/login", email=customer.email, password=factories.PASSWORD)
    for shopper in shoppers:
        shopper.fill_cart(book)
    with Redis.from_url(own_shop.valkey.url) as client:
        client.incr("a mark behind all of it")
        client.execute_command("WAITAOF", 1, 0, 1000 * PATIENCE)
    kill(own_shop.valkey.process)
    own_shop.valkey.start()
    for shopper in shoppers:
        page = shopper.insist(lambda shopper=shopper: shopper.open("/checkout"))
        assert page.form("checkout")


def test_clock_and_worker_outlive_valkey(own_shop: OwnShop, own_backstage: Backstage) -> None:
    """An order whose time is over is cancelled after Valkey came back, by the same processes."""
    worker = own_shop.worker.start()
    log = own_shop.worker.log.with_name("clock.log")
    with running(["-m", "jobs.clock"], own_shop.web.config, log) as clock:
        order = own_backstage.order()
        kill(own_shop.valkey.process)
        wait_until(lambda: _missed(log) and _missed(own_shop.worker.log), PATIENCE)
        own_shop.valkey.start()
        with own_backstage.app.app_context():
            db.session.execute(update(Order).values(expires_at=utcnow()))
            db.session.commit()
            wait_until(lambda: _state(order) is OrderState.CANCELLED, PATIENCE)
        assert (worker.poll(), clock.poll()) == (None, None)


def test_clock_and_worker_stop_when_they_are_asked_while_valkey_is_gone(own_shop: OwnShop) -> None:
    worker = own_shop.worker.start()
    log = own_shop.worker.log.with_name("asked.log")
    with running(["-m", "jobs.clock"], own_shop.web.config, log) as clock:
        with Redis.from_url(own_shop.valkey.url) as client:
            wait_until(lambda: client.zcard("rq:cron_schedulers"), PATIENCE)
        kill(own_shop.valkey.process)
        for process in (worker, clock):
            process.terminate()
            process.wait(PATIENCE)
    own_shop.valkey.start()


def _missed(log: Path) -> bool:
    """Whether it was noticed that Valkey is gone: RQ waits by itself where it asks for work."""
    said = log.read_text()
    return "beginning anew" in said or "could not connect to Redis" in said


def _state(order: Order) -> OrderState:
    db.session.rollback()
    return db.session.scalars(select(Order.state).where(Order.id == order.id)).one()
