"""Which static files a process shows."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from threading import Lock

from shop.web.assets.building import Built, build, files_under, ready
from shop.web.assets.compression import QUICK


class Shown:
    """What a deployment has built, or else what the process builds when it is first asked.

    `watching` shows each file as it is at present, while somebody works on it.
    """

    def __init__(self, source: Path, built: Path, *, watching: bool) -> None:
        self.source = source
        self.built = built
        self.watching = watching
        self._lock = Lock()
        self._now: Built | None = None
        self._seen: list[tuple[Path, int]] = []

    def now(self) -> Built:
        with self._lock:
            if self._now is None or (self.watching and self._seen != self._times()):
                self._seen = self._times()
                self._now = ready(self.source, self.built) or build(self.source, _ours(), QUICK)
            return self._now

    def _times(self) -> list[tuple[Path, int]]:
        return [(path, path.stat().st_mtime_ns) for path in files_under(self.source)]


@cache
def _ours() -> Path:
    """A folder of this process, gone with it."""
    folder, owner = Path(tempfile.mkdtemp(prefix="colophon-static-")), os.getpid()

    def delete() -> None:
        # A process that was forked later leaves it to the one that made it.
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(delete)
    return folder
