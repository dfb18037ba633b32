"""``python -m dev.gutenberg``: Project Gutenberg's catalogue into the shop of the environment.

The file is ``gutenberg_books.csv.gz`` in the folder that SHOP_TEST_DATA names. Safe to repeat.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from dev.gutenberg.rows import CatalogueFile
from dev.gutenberg.tree import plant
from dev.problems import Problem, told_plainly
from shop.app import create_app
from shop.config import Config, ConfigError
from shop.services.book_import import Outcome, Report, SourceRow
from shop.services.registry import Services
from shop.web.services import services

FILE = "gutenberg_books.csv.gz"
EVERY = 10_000
Say = Callable[[str], None]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.gutenberg", description=__doc__)
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N of them")
    limit = parser.parse_args().limit
    with told_plainly():
        app = create_app(_config())
        rows = CatalogueFile(_file(), limit)
        with app.app_context():
            report = load(services, rows, say=lambda line: print(line, flush=True))
    for problem in report.problems:
        print(f"line {problem.line}, {problem.field}: {problem.message}")


def load(shop: Services, rows: Iterable[SourceRow], say: Say) -> Report:
    """Plant the tree and import the rows; a line to `say` now and then, and one at the end."""
    began = time.monotonic()
    with shop.catalogue.transaction():
        plant(shop.catalogue.session)
    report = shop.book_import.run(
        rows, on_progress=lambda done: say(f"{done} rows") if done % EVERY == 0 else None
    )
    seconds = time.monotonic() - began
    counted = ", ".join(f"{each}: {report.counts[each]}" for each in Outcome)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{counted}; {seconds:.0f} s, at most {megabytes:.0f} MB of memory")
    return report


def _config() -> Config:
    try:
        config = Config.from_env(os.environ)
    except ConfigError as error:
        raise Problem(str(error)) from None
    if config.production:
        raise Problem("These books are not for production: their prices are invented.")
    return config


def _file() -> Path:
    if not (folder := os.environ.get("SHOP_TEST_DATA")):
        raise Problem(f"Say in SHOP_TEST_DATA which folder holds {FILE}.")
    path = Path(folder) / FILE
    if not path.is_file():
        raise Problem(f"There is no {path}.")
    return path


if __name__ == "__main__":
    main()
