from __future__ import annotations

import stat
from pathlib import Path

from dev.services.secrets import kept_secret


def test_made_once_and_private(tmp_path: Path) -> None:
    made = kept_secret(tmp_path / "key")
    assert len(made) >= 32
    assert kept_secret(tmp_path / "key") == made
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_an_empty_file_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    assert kept_secret(tmp_path / "key")
