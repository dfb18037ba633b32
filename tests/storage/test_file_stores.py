"""What every store of pictures does, whichever it is."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shop.gateways.files import content_key, keep

PICTURE = random.Random(7).randbytes(300_000)
ORIGINAL = content_key(PICTURE, "jpg")
RENDITION = f"sizes/ab/{'c' * 32}/360.avif"


@pytest.mark.parametrize("key", [ORIGINAL, RENDITION], ids=["original", "size"])
@pytest.mark.parametrize("data", [PICTURE, b"x", b""], ids=["picture", "byte", "nothing"])
def test_what_is_kept_is_read_again_to_the_byte(store, key, data):
    store.put(key, data)
    assert store.has(key)
    assert store.read(key) == data


def test_what_is_kept_again_is_one_file(store):
    for data in (b"first", PICTURE, PICTURE):
        store.put(RENDITION, data)
    assert store.read(RENDITION) == PICTURE
    assert [stored.key for stored in store.walk()] == [RENDITION]


def test_what_is_not_there_is_not_there(store):
    assert not store.has(ORIGINAL)
    with pytest.raises(FileNotFoundError, match=ORIGINAL):
        store.read(ORIGINAL)
    assert list(store.walk()) == []


def test_what_is_deleted_is_gone_and_may_be_deleted_again(store):
    store.put(ORIGINAL, PICTURE)
    store.put(RENDITION, b"small")
    for _ in range(2):
        store.delete(ORIGINAL)
        assert not store.has(ORIGINAL)
    assert [stored.key for stored in store.walk()] == [RENDITION]


def test_all_files_are_told_with_size_and_time_however_many_pages_they_are(store):
    files = {content_key(bytes([n]), "png"): bytes(n) for n in range(4)}
    files |= {f"sizes/ab/{'c' * 32}/{n}.webp": bytes(n) for n in (180, 360, 560)}
    for key, data in files.items():
        store.put(key, data)
    found = list(store.walk())
    assert {stored.key: stored.size for stored in found} == {
        key: len(data) for key, data in files.items()
    }
    assert len(found) == len(files)
    now = datetime.now(UTC)
    assert all(abs(now - stored.changed_at) < timedelta(minutes=5) for stored in found)


@pytest.mark.parametrize("prefix", ["", "sizes/", "sizes/ab/", "ab/", "a", "cd/", "sizes/ab/c"])
def test_a_part_of_the_files_is_told_by_how_their_keys_begin(store, prefix):
    keys = [f"{name}/{name[:1] * 64}.png" for name in ("ab", "ac", "cd")]
    keys += [f"sizes/{name}/{'c' * 32}/180.webp" for name in ("ab", "cd")]
    for key in keys:
        keep(store, key, b"x")
    assert sorted(stored.key for stored in store.walk(prefix)) == sorted(
        key for key in keys if key.startswith(prefix)
    )


def test_what_is_there_is_not_put_again(store):
    store.put(RENDITION, b"as it was")
    keep(store, RENDITION, b"something else")
    keep(store, ORIGINAL, PICTURE)
    assert (store.read(RENDITION), store.read(ORIGINAL)) == (b"as it was", PICTURE)


@pytest.mark.parametrize(
    "name", ["readme.txt", f"{RENDITION}.part", "sizes/tmp123.part", "backup/" + ORIGINAL]
)
def test_what_is_none_of_the_shops_is_not_told_of(store, put_beside, name):
    put_beside(name, b"somebody's")
    store.put(RENDITION, b"ours")
    assert [stored.key for stored in store.walk()] == [RENDITION]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../../etc/passwd",
        "ab/../../x.png",
        f"ab/{'a' * 64}.exe",
        f"ab/{'a' * 63}.png",
        f"{ORIGINAL}\n",
        f"sizes/{ORIGINAL}",
        f"sizes/ab/{'c' * 32}/0.avif",
        f"sizes/ab/{'c' * 32}/360.html",
        f"sizes/ab/{'c' * 32}/360.png",
        f"sizes/ab/{'c' * 32}/../360.avif",
    ],
)
def test_what_is_no_key_names_nothing(store, key):
    for call in (
        lambda: store.read(key),
        lambda: store.put(key, b"x"),
        lambda: store.delete(key),
    ):
        with pytest.raises(FileNotFoundError):
            call()
    assert not store.has(key)
    assert list(store.walk()) == []


def test_threads_may_share_a_store(store):
    keys = [content_key(bytes([n]), "webp") for n in range(12)]

    def keep(key: str) -> bytes:
        store.put(key, key.encode())
        return store.read(key)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(keep, keys)) == [key.encode() for key in keys]


def test_nobody_reads_half_a_file(store):
    whole = {bytes([letter]) * 200_000 for letter in b"ab"}
    store.put(RENDITION, next(iter(whole)))
    done = threading.Event()

    def rewrite() -> None:
        for _ in range(10):
            for data in whole:
                store.put(RENDITION, data)
        done.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(rewrite)
        while not done.is_set() and not writing.done():
            assert store.read(RENDITION) in whole
        writing.result()
