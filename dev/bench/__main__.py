"""``python -m dev.bench``: shops of several sizes, measured one after the other.

Writes a report, its figures and a plot into var/bench. A million books take some ten minutes to
make.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from signal import SIGTERM
from typing import Any

from dev.bench.plots import plot
from dev.bench.report import ratios, table, whole_reads
from dev.bench.shops import configuration, new_database
from dev.bench.throughput import CONNECTIONS, PROCESSES, pages_a_second
from dev.problems import told_plainly
from dev.processes import dying_with_parent
from dev.services.scratch import scratch_stores
from dev.stopping import stop_in_order

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "var" / "bench"
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench", description=__doc__)
    parser.add_argument("--books", type=int, nargs="+", default=SIZES, metavar="N")
    sizes = sorted(parser.parse_args().books)
    stop_in_order()
    OUT.mkdir(parents=True, exist_ok=True)
    with told_plainly(), scratch_stores() as services:
        shops = [_measured(services, size) for size in sizes]
        rates = _throughput(services, sizes[-1])
    (OUT / "figures.json").write_text(json.dumps({"shops": shops, **rates}, indent=1))
    plot(shops, OUT / "growth.svg")
    report = _report(shops, rates)
    (OUT / "report.md").write_text(report)
    print(report)


def _measured(services: Mapping[str, str], size: int) -> dict[str, Any]:
    """In a process of its own, whose memory is its own."""
    database = new_database(services["TEST_DATABASE_URL"], f"bench_{size}")
    command = [sys.executable, "-m", "dev.bench.one_size", "--books", str(size)]
    command += ["--database", database, "--redis", services["TEST_REDIS_URL"]]
    subprocess.run(
        [*command, "--folder", str(OUT)],
        cwd=ROOT,
        check=True,
        preexec_fn=dying_with_parent(SIGTERM),
    )
    measured: dict[str, Any] = json.loads((OUT / f"{size}.json").read_text())
    print(f"{size} books measured", file=sys.stderr, flush=True)
    return measured


def _throughput(services: Mapping[str, str], size: int) -> dict[str, float]:
    """Pages a second of the catalogue and of the plain page, in turn, each twice."""
    database = f"{services['TEST_DATABASE_URL'].rpartition('/')[0]}/bench_{size}"
    config = configuration(database, services["TEST_REDIS_URL"], OUT)
    rates: dict[str, list[float]] = {"wsgi:app": [], "dev.bench.plain_page:plain()": []}
    for _ in range(2):
        for application, found in rates.items():
            found.append(pages_a_second(application, config))
    catalogue, plain = (max(found) for found in rates.values())
    return {"catalogue pages a second": catalogue, "plain pages a second": plain}


def _report(shops: Sequence[Mapping[str, Any]], rates: Mapping[str, float]) -> str:
    catalogue, plain = rates.values()
    return "\n\n".join(
        (
            f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}.",
            table(shops),
            "How many times longer the largest shop takes, by medians:\n\n" + ratios(shops),
            f"Plans at {shops[-1]['books']:,} books that read a table of books from end to end:\n\n"
            + whole_reads(shops[-1]),
            f"Anonymous catalogue page at {shops[-1]['books']:,} books, {CONNECTIONS} connections,"
            f" {PROCESSES} gunicorn processes: {catalogue:.0f} a second; a Flask page that renders"
            f" the same cards from memory: {plain:.0f}; ratio {catalogue / plain:.2f}.",
        )
    )


if __name__ == "__main__":
    main()
