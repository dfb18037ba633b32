"""Making `.venv`, with a list of packages that is empty but for comments."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from dev import setup
from dev.problems import Problem


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`.venv` of an empty project on a machine that has uv: ours."""
    venv = tmp_path / ".venv"
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", venv)
    monkeypatch.setattr(setup, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(setup, "STAMP", venv / "colophon.json")
    monkeypatch.setattr(setup, "REQUIREMENTS", tmp_path / "requirements-dev.txt")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "requirements-dev.txt").write_text("# none\n")
    return venv


def installed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The steps of an install, without their seconds."""
    setup.install()
    return [line.split(" ...")[0] for line in capsys.readouterr().out.splitlines()]


MADE, INSTALLED = "Making .venv", "Installing packages into .venv"


def test_nothing_is_done_twice(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert installed(capsys) == [MADE, INSTALLED]
    assert installed(capsys) == []


def test_other_packages_are_installed_into_the_same(
    venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.install()
    capsys.readouterr()
    setup.REQUIREMENTS.write_text("# still none\n")
    assert installed(capsys) == [INSTALLED]


def test_a_broken_one_is_made_anew(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setup.install()
    capsys.readouterr()
    setup.PYTHON.unlink()
    setup.PYTHON.write_text("not a program")
    assert installed(capsys) == [MADE, INSTALLED]


def test_a_half_made_one_is_made_anew(venv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    setup.install()
    capsys.readouterr()
    setup.STAMP.write_text(json.dumps(setup.UNFINISHED))
    assert installed(capsys) == [MADE, INSTALLED]


def test_packages_that_cannot_be_had_are_tried_again(
    venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup.REQUIREMENTS.write_text("./no-such-folder\n")
    with pytest.raises(Problem, match=r"could not be installed(.|\n)*no-such-folder"):
        setup.install()
    setup.REQUIREMENTS.write_text("# none\n")
    capsys.readouterr()
    assert installed(capsys) == [MADE, INSTALLED]


def test_python_without_venv_names_the_package(
    venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(Problem, match="install the package python3-venv"):
        setup.install()
