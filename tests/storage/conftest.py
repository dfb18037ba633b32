"""A local folder, nanio and moto. Servers start where a test asks for them, one of each for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from shop.gateways.files import FileStore, LocalFiles, S3Files
from tests.s3_servers import Moto, Nanio, S3Server

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
