from __future__ import annotations

import json
from pathlib import Path

import pytest

from dev.log_watch import LARGEST, MOST, LogWatch, open_log


@pytest.fixture
def log(tmp_path: Path) -> Path:
    (tmp_path / "web.log").write_text("[ERROR] of yesterday\n")
    return tmp_path / "web.log"


def add(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(text)


def test_only_what_is_new_and_serious_is_shown(log: Path) -> None:
    watch = LogWatch(log)
    bug = {"level": "ERROR", "message": "a bug", "traceback": "Traceback\n ...\nKeyError: 'x'"}
    gone = bug | {"traceback": "...\nNoDatabase: gone\n(Background on this error at: ...)"}
    add(log, json.dumps({"level": "INFO", "message": "GET /"}) + "\n")
    add(log, json.dumps(bug) + "\n" + json.dumps(gone) + "\n")
    add(log, "[2026-01-01] [7] [INFO] Booting worker\n[2026-01-01] [7] [ERROR] No worker\n")
    assert watch.problems() == [
        "a bug: KeyError: 'x'",
        "a bug: NoDatabase: gone",
        "[2026-01-01] [7] [ERROR] No worker",
    ]
    assert watch.problems() == []


def test_half_a_line_waits_for_its_end(log: Path) -> None:
    watch = LogWatch(log)
    add(log, "[ERROR] the shop ")
    assert watch.problems() == []
    add(log, "is on fire\n")
    assert watch.problems() == ["[ERROR] the shop is on fire"]


def test_the_end_of_a_traceback_is_shown(log: Path) -> None:
    watch = LogWatch(log)
    add(log, "Traceback (most recent call last):\n  File x\nsqlalchemy.exc.DataError: bad\n")
    assert watch.problems()[-1] == "sqlalchemy.exc.DataError: bad"


def test_a_flood_is_cut(log: Path) -> None:
    watch = LogWatch(log)
    add(log, "[ERROR] again\n" * (MOST + 3))
    assert len(watch.problems()) == MOST + 1


def test_a_large_log_is_put_aside(log: Path) -> None:
    open_log(log)
    assert log.exists()
    add(log, "x" * LARGEST)
    open_log(log)
    assert not log.exists()
    assert log.with_name("web.log.1").exists()
