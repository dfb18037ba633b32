"""Installing what npm has, with a list of packages that is empty."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dev import page_checkers
from dev.problems import Problem

INSTALLED = "Installing page checkers into .venv"


def want(packages: Path, **dependencies: str) -> None:
    """Write what npm is to install; the lock has nothing."""
    package = {"name": "checkers", "dependencies": dependencies}
    lock = {"lockfileVersion": 3, "packages": {"": {"name": "checkers"}}}
    (packages / "package.json").write_text(json.dumps(package))
    (packages / page_checkers.LOCK).write_text(json.dumps(lock))


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    packages, folder = tmp_path / "packages", tmp_path / "page_checkers"
    packages.mkdir()
    shutil.copy(page_checkers.PACKAGES / ".npmrc", packages)
    want(packages)
    monkeypatch.setattr(page_checkers, "PACKAGES", packages)
    monkeypatch.setattr(page_checkers, "FOLDER", folder)
    monkeypatch.setattr(page_checkers, "STAMP", folder / "stamp")
    return packages


def installed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The steps of an install, without their seconds."""
    page_checkers.install()
    return [line.split(" ...")[0] for line in capsys.readouterr().out.splitlines()]


def test_nothing_is_done_twice(packages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed(capsys) == [INSTALLED]
    assert installed(capsys) == []


def test_another_lock_is_installed_from_nothing(
    packages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page_checkers.install()
    (page_checkers.FOLDER / "of the old lock").touch()
    lock = packages / page_checkers.LOCK
    lock.write_text(lock.read_text() + "\n")
    capsys.readouterr()
    assert installed(capsys) == [INSTALLED]
    assert not (page_checkers.FOLDER / "of the old lock").exists()


def test_packages_that_cannot_be_had_are_tried_again(
    packages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    want(packages, missing="file:./no-such-folder")
    with pytest.raises(Problem, match=r"could not be installed; npm says:\n  npm error"):
        page_checkers.install()
    want(packages)
    capsys.readouterr()
    assert installed(capsys) == [INSTALLED]
