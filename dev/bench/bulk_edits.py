"""``python -m dev.bench.bulk_edits``: a campaign over all prices of a large shop, and its return.

Seconds are of one process on a database of its own beside it; memory is what the process holds
after each tenth of a phase, and the most that it ever held.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from dev.bench.shops import configuration, filled, new_database
from dev.problems import told_plainly
from dev.services.scratch import scratch_stores
from dev.stopping import stop_in_order
from shop.extensions import db
from shop.models import BulkEdit, RoleCode, User
from shop.services.base import Turn
from shop.services.bulk_edits import PriceChange, PriceRule, Rounding, Rule
from shop.web.services import services

DEARER = Rule(
    price=PriceRule(how=PriceChange.PERCENT, value="7.5", rounding=Rounding.NINE),
    discount_percent=5,
)
# Seconds of one run of the job, as the worker has them.
TURN = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.bulk_edits", description=__doc__)
    parser.add_argument("--books", type=int, default=100_000, metavar="N")
    wanted = parser.parse_args()
    stop_in_order()
    with told_plainly(), scratch_stores() as running, tempfile.TemporaryDirectory() as folder:
        database = new_database(running["TEST_DATABASE_URL"], "bulk")
        config = configuration(database, running["TEST_REDIS_URL"], Path(folder))
        app = filled(config, wanted.books, lambda said: print(said, flush=True))
        with app.app_context():
            _measure()


def _measure() -> None:
    clerk = services.accounts.register(
        "clerk@example.org", "a clerk at work", role=RoleCode.ADMIN
    ).id
    print(f"{'':<12}{'rows':>9}{'seconds':>9}{'rows/s':>9}{'MiB before':>12}{'MiB after':>11}")
    start = time.perf_counter()
    edit = services.bulk_edits.begin(DEARER, {}, _fresh(clerk))
    print(f"{'choose':<12}{edit.total:>9}{time.perf_counter() - start:>9.1f}", flush=True)
    edit = _phase("plan", edit)
    key = edit.id
    for phase, move in (
        ("apply", services.bulk_edits.apply),
        ("revert", services.bulk_edits.revert),
    ):
        edit = services.bulk_edits.get(key)
        edit = _phase(phase, move(edit.id, edit.version, _fresh(clerk)))
        print(" ", {name: rows for name, rows in edit.counts.items() if name != "warned"})
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"the most that the process held: {most:.0f} MiB")


def _fresh(user_id: int) -> User:
    return services.accounts.get(user_id)


def _phase(name: str, edit: BulkEdit) -> BulkEdit:
    key, before, start, rows = edit.id, _held(), time.perf_counter(), 0
    while done := services.bulk_edits.work(Turn(TURN)):
        rows += done
        db.session.remove()
    seconds = time.perf_counter() - start
    speed = rows / seconds if seconds else 0
    print(
        f"{name:<12}{rows:>9}{seconds:>9.1f}{speed:>9.0f}{before:>12.0f}{_held():>11.0f}",
        flush=True,
    )
    return services.bulk_edits.get(key)


def _held() -> float:
    """MiB that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
