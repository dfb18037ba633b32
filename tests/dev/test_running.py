from __future__ import annotations

from pathlib import Path

import pytest

from dev.running import AlreadyRunning, hold


def test_one_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with hold(lock, "http://first"), pytest.raises(AlreadyRunning, match=r"^http://first$"):
        hold(lock, "http://second")
    with hold(lock, "http://third"), pytest.raises(AlreadyRunning, match=r"^http://third$"):
        hold(lock, "http://fourth")
