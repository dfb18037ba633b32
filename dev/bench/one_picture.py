"""One picture, taken and made into its files by a process that has imported the shop.

Prints a line of JSON: seconds of one core, and the most memory that the process had, in MiB.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import shop.app  # noqa: F401  # whose memory counts
from shop.services.pictures import look_at, make


def main() -> None:
    data = Path(sys.argv[1]).read_bytes()
    before = peak()
    start = time.process_time()
    look_at(data)
    looked = time.process_time()
    for _ in make(data).files():
        pass
    made = time.process_time()
    figures = {"looking": looked - start, "making": made - looked}
    print(json.dumps({**figures, "before": before, "peak": peak()}))


def peak() -> float:
    """MiB. What the kernel tells elsewhere counts the process that started this one too."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
