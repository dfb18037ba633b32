"""``python -m dev.bench.pictures``: what pictures take, in time, memory and bytes.

Large ones, each in a process of its own that has imported the shop; and the covers of the demo,
of which a page of the catalogue shows 24.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean

from dev.bench.large_pictures import drawn
from dev.demo.covers import draw
from dev.demo.invention import edition
from dev.demo.pictures import text_of
from dev.demo.reading import read
from shop.services.pictures import look_at, make

ROOT = Path(__file__).resolve().parents[2]
A_PAGE = 24  # covers


def main() -> None:
    print(f"{'':<28}{'MB':>5}{'looking s':>11}{'making s':>10}{'before MiB':>12}{'peak MiB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, path in drawn(Path(folder)):
            print(_line(name, path), flush=True)
    print()
    _covers()


def _line(name: str, path: Path) -> str:
    command = [sys.executable, "-m", "dev.bench.one_picture", str(path)]
    found = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
    size = path.stat().st_size / 1e6
    return (
        f"{name:<28}{size:>5.0f}{found['looking']:>11.2f}{found['making']:>10.2f}"
        f"{found['before']:>12.0f}{found['peak']:>10.0f}"
    )


def _covers() -> None:
    """In the order of the catalogue's works; the worst page may begin anywhere."""
    sizes: dict[tuple[int, str], list[int]] = defaultdict(list)
    seconds = 0.0
    catalogue = read()
    for work in catalogue.works:
        cover = draw(text_of(work, edition(work, catalogue), catalogue))
        start = time.process_time()
        look_at(cover)
        for width, ending, data in make(cover).files():
            sizes[width, ending].append(len(data))
        seconds += time.process_time() - start
    number = len(catalogue.works)
    print(f"{number} covers of 800 by 1200 pixels, each {1000 * seconds / number:.0f} ms of a core")
    print(f"{'px':>6}{'':>6}{'mean kB':>9}{'most kB':>9}{f'worst {A_PAGE} kB':>13}")
    for (width, ending), found in sorted(sizes.items()):
        worst = max(sum(found[at : at + A_PAGE]) for at in range(number - A_PAGE + 1))
        kilobytes = (mean(found) / 1e3, max(found) / 1e3, worst / 1e3)
        print(f"{width:>6}{ending:>6}{kilobytes[0]:>9.1f}{kilobytes[1]:>9.1f}{kilobytes[2]:>13.0f}")


if __name__ == "__main__":
    main()
