"""Redis behind sentinels, and a cluster for carts and cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from rq.cron import CronScheduler
from rq.worker import Worker

from shop.bootstrap import connect_redis
from shop.bootstrap.doctor import doctor_for
from shop.config import Config
from shop.extensions import db, impatient
from shop.gateways.redis_connections import connect
from shop.repositories.carts import CartRepository, StoredLine
from shop.web.services import CONFIG, SERVICES
from tests.faults.grown_redis import Watched, asked_directly, clustered, until, watched
from tests.jobs.workforce import Workforce
from tests.visitor import Visitor

STARTING = 120.0  # seconds; both import the whole shop


@pytest.fixture
def sentinels() -> Iterator[Watched]:
    with watched() as servers:
        yield servers


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with clustered() as url:
        yield url


@pytest.fixture
def programs(config: Config, sentinels: Watched, tmp_path: Path) -> Iterator[list[Workforce]]:
    """A worker and a clock."""
    ours = config.model_copy(update={"redis_url": sentinels.url, "log_level": "INFO"})
    both = [
        Workforce(ours, tmp_path / f"{name}.log", f"jobs.{name}") for name in ("worker", "clock")
    ]
    for each in both:
        each.start()
    yield both
    for each in both:
        each.kill()
        each.stop()


def test_shop_worker_and_clock_go_on_with_the_server_that_leads_now(
    sentinels, programs, other_shop, backstage
):
    shop = other_shop(redis_url=sentinels.url)
    book, user = backstage.book(), backstage.user()
    guest, customer = Visitor(shop), Visitor(shop, user)
    for each in (guest, customer):
        assert each.post("/cart/items", {"book_id": book.id, "quantity": "2"}).status_code == 303
    with connect(sentinels.url, **impatient()) as redis:
        until(lambda: Worker.count(connection=redis) and CronScheduler.all(redis), STARTING)
        redis.wait(1, 5000)
        sentinels.leading.kill()
        until(redis.ping)
        # What was in it is there, and whoever was logged in still is.
        until(lambda: customer.get("/cart").status_code == 200)
        for each in (guest, customer):
            assert 'value="2"' in each.get("/cart").text
        assert "Log out" in customer.get("/account").text
        assert guest.post("/cart/items", {"book_id": book.id, "quantity": "1"}).status_code == 303
        # From now on the clock calls, and the worker works, by what the new leader knows.
        for each in Worker.all(connection=redis):
            redis.hdel(each.key, "successful_job_count")
        moment = redis.time()[0]
        until(lambda: _went_on_since(redis, moment))
    assert all(each.process.poll() is None for each in programs)


def _went_on_since(redis: Redis, moment: int) -> bool:
    called = [each.last_heartbeat for each in CronScheduler.all(redis)]
    worked = [each.successful_job_count for each in Worker.all(connection=redis)]
    return any(each and each.timestamp() > moment for each in called) and any(worked)


def test_each_command_of_a_cart_is_of_one_slot(cluster):
    client = connect_redis(cluster)
    carts = CartRepository(client, 3600, 10)
    for cart in ("u7", "guest-1", "guest-2", "guest-3"):
        carts.put(cart, 1, 2, most=9, add=False)
        carts.put(cart, 2, 3, most=9, add=True)
        carts.put_at_least(cart, 2, 5)
        carts.remove(cart, 1, keep=60)
        assert carts.removed(cart, 1).quantity == 2
        assert carts.restore(cart, 1)
        carts.lead(cart, 1, 3, most=9)
        assert [(line.book_id, line.quantity) for line in carts.lines(cart)] == [(3, 2), (2, 5)]
    carts.refill("u7", 100, [StoredLine(9, 1, 1.0)])
    assert carts.read("u7").changes == 100
    carts.ping()
    with asked_directly(cluster) as every_node:
        slots = {every_node.keyslot(key) for key in every_node.scan_iter("*cart:*")}
    assert len(slots) == 4
    client.close()


def test_carts_and_cache_live_on_a_cluster(cluster, other_shop, backstage):
    shop = other_shop(cart_redis_url=cluster, cache_redis_url=cluster)
    book, guest = backstage.book(), Visitor(shop)
    assert guest.post("/cart/items", {"book_id": book.id, "quantity": "2"}).status_code == 303
    assert 'value="2"' in guest.get("/cart").text
    assert book.title in guest.get("/").text
    with asked_directly(cluster) as every_node:
        assert list(every_node.scan_iter("cache:window:*"))
        assert list(every_node.scan_iter("*cart:*"))


def told_of_the_stores(shop: Flask) -> tuple[list[bool], list[str]]:
    """Whether the page of parts sees both stores, and what the doctor says of them."""
    names = ("cart_redis", "cache_redis")
    with shop.app_context():
        there = [shop.extensions[SERVICES].parts.is_there(name) for name in names]
        doctor = doctor_for(shop.extensions[CONFIG], db.session, {}, None)
        found = [finding for name in names for finding in doctor.checks[name]()]
        db.session.remove()
    return there, [f"{each.level}: {each.sentence}" for each in found if each.level != "ok"]


def test_the_doctor_and_the_page_of_parts_know_where_carts_and_cache_live(cluster, other_shop):
    shop = other_shop(cart_redis_url=cluster, cache_redis_url=cluster)
    kept = "warning: The Redis of the carts keeps nothing on disk: a restart of it forgets carts. "
    assert told_of_the_stores(shop) == ([True, True], [f"{kept}Set appendonly to yes."])
    gone = other_shop(
        cart_redis_url="redis+cluster://127.0.0.1:1", cache_redis_url="redis://127.0.0.1:1"
    )
    there, said = told_of_the_stores(gone)
    assert there == [False, False]
    for sentence, name in zip(said, ("CART_REDIS_URL", "CACHE_REDIS_URL"), strict=True):
        assert sentence.startswith("wrong: The Redis of the ca")
        assert sentence.endswith(f"Start it, or correct {name}.")
    # Without it shoppers have no cart, and are told so.
    assert "What is in carts comes back with them." in Visitor(gone).get("/status").text


def test_a_cluster_that_is_not_there_closes_the_cart_alone(other_shop, backstage):
    shop = other_shop(
        cart_redis_url="redis+cluster://127.0.0.1:1,127.0.0.1:2",
        cache_redis_url="redis+cluster://127.0.0.1:1",
    )
    book, guest = backstage.book(), Visitor(shop)
    assert guest.get("/").status_code == 200
    assert guest.get(f"/books/{book.slug}-{book.id}").status_code == 200
    assert guest.get("/cart").status_code == 503
