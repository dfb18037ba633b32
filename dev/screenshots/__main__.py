"""`python -m dev.screenshots http://127.0.0.1:8000`: take all pictures of the demo shop there."""

from __future__ import annotations

import argparse
from pathlib import Path

from dev.browser import chromium
from dev.problems import told_plainly
from dev.screenshots import pictures, sheets
from dev.screenshots.walk import Walk

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.screenshots", description=__doc__)
    parser.add_argument("url", help="where the demo shop is open")
    shop = parser.parse_args().url.rstrip("/")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with told_plainly(), chromium() as browser:
        walk = Walk(browser, shop)
        for name, picture in pictures.single(walk):
            _keep(name, picture)
        _keep("covers.webp", sheets.covers(walk))
        _keep("pages.webp", sheets.pages(walk))


def _keep(name: str, picture: bytes) -> None:
    (FOLDER / name).write_bytes(picture)
    print(f"{name}, {len(picture) // 1024} kB")


if __name__ == "__main__":
    main()
