"""Who may ask the API, and what it says when the store is away."""

from __future__ import annotations

import itertools

import pytest
from log_service import reading
from log_service.app import create_app
from log_service.config import Config
from log_service.store import LogStore

from tests.logs_consumer.api_client import ApiClient
from tests.logs_consumer.conftest import TOKEN
from tests.logs_consumer.parts import wired
from tests.logs_consumer.samples import batch, record

CLOSED = [("GET", "/logs"), ("GET", "/logs/stats"), ("POST", "/logs"), ("GET", "/metrics")]
NO_TOKENS = [
    None,
    "Bearer",
    "Bearer another token",
    "Basic dTpw",
    f"Bearer {TOKEN}x",
    "Bearer ключ",
]


def test_without_the_token_nothing_is_told(api: ApiClient, subtests: pytest.Subtests) -> None:
    stranger = api.app.test_client()
    for (method, path), sent in itertools.product(CLOSED, NO_TOKENS):
        with subtests.test(f"{method} {path}: {sent}"):
            headers = {"Authorization": sent} if sent else {}
            answer = stranger.open(path, method=method, headers=headers, data=b"{")
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json["code"] == "token_required"


def test_an_older_token_is_taken_while_it_is_said_to_be(config: Config, store: LogStore) -> None:
    new = config.model_copy(
        update={"logs_token": "the newer token of it", "logs_token_fallbacks": (TOKEN,)}
    )
    app = create_app(new)
    for token in ("the newer token of it", TOKEN):
        assert ApiClient(app, token).get().status_code == 200
    app.extensions["log_store"].records.database.client.close()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
def test_what_watches_it_needs_no_token(api: ApiClient, path: str) -> None:
    assert api.app.test_client().get(path).status_code == 200


def test_while_the_store_is_away_it_says_so_and_when_to_try_again(
    config: Config, store: LogStore
) -> None:
    with wired(config, "mongo_url") as (ours, wire):
        app = create_app(ours)
        api = ApiClient(app, TOKEN)
        assert api.get().status_code == 200
        wire.cut()
        answers = [api.get(), api.post(batch(record())), api.get("/readyz")]
        assert [answer.status_code for answer in answers] == [503] * 3
        assert [answer.json["code"] for answer in answers] == ["store_away"] * 3
        assert all(answer.headers["Retry-After"] == "5" for answer in answers)
        assert api.get("/healthz").status_code == 200
        wire.mend()
        assert api.get("/readyz").status_code == 200
        assert api.post(batch(record())).status_code == 201
        app.extensions["log_store"].records.database.client.close()


def test_what_takes_too_long_is_ended_and_told_how_to_ask_for_less(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.0)
    for path in ("/logs", "/logs?page=1", "/logs/stats"):
        answer = api.get(path)
        assert (answer.status_code, answer.json["code"]) == (503, "too_slow")
        assert "since and until" in answer.json["detail"]


def test_it_counts_what_it_answers(api: ApiClient) -> None:
    api.get()
    told = api.get("/metrics")
    assert told.content_type.startswith("text/plain")
    assert 'log_api_requests_total{method="GET",route="api.logs",status="200"}' in told.text


def test_an_address_that_is_none_is_a_problem(api: ApiClient) -> None:
    answer = api.get("/nothing")
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    refused = api.app.test_client().delete("/logs", headers=api.headers)
    assert (refused.status_code, refused.json["code"]) == (405, "method_not_allowed")
    assert "GET" in refused.headers["Allow"]
