"""`python -m dev.bench.log_path.producer FIRST STEP IDS`: writes log records as the shop does.

On standard input it is told how many records all producers may have written by now; each line is
a number, and the end of it says that there will be no more. This one writes those whose number,
divided by STEP, leaves FIRST. Into the file IDS it writes the id of each record that is in: that
Redis has confirmed or, while it is away, that is in a file on the disk.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from dev.bench.log_path.spool import connect
from shop.config import Config
from shop.logging.outlets import Outlet, Sink
from shop.logging.records import RecordFormatter, Written
from shop.logging.setting_up import RecordHandler
from shop.repositories.log_spool import LocalFiles, SpoolFilling

# Records in memory; more would be dropped there, as a shop in a hurry does.
MOST_AT_HAND = 4000
LOGGER = "colophon.bench"
PATIENCE = 60.0  # seconds
# Of twenty records, as a shop writes them.
LEVELS = [logging.INFO] * 14 + [logging.DEBUG] * 3 + [logging.WARNING] * 2 + [logging.ERROR]


class Noting:
    """A sink that notes what the one behind it has taken over."""

    def __init__(self, sink: Sink, ids: IO[str]) -> None:
        self.sink = sink
        self.ids = ids
        self.dropped = 0

    @property
    def pending(self) -> bool:
        return self.sink.pending

    def deliver(
        self, records: Sequence[Written], dropped: Mapping[str, int], *, last: bool
    ) -> None:
        self.dropped += sum(dropped.values())
        self.sink.deliver(records, dropped, last=last)
        self.ids.writelines(f"{record.id}\n" for record in records)
        self.ids.flush()

    def forked(self) -> None:
        self.sink.forked()

    def close(self) -> None:
        self.sink.close()


def main() -> None:
    first, step, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    with path.open("w") as ids:
        noting = Noting(_filling(Config.from_env(os.environ)), ids)
        outlet = Outlet(noting)
        logger = logging.getLogger(LOGGER)
        logger.addHandler(RecordHandler(RecordFormatter("web", "bench"), [outlet]))
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        number = first
        for line in sys.stdin:
            while number < int(line):
                while len(outlet) > MOST_AT_HAND:
                    time.sleep(0.002)
                say(logger, number)
                number += step
        outlet.flush(PATIENCE)
        while len(outlet) or noting.pending:  # until all is in Redis
            time.sleep(0.05)
            outlet.flush(PATIENCE)
        outlet.close()
    if noting.dropped:
        sys.exit(f"{noting.dropped} records found no room in memory")


def _filling(config: Config) -> SpoolFilling:
    assert config.log_spool_folder
    files = LocalFiles(config.log_spool_folder, config.log_spool_file_mb << 20)
    return SpoolFilling(lambda: connect(config), config.log_spool_records, files)


def say(logger: logging.Logger, number: int) -> None:
    """One record, of the size and the shape of a request's."""
    logger.log(
        LEVELS[number % len(LEVELS)],
        "GET /books/a-book-of-the-shop-%d answered",
        number,
        extra={
            "request_id": f"{number:032x}",
            "route": "books.show",
            "method": "GET",
            "status": 200,
            "duration_ms": number % 1000 / 10,
            "user_id": number % 5000 + 1,
            "number": number,
        },
    )


if __name__ == "__main__":
    main()
