"""Make `.venv` with everything of requirements-dev.txt: `python3 -m dev.setup`.

The system's Python runs it before anything is installed: standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from dev import page_checkers
from dev.problems import Problem, told_plainly
from dev.progress import run_quietly, step
from dev.system_parts import CHROMIUM, RABBITMQ, find_in_system

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "colophon.json"
REQUIREMENTS = ROOT / "requirements-dev.txt"
# In the stamp while packages are installed: a run that was cut off may have left half of one.
UNFINISHED: dict[str, str] = {}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python3 -m dev.setup", description=__doc__)
    parser.add_argument(
        "--for-services", action="store_true", help="also see to the message broker"
    )
    parser.add_argument(
        "--for-tests",
        action="store_true",
        help="also see to the broker, browser and page checkers of the tests",
    )
    options = parser.parse_args(arguments)
    with told_plainly():
        install()
        if options.for_tests:
            page_checkers.install()
            find_in_system(CHROMIUM, RABBITMQ)
        elif options.for_services:
            find_in_system(RABBITMQ)


def install() -> None:
    """Do nothing when the last run installed the same for the same Python."""
    stamp = _stamp()
    usable = stamp != UNFINISHED and _is_usable()
    if usable and stamp == _wanted():
        return
    if not usable:
        with step("Making .venv"):
            _make_venv()
    STAMP.write_text(json.dumps(UNFINISHED))
    with step("Installing packages into .venv"):
        run_quietly(
            [*_uv(), "pip", "install", "--python", PYTHON, "-r", REQUIREMENTS],
            trouble="The packages of requirements-dev.txt could not be installed; uv says:",
            writes_to=VENV,
            cwd=ROOT,
        )
    STAMP.write_text(json.dumps(_wanted()))


def _stamp() -> object:
    """What the last run wrote; None for a `.venv` that somebody else made, or none at all."""
    try:
        return json.loads(STAMP.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return UNFINISHED


def _wanted() -> dict[str, str]:
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    return {"python": _version(), "requirements": digest}


def _version() -> str:
    return "{}.{}".format(*sys.version_info)


def _is_usable() -> bool:
    """Whether `.venv` works, here, with this version of Python, and can install into itself."""
    script = "import sys; print('{}.{}'.format(*sys.version_info), sys.prefix)"
    try:
        answer = subprocess.run([PYTHON, "-Ic", script], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.stdout.split(" ", 1) == [_version(), f"{VENV}\n"] and _installer() is not None


def _make_venv() -> None:
    """A folder that is there already is half made or broken."""
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)
    if uv := shutil.which("uv"):
        command = [uv, "venv", "--python", sys.executable, str(VENV)]
        trouble = "uv could not make .venv; it says:"
    else:
        _refuse_without_venv()
        command = [sys.executable, "-m", "venv", str(VENV)]
        trouble = "Python could not make .venv; it says:"
    run_quietly(command, trouble=trouble, writes_to=ROOT, cwd=ROOT)


def _refuse_without_venv() -> None:
    """Debian keeps parts of Python in packages of their own."""
    tried = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True)
    if tried.returncode:
        raise Problem(
            f"This Python cannot make virtual environments: install the package python3-venv "
            f"(apt-get install python{_version()}-venv) and start again."
        )


def _installer() -> list[str] | None:
    """What can install uv or is uv: found on the PATH, or in `.venv`."""
    if uv := shutil.which("uv"):
        return [uv]
    own = VENV / "bin" / "uv"
    if os.access(own, os.X_OK):
        return [str(own)]
    if list(VENV.glob("lib/python*/site-packages/pip/__main__.py")):
        return [str(PYTHON), "-m", "pip"]
    return None


def _uv() -> list[str]:
    """The command uv, installed into `.venv` first where the machine has none."""
    found = _installer()
    assert found, "a usable .venv has an installer"
    if found[-1] != "pip":
        return found
    pinned = re.search(r"^uv==\S+", REQUIREMENTS.read_text(), re.MULTILINE)
    assert pinned, "requirements-dev.txt pins uv"
    run_quietly(
        [*found, "install", "--disable-pip-version-check", pinned[0]],
        trouble="uv could not be installed; pip says:",
        writes_to=VENV,
        cwd=ROOT,
    )
    return [str(VENV / "bin" / "uv")]


if __name__ == "__main__":
    main()
