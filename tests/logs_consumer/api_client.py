"""Somebody who asks the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.logs_consumer.samples import Record


class ApiClient:
    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.headers = {"Authorization": f"Bearer {token}"}
        self._client = app.test_client()

    def get(self, path: str = "/logs", **asked: Any) -> TestResponse:
        return self._client.get(path, query_string=asked or None, headers=self.headers)

    def post(self, body: bytes, kind: str = "application/json") -> TestResponse:
        return self._client.post("/logs", data=body, content_type=kind, headers=self.headers)

    def items(self, **asked: Any) -> list[Record]:
        answer = self.get(**asked)
        assert answer.status_code == 200, answer.text
        items: list[Record] = answer.json["items"]
        return items

    def walk(self, **asked: Any) -> Iterator[list[Record]]:
        """Page after page, behind cursors."""
        cursor: dict[str, str] = {}
        while True:
            answer = self.get(**asked, **cursor)
            assert answer.status_code == 200, answer.text
            yield answer.json["items"]
            if answer.json["next_cursor"] is None:
                return
            cursor = {"cursor": answer.json["next_cursor"]}
