"""Records leave the spool when a real broker has confirmed them, and not before."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from dev.services.ports import free_port
from shop.gateways.broker import Broker, Exchange
from shop.repositories.log_spool import LogSpool
from shop.services.base import Turn
from shop.services.log_shipping import LogShippingService
from tests.faults.wire import Wire
from tests.integration.logs.messages import record, records_in

Ship = Callable[[], int]


@pytest.fixture
def shipping(spool: LogSpool, amqp_url: str, exchange: str) -> LogShippingService:
    return LogShippingService(spool, Broker(amqp_url, exchange), lambda: None)


@pytest.fixture
def ship(shipping: LogShippingService) -> Ship:
    return lambda: shipping.ship(Turn())


@pytest.fixture
def wire(amqp_url: str) -> Iterator[Wire]:
    with Wire(urlsplit(amqp_url).port or 5672) as wire:
        yield wire


def let_rest_be_over(spool: LogSpool) -> None:
    spool.redis.delete("logs:{spool}:rest")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING]
    caplog.clear()
    return found


def test_what_the_broker_has_confirmed_leaves_the_spool(spool, ship, channel, make_queue):
    queue = make_queue()
    written = [record(number) for number in range(2500)]
    spool = LogSpool(spool.redis, 10_000)
    for start in range(0, 2500, 500):
        spool.append(written[start : start + 500], {})
    assert ship() == 2500
    assert len(spool) == 0
    assert [each["id"] for each in records_in(channel, queue)] == [each.id for each in written]
    assert ship() == 0


def test_large_records_go_in_messages_of_a_bounded_size(spool, ship, channel, make_queue):
    queue = make_queue()
    spool.append([record("x" * 7000) for _ in range(200)], {})
    assert ship() == 200
    # It looks at the size of each.
    assert len(records_in(channel, queue)) == 200


def test_without_a_queue_records_stay_and_it_is_said_once(spool, ship, make_queue, caplog):
    spool.append([record("waits")], {})
    assert ship() == 0
    let_rest_be_over(spool)
    assert ship() == 0
    [told] = warnings(caplog)
    assert "stay in the spool: no queue takes them" in told
    assert spool.standing().troubled_since
    make_queue()
    let_rest_be_over(spool)
    assert ship() == 1
    [told] = warnings(caplog)
    assert "shipped again" in told
    assert spool.standing().troubled_since is None
    spool.append([record()], {})
    assert ship() == 1
    assert warnings(caplog) == []


def test_a_full_queue_refuses_and_records_stay(spool, ship, make_queue, channel):
    queue = make_queue(**{"x-max-length": 1, "x-overflow": "reject-publish"})
    spool.append([record(number) for number in range(1000)], {})
    assert ship() == 1000
    spool.append([record("too much")], {})
    assert ship() == 0
    assert len(spool) == 1
    assert len(records_in(channel, queue)) == 1000
    let_rest_be_over(spool)
    assert ship() == 1


@pytest.mark.parametrize("trouble", ["cut", "silence"])
def test_a_broker_that_is_away_costs_a_deadline_and_then_a_rest(
    spool, amqp_url, exchange, make_queue, wire, caplog, monkeypatch, trouble
):
    monkeypatch.setattr("shop.gateways.broker.CONNECT_SECONDS", 0.3)
    make_queue()
    url = urlsplit(amqp_url)
    through = amqp_url.replace(f":{url.port}/", f":{wire.port}/")
    shipping = LogShippingService(spool, Broker(through, exchange), lambda: None)
    spool.append([record("waits")], {})
    getattr(wire, trouble)()
    assert shipping.ship(Turn()) == 0
    [told] = warnings(caplog)
    assert "the broker is away" in told
    assert 0 < spool.redis.ttl("logs:{spool}:rest") <= 5
    wire.mend()
    # Not yet: each try may cost the worker its deadline.
    assert shipping.ship(Turn()) == 0
    let_rest_be_over(spool)
    assert shipping.ship(Turn()) == 1


def test_a_broker_that_goes_in_the_middle_has_the_batch_sent_again(
    spool, amqp_url, exchange, make_queue, wire, channel, monkeypatch
):
    """It may have taken it or not: a record may come twice, with one id."""
    queue = make_queue()
    through = amqp_url.replace(f":{urlsplit(amqp_url).port}/", f":{wire.port}/")
    shipping = LogShippingService(spool, Broker(through, exchange), lambda: None)
    spool.append([record(number) for number in range(5)], {})
    publish = Exchange.publish

    def publish_and_cut(self: Exchange, lines: list[str]) -> None:
        wire.cut()
        publish(self, lines)

    monkeypatch.setattr(Exchange, "publish", publish_and_cut)
    assert shipping.ship(Turn()) == 0
    assert len(spool) == 5
    monkeypatch.undo()
    wire.mend()
    let_rest_be_over(spool)
    assert shipping.ship(Turn()) == 5
    assert len({each["id"] for each in records_in(channel, queue)}) == 5


def test_a_broker_that_confirms_nothing_costs_a_deadline(
    spool, amqp_url, exchange, make_queue, wire, caplog, monkeypatch
):
    """As one without the majority of its nodes, which lives and answers for the connection."""
    monkeypatch.setattr("shop.gateways.broker.CONFIRM_SECONDS", 0.5)
    make_queue()
    through = amqp_url.replace(f":{urlsplit(amqp_url).port}/", f":{wire.port}/")
    shipping = LogShippingService(spool, Broker(through, exchange), lambda: None)
    spool.append([record("waits")], {})
    publish = Exchange.publish

    def publish_into_silence(self: Exchange, lines: list[str]) -> None:
        wire.silence()
        publish(self, lines)

    monkeypatch.setattr(Exchange, "publish", publish_into_silence)
    assert shipping.ship(Turn()) == 0
    [told] = warnings(caplog)
    assert "it confirmed nothing in 0.5 s" in told
    assert len(spool) == 1
    monkeypatch.setattr(Exchange, "publish", publish)
    wire.mend()
    let_rest_be_over(spool)
    assert shipping.ship(Turn()) == 1


def test_a_turn_that_connecting_has_used_up_ships_one_batch_all_the_same(
    spool, amqp_url, exchange, make_queue, caplog, monkeypatch
):
    make_queue()
    monkeypatch.setattr("shop.services.log_shipping.MOST_RECORDS", 2)
    asked: list[bool] = []
    shipping = LogShippingService(spool, Broker(amqp_url, exchange), lambda: asked.append(True))
    spool.append([record(number) for number in range(6)], {})
    assert shipping.ship(Turn(0)) == 2
    assert asked == [True]


def test_nobody_says_that_it_works_before_a_record_has_left(
    spool, ship, shipping, make_queue, monkeypatch, caplog
):
    spool.append([record()], {})
    assert ship() == 0
    warnings(caplog)
    let_rest_be_over(spool)
    make_queue()
    monkeypatch.setattr(spool, "renew_lease", lambda _: False)
    assert ship() == 0
    assert warnings(caplog) == []
    assert spool.standing().troubled_since


def test_who_is_killed_between_sending_and_deleting_sends_twice_what_has_one_id(
    spool, shipping, ship, make_queue, channel
):
    queue = make_queue()
    spool.append([record(number) for number in range(3)], {})
    child = os.fork()
    if child == 0:
        shipping.spool = LogSpool(type(spool.redis).from_url(url_of(spool)), spool.most)
        shipping.spool.redis.connection_pool.connection_kwargs["decode_responses"] = True
        shipping.spool.remove = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        shipping.ship(Turn())
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    # Its lease is not over.
    assert ship() == 0
    assert len(spool) == 3
    spool.redis.delete("logs:{spool}:lease")
    assert ship() == 3
    ids = [each["id"] for each in records_in(channel, queue)]
    assert (len(ids), len(set(ids))) == (6, 3)
    assert ids[:3] == ids[3:]


def url_of(spool: LogSpool) -> str:
    given = spool.redis.connection_pool.connection_kwargs
    return f"redis://:{given['password']}@{given['host']}:{given['port']}/{given['db']}"


def test_whoever_loses_the_lease_stops(spool, shipping, make_queue, monkeypatch):
    make_queue()
    monkeypatch.setattr("shop.services.log_shipping.MOST_RECORDS", 2)
    spool.append([record(number) for number in range(6)], {})
    remove = spool.remove

    def remove_and_lose(batch: object) -> None:
        remove(batch)
        spool.redis.set("logs:{spool}:lease", "somebody else's")

    monkeypatch.setattr(spool, "remove", remove_and_lose)
    assert shipping.ship(Turn()) == 2
    assert len(spool) == 4
    assert spool.redis.get("logs:{spool}:lease") == "somebody else's"


def test_where_much_waits_the_job_ends_in_time_and_asks_to_be_called_again(
    spool, amqp_url, exchange, make_queue, monkeypatch
):
    make_queue()
    monkeypatch.setattr("shop.services.log_shipping.MOST_RECORDS", 2)
    asked: list[bool] = []
    shipping = LogShippingService(spool, Broker(amqp_url, exchange), lambda: asked.append(True))
    spool.append([record(number) for number in range(6)], {})
    turn = Turn(1000)
    remove = spool.remove
    monkeypatch.setattr(spool, "remove", lambda batch: (remove(batch), vars(turn).update(_over=0)))
    assert shipping.ship(turn) == 2
    assert asked == [True]


def test_what_was_dropped_while_the_broker_was_away_is_told_when_it_is_back(
    redis, amqp_url, exchange, make_queue, caplog
):
    spool = LogSpool(redis, 1500)
    shipping = LogShippingService(spool, Broker(amqp_url, exchange), lambda: None)
    for number in range(30):
        spool.append([record(number, logging.DEBUG)] * 90 + [record(number)] * 10, {})
        shipping.ship(Turn())
    assert len(spool) == 1500
    assert [text for text in warnings(caplog) if "dropped" in text] == []
    make_queue()
    let_rest_be_over(spool)
    assert shipping.ship(Turn()) == 1500
    _, told = warnings(caplog)
    assert told == "1,500 log records were dropped: 1,500 DEBUG"
    spool.append([record()], {})
    shipping.ship(Turn())
    assert warnings(caplog) == []


def test_without_a_broker_nothing_is_asked(spool):
    shipping = LogShippingService(spool, None, lambda: None)
    spool.redis.close()
    assert shipping.ship(Turn()) == 0
    assert shipping.standing() is None


def test_an_exchange_of_another_kind_is_told(spool, amqp_url, channel, exchange, caplog):
    channel.exchange_delete(exchange)
    channel.exchange_declare(exchange, "fanout", durable=True)
    spool.append([record()], {})
    assert LogShippingService(spool, Broker(amqp_url, exchange), lambda: None).ship(Turn()) == 0
    assert "PRECONDITION_FAILED" in warnings(caplog)[0]


def test_nobody_at_the_address_is_no_error_of_the_job(spool):
    spool.append([record()], {})
    broker = Broker(f"amqp://127.0.0.1:{free_port()}", "x")
    assert LogShippingService(spool, broker, lambda: None).ship(Turn()) == 0
    assert len(spool) == 1
