"""What the API answers to each question, compared with what was sent."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from log_service.levels import Level
from log_service.store import LogStore

from tests.logs_consumer.api_client import ApiClient
from tests.logs_consumer.samples import NOON, Record, batch, before_noon, record, written

MOSCOW = timezone(timedelta(hours=3))
LEVELS = [str(level) for level in Level]
LOGGERS = ["shop", "shop.web", "shop.web.errors", "shop.website", "jobs.worker"]


@pytest.fixture
def sent(store: LogStore) -> list[Record]:
    """Sixty records, two minutes apart, the newest first; their properties are of all kinds."""
    told = [
        record(
            NOON - number * timedelta(minutes=2),
            level=LEVELS[number % 5],
            logger=LOGGERS[number % 4 if number % 3 else 4],
            service=["web", "worker"][number % 2],
            message=f"Заказ № {number} оплачен (100%)",
            **({"request_id": f"request-{number % 7}"} if number % 2 else {}),
            **({"order": f"C-{number % 6}"} if number % 3 == 0 else {}),
            **({"user_id": number % 4 + 1} if number % 5 else {}),
            **({"traceback": "ValueError: Ёлка\n  a+b"} if number % 9 == 0 else {}),
        )
        for number in range(60)
    ]
    store.write(told)
    return told


Fits = Callable[[Record], bool]
QUESTIONS: dict[str, tuple[dict[str, Any], Fits]] = {
    "level": ({"level": "ERROR"}, lambda r: r["level"] == "ERROR"),
    "levels": ({"level": "ERROR,DEBUG"}, lambda r: r["level"] in ("ERROR", "DEBUG")),
    "min_level": ({"min_level": "WARNING"}, lambda r: r["level"] not in ("DEBUG", "INFO")),
    "levels that exclude each other": (
        {"level": "DEBUG", "min_level": "ERROR"},
        lambda _: False,
    ),
    "since": (
        {"since": written(before_noon(minutes=20))},
        lambda r: r["time"] >= written(before_noon(minutes=20)),
    ),
    "until, elsewhere": (
        {"until": before_noon(minutes=20).astimezone(MOSCOW).isoformat()},
        lambda r: r["time"] < written(before_noon(minutes=20)),
    ),
    "both": (
        {"since": written(before_noon(hours=1)), "until": f"{before_noon():%FT%T}.5Z"},
        lambda r: written(before_noon(hours=1)) <= r["time"],
    ),
    "logger and below": (
        {"logger": "shop.web"},
        lambda r: r["logger"] in ("shop.web", "shop.web.errors"),
    ),
    "no pattern": ({"logger": "shop.we."}, lambda _: False),
    "service": ({"service": "worker"}, lambda r: r["service"] == "worker"),
    "request": ({"request_id": "request-3"}, lambda r: r.get("request_id") == "request-3"),
    "order": ({"order": "C-3"}, lambda r: r.get("order") == "C-3"),
    "user": ({"user_id": 2}, lambda r: r.get("user_id") == 2),
    "text, any case": ({"text": "заказ № 1"}, lambda r: "Заказ № 1" in r["message"]),
    "text in tracebacks": ({"text": "ёЛКА"}, lambda r: "traceback" in r),
    "text as it stands": ({"text": "a+b"}, lambda r: "traceback" in r),
    "text that is no pattern": ({"text": "(100%)"}, lambda _: True),
    "text that would be one": ({"text": "Зак.з"}, lambda _: False),
    "all together": (
        {"level": "INFO,ERROR", "service": "web", "text": "оплачен", "logger": "jobs"},
        lambda r: (
            r["level"] in ("INFO", "ERROR")
            and r["service"] == "web"
            and r["logger"] == "jobs.worker"
        ),
    ),
}


def test_what_is_asked_for_is_answered_as_it_was_sent(
    api: ApiClient, sent: list[Record], subtests: pytest.Subtests
) -> None:
    for name, (asked, fits) in QUESTIONS.items():
        wanted = [each for each in sent if fits(each)]
        with subtests.test(name):
            assert api.items(**asked, limit=500) == wanted
            assert api.items(**asked, limit=500, sort="time") == wanted[::-1]
            page = api.get(**asked, limit=5, page=2).json
            assert page["items"] == wanted[5:10]
            assert (page["total"], page["pages"]) == (len(wanted), -(-len(wanted) // 5))
            assert api.get("/logs/stats", **asked).json["total"] == len(wanted)


@pytest.mark.parametrize("sort", ["time", "-time"])
@pytest.mark.parametrize("asked", [{"min_level": "ERROR"}, {"request_id": "request-1"}], ids=str)
def test_a_walk_meets_each_record_once_while_new_ones_come(
    api: ApiClient, store: LogStore, sent: list[Record], asked: dict[str, str], sort: str
) -> None:
    # Several of one moment, which no page may tear apart.
    alike = {"level": "ERROR", "request_id": "request-1"}
    at_once = [record(before_noon(minutes=7), **alike) for _ in range(7)]
    store.write(at_once)
    before = {each["id"] for each in api.items(**asked, limit=500)}
    met: Counter[str] = Counter()
    for page in api.walk(**asked, limit=6, sort=sort):
        met.update(each["id"] for each in page)
        store.write([record(**alike)])
        if len(met) > len(before) + 12:
            break
    assert set(met.values()) == {1}
    assert before <= set(met)


def test_order_within_a_millisecond_is_kept(api: ApiClient, store: LogStore) -> None:
    moments = [NOON + timedelta(microseconds=number) for number in (3, 1, 4, 0, 2)]
    told = [record(moment, request_id="one-request") for moment in moments]
    store.write(told)
    found = api.items(request_id="one-request", sort="time")
    assert found == sorted(told, key=lambda each: each["time"])


def test_records_of_long_ago_and_of_clocks_that_are_fast_are_found(
    api: ApiClient, store: LogStore
) -> None:
    now = datetime.now(UTC)
    told = [record(now + timedelta(days=ago)) for ago in (300, 1, 0, -1, -20, -29)]
    store.write(told)
    assert api.items() == told
    assert api.items(sort="time") == told[::-1]


def test_stats_are_what_one_would_count(api: ApiClient, sent: list[Record]) -> None:
    since, until = written(before_noon(minutes=90)), written(NOON)
    answer = api.get("/logs/stats", since=since, until=until).json
    within = [each for each in sent if since <= each["time"] < until]
    counted = Counter((each["time"][:13] + ":00:00Z", each["level"]) for each in within)
    told = {
        (hour["hour"], level): number
        for hour in answer["hours"]
        for level, number in hour["counts"].items()
    }
    assert told == counted
    assert [hour["hour"] for hour in answer["hours"]] == [
        f"{before_noon(hours=hours):%FT%TZ}" for hours in (2, 1)
    ]
    assert answer["levels"] == Counter(each["level"] for each in within)
    assert answer["total"] == len(within)
    assert (answer["since"], answer["until"]) == (since, until)


def test_stats_are_of_the_last_day_unless_it_is_said_otherwise(
    api: ApiClient, store: LogStore
) -> None:
    now = datetime.now(UTC)
    store.write([record(now - timedelta(hours=23)), record(now - timedelta(hours=25))])
    assert api.get("/logs/stats").json["total"] == 1
    assert api.get("/logs/stats", since=written(now - timedelta(hours=26))).json["total"] == 2


WRONG = {
    "levle=ERROR": "levle",
    "level=LOUD": "level.0",
    "level=": "level.0",
    "level=INFO&level=ERROR": "level",
    "min_level=error": "min_level",
    "since=yesterday": "since",
    "since=1700000000": "since",
    "since=2026-11-29T14:00:00": "since",
    "since=2026-02-30T14:00:00Z": "since",
    "since=2026-11-29T14:00:00Z&until=2026-11-29T13:00:00Z": "",
    "logger=": "logger",
    "request_id=%00%00%00%00%00%00%00%00": "request_id",
    "text=%00": "text",
    "order[$ne]=1": "order[$ne]",
    "user_id=0": "user_id",
    "user_id=1_0": "user_id",
    "user_id={}": "user_id",
    "limit=0": "limit",
    "limit=501": "limit",
    "limit=1e2": "limit",
    "sort=level": "sort",
    "page=0": "page",
    "page=1000&limit=500": "",
    "page=1&cursor=MTc5NTk2MjgyNDQxMTIzMS4wZDA3ZTA5ZTYwMWE0YTc5YWRmMDk2OTYyNzA3MTcwZA": "",
    "cursor=x": "",
    "cursor=eyIkbmUiOjF9": "",
}


def test_what_cannot_be_asked_is_a_problem_that_names_it(
    api: ApiClient, subtests: pytest.Subtests
) -> None:
    for query, named in WRONG.items():
        with subtests.test(query):
            answer = api.get(f"/logs?{query}")
            assert answer.status_code == 422
            assert answer.content_type == "application/problem+json"
            assert named in [each["field"] for each in answer.json["errors"]]


def test_more_than_a_month_is_not_counted_at_once(api: ApiClient) -> None:
    answer = api.get("/logs/stats", since="2026-01-01T00:00:00Z", until="2026-03-01T00:00:00Z")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "since")


def test_a_batch_is_stored_and_told(api: ApiClient, store: LogStore) -> None:
    told = [record(before_noon(hours=hour)) for hour in range(3)]
    answer = api.post(batch(*told))
    assert (answer.status_code, answer.json) == (201, {"stored": 3})
    assert api.items() == told


def test_what_is_stored_already_is_named_and_the_rest_is_stored(api: ApiClient) -> None:
    old, new = record(), record()
    api.post(batch(old))
    answer = api.post(batch(new, old, new))
    assert answer.status_code == 409
    assert answer.json["stored"] == 1
    named = {each["message"] for each in answer.json["errors"]}
    assert named == {old["id"], new["id"]}
    assert len(api.items()) == 2


def test_a_batch_with_bad_records_is_refused_as_a_whole(api: ApiClient) -> None:
    answer = api.post(batch(record(), record(status="200"), {**record(), "email": "a@example.org"}))
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["records.1.status", "records.2"]
    assert api.items() == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[]", "application/json", 422),
        (b"\xff", "application/json", 422),
        (batch(record()), "text/plain", 415),
        (b" " * (16 * 2**20 + 1), "application/json", 413),
    ],
    ids=itertools.count(),
)
def test_what_is_no_batch_is_refused(api: ApiClient, body: bytes, kind: str, status: int) -> None:
    answer = api.post(body, kind)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
