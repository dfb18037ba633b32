"""The local folder: what it leaves behind, and what it says when it is in trouble."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from pathlib import Path

import pytest

from shop.errors import FilesUnavailable
from shop.gateways.files import LocalFiles, content_key
from shop.gateways.files.trouble import AWAY, FULL

PICTURE = bytes(100_000)
KEY = content_key(PICTURE, "jpg")
RENDITION = f"sizes/ab/{'c' * 32}/360.avif"


@pytest.fixture
def small_disk(tmp_path):
    """A real one, where the tests may mount it."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("nothing may be mounted here")
    yield LocalFiles(place)
    subprocess.run(["umount", place], check=True)


def everything(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def test_a_file_is_for_the_web_server_to_read_and_nothing_lies_beside_it(local):
    local.put(KEY, PICTURE)
    [path] = everything(local.root)
    assert path == local.root / KEY
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_full_disk_is_told_and_leaves_no_half_file(local, full_disk):
    with pytest.raises(FilesUnavailable) as trouble:
        local.put(KEY, PICTURE)
    assert trouble.value.detail == FULL
    assert everything(local.root) == []


def test_a_disk_that_fills_up_keeps_what_it_has(small_disk):
    small_disk.put(RENDITION, b"small")
    with pytest.raises(FilesUnavailable) as trouble:
        small_disk.put(KEY, PICTURE)
    assert trouble.value.detail == FULL
    assert [path.name for path in everything(small_disk.root)] == ["360.avif"]
    assert small_disk.read(RENDITION) == b"small"
    # Room again: nothing has to be restarted.
    small_disk.put(content_key(b"x", "png"), b"x")


def test_a_file_that_stood_there_stays_when_the_new_one_has_no_room(local, full_disk):
    path = local.root / KEY
    path.parent.mkdir(parents=True)
    path.write_bytes(b"as it was")
    with pytest.raises(FilesUnavailable):
        local.put(KEY, PICTURE)
    assert local.read(KEY) == b"as it was"


def test_what_a_killed_process_was_writing_goes_after_a_day_and_not_before(local):
    local.put(RENDITION, b"small")
    folder = (local.root / RENDITION).parent
    for name, hours in (("left.part", 25), ("writing.part", 1), ("somebody's.txt", 25)):
        (folder / name).write_bytes(b"half")
        then = time.time() - hours * 3600
        os.utime(folder / name, (then, then))
    assert [stored.key for stored in local.walk()] == [RENDITION]
    assert {path.name for path in folder.iterdir()} == {
        "360.avif", "writing.part", "somebody's.txt",
    }  # fmt: skip


@pytest.mark.parametrize("call", ["put", "read", "delete", "walk"])
def test_a_folder_that_is_none_is_told_and_no_error_of_the_system_comes_through(tmp_path, call):
    place = tmp_path / "media"
    place.write_text("somebody put a file there")
    files = LocalFiles(place)
    calls = {
        "put": lambda: files.put(KEY, PICTURE),
        "read": lambda: files.read(KEY),
        "delete": lambda: files.delete(KEY),
        "walk": lambda: list(files.walk()),
    }
    with pytest.raises(FilesUnavailable) as trouble:
        calls[call]()
    assert trouble.value.detail == AWAY
    assert isinstance(trouble.value.__cause__, OSError)


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES, errno.ESTALE])
def test_a_disk_that_cannot_be_read_is_told(local, monkeypatch, number):
    def fail(path: Path) -> bytes:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(FilesUnavailable):
        local.read(KEY)


def test_what_is_written_is_on_the_disk_before_it_is_said_to_be(local, monkeypatch):
    """The file, then each new folder up to one that was there."""
    synced = []
    sync = os.fsync

    def note(number: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{number}"))
        sync(number)

    monkeypatch.setattr(os, "fsync", note)
    local.put(RENDITION, b"small")
    folder = local.root / RENDITION
    parts = [path for path in synced if path.endswith(".part")]
    assert len(parts) == 1
    expected = [str(parent) for parent in list(folder.parents)[:5]]
    assert sorted(path for path in synced if path not in parts) == sorted(expected)
