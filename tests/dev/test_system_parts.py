from __future__ import annotations

import os
from pathlib import Path

import pytest

from dev import system_parts
from dev.problems import Problem
from dev.system_parts import SystemPart, find_in_system

SHELL = SystemPart("The shell", "dash", "sh")
NOTHING = SystemPart("Nothing", "nothing", "no-such-program")
NOBODY = SystemPart("Nobody", "nobody", "/no/such/program")


def test_what_is_there_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    find_in_system(SHELL)


def test_who_is_not_root_is_told_all_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Problem, match=r"Nothing and Nobody: run `apt-get install nothing nobody`"):
        find_in_system(NOTHING, SHELL, NOBODY)


@pytest.mark.parametrize("had", ["", "#!/bin/sh\nexit 0\n"])
def test_debian_is_asked_once_and_told_to_start_nothing(
    had: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy, asked = tmp_path / "policy", tmp_path / "asked"
    if had:
        policy.write_text(had)
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {asked}\ncat {policy} > {tmp_path}/seen\n')
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(system_parts, "POLICY", policy)
    find_in_system(NOTHING, NOBODY)
    assert asked.read_text() == "update\ninstall -y --no-install-recommends nothing nobody\n"
    assert (tmp_path / "seen").read_text() == (had or "#!/bin/sh\nexit 101\n")
    assert policy.exists() == bool(had)
