"""S3: what browsers are told and given, who may, and what happens while it is away."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread
from urllib.parse import urlsplit

import pytest
import requests

from shop.errors import FilesUnavailable
from shop.gateways.files import S3Files, content_key
from shop.gateways.files.s3 import new_session
from shop.gateways.files.trouble import AWAY, FULL
from tests.faults.wire import Wire

PICTURE = b"\xff\xd8" + bytes(50_000)
ORIGINAL = content_key(PICTURE, "jpg")
RENDITION = f"sizes/ab/{'c' * 32}/360.avif"
# Seconds. Long enough for a server on this machine, short enough to wait for.
PATIENCE = 0.5


def get(address: str | None) -> requests.Response:
    assert address is not None
    return requests.get(address, timeout=10)


def other(store: S3Files, **changes: object) -> S3Files:
    """The same bucket, spoken to in another way."""
    return S3Files(replace(store.bucket, **changes))


def calls(store: S3Files):
    """All that may be asked, by name; nothing of it changes what is there."""
    return {
        "put": lambda: store.put(RENDITION, b"small"),
        "read": lambda: store.read(RENDITION),
        "has": lambda: store.has(RENDITION),
        "delete": lambda: store.delete(ORIGINAL),
        "walk": lambda: list(store.walk()),
    }


def refusals(store: S3Files) -> dict[str, object]:
    """What each call is refused with."""
    found = {}
    for name, call in calls(store).items():
        with pytest.raises(FilesUnavailable) as trouble:
            call()
        found[name] = trouble.value.detail
    return found


def test_browsers_keep_what_pages_show_for_ever(s3):
    s3.put(RENDITION, b"small")
    answer = get(s3.link(RENDITION))
    assert (answer.status_code, answer.content) == (200, b"small")
    assert answer.headers["Content-Type"] == "image/avif"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Disposition" not in answer.headers


def test_no_page_shows_an_original_and_nobody_keeps_it(s3):
    s3.put(ORIGINAL, PICTURE)
    kept = s3._client.head_object(Bucket=s3.bucket.name, Key=ORIGINAL)
    assert kept["ContentType"] == "image/jpeg"
    assert kept["ContentDisposition"] == "attachment"
    assert "CacheControl" not in kept


@pytest.mark.parametrize("public", [None, "https://cdn.example"])
@pytest.mark.parametrize("key", [ORIGINAL, f"sizes/../{ORIGINAL}", f"{RENDITION}/", "sizes/x.avif"])
def test_nobody_is_sent_to_an_original(nanio, public, key):
    with pytest.raises(FileNotFoundError):
        other(nanio, public_url=public).link(key)


def test_a_link_opens_one_file_for_a_while_and_no_other(nanio):
    for key in (RENDITION, ORIGINAL):
        nanio.put(key, PICTURE)
    link = other(nanio, link_seconds=90).link(RENDITION)
    assert link is not None
    assert "X-Amz-Expires=90" in link
    assert get(link).content == PICTURE
    assert get(link.replace(RENDITION, ORIGINAL)).status_code == 403
    assert get(link.replace("X-Amz-Expires=90", "X-Amz-Expires=900")).status_code == 403
    assert get(link.partition("?")[0]).status_code == 403


def test_what_is_public_is_what_pages_show(started, moto):
    server, _ = started("moto")
    server.open_sizes(moto.bucket.name)
    public = other(moto, public_url=f"{server.url}/{moto.bucket.name}")
    for key in (RENDITION, ORIGINAL):
        public.put(key, PICTURE)
    assert public.link(RENDITION) == f"{public.bucket.public_url}/{RENDITION}"
    answer = get(public.link(RENDITION))
    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert answer.headers["Cache-Control"].endswith("immutable")
    assert get(f"{public.bucket.public_url}/{ORIGINAL}").status_code == 403


def test_a_bucket_may_be_part_of_the_host(nanio):
    link = other(nanio, path_style=False, endpoint_url="https://s3.example").link(RENDITION)
    assert link is not None
    assert urlsplit(link)[:3] == ("https", "pictures.s3.example", f"/{RENDITION}")


@pytest.mark.parametrize("wrong", [{"secret_access_key": "x" * 20}, {"access_key_id": "nobody"}])
def test_whoever_has_not_the_key_is_told_that_pictures_are_away(nanio, wrong):
    nanio.put(RENDITION, PICTURE)
    stranger = other(nanio, **wrong)
    assert set(refusals(stranger).values()) == {AWAY}
    assert get(stranger.link(RENDITION)).status_code == 403
    assert nanio.read(RENDITION) == PICTURE


def test_a_bucket_that_is_not_there_is_not_a_picture_that_is_not_there(s3):
    store = other(s3, name="elsewhere")
    for name, call in calls(store).items():
        # The answer to the question whether there is one does not tell what is missing.
        if name != "has":
            with pytest.raises(FilesUnavailable):
                call()


def test_no_secret_is_told(nanio, caplog):
    with pytest.raises(FilesUnavailable) as trouble:
        other(nanio, secret_access_key="not-to-be-told").read(RENDITION)
    told = f"{trouble.value} {caplog.text} {nanio.bucket!r} {trouble.value.detail}"
    assert "SignatureDoesNotMatch" in told
    assert "not-to-be-told" not in told
    assert nanio.bucket.secret_access_key not in told


def test_what_amazons_tools_leave_on_a_machine_does_not_matter(moto, tmp_path, monkeypatch):
    foreign = tmp_path / "config"
    foreign.write_text("[default]\ns3 =\n  use_accelerate_endpoint = true\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(foreign))
    for profile in ("default", "somebodys"):
        monkeypatch.setenv("AWS_PROFILE", profile)
        monkeypatch.setattr(S3Files, "_session", new_session())
        other(moto).put(RENDITION, PICTURE)
    assert moto.read(RENDITION) == PICTURE


def test_s3_that_goes_away_is_told_and_works_again_when_it_is_back(started, s3):
    port = urlsplit(s3.bucket.endpoint_url).port
    assert port is not None
    with Wire(port) as wire:
        store = other(s3, endpoint_url=f"http://127.0.0.1:{wire.port}", timeout=PATIENCE)
        store.put(RENDITION, PICTURE)
        wire.cut()
        assert set(refusals(store).values()) == {AWAY}
        wire.mend()
        assert store.read(RENDITION) == PICTURE
        for call in calls(store).values():
            call()


def test_s3_that_falls_silent_is_given_up(moto):
    port = urlsplit(moto.bucket.endpoint_url).port
    assert port is not None
    with Wire(port) as wire:
        store = other(moto, endpoint_url=f"http://127.0.0.1:{wire.port}", timeout=PATIENCE)
        store.put(RENDITION, PICTURE)
        wire.silence()
        with pytest.raises(FilesUnavailable):
            store.read(RENDITION)
        wire.mend()
        assert store.read(RENDITION) == PICTURE


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that says this to everybody and hangs up; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:
                    return
                with near:
                    near.recv(65536)
                    near.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def said(status: str, body: bytes = b"", length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    "answer",
    [
        said("200 OK", PICTURE[:1000], len(PICTURE)),
        said("500 Internal Server Error"),
        said("200 OK", b"<html>Log in to the hotel</html>")[:20],
        b"220 mail.example ESMTP\r\n",
        b"",
    ],
    ids=["half a picture", "an error", "half a head", "another protocol", "nothing"],
)
def test_an_answer_that_is_none_is_no_picture(moto, answer):
    with answering(answer) as address:
        store = other(moto, endpoint_url=address, timeout=PATIENCE)
        with pytest.raises(FilesUnavailable) as trouble:
            store.read(RENDITION)
    assert trouble.value.detail == AWAY


def test_a_full_store_says_that_there_is_no_room(moto):
    body = b"<Error><Code>QuotaExceeded</Code><Message>Full.</Message></Error>"
    with answering(said("403 Forbidden", body)) as address:
        store = other(moto, endpoint_url=address, timeout=PATIENCE)
        with pytest.raises(FilesUnavailable) as trouble:
            store.put(RENDITION, b"small")
    assert trouble.value.detail == FULL


def test_a_name_that_leads_nowhere_is_told(moto):
    store = other(moto, endpoint_url="http://s3.invalid", timeout=PATIENCE)
    with pytest.raises(FilesUnavailable):
        store.read(RENDITION)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own(nanio):
    nanio.put(RENDITION, PICTURE)
    before = nanio._client
    child = os.fork()
    if not child:
        good = nanio._client is not before and nanio.read(RENDITION) == PICTURE
        os._exit(0 if good else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert nanio._client is before
    assert nanio.read(RENDITION) == PICTURE
