"""The unprivileged account that PostgreSQL runs as when we are root, which it refuses to be."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def may_enter(self, folder: Path) -> bool:
        """Asked by trying, so that modes, lists and mounts all count."""
        return self._may('cd "$0"', folder)

    def may_run(self, program: Path) -> bool:
        return self._may('"$0" --version', program)

    def _may(self, script: str, path: Path) -> bool:
        tried = subprocess.run(
            ["/bin/sh", "-c", script, str(path)],
            cwd="/",
            capture_output=True,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )
        return tried.returncode == 0


def unprivileged(data: Path) -> Account | None:
    """Who the server has to run as: None when we are not root and it may run as ourselves.

    Data that is there already stays with its owner.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return _by_number(owner, data.stat().st_gid)
    return next(found for name in PREFERRED if (found := _by_name(name)))


def _by_name(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _by_number(uid: int, gid: int) -> Account:
    try:
        return Account(pwd.getpwuid(uid).pw_name, uid, gid)
    except KeyError:  # the account is gone from this machine, or the folder came from another
        return Account(f"number {uid}", uid, gid)
