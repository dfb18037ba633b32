"""The shop's code as it was before the newest migration came."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from alembic.script import ScriptDirectory

from tests.live_shop import ROOT

VERSIONS = "migrations/versions"


class NoHistory(Exception):
    """The clone does not reach back so far. The message says why."""


def unpack_former_code(folder: Path) -> None:
    """Put it there. NoHistory where that cannot be had."""
    with tarfile.open(fileobj=io.BytesIO(_git("archive", former_commit()))) as archive:
        archive.extractall(folder, filter="data")


def former_commit() -> str:
    """The newest one whose migrations are a beginning of ours, and not all of them."""
    migrations = ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    ours = [Path(each.path).name for each in migrations][::-1]
    changes = _git("rev-list", "HEAD", "--", VERSIONS).decode().split()
    # Where the newest one is not committed yet, it is the code of HEAD.
    for commit in ["HEAD", *(f"{changed}^" for changed in changes)]:
        had = _git("ls-tree", "--name-only", f"{commit}:{VERSIONS}").decode().split()
        if had and len(had) < len(ours) and set(had) == set(ours[: len(had)]):
            return commit
    raise NoHistory("the clone is shallow, and begins with the newest migration")


def _git(*arguments: str) -> bytes:
    """What it answers; nothing where it has no answer."""
    asked = ["git", "-C", str(ROOT), *arguments]
    try:
        answered = subprocess.run(asked, check=False, capture_output=True)
    except FileNotFoundError:
        raise NoHistory("git is not installed") from None
    if b"not a git repository" in answered.stderr:
        raise NoHistory("these files are no clone")
    return answered.stdout
