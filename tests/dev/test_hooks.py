"""The hooks of `make hooks`, in a repository of their own with the sources of the shop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# All that the checks read but the tests, which would only take longer.
SOURCES = (
    *("shop", "jobs", "dev", "templates", "logs_consumer"),
    *("wsgi.py", "pyproject.toml", "Makefile"),
)
PLACE = Path("shop/gateways/queue.py")
UNFORMATTED = "\n\nLATER  =  1\n"
UNTRANSLATED = '\n\nGREETING = _l("Good morning, reader.")\n'
BROKEN = "\n\ndef unfinished(\n"


class Repository:
    """A checkout: `git` answers what git did, `write` what stands at the end of a source."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        nobody = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Reader")
        address = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "a@example.org")
        outside = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        # mypy need not begin from nothing.
        cache = {"TMPDIR": str(scratch), "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")}
        config = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        self.environment = outside | nobody | address | cache | config

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )

    def git(self, *words: str) -> str:
        run = self.run("git", *words)
        assert run.returncode == 0, run.stderr
        return run.stdout.strip()

    def write(self, *endings: str) -> None:
        (self.folder / PLACE).write_text((ROOT / PLACE).read_text() + "".join(endings))

    def commit(self) -> subprocess.CompletedProcess[str]:
        return self.run("git", "commit", "--message", "A change")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """With one commit, the hooks, and no `.venv`."""
    folder, scratch = tmp_path / "a shop", tmp_path / "scratch"
    scratch.mkdir()
    folder.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            clutter = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=clutter)
        else:
            shutil.copy(ROOT / name, folder)
    repository = Repository(folder, scratch)
    repository.git("init", "--initial-branch", "main")
    repository.git("add", ".")
    repository.git("commit", "--message", "The shop")
    made = repository.run("make", "hooks")
    assert made.returncode == 0, made.stderr
    return repository


def install(repository: Repository) -> None:
    """`.venv` as `make lint` leaves it: ours."""
    (repository.folder / ".venv").symlink_to(sys.prefix)


def test_what_is_staged_is_refused_whatever_lies_beside_it(repository: Repository) -> None:
    install(repository)
    repository.write(UNFORMATTED, UNTRANSLATED)
    repository.git("add", str(PLACE))
    # In the folder all is well; it is not what would be committed.
    repository.write()
    refused = repository.commit()
    said = refused.stdout + refused.stderr
    assert refused.returncode == 1
    for word in ("ruff format ... FAILED", "mypy ... FAILED", "messages.po", "make fix"):
        assert word in said
    assert "import-linter ... passed" in said
    assert repository.git("rev-list", "--count", "HEAD") == "1"
    assert list((repository.folder.parent / "scratch").iterdir()) == []


def test_an_unstaged_mess_is_left_alone_in_a_worktree_too(repository: Repository) -> None:
    install(repository)
    repository.git("worktree", "add", "-b", "branch", "../a branch")
    branch = Repository(repository.folder.parent / "a branch", repository.folder.parent / "scratch")
    branch.write("\n\nLATER = 1\n")
    branch.git("add", str(PLACE))
    branch.write(BROKEN)
    (branch.folder / "shop" / "note.py").write_text(BROKEN)
    accepted = branch.commit()
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert branch.git("show", f"HEAD:{PLACE}").endswith("LATER = 1")
    assert (branch.folder / PLACE).read_text().endswith(BROKEN)
    assert branch.git("status", "--porcelain").splitlines() == [f"M {PLACE}", "?? shop/note.py"]


def test_without_packages_they_say_what_to_do(repository: Repository) -> None:
    repository.write("\n\nLATER = 1\n")
    repository.git("add", str(PLACE))
    refused = repository.commit()
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "make lint" in refused.stderr
    repository.git("commit", "--no-verify", "--message", "A change")


def test_a_merge_is_checked(repository: Repository) -> None:
    repository.git("branch", "other")
    for branch, name in (("main", "one"), ("other", "two")):
        repository.git("switch", branch)
        (repository.folder / name).write_text(name)
        repository.git("add", name)
        repository.git("commit", "--no-verify", "--message", name)
    merged = repository.run("git", "merge", "--no-edit", "main")
    assert merged.returncode != 0
    assert "make lint" in merged.stderr
