"""The document store as `make run` and the tests start it."""

from __future__ import annotations

import signal
from pathlib import Path

from pymongo import MongoClient, WriteConcern

from dev.services import DocumentStore


def put(url: str, name: str) -> None:
    with MongoClient[dict[str, object]](url) as client:
        records = client.get_default_database().get_collection(
            "records", write_concern=WriteConcern(w="majority", j=True)
        )
        records.insert_one({"_id": name})


def kept(url: str) -> list[object]:
    with MongoClient[dict[str, object]](url) as client:
        return [found["_id"] for found in client.get_default_database()["records"].find()]


def test_a_killed_one_loses_nothing_that_it_confirmed_and_is_replaced(tmp_path: Path) -> None:
    with DocumentStore(tmp_path / "a folder") as server:
        url = server.url
        put(url, "first")
        assert server.process
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        server.start()
        assert server.url == url
        put(url, "second")
        with DocumentStore(tmp_path / "a folder") as again:
            assert server.process
            assert server.process.poll() is not None
            assert kept(again.url) == ["first", "second"]
