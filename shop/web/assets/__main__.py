"""`python -m shop.web.assets`: makes the static files ready, once for all processes.

A step of a deployment, where the files are built that processes start from. Without it each web
process does the same for itself, in a moment and less well compressed.
"""

from __future__ import annotations

import sys

from shop.web.assets import BUILT, ROOT
from shop.web.assets.building import build, drop_old
from shop.web.assets.compression import THOROUGH


def main() -> None:
    built = build(ROOT / "static", BUILT, THOROUGH)
    dropped = drop_old(built)
    sys.stdout.write(f"Static files: {len(built.names)} in {BUILT}, {dropped} old ones deleted.\n")


if __name__ == "__main__":
    main()
