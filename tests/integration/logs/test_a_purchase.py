"""What a whole purchase leaves in the logs of web and worker: much of use, and nothing personal.

At DEBUG, so that libraries say what they have to say as well.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from redis import Redis

from dev.yookassa_sandbox.server import RunningSandbox
from dev.yookassa_sandbox.testing import pay
from jobs.worker import ShopWorker
from shop import logging as shop_logging
from shop.bootstrap import configure_logging
from shop.config import Config
from shop.extensions import db
from shop.gateways.queue import QUEUES
from shop.repositories.log_spool import LogSpool
from shop.web.services import CONFIG
from tests.attacks.programs import Program
from tests.backstage import Backstage
from tests.integration.logs.refusing_mail_server import RefusingMailServer
from tests.shopfront import OtherShop, backstage, other_shop
from tests.unit.test_log_records import BATCH
from tests.visitor import Visitor

__all__ = ["backstage", "other_shop"]

PERSON = {
    "full_name": "Вера Читателева-Оболенская",
    "email": "vera.obolenskaya@private-mail.example",
    "phone": "+7 916 123-45-67",
    "city": "Звенигород-на-Протве",
    "street": "Потаповский переулок, 77",
    "postal_code": "143180",
    "comment": "Позвонить Амвросию",
}
PASSWORD = "seven odd lanterns 42"
ADDRESS, CARD = "203.0.113.77", "4111 1111 1111 1111"
WEBHOOK = "/api/v1/payments/yookassa/webhook"


@dataclass(frozen=True)
class Story:
    """`printed` are all lines of all processes, `records` those of the spool."""

    order: str
    secrets: tuple[str, ...]
    printed: list[str]
    records: list[dict[str, Any]]
    mails: RefusingMailServer

    def of(self, **facts: object) -> list[dict[str, Any]]:
        return [each for each in self.records if facts.items() <= each.items()]


@pytest.fixture(scope="module")
def mails() -> Iterator[RefusingMailServer]:
    with RefusingMailServer() as server:
        yield server


@pytest.fixture
def logged(
    config: Config, amqp_url: str, tmp_path: Any, mails: RefusingMailServer
) -> Iterator[dict[str, Any]]:
    """Settings of a shop that fills the spool at DEBUG."""
    yield {
        "amqp_url": amqp_url,
        "log_level": "DEBUG",
        "log_spool_folder": tmp_path / "records",
        "mail_url": mails.url,
    }
    configure_logging(config, "web")


@pytest.fixture
def story(
    other_shop: OtherShop,
    logged: dict[str, Any],
    sandbox: RunningSandbox,
    mails: RefusingMailServer,
    capfd: pytest.CaptureFixture[str],
) -> Story:
    app = other_shop(**logged)
    behind = Backstage(app)
    behind.shipping()
    book = behind.book(title="Persuasion")
    visitor = Visitor(app)
    visitor.client.environ_base["REMOTE_ADDR"] = ADDRESS
    account = {"email": PERSON["email"], "password": PASSWORD, "consent": True}
    names = {"first_name": "Веруня", "last_name": "Оболенская"}
    program = Program(app)
    assert program.call("POST", "/api/v1/auth/register", account | names).status_code == 201
    login = {name: account[name] for name in ("email", "password")}
    pair = program.call("POST", "/api/v1/auth/login", login).get_json()
    assert visitor.post("/login", login).status_code == 303
    visitor.get(f"/books?q={quote(CARD)}")
    visitor.get(f"/nobody/{PERSON['email']}")
    visitor.post("/cart/items", {"book_id": book.id})
    filled = PERSON | {"shipping_method": "courier", "consent": "1"}
    placed = visitor.submit(visitor.get("/checkout"), "checkout", **filled)
    assert placed.status_code == 303, placed.text
    back = pay(placed.location)
    assert visitor.call("POST", WEBHOOK, {"event": "payment.succeeded"}).status_code == 403
    visitor.get(back.partition("localhost")[2])
    run_worker(app)
    shop_logging.flush()
    (order,) = behind.orders()
    with behind.services() as services:
        url = services.order_links.url(order)
    token = url.partition("token=")[2]
    visitor.get(f"/orders/{order.number}?token={token}")
    shop_logging.flush()
    printed = [line for line in capfd.readouterr().out.splitlines() if line.startswith("{")]
    with Redis.from_url(app.extensions[CONFIG].redis_url, decode_responses=True) as redis:
        lines = LogSpool(redis, 100_000).oldest(100_000, 1 << 30).lines
    secrets = (pair["access_token"], pair["refresh_token"].split(".")[1], token)
    return Story(order.number, secrets, printed, [json.loads(line) for line in lines], mails)


def run_worker(app: Any) -> None:
    """A worker, in a process of its own that has read all of the shop already, does what waits."""
    child = os.fork()
    if child == 0:
        config = app.extensions[CONFIG]
        configure_logging(config, "worker")
        with app.app_context(), Redis.from_url(config.redis_url) as connection:
            db.engine.dispose(close=False)
            ShopWorker(QUEUES, connection=connection).work(burst=True, logging_level="DEBUG")
        shop_logging.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_purchase_is_told_in_full_and_nobody_in_it(story: Story) -> None:
    assert story.mails.refused == [PERSON["email"]]
    assert story.mails.taken
    everything_is_of_the_contract(story)
    nothing_is_personal(story)
    records_belong_together(story)


def everything_is_of_the_contract(story: Story) -> None:
    printed = [json.loads(line) for line in story.printed]
    assert {each["id"] for each in printed} == {each["id"] for each in story.records}
    for record in story.records:
        BATCH.validate({"version": 1, "records": [record]})
    assert {each["service"] for each in story.records} == {"web", "worker"}


def nothing_is_personal(story: Story) -> None:
    text = "\n".join(story.printed).casefold()
    words = [word for value in PERSON.values() for word in (value, quote(value))]
    parts = ["Оболенская", "Веруня", "Амвроси", "Потаповский", "Звенигород", "143180", "1234567"]
    for word in (*words, *parts, PASSWORD, ADDRESS, CARD, CARD.replace(" ", ""), *story.secrets):
        assert word.casefold() not in text, word


def records_belong_together(story: Story) -> None:
    [checkout] = story.of(logger="shop.request", route="checkout.place")
    assert (checkout["order"], checkout["status"]) == (story.order, 303)
    assert checkout["user_id"]
    assert {
        each["method"] for each in story.of(request_id=checkout["request_id"], service="web")
    } == {"POST"}
    # The job that this request asked for tells whose it was.
    jobs = [each for each in story.of(logger="jobs.watched") if each["level"] == "INFO"]
    assert "jobs.outbox.deliver" in {each["extra"]["job"] for each in jobs}
    requests = {each.get("request_id") for each in story.of(service="web")}
    assert all(each["duration_ms"] and each["request_id"] in requests for each in jobs)
    [failed] = [each for each in story.of(level="ERROR") if "failed" in each["message"]]
    assert failed["traceback"].endswith("SMTPRecipientsRefused 550")
    paid = [each for each in story.records if each["message"].endswith(" is captured")]
    assert {each["order"] for each in paid} == {story.order}
    mails = [each for each in story.of(order=story.order) if "(mail)" in each["message"]]
    assert mails
