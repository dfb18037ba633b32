"""``python -m dev.bench.one_size``: the figures of one shop, as JSON in a file."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from flask import Flask

from dev.bench.cases import CASES
from dev.bench.measuring import after_a_change, measure
from dev.bench.plans import whole_reads
from dev.bench.shops import configuration, filled
from shop.app import warm_up

BYTES_PER_MEBIBYTE = 2**20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.bench.one_size", description=__doc__)
    parser.add_argument("--books", type=int, required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--redis", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    config = configuration(given.database, given.redis, given.folder)
    app = filled(config, given.books, say=lambda line: print(line, file=sys.stderr, flush=True))
    (given.folder / f"{given.books}.json").write_text(json.dumps(figures(app, given.books)))


def figures(app: Flask, books: int) -> dict[str, object]:
    """Reading the catalogue into memory, and each case."""
    before = _resident()
    began = time.perf_counter()
    warm_up(app)
    reading = time.perf_counter() - began
    found = {case.name: asdict(measure(app, case)) for case in CASES}
    found["catalogue, after a change"] = asdict(after_a_change(app))
    return {
        "books": books,
        "seconds to read": reading,
        "MiB": _resident() - before,
        "cases": found,
        "whole reads": {case.name: reads for case in CASES if (reads := whole_reads(app, case))},
    }


def _resident() -> float:
    """Memory that this process has now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / BYTES_PER_MEBIBYTE


if __name__ == "__main__":
    main()
