"""``python -m dev.demo``: load the demo catalogue into the shop that the environment names.

What is there already stays as it is; an interrupted run goes on where it stopped. ``--books N``
adds invented books behind it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable

from dev.demo import accounts, books, orders, pictures
from dev.demo.invented.filling import fill
from dev.demo.options import add_books_option
from dev.demo.reading import Catalogue, read
from dev.problems import told_plainly
from shop.app import create_app
from shop.config import Config, ConfigError
from shop.extensions import db
from shop.web.services import services

EVERY = 20  # covers between two lines of progress
Say = Callable[[str], None]


def main() -> None:
    # Leave by way of the pool's own ending, which takes its processes along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    parser = argparse.ArgumentParser(prog="python -m dev.demo", description=__doc__)
    add_books_option(parser)
    invented = parser.parse_args().books
    try:
        config = Config.from_env(os.environ)
    except ConfigError as problem:
        sys.exit(str(problem))
    with told_plainly():
        load(config, say=lambda line: print(line, flush=True), invented=invented)


def load(config: Config, say: Say, catalogue: Catalogue | None = None, invented: int = 0) -> None:
    """Fill the shop; a line to `say` for each step. SystemExit for a production shop.

    `invented` is how many made-up books it is to have beside the catalogue's.
    """
    if config.production:
        sys.exit("The demo catalogue is not for production: its prices and ISBNs are invented.")
    with create_app(config).app_context():
        try:
            _fill(config, catalogue or read(), _timed(say), invented)
        finally:
            db.session.remove()
            db.engine.dispose()


def _fill(config: Config, catalogue: Catalogue, tell: Say, invented: int) -> None:
    if added := books.load(services, catalogue):
        tell(f"books {added}/{len(catalogue.works)}")
    covers = pictures.missing(services, catalogue)
    for done in pictures.make_all(config, covers):
        if done % EVERY == 0 or done == len(covers):
            tell(f"covers {done}/{len(covers)}")
    if registered := accounts.register(services):
        tell(f"accounts {registered}/{len(accounts.ACCOUNTS)}")
    if ordered := orders.load(services):
        tell(f"orders {ordered}/{orders.HOW_MANY}")
    more = fill(services, catalogue, invented, tell)
    loaded = added or covers or registered or ordered or more
    tell("demo catalogue loaded" if loaded else "nothing to load")


def _timed(say: Say) -> Say:
    """With the seconds since now behind each line."""
    began = time.monotonic()
    return lambda line: say(f"{line}, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
