"""A local folder, nanio and moto, and a whole shop on each. Servers start where a test asks for
them, one of each for all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from shop.app import create_app
from shop.config import Config, MediaStore
from shop.extensions import db, limiter
from shop.gateways.files import FileStore, LocalFiles, S3Files
from shop.services.registry import Services
from tests.api.ordering import anna
from tests.s3_servers import Moto, Nanio, S3Server
from tests.shopfront import backstage, visitor

__all__ = ["anna", "backstage", "visitor"]

SERVERS = {"nanio": Nanio, "moto": Moto}
BUCKET = "pictures"
# Few enough that a handful of files are several pages.
PAGE = 2

Started = Callable[[str], tuple[S3Server, S3Files]]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """Starts a server by its name, with a bucket; the same one when it is asked for again."""
    running: dict[str, tuple[S3Server, S3Files]] = {}
    with ExitStack() as stack:

        def start(name: str) -> tuple[S3Server, S3Files]:
            if name not in running:
                server = stack.enter_context(SERVERS[name](tmp_path_factory.mktemp(name)))
                running[name] = server, S3Files(server.bucket(BUCKET), PAGE)
            return running[name]

        yield start


def _emptied(server: S3Server, store: S3Files) -> Iterator[S3Files]:
    yield store
    server.empty(store.bucket.name)


@pytest.fixture
def nanio(started: Started) -> Iterator[S3Files]:
    """A bucket whose server checks signatures."""
    yield from _emptied(*started("nanio"))


@pytest.fixture
def moto(started: Started) -> Iterator[S3Files]:
    """A bucket whose server does what its policy says."""
    yield from _emptied(*started("moto"))


@pytest.fixture(params=SERVERS)
def s3(request: pytest.FixtureRequest) -> S3Files:
    found: S3Files = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def local(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "media")


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written into a folder goes to a device that answers as a disk without room."""
    make = tempfile.mkstemp

    def on_the_full_device(**where: Any) -> tuple[int, str]:
        number, name = make(**where)
        device = os.open("/dev/full", os.O_WRONLY)
        os.dup2(device, number)
        os.close(device)
        return number, name

    monkeypatch.setattr(tempfile, "mkstemp", on_the_full_device)


@pytest.fixture(params=["local", *SERVERS])
def store(request: pytest.FixtureRequest) -> FileStore:
    """Each kind of store in turn."""
    found: FileStore = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def put_beside(store: FileStore) -> Callable[[str, bytes], None]:
    """Puts a file there that is none of the shop's."""

    def put(name: str, data: bytes) -> None:
        if isinstance(store, LocalFiles):
            path = store.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        elif isinstance(store, S3Files):
            store._client.put_object(Bucket=store.bucket.name, Key=name, Body=data)

    return put


@dataclass(frozen=True)
class Shop:
    app: Flask
    limits: dict[str, Any]


Shops = Callable[..., Shop]


@pytest.fixture(scope="session")
def shops(config: Config, _app: Flask, started: Started) -> Iterator[Shops]:
    """Makes a shop with a bucket on that server, new pictures going there. With a folder it has
    both stores, and new pictures go to the folder."""
    made: dict[tuple[str, Path | None], Shop] = {}

    def make(server: str, folder: Path | None = None) -> Shop:
        if (server, folder) not in made:
            home = MediaStore.LOCAL if folder else MediaStore.S3
            settings = {**_settings(started(server)[1]), "media_store": home, "media_root": folder}
            # One limiter serves the whole process and counts where the newest shop does.
            kept = dict(vars(limiter))
            app = create_app(config.model_copy(update=settings))
            made[server, folder] = Shop(app, dict(vars(limiter)))
            vars(limiter).update(kept)
        return made[server, folder]

    yield make
    for shop in made.values():
        with shop.app.app_context():
            db.engine.dispose()


def _settings(store: S3Files) -> dict[str, Any]:
    bucket = store.bucket
    return {
        "s3_bucket": bucket.name,
        "s3_endpoint_url": bucket.endpoint_url,
        "s3_region": bucket.region,
        "s3_access_key_id": bucket.access_key_id,
        "s3_secret_access_key": bucket.secret_access_key,
    }


def opened(shop: Shop) -> Iterator[Flask]:
    kept = dict(vars(limiter))
    vars(limiter).update(shop.limits)
    yield shop.app
    vars(limiter).update(kept)


@pytest.fixture(params=SERVERS)
def app(request: pytest.FixtureRequest, shops: Shops, stores: object) -> Iterator[Flask]:
    """A shop on each of the servers in turn, in the place of the one with a folder."""
    request.getfixturevalue(request.param)  # which empties the bucket afterwards
    yield from opened(shops(request.param))


@pytest.fixture
def services(app: Flask) -> Iterator[Services]:
    """All services, inside the app's context."""
    with app.app_context():
        yield app.extensions["services"]
