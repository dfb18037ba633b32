"""The page of logs, over a log service with a real document store behind it."""

from datetime import UTC, datetime, timedelta

import pytest

from shop.app import create_app
from shop.extensions import db
from shop.gateways.log_service import LogService, TooSlow
from shop.models import RoleCode
from tests import markup
from tests.far_server import far_server
from tests.log_records import TOKEN, log_record, running_log_service
from tests.visitor import Visitor

AWAY = "http://127.0.0.1:9"
# What another server than the log service answers.
OTHERS = ("page", "nonsense", "endless", "to")


@pytest.fixture(scope="module")
def log_service(mongo_url):
    with running_log_service(mongo_url) as service:
        yield service


@pytest.fixture
def open_shop(config, stores):
    """Opens a shop that reads its logs at this address."""
    opened = []

    def open_at(url, token=TOKEN):
        read = {"logs_api_url": url, "logs_api_token": token}
        opened.append(create_app(config.model_copy(update=read)))
        return opened[-1]

    yield open_at
    for shop in opened:
        with shop.app_context():
            db.engine.dispose()


@pytest.fixture
def boss(open_shop, log_service, backstage):
    return Visitor(open_shop(log_service.url), backstage.user(RoleCode.ADMIN))


def messages(answer):
    assert answer.status_code == 200, answer.status_code
    is_page = answer.text.lstrip().startswith("<!doctype")
    tree = markup.page(answer) if is_page else markup.fragment(answer, "log-records")
    found = markup.with_class(tree, "log__message")
    return [markup.text(each) for each in found]


def test_records_are_found_by_every_filter(boss, log_service):
    day = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    log_service.put(
        log_record(at=day, message="first", order="ABCD-2345", user_id=7),
        log_record(at=day + timedelta(hours=1), message="second", level="WARNING"),
        log_record(
            at=day + timedelta(hours=2),
            message="third: Оплата не прошла",
            level="ERROR",
            logger="shop.services.payments",
            service="worker",
            request_id="0123456789abcdef",
        ),
    )
    span = "since=2026-11-03&until=2026-11-03"
    first, second, third = "first", "second", "third: Оплата не прошла"
    for query, expected in {
        "": [third, second, first],
        "&level=WARNING": [third, second],
        "&level=ERROR": [third],
        "&order=abcd-2345": [first],
        "&user_id=7": [first],
        "&logger=shop.services": [third],
        "&service=worker": [third],
        "&request_id=0123456789abcdef": [third],
        "&text=ОПЛАТА": [third],
        "&text=.*": [],
        # What makes no sense is as if nobody had asked for it.
        "&level=LOUD&user_id=x&service=nobody&request_id=%21": [third, second, first],
        # Moscow, where it is three hours later.
        "&since=2026-11-03T13:00&until=2026-11-03": [third, second],
    }.items():
        asked = query if "since=" in query else f"{span}{query}"
        assert messages(boss.get(f"/admin/logs?{asked}")) == expected, query


def test_what_was_asked_for_stays_in_the_form(boss):
    """Moments as a field takes them, and the fold is open over what is in it."""
    query = "since=2026-11-03&until=2026-11-03T15:30:12Z&text=now"
    page = markup.page(boss.get(f"/admin/logs?{query}"))
    values = {name: markup.by_id(page, name).get("value") for name in ("since", "until", "text")}
    # Moscow is three hours ahead.
    assert values == {"since": "2026-11-03T00:00", "until": "2026-11-03T18:30", "text": "now"}
    assert markup.with_class(page, "logs__finer")[0].get("open") is not None
    plain = markup.page(boss.get("/admin/logs?level=ERROR&text=now"))
    assert markup.with_class(plain, "logs__finer")[0].get("open") is None


def test_a_job_has_a_story_as_a_request_has(boss, log_service):
    at = datetime(2026, 11, 5, 9, tzinfo=UTC)
    log_service.put(
        log_record(at=at, service="worker", request_id="0f0f0f0f0f0f0f0f"),
        log_record(at=at, service="web", request_id="f0f0f0f0f0f0f0f0"),
    )
    page = boss.get("/admin/logs?since=2026-11-05&until=2026-11-05").text
    assert page.count("the whole job") == 1
    assert page.count("the whole request") == 1


def test_a_list_is_walked_to_its_end(boss, log_service):
    began = datetime(2026, 10, 5, tzinfo=UTC)
    log_service.put(
        *(log_record(at=began + timedelta(seconds=n), message=f"no. {n}") for n in range(150))
    )
    page = boss.get("/admin/logs?since=2026-10-05&until=2026-10-05")
    [older] = [a for a in markup.hrefs(markup.page(page)) if "cursor=" in a]
    rest = messages(boss.get(older))
    assert messages(page) + rest == [f"no. {n}" for n in reversed(range(150))]
    broken = boss.get("/admin/logs?cursor=nonsense")
    assert messages(broken) == []
    assert "no older records" in broken.text


def test_a_request_is_told_from_its_beginning(boss, log_service, backstage):
    order = backstage.order()
    began = datetime(2026, 11, 4, 12, tzinfo=UTC)
    one = {"request_id": "fedcba9876543210", "route": "checkout.place", "method": "POST"}
    log_service.put(
        log_record(at=began, message="copies were taken", order=order.number, **one),
        log_record(
            at=began + timedelta(milliseconds=40),
            message="POST /checkout",
            status=500,
            duration_ms=41.5,
            level="ERROR",
            traceback="Traceback (most recent call last):\n  <b>not HTML</b>",
            extra={"tries": 3},
            **one,
        ),
        log_record(at=began, message="somebody else"),
    )
    page = boss.get("/admin/logs/requests/fedcba9876543210")
    assert messages(page) == ["copies were taken", "POST /checkout"]
    text = markup.text(markup.page(page))
    for told in ("500", "after 41.5 ms", "checkout.place", "+40 ms", "<b>not HTML</b>", "tries"):
        assert told in text, told
    assert f"/admin/orders/{order.number}" in markup.hrefs(markup.page(page))
    unknown = boss.get("/admin/logs/requests/0000000000000000")
    assert "Nothing is known of this request" in unknown.text
    assert boss.get("/admin/logs/requests/x!").status_code == 404


def test_errors_in_time_are_plotted_and_told(boss, log_service):
    day = datetime(2026, 9, 7, 21, 5, tzinfo=UTC)  # five past midnight in Moscow
    log_service.put(
        *(log_record(at=day + timedelta(minutes=n), level="ERROR") for n in range(3)),
        log_record(at=day + timedelta(hours=2), level="CRITICAL"),
        log_record(at=day + timedelta(hours=2), level="WARNING"),
        log_record(at=day - timedelta(hours=1), level="ERROR", message="the day before"),
    )
    page = boss.get("/ru/admin/logs?since=2026-09-08&until=2026-09-08")
    text = markup.text(markup.page(page))
    assert "4 ошибки" in text
    assert "8 сентября, 00:00: 3 ошибки, 0 предупреждений" in text
    assert "8 сентября, 02:00: 1 ошибка, 1 предупреждение" in text
    # Days, where hours would be too many; the day before is one of its own.
    longer = boss.get("/admin/logs?since=2026-09-01&until=2026-09-14").text
    assert "8 September: 4 errors, 1 warning" in longer
    assert "7 September: 1 error, 0 warnings" in longer
    assert "No errors" in boss.get("/admin/logs?since=2026-08-01&until=2026-08-02").text


def test_errors_that_cannot_be_counted_hide_no_record(boss, log_service, monkeypatch):
    log_service.put(log_record(at=datetime(2026, 9, 20, tzinfo=UTC), message="found all the same"))

    def too_much(*_):
        raise TooSlow

    monkeypatch.setattr(LogService, "hours", too_much)
    page = boss.get("/admin/logs?since=2026-09-20&until=2026-09-20")
    assert messages(page) == ["found all the same"]
    assert "could not be counted" in page.text


def test_the_list_follows_what_happens_until_one_leafs(boss, log_service):
    live = boss.get("/admin/logs?live=1&level=ERROR")
    section = markup.by_id(markup.page(live), "log-records")
    assert section.get("hx-trigger") == "every 3s"
    part = boss.get(section.get("hx-get"), htmx=True)
    log_service.put(log_record(message="just now", level="ERROR"))
    after = boss.get(section.get("hx-get"), htmx=True)
    assert "just now" not in messages(part)
    assert messages(after)[0] == "just now"
    assert "<h1>" not in after.text
    assert "every 3s" not in boss.get("/admin/logs?live=1&cursor=x").text


def test_who_follows_what_happens_does_not_see_the_own_looks(boss, caplog):
    with caplog.at_level("INFO", "shop.request"):
        for path in ("/admin/logs?live=1", "/admin/jobs/work", "/admin/jobs"):
            boss.get(path, htmx=True)
    routes = [record.message for record in caplog.records if record.name == "shop.request"]
    assert routes == ["GET /admin/jobs: 200"]


@pytest.mark.parametrize("path", ["/admin/logs", "/admin/logs/requests/0123456789abcdef"])
def test_a_log_service_that_is_away_or_none_is_said(open_shop, log_service, backstage, path):
    boss = backstage.user(RoleCode.ADMIN)
    with far_server() as other:
        others = f"http://127.0.0.1:{other.server_port}"
        for shop, told in (
            (open_shop(AWAY), "does not answer"),
            (open_shop(log_service.url, "another token, not this one"), "does not answer"),
            *((open_shop(f"{others}/{kind}"), "does not answer") for kind in OTHERS),
            (open_shop(f"{others}/problem/store_away"), "does not answer"),
            (open_shop(f"{others}/problem/too_slow"), "Ask for less time"),
            (open_shop("", ""), "LOGS_API_URL is not set"),
        ):
            answer = Visitor(shop, boss).get(path)
            assert answer.status_code == 200
            assert told in answer.text
            for secret in (TOKEN, "Traceback", "127.0.0.1"):
                assert secret not in answer.text
