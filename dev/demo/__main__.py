"""``python -m dev.demo``: load the demo catalogue into the shop that the environment names.

What is there already stays as it is; an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable

from dev.demo import accounts, books, orders, pictures
from dev.demo.reading import Catalogue, read
from shop.app import create_app
from shop.config import Config, ConfigError
from shop.extensions import db
from shop.web.services import services

EVERY = 20  # covers between two lines of progress
Say = Callable[[str], None]


def main() -> None:
    # Leave by way of the pool's own ending, which takes its processes along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        config = Config.from_env(os.environ)
    except ConfigError as problem:
        sys.exit(str(problem))
    load(config, say=lambda line: print(line, flush=True))


def load(config: Config, say: Say, catalogue: Catalogue | None = None) -> None:
    """Fill the shop; a line to `say` for each step. SystemExit for a production shop."""
    if config.production:
        sys.exit("The demo catalogue is not for production: its prices and ISBNs are invented.")
    with create_app(config).app_context():
        try:
            _fill(config, catalogue or read(), _timed(say))
        finally:
            db.session.remove()
            db.engine.dispose()


def _fill(config: Config, catalogue: Catalogue, tell: Say) -> None:
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
    anything = added or covers or registered or ordered
    tell("demo catalogue loaded" if anything else "nothing to load")


def _timed(say: Say) -> Say:
    """With the seconds since now behind each line."""
    began = time.monotonic()
    return lambda line: say(f"{line}, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
