"""Two web processes behind a proxy, started anew one after the other while shoppers buy.

`python -m dev.bench.rolling_restart`: how many requests failed, which should be none. `--drain 0`
has them stop at once, and shows what that costs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import select, text

from dev.bench.proxy import proxy
from dev.bench.shoppers import Crowd
from dev.bench.shops import configuration, filled, new_database
from dev.bench.web_host import WebHost, environment
from dev.problems import told_plainly
from dev.services.ports import HOST, free_port
from dev.services.scratch import scratch_stores
from dev.stopping import stop_in_order
from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.settings import Settings
from shop.config import Config
from shop.extensions import db
from shop.models import Book
from shop.web.services import services
from shop.web.urls import book_url

SECRET = "test_secret-of-the-bench"
WEBHOOK = "/api/v1/payments/yookassa/webhook"
# Copies of each book: nothing sells out here.
PLENTY = 1_000_000
PAGES = 50


def main() -> None:
    stop_in_order()
    parser = argparse.ArgumentParser(prog="python -m dev.bench.rolling_restart")
    parser.add_argument("--shoppers", type=int, default=6, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--drain", type=int, default=5, metavar="SECONDS")
    wanted = parser.parse_args()
    with told_plainly(), open_shop(drain_seconds=wanted.drain) as (config, books, folder):
        sys.exit(1 if measure(config, books, folder, wanted.shoppers, wanted.rounds) else 0)


def measure(config: Config, books: list[str], folder: Path, shoppers: int, rounds: int) -> int:
    """Roll both hosts so often, and print what shoppers saw; how many requests failed."""
    hosts = [WebHost(name, HOST, environment(config), folder) for name in ("a", "b")]
    with ExitStack() as stack:
        for host in hosts:
            stack.enter_context(host)
        bind = config.public_url.removeprefix("http://")
        stack.enter_context(proxy(folder, bind, {host.name: host.address for host in hosts}))
        with Crowd(shoppers, config.public_url, books) as crowd:
            time.sleep(5)
            for _ in range(rounds):
                for host in hosts:
                    stopped = f"{host.name} stopped in {host.roll():.1f} s"
                    print(f"{stopped}, {len(crowd.seen.failures)} failed so far", flush=True)
            time.sleep(2)
    return tell(crowd, f"{2 * rounds} restarts")


def tell(crowd: Crowd, what: str) -> int:
    """Print what shoppers saw; how many requests failed."""
    seen = crowd.seen
    waited = sorted(seen.seconds)
    half, most = (1000 * waited[len(waited) * share // 100] for share in (50, 99))
    print(
        f"{what} under {len(crowd.threads)} shoppers in {crowd.lasted:.0f} s: "
        f"{seen.answers} requests answered, {seen.answers / crowd.lasted:.0f} a second, "
        f"half of them within {half:.0f} ms, 99 % within {most:.0f} ms; "
        f"{len(seen.orders)} orders paid, {len(seen.failures)} requests failed"
    )
    for kind, number in seen.kinds().items():
        print(f"  {number} x {kind}")
    return len(seen.failures)


@contextmanager
def open_shop(address: str = HOST, **settings: object) -> Iterator[tuple[Config, list[str], Path]]:
    """The demo shop's stores and payments, its books' addresses, and a folder for what is written.

    `address` is where its proxy will be, and where the stores and the sandbox are found from hosts.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-bench-")))
        stores = stack.enter_context(scratch_stores())
        url = f"http://{address}:{free_port()}"
        payments = Settings("1", SECRET, webhook_url=url + WEBHOOK)
        sandbox = stack.enter_context(RunningSandbox(payments, host=address))
        database = new_database(stores["TEST_DATABASE_URL"], "bench")
        config = configuration(database, stores["TEST_REDIS_URL"], folder).model_copy(
            update={
                "public_url": url,
                "trusted_proxies": 1,
                "changing_limit": "100000 per second",
                "yookassa_secret_key": SECRET,
                "yookassa_api_url": sandbox.api_url,
                "yookassa_webhook_senders": (f"{address}/32",),
                **settings,
            }
        )
        yield config, _books(config), folder


def _books(config: Config) -> list[str]:
    app = filled(config, 0, print)
    with app.app_context():
        services.shipping.seed()
        services.content.seed()
        with db.engine.begin() as connection:
            connection.execute(text(f"UPDATE stock_records SET num_in_stock = {PLENTY}"))
        with app.test_request_context():
            # Not those that are still to come out: nobody can buy them.
            books = select(Book).where(Book.released_on.is_(None)).limit(PAGES)
            found = [book_url(book) for book in db.session.scalars(books)]
        db.session.remove()
        db.engine.dispose()
    return found


if __name__ == "__main__":
    main()
