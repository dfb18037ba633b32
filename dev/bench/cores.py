"""`python -m dev.bench.cores`: how much processor time a page and an order take, part by part.

The time of a processor is the same on a machine that has other work, and adds up: so many pages and
orders a second need so many cores. A shop of 10,000 books on PostgreSQL and Valkey of its own is
asked by one client in the same process; what the server of HTTP takes is left out.

Prints what each takes, what an order takes with the pages that lead to it, and how many cores are
busy in the busiest minute of a day: the tables of docs/growing.md, by the assumptions below.
"""

from __future__ import annotations

import itertools
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask

from dev.bench.cases import QUERIES, THREE
from dev.bench.shops import configuration, filled
from dev.services import Postgres, Valkey
from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import Settings
from dev.yookassa_sandbox.testing import pay
from shop.extensions import db
from shop.repositories.book_filters import BookFilters
from shop.web.kept_fragments import KEPT, KeptFragments
from shop.web.services import services

BOOKS = 10_000
PAGES, ORDERS = 60, 40
# What is assumed of shoppers, for each order that is placed.
SEEN = {
    "home, kept": 15,
    "catalogue, kept": 45,
    "catalogue, made anew": 10,
    "search": 5,
    "a book": 25,
}
CARTS, TITLES, SETTLINGS = 3, 2, 2  # carts filled, titles in each, notification and return
# How much more the busiest minute of a day has than an average one, and how busy a core may be.
BUSIEST, BUSY = 6, 0.6
ORDERS_A_DAY = (10, 1_000, 100_000)
DAY = 86_400
PUT, PLACED, SETTLED = "putting two books into a cart", "placing an order", "settling it"
LETTERS = "the worker, for an order's messages"
WEB, WORKER = "`web`, together", "`worker`"
PARTS = ("the shop", "PostgreSQL", "Valkey")
IN_STOCK = BookFilters(in_stock=True)
TICK = os.sysconf("SC_CLK_TCK")
ROOMY = "1000000 per second"
CONTACT = {
    "email": "reader@example.org",
    "phone": "+7 900 000-00-00",
    "full_name": "Вера Читателева",
    "shipping_method": "pickup",
    "consent": True,
}


class Meter:
    """Processor time of this thread, of PostgreSQL and of Valkey, in milliseconds."""

    def __init__(self, postgres: int, valkey: int) -> None:
        self._servers = (postgres, valkey)

    def per_run(self, runs: int, deed: Callable[[], None]) -> tuple[float, ...]:
        """Of each part, for one run of so many."""
        before = self._now()
        for _ in range(runs):
            deed()
        return tuple(
            (after - first) / runs for after, first in zip(self._now(), before, strict=True)
        )

    def _now(self) -> tuple[float, ...]:
        return (1000 * time.thread_time(), *(_spent(pid) for pid in self._servers))


def _spent(server: int) -> float:
    """Milliseconds of a server and of all that it has started, those that ended among them."""
    spent = 0
    for pid in _with_children(server):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # User and system time, of itself and of the children that it has waited for.
        spent += sum(int(each) for each in fields[11:15])
    return 1000 * spent / TICK


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _with_children(int(child))


def main() -> None:
    with _shop() as (app, meter):
        client = app.test_client()
        rows: list[tuple[str, tuple[float, ...]]] = []
        for name, addresses, anew in _pages(app):
            asked = itertools.cycle(addresses)

            def page(asked: Iterator[str] = asked, anew: bool = anew) -> None:
                if anew:
                    app.extensions[KEPT] = KeptFragments()
                assert client.get(next(asked)).status_code == 200

            for _ in addresses:
                page()
            rows.append((name, meter.per_run(PAGES, page)))
        buying = _Purchases(app)
        rows.append((PUT, meter.per_run(ORDERS, buying.put)))
        rows.append((PLACED, meter.per_run(ORDERS, buying.place)))
        rows.append((SETTLED, meter.per_run(ORDERS, buying.settle)))
        letters = meter.per_run(1, buying.deliver)
        rows.append((LETTERS, tuple(each / ORDERS for each in letters)))
    _tell("processor time, ms", rows)
    per_order = _per_order(dict(rows))
    _tell("ms for an order", per_order)
    _tell_of_days(dict(per_order))


def _tell(what: str, rows: list[tuple[str, tuple[float, ...]]]) -> None:
    print(f"| {what} |", " | ".join(PARTS), "|")
    print("| --- | ---: | ---: | ---: |")
    for name, parts in rows:
        print(f"| {name} |", " | ".join(f"{each:,.1f}" for each in parts), "|")
    print()


def _per_order(found: dict[str, tuple[float, ...]]) -> list[tuple[str, tuple[float, ...]]]:
    """Of `web`, step by step and in all, and of `worker`."""
    steps = [
        (
            f"{sum(SEEN.values())} pages",
            _sum((number, found[name]) for name, number in SEEN.items()),
        ),
        (f"{CARTS * TITLES} books put into carts", _sum([(CARTS, found[PUT])])),
        ("placed and settled", _sum([(1, found[PLACED]), (SETTLINGS, found[SETTLED])])),
    ]
    return [*steps, (WEB, _sum((1, parts) for _, parts in steps)), (WORKER, found[LETTERS])]


def _sum(times: Iterable[tuple[int, tuple[float, ...]]]) -> tuple[float, ...]:
    each = [tuple(number * part for part in parts) for number, parts in times]
    return tuple(map(sum, zip(*each, strict=True)))


def _tell_of_days(per_order: dict[str, tuple[float, ...]]) -> None:
    web, worker = per_order[WEB], per_order[WORKER]
    busy = {
        "`web`": web[0],
        "`worker`": worker[0],
        "PostgreSQL": web[1] + worker[1],
        "Valkey": web[2] + worker[2],
    }
    print("| orders a day | orders a second then | pages a second |", " | ".join(busy), "|")
    print("|", " | ".join(["---:"] * (3 + len(busy))), "|")
    for orders in ORDERS_A_DAY:
        rate = orders * BUSIEST / DAY
        cores = [rate * each / 1000 for each in busy.values()]
        told = " | ".join(f"{each:.2g}, {each / BUSY:.2g}" for each in cores)
        print(f"| {orders:,} | {rate:.2g} | {rate * sum(SEEN.values()):.3g} | {told} |")


@contextmanager
def _shop() -> Iterator[tuple[Flask, Meter]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-bench-")))
        folder.chmod(0o711)
        postgres = stack.enter_context(Postgres(folder / "postgres"))
        valkey = stack.enter_context(Valkey(folder / "valkey"))
        settings = Settings(shop_id="1", secret_key="test_of-a-measurement")
        sandbox = stack.enter_context(RunningSandbox(settings))
        limits = {f"{name}_limit": ROOMY for name in ("changing", "api_writing")}
        config = configuration(postgres.database("shop"), valkey.url, folder).model_copy(
            update={
                "yookassa_shop_id": settings.shop_id,
                "yookassa_secret_key": settings.secret_key,
                "yookassa_api_url": sandbox.api_url,
                **limits,
            }
        )
        app = filled(config, BOOKS, print)
        with app.app_context():
            services.shipping.seed()
            services.finding.warm_up()
            db.session.remove()
        assert postgres.process
        assert valkey.process
        yield app, Meter(postgres.process.pid, valkey.process.pid)
        with app.app_context():
            db.engine.dispose()


def _pages(app: Flask) -> list[tuple[str, tuple[str, ...], bool]]:
    """Name, addresses, and whether what was rendered is forgotten before each."""
    with app.app_context():
        found = services.finding.find(IN_STOCK, 1, 40)
        assert found
        books = tuple(f"/books/{book.slug}-{book.id}" for book in found.books)
        db.session.remove()
    return [
        ("home, kept", ("/",), False),
        ("catalogue, kept", ("/books",), False),
        ("catalogue, made anew", THREE, True),
        ("search", tuple(f"/books?q={query}" for query in QUERIES), True),
        ("a book", books, True),
    ]


class _Purchases:
    """Orders of two books each, as programs place them, paid on the provider's page."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients = [app.test_client() for _ in range(ORDERS)]
        self.unpaid: list[str] = []
        with app.app_context():
            found = services.finding.find(IN_STOCK, 1, 96)
            assert found
            self.books = [book.id for book in found.books]
            db.session.remove()
        self._filled = iter(self.clients)
        self._ordering = iter(self.clients)

    def put(self) -> None:
        client = next(self._filled)
        for book in random.sample(self.books, 2):
            body = {"book_id": book, "quantity": 1}
            assert client.post("/api/v1/cart/items", json=body).status_code in (200, 201)

    def place(self) -> None:
        answer = next(self._ordering).post("/api/v1/checkout", json=CONTACT)
        assert answer.status_code == 201, answer.text
        self.unpaid.append(answer.get_json()["payment"]["confirmation_url"])

    def settle(self) -> None:
        url = self.unpaid.pop()
        pay(url)
        with self.app.app_context():
            services.payments.settle(url.rpartition("/")[2].rpartition("=")[2])
            db.session.remove()

    def deliver(self) -> None:
        with self.app.app_context():
            services.outbox.deliver_due()
            db.session.remove()


if __name__ == "__main__":
    main()
